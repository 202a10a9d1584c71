"""What every target has: whom it binds, where it starts, when it is due."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import ClassVar, Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import CODES, TEXT, Validated
from maalbib.model._fields import Between, Choice, Each, IsA, Matches, as_date, as_tuple, optional
from maalbib.model._frequency import Frequency
from maalbib.model._frozen import FrozenDict
from maalbib.model._indicator import as_period
from maalbib.model._period import Period
from maalbib.model._source import Citation
from maalbib.model._text import Text
from maalbib.model._words import InstitutionKind, TargetPath

__all__ = ["Baseline", "DatedTarget", "Scope", "Target"]

_BOTH_WAYS: Final = (-math.inf, math.inf)


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
        The day it was decided; None means always.
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

    def _broken(self) -> Iterator[DefinitionError]:
        if self.NEEDS_BASELINE and self.baseline is None:
            yield self._error("target.needs_baseline", "baseline", kind=self.KIND)


@attrs.frozen(kw_only=True)
class DatedTarget(Target):
    """A target that may have a deadline.

    With ``due`` it is judged at that period, and until then by where the development leads. Without, it is a standing target,
    judged by the latest value.

    Attributes
    ----------
    due
        The period in which it falls due.
    path
        How the way there is laid out; so far only ``linear``.
    """

    due: Period | None = attrs.field(
        default=None, converter=as_period, validator=optional(IsA((Period,), "a period"))
    )
    path: TargetPath = attrs.field(
        default=TargetPath.LINEAR,
        converter=Choice(TargetPath, "DatedTarget.path"),
        validator=IsA((TargetPath,), "a path"),
    )

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.due is None or self.baseline is None:
            return
        start = self.baseline.period
        if start.start >= self.due.start:
            yield self._error("target.period_order", "due")
        elif _finer(self.due.freq, start.freq):
            yield self._error("target.due_frequency", "due")


def _finer(one: Frequency, other: Frequency) -> bool:
    return one.length < other.length
