"""Efficiency and what is built on it, with inputs that are easily forgotten."""

from __future__ import annotations

import numpy as np
import pytest

from maalbib.errors import ArgumentError
from maalbib.stats import (
    bootstrap_efficiency,
    efficiency,
    efficiency_ladder,
    merger_gains,
    quantile_efficiency,
    super_efficiency,
)

X, Y = [[1.0], [2.0], [3.0], [5.0]], [[0.75], [1.0], [3.0], [4.0]]


def test_a_ladder_ends_where_peers_cannot_be_told() -> None:
    """Figures of sizes far apart leave a score with a proof and peers without one; the ladder stops there."""
    inputs = [
        [0.16809937745423678],
        [0.05206310273130049],
        [0.0010939538492789],
        [52775.19669990356],
        [0.003322258140847806],
        [52775.19669990356],
    ]
    outputs = [
        [14.29784958904954, 52775.19669990356, 0.08836907818613865],
        [0.11511311856226375, 0.0005175547568091965, 0.048049371243537635],
        [0.05206310273130049, 1.5501449568873815, 3.825344154963273],
        [0.19555408880104816, 1.5501449568873815, 0.048049371243537635],
        [4.728774242249619, 19.796664362438573, 189.4753078358883],
        [19.796664362438573, 134.82967367548093, 0.03166052965252506],
    ]
    for unit in range(6):
        found = efficiency_ladder(inputs, outputs, unit, orientation="output")
        assert found.dropped[0] == -1
        assert len(found.score) == len(found.dropped) == len(found.reason)


@pytest.mark.parametrize("returns", ["crs", "vrs", "nirs", "ndrs", "fdh"])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_sizes_beyond_doubles_are_no_error(returns: str, orientation: str) -> None:
    """Figures from 1e-300 to 1e300 give a proved score or a reason, without a warning."""
    inputs = [[1e-300, 1.0], [1e300, 2.0], [1.0, 1e-12], [1e15, 1e300], [2.0, 3.0]]
    outputs = [[1e-12, 1e300], [1e300, 1.0], [1.0, 1e-300], [2.0, 2.0], [1.0, 1.0]]
    for exclude_self in (False, True):
        found = efficiency(inputs, outputs, returns=returns, orientation=orientation, exclude_self=exclude_self)
        assert ((found.reason != "") == np.isnan(found.score)).all()
    against = efficiency(
        [[1e300, 1e300]],
        [[1e-300, 1e-300]],
        returns=returns,
        orientation=orientation,
        reference=(inputs[:1], outputs[:1]),
    )
    assert ((against.reason != "") == np.isnan(against.score)).all()


def test_infinite_members_of_a_merger_are_a_reason() -> None:
    """Infinite inputs of both signs add up to nothing, and to no warning."""
    found = merger_gains([[1.0], [np.inf], [-np.inf], [2.0]], [[1.0]] * 4, [[1, 2], [0, 3]])
    assert found.reason.tolist()[0] != ""
    assert np.isnan(found.potential[0])


def test_no_factor_is_large_enough_for_a_unit_without_what_others_use() -> None:
    """A unit that does without an input has no finite quantile score where too many others use it."""
    found = quantile_efficiency([[0.0, 1.0], [1.0, 1.0], [1.0, 1.0], [2.0, 1.0]], [[1.0]] * 4, level=0.5)
    assert np.isnan(found.score[0])
    assert found.reason.tolist() == ["infeasible", "", "", ""]


@pytest.mark.parametrize("wrong", [None, "0.1", [0.1], True, np.nan, -1, 1])
def test_tolerances_that_are_none_are_refused(wrong: object) -> None:
    """A wrong tolerance is told by name, by the bootstrap too."""
    for call in (
        lambda: efficiency(X, Y, tolerance=wrong),  # type: ignore[arg-type]
        lambda: bootstrap_efficiency(X, Y, replications=2, tolerance=wrong),  # type: ignore[arg-type]
    ):
        with pytest.raises(ArgumentError) as raised:
            call()
        assert raised.value.code == "argument.range"


@pytest.mark.parametrize("wrong", ["2", [2], np.nan, True, 0])
def test_limits_and_bandwidths_that_are_none_are_refused(wrong: object) -> None:
    """The same of the limit of an outlier and of the bandwidth."""
    with pytest.raises(ArgumentError) as raised:
        super_efficiency(X, Y, outlier_above=wrong)  # type: ignore[arg-type]
    assert raised.value.code == "frontier.outlier_above"
    with pytest.raises(ArgumentError) as raised:
        bootstrap_efficiency(X, Y, replications=2, bandwidth=wrong)  # type: ignore[arg-type]
    assert raised.value.code == "frontier.bandwidth"
