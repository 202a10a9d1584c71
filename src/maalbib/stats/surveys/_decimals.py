"""Numbers as they are printed: rounding in whole numbers, so that no binary fraction decides a half."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import Final, Literal, TypeAlias

import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import FloatArray, IntArray, whole_number

__all__ = ["Rounding", "decimals_of", "exact_number", "printed_steps", "rounded_ratio"]

Rounding: TypeAlias = Literal["half_up", "half_even"]

_MOST_DECIMALS: Final = 9
_NEAR_A_HALF: Final = 1e-6
_WHOLE_BEYOND: Final = 2.0**52  # doubles have no decimals there


def decimals_of(decimals: int) -> int:
    """Return a number of decimals."""
    if whole_number("decimals", decimals, low=0) > _MOST_DECIMALS:
        raise ArgumentError("argument.range", argument="decimals", low=0, high=_MOST_DECIMALS)
    return int(decimals)


def exact_number(argument: str, value: float | str | Fraction) -> Fraction:
    """Return a number as people write it: 0.1 is a tenth, whatever its binary neighbour is."""
    try:
        return value if isinstance(value, Fraction) else Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise ArgumentError("surveys.not_a_number", argument=argument) from error


def rounded_ratio(numerator: IntArray, denominator: IntArray, decimals: int, rounding: Rounding) -> IntArray:
    """Return ratios of whole numbers as whole steps of the last decimal; halves go away from zero, or to even."""
    size = np.abs(numerator) * 10**decimals
    whole, rest = np.divmod(size, denominator)
    over, half = 2 * rest > denominator, 2 * rest == denominator
    up = over | (half & (whole % 2 == 1) if rounding == "half_even" else half)
    return np.asarray(np.sign(numerator) * (whole + up), dtype=np.int64)


def printed_steps(values: FloatArray, decimals: int) -> FloatArray:
    """Return numbers as whole steps of the last decimal printed, halves away from zero as their shortest text has them."""
    scaled = np.asarray(values * 10.0**decimals)
    steps = np.array(np.rint(scaled))
    with np.errstate(invalid="ignore"):
        off = np.abs(np.abs(scaled - steps) - 0.5)
        close = (off <= _NEAR_A_HALF + 1e-15 * np.abs(scaled)) & (np.abs(scaled) < _WHOLE_BEYOND)
    if close.any():
        steps[close] = [_in_decimals(value, decimals) for value in values[close]]
    return steps


def _in_decimals(value: float, decimals: int) -> float:
    try:
        return float((Decimal(repr(float(value))).scaleb(decimals)).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation:  # more digits than a decimal number has: no half there
        return float(np.rint(value * 10.0**decimals))
