"""Published assessments come out as published, and the table of the docs says so."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from maalbib import stats

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def published() -> Iterator[ModuleType]:
    """The module that compares, which is no part of the package."""
    if not (ROOT / "calibration").is_dir():
        pytest.skip("the folder calibration is not here")
    sys.path.insert(0, str(ROOT / "calibration"))
    yield importlib.import_module("published")
    sys.path.remove(str(ROOT / "calibration"))


@pytest.fixture(scope="module")
def folder(oracles: Path) -> Path:
    """The folder with the cases; skips where it is missing."""
    if not (oracles / "tracking").is_dir():
        pytest.skip("the cases of tracking are not here")
    return oracles / "tracking"


@pytest.fixture(scope="module")
def found(published: ModuleType, folder: Path) -> list[Any]:
    """What comes out for every method and file."""
    return list(published.proofs(folder))


@pytest.mark.parametrize(
    ("method", "file", "cases"),
    [
        ("statcan/1", "statcan_series.csv", 294),
        ("statcan/1", "statcan_end_to_end.json", 166),
        ("eustat/1", "eustat_series.csv", 32),
        ("pilote/1", "barometre_attainment.csv", 2519),
        ("nhs_assurance/1", "nhs_assurance.json", 7),
        ("who_path/1", "who_paths.json", 9),
    ],
)
def test_every_case_comes_out(found: list[Any], method: str, file: str, cases: int) -> None:
    """Value, score and word agree in every case of a file."""
    proof = next(each for each in found if (each.method, each.file) == (method, file))
    assert proof.missed == ()
    assert proof.cases == cases


def test_our_own_cases_come_out(found: list[Any]) -> None:
    """Each of the cases made from the rules as written, but those of compound growth, which is no published method."""
    own = [each for each in found if each.file == "own_profiles.json"]
    assert [each.missed for each in own] == [()] * 8
    assert sum(each.cases for each in own) == 89


def test_symbols_come_out_but_for_seven_known_differences(found: list[Any], folder: Path) -> None:
    """The ones that do not are those that the figures, as revised since, cannot give."""
    proof = next(each for each in found if each.file == "destatis_weather.json")
    data = json.loads((folder / "destatis_weather.json").read_text(encoding="utf-8"))
    assert set(proof.missed) == {case["case_id"] for case in data["cases"] if not case["reproduced"]}
    assert (proof.cases, len(proof.missed)) == (208, 7)


def test_means_of_indicators_come_out_but_for_one_nested(
    published: ModuleType, found: list[Any], folder: Path
) -> None:
    """How its groups are nested is not published; its class agrees with its published score."""
    proof = next(each for each in found if each.file == "statcan_rollup.csv")
    assert (proof.cases, proof.missed) == (106, ("GIF:4-5-1",))
    row = next(row for row in published.csv_rows(folder, proof.file) if row["nested"] == "True")
    states = json.loads(row["series_statuses"])
    assert published.class_of(float(row["score"]), states) == row["progress_status"]


def test_start_equal_to_target_is_no_percentage_where_operately_says_zero(found: list[Any]) -> None:
    """Zero per cent would be told even where the target is met."""
    proof = next(each for each in found if each.file == "operately_attainment.json")
    assert proof.missed == tuple(f"operately-{place:02}" for place in range(7, 12))
    equal = stats.pilote_attainment(100, 100, 100, rising=True, equal_is_null=True)
    assert str(equal.unrounded.item()) == "nan"
    assert equal.reason.item() == "initial_equals_target"


def test_the_table_of_the_docs_is_what_comes_out(published: ModuleType, found: list[Any]) -> None:
    """Nobody has written it by hand."""
    page = ROOT / "docs" / "calibration" / "published-assessments.md"
    if not page.is_file():
        pytest.skip("the folder docs is not here")
    assert page.read_text(encoding="utf-8") == published.as_table(found)


def test_45_percentages_of_the_site_are_none(published: ModuleType, folder: Path) -> None:
    """Those of targets that equal their start."""
    rows = published.csv_rows(folder, "barometre_attainment.csv")
    assert sum(row["published_percentage"] == "" for row in rows) == 45


def test_pilote_rounding_twice_changes_published_rows(published: ModuleType, folder: Path) -> None:
    """To two decimals first and then to a whole number gives other numbers than the site shows: rounding is done once."""
    rows = published.csv_rows(folder, "barometre_attainment.csv")
    found = stats.pilote_attainment(
        published.column(rows, "initial_value"),
        published.column(rows, "latest_value"),
        published.column(rows, "target"),
        rising=True,
        equal_is_null=True,
    )
    twice = found.bounded.round()
    there = found.reason == ""
    assert int((twice[there] != found.site[there]).sum()) == 2
