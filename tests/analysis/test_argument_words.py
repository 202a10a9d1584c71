"""Every verb reads flags, numbers and texts alike, and counts people and things in the singular too."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

import maalbib as mb
from maalbib.analysis._wording import counted
from maalbib.errors import ArgumentError

UNITS = ("0101", "0147", "0151")


def measured() -> mb.Measurements:
    """A score and what was spent, of three units in four years; no interval is known of what was spent."""
    rows = [
        {"indicator": code, "institution": who, "period": year, "value": base + step + spread * place}
        for code, base, spread in (("score", 60.0, 5.0), ("spent", 100.0, 9.0))
        for place, who in enumerate(UNITS)
        for step, year in enumerate(("2021", "2022", "2023", "2024"))
    ]
    frame = pd.DataFrame(rows)
    known = frame["indicator"] == "score"
    frame = frame.assign(lower=frame["value"].where(known) - 1, upper=frame["value"].where(known) + 1)
    kinds = {"score": "result", "spent": "resource"}
    indicators = [
        mb.Indicator(
            id=code,
            name=mb.Text(da=code),
            unit="score",
            kind=kind,
            aggregation="mean",
            direction="higher" if code == "score" else "lower",
        )
        for code, kind in kinds.items()
    ]
    return mb.Measurements.from_pandas(
        frame, catalogue=mb.Catalogue(id="C", agency="KL", version="1.0.0", indicators=indicators)
    )


def gaps(**options: Any) -> Any:
    """Gaps in two periods."""
    return mb.compare_gaps(measured(), periods=("2023", "2024"), indicators="score", **options)


def cohort(**options: Any) -> Any:
    """One unit against the rest."""
    return mb.compare_cohort(measured(), ["0101"], period="2024", **options)


def composite(**options: Any) -> Any:
    """Both figures in one."""
    return mb.composite(measured(), ["score", "spent"], period="2024", **options)


def resources(**options: Any) -> Any:
    """Results and what was spent."""
    return mb.results_and_resources(measured(), result="score", resource="spent", period="2024", **options)


def models(**options: Any) -> Any:
    """Whom one unit could learn from."""
    asked: dict[str, Any] = {"result": "score", "resources": "spent", "peers": None, "period": ["2023", "2024"]}
    return mb.role_models(measured(), "0101", **asked, **options)


def spread(**options: Any) -> Any:
    """How far units lie apart."""
    return mb.dispersion(measured(), **options)


def attention(**options: Any) -> Any:
    """What needs a look."""
    return mb.attention_list(measured(), period="2024", **options)


def associated(**options: Any) -> Any:
    """Two figures of the same units."""
    return mb.associate(measured(), "score", "spent", period="2024", **options)


def compared(**options: Any) -> Any:
    """Everybody against everybody."""
    return mb.compare_peers(measured(), period="2024", **options)


def scored(**options: Any) -> Any:
    """What others did with less."""
    return mb.efficiency(measured(), inputs="spent", outputs="score", period="2024", **options)


FLAGS: tuple[tuple[Callable[..., Any], str], ...] = (
    *((compared, name) for name in ("include_self", "across_sources", "ranks", "correct")),
    (gaps, "include_self"),
    (cohort, "across_sources"),
    *((composite, name) for name in ("treat", "ranks", "across_sources")),
    *((resources, name) for name in ("include_self", "across_sources", "resource_exact", "efficiency", "any_kind")),
    *((models, name) for name in ("across_sources", "across_breaks", "resource_exact", "ranks", "any_kind")),
    *((spread, name) for name in ("across_breaks", "across_sources")),
    (attention, "correct"),
    (associated, "across_sources"),
)


@pytest.mark.parametrize(("verb", "flag"), FLAGS)
def test_a_word_is_no_flag(verb: Callable[..., Any], flag: str) -> None:
    """To Python "no" is true; no verb takes it for that, and all say the same of it."""
    with pytest.raises(ArgumentError) as caught:
        verb(**{flag: "no"})
    assert caught.value.text("en") == f"{flag} must be true or false."
    assert caught.value.code == "argument.type"
    assert verb(**{flag: np.True_}) == verb(**{flag: True})


@pytest.mark.parametrize(
    ("verb", "argument"),
    [
        *((verb, "seed") for verb in (cohort, composite, models, associated, compared, scored)),
        *((verb, "draws") for verb in (cohort, composite, models, compared)),
    ],
)
@pytest.mark.parametrize("wrong", ["1", -1, 2.0, None, True])
def test_a_seed_or_a_number_of_draws_is_a_whole_number(
    verb: Callable[..., Any], argument: str, wrong: object
) -> None:
    """Also where nothing would be drawn."""
    with pytest.raises(ArgumentError) as caught:
        verb(**{argument: wrong})
    assert caught.value.code == "argument.whole_number"
    assert caught.value.details["argument"] == argument


def test_numbers_of_other_kinds_are_numbers() -> None:
    """Those of NumPy and fractions count as what they are, in the result too."""
    assert compared(min_difference=np.int64(2)) == compared(min_difference=2)
    assert compared(min_difference=np.float32(2)) == compared(min_difference=2.0)
    assert compared(confidence=Fraction(9, 10)) == compared(confidence=0.9)
    assert scored(bootstrap=np.int64(20)) == scored(bootstrap=20)


@pytest.mark.parametrize("verb", [compared, cohort, spread, attention])
def test_a_choice_of_nothing_is_the_same_mistake_everywhere(verb: Callable[..., Any]) -> None:
    """An empty list of indicators is neither all of them nor a table without rows."""
    with pytest.raises(ArgumentError) as caught:
        verb(indicators=[])
    assert caught.value.code == "peers.nothing_compared"


def test_types_are_named_as_people_name_them() -> None:
    """Neither str nor Mapping, and in Danish."""
    for call, da in (({"breakdown": 3}, "tekst"), ({"weights": 3}, "en tabel")):
        with pytest.raises(ArgumentError) as caught:
            composite(**call)
        assert caught.value.text("da") == f"{next(iter(call))} skal være {da}."
    for name, wrong, da in (
        ("institution", ["0101"], "tekst"),
        ("value", "a", "et tal"),
        ("peers", "a", "et helt tal"),
    ):
        with pytest.raises(ArgumentError) as caught:
            compared().where(**{name: wrong})
        assert caught.value.text("da") == f"{name} skal være {da}."


@pytest.mark.parametrize("lang", ["de", None, 1])
def test_a_summary_speaks_the_languages_that_there_are(lang: Any) -> None:
    """And says which they are."""
    found = (
        *(compared(), cohort(), composite(), resources(), attention()),
        mb.best_practice(measured(), n=1, select="2023", confirm="2024", draws=100, simulations=100),
    )
    for result in found:
        with pytest.raises(ArgumentError) as caught:
            result.summary(lang)
        assert caught.value.details["argument"] == "lang"


@pytest.mark.parametrize(
    ("group", "one", "many"),
    [
        ("units", "1 enhed", "3 enheder"),
        ("others", "1 anden", "3 andre"),
        ("tests", "1 prøve", "3 prøver"),
        ("times", "1 gang", "3 gange"),
        ("best", "den bedste", "blandt de 3 bedste"),
    ],
)
def test_one_is_singular(group: str, one: str, many: str) -> None:
    """A number with its word."""
    assert (counted(group, 1, "da"), counted(group, 3, "da")) == (one, many)


def test_sentences_about_one() -> None:
    """One row, the one best, one other: none of them is "the 1 others"."""
    alone = cohort(indicators="spent")
    assert alone.summary("da") == "Den ene række kunne ikke vurderes; den siger selv hvorfor."
    best = mb.best_practice(measured(), n=1, select="2023", confirm="2024", draws=100, simulations=100)
    said = f"{best.summary('da')} {best.explain('da')}"
    assert "stabilt den bedste" in said
    assert "de 1 bedste" not in said
    assert "best 1" not in f"{best.summary('en')} {best.explain('en')}"
    two = mb.results_and_resources(
        measured(), result="score", resource="spent", period="2024", peers=["0101", "0147"], resource_exact=True
    )
    assert "Ingen af de andre (1) når" in two.explain("da")


def test_a_ladder_of_a_unit_with_two_periods_is_refused() -> None:
    """Also where the frontiers are of different sizes; with one period left it is that one's, whatever else the table holds."""
    options: dict[str, Any] = {"inputs": "spent", "outputs": "score"}
    before = mb.efficiency(measured(), **options, period="2023")
    after = mb.efficiency(measured(), **options, period="2024", peers=["0101", "0147"])
    both = mb.Frontier.concat([before, after])
    with pytest.raises(ArgumentError) as caught:
        both.ladder("0101")
    assert caught.value.code == "frontier.several"
    assert both.ladder("0151") == before.ladder("0151")
    same = mb.efficiency(measured(), **options, period="2024")
    parts = (before.where(institution="0147"), before.where(institution="0151"), same.where(institution="0101"))
    mixed = mb.Frontier.concat(parts)  # as many rows as units, of two frontiers
    with pytest.raises(ArgumentError):
        mixed.ladder("0147")
