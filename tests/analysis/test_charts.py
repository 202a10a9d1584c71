"""Control charts of measurements: what the latest point says, levels, targets, and what may be shown."""

from __future__ import annotations

import csv
import pickle
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib import stats

STABLE = [30.0, 31, 29, 30, 32, 28, 30, 31, 29, 30, 31, 30, 29, 31, 30, 28, 30, 31, 29, 30, 32, 29, 30, 31]
SHIFTED = [*STABLE[:13], 29, 36, 35, 37, 36, 35, 36, 37, 36, 35, 36]
Make = Callable[..., tuple[mb.Measurements, mb.Catalogue]]


def months(count: int, first: str = "2023-01") -> list[str]:
    """Months in a row."""
    start = mb.Period.parse(first)
    return [str(start + step) for step in range(count)]


def series(values: Sequence[float | None], **extras: Sequence[Any]) -> list[tuple[Any, ...]]:
    """A series of months."""
    rows = []
    for place, (period, value) in enumerate(zip(months(len(values)), values, strict=True)):
        rows.append((period, value, {name: column[place] for name, column in extras.items()}))
    return rows


@pytest.mark.parametrize(
    ("direction", "up", "down"),
    [("higher", "improving", "declining"), ("lower", "declining", "improving"), ("context", "higher", "lower")],
)
def test_a_signal_is_named_by_the_better_direction(direction: str, up: str, down: str, made: Make) -> None:
    """The same point is good news or bad news by the indicator, and neither where no direction is better."""
    ms, catalogue = made(
        {"A": series([*STABLE, 40.0]), "B": series([*STABLE, 20.0]), "C": series(STABLE)}, direction=direction
    )
    charts = mb.control_charts(ms, catalogue=catalogue)
    assert [row.state for row in charts] == [up, down, "no_signal"]
    assert [row.reason for row in charts] == ["beyond", "beyond", "within_limits"]
    assert charts[0].rules_up == ("beyond_3_sigma",)
    assert charts[1].rules_down == ("beyond_3_sigma",)


def test_a_point_may_be_part_of_patterns_in_both_directions(made: Make) -> None:
    """A low value at the top of a rise: only one rule is shown, both are told."""
    ms, _ = made({"A": series([*STABLE[:17], 18.0, 19, 20, 21, 22, 23, 24])})
    point = mb.control_charts(ms, baseline=17).points.row(period="2024-07")
    assert point.rules_up == ("trend_7",)
    assert "beyond_3_sigma" in point.rules_down
    assert point.label == "beyond_3_sigma"
    latest = mb.control_charts(ms, baseline=17)[0]
    assert "both_directions" in latest.flags
    assert latest.state == "declining"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (STABLE[:9], "too_few_for_limits"),
        ([5.0] * 24, "no_variation"),
        ([None] * 24, "no_data"),
    ],
)
def test_what_cannot_be_charted_says_why(values: list[float | None], reason: str, made: Make) -> None:
    """No limits are no verdict, and never a signal."""
    ms, _ = made({"A": series(values)})
    row = mb.control_charts(ms)[0]
    assert (row.state, row.reason) == ("not_judged", reason)
    assert row.signals is None
    assert row.rules == ()


def test_few_points_give_provisional_limits(made: Make) -> None:
    """From ten points there are limits, and they are called provisional until twenty."""
    ms, _ = made({"A": series(STABLE[:12]), "B": series(STABLE)})
    charts = mb.control_charts(ms)
    assert ["trial_limits" in row.flags for row in charts] == [True, False]


def test_a_declared_break_begins_new_limits(made: Make) -> None:
    """Limits never reach across a break, and the old ones stay in the points."""
    ms, catalogue = made({"A": series(SHIFTED)}, breaks=[mb.Break(period="2024-03", kind="method")])
    charts = mb.control_charts(ms, catalogue=catalogue)
    row = charts[0]
    assert (row.segments, row.segment_first, row.state) == (2, "2024-03", "no_signal")
    points = charts.points.to_pandas()
    assert points["segment"].tolist() == [0] * 14 + [1] * 10
    assert points["centre"].tolist() == pytest.approx([np.mean(SHIFTED[:14])] * 14 + [np.mean(SHIFTED[14:])] * 10)


def test_a_new_level_is_proposed_and_never_applied(made: Make) -> None:
    """What is proposed changes nothing; what is decided begins new limits and is kept with its reason."""
    ms, _ = made({"A": series(SHIFTED)})
    charts = mb.control_charts(ms, baseline=14)
    (proposal,) = charts.proposals
    assert (proposal.period, proposal.before, proposal.after, proposal.lasted) == ("2024-03", 14, 10, True)
    assert proposal.shift == pytest.approx(np.mean(SHIFTED[14:]) - np.mean(SHIFTED[:14]))
    assert charts[0].segments == 1
    decided = mb.Rebase(
        indicator="I",
        period="2024-03",
        reason=mb.Text(da="Ny vagtplan"),
        decided_by_role="leder",
        decided_on="2025-01-01",
    )
    rebased = mb.control_charts(ms, rebases=[decided])
    assert (rebased[0].segments, rebased[0].segment_first) == (2, "2024-03")
    assert "Ny vagtplan" in rebased[0].params
    assert "several_levels" in rebased[0].flags
    assert len(rebased.proposals) == 0


@pytest.mark.parametrize("period", ["2023-01", "2030-01", "2024"])
def test_a_decision_about_no_series_is_refused(period: str, made: Make) -> None:
    """A new level must begin inside a series, in its own frequency."""
    ms, _ = made({"A": series(SHIFTED)})
    decided = mb.Rebase(
        indicator="I", period=period, reason=mb.Text(da="x"), decided_by_role="leder", decided_on="2025-01-01"
    )
    with pytest.raises(mb.ArgumentError) as caught:
        mb.control_charts(ms, rebases=[decided])
    assert caught.value.code == "rebase.outside"


def test_a_decision_may_be_about_one_unit(made: Make) -> None:
    """The others keep their limits."""
    ms, _ = made({"A": series(SHIFTED), "B": series(SHIFTED)})
    decided = mb.Rebase(
        indicator="I",
        institution="B",
        period="2024-03",
        reason=mb.Text(da="x"),
        decided_by_role="leder",
        decided_on="2025-01-01",
    )
    assert [row.segments for row in mb.control_charts(ms, rebases=[decided])] == [1, 2]


def test_a_missing_month_keeps_its_place(made: Make) -> None:
    """Neither a run nor a moving range passes over it, unless that is asked for."""
    values: list[float | None] = [*STABLE[:10], *[33.0] * 4, None, *[33.0] * 4, *STABLE[:4]]
    ms, _ = made({"A": series(values)})
    charts = mb.control_charts(ms)
    assert len(charts.points) == len(values)
    assert "gaps" in charts[0].flags
    hole = charts.points[14]
    assert (hole.period, hole.value, hole.state, hole.reason) == ("2024-03", None, "not_judged", "no_value")
    apart = sum("run_7" in point.rules for point in charts.points)
    joined = sum("run_7" in point.rules for point in mb.control_charts(ms, gaps="join").points)
    assert (apart, joined) == (0, 8)


def test_a_period_that_nobody_has_is_a_gap_too() -> None:
    """A month that is missing for everybody has no column in the data, and a place in the chart."""
    kept = [place for place in range(24) if place != 14]
    frame = pd.DataFrame(
        {
            "indicator": "I",
            "institution": "A",
            "period": [months(24)[place] for place in kept],
            "value": [STABLE[place] for place in kept],
        }
    )
    charts = mb.control_charts(mb.Measurements.from_pandas(frame))
    assert len(charts.points) == 24
    assert charts.points[14].value is None


class TestTargets:
    """Whether the process will go on to meet its target."""

    def test_three_answers(self, made: Make) -> None:
        """Met every time, never, or as chance has it; with the probability where the process is stable."""
        targets = [mb.AtLeast(id=f"T{value}", indicator="I", value=value) for value in (20, 30, 40)]
        ms, catalogue = made({"A": series(STABLE)}, targets=targets)
        charts = mb.control_charts(ms, catalogue=catalogue)
        assert [(row.target, row.assurance) for row in charts] == [
            ("T20", "consistent_pass"),
            ("T30", "inconsistent"),
            ("T40", "consistent_fail"),
        ]
        chances = [row.probability for row in charts]
        assert all(chance is not None for chance in chances)
        assert chances == sorted(chances, reverse=True)
        assert "nogle gange" in charts[1].explain()

    def test_a_moving_target_is_judged_now_and_when_it_is_due(self, made: Make) -> None:
        """On the way it asks for less than in the end."""
        target = mb.ReachBy(
            id="T",
            indicator="I",
            direction="higher",
            value=40,
            due="2026-12",
            baseline=mb.Baseline(period="2023-01", value=24),
        )
        ms, catalogue = made({"A": series(STABLE)}, targets=[target])
        row = mb.control_charts(ms, catalogue=catalogue)[0]
        assert row.target_value == pytest.approx(24 + 16 * 23 / 47)
        assert (row.assurance, row.assurance_due, row.due) == ("inconsistent", "consistent_fail", "2026-12")

    def test_no_probability_beside_a_signal(self, made: Make) -> None:
        """A process that moves does not go on as it is."""
        ms, catalogue = made({"A": series([*STABLE, 40.0])}, targets=[mb.AtLeast(id="T", indicator="I", value=30)])
        row = mb.control_charts(ms, catalogue=catalogue)[0]
        assert row.probability is None
        assert row.assurance == "inconsistent"

    def test_a_target_at_the_end_of_the_scale_can_never_be_passed_for_certain(self, made: Make) -> None:
        """A hundred per cent is the limit itself."""
        values = [
            99.0,
            100,
            98,
            99,
            100,
            99,
            97,
            100,
            99,
            98,
            100,
            99,
            98,
            100,
            99,
            97,
            100,
            99,
            98,
            99,
            100,
            98,
            99,
            100,
        ]
        ms, catalogue = made(
            {"A": series(values)},
            unit="percent",
            direction="higher",
            targets=[mb.AtLeast(id="T", indicator="I", value=100)],
        )
        row = mb.control_charts(ms, catalogue=catalogue)[0]
        assert {"limits_clipped", "target_at_bound"} <= set(row.flags)
        assert row.upper == 100
        assert row.assurance == "inconsistent"

    def test_those_whom_no_target_binds_have_a_row_too(self, made: Make) -> None:
        """A target with a scope speaks of its own only."""
        target = mb.AtLeast(id="T", indicator="I", value=30, scope=mb.Scope(institutions=("A",)))
        ms, catalogue = made({"A": series(STABLE), "B": series(STABLE)}, targets=[target])
        charts = mb.control_charts(ms, catalogue=catalogue)
        assert sorted((row.institution, row.target) for row in charts) == [("A", "T"), ("B", "")]


def test_shares_may_have_their_own_chart(made: Make) -> None:
    """A p chart uses the counts, in the unit of the indicator; an individuals chart of shares says that it does not."""
    rng = np.random.default_rng(7)
    below = [400 + 10 * (place % 5) for place in range(24)]
    above = [int(rng.binomial(size, 0.2)) for size in below]
    values = [100 * one / all_ for one, all_ in zip(above, below, strict=True)]
    ms, catalogue = made(
        {"A": series(values, numerator=above, denominator=below)}, unit="percent", direction="higher"
    )
    row = mb.control_charts(ms, catalogue=catalogue, kind="p")[0]
    share = sum(above) / sum(below)
    assert row.centre == pytest.approx(100 * share)
    assert row.sigma == pytest.approx(100 * (share * (1 - share) / below[-1]) ** 0.5)
    assert "share_on_individuals_chart" in mb.control_charts(ms, catalogue=catalogue)[0].flags
    varying = mb.control_charts(ms, catalogue=catalogue, kind="i_prime")[0]
    assert varying.centre == pytest.approx(100 * share)


def test_a_chart_that_needs_counts_says_so(made: Make) -> None:
    """Values alone make no p chart, and no other chart is drawn in its place."""
    ms, _ = made({"A": series(STABLE)})
    row = mb.control_charts(ms, kind="p")[0]
    assert (row.state, row.reason, row.chart) == ("not_judged", "no_denominators", "p")


def test_run_charts_have_a_median_and_no_limits(made: Make) -> None:
    """They are judged by the rules of Anhøj."""
    ms, _ = made({"A": series(STABLE), "B": series(SHIFTED)})
    charts = mb.control_charts(ms, kind="run")
    assert [(row.state, row.method) for row in charts] == [("no_signal", "anhoej/1"), ("improving", "anhoej/1")]
    assert charts[0].centre == np.median(STABLE)
    assert charts[0].lower is None
    assert charts[1].longest_run > charts[1].longest_run_max


class TestSecrecy:
    """Lines are made of all points, so one hidden point hides the lines of its level."""

    def test_a_hidden_point_hides_its_level(self, made: Make) -> None:
        """From the centre and all other points the hidden one could be worked out."""
        people = [200] * 24
        people[3] = 2
        ms, catalogue = made({"A": series(STABLE, n=people), "B": series(STABLE, n=[200] * 24)})
        charts = mb.control_charts(ms, catalogue=catalogue)
        shown = charts.points.public().to_pandas().set_index("institution")
        assert shown.loc["A", ["value", "centre", "lower"]].isna().all(axis=None)
        assert shown.loc["B", ["value", "centre", "lower"]].notna().all(axis=None)
        assert charts.public()[0].centre is None
        assert charts[0].hidden == "small_n"

    def test_what_may_be_shown_carries_no_points(self, made: Make) -> None:
        """A public result that is pickled or handed on must not hold the hidden values inside."""
        ms, catalogue = made({"A": series(STABLE, n=[2] * 24)})
        shown = mb.control_charts(ms, catalogue=catalogue).public()
        assert b"A" in pickle.dumps(shown)
        with pytest.raises(mb.ArgumentError) as caught:
            _ = shown.points
        assert caught.value.code == "chart.no_points"

    def test_the_plot_keeps_what_is_hidden(self, made: Make) -> None:
        """Nothing is drawn of a chart that may not be shown."""
        ms, catalogue = made({"A": series(STABLE, n=[2] * 24)})
        ax = mb.control_charts(ms, catalogue=catalogue).plot_chart()
        assert all(np.isnan(line.get_ydata()).all() for line in ax.get_lines())

    def test_a_confidential_chart_tells_no_verdict(self, made: Make) -> None:
        """Rules, labels, what is said of the target, and that a new level is proposed: all would tell it."""
        target = mb.AtLeast(id="T", indicator="I", value=30)
        ms, catalogue = made({"A": series(SHIFTED, conf=["C"] * 24)}, targets=[target])
        charts = mb.control_charts(ms, catalogue=catalogue, baseline=14)
        assert charts[0].rules_up
        assert len(charts.proposals) == 1
        for row in (charts.public()[0], charts[0].public()):
            assert (row.state, row.reason, row.rules, row.rules_up, row.rules_down, row.screened) == (
                *("not_judged", "confidential"),
                *((), (), (), 0),
            )
            assert row.assurance is None
        for point in (*charts.points.public(), *(point.public() for point in charts.points)):
            assert (point.rules, point.rules_up, point.rules_down, point.label) == ((), (), (), None)
        assert len(charts.proposals.public()) == 0
        assert charts.proposals[0].public().run_length == 0
        for result in (charts, charts.points, charts.proposals):
            for text in result.explain("en").splitlines():
                assert text.endswith(": The result is confidential and is not shown.")

    def test_the_plot_says_that_figures_are_not_shown(self, made: Make) -> None:
        """An empty chart would look like a fault."""
        ms, catalogue = made({"A": series(STABLE, n=[2] * 24)})
        ax = mb.control_charts(ms, catalogue=catalogue).plot_chart()
        assert [text.get_text() for text in ax.texts] == ["Tallene vises ikke"]


class TestSentences:
    """What a reader takes from a sentence is so."""

    def test_a_series_with_gaps(self, made: Make) -> None:
        """The periods that lack are counted."""
        ms, _ = made({"A": series([*STABLE[:5], None, *STABLE[6:]])})
        row = mb.control_charts(ms)[0]
        assert "Der mangler 1 periode i serien." in row.explain("da")

    def test_too_few_values_are_those_since_the_break(self, made: Make) -> None:
        """Not those of the whole series, which may be many."""
        ms, catalogue = made({"A": series(STABLE)}, breaks=[mb.Break(period="2024-08", kind="method")])
        row = mb.control_charts(ms, catalogue=catalogue)[0]
        assert row.n == 24
        assert "There are too few values (5)" in row.explain("en")

    def test_nothing_is_certain(self, made: Make) -> None:
        """A probability is never rounded to 0 or 100 per cent."""
        targets = [mb.AtLeast(id=f"T{value}", indicator="I", value=value) for value in (20, 40)]
        ms, catalogue = made({"A": series(STABLE)}, targets=targets)
        easy, hard = (row.explain("da") for row in mb.control_charts(ms, catalogue=catalogue))
        assert "er over 99\N{NO-BREAK SPACE}%" in easy
        assert "er under 0,1\N{NO-BREAK SPACE}%" in hard

    def test_a_band_is_told_by_both_edges(self, made: Make) -> None:
        """It has no one value, and a dash would say that there is no target."""
        band = mb.WithinBand(id="T", indicator="I", low=28, high=31, name=mb.Text(da="Båndet", en="The band"))
        ms, catalogue = made({"A": series(STABLE)}, targets=[band])
        row = mb.control_charts(ms, catalogue=catalogue)[0]
        assert "målet (28,0\N{NO-BREAK SPACE}point–31,0\N{NO-BREAK SPACE}point)" in row.explain("da")
        assert (row.target_value, row.target_low, row.target_high) == (None, 28, 31)

    def test_a_target_on_its_way_is_told_as_that(self, made: Make) -> None:
        """What it asks for now is not the target."""
        target = mb.ReachBy(
            id="T",
            indicator="I",
            direction="higher",
            value=40,
            due="2026-12",
            baseline=mb.Baseline(period="2023-01", value=24),
        )
        ms, catalogue = made({"A": series(STABLE)}, targets=[target])
        row = mb.control_charts(ms, catalogue=catalogue)[0]
        assert row.on_the_way
        assert "det, målet kræver nu (31,8" in row.explain("da")

    def test_a_quiet_latest_value_does_not_silence_earlier_signals(self, made: Make) -> None:
        """The process may have changed although its latest value lies within the limits."""
        ms, _ = made({"A": series([*STABLE[:12], 45.0, *STABLE[12:]]), "B": series(STABLE)})
        loud, quiet = mb.control_charts(ms)
        assert loud.state == quiet.state == "no_signal"
        assert "Earlier values with the same limits are signals (1)" in loud.explain("en")
        assert "Earlier values" not in quiet.explain("en")


@pytest.mark.parametrize(
    ("values", "reason"),
    [([5.0] * 24, "no_variation"), ([*[5.0] * 16, 4, 6, 7, 4, 5, 5, 5, 5], "too_few_off_centre")],
)
def test_a_run_chart_needs_values_off_its_median(values: list[float], reason: str, made: Make) -> None:
    """Values on the median are in no run and cross nothing, so that no order of them could signal."""
    ms, _ = made({"A": series(values)})
    row = mb.control_charts(ms, kind="run")[0]
    assert (row.state, row.reason) == ("not_judged", reason)


@pytest.mark.parametrize("kind", ["c", "g"])
def test_charts_of_counts_want_counts(kind: Any, made: Make) -> None:
    """The noise of counts says nothing of percentages or of days with decimals."""
    counts = [6.0, 4, 7, 5, 3, 8, 6, 5, 9, 4, 6, 7] * 2
    for unit, values, refused in (
        ("count", counts, False),
        ("percent", counts, True),
        ("days", [value + 0.5 for value in counts], True),
    ):
        ms, catalogue = made({"A": series(values)}, unit=unit)
        row = mb.control_charts(ms, catalogue=catalogue, kind=kind)[0]
        assert (row.reason == "chart_not_applicable") is refused


def test_an_unknown_rate_of_false_alarms_is_not_nought(made: Make) -> None:
    """Chance flags p and run charts too; how often is not known."""
    ms, _ = made({"A": series(STABLE)})
    assert np.isnan(mb.control_charts(ms, kind="run").expected_signals()).all()
    assert mb.control_charts(ms, min_points=99, min_points_trial=99).expected_signals() == (0.0, 0.0)


def test_everything_is_recorded(made: Make) -> None:
    """Method, version and parameters are in every row."""
    ms, _ = made({"A": series(STABLE)})
    row = mb.control_charts(ms, rule_set="nhs_mdc/2", min_points=15)[0]
    assert row.method == "nhs_mdc/2"
    assert '"min_points": 15' in row.params
    own = stats.RuleSet.from_dict(
        {
            "id": "ours",
            "version": "3",
            "limits": {"kind": "xmr", "multiplier": 2.66},
            "rules": [{"id": "r", "kind": "run_side", "length": 5, "on_centre": "breaks"}],
        }
    )
    assert mb.control_charts(ms, rule_set=own)[0].method == "ours/3"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"kind": "xmr"}, "argument.choice"),
        ({"rule_set": 3}, "chart.rule_set"),
        ({"rule_set": "nhs_mdc/9"}, "argument.choice"),
        ({"gaps": "skip"}, "argument.choice"),
        ({"min_points": -1}, "argument.whole_number"),
        ({"baseline": 0}, "argument.whole_number"),
        ({"as_of": "i går"}, "argument.date"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], code: str, made: Make) -> None:
    """A wrong option is no empty result."""
    ms, _ = made({"A": series(STABLE)})
    with pytest.raises(mb.ArgumentError) as caught:
        mb.control_charts(ms, **options)
    assert caught.value.code == code


def test_charts_and_points_go_through_files(made: Make) -> None:
    """A table of charts comes back as it was, without its points, and says so."""
    ms, _ = made({"A": series(STABLE), "B": series(SHIFTED)})
    charts = mb.control_charts(ms)
    assert pickle.loads(pickle.dumps(charts)).points == charts.points
    again = mb.ControlCharts.from_arrow(charts.to_arrow())
    assert again == charts
    assert mb.ControlCharts.from_json(charts.to_json()) == charts
    assert mb.ChartPoints.from_json(charts.points.to_json()) == charts.points
    with pytest.raises(mb.ArgumentError) as caught:
        _ = again.points
    assert caught.value.code == "chart.no_points"


def test_points_follow_the_rows_that_are_kept(made: Make) -> None:
    """A shorter result has the points of its own rows."""
    ms, _ = made({"A": series(STABLE), "B": series(SHIFTED)})
    charts = mb.control_charts(ms)
    assert set(charts.where(institution="B").points.to_pandas()["institution"]) == {"B"}
    assert len(charts[:1].points) == 24


def test_how_many_signals_chance_gives(made: Make) -> None:
    """The sum of the rates, each series once."""
    targets = [mb.AtLeast(id=f"T{value}", indicator="I", value=value) for value in (20, 40)]
    ms, catalogue = made({name: series(STABLE) for name in "ABCDE"}, targets=targets)
    charts = mb.control_charts(ms, catalogue=catalogue)
    rate = stats.false_alarm_rate(stats.rule_set("nhs_mdc", "1"), 24).latest_point
    expected, spread = charts.expected_signals()
    assert expected == pytest.approx(5 * rate)
    assert spread == pytest.approx((5 * rate * (1 - rate)) ** 0.5)


def test_the_rate_of_false_alarms_is_that_of_the_chart_drawn(made: Make) -> None:
    """Limits of few points cry wolf more often; of limits that the rules are not made for no rate is known."""
    ms, _ = made({"A": series(STABLE)})
    rules = stats.rule_set("nhs_mdc", "1")
    whole, frozen = (mb.control_charts(ms, baseline=baseline)[0].false_alarm_latest for baseline in (None, 10))
    assert whole == stats.false_alarm_rate(rules, 24).latest_point
    assert frozen == stats.false_alarm_rate(rules, 24, baseline=10).latest_point
    assert frozen > whole
    unscreened = mb.control_charts(ms, screen=False)
    assert unscreened[0].false_alarm_latest is None
    assert np.isnan(unscreened.expected_signals()[0])


def test_sentences_of_every_kind(made: Make) -> None:
    """Every row, point and proposal has a sentence in both languages without a hole."""
    ms, catalogue = made(
        {"A": series([*STABLE, 40.0]), "B": series(SHIFTED), "C": series(STABLE[:5]), "D": series([3.0] * 24)},
        direction="higher",
        targets=[mb.AtLeast(id="T", indicator="I", value=30)],
    )
    for kind in ("i", "run"):
        charts = mb.control_charts(ms, catalogue=catalogue, kind=kind, baseline=14)
        for lang in ("da", "en"):
            text = "\n".join(result.explain(lang) for result in (charts, charts.points, charts.proposals))
            assert "{" not in text
            assert "None" not in text
            assert "nan" not in text


@given(
    st.lists(st.lists(st.integers(0, 9) | st.none(), min_size=1, max_size=14), min_size=1, max_size=4),
    st.integers(2, 9),
)
def test_all_at_once_equals_one_at_a_time(made: Make, many: list[list[int | None]], least: int) -> None:
    """What is said of a series does not depend on the others."""
    rows = {
        f"U{place}": series([None if value is None else float(value) for value in values])
        for place, values in enumerate(many)
    }
    together = mb.control_charts(made(rows)[0], min_points=least, min_points_trial=least)
    for name, own in rows.items():
        alone = mb.control_charts(made({name: own})[0], min_points=least, min_points_trial=least)
        assert alone.to_dicts() == together.where(institution=name).to_dicts()


def test_published_charts_of_two_hospitals(oracles: Path, made: Make) -> None:
    """Limits and the shown cause of monthly figures, screened and with all points, as published."""
    with (oracles / "statistics/published/nhs_ae_xmr.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cases: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        cases[row["case_id"]].append(row)
    screened = {name: case for name, case in cases.items() if name.endswith("_screen")}
    assert screened
    for case in screened.values():
        ms, _ = made({"A": series([float(row["y"]) for row in case])})
        points = mb.control_charts(ms, within_unit=False, min_points=1, min_points_trial=1).points.to_pandas()
        for name, column in (("mean", "centre"), ("lower", "lower"), ("upper", "upper")):
            assert points[column].to_numpy() == pytest.approx([float(row[name]) for row in case], rel=1e-9)
        assert (points["label"].notna() == [row["cause"] != "Common Cause" for row in case]).all()
