"""Control charts as sentences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.analysis import _wording
from maalbib.analysis._secrecy import CONFIDENTIAL
from maalbib.model import Period

if TYPE_CHECKING:
    from maalbib.analysis._chart_rows import ChartPoint, ControlChart, RebaseProposal
    from maalbib.analysis._labels import IndicatorLabel

__all__ = ["about", "chart", "point", "proposal"]

_WHOLE: Final = 0.1  # from here on per cent are whole
_SURE, _RARE = 0.995, 0.0005  # beyond these a rounded figure would read as certain: 100 % or 0.0 %


def about(row: ControlChart, lang: str) -> str:
    """Name the series, its periods, and the target that it is held against."""
    subject = _wording.subject(row.labels, row.indicator, row.institution, row.breakdown, lang)
    if row.first_period is None:
        return subject
    periods = dict.fromkeys((row.first_period, row.last_period or row.first_period))
    return f"{subject}, {texts.MISSING.join(periods)}"


def chart(row: ControlChart, lang: str) -> str:
    """Say what the latest point says, whether the target is kept, and what to know besides."""
    label = row.labels.indicator(row.indicator)
    params = json.loads(row.params)
    fields = {
        "value": label.value(row.latest, lang),
        "period": row.latest_period or texts.MISSING,
        "centre": label.value(row.centre, lang),
        "lower": label.value(row.lower, lang),
        "upper": label.value(row.upper, lang),
        "n": str(row.n),
        "n_in_force": str(row.baseline_n),
        "gaps": _gaps(row, lang),
        "signals": str(row.signals),
        "least": str(params["min_points_trial"]),
        "from": row.segment_first or texts.MISSING,
        "baseline_n": str(row.baseline_n),
        "target": _target(row, label, lang),
        "due": row.due or texts.MISSING,
        "probability": texts.MISSING if row.probability is None else _percent(row.probability, lang),
        "rate": texts.MISSING if row.false_alarm_latest is None else _percent(row.false_alarm_latest, lang),
    }
    said = _wording.joined(about(row, lang), f"{row.state}.{row.reason}", row.flags, lang, fields)
    more = [
        texts.sentence(f"chart.{code}", lang, **fields)
        for code, holds in (
            ("earlier_signals", row.state == "no_signal" and bool(row.signals)),
            (f"assurance_{row.assurance}", row.assurance is not None),
            ("probability", row.probability is not None),
            (f"due_{row.assurance_due}", row.assurance_due not in {None, row.assurance}),
            ("false_alarm", row.state not in {"no_signal", "not_judged"} and row.false_alarm_latest is not None),
        )
        if holds
    ]
    return " ".join([said, *more])


def point(row: ChartPoint, lang: str) -> str:
    """Say what one point says."""
    label = row.labels.indicator(row.indicator)
    fields = {
        "value": label.value(row.value, lang),
        "period": row.period,
        "centre": label.value(row.centre, lang),
        "lower": label.value(row.lower, lang),
        "upper": label.value(row.upper, lang),
    }
    if row.reason == CONFIDENTIAL:
        return _wording.joined(row.about(lang), f"{row.state}.{row.reason}", row.flags, lang, fields)
    said = texts.sentence(f"point.{row.reason}", lang, **fields)
    return f"{row.about(lang)}: {texts.phrase('state', row.state, lang)}. {said}"


def proposal(row: RebaseProposal, lang: str) -> str:
    """Say where a new level seems to begin, and what speaks for it."""
    label = row.labels.indicator(row.indicator)
    fields = {
        "period": row.period,
        "shift": label.change(row.shift, lang),
        "lower": label.change(row.shift_lower, lang),
        "upper": label.change(row.shift_upper, lang),
        "before": str(row.before),
        "after": str(row.after),
        "length": str(row.run_length),
    }
    settled = row.shift_lower is not None and row.shift_upper is not None and row.shift_lower * row.shift_upper > 0
    if row.reason == CONFIDENTIAL:
        return _wording.joined(row.about(lang), f"{row.state}.{row.reason}", row.flags, lang, fields)
    code = "proposed.unclear" if not settled else "proposed.lasting" if row.lasted else "proposed.recent"
    return _wording.joined(row.about(lang), code, row.flags, lang, fields)


def _gaps(row: ControlChart, lang: str) -> str:
    """Count the periods without a value, between the first and the last one."""
    if row.first_period is None or row.last_period is None:
        return texts.MISSING
    first, last = Period.parse(row.first_period), Period.parse(row.last_period)
    count = last.ordinal - first.ordinal + 1 - row.n
    return f"{count} {texts.phrase('period', 'one' if count == 1 else 'many', lang)}"


def _target(row: ControlChart, label: IndicatorLabel, lang: str) -> str:
    """Name what the target asks for; on the way to it that is not yet its own value."""
    if row.target_low is not None and row.target_high is not None:
        value = f"{label.value(row.target_low, lang)}{texts.MISSING}{label.value(row.target_high, lang)}"
    else:
        value = label.value(row.target_value, lang)
    return texts.sentence("chart.asked_now" if row.on_the_way else "chart.asked", lang, value=value)


def _percent(share: float, lang: str) -> str:
    if share >= _SURE:
        return texts.sentence("chart.nearly_sure", lang)
    if share < _RARE:
        return texts.sentence("chart.very_rare", lang)
    return f"{texts.number(100 * share, lang, 0 if share >= _WHOLE else 1)}\u00a0%"
