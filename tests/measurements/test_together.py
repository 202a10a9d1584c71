"""Measurements put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import maalbib as mb
from maalbib.errors import ArgumentError, DataError

DENMARK = mb.Register.denmark()


def rows(*given: dict[str, Any], **options: Any) -> mb.Measurements:
    """Rows of one indicator in 2024."""
    frame = pd.DataFrame([{"indicator": "a", "institution": "0101", "period": "2024", **row} for row in given])
    return mb.Measurements.from_pandas(frame.astype({"value": "float64"}), **options)


class TestTogether:
    """``ms + other`` and ``concat``."""

    def test_columns_that_one_lacks_hold_their_default(self) -> None:
        """Status, confidentiality, numbers, remarks and totals."""
        one = rows({"value": 1, "status": "P", "n": 7, "comment": "x", "sex": "F"}, breakdowns="sex")
        two = rows({"value": 2, "conf": "C", "vintage": pd.Timestamp("2025-01-01")})
        found = one + two
        assert found.breakdowns == ("sex",)
        assert [(row.status, row.conf, row.n, row.comment, row.breakdown["sex"]) for row in found] == [
            ("P", "F", 7, "x", "F"),
            ("A", "C", None, None, "_T"),
        ]
        assert two + one != found
        assert (two + one).revisions().empty

    def test_other_breakdowns_stand_beside_each_other(self) -> None:
        """In the order in which they first come, each at its total where it is not there."""
        one, two = rows({"value": 1, "sex": "F"}, breakdowns="sex"), rows({"value": 2, "age": "18"}, breakdowns="age")
        found = one + two
        assert found.breakdowns == ("sex", "age")
        assert [dict(row.breakdown) for row in found] == [{"sex": "F", "age": "_T"}, {"sex": "_T", "age": "18"}]

    def test_keys_that_stand_in_both(self) -> None:
        """Equal rows count once, with a warning; contradicting ones are refused, or all left out."""
        one = rows({"value": 1}, {"value": 3, "institution": "0147"})
        same = one + rows({"value": 1})
        assert (len(same), same.problems.counts()) == (2, {"key.repeated": 1})
        with pytest.raises(DataError) as error:
            _ = one + rows({"value": 2})
        assert [(found.code, found.row, found.other_row) for found in error.value.problems] == [
            ("key.duplicate", 0, 2)
        ]
        left = mb.Measurements.concat([one, rows({"value": 2})], on_problem="collect")
        assert [row.institution for row in left] == ["0147"]
        assert left.row_numbers.tolist() == [1]

    def test_problems_and_derivations_of_the_parts_are_kept(self) -> None:
        """And those of one are not told twice."""
        one = mb.Measurements.from_pandas(
            pd.DataFrame({"indicator": "a", "institution": "0101", "period": ["2024", ""], "value": [1.0, 2.0]}),
            on_problem="collect",
        )
        found = one + rows({"value": 1, "institution": "0147"})
        assert found.problems == one.problems
        assert len(found.problems) == 1

    def test_rows_of_one_file_keep_their_numbers(self, tmp_path: Path) -> None:
        """Parts of one file know their rows; rows of several things are counted from 0."""
        reading = mb.Measurements.example("reading")
        reading.write(tmp_path / "a.parquet")
        ms = mb.Measurements.read(tmp_path / "a.parquet")
        halves = [ms.select(breakdown={"grade": grade}) for grade in ("8", "2")]
        joined = mb.Measurements.concat(halves)
        if ms._origin.file is not None:
            assert joined.row_numbers.tolist() == [*range(21, 28), *range(7)]
        assert (joined + rows({"value": 1})).row_numbers.tolist() == list(range(15))

    def test_one_catalogue_and_one_register(self) -> None:
        """What one part lacks the other gives; two that differ are refused, not merged."""
        reading = mb.Measurements.example("reading")
        known = reading.with_catalogue(mb.Catalogue.load("folkeskolen"), register=DENMARK)
        part = known.select(period="2014/15")
        joined = part + reading.select(period="2015/16")
        assert joined.catalogue == mb.Catalogue.load("folkeskolen")
        assert joined.register == DENMARK
        other = rows({"value": 1}, catalogue=mb.Catalogue(id="X", agency="KL", version="1.0.0"), on_problem="collect")
        with pytest.raises(ArgumentError, match="catalogue"):
            _ = part + other

    def test_different_divisions_are_no_one_series(self) -> None:
        """Figures in the division of one day and those of their own time are not mixed."""
        births = mb.Indicator(id="a", name=mb.Text(da="a"), unit="count", direction="context", aggregation="sum")
        catalogue = mb.Catalogue(id="X", agency="KL", version="1.0.0", indicators=[births])
        ms = rows({"value": 1, "institution": "1081"}, catalogue=catalogue, register=DENMARK)
        carried = ms.on_territory("2027-01-01", kind="region")
        with pytest.raises(ArgumentError, match="division"):
            _ = ms + carried

    def test_nothing_and_something_else(self) -> None:
        """No part is no measurements; a table is none either."""
        with pytest.raises(ArgumentError):
            mb.Measurements.concat([])
        with pytest.raises(TypeError):
            _ = rows({"value": 1}) + 1  # type: ignore[operator]

    def test_many_parts_are_the_whole(self) -> None:
        """Cutting in any way and putting together gives what was there."""
        reading = mb.Measurements.example("reading")
        parts = [reading.select(breakdown={"grade": grade}) for grade in ("2", "4", "6", "8")]
        assert mb.Measurements.concat(parts) == reading
