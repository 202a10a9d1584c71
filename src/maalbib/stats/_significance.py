"""From S to p: exact where counting is affordable, else by expansion, else by the normal form asked for by name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.stats import _null, _tails
from maalbib.stats._arrays import FloatArray, IntArray
from maalbib.stats._columns import shared
from maalbib.stats._structures import per_series

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


def significance(
    powers: IntArray, which: IntArray, s: FloatArray, method: str, alternative: str, *, mid_p: bool = False
) -> Significance:
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
    mid_p
        Whether the probability of S itself counts half.
    """
    tail = _Tail(two_sided=alternative == "two-sided", mid_p=mid_p)
    signed = np.abs(s) if tail.two_sided else s * (1.0 if alternative == "rising" else -1.0)
    affordable = _tails.untied_pairs(powers) <= _null.LARGEST_EXACT
    exact = affordable if method == "exact" else countable(powers)
    keys = _keys(powers)
    p_min = per_series(tail.smallest(powers, keys, exact), which)
    if method == "normal":
        p_value = _normal(per_series(_tails.variance(powers), which), signed, tail)
        return Significance(p_value=p_value, p_min=p_min, path=shared(_NORMAL, len(s)))
    if exact.all():
        p_value = _looked_up(powers, keys, which, signed, tail)
        return Significance(p_value=p_value, p_min=p_min, path=shared(_EXACT, len(s)))
    found = Significance(p_value=np.full(len(s), np.nan), p_min=p_min, path=np.full(len(s), _NONE))
    counted = exact[which]
    if counted.any():
        found.p_value[counted] = _looked_up(powers, keys, which[counted], signed[counted], tail)
        found.path[counted] = _EXACT
    if method == "auto":
        rest = ~counted
        found.p_value[rest], far = _expanded(powers[which[rest]], signed[rest], tail)
        found.path[rest] = np.where(far, _SADDLEPOINT, _EDGEWORTH)
    return found


@attrs.frozen(kw_only=True)
class _Tail:
    """Which tail a p-value is."""

    two_sided: bool
    mid_p: bool

    def smallest(self, powers: IntArray, keys: list[bytes], exact: BoolArray) -> FloatArray:
        """Return the smallest p of each structure."""
        share = (2.0 if self.two_sided else 1.0) * (0.5 if self.mid_p else 1.0)
        p_min = np.exp(-_tails.log_orders(powers)) * share
        for kind in np.flatnonzero(exact).tolist():
            p_min[kind] = _smallest_p(keys[kind], two_sided=self.two_sided, mid_p=self.mid_p)
        return np.minimum(p_min, 1.0)


def _keys(powers: IntArray) -> list[bytes]:
    """Return each structure as bytes: a cache finds them several times faster than tuples."""
    raw, width = powers.astype(np.int32).tobytes(), 4 * powers.shape[1]
    return [raw[place : place + width] for place in range(0, len(powers) * width, width)] if width else [b""]


def _powers(key: bytes) -> _null.Powers:
    return _null.trimmed(np.frombuffer(key, dtype=np.int32).tolist())


@lru_cache(maxsize=8192)
def _table(key: bytes, *, two_sided: bool, mid_p: bool) -> FloatArray:
    return _null.tail_table(_powers(key), two_sided=two_sided, mid_p=mid_p)


@lru_cache(maxsize=8192)
def _smallest_p(key: bytes, *, two_sided: bool, mid_p: bool) -> float:
    return _null.smallest_p(_powers(key), two_sided=two_sided, mid_p=mid_p)


def _looked_up(powers: IntArray, keys: list[bytes], which: IntArray, s: FloatArray, tail: _Tail) -> FloatArray:
    """Return p from the tables of the structures that occur, laid end to end."""
    pairs = _tails.untied_pairs(powers)
    if len(powers) == 1:
        table = _table(keys[0], two_sided=tail.two_sided, mid_p=tail.mid_p)
        place: IntArray = (pairs[0] - s.astype(np.int64)) >> 1
        return table[place]
    used = np.zeros(len(powers), dtype=np.bool_)
    used[which] = True
    tables: list[FloatArray] = []
    starts = np.zeros(len(powers), dtype=np.int64)
    length = 0
    for kind in np.flatnonzero(used).tolist():
        tables.append(_table(keys[kind], two_sided=tail.two_sided, mid_p=tail.mid_p))
        starts[kind] = length
        length += len(tables[-1])
    places: IntArray = starts[which] + ((pairs[which] - s.astype(np.int64)) >> 1)
    return np.concatenate(tables)[places]


def _expanded(powers: IntArray, s: FloatArray, tail: _Tail) -> tuple[FloatArray, BoolArray]:
    """Return p by expansion, and where the saddlepoint was used."""
    pairs = _tails.untied_pairs(powers)
    # P(S >= s) for s <= 0 is what the tail beyond -s leaves.
    mirrored = s < 1
    point = np.abs(s) if tail.mid_p else np.where(mirrored, 2 - s, s)
    upper, far = _tails.upper_tail(powers, np.clip(point, 1, pairs))
    upper = np.where(point > pairs, 0.0, upper)
    if tail.mid_p:
        beyond = _tails.upper_tail(powers, np.clip(point + 2, 1, pairs))[0]
        upper = (upper + np.where(point + 2 > pairs, 0.0, beyond)) / 2
    centre = s == 0
    if tail.two_sided:
        return np.where(centre, 1.0, np.minimum(2 * upper, 1.0)), far
    p = np.where(mirrored, 1 - upper, upper)
    return (np.where(centre, 0.5, p) if tail.mid_p else p), far


def _normal(var_s: FloatArray, s: FloatArray, tail: _Tail) -> FloatArray:
    """Return p by the normal distribution: half of P(S = s) is what the correction for continuity adds."""
    sd = np.sqrt(var_s)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = _tails.normal_tail((s if tail.mid_p else s - 1) / sd) * (2.0 if tail.two_sided else 1.0)
    p = np.where(tail.two_sided & (s == 0), 1.0, np.minimum(p, 1.0))
    return np.where(sd == 0, 0.5 if tail.mid_p and not tail.two_sided else 1.0, p)
