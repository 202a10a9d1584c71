"""The sentences of the verdicts: each can be said, none claims a cause, and none takes silence for no change."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import maalbib
import maalbib as mb
from maalbib import texts

TEXTS = Path(maalbib.__file__).parent / "texts"
FILES = {"progress": "tracking", "trend": "trends", "standing": "comparison", "association": "association"}
Made = Callable[..., tuple[mb.Measurements, mb.Catalogue]]


def entries(name: str) -> dict[str, dict[str, str]]:
    """Return the texts of one file."""
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


TABLE = {code: entry for file in sorted(TEXTS.glob("*.toml")) for code, entry in entries(file.stem).items()}
VERDICTS = [(name, code) for name in FILES for code in entries(name) if not code.startswith("flag.")]
FLAGS = [
    (name, code.removeprefix("flag."))
    for name in FILES
    for code in (*entries(name), *entries("analysis"))
    if code.startswith("flag.")
]


@pytest.fixture(scope="module")
def rows() -> dict[str, Any]:
    """Return one real row of each kind, with all its figures."""
    catalogue = mb.Catalogue.load("danmark")
    reading, satisfaction, expenditure = (
        mb.Measurements.example(name) for name in ("reading", "satisfaction-2006", "expenditure-2006")
    )
    compared = mb.compare_peers(satisfaction, period="2005", over="area", mean="unweighted", catalogue=catalogue)
    return {
        "progress": mb.track(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")[1],
        "trend": mb.detect_trends(reading, catalogue=catalogue)[1],
        "standing": compared[0],
        "association": mb.associate(expenditure, "expenditure_class", "user_positive_share", catalogue=catalogue)[0],
    }


def whole(sentence: str) -> None:
    """Check that a sentence is filled in and reads as one."""
    assert "{" not in sentence
    assert "}" not in sentence
    assert "None" not in sentence
    assert "nan" not in sentence.lower().split()
    assert "  " not in sentence
    assert sentence.endswith((".", "%"))


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(("name", "code"), VERDICTS)
def test_every_verdict_can_be_said(name: str, code: str, lang: str, rows: dict[str, Any]) -> None:
    """A row with the state and reason is written out, also where its figures are missing."""
    state, _, reason = code.partition(".")
    row: Any = attrs.evolve(rows[name], state=state, reason=reason)
    whole(row.explain(lang))
    blank = {
        field: None
        for field, hint in attrs.fields_dict(type(row)).items()
        if str(hint.type).endswith("| None") and field != "period"
    }
    whole(attrs.evolve(row, **blank).explain(lang))


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(("name", "flag"), FLAGS)
def test_every_flag_can_be_said(name: str, flag: str, lang: str, rows: dict[str, Any]) -> None:
    """A row with the flag has one sentence more, unless the flag is about columns nobody asked for or is told with its rank."""
    plain: Any = attrs.evolve(rows[name], flags=())
    said = attrs.evolve(plain, flags=(flag,)).explain(lang)
    whole(said)
    assert said.startswith(plain.explain(lang))
    assert (said == plain.explain(lang)) == (flag in {"ranks_not_asked", "ranked_among_own_peers"})


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(("name", "code"), VERDICTS)
def test_state_has_a_word_and_a_mark(name: str, code: str, lang: str) -> None:
    """Every state of the table has a short word and a mark beside its colour."""
    from maalbib.analysis import COLOURS, MARKS

    state = code.partition(".")[0]
    assert texts.phrase("state", state, lang)
    assert MARKS[state]
    assert re.fullmatch("#[0-9A-Fa-f]{6}", COLOURS[state])
    assert name in FILES


EXPECTED: dict[str, tuple[list[float], dict[str, str]]] = {
    "met.standing": ([70.0, 75.0, 82.0], {}),
    "not_met.standing_improving": ([60.0, 65.0, 70.0], {}),
    "not_met.standing_unchanged": ([70.0, 70.0, 70.0], {}),
    "not_met.standing_worsening": ([70.0, 65.0, 60.0], {}),
    "not_met.standing_trend_unknown": ([70.0], {}),
    "met.at_due": ([70.0, 75.0, 82.0], {"due": "2022"}),
    "not_met.due_passed": ([70.0, 72.0, 75.0], {"due": "2022"}),
    "met.reached_early": ([70.0, 75.0, 82.0], {"due": "2026"}),
    "on_track.projection_meets": ([60.0, 65.0, 70.0], {"due": "2026"}),
    "off_track.projection_misses": ([60.0, 61.0, 62.0], {"due": "2026"}),
    "moving_away.pace_negative": ([70.0, 65.0, 60.0], {"due": "2026"}),
    "not_measurable.due_value_missing": ([60.0, 65.0, 70.0], {"due": "2019"}),
}


@pytest.mark.parametrize("code", EXPECTED)
def test_verdicts_of_real_series(code: str, made: Made) -> None:
    """Three years of a figure that should be at least 80, with and without a deadline."""
    values, options = EXPECTED[code]
    due = options.get("due")
    baseline = mb.Baseline(period="2020", value=values[0]) if due == "2026" else None
    target = mb.AtLeast(id="T", indicator="I", value=80, due=due, baseline=baseline)
    points = [(2020 + place, value) for place, value in enumerate(values)]
    ms, catalogue = made({"0101": points}, targets=[target])
    row = mb.track(ms, catalogue, as_of="2023-06-30")[0]
    assert f"{row.state}.{row.reason}" == code
    for lang in ("da", "en"):
        whole(row.explain(lang))


@pytest.mark.parametrize(
    ("values", "direction", "code"),
    [
        ([1, 2, 3, 4, 5], "higher", "improving.found"),
        ([1, 2, 3, 4, 5], "lower", "declining.found"),
        ([1, 2, 3, 4, 5], "context", "rising.found"),
        ([5, 4, 3, 2, 1], "context", "falling.found"),
        ([3, 1, 4, 2, 5], "higher", "no_detectable_change.not_significant"),
        ([3, 3, 3, 3, 3], "higher", "no_detectable_change.constant"),
        ([1, 2, 3], "higher", "not_judged.too_few_points"),
        ([1, 1, 1, 1, 2], "higher", "not_judged.too_many_ties"),
    ],
)
def test_trends_of_real_series(values: list[int], direction: str, code: str, made: Made) -> None:
    """Short series of each outcome, said in both languages."""
    points = [(2018 + place, float(value)) for place, value in enumerate(values)]
    ms, catalogue = made({"0101": points}, direction=direction)
    row = mb.detect_trends(ms, catalogue=catalogue)[0]
    assert f"{row.state}.{row.reason}" == code
    for lang in ("da", "en"):
        whole(row.explain(lang))


CAUSES = {
    "da": r"effekt|skyldes|på grund af|fører til|medfører|forårsage|virkning",
    "en": r"because of|\bcause[sd]?\b|\bdue to\b|leads? to|\beffects?\b|results? in",
}
DENIALS = (
    "siger intet om årsag",
    "intet er sagt om årsag",
    "says nothing about causes",
    "nothing is said about causes",
)


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("code", sorted(TABLE))
def test_no_text_claims_a_cause(code: str, lang: str) -> None:
    """No sentence or advice says that one thing makes another, except to deny that anything is said of it."""
    text = " ".join((TABLE[code][lang], TABLE[code].get(f"hint_{lang}", "")))
    for denial in DENIALS:
        text = text.replace(denial, "")
    found = re.search(CAUSES[lang], text, re.IGNORECASE)
    assert found is None, f"{code}: {text}"


@pytest.mark.parametrize("code", [code for code in entries("association") if not code.startswith(("flag.", "not_"))])
def test_every_association_denies_a_cause(code: str) -> None:
    """Wherever a correlation is given, the sentence says that it tells nothing about causes."""
    entry = entries("association")[code]
    assert any(denial in entry["da"] for denial in DENIALS)
    assert any(denial in entry["en"] for denial in DENIALS)


UNJUDGED = [code for _, code in VERDICTS if code.startswith(("not_judged.", "not_measurable.", "not_compared."))]


@pytest.mark.parametrize("code", UNJUDGED)
def test_not_judged_never_reads_as_no_change(code: str) -> None:
    """What could not be judged is not said to be unchanged or without difference."""
    danish = re.compile(
        r"ingen (væsentlig )?(ændring|udvikling|forskel|sammenhæng)|uændret|samme niveau", re.IGNORECASE
    )
    english = re.compile(
        r"no (material )?(change|trend|difference|association)\b|unchanged|same level", re.IGNORECASE
    )
    assert not danish.search(TABLE[code]["da"])
    assert not english.search(TABLE[code]["en"])


def test_words_of_unjudged_states_do_not_either() -> None:
    """Nor do the short words of tables."""
    for state in ("not_judged", "not_measurable", "not_compared"):
        assert "ændr" not in texts.phrase("state", state, "da")
        assert "chang" not in texts.phrase("state", state, "en")


def test_not_shown_is_not_the_same_as_no_change() -> None:
    """Where a test found nothing, the sentence itself says that this is no proof of no change."""
    for code in ("not_significant", "not_significant_no_interval"):
        entry = TABLE[f"no_detectable_change.{code}"]
        assert "ikke det samme som ingen udvikling" in entry["da"]
        assert "not the same as no change" in entry["en"]
