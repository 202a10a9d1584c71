"""Exact rank sets of answers: another program's figures, the definition, laws without any noise."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
import slow_rank_sets as slow
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=6)
KINDS = st.sampled_from(["simultaneous", "marginal"])
SIDES = st.sampled_from(["both", "lower", "upper"])


def bounds(found: stats.RankSets) -> np.ndarray:
    """Both bounds in one array."""
    return np.stack([found.lower, found.upper])


@pytest.mark.parametrize("name", ["own/multinomial_sets", "published/multinomial_rank_sets"])
def test_agrees_with_another_program(oracles: Path, name: str) -> None:
    """Thirteen vectors of counts, every setting, every bound."""
    table = pd.read_csv(oracles / f"peers/{name}.csv").rename(
        columns={"case_id": "case", "multcorr": "correction", "simul": "simultaneous", "cstype": "type"}
    )
    settings = 0
    for setting, rows in table.groupby(["case", "correction", "simultaneous", "type"]):
        _, correction, together, sides = cast("tuple[str, str, bool, str]", setting)
        options: Any = {
            "kind": "simultaneous" if together else "marginal",
            "sides": "both" if sides == "two-sided" else sides,
            "correction": correction.lower(),
        }
        found = stats.multinomial_rank_sets(rows["x"], **options)
        assert_array_equal(found.rank, rows["rank"])
        assert_array_equal(bounds(found), rows[["L", "U"]].to_numpy().T)
        settings += 1
    assert settings in {72, 45}


@given(COUNTS, KINDS, SIDES, st.sampled_from(["holm", "bonferroni"]), st.sampled_from([0.5, 0.9, 0.95]))
@example([17, 18], "marginal", "lower", "holm", 0.5)  # a tail of exactly a half, and a computed one a little above
def test_is_its_definition(counts: list[int], kind: Any, sides: Any, correction: Any, confidence: float) -> None:
    """Throws of a coin counted out, corrected one by one."""
    chosen: Any = {"kind": kind, "sides": sides, "correction": correction, "confidence": confidence}
    assert_array_equal(
        bounds(stats.multinomial_rank_sets(counts, **chosen)), slow.multinomial_rank_sets(counts, **chosen)
    )


@given(COUNTS, KINDS, SIDES, st.randoms(use_true_random=False))
def test_laws(counts: list[int], kind: Any, sides: Any, random: Any) -> None:
    """Exact: rank inside, marginal within simultaneous, Holm within Bonferroni, free of order, turned when asked."""
    found = stats.multinomial_rank_sets(counts, kind=kind, sides=sides)
    assert (found.lower <= found.rank).all()
    assert (found.rank <= found.upper).all()
    wide = stats.multinomial_rank_sets(counts, kind="simultaneous", sides=sides)
    wider = stats.multinomial_rank_sets(counts, kind="simultaneous", sides=sides, correction="bonferroni")
    for inner, outer in ((found, wide), (wide, wider)):
        assert (inner.lower >= outer.lower).all()
        assert (inner.upper <= outer.upper).all()
    places = list(range(len(counts)))
    random.shuffle(places)
    shuffled = stats.multinomial_rank_sets([counts[place] for place in places], kind=kind, sides=sides)
    assert_array_equal(bounds(shuffled), bounds(found)[:, places])
    other: Any = {"both": "both", "lower": "upper", "upper": "lower"}
    turned = stats.multinomial_rank_sets(counts, kind=kind, sides=other[sides], order="smallest_first")
    assert_array_equal(bounds(turned), len(counts) + 1 - bounds(found)[::-1])


def test_the_chosen_correction_holds_for_marginal_sets_too() -> None:
    """Pitfall: a program takes Holm's whatever was asked for. Bonferroni's set is wider here, and differs."""
    counts = [140, 138, 44, 32, 23]
    sets = {
        correction: bounds(stats.multinomial_rank_sets(counts, kind="marginal", correction=correction))
        for correction in ("holm", "bonferroni")
    }
    assert (sets["holm"] != sets["bonferroni"]).any()
    for correction, found in sets.items():
        wanted = slow.multinomial_rank_sets(
            counts, confidence=0.95, kind="marginal", sides="both", correction=correction
        )
        assert_array_equal(found, wanted)


def test_many_questions_at_once() -> None:
    """Each row by itself, with what cannot be counted named."""
    counts: list[list[float]] = [[12, 30, 31, 90], [5, math.nan, 0, 0], [3, -1, 2.5, math.inf]]
    found = stats.multinomial_rank_sets(counts)
    for place, row in enumerate(counts):
        alone = stats.multinomial_rank_sets(row)
        assert_array_equal(bounds(found)[:, place], bounds(alone))
    assert found.n.tolist() == [4, 3, 1]
    assert found.reason[1].tolist() == ["", "missing_input", "", ""]
    assert found.reason[2].tolist() == ["", "negative_input", "not_whole", "not_finite"]
    assert (found.method, found.draws) == ("holm", 0)
    assert np.isnan(found.critical_value).all()
    assert stats.multinomial_rank_sets([0, 0]).upper.tolist() == [2, 2]
    assert stats.multinomial_rank_sets([]).n == 0


def test_wrong_arguments_say_what_is_right() -> None:
    """Every option by name."""
    for options, words in (
        ({"kind": "both"}, "kind"),
        ({"sides": "two"}, "sides"),
        ({"order": "best"}, "order"),
        ({"correction": "none"}, "correction"),
        ({"confidence": 2}, "confidence"),
    ):
        with pytest.raises(ArgumentError, match=words):
            stats.multinomial_rank_sets([1, 2], **options)
