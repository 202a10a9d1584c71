"""What others did as well with less: scores on the frontier of one result and some resources."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, Words

__all__ = ["Scores", "leaning_on", "scores_of"]

_LEAST: Final = 2


@attrs.frozen(kw_only=True, eq=False)
class Scores:
    """Scores of units, NaN where there is none, and what came of it in words; empty where nothing was tried.

    ``units`` is how many the frontier is made of, the unit itself included.
    """

    score: Floats
    outcome: Words
    units: Ints


def scores_of(resources: Floats, result: Floats, level: Ints, part: Bools, shown: Bools) -> Scores:
    """Score the units that take part against those of their level that may be shown, and themselves.

    Variable returns by inputs: with how much less of every resource others, or a mix of them, did as well. ``result`` is turned so that
    more is better; under these returns a score does not change when the same is added to all results, so that none is negative.
    """
    size = len(result)
    found = Scores(
        score=np.full(size, np.nan), outcome=np.full(size, "", dtype=object), units=np.zeros(size, dtype=np.int64)
    )
    for number in np.unique(level[part]).tolist():
        members = np.flatnonzero(part & (level == number))
        open_ = members[shown[members]]
        _score(found, resources, result, open_, open_)
        for hidden in members[~shown[members]].tolist():
            _score(found, resources, result, np.array([hidden]), np.append(open_, hidden))
    return found


def _score(found: Scores, resources: Floats, result: Floats, units: Ints, pool: Ints) -> None:
    found.units[units] = len(pool)
    if len(pool) < _LEAST:
        found.outcome[units] = "no_peer"
        return
    scored = stats.efficiency(resources[pool], _above_zero(result[pool])[:, None])
    at = np.flatnonzero(np.isin(pool, units))
    found.score[units] = scored.score[at]
    found.outcome[units] = np.where(scored.reason == "", scored.outcome, scored.reason)[at]


def leaning_on(resources: Floats, result: Floats, unit: int) -> tuple[Ints, Bools]:
    """Return the units that the score of one rests on, and who of all is on the frontier; see :func:`scores_of`."""
    known = np.isfinite(resources).all(axis=1) & np.isfinite(result)
    pool = np.flatnonzero(known)
    nobody = np.empty(0, dtype=np.int64), np.zeros(len(result), dtype=bool)
    if len(pool) < _LEAST or not known[unit]:
        return nobody
    scored = stats.efficiency(resources[pool], _above_zero(result[pool])[:, None])
    at = int(np.flatnonzero(pool == unit)[0])
    own = pool[scored.peers[scored.starts[at] : scored.starts[at + 1]]]
    on = nobody[1].copy()
    on[pool[np.asarray(scored.outcome == "efficient")]] = True
    return own[own != unit], on


def _above_zero(result: Floats) -> Floats:
    above: Floats = result - result.min(initial=0.0)
    return above
