"""Targets on series made from the measurements: guarantees, dispersion, growth, and references that move."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb
from maalbib.analysis._binding import Binding
from maalbib.analysis._context import Setting, one_frequency
from maalbib.analysis._labels import NO_LABELS, Labels
from maalbib.analysis._series_made import TargetSeries
from maalbib.analysis._target_series import expected_of, series_for
from maalbib.derived import within_limit
from maalbib.measurements import panels
from maalbib.model import (
    Break,
    DispersionAtMost,
    GrowthRate,
    PeerGroup,
    RelativeToReference,
    ShareWithinLimit,
    Target,
)

AS_OF = "2024-06-30"
DAY = dt.date(2024, 6, 30)
Points = Mapping[str, Sequence[tuple[Any, ...]]]


def world(series: Points, *targets: Target, **options: Any) -> tuple[mb.Measurements, mb.Catalogue]:
    """Measurements of indicator ``I`` and its catalogue, from ``{institution: [(period, value, extras)]}``."""
    groups = options.pop("groups", {})
    breakdown = options.pop("breakdown", None)
    indicator = {"unit": "percent", "direction": "higher"} | options
    defined = mb.Indicator(id="I", name=mb.Text(da="Tallet", en="The figure"), **indicator)
    catalogue = mb.Catalogue(
        id="PROEVE",
        agency="KL",
        version="1.0.0",
        indicators=[defined],
        targets=targets,
        groups=[
            PeerGroup(id=code, name=mb.Text(da=code, en=code), members=members) for code, members in groups.items()
        ],
        institutions=[
            mb.Institution(id=code, name=mb.Text(da=code, en=code), kind="municipality")
            for code in sorted({*series, *(each for members in groups.values() for each in members)})
        ],
    )
    rows = [
        {"indicator": "I", "institution": who, "period": str(point[0]), "value": point[1]} | dict(*point[2:3])
        for who, points in series.items()
        for point in points
    ]
    frame = pd.DataFrame(rows).astype({"value": "float64"})
    return mb.Measurements.from_pandas(frame, catalogue=catalogue, breakdowns=breakdown), catalogue


def made(series: Points, target: Target, *, register: mb.Register | None = None, **options: Any) -> TargetSeries:
    """The series that a target is judged on."""
    asked = {name: options.pop(name) for name in ("across_breaks", "min_verdict") if name in options}
    measurements, catalogue = world(series, target, **options)
    setting = Setting.of(measurements, catalogue, register)
    ((panel, mixed),) = one_frequency(list(panels(measurements, as_of=DAY)))
    (found,) = series_for(target, panel, setting, Binding(setting, DAY), mixed=mixed, **asked)
    return found


def judged(series: Points, target: Target, **options: Any) -> list[Any]:
    """The rows of a target."""
    asked = {name: options.pop(name) for name in ("across_breaks", "min_verdict", "register") if name in options}
    measurements, catalogue = world(series, target, **options)
    return list(mb.track(measurements, catalogue, as_of=AS_OF, **asked))


def years(*values: Any, first: int = 2018, **extras: Any) -> list[tuple[Any, ...]]:
    """Yearly values from a first year on; None is a year without a row."""
    return [(first + place, value, extras) for place, value in enumerate(values) if value is not None]


def spread(target: str = "sd", **fields: Any) -> DispersionAtMost:
    """A target on dispersion."""
    return DispersionAtMost(**({"id": "T", "indicator": "I", "value": 3, "statistic": target} | fields))


def grown(percent: float = 2, **fields: Any) -> GrowthRate:
    """A target on growth."""
    return GrowthRate(**({"id": "T", "indicator": "I", "percent": percent, "direction": "higher"} | fields))


def beside(**fields: Any) -> RelativeToReference:
    """A target on the difference from a reference."""
    return RelativeToReference(**({"id": "T", "indicator": "I", "direction": "higher"} | fields))


def cells(found: TargetSeries) -> Any:
    """The figures of a series, (series, periods)."""
    return found.panel.values  # noqa: PD011 - no frame


def marks(found: TargetSeries, name: str) -> list[bool]:
    """Which rows a verdict or a flag holds for."""
    return dict((*found.verdicts, *found.remarks))[name].tolist()


UNITS: dict[str, list[Any]] = {f"{101 + unit:04}": years(60 + unit, 61 + unit, 62 + 2 * unit) for unit in range(6)}


# Guarantees


def begun(spec: Sequence[tuple[int, bool]], until: str = AS_OF) -> pd.DataFrame:
    """Cases of so many days each: settled after them, or still open on the day with so many days behind them."""
    end = dt.date.fromisoformat(until)
    starts = [end - dt.timedelta(days=days) for days, _ in spec]
    return pd.DataFrame(
        {
            "institution": "0101",
            "start": [str(day) for day in starts],
            "end": [str(end) if closed else None for _, closed in spec],
        }
    )


def test_shares_within_a_limit_agree_with_the_published_cases(
    oracles: Path, calibration: Any, subtests: pytest.Subtests
) -> None:
    """Numerator, denominator, share and Wilson's interval, to nine digits."""
    found = calibration("_tracking_cases").cases(oracles / "tracking", "own_derived.json")
    for case in (case for case in found if case["statistic"] == "share_within_limit"):
        with subtests.test(case["case_id"], note=case["note"]):
            assert calibration("_figure_cases").share_differences(case) == {}


def test_an_open_case_above_the_limit_is_outside_and_one_inside_is_undecided() -> None:
    """Leaving open late cases out flatters the figure; counting young open ones as late darkens it."""
    row = within_limit(
        begun([(10, True), (20, True), (40, False), (5, False)]), limit=30, as_of=AS_OF, indicator="I"
    )[0]
    assert (row.numerator, row.denominator, row.value) == (2, 3, pytest.approx(200 / 3))
    z = statistics.NormalDist().inv_cdf(0.975)
    p, n = 2 / 3, 3
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert row.lower == pytest.approx(100 * (middle - half) / (1 + z * z / n))
    assert row.upper == pytest.approx(100 * (middle + half) / (1 + z * z / n))


def test_a_started_cohort_counts_only_cases_that_are_all_decided() -> None:
    """Among young cases the quick ones are decided first, which flatters; so only old enough ones count."""
    spec = [(10, True), (40, True), (40, False), (31, False), (5, False)]
    row = within_limit(begun(spec), limit=30, as_of=AS_OF, indicator="I", cohort="started")[0]
    assert (row.numerator, row.denominator) == (0, 3)
    assert not [problem for problem in row_problems(spec) if "undecided" in problem]


def row_problems(spec: Sequence[tuple[int, bool]]) -> list[str]:
    """What a started cohort has to tell."""
    told = within_limit(begun(spec), limit=30, as_of=AS_OF, indicator="I", cohort="started").problems
    return [problem.code for problem in told]


def test_the_state_of_a_guarantee_agrees_with_the_published_case(oracles: Path, calibration: Any) -> None:
    """The rules of a level apply to the share."""
    assert differences(oracles, calibration, "share_within_limit") == {"state-106": {}}


def test_a_share_counted_by_another_limit_is_flagged() -> None:
    """A guarantee of 30 days is not proven by a share within 60."""
    counted = within_limit(begun([(10, True)]), limit=60, as_of=AS_OF, indicator="I")
    for limit, flagged in ((60, False), (30, True)):
        target = ShareWithinLimit(id="T", indicator="I", limit=limit, value=90)
        _, catalogue = world({"0101": years(1)}, target)
        (row,) = mb.track(counted, catalogue, as_of=AS_OF)
        assert ("limit_differs" in row.flags) is flagged


# Dispersion


def differences(oracles: Path, calibration: Any, kind: str) -> dict[str, Any]:
    """Where the states of a kind of target are not the independent ones."""
    tracking = calibration("_tracking_cases")
    found = tracking.cases(oracles / "tracking", "own_states.json")
    return {case["case_id"]: tracking.state_differences(case) for case in found if case["target"]["kind"] == kind}


def test_states_of_dispersion_agree_with_the_published_cases(oracles: Path, calibration: Any) -> None:
    """Six units whose standard deviation is the published figure give its state, reason, flags and numbers."""
    assert differences(oracles, calibration, "dispersion_at_most") == {"state-109": {}, "state-110": {}}


@pytest.mark.parametrize("statistic", ["sd", "range", "iqr", "p90_minus_p10", "p90_over_p10", "cv", "mad"])
def test_every_statistic_is_that_of_the_units(statistic: str) -> None:
    """Each period's figure is the kernel's, and the mean stands beside it."""
    found = made(UNITS, spread(statistic))
    table = np.array([[value for _, value, _ in points] for points in UNITS.values()]).T
    kernel = mb.stats.dispersion(table)
    np.testing.assert_array_equal(cells(found)[0], getattr(kernel, statistic))
    np.testing.assert_array_equal(found.mean[0], kernel.mean)
    assert (found.units.tolist(), found.units_left_out.tolist()) == ([6], [0])
    assert found.kind.unit == ("none" if statistic in {"cv", "p90_over_p10"} else "difference")


def test_only_units_with_all_periods_count() -> None:
    """Who comes and goes changes dispersion too: units that miss a period are left out of every one, and counted."""
    series = UNITS | {"0201": years(99, None, 99), "0202": years(None, 1, 1)}
    found = made(series, spread())
    np.testing.assert_array_equal(cells(found), cells(made(UNITS, spread())))
    assert found.units_left_out.tolist() == [2]
    assert marks(found, "units_left_out") == [True]


def test_a_withheld_unit_is_left_out_and_counted() -> None:
    """A suppressed value makes no zero and no guess: the unit takes no part in any period."""
    hidden = [*years(90, 90), (2020, None, {"status": "Q", "conf": "C"})]
    found = made(UNITS | {"0201": hidden}, spread())
    np.testing.assert_array_equal(cells(found), cells(made(UNITS, spread())))
    assert found.units_left_out.tolist() == [1]


def test_units_count_from_the_baseline_to_the_deadline() -> None:
    """Neither a missing year before the baseline nor one after the deadline costs a unit."""
    series = {**UNITS, "0201": [(2019, 70, {}), (2020, 71, {})], "0202": years(50, 51, 52)}
    series = {code: [*points, (2021, 80, {})] if code != "0202" else points for code, points in series.items()}
    dated = spread(baseline=mb.Baseline(period="2019"), due="2020")
    found = made(series, dated)
    assert found.units.tolist() == [8]
    assert np.isfinite(cells(found)[0]).tolist() == [False, True, True, False]
    assert marks(found, "not_measurable.undefined_statistic") == [False]


def test_too_few_units_are_no_dispersion() -> None:
    """Fewer than min_units gives a reason, and never an older figure in its place."""
    few = dict(list(UNITS.items())[:4])
    (row,) = judged(few, spread())
    assert (row.state, row.reason, row.latest) == ("not_measurable", "undefined_statistic", None)
    assert judged(few, spread(min_units=4))[0].state != "not_measurable"


def test_a_period_that_few_have_reported_is_not_passed_over_in_silence() -> None:
    """The newest year with two of six units is not the older year's figure."""
    series = {code: [*points, (2021, 70, {})] if code < "0103" else points for code, points in UNITS.items()}
    (row,) = judged(series, spread())
    assert (row.state, row.reason, row.latest) == ("not_measurable", "undefined_statistic", None)


def test_a_mean_that_is_not_positive_has_no_coefficient_of_variation() -> None:
    """CV and P90/P10 need values above zero; the standard deviation does not."""
    shifted = {code: [(year, value - 75, extras) for year, value, extras in points] for code, points in UNITS.items()}
    for statistic, reason in (
        ("cv", "undefined_statistic"),
        ("p90_over_p10", "undefined_statistic"),
        ("sd", "standing"),
    ):
        (row,) = judged(shifted, spread(statistic, value=10), unit="score")
        assert row.reason == reason


def test_chance_is_taken_out_by_the_limits_of_the_values() -> None:
    """Half the width of a 95 % interval over 1.96 is the standard error."""
    wide = {
        code: [(year, value, {"lower": value - 1.96, "upper": value + 1.96}) for year, value, _ in points]
        for code, points in UNITS.items()
    }
    found, plain = made(wide, spread(remove_noise=True)), made(wide, spread())
    noise = 1.96 / statistics.NormalDist().inv_cdf(0.975)
    np.testing.assert_allclose(cells(found) ** 2, cells(plain) ** 2 - noise**2, rtol=1e-12)
    assert found.kind.code == "noise_free_sd"


def test_shares_of_known_numbers_of_people_know_their_chance() -> None:
    """The variance p (1 - p)/(n - 1) is unbiased for what n people spread; without limits and people there is no figure."""
    counted = {code: [(year, value, {"n": 101}) for year, value, _ in points] for code, points in UNITS.items()}
    found, plain = made(counted, spread(remove_noise=True)), made(counted, spread())
    shares = np.array([[value / 100 for _, value, _ in points] for points in UNITS.values()])
    noise = 1e4 * (shares * (1 - shares) / 100).mean(axis=0)
    np.testing.assert_allclose(cells(found)[0] ** 2, np.maximum(0, cells(plain)[0] ** 2 - noise), atol=1e-9)
    assert judged(UNITS, spread(remove_noise=True))[0].reason == "undefined_statistic"


def test_small_units_that_spread_by_chance_alone_are_not_uneven() -> None:
    """Where chance explains all of the spread, nothing is left, and the target is met."""
    noisy = {code: [(year, value, {"n": 10}) for year, value, _ in points] for code, points in UNITS.items()}
    (row,) = judged(noisy, spread(value=1, remove_noise=True))
    assert (row.state, row.latest) == ("met", 0)


def test_a_declared_break_cuts_the_dispersion_and_a_factor_links_it() -> None:
    """Nothing crosses a break; linked values give the figures that linking the units gives."""
    broken = [Break(period="2020", kind="method")]
    (row,) = judged(UNITS, spread(), breaks=broken)
    assert (row.n, "break" in row.flags) == (1, True)
    factor = [Break(period="2020", kind="method", comparable="with_factor", link_factor=2.0)]
    found = made(UNITS, spread(), breaks=factor)
    plain = cells(made(UNITS, spread()))[0]
    np.testing.assert_allclose(cells(found)[0], plain * [2, 2, 1], rtol=1e-12)
    assert marks(found, "linked") == [True]
    (row,) = judged(UNITS, spread(), breaks=factor)
    assert (row.n, row.flags.count("linked")) == (3, 1)
    assert row.latest == pytest.approx(plain[2])


def test_a_factor_is_used_once() -> None:
    """A linked dispersion is not multiplied again when it is judged."""
    factor = [Break(period="2020", kind="method", comparable="with_factor", link_factor=2.0)]
    (row,) = judged(UNITS, spread(due="2030", baseline=mb.Baseline(period="2018")), breaks=factor)
    assert row.baseline == pytest.approx(2 * cells(made(UNITS, spread()))[0, 0])


def test_a_unit_with_a_break_of_its_own_is_left_out() -> None:
    """It is not the same thing in all periods; where half of them change at once, the series breaks."""
    own = [*years(80, 81), (2020, 82, {"status": "B"})]
    found = made(UNITS | {"0201": own}, spread())
    assert found.units_left_out.tolist() == [1]
    np.testing.assert_array_equal(cells(found), cells(made(UNITS, spread())))
    common = {
        code: [(year, value, {"status": "B"} if year == 2020 else {}) for year, value, _ in points]
        for code, points in UNITS.items()
    }
    (row,) = judged(common, spread())
    assert (row.n, "break" in row.flags) == (1, True)
    assert judged(common, spread(), across_breaks=True)[0].n == 3


def test_a_dispersion_is_as_secret_as_its_most_secret_part() -> None:
    """With all other values public, a hidden one could be worked out from the dispersion."""
    for extras, reason in (({"conf": "C"}, "confidential"), ({"n": 3}, "small_n")):
        series = UNITS | {"0201": years(70, 71, 72, **extras)}
        (row,) = judged(series, spread())
        assert row.hidden == reason
    assert judged(UNITS, spread())[0].hidden is None


def test_units_of_too_few_people_take_no_part() -> None:
    """min_verdict sets their values aside, as everywhere."""
    small = {code: years(*[value for _, value, _ in points], n=100) for code, points in UNITS.items()}
    small["0201"] = years(99, 1, 99, n=8)
    found = made(small, spread(), min_verdict=20)
    assert (found.units.tolist(), found.units_left_out.tolist()) == ([6], [1])


def test_a_dispersion_may_be_published_where_its_units_may_not() -> None:
    """The level of publication was settled cell by cell; the group that the row stands at has none."""
    series = {code: [(year, value, {}) for year, value, _ in points] for code, points in UNITS.items()}
    assert (
        judged(series, spread(), publication_level="municipality", register=mb.Register.denmark())[0].hidden is None
    )
    finer = judged(series, spread(), publication_level="country", register=mb.Register.denmark())[0]
    assert finer.hidden == "confidential"


@pytest.mark.parametrize("target", [spread(), beside(institution="DK"), beside(group="G")])
def test_a_series_of_mixed_periods_is_nobodys_unit_and_nobodys_reference(target: Target) -> None:
    """Quarters and years of one institution are no one series."""
    codes = [entry.id for entry in mb.Register.denmark().select("municipality", on=DAY)][:7]
    series = {code: years(60 + place, 61, 62) for place, code in enumerate(codes)} | {"DK": years(70, 70, 70)}
    mixed = "DK" if target == beside(institution="DK") else codes[6]
    measurements, catalogue = world(series, target, groups={"G": (codes[0], codes[6])}, aggregation="mean")
    setting = Setting.of(measurements, catalogue, mb.Register.denmark())
    panel = next(iter(panels(measurements, as_of=DAY)))
    flagged = np.array([code == mixed for code in panel.institutions])
    (found,) = series_for(target, panel, setting, Binding(setting, DAY), mixed=flagged)
    if found.units is not None:
        assert (found.units.tolist(), found.units_left_out.tolist()) == ([6], [1])
    else:
        row = found.panel.institutions.index(codes[0])
        assert np.isnan(cells(found)[row]).all()
        assert marks(found, "not_measurable.no_reference")[row]


def test_whom_a_dispersion_is_of() -> None:
    """The group that is bound, the nearest institution that all belong to, or all units where nobody knows."""
    denmark = mb.Register.denmark()
    codes = [entry.id for entry in denmark.children("1082", kind="municipality", on=DAY)][:6]
    series = {code: years(60 + place, 61, 62) for place, code in enumerate(codes)}
    assert made(series, spread()).panel.institutions == ("_all",)
    assert made(series, spread(), register=denmark).panel.institutions == ("1082",)
    bound = spread(scope=mb.Scope(kind="municipality"))
    found = made(series, bound, register=denmark)
    assert (found.panel.institutions, found.units_left_out.tolist()) == (("DK",), [92])
    of_group = made(series, spread(scope=mb.Scope(group="G")), groups={"G": tuple(codes)}, register=denmark)
    assert of_group.panel.institutions == ("G",)


def test_a_dispersion_without_data_is_one_row() -> None:
    """Not one for every unit: nobody is to be judged alone on how far all lie apart."""
    denmark = mb.Register.denmark()
    target = spread(scope=mb.Scope(kind="municipality"))
    measurements, catalogue = world({"DK": years(1, 2, 3)}, target)
    (row,) = mb.track(measurements, catalogue, as_of=AS_OF, register=denmark)
    assert (row.institution, row.reason) == ("DK", "no_data")


def test_the_country_is_no_peer_of_its_municipalities() -> None:
    """Where nobody is named, the units are those of the commonest level that the register knows."""
    denmark = mb.Register.denmark()
    codes = [entry.id for entry in denmark.select("municipality", on=DAY)][:6]
    series = {code: years(60 + place, 61, 62) for place, code in enumerate(codes)}
    alone = cells(made(series, spread(), register=denmark))
    both = made(series | {"DK": years(1, 2, 3)}, spread(), register=denmark)
    np.testing.assert_array_equal(cells(both), alone)


def test_each_breakdown_has_its_own_dispersion() -> None:
    """Grade 2 and grade 8 are two rows, each with its units."""
    series = {
        code: [
            (year, value * factor, {"grade": grade})
            for year, value, _ in points
            for grade, factor in (("2", 1), ("8", 0.5))
        ]
        for code, points in UNITS.items()
    }
    found = made(series, spread(), breakdown=["grade"])
    assert found.panel.breakdowns == ("grade=2", "grade=8")
    np.testing.assert_allclose(cells(found)[0], 2 * cells(found)[1])


def test_levelling_down_is_seen_in_the_mean() -> None:
    """All at the level of the worst have no dispersion; the mean beside it shows the price."""
    levelled = {code: years(*[value for _, value, _ in points][:2], 60) for code, points in UNITS.items()}
    found = made(levelled, spread())
    assert cells(found)[0, 2] == 0
    assert found.mean[0, 2] < found.mean[0, 1]


# Growth


def test_growth_is_that_of_the_same_period_so_many_years_earlier() -> None:
    """Over two years it is the yearly rate that, compounded, gives the change."""
    found = made({"0101": years(100, 110, 121, None, 100)}, grown(years=2), unit="score")
    values = dict(zip(map(str, found.panel.periods), cells(found)[0], strict=True))
    assert values["2020"] == pytest.approx(10)
    assert values["2022"] == pytest.approx(100 * (math.sqrt(100 / 121) - 1))
    assert np.isnan(values["2018"])
    assert np.isnan(values["2019"])


def test_quarters_are_compared_with_the_same_quarter() -> None:
    """Not with the quarter before."""
    series = {
        "0101": [
            (f"{year}-Q{quarter}", 100 * year + quarter, {}) for year in (2022, 2023) for quarter in (1, 2, 3, 4)
        ]
    }
    found = made(series, grown(), unit="score")
    np.testing.assert_allclose(cells(found)[0, 4:], [100 * 100 / (100 * 2022 + quarter) for quarter in (1, 2, 3, 4)])


@pytest.mark.parametrize(
    ("periods", "known"),
    [
        (("2022/23", "2023/24"), [False, True]),
        (("2022-W10", "2023-W10", "2023-W11"), [False, True, False]),
        (("2020-W53", "2021-W52", "2022-W52"), [False, False, True]),
        (("2023-02-28", "2024-02-28", "2024-02-29"), [False, True, False]),
        (("2022-05", "2023-04", "2023-05"), [False, False, True]),
    ],
)
def test_a_year_earlier_is_exactly_that(periods: tuple[str, ...], known: list[bool]) -> None:
    """School years, weeks, days and months; week 53 and 29 February have no year before."""
    found = made({"0101": [(period, 10, {}) for period in periods]}, grown(), unit="score")
    assert np.isfinite(cells(found)[0]).tolist() == known


@pytest.mark.parametrize("values", [(0, 5), (5, 0), (-2, 3), (3, -2), (-4, -2)])
def test_growth_from_or_to_zero_or_below_is_refused(values: tuple[float, float]) -> None:
    """No small number in place of zero, and no rate between negative values."""
    (row,) = judged({"0101": [(2022, values[0], {}), (2023, values[1], {})]}, grown(), unit="score")
    assert (row.state, row.reason) == ("not_measurable", "undefined_statistic")


def test_a_missing_year_of_comparison_is_told_and_not_bridged() -> None:
    """2023 without 2022 is no growth; with older growth it is a gap, without any it is too few points."""
    (row,) = judged({"0101": years(100, 102, 104, None, 110)}, grown(), unit="score")
    assert (row.reason, row.latest, row.latest_period) == ("gap", None, None)
    (row,) = judged({"0101": years(100)}, grown(), unit="score")
    assert row.reason == "too_few_points"


def test_growth_never_crosses_a_break_unless_it_is_linked() -> None:
    """A change of method is no growth."""
    series = {"0101": years(100, 110, 220, 242)}
    no = [Break(period="2020", kind="method")]
    found = made(series, grown(), unit="score", breaks=no)
    np.testing.assert_allclose(cells(found)[0], [np.nan, 10, np.nan, 10])
    (row,) = judged({"0101": years(100, 110, 220)}, grown(), unit="score", breaks=no)
    assert (row.reason, row.latest) == ("break_since_baseline", None)
    linked = [Break(period="2020", kind="method", comparable="with_factor", link_factor=1.9)]
    found = made(series, grown(), unit="score", breaks=linked)
    np.testing.assert_allclose(cells(found)[0], [np.nan, 10, 100 * (220 / 209 - 1), 10])
    (row,) = judged(series, grown(), unit="score", breaks=linked)
    assert (row.n, "linked" in row.flags, "break" in row.flags) == (3, True, False)
    rates = [10, 100 * (220 / 209 - 1), 10]
    assert row.pace == pytest.approx(np.polyfit([0, 1, 2], rates, 1)[0], abs=1e-9)  # linked once, not twice
    (row,) = judged(series, grown(), unit="score", breaks=no, across_breaks=True)
    assert (row.n, "crosses_break" in row.flags) == (3, True)


def test_growths_before_and_after_a_break_are_not_one_development() -> None:
    """The trend of the growth starts anew, also where the break is only marked on the row."""
    marked = [*years(100, 110, 121), (2021, 300, {"status": "B"}), *years(303, 309, first=2022)]
    (row,) = judged({"0101": marked}, grown(), unit="score")
    assert (row.n, "break" in row.flags) == (2, True)


def test_a_withheld_value_withholds_both_growths_it_is_part_of() -> None:
    """And an older growth is not passed off as the current one."""
    hidden: list[Any] = [*years(100, 102), (2020, None, {"status": "Q", "conf": "C"}), (2021, 106, {})]
    (row,) = judged({"0101": hidden}, grown(), unit="score")
    assert (row.reason, row.latest) == ("suppressed", None)


def test_a_bound_gives_a_bound() -> None:
    """At least 110 after 100 is growth of at least 10; 100 after at least 90 is growth of at most 11."""
    series = {"0101": [(2022, 100, {"qualifier": "exact"}), (2023, 110, {"qualifier": "at_least"})]}
    assert judged(series, grown(5), unit="score")[0].state == "met"
    assert judged(series, grown(15), unit="score")[0].reason == "one_sided"
    series = {"0101": [(2022, 90, {"qualifier": "at_least"}), (2023, 100, {"qualifier": "exact"})]}
    assert judged(series, grown(15), unit="score")[0].state == "not_met"
    assert judged(series, grown(5), unit="score")[0].reason == "one_sided"


def test_growth_of_few_people_is_hidden_whichever_end_is_small() -> None:
    """The smaller of the two numbers counts."""
    series = {"0101": [(2022, 100, {"n": 3}), (2023, 110, {"n": 90})]}
    assert judged(series, grown(), unit="score")[0].hidden == "small_n"
    assert judged(series, grown(), unit="score", min_verdict=10)[0].reason == "small_n"


@settings(max_examples=15)
@given(st.lists(st.floats(0.1, 1e6), min_size=3, max_size=8), st.integers(-10, 10))
def test_growth_does_not_depend_on_the_unit(values: list[float], power: int) -> None:
    """Kroner or thousands of kroner."""
    one = made({"0101": years(*values)}, grown(), unit="score")
    other = made({"0101": years(*np.ldexp(values, power))}, grown(), unit="score")
    np.testing.assert_array_equal(cells(one), cells(other))


# References


def test_the_gap_to_an_institution_is_taken_period_by_period() -> None:
    """The country moves too; what it moved is not the municipality's doing."""
    series = {"DK": years(70, 72, 74), "0101": years(68, 71, 74), "0147": years(75, None, 70)}
    found = made(series, beside(institution="DK"))
    assert found.panel.institutions == ("0101", "0147")
    np.testing.assert_array_equal(cells(found), [[-2, -1, 0], [5, np.nan, -4]])
    states = {row.institution: row.state for row in judged(series, beside(institution="DK"))}
    assert states == {"0101": "met", "0147": "not_met"}


def test_below_the_national_mean_is_a_region_too() -> None:
    """At least two below: -2 and direction lower."""
    series = {"DK": years(10, 10), "0101": years(9, 7.5), "0147": years(9, 8.5)}
    states = {
        row.institution: (row.state, row.target_value)
        for row in judged(series, beside(institution="DK", direction="lower", difference=-2), direction="lower")
    }
    assert states == {"0101": ("met", -2), "0147": ("not_met", -2)}


def test_the_reference_is_not_judged_against_itself() -> None:
    """It gets no row; where the target names it, the row says that the target does not apply."""
    series = {"DK": years(70, 72), "0101": years(68, 71)}
    assert [row.institution for row in judged(series, beside(institution="DK"))] == ["0101"]
    named = beside(institution="DK", scope=mb.Scope(institutions=["DK", "0101"]))
    rows = {row.institution: row.reason for row in judged(series, named)}
    assert rows["DK"] == "not_applicable"


def test_without_a_figure_to_compare_with_there_is_no_verdict() -> None:
    """And one that lags behind is said to."""
    (row,) = judged({"0101": years(68, 71)}, beside(institution="DK"))
    assert (row.state, row.reason) == ("not_measurable", "no_reference")
    (row,) = judged({"DK": years(70, 70), "0101": years(68, 71, 75)}, beside(institution="DK"))
    assert (row.latest_period, row.latest, "reference_behind" in row.flags) == ("2019", 1, True)


def test_a_hidden_reference_hides_the_gap_and_a_withheld_one_withholds_it() -> None:
    """The gap and the own value give the reference away."""
    series = {"DK": years(70, 70, conf="C"), "0101": years(68, 71)}
    assert judged(series, beside(institution="DK"))[0].hidden == "confidential"
    withheld = {"DK": [(2018, 70, {}), (2019, None, {"status": "Q", "conf": "C"})], "0101": years(68, 71)}
    assert judged(withheld, beside(institution="DK"))[0].reason == "suppressed"


def test_limits_are_squared_and_added() -> None:
    """Both must be known; low goes with high."""
    series = {
        "DK": years(70, lower=69, upper=72),
        "0101": years(75, lower=71, upper=78),
        "0147": years(75),
    }
    found = made(series, beside(institution="DK")).panel
    assert found.lower[0, 0] == pytest.approx(5 - math.hypot(4, 2))
    assert found.upper[0, 0] == pytest.approx(5 + math.hypot(3, 1))
    assert np.isnan(found.lower[1, 0])


def test_a_break_between_two_periods_cuts_the_gap() -> None:
    """The unit's own mark and that of the reference do the same."""
    for marked in ("DK", "0101"):
        series = {
            code: [
                (year, 70 + year % 3, {"status": "B"} if year == 2020 and code == marked else {})
                for year in range(2018, 2023)
            ]
            for code in ("DK", "0101")
        }
        (row,) = judged(series, beside(institution="DK"))
        assert (row.n, "break" in row.flags) == (3, True)


def test_a_link_factor_links_the_gap_once() -> None:
    """Both sides are linked by the same factor, also where one of them has no value after the break."""
    factor = [Break(period="2020", kind="method", comparable="with_factor", link_factor=2.0)]
    series = {"DK": years(30, 31, 62, 63), "0101": years(32, 33, 66, 67)}
    (row,) = judged(series, beside(institution="DK", due="2030", baseline=mb.Baseline(period="2018")), breaks=factor)
    assert (row.baseline, row.latest) == (4, 4)


GROUP = {"G": ("0101", "0147", "0151", "0153")}
MEMBERS: dict[str, list[Any]] = {
    "0101": years(60, 61),
    "0147": years(70, 73),
    "0151": years(62, 80),
    "0153": years(50, 40),
    "0201": years(90, 91),
}


@pytest.mark.parametrize("statistic", ["mean", "median"])
def test_a_group_is_compared_without_the_unit_itself(statistic: str) -> None:
    """Each member meets the others, who is no member all of them."""
    found = made(MEMBERS, beside(group="G", statistic=statistic), groups=GROUP, aggregation="mean")
    figure = getattr(statistics, statistic)
    for row, code in enumerate(found.panel.institutions):
        for column in range(2):
            others = [MEMBERS[other][column][1] for other in GROUP["G"] if other != code]
            expected = MEMBERS[code][column][1] - figure(others)
            assert cells(found)[row, column] == pytest.approx(expected), (code, column)
    assert found.kind.mean_kind == ("unweighted" if statistic == "mean" else None)


value = st.none() | st.integers(0, 20)


@given(st.lists(st.lists(value, min_size=2, max_size=2), min_size=2, max_size=7))
def test_medians_of_the_others_agree_with_their_definition(table: list[list[int | None]]) -> None:
    """Ties, holes, odd and even numbers of members."""
    codes = [f"{101 + place:04}" for place in range(len(table))]
    series = {
        code: years(*row) for code, row in zip(codes, table, strict=True) if any(each is not None for each in row)
    }
    if not series:
        return
    found = made(series, beside(group="G", statistic="median"), groups={"G": tuple(codes)})
    columns = {period.code: place for place, period in enumerate(found.panel.periods)}
    for row, code in enumerate(found.panel.institutions):
        for year in (0, 1):
            own = table[codes.index(code)][year]
            others = [
                other[year] for place, other in enumerate(table) if codes[place] != code and other[year] is not None
            ]
            if str(2018 + year) not in columns:
                continue
            gap = cells(found)[row, columns[str(2018 + year)]]
            if own is None or not others:
                assert np.isnan(gap)
            else:
                assert gap == pytest.approx(own - statistics.median(others))


def test_a_ratio_of_sums_is_pooled_and_agrees_with_the_comparison_of_peers() -> None:
    """The same gap and interval as ``compare_peers`` gives for the period."""
    series = {
        code: [(2023, 100 * above / below, {"numerator": above, "denominator": below})]
        for code, (above, below) in zip(GROUP["G"], ((10, 20), (300, 400), (7, 50), (90, 100)), strict=True)
    }
    for code, points in series.items():
        (year, figure, extras), place = points[0], GROUP["G"].index(code)
        series[code] = [(year, figure, extras | {"lower": figure - 2 - place, "upper": figure + 3 + place})]
    target = beside(group="G")
    found = made(series, target, groups=GROUP, aggregation="ratio_of_sums")
    measurements, catalogue = world(series, target, groups=GROUP, aggregation="ratio_of_sums")
    peers = mb.compare_peers(measurements, "G", period="2023", catalogue=catalogue)
    for row, code in enumerate(found.panel.institutions):
        standing = peers.row(institution=code)
        assert cells(found)[row, 0] == pytest.approx(standing.gap, rel=1e-12)
        assert found.panel.lower[row, 0] == pytest.approx(standing.gap_lower, rel=1e-12)
        assert found.panel.upper[row, 0] == pytest.approx(standing.gap_upper, rel=1e-12)
    assert found.kind.mean_kind == "pooled"


def test_percentages_are_never_averaged_in_silence() -> None:
    """Where there is nothing to weight by, the mean is unweighted and the row says so."""
    found = made(MEMBERS, beside(group="G"), groups=GROUP, aggregation="ratio_of_sums")
    assert found.kind.mean_kind == "unweighted"
    assert all(marks(found, "reference_unweighted"))
    assert not any(marks(made(MEMBERS, beside(group="G"), groups=GROUP, aggregation="mean"), "reference_unweighted"))


def test_a_group_that_lacks_a_member_says_so() -> None:
    """Its figure is that of those who have a value."""
    series = MEMBERS | {"0153": years(50)}
    found = made(series, beside(group="G"), groups=GROUP, aggregation="mean")
    assert marks(found, "reference_incomplete") == [True, True, True, False, True]  # 0153 lacks it itself
    assert cells(found)[0, 1] == pytest.approx(61 - (73 + 80) / 2)


def test_a_hidden_member_hides_what_could_give_it_away() -> None:
    """All gaps of the group in the periods that it counts in."""
    series = MEMBERS | {"0153": years(50, 40, n=2)}
    rows = judged(series, beside(group="G"), groups=GROUP, aggregation="mean")
    assert {row.hidden for row in rows} == {"confidential"}


def test_a_group_of_one_has_nobody_to_meet() -> None:
    """The only member has no reference; others have it."""
    rows = judged(MEMBERS, beside(group="G"), groups={"G": ("0101", "0999")}, aggregation="mean")
    assert {row.institution: row.reason == "no_reference" for row in rows} == {
        code: code == "0101" for code in MEMBERS
    }


def test_the_year_before_is_a_reference_too() -> None:
    """The difference and its limits."""
    series = {"0101": years(60, 63, 61, lower=58, upper=64)}
    found = made(series, beside(previous=True))
    np.testing.assert_array_equal(cells(found)[0], [np.nan, 3, -2])
    (row,) = judged(series, beside(previous=True))
    assert (row.state, row.latest) == ("not_met", -2)


def test_the_vintage_of_the_reference_is_that_of_the_day() -> None:
    """What was published about the country later does not change what was known."""
    series = {
        "DK": [(2020, 70, {"vintage": "2021-01-01"}), (2020, 60, {"vintage": "2025-01-01"})],
        "0101": [(2020, 65, {"vintage": "2021-01-01"})],
    }
    measurements, catalogue = world(series, beside(institution="DK"))
    assert [mb.track(measurements, catalogue, as_of=day)[0].latest for day in ("2024-01-01", "2025-06-30")] == [-5, 5]


# What holds of all


@pytest.mark.parametrize(
    "target",
    [grown(), beside(institution="DK"), beside(previous=True)],
    ids=["growth", "institution", "previous"],
)
def test_a_row_does_not_depend_on_the_batch(target: Target) -> None:
    """One unit at a time gives what all give together."""
    random = np.random.default_rng(8)
    series = {
        f"{101 + place:04}": [
            (year, round(float(random.normal(70, 5)), 1), {"n": int(random.integers(3, 50))})
            for year in range(2015, 2024)
            if random.random() < 0.8
        ]
        for place in range(12)
    }
    country = {"DK": years(*[70.0] * 9, first=2015, n=1000)}
    together = judged(series | country, target)
    for row in together:
        if row.institution != "DK":
            alone = judged({row.institution: series[row.institution]} | country, target)
            (found,) = (each for each in alone if each.institution == row.institution)
            assert attrs.asdict(found, filter=_no_labels) == attrs.asdict(row, filter=_no_labels)


def _no_labels(field: Any, value: Any) -> bool:
    del value
    return field.name != "labels"


def test_other_targets_are_judged_on_the_measurements_themselves() -> None:
    """Nothing is made, and nothing is said about it."""
    found = made(MEMBERS, mb.AtLeast(id="T", indicator="I", value=3))
    assert (found.kind.code, found.kind.text("da", NO_LABELS), found.verdicts, found.remarks) == (
        "measured",
        "",
        (),
        (),
    )
    assert found.panel.institutions == tuple(sorted(MEMBERS))


def test_periods_that_have_not_begun_are_not_looked_at() -> None:
    """A plan for next year is neither growth nor a gap nor dispersion."""
    ahead = {code: [*points, (2025, 1, {})] for code, points in UNITS.items()}
    for target in (grown(), beside(previous=True), beside(institution="0101"), spread()):
        found = made(ahead, target)
        assert np.isnan(cells(found)[:, -1]).all()


def test_what_the_values_are_is_said_in_both_languages() -> None:
    """Every kind has words, with its reference, its mean and its number of units."""
    names = Labels(names={"DK": mb.Text(da="Danmark", en="Denmark")})
    assert (
        made(UNITS, spread()).kind.text("da", NO_LABELS, 98) == "spredningen (standardafvigelsen) mellem 98 enheder"
    )
    gap = made({"DK": years(1), "0101": years(2)}, beside(institution="DK")).kind
    assert (gap.text("da", names), gap.text("en", names)) == ("forskel til Danmark", "difference from Denmark")
    mean = made(MEMBERS, beside(group="G"), groups=GROUP, aggregation="mean").kind
    assert "uvægtet gennemsnit" in mean.text("da", names)
    assert made({"0101": years(1, 2)}, grown(years=3)).kind.text("en", names) == "yearly growth over 3 years"
    for statistic in ("range", "iqr", "p90_minus_p10", "p90_over_p10", "cv", "mad"):
        assert "7" in made(UNITS, spread(statistic)).kind.text("en", names, 7)


def test_sentences_say_what_the_figure_is() -> None:
    """A standard deviation of percentages is in points, growth in per cent, and the mean stands beside the dispersion."""
    (row,) = judged(UNITS, spread(value=4))
    assert "spredningen (standardafvigelsen) mellem 6 enheder" in row.explain("da")
    assert "3,7\u00a0procentpoint" in row.explain("da")
    assert "Gennemsnittet er 67,0\u00a0% i 2020." in row.explain("da")
    (row,) = judged({"DK": years(70, 70), "0101": years(68, 73)}, beside(institution="DK"))
    assert "difference from DK" in row.explain("en")
    assert "3.0\u00a0percentage points" in row.explain("en")
    (row,) = judged({"0101": years(100, 103)}, grown(), unit="DKK")
    assert "3,0\u00a0%" in row.explain("da")
    assert "kr." not in row.explain("da")


def test_nothing_of_a_hidden_dispersion_is_shown() -> None:
    """Neither the dispersion nor the mean beside it, from which the hidden value could be worked out."""
    series = UNITS | {"0201": years(70, 71, 72, conf="C")}
    measurements, catalogue = world(series, spread())
    (row,) = mb.track(measurements, catalogue, as_of=AS_OF).public()
    assert (row.latest, row.units_mean) == (None, None)


def test_who_is_expected_has_a_row() -> None:
    """Those bound; of a dispersion whom it is of; nobody in particular where everybody with data is."""
    for target, expected in (
        (spread(scope=mb.Scope(institutions=["0101", "0102"])), ("_all",)),
        (grown(scope=mb.Scope(institutions=["0101", "0102"])), ("0101", "0102")),
        (grown(), None),
    ):
        measurements, catalogue = world(UNITS, target)
        setting = Setting.of(measurements, catalogue, None)
        assert expected_of(target, setting, Binding(setting, DAY)) == expected
