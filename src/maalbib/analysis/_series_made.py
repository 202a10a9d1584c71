"""The series that a target is judged on, and what has to be said about it."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final, Literal

import attrs
import numpy as np

from maalbib import texts
from maalbib.analysis._arrays import Bools, Floats, Ints

if TYPE_CHECKING:
    from maalbib.analysis._labels import Labels
    from maalbib.measurements import Panel
    from maalbib.model import Indicator

__all__ = ["MEASURED", "Marks", "SeriesKind", "SeriesUnit", "TargetSeries"]

SeriesUnit = Literal["value", "difference", "percent", "none"]
Marks = tuple[tuple[str, Bools], ...]


@attrs.frozen(kw_only=True)
class SeriesKind:
    """What the values of a series are.

    Attributes
    ----------
    code
        ``measured`` (the indicator itself), a statistic of dispersion such as ``sd`` or ``noise_free_sd``, ``growth``, ``previous``,
        or what the reference is: ``institution``, ``mean`` or ``median``.
    unit
        How its values are written: as ``value`` of the indicator, as a ``difference`` between such (percentage points for
        percentages), in ``percent``, or as a number with no unit (``none``).
    lowest, highest
        What its values can be, infinite where there is no end.
    reference
        Code of the institution or id of the group that is the reference.
    mean_kind
        Which mean of the group it is: ``pooled``, ``weighted`` or ``unweighted``.
    years
        Years that a growth is measured over.
    """

    code: str
    unit: SeriesUnit = "value"
    lowest: float = -math.inf
    highest: float = math.inf
    reference: str | None = None
    mean_kind: str | None = None
    years: int | None = None

    def to_json(self) -> str | None:
        """Return the text that a result keeps of it; None for the indicator itself."""
        if self.code == "measured":
            return None
        ends = ("lowest", "highest")  # rules need them, readers do not
        told = {name: value for name, value in attrs.asdict(self).items() if name not in ends and value is not None}
        return json.dumps(told, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | None) -> SeriesKind:
        """Return what :meth:`to_json` wrote."""
        return MEASURED if text is None else cls(**json.loads(text))

    def text(self, lang: str, labels: Labels, units: int | None = None) -> str:
        """Say what the values are, for the subject of a sentence; empty for the indicator itself."""
        if self.code == "measured":
            return ""
        return texts.sentence(
            f"target_series.{self.code}",
            lang,
            units=texts.MISSING if units is None else str(units),
            reference="" if self.reference is None else labels.name(self.reference, lang),
            mean_kind="" if self.mean_kind is None else texts.phrase("mean_kind", self.mean_kind, lang),
            years="" if self.years is None else str(self.years),
        )


MEASURED: Final = SeriesKind(code="measured")


@attrs.frozen(kw_only=True, eq=False)
class TargetSeries:
    """The panel that the rules of a target are applied to.

    Attributes
    ----------
    panel
        One series per row of the result.
    indicator
        The indicator as it is to be read here: breaks that are linked already, and a publication level that is settled by
        the confidentiality of the cells, are taken out.
    kind
        What the values are.
    mixed
        (m,) Series of periods of different lengths, as handed in.
    verdicts
        What is decided before the ordinary rules: ``state.reason`` and (m,) for which rows.
    remarks
        Flags, and (m,) for which rows.
    units, units_left_out
        (m,) How many units a dispersion is measured between, and how many of those that the target speaks of are not among them;
        None for other kinds.
    mean
        (m, k) The mean of those units, which belongs beside their dispersion; None for other kinds.
    """

    panel: Panel
    indicator: Indicator
    kind: SeriesKind
    mixed: Bools
    verdicts: Marks = ()
    remarks: Marks = ()
    units: Ints | None = None
    units_left_out: Ints | None = None
    mean: Floats | None = None

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self.panel)

    @property
    def without_current(self) -> Bools:
        """Which rows have no current figure, whatever older ones there are."""
        marks = [np.zeros(len(self), dtype=bool), *(where for _, where in self.verdicts)]
        return np.asarray(np.logical_or.reduce(marks), dtype=bool)

    @property
    def lowest(self) -> float:
        """The least value that is possible."""
        return self.indicator.low if self.kind is MEASURED else self.kind.lowest

    @property
    def highest(self) -> float:
        """The greatest value that is possible."""
        return self.indicator.high if self.kind is MEASURED else self.kind.highest

    def rows(self, places: Ints) -> TargetSeries:
        """Return some of the series, in the wanted order."""
        return attrs.evolve(
            self,
            panel=self.panel.rows(places),
            mixed=self.mixed[places],
            verdicts=tuple((code, where[places]) for code, where in self.verdicts),
            remarks=tuple((name, where[places]) for name, where in self.remarks),
            units=None if self.units is None else self.units[places],
            units_left_out=None if self.units_left_out is None else self.units_left_out[places],
            mean=None if self.mean is None else self.mean[places],
        )
