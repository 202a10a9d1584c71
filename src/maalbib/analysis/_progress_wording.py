"""Rows of tracking as sentences."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.analysis._labels import BARE, PERCENTAGES, IndicatorLabel
from maalbib.analysis._published_wording import method_name, native_verdict
from maalbib.analysis._series_made import SeriesKind
from maalbib.analysis._wording import breakdown_text, joined, subject

if TYPE_CHECKING:
    from maalbib.analysis._change_row import TrackingChange
    from maalbib.analysis._progress_row import Progress
    from maalbib.analysis._row import Row

__all__ = ["about", "asked", "day_or_period", "label_of", "measure", "named", "progress", "written"]

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def progress(row: Progress, lang: str) -> str:
    """Say where a target stands."""
    fields = {
        "value": written(row, row.latest, lang),
        "previous": written(row, row.baseline, lang),
        "previous_period": row.baseline_period or texts.MISSING,
        "period": row.latest_period or texts.MISSING,
        "reached": row.reached_period or texts.MISSING,
        "done": day_or_period(row.reached_period, lang),
        "baseline_period": row.baseline_period or texts.MISSING,
        "target": asked(row, lang),
        "due": day_or_period(row.due, lang),
        "projected": written(row, row.projected, lang),
        "expected": written(row, row.expected_now, lang),
        "sensitive_to": row.sensitive_to or texts.MISSING,
        **_method(row, lang),
        **_by_hand(row, lang),
    }
    said = joined(about(row, lang), f"{row.state}.{row.reason}", row.flags, lang, fields)
    if row.units_mean is None:
        return said
    mean = row.labels.indicator(row.indicator).value(row.units_mean, lang)
    return f"{said} {texts.sentence('target_series.beside', lang, mean=mean, period=fields['period'])}"


def about(row: Progress, lang: str) -> str:
    """Name what is judged, and the series that was made of it."""
    kind = SeriesKind.from_json(row.series).text(lang, row.labels, row.units)
    return ", ".join(part for part in (named(row, lang), kind) if part)


def named(row: Progress | TrackingChange, lang: str) -> str:
    """Name what is judged; what has no indicator by the target's own name."""
    if row.indicator:
        return subject(row.labels, row.indicator, row.institution, row.breakdown, lang)
    parts = (
        row.labels.name(row.target, lang),
        row.labels.name(row.institution, lang),
        breakdown_text(row.breakdown, row.labels, lang),
    )
    return ", ".join(part for part in parts if part)


def measure(row: Progress, lang: str) -> str:
    """Name the figures that are judged: the indicator, with the series made of it; a milestone by its own name."""
    kind = SeriesKind.from_json(row.series).text(lang, row.labels, row.units)
    named = row.labels.thing(row.indicator, lang) if row.indicator else row.labels.name(row.target, lang)
    return ", ".join(part for part in (named, kind) if part)


def written(row: Progress, value: float | None, lang: str) -> str:
    """Write a value of the series that the target is judged on, with its unit."""
    return label_of(row).value(value, lang)


def label_of(row: Row) -> IndicatorLabel:
    """Return how the values of a row are written: as those of its indicator, or of the series made of it."""
    label = row.labels.indicator(str(getattr(row, "indicator", "")))
    kind = SeriesKind.from_json(getattr(row, "series", None))
    if kind.unit == "difference":
        return label.for_differences()
    return {"percent": PERCENTAGES, "none": BARE}.get(kind.unit, label)


def day_or_period(text: str | None, lang: str) -> str:
    """Write a day of a milestone in words, and a period as it is."""
    if text is None:
        return texts.MISSING
    return texts.day_text(dt.date.fromisoformat(text), lang) if _DAY.fullmatch(text) else text


def asked(row: Progress, lang: str) -> str:
    """Write what the target asks for: ``mindst 80,0 %``, ``mellem 5,0 og 6,0 børn``; a dash where it names no value."""
    low, high = row.target_low, row.target_high
    if low is not None and high is not None:
        return texts.sentence("asked.between", lang, low=label_of(row).bare(low, lang), high=written(row, high, lang))
    if low is None and high is None:
        return texts.MISSING
    kind = "asked.at_least" if high is None else "asked.at_most"
    return texts.sentence(kind, lang, value=written(row, low if high is None else high, lang))


def _method(row: Progress, lang: str) -> dict[str, str]:
    """Return what a method says in its own words: its verdict, or why it was refused."""
    refused = row.reason == "method_refused" and row.verdict is not None
    return {
        "method": method_name(row.method, lang),
        "verdict": native_verdict(row, lang),
        "refusal": texts.sentence(row.verdict or "", lang) if refused else texts.MISSING,
    }


def _by_hand(row: Progress, lang: str) -> dict[str, str]:
    """Return what a state set by hand says about itself."""
    state, why = row.override_state, row.override_da if lang == "da" else row.override_en
    return {
        "override": texts.MISSING if state is None else texts.phrase("state", state, lang),
        "override_role": row.override_role or texts.MISSING,
        "override_on": texts.MISSING if row.override_on is None else texts.day_text(row.override_on, lang),
        "override_reason": _closed(why or row.override_da or texts.MISSING),
    }


def _closed(words: str) -> str:
    """End what a person has written with a full stop, where it ends with none."""
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."
