"""Result rows as sentences: the subject, the verdict of the table of texts, and the flags."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from maalbib import texts
from maalbib.texts import number, p_value

if TYPE_CHECKING:
    from maalbib.analysis._labels import IndicatorLabel, Labels
    from maalbib.analysis._rows import AssociationRow, Progress, Standing, Trend

# Flags about columns that were not asked for; a sentence about what is there need not mention them.
_QUIET = frozenset({"ranks_not_asked"})

__all__ = ["association", "breakdown_text", "progress", "standing", "trend"]


def progress(row: Progress, lang: str) -> str:
    """Say where a target stands."""
    label = row.labels.indicator(row.indicator)
    fields = {
        "value": label.value(row.latest, lang),
        "previous": label.value(row.baseline, lang),
        "period": row.latest_period or texts.MISSING,
        "baseline_period": row.baseline_period or texts.MISSING,
        "target": _target(row, label, lang),
        "due": row.due or texts.MISSING,
        "projected": label.value(row.projected, lang),
        "expected_now": label.value(row.expected_now, lang),
        "refusal": "",
    }
    subject = _subject(row.labels, row.indicator, row.institution, row.breakdown, lang)
    return _joined(subject, f"{row.state}.{row.reason}", row.flags, lang, fields)


def trend(row: Trend, lang: str) -> str:
    """Say whether a series moves."""
    label = row.labels.indicator(row.indicator)
    params = json.loads(row.params)
    fields = {
        "slope": label.pace(row.slope, lang),
        "lower": label.pace(row.slope_lower, lang),
        "upper": label.pace(row.slope_upper, lang),
        "period_unit": texts.phrase("slope_per", row.slope_per, lang),
        "p": p_value(row.p_value, lang),
        "p_min": p_value(row.p_min, lang),
        "n": str(row.n),
        "m": str(row.family_size),
        "breaks": ", ".join(row.breaks),
        "level": _percent(params["confidence"], lang),
        "best": _percent(row.level, lang),
        "first": row.first_period or texts.MISSING,
        "last": row.last_period or texts.MISSING,
    }
    code = f"{row.state}.{row.reason}"
    if row.reason == "not_significant" and row.slope_lower is None:
        code = f"{row.state}.not_significant_no_interval"
    subject = _subject(row.labels, row.indicator, row.institution, row.breakdown, lang)
    if row.first_period is not None:
        subject += f", {row.first_period}{texts.MISSING}{row.last_period}"
    return _joined(subject, code, row.flags, lang, fields)


def standing(row: Standing, lang: str) -> str:
    """Say how a unit compares with its peers."""
    label = row.labels.indicator(row.indicator)
    fields = {
        "value": label.value(row.value, lang),
        "period": row.period,
        "group": row.labels.name(row.peer_group, lang),
        "peers": str(row.peers),
        "mean_kind": texts.phrase("mean_kind", row.mean_kind, lang),
        "peer_value": label.value(row.peer_value, lang),
        "gap": label.change(None if row.gap is None else abs(row.gap), lang),
        "lower": label.change(row.gap_lower, lang),
        "upper": label.change(row.gap_upper, lang),
        "level": _percent(row.level, lang),
        "margin": label.change(json.loads(row.params).get("min_difference"), lang),
    }
    subject = _subject(row.labels, row.indicator, row.institution, row.breakdown, lang)
    return _joined(f"{subject}, {row.period}", f"{row.state}.{row.reason}", row.flags, lang, fields)


def association(row: AssociationRow, lang: str) -> str:
    """Say whether two things go together, and never that one makes the other."""
    fields = {
        "n": str(row.n),
        "spearman": number(row.spearman, lang, 2),
        "kendall": number(row.kendall, lang, 2),
        "p": p_value(row.spearman_p, lang),
        "p_min": p_value(row.p_min, lang),
        "period": row.period or texts.MISSING,
    }
    names = [
        row.labels.indicators[code].name.get(lang) if code in row.labels.indicators else row.labels.name(code, lang)
        for code in (row.x, row.y)
    ]
    return _joined(" / ".join(names), f"{row.state}.{row.reason}", row.flags, lang, fields)


def breakdown_text(breakdown: str, labels: Labels, lang: str) -> str:
    """Write ``grade=4;sex=_T`` as people read it: the totals are left out, a category with a name needs no more."""
    parts = [part.partition("=") for part in breakdown.split(";") if part]
    return ", ".join(
        labels.name(f"{name}.{code}", lang, f"{labels.name(name, lang)} {code}")
        for name, _, code in parts
        if code != "_T"
    )


def _subject(labels: Labels, indicator: str, institution: str, breakdown: str, lang: str) -> str:
    parts = (
        labels.indicator(indicator).name.get(lang),
        labels.name(institution, lang),
        breakdown_text(breakdown, labels, lang),
    )
    return ", ".join(part for part in parts if part)


def _target(row: Progress, label: IndicatorLabel, lang: str) -> str:
    if row.target_value is not None:
        return label.value(row.target_value, lang)
    if row.target_low is None or row.target_high is None or math.isinf(row.target_low) or math.isinf(row.target_high):
        return texts.MISSING
    return f"{label.value(row.target_low, lang)}{texts.MISSING}{label.value(row.target_high, lang)}"


def _percent(share: float | None, lang: str) -> str:
    return texts.MISSING if share is None else f"{number(100 * share, lang)}\u00a0%"


def _joined(subject: str, code: str, flags: tuple[str, ...], lang: str, fields: dict[str, str]) -> str:
    verdict = texts.sentence(code, lang, **fields)
    remarks = [texts.sentence(f"flag.{flag}", lang, **fields) for flag in flags if flag not in _QUIET]
    return " ".join((f"{subject}: {verdict}", *(remark for remark in remarks if remark)))
