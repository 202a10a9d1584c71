"""Rules that judge a segment as a whole, by its longest run and its crossings."""

from __future__ import annotations

import numpy as np

from maalbib.stats._arrays import BoolArray, IntArray
from maalbib.stats.charts._chain import Chain
from maalbib.stats.charts._patterns import Found
from maalbib.stats.charts._piece import Piece
from maalbib.stats.charts._rule import Rule
from maalbib.stats.charts._runs import BOX, run_counts
from maalbib.stats.charts._runs_limits import box_of

__all__ = ["judged_segments"]


def judged_segments(
    rule: Rule, piece: Piece, blocked: BoolArray, valid_n: tuple[int, int] | None
) -> tuple[Found, BoolArray]:
    """Return which points a rule marks and which it cannot judge.

    A long run marks its points in its direction; few crossings mark the whole segment, in none. Missing values and
    values on the centre are passed over.
    """
    groups = int(piece.group[-1]) + 1 if len(piece.group) else 0
    side = np.where(piece.judged & ~blocked, piece.side, 0).astype(np.int8)
    useful, longest, crossings = run_counts(side, piece.group, groups)
    low, high = (1, None) if valid_n is None else valid_n
    valid = (useful >= max(1, low)) & (useful <= (useful if high is None else high))
    longest_max, crossings_min = _limits(rule, useful, valid)
    long = valid & (longest > longest_max) & (rule.kind != "crossings")
    few = valid & (crossings < crossings_min) & (rule.kind != "longest_run")
    chain = Chain.of(piece.group, side != 0, join=True)
    sides, where = side[chain.at], piece.group[chain.at]
    member = long[where] & (chain.runs(sides).length > longest_max[where])
    found = Found(
        up=chain.at[member & (sides > 0)],
        down=chain.at[member & (sides < 0)],
        either=np.flatnonzero(piece.judged & (few | long)[piece.group]),
    )
    return found, blocked | (piece.judged & ~valid[piece.group])


def _limits(rule: Rule, useful: IntArray, valid: BoolArray) -> tuple[IntArray, IntArray]:
    kind = "best_box" if rule.kind == "box" else "anhoej"
    specificity, shift = (rule.specificity or BOX[0], rule.shift or BOX[1])
    longest, crossings = np.zeros_like(useful), np.zeros_like(useful)
    for n in np.unique(useful[valid]):
        longest[useful == n], crossings[useful == n] = box_of(int(n), kind, specificity, shift)
    return longest, crossings
