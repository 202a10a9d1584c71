"""From the two sides of the units to the columns of the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Floats, Words
from maalbib.analysis._columns import WORDS, words_at
from maalbib.analysis._resources_dominance import Dominance
from maalbib.analysis._resources_frontier import Scores
from maalbib.analysis._resources_rules import Board
from maalbib.analysis._resources_side import Side
from maalbib.analysis._secrecy import Grades, hidden_column
from maalbib.analysis._verdict import Verdicts

__all__ = ["Units", "board_columns"]

_SAME: Final = "no_detectable_difference"
_DOMINANCE: Final = ("not_dominated", "dominated")
_PASSED_ON: Final = ("provisional", "approximate", "mixed_sources")


@attrs.frozen(kw_only=True, eq=False)
class Units:
    """The units of a board and what was found of them; every array in their order.

    Attributes
    ----------
    codes
        Who.
    result, resource
        The two sides.
    board
        The verdicts.
    need
        (units,) the index, NaN where there is none.
    dominance, scores
        Who dominates whom, and the scores where they were asked for.
    kinds
        The class of each unit.
    grade
        (units,) why the figures may not be shown, 0 where they may.
    kind_flags
        What the kinds of the indicators call for.
    """

    codes: Sequence[str]
    result: Side
    resource: Side
    board: Board
    need: Floats
    dominance: Dominance
    scores: Scores | None
    kinds: list[str | None]
    grade: Grades
    kind_flags: Sequence[str]


def board_columns(units: Units) -> dict[str, Any]:
    """Return the columns of the units, without those that are the same in every row."""
    board, result, resource = units.board, units.result, units.resource
    _flag(units)
    value, lower, upper = resource.values
    with np.errstate(divide="ignore", invalid="ignore"):
        per_need = [each / units.need for each in (value, lower, upper)]
    return {
        "institution": list(units.codes),
        **_side(result, "result", np.zeros(len(units.codes), dtype=bool), ("better", "worse"), board.better),
        **_side(resource, "resource", board.unknown, ("dearer", "cheaper"), board.dearer),
        "need": units.need,
        "resource_per_need": per_need[0],
        "per_need_lower": per_need[1],
        "per_need_upper": per_need[2],
        **_dominance(units),
        "supplier_kind": units.kinds,
        "score": None if units.scores is None else units.scores.score,
        "score_outcome": None if units.scores is None else _words(units.scores.outcome),
        "adjusted_state": None if board.adjusted is None else board.adjusted.states,
        "adjusted_reason": None if board.adjusted is None else board.adjusted.reasons,
        "state": board.verdicts.states,
        "reason": board.verdicts.reasons,
        "flags": board.verdicts.flags,
        "n": result.at(result.judged.values.people),
        "resource_n": resource.at(resource.judged.values.people),
        "hidden": hidden_column(units.grade),
        "score_units": None if units.scores is None else _counts(units.scores.units, units.scores.outcome != ""),
    }


def _side(
    side: Side, name: str, unknown: Bools, words: tuple[str, str], found: tuple[Bools, Bools]
) -> dict[str, Any]:
    """Return the columns of one figure; gaps of units that are not compared, or have no result beside, are left out."""
    judged = side.judged
    none = unknown | (side.fault != "") | (side.without_peers != "")
    value, lower, upper = side.values
    gap = [np.where(none, np.nan, each) for each in side.gaps(adjusted=False)]
    judgeable = ~none & np.isfinite(gap[1]) & np.isfinite(gap[2])
    return {
        f"{name}_value": value,
        f"{name}_lower": lower,
        f"{name}_upper": upper,
        f"{name}_mean_kind": judged.kind,
        f"{name}_peers": side.at(judged.gaps.peers, missing=0),
        f"{name}_mean": np.where(none, np.nan, side.at(judged.gaps.mean)),
        f"{name}_gap": gap[0],
        f"{name}_gap_lower": gap[1],
        f"{name}_gap_upper": gap[2],
        f"{name}_verdict": _verdict(found, judgeable, words),
        **_adjusted(side, name, unknown, words),
    }


def _adjusted(side: Side, name: str, unknown: Bools, words: tuple[str, str]) -> dict[str, Any]:
    names = ("expected", "adjusted_gap", "adjusted_lower", "adjusted_upper")
    if side.expected is None:
        return dict.fromkeys(
            f"{name}_{each}" for each in ("adjustment", *names, "adjusted_verdict", "adjusted_reason")
        )
    gap, lower, upper = (np.where(unknown, np.nan, each) for each in side.gaps(adjusted=True))
    above, below, known = side.sides(adjusted=True)
    better_above = (
        words[0] == "dearer" or side.judged.indicator is None or side.judged.indicator.direction == "higher"
    )
    found = (above, below) if better_above else (below, above)
    figures = (np.where(unknown, np.nan, side.at(side.expected.value)), gap, lower, upper)
    return {
        f"{name}_adjustment": side.judged.options.adjustment,
        **{f"{name}_{each}": figure for each, figure in zip(names, figures, strict=True)},
        f"{name}_adjusted_verdict": _verdict(found, known & ~unknown, words),
        f"{name}_adjusted_reason": _reasons(side, side.expected.verdicts),
    }


def _reasons(side: Side, verdicts: Verdicts) -> Any:
    found: Words = np.array(verdicts.reasons.to_pylist(), dtype=object)
    return _words(side.at(found, missing="no_data"))


def _verdict(found: tuple[Bools, Bools], known: Bools, words: tuple[str, str]) -> Any:
    return words_at(
        ("not_compared", _SAME, *words), np.select([~known, known & found[0], known & found[1]], [0, 2, 3], 1)
    )


def _dominance(units: Units) -> dict[str, Any]:
    """Return what is known of dominance; nothing of units that were held against nobody."""
    found = units.dominance
    there = found.compared > 0
    codes = units.codes
    named = [
        [codes[place] for place in places.tolist()] if known else None
        for places, known in zip(found.by, there.tolist(), strict=True)
    ]
    classed = there & np.array([kind is not None for kind in units.kinds], dtype=bool)
    return {
        "dominance": words_at(_DOMINANCE, np.where(there, found.dominators > 0, -1)),
        "dominated_by": pa.array(named, type=WORDS),
        "dominators": _counts(found.dominators, there),
        "dominates": _counts(found.dominates, there),
        "compared_with": _counts(found.compared, there),
        "dominance_in_kind": words_at(_DOMINANCE, np.where(classed, found.within, -1)),
    }


def _counts(numbers: Any, there: Bools) -> Any:
    return pa.array(numbers, type=pa.int64(), mask=~there)


def _words(words: Words) -> Any:
    return pa.array([word or None for word in words.tolist()], type=pa.string())


def _flag(units: Units) -> None:
    """Say what a reader should know besides, of those that have a result beside the resource."""
    verdicts, board = units.board.verdicts, units.board
    told = ~verdicts.in_state("not_judged", "service_level_unknown")
    sides = (units.result, units.resource)
    for name in _PASSED_ON:
        for side in sides:
            verdicts.flag(told & side.holds(_having(side, name)), name)
    for side in sides:
        verdicts.flag(told & side.holds(side.judged.gaps.left_out), "hidden_left_out")
        if side.expected is not None:
            verdicts.flag(told & side.holds(side.expected.extrapolated), "extrapolated")
            verdicts.flag(told & side.holds(side.expected.taken_as_exact), "expected_taken_as_exact")
    verdicts.flag(told & units.resource.holds(units.resource.exact), "resource_taken_as_exact")
    verdicts.flag(told & board.above_need & ~board.better[0], "may_be_low_productivity")
    left_out = (units.grade > 0) & (units.result.fault == "") & (units.resource.fault == "")
    verdicts.flag(told & bool(left_out.any()) & (units.grade == 0), "hidden_not_held_against")
    for name in units.kind_flags:
        verdicts.flag(told, name)


def _having(side: Side, name: str) -> Bools:
    values = side.judged.values
    if name == "mixed_sources":
        return values.several_sources() if side.judged.options.across_sources else np.zeros(len(values), dtype=bool)
    return values.provisional if name == "provisional" else values.approximate
