"""Drawing one control chart; needs matplotlib."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maalbib import texts
from maalbib.analysis._marks import COLOURS
from maalbib.analysis._plot import new_axes
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from maalbib.analysis._chart_rows import ChartPoint
    from maalbib.analysis._charts import ControlCharts

__all__ = ["draw_chart"]

_LINE: Final = "#4d4d4d"
_MARKS: Final = {"improving": "^", "declining": "v", "higher": "^", "lower": "v", "unusual": "P"}
_HEIGHT: Final = 3.2  # inches
_SHOWN_PERIODS: Final = 12


def draw_chart(charts: ControlCharts, *, lang: str, ax: Axes | None, internal: bool) -> Axes:
    """Draw the points, lines and signals of the one series that the charts are about."""
    kept = charts.points
    points = list(kept if internal else kept.public())
    series = {(point.indicator, point.institution, point.breakdown) for point in points}
    if len(series) != 1:
        columns = ["breakdown", "indicator", "institution"]
        raise ArgumentError("result.one_row", count=len(series), columns=columns)
    drawn = new_axes(_HEIGHT) if ax is None else ax
    places = np.arange(len(points))
    drawn.plot(places, _numbers(points, "value"), color=_LINE, linewidth=1, marker="o", markersize=4, zorder=2)
    for name, style in (("centre", "-"), ("lower", "--"), ("upper", "--")):
        for start, end in _levels(points):
            drawn.plot(
                places[start:end], _numbers(points[start:end], name), color=_LINE, linestyle=style, linewidth=1
            )
    if all(point.value is None for point in points) and any(point.hidden for point in points):
        drawn.set_yticks([])
        drawn.text(0.5, 0.5, texts.phrase("state", "not_shown", lang), transform=drawn.transAxes, ha="center")
    _signals(drawn, points, lang)
    _targets(drawn, charts, lang)
    _frame(drawn, charts, points, lang)
    return drawn


def _numbers(points: list[ChartPoint], name: str) -> list[float]:
    cells = [getattr(point, name) for point in points]
    return [float("nan") if cell is None else cell for cell in cells]


def _levels(points: list[ChartPoint]) -> list[tuple[int, int]]:
    """Return where each level begins and ends, so that lines do not run from one to the next."""
    steps = np.flatnonzero(np.diff([point.segment for point in points])) + 1
    edges = [0, *steps.tolist(), len(points)]
    return list(itertools.pairwise(edges))


def _signals(ax: Axes, points: list[ChartPoint], lang: str) -> None:
    for state, mark in _MARKS.items():
        hit = [(place, point.value) for place, point in enumerate(points) if point.state == state]
        if hit:
            ax.plot(
                *zip(*hit, strict=True),
                linestyle="none",
                marker=mark,
                markersize=9,
                markerfacecolor=COLOURS[state],
                markeredgecolor=_LINE,
                label=texts.phrase("state", state, lang),
                zorder=3,
            )


def _targets(ax: Axes, charts: ControlCharts, lang: str) -> None:
    word = texts.phrase("column", "target_value", lang)
    valued = [(row, row.target_value) for row in charts.public() if row.target_value is not None]
    for row, value in valued:
        ax.axhline(
            value,
            color=COLOURS["not_met"],
            linestyle=":",
            label=word if len(valued) == 1 else f"{word}: {row.labels.name(row.target, lang)}",
        )


def _frame(ax: Axes, charts: Any, points: list[ChartPoint], lang: str) -> None:
    step = max(1, -(-len(points) // _SHOWN_PERIODS))
    ax.set_xticks(range(0, len(points), step), [point.period for point in points[::step]], rotation=45, ha="right")
    ax.yaxis.set_major_formatter(lambda value, _: texts.number(round(value, 9), lang))
    ax.set_title(charts[0].about(lang), loc="left", fontsize="medium")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="best", fontsize="small")
