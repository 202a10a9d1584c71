"""How a unit compares with its peers, as sentences built from the fields of the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maalbib import texts
from maalbib.analysis._wording import joined, percent, subject
from maalbib.texts import number

if TYPE_CHECKING:
    from maalbib.analysis._standing_row import Standing

__all__ = ["rank_set", "standing"]


def standing(row: Standing, lang: str) -> str:
    """Say how a unit compares with its peers: the verdict, the flags, and what else was asked for."""
    label = row.labels.indicator(row.indicator)
    fields = {
        "value": label.value(row.value, lang),
        "group": row.labels.name(row.peer_group, lang),
        "others": texts.sentence("others.one" if row.peers == 1 else "others.many", lang, peers=str(row.peers)),
        "mean_kind": texts.phrase("mean_kind", row.mean_kind, lang),
        "peer_value": label.value(row.peer_value, lang),
        "gap": label.change(None if row.gap is None else abs(row.gap), lang),
        "lower": label.change(row.gap_lower, lang),
        "upper": label.change(row.gap_upper, lang),
    }
    about = subject(row.labels, row.indicator, row.institution, row.breakdown, lang)
    verdict = joined(f"{about}, {row.period}", f"{row.state}.{row.reason}", row.flags, lang, fields)
    more = (_relevance(row, lang), _among_peers(row, lang), _adjusted(row, lang), _rank(row, lang))
    return " ".join((verdict, *(sentence for sentence in more if sentence)))


def _relevance(row: Standing, lang: str) -> str:
    return "" if row.relevance is None else texts.sentence(f"relevance.{row.relevance}", lang)


def _among_peers(row: Standing, lang: str) -> str:
    if row.among_peers in {None, "usual"}:
        return ""
    spread = row.labels.indicator(row.indicator).change(row.spread, lang)
    return texts.sentence(f"among_peers.{row.among_peers}", lang, spread=spread)


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


def _rank(row: Standing, lang: str) -> str:
    if row.rank is None:
        asked = row.rank_reason not in {None, "not_asked"} and row.state != row.UNJUDGED
        n = number(row.n, lang, 0)
        return texts.sentence(f"not_ranked.{row.rank_reason}", lang, n=n) if asked else ""
    return texts.sentence(
        f"ranked.{row.rank_method}",
        lang,
        rank=str(row.rank),
        ranked=str(row.ranked),
        lower=str(row.rank_lower),
        upper=str(row.rank_upper),
        level=percent(row.level, lang),
        alone_lower=str(row.rank_alone_lower),
        alone_upper=str(row.rank_alone_upper),
    )


def rank_set(row: Standing, lang: str) -> str:
    """Write a rank with its set: ``17 (3-52) af 98``; never the rank alone."""
    if row.rank is None:
        return texts.MISSING
    bounds = f"{row.rank_lower}\u2013{row.rank_upper}"
    return texts.sentence("rank_set", lang, rank=str(row.rank), bounds=bounds, ranked=str(row.ranked))
