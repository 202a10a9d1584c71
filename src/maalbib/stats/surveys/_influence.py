"""Means and totals of a sample with a design, and how far chance in the drawing moves them."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.surveys._design import SurveyDesign

__all__ = ["Estimated", "mean_of", "total_of"]

_ROUNDING: Final = 1e-12  # of the values: a standard error below is one of rounding


@attrs.frozen(kw_only=True, eq=False)
class Estimated:
    """What is estimated of some questions, an element for each.

    Attributes
    ----------
    n
        Answers used.
    df
        Sampled units with answers less strata with answers.
    lonely
        Whether a stratum with a single sampled unit takes part, though it was not the only one there.
    census
        Whether every unit of every stratum was sampled.
    """

    value: FloatArray
    se: FloatArray
    n: FloatArray
    df: FloatArray
    deff: FloatArray
    lonely: BoolArray
    census: bool


def mean_of(values: FloatArray, used: BoolArray, design: SurveyDesign) -> Estimated:
    """Return the weighted means of rows of answers."""
    weights = np.where(used, design.weights, 0.0)
    sum_of_weights = weights.sum(axis=1)
    kept = np.where(used, values, 0.0)
    value = (weights * kept).sum(axis=1) / sum_of_weights
    off = np.where(used, kept - value[:, None], 0.0)
    n = used.sum(axis=1).astype(np.float64)
    spread = (weights * off * off).sum(axis=1) / sum_of_weights / (n - 1)
    found = _drawn(off / sum_of_weights[:, None], used, design)
    se = np.where(found.se <= _ROUNDING * np.abs(kept).max(axis=1, initial=0.0), 0.0, found.se)
    return attrs.evolve(found, value=value, se=se, n=n, deff=se**2 / spread)


def total_of(values: FloatArray, used: BoolArray, design: SurveyDesign) -> Estimated:
    """Return the weighted totals of rows of answers."""
    kept = np.where(used, values, 0.0)
    found = _drawn(kept, used, design)
    value = (design.weights * kept).sum(axis=1)
    se = np.where(found.se <= _ROUNDING * np.abs(value), 0.0, found.se)
    return attrs.evolve(found, value=value, se=se, n=used.sum(axis=1).astype(np.float64))


def _drawn(per_weight: FloatArray, used: BoolArray, design: SurveyDesign) -> Estimated:
    """Return the standard error of sums of weight times a number, as the units were drawn."""
    influence = design.weights * _unexplained(per_weight, design)
    order = np.lexsort((design.unit, design.stratum))
    starts, stratum = _starts(design.unit[order]), design.stratum[order]
    by_unit = np.add.reduceat(influence[:, order], starts, axis=1)
    there = np.add.reduceat(used[:, order].astype(np.int64), starts, axis=1) > 0
    of_unit = stratum[starts]
    strata = _starts(of_unit)
    sampled = np.diff(np.append(strata, len(of_unit))).astype(np.float64)
    middle = np.add.reduceat(by_unit, strata, axis=1) / sampled
    off = by_unit - middle[:, of_unit]
    squares = np.add.reduceat(off * off, strata, axis=1)
    with_answers = np.add.reduceat(there.astype(np.int64), strata, axis=1)
    part = 1 - design.fraction
    one = sampled == 1
    factor = np.where(part == 0, 0.0, np.where(one, 0.0, part * sampled / np.where(one, 1.0, sampled - 1)))
    nothing = np.full(len(used), np.nan)
    return Estimated(
        value=nothing,
        se=np.sqrt(squares @ factor),
        n=nothing,
        df=(there.sum(axis=1) - (with_answers > 0).sum(axis=1)).astype(np.float64),
        deff=nothing,
        lonely=np.asarray(((with_answers > 0) & one & (part > 0)).any(axis=1)),
        census=bool((part == 0).all()),
    )


def _starts(sorted_labels: IntArray) -> IntArray:
    """Return where each run of one label begins."""
    return np.flatnonzero(np.diff(sorted_labels, prepend=sorted_labels[:1] - 1))


def _unexplained(per_weight: FloatArray, design: SurveyDesign) -> FloatArray:
    """Return what the groups that the weights were fitted to do not explain; all of it without such a fit."""
    if not len(design.margins):
        return per_weight
    levels = np.concatenate([margin[:, None] == np.arange(margin.max() + 1) for margin in design.margins], axis=1)
    groups = levels.astype(np.float64)
    weighted = groups if design.residuals == "unweighted" else design.weights[:, None] * groups
    explained = np.linalg.pinv(groups.T @ weighted, hermitian=True) @ (weighted.T @ per_weight.T)
    return np.asarray(per_weight - (groups @ explained).T)
