"""The order of the goal board: the tree of goals, the worst first, what could not be judged last and by its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Ints
from maalbib.analysis._columns import cells

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue

__all__ = ["BY", "RANKED", "By", "goal_paths", "order"]

By = Literal["goal", "institution"]
BY: Final = ("goal", "institution")
RANKED: Final = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met", "not_measurable")
_NAMELESS: Final = "–"  # never shown


def goal_paths(catalogue: Catalogue | None, used: Iterable[str | None]) -> dict[str, tuple[str, ...]]:
    """Return for each goal the ids from the top of the tree down to it, in the order of the tree.

    Goals that the catalogue does not know follow in the order in which they are used.
    """
    paths: dict[str, tuple[str, ...]] = {}
    if catalogue is not None:

        def walk(code: str, above: tuple[str, ...]) -> None:
            paths[code] = (*above, code)
            for child in below.get(code, ()):
                walk(child, paths[code])

        below = _children(catalogue)
        for top in below.get(None, ()):
            walk(top, ())
    return paths | {code: (code,) for code in used if code is not None and code not in paths}


def _children(catalogue: Catalogue) -> dict[str | None, list[str]]:
    """Return the goals right under each, by their order and then as in the file."""
    found: dict[str | None, list[str]] = {}
    goals = sorted(catalogue.goals.values(), key=lambda goal: (goal.order is None, goal.order or 0))
    for goal in goals:
        found.setdefault(goal.parent if goal.parent in catalogue.goals else None, []).append(goal.id)
    return found


def order(table: pa.Table, paths: dict[str, tuple[str, ...]], by: By) -> Ints:
    """Return the places of a table's rows in the order of the board.

    Rows of one target, institution and breakdown (several methods, several versions) stay together, where the worst of them stands.
    """
    rows = len(table)
    first = _first_of_group(table)
    rank = np.full(rows, len(RANKED), dtype=np.int64)
    np.minimum.at(rank, first, _numbers(table["state"], list(RANKED)))
    unjudged = rank[first] == RANKED.index("not_measurable")
    reasons = np.where(unjudged, _numbers(table["reason"], None), 0)
    goals = _numbers(table["goal"], [*paths, _NAMELESS])
    keys = [first, reasons[first], rank[first], goals]
    if by == "institution":
        codes = sorted(set(cells(table, "institution")))
        keys.append(_numbers(table["institution"], codes))
    found: Ints = np.lexsort(keys).astype(np.int64)
    return found


def _first_of_group(table: pa.Table) -> Ints:
    """Return for each row the first row of the same target, institution and breakdown."""
    key = np.zeros(len(table), dtype=np.int64)
    for name in ("target", "institution", "breakdown"):
        key = key * (len(table) + 1) + _numbers(table[name], None)
        key = np.unique(key, return_inverse=True)[1].astype(np.int64).reshape(-1)
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return np.asarray(first[inverse.reshape(-1)], dtype=np.int64)


def _numbers(column: Any, words: Sequence[str] | None) -> Ints:
    """Return the place of each cell among the words, of all that occur in alphabetical order where None; the nameless one last."""
    import pyarrow.compute as pc

    filled: Any = pc.fill_null(column.combine_chunks(), _NAMELESS)
    known = sorted(filled.unique().to_pylist()) if words is None else list(words)
    found: Any = pc.index_in(filled, value_set=pa.array(known, type=pa.string()))
    return np.asarray(found.fill_null(len(known)).to_numpy(zero_copy_only=False), dtype=np.int64)
