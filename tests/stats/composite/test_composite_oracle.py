"""A published composite step by step, and each step by itself, as another program computed them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.stats.composite._copeland import copeland
from maalbib.stats.composite._means import weighted_mean

QUICK = stats.SensitivityPlan(draws=0)


class Asem:
    """The whole input and the published steps, of 19 of the 51 units."""

    def __init__(self, folder: Path) -> None:
        def table(name: str) -> pd.DataFrame:
            return pd.read_csv(folder / f"composite_asem_{name}.csv", na_values=[""], keep_default_na=False)

        self.input = table("input").set_index("uCode")
        self.steps = {
            name: table(name).set_index("uCode") for name in ("denominated", "treated", "normalised", "aggregated")
        }
        self.units = [self.input.index.get_loc(code) for code in self.steps["treated"].index]
        meta = table("meta").set_index("iCode")
        self.meta = meta[meta["Type"].isin(["Indicator", "Aggregate"])]
        weights = table("weights").set_index("iCode")["Weight"]
        levels = [self.meta.index[self.meta["Level"].astype(int) == level] for level in (1, 2, 3, 4)]
        self.levels = [list(level) for level in levels]
        self.weights = [weights[level].to_numpy(dtype=float) for level in self.levels[:3]]
        self.indicators = self.levels[0]
        parents = self.meta["Parent"]
        self.pillars = [
            np.array([above.index(parents[code]) for code in below])
            for below, above in zip(self.levels[:2], self.levels[1:3], strict=True)
        ]
        self.direction = self.meta.loc[self.indicators, "Direction"].to_numpy(dtype=float)

    def denominated(self) -> np.ndarray:
        """Divide each indicator by its denominator, where it has one."""
        by = self.meta.loc[self.indicators, "Denominator"]
        columns = [
            self.input[code] / (self.input[by[code]] if isinstance(by[code], str) and by[code] else 1.0)
            for code in self.indicators
        ]
        return np.stack([column.to_numpy(dtype=float) for column in columns], axis=1)

    def filled(self) -> np.ndarray:
        """Put the mean of Europe or of Asia where a value is missing, as the published example does; maalbib never does."""
        frame = pd.DataFrame(self.denominated())
        return frame.fillna(frame.groupby(self.input["EurAsia_group"].to_numpy()).transform("mean")).to_numpy()


@pytest.fixture(scope="module")
def asem(oracles: Path) -> Asem:
    """The data of the published example."""
    return Asem(oracles / "peers" / "published")


def test_denominated(asem: Asem) -> None:
    """The start of the pipeline is read as it was meant."""
    wanted = asem.steps["denominated"][asem.indicators].to_numpy(dtype=float)
    assert_allclose(asem.denominated()[asem.units], wanted, rtol=1e-9)


def test_treated(asem: Asem) -> None:
    """Extremes of all 49 indicators, winsorised where they need it."""
    found = stats.treat_extremes(asem.filled().T)
    wanted = asem.steps["treated"][asem.indicators].to_numpy(dtype=float)
    assert_allclose(found.value.T[asem.units], wanted, rtol=1e-9)
    assert set(found.treatment) == {"none", "winsorised"}
    assert found.passes.all()


def test_normalised(asem: Asem) -> None:
    """From 0 to 100, turned where lower is better; turning before or after treatment is the same."""
    treated = stats.treat_extremes((asem.filled() * asem.direction).T)
    found = stats.normalise(treated.value, method="min_max").value.T * 100
    wanted = asem.steps["normalised"][asem.indicators].to_numpy(dtype=float)
    assert_allclose(found[asem.units], wanted, rtol=1e-9, atol=1e-9)


def test_aggregated(asem: Asem) -> None:
    """Eight pillars, two halves, and the whole."""
    found = stats.composite_range(
        asem.filled() * asem.direction,
        asem.weights[0],
        pillars=asem.pillars,
        pillar_weights=asem.weights[1:],
        treat=True,
        plan=QUICK,
    )
    wanted = asem.steps["aggregated"]
    assert_allclose(found.score[asem.units] * 100, wanted["Index"], rtol=1e-9)
    assert_allclose(found.pillar_score[asem.units] * 100, wanted[asem.levels[1]], rtol=1e-9)
    assert found.n == len(asem.input)
    for half, name in enumerate(asem.levels[2]):
        there = asem.pillars[1] == half
        part = stats.composite_range(
            found.pillar_score[:, there], normaliser="goalposts", goalposts=[(0, 1)] * there.sum(), plan=QUICK
        )
        assert_allclose(part.score[asem.units] * 100, wanted[name], rtol=1e-9)
    order = np.argsort(-wanted["Index"].to_numpy())
    assert (np.diff(found.rank[asem.units][order]) > 0).all()


def test_normalisers(asem: Asem, oracles: Path) -> None:
    """Eight scales of five indicators of all units, and marks for two."""
    table = pd.read_csv(oracles / "peers/published/composite_normalisers.csv").set_index("uCode")
    ours = {
        "n_minmax": lambda x: 100 * stats.normalise(x, method="min_max").value,
        "n_zscore": lambda x: stats.normalise(x, method="z").value,
        "n_scaled": np.asarray,
        "n_rank": lambda x: stats.normalise(x, method="rank").value,
        "n_borda": lambda x: stats.normalise(x, method="borda").value,
        "n_prank": lambda x: stats.normalise(x, method="percent_rank").value,
        "n_fracmax": lambda x: stats.normalise(x, method="fraction_of_max").value,
        "n_dist2max": lambda x: stats.normalise(x, method="min_max").value,
        "n_dist2targ": lambda x: stats.normalise(-x, method="distance_to_target", target=-1.1).value,
        "n_goalposts": lambda x: stats.normalise(x, method="goalposts", goalposts=(1, 10)).value,
    }
    seen = set()
    for column in table.columns:
        name, _, code = column.rpartition("_")
        x = asem.input[code]
        found = pd.Series(ours[name](x.to_numpy(dtype=float)), x.index)[table.index]
        assert_allclose(found, table[column], rtol=1e-9, atol=1e-12, err_msg=column)
        seen.add(name)
    assert seen == set(ours)
    assert len(table.columns) == 42


def test_means_with_missing(oracles: Path) -> None:
    """Weights are shared out over what is there: 43/7 of 1, 2, 4, 8, nothing and 16."""
    table = pd.read_csv(oracles / "peers/published/composite_means_with_missing.csv").set_index("fn")["value"]
    x, weights = np.array([[[1, 2, 4, 8, np.nan, 16]]]), np.array([[1.0, 1, 2, 2, 1, 1]])
    for name, ours in (("a_amean", "arithmetic"), ("a_gmean", "geometric"), ("a_hmean", "harmonic")):
        found, refused = weighted_mean(x, weights, ours)
        assert_allclose(found.item(), table[name], rtol=1e-12)
        assert not refused.any()
    assert_allclose(table["a_amean"], 43 / 7, rtol=1e-12)


def test_copeland(oracles: Path) -> None:
    """Twelve units, four indicators, equal weights."""
    table = pd.read_csv(oracles / "peers/published/composite_copeland.csv")
    x = table.drop(columns="copeland").to_numpy()
    assert_array_equal(copeland(x, np.full((1, 4), 0.25))[0], table["copeland"])
    found = stats.composite_range(x, aggregation="copeland", plan=QUICK)
    assert_array_equal(found.score, table["copeland"])


def test_winsorise(oracles: Path) -> None:
    """One value pulled in to the next."""
    table = pd.read_csv(oracles / "peers/published/composite_winsorise.csv")
    found = stats.treat_extremes(table["x"])
    assert_array_equal(found.value, table["winsor"])
    assert found.points.item() == 1
