"""Long, seasonal and real series: every figure on file is computed here, or it is said why it is not."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from maalbib import stats

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

Figures = dict[tuple[str, str], "npt.ArrayLike"]

INTERPOLATED: Final = "limits interpolated between two slopes; ours are slopes of the series, at whole ranks"
APPROXIMATE: Final = "the printed approximation; ours is exact or by permutation, see the tests of Pettitt's test"
OTHER_TEST: Final = "a test of homogeneity for normal values, which is not offered"
NOT_COMPUTED: Final = {
    ("nile", "pettitt_p_approximation"): APPROXIMATE,
    ("maxau", "pettitt_p_approximation"): APPROXIMATE,
    ("nile", "buishand_u"): OTHER_TEST,
    ("nile", "snht_t"): OTHER_TEST,
    ("nile", "snht_last_before"): OTHER_TEST,
    ("nottem", "lower95_envstats"): INTERPOLATED,
    ("nottem", "upper95_envstats"): INTERPOLATED,
    ("nottem", "envstats_intercept"): "a median of twelve levels; months share a slope and no level, so ours is none",
    ("epa2009_17_6_sulfate", "lower95_interpolated"): INTERPOLATED,
    ("epa2009_17_6_sulfate", "upper95_interpolated"): INTERPOLATED,
    (
        "daily_20_years",
        "var_s_year_as_time_published_bins",
    ): "counts ties in bins of a histogram; ours are equal values",
}
# Elsewhere a figure must agree to nine digits.
TOLERANCE: Final = {
    ("pie1", "partial_p_cc"): 1e-6,  # subtracted from 1 by the other program
    ("pie1", "p_normal_cc"): 1e-6,
}


@pytest.fixture(scope="module")
def expected(oracles: Path) -> dict[tuple[str, str], list[float]]:
    """Every row of the file; some hold several figures."""
    with (oracles / "trends/dataset_expected.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {(row["dataset"], row["field"]): [float(part) for part in row["value"].split()] for row in rows}


@pytest.fixture(scope="module")
def computed(oracles: Path) -> Figures:
    """The same figures by this library."""
    folder = oracles / "trends/datasets"
    found: Figures = {}
    for name, of in (
        ("nile", nile),
        ("nottem", nottem),
        ("maxau", maxau),
        ("pie1", pie1),
        ("epa2009_17_6_sulfate", epa),
        ("daily_20_years", daily),
        ("pymannkendall_1d", pymannkendall),
    ):
        figures = of(pd.read_csv(folder / f"{name}.csv"))
        found |= {(name, field): value for field, value in figures.items()}
    return found


def nile(data: pd.DataFrame) -> dict[str, npt.ArrayLike]:
    """A hundred years of a river with a break in 1898."""
    flow, year = data["value"], data["year"]
    test = stats.mann_kendall(flow, year, method="normal")
    line = stats.theil_sen(flow, year, interval="sen1968")
    step = stats.pettitt(flow, permutations=9)
    n = len(flow)
    cuts = {m: stats.segmentation(flow, min_length=15, max_changes=m, penalty=1e-9) for m in (1, 2, 3, 5)}
    by_bic = stats.segmentation(flow, min_length=15, max_changes=5, penalty="bic")
    costs = cuts[5].costs
    fewest = n * (np.log(2 * np.pi * costs / n) + 1) + np.log(n) * 2 * (np.arange(len(costs)) + 1)
    return {
        "s": test.s,
        "var_s": test.var_s,
        "tau_b": test.tau_b,
        "z_cc": test.z,
        "p_normal_cc": test.p_value,
        "slope": line.slope,
        "lower95_sen1968": line.lower,
        "upper95_sen1968": line.upper,
        "pettitt_k_stat": step.statistic,
        "pettitt_last_before": step.last_before + 1,
        "strucchange_bp_index": last_before(by_bic.labels),
        "strucchange_rss0": costs[0],
        "strucchange_bic": fewest,
        "supF": (costs[0] - costs[1]) / (costs[1] / (n - 2)),
        "strucchange_breaks_1": last_before(cuts[1].labels),
        "strucchange_breaks_2": last_before(cuts[2].labels),
        "strucchange_breaks_3": last_before(cuts[3].labels),
    }


def last_before(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Count the values up to the end of each segment but the last."""
    return np.flatnonzero(np.diff(labels)) + 1


def nottem(data: pd.DataFrame) -> dict[str, npt.ArrayLike]:
    """Twenty years of monthly temperatures."""
    value, year, month = data["value"], data["year"], data["month"]
    test = stats.mann_kendall(value, year, blocks=month, method="normal")
    each = stats.mann_kendall(value.to_numpy().reshape(20, 12).T, method="normal")
    joint = stats.seasonal_mann_kendall(value, year, seasons=month)
    plain = stats.seasonal_mann_kendall(value, year, seasons=month, continuity_correction=False)
    between = stats.block_heterogeneity(value, year, blocks=month)
    return {
        "s": test.s,
        "var_s": test.var_s,
        "z_cc": test.z,
        "p_normal_cc": test.p_value,
        "tau_a": each.tau_a.mean(),
        "s_by_block": each.s,
        "var_by_block": each.var_s,
        "p_normal_cc_by_block": each.p_value,
        "dietz_killeen_var_s": joint.var_s,
        "dietz_killeen_p_cc": joint.p_value,
        "dietz_killeen_z_no_cc": plain.z,
        "dietz_killeen_p_no_cc": plain.p_value,
        "slope": stats.theil_sen(value, year, blocks=month).slope,
        "heterogeneity_chi2": between.chi2,
        "heterogeneity_p": between.p_value,
    }


def maxau(data: pd.DataFrame) -> dict[str, npt.ArrayLike]:
    """Sediment given discharge, and a step in the discharge."""
    left = stats.partial_mann_kendall(data["s"], data["q"], data["i"], continuity_correction=False)
    step = stats.pettitt(data["q"], permutations=9)
    return {
        "partial_s": left.s,
        "partial_var_s": left.var_s,
        "partial_rho": left.rho,
        "partial_z_no_cc": left.z,
        "partial_p_no_cc": left.p_value,
        "pettitt_k_stat": step.statistic,
        "pettitt_last_before": step.last_before + 1,
    }


def pie1(data: pd.DataFrame) -> dict[str, npt.ArrayLike]:
    """Monthly deposition given rain, with five gaps."""
    value, year, month, rain = data["so4"], data["year"], data["month"], data["mm"]
    test = stats.mann_kendall(value, year, blocks=month, method="normal")
    joint = stats.seasonal_mann_kendall(value, year, seasons=month, gaps="mid_rank")
    left = stats.partial_mann_kendall(value, rain, year, blocks=month)
    # The other program divides this s by the deviation that belongs to another rho: ours keeps the two together.
    shared = stats.partial_mann_kendall(value, rain, year, blocks=month, together=True, gaps="mid_rank")
    return {
        "s": test.s,
        "var_s": test.var_s,
        "p_normal_cc": test.p_value,
        "tau_a": test.tau_a,
        "slope": stats.theil_sen(value, year, blocks=month).slope,
        "dietz_killeen_var_s": joint.var_s,
        "dietz_killeen_p_cc": joint.p_value,
        "partial_s": left.s,
        "partial_p_cc": left.p_value,
        "partial_dietz_killeen_p_cc": 2 * ndtr(-(np.abs(left.s) - 1) / np.sqrt(shared.var_s)),
    }


def epa(data: pd.DataFrame) -> dict[str, npt.ArrayLike]:
    """The worked example of the guidance, at uneven times."""
    test = stats.mann_kendall(data["value"], data["time"], method="normal")
    line = stats.theil_sen(data["value"], data["time"])
    return {
        "s": test.s,
        "var_s": test.var_s,
        "tau_a": test.tau_a,
        "z_cc": test.z,
        "p_normal_cc": test.p_value,
        "slope": line.slope,
        "intercept": line.intercept,
    }


def daily(data: pd.DataFrame) -> dict[str, npt.ArrayLike]:
    """Twenty years of days with ties: each day by itself, and all days of a year at one time."""
    dates = pd.to_datetime(data["date"])
    days = (dates - dates.iloc[0]).dt.days
    test = stats.mann_kendall(data["value"], days)
    line = stats.theil_sen(data["value"], days, interval="sen1968")
    by_year = stats.kendall(dates.dt.year, data["value"])
    return {
        "n": test.n,
        "n_pairs": test.n * (test.n - 1) // 2,
        "s_day_as_time": test.s,
        "var_s_day_as_time": test.var_s,
        "slope_per_day": line.slope,
        "slope_per_day_published": line.slope,
        "lower95_sen1968_per_day": line.lower,
        "upper95_sen1968_per_day": line.upper,
        "s_year_as_time": by_year.s,
        "var_s_year_as_time_exact_ties": by_year.var_s,
    }


def pymannkendall(data: pd.DataFrame) -> dict[str, npt.ArrayLike]:
    """360 values with ten gaps: time is the index, not the count of values."""
    line = stats.theil_sen(data["value"], data["i"])
    return {"sens_slope.slope": line.slope, "sens_slope.intercept": line.intercept}


def test_no_figure_is_passed_over(computed: Figures, expected: dict[tuple[str, str], list[float]]) -> None:
    """A row of the file is computed, or stands in the list with its reason."""
    assert set(computed) | set(NOT_COMPUTED) == set(expected)
    assert not set(computed) & set(NOT_COMPUTED)


def test_figures_agree(computed: Figures, expected: dict[tuple[str, str], list[float]]) -> None:
    """Nine digits, whichever program printed them."""
    wrong = [
        f"{key}: {found}, not {expected[key]}"
        for key, value in computed.items()
        if (found := np.atleast_1d(value).tolist()) != pytest.approx(expected[key], rel=TOLERANCE.get(key, 1e-9))
    ]
    assert not wrong, "\n".join(wrong)
