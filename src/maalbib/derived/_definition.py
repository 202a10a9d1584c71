"""The definition of a new series: the caller's, checked against what it is made of, or what it inherits."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from maalbib.catalogue import Catalogue
from maalbib.errors import ArgumentError, DefinitionError
from maalbib.measurements._known import factor_of
from maalbib.model import Break, Direction, Indicator, Text, UnitKind
from maalbib.problems import Problems

if TYPE_CHECKING:
    from maalbib.measurements import Measurements

__all__ = ["PARTS", "NewSeries", "definition_of", "directions_of", "new_series", "opposite"]

# Units that a share, ratio or rate may have; money where money stands above the line.
PARTS: Final = frozenset({UnitKind.SHARE, UnitKind.RATIO, UnitKind.RATE, UnitKind.MONEY, UnitKind.TIME})
_LEAST_SHOWN: Final = 5  # what holds where nobody has said anything
_OPPOSITE: Final = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}


@attrs.frozen(kw_only=True)
class NewSeries:
    """What is known about a series that is being made.

    Attributes
    ----------
    id
        Its id.
    definition
        Its definition, None where nobody has given one.
    catalogue
        The catalogue of the result.
    checked_by
        The catalogue that its values are checked against, which must know it.
    breaks
        Breaks that its parts declare and it does not.
    least_shown
        The fewest people that its parts may show, where its own definition does not say.
    """

    id: str
    definition: Indicator | None
    catalogue: Catalogue | None
    checked_by: Catalogue | None
    breaks: tuple[Break, ...]
    least_shown: int | None


def definition_of(measurements: Measurements, indicator: str) -> Indicator | None:
    """Return the definition of an indicator that the measurements come with."""
    return None if measurements.catalogue is None else measurements.catalogue.indicators.get(indicator)


def directions_of(measurements: Measurements, indicator: str) -> Direction | None:
    """Return which way is better, None where nobody has said or none is."""
    found = definition_of(measurements, indicator)
    return found.direction if found is not None and found.direction in _OPPOSITE else None


def opposite(direction: Direction | None) -> Direction | None:
    """Return the other way."""
    return None if direction is None else _OPPOSITE[direction]


def new_series(
    measurements: Measurements,
    given: str | Indicator,
    inputs: Sequence[str],
    *,
    per: float | None = None,
    kinds: Collection[UnitKind] | None = None,
    direction: Direction | None = None,
    inherited: Indicator | None = None,
) -> NewSeries:
    """Check the definition of a new series.

    Parameters
    ----------
    measurements
        What it is made from.
    given
        Its definition or its id.
    inputs
        Ids of the indicators that it is made from.
    per
        What numerator over denominator is multiplied by, where the value is that.
    kinds
        Kinds of unit that the values can have, any where None.
    direction
        Which way is better, as far as that follows from the parts.
    inherited
        Its definition where only an id is given.

    Raises
    ------
    DefinitionError
        If the definition contradicts what the values are.
    ArgumentError
        If it is neither a definition nor a text, or the id is that of an input.
    """
    own = _given(given, inputs)
    known = definition_of(measurements, own) if isinstance(own, str) else own
    definition = inherited if known is None else known
    parts = [found for found in (definition_of(measurements, each) for each in inputs) if found is not None]
    if known is not None:
        _require_fit(known, parts, per, kinds, direction)
    catalogue = _extended(measurements.catalogue, definition)
    declared = set() if definition is None else {item.period for item in definition.breaks}
    breaks = {item.period: item for part in parts for item in part.breaks if item.period not in declared}
    strictest = max((part.min_show for part in parts), default=_LEAST_SHOWN)
    return NewSeries(
        id=own if isinstance(own, str) else own.id,
        definition=definition,
        catalogue=catalogue,
        checked_by=None if definition is None else catalogue,
        breaks=tuple(breaks.values()),
        least_shown=strictest if definition is None and strictest > _LEAST_SHOWN else None,
    )


def _given(given: Any, inputs: Sequence[str]) -> str | Indicator:
    if isinstance(given, Indicator):
        code = given.id
    elif isinstance(given, str) and given.strip():
        code = given
    else:
        raise ArgumentError("argument.type", argument="indicator", expected="Indicator, str")
    if code in inputs:
        raise ArgumentError("derived.own_input")
    return given if isinstance(given, Indicator) else code


def _require_fit(
    definition: Indicator,
    parts: Sequence[Indicator],
    per: float | None,
    kinds: Collection[UnitKind] | None,
    direction: Direction | None,
) -> None:
    identity: dict[str, Any] = {"model": "Indicator", "id": definition.id}
    if kinds is not None and definition.unit.kind not in kinds:
        allowed = sorted(kind.value for kind in kinds)
        raise DefinitionError("derived.unit_kind", field="unit", allowed=allowed, **identity)
    factor = factor_of(definition)
    if per is not None and not math.isnan(factor) and not math.isclose(factor, per):
        raise DefinitionError("derived.unit_factor", field="unit", per=float(per), factor=float(factor), **identity)
    if direction is not None and definition.direction is _OPPOSITE[direction]:
        raise DefinitionError("derived.direction", field="direction", direction=direction.value, **identity)
    least = max((part.min_show for part in parts), default=0)
    if definition.min_show < least:
        raise DefinitionError("derived.min_show", field="min_show", least=least, **identity)


def _extended(catalogue: Catalogue | None, definition: Indicator | None) -> Catalogue | None:
    """Return the catalogue with the definition in it; one of its own where there was none."""
    if definition is None:
        return catalogue
    if catalogue is None:
        return Catalogue(id=definition.id, name=Text(**dict(definition.name.items)), indicators=[definition])
    known = catalogue.indicators.get(definition.id)
    if known is None:
        return attrs.evolve(catalogue, indicators=(*catalogue.indicators.entries, definition), problems=Problems())
    if known != definition:
        raise DefinitionError("derived.known_otherwise", model="Indicator", field="id", id=definition.id)
    return catalogue
