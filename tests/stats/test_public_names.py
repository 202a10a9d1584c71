"""The room's public names, and what every result has in common."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from maalbib import stats, texts

SOURCE = Path(stats.__file__).parents[2]

RESULTS = {
    "AR1MannKendall": lambda: stats.ar1_mann_kendall([[1, 3, 2, 5, 4, 4, 7, 5], [1, 2, 3, 4, 5, 6, 7, 8]]),
    "ArrivalInterval": lambda: stats.arrival_interval(stats.theil_sen([1, 2, 4, 3]), 3, low=9),
    "BlockHeterogeneity": lambda: stats.block_heterogeneity([1, 2, 3, 3, 3, 3], blocks=[0, 0, 0, 1, 1, 1]),
    "Interval": lambda: stats.wilson_interval([1, 2, 3], [2, 0, 9]),
    "KendallAssociation": lambda: stats.kendall([1, 2, 3], [5, 5, 5]),
    "MeanBounds": lambda: stats.scale_mean_bounds([0.1, 0.9], [0.2, 0.9]),
    "MeanGap": lambda: stats.mean_gap([1, 2, np.nan], 0.5),
    "Normalised": lambda: stats.normalise([1, 2, np.nan], method="min_max"),
    "PairedRankSets": lambda: stats.paired_rank_sets([1, 2, np.nan], 0.5),
    "PartialMannKendall": lambda: stats.partial_mann_kendall([1, 2, 4, 3, 5], [1, 2, 3, 4, np.nan]),
    "Position": lambda: stats.position([1, 2, np.nan]),
    "Projection": lambda: stats.linear_projection([[1, 2, 4, 4], [1, 2, np.nan, np.nan]], [1, 2, 3, 4], 9),
    "RankAssociation": lambda: stats.spearman([1, 2, 3], [5, 5, 5]),
    "RankSets": lambda: stats.rank_sets([1, 2, np.nan], 0.5),
    "Ranks": lambda: stats.ranks([1, 2, np.nan]),
    "ResidualAutocorrelation": lambda: stats.residual_autocorrelation([[1, 3, 2, 5, 4], [1, 2, 3, 4, 5]]),
    "SeasonalMannKendall": lambda: stats.seasonal_mann_kendall([1, 2, 4, 3], seasons=[0, 1, 0, 1]),
    "SlopeTest": lambda: stats.slope_test([[1, 2, 4, 3], [1, 2, 4, 3]], [0.5, np.nan]),
}

REASONS = [
    "constant",
    "constant_covariate",
    "exact_line",
    "incomplete_years",
    "interval_not_attainable",
    "lower_undefined",
    "missing_input",
    "negative_input",
    "no_interval",
    "no_peer",
    "no_time_span",
    "not_finite",
    "numerator_exceeds_denominator",
    "same_order",
    "share_out_of_range",
    "too_few_blocks",
    "too_few_points",
    "too_few_years",
    "uncertainty_missing",
    "zero_denominator",
]


def fresh(code: str) -> str:
    """Run code in a new interpreter and return what it printed."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True, encoding="utf-8")
    return done.stdout.strip()


def test_names_are_sorted_and_have_a_home() -> None:
    """The list is sorted, and each name is imported from the module that is looked up."""
    assert stats.__all__ == sorted(set(stats.__all__))
    assert sorted(stats._HOME) == stats.__all__
    assert dir(stats) == stats.__all__
    for name in stats.__all__:
        assert getattr(stats, name).__module__ == stats._HOME[name]


def test_type_checkers_see_the_same_names() -> None:
    """Each name stands once among the imports for checkers, from the same module."""
    seen = Path(stats.__file__).read_text(encoding="utf-8").splitlines()
    for name, home in stats._HOME.items():
        assert f"    from {home} import {name} as {name}" in seen


def test_star_import() -> None:
    """All names arrive, also by star."""
    assert (
        fresh("from maalbib.stats import *; print(callable(wilson_interval), Interval.__name__)") == "True Interval"
    )


def test_only_what_is_used_is_imported() -> None:
    """Naming the room loads no NumPy; one kernel loads no other, and SciPy only when it runs."""
    assert fresh("import sys, maalbib.stats; print('numpy' in sys.modules)") == "False"
    loaded = "import sys; from maalbib.stats import wilson_interval; print(*sorted(sys.modules))"
    modules = fresh(loaded).split()
    assert "maalbib.stats._intervals" in modules
    assert not {"maalbib.stats._gap", "maalbib.stats._projection", "scipy", "pandas"} & set(modules)


def test_unknown_name() -> None:
    """A misspelt name is an attribute error, as in any module."""
    with pytest.raises(AttributeError, match="has no attribute 'wilson'"):
        stats.wilson  # type: ignore[attr-defined]  # noqa: B018


def test_threads_agree_at_first_access() -> None:
    """Many threads that ask first get the same object."""
    code = (
        "from concurrent.futures import ThreadPoolExecutor as Pool; import maalbib.stats as s;"
        "found = list(Pool(32).map(lambda _: s.wilson_interval, range(64))); print(len(set(found)))"
    )
    assert fresh(code) == "1"


@pytest.mark.parametrize("name", RESULTS)
def test_results_are_frozen_and_pickle(name: str) -> None:
    """A result survives a process pool, equals its copy though NaN is in it, and cannot be changed."""
    result = RESULTS[name]()
    assert type(result).__name__ == name
    copy = pickle.loads(pickle.dumps(result))
    assert copy == result
    assert copy == RESULTS[name]()
    assert result != RESULTS["Position" if name == "Interval" else "Interval"]()
    with pytest.raises(AttributeError):
        result.reason = ""
    with pytest.raises(TypeError):
        hash(result)


def test_results_differ_by_any_number() -> None:
    """One limit more or less makes another result."""
    one = stats.wilson_interval([1, 2], [3, 4])
    assert one != stats.wilson_interval([1, 2], [3, 5])
    assert one != stats.wilson_interval([1], [3])
    assert one != stats.wilson_interval([1, 2], [3, 4], confidence=0.9)


@pytest.mark.parametrize("reason", REASONS)
def test_reasons_have_words(reason: str) -> None:
    """Every code of these kernels is explained in both languages."""
    assert texts.phrase("reason", reason, "da")
    assert texts.phrase("reason", reason, "en")
