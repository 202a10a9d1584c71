"""Back-tests as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maalbib import texts
from maalbib.analysis import _wording
from maalbib.analysis._secrecy import CONFIDENTIAL

if TYPE_CHECKING:
    from maalbib.analysis._back_test_rows import BackTestCall, BackTestRow

__all__ = ["about", "call", "call_text", "tally", "whole_percent"]


def about(row: BackTestRow, lang: str) -> str:
    """Name the method, the call and the time before the deadline."""
    parts = [row.method, call_text(row, lang)]
    if row.lead is not None:
        parts.append(texts.sentence("back_test.lead", lang, years=str(row.lead)))
    return ", ".join(parts)


def call_text(row: BackTestRow, lang: str) -> str:
    """Name a call: a state, the word of a published method, or a class of probabilities."""
    if row.call == "all":
        return texts.sentence("back_test.all", lang)
    if row.call_low is not None and row.call_high is not None:
        edges = {"low": str(round(100 * row.call_low)), "high": str(round(100 * row.call_high))}
        return texts.sentence("back_test.chance", lang, **edges)
    return texts.phrase("state", row.call, lang) if row.by == "state" or row.call == "not_measurable" else row.call


def tally(row: BackTestRow, lang: str) -> str:
    """Say how often a call came true, and how far that carries."""
    fields = {
        "calls": str(row.calls),
        "n": str(row.n),
        "came_true": str(row.came_true),
        "share": whole_percent(row.share, lang),
        "interval": _interval(row.lower, row.upper, lang),
        "cautious": _interval(row.cautious_lower, row.cautious_upper, lang),
    }
    said = _wording.joined(about(row, lang), f"{row.state}.{row.reason}", row.flags, lang, fields)
    if row.reason == CONFIDENTIAL:
        return said
    if row.brier is not None:
        mean, brier = whole_percent(row.mean_probability, lang), texts.number(row.brier, lang, 3)
        stated = texts.sentence("back_test.probability", lang, mean=mean, brier=brier, n=str(row.n_probability))
        said = f"{said} {stated}"
    if row.unfinished or row.unmeasured:
        left = {"unfinished": str(row.unfinished), "unmeasured": str(row.unmeasured)}
        said = f"{said} {texts.sentence('back_test.open', lang, **left)}"
    return said


def call(row: BackTestCall, lang: str) -> str:
    """Say what was said on a day, and what became of it."""
    if row.reason == CONFIDENTIAL:
        return f"{row.about(lang)}: {texts.sentence('not_measurable.confidential', lang)}"
    said = texts.sentence(
        "call.said",
        lang,
        day=texts.day_text(row.as_of, lang),
        method=row.method,
        call=row.verdict or texts.phrase("state", row.state, lang),
        outcome=texts.phrase("outcome", row.outcome, lang),
    )
    return f"{row.about(lang)}: {said}"


def _interval(lower: float | None, upper: float | None, lang: str) -> str:
    if lower is None or upper is None:
        return texts.MISSING
    return f"{texts.number(100 * lower, lang, 0)}{texts.MISSING}{whole_percent(upper, lang)}"


def whole_percent(share: float | None, lang: str) -> str:
    """Write a share of few calls in whole per cent; decimals would promise more than there is."""
    return texts.MISSING if share is None else f"{texts.number(100 * share, lang, 0)}\u00a0%"
