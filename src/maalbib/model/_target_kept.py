"""Targets without a value of their own: to keep what there is, and to move the right way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar, Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._fields import Between, Choice, IsA
from maalbib.model._indicator import DIRECTION_ALIASES
from maalbib.model._target import Target
from maalbib.model._words import Direction, Side, StepPolicy

__all__ = ["DirectionOnly", "ImproveEachPeriod", "Maintain"]

_DIRECTED: Final = (Direction.HIGHER, Direction.LOWER)


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
    policy
        ``latest`` (the latest step is judged) or ``every`` (every step since the baseline, or since the first value).

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
    policy: StepPolicy = attrs.field(
        default=StepPolicy.LATEST,
        converter=Choice(StepPolicy, "ImproveEachPeriod.policy"),
        validator=IsA((StepPolicy,), "a policy"),
    )

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


def _sign(direction: Direction) -> int:
    return 1 if direction is Direction.HIGHER else -1
