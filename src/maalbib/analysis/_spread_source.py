"""What of a panel can say something about spread: values, what they are counted from, their errors, and breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._secrecy import Grades, people_in
from maalbib.analysis._segments import known_breaks, usable
from maalbib.analysis._tracking_errors import standard_errors
from maalbib.analysis._unit_series import UnitSeries
from maalbib.model import UnitKind

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.analysis._spread_options import SpreadOptions
    from maalbib.measurements import Panel
    from maalbib.model import Indicator

__all__ = ["SpreadSource"]

_CLOSE: Final = 1e-6


@attrs.frozen(kw_only=True, eq=False)
class SpreadSource(UnitSeries):
    """The series of a panel with what they are counted from, arrays (series, periods).

    Attributes
    ----------
    counts, sizes
        What a share or rate is counted from, in the unit ``values / scale``; NaN where not known.
    scale
        What a count over its size is multiplied by.
    counted
        ``share``, ``rate`` or empty: what the counts make.
    grades
        Why a value may not be shown, 0 where it may or where there is none.
    withheld
        Values that are there and take no part because they may not be shown.
    """

    counts: Floats
    sizes: Floats
    scale: float
    counted: str
    grades: Grades
    withheld: Bools

    @classmethod
    def of(cls, panel: Panel, mixed: Bools, setting: Setting, options: SpreadOptions) -> SpreadSource:
        """Set aside what cannot be compared."""
        indicator = setting.indicator(panel.indicator)
        breaks = () if indicator is None else known_breaks(indicator.breaks, None)
        values = np.where(mixed[:, None], np.nan, usable(panel, indicator, min_verdict=options.min_verdict).values)
        grades = np.where(np.isfinite(values), setting.secrecy.grades(panel, indicator), 0).astype(np.int8)
        withheld = (grades > 0) & (options.hidden == "leave_out")
        values = np.where(withheld, np.nan, values)
        given = standard_errors(panel)
        errors = np.full(values.shape, np.nan) if given is None else given
        parts = cls.parts(panel, values, errors, breaks, across_breaks=options.across_breaks)
        counts, sizes, scale, counted = _counted(panel, indicator)
        as_counted = parts["factors"] == 1
        return cls(
            **parts,
            counts=np.where(as_counted, counts, np.nan),
            sizes=np.where(as_counted, sizes, np.nan),
            scale=scale,
            counted=counted,
            grades=np.where(withheld, 0, grades).astype(np.int8),
            withheld=withheld,
        )


def _counted(panel: Panel, indicator: Indicator | None) -> tuple[Floats, Floats, float, str]:
    """Return what values are counted from, the factor from there to the value, and what they are."""
    nothing = np.full(panel.values.shape, np.nan)
    kind = None if indicator is None else indicator.unit.kind
    if indicator is None or kind not in {UnitKind.SHARE, UnitKind.RATE}:
        return nothing, nothing, 1.0, ""
    counts = nothing if panel.numerator is None else panel.numerator
    sizes = nothing if panel.denominator is None else panel.denominator
    if kind is UnitKind.SHARE:
        scale = indicator.unit.high
        people = people_in(panel, indicator)
        sizes = np.where(np.isfinite(sizes), sizes, nothing if people is None else people)
        counts = np.where(np.isfinite(counts), counts, panel.values / scale * sizes)
        fits = (counts >= 0) & (counts <= sizes * (1 + _CLOSE)) & (sizes > 0)
        return np.where(fits, np.minimum(counts, sizes), np.nan), np.where(fits, sizes, np.nan), scale, "share"
    scale = indicator.unit.per
    with np.errstate(divide="ignore", invalid="ignore"):
        same = (
            np.abs(scale * counts / sizes - panel.values) <= _CLOSE * np.abs(panel.values) + 10.0**-indicator.decimals
        )
    fits = (counts >= 0) & (sizes > 0) & same & (counts == np.rint(counts))
    return np.where(fits, counts, np.nan), np.where(fits, sizes, np.nan), scale, "rate"
