"""The cases of projections, growth, made-up figures and roll-ups: what the public kernels give, and where it differs.

Like ``_tracking_cases``, and read by the tests too.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final

import numpy as np
import pandas as pd
from _tracking_cases import Case, Differences, differing

from maalbib import stats
from maalbib.derived import within_limit

RANKED: Final = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met")
GROWTH: Final = ("observed", "required", "ratio", "projected")
LINE: Final = ("n", "df", "slope", "fitted_last", "zero_residual", "projected")
INTERVAL: Final = ("se_pred", "lower80", "upper80", "lower95", "upper95")
SETTLED: Final = dt.date(2024, 12, 31)
"""The day on which cases with a limit are counted: all of them began in its year."""


def line_differences(case: Case) -> Differences:
    """Compare the straight line, its intervals, the probability of the target and the time of arrival."""
    stated, off = case["expected"], figures_off(case)
    lines = {
        level: stats.linear_projection(case["y"], case["t"], case["t_target"], level=level) for level in (0.8, 0.95)
    }
    line = lines[0.8]
    found = {name: getattr(line, name).item() for name in LINE} | {"se_pred": line.se.item()}
    for level, each in lines.items():
        found |= {f"lower{100 * level:.0f}": each.lower.item(), f"upper{100 * level:.0f}": each.upper.item()}
    # Below four values there is no interval, and so no error of it either.
    asked = [*LINE, *(INTERVAL if stated["n"] >= 4 else ())]
    gone = differing(found, {name: stated[name] for name in asked}, near=1e-8, off=off)
    region = {("low" if case["direction"] == "up" else "high"): case["target"], "tolerance": case["tolerance"]}
    found = {
        "p_hit": stats.hit_probability(line, **region).item(),
        "arrival": stats.arrival_time(line, **region).item(),
    }
    return gone | differing(found, {"p_hit": stated.get("p_hit"), "arrival": stated["arrival"]}, near=1e-8)


def figures_off(case: Case) -> float:
    """Return how far a figure may be off whatever its size: a billionth of the largest value."""
    return 1e-9 * float(np.abs([*case["y"], case["target"]]).max())


def robust_differences(case: Case) -> Differences:
    """Compare the Theil-Sen slope."""
    found = stats.robust_projection(case["y"], case["t"], case["t_target"])
    stated = {"theil_sen": case["expected"]["theil_sen"]}
    return differing({"theil_sen": found.slope.item()}, stated, near=1e-8, off=figures_off(case))


def walk_differences(case: Case) -> Differences:
    """Compare the random walk: its drift is the slope from end to end, whatever the spacing."""
    walk = stats.random_walk_projection(case["y"], case["t"], case["t_target"])
    found = {
        "endpoint_slope": walk.slope.item(),
        "rw_projected": walk.projected.item(),
        "rw_se": walk.se.item(),
    }
    stated = {name: case["expected"][name] for name in found if name in case["expected"]}
    return differing(found, stated, near=1e-8, off=figures_off(case))


def growth_differences(case: Case) -> Differences:
    """Compare compound growth, or why it is refused."""
    given, stated = case["input"], case["expected"]
    found = stats.cagr(
        given["base_value"],
        given["base_year"],
        given["current_value"],
        given["current_year"],
        math.nan if given["target"] is None else given["target"],
        given["target_year"],
    )
    told = {name: getattr(found, name).item() for name in GROWTH} | {"refused": f"cagr.{found.reason.item()}"}
    return differing(told, dict.fromkeys(GROWTH) | {"refused": "cagr."} | stated)


def share_differences(case: Case) -> Differences:
    """Compare how many cases are within a limit, and Wilson's interval."""
    starts = [SETTLED - dt.timedelta(days=each["days"]) for each in case["cases"]]
    ends = [str(SETTLED) if each["closed"] else None for each in case["cases"]]
    frame = pd.DataFrame({"institution": "0101", "start": [str(day) for day in starts], "end": ends})
    counted = within_limit(frame, limit=case["limit"], as_of=SETTLED, indicator="I", per=1)
    (row,) = counted
    undecided = sum(int(str(each.details["count"])) for each in counted.problems if each.code == "derived.undecided")
    found = {
        "within": row.numerator,
        "decided": row.denominator,
        "undecided": undecided,
        "share": row.value,
        "lower": row.lower,
        "upper": row.upper,
    }
    return differing(found, case["expected"])


def dispersion_differences(case: Case) -> Differences:
    """Compare every statistic of dispersion."""
    stated: dict[str, Any] = case["expected"]
    found = stats.dispersion(case["values"], standard_errors=case["se"], min_units=2)
    own = {"sd_noise_removed": "noise_free_sd"}
    told = {name: getattr(found, own.get(name, name)).item() for name in stated}
    return differing(told, stated, off=1e-9)


def roll_up_differences(case: Case) -> Differences:
    """Compare what a policy makes of items, or of a tree of scores."""
    if case["policy"] == "statcan_tree":
        return differing({"value": float(stats.score_tree(case["items"]))}, case["expected"], off=1e-12)
    items, policy = case["items"], case["policy"]
    figure = "ta" if policy == "pilote" else "attainment"
    found = stats.roll_up_states(
        [RANKED.index(item["state"]) if item.get("state") in RANKED else math.nan for item in items],
        [0] * len(items),
        size=1,
        weights=[item["weight"] for item in items],
        applicable=np.array([item["applicable"] for item in items], dtype=bool),
        figures=[item[figure] for item in items],
        policy=policy,
        **case["params"],
    )
    told = {name: getattr(found, name).item() for name in ("value", "n_applicable", "n_measurable")}
    told |= {name: getattr(found, name).item() for name in ("coverage_weight", "coverage_count")}
    return differing(told | said(found, items, policy), case["expected"], near=0, off=1e-12)


def said(found: stats.RolledUpStates, items: list[Case], policy: str) -> dict[str, Any]:
    """Return state, reason, weights and what was left out in the words of the file."""
    rank, why = found.rank.item(), found.reason.item()
    state = "not_measurable" if why else None if math.isnan(rank) else RANKED[int(rank)]
    weights = zip(items, found.weight.tolist(), strict=True)
    shares = zip(RANKED, found.distribution[0].tolist(), strict=True)
    return {
        "policy": policy,
        "state": state,
        "reason": f"not_measurable.{why}" if why else f"rollup.{policy}",
        "weights": {item["id"]: weight for item, weight in weights if not math.isnan(weight)},
        "distribution": {word: share for word, share in shares if share > 0},
        "left_out": [[item["id"], why] for item, why in zip(items, found.left_out.tolist(), strict=True) if why],
    }
