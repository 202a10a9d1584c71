"""What the distances of one unit are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maalbib.analysis._columns import words_at
from maalbib.analysis._peer_set_nearest import parts_of
from maalbib.analysis._peer_set_row import PeerPart
from maalbib.analysis._result import Result
from maalbib.analysis._secrecy import hidden_column
from maalbib.model import NearestPeers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maalbib.analysis._peer_set_context import Conditions
    from maalbib.analysis._peer_set_question import Question

__all__ = ["PeerParts", "part_columns"]

_WITHHELD = 2  # as a confidential figure


class PeerParts(Result[PeerPart]):
    """What each variable adds to each distance of a unit; rows are :class:`PeerPart`. Made by :meth:`PeerSets.parts`.

    Examples
    --------
    >>> import maalbib as mb
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"institution": ["x", "y", "z"], "value": [1, 2, 9], "indicator": "a", "period": "2024"})
    >>> near = mb.NearestPeers(
    ...     id="p", name=mb.Text(da="Lignende"), variables=["a"], k=1, vintage="2024", scaling="none"
    ... )
    >>> mb.peer_sets(near, mb.Measurements.from_pandas(frame)).parts("x")[0].part
    1.0
    """

    ROW = PeerPart
    NAME = "peer_parts"


def part_columns(
    question: Question, conditions: Conditions, unit: str, peers: Sequence[str], distances: Sequence[float | None]
) -> tuple[dict[str, Any], int]:
    """Return the columns for one unit and its peers: a row for each peer and variable."""
    definition, scene = question.definition, question.scene
    assert isinstance(definition, NearestPeers)  # noqa: S101 - asked of a distance only
    width = len(definition.variables)
    other = np.array([scene.place[peer] for peer in peers], dtype=np.int64)
    own = np.full(len(other), scene.place[unit])
    parts = parts_of(definition, scene, conditions, (own, other))
    number, column = np.repeat(np.arange(len(other)), width), np.tile(np.arange(width), len(other))
    share = parts.share[number, column]
    grade = np.maximum(conditions.grade[own[number], column], conditions.grade[other[number], column])
    states, reasons = _states(parts.part, parts.share, conditions, own, other)
    codes = [each.indicator for each in definition.variables]
    columns = {
        "definition": definition.id,
        "vintage": conditions.period.code,
        "unit": unit,
        "position": number + 1,
        "peer": [peers[place] for place in number.tolist()],
        "variable": words_at(codes, column),
        "breakdown": [definition.variables[place].breakdown or "" for place in column.tolist()],
        "unit_value": conditions.values[own[number], column],
        "peer_value": conditions.values[other[number], column],
        "part": parts.part[number, column],
        "share": share,
        "distance": np.array([np.nan if each is None else each for each in distances])[number],
        "state": states,
        "reason": reasons,
        "flags": [[] for _ in number],
        "method": definition.metric.value,
        "hidden": hidden_column(_over_pairs(grade, number)),
    }
    return columns, len(number)


def _over_pairs(grade: Any, number: Any) -> Any:
    """Return the gravest reason of each pair for all its rows: the parts of a distance add up, so that one gives another away."""
    worst = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int8)
    np.maximum.at(worst, number, grade)
    return np.where(worst[number] > 0, _WITHHELD, 0)  # the verdict itself compares the figures, so it goes with them


def _states(part: Any, share: Any, conditions: Conditions, own: Any, other: Any) -> tuple[list[str], list[str]]:
    known = np.isfinite(part)
    values = np.isfinite(conditions.values[own]) & np.isfinite(conditions.values[other])
    equal = known & ~np.isfinite(share)
    most = np.where(np.isfinite(share), share, -np.inf).argmax(axis=1)
    least = np.where(np.isfinite(share), share, np.inf).argmin(axis=1)
    several = np.isfinite(share).sum(axis=1) > 1
    column = np.arange(part.shape[1])
    states = np.full(part.shape, "between", dtype=object)
    states[(column == least[:, None]) & several[:, None]] = "most_alike"
    states[(column == most[:, None]) & several[:, None]] = "most_apart"
    states[~known] = "not_known"
    reasons = np.full(part.shape, "part", dtype=object)
    reasons[equal] = "equal"
    reasons[~known & values] = "left_out"
    reasons[~known & ~values] = "missing"
    states[equal] = "between"
    return states.ravel().tolist(), reasons.ravel().tolist()
