"""The catalogues that come with the library: complete, exact, and marked where they are ours."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import Counter
from fractions import Fraction
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from maalbib import Catalogue, Goal
from maalbib.model import Citation, GoalKind, ImproveEachPeriod, Level, Mention

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = (
    "sammenhaengsreform-2018",
    "sammenhaengsreform-2017",
    "kvalitetsreform-2006",
    "bilag-1",
    "folkeskolen",
    "danmark",
)

DOCUMENTS = {
    "kvalitetsreform2006": "000_af38bb793d1ead60.txt",
    "sammenhaengsreform2018": "001_8803e064096d9063.txt",
    "slides_kvalitetsstyring": "002_41aa9a6ec4edf4c4.txt",
    "pressemeddelelse2017": "003_e0fa6f8fd10c4ae3.txt",
    "bilag1_kvalitetsudvikling": "004_a93e0288a621b84e.txt",
}


def kinds(catalogue: Catalogue) -> Counter[str]:
    """Count the goals by kind."""
    return Counter(goal.kind.value for goal in catalogue.goals.values())


def test_every_name_loads_without_warnings() -> None:
    """Each has a title in both languages, a header of its own, and nothing kept or wrong."""
    titles = Catalogue.shipped()
    assert tuple(titles) == NAMES
    for name, title in titles.items():
        catalogue = Catalogue.load(name)
        assert (catalogue.id, catalogue.name) == (name, title)
        assert title.languages == ("da", "en")
        assert len(catalogue.problems) == 0
        assert Catalogue.load(name) is catalogue


def test_t6_everything_is_there() -> None:
    """T6: 5 documents, 3 problems, 4 goals, 6 tracks with 25 challenges, 4 work tracks, 6 themes with 33 points, 12 initiatives, 76 indicators."""
    new = Catalogue.load("sammenhaengsreform-2018")
    assert (len(new.documents), len(new.indicators)) == (5, 76)
    assert kinds(new) == {"programme": 1, "problem": 3, "national": 4, "track": 6, "challenge": 25}
    assert [len(new.children(f"RT{i}")) for i in range(1, 7)] == [4, 3, 3, 5, 6, 4]
    assert kinds(Catalogue.load("sammenhaengsreform-2017")) == {"programme": 1, "track": 4}
    old = Catalogue.load("kvalitetsreform-2006")
    assert kinds(old) == {"programme": 1, "theme": 6, "point": 33}
    assert [len(old.children(f"TH{i}")) for i in range(1, 7)] == [4, 8, 7, 5, 2, 7]
    assert kinds(Catalogue.load("bilag-1")) == {"programme": 1, "initiative": 12}


def pattern(text: str) -> re.Pattern[str]:
    """Return what finds a text in a document whose lines are broken by hyphens."""
    parts = []
    for here, after in zip(text, text[1:] + " ", strict=True):
        broken = r"(?:-\s*\n\s*)?" if here.isalpha() and after.isalpha() else r"\s*" if here in "-/" else ""
        parts.append(r"\s+" if here == " " else re.escape(here) + broken)
    return re.compile("".join(parts))


@pytest.fixture(scope="module")
def lines(shared: Path) -> dict[str, list[str]]:
    """Return the lines of the five documents."""
    folder = shared / "seeds"
    if not folder.is_dir():
        pytest.skip("the folder shared/seeds is not beside this checkout")
    return {code: (folder / name).read_text(encoding="utf-8").split("\n") for code, name in DOCUMENTS.items()}


def danish_texts() -> Iterator[tuple[str, str, Citation | None]]:
    """Yield every Danish text that is said to be a document's, with its place."""
    catalogue = Catalogue.load("danmark")
    for entry in (*catalogue.goals.values(), *catalogue.indicators.values(), *catalogue.dimensions.values()):
        if entry.citation is None or entry.citation.document not in DOCUMENTS:
            continue
        named = not {"name", "name.da"} & {*entry.proposed}
        if named:
            yield entry.id, entry.text("da"), entry.citation
        if isinstance(entry, Goal) and entry.description is not None:
            yield entry.id, entry.description.get("da"), Citation(document=entry.citation.document)
        if entry.citation.quote is not None:
            yield entry.id, entry.citation.quote, entry.citation


def test_t6_every_danish_text_is_the_documents(lines: dict[str, list[str]]) -> None:
    """T6: each text stands at its lines, letter by letter, once line-break hyphens are joined."""
    texts = [*danish_texts()]
    assert len(texts) > 180
    wrong = []
    for code, text, citation in texts:
        assert citation is not None
        held = lines[citation.document]
        first, last = citation.line or 1, citation.line_end or citation.line or len(held)
        if not pattern(text).search("\n".join(held[first - 1 : last])):
            wrong.append((code, text))
    assert wrong == []


def test_nothing_was_lost_from_the_draft(shared: Path) -> None:
    """Ids, directions, kinds, levels, links and quotes are those of the draft catalogue."""
    file = shared / "seeds" / "catalogue.toml"
    if not file.is_file():
        pytest.skip("the folder shared/seeds is not beside this checkout")
    draft = tomllib.loads(file.read_text(encoding="utf-8"))
    catalogue = Catalogue.load("danmark")
    for row in draft["indicators"]:
        entry = catalogue.indicators[row["id"]]
        assert (entry.direction.value, entry.level, entry.text("da")) == (
            row["direction"],
            row["level"],
            row["name_da"],
        )
        assert entry.kind == row["kind"]
        assert entry.citation is not None
        assert entry.citation.quote == row["seed_quote_da"]
        assert entry.mention == row["mention"].removeprefix("seed_")
        assert row["unit"] == entry.unit.id or row["id"] == "budget_deviation"
    linked = {(link.goal, link.indicator) for link in catalogue.links}
    for row in drafted(draft):
        assert catalogue.goals[row["id"]].text("da") == row.get("text_da", row.get("title_da"))
        assert {(row["id"], code) for code in row.get("indicators", ())} <= linked


def drafted(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every goal, track, theme and point of the draft."""
    if isinstance(value, dict):
        if (
            {"id", "source"} <= set(value)
            and {"text_da", "title_da"} & set(value)
            and not value["id"].startswith("SL.")
        ):
            yield value
        for item in value.values():
            yield from drafted(item)
    elif isinstance(value, list):
        for item in value:
            yield from drafted(item)


def test_t7_without_links_no_goal_is_measurable() -> None:
    """T7: the four national goals of 2018 have no indicator of their own, as in the text itself."""
    catalogue = attrs.evolve(Catalogue.load("sammenhaengsreform-2018"), links=())
    found = [each for each in catalogue.check() if each.code == "goal.not_measurable"]
    assert [each.details["id"] for each in found] == ["NG1", "NG2", "NG3", "NG4"]
    assert "goal.not_measurable" not in Catalogue.load("sammenhaengsreform-2018").check().counts()


def test_t8_shares_directions_and_indicators_on_no_goal() -> None:
    """T8: 31 of 76 measure results or experience; 39, 26, 2 and 9 directions; eight indicators hang on no goal."""
    catalogue = Catalogue.load("sammenhaengsreform-2018")
    assert catalogue.result_share() == Fraction(31, 76)
    directions = Counter(each.direction.value for each in catalogue.indicators.values())
    assert directions == {"higher": 39, "lower": 26, "target": 2, "context": 9}
    assert Counter(each.mention for each in catalogue.indicators.values()) == {Mention.NAMED: 36, Mention.IMPLIED: 40}
    found = [each for each in Catalogue.load("danmark").check() if each.code == "indicator.no_goal"]
    assert sorted(str(each.details["id"]) for each in found) == [
        "budget_deviation", "doctors_employed", "nurses_employed", "public_consumption_growth", "user_positive_share",
        "user_satisfied_share", "user_very_satisfied_share", "waiting_list",
    ]  # fmt: skip
    assert {each.level for each in found} == {"info"}


def test_what_is_ours_is_marked() -> None:
    """Every link of the reform programmes, every English text, id, unit and direction is said to be a proposal."""
    for name in NAMES[:4]:
        catalogue = Catalogue.load(name)
        assert all(link.proposed for link in catalogue.links)
        assert all({"id", "name.en"} <= {*goal.proposed} for goal in catalogue.goals.values())
        ours = {"id", "name.en", "definition.da", "definition.en", "unit", "direction", "kind", "level"}
        assert all(ours <= {*each.proposed} for each in catalogue.indicators.values())
        assert all("title.en" in each.proposed for each in catalogue.documents.values())


def test_every_name_is_in_both_languages() -> None:
    """Danish is the original, English a translation."""
    found = [each for each in Catalogue.load("danmark").check() if each.code == "text.missing"]
    assert found == []


def test_proposed_names_fields_that_are_there() -> None:
    """A mark speaks of a field that the entry has."""
    plain = Catalogue.load("danmark").to_dict()
    for table in ("goals", "indicators", "targets", "documents", "sources", "dimensions"):
        for row in plain[table]:
            for mark in row["proposed"]:
                field, _, lang = mark.partition(".")
                assert field in row, (row["id"], mark)
                assert not lang or lang in row[field], (row["id"], mark)


def test_the_folkeskole() -> None:
    """Four kinds of target, the break of the covid years, secrecy below the country, and the grades."""
    catalogue = Catalogue.load("folkeskolen")
    assert catalogue.targets["FS-READ-80"].region(None)[0] == 80
    assert Counter(each.kind for each in catalogue.targets.values()) == {
        "at_least": 2, "improve_each_period": 4, "direction_only": 1,
    }  # fmt: skip
    falling = catalogue.targets["FS-READ-POOR"]
    assert isinstance(falling, ImproveEachPeriod)
    assert falling.way() == -1
    for code in ("good_reading_share", "good_maths_share", "best_readers_share", "poor_readers_share"):
        each = catalogue.indicators[code]
        assert each.publication_level is Level.COUNTRY
        assert [(item.period.code, item.kind.value, item.comparable.value) for item in each.breaks] == [
            ("2019/20", "method", "no"),
            ("2022/23", "method", "no"),
        ]
        assert all(item.note is not None for item in each.breaks)
        assert each.dimensions == ("grade",)
    assert {"2", "4", "6", "8"} <= {*catalogue.dimensions["grade"].codes}
    assert len(catalogue.check()) == 0


def test_sources_of_the_two_tables() -> None:
    """The surveys are there, and the presumption which row is from which is marked."""
    sources = Catalogue.load("kvalitetsreform-2006").sources
    assert list(sources) == ["det-mener-brugerne-2005", "patientoplevelser2004"]
    for each in sources.values():
        assert each.note is not None
        assert "formodning" in each.note.get("da")
        assert "note" in each.proposed


def test_no_contact_details_are_shipped() -> None:
    """No mail address, no telephone number, no person number in any shipped file."""
    for file in (files("maalbib.catalogue") / "data").iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"[\w.]+@[\w.]+\.\w+", text)
        assert not re.search(r"\b(?:tlf|telefon|mobil)\b", text, re.IGNORECASE)


def test_ids_come_from_the_files_alone() -> None:
    """Changing every text changes no id, and calls for a patch only."""
    catalogue = Catalogue.load("sammenhaengsreform-2018")
    plain = catalogue.to_dict()
    for row in plain["goals"] + plain["indicators"]:
        row["name"] = {lang: text[::-1] for lang, text in row["name"].items()}
    other = Catalogue.load(plain)
    assert list(other.goals) == list(catalogue.goals)
    assert list(other.indicators) == list(catalogue.indicators)
    assert catalogue.diff(other).bump == "patch"


def test_goals_have_their_places() -> None:
    """Every goal leads up to a programme, and the tree has no other roots."""
    catalogue = Catalogue.load("danmark")
    roots = [goal for goal in catalogue.goals.values() if goal.parent is None]
    assert {goal.kind for goal in roots} == {GoalKind.PROGRAMME}
    assert [goal.id for goal in roots] == ["SR2018", "SR2017", "KR2006", "AX", "FS"]


def test_importing_the_room_is_light() -> None:
    """Neither cattrs nor a numerical package is loaded before something is read."""
    heavy = ("cattrs", "numpy", "pandas", "pyarrow", "scipy", "jsonschema")
    code = f"import sys, maalbib.catalogue; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"
