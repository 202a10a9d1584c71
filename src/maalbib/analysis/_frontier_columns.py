"""From the scores of a frontier to the columns of the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools
from maalbib.analysis._columns import NUMBERS, WORDS, word_lists, words_at
from maalbib.analysis._frontier_scores import Scores
from maalbib.analysis._frontier_units import LACKING, FrontierUnits
from maalbib.analysis._secrecy import hidden_column

__all__ = ["frontier_columns"]

_SCORED: Final = ("efficient", "weakly_efficient", "inefficient")
_FIRST_TOLD_LAST: Final = ("figure_small_n", "figure_one_sided", "figure_suppressed", "figure_missing")


def frontier_columns(
    units: FrontierUnits,
    scores: Scores,
    indicators: tuple[tuple[str, ...], tuple[str, ...]],
    call_flags: Sequence[str],
    *,
    mixes: bool,
) -> dict[str, Any]:
    """Return the columns of the units, without those that are the same in every row; ``mixes`` of units may count."""
    scored = np.isin(scores.outcome.astype(str), _SCORED)
    state = np.where(scored, scores.outcome, "not_judged").astype(object)
    every = [*indicators[0], *indicators[1]]
    columns: dict[str, Any] = {
        "institution": list(units.institutions),
        "units": scores.units,
        "inputs": [indicators[0]] * len(units),
        "outputs": [indicators[1]] * len(units),
        **{name: np.where(scored, getattr(scores, name), np.nan) for name in ("score", "super_score", "real_score")},
        **{name: np.where(scored, getattr(scores, name), np.nan) for name in ("corrected", "lower", "upper")},
        "scale": np.where(scored, scores.scale, np.nan),
        "returns_to_scale": [word or None for word in np.where(scored, scores.returns_to_scale, "").tolist()],
        "dominated_by": words_at(units.institutions, np.where(scored, scores.dominated_by, -1)),
        "most_score": np.where(scored, scores.most_score, np.nan),
        "compared": np.where(scored & (scores.compared > 0), scores.compared, np.nan),
        "held_against": _lists(
            [[units.institutions[peer] for peer in peers.tolist()] for peers in scores.peers], scored, WORDS
        ),
        "peer_weights": _lists([weights.tolist() for weights in scores.weights], scored, NUMBERS),
        "lacking": word_lists(every, units.lacking >= 0),
        "own_figures": _lists(units.figures.tolist(), units.complete, NUMBERS),
        "target_figures": _lists(scores.targets.tolist(), scored, NUMBERS),
        "state": state.tolist(),
        "reason": _reasons(units, scores, scored, "on_frontier" if mixes else "undominated"),
        "flags": _flags(units, scores, scored, call_flags),
        "hidden": hidden_column(units.grade),
    }
    return columns


def _lists(cells: list[list[Any]], there: Bools, kind: pa.DataType) -> Any:
    return pa.array([cell if known else None for cell, known in zip(cells, there.tolist(), strict=True)], type=kind)


def _reasons(units: FrontierUnits, scores: Scores, scored: Bools, best: str) -> list[str]:
    real = scores.dominated_by >= 0
    said = np.select(
        [scores.outcome == "efficient", real, scores.outcome == "weakly_efficient"],
        [best, "real_unit", "mix_has_slack"],
        "combination_only",
    ).astype(object)
    reason = np.where(scored, said, scores.outcome).astype(object)
    for word in _FIRST_TOLD_LAST:
        reason[(units.lacking == LACKING.index(word)).any(axis=1)] = word
    found: list[str] = reason.tolist()
    return found


def _flags(units: FrontierUnits, scores: Scores, scored: Bools, call_flags: Sequence[str]) -> Any:
    alone = units.complete & (units.grade == 0)
    left_out = np.array(
        [bool((units.complete & (units.grade > 0) & (units.level == level)).any()) for level in units.level.tolist()],
        dtype=bool,
    )
    flags: dict[str, Bools] = {
        "approximate": units.approximate & scored,
        "dimension": scores.too_few & scored,
        "hidden_not_on_frontier": left_out & scored & alone,
        "mixed_sources": units.mixed & scored,
        "outlier": scored & scores.outlier,
        "outside_range": scores.outside & scored,
        "provisional": units.provisional & scored,
        **dict.fromkeys(call_flags, scored),
    }
    names = sorted(flags)
    return word_lists(names, np.stack([flags[name] for name in names], axis=1))
