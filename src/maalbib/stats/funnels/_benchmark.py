"""Whether a unit differs from what it is held against, and whether by enough to matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, broadcast_to, reasons
from maalbib.stats.funnels._difference import Difference, Question
from maalbib.stats.funnels._rows import flags, stretched

__all__ = ["Benchmark", "benchmark"]

_DIRECTIONS: Final = ("higher", "lower", "target", "context")
_WORDS: Final = {"higher": ("worse", "better"), "lower": ("better", "worse")}


@attrs.frozen(kw_only=True, eq=False)
class Benchmark(ArrayResult):
    """Verdicts on units, arrays of one shape.

    Attributes
    ----------
    verdict
        ``better`` or ``worse``, ``higher`` or ``lower`` where no direction is better, ``no_detectable_difference``: none
        was shown, which does not mean that there is none; ``within_band``, ``below_band``, ``above_band`` or
        ``band_not_settled`` where a band was given; ``not_compared``.
    relevance
        Whether the difference matters: ``relevant`` (shown to be larger than the margin), ``within_margin`` (shown to be
        smaller: equivalent), ``margin_not_settled`` (neither), empty where it was not judged.
    difference, lower, upper
        Value minus reference with its limits, in the unit of the values; ``difference`` is NaN where no values were
        given. With a band the distance to its nearer edge, 0 inside.
    reference_included
        Whether the limits hold the uncertainty of the reference too.
    own_removed
        Whether the part that the unit has in its own reference was taken out of the uncertainty.
    reason
        Why a unit was not compared: ``suppressed``, ``own_benchmark`` (it is its own reference), ``no_interval``,
        ``inverted_interval``, ``no_reference``, ``not_finite`` (the reference, or a value that is needed), ``inverted_band``, ``missing_input`` (a
        value or a share that is needed), ``share_out_of_range``, ``value_outside_interval``, ``uncertainty_missing``
        (that of the reference); else empty.
    relevance_reason
        Why relevance was not judged: ``reason``, ``no_margin`` or ``negative_input``; else empty.

    Examples
    --------
    >>> from maalbib.stats import benchmark
    >>> found = benchmark([0.51, 0.4], [0.53, float("nan")], 0.5, direction="higher", margin=0.02)
    >>> found.verdict.tolist(), found.relevance.tolist(), found.reason.tolist()
    (['better', 'not_compared'], ['margin_not_settled', ''], ['', 'no_interval'])
    """

    verdict: ReasonArray
    relevance: ReasonArray
    difference: FloatArray
    lower: FloatArray
    upper: FloatArray
    reference_included: BoolArray
    own_removed: BoolArray
    reason: ReasonArray
    relevance_reason: ReasonArray


def benchmark(
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    reference: npt.ArrayLike | None,
    *,
    direction: str | Sequence[str],
    margin: npt.ArrayLike | None = None,
    band: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    values: npt.ArrayLike | None = None,
    reference_limits: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    own_share: npt.ArrayLike | None = None,
    suppressed: npt.ArrayLike | None = None,
) -> Benchmark:
    """Say whether units differ from a reference, by their intervals, and whether by more than a margin.

    Parameters
    ----------
    lower, upper
        Limits of the units, any shapes that broadcast. NaN means that a limit is missing.
    reference
        What units are held against: a goal, the country, a peer group, last year. NaN or None means none.
    direction
        ``"higher"`` or ``"lower"`` is better, ``"target"`` or ``"context"`` for no better direction; one word or one
        per unit.
    margin
        Smallest difference that matters, in the unit of the values; None or NaN where nobody has said.
    band
        Lower and upper edge of what is right. Where the direction is ``"target"`` and both are known, units are held
        against the band instead of the reference.
    values
        The values that the limits belong to. Needed with ``reference_limits`` or ``own_share``.
    reference_limits
        Limits of the reference, at the same confidence, where its own uncertainty should count. It must not rest on the
        same people as the units, but for the part told by ``own_share``.
    own_share
        The unit's share of its own reference, by denominator: 0 where it is no part of it, 1 where it is the reference
        itself.
    suppressed
        Truth values: units that are hidden, and are not compared.

    Returns
    -------
    Benchmark
        Verdicts in the common shape.

    Raises
    ------
    ArgumentError
        If arrays are not numbers or do not broadcast, a direction is unknown, or ``values`` are needed and missing.

    Notes
    -----
    A unit is lower when its upper limit is below the reference and higher when its lower limit is above; touching is no
    difference, and a difference of a few units in the last place counts as touching. With d = value minus reference,
    ``relevant`` means that the interval of d lies beyond the margin on one side, ``within_margin`` that it lies inside
    on both. At confidence 1 - 2a the latter is the pair of one-sided tests of equivalence at level a [1]_.

    With limits of the reference the interval is that of the difference: the squared distances from each value to its
    limit are added, lower with upper [2]_; for Wilson limits of two shares that is Newcombe's interval. Overlap of two
    intervals is no test. A unit that is the share w of its own reference makes the reference like itself and moves with
    it: Var(value - reference) = (1 - w)^2 s^2 + max(0, S^2 - w^2 s^2) with the variances s^2 of the unit and S^2 of the
    reference. Where S is not given, both are taken to have the same spread per person, S^2 = w s^2: limits that are
    symmetric move in by sqrt(1 - w). A large part of the country is otherwise judged too mildly.

    Cost: one pass; about twenty numbers of working space per unit.

    References
    ----------
    .. [1] Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for assessing
       the equivalence of average bioavailability. Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.
    .. [2] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
       Statistics in Medicine 27, 1693-1702.

    Examples
    --------
    A large municipality with a trivial gap, and a small school of which nothing is shown:

    >>> found = benchmark([0.481, 0.40], [0.499, 0.58], 0.5, direction="higher", margin=0.02)
    >>> found.verdict.tolist(), found.relevance.tolist()
    (['worse', 'no_detectable_difference'], ['within_margin', 'margin_not_settled'])

    A budget that should be kept to within 2 per cent either way:

    >>> benchmark([97, 99, 103], [99, 101, 104], None, direction="target", band=(98, 102)).verdict.tolist()
    ['band_not_settled', 'within_band', 'above_band']

    A region with 30 % of the country:

    >>> naive = benchmark(0.6195, 0.6305, 0.62, direction="higher")
    >>> own = benchmark(0.6195, 0.6305, 0.62, direction="higher", values=0.625, own_share=0.3)
    >>> naive.verdict.item(), own.verdict.item()
    ('no_detectable_difference', 'better')
    """
    question = Question.of(lower, upper, reference, band, values, reference_limits, own_share)
    shape = question.lower.shape
    words = _directions(direction, shape)
    banded = question.banded(words == "target")
    hidden = flags("suppressed", suppressed, shape)
    least = broadcast_to("margin", np.nan if margin is None else margin, shape)
    with np.errstate(all="ignore"):
        found = question.difference(banded)
        reason = reasons(shape, (hidden, "suppressed"), *question.faults(banded))
        compared = reason == ""
        relevance_reason = np.where(compared, _no_margin(least), reason)
        relevance = np.where(relevance_reason == "", _relevance(found, least), "")
        verdict = np.where(compared, _verdicts(found, words, banded), "not_compared")
    return Benchmark(
        verdict=verdict,
        relevance=relevance,
        difference=np.where(compared, found.value, np.nan),
        lower=np.where(compared, found.lower, np.nan),
        upper=np.where(compared, found.upper, np.nan),
        reference_included=np.asarray(compared & ~banded & question.included),
        own_removed=np.asarray(compared & ~banded & question.removed & (question.own > 0)),
        reason=reason,
        relevance_reason=relevance_reason,
    )


def _directions(direction: str | Sequence[str], shape: tuple[int, ...]) -> npt.NDArray[np.str_]:
    words = np.asarray(direction, dtype=np.str_)
    if not np.isin(words, _DIRECTIONS).all():
        raise ArgumentError.choice("direction", _DIRECTIONS)
    return stretched("direction", words, shape)


def _verdicts(found: Difference, words: npt.NDArray[np.str_], banded: BoolArray) -> ReasonArray:
    below, above = found.upper < -found.noise, found.lower > found.noise
    inside = (np.abs(found.lower) <= found.noise) & (np.abs(found.upper) <= found.noise)
    verdict = reasons(below.shape, (below, "lower"), (above, "higher"), (~below & ~above, "no_detectable_difference"))
    for direction, (low, high) in _WORDS.items():
        verdict[below & (words == direction)] = low
        verdict[above & (words == direction)] = high
    verdict[banded] = "band_not_settled"
    for where, word in ((below, "below_band"), (above, "above_band"), (inside, "within_band")):
        verdict[banded & where] = word
    return verdict


def _relevance(found: Difference, margin: FloatArray) -> ReasonArray:
    beyond = (found.lower - margin > found.noise) | (-margin - found.upper > found.noise)
    within = (margin - found.upper > found.noise) & (found.lower + margin > found.noise)
    return reasons(margin.shape, (beyond, "relevant"), (within, "within_margin"), (~beyond, "margin_not_settled"))


def _no_margin(margin: FloatArray) -> ReasonArray:
    return reasons(margin.shape, (np.isnan(margin), "no_margin"), (margin < 0, "negative_input"))
