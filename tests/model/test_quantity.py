"""Figures in prose: the source documents, the acceptance figures, and the laws."""

from __future__ import annotations

import csv
import pickle
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.errors import ArgumentError, DefinitionError
from maalbib.model._quantity import Qualifier, Quantity
from maalbib.model._quantity_checks import classify, implied_base

DATA = Path(__file__).parent / "data"
# The words of facts.csv beside ours: "næsten" is an upper bound that the truth is near.
QUALIFIERS = {
    "exact": "exact",
    "approx": "approx",
    "lower_bound": "at_least",
    "upper_approx": "at_most",
    "fuzzy": "fuzzy",
}
TABEL_2 = (
    "<49.999",
    "50-59.999",
    "60-69.999",
    "70-79.999",
    "80-89.999",
    "90.000+",
)  # 000_af38bb793d1ead60.txt, 110-115


def da(text: str) -> Quantity:
    return Quantity.parse(text, locale="da")


def rows(name: str) -> dict[str, dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


FACTS, FIGURES = rows("facts.csv"), rows("fact_figures.csv")


def test_every_fact_of_the_documents_has_a_figure() -> None:
    """The 45 facts and the figures taken from their quotes belong together, word for word."""
    assert FACTS.keys() == FIGURES.keys()
    assert len(FACTS) == 45
    assert all(FIGURES[key]["figure"] in fact["quote_da"] for key, fact in FACTS.items())


@pytest.mark.parametrize("key", [key for key, row in FIGURES.items() if row["reading"] == "figure"])
def test_facts_that_are_numbers(key: str) -> None:
    """Value, bounds, unit and qualifier of each quoted figure are those of the table of facts."""
    fact, found = FACTS[key], da(FIGURES[key]["figure"])
    assert found.value == Fraction(fact["value"])
    assert found.lower == (Fraction(fact["lower"]) if fact["lower"] else None)
    assert found.upper == (Fraction(fact["upper"]) if fact["upper"] else None)
    assert found.qualifier == QUALIFIERS[fact["qualifier"]]
    assert found.unit == (FIGURES[key]["unit"] or None)


@pytest.mark.parametrize("key", [key for key, row in FIGURES.items() if row["reading"] == "date"])
def test_facts_that_are_dates(key: str) -> None:
    """First and last day and the qualifier of each quoted date are those of the table of facts."""
    fact, expected = FACTS[key], FIGURES[key]
    when = da("i " + expected["figure"] if expected["figure"].isdigit() else expected["figure"]).when
    assert when is not None
    assert (when.start.isoformat(), when.end.isoformat()) == (expected["start"], expected["end"])
    assert when.qualifier == fact["qualifier"]
    assert when.deadline == fact["qualifier_da"].startswith("inden")


def test_the_one_fact_that_is_a_name_is_refused() -> None:
    """The third round of free municipalities is written III, which is a name and no figure."""
    with pytest.raises(DefinitionError):
        da(FIGURES["free_municipality_round"]["figure"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5.800", {"value": 5800}), ("950.000", {"value": 950_000}), ("60,7", {"value": 60.7, "decimals": 1}),
        ("ca. 22 mia. kr.", {"value": 22e9, "qualifier": "approx", "unit": "DKK", "decimals": -9}),
        ("mere end 6 mia. kr.", {"lower": 6e9, "qualifier": "at_least", "unit": "DKK", "lower_excluded": True}),
        ("50-59.999", {"value": None, "lower": 50_000, "upper": 59_999, "qualifier": "between"}),
        ("næsten hver tiende", {"upper": 10, "qualifier": "at_most", "unit": "percent", "near": True}),
        ("en tredjedel", {"value": Fraction(1, 3), "qualifier": "approx", "unit": "fraction"}),
        ("<49.999", {"upper": 49_999, "lower": None, "upper_excluded": True}),
        ("90.000+", {"lower": 90_000, "upper": None, "lower_excluded": False}),
        ("omkring 80 pct.", {"value": 80, "qualifier": "approx", "unit": "percent"}),
        ("godt 5.000", {"lower": 5000, "near": True}), ("knap halvdelen", {"upper": Fraction(1, 2), "near": True}),
        ("cirka 2,5 mio. kroner", {"value": 2_500_000, "qualifier": "approx", "unit": "DKK", "decimals": -5}),
        ("over 200", {"lower": 200, "lower_excluded": True}), ("mindst 200", {"lower": 200, "lower_excluded": False}),
        ("200 eller derover", {"lower": 200}), ("højst 14 pct.", {"upper": 14, "upper_excluded": False}),
        ("under 5", {"upper": 5, "upper_excluded": True}), ("≤5", {"upper": 5}), (">= 5", {"lower": 5}),
        ("90.000+ kr.", {"lower": 90_000, "unit": "DKK"}), ("kr. 1.000", {"value": 1000, "unit": "DKK"}),
        ("5 tkr.", {"value": 5000, "unit": "DKK"}), ("fem millioner", {"value": 5_000_000, "decimals": -6}),
        ("femoghalvfjerds pct.", {"value": 75, "unit": "percent"}), ("0,5 pct.-point", {"unit": "percentage_points"}),
        ("0,5 pct. årligt", {"unit": "percent_per_year"}), ("to ud af tre", {"value": Fraction(200, 3), "unit": "percent"}),
        ("9 ud af 10", {"value": 90, "unit": "percent", "qualifier": "approx"}), ("tre fjerdedele", {"value": Fraction(3, 4)}),
        ("mellem 10 og 20 pct.", {"lower": 10, "upper": 20, "unit": "percent"}), ("5-10 mio. kr.", {"lower": 5e6, "upper": 1e7}),
        ("2–3.000", {"lower": 2000, "upper": 3000}), ("−5,5", {"value": -5.5}), ("1/3", {"value": Fraction(1, 3)}),
        ("0,33333333333333333333", {"value": Fraction("0.33333333333333333333")}), ("60,0", {"value": 60, "decimals": 1}),
    ],
)  # fmt: skip
def test_danish_figures(text: str, expected: dict[str, Any]) -> None:
    """The acceptance figures and their neighbours."""
    found = da(text)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about 22 billion kroner", {"value": 22e9, "qualifier": "approx", "unit": "DKK"}),
        ("DKK 6 billion", {"value": 6e9, "unit": "DKK"}), ("more than 6 billion DKK", {"lower": 6e9}),
        ("almost one in ten", {"upper": 10, "unit": "percent", "near": True}), ("a third", {"value": Fraction(1, 3)}),
        ("1,234.5", {"value": 1234.5}), ("5.800", {"value": 5.8, "decimals": 3}), ("a million", {"value": 1_000_000}),
        ("50,000-59,999", {"lower": 50_000, "upper": 59_999}), ("90,000 or more", {"lower": 90_000}),
        ("twenty-five per cent", {"value": 25, "unit": "percent"}), ("nine out of ten", {"value": 90}),
    ],
)  # fmt: skip
def test_english_figures(text: str, expected: dict[str, Any]) -> None:
    """English words and separators, only where English is declared."""
    found = Quantity.parse(text, locale="en")
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "locale", "code"),
    [
        ("5.8", "da", "number.english_decimal"), ("60,7", "en", "number.danish_decimal"), ("1.2.3", "da", "number.grouping"),
        ("9-10.000", "da", "quantity.ambiguous_range"), ("20-10 pct.", "da", "quantity.bounds"), ("", "da", "missing.empty"),
        ("ca.", "da", "quantity.unknown_format"), ("ca. 10-20", "da", "quantity.unknown_format"),
        ("over 200+", "da", "quantity.unknown_format"), ("kr. 5 kr.", "da", "quantity.unknown_format"),
        ("5 t.", "da", "quantity.unknown_format"), ("98 kommuner", "da", "quantity.unknown_format"),
        ("11 ud af 10", "da", "quantity.unknown_format"), ("5 årligt", "da", "quantity.unknown_format"),
        ("a", "en", "quantity.unknown_format"), ("ca. 5", "iso", "quantity.unknown_format"),
        ("inden 2030", "da", "date.ambiguous_deadline"), ("12/13", "da", "period.ambiguous"),
        ("31-02-2019", "da", "period.impossible"), ("5" * 200, "da", "quantity.unknown_format"),
        ("over halvdelen-10", "da", "quantity.unknown_format"), ("mellem en tredjedel og 5", "da", "quantity.unknown_format"),
        ("mellem x og 5", "da", "quantity.unknown_format"),
        ("mellem 1/3 og 5", "da", "quantity.unknown_format"),
        ("5\n5", "da", "quantity.unknown_format"), ("en tredjedel kr.", "da", "quantity.unknown_format"),
    ],
)  # fmt: skip
def test_refused_figures(text: str, locale: Any, code: str) -> None:
    """What is no figure, or could be two, is refused by name, in both languages, without the text itself."""
    with pytest.raises(DefinitionError) as caught:
        Quantity.parse(text, locale=locale)
    assert caught.value.code == code
    assert caught.value.details == {"model": "Quantity", "field": "text"}
    assert caught.value.text("da") != caught.value.text("en")


def test_qualifiers_have_names() -> None:
    """Every qualifier has a word in both languages."""
    assert all(qualifier.text("da") != qualifier.text("en") for qualifier in Qualifier if qualifier != "fuzzy")
    assert Qualifier.APPROXIMATE.text("da") == "ca."


def test_dates_come_out_of_the_same_door() -> None:
    """A text that is a date is read as one; its interval stands in ``when``."""
    medio, day = da("medio 2009"), da("04-04-2017")
    assert (medio.value, medio.unit, medio.qualifier) == (None, "date", Qualifier.FUZZY)
    assert medio.when is not None
    assert medio.when.start.year == medio.when.end.year == 2009
    assert day.when is not None
    assert str(day.when.day) == "2017-04-04"
    with pytest.raises(DefinitionError) as caught:
        medio.agrees_with(2009)
    assert caught.value.code == "quantity.no_figure"


def test_about_80_per_cent_agrees_with_table_1() -> None:
    """The figure "omkring 80 pct." fits the mean of the three areas, 82.4; an exact 80 would not."""
    about = da("omkring 80 pct.")
    mean = (88.3 + 81.2 + 77.7) / 3
    assert about.agrees_with(mean)
    assert not about.agrees_with(88.3)
    assert about.agrees_with(88.3, tolerance=0.11)
    assert not about.agrees_with(mean, tolerance=0.0)
    assert not da("80 pct.").agrees_with(mean)
    assert about != da("80 pct.")


def test_agreement_follows_the_qualifier() -> None:
    """Exact figures agree at their written decimals, bounds on their side, near figures close by."""
    assert [da("60,7").agrees_with(x) for x in (60.7, 60.68, 60.75, 60.8, 60.64)] == [True, True, True, False, False]
    assert [da("22 mia. kr.").agrees_with(x) for x in (21.6e9, 22.5e9, 22.6e9)] == [True, True, False]
    assert [da("over 200").agrees_with(x) for x in (200, 201, 199, 10_000)] == [False, True, False, True]
    assert [da("mindst 200").agrees_with(x) for x in (200, 199)] == [True, False]
    assert [da("næsten hver tiende").agrees_with(x) for x in (10, 9.6, 9.4, 10.1)] == [True, True, False, False]
    assert [da("godt 5.000").agrees_with(x) for x in (5100, 5400, 4999)] == [True, False, False]
    assert [da("50-59.999").agrees_with(x) for x in (50_000, 59_999, 49_999.5)] == [True, True, False]
    assert da("en tredjedel").agrees_with(0.333)
    assert not any(da(text).agrees_with(float("nan")) for text in ("5", "ca. 5", "over 5", "5-6"))
    assert Quantity(value=60.7).agrees_with(60.7)
    assert not Quantity(value=60.7).agrees_with(60.71)
    with pytest.raises(ArgumentError):
        da("5").agrees_with(5, tolerance=-0.1)


def test_classes_of_table_2() -> None:
    """49.999 is below no bound and in no class: reported, not guessed."""
    classes = [da(text) for text in TABEL_2]
    assert [classify(x, classes).index for x in (0, 49_998, 50_000, 59_999, 75_000, 89_999, 90_000, 10**9)] == [
        *(0, 0, 1, 1, 3, 4, 5, 5)
    ]
    assert [da("5").covers(x) for x in (5, 5.0, 6, float("inf"))] == [True, True, False, False]
    for outside in (49_999, 59_999.5, float("nan")):
        found = classify(outside, classes)
        assert (found.index, found.reason) == (None, "quantity.no_class")
        assert found.text("da") == "Værdien falder ikke inden for nogen af klasserne."
    assert classify(5, [da("under 10"), da("0-20")]).reason == "quantity.several_classes"
    assert classify(50_000, classes).text() == ""
    with pytest.raises(DefinitionError):
        classify(5, [da("5")])


def test_half_a_per_cent_and_two_billion_imply_a_base_of_400_billion() -> None:
    """The 2006 text gives both for one frame: they fit together with 400 mia. kr. and its rounding only."""
    base = implied_base(da("0,5 pct."), da("2 mia. kr. årligt"))
    assert (base.value, base.unit, base.qualifier) == (400_000_000_000, "DKK_per_year", "approx")
    assert base.lower == Fraction(1_500_000_000 * 1000, 55) * 10
    assert base.upper == Fraction(2_500_000_000 * 1000, 45) * 10
    assert base.covers(400e9)
    assert not base.covers(600e9)
    assert implied_base(da("0,5 pct. årligt"), da("2 mia. kr. årligt")).unit == "DKK"
    assert implied_base(da("1/4"), da("50")).value == 200
    assert implied_base(da("0,1 pct."), da("5")).upper == 5.5 * 100 / 0.05
    assert implied_base(da("1 pct."), da("5")).covers(10**9) is False


def test_bases_without_an_answer() -> None:
    """No base follows from a share of zero, another unit, a bound, a class or a date."""
    for share, amount in (
        ("0 pct.", "5"),
        ("5", "5"),
        ("over 5 pct.", "5"),
        ("5 pct.", "5-6"),
        ("5 pct.", "medio 2009"),
    ):
        with pytest.raises(DefinitionError) as caught:
            implied_base(da(share), da(amount))
        assert caught.value.code == "quantity.no_base"
    assert implied_base(da("0,4 pct."), da("5")).upper is not None
    coarse = implied_base(Quantity(value=1, unit="percent", decimals=-1), da("5"))
    assert coarse.upper is None


def test_quantities_are_checked_when_made() -> None:
    """Bounds fit the qualifier and each other, numbers are finite, and a date carries no number."""
    when = da("medio 2009").when
    for fields in (
        {}, {"value": float("nan")}, {"value": True}, {"value": "5"}, {"value": 5, "qualifier": Qualifier.LOWER_BOUND},
        {"lower": 5, "upper": 4, "qualifier": Qualifier.BETWEEN}, {"lower": 5, "qualifier": Qualifier.BETWEEN},
        {"value": 5, "lower": 4, "upper": 6, "qualifier": Qualifier.BETWEEN}, {"value": 5, "when": when},
        {"qualifier": Qualifier.FUZZY},
    ):  # fmt: skip
        with pytest.raises(DefinitionError):
            Quantity(**fields)  # type: ignore[arg-type]
    for call in (lambda: da(5), lambda: Quantity.parse("5", locale="sv")):  # type: ignore[arg-type]
        with pytest.raises(ArgumentError):
            call()
    found = da("ca. 22 mia. kr.")
    assert pickle.loads(pickle.dumps(found)) == found
    assert hash(found) == hash(da("ca. 22 mia. kr."))


@pytest.mark.parametrize(
    ("text", "danish", "english"),
    [
        ("ca. 22 mia. kr.", "ca. 22 mia.\u00a0kr.", "about 22 billion\u00a0DKK"),
        ("næsten hver tiende", "knap 10\u00a0%", "just under 10%"), ("en tredjedel", "ca. 1/3", "about 1/3"),
        ("over 200", "mere end 200", "more than 200"), ("90.000+", "mindst 90.000", "at least 90,000"),
        ("50-59.999", "50.000–59.999", "50,000–59,999"), ("0,5 pct. årligt", "0,5\u00a0% årligt", "0.5% a year"),
        ("04-04-2017", "2017-04-04", "2017-04-04"), ("hver tredje", "ca. 33,33\u00a0%", "about 33.33%"),
        ("inden udgangen af 2006", "senest 2006-12-31", "no later than 2006-12-31"),
    ],
)  # fmt: skip
def test_the_qualifier_survives_to_the_sentence(text: str, danish: str, english: str) -> None:
    """A quantity is written with its qualifier and unit in both languages."""
    assert (da(text).text("da"), str(da(text))) == (danish, english)


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    """Draw a figure as digits would write it."""
    decimals = draw(st.integers(-9, 4))
    number = Fraction(draw(st.integers(0, 10**9))) * Fraction(10) ** -decimals
    value = int(number) if number.denominator == 1 else float(number)
    qualifier = draw(
        st.sampled_from([Qualifier.EXACT, Qualifier.APPROXIMATE, Qualifier.LOWER_BOUND, Qualifier.UPPER_BOUND])
    )
    lean, near = draw(st.booleans()), draw(st.booleans())
    fields: dict[str, Any] = {}
    if qualifier is Qualifier.LOWER_BOUND:
        fields = {"lower": value, "near": near, "lower_excluded": lean and not near}
    if qualifier is Qualifier.UPPER_BOUND:
        fields = {"upper": value, "near": near, "upper_excluded": lean and not near}
    unit = draw(
        st.sampled_from([None, "DKK", "EUR", "percent", "percentage_points", "DKK_per_year", "percent_per_year"])
    )
    return Quantity(value=value, qualifier=qualifier, unit=unit, decimals=decimals, **fields)


@given(quantities(), st.sampled_from(["da", "en"]))
def test_what_is_written_is_read_back(quantity: Quantity, lang: Any) -> None:
    """Text in either language gives the same value, bounds, qualifier and unit; decimals may lose round zeros."""
    found = Quantity.parse(quantity.text(lang), locale=lang)
    for name in (
        "value",
        "lower",
        "upper",
        "lower_excluded",
        "upper_excluded",
        "qualifier",
        "near",
        "unit",
        "decimals",
    ):
        assert getattr(found, name) == getattr(quantity, name)
    assert quantity.qualifier is not Qualifier.EXACT or quantity.agrees_with(quantity.value or 0)


PIECES = st.sampled_from(
    [
        "ca.",
        "over",
        "under",
        "næsten",
        "knap",
        "5",
        "10",
        "5.800",
        "60,7",
        "-",
        "–",
        "+",
        "mia.",
        "mio.",
        "kr.",
        "pct.",
        "%",
        "hver",
        "tiende",
        "en",
        "fem",
        "og",
        "til",
        "ud",
        "af",
    ]
)


@given(
    st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=6).map(" ".join)), st.sampled_from(["da", "en", "iso"])
)
def test_any_text_is_a_quantity_or_a_refusal(text: str, locale: Any) -> None:
    """No text leads to another exception, and what is read can be said."""
    try:
        found = Quantity.parse(text, locale=locale)
    except DefinitionError:
        return
    assert found.text("da")
    assert found.text("en")
