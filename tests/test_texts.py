"""The table of texts: complete in both languages, and every code that is used has its words."""

from __future__ import annotations

import ast
import re
import string
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import maalbib
from maalbib import errors, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(maalbib.__file__).parent
FILES = sorted((PACKAGE / "texts").glob("*.toml"))
TABLE = {code: entry for file in FILES for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items()}
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+")  # the last part may be a code such as SY
ERRORS = {name for name in errors.__all__ if name.endswith("Error")}
FILE_ENDINGS = {"csv", "toml", "json", "py", "md", "parquet", "html", "css", "txt", "special", "optimize", "stats"}


class Use(NamedTuple):
    """A place in the source that names a code; ``fields`` is None where they cannot be read."""

    place: str
    code: str
    fields: frozenset[str] | None


def literals(node: ast.expr) -> list[str]:
    """The texts that an expression may be, both arms of a condition included."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def keywords(call: ast.Call, *ignored: str) -> frozenset[str] | None:
    """The names of keyword arguments, None where there is a ``**``."""
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(names) - set(ignored)


def details(call: ast.Call) -> frozenset[str] | None:
    """The keys of a literal ``details={...}``; none at all where there is no such argument."""
    for keyword in call.keywords:
        if keyword.arg == "details":
            if not isinstance(keyword.value, ast.Dict):
                return None
            keys = [literals(key) for key in keyword.value.keys if key is not None]
            whole = len(keys) == len(keyword.value.keys) and all(keys)
            return frozenset(key[0] for key in keys) if whole else None
    return None if keywords(call) is None else frozenset()


def uses_in(call: ast.Call, place: str) -> Iterator[Use]:
    """Codes that a call names: errors, problems and sentences."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = literals(call.args[0]) if call.args else []
    if name in ERRORS:
        yield from (Use(place, code, keywords(call)) for code in first)
    elif name in {"Problem", "ProblemBlock"}:
        given = details(call)
        for keyword in call.keywords:
            if keyword.arg == "code":
                yield from (
                    Use(place, code, None if given is None else given | {"column"})
                    for code in literals(keyword.value)
                )
    elif ast.unparse(call.func) in {"texts.sentence", "texts.hint"}:
        yield from (Use(place, code, keywords(call)) for code in first)
    elif name == "phrase" and len(call.args) > 1:
        yield from (Use(place, f"{group}.{word}", None) for group in first for word in literals(call.args[1]))


def calls() -> list[tuple[ast.Call, str]]:
    """Every call in the package with its place."""
    return [
        (node, f"{file.relative_to(PACKAGE)}:{node.lineno}")
        for file in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


def uses() -> list[Use]:
    """Every code that the package names in a call that can be read."""
    return [use for call, place in calls() for use in uses_in(call, place)]


def placeholders(template: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def needed(code: str) -> set[str]:
    """Every name that the sentence and the advice of a code fill in."""
    return set().union(*map(placeholders, TABLE[code].values()))


def test_no_code_stands_in_two_files() -> None:
    """A code has its words in one place."""
    count = Counter(code for file in FILES for code in tomllib.loads(file.read_text(encoding="utf-8")))
    twice = [code for code, times in count.items() if times > 1]
    assert twice == []


def test_codes_are_the_keys_of_the_files() -> None:
    """What the package offers is what the files hold."""
    assert texts.codes() == set(TABLE)


@pytest.mark.parametrize("code", sorted(TABLE))
def test_entry_is_whole(code: str) -> None:
    """Danish and English, advice in both or none, the same placeholders, and clean text."""
    entry = TABLE[code]
    assert CODE.fullmatch(code) or code.islower()
    assert set(entry) in ({"da", "en"}, {"da", "en", "hint_da", "hint_en"})
    assert placeholders(entry["da"]) == placeholders(entry["en"])
    assert placeholders(entry.get("hint_da", "")) == placeholders(entry.get("hint_en", ""))
    for text in entry.values():
        assert text
        assert text == text.strip(" \t\n") == unicodedata.normalize("NFC", text)
        assert all(name.isidentifier() for name in placeholders(text))


def test_every_code_in_the_source_has_words() -> None:
    """An error, problem or sentence never fails for want of its text."""
    lacking = [f"{use.place}: {use.code}" for use in uses() if use.code not in TABLE]
    assert not lacking, "\n".join(lacking)


def test_every_placeholder_is_given_where_a_code_is_used() -> None:
    """No text is left without what it fills in; the column of a problem is its own field."""
    lacking = [
        f"{use.place}: {use.code} needs {sorted(missing)}"
        for use in uses()
        if use.code in TABLE and use.fields is not None and (missing := needed(use.code) - use.fields)
    ]
    assert not lacking, "\n".join(lacking)


def test_no_problem_repeats_its_column_in_the_details() -> None:
    """``column`` is a field of a problem; twice would be an error when its text is asked for."""
    twice = [
        place
        for call, place in calls()
        if getattr(call.func, "id", getattr(call.func, "attr", "")) in {"Problem", "ProblemBlock"}
        and "column" in (details(call) or ())
    ]
    assert twice == []


def whole_texts(file: Path) -> set[str]:
    """Every literal text of a file that is not a piece of a formatted one."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    pieces = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    return {
        text for node in nodes if isinstance(node, ast.Constant) and id(node) not in pieces for text in literals(node)
    }


def test_what_looks_like_a_code_is_one() -> None:
    """A text in the source that starts like a code of the table is a code of the table."""
    groups = {code.split(".")[0] for code in TABLE}
    unknown = [
        f"{file.relative_to(PACKAGE)}: {text}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for text in sorted(whole_texts(file))
        if CODE.fullmatch(text) and text.split(".")[0] in groups and text.split(".")[-1] not in FILE_ENDINGS
        if text not in TABLE and not text.endswith("_")
    ]
    assert not unknown, "\n".join(unknown)


def test_danish_is_written_with_danish_letters() -> None:
    """No Danish text spells æ, ø and å as ae, oe and aa."""
    spelled = re.compile(
        r"\b(vaerdi|foer|foerste|maal(et|ing|inger)?|aar|paa|naar|oe|ogsaa|staar|kraever|raekke|soejle)\b",
        re.IGNORECASE,
    )
    found = [code for code, entry in TABLE.items() if spelled.search(entry["da"] + " " + entry.get("hint_da", ""))]
    assert found == []


def test_a_language_must_be_known() -> None:
    """Danish and English; anything else is told so."""
    with pytest.raises(ValueError, match="language"):
        texts.sentence("file.empty", "sv")


def test_numbers_in_lists_are_written_in_the_language() -> None:
    """A list of numbers reads as one in both languages."""
    assert texts.sentence("argument.choice", "da", argument="alpha", allowed=[0.5, 1.5]).endswith("0,5, 1,5.")
    assert texts.sentence("argument.choice", "en", argument="alpha", allowed=[0.5, 1.5]).endswith("0.5, 1.5.")


def test_the_nearest_known_word_ignores_case() -> None:
    """A suggestion is one of the options, as it is written there."""
    assert texts.closest("AARHUS", ["Aarhus", "Odense"]) == "Aarhus"
    assert texts.closest("", ["Aarhus"]) is None
    assert texts.closest("Aarhus", []) is None
