"""The status log as sentences: from what to what, and which inputs were others. Never a cause in the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maalbib import texts
from maalbib.analysis._progress_wording import day_or_period, label_of, named
from maalbib.analysis._secrecy import CONFIDENTIAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from maalbib.analysis._change_row import TrackingChange

__all__ = ["about", "change"]


def about(row: TrackingChange, lang: str) -> str:
    """Name what is judged, and by which target where that has a name: an indicator may have several."""
    what = named(row, lang)
    return (
        f"{what} ({row.labels.name(row.target, lang)})" if row.indicator and row.target in row.labels.names else what
    )


def change(row: TrackingChange, lang: str) -> str:
    """Say from what to what a verdict went, on which day, and which inputs were others."""
    if row.reason == CONFIDENTIAL:
        return f"{row.about(lang)}: {texts.sentence('not_measurable.confidential', lang)}"
    before, after = (
        _shown(row.from_state, row.from_override_state, lang),
        _shown(row.state, row.override_state, lang),
    )
    said = {"before": before, "after": after, "day": texts.day_text(row.as_of, lang), "because": _because(row, lang)}
    if row.from_state is None:
        text = texts.sentence("change.first", lang, **said)
    elif before == after:
        text = texts.sentence("change.reason", lang, **said)
    else:
        text = texts.sentence("change.state", lang, **said)
    return f"{row.about(lang)}: {text}"


def _shown(state: str | None, override: str | None, lang: str) -> str:
    """Write a state; one that was set by hand stands beside the computed one."""
    word = texts.MISSING if state is None else texts.phrase("state", state, lang)
    if override is None:
        return word
    return texts.sentence("change.by_hand", lang, state=word, by_hand=texts.phrase("state", override, lang))


def _because(row: TrackingChange, lang: str) -> str:
    label = label_of(row)
    fields = {
        "period": row.period or texts.MISSING,
        "from_period": row.from_period or texts.MISSING,
        "due": day_or_period(row.from_due or row.due, lang),
        "values": _pair(row.from_value, row.value, label.value, lang),
        "baseline_period": row.baseline_period or texts.MISSING,
        "baselines": _pair(row.from_baseline, row.baseline, label.value, lang),
        "targets": _pair(_asked(row, "from_", lang), _asked(row, "", lang), str, lang),
        "methods": _pair(row.from_method, row.method, str, lang),
        "role": row.override_role or texts.MISSING,
    }
    parts = [texts.sentence(f"cause.{cause}", lang, **fields) for cause in row.causes]
    if len(parts) == 1:
        return parts[0]
    return texts.sentence("change.and", lang, most=", ".join(parts[:-1]), last=parts[-1])


def _pair(before: object, after: object, write: Callable[..., str], lang: str) -> str:
    """Write ``72 → 68,5``; one of them where the other is missing or the same."""
    both = [item if isinstance(item, str) else write(item, lang) for item in (before, after) if item is not None]
    return " → ".join(dict.fromkeys(both)) or texts.MISSING


def _asked(row: TrackingChange, side: str, lang: str) -> str | None:
    value, due = getattr(row, f"{side}target_value"), getattr(row, f"{side}due")
    if value is None and due is None:
        return None
    if value is None:
        return day_or_period(due, lang)
    shown = label_of(row).value(value, lang)
    return shown if due is None else texts.sentence("change.asked", lang, value=shown, due=day_or_period(due, lang))
