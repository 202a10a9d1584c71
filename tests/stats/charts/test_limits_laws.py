"""Laws of control limits whatever the data, and a slow twin that works them out series by series."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import attrs
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.stats.charts import _panel

Floats = npt.NDArray[np.float64]

NAN = np.nan
TENTHS = st.integers(-300, 300).map(lambda tenths: tenths / 10)
SMALL: dict[str, Any] = {"min_points": 0}
LINES = ("centre", "lower", "upper", "sigma")
KINDS = ("run", "i", "mr", "p", "u", "c", "p_prime", "u_prime", "i_prime", "xbar", "s", "g", "t")


class Asked(NamedTuple):
    """A panel and what is asked for."""

    values: Floats
    options: dict[str, Any]


@st.composite
def asked(draw: st.DrawFn, least: int = 0) -> Asked:
    """Draw a few series with gaps, excluded points, segments and a baseline."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(least, 12)))
    values = draw(hnp.arrays(np.float64, shape, elements=TENTHS | TENTHS | TENTHS | st.just(NAN)))
    starts = draw(hnp.arrays(np.bool_, draw(st.sampled_from([shape, shape[1:]]))))
    options: dict[str, Any] = {
        "segments": None if draw(st.booleans()) else np.cumsum(starts, axis=-1),
        "exclude": draw(st.none() | hnp.arrays(np.bool_, shape, elements=st.sampled_from([False, False, True]))),
        "baseline": draw(st.none() | st.integers(1, 6)),
        "gaps": draw(st.sampled_from(["break", "join"])),
        "screen": draw(st.booleans()),
    }
    return Asked(values, options)


def arguments(kind: str, values: Floats) -> dict[str, Any]:
    """Values and denominators that suit a kind, made from any numbers; gaps stay."""
    size = np.round(np.abs(np.nan_to_num(values))) + 2
    if kind in {"p", "u", "p_prime", "u_prime", "i_prime"}:
        return {"values": np.floor(size * (np.abs(values) % 1)), "denominators": size}
    if kind in {"xbar", "s"}:
        sds = {"standard_deviations": np.abs(values) + 0.1} if kind == "xbar" else {}
        return {"values": np.abs(values), "denominators": size, **sds}
    return {"values": np.abs(values) + 0.1 if kind in {"c", "g", "t"} else values}


def same(one: stats.ControlLimits, other: stats.ControlLimits) -> bool:
    """Compare two results byte for byte, NaN and the sign of zero included."""
    pairs = [
        (np.asarray(getattr(one, field.name)), np.asarray(getattr(other, field.name)))
        for field in attrs.fields(type(one))
    ]
    return all(
        left.shape == right.shape
        and (left.tolist() == right.tolist() if left.dtype == object else left.tobytes() == right.tobytes())
        for left, right in pairs
    )


def picked(found: stats.ControlLimits, index: Any) -> stats.ControlLimits:
    """Some series or periods of a result."""
    parts = {field.name: getattr(found, field.name)[index] for field in attrs.fields(type(found))[1:]}
    return attrs.evolve(found, **parts)


def xmr_slowly(values: list[float], out: list[bool], baseline: int | None, *, join: bool, screen: bool) -> Any:
    """Centre, sigma and number of ranges of one segment, in fractions; None where there is none."""
    points = [
        (place, Fraction(value))
        for place, value in enumerate(values)
        if not math.isnan(value) and not out[place] and (baseline is None or place < baseline)
    ]
    if not points:
        return None, None, 0
    centre = sum(value for _, value in points) / len(points)
    ranges = [
        abs(value - before) for (earlier, before), (later, value) in pairwise(points) if join or later - earlier == 1
    ]
    if not ranges:
        return centre, None, 0
    mean = sum(ranges) / len(ranges)
    kept = [each for each in ranges if each < Fraction("3.267") * mean] if screen and mean else ranges
    return centre, Fraction("2.66") / 3 * sum(kept) / len(kept), len(ranges)


@given(asked())
def test_xmr_is_the_slow_twin(case: Asked) -> None:
    """All series at once give what each segment gives by the definition."""
    found = stats.xmr_limits(case.values, **case.options, **SMALL)
    options = case.options
    for row in range(len(case.values)):
        for segment in np.unique(found.segment[row]).tolist():
            here = np.flatnonzero(found.segment[row] == segment)
            out = np.zeros(len(here), dtype=bool) if options["exclude"] is None else options["exclude"][row, here]
            values = case.values[row, here].tolist()
            centre, sigma, ranges = xmr_slowly(
                values, out.tolist(), options["baseline"], join=options["gaps"] == "join", screen=options["screen"]
            )
            expected = NAN if centre is None else float(centre)
            assert_allclose(found.centre[row, here], expected, rtol=1e-12, atol=1e-12)
            varies = bool(sigma and sigma > Fraction(1, 10**12))
            expected = float(sigma) if varies else NAN
            assert_allclose(found.sigma[row, here], expected, rtol=1e-9, atol=1e-12)
            status = "" if centre is None else "full" if varies else "no_variation" if ranges else "centre_only"
            assert set(found.status[row, here]) == {status}


@given(asked(), st.sampled_from(KINDS), st.data())
def test_rows_of_a_batch_are_single_calls(case: Asked, kind: Any, data: st.DataObject) -> None:
    """A series gets the same bytes alone, in a batch, in another order and in pieces of any size."""
    given_values = arguments(kind, case.values)
    options = case.options | SMALL
    whole = stats.control_limits(kind, **given_values, **options)

    def chart(index: Any) -> stats.ControlLimits:
        own = {
            name: value[index] if isinstance(value, np.ndarray) and value.shape == case.values.shape else value
            for name, value in (given_values | options).items()
        }
        return stats.control_limits(kind, **own)

    for row in range(len(case.values)):
        assert same(chart(row), picked(whole, row))
    order = np.array(data.draw(st.permutations(range(len(case.values)))), dtype=np.intp)
    assert same(chart(order), picked(whole, order))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_panel, "_PIECE", data.draw(st.integers(1, 2)) * max(1, case.values.shape[1]))
        assert same(stats.control_limits(kind, **given_values, **options), whole)


@pytest.mark.parametrize("kind", KINDS)
def test_large_batches_are_single_calls(kind: Any) -> None:
    """The same where vectors are long and pieces are many."""
    rng = np.random.default_rng(7)
    values = np.round(rng.normal(30, 9, (1_500, 37)), 2)
    values[rng.random(values.shape) < 0.02] = NAN
    columns = arguments(kind, values)
    whole = stats.control_limits(kind, **columns)
    for row in (0, 1, 777, 1_499):
        alone = {name: column[row].copy() for name, column in columns.items()}
        assert same(stats.control_limits(kind, **alone), picked(whole, row))


@pytest.mark.parametrize("limits", ["sigma", "exact"])
def test_exact_limits_of_a_batch_are_single_calls(limits: Any) -> None:
    """Exact limits, too, do not depend on the neighbours."""
    rng = np.random.default_rng(7)
    size = rng.integers(20, 900, (40, 24)).astype(float)
    counts = np.floor(size * rng.random((40, 1)))
    whole = stats.control_limits("p", counts, size, limits=limits)
    for row in range(40):
        assert same(stats.control_limits("p", counts[row], size[row], limits=limits), picked(whole, row))


@given(asked(), st.integers(0, 3), st.sampled_from(["i", "mr", "run", "xbar"]))
def test_a_gap_in_one_series_leaves_the_others(case: Asked, row: int, kind: Any) -> None:
    """NaN anywhere in a series changes no byte of the rest."""
    assume(row < len(case.values))
    columns = arguments(kind, case.values)
    gone = columns | {"values": columns["values"].copy()}
    gone["values"][row] = NAN
    rest = np.arange(len(case.values)) != row
    before, after = (stats.control_limits(kind, **each, **case.options, **SMALL) for each in (columns, gone))
    assert same(picked(before, rest), picked(after, rest))


@given(asked(), TENTHS, st.sampled_from([0.01, 0.5, 3.0, 100.0]))
def test_shift_and_scale(case: Asked, shift: float, scale: float) -> None:
    """Moving or scaling the values moves and scales the lines, and keeps who is where."""
    one = stats.xmr_limits(case.values, **case.options, **SMALL)
    other = stats.xmr_limits(case.values * scale + shift, **case.options, **SMALL)
    assert_array_equal(other.reason, one.reason)
    assert_array_equal(other.screened, one.screened)
    for field in ("centre", "lower", "upper"):
        assert_allclose(getattr(other, field), getattr(one, field) * scale + shift, rtol=1e-9, atol=1e-10)
    assert_array_equal(other.side, one.side)
    assert_array_equal(other.beyond, one.beyond)


@given(asked())
def test_negation_swaps_the_limits(case: Asked) -> None:
    """What was above is below; centre and limits change sign, upper and lower change places."""
    one, other = (stats.xmr_limits(sign * case.values, **case.options, **SMALL) for sign in (1, -1))
    assert_array_equal(other.upper, -one.lower)
    assert_array_equal(other.lower, -one.upper)
    assert_array_equal(other.centre, -one.centre)
    assert_array_equal(other.side, -one.side)
    assert_array_equal(other.beyond, -one.beyond)


@given(asked())
def test_time_may_run_backwards(case: Asked) -> None:
    """Without a baseline the lines are those of the series read from its end."""
    options = case.options | {"baseline": None}
    back = {
        name: value[..., ::-1] if isinstance(value, np.ndarray) else value
        for name, value in options.items()
        if name != "segments"
    }
    del options["segments"]
    one = stats.xmr_limits(case.values, **options, **SMALL)
    other = stats.xmr_limits(case.values[:, ::-1], **back, **SMALL)
    for field in LINES:
        assert_allclose(getattr(other, field)[:, ::-1], getattr(one, field), rtol=1e-12, atol=1e-12)


@given(asked(), st.sampled_from(KINDS), st.integers(1, 6))
def test_a_later_segment_changes_nothing_before_it(case: Asked, kind: Any, more: int) -> None:
    """Limits of the past stay when a segment is added."""
    tail = np.tile([7.0, 250.0, NAN], 2)[:more]
    longer = np.concatenate([case.values, np.tile(tail, (len(case.values), 1))], axis=1)
    now = case.values.shape[1]
    labels = case.options["segments"]
    labels = (
        np.zeros(case.values.shape, dtype=np.int64) if labels is None else np.broadcast_to(labels, case.values.shape)
    )
    added = np.concatenate([labels, np.full((len(longer), more), 99)], axis=1)
    flags = np.zeros(longer.shape, dtype=bool)
    flags[:, :now] = False if case.options["exclude"] is None else case.options["exclude"]
    before = stats.control_limits(kind, **arguments(kind, case.values), **case.options, **SMALL)
    after = stats.control_limits(
        kind, **arguments(kind, longer), **(case.options | {"segments": added, "exclude": flags}), **SMALL
    )
    assert same(picked(after, (slice(None), slice(now))), before)


@given(st.integers(2, 40), TENTHS, st.sampled_from(["i", "mr", "run", "c", "g", "t"]))
def test_a_constant_series_never_signals(periods: int, value: float, kind: Any) -> None:
    """Equal values lie on their centre and beyond nothing."""
    found = stats.control_limits(kind, arguments(kind, np.full(periods, value))["values"], **SMALL)
    assert not found.beyond.any()
    if kind != "mr":
        assert not found.side.any()


@given(asked(least=4), st.sampled_from(["i", "p", "p_prime", "u", "i_prime"]))
def test_percent_against_share(case: Asked, kind: Any) -> None:
    """The same points are above and beyond whether shares or percentages are drawn."""
    columns = arguments(kind, np.abs(case.values) + 0.01)
    share, percent = (stats.control_limits(kind, **columns, **case.options, **SMALL, per=per) for per in (1, 100))
    assert_array_equal(share.side, percent.side)
    assert_array_equal(share.beyond, percent.beyond)
    assert_array_equal(share.reason, percent.reason)
    assert_allclose(percent.upper, share.upper * 100, rtol=1e-12)


@given(asked())
def test_one_segment_or_none(case: Asked) -> None:
    """A single label, whatever its number, is as good as none."""
    options = case.options | {"segments": None}
    one = stats.xmr_limits(case.values, **options)
    labelled = stats.xmr_limits(case.values, **(options | {"segments": np.full(case.values.shape[1], -5)}))
    assert same(one, labelled)


@given(asked())
def test_every_point_says_what_it_has(case: Asked) -> None:
    """Limits or a reason, a centre or no status: never both, never neither, never a silent NaN."""
    for options in (SMALL, {"min_points": 8, "min_points_trial": 4}):
        found = stats.xmr_limits(case.values, **case.options, **options)
        assert_array_equal(np.isnan(found.upper), found.reason != "")
        assert_array_equal(np.isnan(found.lower), found.reason != "")
        assert_array_equal(np.isnan(found.centre), found.status == "")
        assert_array_equal(np.isin(found.status, ["full", "trial"]), found.reason == "")
        assert_array_equal(found.status == "no_variation", found.reason == "no_variation")
