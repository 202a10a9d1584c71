"""Directional distances: the plain programs, hand checks, undesirable outputs and what other ways of counting them get wrong."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import linprog

from maalbib import stats
from maalbib.errors import ArgumentError

RETURNS: list[Any] = ["crs", "vrs", "nirs", "ndrs"]
WAYS: list[Any] = ["inputs", "outputs", "all"]
SPENT, MADE = [[100], [200], [300], [500], [100]], [[75], [100], [300], [400], [25]]

Array = np.ndarray
Tables = tuple[Array, Array, Array]


def slow_distance(tables: Tables, steps: Tables, unit: int, returns: str, peers: Array) -> float:
    """Write the program down as it reads, with equalities, and let another solver do it; NaN where it has no answer."""
    x, y, bad = (table[peers] for table in tables)
    n, idle = len(x), returns != "crs"
    size = 2 * n if idle else n

    def row(at_work: Array, laid_down: Array, step: float) -> Array:
        return np.concatenate([at_work, laid_down if idle else [], [step]])

    none = np.zeros(n)
    upper = [row(x[:, i], x[:, i], steps[0][unit, i]) for i in range(x.shape[1])]
    limit = [tables[0][unit, i] for i in range(x.shape[1])]
    upper += [row(-y[:, r], none, steps[1][unit, r]) for r in range(y.shape[1])]
    limit += [-tables[1][unit, r] for r in range(y.shape[1])]
    equal = [row(bad[:, q], none, steps[2][unit, q]) for q in range(bad.shape[1])]
    right = [tables[2][unit, q] for q in range(bad.shape[1])]
    total = row(np.ones(n), np.ones(n), 0.0)
    if returns == "vrs":
        equal, right = [*equal, total], [*right, 1.0]
    elif returns != "crs":
        sign = 1.0 if returns == "nirs" else -1.0
        upper, limit = [*upper, sign * total], [*limit, sign]
    found: Any = linprog(
        np.append(np.zeros(size), -1.0),
        A_ub=upper,
        b_ub=limit,
        A_eq=equal or None,
        b_eq=right or None,
        bounds=[(0, None)] * size + [(None, None)],
        method="highs",
    )
    return float(found.x[-1]) if found.status == 0 else math.nan


def own(x: Array, y: Array, bad: Array, direction: str) -> Tables:
    """Return the steps of a named direction."""
    return (0 * x if direction == "outputs" else x, 0 * y if direction == "inputs" else y, bad)


@given(
    st.integers(0, 10**6),
    st.integers(2, 8),
    st.integers(0, 2),
    st.sampled_from(RETURNS),
    st.sampled_from(["all", "inputs", "outputs"]),
)
@settings(max_examples=50)
def test_the_plain_program(seed: int, n: int, undesirable: int, returns: Any, direction: Any) -> None:
    """Another solver finds the same distance, for units that are their own peers or are not; each is proved."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(1, 12, (n, 2)).astype(float), rng.integers(1, 12, (n, 2)).astype(float)
    bad = rng.integers(0, 9, (n, undesirable)).astype(float)
    among = rng.random(n) < 0.7
    among[0] = True
    found = stats.directional_efficiency(
        x, y, bad if undesirable else None, direction=direction, returns=returns, among=among
    )
    assert found.certified.all()
    for unit in range(n):
        slow = slow_distance((x, y, bad), own(x, y, bad, direction), unit, returns, among)
        assert_allclose(found.distance[unit], slow, atol=1e-7)
        assert (found.outcome[unit] == "infeasible") == math.isnan(slow)


@given(st.integers(0, 10**6), st.sampled_from(RETURNS))
@settings(max_examples=20)
def test_steps_of_ones_own(seed: int, returns: Any) -> None:
    """Tables of steps, some of them 0."""
    rng = np.random.default_rng(seed)
    tables = (rng.uniform(1, 9, (7, 2)), rng.uniform(1, 9, (7, 1)), rng.uniform(1, 9, (7, 1)))
    steps = (rng.integers(0, 3, (7, 2)) * 1.0, rng.integers(0, 3, (7, 1)) * 1.0, rng.integers(0, 3, (7, 1)) * 1.0)
    steps[0][:, 0] = 1.0
    found = stats.directional_efficiency(*tables, direction=steps, returns=returns)
    slow = [slow_distance(tables, steps, unit, returns, np.ones(7, dtype=bool)) for unit in range(7)]
    assert_allclose(found.distance, slow, atol=1e-7)


def test_by_hand() -> None:
    """The second against the line from (100, 75) to (300, 300): 100 (1 + b) = 75 + 1.125 (200 (1 - b) - 100)."""
    found = stats.directional_efficiency(SPENT, MADE)
    assert_allclose(found.distance, [0, 87.5 / 325, 0, 0, 0], atol=1e-12)
    assert found.outcome.tolist() == ["on_frontier", "inefficient", *["on_frontier"] * 3]
    second = slice(found.starts[1], found.starts[2])
    assert found.peers[second].tolist() == [0, 2]
    assert_allclose(found.lambdas[second] @ [100, 300], found.target_inputs[1, 0])
    assert_allclose(found.lambdas[second] @ [75, 300], found.target_outputs[1, 0])
    assert_allclose(found.lambdas, found.active)


@given(st.integers(0, 10**6), st.integers(3, 12), st.sampled_from(RETURNS))
@settings(max_examples=20)
def test_radial_scores_are_distances(seed: int, n: int, returns: Any) -> None:
    """By inputs 1 less the distance, by outputs 1 more; the distance to all lies below both."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(1, 9, (n, 2)), rng.uniform(1, 9, (n, 2))
    to_inputs, to_outputs, to_all = (
        stats.directional_efficiency(x, y, direction=way, returns=returns).distance for way in WAYS
    )
    assert_allclose(1 - to_inputs, stats.efficiency(x, y, returns=returns).score, atol=1e-9)
    by_outputs = stats.efficiency(x, y, returns=returns, orientation="output").score
    assert_allclose(1 + to_outputs, by_outputs, atol=1e-9)
    assert (to_all <= np.minimum(to_inputs, to_outputs) + 1e-9).all()


def test_pitfall_a_negated_output_hides_who_loses_little_because_little_is_done() -> None:
    """The first gives 20 and loses 3; the second laid down to a third gives 30 and loses 3. Negated, nobody is seen to be better."""
    spent, made, lost = np.array([[100.0], [100.0]]), np.array([[20.0], [90.0]]), np.array([[3.0], [9.0]])
    weak = stats.directional_efficiency(spent, made, lost, direction="outputs")
    assert_allclose(weak.distance, [0.2, 0.0], atol=1e-12)  # 20 (1 + b) = 10 x 3 (1 - b)
    first = slice(weak.starts[0], weak.starts[1])
    at = weak.peers[first].tolist().index(1)
    assert_allclose((weak.lambdas[first].sum(), weak.active[first][at]), (1.0, 2.4 / 9))
    # As an input, which is what a negative output is: what is lost may be more for free, and never less.
    negated = stats.directional_efficiency(
        np.hstack([spent, lost]), made, direction=(np.hstack([0 * spent, lost]), made)
    )
    assert_allclose(negated.distance, [0.0, 0.0], atol=1e-12)


def test_pitfall_a_factor_on_a_negative_output_asks_for_more_of_it() -> None:
    """So negative outputs are refused wherever outputs are multiplied, and here; undesirable ones are given as they are."""
    made = np.array([[20.0, -3.0], [90.0, -9.0]])
    for found in (
        stats.efficiency([[1], [1]], made, orientation="output"),
        stats.hyperbolic_efficiency([[1], [1]], made),
        stats.directional_efficiency([[1], [1]], made),
    ):
        assert set(found.reason.tolist()) == {"negative_output"}
    negative = stats.directional_efficiency([[1], [1]], made[:, :1], made[:, 1:])
    assert set(negative.reason.tolist()) == {"negative_output"}


def test_pitfall_an_undesirable_output_is_not_free_to_leave_undone() -> None:
    """Counted as a good output, or not at all, the dirtiest unit sets the standard for the clean ones."""
    spent, made, lost = [[100]] * 3, [[60], [90], [60]], [[3], [9], [6]]
    weak = stats.directional_efficiency(spent, made, lost, direction="outputs").distance
    ignored = stats.directional_efficiency(spent, made, direction="outputs").distance
    assert_allclose(weak, [0, 0, 1 / 6], atol=1e-12)
    assert_allclose(ignored, [0.5, 0, 0.5], atol=1e-9)


def test_more_of_it_than_anybody_is_no_praise() -> None:
    """The price of weak disposability: another is better on everything, and the distance is 0; the price of losing is below 0."""
    found = stats.directional_efficiency([[100]] * 2, [[90], [80]], [[9], [12]], direction="outputs")
    assert_allclose(found.distance[1], 0, atol=1e-12)
    assert found.weight_undesirable[1, 0] < 0


@pytest.mark.parametrize("returns", RETURNS)
def test_thousands_of_units_are_proved(returns: Any) -> None:
    """Every distance has its proof: the peers reach the targets, and the prices leave no unit with a gain."""
    rng = np.random.default_rng(4)
    for _ in range(12):
        n = int(rng.integers(20, 120))
        x = rng.lognormal(0, 1, (n, 2)) * [1.0, 1e6]
        y = rng.lognormal(0, 1, (n, 2)) * x[:, :1]
        bad = rng.lognormal(0, 0.5, (n, 1)) * y[:, :1]
        bad[rng.random((n, 1)) < 0.05] = 0.0
        found = stats.directional_efficiency(x, y, bad, returns=returns)
        assert found.certified.all()
        assert (found.distance >= -1e-9).all()
        for unit in rng.choice(n, 5, replace=False).tolist():
            mine = slice(found.starts[unit], found.starts[unit + 1])
            peers, weight, active = found.peers[mine], found.lambdas[mine], found.active[mine]
            assert (weight @ x[peers] <= found.target_inputs[unit] * (1 + 1e-8)).all()
            assert (active @ y[peers] >= found.target_outputs[unit] * (1 - 1e-8)).all()
            assert_allclose(active @ bad[peers], found.target_undesirable[unit], rtol=1e-8, atol=1e-9 * y.max())
            assert (active <= weight + 1e-12).all()
            if returns == "crs":
                price = (
                    y @ found.weight_outputs[unit]
                    - x @ found.weight_inputs[unit]
                    - bad @ found.weight_undesirable[unit]
                )
                assert price.max() <= 1e-7


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_order_and_measurement_do_not_matter(seed: int) -> None:
    """With steps in the unit's own figures."""
    rng = np.random.default_rng(seed)
    x, y, bad = rng.uniform(1, 9, (9, 2)), rng.uniform(1, 9, (9, 1)), rng.uniform(1, 9, (9, 1))
    found = stats.directional_efficiency(x, y, bad)
    order = rng.permutation(9)
    assert_allclose(
        stats.directional_efficiency(x[order], y[order], bad[order]).distance, found.distance[order], atol=1e-9
    )
    scaled = stats.directional_efficiency(x * [1e4, 0.01], 7 * y, 1e5 * bad)
    assert_allclose(scaled.distance, found.distance, atol=1e-9)
    wider = stats.directional_efficiency(x, y, bad, returns="crs").distance
    assert (wider >= found.distance - 1e-9).all()


def test_who_cannot_be_judged() -> None:
    """Each with its reason; nobody's peer if the figures are not usable."""
    nan, inf = math.nan, math.inf
    inputs = [[1.0], [nan], [1.0], [-1.0], [0.0], [1.0], [1.0]]
    outputs = [[1.0], [1.0], [inf], [1.0], [1.0], [-1.0], [1.0]]
    bad = [[1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [-1.0]]
    found = stats.directional_efficiency(inputs, outputs, bad)
    reasons = [
        "",
        "missing_input",
        "not_finite",
        "negative_input",
        "zero_input",
        "negative_output",
        "negative_output",
    ]
    assert found.reason.tolist() == reasons
    assert found.outcome.tolist() == ["on_frontier", *["refused"] * 6]
    still = stats.directional_efficiency(SPENT, MADE, direction=(np.zeros((5, 1)), np.eye(5)[:, :1]))
    assert still.outcome[1:].tolist() == ["zero_direction"] * 4
    back = stats.directional_efficiency(SPENT, MADE, direction=(SPENT, -np.array(MADE)))
    assert set(back.reason.tolist()) == {"negative_direction"}


def test_a_direction_that_leads_nowhere_is_no_reason_to_be_nobodys_peer() -> None:
    """The frontier is made of figures, not of directions."""
    steps = np.array(SPENT, dtype=float), np.array(MADE, dtype=float)
    steps[0][0], steps[1][0] = 0.0, math.nan
    found = stats.directional_efficiency(SPENT, MADE, direction=steps)
    assert found.reason[0] == "missing_input"
    assert_allclose(found.distance[1], stats.directional_efficiency(SPENT, MADE).distance[1])


def test_sizes_beyond_doubles_are_no_error() -> None:
    """Figures from 1e-300 to 1e300 give a proved distance or a reason, without a warning."""
    inputs = [[1e-300, 1.0], [1e300, 2.0], [1.0, 1e-12], [1e15, 1e300], [2.0, 3.0]]
    outputs = [[1e-12, 1e300], [1e300, 1.0], [1.0, 1e-300], [2.0, 2.0], [1.0, 1.0]]
    for returns in RETURNS:
        straight = stats.directional_efficiency(
            inputs, outputs, [[1.0], [1e300], [0.0], [1e-300], [3.0]], returns=returns
        )
        curved = stats.hyperbolic_efficiency(inputs, outputs, returns=returns)
        assert ((straight.reason != "") == np.isnan(straight.distance)).all()
        assert ((curved.reason != "") == np.isnan(curved.score)).all()


def test_wrong_arguments() -> None:
    """Directions, technologies, shapes and members are checked."""
    cases: list[tuple[dict[str, Any], str]] = [
        ({"returns": "fdh"}, "returns must be one of"),
        ({"direction": "up"}, "direction must be one of"),
        ({"direction": (SPENT,)}, "or 2 tables"),
        ({"direction": (SPENT, MADE[:2])}, "direction must have the shape"),
        ({"among": [1, 0, 1]}, "reference must be a pair"),
        ({"tolerance": -1}, "tolerance must lie"),
        ({"undesirable": [[1]]}, "undesirable must have the shape"),
    ]
    for options, match in cases:
        with pytest.raises(ArgumentError, match=match):
            stats.directional_efficiency(SPENT, MADE, **options)
