"""Rows about spread as sentences. Nothing here names a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maalbib import texts
from maalbib.analysis._wording import breakdown_text, joined, p_text, whole

if TYPE_CHECKING:
    from maalbib.analysis._spread_rows import DispersionPeriod, DispersionRow, MovementRow

__all__ = ["about", "movement", "period", "spread"]


def about(row: DispersionRow | DispersionPeriod | MovementRow, lang: str) -> str:
    """Name the indicator, whose parts are compared where they are, and the breakdown."""
    labels = row.labels
    whose = labels.name(row.institution, lang) if row.institution else ""
    parts = (labels.indicator(row.indicator).name.get(lang), whose, breakdown_text(row.breakdown, labels, lang))
    return ", ".join(part for part in parts if part)


def spread(row: DispersionRow, lang: str) -> str:
    """Say whether units came closer to each other, where both ends went, and what it rests on."""
    label = row.labels.indicator(row.indicator)
    first, last = (row.tau_first, row.tau) if row.measure == "tau" else (row.sd_first, row.sd)
    fields = {
        "measure": texts.phrase("spread_measure", row.measure, lang),
        "first": label.change(first, lang),
        "last": label.change(last, lang),
        "pace": _pace(row, lang),
        "lower": label.pace(row.slope_lower, lang),
        "upper": label.pace(row.slope_upper, lang),
        "p": p_text(row.p_value, lang),
        "n": whole(row.n, lang),
        "periods": str(row.periods),
        "first_period": row.first_period or texts.MISSING,
        "last_period": row.last_period or texts.MISSING,
        "breaks": ", ".join(row.breaks) or texts.MISSING,
    }
    said = joined(about(row, lang), f"{row.state}.{row.reason}", row.flags, lang, fields)
    return said if row.p10 is None or row.first_period == row.last_period else f"{said} {_ends(row, lang)}"


def _pace(row: DispersionRow, lang: str) -> str:
    """Write the change a year before what follows it; nothing where none is known."""
    if row.slope is None:
        return ""
    slope = row.labels.indicator(row.indicator).pace(row.slope, lang)
    return f"{texts.sentence('spread.pace', lang, slope=slope)}, "


def _ends(row: DispersionRow, lang: str) -> str:
    value = row.labels.indicator(row.indicator).value
    return texts.sentence(
        "spread.ends",
        lang,
        low_first=value(row.p10_first, lang),
        low=value(row.p10, lang),
        high_first=value(row.p90_first, lang),
        high=value(row.p90, lang),
        mean_first=value(row.mean_first, lang),
        mean=value(row.mean, lang),
    )


def period(row: DispersionPeriod, lang: str) -> str:
    """Say how far units lie apart."""
    label = row.labels.indicator(row.indicator)
    fields = {
        "n": whole(row.n, lang),
        "sd": label.change(row.sd, lang),
        "tau": label.change(row.tau, lang),
        "lower": label.change(row.tau_lower, lang),
        "upper": label.change(row.tau_upper, lang),
        "p10": label.value(row.p10, lang),
        "p90": label.value(row.p90, lang),
        "breaks": texts.MISSING,
    }
    return joined(row.about(lang), f"{row.state}.{row.reason}", row.flags, lang, fields)


def movement(row: MovementRow, lang: str) -> str:
    """Say how many moved or stayed, and how many would by chance alone."""
    fields = {
        "size": whole(row.group_size, lang),
        "n": whole(row.n, lang),
        "from_group": texts.phrase("spread_group_of", row.from_group, lang),
        "to_group": texts.phrase("spread_group_of", row.to_group, lang),
        "expected": texts.number(row.expected, lang, 1),
        "lower": texts.number(row.lower, lang, 0),
        "upper": texts.number(row.upper, lang, 0),
        "first_period": row.first_period,
        "last_period": row.last_period,
    }
    said = joined(row.about(lang), f"{row.state}.{row.reason}", row.flags, lang, fields)
    outer = row.from_group != "middle" and row.expected is not None
    return f"{said} {texts.sentence('spread.regression', lang)}" if outer else said
