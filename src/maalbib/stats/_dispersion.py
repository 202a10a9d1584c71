"""How much more points move than their sampling error explains, and what that does to a p-value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats._families import labels_of
from maalbib.stats._projected import student_quantile

__all__ = [
    "Allowed",
    "Dispersion",
    "DispersionRule",
    "chi2_tail",
    "f_tail",
    "pooled_dispersion",
    "settled",
    "t_quantile",
]

Dispersion: TypeAlias = Literal["none", "own", "pooled"] | float

_RULES: Final = ("none", "own", "pooled")


@attrs.frozen(kw_only=True, eq=False)
class Allowed:
    """The dispersion of each series with the degrees of freedom it rests on, and p under it."""

    phi: FloatArray
    df: FloatArray
    p_value: FloatArray

    def inflation(self, *, given: bool) -> FloatArray:
        """Return the factor on a variance: never below 1 where phi is estimated."""
        return self.phi if given else np.maximum(self.phi, 1.0)


@attrs.frozen(kw_only=True, eq=False)
class DispersionRule:
    """What a caller asked for.

    Attributes
    ----------
    rule
        ``"none"``, ``"own"``, ``"pooled"`` or a number above 0.
    groups
        Labels of shape (series,) to pool within.
    """

    rule: Dispersion
    groups: IntArray | None

    @classmethod
    def of(cls, dispersion: Dispersion, groups: npt.ArrayLike | None, series: int) -> DispersionRule:
        """Check the words and the shape."""
        if isinstance(dispersion, str):
            if dispersion not in _RULES:
                raise ArgumentError("weighted.dispersion_unknown")
        elif not _positive(dispersion):
            raise ArgumentError("weighted.dispersion_unknown")
        if groups is None:
            return cls(rule=dispersion, groups=None)
        if dispersion != "pooled":
            raise ArgumentError("weighted.groups_not_pooled")
        return cls(rule=dispersion, groups=labels_of("groups", np.atleast_1d(np.asarray(groups)), series))

    @property
    def given(self) -> bool:
        """Whether the dispersion is known and not estimated."""
        return self.rule not in {"own", "pooled"}

    def allow(self, chi2: FloatArray, residual: FloatArray, df: IntArray) -> Allowed:
        """Estimate phi from residuals (NaN where a series has none) and set p for chi2 on one degree of freedom."""
        if self.rule == "pooled":
            phi, freedom = pooled_dispersion(residual, df, self.groups)
        elif self.rule == "own":
            freedom = np.where(np.isnan(residual), 0, df).astype(np.float64)
            with np.errstate(invalid="ignore", divide="ignore"):
                phi = np.where(freedom > 0, residual / freedom, np.nan)
        else:
            phi = np.full(chi2.shape, 1.0 if isinstance(self.rule, str) else float(self.rule))
            freedom = np.full(chi2.shape, np.inf)
        floored = phi if self.given else np.maximum(phi, 1.0)
        p_value = chi2_tail(chi2 / floored) if self.given else f_tail(chi2 / floored, freedom)
        return Allowed(phi=phi, df=freedom, p_value=p_value)


def settled(
    parts: Sequence[dict[str, npt.NDArray[Any]]], rule: DispersionRule, confidence: float | None = None
) -> dict[str, npt.NDArray[Any]]:
    """Join the columns of the pieces and complete them: p, phi and df; with a confidence, se and limits of the slope too.

    Phi comes from the column ``pearson`` where there is one, which is no result itself, else from ``residual``.
    """
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    with np.errstate(invalid="ignore"):
        allowed = rule.allow(found["chi2"], found.pop("pearson", found["residual"]), found["n"] - 2)
        found |= {
            "p_chi2": chi2_tail(found["chi2"]),
            "p_value": allowed.p_value,
            "phi": allowed.phi,
            "df": allowed.df,
        }
        if confidence is not None:
            se = found["se"] * np.sqrt(allowed.inflation(given=rule.given))
            half = t_quantile(allowed.df, confidence) * se
            found |= {"se": se, "lower": found["slope"] - half, "upper": found["slope"] + half}
    found["reason"][(found["reason"] == "") & np.isnan(allowed.p_value)] = "too_few_points"
    return found


def pooled_dispersion(
    residual: FloatArray, df: IntArray, groups: IntArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return phi and its degrees of freedom for each series: sums of residuals and of df over its group.

    Residuals are added in ascending order, so that no order of the series costs a bit. NaN takes no part.
    """
    labels = np.zeros(len(residual), dtype=np.int64) if groups is None else groups
    distinct, place = np.unique(labels, return_inverse=True)
    used: BoolArray = ~np.isnan(residual) & (df > 0)
    order = np.lexsort((residual[used], place[used]))
    found, starts = np.unique(place[used][order], return_index=True)
    sums, freedom = np.full(len(distinct), np.nan), np.zeros(len(distinct), dtype=np.int64)
    if len(found):
        sums[found] = np.add.reduceat(residual[used][order], starts)
        freedom[found] = np.add.reduceat(df[used][order], starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (sums / freedom)[place], freedom.astype(np.float64)[place]


def chi2_tail(chi2: FloatArray) -> FloatArray:
    """Return the upper tail of chi-square with one degree of freedom, with all its digits."""
    from scipy.special import ndtr

    return np.asarray(2 * ndtr(-np.sqrt(chi2)))


def f_tail(f: FloatArray, df: FloatArray) -> FloatArray:
    """Return the upper tail of F(1, df), NaN without degrees of freedom.

    It is both tails of Student's t at the root of F. ``fdtrc`` and ``betainc`` lose digits where df is in the
    millions, as it is when a whole country is pooled.
    """
    from scipy.special import stdtr

    return np.asarray(2 * stdtr(np.where(df > 0, df, np.nan), -np.sqrt(f)))


def t_quantile(df: FloatArray, confidence: float) -> FloatArray:
    """Return the half-widths of Student's t; the normal ones where df is infinite, NaN where it is 0."""
    from scipy.special import ndtri

    known = np.isinf(df)
    half = student_quantile(np.where(known, 0, df).astype(np.int64), confidence)
    half[known] = -float(ndtri((1 - confidence) / 2))
    return half


def _positive(number: object) -> bool:
    if isinstance(number, bool) or not isinstance(number, int | float | np.integer | np.floating):
        return False
    return bool(0 < number < np.inf)
