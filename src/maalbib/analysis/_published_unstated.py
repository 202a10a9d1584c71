"""Published methods that answer another question than whether a goal is on track; they never give a state."""

from __future__ import annotations

import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Floats, Ints, Words
from maalbib.analysis._published_question import Asked, Found
from maalbib.analysis._segments import at, with_gaps

__all__ = ["attained", "limits_held", "objective", "on_path"]

_NO_STATE = "not_measurable.no_state"


def attained(asked: Asked) -> Found:
    """Say how much of the way is covered, as PILOTE does; the score is the percentage, held between 0 and 100."""
    question = asked.question
    found = stats.pilote_attainment(
        question.base,
        question.latest,
        question.target,
        rising=question.way > 0,
        equal_is_null=question.native.get("equal_is_null"),
        profile=asked.profile,
    )
    words = np.where(found.reason == "", "attainment", "").astype(object)
    _without_base(asked)
    asked.refuse(found.reason, {"initial_equals_target": "published.base_equals_target"}, words)
    return _told(asked, words, found.bounded, found.unbounded)


def objective(asked: Asked) -> Found:
    """Say how an objective ended, as Healthy People does; the score is the percentage of the change aimed at."""
    question = asked.question
    found = stats.healthy_people_progress(
        question.base,
        question.latest,
        question.target,
        direction=question.direction,
        se_baseline=_error(asked, question.base_index),
        se_latest=_error(asked, question.latest_index),
        profile=asked.profile,
    )
    _without_base(asked)
    return _told(asked, found.status.copy(), found.percent_targeted_change, found.z)


def on_path(asked: Asked) -> Found:
    """Say where the straight path from base to target is at the latest value, as WHO draws it, without natural limits."""
    question = asked.question
    ends = np.unique(np.concatenate([question.times, question.base_time[np.isfinite(question.base_time)]]))
    held = np.full((len(question.base), len(ends)), np.nan)
    rows = np.flatnonzero(np.isfinite(question.base_time))
    held[rows, np.searchsorted(ends, question.base_time[rows])] = question.base[rows]
    found = stats.who_path(
        held,
        ends,
        base_time=question.base_time,
        rule="linear",
        target=question.target,
        target_time=question.due_time,
        limits=(-np.inf, np.inf),
        profile=asked.profile,
    )
    place = np.searchsorted(ends, np.where(np.isnan(question.latest_time), -np.inf, question.latest_time))
    score = (
        at(found.path, np.where(question.latest_index < 0, -1, place)) if len(ends) else np.full(len(held), np.nan)
    )
    words = np.where(np.isfinite(score), "path", "").astype(object)
    _without_base(asked)
    asked.refuse(found.reason, {"no_time_to_target": "published.no_time_to_target"}, words)
    return _told(asked, words, score, score)


def limits_held(asked: Asked) -> Found:
    """Say whether the target lies beyond the limits of an individuals chart, as NHS Making Data Count does."""
    question = asked.question
    laid, places = with_gaps(question.values, question.ordinals)
    limits = stats.xmr_limits(laid)
    latest = np.where(question.latest_index < 0, -1, np.append(places, -1)[question.latest_index])
    found = stats.nhs_assurance(
        at(np.asarray(limits.lower), latest),
        at(np.asarray(limits.upper), latest),
        question.target,
        direction="context" if question.way == 0 else question.direction,
        profile=asked.profile,
    )
    words = found.verdict.copy()
    asked.refuse(found.reason, {"no_limits": "not_measurable.too_few_points"}, words)
    blank = np.full(len(words), np.nan)
    asked.verdicts.decide(asked.verdicts.open, _NO_STATE)
    return Found.of(words=words, score=blank, value=blank, question=question, used=np.isfinite(question.values))


def _told(asked: Asked, words: Words, score: Floats, value: Floats) -> Found:
    asked.verdicts.decide(asked.verdicts.open, _NO_STATE)
    return Found.of(words=words, score=score, value=value, question=asked.question)


def _without_base(asked: Asked) -> None:
    asked.verdicts.decide(~np.isfinite(asked.question.base), "not_measurable.no_baseline")


def _error(asked: Asked, index: Ints) -> Floats:
    errors = asked.question.errors
    return np.full(len(index), np.nan) if errors is None else at(errors, index)
