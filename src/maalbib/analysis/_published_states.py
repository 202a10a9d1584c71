"""Published methods whose verdict amounts to a state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._published_question import Asked, Found, Question

__all__ = ["by_growth", "by_projection", "by_weather"]

_NO_GROWTH: Final[Mapping[str, str]] = {
    "missing_input": "not_measurable.no_baseline",
    "span_too_short": "not_measurable.span_too_short",
    "one_point": "not_measurable.too_few_points",
    "sign_change": "published.sign_change",
    "cagr_undefined": "published.sign_change",
    "base_equals_target": "published.base_equals_target",
    "target_of_other_sign": "published.target_of_other_sign",
    "no_time_to_target": "published.no_time_to_target",
    "not_finite": "published.not_finite",
}
_NO_WEATHER: Final[Mapping[str, str]] = {
    "no_data": "not_measurable.no_data",
    "too_few_points": "not_measurable.too_few_points",
    "no_last_change": "not_measurable.gap",
    "no_target": "not_measurable.no_baseline",
    "target_time_passed": "published.deadline_passed",
}
_GOOD: Final = ("substantial_progress", "significant_progress")
_GOOD_WAY: Final = ("significant_progress", "moderate_progress")  # of EUSTAT where nobody has said how far
_STANDS_STILL: Final = 1e-9  # a change below this share of the figures is rounding


def by_growth(asked: Asked) -> Found:
    """Judge by Statistics Canada or EUSTAT."""
    question, verdicts = asked.question, asked.verdicts
    method = stats.statcan_progress if asked.profile.id == "statcan" else stats.eustat_progress
    found = method(
        question.base,
        question.base_time,
        question.latest,
        question.latest_time,
        direction=question.direction,
        target=question.target,
        target_time=question.due_time,
        limit=question.native.get("limit", np.nan),
        profile=asked.profile,
    )
    words = found.status.copy()
    aimless = asked.profile.id == "eustat" and question.aimless
    verdicts.flag(found.zero_replaced & verdicts.open, "zero_replaced")
    verdicts.decide(found.achieved, "met.by_published_method")
    asked.refuse(found.reason, _NO_GROWTH, words)
    verdicts.decide(np.isin(words, _GOOD_WAY if aimless else _GOOD), "on_track.by_published_method")
    verdicts.decide((words == "no_progress") | (found.value == 0), "unchanged.by_published_method")
    verdicts.decide(found.value > 0, "off_track.by_published_method")
    verdicts.decide(found.value < 0, "moving_away.by_published_method")
    return Found.of(words=words, score=found.score, value=found.value, question=question)


def by_weather(asked: Asked) -> Found:
    """Judge by Destatis."""
    question, verdicts = asked.question, asked.verdicts
    band = question.way == 0
    found = stats.destatis_weather(
        question.values,
        question.times,
        kind="direction_only" if question.aimless else "keep" if np.isnan(question.due_time) else "value_by_year",
        direction="target" if band else question.direction,
        target=question.low if band else question.target,
        target_high=question.high if band else np.nan,
        target_time=question.due_time,
        profile=asked.profile,
    )
    words = found.symbol.copy()
    asked.refuse(found.reason, _NO_WEATHER, words)
    verdicts.flag(found.reached & (words == "light_cloud") & verdicts.open, "slipping")
    size = np.maximum(np.abs(found.latest), np.abs(found.latest - found.change * found.years))
    verdicts.decide(found.reached, "met.by_published_method")
    verdicts.decide(words == "sun", "on_track.by_published_method")
    verdicts.decide(np.isin(words, ("light_cloud", "cloud")), "off_track.by_published_method")
    verdicts.decide(np.abs(found.change) <= _STANDS_STILL * size, "unchanged.by_published_method")
    verdicts.decide(words == "lightning", "moving_away.by_published_method")
    blank = np.full(len(words), np.nan)  # symbols are no scores
    return Found.of(
        words=words, score=blank, value=found.missed, question=question, used=_looked_at(question, found.years)
    )


def _looked_at(question: Question, years: Floats) -> Bools:
    """Return (m, k) the values from the first to the last that a symbol rests on."""
    since = question.latest_time - np.where(np.isnan(years), 0.0, years)
    return np.asarray(np.isfinite(question.values) & (question.times >= since[:, None] - _STANDS_STILL))


def by_projection(asked: Asked) -> Found:
    """Judge by the Progress Chart of the United Nations."""
    question, verdicts = asked.question, asked.verdicts
    found = stats.un_progress(
        question.base,
        question.base_time,
        question.latest,
        question.latest_time,
        direction=question.direction,
        target=question.target,
        target_time=question.due_time,
        percent_scale=bool(question.native.get("percent_scale", False)),
        profile=asked.profile,
    )
    words = np.full(found.score.shape, "", dtype=object)
    for score in (3, 2, 1):
        words[found.score == score] = f"score_{score}"
    asked.refuse(found.reason, _NO_GROWTH, words)
    wished = np.where(found.why == "growth", question.way * found.value, found.value)
    verdicts.decide(found.met, "met.by_published_method")
    verdicts.decide(found.score == 3, "on_track.by_published_method")  # noqa: PLR2004 - its best
    verdicts.decide(found.score == 2, "off_track.by_published_method")  # noqa: PLR2004 - its middle
    verdicts.decide(wished >= 0, "unchanged.by_published_method")
    verdicts.decide(wished < 0, "moving_away.by_published_method")
    return Found.of(words=words, score=found.score, value=found.value, question=question)
