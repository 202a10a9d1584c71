"""SDMX-JSON 2 data messages: the format as its schema means it, and the observations that a message leaves behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalbib import Measurements
from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._sdmx_json import read_sdmx_json
from maalbib.measurements.formats._sdmx_json_parse import parse_sdmx_json

if TYPE_CHECKING:
    from pathlib import Path


def dimension(name: str, position: int, *codes: str, **members: Any) -> dict[str, Any]:
    return {
        "id": name,
        "keyPosition": position,
        "values": [{"id": code, "name": f"{code}!"} for code in codes],
    } | members


INDICATOR = dimension("INDICATOR", 0, "N1", "N2")
AREA = dimension("REF_AREA", 1, "0101", "0147")
SEX = dimension("SEX", 2, "K", "M")
PERIOD = dimension("TIME_PERIOD", 3, "2023", "2024")
STATUS = {"id": "OBS_STATUS", "values": [{"id": "A"}, {"id": "P"}]}
REMARK = {"id": "COMMENT_OBS"}


def message(*datasets: Any, **structure: Any) -> bytes:
    usual = {
        "dimensions": {"series": [INDICATOR, AREA, SEX], "observation": [PERIOD]},
        "attributes": {"observation": [STATUS, REMARK]},
    }
    meta = {"contentLanguages": ["da"]}
    return json.dumps(
        {"meta": meta, "data": {"structures": [usual | structure], "dataSets": list(datasets)}}
    ).encode()


def series(key: str, observations: Any, **members: Any) -> dict[str, Any]:
    return {"series": {key: {"observations": observations} | members}}


def observations(data: bytes, **options: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """The observations as tables and the codes of all problems."""
    table, problems = read_sdmx_json(data, **options)
    columns = {name: column.to_pylist() for name, column in table.columns.items()}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return rows, [problem.code for problem in problems]


@pytest.mark.parametrize(("folder", "cases"), [("own", 6), ("real", 2)])
def test_every_oracle_at_the_parse_level(oracles: Path, folder: str, cases: int) -> None:
    """Action, key in the order of its positions, measures, attributes and the codes of the issues: exact."""
    files = sorted((oracles / "interchange" / folder / "sdmx_json").glob("*.expected.json"))
    assert len(files) == cases
    for file in files:
        wanted = json.loads(file.read_text(encoding="utf-8"))
        parsed, problems = parse_sdmx_json(file.with_suffix("").with_suffix(".json"))
        assert list(parsed) == wanted.get("rows", []), file.name
        assert [list(row["key"]) for row in parsed] == [list(row["key"]) for row in wanted.get("rows", [])]
        issues = wanted.get("issues", [])
        assert [one.code for one in problems] == [issue["code"] for issue in issues], file.name
        if "rows" in wanted:  # read on, so nothing is left out
            assert not len(problems.errors)
            assert [one.column for one in problems] == [issue["attribute"] for issue in issues]
        else:
            assert [one.level for one in problems] == [issue["level"] for issue in issues]


def test_a_message_becomes_measurements() -> None:
    """Key, value, status and remark find their columns; the other dimensions break the values down."""
    data = message(series("0:1:0", {"0": [1.5, 1, "rettet"], "1": [None]}))
    table, problems = read_sdmx_json(data)
    assert not len(problems)
    assert table.breakdowns == ("SEX",)
    assert table.roles == {
        "institution": "REF_AREA", "indicator": "INDICATOR", "period": "TIME_PERIOD", "value": "OBS_VALUE",
        "status": "OBS_STATUS", "comment": "COMMENT_OBS",
    }  # fmt: skip
    assert table.labels["SEX"]["K"] == {"da": "K!"}
    ms = Measurements.read(data, format="sdmx-json")
    assert [(row.institution, str(row.period), row.value, row.breakdown["SEX"], row.comment) for row in ms] == [
        ("0147", "2023", 1.5, "K", "rettet"), ("0147", "2024", None, "K", None),
    ]  # fmt: skip


def test_flat_observations_name_all_dimensions() -> None:
    """Without series the key has every dimension but those of the whole dataset, which break nothing down."""
    flat = {"dataSet": [dimension("INDICATOR", 3, "N1")], "observation": [PERIOD | {"keyPosition": 0}, AREA, SEX]}
    data = message({"observations": {"0:1:1": [1, 0], "1:0:0": [2]}}, dimensions=flat)
    rows, codes = observations(data)
    assert codes == []
    assert [(row["INDICATOR"], row["TIME_PERIOD"], row["REF_AREA"], row["SEX"], row["OBS_VALUE"]) for row in rows] == [
        ("N1", "2023", "0147", "M", 1.0), ("N1", "2024", "0101", "K", 2.0),
    ]  # fmt: skip
    assert list(rows[0]) == ["TIME_PERIOD", "REF_AREA", "SEX", "INDICATOR", "OBS_VALUE", "OBS_STATUS", "COMMENT_OBS"]
    assert read_sdmx_json(data)[0].breakdowns == ("SEX",)


def test_attributes_of_every_level() -> None:
    """Dataset, group, series and observation; a group is named by the places that it fixes."""
    levels = {
        "dataSet": [{"id": "SOURCE", "values": [{"value": "KL"}]}],
        "dimensionGroup": [{"id": "UNIT", "values": [{"id": "PC"}, {"id": "N"}]}, {"id": "COMMENT_OBS"}],
        "series": [{"id": "TITLE", "values": [{"value": {"da": "Titel", "en": "Title"}}]}],
        "observation": [STATUS],
    }
    dataset = {
        "attributes": [0],
        "dimensionGroupAttributes": {"0:::": [1], ":1::": [None, "gruppe"], ":1::1": [None, "sidste"]},
        "series": {
            "0:0:0": {"attributes": [0], "observations": {"0": [1]}},
            "0:1:0": {"observations": {"0": [2], "1": [3]}},
            "1:1:0": {"observations": {"0": [4]}},
        },
    }
    rows, codes = observations(message(dataset, attributes=levels))
    assert codes == []
    assert [(row["OBS_VALUE"], row["SOURCE"], row["UNIT"], row["COMMENT_OBS"], row["TITLE"]) for row in rows] == [
        (1.0, "KL", "N", None, "Titel"), (2.0, "KL", "N", "gruppe", None), (3.0, "KL", "N", "sidste", None), (4.0, "KL", None, "gruppe", None),
    ]  # fmt: skip


def test_a_default_stands_where_nothing_else_is_said() -> None:
    """Null means the default; what is said wins."""
    status = STATUS | {"default": "A"}
    rows, _ = observations(message(series("0:0:0", {"0": [1], "1": [2, 1]}), attributes={"observation": [status]}))
    assert [row["OBS_STATUS"] for row in rows] == ["A", "P"]


def test_several_measures() -> None:
    """Each has its column; the one called OBS_VALUE is the value."""
    measures = {"observation": [{"id": "MEAN"}, {"id": "OBS_VALUE"}]}
    rows, _ = observations(message(series("0:0:0", {"0": [7, 1.5, 0]}), measures=measures))
    assert (rows[0]["MEAN"], rows[0]["OBS_VALUE"], rows[0]["OBS_STATUS"]) == ("7", 1.5, "A")


def test_numbers_beside_the_value() -> None:
    """Bounds and counts are numbers, wherever the message keeps them."""
    beside = [{"id": "LOWER_BOUND"}, {"id": "N", "values": [{"value": 12}, {"value": 40}]}]
    data = message(series("0:0:0", {"0": [1, 0.5, 1]}), attributes={"observation": beside})
    table, _ = read_sdmx_json(data)
    assert (table.columns["LOWER_BOUND"].to_pylist(), table.columns["N"].to_pylist()) == ([0.5], [40.0])
    assert (table.roles["lower"], table.roles["n"]) == ("LOWER_BOUND", "N")


def test_a_role_names_the_concept() -> None:
    """A dimension with a name of its own says what it is."""
    dimensions = {
        "series": [dimension("KOMMUNE", 0, "0101", roles=["REF_AREA"])],
        "observation": [dimension("TID", 1, "2023", roles=["TIME_PERIOD"])],
    }
    table, _ = read_sdmx_json(message(series("0", {"0": [1]}), dimensions=dimensions))
    assert (table.roles["institution"], table.roles["period"], table.breakdowns) == ("KOMMUNE", "TID", ())


def test_annotations_are_referred_to_behind_the_attributes() -> None:
    """A reference to an annotation that is there is no fault; one that is not leaves the observation out."""
    data = message(series("0:0:0", {"0": [1, 0, None, 0], "1": [2, 0, None, 1]}), annotations=[{"id": "a"}])
    table, problems = read_sdmx_json(data)
    assert table.columns["OBS_VALUE"].to_pylist() == [1.0]
    assert [(one.code, one.level, one.row) for one in problems] == [("sdmx_json.attribute", "error", 1)]


def test_a_reference_outside_its_list_is_empty() -> None:
    """The observation is read on, with a warning."""
    rows, codes = observations(message(series("0:0:0", {"0": [1, 2], "1": [2, True]})))
    assert [row["OBS_STATUS"] for row in rows] == [None, None]
    assert codes == ["sdmx_json.attribute", "sdmx_json.attribute"]


def test_datasets_are_applied_in_order() -> None:
    """Merge fills, Replace replaces, Delete deletes observations, cells and whole series."""
    data = message(
        {"action": "Information"} | series("0:0:0", {"0": [1, 0, "x"], "1": [2, 0, "y"]}),
        {"action": "Merge"} | series("0:0:0", {"0": [None, 1]}),
        {"action": "Replace"} | series("0:0:0", {"1": [3]}),
        series("1:0:0", {"0": [4, 0, "z"]}) | {"action": "Append"},
        {"action": "Delete"} | series("1:0:0", {"0": [None, None, 1]}),
    )
    rows, codes = observations(data)
    assert codes == []
    assert [(row["OBS_VALUE"], row["OBS_STATUS"], row["COMMENT_OBS"]) for row in rows] == [
        (1.0, "P", "x"),
        (3.0, None, None),
        (4.0, "A", None),
    ]
    gone = {"action": "Delete", "series": {"0:0:0": {}}}
    start = series("0:0:0", {"0": [1], "1": [2]}), series("0:0:1", {"0": [3]})
    assert [row["OBS_VALUE"] for row in observations(message(*start, gone))[0]] == [3.0]
    assert observations(message(*start, {"action": "Delete"}))[0] == []
    assert len(observations(message(*start, {"action": "Delete", "series": {}}))[0]) == 3


def test_a_deletion_with_a_wrong_key_deletes_nothing() -> None:
    """A key that cannot be read is never every key."""
    start = series("0:0:0", {"0": [1], "1": [2]})
    for gone in ({"action": "Delete", "series": {"0:0:9": {}}}, {"action": "Delete"} | series("0:0:0", {"9": []})):
        table, problems = read_sdmx_json(message(start, gone))
        assert not table.columns
        assert [one.code for one in problems] == ["sdmx_json.key", "sdmx_json.not_applied"]


@pytest.mark.parametrize(
    "key", ["", "0", "0:0", "0:0:0:0", "0:0:2", "0:0:-1", "0:0:x", "0:0:+1", "0::0", " 0:0:0", "0:0:99999999999"]
)
def test_a_key_that_refers_to_nothing(key: str) -> None:
    """The observation is left out, the others are read."""
    dataset = {"series": {key: {"observations": {"0": [1]}}, "0:0:0": {"observations": {"1": [2]}}}}
    table, problems = read_sdmx_json(message(dataset))
    assert table.columns["OBS_VALUE"].to_pylist() == [2.0]
    assert table.rows.tolist() == [1]
    assert [(one.code, one.row) for one in problems] == [("sdmx_json.key", 0)]


@pytest.mark.parametrize(("value", "read"), [(0, 0.0), (-0.0, 0.0), (1e300, 1e300), (None, None), ("NaN", None)])
def test_values(value: Any, read: float | None) -> None:
    """Numbers and null; NaN as a text is missing too."""
    rows, codes = observations(message(series("0:0:0", {"0": [value]})))
    assert [row["OBS_VALUE"] for row in rows] == [read]
    assert codes == []


@pytest.mark.parametrize("value", ["1.5", True, [1], {}, "-"])
def test_a_value_that_is_no_number(value: Any) -> None:
    """The observation is left out; nothing is guessed."""
    rows, codes = observations(message(series("0:0:0", {"0": [value], "1": [1]})))
    assert [row["OBS_VALUE"] for row in rows] == [1.0]
    assert codes == ["sdmx_json.value"]


def test_an_observation_is_an_array() -> None:
    """Anything else is left out."""
    rows, codes = observations(message(series("0:0:0", {"0": 1, "1": [1]})))
    assert len(rows) == 1
    assert codes == ["sdmx_json.observation"]


@pytest.mark.parametrize(
    "document",
    [
        [], {}, {"data": {}}, {"data": {"structures": []}}, {"data": {"structures": [5], "dataSets": []}},
        {"data": {"structures": [{"dimensions": [1]}], "dataSets": []}},
        {"data": {"structures": [{"dimensions": {"series": {}}}]}},
        {"data": {"structures": [{"dimensions": {"series": {"a": 1}}}], "dataSets": []}},
        {"data": {"structures": [{"dimensions": {"series": [{"id": "A"}]}}], "dataSets": []}},
        {"data": {"structures": [{"dimensions": {"series": [dimension("A", 0, "x"), dimension("B", 0, "x")]}}], "dataSets": []}},
        {"data": {"structures": [{"dimensions": {"series": [dimension("A", 0, "x"), dimension("A", 1, "x")]}}], "dataSets": []}},
        {"data": {"structures": [{"dimensions": {"dataSet": [dimension("A", 0, "x", "y")]}}], "dataSets": []}},
        {"data": {"structures": [{"dimensions": {"series": [dimension("A", -1, "x")]}}], "dataSets": []}},
        {"data": {"structures": [{"dimensions": {"series": [dimension("A", 0, "")]}}], "dataSets": []}},
        {"data": {"structures": [{"dimensions": {"series": [INDICATOR | {"values": [None]}]}}], "dataSets": []}},
        {"data": {"structures": [{"dimensions": {"series": [INDICATOR | {"values": [{"value": True}]}]}}], "dataSets": []}},
        {"data": {"structures": [{}], "dataSets": [5]}}, {"data": {"structures": [{}], "dataSets": [{"structure": True}]}},
        {"data": {"structures": [{}], "dataSets": [{"series": []}]}}, {"data": {"structures": [{}], "dataSets": [{"series": {"0": 5}}]}},
        {"data": {"structures": [{"annotations": {"a": 1}}], "dataSets": []}}, {"data": {"structures": [{}], "dataSets": [{"observations": []}]}},
        {"errors": [{"code": 404}]},
    ],
)  # fmt: skip
def test_a_structure_that_cannot_be_understood(document: Any) -> None:
    """The file is refused with the place in it."""
    table, problems = read_sdmx_json(json.dumps(document).encode())
    assert not table.columns
    assert [one.code for one in problems] == ["sdmx_json.structure"]
    assert problems.summary("da")


@pytest.mark.parametrize(
    "document",
    [{"header": {}}, {"structure": {}, "dataSets": []}, {"meta": {}, "data": {"structure": {}, "dataSets": []}}],
)
def test_version_1_is_refused(document: Any) -> None:
    """Both forms of it: with a header, and with one structure in the data."""
    assert observations(json.dumps(document).encode())[1] == ["sdmx_json.version"]


def test_a_message_without_datasets_has_no_rows() -> None:
    """It is told, not taken for a table without the columns it should have."""
    assert observations(message())[1] == ["file.no_rows"]


def test_actions_and_structures_are_known() -> None:
    """An action that is none, and data of two structures, are refused."""
    assert observations(message({"action": "Insert"}))[1] == ["sdmx_json.action"]
    document = json.loads(message(series("0:0:0", {"0": [1]}), series("0:0:0", {"0": [1]}) | {"structure": 1}))
    document["data"]["structures"] *= 2
    assert observations(json.dumps(document).encode())[1] == ["sdmx_json.structures"]


@pytest.mark.parametrize("limits", [Limits(rows=1), Limits(columns=3), Limits(name_length=3), Limits(cell_length=3)])
def test_limits_hold(limits: Limits) -> None:
    """A breach refuses the file."""
    assert observations(message(series("0:0:0", {"0": [1], "1": [2]})), limits=limits)[1] == ["file.too_large"]


def test_a_remark_on_many_observations_is_no_bomb() -> None:
    """A long remark that many observations refer to is counted before it is copied."""
    years = dimension("TIME_PERIOD", 3, *map(str, range(1900, 2000)))
    remark = {"id": "COMMENT_OBS", "values": [{"value": "x" * 90_000}]}
    data = message(
        series("0:0:0", {str(i): [i, 0] for i in range(100)}),
        dimensions={"series": [INDICATOR, AREA, SEX], "observation": [years]}, attributes={"observation": [remark]},
    )  # fmt: skip
    assert observations(data, limits=Limits(decoded_bytes=1_000_000))[1] == ["file.too_large"]


def test_no_message_holds_a_value() -> None:
    """A canary in a bad cell appears in no sentence."""
    data = message(
        series("0:0:canary", {"0": [1]}),
        series("0:0:0", {"0": ["canary"], "1": "canary"}),
        series("0:0:1", {"0": [1, "canary"]}),
    )
    table, problems = read_sdmx_json(data)
    assert len(table) == 1
    assert len(problems) == 4
    assert "canary" not in problems.summary("da") + problems.summary("en") + problems.to_json()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["0", "0:0:0", "Delete", "NaN", ""]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["0", "1", "0:0:0", "series", "observations", "attributes", "action", "dimensionGroupAttributes", "structure"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=200)
@given(JSON, JSON)
def test_any_dataset_gives_problems_never_errors(dataset: Any, attributes: Any) -> None:
    """What a file holds never raises."""
    read_sdmx_json(message(dataset))
    read_sdmx_json(message(series("0:0:0", {"0": [1]}), attributes=attributes))
    read_sdmx_json(json.dumps(dataset).encode())
