"""Composites of circles of units: those of one level, or of one group, held against each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Floats, Ints
from maalbib.analysis._composite_direction import Turned
from maalbib.analysis._composite_structure import Structure
from maalbib.analysis._composite_units import CompositeUnits

__all__ = ["CHANCE_REASONS", "Circle", "Options", "circles_of"]

_LARGEST: Final = 200
"""Most units that are ranked among each other with a sampling interval."""
CHANCE_REASONS: Final = ("not_asked", "scale_without_errors", "uncertainty_missing", "group_too_large")
_STRAIGHT: Final = frozenset({"min_max", "z", "fraction_of_max", "distance_to_target", "goalposts"})


@attrs.frozen(kw_only=True)
class Options:
    """How the composite is made. Everything is recorded in the result."""

    normaliser: str
    aggregation: str
    treat: bool
    min_coverage: float
    plan: stats.SensitivityPlan
    confidence: float
    ranks: bool
    draws: int
    seed: int
    min_verdict: int | None
    across_sources: bool

    @property
    def method(self) -> str:
        """The scale and the mean in one word."""
        return f"{self.normaliser}_{self.aggregation}"

    def to_json(self, structure: Structure) -> str:
        """Return the options, and the weights as given, as JSON."""
        weights = dict(zip(structure.indicators, structure.weights.tolist(), strict=True))
        above = [own.tolist() for own in structure.pillar_weights]
        return json.dumps(attrs.asdict(self) | {"weights": weights, "pillar_weights": above}, sort_keys=True)


@attrs.frozen(kw_only=True, eq=False)
class Circle:
    """One circle of units.

    Attributes
    ----------
    number, rows
        Which circle, and the rows of its units among all.
    found
        The composite.
    chance
        Lower and upper end of the sampling intervals, for all at once and for one picked in advance; None where there are none.
    no_chance
        Place in ``CHANCE_REASONS`` of why not, else -1.
    """

    number: int
    rows: Ints
    found: stats.CompositeRange
    chance: tuple[Floats, Floats, Floats, Floats] | None
    no_chance: int


def circles_of(units: CompositeUnits, structure: Structure, turned: Turned, options: Options) -> Iterator[Circle]:
    """Yield the composite of each circle of units."""
    figures = turned.figures(units.figures)
    for number, level in enumerate(np.unique(units.level).tolist()):
        rows = np.flatnonzero(units.level == level)
        found = stats.composite_range(
            figures[rows],
            structure.weights,
            pillars=structure.parents,
            pillar_weights=structure.pillar_weights,
            goalposts=turned.goalposts,
            targets=turned.targets,
            standard_errors=units.errors[rows],
            **_choices(options),
        )
        chance, why = _chance(found, options)
        yield Circle(number=number, rows=rows, found=found, chance=chance, no_chance=why)


def _choices(options: Options) -> dict[str, Any]:
    names = ("normaliser", "aggregation", "treat", "min_coverage", "plan")
    return {name: getattr(options, name) for name in names}


def _chance(
    found: stats.CompositeRange, options: Options
) -> tuple[tuple[Floats, Floats, Floats, Floats] | None, int]:
    """Return the sampling intervals of the places, or why there are none: an unknown error would be one of 0."""
    there = np.isfinite(found.rank)
    known = np.isfinite(found.standard_error[there]) & (found.standard_error[there] > 0)
    faults = (
        not options.ranks,
        options.normaliser not in _STRAIGHT or options.aggregation == "copeland",
        not known.all(),
        int(there.sum()) > _LARGEST,
    )
    if any(faults) or not there.any():
        return None, faults.index(True) if any(faults) else -1
    sets = stats.paired_rank_sets(
        found.score, found.standard_error, confidence=options.confidence, draws=options.draws, seed=options.seed
    )
    together, alone = sets.simultaneous, sets.marginal
    return (together.lower, together.upper, alone.lower, alone.upper), -1
