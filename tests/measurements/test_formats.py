"""One way in for every format: told by the file, or declared; and what is written comes back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import maalbib as mb

OWN = "interchange/own"


def rows(ms: mb.Measurements) -> list[tuple[str, str, str, float | None, str]]:
    """Return the rows as plain tuples."""
    return [(row.indicator, row.institution, str(row.period), row.value, row.status) for row in ms]


@pytest.fixture
def rich() -> mb.Measurements:
    """Breakdown, marks, missing and hidden values, Danish letters, what looks like a formula."""
    frame = {
        "indicator": ["sick"] * 4,
        "institution": ["0101", "0101", "0751", "0751"],
        "period": ["2023", "2024", "2023/24", "2024-W01"],
        "sex": ["_T", "kvinder", "mænd", "-5"],
        "value": [9.4, None, 0.1 + 0.2, -3.0],
        "n": [10, None, 3, 0],
        "status": ["P", "Q", "B", "A"],
        "conf": ["F", "C", "F", "F"],
        "comment": ["=1+1", "'=1", 'Ærø; "to"\nlinjer', None],
    }
    import pandas as pd

    return mb.Measurements.from_pandas(pd.DataFrame(frame), breakdowns=["sex"])


@pytest.mark.parametrize("name", ["m.parquet", "m.arrow", "m.json", "m.xlsx"])
def test_what_is_written_comes_back(rich: mb.Measurements, tmp_path: Path, name: str) -> None:
    """Files that say what they hold need no word from the reader."""
    rich.write(tmp_path / name)
    assert mb.Measurements.read(tmp_path / name) == rich


@pytest.mark.parametrize("locale", ["da", "iso"])
@pytest.mark.parametrize("structure", [None, "KL:DF_MAAL(1.0.0)"])
def test_text_comes_back(rich: mb.Measurements, tmp_path: Path, locale: Any, structure: str | None) -> None:
    """A CSV file needs its locale and its breakdowns; SDMX-CSV says the first itself."""
    rich.write(tmp_path / "m.csv", locale=locale, structure=structure)
    options: dict[str, Any] = {"breakdowns": ["sex"]} | ({"locale": locale} if structure is None else {})
    assert mb.Measurements.read(tmp_path / "m.csv", **options) == rich


@pytest.mark.parametrize(
    ("name", "format"), [("m.parquet", "parquet"), ("m.arrow", "arrow"), ("m.json", "json"), ("m.xlsx", "excel")]
)
def test_bytes_need_their_format(rich: mb.Measurements, tmp_path: Path, name: str, format: Any) -> None:  # noqa: A002
    """An upload is read from memory; its format is declared."""
    rich.write(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    assert mb.Measurements.read(data, format=format) == rich
    with pytest.raises(mb.ArgumentError) as caught:
        mb.Measurements.read(data)
    assert caught.value.code == "format.needed"


def test_a_declared_format_wins_over_the_name(rich: mb.Measurements, tmp_path: Path) -> None:
    """A name may be wrong."""
    rich.write(tmp_path / "m.parquet")
    shutil.copy(tmp_path / "m.parquet", tmp_path / "m.dat")
    assert mb.Measurements.read(tmp_path / "m.dat", format="parquet") == rich
    with pytest.raises(mb.ArgumentError) as caught:
        mb.Measurements.read(tmp_path / "m.dat", format="xml")  # type: ignore[arg-type]
    assert caught.value.code == "argument.choice"


def test_a_folder_is_one_table(tmp_path: Path) -> None:
    """One file for each indicator."""
    for grade in ("2", "4"):
        mb.Measurements.example("reading").select(breakdown={"grade": grade}).write(tmp_path / f"{grade}.parquet")
    whole = mb.Measurements.read(tmp_path)
    assert len(whole) == 14
    assert {row.breakdown["grade"] for row in whole} == {"2", "4"}


@pytest.mark.parametrize(
    ("folder", "name", "count"),
    [
        ("jsonstat", "v2_sparse.json", 6),
        ("kolada", "three_genders.json", 3),
        ("sdmx_json", "flat.json", 3),
        ("sdmx_csv", "06_labels_in_own_columns.csv", 1),
    ],
)
def test_the_beginning_tells_the_format(oracles: Path, folder: str, name: str, count: int) -> None:
    """Four formats in JSON and two in CSV are told apart, by path; as bytes they are declared."""
    file = oracles / OWN / folder / name
    ms = mb.Measurements.read(file)
    assert len(ms) == count
    declared: Any = {"jsonstat": "json-stat"}.get(folder, folder.replace("_", "-"))
    assert rows(mb.Measurements.read(file.read_bytes(), format=declared)) == rows(ms)


def test_px_with_its_period_and_a_declared_place(oracles: Path) -> None:
    """The file says which dimension is time; the caller says which is the institution."""
    ms = mb.Measurements.read(
        oracles / OWN / "px/quarters.px",
        columns={"institution": "område"},
        constants={"indicator": "x"},
        on_problem="collect",
    )
    assert len(ms)
    assert {row.period.freq.value for row in ms} == {"Q"}


def test_statuses_of_a_table_are_declared(oracles: Path) -> None:
    """A mark that nobody has explained is an error that names the marks; declared, it is a status."""
    file = oracles / OWN / "jsonstat/v2_status_dict.json"
    with pytest.raises(mb.DataError) as caught:
        mb.Measurements.read(file)
    assert {problem.code for problem in caught.value.problems} == {"mark.unknown"}
    assert '"-", ".."' in caught.value.problems[0].message_en
    told = mb.Measurements.read(file, marks="dst")
    assert [(row.value, row.status) for row in told][1:5:3] == [(None, "Q"), (0.0, "A")]


def test_a_whole_table_of_statistics_denmark(oracles: Path) -> None:
    """JSON-stat 1, Danish periods, the codes of OMRÅDE: one call."""
    ms = mb.Measurements.read(
        oracles / "interchange/real/jsonstat/dst_folk1a_v1.json",
        locale="da",
        constants={"institution": "DK"},
    )
    assert rows(ms) == [("FOLK1A", "DK", "2020-Q1", 5_822_763.0, "A")]


@pytest.mark.parametrize("name", ["x.docx", "x", "x.yaml"])
def test_other_endings(tmp_path: Path, name: str) -> None:
    """What is not known is said at once, with what is."""
    with pytest.raises(mb.ArgumentError, match=r"\.xlsx"):
        mb.Measurements.read(tmp_path / name, locale="da")


@pytest.mark.parametrize(
    ("name", "options"),
    [("x.parquet", {"locale": "da"}), ("x.json", {"structure": "A:B(1.0)"}), ("x.docx", {})],
)
def test_writing_refuses_what_has_no_meaning(
    rich: mb.Measurements, tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    """An argument that the format has no use for is an error, and no file is left."""
    with pytest.raises(mb.ArgumentError):
        rich.write(tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


def test_a_reader_opens_nothing_else(rich: mb.Measurements, tmp_path: Path) -> None:
    """Reading opens the path it is given, for reading, and no socket, process or other file of the caller's."""
    import os
    import subprocess
    import sys

    for name in ("m.parquet", "m.json", "m.xlsx"):
        rich.write(tmp_path / name)
    rich.write(tmp_path / "m.csv")
    code = f"""
import sys, maalbib as mb
folder = {str(tmp_path)!r}
for name in ("m.parquet", "m.json", "m.xlsx", "m.csv"):
    mb.Measurements.read(f"{{folder}}/{{name}}", locale="iso", breakdowns=["sex"])  # what is loaded once is loaded now
def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.spawn", "os.system", "urllib.")):
        raise SystemExit(event)
    if event == "open" and isinstance(arguments[0], str) and not arguments[0].startswith(folder):
        raise SystemExit("open " + arguments[0])
sys.addaudithook(watch)
for name in ("m.parquet", "m.json", "m.xlsx", "m.csv"):
    mb.Measurements.read(f"{{folder}}/{{name}}", locale="iso", breakdowns=["sex"])
print("quiet")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False, env=dict(os.environ)
    )
    assert (done.stdout.strip(), done.returncode) == ("quiet", 0), done.stderr
