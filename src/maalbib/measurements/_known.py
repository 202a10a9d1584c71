"""What is known beforehand about the codes in a table: one entry per distinct text, looked up once."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.measurements._facts import Facts
from maalbib.measurements._schema import FREQUENCIES, TOTAL
from maalbib.model import Indicator, InstitutionKind, Level, Period, UnitKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.catalogue import Catalogue
    from maalbib.measurements._columns import Columns
    from maalbib.register import Register

__all__ = ["LEVELS", "IndicatorFacts", "InstitutionFacts", "Known", "PeriodFacts", "factor_of"]

LEVELS: Final = tuple(Level)
_FREQUENCY: Final = {freq: i for i, freq in enumerate(FREQUENCIES)}
_EPOCH: Final = dt.date(1970, 1, 1)
_FIRST_DAY, _LAST_DAY = -(10**9), 10**9

Span = tuple[dt.date | None, dt.date | None]

_LEVEL_OF_KIND: Final = {
    InstitutionKind.STATE: Level.COUNTRY,
    InstitutionKind.COUNTRY: Level.COUNTRY,
    InstitutionKind.REGION: Level.REGION,
    InstitutionKind.COUNTY: Level.REGION,
    InstitutionKind.MUNICIPALITY_GROUP: Level.MUNICIPALITY,
    InstitutionKind.MUNICIPALITY: Level.MUNICIPALITY,
}
# Without a register the form of a canonical code tells the level; what has another form counts as the finest one.
_LEVEL_OF_FORM: Final = (("DK", Level.COUNTRY), ("108[0-9]", Level.REGION), ("0[0-9]{3}", Level.MUNICIPALITY))


@attrs.frozen(eq=False, kw_only=True)
class IndicatorFacts:
    """Per distinct indicator code; NaN and -1 stand for no rule.

    Attributes
    ----------
    found
        The definitions, None where the code is not in the catalogue.
    low, high
        Limits of a value.
    freq
        Position of the frequency in the list of all frequencies.
    factor
        What numerator over denominator is multiplied by to give a value.
    level
        Position of the publication level in :data:`LEVELS`, finest first.
    """

    found: tuple[Indicator | None, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    freq: NDArray[np.int64]
    factor: NDArray[np.float64]
    level: NDArray[np.int64]

    @classmethod
    def of(cls, texts: tuple[str, ...], indicators: Mapping[str, Indicator]) -> IndicatorFacts:
        """Look the codes up."""
        found = tuple(indicators.get(text) for text in texts)
        return cls(
            found=found,
            low=np.array([-math.inf if item is None else item.low for item in found]),
            high=np.array([math.inf if item is None else item.high for item in found]),
            freq=np.array(
                [-1 if item is None or item.freq is None else _FREQUENCY[item.freq] for item in found], int
            ),
            factor=np.array([math.nan if item is None else factor_of(item) for item in found]),
            level=np.array([-1 if item is None else _level(item.publication_level) for item in found], int),
        )


def factor_of(indicator: Indicator) -> float:
    """Return what a share, ratio or rate is counted in: per cent, parts of one, per so many."""
    unit = indicator.unit
    if unit.kind is UnitKind.SHARE:
        return (100.0 if unit.is_percentage else 1.0) / unit.multiplier
    if unit.kind is UnitKind.RATIO or (unit.kind is UnitKind.RATE and unit.per != 1):
        return unit.per / unit.multiplier
    return math.nan


def _level(level: Level | None) -> int:
    return -1 if level is None else LEVELS.index(level)


@attrs.frozen(eq=False, kw_only=True)
class PeriodFacts:
    """Per distinct period.

    Attributes
    ----------
    periods
        The periods.
    freq
        Position of the frequency in the list of all frequencies.
    first, last
        First and last day, counted from 1970.
    """

    periods: tuple[Period, ...]
    freq: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @classmethod
    def of(cls, texts: tuple[str, ...]) -> PeriodFacts:
        """Read canonical texts."""
        periods = tuple(Period.parse(text) for text in texts)
        return cls(
            periods=periods,
            freq=np.array([_FREQUENCY[period.freq] for period in periods], dtype=np.int64),
            first=np.array([(period.start - _EPOCH).days for period in periods], dtype=np.int64),
            last=np.array([(period.end - _EPOCH).days for period in periods], dtype=np.int64),
        )


@attrs.frozen(eq=False, kw_only=True)
class InstitutionFacts:
    """Per distinct institution code.

    Attributes
    ----------
    level
        Position of the finest level that the code stands for in :data:`LEVELS`; past its end where that is not known.
    lives
        Pairs of first day and first day after, counted from 1970. A code that was used again has several; a code
        with fewer than others is filled up with empty spans.
    """

    level: NDArray[np.int64]
    lives: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]

    @classmethod
    def of(cls, texts: tuple[str, ...], register: Register | None) -> InstitutionFacts:
        """Look the codes up."""
        if register is None:
            return cls(level=np.array([_level_of_form(text) for text in texts], int), lives=())
        codes, levels = register.codes, _levels_in(register)
        spans = [register.validity(text) if text in codes else () for text in texts]
        return cls(
            level=np.array([levels.get(text, len(LEVELS)) for text in texts], dtype=np.int64),
            lives=tuple(_layer(spans, i) for i in range(max(map(len, spans), default=0))),
        )


def _level_of_form(text: str) -> int:
    fitting = (level for form, level in _LEVEL_OF_FORM if re.fullmatch(form, text))
    return LEVELS.index(next(fitting, Level.INSTITUTION))


def _levels_in(register: Register) -> dict[str, int]:
    """Return the level of every code, the finest where it was used again for something else."""
    levels: dict[str, int] = {}
    for entry in register.institutions:
        level = LEVELS.index(_LEVEL_OF_KIND.get(entry.kind, Level.INSTITUTION))
        levels[entry.id] = min(level, levels.get(entry.id, level))
    return levels


def _layer(spans: Sequence[Sequence[Span]], i: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the i-th life of every code; unknown codes are alive, since another rule reports them."""
    first = np.full(len(spans), _LAST_DAY, dtype=np.int64)
    after = np.full(len(spans), _FIRST_DAY, dtype=np.int64)
    for code, lives in enumerate(spans):
        if not lives:
            first[code], after[code] = _FIRST_DAY, _LAST_DAY
        elif i < len(lives):
            start, end = lives[i]
            first[code] = _FIRST_DAY if start is None else (start - _EPOCH).days
            after[code] = _LAST_DAY if end is None else (end - _EPOCH).days
    return first, after


@attrs.frozen(eq=False, kw_only=True)
class Known:
    """Everything that the rules look up.

    Attributes
    ----------
    indicators, periods, institutions
        Facts per distinct code of the column.
    codes
        Columns with a closed list of codes: the list, which a reader may be pointed to.
    facts
        What holds for whole columns of the table.
    """

    indicators: IndicatorFacts
    periods: PeriodFacts
    institutions: InstitutionFacts
    codes: Mapping[str, Collection[str]]
    facts: Facts

    @classmethod
    def about(cls, columns: Columns, catalogue: Catalogue | None, register: Register | None) -> Known:
        """Look up every distinct code of the columns."""
        codes: dict[str, Collection[str]] = {}
        indicators: Mapping[str, Indicator] = {}
        if catalogue is not None:
            indicators = catalogue.indicators
            codes["indicator"] = indicators
            if len(catalogue.sources):
                codes["source"] = catalogue.sources
            for name in columns.breakdowns:
                dimension = catalogue.dimensions.get(name)
                if dimension is not None and dimension.categories:
                    codes[name] = {*dimension.codes, TOTAL}
        if register is not None:
            codes["institution"] = register.codes
        return cls(
            indicators=IndicatorFacts.of(columns.codes["indicator"].texts, indicators),
            periods=PeriodFacts.of(columns.codes["period"].texts),
            institutions=InstitutionFacts.of(columns.codes["institution"].texts, register),
            codes=codes,
            facts=Facts(columns),
        )
