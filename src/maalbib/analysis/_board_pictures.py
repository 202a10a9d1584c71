"""The two small pictures of a line: how much of the way is covered, and the way there. SVG that needs nothing else."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from maalbib.analysis import _board_words as words
from maalbib.model import Period

if TYPE_CHECKING:
    from maalbib.analysis._board_row import BoardRow

__all__ = ["bar", "sparkline"]

_WIDTH: Final = 100
_HEIGHT: Final = 28
_EDGE: Final = 3.0  # room for the last point


def bar(row: BoardRow, lang: str) -> str:
    """Return the bar of the attainment held between 0 and 1, with a stroke at what could be expected by now."""
    way = words.way_covered(row)
    if way is None:
        return ""
    covered = 100 * min(1.0, max(0.0, way))
    expected = _expected(row)
    stroke = "" if expected is None else f'<path d="M{expected:.0f} 0V8"/>'
    filled = f'<rect width="{covered:.0f}" height="8"/>' if round(covered) else ""
    label = escape(words.how_far(row, lang)[0])
    return f'<svg class="b" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{label}">{filled}{stroke}</svg>'


def _expected(row: BoardRow) -> float | None:
    """Return where on the bar the expected value lies, in per cent of the way."""
    if row.expected_now is None or row.baseline is None or row.target_value is None:
        return None
    way = row.target_value - row.baseline
    return None if way == 0 else 100 * min(1.0, max(0.0, (row.expected_now - row.baseline) / way))


def sparkline(row: BoardRow, lang: str) -> str:
    """Return the latest values as a line on true time, with the target dashed; a gap or a break lifts the pen."""
    if not row.recent:
        return ""
    edges = [edge for edge in (row.target_low, row.target_high) if edge is not None]
    low, high = min(*row.recent, *edges, row.recent[0]), max(*row.recent, *edges, row.recent[0])
    places = _places(row.recent_periods)
    heights = [_height(value, low, high) for value in row.recent]
    pens = _pens(row.recent_periods, row.recent_breaks)
    line = "".join(f"{pen}{x:.4g} {y:.4g}" for pen, x, y in zip(pens, places, heights, strict=True))
    target = "".join(f"M0 {_height(edge, low, high):.4g}H{_WIDTH}" for edge in edges)
    dashed = f'<path class="t" d="{target}"/>' if target else ""
    label = escape(words.picture(row, lang))
    return (
        f'<svg class="k" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">{dashed}<path d="{line}"/>'
        f'<circle cx="{places[-1]:.4g}" cy="{heights[-1]:.4g}" r="3"/></svg>'
    )


def _places(periods: tuple[str, ...]) -> list[float]:
    times = [Period.parse(text).position for text in periods]
    length = times[-1] - times[0]
    return [_WIDTH - _EDGE - (_WIDTH - 2 * _EDGE) * (times[-1] - time) / (length or 1) for time in times]


def _height(value: float, low: float, high: float) -> float:
    return _HEIGHT / 2 if high == low else _HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * (value - low) / (high - low)


def _pens(periods: tuple[str, ...], breaks: tuple[str, ...]) -> list[str]:
    """Return M where the pen is lifted before a point, else L; a point on its own is drawn as a dot by a line of no length."""
    ordinals = [Period.parse(text).ordinal for text in periods]
    steps = [later - earlier for earlier, later in pairwise(ordinals)]
    lifted = [step > min(steps) or text in breaks for step, text in zip(steps, periods[1:], strict=True)]
    return ["M", *("M" if up else "L" for up in lifted)]
