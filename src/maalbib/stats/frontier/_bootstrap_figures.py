"""What a bootstrap of efficiency says of each unit, given its replications."""

from __future__ import annotations

from typing import Final, Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    float_array,
    open_share,
    reasons,
    vector,
)
from maalbib.stats._row_quantiles import row_quantile

__all__ = ["ORIENTATIONS", "EfficiencyBootstrap", "corrected_efficiency"]

ORIENTATIONS: Final = ("input", "output")
_ROOM: Final = 1e-9


@attrs.frozen(kw_only=True, eq=False)
class EfficiencyBootstrap(ArrayResult):
    """Efficiency scores less their bias, with intervals; arrays of shape (units,).

    Attributes
    ----------
    score
        The score as it was found.
    bias
        Score minus corrected score.
    corrected
        The score less its bias. It can leave the range that scores have; see ``outside``.
    lower, upper
        Limits of the score.
    variance
        Variance of the replications, on the scale of the scores.
    outside
        Whether the corrected score or a limit lies outside the range that scores have: above 1 for inputs, below 1 for outputs.
        Nothing is cut off.
    used
        How many replications the figures rest on.
    bandwidth
        How far pseudo-scores are spread around scores; NaN where the replications were given.
    confidence, orientation
        The coverage asked for, and the way that scores are counted.
    reason
        ``missing_input``; ``no_score``: a score is no number above 0; ``all_efficient``: every unit has the score 1, so nothing tells how scores vary;
        ``too_few_replications``: fewer than 2 / (1 - confidence); ``correction_undefined``: a corrected score or a limit would be
        infinite or negative and is left out; else why the unit has no score. Empty where all is well.

    Examples
    --------
    >>> from maalbib.stats import corrected_efficiency
    >>> found = corrected_efficiency([0.5], [[0.52], [0.55], [0.53], [0.54]], confidence=0.5)
    >>> found.corrected.round(3).tolist(), found.bias.round(3).tolist(), found.reason.tolist()
    ([0.469], [0.031], [''])
    """

    score: FloatArray
    bias: FloatArray
    corrected: FloatArray
    lower: FloatArray
    upper: FloatArray
    variance: FloatArray
    outside: BoolArray
    used: IntArray
    bandwidth: float
    confidence: float
    orientation: str
    reason: ReasonArray


def corrected_efficiency(
    scores: npt.ArrayLike,
    replications: npt.ArrayLike,
    *,
    orientation: Literal["input", "output"] = "input",
    confidence: float = 0.95,
) -> EfficiencyBootstrap:
    """Take the bias out of efficiency scores, given replications of them.

    Parameters
    ----------
    scores
        Scores of the units, shape (units,).
    replications
        Scores of the same units from pseudo-samples, shape (replications, units). NaN: a replication that gave none.
    orientation
        ``"input"``: scores at most 1; ``"output"``: scores at least 1.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    EfficiencyBootstrap
        Corrected scores with intervals, in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is out of range.

    Notes
    -----
    The work is done on distances d [1]_, the inverse of input scores and output scores as they are, because the sampling error of
    d has no bound on the side that matters. With D the replications of d: bias mean(D) - d; corrected d minus bias; limits
    d + quantiles of d - D at alpha/2 and 1 - alpha/2, the quantiles being unbiased for normal samples (type 9). Cost: sorting the
    replications.

    References
    ----------
    .. [1] Simar, L. and Wilson, P. W. (1998). Sensitivity analysis of efficiency scores: how to bootstrap in nonparametric
       frontier models. Management Science 44(1), 49-61.

    Examples
    --------
    >>> found = corrected_efficiency([0.8, 1.0], [[0.82, 1.0], [0.84, 1.1], [0.83, 1.05]], confidence=0.3)
    >>> found.corrected.round(4).tolist()
    [0.7722, 0.9559]
    """
    score = vector("scores", scores)
    sample = float_array("replications", replications)
    if sample.ndim != 2 or sample.shape[1] != len(score):  # noqa: PLR2004 - a table
        expected = f"(replications, {len(score)})"
        raise ArgumentError("argument.shape", argument="replications", expected=expected, got=str(sample.shape))
    if orientation not in ORIENTATIONS:
        raise ArgumentError.choice("orientation", ORIENTATIONS)
    without = reasons(score.shape, (np.isnan(score), "missing_input"), (~(score > 0) | np.isinf(score), "no_score"))
    return figures(
        np.where(without == "", score, np.nan),
        sample,
        without,
        orientation,
        open_share("confidence", confidence),
        np.nan,
    )


def figures(
    score: FloatArray, sample: FloatArray, without: ReasonArray, orientation: str, confidence: float, bandwidth: float
) -> EfficiencyBootstrap:
    """Return the figures of each unit; ``without`` says why a unit has none."""
    judged = without == ""
    usable = judged & np.isfinite(sample) & (sample > 0)
    used: IntArray = usable.sum(axis=0)
    few = judged & (used < 2 / (1 - confidence))
    with np.errstate(all="ignore"):
        distance = np.where(judged, _distance(score, orientation), np.nan)
        drawn = np.where(usable, _distance(sample, orientation), np.nan)
        there = judged & (used > 0)
        centre = np.where(there, np.where(usable, drawn, 0.0).sum(axis=0) / used, np.nan)
        corrected = _score(2 * distance - centre, orientation)
        off = np.sort((distance - drawn).T, axis=1)  # NaN goes last
        low, high = (
            _score(distance + row_quantile(off, used, share, "normal_unbiased"), orientation)
            for share in ((1 - confidence) / 2, (1 + confidence) / 2)
        )
        lower, upper = (high, low) if orientation == "input" else (low, high)
        lower, upper = (np.where(few, np.nan, limit) for limit in (lower, upper))
        undefined = there & ~few & np.isnan(corrected + lower + upper)
    found = np.stack([corrected, lower, upper])
    beyond = found > 1 + _ROOM if orientation == "input" else found < 1 - _ROOM
    outside: BoolArray = np.logical_or.reduce(beyond, axis=0)
    return EfficiencyBootstrap(
        score=score,
        bias=score - corrected,
        corrected=corrected,
        lower=lower,
        upper=upper,
        variance=_variance(sample, usable, used),
        outside=outside,
        used=used,
        bandwidth=float(bandwidth),
        confidence=float(confidence),
        orientation=orientation,
        reason=reasons(
            score.shape,
            *[(without == code, str(code)) for code in np.unique(without[~judged].astype(str))],
            (few, "too_few_replications"),
            (undefined, "correction_undefined"),
        ),
    )


def _distance(score: FloatArray, orientation: str) -> FloatArray:
    return 1 / score if orientation == "input" else score


def _score(distance: FloatArray, orientation: str) -> FloatArray:
    """Return scores of distances; one that is not above 0 belongs to no score."""
    proper = np.where(distance > 0, distance, np.nan)
    return 1 / proper if orientation == "input" else proper


def _variance(sample: FloatArray, usable: BoolArray, used: IntArray) -> FloatArray:
    with np.errstate(all="ignore"):
        mean = np.where(usable, sample, 0.0).sum(axis=0) / used
        off = np.where(usable, sample - mean, 0.0)
        return np.where(used > 1, (off**2).sum(axis=0) / (used - 1), np.nan)
