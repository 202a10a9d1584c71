"""The exact null distribution of S against full enumeration, printed tables and its own laws."""

from __future__ import annotations

import csv
import math
from collections import Counter
from functools import cache
from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.stats import _null, _tails, mann_kendall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Blocks = tuple[tuple[int, ...], ...]

BLOCKS = st.lists(
    st.integers(0, 6).flatmap(lambda n: st.lists(st.integers(1, 3), max_size=n).map(lambda t: (n, t))), max_size=4
)


def structure(blocks: list[tuple[int, list[int]]]) -> Blocks:
    """Cut drawn tie sizes to what fits the block."""
    fitted: list[tuple[int, ...]] = []
    for n, ties in blocks:
        kept: list[int] = []
        for size in ties:
            if sum(kept) + size <= n:
                kept.append(size)
        fitted.append((n, *kept))
    return tuple(fitted)


def s_statistic(values: tuple[int, ...]) -> int:
    """Return S as its definition says."""
    return sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))


@cache
def enumerated_block(block: tuple[int, ...]) -> Counter[int]:
    """Count S over every distinct order of one block."""
    n, *ties = block
    groups = [*ties, *[1] * (n - sum(ties))]
    values = tuple(rank for rank, size in enumerate(groups) for _ in range(size))
    return Counter(s_statistic(order) for order in set(permutations(values)))


def enumerated(blocks: Blocks) -> Counter[int]:
    """Count S over every distinct order of every block."""
    total: Counter[int] = Counter()
    for parts in product(*(enumerated_block(block).items() for block in blocks)):
        total[sum(s for s, _ in parts)] += math.prod(count for _, count in parts)
    return total


def counted(blocks: Blocks) -> dict[int, int]:
    """Return the counts by S from the fast path, both halves."""
    powers = _null.powers_of(blocks)
    pairs, half = _null.pairs(powers), _null.counts(powers)
    by_s = {pairs - 2 * k: count for k, count in enumerate(half)}
    return by_s | {-s: count for s, count in by_s.items()}


def tie_patterns(n: int, largest: int | None = None) -> Iterator[tuple[int, ...]]:
    """Yield every way to split n values into groups of equal ones."""
    if n == 0:
        yield ()
    for size in range(min(n, largest or n), 0, -1):
        for rest in tie_patterns(n - size, size):
            yield (size, *rest)


@pytest.mark.parametrize("n", range(1, 8))
def test_every_tie_pattern_equals_enumeration(n: int) -> None:
    """Every tie pattern of up to seven values is counted as the definition counts it."""
    for pattern in tie_patterns(n):
        assert counted(((n, *pattern),)) == dict(enumerated(((n, *pattern),)))


@pytest.mark.parametrize(
    "sizes", [*((first, n - first) for n in range(2, 8) for first in range(1, n)), (5, 5), (4, 4), (6, 3)]
)
def test_two_segments_equal_enumeration(sizes: tuple[int, int]) -> None:
    """Every break of up to seven values, with every tie pattern on both sides, is counted as the definition counts."""
    for first, second in product(*(list(tie_patterns(n)) for n in sizes)):
        blocks = ((sizes[0], *first), (sizes[1], *second))
        assert counted(blocks) == dict(enumerated(blocks))


def shares(by_s: Counter[int], s: int) -> tuple[float, float, float]:
    """Return p, mid-p and one-sided p of S as their definitions say."""
    total = sum(by_s.values())
    upper = sum(count for other, count in by_s.items() if other >= s)
    tail = sum(count for other, count in by_s.items() if other >= abs(s))
    beyond = sum(count for other, count in by_s.items() if other > abs(s))
    return min(1.0, 2 * tail / total), min(1.0, (tail + beyond) / total), upper / total


@pytest.mark.parametrize("n", range(2, 8))
def test_p_of_every_order_equals_enumeration(n: int) -> None:
    """Values with every tie pattern, in orders drawn at random, get the share of orders that are as far out."""
    rng = np.random.default_rng(n)
    for pattern in tie_patterns(n):
        values = np.repeat(np.arange(len(pattern)), pattern)
        series = rng.permuted(np.tile(values, (40, 1)), axis=1) * 1.5
        by_s = enumerated(((n, *pattern),))
        found = [mann_kendall(series).p_value, mann_kendall(series, mid_p=True).p_value]
        found.append(mann_kendall(series, alternative="rising").p_value)
        expected = [shares(by_s, int(s)) for s in mann_kendall(series).s]
        np.testing.assert_array_equal(np.transpose(found), expected)
        assert (mann_kendall(series).p_min == shares(by_s, max(by_s))[0]).all()


@pytest.mark.parametrize("n", range(3, 8))
def test_p_across_a_break_equals_enumeration(n: int) -> None:
    """Two segments of whole numbers from few, so that ties are common: p counts orders within the segments."""
    rng = np.random.default_rng(n)
    for first in range(1, n):
        series = rng.integers(0, 3, size=(25, n)).astype(float)
        result = mann_kendall(series, blocks=np.arange(n) >= first)
        for row, s, p in zip(series, result.s, result.p_value, strict=True):
            parts = (row[:first], row[first:])
            blocks = tuple((len(part), *np.unique(part, return_counts=True)[1].tolist()) for part in parts)
            assert s == sum(s_statistic(tuple(part.tolist())) for part in parts)
            assert p == shares(enumerated(blocks), int(s))[0]


@given(BLOCKS)
def test_counts_sum_to_the_number_of_orders(drawn: list[tuple[int, list[int]]]) -> None:
    """Counts add up to n! / prod t!, have mean 0 and the variance of the formula."""
    blocks = structure(drawn)
    by_s = counted(blocks)
    total = math.prod(math.factorial(n) // math.prod(map(math.factorial, ties)) for n, *ties in blocks)
    assert sum(by_s.values()) == total == _null.orders(_null.powers_of(blocks))
    assert sum(s * count for s, count in by_s.items()) == 0
    formula = sum(n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties) for n, *ties in blocks)
    assert sum(s * s * count for s, count in by_s.items()) * 18 == formula * total
    powers = np.array([_null.powers_of(blocks) or (0,)])
    assert _tails.variance(powers)[0] == pytest.approx(formula / 18, rel=1e-15)


@given(BLOCKS, st.permutations(range(4)))
def test_order_of_blocks_and_empty_blocks_do_not_matter(drawn: list[tuple[int, list[int]]], order: list[int]) -> None:
    """The key of a structure forgets the order of its blocks and those without a pair."""
    blocks = structure(drawn)
    shuffled = tuple(blocks[i] for i in order if i < len(blocks))
    assert _null.powers_of((*shuffled, (0,), (1,), (3, 3))) == _null.powers_of(blocks)


@given(BLOCKS)
def test_tables_are_the_quotients_of_integers(drawn: list[tuple[int, list[int]]]) -> None:
    """Every p of both tables is the correctly rounded share of the orders."""
    blocks = structure(drawn)
    powers, by_s = _null.powers_of(blocks), counted(blocks)
    total, pairs = sum(by_s.values()), _null.pairs(powers)
    upper = _null.tail_table(powers, two_sided=False)
    both = _null.tail_table(powers, two_sided=True)
    for s in by_s:
        tail = sum(count for other, count in by_s.items() if other >= s)
        assert upper[(pairs - s) // 2] == tail / total
        if s >= 0:
            assert both[(pairs - s) // 2] == min(1.0, 2 * tail / total)
    assert both[0] == _null.smallest_p(powers, two_sided=True)
    assert upper[0] == _null.smallest_p(powers, two_sided=False)
    for two_sided in (False, True):
        table = _null.tail_table(powers, two_sided=two_sided, mid_p=True)
        for s in by_s:
            if s >= 0 or not two_sided:
                twice = sum(count * ((other >= s) + (other > s)) for other, count in by_s.items())
                assert table[(pairs - s) // 2] == min(1.0, (2 if two_sided else 1) * twice / (2 * total))
        assert table[0] == _null.smallest_p(powers, two_sided=two_sided, mid_p=True)


def rows(file: Path) -> list[dict[str, str]]:
    """Read a table of reference figures."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def block_of(text: str) -> tuple[int, ...]:
    """Read one block such as 5(2,2)."""
    n, _, ties = text.partition("(")
    return (int(n), *(int(size) for size in ties.rstrip(")").split(",") if size))


@pytest.mark.parametrize("name", ["exact_s_no_ties.csv", "exact_s_ties.csv", "exact_s_blocks.csv"])
def test_published_tables(oracles: Path, name: str) -> None:
    """Counts agree exactly with the independent tables, p to the last digit, Var S as well."""
    for row in rows(oracles / "trends" / name):
        if "blocks" in row:
            blocks = tuple(block_of(text) for text in row["blocks"].split())
        else:
            blocks = ((int(row["n"]), *map(int, row.get("tie_sizes", "").split())),)
        powers = _null.powers_of(blocks)
        place = (_null.pairs(powers) - int(row["s"])) // 2
        if row.get("count"):
            assert cached_counts(powers)[place] == int(row["count"]), row
        assert _null.tail_table(powers, two_sided=True)[place] == pytest.approx(float(row["p_two_sided"]), rel=1e-14)
        assert _null.tail_table(powers, two_sided=False)[place] == pytest.approx(float(row["p_upper"]), rel=1e-14)
        if "var_s" in row:
            assert _tails.variance(np.array([powers or (0,)]))[0] == pytest.approx(float(row["var_s"]), rel=1e-15)


@cache
def cached_counts(powers: _null.Powers) -> list[int]:
    """Keep the counts between the rows of a table."""
    return _null.counts(powers)


def test_slope_ranks(oracles: Path) -> None:
    """Ranks and attained levels of the slope interval agree with the independent table."""
    for row in rows(oracles / "trends" / "sen_ci_ranks.csv"):
        powers = _null.powers_of([(int(row["n"]),)])
        confidence = float(str(1 - float(row["alpha"]))[:6])
        rank, level = _null.interval_ranks(powers, confidence)
        pairs = _null.pairs(powers)
        assert pairs == int(row["n_slopes"])
        if row["rank_lower"]:
            assert (rank, pairs - rank + 1) == (int(row["rank_lower"]), int(row["rank_upper"])), row
            assert level == pytest.approx(float(row["attained_level"]), rel=1e-13)
            assert pairs - 2 * (rank - 1) == int(row["s_crit"])
        else:
            assert rank == 0
            assert level == pytest.approx(float(row["best_attainable_level"]), rel=1e-13)


def test_monotone_sixty_keeps_its_digits() -> None:
    """An unbroken rise over 60 values has p = 2 / 60!, not 0."""
    assert _null.tail_table(_null.powers_of([(60,)]), two_sided=True)[0] == 2 / math.factorial(60)


def test_tables_cannot_be_changed() -> None:
    """A cached table is read-only, so no caller can change another one's p."""
    with pytest.raises(ValueError, match="read-only"):
        _null.tail_table(_null.powers_of([(4,)]), two_sided=True)[0] = 1.0
