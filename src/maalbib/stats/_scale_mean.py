"""What the two best answers of a scale say about its mean."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    FloatArray,
    ReasonArray,
    broadcast_to,
    float_array,
    reasons,
    whole_number,
)

__all__ = ["MeanBounds", "scale_mean_bounds"]

_ROUNDING: Final = 1e-9  # shares such as 0.607 and 0.393 may add up to a little more than 1


@attrs.frozen(kw_only=True, eq=False)
class MeanBounds(ArrayResult):
    """The smallest and largest mean that agree with the shares, arrays of one shape.

    Attributes
    ----------
    lower, upper
        Bounds on the scale of the answers. They are certain, not an interval of confidence.
    reason
        ``missing_input``, ``different_scale``, ``share_out_of_range`` (below 0, above 1, or adding up to more than 1), or
        empty.

    Examples
    --------
    >>> from maalbib.stats import scale_mean_bounds
    >>> scale_mean_bounds([0.5, 0.9], [0.3, 0.2]).reason.tolist()
    ['', 'share_out_of_range']
    """

    lower: FloatArray
    upper: FloatArray
    reason: ReasonArray


def scale_mean_bounds(
    top: npt.ArrayLike, second: npt.ArrayLike, *, low: int = 1, high: int = 5, on_scale: npt.ArrayLike = True
) -> MeanBounds:
    """Bound the mean of a scale of whole numbers from the shares of its two highest answers.

    Parameters
    ----------
    top, second
        Shares (0-1) of the answers ``high`` and ``high - 1``, any shapes that broadcast. NaN means missing.
    low, high
        Lowest and highest answer of the scale, at least two steps apart.
    on_scale
        Whether the shares are answers on this very scale, in a shape that stretches to that of the shares. Shares of
        another survey have no bounds on it, and say so.

    Returns
    -------
    MeanBounds
        Bounds in the broadcast shape.

    Raises
    ------
    ArgumentError
        If the shares are not numbers or do not broadcast, or the scale has fewer than three answers.

    Notes
    -----
    The other answers are all ``low`` at the lower bound, all ``high - 2`` at the upper one. Answers outside the
    scale ("don't know") must not be in the shares' denominators.

    Examples
    --------
    Day care in 2005: 44.0 % very satisfied, 44.3 % satisfied. A mean of 4.27 is possible.

    >>> found = scale_mean_bounds(0.440, 0.443)
    >>> round(found.lower.item(), 3), round(found.upper.item(), 3)
    (4.089, 4.323)
    """
    whole_number("high", high, low=low + 2)
    best, next_best = float_array("top", top), float_array("second", second)
    try:
        best, next_best = np.broadcast_arrays(best, next_best)
    except ValueError as error:
        expected, got = str(best.shape), str(next_best.shape)
        raise ArgumentError("argument.shape", argument="second", expected=expected, got=got) from error
    total = best + next_best
    missing = np.isnan(total)
    elsewhere = broadcast_to("on_scale", on_scale, total.shape) != 1
    bad = (best < 0) | (next_best < 0) | (total > 1 + _ROUNDING)
    rest = np.where(bad | elsewhere, np.nan, np.maximum(1 - total, 0))
    shown = high * best + (high - 1) * next_best
    return MeanBounds(
        lower=np.asarray(shown + low * rest),
        upper=np.asarray(shown + (high - 2) * rest),
        reason=reasons(
            total.shape, (missing, "missing_input"), (elsewhere, "different_scale"), (bad, "share_out_of_range")
        ),
    )
