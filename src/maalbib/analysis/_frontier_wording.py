"""Rows of efficiency as sentences. What others did with less is told; never waste, never a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maalbib import texts
from maalbib.analysis._peer_set_wording import several
from maalbib.analysis._wording import breakdown_text, joined, listed, percent, things, whole

if TYPE_CHECKING:
    from maalbib.analysis._frontier_row import FrontierRow

__all__ = ["frontier", "subject"]

_FEW = 10  # of so many comparable units a tenth is no more than the best one


def subject(row: FrontierRow, lang: str) -> str:
    """Name the unit, the part of it, and when."""
    parts = (row.labels.name(row.institution, lang), breakdown_text(row.breakdown, row.labels, lang), row.period)
    return ", ".join(part for part in parts if part)


def frontier(row: FrontierRow, lang: str) -> str:
    """Say how the unit stands on the frontier, and what stands beside."""
    way = "input" if row.score is None or row.score < 1 else "output"
    fields = _fields(row, lang)
    code = f"{row.state}.{row.reason}" + (f"_{way}" if row.state == "inefficient" else "")
    flags = [texts.sentence(f"flag.{flag}", lang, **fields) for flag in row.flags]
    return " ".join((joined(subject(row, lang), code, (), lang, fields), *_beside(row, way, lang), *flags))


def _beside(row: FrontierRow, way: str, lang: str) -> list[str]:
    """Return what is told besides the verdict: the interval, the targets, what most did, and the size."""
    if row.state == row.UNJUDGED or row.score is None:
        return []
    fields = _fields(row, lang)
    found = []
    if row.lower is not None and row.upper is not None:
        found.append(texts.sentence("frontier.interval", lang, **fields))
    if row.state == "inefficient":
        found.append(texts.sentence("frontier.targets", lang, **fields))
    if row.most_score is not None and (row.compared or 0) > _FEW and row.state == "inefficient":
        left = row.most_score < 1 if way == "input" else row.most_score > 1
        found.append(texts.sentence(f"frontier.most_{way}" if left else "frontier.most_none", lang, **fields))
    return found


def _fields(row: FrontierRow, lang: str) -> dict[str, str]:
    peers = row.held_against or ()
    names = [row.labels.name(peer, lang) for peer in peers if peer != row.institution]
    return {
        "by": texts.MISSING if row.dominated_by is None else row.labels.name(row.dominated_by, lang),
        "corrected": _score(row.corrected, lang),
        "lacking": things(row.lacking, row.labels, lang),
        "level": percent(row.level, lang),
        "lower": _score(row.lower, lang),
        "more": _away(row.score, lang),
        "most": _away(row.most_score, lang),
        "peers": several(names, lang) or texts.MISSING,
        "score": _score(row.score, lang),
        "super": _score(row.super_score, lang),
        "targets": _targets(row, lang),
        "units": whole(row.units, lang),
        "upper": _score(row.upper, lang),
    }


def _score(value: float | None, lang: str) -> str:
    return texts.number(value, lang, 2)


def _away(score: float | None, lang: str) -> str:
    """Write how far a score is from 1, as a percentage."""
    return texts.MISSING if score is None else f"{texts.number(abs(100 * (score - 1)), lang, 0)}\u00a0%"


def _targets(row: FrontierRow, lang: str) -> str:
    """Write each figure that the mix has otherwise: ``udgift 82 (er 100)``."""
    if row.own_figures is None or row.target_figures is None:
        return texts.MISSING
    parts = []
    for code, own, target in zip((*row.inputs, *row.outputs), row.own_figures, row.target_figures, strict=True):
        label = row.labels.indicator(code)
        shown = [label.value(each, lang) for each in (target, own)]
        if shown[0] != shown[1]:
            parts.append(
                texts.sentence(
                    "frontier.target", lang, what=things([code], row.labels, lang), target=shown[0], own=shown[1]
                )
            )
    return listed(parts, lang) or texts.MISSING
