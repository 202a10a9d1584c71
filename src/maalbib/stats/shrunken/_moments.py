"""The variance between units by its three estimators, for many groups at once; 0 where a unit takes no part."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray
from maalbib.stats.shrunken._groups import row_sum

__all__ = ["Noisy"]

_MOST: Final = 500


@attrs.frozen(kw_only=True, eq=False)
class Noisy:
    """Estimates with known sampling variances, rows of groups; ``used`` says which units count.

    ``target`` holds what each unit is expected to be, None where that is a common mean still to be found. ``df`` is the number
    of independent deviations from it.
    """

    values: FloatArray
    variances: FloatArray
    used: BoolArray
    target: FloatArray | None
    df: FloatArray

    @classmethod
    def of(
        cls, values: FloatArray, variances: FloatArray, used: BoolArray, target: FloatArray | None, fitted: int
    ) -> Noisy:
        """Blank what takes no part."""
        n = used.sum(axis=1)
        return cls(
            values=np.where(used, values, 0.0),
            variances=np.where(used, variances, 1.0),
            used=used,
            target=None if target is None else np.where(used, target, 0.0),
            df=(n - (1 if target is None else fitted)).astype(np.float64),
        )

    def weights(self, tau2: FloatArray) -> FloatArray:
        """Return the precision of each unit as a draw from the common distribution."""
        return np.where(self.used, 1 / (self.variances + tau2[:, None]), 0.0)

    def centre(self, w: FloatArray) -> FloatArray:
        """Return what each unit is expected to be: the target, else the weighted mean."""
        return self.mean(w)[:, None] if self.target is None else self.target

    def mean(self, w: FloatArray) -> FloatArray:
        """Return the weighted mean, computed from the distances to the first unit so that a high level costs no digits."""
        first = self.values[np.arange(len(self.values)), self.used.argmax(axis=1)] if self.values.shape[1] else 0.0
        off = np.where(self.used, self.values - np.asarray(first).reshape(-1, 1), 0.0)
        found: FloatArray = first + row_sum(w * off) / row_sum(w)
        return found

    def distance(self, tau2: FloatArray) -> FloatArray:
        """Return Q, the weighted sum of squared distances from what is expected."""
        w = self.weights(tau2)
        return row_sum(w * np.where(self.used, self.values - self.centre(w), 0.0) ** 2)

    def dersimonian_laird(self) -> tuple[FloatArray, FloatArray]:
        """Return the moment estimate, truncated at 0, and as it comes."""
        w = self.weights(np.zeros(len(self.values)))
        total = row_sum(w)
        spread = total - row_sum(w**2) / total if self.target is None else total * self.df / self.used.sum(axis=1)
        raw = (self.distance(np.zeros(len(total))) - self.df) / spread
        return np.maximum(raw, 0.0), raw

    def at_distance(self, wanted: FloatArray) -> FloatArray:
        """Return the variance between units at which Q is as wanted, 0 where Q is no larger without any.

        Q falls and is convex, so that Newton's steps from 0 rise to the root and never pass it.
        """
        tau2, open_rows = np.zeros(len(self.values)), np.ones(len(self.values), dtype=bool)
        for _ in range(_MOST):
            w = self.weights(tau2)
            squares = np.where(self.used, self.values - self.centre(w), 0.0) ** 2
            step = (row_sum(w * squares) - wanted) / row_sum(w**2 * squares)
            open_rows &= (step > 1e-15 * tau2) & np.isfinite(step)
            if not open_rows.any():
                break
            tau2 = np.where(open_rows, tau2 + step, tau2)
        return tau2

    def log_likelihood(self, tau2: FloatArray) -> FloatArray:
        """Return the restricted log-likelihood without its constant; with a target the plain one."""
        w = self.weights(tau2)
        logs = row_sum(np.where(self.used, np.log(self.variances + tau2[:, None]), 0.0))
        squares = row_sum(w * np.where(self.used, self.values - self.centre(w), 0.0) ** 2)
        lost = np.log(row_sum(w)) if self.target is None else 0.0
        found: FloatArray = -(logs + lost + squares) / 2
        return found

    def scale(self) -> FloatArray:
        """Return a variance of the size that matters, for the places where a likelihood is looked at."""
        w = self.used.astype(np.float64)
        off = np.where(self.used, self.values - self.centre(w), 0.0)
        found: FloatArray = row_sum(off**2) / row_sum(w) + np.exp(row_sum(w * np.log(self.variances)) / row_sum(w))
        return found
