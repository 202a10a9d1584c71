"""Which units carry the frontier, and which may not belong on it."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, number_or_nan
from maalbib.stats.frontier._efficiency import efficiency

__all__ = ["SuperEfficiency", "super_efficiency"]


@attrs.frozen(kw_only=True, eq=False)
class SuperEfficiency(ArrayResult):
    """Scores of units held against all others, arrays of shape (units,).

    Attributes
    ----------
    score
        The score without the unit itself: by inputs above 1, by outputs below 1 for a unit that no others match.
    outcome
        The words of :class:`Efficiency`. ``infeasible``: the unit lies beyond all others, so that nothing says how far.
    certified
        Whether the answer is proved.
    outlier
        Whether the unit is further ahead of the others than ``outlier_above``: look at its figures before it becomes a peer.
        False where there is no score; that is no clearance.
    outlier_above
        The limit: the score by inputs, its inverse by outputs.
    returns, orientation
        The technology, and the way that scores are counted.
    reason
        Why there is no score; else empty.

    Examples
    --------
    >>> from maalbib.stats import super_efficiency
    >>> super_efficiency([[100], [200], [300]], [[75], [100], [450]], returns="crs").outlier.tolist()
    [False, False, True]
    """

    score: FloatArray
    outcome: ReasonArray
    certified: BoolArray
    outlier: BoolArray
    outlier_above: float
    returns: str
    orientation: str
    reason: ReasonArray


def super_efficiency(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    returns: Literal["crs", "vrs", "nirs", "ndrs", "fdh"] = "vrs",
    orientation: Literal["input", "output"] = "input",
    among: npt.ArrayLike | None = None,
    outlier_above: float = 1.2,
    tolerance: float = 1e-6,
) -> SuperEfficiency:
    """Hold each unit against all others, itself left out, and list those that are far ahead.

    Parameters
    ----------
    inputs, outputs
        What the units use and make, shapes (units, inputs) and (units, outputs), see :func:`efficiency`.
    returns
        Which combinations count, see :func:`efficiency`.
    orientation
        ``"input"`` or ``"output"``.
    among
        Booleans, shape (units,): only these units are peers. All where None.
    outlier_above
        How far ahead of the others a unit may be before it is listed, at least 1.
    tolerance
        How near 1 a score counts as 1, 0 <= tolerance < 1.

    Returns
    -------
    SuperEfficiency
        Scores and outliers, in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is out of range.

    Notes
    -----
    The method is that of [1]_: one faulty figure can make a unit the peer of many, and a score far above 1 is where to look for it.
    1.2 is a custom, no test. Units that no others reach have no score: under vrs and ndrs by outputs those that use least of
    something, under vrs and nirs by inputs those that make most. Cost: that of :func:`efficiency`.

    References
    ----------
    .. [1] Andersen, P. and Petersen, N. C. (1993). A procedure for ranking efficient units in data envelopment analysis.
       Management Science 39(10), 1261-1264.

    Examples
    --------
    >>> found = super_efficiency([[100], [200], [300], [500]], [[75], [100], [300], [400]])
    >>> found.score.round(3).tolist(), found.outlier.tolist()
    ([2.0, 0.611, 1.256, nan], [True, False, True, False])
    """
    limit = _limit(outlier_above)
    found = efficiency(
        inputs,
        outputs,
        returns=returns,
        orientation=orientation,
        reference=among,
        exclude_self=True,
        tolerance=tolerance,
    )
    ahead = found.score if orientation == "input" else 1 / found.score
    return SuperEfficiency(
        score=found.score,
        outcome=found.outcome,
        certified=found.certified,
        outlier=np.isfinite(ahead) & (ahead > limit),
        outlier_above=limit,
        returns=returns,
        orientation=orientation,
        reason=found.reason,
    )


def _limit(value: float) -> float:
    number = number_or_nan(value)
    if not 1 <= number < np.inf:
        raise ArgumentError("frontier.outlier_above")
    return number
