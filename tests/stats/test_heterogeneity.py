"""Whether blocks have different trends: other programs, the definition, laws and reasons."""

from __future__ import annotations

import csv
import json
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import chi2 as chi_square

from maalbib.errors import ArgumentError
from maalbib.stats import block_heterogeneity, mann_kendall

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]

NAN = np.nan
GAPPY = st.integers(-3, 3).map(float) | st.just(NAN)
PANELS = hnp.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(0, 14)), elements=GAPPY)


def cases(oracles: Path) -> list[dict[str, Any]]:
    """Read the cases with several blocks."""
    found: list[dict[str, Any]] = json.loads((oracles / "trends/block_cases.json").read_text(encoding="utf-8"))
    return found


def together(blocks: list[dict[str, Any]]) -> tuple[list[float], list[float], list[int]]:
    """Lay blocks end to end as values, times and labels."""
    values = [NAN if y is None else y for block in blocks for y in block["y"]]
    times = [t for block in blocks for t in block["t"]]
    labels = [i for i, block in enumerate(blocks) for _ in block["y"]]
    return values, times, labels


def test_block_cases(oracles: Path) -> None:
    """Seasons with ties, gaps and an empty season."""
    checked = 0
    for case in cases(oracles):
        expected = case["expected"].get("heterogeneity")
        if expected is None:
            continue
        values, times, labels = together(case["blocks"])
        found = block_heterogeneity(values, times, blocks=labels)
        assert found.chi2.item() == pytest.approx(expected["chi2"], rel=1e-12)
        assert found.df.item() == expected["df"]
        assert found.p_value.item() == pytest.approx(expected["p"], rel=1e-12)
        checked += 1
    assert checked == 14


def test_envstats_gives_the_same(oracles: Path) -> None:
    """R EnvStats computes the same statistic, gaps and ties included."""
    by_case = {case["case_id"]: case for case in cases(oracles)}
    with (oracles / "trends/block_reference_values.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["field"].startswith("het_")]
    for row in rows:
        values, times, labels = together(by_case[row["case_id"]]["blocks"])
        found = block_heterogeneity(values, times, blocks=labels)
        figure = {"het_chi2": found.chi2, "het_p": found.p_value}[row["field"]].item()
        assert figure == pytest.approx(float(row["value"]), rel=1e-9)
    assert len(rows) == 28


@given(PANELS, st.data())
def test_definition_block_by_block(values: Floats, data: st.DataObject) -> None:
    """Each block alone through the Mann-Kendall test, then the sum of squares in plain Python."""
    periods = values.shape[1]
    labels = data.draw(hnp.arrays(np.int64, periods, elements=st.integers(0, 3)))
    found = block_heterogeneity(values, blocks=labels)
    for i, row in enumerate(values):
        z: dict[int, float] = {}
        for label in set(labels.tolist()):
            test = mann_kendall(row[labels == label])
            if test.var_s > 0:
                z[label] = float(test.s / np.sqrt(test.var_s))
        expected = [z.get(label, NAN) for label in labels.tolist()]
        assert found.z[i].tolist() == pytest.approx(expected, rel=1e-12, nan_ok=True)
        if len(z) < 2:
            assert np.isnan(found.p_value[i])
            continue
        mean = sum(z.values()) / len(z)
        chi2 = sum((one - mean) ** 2 for one in z.values())
        assert found.chi2[i] == pytest.approx(chi2, rel=1e-10, abs=1e-12)
        assert found.p_value[i] == pytest.approx(chi_square.sf(found.chi2[i], len(z) - 1), rel=1e-10)


@given(PANELS, st.data())
def test_rows_of_a_batch_are_single_calls(values: Floats, data: st.DataObject) -> None:
    """A series gets the same bytes alone and in a batch, with labels of its own."""
    labels = data.draw(hnp.arrays(np.int64, values.shape, elements=st.integers(0, 2)))
    whole = block_heterogeneity(values, blocks=labels)
    for i, row in enumerate(values):
        alone = block_heterogeneity(row, blocks=labels[i])
        for name in ("z", "chi2", "df", "p_value", "n"):
            assert getattr(alone, name).tobytes() == np.asarray(getattr(whole, name)[i]).tobytes()
        assert alone.reason.item() == whole.reason[i]


def test_many_rows_are_single_calls() -> None:
    """The same for more series than one piece holds, with twelve blocks."""
    values = np.random.default_rng(3).integers(0, 9, size=(3000, 60)).astype(float)
    labels = np.arange(60) % 12
    whole = block_heterogeneity(values, blocks=labels)
    for i in (0, 1, 1092, 1093, 2999):
        assert block_heterogeneity(values[i], blocks=labels).chi2.tobytes() == whole.chi2[i].tobytes()


@given(PANELS, st.data())
def test_turning_the_values_changes_no_p(values: Floats, data: st.DataObject) -> None:
    """All z turn, their differences do not; order of the labels is nothing."""
    labels = data.draw(hnp.arrays(np.int64, values.shape[1], elements=st.integers(0, 2)))
    one, other = block_heterogeneity(values, blocks=labels), block_heterogeneity(-values, blocks=7 - 2 * labels)
    assert np.allclose(one.z, -other.z, rtol=1e-13, atol=0, equal_nan=True)
    assert np.allclose(one.chi2, other.chi2, rtol=1e-9, atol=1e-12, equal_nan=True)


def test_it_keeps_its_level_and_finds_what_cancels() -> None:
    """Like blocks rarely alarm at 1 %, opposite ones do though S is near zero."""
    noise = np.random.default_rng(5).normal(size=(4000, 120))
    seasons = np.arange(120) % 12
    assert (block_heterogeneity(noise, blocks=seasons).p_value <= 0.01).mean() < 0.015
    opposite = noise + np.where(seasons % 2, 0.5, -0.5) * (np.arange(120) // 12)
    found = block_heterogeneity(opposite, blocks=seasons)
    assert (found.p_value <= 0.01).mean() > 0.99
    assert abs(mann_kendall(opposite, blocks=seasons).s.mean()) < 5


def test_rkt_drops_blocks_under_four_values() -> None:
    """A block of three values counts as much as it can say; another program leaves it out without a word."""
    found = block_heterogeneity([1, 2, 3, 9, 8, 7, 6], blocks=[0, 0, 0, 1, 1, 1, 1])
    assert found.df.item() == 1
    assert found.z[[0, 3]].tolist() == pytest.approx([3 / np.sqrt(11 / 3), -6 / np.sqrt(26 / 3)])


def test_each_reason() -> None:
    """One row per reason; a constant block is left out."""
    rows = [[1, 2, 3, 3, 2, 1], [NAN] * 6, [1, 2, 3, 5, 5, 5], [1, 2, np.inf, 1, 2, 3], [1, NAN, NAN, 2, NAN, NAN]]
    found = block_heterogeneity(rows, blocks=[0, 0, 0, 1, 1, 1])
    assert found.reason.tolist() == ["", "no_data", "too_few_blocks", "invalid_value", "too_few_blocks"]
    assert np.isnan(found.p_value).tolist() == [False, True, True, True, True]
    assert found.df.tolist() == [1, 0, 0, 0, 0]
    assert found.n[[0, 1, 2, 4]].tolist() == [6, 0, 6, 2]
    assert np.isfinite(found.z[2]).tolist() == [True] * 3 + [False] * 3


def test_empty_inputs() -> None:
    """No series, no periods."""
    assert block_heterogeneity(np.empty((0, 4)), blocks=[0, 0, 1, 1]).chi2.shape == (0,)
    assert block_heterogeneity([], blocks=[]).reason.item() == "no_data"
    assert block_heterogeneity(np.empty((2, 0)), blocks=[]).z.shape == (2, 0)


def test_resolution_decides_ties() -> None:
    """0.1 + 0.2 and 0.3 are one value where the resolution says so."""
    values = [0.3, 0.1 + 0.2, 0.4, 0.3, 0.2, 0.1]
    plain = block_heterogeneity(values, blocks=[0, 0, 0, 1, 1, 1])
    counted = block_heterogeneity(values, blocks=[0, 0, 0, 1, 1, 1], resolution=0.1)
    assert plain.z[0] == pytest.approx(3 / np.sqrt(11 / 3))
    assert counted.z[0] == pytest.approx(2 / np.sqrt(8 / 3))


def test_wrong_labels() -> None:
    """Labels are whole numbers, one per period."""
    with pytest.raises(ArgumentError) as caught:
        block_heterogeneity([1, 2, 3], blocks=[0.5, 0.5, 1])
    assert caught.value.code == "trend.blocks_not_integers"
    with pytest.raises(ArgumentError) as caught:
        block_heterogeneity([1, 2, 3], blocks=[0, 1])
    assert caught.value.code == "argument.shape"


def test_results_pickle_and_inputs_stay() -> None:
    """A result survives a process pool, and nothing is changed in place."""
    values, labels = np.array([[1.0, np.inf, 3.0, 4.0], [NAN, 2.0, 2.0, 5.0]]), np.array([0, 0, 1, 1])
    before = values.copy(), labels.copy()
    found = block_heterogeneity(values, blocks=labels)
    assert pickle.loads(pickle.dumps(found)) == found
    assert np.array_equal(values, before[0], equal_nan=True)
    assert np.array_equal(labels, before[1])
