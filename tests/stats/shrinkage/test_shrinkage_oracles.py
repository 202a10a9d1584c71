"""Shrinkage and spread against figures computed by other programs, and real tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from maalbib import stats

METHODS = {"dersimonian_laird": ("tau2_dl", 1e-9), "paule_mandel": ("tau2_pm", 1e-7), "reml": ("tau2_reml", 1e-5)}


def cases(oracles: Path, name: str) -> list[tuple[Any, pd.DataFrame]]:
    """Each case as its summary and its units."""
    folder = oracles / "peers" / "own"
    units = pd.read_csv(folder / f"{name}_units.csv")
    return [
        (summary, units[units["case_id"] == summary.case_id])
        for summary in pd.read_csv(folder / f"{name}_summary.csv").itertuples()
    ]


def test_variance_between_units(oracles: Path, subtests: pytest.Subtests) -> None:
    """The three estimators, Q, its p, and the means agree in every case."""
    found = cases(oracles, "shrink")
    assert len(found) == 5
    for case, units in found:
        y, v = units["estimate"].to_numpy(), units["se"].to_numpy() ** 2
        for method, (column, tolerance) in METHODS.items():
            with subtests.test(case.case_id, method=method):
                between = stats.between_variance(y, v, method=method)  # type: ignore[arg-type]
                assert between.tau2.item() == pytest.approx(getattr(case, column), rel=tolerance, abs=1e-9)
                assert between.tau.item() ** 2 == pytest.approx(between.tau2.item(), rel=1e-12)
                assert between.q.item() == pytest.approx(case.q, rel=1e-9)
                assert between.p_value.item() == pytest.approx(case.p_homogeneity, rel=1e-9)
                assert between.n.item() == case.n_units
        between = stats.between_variance(y, v)
        assert between.mean.item() == pytest.approx(case.mean_random_dl, rel=1e-9)
        assert between.tau.item() == pytest.approx(case.sd_noise_removed_dl, rel=1e-9, abs=1e-9)


def test_shrunk_values(oracles: Path, subtests: pytest.Subtests) -> None:
    """Reliability and shrunk values of every unit."""
    for case, units in cases(oracles, "shrink"):
        with subtests.test(case.case_id):
            found = stats.shrinkage(units["estimate"], units["se"])
            np.testing.assert_allclose(found.shrunk, units["shrunk_dl"], rtol=1e-9)
            np.testing.assert_allclose(found.reliability, units["reliability_dl"], rtol=1e-9, atol=1e-12)
            assert np.median(found.reliability) == pytest.approx(case.median_reliability, rel=1e-9, abs=1e-12)


def test_shares(oracles: Path, subtests: pytest.Subtests) -> None:
    """Parameters, likelihood and every shrunk share of the beta-binomial cases."""
    found = cases(oracles, "betabinom")
    assert len(found) == 3
    for case, units in found:
        with subtests.test(case.case_id):
            fit = stats.beta_binomial(units["k"], units["n"])
            assert fit.alpha.item() == pytest.approx(case.alpha_ml, rel=1e-4)
            assert fit.beta.item() == pytest.approx(case.beta_ml, rel=1e-4)
            assert fit.mean.item() == pytest.approx(case.mean_ml, rel=1e-6)
            assert fit.pooled.item() == pytest.approx(case.pooled_share, rel=1e-12)
            assert fit.log_likelihood.item() == pytest.approx(case.log_likelihood_kernel, abs=1e-6)
            assert fit.at_boundary.item() == case.at_boundary
            np.testing.assert_allclose(fit.shrunk, units["shrunk"], atol=1e-6)
            np.testing.assert_allclose(fit.reliability, units["weight_on_raw"], atol=1e-5)
            np.testing.assert_allclose(fit.raw, units["raw"], rtol=1e-12)


def test_observed_over_expected(oracles: Path, subtests: pytest.Subtests) -> None:
    """Parameters, likelihood, moments and every shrunk ratio of the gamma-Poisson cases."""
    found = cases(oracles, "gammapois")
    assert len(found) == 3
    for case, units in found:
        with subtests.test(case.case_id):
            fit = stats.gamma_poisson(units["observed"], units["expected"])
            assert fit.alpha.item() == pytest.approx(case.alpha_ml, rel=1e-4)
            assert fit.beta.item() == pytest.approx(case.beta_ml, rel=1e-4)
            assert fit.mean.item() == pytest.approx(case.mean_ml, rel=1e-6)
            assert fit.pooled.item() == pytest.approx(case.pooled_ratio, rel=1e-12)
            assert fit.log_likelihood.item() == pytest.approx(case.log_likelihood_kernel, abs=1e-6)
            assert fit.at_boundary.item() == case.at_boundary
            assert fit.moment_variance.item() == pytest.approx(case.moment_between_variance, rel=1e-10)
            assert fit.chi2.item() == pytest.approx(case.chi2, rel=1e-10)
            np.testing.assert_allclose(fit.shrunk, units["shrunk_ml"], atol=1e-6)
            np.testing.assert_allclose(fit.shrunk_moment, units["shrunk_moment"], rtol=1e-10)
            scv = stats.systematic_variation(units["observed"], units["expected"])
            assert scv.raw.item() == pytest.approx(case.scv_unadjusted, rel=1e-10)
            assert scv.scv.item() == max(0.0, scv.raw.item())


def test_variance_below_zero_is_zero_and_the_raw_figure_is_told(oracles: Path) -> None:
    """Case shr08: an untruncated estimate reports -0.107 as a variance; the spread is 0 and the raw figure stands beside it."""
    units = next(units for case, units in cases(oracles, "shrink") if case.case_id == "shr08")
    found = stats.between_variance(units["estimate"], units["se"] ** 2)
    assert found.tau2.item() == found.tau.item() == found.tau_lower.item() == 0.0
    assert found.tau2_untruncated.item() == pytest.approx(-0.107, abs=5e-4)
    assert found.tau_upper.item() > 0
    shrunk = stats.shrinkage(units["estimate"], units["se"])
    assert (shrunk.shrunk == shrunk.target).all()
    assert set(shrunk.reason) == {"no_spread_found"}


@pytest.fixture(scope="module")
def elections(shared: Path) -> pd.DataFrame:
    """Turnout at the school elections: those who voted, of those who could."""
    rows = pd.read_csv(shared / "data/danish/school_elections_2015_2026_half.csv").dropna(subset=["electorate"])
    return rows.assign(voted=rows["electorate"] - rows["not_voted"])


def test_a_normal_error_at_100_per_cent_is_not_used(elections: pd.DataFrame) -> None:
    """Turnout is exactly 1 in 136 of 1,314 school rows: a normal standard error would be 0 there and own all the weight."""
    share = elections["voted"] / elections["electorate"]
    assert (len(share), int((share == 1).sum())) == (1314, 136)
    errors = np.sqrt(share * (1 - share) / elections["electorate"])
    refused = stats.shrinkage(share, errors)
    assert np.isnan(refused.shrunk).all()
    assert sorted(set(refused.reason)) == ["group_not_judged", "zero_variance"]
    assert stats.between_variance(share, errors**2).reason.item() == "zero_variance"
    fit = stats.beta_binomial(elections["voted"], elections["electorate"])
    whole = np.asarray(share == 1)
    assert not fit.at_boundary
    assert (fit.shrunk[whole] < 1).all()
    assert (fit.lower[whole] > 0.5).all()
    order = np.argsort(elections["electorate"].to_numpy()[whole], kind="stable")
    assert (np.diff(fit.shrunk[whole][order]) >= 0).all(), "more voters say more"
    assert fit.pooled.item() == pytest.approx(0.8315, abs=5e-5)


@pytest.fixture(scope="module")
def municipalities(shared: Path) -> pd.DataFrame:
    """Young people with an interrupted education in 98 municipalities, 2024."""
    rows = pd.read_csv(shared / "data/danish/dst_statusu6_2024_98_municipalities.csv", dtype={"code": str})
    return rows[rows["code"] != "000"]


def test_interrupted_education(municipalities: pd.DataFrame) -> None:
    """Tau 0.01672, median reliability 0.953, lowest 0.110 on Læsø, three municipalities below 0.7."""
    share = (municipalities["interrupted"] / municipalities["total"]).to_numpy()
    errors = np.sqrt(share * (1 - share) / municipalities["total"].to_numpy())
    found = stats.shrinkage(share, errors)
    assert found.tau.item() == pytest.approx(0.01672, abs=5e-6)
    assert np.median(found.reliability) == pytest.approx(0.953, abs=5e-4)
    assert found.reliability.min() == pytest.approx(0.110, abs=5e-4)
    assert municipalities["name"].iloc[int(found.reliability.argmin())] == "Læsø"
    assert int((found.reliability < 0.7).sum()) == 3
