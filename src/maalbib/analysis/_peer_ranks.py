"""Ranks with the places that chance alone could have given, for those that may be ranked."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._columns import words_at
from maalbib.analysis._peer_circles import Batch
from maalbib.analysis._peer_places import errors_of
from maalbib.analysis._peer_rules import Judged
from maalbib.model import Direction

__all__ = ["Ranked", "ranked"]

_NOBODY: Final = np.iinfo(np.int64).max

_LARGEST: Final = 200
"""Most units that are ranked among each other."""
_METHODS: Final = ("normal", "multinomial")
_COLUMNS: Final = ("rank", "rank_lower", "rank_upper", "rank_alone_lower", "rank_alone_upper", "ranked")
_REFUSALS: Final = (
    *("suppressed", "one_sided", "no_data", "confidential", "small_n", "different_sources"),
    *("no_direction", "uncertainty_missing", "group_too_large", "no_peer"),
)


class Sets(NamedTuple):
    """Ranks with their bounds, (circles, most members) each."""

    rank: Floats
    lower: Floats
    upper: Floats


@attrs.frozen(kw_only=True, eq=False)
class Ranked:
    """Ranks and their sets, NaN where a row is not ranked; the place of the method and of the reason among the words."""

    numbers: dict[str, Floats]
    method: Any
    reason: Any

    def columns(self) -> dict[str, Any]:
        """Return the columns."""
        found: dict[str, Any] = {name: _whole(column) for name, column in self.numbers.items()}
        return found | {
            "rank_method": words_at(_METHODS, self.method),
            "rank_reason": words_at(_REFUSALS, self.reason),
        }

    @staticmethod
    def not_asked() -> dict[str, Any]:
        """Return the columns where nobody asked for ranks."""
        return dict.fromkeys((*_COLUMNS, "rank_method")) | {"rank_reason": "not_asked"}


def ranked(judged: Judged) -> Ranked:
    """Rank each value among its circle, with a set for all at once and one for a unit picked in advance."""
    values = judged.values
    numbers = {name: np.full(len(values), np.nan) for name in _COLUMNS}
    method, reason = np.full(len(values), -1), _refused(judged)
    x, error = np.where(reason < 0, values.value, np.nan), errors_of(judged)
    for batch in values.circles.batches():
        answers = _answers(judged, batch)
        large = (np.isfinite(batch.read(x)).sum(axis=1) > _LARGEST) & ~answers
        _refuse(reason, batch, large, "group_too_large")
        part = np.where(large[:, None], np.nan, batch.read(x))
        _normal(judged, batch, np.where(answers[:, None], np.nan, part), batch.read(error), numbers)
        _multinomial(judged, batch, answers, numbers)
        batch.write(method, np.where(answers, 1, 0)[:, None] * np.ones_like(batch.rows))
    there = np.isfinite(numbers["rank"])
    reason[there] = -1
    reason[~there & (reason < 0)] = _REFUSALS.index("no_peer")
    return Ranked(numbers=numbers, method=np.where(there, method, -1), reason=reason)


def _refused(judged: Judged) -> Any:
    """Return the place of the reason why a value is not ranked, -1 where it is."""
    values, verdicts = judged.values, judged.verdicts
    reason = np.full(len(values), -1)
    own = {name: verdicts.having(f"not_compared.{name}") for name in _REFUSALS}
    direction = None if judged.indicator is None else judged.indicator.direction
    faults = {
        **{name: own[name] for name in ("suppressed", "one_sided", "no_data", "small_n", "different_sources")},
        "confidential": values.grade > 1,
        "no_direction": np.full(len(values), direction not in {Direction.HIGHER, Direction.LOWER}),
        "uncertainty_missing": ~np.isfinite(errors_of(judged)),
    }
    faults["small_n"] = faults["small_n"] | (values.grade == 1)
    for name in _REFUSALS:
        if name in faults:
            reason[faults[name] & (reason < 0)] = _REFUSALS.index(name)
    return reason


def _refuse(reason: Any, batch: Batch, where: Bools, name: str) -> None:
    rows = batch.rows[batch.judged & where[:, None]]
    reason[rows[reason[rows] < 0]] = _REFUSALS.index(name)


def _normal(judged: Judged, batch: Batch, x: Floats, error: Floats, numbers: dict[str, Floats]) -> None:
    """Rank circles by independent errors; circles of the same units are drawn once."""
    if not np.isfinite(x).any():
        return
    options = judged.options
    lower_first = judged.indicator is not None and judged.indicator.direction is Direction.LOWER
    order = np.argsort(np.where(batch.there, batch.rows, _NOBODY), axis=1, kind="stable")
    members = np.take_along_axis(np.where(batch.there, batch.rows, _NOBODY), order, axis=1)
    _, first, which = np.unique(members, axis=0, return_index=True, return_inverse=True)
    once = (np.take_along_axis(part, order, axis=1)[first] for part in (x, error))
    found = stats.paired_rank_sets(
        *once,
        confidence=options.confidence,
        order="smallest_first" if lower_first else "largest_first",
        draws=options.draws,
        seed=options.seed,
    )
    back = np.argsort(order, axis=1, kind="stable")
    each = np.reshape(which, -1)

    def spread(sets: Any) -> Sets:
        return Sets(*(np.take_along_axis(part[each], back, axis=1) for part in (sets.rank, sets.lower, sets.upper)))

    _write(batch, spread(found.simultaneous), spread(found.marginal), numbers)


def _multinomial(judged: Judged, batch: Batch, answers: Bools, numbers: dict[str, Floats]) -> None:
    if not answers.any():
        return
    counts = np.where(answers[:, None], batch.read(judged.values.numerator), np.nan)
    made = {
        kind: stats.multinomial_rank_sets(counts, confidence=judged.options.confidence, kind=kind)
        for kind in ("simultaneous", "marginal")
    }
    together, alone = (Sets(each.rank, each.lower, each.upper) for each in made.values())
    _write(batch, together, alone, numbers)


def _write(batch: Batch, together: Sets, alone: Sets, numbers: dict[str, Floats]) -> None:
    columns = (together.rank, together.lower, together.upper, alone.lower, alone.upper)
    n = np.isfinite(together.rank).sum(axis=1, keepdims=True) * np.ones_like(together.rank)
    there = np.isfinite(together.rank) & (n > 1)  # the first of one is no rank
    for name, column in zip(_COLUMNS, (*columns, n), strict=True):
        kept = np.full(len(numbers[name]), np.nan)
        batch.write(kept, np.where(there, column, np.nan))
        np.copyto(numbers[name], kept, where=np.isfinite(kept))


def _answers(judged: Judged, batch: Batch) -> Bools:
    """Return which circles are the answers to one question: categories of one unit whose counts make up its total."""
    values = judged.values
    if judged.options.over == "institution" or values.circles.starts is not None:
        return np.zeros(len(batch.rows), dtype=bool)
    counts, total = batch.read(values.numerator, 0.0), batch.read(values.denominator)
    whole = np.where(batch.there, np.isfinite(counts) & (counts == np.rint(counts)), True).all(axis=1)
    low, high = (
        part(np.where(batch.there, total, other), axis=1) for part, other in ((np.min, np.inf), (np.max, -np.inf))
    )
    open_ = np.where(batch.there, values.grade[batch.rows] == 0, True).all(axis=1)
    return np.asarray(whole & open_ & (low == high) & (np.nansum(counts, axis=1) == low), dtype=bool)


def _whole(numbers: Floats) -> Any:
    import pyarrow as pa

    missing = ~np.isfinite(numbers)
    return pa.array(np.where(missing, 0, numbers).astype(np.int64), type=pa.int64(), mask=missing)
