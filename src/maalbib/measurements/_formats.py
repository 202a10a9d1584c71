"""Which reader a file needs: by its declared format, else by the end of its name and its beginning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from maalbib.errors import ArgumentError
from maalbib.measurements._intake import Given, Options
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements._sources import given_of_csv, given_of_foreign
from maalbib.measurements.writing._inert import unguarded, unguarded_text

if TYPE_CHECKING:
    from maalbib.measurements.formats._foreign import ForeignTable
    from maalbib.problems import Problems

__all__ = ["FORMATS", "FormatName", "Layout", "Source", "given_of"]

FormatName = Literal["csv", "excel", "parquet", "arrow", "sdmx-csv", "sdmx-json", "json-stat", "px", "kolada", "json"]
Source: TypeAlias = str | Path | bytes

_ENDINGS: Final[Mapping[str, FormatName]] = {
    **dict.fromkeys((".csv", ".txt", ".tsv"), "csv"),
    **dict.fromkeys((".xlsx", ".xlsm"), "excel"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".arrow", ".feather", ".ipc"), "arrow"),
    ".px": "px",
    ".json": "json",
}
# The standard names the first column; nobody else's table begins like that.
_SDMX: Final = re.compile(rb'(?:\xef\xbb\xbf)?"?(?:STRUCTURE(?:\[.\])?|DATAFLOW)"?[,;\t|]')
_LONGEST_START: Final = 64
_NUMERIC: Final = frozenset({"number", "whole"})


@attrs.frozen(kw_only=True)
class Layout:
    """How the cells of a file are laid out, as far as the caller says."""

    delimiter: str | None = None
    encoding: str | None = None
    header_row: int = 1
    sheet: str | None = None
    structure: str | None = None


def given_of(source: Source, declared: FormatName | None, options: Options, layout: Layout, limits: Limits) -> Given:
    """Return the columns of a file.

    Raises
    ------
    ArgumentError
        If the format is not known, cannot be told, or needs a locale.
    """
    if declared is not None and declared not in FORMATS:
        raise ArgumentError.choice("format", FORMATS)
    if not isinstance(source, bytes) and Path(source).is_dir():
        from maalbib.measurements.formats._columnar import given_of_folder

        return given_of_folder(Path(source), limits)
    return FORMATS[declared or _format_of(source, limits)](source, options, layout, limits)


def _format_of(source: Source, limits: Limits) -> FormatName:
    if isinstance(source, bytes):
        raise ArgumentError("format.needed")
    ending = Path(source).suffix.lower()
    if ending not in _ENDINGS:
        raise ArgumentError("argument.ending", allowed=sorted(_ENDINGS))
    found = _ENDINGS[ending]
    if found == "csv" and _begins_like_sdmx(Path(source)):
        return "sdmx-csv"
    return _kind_of_json(source, limits) if found == "json" else found


def _begins_like_sdmx(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _SDMX.match(file.read(_LONGEST_START)) is not None
    except (OSError, ValueError):  # the reader says what is wrong with the file
        return False


def _kind_of_json(source: Source, limits: Limits) -> FormatName:
    """Tell the formats that are written in JSON apart by the names at their top."""
    from maalbib.measurements.formats._json import load_json

    try:
        document = load_json(source, limits, arrays="value")
    except RefusedError:  # as every reader of JSON will say
        return "json"
    names = document.keys() if isinstance(document, dict) else frozenset[str]()
    if "schema_version" in names:
        return "json"
    if "values" in names:
        return "kolada"
    if names & {"meta", "data", "structure", "dataSets"}:
        return "sdmx-json"
    return "json-stat"


def _csv(source: Source, options: Options, layout: Layout, limits: Limits) -> Given:
    if options.locale.numbers is None:
        raise ArgumentError("locale.needed")
    given = given_of_csv(
        source,
        delimiter=layout.delimiter,
        encoding=layout.encoding,
        header_row=layout.header_row,
        limits=limits,
    )
    columns = {
        unguarded_text(own): column if options.kind_of(own) in _NUMERIC else unguarded(column)
        for own, column in given.columns.items()
    }
    return attrs.evolve(given, columns=columns)


def _excel(source: Source, options: Options, layout: Layout, limits: Limits) -> Given:
    from maalbib.measurements.formats._excel import given_of_excel

    return given_of_excel(
        source,
        options.kind_of,
        sheet=layout.sheet,
        header_row=layout.header_row,
        limits=limits,
        locale=options.locale,
    )


def _columnar(source: Source, limits: Limits, *, ipc: bool) -> Given:
    from maalbib.measurements.formats._columnar import given_of_file

    return given_of_file(source if isinstance(source, bytes) else Path(source), limits, ipc=ipc)


def _parquet(source: Source, options: Options, layout: Layout, limits: Limits) -> Given:
    del options, layout
    return _columnar(source, limits, ipc=False)


def _arrow(source: Source, options: Options, layout: Layout, limits: Limits) -> Given:
    del options, layout
    return _columnar(source, limits, ipc=True)


def _sdmx_csv(source: Source, options: Options, layout: Layout, limits: Limits) -> Given:
    from maalbib.measurements.formats._sdmx_csv import read_sdmx_csv

    names = options.columns
    dimensions = None if options.breakdowns is None else [names.get(name, name) for name in options.breakdowns]
    value = names.get("value", "OBS_VALUE")
    table, problems = read_sdmx_csv(
        source, structure=layout.structure, dimensions=dimensions, value=value, limits=limits
    )
    return given_of_foreign(table, problems)


def _sdmx_json(source: Source, limits: Limits) -> tuple[ForeignTable, Problems]:
    from maalbib.measurements.formats._sdmx_json import read_sdmx_json

    return read_sdmx_json(source, limits=limits)


def _jsonstat(source: Source, limits: Limits) -> tuple[ForeignTable, Problems]:
    from maalbib.measurements.formats._jsonstat import read_jsonstat

    return read_jsonstat(source, limits=limits)


def _px(source: Source, limits: Limits) -> tuple[ForeignTable, Problems]:
    from maalbib.measurements.formats._px import read_px

    return read_px(source, limits=limits)


def _kolada(source: Source, limits: Limits) -> tuple[ForeignTable, Problems]:
    from maalbib.measurements.formats._kolada import read_kolada

    return read_kolada(source, limits=limits)


def _own_json(source: Source, limits: Limits) -> tuple[ForeignTable, Problems]:
    from maalbib.measurements.formats._own_json import read_own_json

    return read_own_json(source, limits=limits)


def _foreign(read: Callable[[Source, Limits], tuple[ForeignTable, Problems]]) -> Opener:
    def opened(source: Source, options: Options, layout: Layout, limits: Limits) -> Given:
        del options, layout
        return given_of_foreign(*read(source, limits))

    return opened


Opener: TypeAlias = Callable[[Source, Options, Layout, Limits], Given]

FORMATS: Final[Mapping[FormatName, Opener]] = {
    "csv": _csv,
    "excel": _excel,
    "parquet": _parquet,
    "arrow": _arrow,
    "sdmx-csv": _sdmx_csv,
    "sdmx-json": _foreign(_sdmx_json),
    "json-stat": _foreign(_jsonstat),
    "px": _foreign(_px),
    "kolada": _foreign(_kolada),
    "json": _foreign(_own_json),
}
