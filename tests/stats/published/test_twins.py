"""Slow obvious versions of the published rules, one element at a time, against the kernels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from maalbib import stats

NOTHING = math.nan
Answer = tuple[float, float, str]

values = st.one_of(
    st.floats(-50, 200, allow_nan=False).map(lambda number: round(number, 2)), st.sampled_from([0.0, 1.0, 100.0])
)
maybe = st.one_of(st.none(), values)
thing = st.fixed_dictionaries(
    {
        "base": maybe,
        "base_time": st.integers(2005, 2020),
        "current": maybe,
        "current_time": st.integers(2010, 2026),
        "target": maybe,
        "target_time": st.integers(2012, 2035),
        "limit": st.sampled_from([None, 10.0, 50.0, 100.0]),
        "direction": st.sampled_from(["higher", "lower"]),
    }
)


def growth(base: float, end: float, years: float) -> float:
    """Growth a year, positive where the number gets larger."""
    return math.copysign(1, base) * ((end / base) ** (1 / years) - 1)


def ratio_or_growth(one: dict[str, Any]) -> tuple[str, float, float]:
    """Whether there is a value, the value, and the limit factor; as both offices compute them."""
    base, current, target = one["base"], one["current"], one["target"]
    way = 1 if one["direction"] == "higher" else -1
    if base is None or current is None:
        return "nothing", NOTHING, 1.0
    base = base or 0.001
    span = one["current_time"] - one["base_time"]
    if base * current < 0 or span < 1:
        return "nothing", NOTHING, 1.0
    observed = way * growth(base, current, span)
    if target is not None:
        target = target or 0.001
        ahead = one["target_time"] - one["base_time"]
        if base == target or base * target < 0 or ahead <= 0:
            return "no ratio", NOTHING, 1.0
        return "ratio", observed / abs(growth(base, target, ahead)), 1.0
    factor = 1.0
    if one["limit"] is not None:
        size, limit = abs(base), one["limit"]
        if size <= limit:
            factor = 1 - (size / limit) ** 4.44
        elif size < 2 * limit:
            factor = 1 - ((2 * limit - size) / limit) ** 4.44
    return "growth", observed, factor


def slow_statcan(one: dict[str, Any]) -> Answer:
    """The rules of Statistics Canada."""
    kind, value, factor = ratio_or_growth(one)
    way = 1 if one["direction"] == "higher" else -1
    if kind == "nothing":
        return NOTHING, NOTHING, "not_available"
    if one["target"] is not None and way * (one["current"] - (one["target"] or 0.001)) >= 0:
        return value, 5.0, "target_achieved"
    if kind == "no ratio":
        return NOTHING, NOTHING, "not_available"
    cuts = [0.95, 0.6] if kind == "ratio" else [0.015 * factor, 0.005 * factor]
    words = ("substantial_progress", "moderate_progress", "limited_progress", "deterioration")
    word = words[0] if value >= cuts[0] else words[1] if value >= cuts[1] else words[2] if value >= 0 else words[3]
    if kind == "ratio":
        score = min(7.1429 * value - 4.2857, 5) if value >= 0.6 else max(4.1667 * value - 2.5, -5)
    elif value < 0:
        score = max(125 * value - 2.5, -5)
    elif factor == 0:
        score = 5.0
    elif value >= cuts[0]:
        score = min(500 * value / factor - 5, 5)
    elif value >= cuts[1]:
        score = 250 * value / factor - 1.25
    else:
        score = 500 * value / factor - 2.5
    return value, score, word


def slow_eustat(one: dict[str, Any]) -> Answer:  # noqa: PLR0911 - rule by rule
    """The rules of EUSTAT."""
    kind, value, factor = ratio_or_growth(one)
    way = 1 if one["direction"] == "higher" else -1
    if kind == "nothing":
        return NOTHING, NOTHING, "not_available"
    achieved = one["target"] is None and one["current"] == one["limit"]
    if achieved or (one["target"] is not None and way * (one["current"] - (one["target"] or 0.001)) >= 0):
        return value, 5.0, "significant_progress"
    if kind == "no ratio":
        return NOTHING, NOTHING, "not_available"
    if kind == "ratio":
        word = (
            "significant_progress"
            if value >= 0.95
            else "moderate_progress"
            if value >= 0.6
            else "moderate_deterioration"
            if value >= 0
            else "significant_deterioration"
        )
        if value > 1.3:
            score = 5.0
        elif value >= 0.6:
            score = 5 / 0.7 * (value - 0.6)
        else:
            score = 5 / 1.2 * (value + 0.6) - 5 if value > -0.6 else -5.0
        return value, score, word
    word = "significant_deterioration"
    for name, cut in (
        ("moderate_deterioration", -0.01 * factor),
        ("no_progress", -0.001),
        ("moderate_progress", 0.001 * factor),
        ("significant_progress", 0.01 * factor),
    ):
        word = name if value >= cut else word
    if value < -0.02:
        return value, -5.0, word
    if factor == 0 or value > 0.02 * factor:
        return value, 5.0, word
    return value, 5 * value / (0.02 * factor) if value >= 0 else 5 * value / 0.02, word


def plain(number: float | None) -> float:
    """None as NaN."""
    return NOTHING if number is None else number


def judged(kernel: Any, many: list[dict[str, Any]]) -> Any:
    """Judge many things at once."""
    columns = {key: [plain(one[key]) for one in many] for key in many[0] if key != "direction"}
    return kernel(
        columns["base"],
        columns["base_time"],
        columns["current"],
        columns["current_time"],
        direction=[one["direction"] for one in many],
        target=columns["target"],
        target_time=columns["target_time"],
        limit=columns["limit"],
    )


@pytest.mark.parametrize(
    ("kernel", "slow"), [(stats.statcan_progress, slow_statcan), (stats.eustat_progress, slow_eustat)]
)
@given(many=st.lists(thing, min_size=1, max_size=12))
def test_growth_as_the_slow_rules(kernel: Any, slow: Any, many: list[dict[str, Any]]) -> None:
    """Value, score and word of every element."""
    found = judged(kernel, many)
    for place, one in enumerate(many):
        value, score, word = slow(one)
        at_cut = [abs(value - cut) < 1e-12 for cut in (0.95, 0.6, 1.3, -0.6, -0.02)]
        assume(not any(at_cut))
        assert found.status[place] == word
        assert found.value[place] == pytest.approx(value, rel=1e-9, nan_ok=True)
        assert found.score[place] == pytest.approx(score, rel=1e-9, abs=1e-12, nan_ok=True)
        assert bool(found.reason[place]) == math.isnan(value)


@pytest.mark.parametrize("kernel", [stats.statcan_progress, stats.eustat_progress])
@given(many=st.lists(thing, min_size=2, max_size=8))
def test_growth_does_not_depend_on_the_batch(kernel: Any, many: list[dict[str, Any]]) -> None:
    """Alone and among others, bit for bit."""
    together = judged(kernel, many)
    for place, one in enumerate(many):
        alone = judged(kernel, [one])
        assert alone.status[0] == together.status[place]
        assert np.array_equal(alone.value[0], together.value[place], equal_nan=True)
        assert np.array_equal(alone.score[0], together.score[place], equal_nan=True)


def slow_weather(  # noqa: PLR0911 - rule by rule
    series: dict[int, float], kind: str, way: int, target: float, due: int
) -> str:
    """The rules of Destatis, in exact arithmetic of whole numbers."""
    if not series:
        return ""
    latest = max(series)
    y = series[latest]
    if latest - 5 in series:
        change = (y - series[latest - 5]) / 5
    elif all(latest - back in series for back in range(4)):
        change = (y - series[latest - 3]) / 3
    else:
        return ""
    if kind == "direction_only":
        if latest - 1 not in series:
            return ""
        last = way * (y - series[latest - 1]) > 0
        right = way * change > 0
        return "sun" if right and last else "light_cloud" if right else "cloud" if last else "lightning"
    if kind == "value_by_year" and due < latest:
        return ""
    reached = way * (y - target) >= 0
    if reached:
        return "sun" if way * change >= 0 else "light_cloud"
    if kind == "keep":
        return "cloud" if way * change > 0 else "lightning"
    if way * change <= 0:
        return "lightning"
    missed = (target - (y + change * (due - latest))) / (target - y)
    return "sun" if missed < 0.05 - 1e-9 else "light_cloud" if missed <= 0.2 + 1e-9 else "cloud"


@given(
    many=st.lists(st.lists(st.one_of(st.none(), st.integers(0, 60)), min_size=9, max_size=9), min_size=1, max_size=6),
    kind=st.sampled_from(["value_by_year", "keep", "direction_only"]),
    direction=st.sampled_from(["higher", "lower"]),
    target=st.integers(0, 60),
    due=st.integers(2015, 2030),
)
def test_weather_as_the_slow_rules(many: Any, kind: Any, direction: str, target: int, due: int) -> None:
    """Every symbol, among others and alone."""
    years = list(range(2012, 2021))
    options: dict[str, Any] = {"kind": kind, "direction": direction, "target": target, "target_time": due}
    together = stats.destatis_weather(many, years, **options)
    for place, row in enumerate(many):
        series = {year: value for year, value in zip(years, row, strict=True) if value is not None}
        way = 1 if direction == "higher" else -1
        assert together.symbol[place] == slow_weather(series, kind, way, target, due)
        assert bool(together.reason[place]) == (together.symbol[place] == "")
        assert stats.destatis_weather(row, years, **options).symbol.item() == together.symbol[place]


@given(
    rows=st.lists(st.lists(st.one_of(st.none(), st.integers(1, 9)), min_size=6, max_size=6), min_size=1, max_size=5),
    asked=st.integers(2010, 2020),
    rule=st.sampled_from(["statcan", "eustat", "un_progress_chart"]),
)
def test_base_as_the_slow_rules(rows: Any, asked: int, rule: str) -> None:
    """Which year serves where the base year has no value."""
    years = [2011, 2012, 2014, 2015, 2018, 2019]
    found = stats.published_base(rows, years, profile=rule, base_time=asked)
    for place, row in enumerate(rows):
        there = [year for year, value in zip(years, row, strict=True) if value is not None]
        order = {
            "statcan": range(asked, 2021),
            "eustat": [asked + step for away in range(11) for step in (away, -away)],
            "un_progress_chart": [*range(asked, 2021), *range(asked, 2009, -1)],
        }[rule]
        expected = next((year for year in order if year in there), None)
        assert found.base_time[place] == pytest.approx(plain(expected), nan_ok=True)
        assert found.reason[place] == ("no_data" if not there else "no_base" if expected is None else "")
