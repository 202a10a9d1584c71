"""How a sample was drawn: weights, strata, sampled institutions, and how many there were to draw from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, broadcast_to, vector
from maalbib.stats.surveys._labels import coded

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["SurveyDesign", "need_design", "survey_design"]


@attrs.frozen(kw_only=True, eq=False)
class SurveyDesign(ArrayResult):
    """The design of a sample, one element per person who answered anything.

    Made by :func:`survey_design`, and from one such by :func:`post_stratify` and :func:`rake`.

    Attributes
    ----------
    weights
        How many people each one stands for.
    stratum
        The stratum of each, a number from 0.
    unit
        What was sampled: the institution of each, a number from 0; each person for himself without clusters.
    unit_stratum
        The stratum of each sampled unit.
    fraction
        The share of the units of each stratum that were sampled; 0 where it is not known or not to matter.
    margins
        The groups that the weights were fitted to, shape (margins, people); no rows without such a fit.
    residuals
        Whether what the margins explain is worked out ``weighted`` or ``unweighted``.
    rounds
        How often the weights were fitted to each margin; 0 without such a fit.
    reason
        Why nothing can be said with these weights: ``group_without_answers``, ``group_size_zero``, ``margins_disagree``,
        ``weights_not_settled``; else empty.
    group
        The group that the reason is about.

    Examples
    --------
    >>> from maalbib.stats import survey_design
    >>> found = survey_design([2, 2, 5, 5], strata=["a", "a", "b", "b"], population=[4, 4, 10, 10])
    >>> found.fraction.tolist(), found.n_eff
    ([0.5, 0.2], 3.3793103448275863)
    """

    weights: FloatArray
    stratum: IntArray
    unit: IntArray
    unit_stratum: IntArray
    fraction: FloatArray
    margins: IntArray
    residuals: str = "weighted"
    rounds: int = 0
    reason: str = ""
    group: str = ""

    @property
    def n_eff(self) -> float:
        """How many people of equal weight would tell as much: the square of the sum over the sum of squares."""
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())

    @property
    def weight_range(self) -> tuple[float, float]:
        """The smallest and the largest weight."""
        return float(self.weights.min()), float(self.weights.max())


def survey_design(
    weights: npt.ArrayLike,
    *,
    strata: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    population: npt.ArrayLike | None = None,
) -> SurveyDesign:
    """Return the design of a sample: simple random, stratified, of whole institutions, or both of these.

    Parameters
    ----------
    weights
        Shape (people,): how many each person stands for, 1 for all where they weigh the same.
    strata
        Shape (people,): the stratum that each was drawn in; None for one stratum.
    clusters
        Shape (people,): the institution of each, where institutions were drawn. A label in two strata is two institutions.
    population
        How many there were to draw from in the stratum of each person, one number or shape (people,): people, or institutions
        where those were drawn. NaN or None where it is not known, or where the answers are to hold beyond these people.

    Returns
    -------
    SurveyDesign
        For :func:`design_mean`, :func:`design_share` and :func:`design_total`.

    Raises
    ------
    ArgumentError
        If the weights are not finite, negative or all 0, the lengths differ, a label is missing, or a population varies within a
        stratum or is smaller than its sample.

    Examples
    --------
    Two of twelve institutions were drawn in each of two regions, and three parents asked in each:

    >>> regions, places = ["east"] * 6 + ["west"] * 6, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    >>> design = survey_design([10] * 12, strata=regions, clusters=places, population=12)
    >>> len(design.unit_stratum), design.fraction.round(3).tolist()
    (4, [0.167, 0.167])
    """
    given = vector("weights", weights)
    if not (given.size and np.isfinite(given).all() and (given >= 0).all() and given.any()):
        raise ArgumentError("rates.weights", argument="weights")
    people = len(given)
    stratum: IntArray = np.zeros(people, dtype=np.int64)
    names: list[Hashable] = [""]
    if strata is not None:
        stratum, names = coded("strata", strata, people)
    unit, unit_stratum = _units(stratum, clusters, len(names))
    sampled = np.bincount(unit_stratum, minlength=len(names)).astype(np.float64)
    return SurveyDesign(
        weights=np.array(given),
        stratum=stratum,
        unit=unit,
        unit_stratum=unit_stratum,
        fraction=_fractions(stratum, names, sampled, population),
        margins=np.empty((0, people), dtype=np.int64),
    )


def need_design(given: object) -> None:
    """Refuse what is no design."""
    if not isinstance(given, SurveyDesign):
        raise ArgumentError("surveys.not_a_design", argument="design")


def _units(stratum: IntArray, clusters: npt.ArrayLike | None, strata: int) -> tuple[IntArray, IntArray]:
    if clusters is None:
        return np.arange(len(stratum)), stratum.copy()
    labels, _ = coded("clusters", clusters, len(stratum))
    pairs, unit = np.unique(labels * strata + stratum, return_inverse=True)
    return unit.astype(np.int64).reshape(-1), pairs % strata


def _fractions(
    stratum: IntArray, names: list[Hashable], sampled: FloatArray, population: npt.ArrayLike | None
) -> FloatArray:
    if population is None:
        return np.zeros(len(names))
    sizes = broadcast_to("population", population, stratum.shape)
    order = np.argsort(stratum, kind="stable")
    first = np.flatnonzero(np.diff(stratum[order], prepend=-1))
    of_stratum = sizes[order][first]
    same: BoolArray = (sizes == of_stratum[stratum]) | (np.isnan(sizes) & np.isnan(of_stratum[stratum]))
    if not same.all():
        if len(names) == 1:
            raise ArgumentError("surveys.population_not_one")
        raise ArgumentError("surveys.population_varies", stratum=str(names[stratum[int(np.argmin(same))]]))
    small = of_stratum < sampled
    if small.any():
        place = int(np.argmax(small))
        found = {"population": float(of_stratum[place]), "sampled": int(sampled[place])}
        if len(names) == 1:
            raise ArgumentError("surveys.sample_exceeds_population", **found)
        raise ArgumentError("surveys.population_too_small", stratum=str(names[place]), **found)
    return np.where(np.isnan(of_stratum), 0.0, sampled / of_stratum)
