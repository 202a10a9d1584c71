"""The definitions once more, one unit at a time and without haste."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from scipy import stats as scipy_stats


def bounded_beta(counts: Sequence[int], points: Sequence[float], confidence: float) -> tuple[float, float, float]:
    """The mean of the answers, and limits from the answers with one more spread over all points."""
    n, size = sum(counts), len(counts)
    share = [(count + 1 / size) / (n + 1) for count in counts]
    smoothed = sum(q * v for q, v in zip(share, points, strict=True))
    variance = (sum(q * v * v for q, v in zip(share, points, strict=True)) - smoothed**2) / (n + 2)
    reach = points[-1] - points[0]
    y = (smoothed - points[0]) / reach
    kappa = y * (1 - y) * reach**2 / variance - 1
    law = scipy_stats.beta(y * kappa, (1 - y) * kappa)
    lower = points[0] + reach * law.ppf((1 - confidence) / 2)
    upper = points[0] + reach * law.isf((1 - confidence) / 2)
    mean = sum(c * v for c, v in zip(counts, points, strict=True)) / n
    return mean, points[0] if counts[0] == n else lower, points[-1] if counts[-1] == n else upper


def person(
    items: Sequence[int | None], turned: Sequence[bool], decimals: int, rounding: str
) -> tuple[Fraction, Fraction] | None:
    """The score of a person, exactly and rounded; None where too few are answered."""
    given = [6 - item if turn else item for item, turn in zip(items, turned, strict=True) if item is not None]
    if 2 * len(given) < len(items) or not given:
        return None
    score = Fraction(sum(given), len(given))
    steps = score * 10**decimals
    whole = math.floor(steps + Fraction(1, 2)) if rounding == "half_up" else round(steps)  # fractions go to even
    return score, Fraction(whole, 10**decimals)


def design_mean(
    values: Sequence[float],
    weights: Sequence[float],
    strata: Sequence[str],
    clusters: Sequence[str],
    population: Mapping[str, float] | None,
    within: Sequence[bool],
) -> tuple[float, float, int]:
    """Mean, standard error and degrees of freedom, stratum by stratum and cluster by cluster."""
    inside = [bool(belongs) and not math.isnan(value) for belongs, value in zip(within, values, strict=True)]
    total = sum(w for w, there in zip(weights, inside, strict=True) if there)
    mean = sum(w * y for w, y, there in zip(weights, values, inside, strict=True) if there) / total
    variance, df = 0.0, 0
    for stratum in sorted(set(strata)):
        sums: dict[str, float] = {}
        answered = set()
        for w, y, there, s, c in zip(weights, values, inside, strata, clusters, strict=True):
            if s == stratum:
                sums[c] = sums.get(c, 0.0) + (w * (y - mean) / total if there else 0.0)
                answered |= {c} if there else set()
        k = len(sums)
        centre = sum(sums.values()) / k
        f = 0.0 if population is None else k / population[stratum]
        variance += (1 - f) * k / (k - 1) * sum((u - centre) ** 2 for u in sums.values())
        df += len(answered) - bool(answered)
    return mean, math.sqrt(variance), df


def raked(weights: np.ndarray, margins: Sequence[tuple[np.ndarray, Mapping[str, float]]]) -> np.ndarray:
    """Weights fitted to one margin after the other, a thousand times."""
    found = weights.astype(float)
    for _ in range(1_000):
        for groups, sizes in margins:
            for group, size in sizes.items():
                found[groups == group] *= size / found[groups == group].sum()
    return found
