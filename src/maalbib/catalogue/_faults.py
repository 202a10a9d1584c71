"""Faults of a file on their way to the reader: found at a path, reported at a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.problems import Level

__all__ = ["FieldError", "Found", "Path", "has_person_number", "path_text", "walk", "without_person_numbers"]

Path = tuple[str | int, ...]

# Six digits that could be a date, perhaps a hyphen or space, and four digits, with no digit on either side. The century
# is not known, so that 29 February always counts as possible.
_PERSON_NUMBER: Final = re.compile(
    r"(?<![0-9])(?:(?:0[1-9]|[12][0-9])(?:0[1-9]|1[0-2])|30(?:0[13-9]|1[0-2])|31(?:0[13578]|1[02]))[0-9]{2}[- ]?[0-9]{4}"
    r"(?![0-9])"
)


class FieldError(ValueError):
    """A value in a file breaks the rule of its field; never leaves this room."""

    def __init__(self, code: str, /, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@attrs.frozen(kw_only=True)
class Found:
    """A fault at a path of one file.

    ``on_key`` points at the name instead of the value; ``place`` is a line and column where the path is not enough.
    """

    path: Path
    code: str
    details: Mapping[str, object] = attrs.field(factory=dict)
    level: Level = "error"
    file: int = 0
    on_key: bool = False
    place: tuple[int, int] | None = None


def path_text(path: Sequence[str | int]) -> str:
    """Write a path as people do: ``indicators[1].decimals``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def has_person_number(text: str) -> bool:
    """Return whether a text holds something that could be a Danish person number."""
    return _PERSON_NUMBER.search(text) is not None


def without_person_numbers(details: Mapping[str, object]) -> dict[str, object]:
    """Return the details with everything blanked that could be a person number."""
    return {name: _blanked(value) for name, value in details.items()}


def _blanked(value: object) -> object:
    if isinstance(value, str):
        return _PERSON_NUMBER.sub("…", value)
    return [_blanked(part) for part in value] if isinstance(value, list | tuple) else value


def walk(error: BaseException, path: Path, model: str) -> Iterator[Found]:
    """Yield every fault in the tree of errors that cattrs raises."""
    from cattrs.errors import ClassValidationError, IterableValidationError

    if isinstance(error, ClassValidationError | IterableValidationError):
        inner = model if isinstance(error, IterableValidationError) else error.cl.__name__
        noted, bare = error.group_exceptions()
        for each, note in noted:
            yield from walk(each, (*path, getattr(note, "name", getattr(note, "index", ""))), inner)
        for each in bare:
            yield from walk(each, path, inner)
    elif isinstance(error, DefinitionError):
        yield from _definition(error, path)
    elif isinstance(error, FieldError):
        yield Found(path=path, code=error.code, details={"model": model, "field": _field(path), **error.details})
    elif isinstance(error, KeyError):
        yield Found(path=path, code="field.missing", details={"model": model, "field": _field(path)})
    else:
        raise error


def _definition(error: DefinitionError, path: Path) -> Iterator[Found]:
    for each in (error, *error.others):
        field: Any = each.details.get("field", "")
        yield Found(path=(*path, field), code=each.code, details=each.details)


def _field(path: Path) -> str:
    names = [step for step in path if isinstance(step, str)]
    return names[-1] if names else ""
