"""The Cochran-Armitage test against other programs, its definition and its laws."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maalbib.errors import ArgumentError
from maalbib.stats import ProportionTrend, _points, proportion_trend

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]

NAN = np.nan


def weighted_cases(oracles: Path, kind: str) -> list[dict[str, Any]]:
    """Read the cases of one kind."""
    cases = json.loads((oracles / "trends" / "weighted_cases.json").read_text(encoding="utf-8"))
    return [case for case in cases if case["kind"] == kind]


def table(file: Path) -> list[dict[str, str]]:
    """Read a table of text."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def same(one: Any, other: Any) -> bool:
    """Compare two results bit for bit, the sign of zero included; NaN is NaN."""
    fields = [field.name for field in attrs.fields(type(one))]
    return all(bits(getattr(one, name)) == bits(getattr(other, name)) for name in fields)


def bits(array: Any) -> Any:
    """What two arrays of equal figures have in common."""
    array = np.asarray(array)
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), NAN, array)
    return array.tolist() if array.dtype.kind in "OU" else (array.dtype, array.shape, array.tobytes())


def row(result: Any, index: Any) -> Any:
    """Return some series of a result."""
    fields = [field.name for field in attrs.fields(type(result)) if field.name != "level"]
    return attrs.evolve(result, **{name: np.asarray(getattr(result, name)[index]) for name in fields})


@st.composite
def counts(draw: st.DrawFn, most: int = 9) -> tuple[Floats, Floats]:
    """Draw counts of a few series, with gaps, empty periods, zeros and full shares."""
    shape = draw(st.tuples(st.integers(1, 5), st.integers(0, most)))
    d = draw(hnp.arrays(np.float64, shape, elements=st.integers(0, 40).map(float) | st.just(NAN)))
    share = draw(hnp.arrays(np.float64, shape, elements=st.sampled_from([0, 0.2, 0.25, 0.5, 0.9, 1])))
    return np.floor(d * share), d


def test_weighted_cases(oracles: Path) -> None:
    """Own cases from 20 to 40 million people: statistic, p, residual, dispersion and p under it."""
    for case in weighted_cases(oracles, "proportion"):
        arguments, expected = (case["numerator"], case["denominator"], case["t"]), case["expected"]
        plain, own = proportion_trend(*arguments, dispersion="none"), proportion_trend(*arguments)
        if expected["chi2"] is None:
            assert plain.reason.item() == own.reason.item() == expected["reason"], case["case_id"]
            assert np.isnan([plain.chi2, plain.p_value, plain.p_chi2, plain.residual, own.phi]).all()
            continue
        for name, found in (("slope", plain.slope), ("chi2", plain.chi2), ("p", plain.p_value), ("p", own.p_chi2)):
            assert found.item() == pytest.approx(expected[name], rel=1e-9, abs=1e-300), (case["case_id"], name)
        assert plain.residual.item() == pytest.approx(expected["residual"], rel=1e-9, abs=1e-20)
        assert (plain.phi.item(), plain.df.item(), plain.reason.item()) == (1, np.inf, "")
        if "phi" in expected:
            assert own.phi.item() == pytest.approx(expected["phi"], rel=1e-9)
            assert own.p_value.item() == pytest.approx(expected["p_overdispersed"], rel=1e-9)
            assert own.df.item() == own.n.item() - 2
        else:
            assert (own.reason.item(), np.isnan(own.phi.item())) == ("too_few_points", True)
            assert own.slope == plain.slope


def test_r_prop_trend_test_gives_the_same_on_small_times(oracles: Path) -> None:
    """R agrees to nine digits where times are small numbers."""
    for case in weighted_cases(oracles, "proportion"):
        if "r_4_2_2" in case:
            found = proportion_trend(case["numerator"], case["denominator"], case["t"], dispersion="none")
            assert found.chi2.item() == pytest.approx(case["r_4_2_2"]["chi2"], rel=1e-9)
            assert found.p_value.item() == pytest.approx(case["r_4_2_2"]["p"], rel=1e-9, abs=1e-300)


def exact(x: list[int], d: list[int], t: list[int]) -> Fraction:
    """The statistic in fractions."""
    p, mean = Fraction(sum(x), sum(d)), Fraction(sum(a * b for a, b in zip(d, t, strict=True)), sum(d))
    moment = sum((s - mean) * a for s, a in zip(t, x, strict=True))
    return moment**2 / (p * (1 - p) * sum(b * (s - mean) ** 2 for s, b in zip(t, d, strict=True)))


def test_r_prop_trend_test_loses_digits_with_calendar_years(oracles: Path) -> None:
    """R squares calendar years before it centres them and is off by up to 2e-10; here nothing is lost."""
    own = oracles / "statistics" / "own"
    series = defaultdict(list)
    for line in table(own / "trend_proportion_input.csv"):
        series[line["case_id"]].append([int(line[name]) for name in ("year", "numerator", "denominator")])
    for line in table(own / "trend_proportion_expected.csv"):
        if line["chi2"]:
            t, x, d = map(list, zip(*series[line["case_id"]][-5:], strict=True))
            found = proportion_trend(x, d, t, dispersion="none").chi2.item()
            assert found == pytest.approx(float(line["chi2"]), rel=1e-10)
            assert found == pytest.approx(float(exact(x, d, t)), rel=2e-13)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 9)), min_size=2, max_size=12),
    st.integers(-(10**4), 10**4),
)
def test_definition_in_fractions(points: list[tuple[int, int, int]], start: int) -> None:
    """The statistic is what its definition gives without rounding, whatever the times."""
    x = [some for some, _, _ in points]
    d = [some + others for some, others, _ in points]
    t = [start + sum(step for _, _, step in points[:i]) for i in range(len(points))]
    found = proportion_trend(x, d, t, dispersion="none")
    if len({s for s, size in zip(t, d, strict=True) if size}) > 1 and 0 < sum(x) < sum(d):
        assert found.chi2.item() == pytest.approx(float(exact(x, d, t)), rel=1e-9, abs=1e-18)
    else:
        assert np.isnan(found.chi2)
        assert found.reason.item() in {"zero_variance", "too_few_points", "no_data"}


@given(counts(), st.sampled_from(["none", "own", 2.5]))
def test_rows_of_a_batch_are_single_calls(drawn: tuple[Floats, Floats], dispersion: Any) -> None:
    """A series has the same bytes alone, in a batch, in pieces of any size, and padded with missing periods."""
    x, d = drawn
    whole = proportion_trend(x, d, dispersion=dispersion)
    for i in range(len(x)):
        assert same(proportion_trend(x[i], d[i], dispersion=dispersion), row(whole, i))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_points, "_PIECE", 1)
        assert same(proportion_trend(x, d, dispersion=dispersion), whole)
    padded = [np.pad(array, ((0, 0), (2, 1)), constant_values=NAN) for array in (x, d)]
    assert same(proportion_trend(*padded, dispersion=dispersion), whole)


@given(counts(), st.integers(-(2**20), 2**20))
def test_time(drawn: tuple[Floats, Floats], shift: int) -> None:
    """Adding to time changes nothing, halving it doubles the slope, reversing it turns the sign."""
    x, d = drawn
    t = np.arange(x.shape[1], dtype=np.float64)
    plain = proportion_trend(x, d, t)
    assert same(proportion_trend(x, d, t + shift), plain)
    assert same(proportion_trend(x, d, t / 2), attrs.evolve(plain, slope=plain.slope * 2))
    turned = proportion_trend(x[:, ::-1], d[:, ::-1], t)
    np.testing.assert_allclose(turned.slope, -plain.slope, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(turned.chi2, plain.chi2, rtol=1e-9, atol=1e-14)
    np.testing.assert_array_equal(turned.reason, plain.reason)


@given(counts())
def test_counting_the_others(drawn: tuple[Floats, Floats]) -> None:
    """Counting those who are not in the numerator turns the slope and nothing else."""
    x, d = drawn
    one, other = proportion_trend(x, d, dispersion="none"), proportion_trend(d - x, d, dispersion="none")
    np.testing.assert_allclose(other.slope, -one.slope, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(other.chi2, one.chi2, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(other.residual, one.residual, rtol=1e-9, atol=1e-12)


@given(counts())
def test_trend_and_remainder_are_all_differences(drawn: tuple[Floats, Floats]) -> None:
    """The two chi-squares add up to that of the table, and no numbers are missing where there is no reason."""
    x, d = drawn
    found = proportion_trend(x, d, dispersion="none")
    for i in np.flatnonzero(found.reason == ""):
        some, size = x[i][d[i] > 0], d[i][d[i] > 0]
        p = some.sum() / size.sum()
        whole = ((some - size * p) ** 2 / (size * p * (1 - p))).sum()
        assert found.chi2[i] + found.residual[i] == pytest.approx(whole, rel=1e-9, abs=1e-12)
        assert 0 <= found.p_value[i] <= 1


def test_every_reason() -> None:
    """Impossible counts say why, and nobody else is touched."""
    x = [
        [1, 2, 3, 4],
        [1, -2, 3, 4],
        [1, 2, 30, 4],
        [1, np.inf, 3, 4],
        [NAN] * 4,
        [1, NAN, NAN, NAN],
        [1, NAN, 2, NAN],
        [0, 0, 0, 0],
        [10, 10, 10, 10],
    ]
    found = proportion_trend(x, 10)
    assert found.reason.tolist() == [
        "",
        "negative_input",
        "numerator_exceeds_denominator",
        "not_finite",
        "no_data",
        "too_few_points",
        "too_few_points",
        "zero_variance",
        "zero_variance",
    ]
    assert same(row(found, 0), proportion_trend(x[0], 10))
    assert np.isnan(found.p_value[1:]).all()
    assert found.n.tolist() == [4, 0, 0, 0, 0, 1, 2, 4, 4]
    assert found.slope[6:].tolist() == [pytest.approx(0.05), 0, 0]
    same_time = proportion_trend([1, 2, 3], 10, [2020, 2020, 2020])
    assert same_time.reason.item() == "no_time_span"
    assert np.isnan(same_time.slope)


def test_a_period_without_anybody_is_missing() -> None:
    """0 of 0 says nothing, and time is kept."""
    with_nobody = proportion_trend([3, 0, 5, 9], [20, 0, 20, 20], [2018, 2019, 2020, 2021])
    without = proportion_trend([3, 5, 9], [20, 20, 20], [2018, 2020, 2021])
    assert same(with_nobody, without)


def test_a_known_dispersion_is_used_as_it_is() -> None:
    """A number divides the statistic, also below 1; a finite population can make it so."""
    x, d = [706, 724, 729, 744, 779], 1000
    plain = proportion_trend(x, d, dispersion="none")
    for number in (0.5, 4, np.float64(4)):
        known = proportion_trend(x, d, dispersion=number)
        expected = proportion_trend(x, d, dispersion="none").chi2 / number
        assert (known.phi, known.df, known.chi2) == (number, np.inf, plain.chi2)
        assert known.p_value == pytest.approx(float(_tail(expected.item())))


def _tail(chi2: float) -> float:
    from scipy import stats

    return float(stats.chi2.sf(chi2, 1))


def test_shapes_and_inputs() -> None:
    """One series, many, none, no period; whole numbers and None are read; inputs stay as they are."""
    assert proportion_trend([1, 2, 3], 9).chi2.shape == ()
    assert proportion_trend([[1, 2, 3]] * 4, [9, 8, 7]).chi2.shape == (4,)
    assert proportion_trend(np.empty((0, 5)), 9).reason.shape == (0,)
    assert proportion_trend(np.empty((2, 0)), 9).reason.tolist() == ["no_data"] * 2
    assert proportion_trend([], 9, dispersion="pooled").reason.item() == "no_data"
    assert proportion_trend([1, None, 3, 5], 9) == proportion_trend([1, NAN, 3, 5], 9)
    x, d = np.array([[1.0, 2, 4]]), np.array([[9.0, 9, 9]])
    for array in (x, d):
        array.flags.writeable = False
    proportion_trend(x, d, dispersion="pooled")


def test_wrong_arguments() -> None:
    """Shapes, times and options are checked."""
    with pytest.raises(ArgumentError, match="denominator must have the shape"):
        proportion_trend([1, 2, 3], [1, 2])
    with pytest.raises(ArgumentError, match="denominator must have the shape"):
        proportion_trend([1, 2, 3], [[9, 9, 9]] * 2)
    with pytest.raises(ArgumentError, match="numerator must have the shape"):
        proportion_trend(1, 2)
    with pytest.raises(ArgumentError, match="times must have the shape"):
        proportion_trend([1, 2, 3], 9, [1, 2])
    with pytest.raises(ArgumentError, match="times may be neither missing"):
        proportion_trend([1, 2, 3], 9, [1, 2, NAN])
    with pytest.raises(ArgumentError, match="numbers"):
        proportion_trend(["1", "2", "3"], 9)
    for wrong in ("quasi", 0, -1, True, np.inf, NAN, None):
        with pytest.raises(ArgumentError, match="dispersion must be"):
            proportion_trend([1, 2, 3], 9, dispersion=wrong)


def test_result_type() -> None:
    """The result compares by its numbers."""
    assert isinstance(proportion_trend([1, 2, 3], 9), ProportionTrend)
    assert proportion_trend([1, 2, 3], 9) == proportion_trend([1.0, 2.0, 3.0], [9, 9, 9])
    assert proportion_trend([1, 2, 3], 9) != proportion_trend([1, 2, 4], 9)
