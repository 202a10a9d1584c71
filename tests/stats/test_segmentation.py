"""Segmentation against an exhaustive search, other programs and its own promises."""

from __future__ import annotations

import csv
import pickle
from itertools import combinations, pairwise
from math import inf, log
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maalbib.errors import ArgumentError
from maalbib.stats import Segmentation, _change_penalty, _least_cost, mann_kendall, segmentation

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]

NAN = np.nan
SMALL = st.integers(-3, 3).map(float)
PANELS = hnp.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(0, 12)), elements=SMALL | st.just(NAN))
COSTS = st.sampled_from(["l1", "l2"])
QUICK = {"simulations": 199}


def slow_cost(values: Floats, cost: str) -> float:
    """What one segment costs, by its definition."""
    off = values - (values.mean() if cost == "l2" else np.median(values))
    return float((off**2).sum() if cost == "l2" else np.abs(off).sum())


def cuts(n: int, changes: int, min_length: int) -> list[tuple[int, ...]]:
    """Every set of borders that leaves room for each segment."""
    return [
        borders
        for borders in combinations(range(1, n), changes)
        if all(later - earlier >= min_length for earlier, later in pairwise((0, *borders, n)))
    ]


def slow_least(values: Floats, changes: int, min_length: int, cost: str) -> float:
    """The least cost of all cuts; infinite where there is none."""
    parts = (np.split(values, borders) for borders in cuts(len(values), changes, min_length))
    return min((sum(slow_cost(part, cost) for part in cut) for cut in parts), default=inf)


def table(path: Path) -> list[dict[str, str]]:
    """Read a file of rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def nile(oracles: Path) -> Floats:
    """A hundred yearly flows."""
    return np.array([float(row["value"]) for row in table(oracles / "trends" / "datasets" / "nile.csv")])


def same(one: Any, other: Any) -> bool:
    """Compare two results byte for byte, NaN and the sign of zero included."""
    fields = [(np.asarray(getattr(one, f.name)), np.asarray(getattr(other, f.name))) for f in attrs.fields(type(one))]
    return all(a.tolist() == b.tolist() if a.dtype == object else a.tobytes() == b.tobytes() for a, b in fields)


def rows(result: Segmentation, index: Any) -> Segmentation:
    """Some series of a result."""
    picked = {f.name: np.asarray(getattr(result, f.name)[index]) for f in attrs.fields(type(result))}
    return attrs.evolve(result, **picked)


def positions(result: Segmentation) -> list[int]:
    """How many periods lie before each change."""
    return np.flatnonzero(result.starts).tolist()


@given(PANELS, st.integers(2, 4), COSTS, st.sampled_from([0.5, 2.0, "bic"]))
def test_exhaustive_search(values: Floats, min_length: int, cost: Any, penalty: Any) -> None:
    """The least cost for every number of changes, the cut itself, and how many changes are kept."""
    result = segmentation(values, min_length=min_length, cost=cost, penalty=penalty, max_changes=3)
    for i, row in enumerate(values):
        kept = row[np.isfinite(row)]
        n, found = len(kept), rows(result, i)
        if n < 2 * min_length:
            continue
        for changes, least in enumerate(found.costs):
            expected = slow_least(kept, changes, min_length, cost)
            assert least == pytest.approx(expected, abs=1e-9) if expected < inf else np.isnan(least)
        parts = np.split(kept, np.flatnonzero(found.starts[np.isfinite(row)]))
        assert min(map(len, parts)) >= min_length
        assert len(parts) - 1 == found.n_changes
        mine = sum(slow_cost(part, cost) for part in parts)
        assert mine == pytest.approx(found.costs[found.n_changes], abs=1e-9)
        for part, label in zip(parts, range(len(parts)), strict=True):
            levels = found.levels[found.labels == label]
            assert levels == pytest.approx(part.mean() if cost == "l2" else np.median(part), abs=1e-12)
        assert found.penalty == (2 * log(n) if penalty == "bic" else penalty)


@given(hnp.arrays(np.float64, st.integers(8, 14), elements=st.floats(-9, 9)), COSTS)
def test_number_of_changes(values: Floats, cost: Any) -> None:
    """The changes kept have the largest gain less penalty of all numbers of changes."""
    result = segmentation(values, min_length=2, cost=cost, penalty=3.0)
    if result.costs[0] < 1e-6:
        return  # what rounding leaves is looked at below
    costs = np.maximum(result.costs, 1e-200)
    gain = len(values) * np.log(costs[0] / costs) * (2 if cost == "l1" else 1)
    kept = gain - 3.0 * np.arange(len(gain))
    assert kept[result.n_changes] >= np.nanmax(np.minimum(kept, 1_000)) - 1e-6
    assert result.n_changes.item() == 0 or result.gain > 3.0 * result.n_changes


@given(PANELS, COSTS)
def test_what_is_told_per_period_fits(values: Floats, cost: Any) -> None:
    """Labels count the starts, a start has a value, a gap goes with the value before it, and -1 is not 0."""
    result = segmentation(values, cost=cost, penalty=1.0)
    assert np.array_equal(result.labels, np.cumsum(result.starts, axis=1))
    assert np.isfinite(values[result.starts]).all()
    judged = result.reason == ""
    assert np.array_equal(result.n_changes[judged], result.starts[judged].sum(axis=1))
    assert (result.n_changes[~judged] == -1).all()
    assert np.isnan(result.levels[~judged]).all()
    assert np.isnan(result.gain[~judged]).all()
    assert np.isnan(result.costs[~judged]).all()
    assert np.isfinite(result.levels[judged]).all()
    assert (result.labels[~judged] == 0).all()
    for row, n in zip(values, result.n, strict=True):
        assert n == np.isfinite(row).sum()


@given(PANELS, COSTS)
def test_laws(values: Floats, cost: Any) -> None:
    """Stretched by a power of two, moved in whole numbers, upside down, backwards, and with gaps at the ends."""
    options: dict[str, Any] = {"cost": cost, "penalty": 2.5, "min_length": 2}
    result = segmentation(values, **options)
    doubled = segmentation(4 * values, **options)
    flipped = segmentation(-values, **options)
    for other in (doubled, flipped):
        assert np.array_equal(other.labels, result.labels)
        assert np.array_equal(other.gain, result.gain, equal_nan=True)
    assert np.array_equal(doubled.levels, 4 * result.levels, equal_nan=True)
    assert np.array_equal(doubled.costs, result.costs * (4 if cost == "l1" else 16), equal_nan=True)
    backwards = segmentation(values[:, ::-1], **options)
    assert backwards.costs == pytest.approx(result.costs, abs=1e-9, nan_ok=True)
    padded = segmentation(np.pad(values, [(0, 0), (1, 2)], constant_values=NAN), **options)
    assert np.array_equal(padded.labels[:, 1:-2], result.labels)
    assert np.array_equal(padded.n_changes, result.n_changes)
    assert np.array_equal(padded.gain, result.gain, equal_nan=True)


@given(PANELS, COSTS, st.data())
def test_rows_of_a_batch_are_single_calls(values: Floats, cost: Any, data: st.DataObject) -> None:
    """A series gets the same bytes alone, in another order and in pieces of any size, and stays as it was."""
    before = values.copy()
    shuffled = np.array(data.draw(st.permutations(range(len(values)))), dtype=np.intp)
    options: dict[str, Any] = {"cost": cost, "simulations": 199, "min_length": 2}
    whole = segmentation(values, **options)
    assert same(segmentation(values[shuffled], **options), rows(whole, shuffled))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_least_cost, "_CELLS", 1)
        assert same(segmentation(values, **options), whole)
    for i, row in enumerate(values):
        assert same(segmentation(row, **options), rows(whole, i))
    assert np.array_equal(values, before, equal_nan=True)


def test_ruptures_default_jump_misses_a_clean_step_of_four_and_four() -> None:
    """Steps of five periods see no change in four and four; every border is tried here."""
    for cost in ("l2", "l1"):
        result = segmentation([5, 5, 5, 5, 9, 9, 9, 9], cost=cost, **QUICK)  # type: ignore[arg-type]
        assert positions(result) == [4]
        assert result.levels.tolist() == [5] * 4 + [9] * 4
        assert result.costs[1] == 0


def test_ruptures_default_jump_puts_the_nile_break_elsewhere(oracles: Path) -> None:
    """The flow of the Nile fell after 28 years, in 1899, not after 30."""
    for cost in ("l2", "l1"):
        for penalty in ("calibrated", "bic"):
            result = segmentation(nile(oracles), cost=cost, penalty=penalty, **QUICK)  # type: ignore[arg-type]
            assert positions(result) == [28]
    assert segmentation(nile(oracles), **QUICK).levels[[0, -1]].round(2).tolist() == [1097.75, 849.97]  # type: ignore[arg-type]


def test_ruptures_nan_gives_a_result_but_here_a_gap_or_a_reason() -> None:
    """A missing value leaves the series and keeps its place; an infinite one is refused; neither becomes a number."""
    values = [5, NAN, 5, 6, 5, NAN, 9, 8, NAN, 9, 9, NAN]
    result = segmentation(values, **QUICK)  # type: ignore[arg-type]
    assert result.labels.tolist() == [0] * 6 + [1] * 6
    assert result.levels.tolist() == [5.25] * 6 + [8.75] * 6
    refused = segmentation([[1, np.inf] * 6, [NAN] * 12, [1, 2, 3, 4, 5, 6, 7] + [NAN] * 5])
    assert refused.reason.tolist() == ["invalid_value", "no_data", "too_few_points"]
    assert refused.n_changes.tolist() == [-1, -1, -1]


def test_strucchange_residual_sums(oracles: Path) -> None:
    """R strucchange: residual sum of squares of the Nile with 0 to 5 breaks of at least 15 years, and the breaks."""
    expected = {
        row["field"]: row["value"]
        for row in table(oracles / "trends" / "dataset_expected.csv")
        if row["dataset"] == "nile"
    }
    values = nile(oracles)
    result = segmentation(values, min_length=15, penalty="bic")
    bic = np.array([float(text) for text in expected["strucchange_bic"].split()])
    # Its criterion is n (log(2 pi RSS / n) + 1) + (2 m + 2) log n.
    theirs = 100 / (2 * np.pi) * np.exp((bic - (2 * np.arange(6) + 2) * log(100)) / 100 - 1)
    assert result.costs == pytest.approx(theirs, rel=1e-9)
    assert result.costs[0] == pytest.approx(float(expected["strucchange_rss0"]), rel=1e-12)
    assert positions(result) == [int(expected["strucchange_bp_index"])]
    for changes in (2, 3):
        cut = segmentation(values, min_length=15, max_changes=changes, penalty=1e-9)
        assert positions(cut) == [int(text) for text in expected[f"strucchange_breaks_{changes}"].split()]


def test_false_alarms_of_normal_noise() -> None:
    """Without change one is found in about 5 % of series by default; the Schwarz penalty finds many more."""
    rng = np.random.default_rng(12)
    for n in (8, 9, 12, 20, 40):
        noise = rng.normal(100, 7, size=(4_000, n))
        for cost in ("l2", "l1"):
            found = segmentation(noise, cost=cost).n_changes > 0  # type: ignore[arg-type]
            assert 0.035 < found.mean() < 0.065, (n, cost)
        assert (segmentation(noise, penalty="bic").n_changes > 0).mean() > 0.08


def test_false_alarm_is_what_was_asked_for() -> None:
    """Other shares hold as well, also with shorter segments; gaps change the number of values, not the level."""
    rng = np.random.default_rng(13)
    noise = rng.normal(size=(4_000, 15))
    for share in (0.01, 0.2):
        found = segmentation(noise, false_alarm=share, min_length=2).n_changes > 0
        assert found.mean() == pytest.approx(share, rel=0.25)
    noise[:, [1, 7, 8]] = NAN
    assert (segmentation(noise).n_changes > 0).mean() == pytest.approx(0.05, rel=0.3)


def test_rounded_values_keep_the_level() -> None:
    """Whole numbers as coarse as the noise do not raise false alarms of the default cost."""
    rng = np.random.default_rng(14)
    for n in (8, 12, 20):
        assert (segmentation(np.rint(rng.normal(size=(4_000, n)))).n_changes > 0).mean() < 0.07


def test_a_clear_change_up_and_down_is_found() -> None:
    """Two changes that a test for one cannot see, and a single odd value that is none."""
    rng = np.random.default_rng(15)
    noise = rng.normal(size=(500, 30))
    noise[:, 10:20] += 4
    found = segmentation(noise)
    assert (found.n_changes == 2).mean() > 0.85
    assert (found.starts[:, 10] & found.starts[:, 20]).mean() > 0.7
    odd = rng.normal(size=(500, 12))
    odd[:, 5] += 8
    for cost in ("l2", "l1"):
        assert (segmentation(odd, cost=cost).n_changes > 0).mean() < 0.06  # type: ignore[arg-type]


def test_penalty_of_long_series_grows_as_schwarz() -> None:
    """Beyond 128 values the calibrated penalty goes on from there."""
    values = np.zeros((3, 512))
    values[0, 128:] = NAN
    values[1, 256:] = NAN
    penalty = segmentation(values, max_changes=1, **QUICK).penalty  # type: ignore[arg-type]
    assert np.diff(penalty) == pytest.approx([2 * log(2)] * 2)


def test_simulations_are_shared_but_not_mixed() -> None:
    """Each number of values has its own penalty, whatever the longest in the batch; another seed is another draw."""
    penalty = [
        segmentation(np.arange(float(n)), simulations=399, seed=seed).penalty.item()
        for n, seed in ((8, 0), (16, 0), (17, 0), (17, 1))
    ]
    assert len(set(penalty)) == 4
    ragged = np.where(np.arange(17) < [[8], [16], [17]], 1.0, NAN)
    assert segmentation(ragged, simulations=399).penalty.tolist() == penalty[:3]
    _change_penalty._largest_gains.cache_clear()
    assert segmentation(np.arange(17.0), simulations=399).penalty.item() == penalty[2]


def test_rounding_is_no_change() -> None:
    """What differs by the last digits of a double only is constant, at any size; a unit makes it so, too."""
    noise = [0.3, 0.3, 0.1 + 0.2, 0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2, 0.3]
    steps = [0.3] * 4 + [0.1 + 0.2] * 4
    for scale in (1e-300, 1.0, 1e300):
        for cost in ("l2", "l1"):
            result = segmentation(np.array([noise, steps, [0.0] * 8]) * scale, cost=cost, penalty=1e-3)  # type: ignore[arg-type]
            assert result.n_changes.tolist() == [0, 0, 0]
    tiny = segmentation(np.array([5.0, 5, 6, 5, 9, 9, 8, 9]) * 1e-200, **QUICK)  # type: ignore[arg-type]
    assert positions(tiny) == [4]
    counted = segmentation([0.3] * 4 + [0.1 + 0.2 + 1e-9] * 4, resolution=0.1, penalty=1e-3)
    assert counted.n_changes.item() == 0
    assert counted.costs.tolist() == [0, 0]


def test_resolution_keeps_the_unit_of_the_values() -> None:
    """Values counted in tenths have levels and costs in their own unit."""
    values = np.array([5, 6, 5, 5, 9, 8, 9, 9])
    for cost, power in (("l1", 1), ("l2", 2)):
        whole = segmentation(values, cost=cost, penalty=1.0)  # type: ignore[arg-type]
        tenths = segmentation(values / 10, cost=cost, penalty=1.0, resolution=0.1)  # type: ignore[arg-type]
        assert tenths.levels == pytest.approx(whole.levels / 10, rel=1e-12)
        assert tenths.costs == pytest.approx(whole.costs / 10**power, rel=1e-12)
        assert np.array_equal(tenths.labels, whole.labels)


def test_equal_costs_choose_the_earliest_last_change() -> None:
    """Where several cuts are equally cheap, one is chosen by a stated rule."""
    result = segmentation([0, 0, 1, 1, 0, 0, 1, 1], min_length=2, max_changes=1, penalty=1e-9)
    tied = [cut for cut in cuts(8, 1, 2) if slow_cost(np.array([0, 0, 1, 1, 0, 0, 1, 1])[: cut[0]], "l2") >= 0]
    costs = [
        sum(slow_cost(part, "l2") for part in np.split(np.array([0.0, 0, 1, 1, 0, 0, 1, 1]), cut)) for cut in tied
    ]
    assert costs[0] == pytest.approx(min(costs)) == costs[-1]
    assert positions(result) == [2]


def test_labels_are_blocks() -> None:
    """A detected change can be tried as a break, by those who decide so."""
    values = [5, 6, 5, 6, 9, 8, 9, 8]
    result = segmentation(values, **QUICK)  # type: ignore[arg-type]
    assert mann_kendall(values).s.item() > 0
    assert mann_kendall(values, blocks=result.labels).n_blocks.item() == 2


def test_shapes_and_pickle() -> None:
    """Empty input, one series, and the way through a process pool."""
    assert segmentation([]).reason.item() == "no_data"
    assert segmentation(np.empty((0, 9))).costs.shape == (0, 2)
    one = segmentation(np.arange(12.0), **QUICK)  # type: ignore[arg-type]
    assert (one.labels.shape, one.n_changes.shape, one.costs.shape) == ((12,), (), (3,))
    assert segmentation(np.arange(60.0), **QUICK).costs.shape == (6,)  # type: ignore[arg-type]
    assert pickle.loads(pickle.dumps(one)) == one


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"min_length": 1}, "argument.whole_number"),
        ({"max_changes": 0}, "argument.whole_number"),
        ({"cost": "rbf"}, "argument.choice"),
        ({"penalty": "aic"}, "change.penalty"),
        ({"penalty": 0}, "change.penalty"),
        ({"penalty": True}, "change.penalty"),
        ({"penalty": inf}, "change.penalty"),
        ({"penalty": None}, "change.penalty"),
        ({"false_alarm": 1}, "argument.range"),
        ({"false_alarm": 0.001, "simulations": 99}, "change.false_alarm_too_small"),
        ({"seed": -1}, "argument.whole_number"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], code: str) -> None:
    """What no data could make right is refused by name, in both languages."""
    with pytest.raises(ArgumentError) as caught:
        segmentation(np.arange(12.0), **options)
    assert caught.value.code == code
    assert caught.value.text("da") != caught.value.text("en")


@pytest.mark.parametrize("resolution", [1e-320, 1e-200, 1e200, 1e300])
def test_the_square_of_a_unit_may_be_beyond_a_double(resolution: float) -> None:
    """Units whose square overflows or vanishes raise and warn nothing; a cost beyond a double is infinite."""
    counts = np.array([5.0, 5, 6, 5, 9, 9, 8, 9])
    plain = segmentation(counts, **QUICK)
    found = segmentation(counts * resolution, resolution=resolution, **QUICK)
    assert np.array_equal(found.labels, plain.labels)
    assert (found.costs == (0 if resolution < 1 else inf)).all()
    large = segmentation(counts * 1e150, resolution=1e-10, **QUICK)
    assert large.costs == pytest.approx(plain.costs * 1e300)
