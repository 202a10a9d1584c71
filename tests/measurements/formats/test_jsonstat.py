"""JSON-stat of both versions: the published cases, the traps, and files that are not what they say."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.measurements.formats._jsonstat import read_jsonstat
from maalbib.problems import Problems

CANARY = "kanariefugl"
MIB = 1024**2
GROWTH = 200 * MIB
READ_IN_A_CHILD = """
import json, resource, sys
import pyarrow.csv, maalbib.measurements
from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._{reader} import read_{reader}
data = eval(sys.stdin.read())
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + {room}, used + {room}))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
table, problems = read_{reader}(data)
print(json.dumps({{"codes": [block.code for block in problems.blocks], "growth": peak() - before}}))
"""


def read_in_a_child(reader: str, expression: str) -> dict[str, Any]:
    """Read the bytes of a Python expression in a process that cannot take more than 300 MiB beside them."""
    done = subprocess.run(
        [sys.executable, "-c", READ_IN_A_CHILD.format(reader=reader, room=300 * MIB)],
        input=expression,
        env=os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system"},  # the usual one reserves a gigabyte of addresses
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def dataset(**changes: Any) -> dict[str, Any]:
    """A dataset of two places and three years; None takes a member out."""
    whole = {
        "version": "2.0",
        "class": "dataset",
        "id": ["sted", "Tid"],
        "size": [2, 3],
        "role": {"geo": ["sted"], "time": ["Tid"]},
        "dimension": {
            "sted": {"label": "sted", "category": {"index": ["101", "147"], "label": {"101": "A-by"}}},
            "Tid": {"category": {"index": {"2023": 0, "2024": 1, "2025": 2}}},
        },
        "value": [5, None, 7.5, 8, 0, 3],
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def read(document: object, **options: Any) -> tuple[ForeignTable, Problems]:
    """Read plain data."""
    return read_jsonstat(json.dumps(document, ensure_ascii=False).encode(), **options)


def codes(document: object, **options: Any) -> list[str]:
    """The codes of the problems of plain data."""
    return [problem.code for problem in read(document, **options)[1]]


def column(document: object, role: str) -> list[Any]:
    """The column of a role."""
    table, problems = read(document)
    assert not problems
    return table.columns[table.roles[role]].to_pylist()


# The published cases.


@pytest.mark.parametrize(("folder", "cases"), [("own", 18), ("real", 7)])
def test_every_case_of_the_oracle(oracles: Path, folder: str, cases: int) -> None:
    """All files give exactly the stated codes, values, statuses and issues."""
    paths = [
        path for path in sorted((oracles / "interchange" / folder / "jsonstat").glob("*.json"))
        if not path.name.endswith(".expected.json")
    ]  # fmt: skip
    assert len(paths) == cases
    for path in paths:
        table, problems = read_jsonstat(path)
        refused = path.with_name(f"{path.stem}.expected.json")
        if refused.exists():
            issues = json.loads(refused.read_text(encoding="utf-8"))["issues"]
            assert [(problem.code, problem.level, problem.file) for problem in problems] == [
                (issue["code"], issue.get("level", "error"), path.name) for issue in issues
            ], path.name
            assert table.columns == {}
            continue
        assert not problems, path.name
        with path.with_name(f"{path.stem}.expected.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(table) == len(rows)
        for name in rows[0]:
            expected = [row[name] or None for row in rows]
            found = table.columns[name].to_pylist() if name in table.columns else [None] * len(rows)
            assert found == ([cell and float(cell) for cell in expected] if name == "value" else expected), path.name


def test_statistics_denmark_sends_version_1(oracles: Path) -> None:
    """Indicator, period, title, source, unit and labels come from the outer and inner tables of that dialect."""
    table, _ = read_jsonstat(oracles / "interchange/real/jsonstat/dst_bef5_v1.json")
    assert table.format == "JSON-stat 1"
    assert table.roles["indicator"] == "ContentsCode"
    assert table.roles["period"] == "Tid"
    assert table.breakdowns == ("KØN",)
    assert table.names["FODLAND"] == {"und": "country of birth"}
    assert table.labels["KØN"] == {"M": {"und": "Men"}, "K": {"und": "Women"}}
    assert table.notes["source"] == "Statistics Denmark"
    assert table.notes["unit.BEF5"] == "number"
    assert table.file == "dst_bef5_v1.json"


def test_two_dimensions_of_place_are_no_institution(oracles: Path) -> None:
    """Where people live and where they were born are both places; neither is taken for the institution."""
    table, _ = read_jsonstat(oracles / "interchange/real/jsonstat/galicia_v2.json")
    assert "institution" not in table.roles
    assert table.breakdowns == ("birth", "age", "gender", "residence")
    assert table.roles["indicator"] == "concept"


# What means the same.


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"1": "..", "4": "-"}, [None, "..", None, None, "-", None]),
        ([None, "..", "", None, "-", None], [None, "..", None, None, "-", None]),
        (["a"], ["a"] * 6),
        ("a", ["a"] * 6),
    ],
)
def test_status_may_be_an_object_an_array_an_array_of_one_or_one_text(status: object, expected: list[Any]) -> None:
    """Four forms of the same member."""
    assert column(dataset(status=status), "mark") == expected


@pytest.mark.parametrize("status", [{}, [], [None] * 6, "", [""], [None], {"1": None}, {"1": " "}])
def test_a_status_that_says_nothing_is_no_mark(status: object) -> None:
    """No column is made of it; an empty array is not one for each cell."""
    if status == []:
        assert codes(dataset(status=status)) == ["jsonstat.value_count"]
    else:
        assert "mark" not in read(dataset(status=status))[0].roles


def test_sparse_values_leave_the_others_empty() -> None:
    """A cell that is not named is missing, and is not zero."""
    assert column(dataset(value={"5": 3, "0": -0.0}), "value") == [0.0, None, None, None, None, 3.0]


def test_the_outer_name_of_version_1_may_be_any() -> None:
    """Also with dimensions that are called id, size and role."""
    inner = {"id": ["id", "role"], "size": [1, 2]}
    inner |= {name: {"category": {"index": [f"{name}{i}" for i in range(size)]}} for name, size in [("role", 2)]}
    document = {"hvad som helst": {"value": [1, 2], "dimension": inner}}
    assert codes(document) == ["type"]  # id cannot be both the list and a dimension
    inner["id"], inner["size"] = ["sted"], [2]
    del inner["role"]
    inner["sted"] = {"category": {"index": ["a", "b"]}}
    assert column(document, "value") == [1.0, 2.0]


def test_a_dimension_with_one_category_needs_no_index() -> None:
    """Its only label names the code; it is a column and breaks nothing down."""
    document = dataset(id=["sted", "Tid", "art"], size=[2, 3, 1])
    document["dimension"]["art"] = {"category": {"label": {"ALLE": "Alle"}}}
    table, problems = read(document)
    assert not problems
    assert table.columns["art"].to_pylist() == ["ALLE"] * 6
    assert table.breakdowns == ()


def test_a_hierarchy_gives_the_total_and_is_kept() -> None:
    """The one code above all others is the total; two tops are none."""
    document = dataset(id=["art", "Tid"], role={"time": ["Tid"]})
    category = {"index": ["T", "a"], "child": {"T": ["a"]}}
    document["dimension"] = {"art": {"category": category}, "Tid": document["dimension"]["Tid"]}
    table, _ = read(document)
    assert table.totals == {"art": "T"}
    assert table.notes["parts.art"] == "T: a"
    category["child"] = {"x": ["y"]}
    assert read(document)[0].totals == {}


def test_a_value_that_is_eliminated_to_is_the_total() -> None:
    """As the newer services of Statistics Sweden and Norway say it."""
    document = dataset(role={"time": ["Tid"]}, extension={"px": {"language": "da"}}, note=["Obs.", ""])
    document["dimension"]["sted"]["extension"] = {"elimination": True, "eliminationValueCode": "147"}
    table, _ = read(document)
    assert table.totals == {"sted": "147"}
    assert table.names["sted"] == {"da": "sted"}
    assert table.labels["sted"] == {"101": {"da": "A-by"}}
    assert table.notes == {"language": "da", "note": "Obs."}


def test_dimensions_may_have_the_names_of_our_own_columns() -> None:
    """Value and status of the file are not overwritten."""
    document = dataset(id=["value", "status"], role={}, status="a")
    document["dimension"] = dict(zip(["value", "status"], document["dimension"].values(), strict=True))
    table, problems = read(document)
    assert not problems
    assert (table.roles["value"], table.roles["mark"]) == ("value_", "status_")
    assert table.columns["value"].to_pylist() == ["101"] * 3 + ["147"] * 3


def test_a_whole_number_above_the_exact_ones_is_doubtful() -> None:
    """The value is kept and the row named."""
    table, problems = read(dataset(value=[1, 2, 3, 4, 5, 2**53 + 2]))
    assert [(problem.code, problem.level, problem.row) for problem in problems] == [("value.rounded", "warning", 5)]
    assert table.columns["value"][5].as_py() == 2.0**53 + 2


# What is refused.


def changed(path: str, value: object) -> dict[str, Any]:
    """The dataset with one member replaced."""
    document = json.loads(json.dumps(dataset()))
    *way, last = path.split("/")
    owner = document
    for name in way:
        owner = owner[name]
    owner[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("class", "collection", "jsonstat.not_a_dataset"),
        ("class", None, "jsonstat.not_a_dataset"),
        ("id", ["sted", "sted"], "jsonstat.dimension_duplicate"),
        ("id", ["sted"], "jsonstat.size_count"),
        ("id", "sted", "type"),
        ("id", [1, 2], "type"),
        ("size", [2, 3, 1], "jsonstat.size_count"),
        ("size", [True, 3], "type"),
        ("size", [2.0, 3], "type"),
        ("size", [-2, -3], "type"),
        ("size", [2, 4], "jsonstat.category_count"),
        ("size", [2, 10**30], "jsonstat.category_count"),
        ("dimension", [], "type"),
        ("dimension/extra", {"category": {"index": ["a"]}}, "jsonstat.dimension_count"),
        ("dimension/Tid", [], "type"),
        ("dimension/Tid", {}, "field.missing"),
        ("dimension/Tid/category", [], "type"),
        ("dimension/Tid/category/index", "2023", "type"),
        ("dimension/Tid/category/index", None, "jsonstat.category_count"),
        ("dimension/Tid/category/index", [2023, 2024, 2025], "type"),
        ("dimension/Tid/category/index", ["2023", "2023", "2025"], "jsonstat.category_duplicate"),
        ("dimension/Tid/category/index", {"2023": 0, "2024": 1, "2025": 3}, "jsonstat.category_position"),
        ("dimension/Tid/category/index", {"2023": 0, "2024": 1, "2025": 2.0}, "type"),
        ("dimension/Tid/category/index", {"2023": 0, "2024": True, "2025": 2}, "type"),
        ("value", [1, 2, 3, 4, 5], "jsonstat.value_count"),
        ("value", [1, 2, 3, 4, 5, 6, 7], "jsonstat.value_count"),
        ("value", [1, 2, 3, 4, 5, "6"], "type"),
        ("value", [1, 2, 3, 4, 5, True], "type"),
        ("value", [1, 2, 3, 4, 5, [6]], "type"),
        ("value", "1", "type"),
        ("value", None, "type"),
        ("value", {"6": 1}, "jsonstat.value_key"),
        ("value", {"-1": 1}, "jsonstat.value_key"),
        ("value", {"01": 1}, "jsonstat.value_key"),
        ("value", {"1.0": 1}, "jsonstat.value_key"),
        ("value", {"٣": 1}, "jsonstat.value_key"),
        ("value", {"9" * 40: 1}, "jsonstat.value_key"),
        ("value", {"1": "1"}, "type"),
        ("status", ["a", "b"], "jsonstat.value_count"),
        ("status", [1] * 6, "type"),
        ("status", [1], "type"),
        ("status", 1, "type"),
        ("status", {"7": "a"}, "jsonstat.value_key"),
        ("status", {"1": 1}, "type"),
    ],
)
def test_what_the_file_declares_is_held_against_what_it_holds(path: str, value: object, code: str) -> None:
    """Each contradiction has its code, and the file is refused."""
    table, problems = read(changed(path, value))
    assert {problem.code for problem in problems} == {code}
    assert table.columns == {}
    assert problems[0].message_da
    assert problems[0].message_en


@pytest.mark.parametrize("name", ["id", "size", "dimension", "value"])
def test_a_member_that_must_be_there_is_named(name: str) -> None:
    """Without it there is no table."""
    _, problems = read(dataset(**{name: None}))
    assert [(problem.code, problem.path) for problem in problems] == [("field.missing", name)]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ([], "type"),
        (1, "type"),
        ({}, "jsonstat.not_a_dataset"),
        ({"a": 1}, "jsonstat.not_a_dataset"),
        ({"a": {"dimension": {}}, "b": {"dimension": {}}}, "jsonstat.several_datasets"),
    ],
)
def test_what_is_no_dataset_is_refused(document: object, code: str) -> None:
    """Anything else that is JSON."""
    assert codes(document) == [code]


def test_an_empty_cube_has_no_rows() -> None:
    """A dimension without codes is legal and says so."""
    document = changed("dimension/Tid/category/index", [])
    document |= {"size": [2, 0], "value": []}
    table, problems = read(document)
    assert [(problem.code, problem.level) for problem in problems] == [("file.no_rows", "warning")]
    assert len(table) == 0


def test_names_and_codes_have_a_length() -> None:
    """A code of a megabyte is refused, for messages name columns."""
    assert codes(changed("dimension/sted/category/index", ["101", "x" * 101]), limits=Limits(cell_length=100)) == [
        "file.too_large"
    ]
    assert codes(dataset(), limits=Limits(name_length=3)) == ["file.too_large"]


def test_no_message_holds_a_value_of_the_file() -> None:
    """Wherever a canary sits, no text, place or detail shows it."""
    for document in (
        changed("value", [1, 2, 3, 4, 5, CANARY]),
        changed("value", {CANARY: 1}),
        changed("status", {CANARY: "a"}),
        changed("class", CANARY),
        changed("dimension/Tid/category/index", {"2023": CANARY, "2024": 1, "2025": 2}),
        changed("dimension/Tid/category/index", [CANARY, CANARY, "2025"]),
        {CANARY: CANARY},
    ):
        _, problems = read(document)
        assert len(problems) == 1
        assert CANARY not in problems.to_json() + problems.summary("da") + str(problems)


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10) | st.floats() | st.sampled_from(["a", "b", "dataset", "0", "1"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["a", "b", "0", "1", "class", "id", "size", "dimension", "category", "index", "label",
                                       "value", "status", "role", "child", "unit", "extension", "note"]), inner, max_size=8),
    max_leaves=30,
))  # fmt: skip
def test_any_plain_data_is_read_or_refused(document: object) -> None:
    """Nothing but problems comes out."""
    table, problems = read(document)
    assert bool(table.columns) != bool(problems.errors)


@given(st.data())
def test_a_dataset_with_one_member_replaced_is_read_or_refused(data: st.DataObject) -> None:
    """Damage anywhere in a right file."""
    paths = ["id", "size", "role", "dimension", "dimension/sted", "dimension/sted/label", "dimension/sted/category",
             "dimension/sted/category/index", "dimension/sted/category/label", "value", "status", "note"]  # fmt: skip
    anything = st.recursive(
        st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3) | st.booleans(),
        lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=6),
    )
    table, problems = read(changed(data.draw(st.sampled_from(paths)), data.draw(anything)))
    assert bool(table.columns) != bool(problems.errors)


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but problems comes out."""
    assert read_jsonstat(data)[1].errors


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    """What a path leads to never raises."""
    table, problems = read_jsonstat(tmp_path / "no.json")
    assert [(problem.code, problem.file) for problem in problems] == [("file.not_found", "no.json")]
    assert len(table) == 0


# Files that unfold to far more than they are.


def cube_of(size: int) -> str:
    """The expression of a dataset of three dimensions without a value."""
    dimension = '{name: {"category": {"index": [str(i) for i in range(size)]}} for name in "abc"}'
    whole = f'"class": "dataset", "id": [*"abc"], "size": [size] * 3, "value": {{}}, "dimension": {dimension}'
    return f"(lambda size: json.dumps({{{whole}}}).encode())({size})"


HUGE = {"class": "dataset", "id": ["a", "b"], "size": [10**9, 10**9], "value": {}}
HUGE |= {"dimension": {"a": {"category": {"index": []}}, "b": {"category": {"index": []}}}}


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        (f"json.dumps({HUGE}).encode()", "jsonstat.category_count"),
        (cube_of(1000), "file.too_large"),
        (cube_of(360), "file.too_large"),  # fewer rows than allowed, of very few bytes
        ('b"["*10_000_000', "json.too_deep"),
        ("b'{\"a\":'*5_000_000", "json.too_deep"),
        ("b'[\"'+b'\\\\\\\\'*10_000_000", "json.syntax"),
        ("b'[\"'+b'['*10_000_000+b'\"'", "json.syntax"),
        ("b'['*50+b'1,'*1_000_000", "json.syntax"),
    ],
)
def test_a_bomb_is_refused_in_little_memory(expression: str, code: str) -> None:
    """What a file declares is not believed before it is seen, and no form of JSON makes the reader take much."""
    found = read_in_a_child("jsonstat", expression)
    assert found["codes"] == [code]
    assert found["growth"] < GROWTH
