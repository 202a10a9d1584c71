"""How often chance alone gives such a gap, and what that becomes when many are looked at together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Floats, Ints

if TYPE_CHECKING:
    import pyarrow as pa

    from maalbib.analysis._peer_options import Adjust, Options
    from maalbib.analysis._peer_rules import Judged

__all__ = ["Adjusted", "Bounded", "adjusted", "chance_of", "found_by_chance", "within_families"]

Adjusted = tuple[Floats, Ints]
"""Adjusted p of each row, and how many are in its family."""


class Bounded(Protocol):
    """Gaps with their limits, NaN where there is none."""

    @property
    def gap(self) -> Floats: ...

    @property
    def lower(self) -> Floats: ...

    @property
    def upper(self) -> Floats: ...


def chance_of(gaps: Bounded, confidence: float) -> Floats:
    """Return the two-sided p of each gap: below 1 - confidence exactly where its interval leaves out zero."""
    from scipy import special

    z = -float(special.ndtri((1 - confidence) / 2))
    reach = np.where(gaps.gap > 0, gaps.gap - gaps.lower, gaps.upper - gaps.gap)
    known = np.isfinite(gaps.gap) & np.isfinite(gaps.lower) & np.isfinite(gaps.upper)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.where(gaps.gap == 0, 0.0, z * np.abs(gaps.gap) / reach)
    return np.where(known, 2 * special.ndtr(-away), np.nan)


def adjusted(parts: Sequence[Judged], options: Options) -> list[Adjusted]:
    """Adjust the p of all rows that were judged within their family, and give each part its own.

    The p of a value that may not be shown changes nothing for those that may: it could be worked out from them.
    """
    if not parts:
        return []
    labels = _labels(parts, options)
    shown = [part.values.grade == 0 for part in parts]
    p_values = [part.p_value for part in parts]
    every = within_families(p_values, labels, options.adjust)
    if all(each.all() for each in shown):
        return every
    known = [np.where(there, p_value, np.nan) for there, p_value in zip(shown, p_values, strict=True)]
    public = within_families(known, labels, options.adjust)
    return [
        (np.where(there, few[0], many[0]), np.where(there, few[1], many[1]))
        for there, few, many in zip(shown, public, every, strict=True)
    ]


def within_families(p_values: Sequence[Floats], labels: Ints, adjust: Adjust) -> list[Adjusted]:
    """Adjust all p within the families that the labels name, and give each part its own."""
    p_value = np.concatenate(p_values)
    q_value = stats.adjust_p_values(p_value, method=adjust, families=labels)
    sizes = np.bincount(labels, weights=np.isfinite(p_value))[labels].astype(np.int64) if len(labels) else labels
    ends = np.cumsum([len(part) for part in p_values])[:-1]
    return list(zip(np.split(np.asarray(q_value), ends), np.split(sizes, ends), strict=True))


def found_by_chance(table: pa.Table) -> float:
    """Return how many differences the tests of a table would find if there were none: as many as their levels add up to."""
    level, p_value = (table[name].to_numpy() for name in ("level", "p_value"))
    return float(np.sum((1 - level)[np.isfinite(p_value)]))


def _labels(parts: Sequence[Judged], options: Options) -> Ints:
    """Return the family of each row as a number."""
    if options.family == "all":
        return np.zeros(sum(len(part.values) for part in parts), dtype=np.int64)
    numbers: dict[str, int] = {}
    if options.family == "institution":
        codes = [code for part in parts for code in part.values.institutions]
        return np.fromiter((numbers.setdefault(code, len(numbers)) for code in codes), np.int64, len(codes))
    own = [(numbers.setdefault(part.code, len(numbers)), len(part.values)) for part in parts]
    return np.concatenate([np.full(rows, number, dtype=np.int64) for number, rows in own])
