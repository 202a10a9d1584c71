"""The share of good readers 2014/15-2020/21 against 80 per cent: the case that the library must not get wrong."""

from __future__ import annotations

import pytest

import maalbib as mb

# Printed shares and, computed independently by counting every order of the values, S and p for five and seven years.
FIGURES = {
    "2": (-4, 0.4, 0.0, -3, 0.7524),
    "4": (-10, 0.01667, -1.5833, -10, 0.1778),
    "6": (-10, 0.01667, -1.7083, -12, 0.0944),
    "8": (-2, 0.8, 0.0, -11, 0.1143),
}


@pytest.fixture(scope="module")
def catalogue() -> mb.Catalogue:
    """The national targets for the folkeskole."""
    return mb.Catalogue.load("folkeskolen")


@pytest.fixture(scope="module")
def reading() -> mb.Measurements:
    """The figures that ship with the package."""
    return mb.Measurements.example("reading")


@pytest.mark.parametrize("grade", FIGURES)
def test_trend_before_the_break(grade: str, reading: mb.Measurements, catalogue: mb.Catalogue) -> None:
    """The five years before covid, each grade by itself."""
    early = mb.Measurements.from_arrow(
        reading.to_arrow().filter(_not_after(reading, "2018/19")), breakdowns=["grade"], catalogue=catalogue
    )
    row = mb.detect_trends(early, catalogue=catalogue).row(breakdown=f"grade={grade}")
    s, p_value, slope, _, _ = FIGURES[grade]
    assert row.s == s
    assert row.p_value == pytest.approx(p_value, abs=5e-5)
    assert row.slope == pytest.approx(slope, abs=5e-5)


@pytest.mark.parametrize("grade", FIGURES)
def test_trend_ignoring_the_break(grade: str, reading: mb.Measurements, catalogue: mb.Catalogue) -> None:
    """All seven years as if they could be compared: asked for by name, and flagged."""
    row = mb.detect_trends(reading, catalogue=catalogue, breaks="ignore").row(breakdown=f"grade={grade}")
    assert row.s == FIGURES[grade][3]
    assert row.p_value == pytest.approx(FIGURES[grade][4], abs=5e-5)
    assert "crosses_break" in row.flags


def test_break_decides_grade_4(reading: mb.Measurements, catalogue: mb.Catalogue) -> None:
    """By blocks p is exactly one in twenty, and one in twenty counts; the newest stretch alone cannot be judged."""
    by_blocks = mb.detect_trends(reading, catalogue=catalogue).row(breakdown="grade=4")
    assert by_blocks.p_value == 0.05
    assert (by_blocks.s, by_blocks.n_blocks, by_blocks.state) == (-9, 2, "declining")
    assert by_blocks.breaks == ("2019/20",)
    newest = mb.detect_trends(reading, catalogue=catalogue, breaks="last_segment").row(breakdown="grade=4")
    assert (newest.state, newest.n) == ("not_judged", 2)
    assert newest.reason in {"too_few_points", "break_leaves_too_few"}
    assert "ingen udvikling" not in newest.explain("da")


def test_target_of_80_per_cent(reading: mb.Measurements, catalogue: mb.Catalogue) -> None:
    """No grade reached the target in 2020/21; the gaps are 1, 9, 9 and 5 points."""
    tracking = mb.track(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")
    assert {row.breakdown: row.latest - 80 for row in tracking} == {
        "grade=2": -1,
        "grade=4": -9,
        "grade=6": -9,
        "grade=8": -5,
    }
    assert {row.state for row in tracking} == {"not_met"}
    assert all("break" in row.flags for row in tracking)


def test_the_four_verdicts_stay_four(reading: mb.Measurements, catalogue: mb.Catalogue) -> None:
    """One target and four grades give four rows, never a silent mean."""
    assert len(mb.track(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")) == 4


def _not_after(measurements: mb.Measurements, last: str) -> list[bool]:
    return [str(period) <= last for period in measurements.to_arrow()["period"].to_pylist()]
