"""How an estimate is made of a sample with a design, many questions at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, ReasonArray, float_array, reasons
from maalbib.stats._projected import student_quantile
from maalbib.stats.rates._estimate import Estimate, one_of_a_kind, tail_of
from maalbib.stats.rates._row_blocks import in_row, row_blocks
from maalbib.stats.surveys._design import SurveyDesign, need_design
from maalbib.stats.surveys._influence import Estimated
from maalbib.stats.surveys._share_limits import SHARE_LIMITS

__all__ = ["DesignEstimate", "estimated"]

_Estimator: TypeAlias = Callable[[FloatArray, BoolArray, SurveyDesign], Estimated]


@attrs.frozen(kw_only=True, eq=False)
class DesignEstimate(Estimate):
    """Estimates from a sample with a design, one element per question.

    Attributes
    ----------
    value
        The mean, the share or the total. NaN where there is none.
    se
        Its standard error.
    df
        Degrees of freedom: sampled units with answers less strata with answers.
    n
        Answers that it rests on.
    deff
        The variance over that of as many answers drawn singly and weighing the same; NaN of a total.
    confidence
        The coverage asked for, as a share.
    method
        ``t``; of a share ``logit``, ``asin``, ``beta`` or ``mean``.
    method_version
        Version of the method.
    reason
        ``no_answers``, ``not_finite``, ``not_yes_or_no`` (a share of other numbers than 0 and 1), ``single_answer_stratum`` (one sampled unit in a
        stratum, of several), ``group_without_answers`` and what else a design may say; ``single_value``, ``constant_values``: no interval. Else empty.

    Examples
    --------
    >>> from maalbib.stats import design_mean, survey_design
    >>> design = survey_design([3, 3, 8, 8, 8], strata=["a", "a", "b", "b", "b"])
    >>> found = design_mean([[4, 5, 3, 2, 4], [float("nan")] * 5], design)
    >>> found.value.round(2).tolist(), found.df.tolist(), found.status.tolist()
    ([3.3, nan], [3, 0], ['ok', 'insufficient'])
    """

    se: FloatArray
    df: IntArray
    n: IntArray
    deff: FloatArray


def estimated(
    values: npt.ArrayLike,
    design: SurveyDesign,
    within: npt.ArrayLike | None,
    confidence: float,
    estimator: _Estimator,
    method: str,
) -> DesignEstimate:
    """Return what an estimator finds in rows of answers, with Student's limits or those of a share."""
    tail_of(confidence)
    need_design(design)
    given = np.atleast_1d(float_array("values", values))
    shape, people = given.shape[:-1], len(design.weights)
    if given.shape[-1] != people:
        raise ArgumentError("argument.shape", argument="values", expected=f"(..., {people})", got=str(given.shape))
    rows = given.reshape(int(np.prod(shape)), people)
    members = _members(within, given.shape).reshape(rows.shape)
    names = ("value", "lower", "upper", "se", "deff", "df", "n")
    columns = {name: np.full(len(rows), np.nan) for name in names}
    reason: ReasonArray = np.full(len(rows), "", dtype=object)
    for part in row_blocks(len(rows), people):
        with np.errstate(all="ignore"):
            found, reason[part] = _block(rows[part], members[part], design, confidence, estimator, method)
        for name, column in found.items():
            columns[name][part] = column
    whole: dict[str, Any] = {name: columns.pop(name).astype(np.int64).reshape(shape) for name in ("df", "n")}
    shaped: dict[str, Any] = {name: column.reshape(shape) for name, column in columns.items()}
    return DesignEstimate(
        **shaped,
        **whole,
        confidence=float(confidence),
        method=method,
        reason=reason.reshape(shape),
    )


def _members(within: npt.ArrayLike | None, shape: tuple[int, ...]) -> BoolArray:
    if within is None:
        return np.broadcast_to(np.ones((), dtype=np.bool_), shape)
    asked = np.asarray(within)
    if asked.dtype != np.bool_:
        raise ArgumentError("surveys.not_booleans", argument="within")
    try:
        return np.broadcast_to(asked, shape)
    except ValueError as error:
        raise ArgumentError("argument.shape", argument="within", expected=str(shape), got=str(asked.shape)) from error


def _block(
    rows: FloatArray, members: BoolArray, design: SurveyDesign, confidence: float, estimator: _Estimator, method: str
) -> tuple[dict[str, FloatArray], ReasonArray]:
    there = ~np.isnan(rows)
    used = there & members & (design.weights > 0)
    infinite = in_row(np.isinf(rows) & used)
    kept = np.where(used & ~infinite[:, None], rows, 0.0)
    found = estimator(kept, used, design)
    share = method in SHARE_LIMITS
    wrong = in_row(used & (rows != 0) & (rows != 1)) & share
    nobody = found.n == 0
    first = (
        (np.full(nobody.shape, design.reason != ""), design.reason),
        (nobody, "no_answers"),
        (infinite, "not_finite"),
        (wrong, "not_yes_or_no"),
        (_unanswered(there, design), "group_without_answers"),
        (found.lonely, "single_answer_stratum"),
    )
    none = np.logical_or.reduce([where for where, _ in first[:-1]])
    se = np.where(found.lonely, np.nan, found.se)
    if share:
        lower, upper = SHARE_LIMITS[method](attrs.evolve(found, se=se), design, confidence)
    else:
        half = student_quantile(found.df, confidence) * se
        certain = found.census & (se == 0)
        half = np.where(certain, 0.0, np.where(se > 0, half, np.nan))
        lower, upper = found.value - half, found.value + half
    single = ~(found.df > 0) & ~(np.full(nobody.shape, found.census))
    lower, upper = (np.where(none | found.lonely | single, np.nan, limit) for limit in (lower, upper))
    reason = reasons(
        nobody.shape,
        *first,
        (single, "single_value"),
        (np.isnan(lower) & one_of_a_kind(np.where(used, rows, np.nan)), "constant_values"),
        (np.isnan(lower), "no_width"),
    )
    columns = {"value": found.value, "lower": lower, "upper": upper, "se": se, "deff": found.deff}
    for name, column in columns.items():
        columns[name] = np.where(none, np.nan, column)
    return {**columns, "df": np.maximum(found.df, 0), "n": found.n}, reason


def _unanswered(there: BoolArray, design: SurveyDesign) -> BoolArray:
    """Return which questions nobody of some fitted group answered."""
    found = np.zeros(len(there), dtype=np.bool_)
    for codes in design.margins:
        groups = int(codes.max()) + 1
        cells = (np.arange(len(there))[:, None] * groups + codes)[there]
        found |= (np.bincount(cells, minlength=len(there) * groups).reshape(len(there), groups) == 0).any(axis=1)
    return found
