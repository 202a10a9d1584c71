"""From lists of peers to the columns of the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Floats, Ints, Words
from maalbib.analysis._columns import WORDS, words_at
from maalbib.analysis._peer_set_nearest import parts_of
from maalbib.analysis._secrecy import hidden_column
from maalbib.model import ListedPeers, NearestPeers

if TYPE_CHECKING:
    from maalbib.analysis._peer_set_question import Answer, Question
    from maalbib.model import PeerDefinition

__all__ = ["set_columns"]

_PEER, _GONE, _NOBODY = 0, 1, 2
_STATES: Final = ("peer", "gone", "no_peers")


@attrs.frozen(kw_only=True, eq=False)
class _Rows:
    """Rows in their order: by unit, peers before those that are gone; ``edge`` is -1 where there is none."""

    unit: Ints
    peer: Ints
    edge: Ints
    what: Ints

    @classmethod
    def of(cls, answer: Answer, asked: Bools) -> _Rows:
        units, gone = answer.lists.units, answer.gone
        alone = np.flatnonzero(np.diff(answer.lists.starts) == 0)
        unit = np.concatenate([units, gone.unit, alone])
        found = cls(
            unit=unit,
            peer=np.concatenate([answer.lists.peers, gone.peer, np.full(len(alone), -1)]),
            edge=np.concatenate([np.arange(len(units)), np.full(len(gone.unit) + len(alone), -1)]),
            what=np.repeat([_PEER, _GONE, _NOBODY], [len(units), len(gone.unit), len(alone)]),
        )
        order = np.lexsort((found.edge, found.what, unit))
        return found.taken(order[asked[unit[order]]])

    def taken(self, places: Ints) -> _Rows:
        return _Rows(**{field.name: getattr(self, field.name)[places] for field in attrs.fields(_Rows)})

    def __len__(self) -> int:
        return len(self.unit)

    def read(self, edges: Floats | Ints, otherwise: float) -> Any:
        """Return a column of edges laid out in the rows."""
        padded = np.append(edges, otherwise)
        return padded[self.edge]


def set_columns(question: Question, answer: Answer) -> tuple[dict[str, Any], int]:
    """Return the columns of the sets of one period, and how many rows there are."""
    definition, scene = question.definition, question.scene
    rows = _Rows.of(answer, scene.asked)
    vintage = definition.vintage if answer.conditions is None else answer.conditions.period
    outcome = answer.lists.outcome
    before = rows.read(answer.before, -1).astype(np.int64)
    columns = {
        "definition": definition.id,
        "kind": definition.kind,
        "vintage": None if vintage is None else vintage.code,
        "period": None if question.period is None else question.period.code,
        "unit": words_at(scene.codes, rows.unit),
        "position": _positions(answer, rows, ordered=_ordered(definition)),
        "peer": words_at(scene.codes, rows.peer),
        "distance": rows.read(answer.lists.distance, np.nan),
        "coverage": rows.read(answer.lists.coverage, np.nan),
        **_apart(question, answer, rows),
        "instead_of": words_at(scene.codes, before),
        "outcome": _of_units(outcome, rows.unit),
        "state": words_at(_STATES, rows.what),
        "reason": _reasons(question, rows, outcome, before),
        "flags": _flags(answer, rows),
        "method": definition.kind,
        "params": question.params,
        "hidden": hidden_column(_grades(answer, rows)),
    }
    return columns, len(rows)


def _ordered(definition: PeerDefinition) -> bool:
    """Return whether the place in a list says anything: by distance, or as somebody has put them for each unit."""
    return isinstance(definition, NearestPeers) or (isinstance(definition, ListedPeers) and bool(definition.lists))


def _positions(answer: Answer, rows: _Rows, *, ordered: bool) -> Any:
    within = np.arange(len(answer.lists.peers)) - answer.lists.starts[:-1][answer.lists.units] + 1
    place = rows.read(within, -1).astype(np.int64)
    return pa.array(place, mask=(place < 0) | (not ordered))


def _grades(answer: Answer, rows: _Rows) -> Any:
    other = np.where(rows.peer >= 0, answer.unit_grade[rows.peer], 0)
    return np.maximum(answer.unit_grade[rows.unit], other)


def _of_units(words: Words, unit: Ints) -> Any:
    """Return a word of each unit for rows of units; there are few different ones."""
    known, number = np.unique(words.astype(str), return_inverse=True)
    return words_at(known.tolist(), number[unit])


def _reasons(question: Question, rows: _Rows, outcome: Words, before: Ints) -> Any:
    fates = question.scene.fates
    alone, number = np.unique(outcome.astype(str), return_inverse=True)
    fate, of_peer = np.unique(np.array([] if fates is None else fates.word, dtype=str), return_inverse=True)
    words = ["chosen", "successor", *alone.tolist(), *fate.tolist()]
    places = np.where(before < 0, 0, 1)
    nobody, gone = rows.what == _NOBODY, rows.what == _GONE
    places[nobody] = 2 + number[rows.unit[nobody]]
    if fates is not None:
        places[gone] = 2 + len(alone) + of_peer[rows.peer[gone]]
    return words_at(words, places)


def _flags(answer: Answer, rows: _Rows) -> Any:
    """Return the remarks on each row's unit; a list that stands for many rows is made once."""
    number: dict[tuple[str, ...], int] = {}
    of_unit = np.array(
        [
            number.setdefault((*words, *(("fewer_than_k",) if outcome == "fewer_than_k" else ())), len(number))
            for words, outcome in zip(answer.remarks, answer.lists.outcome.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
    return pa.array([list(words) for words in number], type=WORDS).take(of_unit[rows.unit])


def _apart(question: Question, answer: Answer, rows: _Rows) -> dict[str, Any]:
    """Return what sets a unit and its peer apart most and least."""
    definition = question.definition
    if not isinstance(definition, NearestPeers) or answer.conditions is None:
        return dict.fromkeys(("largest_variable", "largest_part", "smallest_variable"))
    codes = [each.indicator for each in definition.variables]
    used = np.flatnonzero(rows.edge >= 0)
    pairs = rows.unit[used], rows.peer[used]
    share = parts_of(definition, question.scene, answer.conditions, pairs).share
    known = np.isfinite(share)
    most, least = np.full(len(rows), -1), np.full(len(rows), -1)
    largest = np.where(known, share, -np.inf).argmax(axis=1)
    smallest = np.where(known, share, np.inf).argmin(axis=1)
    most[used] = np.where(known.any(axis=1), largest, -1)
    least[used] = np.where(known.sum(axis=1) > 1, smallest, -1)
    part = np.full(len(rows), np.nan)
    part[used] = np.where(most[used] >= 0, share[np.arange(len(used)), largest], np.nan)
    return {
        "largest_variable": words_at(codes, most),
        "largest_part": part,
        "smallest_variable": words_at(codes, least),
    }
