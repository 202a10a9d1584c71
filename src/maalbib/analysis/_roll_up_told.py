"""What a tracking tells, as codes: who is judged against what, and how it went."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._roll_up_states import RANKED, WHYS, why_of
from maalbib.analysis._roll_up_sums import SECRET, SHY
from maalbib.analysis._secrecy import CONFIDENTIAL, SMALL_N, Grades

if TYPE_CHECKING:
    from maalbib.analysis._track import Tracking

__all__ = ["Coded", "Told", "named_parts", "packed"]

_UNJUDGED: Final = "not_measurable"


@attrs.frozen(kw_only=True, eq=False)
class Coded:
    """A column of words: the distinct ones, and which one each row has; -1 where it has none."""

    words: list[str]
    codes: Ints

    @classmethod
    def of(cls, column: Any) -> Coded:
        """Return the column as numbers, its words in the order in which they first stand."""
        whole: Any = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        encoded = whole.dictionary_encode()
        held = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return cls(words=encoded.dictionary.to_pylist(), codes=held.astype(np.int64))

    def mapped(self, meaning: Callable[[str], int], otherwise: int = -1) -> Ints:
        """Return for each row what its word means; words are looked at once each."""
        meanings = np.array([*map(meaning, self.words), otherwise], dtype=np.int64)
        return meanings[self.codes]


@attrs.frozen(kw_only=True, eq=False)
class Told:
    """The rows of a tracking.

    Attributes
    ----------
    target, goal, indicator, institution, breakdown
        What each row is about; breakdowns without their totals.
    moment, methods, days
        (rows,) which method and day each row is of, and for each moment what these are. Targets that are judged by a method of
        their own each are summed up together.
    rank, why, hidden
        (rows,) the verdict, why there is none (-1 where there is one), and what may not be shown of it.
    attainment, score, in_percent
        (rows,) the numbers that some policies use, and whether the score is the percentage of the way that is covered.
    """

    target: Coded
    goal: Coded
    indicator: Coded
    institution: Coded
    breakdown: Coded
    moment: Ints
    methods: list[str]
    days: list[Any]
    rank: Floats
    why: Ints
    hidden: Grades
    attainment: Floats
    score: Floats
    in_percent: Bools

    def __len__(self) -> int:
        return len(self.rank)

    @classmethod
    def of(cls, tracking: Tracking) -> Told:
        """Read the columns."""
        table = tracking.to_arrow()
        breakdown = Coded.of(table["breakdown"])
        named = [named_parts(text) for text in breakdown.words]
        distinct = list(dict.fromkeys(named))
        target, institution = Coded.of(table["target"]), Coded.of(table["institution"])
        method, day = Coded.of(table["method"]), Coded.of(table["as_of"].cast(pa.string()))
        judged = ((each.codes, len(each.words)) for each in (target, institution, breakdown, day))
        asked = _asked(method, packed(*judged)[0])
        moment, first = packed((asked.codes, len(asked.words)), (day.codes, len(day.words)))
        state, reason = Coded.of(table["state"]), Coded.of(table["reason"])
        unjudged = state.mapped(lambda word: word == _UNJUDGED) == 1
        ranks = {word: place for place, word in enumerate(RANKED)}
        rank = state.mapped(lambda word: ranks.get(word, -1)).astype(np.float64)
        why = np.where(unjudged, reason.mapped(lambda word: WHYS.index(why_of(word))), -1)
        return cls(
            target=target,
            goal=Coded.of(table["goal"]),
            indicator=Coded.of(table["indicator"]),
            institution=institution,
            breakdown=Coded(words=distinct, codes=breakdown.mapped(lambda word: distinct.index(named_parts(word)))),
            moment=moment,
            methods=[asked.words[code] for code in asked.codes[first]],
            days=table["as_of"].take(pa.array(first, type=pa.int64())).to_pylist(),
            rank=np.where(unjudged, np.nan, rank),
            why=why,
            hidden=_grades(Coded.of(table["hidden"]), reason),
            attainment=_floats(table, "attainment_clamped"),
            score=_scores(_floats(table, "score"), method, moment),
            in_percent=method.mapped(lambda word: word.partition("/")[0] == "pilote") == 1,
        )


def named_parts(breakdown: str) -> str:
    """Return what a breakdown names besides totals, in one order; empty is the whole."""
    return ";".join(sorted(part for part in breakdown.split(";") if part and not part.endswith("=_T")))


def packed(*columns: tuple[Ints, int]) -> tuple[Ints, Ints]:
    """Return numbers from 0 for the distinct combinations of codes, in the order in which they first stand, and a row of each."""
    key = np.zeros(len(columns[0][0]), dtype=np.int64)
    for codes, size in columns:
        key = key * (size + 1) + codes + 1
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place[number.reshape(-1)], first[order]


def _asked(method: Coded, judged: Ints) -> Coded:
    """Return what was asked for: each of several methods for the same thing, else one answer, whatever methods the targets have."""
    both, _ = packed((judged, int(judged.max(initial=-1)) + 1), (method.codes, len(method.words)))
    if len(np.unique(both)) > len(np.unique(judged)):
        return method
    return Coded(words=[" + ".join(sorted(method.words))], codes=np.zeros_like(method.codes))


def _scores(score: Floats, method: Coded, moment: Ints) -> Floats:
    """Return the scores of each moment where they are of one method: those of two are not on one scale."""
    rows = np.flatnonzero(np.isfinite(score))
    pairs = np.unique(np.stack([moment[rows], method.codes[rows]]), axis=1)[0]
    kinds = np.bincount(pairs, minlength=int(moment.max(initial=-1)) + 1)
    return np.where(kinds[moment] > 1, np.nan, score)


def _grades(hidden: Coded, reason: Coded) -> Grades:
    """Return what may not be shown; a row that is already withheld gives nothing away."""
    grades = hidden.mapped(lambda word: {SMALL_N: SHY, CONFIDENTIAL: SECRET}[word], 0)
    withheld: Bools = reason.mapped(lambda word: word == CONFIDENTIAL) == 1
    return np.where(withheld, 0, grades).astype(np.int8)


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table[name].to_numpy(), dtype=np.float64)
