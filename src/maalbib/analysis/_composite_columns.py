"""From the composites of circles to the columns of the results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._columns import NUMBERS, word_lists, words_at
from maalbib.analysis._composite_circles import CHANCE_REASONS, Circle
from maalbib.analysis._composite_structure import Structure
from maalbib.analysis._composite_units import LACKING, CompositeUnits
from maalbib.analysis._secrecy import hidden_column
from maalbib.stats.composite._result import PARTS

__all__ = ["composite_columns", "plan_columns"]

_CHANCE: Final = ("rank_lower", "rank_upper", "rank_alone_lower", "rank_alone_upper")
_RENAMED: Final = {"constant": "all_alike", "": "all_alike"}


def composite_columns(
    units: CompositeUnits, circles: Sequence[Circle], structure: Structure, call_flags: Sequence[str]
) -> dict[str, Any]:
    """Return the columns of the units, without those that are the same in every row."""
    table = _Table(units, len(structure.pillars) or 1)
    for circle in circles:
        table.put(circle)
    ranked = np.isfinite(table.numbers["rank"])
    pillars: dict[str, Any] = dict.fromkeys(("pillar_coverage", "pillar_scores"))
    if structure.pillars:
        pillars = {
            "pillar_coverage": pa.array(table.pillar_coverage.tolist(), type=NUMBERS),
            "pillar_scores": _lists(table.pillar_scores, ranked),
        }
    return {
        "institution": list(units.institutions),
        "group": table.group,
        "units": table.size,
        "indicators": [structure.indicators] * len(units),
        "pillars": [structure.pillars] * len(units),
        **table.numbers,
        **pillars,
        "rank_reason": words_at(CHANCE_REASONS, np.where(ranked, table.no_chance, -1)),
        "lacking": word_lists(structure.indicators, units.lacking >= 0),
        "state": np.where(ranked, "ranked", "not_ranked").tolist(),
        "reason": _reasons(units, table, ranked, structure),
        "flags": _flags(units, circles, table, ranked, call_flags),
        "hidden": hidden_column(np.where(ranked, 0, units.grade.max(axis=1, initial=0))),
    }


def plan_columns(circle: Circle, indicators: Sequence[str]) -> dict[str, Any]:
    """Return the columns of the plans of one circle."""
    plans = circle.found.plans
    tried = plans.runs > 0
    choice = [
        indicators[place] if place >= 0 else name or None
        for place, name in zip(plans.indicator.tolist(), plans.name.tolist(), strict=True)
    ]
    moves = np.where(plans.first_changes > 0, "first_place_changes", "first_place_stands")
    return {
        "group": circle.number,
        "units": circle.found.n,
        "part": plans.part.tolist(),
        "choice": choice,
        "runs": plans.runs,
        "first_changes": plans.first_changes,
        "moved": plans.moved,
        "largest": plans.largest,
        "scored": plans.scored,
        "state": np.where(tried, "tried", "not_tried").tolist(),
        "reason": np.where(tried, moves, plans.reason).tolist(),
    }


class _Table:
    """The figures of all units, filled circle by circle."""

    def __init__(self, units: CompositeUnits, pillars: int) -> None:
        names = ("score", "rank", "range_lower", "range_upper", "first_changes", "standard_error", "coverage")
        parts = [f"{part}_{end}" for part in PARTS for end in ("lower", "upper")]
        self.numbers = {name: np.full(len(units), np.nan) for name in (*names, *parts, *_CHANCE)}
        self.pillar_coverage = np.full((len(units), pillars), np.nan)
        self.pillar_scores = np.full((len(units), pillars), np.nan)
        self.group, self.size = (np.zeros(len(units), dtype=np.int64) for _ in range(2))
        self.no_chance = np.full(len(units), -1)
        self.fault = np.full(len(units), "", dtype=object)

    def put(self, circle: Circle) -> None:
        """Put the answers of a circle into the rows of its units."""
        rows, found = circle.rows, circle.found
        there = np.isfinite(found.rank)
        for name, column in (
            ("score", found.score),
            ("rank", found.rank),
            ("range_lower", found.lower),
            ("range_upper", found.upper),
            ("standard_error", found.standard_error),
            ("coverage", found.coverage),
            ("first_changes", np.where(there, found.first_changes, np.nan)),
        ):
            self.numbers[name][rows] = column
        for place, part in enumerate(found.parts.tolist()):
            self.numbers[f"{part}_lower"][rows] = found.part_lower[place]
            self.numbers[f"{part}_upper"][rows] = found.part_upper[place]
        for name, ends in zip(_CHANCE, circle.chance or (), strict=False):
            self.numbers[name][rows] = np.where(there, ends, np.nan)
        self.pillar_coverage[rows], self.pillar_scores[rows] = found.pillar_coverage, found.pillar_score
        self.group[rows], self.size[rows] = circle.number, found.n
        self.no_chance[rows], self.fault[rows] = circle.no_chance, found.reason


def _lists(cells: Floats, there: Bools) -> Any:
    rows = [
        [None if np.isnan(cell) else cell for cell in row] if known else None
        for row, known in zip(cells.tolist(), there.tolist(), strict=True)
    ]
    return pa.array(rows, type=NUMBERS)


def _reasons(units: CompositeUnits, table: _Table, ranked: Bools, structure: Structure) -> list[str]:
    moves = table.numbers["range_upper"] > table.numbers["range_lower"]
    reason = np.where(moves, "place_moves", "place_stands").astype(object)
    reason[~ranked] = [_RENAMED.get(word, word) for word in table.fault[~ranked].tolist()]
    uncovered = table.fault == "pillar_not_covered"
    worst = np.where(structure.weights > 0, units.lacking, -1).max(axis=1)
    reason[uncovered] = [LACKING[place] for place in worst[uncovered].tolist()]
    return [str(word) for word in reason]


def _flags(
    units: CompositeUnits, circles: Sequence[Circle], table: _Table, ranked: Bools, call_flags: Sequence[str]
) -> Any:
    hidden, silent, untried = (np.zeros(len(units), dtype=bool) for _ in range(3))
    for circle in circles:
        rows = circle.rows
        hidden[rows] = bool((units.grade[rows] > 0).any())
        silent[rows] = bool((circle.found.indicator_reason != "").any())
        untried[rows] = bool((circle.found.plans.runs == 0).any())
    flags = {
        "approximate": units.approximate & ranked,
        "coverage_partial": ranked & (table.numbers["coverage"] < 1),
        "hidden_not_used": hidden & ranked,
        "mixed_sources": units.mixed & ranked,
        "plan_not_all_tried": untried & ranked,
        "provisional": units.provisional & ranked,
        "silent_indicator": silent & ranked,
        **dict.fromkeys(call_flags, ranked),
    }
    names = sorted(flags)
    return word_lists(names, np.stack([flags[name] for name in names], axis=1))
