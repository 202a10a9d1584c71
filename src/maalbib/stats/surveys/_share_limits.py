"""Limits of a share whose standard error comes from a design."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from maalbib.stats._arrays import FloatArray
from maalbib.stats._projected import student_quantile
from maalbib.stats.surveys._design import SurveyDesign
from maalbib.stats.surveys._influence import Estimated

__all__ = ["SHARE_LIMITS"]

Limits: TypeAlias = tuple[FloatArray, FloatArray]
_Method: TypeAlias = Callable[[Estimated, FloatArray, float], Limits]


def _logit(found: Estimated, t: FloatArray, _: float) -> Limits:
    from scipy import special

    p = found.value
    middle, half = special.logit(p), t * found.se / (p * (1 - p))
    return special.expit(middle - half), special.expit(middle + half)


def _asin(found: Estimated, t: FloatArray, _: float) -> Limits:
    p = found.value
    middle, half = np.arcsin(np.sqrt(p)), t * found.se / (2 * np.sqrt(p * (1 - p)))
    lower, upper = np.maximum(middle - half, 0.0), np.minimum(middle + half, np.pi / 2)
    return np.sin(lower) ** 2, np.sin(upper) ** 2


def _mean(found: Estimated, t: FloatArray, _: float) -> Limits:
    half = t * found.se
    return np.maximum(found.value - half, 0.0), np.minimum(found.value + half, 1.0)


def _beta(found: Estimated, t: FloatArray, confidence: float) -> Limits:
    p = found.value
    n_eff = p * (1 - p) / found.se**2 * (student_quantile(found.n - 1, confidence) / t) ** 2
    return _exact(p, n_eff, confidence)


def _exact(p: FloatArray, n: FloatArray, confidence: float) -> Limits:
    from scipy import special

    tail = (1 - confidence) / 2
    lower = np.where(p == 0, 0.0, special.betaincinv(n * p, n * (1 - p) + 1, tail))
    upper = np.where(p == 1, 1.0, special.betainccinv(n * p + 1, n * (1 - p), tail))
    return lower, upper


def _limits(method: _Method) -> Callable[[Estimated, SurveyDesign, float], Limits]:
    def of(found: Estimated, design: SurveyDesign, confidence: float) -> Limits:
        p = np.clip(found.value, 0.0, 1.0)
        t = student_quantile(found.df, confidence)
        lower, upper = method(found, t, confidence)
        # All or none: the data show no spread, so the number of answers alone must say how sure that is.
        size = np.minimum(np.full(p.shape, design.n_eff), np.minimum(found.n, len(design.unit_stratum)))
        end = (p == 0) | (p == 1)
        ends = _exact(p, size * (student_quantile(found.n - 1, confidence) / t) ** 2, confidence)
        lower, upper = np.where(end, ends[0], lower), np.where(end, ends[1], upper)
        certain = found.census & (found.se == 0)
        return np.where(certain, p, lower), np.where(certain, p, upper)

    return of


SHARE_LIMITS: Final = {
    "logit": _limits(_logit),
    "asin": _limits(_asin),
    "beta": _limits(_beta),
    "mean": _limits(_mean),
}
