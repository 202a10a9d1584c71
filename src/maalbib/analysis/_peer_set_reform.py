"""What became of peers since the division that a definition describes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Ints

if TYPE_CHECKING:
    from maalbib.analysis._peer_set_lists import Lists
    from maalbib.analysis._peer_set_scene import Scene
    from maalbib.model import Institution, Period
    from maalbib.register import Register

__all__ = ["HERE", "Fates", "Gone", "absence", "fates_of", "replaced"]

HERE = ""


@attrs.frozen(kw_only=True, eq=False)
class Fates:
    """What became of each unit of a scene.

    Attributes
    ----------
    word
        ``ended``, ``not_yet`` (it began later) or ``became_other`` (its code stands for another unit); empty where it is still there.
    successors
        Codes of those that came after it.
    """

    word: tuple[str, ...]
    successors: tuple[tuple[str, ...], ...]

    @property
    def gone(self) -> Bools:
        """(units,) which are no longer, or not yet, there."""
        return np.array([word != HERE for word in self.word], dtype=bool)


@attrs.frozen(kw_only=True, eq=False)
class Gone:
    """Peers that are listed and are not there: of whom, and who."""

    unit: Ints
    peer: Ints


def absence(code: str, register: Register, period: Period) -> str:
    """Return why a unit was not there on a single day of a period; empty where it was, or the register does not know it."""
    if code not in register or register.alive(code, period.start, period.end + dt.timedelta(days=1)):
        return HERE
    return _absent(code, register, period.end)


def _absent(code: str, register: Register, day: dt.date) -> str:
    """Return whether a unit that is not there had not begun by a day, or had ended."""
    later = all(start is not None and start > day for start, _ in register.validity(code))
    return "not_yet" if later else "ended"


def fates_of(
    codes: Iterable[str], register: Register | None, vintage: Period | None, period: Period | None, *, listed: bool
) -> Fates | None:
    """Return what became of units between the vintage and the period asked about; None where nothing is asked.

    Where no other period than the vintage is asked about, that is whether units that somebody ``listed`` were there at all.
    """
    if register is None or vintage is None:
        return None
    held = list(codes)
    if period is None or period.start == vintage.start:
        if not listed:
            return None
        return Fates(word=tuple(absence(code, register, vintage) for code in held), successors=((),) * len(held))
    return _fates_between(held, register, vintage.start, period.start)


def _fates_between(held: Sequence[str], register: Register, day: dt.date, now: dt.date) -> Fates:
    found = [_fate(code, register, day, now) for code in held]
    moved = [entry for word, entry in found if word != HERE and entry is not None]
    after = _successors(register, day, now, moved)
    return Fates(
        word=tuple(word for word, _ in found),
        successors=tuple(after.get(code, ()) if word else () for code, (word, _) in zip(held, found, strict=True)),
    )


def _fate(code: str, register: Register, day: dt.date, now: dt.date) -> tuple[str, Institution | None]:
    if code not in register:
        return HERE, None
    then, later = register.get(code, on=day), register.get(code, on=now)
    if then is later and then is not None:
        return HERE, then
    if then is None:  # nothing is known of it on the day of the division
        return (HERE if later is not None else _absent(code, register, now)), None
    if later is not None:
        return "became_other", then
    return ("not_yet" if now < day else "ended"), then


def _successors(
    register: Register, day: dt.date, now: dt.date, entries: Iterable[Institution]
) -> dict[str, tuple[str, ...]]:
    """Return by code who came after, by the changes between the two days."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in dict.fromkeys(entry.kind for entry in entries) if day < now else ():
        way = register.succession(day, now, kind=kind, units=())
        for source, target in zip(way.source.tolist(), way.target.tolist(), strict=True):
            code = way.sources[source]
            found[code] = (*found.get(code, ()), way.targets[target])
    return found


def replaced(lists: Lists, scene: Scene, fates: Fates, *, successors: bool) -> tuple[Lists, Gone, Ints]:
    """Return the lists without peers that are gone, who those are, and for each edge whose place it took, -1 for its own.

    A peer that was split has no one successor. One that is the unit itself, or is listed already, takes nobody's place.
    """
    units, peers = lists.units, lists.peers.copy()
    kept, before = ~fates.gone[lists.peers], np.full(len(peers), -1)
    lost = np.flatnonzero(~kept).tolist() if successors else []
    near = kept & np.isin(units, units[lost])  # of those who lost nobody nothing is asked
    held = set(zip(units[near].tolist(), peers[near].tolist(), strict=True))
    for edge in lost:
        unit, peer = int(units[edge]), int(peers[edge])
        after = fates.successors[peer]
        place = scene.place.get(after[0], -1) if len(after) == 1 else -1
        if place >= 0 and place != unit and (unit, place) not in held:
            held.add((unit, place))
            peers[edge], before[edge], kept[edge] = place, peer, True
    told = Gone(unit=units[~kept], peer=lists.peers[~kept])
    return attrs.evolve(lists, peers=peers).kept(kept), told, before[kept]
