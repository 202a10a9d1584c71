"""Cubes drawn at random, written as JSON-stat and as px by writers that know no reader, and read back."""

from __future__ import annotations

import json
import math
import textwrap
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.measurements._limits import Limits
from maalbib.measurements.formats import _json_arrays, _px_data
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.measurements.formats._jsonstat import read_jsonstat
from maalbib.measurements.formats._px import read_px
from maalbib.problems import Problems

LETTERS = st.characters(categories=["L", "N", "P", "S"], exclude_characters='"')
WORDS = st.text(LETTERS, min_size=1, max_size=8)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53).map(float)
SYMBOLS = st.sampled_from([".", "..", "...", "......"])


@attrs.frozen
class Cube:
    """Dimensions by name, and cells in row-major order: a number, or a mark in the place of one."""

    dimensions: dict[str, list[str]]
    cells: list[float | str | None]

    @property
    def sizes(self) -> list[int]:
        """How many codes each dimension has."""
        return [len(codes) for codes in self.dimensions.values()]

    @property
    def values(self) -> list[float | None]:
        """The numbers, None where there is none."""
        return [cell if isinstance(cell, float) else None for cell in self.cells]

    @property
    def marks(self) -> list[str | None]:
        """The marks, None where there is none."""
        return [cell if isinstance(cell, str) else None for cell in self.cells]

    def codes(self, name: str) -> list[str]:
        """The code of a dimension in each cell, counted the slow way."""
        place = [*self.dimensions].index(name)
        step = math.prod(self.sizes[place + 1 :])
        codes = self.dimensions[name]
        return [codes[cell // step % len(codes)] for cell in range(len(self.cells))]


@st.composite
def cubes(draw: st.DrawFn, *, empty: bool) -> Cube:
    """A cube of one to four dimensions; ``empty`` says whether a cell may hold neither number nor mark."""
    names = draw(st.lists(WORDS, min_size=1, max_size=4, unique=True))
    dimensions = {name: draw(st.lists(WORDS, min_size=1, max_size=4, unique=True)) for name in names}
    count = math.prod(map(len, dimensions.values()))
    cell = NUMBERS | SYMBOLS | st.none() if empty else NUMBERS | SYMBOLS
    return Cube(dimensions, draw(st.lists(cell, min_size=count, max_size=count)))


def as_jsonstat(cube: Cube, *, version: int = 2, sparse: bool = False, as_list: bool = False) -> bytes:
    """The cube as JSON-stat, in any of the forms that mean the same."""
    dimension: dict[str, Any] = {
        name: {"category": {"index": codes if as_list else {code: place for place, code in enumerate(codes)}}}
        for name, codes in cube.dimensions.items()
    }
    values: Any = cube.values
    marks: Any = cube.marks
    if sparse:
        values = {str(place): value for place, value in enumerate(values) if value is not None}
        marks = {str(place): mark for place, mark in enumerate(marks) if mark is not None}
    shape = {"id": [*cube.dimensions], "size": cube.sizes}
    content = {"value": values, "status": marks}
    if version == 1:
        return json.dumps({"any name": {"dimension": {**dimension, **shape}, **content}}).encode()
    document = {"version": "2.0", "class": "dataset", "dimension": dimension, **shape, **content}
    return json.dumps(document, ensure_ascii=False).encode()


def as_px(cube: Cube, *, in_stub: int = 1, newline: str = "\n", width: int = 60) -> bytes:
    """The cube as px, with long texts that go on in the next line."""
    names = [*cube.dimensions]
    lines = ['CODEPAGE="utf-8";', f"TITLE={_long('A title; with = signs ' * 9, width)};"]
    lines += [f"STUB={_texts(names[:in_stub])};"] if in_stub else []
    lines += [f"HEADING={_texts(names[in_stub:])};"] if in_stub < len(names) else []
    for name, codes in cube.dimensions.items():
        lines += [f"VALUES({_text(name)})={_texts(f'Text of {code}' for code in codes)};"]
        lines += [f"CODES({_text(name)})={_texts(codes)};"]
    wide = math.prod(cube.sizes[in_stub:])
    cells = [f'"{cell}"' if isinstance(cell, str) else repr(cell) for cell in cube.cells]
    rows = [" ".join(cells[start : start + wide]) + " " for start in range(0, len(cells), wide)]
    return newline.join([*lines, "DATA=", *rows, ";", ""]).encode()


def _text(text: str) -> str:
    return f'"{text}"'


def _texts(texts: Any) -> str:
    return ",".join(map(_text, texts))


def _long(text: str, width: int) -> str:
    pieces = textwrap.wrap(text, width, drop_whitespace=False)
    return "\n".join(map(_text, pieces))


def check(cube: Cube, read: tuple[ForeignTable, Problems]) -> None:
    """The table that was read holds the cube: every code, number and mark in its cell."""
    table, problems = read
    assert problems.errors.counts() == {}
    for name in cube.dimensions:
        assert table.columns[name].to_pylist() == cube.codes(name)
    assert table.columns[table.roles["value"]].to_pylist() == cube.values
    marks = table.columns[table.roles["mark"]].to_pylist() if "mark" in table.roles else [None] * len(cube.cells)
    assert marks == cube.marks
    assert len(table) == len(cube.cells)
    several = [name for name, codes in cube.dimensions.items() if len(codes) > 1]
    assert set(table.breakdowns) == set(several) - set(table.roles.values())


@given(cubes(empty=True), st.sampled_from([1, 2]), st.booleans(), st.booleans())
def test_a_cube_written_as_json_stat_is_read_back(cube: Cube, version: int, sparse: bool, as_list: bool) -> None:  # noqa: FBT001
    """Both versions, dense and sparse, codes as an object and as an array: the same cells."""
    check(cube, read_jsonstat(as_jsonstat(cube, version=version, sparse=sparse, as_list=as_list)))


@given(cubes(empty=False), st.data(), st.sampled_from(["\n", "\r\n"]))
def test_a_cube_written_as_px_is_read_back(cube: Cube, data: st.DataObject, newline: str) -> None:
    """Wherever the dimensions are cut into stub and heading, and whatever ends a line."""
    in_stub = data.draw(st.integers(0, len(cube.dimensions)))
    table, problems = read_px(as_px(cube, in_stub=in_stub, newline=newline))
    check(cube, (table, problems))
    assert table.notes["title"] == ("A title; with = signs " * 9).strip()
    for name, codes in cube.dimensions.items():
        assert table.labels[name] == {code: {"und": f"Text of {code}"} for code in codes}


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut every file into pieces of a few bytes, so that small files show what large ones do."""
    monkeypatch.setattr(_px_data, "PIECE", 5)
    monkeypatch.setattr(_json_arrays, "PIECE", 5)
    monkeypatch.setattr(_json_arrays, "_LONG_ARRAY", 1)


@pytest.mark.usefixtures("small_pieces")
def test_pieces_change_nothing() -> None:
    """Cells are cut apart, and symbols with blanks in them are not."""

    @given(cubes(empty=False))
    def inner(cube: Cube) -> None:
        check(cube, read_px(as_px(cube)))
        check(cube, read_jsonstat(as_jsonstat(cube)))

    inner()


@given(cubes(empty=True))
def test_a_cube_larger_than_allowed_is_refused(cube: Cube) -> None:
    """One cell more than the limit is one too many, in both formats."""
    cells = [0.0 if cell is None else cell for cell in cube.cells]
    most = len(cells) - 1
    if most:
        for table, problems in (
            read_jsonstat(as_jsonstat(cube), limits=Limits(rows=most)),
            read_px(as_px(Cube(cube.dimensions, cells)), limits=Limits(rows=most)),
        ):
            assert table.columns == {}
            assert [(problem.code, problem.details["limit"]) for problem in problems] == [("file.too_large", "rows")]


@given(cubes(empty=False))
def test_json_stat_and_px_of_a_cube_are_the_same_table(cube: Cube) -> None:
    """Two formats and two readers, one table."""
    from_json, _ = read_jsonstat(as_jsonstat(cube))
    from_px, _ = read_px(as_px(cube))
    both = [
        {name: column.to_pylist() for name, column in table.columns.items() if name not in {"status", "symbol"}}
        for table in (from_json, from_px)
    ]
    assert both[0] == both[1]
    assert from_json.breakdowns == from_px.breakdowns
