"""A composite by its definition: one unit, one pillar, one pair at a time, with plain numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

Numbers = Sequence[float]


def mean(values: Numbers, weights: Numbers, aggregation: str) -> float:
    """Return the weighted mean of what is there; NaN of nothing, and where a value is not above 0 and may not be."""
    pairs = [(x, w) for x, w in zip(values, weights, strict=True) if not math.isnan(x) and w > 0]
    total = sum(w for _, w in pairs)
    if not pairs:
        return math.nan
    if aggregation == "arithmetic":
        return sum(w * x for x, w in pairs) / total
    if any(x <= 0 for x, _ in pairs):
        return math.nan
    if aggregation == "geometric":
        return math.exp(sum(w * math.log(x) for x, w in pairs) / total)
    return total / sum(w / x for x, w in pairs)


def score(values: Numbers, weights: Sequence[Numbers], pillars: Sequence[Sequence[int]], aggregation: str) -> float:
    """Climb the pillars of one unit; weights and pillars from the indicators up, the last level under the whole."""
    below = list(values)
    for level, own in enumerate(weights):
        parents = pillars[level] if level < len(pillars) else [0] * len(below)
        below = [
            mean(
                [x for x, parent in zip(below, parents, strict=True) if parent == node],
                [w for w, parent in zip(own, parents, strict=True) if parent == node],
                aggregation,
            )
            for node in range(max(parents) + 1)
        ]
    return below[0]


def copeland(rows: Sequence[Numbers], weights: Numbers) -> list[float]:
    """Count wins less losses of each unit against each other one."""

    def lead(one: Numbers, other: Numbers) -> float:
        return sum(w * ((x > y) - (x < y)) for x, y, w in zip(one, other, weights, strict=True))

    def sign(number: float) -> int:
        return 0 if abs(number) < 1e-12 else 1 if number > 0 else -1

    return [float(sum(sign(lead(one, other)) for other in rows)) for one in rows]


def min_max(column: Numbers) -> list[float]:
    """Return the values from 0 to 1; NaN where all are equal."""
    known = [x for x in column if not math.isnan(x)]
    low, high = min(known, default=math.nan), max(known, default=math.nan)
    return [(x - low) / (high - low) if high > low else math.nan for x in column]


def ranks(scores: Numbers) -> list[float]:
    """Return places, 1 for the highest; scores that agree in nine digits share one."""
    return [1.0 + sum(other > own + 1e-9 for other in scores) for own in scores]
