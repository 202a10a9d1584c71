"""Rules of control charts: other programs' flags, the obvious definition, laws, and mistakes seen elsewhere."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats.charts import _piece

if TYPE_CHECKING:
    from pathlib import Path

NAN = np.nan
NHS = stats.rule_set("nhs_mdc", version="1")
CAUSES = {
    "beyond_3_sigma": ("Above UCL", "Below LCL"),
    "trend_7": ("7 Point Trend (Increasing)", "7 Point Trend (Decreasing)"),
    "two_of_three": ("2 in 3 Above CL", "2 in 3 Below CL"),
    "run_7": ("7 Points Above CL", "7 Points Below CL"),
}
TYPES = {
    "increase": ("improvement", "concern"),
    "decrease": ("concern", "improvement"),
    "neutral": ("neutral_high", "neutral_low"),
}


def chart(
    values: npt.ArrayLike, *, segment: npt.ArrayLike = 0, kind: str = "i", **fields: Any
) -> stats.ControlLimits:
    """A chart with centre 0 and sigma 1 unless said otherwise."""
    y = np.asarray(values, dtype=np.float64)
    plain = {"centre": 0.0, "lower": -3.0, "upper": 3.0, "sigma": 1.0, "status": "full", "reason": ""} | fields
    arrays = {
        name: np.broadcast_to(np.asarray(value, dtype=object if isinstance(value, str) else None), y.shape).copy()
        for name, value in plain.items()
    }
    flags = dict.fromkeys(("screened", "clipped_lower", "clipped_upper"), np.zeros(y.shape, dtype=np.bool_))
    labels = np.broadcast_to(np.asarray(segment, dtype=np.int64), y.shape)
    return stats.ControlLimits(
        kind=kind, values=y, segment=labels, baseline=np.ones(y.shape, np.bool_), **(flags | arrays)
    )


def single(rule: dict[str, Any], *, whole: bool = False) -> stats.RuleSet:
    """A set of one rule."""
    limits = {"kind": "none" if whole else "any_3_sigma"}
    return stats.RuleSet.from_dict({"id": "own", "version": "1", "limits": limits, "rules": [{"id": "it"} | rule]})


def up(values: npt.ArrayLike, rule: dict[str, Any], **fields: Any) -> list[int]:
    """Points that a rule marks upwards."""
    gaps = fields.pop("gaps", "break")
    return np.flatnonzero(stats.apply_rules(chart(values, **fields), single(rule), gaps=gaps).hits[0, 0]).tolist()


RUN_3 = {"kind": "run_side", "length": 3, "on_centre": "breaks"}
SKIP_3 = {"kind": "run_side", "length": 3, "on_centre": "skipped"}
RISE_4 = {"kind": "monotone", "length": 4}
TWO_OF_THREE = {"kind": "k_of_m", "k": 2, "m": 3, "sigma": 2, "others": "any"}


class TestOracles:
    """Flags of other programs."""

    def test_nine_rules_of_qikit(self, oracles: Path) -> None:
        """Western Electric and Nelson rules on 24 series of many shapes."""
        table = pd.read_csv(oracles / "statistics/own/rule_flags.csv")
        columns = {
            "one_beyond_3s": ("nelson", "beyond_3_sigma"),
            "run9": ("nelson", "run_9"),
            "run8": ("western_electric", "run_8"),
            "trend6": ("ihi_run_chart", "trend_6"),
            "alternating14": ("nelson", "alternating_14"),
            "two_of_three_beyond_2s": ("nelson", "two_of_three"),
            "four_of_five_beyond_1s": ("western_electric", "four_of_five"),
            "fifteen_within_1s": ("nelson", "fifteen_within"),
            "eight_outside_1s": ("nelson", "eight_outside"),
        }
        assert (table[list(columns)].sum() > 0).all()
        for case, rows in table.groupby("case_id"):
            for column, (name, rule) in columns.items():
                found = stats.apply_rules(chart(rows["y"]), stats.rule_set(name))
                marked = found.signals[found.rules.index(rule)]
                assert_array_equal(marked, rows[column].astype(bool), err_msg=f"{case} {column}")

    def test_flags_causes_and_types_of_the_nhs_rules(self, oracles: Path) -> None:
        """51 series: ties, gaps, values on the mean, segments of one point, frozen baselines."""
        table = pd.read_csv(oracles / "statistics/own/xmr.csv")
        flags = {"is_outside": "beyond_3_sigma", "in_trend7": "trend_7"}
        flags |= {"in_two_of_three": "two_of_three", "in_run7": "run_7"}
        compared = 0
        for case, rows in table.groupby("case_id"):
            option = rows.iloc[0]
            limits = stats.xmr_limits(
                rows["y"],
                screen=bool(option["screen"]),
                baseline=int(option["fix_n"]) or None,
                segments=rows["segment"],
                gaps="join",
                min_points_trial=1,
            )
            found = stats.apply_rules(limits, NHS)
            self.agree(found, rows, str(option["direction"]), str(case))
            drawn = ~np.isnan(limits.upper)
            for column, rule in flags.items():
                told = drawn & rows[column].notna().to_numpy()
                marked = found.signals[found.rules.index(rule)]
                assert_array_equal(marked[told], rows[column].to_numpy()[told] == 1, err_msg=f"{case} {column}")
                compared += told.sum()
        assert compared > 3_000

    def agree(self, found: stats.RuleHits, rows: pd.DataFrame, better: str, case: str) -> None:
        """Compare label and direction with the published words."""
        cause = [
            CAUSES[label][int(way < 0)] if label else "Common Cause"
            for label, way in zip(found.label, found.direction, strict=True)
        ]
        assert cause == rows["cause"].tolist(), case
        if "point_type" in rows:
            high, low = TYPES[better]
            words = {0: "common_cause", 1: f"special_cause_{high}", -1: f"special_cause_{low}"}
            assert [words[int(way)] for way in found.direction] == rows["point_type"].tolist(), case

    def test_monthly_figures_of_two_trusts(self, oracles: Path) -> None:
        """Published hospital figures: screening, a baseline of 12, two rebases; fewer breaches are better."""
        table = pd.read_csv(oracles / "statistics/published/nhs_ae_xmr.csv")
        for case, rows in table.groupby("case_id"):
            frozen = 12 if "fix" in str(case) or "baseline" in str(case) else None
            limits = stats.xmr_limits(
                rows["y"],
                screen="unscreened" not in str(case) and "noscreen" not in str(case),
                segments=rows["segment"],
                baseline=frozen,
                min_points_trial=1,
            )
            np.testing.assert_allclose(limits.upper, rows["upper"], rtol=1e-9, err_msg=str(case))
            better = "neutral" if "neutral" in str(case) else "decrease" if "breaches" in str(case) else "increase"
            self.agree(stats.apply_rules(limits, NHS), rows, better, str(case))

    def test_eighteen_values_of_the_vignette(self, oracles: Path) -> None:
        """One extreme value, screened and not."""
        table = pd.read_csv(oracles / "statistics/published/nhs_vignette_xmr.csv")
        for case, rows in table.groupby("case_id"):
            limits = stats.xmr_limits(rows["y"], screen=bool(rows["screen"].iloc[0]))
            self.agree(stats.apply_rules(limits, NHS), rows, "neutral", str(case))

    def test_published_unit_cases(self, oracles: Path) -> None:
        """Single rules on short vectors."""
        text = (oracles / "statistics/published/nhs_rule_unit_cases.json").read_text(encoding="utf-8")
        last = {"flags": "last"}
        run = {"kind": "run_side", "length": 7, "on_centre": "breaks"} | last
        trend = {"kind": "monotone", "length": 7} | last
        window = {"kind": "k_of_m", "k": 2, "m": 3, "sigma": 2, "others": "same_side", "flags": "window"}
        seen = set()
        for case in json.loads(text)["cases"]:
            if case["rule"] == "run_of_7_one_side":
                found = stats.apply_rules(chart(case["in"]), single(run)).signals[0]
            elif case["rule"] == "trend_of_7":
                found = stats.apply_rules(chart(case["in"], upper=99.0), single(trend)).signals[0]
            elif case["rule"] == "two_in_three":
                values = np.where(case["close"], 2.5, 0.5) * np.array(case["rtm"])
                found = stats.apply_rules(chart(values), single(window)).signals[0]
            else:
                continue
            assert found.astype(int).tolist() == case["out"], case["case_id"]
            seen.add(case["rule"])
        assert len(seen) == 3


class TestDefinitions:
    """What each parameter means."""

    def test_on_the_centre(self) -> None:
        """A value on the centre ends a run, or is passed over and is no member."""
        assert up([1, 1, 0, 1, 1], RUN_3) == []
        assert up([1, 1, 0, 1, 1], SKIP_3) == [0, 1, 3, 4]

    def test_gaps(self) -> None:
        """A missing or excluded value ends every pattern, unless patterns are joined."""
        assert up([1, 1, NAN, 1, 1], RUN_3) == []
        assert up([1, 1, NAN, 1, 1], RUN_3, gaps="join") == [0, 1, 3, 4]
        out = np.array([False, False, True, False, False])
        assert up([1, 1, 1, 1, 1], RUN_3, excluded=out) == []
        assert up([1, 1, -1, 1, 1], RUN_3, excluded=out, gaps="join") == [0, 1, 3, 4]
        assert up([1, 2, NAN, 2.5, 2.8], RISE_4) == []
        assert up([1, 2, NAN, 2.5, 2.8], RISE_4, gaps="join") == [0, 1, 3, 4]
        assert up([2.5, NAN, 2.5], TWO_OF_THREE, gaps="join") == []  # two points are no window of three
        hits = stats.apply_rules(chart([1.0, NAN, 5.0], excluded=np.array([True, False, False])), NHS)
        assert hits.reason.tolist() == ["excluded", "missing_input", ""]

    def test_no_pattern_crosses_a_border(self) -> None:
        """Segments end runs, rises and windows."""
        border = [0, 0, 1, 1]
        assert up([1, 1, 1, 1], RUN_3, segment=border) == []
        assert up([1, 1, 1, 1], RUN_3, segment=border, gaps="join") == []
        assert up([0.1, 0.2, 0.3, 0.4], RISE_4, segment=border) == []
        assert up([0, 2.5, 2.5, 0], TWO_OF_THREE, segment=border) == []

    def test_flags(self) -> None:
        """Members, the window, or only the points at which the pattern is complete."""
        assert up([1] * 4, RUN_3) == [0, 1, 2, 3]
        assert up([1] * 4, RUN_3 | {"flags": "last"}) == [2, 3]
        assert up([0, 1, 2, 2.5, 2.6], RISE_4 | {"flags": "last"}) == [3, 4]
        assert up([2.5, 1, 2.5, 1], TWO_OF_THREE) == [0, 2]
        assert up([2.5, 1, 2.5, 1], TWO_OF_THREE | {"flags": "window"}) == [0, 1, 2]
        assert up([2.5, 1, 2.5, 1], TWO_OF_THREE | {"flags": "last"}) == [2]
        zigzag = stats.apply_rules(
            chart([0, 1, 0, 1, 0]), single({"kind": "alternating", "length": 4, "flags": "last"})
        )
        assert np.flatnonzero(zigzag.signals[0]).tolist() == [3, 4]

    def test_two_of_three(self) -> None:
        """Version 1 leaves values beyond the limits out, version 2 counts them; both want the third on that side."""
        values = [0.5, 3.5, 2.5, 0.5, 0.5]
        for version, marked in (("1", []), ("2", [1, 2])):
            found = stats.apply_rules(chart(values), stats.rule_set("nhs_mdc", version))
            assert np.flatnonzero(found.hits[found.rules.index("two_of_three"), 0]).tolist() == marked
        assert up([2.5, -1, 2.5], TWO_OF_THREE) == [0, 2]
        assert up([2.5, -1, 2.5], TWO_OF_THREE | {"others": "same_side"}) == []
        assert up([2.5, 2.9, 1], TWO_OF_THREE | {"counts_beyond": 2.8}) == []

    def test_strict(self) -> None:
        """A value on a line is not beyond it, decimals that only look different included."""
        beyond_2 = {"kind": "beyond", "sigma": 2}
        assert up([2.0, 2.1, 3.0, -4.0], beyond_2) == [1, 2]
        assert up([0.1 + 0.2], beyond_2, sigma=0.15) == []
        assert up([3.0, 3.1], {"kind": "beyond", "sigma": 3}) == [1]

    def test_a_point_between_a_rise_and_a_fall_is_in_both(self) -> None:
        """Both are told; the label goes with the next step."""
        rules = single({"kind": "monotone", "length": 3})
        found = stats.apply_rules(chart([0.0, 1.0, 2.0, 1.0, 0.0]), rules)
        assert found.hits[0, :, 2].tolist() == [True, True]
        assert found.direction.tolist() == [1, 1, -1, -1, -1]
        turned = stats.apply_rules(chart([2.0, 1.0, 0.0, 1.0, 2.0]), rules)
        assert turned.direction.tolist() == [-1, -1, 1, 1, 1]

    def test_label_by_priority(self) -> None:
        """The set decides which rule is shown."""
        values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 3.5]
        assert stats.apply_rules(chart(values), NHS).label.tolist() == ["trend_7"] * 6 + ["beyond_3_sigma"]
        other = attrs.evolve(NHS, id="own", display_priority=("run_7", "trend_7", "two_of_three", "beyond_3_sigma"))
        assert stats.apply_rules(chart(values), other).label.tolist() == ["run_7"] * 7

    def test_patterns_without_direction(self) -> None:
        """They are signals, in neither direction."""
        found = stats.apply_rules(chart([0.5, -0.5] * 7 + [0.5]), stats.rule_set("nelson"))
        assert found.signals[found.rules.index("alternating_14")].all()
        assert found.signals[found.rules.index("fifteen_within")].all()
        assert not found.hits.any()
        assert set(found.label) == {"alternating_14"}
        assert not found.direction.any()

    def test_zones_need_even_limits(self) -> None:
        """Where limits are clipped or lopsided, zones are not applicable, and the result says so."""
        clipped = np.array([False, True, False, False, False])
        limits = attrs.evolve(chart([2.5, 2.5, 2.5, 0.5, 4.0]), clipped_lower=clipped)
        found = stats.apply_rules(limits, NHS)
        zone, beyond = found.rules.index("two_of_three"), found.rules.index("beyond_3_sigma")
        assert found.not_applicable[zone].tolist() == clipped.tolist()
        assert not found.not_applicable[beyond].any()
        assert not found.signals[zone].any()  # the point without zones ends the pattern
        assert found.hits[beyond, 0].tolist() == [False] * 4 + [True]
        lopsided = stats.apply_rules(attrs.evolve(limits, sigma=np.full(5, NAN)), NHS)
        assert lopsided.not_applicable[zone].all()
        real = stats.apply_rules(stats.control_limits("g", [3, 5, 2, 9, 4, 1, 3, 6] * 3), NHS)
        assert real.not_applicable[zone].all()

    def test_sigma_per_point(self) -> None:
        """Zones are in units of each point's own sigma."""
        sigma = np.array([1.0, 2.0, 1.0])
        assert up([2.5, 2.5, 2.5], TWO_OF_THREE, sigma=sigma) == [0, 2]
        assert up([2.5, 2.5, 1.5], TWO_OF_THREE, sigma=sigma) == []

    def test_ranges_have_no_runs(self) -> None:
        """On a chart of moving ranges only the limit means anything."""
        limits = stats.control_limits("mr", [1, 2, 1, 2, 1, 2, 1, 2, 9, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2])
        found = stats.apply_rules(limits, NHS)
        assert found.hits[0].any()
        assert not found.signals[1:].any()
        assert found.not_applicable[1:, 1:].all()

    def test_whole_segments(self) -> None:
        """A long run marks its points; few crossings mark the segment, in no direction."""
        values = [1.0] * 10 + [-1.0] * 10
        found = stats.apply_rules(stats.control_limits("run", values, centre=0.0), stats.rule_set("anhoej"))
        assert found.hits[0, 0].tolist() == [True] * 10 + [False] * 10
        assert found.hits[0, 1].tolist() == [False] * 10 + [True] * 10
        assert found.signals.all()
        assert not found.hits[1].any()
        assert found.direction.tolist() == [1] * 10 + [-1] * 10
        box = stats.apply_rules(stats.control_limits("run", values, centre=0.0), stats.rule_set("best_box"))
        assert box.signals.all()
        short = stats.apply_rules(
            stats.control_limits("run", [1.0] * 9, centre=0.0, min_points_trial=1), stats.rule_set("best_box")
        )
        assert short.not_applicable.all()
        assert not short.signals.any()

    def test_whole_segments_pass_over_gaps(self) -> None:
        """Missing values and values on the centre are dropped before runs are counted."""
        values = [1.0, NAN, 1.0, 0.0] * 5 + [-1.0, 1.0]
        found = stats.apply_rules(stats.control_limits("run", values, centre=0.0), stats.rule_set("anhoej"))
        assert np.flatnonzero(found.hits[0, 0]).tolist() == [i for i in range(20) if values[i] == 1]


class TestNothingToSay:
    """Where there is no signal to be had."""

    def test_constant_and_short_series(self) -> None:
        """No variation, too few points and no data are three reasons, and none is a signal."""
        limits = stats.xmr_limits([[5.0] * 12, [1.0, 9.0] + [NAN] * 10, [NAN] * 12])
        found = stats.apply_rules(limits, stats.rule_set("nelson"))
        assert not found.signals.any()
        assert found.reason[:, 0].tolist() == ["no_variation", "too_few_points", "missing_input"]
        assert set(found.label.reshape(-1)) == {""}

    def test_a_constant_baseline_gives_no_signal_later(self) -> None:
        """Values after a baseline without variation have nothing to be held against."""
        found = stats.apply_rules(stats.xmr_limits([5.0] * 14 + [9.0] * 10, baseline=14), NHS)
        assert not found.signals.any()
        assert set(found.reason) == {"no_variation"}

    def test_empty(self) -> None:
        """No series and no periods are fine."""
        for shape in ((0, 5), (3, 0), (0,)):
            limits = chart(np.empty(shape))
            for name in ("nhs_mdc", "anhoej"):
                found = stats.apply_rules(limits, stats.rule_set(name))
                assert found.label.shape == shape
                assert found.hits.shape == (len(found.rules), 2, *shape)

    def test_arguments(self) -> None:
        """A wrong argument is told at once."""
        with pytest.raises(ArgumentError, match="rule_set must be a rule set"):
            stats.apply_rules(chart([1.0]), "nhs_mdc")  # type: ignore[arg-type]
        with pytest.raises(ArgumentError, match="gaps must be one of"):
            stats.apply_rules(chart([1.0]), NHS, gaps="fill")  # type: ignore[arg-type]


class TestRegressions:
    """Mistakes seen in other packages."""

    def test_nhsrplotthedots_tells_only_the_first_rule(self) -> None:
        """A point that is outside, in a trend and in a run is told as all three."""
        found = stats.apply_rules(chart([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 3.5]), NHS)
        assert [name for name, hit in zip(found.rules, found.signals[:, 6], strict=True) if hit] == [
            "beyond_3_sigma",
            "trend_7",
            "run_7",
        ]

    def test_nhspy_plotthedots_constant_series_is_a_special_cause(self) -> None:
        """Every point of a constant series, and a single point, is a special cause there; here nothing is."""
        for values in ([4.0] * 20, [4.0]):
            found = stats.apply_rules(stats.xmr_limits(values, min_points_trial=1), NHS)
            assert not found.signals.any()

    def test_nhspy_plotthedots_changes_its_input(self) -> None:
        """What was handed in stays as it was."""
        values = np.array([1.0, 9.0, 2.0, 3.0] * 5)
        limits = stats.xmr_limits(values)
        before = attrs.asdict(limits, recurse=False, value_serializer=lambda _, __, value: np.array(value))
        stats.apply_rules(limits, NHS)
        for name, array in before.items():
            assert_array_equal(getattr(limits, name), array)

    def test_powerbi_spc_improvement_or_deterioration(self) -> None:
        """A low value inside a rise is both, whatever a setting says."""
        values = [5, 4, 5, 6, 5, 1, 2, 3, 4, 5, 6, 7, 5, 6, 5, 4, 5]
        found = stats.apply_rules(stats.xmr_limits(values), NHS)
        assert found.hits[:, :, 5].any(axis=0).tolist() == [True, True]

    def test_abspc_is_another_rule_set(self) -> None:
        """Shift 8 and trend 6 are rules of their own name; a result tells which set it used."""
        assert [rule.length for rule in NHS.rules if rule.length] == [7, 7]
        found = stats.apply_rules(chart([0.5] * 7), NHS)
        assert (found.rule_set.id, found.rule_set.version) == ("nhs_mdc", "1")
        assert found.signals.any()

    def test_powerbi_spc_joins_gaps_silently(self) -> None:
        """A run does not go on over a missing month unless it is asked to."""
        values = [1.0] * 4 + [NAN] + [1.0] * 4
        assert not stats.apply_rules(chart(values), NHS).signals.any()
        joined = stats.apply_rules(chart(values), NHS, gaps="join")
        assert joined.gaps == "join"
        assert joined.signals.any()


def stretches(y: list[float], segment: list[int], gaps: str) -> list[list[int]]:
    """Points that a pattern may connect."""
    found: list[list[int]] = [[]]
    for i, value in enumerate(y):
        if i and segment[i] != segment[i - 1]:
            found.append([])
        if np.isnan(value):
            if gaps == "break":
                found.append([])
        else:
            found[-1].append(i)
    return found


def holds(rule: stats.Rule, window: list[float], way: int) -> bool:
    """Whether values make the pattern, upwards or downwards; centre 0 and sigma 1."""
    signed = [way * value for value in window]
    steps = [later - earlier for earlier, later in pairwise(signed)]
    sigma = rule.sigma or 0
    if rule.kind == "run_side":
        return all(value > 0 for value in signed)
    if rule.kind == "monotone":
        return all(step > 0 for step in steps)
    if rule.kind == "k_of_m":
        far = sum(counts(rule, value) for value in signed)
        return far >= (rule.k or 0) and (rule.others == "any" or all(value > 0 for value in signed))
    if rule.kind == "alternating":
        return all(one * other < 0 for one, other in pairwise(steps))
    if rule.kind == "within":
        return all(abs(value) < sigma for value in signed)
    return all(abs(value) > sigma for value in signed)


def counts(rule: stats.Rule, value: float) -> bool:
    """Whether a value is far out, but not too far to count."""
    return value > (rule.sigma or 0) and (rule.counts_beyond is None or value <= rule.counts_beyond)


def slow(rule: stats.Rule, y: list[float], segment: list[int], gaps: str, way: int) -> set[int]:
    """Try every window of every stretch."""
    length = rule.m if rule.kind == "k_of_m" else rule.length
    found: set[int] = set()
    for points in stretches(y, segment, gaps):
        kept = [i for i in points if y[i] != 0 or rule.on_centre != "skipped"]
        for end in range(length or 1, len(kept) + 1):
            window = kept[end - (length or 1) : end]
            if holds(rule, [y[i] for i in window], way):
                members = [i for i in window if rule.kind != "k_of_m" or counts(rule, way * y[i])]
                found |= set({"members": members, "window": window, "last": window[-1:]}[rule.flags])
    return found


HALVES = st.integers(-8, 8).map(lambda halves: halves / 2)
SERIES = st.lists(HALVES | HALVES | HALVES | st.just(NAN), max_size=30)
FLAGS = st.sampled_from(["members", "window", "last"])
PATTERNS = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("run_side"),
            "length": st.integers(2, 5),
            "on_centre": st.sampled_from(["breaks", "skipped"]),
        }
    ),
    st.fixed_dictionaries({"kind": st.just("monotone"), "length": st.integers(2, 5)}),
    st.fixed_dictionaries({"kind": st.just("alternating"), "length": st.integers(3, 5)}),
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["within", "outside_both"]), "length": st.integers(2, 4), "sigma": st.just(1.5)}
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("k_of_m"),
            "k": st.integers(1, 3),
            "m": st.integers(3, 5),
            "sigma": st.sampled_from([1, 2]),
            "counts_beyond": st.sampled_from([None, 2.5, 3]),
            "others": st.sampled_from(["any", "same_side"]),
        }
    ),
)


@given(SERIES, st.data(), PATTERNS, FLAGS, st.sampled_from(["break", "join"]))
def test_agrees_with_the_obvious_definition(
    values: list[float], data: st.DataObject, pattern: dict[str, Any], flags: str, gaps: Any
) -> None:
    """Every window of every stretch, tried one by one."""
    borders = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    segment = np.cumsum(borders).tolist() if values else []
    rules = single(pattern | {"flags": flags})
    found = stats.apply_rules(chart(values, segment=segment), rules, gaps=gaps)
    rule = rules.rules[0]
    directed = rule.kind in {"run_side", "monotone", "k_of_m"}
    expected = [slow(rule, values, segment, gaps, way) for way in (1, -1)]
    assert set(np.flatnonzero(found.signals[0])) == expected[0] | expected[1]
    for axis in (0, 1):
        assert set(np.flatnonzero(found.hits[0, axis])) == (expected[axis] if directed else set())


SETS = st.sampled_from([*stats.rule_sets()])


@given(SERIES, SETS)
def test_turning_values_turns_directions(values: list[float], rules: stats.RuleSet) -> None:
    """What was up is down."""
    one, other = (stats.apply_rules(chart(way * np.array(values)), rules) for way in (1, -1))
    assert_array_equal(one.hits, other.hits[:, ::-1])
    assert_array_equal(one.signals, other.signals)
    assert_array_equal(one.label, other.label)
    assert_array_equal(one.direction, -other.direction)


@given(SERIES, SETS)
def test_turning_time_turns_rises(values: list[float], rules: stats.RuleSet) -> None:
    """A rise read backwards is a fall; all else stays."""
    one, other = (stats.apply_rules(chart(values[::way]), rules) for way in (1, -1))
    for number, rule in enumerate(rules.rules):
        expected = one.hits[number, ::-1] if rule.kind == "monotone" else one.hits[number]
        assert_array_equal(other.hits[number], expected[:, ::-1])
    assert_array_equal(other.signals, one.signals[:, ::-1])


@given(
    st.lists(st.integers(0, 40).map(float) | st.just(NAN), min_size=1, max_size=40),
    st.sampled_from([2.0, 100.0, 0.01, 1 / 3]),
    st.integers(-1_000, 1_000),
    SETS,
)
def test_shift_and_scale_keep_flags(values: list[float], scale: float, shift: int, rules: stats.RuleSet) -> None:
    """Percent or share, kroner or thousands: the same flags."""
    one, other = (
        stats.apply_rules(stats.xmr_limits(y, min_points_trial=2), rules)
        for y in (np.array(values), np.array(values) * scale + shift * scale)
    )
    assert_array_equal(one.hits, other.hits)
    assert_array_equal(one.label, other.label)


@given(SERIES, st.lists(HALVES, min_size=1, max_size=12), SETS)
def test_a_later_segment_changes_nothing_before(
    earlier: list[float], later: list[float], rules: stats.RuleSet
) -> None:
    """What was judged stays judged."""
    labels = [0] * len(earlier) + [1] * len(later)
    whole = stats.apply_rules(stats.xmr_limits(earlier + later, segments=labels, min_points_trial=2), rules)
    first = stats.apply_rules(stats.xmr_limits(earlier, min_points_trial=2), rules)
    assert_array_equal(whole.hits[..., : len(earlier)], first.hits)
    assert_array_equal(whole.label[: len(earlier)], first.label)


@given(HALVES, st.integers(1, 40), SETS)
def test_a_constant_series_never_signals(level: float, n: int, rules: stats.RuleSet) -> None:
    """On any chart of individuals, and around its median."""
    for limits in (
        stats.xmr_limits([level] * n, min_points_trial=1),
        stats.control_limits("run", [level] * n, min_points_trial=1),
    ):
        assert not stats.apply_rules(limits, rules).signals.any()


@given(st.integers(1, 5), st.integers(1, 25), st.integers(0, 2**32 - 1), SETS, st.sampled_from(["break", "join"]))
def test_many_series_are_judged_as_each_alone(
    series: int, periods: int, seed: int, rules: stats.RuleSet, gaps: Any
) -> None:
    """Also when a series has gaps, and when pieces are small."""
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((series, periods)) < 0.1, NAN, np.cumsum(rng.normal(size=(series, periods)), axis=1))
    together = stats.apply_rules(stats.xmr_limits(values, min_points_trial=2), rules, gaps=gaps)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_piece, "_VALUES", 2 * periods)
        assert stats.apply_rules(stats.xmr_limits(values, min_points_trial=2), rules, gaps=gaps) == together
    for row in range(series):
        alone = stats.apply_rules(stats.xmr_limits(values[row], min_points_trial=2), rules, gaps=gaps)
        for field in ("hits", "signals", "not_applicable", "label", "direction", "reason"):
            whole = getattr(together, field)
            assert_array_equal(getattr(alone, field), whole[..., row, :])
