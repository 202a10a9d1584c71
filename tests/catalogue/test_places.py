"""Lines and columns: the scanners agree with the parsers on every path."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from maalbib.catalogue._faults import Path
from maalbib.catalogue._json_places import scan_json
from maalbib.catalogue._toml import toml_data
from maalbib.catalogue._toml_places import scan_toml

KEYS = st.text(max_size=4) | st.sampled_from(["a", "goals", "id", "a.b", 'q"', "'"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
TOML_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
TOML_SCALARS = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TOML_TEXT
    | st.dates()
)
TOML_KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.sampled_from(
    ["a", "goals", "a.b", 'q"']
)
TOML_VALUES = st.recursive(
    TOML_SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TOML_KEYS, inner, max_size=3)
)
TOML_TABLES = st.dictionaries(TOML_KEYS, TOML_VALUES, max_size=3)

HAND_WRITTEN = '''# comment with "quotes" and [brackets]
schema_version = "1.0"   # at the end
title = """
several [lines]
with \\""" quotes"""
path = 'C:\\ræv'
when = 1979-05-27 07:32:00
"quoted key" = [ # a comment in an array
  1, 2,
  { a = 1, b = { c = [] } }, # trailing comma
]
a.b.c = 1
a.b.d = \'\'\'literal
'lines\'\'\'\'

[[goals]]
id = "G1"
  [goals.name]
  da = "Et"
  [[goals.changes]]
  kind = "renamed"
  [[goals.changes]]
  kind = "merged"
[[goals]]
id = "G2"
[goals.name]
da = "To"

[table.inner]
x = -1.5e3
'''


def paths_of(value: Any, path: Path = ()) -> dict[Path, Any]:
    """Return every path of plain data with its value."""
    found = {path: value}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found |= paths_of(item, (*path, key))
    return found


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_json_values_stand_where_they_are_said_to(value: Any, indent: int | None) -> None:
    """Reading on from each place gives the value of its path."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    places = scan_json(text).places
    paths = paths_of(value)
    assert set(places.values) == set(paths)
    assert set(places.keys) == {path for path in paths if path and isinstance(path[-1], str)}
    for path, offset in places.values.items():
        assert json.JSONDecoder().raw_decode(text, offset)[0] == paths[path]


def test_json_names_that_stand_twice() -> None:
    """The second of two equal names is found, at any depth."""
    text = '{"a": [{"b": 1, "b": 2}], "a": 3}'
    assert scan_json(text).places.twice == [(("a", 0, "b"), text.index('"b": 2')), (("a",), text.index('"a": 3'))]


@given(TOML_TABLES)
def test_toml_has_a_place_for_every_path(data: dict[str, Any]) -> None:
    """What the writer writes, the parser reads back and the scanner finds."""
    text = toml_data({key: value for key, value in data.items() if key != "goals"})
    parsed = tomllib.loads(text)
    places = scan_toml(text).places
    paths = paths_of(parsed)
    assert set(places.values) == set(paths)
    for path, offset in places.values.items():
        value = paths[path]
        if path and isinstance(value, str):
            assert text[offset] == '"'
        if isinstance(path[-1] if path else 0, str):
            assert tomllib.loads(f"{text[places.keys[path] : offset]} 1")


def test_toml_as_people_write_it() -> None:
    """Comments, long strings, dotted names, tables in arrays of tables."""
    places = scan_toml(HAND_WRITTEN)
    parsed = tomllib.loads(HAND_WRITTEN)
    assert set(places.places.values) == set(paths_of(parsed))
    lines = HAND_WRITTEN.splitlines()
    for path, line in {
        ("schema_version",): 2,
        ("when",): 7,
        ("quoted key", 2, "b", "c"): 10,
        ("a", "b", "d"): 13,
        ("goals", 0): 16,
        ("goals", 0, "name", "da"): 19,
        ("goals", 0, "changes", 1, "kind"): 23,
        ("goals", 1, "name", "da"): 27,
        ("table", "inner", "x"): 30,
    }.items():
        assert places.position(path)[0] == line, path
    line, column = places.position(("goals", 0, "name", "da"))
    assert lines[line - 1][column - 1 :] == '"Et"'
    line, column = places.position(("quoted key",), on_key=True)
    assert lines[line - 1][column - 1 :].startswith('"quoted key"')


def test_a_missing_path_is_the_table_that_lacks_it() -> None:
    """The place of something that is not there is that of what ought to hold it."""
    assert scan_toml(HAND_WRITTEN).position(("goals", 1, "kind")) == (24, 1)
    assert scan_json('{\n "goals": [{}]}').position(("goals", 0, "id")) == (2, 12)
    assert scan_toml("a = 1\r\nb = 2\r\n").position(("b",)) == (2, 5)
