"""The values that units are placed by: how much better each is, period by period, with its error, and why some are not placed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._attention_findings import obstacle_of
from maalbib.analysis._attention_options import OBSTACLES
from maalbib.analysis._peer_expected import Figures, expected_of
from maalbib.analysis._peer_places import errors_of
from maalbib.analysis._peer_rules import Judged, judge
from maalbib.analysis._peer_values import peer_values
from maalbib.model import Direction

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.analysis._peer_options import Options
    from maalbib.measurements import Panel
    from maalbib.model import Indicator, PeerGroup, Period

__all__ = ["Placed", "placed"]

_MOST = 200
"""Most units that are ranked among each other."""


@attrs.frozen(kw_only=True, eq=False)
class Placed:
    """Units of one group, with what they are placed by.

    Attributes
    ----------
    institutions, breakdown
        The units, and the part of them.
    value
        (units, periods) values as they are, NaN where one takes no part.
    better, error
        (units, periods) the same, or what lies beyond the expected value, counted so that more is better; and its standard error.
    obstacle
        (units, periods) place in the words of why a value takes no part, -1 where it does.
    """

    institutions: tuple[str, ...]
    breakdown: str
    value: Floats
    better: Floats
    error: Floats
    obstacle: Ints

    def beyond(self, best: int) -> Placed:
        """Return the same without periods in which no more units are placed than make up the best: there all of them are."""
        few = (np.isfinite(self.better).sum(axis=0) <= best)[None, :] & (self.obstacle < 0)
        columns: dict[str, Any] = {
            name: np.where(few, np.nan, getattr(self, name)) for name in ("value", "better", "error")
        }
        obstacle = np.where(few, OBSTACLES.index("all_are_best"), self.obstacle)
        return attrs.evolve(self, obstacle=obstacle, **columns)


def placed(
    panel: Panel,
    indicator: Indicator | None,
    periods: list[Period],
    group: PeerGroup | None,
    setting: Setting,
    options: Options,
) -> Iterator[Placed]:
    """Yield the groups of a panel: units of one level, or the members of a group, each breakdown by itself."""
    figures = Figures(setting, options.beside)
    parts = [_judged(panel, indicator, when, group, setting, options) for when in periods]
    columns = [_columns(part, figures) for part in parts]
    value, better, error = (np.stack([each[place] for each in columns], axis=1) for place in range(3))
    obstacle = np.stack([each[3] for each in columns], axis=1)
    first = parts[0].values
    for number in np.unique(first.group).tolist():
        rows = np.flatnonzero(first.group == number)
        large = (np.isfinite(better[rows]).sum(axis=0) > _MOST)[None, :] & (obstacle[rows] < 0)
        out = np.where(large, OBSTACLES.index("group_too_large"), obstacle[rows])
        yield Placed(
            institutions=tuple(first.institutions[row] for row in rows.tolist()),
            breakdown=first.breakdowns[rows[0]],
            value=np.where(out < 0, value[rows], np.nan),
            better=np.where(out < 0, better[rows], np.nan),
            error=np.where(out < 0, error[rows], np.nan),
            obstacle=out,
        )


def _judged(
    panel: Panel,
    indicator: Indicator | None,
    when: Period,
    group: PeerGroup | None,
    setting: Setting,
    options: Options,
) -> Judged:
    values = peer_values(panel, when, options.over, group, options.confidence, indicator, setting.secrecy)
    return judge(values, panel.indicator, indicator, when, "unweighted", options)


def _columns(judged: Judged, figures: Figures) -> tuple[Floats, Floats, Floats, Ints]:
    """Return values, how much better they are, their errors, and why some take no part."""
    values, error = judged.values, errors_of(judged)
    expected = expected_of(judged, figures)
    measured = values.value if expected is None else expected.gap
    direction = None if judged.indicator is None else judged.indicator.direction
    obstacle = _refused(judged, direction in {Direction.HIGHER, Direction.LOWER}, measured, error)
    grade = values.grade if expected is None else np.maximum(values.grade, expected.grade)
    for number, word in ((1, "small_n"), (2, "confidential")):
        obstacle = np.where((obstacle < 0) & (grade == number), OBSTACLES.index(word), obstacle)
    sign = -1.0 if direction is Direction.LOWER else 1.0
    known: Bools = obstacle < 0
    columns = (values.value, sign * measured, error)
    value, better, error = (np.where(known, column, np.nan) for column in columns)
    return value, better, error, obstacle


def _refused(judged: Judged, directed: bool, measured: Floats, error: Floats) -> Ints:  # noqa: FBT001 - one of several facts
    reasons: Any = judged.verdicts.reasons
    places = {word: obstacle_of(word) for word in set(reasons.to_pylist()) if word not in {None, "no_peer"}}
    found = np.array([places.get(word, -1) for word in reasons.to_pylist()], dtype=np.int64)
    if not directed:
        found = np.where(found < 0, OBSTACLES.index("no_direction"), found)
    found = np.where((found < 0) & ~(error > 0), OBSTACLES.index("uncertainty_missing"), found)
    return np.where((found < 0) & np.isnan(measured), OBSTACLES.index("not_comparable"), found)
