"""SDMX-CSV: the format as the field guides mean it, and the observations that a file leaves behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalbib import Measurements
from maalbib.measurements._codes import Codes
from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._sdmx_actions import DELETE, MERGE, REPLACE, applied
from maalbib.measurements.formats._sdmx_csv import read_sdmx_csv
from maalbib.measurements.formats._sdmx_csv_parse import parse_sdmx_csv
from maalbib.measurements.formats._sdmx_periods import reporting_period

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FLOW = "dataflow,KL:DF(1.0.0)"


def written(header: str, *rows: str, start: str = FLOW) -> bytes:
    """A file of one structure; rows give the action and what follows."""
    lines = [f"STRUCTURE,STRUCTURE_ID,ACTION,{header}", *(f"{start},{row}" for row in rows)]
    return "\n".join(lines).encode()


def observations(data: bytes, **options: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """The observations as tables and the codes of all problems."""
    table, problems = read_sdmx_csv(data, **options)
    columns = {name: column.to_pylist() for name, column in table.columns.items()}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return rows, [problem.code for problem in problems]


@pytest.mark.parametrize(("folder", "cases"), [("own", 14), ("real", 11)])
def test_every_oracle_at_the_parse_level(oracles: Path, folder: str, cases: int) -> None:
    """Structure, id, action, values as text, list or language table, and the codes of the issues: exact."""
    files = sorted((oracles / "interchange" / folder / "sdmx_csv").glob("*.csv"))
    assert len(files) == cases
    for file in files:
        wanted = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))
        table, problems = parse_sdmx_csv(file)
        places = [{"code": one.code, "row": one.row, "column": one.column, "level": one.level} for one in problems]
        issues = [{name: value for name, value in place.items() if value is not None} for place in places]
        assert issues == wanted["issues"], file.name
        assert list(table) == wanted.get("rows", []), file.name
        if "rows" in wanted:
            assert (table.sub_delimiter, table.delimiter) == (wanted["sub_delimiter"], wanted["delimiter"])
            assert [list(row["values"]) for row in table] == [list(row["values"]) for row in wanted["rows"]]


# The situations of the field guide that have no file, in words of our own.


def test_semicolons_between_cells_make_decimal_commas() -> None:
    """Labels beside the codes, keys of series and observation, and a name behind the structure's id."""
    data = (
        "STRUCTURE[|];STRUCTURE_ID;ACTION;SERIES_KEY;OBS_KEY;INDICATOR: Indikator;TIME_PERIOD: Periode;OBS_VALUE: Værdi;COMMENT_OBS: Note\n"
        "dataflow;KL:DF(1.0.0): Mål: alle;I;N1;N1.2023;N1: Andel: børn;2023: 2023;12,4;Bemærk: rettet\n"
    ).encode()
    rows, codes = observations(data)
    assert rows == [{"INDICATOR": "N1", "TIME_PERIOD": "2023", "OBS_VALUE": 12.4, "COMMENT_OBS": "Bemærk: rettet"}]
    assert codes == []
    table, _ = read_sdmx_csv(data)
    assert table.labels["INDICATOR"] == {"N1": {"und": "Andel: børn"}}
    assert table.names["OBS_VALUE"] == {"und": "Værdi"}
    assert table.notes == {"structure": "dataflow", "structure_id": "KL:DF(1.0.0)"}


def test_plain_columns_may_hold_colons() -> None:
    """Only a column with a label in its header has labels in its cells."""
    rows, _ = observations(written("INDICATOR,TIME_PERIOD,OBS_VALUE", "I,A: b,2023,1"))
    assert rows[0]["INDICATOR"] == "A: b"


def test_labels_in_columns_of_their_own() -> None:
    """A label column may share its name with a component, and is no component."""
    data = (
        b"STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,INDICATOR,INDICATOR,SEX,Sex,TIME_PERIOD,TIME_PERIOD,OBS_VALUE,OBS_VALUE\n"
        b"dataflow,KL:DF(1.0.0),Goals,I,N1,One,T,Total,2023,2023,1,\n"
    )
    rows, codes = observations(data)
    assert rows == [{"INDICATOR": "N1", "SEX": "T", "TIME_PERIOD": "2023", "OBS_VALUE": 1.0}]
    assert codes == []
    table, _ = read_sdmx_csv(data)
    assert table.labels["SEX"] == {"T": {"und": "Total"}}
    assert table.breakdowns == ("SEX",)


def test_version_1_begins_with_the_dataflow() -> None:
    """With and without labels, in the spelling of registries that put no space behind the colon of the header."""
    data = (
        "DATAFLOW,REF_AREA:Område,INDICATOR:Indikator,FREQ:Frekvens,TIME_PERIOD:Tid,OBS_VALUE:Værdi\n"
        "WB:GCI(1.0): Indeks,GHA: Ghana,GCI: Indeks,A: Årlig,2008,102\n"
    ).encode()
    table, problems = read_sdmx_csv(data)
    assert not len(problems)
    assert table.format == "sdmx-csv 1"
    assert {name: column.to_pylist() for name, column in table.columns.items()} == {
        "REF_AREA": ["GHA"], "INDICATOR": ["GCI"], "TIME_PERIOD": ["2008"], "OBS_VALUE": [102.0],
    }  # fmt: skip
    assert table.roles["institution"] == "REF_AREA"
    assert table.breakdowns == ()


def test_the_small_letters_of_eurostat() -> None:
    """Its columns have small letters and spaces; flags and the day of change are no dimensions."""
    data = b"DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nESTAT:X(1.0),13/05/24,A,PC,DK,2020,1.5,b\n"
    table, problems = read_sdmx_csv(data)
    assert table.breakdowns == ("unit", "geo")
    assert not len(problems)


def test_several_values_in_several_languages() -> None:
    """Each set of languages stands in quotes of its own."""
    data = (
        (
            "STRUCTURE[;],STRUCTURE_ID,ACTION,TIME_PERIOD,OBS_VALUE,NOTE[da;en],CONTACT[],CONTACT[].NAME[]\n"
            f'{FLOW},I,2023,1,"""da:et;en:one"";""da:to""",A;B,"""a1;a2"";;""b ""&quot;"""\n'
        )
        .replace('""b ""&quot;""', '""b""')
        .encode()
    )
    table, problems = parse_sdmx_csv(data)
    assert not len(problems)
    values = table.row(0)["values"]
    assert values["NOTE"] == [{"da": "et", "en": "one"}, {"da": "to"}]
    assert values["CONTACT"] == ["A", "B"]
    assert values["CONTACT.NAME"] == [["a1", "a2"], [], ["b"]]


def test_line_breaks_inside_cells() -> None:
    """A text with line breaks is one cell; the next row has its own number and line."""
    data = written("TIME_PERIOD,OBS_VALUE,COMMENT_OBS", 'I,2023,1,"<p>to\nlinjer</p>"', "I,2024,x,")
    table, problems = read_sdmx_csv(data)
    assert table.columns["COMMENT_OBS"].to_pylist() == ["<p>to\nlinjer</p>"]
    assert [(one.code, one.row, one.line) for one in problems] == [("number.not_a_number", 3, 4)]


# Actions.


def test_merge_fills_cells_and_leaves_the_others() -> None:
    """An empty cell changes nothing; a filled one does."""
    data = written("TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT_OBS", "M,2023,1,A,x", "M,2023,,P,")
    rows, codes = observations(data)
    assert rows == [{"TIME_PERIOD": "2023", "OBS_VALUE": 1.0, "OBS_STATUS": "P", "COMMENT_OBS": "x"}]
    assert codes == []


def test_replace_leaves_nothing_of_what_was_there() -> None:
    """R gives a new observation, without the old remark, and says that it replaces."""
    rows, codes = observations(written("TIME_PERIOD,OBS_VALUE,COMMENT_OBS", "I,2023,1,x", "R,2023,2,"))
    assert rows == [{"TIME_PERIOD": "2023", "OBS_VALUE": 2.0, "COMMENT_OBS": None}]
    assert codes == []


def test_a_second_value_for_one_key_is_reported() -> None:
    """The later row holds, and the warning names both."""
    table, problems = read_sdmx_csv(written("SEX,TIME_PERIOD,OBS_VALUE", "I,K,2023,1", "I,M,2023,2", "I,K,2023,3"))
    assert table.columns["OBS_VALUE"].to_pylist() == [2.0, 3.0]
    assert table.rows.tolist() == [3, 4]
    assert [(one.code, one.level, one.row, one.other_row) for one in problems] == [
        ("sdmx.overwritten", "warning", 2, 4)
    ]


@pytest.mark.parametrize(
    ("delete", "left"),
    [
        ("D,A,2023,,", ["B-2023", "A-2024", "B-2024"]),
        ("D,A,,,", ["B-2023", "B-2024"]),
        ("D,,2024,,", ["A-2023", "B-2023"]),
        ("D,,,,", []),
    ],
)
def test_a_deletion_matches_what_it_names(delete: str, left: list[str]) -> None:
    """An empty dimension is every code."""
    made = [f"I,{indicator},{year},1,A" for year in (2023, 2024) for indicator in "AB"]
    rows, codes = observations(written("INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS", *made, delete))
    assert [f"{row['INDICATOR']}-{row['TIME_PERIOD']}" for row in rows] == left
    assert codes == []


def test_a_dash_deletes_one_value() -> None:
    """Only what is marked goes; the observation stays."""
    data = written("TIME_PERIOD,OBS_VALUE,COMMENT_OBS", "I,2023,1,x", "I,2024,2,y", "D,2023,-,", "D,,,-")
    rows, codes = observations(data)
    assert rows == [
        {"TIME_PERIOD": "2023", "OBS_VALUE": None, "COMMENT_OBS": None},
        {"TIME_PERIOD": "2024", "OBS_VALUE": 2.0, "COMMENT_OBS": None},
    ]
    assert codes == []


def test_the_order_of_the_rows_is_the_order_of_the_actions() -> None:
    """What is added after a deletion stays; deletions of what the file does not have are told."""
    data = written("TIME_PERIOD,OBS_VALUE", "D,2023,", "I,2023,1", "D,2023,", "I,2023,2", "D,2031,")
    table, problems = read_sdmx_csv(data)
    assert table.columns["OBS_VALUE"].to_pylist() == [2.0]
    assert [(one.code, one.row) for one in problems] == [("sdmx.nothing_deleted", 6)]


def test_actions_are_all_made_or_none() -> None:
    """A fault in one row leaves the whole file unapplied, unless it is for information alone."""
    header, bad = "TIME_PERIOD,OBS_VALUE", "x,5"
    table, problems = read_sdmx_csv(written(header, "I,2023,1", "D,2023,", f"X,{bad}"))
    assert not table.columns
    assert [one.code for one in problems] == ["sdmx_csv.action", "sdmx_csv.not_applied"]
    table, problems = read_sdmx_csv(written(header, "I,2023,1", "I,2024,en"))
    assert table.columns["OBS_VALUE"].to_pylist() == [1.0]
    assert [one.code for one in problems] == ["number.not_a_number"]


def test_a_partial_key_is_no_observation() -> None:
    """Its attributes are those of the observations of the group that have none of their own."""
    data = written(
        "INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT_OBS",
        "I,A,K,2023,1,,", "I,,K,,,P,gruppe", "I,A,M,2023,2,,", "I,A,K,2024,3,A,egen", "I,B,X,,,,ingen",
    )  # fmt: skip
    rows, codes = observations(data)
    assert [(row["SEX"], row["TIME_PERIOD"], row["OBS_STATUS"], row["COMMENT_OBS"]) for row in rows] == [
        ("K", "2023", "P", "gruppe"), ("M", "2023", None, None), ("K", "2024", "A", "egen"),
    ]  # fmt: skip
    assert codes == ["sdmx.unattached"]


def test_a_value_needs_its_whole_key() -> None:
    """A row with a value and without a dimension is an error, never an observation with an empty code."""
    table, problems = read_sdmx_csv(written("INDICATOR,SEX,TIME_PERIOD,OBS_VALUE", "I,A,,2023,1", "I,A,K,2023,2"))
    assert table.columns["SEX"].to_pylist() == ["K"]
    assert [(one.code, one.row) for one in problems] == [("sdmx.partial_key", 2)]


def codes_of(draw: Any, count: int) -> Codes:
    return Codes(
        np.array(draw(st.lists(st.integers(-1, 2), min_size=count, max_size=count)), dtype=np.int32), ("a", "b", "c")
    )


def one_at_a_time(
    dimensions: Sequence[Codes], keyed: Sequence[Codes], actions: Sequence[int], filled: Mapping[str, Any]
) -> dict[int, dict[str, int]]:
    """What the rows leave behind when they are applied in turn: the slow twin."""
    held: dict[tuple[int, ...], dict[str, int]] = {}
    seen: dict[tuple[int, ...], int] = {}
    groups: list[tuple[tuple[int, ...], list[str], int | None]] = []
    for row, action in enumerate(actions):
        key = tuple(int(column.codes[row]) for column in (*dimensions, *keyed))
        names = [name for name, mask in filled.items() if mask[row]]
        whole = min(key[: len(dimensions)], default=0) >= 0
        if action == DELETE:
            delete(held, key, names)
            groups += [(key, names or list(filled), None)] if names or not whole else []
        elif whole:
            kept = {} if action == REPLACE else held.get(key, {})
            held[key] = kept | dict.fromkeys(names, row)
            seen[key] = row
        else:
            groups.append((key, names, row))
    found: dict[int, dict[str, int]] = {}
    for key, cells in held.items():
        shared = of_groups(groups, key)
        found[cells.get("value", seen[key])] = {name: cells.get(name, shared.get(name, -1)) for name in filled}
    return dict(sorted(found.items()))


def delete(held: dict[tuple[int, ...], dict[str, int]], key: tuple[int, ...], names: list[str]) -> None:
    for other in [other for other in held if matches(key, other)]:
        for name in names:
            held[other].pop(name, None)
        if not names:
            del held[other]


def of_groups(groups: list[tuple[tuple[int, ...], list[str], int | None]], key: tuple[int, ...]) -> dict[str, int]:
    shared: dict[str, int] = {}
    for name, row in [(name, row) for group, names, row in groups if matches(group, key) for name in names]:
        shared.pop(name, None)
        shared |= {} if row is None else {name: row}
    return shared


def matches(pattern: tuple[int, ...], key: tuple[int, ...]) -> bool:
    return all(part in {-1, own} for part, own in zip(pattern, key, strict=True))


@settings(max_examples=300)
@given(data=st.data())
def test_applying_all_at_once_is_applying_in_turn(data: st.DataObject) -> None:
    """Whole columns give what the slow twin gives, for any rows."""
    count = data.draw(st.integers(0, 10))
    dimensions = [codes_of(data.draw, count) for _ in range(data.draw(st.integers(0, 3)))]
    keyed = [codes_of(data.draw, count) for _ in range(data.draw(st.integers(0, 1)))]
    actions = data.draw(st.lists(st.sampled_from([MERGE, REPLACE, DELETE]), min_size=count, max_size=count))
    masks = st.lists(st.booleans(), min_size=count, max_size=count)
    filled = {name: np.array(data.draw(masks), dtype=np.bool_) for name in ("value", "note")}
    found = applied(dimensions, keyed, np.array(actions, dtype=np.int8), filled, value="value")
    cells = {name: rows.tolist() for name, rows in found.cells.items()}
    table = {row: {name: cells[name][i] for name in cells} for i, row in enumerate(found.rows.tolist())}
    wanted = one_at_a_time(dimensions, keyed, actions, filled)
    assert table == wanted
    assert list(table) == list(wanted)


# What is a dimension, and which structure is meant.


def test_columns_behind_the_value_are_attributes() -> None:
    """The order of the field guide decides, but for concepts that are always attributes."""
    data = written(
        "INDICATOR,DECIMALS,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UPDATED", "I,A,1,K,2023,1,PC,2024-01-01"
    )
    table, problems = read_sdmx_csv(data)
    assert table.breakdowns == ("SEX",)
    assert not len(problems)


def test_another_order_says_nothing() -> None:
    """A value before the key: what no row with a value leaves empty is taken for a dimension, and that is said."""
    data = written("OBS_VALUE,ATTR_1,SEX,INDICATOR,TIME_PERIOD", "I,1,,K,A,2023", "I,2,x,M,A,2023")
    table, problems = read_sdmx_csv(data)
    assert table.breakdowns == ("SEX",)
    assert [(one.code, one.details["components"]) for one in problems] == [("sdmx_csv.dimensions", ["SEX"])]


def test_dimensions_can_be_named() -> None:
    """The caller knows best; a name that the file does not have is a problem."""
    data = written("INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,AGE", "I,A,K,2023,1,Y1", "I,A,K,2023,2,Y2")
    assert observations(data)[1] == ["sdmx.overwritten"]
    table, problems = read_sdmx_csv(data, dimensions=["SEX", "AGE"])
    assert table.breakdowns == ("SEX", "AGE")
    assert not len(problems)
    assert len(table) == 2
    assert [(one.code, one.column) for one in read_sdmx_csv(data, dimensions=["SEX", "AGE", "X"])[1]] == [
        ("column.missing", "X")
    ]


def test_another_measure_can_be_the_value() -> None:
    """SDMX 3 knows several measures."""
    data = written("INDICATOR,TIME_PERIOD,OBS_VALUE,MEAN", "I,A,2023,1,7.5")
    table, _ = read_sdmx_csv(data, value="MEAN")
    assert table.columns["MEAN"].to_pylist() == [7.5]
    assert table.roles["value"] == "MEAN"


def test_one_of_several_structures() -> None:
    """Without a choice the file is refused; chosen, the columns of the others are left out."""
    data = (
        b"STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,SEX,AGE,TIME_PERIOD,OBS_VALUE\n"
        b"dataflow,KL:A(1.0.0),I,N1,K,,2023,1\n"
        b"dataflow,KL:B(2.1.0),I,N1,,Y5,2023,2\n"
    )
    table, problems = read_sdmx_csv(data)
    assert not table.columns
    assert [(one.code, one.details["structures"]) for one in problems] == [
        ("sdmx_csv.structures", ["KL:A(1.0.0)", "KL:B(2.1.0)"])
    ]
    for wanted in ("KL:B(2.1.0)", "KL:B"):
        table, problems = read_sdmx_csv(data, structure=wanted)
        assert table.breakdowns == ("AGE",)
        assert table.columns["OBS_VALUE"].to_pylist() == [2.0]
        assert table.rows.tolist() == [3]
        assert not len(problems)
    assert [one.code for one in read_sdmx_csv(data, structure="KL:C")[1]] == ["sdmx_csv.structure_absent"]


# Cells.


@pytest.mark.parametrize("cell", ["", "NaN"])
def test_empty_and_nan_are_missing(cell: str) -> None:
    """Both are a value that is not there, with the status that the row gives."""
    rows, codes = observations(written("TIME_PERIOD,OBS_VALUE,OBS_STATUS", f"I,2023,{cell},Q"))
    assert rows == [{"TIME_PERIOD": "2023", "OBS_VALUE": None, "OBS_STATUS": "Q"}]
    assert codes == []


@pytest.mark.parametrize("cell", ["-", "..", "nan", "#N/A", "1 000", "1,5", "INF"])
def test_other_marks_are_faults_never_missing(cell: str) -> None:
    """A dash is a mark in deletions alone."""
    table, problems = read_sdmx_csv(written("TIME_PERIOD,OBS_VALUE", f'I,2023,"{cell}"'))
    assert len(table) == 0
    assert [one.row for one in problems.errors] == [2]


def test_a_school_year_is_a_reporting_year_from_august() -> None:
    """``2023-A1`` from ``--08-01`` is 2023/24; a Gregorian year stays one."""
    data = written(
        "INDICATOR,TIME_PERIOD,OBS_VALUE,REPORTING_YEAR_START_DAY",
        "I,A,2023-A1,1,--08-01", "I,A,2023,2,--08-01", "I,D,2023-A1,3,", "I,B,2023-Q1,4,--07-01", "I,C,2023-W01,5,--08-01",
    )  # fmt: skip
    table, problems = read_sdmx_csv(data)
    assert table.columns["TIME_PERIOD"].to_pylist() == ["2023/24", "2023", "2023-A1", "2023-07-01/P3M"]
    assert [(one.code, one.row, one.column) for one in problems] == [("sdmx.reporting_year", 6, "TIME_PERIOD")]
    ms = Measurements.read(
        written("INDICATOR,INSTITUTION,TIME_PERIOD,OBS_VALUE,REPORTING_YEAR_START_DAY", "I,A,0101,2023-A1,1,--08-01"),
        format="sdmx-csv",
    )
    assert str(ms[0].period) == "2023/24"


@pytest.mark.parametrize(
    ("text", "start", "wanted"),
    [
        ("2023-A1", "--01-01", "2023-A1"), ("2023-A1", "--04-01", "2023-04-01/P1Y"), ("2023-S2", "--08-01", "2024-02-01/P6M"),
        ("2023-T3", "--08-01", "2024-04-01/P4M"), ("2023-M06", "--08-01", "2024-01-01/P1M"), ("2023-M01", "--08-01", "2023-08-01/P1M"),
        ("2023-10", "--08-01", "2023-10"), ("2023-A1", "08-01", None), ("2023-A1", "--02-30", None), ("2023-D001", "--08-01", None),
        ("1999-A1", "--08-01", "1999/00"),
    ],
)  # fmt: skip
def test_parts_of_reporting_years(text: str, start: str, wanted: str | None) -> None:
    """A part of a year that starts elsewhere is the time range that it covers."""
    assert reporting_period(text, start) == wanted


def test_a_guarded_text_loses_its_apostrophe() -> None:
    """What was written against formulas is read as it was; the parse level shows the cell."""
    data = written("INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,COMMENT_OBS", "I,A,'-x,2023,1,'=1+1")
    rows, _ = observations(data)
    assert (rows[0]["SEX"], rows[0]["COMMENT_OBS"]) == ("-x", "=1+1")
    assert parse_sdmx_csv(data)[0].row(0)["values"]["COMMENT_OBS"] == "'=1+1"


def test_a_remark_in_several_languages_is_read_in_danish() -> None:
    """The Danish text is taken, else the first."""
    data = f"STRUCTURE[;],STRUCTURE_ID,ACTION,TIME_PERIOD,OBS_VALUE,COMMENT_OBS[en;da]\n{FLOW},I,2023,1,en:revised;da:rettet\n{FLOW},I,2024,1,en:new\n".encode()
    assert [row["COMMENT_OBS"] for row in observations(data)[0]] == ["rettet", "new"]


@pytest.mark.parametrize(
    "header",
    [
        "STRUCTURE", "STRUCTURE,STRUCTURE_ID,ACTION,A,A", "STRUCTURE,STRUCTURE_ID,ACTION,", "STRUCTURE[,],STRUCTURE_ID,X",
        "STRUCTURE[],STRUCTURE_ID,X", "STRUCTURE[;],STRUCTURE_ID,X[da;da]", "STRUCTURE[;],STRUCTURE_ID,X[da;]",
        "STRUCTURE[;],STRUCTURE_ID,A[da;en].B", "STRUCTURE[;],STRUCTURE_ID,A]B", "STRUCTURES,STRUCTURE_ID,X", "structure,structure_id,x",
        "ACTION,STRUCTURE,STRUCTURE_ID",
    ],
)  # fmt: skip
def test_a_header_that_is_none_is_refused(header: str) -> None:
    """One problem says what is wrong with it; nothing is read."""
    table, problems = read_sdmx_csv(f"{header}\n{FLOW},I,1\n".encode())
    assert not table.columns
    assert [(one.code, one.row) for one in problems] == [("sdmx_csv.header", 1)]
    assert problems.summary("da")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("metadataflow,KL:DF(1.0.0),I,2023,1,A", "sdmx_csv.structure"), (",KL:DF(1.0.0),I,2023,1,A", "sdmx_csv.structure"),
        ("dataflow,DF,I,2023,1,A", "sdmx_csv.structure_id"), ("dataflow,,I,2023,1,A", "sdmx_csv.structure_id"),
        ("dataflow,KL:DF(1.0.0),i,2023,1,A", "sdmx_csv.action"), ("dataflow,KL:DF(1.0.0),,2023,1,A", "sdmx_csv.action"),
        ('dataflow,KL:DF(1.0.0),I,2023,1,"""A"', "sdmx_csv.values"),
    ],
)  # fmt: skip
def test_a_row_that_breaks_a_rule_is_left_out(row: str, code: str) -> None:
    """Each rule has its code, and the row its number."""
    table, problems = parse_sdmx_csv(f"STRUCTURE[;],STRUCTURE_ID,ACTION,TIME_PERIOD,OBS_VALUE,X[]\n{row}\n".encode())
    assert len(table) == 0
    assert [(one.code, one.row) for one in problems] == [(code, 2)]


def test_encodings_and_line_ends() -> None:
    """A byte order mark, carriage returns and the old Danish code page change nothing but a warning."""
    data = written("INDICATOR,TIME_PERIOD,OBS_VALUE", "I,Æble,2023,1").decode().replace("\n", "\r\n")
    for encoding, codes in (("utf-8-sig", []), ("utf-16", []), ("cp1252", ["encoding.fallback"])):
        rows, found = observations(data.encode(encoding))
        assert rows == [{"INDICATOR": "Æble", "TIME_PERIOD": "2023", "OBS_VALUE": 1.0}]
        assert found == codes
    assert observations(written("A", "I,") + b"\x81")[1] == ["encoding.invalid"]
    assert observations(b"")[1] == ["file.empty"]


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    """Files are named without their folders."""
    table, problems = read_sdmx_csv(tmp_path / "a.csv")
    assert not table.columns
    assert [(one.code, one.file) for one in problems] == [("file.not_found", "a.csv")]


def test_a_remark_on_a_group_is_no_bomb() -> None:
    """A long remark that stands beside many observations is counted before it is copied."""
    rows = [f"I,A,{1900 + i},1," for i in range(100)]
    data = written("INDICATOR,TIME_PERIOD,OBS_VALUE,COMMENT_OBS", *rows, f"I,A,,,{'x' * 10_000}")
    table, problems = read_sdmx_csv(data, limits=Limits(decoded_bytes=100_000))
    assert not table.columns
    assert [one.code for one in problems] == ["file.too_large"]


@pytest.mark.parametrize("limits", [Limits(rows=1), Limits(columns=3), Limits(cell_length=4), Limits(read_bytes=20)])
def test_limits_hold(limits: Limits) -> None:
    """Those of every text file."""
    data = written("TIME_PERIOD,OBS_VALUE", "I,2023,1", "I,2024,1")
    assert observations(data, limits=limits)[1] == ["file.too_large"]


def test_no_message_holds_a_value() -> None:
    """A canary in a bad cell appears in no sentence."""
    header = "STRUCTURE[;],STRUCTURE_ID,ACTION,INDICATOR,TIME_PERIOD,OBS_VALUE,NOTE[da;en],REPORTING_YEAR_START_DAY\n"
    bad = [
        "canary,KL:DF(1.0.0),I,A,2023,1,,", "dataflow,canary,I,A,2023,1,,", f"{FLOW},I,A,2023,canary,,",
        f"{FLOW},I,A,2023,1,canary,", f"{FLOW},I,A,2023-A1,1,,canary", f"{FLOW},canary,A,2023,1,,",
    ]  # fmt: skip
    for rows, errors, kept in ((bad[:5], 5, 1), (bad, 6, 0)):
        table, problems = read_sdmx_csv((header + "\n".join([f"{FLOW},I,A,2024,,,", *rows])).encode())
        assert len(table) == kept
        assert len(problems.errors) == errors
        assert "canary" not in problems.summary("da") + problems.summary("en") + problems.to_json()


@given(st.binary(max_size=60) | st.text(alphabet='STRUCTURE_ID[;],"\n:.AVN12', max_size=60).map(str.encode))
def test_any_bytes_give_problems_never_errors(data: bytes) -> None:
    """What a file holds never raises."""
    for start in (b"", b"STRUCTURE[;],STRUCTURE_ID,ACTION,A[],TIME_PERIOD,OBS_VALUE\n" + FLOW.encode()):
        table, problems = read_sdmx_csv(start + data)
        assert table.columns or len(problems)
