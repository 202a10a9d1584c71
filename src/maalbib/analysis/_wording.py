"""Result rows as sentences: the subject, the verdict of the table of texts, and the flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.texts import number, p_value

if TYPE_CHECKING:
    from maalbib.analysis._labels import Labels
    from maalbib.analysis._rows import AssociationRow

# Flags about columns that were not asked for; a sentence about what is there need not mention them.
_QUIET: Final = frozenset({"ranks_not_asked"})
_SAID_BEFORE: Final = frozenset({"constant", "different_sources", "too_few_pairs"})

__all__ = ["association", "breakdown_text", "joined", "p_text", "pair", "percent", "subject"]


def association(row: AssociationRow, lang: str) -> str:
    """Say whether two things go together, and never that one makes the other."""
    fields = {
        "n": str(row.n),
        "spearman": number(row.spearman, lang, 2),
        "p": p_text(row.spearman_p, lang),
        "p_min": p_value(row.p_min, lang),
    }
    said = joined(pair(row, lang), f"{row.state}.{row.reason}", row.flags, lang, fields)
    return " ".join(part for part in (said, _left_out(row, lang), _among_alike(row, lang)) if part)


def _left_out(row: AssociationRow, lang: str) -> str:
    """Say how many units are in no pair, and why."""
    if not row.left_out:
        return ""
    why = [
        texts.sentence(f"left_out.{name}", lang, units=str(count))
        for name in ("set_aside", "one_only", "conditions")
        if (count := getattr(row, f"left_out_{name}"))
    ]
    return texts.sentence("association.left_out", lang, why=", ".join(why))


def _among_alike(row: AssociationRow, lang: str) -> str:
    """Say the same of units with like conditions; nothing where that was not asked, or already is no question."""
    if row.partial_state is None or row.partial_reason in _SAID_BEFORE:
        return ""
    names = [row.labels.thing(code, lang) for code in row.given]
    fields = {
        "among": texts.sentence("given.also" if row.partial_state == row.state else "given.among", lang),
        "given": ", ".join(names),
        "x": row.labels.thing(row.x, lang),
        "y": row.labels.thing(row.y, lang),
        "n": str(row.n),
        "partial": number(row.partial, lang, 2),
        "p": p_text(row.partial_p, lang),
        "p_min": p_value(row.partial_p_min, lang),
        "method": "" if row.partial_method is None else texts.phrase("partial_method", row.partial_method, lang),
    }
    return texts.sentence(f"given.{row.partial_state}.{row.partial_reason}", lang, **fields)


def pair(row: AssociationRow, lang: str) -> str:
    """Name the two things, and when."""
    names = " / ".join(row.labels.thing(code, lang) for code in (row.x, row.y))
    return names if row.period is None else f"{names}, {row.period}"


def breakdown_text(breakdown: str, labels: Labels, lang: str) -> str:
    """Write ``grade=4;sex=_T`` as people read it: the totals are left out, a category with a name needs no more."""
    parts = [part.partition("=") for part in breakdown.split(";") if part]
    return ", ".join(
        labels.name(f"{name}.{code}", lang, f"{labels.name(name, lang)} {code}")
        for name, _, code in parts
        if code != "_T"
    )


def subject(labels: Labels, indicator: str, institution: str, breakdown: str, lang: str) -> str:
    """Name the indicator, the institution and the part of it."""
    parts = (
        labels.indicator(indicator).name.get(lang),
        labels.name(institution, lang),
        breakdown_text(breakdown, labels, lang),
    )
    return ", ".join(part for part in parts if part)


def p_text(value: float | None, lang: str) -> str:
    """Write ``p = 0,017``, and ``p < 0,001`` for what is smaller."""
    text = p_value(value, lang)
    return f"p < {text[1:]}" if text.startswith("<") else f"p = {text}"


def percent(share: float | None, lang: str) -> str:
    """Write a share as a percentage."""
    return texts.MISSING if share is None else f"{number(100 * share, lang)}\u00a0%"


def joined(about: str, code: str, flags: tuple[str, ...], lang: str, fields: dict[str, str]) -> str:
    verdict = texts.sentence(code, lang, **fields)
    remarks = [texts.sentence(f"flag.{flag}", lang, **fields) for flag in flags if flag not in _QUIET]
    return " ".join((f"{about}: {verdict}", *remarks))
