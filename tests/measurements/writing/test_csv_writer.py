"""Measurements written as CSV: inert, exact, and read back as they were."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalbib import ArgumentError, Measurements
from maalbib.measurements._numbers import parse_numbers
from maalbib.measurements.writing import _delimited as delimited
from maalbib.measurements.writing._csv import csv_bytes, write_csv
from maalbib.measurements.writing._inert import is_live
from maalbib.measurements.writing._numbers import number_texts

if TYPE_CHECKING:
    from pathlib import Path

BREAKDOWNS = ("sex", "køn", "@x", "'+y", "a,b|c", 'd"e')
SETTINGS = {"iso": (",", {}), "da": (";", {"limited": True})}


def small(**columns: Any) -> pa.Table:
    usual = {"indicator": ["sick"], "institution": ["0101"], "period": ["2024"], "value": [9.4]}
    return Measurements.from_arrow(pa.table(usual | columns)).to_arrow()


@pytest.mark.parametrize("locale", ["iso", "da"])
@settings(max_examples=20)
@given(data=st.data())
def test_what_is_written_is_read_back(locale: Any, data: st.DataObject, some_measurements: Any) -> None:
    """Every kind of column, formulas and quotes among the texts, in both locales."""
    ms = data.draw(some_measurements(breakdowns=BREAKDOWNS, limited=locale == "da"))
    written = csv_bytes(ms.to_arrow(), ms.breakdowns, locale=locale)
    assert Measurements.read(written, format="csv", locale=locale, breakdowns=ms.breakdowns) == ms


@pytest.mark.parametrize("locale", ["iso", "da"])
@settings(max_examples=20)
@given(data=st.data())
def test_no_cell_is_a_formula(locale: Any, data: st.DataObject, some_measurements: Any) -> None:
    """Another reader of CSV finds the same shape, and no text that a spreadsheet would run."""
    ms = data.draw(some_measurements(breakdowns=BREAKDOWNS, limited=True))
    text = csv_bytes(ms.to_arrow(), ms.breakdowns, locale=locale, bom=False).decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=SETTINGS[locale][0])
    names = ms.to_arrow().column_names
    assert len(rows) == len(ms)
    assert not any(map(is_live, header))
    for row in rows:
        assert len(row) == len(names)
        for name, cell in zip(names, row, strict=True):
            numeric = name in {"value", "lower", "upper", "pre_break"}
            assert numeric or not is_live(cell), name


def test_negative_numbers_are_numbers() -> None:
    """A minus sign in a column of numbers gets no apostrophe."""
    assert csv_bytes(small(value=[-9.4]), []).splitlines()[1] == b"sick,0101,2024,-9.4"


def test_missing_is_empty_and_zero_is_zero() -> None:
    """Nothing is written for a missing value, and 0 for zero, minus zero included."""
    table = small(
        indicator=["a", "b", "c"],
        institution=["1"] * 3,
        period=["2024"] * 3,
        value=[0.0, -0.0, None],
        status=["A", "A", "Q"],
    )
    assert csv_bytes(table, []).decode().splitlines()[1:] == ["a,1,2024,0,A", "b,1,2024,0,A", "c,1,2024,,Q"]


def test_danish_has_semicolon_comma_and_mark() -> None:
    """As Danish Excel opens it: the mark can be left out, and asked for elsewhere."""
    table = small(comment=["Ældre; øvrige"])
    assert csv_bytes(table, [], locale="da") == (
        b'\xef\xbb\xbfindicator;institution;period;value;comment\nsick;0101;2024;9,4;"'
        + "Ældre; øvrige".encode()
        + b'"\n'
    )
    assert not csv_bytes(table, [], locale="da", bom=False).startswith(b"\xef\xbb\xbf")
    assert csv_bytes(table, [], bom=True).startswith(b"\xef\xbb\xbfindicator,")


@pytest.mark.parametrize("number", [1e-70, 1.5e300, 5e-324])
def test_danish_refuses_what_it_cannot_hold(number: float, tmp_path: Path) -> None:
    """More than 64 characters: the error says which locale can, and no file is left."""
    with pytest.raises(ArgumentError, match='locale="iso"') as caught:
        write_csv(small(value=[number]), [], tmp_path / "a.csv", locale="da")
    assert caught.value.code == "writing.long_number"
    assert list(tmp_path.iterdir()) == []
    assert Measurements.read(csv_bytes(small(value=[number]), []), format="csv", locale="iso")[0].value == number


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """The file is whole or as it was."""
    path = tmp_path / "a.csv"
    write_csv(small(), [], path)
    before = path.read_bytes()
    with pytest.raises(ArgumentError):
        write_csv(small(value=[1e-70]), [], path, locale="da")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    """What a link points to is written, and the link stays one."""
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    write_csv(small(), [], link)
    assert link.is_symlink()
    assert target.read_bytes() == csv_bytes(small(), [])


def test_an_unknown_locale_is_refused() -> None:
    """The error names the known ones."""
    with pytest.raises(ArgumentError, match="iso"):
        csv_bytes(small(), [], locale="en")  # type: ignore[arg-type]


def test_pieces_do_not_change_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in pieces of three rows is the file in one piece; long remarks make the pieces small."""
    ms = Measurements.example("reading")
    whole = csv_bytes(ms.to_arrow(), ms.breakdowns)
    monkeypatch.setattr(delimited, "_ROWS", 3)
    assert csv_bytes(ms.to_arrow(), ms.breakdowns) == whole
    monkeypatch.setattr(delimited, "_BYTES", 10)
    assert delimited.rows_per_piece(small(comment=["x" * 100])) == 1


def test_the_bytes_do_not_depend_on_chunks_and_numbering() -> None:
    """Equal tables give equal bytes."""
    table = Measurements.example("reading").to_arrow()
    parts = [table.slice(0, 5), table.slice(5, 1), table.slice(6)]
    renumbered = [
        pa.table({name: _recoded(column) for name, column in zip(part.column_names, part.columns, strict=True)})
        for part in parts
    ]
    assert csv_bytes(pa.concat_tables(renumbered), ["grade"]) == csv_bytes(table, ["grade"])


def _recoded(column: Any) -> Any:
    if not pa.types.is_dictionary(column.type):
        return column
    return column.cast(pa.string()).combine_chunks().dictionary_encode()


def test_a_table_without_rows_has_its_header() -> None:
    """Nothing measured is a file with a header."""
    assert csv_bytes(small().slice(0, 0), []) == b"indicator,institution,period,value\n"


@pytest.mark.parametrize("dialect", ["iso", "da"])
@given(
    numbers=st.lists(
        st.floats(min_value=-1e30, max_value=1e30).filter(lambda x: x == 0 or abs(x) > 1e-30), max_size=6
    )
)
def test_numbers_read_back_exactly(dialect: Any, numbers: list[float]) -> None:
    """The grammar of numbers reads the same float64, without a doubt."""
    texts = number_texts(pa.array(numbers, type=pa.float64()), dialect, column="value")
    read = parse_numbers(texts, dialect)
    assert read.values.tolist() == [number + 0.0 for number in numbers]
    assert not read.bad
    assert not read.doubtful


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_as_short_as_they_can_be(number: float) -> None:
    """No text with fewer digits reads back to the same number."""
    text = number_texts(pa.array([number]), "iso", column="value")[0].as_py()
    digits = len(text.split("e")[0].replace("-", "").replace(".", "").strip("0"))
    shortest = np.format_float_scientific(number, unique=True, trim="-").split("e")[0]
    assert float(text) == number
    assert digits == len(shortest.replace("-", "").replace(".", "").strip("0"))
