"""Judging by a published method: its own verdict and number, and the state of ours that they amount to.

The words, cuts and scores are those of :mod:`maalbib.stats`; here stand only which targets a method can judge, what it starts
from, and what its verdict is called among the states.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, Words
from maalbib.analysis._columns import words_at
from maalbib.analysis._figures import region_of
from maalbib.analysis._published_question import Asked, Found, Question
from maalbib.analysis._published_states import by_growth, by_projection, by_weather
from maalbib.analysis._published_unstated import attained, limits_held, objective, on_path
from maalbib.analysis._segments import at, last_index
from maalbib.errors import ArgumentError
from maalbib.model import DirectionOnly, ImproveEachPeriod, Maintain, Milestone, Target

if TYPE_CHECKING:
    from maalbib.analysis._evidence import Evidence
    from maalbib.analysis._verdict import Verdicts

__all__ = ["NATIVE_OPTIONS", "Published", "judge_published", "published_params"]

NATIVE_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "statcan": ("base_year", "limit"),
    "eustat": ("base_year", "limit"),
    "un_progress_chart": ("base_year", "percent_scale"),
    "pilote": ("equal_is_null",),
}

_JUDGES: Final[Mapping[str, Callable[[Asked], Found]]] = {
    "statcan": by_growth,
    "eustat": by_growth,
    "destatis": by_weather,
    "un_progress_chart": by_projection,
    "pilote": attained,
    "healthy_people": objective,
    "who_path": on_path,
    "nhs_assurance": limits_held,
}
_OWN_BASE: Final = ("statcan", "eustat", "un_progress_chart")
_ONLY_A_WAY: Final = ("statcan", "eustat", "un_progress_chart", "destatis")  # can judge where nobody has said how far
_BANDS: Final = ("destatis",)
_KEPT: Final = ("destatis", "nhs_assurance")  # can judge what is to be kept
_STANDING: Final = ("destatis", "pilote", "healthy_people", "nhs_assurance")  # need no deadline


@attrs.frozen(kw_only=True)
class Published:
    """What a published method says of each row.

    Attributes
    ----------
    name
        Method and version.
    verdict
        Its own word as an Arrow column; for a row that it cannot judge the code of why; null where it has none.
    words
        The same as an array of texts, empty where there is none.
    score, value
        Its score, and what the score rests on; NaN where there is none.
    base, base_time, base_index
        Base value, its time and column, NaN and -1 where there is none or the method has no base.
    used
        (m, k) values that the verdict rests on.
    """

    name: str
    words: Words
    score: Floats
    value: Floats
    base: Floats
    base_time: Floats
    base_index: Ints
    used: Bools

    @property
    def verdict(self) -> Any:
        """See above."""
        known = sorted(set(self.words.tolist()) - {""})
        place = {word: index for index, word in enumerate(known)} | {"": -1}
        return words_at(known, np.array([place[word] for word in self.words.tolist()], dtype=np.int64))


def judge_published(
    name: str,
    target: Target,
    evidence: Evidence,
    verdicts: Verdicts,
    *,
    native: Mapping[str, Any] | None = None,
    errors: Floats | None = None,
) -> Published:
    """Decide state and reason of the rows that nothing has decided yet, by a published method.

    Parameters
    ----------
    name
        ``"statcan"`` for the newest version, ``"statcan/1"`` to pin one.
    target, evidence, verdicts
        What is judged, what is known of it, and where the states are noted.
    native
        Options of the method's own, see ``NATIVE_OPTIONS``.
    errors
        (m, k) standard errors of the values, for a method that tests.
    """
    profile = stats.profile(name)
    question = _question(profile, target, evidence, _native(profile.id, native or {}), errors)
    _withhold(evidence, verdicts)
    refusal = _refused(profile.id, target, question)
    if refusal:
        words = np.full(len(evidence.values), "", dtype=object)
        words[verdicts.open] = refusal
        verdicts.decide(verdicts.open, "not_measurable.method_refused")
        blank = np.full(len(words), np.nan)
        return _published(profile.name, question, Found.of(words=words, score=blank, value=blank, question=question))
    if target.baseline is not None and profile.id in _OWN_BASE:
        verdicts.decide(~np.isfinite(question.base), "not_measurable.no_baseline")
    asked = verdicts.open
    found = _JUDGES[profile.id](Asked(question=question, profile=profile, verdicts=verdicts))
    return _published(profile.name, question, found.only(asked))


def published_params(name: str, target: Target, native: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return which base a method counts from, for the parameters that a row tells."""
    profile = stats.profile(name)
    own = _native(profile.id, native or {})
    if profile.id not in _OWN_BASE:
        return dict(own)
    if target.baseline is not None:
        return {**own, "base": "baseline of the target"}
    year = own.get("base_year", profile.parameters["base_time"])
    return {**own, "base": profile.parameters["base_rule"], "base_year": year}


def _native(id_: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    known = NATIVE_OPTIONS.get(id_, ())
    for option in given:
        if option not in known:
            raise ArgumentError.choice("native", known)
    return given


def _question(
    profile: stats.Profile, target: Target, evidence: Evidence, native: Mapping[str, Any], errors: Floats | None
) -> Question:
    values = evidence.values
    base, time, index = evidence.base, evidence.base_time, evidence.base_index
    if target.baseline is None and profile.id in _OWN_BASE:
        picked = stats.published_base(values, evidence.times, profile=profile, base_time=native.get("base_year"))
        base, time, index = picked.base, picked.base_time, picked.base_index
    low, high = region_of(target, evidence.base)
    latest = last_index(np.isfinite(values))
    return Question(
        values=values,
        times=evidence.times,
        ordinals=evidence.ordinals,
        base=base,
        base_time=time,
        base_index=index,
        latest=at(values, latest),
        latest_time=at(np.broadcast_to(evidence.times, values.shape), latest),
        latest_index=latest,
        low=np.where(np.isfinite(low), low, np.nan),
        high=np.where(np.isfinite(high), high, np.nan),
        aimless=isinstance(target, DirectionOnly),
        way=target.way(),
        due_time=evidence.due_time,
        native=native,
        errors=errors,
    )


def _withhold(evidence: Evidence, verdicts: Verdicts) -> None:
    """Say where there is no current value that a published method could judge."""
    for reason in ("no_data", "suppressed", "small_n", "one_sided"):
        verdicts.decide(evidence.withheld == reason, f"not_measurable.{reason}")


def _refused(id_: str, target: Target, question: Question) -> str:
    """Return the code of why a method cannot judge a target at all; empty where it can."""
    unbounded = question.aimless
    band = not unbounded and question.way == 0
    dateless = math.isnan(question.due_time)
    if isinstance(target, Milestone | ImproveEachPeriod) or (unbounded and id_ not in _ONLY_A_WAY):
        return "published.kind_not_judged"
    if (band and id_ not in _BANDS) or (isinstance(target, Maintain) and id_ not in _KEPT):
        return "published.kind_not_judged"
    if dateless and not unbounded and id_ not in _STANDING:
        return "published.no_deadline"
    return ""


def _published(name: str, question: Question, found: Found) -> Published:
    return Published(
        name=name,
        words=found.words,
        score=found.score,
        value=found.value,
        base=question.base,
        base_time=question.base_time,
        base_index=question.base_index,
        used=found.used,
    )
