"""The weighted slope against other programs, its definition and its laws."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats as scipy_stats

from maalbib.errors import ArgumentError
from maalbib.stats import WeightedSlope, _points, weighted_slope

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]

NAN = np.nan
Z = scipy_stats.norm.isf(0.025)


def bits(result: WeightedSlope, index: Any = ...) -> list[Any]:
    """The figures of some series, bit for bit; NaN is NaN."""
    fields = [np.asarray(getattr(result, field.name)) for field in attrs.fields(WeightedSlope)]
    picked = [array[index] if array.ndim else array for array in fields]
    return [
        np.where(np.isnan(array), NAN, array).tobytes() if array.dtype.kind == "f" else array.tolist()
        for array in map(np.asarray, picked)
    ]


@st.composite
def panels(draw: st.DrawFn, most: int = 9) -> tuple[Floats, Floats]:
    """Draw a few series of values with standard errors."""
    shape = draw(st.tuples(st.integers(1, 5), st.integers(0, most)))
    values = draw(hnp.arrays(np.float64, shape, elements=st.integers(-50, 50).map(float) | st.just(NAN)))
    return values, draw(hnp.arrays(np.float64, shape, elements=st.sampled_from([0.25, 0.3, 1, 4])))


def test_weighted_cases(oracles: Path) -> None:
    """Own cases and R's weighted lm: slope, its standard error, statistic, p, residual and dispersion."""
    cases = json.loads((oracles / "trends" / "weighted_cases.json").read_text(encoding="utf-8"))
    for case in (case for case in cases if case["kind"] == "wls"):
        arguments, expected = (case["value"], case["se"], case["t"]), case["expected"]
        plain, own = weighted_slope(*arguments, dispersion="none"), weighted_slope(*arguments)
        figures = {
            "slope": plain.slope,
            "se_slope": plain.se,
            "chi2": plain.chi2,
            "p": plain.p_value,
            "residual": plain.residual,
            "phi": own.phi,
            "p_overdispersed": own.p_value,
        }
        for name, found in figures.items():
            assert found.item() == pytest.approx(expected[name], rel=1e-9), (case["case_id"], name)
        for name in ("slope", "se_slope", "phi"):
            assert figures[name].item() == pytest.approx(case["r_4_2_2"][name], rel=1e-9)
        assert own.p_chi2 == plain.p_value
        assert own.se.item() == pytest.approx(plain.se.item() * max(1, own.phi.item()) ** 0.5)


def test_published_fingertips_value(oracles: Path) -> None:
    """The worked example of the English rule: 46.77, with standard errors of the width over 3.92."""
    cases = json.loads((oracles / "trends" / "published_cases.json").read_text(encoding="utf-8"))
    case = next(case for case in cases if case["case_id"] == "fingertips_value_rule")
    given_, expected = case["input"], case["expected"]
    width_392 = float(2 * scipy_stats.norm.cdf(1.96) - 1)
    limits = {"lower": given_["lower"], "upper": given_["upper"], "confidence": width_392}
    found = weighted_slope(given_["value"], times=given_["t"], **limits)
    assert round(found.chi2.item(), 2) == expected["chi2_published"]
    assert found.chi2.item() == pytest.approx(expected["chi2"], rel=1e-12)


def test_limits_are_standard_errors() -> None:
    """Limits at any confidence say what the standard errors say, also on the way back."""
    y, se = np.array([70.0, 71, 74, 73]), np.array([1, 0.5, 1, 2])
    for confidence in (0.8, 0.95, 0.998):
        z = scipy_stats.norm.isf((1 - confidence) / 2)
        one = weighted_slope(y, lower=y - z * se, upper=y + z * se, confidence=confidence)
        other = weighted_slope(y, se, confidence=confidence)
        for name in ("slope", "se", "lower", "upper", "p_value", "residual"):
            assert getattr(one, name).item() == pytest.approx(getattr(other, name).item(), rel=1e-12)


@given(
    st.lists(
        st.tuples(st.integers(-(10**6), 10**6), st.sampled_from([1, 2, 3, 50]), st.integers(1, 9)),
        min_size=2,
        max_size=12,
    ),
    st.integers(-(10**4), 10**4),
    st.sampled_from([0, 10**9]),
)
def test_definition_in_fractions(points: list[tuple[int, int, int]], start: int, height: int) -> None:
    """Slope, statistic and residual are those of exact arithmetic; a high level costs no digits."""
    y = [Fraction(height + value, 8) for value, _, _ in points]
    w = [Fraction(1, error**2) for _, error, _ in points]
    t = [start + sum(step for _, _, step in points[:i]) for i in range(len(points))]

    def mean(numbers: list[Any]) -> Fraction:
        return sum((a * b for a, b in zip(w, numbers, strict=True)), Fraction(0)) / sum(w)

    ds, dy = [s - mean(t) for s in t], [v - mean(y) for v in y]
    information = sum(a * s * s for a, s in zip(w, ds, strict=True))
    slope = sum(a * s * v for a, s, v in zip(w, ds, dy, strict=True)) / information
    residual = sum(a * (v - slope * s) ** 2 for a, s, v in zip(w, ds, dy, strict=True))
    found = weighted_slope([float(v) for v in y], [error for _, error, _ in points], t, dispersion="none")
    scale = max(map(abs, map(float, dy)))
    assert found.slope.item() == pytest.approx(float(slope), rel=1e-9, abs=1e-12 * scale)
    assert found.chi2.item() == pytest.approx(float(slope**2 * information), rel=1e-9, abs=1e-12 * scale**2)
    assert found.residual.item() == pytest.approx(float(residual), rel=1e-9, abs=1e-12 * scale**2)
    assert found.se.item() == pytest.approx(float(information) ** -0.5, rel=1e-12)
    line = [float(mean(y) + slope * (s - mean(t))) for s in (t[0], t[-1], 0)]
    ends = [found.fitted_first.item(), found.fitted_last.item(), found.intercept.item()]
    assert ends == pytest.approx(line, rel=1e-9, abs=1e-9 * scale)


def test_a_high_level_costs_no_digits_of_a_small_change() -> None:
    """Thousandths on top of billions give what thousandths alone give."""
    y, se = np.array([0, 1, 3, 2.5, 4]) / 1024, [1 / 1024, 1 / 512, 1 / 1024, 1 / 900, 1 / 1024]
    low, high = weighted_slope(y, se), weighted_slope(2.0**33 + y, se)
    for name in ("slope", "chi2", "residual", "p_value"):
        assert getattr(high, name).item() == pytest.approx(getattr(low, name).item(), rel=1e-12)


@given(panels(), st.sampled_from(["none", "own", 2.5]))
def test_rows_of_a_batch_are_single_calls(drawn: tuple[Floats, Floats], dispersion: Any) -> None:
    """A series has the same bits alone, in a batch, in pieces of any size, and padded with missing periods."""
    y, se = drawn
    whole = weighted_slope(y, se, dispersion=dispersion)
    for i in range(len(y)):
        assert bits(weighted_slope(y[i], se[i], dispersion=dispersion)) == bits(whole, i)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_points, "_PIECE", 1)
        assert bits(weighted_slope(y, se, dispersion=dispersion)) == bits(whole)
    padded = [np.pad(array, ((0, 0), (2, 1)), constant_values=NAN) for array in (y, se)]
    times = np.arange(-2, y.shape[1] + 1)
    assert bits(weighted_slope(*padded, times, dispersion=dispersion)) == bits(whole)


@given(panels(), st.sampled_from([-4.0, 0.5, 2.0, 128.0]), st.integers(-64, 64), st.integers(-4096, 4096))
def test_unit_and_time(drawn: tuple[Floats, Floats], factor: float, shift: int, later: int) -> None:
    """Percent against share and a shift of values change the slope only as they must, of time nothing."""
    y, se = drawn
    plain = weighted_slope(y, se)
    scaled = weighted_slope(shift + factor * y, abs(factor) * se, np.arange(y.shape[1]) + later)
    np.testing.assert_allclose(scaled.slope, factor * plain.slope, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(scaled.se, abs(factor) * plain.se, rtol=1e-9)
    np.testing.assert_allclose(scaled.p_value, plain.p_value, rtol=1e-7)
    turned = weighted_slope(y[:, ::-1], se[:, ::-1])
    np.testing.assert_allclose(turned.slope, -plain.slope, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(turned.chi2, plain.chi2, rtol=1e-9, atol=1e-11)
    np.testing.assert_array_equal(turned.reason, plain.reason)


@given(panels(), st.sampled_from([0.5, 0.9, 0.99]))
def test_interval_and_p_agree(drawn: tuple[Floats, Floats], confidence: float) -> None:
    """The interval holds the slope, widens with its level, and misses 0 exactly when p says so."""
    found = weighted_slope(*drawn, confidence=confidence)
    judged = found.reason == ""
    assume(judged.any())
    wider = weighted_slope(*drawn, confidence=(1 + confidence) / 2)
    assert (found.lower[judged] <= found.slope[judged]).all()
    assert (wider.lower[judged] < found.lower[judged]).all()
    assert (wider.upper[judged] > found.upper[judged]).all()
    clear = judged & (np.abs(found.p_value - (1 - confidence)) > 1e-9)
    outside = (found.lower > 0) | (found.upper < 0)
    np.testing.assert_array_equal(outside[clear], found.p_value[clear] < 1 - confidence)


def test_interval_uses_students_t() -> None:
    """The half-width is that of t with the degrees of freedom told, and normal where the dispersion is known."""
    y, se = [[70, 71, 74, 90, 73], [60, 61, 60, 62, NAN], [60, 61, 60, NAN, NAN]], [0.5, 0.5, 0.5, 15, 0.5]
    found = weighted_slope(y, se, confidence=0.9)
    np.testing.assert_allclose((found.upper - found.slope) / found.se, scipy_stats.t.isf(0.05, [3, 2, 1]), rtol=1e-10)
    plain = weighted_slope(y, se, dispersion="none", confidence=0.9)
    np.testing.assert_allclose((plain.slope - plain.lower) / plain.se, scipy_stats.norm.isf(0.05), rtol=1e-10)


def test_every_reason() -> None:
    """A bad standard error or limit stops its series, and says why."""
    y = [
        [1, 2, 3, 4],
        [1, np.inf, 3, 4],
        [NAN] * 4,
        [1, NAN, NAN, NAN],
        [1, NAN, 3, NAN],
    ]
    found = weighted_slope(y, [1, 1, 1, 1])
    assert found.reason.tolist() == ["", "not_finite", "no_data", "too_few_points", "too_few_points"]
    assert found.slope.tolist() == [1, pytest.approx(NAN, nan_ok=True)] + [pytest.approx(NAN, nan_ok=True)] * 2 + [1]
    assert found.n.tolist() == [4, 0, 0, 1, 2]
    errors = [[1, 1, 1, 1], [1, NAN, 1, 1], [1, 0, 1, 1], [1, -1, 1, 1], [1, np.inf, 1, 1], [1, 1e-200, 1, 1]]
    expected = ["", "uncertainty_missing", "zero_width_interval", "negative_input", "not_finite", "not_finite"]
    found = weighted_slope([[1, 2, 3, 4]] * 6, errors)
    assert found.reason.tolist() == expected
    assert bits(found, 0) == bits(weighted_slope([1, 2, 3, 4], errors[0]))
    assert np.isnan(found.p_value[1:]).all()
    assert weighted_slope([1, 2, 3], [1, 1, 1], [7, 7, 7]).reason.item() == "no_time_span"
    low, high = np.array([0.0, 1, 2, 3]), np.array([2.0, 3, 4, 5])
    for position, (lower, upper), reason in (
        (1, (3, 1), "inverted_interval"),
        (1, (2.5, 3), "value_outside_interval"),
        (1, (2, 2), "zero_width_interval"),
        (1, (NAN, 3), "uncertainty_missing"),
        (1, (-np.inf, 3), "not_finite"),
    ):
        lows, highs = low.copy(), high.copy()
        lows[position], highs[position] = lower, upper
        assert weighted_slope([1, 2, 3, 4], lower=lows, upper=highs).reason.item() == reason


def test_uncertainty_of_a_missing_value_does_not_matter() -> None:
    """Whatever stands beside a missing value is not looked at."""
    found = weighted_slope([[1, NAN, 3, 5]] * 3, [[1, 0, 1, 1], [1, NAN, 1, 1], [1, -1, 1, 1]])
    assert found.reason.tolist() == [""] * 3
    assert len({x.tobytes() for x in found.slope}) == 1


def test_equal_values_are_no_trend_and_no_failure() -> None:
    """All values equal: the slope is 0 and p is 1."""
    found = weighted_slope([7, 7, 7, 7], [1, 2, 1, 2])
    assert (found.slope.item(), found.p_value.item(), found.phi.item(), found.reason.item()) == (0, 1, 0, "")


def test_shapes_and_inputs() -> None:
    """One series, many, none and no period; inputs stay as they are."""
    assert weighted_slope([1, 2, 4], 1).slope.shape == ()
    assert weighted_slope([[1, 2, 4]] * 2, [[1, 1, 2]]).upper.shape == (2,)
    assert weighted_slope(np.empty((0, 5)), 1).reason.shape == (0,)
    assert weighted_slope(np.empty((2, 0)), 1).reason.tolist() == ["no_data"] * 2
    arrays = np.array([[1.0, 2, 4]]), np.ones((1, 3))
    for array in arrays:
        array.flags.writeable = False
    weighted_slope(*arrays)


def test_wrong_arguments() -> None:
    """One kind of uncertainty, whole; shapes and options are checked."""
    for wrong in (
        {},
        {"lower": [0, 1]},
        {"upper": [2, 3]},
        {"standard_errors": [1, 1], "lower": [0, 1], "upper": [2, 3]},
        {"standard_errors": [1, 1], "lower": [0, 1]},
    ):
        with pytest.raises(ArgumentError, match="either standard_errors or both"):
            weighted_slope([1, 2], **wrong)
    with pytest.raises(ArgumentError, match="standard_errors must have the shape"):
        weighted_slope([1, 2, 3], [1, 2])
    with pytest.raises(ArgumentError, match="confidence must lie"):
        weighted_slope([1, 2, 3], 1, confidence=95)
    with pytest.raises(ArgumentError, match="dispersion must be"):
        weighted_slope([1, 2, 3], 1, dispersion="phi")
