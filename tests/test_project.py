"""The files around the package: they say the same, and what they promise is there."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TEST_LINE = 'python3 -m venv .venv && .venv/bin/pip install "nox[uv]" && .venv/bin/nox -s tests'
RUN_LINE = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/python -m maalbib"
ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"


def lines(name: str) -> list[str]:
    """The lines of a file of the project; skips where only part of it was unpacked."""
    file = ROOT / name
    if not file.is_file():
        pytest.skip(f"{name} is not here")
    return file.read_text(encoding="utf-8").splitlines()


def test_the_readme_has_both_lines() -> None:
    """A stranger starts with either line as it stands."""
    assert {TEST_LINE, RUN_LINE} <= set(lines("README.md"))


def test_what_is_checked_is_what_the_readme_says() -> None:
    """The same line is run before a change is taken in."""
    assert TEST_LINE in lines(".ci/run")


def test_dependencies_have_floors_and_no_caps() -> None:
    """An upper cap would silently bring old releases; a missing floor would be untested."""
    for dependency in PROJECT["project"]["dependencies"]:
        assert re.fullmatch(r"[a-z]+>=\d+(\.\d+)*", dependency)


def test_fragments_have_a_known_type() -> None:
    """A fragment of an unknown type would be left out without a word."""
    known = {kind["directory"] for kind in PROJECT["tool"]["towncrier"]["type"]}
    fragments = [file.name for file in (ROOT / "changelog.d").glob("*") if file.name not in {"README.md", ".gitkeep"}]
    assert all(re.fullmatch(r"\+[a-z0-9-]+\.([a-z]+)\.md", name) for name in fragments)
    assert {name.split(".")[1] for name in fragments} <= known


def test_the_rooms_of_the_import_contract_are_those_of_the_package() -> None:
    """A room that the contract forgets is not held to it."""
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    listed = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    package = ROOT / "src" / "maalbib"
    rooms = {path.parent.name for path in package.glob("*/__init__.py")} | {
        path.stem for path in package.glob("*.py")
    }
    assert rooms - {"__init__"} <= listed


def danish(text: str) -> list[list[int]]:
    """A key that sorts words as a Danish dictionary does, æ, ø and å last."""
    words = "".join(letter if letter in ALPHABET else " " for letter in text.lower()).split()
    return [[ALPHABET.index(letter) for letter in word] for word in words]


def test_the_glossary_is_whole_and_in_danish_order() -> None:
    """Every Danish term stands once, with an English one."""
    rows = list(csv.DictReader(lines("docs/data/glossary.csv")))
    terms = [row["Dansk"] for row in rows]
    assert len(terms) == len(set(terms)) > 100
    assert terms == sorted(terms, key=danish)
    assert all(row["English"] for row in rows)


def test_the_licence_and_its_year() -> None:
    """One licence speaks for all files."""
    assert lines("LICENSE")[:3] == ["MIT License", "", "Copyright (c) 2026 The maalbib authors"]
