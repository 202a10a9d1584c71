"""How the values of several rows become one: by their sum, or by the sums of what is above and below the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import attrs
import numpy as np

from maalbib import texts
from maalbib.derived._definition import definition_of
from maalbib.derived._made import Made
from maalbib.derived._options import positive
from maalbib.derived._quotient import divide
from maalbib.derived._rows import Floats, Rows
from maalbib.errors import ArgumentError
from maalbib.measurements._carried import is_missing_status
from maalbib.measurements._known import factor_of
from maalbib.model import Aggregation, Indicator, Measure, Text, UnitKind

if TYPE_CHECKING:
    from maalbib.measurements import Measurements

__all__ = ["Additive", "How", "renamed"]

How = Literal["sum", "mean", "ratio", "weighted"]
_SUMMED: Final = frozenset({Measure.COUNT, Measure.SUM, Measure.AMOUNT})
_QUOTIENTS: Final = frozenset({UnitKind.SHARE, UnitKind.RATIO, UnitKind.RATE})
_MEANS: Final = frozenset({Measure.MEAN, Measure.DURATION, Measure.SCORE})


@attrs.frozen(kw_only=True)
class Additive:
    """How the values of an indicator are put together.

    Attributes
    ----------
    how
        ``sum``; ``mean``, the sum divided by the number of rows; ``ratio``, from numerators and denominators; ``weighted``, a mean
        weighted by ``n``.
    per
        What a ratio is multiplied by.
    """

    how: How
    per: float = 1.0

    @classmethod
    def of(
        cls, measurements: Measurements, rows: Rows, indicator: str, how: How | None, per: float | None
    ) -> Additive:
        """Take what the caller says, else what the definition says.

        Raises
        ------
        ArgumentError
            If nobody has said how, or the columns that it takes are not there. Shares alone are never put together.
        """
        if how is not None and how not in get_args(How):
            raise ArgumentError.choice("how", get_args(How))
        definition = definition_of(measurements, indicator)
        found = how or _by_definition(definition)
        if found is None:
            raise ArgumentError("derived.how_needed", indicator=indicator)
        needed = {"ratio": ("numerator", "denominator"), "weighted": ("n",)}.get(found, ())
        if any(np.isnan(rows.number(name)).all() for name in needed) and len(rows):
            raise ArgumentError("derived.only_shares", indicator=indicator, needed=list(needed))
        if found != "ratio":
            return cls(how=found)
        factor = np.nan if definition is None else factor_of(definition)
        if per is None and np.isnan(factor):
            raise ArgumentError("derived.per_needed", indicator=indicator)
        return cls(how=found, per=positive("per", float(factor) if per is None else per))

    def parts(self, rows: Rows) -> tuple[Floats, Floats]:
        """Return what of each row is summed above the line and below it."""
        value = rows.numbers["value"]
        if self.how == "ratio":
            return rows.number("numerator"), rows.number("denominator")
        if self.how == "weighted":
            return value * rows.number("n"), rows.number("n")
        return value, np.ones(len(rows))

    def fill(self, made: Made, above: Floats, below: Floats) -> None:
        """Fill in the value from the sums of the parts; of a sum that lacks a part nothing is given."""
        gone = is_missing_status(made.status)
        above, below = np.where(gone, np.nan, above), np.where(gone, np.nan, below)
        if "n" in made.numbers:
            made.numbers["n"] = np.where(gone, np.nan, made.numbers["n"])
        if self.how == "ratio":
            lost = np.isnan(above) | np.isnan(below)
            made.withhold(lost, "derived.no_parts")
            divide(made, above, below, per=self.per)
        elif self.how == "weighted":
            made.withhold(np.isnan(below) | (below == 0), "derived.no_weight")
            made.numbers["value"] = above / np.where(below > 0, below, np.nan)
        else:
            made.numbers["value"] = above / below if self.how == "mean" else above


def _by_definition(definition: Indicator | None) -> How | None:
    """Return how the values of an indicator are put together, as far as its definition says."""
    if definition is None:
        return None
    if definition.aggregation is Aggregation.RATIO_OF_SUMS or definition.unit.kind in _QUOTIENTS:
        return "ratio"
    if definition.aggregation is Aggregation.SUM or definition.measure in _SUMMED:
        return "sum"
    if definition.measure is None and definition.unit.kind is UnitKind.COUNT:
        return "sum"
    if definition.aggregation is Aggregation.WEIGHTED_MEAN or definition.measure in _MEANS:
        return "weighted"
    return None


def renamed(definition: Indicator | None, given: object, code: str, **fields: object) -> Indicator | None:
    """Return the definition of a series that measures the same as another, under the id that the caller gives.

    Limits of a value do not hold for sums of values, and are dropped.
    """
    if definition is None or not isinstance(given, str):
        return None
    name = Text(**{lang: texts.sentence(code, lang, name=definition.text(lang), **fields) for lang in ("da", "en")})
    return attrs.evolve(
        definition, id=given, name=name, aliases=(), composed_of=(), changes=(), value_min=None, value_max=None
    )
