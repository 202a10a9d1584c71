"""Whether a unit lies in the worst or the best quarter, whatever chance has done to the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._attention_findings import Board, Findings
from maalbib.analysis._attention_options import OBSTACLES
from maalbib.analysis._columns import cells
from maalbib.analysis._peer_circles import Batch
from maalbib.analysis._peer_options import Options, kind_of
from maalbib.analysis._peer_places import errors_of
from maalbib.analysis._peer_ranks import Ranked, ranked
from maalbib.analysis._peer_rules import Judged, judge
from maalbib.analysis._peer_values import peer_values

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.analysis._peer_request import Asked
    from maalbib.model import Period

__all__ = ["rank_findings"]

_QUARTER: Final = 4
"""Of so many parts of a ranking the last and the first are the worst and the best."""


def rank_findings(
    board: Board, setting: Setting, wanted: list[str], when: Period, asked: Asked, options: Options
) -> list[Findings]:
    """Rank the values of each indicator and return those whose set of places lies wholly within a quarter."""
    group = asked.at(when)
    found = []
    for code, panels in setting.panels(wanted):
        indicator = setting.indicator(code)
        kind = kind_of(options, indicator, code)
        for panel in [panel for panel in panels if panel.freq is when.freq] or panels[:1]:
            values = peer_values(panel, when, options.over, group, options.confidence, indicator, setting.secrecy)
            found.append(_findings(board, judge(values, code, indicator, when, kind, options)))
    return found


def _findings(board: Board, judged: Judged) -> Findings:
    values, places = judged.values, ranked(judged)
    rows = zip([judged.code] * len(values), values.institutions, values.breakdowns, strict=True)
    place = board.places_of(rows)
    rank, lower, upper, of = (places.numbers[name] for name in ("rank", "rank_lower", "rank_upper", "ranked"))
    last = np.floor(of / _QUARTER)
    worst, best = (lower > of - last) & (last > 0), (upper <= last) & (last > 0)
    p_value = _chance(judged, places, board.lower_is_better[place])
    found = Findings.of(
        "rank_set",
        place=place,
        side=np.where(worst, -1, np.where(best, 1, 0)),
        p_value=p_value,
        chance=(1 - judged.options.confidence) / of,
        value=rank,
        lower=lower,
        upper=upper,
        threshold=np.where(rank > (of + 1) / 2, of - last + 1, last),
        obstacle=_obstacles(places, last),
        verdict=[""] * len(values),
        grade=np.where(np.isnan(values.value), 0, values.grade).astype(np.int64),
    )
    return found.those(place >= 0)


def _obstacles(places: Ranked, last: Floats) -> Ints:
    """Return why a value is not placed; of fewer than four there is no quarter."""
    words = {"no_peer": "no_peers", "different_sources": "not_comparable"}
    reasons = cells(_table(places), "rank_reason")
    known = {word: OBSTACLES.index(words.get(word, word)) for word in set(reasons) if word is not None}
    found = np.array([-1 if word is None else known[word] for word in reasons], dtype=np.int64)
    return np.where((found < 0) & ~(last > 0), OBSTACLES.index("no_peers"), found)


def _table(places: Ranked) -> Any:
    import pyarrow as pa

    return pa.table({"rank_reason": places.columns()["rank_reason"]})


def _chance(judged: Judged, places: Ranked, lower_is_better: Bools) -> Floats:
    """Return how often chance alone puts a unit so far from three quarters of the others, one way or the other.

    That at least u of m others lie ahead has the p-value (m - u + 1) times the u-th smallest of their p-values, whatever
    their dependence.
    """
    found = np.full(len(judged.values), np.nan)
    there = np.isfinite(places.numbers["rank"])
    sign = np.where(lower_is_better, -1.0, 1.0)
    x, error = np.where(there, sign * judged.values.value, np.nan), errors_of(judged)
    for batch in judged.values.circles.batches():
        batch.write(found, _within(batch, batch.read(x), batch.read(error)))
    return found


def _within(batch: Batch, x: Floats, error: Floats) -> Floats:
    from scipy import special

    found = np.full(x.shape, np.nan)
    of = np.isfinite(x).sum(axis=1)
    last = of // _QUARTER
    for column in np.flatnonzero(batch.judged.any(axis=0)).tolist():
        with np.errstate(divide="ignore", invalid="ignore"):
            ahead = (x - x[:, [column]]) / np.hypot(error, error[:, [column]])
        ahead[:, column] = np.nan
        sides = [_at_least(special.ndtr(way * ahead), of - last, last) for way in (-1, 1)]
        p_value = np.minimum(1.0, 2 * np.minimum(*sides))
        found[:, column] = np.where(np.isfinite(x[:, column]) & (last > 0), p_value, np.nan)
    return found


def _at_least(p_value: Floats, u: Ints, last: Ints) -> Floats:
    """Return the p of at least u of the others lying on one side, of whom there are u + last - 1."""
    ordered = np.sort(np.where(np.isnan(p_value), np.inf, p_value), axis=1)
    at = np.clip(u - 1, 0, ordered.shape[1] - 1)
    smallest: Floats = np.take_along_axis(ordered, at[:, None], axis=1)[:, 0]
    return np.where(np.isfinite(smallest), np.maximum(last, 1) * smallest, 1.0)
