"""What a field must be is said in the reader's language."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import maalbib
from maalbib import DefinitionError, Indicator, Text, texts

SOURCE = Path(maalbib.__file__).parent


def _expected() -> set[str]:
    """The words that the rules of definitions and catalogues use, as far as they stand in the source."""
    found: set[str] = set()
    for file in [*(SOURCE / "model").glob("*.py"), *(SOURCE / "catalogue").glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "IsA":
                found.add(ast.literal_eval(node.args[1]))
            is_type = isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"FieldError", "DefinitionError"}
            if is_type and node.args and getattr(node.args[0], "value", "") == "type":
                found |= {word.value.value for word in node.keywords if isinstance(word.value, ast.Constant)} - {
                    "Text"
                }
    return found


@pytest.mark.parametrize("words", sorted(_expected()))
def test_words_have_a_danish_form(words: str) -> None:
    """Every rule's words stand in the table."""
    assert f"expected.{words.lower()}" in texts.codes()


def test_a_wrong_type_is_told_in_danish() -> None:
    """The Danish sentence has no English words in it."""
    with pytest.raises(DefinitionError) as caught:
        Indicator(id="I", name=Text(da="Tallet"), unit="days", direction="lower", decimals="1")  # type: ignore[arg-type]
    assert caught.value.text("da") == "Indicator.decimals har en forkert type; der skal stå et helt tal."
    assert caught.value.text("en") == "Indicator.decimals has the wrong type; it must be a whole number."
