"""Denmark as the register knows it, from the tables in the folder ``data``."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

from maalbib.model import (
    Identifier,
    Institution,
    InstitutionChange,
    InstitutionName,
    Membership,
    PeerGroup,
    Text,
)
from maalbib.register._gathering import Became, gathered
from maalbib.register._parts import Parts

__all__ = ["CHRISTIANSOE", "COUNTRY", "denmark", "municipality_codes", "region_codes"]

COUNTRY: Final = "DK"
CHRISTIANSOE: Final = "0411"
_REGIONS_SINCE: Final = "2007-01-01"
_REGIONS_CHANGE: Final = "2027-01-01"
_OFFICIAL_REGION: Final = "108"  # how the codes of the address register begin; the provisional id does not
_BASES: Final = ("area", "register_rule")
_DST: Final = "Danmarks Statistik: kommuner og regioner"
_ACT_OF_2027: Final = "Lov nr. 699 af 20. juni 2025, § 126"
_LAST_REFORM: Final = 2007
_AREA_SCHEME: Final = (
    "dst_area"  # the column OMRÅDE of Statistics Denmark: country, regions and municipalities in one
)

_Row: TypeAlias = dict[str, str]


@cache
def denmark() -> Parts:
    """Return country, counties, regions, municipalities, who belongs where, what became of whom, and the groups."""
    municipalities, before, regions = (
        _table(name) for name in ("municipalities", "municipalities_before_2007", "regions")
    )
    counties, names = _table("counties"), _names()
    return Parts.of(
        [
            _country(),
            _christiansoe(),
            *map(_county, counties),
            *map(_region, regions),
            *(_municipality(row, names.get(row["id"], [])) for row in municipalities),
            *(_municipality(row, []) for row in before),
        ],
        [
            *(Membership(institution=row["id"], parent=COUNTRY, valid_from=row["valid_from"]) for row in regions),
            *(_until_2007(row["id"], COUNTRY) for row in counties),
            *(membership for row in municipalities for membership in _memberships(row)),
            *(_until_2007(row["id"], row["county"]) for row in before),
        ],
        _groups(municipalities),
        _changes(),
    )


@cache
def municipality_codes() -> frozenset[str]:
    """Return the codes that a column of today's municipalities may hold: the 98 and Christiansø."""
    return frozenset({CHRISTIANSOE, *(row["id"] for row in _table("municipalities"))})


@cache
def region_codes() -> frozenset[str]:
    """Return the official codes of regions."""
    return frozenset(row["id"] for row in _table("regions") if row["id"].startswith(_OFFICIAL_REGION))


@cache
def _table(name: str) -> list[_Row]:
    text = (files("maalbib.register") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _names() -> dict[str, list[_Row]]:
    """Return by municipality the names that it had before, and other spellings."""
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in _table("names"):
        found[row["id"]].append(row)
    return found


def _changes() -> Iterator[InstitutionChange]:
    """Yield the reforms of 2003, 2006, 2007 and 2027."""
    links = (
        Became(
            date=dt.date.fromisoformat(row["date"]),
            source=row["from"] or None,
            target=row["to"] or None,
            weights={basis: float(row[f"weight.{basis}"]) for basis in _BASES if row[f"weight.{basis}"]},
        )
        for row in _table("changes")
    )
    for fields, _ in gathered(links):
        yield InstitutionChange(**fields, source=_ACT_OF_2027 if fields["date"].year > _LAST_REFORM else _DST)


def _name(row: _Row) -> Text:
    return Text(da=row["name_da"], en=row.get("name_en") or None)


def _country() -> Institution:
    numbers = tuple(Identifier(scheme=scheme, value="000") for scheme in ("municipality3", "region3", _AREA_SCHEME))
    return Institution(id=COUNTRY, name=Text(da="Danmark", en="Denmark"), kind="country", identifiers=numbers)


def _christiansoe() -> Institution:
    return Institution(
        id=CHRISTIANSOE,
        name=Text(da="Christiansø"),
        kind="other",
        identifiers=_municipality_numbers(CHRISTIANSOE),
        description=Text(
            da="Ligger uden for inddelingen i kommuner og regioner og tæller ikke med blandt de 98.",
            en="Outside the division into municipalities and regions, and not one of the 98.",
        ),
    )


def _county(row: _Row) -> Institution:
    return Institution(
        id=row["id"],
        name=_name(row),
        kind="county",
        valid_to=row["valid_to"],
        proposed=("id",),
        description=_NO_COUNTY_CODE,
    )


def _region(row: _Row) -> Institution:
    code = row["id"]
    official = code in region_codes()
    return Institution(
        id=code,
        name=_name(row),
        kind="region",
        identifiers=_region_numbers(code) if official else (),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"] or None,
        proposed=() if official else ("id", "name.en"),
        description=None if official else _PROVISIONAL,
    )


def _region_numbers(code: str) -> tuple[Identifier, ...]:
    short = "0" + code[2:]
    return (
        Identifier(scheme="region3", value=short),
        Identifier(scheme="region4", value=code),
        Identifier(scheme=_AREA_SCHEME, value=short),
    )


_PROVISIONAL: Final = Text(
    da="Foreløbig kode: regionens officielle kode var ikke offentliggjort, da registret blev lavet.",
    en="Provisional id: no official code of the region was published when the register was made.",
)


_NO_COUNTY_CODE: Final = Text(
    da="Foreløbig kode: amternes officielle koder er ikke med i registret.",
    en="Provisional id: the official codes of the counties are not in the register.",
)


def _municipality(row: _Row, names: list[_Row]) -> Institution:
    return Institution(
        id=row["id"],
        name=_name(row),
        kind="municipality",
        identifiers=_municipality_numbers(row["id"]),
        valid_from=row.get("valid_from") or None,
        valid_to=row.get("valid_to") or None,
        aliases=tuple(name["name_da"] for name in names if not name["valid_to"]),
        names=tuple(
            InstitutionName(text=_name(name), valid_from=name["valid_from"], valid_to=name["valid_to"])
            for name in names
            if name["valid_to"]
        ),
    )


def _municipality_numbers(code: str) -> tuple[Identifier, ...]:
    return (
        Identifier(scheme="municipality3", value=code[1:]),
        Identifier(scheme="municipality4", value=code),
        Identifier(scheme=_AREA_SCHEME, value=code[1:]),
    )


def _until_2007(code: str, above: str) -> Membership:
    return Membership(institution=code, parent=above, valid_to=_REGIONS_SINCE)


def _memberships(row: _Row) -> Iterator[Membership]:
    code, before, after = row["id"], row["region"], row["region_from_2027"]
    if row["valid_from"] != _REGIONS_SINCE:
        yield _until_2007(code, row["county_until_2006"] or COUNTRY)
    if before == after:
        yield Membership(institution=code, parent=before, valid_from=_REGIONS_SINCE)
    else:
        yield Membership(institution=code, parent=before, valid_from=_REGIONS_SINCE, valid_to=_REGIONS_CHANGE)
        yield Membership(institution=code, parent=after, valid_from=_REGIONS_CHANGE)


def _groups(municipalities: list[_Row]) -> Iterator[PeerGroup]:
    members: dict[str, list[str]] = defaultdict(list)
    for row in municipalities:
        members[row["group"]].append(row["id"])
    note = Text(
        da="Danmarks Statistiks kommunegrupper fra 2018, efter adgang til arbejdspladser og størrelsen af den største by.",
        en="Statistics Denmark's municipality groups of 2018, by access to jobs and size of the largest town.",
    )
    for row in _table("groups"):
        yield PeerGroup(id=row["id"], name=_name(row), members=tuple(members[row["id"]]), note=note)
