"""Whom a comparison was asked for: a group, a definition, sets made before, or everybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import attrs

from maalbib import texts
from maalbib.analysis._peer_lists import PeerLists
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._peer_set_scene import scene_of
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError, DefinitionError
from maalbib.model import AllPeers, NearestPeers, PeerDefinition, PeerGroup, Period, Text

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.analysis._peer_sets import PeerSets

__all__ = [
    "Asked",
    "asked_for",
    "one_group",
]

_ALL: Final = "all"


@attrs.frozen(kw_only=True)
class Asked:
    """Who is held against whom, by name, and what the peers were chosen by."""

    id: str
    name: Text
    group: PeerGroup | PeerSets | None
    redrawn: PeerDefinition | None = None
    setting: Setting
    _made: dict[Period, PeerGroup | PeerSets | None] = attrs.field(factory=dict, init=False, repr=False, eq=False)
    _read: dict[Period | None, PeerLists] = attrs.field(factory=dict, init=False, repr=False, eq=False)

    def at(self, when: Period) -> PeerGroup | PeerSets | None:
        """Return the group of a period: the same for all, unless the definition says that it is made anew."""
        if when not in self._made:
            self._made[when] = self._found(when)
        return self._made[when]

    def read_at(self, when: Period) -> PeerGroup | PeerLists | None:
        """Return the same, sets as lists: read once, however many indicators and periods are compared."""
        found = self.at(when)
        if found is None or isinstance(found, PeerGroup):
            return found
        key = None if found is self.group else when
        if key not in self._read:
            self._read[key] = PeerLists.of(found)
        return self._read[key]

    def _found(self, when: Period) -> PeerGroup | PeerSets | None:
        if self.redrawn is not None:
            return _sets(self.redrawn, self.setting, when)
        return self.group if self.group is None or isinstance(self.group, PeerGroup) else self.group.at(when)

    @property
    def members(self) -> tuple[str, ...] | None:
        """Codes of the members of a group; None for everybody."""
        return self.group.members if isinstance(self.group, PeerGroup) else None

    @property
    def variables(self) -> tuple[str, ...]:
        """Ids of the indicators that the peers were chosen by."""
        if self.redrawn is not None:
            return self.redrawn.indicators
        return () if self.group is None or isinstance(self.group, PeerGroup) else self.group.variables


def asked_for(peers: Any, setting: Setting, over: str, periods: Iterable[Period]) -> Asked:
    """Find or make what the peers are; a definition without a vintage is taken as it is in the last of the periods."""
    found = _by_id(peers, setting) if isinstance(peers, str) else peers
    if found is None:
        everybody = Text(da=texts.phrase("group", _ALL, "da"), en=texts.phrase("group", _ALL, "en"))
        return Asked(id=_ALL, name=everybody, group=None, setting=setting)
    if not isinstance(found, PeerGroup) and not _is_sets(found) and not isinstance(found, PeerDefinition):
        found = _listed(found)
    if isinstance(found, PeerGroup):
        _require_known(found, setting, over)
        return Asked(id=found.id, name=found.name, group=found, setting=setting)
    if over != INSTITUTION:
        raise ArgumentError("peers.of_institutions", over=over)
    if isinstance(found, PeerDefinition):
        redrawn = found if isinstance(found, NearestPeers) and found.rolling else None
        day = max(periods) if found.vintage is None else None
        made = None if redrawn is not None else _all_alike(found, setting, day) or _sets(found, setting, day)
        return Asked(id=found.id, name=found.name, group=made, redrawn=redrawn, setting=setting)
    code = found[0].definition if len(found) else _ALL
    return Asked(id=code, name=found.labels.names.get(code, Text(da=code, en=code)), group=found, setting=setting)


def _all_alike(definition: PeerDefinition, setting: Setting, when: Period | None) -> PeerGroup | None:
    """Return one group where a definition holds everybody against everybody else; None where it does not.

    Lists of all for each of many units would take their number squared.
    """
    if not isinstance(definition, AllPeers) or definition.except_:
        return None
    scene = scene_of(
        definition,
        measurements=setting.measurements,
        units=None,
        period=when,
        catalogue=setting.catalogue,
        register=setting.register,
    )
    there = scene.fates is None or not scene.fates.gone.any()
    alike = there and scene.asked.all() and scene.taking_part.all() and len(set(scene.level.tolist())) == 1
    if not alike or len(scene.codes) <= max(definition.min_peers, 1):
        return None
    return PeerGroup(id=definition.id, name=definition.name, members=scene.codes)


def one_group(peers: Any, setting: Setting, over: str) -> Asked:
    """Find or make a group whose members are all held against each other; peers that each unit has for itself are none."""
    known = {} if setting.catalogue is None else setting.catalogue.peer_definitions
    if isinstance(peers, PeerDefinition) or _is_sets(peers) or (isinstance(peers, str) and peers in known):
        raise ArgumentError("peers.one_group")
    return asked_for(peers, setting, over, ())


def _sets(definition: PeerDefinition, setting: Setting, when: Period | None) -> PeerSets:
    from maalbib.analysis._peer_sets import peer_sets

    return peer_sets(
        definition, setting.measurements, period=when, catalogue=setting.catalogue, register=setting.register
    )


def _is_sets(peers: object) -> bool:
    from maalbib.analysis._peer_sets import PeerSets

    return isinstance(peers, PeerSets)


def _by_id(code: str, setting: Setting) -> PeerGroup | PeerDefinition:
    known: dict[str, PeerGroup | PeerDefinition] = {} if setting.register is None else dict(setting.register.groups)
    if setting.catalogue is not None:
        known |= {**setting.catalogue.groups, **setting.catalogue.peer_definitions}
    if code in known:
        return known[code]
    if code in _institutions(setting):
        raise DefinitionError("peers.one_code", model="PeerGroup", field="members", code=code)
    raise unknown(code, "a group or definition of peers in the catalogue or the register", known)


def _listed(codes: Any) -> PeerGroup:
    """Return a group of listed codes; one code alone has nobody to be compared with."""
    try:
        members = None if isinstance(codes, bytes) else tuple(codes)
    except TypeError:
        members = None
    if members is None or not all(isinstance(code, str) for code in members):
        raise ArgumentError("peers.kinds", argument="peers")
    if len(set(members)) == 1:
        raise DefinitionError("peers.one_code", model="PeerGroup", field="members", code=members[0])
    if not members:
        raise DefinitionError("peers.no_code", model="PeerGroup", field="members")
    listed = Text(da=texts.phrase("group", "listed", "da"), en=texts.phrase("group", "listed", "en"))
    return PeerGroup(id="listed", name=listed, members=tuple(dict.fromkeys(members)))


def _institutions(setting: Setting) -> set[str]:
    return {*(() if setting.register is None else setting.register.codes), *setting.measurements.institutions}


def _require_known(group: PeerGroup, setting: Setting, over: str) -> None:
    """Refuse a mistyped member, which would otherwise look like one without a value."""
    if over != INSTITUTION or setting.register is None:
        return
    known = _institutions(setting)
    for code in group.members:
        if code not in known:
            raise unknown(code, "an institution of the register or the measurements", known)
