"""Whom a comparison was asked for: a group, a definition, sets made before, or everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from maalbib import texts
from maalbib.analysis._context import as_period, chosen
from maalbib.analysis._peer_outcome import refuse_among
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.model import (
    FrozenDict,
    IndicatorKind,
    NearestPeers,
    PeerDefinition,
    PeerGroup,
    Period,
    ReadingRule,
    Text,
)

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.analysis._peer_options import Options
    from maalbib.analysis._peer_sets import PeerSets

__all__ = [
    "Asked",
    "asked_for",
    "chosen_among",
    "one_group",
    "periods_of",
    "refuse_no_resource",
    "refuse_outcome",
    "rule_of",
    "sources_of",
    "wanted_of",
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

    def at(self, when: Period) -> PeerGroup | PeerSets | None:
        """Return the group of a period: the same for all, unless the definition says that it is made anew."""
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
        sets = None if redrawn is not None else _sets(found, setting, day)
        return Asked(id=found.id, name=found.name, group=sets, redrawn=redrawn, setting=setting)
    code = found[0].definition if len(found) else _ALL
    return Asked(id=code, name=found.labels.names.get(code, Text(da=code, en=code)), group=found, setting=setting)


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
    if code not in known:
        raise UnknownCodeError.of("group", code, known)
    return known[code]


def _listed(codes: Iterable[str]) -> PeerGroup:
    listed = Text(da=texts.phrase("group", "listed", "da"), en=texts.phrase("group", "listed", "en"))
    return PeerGroup(id="listed", name=listed, members=tuple(codes))


def _require_known(group: PeerGroup, setting: Setting, over: str) -> None:
    """Refuse a mistyped member, which would otherwise look like one without a value."""
    if over != INSTITUTION or setting.register is None:
        return
    known = {*setting.register.codes, *setting.measurements.institutions}
    for code in group.members:
        if code not in known:
            raise UnknownCodeError.of("institution", code, known)


def periods_of(period: str | Period | Iterable[str | Period]) -> list[Period]:
    """Return the periods asked for, each once."""
    try:
        given: list[Any] = [period] if isinstance(period, str | Period) else list(period)
    except TypeError:
        given = [None]
    if not all(isinstance(each, str | Period) for each in given):
        raise ArgumentError("argument.periods", argument="period")
    return list(dict.fromkeys(as_period(each) for each in given))


def chosen_among(setting: Setting, argument: str, ids: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the indicators named in an argument, each once; they have rows."""
    wanted = () if ids is None else (ids,) if isinstance(ids, str) else tuple(dict.fromkeys(ids))
    for code in wanted:
        if code not in setting.measurements.indicators:
            raise UnknownCodeError.of(argument, code, setting.measurements.indicators)
    return wanted


def wanted_of(
    setting: Setting,
    indicators: str | Iterable[str] | None,
    beside: set[str],
    expected: str | Mapping[str, str] | None,
) -> list[str]:
    """Return the indicators compared: those named, else all but those that they are held against or chosen by."""
    known = {code: code for code in setting.measurements.indicators}
    if indicators is not None:
        return chosen("indicator", known, indicators)
    given = () if expected is None else (expected,) if isinstance(expected, str) else tuple(expected.values())
    return [code for code in known if code not in {*beside, *given}]


def sources_of(setting: Setting, expected: str | Mapping[str, str] | None, wanted: list[str]) -> FrozenDict:
    """Return the indicator with the expected values of each one compared."""
    if expected is None:
        return FrozenDict()
    if isinstance(expected, str):
        if len(wanted) != 1:
            raise ArgumentError("peers.expected_for_one", indicators=wanted)
        expected = {wanted[0]: expected}
    chosen_among(setting, "expected", (*expected, *expected.values()))
    return FrozenDict(expected)


def refuse_outcome(setting: Setting, wanted: Iterable[str], asked: Asked, options: Options) -> None:
    """Refuse to compare what the peers were chosen by, or what is to be allowed for."""
    for code in wanted:
        refuse_among("peers", code, asked.variables, setting.catalogue)
        refuse_among("conditions", code, options.conditions, setting.catalogue)


def refuse_no_resource(setting: Setting, wanted: Iterable[str], options: Options) -> None:
    """Refuse to allow for need where no indicator is a use of resources."""
    found = [setting.indicator(code) for code in wanted]
    if options.need and not any(each is not None and each.kind is IndicatorKind.RESOURCE for each in found):
        raise ArgumentError("peers.need_of_no_resource", indicators=list(wanted))


def rule_of(rule: ReadingRule | str | None, setting: Setting) -> ReadingRule | None:
    """Return a reading rule, found in the catalogue where its id is given."""
    if not isinstance(rule, str):
        return rule
    known = {} if setting.catalogue is None else setting.catalogue.reading_rules
    if rule not in known:
        raise UnknownCodeError.of("reading_rule", rule, known)
    return known[rule]
