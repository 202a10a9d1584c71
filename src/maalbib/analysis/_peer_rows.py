"""Which series stands in which row of a comparison, and who is held against whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Floats, Ints
from maalbib.analysis._columns import members
from maalbib.analysis._peer_circles import Circles
from maalbib.analysis._peer_lists import PeerLists
from maalbib.analysis._secrecy import Secrecy
from maalbib.model import PeerGroup

if TYPE_CHECKING:
    from maalbib.measurements import Panel

__all__ = ["INSTITUTION", "PeerRows"]

INSTITUTION: Final = "institution"
_TOTAL: Final = "_T"

Key = tuple[str | int, str]


@attrs.frozen(kw_only=True)
class PeerRows:
    """Which series stands in which row; -1 for a member without one."""

    series: Ints
    group: Ints
    institutions: tuple[str, ...]
    breakdowns: tuple[str, ...]

    @classmethod
    def of(cls, panel: Panel, over: str, group: PeerGroup | PeerLists | None, secrecy: Secrecy) -> PeerRows:
        """Return a row for each series compared, and for each institution of the group that has none."""
        names, keys = _named(panel, over, None if group is not None else secrecy)
        kept = np.array([name != _TOTAL for name in names], dtype=bool)
        wanted = () if group is None else group.members if isinstance(group, PeerGroup) else group.everybody
        if group is not None:
            kept &= members(names, wanted)
        order = sorted(set(keys))
        place = {key: number for number, key in enumerate(order)}
        number = np.array([place[key] for key in keys], dtype=np.int64)
        series = np.flatnonzero(kept)
        series = series[np.argsort(number[series], kind="stable")]
        found = cls(
            series=series,
            group=number[series],
            institutions=tuple(panel.institutions[row] for row in series.tolist()),
            breakdowns=tuple(panel.breakdowns[row] for row in series.tolist()),
        )
        if group is None or over != INSTITUTION:
            return found
        return found._with_absent(order, wanted)

    def _with_absent(self, order: Sequence[Key], wanted: Sequence[str]) -> PeerRows:
        """Add the members that have no series, to each group."""
        present = set(zip(self.group.tolist(), self.institutions, strict=True))
        everybody = sorted(set(wanted))
        absent = [
            (number, code)
            for number in range(max(1, len(order)))
            for code in everybody
            if (number, code) not in present
        ]
        number = np.concatenate([self.group, np.array([group for group, _ in absent], dtype=np.int64)])
        series = np.concatenate([self.series, np.full(len(absent), -1)])
        rest = [order[group][1] if order else "" for group, _ in absent]
        places = np.argsort(number, kind="stable").tolist()
        institutions = (*self.institutions, *(code for _, code in absent))
        breakdowns = (*self.breakdowns, *rest)
        return PeerRows(
            series=series[places],
            group=number[places],
            institutions=tuple(institutions[place] for place in places),
            breakdowns=tuple(breakdowns[place] for place in places),
        )

    def circles(self, lists: PeerLists | None) -> Circles:
        """Return who is held against whom: everybody in a group, or the list of each unit."""
        if lists is None:
            return Circles(group=self.group)
        code = lists.places(self.institutions)
        where = np.full((int(self.group.max(initial=0)) + 1, len(lists.everybody)), -1)
        where[self.group, code] = np.arange(len(code))
        sizes = np.diff(lists.starts)[code]
        ends = np.concatenate([[0], np.cumsum(sizes)])
        steps = np.arange(ends[-1]) - np.repeat(ends[:-1], sizes)
        listed = lists.peers[np.repeat(lists.starts[:-1][code], sizes) + steps]
        peers = where[np.repeat(self.group, sizes), listed]
        return Circles(group=self.group, starts=ends, peers=peers, asked=lists.asked[code])

    def reader(self, column: int) -> Callable[[np.ndarray[tuple[int, ...], np.dtype[np.number]] | None], Floats]:
        """Return what reads one period of an array (series, periods) into the rows, NaN where there is nothing."""
        there = (self.series >= 0) & (column >= 0)

        def cells(values: np.ndarray[tuple[int, ...], np.dtype[np.number]] | None) -> Floats:
            found = np.full(len(self.series), np.nan)
            if values is not None and there.any():
                found[there] = values[self.series[there], column]
            return found

        return cells


def _named(panel: Panel, over: str, secrecy: Secrecy | None) -> tuple[list[str], list[Key]]:
    """Return what each series is called among those compared, and what must be the same for all of them.

    Where nobody has named a group, only institutions of the same level are compared: a municipality is no peer of the country.
    """
    if over == INSTITUTION:
        levels = [0] * len(panel) if secrecy is None else secrecy.levels_of(panel.institutions)
        return list(panel.institutions), list(zip(levels, panel.breakdowns, strict=True))
    parts = [text.split(";") for text in panel.breakdowns]
    names = [next((part.partition("=")[2] for part in own if part.startswith(f"{over}=")), "") for own in parts]
    rests = [";".join(part for part in own if not part.startswith(f"{over}=")) for own in parts]
    return names, list(zip(panel.institutions, rests, strict=True))
