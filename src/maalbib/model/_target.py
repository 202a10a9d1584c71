"""What every target has: whom it binds, where it starts, and the time in which it holds."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import CODES, SAID, TEXT, Validated, check_order
from maalbib.model._fields import Between, Choice, Each, IsA, Matches, Rule, as_date, as_tuple, optional
from maalbib.model._frozen import FrozenDict
from maalbib.model._indicator import as_period
from maalbib.model._period import Period
from maalbib.model._source import Citation
from maalbib.model._suspension import Suspension
from maalbib.model._text import Text
from maalbib.model._words import InstitutionKind

__all__ = ["Baseline", "Scope", "Target"]

_BOTH_WAYS: Final = (-math.inf, math.inf)
_METHOD: Rule = Matches("[a-z][a-z0-9_]*(?:/[0-9]+)?")


@attrs.frozen(kw_only=True)
class Baseline:
    """Where a target starts from.

    Attributes
    ----------
    period
        The period counted from.
    value
        The agreed value; None takes the observed one. An agreed value stays when the data are revised.

    Examples
    --------
    >>> from maalbib import Baseline
    >>> Baseline(period="2018", value=71.5).value
    71.5
    """

    period: Period = attrs.field(converter=as_period, validator=IsA((Period,), "a period"))
    value: float | None = attrs.field(default=None, validator=optional(Between()))


@attrs.frozen(kw_only=True)
class Scope(Validated):
    """Whom a target binds: named institutions, every institution of a kind, or a group.

    Attributes
    ----------
    institutions
        Codes of the institutions bound.
    kind
        A kind of institution, every one of which is bound.
    group
        Id of a group, every member of which is bound.

    Notes
    -----
    Exactly one of the three is given. Every registered member gets a row in the result, also without data.

    Examples
    --------
    >>> from maalbib import Scope
    >>> Scope(kind="municipality").kind.value
    'municipality'
    """

    institutions: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)
    kind: InstitutionKind | None = attrs.field(default=None, converter=Choice(InstitutionKind, "Scope.kind"))
    group: str | None = attrs.field(default=None, validator=optional(Matches()))

    def _broken(self) -> Iterator[DefinitionError]:
        if bool(self.institutions) + (self.kind is not None) + (self.group is not None) != 1:
            yield self._error("scope.one", "institutions")


@attrs.frozen(kw_only=True)
class Target(Validated):
    """Base of every kind of target.

    Attributes
    ----------
    id
        Code that stays the same when the target is revised.
    indicator
        Id of the indicator it speaks of.
    name
        What people call it; None where its kind and value say enough.
    goal
        Id of the goal it belongs to.
    scope
        Whom it binds; None binds every institution that has data.
    breakdown
        The one breakdown it speaks of, such as ``grade=4``; None judges each breakdown for itself.
    baseline
        Where it starts from.
    tolerance
        How far outside the target region still counts as inside, in the indicator's unit.
    no_change
        How much movement is no material change, in the indicator's unit.
    min_verdict
        Fewest people behind a value that may be judged; None judges all.
    essential
        Whether missing it always needs an explanation.
    decided_on
        The day it was decided; None means always. A target that is revised keeps its id and stands once more, with the day
        of the revision: see :func:`target_in_force`.
    version
        What people call this version of it, such as ``"2024"``.
    withdrawn_on
        First day on which it no longer holds, where it was given up.
    suspensions
        Times in which it is not judged; no two of them overlap.
    weight
        Weight among the targets of its goal, at least 0; None counts as the mean of the others.
    slack
        How large a share of the planned change may be missing where the projection lands; None takes that of the method.
    method
        Name of the method that judges it, such as ``"robust"`` or ``"statcan/1"``; None takes the caller's.
    citation, note, proposed
        The words it rests on, a remark, and the names of the fields that are our proposal.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Examples
    --------
    >>> from maalbib import AtLeast
    >>> from maalbib.model import Target
    >>> isinstance(AtLeast(id="T1", indicator="good_reading_share", value=80), Target)
    True
    """

    KIND: ClassVar[str] = ""
    NEEDS_BASELINE: ClassVar[bool] = False
    OF_VALUES: ClassVar[bool] = True  # whether its region lies among the indicator's values

    id: str = attrs.field(validator=Matches())
    indicator: str = attrs.field(validator=Matches())
    name: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    goal: str | None = attrs.field(default=None, validator=optional(Matches()))
    scope: Scope | None = attrs.field(default=None, validator=optional(IsA((Scope,), "a Scope")))
    breakdown: str | None = attrs.field(default=None, validator=optional(TEXT))
    baseline: Baseline | None = attrs.field(default=None, validator=optional(IsA((Baseline,), "a Baseline")))
    tolerance: float = attrs.field(default=0.0, validator=Between(low=0))
    no_change: float = attrs.field(default=0.0, validator=Between(low=0))
    min_verdict: int | None = attrs.field(default=None, validator=optional(Between(low=0, whole=True)))
    essential: bool = attrs.field(default=False, validator=IsA((bool,), "true or false"))
    decided_on: dt.date | None = attrs.field(default=None, converter=as_date("Target.decided_on"))
    version: str | None = attrs.field(default=None, validator=optional(SAID))
    withdrawn_on: dt.date | None = attrs.field(default=None, converter=as_date("Target.withdrawn_on"))
    suspensions: tuple[Suspension, ...] = attrs.field(
        default=(), converter=as_tuple, validator=Each(IsA((Suspension,), "a suspension"))
    )
    weight: float | None = attrs.field(default=None, validator=optional(Between(low=0)))
    slack: float | None = attrs.field(default=None, validator=optional(Between(low=0, high=1)))
    method: str | None = attrs.field(default=None, validator=optional(_METHOD))
    citation: Citation | None = attrs.field(default=None, validator=optional(IsA((Citation,), "a Citation")))
    note: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    proposed: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=Each(TEXT))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)

    @property
    def kind(self) -> str:
        """The tag of its kind in files and results."""
        return self.KIND

    def region(self, baseline: float | None) -> tuple[float, float]:
        """Return the lowest and highest value that meet the target, infinite on an open side.

        ``baseline`` is the agreed or observed baseline value, None where there is none; a kind that needs it then gives NaN.
        """
        del baseline
        return _BOTH_WAYS

    def way(self) -> int:
        """Return +1 where higher values are nearer to the target, -1 where lower ones are, 0 for a band."""
        return 0

    def suspended_on(self, day: dt.date) -> bool:
        """Return whether the target is not judged on a ``day``."""
        return any(each.covers(day) for each in self.suspensions)

    def withdrawn_by(self, day: dt.date) -> bool:
        """Return whether the target no longer holds on a ``day``."""
        return self.withdrawn_on is not None and self.withdrawn_on <= day

    def _broken(self) -> Iterator[DefinitionError]:
        if not check_order(self.decided_on, self.withdrawn_on):
            yield self._error("target.withdrawn_first", "withdrawn_on")
        spans = sorted(self.suspensions, key=lambda each: each.start)
        if any(one.end is None or one.end > other.start for one, other in pairwise(spans)):
            yield self._error("target.suspensions_overlap", "suspensions")
        if self.NEEDS_BASELINE and self.baseline is None:
            yield self._error("target.needs_baseline", "baseline", kind=self.KIND)
