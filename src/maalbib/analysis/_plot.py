"""Drawing: the one place that needs matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from maalbib import texts
from maalbib.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from maalbib.analysis._result import Result

__all__ = ["draw", "new_axes"]

_UNJUDGED: Final = frozenset(
    {
        *("not_measurable", "not_judged", "not_compared", "no_peers", "not_known"),
        *("service_level_unknown", "no_role_model"),
    }
)
_OUTLINE: Final = "#4d4d4d"  # so that light colours are seen on white
_WIDTH, _PER_ROW, _MARGIN = 8.0, 0.32, 1.2  # inches


def draw(result: Result[Any], *, lang: str, ax: Axes | None, most: int, internal: bool) -> Axes:
    """Draw the first rows of a result from top to bottom; see :meth:`Result.plot`."""
    data = result[: max(0, most)].plot_data(lang, internal=internal)
    drawn = new_axes(_PER_ROW * len(data) + _MARGIN) if ax is None else ax
    for place, row in enumerate(data.itertuples()):
        _row(drawn, place, row)
    _frame(drawn, data, result, lang)
    return drawn


def new_axes(height: float) -> Axes:
    """Return new axes of the usual width and a height in inches."""
    try:
        from matplotlib import pyplot as plt
    except ImportError:
        raise MissingExtraError("extra.missing", feature="plot", package="matplotlib", extra="plot") from None
    _, axes = plt.subplots(figsize=(_WIDTH, height), layout="constrained")
    return axes


def _row(ax: Axes, place: int, row: Any) -> None:
    ax.hlines(place, row.lower, row.upper, color=_OUTLINE, linewidth=1.5, zorder=1)
    ax.hlines(place, row.region_low, row.region_high, color=_OUTLINE, linewidth=6, alpha=0.25, zorder=0)
    ax.plot(row.reference, place, marker="|", markersize=14, color=_OUTLINE, linestyle="none", zorder=2)
    filled = "none" if row.state in _UNJUDGED else row.colour
    ax.plot(
        row.value,
        place,
        marker=row.marker,
        markersize=8,
        markerfacecolor=filled,
        markeredgecolor=_OUTLINE,
        linestyle="none",
        zorder=3,
    )


def _frame(ax: Axes, data: pd.DataFrame, result: Result[Any], lang: str) -> None:
    words = [f"{label}: {state}" for label, state in zip(data["label"], data["state_text"], strict=True)]
    ax.set_yticks(range(len(data)), words)
    ax.set_ylim(max(len(data), 1) - 0.5, -0.5)
    ax.set_xlabel(texts.phrase("axis", result.NAME, lang))
    title, more = texts.phrase("result", result.NAME, lang), len(result) - len(data)
    if more:  # a line of its own: beside the title it would be printed over it
        title = f"{title}\n{texts.sentence('display.more', lang, count=more)}"
    ax.set_title(title, loc="left")
    ax.xaxis.set_major_formatter(lambda value, _: texts.number(round(value, 9), lang))
