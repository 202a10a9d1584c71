"""What happens to institutions on a day: merged, split, renumbered, closed; and their names and numbers through time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import CODES, TEXT, Validated, check_order
from maalbib.model._fields import Between, Choice, IsA, Matches, Rule, as_date, as_tuple, optional
from maalbib.model._frozen import FrozenDict
from maalbib.model._text import Text

__all__ = ["ChangeKind", "InstitutionChange", "InstitutionName", "ServedShare", "ServedShareBasis"]

# Shares are written with few decimals, so their sum is 1 only about.
_ROUNDING: Final = 1e-6
_SHARE: Final[Rule] = Between(low=0, high=1)


class ChangeKind(StrEnum):
    """What happened to institutions."""

    RENAME = "rename"  # another name, the same institution
    RENUMBER = "renumber"  # another code for the same thing
    MERGE = "merge"
    SPLIT = "split"
    TRANSFER_PART = "transfer_part"  # gives away a part and lives on
    ABOLISH = "abolish"  # nobody comes after
    CREATE = "create"  # nobody was before
    REPARENT = "reparent"  # moves to another parent; the memberships say to whom


# How many institutions stand before and after: at least, at most.
_MANY: Final = 10**9
_BEFORE_AND_AFTER: Final = {
    ChangeKind.RENAME: ((1, 1), (1, 1)),
    ChangeKind.RENUMBER: ((1, 1), (1, 1)),
    ChangeKind.MERGE: ((1, _MANY), (1, 1)),
    ChangeKind.SPLIT: ((1, 1), (2, _MANY)),
    ChangeKind.TRANSFER_PART: ((1, 1), (2, _MANY)),
    ChangeKind.ABOLISH: ((1, _MANY), (0, 0)),
    ChangeKind.CREATE: ((0, 0), (1, _MANY)),
    ChangeKind.REPARENT: ((1, 1), (1, 1)),
}
_STAYS: Final = frozenset({ChangeKind.RENAME, ChangeKind.TRANSFER_PART, ChangeKind.REPARENT})


class ServedShareBasis(StrEnum):
    """What the shares of those an institution serves rest on."""

    USERS = "users"
    CONTRACT = "contract"
    UNKNOWN = "unknown"


def _shares_by_basis(value: Any) -> Any:
    """Freeze ``{basis: {code: share}}``; leave everything else, so that the check names the fault."""
    if not isinstance(value, Mapping):
        return value
    return FrozenDict({key: FrozenDict(part) if isinstance(part, Mapping) else part for key, part in value.items()})


@attrs.frozen(kw_only=True)
class InstitutionChange(Validated):
    """What became of institutions on a day.

    A unit that passes whole needs no weights. One that is split has them on one basis or several, and whoever converts
    figures says which basis to use.

    Attributes
    ----------
    date
        The first day of what came after; the day before is the last of what was.
    kind
        rename, renumber, merge, split, transfer_part, abolish, create or reparent.
    from_ids, to_ids
        Codes before and after. The same code may stand on both sides: the day decides what it means.
    weights
        For one that is split or gives away a part: ``{basis: {code: share}}``, every receiver named, shares that add up
        to 1. Bases are an open vocabulary; ``area``, ``population``, ``register_rule`` (all to the largest receiver) and
        ``manual`` are the usual ones.
    source
        Where it is written, in words.
    note
        What else to know.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Examples
    --------
    >>> from maalbib import InstitutionChange
    >>> InstitutionChange(
    ...     date="2007-01-01",
    ...     kind="split",
    ...     from_ids=("0233",),
    ...     to_ids=("0219", "0250"),
    ...     weights={"area": {"0219": 0.4431, "0250": 0.5569}},
    ... ).bases
    ('area',)
    """

    date: dt.date = attrs.field(converter=as_date("InstitutionChange.date"), validator=IsA((dt.date,), "a date"))
    kind: ChangeKind = attrs.field(
        converter=Choice(ChangeKind, "InstitutionChange.kind"), validator=IsA((ChangeKind,), "a kind of change")
    )
    from_ids: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)
    to_ids: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)
    weights: FrozenDict = attrs.field(factory=FrozenDict, converter=_shares_by_basis)
    source: str | None = attrs.field(default=None, validator=optional(TEXT))
    note: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)

    @property
    def bases(self) -> tuple[str, ...]:
        """The bases that there are weights on, sorted."""
        return tuple(sorted(self.weights))

    def _broken(self) -> Iterator[DefinitionError]:
        before, after = _BEFORE_AND_AFTER[self.kind]
        stays = self.kind not in _STAYS or set(self.from_ids) <= set(self.to_ids)
        if not (before[0] <= len(self.from_ids) <= before[1] and after[0] <= len(self.to_ids) <= after[1] and stays):
            yield self._error("change.ends", "to_ids", kind=self.kind.value)
        for field in ("from_ids", "to_ids"):
            codes = getattr(self, field)
            if len(set(codes)) != len(codes):
                yield self._error("change.twice", field)
        if self.weights and (len(self.from_ids) != 1 or len(self.to_ids) < 2):  # noqa: PLR2004 - nothing to weigh
            yield self._error("change.not_split", "weights")
        elif not all(self._adds_up(basis, shares) for basis, shares in self.weights.items()):
            yield self._error("change.weights", "weights")

    def _adds_up(self, basis: str, shares: Any) -> bool:
        named = Matches().fault(basis) is None and isinstance(shares, Mapping) and set(shares) == set(self.to_ids)
        return named and not any(map(_SHARE.fault, shares.values())) and _is_one(sum(shares.values()))


@attrs.frozen(kw_only=True)
class InstitutionName(Validated):
    """A name that an institution had for a time; a new name is no new institution.

    Attributes
    ----------
    text
        The name.
    valid_from, valid_to
        First day it was used and first day it no longer was; ``valid_to`` must be given.

    Examples
    --------
    >>> from maalbib.model import InstitutionName, Text
    >>> InstitutionName(text=Text(da="Bornholms Region"), valid_to="2007-01-01").text.get("da")
    'Bornholms Region'
    """

    text: Text = attrs.field(validator=IsA((Text,), "a Text"))
    valid_from: dt.date | None = attrs.field(default=None, converter=as_date("InstitutionName.valid_from"))
    valid_to: dt.date = attrs.field(
        converter=as_date("InstitutionName.valid_to"), validator=IsA((dt.date,), "a date")
    )

    def valid_on(self, date: dt.date) -> bool:
        """Return whether the name was used on a day; the last day is the one before ``valid_to``."""
        return (self.valid_from is None or self.valid_from <= date) and date < self.valid_to

    def _broken(self) -> Iterator[DefinitionError]:
        if not check_order(self.valid_from, self.valid_to):
            yield self._error("validity.order", "valid_to")


@attrs.frozen(kw_only=True)
class ServedShare(Validated):
    """How much of an institution is for one of those that it serves.

    Attributes
    ----------
    unit
        Code of whom it serves, for example a municipality.
    share
        How much of it is theirs, 0 to 1; the shares of one day add up to 1.
    by
        users, contract or unknown: what the share rests on.
    valid_from, valid_to
        First day it holds and first day it no longer does.

    Examples
    --------
    >>> from maalbib.model import ServedShare
    >>> ServedShare(unit="0101", share=0.6, by="users").by.value
    'users'
    """

    unit: str = attrs.field(validator=Matches())
    share: float = attrs.field(validator=_SHARE)
    by: ServedShareBasis = attrs.field(
        default=ServedShareBasis.UNKNOWN,
        converter=Choice(ServedShareBasis, "ServedShare.by"),
        validator=IsA((ServedShareBasis,), "users, contract or unknown"),
    )
    valid_from: dt.date | None = attrs.field(default=None, converter=as_date("ServedShare.valid_from"))
    valid_to: dt.date | None = attrs.field(default=None, converter=as_date("ServedShare.valid_to"))

    def valid_on(self, date: dt.date) -> bool:
        """Return whether it holds on a day; the last day is the one before ``valid_to``."""
        return (self.valid_from is None or self.valid_from <= date) and (
            self.valid_to is None or date < self.valid_to
        )

    def _broken(self) -> Iterator[DefinitionError]:
        if not check_order(self.valid_from, self.valid_to):
            yield self._error("validity.order", "valid_to")


def add_up(shares: tuple[ServedShare, ...]) -> bool:
    """Return whether the shares add up to 1, and name nobody twice, on every day on which one of them begins."""
    for day in {share.valid_from or dt.date.min for share in shares}:
        held = [share for share in shares if share.valid_on(day)]
        if not _is_one(sum(share.share for share in held)) or len({share.unit for share in held}) != len(held):
            return False
    return True


def _is_one(total: float) -> bool:
    return math.isclose(total, 1.0, rel_tol=0.0, abs_tol=_ROUNDING)
