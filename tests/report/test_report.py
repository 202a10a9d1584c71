"""Reports: one page that needs nothing else, escaped, readable without colour, with tables that come back equal."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pages import Reader

import maalbib as mb
from maalbib.analysis import MARKS, Result
from maalbib.model import Comparable
from maalbib.report import Chart, Report, charts_of, make_report, tour

EVIL = "<script>alert('x')</script> & \"Co\" <b>"


@pytest.fixture(scope="module")
def report() -> Report:
    """Return the tour."""
    return tour()


@pytest.fixture(scope="module", params=["da", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    """Return each language in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def page(report: Report, lang: str) -> str:
    """Return the page of the tour."""
    return report.to_html(lang)


def small(*, name: str = "Tallet", unit_of: float | None = None) -> tuple[mb.Measurements, mb.Catalogue]:
    """Return eight years of two units with a gap, a declared break and a target."""
    indicator = mb.Indicator(
        id="I",
        name=mb.Text(da=name, en=name),
        unit="score",
        direction="higher",
        aggregation="mean",
        breaks=[mb.Break(period="2020", kind="method", comparable="no")],
    )
    catalogue = mb.Catalogue(
        id="P",
        agency="KL",
        version="1.0.0",
        indicators=[indicator],
        targets=[mb.AtLeast(id="T", indicator="I", value=6)],
        institutions=[mb.Institution(id="A1", name=mb.Text(da=name, en=name), kind="school")],
    )
    values = [1.0, 2.0, None, 4.0, 5.0, 6.0, 7.0, 8.0]
    frame = pd.DataFrame(
        {
            "indicator": "I",
            "institution": "A1",
            "period": [str(2015 + place) for place in range(8)],
            "value": values,
            "n": [unit_of or 200] * 8,
        }
    )
    register = mb.Register.from_catalogue(catalogue)
    return mb.Measurements.from_pandas(frame, catalogue=catalogue, register=register), catalogue


def test_tags_are_balanced(page: str) -> None:
    """Every element is closed in its turn."""
    assert Reader(page).faults == []


def test_page_needs_nothing_else(page: str) -> None:
    """No script, no address to fetch from, no import, no handler."""
    reader = Reader(page)
    kinds = {tag for tag, _ in reader.tags}
    assert not kinds & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image"}
    names = {name for _, attributes in reader.tags for name in attributes}
    assert not names & {"src", "href", "xlink:href", "srcset", "action", "style"}
    assert not [name for name in names if name.startswith("on")]
    assert not re.search(r"@import|url\(|https?://|javascript:", page, re.IGNORECASE)


def test_page_says_its_language_and_coding(page: str, lang: str, report: Report) -> None:
    """The document, its tables, its title and its day are in the language asked for."""
    reader = Reader(page)
    assert page.startswith("<!doctype html>")
    assert [each["lang"] for each in reader.all("html")] == [lang]
    assert {each["lang"] for each in reader.all("table")} == {lang}
    assert {"charset": "utf-8"} in reader.all("meta")
    said = " ".join(reader.words)
    assert report.title.get(lang) in said
    assert "2021-12-31" in said
    other = "en" if lang == "da" else "da"
    assert all(section.title.get(lang) in said for section in report.sections)
    assert not any(section.title.get(other) in said for section in report.sections)


def test_tables_can_be_read_aloud(page: str, report: Report) -> None:
    """Each table has a caption, and each header says what it is the header of."""
    reader = Reader(page)
    assert len(reader.all("table")) == len(reader.all("caption")) == len(report.sections)
    heads = reader.all("th")
    assert heads
    assert {each["scope"] for each in heads} == {"col"}
    levels = Counter(tag for tag, _ in reader.tags)
    assert levels["h1"] == 1
    assert levels["h2"] == len(report.sections) + 1


def test_pictures_have_words(page: str, report: Report) -> None:
    """Each chart is a picture with a text that names its figures."""
    reader = Reader(page)
    pictures = reader.all("svg")
    assert len(pictures) == len(report.charts) == 4
    assert {each["role"] for each in pictures} == {"img"}
    assert len(reader.all("title")) == 1 + len(pictures)


def test_every_state_has_a_mark(page: str, report: Report, lang: str) -> None:
    """Colour is never alone: each row and each sentence has the mark of its state beside a word."""
    said = " ".join(Reader(page).words)
    for section in report.sections:
        assert section.summary(lang) in said
        for row in section.result:
            assert MARKS[row.state] in said
            assert row.explain(lang) in said
    assert set(MARKS) >= {state for section in report.sections for state in section.result.counts()}
    assert all(len(mark) == 1 and not mark.isalnum() for mark in MARKS.values())


def test_every_state_has_a_colour_rule(page: str) -> None:
    """The style speaks of every state, so that a row is never left without its edge."""
    for state in MARKS:
        assert re.search(rf"tr\.{state}\{{--state:#[0-9A-Fa-f]{{6}}\}}", page)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_names_are_escaped(lang: str) -> None:
    """A name with markup in it is shown as it is written and never becomes an element."""
    ms, catalogue = small(name=EVIL)
    title = mb.Text(da=EVIL, en=EVIL)
    made = make_report(ms, catalogue, as_of="2023-06-30", period="2022", title=title, notes=[title])
    page = made.to_html(lang)
    reader = Reader(page)
    assert reader.faults == []
    assert not reader.all("script")
    assert not reader.all("b")
    assert "<script" not in page.lower()
    said = "".join(reader.words)
    assert said.count(EVIL) > 5
    for section in made.sections:
        assert "<script" not in section.result.shown(lang).to_html()
    assert all("<script" not in chart.to_svg(lang) for chart in made.charts)
    assert made.charts


def test_text_has_every_section(report: Report, lang: str) -> None:
    """The terminal gets the same questions, tables and sentences."""
    text = report.to_text(lang)
    for section in report.sections:
        assert section.title.get(lang) in text
        assert section.lead.get(lang) in text
        assert section.result.shown(lang).to_text() in text
        assert all(f"- {row.explain(lang)}" in text for row in section.result)
    assert all(note.get(lang) in text for note in report.notes)
    assert "<" not in text.replace("<0", "").replace("< 0", "")


def test_few_rows_are_said_to_be_few(report: Report, lang: str) -> None:
    """With ``most`` the page and the text have one row of each section and count the rest."""
    reader = Reader(report.to_html(lang, most=1))
    rows = sum(len(section.result) for section in report.sections)
    assert len(reader.all("li")) == len(report.sections) < rows
    assert reader.faults == []
    more = "... rækker, der ikke er vist: 3" if lang == "da" else "... rows not shown: 3"
    assert more in " ".join(reader.words)
    assert more in report.to_text(lang, most=1)


@pytest.mark.parametrize(("lang", "name"), [("da", "rapport.html"), ("en", "report.html")])
def test_write(report: Report, lang: str, name: str, tmp_path: Path) -> None:
    """The page first, then a table for each section that comes back equal; other files are left alone."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    files = report.write(folder, lang)
    assert [file.name for file in files] == [name, *(f"{section.name}.parquet" for section in report.sections)]
    assert files[0].read_bytes().decode("utf-8") == report.to_html(lang)
    for file, section in zip(files[1:], report.sections, strict=True):
        again: Result[mb.Trend] = type(section.result).from_arrow(pq.read_table(file))
        assert again == section.result
        assert again.explain(lang) == section.result.explain(lang)
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert report.write(str(folder), lang) == files


def test_the_same_data_give_the_same_page(report: Report) -> None:
    """Byte for byte."""
    assert tour().to_html("da") == report.to_html("da")
    assert tour() == report


def test_what_may_not_be_shown_is_not() -> None:
    """Figures of three people are in no table, sentence, picture or file, unless for internal use."""
    ms, catalogue = small(unit_of=3)
    made = make_report(ms, catalogue, as_of="2023-06-30")
    assert made.charts == ()
    assert "8,0" not in " ".join(Reader(made.to_html("da")).words)
    assert "8,0" not in made.to_text("da")
    inside = make_report(ms, catalogue, as_of="2023-06-30", internal=True)
    assert len(inside.charts) == 1
    assert "8,0" in inside.to_text("da", internal=True)
    assert "8,0" in " ".join(Reader(inside.to_html("da", internal=True)).words)


def test_files_hold_no_hidden_figures(tmp_path: Path) -> None:
    """The tables beside the page are as careful as the page."""
    ms, catalogue = small(unit_of=3)
    made = make_report(ms, catalogue, as_of="2023-06-30")
    public = pq.read_table(made.write(tmp_path / "public")[1]).to_pandas()
    internal = pq.read_table(made.write(tmp_path / "internal", internal=True)[1]).to_pandas()
    assert public["latest"].isna().all()
    assert internal["latest"].tolist() == [8.0]


def test_sections_follow_the_questions_asked() -> None:
    """No period, no comparison; no targets, no tracking; the day may be a date or its text."""
    ms, catalogue = small()
    made = make_report(ms, catalogue, as_of="2023-06-30")
    assert [section.name for section in made.sections] == ["tracking", "trends"]
    assert make_report(ms, catalogue, as_of=dt.date(2023, 6, 30)) == made
    compared = make_report(ms, catalogue, as_of="2023-06-30", period="2022")
    assert [section.name for section in compared.sections] == ["tracking", "trends", "comparison"]
    untargeted = make_report(ms, attrs.evolve(catalogue, targets=()), as_of="2023-06-30")
    assert [section.name for section in untargeted.sections] == ["trends"]
    assert untargeted.as_of == made.as_of
    with pytest.raises(mb.ArgumentError):
        make_report(ms, catalogue, as_of="30. juni")


def chart(**changes: Any) -> Chart:
    """Return the chart of the small series, changed."""
    found = charts_of(*small())
    assert len(found) == 1
    return attrs.evolve(found[0], **changes)


def stretches(drawn: Chart) -> list[int]:
    """Return how many points each line has, and check that each value is one dot."""
    svg = drawn.to_svg("da")
    assert svg.count("<circle") == sum(value is not None for value in drawn.values)  # noqa: PD011 - a chart, no frame
    return [len(points.split()) for points in re.findall(r'points="([^"]*)"', svg)]


def test_gap_and_break_lift_the_pen() -> None:
    """Two points, a gap, two points, a break, three points: three lines."""
    whole = chart()
    assert whole.values[2] is None  # noqa: PD011 - a chart, no frame
    assert whole.breaks == (5,)
    assert stretches(whole) == [2, 2, 3]
    assert stretches(attrs.evolve(whole, breaks=())) == [2, 5]
    assert stretches(attrs.evolve(whole, values=tuple(range(8)), breaks=())) == [8]
    assert stretches(attrs.evolve(whole, values=(1.0, None, 3.0, None, 5.0, None, 7.0, None), breaks=())) == []


def test_break_and_target_have_words(lang: str) -> None:
    """The dashed lines are named, and only there where there is something to name."""
    break_word, target_word = ("databrud", ">mål<") if lang == "da" else ("break", ">target<")
    svg = chart().to_svg(lang)
    assert break_word in svg
    assert target_word in svg
    bare = chart(breaks=(), target=None).to_svg(lang)
    assert break_word not in bare
    assert target_word not in bare


def test_everything_is_inside_the_picture() -> None:
    """Points, target and axis are drawn inside the frame, higher values higher."""
    drawn = chart()
    svg = drawn.to_svg("da")
    assert Reader(svg).faults == []
    _, _, width, height = map(float, re.findall(r'viewBox="([^"]*)"', svg)[0].split())
    dots = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([^"]*)" cy="([^"]*)"', svg)]
    assert all(0 <= x <= width and 0 <= y <= height for x, y in dots)
    assert [x for x, _ in dots] == sorted(x for x, _ in dots)
    assert [y for _, y in dots] == sorted((y for _, y in dots), reverse=True)
    low, high = drawn.limits
    assert low <= min(1.0, 6.0)
    assert high >= max(8.0, 6.0)


def test_reading_charts_share_their_axis() -> None:
    """The four grades are drawn on one scale with the target of 80 and the covid break."""
    catalogue = mb.Catalogue.load("folkeskolen")
    charts = charts_of(mb.Measurements.example("reading"), catalogue)
    assert {(each.target, each.breaks, each.limits) for each in charts} == {(80.0, (5,), charts[0].limits)}
    assert len(charts_of(mb.Measurements.example("reading"), catalogue, most=2)) == 2
    found = catalogue.indicators["good_reading_share"].breaks[0]
    assert (str(found.period), found.comparable) == ("2019/20", Comparable.NO)
