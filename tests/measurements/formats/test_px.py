"""px files: the published cases, the traps of the format, and files that are not what they say."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.measurements._limits import Limits
from maalbib.measurements.formats import _px_data
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.measurements.formats._px import read_px
from maalbib.problems import Problems

CANARY = "kanariefugl"
MIB = 1024**2
GROWTH = 200 * MIB
READ_IN_A_CHILD = """
import json, resource, sys
import pyarrow.csv, maalbib.measurements
from maalbib.measurements.formats._px import read_px
data = eval(sys.stdin.read())
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + {room}, used + {room}))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
table, problems = read_px(data)
print(json.dumps({{"codes": [block.code for block in problems.blocks], "growth": peak() - before}}))
"""

HEAD = """CODEPAGE="iso-8859-1";
LANGUAGE="da";
STUB="område";
HEADING="tid";
VALUES("område")="A-by","B-by";
VALUES("tid")="2023","2024","2025";
CODES("område")="101","147";
"""
DATA = "DATA=\n1 2 3\n4 5 6\n;\n"


def read(text: str, encoding: str = "utf-8", **options: Any) -> tuple[ForeignTable, Problems]:
    """Read a text."""
    return read_px(text.encode(encoding), **options)


def codes(text: str, **options: Any) -> list[str]:
    """The codes of the errors of a text."""
    return [problem.code for problem in read(text, **options)[1].errors]


def with_data(data: str) -> str:
    """The small table with other data."""
    return f"{HEAD}DATA={data};"


def values(data: str) -> list[float | None]:
    """The values of the small table with other data."""
    table, problems = read(with_data(data))
    assert not problems.errors
    found: list[float | None] = table.columns["value"].to_pylist()
    return found


# The published cases.


@pytest.mark.parametrize(("folder", "cases"), [("own", 12), ("real", 2)])
def test_every_case_of_the_oracle(oracles: Path, folder: str, cases: int) -> None:
    """All files give exactly the stated codes, values, symbols and issues."""
    paths = sorted((oracles / "interchange" / folder / "px").glob("*.px"))
    assert len(paths) == cases
    for path in paths:
        table, problems = read_px(path)
        refused = path.with_name(f"{path.stem}.expected.json")
        if refused.exists():
            issues = json.loads(refused.read_text(encoding="utf-8"))["issues"]
            assert [(problem.code, problem.level) for problem in problems] == [
                (issue["code"], issue["level"]) for issue in issues
            ], path.name
            assert table.columns == {}
            continue
        assert not problems.errors, path.name
        with path.with_name(f"{path.stem}.expected.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(table) == len(rows)
        for name in rows[0]:
            expected = [row[name] or None for row in rows]
            found = table.columns[name].to_pylist() if name in table.columns else [None] * len(rows)
            assert found == ([cell and float(cell) for cell in expected] if name == "value" else expected), path.name


def test_a_real_file_with_two_languages(oracles: Path) -> None:
    """Labels of both languages, units of each code, roles by CONTVARIABLE and TIMEVAL."""
    table, problems = read_px(oracles / "interchange/real/px/TAB003.px")
    assert not problems
    assert (table.roles["indicator"], table.roles["period"]) == ("ContentsCode", "TIME")
    assert table.breakdowns == ("TREATMENT_CAT", "WASTE_CAT")
    assert table.names["WASTE_CAT"] == {"en": "waste category", "sv": "avfallskategori"}
    assert set(table.labels["TREATMENT_CAT"]["05"]) == {"en", "sv"}
    assert table.notes["unit.WasteHazard"] == "tonnes"
    assert table.notes["symbol.2"] == ".."


# Code pages.


def test_the_declared_code_page_can_be_wrong(oracles: Path) -> None:
    """A real file declares iso-8859-1 and is UTF-8; it is read as UTF-8 with a warning."""
    table, problems = read_px(oracles / "interchange/real/px/tab4_fewcells.px")
    assert [(problem.code, problem.level) for problem in problems] == [("px.codepage", "warning")]
    assert table.labels["GREENHOUSEGAS"]["CO2"]["sv"] == "Koldioxid (CO2) (kt)"
    assert "växthusgas" in table.names["GREENHOUSEGAS"].values()


@pytest.mark.parametrize(
    ("declared", "encoding", "found"),
    [
        ('CODEPAGE="iso-8859-1";', "latin-1", []),
        ('CODEPAGE="ISO-8859-1";', "utf-8", ["px.codepage"]),
        ('CODEPAGE="utf-8";', "utf-8", []),
        ('CODEPAGE="utf-8";', "utf-8-sig", []),
        ('CODEPAGE="windows-1252";', "cp1252", []),
        ('CODEPAGE="850";', "cp850", []),
        ('CODEPAGE="nonsense";', "utf-8", ["px.codepage"]),
        ("", "utf-8", []),
        ("", "latin-1", ["encoding.fallback"]),
        ('CODEPAGE="iso-8859-1";', "utf-16", []),
    ],
)
def test_letters_are_right_in_every_code_page(declared: str, encoding: str, found: list[str]) -> None:
    """The same names, whatever the file is written in and says."""
    text = HEAD.replace('CODEPAGE="iso-8859-1";', declared) + DATA
    if encoding == "utf-16":
        assert [problem.code for problem in read(text, encoding)[1]] == ["px.codepage"]
        return
    table, problems = read(text, encoding)
    assert [problem.code for problem in problems] == found
    assert next(iter(table.columns)) == "område"


def test_windows_letters_under_the_name_of_latin_1() -> None:
    """A dash of cp1252 shows that the file is not iso-8859-1."""
    table, problems = read(HEAD.replace("A-by", "A–by") + DATA, "cp1252")
    assert [(problem.code, problem.details["found"]) for problem in problems] == [("px.codepage", "cp1252")]
    assert table.labels["område"]["101"] == {"da": "A–by"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (HEAD.replace("iso-8859-1", "nonsense").encode("latin-1"), "px.codepage_unknown"),
        (HEAD.replace("iso-8859-1", "utf-16").encode("latin-1"), "px.codepage_unknown"),
        (HEAD.replace("iso-8859-1", "rot13").encode("latin-1"), "px.codepage_unknown"),
        (HEAD.replace("iso-8859-1", "utf-8").encode("latin-1"), "encoding.invalid"),
        (HEAD.replace("iso-8859-1", "windows-1252").encode("latin-1").replace(b"A-by", b"\x81"), "encoding.invalid"),
    ],
)
def test_a_code_page_that_cannot_be_is_refused(data: bytes, code: str) -> None:
    """Unknown ones, ones of wide characters, and bytes that the declared one lacks."""
    assert [problem.code for problem in read_px(data + DATA.encode())[1]] == [code]


def test_utf_16_without_a_mark_is_named() -> None:
    """Every other byte is NUL."""
    assert [problem.code for problem in read_px((HEAD + DATA).encode("utf-16-le"))[1]] == ["encoding.nul"]


# Keywords.


def test_quotes_protect_semicolons_equals_signs_and_keywords() -> None:
    """Inside quotation marks nothing begins or ends."""
    title = 'TITLE="a;b=c DATA=1; (x)";\n'
    table, problems = read(title + HEAD + DATA)
    assert not problems.errors
    assert table.notes["title"] == "a;b=c DATA=1; (x)"


def test_strings_beside_each_other_are_one() -> None:
    """Lines are short, so long texts go on in the next; commas separate."""
    table, _ = read('TITLE="en lang "\n  "titel";' + HEAD.replace('"A-by","B-by"', '"A"\n"-by",\n"B-by"') + DATA)
    assert table.notes["title"] == "en lang titel"
    assert table.labels["område"]["101"] == {"da": "A-by"}


def test_without_codes_the_values_are_the_codes() -> None:
    """And have no labels, being their own."""
    table, _ = read(HEAD.replace('CODES("område")="101","147";\n', "") + DATA)
    assert table.columns["område"].to_pylist()[::3] == ["A-by", "B-by"]
    assert "område" not in table.labels


def test_stub_or_heading_alone_will_do() -> None:
    """All dimensions down or all across: the same cells."""
    down = read(HEAD.replace('STUB="område";\nHEADING="tid";', 'STUB="område","tid";') + DATA)[0]
    across = read(HEAD.replace('STUB="område";\nHEADING="tid";', 'HEADING="område","tid";') + DATA)[0]
    for name in ("område", "tid", "value"):
        assert down.columns[name].to_pylist() == across.columns[name].to_pylist()


def test_roles_come_from_the_keywords() -> None:
    """A map or the type G is a place, the type T a time, CONTVARIABLE the contents, ELIMINATION the total."""
    words = 'VARIABLE-TYPE("tid")="T";VARIABLE-TYPE("område")="G";ELIMINATION("område")="B-by";'
    table, _ = read(HEAD + words + DATA)
    assert table.roles == {"period": "tid", "institution": "område", "value": "value"}
    assert table.totals == {"område": "147"}
    table, _ = read(HEAD + 'MAP("område")="kort";CONTVARIABLE="tid";ELIMINATION("område")=YES;' + DATA)
    assert table.roles == {"indicator": "tid", "institution": "område", "value": "value"}
    assert table.totals == {}
    assert read(HEAD + DATA)[0].breakdowns == ("område", "tid")


def test_contact_persons_are_dropped_unless_asked_for() -> None:
    """Names, phones and addresses are nobody's figures."""
    text = HEAD + f'CONTACT="{CANARY}, 12345678";CONTACT("A-by")="{CANARY}2";' + DATA
    assert CANARY not in repr(read(text)[0])
    assert read(text, contacts=True)[0].notes["contact"] == f"{CANARY}, 12345678\n{CANARY}2"


def test_a_translation_of_another_length_is_dropped() -> None:
    """A warning, and the labels of that language are left out."""
    words = 'STUB[en]="area";HEADING[en]="time";VALUES[en]("area")="A-town";'
    table, problems = read(HEAD + words + DATA, "latin-1")
    assert [(problem.code, problem.level) for problem in problems] == [("px.codes_count", "warning")]
    assert table.names["område"] == {"da": "område", "en": "area"}
    assert table.labels["område"] == {"101": {"da": "A-by"}, "147": {"da": "B-by"}}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('STUB="område";\nHEADING="tid";', "", "px.keyword_missing"),
        ('VALUES("tid")="2023","2024","2025";', "", "px.keyword_missing"),
        ('HEADING="tid";', 'HEADING="område";', "px.dimension_duplicate"),
        ('HEADING="tid";', 'HEADING="tid";VARIABLECODE("tid")="område";', "px.dimension_duplicate"),
        ('"101","147"', '"101"', "px.codes_count"),
        ('"101","147"', '"101","101"', "px.codes_duplicate"),
        ('"101","147"', '"101" 147', "px.syntax"),
        ('"101","147"', '"101",', "px.syntax"),
        ('"101","147"', "", "px.syntax"),
        ('HEADING="tid";', 'HEADING="tid"', "px.syntax"),
        ('HEADING="tid";', 'HEADING "tid";', "px.syntax"),
        ('HEADING="tid";', 'heading="tid";', "px.syntax"),
        ('HEADING="tid";', 'HEADING="tid";HEADING="tid","område";', "px.keyword_duplicate"),
        ('VALUES("tid")', 'VALUES("tid"', "px.syntax"),
        ('VALUES("tid")', "VALUES(tid)", "px.syntax"),
        (
            '"A-by","B-by"',
            '"A-by","B-by',
            "px.keyword_missing",
        ),  # what follows, DATA too, is inside the quotation marks
        ("\nHEADING", "\n$HEADING", "px.syntax"),
    ],
)
def test_keywords_are_held_against_each_other(old: str, new: str, code: str) -> None:
    """Each fault of the keywords has its code, and the file is refused."""
    assert old in HEAD
    text = HEAD.replace(old, new, 1) + DATA
    assert codes(text) == [code]


def test_a_fault_of_syntax_names_its_line() -> None:
    """The line where the statement begins that is none."""
    (problem,) = read(HEAD.replace("HEADING", "?HEADING"), "latin-1")[1].errors
    assert problem.code == "px.keyword_missing"
    (problem,) = read(HEAD.replace("HEADING", "?HEADING") + DATA, "latin-1")[1].errors
    assert (problem.code, problem.line) == ("px.syntax", 4)


def test_a_keyword_that_says_the_same_twice_is_no_fault() -> None:
    """Nothing contradicts it."""
    assert not codes(HEAD + 'HEADING="tid";' + DATA)


# Time.


@pytest.mark.parametrize(
    ("timeval", "periods"),
    [
        ('TLIST(A1),"2023","2024","2025"', None),
        ('TLIST(H1),"20231","20232","20241"', ["2023-S1", "2023-S2", "2024-S1"]),
        ('TLIST(T1),"20231","20232","20233"', ["2023-T1", "2023-T2", "2023-T3"]),
        ('TLIST(Q1),"20231","20232","20244"', ["2023-Q1", "2023-Q2", "2024-Q4"]),
        ('TLIST(M1),"202301","202302","202412"', ["2023-01", "2023-02", "2024-12"]),
        ('TLIST(W1),"202001","202053","202101"', ["2020-W01", "2020-W53", "2021-W01"]),
        ('TLIST(D1),"20240228","20240229","20240301"', ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ('TLIST(Q1, "20234"-"20242")', ["2023-Q4", "2024-Q1", "2024-Q2"]),
        ('TLIST(A1,"2023"-"2025")', None),
        ('TLIST(Q1),"2023K1","2023K2","2023K3"', ["2023-Q1", "2023-Q2", "2023-Q3"]),
        ('TLIST(A1),"2022","2023","2024"', ["2022", "2023", "2024"]),
    ],
)
def test_compact_codes_of_time_become_canonical_periods(timeval: str, periods: list[str] | None) -> None:
    """In a column of their own, for the file's own codes stay; there is none where both are the same."""
    table, problems = read(f'{HEAD}TIMEVAL("tid")={timeval};{DATA}')
    assert not problems.errors
    assert table.columns["tid"].to_pylist() == ["2023", "2024", "2025"] * 2
    assert table.columns[table.roles["period"]].to_pylist() == (periods or ["2023", "2024", "2025"]) * 2
    assert (table.roles["period"] == "tid") == (periods is None)
    assert table.breakdowns == ("område",)


@pytest.mark.parametrize(
    "timeval",
    [
        'TLIST(A1),"2023","2024"',
        'TLIST(A1),"2023","2024","2024"',
        'TLIST(A1),"2023","2024","20251"',
        'TLIST(Q1),"20231","20232","20235"',
        'TLIST(W1),"202153","202201","202202"',
        'TLIST(X1),"2023","2024","2025"',
        'TLIST(A2),"2023","2024","2025"',
        'TLIST(A1)"2023","2024","2025"',
        'TLIST(A1),"2023","2024","2025",',
        'TLIST(A1,"2023"-"2026")',
        'TLIST(A1,"2025"-"2023")',
        'TLIST(D1,"15000101"-"29991231")',
        "TLIST(A1)",
        '"2023"',
        "",
    ],
)
def test_times_that_do_not_fit_are_refused(timeval: str) -> None:
    """As many different periods of the declared frequency as there are values, or none."""
    assert codes(f'{HEAD}TIMEVAL("tid")={timeval};{DATA}') == ["px.timeval"]


# Data.


def test_cells_may_stand_in_any_lines() -> None:
    """Line ends mean nothing, nor do blanks at either end."""
    assert values("1 2 3 4 5 6") == values("\r\n1\r\n2\t3\n\n 4 5 6 \r\n") == [1, 2, 3, 4, 5, 6]


def test_numbers_are_the_nearest_floats() -> None:
    """Also with exponents and a sign; minus zero is zero."""
    assert values("-1 -2.50 1e3 1E-07 -0 007") == [-1, -2.5, 1000, 1e-7, 0, 7]
    assert str(values("1 2 3 4 -0.0 6")[4]) == "0.0"


def test_a_dash_is_zero_and_dots_are_missing() -> None:
    """The mark is kept as it is written beside both."""
    table, problems = read(with_data('"-" "." ".." "..." "......" 6'))
    assert not problems.errors
    assert table.columns["value"].to_pylist() == [0.0, None, None, None, None, 6.0]
    assert table.columns[table.roles["mark"]].to_pylist() == ["-", ".", "..", "...", "......", None]


def test_declared_symbols_are_known() -> None:
    """What the file explains may stand in its data, also with blanks in it; the nil is zero."""
    words = 'DATASYMBOL1="for få";DATASYMBOLNIL="nul";DATASYMBOLSUM="*";'
    table, problems = read(HEAD + words + 'DATA="for få" "nul" "*" 4 5 6;', "latin-1")
    assert not problems
    assert table.columns["value"].to_pylist() == [None, 0.0, None, 4.0, 5.0, 6.0]
    assert table.columns["symbol"].to_pylist()[:3] == ["for få", "nul", "*"]
    assert table.notes["symbol.nil"] == "nul"


def test_a_symbol_that_nobody_declared_is_refused() -> None:
    """It is an error, never a missing value; the cells are named."""
    _, problems = read(with_data(f'1 "{CANARY}" 3 "x" 5 6'), "latin-1")
    assert [(problem.code, problem.row) for problem in problems] == [
        ("px.symbol_unknown", 1),
        ("px.symbol_unknown", 3),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("1 2 3 4 5", "px.data_count"),
        ("1 2 3 4 5 6 7", "px.data_count"),
        ("", "px.data_count"),
        ("1,5 2 3 4 5 6", "px.data_count"),
        ("1 NaN 3 4 5 6", "px.data_token"),
        ("1 inf 3 4 5 6", "px.data_token"),
        ("1 1e999 3 4 5 6", "px.data_token"),
        ("1 .. 3 4 5 6", "px.data_token"),
        ("1 ? 3 4 5 6", "px.data_token"),
        ('1 ? "." 4 5 6', "px.data_token"),
        ("1 +2 3 4 5 6", "px.data_token"),
        ("1 .5 3 4 5 6", "px.data_token"),
        ('1 "."".." 3 4 5 6', "px.data_token"),
        ('1 2"." 3 4 5 6', "px.data_token"),
        ("1 ２ 3 4 5 6", "px.data_token"),
        ("1 2 3\0 4 5 6", "px.data_token"),
        ("1,5 2,5 3,5", "px.decimal_comma"),
        ('1 2 3 4 5 ".', "px.syntax"),
    ],
)
def test_data_are_counted_and_each_is_a_number_or_a_symbol(data: str, code: str) -> None:
    """What is neither is refused; a decimal comma makes two cells of one."""
    assert {*codes(with_data(data))} == {code}


def test_commas_between_all_cells_are_commas_between_cells() -> None:
    """As old files have them."""
    assert values("1,2,3\n4,5,6\n") == values("1, 2, 3, 4, 5, 6") == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("end", ["", "\n", "\r\n\x1a", "\0\0"])
def test_nothing_may_follow_the_data(end: str) -> None:
    """Save for what editors leave behind."""
    assert not codes(HEAD + DATA + end)
    assert codes(HEAD + DATA + end + 'NOTE="x";') == ["px.syntax"]


def test_a_file_that_was_cut_off_is_not_whole() -> None:
    """All cells may be there; without the semicolon nobody knows."""
    (problem,) = read(HEAD + DATA.replace(";", ""))[1].errors
    assert (problem.code, problem.line) == ("px.syntax", 10)


# Keys.

KEYED = HEAD + 'KEYS("område")=CODES;DATA=\n'


def test_rows_that_are_left_out_are_zero() -> None:
    """As the format says; the rows that are there stand in any order."""
    table, problems = read(KEYED + '"147",1 ".." 3\n;')
    assert not problems.errors
    assert table.columns["value"].to_pylist() == [0.0, 0.0, 0.0, 1.0, None, 3.0]
    assert table.columns["symbol"].to_pylist() == [None, None, None, None, "..", None]
    table, _ = read(KEYED.replace("CODES;DATA", "VALUES;DATA") + '"B-by",4 5 6\n"A-by",1 2 3\n;')
    assert table.columns["value"].to_pylist() == [1, 2, 3, 4, 5, 6]
    assert "mark" not in table.roles
    assert read(KEYED + ";")[0].columns["value"].to_pylist() == [0.0] * 6


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ('"147",1 2 3\n"147",1 2 3', "px.key_duplicate"),
        ('"999",1 2 3', "px.key_unknown"),
        ("147,1 2 3", "px.key_unknown"),
        ('"147",1 2', "px.data_count"),
        ('"147",1 2 3\n"101",1 2 3\n"147",1 2 3', "px.data_count"),
        ('"147",1 "101" 3', "px.symbol_unknown"),
    ],
)
def test_keys_are_held_against_the_codes(data: str, code: str) -> None:
    """Each row has a place of its own."""
    assert codes(KEYED + data + ";") == [code]


def test_keys_need_a_stub() -> None:
    """Without one no row could be left out."""
    text = KEYED.replace('STUB="område";\nHEADING="tid";', 'HEADING="område","tid";')
    assert codes(text + "1 2 3 4 5 6;") == ["px.keys"]


@pytest.mark.parametrize("keys", ['KEYS("tid")=CODES;', 'KEYS("område")=BOTH;'])
def test_keys_that_do_not_cover_the_stub_are_refused(keys: str) -> None:
    """Otherwise no row has a place."""
    assert codes(HEAD + keys + 'DATA="147",1 2 3;') == ["px.keys"]


# Anything at all.


def test_no_message_holds_a_value_of_the_file() -> None:
    """Wherever a canary sits, no text, place or detail shows it."""
    for text in (
        with_data(f"{CANARY} 2 3 4 5 6"),
        with_data(f'"{CANARY}" 2 3 4 5 6'),
        HEAD + f"{CANARY}=1;" + DATA,
        HEAD.replace('"101","147"', f'"{CANARY}","{CANARY}"') + DATA,
        HEAD.replace("iso-8859-1", CANARY) + DATA,
        HEAD + f'TIMEVAL("tid")=TLIST(A1),"{CANARY}","2","3";' + DATA,
        KEYED + f'"{CANARY}",1 2 3;',
    ):
        for encoding in ("utf-8", "latin-1"):
            problems = read(text, encoding)[1]
            assert problems
            assert CANARY not in problems.to_json() + problems.summary("da") + str(problems)


@given(st.binary() | st.lists(st.sampled_from([
    'STUB="a";', 'HEADING="b";', 'VALUES("a")="1","2";', 'VALUES("b")="x";', 'CODES("a")="1","2";', "DATA=", "1 2", '".."',
    ";", '"', "KEYS", '("a")', "=", "TLIST(A1)", "\n", "[en]", 'TIMEVAL("a")=', "VALUES", ",", '"-"', "æ", "\0",
])).map(lambda parts: "".join(parts).encode()))  # fmt: skip
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but problems comes out."""
    table, problems = read_px(data)
    assert bool(table.columns) != bool(problems.errors)


@given(st.data())
def test_a_file_with_a_piece_replaced_is_read_or_refused(data: st.DataObject) -> None:
    """Damage anywhere in a right file."""
    whole = (HEAD + 'TIMEVAL("tid")=TLIST(A1),"2023","2024","2025";' + DATA).encode()
    at = data.draw(st.integers(0, len(whole)))
    upto = data.draw(st.integers(at, min(len(whole), at + 20)))
    table, problems = read_px(whole[:at] + data.draw(st.binary(max_size=8)) + whole[upto:])
    assert bool(table.columns) != bool(problems.errors)


@pytest.mark.parametrize("piece", [1, 2, 3, 7])
def test_pieces_change_no_fault(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same cells are bad wherever the file is cut."""
    data = with_data('1 "a b" 3 x ".." "" 5 1,5 "unknown"')
    expected = read(data)[1]
    monkeypatch.setattr(_px_data, "PIECE", piece)
    found = read(data)[1]
    assert [*found.counts()] == [*expected.counts()] == ["px.data_token"]
    assert found[0] == expected[0]


@pytest.mark.parametrize(
    "data", ["1 2.5,3 4 5 6", "1,2,3  4,5,6", "1,2,3,4,5 6", '1 ".",".",3 4 5', "1 ,2 , 3  ,4,\t5 6"]
)
def test_pieces_change_no_doubt_about_commas(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comma or a blank at which the file is cut stands between its cells all the same."""
    expected = codes(with_data(data))
    assert expected == ([] if '"' in data or " ," in data else ["px.decimal_comma"])
    for piece in range(1, len(data)):
        monkeypatch.setattr(_px_data, "PIECE", piece)
        assert codes(with_data(data)) == expected


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    """What a path leads to never raises."""
    assert [(problem.code, problem.file) for problem in read_px(tmp_path / "no.px")[1]] == [
        ("file.not_found", "no.px")
    ]


def test_rows_and_texts_have_limits() -> None:
    """Each limit is named."""
    for limits, name in (
        (Limits(rows=5), "rows"),
        (Limits(columns=1), "columns"),
        (Limits(name_length=2), "name_length"),
    ):
        (problem,) = read(HEAD + DATA, limits=limits)[1].errors
        assert (problem.code, problem.details["limit"]) == ("file.too_large", name)


# Files that unfold to far more than they are.

CUBE = (
    "(lambda size: ('STUB=\"a\",\"b\",\"c\";' + ''.join(f'VALUES(\"{name}\")=' + ','.join(f'\"{i}\"' for i in range(size))"
    " + ';' for name in 'abc') + 'DATA=1 2 3;').encode())"
)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        (f"{CUBE}(1000)", "file.too_large"),
        (f"{CUBE}(360)", "file.too_large"),  # fewer rows than allowed, of very few bytes
        ("b'STUB=\"a\";VALUES(\"a\")=\"x\";DATA=' + b'1 '*10_000_000 + b';'", "px.data_count"),
        ('b\'STUB="a";VALUES("a")="x";DATA=\' + b\'".." \'*4_000_000 + b\';\'', "px.data_count"),
        ("b'STUB=\"a\";VALUES(\"a\")=\"x\";DATA=' + b'1'*10_000_000 + b';'", "px.data_token"),
        ('b\'STUB="a";VALUES("a")="x";DATA=\' + b\'"a b"\'*4_000_000 + b\';\'', "px.data_token"),
        ("b'STUB=\"' + b'DATA='*4_000_000", "px.keyword_missing"),
        ("b'STUB=' + b' '*10_000_000 + b'DATA=1;'", "px.syntax"),
        ("b'A=\"' + b';'*10_000_000 + b'\";DATA=1;'", "px.keyword_missing"),
    ],
)
def test_a_bomb_is_refused_in_little_memory(expression: str, code: str) -> None:
    """What a file declares is not believed before it is seen, and no form of px makes the reader take much."""
    done = subprocess.run(
        [sys.executable, "-c", READ_IN_A_CHILD.format(room=300 * MIB)],
        input=expression,
        env=os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system"},  # the usual one reserves a gigabyte of addresses
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {*found["codes"]} == {code}
    assert found["growth"] < GROWTH
