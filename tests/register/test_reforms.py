"""Denmark through the reforms of 2003, 2006, 2007 and 2027, against the official table of old and new units."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pytest

from maalbib import Register
from maalbib.errors import ArgumentError, UnknownCodeError

if TYPE_CHECKING:
    from pathlib import Path

    from maalbib import Succession

DENMARK = Register.denmark()
OLD, FIRST = "2002-01-01", "2007-01-01"
SPLIT = ["0233", "0509", "0525", "0567", "0601", "0605", "0611", "0627", "0717", "0719", "0747", "0793", "0833"]
REUSED = [
    "0219",
    "0259",
    "0265",
    "0479",
    "0561",
    "0573",
    "0575",
    "0615",
    "0621",
    "0657",
    "0661",
    "0665",
    "0671",
    "0707",
    "0779",
    "0787",
    "0791",
    "0813",
    "0849",
    "0851",
]


@pytest.fixture(scope="module")
def table(shared: Path) -> list[dict[str, str]]:
    """The official table, a row for each pair of an old and a new unit."""
    with (shared / "data" / "danish" / "dk_reform_2007_old_to_new.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def weights(found: Succession) -> dict[tuple[str, str], float]:
    """The edges of a succession by code."""
    return {
        (found.sources[i], found.targets[j]): float(share)
        for i, j, share in zip(found.source, found.target, found.weight, strict=True)
    }


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("1980-01-01", 275),
        ("2002-12-31", 275),
        ("2003-01-01", 271),
        ("2005-12-31", 271),
        ("2006-01-01", 270),
        ("2006-12-31", 270),
        ("2007-01-01", 98),
        ("2040-01-01", 98),
    ],
)
def test_275_271_270_98(day: str, count: int) -> None:
    """The number of municipalities, on the last and the first day of each division."""
    assert len(DENMARK.select("municipality", on=day)) == count


def test_every_old_unit_is_there_with_its_name_life_and_county(table: list[dict[str, str]]) -> None:
    """Field by field against the official table; a unit that passed unchanged has no end."""
    counties = {entry.text(): entry.id for entry in DENMARK.select("county")}
    assert len(counties) == 14
    for row in table:
        end = dt.date.fromisoformat(row["old_valid_to"])
        day = end - dt.timedelta(days=1)
        unit = DENMARK.institution("0" + row["old_code"], day)
        names = {unit.name_on(day).get("da"), *unit.aliases}
        assert row["old_name"] in names
        passed = DENMARK.get(unit.id, FIRST) is unit
        assert unit.valid_to == (None if passed else end)
        above = DENMARK.parent(unit.id, day)
        assert above is not None
        assert above.id == counties.get(row["old_county"], "DK")


@pytest.mark.parametrize("basis", ["area", "register_rule"])
def test_the_edges_are_those_of_the_official_table(table: list[dict[str, str]], basis: str) -> None:
    """289 edges from 275 to 98, 27 of them parts; every weight by its basis."""
    expected: dict[tuple[str, str], float] = {}
    for row in table:
        if row["old_code"] != "400":  # formed in 2003, it is not one of the 275
            expected["0" + row["old_code"], "0" + row["new_code"]] = float(row["area_weight"])
    if basis == "register_rule":
        largest: dict[str, float] = defaultdict(float)
        for (old, _), share in expected.items():
            largest[old] = max(largest[old], share)
        expected = {ends: float(share == largest[ends[0]]) for ends, share in expected.items()}
    found = DENMARK.succession(OLD, FIRST, basis=basis)
    assert (len(found.sources), len(found.targets), len(found.weight)) == (275, 98, 289)
    assert weights(found) == pytest.approx(expected, abs=1e-12)
    assert np.bincount(found.source, found.weight) == pytest.approx(np.ones(275), abs=1e-15)
    assert sorted({found.sources[i] for i in found.source[~found.exact]}) == SPLIT
    assert int((~found.exact).sum()) == 27


def test_2007_in_figures() -> None:
    """32 passed unchanged from 2003 (31 and Bornholm), Ærø from 2006, 65 were formed; 19 received a part; 7 at most."""
    found = DENMARK.succession("2006-12-31", FIRST, basis="area")
    same = {code for code in found.targets if DENMARK.get(code, "2006-12-31") is DENMARK.get(code, FIRST)}
    begun = Counter(str(DENMARK.institution(code, FIRST).valid_from) for code in same)
    assert begun == {"None": 31, "2003-01-01": 1, "2006-01-01": 1}
    assert len(found.targets) - len(same) == 65
    assert int(found.estimated.sum()) == 19
    inflow = np.bincount(found.target)
    assert {found.targets[i] for i in np.flatnonzero(inflow == inflow.max())} == {"0360", "0540", "0791"}
    assert inflow.max() == 7


def test_20_codes_were_kept_for_another_unit() -> None:
    """A series by code alone would join different areas; the register names the day."""
    first = dt.date(2007, 1, 1)
    assert DENMARK.reused() == dict.fromkeys(REUSED, (first,))
    assert DENMARK.reused(["0615", "0101", "9999"]) == {"0615": (first,)}
    for code in REUSED:
        before, after = DENMARK.identities(code)
        assert before.valid_to == after.valid_from == first


def test_resolving_a_reused_code_without_a_day_lists_the_candidates() -> None:
    """615 was a smaller Horsens until 2006."""
    with pytest.raises(ArgumentError) as caught:
        DENMARK.resolve("615", "municipality3")
    assert caught.value.code == "register.needs_day"
    assert caught.value.details["spans"] == ["../2007-01-01", "2007-01-01/.."]
    with pytest.raises(ArgumentError):
        DENMARK["0615"]
    assert DENMARK["0101"].text() == "København"


def test_old_and_new_vejle_are_told_apart() -> None:
    """One name, two codes: 631 until 2006, 630 from 2007."""
    assert DENMARK.resolve("631", "municipality3", on="2006-06-01").text() == "Vejle"
    assert DENMARK.resolve("630", "municipality3", on="2008-01-01").text() == "Vejle"
    for number, day in (("630", "2006-06-01"), ("631", "2008-01-01")):
        with pytest.raises(UnknownCodeError, match="in use"):
            DENMARK.resolve(number, "municipality3", on=day)
    assert DENMARK.convert_codes(["Vejle"], "name_da") == (None,)
    assert DENMARK.convert_codes(["Vejle"], "name_da", on="2006-06-01") == ("0631",)


def test_a_split_needs_a_named_basis() -> None:
    """Nobody chooses silently between area and register rule; before the splits nothing is needed."""
    with pytest.raises(ArgumentError) as caught:
        DENMARK.succession("2006-12-31", FIRST)
    assert caught.value.code == "succession.needs_basis"
    assert caught.value.details["bases"] == ["area", "register_rule"]
    assert caught.value.details["units"] == SPLIT
    with pytest.raises(ArgumentError) as caught:
        DENMARK.succession("2006-12-31", FIRST, basis="population")
    assert caught.value.details["bases"] == ["area", "register_rule"]
    with pytest.raises(ArgumentError, match="area, register_rule"):
        DENMARK.succession("2006-12-31", FIRST, basis="aera")
    for start, end in ((OLD, "2006-12-31"), (FIRST, "2040-01-01")):
        assert DENMARK.succession(start, end).exact.all()


def test_slangerup_by_register_rule_and_by_area() -> None:
    """Register practice moves 44 per cent of its area to the wrong municipality, and the bounds say so."""
    by_area, by_rule = (DENMARK.succession("2006-12-31", FIRST, basis=basis) for basis in ("area", "register_rule"))
    only = np.array([code == "0233" for code in by_area.sources]) * 1000.0
    at = [by_area.targets.index(code) for code in ("0219", "0250")]
    assert by_area.apply(only).values[at] == pytest.approx([443.1, 556.9])
    assert by_rule.apply(only).values[at].tolist() == [0.0, 1000.0]
    for found in (by_area, by_rule):
        carried = found.apply(only)
        assert (carried.lower[at].tolist(), carried.upper[at].tolist()) == ([0.0, 0.0], [1000.0, 1000.0])
    assert by_rule.apply(only).allocated[at].tolist() == [0.0, 1.0]


def test_regions_of_2007_and_2027() -> None:
    """29 and 17 municipalities in two regions until the last day of 2026, 46 in one from the first of 2027."""
    found = DENMARK.succession("2026-12-31", "2027-01-01", kind="region")
    assert (len(found.sources), len(found.targets)) == (5, 4)
    assert found.exact.all()
    assert found.apply([11, 19, 22, 29, 17]).values.tolist() == [11, 19, 22, 46]
    on_2026, on_2027 = (DENMARK.allocation("municipality", "region", on=day) for day in ("2026-12-31", "2027-01-01"))
    counts = np.arange(98.0)
    through_regions = on_2026.then(found).apply(counts).values
    through_units = DENMARK.succession("2026-12-31", "2027-01-01").then(on_2027).apply(counts).values
    assert through_regions.tolist() == through_units.tolist()


def test_figures_of_regions_that_were_not_there_yet_are_sums_of_municipalities() -> None:
    """Region Østdanmark back to 2007 is exact; back to 2002 only the units cut by its border would be estimates."""
    to_regions = DENMARK.allocation("municipality", "region", on="2027-01-01")
    since_2007 = DENMARK.succession("2007-06-01", "2027-01-01").then(to_regions)
    assert since_2007.exact.all()
    assert np.bincount(since_2007.target).tolist() == [11, 19, 22, 46]
    since_2002 = DENMARK.succession(OLD, "2027-01-01", basis="area").then(to_regions)
    # Three old units lie in two regions; the other ten came together again within one.
    assert {since_2002.sources[i] for i in since_2002.source[~since_2002.exact]} == {"0627", "0719", "0793"}
    assert since_2002.estimated.tolist() == [True, True, True, False]


def test_counties_do_not_nest_in_regions() -> None:
    """Vejle Amt went to two regions, Viborg Amt and Århus Amt too; the counties have no successor."""
    to_county = DENMARK.allocation("municipality", "county", on="2006-12-31")
    to_region = DENMARK.succession("2006-12-31", FIRST, basis="area").then(
        DENMARK.allocation("municipality", "region", on=FIRST)
    )
    met = defaultdict(set)
    for code, county in (
        (to_county.sources[i], to_county.targets[j]) for i, j in zip(to_county.source, to_county.target, strict=True)
    ):
        at = to_region.sources.index(code)
        met[county] |= {to_region.targets[j] for j in to_region.target[to_region.source == at]}
    assert met["DK-AMT-VEJLE"] == {"1082", "1083"}
    assert met["DK-AMT-VIBORG"] == met["DK-AMT-AARHUS"] == {"1081", "1082"}
    assert to_county.unplaced == ("0101", "0147")
    assert all("id" in entry.proposed for entry in DENMARK.select("county"))
    with pytest.raises(ArgumentError, match="county"):
        DENMARK.succession("2006-12-31", FIRST, kind="county")


def test_the_way_back_needs_the_sizes_of_the_merged() -> None:
    """From 98 to 271: with sizes an estimate that restores them, without them refused; whole units pass."""
    forward = DENMARK.succession("2005-06-01", FIRST, basis="area")
    sizes = {code: 100.0 + i for i, code in enumerate(forward.sources)}
    there = forward.apply([*sizes.values()]).values
    back = DENMARK.succession(FIRST, "2005-06-01", basis="area", sizes=sizes)
    assert (back.sources, back.targets) == (forward.targets, forward.sources)
    assert back.apply(there).values == pytest.approx([*sizes.values()])
    assert back.exact.sum() == 32
    with pytest.raises(ArgumentError) as caught:
        DENMARK.succession(FIRST, "2005-06-01", basis="area")
    assert caught.value.code == "succession.needs_sizes"
    assert len(caught.value.details["units"]) == 66  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="Choose a basis"):
        DENMARK.succession(FIRST, "2005-06-01", sizes=sizes)
    bornholm = DENMARK.succession(
        "2004-01-01", OLD, sizes=dict.fromkeys(("0401", "0403", "0405", "0407", "0409"), 1.0)
    )
    assert (bornholm.basis, int((~bornholm.exact).sum())) == ("sizes", 5)
    assert DENMARK.succession("2030-01-01", FIRST).exact.all()


def test_stock_dates_belong_to_the_division_of_their_day() -> None:
    """Population on 1 January 2007 is in the new division, though the day before is not."""
    assert DENMARK.succession(FIRST, "2018-01-01").sources == DENMARK.succession(FIRST, FIRST).targets
    same = DENMARK.succession("2006-12-31", "2006-12-31")
    assert same.exact.all()
    assert same.sources == same.targets


def test_the_shipped_denmark_is_sound_and_covers_the_whole() -> None:
    """Building it anew refuses nothing, and every unit comes from somewhere and goes somewhere."""
    again = Register(
        DENMARK.institutions,
        memberships=DENMARK.memberships,
        groups=DENMARK.groups.values(),
        changes=DENMARK.changes,
    )
    assert again == DENMARK
    assert len(DENMARK.check()) == 0
    assert Counter(change.kind.value for change in DENMARK.changes) == {
        "merge": 68,
        "split": 13,
        "abolish": 1,
        "create": 1,
    }


def test_a_name_change_is_no_new_identity() -> None:
    """Bornholm was called Bornholms Region from 2003 to 2006."""
    bornholm = DENMARK["0400"]
    assert bornholm.name_on(dt.date(2006, 12, 31)).get("da") == "Bornholms Region"
    assert bornholm.name_on(dt.date(2007, 1, 1)).get("da") == "Bornholm"
    assert DENMARK.resolve("Bornholms Region", "name_da", on="2005-01-01") is bornholm
    with pytest.raises(UnknownCodeError):
        DENMARK.resolve("Bornholms Region", "name_da", on="2010-01-01")


def test_names_are_found_in_other_spellings() -> None:
    """Aarhus/Århus, Nordfyn/Nordfyns, Lyngby-Taarbæk: known spellings as such, å as aa when asked for, else a suggestion."""
    names = ["Århus", "AARHUS", "Nordfyn", "Lyngby-Tårbæk", " københavn "]
    assert DENMARK.convert_codes(names, "name_da", on="2020-01-01") == ("0751", "0751", "0480", "0173", "0101")
    assert DENMARK.convert_codes(["Åbenrå", "Haarby"], "name_da", on="2006-01-01") == (None, None)
    assert DENMARK.convert_codes(["Åbenrå", "Haarby"], "name_da", on="2006-01-01", aa=True) == ("0545", "0437")
    with pytest.raises(UnknownCodeError, match="Vesthimmerlands"):
        DENMARK.resolve("Vesthimmerlnds", "name_da")
    assert DENMARK.resolve("Copenhagen", "name_en").id == "0101"


def test_the_dst_area_column_mixes_levels_and_only_its_scheme_says_so() -> None:
    """000, 081-085 and 101-860 in one column; 084 is no municipality and 101 no region."""
    assert DENMARK.convert_codes(["000", "084", "101", "615", "1084"], "dst_area") == (
        *("DK", "1084", "0101", "0615"),
        None,
    )
    assert DENMARK.convert_codes(["084"], "municipality3") == (None,)


def test_coverage_tells_what_is_missing_and_what_is_outside() -> None:
    """97 of 98 with data, and two codes that are no municipality."""
    units = {entry.id for entry in DENMARK.select("municipality", on="2018-01-01")}
    found = DENMARK.coverage([*units - {"0741"}, "0411", "0631"], "municipality", "2018-01-01")
    assert (found.missing, found.outside) == (("0741",), ("0411", "0631"))
    assert len(DENMARK.coverage(units, "municipality", "2006-01-01").missing) == 217


def test_the_history_of_a_code_names_its_changes() -> None:
    """Skanderborg received a part of Brædstrup."""
    assert [(change.kind.value, len(change.from_ids)) for change in DENMARK.history("0746")] == [
        ("split", 1),
        ("merge", 4),
    ]
    with pytest.raises(UnknownCodeError):
        DENMARK.history("746")
