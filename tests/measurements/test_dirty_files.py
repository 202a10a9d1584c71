"""Files with every kind of defect: exactly those defects come back, each with its row and column."""

from __future__ import annotations

import functools
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import maalbib as mb
from maalbib.measurements import _csv
from maalbib.measurements._csv_body import read_body

NAME = mb.Text(da="x")
SHARE = mb.Indicator(id="andel", name=NAME, unit="percent", direction="higher", freq="quarter")
CATALOGUE = mb.Catalogue(id="c", name=NAME, indicators=[SHARE])
REGISTER = mb.Register.denmark()
CODES = sorted(entry.id for entry in REGISTER.select("municipality", on="2018-01-01"))[:40]
HEADER = ("Kommune", "Periode", "Andel", "Antal", "status", "comment")
NAMES = {"institution": "Kommune", "period": "Periode", "value": "Andel", "n": "Antal"}

Expected = tuple[str, str | None]
# What is put into a good row, and what is told about it.
CELLS: dict[str, tuple[dict[str, str], list[Expected]]] = {
    "no code": ({"Kommune": ""}, [("code.missing", "Kommune")]),
    "unknown code": ({"Kommune": "9999"}, [("code.unknown", "Kommune")]),
    "code with a sign": ({"Kommune": "01=01"}, [("code.characters", "Kommune")]),
    "spaces round a code": ({"Kommune": " {code}\u00a0"}, [("text.trimmed", "Kommune")]),
    "hidden sign in a code": ({"Kommune": "{code}\u200b"}, [("text.control_char", "Kommune")]),
    "no period": ({"Periode": ""}, [("code.missing", "Periode")]),
    "impossible period": ({"Periode": "2020K5"}, [("period.impossible", "Periode")]),
    "no such period": ({"Periode": "i går"}, [("period.unknown_format", "Periode")]),
    "period of another frequency": ({"Periode": "2020"}, [("period.frequency", "Periode")]),
    "word": ({"Andel": "mange"}, [("number.not_a_number", "Andel")]),
    "mark": ({"Andel": ".."}, [("number.not_a_number", "Andel")]),
    "small": ({"Andel": "<5"}, [("number.not_a_number", "Andel")]),
    "flag": ({"Andel": "5*"}, [("number.not_a_number", "Andel")]),
    "English": ({"Andel": "0.5"}, [("number.english_decimal", "Andel")]),
    "groups": ({"Andel": "1.2.3"}, [("number.grouping", "Andel")]),
    "exponent": ({"Andel": "1,5E+1"}, [("number.exponent", "Andel")]),
    "percent": ({"Andel": "12,5 %"}, [("number.percent_sign", "Andel")]),
    "superscript": ({"Andel": "12²"}, [("number.non_ascii_digit", "Andel")]),
    "infinite": ({"Andel": "inf"}, [("number.not_finite", "Andel")]),
    "endless": ({"Andel": "1" * 65}, [("number.too_long", "Andel")]),
    "above": ({"Andel": "100,2"}, [("value.above", "Andel")]),
    "below": ({"Andel": "-0,1"}, [("value.below", "Andel")]),
    "part of a person": ({"Antal": "2,5"}, [("number.not_whole", "Antal")]),
    "fewer than nobody": ({"Antal": "-2"}, [("n.negative", "Antal")]),
    "no such status": ({"status": "ok"}, [("status.unknown", "status")]),
    "value that is not there": ({"status": "M"}, [("value.missing_status", "status")]),
    "no value that is there": ({"status": "P", "Andel": ""}, [("missing.empty", "Andel")]),
    "twice encoded": ({"comment": "BÃ¸rn"}, [("encoding.mojibake", "comment")]),
    "loose accents": ({"comment": "A\u030arhus"}, [("text.normalised", "comment")]),
    "bell": ({"comment": "a\x07"}, [("text.control_char", "comment")]),
}
# A line instead of the row.
LINES: dict[str, tuple[str, list[Expected]]] = {
    "blank": ("", [("row.blank", None)]),
    "blanks": (" \t", [("row.blank", None)]),
    "short": ("{code};2020K1;5", [("row.too_short", None)]),
    "footnote": ("Kilde: egen opgørelse", [("row.too_short", None)]),
    "long": ("{code};2020K1;5;1;;;;", [("row.too_long", None)]),
    "stray quote": ('{code};2020K1;5;1;;"x"y', [("quote.stray", "comment")]),
    "nothing": (
        ";;;;;",
        [("row.empty_cells", None), ("code.missing", "Kommune"), ("code.missing", "Periode")],
    ),
}
GOOD = {
    "plain": {},
    "group": {"Antal": "1.234"},
    "minus": {"Andel": "-0"},
    "spaces": {"Andel": "\u00a05,5 "},
    "quoted": {"comment": '"a;b ""c"""'},
    "two lines": {"comment": '"en\nto"'},
    "inch": {"comment": '5" rør'},
    "missing": {"Andel": ""},
    "suppressed": {"Andel": "", "status": "Q"},
}
WARNINGS = {
    "text.trimmed",
    "text.normalised",
    "encoding.mojibake",
    "missing.empty",
    "row.blank",
    "row.empty_cells",
    "number.looks_english",
    "encoding.fallback",
}
KINDS = st.lists(st.sampled_from([*CELLS, *LINES, *GOOD]), max_size=len(CODES))


def written(kinds: list[str], *, unclosed: bool) -> tuple[list[str], list[list[Expected]]]:
    """Return the lines under the header, and what each is expected to tell."""
    lines: list[str] = []
    told: list[list[Expected]] = []
    for code, kind in zip(CODES, kinds, strict=False):
        row = {"Kommune": code, "Periode": "2020K1", "Andel": "5,5", "Antal": "12", "status": "", "comment": "x"}
        if kind in LINES:
            lines.append(LINES[kind][0].replace("{code}", code))
            told.append(LINES[kind][1])
            continue
        changed = CELLS[kind][0] if kind in CELLS else GOOD[kind]
        row |= {name: cell.replace("{code}", code) for name, cell in changed.items()}
        lines.append(";".join(row[name] for name in HEADER))
        told.append(CELLS[kind][1] if kind in CELLS else [])
    if unclosed:
        lines.append('0101;2020K1;"5;1;;')
        told.append([("quote.unclosed", "Andel")])
    return lines, told


def known(problem: mb.Problem) -> tuple[str, int | None, str | None]:
    """Return code, row and column; a code with or without a suggestion is the same rule."""
    return problem.code.replace("_no_suggestion", ""), problem.row, problem.column


WAYS = st.fixed_dictionaries(
    {
        "newline": st.sampled_from(["\n", "\r\n", "\r"]),
        "bom": st.booleans(),
        "unclosed": st.booleans(),
        "last": st.booleans(),
        "block": st.sampled_from([1, 40, 333, 8 * 1024**2]),
    }
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(KINDS, WAYS)
def test_exactly_the_defects_come_back(tmp_path: Path, kinds: list[str], ways: dict[str, Any]) -> None:
    """Whatever is wrong, wherever it stands and however the file is cut: rows, columns and codes are those planted."""
    newline, last, unclosed = ways["newline"], ways["last"], ways["unclosed"]
    lines, told = written(kinds, unclosed=unclosed)
    text = newline.join([";".join(HEADER), *lines]) + (newline if last and not unclosed else "")
    file = tmp_path / "målinger.csv"
    file.write_bytes((b"\xef\xbb\xbf" if ways["bom"] else b"") + text.encode("utf-8"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_csv, "read_body", functools.partial(read_body, block=ways["block"]))
        ms = read(file)
    # A file that ends in a line end has no line behind it.
    there = [(row, faults) for row, faults in enumerate(told, start=2) if row - 1 < len(lines) or last or lines[-1]]
    expected: set[tuple[str, int | None, str | None]]
    expected = {(code, row, column) for row, faults in there for code, column in faults}
    if any(kind == "English" for kind in kinds):
        expected.add(("number.looks_english", None, "Andel"))
    found = [known(problem) for problem in ms.problems if problem.code != "file.no_rows"]
    assert sorted(found, key=str) == sorted(expected, key=str)
    lost = {row for code, row, _ in expected if code not in WARNINGS}
    lines_only = {row for row, faults in there if ("row.blank", None) in faults}
    kept = [row for row, _ in there if row not in lost | lines_only]
    assert ms.row_numbers.tolist() == kept


def read(file: Path, **options: Any) -> mb.Measurements:
    """Read a file and collect what is wrong."""
    asked = {"locale": "da", "columns": NAMES, "constants": {"indicator": "andel"}, "on_problem": "collect"}
    return mb.Measurements.read(file, **{"catalogue": CATALOGUE, "register": REGISTER, **asked, **options})


@pytest.mark.parametrize("kind", [*CELLS])
def test_a_bad_cell_is_told_nowhere(tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """What stands in a bad cell is in no message, hint, repr, exception or log line."""
    changed = CELLS[kind][0]
    name, cell = next(iter(changed.items()))
    canary = "KANARIE7319"
    planted = f"{cell}{canary}" if cell else canary
    row = {"Kommune": "0101", "Periode": "2020K1", "Andel": "5,5", "Antal": "12", "status": "", "comment": "x"}
    row |= {name: planted.replace("{code}", "0101")}
    text = "\n".join([";".join(HEADER), ";".join(row[name] for name in HEADER), ""])
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    caplog.set_level("DEBUG")
    ms = read(tmp_path / "m.csv")
    said = [str(ms.problems), repr(ms.problems), ms.problems.to_json(), repr(ms), ms._repr_html_(), caplog.text]
    said += [problem.hint(lang) for problem in ms.problems for lang in ("da", "en")]
    if len(ms.problems.errors):
        with pytest.raises(mb.DataError) as caught:
            read(tmp_path / "m.csv", on_problem="raise")
        error = caught.value
        said += [str(error), repr(error), str(error.to_dict()), error.text("da"), "".join(format_exception(error))]
    if name == "comment" and ms.problems.counts() != {"text.control_char": 1}:
        said = said[:3]  # a remark that is kept may be shown
    assert not any("7319" in part for part in said)


REFUSED: dict[str, tuple[bytes, str, int | None]] = {
    "empty": (b"", "file.empty", None),
    "blank lines only": (b"\n\n", "file.empty", None),
    "two delimiters": (b"Kommune;Andel,Antal\n0101;5,1\n", "delimiter.ambiguous", None),
    "UTF-16 without a mark": ("Kommune;Andel\n0101;5\n".encode("utf-16-le"), "encoding.nul", None),
    "no encoding": (b"Kommune;Andel\n0101;5\n\xe6\x81;5\n", "encoding.invalid", 3),
    "broken UTF-8": ("Kommune;Ændring\n0101;5\n".encode() + b"0147;\xe6\x81;5\n", "encoding.invalid", 3),
    "quote in the header": (b'Kommune;"Andel\n0101;5\n', "quote.unclosed", 1),
}


@pytest.mark.parametrize("kind", [*REFUSED])
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, kind: str) -> None:
    """One problem for the whole file, in both languages, and no rows."""
    data, code, row = REFUSED[kind]
    (tmp_path / "m.csv").write_bytes(data)
    ms = read(tmp_path / "m.csv")
    assert len(ms) == 0
    assert [(problem.code, problem.row) for problem in ms.problems.errors] == [(code, row)]
    assert ms.problems[0].message_da != ms.problems[0].message_en


def test_windows_files_are_read_with_a_warning(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are cp1252, and it is said."""
    (tmp_path / "m.csv").write_bytes(f"{';'.join(HEADER)}\n0101;2020K1;5,5;12;;Børn\n".encode("cp1252"))
    ms = read(tmp_path / "m.csv")
    assert [(problem.code, problem.level) for problem in ms.problems] == [("encoding.fallback", "warning")]
    assert ms[0].comment == "Børn"
