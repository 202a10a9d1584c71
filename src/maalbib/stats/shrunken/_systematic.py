"""The systematic component of variation: the spread of observed over expected that chance does not make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats.shrunken._gamma_poisson import faults_of_counts
from maalbib.stats.shrunken._groups import LEAST_UNITS, Groups, gathered, row_sum

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["SystematicVariation", "systematic_variation"]


@attrs.frozen(kw_only=True, eq=False)
class SystematicVariation(ArrayResult):
    """The systematic component of variation of each group, one element per group.

    Attributes
    ----------
    scv
        The component, 0 where the raw figure is below it.
    raw
        The figure as it comes; below 0 where ratios lie closer than chance would have them.
    n
        Units used; those without a usable count or with nothing expected are left out.
    reason
        ``too_few_units``, ``not_finite`` (beyond the largest double), else empty.

    Examples
    --------
    >>> from maalbib.stats import systematic_variation
    >>> systematic_variation([[4, 9], [4, float("nan")]], [5, 8]).reason.tolist()
    ['', 'too_few_units']
    """

    scv: FloatArray
    raw: FloatArray
    n: IntArray
    reason: ReasonArray


def systematic_variation(observed: npt.ArrayLike, expected: npt.ArrayLike) -> SystematicVariation:
    """Measure how much observed over expected varies between units beyond chance.

    Parameters
    ----------
    observed
        Events, shape (units,) or (..., units). NaN takes no part.
    expected
        Events expected, above 0, in a shape that stretches to that of the events.

    Returns
    -------
    SystematicVariation
        One element per group, in the shape of ``observed`` without its last axis.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape.

    Notes
    -----
    The mean over units of ((O - E)^2 - E) / E^2 [1]_, an unbiased estimate of the variance of the ratios around 1. Every unit
    counts the same, so that a few small ones decide it; :func:`gamma_poisson` weighs them.

    References
    ----------
    .. [1] McPherson, K., Wennberg, J. E., Hovind, O. B. and Clifford, P. (1982). Small-area variations in the use of common
       surgical procedures. New England Journal of Medicine 307, 1310-1314.

    Examples
    --------
    >>> found = systematic_variation([4, 9, 22, 35], [10, 10, 20, 30])
    >>> found.scv.round(4).item(), found.raw.round(4).item()
    (0.0311, 0.0311)
    >>> found = systematic_variation([9, 10, 21], [10, 10, 20])
    >>> found.scv.item(), found.raw.round(4).item()
    (0.0, -0.0792)
    """
    return SystematicVariation(**gathered(Groups.of(("observed", "expected"), observed, expected), _rows))


def _rows(tables: tuple[FloatArray, ...]) -> dict[str, npt.NDArray[Any]]:
    o, e = tables
    used = ~np.logical_or.reduce([where for where, _ in faults_of_counts(o, e)])
    n = used.sum(axis=1)
    parts = np.where(used, ((o - e) ** 2 - e) / e**2, 0.0)
    raw = np.where(n < LEAST_UNITS, np.nan, row_sum(parts) / n)
    beyond = (n >= LEAST_UNITS) & ~np.isfinite(raw)
    raw[beyond] = np.nan
    return {
        "scv": np.maximum(raw, 0.0),
        "raw": raw,
        "n": n.astype(np.int64),
        "reason": reasons(n.shape, (n < LEAST_UNITS, "too_few_units"), (beyond, "not_finite")),
    }
