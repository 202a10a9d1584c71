"""Figures carried to the division of another day."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.errors import ArgumentError, DataError
from maalbib.measurements import panels

DENMARK = mb.Register.denmark()
COUNT: dict[str, Any] = {"unit": "count", "direction": "context"}


def indicator(code: str, **fields: Any) -> mb.Indicator:
    """An indicator with hardly anything said about it."""
    given: dict[str, Any] = {"direction": "context", **fields}
    return mb.Indicator(id=code, name=mb.Text(da=code), **given)


CATALOGUE = mb.Catalogue(
    id="PROEVE",
    agency="KL",
    version="1.0.0",
    indicators=[
        indicator("births", unit="count", aggregation="sum"),
        indicator("net", unit="score", aggregation="sum"),
        indicator("share", unit="percent", aggregation="ratio_of_sums"),
        indicator("score", unit="score", aggregation="weighted_mean"),
        indicator("days", unit="days", aggregation="ratio_of_sums"),
        indicator("median", unit="score", aggregation="median"),
        indicator("plain", unit="score", aggregation="mean"),
        indicator("silent", unit="score"),
    ],
)


def measured(
    code: str,
    values: Mapping[str, float | None],
    period: str = "2006",
    *,
    register: mb.Register | None = DENMARK,
    **columns: Any,
) -> mb.Measurements:
    """Measurements of one indicator and period."""
    frame = pd.DataFrame(
        {
            "indicator": pd.Series([code] * len(values), dtype=object),
            "institution": list(values),
            "period": period,
            "value": pd.Series(list(values.values()), dtype="float64"),
            **columns,
        }
    )
    return mb.Measurements.from_pandas(frame, catalogue=CATALOGUE, register=register)


def by_unit(ms: mb.Measurements, column: str = "value") -> dict[str, Any]:
    """A column of rows by institution."""
    return {row.institution: getattr(row, column) for row in ms}


def units(day: str) -> list[str]:
    """The municipalities of a day."""
    return [unit.id for unit in DENMARK.select("municipality", on=day)]


EVERY_OLD_UNIT = dict.fromkeys(units("2006-06-01"), 50.0)


class TestNamedCases:
    """The reform of 2007, unit by unit."""

    def test_old_and_new_vejle_by_area(self) -> None:
        """Vejle of 2007 is old Vejle, Børkop and Jelling whole, and shares of Egtved, Give and Tørring-Uldum."""
        old = {"0631": 100.0, "0603": 20.0, "0617": 30.0, "0605": 1000.0, "0611": 1000.0, "0627": 1000.0}
        rest = {code: 0.0 for code in units("2006-06-01") if code not in old}
        row = next(
            row
            for row in measured("births", old | rest).on_territory("2007-01-01", "area")
            if row.institution == "0630"
        )
        assert row.value == pytest.approx(150 + 959.8 + 989.9 + 76.5)
        assert (row.lower, row.upper) == (150, 3150)
        assert (row.status, row.qualifier) == ("E", "approx")
        assert row.comment == "93,1\u00a0% er fordelt efter areal."

    def test_randers_by_the_register_rule(self) -> None:
        """Langå and Sønderhald went whole to Randers by the rule, Mariager not at all; all of it stays an estimate."""
        old = {"0731": 1.0, "0723": 2.0, "0729": 4.0, "0717": 8.0, "0747": 16.0, "0719": 32.0}
        rest = {code: 0.0 for code in units("2006-06-01") if code not in old}
        found = measured("births", old | rest).on_territory("2007-01-01", "register_rule")
        row = next(row for row in found if row.institution == "0730")
        assert (row.value, row.lower, row.upper, row.status) == (31, 7, 63, "E")
        assert by_unit(found)["0846"] >= 32

    def test_hilleroed_kept_its_code_and_became_another_unit(self) -> None:
        """0219 before and after are two units: a sum of three is not the row that bore its code."""
        old = dict.fromkeys(units("2006-06-01"), 10.0)
        found = measured("births", old).on_territory("2007-01-01", "area")
        assert by_unit(found)["0219"] == pytest.approx(10 + 10 + 4.431)
        assert by_unit(found)["0250"] == pytest.approx(10 + 10 + 10 + 5.569)

    def test_275_271_270_98(self) -> None:
        """Each division gives the number of rows that it has units, and the same total."""
        rng = np.random.default_rng(2003)
        old = dict(zip(units("2002-01-01"), rng.integers(0, 10_000, 275).astype(float), strict=True))
        ms = measured("births", old, "2002")
        for day, count in (("2003-01-01", 271), ("2006-01-01", 270), ("2007-01-01", 98)):
            found = ms.on_territory(day, "area")
            assert len(found) == count
            assert sum(by_unit(found).values()) == pytest.approx(sum(old.values()), rel=1e-12)

    def test_official_links_agree(self, shared: Path) -> None:
        """Against the table of links, summed by hand with its weights."""
        text = (shared / "data/danish/dk_reform_2007_old_to_new.csv").read_text(encoding="utf-8")
        links = [row for row in csv.DictReader(text.splitlines()) if row["old_valid_to"] == "2007-01-01"]
        old = {code: float(place + 1) for place, code in enumerate(units("2006-06-01"))}
        expected: dict[str, float] = defaultdict(float, {"0492": old["0492"]})  # Ærø was formed a year before
        for row in links:
            expected[f"0{row['new_code']}"] += float(row["area_weight"]) * old[f"0{row['old_code']}"]
        assert by_unit(measured("births", old).on_territory("2007-01-01", "area")) == pytest.approx(
            dict(expected), rel=1e-3
        )

    def test_oestdanmark_before_2027_is_an_exact_sum(self) -> None:
        """Two regions become one; the others are untouched, and nothing is an estimate."""
        values = {f"108{place}": float(10**place) for place in range(1, 6)}
        found = measured("births", values, "2020").on_territory("2027-01-01", kind="region")
        assert by_unit(found) == {"1081": 10, "1082": 100, "1083": 1000, "DK-OESTDANMARK": 110_000}
        assert {row.status for row in found} == {"A"}
        assert {row.qualifier for row in found} == {"exact"}

    def test_municipalities_become_regions_of_any_time(self) -> None:
        """By parents on the period's day, or on the wanted one where there were no regions yet."""
        new, old = dict.fromkeys(units("2020-01-01"), 1.0), dict.fromkeys(units("2002-01-01"), 1.0)
        options: dict[str, Any] = {"kind": "region", "of": "municipality"}
        assert by_unit(measured("births", new, "2020").on_territory("2020-01-01", **options)) == {
            "1081": 11,
            "1082": 19,
            "1083": 22,
            "1084": 29,
            "1085": 17,
        }
        east = by_unit(measured("births", new, "2020").on_territory("2027-01-01", **options))
        assert east == {"1081": 11, "1082": 19, "1083": 22, "DK-OESTDANMARK": 46}
        before = measured("births", old, "2002").on_territory("2010-01-01", "area", **options)
        assert sum(by_unit(before).values()) == pytest.approx(275)
        split = {row.institution for row in before if row.status == "E"}
        assert split == {"1081", "1082", "1083"}  # three split municipalities lie in two regions


class TestWhatIsRefused:
    """Figures that cannot be carried are named, never averaged."""

    def refused(self, ms: mb.Measurements, **options: Any) -> Counter[str]:
        """The codes of the problems of a refusal."""
        with pytest.raises(DataError) as error:
            ms.on_territory("2007-01-01", "area", **options)
        return Counter(problem.code for problem in error.value.problems)

    def test_only_a_share_at_hand(self) -> None:
        """Shares without numerator and denominator are refused; unchanged units keep theirs."""
        ms = measured("share", EVERY_OLD_UNIT)
        assert set(self.refused(ms)) == {"territory.only_share"}
        kept = ms.on_territory("2007-01-01", "area", on_problem="collect")
        assert set(by_unit(kept)) == {
            code
            for code in units("2007-06-01")
            if DENMARK.get(code, on="2006-06-01") == DENMARK.get(code, on="2007-06-01")
        }
        assert len(kept) == 33
        assert len(kept.problems) == len(EVERY_OLD_UNIT) - 33
        assert kept.problems[0].row == list(EVERY_OLD_UNIT).index(
            next(c for c in EVERY_OLD_UNIT if c not in by_unit(kept))
        )

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("median", "territory.not_carried"),
            ("plain", "territory.not_carried"),
            ("silent", "territory.no_aggregation"),
            ("score", "territory.no_weight"),
            ("days", "territory.only_share"),
        ],
    )
    def test_medians_plain_means_and_unknown_ways(self, code: str, reason: str) -> None:
        """Each for its own reason."""
        assert set(self.refused(measured(code, EVERY_OLD_UNIT))) == {reason}

    def test_a_unit_that_passes_whole_keeps_its_median(self) -> None:
        """Copenhagen is Copenhagen: nothing has to be added."""
        row = measured("median", {"0101": 7.0}, comment=["as published"]).on_territory("2007-01-01", "area")[0]
        assert (row.value, row.status, row.comment) == (7.0, "A", "as published")

    def test_an_indicator_that_nobody_has_defined(self) -> None:
        """Without a definition nobody knows how figures add up."""
        frame = pd.DataFrame(
            {"indicator": "x", "institution": ["0219", "0231"], "period": "2006", "value": [1.0, 2.0]}
        )
        ms = mb.Measurements.from_pandas(frame, register=DENMARK)
        with pytest.raises(ArgumentError, match="catalogue"):
            ms.on_territory("2007-01-01", "area")
        known = mb.Measurements.from_pandas(frame, register=DENMARK, catalogue=CATALOGUE, on_problem="collect")
        assert len(known) == 0

    def test_without_a_register(self) -> None:
        """Nobody knows what became of the units."""
        with pytest.raises(ArgumentError, match="register"):
            measured("births", {"0219": 1.0}, register=None).on_territory("2007-01-01", "area")

    def test_a_split_needs_a_named_basis(self) -> None:
        """Nothing is chosen silently."""
        with pytest.raises(ArgumentError, match="basis"):
            measured("births", EVERY_OLD_UNIT).on_territory("2007-01-01")

    def test_wrong_words(self) -> None:
        """Arguments are checked before anything is done."""
        ms = measured("births", {"0101": 1.0})
        wrong: tuple[dict[str, Any], ...] = (
            {"kind": "kommune"},
            {"of": "skole"},
            {"division": "mid"},
            {"lang": "sv"},
        )
        for options in wrong:
            with pytest.raises(ArgumentError):
                ms.on_territory("2007-01-01", "area", **options)
        with pytest.raises(ArgumentError):
            ms.on_territory("1 January 2007")

    def test_value_that_is_not_its_parts(self) -> None:
        """A mean that disagrees with what is above and below the line cannot be computed anew."""
        ms = measured("days", {"0219": 9.0, "0231": 2.0}, numerator=[10.0, 20.0], denominator=[10.0, 10.0])
        assert "territory.parts_disagree" not in self.refused_or_none(ms)
        whole = dict.fromkeys(units("2006-06-01"), 2.0)
        count = len(whole)
        numerator = [40.0] + [20.0] * (count - 1)
        changed = list(whole).index("0219")
        numerator[0], numerator[changed] = 20.0, 40.0
        ms = measured("days", whole, numerator=numerator, denominator=[10.0] * count)
        assert set(self.refused(ms)) == {"territory.parts_disagree"}

    def refused_or_none(self, ms: mb.Measurements) -> set[str]:
        """Codes of problems in collect mode."""
        return set(ms.on_territory("2007-01-01", "area", on_problem="collect").problems.counts())


class TestPeriods:
    """Which division a figure belongs to."""

    def test_yearly_figures_in_a_reform_year_must_say_which_division(self) -> None:
        """A school year over the new year of 2007 is ambiguous for units that began, ended or changed."""
        ms = measured("births", {"0101": 1.0, "0615": 5.0}, "2006/07")
        with pytest.raises(DataError) as error:
            ms.on_territory("2008-01-01", "area")
        assert [(found.code, found.row) for found in error.value.problems] == [("territory.ambiguous_period", 1)]
        end = ms.on_territory("2008-01-01", "area", division="end")
        assert by_unit(end) == {"0101": 1, "0615": 5}
        start = ms.on_territory("2008-01-01", "area", division="start")
        assert by_unit(start)["0615"] is None  # its other parts are not there

    def test_stock_dates_belong_to_the_division_of_their_day(self) -> None:
        """A population on 1 January 2007 is that of the new unit; the day before is not."""
        new = measured("births", {"0615": 5.0}, "2007-01-01").on_territory("2007-06-01", "area")
        old = measured("births", {"0615": 5.0}, "2006-12-31").on_territory("2007-06-01", "area")
        assert (new[0].value, new[0].status) == (5, "A")
        assert (old[0].value, old[0].status) == (None, "O")

    def test_a_code_of_another_time_is_refused(self) -> None:
        """0630 did not stand for anything in 2005; with a register such rows are refused when they are read."""
        frame = pd.DataFrame({"indicator": "births", "institution": ["0630"], "period": "2005", "value": [1.0]})
        ms = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE)
        late = ms._made(ms._table, (), CATALOGUE, DENMARK, ms.problems, ms._origin)
        with pytest.raises(DataError) as error:
            late.on_territory("2007-01-01", "area")
        assert error.value.problems[0].code == "territory.not_alive"

    def test_all_divisions_in_one_call(self) -> None:
        """A series over four divisions comes out in one, with a row for every unit and year."""
        years = {"2002": "2002-06-01", "2004": "2004-06-01", "2006": "2006-06-01", "2008": "2008-06-01"}
        ms = mb.Measurements.concat(
            [measured("births", dict.fromkeys(units(day), 1.0), year) for year, day in years.items()]
        )
        found = ms.on_territory("2008-01-01", "area").to_pandas()
        assert found.groupby("period", observed=True).size().to_dict() == dict.fromkeys(years, 98)
        totals = found.groupby("period", observed=True).value.sum().to_dict()
        assert totals == pytest.approx({"2002": 275, "2004": 271, "2006": 270, "2008": 98})

    def test_doing_it_twice_changes_nothing(self) -> None:
        """What is in a division already stays as it is, in every bit."""
        once = measured("births", EVERY_OLD_UNIT).on_territory("2008-01-01", "area")
        assert once.on_territory("2008-01-01", "area") == once
        assert once.on_territory("2010-01-01") == once

    def test_a_carried_series_has_no_reused_codes(self, tmp_path: Path) -> None:
        """After it one code is one unit in every period, in panels, in files, and when rules are run again."""
        old = measured("births", EVERY_OLD_UNIT)
        new = measured("births", dict.fromkeys(units("2008-01-01"), 1.0), "2008")
        joined = old + new
        assert int(next(panels(joined)).changed.sum()) == 20  # type: ignore[union-attr]
        carried = joined.on_territory("2008-01-01", "area")
        assert next(panels(carried)).changed is None
        assert len(carried.with_catalogue(CATALOGUE).problems) == 0
        carried.write(tmp_path / "carried.parquet")
        again = mb.Measurements.read(tmp_path / "carried.parquet", catalogue=CATALOGUE, register=DENMARK)
        assert again == carried
        assert str(again.territory("births")) == "municipality on 2008-01-01, by area"

    def test_figures_back_to_an_earlier_division_are_estimates(self) -> None:
        """By stated sizes; merged and shared out again, with bounds from nothing to all."""
        new = measured("births", {"DK-OESTDANMARK": 90.0}, "2028")
        sizes = {"1084": 2.0, "1085": 1.0, "1081": 1.0, "1082": 1.0, "1083": 1.0}
        found = new.on_territory("2026-01-01", kind="region", sizes=sizes)
        assert by_unit(found) == {"1084": pytest.approx(60), "1085": pytest.approx(30)}
        assert {(row.status, row.qualifier, row.lower, row.upper) for row in found} == {("E", "approx", 0, 90)}


class TestNothing:
    """Tables with nothing to carry."""

    def test_no_rows(self) -> None:
        """Nothing becomes nothing, in the same columns."""
        ms = measured("births", {"0101": 1.0}).select(institution="x")
        found = ms.on_territory("2007-01-01", "area")
        assert (len(found), found.derivations, len(found.check_totals())) == (0, (), 0)
        assert len(ms + ms) == 0
        assert len(ms.revisions()) == 0

    def test_no_row_of_the_kind(self) -> None:
        """A table of the country needs no basis, and says nothing about divisions."""
        found = measured("births", {"DK": 1.0}).on_territory("2007-01-01")
        assert (by_unit(found), found.territory("births")) == ({"DK": 1.0}, None)

    def test_a_unit_without_a_successor_is_told(self) -> None:
        """Its figure is left out with a warning, so that the total is not taken for the same."""
        register = mb.Register.from_records(
            [
                {"id": "A", "name": "a", "valid_to": "2010-01-01"},
                {"id": "B", "name": "b"},
            ],
            kind="municipality",
            changes=[{"date": "2010-01-01", "kind": "abolish", "from": "A"}],
        )
        found = measured("births", {"A": 1.0, "B": 2.0}, "2006", register=register).on_territory("2011-01-01")
        assert (by_unit(found), found.problems.counts()) == ({"B": 2.0}, {"territory.nowhere": 1})
        assert found.problems[0].level == "warning"


class TestMarks:
    """What travels with a figure."""

    def carried(self, *rows: Mapping[str, Any], **options: Any) -> list[Any]:
        """The region of the east made of two rows."""
        frame = pd.DataFrame([{"indicator": "births", "period": "2020", **row} for row in rows])
        frame["value"] = frame["value"].astype("float64")
        ms = mb.Measurements.from_pandas(frame, catalogue=CATALOGUE, register=DENMARK)
        return list(ms.on_territory("2027-01-01", kind="region", **options))

    def test_a_missing_part_makes_the_whole_missing(self) -> None:
        """No partial sum is passed off as whole; the remark says how many parts are not there."""
        (row,) = self.carried({"institution": "1084", "value": 5})
        assert (row.value, row.status, row.comment) == (None, "O", "1 af 2 dele mangler.")

    @pytest.mark.parametrize(("status", "whole"), [("Q", "Q"), ("M", "M"), ("L", "L"), ("O", "O")])
    def test_a_part_that_is_not_given_tells_why(self, status: str, whole: str) -> None:
        """The reason of the part is that of the whole."""
        rows = ({"institution": "1084", "value": 5}, {"institution": "1085", "value": None, "status": status})
        (row,) = self.carried(*rows)
        assert (row.value, row.status) == (None, whole)

    def test_zero_is_a_figure(self) -> None:
        """A part of nothing makes a whole; a part that is missing does not."""
        (row,) = self.carried({"institution": "1084", "value": 5}, {"institution": "1085", "value": 0})
        assert (row.value, row.status) == (5, "A")

    def test_status_conf_source_and_vintage(self) -> None:
        """The gravest status, the strictest confidentiality, the last vintage, and a source only where it is shared."""
        one = {"institution": "1084", "value": 5, "status": "P", "conf": "N", "source": "a", "vintage": "2021-03-01"}
        two = {"institution": "1085", "value": 6, "status": "A", "conf": "C", "source": "b", "vintage": "2021-05-01"}
        rows = [{**row, "vintage": pd.Timestamp(str(row["vintage"]))} for row in (one, two)]
        (row,) = self.carried(*rows)
        assert (row.value, row.status, row.conf, row.source) == (11, "P", "C", None)
        assert row.vintage == dt.date(2021, 5, 1)

    def test_a_break_travels_with_the_value_by_the_old_method(self) -> None:
        """B is not lost, the remark keeps what it hides, and the overlap is the sum of both by the old method."""
        rows = (
            {"institution": "1084", "value": 5, "status": "B", "pre_break": 4},
            {"institution": "1085", "value": 6, "status": "P"},
        )
        (row,) = self.carried(*rows, lang="en")
        assert (row.status, row.pre_break, row.comment) == ("B", 10, "A part is provisional.")

    def test_bounds_that_contradict_each_other_leave_no_figure(self) -> None:
        """At least 5 and at most 6 is neither at least nor at most 11."""
        rows = (
            {"institution": "1084", "value": 5, "qualifier": "at_least"},
            {"institution": "1085", "value": 6, "qualifier": "at_most"},
        )
        (row,) = self.carried(*rows)
        assert (row.value, row.status, row.qualifier) == (None, "O", "exact")
        least = self.carried(rows[0], {"institution": "1085", "value": 6})[0]
        assert (least.value, least.qualifier) == (11, "at_least")

    def test_rows_of_other_kinds_stay_as_they_are(self) -> None:
        """Country and Christiansø are no municipalities."""
        ms = measured("births", {"0101": 1.0, "0411": 2.0, "DK": 3.0}, "2020")
        assert by_unit(ms.on_territory("2021-01-01")) == {"0101": 1, "0411": 2, "DK": 3}

    def test_the_newest_vintage_counts_and_deleted_rows_do_not(self) -> None:
        """Of each key the newest row; what was taken back is not there."""
        rows = [
            {"institution": code, "value": value, "vintage": pd.Timestamp(day), "action": action}
            for code, value, day, action in (
                ("1084", 1, "2021-01-01", "replace"),
                ("1084", 5, "2021-06-01", "replace"),
                ("1085", 6, "2021-01-01", "replace"),
                ("1081", 9, "2021-01-01", "replace"),
                ("1081", None, "2021-06-01", "delete"),
            )
        ]
        (row,) = self.carried(*rows)
        assert (row.institution, row.value, row.action) == ("DK-OESTDANMARK", 11, "replace")


class TestShares:
    """Shares and means are computed anew."""

    def test_a_share_is_recomputed_and_bounded(self) -> None:
        """From carried numerators and denominators; a split part may hold only hits or only misses."""
        codes = units("2006-06-01")
        numerator = [3.0 if code == "0233" else 1.0 for code in codes]
        denominator = [10.0 if code == "0233" else 4.0 for code in codes]
        values = dict(zip(codes, (100 * a / b for a, b in zip(numerator, denominator, strict=True)), strict=True))
        ms = measured("share", values, numerator=numerator, denominator=denominator, n=[int(b) for b in denominator])
        row = next(row for row in ms.on_territory("2007-01-01", "area") if row.institution == "0219")
        weight = 0.4431
        assert row.numerator == pytest.approx(2 + 3 * weight)
        assert row.denominator == pytest.approx(8 + 10 * weight)
        assert row.value == pytest.approx(100 * (2 + 3 * weight) / (8 + 10 * weight))
        assert row.lower == pytest.approx(100 * 2 / (8 + 7))
        assert row.upper == pytest.approx(100 * 5 / (8 + 3))
        assert row.n == 12
        assert row.comment == "35,6\u00a0% er fordelt efter areal."

    def test_a_mean_by_answers(self) -> None:
        """From the number of people behind it; without it the mean is refused."""
        ms = measured("score", {"1084": 4.0, "1085": 1.0}, "2020", n=[30, 10])
        row = ms.on_territory("2027-01-01", kind="region")[0]
        assert row.value == pytest.approx((4 * 30 + 1 * 10) / 40)
        assert row.n == 40

    def test_rates_without_a_factor_use_their_own_parts(self) -> None:
        """Days per person: days over persons."""
        ms = measured("days", {"1084": 2.0, "1085": 5.0}, "2020", numerator=[20.0, 10.0], denominator=[10.0, 2.0])
        assert ms.on_territory("2027-01-01", kind="region")[0].value == pytest.approx(30 / 12)


class TestLaws:
    """Whatever the units, weights and figures."""

    @staticmethod
    def register(steps: Sequence[Sequence[Mapping[int, int]]]) -> mb.Register:
        """Divisions that follow each other every five years, no code used twice."""
        sizes = [len(step) for step in steps] + [1 + max(unit for way in steps[-1] for unit in way)]
        days = [dt.date(2000 + 5 * place, 1, 1) for place in range(len(steps))]
        records = [
            {
                "id": f"{'ABC'[place]}{unit}",
                "name": "x",
                "valid_from": days[place - 1] if place else None,
                "valid_to": days[place] if place < len(steps) else None,
            }
            for place, size in enumerate(sizes)
            for unit in range(size)
        ]
        changes = [
            {
                "date": days[place],
                "from": f"{'ABC'[place]}{unit}",
                "to": f"{'ABC'[place + 1]}{target}",
                **({"weight.area": part / sum(way.values())} if len(way) > 1 else {}),
            }
            for place, step in enumerate(steps)
            for unit, way in enumerate(step)
            for target, part in way.items()
        ]
        return mb.Register.from_records(records, kind="municipality", changes=changes)

    WAYS = st.dictionaries(st.integers(0, 3), st.integers(0, 9), min_size=1, max_size=3).filter(
        lambda way: sum(way.values()) > 0
    )

    @given(st.data(), st.lists(WAYS, min_size=1, max_size=5))
    def test_counts_are_conserved_on_every_path_for_any_weights(
        self, data: st.DataObject, first: list[dict[int, int]]
    ) -> None:
        """In one step or two, the total of every figure is what it was, and each lies within its bounds."""
        size = 1 + max(unit for way in first for unit in way)
        assume({unit for way in first for unit in way} == set(range(size)))  # nobody comes from nowhere
        second = data.draw(st.lists(self.WAYS, min_size=size, max_size=size))
        register = self.register([first, second])
        values = data.draw(st.lists(st.integers(-50, 1000), min_size=len(first), max_size=len(first)))
        figures = {f"A{unit}": float(value) for unit, value in enumerate(values)}
        ms = measured("net", figures, "1999", register=register)
        middle = ms.on_territory("2001-01-01", "area")
        at_once, by_steps = ms.on_territory("2006-01-01", "area"), middle.on_territory("2006-01-01", "area")
        for found in (middle, at_once, by_steps):
            assert sum(by_unit(found).values()) == pytest.approx(sum(values), abs=1e-6)
            for row in found:
                assert row.value is not None
                if row.lower is not None and row.upper is not None:
                    assert row.lower - 1e-9 <= row.value <= row.upper + 1e-9
        assert by_unit(at_once) == pytest.approx(
            {code: by_unit(by_steps)[code] for code in by_unit(at_once)}, abs=1e-6
        )

    @given(st.data(), st.lists(WAYS, min_size=1, max_size=5))
    def test_it_is_the_slow_definition(self, data: st.DataObject, steps: list[dict[int, int]]) -> None:
        """Against fractions by hand, with parts that are missing and parts that are not there at all."""
        register = self.register([steps])
        given_values = data.draw(st.lists(st.none() | st.integers(0, 9), min_size=len(steps), max_size=len(steps)))
        there = data.draw(st.lists(st.booleans(), min_size=len(steps), max_size=len(steps)).filter(any))
        figures = {
            f"A{unit}": None if value is None else float(value)
            for unit, (value, held) in enumerate(zip(given_values, there, strict=True))
            if held
        }
        expected: dict[str, Fraction | None] = {}
        for target in range(1 + max(unit for way in steps for unit in way)):
            parts = [
                (unit, Fraction(way[target], sum(way.values())))
                for unit, way in enumerate(steps)
                if way.get(target, 0) > 0
            ]
            # A unit that all weights leave nothing has nothing, as long as nothing is missing where it comes from.
            parts = parts or [(unit, Fraction(0)) for unit, way in enumerate(steps) if target in way]
            if any(there[unit] for unit, _ in parts):
                known = [(given_values[unit], share) for unit, share in parts if there[unit]]
                whole = len(known) == len(parts) and all(value is not None for value, _ in known)
                expected[f"B{target}"] = (
                    sum((Fraction(value or 0) * share for value, share in known), Fraction(0)) if whole else None
                )
        found = by_unit(measured("births", figures, "1999", register=register).on_territory("2001-01-01", "area"))
        assert found.keys() == expected.keys()
        for code, value in expected.items():
            assert found[code] == (None if value is None else pytest.approx(float(value)))

    @given(st.lists(st.integers(1, 9), min_size=2, max_size=3), st.integers(0, 10**6))
    def test_splitting_and_merging_back_restores(self, parts: list[int], value: int) -> None:
        """What was split and came together again is what it was, without an estimate in it."""
        steps = [[dict(enumerate(parts))], [{0: 1} for _ in parts]]
        ms = measured("births", {"A0": float(value)}, "1999", register=self.register(steps))
        row = ms.on_territory("2006-01-01")[0]
        assert (row.institution, row.value, row.status, row.qualifier) == ("C0", value, "A", "exact")

    def test_every_case_of_the_oracle(self, oracles: Path) -> None:
        """Two reforms in a row: numerators and denominators carried, shares recomputed."""
        cases = json.loads((oracles / "interchange/own/succession.json").read_text(encoding="utf-8"))["cases"]
        assert len(cases) >= 12
        for case in cases:
            register = from_oracle(case)
            below = {code: float(Fraction(text)) for code, text in case["denominator"].items()}
            above = [float(Fraction(case["numerator"][code])) for code in below]
            shares = {code: 100 * a / b for (code, b), a in zip(below.items(), above, strict=True)}
            ms = measured(
                "share", shares, "1999", register=register, numerator=above, denominator=list(below.values())
            )
            found = ms.on_territory("2006-01-01", "area")
            for column, factor in (("numerator", 1), ("denominator", 1), ("share", 100)):
                expected = {code: factor * float(Fraction(text)) for code, text in case[f"{column}_at_end"].items()}
                name = "value" if column == "share" else column
                assert by_unit(found, name) == pytest.approx(expected, rel=1e-12), case["case_id"]

    @given(st.randoms(use_true_random=False))
    def test_order_of_rows_and_chunks_do_not_matter(self, rnd: Any) -> None:
        """The same rows in another order, in several chunks, give the same table."""
        codes = units("2006-06-01")
        table = pa.table(
            {"indicator": ["births"] * len(codes), "institution": codes, "period": ["2006"] * len(codes),
             "value": [float(place) for place in range(len(codes))]}
        )  # fmt: skip
        whole = mb.Measurements.from_arrow(table, catalogue=CATALOGUE, register=DENMARK)
        order = list(range(len(codes)))
        rnd.shuffle(order)
        parts = pa.concat_tables([table.take(order[:50]), table.take(order[50:])])
        other = mb.Measurements.from_arrow(parts, catalogue=CATALOGUE, register=DENMARK)
        one, two = (ms.on_territory("2007-01-01", "area") for ms in (whole, other))
        assert by_unit(one) == pytest.approx(by_unit(two), rel=1e-12)
        assert [row.institution for row in one] == [row.institution for row in two]


def from_oracle(case: Mapping[str, Any]) -> mb.Register:
    """A register of two reforms, with every unit that is named."""
    edges = {2000: case["reform1"], 2005: case["reform2"]}
    ends = {2000: ("A", "B"), 2005: ("B", "C")}
    named = {code for reform in edges.values() for edge in reform for code in edge[:2]}
    lives = {"A": (None, "2000-01-01"), "B": ("2000-01-01", "2005-01-01"), "C": ("2005-01-01", None)}
    records = [
        {"id": code, "name": code, "valid_from": lives[code[0]][0], "valid_to": lives[code[0]][1]}
        for code in sorted(named)
    ]
    several = Counter((year, source) for year, reform in edges.items() for source, _, _ in reform)
    changes = [
        {
            "date": f"{year}-01-01",
            "from": source,
            "to": target,
            **({"weight.area": float(Fraction(weight))} if several[year, source] > 1 else {}),
        }
        for year, reform in edges.items()
        for source, target, weight in reform
    ]
    assert set(ends) == set(edges)
    return mb.Register.from_records(records, kind="municipality", changes=changes)
