"""What comparisons say of slips in a call, and in the singular."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import maalbib as mb

CODES = ("0101", "0147", "0151", "0153", "0155", "0157")
YEARS = ("2020", "2021", "2022", "2023", "2024")


def measured(seed: int | None = None) -> mb.Measurements:
    """A result and a resource of six municipalities in five years, sure to 0.4; with a seed the order differs between years."""
    rng = np.random.default_rng(seed)
    rows = [
        (code, who, year, 10.0 + step * place + (0.0 if seed is None else rng.normal(0, 8)))
        for code, step in (("score", 2), ("spent", 3))
        for place, who in enumerate(CODES)
        for year in YEARS
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "institution", "period", "value"])
    known = (("score", "higher", "result"), ("spent", "context", "resource"))
    indicators = [
        mb.Indicator(
            id=code, name=mb.Text(da=code, en=code), unit="score", direction=way, kind=kind, aggregation="mean"
        )
        for code, way, kind in known
    ]
    return mb.Measurements.from_pandas(
        frame.assign(lower=frame["value"] - 0.4, upper=frame["value"] + 0.4),
        catalogue=mb.Catalogue(id="E", agency="KL", version="1.0.0", indicators=indicators),
        register=mb.Register.denmark(),
    )


def models(unit: str) -> mb.RoleModels:
    """Role models of a unit."""
    return mb.role_models(measured(), unit, result="score", resources="spent", peers=None, period="2024")


def frontier() -> mb.Frontier:
    """All six on a frontier."""
    return mb.efficiency(measured(), inputs="spent", outputs="score", period="2024")


MEASURED = ("xx er ikke en indikator, der er målinger af.", "xx is not an indicator that is measured.")
INSTITUTION = (
    "{} er ikke en institution i registret eller målingerne.",
    "{} is not an institution of the register or the measurements.",
)
MEANT = (" Mente du {}?", " Did you mean {}?")
CALLS: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "efficiency": (lambda: mb.efficiency(measured(), inputs="xx", outputs="score", period="2024"), MEASURED),
    "dispersion": (lambda: mb.dispersion(measured(), "xx"), MEASURED),
    "given": (lambda: mb.associate(measured(), "score", "spent", given="xx"), MEASURED),
    "associate": (
        lambda: mb.associate(measured(), "score", "xx"),
        (
            "xx er ikke en indikator eller opdeling i målingerne.",
            "xx is not an indicator or a breakdown of the measurements.",
        ),
    ),
    "composite": (
        lambda: mb.composite(measured(), ["score"], period="2024", weights={"xx": 1}),
        (
            "xx er ikke en indikator eller søjle i det sammensatte indeks.",
            "xx is not an indicator or a pillar of the composite.",
        ),
    ),
    "ladder": (
        lambda: frontier().ladder("9999"),
        ("9999 er ikke en enhed, der er en række for.", "9999 is not a unit with a row."),
    ),
    "role models": (lambda: models("9999"), (INSTITUTION[0].format("9999"), INSTITUTION[1].format("9999"))),
    "by name": (
        lambda: models("københavn"),
        tuple(
            said.format("københavn") + meant.format("0101") for said, meant in zip(INSTITUTION, MEANT, strict=True)
        ),
    ),
    "a unit as group": (
        lambda: mb.compare_cohort(measured(), "0101", period="2024"),
        (
            'Mente du ["0101"]?',
            'Did you mean ["0101"]?',
        ),
    ),
    "no zero": (
        lambda: mb.compare_peers(measured(), ["101", "147"], period="2024"),
        tuple(said.format("101") + meant.format("0101") for said, meant in zip(INSTITUTION, MEANT, strict=True)),
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_an_unknown_code_is_named_with_what_it_should_be(call: str) -> None:
    """In both languages, with the nearest that is known; of codes that lack their zero, the same code with it."""
    asked, said = CALLS[call]
    with pytest.raises(mb.errors.UnknownCodeError) as caught:
        asked()
    for lang, words in zip(("da", "en"), said, strict=True):
        assert caught.value.text(lang).endswith(words)


def test_the_proof_comes_after_the_selection() -> None:
    """Periods of proof before or among those of selection are refused."""
    for select, confirm in ((YEARS[3:], YEARS[:2]), (("2020", "2022"), ("2021", "2023"))):
        with pytest.raises(mb.ArgumentError) as caught:
            mb.best_practice(measured(), "score", n=1, select=select, confirm=confirm)
        assert caught.value.code == "exemplars.backwards"


def test_the_ladder_starts_without_the_unit_itself() -> None:
    """The first rung is the score without the unit, which is none where no frontier is left without it."""
    for row in frontier():
        assert frontier().ladder(row.institution)[0] == (
            None,
            None if row.super_score is None else pytest.approx(row.super_score),
        )


def test_a_unit_is_not_its_own_only_peer() -> None:
    """Published lists hold such units: it has nobody, which is told."""
    own = mb.ListedPeers(id="own", name=mb.Text(da="Egne"), lists={"0147": ["0101"], "0751": ["0751"]})
    sets = mb.peer_sets(own, register=mb.Register.denmark())
    assert (sets.of("0751"), sets.outcome("0751")) == ((), "no_peer")
    assert "Aarhus" in sets.where(unit="0751").explain("da")


@pytest.mark.parametrize(
    ("members", "rest", "code"),
    [
        (CODES, None, "cohort.nobody_else"),
        ((), None, "cohort.nobody_in"),
        (("0751",), None, "cohort.nobody_measured"),
        (("0101",), ("0101",), "cohort.nobody_in_rest"),
    ],
)
def test_it_is_said_which_side_is_empty(members: tuple[str, ...], rest: tuple[str, ...] | None, code: str) -> None:
    """The cohort or the rest, and why."""
    with pytest.raises(mb.ArgumentError) as caught:
        mb.compare_cohort(measured(), members, rest=rest, period="2024")
    assert caught.value.code == code


def test_a_period_without_measurements_is_told() -> None:
    """The units have rows; the summary has one line for the period, however many indicators there are."""
    found = mb.compare_peers(measured(), period=["2024", "2030"])
    assert len(found.where(period="2030")) == 2 * len(CODES)
    assert "Der er ingen målinger for 2030." in found.summary("da").splitlines()
    assert found.summary("en").count("2030") == 1
    assert "ingen målinger" not in mb.compare_peers(measured(), period="2024").summary("da")


def test_one_period_is_said_in_the_singular_and_never_is_not_seldom() -> None:
    """Of the periods of selection and of proof, and how many were asked for."""
    found = mb.best_practice(
        measured(seed=3), "score", n=2, select="2020", confirm="2021", draws=400, simulations=100
    )
    for lang, singular, never, least in (
        ("da", "i 1 af 1 periode (2020)", "men det holdt ikke (0 af 1: 2021)", "i mindst 1 periode (0 af 1: 2020)"),
        (
            "en",
            "in 1 of 1 period (2020)",
            "but it did not hold (0 of 1: 2021)",
            "in at least 1 period (0 of 1: 2020)",
        ),
    ):
        fallen = [row.explain(lang) for row in found.where(state="fell_back")]
        assert fallen
        assert all(singular in said and never in said for said in fallen)
        assert all(least in row.explain(lang) for row in found.where(state="not_selected"))


def test_movements_name_the_groups_as_danish_does() -> None:
    """The lowest, the middle and the highest group."""
    said = " ".join(row.explain("da") for row in mb.dispersion(measured(seed=3), "score").movements())
    for group in ("laveste", "midterste", "højeste"):
        assert f"den {group} gruppe i 20" in said
    assert "i gruppen" not in said
