"""Families of discrete tests: independent figures, slow obvious twins, and what each way promises."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from pathlib import Path

TABLES = [[0.01, 0.2, 1.0], [1 / 3, 1.0], [0.001, 0.002, 0.05, 0.3, 0.7, 1.0], [1.0]]
TESTS = st.lists(
    st.integers(0, len(TABLES) - 1).flatmap(lambda kind: st.tuples(st.just(kind), st.sampled_from(TABLES[kind])))
)


def heyse_slowly(p: list[float], tables: list[list[float]]) -> list[float]:
    """Take the definition at its word, test by test."""

    def expected(x: float) -> float:
        return sum(max((one for one in table if one <= x), default=0.0) for table in tables)

    rank = {value: sum(other <= value for other in p) for value in p}
    return [min(1.0, *(expected(other) / rank[other] for other in p if other >= value)) for value in p]


def cases(oracles: Path) -> list[dict[str, Any]]:
    """Families of discrete p-values with the lengths of their series."""
    found = json.loads((oracles / "trends/multiplicity_cases.json").read_text(encoding="utf-8"))
    return [case for case in found if "series_n" in case]


def attainable_of(lengths: list[int]) -> stats.Attainable:
    """What series of these lengths without ties could give."""
    rows = np.full((len(lengths), max(lengths)), np.nan)
    for row, n in zip(rows, lengths, strict=True):
        row[:n] = np.arange(n)
    return stats.attainable_p_values(rows)


def test_heyse_cases(oracles: Path) -> None:
    """Families of short series, and of many short and few long ones."""
    for case in cases(oracles):
        attainable = attainable_of(case["series_n"])
        assert_allclose(attainable.p_min, case["expected"]["p_min"], rtol=1e-12)
        assert_allclose(stats.benjamini_heyse(case["p"], attainable), case["expected"]["heyse"], rtol=1e-12)


def test_tarone_and_gilbert_cases(oracles: Path) -> None:
    """The divisor, what is rejected, and the q-values among what could be."""
    for case in cases(oracles):
        result = stats.tarone(case["p"], case["expected"]["p_min"])
        assert result.k == case["expected"]["tarone_k"]
        assert np.flatnonzero(result.rejected).tolist() == case["expected"]["tarone_reject"]
        assert_allclose(result.q_value, case["expected"]["gilbert_q"], rtol=1e-12)


@given(TESTS)
def test_heyse_is_the_definition(tests: list[tuple[int, float]]) -> None:
    """Distinct tables and distinct p-values give what all pairs of tests give."""
    p, kinds = [one for _, one in tests], [kind for kind, _ in tests]
    found = stats.benjamini_heyse(p, stats.Attainable.from_tables(TABLES, np.array(kinds, dtype=np.int64)))
    assert_allclose(found, heyse_slowly(p, [TABLES[kind] for kind in kinds]) if p else [], rtol=1e-12)
    assert np.all(found <= stats.benjamini_hochberg(p) * (1 + 1e-12))
    assert np.all(np.diff(found[np.argsort(p)]) >= 0)


@given(TESTS, st.data())
def test_heyse_in_families(tests: list[tuple[int, float]], data: st.DataObject) -> None:
    """Each family has what it would have alone, bit for bit; missing p-values are in none."""
    families = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(tests), max_size=len(tests))), dtype=int)
    p = np.array([one if data.draw(st.booleans()) else math.nan for _, one in tests])
    kinds = np.array([kind for kind, _ in tests], dtype=np.int64)
    found = stats.benjamini_heyse(p, stats.Attainable.from_tables(TABLES, kinds), families=families)
    for family in range(3):
        own = (families == family) & ~np.isnan(p)
        alone = stats.benjamini_heyse(p[own], stats.Attainable.from_tables(TABLES, kinds[own]))
        assert_array_equal(found[own], alone)
    assert_array_equal(np.isnan(found), np.isnan(p))


def test_heyse_of_long_series_is_benjamini_hochberg() -> None:
    """Where every p-value is attainable nothing is gained; a short series among them costs less than a whole one."""
    values = np.random.default_rng(2).normal(size=(40, 70))
    p = stats.mann_kendall(values).p_value
    assert_allclose(
        stats.benjamini_heyse(p, stats.attainable_p_values(values)), stats.benjamini_hochberg(p), rtol=1e-11
    )
    values[5:, 3:] = np.nan
    values[:5] += 0.1 * np.arange(70)
    p = stats.mann_kendall(values).p_value
    found = stats.benjamini_heyse(p, stats.attainable_p_values(values))
    assert_allclose(found[:5], stats.benjamini_hochberg(p[:5]), rtol=1e-11)


def test_heyse_takes_p_values_that_were_written_down() -> None:
    """A p-value off by its last digits still counts as itself."""
    attainable = attainable_of([4, 4, 6, 6])
    p = [1 / 12, 1 / 3, 1 / 360, 1.0]
    written = [float(f"{one:.13g}") for one in p]
    assert_allclose(stats.benjamini_heyse(written, attainable), stats.benjamini_heyse(p, attainable), rtol=1e-10)


def test_heyse_holds_its_level_and_finds_more() -> None:
    """Of six lengths in one family it finds about a quarter more, and no more than 5 % of that is false."""
    random = np.random.default_rng(4)
    lengths = np.repeat([4, 5, 6, 8, 10, 12], 2_000)
    values = random.normal(size=(len(lengths), 12))
    changed = random.random(len(lengths)) < 0.1
    values += np.where(changed, 0.8, 0.0)[:, None] * np.arange(12)
    values[np.arange(12) >= lengths[:, None]] = np.nan
    p = stats.mann_kendall(values).p_value
    plain = stats.benjamini_hochberg(p) <= 0.05
    heyse = stats.benjamini_heyse(p, stats.attainable_p_values(values)) <= 0.05
    assert np.all(heyse[plain])
    assert heyse.sum() > 1.05 * plain.sum()
    assert (heyse & ~changed).sum() < 0.05 * heyse.sum()


def test_heyse_refuses_what_does_not_belong_together() -> None:
    """A p-value below what its series could give, or without any series, is told by its place."""
    attainable = attainable_of([4, 6])
    with pytest.raises(ArgumentError, match=r"p-value no\. 0 cannot have come out"):
        stats.benjamini_heyse([0.01, 0.5], attainable)
    with pytest.raises(ArgumentError, match=r"p-value no\. 1 cannot have come out"):
        stats.benjamini_heyse([0.5, 0.5], stats.attainable_p_values([[1, 2, 3, 4], [1, None, None, None]]))
    with pytest.raises(ArgumentError, match="attainable must have the shape"):
        stats.benjamini_heyse([0.5], attainable)


def tarone_slowly(p_min: list[float], alpha: float) -> int:
    """Try every divisor in turn."""
    level = Fraction(repr(alpha))
    return next(k for k in range(1, len(p_min) + 2) if sum(one <= float(level / k) for one in p_min) <= k)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([1 / 60, 1 / 12, 1 / 3, 1 / 360, 0.05, 0.025, 1.0]) | st.floats(0, 1), st.floats(1, 50)
        ),
        max_size=40,
    ),
    st.sampled_from([0.05, 0.01, 0.1]),
)
def test_tarone_is_the_definition(tests: list[tuple[float, float]], alpha: float) -> None:
    """Halving the divisors finds the one that trying each in turn finds; the rest follows from it."""
    p_min = [smallest for smallest, _ in tests]
    p = [min(1.0, smallest * factor) for smallest, factor in tests]
    result = stats.tarone(p, p_min, alpha=alpha)
    k = tarone_slowly(p_min, alpha)
    limit = float(Fraction(repr(alpha)) / k)
    assert result.k == k
    assert_array_equal(result.rejected, np.array(p) <= limit)
    could = np.array(p_min) <= limit
    assert_array_equal(result.q_value[could], stats.benjamini_hochberg(np.array(p)[could]))
    assert np.all(result.q_value[~could] == 1)


def test_tarone_leaves_missing_tests_out() -> None:
    """A missing p-value counts for nothing, whatever it could have given."""
    result = stats.tarone([math.nan, 0.01, math.nan], [1e-9, 0.01, math.nan])
    assert result.k == 1
    assert result.rejected.tolist() == [False, True, False]
    assert_array_equal(result.q_value, [math.nan, 0.01, math.nan])
    assert stats.tarone([], []).k == 1


@pytest.mark.parametrize("k", [9, 11, 13, 17, 18, 22])
def test_tarone_limits_are_compared_exactly(k: int) -> None:
    """Tests with p_min 3 / 100 k can reach 3 % / k: both sides are rounded once, not 3 % and then its share."""
    reached = float(Fraction(3, 100 * k))
    assert reached > 0.03 / k
    result = stats.tarone([reached] * k, reached, alpha=0.03)
    assert result.k == k
    assert result.rejected.all()


def test_wrong_arguments() -> None:
    """Shapes and ranges are checked."""
    with pytest.raises(ArgumentError, match="p_min must have the shape"):
        stats.tarone([0.1, 0.2], [0.1, 0.2, 0.3])
    with pytest.raises(ArgumentError, match="p_min must lie between 0 and 1"):
        stats.tarone([0.1], [1.2])
    with pytest.raises(ArgumentError, match="alpha must lie between 0 and 1"):
        stats.tarone([0.1], [0.1], alpha=0)
