"""One group of estimates, made ready to be ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

if TYPE_CHECKING:
    from maalbib.stats._arrays import BoolArray, FloatArray, IntArray

__all__ = ["Estimates", "covariance_is_valid", "estimates_of"]

_ROUNDING: Final = 1e-12  # of a variance; a difference as sure as this is known
_SMALLEST: Final = 1e-290  # of the largest number; below, a reciprocal would be infinite


@attrs.frozen(kw_only=True, eq=False)
class Estimates:
    """Ascending estimates of the units of one group, the largest to be ranked first.

    ``order`` says where each came from; ``difference[j, k]`` is j less k; ``error`` holds the standard errors of the
    differences and ``inverse`` their reciprocals, both 0 where a difference is known; ``spread`` makes errors out of independent
    normal numbers: standard errors of shape (units,) or a root of the covariance.
    """

    order: IntArray
    difference: FloatArray
    error: FloatArray
    inverse: FloatArray
    spread: FloatArray

    @property
    def equally_sure(self) -> bool:
        """Whether all differences have the same standard error, which settles how they vary together, too."""
        apart = self.error[~np.eye(len(self.error), dtype=np.bool_)]
        return bool(apart.size and apart.min() > 0 and apart.max() - apart.min() <= _ROUNDING * apart.max())


def estimates_of(x: FloatArray, s: FloatArray, covariance: FloatArray | None) -> Estimates:
    """Make a group ready; all numbers finite, ``s`` not negative, ``covariance`` None for independent estimates.

    The units are put in order first, so that the order of the rows decides about no draw.
    """
    # Of ties, what a unit shares with the others tells it apart.
    shared = () if covariance is None else tuple(np.sort(covariance, axis=1).T)
    order = np.lexsort((*shared, s, x))
    # A power of two costs no digit and keeps differences and squares inside the range of doubles.
    power = -int(np.frexp(max(np.abs(x).max(initial=0.0), s.max(initial=0.0)))[1]) - 1
    x, s = np.ldexp(x[order], power), np.ldexp(s[order], power)
    if covariance is not None:
        variances = np.ldexp(covariance[np.ix_(order, order)], 2 * power)
        error = _error_of_differences(variances)
        spread = _root(variances)
    else:
        error = np.hypot(s[:, None], s[None, :])
        spread = s
    np.fill_diagonal(error, 0.0)
    error[error < _SMALLEST] = 0.0
    inverse = np.divide(1.0, error, out=np.zeros_like(error), where=error > 0)
    return Estimates(order=order, difference=x[:, None] - x[None, :], error=error, inverse=inverse, spread=spread)


def covariance_is_valid(covariance: FloatArray) -> bool:
    """Return whether a matrix of finite numbers is a covariance, up to rounding."""
    if not len(covariance):
        return True
    largest = np.abs(covariance).max()
    if np.abs(covariance - covariance.T).max() > _ROUNDING * largest:
        return False
    return bool(np.linalg.eigvalsh(covariance)[0] >= -_ROUNDING * len(covariance) * largest)


def _error_of_differences(covariance: FloatArray) -> FloatArray:
    own = np.diag(covariance)
    sums = own[:, None] + own[None, :]
    variance = sums - covariance - covariance.T
    known: BoolArray = variance <= _ROUNDING * sums
    return np.sqrt(np.where(known, 0.0, variance))


def _root(covariance: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh(covariance)
    root: FloatArray = vectors * np.sqrt(np.maximum(values, 0.0))
    return root
