"""The made-up municipality end to end: its targets and its figures, judged, put on the board and rolled up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import maalbib as mb

FOLDER = Path(__file__).parents[1] / "docs" / "examples"
FIGURES = FOLDER / "eksempelkommune-maalinger.csv"
DAY = "2025-11-30"
pytestmark = pytest.mark.skipif(not FIGURES.exists(), reason="the pages are not here")

EXPECTED = {
    ("EKS-01", "EKS-D1"): "met.standing",
    ("EKS-01", "EKS-D2"): "not_met.standing_improving",
    ("EKS-01", "EKS-D3"): "not_met.standing_worsening",
    ("EKS-01", "EKS-D4"): "met.standing",
    ("EKS-01", "EKS-D5"): "not_met.standing_unchanged",
    ("EKS-02", "EKS-D1"): "met.standing",
    ("EKS-02", "EKS-D2"): "not_met.standing_improving",
    ("EKS-02", "EKS-D3"): "met.standing",
    ("EKS-02", "EKS-D4"): "not_met.standing_worsening",
    ("EKS-02", "EKS-D5"): "not_measurable.no_data",
    ("EKS-03", "EKS-K"): "on_track.projection_meets",
    ("EKS-04", "EKS-S1"): "on_track.path_met",
    ("EKS-04", "EKS-S2"): "moving_away.pace_negative",
    ("EKS-04", "EKS-S3"): "not_measurable.small_n",
    ("EKS-05", "EKS-S1"): "met.step_made",
    ("EKS-05", "EKS-S2"): "not_met.step_reversed",
    ("EKS-05", "EKS-S3"): "not_measurable.gap",
    ("EKS-06", "EKS-S1"): "on_track.path_met",
    ("EKS-06", "EKS-S2"): "off_track.below_path",
    ("EKS-06", "EKS-S3"): "moving_away.pace_negative",
    ("EKS-07", "EKS-S3"): "met.standing",
    ("EKS-08", "EKS-K"): "on_track.direction_right",
    ("EKS-09", "EKS-K"): "not_met.standing_worsening",
    ("EKS-10", "EKS-P1"): "met.standing",
    ("EKS-10", "EKS-P2"): "not_measurable.suppressed",
    ("EKS-11", "EKS-K"): "not_met.standing_worsening",
    ("EKS-12", "EKS-K"): "met.milestone_late",
    ("EKS-13", "EKS-K"): "not_measurable.not_due",
    ("EKS-14", "EKS-K"): "on_track.projection_meets",
    ("EKS-15", "EKS-K"): "off_track.below_path",
    ("EKS-16", "EKS-K"): "on_track.path_met",
    ("EKS-17", "EKS-K"): "off_track.projection_misses",
    ("EKS-18", "EKS-K"): "met.standing",
    ("EKS-19", "EKS-P1"): "not_measurable.withdrawn",
    ("EKS-19", "EKS-P2"): "not_measurable.withdrawn",
}
FLAGS = {
    ("EKS-01", "EKS-D4"): {"slipping"},
    ("EKS-03", "EKS-K"): {"thin"},
    ("EKS-04", "EKS-S2"): {"endpoint_sensitive", "override", "thin"},
    ("EKS-06", "EKS-S2"): {"baseline_revised", "provisional"},
    ("EKS-06", "EKS-S3"): {"baseline_revised", "values_set_aside"},
    ("EKS-09", "EKS-K"): {"stale"},
    ("EKS-16", "EKS-K"): {"slack_used", "thin"},
    ("EKS-17", "EKS-K"): {"endpoint_sensitive", "interval_straddles_target", "target_revised"},
}


@pytest.fixture(scope="module")
def measured() -> mb.Measurements:
    """The file as it lies there, with the catalogue and the institutions of the catalogue."""
    catalogue = mb.Catalogue.load(FOLDER / "eksempelkommune.toml")
    register = mb.Register.from_catalogue(catalogue)
    return mb.Measurements.read(FIGURES, locale="da", catalogue=catalogue, register=register)


@pytest.fixture(scope="module")
def tracking(measured: mb.Measurements) -> mb.Tracking:
    """All targets, judged."""
    return mb.track(measured, as_of=DAY)


def test_the_file_is_clean_and_holds_no_real_institution(measured: mb.Measurements) -> None:
    """No problem is found, and only the country has a real code."""
    assert len(measured.problems) == 0
    assert {code for code in measured.institutions if not code.startswith("EKS-")} == {"DK"}
    assert {row.status for row in measured} == {"A", "P", "Q"}


def test_every_target_has_its_verdict(tracking: mb.Tracking) -> None:
    """All nineteen, one row for each institution that is bound, also where nobody has a figure."""
    assert {(row.target, row.institution): f"{row.state}.{row.reason}" for row in tracking} == EXPECTED


@pytest.mark.parametrize("key", FLAGS)
def test_what_a_reader_should_know_is_flagged(key: tuple[str, str], tracking: mb.Tracking) -> None:
    """Small margins, late and provisional figures, single values that decide, agreed values that were not measured."""
    assert set(tracking.row(target=key[0], institution=key[1]).flags) == FLAGS[key]


def test_figures_worked_out_by_hand(tracking: mb.Tracking) -> None:
    """A path, a growth over three years, a median of two, 30 per cent off, and a back-loaded way."""

    def row(target: str, institution: str = "EKS-K") -> mb.Progress:
        return tracking.row(target=target, institution=institution)

    assert row("EKS-04", "EKS-S1").expected_now == pytest.approx(72)
    assert row("EKS-06", "EKS-S1").expected_now == pytest.approx(6.8 - 1.5 * (6 / 8) ** 2)
    assert row("EKS-07", "EKS-S3").latest == pytest.approx(3.85 - (3.80 + 3.69) / 2)
    assert row("EKS-11").latest == pytest.approx(100 * ((560100 / 521900) ** (1 / 3) - 1))
    assert row("EKS-14").target_value == pytest.approx(0.7 * 214)
    assert row("EKS-14").projected == pytest.approx((214 + 190 + 182) / 3 - 16 * 3)
    assert row("EKS-15").expected_now == pytest.approx((310 * 120) ** 0.5)
    assert row("EKS-18").latest == pytest.approx(11.6 - 11.8)


def test_the_director_can_read_every_sentence(tracking: mb.Tracking) -> None:
    """Whole sentences with names: no code, no blank, nothing English."""
    for row in tracking:
        said = row.explain("da")
        assert not re.search(r"EKS-|_all|None|nan|\{|  |\bthe\b", said), said
        assert said.endswith(".")


def test_sentences(tracking: mb.Tracking) -> None:
    """Word by word: a path that is just kept, a state set by hand, a direction, and a figure that is late."""

    def said(target: str, institution: str = "EKS-K") -> str:
        return tracking.row(target=target, institution=institution).explain("da").replace("\u00a0", " ")

    assert said("EKS-16") == (
        "Andel ansøgninger, der klares med selvbetjening, Eksempelkommune: 74,2 % i 2024 følger den aftalte vej til målet "
        "(75,0 % på det tidspunkt); målet er mindst 85,0 % i 2027. Der mangler lidt, men ikke mere end den tilladte margin. "
        "Vurderingen hviler på få målinger."
    )
    assert (
        "Status er sat til »kan ikke måles« den 1. september 2025 (kvalitetschef): Skolen var lukket efter en vandskade, og "
        "testen blev taget på to andre skoler. Den beregnede status står ved siden af."
    ) in said("EKS-04", "EKS-S2")
    assert "Udviklingen går i den ønskede retning: 89,5 % i 2022 og 90,6 % i 2024." in said("EKS-08")
    assert said("EKS-09").endswith("og afstanden vokser. Et nyere tal burde være kommet.")


def test_the_revised_target_is_judged_by_both_versions(measured: mb.Measurements) -> None:
    """Off track to the new one, missed by the old one, and what was known decides what was said."""
    both = mb.track(measured, as_of=DAY, targets="EKS-17", basis="every")
    assert [(row.version, row.state, row.latest) for row in both] == [
        ("2019", "not_met", 11.6),
        ("2023", "off_track", 11.6),
    ]
    spring = [mb.track(measured, as_of=day, targets="EKS-17")[0].latest for day in ("2024-03-01", "2024-06-01")]
    assert spring == [12.4, 12.6]  # the figure for 2023 was corrected in May
    [early] = mb.track(measured, as_of="2023-06-01", targets="EKS-17")
    assert (early.version, early.due, "target_revised" in early.flags) == ("2019", "2024", False)


def test_methods_that_disagree_are_told_apart(measured: mb.Measurements) -> None:
    """So many complaints fewer each year reach the target, so many per cent fewer do not."""
    both = mb.track(measured, as_of=DAY, targets="EKS-14", method=["linear", "cagr"]).disagreements()
    assert [(row.method, row.state) for row in both] == [("linear", "on_track"), ("cagr", "off_track")]


def test_the_board_asks_for_what_is_missing(measured: mb.Measurements) -> None:
    """The worst first within a goal; an essential target without an explanation of its newest figure is named."""
    board = mb.goal_board(measured, as_of=DAY)
    assert board.counts() == {
        "not_met": 8,
        "moving_away": 2,
        "off_track": 3,
        "on_track": 6,
        "met": 9,
        "not_measurable": 7,
    }
    assert len(board.unmatched) == 0
    assert [(row.target, row.institution) for row in board if row.explanation == "missing"] == [
        ("EKS-04", "EKS-S2"),
        ("EKS-09", "EKS-K"),
    ]
    waiting = board.row(target="EKS-09")
    assert (waiting.notes_count, waiting.actions_overdue, waiting.assurance) == (1, 1, "inconsistent")


def test_the_goals_are_summed_up_with_what_was_left_out(tracking: mb.Tracking, measured: mb.Measurements) -> None:
    """A withdrawn target counts for nothing, an unknown one against the coverage, and nothing is averaged."""
    summary = mb.roll_up(tracking, measured.catalogue, register=measured.register)
    care = summary.row(group="EKS-AELDRE", institution="EKS-K")
    assert (care.n_met, care.n_not_met, care.left_out) == (1, 2, ("EKS-13",))
    assert care.coverage_weight == pytest.approx(4 / 5)
    assert care.share_met == pytest.approx(1 / 4)
    staff = summary.row(group="EKS-ARBEJDSPLADS", institution="EKS-K")
    assert (staff.state, staff.policy) == ("off_track", "worst")
    school = summary.row(group="EKS-SKOLE", institution="EKS-S3")
    assert (school.state, school.reason) == ("not_measurable", "rollup_coverage")
    whole = summary.row(group="EKS", institution="EKS-K")
    assert whole.state == "no_single_state"
    assert whole.coverage_weight == 1


def test_the_municipality_counts_its_institutions(tracking: mb.Tracking, measured: mb.Measurements) -> None:
    """Two of five day-care centres; the median of percentages is nobody's figure."""
    places = mb.roll_up(
        tracking, measured.catalogue, by="territory", register=measured.register, level="municipality"
    )
    row = places.row(target="EKS-01")
    assert (row.institution, row.of, row.n_met, row.n_not_met) == ("EKS-K", "daycare", 2, 3)


def test_the_municipality_answers_for_its_goals_as_a_whole(tracking: mb.Tracking, measured: mb.Measurements) -> None:
    """One target of its own is met; with the schools' it is two thirds, and the plan as a whole is not known well enough."""
    catalogue, register = measured.catalogue, measured.register
    alone = mb.roll_up(tracking, catalogue, register=register).row(group="EKS-SKOLE", institution="EKS-K")
    assert (alone.share_on_course, alone.used) == (1.0, ("EKS-08",))
    summary = mb.roll_up(tracking, catalogue, over="territory", level="municipality", register=register)
    assert {row.institution for row in summary} == {"EKS-K"}
    school = summary.row(group="EKS-SKOLE")
    judged = 3 * 2 / 3 + 2 / 3 + 1 + 1 + 1  # of the weights 3, 1, 1, 1, 1
    assert school.left_out == ("EKS-04@EKS-S3", "EKS-05@EKS-S3")
    assert school.coverage_weight == pytest.approx(judged / 7)
    assert school.share_on_course == pytest.approx((3 / 3 + 1 / 3 + 1 / 3 + 1 + 1) / judged)
    care = summary.row(group="EKS-AELDRE")
    assert (care.reason, care.left_out) == ("rollup_coverage", ("EKS-10@EKS-P2", "EKS-13@EKS-K"))
    whole = summary.row(group="EKS")
    assert (whole.reason, whole.left_out, whole.coverage_weight) == ("rollup_coverage", ("EKS-AELDRE",), 0.7)
    assert not re.search(r"EKS-|None|nan", summary.explain("da"))


def test_the_country_is_the_same_in_the_register_of_denmark(measured: mb.Measurements) -> None:
    """The catalogue names DK because a target refers to it; the shipped register holds it already."""
    catalogue = measured.catalogue
    assert catalogue is not None
    register = mb.Register.from_catalogue(catalogue, extends=mb.Register.denmark())
    assert register["DK"] == mb.Register.denmark()["DK"]
    assert register["EKS-K"].text("da") == "Eksempelkommune"
