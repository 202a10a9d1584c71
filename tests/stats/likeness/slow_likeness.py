"""Distances and nearest units by their definitions, one pair and one variable at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

Row = Sequence[float]


def spread_slowly(column: Sequence[float], scaling: str) -> tuple[float, float]:
    """Centre and scale of the values that are there."""
    known = sorted(value for value in column if not math.isnan(value))
    middle = (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2
    if scaling == "z":
        mean = math.fsum(known) / len(known)
        return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in known) / max(1, len(known) - 1))
    if scaling == "robust":
        far = sorted(abs(value - middle) for value in known)
        return middle, (far[(len(far) - 1) // 2] + far[len(far) // 2]) / 2
    return (known[0], known[-1] - known[0]) if scaling == "min_max" else (0.0, 1.0)


def scaled_slowly(table: Sequence[Row], weights: Row, scaling: str) -> tuple[list[list[float]], list[float]]:
    """Scale each variable; leave out those that are the same for all, or have no spread or weight."""
    columns, kept = [], []
    for column, weight in zip(zip(*table, strict=True), weights, strict=True):
        known = {value for value in column if not math.isnan(value)}
        if len(known) < 2 or not weight:
            continue
        centre, scale = spread_slowly(column, scaling)
        if scale:
            columns.append([(value - centre) / scale for value in column])
            kept.append(weight)
    return [list(row) for row in zip(*columns, strict=True)] or [[] for _ in table], kept


def pair_slowly(
    one: Row, other: Row, weights: Row, *, squared: bool = True, factor: float = 1.0
) -> tuple[float, float]:
    """Distance of two scaled units and the share of the weights that it rests on."""
    shared = [k for k in range(len(weights)) if not math.isnan(one[k]) and not math.isnan(other[k])]
    weight = math.fsum(weights[k] for k in shared)
    if not weight:
        return math.nan, 0.0
    size = math.fsum(weights[k] * abs(one[k] - other[k]) ** (2 if squared else 1) for k in shared) / weight
    return math.sqrt(size) if squared else size * factor, weight / math.fsum(weights)


def nearest_slowly(
    points: Sequence[Row],
    weights: Row,
    k: int,
    *,
    codes: Sequence[str],
    caliper: float,
    min_coverage: float,
    min_peers: int,
    candidates: Sequence[bool],
    squared: bool = True,
    factor: float = 1.0,
) -> list[list[int]]:
    """Sort all others by rounded distance and code; caliper, then k, then the least number."""
    lists = []
    for i, one in enumerate(points):
        found = []
        for j, other in enumerate(points):
            distance, coverage = pair_slowly(one, other, weights, squared=squared, factor=factor)
            if j != i and candidates[j] and coverage > 0 and coverage >= min_coverage - 1e-12 and distance <= caliper:
                found.append((round(distance, 12), codes[j], j))
        chosen = [j for _, _, j in sorted(found)[:k]]
        lists.append(chosen if len(chosen) >= min_peers else [])
    return lists
