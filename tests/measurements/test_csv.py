"""Reading CSV files as text: records, rows, headers, limits, and the two readers that must agree."""

from __future__ import annotations

import csv
import io
import json
import pickle
import tomllib
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import texts
from maalbib.errors import ArgumentError
from maalbib.measurements import _csv_blocks
from maalbib.measurements._csv import TextTable, read_csv
from maalbib.measurements._csv_body import read_body
from maalbib.measurements._csv_header import find_header
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits
from maalbib.problems import Problems

CASES = 32


def records(table: TextTable) -> list[list[str]]:
    """Return the records as lists of text."""
    return [list(row) for row in zip(*(column.to_pylist() for column in table.columns.values()), strict=True)]


def places(problems: Problems) -> list[tuple[str, int | None, str | None]]:
    """Return code, row and column of every problem."""
    return [(problem.code, problem.row, problem.column) for problem in problems]


# The published cases.


def test_every_case_of_the_oracle(oracles: Path) -> None:
    """All 32 files give exactly the stated columns, rows, encoding and issues."""
    cases = sorted((oracles / "interchange/own/csv").glob("*.csv"))
    assert len(cases) == CASES
    for path in cases:
        expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text(encoding="utf-8"))
        options = {name: value for name, value in expected["options"].items() if name != "code_columns"}
        table, problems = read_csv(path, **options)
        assert [*table.columns] == (expected["columns"] or []), path.name
        kept = [row for row in expected["rows"] or [] if row is not None]
        assert records(table) == kept, path.name
        assert (table.encoding, table.bom, table.delimiter) == tuple(
            expected[name] for name in ("encoding", "bom", "delimiter")
        ), path.name
        assert sorted(map(_issue, problems), key=str) == sorted(map(_expected, expected["issues"]), key=str), (
            path.name
        )


def _issue(problem: Any) -> tuple[Any, ...]:
    # A line stands beside the row only where they differ; where no row is known there is no line either.
    return problem.code, problem.row, problem.line or problem.row, problem.column, problem.level


def _expected(issue: dict[str, Any]) -> tuple[Any, ...]:
    column = None if "column" not in issue else str(issue["column"])
    return issue["code"], issue.get("row"), issue.get("line", issue.get("row")), column, issue["level"]


@pytest.mark.parametrize(
    ("name", "delimiter", "columns", "rows"),
    [
        ("real/dst/METROX1_bulk_head.csv", ";", 3, None),
        ("real/dst/kommunegrupper_half.csv", ";", 10, 53),
        ("real/open_sdg/ons_indicator_8-6-1_sample.csv", ",", 9, 118),
        ("real/open_sdg/ons_indicator_10-4-2.csv", ",", None, 63),
        ("real/succession/norway_2019_to_2020_half.csv", ";", 3, 160),
    ],
)
def test_real_files_read_whole(
    oracles: Path, name: str, delimiter: str, columns: int | None, rows: int | None
) -> None:
    """Files as public bodies published them lose no row, and Python's own reader sees the same cells."""
    path = oracles / "interchange" / name
    table, problems = read_csv(path)
    assert len(problems.errors) == 0
    assert table.delimiter == delimiter
    assert columns in (None, len(table.columns))
    assert rows in (None, len(table))
    text = path.read_bytes().decode("utf-8-sig" if table.encoding == "utf-8" else "cp1252")
    expected = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert records(table) == expected[1:]


# Records.


def test_rows_and_lines_are_those_of_the_file() -> None:
    """A quoted line break makes line and row differ from there on."""
    table, problems = read_csv(b'id;note\n1;"a\nb"\n2;x\n\n3;y;z\n4;\n')
    assert records(table) == [["1", "a\nb"], ["2", "x"], ["4", ""]]
    assert table.rows.tolist() == [2, 3, 6]
    assert table.lines is not None
    assert table.lines.tolist() == [2, 4, 7]
    assert [(problem.code, problem.row, problem.line) for problem in problems] == [
        ("row.blank", 4, 5),
        ("row.too_long", 5, 6),
    ]


def test_lines_are_left_out_where_they_are_the_rows() -> None:
    """Without quoted line breaks there is one number, not two."""
    table, problems = read_csv(b"a;b\n1;2\n3\n")
    assert table.lines is None
    assert problems[0].line is None


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_line_ends(newline: str, last: str) -> None:
    """LF, CR LF and CR end a line, also the last one, and none is needed at the end of the file."""
    text = f"a;b\n1;2\n3;4{last}".replace("\n", newline)
    table, problems = read_csv(text.encode())
    assert (records(table), len(problems)) == ([["1", "2"], ["3", "4"]], 0)


def test_quotes() -> None:
    """A quote inside a cell is text; text behind a closing quote and a quote that stays open are faults of their row."""
    table, problems = read_csv('id;note\n1;5" rør\n2;"a"b\n3;"a ""b"" c"\n4; "x"\n5;"åben\n6;y\n'.encode())
    assert records(table) == [["1", '5" rør'], ["3", 'a "b" c'], ["4", ' "x"']]
    assert places(problems) == [("quote.stray", 3, "note"), ("quote.unclosed", 6, "note")]


def test_a_stray_quote_beyond_the_last_column_has_no_column() -> None:
    """The place of a fault in a record that is too long is its row alone."""
    assert places(read_csv(b'a;b\n1;2;"x"y\n')[1]) == [("quote.stray", 2, None)]


def test_blank_lines_and_empty_rows_differ() -> None:
    """A line of nothing but blanks is skipped; a row of empty cells is kept with a warning."""
    table, problems = read_csv('a;b\n \t\u00a0\n;\n"";""\n1;2\n'.encode())
    assert records(table) == [["", ""], ["", ""], ["1", "2"]]
    assert places(problems) == [("row.blank", 2, None), ("row.empty_cells", 3, None), ("row.empty_cells", 4, None)]


def test_a_quoted_empty_cell_is_no_blank_line() -> None:
    """In a file of one column the quotes show that the cell is meant."""
    table, problems = read_csv(b'kode\n""\n\n0101\n')
    assert records(table) == [[""], ["0101"]]
    assert places(problems) == [("row.blank", 3, None), ("row.empty_cells", 2, None)]


def test_hidden_characters_cost_the_row() -> None:
    """A zero-width space in a code drops its row and names the column."""
    table, problems = read_csv("a;b\n01\u200b01;1\n0101;2\n".encode())
    assert records(table) == [["0101", "2"]]
    assert places(problems) == [("text.control_char", 2, "a")]


def test_loose_accents_are_composed() -> None:
    """Letters with separate accents become single characters, with a warning per cell."""
    table, problems = read_csv("by;n\nA\u030arhus;1\nÅrhus;2\n".encode())
    assert table.columns["by"].to_pylist() == ["Århus", "Århus"]
    assert places(problems) == [("text.normalised", 2, "by")]


def test_words_of_absence_are_text() -> None:
    """No text is a missing value by itself, and leading zeros stay."""
    table, _ = read_csv(b"kode;v\nNA;1\nnan;\nnull;0101\n")
    assert records(table) == [["NA", "1"], ["nan", ""], ["null", "0101"]]
    assert all(column.null_count == 0 and column.type == pa.string() for column in table.columns.values())


# Header and delimiter.


def test_the_header_alone_decides_the_delimiter() -> None:
    """Signs inside quotes and in the rows below do not count."""
    assert read_csv(b'"a;b"|c\n1|2;3\n')[0].delimiter == "|"
    assert read_csv(b"a\tb\n1,5\t2;3\n")[0].delimiter == "\t"
    assert read_csv(b"a\n1;2\n")[0].delimiter is None


def test_two_possible_delimiters_are_for_the_caller() -> None:
    """The problem lists the candidates with their counts, and a declared one settles it."""
    table, problems = read_csv(b"a;b,c,d\n1;2\n")
    assert (dict(table.columns), table.encoding) == ({}, "utf-8")
    assert problems[0].message_en == "Several signs could separate the cells of the header: ';' (1), ',' (2)."
    assert records(read_csv(b"a;b,c,d\n1;2\n", delimiter=";")[0]) == [["1", "2"]]


def test_a_delimiter_of_two_bytes_is_allowed() -> None:
    """A sign outside ASCII is read by the exact reader."""
    assert records(read_csv("a§b\n1§2\n".encode(), delimiter="§")[0]) == [["1", "2"]]


@pytest.mark.parametrize("first", ["sep=,\n", "SEP=,\r\n", '"sep=,"\n'])
def test_excels_first_line_declares_and_is_no_row(first: str) -> None:
    """The line sep= is not shown by Excel, so the header is row 1 on line 2."""
    table, problems = read_csv(f"{first}a;x,b\n1,2\n3\n".encode())
    assert [*table.columns] == ["a;x", "b"]
    assert table.rows.tolist() == [2]
    assert [(problem.code, problem.row, problem.line) for problem in problems] == [("row.too_short", 3, 4)]


def test_title_lines_are_skipped_and_counted() -> None:
    """Rows keep the numbers that a spreadsheet shows."""
    table, problems = read_csv(b'Tabel 1, "2020"\n\na;b\n1;2\n3\n', header_row=3)
    assert (records(table), table.rows.tolist(), table.lines) == ([["1", "2"]], [4], None)
    assert places(problems) == [("row.too_short", 5, None)]
    assert places(read_csv(b"a;b\n1;2\n", header_row=9)[1]) == [("header.missing", None, None)]


def test_blank_lines_above_the_header_are_skipped() -> None:
    """The first line with anything on it is the header."""
    table, problems = read_csv(b"\n \na;b\n1;2\n")
    assert (records(table), table.rows.tolist()) == ([["1", "2"]], [4])
    assert places(problems) == [("row.blank", 1, None), ("row.blank", 2, None)]


@pytest.mark.parametrize(
    ("header", "columns", "expected"),
    [
        (b"a;b;a", ["b"], [("header.duplicate", 1, "3")]),
        (b"a; b ;c", ["a", "b", "c"], [("header.trimmed", 1, "b")]),
        (
            b"Antal;antal;An tal",
            ["Antal", "antal", "An tal"],
            [("header.similar", 1, "antal"), ("header.similar", 1, "An tal")],
        ),
        (b"a;;c", ["a", "", "c"], [("header.empty", 1, "2")]),
        ("a;b\u200b;c".encode(), ["a", "c"], [("text.control_char", 1, "2")]),
        (b'a;"b"x;c', [], [("quote.stray", 1, "2")]),
        (b'a;"b;c', [], [("quote.unclosed", 1, "2")]),
    ],
)
def test_headers(header: bytes, columns: list[str], expected: list[tuple[str, int, str]]) -> None:
    """Names that cannot be told apart are errors, names that nearly cannot are warnings."""
    table, problems = read_csv(header + b"\n1;2;3\n")
    assert ([*table.columns], places(problems)) == (columns, expected)
    for problem in problems:
        assert problem.message_da
        assert problem.message_en


def test_a_trailing_delimiter_is_a_warning() -> None:
    """An unnamed column without a value is dropped."""
    table, problems = read_csv(b"a;b;\n1;2;\n")
    assert [*table.columns] == ["a", "b"]
    assert [(problem.code, problem.level, problem.column) for problem in problems] == [
        ("header.empty", "warning", "3")
    ]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n", b"sep=;\n"])
def test_an_empty_file_is_a_problem(data: bytes) -> None:
    """Nothing, a mark alone and blank lines alone are an empty file."""
    table, problems = read_csv(data)
    assert (dict(table.columns), [problem.code for problem in problems]) == ({}, ["file.empty"])


def test_a_header_alone_is_a_warning() -> None:
    """A file without rows has its columns and says so, blank lines or not."""
    for data in (b"a;b", b"a;b\n", b"a;b\n\n"):
        table, problems = read_csv(data)
        assert ([*table.columns], len(table)) == (["a", "b"], 0)
        assert ("file.no_rows", "warning") in [(problem.code, problem.level) for problem in problems]


# Limits and arguments.


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (Limits(read_bytes=10), "read_bytes"),
        (Limits(rows=2), "rows"),
        (Limits(columns=1), "columns"),
        (Limits(cell_length=4), "cell_length"),
        (Limits(name_length=3), "name_length"),
    ],
)
def test_a_breach_names_its_limit(limits: Limits, limit: str) -> None:
    """Every limit refuses the file with file.too_large and its own name."""
    data = "kode;antal\n0101;1\n0147;ærøøø\n0151;3\n".encode()
    table, problems = read_csv(data, limits=limits)
    assert dict(table.columns) == {}
    assert [(problem.code, problem.details["limit"]) for problem in problems] == [("file.too_large", limit)]
    assert limit in problems[0].message_da + problems[0].hint("da")
    assert len(read_csv(data, limits=Limits(read_bytes=99, rows=3, columns=2, cell_length=5, name_length=5))[1]) == 0


def test_a_cell_that_is_too_long_is_named() -> None:
    """Characters count, not bytes, and row and column are known."""
    data = "a;b\n1;ææææ\n2;æææææ\n".encode()
    assert places(read_csv(data, limits=Limits(cell_length=4))[1]) == [("file.too_large", 3, "b")]


def test_long_cells_are_read_up_to_the_limit() -> None:
    """A cell of more than Arrow's block of a megabyte is left to the exact reader."""
    long = "x" * 1_500_000
    table, problems = read_csv(f"a;b\n1;{long}\n2;y\n".encode(), limits=Limits(cell_length=2_000_000))
    assert (records(table), len(problems)) == ([["1", long], ["2", "y"]], 0)


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": ""},
        {"delimiter": ";;"},
        {"delimiter": '"'},
        {"delimiter": "\n"},
        {"header_row": 0},
        {"header_row": True},
    ],
)
def test_wrong_arguments_raise(options: dict[str, Any]) -> None:
    """Arguments that no file could make right are errors of the call."""
    with pytest.raises(ArgumentError):
        read_csv(b"a;b\n1;2\n", **options)


# Laws.

HEADERS = st.sampled_from(["a;b\n", "a\n", "a;b;c\r\n", '\n"a;x";b\r'])
PIECES = st.sampled_from(
    [*'ab;;""\n\n\r ,\t', "\r\n", '";"', '""', '"\n"', "\u00a0", "æ", "\x07", "Ã¸", "e\u0301", '5" rør;', '\n"']
)


def everything(data: bytes, **options: Any) -> tuple[Any, ...]:
    """Read the body and return all that it says."""
    header = find_header(data, delimiter=None, header_row=1, limits=DEFAULT_LIMITS)
    body = read_body(data, header, DEFAULT_LIMITS, **options)
    return (
        [column.to_pylist() for column in body.columns],
        body.rows.tolist(),
        body.lines.tolist(),
        [(block.code, block.column, [*block.rows], [*block.lines]) for block in body.blocks],
        body.records,
    )


@given(HEADERS, st.lists(PIECES, max_size=25), st.integers(1, 40))
def test_fast_and_exact_reader_agree_in_any_blocks(header: str, pieces: list[str], block: int) -> None:
    """The two readers give the same cells, rows, lines and problems, wherever the file is cut."""
    data = (header + "".join(pieces)).encode()
    exact = everything(data, fast=False)
    for encoded in (False, True):
        assert everything(data, encoded=encoded) == exact
        assert everything(data, block=block, encoded=encoded) == exact
        assert everything(data, block=block, fast=False, encoded=encoded) == exact


def test_the_fast_reader_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Well-formed files, quoted or not, rows that do not fit and literal quotes never need the exact reader."""
    monkeypatch.setattr(_csv_blocks, "read_exactly", None)
    for data in (
        b"a;b\n1;2\n",
        b'a;b\n"1";"x\n""y"""\n',
        b"a;b\r\n1\r\n\r\n1;2;3\r\n",
        b'a;b\n1;5" r\n',
        b"a\n1\n\n2",
    ):
        everything(data)


CELLS = st.text(alphabet=st.sampled_from([*'ab;,"| \t\n\r', "æ", "'"]), max_size=6)


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
    ),
    st.sampled_from(";,\t|"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_pythons_writer_writes_is_read_back(rows: list[list[str]], delimiter: str, newline: str) -> None:
    """Cells written with every one quoted by the standard library come back as they were."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerow(f"c{i}" for i in range(len(rows[0])))
    writer.writerows(rows)
    table, problems = read_csv(file.getvalue().encode(), delimiter=delimiter)
    assert records(table) == rows
    assert {problem.code for problem in problems} <= {"row.empty_cells"}


@given(st.binary(max_size=80), st.sampled_from([None, ";", ","]))
def test_any_bytes_give_a_table_or_problems(data: bytes, delimiter: str | None) -> None:
    """Whatever a file holds, nothing is raised, every problem has its texts, and a refusal says why."""
    table, problems = read_csv(data, delimiter=delimiter)
    assert table.columns or len(problems)
    for problem in problems:
        assert problem.message_da
        assert problem.message_en
        assert problem.hint("da") is not None


@given(st.permutations(["1;2", "3;4;5", "6", '7;"a"b', "8;\x07", "9;Ã¸"]))
def test_permuting_rows_permutes_problems_only(rows: list[str]) -> None:
    """The order of rows changes where the problems stand, not which they are."""
    table, problems = read_csv(("a;b\n" + "\n".join(rows) + "\n").encode())
    found = {(code, rows[(row or 0) - 2]) for code, row, _ in places(problems)}
    assert found == {
        ("row.too_long", "3;4;5"),
        ("row.too_short", "6"),
        ("quote.stray", '7;"a"b'),
        ("text.control_char", "8;\x07"),
        ("encoding.mojibake", "9;Ã¸"),
    }
    assert sorted(records(table)) == [["1", "2"], ["9", "Ã¸"]]


def test_no_message_holds_what_a_cell_held() -> None:
    """A canary in every kind of faulty row appears in no text, table or representation of the problems."""
    canary = "HEMMELIGT"
    rows = [
        f"{canary};1;2",
        canary,
        f'1;"{canary}"x',
        f"{canary}\x07;1",
        f"{canary}Ã¸;1",
        f"{canary}e\u0301;1",
        f'1;"{canary}',
    ]
    table, problems = read_csv(("a;b\n" + "\n".join(rows)).encode())
    told = [str(problems), repr(problems), problems.to_json(), problems.summary("da"), repr(problems.blocks)]
    assert len(problems) == len(rows)
    assert not any(canary in text for text in told)
    assert canary in str(records(table))


def test_a_million_bad_rows_are_one_block() -> None:
    """However many rows break a rule, the summary stays short."""
    table, problems = read_csv(b"a;b\n" + b"1;2;3\n" * 200_000)
    assert (len(table), len(problems), len(problems.blocks)) == (0, 200_000, 1)
    assert len(str(problems)) < 10_000


def test_tables_survive_pickling() -> None:
    """A table can be sent to a process pool."""
    table = read_csv(b"a;b\n1;2\n")[0]
    assert records(pickle.loads(pickle.dumps(table))) == records(table)


def test_every_text_of_reading_is_whole() -> None:
    """Each code has both languages, and both name the same things."""
    table = tomllib.loads(files(texts).joinpath("reading.toml").read_text(encoding="utf-8"))
    for code, entry in table.items():
        assert {"da", "en"} <= entry.keys() <= {"da", "en", "hint_da", "hint_en"}, code
        assert ("hint_da" in entry) == ("hint_en" in entry), code
        for one, other in (("da", "en"), ("hint_da", "hint_en")):
            assert _fields(entry.get(one, "")) == _fields(entry.get(other, "")), code


def _fields(template: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(template)} - {None}
