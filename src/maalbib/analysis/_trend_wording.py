"""Trends as sentences: the verdict, what could have been found, and what a reader should know besides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from maalbib import texts
from maalbib.analysis._wording import p_text, percent, subject, whole
from maalbib.texts import number

if TYPE_CHECKING:
    from maalbib.analysis._labels import IndicatorLabel
    from maalbib.analysis._rows import Trend

__all__ = ["series", "trend"]

_NO_BREAK_SPACE: Final = "\u00a0"
_WEIGHTED: Final = frozenset({"proportion", "wls", "recent_trend", "phe_recent_trend"})
# How large a share of the pairs of values may go the other way before a rise can no longer be shown, and what it is called.
_UNBROKEN: Final = ((0.0, "unbroken"), (1 / 6, "almost_unbroken"), (1 / 4, "clear"))


def trend(row: Trend, lang: str) -> str:
    """Say whether a series moves."""
    fields = _fields(row, lang)
    codes = (_code(row), *_remarks(row), *(f"flag.{flag}" for flag in row.flags))
    return f"{series(row, lang)}: {' '.join(texts.sentence(code, lang, **fields) for code in codes)}"


def series(row: Trend, lang: str) -> str:
    """Name a series and the periods that were used."""
    about = subject(row.labels, row.indicator, row.institution, row.breakdown, lang)
    if row.first_period is None:
        return about
    periods = dict.fromkeys((row.first_period, row.last_period or row.first_period))
    return f"{about}, {texts.MISSING.join(periods)}"


def _code(row: Trend) -> str:
    """Return the code of the sentence: what is said depends on what is known."""
    if row.reason == "not_significant" and row.slope_lower is None:
        return f"{row.state}.not_significant_no_interval"
    if row.reason == "too_few_points" and row.method in _WEIGHTED:
        return f"{row.state}.too_few_points_for_method"
    return f"{row.state}.{row.reason}"


def _remarks(row: Trend) -> list[str]:
    """Return the codes of what else there is to say."""
    judged = row.state != row.UNJUDGED
    return [
        code
        for code, holds in (
            ("trend.more_periods", row.more_periods is not None),
            (f"trend.method_{row.method}", judged and row.method != "mann_kendall"),
            ("trend.pace", judged and row.required_p is not None),
            ("trend.without_last", judged and row.without_last not in {None, row.state}),
        )
        if holds
    ]


def _fields(row: Trend, lang: str) -> dict[str, str]:
    label = row.labels.indicator(row.indicator)
    params = json.loads(row.params)
    return {
        "slope": label.pace(row.slope, lang),
        "lower": label.pace(row.slope_lower, lang).partition(_NO_BREAK_SPACE)[
            0
        ],  # the unit stands behind the upper limit
        "upper": label.pace(row.slope_upper, lang),
        "p": p_text(row.p_value, lang),
        "n": str(row.n),
        "count": _counted("measurement", row.n, lang),
        "m": str(row.family_size),
        "breaks": ", ".join(row.breaks),
        "level": percent(params["confidence"], lang),
        "best": percent(row.level, lang),
        "gaps": _counted("period", row.gaps, lang),
        "withheld": _counted("value", row.withheld, lang),
        "more": _counted("measurement", row.more_periods or 0, lang),
        "coverage": _coverage(params, lang),
        "recent_alpha": texts.p_value(params.get("recent_alpha"), lang),
        "detectable": _detectable(row, lang),
        "driver": "" if row.driver is None else f" ({row.driver})",
        "refusal": texts.phrase("refusal", row.method, lang) if row.reason == "method_refused" else "",
        "without_last": texts.phrase("state", row.without_last, lang) if row.without_last else texts.MISSING,
        **_change(row, label, lang),
        **_pace(row, label, lang),
    }


def _counted(thing: str, count: int, lang: str) -> str:
    """Write ``7 målinger`` and ``1 måling``."""
    return f"{whole(count, lang)} {texts.phrase(thing, 'one' if count == 1 else 'many', lang)}"


def _detectable(row: Trend, lang: str) -> str:
    """Say what would have been needed, where few values show little but an unbroken rise."""
    if row.s_needed is None or not row.s_most:
        return ""
    against = (row.s_most - row.s_needed) / 2 / row.s_most
    kind = next((word for share, word in _UNBROKEN if against <= share), None)
    if kind is None:
        return ""
    way = "fall" if row.s is not None and row.s < 0 else "rise"
    fields = {"count": _counted("measurement", row.n, lang), "what": texts.phrase(kind, way, lang)}
    return texts.sentence("trend.detectable", lang, **fields)


def _coverage(params: dict[str, Any], lang: str) -> str:
    """Say what the caller asks of a series."""
    asked: list[str] = []
    if params.get("min_points") is not None:
        asked.append(_counted("measurement", params["min_points"], lang))
    if params.get("min_span") is not None:
        asked.append(texts.sentence("trend.span", lang, years=number(params["min_span"], lang)))
    if params.get("min_coverage") is not None:
        asked.append(texts.sentence("trend.share_of_periods", lang, share=percent(params["min_coverage"], lang)))
    return ", ".join(asked)


def _change(row: Trend, label: IndicatorLabel, lang: str) -> dict[str, str]:
    shift = row.change_shift
    return {
        "change_period": row.proposed_break or row.change_period or texts.MISSING,
        "shift": label.change(None if shift is None else abs(shift), lang),
        "way": texts.phrase("shift", "down" if shift is not None and shift < 0 else "up", lang),
        "change_p": p_text(row.change_p, lang),
    }


def _pace(row: Trend, label: IndicatorLabel, lang: str) -> dict[str, str]:
    return {
        "required": label.pace(row.required_slope, lang),
        "share": percent(None if row.share_above is None else round(row.share_above, 2), lang),
        "required_p": p_text(row.required_p, lang),
    }
