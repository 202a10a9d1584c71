"""How a unit compares with its peers, as sentences built from the fields of the row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.analysis._wording import counted, joined, percent, subject, whole
from maalbib.texts import number

if TYPE_CHECKING:
    from maalbib.analysis._standing_row import Standing

__all__ = ["OWN_RANKS", "place", "rank_set", "standing"]

OWN_RANKS: Final = "ranked_among_own_peers"
"""The flag that says among whom a unit with peers of its own is ranked; told behind the rank."""


def standing(row: Standing, lang: str) -> str:
    """Say how a unit compares with its peers: the verdict, the flags, and what else was asked for."""
    label = row.labels.indicator(row.indicator)
    fields = {
        "value": label.value(row.value, lang),
        "group": row.labels.name(row.peer_group, lang),
        "others": counted("others", row.peers, lang),
        "mean_kind": texts.phrase("mean_kind", row.mean_kind, lang),
        "peer_value": label.value(row.peer_value, lang),
        "gap": label.change(None if row.gap is None else abs(row.gap), lang),
        "lower": label.change(row.gap_lower, lang),
        "upper": label.change(row.gap_upper, lang),
    }
    about = subject(row.labels, row.indicator, row.institution, row.breakdown, lang)
    flags = tuple(flag for flag in row.flags if flag != OWN_RANKS)
    verdict = joined(f"{about}, {row.period}", f"{row.state}.{row.reason}", flags, lang, fields)
    more = (_relevance(row, lang), _among_peers(row, lang), _adjusted(row, lang), place(row, lang))
    return " ".join((verdict, *(sentence for sentence in more if sentence)))


def _relevance(row: Standing, lang: str) -> str:
    return "" if row.relevance is None else texts.sentence(f"relevance.{row.relevance}", lang)


def _among_peers(row: Standing, lang: str) -> str:
    if row.among_peers in {None, "usual"}:
        return ""
    spread = row.labels.indicator(row.indicator).change(row.spread, lang)
    alike = "" if row.spread else "_alike"  # no difference between units is found: then nothing was allowed for
    return texts.sentence(f"among_peers.{row.among_peers}{alike}", lang, spread=spread)


def _adjusted(row: Standing, lang: str) -> str:
    """Say how the value lies against the expected one, and never that the conditions are the cause."""
    if row.adjusted_state is None or (row.adjusted_gap is None and row.adjusted_reason == row.reason):
        return ""
    if row.adjusted_gap is None:
        return texts.sentence(f"not_compared.{row.adjusted_reason}", lang)
    label = row.labels.indicator(row.indicator)
    code = "no_interval" if row.adjusted_lower is None else row.adjustment
    verdict = "" if row.adjusted_lower is None else texts.phrase("adjusted_verdict", row.adjusted_state, lang)
    return texts.sentence(
        f"adjusted.{code}",
        lang,
        expected=label.value(row.expected, lang),
        gap=label.change(abs(row.adjusted_gap), lang),
        side=texts.phrase("side", "above" if row.adjusted_gap > 0 else "below", lang),
        lower=label.change(row.adjusted_lower, lang),
        upper=label.change(row.adjusted_upper, lang),
        verdict=verdict,
    )


def place(row: Standing, lang: str) -> str:
    """Say the place with its set, or why there is none; nothing where nobody asked."""
    if row.rank is None:
        if row.rank_reason in {None, "not_asked"}:
            return ""
        few = row.rank_reason == "small_n" and row.n is None  # as it may be shown
        return texts.sentence(f"not_ranked.{'few' if few else row.rank_reason}", lang, n=number(row.n, lang, 0))
    said = texts.sentence(
        f"ranked.{row.rank_method}",
        lang,
        rank=whole(row.rank, lang),
        ranked=whole(row.ranked, lang),
        level=percent(row.level, lang),
        place=_span("place", row.rank_lower, row.rank_upper, lang),
        alone=_span("place_alone", row.rank_alone_lower, row.rank_alone_upper, lang),
    )
    return f"{said} {texts.sentence(f'flag.{OWN_RANKS}', lang)}" if OWN_RANKS in row.flags else said


def _span(group: str, lower: int | None, upper: int | None, lang: str) -> str:
    """Write the places of a set; one place is not between itself and itself."""
    return texts.sentence(
        f"{group}.{'at' if lower == upper else 'between'}", lang, lower=whole(lower, lang), upper=whole(upper, lang)
    )


def rank_set(row: Standing, lang: str) -> str:
    """Write a rank with its set: ``17 (3-52) af 98``; never the rank alone."""
    if row.rank is None:
        return texts.MISSING
    bounds = "\u2013".join(dict.fromkeys(whole(place, lang) for place in (row.rank_lower, row.rank_upper)))
    return texts.sentence("rank_set", lang, rank=whole(row.rank, lang), bounds=bounds, ranked=whole(row.ranked, lang))
