"""One thing over another: what shares, rates and totals of ratios have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.derived._made import CANNOT_EXIST, Made
from maalbib.derived._rows import Bools, Floats, Rows
from maalbib.errors import ArgumentError
from maalbib.measurements._carried import is_missing_status
from maalbib.measurements._schema import STATUS_CODES
from maalbib.model import UnitKind
from maalbib.stats import wilson_interval

if TYPE_CHECKING:
    from maalbib.model import Indicator

__all__ = ["divide", "people_in", "require_frequency"]

_SUPPRESSED: Final = STATUS_CODES.index("Q")


def divide(
    made: Made, numerator: Floats, denominator: Floats, *, per: float, confidence: float | None = None
) -> None:
    """Fill in ``value``, ``numerator`` and ``denominator``, and the interval where one is asked for.

    A quotient by zero cannot exist. A numerator is left out where the value is suppressed, which could be had from it.
    """
    made.withhold(denominator == 0, "derived.zero_denominator", CANNOT_EXIST)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = per * numerator / denominator
    made.numbers["value"] = np.where(np.isfinite(value), value, np.nan)
    made.numbers["numerator"] = np.where(made.status == _SUPPRESSED, np.nan, numerator)
    made.numbers["denominator"] = denominator
    if confidence is not None:
        there = ~is_missing_status(made.status)
        found = wilson_interval(np.where(there, numerator, np.nan), denominator, confidence=confidence)
        made.numbers["lower"] = per * np.asarray(found.lower)
        made.numbers["upper"] = per * np.asarray(found.upper)


def people_in(given: Floats, denominator: Floats, definition: Indicator | None, kind: UnitKind) -> Floats:
    """Return the people behind each quotient: those that are given, else the denominator where it counts somebody.

    It does where its definition is of this kind, or nobody has defined it and all its values are whole.
    """
    there = np.isfinite(denominator)
    whole: Bools = there & (denominator == np.floor(np.where(there, denominator, 0.5)))
    counted = bool((whole == there).all()) if definition is None else definition.unit.kind is kind
    return np.where(np.isnan(given) & whole & counted, denominator, given)


def require_frequency(rows: Rows, one: str, other: str) -> None:
    """Refuse two indicators that share no frequency.

    Raises
    ------
    ArgumentError
        With the frequencies of both.
    """
    first, second = rows.frequencies(one), rows.frequencies(other)
    if not first & second:
        raise ArgumentError(
            "derived.mixed_frequency",
            first=sorted(freq.value for freq in first),
            second=sorted(freq.value for freq in second),
        )
