"""How the figures of several units become the figure of one, indicator by indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.measurements._decimals import written_decimals
from maalbib.measurements._known import factor_of
from maalbib.model import Aggregation, Indicator, Measure, UnitKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.catalogue import Catalogue
    from maalbib.measurements._columns import Columns

__all__ = ["MEAN", "RATIO", "REFUSED", "SUM", "Methods", "disagreeing", "methods_of"]

SUM, RATIO, MEAN = 0, 1, 2
# Positions from here on say why there is no method.
REFUSED: Final = ("territory.no_definition", "territory.no_aggregation", "territory.not_carried")
_FIRST_REFUSED: Final = 3
_COUNTED: Final = frozenset({Measure.COUNT, Measure.SUM, Measure.AMOUNT})
_SLACK: Final = 1e-9


@attrs.frozen(eq=False, kw_only=True)
class Methods:
    """What is done with each indicator of a column.

    Attributes
    ----------
    method
        (indicators,) ``SUM``, ``RATIO``, ``MEAN``, or a number that :meth:`refusal` understands.
    factor
        (indicators,) What a numerator over its denominator is multiplied by.
    share
        (indicators,) Whether the numerator is a part of the denominator.
    """

    method: NDArray[np.int64]
    factor: NDArray[np.float64]
    share: NDArray[np.bool_]

    @staticmethod
    def refusal(number: int) -> str | None:
        """Return the code of the problem that a method stands for, None where it is one."""
        return None if number < _FIRST_REFUSED else REFUSED[number - _FIRST_REFUSED]


def methods_of(columns: Columns, catalogue: Catalogue) -> Methods:
    """Look every indicator up."""
    found = [catalogue.indicators.get(text) for text in columns.codes["indicator"].texts]
    return Methods(
        method=np.array([_method(item) for item in found], dtype=np.int64),
        factor=np.array([np.nan if item is None else _factor(item) for item in found]),
        share=np.array([item is not None and item.unit.kind is UnitKind.SHARE for item in found], dtype=bool),
    )


def _method(indicator: Indicator | None) -> int:
    """Return how the figures of two units become that of both.

    What is a numerator over a denominator stays one, however units are averaged when they are compared.
    """
    if indicator is None:
        return _FIRST_REFUSED
    if np.isfinite(factor_of(indicator)):
        return RATIO
    by_aggregation = {Aggregation.SUM: SUM, Aggregation.RATIO_OF_SUMS: RATIO, Aggregation.WEIGHTED_MEAN: MEAN}
    if indicator.aggregation is None:
        return SUM if indicator.measure in _COUNTED else _FIRST_REFUSED + 1
    return by_aggregation.get(indicator.aggregation, _FIRST_REFUSED + 2)


def _factor(indicator: Indicator) -> float:
    factor = factor_of(indicator)
    return factor if np.isfinite(factor) else 1.0 / indicator.unit.multiplier


def disagreeing(columns: Columns, methods: Methods) -> NDArray[np.bool_]:
    """Return which rows have a value that is not numerator over denominator, up to the rounding of its decimals."""
    numerator, denominator = columns.number("numerator"), columns.number("denominator")
    if numerator is None or denominator is None:
        return np.zeros(columns.length, dtype=bool)
    value = columns.numbers["value"]
    factor = columns.codes["indicator"].each(methods.factor, np.nan, np.float64)
    with np.errstate(all="ignore"):
        computed = factor * numerator / denominator
    rows = np.flatnonzero(np.isfinite(value) & np.isfinite(computed))
    decimals = written_decimals(value[rows], columns.decimals.get("value"), rows)
    limit = 0.5 * 10.0**-decimals + _SLACK * np.maximum(1.0, np.abs(computed[rows]))
    apart = np.zeros(columns.length, dtype=bool)
    apart[rows] = np.abs(value[rows] - computed[rows]) > limit
    return apart
