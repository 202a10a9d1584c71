"""Whether figures of these kinds can stand on a frontier, and what must be said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from maalbib.errors import ArgumentError
from maalbib.model import Direction, IndicatorKind, Measure, UnitKind

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.model import Indicator

__all__ = ["is_ratio", "kinds_of"]

_RATIOS: Final = frozenset({UnitKind.SHARE, UnitKind.RATE, UnitKind.RATIO, UnitKind.INDEX, UnitKind.SCORE})
_RATIO_MEASURES: Final = frozenset(
    {Measure.SHARE, Measure.RATIO, Measure.MEAN, Measure.MEDIAN, Measure.INDEX, Measure.SCORE}
)
_SCALED: Final = frozenset({"crs", "nirs", "ndrs"})


def kinds_of(setting: Setting, sides: tuple[tuple[str, ...], tuple[str, ...]], returns: str) -> tuple[str, ...]:
    """Return the flags that the kinds of the indicators call for.

    Raises
    ------
    ArgumentError
        If an output is not the better the more there is of it, or a share or a mean is to be scaled in proportion.
    """
    inputs, outputs = ([(code, setting.indicator(code)) for code in side] for side in sides)
    for code, indicator in outputs:
        if indicator is not None and indicator.direction in {Direction.LOWER, Direction.TARGET}:
            raise ArgumentError("frontier.output_direction", indicator=code)
    ratios = [code for code, indicator in (*inputs, *outputs) if indicator is not None and is_ratio(indicator)]
    if ratios and returns in _SCALED:
        raise ArgumentError("frontier.ratios", indicators=ratios, returns=returns)
    flags = {
        "input_not_resource": any(
            indicator is not None and indicator.kind not in {None, IndicatorKind.RESOURCE} for _, indicator in inputs
        ),
        "kinds_unknown": any(indicator is None for _, indicator in (*inputs, *outputs)),
        "output_is_resource": any(
            indicator is not None and indicator.kind is IndicatorKind.RESOURCE for _, indicator in outputs
        ),
        "ratios": bool(ratios) and returns != "fdh",
    }
    return tuple(name for name in sorted(flags) if flags[name])


def is_ratio(indicator: Indicator) -> bool:
    return indicator.unit.kind in _RATIOS or indicator.measure in _RATIO_MEASURES
