"""What holds for every derived series, and the mistakes that derived series are known for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import Measurements, Register
from maalbib.derived import constant_prices, cumulated, rate, rolling, share, stock, threshold_share, total

Make = Callable[..., Measurements]
YEARS = [str(year) for year in range(2015, 2025)]
counts = st.lists(st.integers(0, 1000).map(float), min_size=10, max_size=10)


def series(indicator: str, values: list[float], **more: Any) -> list[dict[str, Any]]:
    return [
        {"indicator": indicator, "period": year, "value": value, **more}
        for year, value in zip(YEARS, values, strict=False)
    ]


def codes(found: Measurements) -> list[str]:
    return list(dict.fromkeys(problem.code for problem in found.problems))


@given(above=counts, below=st.lists(st.integers(1, 1000).map(float), min_size=10, max_size=10))
def test_the_share_of_the_sums_is_the_pooled_share(make: Make, above: list[float], below: list[float]) -> None:
    """Numerators and denominators are kept, so that the share of the whole can be had from the parts."""
    sexes = [{"sex": "m"}, {"sex": "w"}]
    rows = [
        row | sex
        for sex, at in zip(sexes, (0, 5), strict=True)
        for name, values in (("a", above), ("b", below))
        for row in series(name, values[at : at + 5])
    ]
    parts = share(make(rows, breakdowns=["sex"]), numerator="a", denominator="b", indicator="rate")
    pooled = total(parts, "rate", over="sex", how="ratio", per=100, indicator="pooled")
    whole = {year: 100 * (above[i] + above[i + 5]) / (below[i] + below[i + 5]) for i, year in enumerate(YEARS[:5])}
    assert {str(row.period): row.value for row in pooled} == {
        year: pytest.approx(value) for year, value in whole.items()
    }


@given(values=counts)
def test_a_window_of_one_period_changes_nothing(make: Make, values: list[float]) -> None:
    """Rolling over one period is the identity, to the last bit."""
    found = rolling(make(series("x", values)), "x", periods=1, how="sum", indicator="y")
    assert [row.value for row in found] == values
    assert found.window("y") == 1


@given(values=counts, factor=st.sampled_from([2.0, 0.5, 1024.0]))
def test_scaling_the_parts_scales_the_sum(make: Make, values: list[float], factor: float) -> None:
    """Twice the flow is twice the sum; a share of both scaled alike stays."""
    once, more = (
        rolling(make(series("x", [value * by for value in values])), "x", periods=3, how="sum", indicator="y")
        for by in (1.0, factor)
    )
    assert [row.value and row.value * factor for row in once] == [row.value for row in more]


@given(values=st.lists(st.integers(0, 1000).map(float), min_size=12, max_size=12))
def test_the_last_cumulated_value_is_the_sum_of_the_year(make: Make, values: list[float]) -> None:
    """Twelve months."""
    rows = [{"indicator": "x", "period": f"2024-{i + 1:02}", "value": value} for i, value in enumerate(values)]
    found = cumulated(make(rows), "x", how="sum", indicator="y")
    assert found[11].value == sum(values)
    assert found[0].value == values[0]


@given(values=counts, flows=counts)
def test_a_stock_is_the_opening_plus_all_flows(make: Make, values: list[float], flows: list[float]) -> None:
    """Whatever came in less whatever went out."""
    rows = [{"indicator": "open", "period": "2015", "value": 10_000.0}, *series("in", values), *series("out", flows)]
    found = stock(make(rows), opening="open", inflow="in", outflow="out", indicator="y")
    assert found[9].value == 10_000 + sum(values) - sum(flows)


@given(values=counts, level=st.floats(1, 1e6), base=st.sampled_from(YEARS))
def test_constant_prices_leave_the_base_period_as_it_is(
    make: Make, values: list[float], level: float, base: str
) -> None:
    """To the last bit; and the level of the index does not matter."""
    index = {year: level * (1 + i / 10) for i, year in enumerate(YEARS)}
    rows = make(series("x", values))
    found = {
        str(row.period): row.value for row in constant_prices(rows, "x", index=index, base_period=base, indicator="y")
    }
    assert found[base] == values[YEARS.index(base)]
    doubled = {year: 2 * each for year, each in index.items()}
    again = constant_prices(rows, "x", index=doubled, base_period=base, indicator="y")
    assert [row.value for row in again] == list(found.values())


@given(values=counts)
def test_totals_over_a_partition_make_the_whole(make: Make, values: list[float]) -> None:
    """Summing over one breakdown and then the other is summing over both."""
    rows = [
        {"indicator": "x", "sex": sex, "age": age, "value": values[i]}
        for i, (sex, age) in enumerate((sex, age) for sex in "mw" for age in "abcde")
    ]
    ms = make(rows, breakdowns=["sex", "age"])
    both = total(ms, "x", over=["sex", "age"], how="sum", indicator="y")
    one = total(total(ms, "x", over="sex", how="sum", indicator="z"), "z", over="age", how="sum", indicator="y")
    assert both[0].value == one[0].value == sum(values)


def test_a_share_cannot_be_divided_by_nothing(make: Make) -> None:
    """Zero below the line: the share cannot exist, and is never infinite or zero."""
    rows = [{"indicator": "a", "value": 3.0}, {"indicator": "b", "value": 0.0}]
    found = share(make(rows), numerator="a", denominator="b", indicator="y")
    assert (found[0].value, found[0].status) == (None, "M")
    assert codes(found) == ["derived.zero_denominator"]


def test_a_series_with_a_hole_has_no_partial_sum(make: Make) -> None:
    """A year that is not there, and one whose value is suppressed, are told apart."""
    rows = [row for row in series("x", [1.0] * 10) if row["period"] != "2018"]
    rows[6] |= {"value": None, "status": "Q"}  # 2022
    found = rolling(make(rows), "x", periods=2, how="sum", indicator="y")
    assert {str(row.period): (row.value, row.status) for row in found} == {
        "2015": (None, "O"),
        "2016": (2.0, "A"),
        "2017": (2.0, "A"),
        "2019": (None, "O"),
        "2020": (2.0, "A"),
        "2021": (2.0, "A"),
        "2022": (None, "Q"),
        "2023": (None, "Q"),
        "2024": (2.0, "A"),
    }
    assert [problem.row for problem in found.problems if problem.code == "derived.gap"] == [0, 3]


def test_missing_suppressed_not_collected_and_zero_stay_four_things(make: Make) -> None:
    """Each status of a part is the status of the share; a zero is a share of zero."""
    rows = [{"indicator": "b", "period": year, "value": 10.0} for year in YEARS[:5]]
    for year, status in zip(YEARS[:5], ["Q", "L", "O", "M", None], strict=True):
        rows.append({"indicator": "a", "period": year, "value": None if status else 0.0, "status": status or "A"})
    found = share(make(rows), numerator="a", denominator="b", indicator="y")
    assert [(row.value, row.status) for row in found] == [
        (None, "Q"),
        (None, "L"),
        (None, "O"),
        (None, "M"),
        (0.0, "A"),
    ]


def test_marks_of_the_parts_travel(make: Make) -> None:
    """Provisional, confidential, approximate, known since, and from where."""
    days = [dt.date(2025, 1, 1), dt.date(2025, 2, 1)]
    rows = [
        {
            "indicator": "a",
            "value": 1.0,
            "status": "P",
            "conf": "F",
            "qualifier": "at_least",
            "vintage": days[0],
            "source": "s",
        },
        {
            "indicator": "b",
            "value": 4.0,
            "status": "A",
            "conf": "C",
            "qualifier": "exact",
            "vintage": days[1],
            "source": "s",
        },
    ]
    row = share(make(rows), numerator="a", denominator="b", indicator="y")[0]
    assert (row.status, row.conf, row.qualifier, row.vintage, row.source) == ("P", "C", "at_least", days[1], "s")
    turned = share(make(rows), numerator="b", denominator="a", indicator="y", per=1)[0]
    assert turned.qualifier == "at_most"  # at least so many below the line


def test_a_numerator_of_a_suppressed_share_does_not_give_it_away(make: Make) -> None:
    """The value is withheld, so what it could be worked out from is, too."""
    rows = [{"indicator": "x", "value": None, "status": "Q", "numerator": 3.0, "denominator": 12.0}]
    row = share(make(rows), columns_of="x", indicator="y")[0]
    assert (row.value, row.status, row.numerator) == (None, "Q", None)


def test_a_break_stays_a_break(make: Make) -> None:
    """Marked where the first value after it is, even where the very period of the break has none."""
    above = series("a", [1.0] * 10)
    above[4] |= {"status": "B"}
    below = series("b", [2.0] * 10)
    below[4] |= {"value": None, "status": "O"}
    rows = make([{"status": "A", **row} for row in (*above, *below)])
    found = share(rows, numerator="a", denominator="b", indicator="y")
    assert [row.status for row in found] == ["A", "A", "A", "A", "O", "B", "A", "A", "A", "A"]


def test_no_window_reaches_across_a_break(make: Make) -> None:
    """The window begins anew at the break, unless it is asked not to."""
    rows = [{"status": "A", **row} for row in series("x", [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10])]
    rows[5] |= {"status": "B"}
    stopped = rolling(make(rows), "x", periods=3, how="sum", indicator="y")
    assert [row.value for row in stopped] == [None, None, 6, 9, 12, None, None, 21, 24, 27]
    assert [row.status for row in stopped][5:8] == ["O", "O", "B"]
    assert codes(stopped) == ["derived.gap", "derived.break_inside"]
    ignored = rolling(make(rows), "x", periods=3, how="sum", breaks="ignore", indicator="y")
    assert [row.value for row in ignored][4:7] == [12, 15, 18]
    assert [row.status for row in ignored][4:7] == ["A", "B", "A"]


def test_rolling_shares_are_pooled_and_not_averaged(make: Make) -> None:
    """1 of 2 and 9 of 98 are 10 per cent together, not 30."""
    rows = series("x", [50.0, 100 * 9 / 98])
    for row, parts in zip(rows, ((1.0, 2.0), (9.0, 98.0)), strict=True):
        row |= dict(zip(("numerator", "denominator"), parts, strict=True))
    found = rolling(make(rows), "x", periods=2, how="ratio", per=100, indicator="y")
    assert (found[1].value, found[1].numerator, found[1].denominator) == (10.0, 10.0, 100.0)


def test_a_total_with_more_in_it_than_its_parts_is_reported_and_not_repaired(make: Make) -> None:
    """The published total stands; the sum is another figure, and a warning says so."""
    rows = [{"indicator": "x", "sex": sex, "value": value} for sex, value in (("_T", 12.0), ("m", 5.0), ("w", 6.0))]
    found = total(make(rows, breakdowns=["sex"]), "x", over="sex", how="sum", indicator="y")
    assert (found[0].value, codes(found)) == (11.0, ["derived.total_differs"])


def test_half_a_total_is_none(make: Make) -> None:
    """A category without a row makes the total missing, and leaves no parts behind."""
    rows = [
        {"indicator": "x", "sex": sex, "period": year, "value": 5.0, "n": 7}
        for sex, year in (("m", "2023"), ("w", "2023"), ("m", "2024"))
    ]
    found = total(make(rows, breakdowns=["sex"]), "x", over="sex", how="sum", indicator="y")
    assert [(row.value, row.status, row.n) for row in found] == [(10.0, "A", 14), (None, "O", None)]
    assert codes(found) == ["derived.categories_missing"]


def test_quarters_take_a_yearly_population_only_when_told(make: Make) -> None:
    """Bridging two frequencies is declared, and a school year lies within no year."""
    rows = [{"indicator": "x", "period": f"2024-Q{quarter}", "value": 5.0} for quarter in (1, 2)]
    rows += [
        {"indicator": "people", "period": year, "value": value} for year, value in (("2023", 500.0), ("2024", 1000.0))
    ]
    ms = make(rows)
    with pytest.raises(ValueError, match="different frequencies: Q and A"):
        rate(ms, numerator="x", population="people", indicator="y")
    found = rate(ms, numerator="x", population="people", bridge=True, indicator="y")
    assert [row.value for row in found] == [5.0, 5.0]
    before = rate(ms, numerator="x", population="people", bridge=True, reference="previous", indicator="y")
    assert [row.denominator for row in before] == [500.0, 500.0]
    school = make([{"indicator": "x", "period": "2023/24", "value": 5.0}, *rows[2:]])
    with pytest.raises(ValueError, match="does not always lie within"):
        rate(school, numerator="x", population="people", bridge=True, indicator="y")


def test_groups_are_those_of_the_period() -> None:
    """Municipalities of Region Hovedstaden belong to Region Østdanmark from 2027 on; Christiansø to no region."""
    table = pa.table(
        {
            "indicator": ["x"] * 4,
            "institution": ["0101", "0101", "0751", "0411"],
            "period": ["2026", "2027", "2026", "2026"],
            "value": [1.0, 1.0, 1.0, 1.0],
        }
    )
    denmark = Register.denmark()
    ms = Measurements.from_arrow(table, register=denmark)
    found = threshold_share(ms, "x", threshold=1, by="region", indicator="y")
    east = denmark.parent("0101", on="2027-01-01")
    assert east is not None
    assert {(row.institution, str(row.period)) for row in found} == {
        ("1082", "2026"),
        ("1084", "2026"),
        (east.id, "2027"),
    }
    assert [problem.details["count"] for problem in found.problems if problem.code == "derived.no_group"] == [1]


def test_a_later_opening_is_compared_and_taken_only_where_the_chain_is_broken(make: Make) -> None:
    """A difference is reported; after a hole the next opening is the new beginning."""
    rows = [
        {"indicator": "open", "period": year, "value": value}
        for year, value in (("2015", 10.0), ("2017", 99.0), ("2020", 50.0))
    ]
    rows += [
        row
        for name in ("in", "out")
        for row in series(name, [1.0 if name == "in" else 0.0] * 10)
        if row["period"] != "2018"
    ]
    found = stock(make(rows), opening="open", inflow="in", outflow="out", indicator="y")
    assert {str(row.period): row.value for row in found} == {
        "2015": 11,
        "2016": 12,
        "2017": 13,
        "2019": None,
        "2020": 51,
        "2021": 52,
        "2022": 53,
        "2023": 54,
        "2024": 55,
    }
    assert codes(found) == ["derived.no_opening", "derived.stock_differs"]


def test_only_what_is_newest_counts(make: Make) -> None:
    """Of two vintages the newer one; of an earlier day, what was known then."""
    rows = [
        {"indicator": "a", "value": value, "vintage": day}
        for value, day in ((1.0, dt.date(2025, 1, 1)), (2.0, dt.date(2025, 6, 1)))
    ]
    rows.append({"indicator": "b", "value": 4.0, "vintage": None})
    ms = make(rows)
    assert share(ms, numerator="a", denominator="b", indicator="y")[0].value == 50.0
    assert share(ms.as_of("2025-02-01"), numerator="a", denominator="b", indicator="y")[0].value == 25.0


def test_nothing_is_ever_not_a_number(make: Make) -> None:
    """A value is there or is empty with a status; the column holds no NaN."""
    rows = [*series("a", [0.0, 1.0, 2.0]), *series("b", [0.0, 0.0, 5.0])]
    values = share(make(rows), numerator="a", denominator="b", indicator="y").to_arrow()["value"]
    assert values.null_count == 2
    assert not np.isnan(values.drop_null().to_numpy()).any()
