"""The cases of targets and histories: how each is asked of maalbib, and where the answer is not the one it states.

The tests and the calibration ``default_method`` read the files by this module, so there is one reading of each. A
function ``..._differences`` gives, for a case, what was found and what is stated, by name; nothing where all agrees.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pandas as pd

import maalbib as mb
from maalbib.model import TARGET_KINDS

Case = dict[str, Any]
Differences = dict[str, tuple[Any, Any]]
World = tuple[mb.Measurements, mb.Catalogue]

DAY: Final = "2024-06-30"
"""The day on which values are left out one by one."""
KINDS: Final[dict[str, str]] = {"change_abs": "change_absolute", "change_rel": "change_relative"}
GIVEN: Final = ("value", "low", "high", "delta", "percent", "min_step", "band", "side")
MADE: Final[dict[str, dict[str, Any]]] = {
    "share_within_limit": {"limit": 30},
    "dispersion_at_most": {"statistic": "sd"},
}
"""Kinds of which the files give the series made already: which limit made it changes no verdict."""
AGREED: Final = ("tolerance", "no_change", "policy", "late_counts")
SIX: Final = np.array([-5.0, -3, -1, 1, 3, 5]) / np.std([-5.0, -3, -1, 1, 3, 5], ddof=1)
"""Six units around their mean, of which the standard deviation is one."""
COLUMNS: Final = {
    "pace": "pace",
    "projected": "projected",
    "lower": "projected_lower",
    "upper": "projected_upper",
    "p_hit": "probability",
    "expected_now": "expected_now",
    "required_now": "required_pace",
    "attainment": "attainment",
    "moved": "moved",
    "required_total": "required_total",
    "ratio": "pace_ratio",
}


def cases(folder: Path, name: str) -> list[Case]:
    """Return the cases of a file."""
    found: list[Case] = json.loads((folder / name).read_text(encoding="utf-8"))["cases"]
    return found


def alike(found: Any, stated: Any, *, near: float = 1e-9, off: float = 0.0) -> bool:
    """Tell whether a figure is the stated one: within a share of it or ``off`` if it is a number, else exactly."""
    if stated is None:
        return found is None or (isinstance(found, float) and math.isnan(found))
    if isinstance(stated, Mapping):
        same = isinstance(found, Mapping) and found.keys() == stated.keys()
        return same and all(alike(found[key], stated[key], near=near, off=off) for key in stated)
    if isinstance(stated, bool | str | list):
        return bool(found == stated)
    return found is not None and math.isclose(found, stated, rel_tol=near, abs_tol=off)


def differing(
    found: Mapping[str, Any], stated: Mapping[str, Any], *, near: float = 1e-9, off: float = 0.0
) -> Differences:
    """Hold everything that is stated against what was found; a stated name that is not looked for is an error."""
    return {
        name: (found[name], value)
        for name, value in stated.items()
        if not alike(found[name], value, near=near, off=off)
    }


def period(value: Any) -> mb.Period:
    """Return the period that a case writes as a number or a text."""
    return mb.Period.parse(str(value), "da")


def world(rows: Sequence[Mapping[str, Any]], target: mb.Target | Sequence[mb.Target], breaks: Any = ()) -> World:
    """Return measurements of an indicator, and the catalogue that defines it and its targets."""
    indicator = mb.Indicator(
        id="I", name=mb.Text(da="Tallet", en="The figure"), unit="score", direction="target", breaks=breaks
    )
    targets = [target] if isinstance(target, mb.Target) else target
    catalogue = mb.Catalogue(id="PROEVE", agency="KL", version="1.0.0", indicators=[indicator], targets=targets)
    named = [{"indicator": "I", "institution": "0101", **row} for row in rows]
    frame = pd.DataFrame(named, columns=None if named else ["indicator", "institution", "period", "value"])
    return mb.Measurements.from_pandas(frame.astype({"value": "float64"}), catalogue=catalogue), catalogue


def target_of(given: Mapping[str, Any], params: Mapping[str, Any], **more: Any) -> mb.Target:
    """Return the target of a case."""
    if given["kind"] == "milestone":
        days: dict[str, Any] = {
            "due": given["due"],
            "done_on": given["done_on"],
            "withdrawn_on": given.get("cancelled_on"),
        }
        return mb.Milestone(id="T", **days, late_counts=params.get("late_counts", False))
    fields = {name: given[name] for name in GIVEN if given.get(name) is not None} | more
    fields |= {name: params[name] for name in AGREED if name in params}
    if "direction" in given:
        fields["direction"] = {1: "higher", -1: "lower"}.get(given["direction"], given["direction"])
    if "due" in given:
        fields["due"] = period(given["due"])
    if "baseline" in given:
        fields["baseline"] = mb.Baseline(period=period(given["baseline"]), value=given.get("baseline_value"))
    if "due_obs" in params:
        fields["due_value"] = params["due_obs"]
    fields |= MADE.get(given["kind"], {})
    name: str = given["kind"]
    kind: Any = TARGET_KINDS[KINDS.get(name, name)]
    made: mb.Target = kind(
        id="T", indicator="I", min_verdict=params.get("min_count"), **fields, **path_of(given.get("path"))
    )
    return made


def path_of(given: Any) -> dict[str, Any]:
    """Return the path that a case states, as fields of a target."""
    if given is None:
        return {}
    if given == "geometric":
        return {"path": "compound"}
    name, how = given
    if name == "power":
        return {"path": "front_loaded" if how < 1 else "back_loaded", "path_power": how}
    return {"path": name, "interim": [mb.Interim(period=period(when), value=value) for when, value in how]}


def break_of(when: Any, comparable: str, factor: float | None = None, known_from: str | None = None) -> mb.Break:
    """Return a break before a period."""
    return mb.Break(
        period=period(when), kind="method", comparable=comparable, link_factor=factor, known_from=known_from
    )


def observed(case: Case) -> list[dict[str, Any]]:
    """Return the rows of a case; a figure on dispersion is that of six units around 50."""
    rows = []
    for when, value, *n in case["obs"]:
        row: dict[str, Any] = {"period": str(period(when)), "value": value} | ({"n": n[0]} if n else {})
        if value == "suppressed":
            row |= {"value": None, "status": "Q", "conf": "C"}
        rows.append(row)
    if case["target"]["kind"] != "dispersion_at_most":
        return rows
    return [
        row | {"institution": f"{101 + unit:04}", "value": 50 + row["value"] * away}
        for unit, away in enumerate(SIX)
        for row in rows
    ]


def state_row(case: Case) -> mb.Progress:
    """Judge a case of ``own_states.json``."""
    target = target_of(case["target"], case["params"])
    measurements, catalogue = world(observed(case), target, [break_of(*item) for item in case["breaks"]])
    slack = case["params"].get("slack", 0.05)
    (row,) = mb.track(measurements, catalogue, as_of=case["as_of"], slack=slack, sensitivity=False)
    return row


def state_differences(case: Case) -> Differences:
    """Compare state, reason, flags, and the figures that a case states."""
    row, stated = state_row(case), case["expected"]
    values = [value for _, value, *_ in case["obs"] if isinstance(value, int | float)]
    scale = max((abs(value) for value in [*values, case["target"].get("value") or 0.0]), default=1.0)
    found = {"state": row.state, "reason": f"{row.state}.{row.reason}", "flags": sorted(row.flags)}
    found |= {name: getattr(row, column) for name, column in COLUMNS.items()}
    return differing(found, stated | {"flags": sorted(stated["flags"])}, off=1e-9 * scale)


def endpoint_row(case: Case, *, without: str | None = None, sensitivity: bool = True) -> mb.Progress:
    """Judge a case of ``own_endpoint.json``, as it is or without a period."""
    rows = [row for row in observed(case) if row["period"] != without]
    measurements, catalogue = world(rows, target_of(case["target"], case["params"]))
    (row,) = mb.track(measurements, catalogue, as_of=DAY, sensitivity=sensitivity)
    return row


def endpoint_differences(case: Case) -> Differences:
    """Compare what one value decides, and each state without one, judged by itself."""
    row, stated = endpoint_row(case), case["expected"]
    left_out = [str(when) for when, *_ in case["obs"] if when != case["target"]["baseline"]]
    found = {
        "full": row.state,
        "applicable": row.without_last is not None,
        "drop_last": row.without_last,
        "max_jump": row.max_jump,
        "stable": None if row.max_jump is None else "endpoint_sensitive" not in row.flags,
        "variants": {when: endpoint_row(case, without=when, sensitivity=False).state for when in left_out},
    }
    return differing(found, stated)


def versions_of(items: Sequence[Mapping[str, Any]]) -> list[mb.Target]:
    """Return the versions of a target; a withdrawal is none of its own, but the day on which the last one ends."""
    found: list[mb.Target] = []
    for item in items:
        if item.get("withdrawn"):
            found[-1] = attrs.evolve(found[-1], withdrawn_on=item["decided_on"])
        else:
            found.append(target_of(item["target"], {}, version=item["version"], decided_on=item["decided_on"]))
    return found


def asof_world(case: Case) -> World:
    """Return all that a case of ``own_asof.json`` will ever know."""
    rows = [
        {
            "period": str(record["period"]),
            "value": record["value"],
            "vintage": pd.Timestamp(record["known_from"]),
            "revision": record.get("revision", 0),
            "status": {"provisional": "P", "final": "A"}[record.get("status", "final")],
        }
        for record in case["records"]
    ]
    breaks = [
        break_of(item["period"], item["comparable"], item.get("factor"), item.get("known_from"))
        for item in case.get("breaks", ())
    ]
    return world(rows, versions_of(case["target_versions"]), breaks)


def asof_basis(case: Case) -> Any:
    """Return by which version a case is to be judged."""
    return case.get("basis", "in_force")


def asof_differences(case: Case) -> Differences:
    """Compare the series known on the day, the version, state, reason and flags."""
    measurements, catalogue = asof_world(case)
    (row,) = mb.track(measurements, catalogue, as_of=case["as_of"], basis=asof_basis(case), sensitivity=False)
    found = {
        "series": sorted([int(str(each.period)), each.value] for each in measurements.as_of(case["as_of"])),
        "version": row.version,
        "state": row.state,
        "reason": f"{row.state}.{row.reason}",
        "flags": sorted(row.flags),
    }
    return differing(found, case["expected"] | {"flags": sorted(case["expected"]["flags"])})
