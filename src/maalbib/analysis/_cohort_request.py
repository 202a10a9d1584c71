"""Which units a cohort has, and who the rest are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import attrs

from maalbib import texts
from maalbib.analysis._context import as_ids
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.model import CohortPeers, PeerDefinition, PeerGroup, Text

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting

__all__ = ["Cohort", "cohort_of"]

_GROUP: Final = "a group or definition of peers in the catalogue or the register"


@attrs.frozen(kw_only=True)
class Cohort:
    """A named cohort and the rest.

    Attributes
    ----------
    id, name
        Code, and what people call it.
    members, rest
        Codes of the members, and of everybody else that they are held against.
    """

    id: str
    name: Text
    members: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def everybody(self) -> PeerGroup:
        """Members and rest as one group."""
        return PeerGroup(id="cohort", name=self.name, members=(*self.members, *self.rest))


def cohort_of(cohort: Any, rest: Any, setting: Setting) -> Cohort:
    """Find the cohort and the rest; without a rest, everybody else of the same level who has rows."""
    found = _named(cohort, setting)
    members = _codes("cohort", _listed(found), setting)
    excluded = found.excluded if isinstance(found, CohortPeers) else {}
    others = (
        _same_level(members, setting) if rest is None else _codes("rest", _listed(_named(rest, setting)), setting)
    )
    kept = tuple(code for code in members if code not in excluded)
    left = tuple(code for code in others if code not in {*members, *excluded})
    if not kept:
        raise ArgumentError("cohort.nobody_but_excluded" if members else "cohort.nobody_in")
    if not left:
        raise ArgumentError(_why_no_rest(members, rest, setting))
    if isinstance(found, PeerGroup | CohortPeers):
        return Cohort(id=found.id, name=found.name, members=kept, rest=left)
    name = Text(da=texts.phrase("group", "listed", "da"), en=texts.phrase("group", "listed", "en"))
    return Cohort(id="listed", name=name, members=kept, rest=left)


def _why_no_rest(members: tuple[str, ...], rest: Any, setting: Setting) -> str:
    if rest is not None:
        return "cohort.nobody_in_rest"
    measured = set(setting.measurements.institutions)
    return "cohort.nobody_else" if measured.intersection(members) else "cohort.nobody_measured"


def _named(found: Any, setting: Setting) -> Any:
    return _by_id(found, setting) if isinstance(found, str) else found


def _listed(found: Any) -> Iterable[str]:
    """Return the members that a group or a definition names, or codes as they are."""
    if isinstance(found, PeerDefinition) and not isinstance(found, CohortPeers):
        raise ArgumentError("cohort.not_listed", definition=found.id)
    codes: Iterable[str] = found.members if isinstance(found, PeerGroup | CohortPeers) else found
    return codes


def _by_id(code: str, setting: Setting) -> PeerGroup | PeerDefinition:
    known: dict[str, PeerGroup | PeerDefinition] = {} if setting.register is None else dict(setting.register.groups)
    if setting.catalogue is not None:
        known |= {**setting.catalogue.groups, **setting.catalogue.peer_definitions}
    if code not in known:
        raise _no_group(code, known, setting)
    return known[code]


def _no_group(code: str, known: Iterable[str], setting: Setting) -> UnknownCodeError:
    """Return the error for a text that names no group; one unit alone is a list of one."""
    if code in setting.measurements.institutions or (setting.register is not None and code in setting.register):
        return UnknownCodeError("peer_sets.unknown_near", code=code, expected=_GROUP, suggestion=f'["{code}"]')
    return unknown(code, _GROUP, known)


def _codes(argument: str, codes: Iterable[str], setting: Setting) -> tuple[str, ...]:
    """Return the codes, each once; a mistyped one is refused, where it can be told from one without a value."""
    found = tuple(as_ids(argument, codes))
    if setting.register is not None:
        known = {*setting.register.codes, *setting.measurements.institutions}
        for code in found:
            if code not in known:
                raise unknown(code, "an institution of the register or the measurements", known)
    return found


def _same_level(members: tuple[str, ...], setting: Setting) -> tuple[str, ...]:
    levels = set(
        setting.secrecy.levels_of(code for code in members if code in set(setting.measurements.institutions))
    )
    if len(levels) > 1:
        raise ArgumentError("cohort.several_levels")
    everybody = sorted(setting.measurements.institutions)
    return tuple(
        code for code, level in zip(everybody, setting.secrecy.levels_of(everybody), strict=True) if level in levels
    )
