"""What is fuzzed: each reader of bytes and each grammar, with what must hold whatever the bytes are.

A target takes bytes and raises AssertionError, or lets out an exception that is not declared, where something is wrong.
Everything is imported when it is first used, so that a fuzzer can watch the imports.
"""

from __future__ import annotations

import itertools
import json
import math
import tempfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["TARGETS"]

MOST_BYTES = 1024**2
EVERY = 1  # of so many inputs one goes all the way to measurements; a fuzzer has no time for more
LONGEST_SUMMARY = 10_000
MOST_PROBLEMS = 100
MIRROR = str.maketrans(".,", ",.")


@cache
def limits() -> Any:
    """Limits under which no file takes long."""
    from maalbib.measurements._limits import Limits

    return Limits(read_bytes=MOST_BYTES, decoded_bytes=64 * MOST_BYTES, ratio_from=4 * MOST_BYTES, rows=100_000)


def check_problems(problems: Any) -> None:
    """Every problem has its words in both languages, and all together stay short."""
    for problem in itertools.islice(problems, MOST_PROBLEMS):
        assert problem.message_da
        assert problem.message_en
        json.dumps(problem.to_dict()).encode()
    assert len(problems.summary("da").encode()) < LONGEST_SUMMARY


def read(source: bytes | Path, **options: Any) -> Any:
    """What comes of reading a file, in a form that can be compared: the rows and problems, or the declared error."""
    from maalbib.errors import ArgumentError, DataError
    from maalbib.measurements import Measurements

    try:
        found = Measurements.read(source, on_problem="collect", limits=limits(), **options)
    except ArgumentError as error:
        return error.code, error.text("da")
    except DataError as error:
        check_problems(error.problems)
        return error.code, error.problems.to_dicts(most=20)
    check_problems(found.problems)
    columns = found.to_arrow()
    assert len(found) == columns.num_rows
    return columns.to_pydict(), found.problems.to_dicts(most=20)


def same(source: bytes | Path, **options: Any) -> None:
    """Reading twice gives the same."""
    if isinstance(source, bytes) and zlib.crc32(source) % EVERY:
        return
    assert repr(read(source, **options)) == repr(read(source, **options))


def of_table(read_table: Callable[..., Any], data: bytes) -> None:
    """What a reader of a self-describing format gives: columns of one length, and roles that name them."""
    table, problems = read_table(data, limits=limits())
    check_problems(problems)
    for column in table.columns.values():
        column.validate(full=True)
        assert len(column) == len(table)
    own = {*table.columns}
    assert {*table.roles.values(), *table.breakdowns, *table.totals} <= own


def csv(data: bytes) -> None:
    """A text file, in both ways of writing numbers; half of it alone must not break anything either."""
    names = {"indicator": "a", "institution": "b", "period": "c", "value": "d"}
    for locale in ("da", "iso"):
        same(data, format="csv", locale=locale, columns=names)
    read(data[: len(data) // 2], format="csv", locale="en")


def _through_a_file(data: bytes, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"file{ending}")
        path.write_bytes(data)
        same(path)


def parquet(data: bytes) -> None:
    """A Parquet file."""
    _through_a_file(data, ".parquet")


def arrow(data: bytes) -> None:
    """An Arrow file."""
    _through_a_file(data, ".arrow")


def excel(data: bytes) -> None:
    """A workbook."""
    same(data, format="excel", columns={"indicator": "a", "institution": "b", "period": "c", "value": "d"})


def sdmx_csv(data: bytes) -> None:
    """SDMX-CSV."""
    from maalbib.measurements.formats._sdmx_csv import read_sdmx_csv

    of_table(read_sdmx_csv, data)
    same(data, format="sdmx-csv")


def sdmx_json(data: bytes) -> None:
    """SDMX-JSON."""
    from maalbib.measurements.formats._sdmx_json import read_sdmx_json

    of_table(read_sdmx_json, data)
    same(data, format="sdmx-json")


def jsonstat(data: bytes) -> None:
    """JSON-stat; also with every array of values read past the parser."""
    from maalbib.measurements.formats import _json_arrays
    from maalbib.measurements.formats._jsonstat import read_jsonstat

    of_table(read_jsonstat, data)
    same(data, format="json-stat")
    before = _one_table(read_jsonstat, data)
    longest, _json_arrays._LONG_ARRAY = _json_arrays._LONG_ARRAY, 0
    try:
        assert _one_table(read_jsonstat, data) == before
    finally:
        _json_arrays._LONG_ARRAY = longest


def px(data: bytes) -> None:
    """px; also cut into pieces of a few bytes."""
    from maalbib.measurements.formats import _px_data
    from maalbib.measurements.formats._px import read_px

    of_table(read_px, data)
    same(data, format="px")
    before = _one_table(read_px, data)
    piece, _px_data.PIECE = _px_data.PIECE, 3
    try:
        assert _one_table(read_px, data) == before
    finally:
        _px_data.PIECE = piece


def _one_table(read_table: Callable[..., Any], data: bytes) -> str:
    table, problems = read_table(data, limits=limits())
    columns = {name: column.to_pylist() for name, column in table.columns.items()}
    return repr((columns, table.roles, table.notes, sorted(problems.counts())))


def kolada(data: bytes) -> None:
    """Kolada."""
    from maalbib.measurements.formats._kolada import read_kolada

    of_table(read_kolada, data)
    same(data, format="kolada")


def own_json(data: bytes) -> None:
    """What maalbib itself writes."""
    same(data, format="json")


def numbers(data: bytes) -> None:
    """A text is a number or breaks a rule that has words; Danish and English are each other's mirror."""
    from maalbib import texts
    from maalbib.model._number_text import try_number

    cells = data.decode("utf-8", errors="ignore").split("\n")
    for cell in cells:
        for dialect, mirrored in (("da", "en"), ("en", "da"), ("iso", None)):
            one = try_number(cell, dialect)
            if isinstance(one, str):
                assert one in texts.codes()
                continue
            assert math.isfinite(one.value)
            assert one.decimals >= 0
            assert str(one.value) != "-0.0"
            if mirrored:
                assert try_number(cell.translate(MIRROR), mirrored) == one
    if zlib.crc32(data) % EVERY == 0:
        _number_columns(cells, len(data) % (len(cells) + 1))


def _number_columns(cells: list[str], cut: int) -> None:
    """A column is what its cells are one by one, wherever it is cut."""
    import numpy as np
    import pyarrow as pa

    from maalbib.measurements._numbers import parse_numbers
    from maalbib.model._number_text import try_number

    for dialect in ("da", "en", "iso"):
        found = parse_numbers(pa.array(cells, type=pa.string()), dialect)
        again = parse_numbers(pa.chunked_array([cells[:cut], cells[cut:]], type=pa.string()), dialect)
        np.testing.assert_array_equal(found.values, again.values)
        np.testing.assert_array_equal(found.decimals, again.decimals)
        faults = {row: code for code, rows in found.bad.items() for row in rows.tolist()}
        assert faults == {row: code for code, rows in again.bad.items() for row in rows.tolist()}
        for row, cell in enumerate(cells):
            one = "" if found.missing[row] else try_number(cell, dialect)
            if isinstance(one, str):
                assert faults.get(row, "") == one
            else:
                assert row not in faults
                assert (found.values[row], found.decimals[row]) == (one.value, min(one.decimals, 127))


def periods(data: bytes) -> None:
    """A period that is read has one canonical text, which means the same in every dialect."""
    from maalbib.errors import PeriodError
    from maalbib.model import Period

    for text in data.decode("utf-8", errors="ignore").split("\n"):
        for dialect in ("canonical", "sdmx", "da"):
            found = Period.try_parse(text, dialect)
            if isinstance(found, PeriodError):
                assert found.text("da")
                continue
            assert Period.parse(found.code) == found
            assert found.start <= found.end
            if dialect == "canonical":
                assert found.code == text


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        csv, parquet, arrow, excel, sdmx_csv, sdmx_json, jsonstat, px, kolada, own_json, numbers, periods,
    )
}  # fmt: skip
