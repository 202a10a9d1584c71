"""From what was found of the candidates to the columns of the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Ints
from maalbib.analysis._columns import NUMBERS
from maalbib.analysis._role_model_figures import UnitFigures
from maalbib.analysis._role_model_peers import Candidates
from maalbib.analysis._role_model_row import RoleModel
from maalbib.analysis._role_model_rules import Found, why_none
from maalbib.analysis._secrecy import Grades, hidden_column

__all__ = ["Answer", "candidate_columns", "nobody_columns"]

_ORDER: Final = (
    "holds",
    "not_lasting",
    "outlier",
    "candidate_too_few_periods",
    "more_resources",
    "not_better",
    "worse",
)
_FLAGS: Final = ("provisional", "approximate")
_RANKS: Final = ("rank", "rank_lower", "rank_upper", "ranked", "rank_reason")


@attrs.frozen(kw_only=True, eq=False)
class Answer:
    """What a unit was told: its candidates, their figures, and the verdicts.

    Attributes
    ----------
    candidates
        Who was looked at.
    result, resources
        The figures, the unit's own first.
    periods
        Texts of the periods.
    found
        The verdicts; None where the unit could not be judged at all.
    ranks
        The columns of ranks by institution.
    grade
        Why the unit's own figures may not be shown, 0 where they may.
    fault
        Why no role model could be looked for, empty where one could.
    broken
        (units,) whether some period lies before a break.
    flags
        What holds of every row.
    """

    candidates: Candidates
    result: UnitFigures
    resources: Sequence[UnitFigures]
    periods: Sequence[str]
    found: Found | None
    ranks: dict[str, dict[str, Any]]
    grade: int
    fault: str
    broken: Bools
    flags: Sequence[str]


def candidate_columns(answer: Answer) -> tuple[dict[str, Any], int]:
    """Return the columns of the candidates, role models first, the furthest ahead at the top."""
    found = answer.found
    assert found is not None  # noqa: S101 - of a unit that could be judged
    codes = answer.candidates.codes
    grade = np.maximum(found.grade, answer.candidates.grade)
    states, reasons = found.verdicts.states.to_pylist(), found.verdicts.reasons.to_pylist()
    order = _order(answer, found, states, reasons, grade)
    models = sum(state == "role_model" for state in states)
    columns: dict[str, Any] = {
        "candidate": list(codes),
        "result_value": answer.result.value[-1, 1:],
        "result_lower": answer.result.lower[-1, 1:],
        "result_upper": answer.result.upper[-1, 1:],
        "gap": found.gap.gap,
        "gap_lower": found.gap.lower,
        "gap_upper": found.gap.upper,
        **_resource_columns(answer, found),
        **answer.candidates.likeness,
        **{name: [answer.ranks.get(code, {}).get(name) for code in codes] for name in _RANKS},
        "periods_judged": found.judged.sum(axis=0).tolist(),
        "held_in": [
            [when for when, held in zip(answer.periods, column, strict=True) if held]
            for column in found.holds.T.tolist()
        ],
        "frontier_role": [word or None for word in found.role.tolist()],
        "state": states,
        "reason": reasons,
        "flags": _flags(answer, states, reasons),
        "n": answer.result.people[-1, 1:],
    }
    sorted_ = {name: _taken(column, order) for name, column in columns.items()}
    sorted_["place"] = [place + 1 if place < models else None for place in range(len(order))]
    own = _own(answer, len(order))
    return sorted_ | own | {"hidden": hidden_column(grade[order])}, len(order)


def nobody_columns(answer: Answer) -> dict[str, Any]:
    """Return the columns of the one row that says that there is no role model, and why."""
    reason = answer.fault
    if not reason and answer.found is not None:
        verdicts = answer.found.verdicts
        told = zip(verdicts.states.to_pylist(), verdicts.reasons.to_pylist(), strict=True)
        reason = why_none([f"{state}.{why}" for state, why in told])
    empty = (
        *("place", "result_value", "result_lower", "result_upper", "gap", "gap_lower", "gap_upper"),
        *("resource_values", "resource_gaps", "resource_gap_lowers", "resource_gap_uppers"),
        *("position", "distance", "coverage", "largest_variable", "largest_part", "smallest_variable"),
        *("rank", "rank_lower", "rank_upper", "ranked", "rank_reason"),
        *("periods_judged", "held_in", "frontier_role", "n", "candidate"),
    )
    own = _own(answer, 1)
    return (
        dict.fromkeys(empty)
        | own
        | {
            "state": ["no_role_model"],
            "reason": [reason],
            "flags": [[*(["break"] if answer.broken[0] else []), *answer.flags]],
            "hidden": hidden_column(np.array([answer.grade])),
        }
    )


def _order(answer: Answer, found: Found, states: list[str], reasons: list[str], grade: Grades) -> Ints:
    """Return the order of the rows: by verdict, lead, distance and code; a hidden lead decides nothing."""
    verdict = [_ORDER.index(why) if why in _ORDER else len(_ORDER) for why in reasons]
    lead = np.where((grade == 0) & np.isfinite(found.lead), found.lead, -np.inf)
    distance = [np.inf if each is None else each for each in answer.candidates.likeness["distance"]]
    distance = np.where(grade == 0, distance, np.inf).tolist()
    codes = answer.candidates.codes
    places = sorted(range(len(states)), key=lambda row: (verdict[row], -lead[row], distance[row], codes[row]))
    return np.array(places, dtype=np.int64)


def _taken(column: Any, order: Ints) -> Any:
    if isinstance(column, np.ndarray):
        return column[order]
    if isinstance(column, pa.Array):
        column = column.to_pylist()
    return [column[place] for place in order.tolist()]


def _resource_columns(answer: Answer, found: Found) -> dict[str, Any]:
    values = np.stack([each.value[-1, 1:] for each in answer.resources], axis=1)
    parts = {
        "resource_values": values,
        "resource_gaps": np.stack([gap.gap for gap in found.resource_gaps], axis=1),
        "resource_gap_lowers": np.stack([gap.lower for gap in found.resource_gaps], axis=1),
        "resource_gap_uppers": np.stack([gap.upper for gap in found.resource_gaps], axis=1),
    }
    return {name: _lists(part) for name, part in parts.items()}


def _own(answer: Answer, rows: int) -> dict[str, Any]:
    """Return the unit's own figures, the same in every row; none of those that may not be shown beside others'."""
    values = np.array([[each.value[-1, 0] for each in answer.resources]])
    known = _lists(values)[0].as_py()
    own = answer.result
    return {
        "unit_value": own.value[-1, 0],
        "unit_lower": own.lower[-1, 0],
        "unit_upper": own.upper[-1, 0],
        "unit_resources": [known] * rows,
    }


def _lists(values: Any) -> Any:
    """Return lists of numbers, null where one of them is missing."""
    return pa.array([row.tolist() if np.isfinite(row).all() else None for row in values], type=NUMBERS)


def _flags(answer: Answer, states: Sequence[str], reasons: Sequence[str]) -> list[list[str]]:
    every = (answer.result, *answer.resources)
    unsure = np.any([each.unsure[-1][:, 1:] | each.unsure[-1][:, :1] for each in every], axis=0)
    exact = np.any([each.exact[-1, 1:] | each.exact[-1, 0] for each in answer.resources], axis=0)
    found: list[list[str]] = []
    for place, (state, reason) in enumerate(zip(states, reasons, strict=True)):
        if state == RoleModel.UNJUDGED and reason != "candidate_too_few_periods":
            found.append([])
            continue
        own = [name for name, holds in zip(_FLAGS, unsure[:, place], strict=True) if holds]
        own += ["resource_taken_as_exact"] if exact[place] else []
        own += ["break"] if answer.broken[0] or answer.broken[place + 1] else []
        found.append(sorted({*own, *answer.flags}))
    return found
