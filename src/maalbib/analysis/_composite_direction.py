"""Which way is better: figures turned so that higher is better, and the marks of scales with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.analysis._arrays import Floats
from maalbib.analysis._context import of_type
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError
from maalbib.model import Direction
from maalbib.model._indicator import DIRECTION_ALIASES

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting

__all__ = ["Turned", "turned_of"]


@attrs.frozen(kw_only=True, eq=False)
class Turned:
    """How the figures of each indicator are turned.

    Attributes
    ----------
    sign
        (indicators,) 1 where higher is better, else -1.
    nearest
        (indicators,) the figure that is best; NaN where more or less is better all the way.
    goalposts, targets
        The marks, turned with the figures; None where not given.
    """

    sign: Floats
    nearest: Floats
    goalposts: Floats | None
    targets: Floats | None

    def figures(self, given: Floats) -> Floats:
        """Return figures of which higher is better: where one figure is best, how near they are to it."""
        apart = np.where(np.isnan(self.nearest), given, np.abs(given - self.nearest))
        return np.asarray(self.sign * apart)


def turned_of(
    setting: Setting,
    indicators: tuple[str, ...],
    directions: Mapping[str, str] | None,
    goalposts: Mapping[str, tuple[float, float]] | None,
    targets: Mapping[str, float] | None,
) -> Turned:
    """Return which way each indicator is turned.

    Raises
    ------
    ArgumentError
        If nobody has said which way is better, or neither is; or a mark is missing or is no number.
    UnknownCodeError
        If something is said of an indicator that is not there.
    """
    for argument, said in (("directions", directions), ("goalposts", goalposts), ("targets", targets)):
        of_type(argument, said, Mapping, optional=True)
        for code in said or ():
            if code not in indicators:
                raise unknown(code, "an indicator of the composite", indicators)
    ways = [_direction(setting, code, directions or {}) for code in indicators]
    aims = np.array([_number("targets", (targets or {}).get(code, np.nan)) for code in indicators])
    for code, way, aim in zip(indicators, ways, aims.tolist(), strict=True):
        if way is Direction.TARGET and np.isnan(aim):
            raise ArgumentError("composite.target_needed", indicator=code)
    sign = np.array([1.0 if way is Direction.HIGHER else -1.0 for way in ways])
    nearest = np.where([way is Direction.TARGET for way in ways], aims, np.nan)
    made = Turned(sign=sign, nearest=nearest, goalposts=None, targets=None)
    return attrs.evolve(
        made,
        goalposts=None if goalposts is None else _posts(indicators, goalposts, sign),
        targets=None if targets is None or np.isnan(aims).any() else made.figures(aims),
    )


def _direction(setting: Setting, code: str, said: Mapping[str, Any]) -> Direction:
    if code in said:
        word = DIRECTION_ALIASES.get(said[code], said[code]) if isinstance(said[code], str) else None
        if word not in {way.value for way in Direction}:
            raise ArgumentError.choice("directions", [way.value for way in Direction])
        found: Direction | None = Direction(word)
    else:
        indicator = setting.indicator(code)
        found = None if indicator is None else indicator.direction
    if found is None:
        raise ArgumentError("composite.direction_unknown", indicator=code)
    if found is Direction.CONTEXT:
        raise ArgumentError("composite.no_direction", indicator=code)
    return found


def _posts(indicators: tuple[str, ...], given: Mapping[str, tuple[float, float]], sign: Floats) -> Floats:
    """Return the lower and the upper goalpost of each indicator, turned."""
    found = []
    for code, way in zip(indicators, sign.tolist(), strict=True):
        posts = given.get(code)
        if not isinstance(posts, Sequence) or len(posts) != 2:  # noqa: PLR2004 - a lower and an upper one
            raise ArgumentError("composite.goalposts_needed", indicator=code)
        found.append(sorted(way * _number("goalposts", post) for post in posts))
    return np.array(found, dtype=np.float64)


def _number(argument: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ArgumentError("argument.numbers", argument=argument)
    return float(value)
