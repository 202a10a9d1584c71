"""Time of reading a Danish file of measurements, grammars and checks included, beside Arrow reading it as mere text."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv as pa_csv
from _measurements import ROWS, definitions, peak_of, seconds, table_of, tell

import maalbib as mb

pc: Any = pyarrow.compute
NAMES = ("indicator", "institution", "period", "value", "n")
OURS = 'import sys, maalbib as mb\nmb.Measurements.read(sys.argv[1], locale="da")'
THEIRS = """import sys, pyarrow as pa, pyarrow.csv as c
names = ("indicator", "institution", "period", "value", "n")
options = c.ConvertOptions(column_types={name: pa.string() for name in names}, strings_can_be_null=False)
c.read_csv(sys.argv[1], parse_options=c.ParseOptions(delimiter=";"), convert_options=options)"""


def write(table: pa.Table, path: Path, *, newline: bytes = b"\n", quoted: bool = False, exact: bool = False) -> Path:
    """Write a file with semicolons and decimal commas; ``exact`` numbers have seven decimals and hardly repeat."""
    values = table["value"].to_numpy()
    if exact:
        values = np.round(values + np.random.default_rng(7).random(len(values)) * 0.1, 7)
    value = pc.replace_substring(pa.array(values).cast(pa.string()), ".", ",")
    texts = {name: table[name].cast(pa.string()) for name in (*NAMES[:3], "n")}
    columns = {name: value if name == "value" else texts[name] for name in NAMES}
    style: Any = "all_valid" if quoted else "none"
    options = pa_csv.WriteOptions(delimiter=";", quoting_style=style, include_header=False)
    with path.open("wb") as file:
        file.write(";".join(NAMES).encode() + b"\n")
        pa_csv.write_csv(pa.table(columns), file, options)
    if newline != b"\n":
        path.write_bytes(path.read_bytes().replace(b"\n", newline))
    return path


def as_text(path: Path) -> pa.Table:
    """Read every cell as text with Arrow and its own threads."""
    types: dict[str, Any] = dict.fromkeys(NAMES, pa.string())
    return pa_csv.read_csv(
        path,
        parse_options=pa_csv.ParseOptions(delimiter=";"),
        convert_options=pa_csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )


def compare(what: str, path: Path, rows: int, aim: float | None = None) -> None:
    """Print how many times longer we take than Arrow for the text alone."""
    ms = mb.Measurements.read(path, locale="da")
    if (len(ms), as_text(path).num_rows) != (rows, rows):
        raise AssertionError(len(ms))
    del ms
    ours, theirs = seconds(lambda: mb.Measurements.read(path, locale="da"), lambda: as_text(path))
    print(f"{what}: {path.stat().st_size / 1e6:,.0f} MB, ours {ours:.2f} s, Arrow's text {theirs:.2f} s")
    if aim is None:
        print(f"{what}, read as measurements: {ours / theirs:.2f} times, no aim")
    else:
        tell(f"{what}, read as measurements", ours / theirs, aim, "times")


def main() -> None:
    """Print times, ratios and memory beside the aims."""
    catalogue, register = definitions()
    table = table_of(catalogue, register)
    part = table.slice(0, max(1, ROWS // 10))
    with tempfile.TemporaryDirectory() as folder:
        whole = write(table, Path(folder, "lf.csv"))
        compare(f"{ROWS:,} lines", whole, ROWS, aim=4)
        ours, theirs = peak_of(OURS, str(whole)), peak_of(THEIRS, str(whole))
        print(f"peak memory {ours:,.0f} MB, of Arrow for the text {theirs:,.0f} MB")
        compare(
            f"{len(part):,} lines that end in CR LF",
            write(part, Path(folder, "crlf.csv"), newline=b"\r\n"),
            len(part),
        )
        compare(
            f"{len(part):,} lines of numbers that hardly repeat",
            write(part, Path(folder, "e.csv"), exact=True),
            len(part),
        )
        compare(
            f"{len(part):,} lines with quotes round every cell",
            write(part, Path(folder, "q.csv"), quoted=True),
            len(part),
        )


if __name__ == "__main__":
    main()
