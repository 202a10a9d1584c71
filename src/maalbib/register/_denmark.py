"""Denmark as the register knows it, from the tables in the folder ``data``."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from maalbib.model import Identifier, Institution, Membership, PeerGroup, Text
from maalbib.register._parts import Parts

__all__ = ["CHRISTIANSOE", "COUNTRY", "denmark", "municipality_codes", "region_codes"]

COUNTRY: Final = "DK"
CHRISTIANSOE: Final = "0411"
_REGIONS_SINCE: Final = "2007-01-01"
_REGIONS_CHANGE: Final = "2027-01-01"
_OFFICIAL_REGION: Final = "108"  # how the codes of the address register begin; the provisional id does not


@cache
def denmark() -> Parts:
    """Return country, regions, municipalities, who belongs where, and the municipality groups."""
    municipalities, regions = _table("municipalities"), _table("regions")
    return Parts.of(
        [_country(), _christiansoe(), *map(_region, regions), *map(_municipality, municipalities)],
        [
            *(Membership(institution=row["id"], parent=COUNTRY, valid_from=row["valid_from"]) for row in regions),
            *(membership for row in municipalities for membership in _memberships(row)),
        ],
        _groups(municipalities),
    )


@cache
def municipality_codes() -> frozenset[str]:
    """Return the codes that a column of municipalities may hold: the 98 and Christiansø."""
    return frozenset({CHRISTIANSOE, *(row["id"] for row in _table("municipalities"))})


@cache
def region_codes() -> frozenset[str]:
    """Return the official codes of regions."""
    return frozenset(row["id"] for row in _table("regions") if row["id"].startswith(_OFFICIAL_REGION))


def _table(name: str) -> list[dict[str, str]]:
    text = (files("maalbib.register") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _name(row: dict[str, str]) -> Text:
    return Text(da=row["name_da"], en=row["name_en"] or None)


def _country() -> Institution:
    numbers = (Identifier(scheme="municipality3", value="000"), Identifier(scheme="region3", value="000"))
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


def _region(row: dict[str, str]) -> Institution:
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
    return Identifier(scheme="region3", value="0" + code[2:]), Identifier(scheme="region4", value=code)


_PROVISIONAL: Final = Text(
    da="Foreløbig kode: regionens officielle kode var ikke offentliggjort, da registret blev lavet.",
    en="Provisional id: no official code of the region was published when the register was made.",
)


def _municipality(row: dict[str, str]) -> Institution:
    return Institution(
        id=row["id"],
        name=_name(row),
        kind="municipality",
        identifiers=_municipality_numbers(row["id"]),
        valid_from=row["valid_from"] or None,
    )


def _municipality_numbers(code: str) -> tuple[Identifier, ...]:
    return Identifier(scheme="municipality3", value=code[1:]), Identifier(scheme="municipality4", value=code)


def _memberships(row: dict[str, str]) -> Iterator[Membership]:
    code, before, after = row["id"], row["region"], row["region_from_2027"]
    if before == after:
        yield Membership(institution=code, parent=before, valid_from=_REGIONS_SINCE)
    else:
        yield Membership(institution=code, parent=before, valid_from=_REGIONS_SINCE, valid_to=_REGIONS_CHANGE)
        yield Membership(institution=code, parent=after, valid_from=_REGIONS_CHANGE)


def _groups(municipalities: list[dict[str, str]]) -> Iterator[PeerGroup]:
    members: dict[str, list[str]] = defaultdict(list)
    for row in municipalities:
        members[row["group"]].append(row["id"])
    note = Text(
        da="Danmarks Statistiks kommunegrupper fra 2018, efter adgang til arbejdspladser og størrelsen af den største by.",
        en="Statistics Denmark's municipality groups of 2018, by access to jobs and size of the largest town.",
    )
    for row in _table("groups"):
        yield PeerGroup(id=row["id"], name=_name(row), members=tuple(members[row["id"]]), note=note)
