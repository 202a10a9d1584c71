"""Roll-ups as sentences, and a goal tree as an outline."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.analysis import _wording
from maalbib.analysis._roll_up_states import WHYS

if TYPE_CHECKING:
    from maalbib.analysis._roll_up_row import RollUpRow

__all__ = ["about", "indented", "name", "on_course", "roll_up", "target", "value"]

_NUMBERED: Final = ("pilote", "mean_score")  # policies whose number is no share
_FEW: Final = 100  # fewer items than this tell nothing by decimals of a per cent
_NEAR: Final = 1e-9
_DEEPER: Final = "\u2003"  # a wide space, which HTML keeps


def name(row: RollUpRow, lang: str) -> str:
    """Name the group."""
    if not row.group:
        return texts.phrase("roll_up_group", row.kind, lang)
    return row.labels.thing(row.group, lang)


def about(row: RollUpRow, lang: str) -> str:
    """Name the group, what is summed up in it, for whom and for which part."""
    named = name(row, lang)
    unit = "" if row.institution == row.group else row.labels.name(row.institution, lang)
    if json.loads(row.params).get("over"):
        whole = texts.phrase("roll_up_over", "territory", lang)
        named, unit = (named, f"{unit} {whole}") if unit else (f"{named} {whole}", unit)
    parts = (named, target(row, lang), unit, _wording.breakdown_text(row.breakdown, row.labels, lang))
    return ", ".join(part.rstrip(".") for part in parts if part)


def roll_up(row: RollUpRow, lang: str) -> str:
    """Say what the items say together, how much of them could be judged, and what was left out."""
    judged = row.state != row.UNJUDGED
    fields = {
        "items": texts.phrase("roll_up_items", _items(row.of), lang),
        "state": texts.phrase("state", row.state, lang),
        "good": str((row.n_met or 0) + (row.n_on_track or 0)),
        "n": str(row.n_measurable),
        "share": on_course(row, lang),
        "value": value(row, lang),
        "threshold": _wording.percent(json.loads(row.params).get("threshold"), lang),
        "coverage": _percent(row, row.coverage_weight, lang, _asked(row)),
        "min_coverage": _wording.percent(_asked(row), lang),
    }
    code = f"roll_up_says.{row.reason}" if judged else f"{row.state}.{row.reason}"
    if code == "roll_up_says.counts" and not _single(row):
        code = "roll_up_says.shares"
    elif row.reason == "rollup_coverage" and not row.n_measurable:
        code = "roll_up_says.nothing"
    said = _wording.joined(about(row, lang), code, row.flags, lang, fields)
    left = [
        f"{count} {texts.phrase('roll_up_why', why, lang)}" for why in WHYS if (count := getattr(row, f"n_{why}"))
    ]
    return f"{said} {texts.sentence('roll_up_says.left_out', lang, parts=', '.join(left))}" if left else said


def indented(row: RollUpRow, lang: str) -> str:
    """Name the group, set in as deep as it stands."""
    return f"{_DEEPER * row.depth}{name(row, lang)}"


def target(row: RollUpRow, lang: str) -> str:
    """Name the target that institutions are summed up for, where the group is not the target itself."""
    return "" if row.target in {None, row.group} else row.labels.name(str(row.target), lang)


def on_course(row: RollUpRow, lang: str) -> str:
    """Write the share of the weight that is met or on track."""
    return _percent(row, row.share_on_course, lang)


def value(row: RollUpRow, lang: str) -> str:
    """Write the number of the policy; a share as a percentage."""
    if row.policy in _NUMBERED:
        return texts.number(row.value, lang, 1)
    threshold = json.loads(row.params).get("threshold")
    return _percent(row, row.value, lang, *([threshold] if row.policy == "share_threshold" else []))


def _percent(row: RollUpRow, share: float | None, lang: str, *limits: float) -> str:
    """Write a share of few items in whole per cents, unless that puts it on the other side of nothing, all or a limit."""
    if share is None or (row.n_applicable or 0) >= _FEW:
        return _wording.percent(share, lang)
    whole = round(100 * share) / 100
    if any(_side(share - limit) != _side(whole - limit) for limit in (0.0, 1.0, *limits)):
        return _wording.percent(share, lang)
    return _wording.percent(whole, lang)


def _side(distance: float) -> int:
    return 0 if abs(distance) < _NEAR else 1 if distance > 0 else -1


def _single(row: RollUpRow) -> bool:
    """Return whether every item used has a single state, so that they can be counted."""
    counts = (row.n_met, row.n_on_track, row.n_off_track, row.n_unchanged, row.n_moving_away, row.n_not_met)
    return sum(count or 0 for count in counts) == row.n_measurable


def _asked(row: RollUpRow) -> float:
    """Return the coverage asked for; some policies need every item."""
    return 1.0 if row.policy in {"pilote", "all_or_nothing"} else row.min_coverage


def _items(of: str) -> str:
    return of if of in {"target", "goal", "mixed", "verdict"} else "institution"
