"""Targets that are judged on a series made from the measurements, and not on the measurements themselves.

Their regions, baselines and interim targets are on that series: the share within the limit, the dispersion, the yearly
growth in per cent, the difference from the reference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._dated_target import DatedTarget
from maalbib.model._fields import Between, Choice, IsA, Matches, optional
from maalbib.model._indicator import DIRECTION_ALIASES
from maalbib.model._words import Direction, Dispersion, ReferenceStatistic

__all__ = ["DispersionAtMost", "GrowthRate", "RelativeToReference", "ShareWithinLimit"]


@attrs.frozen(kw_only=True)
class ShareWithinLimit(DatedTarget):
    """So large a share of the cases is to be done within a limit: a guarantee (*garanti*).

    Attributes
    ----------
    limit
        The longest a case may take, in the unit of the cases, such as days; at least 0.
    value
        The least share that meets the target, in the indicator's unit.

    Examples
    --------
    >>> from maalbib import ShareWithinLimit
    >>> target = ShareWithinLimit(id="T10", indicator="diagnosed_in_time_share", limit=30, value=95)
    >>> target.kind, target.region(None)
    ('share_within_limit', (95, inf))
    """

    KIND: ClassVar[str] = "share_within_limit"

    limit: float = attrs.field(validator=Between(low=0))
    value: float = attrs.field(validator=Between())

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`; it is on the share."""
        del baseline
        return self.value, math.inf

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return 1


@attrs.frozen(kw_only=True)
class DispersionAtMost(DatedTarget):
    """The units are to lie no further from one another than this: more even quality (*mere ensartet kvalitet*).

    Attributes
    ----------
    value
        The greatest dispersion that meets the target, at least 0; in the indicator's unit, save for ``p90_over_p10`` and
        ``cv``, which have none.
    statistic
        How dispersion is measured: ``sd``, ``range``, ``iqr``, ``p90_minus_p10``, ``p90_over_p10``, ``cv`` or ``mad``.
    min_units
        Fewest units that say something about dispersion, at least 2.
    remove_noise
        Whether what small numbers alone spread is taken out first, by the standard errors of the values; only for ``sd``.

    Notes
    -----
    ``scope`` says which units. Levelling down lowers dispersion too, so the mean belongs beside it.

    Examples
    --------
    >>> from maalbib import DispersionAtMost
    >>> target = DispersionAtMost(id="T11", indicator="wellbeing", value=0.2, statistic="sd", due="2028")
    >>> target.region(None), target.way()
    ((-inf, 0.2), -1)
    """

    KIND: ClassVar[str] = "dispersion_at_most"
    OF_VALUES: ClassVar[bool] = False

    value: float = attrs.field(validator=Between(low=0))
    statistic: Dispersion = attrs.field(
        converter=Choice(Dispersion, "DispersionAtMost.statistic"), validator=IsA((Dispersion,), "a dispersion")
    )
    min_units: int = attrs.field(default=5, validator=Between(low=2, whole=True))
    remove_noise: bool = attrs.field(default=False, validator=IsA((bool,), "true or false"))

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`; it is on the dispersion."""
        del baseline
        return -math.inf, self.value

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return -1

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.remove_noise and self.statistic is not Dispersion.SD:
            yield self._error("target.noise_statistic", "remove_noise")


@attrs.frozen(kw_only=True)
class GrowthRate(DatedTarget):
    """The value is to grow by so many per cent a year at least, or at most.

    Attributes
    ----------
    percent
        Growth in per cent a year, at least -100; negative is a fall, and zero is legal.
    direction
        ``higher`` where more growth also meets it, ``lower`` where less does. It is never inferred.
    years
        How many years the growth is measured over; it is the yearly rate that, compounded, gives the change.

    Examples
    --------
    >>> from maalbib import GrowthRate
    >>> GrowthRate(id="T12", indicator="cost_per_place", percent=2, direction="lower").region(None)
    (-inf, 2)
    """

    KIND: ClassVar[str] = "growth_rate"
    OF_VALUES: ClassVar[bool] = False

    percent: float = attrs.field(validator=Between(low=-100))
    direction: Direction = attrs.field(
        converter=Choice(Direction, "GrowthRate.direction", DIRECTION_ALIASES),
        validator=IsA((Direction,), "a direction"),
    )
    years: int = attrs.field(default=1, validator=Between(low=1, whole=True))

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`; it is on the growth in per cent a year."""
        del baseline
        return _beyond(self.percent, self.direction)

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return _sign(self.direction)

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.direction not in {Direction.HIGHER, Direction.LOWER}:
            yield self._error("target.one_way", "direction")


@attrs.frozen(kw_only=True)
class RelativeToReference(DatedTarget):
    """The value is to be above, or below, a reference that moves: the country, a group, or the same unit a year earlier.

    Attributes
    ----------
    institution
        Code of the institution whose value is the reference, such as ``"DK"``.
    group
        Id of the group of which a figure is the reference.
    previous
        Whether the unit's own value a year earlier is the reference.
    statistic
        Which figure of a group: ``mean`` or ``median``.
    difference
        The least difference from the reference where ``direction`` is ``higher``, the greatest where it is ``lower``, in the
        indicator's unit; 0 is at least as good, and -2 with ``lower`` is at least two below.
    direction
        Which way is better. It is never inferred.

    Notes
    -----
    Exactly one of ``institution``, ``group`` and ``previous`` is given.

    Examples
    --------
    >>> from maalbib import RelativeToReference
    >>> target = RelativeToReference(id="T13", indicator="sick", institution="DK", direction="lower")
    >>> target.region(None), target.way()
    ((-inf, 0.0), -1)
    """

    KIND: ClassVar[str] = "relative_to_reference"
    OF_VALUES: ClassVar[bool] = False

    institution: str | None = attrs.field(default=None, validator=optional(Matches()))
    group: str | None = attrs.field(default=None, validator=optional(Matches()))
    previous: bool = attrs.field(default=False, validator=IsA((bool,), "true or false"))
    statistic: ReferenceStatistic = attrs.field(
        default=ReferenceStatistic.MEAN,
        converter=Choice(ReferenceStatistic, "RelativeToReference.statistic"),
        validator=IsA((ReferenceStatistic,), "a statistic"),
    )
    difference: float = attrs.field(default=0.0, validator=Between())
    direction: Direction = attrs.field(
        converter=Choice(Direction, "RelativeToReference.direction", DIRECTION_ALIASES),
        validator=IsA((Direction,), "a direction"),
    )

    def region(self, baseline: float | None) -> tuple[float, float]:
        """See :meth:`Target.region`; it is on the difference from the reference."""
        del baseline
        return _beyond(self.difference, self.direction)

    def way(self) -> int:
        """See :meth:`Target.way`."""
        return _sign(self.direction)

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if (self.institution is not None) + (self.group is not None) + self.previous != 1:
            yield self._error("target.one_reference", "institution")
        if self.direction not in {Direction.HIGHER, Direction.LOWER}:
            yield self._error("target.one_way", "direction")


def _beyond(edge: float, direction: Direction) -> tuple[float, float]:
    return (edge, math.inf) if direction is Direction.HIGHER else (-math.inf, edge)


def _sign(direction: Direction) -> int:
    return 1 if direction is Direction.HIGHER else -1
