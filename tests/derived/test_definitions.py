"""Definitions of derived series, where they come from and what they are called, and what is refused with which words."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maalbib import Catalogue, Dimension, Indicator, Measurements, Text, Unit, detect_trends, texts
from maalbib.derived import (
    cohort_rate_of_counts,
    constant_prices,
    cumulated,
    rate,
    rolling,
    share,
    stock,
    threshold_share,
    total,
)
from maalbib.errors import ArgumentError, DataError, DefinitionError, UnknownCodeError
from maalbib.measurements import Derivation
from maalbib.model import Category

Make = Callable[..., Measurements]
Define = Callable[..., Catalogue]
YEARS = [str(year) for year in range(2015, 2025)]
SHARE: dict[str, Any] = {"id": "y", "name": Text(da="Andel"), "unit": "percent", "direction": "lower"}


@pytest.fixture
def parts(make: Make, catalogue: Define) -> Measurements:
    """Ten years of a numerator that is better low and of a denominator, both defined."""
    rows = [
        {"indicator": name, "period": year, "value": value}
        for name, value in (("a", 20.0), ("b", 100.0))
        for year in YEARS
    ]
    known = catalogue({"id": "a", "direction": "lower", "min_show": 8, "breaks": [_break("2020")]}, {"id": "b"})
    return make(rows, catalogue=known)


def _break(period: str) -> Any:
    from maalbib import Break

    return Break(period=period, kind="method")


def made(parts: Measurements, **fields: Any) -> Measurements:
    return share(parts, numerator="a", denominator="b", indicator=Indicator(**{**SHARE, "min_show": 8, **fields}))


def test_the_catalogue_of_the_result_holds_the_definition(parts: Measurements) -> None:
    """Beside those it was made of; the input's catalogue is not changed."""
    found = made(parts)
    assert found.catalogue is not None
    assert list(found.catalogue.indicators) == ["a", "b", "y"]
    assert parts.catalogue is not None
    assert list(parts.catalogue.indicators) == ["a", "b"]
    assert found.with_catalogue(found.catalogue) == found


def test_without_a_catalogue_the_definition_stays_with_the_result(make: Make) -> None:
    """It is not lost, for it says who may see what."""
    rows = [{"indicator": "a", "value": 1.0}, {"indicator": "b", "value": 2.0}]
    found = share(make(rows), numerator="a", denominator="b", indicator=Indicator(**SHARE))
    assert found.catalogue is not None
    assert found.catalogue.indicators["y"].unit.id == "percent"


def test_an_id_alone_takes_the_definition_of_the_catalogue(make: Make, catalogue: Define) -> None:
    """What is defined already is checked against its definition."""
    known = catalogue({"id": "a"}, {"id": "b"}, {"id": "y", "unit": "share"})
    rows = make([{"indicator": "a", "value": 1.0}, {"indicator": "b", "value": 2.0}], catalogue=known)
    assert share(rows, numerator="a", denominator="b", per=1, indicator="y")[0].value == 0.5
    with pytest.raises(DefinitionError, match="counts per 1, but the series is made per 100"):
        share(rows, numerator="a", denominator="b", indicator="y")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"unit": "days", "measure": None}, None),
        ({"unit": "count"}, "derived.unit_kind"),
        ({"unit": "per_1000"}, "derived.unit_factor"),
        ({"direction": "higher"}, "derived.direction"),
        ({"direction": "context"}, None),
        ({"min_show": 5}, "derived.min_show"),
        ({"min_show": 20}, None),
    ],
)
def test_a_definition_must_fit_its_parts(parts: Measurements, fields: dict[str, Any], code: str | None) -> None:
    """Unit, direction, and no fewer people than the parts may show."""
    if code is None:
        assert len(made(parts, **fields)) == 10
        return
    with pytest.raises(DefinitionError) as error:
        made(parts, **fields)
    assert error.value.code == code
    assert error.value.text("da") != error.value.text("en")


def test_a_second_definition_of_one_id_is_refused(parts: Measurements) -> None:
    """The catalogue knows it otherwise."""
    first = made(parts)
    assert first.catalogue is not None
    again = parts.with_catalogue(first.catalogue)
    assert len(made(again)) == 10
    with pytest.raises(DefinitionError, match="already has another definition"):
        made(again, decimals=3)


def test_a_share_above_a_hundred_per_cent_is_a_fault_of_the_data(make: Make) -> None:
    """With a definition that has limits; the problem names the row."""
    rows = make([{"indicator": "a", "value": 3.0}, {"indicator": "b", "value": 2.0}])
    with pytest.raises(DataError) as error:
        share(rows, numerator="a", denominator="b", indicator=Indicator(**SHARE))
    assert [(problem.code, problem.row) for problem in error.value.problems] == [("value.above", 0)]


def test_a_declared_break_of_a_part_is_marked(parts: Measurements) -> None:
    """A definition that does not declare it has it in its rows; one that does needs no mark."""
    assert {str(row.period): row.status for row in made(parts)}["2020"] == "B"
    assert {row.status for row in made(parts, breaks=[_break("2020")])} == {"A"}


def test_an_id_alone_inherits_how_few_may_be_shown(make: Make, catalogue: Define) -> None:
    """Rows of fewer people than the parts may show are confidential."""
    known = catalogue({"id": "a"}, {"id": "b", "min_show": 10})
    rows = [
        {"indicator": name, "period": year, "value": value}
        for name, values in (("a", (1.0, 1.0)), ("b", (9.0, 10.0)))
        for year, value in zip(("2023", "2024"), values, strict=True)
    ]
    found = share(make(rows, catalogue=known), numerator="a", denominator="b", indicator="y")
    assert [(row.n, row.conf) for row in found] == [(9, "C"), (10, "F")]


def test_the_same_quantity_inherits_its_definition(make: Make, catalogue: Define) -> None:
    """A rolling sum measures the same as its parts: direction and secrecy go along, limits of a single value do not."""
    known = catalogue({"id": "x", "direction": "lower", "min_show": 9, "value_max": 10.0})
    rows = [{"indicator": "x", "period": year, "value": 8.0} for year in YEARS]
    found = rolling(make(rows, catalogue=known), "x", periods=3, indicator="y")
    assert found.catalogue is not None
    new = found.catalogue.indicators["y"]
    assert (new.direction.value, new.min_show, new.value_max) == ("lower", 9, None)
    assert new.name.get("da") == "Tal x (løbende over 3 perioder)"
    assert found[9].value == 24.0


def test_constant_prices_have_the_price_year_in_their_unit(make: Make, catalogue: Define) -> None:
    """And are refused where there are constant prices already, or no money."""
    known = catalogue({"id": "x", "unit": "DKK"}, {"id": "c"})
    rows = make(
        [{"indicator": name, "period": year, "value": 8.0} for name in "xc" for year in ("2020", "2024")],
        catalogue=known,
    )
    index = {"2020": 100.0, "2024": 110.0}
    found = constant_prices(rows, "x", index=index, base_period="2024", indicator="y")
    assert found.catalogue is not None
    unit = found.catalogue.indicators["y"].unit
    assert (unit.price_year, unit.currency, unit.name.get("da")) == (2024, "DKK", "kroner i 2024-priser")
    with pytest.raises(DefinitionError, match="in constant prices already"):
        constant_prices(found, "y", index=index, base_period="2024", indicator="z")
    with pytest.raises(DefinitionError, match="is no currency"):
        constant_prices(rows, "c", index=index, base_period="2024", indicator="z")
    other = Indicator(
        id="z",
        name=Text(da="z"),
        direction="context",
        unit=Unit(id="k", kind="money", name=Text(da="k"), currency="DKK", price_year=2015),
    )
    with pytest.raises(DefinitionError, match="another price year than 2024"):
        constant_prices(rows, "x", index=index, base_period="2024", indicator=other)


def test_a_price_index_that_lacks_a_period_is_refused(make: Make) -> None:
    """Nothing is extrapolated; a monthly index stands for a year only with all its months."""
    rows = make([{"indicator": "x", "period": year, "value": 8.0} for year in ("2020", "2024")])
    with pytest.raises(ArgumentError, match=r"lacks 2020\."):
        constant_prices(rows, "x", index={"2024": 110.0}, base_period="2024", indicator="y")
    months = {f"{year}-{month:02}": 100.0 + (year == 2024) * month for year in (2020, 2024) for month in range(1, 13)}
    found = constant_prices(rows, "x", index=months, base_period="2024", indicator="y")
    assert found[0].value == pytest.approx(8 * 106.5 / 100)
    del months["2020-07"]
    with pytest.raises(ArgumentError, match=r"lacks 2020\."):
        constant_prices(rows, "x", index=months, base_period="2024", indicator="y")


def test_a_price_index_may_be_measured_and_be_provisional(make: Make) -> None:
    """An amount in prices that may still change may still change."""
    rows = make([{"indicator": "x", "period": year, "value": 8.0} for year in ("2020", "2024")])
    index = make(
        [
            {"indicator": "cpi", "institution": "DK", "period": year, "value": level, "status": status}
            for year, level, status in (("2020", 100.0, "P"), ("2024", 110.0, "A"))
        ]
    )
    found = constant_prices(rows, "x", index=index, base_period="2024", indicator="y")
    assert [(row.value, row.status) for row in found] == [(pytest.approx(8.8), "P"), (8.0, "A")]
    assert found.derivations[-1].params["index"] == "cpi"
    both = make([{"indicator": "cpi", "institution": who, "value": 1.0} for who in ("0101", "DK")])
    with pytest.raises(ArgumentError, match="single series"):
        constant_prices(rows, "x", index=both, base_period="2024", indicator="y")


def test_derivations_are_kept_in_files_and_parts(parts: Measurements, tmp_path: Path) -> None:
    """Through selecting, pickling, Arrow and Parquet; the order is that in which things were done."""
    once = made(parts)
    twice = rolling(once, "y", periods=3, how="ratio", indicator="z")
    assert [each.method for each in twice.derivations] == ["share", "rolling"]
    file = tmp_path / "z.parquet"
    twice.write(file)
    for kept in (
        twice.select(period="2024"),
        pickle.loads(pickle.dumps(twice)),
        Measurements.from_arrow(twice.to_arrow()),
        Measurements.read(file),
    ):
        assert kept.derivations == twice.derivations
        assert kept.window("z") == 3


def test_every_derivation_reads_as_a_sentence_in_both_languages(make: Make) -> None:
    """No method without words; a method that a newer version wrote has some, too."""
    entries = [code for code in texts.codes() if code.startswith("derivation.")]
    assert len(entries) > 25
    rows = [{"indicator": name, "period": year, "value": 8.0} for name in ("a", "b", "c") for year in YEARS]
    ms = make([row | {"n": 9, "numerator": 8.0, "denominator": 100.0} for row in rows])
    found = [
        share(ms, numerator="a", denominator="b", indicator="y"),
        share(ms, columns_of="a", indicator="y"),
        *(
            rate(ms, numerator="a", population="b", reference=word, indicator="y")
            for word in ("same", "previous", "mid_year")
        ),
        *(
            rolling(ms, "a", periods=2, how=how, per=100 if how == "ratio" else None, indicator="y")
            for how in ("sum", "mean", "ratio", "weighted")
        ),
        stock(ms, opening="a", inflow="b", outflow="c", indicator="y"),
        constant_prices(ms, "a", index=dict.fromkeys(YEARS, 100.0), base_period="2020", indicator="y"),
        cohort_rate_of_counts(ms, starters="a", remaining="b", after=1, as_of="2024", indicator="y"),
    ]
    for each in found:
        (derivation,) = each.derivations
        danish, english = derivation.explain("da"), derivation.explain("en")
        assert danish != english
        assert "y" in danish
        assert Derivation.from_dict(derivation.to_dict()) == derivation
    assert found[0].derivations[0].explain() == "y er beregnet som a / b x 100."
    newer = Derivation(indicator="y", method="smoothing", inputs=("a", "b"))
    assert newer.explain("en") == "y is computed with smoothing from a, b."


@pytest.mark.parametrize("thinned", [False, True])
def test_trends_of_overlapping_sums_are_not_judged(make: Make, *, thinned: bool) -> None:
    """Neighbours share data, and every test would lie; thinned to those that share none, they are judged."""
    rows = [{"indicator": "x", "period": str(year), "value": float(year % 7)} for year in range(1990, 2025)]
    found = rolling(make(rows), "x", periods=3, how="sum", indicator="y")
    if thinned:
        found = found.select(period=[str(year) for year in range(1992, 2025, 3)])
    row = detect_trends(found)[0]
    assert (row.reason == "overlapping_periods") is not thinned
    assert thinned or row.state == "not_judged"


def test_what_is_made_of_overlapping_sums_overlaps(make: Make) -> None:
    """A share of two rolling sums, a rolling sum of one, and what is read back from a file."""
    rows = [{"indicator": name, "period": year, "value": 8.0} for name in "ab" for year in YEARS]
    ms = make(rows)
    sums = Measurements.concat([rolling(ms, name, periods=3, how="sum", indicator=f"{name}3") for name in "ab"])
    found = share(sums, numerator="a3", denominator="b3", indicator="y")
    assert found.window("y") == 3
    assert detect_trends(found)[0].reason == "overlapping_periods"
    assert rolling(sums, "a3", periods=2, how="sum", indicator="z").window("z") == 4
    assert Measurements.from_arrow(found.to_arrow()).window("y") == 3


def test_values_so_far_this_year_are_not_judged(make: Make) -> None:
    """Each quarter holds the one before."""
    rows = [
        {"indicator": "x", "period": f"{year}-Q{quarter}", "value": 8.0}
        for year in range(2015, 2025)
        for quarter in range(1, 5)
    ]
    assert detect_trends(cumulated(make(rows), "x", how="sum", indicator="y"))[0].reason == "overlapping_periods"


def test_an_unknown_indicator_names_the_nearest_one(parts: Measurements) -> None:
    """Of those that have rows."""
    with pytest.raises(UnknownCodeError, match="code is not known"):
        share(parts, numerator="zzz", denominator="b", indicator="y")
    rows = parts.select(indicator="a")
    with pytest.raises(UnknownCodeError):
        share(rows, numerator="a", denominator="b", indicator="y")


def test_shares_alone_are_not_put_together(make: Make, catalogue: Define) -> None:
    """Refused where there are only shares, and where nobody has said what the figures are."""
    rows = [{"indicator": "x", "sex": sex, "value": 50.0} for sex in "mw"]
    known = make(rows, breakdowns=["sex"], catalogue=catalogue({"id": "x", "unit": "percent"}))
    with pytest.raises(ArgumentError) as error:
        total(known, "x", over="sex", indicator="y")
    assert error.value.code == "derived.only_shares"
    with pytest.raises(ArgumentError) as error:
        total(make(rows, breakdowns=["sex"]), "x", over="sex", indicator="y")
    assert error.value.code == "derived.how_needed"


@pytest.mark.parametrize(
    ("fields", "columns", "value"),
    [
        ({"unit": "count"}, {}, 6.0),
        ({"unit": "days", "measure": "sum"}, {}, 6.0),
        ({"unit": "percent"}, {"numerator": 1.0, "denominator": 4.0}, 25.0),
        ({"unit": "days", "measure": "mean"}, {"n": 2}, 3.0),
    ],
)
def test_how_values_are_put_together_follows_from_the_definition(
    make: Make, catalogue: Define, fields: dict[str, Any], columns: dict[str, Any], value: float
) -> None:
    """Counts are summed, shares pooled, means weighted."""
    given = 25.0 if "numerator" in columns else 3.0
    rows = [{"indicator": "x", "sex": sex, "value": given, **columns} for sex in "mw"]
    ms = make(rows, breakdowns=["sex"], catalogue=catalogue({"id": "x", **fields}))
    assert total(ms, "x", over="sex", indicator="y")[0].value == value


def test_categories_come_from_the_dimension(make: Make, catalogue: Define) -> None:
    """One that never occurs is missing all the same; one that is not in the list is refused."""
    sex = Dimension(
        id="sex",
        name=Text(da="Køn"),
        categories=[Category(id="m", name=Text(da="mænd")), Category(id="w", name=Text(da="kvinder"))],
    )
    rows = [{"indicator": "x", "sex": "m", "value": 3.0}]
    ms = make(rows, breakdowns=["sex"], catalogue=catalogue({"id": "x"}, dimensions=[sex]))
    assert total(ms, "x", over="sex", indicator="y")[0].status == "O"
    with pytest.raises(ArgumentError) as error:
        total(make(rows, breakdowns=["sex"]), "x", over="sex", how="sum", categories=["w"], indicator="y")
    assert error.value.code == "derived.category_unknown"


CALLS: list[tuple[Callable[[Measurements], object], str]] = [
    (lambda ms: share(ms, numerator="a", denominator="a", indicator="y"), "derived.same_twice"),
    (lambda ms: share(ms, numerator="a", indicator="y"), "derived.share_of_what"),
    (lambda ms: share(ms, numerator="a", columns_of="b", indicator="y"), "derived.share_of_what"),
    (lambda ms: share(ms, columns_of="a", indicator="y"), "derived.no_columns"),
    (lambda ms: share(ms, numerator="a", denominator="b", indicator="a"), "derived.own_input"),
    (lambda ms: share(ms, numerator="a", denominator="b", of_total="sex", indicator="y"), "argument.choice"),
    (lambda ms: share(ms, numerator="a", denominator="b", indicator="y", per=float("nan")), "derived.positive"),
    (lambda ms: rate(ms, numerator="a", population="b", reference="now", indicator="y"), "argument.choice"),  # type: ignore[arg-type]
    (lambda ms: rolling(ms, "a", periods=0, indicator="y"), "argument.whole_number"),
    (lambda ms: rolling(ms, "a", periods=2, how="max", indicator="y"), "argument.choice"),  # type: ignore[arg-type]
    (lambda ms: rolling(ms, "a", periods=2, how="ratio", indicator="y"), "derived.only_shares"),
    (lambda ms: cumulated(ms, "a", how="sum", indicator="y"), "derived.yearly"),
    (lambda ms: threshold_share(ms, "a", threshold=1, indicator="y"), "derived.nothing_together"),
    (lambda ms: threshold_share(ms, "a", threshold=1, by="region", indicator="y"), "derived.no_register"),
    (lambda ms: threshold_share(ms, "a", threshold=1, by="planet", indicator="y"), "argument.choice"),
    (lambda ms: threshold_share(ms, "a", threshold=1, by={}, weights="n", indicator="y"), "derived.no_n"),
    (lambda ms: stock(ms, opening="a", inflow="a", outflow="b", indicator="y"), "derived.same_flow"),
    (lambda ms: constant_prices(ms, "a", index={}, base_period="2020", indicator="y"), "argument.type"),
    (
        lambda ms: constant_prices(ms, "a", index={"2020": 0.0}, base_period="2020", indicator="y"),
        "derived.index_level",
    ),
    (lambda ms: total(ms, "a", over="sex", indicator="y"), "argument.choice"),
    (
        lambda ms: cohort_rate_of_counts(ms, starters="a", remaining="b", after=1, as_of="2024-Q1", indicator="y"),
        "derived.as_of_frequency",
    ),
]


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_what_cannot_be_made_is_refused_in_words(make: Make, number: int) -> None:
    """Every refusal has its own code, in both languages."""
    ms = make([{"indicator": name, "value": 1.0} for name in "ab"])
    call, code = CALLS[number]
    with pytest.raises(ArgumentError) as error:
        call(ms)
    assert error.value.code == code
    assert error.value.text("da") != error.value.text("en")


def test_the_year_must_begin_with_a_period(make: Make) -> None:
    """A school year begins in the middle of a half-year."""
    ms = make([{"indicator": "x", "period": "2024-S1", "value": 1.0}])
    for start, code in (("--08-01", "derived.year_start"), ("1. august", "derived.year_start_form")):
        with pytest.raises(ArgumentError) as error:
            cumulated(ms, "x", how="sum", year_start=start, indicator="y")
        assert error.value.code == code


def test_pooled_periods_are_not_put_together(make: Make) -> None:
    """They overlap already."""
    ms = make([{"indicator": "x", "period": "2018-01-01/P3Y", "value": 1.0}])
    with pytest.raises(ArgumentError, match="overlap already"):
        rolling(ms, "x", periods=2, how="sum", indicator="y")
