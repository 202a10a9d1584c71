"""Small line charts of the series behind a report, drawn as SVG that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib import texts
from maalbib.analysis import Secrecy, breakdown_text, labels_of
from maalbib.measurements import panels
from maalbib.model import Comparable

if TYPE_CHECKING:
    from maalbib.analysis import Labels
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements, Panel

__all__ = ["Chart", "charts_of"]

_WIDTH: Final = 340
_HEIGHT: Final = 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 34, 30
_LINE: Final = "#08519c"
_TARGET: Final = "#993404"


@attrs.frozen(kw_only=True)
class Chart:
    """One series with its target and breaks.

    Attributes
    ----------
    indicator, institution, breakdown
        What is drawn.
    periods, values
        The points; None is a gap.
    target
        The value of a target, None without one.
    breaks
        Places among the periods where a new series begins.
    limits
        Lowest and highest value of the axis, the same in all charts of an indicator.
    labels
        Names and units.
    """

    indicator: str
    institution: str
    breakdown: str
    periods: tuple[str, ...]
    values: tuple[float | None, ...]
    target: float | None
    breaks: tuple[int, ...]
    limits: tuple[float, float]
    labels: Labels = attrs.field(eq=False, repr=False)

    def title(self, lang: str) -> str:
        """Return what the chart shows, in words."""
        parts = (
            self.labels.indicator(self.indicator).name.get(lang),
            self.labels.name(self.institution, lang),
            breakdown_text(self.breakdown, self.labels, lang),
        )
        return ", ".join(part for part in parts if part)

    def to_svg(self, lang: str = "da") -> str:
        """Return the picture, with a text for those who do not see it."""
        label = self.labels.indicator(self.indicator)
        said = f"{self.title(lang)}: " + ", ".join(
            f"{period} {label.value(value, lang)}" for period, value in zip(self.periods, self.values, strict=True)
        )
        low, high = self.limits
        drawn = [
            *self._axis(low, high, lang),
            *self._breaks(lang),
            *self._target(low, high, lang),
            *self._line(low, high),
        ]
        head = breakdown_text(self.breakdown, self.labels, lang) or self.title(lang)
        return (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-family="inherit" font-size="11" fill="currentColor">'
            f"<title>{escape(said)}</title>"
            f'<text x="0" y="14" font-size="13" font-weight="600">{escape(head[:1].upper() + head[1:])}</text>'
            + "".join(drawn)
            + "</svg>"
        )

    def _x(self, place: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * place / max(1, len(self.periods) - 1)

    def _axis(self, low: float, high: float, lang: str) -> list[str]:
        ends = [(low, _y(low, low, high)), (high, _y(high, low, high))]
        label = self.labels.indicator(self.indicator)
        marks = [
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" stroke-opacity=".2"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(texts.number(value, lang, 0))}'
            f"{escape(label.symbol and chr(160) + label.symbol)}</text>"
            for value, y in ends
        ]
        last = len(self.periods) - 1
        feet = [(0, "start"), (last, "end")] if last else [(0, "start")]
        marks += [
            f'<text x="{self._x(place):.1f}" y="{_HEIGHT - 8}" text-anchor="{anchor}">{escape(self.periods[place])}</text>'
            for place, anchor in feet
        ]
        return marks

    def _breaks(self, lang: str) -> list[str]:
        word = escape(texts.phrase("chart", "break", lang))
        return [
            f'<line x1="{self._x(place - 0.5):.1f}" x2="{self._x(place - 0.5):.1f}" y1="{_TOP - 8}" y2="{_HEIGHT - _BOTTOM}"'
            f' stroke="currentColor" stroke-opacity=".6" stroke-dasharray="2 3"/>'
            f'<text x="{self._x(place - 0.5) - 4:.1f}" y="{_TOP - 1}" text-anchor="end" fill-opacity=".75">{word}</text>'
            for place in self.breaks
        ]

    def _target(self, low: float, high: float, lang: str) -> list[str]:
        if self.target is None:
            return []
        y = _y(self.target, low, high)
        word = escape(texts.phrase("chart", "target", lang))
        return [
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_TARGET}" stroke-dasharray="6 3"/>',
            f'<text x="{_LEFT + 2}" y="{y - 4:.1f}">{word}</text>',
        ]

    def _line(self, low: float, high: float) -> list[str]:
        """Draw unbroken stretches as lines; a gap or a break lifts the pen."""
        stretches: list[list[tuple[float, float]]] = [[]]
        for place, value in enumerate(self.values):
            if place in self.breaks or value is None:
                stretches.append([])
            if value is not None:
                stretches[-1].append((self._x(place), _y(value, low, high)))
        lines = [
            f'<polyline fill="none" stroke="{_LINE}" stroke-width="2.5" points="'
            + " ".join(f"{x:.1f},{y:.1f}" for x, y in stretch)
            + '"/>'
            for stretch in stretches
            if len(stretch) > 1
        ]
        dots = [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{_LINE}"/>' for stretch in stretches for x, y in stretch
        ]
        return lines + dots


def charts_of(
    measurements: Measurements, catalogue: Catalogue, *, most: int = 12, internal: bool = False
) -> tuple[Chart, ...]:
    """Return a chart for each series of two or more points, at most ``most`` of them, indicators with targets first.

    Values that may not be shown are gaps, unless the charts are for ``internal`` use.

    Examples
    --------
    >>> import maalbib as mb
    >>> from maalbib.report import charts_of
    >>> charts = charts_of(mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen"))
    >>> len(charts), charts[0].target, charts[0].breaks
    (4, 80.0, (5,))
    """
    aimed = {target.indicator for target in catalogue.targets.values()}
    drawn: list[_Series] = []
    for code in sorted(measurements.indicators, key=lambda code: code not in aimed):
        if len(drawn) < most:
            drawn += _series(measurements, code, catalogue, most - len(drawn), internal=internal)
    labels = labels_of(
        catalogue,
        measurements.register,
        indicators={series.panel.indicator for series in drawn},
        institutions={series.panel.institutions[series.row] for series in drawn},
    )
    return tuple(_chart(series, catalogue, labels) for series in drawn)


@attrs.frozen(kw_only=True)
class _Series:
    """A row of a panel with the values that may be shown, and the limits of its axis."""

    panel: Panel
    row: int
    values: tuple[float | None, ...]
    span: tuple[float, float]


def _series(
    measurements: Measurements, code: str, catalogue: Catalogue, most: int, *, internal: bool
) -> Iterator[_Series]:
    """Yield the first series of an indicator that have two points to show."""
    secrecy, left = Secrecy(measurements, measurements.register), most
    for panel in panels(measurements.select(indicator=code)):
        hidden = secrecy.grades(panel, catalogue.indicators.get(code)) > 0
        values = np.where(hidden & (not internal), np.nan, panel.values)
        rows = np.flatnonzero(np.isfinite(values).sum(axis=1) > 1)[:left]
        left -= len(rows)
        span = (float(np.nanmin(values[rows])), float(np.nanmax(values[rows]))) if len(rows) else (0.0, 0.0)
        for row in rows.tolist():
            shown = tuple(float(value) if np.isfinite(value) else None for value in values[row])
            yield _Series(panel=panel, row=row, values=shown, span=span)


def _chart(series: _Series, catalogue: Catalogue, labels: Labels) -> Chart:
    panel, row = series.panel, series.row
    indicator = catalogue.indicators.get(panel.indicator)
    breaks = () if indicator is None else indicator.breaks
    starts = [period.start for period in panel.periods]
    places = [
        sum(start < item.period.start for start in starts) for item in breaks if item.comparable is Comparable.NO
    ]
    target = _target(catalogue, panel, row)
    return Chart(
        indicator=panel.indicator,
        institution=panel.institutions[row],
        breakdown=panel.breakdowns[row],
        periods=tuple(str(period) for period in panel.periods),
        values=series.values,
        target=target,
        breaks=tuple(place for place in places if 0 < place < len(starts)),
        limits=_limits([*series.span, *([] if target is None else [target])]),
        labels=labels,
    )


def _target(catalogue: Catalogue, panel: Panel, row: int) -> float | None:
    """Return the value of the first target that plainly speaks of this series."""
    for target in catalogue.targets.values():
        bound = target.scope is None or panel.institutions[row] in target.scope.institutions
        spoken_of = target.breakdown is None or target.breakdown == panel.breakdowns[row]
        value = getattr(target, "value", None)
        if target.indicator == panel.indicator and bound and spoken_of and value is not None:
            return float(value)
    return None


def _limits(values: list[float]) -> tuple[float, float]:
    """Return a round range around the values, so that small changes are seen and noise is not blown up."""
    low, high = min(values), max(values)
    step = 10.0 ** np.floor(np.log10(max(high - low, abs(high) / 20, 1e-9)))
    return float(np.floor(low / step - 0.5) * step), float(np.ceil(high / step + 0.5) * step)


def _y(value: float, low: float, high: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (value - low) / (high - low)
