"""Rank sets by their definition: loops over draws and pairs, everything asked anew in every round."""

from __future__ import annotations

import math

import numpy as np

Pair = tuple[int, int]


def quantile(values: list[float], confidence: float) -> float:
    """The smallest value with enough draws at or below it, the data counted as one more draw."""
    place = math.ceil((len(values) + 1) * confidence - 1e-9)
    return sorted(values)[place - 1]


def largest(pairs: set[Pair], errors: np.ndarray, s: dict[Pair, float]) -> float:
    """The largest standardised difference of one draw over some pairs."""
    return max((float(errors[j] - errors[k]) / s[j, k] for j, k in pairs if s[j, k] > 0), default=0.0)


def shown(
    pairs: set[Pair], x: list[float], s: dict[Pair, float], draws: np.ndarray, confidence: float, *, step_down: bool
) -> set[Pair]:
    """The pairs of which the first is shown to be larger."""
    found: set[Pair] = set()
    while True:
        left = pairs - found
        c = max(0.0, quantile([largest(left, errors, s) for errors in draws], confidence))
        new = {(j, k) for j, k in left if x[j] - x[k] > c * s[j, k]}
        found |= new
        if not new or not step_down:
            return found


def rank_sets(
    x: list[float],
    se: list[float],
    *,
    confidence: float = 0.95,
    kind: str = "simultaneous",
    sides: str = "both",
    step_down: bool = True,
    draws: int = 199,
    seed: int = 0,
) -> tuple[list[int], list[int]]:
    """Bounds of the ranks of independent estimates, the largest first, all finite."""
    order = sorted(range(len(x)), key=lambda unit: (x[unit], se[unit]))
    numbers = np.random.default_rng(seed).standard_normal((draws, len(x)))
    errors = np.empty_like(numbers)
    for place, unit in enumerate(order):
        errors[:, unit] = se[unit] * numbers[:, place]
    units = range(len(x))
    every = {(j, k) for j in units for k in units if j != k}
    s = {(j, k): math.hypot(se[j], se[k]) for j, k in every}
    lower, upper = [], []
    together = shown(every, x, s, errors, confidence, step_down=step_down) if kind == "simultaneous" else set()
    for unit in units:
        asked = {(j, k) for j, k in every if (j == unit and sides != "lower") or (k == unit and sides != "upper")}
        found = together
        if kind == "marginal":
            found = shown(asked, x, s, errors, confidence, step_down=step_down)
        smaller, larger = sum(j == unit for j, _ in found), sum(k == unit for _, k in found)
        lower.append(1 if sides == "upper" else 1 + larger)
        upper.append(len(x) if sides == "lower" else len(x) - smaller)
    return lower, upper


def multinomial_p(one: int, other: int) -> float:
    """At least so many heads in so many fair throws, counted out."""
    throws = one + other
    return math.fsum(math.comb(throws, heads) / 2**throws for heads in range(one, throws + 1))


def multinomial_rank_sets(
    counts: list[int], *, confidence: float, kind: str, sides: str, correction: str
) -> tuple[list[int], list[int]]:
    """Bounds of the ranks of answers, the most frequent first."""
    units = range(len(counts))
    every = {(j, k) for j in units for k in units if j != k}
    lower, upper = [], []
    for unit in units:
        asked = (
            every
            if kind == "simultaneous"
            else {(j, k) for j, k in every if (j == unit and sides != "lower") or (k == unit and sides != "upper")}
        )
        found, ordered = set(), sorted((multinomial_p(counts[j], counts[k]), j, k) for j, k in asked)
        for place, (p, j, k) in enumerate(ordered):
            tests = len(ordered) - place if correction == "holm" else len(ordered)
            if p * tests > 1 - confidence:
                break
            found.add((j, k))
        lower.append(1 if sides == "upper" else 1 + sum(k == unit for _, k in found))
        upper.append(len(counts) if sides == "lower" else len(counts) - sum(j == unit for j, _ in found))
    return lower, upper
