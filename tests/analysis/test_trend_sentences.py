"""Every outcome of a trend can be reached, and is said in words that a municipal council can read."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest
from trend_cases import RISING, points, trend_of, verdict

import maalbib as mb
from maalbib import Break, Frequency, Period

SENTENCES = Path(__file__).parent / "snapshots" / "trend_sentences.json"
Q = {"status": "Q", "conf": "C"}
NOISE = [5.0, 3.0, 6.0, 4.0, 7.0, 4.5]
WAVES = [3.0, 4.0, 5.0, 5.5, 5.0, 4.5, 5.0, 6.0, 7.0, 7.5, 7.2, 6.6]
GRADE_4 = [71.0, 68.0, 67.0, 66.0, 64.0, 62.0, 71.0]
HALF_YEARS = Period.parse("2010").convert(Frequency("S"), "first")


def counted(counts: list[int], people: int = 200) -> list[tuple[Any, ...]]:
    """Percentages with their counts."""
    return [
        (2010 + place, 100 * count / people, {"numerator": count, "denominator": people})
        for place, count in enumerate(counts)
    ]


def pooled(step: int) -> list[tuple[Any, ...]]:
    """Three-year averages, a step apart."""
    return [(Period(Frequency.POOLED_3, 2000 + step * place).code, value) for place, value in enumerate(RISING)]


def withheld(values: list[float], place: int) -> list[tuple[Any, ...]]:
    """Yearly points of which one is withheld."""
    series = points(values)
    series[place] = (2010 + place, None, Q)
    return series


# Series, options of the call, and the definition of the indicator.
Case = tuple[list[tuple[Any, ...]], dict[str, Any], dict[str, Any]]
BROKEN = {"breaks": [Break(period="2015", kind="method")]}
REACHED: dict[str, Case] = {
    "improving.found": (points(RISING), {}, {}),
    "declining.found": (points(RISING), {}, {"direction": "lower"}),
    "rising.found": (points(RISING), {}, {"direction": "context"}),
    "falling.found": (points(RISING[::-1]), {}, {"direction": "target"}),
    "no_detectable_change.not_significant": (points(NOISE), {}, {}),
    "no_detectable_change.constant": (points([100.0] * 10), {}, {"unit": "percent"}),
    "not_judged.no_data": ([(2020, None, {"status": "O"})], {}, {}),
    "not_judged.too_few_points": (points(RISING[:3]), {}, {}),
    "not_judged.break_leaves_too_few": (points(GRADE_4), {"breaks": "last_segment"}, BROKEN),
    "not_judged.too_many_ties": (points([1.0, 1.0, 1.0, 1.0, 2.0]), {}, {}),
    "not_judged.coverage": (points(RISING), {"min_points": 10}, {}),
    "not_judged.suppressed": (withheld(RISING, 3), {}, {}),
    "not_judged.small_n": ([*points(RISING, n=40), (2018, 9.5, {"n": 4})], {"min_verdict": 5}, {}),
    "not_judged.overlapping_periods": (pooled(1), {}, {}),
    "not_judged.mixed_frequency": ([*points(RISING), ("2017-Q1", 3.0)], {}, {}),
    "not_judged.invalid_value": ([*points(RISING), (2018, 1.7e308, {})], {}, {}),
    "not_judged.uncertainty_missing": (points(RISING), {"method": "wls"}, {}),
    "not_judged.zero_variance": (counted([0] * 8), {"method": "proportion"}, {"unit": "percent"}),
    "not_judged.not_applicable": ([(2010 + place, None, {"status": "M"}) for place in range(6)], {}, {}),
    "not_judged.method_refused": (points(RISING[:7]), {"method": "ar1"}, {}),
    "not_judged.different_sources": (
        [*points(RISING[:4], source="A"), *points(RISING[4:], first=2014, source="B")],
        {},
        {},
    ),
    "not_judged.one_sided": ([*points(NOISE), (2016, 6.0, {"qualifier": "at_most"})], {"withheld": "gaps"}, {}),
    "flag.gaps": (points([1.0, 2.0, None, 4.0, 5.0, 6.0]), {}, {}),
    "flag.irregular_time": ([(year, float(year)) for year in (2010, 2012, 2015, 2017, 2019)], {}, {}),
    "flag.ties": (points([1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0]), {}, {}),
    "flag.slope_zero": (points([0.0] * 8 + [1.0] * 3), {}, {}),
    "flag.interval_not_attainable": (points(RISING[:5]), {"confidence": 0.99}, {}),
    "flag.crosses_break": (points(GRADE_4), {"breaks": "ignore"}, BROKEN),
    "flag.break": (points(GRADE_4), {}, BROKEN),
    "flag.heterogeneous_blocks": (
        [(str(HALF_YEARS + place), float(place if place % 2 else -place)) for place in range(24)],
        {},
        {},
    ),
    "flag.autocorrelation": (points(WAVES), {}, {}),
    "flag.one_point_drives": (points([5.0, 3.0, 6.0, 4.0, 7.0, 8.0, 9.0]), {"diagnostics": True}, {}),
    "flag.overdispersed": (counted([20, 90, 40, 60, 80, 70, 130, 60]), {"method": "proportion"}, {"unit": "percent"}),
    "flag.approximate_p": (points([float(place % 11) for place in range(60)]), {}, {}),
    "flag.float_noise": (points([0.1 + 0.2, 0.3, 0.4, 0.5, 0.7, 0.9]), {}, {}),
    "flag.negligible": (points(RISING), {"min_relevant_slope": 5.0}, {}),
    "flag.relevance_unclear": (points(RISING), {"min_relevant_slope": 1.0}, {}),
    "flag.thinned": (pooled(1), {"overlaps": "thin"}, {}),
    "flag.values_withheld": (withheld([*RISING, 9.5, 9.7, 10.0], 3), {}, {}),
    "flag.proposed_break": (points([5.0, 5.2, 4.9, 5.1, 9.0, 9.2, 8.9, 9.1]), {"propose_breaks": True}, {}),
}


def reach(code: str, made: Any) -> mb.Trend:
    """Judge the series of a case."""
    series, options, definition = REACHED[code]
    return trend_of(made, series, options=options, **definition)


@pytest.mark.parametrize("code", REACHED)
def test_every_outcome_can_be_reached(code: str, made: Any) -> None:
    """With a series of its own, and sentences in both languages that are filled in."""
    row = reach(code, made)
    group, _, name = code.partition(".")
    assert name in row.flags if group == "flag" else verdict(row) == code
    for lang in ("da", "en"):
        said = row.explain(lang)
        assert "{" not in said
        assert "None" not in said
        assert "  " not in said
        assert said.endswith(".")
        for word in ("skyldes", "fordi", "because", "caused", "due to", "effekt", "virkning"):
            assert word not in said.replace("because they rest", "")


def test_all_codes_of_the_plan_are_there(oracles: Path) -> None:
    """Each of the 37 codes is reached here or, where a verdict never gets to see such data, refused before."""
    with (oracles / "trends" / "reason_codes.csv").open(encoding="utf-8") as file:
        planned = {row["code"] for row in csv.DictReader(file)}
    assert planned - set(REACHED) == {"not_judged.duplicate_period", "no_detectable_change.lost_to_multiplicity"}


def test_conflicting_values_of_one_period_are_no_measurements(made: Any) -> None:
    """They are refused when the measurements are made, or both left out and named there."""
    with pytest.raises(mb.DataError) as caught:
        trend_of(made, [*points(RISING), (2013, 99.0, {})])
    assert "key.duplicate" in caught.value.problems.counts()


def test_an_infinite_value_is_no_measurement(made: Any) -> None:
    """Nor is one outside the limits of the unit."""
    for value, unit in ((math.inf, "score"), (130.0, "percent")):
        with pytest.raises(mb.DataError):
            trend_of(made, [*points(RISING), (2018, value, {})], unit=unit)


@pytest.mark.parametrize("code", REACHED)
def test_sentences(code: str, made: Any) -> None:
    """Word for word, in both languages; a space that does not break is written as a space."""
    row = reach(code, made)
    said = {lang: row.explain(lang).replace("\u00a0", " ") for lang in ("da", "en")}
    assert said == json.loads(SENTENCES.read_text(encoding="utf-8"))[code]


def test_the_sentence_of_seven_values(made: Any) -> None:
    """What seven values could have shown stands beside what they did not show."""
    row = trend_of(made, points(GRADE_4), direction="higher", unit="percent")
    assert row.p_value == pytest.approx(0.17778, abs=1e-5)
    assert (row.s_needed, row.s_most) == (14, 20)
    assert (
        "Der er ikke påvist en udvikling (7 målinger, p = 0,18); med 7 målinger kan kun et næsten ubrudt fald påvises."
        in (row.explain("da"))
    )


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (5, "en helt ubrudt stigning"),
        (6, "en næsten ubrudt"),
        (7, "en næsten ubrudt"),
        (8, "en meget tydelig"),
        (10, "en meget tydelig"),
    ],
)
def test_what_could_be_shown_depends_on_how_many_there_are(n: int, words: str, made: Any) -> None:
    """The critical S is counted exactly and put into words; from eleven values nothing need be said."""
    wave = [5.0, 3.0, 6.0, 4.0, 7.0, 4.5, 5.5, 3.5, 6.5, 4.2]
    assert f"kan kun {words}" in trend_of(made, points(wave[:n])).explain("da")
    assert "kan kun" not in trend_of(made, points([*wave, 5.2])).explain("da")


@pytest.mark.parametrize(
    ("values", "given", "more"),
    [
        ([1.0], {}, 4),
        ([1.0, 2.0, 3.0, 4.0], {}, 1),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], {"breaks": [Break(period="2013", kind="method")]}, 1),
        ([1.0, 2.0, 3.0, 4.0], {"breaks": [Break(period="2012", kind="method")]}, 2),
    ],
)
def test_how_many_more_it_takes(values: list[float], given: dict[str, Any], more: int, made: Any) -> None:
    """So many more periods, and no fewer, and an unbroken rise is found."""
    row = trend_of(made, points(values), **given)
    assert (row.state, row.more_periods) == ("not_judged", more)
    longer = points([float(place) for place in range(len(values) + more)])
    assert trend_of(made, longer, **given).state == "improving"
    assert trend_of(made, longer[:-1], **given).state == "not_judged"


def test_how_many_more_months(made: Any) -> None:
    """New months come into the season after the last one."""
    start = Period.parse("2015-01")
    series = [(str(start + place), float(place // 12)) for place in range(40)]
    row = trend_of(made, series[:12])
    assert verdict(row) == "not_judged.too_few_points"
    enough = trend_of(made, [(str(start + place), float(place // 12)) for place in range(12 + row.more_periods)])
    assert enough.state == "improving"
    assert trend_of(made, series[: 11 + row.more_periods]).state == "not_judged"


def test_not_applicable_in_enough_periods(made: Any) -> None:
    """Where the periods in which it cannot exist are what is missing, that is the reason."""
    series = [(2010 + place, None, {"status": "M"}) for place in range(3)] + points([1.0, 2.0, 3.0], first=2013)
    assert verdict(trend_of(made, series)) == "not_judged.not_applicable"
    empty = [(2010 + place, None, {"status": "O"}) for place in range(3)] + points([1.0, 2.0, 3.0], first=2013)
    assert verdict(trend_of(made, empty)) == "not_judged.too_few_points"


@pytest.mark.parametrize(
    ("options", "judged"),
    [
        ({"min_points": 6}, True),
        ({"min_points": 7}, False),
        ({"min_span": 7}, True),
        ({"min_span": 7.5}, False),
        ({"min_coverage": 0.75}, True),
        ({"min_coverage": 0.8}, False),
    ],
)
def test_the_caller_may_ask_for_coverage(options: dict[str, Any], *, judged: bool, made: Any) -> None:
    """Six values of eight years: points, years between first and last, and share of the periods."""
    row = trend_of(made, points([1.0, 2.0, None, 4.0, 5.0, None, 6.0, 7.0]), options=options)
    assert (row.reason != "coverage") == judged
    assert row.n == 6


def test_thinned_periods_do_not_overlap(made: Any) -> None:
    """From the newest backwards; the plain values of years that are three apart."""
    row = trend_of(made, pooled(1), options={"overlaps": "thin", "alpha": 0.4})
    assert (row.n, row.first_period, row.last_period, row.flags) == (
        3,
        pooled(1)[1][0],
        pooled(1)[7][0],
        ("thinned",),
    )
    assert row.s == 3
    apart = trend_of(made, pooled(3), options={"overlaps": "thin"})
    assert (apart.n, apart.flags) == (8, ())
