"""Composites as sentences. A place is never told without its range, and the range is never called one of chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.analysis._wording import breakdown_text, joined, percent, things, whole

if TYPE_CHECKING:
    from maalbib.analysis._composite_row import CompositeRow, PlanEffect

__all__ = ["chance_set", "choice_text", "composite", "place_range", "plan", "plan_subject", "subject"]

_PARTS: Final = ("weights", "normaliser", "aggregation", "treatment", "left_out")


def subject(row: CompositeRow, lang: str) -> str:
    """Name the unit, the part of it, and when."""
    parts = (row.labels.name(row.institution, lang), breakdown_text(row.breakdown, row.labels, lang), row.period)
    return ", ".join(part for part in parts if part)


def composite(row: CompositeRow, lang: str) -> str:
    """Say where a unit stands, how far that hangs on the choices made, and how far on chance."""
    fields = _fields(row, lang)
    drawn = row.reason == "place_stands" and (row.weights_lower is not None or row.together_lower is not None)
    code = f"composite.{row.state}.{row.reason}{'_drawn' if drawn else ''}"
    verdict = joined(subject(row, lang), code, (), lang, fields)
    flags = [texts.sentence(f"flag.{flag}", lang, **fields) for flag in row.flags]
    if row.rank is None:
        return " ".join((verdict, *flags))
    more = [_moved(row, lang), texts.sentence("composite.not_chance", lang), _chance(row, lang)]
    return " ".join((verdict, *(each for each in more if each), *flags))


def _fields(row: CompositeRow, lang: str) -> dict[str, str]:
    return {
        "rank": whole(row.rank, lang),
        "units": whole(row.units, lang),
        "low": whole(row.range_lower, lang),
        "high": whole(row.range_upper, lang),
        "lacking": things(row.lacking, row.labels, lang),
        "coverage": _whole(row.coverage, lang),
        "covered": _covered(row, lang),
    }


def _covered(row: CompositeRow, lang: str) -> str:
    """Say which pillar is covered least, and how far; without pillars, how far the whole is."""
    share = _whole(row.coverage, lang)
    if not row.pillars or row.pillar_coverage is None:
        return texts.sentence("composite.whole_covered", lang, coverage=share)
    worst = min(zip(row.pillar_coverage, row.pillars, strict=True), key=lambda pair: pair[0])[1]
    return texts.sentence("composite.pillar_covered", lang, pillar=row.labels.thing(worst, lang), coverage=share)


def _moved(row: CompositeRow, lang: str) -> str:
    """Say how far the weights alone move the place, and which other choice moves it further."""
    ranges = {part: (getattr(row, f"{part}_lower"), getattr(row, f"{part}_upper")) for part in _PARTS}
    width = {part: high - low for part, (low, high) in ranges.items() if low is not None and high is not None}
    widest = max(width, key=lambda part: width[part], default="weights")
    told = [part for part in dict.fromkeys(("weights", widest)) if width.get(part)]
    sentences = [
        texts.sentence(f"composite.moved_by.{part}", lang, low=str(ranges[part][0]), high=str(ranges[part][1]))
        for part in told
    ]
    return " ".join(sentences)


def _chance(row: CompositeRow, lang: str) -> str:
    if row.rank_lower is None:
        asked = row.rank_reason not in {None, "not_asked"}
        return texts.sentence(f"composite.no_chance.{row.rank_reason}", lang) if asked else ""
    return texts.sentence(
        "composite.chance",
        lang,
        level=percent(row.level, lang),
        lower=str(row.rank_lower),
        upper=str(row.rank_upper),
        alone_lower=str(row.rank_alone_lower),
        alone_upper=str(row.rank_alone_upper),
    )


def place_range(row: CompositeRow, lang: str) -> str:
    """Write a place with its sensitivity range: ``17 (3-52) af 98``; never the place alone."""
    if row.rank is None:
        return texts.MISSING
    bounds = f"{row.range_lower}\u2013{row.range_upper}"
    return texts.sentence("rank_set", lang, rank=str(row.rank), bounds=bounds, ranked=str(row.units))


def chance_set(row: CompositeRow, _lang: str) -> str:
    """Write the sampling interval of a place: ``3-52``."""
    return texts.MISSING if row.rank_lower is None else f"{row.rank_lower}\u2013{row.rank_upper}"


def plan_subject(row: PlanEffect, lang: str) -> str:
    """Name what is chosen otherwise."""
    part, choice = texts.phrase("composite_part", row.part, lang), choice_text(row, lang)
    return part if row.choice is None else f"{part}: {choice}"


def choice_text(row: PlanEffect, lang: str) -> str:
    """Write what was chosen instead: a scale, a mean, or the indicator left out."""
    if row.choice is None:
        return texts.MISSING
    if row.part == "left_out":
        return row.labels.thing(row.choice, lang)
    return texts.phrase("composite_choice", row.choice, lang)


def plan(row: PlanEffect, lang: str) -> str:
    """Say what comes of choosing otherwise, or why it could not be tried."""
    fields = {
        "changes": _whole(row.first_changes, lang),
        "runs": str(row.runs),
        "moved": texts.number(row.moved, lang, 1),
        "largest": texts.number(row.largest, lang, 0),
    }
    way = "_drawn" if row.runs > 1 else ""
    return joined(plan_subject(row, lang), f"composite.{row.state}.{row.reason}{way}", (), lang, fields)


def _whole(share: float | None, lang: str) -> str:
    return texts.MISSING if share is None else f"{texts.number(100 * share, lang, 0)}\u00a0%"
