"""How sure an efficiency score is: the smoothed bootstrap of Simar and Wilson."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import FloatArray, number_or_nan, open_share, whole_number
from maalbib.stats.frontier._bootstrap_figures import ORIENTATIONS, EfficiencyBootstrap, figures
from maalbib.stats.frontier._efficiency import near
from maalbib.stats.frontier._scored import Side, scored, units_table

__all__ = ["bootstrap_efficiency"]

_RETURNS: Final = ("crs", "vrs", "nirs", "ndrs")  # a step frontier has no density near it to smooth
_NORMAL_QUARTILES: Final = 1.349  # what lies between the quartiles of a standard normal


def bootstrap_efficiency(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    returns: Literal["crs", "vrs", "nirs", "ndrs"] = "vrs",
    orientation: Literal["input", "output"] = "input",
    replications: int = 2_000,
    confidence: float = 0.95,
    bandwidth: float | None = None,
    seed: int = 0,
    tolerance: float = 1e-6,
) -> EfficiencyBootstrap:
    """Estimate how much too good efficiency scores are, and how sure.

    The frontier is made of the best units that happen to be in the data, so that scores are too good: better ones are
    possible. Pseudo-samples of the units show by how much.

    Parameters
    ----------
    inputs, outputs
        What the units use and make, at least 0, shapes (units, inputs) and (units, outputs). A unit with a NaN takes no part.
    returns
        ``"crs"``, ``"vrs"``, ``"nirs"`` or ``"ndrs"``, see :func:`efficiency`. There is no smoothed bootstrap of ``"fdh"``.
    orientation
        ``"input"`` or ``"output"``.
    replications
        How many pseudo-samples, at least 2.
    confidence
        Coverage as a share, 0 < confidence < 1.
    bandwidth
        Standard deviation of the noise that is added to a drawn distance; by the rule of the notes where None.
    seed
        For the draws. The same seed gives the same figures.
    tolerance
        How near 1 a score counts as 1, 0 <= tolerance < 1.

    Returns
    -------
    EfficiencyBootstrap
        Scores, corrected scores and intervals, in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is out of range.

    Notes
    -----
    Method [1]_ [2]_: the distances d (1/score for inputs) are drawn with replacement, reflected at 1 half the time, given
    normal noise, drawn together around 1 so that their variance is what it was, and reflected where they fall below 1. A unit's
    pseudo-inputs are its inputs at the frontier times its pseudo-distance; each unit is scored against the pseudo-units. The
    bandwidth is that of Silverman's rule, 0.9 min(sd, IQR/1.349) n^(-1/5), for d and 2 - d with the distances at 1 left out (a
    spurious heap), brought to the number and the spread of all units [3]_. Where every score is 1 there is none, and the answer is
    refused. Cost: ``replications`` times about half of that of :func:`efficiency`, for 98 units with three inputs and three outputs
    about 12 ms each; four times as many units take eight times as long.

    What the interval is about is the score against the frontier that is possible in a world like the data, not noise in the
    figures themselves. It does not keep its level: where the truth is known it holds nine scores in ten for 50 units and one input,
    seven or eight with two inputs or fewer units (nominal level 95 %).

    References
    ----------
    .. [1] Simar, L. and Wilson, P. W. (1998). Sensitivity analysis of efficiency scores: how to bootstrap in nonparametric
       frontier models. Management Science 44(1), 49-61.
    .. [2] Simar, L. and Wilson, P. W. (2008). Statistical inference in nonparametric frontier models. In: Fried, H. O., Lovell,
       C. A. K. and Schmidt, S. S. (eds), The Measurement of Productive Efficiency and Productivity Growth. Oxford University Press.
    .. [3] Daraio, C. and Simar, L. (2007). Advanced Robust and Nonparametric Methods in Efficiency Analysis. Springer.

    Examples
    --------
    >>> found = bootstrap_efficiency([[1], [2], [3], [5]], [[0.75], [1], [3], [4]], replications=200)
    >>> found.score.round(3).tolist()
    [1.0, 0.611, 1.0, 1.0]
    >>> bool((found.corrected <= found.score).all())
    True
    """
    if returns not in _RETURNS:
        raise ArgumentError.choice("returns", _RETURNS)
    if orientation not in ORIENTATIONS:
        raise ArgumentError.choice("orientation", ORIENTATIONS)
    units = units_table(inputs, outputs)
    count, level = whole_number("replications", replications, low=2), open_share("confidence", confidence)
    whole_number("seed", seed, low=0)
    room = near("tolerance", tolerance)
    if bandwidth is not None and not 0 < number_or_nan(bandwidth) < np.inf:
        raise ArgumentError("frontier.bandwidth")
    score, reason = scored(units, units, returns=returns, orientation=orientation)
    judged = reason == ""
    width, sample = np.nan, np.full((0, len(score)), np.nan)
    if judged.any():
        distance = (1 / score if orientation == "input" else score)[judged]
        width = _bandwidth(distance, room) if bandwidth is None else float(bandwidth)
        if np.isnan(width):
            reason = np.where(judged, "all_efficient", reason).astype(object)
        else:
            pool = (units[0][judged], units[1][judged])
            sample = np.full((count, len(score)), np.nan)
            sample[:, judged] = _replications(pool, distance, width, count, seed, returns, orientation)
    return figures(score, sample, reason, orientation, level, width)


def _bandwidth(distance: FloatArray, tolerance: float) -> float:
    """Return the spread of the noise; NaN where every unit is at the frontier."""
    away = distance[distance > 1 + tolerance]
    if not len(away):
        return float("nan")
    mirrored = np.concatenate([away, 2 - away])
    spread = float(np.std(mirrored, ddof=1))
    quartiles = np.quantile(mirrored, (0.25, 0.75))
    narrow = min(spread, float(quartiles[1] - quartiles[0]) / _NORMAL_QUARTILES) or spread
    rule = 0.9 * narrow * len(mirrored) ** -0.2
    everybody = float(np.std(distance, ddof=1)) if len(distance) > 1 else spread
    return float(rule * (len(mirrored) / len(distance)) ** 0.2 * everybody / spread)


def _replications(
    pool: Side,
    distance: FloatArray,
    width: float,
    count: int,
    seed: int,
    returns: str,
    orientation: str,
) -> FloatArray:
    """Return the scores of the units against each pseudo-sample, shape (replications, units)."""
    rng = np.random.default_rng(seed)
    x, y = pool
    found = np.empty((count, len(x)))
    shrink = 1 / np.sqrt(1 + width**2 / np.mean((distance - 1) ** 2))  # 1 is the mean of d and 2 - d
    for place in range(count):
        drawn = distance[rng.integers(len(x), size=len(x))] - 1
        drawn *= rng.choice((-1.0, 1.0), size=len(x))
        pseudo = 1 + np.abs(drawn + width * rng.standard_normal(len(x))) * shrink
        ratio = (pseudo / distance)[:, None]
        reference = (x * ratio, y) if orientation == "input" else (x, y / ratio)
        found[place] = scored(pool, reference, returns=returns, orientation=orientation)[0]
    return found
