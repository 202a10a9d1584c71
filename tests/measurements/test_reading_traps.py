"""The traps of reading: for each thing that other readers get wrong, what ours does instead."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import maalbib as mb
from maalbib.measurements import MISSING_MARKS, Limits, parse_numbers, read_csv
from maalbib.model import Period
from maalbib.model._number_text import parse_number


def told(problems: Any) -> list[tuple[str, int | None, str | None]]:
    """Return code, row and column of every problem."""
    return [(problem.code, problem.row, problem.column) for problem in problems]


def cells(data: bytes, **options: Any) -> tuple[dict[str, list[str]], list[tuple[str, int | None, str | None]]]:
    """Return the columns of a file and what was wrong."""
    table, problems = read_csv(data, **options)
    return {name: column.to_pylist() for name, column in table.columns.items()}, told(problems)


def number(text: str, dialect: Any = "da", **options: Any) -> float | str:
    """Return a number, or the code of what is wrong with it."""
    read = parse_numbers(pa.array([text]), dialect, **options)
    values = read.values.tolist()  # noqa: PD011 - no frame
    return next(iter(read.bad), None) or ("missing" if read.missing[0] else values[0])


# Text files: encodings.


def test_trap_latin_1_bytes_become_a_binary_column() -> None:
    """Arrow returns bytes without an error; ours are text, and the guess is told."""
    found, problems = cells("by;n\nKøge;1\n".encode("latin-1"))
    assert found["by"] == ["Køge"]
    assert problems == [("encoding.fallback", None, None)]


def test_trap_utf_8_read_as_latin_1() -> None:
    """Text that was encoded twice is flagged and never repaired silently."""
    found, problems = cells("by;n\nÃ†blehaven;1\n".encode())
    assert found["by"] == ["Ã†blehaven"]
    assert problems == [("encoding.mojibake", 2, "by")]


def test_trap_a_byte_order_mark_in_the_first_name() -> None:
    """The mark is no part of the name, in UTF-8 and in UTF-16."""
    for encoding in ("utf-8-sig", "utf-16"):
        assert cells("kode;n\n0101;1\n".encode(encoding)) == ({"kode": ["0101"], "n": ["1"]}, [])


def test_trap_utf_16_without_a_mark() -> None:
    """It is named rather than read as text full of NULs."""
    assert cells("kode;n\n0101;1\n".encode("utf-16-le"))[1] == [("encoding.nul", None, None)]


def test_trap_undefined_bytes_of_cp1252() -> None:
    """The first byte that means nothing is named with its row."""
    assert cells(b"by;n\nK\xf8ge;1\n\x81;2\n")[1] == [("encoding.invalid", 3, None)]


def test_trap_a_nul_stays_in_the_text() -> None:
    """NUL, zero-width and bidirectional signs cost the row."""
    for sign in ("\0", "\u200b", "\u202e", "\x85"):
        assert cells(f"a;b\n0101{sign};1\n0147;2\n".encode()) == (
            {"a": ["0147"], "b": ["2"]},
            [("text.control_char", 2, "a")],
        )


def test_trap_letters_with_loose_accents() -> None:
    """Two ways to write the same letter do not make two codes."""
    found, problems = cells("by;n\nA\u030alborg;1\nÅlborg;2\n".encode())
    assert len(set(found["by"])) == 1
    assert problems == [("text.normalised", 2, "by")]


# Text files: delimiters, records, shape.


def test_trap_the_delimiter_is_guessed_from_the_values() -> None:
    """Only the header decides; decimal commas below it say nothing."""
    assert cells(b"a\tb\n1,5\t2;3\n")[0] == {"a": ["1,5"], "b": ["2;3"]}


def test_trap_two_possible_delimiters() -> None:
    """The caller must declare, and is told both readings with counts."""
    _, problems = read_csv(b"a;b,c\n")
    assert problems[0].code == "delimiter.ambiguous"
    assert problems[0].details["candidates"] == ["';' (1)", "',' (1)"]


def test_trap_the_line_sep_of_excel() -> None:
    """It declares the delimiter and is no row."""
    assert cells(b"sep=,\na;x,b\n1,2\n")[0] == {"a;x": ["1"], "b": ["2"]}


def test_trap_rows_that_are_all_longer_than_the_header() -> None:
    """The first column does not become an index."""
    assert cells(b"a;b\n1;2;3\n4;5;6\n") == (
        {"a": [], "b": []},
        [("row.too_long", 2, None), ("row.too_long", 3, None)],
    )


def test_trap_short_rows_are_filled() -> None:
    """A footnote under the table is no row of missing values."""
    assert cells(b"a;b\n1;2\nKilde: egen\n") == ({"a": ["1"], "b": ["2"]}, [("row.too_short", 3, None)])


def test_trap_duplicate_headers_get_a_number() -> None:
    """Two columns of one name cannot be told apart: neither is read."""
    assert cells(b"a;b;a\n1;2;3\n") == ({"b": ["2"]}, [("header.duplicate", 1, "3")])


def test_trap_a_trailing_delimiter_makes_a_column() -> None:
    """An unnamed column without a value is dropped; with one it is an error."""
    assert cells(b"a;b;\n1;2;\n")[1] == [("header.empty", 1, "3")]
    assert read_csv(b"a;b;\n1;2;x\n")[1][0].level == "error"


def test_trap_a_quote_inside_a_cell() -> None:
    """An inch sign is text, text behind a closing quote a fault, an open quote is told where it began."""
    found, problems = cells('id;note\n1;5" rør\n2;"a"b\n3;"åben\n4;x\n'.encode())
    assert found == {"id": ["1"], "note": ['5" rør']}
    assert problems == [("quote.stray", 3, "note"), ("quote.unclosed", 4, "note")]


def test_trap_row_and_line_differ() -> None:
    """A line break in a cell moves the lines, not the rows."""
    _, problems = read_csv(b'id;note\n1;"a\nb"\n2\n')
    assert (problems[0].row, problems[0].line) == (3, 4)


def test_trap_mixed_line_ends() -> None:
    """LF, CR LF and CR in one file."""
    assert cells(b"a;b\r\n1;2\r3;4\n5;6")[0] == {"a": ["1", "3", "5"], "b": ["2", "4", "6"]}


def test_trap_words_that_become_missing() -> None:
    """NA, None, null, N/A and nan are codes like any other."""
    words = ["NA", "None", "null", "N/A", "nan", ""]
    assert cells("\n".join(["a;b", *(f"{word};1" for word in words)]).encode())[0]["a"] == words


def test_trap_leading_zeros() -> None:
    """0101 is text and stays 0101, also where a whole column looks like numbers."""
    assert cells(b"kode;n\n0101;1\n0147;2\n")[0]["kode"] == ["0101", "0147"]
    frame = pd.DataFrame({"institution": [101, 147], "indicator": "x", "period": "2024", "value": 1.0})
    assert told(mb.Measurements.from_pandas(frame, on_problem="collect").problems) == [
        ("code.not_text", None, "institution")
    ]


# Numbers.


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.234", 1234.0),
        ("1.5", "number.english_decimal"),
        ("0.123", "number.english_decimal"),
        ("1234.567", "number.english_decimal"),
        ("1,234.5", "number.english_decimal"),
        ("1.2.3", "number.grouping"),
        ("1,234,567", "number.grouping"),
        ("1 23", "number.grouping"),
        ("1,5E+10", "number.exponent"),
        ("12,5 %", "number.percent_sign"),
        ("5,", "number.not_a_number"),
        (",5", "number.not_a_number"),
        ("--5", "number.not_a_number"),
        ("- 5", "number.not_a_number"),
        ("5-", "number.not_a_number"),
        ("(5)", "number.not_a_number"),
        ("ca. 5", "number.not_a_number"),
        ("5 kr.", "number.not_a_number"),
        ("5\n", "number.not_a_number"),
        ("1_000", "number.not_a_number"),
        ("²", "number.non_ascii_digit"),
        ("１２", "number.non_ascii_digit"),
        ("٣", "number.non_ascii_digit"),
        ("½", "number.non_ascii_digit"),
        ("\u22125", -5.0),
        ("1\u00a0234,5", 1234.5),
        ("1\u202f234", 1234.0),
    ],
)
def test_trap_numbers_that_other_readers_take(text: str, found: float | str) -> None:
    """1.5 is not 15, 1.2.3 is not 123, and what is no Danish number is named by the rule that it breaks."""
    assert number(text) == found


def test_trap_a_first_group_of_zero() -> None:
    """0.123 in a Danish file is an English decimal, not 123."""
    assert number("0.123") == "number.english_decimal"
    assert number("0123,5") == 123.5


@pytest.mark.parametrize("text", ["inf", "-Infinity", "NaN", "1e400"])
def test_trap_numbers_that_are_not_finite(text: str) -> None:
    """They are no numbers in a machine file either."""
    assert number(text, "iso") == "number.not_finite"


def test_trap_minus_zero() -> None:
    """It is zero."""
    assert str(number("-0,0")) == "0.0"


def test_trap_decimals_are_lost() -> None:
    """80,0 and 80 are the same number written with different precision."""
    assert parse_numbers(pa.array(["80,0", "80"]), "da").decimals.tolist() == [1, 0]
    assert parse_number("80,0", "da").decimals == 1


def test_trap_one_or_a_thousand() -> None:
    """Where every point could be a decimal sign the column is doubtful, and both readings are counted."""
    read = parse_numbers(pa.array(["1.000", "2.500", "7"]), "da")
    assert [*read.doubtful] == ["number.maybe_english"]
    table = pa.table(
        {"indicator": ["x", "y"], "institution": ["0101"] * 2, "period": ["2024"] * 2, "value": ["1.000", "7"]}
    )
    problem = mb.Measurements.from_arrow(table, locale="da").problems[0]
    assert problem.code == "number.maybe_english"
    assert (problem.details["count"], problem.details["rest"]) == (1, 1)
    assert "1" in problem.hint("da")


def test_trap_a_mixed_file_shows_itself() -> None:
    """One English decimal is a fault, and the column tells how many of its numbers look English."""
    table = pa.table(
        {
            "indicator": ["x", "y", "z"],
            "institution": ["0101"] * 3,
            "period": ["2024"] * 3,
            "value": ["0.5", "2,5", "7"],
        }
    )
    ms = mb.Measurements.from_arrow(table, locale="da", on_problem="collect")
    counted = next(problem for problem in ms.problems if problem.code == "number.looks_english")
    assert dict(counted.details) == {"danish": 1, "english": 1, "either": 1}
    assert (counted.level, counted.row) == ("info", None)


def test_trap_flags_glued_to_numbers() -> None:
    """12,5* needs a declared rule."""
    assert number("12,5*") == "number.not_a_number"
    assert number("12,5*", flags={"*": "P"}) == 12.5


def test_trap_counts_below_a_limit() -> None:
    """<5 is neither 5 nor 0."""
    assert number("<5") == "number.not_a_number"
    assert number("<5", censored="lt") == "missing"


def test_trap_what_stands_beside_a_number_is_lost(tmp_path: Path) -> None:
    """A flag becomes a status; a count below a limit a withheld value that is known to be at most that."""
    lines = ["institution;period;value;n", "0101;2024;12,5*;40", "0147;2024;< 5;3", "0151;2024;7;<5", "0153;2024;8;9"]
    (tmp_path / "m.csv").write_text("\n".join(lines), encoding="utf-8")
    ms = mb.Measurements.read(
        tmp_path / "m.csv", locale="da", constants={"indicator": "x"}, flags={"*": "P"}, censored="lt"
    )
    assert [(row.value, row.status, row.conf, row.qualifier, row.upper, row.n) for row in ms] == [
        (12.5, "P", "F", "exact", None, 40),
        (None, "Q", "C", "at_most", 5.0, 3),
        (7.0, "A", "C", "exact", None, None),
        (8.0, "A", "F", "exact", None, 9),
    ]


def test_trap_a_percent_sign_that_nobody_declared(tmp_path: Path) -> None:
    """12,5 % is an error unless the caller says that numbers carry the sign."""
    (tmp_path / "m.csv").write_text("institution;period;value\n0101;2024;12,5 %\n", encoding="utf-8")
    options: dict[str, Any] = {"locale": "da", "constants": {"indicator": "x"}}
    with pytest.raises(mb.DataError) as caught:
        mb.Measurements.read(tmp_path / "m.csv", **options)
    assert [problem.code for problem in caught.value.problems] == ["number.percent_sign"]
    assert mb.Measurements.read(tmp_path / "m.csv", percent=True, **options)[0].value == 12.5


def test_trap_an_expression_that_takes_forever() -> None:
    """A text made to be tried in many ways is refused at once, and a long one is too long."""
    assert number("1." * 13 + "x") == "number.not_a_number"
    assert number("1" * 65) == "number.too_long"
    assert number("1." * 500_000) == "number.too_long"


# Marks.


def test_trap_one_mark_turns_a_column_into_text() -> None:
    """An undeclared mark costs its own row only."""
    read = parse_numbers(pa.array(["1,5", "..", "2"]), "da")
    assert read.values.tolist()[::2] == [1.5, 2.0]  # noqa: PD011 - no frame
    assert {code: rows.tolist() for code, rows in read.bad.items()} == {"number.not_a_number": [1]}


def test_trap_minus_as_missing() -> None:
    """At Statistics Denmark a single minus is zero."""
    assert number("-", marks=MISSING_MARKS["dst"]) == 0.0


@pytest.mark.parametrize(("mark", "status"), [("..", "Q"), ("...", "L"), (".", "M"), ("x", "Q"), ("", "O")])
def test_trap_three_marks_in_one_column(mark: str, status: str) -> None:
    """Suppressed, not collected, impossible and missing are four things."""
    columns = {"indicator": ["x"], "institution": ["0101"], "period": ["2024"], "value": [mark]}
    ms = mb.Measurements.from_arrow(pa.table(columns), locale="da", marks="dst")
    assert (ms[0].value, ms[0].status, ms[0].conf) == (None, status, "C" if status == "Q" else "F")


def test_trap_a_zero_that_means_suppressed() -> None:
    """It is compared as a number, and a nil mark stays zero."""
    read = parse_numbers(pa.array(["0,0", "-", "1"]), "da", marks=MISSING_MARKS["dst"], suppressed_value=0)
    assert read.suppressed.tolist() == [0]
    assert read.values.tolist()[1:] == [0.0, 1.0]  # noqa: PD011 - no frame


# Periods and codes.


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("2024K1", "2024-Q1"), ("2024M01", "2024-01"), ("2014/15", "2014/15"), ("2014/2015", "2014/15")],
)
def test_trap_danish_periods(text: str, canonical: str) -> None:
    """Quarters, months and school years as Danish sources write them."""
    assert str(Period.parse(text, "da")) == canonical


def test_trap_codes_with_blanks_round_them() -> None:
    """A no-break space does not make another institution, and it is said."""
    table = pa.table({"indicator": ["x"], "institution": ["\u00a00101 "], "period": ["2024"], "value": [1.0]})
    ms = mb.Measurements.from_arrow(table)
    assert ms.institutions == ("0101",)
    assert told(ms.problems) == [("text.trimmed", 0, "institution")]


def test_trap_an_unknown_code_is_nobody() -> None:
    """The nearest known code is named, the lost leading zero first."""
    table = pa.table({"indicator": ["x"], "institution": ["101"], "period": ["2024"], "value": [1.0]})
    ms = mb.Measurements.from_arrow(table, register=mb.Register.denmark(), on_problem="collect")
    assert ms.problems[0].hint("da") == "Mente du 0101?"


# Parquet and Arrow.


def test_trap_a_float_of_32_bits() -> None:
    """12.3 becomes 12.300000190734863, which is said."""
    table = pa.table(
        {"indicator": ["x"], "institution": ["0101"], "period": ["2024"], "value": pa.array([12.3], pa.float32())}
    )
    assert told(mb.Measurements.from_arrow(table).problems) == [("value.float32", None, "value")]


def test_trap_nan_beside_null() -> None:
    """NaN becomes missing with a count; a null is simply missing."""
    table = pa.table(
        {"indicator": ["x", "y"], "institution": ["0101"] * 2, "period": ["2024"] * 2, "value": [float("nan"), None]}
    )
    assert told(mb.Measurements.from_arrow(table).problems) == [("value.nan_as_missing", 0, "value")]


def test_trap_dates_as_periods() -> None:
    """A date does not say which frequency is meant."""
    table = pa.table(
        {
            "indicator": ["x"],
            "institution": ["0101"],
            "period": pa.array([0], pa.timestamp("ns")),
            "value": [1.0],
        }
    )
    ms = mb.Measurements.from_arrow(table, on_problem="collect")
    assert told(ms.problems) == [("period.from_date", None, "period")]


def test_trap_chunks_with_other_dictionaries() -> None:
    """Two pieces that number the same texts differently are unified before anything is compared."""
    one = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), pa.array(["0101", "0147"]))
    two = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), pa.array(["0147", "0101"]))
    table = pa.table(
        {
            "indicator": ["x"] * 4,
            "institution": pa.chunked_array([one, two]),
            "period": ["2023", "2023", "2024", "2024"],
            "value": [1.0, 2.0, 3.0, 4.0],
        }
    )
    ms = mb.Measurements.from_arrow(table)
    assert [(row.institution, row.value) for row in ms] == [
        ("0101", 1.0),
        ("0147", 2.0),
        ("0147", 3.0),
        ("0101", 4.0),
    ]


def test_trap_a_dictionary_that_holds_a_text_twice() -> None:
    """It is one code, and its two rows share a key."""
    codes = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int32()), pa.array(["0101", "0101"]))
    table = pa.table({"indicator": ["x"] * 2, "institution": codes, "period": ["2024"] * 2, "value": [1.0, 2.0]})
    ms = mb.Measurements.from_arrow(table, on_problem="collect")
    assert ms.problems.counts() == {"key.duplicate": 1}


def test_trap_numbers_of_a_dictionary_out_of_range() -> None:
    """A broken dictionary is refused; nothing beyond its texts is looked up."""
    broken = pa.DictionaryArray.from_arrays(pa.array([0, 7], pa.int32()), pa.array(["0101", "0147"]), safe=False)
    table = pa.table({"indicator": ["x"] * 2, "institution": broken, "period": ["2024"] * 2, "value": [1.0, 2.0]})
    ms = mb.Measurements.from_arrow(table, on_problem="collect")
    assert len(ms) == 0
    assert ("encoding.invalid", None, "institution") in told(ms.problems)


def test_trap_the_index_of_a_frame_in_the_file(tmp_path: Path) -> None:
    """The column that pandas adds is no column of the table."""
    frame = pd.DataFrame(
        {"indicator": "x", "institution": ["0101"], "period": "2024", "value": 1.0}, index=pd.Index([7], name=None)
    )
    pq.write_table(pa.Table.from_pandas(frame), tmp_path / "m.parquet")
    ms = mb.Measurements.read(tmp_path / "m.parquet")
    assert (len(ms), len(ms.problems)) == (1, 0)


# Limits.


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (Limits(read_bytes=20), "read_bytes"),
        (Limits(rows=1), "rows"),
        (Limits(columns=3), "columns"),
        (Limits(cell_length=5), "cell_length"),
    ],
)
def test_trap_a_file_without_end(tmp_path: Path, limits: Limits, limit: str) -> None:
    """Each limit is kept while reading, and names itself."""
    (tmp_path / "m.csv").write_text(
        "indicator;institution;period;value\nxxxxxx;0101;2024;1\ny;0147;2024;1\n", encoding="utf-8"
    )
    ms = mb.Measurements.read(tmp_path / "m.csv", locale="da", limits=limits, on_problem="collect")
    assert (ms.problems[0].code, ms.problems[0].details["limit"]) == ("file.too_large", limit)


HEADER = b"indicator;institution;period;value\n"
BOMBS: dict[str, Callable[[], bytes]] = {
    "a line of 50 MB": lambda: HEADER + b"x" * 50_000_000,
    "a header of 50 MB": lambda: b"x" * 50_000_000,
    "a million columns": lambda: b";".join(b"c%d" % i for i in range(1_000_000)),
    "50 million cells in a row": lambda: HEADER + b";" * 50_000_000,
    "a quoted cell of 50 MB": lambda: HEADER + b'"' + b"x" * 50_000_000 + b'";1;2;3',
    "50 million lines in a cell": lambda: HEADER + b'"' + b"\n" * 50_000_000 + b'";1;2;3',
    "a quote that is never closed": lambda: HEADER + b'"' * 50_000_001,
    "10 million blank lines": lambda: HEADER + b"\n" * 10_000_000,
    "10 million short lines": lambda: HEADER + b"x\n" * 10_000_000,
}
CHILD = """
import pathlib, resource, sys
import maalbib as mb
def peak():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
path = pathlib.Path(sys.argv[1])
small = path.with_name("small.csv")
small.write_text("indicator;institution;period;value\\nx;0101;2024;1\\n", encoding="utf-8")
mb.Measurements.read(small, locale="da")
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
before = peak()
ms = mb.Measurements.read(path, locale="da", on_problem="collect")
print(len(ms), len(ms.problems) > 0, round(peak() - before))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the size of a process is measured as Linux does")
@pytest.mark.parametrize("bomb", [*BOMBS])
def test_trap_bombs(tmp_path: Path, bomb: str) -> None:
    """A small file made to be large inside is refused or read, in a child of its own, within 200 MB more."""
    path = tmp_path / "bomb.csv"
    path.write_bytes(BOMBS[bomb]())
    run = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2_000:]
    rows, problems, grown = run.stdout.split()
    assert (rows, problems) == ("0", "True")
    assert int(grown) < 200


# The error model.


def test_trap_only_the_first_fault_is_told(tmp_path: Path) -> None:
    """A wrong number does not hide an unknown code in another row, nor one in the same."""
    lines = "indicator;institution;period;value\nx;0101;2024;a\nx;9999;2024K7;1\n"
    (tmp_path / "m.csv").write_text(lines, encoding="utf-8")
    ms = mb.Measurements.read(tmp_path / "m.csv", locale="da", register=mb.Register.denmark(), on_problem="collect")
    assert {problem.row for problem in ms.problems} == {2, 3}
    assert len(ms.problems) == 3


def test_trap_a_message_of_three_megabytes(tmp_path: Path) -> None:
    """A million bad rows are told in less than 10 kB, without a value of the data."""
    lines = "".join(f"x;0101;2024;KANARIE{row % 100}\n" for row in range(200_000))
    (tmp_path / "m.csv").write_text(f"indicator;institution;period;value\n{lines}", encoding="utf-8")
    with pytest.raises(mb.DataError) as caught:
        mb.Measurements.read(tmp_path / "m.csv", locale="da")
    assert len(caught.value.problems) == 200_000
    for text in (str(caught.value), caught.value.text("da"), repr(caught.value.problems)):
        assert len(text.encode()) < 10_000
        assert "KANARIE" not in text


def test_trap_the_parser_s_own_exception(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No exception of a library that carries the text is chained, and nothing is logged."""
    caplog.set_level(logging.DEBUG)
    (tmp_path / "m.csv").write_text('indicator;institution;period;value\nx;0101;2024;"KANARIE\n', encoding="utf-8")
    with pytest.raises(mb.DataError) as caught:
        mb.Measurements.read(tmp_path / "m.csv", locale="da")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "KANARIE" not in caplog.text + str(caught.value)
