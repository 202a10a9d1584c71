"""Result rows as sentences: the subject, the verdict of the table of texts, and the flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.texts import number, p_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from maalbib.analysis._labels import Labels
    from maalbib.analysis._rows import AssociationRow

# Flags about columns that were not asked for; a sentence about what is there need not mention them.
_QUIET: Final = frozenset({"ranks_not_asked"})
_SAID_BEFORE: Final = frozenset({"constant", "different_sources", "too_few_pairs"})

__all__ = [
    "association",
    "breakdown_text",
    "counted",
    "inside",
    "joined",
    "listed",
    "none_judged",
    "p_text",
    "pair",
    "percent",
    "subject",
    "things",
    "whole",
]


def association(row: AssociationRow, lang: str) -> str:
    """Say whether two things go together, and never that one makes the other."""
    fields = {
        "n": whole(row.n, lang),
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
        texts.sentence(f"left_out.{name}", lang, units=whole(count, lang))
        for name in ("set_aside", "one_only", "conditions")
        if (count := getattr(row, f"left_out_{name}"))
    ]
    return texts.sentence("association.left_out", lang, why=", ".join(why))


def _among_alike(row: AssociationRow, lang: str) -> str:
    """Say the same of units with like conditions; nothing where that was not asked, or already is no question."""
    if row.partial_state is None or row.partial_reason in _SAID_BEFORE:
        return ""
    fields = {
        "among": texts.sentence("given.also" if row.partial_state == row.state else "given.among", lang),
        "given": things(row.given, row.labels, lang),
        "x": row.labels.thing(row.x, lang),
        "y": row.labels.thing(row.y, lang),
        "n": whole(row.n, lang),
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


def p_text(value: float | None, lang: str, letter: str = "p") -> str:
    """Write ``p = 0,017``, and ``p < 0,001`` for what is smaller; an adjusted p has a letter of its own."""
    text = p_value(value, lang)
    return f"{letter} {text}" if text.startswith("<") else f"{letter} = {text}"


def counted(group: str, count: int, lang: str) -> str:
    """Write a number with its word in the singular or the plural: ``1 enhed``, ``3 enheder``."""
    return texts.sentence(f"{group}.{'one' if count == 1 else 'many'}", lang, count=whole(count, lang))


def inside(name: str) -> str:
    """Return a name as it stands inside a sentence; one that begins with a sign or capitals, such as PPR or A-kasse, keeps them."""
    return name[:1].lower() + name[1:] if name[1:2].islower() or name[1:2] == " " else name


def listed(names: Sequence[str], lang: str) -> str:
    """Write names as people do: ``Odder, Skive og Lemvig``."""
    if len(names) < 2:  # noqa: PLR2004 - one needs no comma
        return "".join(names)
    return f"{', '.join(names[:-1])} {texts.phrase('word', 'and', lang)} {names[-1]}"


def things(codes: Iterable[str], labels: Labels, lang: str) -> str:
    """Name several indicators inside a sentence: ``indkomst, BNP og andel over 65``."""
    return listed([inside(labels.thing(code, lang)) for code in codes], lang)


def whole(count: int | None, lang: str) -> str:
    """Write a whole number: ``1.470``."""
    return number(count, lang, 0)


def none_judged(rows: int, lang: str) -> str:
    """Say that none of some rows could be judged."""
    code = "comparison.none_judged_one" if rows == 1 else "comparison.none_judged"
    return texts.sentence(code, lang, rows=whole(rows, lang))


def percent(share: float | None, lang: str) -> str:
    """Write a share as a percentage."""
    return texts.MISSING if share is None else f"{number(100 * share, lang)}\u00a0%"


def joined(about: str, code: str, flags: tuple[str, ...], lang: str, fields: dict[str, str]) -> str:
    verdict = texts.sentence(code, lang, **fields)
    remarks = [texts.sentence(f"flag.{flag}", lang, **fields) for flag in flags if flag not in _QUIET]
    return " ".join((f"{about}: {verdict}", *remarks))
