"""Families: which series are judged together, and what that does to p."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from trend_cases import RISING, points, trend_of, trends_of

import maalbib as mb
from maalbib import engines, stats

NAME = mb.Text(da="x")
INDICATORS = ("a", "b", "c")


@pytest.fixture(scope="module")
def country() -> tuple[mb.Measurements, mb.Catalogue, mb.Register]:
    """Three indicators by sex for twelve municipalities; in the first one something happens. Some series are too short."""
    rng = np.random.default_rng(11)
    register = mb.Register.denmark()
    codes = sorted(entry.id for entry in register.select("municipality", on="2018-01-01"))[:12]
    rows = [
        {"indicator": indicator, "institution": code, "sex": sex, "period": str(2008 + year), "value": value}
        for number, indicator in enumerate(INDICATORS)
        for place, code in enumerate(codes)
        for sex in ("F", "M")
        for year, value in enumerate(
            np.round(
                rng.normal(size=3 if place == 11 else 8 + place % 3) * 2
                + (number == 0) * (place % 2) * np.arange(10)[: 3 if place == 11 else 8 + place % 3],
                2,
            )
        )
    ]
    catalogue = mb.Catalogue(
        id="x",
        name=NAME,
        indicators=[mb.Indicator(id=code, name=NAME, unit="score", direction="higher") for code in INDICATORS],
    )
    measurements = mb.Measurements.from_pandas(
        pd.DataFrame(rows), catalogue=catalogue, register=register, breakdowns=["sex"]
    )
    return measurements, catalogue, register


Country = tuple[mb.Measurements, mb.Catalogue, mb.Register]
KEYS = {
    "indicator": ["indicator"],
    "breakdown": ["indicator", "breakdown"],
    "institution": ["institution"],
    "all": ["method"],
}


@pytest.mark.parametrize("family", KEYS)
@pytest.mark.parametrize("adjust", ["benjamini_hochberg", "benjamini_yekutieli", "holm", "hochberg", "bonferroni"])
def test_each_family_is_adjusted_by_itself(family: Any, adjust: Any, country: Country) -> None:
    """Both q and the size are those of the series of the family that could be judged, by the method asked for."""
    frame = mb.detect_trends(country[0], family=family, adjust=adjust).to_pandas()
    assert set(frame["family"]) == {family}
    for _, rows in frame.groupby(KEYS[family]):
        judged = rows[rows["state"] != "not_judged"]
        assert set(rows["family_size"]) == {len(judged)}
        expected = stats.adjust_p_values(judged["p_value"].to_numpy(), method=adjust)
        assert judged["q_value"].tolist() == pytest.approx(expected.tolist())
        assert rows[rows["state"] == "not_judged"]["q_value"].isna().all()
    assert (frame["state"] == "not_judged").sum() == 6


def test_heyse_takes_into_account_what_each_series_could_give(country: Country) -> None:
    """Series of eight, nine and ten values in one family: the kernel's q, never above Benjamini and Hochberg's."""
    plain = mb.detect_trends(country[0]).to_pandas()
    found = mb.detect_trends(country[0], adjust="heyse").to_pandas()
    judged = found["state"] != "not_judged"
    assert (found["q_value"][judged] <= plain["q_value"][judged] + 1e-12).all()
    wide = (
        country[0]
        .to_pandas()
        .pivot_table(index=["indicator", "institution", "sex"], columns="period", values="value")
    )
    attainable = stats.attainable_p_values(wide.loc["a"].to_numpy())
    one = mb.detect_trends(country[0], adjust="heyse", indicators="a").to_pandas()
    p_value = np.where(one["state"] != "not_judged", one["p_value"], np.nan)
    assert one["q_value"].to_numpy() == pytest.approx(stats.benjamini_heyse(p_value, attainable), nan_ok=True)


def test_levels_are_indicators_then_regions_then_institutions(country: Country) -> None:
    """The gate of an indicator is what all its series say together; within it come the bodies above, by the register."""
    measurements, _, register = country
    frame = mb.detect_trends(measurements, family="hierarchical", correct=True).to_pandas()
    wide = measurements.to_pandas().pivot_table(
        index=["indicator", "institution", "sex"], columns="period", values="value"
    )
    judged = (frame["state"] != "not_judged").to_numpy()
    scores = stats.trend_scores(wide.to_numpy()[judged])
    indicator = frame["indicator"].map(INDICATORS.index).to_numpy()[judged]
    regions = [register.parent(code, on="2018-01-01").id for code in frame["institution"][judged]]
    above = pd.factorize(np.array(regions))[0]
    gate = stats.trend_gate(scores, indicator)
    expected = stats.hierarchical_benjamini_hochberg(
        frame["p_value"].to_numpy()[judged], [indicator, above], gates=[gate.p_gate[gate.which], None]
    )
    assert frame["q_value"][judged].tolist() == pytest.approx(expected.q_value.tolist())
    assert set(frame[frame["state"] == "improving"]["indicator"]) == {"a"}
    assert frame["q_value"][~judged].isna().all()


def test_without_a_register_each_institution_is_its_own_body(made: Any) -> None:
    """Then the middle level says nothing more than the institution."""
    series = {f"0{101 + place}": points(np.array(RISING) * (place % 2)) for place in range(4)}
    trends = trends_of(made, series, options={"family": "hierarchical"})
    assert trends.counts() == {"improving": 2, "no_detectable_change": 2}


def test_the_family_is_fixed_the_rows_stay(country: Country) -> None:
    """With families by institution, a subset of institutions has the rows it had."""
    measurements = country[0]
    some = ["0147", "0101", "0155"]
    whole = mb.detect_trends(measurements, family="institution", correct=True)
    part = mb.detect_trends(measurements.select(institution=some), family="institution", correct=True)
    assert list(part) == [row for row in whole if row.institution in some]


def test_stata_and_r_count_what_was_never_tested(made: Any) -> None:
    """Series that could not have been found are not in the family, and do not stand in the way of those that could."""
    short = {f"0{201 + place}": points(range(3)) for place in range(40)}
    row = trends_of(made, short | {"0101": points(RISING)}, options={"correct": True}).row(institution="0101")
    assert (row.state, row.family_size, row.q_value) == ("improving", 1, row.p_value)


def test_false_trends_to_expect(made: Any) -> None:
    """The largest p that each series could have given and be found: 1.7 of a hundred series of five, not 5."""
    series = {f"{1000 + place}": points(np.roll(range(5), place % 5)) for place in range(100)}
    trends = trends_of(made, series | {"0101": points(range(3))})
    assert trends.expected_false() == pytest.approx(100 / 60)
    assert trends.row(institution="0101").chance is None
    assert trends.where(state="not_judged").expected_false() == 0
    assert mb.Trends.concat([]).expected_false() == 0


def test_chance_is_exact_up_to_thirty_values(made: Any) -> None:
    """With gaps, ties and breaks; beyond, alpha."""
    values = [1.0, 1.0, 2.0, None, 3.0, 5.0, 4.0, 2.0]
    broken = {"breaks": [mb.Break(period="2014", kind="method")]}
    row = trend_of(made, points(values), **broken)
    blocks = [0, 0, 0, 0, 1, 1, 1, 1]
    given = [np.nan if value is None else value for value in values]
    attainable = stats.attainable_p_values(given, blocks=blocks)
    assert row.chance == attainable.at_most(0.05)[0]
    needed = [p for p in attainable.of(0) if p <= 0.05]
    assert row.s_needed == row.s_most - 2 * (len(needed) - 1)
    assert row.p_min == attainable.p_min[0]
    long = trend_of(made, points([float(place % 7) for place in range(40)]))
    assert (long.chance, long.s_needed, long.s_most) == (0.05, None, None)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"adjust": "heyse", "method": "wls"}, "trend.heyse_needs_counted_p"),
        ({"adjust": "heyse", "family": "hierarchical"}, "trend.heyse_needs_counted_p"),
        ({"adjust": "holm", "family": "hierarchical"}, "trend.hierarchy_has_its_own"),
        ({"method": ["mann_kendall", "ar1"], "family": "hierarchical"}, "trend.hierarchy_needs_scores"),
    ],
)
def test_what_does_not_go_together(options: dict[str, Any], code: str, made: Any) -> None:
    """It is refused before anything is reckoned."""
    with pytest.raises(mb.ArgumentError) as caught:
        trend_of(made, points(RISING), options=options)
    assert caught.value.code == code


@pytest.mark.parametrize("family", ["all", "institution", "hierarchical"])
def test_a_stream_refuses_families_that_span_indicators(family: Any, country: Country) -> None:
    """An indicator at a time knows nothing of the others."""
    with pytest.raises(mb.ArgumentError) as caught:
        engines.trends(country[1], family=family)
    assert caught.value.code == "trend.family_spans"


@pytest.mark.parametrize(
    "options",
    [
        {"family": "breakdown", "correct": True},
        {"adjust": "heyse", "diagnostics": True, "propose_breaks": True},
        {"method": ["mann_kendall", "ar1"], "required_slope": {"a": 0.5}, "min_relevant_share": 0.1},
    ],
)
def test_a_stream_gives_the_same_rows(options: dict[str, Any], country: Country) -> None:
    """With all options, whatever is stacked together in memory."""
    measurements, catalogue, _ = country
    memory = mb.detect_trends(measurements, **options).to_arrow().replace_schema_metadata(None)
    table = measurements.to_arrow()
    kernel = engines.trends(catalogue, breakdowns=["sex"], **options)
    assert engines.run(table, kernel).read_all().combine_chunks() == memory


def test_rows_stand_in_order_whatever_is_judged_together() -> None:
    """Indicators that are judged by the same rules are judged together, and their rows stand where they belong."""
    kinds = {f"i{place}": "score" if place % 2 else "percent" for place in range(6)}
    catalogue = mb.Catalogue(
        id="x",
        name=NAME,
        indicators=[mb.Indicator(id=code, name=NAME, unit=unit, direction="lower") for code, unit in kinds.items()],
    )
    rows = [
        {"indicator": code, "institution": who, "period": str(2010 + year), "value": float(year * (place + 1))}
        for place, code in enumerate(kinds)
        for who in ("0101", "0147")
        for year in range(6)
    ]
    measurements = mb.Measurements.from_pandas(pd.DataFrame(rows), catalogue=catalogue)
    trends = mb.detect_trends(measurements)
    assert [(row.indicator, row.institution, row.slope) for row in trends] == [
        (code, who, pytest.approx(place + 1.0)) for place, code in enumerate(kinds) for who in ("0101", "0147")
    ]
    for code in kinds:
        alone = mb.detect_trends(measurements.select(indicator=code))
        assert [attrs.evolve(row) for row in alone] == [row for row in trends if row.indicator == code]
