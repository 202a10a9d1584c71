"""Role models as sentences: who does better with no more, and where the two are alike and unlike. Nothing is said of causes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from maalbib import texts
from maalbib.analysis import _standing_wording
from maalbib.analysis._wording import breakdown_text, counted, joined, listed, percent, things

if TYPE_CHECKING:
    from maalbib.analysis._role_model_row import RoleModel

__all__ = ["held", "resource_gaps", "role_model", "subject"]


def subject(row: RoleModel, lang: str) -> str:
    """Name the result, the unit, the candidate and when."""
    unit = row.labels.name(row.unit, lang)
    fields = {"unit": unit, "candidate": unit if row.candidate is None else row.labels.name(row.candidate, lang)}
    code = "role_models.for_unit" if row.candidate is None else "role_models.pair"
    parts = (
        row.labels.thing(row.result, lang),
        texts.sentence(code, lang, **fields),
        breakdown_text(row.breakdown, row.labels, lang),
        row.period,
    )
    return ", ".join(part for part in parts if part)


def role_model(row: RoleModel, lang: str) -> str:
    """Say whether a peer is a role model and why not, and what stands beside."""
    verdict = joined(subject(row, lang), f"{row.state}.{row.reason}", row.flags, lang, _fields(row, lang))
    if row.state != "role_model":
        return verdict
    more = (_likeness(row, lang), _rank(row, lang), _frontier(row, lang))
    return " ".join((verdict, *(sentence for sentence in more if sentence)))


def held(row: RoleModel, lang: str) -> str:
    """Write in how many of the periods it held: ``3 af 4``."""
    if row.held_in is None or row.candidate is None:
        return texts.MISSING
    return texts.sentence("role_models.held", lang, held=str(len(row.held_in)), judged=str(row.periods_judged))


def resource_gaps(row: RoleModel, lang: str) -> str:
    """Write how much more or less of each resource the candidate uses."""
    if row.resource_gaps is None:
        return texts.MISSING
    labels = [row.labels.indicator(code) for code in row.resources]
    return "; ".join(label.change(gap, lang) for label, gap in zip(labels, row.resource_gaps, strict=True))


def _fields(row: RoleModel, lang: str) -> dict[str, str]:
    label = row.labels.indicator(row.result)
    return {
        "candidates": str(row.candidates),
        "gap": label.change(None if row.gap is None else abs(row.gap), lang),
        "held": str(len(row.held_in or ())),
        "judged": str(row.periods_judged),
        "least": counted("periods", row.min_periods, lang),
        "periods": counted("periods", row.periods_judged or 0, lang),
        "lower": label.change(row.gap_lower, lang),
        "min_periods": str(row.min_periods),
        "no_more": _no_more(row, lang),
        "resources": _resources(row, lang),
        "unit_value": label.value(row.unit_value, lang),
        "upper": label.change(row.gap_upper, lang),
        "value": label.value(row.result_value, lang),
    }


def _no_more(row: RoleModel, lang: str) -> str:
    """Say how much of a resource counts as no more."""
    slack = float(json.loads(row.params)["slack"])
    return texts.sentence("no_more.slack" if slack else "no_more.plain", lang, slack=percent(_rounded(slack), lang))


def _resources(row: RoleModel, lang: str) -> str:
    """Write each resource of the two: ``Udgift 52.000 kr. mod 61.000 kr.``."""
    if row.resource_values is None or row.unit_resources is None:
        return texts.MISSING
    said = []
    for code, other, own in zip(row.resources, row.resource_values, row.unit_resources, strict=True):
        label = row.labels.indicator(code)
        figures = {"value": label.value(other, lang), "own": label.value(own, lang)}
        said.append(texts.sentence("role_models.resource", lang, what=things([code], row.labels, lang), **figures))
    together = listed(said, lang)
    return texts.sentence("role_models.by_need", lang, listed=together) if row.adjustment == "need" else together


def _likeness(row: RoleModel, lang: str) -> str:
    """Say how far the conditions of the two lie apart, and in what most and least."""
    if row.distance is None:
        return ""
    distance = texts.number(row.distance, lang, 2)
    if row.largest_variable is None:
        return texts.sentence("role_models.distance", lang, distance=distance)
    largest, share = things([row.largest_variable], row.labels, lang), percent(_rounded(row.largest_part), lang)
    if row.smallest_variable is None or row.smallest_variable == row.largest_variable:
        return texts.sentence("peer_distance.one", lang, distance=distance, largest=largest)
    smallest = things([row.smallest_variable], row.labels, lang)
    return texts.sentence(
        "peer_distance.several", lang, distance=distance, largest=largest, share=share, smallest=smallest
    )


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 2)


def _rank(row: RoleModel, lang: str) -> str:
    if row.rank is None:
        return ""
    return texts.sentence("role_models.rank", lang, rank_set=_standing_wording.rank_set(cast("Any", row), lang))


def _frontier(row: RoleModel, lang: str) -> str:
    return "" if row.frontier_role in {None, "none"} else texts.sentence(f"frontier_role.{row.frontier_role}", lang)
