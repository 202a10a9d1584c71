"""Sentences and tables as a reader meets them: limits near 0, full stops, lists of names, whole numbers and hidden rows."""

from __future__ import annotations

from typing import Any

import attrs
import pandas as pd
import pytest

import maalbib as mb
from maalbib import texts
from maalbib.analysis import _wording
from maalbib.analysis._labels import IndicatorLabel, Labels
from maalbib.model import Text

DAYS = IndicatorLabel(name=Text(da="Fravær", en="Absence"), unit=Text(da="dage", en="days"), decimals=1)
KRONER = IndicatorLabel(name=Text(da="Udgift", en="Spending"), symbol="kr.", decimals=0)


def _catalogue() -> mb.Catalogue:
    wanted = (("s", "Trivsel", "score", "result", "higher", 1), ("u", "Udgift", "DKK", "resource", "context", 0))
    indicators = [
        mb.Indicator(
            id=code,
            name=mb.Text(da=name, en=name),
            unit=unit,
            kind=kind,
            direction=way,
            decimals=decimals,
            aggregation="mean",
        )
        for code, name, unit, kind, way, decimals in wanted
    ]
    return mb.Catalogue(id="X", agency="X", version="1.0.0", indicators=indicators)


def _measured(rows: list[tuple[Any, ...]]) -> mb.Measurements:
    columns = ["indicator", "institution", "value", "lower", "upper", "n"]
    frame = pd.DataFrame(rows, columns=columns).assign(period="2024")
    return mb.Measurements.from_pandas(frame, catalogue=_catalogue())


@pytest.fixture(scope="module")
def measured() -> mb.Measurements:
    """Six units with a score and spending; the last is too small to be shown."""
    values = {"A": 71.0, "B": 62.0, "C": 65.0, "D": 64.0, "E": 64.5, "F": 64.0}
    scores = [("s", who, value, value - 2, value + 2, 4 if who == "F" else 400) for who, value in values.items()]
    spent = [("u", who, 50000.0 + 7000 * place, None, None, 400) for place, who in enumerate(values)]
    return _measured([*scores, *spent])


@pytest.mark.parametrize(
    ("value", "text"), [(0.02, "0,02"), (-0.004, "−0,004"), (0.0, "0,0"), (0.05, "0,1"), (1e-6, "0,0"), (1.2, "1,2")]
)
def test_a_limit_that_is_not_0_does_not_read_as_0(value: float, text: str) -> None:
    """What decides a verdict is on which side of 0 a limit lies, so it is written with the decimals that tell it."""
    assert DAYS.change(value, "da") == f"{text}\u00a0dage"
    assert DAYS.bare_change(value, "da") == text
    assert DAYS.change(None, "da") == texts.MISSING


@pytest.mark.parametrize(("value", "text"), [(-770488056.0, "−770.488.056"), (0.4, "0,4"), (99.96, "100,0")])
def test_a_large_change_a_year_has_the_decimals_of_the_indicator(value: float, text: str) -> None:
    """A decimal more is for small changes; in millions it is noise."""
    assert KRONER.pace(value, "da") == f"{text}\u00a0kr."


def test_an_abbreviation_ends_its_sentence() -> None:
    """A unit with a full stop is not followed by another one, and keeps its own inside a sentence."""
    fields = {"gap": "1 kr.", "lower": "2 kr.", "upper": "3 kr."}
    fields |= {"value": "4 kr.", "peer_value": "5 kr.", "group": "a", "mean_kind": "b", "others": "c"}
    said = texts.sentence("no_detectable_difference.interval_includes_zero", "da", **fields)
    assert said.endswith("mellem 2 kr. og 3 kr.")
    assert texts.sentence("file.not_found", "en", file="2007/..").endswith("2007/...")


def test_names_inside_a_sentence() -> None:
    """Names are listed as people do, small letters first, and abbreviations keep their capitals."""
    names = {
        code: IndicatorLabel(name=Text(da=da, en=da))
        for code, da in (("i", "Indkomst"), ("b", "BNP"), ("o", "Andel over 65"))
    }
    labels = Labels(indicators=names)
    assert _wording.things(("i", "b", "o"), labels, "da") == "indkomst, BNP og andel over 65"
    assert _wording.things(("i", "o"), labels, "en") == "indkomst and andel over 65"
    assert [_wording.inside(name) for name in ("A-kasse", "PPR", "Z", "I alt")] == ["A-kasse", "PPR", "Z", "i alt"]


def test_whole_numbers_and_p_are_written_by_one_rule() -> None:
    """Thousands are told apart however many digits there are, and a small p has its blank."""
    assert _wording.counted("units", 1470, "da") == "1.470 enheder"
    assert _wording.counted("units", 10000, "en") == "10,000 units"
    assert texts.p_value(1e-9, "da") == "< 0,001"
    assert _wording.p_text(1e-9, "da") == "p < 0,001"


def test_points_are_points(measured: mb.Measurements) -> None:
    """The unit of a score is called points."""
    said = mb.compare_peers(measured, indicators="s", period="2024")[0].explain("da").replace("\u00a0", " ")
    assert "71,0 point mod" in said
    assert "points against" in mb.compare_peers(measured, indicators="s", period="2024")[0].explain("en").replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize("lang", ["da", "en"])
def test_nothing_is_said_of_differences_that_were_not_found(measured: mb.Measurements, lang: str) -> None:
    """With no spread beyond chance a sentence does not claim to have allowed for one."""
    row = mb.compare_peers(measured, indicators="s", period="2024")[0]
    allowed = "er forskellige" if lang == "da" else "differences between"
    for word in ("unusually_high", "unusually_low"):
        assert allowed in attrs.evolve(row, among_peers=word, spread=1.0).explain(lang)
        said = attrs.evolve(row, among_peers=word, spread=0.0).explain(lang)
        assert allowed not in said
        assert ("usædvanligt" if lang == "da" else "unusually") in said
    cohort = mb.compare_cohort(measured, ["A", "B"], indicators="s", period="2024")[0]
    said = attrs.evolve(cohort, among_groups="usual", tau=0.0).explain("da")
    assert "ikke fundet forskel mellem enhederne" in said
    assert "er forskellige" not in said


def test_a_hidden_row_begins_with_a_capital_and_says_why_it_has_no_place(measured: mb.Measurements) -> None:
    """Too few answers to show a figure: the verdict stands, and there is a reason for no rank."""
    row = mb.compare_peers(measured, indicators="s", period="2024", ranks=True).row(institution="F")
    said = row.explain("da")
    assert "Ingen påvist forskel." in said
    assert "Ikke rangeret: for få personer eller svar." in said
    assert "Not ranked" in row.explain("en")


def test_the_table_of_a_comparison_writes_the_unit_once(measured: mb.Measurements) -> None:
    """Both limits stand in one column, without the unit."""
    text = mb.compare_peers(measured, indicators="s", period="2024").shown("da").to_text()
    assert "interval" in text
    assert "−" in text
    row = next(line for line in text.splitlines() if " A " in line)
    assert " til " in row
    assert row.count("point") == 3  # the value, that of the peers, and the gap


def test_a_use_is_higher_or_lower(measured: mb.Measurements) -> None:
    """Where the result cannot be told from the mean, the use is told by its side."""
    rows = [
        row
        for row in mb.results_and_resources(measured, result="s", resource="u", period="2024")
        if row.hidden is None
    ]
    found = {row.institution: row.explain("da") for row in rows if row.reason == "result_on_line"}
    assert found
    assert all("forbruget er højere" in said or "forbruget er lavere" in said for said in found.values())
    assert all(said.startswith("Trivsel og udgift, ") for said in found.values())


def test_a_composite_of_one_indicator_is_no_mean() -> None:
    """Nothing is averaged, so nothing is said of means of shares."""
    shares = {"p": [60.0, 70.0, 80.0, 75.0], "q": [50.0, 40.0, 45.0, 60.0]}
    indicators = [
        mb.Indicator(id=code, name=mb.Text(da=code, en=code), unit="percent", direction="higher", kind="result")
        for code in shares
    ]
    frame = pd.DataFrame(
        [(code, f"U{place}", value) for code, values in shares.items() for place, value in enumerate(values)],
        columns=["indicator", "institution", "value"],
    ).assign(period="2024")
    ms = mb.Measurements.from_pandas(
        frame, catalogue=mb.Catalogue(id="X", agency="X", version="1.0.0", indicators=indicators)
    )
    flag = "mean_of_shares"
    assert flag not in mb.composite(ms, ["p"], period="2024")[0].flags
    assert flag in mb.composite(ms, ["p", "q"], period="2024")[0].flags


def test_pictures_leave_room(measured: mb.Measurements) -> None:
    """What is not shown is counted on a line of its own, and values held against nothing have no line at 0."""
    pytest.importorskip("matplotlib").use("Agg")
    drawn = mb.results_and_resources(measured, result="s", resource="u", period="2024").plot(most=2)
    assert drawn.get_title(loc="left").split("\n") == ["Resultater og ressourcer", "... rækker, der ikke er vist: 4"]
    assert not drawn.get_title(loc="right")
    found = mb.attention_list(measured, _catalogue(), period="2024")
    assert found.plot_data("da")["reference"].isna().all()


def test_a_spread_without_a_slope_tells_none() -> None:
    """Where no slope is known, the sentence has no dash for it."""
    years = {"2020": 1.0, "2021": 1.1, "2022": 0.9, "2023": 1.0, "2024": 1.05}
    frame = pd.DataFrame(
        [("s", f"U{place}", year, 60 + place * by) for year, by in years.items() for place in range(8)],
        columns=["indicator", "institution", "period", "value"],
    )
    row = mb.dispersion(mb.Measurements.from_pandas(frame, catalogue=_catalogue()), "s")[0]
    assert " om året, " in attrs.evolve(row, slope=0.1).explain("da")
    said = attrs.evolve(row, slope=None).explain("da")
    assert "om året" not in said
    assert "perioder, p" in said
