"""Published methods in tracking: their words, the states they amount to, and what ours says of the same series."""

from __future__ import annotations

import json
from typing import Any

import pytest

import maalbib as mb
from maalbib import stats
from maalbib.analysis import _published
from maalbib.analysis._verdict import Verdicts
from maalbib.errors import ArgumentError

BASE = mb.Baseline(period="2015")


def rows_of(made: Any, points: Any, target: mb.Target, *methods: str, as_of: str = "2026-06-30") -> list[mb.Progress]:
    """Judge one series by several methods."""
    measurements, catalogue = made({"0101": points}, targets=[target], direction="target")
    return list(mb.track(measurements, catalogue, as_of=as_of, method=list(methods)))


def told(row: mb.Progress) -> tuple[str, str, str | None]:
    """What a row says."""
    return row.state, row.reason, row.verdict


def line(first: float, last: float, start: int = 2015, end: int = 2022) -> list[tuple[int, float]]:
    """A straight series."""
    return [(year, first + (last - first) * (year - start) / (end - start)) for year in range(start, end + 1)]


def at_least(value: float, **fields: Any) -> mb.AtLeast:
    """A target with a deadline."""
    return mb.AtLeast(id="T", indicator="I", value=value, **({"due": "2030"} | fields))


def at_most(value: float, **fields: Any) -> mb.AtMost:
    """A target with a deadline."""
    return mb.AtMost(id="T", indicator="I", value=value, **({"due": "2030"} | fields))


ONWARDS = mb.DirectionOnly(id="T", indicator="I", direction="higher", baseline=BASE)


@pytest.mark.parametrize(
    ("method", "points", "target", "state", "verdict"),
    [
        ("statcan", line(50, 81), at_least(80), "met", "target_achieved"),
        ("statcan", line(50, 70), at_least(80), "on_track", "substantial_progress"),
        ("statcan", line(50, 60), at_least(80), "off_track", "moderate_progress"),
        ("statcan", line(50, 52), at_least(80), "off_track", "limited_progress"),
        ("statcan", line(50, 50), at_least(80), "unchanged", "limited_progress"),
        ("statcan", line(50, 45), at_least(80), "moving_away", "deterioration"),
        ("statcan", line(50, 60), ONWARDS, "on_track", "substantial_progress"),
        ("eustat", line(50, 81), at_least(80), "met", "significant_progress"),
        ("eustat", line(50, 70), at_least(80), "on_track", "significant_progress"),
        ("eustat", line(50, 52), at_least(80), "off_track", "moderate_deterioration"),
        ("eustat", line(50, 50), at_least(80), "unchanged", "moderate_deterioration"),
        ("eustat", line(50, 45), at_least(80), "moving_away", "significant_deterioration"),
        ("eustat", line(100, 103), ONWARDS, "on_track", "moderate_progress"),
        ("eustat", line(100, 100.1), ONWARDS, "unchanged", "no_progress"),
        ("eustat", line(100, 98), ONWARDS, "moving_away", "moderate_deterioration"),
        ("destatis", line(50, 81), at_least(80), "met", "sun"),
        ("destatis", line(90, 81), at_least(80), "met", "light_cloud"),
        ("destatis", line(50, 70), at_least(80), "on_track", "sun"),
        ("destatis", line(50, 64.5), at_least(84), "off_track", "light_cloud"),
        ("destatis", line(50, 60), at_least(95), "off_track", "cloud"),
        ("destatis", line(50, 50), at_least(80), "unchanged", "lightning"),
        ("destatis", line(50, 45), at_least(80), "moving_away", "lightning"),
        ("destatis", line(50, 60), ONWARDS, "on_track", "sun"),
        ("destatis", line(50, 60), at_least(55, due=None), "met", "sun"),
        ("destatis", line(70, 60), at_least(65, due=None), "moving_away", "lightning"),
        ("un_progress_chart", line(50, 81), at_least(80), "met", "score_3"),
        ("un_progress_chart", line(50, 70), at_least(80), "on_track", "score_3"),
        ("un_progress_chart", line(50, 55), at_least(80), "off_track", "score_2"),
        ("un_progress_chart", line(50, 50), at_least(80), "unchanged", "score_1"),
        ("un_progress_chart", line(50, 45), at_least(80), "moving_away", "score_1"),
    ],
)
def test_words_amount_to_states(
    made: Any, method: str, points: Any, target: mb.Target, state: str, verdict: str
) -> None:
    """The table of the methods' words and our states, row by row."""
    (row,) = rows_of(made, points, target, method)
    assert told(row) == (state, "by_published_method", verdict)
    assert row.method == f"{method}/1"
    for lang in ("da", "en"):
        text = row.explain(lang)
        assert stats.profile(method).id not in text
        assert "{" not in text
        assert "_" not in text


@pytest.mark.parametrize("method", ["pilote", "healthy_people", "who_path"])
def test_methods_of_other_questions_give_no_state(made: Any, method: str) -> None:
    """Their answer stands in verdict and score, never in the state."""
    (row,) = rows_of(made, line(50, 60), at_least(80), method)
    assert (row.state, row.reason) == ("not_measurable", "no_state")
    assert row.score == pytest.approx({"pilote": 33.33, "healthy_people": 33.333333, "who_path": 64.0}[method])


def test_assurance_gives_no_state(made: Any) -> None:
    """It says whether chance decides; that is no state of a goal."""
    points = [(2000 + year, 50.0 + year % 3) for year in range(15)]
    (row,) = rows_of(made, points, at_least(20), "nhs_assurance")
    assert told(row) == ("not_measurable", "no_state", "consistent_pass")
    (row,) = rows_of(made, points[:5], at_least(20), "nhs_assurance")
    assert told(row) == ("not_measurable", "too_few_points", None)


@pytest.mark.parametrize(
    ("method", "target", "code"),
    [
        ("statcan", mb.WithinBand(id="T", indicator="I", low=1, high=2, due="2030"), "published.kind_not_judged"),
        ("eustat", mb.Maintain(id="T", indicator="I", band=1, baseline=BASE), "published.kind_not_judged"),
        ("pilote", ONWARDS, "published.kind_not_judged"),
        ("destatis", mb.ImproveEachPeriod(id="T", indicator="I", direction="higher"), "published.kind_not_judged"),
        ("statcan", at_least(80, due=None), "published.no_deadline"),
        ("statcan", at_least(50, due="2030"), "published.base_equals_target"),
        ("destatis", at_least(80, due="2018"), "published.deadline_passed"),
        ("statcan", at_least(80, due="2014"), "published.no_time_to_target"),
    ],
)
def test_what_a_method_cannot_judge_is_refused_with_its_reason(
    made: Any, method: str, target: mb.Target, code: str
) -> None:
    """A reason that people can read, in both languages, and no number."""
    (row,) = rows_of(
        made,
        [(2015, 50.0), (2016, 49.0), (2017, 48.0), (2018, 47.0), (2022, 45.0), *line(44, 43, 2023, 2025)],
        target,
        method,
    )
    assert told(row) == ("not_measurable", "method_refused", code)
    assert row.score is None
    assert row.explain("da") != row.explain("en")


def test_values_on_both_sides_of_zero_are_refused(made: Any) -> None:
    """Compound growth has no answer there."""
    for method in ("statcan", "eustat", "un_progress_chart"):
        (row,) = rows_of(made, line(-5, 9), at_least(20), method)
        assert told(row) == ("not_measurable", "method_refused", "published.sign_change")


def test_withheld_values_say_nothing_of_older_ones(made: Any) -> None:
    """A suppressed latest value has no verdict and no score, whatever the values before it would give."""
    points = [*line(50, 60), (2023, None, {"status": "Q"})]
    for method in ("statcan", "destatis", "pilote"):
        (row,) = rows_of(made, points, at_least(80), method)
        assert told(row) == ("not_measurable", "suppressed", None)
        assert row.score is None


def test_the_base_is_told_and_is_that_of_the_method(made: Any) -> None:
    """Each office has its own rule where the base year has no value; a stated baseline goes before it."""
    points = [(2014, 40.0), (2017, 50.0), (2022, 60.0), (2023, 61.0)]
    statcan, eustat, chart = rows_of(made, points, at_least(80), "statcan", "eustat", "un_progress_chart")
    assert [row.baseline_period for row in (statcan, eustat, chart)] == ["2017", "2014", "2017"]
    assert json.loads(statcan.params)["base"] == "next_later"
    assert json.loads(eustat.params)["base_year"] == 2015
    (row,) = rows_of(made, points, at_least(80, baseline=mb.Baseline(period="2014", value=45.0)), "statcan")
    assert row.baseline == 45.0
    assert json.loads(row.params)["base"] == "baseline of the target"
    (row,) = rows_of(made, points, at_least(80, baseline=mb.Baseline(period="2015")), "statcan")
    assert told(row) == ("not_measurable", "no_baseline", None)


def test_rows_do_not_depend_on_the_batch(made: Any) -> None:
    """Alone and among others, whatever periods the others have."""
    series = {
        "0101": line(50, 60),
        "0147": line(80, 70),
        "0151": [(2009, 5.0), (2019, 7.0), (2020, 9.0)],
        "0153": [(2024, 81.0)],
    }
    for method in ("statcan", "eustat", "destatis", "un_progress_chart", "pilote", "who_path"):
        measurements, catalogue = made(series, targets=[at_least(80)])
        together = mb.track(measurements, catalogue, as_of="2026-01-01", method=method)
        for who, points in series.items():
            alone, catalogue = made({who: points}, targets=[at_least(80)])
            row = mb.track(alone, catalogue, as_of="2026-01-01", method=method)[0]
            assert row.to_dict() == together.row(institution=who).to_dict()


# What the published systems get wrong, beside what track says of the same series.


def test_statcan_base_equal_to_target_hides_a_deterioration_and_ours_does_not(made: Any) -> None:
    """From the target away: not available there, moving away here."""
    theirs, ours = rows_of(made, line(10, 14), at_most(10), "statcan", "linear")
    assert told(theirs) == ("not_measurable", "method_refused", "published.base_equals_target")
    assert (ours.state, ours.attainment, ours.pace_ratio) == ("moving_away", None, None)


def test_statcan_achieved_ignores_the_trend_and_ours_flags_it(made: Any) -> None:
    """Reached, and on the way out: a word there, a flag here."""
    theirs, ours = rows_of(made, line(95, 85), at_least(80), "statcan", "linear")
    assert (theirs.state, theirs.verdict, "slipping" in theirs.flags) == ("met", "target_achieved", False)
    assert (ours.state, "slipping" in ours.flags) == ("met", True)


def test_destatis_light_cloud_of_a_reached_target_is_flagged(made: Any) -> None:
    """Met, and slipping."""
    (row,) = rows_of(made, line(95, 85), at_least(80), "destatis")
    assert (row.verdict, "slipping" in row.flags) == ("light_cloud", True)


def test_statcan_zero_target_is_replaced_and_ours_is_not(made: Any) -> None:
    """103 to 29 with a target of 0 in 2030: limited progress there, 1.35 times the pace needed here."""
    points = [(2015, 103.0), (2019, 60.0), (2021, 40.0), (2023, 29.0)]
    theirs, ours = rows_of(made, points, at_most(0), "statcan", "linear")
    assert (theirs.state, theirs.verdict, "zero_replaced" in theirs.flags) == ("off_track", "limited_progress", True)
    assert theirs.score == pytest.approx(-1.36262688824595)
    assert (ours.state, "zero_replaced" in ours.flags) == ("on_track", False)
    assert ours.pace_ratio is not None
    assert ours.pace_ratio > 1.3


def test_eustat_status_and_score_disagree_and_the_state_is_one(made: Any) -> None:
    """50.0 to 46.7 with limit 50: the score is the best and the word the worst; the state follows the word."""
    found = stats.eustat_progress(50.0, 2015, 46.7, 2025, direction="higher", limit=50)
    assert (found.status.item(), found.score.item()) == ("significant_deterioration", 5.0)
    row, ours = rows_of(made, [(2015, 50.0), (2025, 46.7)], ONWARDS, "eustat", "linear")
    assert row.state == ours.state == "moving_away"


def test_eustat_unchanged_called_moderate_deterioration_is_unchanged(made: Any) -> None:
    """20.6 to 20.6 against 20.5: zero movement is never called deterioration."""
    theirs, ours = rows_of(made, [(2016, 20.6), (2024, 20.6)], at_most(20.5), "eustat", "linear")
    assert told(theirs) == ("unchanged", "by_published_method", "moderate_deterioration")
    assert ours.state == "unchanged"


def test_open_sdg_default_target_year_is_never_taken(made: Any) -> None:
    """A target without a deadline is refused, not given the year 2030."""
    (row,) = rows_of(made, line(50, 60), at_least(80, due=None), "statcan")
    assert row.verdict == "published.no_deadline"


def test_a_span_of_a_few_months_is_no_verdict(made: Any) -> None:
    """Both refuse, with the same reason."""
    for row in rows_of(
        made, [("2022-01", 50.0), ("2022-04", 60.0)], at_least(80, due="2030-12"), "statcan", "linear"
    ):
        assert (row.state, row.reason) == ("not_measurable", "span_too_short")


def test_options_of_a_method_are_its_own() -> None:
    """A native option changes what a method says; one that it does not have is refused."""
    assert _published.published_params("statcan", at_least(80), {"base_year": 2010})["base_year"] == 2010
    with pytest.raises(ArgumentError, match="native"):
        _published.published_params("destatis", at_least(80), {"limit": 100})


def test_every_verdict_has_words() -> None:
    """Each native word of each method, in both languages."""
    from maalbib import texts

    words = {
        "statcan": {"target_achieved", "not_available"},
        "eustat": {"not_available"},
        "destatis": {"sun", "light_cloud", "cloud", "lightning"},
    }
    for name in ("statcan", "eustat"):
        parameters = stats.profile(name).parameters
        for part in ("with_target", "without_target", "roll_up"):
            words[name] |= {rule["status"] for rule in parameters[part]["classes"]}
    for name, each in words.items():
        assert {f"verdict.{name}.{word}" for word in each} <= texts.codes()
    assert {f"method.{found.id}" for found in stats.profiles()} <= texts.codes()


def test_what_the_rules_can_say_has_words(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes and texts are the same, for all that only published methods say."""
    from maalbib import texts

    seen: set[str] = set()
    decide = Verdicts.decide

    def deciding(self: Verdicts, where: Any, code: str) -> None:
        seen.add(code)
        decide(self, where, code)

    monkeypatch.setattr(Verdicts, "decide", deciding)
    targets = [at_least(80), ONWARDS]
    for target in targets:
        for found in stats.profiles():
            rows_of(made, line(50, 60), target, found.name)
    assert {code for code in texts.codes() if code.endswith(".by_published_method")} <= seen <= texts.codes()
    assert "not_measurable.no_state" in seen


def test_without_the_last_value_a_method_is_asked_with_the_same_options(made: Any) -> None:
    """The state without the last value is the one that the series cut short gives, from the base year that was asked for."""
    values = (10.0, 30.0, 31.0, 32.0, 33.0, 34.0, 52.0)
    points = [(year, value) for year, value in zip(range(2014, 2021), values, strict=True)]
    target = mb.AtLeast(id="T", indicator="I", value=80, due="2030")
    native = {"statcan": {"base_year": 2014}}

    def judged(some: Any, **options: Any) -> Any:
        measurements, catalogue = made({"0101": some}, targets=[target])
        return mb.track(measurements, catalogue, as_of="2021-06-30", method="statcan", **options)[0]

    cut = judged(points[:-1], native=native)
    assert cut.state != judged(points[:-1]).state, "the base year has to make a difference"
    assert judged(points, native=native).without_last == cut.state
