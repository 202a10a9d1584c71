"""A published rule for reading differences, and the interval that was worked out, side by side."""

from __future__ import annotations

import math
from fractions import Fraction

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, ReasonArray, reasons
from maalbib.stats.rates._contrasts import MeanContrast, mean_difference
from maalbib.stats.rates._estimate import above_zero
from maalbib.stats.rates._means import MeanInterval
from maalbib.stats.surveys._decimals import decimals_of, exact_number, printed_steps

__all__ = ["ReadDifference", "read_difference"]


@attrs.frozen(kw_only=True, eq=False)
class ReadDifference(MeanContrast):
    """Differences of two published means, by the rule they were published with and by their interval, arrays of one shape.

    ``value``, ``lower``, ``upper``, ``se`` and ``df`` are those of :func:`mean_difference`.

    Attributes
    ----------
    printed_difference
        The difference of the means as they are printed: 4.4 less 4.3 is 0.1.
    by_rule
        ``different``; ``not_different``; ``not_valid_for_n``, the rule was made for more answers than one of them has, or that number is
        not known; ``not_judged``, a mean is missing.
    certain
        Whether ``by_rule`` is the same for all means that are printed like these.
    by_interval
        ``different``; ``not_shown_different``; ``not_judged``, there is no interval.
    disagree
        Whether the two judge and say different things.

    Examples
    --------
    >>> from maalbib.stats import mean_interval_from, read_difference
    >>> found = read_difference(
    ...     mean_interval_from(4.5, 0.87, 20), mean_interval_from(4.3, 0.83, 150), min_difference=0.1
    ... )
    >>> found.by_rule.item(), found.by_interval.item(), found.disagree.item()
    ('different', 'not_shown_different', True)
    """

    printed_difference: FloatArray
    by_rule: ReasonArray
    certain: BoolArray
    by_interval: ReasonArray
    disagree: BoolArray


def read_difference(
    first: MeanInterval,
    second: MeanInterval,
    *,
    min_difference: float | str,
    decimals: int = 1,
    strict: bool = True,
    valid_for_n: int | None = None,
    confidence: float = 0.95,
) -> ReadDifference:
    """Read a difference of two means by a published rule, with the interval that was worked out beside it.

    Parameters
    ----------
    first, second
        Means as :func:`mean_interval` or :func:`mean_interval_from` gives them, in shapes that broadcast. A mean alone, without a standard
        deviation, is read by the rule only.
    min_difference
        The difference that does not count yet, as it is published: 0.1 is a tenth, and 0.75 three quarters.
    decimals
        Decimals of the published means, 0 to 9.
    strict
        Whether a difference equal to ``min_difference`` still does not count.
    valid_for_n
        Number of answers that the rule was made for; None where not stated.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    ReadDifference
        First less second.

    Raises
    ------
    ArgumentError
        If one is no :class:`MeanInterval`, the shapes do not broadcast, or the rule or ``confidence`` is no such thing.

    Notes
    -----
    The means are rounded to their printed decimals, halves away from zero, and compared in whole steps: as binary numbers
    4.4 - 4.3 is larger than 0.1 and 4.3 - 4.2 is smaller. Each printed mean stands for a range of half a step to both sides, so a verdict is
    certain when one step more, or less, would not change it. Published rules are thumb rules, too strict for large units and too lenient for
    small ones; the interval is Welch's [1]_.

    References
    ----------
    .. [1] Welch, B. L. (1947). The generalization of 'Student's' problem when several different population variances are
       involved. Biometrika 34, 28-35.

    Examples
    --------
    Two kindergartens under the rule that 0.6 must be exceeded, the first pair with few answers and the second with many:

    >>> from maalbib.stats import mean_interval_from
    >>> one, other = (
    ...     mean_interval_from([4.7, 4.5], [0.9, 0.8], [9, 620]),
    ...     mean_interval_from([4.0, 4.0], [1.1, 0.9], [12, 500]),
    ... )
    >>> found = read_difference(one, other, min_difference=0.6)
    >>> found.printed_difference.tolist(), found.by_rule.tolist(), found.by_interval.tolist()
    ([0.7, 0.5], ['different', 'not_different'], ['not_shown_different', 'different'])
    """
    places = decimals_of(decimals)
    limit = exact_number("min_difference", min_difference) * 10**places
    if limit < 0:
        raise ArgumentError("rates.below_zero", argument="min_difference")
    contrast = mean_difference(first, second, confidence=confidence)
    shape = contrast.value.shape
    steps = np.broadcast_to(printed_steps(first.value, places), shape) - printed_steps(second.value, places)
    least = _least_steps(limit, strict=strict)
    size = np.abs(steps)
    differs, unknown = size >= least, np.isnan(steps)
    small = np.zeros(shape, dtype=np.bool_)
    if valid_for_n is not None:
        enough = above_zero("valid_for_n", valid_for_n)
        small = ~(np.minimum(np.broadcast_to(first.n, shape), second.n) >= enough)
    by_rule = reasons(
        shape,
        (unknown, "not_judged"),
        (small, "not_valid_for_n"),
        (differs, "different"),
        (np.ones(shape, dtype=np.bool_), "not_different"),
    )
    judged = np.isfinite(contrast.lower) & np.isfinite(contrast.upper)
    apart = (contrast.lower > 0) | (contrast.upper < 0)
    by_interval = reasons(
        shape, (~judged, "not_judged"), (apart, "different"), (np.ones(shape, dtype=np.bool_), "not_shown_different")
    )
    ruled = ~unknown & ~small
    return ReadDifference(
        value=contrast.value,
        lower=contrast.lower,
        upper=contrast.upper,
        p_value=contrast.p_value,
        se=contrast.se,
        df=contrast.df,
        confidence=contrast.confidence,
        method=contrast.method,
        reason=contrast.reason,
        printed_difference=np.asarray(steps / 10.0**places),
        by_rule=by_rule,
        certain=np.asarray(ruled & ((size - 1 >= least) | (size + 1 < least))),
        by_interval=by_interval,
        disagree=np.asarray(ruled & judged & (differs != apart)),
    )


def _least_steps(limit: Fraction, *, strict: bool) -> int:
    """Return how many steps a difference must have to count."""
    return math.floor(limit) + 1 if strict else math.ceil(limit)
