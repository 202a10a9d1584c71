"""What a series for a target is made from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs

from maalbib.analysis._arrays import Bools, Ints
from maalbib.analysis._series_cells import Cells

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.measurements import Panel
    from maalbib.model import Indicator

__all__ = ["Request"]


@attrs.frozen(kw_only=True, eq=False)
class Request:
    """The panel of an indicator, and the part of it that a target speaks of.

    Attributes
    ----------
    whole
        Every series of the indicator.
    own, rows
        Those that the target speaks of, and where they stand among all.
    mixed, whole_mixed
        Which of its own, and of all, mix periods of different lengths.
    bound
        Codes of those that the target binds; None where it binds whoever has data.
    indicator, setting, day
        The definition, everything else that is known, and the day whose knowledge is used.
    across_breaks, min_verdict
        As in :func:`maalbib.track`.
    """

    whole: Panel
    own: Panel
    rows: Ints
    mixed: Bools
    whole_mixed: Bools
    bound: tuple[str, ...] | None
    indicator: Indicator
    setting: Setting
    day: dt.date
    across_breaks: bool
    min_verdict: int | None

    def cells(self, panel: Panel) -> Cells:
        """Return what is known of the cells of a panel of the indicator."""
        return Cells.of(panel, self.indicator, self.setting.secrecy, self.day)
