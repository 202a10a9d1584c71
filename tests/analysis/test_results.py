"""What every kind of result can do: rows, files, equality, shown tables."""

from __future__ import annotations

import copy
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

import maalbib as mb
from maalbib.analysis import Result

KINDS = ("tracking", "trends", "comparison", "association")
SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture(scope="module")
def results() -> dict[str, Result[Any]]:
    """Return a real result of each kind."""
    catalogue = mb.Catalogue.load("danmark")
    reading = mb.Measurements.example("reading")
    satisfaction = mb.Measurements.example("satisfaction-2006")
    expenditure = mb.Measurements.example("expenditure-2006")
    return {
        "tracking": mb.track(reading, catalogue, as_of="2021-12-31"),
        "trends": mb.detect_trends(reading, catalogue=catalogue),
        "comparison": mb.compare_peers(
            satisfaction, period="2005", over="area", mean="unweighted", catalogue=catalogue
        ),
        "association": mb.associate(expenditure, "expenditure_class", "user_positive_share", catalogue=catalogue),
    }


@pytest.fixture(params=KINDS)
def result(request: pytest.FixtureRequest, results: dict[str, Result[Any]]) -> Result[Any]:
    """Return each of them in turn."""
    return results[request.param]


def test_pickle_and_copy(result: Result[Any]) -> None:
    """A result, and a row of it, come back equal from a pickle, with their names."""
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert again.explain("da") == result.explain("da")
    assert copy.deepcopy(result) == result
    assert pickle.loads(pickle.dumps(result[0])) == result[0]


def test_json_round_trip(result: Result[Any]) -> None:
    """JSON keeps every value and every name."""
    again = type(result).from_json(result.to_json())
    assert again == result
    assert again.labels == result.labels
    assert again.explain("en") == result.explain("en")
    assert json.loads(result.to_json())["result"] == result.NAME


def test_parquet_round_trip(result: Result[Any], tmp_path: Path) -> None:
    """A Parquet file keeps every value and every name."""
    pq.write_table(result.to_arrow(), tmp_path / "result.parquet")
    again = type(result).from_arrow(pq.read_table(tmp_path / "result.parquet"))
    assert again == result
    assert again.explain("da") == result.explain("da")


def test_arrow_file_round_trip(result: Result[Any], tmp_path: Path) -> None:
    """An Arrow file does too."""
    with pa.ipc.new_file(tmp_path / "result.arrow", result.to_arrow().schema) as file:
        file.write_table(result.to_arrow())
    again = type(result).from_arrow(pa.ipc.open_file(tmp_path / "result.arrow").read_all())
    assert again == result
    assert again.labels == result.labels


def test_any_arrow_library_can_read_it(result: Result[Any]) -> None:
    """The table goes out through the Arrow stream protocol and comes in the same way."""
    assert pa.table(result).num_rows == len(result)
    assert type(result).from_arrow(result) == result


def test_a_missing_column_is_named(result: Result[Any]) -> None:
    """A table without a column of the result is refused."""
    with pytest.raises(mb.ArgumentError, match="state") as caught:
        type(result).from_arrow(result.to_arrow().drop_columns(["state"]))
    assert caught.value.code == "result.columns"


def test_a_column_of_another_type_is_refused(result: Result[Any]) -> None:
    """A table whose column cannot be what it should be is refused."""
    table = result.to_arrow()
    place = table.column_names.index("n")
    wrong = table.set_column(place, "n", pa.array(["many"] * len(result)))
    with pytest.raises(mb.ArgumentError) as caught:
        type(result).from_arrow(wrong)
    assert caught.value.code == "result.types"


def test_columns_of_a_newer_version_are_left_out(result: Result[Any]) -> None:
    """A file of a newer version can be read."""
    table = result.to_arrow().append_column("weather", pa.array(["rain"] * len(result)))
    assert type(result).from_arrow(table) == result
    plain = json.loads(result.to_json())
    for row in plain["rows"]:
        row["weather"] = "rain"
    assert type(result).from_json(json.dumps(plain)) == result


def test_another_kind_of_result_is_refused(results: dict[str, Result[Any]]) -> None:
    """A text or table of trends is no tracking; neither is what is no JSON."""
    for made in (
        lambda: mb.Tracking.from_json(results["trends"].to_json()),
        lambda: mb.Tracking.from_json("{"),
        lambda: mb.Tracking.from_json("[]"),
        lambda: mb.Tracking.from_arrow(results["trends"].to_arrow()),
    ):
        with pytest.raises(mb.ArgumentError) as caught:
            made()
        assert caught.value.code == "result.kind"


def test_a_json_row_without_a_column_is_refused(results: dict[str, Result[Any]]) -> None:
    """The missing column is named."""
    plain = json.loads(results["trends"].to_json())
    del plain["rows"][0]["slope"]
    with pytest.raises(mb.ArgumentError, match="slope"):
        mb.Trends.from_json(json.dumps(plain))


def test_iteration_indexing_and_slices_agree(result: Result[Any]) -> None:
    """Rows are the same however they are asked for."""
    rows = list(result)
    assert [result[place] for place in range(len(result))] == rows
    assert result[-1] == rows[-1]
    assert list(result[:1]) == rows[:1]
    assert list(result[::-1]) == rows[::-1]
    assert isinstance(result[:0], type(result))
    for place in (len(result), -len(result) - 1):
        with pytest.raises(IndexError):
            result[place]


def test_row_fields_are_the_columns(result: Result[Any]) -> None:
    """A row says what its columns hold."""
    table = result.to_arrow().to_pylist()
    for row, cells in zip(result, table, strict=True):
        assert list(row.to_dict()) == list(cells) == result.schema().names
        assert {name: getattr(row, name) for name in cells} == {
            name: tuple(cell) if isinstance(cell, list) else cell for name, cell in cells.items()
        }


def test_where_and_row(results: dict[str, Result[Any]]) -> None:
    """Rows are found by their columns; what cannot be found says so."""
    tracking = results["tracking"]
    assert len(tracking.where(state="not_met")) == 4
    assert len(tracking.where(state="not_met", breakdown="grade=4")) == 1
    assert len(tracking.where(latest=None)) == tracking.counts()["not_measurable"]
    assert len(tracking.where(state="on_track")) == 0
    assert tracking.row(target="FS-READ-80", breakdown="grade=4").latest == 71
    with pytest.raises(mb.errors.UnknownCodeError, match="state"):
        tracking.where(stat="not_met")
    with pytest.raises(mb.ArgumentError) as caught:
        tracking.row(target="FS-READ-80")
    assert caught.value.code == "result.one_row"
    with pytest.raises(mb.ArgumentError, match="n must be"):
        tracking.where(n="many")


def test_concat(results: dict[str, Result[Any]]) -> None:
    """Results are put together with their names; nothing put together is empty."""
    tracking = results["tracking"]
    doubled = mb.Tracking.concat([tracking, tracking])
    assert len(doubled) == 2 * len(tracking)
    assert doubled[: len(tracking)] == tracking
    assert doubled.labels == tracking.labels
    assert len(mb.Tracking.concat([])) == 0


def test_equality_is_of_values_and_kind(results: dict[str, Result[Any]]) -> None:
    """Another row, another order or another kind is another result."""
    trends = results["trends"]
    assert trends != trends[1:]
    assert trends != trends[::-1]
    assert trends != results["tracking"]
    assert trends != "trends"
    with pytest.raises(TypeError):
        hash(trends)


def test_frame_has_stable_types(result: Result[Any]) -> None:
    """The types of a frame do not depend on what is in it, and ids are columns."""
    frame, empty = result.to_pandas(), result[:0].to_pandas()
    assert list(frame.columns) == result.schema().names
    assert list(frame.index) == list(range(len(result)))
    for field in result.schema():
        kind = str(frame[field.name].dtype)
        if pa.types.is_floating(field.type):
            assert kind == "float64"
        elif pa.types.is_integer(field.type):
            assert kind == ("Int64" if field.nullable else "int64")
            assert str(empty[field.name].dtype) == kind
        elif pa.types.is_date(field.type):
            assert kind.startswith("datetime64")
        elif pa.types.is_list(field.type):
            assert all(isinstance(cell, tuple) for cell in frame[field.name])


def test_to_pandas_does_not_change_the_result(result: Result[Any]) -> None:
    """What the caller does with a frame stays with the frame."""
    before = pickle.loads(pickle.dumps(result))
    frame = result.to_pandas()
    frame.loc[:, "state"] = "changed"
    assert result == before


def test_repr_is_short_and_says_how_many(result: Result[Any]) -> None:
    """At the prompt a result takes at most twelve lines, however many rows it has."""
    many = type(result).concat([result] * 40)
    for shown in (repr(result), repr(many)):
        assert len(shown.splitlines()) <= 12
        assert shown.startswith(type(result).__name__)
    assert "rows not shown" in repr(many)


def test_html_is_bounded(result: Result[Any]) -> None:
    """A notebook shows at most forty rows and says how many more there are."""
    shown = type(result).concat([result] * 60)._repr_html_()
    assert shown.count("<tr class=") <= 40
    assert "ikke er vist" in shown
    assert "<script" not in shown


def test_names_are_escaped(made: Any) -> None:
    """A name is text, not markup, wherever it is shown."""
    target = mb.AtLeast(id="T", indicator="I", value=80)
    measurements, catalogue = made({"<b>&": [("2020", 70.0)]}, targets=[target])
    tracking = mb.track(measurements, catalogue, as_of="2021-01-01")
    assert "<b>&amp;" not in tracking._repr_html_()
    assert "&lt;b&gt;&amp;" in tracking._repr_html_()


def test_script_in_a_name_is_escaped() -> None:
    """Not even a script in the name of an indicator gets through."""
    indicator = mb.Indicator(id="I", name=mb.Text(da="<script>alert(1)</script>"), unit="score", direction="higher")
    catalogue = mb.Catalogue(id="C", agency="KL", version="1.0.0", indicators=[indicator])
    frame = pd.DataFrame({"indicator": ["I"], "institution": ["0101"], "period": ["2020"], "value": [1.0]})
    shown = mb.detect_trends(mb.Measurements.from_pandas(frame, catalogue=catalogue))._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("kind", [mb.Tracking, mb.Trends, mb.Comparison, mb.Association])
def test_an_empty_result_works_throughout(kind: type[Result[Any]]) -> None:
    """No rows is a result like any other."""
    empty = kind.concat([])
    assert len(empty) == 0
    assert list(empty) == []
    assert empty.counts() == {}
    assert empty.explain("da") == ""
    assert "no rows" in repr(empty)
    assert empty._repr_html_().startswith("<style>")
    assert kind.from_json(empty.to_json()) == empty
    assert kind.from_arrow(empty.to_arrow()) == empty
    assert empty.to_pandas().empty
    assert empty.plot_data().empty
    assert empty.public() == empty
    assert len(empty[:3]) == 0


def test_measurements_without_rows_give_results(made: Any) -> None:
    """Nothing measured: a target still has its row, and the other verbs have none."""
    measurements, catalogue = made({}, targets=[mb.AtLeast(id="T", indicator="I", value=80)])
    tracking = mb.track(measurements, catalogue, as_of="2021-01-01")
    assert [(row.state, row.reason, row.institution) for row in tracking] == [("not_measurable", "no_data", "")]
    assert len(mb.detect_trends(measurements, catalogue=catalogue)) == 0
    assert len(mb.compare_peers(measurements, period="2020", catalogue=catalogue, mean="unweighted")) == 0


def test_a_row_says_what_it_is_without_figures(results: dict[str, Result[Any]]) -> None:
    """The representation of a row names its ids and verdict."""
    assert repr(results["tracking"][1]) == "<Progress FS-READ-80 DK grade=4: not_met.standing_improving>"
    assert repr(results["association"][0]).endswith("no_clear_association.not_significant>")


def test_many_threads_may_read_one_result(result: Result[Any]) -> None:
    """Nothing is kept in a result while it is read."""
    expected = result.explain("da")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: result.explain("da"), range(16))) == {expected}


def test_the_language_must_be_known(result: Result[Any]) -> None:
    """Danish or English."""
    with pytest.raises(mb.ArgumentError, match="lang must be one of: da, en"):
        result.explain("sv")


FIXED = ("TRACKING", "TRENDS", "COMPARISON", "ASSOCIATION", "GAP_CHANGES", "DISPERSIONS", "DISPERSION_PERIODS")


@pytest.mark.parametrize("name", [*FIXED, "MOVEMENTS", "FRONTIER"])
def test_columns_only_grow(name: str) -> None:
    """Every column of the snapshot is still there, in its order and of its type; new ones come at the end."""
    schema = getattr(mb.schemas, name)
    lines = [f"{field.name}: {field.type}{'' if field.nullable else ' not null'}" for field in schema]
    kept = (SNAPSHOTS / f"{name.lower()}.txt").read_text(encoding="utf-8").splitlines()
    assert lines[: len(kept)] == kept, "a column was renamed, removed, moved or changed"
    assert lines == kept, f"add the new columns to {name.lower()}.txt: {lines[len(kept) :]}"


def test_schemas_of_the_contract() -> None:
    """The columns that other packages were promised are there."""
    promised = {
        "TRACKING": "target goal indicator institution breakdown as_of state reason flags method params baseline_period baseline"
        " latest_period latest target_value due attainment pace required_pace expected_now projected projected_lower"
        " projected_upper level probability assurance n",
        "TRENDS": "indicator institution breakdown first_period last_period n s tau p_value p_min q_value slope slope_lower"
        " slope_upper direction state reason flags method params",
        "COMPARISON": "indicator institution breakdown period value lower upper peer_group peers mean_kind peer_value gap"
        " gap_lower gap_upper relevance rank rank_lower rank_upper percentile state reason flags method params",
        "ASSOCIATION": "x y over n spearman spearman_p kendall kendall_p p_exact state reason method",
    }
    for name, columns in promised.items():
        assert set(columns.split()) <= set(getattr(mb.schemas, name).names), name
    assert {"MEASUREMENTS", *promised} <= set(dir(mb.schemas)) == set(mb.schemas.__all__)
    with pytest.raises(AttributeError):
        _ = mb.schemas.NOTHING
