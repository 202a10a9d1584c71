"""Totals that are not the sum of their parts: reported, never repaired."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.errors import ArgumentError
from maalbib.model import Category, Dimension

DENMARK = mb.Register.denmark()
CATALOGUE = mb.Catalogue(
    id="PROEVE",
    agency="KL",
    version="1.0.0",
    dimensions=[
        Dimension(
            id="sex",
            name=mb.Text(da="Køn"),
            categories=[Category(id="F", name=mb.Text(da="Kvinder")), Category(id="M", name=mb.Text(da="Mænd"))],
        )
    ],
    indicators=[
        mb.Indicator(id="people", name=mb.Text(da="p"), unit="count", direction="context", aggregation="sum"),
        mb.Indicator(
            id="money", name=mb.Text(da="m"), unit="score", direction="context", aggregation="sum", decimals=1
        ),
        mb.Indicator(
            id="share", name=mb.Text(da="s"), unit="percent", direction="context", aggregation="ratio_of_sums"
        ),
    ],
)


def table(rows: list[dict[str, Any]], **options: Any) -> mb.Measurements:
    """Rows of 2024."""
    frame = pd.DataFrame([{"indicator": "people", "institution": "0101", "period": "2024", **row} for row in rows])
    options = {"catalogue": CATALOGUE, "register": DENMARK, **options}
    return mb.Measurements.from_pandas(frame.astype({"value": "float64"}), **options)


def told(ms: mb.Measurements, **options: Any) -> list[tuple[Any, ...]]:
    """Code, column, row and details of each problem."""
    return [(found.code, found.column, found.row, dict(found.details)) for found in ms.check_totals(**options)]


class TestFacts:
    """What the README of the Danish tables states."""

    @pytest.fixture
    def statusu6(self, shared: Path) -> pd.DataFrame:
        """The 98 municipalities and the country, with canonical codes."""
        frame = pd.read_csv(shared / "data/danish/dst_statusu6_2024_98_municipalities.csv", dtype={"code": str})
        code = frame["code"].map(lambda text: "DK" if text == "000" else f"0{text}")
        return frame.assign(institution=code, indicator="people", period="2024")

    def test_country_total_above_the_sum_of_municipalities(self, statusu6: pd.DataFrame) -> None:
        """60,888 of 601,166 young people are in no municipality: said as a share, in figures only when asked."""
        frame = statusu6.rename(columns={"total": "value"})[["indicator", "institution", "period", "value"]]
        ms = mb.Measurements.from_pandas(frame.astype({"value": float}), catalogue=CATALOGUE, register=DENMARK)
        ((code, column, row, details),) = told(ms)
        assert (code, column, row, details["expected"]) == ("total.above_parts", "institution", 0, "municipality")
        assert details["percent"] == pytest.approx(100 * 60_888 / 601_166)
        sentence = ms.check_totals()[0].message_da
        assert sentence == "Totalen er større end summen af delene (kommuner), med op til 10,13 %."
        ((code, _, _, details),) = told(ms, amounts=True)
        assert (code, details["total"], details["added"]) == ("total.above_parts_amounts", 601_166, 540_278)
        assert [row.value for row in ms if row.institution == "DK"] == [601_166]  # reported, not repaired

    def test_four_averages_of_one_table(self, statusu6: pd.DataFrame, shared: Path) -> None:
        """Pooled, unweighted, by population and as published are four figures; none is put in another's place."""
        frame = statusu6.rename(columns={"interrupted": "numerator", "total": "denominator"})
        frame = frame.assign(indicator="share", value=100 * frame["numerator"] / frame["denominator"])
        columns = ["indicator", "institution", "period", "value", "numerator", "denominator"]
        ms = mb.Measurements.from_pandas(
            frame[columns].astype({"numerator": float, "denominator": float}), catalogue=CATALOGUE, register=DENMARK
        )
        parts = ms.select(institution=[code for code in ms.institutions if code != "DK"])
        pooled = parts.on_territory("2024-01-01", kind="country", of="municipality")[0].value
        published = ms.select(institution="DK")[0].value
        people = pd.read_csv(shared / "data/danish/dk_municipalities_98.csv", dtype=str)
        weight = people.set_index("code4")["population_2020"].astype(float)
        shares = parts.to_pandas().set_index("institution")["value"]
        weights = weight.reindex(shares.index.astype(str)).to_numpy()
        found = [pooled, shares.mean(), np.average(shares, weights=weights), published]
        assert found == pytest.approx([7.670, 7.833, 7.915, 6.961], abs=5e-4)
        assert told(ms) == []  # shares have no sum

    def test_categories_of_parents_education_add_up_to_less_than_the_total(self, shared: Path) -> None:
        """386,842 of 601,166; sex and origin add up to the whole."""
        path = shared / "data/danish/dst_statusu_2024_national_breakdowns.csv"
        with path.open(encoding="utf-8", newline="") as file:
            parts = [
                {"institution": "DK", row["breakdown"]: row["category"].split()[0], "value": float(row["persons"])}
                for row in csv.DictReader(file)
                if row["status"] == "total"
            ]
        names = ["sex", "origin", "parents_highest_education"]
        frame = pd.DataFrame([{"institution": "DK", "value": 601_166.0}, *parts])
        frame = frame.assign(indicator="people", period="2024")
        frame[names] = frame[names].fillna("_T").replace({"women": "F", "men": "M"})
        ms = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE, register=DENMARK, breakdowns=names)
        ((code, column, _, details),) = told(ms, amounts=True)
        assert (code, column) == ("total.above_parts_amounts", "parents_highest_education")
        assert (details["total"], details["added"]) == (601_166, 386_842)


class TestTotals:
    """Each way that a total may differ."""

    def test_more_and_less_and_the_same(self) -> None:
        """Warnings of two codes; a total that is the sum is not named."""
        for total, codes in ((11, ["total.above_parts"]), (9, ["total.below_parts"]), (10, [])):
            rows = [{"value": total, "sex": "_T"}, {"value": 4, "sex": "F"}, {"value": 6, "sex": "M"}]
            ms = table(rows, breakdowns="sex")
            found = ms.check_totals()
            assert [problem.code for problem in found] == codes
            assert {problem.level for problem in found} <= {"warning"}
            assert ms.problems == table(rows, breakdowns="sex").problems

    def test_suppressed_parts_leave_it_open(self) -> None:
        """A withheld part is not nothing: the sum says nothing, and that is told, with how many are missing."""
        rows: list[dict[str, Any]] = [
            {"value": 11, "sex": "_T"},
            {"value": 4, "sex": "F"},
            {"value": None, "sex": "M", "status": "Q", "conf": "C"},
        ]
        ms = table(rows, breakdowns="sex")
        ((code, _, row, details),) = told(ms)
        assert (code, row, details["lacking"]) == ("total.parts_missing", 0, 1)
        assert ms.check_totals()[0].level == "info"

    def test_parts_that_are_more_than_the_total_already(self) -> None:
        """Even where one is missing, figures that cannot be negative settle it."""
        rows: list[dict[str, Any]] = [
            {"value": 3, "sex": "_T"},
            {"value": 4, "sex": "F"},
            {"value": None, "sex": "M", "status": "O"},
        ]
        assert [each[0] for each in told(table(rows, breakdowns="sex"))] == ["total.below_parts"]

    def test_missing_municipalities_are_counted(self) -> None:
        """Two of the eleven municipalities of a region say nothing about its total."""
        rows = [
            {"institution": "1081", "value": 100},
            {"institution": "0851", "value": 40},
            {"institution": "0860", "value": 20},
        ]
        ((code, column, row, details),) = told(table(rows))
        assert (code, column, row, details) == (
            "total.parts_missing",
            "institution",
            0,
            {"expected": "municipality", "lacking": 9},
        )

    def test_every_level_against_the_one_above(self) -> None:
        """Country against regions and municipalities, regions against their municipalities; Christiansø is in no part."""
        municipalities = [unit.id for unit in DENMARK.select("municipality", on="2024-01-01")]
        regions = [unit.id for unit in DENMARK.select("region", on="2024-01-01")]
        rows = [{"institution": code, "value": 1} for code in municipalities]
        rows += [{"institution": code, "value": len(DENMARK.children(code, on="2024-01-01"))} for code in regions]
        rows += [{"institution": "0411", "value": 5}, {"institution": "DK", "value": 103}]
        found = {(each[0], each[3]["expected"], each[2]) for each in told(table(rows))}
        last = len(rows) - 1
        assert found == {("total.above_parts", "municipality", last), ("total.above_parts", "region", last)}

    def test_rounding_is_no_difference(self) -> None:
        """Figures with a decimal may differ by half a unit each; whole numbers may not differ at all."""
        rows = [{"value": 10.1, "sex": "_T"}, {"value": 4.0, "sex": "F"}, {"value": 6.0, "sex": "M"}]
        money = [{**row, "indicator": "money"} for row in rows]
        assert told(table(money, breakdowns="sex"))[0][0] == "total.above_parts"
        money[0]["value"], money[1]["value"] = 10.1, 4.1
        assert told(table(money, breakdowns="sex")) == []
        money[1]["value"], money[2]["value"] = 4.04, 6.04
        assert told(table(money, breakdowns="sex")) == []

    def test_only_what_adds_up(self) -> None:
        """Nobody expects shares to add up; without a catalogue nobody knows what does."""
        rows = [{"indicator": "share", "value": 50, "sex": "_T"}, {"indicator": "share", "value": 40, "sex": "F"}]
        assert told(table(rows, breakdowns="sex")) == []
        with pytest.raises(ArgumentError, match="catalogue"):
            table(rows, breakdowns="sex", catalogue=None).check_totals()

    def test_of_two_breakdowns_one_at_a_time(self) -> None:
        """Each is summed with the other held fast."""
        values = {("_T", "_T"): 10, ("F", "_T"): 4, ("M", "_T"): 6, ("_T", "a"): 10, ("F", "a"): 4, ("M", "a"): 5}
        rows = [{"sex": sex, "age": age, "value": value} for (sex, age), value in values.items()]
        found = [(code, column, row) for code, column, row, _ in told(table(rows, breakdowns=["sex", "age"]))]
        assert found == [("total.above_parts", "sex", 3), ("total.above_parts", "age", 2)]

    def test_the_newest_vintage_counts(self) -> None:
        """A revised part is compared as it is known now."""
        rows = [
            {"value": 10, "sex": "_T", "vintage": pd.Timestamp("2025-01-01")},
            {"value": 3, "sex": "F", "vintage": pd.Timestamp("2025-01-01")},
            {"value": 4, "sex": "F", "vintage": pd.Timestamp("2025-02-01")},
            {"value": 6, "sex": "M", "vintage": pd.Timestamp("2025-01-01")},
        ]
        assert told(table(rows, breakdowns="sex")) == []

    @given(st.lists(st.integers(0, 50), min_size=2, max_size=2), st.integers(0, 120))
    def test_it_is_the_slow_definition(self, parts: list[int], total: int) -> None:
        """Above, below or neither, and by how much."""
        rows = [{"value": total, "sex": "_T"}, *({"value": v, "sex": s} for v, s in zip(parts, "FM", strict=True))]
        found = told(table(rows, breakdowns="sex"))
        if total == sum(parts):
            assert found == []
        else:
            ((code, _, _, details),) = found
            assert code == ("total.above_parts" if total > sum(parts) else "total.below_parts")
            expected = 100 * abs(total - sum(parts)) / total if total else None
            assert expected is None or details["percent"] == pytest.approx(expected)
