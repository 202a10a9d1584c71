"""Vintages: what was known when, what replaced what, and what was taken back."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.errors import DataError


def rows_of(*rows: tuple[Any, ...]) -> mb.Measurements:
    """Rows of one series as (vintage, revision, value, status, action)."""
    return mb.Measurements.from_arrow(
        pa.table(
            {
                "indicator": ["sick"] * len(rows),
                "institution": ["0101"] * len(rows),
                "period": ["2024"] * len(rows),
                "vintage": pa.array(
                    [None if row[0] is None else dt.date.fromisoformat(row[0]) for row in rows], pa.date32()
                ),
                "revision": pa.array([row[1] for row in rows], pa.int32()),
                "value": pa.array([row[2] for row in rows], pa.float64()),
                "status": [row[3] for row in rows],
                "action": [row[4] if len(row) > 4 else "replace" for row in rows],
            }
        )
    )


def test_every_case_of_the_oracle(oracles: Path) -> None:
    """The largest pair of vintage and revision wins; a delete row removes the key; the order of rows is irrelevant."""
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
                "action": [row["action"] for row in rows],
                "vintage": [dt.date.fromisoformat(row["vintage"]) for row in rows],
                "revision": [row["revision"] for row in rows],
            }
        )
        known = mb.Measurements.from_arrow(table).as_of(case["as_of"])
        found = sorted([row.indicator, row.value, str(row.vintage), row.revision] for row in known)
        assert found == sorted(case["expected"]), case["case_id"]


class TestWithdrawn:
    """Rows that take a key back."""

    def test_it_is_there_before_and_gone_after(self) -> None:
        """Also without any vintage at all, and again when it comes back."""
        ms = rows_of(("2025-01-01", 0, 9.0, "A"), ("2025-03-01", 0, None, "O", "delete"), ("2025-05-01", 0, 9.5, "A"))
        known = {day: [row.value for row in ms.as_of(day)] for day in ("2025-02-01", "2025-04-01", "2025-06-01")}
        assert known == {"2025-02-01": [9.0], "2025-04-01": [], "2025-06-01": [9.5]}
        table = pa.table(
            {"indicator": ["a"], "institution": ["x"], "period": ["2024"], "value": [None], "action": ["delete"]}
        )
        assert len(mb.Measurements.from_arrow(table).as_of(None)) == 0

    def test_a_deleted_row_is_no_missing_value(self) -> None:
        """The row is kept as history; no analysis sees it, and a missing value is seen as missing."""
        deleted = rows_of(("2025-01-01", 0, 9.0, "A"), ("2025-03-01", 0, None, "O", "delete"))
        missing = rows_of(("2025-01-01", 0, 9.0, "A"), ("2025-03-01", 0, None, "O"))
        assert (len(deleted), deleted[1].action, deleted[1].status) == (2, "delete", "O")
        assert [len(mb.detect_trends(ms)) for ms in (deleted, missing)] == [0, 1]

    def test_a_value_in_it_is_left_out(self) -> None:
        """With a warning; the row still takes the key back."""
        ms = rows_of(("2025-01-01", 0, 9.0, "A"), ("2025-03-01", 0, 9.0, "A", "delete"))
        assert ms.problems.counts() == {"action.value": 1}
        assert (ms[1].value, len(ms.as_of(None))) == (None, 0)

    def test_an_unknown_word(self) -> None:
        """Only two words are known."""
        with pytest.raises(DataError) as error:
            rows_of(("2025-01-01", 0, 9.0, "A", "D"))
        assert error.value.problems[0].code == "action.unknown"

    def test_files_keep_it(self, tmp_path: Path) -> None:
        """Writing and reading back gives the same."""
        ms = rows_of(("2025-01-01", 0, 9.0, "A"), ("2025-03-01", 0, None, "O", "delete"))
        ms.write(tmp_path / "a.parquet")
        assert mb.Measurements.read(tmp_path / "a.parquet") == ms


class TestRevisions:
    """What replaced what."""

    @pytest.mark.parametrize(
        ("old", "new", "kind"),
        [
            ((9.0, "P"), (9.5, "A"), "final"),
            ((9.0, "P"), (9.0, "A"), "final"),
            ((9.0, "P"), (9.5, "P"), "revised"),
            ((9.0, "A"), (9.5, "A"), "revised"),
            ((9.0, "A"), (9.0, "A"), "restated"),
            ((9.0, "A"), (None, "Q"), "suppressed"),
            ((None, "Q"), (9.0, "A"), "released"),
            ((None, "Q"), (None, "O"), "restated"),
            ((None, "O"), (9.0, "A"), "arrived"),
            ((9.0, "A"), (None, "O"), "lost"),
            ((9.0, "A"), (None, "O", "delete"), "withdrawn"),
            ((None, "O", "delete"), (9.0, "A"), "restored"),
            ((0.0, "A"), (0.0, "A"), "restated"),
        ],
    )
    def test_each_kind(self, old: tuple[Any, ...], new: tuple[Any, ...], kind: str) -> None:
        """The first that fits says what happened."""
        found = rows_of(("2025-06-01", 0, *new), ("2025-01-01", 0, *old)).revisions()
        assert found["kind"].tolist() == [kind]
        assert found["old_vintage"].tolist() == [pd.Timestamp("2025-01-01")]

    def test_columns_and_types(self) -> None:
        """The columns are as promised, with breakdowns, also where nothing was revised."""
        columns = ["indicator", "institution", "period", "kind", "old", "new", "change"]
        columns += [f"{side}_{name}" for side in ("old", "new") for name in ("status", "vintage", "revision")]
        assert list(rows_of(("2025-01-01", 0, 9.0, "A")).revisions().columns) == [*columns, "conf"]
        reading = mb.Measurements.example("reading").revisions()
        assert list(reading.columns) == [*columns[:3], "grade", *columns[3:], "conf"]
        assert len(reading) == 0

    def test_a_chain_in_time_whatever_the_order_of_rows(self) -> None:
        """What was always known is first; then vintages, then revisions within one."""
        ms = rows_of(
            ("2025-03-01", 1, 4.0, "A"), ("2025-03-01", 0, 3.0, "P"), (None, 0, 1.0, "P"), ("2025-01-01", 2, 2.0, "P")
        )
        found = ms.revisions()
        assert found[["old", "new"]].to_numpy().tolist() == [[1, 2], [2, 3], [3, 4]]
        assert found["change"].tolist() == [1, 1, 1]
        assert found["kind"].tolist() == ["revised", "revised", "final"]
        assert found["old_revision"].tolist() == [0, 2, 0]
        assert found["old_vintage"].isna().tolist() == [True, False, False]
        assert ms.vintages == (dt.date(2025, 1, 1), dt.date(2025, 3, 1))

    def test_secrecy_is_told(self) -> None:
        """The stricter of the two confidentialities stands beside the figures."""
        frame = pd.DataFrame({"indicator": "sick", "institution": "0101", "period": "2024", "value": [9.4, 9.6]})
        frame = frame.assign(conf=["C", "F"], vintage=pd.to_datetime(["2025-02-01", "2025-06-01"]))
        assert mb.Measurements.from_pandas(frame).revisions()["conf"].tolist() == ["C"]

    @given(
        st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from([None, 1, 2, 3]), st.integers(0, 2)),
            max_size=15,
            unique=True,
        )
    )
    def test_it_is_the_slow_definition(self, rows: list[tuple[int, int | None, int]]) -> None:
        """Neighbours of the sorted rows of each key, and every row but the first of a key replaces one."""
        start = dt.date(2025, 1, 1)
        table = pa.table(
            {
                "indicator": pa.array(["x"] * len(rows), pa.string()),
                "institution": pa.array([f"i{key}" for key, _, _ in rows], pa.string()),
                "period": pa.array(["2024"] * len(rows), pa.string()),
                "value": [float(place) for place in range(len(rows))],
                "vintage": pa.array(
                    [None if v is None else start + dt.timedelta(v) for _, v, _ in rows], pa.date32()
                ),
                "revision": pa.array([revision for _, _, revision in rows], pa.int32()),
            }
        )
        places = sorted(range(len(rows)), key=lambda place: (rows[place][0], rows[place][1] or 0, rows[place][2]))
        pairs = [[a, b] for a, b in itertools.pairwise(places) if rows[a][0] == rows[b][0]]
        assert mb.Measurements.from_arrow(table).revisions()[["old", "new"]].to_numpy().tolist() == pairs
