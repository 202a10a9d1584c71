"""What the cells of the goal board say, as lines of text: first what matters, then the small print."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.analysis._board_notes import overdue
from maalbib.analysis._marks import MARKS
from maalbib.analysis._progress_wording import asked, label_of, written
from maalbib.analysis._published_wording import method_name, native_verdict
from maalbib.analysis._series_made import SeriesKind
from maalbib.analysis._wording import breakdown_text
from maalbib.model import Period

if TYPE_CHECKING:
    from maalbib.analysis._board_row import BoardRow
    from maalbib.model import FollowUp

__all__ = [
    "about",
    "aim",
    "explanation",
    "how_far",
    "how_fast",
    "latest",
    "note",
    "notes",
    "picture",
    "said",
    "share",
    "span",
    "state",
    "state_word",
    "way_covered",
    "where_to",
]

_DAYS: Final = 60  # up to here in days, then in months, then in years
_MONTHS: Final = 730
_DAYS_IN_MONTH: Final = 30.4375
_DAYS_IN_YEAR: Final = 365.25
_NOTES_SHOWN: Final = 3
_WITHOUT_REGION: Final = ("improve_each_period", "direction_only", "milestone")

Lines = list[str]


def state_word(state: str, lang: str) -> str:
    """Write a state with its mark."""
    return f"{MARKS[state]} {texts.phrase('state', state, lang)}"


def span(days: int, lang: str) -> str:
    """Write a length of time: in days, months or years."""
    if days == 1:
        return texts.phrase("span", "day", lang)
    if days <= _DAYS:
        return texts.sentence("span.days", lang, count=days)
    if days < _MONTHS:
        return texts.sentence("span.months", lang, count=round(days / _DAYS_IN_MONTH))
    return texts.sentence("span.years", lang, count=texts.number(round(days / _DAYS_IN_YEAR, 1), lang))


def share(value: float, lang: str) -> str:
    """Write a share as whole per cent; what is not quite nothing or everything is not rounded to it."""
    if 0 < value < 0.01:  # noqa: PLR2004 - one per cent
        return "<\u00a01\u00a0%"
    if 0.99 < value < 1:  # noqa: PLR2004 - 99 per cent
        return ">\u00a099\u00a0%"
    return f"{texts.number(100 * value, lang, 0)}\u00a0%"


def about(row: BoardRow, lang: str, *, with_method: bool = False) -> Lines:
    """Name the target, then whose it is and of what."""
    labels = row.labels
    indicator = labels.indicator(row.indicator).name.get(lang) if row.indicator else ""
    name = labels.name(row.target, lang, indicator or row.target)
    part = breakdown_text(row.breakdown, labels, lang)
    whose = ", ".join(text for text in (labels.name(row.institution, lang), part) if text)
    kind = SeriesKind.from_json(row.series).text(lang, labels, row.units)
    lines = [name, whose, indicator if indicator != name else "", kind]
    if with_method:
        lines.append(texts.sentence("board.by_method", lang, method=method_name(row.method, lang)))
    if row.version is not None and with_method:
        lines.append(texts.sentence("board.version", lang, version=row.version))
    return [line for line in lines if line]


def state(row: BoardRow, lang: str) -> Lines:
    """Say the computed state; beside it the one set by hand, and what a published method calls it."""
    lines = [state_word(row.state, lang)]
    if row.override_state is not None:
        lines.append(texts.sentence("board.overridden", lang, state=state_word(row.override_state, lang)))
    if row.verdict is not None and row.reason != "method_refused":
        lines.append(_native(row, lang))
    return lines


def latest(row: BoardRow, lang: str) -> Lines:
    """Say the value that is judged, its period, and how old it is; or, where it is not the newest one, what was measured since."""
    if row.latest is None:
        return [texts.MISSING if row.latest_period is None else row.latest_period]
    lines = [written(row, row.latest, lang), row.latest_period or ""]
    newest = _newer(row)
    if newest is not None:
        value, period = newest
        return [*lines, texts.sentence("board.newer", lang, value=written(row, value, lang), period=period)]
    if row.age_days is not None:
        old = row.age_days > 0
        lines.append(
            texts.sentence("board.age", lang, span=span(row.age_days, lang))
            if old
            else texts.phrase("board", "age_now", lang)
        )
    return lines


def _newer(row: BoardRow) -> tuple[float, str] | None:
    """Return the newest value and its period, where an earlier one decides: a step, or the value at a deadline."""
    if row.latest_period is None or not row.recent_periods:
        return None
    judged, newest = (Period.parse(text) for text in (row.latest_period, row.recent_periods[-1]))
    return (row.recent[-1], newest.code) if newest.start > judged.start else None


def aim(row: BoardRow, lang: str) -> Lines:
    """Say what is asked for, and by when."""
    wanted = asked(row, lang)
    if wanted == texts.MISSING and row.kind in _WITHOUT_REGION:
        wanted = texts.phrase("aim", row.kind, lang)
    if row.due is not None:
        due = texts.day_text(dt.date.fromisoformat(row.due), lang) if row.kind == "milestone" else row.due
        return [wanted, texts.sentence("board.due", lang, due=due)]
    return [wanted] if row.kind in _WITHOUT_REGION else [wanted, texts.phrase("board", "standing", lang)]


def how_far(row: BoardRow, lang: str) -> Lines:
    """Say how much of the way has been covered, what is left, and whether that is as much as could be expected."""
    lines: Lines = []
    if row.steps_due is not None:
        lines.append(texts.sentence("board.steps", lang, made=row.steps_made or 0, due=row.steps_due))
    else:
        covered = way_covered(row)
        lines += [] if covered is None else [_covered(covered, lang)]
    if row.gap:
        lines.append(texts.sentence("board.left", lang, gap=_change(row, row.gap, lang)))
    if row.expected_now is not None:
        lines.append(texts.sentence("board.expected", lang, value=written(row, row.expected_now, lang)))
    if row.expected_gap is not None:
        lines.append(_held_against_plan(row, row.expected_gap, lang))
    return lines


def _held_against_plan(row: BoardRow, ahead: float, lang: str) -> str:
    """Say how far ahead of the expected value the latest one is, in its unit and in time."""
    gap = _change(row, abs(ahead), lang)
    if label_of(row).bare(abs(ahead), lang) == label_of(row).bare(0.0, lang):  # in the decimals that values have
        return texts.phrase("board", "as_expected", lang)
    text = texts.sentence("board.ahead" if ahead > 0 else "board.behind", lang, gap=gap)
    if not row.days_ahead or (way_covered(row) or 0) < 0:  # behind the start there is no day to compare with
        return text
    return texts.sentence("board.with_time", lang, text=text, span=span(abs(row.days_ahead), lang))


def way_covered(row: BoardRow) -> float | None:
    """Return the attainment where there was a way to go: from a baseline that met the target already there is none."""
    if row.attainment is None or row.baseline is None or row.steps_due is not None:
        return None
    low = -math.inf if row.target_low is None else row.target_low
    high = math.inf if row.target_high is None else row.target_high
    return None if low <= row.baseline <= high else row.attainment


def _covered(attainment: float, lang: str) -> str:
    if attainment < 0:
        return texts.phrase("board", "farther_off", lang)
    if attainment >= 1:
        return texts.phrase("board", "all_the_way", lang)
    return texts.sentence("board.of_the_way", lang, share=share(attainment, lang))


def how_fast(row: BoardRow, lang: str) -> Lines:
    """Say the observed change a year, and the one that is needed from now on."""
    lines: Lines = []
    if row.pace is not None:
        lines.append(texts.sentence("board.observed", lang, pace=_pace(row, row.pace, lang)))
    if row.required_pace is not None:
        lines.append(texts.sentence("board.required", lang, pace=_pace(row, row.required_pace, lang)))
    return lines


def where_to(row: BoardRow, lang: str) -> Lines:
    """Say where the line leads, how sure that is, when it gets there, and whether the process can be relied on."""
    lines: Lines = []
    if row.projected is not None:
        lines.append(written(row, row.projected, lang))
    if row.projected_lower is not None and row.level is not None:
        ends = {"lower": written(row, row.projected_lower, lang), "upper": written(row, row.projected_upper, lang)}
        lines.append(texts.sentence("board.interval", lang, level=share(row.level, lang), **ends))
    if row.probability is not None:
        lines.append(texts.sentence("board.probability", lang, share=share(row.probability, lang)))
    if row.arrival is not None and row.due is not None and row.gap:
        lines.append(texts.sentence("board.arrival", lang, period=row.arrival))
    if row.assurance is not None:
        lines.append(texts.phrase("assurance", row.assurance, lang))
    return lines


def picture(row: BoardRow, lang: str) -> str:
    """Say what the small picture shows, for those who do not see it."""
    return texts.sentence(
        "board.picture",
        lang,
        first=written(row, row.recent[0], lang),
        first_period=row.recent_periods[0],
        last=written(row, row.recent[-1], lang),
        last_period=row.recent_periods[-1],
        count=len(row.recent),
    )


def said(row: BoardRow, lang: str, *, internal: bool) -> str:
    """Return the verdict and the flags as sentences, without the subject, which stands at the head of the line."""
    text = row.explain(lang, internal=internal).removeprefix(f"{row.about(lang)}: ")
    return text[:1].upper() + text[1:]


def explanation(row: BoardRow, lang: str) -> str:
    """Say whether the explanation that is asked for is there; nothing where none is."""
    return "" if row.explanation is None else texts.phrase("board", f"explanation_{row.explanation}", lang)


def notes(row: BoardRow, lang: str) -> Lines:
    """Say what has been noted, newest first."""
    lines = [note(each, row, lang) for each in row.follow_ups[:_NOTES_SHOWN]]
    hidden = row.notes_count if not row.follow_ups else 0
    more = len(row.follow_ups) - _NOTES_SHOWN
    if hidden:
        lines.append(
            texts.sentence("board.notes_hidden_one" if hidden == 1 else "board.notes_hidden", lang, count=hidden)
        )
    if more > 0:
        lines.append(texts.sentence("board.notes_more_one" if more == 1 else "board.notes_more", lang, count=more))
    return lines


def note(found: FollowUp, row: BoardRow, lang: str) -> str:
    """Say one note: when and by whom, the state then and now, the comment, and what is to be done."""
    parts = [
        texts.sentence(
            "board.note",
            lang,
            day=texts.day_text(found.noted_on, lang),
            role=found.by_role,
            then=state_word(found.state.value, lang),
            now=state_word(row.state, lang),
            comment=_ended(found.comment.get(lang)),
        )
    ]
    if found.action is not None:
        parts.append(texts.sentence("board.action", lang, action=_ended(found.action.get(lang))))
    if found.due is not None:
        late = found in overdue(row.follow_ups, row.as_of)
        code = "board.action_overdue" if late else "board.action_due"
        parts.append(texts.sentence(code, lang, due=texts.day_text(found.due, lang)))
    return " ".join(parts)


def _ended(text: str) -> str:
    """Return a text that ends as a sentence does."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _native(row: BoardRow, lang: str) -> str:
    """Say what a published method calls it."""
    verdict = native_verdict(row, lang)
    return texts.sentence("board.by_verdict", lang, method=method_name(row.method, lang), verdict=verdict)


def _change(row: BoardRow, value: float, lang: str) -> str:
    """Write a difference between two values of the series that the target is judged on."""
    return label_of(row).change(value, lang)


def _pace(row: BoardRow, value: float, lang: str) -> str:
    """Write a change a year, with its sign."""
    text = label_of(row).pace(value, lang)
    return f"+{text}" if value > 0 else text
