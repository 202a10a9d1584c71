"""Values that were meant to be equal: what is noticed and what is left alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maalbib.errors import ArgumentError
from maalbib.stats import float_noise

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

NAN = np.nan


def test_series_cases(oracles: Path) -> None:
    """Of all series of the oracle only those made for it hold noise."""
    cases = json.loads((oracles / "trends/series_cases.json").read_text(encoding="utf-8"))
    noisy = [case["case_id"] for case in cases if float_noise([NAN if v is None else v for v in case["y"]])]
    assert noisy == ["s106_float_noise"]


@pytest.mark.parametrize(
    ("values", "noisy"),
    [
        ([0.1 + 0.2, 0.3, 0.4], True),
        ([0.3, 0.1 + 0.2], True),
        ([1e-7, 3e-7, 2e-7], False),
        ([123456789, 123456792, 123456795], False),
        ([16777216, 16777217, 16777218], False),
        ([0, 1e-7, 1], True),
        ([0, 2e-6, 1], False),
        ([5, 5, 5], False),
        ([5], False),
        ([], False),
        ([NAN, NAN], False),
        ([np.inf, 1, 2, -np.inf], False),
        ([np.inf, 0.3, 0.1 + 0.2, NAN, 4], True),
        ([1e308, -1e308, 5], False),
        ([2**52, 2**52 + 1], False),
        ([0, 1, 50_000_000], False),
        ([0.5, 1, 50_000_000], True),
    ],
)
def test_one_series(values: list[float], noisy: bool) -> None:  # noqa: FBT001
    """Rounding of a computer is noticed, small units and equal values are not taken for it."""
    assert float_noise(values).item() is noisy


@given(hnp.arrays(np.float64, st.tuples(st.integers(0, 5), st.integers(0, 9)), elements=st.integers(-9, 9)))
def test_whole_numbers_hold_none(values: npt.NDArray[np.float64]) -> None:
    """Whatever they are, and in tenths computed one way; nor does the order matter."""
    assert not float_noise(values).any()
    assert not float_noise(values / 10).any()
    assert (float_noise(values[:, ::-1] * 0.1) == float_noise(values * 0.1)).all()


def test_rows_are_judged_alone_and_left_alone() -> None:
    """One answer per series, for more series than one piece holds; nothing is changed in place."""
    values = np.tile([0.3, 0.1 + 0.2, 0.5], (60_000, 1))
    values[::2, 1] = 0.4
    before = values.copy()
    assert float_noise(values).tolist() == [False, True] * 30_000
    assert np.array_equal(values, before)


def test_wrong_shape() -> None:
    """A series or a table of series."""
    with pytest.raises(ArgumentError) as caught:
        float_noise(np.zeros((1, 1, 1)))
    assert caught.value.code == "argument.shape"


def test_xarraymannkendall_rounds_to_five_decimals() -> None:
    """Values of 1e-7 are no noise, so nothing tells their owner to round them away."""
    assert not float_noise([1e-7, 3e-7, 2e-7, 5e-7, 4e-7, 6e-7, 8e-7, 7e-7])
