"""Indicators: what is measured, in which unit, and which way is better."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import attrs

from maalbib.errors import DefinitionError, UnknownCodeError
from maalbib.model._entity import CODES, TEXT, Entity, Validated
from maalbib.model._fields import Between, Choice, Each, IsA, Matches, as_date, as_tuple, optional
from maalbib.model._frequency import Frequency
from maalbib.model._period import Period
from maalbib.model._text import Text
from maalbib.model._unit import Unit
from maalbib.model._words import (
    Aggregation,
    BreakKind,
    Comparable,
    Direction,
    IndicatorKind,
    Level,
    Measure,
    Mention,
)

__all__ = ["DIRECTION_ALIASES", "Break", "Indicator", "as_frequency", "as_period", "as_unit"]

DIRECTION_ALIASES: Final = {"up": "higher", "down": "lower", "range": "target", "none": "context"}
_NOT_SUMMABLE: Final = frozenset({Measure.SHARE, Measure.RATIO, Measure.MEAN, Measure.MEDIAN, Measure.INDEX})


def as_unit(value: Any) -> Any:
    """Turn the code of a built-in unit into the unit."""
    return Unit.of(value) if isinstance(value, str) else value


def as_frequency(value: Any) -> Any:
    """Turn a word for a frequency into the frequency."""
    if not isinstance(value, str) or isinstance(value, Frequency):
        return value
    try:
        return Frequency.parse(value)
    except UnknownCodeError as error:
        suggestion = error.details.get("suggestion")
        code = "enum.unknown" if suggestion is None else "enum.did_you_mean"
        allowed = [freq.value for freq in Frequency]
        raise DefinitionError(code, model="Indicator", field="freq", allowed=allowed, suggestion=suggestion) from None


def as_period(value: Any) -> Any:
    """Turn the canonical text of a period into the period."""
    return Period.parse(value) if isinstance(value, str) else value


@attrs.frozen(kw_only=True)
class Break(Validated):
    """A period from which the values are no longer the same thing as before.

    Attributes
    ----------
    period
        First period of the new series.
    kind
        definition, method, population, territory, system or wording.
    comparable
        ``no`` (nothing is compared across it), ``with_factor`` (earlier values are multiplied by ``link_factor``) or ``yes``.
    link_factor
        Needed with, and only with, ``with_factor``.
    note
        Why.
    known_from
        The day from which the break was known; None means always.

    Examples
    --------
    >>> from maalbib import Break
    >>> Break(period="2019/20", kind="method").comparable.value
    'no'
    """

    period: Period = attrs.field(converter=as_period, validator=IsA((Period,), "a period"))
    kind: BreakKind = attrs.field(
        converter=Choice(BreakKind, "Break.kind"), validator=IsA((BreakKind,), "a kind of break")
    )
    comparable: Comparable = attrs.field(
        default=Comparable.NO,
        converter=Choice(Comparable, "Break.comparable"),
        validator=IsA((Comparable,), "yes or no"),
    )
    link_factor: float | None = attrs.field(default=None, validator=optional(Between()))
    note: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    known_from: dt.date | None = attrs.field(default=None, converter=as_date("Break.known_from"))

    def _broken(self) -> Iterator[DefinitionError]:
        if (self.link_factor is not None) != (self.comparable is Comparable.WITH_FACTOR):
            yield self._error("break.factor", "link_factor")


@attrs.frozen(kw_only=True)
class Indicator(Entity):
    """Something that is measured again and again.

    Attributes
    ----------
    unit
        A :class:`Unit`, or the code of a built-in one such as ``"percent"``.
    direction
        ``higher``, ``lower``, ``target`` (nearest to a target is best) or ``context`` (no better direction). There is no
        default.
    kind
        result, process, resource or experience; None where nobody has said.
    freq
        How often it is measured; None takes it from the data.
    measure
        count, share, ratio, mean, median, sum, index, score, duration or amount.
    numerator, denominator
        What is counted above and below the line, in words.
    aggregation
        How the values of several units become one; decides which mean a comparison uses.
    decimals
        Decimals shown; judgements are made on unrounded values.
    value_min, value_max
        Limits of a value, the unit's own where None.
    resolution
        The smallest step the figures can show, for example 1 for whole percentages; None where not known.
    dimensions
        Columns by which the values are broken down.
    level
        The smallest unit it is measured for.
    publication_level
        How far out values may be shown: a figure that is confidential below the country has ``country``.
    min_show
        Fewest people behind a value that may be shown.
    publication_delay
        Days from the end of a period until its value is published, as a rule; None where not known. Figures that are later are
        flagged as stale.
    breaks
        Declared breaks, in time order.
    definition
        What exactly is counted.
    mention
        How the cited document relates to it: ``named`` or ``implied``.
    composed_of
        Ids of the indicators it is the sum of.
    area
        Service area, an open vocabulary.
    year_start
        First day of a split year, ``--MM-DD``; 1 August where None.
    tags
        Words to find it by.

    Raises
    ------
    DefinitionError
        If a field is wrong or two fields contradict each other; every broken rule is named.

    Examples
    --------
    >>> from maalbib import Indicator, Text
    >>> sick = Indicator(
    ...     id="sick", name=Text(da="Sygefravær"), unit="days", direction="lower", kind="result", freq="year"
    ... )
    >>> sick.direction.value, sick.freq.value
    ('lower', 'A')
    >>> Indicator(id="sick", name=Text(da="Sygefravær"), unit="days", direction="lwer")
    Traceback (most recent call last):
    ...
    maalbib.errors.DefinitionError: Indicator.direction must be one of: higher, lower, target, context. Did you mean lower?
    """

    unit: Unit = attrs.field(converter=as_unit, validator=IsA((Unit,), "a unit or the code of one"))
    direction: Direction = attrs.field(
        converter=Choice(Direction, "Indicator.direction", DIRECTION_ALIASES),
        validator=IsA((Direction,), "a direction"),
    )
    kind: IndicatorKind | None = attrs.field(
        default=None, converter=Choice(IndicatorKind, "Indicator.kind", {"activity": "process"})
    )
    freq: Frequency | None = attrs.field(
        default=None, converter=as_frequency, validator=optional(IsA((Frequency,), "a frequency"))
    )
    measure: Measure | None = attrs.field(default=None, converter=Choice(Measure, "Indicator.measure"))
    numerator: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    denominator: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    aggregation: Aggregation | None = attrs.field(
        default=None, converter=Choice(Aggregation, "Indicator.aggregation")
    )
    decimals: int = attrs.field(default=1, validator=Between(0, 9, whole=True))
    value_min: float | None = attrs.field(default=None, validator=optional(Between()))
    value_max: float | None = attrs.field(default=None, validator=optional(Between()))
    resolution: float | None = attrs.field(default=None, validator=optional(Between(low=0)))
    dimensions: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)
    level: Level | None = attrs.field(default=None, converter=Choice(Level, "Indicator.level"))
    publication_level: Level | None = attrs.field(
        default=None, converter=Choice(Level, "Indicator.publication_level")
    )
    min_show: int = attrs.field(default=5, validator=Between(low=0, whole=True))
    publication_delay: int | None = attrs.field(default=None, validator=optional(Between(low=0, whole=True)))
    breaks: tuple[Break, ...] = attrs.field(default=(), converter=as_tuple, validator=Each(IsA((Break,), "a Break")))
    definition: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    mention: Mention | None = attrs.field(default=None, converter=Choice(Mention, "Indicator.mention"))
    composed_of: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)
    area: str | None = attrs.field(default=None, validator=optional(TEXT))
    year_start: str | None = attrs.field(
        default=None, validator=optional(Matches("--(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"))
    )
    tags: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=Each(TEXT))

    @property
    def low(self) -> float:
        """The least value that is possible."""
        return self.unit.low if self.value_min is None else self.value_min

    @property
    def high(self) -> float:
        """The greatest value that is possible."""
        return self.unit.high if self.value_max is None else self.value_max

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if not self.low < self.high:
            yield self._error("indicator.bounds_order", "value_max")
        if self.value_min is not None and self.value_min < self.unit.low:
            yield self._error("indicator.bounds_unit", "value_min", low=self.unit.low, high=self.unit.high)
        if self.value_max is not None and self.value_max > self.unit.high:
            yield self._error("indicator.bounds_unit", "value_max", low=self.unit.low, high=self.unit.high)
        if self.aggregation is Aggregation.SUM and self.measure in _NOT_SUMMABLE:
            yield self._error("indicator.not_summable", "aggregation")
        if self.measure is Measure.RATIO and (self.numerator is None or self.denominator is None):
            yield self._error("indicator.ratio_parts", "denominator")
        yield from self._broken_breaks()

    def _broken_breaks(self) -> Iterator[DefinitionError]:
        periods = [item.period for item in self.breaks]
        if (self.freq is not None and any(period.freq is not self.freq for period in periods)) or len(
            {period.freq for period in periods}
        ) > 1:
            yield self._error("indicator.break_frequency", "breaks")
        elif any(a >= b for a, b in pairwise(periods)):
            yield self._error("indicator.break_order", "breaks")
        elif any(not self.valid_on(period.start) for period in periods):
            yield self._error("indicator.break_validity", "breaks")
