"""The fast way held against the plain definition, and what must hold for any units."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import slow_efficiency as slow
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats

Floats = npt.NDArray[np.float64]
Units = tuple[Floats, Floats]

RETURNS = st.sampled_from(list(slow.RETURNS))
PROGRAMS = st.sampled_from(["crs", "vrs", "nirs", "ndrs"])
ORIENTATIONS = st.sampled_from(list(slow.ORIENTATIONS))


@st.composite
def units(draw: st.DrawFn, *, least: int = 0) -> Units:
    """Draw a few units with many ties, twins, and zeros where allowed; no unit uses nothing."""
    count, m, s = draw(st.integers(1, 8)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    cell = st.integers(least, 5)
    rows = draw(st.lists(st.lists(cell, min_size=m + s, max_size=m + s), min_size=count, max_size=count))
    table = np.array(rows, dtype=np.float64)
    x, y = table[:, :m], table[:, m:]
    x[~(x > 0).any(axis=1), 0] = 1
    return x, y


def expected(x: Floats, y: Floats, others: Units, returns: str, way: str) -> tuple[str, float]:
    """What the plain definition says of one unit, in our words: a score of 0 by outputs is none."""
    found = slow.slow_score(x, y, *others, returns=returns, orientation=way)
    nothing = found.status == "optimal" and way == "output" and found.value < 1e-9
    return ("infeasible", np.nan) if nothing else (found.status, found.value)


def same_as_slow(data: Units, returns: str, way: str, *, exclude_self: bool, others: Units | None = None) -> int:
    """Hold every judged unit against the plain definition; return how many."""
    x, y = data
    pool = data if others is None else others
    found = stats.efficiency(
        x,
        y,
        returns=returns,
        orientation=way,
        exclude_self=exclude_self,
        reference=others,  # type: ignore[arg-type]
    )
    judged = 0
    for unit in range(len(x)):
        if found.outcome[unit] in {"no_positive_output", "unbounded"}:
            assert not y[unit].any()
            continue
        rest = np.arange(len(pool[0])) != (unit if exclude_self else -1)
        status, value = expected(x[unit], y[unit], (pool[0][rest], pool[1][rest]), returns, way)
        assert found.certified[unit]
        if status == "optimal":
            assert found.score[unit] == pytest.approx(value, rel=1e-8)
        else:
            assert (found.outcome[unit], status) == ("infeasible", "infeasible")
        judged += 1
    return judged


@given(units(), RETURNS, ORIENTATIONS, st.booleans())
def test_every_score_is_that_of_the_plain_definition(data: Units, returns: str, way: str, without: bool) -> None:  # noqa: FBT001
    """One program per unit, written down as it reads and solved by another solver."""
    same_as_slow(data, returns, way, exclude_self=without)


def random_units(rng: np.random.Generator, kind: int, count: int, m: int, s: int) -> Units:
    """Units like municipalities; of sizes and columns many powers of ten apart; of one technology; with zeros; ties and twins."""
    size = np.exp(rng.normal(0, 2.0 if kind == 1 else 0.8, (count, 1)))
    x, y = size * np.exp(rng.normal(0, 0.3, (count, m))), size * np.exp(rng.normal(0, 0.3, (count, s)))
    if kind == 1:
        x, y = x * 10.0 ** rng.integers(-1, 9, m), y * 10.0 ** rng.integers(-1, 9, s)
    if kind == 2:
        y = x @ rng.random((m, s))
    if kind == 3:
        x, y = np.where(rng.random(x.shape) < 0.3, 0, x), np.where(rng.random(y.shape) < 0.3, 0, y)
        x[~(x > 0).any(axis=1), 0] = 1
    if kind == 4:
        x, y = rng.integers(1, 4, x.shape).astype(np.float64), rng.integers(1, 4, y.shape).astype(np.float64)
    return x, y


@pytest.mark.parametrize("kind", range(5))
def test_thousands_of_programs(kind: int) -> None:
    """Every technology and orientation, against themselves, without themselves and against others."""
    rng = np.random.default_rng(kind)
    judged = 0
    for returns in slow.RETURNS:
        for way in slow.ORIENTATIONS:
            m, s = rng.integers(1, 5, 2)
            x, y = random_units(rng, kind, 20, m, s)
            data, others = (x[:11], y[:11]), (x[11:], y[11:])
            for without in (False, True):
                judged += same_as_slow(data, returns, way, exclude_self=without)
            judged += same_as_slow(data, returns, way, exclude_self=False, others=others)
    assert judged > 250


@given(units(), PROGRAMS, ORIENTATIONS)
def test_every_certificate_holds_in_exact_fractions(data: Units, returns: str, way: str) -> None:
    """Weights and slacks fulfil every row, prices leave no unit with a gain, and both give the score."""
    x, y = data
    found = stats.efficiency(x, y, returns=returns, orientation=way)  # type: ignore[arg-type]
    room = Fraction(1, 10**8)
    for unit in np.flatnonzero(found.certified):
        part = slice(found.starts[unit], found.starts[unit + 1])
        weights = [Fraction(value) for value in found.lambdas[part]]
        factor = Fraction(found.score[unit])
        on_x, on_y = (factor, 1) if way == "input" else (1, factor)
        assert min(weights) > 0
        for used, slack, peers in zip(x[unit], found.slack_inputs[unit], x[found.peers[part]].T, strict=True):
            total = sum(w * Fraction(one) for w, one in zip(weights, peers, strict=True))
            assert abs(total + Fraction(slack) - on_x * Fraction(used)) <= room
        for made, slack, peers in zip(y[unit], found.slack_outputs[unit], y[found.peers[part]].T, strict=True):
            total = sum(w * Fraction(one) for w, one in zip(weights, peers, strict=True))
            assert abs(total - Fraction(slack) - on_y * Fraction(made)) <= room
        total = sum(weights)
        assert {
            "crs": True,
            "vrs": abs(total - 1) <= room,
            "nirs": total <= 1 + room,
            "ndrs": total >= 1 - room,
        }[returns]
        u, v = ([Fraction(value) for value in prices[unit]] for prices in (found.weight_inputs, found.weight_outputs))
        w = Fraction(found.weight_scale[unit])
        assert min([*u, *v]) >= 0
        assert {"crs": w == 0, "vrs": True, "nirs": w <= 0, "ndrs": w >= 0}[returns]
        spent = [sum(p * Fraction(q) for p, q in zip(u, row, strict=True)) for row in x]
        made_of = [sum(p * Fraction(q) for p, q in zip(v, row, strict=True)) for row in y]
        size = max(abs(w), *spent, *made_of, 1)
        assert max(gain - cost + w for gain, cost in zip(made_of, spent, strict=True)) <= room * size
        ours, other = (spent[unit], made_of[unit] + w) if way == "input" else (made_of[unit], spent[unit] - w)
        assert abs(ours - 1) <= room
        assert abs(other - factor) <= room * size


@given(units(), ORIENTATIONS)
def test_technologies_hold_each_other(data: Units, way: Any) -> None:
    """More combinations never make a unit look better: crs, then nirs and ndrs, then vrs, then real units alone."""
    found = {returns: stats.efficiency(*data, returns=returns, orientation=way) for returns in slow.RETURNS}  # type: ignore[call-overload]
    score = {
        returns: one.score if way == "input" else np.where(np.isnan(one.score), np.nan, 1 / one.score)
        for returns, one in found.items()
    }
    for low, high in (("crs", "nirs"), ("crs", "ndrs"), ("nirs", "vrs"), ("ndrs", "vrs"), ("vrs", "fdh")):
        both = np.isfinite(score[low]) & np.isfinite(score[high])
        assert (score[low] <= score[high] + 1e-9)[both].all()
    for one in score.values():
        proper = one[np.isfinite(one)]
        assert ((proper > 0) & (proper <= 1 + 1e-9)).all()


@given(units())
def test_under_crs_the_score_by_outputs_is_the_inverse(data: Units) -> None:
    """Both ways lead along the same ray."""
    ways = [stats.efficiency(*data, returns="crs", orientation=way) for way in ("input", "output")]
    both = np.isfinite(ways[0].score)
    assert_array_equal(both, np.isfinite(ways[1].score))
    assert_allclose(ways[0].score[both] * ways[1].score[both], 1, rtol=1e-9)


@given(units(), RETURNS, ORIENTATIONS, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter(
    data: Units,
    returns: Any,
    way: Any,
    without: bool,  # noqa: FBT001
    random: Any,
) -> None:
    """Scores, slacks and prices are the same to the last bit."""
    x, y = data
    order = list(range(len(x)))
    random.shuffle(order)
    one = stats.efficiency(x, y, returns=returns, orientation=way, exclude_self=without)
    other = stats.efficiency(x[order], y[order], returns=returns, orientation=way, exclude_self=without)
    for name in ("score", "outcome", "slack_inputs", "slack_outputs", "weight_inputs", "weight_scale", "gap"):
        assert_array_equal(getattr(one, name)[order], getattr(other, name))


@given(units(), RETURNS, ORIENTATIONS, st.integers(1, 5))
def test_the_block_does_not_matter(data: Units, returns: Any, way: Any, block: int) -> None:
    """The whole result is the same to the last bit."""
    one = stats.efficiency(*data, returns=returns, orientation=way)
    assert one == stats.efficiency(*data, returns=returns, orientation=way, block=block)


@given(units(), RETURNS, ORIENTATIONS, st.lists(st.integers(-30, 30), min_size=6, max_size=6))
def test_the_unit_of_measurement_does_not_matter(data: Units, returns: Any, way: Any, powers: list[int]) -> None:
    """Kroner or millions: the same scores and outcomes, with columns up to sixty powers of two apart."""
    x, y = data
    fx, fy = 2.0 ** np.array(powers[: x.shape[1]]), 2.0 ** np.array(powers[3 : 3 + y.shape[1]])
    one = stats.efficiency(x, y, returns=returns, orientation=way)
    other = stats.efficiency(x * fx, y * fy, returns=returns, orientation=way)
    assert_allclose(one.score, other.score, rtol=1e-12)
    assert one.outcome.tolist() == other.outcome.tolist()
    assert_allclose(one.slack_inputs * fx, other.slack_inputs, rtol=1e-9, atol=1e-9 * float(fx.max()))


@given(units(), RETURNS)
def test_one_more_unit_never_raises_a_score(data: Units, returns: Any) -> None:
    """More examples can only show more to be possible."""
    x, y = data
    fewer = stats.efficiency(x, y, returns=returns, reference=np.arange(len(x)) > 0).score
    more = stats.efficiency(x, y, returns=returns).score
    both = np.isfinite(fewer) & np.isfinite(more)
    assert (more[both] <= fewer[both] + 1e-9).all()


@given(units(least=1), RETURNS)
def test_one_more_column_never_lowers_a_score(data: Units, returns: Any) -> None:
    """More that counts means more ways to stand out."""
    x, y = data
    more = stats.efficiency(np.column_stack([x, x[::-1, 0]]), y, returns=returns).score
    assert (more >= stats.efficiency(x, y, returns=returns).score - 1e-9).all()


@given(units(least=1), RETURNS, ORIENTATIONS)
def test_twins_score_alike_and_stand_by_themselves(data: Units, returns: Any, way: Any) -> None:
    """The same figures have the same score; a twin changes nobody's, and a peer with the unit's own figures is the unit itself."""
    x, y = np.vstack([data[0]] * 2), np.vstack([data[1]] * 2)
    one = stats.efficiency(*data, returns=returns, orientation=way)
    two = stats.efficiency(x, y, returns=returns, orientation=way)
    assert_allclose(two.score, [*one.score, *one.score], rtol=1e-12)
    unit = np.repeat(np.arange(len(x)), np.diff(two.starts))
    alike = (x[unit] == x[two.peers]).all(axis=1) & (y[unit] == y[two.peers]).all(axis=1)
    assert (unit == two.peers)[alike].all()


@given(units(least=1), ORIENTATIONS)
def test_targets_are_efficient(data: Units, way: Any) -> None:
    """A unit moved to its target has nothing left to gain."""
    x, y = data
    found = stats.efficiency(x, y, orientation=way)
    there = stats.efficiency(found.target_inputs, found.target_outputs, orientation=way, reference=(x, y))
    assert set(there.outcome) == {"efficient"}
    assert_allclose(there.score, 1, rtol=1e-9)


@given(units(), ORIENTATIONS)
def test_scale_and_score_make_the_score_of_constant_returns(data: Units, way: Any) -> None:
    """Under crs the score is that under vrs times scale; the best size costs nothing."""
    found = stats.scale_efficiency(*data, orientation=way)
    scored = found.returns != ""
    crs, vrs = (1 / one if way == "output" else one for one in (found.crs, found.vrs))
    assert_allclose((vrs * found.scale)[scored], crs[scored], rtol=1e-9)
    assert ((found.scale > 1 - 1e-6) == (found.returns == "constant"))[scored].all()
    assert np.isnan(found.scale[~scored]).all()
