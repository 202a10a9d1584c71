"""What kernels accept as numbers, and what they refuse."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from numpy.testing import assert_array_equal

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import broadcast_to, float_array, numeric_array, open_share, reasons, vector, whole_number

NAN = np.nan


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, None],
        (1.0, 2.0, NAN),
        np.array([1, 2, NAN], dtype=np.float32),
        np.ma.masked_array([1, 2, 3], mask=[False, False, True]),
        np.array([Decimal(1), 2, pd.NA], dtype=object),
        pd.Series([1, 2, None], dtype="Int64"),
        pd.Series([1, 2, None], dtype="float64[pyarrow]"),
        pd.array([1, 2, None], dtype="Float64"),
        pa.array([1.0, 2.0, None]),
        pa.chunked_array([[1], [2, None]]),
    ],
    ids=["list", "tuple", "float32", "masked", "objects", "Int64", "arrow dtype", "Float64", "arrow", "chunks"],
)
def test_missing_comes_in_many_forms(values: object) -> None:
    """None, NaN, NA and masks of every library become NaN."""
    found = float_array("values", values)  # type: ignore[arg-type]
    assert found.dtype == np.float64
    assert_array_equal(found, [1, 2, NAN])


@pytest.mark.parametrize(
    "values",
    [
        ["1", "2"],
        np.array(["1", 2.0], dtype=object),
        np.array([b"1", 2.0], dtype=object),
        pd.Series(["1", "2"]),
        [1, 1j],
        np.array(["2020-01-01"], dtype="datetime64[D]"),
        [{}, 1],
        [[1, 2], [3]],
        object(),
    ],
    ids=["text", "mixed", "bytes", "pandas text", "complex", "dates", "objects", "ragged", "no array"],
)
def test_what_is_no_number_is_refused(values: object) -> None:
    """Nothing is coerced: text that looks like a number is still text."""
    with pytest.raises(ArgumentError, match=r"values must be numbers in a regular array\. Text is not turned"):
        float_array("values", values)  # type: ignore[arg-type]


def test_whole_numbers_and_booleans_are_numbers() -> None:
    """Integers keep their type until a kernel widens them."""
    assert numeric_array("values", np.array([1, 2], dtype=np.int8)).dtype == np.int8
    assert_array_equal(float_array("values", [True, False]), [1.0, 0.0])


def test_doubles_are_not_copied() -> None:
    """Ten million doubles are used where they are."""
    values = np.ones(3)
    assert float_array("values", values) is values


def test_shapes() -> None:
    """A vector has one dimension; stretching says what was expected."""
    with pytest.raises(ArgumentError, match=r"x must have the shape \(n,\) but has \(1, 2\)"):
        vector("x", [[1, 2]])
    with pytest.raises(ArgumentError, match=r"w must have the shape \(3,\) but has \(2,\)"):
        broadcast_to("w", [1, 2], (3,))
    assert broadcast_to("w", 1, (2, 3)).shape == (2, 3)


def test_reasons_name_the_first_fault() -> None:
    """Where two reasons apply, the one listed first stands; zero dimensions are legal."""
    found = reasons((3,), (np.array([True, False, False]), "a"), (np.array([True, True, False]), "b"))
    assert found.tolist() == ["a", "b", ""]
    assert reasons((), (np.asarray(np.True_), "a")).item() == "a"


def test_scalars() -> None:
    """Shares lie strictly inside 0 and 1; counts are whole."""
    assert open_share("confidence", np.float32(0.5)) == 0.5
    assert whole_number("draws", np.int64(7), low=1) == 7
    with pytest.raises(ArgumentError, match="draws must be a whole number of at least 1"):
        whole_number("draws", "7", low=1)
    with pytest.raises(ArgumentError, match="level must lie between 0 and 1"):
        open_share("level", np.array([0.5, 0.6]))  # type: ignore[arg-type]


def test_whole_numbers_beyond_a_double_are_infinite() -> None:
    """A bad element does not raise: what follows calls it infinite, as it does 1e400."""
    found = float_array("values", [1, 10**400, -(10**400), Fraction(10**400, 3)])  # type: ignore[list-item]
    assert found.tolist() == [1, np.inf, -np.inf, np.inf]
