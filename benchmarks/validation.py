"""Time of checking measurements against a catalogue and a register, beside pandera and pandas with the same rules.

The rules: codes known, values inside the limits of their indicator, periods of its frequency, institutions alive in the
period, no negative counts, and one row per key. pandera and pandas check a part of the rows, and we the same part beside
them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
from _measurements import ROWS, definitions, seconds, table_of, tell

import maalbib as mb

KEY = ["indicator", "institution", "period"]
SAMPLE = 1_000_000


def schema_of(catalogue: mb.Catalogue, register: mb.Register, periods: list[str]) -> pandera.DataFrameSchema:
    """Return the rules in pandera's words; what it has no word for looks a code up once per distinct code."""
    low = {code: item.low for code, item in catalogue.indicators.items()}
    high = {code: item.high for code, item in catalogue.indicators.items()}
    freq = {code: item.freq for code, item in catalogue.indicators.items()}
    known = {text: mb.Period.parse(text) for text in periods}
    first = {text: period.start.toordinal() for text, period in known.items()}
    last = {text: period.end.toordinal() for text, period in known.items()}
    born, gone = lives_of(register)

    def each(frame: pd.DataFrame, column: str, table: dict[str, Any]) -> np.ndarray[Any, Any]:
        return frame[column].astype(object).map(table).to_numpy()

    def within(frame: pd.DataFrame) -> pd.Series[bool]:
        return (frame["value"] >= each(frame, "indicator", low)) & (frame["value"] <= each(frame, "indicator", high))

    def frequency(frame: pd.DataFrame) -> pd.Series[bool]:
        given = each(frame, "period", {text: period.freq for text, period in known.items()})
        return pd.Series(each(frame, "indicator", freq) == given, index=frame.index)

    def alive(frame: pd.DataFrame) -> pd.Series[bool]:
        lived = each(frame, "institution", born) <= each(frame, "period", last)
        lived &= each(frame, "period", first) < each(frame, "institution", gone)
        return pd.Series(lived, index=frame.index)

    return pandera.DataFrameSchema(
        {
            "indicator": pandera.Column(checks=pandera.Check.isin([*catalogue.indicators])),
            "institution": pandera.Column(checks=pandera.Check.isin([*register.codes])),
            "period": pandera.Column(checks=pandera.Check.isin(periods)),
            "value": pandera.Column(float, nullable=True),
            "n": pandera.Column(int, checks=pandera.Check.ge(0)),
        },
        checks=[pandera.Check(within), pandera.Check(frequency), pandera.Check(alive)],
        unique=KEY,
    )


def lives_of(register: mb.Register) -> tuple[dict[str, int], dict[str, int]]:
    """Return the first day of each code and the day after its last; these codes were in use throughout."""
    spans = {code: register.validity(code) for code in register.codes}
    born = {code: lives[0][0].toordinal() if lives[0][0] else 0 for code, lives in spans.items()}
    return born, {code: lives[-1][1].toordinal() if lives[-1][1] else 10**6 for code, lives in spans.items()}


def by_pandas(frame: pd.DataFrame, catalogue: mb.Catalogue, register: mb.Register) -> pd.Series[bool]:
    """Check the same rules with the fastest words of pandas: categories, maps and a look for duplicates."""
    good = frame["indicator"].isin([*catalogue.indicators]) & frame["institution"].isin(register.codes)
    high = frame["indicator"].map({code: item.high for code, item in catalogue.indicators.items()}).astype(float)
    low = frame["indicator"].map({code: item.low for code, item in catalogue.indicators.items()}).astype(float)
    good &= frame["value"].between(low, high) & (frame["n"] >= 0)
    born = frame["institution"].map(lives_of(register)[0])
    ends = frame["period"].map(
        {text: mb.Period.parse(text).end.toordinal() for text in frame["period"].cat.categories}
    )
    good &= ends.astype(float) >= born.astype(float)
    return good & ~frame.duplicated(KEY, keep=False)


def agree(table: pa.Table, known: dict[str, Any], schema: pandera.DataFrameSchema) -> None:
    """Stop where pandera and we do not leave out the same rows of a small table with planted faults."""
    frame = table.slice(0, 2_000).to_pandas().astype(dict.fromkeys(KEY, object))
    frame.loc[3, "indicator"] = "unknown"
    frame.loc[5, "institution"] = "9999"
    frame.loc[7, "value"], frame.loc[8, "value"] = 100.5, -1.0
    frame.loc[11, "n"] = -1
    frame.loc[13, KEY] = frame.loc[14, KEY].to_numpy()
    ours = mb.Measurements.from_pandas(frame, **known, on_problem="collect")
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as faults:
        theirs = set(faults.failure_cases["index"].dropna().astype(int))
    left_out = set(range(len(frame))) - set(ours.row_numbers.tolist())
    if left_out != theirs or left_out != {3, 5, 7, 8, 11, 13, 14}:
        raise AssertionError(left_out ^ theirs)


def main() -> None:
    """Print times and ratios beside the aims."""
    catalogue, register = definitions()
    known: dict[str, Any] = {"catalogue": catalogue, "register": register}
    table = table_of(catalogue, register)
    schema = schema_of(catalogue, register, table["period"].chunk(0).dictionary.to_pylist())
    agree(table, known, schema)
    (whole,) = seconds(lambda: mb.Measurements.from_arrow(table, **known), rounds=5)
    tell(f"{ROWS:,} rows checked, key by its map of bytes", whole / ROWS * 1e9, 60, "ns a row")
    part = table.slice(0, min(SAMPLE, ROWS))
    frame = part.to_pandas()
    ours, theirs, plainly = seconds(
        lambda: mb.Measurements.from_arrow(part, **known),
        lambda: schema.validate(frame, lazy=True),
        lambda: by_pandas(frame, catalogue, register),
    )
    print(f"{len(part):,} rows: ours {ours:.3f} s, pandera {theirs:.2f} s, pandas {plainly:.2f} s")
    tell("pandera with the same rules takes", theirs / ours, 10, "times", least=True)
    print(
        f"pandas with the same rules takes {plainly / ours:.1f} times; held in {table.nbytes / 1e6:.0f} MB of columns"
    )


if __name__ == "__main__":
    main()
