"""The plain definition of efficiency: one linear program for each unit, written down as it reads."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

Floats = npt.NDArray[np.float64]
Set = tuple[npt.ArrayLike, npt.ArrayLike]
Status = Literal["optimal", "infeasible", "unbounded"]

RETURNS = {"crs": "crs", "vrs": "vrs", "nirs": "drs", "ndrs": "irs", "fdh": "fdh"}  # ours: what the oracles call it
ORIENTATIONS = {"input": "in", "output": "out"}
_STATUS: dict[int, Status] = {0: "optimal", 2: "infeasible", 3: "unbounded"}


class SlowScore(NamedTuple):
    """What the program of one unit says; the value is NaN unless it has an optimum."""

    value: float
    status: Status
    weights: Floats  # of the reference units, lambda


def slow_efficiency(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    *,
    returns: str = "vrs",
    orientation: str = "input",
    reference: Set | None = None,
    exclude_self: bool = False,
) -> list[SlowScore]:
    """Return the score of each unit against a frontier; NaN takes no part."""
    x, y = (np.asarray(each, dtype=np.float64) for each in (inputs, outputs))
    rx, ry = (x, y) if reference is None else (np.asarray(each, dtype=np.float64) for each in reference)
    found = []
    for unit in range(len(x)):
        others = np.isfinite(rx).all(axis=1) & np.isfinite(ry).all(axis=1)
        if exclude_self:
            others[unit] = False
        one = slow_score(x[unit], y[unit], rx[others], ry[others], returns=returns, orientation=orientation)
        weights = np.zeros(len(rx))
        weights[others] = one.weights
        found.append(one._replace(weights=weights))
    return found


def slow_score(
    x: Floats, y: Floats, peer_x: Floats, peer_y: Floats, *, returns: str = "vrs", orientation: str = "input"
) -> SlowScore:
    """Return the score of one unit against the others."""
    if returns == "fdh":
        return _free_disposal(x, y, peer_x, peer_y, orientation)
    count, m, s = len(peer_x), x.size, y.size
    # The same program in other units of measurement: solvers lose digits where columns differ by powers of ten.
    scale_x = np.abs(np.vstack([peer_x, x])).mean(axis=0)
    scale_y = np.abs(np.vstack([peer_y, y])).mean(axis=0)
    scale_x[scale_x == 0], scale_y[scale_y == 0] = 1.0, 1.0
    x, y, peer_x, peer_y = x / scale_x, y / scale_y, peer_x / scale_x, peer_y / scale_y
    # Variables: the score, then a weight for each other unit.
    above = np.hstack([np.zeros((m, 1)), peer_x.T])
    below = np.hstack([np.zeros((s, 1)), -peer_y.T])
    limits = [x.copy(), -y.copy()]
    if orientation == "input":
        above[:, 0], limits[0], sign = -x, np.zeros(m), 1.0
    else:
        below[:, 0], limits[1], sign = y, np.zeros(s), -1.0
    total = np.concatenate([[0.0], np.ones(count)])[None, :]
    a, b = [above, below], limits
    if returns == "nirs":
        a, b = [*a, total], [*b, np.ones(1)]
    if returns == "ndrs":
        a, b = [*a, -total], [*b, -np.ones(1)]
    objective = np.zeros(1 + count)
    objective[0] = sign
    solved = linprog(
        objective,
        A_ub=np.vstack(a),
        b_ub=np.concatenate(b),
        A_eq=total if returns == "vrs" else None,
        b_eq=np.ones(1) if returns == "vrs" else None,
        bounds=[(None, None), *[(0, None)] * count],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    status = _STATUS.get(solved.status)
    if status is None and solved.status == 4:  # HiGHS does not always tell which of the two
        feasible = linprog(
            0 * objective,
            A_ub=np.vstack(a),
            b_ub=np.concatenate(b),
            A_eq=total if returns == "vrs" else None,
            b_eq=np.ones(1) if returns == "vrs" else None,
            bounds=[(None, None), *[(0, None)] * count],
            method="highs",
        )
        status = "unbounded" if feasible.status == 0 else "infeasible"
    assert status is not None, solved.message
    if status != "optimal":
        return SlowScore(math.nan, status, np.full(count, np.nan))
    return SlowScore(float(solved.x[0]), status, np.asarray(solved.x[1:], dtype=np.float64))


def slow_slack(
    x: Floats, y: Floats, peer_x: Floats, peer_y: Floats, value: float, *, returns: str, orientation: str = "input"
) -> float:
    """Return the largest sum of slacks at a score, each column divided by its mean absolute value in the reference set."""
    scale_x, scale_y = np.abs(peer_x).mean(axis=0), np.abs(peer_y).mean(axis=0)
    scale_x[scale_x == 0], scale_y[scale_y == 0] = 1.0, 1.0
    x, y, peer_x, peer_y = x / scale_x, y / scale_y, peer_x / scale_x, peer_y / scale_y
    x, y = (value * (1 + 1e-11) * x, y) if orientation == "input" else (x, value * (1 - 1e-11) * y)
    ones = np.ones((1, len(peer_x)))
    a, b = [peer_x.T, -peer_y.T], [x, -y]
    if returns == "nirs":
        a, b = [*a, ones], [*b, np.ones(1)]
    if returns == "ndrs":
        a, b = [*a, -ones], [*b, -np.ones(1)]
    # The sum of slacks is x minus X'lambda plus Y'lambda minus y.
    solved = linprog(
        peer_x.sum(axis=1) - peer_y.sum(axis=1),
        A_ub=np.vstack(a),
        b_ub=np.concatenate(b),
        A_eq=ones if returns == "vrs" else None,
        b_eq=np.ones(1) if returns == "vrs" else None,
        bounds=(0, None),
        method="highs",
    )
    assert solved.status == 0, solved.message
    return float(x.sum() - y.sum() - solved.fun)


def _free_disposal(x: Floats, y: Floats, peer_x: Floats, peer_y: Floats, orientation: str) -> SlowScore:
    """Only a real unit counts: the best of those that reach as far on the other side."""
    values = []
    for one_x, one_y in zip(peer_x, peer_y, strict=True):
        if orientation == "input":
            values.append(_largest_ratio(one_x, x) if (one_y >= y).all() else math.inf)
        else:
            values.append(_smallest_ratio(one_y, y) if (one_x <= x).all() else -math.inf)
    best = -1
    if values:
        best = int(np.argmin(values) if orientation == "input" else np.argmax(values))
    value = values[best] if values else math.inf
    none, endless = (math.inf, -math.inf) if orientation == "input" else (-math.inf, math.inf)
    if not values or value == none:
        return SlowScore(math.nan, "infeasible", np.full(len(values), np.nan))
    if value == endless:
        return SlowScore(math.nan, "unbounded", np.full(len(values), np.nan))
    weights = np.zeros(len(values))
    weights[best] = 1.0
    return SlowScore(value, "optimal", weights)


def _largest_ratio(other: Floats, own: Floats) -> float:
    """Return the smallest factor on own inputs that still covers the other's; an input of 0 demands 0."""
    if (other[own == 0] > 0).any():
        return math.inf
    ratios = other[own > 0] / own[own > 0]
    return float(ratios.max()) if ratios.size else -math.inf


def _smallest_ratio(other: Floats, own: Floats) -> float:
    """Return the largest factor on own outputs that the other's still reach; an output of 0 asks for 0, whatever the factor."""
    if (other[own == 0] < 0).any():
        return -math.inf
    low = max([o / k for o, k in zip(other, own, strict=True) if k < 0], default=-math.inf)
    high = min([o / k for o, k in zip(other, own, strict=True) if k > 0], default=math.inf)
    return high if low <= high else -math.inf


class Case(NamedTuple):
    """A data set of the oracles."""

    units: tuple[str, ...]
    inputs: Floats
    outputs: Floats


def oracle_cases(oracles: Path) -> dict[str, Case]:
    """Return the data sets whose scores are known."""
    rows = rows_of(oracles / "peers" / "own" / "dea_inputs.csv")
    cases: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        cases.setdefault(row["case_id"], []).append(row)
    return {code: _case(found) for code, found in cases.items()}


def _case(rows: list[dict[str, str]]) -> Case:
    sides = [[name for name in rows[0] if name[0] == side and name[1:].isdigit() and rows[0][name]] for side in "xy"]
    x, y = (np.array([[float(row[name]) for name in names] for row in rows]) for names in sides)
    return Case(tuple(row["unit"] for row in rows), x, y)


def rows_of(file: Path) -> list[dict[str, str]]:
    """Return the rows of a file of text cells."""
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
