"""Sets of peers as whole numbers: read once from their table, used for every indicator and period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Ints

if TYPE_CHECKING:
    from maalbib.analysis._peer_sets import PeerSets

__all__ = ["WITHOUT_PEERS", "PeerLists"]

WITHOUT_PEERS: Final = ("too_few", "not_comparable", "excluded", "gone", "no_peer")
"""Why a definition gives a unit no peers."""


@attrs.frozen(kw_only=True, eq=False)
class PeerLists:
    """Who is whose peer.

    Attributes
    ----------
    everybody
        The units and all their peers, sorted.
    starts, peers
        The peers of unit i, as places in ``everybody``, are ``peers[starts[i]:starts[i + 1]]``.
    asked
        (everybody,) whose lists they are; the others are only somebody's peers.
    without
        (everybody,) place in :data:`WITHOUT_PEERS` of why there is no list, -1 where there is one or it was not asked for.
    """

    everybody: tuple[str, ...]
    starts: Ints
    peers: Ints
    asked: Bools
    without: Ints

    @classmethod
    def of(cls, sets: PeerSets) -> Self:
        """Read the sets of one period."""
        everybody = sets.everybody
        starts, peers = sets.edges(everybody)
        units, outcomes = _told(sets)
        place = {code: number for number, code in enumerate(everybody)}
        asked = np.zeros(len(everybody), dtype=bool)
        without = np.full(len(everybody), -1)
        at = np.array([place[unit] for unit in units], dtype=np.int64)
        asked[at] = True
        without[at] = [WITHOUT_PEERS.index(word) if word in WITHOUT_PEERS else -1 for word in outcomes]
        return cls(everybody=everybody, starts=starts, peers=peers, asked=asked, without=without)

    def places(self, codes: tuple[str, ...]) -> Ints:
        """Return where some of them stand."""
        place = {code: number for number, code in enumerate(self.everybody)}
        return np.array([place[code] for code in codes], dtype=np.int64)


def _told(sets: PeerSets) -> tuple[list[str], list[str]]:
    """Return each unit once, with what came of looking for its peers."""
    pairs: Any = sets.to_arrow().select(["unit", "outcome"]).group_by(["unit", "outcome"]).aggregate([])
    return pairs["unit"].to_pylist(), pairs["outcome"].to_pylist()
