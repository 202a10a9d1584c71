"""From S to p: exact where counting is affordable, else by expansion, else by the normal form asked for by name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.stats import _null, _tails
from maalbib.stats._arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from maalbib.stats._arrays import BoolArray

__all__ = ["PATHS", "Significance", "countable", "significance"]

PATHS: Final = ("", "exact", "edgeworth", "saddlepoint", "normal")
_NONE, _EXACT, _EDGEWORTH, _SADDLEPOINT, _NORMAL = range(len(PATHS))

_UNTIED: Final = 60  # values of one block without ties
_ALWAYS_COUNTED: Final = 435  # untied pairs: 30 values with ties, or several blocks
_CHEAP: Final = 5_000  # additions; long series with few distinct values need no more, and are hard to approximate


@attrs.frozen(kw_only=True, eq=False)
class Significance:
    """Results per series; ``path`` holds positions in ``PATHS``, 0 where counting was refused."""

    p_value: FloatArray
    p_min: FloatArray
    path: IntArray


def countable(powers: IntArray) -> BoolArray:
    """Return which structures are counted exactly by default.

    It depends on the structure alone, so the p of a series never depends on what else is in the batch.
    """
    pairs = _tails.untied_pairs(powers)
    steps = np.abs(powers).sum(axis=1)
    # One block of n values without ties is [2] [3] ... [n]: powers of one, then of zero.
    plain = np.arange(powers.shape[1]) < steps[:, None]
    unbroken = (powers == plain).all(axis=1) & (steps < _UNTIED)
    affordable: BoolArray = (pairs <= _ALWAYS_COUNTED) | unbroken | (steps * pairs // 2 <= _CHEAP)
    return affordable


def significance(powers: IntArray, which: IntArray, s: FloatArray, method: str, alternative: str) -> Significance:
    """Return p and the smallest p that each structure allows.

    Parameters
    ----------
    powers
        Distinct structures as rows.
    which
        The structure of each series.
    s
        S of each series.
    method
        ``"auto"``, ``"exact"`` or ``"normal"``.
    alternative
        ``"two-sided"``, ``"rising"`` or ``"falling"``.
    """
    two_sided = alternative == "two-sided"
    signed = np.abs(s) if two_sided else s * (1.0 if alternative == "rising" else -1.0)
    affordable = _tails.untied_pairs(powers) <= _null.LARGEST_EXACT
    exact = affordable if method == "exact" else countable(powers)
    p_min = np.exp(-_tails.log_orders(powers)) * (2.0 if two_sided else 1.0)
    keys = _keys(powers)
    for kind in np.flatnonzero(exact).tolist():
        p_min[kind] = _smallest_p(keys[kind], two_sided=two_sided)
    result = Significance(
        p_value=np.full(len(s), np.nan),
        p_min=np.minimum(p_min, 1.0)[which],
        path=np.full(len(s), _NORMAL if method == "normal" else _NONE),
    )
    if method == "normal":
        result.p_value[:] = _normal(powers[which], signed, two_sided=two_sided)
        return result
    _fill_exact(result, powers, keys, which, signed, exact, two_sided=two_sided)
    if method == "auto" and not exact.all():
        _fill_expanded(result, powers[which], signed, ~exact[which], two_sided=two_sided)
    return result


def _keys(powers: IntArray) -> list[bytes]:
    """Return each structure as bytes: a cache finds them several times faster than tuples."""
    raw, width = powers.astype(np.int32).tobytes(), 4 * powers.shape[1]
    return [raw[place : place + width] for place in range(0, len(powers) * width, width)] if width else [b""]


def _powers(key: bytes) -> _null.Powers:
    return _null.trimmed(np.frombuffer(key, dtype=np.int32).tolist())


@lru_cache(maxsize=8192)
def _table(key: bytes, *, two_sided: bool) -> FloatArray:
    return _null.tail_table(_powers(key), two_sided=two_sided)


@lru_cache(maxsize=8192)
def _smallest_p(key: bytes, *, two_sided: bool) -> float:
    return _null.smallest_p(_powers(key), two_sided=two_sided)


def _fill_exact(
    result: Significance,
    powers: IntArray,
    keys: list[bytes],
    which: IntArray,
    s: FloatArray,
    exact: BoolArray,
    *,
    two_sided: bool,
) -> None:
    tables: list[FloatArray] = []
    starts = np.zeros(len(powers), dtype=np.int64)
    length = 0
    for kind in np.flatnonzero(exact).tolist():
        tables.append(_table(keys[kind], two_sided=two_sided))
        starts[kind] = length
        length += len(tables[-1])
    if not tables:
        return
    counted = exact[which]
    kinds = which[counted]
    inversions = (_tails.untied_pairs(powers)[kinds] - s[counted].astype(np.int64)) >> 1
    result.p_value[counted] = np.concatenate(tables)[starts[kinds] + inversions]
    result.path[counted] = _EXACT


def _fill_expanded(
    result: Significance, powers: IntArray, s: FloatArray, where: BoolArray, *, two_sided: bool
) -> None:
    powers, s = powers[where], s[where]
    # P(S >= s) for s <= 0 is what the tail beyond -s leaves.
    mirrored = s < 1
    point = np.where(mirrored, np.minimum(2 - s, _tails.untied_pairs(powers)), s)
    tail, far = _tails.upper_tail(powers, point)
    if two_sided:
        p = np.where(s == 0, 1.0, np.minimum(2 * tail, 1.0))
    else:
        p = np.where(mirrored, 1 - np.where(2 - s > point, 0.0, tail), tail)
    result.p_value[where] = p
    result.path[where] = np.where(far, _SADDLEPOINT, _EDGEWORTH)


def _normal(powers: IntArray, s: FloatArray, *, two_sided: bool) -> FloatArray:
    sd = np.sqrt(_tails.variance(powers))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = _tails.normal_tail((s - 1) / sd) * (2.0 if two_sided else 1.0)
    settled = (sd == 0) | (two_sided & (s == 0))
    return np.where(settled, 1.0, np.minimum(p, 1.0))
