"""Each rule on its own, and rows that break several."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.measurements import _facts, _rules_codes
from maalbib.measurements._facts import Facts, Range

NAME = mb.Text(da="x", en="x")
SHARE = mb.Indicator(id="share", name=NAME, unit="percent", direction="higher", freq="year", dimensions=("sex",))
TOTAL = mb.Indicator(
    id="total", name=NAME, unit="percent", direction="higher", freq="year", composed_of=("part_a", "part_b")
)
SECRET = mb.Indicator(id="secret", name=NAME, unit="share", direction="higher", publication_level="region")
MONEY = mb.Indicator(id="money", name=NAME, unit="DKK", direction="context")
RATE = mb.Indicator(id="rate", name=NAME, unit="per_1000", direction="lower")
PARTS = [mb.Indicator(id=f"part_{letter}", name=NAME, unit="percent", direction="higher") for letter in "ab"]
CHILDREN = [mb.Indicator(id=f"children_{kind}", name=NAME, unit="count", direction="context") for kind in "fm"]
ALL_CHILDREN = mb.Indicator(
    id="children", name=NAME, unit="count", direction="context", composed_of=("children_f", "children_m")
)
CATALOGUE = mb.Catalogue(
    id="test",
    name=NAME,
    indicators=[SHARE, TOTAL, SECRET, MONEY, RATE, *PARTS, *CHILDREN, ALL_CHILDREN],
    sources=[mb.Source(id="survey", name=NAME)],
)
REGISTER = mb.Register.denmark()


def rows(*given: dict[str, Any]) -> pa.Table:
    """Return a table of rows; what a row does not say is a plain good one."""
    plain = {"indicator": "money", "institution": "0101", "period": "2024", "value": 1.0}
    names = {**plain, **{name: None for row in given for name in row}}
    columns = {name: [(plain | row).get(name) for row in given] for name in names}
    arrays = {
        name: pa.array(cells, pa.string() if all(c is None for c in cells) else None)
        for name, cells in columns.items()
    }
    return pa.table(arrays)


def check(*given: dict[str, Any], **options: Any) -> mb.Measurements:
    """Return the rows checked against catalogue and register."""
    asked: dict[str, Any] = {"catalogue": CATALOGUE, "register": REGISTER, "on_problem": "collect"} | options
    return mb.Measurements.from_arrow(rows(*given), **asked)


def found(ms: mb.Measurements) -> list[tuple[str, str | None, int | None]]:
    """Code, column and row of every problem."""
    return [(problem.code, problem.column, problem.row) for problem in ms.problems]


BROKEN = [
    ({"indicator": None}, "code.missing", "indicator"),
    ({"institution": ""}, "code.missing", "institution"),
    ({"period": "\u00a0"}, "code.missing", "period"),
    ({"indicator": "mony"}, "code.unknown", "indicator"),
    ({"institution": "0102"}, "code.unknown", "institution"),
    ({"institution": "zzzzzzzz"}, "code.unknown_no_suggestion", "institution"),
    ({"institution": "01;01"}, "code.characters", "institution"),
    ({"period": "2024-Q5"}, "period.impossible", "period"),
    ({"period": "0101"}, "period.year_range", "period"),
    ({"indicator": "share", "period": "2024-Q1"}, "period.frequency", "period"),
    ({"institution": "1085", "period": "2030"}, "institution.not_alive", "institution"),
    ({"value": float("inf")}, "number.not_finite", "value"),
    ({"n": float("-inf")}, "number.not_finite", "n"),
    ({"indicator": "share", "value": 100.2}, "value.above", "value"),
    ({"indicator": "share", "value": -0.1}, "value.below", "value"),
    ({"status": "q"}, "status.unknown", "status"),
    ({"conf": "Q"}, "conf.unknown", "conf"),
    ({"qualifier": "ca."}, "qualifier.unknown", "qualifier"),
    ({"status": "Q"}, "value.missing_status", "status"),
    ({"indicator": "share", "numerator": -1.0}, "numerator.negative", "numerator"),
    ({"denominator": 0.0}, "denominator.not_positive", "denominator"),
    ({"indicator": "share", "value": 51.0, "numerator": 1.0, "denominator": 2.0}, "value.ratio", "value"),
    ({"n": -1}, "n.negative", "n"),
    ({"n": 1.5}, "number.not_whole", "n"),
    ({"revision": -1}, "revision.range", "revision"),
    ({"lower": 1.1}, "interval.order", "lower"),
    ({"upper": 0.9}, "interval.order", "upper"),
    ({"value": None, "status": "O", "lower": 2.0, "upper": 1.0}, "interval.order", "upper"),
    ({"vintage": "31.12.2024"}, "vintage.not_a_date", "vintage"),
    ({"vintage": "2024-02-30"}, "vintage.not_a_date", "vintage"),
]


@pytest.mark.parametrize(
    ("row", "code", "column"), BROKEN, ids=[f"{code}-{place}" for place, (_, code, _) in enumerate(BROKEN)]
)
def test_a_broken_rule_costs_its_row_and_no_other(row: dict[str, Any], code: str, column: str) -> None:
    """The fault is named with row and column, in both languages, and the good rows stay."""
    ms = check({"institution": "0147"}, {"sex": "F"} | row, {"institution": "0151"})
    assert found(ms) == [(code, column, 1)]
    assert ms.institutions == ("0147", "0151")
    problem = ms.problems[0]
    assert problem.level == "error"
    assert problem.message_da
    assert problem.message_en != problem.message_da
    with pytest.raises(mb.DataError) as caught:
        check({"institution": "0147"}, {"sex": "F"} | row, on_problem="raise")
    assert caught.value.problems.counts() == {code: 1}


def test_the_nearest_known_code_is_named() -> None:
    """A slip of the pen is answered with the code that was meant."""
    ms = check({"institution": "101"}, {"indicator": "shaer"})
    assert [problem.hint("en") for problem in ms.problems] == ["Did you mean share?", "Did you mean 0101?"]


def test_every_independent_fault_of_a_row_is_reported() -> None:
    """A wrong number does not hide an unknown code, nor the other way round."""
    ms = check({"indicator": "share", "institution": "9999", "period": "2024", "value": 120.0, "n": -3, "sex": "F"})
    assert {code for code, _, _ in found(ms)} == {"code.unknown_no_suggestion", "value.above", "n.negative"} or {
        code for code, _, _ in found(ms)
    } == {"code.unknown", "value.above", "n.negative"}
    assert len(ms) == 0


def test_many_unknown_codes_are_few_problems_blocks() -> None:
    """Only the first hundred distinct codes are compared with the known ones; all are reported."""
    ms = check(*({"institution": f"x{i:04}"} for i in range(300)))
    assert len(ms.problems) == 300
    assert len(ms.problems.blocks) <= 101
    assert ms.problems.counts()["code.unknown_many"] == 200
    assert len(str(ms.problems)) < 10_000


class TestWholeColumns:
    """Columns that cannot be read refuse the table."""

    @pytest.mark.parametrize(
        ("column", "cells", "code"),
        [
            ("institution", pa.array([101]), "code.not_text"),
            ("institution", pa.array([101.0]), "code.not_text"),
            ("indicator", pa.array([b"\xe6"]), "column.extension_type"),
            ("status", pa.array([True]), "code.not_text"),
            ("period", pa.array([dt.date(2024, 1, 1)]), "period.from_date"),
            ("period", pa.array([dt.datetime(2024, 1, 1)]), "period.from_date"),  # noqa: DTZ001 - as files have it
            ("value", pa.array(["1.5"]), "number.from_text"),
            ("value", pa.array([True]), "number.wrong_type"),
            ("value", pa.array([[1.0]]), "column.extension_type"),
            ("vintage", pa.array([20250101]), "vintage.wrong_type"),
        ],
    )
    def test_refused(self, column: str, cells: Any, code: str) -> None:
        """One problem for the column, without a row, and nothing is kept."""
        table = rows({column: None}).drop_columns([column]).append_column(column, cells)
        ms = mb.Measurements.from_arrow(table, on_problem="collect")
        assert found(ms) == [(code, column, None)]
        assert len(ms) == 0

    def test_a_comment_that_is_no_text(self) -> None:
        """Nobody's figures hang on it: skipped with a warning."""
        ms = check({"comment": 7})
        assert [(p.code, p.level) for p in ms.problems] == [("comment.not_text", "warning")]
        assert len(ms) == 1

    def test_numbers_in_a_dictionary(self) -> None:
        """How they are stored does not matter."""
        table = rows({"value": None}).drop_columns(["value"])
        ms = mb.Measurements.from_arrow(table.append_column("value", pa.array([2.5]).dictionary_encode()))
        assert ms[0].value == 2.5

    def test_missing(self) -> None:
        """Every required column that is not there is named."""
        ms = mb.Measurements.from_arrow(pa.table({"period": ["2024"]}), on_problem="collect")
        assert found(ms) == [("column.missing", name, None) for name in ("indicator", "institution", "value")]

    def test_the_other_columns_are_still_checked(self) -> None:
        """A refused column does not hide faults elsewhere."""
        table = rows({"period": "2024-13", "value": float("inf")}).drop_columns(["institution"])
        ms = mb.Measurements.from_arrow(table.append_column("institution", pa.array([101])), on_problem="collect")
        assert ms.problems.counts() == {"code.not_text": 1, "period.unknown_format": 1, "number.not_finite": 1} or (
            ms.problems.counts() == {"code.not_text": 1, "period.impossible": 1, "number.not_finite": 1}
        )


class TestSettled:
    """What has one reasonable meaning is given it, with a warning where something was claimed."""

    def test_missing_values_get_a_status(self) -> None:
        """A value that is missing and not said to be gets O; said to be normal, with a warning."""
        ms = check({"value": None}, {"value": None, "institution": "0147", "status": "A"})
        assert [row.status for row in ms] == ["O", "O"]
        assert found(ms) == [("missing.empty", "value", 1)]
        assert ms.problems[0].level == "warning"

    def test_a_reason_for_missing_stays(self) -> None:
        """Suppressed, not applicable and missing are three things."""
        given = [("0101", "Q"), ("0147", "M"), ("0151", "O")]
        ms = check(*({"value": None, "institution": code, "status": status} for code, status in given))
        assert [row.status for row in ms] == ["Q", "M", "O"]
        assert not len(ms.problems)

    def test_nan_becomes_missing(self) -> None:
        """NaN is counted and stored as missing; minus zero is zero."""
        ms = check({"value": float("nan")}, {"value": -0.0, "institution": "0147"})
        assert found(ms) == [("value.nan_as_missing", "value", 0)]
        assert ms.to_arrow()["value"].null_count == 1
        assert str(ms[1].value) == "0.0"

    def test_what_is_not_published_is_marked_confidential(self) -> None:
        """A municipality's figure of an indicator that is published for regions is C, whatever the row says."""
        ms = check(
            {"indicator": "secret", "conf": "F"},
            {"indicator": "secret", "institution": "1081", "conf": "F"},
            {"indicator": "secret", "institution": "0147", "conf": "N"},
            {"indicator": "secret", "institution": "DK"},
        )
        assert [row.conf for row in ms] == ["C", "F", "N", "F"]
        assert found(ms) == [("value.confidential", "value", 0)]

    @pytest.mark.parametrize("register", [REGISTER, None])
    def test_levels_are_known_without_a_register(self, register: mb.Register | None) -> None:
        """The form of canonical codes tells municipality, region and country apart."""
        given = [{"indicator": "secret", "institution": code, "period": "2024"} for code in ("0101", "1081", "DK")]
        assert [row.conf for row in check(*given, register=register)] == ["C", "F", "F"]

    def test_empty_breakdown_cells(self) -> None:
        """Refused where the indicator is broken down, total where it is not, with a warning where nobody knows."""
        given = ({"indicator": "share", "sex": None}, {"indicator": "money", "sex": None})
        ms = check(*given)
        assert found(ms) == [("breakdown.missing", "sex", 0)]
        assert ms[0].breakdown == {"sex": "_T"}
        unsure = check(*given, catalogue=None, breakdowns=["sex"])
        assert found(unsure) == [("breakdown.taken_as_total", "sex", 0), ("breakdown.taken_as_total", "sex", 1)]

    def test_codes_are_trimmed_and_composed(self) -> None:
        """Spaces round a code go with a warning, and letters with loose accents become one."""
        ms = check({"institution": " 0101\u00a0"}, {"indicator": "a\u030a", "institution": "0147"}, catalogue=None)
        assert found(ms) == [("text.normalised", "indicator", 1), ("text.trimmed", "institution", 0)]
        assert ms.institutions == ("0101", "0147")
        assert ms.indicators == ("money", "\u00e5")

    def test_an_unknown_source_is_a_warning(self) -> None:
        """A figure from a source that nobody has described is still a figure."""
        ms = check({"source": "survey"}, {"source": "survej", "institution": "0147"})
        assert found(ms) == [("code.unknown", "source", 1)]
        assert len(ms) == 2

    def test_value_by_the_old_method_belongs_to_a_break(self) -> None:
        """It is kept, with a warning where no break is marked."""
        ms = check({"pre_break": 2.0, "status": "B"}, {"pre_break": 2.0, "institution": "0147"})
        assert found(ms) == [("pre_break.status", "pre_break", 1)]
        assert len(ms) == 2

    def test_a_month_that_looks_like_a_school_year(self) -> None:
        """2009-10 is October 2009, which is worth a warning among school years."""
        ms = check({"period": "2009-10"}, {"period": "2010/11"}, {"period": "2010-12"})
        assert found(ms) == [("period.looks_like_school_year", "period", 0)]

    def test_control_characters_cost_the_comment_only(self) -> None:
        """The row of a remark with invisible characters is kept."""
        ms = check({"comment": "a\u200bb"}, {"comment": "linje 1\nlinje 2", "institution": "0147"})
        assert found(ms) == [("comment.control_char", "comment", 0)]
        assert [row.comment for row in ms] == [None, "linje 1\nlinje 2"]


class TestRatio:
    """A value agrees with its parts up to the rounding of its decimals."""

    @pytest.mark.parametrize(
        ("row", "good"),
        [
            ({"indicator": "share", "value": 33.3, "numerator": 1, "denominator": 3}, True),
            ({"indicator": "share", "value": 33.0, "numerator": 1, "denominator": 3}, True),
            ({"indicator": "share", "value": 100 / 3, "numerator": 1, "denominator": 3}, True),
            ({"indicator": "share", "value": 33.4, "numerator": 1, "denominator": 3}, False),
            ({"indicator": "share", "value": 0.3, "numerator": 1, "denominator": 3}, False),
            ({"indicator": "secret", "value": 0.33, "numerator": 1, "denominator": 3}, True),
            ({"indicator": "rate", "value": 333.3, "numerator": 1, "denominator": 3}, True),
            ({"indicator": "rate", "value": 33.3, "numerator": 1, "denominator": 3}, False),
            ({"indicator": "money", "value": 5.0, "numerator": 1, "denominator": 3}, True),
            ({"indicator": "money", "value": 5.0, "numerator": -1, "denominator": 3}, True),
            ({"indicator": "share", "value": None, "numerator": 0, "denominator": 0}, True),
        ],
    )
    def test_ratio(self, row: dict[str, Any], good: bool) -> None:  # noqa: FBT001
        """Percentages count in 100, shares in 1, rates per so many; amounts are not checked."""
        assert len(check({"institution": "1081", "sex": "_T"} | row)) == good

    def test_written_decimals_decide(self) -> None:
        """80,0 says more than 80 where it is known how the number was written."""
        texts = rows({"indicator": "share", "sex": "_T", "value": "80.0", "numerator": "803", "denominator": "1000"})
        assert check_table(texts).problems.counts() == {"value.ratio": 1}
        texts = rows({"indicator": "share", "sex": "_T", "value": "80", "numerator": "803", "denominator": "1000"})
        assert len(check_table(texts)) == 1


def check_table(table: pa.Table) -> mb.Measurements:
    """Return a table of texts with decimal points, checked."""
    return mb.Measurements.from_arrow(table, catalogue=CATALOGUE, locale="iso", on_problem="collect")


class TestKeys:
    """One row per key."""

    def test_contradicting_rows_are_left_out_and_named(self) -> None:
        """Nothing says which of two is right; a third row of the key goes with them."""
        ms = check({}, {"institution": "0147"}, {"value": 2.0}, {"value": 3.0})
        assert [(p.code, p.row, p.other_row) for p in ms.problems] == [
            ("key.duplicate", 0, 2),
            ("key.duplicate", 0, 3),
        ]
        assert ms.institutions == ("0147",)

    def test_a_repeated_row_is_kept_once(self) -> None:
        """Rows that agree in every column are no contradiction."""
        ms = check({"n": None, "comment": "x"}, {"comment": "x"})
        assert [(p.code, p.row, p.other_row, p.level) for p in ms.problems] == [("key.repeated", 1, 0, "warning")]
        assert len(ms) == 1

    @pytest.mark.parametrize("column", ["vintage", "revision", "sex", "period", "indicator"])
    def test_what_makes_a_key(self, column: str) -> None:
        """Vintage, revision and breakdowns are parts of it."""
        cells = {
            "vintage": [dt.date(2025, 1, 1), None],
            "revision": [1, None],
            "sex": ["F", "M"],
            "period": ["2024", "2023"],
            "indicator": ["money", "rate"],
        }[column]
        ms = check({column: cells[0]}, {column: cells[1]}, breakdowns=["sex"] if column == "sex" else None)
        assert not len(ms.problems.errors)
        assert len(ms) == 2

    def test_two_spellings_of_a_period_are_one_key(self) -> None:
        """Keys are compared after periods are canonical."""
        ms = check({"period": "2024-Q1"}, {"period": "2024K1", "value": 2.0}, locale="da")
        assert ms.problems.counts() == {"key.duplicate": 1}

    def test_a_row_that_is_left_out_anyway_contradicts_nobody(self) -> None:
        """A good row is not lost to a bad one with its key."""
        ms = check({}, {"value": float("inf")})
        assert ms.problems.counts() == {"number.not_finite": 1}
        assert [row.value for row in ms] == [1.0]

    def test_more_keys_than_a_number_can_hold(self) -> None:
        """Where packing would overflow, keys are numbered anew and stay right."""
        count = 3_000
        table = pa.table(
            {
                **{
                    name: [f"{name}{i}" for i in range(count)] for name in ("indicator", "institution", "a", "b", "c")
                },
                "period": [str(1500 + i % 1_499) for i in range(count)],
                "d": [f"d{i}" for i in range(count)],
                "value": np.arange(count, dtype=float),
            }
        )
        doubled = pa.concat_tables([table, table.slice(17, 1)])
        ms = mb.Measurements.from_arrow(doubled, breakdowns=["a", "b", "c", "d"], on_problem="collect")
        assert [(p.code, p.row, p.other_row) for p in ms.problems] == [("key.repeated", count, 17)]


class TestSums:
    """Indicators that are composed of others."""

    def table(
        self, total: float, *, indicator: str = "total", parts: tuple[float, float] = (60.7, 29.6)
    ) -> mb.Measurements:
        """Return a total and its two parts."""
        names = CATALOGUE.indicators[indicator].composed_of
        given = [{"indicator": name, "value": value} for name, value in zip(names, parts, strict=True)]
        return check(*given, {"indicator": indicator, "value": total})

    def test_a_sum_that_holds_in_decimals(self) -> None:
        """60.7 + 29.6 is 90.3, although not in binary."""
        assert not len(self.table(90.3).problems)

    def test_a_changed_digit_is_reported_with_row_and_column(self) -> None:
        """The sum is left out, its parts stay; every row concerned is named."""
        ms = self.table(93.0)
        assert [(p.code, p.column, p.row, p.other_row) for p in ms.problems] == [
            ("sum.mismatch", "value", 2, 0),
            ("sum.mismatch", "value", 2, 1),
        ]
        assert ms.indicators == ("part_a", "part_b")
        assert "part_a, part_b" in ms.problems[0].message_da

    def test_rounding_is_a_warning(self) -> None:
        """Rounded shares need not add up to the last digit."""
        ms = self.table(90.4)
        assert [(p.code, p.level) for p in ms.problems] == [("sum.mismatch", "warning")] * 2
        assert len(ms) == 3

    def test_counts_are_not_rounded(self) -> None:
        """One child too many is an error."""
        assert not len(self.table(300, indicator="children", parts=(100, 200)).problems)
        assert self.table(301, indicator="children", parts=(100, 200)).problems[0].level == "error"

    def test_sums_are_checked_where_every_part_is_there(self) -> None:
        """A missing part, another period or another source is no mismatch."""
        assert not len(check({"indicator": "total", "value": 5.0}, {"indicator": "part_a", "value": 1.0}).problems)
        apart = [
            {"indicator": "total", "value": 5.0},
            {"indicator": "part_a"},
            {"indicator": "part_b", "period": "2023"},
        ]
        assert not len(check(*apart).problems)

    def test_tabel_1(self) -> None:
        """The four sums of the 2006 paper hold; each changed figure is found in its own area."""
        frame = mb.Measurements.example("satisfaction-2006").to_pandas()
        catalogue = mb.Catalogue.load("danmark")
        whole = mb.Measurements.from_pandas(frame, catalogue=catalogue)
        assert len(whole) == 12
        assert not len(whole.problems)
        for row in range(12):
            wrong = frame.assign(value=frame["value"].where(frame.index != row, frame["value"] + 1))
            ms = mb.Measurements.from_pandas(wrong, catalogue=catalogue, on_problem="collect")
            assert ms.problems.counts() == {"sum.mismatch": 2}
            named = {problem.row for problem in ms.problems} | {problem.other_row for problem in ms.problems}
            assert row in named
            assert {frame["area"][place] for place in named} == {frame["area"][row]}


CELLS = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from(["share", "money", "secret", "mony", None]),
        "institution": st.sampled_from(["0101", "0147", "1085", "DK", "9999"]),
        "period": st.sampled_from(["2024", "2026", "2030", "2024-Q1", "2024-13"]),
        "value": st.sampled_from([1.0, 0.5, 120.0, -3.0, float("inf"), None]),
        "status": st.sampled_from(["A", "Q", "z", None]),
        "n": st.sampled_from([10, -1, None]),
        "sex": st.sampled_from(["F", "_T", None]),
    }
)


@given(st.lists(CELLS, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_but_row_numbers(given_rows: list[dict[str, Any]], chance: Any) -> None:
    """Permuting rows permutes problems and measurements, and nothing else."""
    order = list(range(len(given_rows)))
    chance.shuffle(order)
    straight, mixed = check(*given_rows), check(*(given_rows[place] for place in order))

    def problems(ms: mb.Measurements, place: list[int]) -> list[tuple[Any, ...]]:
        pairs = [(p, {place[row] for row in (p.row, p.other_row) if row is not None}) for p in ms.problems]
        # Of a key that stands three times or is repeated, the first row is the one that the others are paired with.
        keys = [(p.code, p.column, p.level, str(dict(p.details))) for p, _ in pairs if p.code.startswith("key.")]
        rest = [
            (p.code, p.column, p.level, str(dict(p.details)), sorted(rows))
            for p, rows in pairs
            if not p.code.startswith("key.")
        ]
        return sorted(map(str, keys)) + sorted(map(str, rest))

    assert problems(straight, list(range(len(order)))) == problems(mixed, order)
    left = sorted(map(repr, straight))
    assert left == sorted(map(repr, mixed))


# The rules said once more, slowly: one row after another, in plain Python.

NUMBERS = st.sampled_from([0.0, 1.0, 0.5, 33.3, 50.0, 99.9, 120.0, -3.0, math.inf, None])
SLOW_ROWS = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from(["share", "money", "secret", "rate", "mony", None]),
        "institution": st.sampled_from(["0101", "0147", "1081", "1085", "DK", "9999", None]),
        "period": st.sampled_from(["2024", "2023", "2030", "2024-Q1", None]),
        "sex": st.sampled_from(["F", "_T"]),
        "value": NUMBERS,
        "numerator": NUMBERS,
        "denominator": NUMBERS,
        "lower": NUMBERS,
        "upper": NUMBERS,
        "n": st.sampled_from([10.0, 0.0, -1.0, None]),
        "status": st.sampled_from(["A", "Q", "M", "B", None]),
        "conf": st.sampled_from(["F", "C", None]),
        "pre_break": st.sampled_from([1.0, None, None]),
    }
)
WARNINGS = {"missing.empty", "value.confidential", "pre_break.status", "key.repeated"}
LEVEL = {"DK": 2, "1081": 1, "1085": 1}


def by_hand(row: dict[str, Any]) -> set[tuple[str, str]]:
    """Return code and column of every rule that a row breaks by itself."""
    found: set[tuple[str, str]] = {
        ("code.missing", name) for name in ("indicator", "institution", "period") if row[name] is None
    }
    indicator = CATALOGUE.indicators.get(row["indicator"] or "")
    if row["indicator"] is not None and indicator is None:
        found.add(("code.unknown", "indicator"))
    if row["institution"] is not None and row["institution"] not in REGISTER:
        found.add(("code.unknown", "institution"))
    period = None if row["period"] is None else mb.Period.parse(row["period"])
    if indicator is not None and period is not None and indicator.freq not in {None, period.freq}:
        found.add(("period.frequency", "period"))
    if row["institution"] in REGISTER and period is not None:
        after = period.end + dt.timedelta(days=1)
        if not REGISTER.alive(row["institution"], period.start, after):
            found.add(("institution.not_alive", "institution"))
    if row["indicator"] == "secret" and row["institution"] in REGISTER and LEVEL.get(row["institution"], 0) < 1:
        found |= {("value.confidential", "value")} if row["conf"] in {"F", None} else set()
    return found | by_hand_numbers(row, indicator)


def by_hand_numbers(row: dict[str, Any], indicator: mb.Indicator | None) -> set[tuple[str, str]]:
    """Return the rules about numbers that a row breaks."""
    names = ("value", "numerator", "denominator", "lower", "upper", "n", "pre_break")
    number = {name: row[name] if row[name] is not None and math.isfinite(row[name]) else None for name in names}
    value, top, bottom = number["value"], number["numerator"], number["denominator"]
    empty, below_zero = row["value"] is None, indicator is not None and indicator.low < 0
    rules = {
        ("value.above", "value"): value is not None and indicator is not None and value > indicator.high,
        ("value.below", "value"): value is not None and indicator is not None and value < indicator.low,
        ("value.missing_status", "status"): row["status"] in {"Q", "M"} and value is not None,
        ("missing.empty", "value"): row["status"] in {"A", "B"} and empty,
        ("numerator.negative", "numerator"): top is not None and top < 0 and not below_zero,
        ("denominator.not_positive", "denominator"): bottom is not None
        and bottom <= 0
        and not (bottom == 0 and empty),
        ("value.ratio", "value"): not_the_quotient(row["indicator"] or "", value, top, bottom),
        ("n.negative", "n"): number["n"] is not None and number["n"] < 0,
        ("interval.order", "lower"): exceeds(number["lower"], value),
        ("interval.order", "upper"): exceeds(number["lower"] if empty else value, number["upper"]),
        ("pre_break.status", "pre_break"): number["pre_break"] is not None and row["status"] != "B",
    }
    broken = {rule for rule, breaks in rules.items() if breaks}
    return broken | {("number.not_finite", name) for name in names if row[name] is not None and number[name] is None}


def not_the_quotient(indicator: str, value: float | None, top: float | None, bottom: float | None) -> bool:
    """Say whether a share or rate is something else than numerator over denominator."""
    factor = {"share": 100.0, "secret": 1.0, "rate": 1000.0}.get(indicator)
    if factor is None or value is None or top is None or bottom is None or bottom <= 0:
        return False
    quotient = factor * top / bottom
    return abs(value - quotient) > (0.5 if value == int(value) else 0.05) + 1e-9 * max(1.0, abs(quotient))


def exceeds(small: float | None, large: float | None) -> bool:
    """Say whether the first of two numbers is larger."""
    return small is not None and large is not None and small > large


@given(st.lists(SLOW_ROWS, min_size=1, max_size=12))
def test_the_rules_agree_with_one_row_at_a_time(given_rows: list[dict[str, Any]]) -> None:
    """Whole columns find in every row what the plain definition finds in it, and keep the same rows."""
    ms = check(*given_rows, breakdowns=["sex"])
    told = {
        (p.row, p.code.replace("_no_suggestion", ""), p.column) for p in ms.problems if not p.code.startswith("key.")
    }
    expected = {(place, *fault) for place, row in enumerate(given_rows) for fault in by_hand(row)}
    assert told == expected
    left = [
        place
        for place in range(len(given_rows))
        if not any(row == place and code not in WARNINGS for row, code, _ in expected)
    ]
    keys = [
        tuple(given_rows[place][name] for name in ("indicator", "institution", "period", "sex")) for place in left
    ]
    once = [place for place, key in zip(left, keys, strict=True) if keys.count(key) == 1]
    assert set(once) <= set(ms.row_numbers.tolist()) <= set(left)
    repeated = {p.row for p in ms.problems if p.code.startswith("key.")} | {p.other_row for p in ms.problems}
    assert {place for place, key in zip(left, keys, strict=True) if keys.count(key) > 1} == repeated - {None}


@given(st.lists(SLOW_ROWS, min_size=1, max_size=12), st.booleans())
def test_facts_about_columns_change_no_finding(given_rows: list[dict[str, Any]], few: bool) -> None:  # noqa: FBT001
    """What is skipped because nothing can break it would have found nothing: every rule looks at every row instead."""
    fast = check(*given_rows, breakdowns=["sex"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Facts, "pairs", lambda *_: None)
        patch.setattr(Facts, "range", lambda *_: Range(low=-math.inf, high=math.inf, has_empty=True))
        patch.setattr(Facts, "repeats", True)
        patch.setattr(_rules_codes, "_FEW_PAIRS", 0 if few else 2**20)
        patch.setattr(_facts, "_BLOCK", 3)
        slow = check(*given_rows, breakdowns=["sex"])
    assert slow == fast
    assert slow.problems == fast.problems
    assert slow.row_numbers.tolist() == fast.row_numbers.tolist()
