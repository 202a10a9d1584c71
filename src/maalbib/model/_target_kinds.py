"""Targets as types: each kind is a class, so that an impossible target cannot be written down."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar, Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._dated_target import DatedTarget
from maalbib.model._fields import Between, Choice, IsA
from maalbib.model._indicator import DIRECTION_ALIASES
from maalbib.model._milestone import Milestone
from maalbib.model._target import Target
from maalbib.model._target_derived import DispersionAtMost, GrowthRate, RelativeToReference, ShareWithinLimit
from maalbib.model._target_kept import DirectionOnly, ImproveEachPeriod, Maintain
from maalbib.model._words import Direction

__all__ = [
    "TARGET_KINDS",
    "AtLeast",
    "AtMost",
    "ChangeAbsolute",
    "ChangeRelative",
    "ReachBy",
    "WithinBand",
]

_DIRECTED: Final = (Direction.HIGHER, Direction.LOWER)


@attrs.frozen(kw_only=True)
class AtLeast(DatedTarget):
    """The value is to be at least this high. Zero is a legal target.

    Attributes
    ----------
    value
        The least value that meets the target, in the indicator's unit.

    Examples
    --------
    >>> from maalbib import AtLeast
    >>> target = AtLeast(id="T1", indicator="good_reading_share", value=80)
    >>> target.kind, target.region(None)
    ('at_least', (80, inf))
    """

    KIND: ClassVar[str] = "at_least"

    value: float = attrs.field(validator=Between())

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`."""
        del baseline
        return self.value, math.inf

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return 1


@attrs.frozen(kw_only=True)
class AtMost(DatedTarget):
    """The value is to be at most this high. Zero is a legal target.

    Attributes
    ----------
    value
        The greatest value that meets the target, in the indicator's unit.

    Examples
    --------
    >>> from maalbib import AtMost
    >>> AtMost(id="T2", indicator="sick", value=0, due="2030").region(None)
    (-inf, 0)
    """

    KIND: ClassVar[str] = "at_most"

    value: float = attrs.field(validator=Between())

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`."""
        del baseline
        return -math.inf, self.value

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return -1


@attrs.frozen(kw_only=True)
class WithinBand(DatedTarget):
    """The value is to lie within a band; its edges count as inside.

    Attributes
    ----------
    low, high
        The edges, in the indicator's unit.

    Examples
    --------
    >>> from maalbib import WithinBand
    >>> WithinBand(id="T3", indicator="budget_deviation", low=-1, high=1).region(None)
    (-1, 1)
    """

    KIND: ClassVar[str] = "within_band"

    low: float = attrs.field(validator=Between())
    high: float = attrs.field(validator=Between())

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`."""
        del baseline
        return self.low, self.high

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.low > self.high:
            yield self._error("target.band_order", "high")


@attrs.frozen(kw_only=True)
class ReachBy(DatedTarget):
    """The value is to be reached by a period, from a stated side.

    Attributes
    ----------
    value
        The value to reach.
    direction
        ``higher`` where larger values also count, ``lower`` where smaller ones do. It is never inferred.

    Examples
    --------
    >>> from maalbib import ReachBy
    >>> ReachBy(id="T4", indicator="pools_count", value=50, direction="lower", due="2022").way()
    -1
    """

    KIND: ClassVar[str] = "reach_by"

    value: float = attrs.field(validator=Between())
    direction: Direction = attrs.field(
        converter=Choice(Direction, "ReachBy.direction", DIRECTION_ALIASES),
        validator=IsA((Direction,), "a direction"),
    )

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`."""
        del baseline
        return (self.value, math.inf) if self.direction is Direction.HIGHER else (-math.inf, self.value)

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return _sign(self.direction)

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.due is None:
            yield self._error("target.needs_due", "due")
        if self.direction not in _DIRECTED:
            yield self._error("target.one_way", "direction")


@attrs.frozen(kw_only=True)
class ChangeAbsolute(DatedTarget):
    """The value is to change by so much from the baseline, in the indicator's unit (percentage points for a share).

    Attributes
    ----------
    delta
        The change asked for; positive is up, and zero is refused.

    Examples
    --------
    >>> from maalbib import Baseline, ChangeAbsolute
    >>> target = ChangeAbsolute(id="T5", indicator="sick", delta=-2, baseline=Baseline(period="2018"), due="2022")
    >>> target.region(12.0)
    (-inf, 10.0)
    """

    KIND: ClassVar[str] = "change_absolute"
    NEEDS_BASELINE: ClassVar[bool] = True

    delta: float = attrs.field(validator=Between())

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`."""
        return _from_baseline(self.delta, None if baseline is None else baseline + self.delta)

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return 1 if self.delta > 0 else -1

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.delta == 0:
            yield self._error("target.no_change_asked", "delta")


@attrs.frozen(kw_only=True)
class ChangeRelative(DatedTarget):
    """The value is to change by so many per cent of the baseline: +100 is a doubling, not 100 points.

    A baseline of zero or below gives no verdict, with that reason.

    Attributes
    ----------
    percent
        The change asked for in per cent of the baseline, at least -100; zero is refused.

    Examples
    --------
    >>> from maalbib import Baseline, ChangeRelative
    >>> target = ChangeRelative(
    ...     id="T6", indicator="pools_count", percent=-50, baseline=Baseline(period="2018"), due="2022"
    ... )
    >>> target.region(80.0)
    (-inf, 40.0)
    """

    KIND: ClassVar[str] = "change_relative"
    NEEDS_BASELINE: ClassVar[bool] = True

    percent: float = attrs.field(validator=Between(low=-100))

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`."""
        return _from_baseline(self.percent, None if baseline is None else baseline * (1 + self.percent / 100))

    def aim(self, baseline: float | None) -> float | None:
        """See :meth:`DatedTarget.aim`; 100 per cent less is zero, whatever the baseline."""
        return 0.0 if self.percent == -100 else super().aim(baseline)  # noqa: PLR2004 - per cent

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return 1 if self.percent > 0 else -1

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.percent == 0:
            yield self._error("target.no_change_asked", "percent")


TARGET_KINDS: Final[dict[str, type[Target]]] = {
    cls.KIND: cls
    for cls in (
        AtLeast,
        AtMost,
        WithinBand,
        ReachBy,
        ChangeAbsolute,
        ChangeRelative,
        Maintain,
        ImproveEachPeriod,
        DirectionOnly,
        ShareWithinLimit,
        DispersionAtMost,
        GrowthRate,
        RelativeToReference,
        Milestone,
    )
}


def _sign(direction: Direction) -> int:
    return 1 if direction is Direction.HIGHER else -1


def _from_baseline(change: float, value: float | None) -> tuple[float, float]:
    if value is None:
        return math.nan, math.nan
    return (value, math.inf) if change > 0 else (-math.inf, value)
