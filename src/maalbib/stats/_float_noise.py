"""Whether values that should be equal differ by the rounding of a computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, float_array

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["float_noise"]

_SHARE: Final = 1e-6  # of the spread of a series
_STEPS: Final = 4  # doubles between two values that one calculation or another gives
_PIECE: Final = 131_072  # values at a time: one megabyte


def float_noise(values: npt.ArrayLike) -> BoolArray:
    """Tell which series hold values so close together that they were probably meant to be equal.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing.

    Returns
    -------
    numpy.ndarray
        Booleans of shape () or (series,): whether two different values of the series are less than a millionth of its
        spread apart, or at most four doubles at its largest value. A series of whole numbers has no noise; infinite
        values are left out of account.

    Raises
    ------
    ArgumentError
        If the values are not numbers or of another shape.

    Notes
    -----
    0.1 + 0.2 is not 0.3 to a computer, so :func:`mann_kendall` counts a rise from one to the other. Where this says
    True, give the kernels the ``resolution`` in which the values were measured.

    Examples
    --------
    >>> float_noise([[0.3, 0.1 + 0.2, 0.4], [0.3, 0.31, 0.4]]).tolist()
    [True, False]
    """
    array = float_array("values", values)
    if array.ndim not in {1, 2}:
        raise ArgumentError(
            "argument.shape", argument="values", expected="(periods,) / (series, periods)", got=str(array.shape)
        )
    rows = np.atleast_2d(array)
    found = np.zeros(len(rows), dtype=np.bool_)
    most = max(1, _PIECE // max(1, rows.shape[1]))
    for start in range(0, len(rows), most):
        found[start : start + most] = _noisy(rows[start : start + most])
    return found.reshape(array.shape[:-1])


def _noisy(rows: npt.NDArray[np.float64]) -> BoolArray:
    finite = np.isfinite(rows)
    rising = np.where(finite, rows, np.nan)
    whole = (~finite | (np.rint(rows) == rows)).all(axis=1)
    rising /= 2  # so that the spread is finite
    rising.sort(axis=1)  # NaN last
    largest = np.fmax.reduce(np.abs(rising), axis=1, initial=0.0)
    spread = np.fmax.reduce(rising, axis=1, initial=-np.inf) - np.fmin.reduce(rising, axis=1, initial=np.inf)
    with np.errstate(invalid="ignore"):
        gaps = np.diff(rising, axis=1)
        near = (gaps < _SHARE * spread[:, None]) | (gaps <= _STEPS * np.spacing(largest)[:, None])
        close: BoolArray = ((gaps > 0) & near).any(axis=1) & ~whole
    return close
