"""Definitions of peers as types: each kind is a class, so that an impossible one cannot be written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import CODES
from maalbib.model._fields import Between, Choice, Each, IsA, Matches, as_tuple
from maalbib.model._peer_definition import PeerDefinition
from maalbib.model._peer_nearest import NearestPeers
from maalbib.model._text import Text
from maalbib.model._words import InstitutionKind, PeerAttribute

__all__ = [
    "PEER_KINDS",
    "AllPeers",
    "CohortPeers",
    "ListedPeers",
    "NeighbouringPeers",
    "PeerClass",
    "PeerList",
    "SameClass",
    "SameRegion",
]

_PAIR: Final = 2  # a group of one has nobody to compare with
_REGION: Final = InstitutionKind.REGION


@attrs.frozen(kw_only=True)
class PeerList:
    """The peers that somebody has listed for one unit, in their order.

    The unit itself may stand in its list, as it does in published ones; it is no peer of itself, and that is told when the sets
    are made.

    Attributes
    ----------
    unit, peers
        Whose list, and who is on it.

    Examples
    --------
    >>> from maalbib.model import PeerList
    >>> PeerList(unit="0751", peers=("0101", "0461", "0851")).peers[0]
    '0101'
    """

    unit: str = attrs.field(validator=Matches())
    peers: tuple[str, ...] = attrs.field(converter=as_tuple, validator=CODES)


@attrs.frozen(kw_only=True)
class PeerClass:
    """One class of a classification and who is in it.

    A class of one is legal: it has nobody to compare with.

    Attributes
    ----------
    id, name, members
        Code, what people call it, and codes of the members.

    Examples
    --------
    >>> from maalbib.model import PeerClass, Text
    >>> PeerClass(id="large", name=Text(da="store byer"), members=("0751", "0461")).id
    'large'
    """

    id: str = attrs.field(validator=Matches())
    name: Text = attrs.field(validator=IsA((Text,), "a Text"))
    members: tuple[str, ...] = attrs.field(converter=as_tuple, validator=CODES)


def _as_lists(value: Any) -> Any:
    """Turn a mapping from unit to peers into lists; leave everything else."""
    if isinstance(value, Mapping):
        return tuple(PeerList(unit=unit, peers=_codes(peers)) for unit, peers in value.items())
    return as_tuple(value)


def _codes(peers: Any) -> Any:
    return tuple(peers) if isinstance(peers, Iterable) and not isinstance(peers, str) else peers


@attrs.frozen(kw_only=True)
class ListedPeers(PeerDefinition):
    """Peers that somebody has listed: for each unit its own, or one list whose members are compared with each other.

    Attributes
    ----------
    lists
        The list of each unit; a mapping from unit to peers will do. Lists may be of any length, and need not be mutual.
    members
        One list for all, at least two.

    Examples
    --------
    >>> from maalbib import ListedPeers, Text
    >>> own = ListedPeers(id="egne", name=Text(da="Egne valg"), lists={"0751": ["0101", "0461"], "0461": ["0851"]})
    >>> own.lists[0].peers
    ('0101', '0461')
    """

    KIND: ClassVar[str] = "listed"

    lists: tuple[PeerList, ...] = attrs.field(
        default=(), converter=_as_lists, validator=Each(IsA((PeerList,), "a PeerList"))
    )
    members: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if bool(self.lists) == bool(self.members):
            yield self._error("peers.one_list", "lists")
        if len({each.unit for each in self.lists}) != len(self.lists):
            yield self._error("peers.unit_twice", "lists")
        twice = next((i for i, each in enumerate(self.lists) if _repeats(each.peers)), None)
        if twice is not None:
            yield self._error("peers.listed_twice", f"lists[{twice}].peers")
        yield from _listed(self, self.members)


@attrs.frozen(kw_only=True)
class SameClass(PeerDefinition):
    """Units in the same class of a classification.

    Attributes
    ----------
    groups
        Ids of groups of the catalogue or the register, such as Statistics Denmark's ``dst-2018-1`` to ``dst-2018-5``.
    classes
        The classes themselves. Nobody is in two.
    attribute
        What the register says of the institutions: ``ownership`` or ``sector``; institutions of the same kind are compared.

    Notes
    -----
    Exactly one of the three is given.

    Examples
    --------
    >>> from maalbib import SameClass, Text
    >>> groups = [f"dst-2018-{number}" for number in range(1, 6)]
    >>> SameClass(id="kommunegrupper", name=Text(da="Samme kommunegruppe"), groups=groups).kind
    'classification'
    """

    KIND: ClassVar[str] = "classification"

    groups: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)
    classes: tuple[PeerClass, ...] = attrs.field(
        default=(), converter=as_tuple, validator=Each(IsA((PeerClass,), "a PeerClass"))
    )
    attribute: PeerAttribute | None = attrs.field(
        default=None, converter=Choice(PeerAttribute, "SameClass.attribute")
    )

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if bool(self.groups) + bool(self.classes) + (self.attribute is not None) != 1:
            yield self._error("peers.one_classification", "groups")
        if _repeats([code for each in self.classes for code in each.members]):
            yield self._error("peers.two_classes", "classes")
        if _repeats(self.groups) or _repeats([each.id for each in self.classes]):
            yield self._error("peers.class_twice", "groups" if self.groups else "classes")


@attrs.frozen(kw_only=True)
class SameRegion(PeerDefinition):
    """Units that belong to the same body above them, by the register on the day the vintage begins.

    Attributes
    ----------
    level
        Of which kind the body above is: ``region`` unless said otherwise; ``municipality`` compares the schools of one.

    Examples
    --------
    >>> from maalbib import SameRegion, Text
    >>> SameRegion(id="region", name=Text(da="Samme region"), vintage="2024").level.value
    'region'
    """

    KIND: ClassVar[str] = "region"

    level: InstitutionKind = attrs.field(
        default=_REGION,
        converter=Choice(InstitutionKind, "SameRegion.level"),
        validator=IsA((InstitutionKind,), "a kind of institution"),
    )


@attrs.frozen(kw_only=True)
class NeighbouringPeers(PeerDefinition):
    """Municipalities with a common land border. Islands have none, which is an answer and no error.

    Attributes
    ----------
    order
        1 for the neighbours, 2 for theirs as well.

    Examples
    --------
    >>> from maalbib import NeighbouringPeers, Text
    >>> NeighbouringPeers(id="naboer", name=Text(da="Nabokommuner"), order=2).order
    2
    """

    KIND: ClassVar[str] = "contiguous"

    order: int = attrs.field(default=1, validator=Between(1, 2, whole=True))


@attrs.frozen(kw_only=True)
class CohortPeers(PeerDefinition):
    """A named cohort against the rest: the peers of each member are all who are not members.

    Attributes
    ----------
    members
        Codes of the cohort, such as the 34 municipalities of a partnership. The rest has no peers: it is what is compared with.

    Examples
    --------
    >>> from maalbib import CohortPeers, Text
    >>> CohortPeers(id="partnerskab", name=Text(da="Partnerskabet"), members=["0101", "0751"]).kind
    'cohort'
    """

    KIND: ClassVar[str] = "cohort"

    members: tuple[str, ...] = attrs.field(converter=as_tuple, validator=CODES)

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if not self.members:
            yield self._error("peers.nobody", "members")
        elif _repeats(self.members):
            yield self._error("peers.member_twice", "members")


@attrs.frozen(kw_only=True)
class AllPeers(PeerDefinition):
    """Everybody else of the same level.

    Attributes
    ----------
    except_
        Codes that are nobody's peer and are themselves compared with the others, as when a country is compared without its
        capital. Who is to take no part at all stands in ``exclusions``.

    Examples
    --------
    >>> from maalbib import AllPeers, Text
    >>> AllPeers(id="alle", name=Text(da="Landet uden København"), except_=["0101"]).except_
    ('0101',)
    """

    KIND: ClassVar[str] = "all"

    except_: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)


PEER_KINDS: Final[dict[str, type[PeerDefinition]]] = {
    cls.KIND: cls
    for cls in (ListedPeers, SameClass, SameRegion, NeighbouringPeers, NearestPeers, CohortPeers, AllPeers)
}


def _repeats(codes: Iterable[str]) -> bool:
    held = list(codes)
    return len(set(held)) != len(held)


def _listed(definition: PeerDefinition, members: tuple[str, ...]) -> Iterator[DefinitionError]:
    """Yield what is wrong with one list for all."""
    if _repeats(members):
        yield definition._error("peers.member_twice", "members")  # noqa: SLF001 - one family of classes
    elif members and len(members) < _PAIR:
        yield definition._error("peers.too_small", "members")  # noqa: SLF001
