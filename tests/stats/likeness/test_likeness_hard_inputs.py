"""Distances and expectations with inputs that are easily forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats import (
    contributions,
    euclidean_distance,
    expected_given,
    gower_distance,
    mahalanobis_distance,
    nearest,
    peer_graph,
)

TABLE = np.random.default_rng(6).normal(50, 5, (9, 3))


@pytest.mark.parametrize("power", [-1000, -600, 600, 1000])
@pytest.mark.parametrize("scaling", ["z", "robust", "min_max"])
def test_scaled_distances_do_not_depend_on_the_unit_of_measurement(power: int, scaling: str) -> None:
    """Variables of very small or large numbers are not taken for constant."""
    plain, scaled = (euclidean_distance(table, scaling=scaling) for table in (TABLE, np.ldexp(TABLE, power)))
    assert plain == scaled
    assert nearest(TABLE, k=3, scaling=scaling) == nearest(np.ldexp(TABLE, power), k=3, scaling=scaling)


@pytest.mark.parametrize("power", [-1000, -600, 600, 1000])
def test_mahalanobis_distances_do_not_depend_on_the_unit_of_measurement(power: int) -> None:
    """Neither do they, nor their parts; and nothing is divided by 0 on the way."""
    plain, scaled = (mahalanobis_distance(table) for table in (TABLE, np.ldexp(TABLE, power)))
    np.testing.assert_allclose(scaled.distance, plain.distance, rtol=1e-12)
    one, other = (
        contributions(table, [0, 1], [2, 3], metric="mahalanobis") for table in (TABLE, np.ldexp(TABLE, power))
    )
    np.testing.assert_allclose(other.part, one.part, rtol=1e-9)
    np.testing.assert_allclose(one.part.sum(axis=1), one.distance**2, rtol=1e-12)


def test_numbers_whose_squares_are_none_make_units_incomparable() -> None:
    """Unscaled values beyond 1e150 are counted as undefined; the other units keep their nearest."""
    table = [[1.0], [2.0], [1e300], [4.0]]
    found = nearest(table, k=1, scaling="none")
    assert found.outcome.tolist() == ["ok", "ok", "not_comparable", "ok"]
    assert found.undefined.tolist() == [1]
    assert [found.of(unit).tolist() for unit in (0, 1, 3)] == [[1], [0], [1]]


@pytest.mark.parametrize("power", [-1000, -600, 600, 1000])
def test_expectations_keep_their_errors_at_any_size(power: int) -> None:
    """Very small residuals are no exact line."""
    y, z = TABLE[:, 0], TABLE[:, 1]
    plain, scaled = expected_given(y, z), expected_given(np.ldexp(y, power), z)
    for name in ("expected", "gap", "sigma", "loo_gap", "loo_se", "lower", "upper", "slopes"):
        np.testing.assert_allclose(getattr(scaled, name), np.ldexp(getattr(plain, name), power), rtol=1e-12)
    assert scaled.reason.tolist() == plain.reason.tolist()
    np.testing.assert_allclose(scaled.studentised, plain.studentised, rtol=1e-12)


@pytest.mark.parametrize("wrong", [None, "0.5", [0.5], np.array([0.5, 0.6]), True, np.nan])
def test_options_that_are_no_numbers_are_refused(wrong: object) -> None:
    """A wrong option is told by name, whatever its type."""
    for call in (
        lambda: nearest(TABLE, k=2, min_coverage=wrong),  # type: ignore[arg-type]
        lambda: mahalanobis_distance(TABLE, shrink=wrong),  # type: ignore[arg-type]
        lambda: expected_given(TABLE[:, 0], TABLE[:, 1], units_per_condition=wrong),  # type: ignore[arg-type]
        lambda: peer_graph([0, 1, 2], [1, 0], hub_factor=wrong),  # type: ignore[arg-type]
    ):
        with pytest.raises(ArgumentError) as raised:
            call()
        assert raised.value.code == "argument.range"


def test_ragged_rows_are_refused() -> None:
    """Rows of different lengths are no table and no list of positions."""
    ragged = [[1], [1, 2]]
    for call in (
        lambda: gower_distance(ragged),  # type: ignore[arg-type]
        lambda: contributions(TABLE, ragged, [0]),  # type: ignore[arg-type]
        lambda: peer_graph(ragged, [0]),  # type: ignore[arg-type]
    ):
        with pytest.raises(ArgumentError) as raised:
            call()
        assert raised.value.code == "argument.numbers"


FOUR = [[1.0, 2.0], [3.0, 4.0], [5.0, 9.0], [2.0, 2.0]]
ANY: Any = stats  # whatever the annotations say
FOREIGN: dict[str, Callable[[], object]] = {
    "codes of two kinds": lambda: ANY.nearest(FOUR, k=1, codes=[1, "a", 2, 3]),
    "one code": lambda: ANY.nearest(FOUR, k=1, codes=4),
    "missing code": lambda: ANY.nearest(FOUR, k=1, codes=[None, "b", "c", "d"]),
    "lists as codes": lambda: ANY.nearest(FOUR, k=1, codes=[[1], [2], [3], [4]]),
    "number as transform": lambda: ANY.nearest(FOUR, k=1, transforms=5),
    "list as transform": lambda: ANY.nearest(FOUR, k=1, transforms=[["log"], "none"]),
    "number as kinds": lambda: ANY.nearest(FOUR, k=1, metric="gower", kinds=5),
    "number as a kind": lambda: ANY.nearest(FOUR, k=1, metric="gower", kinds=[5, "numeric"]),
    "levels of lists": lambda: ANY.gower_distance([["a", 1], ["b", 2]], kinds=[(["a"],), "numeric"]),
    "units as text": lambda: ANY.peer_graph([0, 1, 2], [1, 0], units="2"),
    "no lists": lambda: ANY.peer_overlap(None, ([0], [])),
    "starts alone": lambda: ANY.peer_overlap([[0]], ([0], [])),
    "no vintages": lambda: ANY.peer_drift(None),
    "numbers as vintages": lambda: ANY.peer_drift([1, 2]),
    "no factor": lambda: ANY.peer_graph([0, 1, 2], [1, 0], hub_factor=0),
}


@pytest.mark.parametrize("call", FOREIGN)
def test_wrong_types_are_told_in_words(call: str) -> None:
    """Never an error from inside."""
    with pytest.raises(ArgumentError) as caught:
        FOREIGN[call]()
    assert caught.value.text("da") != caught.value.text("en")
