"""Institutions, the bodies they belong to, and groups of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import CODES, Entity, Validated, check_order
from maalbib.model._fields import Between, Choice, Each, IsA, Matches, as_date, as_tuple, optional
from maalbib.model._frozen import FrozenDict
from maalbib.model._succession import InstitutionName, ServedShare, add_up
from maalbib.model._text import Text
from maalbib.model._words import InstitutionKind, MembershipRole, Ownership

__all__ = ["Identifier", "Institution", "Membership", "PeerGroup"]


@attrs.frozen(kw_only=True)
class Identifier(Validated):
    """A number that another system knows an institution by, always text.

    Attributes
    ----------
    scheme
        The system, for example ``municipality3`` or ``cvr``.
    value
        The number as that system writes it.
    valid_from, valid_to
        First day it holds and first day it no longer does, within the institution's own life; None is open.

    Examples
    --------
    >>> from maalbib import Identifier
    >>> Identifier(scheme="municipality3", value="101").value
    '101'
    """

    scheme: str = attrs.field(validator=Matches())
    value: str = attrs.field(validator=IsA((str,), "text"))
    valid_from: dt.date | None = attrs.field(default=None, converter=as_date("Identifier.valid_from"))
    valid_to: dt.date | None = attrs.field(default=None, converter=as_date("Identifier.valid_to"))

    def _broken(self) -> Iterator[DefinitionError]:
        if not check_order(self.valid_from, self.valid_to):
            yield self._error("validity.order", "valid_to")


@attrs.frozen(kw_only=True)
class Institution(Entity):
    """A unit that is measured: a municipality, a school, a ward.

    Its identity is ``(id, valid_from)``: codes are used again for other units after a reform.

    Attributes
    ----------
    kind
        state, country, region, municipality, municipality_group, county, school, daycare, nursing_home, home_care, hospital, ward,
        social_offer or other.
    identifiers
        What other systems call it.
    ownership
        municipal, regional, state, self_governing or private.
    sector
        Service area, an open vocabulary: child, school, elderly, disability, health, labour_market ...
    capacity
        Places or persons, None where not known.
    names
        Names it had before the present one, each with the time it was used.
    serves
        Whom it serves besides its seat, with shares that add up to 1 on a day; empty where it serves its seat alone.

    Examples
    --------
    >>> from maalbib import Institution, Text
    >>> Institution(id="0751", name=Text(da="Aarhus"), kind="municipality").kind.value
    'municipality'
    """

    kind: InstitutionKind = attrs.field(
        converter=Choice(InstitutionKind, "Institution.kind"),
        validator=IsA((InstitutionKind,), "a kind of institution"),
    )
    identifiers: tuple[Identifier, ...] = attrs.field(
        default=(), converter=as_tuple, validator=Each(IsA((Identifier,), "an Identifier"))
    )
    ownership: Ownership | None = attrs.field(default=None, converter=Choice(Ownership, "Institution.ownership"))
    sector: str | None = attrs.field(default=None, validator=optional(Matches()))
    capacity: float | None = attrs.field(default=None, validator=optional(Between(low=0)))
    names: tuple[InstitutionName, ...] = attrs.field(
        default=(), converter=as_tuple, validator=Each(IsA((InstitutionName,), "an InstitutionName"))
    )
    serves: tuple[ServedShare, ...] = attrs.field(
        default=(), converter=as_tuple, validator=Each(IsA((ServedShare,), "a ServedShare"))
    )

    def name_on(self, date: dt.date) -> Text:
        """Return the name on a day: an earlier one where it was used then, else the present one."""
        return next((name.text for name in self.names if name.valid_on(date)), self.name)

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.serves and not add_up(self.serves):
            yield self._error("serves.shares", "serves")


@attrs.frozen(kw_only=True)
class Membership(Validated):
    """An institution belongs to another one for a time; parents change, so this is not a field of the institution.

    Attributes
    ----------
    institution, parent
        Their codes.
    role
        belongs_to, operated_by or supervised_by.
    valid_from, valid_to
        First day it holds and first day it no longer does.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Examples
    --------
    >>> from maalbib import Membership
    >>> Membership(institution="0101", parent="1084", valid_to="2027-01-01").role.value
    'belongs_to'
    """

    institution: str = attrs.field(validator=Matches())
    parent: str = attrs.field(validator=Matches())
    role: MembershipRole = attrs.field(
        default=MembershipRole.BELONGS_TO,
        converter=Choice(MembershipRole, "Membership.role"),
        validator=IsA((MembershipRole,), "a role"),
    )
    valid_from: dt.date | None = attrs.field(default=None, converter=as_date("Membership.valid_from"))
    valid_to: dt.date | None = attrs.field(default=None, converter=as_date("Membership.valid_to"))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)

    def valid_on(self, date: dt.date) -> bool:
        """Return whether it holds on a day; the last day is the one before ``valid_to``."""
        return (self.valid_from is None or self.valid_from <= date) and (
            self.valid_to is None or date < self.valid_to
        )

    def _broken(self) -> Iterator[DefinitionError]:
        if self.institution == self.parent:
            yield self._error("membership.own_parent", "parent")
        if not check_order(self.valid_from, self.valid_to):
            yield self._error("validity.order", "valid_to")


@attrs.frozen(kw_only=True)
class PeerGroup(Validated):
    """A listed group of institutions that are compared with each other.

    Attributes
    ----------
    id, name
        Code, and what people call it.
    members
        Codes of the members, each once, at least two.
    valid_from, valid_to
        First day the group holds and first day it no longer does.
    note
        Why these.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Examples
    --------
    >>> from maalbib import PeerGroup, Text
    >>> six = PeerGroup(id="sixcities", name=Text(da="6-byerne"), members=("0101", "0751"))
    >>> len(six.members)
    2
    """

    id: str = attrs.field(validator=Matches())
    name: Text = attrs.field(validator=IsA((Text,), "a Text"))
    members: tuple[str, ...] = attrs.field(converter=as_tuple, validator=CODES)
    valid_from: dt.date | None = attrs.field(default=None, converter=as_date("PeerGroup.valid_from"))
    valid_to: dt.date | None = attrs.field(default=None, converter=as_date("PeerGroup.valid_to"))
    note: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)

    def _broken(self) -> Iterator[DefinitionError]:
        if len(set(self.members)) != len(self.members):
            yield self._error("group.twice", "members")
        if len(set(self.members)) < 2:  # noqa: PLR2004 - a group of one has nobody to compare with
            yield self._error("group.too_small", "members")
        if not check_order(self.valid_from, self.valid_to):
            yield self._error("validity.order", "valid_to")
