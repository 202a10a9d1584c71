"""What was asked: values, weights and choices, checked; and which units can be compared at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, broadcast_to
from maalbib.stats.composite._means import AGGREGATIONS
from maalbib.stats.composite._plan import DEFAULT_PLAN, METHODS, SensitivityPlan
from maalbib.stats.composite._scale import Values, given_values
from maalbib.stats.composite._tree import Tree, tree_of
from maalbib.stats.composite._trials import Choices

__all__ = ["Question", "question_of"]

_NEGATIVE_SCALES: Final = frozenset({"z"})


@attrs.frozen(kw_only=True, eq=False)
class Question:
    """A question that can be answered.

    Attributes
    ----------
    compared, tree
        The values of the units that are compared, and the tree of indicators, those that tell nobody apart without weight.
    coverage
        (units, lowest pillars) the share of the weight that each unit has.
    enough
        (units,) which units have enough of every pillar.
    errors
        (units, indicators) sampling errors, NaN where not known.
    """

    stated: Choices
    plan: SensitivityPlan
    compared: Values
    tree: Tree
    coverage: FloatArray
    enough: BoolArray
    errors: FloatArray

    @property
    def rows(self) -> IntArray:
        """The numbers of the units that are compared."""
        return np.flatnonzero(self.enough)


def question_of(
    values: npt.ArrayLike,
    tree: tuple[npt.ArrayLike | None, Sequence[npt.ArrayLike], Sequence[npt.ArrayLike] | None],
    choices: tuple[Any, Any, object],
    min_coverage: object,
    marks: tuple[npt.ArrayLike | None, npt.ArrayLike | None],
    standard_errors: npt.ArrayLike | None,
    plan: object,
) -> Question:
    """Check the arguments, and find who has enough of every pillar."""
    stated = _choices(*choices)
    used_plan = _plan(plan, stated)
    given, posts, aims = given_values(values, *marks)
    whole = tree_of(given.shape[1], *tree)
    cover, least = whole.coverage(np.isfinite(given)), _least(min_coverage)
    enough = np.all([(level >= least).all(axis=1) for level in cover], axis=0) & (cover[-1][:, 0] > 0)
    compared = Values(given=given[enough], weighing=whole.shares[0] > 0, goalposts=posts, targets=aims)
    for method in (stated.normaliser, *used_plan.normalisers):
        compared.needs(method)
    return Question(
        stated=stated,
        plan=used_plan,
        compared=compared,
        tree=whole.without(compared.silent),
        coverage=cover[0],
        enough=np.asarray(enough),
        errors=np.full(given.shape, np.nan) if standard_errors is None else _errors(standard_errors, given.shape),
    )


def _choices(normaliser: Any, aggregation: Any, treat: object) -> Choices:
    if normaliser not in METHODS:
        raise ArgumentError.choice("normaliser", METHODS)
    if aggregation not in AGGREGATIONS:
        raise ArgumentError.choice("aggregation", AGGREGATIONS)
    if normaliser in _NEGATIVE_SCALES and aggregation in {"geometric", "harmonic"}:
        raise ArgumentError("composite.mean_of_negatives", normaliser=normaliser, aggregation=aggregation)
    return Choices(normaliser=normaliser, aggregation=aggregation, treat=bool(treat))


def _plan(plan: object, stated: Choices) -> SensitivityPlan:
    found = DEFAULT_PLAN if plan is None else plan
    if not isinstance(found, SensitivityPlan):
        raise ArgumentError("argument.type", argument="plan", expected="SensitivityPlan")
    if not found.varies(stated.normaliser, stated.aggregation):
        raise ArgumentError("composite.plan_varies_nothing")
    return found


def _least(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ArgumentError("argument.range", argument="min_coverage", low=0, high=1)
    return float(value)


def _errors(given: npt.ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    found = broadcast_to("standard_errors", given, shape)
    return np.where(found >= 0, found, np.nan)
