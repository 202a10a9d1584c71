"""The two tables of the 2006 paper: sums, bounds, association, and a comparison that must be refused."""

from __future__ import annotations

import pytest

import maalbib as mb
from maalbib import stats
from maalbib.errors import UnknownCodeError


@pytest.fixture(scope="module")
def catalogue() -> mb.Catalogue:
    """Every shipped definition."""
    return mb.Catalogue.load("danmark")


@pytest.mark.parametrize(
    ("measure", "spearman", "orders", "kendall", "kendall_orders"),
    [("user_satisfaction_mean", 0.39466, 336, 0.29814, 408), ("user_positive_share", -0.31887, 392, -0.27602, 420)],
)
def test_t2_satisfaction_does_not_follow_expenditure(
    measure: str, spearman: float, orders: int, kendall: float, kendall_orders: int, catalogue: mb.Catalogue
) -> None:
    """Six classes, all 720 orders counted: no clear association, and the two measures point opposite ways."""
    expenditure = mb.Measurements.example("expenditure-2006")
    row = mb.associate(expenditure, "expenditure_class", measure, catalogue=catalogue)[0]
    assert row.spearman == pytest.approx(spearman, abs=1e-5)
    assert row.spearman_p == pytest.approx(orders / 720, abs=1e-12)
    assert row.kendall == pytest.approx(kendall, abs=1e-5)
    assert row.kendall_p == pytest.approx(kendall_orders / 720, abs=1e-12)
    assert (row.n, row.p_exact, row.state) == (6, True, "no_clear_association")
    assert "6" in row.explain("da")


@pytest.mark.parametrize(
    ("area", "low", "high"), [("daycare", 4.089, 4.323), ("school", 3.727, 4.103), ("home_care", 3.562, 4.008)]
)
def test_t3_bounds_of_a_mean(area: str, low: float, high: float) -> None:
    """The shares of Tabel 1 bound a mean on a scale of 1 to 5; all six means of Tabel 2 lie within those of day care."""
    satisfaction = mb.Measurements.example("satisfaction-2006").to_pandas().set_index(["indicator", "area"])["value"]
    top, second = (satisfaction[name, area] / 100 for name in ("user_very_satisfied_share", "user_satisfied_share"))
    bounds = stats.scale_mean_bounds(top, second)
    assert float(bounds.lower) == pytest.approx(low, abs=5e-4)
    assert float(bounds.upper) == pytest.approx(high, abs=5e-4)
    if area == "daycare":
        means = mb.Measurements.example("expenditure-2006").select(indicator="user_satisfaction_mean").to_pandas()
        assert means["value"].between(float(bounds.lower), float(bounds.upper)).all()


def test_t4_hospital_against_school_is_refused(catalogue: mb.Catalogue) -> None:
    """The hospital figures are from another survey: not compared, with the reason, unless the caller says so."""
    satisfaction = mb.Measurements.example("satisfaction-2006")
    asked = {"period": "2005", "over": "area", "mean": "unweighted", "catalogue": catalogue}
    refused = mb.compare_peers(satisfaction, ["hospital", "school"], **asked)
    assert {row.state for row in refused} == {"not_compared"}
    assert {row.reason for row in refused} == {"different_sources"}
    allowed = mb.compare_peers(satisfaction, ["hospital", "school"], across_sources=True, **asked)
    row = allowed.row(indicator="user_satisfied_or_very_share", breakdown="area=hospital")
    assert row.gap == pytest.approx(90.3 - 81.2)
    assert "mixed_sources" in row.flags
    assert row.reason == "uncertainty_missing"


def test_areas_of_one_survey_are_compared_without_a_verdict(catalogue: mb.Catalogue) -> None:
    """Without the number of answers the gap is given and nothing is claimed."""
    satisfaction = mb.Measurements.example("satisfaction-2006")
    rows = mb.compare_peers(
        satisfaction,
        period="2005",
        over="area",
        mean="unweighted",
        catalogue=catalogue,
        indicators="user_satisfied_or_very_share",
    )
    school = rows.row(breakdown="area=school")
    assert school.peers == 2
    assert school.gap == pytest.approx(81.2 - (88.3 + 77.7) / 2)
    assert (school.state, school.reason) == ("not_compared", "uncertainty_missing")
    assert rows.row(breakdown="area=hospital").reason == "different_sources"


def test_a_mistyped_member_is_not_a_missing_value(catalogue: mb.Catalogue) -> None:
    """With a register at hand an unknown code is an error that names the nearest one."""
    reading = mb.Measurements.example("reading").with_catalogue(catalogue, register=mb.Register.denmark())
    with pytest.raises(UnknownCodeError, match="Did you mean 0751"):
        mb.compare_peers(reading, ["0751", "07511"], period="2020/21", mean="unweighted")
