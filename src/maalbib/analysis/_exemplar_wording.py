"""Who is stably among the best, as sentences built from the fields of the row. Nothing here names a cause."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from maalbib import texts
from maalbib.analysis._attention_wording import listed
from maalbib.analysis._wording import breakdown_text, counted, joined, percent

if TYPE_CHECKING:
    from maalbib.analysis._exemplar_rows import ExemplarRow

__all__ = ["exemplar", "overview"]


def exemplar(row: ExemplarRow, lang: str) -> str:
    """Say whether a unit was selected, by how much, and whether that held."""
    if row.state == row.UNJUDGED:
        said = texts.sentence("attention.not_judged", lang, obstacle=texts.phrase("attention", row.reason, lang))
        return f"{row.about(lang)}: {said}"
    change = row.labels.indicator(row.indicator).change
    fields = {
        "among": counted("best", row.best, lang),
        "units": str(row.units),
        "shown": str(row.shown),
        "likely": str(row.likely),
        "judged": str(row.judged),
        "periods": counted("periods", row.judged, lang),
        "least": counted("periods", json.loads(row.params)["min_periods"], lang),
        "select": ", ".join(row.select),
        "confirm": ", ".join(row.confirm) or texts.MISSING,
        "confirm_held": str(row.confirm_held),
        "confirm_judged": str(row.confirm_judged),
        "lead": change(row.lead, lang),
        "shrunk_lead": change(row.shrunk_lead, lang),
        "confirm_lead": change(row.confirm_lead, lang),
        "probability": percent(None if row.probability is None else round(row.probability, 2), lang),
    }
    fields["failed"] = texts.sentence(
        "exemplars.held_seldom" if row.confirm_held else "exemplars.held_never", lang, **fields
    )
    return joined(row.about(lang), f"{row.state}.{row.reason}", row.flags, lang, fields)


def overview(rows: list[ExemplarRow], lang: str) -> str:
    """Say of a whole group how many were selected and held, beside what was to be expected, and how far they fell back."""
    row = rows[0]
    change = row.labels.indicator(row.indicator).change
    parts = (row.labels.indicator(row.indicator).name.get(lang), breakdown_text(row.breakdown, row.labels, lang))
    about = ", ".join(part for part in parts if part)
    if not row.units:
        obstacles = listed(dict.fromkeys(each.reason for each in rows), lang)
        fields = {"among": counted("best", row.best, lang), "select": ", ".join(row.select), "obstacles": obstacles}
        return f"{about}: {texts.sentence('exemplars.nobody', lang, **fields)}"
    lines = [
        texts.sentence(
            "exemplars.selected",
            lang,
            selected=str(row.selected),
            units=str(row.units),
            among=counted("best", row.best, lang),
            select=", ".join(row.select),
        )
    ]
    if row.expected_held is not None:
        lines.append(
            texts.sentence(
                "exemplars.held",
                lang,
                held=str(row.held),
                tried=str(row.tried),
                confirm=", ".join(row.confirm),
                expected=texts.number(row.expected_held, lang, 1),
                lower=texts.number(row.held_lower, lang, 0),
                upper=texts.number(row.held_upper, lang, 0),
                chance=texts.number(row.chance_held, lang, 1),
            )
        )
        lines.append(
            texts.sentence(
                "exemplars.regression",
                lang,
                before=change(row.selected_lead, lang),
                expected=change(row.expected_lead, lang),
                after=change(row.confirmed_lead, lang),
            )
        )
    return f"{about}: {' '.join(lines)}"
