"""Files of measurements: Danish and ISO text, Parquet and Arrow, and what is wrong with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.measurements import Limits

if TYPE_CHECKING:
    from pathlib import Path

PARQUET_CASES = [
    "decimal_value",
    "dictionary_int8",
    "duplicate_key",
    "extra_and_reordered_columns",
    "float32_value",
    "infinite_value",
    "integer_codes",
    "null_code",
    "pandas_index",
    "pandas_period",
    "plain_strings",
    "timestamp_period",
]

DANISH = """\
Kommune;Periode;Køn;Andel;Antal
0101;2024K1;F;12,5;1.204
0147;2024-Q1;M;0,3;55
"""
NAMES = {"institution": "Kommune", "period": "Periode", "value": "Andel", "n": "Antal", "køn": "Køn"}


def problems(ms: mb.Measurements) -> list[tuple[str, str | None, int | None]]:
    """Code, column and row."""
    return [(problem.code, problem.column, problem.row) for problem in ms.problems]


def read(folder: Path, text: str | bytes, **options: Any) -> mb.Measurements:
    """Return a file of text in the folder, read with Danish names."""
    file = folder / "målinger.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    asked = {"locale": "da", "columns": NAMES, "constants": {"indicator": "x"}, "breakdowns": ["køn"]}
    return mb.Measurements.read(file, **(asked | options))


class TestText:
    """CSV in Danish and ISO form."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_danish(self, tmp_path: Path, encoding: str) -> None:
        """Decimal comma, points between thousands, Danish quarters, any usual encoding."""
        ms = read(tmp_path, DANISH.encode(encoding))
        assert [(row.institution, str(row.period), row.breakdown["køn"], row.value, row.n) for row in ms] == [
            ("0101", "2024-Q1", "F", 12.5, 1204),
            ("0147", "2024-Q1", "M", 0.3, 55),
        ]
        assert ms.row_numbers.tolist() == [2, 3]
        assert {problem.code for problem in ms.problems} <= {"encoding.fallback"}

    def test_iso(self, tmp_path: Path) -> None:
        """Decimal point, SDMX periods, and school years as maalbib writes them."""
        file = tmp_path / "m.txt"
        file.write_text(
            "indicator,institution,period,value\nx,0101,2024-A1,1.5\nx,0101,2023/24,2.5e-1\n", encoding="utf-8"
        )
        ms = mb.Measurements.read(str(file), locale="iso")
        assert [(str(row.period), row.value) for row in ms] == [("2024", 1.5), ("2023/24", 0.25)]

    def test_every_problem_is_named_as_in_the_file(self, tmp_path: Path) -> None:
        """Row with the header as 1, column by its own name, and nothing that was right is lost."""
        lines = [
            *DANISH.splitlines(),
            "0151;2024Q5;F;x;1",
            "",
            "0153;2024-Q1;F;1.5;2,5",
            ";2024-Q1;F;1;1",
            "0155;2024-Q1;F;1",
        ]
        ms = read(tmp_path, "\n".join(lines), on_problem="collect")
        assert sorted(problems(ms), key=lambda problem: (problem[2] or 0, problem[1] or "")) == [
            ("number.looks_english", "Andel", None),
            ("number.not_a_number", "Andel", 4),
            ("period.impossible", "Periode", 4),
            ("row.blank", None, 5),
            ("number.english_decimal", "Andel", 6),
            ("number.not_whole", "Antal", 6),
            ("code.missing", "Kommune", 7),
            ("row.too_short", None, 8),
        ]
        assert {problem.file for problem in ms.problems} == {"målinger.csv"}
        assert ms.row_numbers.tolist() == [2, 3]
        with pytest.raises(mb.DataError) as caught:
            read(tmp_path, "\n".join(lines))
        assert caught.value.problems == ms.problems
        assert "målinger.csv:4:Periode" in str(caught.value)

    def test_lines_and_rows(self, tmp_path: Path) -> None:
        """A quoted line break moves lines apart from rows."""
        text = 'Kommune;Periode;Køn;Andel;Antal;comment\n0101;2024;F;1;1;"to\nlinjer"\n0147;2024;F;x;1;\n'
        ms = read(tmp_path, text, on_problem="collect")
        assert [(p.code, p.row, p.line) for p in ms.problems] == [("number.not_a_number", 3, 4)]
        assert ms[0].comment == "to\nlinjer"

    def test_a_column_that_may_be_english(self, tmp_path: Path) -> None:
        """1.204 and 1.100 alone could be English decimals; said as a warning."""
        text = DANISH.replace("12,5", "1.234").replace("0,3", "1.100").replace("55", "1.055")
        ms = read(tmp_path, text)
        assert [(p.code, p.column, p.level) for p in ms.problems] == [
            ("number.maybe_english", "Andel", "warning"),
        ]
        assert ms[0].value == 1234

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "file.empty"),
            ("Kommune;Periode\næ".encode("utf-16-le"), "encoding.nul"),
            (b"a;b\n\x81;1\n", "encoding.invalid"),
            (b"a,b;c\n", "delimiter.ambiguous"),
        ],
    )
    def test_files_that_cannot_be_read(self, tmp_path: Path, data: bytes, code: str) -> None:
        """One problem, not a row of consequences."""
        ms = read(tmp_path, data, on_problem="collect")
        assert [problem.code for problem in ms.problems] == [code]
        assert len(ms) == 0
        with pytest.raises(mb.DataError) as caught:
            read(tmp_path, data)
        assert list(caught.value.problems.counts()) == [code]

    def test_a_declared_encoding_that_is_not_the_files(self, tmp_path: Path) -> None:
        """A file that is not UTF-8 says in which row."""
        with pytest.raises(mb.DataError) as caught:
            read(tmp_path, DANISH.encode("cp1252"), encoding="utf-8")
        assert caught.value.problems[0].code == "encoding.invalid"
        assert caught.value.problems[0].row == 1

    def test_no_file(self, tmp_path: Path) -> None:
        """A file that is not there is a problem like any other."""
        for name in ("x.csv", "x.parquet", "x.arrow"):
            with pytest.raises(mb.DataError) as caught:
                mb.Measurements.read(tmp_path / name, locale="da")
            assert caught.value.problems[0].message_en == f"The file does not exist: {name}."

    def test_arguments(self, tmp_path: Path) -> None:
        """Text needs a locale; other endings are not guessed."""
        with pytest.raises(mb.errors.ArgumentError, match="locale"):
            mb.Measurements.read(tmp_path / "x.csv")
        with pytest.raises(mb.errors.ArgumentError, match="csv"):
            mb.Measurements.read(tmp_path / "x.docx", locale="da")
        with pytest.raises(mb.errors.ArgumentError, match="parquet"):
            mb.Measurements.example("reading").write(tmp_path / "x.docx")

    @given(cells=st.lists(st.text(max_size=8), min_size=4, max_size=4))
    def test_no_text_raises_anything_else(self, tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
        """Whatever cells hold, there are measurements or problems, and no cell stands in a message."""
        frame = pd.DataFrame([cells], columns=["indicator", "institution", "period", "value"])
        file = tmp_path_factory.getbasetemp() / "any.csv"
        frame.to_csv(file, index=False, sep=";", encoding="utf-8")
        ms = mb.Measurements.read(file, locale="da", on_problem="collect")
        assert len(ms) + len(ms.problems.errors) >= 1
        assert str(ms.problems)


class TestArrowFiles:
    """Parquet and Arrow files, also those of other producers."""

    @pytest.mark.parametrize("case", PARQUET_CASES)
    def test_oracle(self, oracles: Path, case: str) -> None:
        """Exactly the issues and rows that are expected."""
        folder = oracles / "interchange/own/parquet"
        expected = json.loads((folder / f"{case}.expected.json").read_text(encoding="utf-8"))
        ms = mb.Measurements.read(folder / f"{case}.parquet", on_problem="collect")
        found = []
        for problem in ms.problems:
            issue: dict[str, Any] = {"code": problem.code, "level": problem.level}
            if problem.column is not None:
                issue["column"] = problem.column
            rows = [row for row in (problem.row, problem.other_row) if row is not None]
            found.append(issue | ({"rows": rows} if rows else {}))
        assert found == expected["issues"]
        if "rows" in expected:
            assert [[r.indicator, r.institution, str(r.period), r.value] for r in ms] == expected["rows"]
        if any(issue["level"] == "error" for issue in expected["issues"]):
            with pytest.raises(mb.DataError):
                mb.Measurements.read(folder / f"{case}.parquet")

    def test_every_oracle_case_is_used(self, oracles: Path) -> None:
        """No case is forgotten."""
        assert sorted(file.stem for file in (oracles / "interchange/own/parquet").glob("*.parquet")) == PARQUET_CASES

    def test_many_batches(self, tmp_path: Path) -> None:
        """Row groups with their own dictionaries become one table."""
        count = 300_000
        table = pa.table(
            {
                "indicator": pa.array(["x"] * count).dictionary_encode(),
                "institution": [f"{place % 5_000:04}" for place in range(count)],
                "period": [str(1900 + place // 5_000) for place in range(count)],
                "value": np.arange(count, dtype=float),
            }
        )
        pq.write_table(table, tmp_path / "m.parquet", row_group_size=70_000)
        ms = mb.Measurements.read(tmp_path / "m.parquet")
        assert len(ms) == count
        assert ms[250_001].value == 250_001
        assert ms[250_001].institution == "0001"
        with pa.OSFile(str(tmp_path / "m.arrow"), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=70_000)
        assert mb.Measurements.read(tmp_path / "m.arrow") == ms

    @pytest.mark.parametrize("name", ["x.parquet", "x.arrow"])
    @pytest.mark.parametrize(("data", "code"), [(b"", "file.empty"), (b"PAR1 but not really", "file.not_arrow")])
    def test_broken_files(self, tmp_path: Path, name: str, data: bytes, code: str) -> None:
        """Empty and damaged files are problems."""
        (tmp_path / name).write_bytes(data)
        with pytest.raises(mb.DataError) as caught:
            mb.Measurements.read(tmp_path / name)
        assert [(p.code, p.file) for p in caught.value.problems] == [(code, name)]

    def test_a_truncated_file(self, tmp_path: Path) -> None:
        """Half a file is refused, not half read."""
        for name in ("m.parquet", "m.arrow"):
            mb.Measurements.example("reading").write(tmp_path / name)
            data = (tmp_path / name).read_bytes()
            (tmp_path / name).write_bytes(data[: len(data) // 2])
            with pytest.raises(mb.DataError) as caught:
                mb.Measurements.read(tmp_path / name)
            assert caught.value.problems[0].code == "file.not_arrow"

    def test_limits(self, tmp_path: Path) -> None:
        """Rows, columns and bytes are counted while reading, whatever the file says."""
        file = tmp_path / "m.parquet"
        mb.Measurements.example("reading").write(file)
        for limits, limit in (
            (Limits(rows=27), "rows"),
            (Limits(columns=5), "columns"),
            (Limits(read_bytes=100), "read_bytes"),
            (Limits(decoded_bytes=100), "decoded_bytes"),
        ):
            with pytest.raises(mb.DataError) as caught:
                mb.Measurements.read(file, limits=limits)
            assert caught.value.problems.counts() == {"file.too_large": 1}
            assert caught.value.problems[0].details["limit"] == limit

    def test_a_bomb_is_stopped(self, tmp_path: Path) -> None:
        """A small file that unfolds into very many rows is refused before it fills the memory."""
        count = 20_000_000
        constant = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), ["x"])
        table = pa.table(dict.fromkeys(("indicator", "institution", "period"), constant))
        file = tmp_path / "bomb.parquet"
        pq.write_table(table, file, row_group_size=count)
        assert file.stat().st_size < 200_000
        with pytest.raises(mb.DataError) as caught:
            mb.Measurements.read(file)
        assert caught.value.problems.counts() == {"file.too_large": 1}

    def test_a_file_of_a_newer_version(self, tmp_path: Path) -> None:
        """Its columns may mean something else, so nothing else is said."""
        table = mb.Measurements.example("reading").to_arrow()
        newer = table.replace_schema_metadata(
            {b"maalbib": json.dumps({"schema_version": "2.0", "breakdowns": []}).encode()}
        )
        pq.write_table(newer, tmp_path / "new.parquet")
        with pytest.raises(mb.DataError) as caught:
            mb.Measurements.read(tmp_path / "new.parquet")
        assert caught.value.problems.counts() == {"schema.columns_too_new": 1}

    @pytest.mark.parametrize("metadata", [b"not json", b"[1]", b'{"schema_version": null}', b'{"breakdowns": 7}'])
    def test_strange_metadata_is_passed_over(self, metadata: bytes) -> None:
        """Somebody else may use the same key."""
        table = mb.Measurements.example("reading").to_arrow().replace_schema_metadata({b"maalbib": metadata})
        assert len(mb.Measurements.from_arrow(table, breakdowns=["grade"])) == 28
