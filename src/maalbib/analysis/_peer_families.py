"""How often chance alone gives such a gap, and what that becomes when many are looked at together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Floats, Ints

if TYPE_CHECKING:
    from maalbib.analysis._peer_gaps import Gaps
    from maalbib.analysis._peer_options import Options
    from maalbib.analysis._peer_rules import Judged

__all__ = ["Adjusted", "adjusted", "chance_of"]

Adjusted = tuple[Floats, Ints]
"""Adjusted p of each row, and how many are in its family."""


def chance_of(gaps: Gaps, confidence: float) -> Floats:
    """Return the two-sided p of each gap: below 1 - confidence exactly where its interval leaves out zero."""
    from scipy import special

    z = -float(special.ndtri((1 - confidence) / 2))
    reach = np.where(gaps.gap > 0, gaps.gap - gaps.lower, gaps.upper - gaps.gap)
    known = np.isfinite(gaps.gap) & np.isfinite(gaps.lower) & np.isfinite(gaps.upper)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.where(gaps.gap == 0, 0.0, z * np.abs(gaps.gap) / reach)
    return np.where(known, 2 * special.ndtr(-away), np.nan)


def adjusted(parts: Sequence[Judged], options: Options) -> list[Adjusted]:
    """Adjust the p of all rows that were judged within their family, and give each part its own."""
    if not parts:
        return []
    p_value = np.concatenate([part.p_value for part in parts])
    labels = _labels(parts, options)
    q_value = stats.adjust_p_values(p_value, method=options.adjust, families=labels)
    sizes = np.bincount(labels, weights=np.isfinite(p_value))[labels].astype(np.int64) if len(labels) else labels
    ends = np.cumsum([len(part.values) for part in parts])[:-1]
    return list(zip(np.split(np.asarray(q_value), ends), np.split(sizes, ends), strict=True))


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
