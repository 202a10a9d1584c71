"""The page of states and reasons says what the texts say: every code of progress, and no other.

Where a sentence was changed, ``python tests/test_states_page.py`` writes the two tables anew.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import maalbib
from maalbib import texts

PAGE = Path(__file__).parents[1] / "docs" / "concepts" / "states-and-reasons.md"
TEXTS = Path(maalbib.__file__).parent / "texts"
STATES = ("met", "on_track", "off_track", "unchanged", "moving_away", "not_met", "not_measurable")
REASONS, FLAGS = "state and reason", "flag"
OTHERS = {"flag.approximate_p"}  # of the shared flags, the one that is not about progress
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the pages are not here")


def entries(*names: str) -> dict[str, dict[str, str]]:
    """Return the texts of files, in their order."""
    return {
        code: entry
        for name in names
        for code, entry in tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8")).items()
        if code not in OTHERS
    }


def wanted() -> dict[str, str]:
    """Return the two tables as they should stand, by the head of their first column."""
    own = entries("progress", "target_series", "published")
    reasons = {code: own[code] for state in STATES for code in own if code.partition(".")[0] == state}
    flags = {code: entry for code, entry in (own | entries("analysis")).items() if code.startswith("flag.")}
    return {REASONS: table(REASONS, reasons), FLAGS: table(FLAGS, flags)}


def table(head: str, codes: dict[str, dict[str, str]]) -> str:
    """Return a table of codes with what is said of each."""
    lines = [f"| {head} | in English | in Danish |", "|---|---|---|"]
    lines += [f"| `{code.removeprefix('flag.')}` | {entry['en']} | {entry['da']} |" for code, entry in codes.items()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("head", [REASONS, FLAGS])
def test_every_code_stands_on_the_page(head: str) -> None:
    """What tracking, derived series and published methods can answer, and what they can remark."""
    page, should = PAGE.read_text(encoding="utf-8"), wanted()[head]
    assert page.count(f"| {head} | in English |") == 1
    assert should in page, "run python tests/test_states_page.py"


def test_every_state_has_its_danish_word_on_the_page() -> None:
    """As results print it."""
    page = PAGE.read_text(encoding="utf-8")
    for state in STATES:
        assert f"| `{state}` | {texts.phrase('state', state, 'da')} |" in page


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    for column, rows in wanted().items():
        [old] = re.findall(rf"\| {column} \| in English \|.*\n(?:.+\n)+", page)
        page = page.replace(old, rows)
    PAGE.write_text(page, encoding="utf-8")
