"""Charts of two published data sets, from the data themselves and not from what was made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from maalbib import stats

ANCHOR: dict[str, Any] = {"multiplier": 3 / 1.128, "gaps": "join", "min_points": 0}
KINDS = {"pp": "p_prime", "up": "u_prime", "ip": "i_prime"}


@pytest.fixture
def published(oracles: Path) -> Path:
    return oracles / "statistics/published"


def test_charts_come_from_the_data(published: Path) -> None:
    """All eight charts of infections and of accidents, to 1e-7: counts, rates, runs, part of the time and frozen."""
    infections = pd.read_csv(published / "qic_cdi_input.csv")
    accidents = pd.read_csv(published / "qic_nhs_accidents_input.csv")
    assert (len(infections), len(accidents)) == (36, 20)
    drawn = pd.read_csv(published / "qic_charts.csv")
    names = list(dict.fromkeys(drawn["case_id"]))
    assert len(names) == 8
    for name in names:
        case = drawn[drawn["case_id"] == name]
        data = (infections["n"], infections["days"]) if name.startswith("cdi") else (accidents["r"], accidents["n"])
        values, size = (column.to_numpy(float) for column in data)
        assert_allclose(case["y_sum"], values, rtol=1e-12)
        chart = name.split("_")[1]
        kind = KINDS.get(chart, chart)
        used = None if case["n"].isna().all() else size
        if used is not None:
            assert_allclose(case["n"], size, rtol=1e-7)
        given = {"centre": 20.0} if name.endswith("cl20") else {}
        baseline = None if case["baseline"].all() else int(case["baseline"].sum())
        found = stats.control_limits(
            kind,  # type: ignore[arg-type]
            values,
            used,
            segments=case["segment"].to_numpy(),
            exclude=~case["include"].to_numpy(bool),
            baseline=baseline,
            **ANCHOR,
            **given,
        )
        for ours, theirs in (("values", "y"), ("centre", "cl"), ("lower", "lower"), ("upper", "upper")):
            assert_allclose(getattr(found, ours), case[theirs], rtol=1e-7, atol=1e-9, err_msg=f"{name} {ours}")


def test_the_intervention_is_where_the_data_say(published: Path) -> None:
    """The chart in two parts changes where the period does."""
    infections = pd.read_csv(published / "qic_cdi_input.csv")
    drawn = pd.read_csv(published / "qic_charts.csv")
    parts = drawn[drawn["case_id"].str.contains("part") & drawn["case_id"].str.startswith("cdi")]
    assert len(parts)
    for _, case in parts.groupby("case_id"):
        changed = np.flatnonzero(np.diff(case["segment"])) + 1
        assert len(changed) >= 1
        assert case["x"].tolist() == infections["month"].tolist()
