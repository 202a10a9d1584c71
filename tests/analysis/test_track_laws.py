"""Laws that every verdict on a target obeys, whatever the figures.

Each example judges several series in one call, so that one call tests a law on all of them.
"""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb

FIRST = 2015
AS_OF = "2023-06-30"
EXAMPLES = 25
RANKS = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met")
LINEAR = ("linear", "robust", "random_walk")  # what is linear in the values, so that signs can be turned
# Tenths: unequal figures are then unequal by far more than the noise that comparisons ignore.
VALUES = st.one_of(st.none(), st.integers(-500, 500).map(lambda tenths: tenths / 10))
SERIES = st.lists(VALUES, min_size=1, max_size=8)
MANY = st.lists(SERIES, min_size=1, max_size=4)
IN_UNITS = (
    *("baseline", "latest", "target_value", "target_low", "target_high", "gap", "pace", "required_pace"),
    *("required_total", "expected_now", "expected_gap", "moved", "projected", "projected_lower", "projected_upper"),
)
UNITLESS = ("attainment", "attainment_clamped", "pace_ratio", "probability")
TURNED = ("pace", "required_pace", "required_total", "expected_now", "projected")
DECIDED = (
    "state",
    "reason",
    "flags",
    "sensitive_to",
    "without_last",
    "max_jump",
    "arrival",
    "days_ahead",
    "assurance",
)
STEPS = ("steps_made", "steps_due", "streak")

Some = list[float | None]


@st.composite
def one_sided(draw: st.DrawFn) -> mb.Target:
    """Draw a target with one better side, standing or dated, and the way that is laid out to it."""
    kind = draw(st.sampled_from(["at_least", "at_most", "reach_by", "change_absolute"]))
    common: dict[str, Any] = {
        "id": "T",
        "indicator": "I",
        "tolerance": draw(st.sampled_from([0.0, 0.5])),
        "no_change": draw(st.sampled_from([0.0, 1.0])),
    }
    due = draw(st.sampled_from([None, "2017", "2019", "2024", "2030"]))
    value = draw(st.integers(-60, 60)) * 1.0
    stated = draw(st.booleans()) or kind == "change_absolute"
    common["baseline"] = mb.Baseline(period=str(FIRST)) if stated else None
    if kind == "reach_by":
        due = due or "2024"
        common["direction"] = draw(st.sampled_from(["higher", "lower"]))
    if stated and due in {"2024", "2030"}:
        common |= draw(st.sampled_from(PATHS))
    common["due"] = due
    if kind == "change_absolute":
        return mb.ChangeAbsolute(**common, delta=value or 1.0)
    kinds = {"at_least": mb.AtLeast, "at_most": mb.AtMost, "reach_by": mb.ReachBy}
    return kinds[kind](**common, value=value)


PATHS: list[dict[str, Any]] = [
    {},
    {},
    {"path": "front_loaded"},
    {"path": "back_loaded"},
    {"path": "steps", "interim": (mb.Interim(period="2018", value=5), mb.Interim(period="2021", value=-5))},
    {"path": "milestones", "interim": (mb.Interim(period="2020", value=10),)},
    {"due_value": "last_on_or_before"},
]


@st.composite
def any_target(draw: st.DrawFn) -> mb.Target:
    """Draw a target of any kind that is judged on the values themselves."""
    base = mb.Baseline(period=str(FIRST))
    direction = draw(st.sampled_from(["higher", "lower"]))
    due = draw(st.sampled_from([None, "2019", "2030"]))
    step = draw(st.sampled_from([0, 1.0]))
    policy = draw(st.sampled_from(["latest", "every"]))
    other = [
        mb.WithinBand(id="T", indicator="I", low=-10, high=10, due=due),
        mb.Maintain(id="T", indicator="I", band=1.0, baseline=base),
        mb.Maintain(id="T", indicator="I", band=1.0, baseline=base, side="no_worse", direction=direction),
        mb.ImproveEachPeriod(id="T", indicator="I", direction=direction, min_step=step, policy=policy),
        mb.DirectionOnly(id="T", indicator="I", direction=direction, baseline=base, no_change=0.5),
        mb.ChangeRelative(id="T", indicator="I", percent=20, baseline=base, due="2024"),
    ]
    return draw(st.one_of(one_sided(), st.sampled_from(other)))


def code(place: int) -> str:
    """Return the code of an institution."""
    return f"0{101 + place}"


def tracked(made: Any, many: list[Some], target: mb.Target, *, first: int = FIRST, **options: Any) -> mb.Tracking:
    """Judge series of yearly values, one for each institution, as known in the middle of 2023."""
    measurements, catalogue = made(points(many, first), targets=[target], direction="target")
    return mb.track(measurements, catalogue, as_of=AS_OF, **options)


def points(many: list[Some], first: int = FIRST) -> dict[str, list[tuple[int, float]]]:
    """Return the values that are there, by institution."""
    return {
        code(place): [(first + year, value) for year, value in enumerate(series) if value is not None]
        for place, series in enumerate(many)
    }


def verdict(row: mb.Progress) -> tuple[Any, ...]:
    """Return what was decided, and what hangs on whole periods."""
    return tuple(getattr(row, name) for name in DECIDED + STEPS)


def close(one: float | None, two: float | None, factor: float = 1.0) -> bool:
    """Return whether two figures are the same, the second one counted in another unit."""
    if one is None or two is None:
        return one is two
    return math.isclose(two, one * factor, rel_tol=1e-9, abs_tol=1e-7 * abs(factor))


def scaled(target: Any, factor: float) -> mb.Target:
    """Return a target in another unit; a negative factor turns it round."""
    changes: dict[str, Any] = {
        name: getattr(target, name) * abs(factor)
        for name in ("tolerance", "no_change", "band", "min_step")
        if hasattr(target, name)
    }
    changes |= {name: getattr(target, name) * factor for name in ("value", "delta") if hasattr(target, name)}
    if hasattr(target, "low"):
        changes["low"], changes["high"] = sorted((target.low * factor, target.high * factor))
    if getattr(target, "interim", ()):
        changes["interim"] = tuple(attrs.evolve(stop, value=stop.value * factor) for stop in target.interim)
    if factor < 0 and getattr(target, "direction", None) is not None:
        changes["direction"] = {"higher": "lower", "lower": "higher"}[target.direction]
    if factor < 0 and isinstance(target, mb.AtLeast | mb.AtMost):
        turned = mb.AtMost if isinstance(target, mb.AtLeast) else mb.AtLeast
        fields = {field.name: getattr(target, field.name) for field in attrs.fields(type(target))}
        return turned(**fields | changes)
    return attrs.evolve(target, **changes)


def times(many: list[Some], factor: float) -> list[Some]:
    """Return the series in another unit."""
    return [[None if value is None else value * factor for value in series] for series in many]


@settings(max_examples=EXAMPLES)
@given(many=MANY, target=any_target(), power=st.integers(-8, 8), method=st.sampled_from(LINEAR))
def test_another_unit_changes_nothing(
    many: list[Some], target: mb.Target, power: int, method: str, made: Any
) -> None:
    """Counted in another unit, with target, tolerance and bands in that unit, everything is decided alike."""
    factor = 2.0**power
    before = tracked(made, many, target, method=method)
    after = tracked(made, times(many, factor), scaled(target, factor), method=method)
    for one, two in zip(before, after, strict=True):
        assert verdict(two) == verdict(one)
        assert all(close(getattr(one, name), getattr(two, name), factor) for name in IN_UNITS)
        assert all(close(getattr(one, name), getattr(two, name)) for name in UNITLESS)


@settings(max_examples=EXAMPLES)
@given(many=MANY, target=any_target(), method=st.sampled_from(LINEAR))
def test_turning_signs_and_direction_changes_nothing(
    many: list[Some], target: mb.Target, method: str, made: Any
) -> None:
    """What is good upwards for y is good downwards for -y, by the methods that are linear in the values."""
    if isinstance(target, mb.ChangeRelative):
        return  # a percentage of a negative baseline is refused
    before = tracked(made, many, target, method=method)
    after = tracked(made, times(many, -1.0), scaled(target, -1.0), method=method)
    for one, two in zip(before, after, strict=True):
        assert verdict(two) == verdict(one)
        assert all(close(getattr(one, name), getattr(two, name), -1.0) for name in TURNED)
        assert close(one.projected_lower, two.projected_upper, -1.0)
        assert all(close(getattr(one, name), getattr(two, name)) for name in ("moved", "expected_gap", *UNITLESS))


@settings(max_examples=EXAMPLES)
@given(many=MANY, target=any_target(), seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(many: list[Some], target: mb.Target, seed: int, made: Any) -> None:
    """A shuffled table gives the same result, byte for byte."""
    measurements, catalogue = made(points(many), targets=[target], direction="target")
    order = np.random.default_rng(seed).permutation(len(measurements))
    shuffled = mb.Measurements.from_arrow(measurements.to_arrow().take(order), catalogue=catalogue)
    one, two = (mb.track(each, catalogue, as_of=AS_OF) for each in (measurements, shuffled))
    assert one == two
    assert one.to_json() == two.to_json()


@settings(max_examples=EXAMPLES)
@given(many=MANY, earlier=SERIES, target=any_target())
def test_history_before_a_stated_baseline_changes_nothing(
    many: list[Some], earlier: Some, target: mb.Target, made: Any
) -> None:
    """A dated target, or a direction, is judged from its baseline on."""
    dated = getattr(target, "due", None) is not None or isinstance(target, mb.DirectionOnly)
    if target.baseline is None or not dated:
        return
    lengthened = [[*earlier, *series] for series in many if any(value is not None for value in series)]
    shortened = [series for series in many if any(value is not None for value in series)]
    if not shortened:
        return
    one = tracked(made, shortened, target)
    two = tracked(made, lengthened, target, first=FIRST - len(earlier))
    # figures alike, up to the order in which a wider row is added up
    pd.testing.assert_frame_equal(one.to_pandas(), two.to_pandas(), rtol=1e-9, atol=1e-9)


def raised(many: list[Some], target: mb.Target, more: int) -> list[Some]:
    """Return the series with a better last value, those without one left out."""
    return [[*series[:-1], series[-1] + target.way() * more / 10] for series in many if series[-1] is not None]


def lone_start(row: mb.Progress, series: Some, target: mb.Target) -> bool:
    """Return whether the last value is the baseline that the target starts from, too."""
    del row
    return isinstance(target, mb.ChangeAbsolute) and sum(value is not None for value in series) == 1


@settings(max_examples=EXAMPLES)
@given(many=MANY, target=one_sided(), more=st.integers(1, 200))
def test_a_better_last_value_is_never_worse(many: list[Some], target: mb.Target, more: int, made: Any) -> None:
    """Raising the last value in the wished direction never lowers the rank of a target with one better side."""
    many = [series for series in many if series[-1] is not None]
    if not many:
        return
    before, after = tracked(made, many, target), tracked(made, raised(many, target, more), target)
    for one, two, series in zip(before, after, many, strict=True):
        if "not_measurable" not in {one.state, two.state} and not lone_start(one, series, target):
            assert RANKS.index(two.state) >= RANKS.index(one.state)


@settings(max_examples=EXAMPLES)
@given(many=MANY, target=one_sided(), more=st.integers(1, 200))
def test_attainment_grows_with_the_latest_value(many: list[Some], target: mb.Target, more: int, made: Any) -> None:
    """From one baseline to one target, a better latest value has come further; beyond the target it has gone further back."""
    many = [series for series in many if series[-1] is not None]
    if not many:
        return
    before, after = tracked(made, many, target), tracked(made, raised(many, target, more), target)
    for one, two in zip(before, after, strict=True):
        same_start = one.baseline == two.baseline and one.target_value == two.target_value
        if not same_start or None in {one.attainment, two.attainment} or one.latest_period != two.latest_period:
            continue
        ahead = (one.target_value - one.baseline) * target.way() > 0  # else the baseline is beyond the target
        assert (two.attainment >= one.attainment) if ahead else (two.attainment <= one.attainment)
        assert two.attainment_clamped is None or 0 <= two.attainment_clamped <= 1


@settings(max_examples=EXAMPLES)
@given(many=MANY, target=one_sided())
def test_reaching_the_target_never_lowers_the_state(many: list[Some], target: mb.Target, made: Any) -> None:
    """A last value right on the target is at least as good as any value short of it, and it is met where the way is open."""
    if isinstance(target, mb.ChangeAbsolute):
        return  # what is to be reached depends on the series
    many = [series for series in many if series[-1] is not None]
    if not many:
        return
    short = [
        [*series[:-1], min(series[-1] * target.way(), target.value * target.way()) * target.way()] for series in many
    ]
    before = tracked(made, short, target)
    after = tracked(made, [[*series[:-1], target.value] for series in many], target)
    for one, two in zip(before, after, strict=True):
        if "not_measurable" not in {one.state, two.state}:
            assert RANKS.index(two.state) >= RANKS.index(one.state)
        if target.due is None or int(str(target.due)) > int(two.latest_period or 0):
            assert two.state in {"met", "not_measurable"}


LONG = st.integers(-500, 500).map(lambda tenths: tenths / 10)


@settings(max_examples=EXAMPLES)
@given(data=st.data(), length=st.integers(1, 16), target=any_target(), method=st.sampled_from(LINEAR))
def test_all_at_once_equals_one_at_a_time_bit_for_bit(
    data: st.DataObject, length: int, target: mb.Target, method: str, made: Any
) -> None:
    """Judging everybody in one call gives the rows, to the last bit, that judging each alone gives."""
    many = data.draw(st.lists(st.lists(LONG, min_size=length, max_size=length), min_size=2, max_size=4))
    together, alone = both(made, points(many, FIRST - 8), target, method)
    assert together == alone
    assert together.to_json() == alone.to_json()


@settings(max_examples=EXAMPLES)
@given(
    many=st.lists(st.lists(VALUES, min_size=1, max_size=16), min_size=2, max_size=4),
    target=any_target(),
    method=st.sampled_from(LINEAR),
)
def test_others_periods_change_nothing(many: list[Some], target: mb.Target, method: str, made: Any) -> None:
    """What others have values for decides nothing: figures alike, up to the order in which a wider row is added up."""
    kept = points([series for series in many if any(value is not None for value in series)], FIRST - 8)
    if kept:
        together, alone = both(made, kept, target, method)
        pd.testing.assert_frame_equal(together.to_pandas(), alone.to_pandas(), rtol=1e-9, atol=1e-9)


def both(made: Any, kept: dict[str, Any], target: mb.Target, method: str) -> tuple[mb.Tracking, mb.Tracking]:
    """Judge institutions in one call, and one after the other."""
    measurements, catalogue = made(kept, targets=[target], direction="target")
    together = mb.track(measurements, catalogue, as_of=AS_OF, method=method)
    alone = [mb.track(measurements.select(institution=who), catalogue, as_of=AS_OF, method=method) for who in kept]
    return together, mb.Tracking.concat(alone)


@settings(max_examples=EXAMPLES)
@given(
    values=st.lists(st.integers(-50, 50), min_size=1, max_size=6),
    revisions=st.lists(st.tuples(st.integers(0, 5), st.integers(-50, 50), st.integers(0, 900)), max_size=6),
    asked=st.integers(0, 900),
    target=one_sided(),
)
def test_as_of_a_day_is_what_was_known_then(
    values: list[int], revisions: list[tuple[int, int, int]], asked: int, target: mb.Target, made: Any
) -> None:
    """Judging as of a day with all vintages equals judging with only those known by then."""
    start = pd.Timestamp("2021-01-01")
    rows = [(FIRST + place, float(value), {"vintage": start}) for place, value in enumerate(values)]
    revised: dict[tuple[int, pd.Timestamp], tuple[Any, ...]] = {}
    for place, value, days in revisions:
        when = start + pd.Timedelta(days=days + 1)
        revised[FIRST + place, when] = (FIRST + place, float(value), {"vintage": when})
    day = (start + pd.Timedelta(days=asked)).date()
    everything = [*rows, *revised.values()]
    by_then = [row for row in everything if row[2]["vintage"].date() <= day]
    results = []
    for known in (everything, by_then):
        measurements, catalogue = made({"0101": known}, targets=[target], direction="target")
        results.append(mb.track(measurements, catalogue, as_of=day))
    assert results[0] == results[1]


@settings(max_examples=EXAMPLES)
@given(many=MANY, target=any_target(), days=st.integers(0, 3000))
def test_before_anything_was_known_there_are_no_data(
    many: list[Some], target: mb.Target, days: int, made: Any
) -> None:
    """A day before every vintage has no data, whatever the target and the period."""
    known = pd.Timestamp("2023-01-02")
    rows = {
        who: [(year, value, {"vintage": known}) for year, value in series] for who, series in points(many).items()
    }
    measurements, catalogue = made(rows, targets=[target], direction="target")
    day = (known - pd.Timedelta(days=days + 1)).date()
    assert {row.reason for row in mb.track(measurements, catalogue, as_of=day)} == {"no_data"}


@settings(max_examples=EXAMPLES)
@given(
    many=MANY, target=any_target(), policy=st.sampled_from(["counts", "worst", "weighted_median", "share_threshold"])
)
def test_a_target_that_does_not_apply_changes_nothing_in_a_roll_up(
    many: list[Some], target: mb.Target, policy: str, made: Any
) -> None:
    """A goal is summed up from what binds somebody, whether or not there is a target that binds others."""
    bound = attrs.evolve(target, goal="G")
    elsewhere = mb.Scope(institutions=("0999",))
    if not any(points(many).values()):
        return
    other = mb.AtLeast(id="U", indicator="I", value=0, goal="G", scope=elsewhere)
    found = []
    for targets in ([bound], [bound, other]):
        measurements, plain = made(points(many), direction="target")
        goal = mb.Goal(id="G", name=mb.Text(da="Målet"), kind="municipal")
        catalogue = mb.Catalogue(
            id="P", name=goal.name, indicators=plain.indicators.values(), goals=[goal], targets=targets
        )
        tracking = mb.track(measurements, catalogue, as_of=AS_OF)
        rolled = mb.roll_up(tracking, catalogue, policy=policy, min_coverage=0)
        found.append([row for row in rolled if row.institution != "0999"])
    for one, two in zip(*found, strict=True):
        assert (one.institution, one.state, one.reason, one.value) == (
            two.institution,
            two.state,
            two.reason,
            two.value,
        )
        assert (one.n_applicable, one.coverage_weight) == (two.n_applicable, two.coverage_weight)
        assert (one.used, one.weights) == (two.used, two.weights)


def test_a_day_before_and_after_the_vintage(made: Any) -> None:
    """The day a value is known it counts, and the day before it does not."""
    measurements, catalogue = made(
        {"0101": [("2020", 90.0, {"vintage": pd.Timestamp("2021-03-01")})]},
        targets=[mb.AtLeast(id="T", indicator="I", value=80)],
    )
    assert mb.track(measurements, catalogue, as_of="2021-02-28")[0].reason == "no_data"
    assert mb.track(measurements, catalogue, as_of="2021-03-01")[0].state == "met"
