"""The page of states and reasons says what the texts say: every code of progress, and no other.

Where a sentence is changed, the test prints the table as it should stand.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import maalbib
from maalbib import texts

PAGE = Path(__file__).parents[1] / "docs" / "concepts" / "states-and-reasons.md"
TEXTS = Path(maalbib.__file__).parent / "texts"
STATES = ("met", "on_track", "off_track", "unchanged", "moving_away", "not_met", "not_measurable")
OTHERS = {"flag.approximate_p"}  # of the shared flags, the one that is not about progress
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the pages are not here")


def entries(*names: str) -> dict[str, dict[str, str]]:
    """Return the texts of files, in their order."""
    return {
        code: entry
        for name in names
        for code, entry in tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8")).items()
        if isinstance(entry, dict) and code not in OTHERS
    }


def table(head: str, codes: dict[str, dict[str, str]]) -> str:
    """Return a table of codes with what is said of each."""
    lines = [f"| {head} | in English | in Danish |", "|---|---|---|"]
    return "\n".join(
        lines + [f"| `{code.removeprefix('flag.')}` | {entry['en']} | {entry['da']} |" for code, entry in codes.items()]
    )


def test_every_reason_stands_on_the_page() -> None:
    """By state, as the sentences of tracking and of published methods have them."""
    said = entries("progress", "target_series", "published")
    found = {code: said[code] for state in STATES for code in said if code.partition(".")[0] == state}
    assert len({code.partition(".")[0] for code in found}) == len(STATES)
    wanted = table("state and reason", found)
    assert wanted in PAGE.read_text(encoding="utf-8"), wanted


def test_every_flag_of_progress_stands_on_the_page() -> None:
    """Those of tracking alone, of derived series, of published methods, and those that it shares."""
    said = entries("progress", "target_series", "published", "analysis")
    wanted = table("flag", {code: entry for code, entry in said.items() if code.startswith("flag.")})
    assert wanted in PAGE.read_text(encoding="utf-8"), wanted


def test_every_state_has_its_danish_word_on_the_page() -> None:
    """As results print it."""
    page = PAGE.read_text(encoding="utf-8")
    for state in STATES:
        assert f"| `{state}` | {texts.phrase('state', state, 'da')} |" in page
