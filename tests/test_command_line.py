"""The command line: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

import maalbib as mb
from maalbib.__main__ import main

CATALOGUE = """\
schema_version = "1.0"
id = "PROEVE"
agency = "KL"
version = "1.0.0"
languages = ["da", "en"]

[[goals]]
id = "G1"
name = { da = "Flere tilfredse", en = "More satisfied" }
kind = "municipal"
owners = ["KL"]

[[indicators]]
id = "TILFREDS"
name = { da = "Andel tilfredse", en = "Share satisfied" }
unit = "percent"
freq = "A"
measure = "share"
direction = "higher"
aggregation = "mean"
kind = "experience"

[[targets]]
id = "T80"
indicator = "TILFREDS"
goal = "G1"
kind = "at_least"
value = 80
"""
ANOTHER = """
[[indicators]]
id = "ANDET"
name = { da = "Tæthed", en = "Density" }
unit = "percent"
direction = "context"
aggregation = "mean"

"""
HEADER = "indicator;institution;period;value;denominator\n"
GOOD = HEADER + "".join(
    f"TILFREDS;{code};{2020 + place};{value},0;200\n"
    for code, values in (("0101", (70, 72, 75, 78, 82)), ("0147", (90, 88, 85, 80, 70)))
    for place, value in enumerate(values)
)
# Rows 3 to 7 of the file, each with one fault: a number, a code, a period, an indicator, a limit.
BAD = HEADER + (
    "TILFREDS;0101;2020;70,0;200\n"
    "TILFREDS;0101;2021;hemmelig77;200\n"
    "TILFREDS;9876;2022;75,0;200\n"
    "TILFREDS;0101;20x3;75,0;200\n"
    "TILFREDX;0101;2024;75,0;200\n"
    "TILFREDS;0147;2024;175,31;200\n"
)
FAULTS = ("bad.csv:3:value", "bad.csv:4:institution", "bad.csv:5:period", "bad.csv:6:indicator", "bad.csv:7:value")
RAW = ("hemmelig77", "9876", "20x3", "TILFREDX", "175,31", "175.31")
GIVEN = ("--catalogue", "c.toml", "--measurements", "m.csv")
QUESTIONS = {
    "da": ("Når vi målene?", "Går det fremad?", "Hvordan ligger områderne", "Følger tilfredsheden"),
    "en": ("Are we on track?", "Is it getting better?", "How do the service areas", "Does satisfaction"),
}
VERBS = {
    "track": ("--as-of", "2025-06-30"),
    "trends": (),
    "charts": (),
    "peers": ("--period", "2024"),
    "report": ("--as-of", "2025-06-30", "--period", "2024"),
}

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a catalogue and measurements, good and bad."""
    monkeypatch.chdir(tmp_path)
    contents = {
        "c.toml": CATALOGUE,
        "bad.toml": CATALOGUE.replace('"at_least"', '"at_leats"').replace('"higher"', '"upwards"'),
        "m.csv": GOOD,
        "bad.csv": BAD,
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Start a process of its own, whose output is UTF-8."""
    return subprocess.run(
        [sys.executable, "-m", "maalbib", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        check=False,
        timeout=120,
    )


def judged() -> tuple[mb.Measurements, mb.Catalogue]:
    """Return what the command line reads, read from Python."""
    catalogue = mb.Catalogue.load("c.toml")
    return mb.Measurements.read("m.csv", locale="da", catalogue=catalogue, register=mb.Register.denmark()), catalogue


@pytest.mark.parametrize(("lang", "page"), [("da", "rapport.html"), ("en", "report.html")])
def test_tour(lang: str, page: str, folder: Path, capsys: Captured) -> None:
    """Without a command: four questions are answered, and a page and four tables are written."""
    assert main(["--lang", lang, "--out", "tur"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    places = [out.index(question) for question in QUESTIONS[lang]]
    assert places == sorted(places)
    written = {file.name for file in (folder / "tur").iterdir()}
    assert written == {page, *(f"{name}.parquet" for name in ("tracking", "trends", "comparison", "association"))}
    assert all(str(Path("tur", name)) in out for name in written)


@pytest.mark.parametrize(("lang", "name"), [("da", "maalbib-rapport"), ("en", "maalbib-report")])
def test_tour_has_a_folder_of_its_own(lang: str, name: str, folder: Path) -> None:
    """Without ``--out`` the files go to a folder named in the language."""
    assert main(["--lang", lang]) == 0
    assert (folder / name / "trends.parquet").is_file()


def test_tour_in_a_process_of_its_own(folder: Path) -> None:
    """The module can be started, Danish is the default, and marks reach the terminal."""
    done = run("--out", "tur")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(question in done.stdout for question in QUESTIONS["da"])
    assert "✕" in done.stdout
    assert (folder / "tur" / "rapport.html").is_file()


def test_a_poor_terminal_gets_question_marks() -> None:
    """A terminal without Danish letters and marks is no reason to fail."""
    done = subprocess.run(
        [sys.executable, "-m", "maalbib", "trends", *GIVEN],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        check=False,
        timeout=120,
    )
    assert done.returncode == 0
    assert b"?" in done.stdout
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("argument", ["c.toml", "folkeskolen"])
@pytest.mark.parametrize(("lang", "said"), [("da", "Ingen fejl fundet."), ("en", "No problems found.")])
def test_check_a_good_catalogue(argument: str, lang: str, said: str, capsys: Captured) -> None:
    """A file or a shipped name without errors ends with 0 and says so."""
    assert main(["check", argument, "--lang", lang]) == 0
    assert capsys.readouterr().out == f"{said}\n"


@pytest.mark.parametrize(("lang", "said"), [("da", "Mente du at_least?"), ("en", "Did you mean at_least?")])
def test_check_a_bad_catalogue(lang: str, said: str, capsys: Captured) -> None:
    """Every fault is listed with line and path, in the language asked for; the end is 1."""
    assert main(["check", "bad.toml", "--lang", lang]) == 1
    out, err = capsys.readouterr()
    assert "bad.toml:19:indicators[0].direction" in out + err
    assert "bad.toml:27:targets[0].kind" in out + err
    assert said in out + err


def test_check_good_measurements(capsys: Captured) -> None:
    """With and without a catalogue."""
    assert main(["check", "m.csv", "--catalogue", "c.toml"]) == 0
    assert main(["check", "m.csv"]) == 0
    assert capsys.readouterr().out == "Ingen fejl fundet.\n" * 2


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("da", ("Teksten er ikke et tal.", "koden er ukendt. Mente du TILFREDS?", "Teksten er ikke en periode.")),
        ("en", ("The text is not a number.", "the code is not known. Did you mean TILFREDS?", "not a period.")),
    ],
)
def test_check_bad_measurements(lang: str, said: tuple[str, ...], capsys: Captured) -> None:
    """Every fault has file, row and column and is said in the language; no cell is repeated."""
    assert main(["--lang", lang, "check", "bad.csv", "--catalogue", "c.toml"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert all(place in out for place in FAULTS)
    assert all(sentence in out for sentence in said)
    assert not any(raw in out for raw in RAW)


@pytest.mark.parametrize("verb", VERBS)
def test_bad_measurements_stop_every_verb(verb: str, folder: Path, capsys: Captured) -> None:
    """Nothing is judged or written; the faults stand on the error stream, without what the cells held."""
    given = ["--catalogue", "c.toml", "--measurements", "bad.csv", "--out", "ud"]
    assert main([verb, *given, *VERBS[verb]]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert all(place in err for place in FAULTS)
    assert not any(raw in err for raw in RAW)
    assert not (folder / "ud").exists()


def test_track(folder: Path, capsys: Captured) -> None:
    """A table, sentences, and a file that holds the same result."""
    assert main(["track", *GIVEN, *VERBS["track"], "--out", "ud"]) == 0
    out = capsys.readouterr().out
    assert "Andel tilfredse, København: Målet er opfyldt: 82,0" in out
    ms, catalogue = judged()
    expected = mb.track(ms, catalogue, as_of="2025-06-30")
    assert mb.Tracking.from_arrow(pq.read_table(folder / "ud" / "tracking.parquet")) == expected
    assert {row.institution: row.state for row in expected} == {"0101": "met", "0147": "not_met"}


def test_trends(folder: Path, capsys: Captured) -> None:
    """In English, with a stricter level that nobody of five points can meet."""
    assert main(["trends", *GIVEN, "--lang", "en", "--out", "ud"]) == 0
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "There is a trend in the wished direction: 3.00 percentage points per year" in said
    ms, catalogue = judged()
    written = mb.Trends.from_arrow(pq.read_table(folder / "ud" / "trends.parquet"))
    assert written == mb.detect_trends(ms, catalogue=catalogue)
    assert main(["trends", *GIVEN, "--alpha", "0.01", "--out", "ud"]) == 0
    strict = mb.Trends.from_arrow(pq.read_table(folder / "ud" / "trends.parquet"))
    assert {row.state for row in strict} == {"not_judged"}


def test_charts(folder: Path, capsys: Captured) -> None:
    """Five yearly values are too few for a chart, and that is said."""
    assert main(["charts", *GIVEN, "--kind", "run", "--out", "ud"]) == 0
    assert "Der er for få målinger (5) til et kontroldiagram" in capsys.readouterr().out
    ms, catalogue = judged()
    written = mb.ControlCharts.from_arrow(pq.read_table(folder / "ud" / "control_charts.parquet"))
    assert written == mb.control_charts(ms, catalogue=catalogue, kind="run")


def test_peers(folder: Path, capsys: Captured) -> None:
    """Everybody, and a list of codes."""
    assert main(["peers", *GIVEN, "--period", "2024", "--out", "ud"]) == 0
    assert "12,0 procentpoint bedre" in capsys.readouterr().out.replace("\u00a0", " ")
    ms, catalogue = judged()
    written = mb.Comparison.from_arrow(pq.read_table(folder / "ud" / "comparison.parquet"))
    assert written == mb.compare_peers(ms, period="2024", catalogue=catalogue)
    assert (
        main(["peers", *GIVEN, "--period", "2024", "--peers", "0101, 0147", "--mean", "weighted", "--out", "ud"]) == 0
    )
    listed = mb.Comparison.from_arrow(pq.read_table(folder / "ud" / "comparison.parquet"))
    assert listed == mb.compare_peers(ms, ["0101", "0147"], period="2024", catalogue=catalogue, mean="weighted")


def test_peers_with_ranks_in_several_periods(folder: Path, capsys: Captured) -> None:
    """What was asked for reaches the verb, and a summary closes the page."""
    assert main(["peers", *GIVEN, "--period", "2023, 2024", "--ranks", "--out", "ud"]) == 0
    assert "tilfældet alene ville give omkring" in capsys.readouterr().out.replace("\u00a0", " ").splitlines()[-2]
    ms, catalogue = judged()
    written = mb.Comparison.from_arrow(pq.read_table(folder / "ud" / "comparison.parquet"))
    assert written == mb.compare_peers(ms, period=["2023", "2024"], catalogue=catalogue, ranks=True)
    assert main(["peers", *GIVEN, "--period", "2024", "--conditions", "ukendt"]) == 2
    assert "ukendt" in capsys.readouterr().err


def test_peers_on_chosen_indicators(folder: Path, capsys: Captured) -> None:
    """Named with commas or again, in the order named; one that is not measured is told."""
    more = (folder / "m.csv").read_text(encoding="utf-8")
    (folder / "c.toml").write_text(
        (folder / "c.toml").read_text(encoding="utf-8").replace("[[targets]]", ANOTHER + "[[targets]]"),
        encoding="utf-8",
    )
    (folder / "m.csv").write_text(more + "ANDET;0101;2024;5,0;200\nANDET;0147;2024;6,0;200\n", encoding="utf-8")
    call = ["peers", *GIVEN, "--period", "2024", "--out", "ud"]
    for chosen, expected in (
        ((), ["TILFREDS", "ANDET"]),
        (("--indicators", "ANDET"), ["ANDET"]),
        (("--indicators", "ANDET, TILFREDS"), ["ANDET", "TILFREDS"]),
        (("--indicators", "TILFREDS", "--indicators", "ANDET"), ["TILFREDS", "ANDET"]),
    ):
        assert main([*call, *chosen]) == 0
        written = pq.read_table(folder / "ud" / "comparison.parquet")["indicator"].to_pylist()
        assert list(dict.fromkeys(written)) == expected
    assert main([*call, "--indicators", "TILFRED"]) == 2
    assert "Mente du TILFREDS?" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_peers_in_a_period_without_measurements(capsys: Captured) -> None:
    """A mistyped period is told, with those there are; beside one with measurements it has a line in the summary."""
    assert main(["peers", *GIVEN, "--period", "2030"]) == 2
    shown = capsys.readouterr()
    assert shown.err == "Der er ingen målinger for 2030. Der er målinger fra 2020 til 2024.\n"
    assert not shown.out
    assert main(["peers", *GIVEN, "--period", "2024,2030"]) == 0
    assert "Der er ingen målinger for 2030." in capsys.readouterr().out.splitlines()


def test_the_kind_of_mean_is_asked_for_as_an_option(folder: Path, capsys: Captured) -> None:
    """What is an argument in Python is an option here."""
    file = folder / "c.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('aggregation = "mean"\n', ""), encoding="utf-8")
    assert main(["peers", *GIVEN, "--period", "2024", "--lang", "en"]) == 2
    assert "Give --mean with one of: pooled, weighted, unweighted." in capsys.readouterr().err


def test_report(folder: Path, capsys: Captured) -> None:
    """A page and a table for each question that the options allow."""
    assert main(["report", *GIVEN, *VERBS["report"], "--out", "ud", "--lang", "en"]) == 0
    assert "Are we on track?" in capsys.readouterr().out
    assert {file.name for file in (folder / "ud").iterdir()} == {
        "report.html", "tracking.parquet", "trends.parquet", "comparison.parquet",
    }  # fmt: skip
    ms, catalogue = judged()
    written = mb.Trends.from_arrow(pq.read_table(folder / "ud" / "trends.parquet"))
    assert written == mb.detect_trends(ms, catalogue=catalogue)
    assert main(["report", *GIVEN, "--as-of", "2025-06-30", "--out", "uden"]) == 0
    assert not (folder / "uden" / "comparison.parquet").exists()


def test_rows_are_counted_where_they_are_not_shown(capsys: Captured) -> None:
    """``--rows`` shortens what is printed and says how much is left out."""
    assert main(["trends", *GIVEN, "--rows", "1"]) == 0
    out = capsys.readouterr().out
    assert "... rækker, der ikke er vist: 1" in out
    assert "Frederiksberg" not in out


def test_figures_of_few_people_are_shown_only_when_asked(folder: Path, capsys: Captured) -> None:
    """On the screen and in the file a value of three people is left out, unless for internal use."""
    (folder / "m.csv").write_text(GOOD.replace("82,0;200", "66,7;3"), encoding="utf-8")
    for extra, shown in (((), False), (("--internal",), True)):
        assert main(["track", *GIVEN, *VERBS["track"], "--out", "ud", *extra]) == 0
        table = pq.read_table(folder / "ud" / "tracking.parquet").to_pandas().set_index("institution")
        assert ("66,7" in capsys.readouterr().out) == shown
        assert (table.loc["0101", "latest"] == 66.7) == shown


@pytest.mark.parametrize("name", ["mangler.csv", "mangler.toml"])
@pytest.mark.parametrize(("lang", "said"), [("da", "Filen findes ikke"), ("en", "The file does not exist")])
def test_a_file_that_is_not_there(name: str, lang: str, said: str, capsys: Captured) -> None:
    """Named, in the language asked for, with an end that is not 0 and no traceback."""
    assert main(["check", name, "--lang", lang]) == 1
    out, err = capsys.readouterr()
    assert f"{said}: {name}." in out + err
    assert (
        main(["trends", "--catalogue", "c.toml", "--measurements", name.replace("toml", "csv"), "--lang", lang]) == 1
    )
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "danish", "english"),
    [
        (("track", *GIVEN, "--as-of", "31-31-2025"), "skal være en dato", "must be a date"),
        (("peers", *GIVEN, "--period", "20x4"), "ikke en periode", "not a period"),
        (
            ("peers", *GIVEN, "--period", "2024", "--peers", "ingen"),
            "ingen er ikke en gruppe",
            "ingen is not a group",
        ),
        (("peers", *GIVEN, "--period", "2024", "--peers", "0101"), "0101 alene har ingen", "0101 alone has nobody"),
        (("peers", *GIVEN, "--period", "2024", "--peers", "0101,"), "0101 alene har ingen", "0101 alone has nobody"),
        (("trends", *GIVEN, "--alpha", "2"), "mellem 0 og 1", "between 0 and 1"),
        (("charts", *GIVEN, "--kind", "xmr"), "i, run, p,", "i, run, p,"),
        (("charts", *GIVEN, "--rules", "nhs_mdc/9"), "nhs_mdc/1, nhs_mdc/2", "nhs_mdc/1, nhs_mdc/2"),
        (("trends", *GIVEN, "--breaks", "x"), "blocks, last_segment, ignore", "blocks, last_segment, ignore"),
        (
            ("trends", "--catalogue", "folkeskole", "--measurements", "m.csv"),
            "Mente du folkeskolen?",
            "Did you mean folkeskolen?",
        ),
        (("trends", *GIVEN, "--out", "m.csv"), "kan ikke bruges: m.csv", "cannot be used: m.csv"),
    ],
)
def test_a_wrong_call_ends_with_2(arguments: tuple[str, ...], danish: str, english: str, capsys: Captured) -> None:
    """What is wrong is said on the error stream in the language."""
    for lang, said in (("da", danish), ("en", english)):
        assert main([*arguments, "--lang", lang]) == 2
        assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("track", *GIVEN),
        ("trends", "--catalogue", "c.toml"),
        ("trends", "--measurements", "m.csv"),
        ("peers", *GIVEN),
        ("report", *GIVEN),
        ("check",),
        ("--lang", "sv"),
        ("trends", *GIVEN, "--rows", "-1"),
        ("sammenlign",),
    ],
)
def test_options_that_are_missing_or_unknown(arguments: tuple[str, ...], capsys: Captured) -> None:
    """The parser ends with 2 and a line about how it is called."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m maalbib" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("check", "bad.csv", "--catalogue", "c.toml"), 1),
        (("track", *GIVEN), 2),
        (("trends", "--catalogue", "folkeskole", "--measurements", "m.csv"), 2),
    ],
)
def test_ends_of_processes(arguments: tuple[str, ...], code: int) -> None:
    """The exit code of the process is that of the function, and no traceback is seen."""
    done = run(*arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_the_same_call_writes_the_same_bytes(folder: Path) -> None:
    """A report is the same byte for byte each time."""
    for name in ("en", "to"):
        assert main(["report", *GIVEN, *VERBS["report"], "--out", name]) == 0
    for file in (folder / "en").iterdir():
        assert file.read_bytes() == (folder / "to" / file.name).read_bytes()


def test_an_empty_name_is_not_the_current_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """``check ""`` is refused."""
    assert main(["check", "", "--lang", "en"]) == 2
    assert capsys.readouterr().err == "FILE must be a file.\n"


def test_a_count_of_rows_is_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    """The refusal says what is needed and shows no name of ours."""
    with pytest.raises(SystemExit):
        main(["trends", "--catalogue", "danmark", "--measurements", "a.csv", "--rows", "-1"])
    said = capsys.readouterr().err
    assert "a whole number" in said
    assert "_count" not in said


ROWS = (
    ("Kommune", "Periode", "Andel", "Antal"),
    ("0101", "2023", 70.5, 200),
    (147, "2023", "ca. 5", 200),
    ("0147", 2024, "80,5", 200),
)
WORDS = ("--columns", "institution=Kommune,period=Periode,value=Andel,denominator=Antal", "--indicator", "TILFREDS")


@pytest.fixture
def book(folder: Path) -> Path:
    """A workbook with two faults and two doubts."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = "Målinger"
    for row in ROWS:
        sheet.append(row)
    made.save(folder / "tal.xlsx")
    return folder / "tal.xlsx"


@pytest.mark.parametrize(
    ("lang", "said"), [("da", "Hent koderne som tekst fra kilden"), ("en", "Take the codes from the source as text")]
)
def test_check_a_workbook(lang: str, said: str, book: Path, capsys: Captured) -> None:
    """Problems name the cell; a marked copy and a list for programs are written beside."""
    arguments = ("check", book.name, *WORDS, "--lang", lang, "--marked", "ud.xlsx", "--json", "fejl.json")
    assert main(arguments) == 1
    out = capsys.readouterr().out
    for cell in ("B4", "A3", "C3", "C4"):
        assert f"tal.xlsx:Målinger!{cell}:" in out
    assert said in out
    assert "  ud.xlsx\n" in out
    assert "ca. 5" not in out
    sheet = openpyxl.load_workbook("ud.xlsx")["Målinger"]
    assert said in sheet["A3"].comment.text
    listed = json.loads(Path("fejl.json").read_text(encoding="utf-8"))
    assert {problem["cell"] for problem in listed} == {f"Målinger!{cell}" for cell in ("B4", "A3", "C3", "C4")}


def test_the_sheet_and_the_row_of_the_header(book: Path, capsys: Captured) -> None:
    """Where several sheets hold something one is named, and titles stand above the header."""
    made = openpyxl.load_workbook(book)
    other: Any = made.create_sheet("Andet")
    other["A1"] = "Titel"
    other.append([])
    for row in (ROWS[0], ROWS[1]):
        other.append(row)
    made.save(book)
    assert main(["check", book.name, *WORDS]) == 1
    assert "2 (Målinger, Andet)" in capsys.readouterr().out
    assert main(["check", book.name, *WORDS, "--sheet", "Andet", "--header-row", "2"]) == 0
    assert capsys.readouterr().out == "Ingen fejl fundet.\n"


def test_verbs_take_the_same_options(folder: Path, capsys: Captured) -> None:
    """A workbook with its own names, marks of Statistics Denmark and codes of three digits."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.append(["Omr, kode", *(str(year) for year in range(2018, 2025))])
    for code, start in (("101", 70), ("147", 90)):
        sheet.append([code, *(start + step for step in range(6)), ".."])
    made.save(folder / "bred.xlsx")
    arguments = (
        *("trends", "--catalogue", "c.toml", "--measurements", "bred.xlsx"),
        *("--columns", "institution=Omr, kode", "--constants", "indicator=TILFREDS,denominator=200"),
        *("--schemes", "institution=municipality3", "--marks", "dst", "--across", "period"),
    )
    code = main(arguments)
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert "København" in out
    assert main([*arguments[:-3], "..=M", "--across", "period"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--columns", "Kommune"), "pairs such as institution=Kommune"),
        (("--constants", "=x"), "pairs such as institution=Kommune"),
        (("--locale", "sv"), "--locale"),
        (("--across", "value"), "--across"),
    ],
)
def test_options_that_cannot_be_read(arguments: tuple[str, ...], said: str, capsys: Captured) -> None:
    """The parser says what is needed."""
    with pytest.raises(SystemExit):
        main(["check", "m.csv", *arguments])
    assert said in capsys.readouterr().err


def test_only_a_workbook_can_be_marked(capsys: Captured) -> None:
    """Anything else is a wrong call, told before anything is read."""
    assert main(["check", "m.csv", "--marked", "ud.xlsx"]) == 2
    assert "(.xlsx, .xlsm)" in capsys.readouterr().err


def test_json_is_a_catalogue_or_measurements(folder: Path, capsys: Captured) -> None:
    """What the file holds decides, not its ending."""
    (folder / "m.json").write_text(
        '{"schema_version": "1.0", "breakdowns": [], "rows": [{"indicator": "TILFREDS", "institution": "0101", '
        '"period": "2024", "value": 70, "denominator": 200}]}',
        encoding="utf-8",
    )
    (folder / "k.json").write_text('{"schema_version": "1.0", "agency": 5}', encoding="utf-8")
    (folder / "x.json").write_text("{", encoding="utf-8")
    assert main(["check", "m.json"]) == 0
    capsys.readouterr()
    for name in ("k.json", "x.json"):
        assert main(["check", name]) == 1
        assert name in "".join(capsys.readouterr())


def test_a_folder_of_measurements(folder: Path, capsys: Captured) -> None:
    """A folder of Parquet files is measurements; one of definitions a catalogue."""
    (folder / "d").mkdir()
    mb.Measurements.read("m.csv", locale="da").write(folder / "d" / "m.parquet")
    assert main(["check", "d"]) == 0
    assert capsys.readouterr().out == "Ingen fejl fundet.\n"
