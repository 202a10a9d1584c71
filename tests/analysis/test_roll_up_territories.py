"""Roll-ups over territories: institutions are counted, by the register on the day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roll_up_cases import catalogue, goal, target, tracking, verdict

import maalbib as mb
from maalbib import errors

NORTH = ("0773", "0787", "0810", "0813", "0820", "0825", "0840", "0846", "0849", "0851", "0860")  # Region Nordjylland


@cache
def denmark() -> mb.Register:
    return mb.Register.denmark()


def free() -> mb.Catalogue:
    return catalogue([goal("A")], [target("T", "A")])


def north(*states: str, **more: Any) -> mb.Tracking:
    return tracking(*(verdict("T", state, code, **more) for code, state in zip(NORTH, states, strict=False)))


def test_a_region_counts_its_municipalities_and_the_country_all_of_them() -> None:
    """The country's share is of municipalities, not a mean over regions."""
    rows = [verdict("T", "met", code) for code in NORTH] + [verdict("T", "not_met", "0101")]
    found = mb.roll_up(tracking(*rows), free(), by="territory", register=denmark(), min_coverage=0)
    assert [(each.group, each.parent, each.depth, each.of) for each in found] == [
        ("DK", None, 0, "municipality"),
        ("1081", "DK", 1, "municipality"),
        ("1084", "DK", 1, "municipality"),
    ]
    whole = found.row(group="DK")
    assert (whole.n_met, whole.n_not_met, whole.share_met) == (11, 1, pytest.approx(11 / 12))
    assert (whole.target, whole.institution, whole.kind) == ("T", "DK", "territory")


def test_pitfall_missing_units_dropped_silently() -> None:
    """A municipality of the region without a row is missing, where the target binds everybody."""
    found = mb.roll_up(north(*["met"] * 8), free(), by="territory", register=denmark(), level="region")
    assert len(found) == 1
    assert (found[0].n_items, found[0].n_missing, found[0].reason) == (11, 3, "rollup_coverage")
    assert found[0].left_out == NORTH[8:]
    named = catalogue([goal("A")], [target("T", "A", scope=mb.Scope(institutions=NORTH[:8]))])
    assert mb.roll_up(north(*["met"] * 8), named, by="territory", register=denmark(), level="region")[0].n_items == 8
    loose = mb.roll_up(
        north(*["met"] * 8), free(), by="territory", register=denmark(), level="region", absent="not_applicable"
    )
    assert (loose[0].n_items, loose[0].reason) == (8, "counts")


def test_institutions_may_be_weighted_by_their_population() -> None:
    """The weight says what a share is a share of; who lacks one is named in an error."""
    people = dict.fromkeys(NORTH, 1.0) | {NORTH[0]: 10.0}
    verdicts = north("met", *["not_met"] * 10)
    options: dict[str, Any] = {"by": "territory", "register": denmark(), "level": "region"}
    assert mb.roll_up(verdicts, free(), weights=people, **options)[0].share_met == 0.5
    with pytest.raises(errors.ArgumentError) as caught:
        mb.roll_up(verdicts, free(), weights={NORTH[0]: 1.0}, **options)
    assert (caught.value.code, caught.value.details["codes"][0]) == ("roll_up.weight_missing", NORTH[1])


def test_the_register_is_read_on_the_day_of_the_verdicts() -> None:
    """From 2027 København belongs to another region."""
    for day, region in (
        (dt.date(2026, 12, 31), "1084"),
        (dt.date(2027, 1, 1), denmark().parent("0101", "2027-01-01")),
    ):
        code = region if isinstance(region, str) else region.id if region else ""
        verdicts = tracking(verdict("T", "met", as_of=day))
        found = mb.roll_up(verdicts, free(), by="territory", register=denmark(), level="region", min_coverage=0)
        assert found[0].group == code


def test_who_is_not_in_the_register_does_not_vanish() -> None:
    """Such codes are an error that names them; a level that nobody belongs to is one too."""
    options: dict[str, Any] = {"by": "territory", "register": denmark()}
    with pytest.raises(errors.ArgumentError) as caught:
        mb.roll_up(tracking(verdict("T", "met", "9999")), free(), **options)
    assert (caught.value.code, caught.value.details["codes"]) == ("roll_up.outside_register", ["9999"])
    with pytest.raises(errors.ArgumentError) as caught:
        mb.roll_up(north("met"), free(), level="school", **options)
    assert caught.value.code == "roll_up.no_level"


def test_kinds_are_not_mixed_in_one_count() -> None:
    """A region's own verdict is no municipality: for the country they are two rows."""
    rows = [verdict("T", "met", code) for code in (*NORTH, "1081")]
    found = mb.roll_up(tracking(*rows), free(), by="territory", register=denmark(), level="country", min_coverage=0)
    assert {each.of: each.n_met for each in found} == {"municipality": 11, "region": 1}
    per = mb.roll_up(tracking(*rows), free(), by="target", register=denmark())
    assert {each.of: (each.group, each.institution, each.n_met) for each in per} == {
        "municipality": ("T", "", 11),
        "region": ("T", "", 1),
    }


def test_a_target_that_nobody_has_data_for_is_not_lost() -> None:
    """Its row stands outside every territory."""
    rows = [verdict("T", "met", code) for code in NORTH]
    verdicts = tracking(*rows, verdict("U", "not_measurable.no_data", ""))
    made = catalogue([goal("A")], [target("T", "A"), target("U", "A")])
    found = mb.roll_up(verdicts, made, by="territory", register=denmark(), level="region")
    lost = found.row(target="U")
    assert (lost.group, lost.n_missing, lost.reason) == ("", 1, "rollup_coverage")
    assert lost.explain("da").startswith("uden for enhver inddeling, U: Intet heraf kan vurderes.")


def test_sentences_name_territory_and_target() -> None:
    """Names from the register, in both languages."""
    found = mb.roll_up(
        north(*["met"] * 9, *["not_met"] * 2), free(), by="territory", register=denmark(), level="region"
    )[0]
    said = found.explain("da").replace("\N{NO-BREAK SPACE}", " ")
    assert said == "Region Nordjylland, T: Nået eller på vej: 9 ud af 11 enheder, der kan vurderes (82 % af vægten)."
    assert "Region Nordjylland" in found.labels.name("1081", "da")
    assert found.explain("en").count("institutions") == 1


STATE = st.sampled_from(["met", "on_track", "not_met", "not_measurable.no_data", "not_measurable.not_applicable"])
CODES = (*NORTH, "0101", "0147", "0751", "0461")


@given(states=st.dictionaries(st.sampled_from(CODES), STATE, min_size=1))
def test_territories_equal_a_slow_count(states: dict[str, str]) -> None:
    """Every municipality counts once in its region and once in the country."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for code, state in states.items():
        for above in denmark().ancestors(code, "2026-06-30"):
            counts[above.id][state] += 1
    verdicts = tracking(*(verdict("T", state, code) for code, state in states.items()))
    found = mb.roll_up(
        verdicts, free(), by="territory", register=denmark(), min_coverage=0, absent="not_applicable", policy="worst"
    )
    assert {each.group for each in found} == set(counts)
    for each in found:
        own = counts[each.group]
        assert (each.n_met, each.n_on_track, each.n_not_met) == (
            (own["met"], own["on_track"], own["not_met"]) if each.n_measurable else (0, 0, 0)
        )
        assert each.n_missing == own["not_measurable.no_data"]
        ranked = [state for state in ("not_met", "on_track", "met") if own[state]]
        assert each.state == (ranked[0] if ranked else "not_measurable")
