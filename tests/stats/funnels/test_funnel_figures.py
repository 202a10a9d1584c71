"""Funnels against independent figures: limits, labels, overdispersion, a real country."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats

LEVELS = (0.95, 0.998)
PRINTED = [math.erf(z / math.sqrt(2)) for z in (1.959964, 3.090232)]  # the package rounds its quantiles


def labels(found: stats.FunnelLimits) -> list[str]:
    """The verdicts in the words of English health profiles: by the narrower limits unless the wider are passed too."""
    word = {"high": "High", "low": "Low"}
    return [
        f"{word[wide]} (0.001)" if wide in word else f"{word[near]} (0.025)" if near in word else "Not significant"
        for near, wide in found.significance.T.tolist()
    ]


def test_limits_and_labels_of_shares(oracles: Path) -> None:
    """Seven sets with their pooled centre, limits at 95 and 99.8 % and labels."""
    table = pd.read_csv(oracles / "statistics/own/funnel_proportion.csv")
    assert len(table) == 222
    for case, rows in table.groupby("case_id"):
        found = stats.funnel_limits(rows["numerator"], rows["denominator"], levels=LEVELS)
        assert_allclose(found.centre, rows["average"], rtol=1e-12)
        for ours, name in ((found.lower, "lower"), (found.upper, "upper")):
            assert_allclose(ours, rows[[f"{name}95", f"{name}998"]].T, rtol=1e-8, atol=1e-12, err_msg=str(case))
        assert labels(found) == rows["significance"].tolist(), case


def test_labels_of_ratios(oracles: Path) -> None:
    """Seven sets of observed against expected counts."""
    table = pd.read_csv(oracles / "statistics/own/funnel_ratio.csv")
    assert len(table) == 126
    for case, rows in table.groupby("case_id"):
        found = stats.funnel_limits(rows["observed"], rows["expected"], kind="ratio", levels=LEVELS)
        assert labels(found) == rows["significance"].tolist(), case


def test_limits_by_observed_count(oracles: Path) -> None:
    """Exact limits and the expected counts at which they stand; with no event there is no upper one."""
    table = pd.read_csv(oracles / "statistics/own/funnel_ratio_limits_by_observed.csv")
    assert len(table) == 43
    for level, rows in table.groupby("level"):
        found = stats.funnel_limits(
            rows["observed"], np.ones(len(rows)), kind="ratio", levels=float(level), convention="by_observed"
        )
        assert_allclose(found.at_lower[0], rows["expected_at_lower_limit"], rtol=1e-9)
        assert_allclose(found.lower[0], rows["ratio_lower_limit"], rtol=1e-9)
        some = (rows["observed"] > 0).to_numpy()
        assert_allclose(found.at_upper[0][some], rows["expected_at_upper_limit"][some], rtol=1e-9)
        assert_allclose(found.upper[0][some], rows["ratio_upper_limit"][some], rtol=1e-9)
        assert np.isnan(found.upper[0][~some]).all()


def test_limits_by_expected_count(oracles: Path) -> None:
    """The other convention, from half an event to twenty thousand; no counts are needed to draw a curve."""
    table = pd.read_csv(oracles / "statistics/own/funnel_ratio_limits_by_expected.csv")
    assert len(table) == 24
    for level, rows in table.groupby("level"):
        found = stats.funnel_limits(np.nan, rows["expected"], kind="ratio", levels=float(level))
        assert_allclose(found.lower[0], rows["ratio_lower"], rtol=1e-9)
        assert_allclose(found.upper[0], rows["ratio_upper"], rtol=1e-9)
        assert set(found.reason) == {"missing_input"}


@pytest.fixture(scope="module")
def primary_care(oracles: Path) -> pd.DataFrame:
    """303 English areas with counts and people."""
    table = pd.read_csv(oracles / "statistics/published/phe_funnel_proportion_303.csv")
    assert len(table) == 303
    return table


def test_303_english_areas(primary_care: pd.DataFrame) -> None:
    """The published centre, and the limits and labels of the 128 areas that were published."""
    found = stats.funnel_limits(primary_care["numerator"], primary_care["denominator"], levels=LEVELS)
    assert_allclose(found.centre, primary_care["average"], rtol=1e-12)
    known = primary_care["significance"].notna().to_numpy()
    assert known.sum() == 128
    for ours, name in ((found.lower, "lower"), (found.upper, "upper")):
        assert_allclose(ours[:, known], primary_care.loc[known, [f"{name}95", f"{name}998"]].T, rtol=1e-8)
    assert [label for label, there in zip(labels(found), known, strict=True) if there] == primary_care.loc[
        known, "significance"
    ].tolist()


def test_260_of_303_areas_stand_out_until_their_differences_count(primary_care: pd.DataFrame) -> None:
    """Unadjusted the funnel calls nearly everybody special; adjusted it names two, and says how wide the ordinary is."""
    counts = primary_care["numerator"], primary_care["denominator"]
    plain, adjusted = stats.funnel_limits(*counts), stats.overdispersion(*counts)
    assert np.isin(plain.significance[1], ["high", "low"]).sum() == 260
    assert np.isin(adjusted.significance[1], ["high", "low"]).sum() == 2
    assert_allclose(plain.phi, adjusted.phi)
    assert_allclose(adjusted.phi, 242.277343280622, rtol=1e-8)
    assert_array_equal(adjusted.trim_outside[:, 1], [1, 2, 2, 18])
    assert_allclose(adjusted.between_sd, 0.0299, atol=5e-5)
    exact = stats.overdispersion(*counts, family="beta_binomial", levels=0.998, trims=())
    assert np.isin(exact.significance, ["high", "low"]).sum() == 2


def sets(oracles: Path) -> dict[str, pd.DataFrame]:
    """The funnel sets by case id, with columns x and n."""
    found = {}
    for name, columns in (("proportion", ("numerator", "denominator")), ("ratio", ("observed", "expected"))):
        table = pd.read_csv(oracles / f"statistics/own/funnel_{name}.csv")
        renamed = table.rename(columns=dict(zip(columns, ("x", "n"), strict=True)))
        found |= {str(case): rows for case, rows in renamed.groupby("case_id")}
    return found


def test_overdispersion_summaries(oracles: Path) -> None:
    """Phi and variance of 77 runs: three methods, four trims, fourteen sets."""
    data = sets(oracles)
    table = pd.read_csv(oracles / "statistics/own/overdispersion_summary.csv")
    assert len(table) == 77
    for run in table.itertuples():
        rows = data[str(run.case_id)]
        kind = "share" if run.method == "asin" else "ratio"
        found = stats.overdispersion(rows["x"], rows["n"], kind=kind, method=run.method, trim=run.trim)  # type: ignore[arg-type]
        assert_allclose(found.phi, run.phi, rtol=1e-8, err_msg=str(run.run_id))
        assert_allclose(found.tau2, run.tau2, rtol=1e-8, atol=1e-12, err_msg=str(run.run_id))
        assert found.n == run.n


def test_overdispersion_points(oracles: Path) -> None:
    """Scores, what of them is used, and limits on the natural scale; 474 rows."""
    table = pd.read_csv(oracles / "statistics/own/overdispersion_points.csv")
    assert len(table) == 474
    for run, rows in table.groupby("run_id"):
        method = rows["method"].iloc[0]
        kind = "share" if method == "asin" else "ratio"
        found = stats.overdispersion(
            rows["numerator"], rows["denominator"], kind=kind, method=method, trim=0.1, levels=PRINTED
        )
        assert_allclose(found.value, rows["value"], rtol=1e-9)
        assert_allclose(found.z_score, rows["z_unadjusted"], rtol=1e-9, atol=1e-9, err_msg=str(run))
        assert_allclose(found.z_used, rows["z_used"], rtol=1e-9, atol=1e-9, err_msg=str(run))
        for ours, name in ((found.lower, "lower"), (found.upper, "upper")):
            theirs = rows[[f"od_{name}95", f"od_{name}998"]].T
            assert_allclose(ours, theirs, rtol=1e-7, atol=1e-7, err_msg=str(run))


PUBLISHED = {
    **{f"six_SR_SHMI_trim{trim}": ("six", "log", trim) for trim in (0.05, 0.1, 0.2)},
    **{f"six_SR_CQC_trim{trim:g}": ("six", "sqrt", trim) for trim in (0.0, 0.05, 0.1, 0.2)},
    **{f"phe_prop303_PR_trim{trim:g}": ("areas", "asin", trim) for trim in (0.0, 0.05, 0.1, 0.2)},
    "six_zero_num_CQC": ("zero", "sqrt", 0.1),
    "prop_with_0_and_1": ("prop_with_0_and_1", "asin", 0.1),
}


def test_summaries_of_another_package(oracles: Path, primary_care: pd.DataFrame) -> None:
    """Sixteen runs; the three where it has no sensible figure are answered with reasons."""
    table = pd.read_csv(oracles / "statistics/published/funnelplotr_summary.csv").set_index("case_id")
    given = pd.read_csv(oracles / "statistics/published/funnelplotr_input.csv")
    data = {
        str(case): (rows["numerator"].to_numpy(), rows["denominator"].to_numpy())
        for case, rows in given.groupby("case_id")
    }
    data["areas"] = primary_care["numerator"].to_numpy(), primary_care["denominator"].to_numpy()
    six, expected = data["six"]
    data["zero"] = np.where(np.arange(6) == 0, 0, six), expected
    for run, (name, method, trim) in PUBLISHED.items():
        kind = "share" if method == "asin" else "ratio"
        found = stats.overdispersion(*data[name], kind=kind, method=method, trim=trim)  # type: ignore[arg-type]
        assert_allclose(found.phi, table.loc[run, "phi"], rtol=1e-8, err_msg=run)
        assert_allclose(found.tau2, table.loc[run, "tau2"], rtol=1e-8, atol=1e-12, err_msg=run)
        if name == "areas":  # in the other sets its limits are on the wrong scale or fold back
            assert np.isin(found.significance[1], ["low", "high"]).sum() == table.loc[run, "outliers_as_reported"]
    rest = set(table.index) - set(PUBLISHED)
    assert rest == {"six_zero_num_SHMI", "six_zero_num_SHMI_trim.01", "single_group"}
    for trim in (0.1, 0.01):
        zero = stats.overdispersion(*data["zero"], kind="ratio", method="log", trim=trim)
        assert zero.left_out == 1
        assert zero.reason.tolist() == ["zero_numerator", "", "", "", "", ""]
        assert np.isfinite(zero.phi)
        assert np.isfinite(zero.tau2)
    single = stats.overdispersion(six[:1], expected[:1], kind="ratio")
    assert (single.row_reason.item(), single.reason.tolist()) == ("single_unit", ["single_unit"])
    assert np.isnan(single.phi)
    assert np.isnan(single.lower).all()
