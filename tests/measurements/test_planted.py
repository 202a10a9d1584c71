"""A large table with planted errors: every one is found, nothing that was valid is lost, no value is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb

NAME = mb.Text(da="x")
INDICATORS = [
    mb.Indicator(id=f"ind_{place}", name=NAME, unit="percent", direction="higher", freq="quarter")
    for place in range(20)
]
CATALOGUE = mb.Catalogue(id="c", name=NAME, indicators=INDICATORS)
REGISTER = mb.Register.denmark()
MUNICIPALITIES = np.array([entry.id for entry in REGISTER.select("municipality", on="2018-01-01")])
PERIODS = np.array([f"{year}-Q{quarter}" for year in range(2008, 2024) for quarter in (1, 2, 3, 4)])
CANARY = "KANARIE7319"

# Kind of error: the columns it changes, the code that is expected, and where.
PLANTED: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "unknown indicator": ({"indicator": CANARY}, "code.unknown_no_suggestion", "indicator"),
    "unknown institution": ({"institution": "0102"}, "code.unknown", "institution"),
    "missing institution": ({"institution": None}, "code.missing", "institution"),
    "no period": ({"period": CANARY}, "period.unknown_format", "period"),
    "wrong frequency": ({"period": "2019"}, "period.frequency", "period"),
    "infinite": ({"value": np.inf}, "number.not_finite", "value"),
    "above": ({"value": 7319.7319}, "value.above", "value"),
    "below": ({"value": -7319.7319}, "value.below", "value"),
    "status": ({"status": CANARY}, "status.unknown", "status"),
    "negative n": ({"n": -7319}, "n.negative", "n"),
    "interval": ({"lower": 99.5, "value": 50.5}, "interval.order", "lower"),
    "value and status": ({"status": "Q"}, "value.missing_status", "status"),
}


def good(rows: int, rng: np.random.Generator) -> dict[str, np.ndarray[Any, Any]]:
    """Return valid columns, no key twice, in no order."""
    cells = rng.choice(len(INDICATORS) * len(MUNICIPALITIES) * len(PERIODS), rows, replace=False)
    place, rest = np.divmod(cells, len(MUNICIPALITIES) * len(PERIODS))
    institution, period = np.divmod(rest, len(PERIODS))
    return {
        "indicator": np.array([indicator.id for indicator in INDICATORS], dtype=object)[place],
        "institution": MUNICIPALITIES.astype(object)[institution],
        "period": PERIODS.astype(object)[period],
        "value": np.round(rng.random(rows) * 100, 1),
        "lower": np.full(rows, np.nan),
        "n": rng.integers(0, 1_000, rows),
        "status": np.full(rows, None, dtype=object),
    }


def table_of(columns: dict[str, np.ndarray[Any, Any]]) -> pa.Table:
    """Return the columns as Arrow; NaN in ``lower`` is an empty cell."""
    return pa.table({name: pa.array(cells, from_pandas=name == "lower") for name, cells in columns.items()})


def plant(
    columns: dict[str, np.ndarray[Any, Any]], kinds: list[str], rng: np.random.Generator
) -> dict[str, list[int]]:
    """Change one row for each kind given, every row once; return the rows of each kind."""
    rows = rng.choice(len(columns["value"]), len(kinds), replace=False)
    placed: dict[str, list[int]] = {}
    for kind, row in zip(kinds, rows.tolist(), strict=True):
        for name, cell in PLANTED[kind][0].items():
            columns[name][row] = cell
        placed.setdefault(kind, []).append(row)
    return placed


def verify(columns: dict[str, np.ndarray[Any, Any]], placed: dict[str, list[int]]) -> mb.Measurements:
    """Every planted error is reported where it is, and every other row is there unchanged."""
    table = table_of(columns)
    ms = mb.Measurements.from_arrow(table, catalogue=CATALOGUE, register=REGISTER, on_problem="collect")
    found = sorted((p.code, p.column, p.row) for p in ms.problems)
    expected = sorted((*PLANTED[kind][1:], row) for kind, rows in placed.items() for row in rows)
    assert found == expected
    bad = {row for rows in placed.values() for row in rows}
    kept = [row for row in range(table.num_rows) if row not in bad]
    assert ms.row_numbers.tolist() == kept
    wanted = mb.Measurements.from_arrow(table.take(kept), catalogue=CATALOGUE, register=REGISTER)
    assert ms == wanted
    return ms


@pytest.mark.parametrize("kinds", [10, 12])
def test_a_thousand_errors_in_a_hundred_thousand_rows(kinds: int) -> None:
    """Ten kinds and more: all found, the message short and without any value of the data."""
    rng = np.random.default_rng(20_180_926)
    columns = good(100_000, rng)
    placed = plant(columns, [kind for kind in [*PLANTED][:kinds] for _ in range(1_000 // kinds)], rng)
    ms = verify(columns, placed)
    assert len(ms) == 100_000 - sum(map(len, placed.values()))
    with pytest.raises(mb.DataError) as caught:
        mb.Measurements.from_arrow(table_of(columns), catalogue=CATALOGUE, register=REGISTER)
    error = caught.value
    assert error.problems == ms.problems
    for text in (str(error), error.text("da"), repr(error.problems), str(error.to_dict())):
        assert CANARY not in text
        assert "7319" not in text
    assert len(str(error)) < 10_000
    assert len(error.text("da").encode()) < 10_000
    told = error.problems.to_pandas().astype(str)
    assert len(told) == len(error.problems)
    messages = told[["message_da", "message_en", "hint", "hint_da"]]
    assert not messages.apply(lambda column: column.str.contains("7319|0102|99.5|50.5", regex=True)).to_numpy().any()


@settings(max_examples=25)
@given(st.lists(st.sampled_from([*PLANTED]), max_size=30), st.integers(0, 2**32 - 1))
def test_any_mix_of_errors(kinds: list[str], seed: int) -> None:
    """Whatever is planted is what is found."""
    rng = np.random.default_rng(seed)
    columns = good(200, rng)
    verify(columns, plant(columns, kinds, rng))


@settings(max_examples=25)
@given(st.sets(st.sampled_from([*PLANTED]), min_size=2, max_size=4), st.integers(0, 2**32 - 1))
def test_a_row_with_several_errors_is_reported_for_each(kinds: set[str], seed: int) -> None:
    """Faults in different columns of one row do not hide each other."""
    figures = {"value", "status", "lower"}  # rules that look at several of these are not independent
    changed: set[str] = set()
    apart: list[str] = []
    for kind in sorted(kinds):
        names = set(PLANTED[kind][0])
        names |= figures if names & figures else set()
        # An unknown indicator has no limits and no frequency, so what depends on them is not asked.
        if changed & names or kind in {"unknown indicator", "wrong frequency", "no period"}:
            continue
        changed |= names
        apart.append(kind)
    rng = np.random.default_rng(seed)
    columns = good(20, rng)
    for kind in apart:
        for name, cell in PLANTED[kind][0].items():
            columns[name][7] = cell
    ms = mb.Measurements.from_arrow(table_of(columns), catalogue=CATALOGUE, register=REGISTER, on_problem="collect")
    assert sorted((p.code, p.column, p.row) for p in ms.problems) == sorted((*PLANTED[kind][1:], 7) for kind in apart)
    assert len(ms) == 19 + (not apart)


def test_planted_errors_in_a_file(tmp_path: Any) -> None:
    """The same through a Danish text file: rows count from the header, texts that are no numbers are found too."""
    rng = np.random.default_rng(7)
    columns = good(20_000, rng)
    placed = plant(columns, [kind for kind in PLANTED if kind != "infinite" for _ in range(10)], rng)
    frame = table_of(columns).to_pandas()
    texts = frame.assign(
        value=[f"{value:.6g}".replace(".", ",") for value in frame["value"]],
        lower=["" if np.isnan(lower) else f"{lower:.1f}".replace(".", ",") for lower in frame["lower"]],
    )
    for row in (3, 5):
        texts.loc[row, "value"] = CANARY
    texts.to_csv(tmp_path / "m.csv", sep=";", index=False)
    ms = mb.Measurements.read(
        tmp_path / "m.csv", locale="da", catalogue=CATALOGUE, register=REGISTER, on_problem="collect"
    )
    touched = {3, 5}
    expected = {(*PLANTED[kind][1:], row + 2) for kind, rows in placed.items() for row in rows if row not in touched}
    found = {(p.code, p.column, p.row) for p in ms.problems}
    assert expected <= found
    assert {("number.not_a_number", "value", row + 2) for row in touched} <= found
    assert len(ms) == 20_000 - len({row for rows in placed.values() for row in rows} | touched)
    assert CANARY not in str(ms.problems)
