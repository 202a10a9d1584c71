"""What a caller may name as a catalogue: a shipped name, a file, a folder, plain data, or several of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any, Final

import attrs

from maalbib.catalogue._faults import Found
from maalbib.catalogue._parsing import Format, RawFile, checked, parsed
from maalbib.errors import ArgumentError, UnknownCodeError

__all__ = ["HEADER", "SHIPPED", "Source", "read_sources", "shipped_files"]

Source = str | os.PathLike[str] | Mapping[str, Any]

HEADER: Final = ("id", "name", "agency", "version", "languages")

_FORMATS: Final[dict[str, Format]] = {".toml": "toml", ".json": "json"}
_SHARED: Final = ("documents", "indicators")

# The first file of each holds its header; of the others only the tables count.
SHIPPED: Final[dict[str, tuple[str, ...]]] = {
    "sammenhaengsreform-2018": ("sammenhaengsreform-2018", *_SHARED),
    "sammenhaengsreform-2017": ("sammenhaengsreform-2017", *_SHARED),
    "kvalitetsreform-2006": ("kvalitetsreform-2006", *_SHARED),
    "bilag-1": ("bilag-1", *_SHARED),
    "folkeskolen": ("folkeskolen",),
    "danmark": (
        "danmark",
        "sammenhaengsreform-2018",
        "sammenhaengsreform-2017",
        "kvalitetsreform-2006",
        "bilag-1",
        "folkeskolen",
        *_SHARED,
    ),
}


def read_sources(source: Source | Sequence[Source]) -> list[RawFile]:
    """Return the files that a source stands for; of several sources the last one with a header gives it.

    Raises
    ------
    UnknownCodeError
        If a name is neither shipped nor that of a file.
    ArgumentError
        If it is nothing that could be a catalogue.
    """
    if not isinstance(source, list | tuple):
        return _read(source)
    if not source:
        raise ArgumentError("argument.type", argument="source", expected="str, Path, dict, list")
    groups = [_read(each) for each in source]
    last = max(
        (i for i, group in enumerate(groups) if any("id" in raw.data for raw in group)), default=len(groups) - 1
    )
    return [raw if i == last else _headless(raw) for i, group in enumerate(groups) for raw in group]


def _read(source: object) -> list[RawFile]:
    if isinstance(source, Mapping):
        return [checked(dict(source))]
    if not isinstance(source, str | os.PathLike):
        raise ArgumentError("argument.type", argument="source", expected="str, Path, dict, list")
    if isinstance(source, str) and source in SHIPPED:
        return list(shipped_files(source))
    path = FilePath(source)
    if path.is_dir():
        return _folder(path)
    if isinstance(source, str) and path.suffix.lower() not in _FORMATS and path.name == source and not path.exists():
        raise UnknownCodeError.of("catalogue", source, SHIPPED)
    return [_file(path)]


def _folder(path: FilePath) -> list[RawFile]:
    names = sorted(each for each in path.iterdir() if each.suffix.lower() in _FORMATS and each.is_file())
    if not names:
        return [RawFile(data={}, name=str(path), found=(Found(path=(), code="catalogue.empty_folder"),))]
    return [_file(each) for each in names]


def _file(path: FilePath) -> RawFile:
    file_format = _FORMATS.get(path.suffix.lower())
    if file_format is None:
        return RawFile(data={}, name=str(path), found=(Found(path=(), code="catalogue.format"),))
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        missing = Found(path=(), code="file.not_found", details={"file": str(path)})
        return RawFile(data={}, name=str(path), found=(missing,))
    return parsed(content, file_format, str(path))


@cache
def shipped_files(name: str) -> tuple[RawFile, ...]:
    """Return the files of a shipped catalogue; they never change, so they are read once."""
    raws = [_shipped_file(each) for each in SHIPPED[name]]
    return (raws[0], *map(_headless, raws[1:]))


@cache
def _shipped_file(name: str) -> RawFile:
    file = files("maalbib.catalogue") / "data" / f"{name}.toml"
    return parsed(file.read_bytes(), "toml", f"{name}.toml")


def _headless(raw: RawFile) -> RawFile:
    return attrs.evolve(raw, data={key: value for key, value in raw.data.items() if key not in HEADER})


def titles() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the name of each shipped catalogue and its title by language."""
    for name in SHIPPED:
        yield name, shipped_files(name)[0].data["name"]
