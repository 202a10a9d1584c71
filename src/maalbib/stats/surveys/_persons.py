"""One score per person from several questions, for those who answered enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from numbers import Integral
from typing import Any, Final, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, float_array, reasons
from maalbib.stats.rates._estimate import known_method
from maalbib.stats.rates._row_blocks import row_blocks
from maalbib.stats.surveys._decimals import Rounding, decimals_of, exact_number, rounded_ratio

__all__ = ["PersonScores", "person_scores"]

_HALF: Final = Fraction(1, 2)
_FARTHEST_END: Final = 1_000_000


@attrs.frozen(kw_only=True, eq=False)
class PersonScores(ArrayResult):
    """Scores of persons, all arrays of one shape.

    Attributes
    ----------
    score
        Mean of the questions answered, those that ask the other way round turned. NaN where the person does not count.
    rounded
        The score with ``decimals`` decimals, rounded exactly.
    band
        Which band the rounded score falls in, 1 for the lowest; 0 where there is none.
    answered
        Questions answered.
    counted
        Whether enough of them were.
    decimals, rounding
        How scores are rounded.
    reason
        ``too_few_answered``, ``outside_answers`` (an answer that the scale does not have, or no whole number), or empty.

    Examples
    --------
    >>> from maalbib.stats import person_scores
    >>> nan = float("nan")
    >>> found = person_scores([[4, nan, 5, nan, 3, nan, 4], [4, nan, nan, nan, 3, nan, nan]])
    >>> found.score.tolist(), found.counted.tolist(), found.reason.tolist()
    ([4.0, nan], [True, False], ['', 'too_few_answered'])
    """

    score: FloatArray
    rounded: FloatArray
    band: IntArray
    answered: IntArray
    counted: BoolArray
    decimals: int
    rounding: str
    reason: ReasonArray


def person_scores(
    answers: npt.ArrayLike,
    *,
    reverse_scored: npt.ArrayLike | None = None,
    low: int = 1,
    high: int = 5,
    least_share: float | str | Fraction = _HALF,
    inclusive: bool = True,
    decimals: int = 1,
    rounding: Rounding = "half_up",
    bands: Sequence[float | str] | None = None,
) -> PersonScores:
    """Return a score for each person who answered at least half of the questions.

    Parameters
    ----------
    answers
        Shape (questions,) or (..., questions), a row per person. NaN means no answer: left blank, or "don't know".
    reverse_scored
        Whether each question asks the other way round, shape (questions,); an answer v then counts as low + high - v.
    low, high
        The lowest and the highest answer, whole numbers.
    least_share
        The share of the questions that a person must answer, written as ``"1/2"`` or 0.5.
    inclusive
        Whether exactly that share is enough.
    decimals
        Decimals of the rounded score, 0 to 9.
    rounding
        ``"half_up"``, halves away from zero, or ``"half_even"``.
    bands
        The upper ends of bands of rounded scores, rising, for example ``("2.0", "3.0", "4.0", "5.0")``: 1.0-2.0, 2.1-3.0 and so on.

    Returns
    -------
    PersonScores
        One element per person, in the shape of ``answers`` without its last axis. :func:`mean_interval` of the scores is that of a unit:
        those who do not count are NaN and take no part.

    Raises
    ------
    ArgumentError
        If the answers are not numbers, the scale is empty, the share does not lie between 0 and 1, an option is none of those named, or
        the bands do not rise, have more decimals than the scores, or end below the scale.

    Notes
    -----
    The share is compared in whole numbers: of seven questions four are half, and three are not. So is the rounding: 41/20 is 2.05, and
    becomes 2.1; as a binary number it is a little less and would become 2.0, in another band [1]_.

    References
    ----------
    .. [1] Goldberg, D. (1991). What every computer scientist should know about floating-point arithmetic. ACM Computing
       Surveys 23, 5-48.

    Examples
    --------
    Nineteen answers of 2 and one of 3, banded as the national pupil survey does:

    >>> found = person_scores([2] * 19 + [3], bands=("2.0", "3.0", "4.0", "5.0"))
    >>> found.score.item(), found.rounded.item(), found.band.item()
    (2.05, 2.1, 2)
    """
    scale = _scale(low, high)
    known_method(rounding, get_args(Rounding), "rounding")
    ends = _ends(bands, decimals_of(decimals), high)
    given = np.atleast_1d(float_array("answers", answers))
    shape, questions = given.shape[:-1], given.shape[-1]
    turned = _turned(reverse_scored, questions)
    rows = given.reshape(int(np.prod(shape)), questions)
    total, answered = np.zeros((2, len(rows)), dtype=np.int64)
    outside = np.zeros(len(rows), dtype=np.bool_)
    for part in row_blocks(len(rows), questions):
        total[part], answered[part], outside[part] = _summed(rows[part], turned, scale)
    enough = _enough(answered, questions, exact_number("least_share", least_share), inclusive=inclusive)
    counted = enough & ~outside
    steps = rounded_ratio(total, np.where(counted, answered, 1), decimals, rounding)
    band = np.searchsorted(ends, steps).astype(np.int64) + 1 if len(ends) else np.zeros(len(rows), dtype=np.int64)
    with np.errstate(all="ignore"):
        score, rounded = total / answered, steps / 10.0**decimals
    columns: dict[str, npt.NDArray[Any]] = {
        "score": np.where(counted, score, np.nan),
        "rounded": np.where(counted, rounded, np.nan),
        "band": np.where(counted, band, 0),
        "answered": answered,
        "counted": counted,
        "reason": reasons(counted.shape, (outside, "outside_answers"), (~enough, "too_few_answered")),
    }
    shaped: dict[str, Any] = {name: column.reshape(shape) for name, column in columns.items()}
    return PersonScores(**shaped, decimals=int(decimals), rounding=rounding)


def _scale(low: int, high: int) -> tuple[int, int]:
    ends: dict[str, object] = {"low": low, "high": high}
    for argument, value in ends.items():
        if isinstance(value, bool) or not isinstance(value, Integral):
            raise ArgumentError("surveys.not_a_number", argument=argument)
    if low >= high:
        raise ArgumentError("surveys.scale_ends")
    for argument, end in (("low", low), ("high", high)):
        if abs(end) > _FARTHEST_END:  # sums of answers in steps of the last decimal must stay whole numbers
            raise ArgumentError("argument.range", argument=argument, low=-_FARTHEST_END, high=_FARTHEST_END)
    return int(low), int(high)


def _turned(reverse_scored: npt.ArrayLike | None, questions: int) -> BoolArray:
    if reverse_scored is None:
        return np.zeros(questions, dtype=np.bool_)
    turned = np.asarray(reverse_scored)
    if turned.shape != (questions,):
        raise ArgumentError(
            "argument.shape", argument="reverse_scored", expected=f"({questions},)", got=str(turned.shape)
        )
    if turned.dtype != np.bool_:
        raise ArgumentError("surveys.not_booleans", argument="reverse_scored")
    return turned


def _ends(bands: Sequence[float | str] | None, decimals: int, high: int) -> IntArray:
    """Return the upper ends of the bands in steps of the last decimal."""
    if bands is None:
        return np.empty(0, dtype=np.int64)
    if isinstance(bands, str) or not hasattr(bands, "__iter__"):
        raise ArgumentError("surveys.bands", argument="bands", decimals=decimals, high=high)
    steps = [exact_number("bands", end) * 10**decimals for end in bands]
    whole = all(step.denominator == 1 for step in steps)
    rising = all(one < other for one, other in pairwise(steps))
    if not (steps and whole and rising and steps[-1] >= high * 10**decimals):
        raise ArgumentError("surveys.bands", argument="bands", decimals=decimals, high=high)
    return np.array([int(step) for step in steps], dtype=np.int64)


def _summed(rows: FloatArray, turned: BoolArray, scale: tuple[int, int]) -> tuple[IntArray, IntArray, BoolArray]:
    low, high = scale
    there = ~np.isnan(rows)
    wrong = there & ~((rows >= low) & (rows <= high) & (np.floor(rows) == rows))
    whole = np.where(there & ~wrong, rows, 0).astype(np.int64)
    whole = np.where(turned & there, low + high - whole, whole)
    return whole.sum(axis=1), there.sum(axis=1), wrong.any(axis=1)


def _enough(answered: IntArray, questions: int, share: Fraction, *, inclusive: bool) -> BoolArray:
    if not 0 <= share <= 1:
        raise ArgumentError("argument.range", argument="least_share", low=0, high=1)
    have, need = answered * share.denominator, questions * share.numerator
    return np.asarray((answered > 0) & (have >= need if inclusive else have > need))
