"""Targets as types: each kind is a class, so that an impossible target cannot be written down."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar, Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._fields import Between, Choice, IsA
from maalbib.model._indicator import DIRECTION_ALIASES
from maalbib.model._target import DatedTarget, Target
from maalbib.model._words import Direction, Side

__all__ = [
    "TARGET_KINDS",
    "AtLeast",
    "AtMost",
    "ChangeAbsolute",
    "ChangeRelative",
    "DirectionOnly",
    "ImproveEachPeriod",
    "Maintain",
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

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return 1 if self.percent > 0 else -1

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.percent == 0:
            yield self._error("target.no_change_asked", "percent")


@attrs.frozen(kw_only=True)
class Maintain(Target):
    """The value is to stay where the baseline is.

    Attributes
    ----------
    band
        How far from the baseline still counts, in the indicator's unit.
    side
        ``both`` (any larger change misses the target) or ``no_worse`` (improvement is let through; needs ``direction``).
    direction
        Which way is better, for ``no_worse``.

    Examples
    --------
    >>> from maalbib import Baseline, Maintain
    >>> Maintain(id="T7", indicator="wellbeing", band=0.1, baseline=Baseline(period="2018")).region(4.0)
    (3.9, 4.1)
    """

    KIND: ClassVar[str] = "maintain"
    NEEDS_BASELINE: ClassVar[bool] = True

    band: float = attrs.field(default=0.0, validator=Between(low=0))
    side: Side = attrs.field(
        default=Side.BOTH, converter=Choice(Side, "Maintain.side"), validator=IsA((Side,), "a side")
    )
    direction: Direction | None = attrs.field(
        default=None, converter=Choice(Direction, "Maintain.direction", DIRECTION_ALIASES)
    )

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`."""
        if baseline is None:
            return math.nan, math.nan
        better_up = self.side is Side.NO_WORSE and self.direction is Direction.HIGHER
        better_down = self.side is Side.NO_WORSE and self.direction is Direction.LOWER
        return -math.inf if better_down else baseline - self.band, math.inf if better_up else baseline + self.band

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return _sign(self.direction) if self.side is Side.NO_WORSE and self.direction is not None else 0

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.side is Side.NO_WORSE and self.direction not in _DIRECTED:
            yield self._error("target.one_way", "direction")


@attrs.frozen(kw_only=True)
class ImproveEachPeriod(Target):
    """The value is to be better in each period than in the one before.

    Attributes
    ----------
    direction
        Which way is better.
    min_step
        The least improvement that counts, in the indicator's unit.

    Examples
    --------
    >>> from maalbib import ImproveEachPeriod
    >>> ImproveEachPeriod(id="T8", indicator="best_readers_share", direction="higher").way()
    1
    """

    KIND: ClassVar[str] = "improve_each_period"

    direction: Direction = attrs.field(
        converter=Choice(Direction, "ImproveEachPeriod.direction", DIRECTION_ALIASES),
        validator=IsA((Direction,), "a direction"),
    )
    min_step: float = attrs.field(default=0.0, validator=Between(low=0))

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return _sign(self.direction)

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.direction not in _DIRECTED:
            yield self._error("target.one_way", "direction")


@attrs.frozen(kw_only=True)
class DirectionOnly(Target):
    """The value is to move the right way from the baseline; nobody has said how far.

    Attributes
    ----------
    direction
        Which way is better.

    Examples
    --------
    >>> from maalbib import Baseline, DirectionOnly
    >>> DirectionOnly(id="T9", indicator="wellbeing", direction="higher", baseline=Baseline(period="2014/15")).kind
    'direction_only'
    """

    KIND: ClassVar[str] = "direction_only"
    NEEDS_BASELINE: ClassVar[bool] = True

    direction: Direction = attrs.field(
        converter=Choice(Direction, "DirectionOnly.direction", DIRECTION_ALIASES),
        validator=IsA((Direction,), "a direction"),
    )

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return _sign(self.direction)

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.direction not in _DIRECTED:
            yield self._error("target.one_way", "direction")


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
    )
}


def _sign(direction: Direction) -> int:
    return 1 if direction is Direction.HIGHER else -1


def _from_baseline(change: float, value: float | None) -> tuple[float, float]:
    if value is None:
        return math.nan, math.nan
    return (value, math.inf) if change > 0 else (-math.inf, value)
