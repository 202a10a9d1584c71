"""The shipped Denmark: counts, codes and who belongs where, against the official lists."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

from maalbib import Register

if TYPE_CHECKING:
    from pathlib import Path

DENMARK = Register.denmark()
PER_REGION = {"1081": 11, "1082": 19, "1083": 22, "1084": 29, "1085": 17}
PER_GROUP = {"dst-2018-1": 24, "dst-2018-2": 3, "dst-2018-3": 16, "dst-2018-4": 24, "dst-2018-5": 31}
EAST = "DK-OESTDANMARK"


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table, every cell as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def official(shared: Path) -> list[dict[str, str]]:
    """Return the 98 municipalities of the official list."""
    return rows(shared / "data" / "danish" / "dk_municipalities_98.csv")


def test_t9_98_municipalities_and_5_regions_in_2018() -> None:
    """T9: Christiansø is known, but is not one of the 98."""
    municipalities = {entry.id for entry in DENMARK.select("municipality", on="2018-01-01")}
    assert len(municipalities) == 98
    assert [entry.id for entry in DENMARK.select("region", on="2018-01-01")] == list(PER_REGION)
    assert "0411" in DENMARK
    assert "0411" not in municipalities
    assert DENMARK.parent("0411") is None
    assert DENMARK["0411"] not in DENMARK.descendants("DK")


def test_a_public_list_of_99_rows_holds_the_98_and_christiansoe(shared: Path) -> None:
    """A health table has 99 municipality codes; the register explains each of them."""
    text = (shared / "data" / "danish" / "ssi_covid_tests_2020_11_raw.csv").read_text(encoding="utf-8-sig")
    codes = [line.split(";")[0].strip() for line in text.splitlines()[1:]]
    found = DENMARK.convert_codes(codes, "municipality3")
    assert len(codes) == 99
    assert None not in found
    units = DENMARK.select("municipality", on="2020-11-10")
    assert {code for code in found if code} - {entry.id for entry in units} == {"0411"}
    assert DENMARK.resolve("411", "municipality3").description.get("en").startswith("Outside the division")  # type: ignore[union-attr]


def test_codes_names_regions_and_groups_are_those_of_the_official_list(official: list[dict[str, str]]) -> None:
    """Every municipality agrees with the official list, field by field."""
    for row in official:
        code = row["code4"]
        unit = DENMARK.institution(code, "2020-01-01")
        assert unit.text("da") == row["name"]
        for number, scheme in ((row["code3"], "municipality3"), (code, "municipality4"), (row["name"], "name_da")):
            assert DENMARK.resolve(number, scheme, on="2020-01-01") is unit
        region = DENMARK.parent(code, "2020-01-01")
        assert region is not None
        assert region.id == row["region_code4"]
        assert region.text("da") == f"Region {row['region']}"
        assert DENMARK.resolve(row["region_code3"], "region3") is region
        later = DENMARK.parent(code, "2027-01-01")
        assert later is not None
        assert later.text("da") == f"Region {row['region_from_2027']}"
        group = DENMARK.group(f"dst-2018-{row['dst_group']}")
        assert group.name.get("da") == row["dst_group_name"]
        assert code in group.members
    assert len(official) == len(DENMARK.select("municipality", on="2020-01-01"))


def test_regions_are_those_of_the_official_list(shared: Path) -> None:
    """Names, days and sizes of the regions."""
    official = rows(shared / "data" / "danish" / "dk_regions.csv")
    for row in official:
        region = DENMARK[row["code4"] or EAST]
        assert region.text("da") == f"Region {row['name']}"
        assert str(region.valid_from) == row["valid_from"]
        assert str(region.valid_to or "") == row["valid_to"]
        assert region.valid_from is not None
        assert len(DENMARK.children(region.id, on=region.valid_from)) == int(row["n_municipalities"])
    assert len(official) == len(DENMARK.select("region"))


def test_first_days_follow_from_the_reforms(shared: Path) -> None:
    """A municipality without a first day passed 2003, 2006 and 2007 unchanged; the others began with a reform."""
    before = defaultdict(list)
    for row in rows(shared / "data" / "danish" / "dk_reform_2007_old_to_new.csv"):
        before[row["new_code"]].append(row)
    for entry in DENMARK.select("municipality", on="2007-01-01"):
        code = entry.id[1:]
        old = before[code]
        unchanged = len(old) == 1 and old[0]["old_code"] == code and old[0]["partial"] == "false"
        began = "2007-01-01" if all(row["old_valid_to"] == "2007-01-01" for row in old) else None
        if code == "400":  # itself one of the old units, from 2003 to 2006
            began = min(row["old_valid_to"] for row in old)
        elif began is None:
            began = max(row["old_valid_to"] for row in old)
        assert entry.valid_from == (None if unchanged else dt.date.fromisoformat(began)), entry.id
    assert Counter(str(entry.valid_from) for entry in DENMARK.select("municipality", on="2007-01-01")) == {
        "2007-01-01": 65,
        "None": 31,
        "2003-01-01": 1,
        "2006-01-01": 1,
    }


@pytest.mark.parametrize(
    ("day", "regions"),
    [
        ("2007-01-01", PER_REGION),
        ("2026-12-31", PER_REGION),
        ("2027-01-01", {"1081": 11, "1082": 19, "1083": 22, EAST: 46}),
    ],
)
def test_regions_hold_as_many_municipalities_as_the_law_says(day: str, regions: dict[str, int]) -> None:
    """29 + 17 + 22 + 19 + 11 until the last day of 2026, 46 + 22 + 19 + 11 from the first of 2027."""
    alive = DENMARK.select("region", on=day)
    assert {entry.id: len(DENMARK.children(entry.id, on=day)) for entry in alive} == regions
    assert len(DENMARK.descendants("DK", kind="municipality", on=day)) == sum(regions.values())


def test_the_46_that_move_are_those_of_the_two_old_regions() -> None:
    """Nobody else moves on 2027-01-01."""
    old = {entry.id for code in ("1084", "1085") for entry in DENMARK.children(code, on="2026-12-31")}
    assert {entry.id for entry in DENMARK.children(EAST, on="2027-01-01")} == old
    assert [DENMARK.parent("0101", day).id for day in ("2026-12-31", "2027-01-01")] == ["1084", EAST]  # type: ignore[union-attr]
    assert DENMARK.parent("0751", "2026-12-31") is DENMARK.parent("0751", "2027-01-01") is DENMARK["1082"]


def test_municipality_groups_part_the_98() -> None:
    """Five groups of 24, 3, 16, 24 and 31; each municipality in one."""
    assert {code: len(group.members) for code, group in DENMARK.groups.items()} == PER_GROUP
    members = [code for group in DENMARK.groups.values() for code in group.members]
    assert sorted(members) == [entry.id for entry in DENMARK.select("municipality", on="2018-01-01")]
    assert DENMARK.group("dst-2018-2").members == ("0461", "0751", "0851")


def test_the_id_of_region_oestdanmark_says_that_it_is_provisional() -> None:
    """Whoever reads the entry sees that the id and the English name are ours."""
    region = DENMARK[EAST]
    assert region.proposed == ("id", "name.en")
    assert region.description is not None
    assert "Foreløbig" in region.description.get("da")
    assert region.identifiers == ()


def test_three_digit_codes_are_read_by_their_scheme() -> None:
    """084 is a region in one scheme and nothing in the other; 000 is the country in both."""
    assert DENMARK.convert_codes(["084", "101", "000"], "region3") == ("1084", None, "DK")
    assert DENMARK.convert_codes(["084", "101", "000"], "municipality3") == (None, "0101", "DK")
    numbers = {"municipality3", "municipality4", "region3", "region4", "dst_area"}
    assert DENMARK.schemes == numbers | {"name_da", "name_en"}


def test_every_name_is_danish_and_the_country_and_regions_are_english_too() -> None:
    """The names people see."""
    assert all("da" in entry.name.languages for entry in DENMARK)
    assert all("en" in entry.name.languages for entry in DENMARK.select("region"))
    assert (DENMARK["DK"].text("en"), DENMARK["0101"].text("en")) == ("Denmark", "Copenhagen")


def test_denmark_is_read_once_and_is_the_same_each_time() -> None:
    """Two calls give equal registers with the very same institutions."""
    again = Register.denmark()
    assert again == DENMARK
    assert again["0751"] is DENMARK["0751"]
    assert repr(DENMARK) == "Register(342 municipality, 14 county, 6 region, 1 country, 1 other)"
