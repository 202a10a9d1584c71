"""A result and the resource used as sentences. The two are told together; nothing is said of causes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.analysis._wording import breakdown_text, joined, listed, things, whole

if TYPE_CHECKING:
    from maalbib.analysis._resources_row import ResultAndResource

__all__ = ["side_by_side", "subject"]

_MOST_NAMED: Final = 4


def subject(row: ResultAndResource, lang: str) -> str:
    """Name the two figures, the unit, the part of it, and when."""
    both = texts.sentence(
        "resources.pair",
        lang,
        result=row.labels.thing(row.result, lang),
        resource=things([row.resource], row.labels, lang),
    )
    part = breakdown_text(row.breakdown, row.labels, lang)
    return ", ".join(each for each in (both, row.labels.name(row.institution, lang), part, row.period) if each)


def side_by_side(row: ResultAndResource, lang: str) -> str:
    """Say in which quarter the unit lies, and what stands beside."""
    fields = _fields(row, lang)
    verdict = joined(subject(row, lang), f"{row.state}.{row.reason}", (), lang, fields)
    flags = [texts.sentence(f"flag.{flag}", lang) for flag in row.flags]
    more = (_adjusted_result(row, lang), _adjusted_resource(row, lang), _dominance(row, lang), _score(row, lang))
    return " ".join((verdict, *(sentence for sentence in more if sentence), *flags))


def _fields(row: ResultAndResource, lang: str) -> dict[str, str]:
    result, resource = (row.labels.indicator(code) for code in (row.result, row.resource))
    kinds = [texts.phrase("mean_kind", kind, lang) for kind in (row.result_mean_kind, row.resource_mean_kind)]
    return {
        "group": row.labels.name(row.peer_group, lang),
        "mean_kind": " / ".join(dict.fromkeys(kinds)),
        "resource_mean": resource.value(row.resource_mean, lang),
        "resource_value": resource.value(row.resource_value, lang),
        "result_lower": result.change(row.result_gap_lower, lang),
        "result_mean": result.value(row.result_mean, lang),
        "result_upper": result.change(row.result_gap_upper, lang),
        "result_value": result.value(row.result_value, lang),
        "way": _way(row, lang),
    }


def _way(row: ResultAndResource, lang: str) -> str:
    """Say to which side the figure lies that a difference is shown in, where there is one in the other."""
    gap = row.result_gap if row.reason == "resource_on_line" else row.resource_gap
    return texts.MISSING if gap is None else texts.phrase("state", "higher" if gap > 0 else "lower", lang)


def _adjusted_result(row: ResultAndResource, lang: str) -> str:
    if row.result_adjusted_verdict is None or row.state == row.UNJUDGED:
        return ""
    if row.result_adjusted_gap is None:
        said = "" if row.state == "service_level_unknown" else f"not_compared.{row.result_adjusted_reason}"
        return said and texts.sentence(said, lang)
    label = row.labels.indicator(row.result)
    unsure = row.result_adjusted_lower is None
    return texts.sentence(
        "adjusted.no_interval" if unsure else f"adjusted.{row.result_adjustment}",
        lang,
        expected=label.value(row.result_expected, lang),
        gap=label.change(abs(row.result_adjusted_gap), lang),
        side=texts.phrase("side", "above" if row.result_adjusted_gap > 0 else "below", lang),
        lower=label.change(row.result_adjusted_lower, lang),
        upper=label.change(row.result_adjusted_upper, lang),
        verdict="" if unsure else texts.phrase("adjusted_verdict", row.result_adjusted_verdict, lang),
    )


def _adjusted_resource(row: ResultAndResource, lang: str) -> str:
    """Say how the resource lies against what was expected; never without a result beside it."""
    if row.resource_adjusted_verdict is None or row.state in {row.UNJUDGED, "service_level_unknown"}:
        return ""
    if row.resource_adjusted_gap is None:
        return texts.sentence(f"not_compared.{row.resource_adjusted_reason}", lang)
    label = row.labels.indicator(row.resource)
    words = {"dearer": "higher", "cheaper": "lower"}
    verdict = words.get(row.resource_adjusted_verdict, row.resource_adjusted_verdict)
    unsure = row.resource_adjusted_lower is None
    exact = "_exact" if row.resource_adjusted_lower == row.resource_adjusted_upper else ""
    return texts.sentence(
        "resource_by.no_interval" if unsure else f"resource_by.{row.resource_adjustment}{exact}",
        lang,
        expected=label.value(row.resource_expected, lang),
        gap=label.change(abs(row.resource_adjusted_gap), lang),
        side=texts.phrase("side", "above" if row.resource_adjusted_gap > 0 else "below", lang),
        lower=label.change(row.resource_adjusted_lower, lang),
        upper=label.change(row.resource_adjusted_upper, lang),
        verdict="" if unsure else texts.phrase("adjusted_verdict", verdict, lang),
    )


def _dominance(row: ResultAndResource, lang: str) -> str:
    if row.dominance is None:
        return ""
    if row.dominated_by:
        count = row.dominators or 0
        names = _named(row.dominated_by, count, row, lang)
        return texts.sentence("dominance.dominated", lang, names=names, of=_measure(row, lang))
    code = "dominance.dominates" if row.dominates else "dominance.not_dominated"
    held = {"compared": str(row.compared_with), "dominates": str(row.dominates)}
    return texts.sentence(code, lang, of=_measure(row, lang), **held)


def _measure(row: ResultAndResource, lang: str) -> str:
    """Name what units are held against each other by: the use, or the use per need."""
    return texts.phrase("measure", "need" if row.resource_adjustment == "need" else "use", lang)


def _named(codes: tuple[str, ...], count: int, row: ResultAndResource, lang: str) -> str:
    """Write the first names, and how many more there are."""
    names = [row.labels.name(code, lang) for code in codes[:_MOST_NAMED]]
    more = count - len(names)
    return (
        texts.sentence("dominance.names", lang, names=", ".join(names), more=whole(more, lang))
        if more
        else listed(names, lang)
    )


def _score(row: ResultAndResource, lang: str) -> str:
    """Say with how much less others did as well, and who they are; per need where the resource is."""
    if row.score is None or row.score_units is None:
        return ""
    wider = row.compared_with is not None and row.compared_with < row.score_units - 1
    among = texts.sentence("score_among.all" if wider else "score_among.peers", lang, units=str(row.score_units))
    code = row.score_outcome if row.score_outcome in {"inefficient", "weakly_efficient"} else "efficient"
    return texts.sentence(
        f"resources_score.{code}", lang, among=among, of=_measure(row, lang), score=texts.number(row.score, lang, 2)
    )
