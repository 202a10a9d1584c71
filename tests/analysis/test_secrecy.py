"""What may not be shown is not: in sentences, tables, representations, plots, pages and files."""

from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

import maalbib as mb
from maalbib.analysis import Result
from maalbib.report import make_report

SECRET = 61.5  # a figure that must not be seen
SHOWN = 73.0


def written(result: Result[Any]) -> str:
    """Everything that people may read of a result."""
    return "\n".join(
        (
            repr(result),
            result._repr_html_(),
            *(result.explain(lang) for lang in ("da", "en")),
            *(result.shown(lang).to_text() for lang in ("da", "en")),
            *map(repr, result),
            result.plot_data().to_string(),
            str(result.public().to_arrow().to_pylist()),
        )
    )


def seen(text: str, figure: float = SECRET) -> bool:
    """Whether a figure stands in a text, however it is written."""
    return str(figure) in text or str(figure).replace(".", ",") in text


@pytest.fixture
def few(made: Any) -> tuple[mb.Measurements, mb.Catalogue]:
    """Three municipalities; the figure of one rests on four people."""
    points = {
        "0101": [(2023, SECRET, {"n": 4})],
        "0147": [(2023, SHOWN, {"n": 40})],
        "0751": [(2023, 70.0, {"n": 50})],
    }
    target = mb.AtLeast(id="T", indicator="I", value=80, essential=True)
    measurements, catalogue = made(points, targets=[target], aggregation="mean", min_show=5)
    return measurements, catalogue


def test_a_figure_of_few_people_is_not_shown(few: tuple[mb.Measurements, mb.Catalogue]) -> None:
    """The verdict stands, the figure does not; the others are shown."""
    tracking = mb.track(*few, as_of="2024-01-01")
    row = tracking.row(institution="0101")
    assert (row.hidden, row.latest) == ("small_n", SECRET)
    assert tracking.row(institution="0147").hidden is None
    text = written(tracking)
    assert not seen(text)
    assert seen(text, SHOWN)
    assert row.explain("da") == (
        "Tallet, 0101: Ikke opfyldt. Tallene vises ikke, fordi de bygger på færre end 5 personer eller svar."
    )
    assert row.explain("en").endswith("because they rest on fewer than 5 people or answers.")


def test_inside_the_organisation_it_may_be_shown(few: tuple[mb.Measurements, mb.Catalogue]) -> None:
    """Asked for by name."""
    tracking = mb.track(*few, as_of="2024-01-01")
    for text in (
        tracking.explain("da", internal=True),
        tracking[0].explain("en", internal=True),
        tracking.shown("da", internal=True).to_text(),
        tracking.plot_data(internal=True).to_string(),
        tracking.to_json(),
        str(tracking.to_pandas()["latest"].tolist()),
    ):
        assert seen(text)


def test_the_limit_is_the_indicators(made: Any) -> None:
    """Five unless the indicator says otherwise, zero shows all, and a share rests on its denominator."""
    target = mb.AtLeast(id="T", indicator="I", value=80)
    for limit, n, hidden in ((5, 4, "small_n"), (5, 5, None), (0, 1, None), (20, 19, "small_n")):
        given = made({"0101": [(2023, SECRET, {"n": n})]}, targets=[target], min_show=limit)
        assert mb.track(*given, as_of="2024-01-01")[0].hidden == hidden
    parts = {"numerator": 3.0, "denominator": 4.0}
    given = made({"0101": [(2023, 75.0, parts)]}, targets=[target], unit="percent")
    assert mb.track(*given, as_of="2024-01-01")[0].hidden == "small_n"


def test_a_figure_that_rests_on_a_hidden_one_is_hidden(made: Any) -> None:
    """A pace from a hidden baseline would give it away; values that are not used do not matter."""
    target = mb.AtLeast(id="T", indicator="I", value=80, due="2030", baseline=mb.Baseline(period="2020"))
    points = [(2019, 50.0, {"n": 3}), (2020, SECRET, {"n": 4}), (2021, 64.0, {"n": 40}), (2022, 66.0, {"n": 40})]
    row = mb.track(*made({"0101": points}, targets=[target]), as_of="2023-06-30")[0]
    assert row.hidden == "small_n"
    assert not seen(row.explain("da"))
    points[1] = (2020, SECRET, {"n": 40})
    assert mb.track(*made({"0101": points}, targets=[target]), as_of="2023-06-30")[0].hidden is None


def confidential(made: Any, **options: Any) -> tuple[mb.Measurements, mb.Catalogue]:
    """A school below the level that is published, and the country."""
    target = mb.AtLeast(id="T", indicator="I", value=80, essential=True)
    series = {"S1": [(year, SECRET, {}) for year in range(2015, 2024)], "DK": [(2023, SHOWN, {})]}
    return made(series, targets=[target], aggregation="mean", **options)


@pytest.mark.parametrize("attached", [True, False])
def test_a_confidential_figure_shows_neither_itself_nor_its_verdict(made: Any, *, attached: bool) -> None:
    """Below the publication level, whether the measurements were read with the definition or not."""
    measurements, catalogue = confidential(made, publication_level="country")
    if not attached:
        frame = measurements.to_pandas().drop(
            columns=[name for name in ("conf",) if name in measurements.to_pandas()]
        )
        measurements = mb.Measurements.from_pandas(frame)
    tracking = mb.track(measurements, catalogue, as_of="2024-01-01")
    row = tracking.row(institution="S1")
    assert (row.hidden, row.state) == ("confidential", "not_met")
    assert tracking.row(institution="DK").hidden is None
    text = written(tracking)
    assert not seen(text)
    assert seen(text, SHOWN)
    assert row.explain("da") == "Tallet, S1: Resultatet er fortroligt og vises ikke."
    public = tracking.public().row(institution="S1")
    assert (public.state, public.reason, public.flags, public.needs_explanation) == (
        *("not_measurable", "confidential"),
        *((), False),
    )
    assert "1 not_measurable, 1 not_met" in repr(tracking)
    assert "✕" not in repr(tracking.where(institution="S1"))


def test_confidential_rows_of_every_kind(made: Any) -> None:
    """Trends and comparisons too."""
    measurements, catalogue = confidential(made, publication_level="country")
    trends = mb.detect_trends(measurements, catalogue=catalogue)
    assert trends.row(institution="S1").hidden == "confidential"
    assert trends.public().row(institution="S1").reason == "confidential"
    compared = mb.compare_peers(measurements, ["S1", "DK"], period="2023", catalogue=catalogue)
    assert not seen(written(trends) + written(compared))


def test_marked_rows_are_confidential_whatever_the_level(made: Any) -> None:
    """Each SDMX mark but F."""
    for mark in "NCDS":
        given = made(
            {"0101": [(2023, SECRET, {"conf": mark})]}, targets=[mb.AtLeast(id="T", indicator="I", value=80)]
        )
        assert mb.track(*given, as_of="2024-01-01")[0].hidden == "confidential"


def test_a_single_hidden_value_is_in_nobodys_mean(few: tuple[mb.Measurements, mb.Catalogue]) -> None:
    """From a mean of others it could be worked out; so it is left out, and the rows say so."""
    measurements, catalogue = few
    compared = mb.compare_peers(measurements, period="2023", catalogue=catalogue)
    shown = compared.row(institution="0147")
    assert (shown.peer_value, shown.peers, shown.hidden) == (70.0, 1, None)
    assert "hidden_left_out" in shown.flags
    own = compared.row(institution="0101")
    assert (own.peer_value, own.peers, own.hidden) == (71.5, 2, "small_n")
    assert "hidden_left_out" not in own.flags
    assert not seen(written(compared))


def test_two_hidden_values_stay_in_the_mean(made: Any) -> None:
    """Only their sum could be worked out."""
    points = {
        code: [(2023, value, {"n": n})] for code, value, n in (("0101", 1.0, 2), ("0147", 2.0, 2), ("0751", 6.0, 9))
    }
    compared = mb.compare_peers(*made(points, aggregation="mean")[:1], period="2023")
    assert (compared.row(institution="0751").peer_value, compared.row(institution="0751").peers) == (1.5, 2)


def test_public_keeps_every_row_and_forgets_the_figures(few: tuple[mb.Measurements, mb.Catalogue]) -> None:
    """The same rows in the same order; showing it twice changes nothing."""
    tracking = mb.track(*few, as_of="2024-01-01")
    before = pickle.loads(pickle.dumps(tracking))
    public = tracking.public()
    assert [row.institution for row in public] == [row.institution for row in tracking]
    assert public[0].state == tracking[0].state
    assert public[0].latest is public[0].gap is public[0].target_value is None
    assert list(public[1:]) == list(tracking[1:])
    assert public.public() == public
    assert tracking == before
    assert [row.public() for row in tracking] == list(public)


def test_rows_and_tables_agree_on_what_is_public(few: tuple[mb.Measurements, mb.Catalogue], made: Any) -> None:
    """A row by itself forgets what the table forgets, for every kind of row."""
    measurements, catalogue = few
    other, known = confidential(made, publication_level="country")
    for result in (
        mb.detect_trends(measurements, catalogue=catalogue),
        mb.compare_peers(measurements, period="2023", catalogue=catalogue, min_difference=1.0),
        mb.track(other, known, as_of="2024-01-01"),
        mb.detect_trends(other, catalogue=known, min_relevant_slope=1.0),
    ):
        assert [row.public() for row in result] == list(result.public())


def test_nothing_hidden_is_written_to_a_report(made: Any, tmp_path: Any) -> None:
    """Neither page nor chart nor table, unless asked for."""
    import pyarrow.parquet as pq

    measurements, catalogue = confidential(made, publication_level="country")
    report = make_report(measurements, catalogue, as_of="2024-01-01", period="2023")
    files = report.write(tmp_path / "out")
    everything = report.to_text() + files[0].read_text(encoding="utf-8")
    everything += "".join(str(pq.read_table(file).to_pylist()) for file in files[1:])
    assert not seen(everything)
    assert seen(everything, SHOWN)
    assert report.charts == ()
    asked = make_report(measurements, catalogue, as_of="2024-01-01", internal=True)
    inside = asked.write(tmp_path / "inside", internal=True)
    assert seen(inside[0].read_text(encoding="utf-8"))
    assert pq.read_table(inside[1])["latest"].to_pylist() == [SHOWN, SECRET]
    assert len(asked.charts) == 1


def test_labels_know_the_limit(few: tuple[mb.Measurements, mb.Catalogue]) -> None:
    """The number in the sentence survives a file."""
    tracking = mb.track(*few, as_of="2024-01-01")
    assert mb.Tracking.from_json(tracking.to_json()).explain() == tracking.explain()
    row = attrs.evolve(tracking[0], labels=attrs.evolve(tracking.labels, indicators={}))
    assert "færre end 5" in row.explain()
