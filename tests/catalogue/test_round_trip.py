"""Written and read again, a catalogue is the same; the loader and the JSON Schema accept the same documents."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
import random
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import attrs
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalbib import ArgumentError, Catalogue, CatalogueError, DefinitionError
from maalbib.catalogue._faults import has_person_number
from maalbib.catalogue._shapes import TABLES, TAGGED, shape_of
from maalbib.model import (
    PEER_KINDS,
    TARGET_KINDS,
    Aggregation,
    Baseline,
    Break,
    Category,
    Change,
    Citation,
    DatedTarget,
    Dimension,
    Direction,
    Dispersion,
    Document,
    DueValue,
    FollowUp,
    Frequency,
    Goal,
    GoalKind,
    Identifier,
    Indicator,
    IndicatorLink,
    Institution,
    InstitutionKind,
    Interim,
    Level,
    Measure,
    Membership,
    Override,
    PeerClass,
    PeerDefinition,
    PeerExclusion,
    PeerGroup,
    PeerVariable,
    Period,
    ReadingRule,
    Scope,
    Source,
    Suspension,
    Target,
    TargetState,
    Text,
    Unit,
)

if TYPE_CHECKING:
    from pathlib import Path

CODES = st.from_regex(r"[A-Za-z0-9_@$-]{1,4}(\.[a-z]{1,2})?", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip()) and not has_person_number(text)
)
TEXTS = st.builds(Text, da=WORDS, en=st.none() | WORDS, fo=st.none() | WORDS)
NUMBERS = st.floats(0, 100) | st.integers(0, 100)
YEARS = st.integers(1900, 2100)
DAYS = st.dates().filter(lambda day: day.year > 1)
MAYBE_DAYS = st.none() | DAYS


@st.composite
def validity(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a half-open interval of days."""
    days = sorted(draw(st.sets(DAYS, min_size=2, max_size=2)))
    return {"valid_from": draw(st.sampled_from([None, days[0]])), "valid_to": draw(st.sampled_from([None, days[1]]))}


@st.composite
def entity(draw: st.DrawFn, code: str, documents: list[str]) -> dict[str, Any]:
    """Draw the fields that all entries share."""
    lines = sorted(draw(st.lists(st.integers(1, 500), min_size=2, max_size=2)))
    citation = Citation(
        document=draw(st.sampled_from(documents)), line=lines[0], line_end=lines[1], quote=draw(WORDS)
    )
    change = st.builds(
        Change, kind=st.just("renamed"), date=DAYS, from_ids=st.tuples(CODES), reason=st.none() | WORDS
    )
    return {
        "id": code,
        "name": draw(TEXTS),
        "description": draw(st.none() | TEXTS),
        "aliases": draw(st.lists(WORDS, max_size=2)),
        "citation": draw(st.sampled_from([None, citation])),
        "proposed": draw(st.lists(st.sampled_from(["id", "name.en"]), max_size=2)),
        "changes": draw(st.lists(change, max_size=1)),
    }


@st.composite
def indicator(draw: st.DrawFn, code: str, documents: list[str], units: list[Unit], others: list[str]) -> Indicator:
    """Draw an indicator; some break a rule across fields and are left out."""
    freq = draw(st.sampled_from([None, Frequency.YEAR]))
    years = sorted(draw(st.sets(YEARS, max_size=2)))
    periods = [str(year) for year in years]
    breaks = [Break(period=period, kind="method", note=draw(st.none() | TEXTS)) for period in periods]
    measure = draw(st.none() | st.sampled_from([each for each in Measure if each is not Measure.RATIO]))
    return Indicator(
        **draw(entity(code, documents)),
        unit=draw(st.sampled_from(["percent", "index", *units])),
        direction=draw(st.sampled_from(Direction)),
        freq=freq,
        measure=measure,
        aggregation=draw(st.none() | st.sampled_from([each for each in Aggregation if each is not Aggregation.SUM])),
        decimals=draw(st.integers(0, 9)),
        value_min=draw(st.sampled_from([None, 0, 0.0])),
        value_max=draw(st.sampled_from([None, 100, 100.0])),  # no number drawn for a target lies above
        dimensions=draw(st.sampled_from([[], ["grade"], ["grade", "sex"]])),
        level=draw(st.none() | st.sampled_from(Level)),
        breaks=breaks,
        composed_of=draw(st.lists(st.sampled_from(others), max_size=2)),
        min_show=draw(st.integers(0, 9)),
        publication_delay=draw(st.none() | st.integers(0, 400)),
        year_start=draw(st.sampled_from([None, "--08-01"])),
        tags=draw(st.lists(WORDS, max_size=2)),
    )


@st.composite
def target(draw: st.DrawFn, code: str, about: Indicator, goals: list[str], documents: list[str]) -> Target:
    """Draw a target that agrees with its indicator."""
    up = {Direction.HIGHER: True, Direction.LOWER: False}.get(about.direction, draw(st.booleans()))
    direction = "higher" if up else "lower"
    start = draw(st.integers(1900, 2000))
    baseline = Baseline(period=Period(Frequency.YEAR, start), value=draw(st.sampled_from([None, 50, 50.5])))
    by_kind: dict[str, dict[str, Any]] = {
        "at_least": {"value": draw(NUMBERS)},
        "at_most": {"value": draw(NUMBERS)},
        "within_band": {"low": 0, "high": draw(st.integers(1, 99))},
        "reach_by": {"value": draw(NUMBERS), "direction": direction, "due": str(start + 5)},
        "change_absolute": {"delta": 1.5 if up else -1.5, "baseline": baseline},
        "change_relative": {"percent": 10 if up else -10, "baseline": baseline},
        "maintain": {"band": 0.5, "baseline": baseline, "side": "no_worse", "direction": direction},
        "improve_each_period": {"direction": direction, "min_step": draw(NUMBERS)},
        "direction_only": {"direction": direction, "baseline": baseline},
        "share_within_limit": {"limit": draw(NUMBERS), "value": draw(NUMBERS)},
        "dispersion_at_most": {
            "value": draw(NUMBERS),
            "statistic": draw(st.sampled_from([each for each in Dispersion if each is not Dispersion.SD])),
            "min_units": draw(st.integers(2, 9)),
        },
        "growth_rate": {"percent": draw(NUMBERS), "direction": direction, "years": draw(st.integers(1, 5))},
        "relative_to_reference": {
            "direction": direction,
            "difference": draw(st.floats(-5, 5)),
            **draw(st.sampled_from([{"group": "six"}, {"institution": "0101"}, {"previous": True}])),
        },
        "milestone": {"due": draw(DAYS), "late_counts": draw(st.booleans())},
    }
    wrong_way = {"at_most"} if up else {"at_least", "share_within_limit"}
    kind = draw(st.sampled_from(sorted(set(by_kind) - wrong_way)))
    scope = draw(st.sampled_from([None, Scope(kind="school"), Scope(group="six"), Scope(institutions=("0101",))]))
    fields = by_kind[kind]
    if issubclass(TARGET_KINDS[kind], DatedTarget) and draw(st.booleans()):
        fields = {"baseline": baseline, "due": str(start + 5), "due_value": draw(st.sampled_from(DueValue))} | fields
        fields |= draw(path(start))
    decided = draw(MAYBE_DAYS)
    return TARGET_KINDS[kind](
        id=code,
        indicator=about.id,
        name=draw(st.none() | TEXTS),
        goal=draw(st.sampled_from([None, *goals])),
        scope=scope,
        breakdown="grade=4" if "grade" in about.dimensions else None,
        tolerance=draw(NUMBERS),
        essential=draw(st.booleans()),
        decided_on=decided,
        version=draw(st.sampled_from([None, "2024", "rev. 2"])),
        withdrawn_on=None if decided is None or not draw(st.booleans()) else dt.date(9999, 1, 2),
        suspensions=draw(suspensions()),
        weight=draw(st.none() | NUMBERS),
        slack=draw(st.none() | st.sampled_from((0.0, 0.05, 0.5, 1.0))),
        method=draw(st.sampled_from([None, "robust", "statcan/1"])),
        citation=draw(st.sampled_from([None, Citation(document=documents[0])])),
        note=draw(st.none() | TEXTS),
        **fields,
    )


def path(start: int) -> st.SearchStrategy[dict[str, Any]]:
    """Return the ways to a deadline that need no value to be known, as fields."""
    interim = tuple(Interim(period=str(start + year), value=50 + year / 2) for year in (1, 3))
    return st.sampled_from(
        [
            {},
            {"path": "steps", "interim": interim},
            {"path": "milestones", "interim": interim[:1]},
            {"path": "front_loaded"},
            {"path": "back_loaded", "path_power": 3},
        ]
    )


@st.composite
def suspensions(draw: st.DrawFn) -> list[Suspension]:
    """Draw times that do not overlap, in whatever order; the last may be open."""
    days = sorted(draw(st.sets(DAYS, max_size=4)))
    pairs = [Suspension(start=one, end=other) for one, other in zip(days[::2], days[1::2], strict=False)]
    last = [Suspension(start=days[-1], reason=draw(st.none() | TEXTS))] if len(days) % 2 else []
    return draw(st.permutations([*pairs, *last]))


@st.composite
def revised(draw: st.DrawFn, targets: list[Target]) -> list[Target]:
    """Draw a second version of a target or two, each with its own day."""
    found: list[Target] = []
    for each in targets:
        found.append(each)
        if each.decided_on is not None and each.decided_on < dt.date(9000, 1, 1) and draw(st.booleans()):
            later = each.decided_on + dt.timedelta(days=draw(st.integers(1, 4000)))
            found.append(attrs.evolve(each, decided_on=later, tolerance=draw(NUMBERS), version="next"))
    return found


@st.composite
def decisions(draw: st.DrawFn, targets: list[Target]) -> dict[str, Any]:
    """Draw an override and a follow-up on some of the targets."""
    code = st.sampled_from([each.id for each in targets])
    place = st.sampled_from(["", "0101", "0751"])
    about = {"target": code, "institution": place, "breakdown": st.sampled_from(["", "grade=4"])}
    states = st.sampled_from(TargetState)
    decided = draw(DAYS.filter(lambda day: day.year < 9000))
    until = decided + dt.timedelta(days=draw(st.integers(1, 4000)))
    override = st.builds(
        Override,
        **about,
        state=states,
        reason=TEXTS,
        decided_by_role=st.just("kvalitetschef"),
        decided_on=st.just(decided),
        until=st.sampled_from([None, until]),
    )
    note = st.builds(
        FollowUp,
        **about,
        state=states,
        noted_on=st.just(decided),
        comment=TEXTS,
        action=TEXTS,
        by_role=st.just("skoleleder"),
        due=st.sampled_from([None, until]),
    )
    return {"overrides": draw(st.lists(override, max_size=1)), "follow_ups": draw(st.lists(note, max_size=1))}


@st.composite
def peers(draw: st.DrawFn, names: list[str], codes: list[str], documents: list[str]) -> list[PeerDefinition]:
    """Draw a definition of a kind or two."""
    weighed = st.builds(PeerVariable, indicator=st.sampled_from(codes), weight=st.sampled_from([1, 1.0, 2.5]))
    by_kind: dict[str, dict[str, Any]] = {
        "listed": {"lists": {names[0]: names}},
        "classification": {"classes": [PeerClass(id="A", name=draw(TEXTS), members=names)]},
        "region": {"level": "municipality", "area": draw(WORDS)},
        "contiguous": {
            "order": draw(st.integers(1, 2)),
            "purpose": draw(st.lists(st.sampled_from(codes), max_size=1)),
        },
        "nearest": {"variables": [draw(weighed)], "k": draw(st.integers(1, 9)), "vintage": str(draw(YEARS))},
        "cohort": {"members": names[:1], "exclusions": [PeerExclusion(institution=names[1], reason=draw(TEXTS))]},
        "all": {"except_": names[:1], "scope": Scope(group="six"), "min_peers": draw(st.integers(1, 9))},
    }
    kinds = draw(st.lists(st.sampled_from(sorted(by_kind)), max_size=2, unique=True))
    return [PEER_KINDS[kind](**draw(entity(f"p-{kind}", documents)), **by_kind[kind]) for kind in kinds]


# Tables whose entries have no id: they are compared in their order.
UNORDERED = {"links", "memberships", "overrides", "follow_ups"}

# A whole catalogue takes its time to draw.
few = settings(max_examples=max(10, settings.default.max_examples // 3))


def distinct(least: int = 1, most: int = 3) -> st.SearchStrategy[list[str]]:
    """Return lists of different codes."""
    return st.lists(CODES, min_size=least, max_size=most, unique=True)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Draw a catalogue with something in every table."""
    documents, goals, codes = draw(distinct()), draw(distinct()), draw(distinct())
    units = [Unit(id=f"own_{code}", kind="count", name=draw(TEXTS), low=0) for code in draw(distinct(0, 2))]
    indicators = [draw(indicator(code, documents, units, codes)) for code in codes]
    names = ["0101", "0751"]
    targets = draw(
        revised(
            [draw(target(code, draw(st.sampled_from(indicators)), goals, documents)) for code in draw(distinct())]
        )
    )
    linked = draw(st.sets(st.tuples(st.sampled_from(goals), st.sampled_from(codes)), max_size=3))
    return Catalogue(
        id=draw(CODES),
        name=draw(st.none() | TEXTS),
        agency=draw(st.just("") | WORDS),
        version=draw(st.sampled_from(["1.0.0", "0.1.0", "2.10.3-rc.1"])),
        languages=draw(st.sampled_from([["da"], ["da", "en"], ["da", "fo", "en-GB"]])),
        documents=[
            Document(id=code, title=draw(TEXTS), issued="2018-09", note=draw(st.none() | TEXTS)) for code in documents
        ],
        goals=[
            Goal(
                **draw(entity(code, documents)),
                kind=draw(st.sampled_from(GoalKind)),
                parent=draw(st.sampled_from([None, *goals[:i]])),
                owners=draw(st.lists(WORDS, max_size=2)),
                order=draw(st.none() | st.integers()),
                weight=draw(st.none() | NUMBERS),
                roll_up=draw(st.sampled_from([None, "worst", "pilote/1"])),
                min_coverage=draw(st.sampled_from([None, 0, 0.75, 1])),
            )
            for i, code in enumerate(goals)
        ],
        indicators=indicators,
        targets=draw(st.permutations(targets)),
        **draw(decisions(targets)),
        links=[
            IndicatorLink(
                goal=goal, indicator=code, proposed=draw(st.booleans()), direction_override=override(indicators, code)
            )
            for goal, code in sorted(linked)
        ],
        dimensions=[
            Dimension(id="grade", name=draw(TEXTS), ordered=True, categories=[Category(id="4", name=draw(TEXTS))])
        ],
        institutions=[
            Institution(
                id=code,
                name=draw(TEXTS),
                kind=draw(st.sampled_from(InstitutionKind)),
                identifiers=[Identifier(scheme="municipality3", value=code[1:])],
                capacity=draw(st.none() | NUMBERS),
                **draw(validity()),
            )
            for code in names
        ],
        memberships=[Membership(institution="0101", parent="0751", **draw(validity()))],
        groups=[PeerGroup(id="six", name=draw(TEXTS), members=names, note=draw(st.none() | TEXTS))],
        peer_definitions=draw(peers(names, codes, documents)),
        reading_rules=[ReadingRule(id="r", name=draw(TEXTS), min_difference=draw(NUMBERS))],
        sources=[Source(id="s", name=draw(TEXTS), issued=draw(MAYBE_DAYS), note=draw(st.none() | TEXTS))],
        units=draw(st.permutations(units)),
    )


def override(indicators: list[Indicator], code: str) -> Direction | None:
    """Return an override that says what the indicator says."""
    direction = next(each.direction for each in indicators if each.id == code)
    return direction if direction is Direction.HIGHER else None


@few
@given(catalogues())
def test_json_toml_and_plain_data_give_the_catalogue_back(catalogue: Catalogue) -> None:
    """Loading what was written gives an equal catalogue with an equal digest, in every form."""
    for again in (
        Catalogue.from_text(catalogue.to_json(), "json"),
        Catalogue.from_text(catalogue.to_toml(), "toml"),
        Catalogue.load(catalogue.to_dict()),
        Catalogue.load(tomllib.loads(catalogue.to_toml())),
        pickle.loads(pickle.dumps(catalogue)),
    ):
        assert again == catalogue
        assert hash(again) == hash(catalogue)
        assert again.digest() == catalogue.digest()
        assert again.to_json() == catalogue.to_json()
    assert json.loads(catalogue.to_json()) == catalogue.to_dict()
    assert not catalogue.diff(catalogue)


@few
@given(catalogues(), st.randoms(use_true_random=False))
def test_order_is_not_content(catalogue: Catalogue, chance: random.Random) -> None:
    """The same entries in another order are the same catalogue, save for the order of links."""
    plain = catalogue.to_dict()
    for rows in (plain[table] for table in TABLES if table in plain and table not in UNORDERED):
        chance.shuffle(rows)
    shuffled = Catalogue.load(plain)
    assert shuffled == catalogue
    assert hash(shuffled) == hash(catalogue)
    assert shuffled.digest() == catalogue.digest()
    assert not catalogue.diff(shuffled)


@few
@given(catalogues(), st.data())
def test_any_change_changes_the_digest(catalogue: Catalogue, data: st.DataObject) -> None:
    """Another name, another digest, and the difference says where."""
    code = data.draw(st.sampled_from([*catalogue.goals]))
    goal = attrs.evolve(catalogue.goals[code], name=Text(da="Et helt andet navn end før"))
    goals = [goal if each.id == code else each for each in catalogue.goals.values()]
    other = attrs.evolve(catalogue, goals=goals)
    assert other.digest() != catalogue.digest()
    assert [(each.table, each.id, each.fields, each.bump) for each in catalogue.diff(other)] == [
        ("goals", code, ("name",), "patch")
    ]


def test_files_are_written_in_the_form_of_their_ending(tmp_path: Path) -> None:
    """The ending says JSON or TOML; anything else is refused before a file is made."""
    catalogue = Catalogue.load("folkeskolen")
    for name in ("a.json", "b.toml", "C.TOML"):
        catalogue.dump(tmp_path / name)
        assert Catalogue.load(tmp_path / name) == catalogue
        assert b"\r" not in (tmp_path / name).read_bytes()
    with pytest.raises(ArgumentError):
        catalogue.dump(tmp_path / "a.yaml")
    assert not (tmp_path / "a.yaml").exists()


def test_toml_has_no_null() -> None:
    """A kept null can be written as JSON only, and the error says so."""
    catalogue = Catalogue.load({"schema_version": "1.0", "id": "A", "new": [None]}, unknown="keep")
    assert json.loads(catalogue.to_json())["new"] == [None]
    with pytest.raises(ArgumentError, match="JSON"):
        catalogue.to_toml()


def test_numbers_are_written_as_they_are() -> None:
    """80 stays 80 and 80.0 stays 80.0, and they are the same target."""
    texts = {}
    for value in (80, 80.0):
        row = {"id": "T", "indicator": "N", "kind": "at_least", "value": value}
        unit = {"id": "N", "name": {"da": "x"}, "unit": "percent", "direction": "higher"}
        data = {"schema_version": "1.0", "id": "A", "targets": [row], "indicators": [unit]}
        texts[repr(value)] = Catalogue.load(data)
    assert texts["80"].digest() == texts["80.0"].digest()
    assert texts["80"].to_json() != texts["80.0"].to_json()


# --- JSON Schema ---------------------------------------------------------------------------------

# Rules across fields and entries, and what only a calendar knows: beyond JSON Schema.
BEYOND = (
    "validity.order", "goal.", "indicator.", "break.", "scope.", "target.", "membership.", "group.", "dimension.",
    "citation.", "suspension.", "override.", "follow_up.", "peers.", "unit.", "ref.", "id.", "link.", "period.", "code.person_number", "text.not_unicode", "number.range",
)  # fmt: skip

JUNK: list[Any] = [None, True, 0, 1, -1, 1.5, "", " ", "x", "a b", "æ", "2020", "2020-13-01", "2020-02-30", "higher", "upp", [], [1], ["x"], {}, {"da": "x"}, {"da": 1}, {"x": "y"}]  # fmt: skip


@cache
def validator() -> Any:
    """Return a validator of the shipped schema that looks at dates, too."""
    return jsonschema.Draft202012Validator(
        Catalogue.json_schema(), format_checker=jsonschema.FormatChecker(formats=["date"])
    )


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value within plain data."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [(*path, key) for key, _ in items]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [place for key, item in inner for place in places(item, (*path, key))]


def judged(document: Any) -> tuple[bool, set[str]]:
    """Return whether the schema accepts a document, and what the loader has against it."""
    try:
        Catalogue.load(copy.deepcopy(document))
    except CatalogueError as error:
        return validator().is_valid(document), {each.code for each in error.problems}
    return validator().is_valid(document), set()


def agree(document: Any) -> None:
    """Check that what the schema refuses is refused, and that the loader is stricter only beyond it."""
    accepted, codes = judged(document)
    within = {code for code in codes if not code.startswith(BEYOND)}
    if accepted:
        assert within == set()
    else:
        assert codes


@few
@given(catalogues(), st.data())
def test_loader_and_schema_agree_on_documents_broken_in_one_place(catalogue: Catalogue, data: st.DataObject) -> None:
    """A valid document is accepted by both; one with junk, a hole or an unknown field is judged alike."""
    document = catalogue.to_dict()
    assert judged(document) == (True, set())
    path = data.draw(st.sampled_from([place for place in places(document) if place != ("schema_version",)]))
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    action = data.draw(st.sampled_from(["replace", "replace", "remove", "add"]))
    if action == "replace":
        holder[path[-1]] = data.draw(st.sampled_from(JUNK))
    elif action == "remove":
        del holder[path[-1]]
    elif isinstance(holder, dict):
        holder[data.draw(st.sampled_from(["nosuch", "extras", "da", "name", "æ"]))] = data.draw(st.sampled_from(JUNK))
    agree(document)


def example_rows() -> dict[str, dict[str, Any]]:
    """Return a full row of each table from the shipped catalogues and a few of our own."""
    plain = Catalogue.load("danmark").to_dict()
    rows = {table: max(plain[table], key=len) for table in TABLES if table in plain}
    name = {"da": "x"}
    return rows | {
        "institutions": {
            "id": "0751",
            "name": name,
            "kind": "school",
            "identifiers": [{"scheme": "a", "value": "1"}],
        },
        "memberships": {"institution": "0751", "parent": "1082", "role": "belongs_to", "valid_from": "2007-01-01"},
        "groups": {"id": "g", "name": name, "members": ["0751", "0101"], "note": name},
        "peer_definitions": {
            "id": "p",
            "name": name,
            "kind": "nearest",
            "variables": [{"indicator": "N", "weight": 2, "transform": "log"}],
            "k": 5,
            "vintage": "2024",
            "exclusions": [{"institution": "0411", "reason": name}],
        },
        "overrides": {
            "target": "T",
            "institution": "0751",
            "breakdown": "grade=4",
            "state": "met",
            "reason": name,
            "decided_by_role": "chef",
            "decided_on": "2024-01-01",
            "until": "2025-01-01",
        },
        "follow_ups": {
            "target": "T",
            "institution": "0751",
            "noted_on": "2024-01-01",
            "state": "not_met",
            "comment": name,
            "action": name,
            "by_role": "chef",
            "due": "2025-01-01",
        },
    }


@pytest.mark.parametrize("table", TABLES)
def test_loader_and_schema_agree_on_every_field_with_every_junk(table: str) -> None:
    """Each field of each table, given every kind of wrong value."""
    row = example_rows()[table]
    models = [*TAGGED.get(table, {"": TABLES[table]}).values()]
    fields = {name for model in models for name in shape_of(model)}
    for name in sorted(fields):
        for junk in JUNK:
            agree({"schema_version": "1.0", "id": "A", table: [row | {name: junk}]})
    for name in row:
        agree(
            {"schema_version": "1.0", "id": "A", table: [{key: value for key, value in row.items() if key != name}]}
        )


@pytest.mark.parametrize("kind", TARGET_KINDS)
def test_each_kind_of_target_has_its_own_fields(kind: str) -> None:
    """A field of another kind is unknown, to the loader and to the schema."""
    fields = {name for model in TARGET_KINDS.values() for name in shape_of(model)} - set(shape_of(TARGET_KINDS[kind]))
    for name in sorted(fields):
        row = {"id": "T", "indicator": "N", "kind": kind, name: 1}
        accepted, codes = judged({"schema_version": "1.0", "id": "A", "targets": [row]})
        assert not accepted
        assert "field.unknown" in codes


def test_the_schema_file_is_current() -> None:
    """The file in the package is what the classes say today; write it anew with ``json_schema()``."""
    file = files("maalbib.catalogue") / "data" / "catalogue.schema.json"
    text = json.dumps(Catalogue.json_schema(), ensure_ascii=False, indent=2) + "\n"
    assert file.read_text(encoding="utf-8") == text


def test_the_schema_is_a_schema() -> None:
    """It is valid itself, every pattern is anchored or asks for any character, and dates carry a pattern."""
    schema = Catalogue.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    pending: list[Any] = [schema]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += value.values()
            pattern = value.get("pattern")
            if isinstance(pattern, str):
                assert pattern == r"\S" or (pattern[0] == "^" and pattern[-1] == "$")
            assert value.get("format") != "date" or "pattern" in value
        elif isinstance(value, list):
            pending += value
    assert schema["$id"].endswith(":1.2")
    assert schema["properties"]["schema_version"]["enum"] == ["1.0", "1.1", "1.2"]
    assert "Infinity" not in text
    assert "NaN" not in text


def test_the_schema_is_not_shared() -> None:
    """A caller may change what it got."""
    Catalogue.json_schema()["properties"].clear()
    assert Catalogue.json_schema()["properties"]


def test_making_a_catalogue_from_wrong_things() -> None:
    """Tables take definitions, in any iterable or mapping, and nothing else."""
    goal = Goal(id="G1", name=Text(da="x"))
    assert Catalogue(id="A", goals=iter([goal])) == Catalogue(id="A", goals={"G1": goal})
    for wrong in ("G1", 5, [Text(da="x")], ["G1"]):
        with pytest.raises(ArgumentError):
            Catalogue(id="A", goals=wrong)  # type: ignore[arg-type]
        with pytest.raises(ArgumentError):
            Catalogue(id="A", links=wrong)  # type: ignore[arg-type]
    with pytest.raises(DefinitionError):
        Catalogue(id="A b")
    with pytest.raises(DefinitionError):
        Catalogue(id="A", version="1.0")
