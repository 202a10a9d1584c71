"""What lists of peers look like as a whole, and how two sets of lists agree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    number_or_nan,
    numeric_array,
    whole_number,
)

__all__ = ["PeerDrift", "PeerGraph", "PeerOverlap", "peer_drift", "peer_graph", "peer_overlap"]

Lists: TypeAlias = tuple[npt.ArrayLike, npt.ArrayLike]
"""Lists of peers laid end to end: where each begins, and the peers."""

_PAIR: Final = 2


@attrs.frozen(kw_only=True, eq=False)
class PeerGraph(ArrayResult):
    """Directed lists of peers seen as a whole.

    Attributes
    ----------
    edges
        How many peers all lists have together.
    mutual_share
        Share of the edges that go both ways; NaN without edges.
    mutual
        Whether each edge goes both ways, shape (edges,).
    in_degree, out_degree
        In how many lists each unit is, and how many are in its own; shape (units,).
    hub
        Units in at least ``hub_factor`` times as many lists as the average, shape (units,).
    never_chosen
        Units in nobody's list, shape (units,).
    without_peers
        Units whose own list is empty, shape (units,).

    Examples
    --------
    >>> from maalbib.stats import peer_graph
    >>> found = peer_graph([0, 1, 2, 3], [1, 0, 0])
    >>> found.mutual.tolist(), found.never_chosen.tolist()
    ([True, True, False], [False, False, True])
    """

    edges: int
    mutual_share: float
    mutual: BoolArray
    in_degree: IntArray
    out_degree: IntArray
    hub: BoolArray
    never_chosen: BoolArray
    without_peers: BoolArray


@attrs.frozen(kw_only=True, eq=False)
class PeerOverlap(ArrayResult):
    """How two sets of lists agree, unit by unit; arrays of shape (units,).

    Attributes
    ----------
    common
        Peers in both lists.
    only_first, only_second
        Peers in one of them.
    jaccard
        Common peers over those in either list; NaN where both are empty.
    both
        Whether the unit has a list in both.
    mean_common, mean_jaccard
        Means over the units that have a list in both; NaN where there is none.

    Examples
    --------
    >>> from maalbib.stats import peer_overlap
    >>> peer_overlap(([0, 1, 1], [1]), ([0, 1, 2], [1, 0])).both.tolist()
    [True, False]
    """

    common: IntArray
    only_first: IntArray
    only_second: IntArray
    jaccard: FloatArray
    both: BoolArray
    mean_common: float
    mean_jaccard: float


@attrs.frozen(kw_only=True, eq=False)
class PeerDrift(ArrayResult):
    """How lists change from each vintage to the next; arrays of shape (steps, units) unless said otherwise.

    Attributes
    ----------
    kept, left, joined
        Peers that stay, go and come.
    kept_share
        Share of the peers that stay, over all units of a step; NaN where there were none. Shape (steps,).
    unchanged
        Units whose list has the same peers as before, and any; shape (steps,).

    Examples
    --------
    >>> from maalbib.stats import peer_drift
    >>> peer_drift([([0, 1, 2], [1, 0]), ([0, 1, 2], [1, 0])]).kept_share.tolist()
    [1.0]
    """

    kept: IntArray
    left: IntArray
    joined: IntArray
    kept_share: FloatArray
    unchanged: IntArray


def peer_graph(
    starts: npt.ArrayLike, peers: npt.ArrayLike, units: int | None = None, *, hub_factor: float = 2.0
) -> PeerGraph:
    """Describe directed lists of peers: who is in whose, who in many, who in none.

    Parameters
    ----------
    starts
        Where each list begins and the last one ends, shape (units + 1,).
    peers
        Positions of the peers, shape (edges,); in a list each at most once.
    units
        How many units there are, to check; None for those of ``starts``.
    hub_factor
        How many times the mean length of the lists makes a hub.

    Returns
    -------
    PeerGraph
        Counts by unit, and which edges are mutual.

    Raises
    ------
    ArgumentError
        If the lists are not of whole numbers, a peer is no unit, is in a list twice, or is the unit itself.

    Notes
    -----
    Lists of nearest units are directed: a unit at the edge of the data has peers, but is nobody's. Time and memory grow
    with the edges.

    Examples
    --------
    >>> found = peer_graph([0, 2, 4, 6, 8], [1, 2, 0, 2, 0, 1, 0, 1])
    >>> found.mutual_share, found.in_degree.tolist(), found.never_chosen.tolist()
    (0.75, [3, 3, 2, 0], [False, False, False, True])
    """
    begin, to = _lists((starts, peers), units)
    n = len(begin) - 1
    unit = _units(begin)
    edge, back = unit * n + to, to * n + unit
    mutual = np.isin(edge, back)
    chosen = np.bincount(to, minlength=n)
    return PeerGraph(
        edges=len(to),
        mutual_share=float(mutual.mean()) if len(to) else float("nan"),
        mutual=mutual,
        in_degree=chosen,
        out_degree=np.diff(begin),
        hub=(chosen > 0) & (chosen * n >= _factor(hub_factor) * len(to)),
        never_chosen=chosen == 0,
        without_peers=np.diff(begin) == 0,
    )


def peer_overlap(first: Lists, second: Lists) -> PeerOverlap:
    """Compare two sets of lists of the same units, such as those for two purposes.

    Parameters
    ----------
    first, second
        Pairs of ``starts`` and ``peers`` as in :func:`peer_graph`, on the same units.

    Returns
    -------
    PeerOverlap
        Common peers of each unit, and their means.

    Raises
    ------
    ArgumentError
        If the lists are not as in :func:`peer_graph`, or have different units.

    Notes
    -----
    Lists for two purposes often share few peers: in Sweden's published models of seven peers, less than one on average.
    A list belongs to its purpose.

    Examples
    --------
    >>> found = peer_overlap(([0, 2, 4, 6], [1, 2, 0, 2, 0, 1]), ([0, 1, 3, 3], [1, 0, 2]))
    >>> found.common.tolist(), found.jaccard.tolist(), found.mean_common
    ([1, 2, 0], [0.5, 1.0, 0.0], 1.5)
    """
    one, other = _lists(first, None), _lists(second, None)
    n = len(one[0]) - 1
    if len(other[0]) != n + 1:
        raise ArgumentError("argument.shape", argument="second", expected=f"({n + 1},)", got=f"({len(other[0])},)")
    unit = _units(one[0])
    common = np.bincount(unit[np.isin(unit * n + one[1], _units(other[0]) * n + other[1])], minlength=n)
    length, other_length = np.diff(one[0]), np.diff(other[0])
    both = (length > 0) & (other_length > 0)
    union = length + other_length - common
    jaccard = np.where(union > 0, common / np.maximum(union, 1), np.nan)
    return PeerOverlap(
        common=common,
        only_first=length - common,
        only_second=other_length - common,
        jaccard=jaccard,
        both=both,
        mean_common=float(common[both].mean()) if both.any() else float("nan"),
        mean_jaccard=float(jaccard[both].mean()) if both.any() else float("nan"),
    )


def peer_drift(vintages: Sequence[Lists]) -> PeerDrift:
    """Follow lists of the same units from vintage to vintage.

    Parameters
    ----------
    vintages
        Two or more pairs of ``starts`` and ``peers`` as in :func:`peer_graph`, the oldest first.

    Returns
    -------
    PeerDrift
        One step for each vintage after the first.

    Raises
    ------
    ArgumentError
        If there are fewer than two vintages, or the lists are not as in :func:`peer_overlap`.

    Examples
    --------
    >>> found = peer_drift([([0, 2, 3, 3], [1, 2, 0]), ([0, 2, 3, 4], [1, 2, 2, 0])])
    >>> found.kept.tolist(), found.joined.tolist(), found.kept_share.round(3).tolist()
    ([[2, 0, 0]], [[0, 1, 1]], [0.667])
    """
    each = _parts("vintages", vintages)
    if len(each) < _PAIR:  # one step needs two
        raise ArgumentError("argument.shape", argument="vintages", expected="(2 ...,)", got=f"({len(each)},)")
    steps = [peer_overlap(before, after) for before, after in pairwise(each)]
    kept, left, joined = (
        np.array([getattr(step, name) for step in steps]) for name in ("common", "only_first", "only_second")
    )
    with np.errstate(invalid="ignore"):
        share = kept.sum(axis=1) / (kept + left).sum(axis=1)
    return PeerDrift(
        kept=kept,
        left=left,
        joined=joined,
        kept_share=share,
        unchanged=((kept > 0) & (left == 0) & (joined == 0)).sum(axis=1),
    )


def _factor(hub_factor: float) -> float:
    factor = number_or_nan(hub_factor)
    if not factor > 0:
        raise ArgumentError("argument.range", argument="hub_factor", low=0, high="∞")  # 0 itself is none
    return factor


def _units(begin: IntArray) -> IntArray:
    """Return the unit that each edge starts from."""
    return np.repeat(np.arange(len(begin) - 1), np.diff(begin))


def _lists(lists: Lists, units: int | None) -> tuple[IntArray, IntArray]:
    pair = _parts("lists", lists)
    if len(pair) != _PAIR:
        raise ArgumentError("likeness.lists", argument="lists")
    begin, to = (_whole(name, part) for name, part in zip(("starts", "peers"), pair, strict=True))
    if not len(begin) or begin[0] != 0 or begin[-1] != len(to) or (np.diff(begin) < 0).any():
        raise ArgumentError("likeness.starts")
    n = len(begin) - 1
    if units is not None and whole_number("units", units, low=0) != n:
        raise ArgumentError("argument.shape", argument="starts", expected=f"({units + 1},)", got=f"({n + 1},)")
    if len(to) and (to.min() < 0 or to.max() >= n):
        raise ArgumentError("likeness.positions", argument="peers", most=n - 1)
    unit = _units(begin)
    if (unit == to).any() or len(np.unique(unit * n + to)) != len(to):
        raise ArgumentError("likeness.peers_repeat")
    return begin, to


def _parts(argument: str, given: Any) -> list[Any]:
    try:
        return list(given)
    except TypeError:
        raise ArgumentError("likeness.lists", argument=argument) from None


def _whole(argument: str, given: npt.ArrayLike) -> IntArray:
    array = numeric_array(argument, given)
    if array.ndim != 1:
        raise ArgumentError("argument.shape", argument=argument, expected="(n,)", got=str(array.shape))
    if array.size and array.dtype.kind not in "iu":
        raise ArgumentError("argument.whole_number", argument=argument, low=0)
    return array.astype(np.int64)
