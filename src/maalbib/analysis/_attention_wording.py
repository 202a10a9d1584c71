"""What needs a look, as sentences built from the fields of the rows. Nothing here names a cause."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.analysis._columns import cells
from maalbib.analysis._wording import counted, joined, p_text, percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maalbib.analysis._attention import AttentionReasons
    from maalbib.analysis._attention_rows import AttentionReason, AttentionRow
    from maalbib.stats import BoardByChance

__all__ = ["attention", "listed", "overview", "reason"]

_FOUND: Final = ("needs_a_look", "worth_learning_from")


def listed(words: Iterable[str], lang: str) -> str:
    """Write reasons or obstacles one after the other."""
    return "; ".join(texts.phrase("attention", word, lang) for word in words)


def attention(row: AttentionRow, lang: str) -> str:
    """Say what was found, what was lost, and what could not be checked."""
    fields = {
        "reasons": listed(row.reasons, lang),
        "strengths": listed(row.strengths, lang),
        "lost": listed(row.lost, lang),
        "obstacles": listed(row.obstacles, lang),
        "checked": str(row.checked),
    }
    if row.state == row.UNJUDGED:
        said = texts.sentence("attention.not_judged", lang, obstacle=texts.phrase("attention", row.reason, lang))
        return f"{row.about(lang)}: {said}"
    parts = [joined(row.about(lang), f"{row.state}.{row.reason}", row.flags, lang, fields)]
    if row.lost and row.reason == "found":
        parts.append(texts.sentence("attention.also_lost", lang, lost=fields["lost"]))
    if row.obstacles and row.reason != "partly_checked":
        parts.append(texts.sentence("attention.not_checked", lang, obstacles=fields["obstacles"]))
    return " ".join(parts)


def reason(row: AttentionReason, lang: str) -> str:
    """Say what one check found, with the figures it rests on."""
    about = f"{row.about(lang)}, {texts.phrase('attention_rule', row.rule, lang)}"
    if row.state == row.UNJUDGED:
        said = texts.sentence("attention.not_judged", lang, obstacle=texts.phrase("attention", row.reason, lang))
        return f"{about}: {said}"
    fields = _figures(row, lang)
    parts = [f"{about}: {texts.sentence(f'attention_reason.{row.reason}', lang, **fields)}"]
    if row.p_value is not None:
        parts.append(
            texts.sentence("attention.chance", lang, p=p_text(row.p_value, lang), q=texts.p_value(row.q_value, lang))
        )
    parts.extend(texts.sentence(f"flag.{flag}", lang) for flag in row.flags)
    return " ".join(parts)


def _figures(row: AttentionReason, lang: str) -> dict[str, str]:
    label = row.labels.indicator(row.indicator)
    write = {"trend": label.pace, "level_against_target": label.value, "rank_set": _place}.get(row.rule, label.change)
    limits = {name: write(getattr(row, name), lang) for name in ("lower", "upper")}
    known = row.lower is not None and row.upper is not None
    return {
        "value": write(row.value, lang),
        "interval": f" ({texts.sentence('attention.interval', lang, **limits)})" if known else "",
        "threshold": write(row.threshold, lang),
        "since": row.since or texts.MISSING,
        "target": texts.MISSING if row.target is None else row.labels.name(row.target, lang),
        "level": percent(row.level, lang),
    }


def _place(value: float | None, lang: str) -> str:
    return texts.number(value, lang, 0)


def overview(counts: dict[str, int], reasons: AttentionReasons, by_chance: BoardByChance, lang: str) -> str:
    """Say how many rows need a look, what the checks found, and what chance alone would have found."""
    states = ("needs_a_look", "worth_learning_from", "both", "nothing_found", "not_judged")
    each = {state: str(counts.get(state, 0)) for state in states}
    lines = [texts.sentence("attention.rows", lang, rows=str(sum(counts.values())), **each)]
    table = reasons.to_arrow()
    tested = [p is not None for p in cells(table, "p_value")]
    alone, kept = ([state in _FOUND for state in cells(table, name)] for name in ("unadjusted_state", "state"))
    if any(tested):
        fields = {
            "tests": counted("tests", sum(tested), lang),
            "found": str(_both(alone, tested)),
            "expected": texts.number(by_chance.total, lang, 1),
            "sd": texts.number(by_chance.total_sd, lang, 1),
        }
        said = texts.sentence("attention.by_chance", lang, **fields)
        lines.append(f"{said} {_corrected(reasons[0], _both(kept, tested), lang)}")
    missed = sum(alone) - _both(alone, tested)
    if missed:
        lines.append(texts.sentence("attention.untested", lang, missed=str(missed)))
    return "\n".join(lines)


def _both(one: list[bool], other: list[bool]) -> int:
    return sum(a and b for a, b in zip(one, other, strict=True))


def _corrected(row: AttentionReason, kept: int, lang: str) -> str:
    """Say how many findings are left, and what the correction promises of them."""
    options = json.loads(row.params)
    if not options["correct"]:
        return texts.sentence("attention.uncorrected", lang)
    if not kept:
        return texts.sentence("attention.none_kept", lang)
    share_of_false = options["adjust"] in {"benjamini_hochberg", "benjamini_yekutieli"}
    code = "attention.kept" if share_of_false else "attention.kept_familywise"
    return texts.sentence(code, lang, kept=str(kept), share=percent(options["alpha"], lang))
