"""Rules between a target and the indicator it speaks of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from maalbib.catalogue._faults import Found
from maalbib.model import DatedTarget, Direction, DispersionAtMost, Indicator, IndicatorLink, Target

if TYPE_CHECKING:
    from maalbib.catalogue._rules import Placed

__all__ = ["broken_targets"]

_WAYS: Final = {Direction.HIGHER: 1, Direction.LOWER: -1}


def broken_targets(tables: Mapping[str, Sequence[Placed]]) -> Iterator[Found]:
    """Yield where a target contradicts its indicator."""
    indicators: dict[str, Indicator] = {placed.entry.id: placed.entry for placed in tables["indicators"]}
    links: dict[tuple[str | None, str], IndicatorLink] = {
        (placed.entry.goal, placed.entry.indicator): placed.entry for placed in tables["links"]
    }
    first: dict[str, str] = {}  # the indicator of each target's first version
    for placed in tables["targets"]:
        target: Target = placed.entry
        if first.setdefault(target.id, target.indicator) != target.indicator:
            yield placed.found("target.version_indicator", "indicator", id=target.id)
        indicator = indicators.get(target.indicator)
        if indicator is not None:
            link = links.get((target.goal, target.indicator))
            yield from _direction(placed, target, indicator, link)
            yield from _bounds(placed, target, indicator)
            yield from _breakdown(placed, target, indicator)


def _direction(placed: Placed, target: Target, indicator: Indicator, link: IndicatorLink | None) -> Iterator[Found]:
    """Refuse a target that asks for what is worse, unless its goal's link turns the direction round.

    Less dispersion is neither higher nor lower values.
    """
    if isinstance(target, DispersionAtMost):
        return
    better = indicator.direction if link is None or link.direction_override is None else link.direction_override
    if target.way() * _WAYS.get(better, 0) < 0:
        field = "direction" if hasattr(target, "direction") else "kind"
        yield placed.found("target.direction", field, id=target.id, indicator=indicator.id, direction=better.value)


def _bounds(placed: Placed, target: Target, indicator: Indicator) -> Iterator[Found]:
    """Refuse what the indicator can never be: asked for, agreed as baseline, or on the way."""
    if not target.OF_VALUES:
        return
    agreed = None if target.baseline is None else target.baseline.value
    low, high = indicator.low, indicator.high
    details: dict[str, object] = {"id": target.id, "indicator": indicator.id, "low": low, "high": high}
    if agreed is not None and not low <= agreed <= high:
        yield placed.found("target.bounds", "baseline", "value", **details)
        return
    for edge in target.region(agreed):
        if math.isfinite(edge) and not low <= edge <= high and not _slack(target, edge):
            yield placed.found("target.bounds", _edge_field(target, edge), **details)
            return
    for at, each in enumerate(target.interim if isinstance(target, DatedTarget) else ()):
        if not low <= each.value <= high:
            yield placed.found("target.bounds", "interim", at, "value", **details)


def _slack(target: Target, edge: float) -> bool:
    """Return whether an edge is only a band around the baseline, which may reach past what is possible."""
    return target.kind == "maintain" and math.isfinite(edge)


def _edge_field(target: Target, edge: float) -> str:
    """Return the name of the field that an edge of the target region comes from."""
    if target.kind == "within_band":
        return "low" if getattr(target, "low", None) == edge else "high"
    return next(name for name in ("value", "delta", "percent", "band") if hasattr(target, name))


def _breakdown(placed: Placed, target: Target, indicator: Indicator) -> Iterator[Found]:
    """Refuse a breakdown that the indicator does not have; it is written ``grade=4;sex=_T``."""
    for part in (target.breakdown or "").split(";") if target.breakdown else ():
        name, sign, code = part.partition("=")
        if not sign or not code or name not in indicator.dimensions:
            dimensions = list(indicator.dimensions)
            yield placed.found("target.breakdown", "breakdown", id=target.id, dimensions=dimensions)
            return
