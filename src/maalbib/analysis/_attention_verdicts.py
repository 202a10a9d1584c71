"""From what the checks find to the two tables: corrected for how much is looked at, and gathered by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._attention_findings import Board, Findings, grades_of, numbers
from maalbib.analysis._attention_options import CHECKS, FINDINGS, OBSTACLES, VERSION, Options
from maalbib.analysis._columns import cells, word_lists, words_at
from maalbib.analysis._secrecy import CONFIDENTIAL, hidden_column

__all__ = ["Concluded", "concluded"]

_STATES: Final = ("nothing_found", "needs_a_look", "worth_learning_from", "both", "not_judged")
_NOTHING, _LOOK, _LEARN, _BOTH, _UNJUDGED = range(5)
_NO_TARGET: Final = OBSTACLES.index("not_applicable")


@attrs.frozen(kw_only=True, eq=False)
class Concluded:
    """All findings of a run, in the order of the board and of the checks.

    Attributes
    ----------
    check
        (k,) number of the check.
    side, kept
        (k,) what was found by itself, and whether it stands when all are looked at together.
    q_value, size
        (k,) p adjusted within the family, and how many tests that has.
    """

    board: Board
    options: Options
    all: Findings
    check: Ints
    kept: Bools
    q_value: Floats
    size: Ints

    def reason_columns(self) -> tuple[dict[str, Any], int]:
        """Return the columns of the reasons, and how many there are."""
        found, options = self.all, self.options
        keys = [self.board.keys[place] for place in found.place.tolist()]
        columns = {
            **{
                name: [key[part] for key in keys]
                for part, name in enumerate(("indicator", "institution", "breakdown"))
            },
            "period": self._of_board("period"),
            "rule": words_at(CHECKS, self.check),
            "rule_version": VERSION,
            "state": words_at(_STATES, self._states(np.where(self.kept, found.side, 0))),
            "reason": self._reasons(),
            "unadjusted_state": words_at(_STATES, self._states(found.side)),
            "level": options.confidence,
            "q_value": self.q_value,
            "family": options.family,
            "family_size": self.size,
            "verdict": list(found.verdict),
            "target": list(found.target),
            "since": list(found.since),
            "flags": word_lists(("not_tested",), ((found.side != 0) & np.isnan(found.p_value))[:, None]),
            "method": "attention",
            "params": options.to_json(),
            "hidden": words_at((CONFIDENTIAL,), np.where(found.grade > 0, 0, -1)),
        }
        figures = ("value", "lower", "upper", "threshold", "p_value", "chance")
        return columns | {name: getattr(found, name) for name in figures}, len(found.place)

    def row_columns(self) -> dict[str, Any]:
        """Return the columns of the rows: every reason of each, none counted against another."""
        table, found = self.board.table, self.all
        look, learn = self._holds(self.kept & (found.side < 0)), self._holds(self.kept & (found.side > 0))
        lost = [self._holds(~self.kept & (found.side == way)) for way in (-1, 1)]
        refused = self._obstacles()
        checked = np.bincount(found.place[found.obstacle < 0], minlength=len(self.board))
        state, reason = self._row_verdicts(in_rows(look), in_rows(learn), in_rows(np.hstack(lost)), refused, checked)
        same = ("indicator", "institution", "breakdown", "period", "peer_group")
        return {
            **{name: cells(table, name) for name in same},
            **{name: numbers(table, name) for name in ("value", "lower", "upper")},
            "level": self.options.confidence,
            "peers": table["peers"].combine_chunks(),
            "state": words_at(_STATES, state),
            "reason": reason,
            "reasons": word_lists([FINDINGS[check][0] for check in CHECKS], look),
            "strengths": word_lists([FINDINGS[check][1] for check in CHECKS], learn),
            "lost": word_lists([FINDINGS[check][end] for end in (0, 1) for check in CHECKS], np.hstack(lost)),
            "obstacles": word_lists(OBSTACLES, refused),
            "checked": checked,
            "flags": [[flag for flag in flags if flag != "ranks_not_asked"] for flags in cells(table, "flags")],
            "method": "attention",
            "params": self.options.to_json(),
            "hidden": self._hidden(),
        }

    def _of_board(self, name: str) -> list[Any]:
        known = cells(self.board.table, name)
        return [known[place] for place in self.all.place.tolist()]

    def _states(self, side: Ints) -> Ints:
        return np.select([self.all.obstacle >= 0, side < 0, side > 0], [_UNJUDGED, _LOOK, _LEARN], _NOTHING)

    def _reasons(self) -> Any:
        """Return what was found, lost or in the way, in words."""
        words = (
            *(FINDINGS[check][end] for check in CHECKS for end in (0, 1)),
            *OBSTACLES,
            "not_found",
            "lost_to_multiplicity",
        )
        found, first = self.all, 2 * len(CHECKS)
        own = 2 * self.check + (found.side > 0)
        places = [found.obstacle >= 0, found.side == 0, ~self.kept]
        return words_at(words, np.select(places, [first + found.obstacle, len(words) - 2, len(words) - 1], own))

    def _holds(self, where: Bools) -> Bools:
        """Return (rows, checks) of which checks a finding is among those given."""
        holds = np.zeros((len(self.board), len(CHECKS)), dtype=bool)
        holds[self.all.place[where], self.check[where]] = True
        return holds

    def _obstacles(self) -> Bools:
        """Return (rows, obstacles) what is in the way of some check; a target that does not bind is in nobody's way."""
        holds = np.zeros((len(self.board), len(OBSTACLES)), dtype=bool)
        where = (self.all.obstacle >= 0) & (self.all.obstacle != _NO_TARGET)
        holds[self.all.place[where], self.all.obstacle[where]] = True
        return holds

    def _row_verdicts(
        self, look: Bools, learn: Bools, lost: Bools, refused: Bools, checked: Ints
    ) -> tuple[Ints, Any]:
        state = np.select([checked == 0, look & learn, look, learn], [_UNJUDGED, _BOTH, _LOOK, _LEARN], _NOTHING)
        words = (*OBSTACLES, "found", "lost_to_multiplicity", "partly_checked", "all_checked")
        first = len(OBSTACLES)
        in_the_way = np.where(in_rows(refused), refused.argmax(axis=1), _NO_TARGET)
        cases = [state == _UNJUDGED, look | learn, lost, in_rows(refused)]
        return state, words_at(words, np.select(cases, [in_the_way, first, first + 1, first + 2], first + 3))

    def _hidden(self) -> Any:
        """Return why figures may not be shown. A verdict that rests on such figures is withheld with them."""
        grade = grades_of(self.board.table)
        if self.options.hidden == "keep":
            rests = np.zeros(len(self.board), dtype=np.int64)
            np.maximum.at(rests, self.all.place, self.all.grade)
            return words_at((CONFIDENTIAL,), np.where(np.maximum(grade, rests) > 0, 0, -1))
        return hidden_column(grade.astype(np.int8))


def concluded(board: Board, parts: Sequence[Findings], options: Options) -> Concluded:
    """Judge all checks of a run together."""
    if options.hidden == "leave_out":
        parts = [part.without_hidden() for part in parts]
    found, check = _together(parts)
    q_value, size = _adjusted(board, found, check, options)
    stands = (
        np.ones(len(q_value), dtype=bool) if not options.correct else np.isnan(q_value) | (q_value <= options.alpha)
    )
    kept = (found.side != 0) & stands
    return Concluded(board=board, options=options, all=found, check=check, kept=kept, q_value=q_value, size=size)


def _together(parts: Sequence[Findings]) -> tuple[Findings, Ints]:
    """Return all findings in the order of the board and of the checks, with the number of the check of each."""

    def joined(name: str) -> Any:
        columns = [getattr(part, name) for part in parts]
        if all(isinstance(column, np.ndarray) for column in columns):
            return np.concatenate(columns)
        return [cell for column in columns for cell in column]

    parts = [*parts, Findings.none()]
    names = [field.name for field in attrs.fields(Findings) if field.name != "check"]
    whole = attrs.evolve(parts[-1], **{name: joined(name) for name in names})
    check = np.repeat([CHECKS.index(part.check) for part in parts], [len(part.place) for part in parts]).astype(
        np.int64
    )
    order = np.lexsort((check, whole.place))
    return whole.those(order), check[order]


def _adjusted(board: Board, found: Findings, check: Ints, options: Options) -> tuple[Floats, Ints]:
    """Adjust each p within its family. What may not be shown decides nothing about what may."""
    labels = _families(board, found, check, options)
    shown = found.grade == 0
    columns = []
    for p_value in (np.where(shown, found.p_value, np.nan), found.p_value):
        q_value = np.asarray(stats.adjust_p_values(p_value, method=options.adjust, families=labels))
        size = np.bincount(labels, weights=np.isfinite(p_value))[labels] if len(labels) else labels
        columns.append((q_value, size.astype(np.int64)))
    return np.where(shown, columns[0][0], columns[1][0]), np.where(shown, columns[0][1], columns[1][1])


def _families(board: Board, found: Findings, check: Ints, options: Options) -> Ints:
    if options.family == "all":
        return np.zeros(len(check), dtype=np.int64)
    if options.family == "check":
        return check
    part = ("indicator", "institution").index(options.family)
    known: dict[str, int] = {}
    codes = [board.keys[place][part] for place in found.place.tolist()]
    return np.array([known.setdefault(code, len(known)) for code in codes], dtype=np.int64)
