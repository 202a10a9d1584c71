"""The goal board as people see it: one page that needs nothing else, escaped, with semantics, told by mark and word."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import attrs
import pandas as pd
import pytest
from pages import Reader

import maalbib as mb
from maalbib.__main__ import main
from maalbib.analysis import _board_words as words
from maalbib.analysis._board_order import RANKED
from maalbib.analysis._board_pictures import bar, sparkline
from maalbib.analysis._marks import COLOURS, MARKS

EVIL = "<b>Vestre</b> & \"Ældre\" 'Skole' </svg><script>alert(1)</script>"
LONG = "Specialpædagogikdagbehandlingstilbudsvisitationsudvalgsformandskabet i den nordvestlige del af kommunen"
CATALOGUE = """\
schema_version = "1.0"
id = "PROEVE"
agency = "KL"
version = "1.0.0"
languages = ["da", "en"]

[[goals]]
id = "G1"
name = { da = "Flere tilfredse", en = "More satisfied" }
kind = "municipal"
owners = ["KL"]

[[indicators]]
id = "TILFREDS"
name = { da = "Andel tilfredse", en = "Share satisfied" }
unit = "percent"
freq = "A"
measure = "share"
direction = "higher"
aggregation = "mean"
kind = "experience"

[[targets]]
id = "T80"
indicator = "TILFREDS"
goal = "G1"
kind = "at_least"
value = 80
"""
CSV = "indicator;institution;period;value;denominator\n" + "".join(
    f"TILFREDS;{code};{2020 + place};{value},0;200\n"
    for code, values in (("0101", (70, 72, 75, 78, 82)), ("0147", (90, 88, 85, 80, 70)))
    for place, value in enumerate(values)
)


def make(name: str = "Vestre Skole", *, rows: int = 1, **extras: Any) -> mb.GoalBoard:
    """Return a board of institutions that go every way, with a note, an override and something astray."""
    ways = {
        "up": (70.0, 72, 74, 76, 78),
        "flat": (70.0, 70, 70, 70, 70),
        "down": (70.0, 69, 68, 67, 66),
        "slow": (70.0, 70.5, 71, 71.5, 72),
        "there": (70.0, 78, 81, 83, 90),
        "one": (70.0,),
    }
    lines = [
        {"indicator": "I", "institution": f"{way}{row}", "period": str(2019 + place), "value": value} | extras
        for row in range(rows)
        for way, values in ways.items()
        for place, value in enumerate(values)
    ]
    codes = sorted(f"{way}{row}" for row in range(rows) for way in ways)
    text = mb.Text(da=name, en=name)
    indicator = mb.Indicator(
        id="I", name=mb.Text(da=f"Andel {LONG}", en=f"Share {LONG}"), unit="percent", direction="higher"
    )
    catalogue = mb.Catalogue(
        id="P",
        agency="KL",
        version="1.0.0",
        goals=[mb.Goal(id="G", name=text, kind="municipal")],
        indicators=[indicator],
        targets=[
            mb.AtLeast(
                id="T",
                name=mb.Text(da="Mindst 80", en="At least 80"),
                indicator="I",
                goal="G",
                value=80,
                due="2028",
                baseline=mb.Baseline(period="2019"),
                essential=True,
                no_change=0.2,
            ),
            mb.AtLeast(id="S", indicator="I", goal="G", value=75),
        ],
        institutions=[mb.Institution(id=code, name=text, kind="school") for code in codes],
    )
    note = mb.FollowUp(
        target="T",
        institution="down0",
        noted_on="2024-02-01",
        state="off_track",
        comment=mb.Text(da=name, en=name),
        action=mb.Text(da="Læsevejleder", en="Reading tutor"),
        due="2024-05-01",
        by_role=name,
    )
    override = mb.Override(
        target="T", institution="up0", state="met", reason=text, decided_by_role=name, decided_on="2024-02-01"
    )
    ms = mb.Measurements.from_pandas(pd.DataFrame(lines), catalogue=catalogue)
    stray = attrs.evolve(note, institution="nowhere")
    return mb.goal_board(ms, catalogue, as_of="2024-06-30", follow_ups=[note, stray], overrides=[override])


@pytest.fixture(scope="module")
def board() -> mb.GoalBoard:
    """Return a board with every state."""
    return make()


@pytest.fixture(scope="module", params=["da", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    """Return each language in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def page(board: mb.GoalBoard, lang: str) -> str:
    """Return the page of the board."""
    return board.page(lang)


class TestPage:
    """One file, whole and plain."""

    def test_the_page_is_well_formed(self, page: str, lang: str) -> None:
        """Every element ends where it should, and the page says its language."""
        read = Reader(page)
        assert read.faults == []
        assert read.all("html") == [{"lang": lang}]
        assert page.startswith("<!doctype html>")

    def test_nothing_comes_from_elsewhere(self, page: str) -> None:
        """No script, no address, no import."""
        assert not re.search(r"https?:|//|@import|url\(|<script|<link|<img|javascript:| on[a-z]+=", page)

    def test_the_table_has_semantics(self, page: str) -> None:
        """Caption, scopes and roles, which survive the narrow form, and a description for every picture."""
        read = Reader(page)
        boards = [table for table in read.all("table") if table.get("class") == "board"]
        assert boards == [{"class": "board", "role": "table"}]
        scopes = [head.get("scope") for head in read.all("th")]
        assert None not in scopes
        assert {"col", "row", "rowgroup"} == set(scopes)
        assert len(read.all("caption")) == 1
        assert all(svg["role"] == "img" and svg["aria-label"] for svg in read.all("svg"))
        cells = [cell for cell in read.all("td") if cell.get("class") != "n"]
        assert all(cell["role"] == "cell" for cell in cells)

    def test_every_row_has_every_cell(self, page: str) -> None:
        """As many cells as heads."""
        body = page[page.index('<table class="board"') :]
        heads = body[: body.index("</thead>")].count("<th ")
        rows = re.findall(r'<tr class="r .*?</tr>', body)
        assert len(rows) == 12
        assert {row.count("<td ") + row.count("<th ") for row in rows} == {heads}

    def test_state_is_told_by_mark_word_and_colour(self, board: mb.GoalBoard, page: str, lang: str) -> None:
        """Each state that occurs stands in its row with all three."""
        states = {row.state for row in board}
        assert states == {"met", "on_track", "off_track", "unchanged", "moving_away", "not_met", "not_measurable"}
        for state in states:
            word = words.state_word(state, lang)
            assert MARKS[state] in word
            assert f'<tr class="r {state}"' in page
            assert f"<span><i></i>{word}</span>" in page
            assert f".mb .{state}{{--s:{COLOURS[state]}}}" in page

    def test_dark_narrow_and_paper_have_their_styles(self, page: str) -> None:
        """The page follows the reader's choice, and a narrow screen and paper."""
        for media in ("prefers-color-scheme:dark", "screen and (max-width:720px)", "@media print", "@page"):
            assert media in page

    def test_what_people_wrote_is_text(self, lang: str) -> None:
        """Names, roles, comments and reasons come out as they were written, and make no element."""
        page = make(EVIL).page(lang, title=EVIL)
        read = Reader(page)
        assert read.faults == []
        assert read.all("b") == read.all("script") == []
        assert EVIL in unescape(page)
        assert sum(EVIL in text for text in read.words) > 12

    def test_a_row_is_small(self, board: mb.GoalBoard) -> None:
        """Under 1.5 kB, notes and long names included."""
        many = make(rows=4)
        for lang in ("da", "en"):
            growth = len(many.page(lang).encode()) - len(board.page(lang).encode())
            assert growth / (len(many) - len(board)) < 1500

    def test_the_rest_is_counted(self, board: mb.GoalBoard) -> None:
        """A page of few lines says how many more there are; the summary counts all."""
        page = board.page("da", most=2)
        assert "... rækker, der ikke er vist: 10" in page
        assert len(re.findall(r'<tr class="r ', page)) == 2
        assert "(12)" in page

    def test_the_fragment_stands_in_a_notebook(self, board: mb.GoalBoard) -> None:
        """Danish, with its own style, and no colour of the page."""
        html = board._repr_html_()
        read = Reader(html)
        assert read.faults == []
        assert read.all("div") == [{"class": "mb", "lang": "da"}]
        assert "Seneste værdi" in html
        assert "--paper" not in html
        assert not re.search(r"(^|})\s*(body|table|td|th|svg)[ {,]", html)

    def test_summary_and_unjudged_and_unmatched_are_there(self, board: mb.GoalBoard, page: str, lang: str) -> None:
        """The page says what stands where, what could not be judged and why, and what is about no line."""
        said = {
            "da": ("Sådan står det", "Det, der ikke kunne vurderes", "passer til nogen linje", "nowhere"),
            "en": ("Where it stands", "What could not be judged", "about no line", "nowhere"),
        }
        assert all(text in page for text in said[lang])
        unjudged = board.row(state="not_measurable")
        assert f"<li>{words.said(unjudged, lang, internal=False)} (1)<small>" in page

    def test_a_note_tells_then_and_now(self, page: str, lang: str) -> None:
        """The state it speaks of and the state now, and that the action is late."""
        then, now = {
            "da": ("da: ■ bagud", "nu: ▼ på vej væk"),
            "en": ("then: ■ off track", "now: ▼ moving away"),
        }[lang]
        assert f"({then}; {now})" in page
        assert {"da": "Fristen 1. maj 2024 er overskredet.", "en": "Due 1 May 2024: overdue."}[lang] in page

    def test_an_override_stands_beside_the_state(self, page: str, lang: str) -> None:
        """Computed first, by hand below it."""
        word = {"da": "▲ på vej</span><small>sat til ● opfyldt", "en": "▲ on track</span><small>set to ● met"}[lang]
        assert word in page

    def test_a_missing_explanation_is_asked_for(self, page: str, lang: str) -> None:
        """Only essential targets that go badly are asked, and a note answers."""
        missing = {"da": "der mangler en forklaring", "en": "an explanation is missing"}[lang]
        given = {"da": "forklaret i en opfølgning", "en": "explained in a follow-up note"}[lang]
        assert (missing in page, page.count(given)) == (False, 1)

    def test_by_institution_the_heads_are_institutions(self) -> None:
        """The groups and the summary bear the institutions' names."""
        board = make("Vestre Skole")
        by = mb.GoalBoard.of(
            mb.Tracking.from_arrow(board.to_arrow().select(mb.schemas.TRACKING.names).replace_schema_metadata(None)),
            by="institution",
        )
        page = by.page()
        assert len(re.findall('scope="rowgroup"', page)) == 6
        assert "Måltal enhed for enhed (12)" in page


class TestPictures:
    """The bar and the line."""

    @pytest.mark.parametrize(
        ("attainment", "drawn"),
        [(-1.4, None), (0.0, None), (0.42, 'width="42"'), (1.0, 'width="100"'), (3.0, 'width="100"')],
    )
    def test_the_bar_is_held_between_nothing_and_everything(
        self, board: mb.GoalBoard, attainment: float, drawn: str | None
    ) -> None:
        """The words tell what the bar cannot."""
        svg = bar(attrs.evolve(board[0], attainment=attainment, baseline=70.0, target_low=80.0), "da")
        assert (drawn in svg) if drawn else ("<rect" not in svg)

    def test_the_stroke_is_where_one_should_be(self, board: mb.GoalBoard) -> None:
        """Half the way: half the bar. Without an expected value there is none."""
        row = attrs.evolve(
            board[0], attainment=0.1, baseline=70.0, target_low=80.0, target_value=80.0, expected_now=75.0
        )
        assert '<path d="M50 0V8"/>' in bar(row, "da")
        assert "<path" not in bar(attrs.evolve(row, expected_now=None), "da")
        assert "<path" not in bar(attrs.evolve(row, target_value=70.0), "da")
        assert bar(attrs.evolve(row, attainment=None), "da") == ""

    def line(self, board: mb.GoalBoard, **changes: Any) -> str:
        """Return the path of the values."""
        given = {"recent_breaks": ()} | changes
        svg = sparkline(attrs.evolve(board[0], **given), "da")
        return str(re.findall(r'<path d="([^"]*)"', svg)[0])

    def test_the_line_stands_on_true_time_and_lifts_the_pen(self, board: mb.GoalBoard) -> None:
        """A missing year and a break are not drawn over; a year alone is a dot."""
        values = {"recent": (1.0, 2.0, 3.0, 4.0), "recent_periods": ("2019", "2020", "2022", "2023")}
        plain = self.line(board, **values)
        assert re.sub(r"[\d. ]+", "", plain) == "MLML"
        places = [float(x) for x in re.findall(r"[ML]([\d.]+)", plain)]
        assert places[1] - places[0] == pytest.approx((places[3] - places[0]) / 4, abs=0.1)
        broken = self.line(board, **values, recent_breaks=("2023",))
        assert re.sub(r"[\d. ]+", "", broken) == "MLMM"

    def test_the_target_is_dashed_across(self, board: mb.GoalBoard) -> None:
        """Two lines for a band, none where nobody has said how far."""
        row = attrs.evolve(board[0], target_low=1.0, target_high=2.0)
        assert sparkline(row, "da").count("H100") == 2
        assert "H100" not in sparkline(attrs.evolve(row, target_low=None, target_high=None), "da")

    def test_one_value_and_equal_values_are_drawn(self, board: mb.GoalBoard) -> None:
        """Nothing is divided by nothing."""
        for values, periods in (((5.0,), ("2020",)), ((5.0, 5.0), ("2020", "2021"))):
            row = attrs.evolve(
                board[0], recent=values, recent_periods=periods, recent_breaks=(), target_low=None, target_high=None
            )
            assert "nan" not in sparkline(row, "da")
        assert sparkline(attrs.evolve(board[0], recent=(), recent_periods=()), "da") == ""


class TestWords:
    """The small words of the cells."""

    @pytest.mark.parametrize(
        ("days", "da", "en"),
        [
            (1, "1 dag", "1 day"),
            (60, "60 dage", "60 days"),
            (181, "6 måneder", "6 months"),
            (729, "24 måneder", "24 months"),
            (730, "2 år", "2 years"),
            (1000, "2,7 år", "2.7 years"),
        ],
    )
    def test_a_length_of_time(self, days: int, da: str, en: str) -> None:
        """Days, months, then years, in the number form of the language."""
        assert (words.span(days, "da"), words.span(days, "en")) == (da, en)

    @pytest.mark.parametrize(
        ("share", "text"),
        [(0.0, "0\u00a0%"), (0.004, "<\u00a01\u00a0%"), (0.5, "50\u00a0%"), (0.996, ">\u00a099\u00a0%")],
    )
    def test_a_chance_is_not_rounded_to_certainty(self, share: float, text: str) -> None:
        """What is hardly possible is not impossible, and what is nearly sure not sure."""
        assert words.share(share, "da") == text

    def test_cells_say_what_the_row_holds(self, board: mb.GoalBoard) -> None:
        """The row that is on its way, in Danish form."""
        row = board.row(target="T", institution="up0")
        assert words.latest(row, "da") == ["78,0\u00a0%", "2023", "6 måneder gammel"]
        assert words.aim(row, "da") == ["mindst 80,0\u00a0%", "frist 2028"]
        assert words.how_far(row, "da")[:3] == [
            "80\u00a0% af vejen",
            "2,0\u00a0procentpoint fra målet",
            "ventet nu: 74,4\u00a0%",
        ]
        assert words.how_fast(row, "da") == ["+2,00\u00a0procentpoint om året", "kræver +0,40\u00a0procentpoint"]
        assert words.where_to(row, "en")[0] == "88.0\u00a0%"

    def test_behind_the_start_is_said_in_words(self, board: mb.GoalBoard) -> None:
        """Minus 40 per cent of the way means nothing to anybody."""
        row = board.row(target="T", institution="down0")
        assert words.how_far(row, "da")[0] == "længere fra end ved start"
        assert not any("planen" in line for line in words.how_far(row, "da"))

    def test_next_to_nothing_is_as_expected(self, board: mb.GoalBoard) -> None:
        """Nobody is nought points behind."""
        row = attrs.evolve(board.row(target="T", institution="up0"), expected_gap=-0.001, days_ahead=-1)
        assert words.how_far(row, "da")[-1] == "som ventet"
        late = words.how_far(attrs.evolve(row, expected_gap=-1.0, days_ahead=-90), "da")[-1]
        assert late == "1,0\u00a0procentpoint bagud (3 måneder på planen)"

    def test_from_a_baseline_that_met_the_target_there_is_no_way(self, board: mb.GoalBoard) -> None:
        """Whoever started inside and fell out has not come all the way, nor is a better value farther off than at the start."""
        start: dict[str, Any] = {"baseline": 90.0, "target_low": 80.0, "target_high": None, "target_value": 80.0}
        fallen = attrs.evolve(board[0], **start, latest=75.0, attainment=1.5, gap=5.0)
        risen = attrs.evolve(board[0], **start, latest=95.0, attainment=-0.5, gap=0.0)
        for row in (fallen, risen):
            assert bar(row, "da") == ""
            assert not {"hele vejen", "længere fra end ved start"} & set(words.how_far(row, "da"))
        assert words.how_far(fallen, "da")[0] == "5,0\u00a0procentpoint fra målet"

    @pytest.mark.parametrize("state", RANKED)
    def test_every_state_has_a_mark_a_colour_and_a_word(self, state: str) -> None:
        """In both languages."""
        assert COLOURS[state].startswith("#")
        assert len({words.state_word(state, lang) for lang in ("da", "en")}) == 2


class TestCommand:
    """``maalbib board``."""

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Stand in a folder with a catalogue and measurements."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "c.toml").write_text(CATALOGUE, encoding="utf-8")
        (tmp_path / "m.csv").write_text(CSV, encoding="utf-8")
        return tmp_path

    def direct(self) -> mb.GoalBoard:
        """Return the board read from Python."""
        catalogue = mb.Catalogue.load("c.toml")
        ms = mb.Measurements.read("m.csv", locale="da", catalogue=catalogue, register=mb.Register.denmark())
        return mb.goal_board(ms, catalogue, as_of="2025-06-30")

    def test_a_page_a_table_and_json_by_ending(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The file is what Python gives."""
        board = self.direct()
        wanted = {
            "t.html": board.page("da"),
            "t.json": board.to_json() + "\n",
            "t.csv": board.to_csv("da").decode(),
        }
        for name, text in wanted.items():
            assert main(["board", "m.csv", "c.toml", "--as-of", "2025-06-30", "--out", name]) == 0
            assert (folder / name).read_bytes().decode() == text
            assert name in capsys.readouterr().out
        assert json.loads((folder / "t.json").read_text(encoding="utf-8"))["counts"] == {"not_met": 1, "met": 1}

    def test_options_name_the_files_as_in_other_commands(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Without a file to write the board is printed."""
        call = ["board", "--catalogue", "c.toml", "--measurements", "m.csv", "--as-of", "2025-06-30"]
        assert main(call) == 0
        out = capsys.readouterr().out
        assert out.startswith("Måltavle (2)")
        assert "✕ ikke opfyldt" in out

    def test_a_folder_gets_a_parquet_file(self, folder: Path) -> None:
        """As with the other verbs."""
        assert main(["board", "m.csv", "--catalogue", "c.toml", "--as-of", "2025-06-30", "--out", "ud"]) == 0
        assert (folder / "ud" / "goal_board.parquet").is_file()

    def test_english_and_by_institution(self, folder: Path) -> None:
        """The options reach the page."""
        call = [
            "board",
            "m.csv",
            "c.toml",
            "--as-of",
            "2025-06-30",
            "--out",
            "t.html",
            "--lang",
            "en",
            "--by",
            "institution",
        ]
        assert main(call) == 0
        page = (folder / "t.html").read_text(encoding="utf-8")
        assert "Targets by institution (2)" in page

    @pytest.mark.parametrize(
        ("call", "said"),
        [
            (["m.csv"], "--catalogue"),
            (["m.csv", "c.toml", "--out", "t.docx"], ".html, .json, .csv"),
        ],
    )
    def test_a_wrong_call_says_what_is_needed(
        self, call: list[str], said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit code 2 and a sentence."""
        assert main(["board", *call, "--as-of", "2025-06-30"]) == 2
        assert said in capsys.readouterr().err

    def test_what_is_hidden_is_hidden_in_files(self, folder: Path) -> None:
        """Unless the files are for internal use."""
        (folder / "m.csv").write_text(CSV.replace(";82,0;200", ";82,5;3"), encoding="utf-8")
        for name in ("t.html", "t.json", "t.csv"):
            call = ["board", "m.csv", "c.toml", "--as-of", "2025-06-30", "--out", name]
            assert main(call) == 0
            assert not re.search(r"82[.,]5", (folder / name).read_text(encoding="utf-8"))
            assert main([*call, "--internal"]) == 0
            assert re.search(r"82[.,]5", (folder / name).read_text(encoding="utf-8"))
