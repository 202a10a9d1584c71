"""The published cases: each file gives exactly its faults, at their places."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from maalbib import Catalogue, CatalogueError
from maalbib.catalogue._faults import path_text

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    "cycle.toml",
    "duplicate_key_json.json",
    "good.toml",
    "person_number.toml",
    "syntax.toml",
    "types.toml",
    "types_json.json",
)


def faults(path: Path) -> list[tuple[str, str, int | None, object]]:
    """Load a file and return what is wrong with it."""
    try:
        Catalogue.load(path)
    except CatalogueError as error:
        return [(each.code, each.path, each.line, each.details["char"]) for each in error.problems]
    return []


@pytest.mark.parametrize("name", NAMES)
def test_exactly_the_expected_faults(oracles: Path, name: str) -> None:
    """Code, path, line and column of every fault, in the order of the file."""
    folder = oracles / "interchange" / "own" / "catalogue"
    expected = json.loads((folder / f"{name.partition('.')[0]}.expected.json").read_text(encoding="utf-8"))["issues"]
    wanted = [(each["code"], path_text(each["path"]), each["line"], each["column"]) for each in expected]
    assert faults(folder / name) == wanted


def test_no_case_is_left_out(oracles: Path) -> None:
    """Every case of the folder is tested."""
    folder = oracles / "interchange" / "own" / "catalogue"
    assert {each.name for each in folder.iterdir() if not each.name.endswith(".expected.json")} == set(NAMES)
