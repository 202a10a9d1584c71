"""The names, units and decimals that turn codes and numbers of a result into sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from maalbib.analysis._secrecy import LEAST_SHOWN
from maalbib.analysis._series_body import ALL_UNITS
from maalbib.model import Text
from maalbib.texts import MISSING, number, sentence

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.model import Indicator
    from maalbib.register import Register

__all__ = ["NO_LABELS", "IndicatorLabel", "Labels", "labels_of"]

_NO_BREAK_SPACE = "\u00a0"
_LARGE: Final = 100  # a change a year of this size needs no decimal more than the values have
_MOST_MORE: Final = 3  # decimals that a difference may have besides, so that it does not read as 0
_POINTS = Text(da="procentpoint", en="percentage points")


@attrs.frozen(kw_only=True)
class IndicatorLabel:
    """What a sentence needs to know of an indicator.

    Attributes
    ----------
    name, unit, symbol
        What people call it, its unit, and the sign of the unit.
    percentage
        Whether differences are percentage points.
    decimals
        Decimals shown; None shows as many as a number has, four digits at most.
    min_show
        Fewest people behind a value that is shown.
    """

    name: Text
    unit: Text | None = None
    symbol: str = ""
    percentage: bool = False
    decimals: int | None = None
    min_show: int = LEAST_SHOWN

    def value(self, value: float | None, lang: str) -> str:
        """Write a value with its unit: ``71,0 %``, ``9,4 dage``."""
        return self._with_unit(number(_tidy(value), lang, self.decimals), self.symbol or self._unit(lang))

    def bare(self, value: float | None, lang: str) -> str:
        """Write a value without its unit."""
        return number(_tidy(value), lang, self.decimals)

    def change(self, value: float | None, lang: str) -> str:
        """Write a difference: of percentages in percentage points."""
        return self._difference(value, lang, self.decimals)

    def bare_change(self, value: float | None, lang: str) -> str:
        """Write a difference without its unit."""
        tidy = _tidy(value)
        return number(tidy, lang, _telling(tidy, self.decimals))

    def pace(self, value: float | None, lang: str) -> str:
        """Write a change a year: as a difference, with a decimal more unless it is large."""
        more = 1 if value is None or abs(value) < _LARGE else 0
        return self._difference(value, lang, None if self.decimals is None else self.decimals + more)

    def _difference(self, value: float | None, lang: str, decimals: int | None) -> str:
        unit = _POINTS.get(lang) if self.percentage else self.symbol or self._unit(lang)
        tidy = _tidy(value)
        return self._with_unit(number(tidy, lang, _telling(tidy, decimals)), unit)

    def for_differences(self) -> IndicatorLabel:
        """Return the label of a series of differences: its values are percentage points where these are percentages."""
        return attrs.evolve(self, unit=_POINTS, symbol="") if self.percentage else self

    def _unit(self, lang: str) -> str:
        return "" if self.unit is None else self.unit.get(lang)

    @staticmethod
    def _with_unit(text: str, unit: str) -> str:
        return f"{text}{_NO_BREAK_SPACE}{unit}" if unit and text != MISSING else text


def _telling(value: float | None, decimals: int | None) -> int | None:
    """Return how many decimals keep a difference from reading as 0: at which side of 0 a limit lies is what decides."""
    if value is None or decimals is None or math.isnan(value) or value == 0:
        return decimals
    enough = (count for count in range(decimals, decimals + _MOST_MORE + 1) if abs(value) >= 0.5 * 10.0**-count)
    return next(enough, decimals)


def _tidy(value: float | None) -> float | None:
    """Take out the noise of a subtraction, which must not decide how a number is rounded: 88.3 less 79.45 is 8.849999999999994."""
    return None if value is None else round(value, 9)


PERCENTAGES: Final = IndicatorLabel(name=Text(da=MISSING, en=MISSING), symbol="%", percentage=True, decimals=1)
BARE: Final = IndicatorLabel(name=Text(da=MISSING, en=MISSING), decimals=2)


@attrs.frozen(kw_only=True)
class Labels:
    """Names by code; a code without a name speaks for itself.

    Attributes
    ----------
    indicators
        What is known of the indicators.
    names
        Names of institutions, goals, targets, groups, breakdowns and, as ``grade.4``, their categories.
    """

    indicators: Mapping[str, IndicatorLabel] = attrs.field(factory=dict)
    names: Mapping[str, Text] = attrs.field(factory=dict)

    def name(self, code: str, lang: str, fallback: str | None = None) -> str:
        """Return the name of an institution, goal, target, group or breakdown; the fallback or the code without one."""
        text = self.names.get(code)
        return (fallback or code) if text is None else text.get(lang)

    def indicator(self, code: str) -> IndicatorLabel:
        """Return what is known of an indicator; of an unknown one, its code."""
        name = code or MISSING  # a milestone may have no indicator
        return self.indicators.get(code) or IndicatorLabel(name=Text(da=name, en=name))

    def thing(self, code: str, lang: str) -> str:
        """Return the name of an indicator or of a breakdown."""
        known = self.indicators.get(code)
        return self.name(code, lang) if known is None else known.name.get(lang)

    @classmethod
    def merged(cls, parts: Iterable[Labels]) -> Labels:
        """Return all labels of several; the first one with a code decides."""
        indicators: dict[str, IndicatorLabel] = {}
        names: dict[str, Text] = {}
        for part in parts:
            indicators = {**part.indicators, **indicators}
            names = {**part.names, **names}
        return cls(indicators=indicators, names=names)

    def to_dict(self) -> dict[str, Any]:
        """Return the labels as plain data, the same for the same labels."""
        return {
            "indicators": {code: _plain(label) for code, label in sorted(self.indicators.items())},
            "names": {code: text.to_dict() for code, text in sorted(self.names.items())},
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Labels:
        """Return the labels that :meth:`to_dict` gave."""
        return cls(
            indicators={code: _label(label) for code, label in plain["indicators"].items()},
            names={code: Text(**texts) for code, texts in plain["names"].items()},
        )


NO_LABELS = Labels()


def labels_of(
    catalogue: Catalogue | None, register: Register | None, *, indicators: Iterable[str], institutions: Iterable[str]
) -> Labels:
    """Collect the labels of the codes that a result holds."""
    known = {} if catalogue is None else catalogue.indicators
    codes = set(institutions)
    names: dict[str, Text] = {}
    if ALL_UNITS in codes:
        names[ALL_UNITS] = Text(
            da=sentence("target_series.all_units", "da"), en=sentence("target_series.all_units", "en")
        )
    if register is not None:
        # A code that was used again is called what it stands for last.
        names |= {code: register.identities(code)[-1].name for code in codes if code in register.codes}
    if catalogue is not None:
        names |= {code: item.name for code, item in catalogue.institutions.items() if code not in names}
        names |= {item.id: item.name for item in catalogue.goals.values()}
        names |= {item.id: item.name for item in catalogue.targets.values() if item.name is not None}
        names |= {item.id: item.name for item in catalogue.groups.values()}
        for dimension in catalogue.dimensions.values():
            names[dimension.id] = dimension.name
            names |= {f"{dimension.id}.{category.id}": category.name for category in dimension.categories}
    found = {code: _indicator_label(known[code]) for code in indicators if code in known}
    return Labels(indicators=found, names=names)


def _indicator_label(indicator: Indicator) -> IndicatorLabel:
    unit = indicator.unit
    return IndicatorLabel(
        name=indicator.name,
        unit=unit.name,
        symbol=unit.symbol,
        percentage=unit.is_percentage,
        decimals=indicator.decimals,
        min_show=indicator.min_show,
    )


def _plain(label: IndicatorLabel) -> dict[str, Any]:
    return {
        "name": label.name.to_dict(),
        "unit": None if label.unit is None else label.unit.to_dict(),
        "symbol": label.symbol,
        "percentage": label.percentage,
        "decimals": label.decimals,
        "min_show": label.min_show,
    }


def _label(plain: Mapping[str, Any]) -> IndicatorLabel:
    """Return the label; what a newer version knows besides is left out."""
    return IndicatorLabel(
        name=Text(**plain["name"]),
        unit=None if plain["unit"] is None else Text(**plain["unit"]),
        symbol=plain["symbol"],
        percentage=plain["percentage"],
        decimals=plain["decimals"],
        min_show=plain["min_show"],
    )
