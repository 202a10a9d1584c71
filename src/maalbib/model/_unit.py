"""Units of measurement."""

from __future__ import annotations

import math
from functools import cache

import attrs

from maalbib import texts
from maalbib.errors import DefinitionError
from maalbib.model._fields import Between, Choice, IsA, Matches, optional
from maalbib.model._frozen import FrozenDict
from maalbib.model._text import Text
from maalbib.model._words import UnitKind

__all__ = ["Unit", "builtin_units"]


@attrs.frozen(kw_only=True)
class Unit:
    """What one step of a value means.

    Attributes
    ----------
    id
        Code, for example ``"percent"``.
    kind
        share, count, rate, ratio, money, time, index or score.
    name
        What people call it; for a slope of shares, percentage points are said instead.
    symbol
        What stands behind a number: ``%``, ``kr.``.
    low, high
        Natural limits of a value, infinite where there are none. A percentage lies within 0-100, a share within 0-1: the two
        are different units.
    multiplier
        How many units the value 1 stands for.
    per
        The base of a rate, for example 1000.
    currency, price_year
        ISO 4217 code, needed for money; the year of constant prices, None for current prices.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Raises
    ------
    DefinitionError
        If a field is wrong, the limits are in the wrong order, or money has no currency.

    Examples
    --------
    >>> Unit.of("percent").high
    100.0
    """

    id: str = attrs.field(validator=Matches())
    kind: UnitKind = attrs.field(converter=Choice(UnitKind, "Unit.kind"), validator=IsA((UnitKind,), "a unit kind"))
    name: Text = attrs.field(validator=IsA((Text,), "a Text"))
    symbol: str = attrs.field(default="", validator=IsA((str,), "text"))
    low: float = attrs.field(default=-math.inf, validator=IsA((int, float), "a number"))
    high: float = attrs.field(default=math.inf, validator=IsA((int, float), "a number"))
    multiplier: float = attrs.field(default=1, validator=Between())
    per: float = attrs.field(default=1, validator=Between(low=0))
    currency: str | None = attrs.field(default=None, validator=optional(Matches("[A-Z]{3}")))
    price_year: int | None = attrs.field(default=None, validator=optional(Between(1500, 2999, whole=True)))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)

    def __attrs_post_init__(self) -> None:
        if not self.low < self.high:
            raise DefinitionError("unit.bounds_order", model="Unit", field="low", id=self.id)
        if self.kind is UnitKind.MONEY and self.currency is None:
            raise DefinitionError("unit.currency", model="Unit", field="currency", id=self.id)

    @property
    def is_percentage(self) -> bool:
        """Whether values are per cent, so that differences are percentage points."""
        return self.kind is UnitKind.SHARE and self.high > 1

    @staticmethod
    def of(code: str) -> Unit:
        """Return the built-in unit with this code.

        Raises
        ------
        DefinitionError
            If there is none; the text names the nearest one.
        """
        units = builtin_units()
        if code in units:
            return units[code]
        suggestion = texts.closest(code, units)
        code_of_error = "unit.unknown" if suggestion is None else "unit.did_you_mean"
        raise DefinitionError(code_of_error, model="Unit", field="unit", suggestion=suggestion, allowed=sorted(units))


@cache
def builtin_units() -> dict[str, Unit]:
    """Return the units that need no definition, by code and alias."""
    percent: dict[str, object] = {"low": 0.0, "high": 100.0, "symbol": "%"}
    rows: tuple[tuple[str, str, str, str, dict[str, object]], ...] = (
        ("percent", "share", "procent", "per cent", percent),
        ("PT", "share", "procent", "per cent", percent),
        ("share", "share", "andel", "share", {"low": 0.0, "high": 1.0}),
        ("percentage_points", "score", "procentpoint", "percentage points", {}),
        ("percent_per_year", "rate", "procent pr. år", "per cent per year", {}),
        ("count", "count", "antal", "number", {"low": 0.0}),
        ("persons", "count", "personer", "persons", {"low": 0.0}),
        ("fte", "count", "årsværk", "full-time equivalents", {"low": 0.0}),
        ("days", "time", "dage", "days", {"low": 0.0}),
        ("weeks", "time", "uger", "weeks", {"low": 0.0}),
        ("hours", "time", "timer", "hours", {"low": 0.0}),
        ("years", "time", "år", "years", {"low": 0.0}),
        ("ratio", "ratio", "forhold", "ratio", {"low": 0.0}),
        ("per_1000", "rate", "pr. 1.000", "per 1,000", {"low": 0.0, "per": 1000}),
        ("index", "index", "indeks", "index", {}),
        ("score", "score", "point", "points", {}),
        ("scale_points", "score", "skalapoint", "scale points", {}),
        (
            "scale_1_5",
            "score",
            "point på en skala fra 1 til 5",
            "points on a scale of 1 to 5",
            {"low": 1.0, "high": 5.0},
        ),
        ("DKK", "money", "kroner", "Danish kroner", {"symbol": "kr.", "currency": "DKK"}),
    )
    return {
        code: Unit(id=code, kind=kind, name=Text(da=da, en=en), **rest)  # type: ignore[arg-type]
        for code, kind, da, en, rest in rows
    }
