"""Compound growth from one value to another, and the growth that a target asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, ReasonArray, float_array, reasons

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Cagr", "cagr"]

_EQUAL: Final = 1e-9  # of the larger: 0.1 + 0.2 is a target of 0.3


@attrs.frozen(kw_only=True, eq=False)
class Cagr(ArrayResult):
    """Compound annual growth, arrays of one shape.

    Attributes
    ----------
    observed
        Growth per unit of time from the base to the current value, as a share.
    required
        Growth per unit of time from the base to the target; NaN without a target.
    ratio
        Observed over required; NaN without a target.
    projected
        The current value carried on at the observed growth to the time of the target; NaN without that time.
    reason
        Why nothing is computed, empty where it is: ``no_span`` (no time between base and current value, or base and
        target), ``zero_baseline``, ``zero_current``, ``sign_change``, ``negative_values``, ``zero_target``,
        ``equal_baseline_target``, checked in this order, ``sign_change`` again for the target; ``missing_input`` and
        ``not_finite`` before them.

    Examples
    --------
    >>> found = cagr(40, 2015, 52, 2022)
    >>> found.observed.round(4).item(), found.required.item(), found.reason.item()
    (0.0382, nan, '')
    """

    observed: FloatArray
    required: FloatArray
    ratio: FloatArray
    projected: FloatArray
    reason: ReasonArray


def cagr(
    base: npt.ArrayLike,
    base_time: npt.ArrayLike,
    current: npt.ArrayLike,
    current_time: npt.ArrayLike,
    target: npt.ArrayLike = np.nan,
    target_time: npt.ArrayLike = np.nan,
) -> Cagr:
    """Growth per year between two values, and that from the first of them to a target.

    Parameters
    ----------
    base, base_time
        The value that growth is counted from, and its time.
    current, current_time
        The latest value and its time.
    target, target_time
        The value to be reached and when; NaN means none.

    Returns
    -------
    Cagr
        In the shape that the arguments stretch to together.

    Raises
    ------
    ArgumentError
        If an argument is not numbers or the shapes do not fit.

    Notes
    -----
    (current/base)^(1/years) - 1 rests on two values only, and a change of one of them changes the answer; the
    default of this library is a line through all of them. Growth from, to or across zero has no meaning: it is refused
    with a reason, and no small number is put in the place of a zero. A series that is refused has no figures at all.

    Examples
    --------
    Long-term water advisories, 103 in 2015 and 29 in 2023, none wanted in 2030: no growth leads to zero.

    >>> cagr(103, 2015, [29, 29], 2023, [0, 10], 2030).reason.tolist()
    ['zero_target', '']
    """
    given = {
        "base": base,
        "base_time": base_time,
        "current": current,
        "current_time": current_time,
        "target": target,
        "target_time": target_time,
    }
    arrays = {name: float_array(name, value) for name, value in given.items()}
    try:
        b, tb, c, tc, goal, tg = np.broadcast_arrays(*arrays.values())
    except ValueError as error:
        shapes = ", ".join(str(array.shape) for array in arrays.values())
        raise ArgumentError("argument.shape", argument="target", expected="one shape", got=shapes) from error
    with np.errstate(all="ignore"):
        aimed = ~np.isnan(goal)
        reason = reasons(
            b.shape,
            (np.isnan(b) | np.isnan(tb) | np.isnan(c) | np.isnan(tc) | (aimed & np.isnan(tg)), "missing_input"),
            (np.isinf(b) | np.isinf(tb) | np.isinf(c) | np.isinf(tc) | np.isinf(goal) | np.isinf(tg), "not_finite"),
            ((tc <= tb) | (aimed & (tg <= tb)), "no_span"),
            (b == 0, "zero_baseline"),
            (c == 0, "zero_current"),
            ((b < 0) != (c < 0), "sign_change"),
            (b < 0, "negative_values"),
            (goal == 0, "zero_target"),
            (goal < 0, "sign_change"),
            (np.abs(goal - b) <= _EQUAL * np.maximum(np.abs(goal), np.abs(b)), "equal_baseline_target"),
        )
        fine = reason == ""
        observed = np.where(fine, _growth(b, c, tc - tb), np.nan)
        required = np.where(fine, _growth(b, goal, tg - tb), np.nan)
        return Cagr(
            observed=observed,
            required=required,
            ratio=np.asarray(observed / required),
            projected=np.where(fine, c * (c / b) ** ((tg - tc) / (tc - tb)), np.nan),
            reason=reason,
        )


def _growth(start: FloatArray, end: FloatArray, years: FloatArray) -> FloatArray:
    return np.asarray((end / start) ** (1 / years) - 1)
