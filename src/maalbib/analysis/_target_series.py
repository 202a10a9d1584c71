"""From the measurements to the series that a target is judged on.

Most targets are judged on the measurements themselves. Some are judged on a series made from them: the dispersion between units,
growth, the difference from a reference. The rules that follow are the same for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools
from maalbib.analysis._series_body import body_of
from maalbib.analysis._series_dispersion import dispersion_between
from maalbib.analysis._series_in_time import change_since_last_year, growth
from maalbib.analysis._series_made import MEASURED, TargetSeries
from maalbib.analysis._series_reference import from_group, from_institution
from maalbib.analysis._series_request import Request
from maalbib.model import DispersionAtMost, GrowthRate, RelativeToReference, ShareWithinLimit, Target

if TYPE_CHECKING:
    from maalbib.analysis._binding import Binding
    from maalbib.analysis._context import Setting
    from maalbib.measurements import Panel

__all__ = ["expected_of", "series_for"]


def series_for(
    target: Target,
    panel: Panel,
    setting: Setting,
    binding: Binding,
    *,
    mixed: Bools | None = None,
    across_breaks: bool = False,
    min_verdict: int | None = None,
) -> tuple[TargetSeries, ...]:
    """Return the series that a target is judged on, none where it speaks of nothing in the panel.

    Parameters
    ----------
    target, setting, binding
        The target, what is known besides, and whom it binds.
    panel
        Every series of its indicator and one frequency: a reference may be one that the target does not bind.
    mixed
        (m,) Which series mix periods of different lengths.
    across_breaks, min_verdict
        As in :func:`maalbib.track`.
    """
    kept = np.flatnonzero(binding.spoken_of(target, panel))
    if len(kept) == 0:
        return ()
    whole_mixed = np.zeros(len(panel), dtype=bool) if mixed is None else mixed
    request = Request(
        whole=panel,
        own=panel if len(kept) == len(panel) else panel.rows(kept),
        rows=kept,
        mixed=whole_mixed[kept],
        whole_mixed=whole_mixed,
        bound=binding.bound(target),
        indicator=setting.definitions.indicators[target.indicator],
        setting=setting,
        day=binding.day,
        across_breaks=across_breaks,
        min_verdict=min_verdict,
    )
    made = _made(target, request)
    return () if made is None or len(made) == 0 else (made,)


def expected_of(target: Target, setting: Setting, binding: Binding) -> tuple[str, ...] | None:
    """Return who gets a row whatever the data, None where only those do who have some.

    A dispersion has one row for all its units together.
    """
    bound = binding.bound(target)
    if bound is None or not isinstance(target, DispersionAtMost):
        return bound
    return (body_of(setting, target.scope, bound, binding.day),)


def _made(target: Target, request: Request) -> TargetSeries | None:
    if isinstance(target, DispersionAtMost):
        return dispersion_between(request, target)
    if isinstance(target, GrowthRate):
        return growth(request, target.years)
    if isinstance(target, RelativeToReference):
        return _compared(target, request)
    measured = TargetSeries(panel=request.own, indicator=request.indicator, kind=MEASURED, mixed=request.mixed)
    return (
        attrs.evolve(measured, remarks=_another_limit(target, request))
        if isinstance(target, ShareWithinLimit)
        else measured
    )


def _compared(target: RelativeToReference, request: Request) -> TargetSeries:
    if target.institution is not None:
        return from_institution(request, target.institution)
    if target.group is None:
        return change_since_last_year(request)
    return from_group(request, target, request.setting.definitions.groups[target.group].members)


def _another_limit(target: ShareWithinLimit, request: Request) -> tuple[tuple[str, Bools], ...]:
    """Flag a share that was counted by another limit than the target speaks of."""
    counted = {
        made.params.get("limit")
        for made in request.setting.measurements.derivations
        if made.indicator == target.indicator and made.method == "within_limit"
    }
    differs = bool(counted - {target.limit})
    return (("limit_differs", np.full(len(request.own), differs)),)
