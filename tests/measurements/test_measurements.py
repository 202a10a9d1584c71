"""Measurements as objects: ways in from frames and Arrow, parts, ways out."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.measurements import Mark, panels

if TYPE_CHECKING:
    from pathlib import Path

REGISTER = mb.Register.denmark()
CANARY = "KANARIE7319"


def plain(rows: int = 2) -> pa.Table:
    """Return a small good table of plain texts."""
    return pa.table(
        {
            "indicator": ["sick"] * rows,
            "institution": ["0101", "0147", "0151"][:rows],
            "period": ["2024"] * rows,
            "value": [9.4, None, 8.0][:rows],
        }
    )


class Stream:
    """A frame of another library: all it offers is the Arrow stream."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Export the table."""
        return self.table.__arrow_c_stream__(requested_schema)


def encoded(kind: str) -> Any:
    """Return the same two institutions in a form that some producer uses."""
    texts = pa.array(["0101", "0147"])
    if kind.startswith("dictionary"):
        index = {"int8": pa.int8(), "uint16": pa.uint16(), "uint32": pa.uint32(), "int64": pa.int64()}[kind[11:]]
        return pa.DictionaryArray.from_arrays(pa.array([1, 0], index), pa.array(["0147", "0101"]))
    if kind == "view" and not hasattr(pa, "string_view"):
        pytest.skip("this pyarrow has no string views")
    forms = {
        "plain": lambda: texts,
        "large": lambda: texts.cast(pa.large_string()),
        "view": lambda: texts.cast(pa.string_view()),
        "runs": lambda: pc.run_end_encode(texts),
        "unequal": lambda: pa.chunked_array([texts[:1].dictionary_encode(), texts[1:].dictionary_encode()]),
        # The same text twice in one dictionary, and one that no row holds.
        "doubled": lambda: pa.DictionaryArray.from_arrays(pa.array([0, 2]), pa.array(["0101", "0101", "0147", ";"])),
    }
    return forms[kind]()


FORMS = ["plain", "large", "view", "runs", "unequal", "doubled"]
FORMS += [f"dictionary-{index}" for index in ("int8", "uint16", "uint32", "int64")]


class TestArrow:
    """Anything that speaks Arrow."""

    @pytest.mark.parametrize("form", FORMS)
    def test_codes_arrive_in_any_form(self, form: str) -> None:
        """Plain, large, viewed, run-end encoded, and dictionaries with any index."""
        ms = mb.Measurements.from_arrow(plain().set_column(1, "institution", encoded(form)))
        assert [row.institution for row in ms] == ["0101", "0147"]
        assert ms == mb.Measurements.from_arrow(plain())
        assert not len(ms.problems)

    def test_anything_with_a_stream(self) -> None:
        """Tables, batches, readers, frames and strangers."""
        table = plain()
        batch = table.to_batches()[0]
        reader = pa.RecordBatchReader.from_batches(table.schema, iter([batch]))
        given: list[object] = [
            table,
            batch,
            reader,
            Stream(table),
            table.to_pandas(),
            mb.Measurements.from_arrow(table),
        ]
        for data in given:
            assert mb.Measurements.from_arrow(data) == mb.Measurements.from_arrow(table)

    def test_chunks_do_not_matter(self) -> None:
        """Many chunks, some of them empty, hold the same rows."""
        parts = pa.concat_tables([plain().slice(0, 1), plain().slice(0, 0), plain().slice(1, 1)])
        assert mb.Measurements.from_arrow(parts) == mb.Measurements.from_arrow(plain())

    @pytest.mark.parametrize("data", [None, [1], {"a": 1}, "x.csv", np.zeros(2)])
    def test_what_does_not_speak_arrow(self, data: object) -> None:
        """It is the caller's mistake, and said so."""
        with pytest.raises(mb.errors.ArgumentError, match="data must be"):
            mb.Measurements.from_arrow(data)

    def test_bytes_that_claim_to_be_text(self) -> None:
        """Text that is no UTF-8 is refused by column, whatever the column is for."""
        broken = pa.StringArray.from_buffers(2, pa.array([0, 1, 2], pa.int32()).buffers()[1], pa.py_buffer(b"\xe6a"))
        for name in ("institution", "value", "comment", "vintage"):
            table = plain().drop_columns([name] if name in plain().column_names else []).append_column(name, broken)
            ms = mb.Measurements.from_arrow(table, locale="iso", on_problem="collect")
            assert [(p.code, p.column) for p in ms.problems.errors] == [("encoding.invalid", name)]

    def test_a_stream_that_breaks(self) -> None:
        """What a producer says about its own failure may hold values, so it is not repeated."""

        class Broken:
            def __arrow_c_stream__(self, requested_schema: object = None) -> object:
                raise ValueError(CANARY)

        with pytest.raises(mb.errors.ArgumentError) as caught:
            mb.Measurements.from_arrow(Broken())
        assert CANARY not in str(caught.value)
        assert caught.value.__suppress_context__

    def test_what_is_given_is_never_changed(self) -> None:
        """Arrays that share memory with the table stay as they are."""
        values = np.array([-0.0, np.nan])
        table = plain().set_column(3, "value", pa.array(values))
        ms = mb.Measurements.from_arrow(table)
        assert str(ms[0].value) == "0.0"
        assert str(values.tolist()) == "[-0.0, nan]"

    def test_no_rows(self) -> None:
        """An empty table is no error."""
        ms = mb.Measurements.from_arrow(plain().slice(0, 0))
        assert len(ms) == 0
        assert ms.indicators == ()
        assert list(panels(ms)) == []
        assert ms.as_of("2025-01-01") == ms
        assert "no indicator" in repr(ms)

    def test_two_columns_of_one_name(self) -> None:
        """Neither is read."""
        doubled = plain().append_column("value", pa.array([1.0, 2.0]))
        ms = mb.Measurements.from_arrow(doubled, on_problem="collect")
        assert ms.problems.counts() == {"header.duplicate": 1, "column.missing": 1}

    def test_small_numbers_of_other_types(self) -> None:
        """Decimals, integers and halves become doubles."""
        for cells in (pa.array([Decimal("9.40"), None]), pa.array([9, None]), pa.array(np.array([9, 8], np.float16))):
            ms = mb.Measurements.from_arrow(plain().set_column(3, "value", cells))
            assert ms.to_arrow()["value"].type == pa.float64()

    def test_whole_numbers_beyond_a_double(self) -> None:
        """Rounding is a warning."""
        ms = mb.Measurements.from_arrow(plain().set_column(3, "value", pa.array([2**53 + 1, 1])))
        assert [(p.code, p.row) for p in ms.problems] == [("value.rounded", 0)]

    def test_years_as_numbers(self) -> None:
        """Whole numbers are years, with a warning; 2024.5 is no period."""
        for years in (pa.array([2024, 2023]), pa.array([2024.0, 2023.0]), pa.array([2024, 2023], pa.int16())):
            ms = mb.Measurements.from_arrow(plain().set_column(2, "period", years))
            assert [str(row.period) for row in ms] == ["2024", "2023"]
            assert ms.problems.counts() == {"period.from_number": 1}
        half = plain().set_column(2, "period", pa.array([2024.5, None]))
        ms = mb.Measurements.from_arrow(half, on_problem="collect")
        assert ms.problems.counts() == {"period.from_number": 1, "period.unknown_format": 1, "code.missing": 1}


class TestPandas:
    """Frames, whatever pandas makes of their columns."""

    FRAME = pd.DataFrame(
        {
            "Kommune": ["101", "147", "000"],
            "Kvartal": ["2024K1", "1. kvartal 2024", "2024-Q1"],
            "Andel": ["1.234,5", "-0,5", ""],
            "Note": ["a", "b", "c"],
        }
    )
    NAMES = {"institution": "Kommune", "period": "Kvartal", "value": "Andel"}  # noqa: RUF012 - never changed

    def read(self, frame: pd.DataFrame, **options: Any) -> mb.Measurements:
        """Read the frame by its Danish names."""
        asked: dict[str, Any] = {"columns": self.NAMES, "constants": {"indicator": "x"}, "locale": "da"} | options
        return mb.Measurements.from_pandas(frame, **asked)

    @pytest.mark.parametrize("dtype", ["object", "string", "category", "str"])
    def test_danish_texts(self, dtype: str) -> None:
        """Numbers, periods and codes of a Danish frame; unknown columns are a warning."""
        frame = self.FRAME.astype(dtype)
        before = frame.copy(deep=True)
        ms = self.read(frame, schemes={"institution": "municipality3"}, register=REGISTER, source="kilde")
        assert [(row.institution, str(row.period), row.value, row.status) for row in ms] == [
            ("0101", "2024-Q1", 1234.5, "A"),
            ("0147", "2024-Q1", -0.5, "A"),
            ("DK", "2024-Q1", None, "O"),
        ]
        assert {row.source for row in ms} == {"kilde"}
        assert [(p.code, p.column, p.row) for p in ms.problems] == [("column.unknown", "Note", None)]
        pd.testing.assert_frame_equal(frame, before)

    def test_problems_speak_of_the_frames_own_columns(self) -> None:
        """The name is the caller's, the row counts from 0."""
        wrong = self.FRAME.assign(Andel=["1.5", "1,5", "x"])
        ms = self.read(wrong, on_problem="collect")
        assert [(p.code, p.column, p.row) for p in ms.problems.errors] == [
            ("number.english_decimal", "Andel", 0),
            ("number.not_a_number", "Andel", 2),
        ]
        assert ms.row_numbers.tolist() == [1]

    def test_a_code_of_another_scheme(self) -> None:
        """084 is no municipality, whatever it looks like."""
        frame = self.FRAME.assign(Kommune=["084", "101", "0147"])
        ms = self.read(frame, schemes={"institution": "municipality3"}, register=REGISTER, on_problem="collect")
        assert [(p.code, p.column, p.row) for p in ms.problems.errors] == [
            ("code.not_in_scheme", "Kommune", 0),
            ("code.not_in_scheme", "Kommune", 2),
        ]

    def test_nan_in_a_frame_is_missing(self) -> None:
        """No warning: it is how pandas writes it."""
        frame = plain().to_pandas()
        assert np.isnan(frame["value"][1])
        assert not len(mb.Measurements.from_pandas(frame).problems)

    def test_mixed_cells(self) -> None:
        """In a column of objects the cells of the wrong type are named, not the whole column."""
        frame = (
            plain(3)
            .to_pandas()
            .assign(institution=["0101", 147, None], value=pd.Series([1, "2", Decimal(3)], dtype=object))
        )
        for take in (mb.Measurements.from_pandas, mb.Measurements.from_arrow):
            ms = take(frame, on_problem="collect")
            assert [(p.code, p.column, p.row) for p in ms.problems] == [
                ("code.not_text", "institution", 1),
                ("number.from_text", "value", 1),
                ("code.missing", "institution", 2),
            ]

    def test_integer_codes_are_refused(self) -> None:
        """Zeros may already be lost."""
        frame = plain().to_pandas().assign(institution=[101, 147])
        with pytest.raises(mb.DataError) as caught:
            mb.Measurements.from_pandas(frame)
        assert caught.value.problems.counts() == {"code.not_text": 1}

    def test_pandas_periods_and_dates(self) -> None:
        """Neither is taken for a period."""
        for cells, code in (
            (pd.period_range("2024Q1", periods=2, freq="Q"), "period.extension_type"),
            (pd.to_datetime(["2024-01-01", "2024-04-01"]), "period.from_date"),
        ):
            frame = plain().to_pandas().assign(period=cells)
            ms = mb.Measurements.from_pandas(frame, on_problem="collect")
            assert ms.problems.counts() == {code: 1}

    def test_vintages(self) -> None:
        """Timestamps without a clock are days; one with a clock is refused in its row."""
        days = pd.to_datetime(["2025-01-31 00:00", "2025-01-31 12:00"])
        ms = mb.Measurements.from_pandas(plain().to_pandas().assign(vintage=days), on_problem="collect")
        assert [row.vintage for row in ms] == [dt.date(2025, 1, 31)]
        assert [(p.code, p.row) for p in ms.problems] == [("vintage.has_time", 1)]

    def test_not_a_frame(self) -> None:
        """The caller's mistake."""
        with pytest.raises(mb.errors.ArgumentError, match="frame must be"):
            mb.Measurements.from_pandas([1])  # type: ignore[arg-type]


class TestArguments:
    """What no data could make right."""

    @pytest.mark.parametrize(
        ("options", "text"),
        [
            ({"on_problem": "ignore"}, "on_problem"),
            ({"locale": "sv"}, "locale"),
            ({"columns": {"institutoin": "Kommune"}}, "columns"),
            ({"constants": {"a": "b"}}, "constants"),
            ({"constants": {"indicator": None}}, "constants"),
            ({"breakdowns": ["value"]}, "breakdown"),
            ({"breakdowns": ["a=b"]}, "breakdown"),
            ({"schemes": {"institution": "municipality3"}}, "register"),
            ({"marks": {"..": "A"}}, "marks"),
            ({"marks": "px3"}, "marks"),
        ],
    )
    def test_arguments(self, options: dict[str, Any], text: str) -> None:
        """The text names the argument."""
        with pytest.raises(mb.errors.ArgumentError, match=text):
            mb.Measurements.from_arrow(plain().drop_columns(["indicator"]), **options)

    def test_there_is_no_constructor(self) -> None:
        """Measurements are checked when they are made."""
        with pytest.raises(mb.errors.ArgumentError, match="from_arrow"):
            mb.Measurements()

    def test_a_constant_does_not_hide_a_column(self) -> None:
        """Given twice is a contradiction."""
        ms = mb.Measurements.from_arrow(plain(), constants={"indicator": "x"}, on_problem="collect")
        assert ms.problems.counts() == {"column.twice": 1}

    def test_constants_of_every_kind(self) -> None:
        """Codes, numbers and days."""
        constants: dict[str, Any] = {"indicator": "x", "n": 7, "vintage": dt.date(2025, 1, 1), "denominator": 2.0}
        ms = mb.Measurements.from_arrow(plain().drop_columns(["indicator"]), constants=constants)
        assert (ms[0].indicator, ms[0].n, ms[0].vintage, ms[0].denominator) == ("x", 7, dt.date(2025, 1, 1), 2.0)

    def test_a_named_column_that_is_not_there(self) -> None:
        """The caller's name is in the problem."""
        ms = mb.Measurements.from_arrow(plain(), columns={"n": "Antal"}, on_problem="collect")
        assert [(p.code, p.column) for p in ms.problems] == [("column.missing", "Antal")]

    def test_vintages_in_danish(self) -> None:
        """Danish and ISO dates; a month is no day."""
        table = plain(3).append_column("vintage", pa.array(["31.12.2024", "2024-12-31", "2024-12"]))
        ms = mb.Measurements.from_arrow(table, locale="da", on_problem="collect")
        assert {row.vintage for row in ms} == {dt.date(2024, 12, 31)}
        assert [(p.code, p.row) for p in ms.problems] == [("vintage.not_a_date", 2)]

    def test_marks_keep_four_things_apart(self) -> None:
        """Zero, missing, suppressed and not applicable."""
        texts = pa.array(["-", "..", ".", ""])
        table = pa.table(
            {"indicator": ["x"] * 4, "institution": list("abcd"), "period": ["2024"] * 4, "value": texts}
        )
        ms = mb.Measurements.from_arrow(table, locale="da", marks="dst")
        assert [(row.value, row.status, row.conf) for row in ms] == [
            (0.0, "A", "F"),
            (None, "Q", "C"),
            (None, "M", "F"),
            (None, "O", "F"),
        ]
        marks = {"-": "0", "..": "Q", ".": Mark(status="M")}
        own = mb.Measurements.from_arrow(table, locale="da", marks=marks)
        assert own == ms
        undeclared = mb.Measurements.from_arrow(table, locale="da", on_problem="collect")
        assert undeclared.problems.counts() == {"number.not_a_number": 3}


class TestParts:
    """Selecting, looking back, and checking again."""

    def test_select(self) -> None:
        """By indicator, institution, period and breakdown; unknown codes select nothing."""
        ms = mb.Measurements.example("reading")
        part = ms.select(institution="DK", period=["2014/15", "2015/16"], breakdown={"grade": ["4", "6"]})
        assert [(str(row.period), row.breakdown["grade"]) for row in part] == [
            ("2014/15", "4"),
            ("2015/16", "4"),
            ("2014/15", "6"),
            ("2015/16", "6"),
        ]
        assert part.row_numbers.tolist() == [7, 8, 14, 15]
        assert len(ms.select(indicator="x")) == 0
        assert ms.select() == ms
        with pytest.raises(mb.errors.ArgumentError, match="breakdown"):
            ms.select(breakdown={"sex": "F"})

    def test_as_of_agrees_with_the_oracle(self, oracles: Path) -> None:
        """The largest pair of vintage and revision wins; a deletion is a row without a value."""
        cases = json.loads((oracles / "interchange/own/vintages.json").read_text(encoding="utf-8"))["cases"]
        assert len(cases) >= 14
        for case in cases:
            rows = case["rows"]
            table = pa.table(
                {
                    "indicator": [row["key"] for row in rows],
                    "institution": ["x"] * len(rows),
                    "period": [row["period"] for row in rows],
                    "value": pa.array([row["value"] for row in rows], pa.float64()),
                    "status": ["M" if row["action"] == "delete" else "A" for row in rows],
                    "vintage": [dt.date.fromisoformat(row["vintage"]) for row in rows],
                    "revision": [row["revision"] for row in rows],
                }
            )
            ms = mb.Measurements.from_arrow(table)
            known = [row for row in ms.as_of(case["as_of"]) if row.status != "M"]
            found = sorted([row.indicator, row.value, str(row.vintage), row.revision] for row in known)
            assert found == sorted(case["expected"]), case["case_id"]

    @given(
        st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from([None, 1, 2, 3]), st.sampled_from([None, 0, 1, 2])),
            min_size=1,
            max_size=15,
            unique_by=lambda row: (row[0], row[1], row[2] or 0),
        ),
        st.sampled_from([None, 0, 1, 2, 5]),
    )
    def test_as_of_is_the_slow_definition(
        self, rows: list[tuple[int, int | None, int | None]], day: int | None
    ) -> None:
        """Any order of rows, absent vintages and revisions included."""
        start = dt.date(2025, 1, 1)
        table = pa.table(
            {
                "indicator": ["x"] * len(rows),
                "institution": [f"i{key}" for key, _, _ in rows],
                "period": ["2024"] * len(rows),
                "value": [float(place) for place in range(len(rows))],
                "vintage": pa.array(
                    [None if v is None else start + dt.timedelta(v) for _, v, _ in rows], pa.date32()
                ),
                "revision": pa.array([revision for _, _, revision in rows], pa.int32()),
            }
        )
        newest: dict[int, tuple[int, int, float]] = {}
        for place, (key, vintage, revision) in enumerate(rows):
            age = (-1 if vintage is None else vintage, revision or 0, float(place))
            if day is None or age[0] <= day:
                newest[key] = max(newest.get(key, age), age)
        ms = mb.Measurements.from_arrow(table).as_of(None if day is None else start + dt.timedelta(day))
        assert sorted(row.value for row in ms if row.value is not None) == sorted(age[2] for age in newest.values())

    @pytest.mark.parametrize("date", ["2025", "31-12-2025", dt.datetime(2025, 1, 1), 5])  # noqa: DTZ001
    def test_as_of_takes_a_day(self, date: Any) -> None:
        """Nothing else says which day is meant."""
        with pytest.raises(mb.errors.ArgumentError, match="date"):
            mb.Measurements.from_arrow(plain()).as_of(date)

    def test_checking_against_another_catalogue(self) -> None:
        """Earlier problems stay and refuse nothing; new ones do."""
        name = mb.Text(da="x")
        sick = mb.Indicator(id="sick", name=name, unit="days", direction="lower", value_max=9)
        catalogue = mb.Catalogue(id="c", name=name, indicators=[sick])
        table = pa.concat_tables([plain(3), plain(1).set_column(3, "value", pa.array([float("inf")]))])
        ms = mb.Measurements.from_arrow(table, on_problem="collect")
        with pytest.raises(mb.DataError):
            ms.with_catalogue(catalogue)
        checked = ms.with_catalogue(catalogue, register=REGISTER, on_problem="collect")
        assert [(p.code, p.row) for p in checked.problems] == [("number.not_finite", 3), ("value.above", 0)]
        assert checked.institutions == ("0147", "0151")
        assert checked.catalogue is catalogue
        remarks = plain().append_column("comment", pa.array(["a", None]))
        again = mb.Measurements.from_arrow(remarks).with_catalogue(catalogue, on_problem="collect")
        assert [row.comment for row in again] == [None]
        assert checked.register is REGISTER


class TestOut:
    """Frames, streams, files, objects."""

    FULL = pa.table(
        {
            "indicator": ["a", "b", "a"],
            "institution": ["0101", "0101", "0147"],
            "period": ["2024-Q1", "2014/15", "2024-Q1"],
            "sex": ["F", "_T", "M"],
            "value": [1.5, None, 0.1],
            "numerator": [3.0, None, None],
            "denominator": [2.0, None, None],
            "n": pa.array([2, None, 10], pa.int64()),
            "lower": [1.0, None, 0.0],
            "upper": [2.0, None, 0.2],
            "pre_break": [None, None, 0.2],
            "qualifier": ["exact", "exact", "approx"],
            "status": ["P", "Q", "B"],
            "conf": ["F", "C", "F"],
            "vintage": pa.array([dt.date(2025, 1, 1), None, None], pa.date32()),
            "revision": pa.array([1, 0, 0], pa.int32()),
            "source": ["s1", None, "s2"],
            "comment": ["bemærk <b>", None, ""],
        }
    )

    @pytest.fixture
    def full(self) -> mb.Measurements:
        """Every column."""
        return mb.Measurements.from_arrow(self.FULL, breakdowns=["sex"], register=REGISTER)

    @pytest.mark.parametrize("ending", ["parquet", "arrow", "feather", "PQ"])
    def test_round_trip_through_files(self, full: mb.Measurements, tmp_path: Path, ending: str) -> None:
        """What is written is read again, breakdown columns included."""
        file = tmp_path / f"målinger.{ending}"
        full.write(file)
        again = mb.Measurements.read(file)
        assert again == full
        assert again.breakdowns == ("sex",)
        assert not len(again.problems)
        assert again.to_arrow().schema.equals(full.to_arrow().schema, check_metadata=True)

    def test_round_trip_through_frames_and_streams(self, full: mb.Measurements) -> None:
        """Through pandas and through Arrow."""
        assert mb.Measurements.from_pandas(full.to_pandas(), breakdowns=["sex"]) == full
        assert mb.Measurements.from_arrow(full) == full
        assert pa.table(full).num_rows == 3

    def test_frame_types(self, full: mb.Measurements) -> None:
        """Codes are categories, n is nullable, vintages are timestamps."""
        frame = full.to_pandas()
        assert isinstance(frame["indicator"].dtype, pd.CategoricalDtype)
        assert str(frame["n"].dtype) == "Int64"
        assert frame["vintage"].dtype.kind == "M"
        assert frame["value"].dtype == float

    def test_rows(self, full: mb.Measurements) -> None:
        """A row has everything, counts from the end too, and iteration gives the same."""
        row = full[0]
        assert row == mb.Measurement(
            indicator="a",
            institution="0101",
            period="2024-Q1" if isinstance(row.period, str) else mb.Period.parse("2024-Q1"),
            breakdown={"sex": "F"},
            value=1.5,
            numerator=3.0,
            denominator=2.0,
            n=2,
            lower=1.0,
            upper=2.0,
            status="P",
            vintage=dt.date(2025, 1, 1),
            revision=1,
            source="s1",
            comment="bemærk <b>",
        )
        assert full[-1] == list(full)[2]
        assert (full[1].value, full[1].n, full[1].source, full[1].comment) == (None, None, None, None)
        with pytest.raises(IndexError):
            full[3]

    def test_many_rows_in_order(self) -> None:
        """Iteration goes by chunks and loses nothing."""
        count = 10_000
        table = pa.table(
            {
                "indicator": ["x"] * count,
                "institution": [f"i{place:05}" for place in range(count)],
                "period": ["2024"] * count,
                "value": np.arange(count, dtype=float),
            }
        )
        ms = mb.Measurements.from_arrow(table)
        assert [row.value for row in ms] == list(range(count))
        assert ms[9_999].institution == "i09999"

    def test_equality(self, full: mb.Measurements) -> None:
        """By content: numbering of texts, chunks, catalogue and absent defaults do not count."""
        table = plain()
        ms = mb.Measurements.from_arrow(table)
        filled = table.append_column("status", pa.array(["A", "O"])).append_column("revision", pa.array([0, 0]))
        assert mb.Measurements.from_arrow(filled) == ms
        assert mb.Measurements.from_arrow(table, register=REGISTER) == ms
        assert mb.Measurements.from_arrow(table.set_column(3, "value", pa.array([9.4, 9.5]))) != ms
        assert mb.Measurements.from_arrow(table.take([1, 0])) != ms
        assert ms != full
        assert ms != "x"
        with pytest.raises(TypeError):
            hash(ms)

    def test_pickle_and_copy(self, full: mb.Measurements) -> None:
        """Objects travel to other processes with everything they know."""
        for again in (pickle.loads(pickle.dumps(full)), copy.copy(full), copy.deepcopy(full)):
            assert again == full
            assert again.breakdowns == full.breakdowns
            assert len(again.register or ()) == len(REGISTER)
            assert again.row_numbers.tolist() == [0, 1, 2]
        ms = mb.Measurements.from_arrow(plain().append_column("x", pa.array([1, 2])), on_problem="collect")
        assert pickle.loads(pickle.dumps(ms)).problems == ms.problems

    def test_shown_in_a_notebook(self, full: mb.Measurements) -> None:
        """Escaped, bounded, and short as text."""
        html = full._repr_html_()
        assert "<b>" not in html
        assert "&lt;b&gt;" in html
        assert 'scope="col"' in html
        many = mb.Measurements.example("reading")
        assert many._repr_html_().count("<tr>") == 11
        assert repr(many) == "<Measurements: 28 rows; indicator good_reading_share; 1 institutions; by grade>"

    def test_shown_with_problems(self) -> None:
        """How many problems there are is part of the line."""
        ms = mb.Measurements.from_arrow(plain().append_column("x", pa.array([1, 2])))
        assert repr(ms) == "<Measurements: 2 rows; indicator sick; 2 institutions; 1 problems>"
        assert repr(mb.Measurements.example("satisfaction-2006")).startswith(
            "<Measurements: 12 rows; indicator user_"
        )

    def test_nothing_left(self, tmp_path: Path) -> None:
        """What was refused whole is empty and still answers."""
        (tmp_path / "x.csv").write_bytes(b"")
        ms = mb.Measurements.read(tmp_path / "x.csv", locale="da", breakdowns=["sex"], on_problem="collect")
        assert (len(ms), ms.indicators, ms.institutions, ms.breakdowns) == (0, (), (), ("sex",))
        assert ms == pickle.loads(pickle.dumps(ms)) == ms.as_of("2025-01-01") == ms.select(indicator="x")
        assert list(ms) == list(panels(ms)) == []
        assert len(ms.to_pandas()) == len(mb.Measurements.from_arrow(ms)) == 0
        assert "<table>" in ms._repr_html_()

    def test_threads(self) -> None:
        """Many threads at once get what one gets."""
        catalogue = mb.Catalogue.load("danmark")

        def work(_: int) -> tuple[mb.Measurements, list[float]]:
            frame = mb.Measurements.example("satisfaction-2006").to_pandas()
            ms = mb.Measurements.from_pandas(frame, catalogue=catalogue, register=REGISTER)
            return ms, [float(np.nansum(panel.values)) for panel in panels(ms)]

        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(work, range(24)))
        assert all(result == results[0] for result in results)
        assert len(results[0][0]) == 12
