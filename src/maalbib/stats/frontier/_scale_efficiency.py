"""Scale: what of a score is the size of the unit, and whether it is too small or too large."""

from __future__ import annotations

from typing import Final, Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray
from maalbib.stats.frontier._compared import ReferenceSet
from maalbib.stats.frontier._efficiency import near, radial_scores

__all__ = ["ScaleEfficiency", "scale_efficiency"]

_TECHNOLOGIES: Final = ("crs", "vrs", "nirs")


@attrs.frozen(kw_only=True, eq=False)
class ScaleEfficiency(ArrayResult):
    """Scores under three technologies and what they say of size, arrays of shape (units,).

    Attributes
    ----------
    crs, vrs, nirs
        The scores, see :func:`efficiency`. NaN where there is none.
    scale
        How much of the score is size: crs over vrs by inputs, vrs over crs by outputs, at most 1. 1: the size costs nothing.
    returns
        ``constant``: the unit has the size at which most is made of the resources; ``increasing``: it is smaller than that;
        ``decreasing``: larger. Empty where that cannot be said.
    orientation
        The way that scores are counted.
    reason
        Why a score is missing, that of the first technology that lacks one; else empty.

    Examples
    --------
    >>> from maalbib.stats import scale_efficiency
    >>> scale_efficiency([[100], [300], [500]], [[75], [300], [400]]).returns.tolist()
    ['increasing', 'constant', 'decreasing']
    """

    crs: FloatArray
    vrs: FloatArray
    nirs: FloatArray
    scale: FloatArray
    returns: ReasonArray
    orientation: str
    reason: ReasonArray


def scale_efficiency(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    orientation: Literal["input", "output"] = "input",
    reference: ReferenceSet = None,
    tolerance: float = 1e-6,
) -> ScaleEfficiency:
    """Tell how much of each unit's score is its size, and which way another size would lead.

    Parameters
    ----------
    inputs, outputs
        What the units use and make, shapes (units, inputs) and (units, outputs), see :func:`efficiency`.
    orientation
        ``"input"`` or ``"output"``.
    reference
        The units held against, see :func:`efficiency`.
    tolerance
        How near two scores, as a share, count as equal, 0 <= tolerance < 1.

    Returns
    -------
    ScaleEfficiency
        Scores and returns to scale, in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is not one of those above.

    Notes
    -----
    Returns are constant where the scores of crs and vrs are equal; else decreasing where those of nirs and vrs are; else increasing
    [1]_. They are those of the point on the frontier that a unit is held against, and differ between orientations. That a unit is
    small does not mean that it could be larger: an island municipality cannot. Cost: three times that of :func:`efficiency`
    without slacks.

    References
    ----------
    .. [1] Färe, R., Grosskopf, S. and Lovell, C. A. K. (1985). The Measurement of Efficiency of Production. Kluwer-Nijhoff.

    Examples
    --------
    >>> found = scale_efficiency([[100], [200], [300], [500]], [[75], [100], [300], [400]])
    >>> found.scale.round(3).tolist(), found.returns.tolist()
    ([0.75, 0.818, 1.0, 0.8], ['increasing', 'increasing', 'constant', 'decreasing'])
    """
    room = near("tolerance", tolerance)
    found = {
        returns: radial_scores(inputs, outputs, returns=returns, orientation=orientation, reference=reference)
        for returns in _TECHNOLOGIES
    }
    crs, vrs, nirs = (found[returns][0] for returns in _TECHNOLOGIES)
    reason = np.full(len(crs), "", dtype=object)
    for returns in _TECHNOLOGIES:
        reason = np.where(reason == "", found[returns][1], reason)
    words = np.where(_equal(nirs, vrs, room), "decreasing", "increasing").astype(object)
    words[_equal(crs, vrs, room)] = "constant"
    words[np.isnan(crs + vrs + nirs)] = ""
    return ScaleEfficiency(
        crs=crs,
        vrs=vrs,
        nirs=nirs,
        scale=np.minimum(crs / vrs if orientation == "input" else vrs / crs, 1.0),
        returns=words,
        orientation=orientation,
        reason=reason,
    )


def _equal(one: FloatArray, other: FloatArray, tolerance: float) -> BoolArray:
    found: BoolArray = np.abs(one - other) <= tolerance * np.abs(other)
    return found
