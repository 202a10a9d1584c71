"""Rank sets: another program's figures, the definition, laws, and where no simulation is needed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
import slow_rank_sets as slow
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, special
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats.ranking import _draws

NAN = math.nan
OPTIONS = [(kind, step) for kind in ("simultaneous", "marginal") for step in (True, False)]
STEPS = {True: "stepdown", False: "single"}
UNITS = st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 6)), min_size=1, max_size=6)


def columns(units: list[tuple[int, int]], share: float = 1.0) -> tuple[list[float], list[float]]:
    """Estimates and standard errors of drawn units."""
    return [x * share for x, _ in units], [s / 4 for _, s in units]


def bounds(found: stats.RankSets) -> np.ndarray:
    """Both bounds in one array."""
    return np.stack([found.lower, found.upper])


@pytest.fixture(scope="module")
def cases(oracles: Path) -> dict[str, tuple[dict[str, Any], pd.DataFrame]]:
    """The arguments of each case, and what another program gives for it."""
    inputs = pd.read_csv(oracles / "peers/own/rank_inputs.csv")
    expected = pd.read_csv(oracles / "peers/own/rank_sets.csv").set_index("unit")
    made: dict[str, tuple[dict[str, Any], pd.DataFrame]] = {}
    for case, rows in inputs.groupby("case_id"):
        s, rho = rows["se"].to_numpy(), rows["rho"].iloc[0]
        covariance = np.outer(s, s) * (rho + (1 - rho) * np.eye(len(s)))
        errors: dict[str, Any] = {"covariance": covariance} if rho else {"standard_errors": s}
        made[str(case)] = (
            {"estimates": rows["x"].to_numpy(), **errors},
            expected[expected["case_id"] == case].loc[rows["unit"]],
        )
    assert len(made) == 6
    return made


def test_agrees_with_another_program(cases: dict[str, tuple[dict[str, Any], pd.DataFrame]]) -> None:
    """Within one rank; exact where that program is stable, but where the draws leave the bound open and we say so."""
    for case, (arguments, expected) in cases.items():
        for kind, step in OPTIONS:
            name = f"{kind}_{STEPS[step]}"
            found = stats.rank_sets(**arguments, kind=kind, step_down=step, draws=20_000)  # type: ignore[arg-type]
            assert_array_equal(found.rank, expected["rank"])
            off = np.abs(bounds(found) - expected[[f"{name}_L", f"{name}_U"]].to_numpy().T)
            assert off.max() <= 1, (case, name)
            assert not (off.any(axis=0) & ~found.unsettled).any(), (case, name)
            stable = expected[f"stable_{name}"].to_numpy(dtype=bool)
            assert off[:, stable].sum() <= 1, (case, name)


def test_many_draws_agree_exactly_where_the_other_program_is_stable(
    cases: dict[str, tuple[dict[str, Any], pd.DataFrame]],
) -> None:
    """With 100,000 draws nothing is left open in the case where 20,000 leave a bound open."""
    arguments, expected = cases["rankb08_shares"]
    found = stats.rank_sets(**arguments, kind="marginal", draws=100_000)
    stable = expected["stable_marginal_stepdown"].to_numpy(dtype=bool)
    assert stable.sum() > 30
    assert_array_equal(
        bounds(found)[:, stable], expected[["marginal_stepdown_L", "marginal_stepdown_U"]].to_numpy().T[:, stable]
    )


def test_one_sided_sets_and_the_first_quarter(cases: dict[str, tuple[dict[str, Any], pd.DataFrame]]) -> None:
    """One bound each; who may be among the first and the last follows from them."""
    for case, (arguments, expected) in cases.items():
        for side in ("lower", "upper"):
            found = stats.rank_sets(**arguments, sides=side)
            wanted = expected[[f"one_sided_{side}_L", f"one_sided_{side}_U"]].to_numpy().T
            assert np.abs(bounds(found) - wanted).max() <= 1, case
            tau = int(expected["tau"].iloc[0])
            ours = found.may_be_first(tau) if side == "lower" else found.may_be_last(tau)
            theirs = expected["in_tau_best" if side == "lower" else "in_tau_worst"].to_numpy(dtype=bool)
            assert not ((ours != theirs) & ~found.unsettled).any(), case


@pytest.mark.parametrize("name", ["rank_sets_pisa2018_math", "rank_sets_pisa2022_reading"])
def test_published_countries(oracles: Path, name: str) -> None:
    """37 and 38 countries, every kind, within one rank; nearly all of them exactly."""
    table = pd.read_csv(oracles / f"peers/published/{name}.csv")
    exact = total = 0
    for kind, short in (("simultaneous", "simul"), ("marginal", "marg")):
        for step, word in ((True, "step"), (False, "single")):
            found = stats.rank_sets(table["score"], table["se"], kind=kind, step_down=step)  # type: ignore[arg-type]
            off = np.abs(bounds(found) - table[[f"{short}_{word}_L", f"{short}_{word}_U"]].to_numpy().T)
            assert off.max() <= 1
            exact, total = exact + int((off == 0).sum()), total + off.size
            assert_array_equal(found.rank, table["rank"])
    assert exact > 0.93 * total
    first = stats.rank_sets(table["score"], table["se"], sides="lower").may_be_first(5)
    last = stats.rank_sets(table["score"], table["se"], sides="upper").may_be_last(5)
    assert (first != table["taubest5"]).sum() <= 1
    assert (last != table["tauworst5"]).sum() <= 1


def test_the_danish_municipalities(shared: Path) -> None:
    """98 shares with interrupted education: twelve can be told from the middle, 22 had they been picked in advance."""
    table = pd.read_csv(shared / "data/danish/dst_statusu6_2024_98_municipalities.csv", dtype={"code": str})
    table = table[table["code"] != "000"].set_index("name")
    share = table["interrupted"] / table["total"]
    found = stats.paired_rank_sets(share, np.sqrt(share * (1 - share) / table["total"]))
    assert len(table) == 98
    sets = found.simultaneous
    assert sets.told_from_middle.sum() == 12
    assert found.marginal.told_from_middle.sum() == 22
    assert np.median(sets.width) == 74
    for name, first, last in (("Lolland", 1, 13), ("Morsø", 1, 22), ("Læsø", 1, 98)):
        place = table.index.get_loc(name)
        assert [sets.lower[place], sets.upper[place]] == [first, last]
    expected = pd.read_csv(shared / "oracles/peers/published/dk_interrupted_education_2024_rank_sets.csv")
    places = [list(table["code"].astype(int)).index(code) for code in expected["code"]]
    assert_array_equal(sets.rank[places], expected["rank"])
    for kind, ours in (("simultaneous", sets), ("marginal", found.marginal)):
        wanted = expected[[f"{kind}_L", f"{kind}_U"]].to_numpy().T
        assert np.abs(bounds(ours)[:, places] - wanted).max() <= 1


@settings(max_examples=25)
@given(
    UNITS, st.sampled_from(OPTIONS), st.sampled_from(["both", "lower", "upper"]), st.sampled_from([0.5, 0.8, 0.95])
)
def test_is_its_definition(
    units: list[tuple[int, int]], option: tuple[str, bool], sides: str, confidence: float
) -> None:
    """Loops over the same draws and all pairs give the same sets, unless a closed form takes the place of the draws."""
    x, s = columns(units)
    kind, step = option
    chosen: Any = {"kind": kind, "sides": sides, "step_down": step, "confidence": confidence, "draws": 99, "seed": 3}
    found = stats.rank_sets(x, s, **chosen)
    if len(x) != 2 and (found.critical_error > 0).all():
        assert_array_equal(bounds(found), slow.rank_sets(x, s, **chosen))


@settings(max_examples=25)
@given(UNITS, st.sampled_from(OPTIONS))
def test_the_set_holds_the_rank_and_steps_only_narrow(units: list[tuple[int, int]], option: tuple[str, bool]) -> None:
    """Rank inside its set; step-down within single step; marginal within simultaneous; all without noise."""
    x, s = columns(units)
    paired = stats.paired_rank_sets(x, s, draws=199)
    single = stats.paired_rank_sets(x, s, draws=199, step_down=False)
    for found in (paired.simultaneous, paired.marginal, single.simultaneous, single.marginal):
        assert (found.lower <= found.rank).all()
        assert (found.rank <= found.upper).all()
        assert_array_equal(found.rank, scipy_stats.rankdata([-each for each in x], method="min"))
    for narrow, wide in (
        (paired.marginal, paired.simultaneous),
        (single.marginal, single.simultaneous),
        (paired.simultaneous, single.simultaneous),
        (paired.marginal, single.marginal),
    ):
        assert (narrow.lower >= wide.lower).all()
        assert (narrow.upper <= wide.upper).all()
    kind, step = option
    alone = stats.rank_sets(x, s, kind=kind, step_down=step, draws=199)  # type: ignore[arg-type]
    assert alone == getattr(paired if step else single, kind)


@settings(max_examples=25)
@given(UNITS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_says_nothing(units: list[tuple[int, int]], random: Any) -> None:
    """Shuffled units keep their sets to the last rank; equal units may trade draws but no more."""
    distinct = list(dict.fromkeys(units))
    places = list(range(len(distinct)))
    random.shuffle(places)
    x, s = columns(distinct)
    plain = stats.rank_sets(x, s, draws=199)
    shuffled = stats.rank_sets([x[place] for place in places], [s[place] for place in places], draws=199)
    assert_array_equal(bounds(shuffled), bounds(plain)[:, places])


def test_turning_the_values_turns_the_sets() -> None:
    """[L, U] of the largest first is [n + 1 - U, n + 1 - L] of the smallest first, exactly; of turned values too."""
    rng = np.random.default_rng(5)
    x, s = rng.normal(size=(3, 12)), rng.uniform(0.1, 0.6, size=(3, 12))
    one, turned = stats.rank_sets(x, s), stats.rank_sets(-x, s, order="smallest_first")
    assert_array_equal(bounds(one), bounds(turned))
    other = stats.rank_sets(x, s, order="smallest_first")
    assert np.abs(13 - one.upper - other.lower).max() <= 1
    assert np.abs(13 - one.lower - other.upper).max() <= 1


@settings(max_examples=20)
@given(UNITS, st.integers(2, 8))
def test_less_certain_estimates_have_wider_sets(units: list[tuple[int, int]], factor: int) -> None:
    """All standard errors times a factor, by the same draws."""
    x, s = columns(units)
    narrow, wide = stats.rank_sets(x, s, draws=199), stats.rank_sets(x, [factor * each for each in s], draws=199)
    assert (wide.lower <= narrow.lower).all()
    assert (wide.upper >= narrow.upper).all()


def test_neither_unit_of_measurement_nor_level_matters() -> None:
    """Per cent or shares, and far beyond the squares of doubles."""
    rng = np.random.default_rng(2)
    x, s = rng.normal(size=9), rng.uniform(0.1, 0.5, size=9)
    plain = stats.paired_rank_sets(x, s, draws=999)
    for factor in (2.0**300, 2.0**-300, 100.0):
        scaled = stats.paired_rank_sets(factor * x, factor * s, draws=999)
        assert_array_equal(bounds(scaled.simultaneous), bounds(plain.simultaneous))
        assert_array_equal(bounds(scaled.marginal), bounds(plain.marginal))


def test_the_seed_decides_and_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Same seed same result, whatever the size of the pieces and the other groups."""
    rng = np.random.default_rng(1)
    x, s = rng.normal(size=(4, 15)), rng.uniform(0.2, 0.5, size=(4, 15))
    plain = stats.paired_rank_sets(x, s, draws=2_000, seed=8)
    monkeypatch.setattr(_draws, "_AT_ONCE", 64)
    assert stats.paired_rank_sets(x, s, draws=2_000, seed=8) == plain
    for row in range(4):
        alone = stats.rank_sets(x[row], s[row], draws=2_000, seed=8)
        assert_array_equal(bounds(alone), bounds(plain.simultaneous)[:, row])
        assert_array_equal(alone.critical_value, plain.simultaneous.critical_value[row])
    other = stats.paired_rank_sets(x, s, draws=2_000, seed=9)
    assert (other.simultaneous.critical_value != plain.simultaneous.critical_value).any()


def test_seeds_move_few_bounds_by_a_rank() -> None:
    """Only where the result says that it is not settled; step-down may carry one rank on to another."""
    rng = np.random.default_rng(4)
    x, s = rng.normal(size=40), rng.uniform(0.2, 0.8, size=40)
    first = stats.paired_rank_sets(x, s, seed=0)
    for seed in (1, 2, 3):
        other = stats.paired_rank_sets(x, s, seed=seed)
        for one, two in ((first.simultaneous, other.simultaneous), (first.marginal, other.marginal)):
            moved = np.abs(bounds(one) - bounds(two))
            assert moved.max() <= 2
            assert (moved == 2).sum() <= 1
            assert moved.mean() < 0.1
            assert (moved.any(axis=0) <= (one.unsettled | two.unsettled)).all()
            assert_allclose(one.critical_value, two.critical_value, atol=5 * one.critical_error.max())


def test_equal_errors_need_no_draws(oracles: Path) -> None:
    """The first critical value is that of the studentised range, which two other programs give as well."""
    table = pd.read_csv(oracles / "peers/own/rank_critical_values.csv")
    for units, confidence, value in table.itertuples(index=False):
        found = stats.rank_sets(np.arange(units), 0.5, confidence=confidence, step_down=False)
        assert_allclose(found.critical_value, value, atol=1e-10)
        assert not found.critical_error.any()
    q = math.sqrt(2) * stats.rank_sets(np.arange(7), 1, confidence=0.9, step_down=False).critical_value[0]
    assert scipy_stats.studentized_range.cdf(q, 7, np.inf) == pytest.approx(0.9, abs=1e-8)


def test_draws_come_near_the_studentised_range(oracles: Path) -> None:
    """Errors that are all but equal take draws, and give nearly the same: 10,000 draws within 0.05."""
    table = pd.read_csv(oracles / "peers/own/rank_critical_values.csv")
    for units, confidence, value in table[table["n_units"].between(3, 50)].itertuples(index=False):
        s = 0.5 + 1e-9 * np.arange(units)
        found = stats.rank_sets(np.arange(units), s, confidence=confidence, step_down=False)
        assert (found.critical_error > 0).all()
        assert_allclose(found.critical_value, value, atol=0.05 if confidence < 0.99 else 0.08)


def test_equally_correlated_estimates_are_like_independent_ones() -> None:
    """What all share drops out of every difference, and needs no draws either."""
    x, s = np.array([1.0, 2.0, 3.5, 4.0]), 0.5
    shared = stats.rank_sets(x, covariance=s**2 * (0.75 * np.ones((4, 4)) + 0.25 * np.eye(4)), step_down=False)
    alone = stats.rank_sets(x, s / 2, step_down=False)
    assert_allclose(shared.critical_value, alone.critical_value)
    assert_array_equal(bounds(shared), bounds(alone))


def test_marginal_values_by_an_integral() -> None:
    """Of one unit against independent others the critical value is a single integral: no draws, no loops of ours."""
    s = np.array([0.4, 0.2, 0.7, 0.5, 0.3])
    found = stats.rank_sets(np.zeros(5), s, kind="marginal", draws=100_000)
    for unit, (value, error) in enumerate(zip(found.critical_value, found.critical_error, strict=True)):
        others = np.delete(s, unit)
        reach = value * np.hypot(s[unit], others)

        def held(z: float, own: float = s[unit], others: np.ndarray = others, reach: np.ndarray = reach) -> float:
            inside = special.ndtr((own * z + reach) / others) - special.ndtr((own * z - reach) / others)
            return float(inside.prod() * math.exp(-z * z / 2) / math.sqrt(2 * math.pi))

        assert integrate.quad(held, -9, 9)[0] == pytest.approx(0.95, abs=0.003)
        assert 0 < error < 0.02


def test_two_units_are_one_difference() -> None:
    """A normal quantile, two-sided for both bounds, one-sided for a marginal set with one bound."""
    for arguments in ({"standard_errors": [3, 4]}, {"covariance": [[9, 0], [0, 16]]}):
        for kind, sides, value in (
            ("simultaneous", "both", 1.959963984540054),
            ("simultaneous", "lower", 1.959963984540054),
            ("marginal", "both", 1.959963984540054),
            ("marginal", "lower", 1.6448536269514722),
        ):
            for gap, shown in ((5 * value + 1e-6, True), (5 * value - 1e-6, False)):
                found = stats.rank_sets([0, gap], kind=kind, sides=sides, **arguments)  # type: ignore[arg-type]
                assert_allclose(found.critical_value, value)
                assert found.lower.tolist() == [2 if shown else 1, 1]


def test_one_unit_nobody_and_ties() -> None:
    """Alone is rank 1; nobody is nobody; equal units share every rank."""
    one = stats.paired_rank_sets([4.2], [1])
    assert bounds(one.simultaneous).tolist() == bounds(one.marginal).tolist() == [[1], [1]]
    assert stats.rank_sets([], []).lower.shape == (0,)
    assert stats.rank_sets(np.empty((0, 4)), 1).lower.shape == (0, 4)
    same = stats.rank_sets([3, 3, 3], [1, 2, 3])
    assert (same.rank.tolist(), same.lower.tolist(), same.upper.tolist()) == ([1] * 3, [1] * 3, [3] * 3)


def test_what_is_known_is_not_divided_by() -> None:
    """Two known values are in known order, or tied; a known value against an unsure one is unsure."""
    found = stats.rank_sets([5, 4, 4, 4.5], [0, 0, 0, 9])
    assert found.lower.tolist() == [1, 2, 2, 1]
    assert found.upper.tolist() == [2, 4, 4, 4]
    known = stats.rank_sets([1, 2, 3], 0)
    assert_array_equal(known.lower, known.upper)
    together = stats.rank_sets([1, 2, 3], covariance=np.ones((3, 3)))  # one error moves all of them alike
    assert_array_equal(together.lower, [3, 2, 1])


def test_a_covariance_without_correlation_is_a_list_of_errors() -> None:
    """Within the noise of other draws."""
    rng = np.random.default_rng(11)
    x, s = rng.normal(size=15), rng.uniform(0.2, 0.5, size=15)
    one, other = stats.rank_sets(x, s), stats.rank_sets(x, covariance=np.diag(s**2))
    assert np.abs(bounds(one) - bounds(other)).max() <= 1


def test_who_cannot_be_ranked_says_why() -> None:
    """They have no rank, and the others are ranked as if they were not there."""
    x = [1, NAN, 3, 4, 5, math.inf]
    s = [0.1, 0.1, NAN, -1, 0.1, 0.1]
    found = stats.rank_sets(x, s)
    assert found.reason.tolist() == [
        *("", "missing_input", "uncertainty_missing", "negative_input", "", "not_finite"),
    ]
    assert found.n == 2
    assert_array_equal(found.rank, [2, NAN, NAN, NAN, 1, NAN])
    without = stats.rank_sets([1, 5], [0.1, 0.1])
    assert_array_equal(bounds(found)[:, [0, 4]], bounds(without))
    assert not found.told_from_middle[1:4].any()


def test_an_impossible_covariance_has_a_reason() -> None:
    """Not symmetric, or a negative variance of some sum; what is unknown between two leaves both out."""
    wrongs: list[list[list[float]]] = [[[1, 0.5], [0.2, 1]], [[1, 2], [2, 1]]]
    for wrong in wrongs:
        found = stats.rank_sets([1, 2], covariance=wrong)
        assert found.reason.tolist() == ["covariance_impossible"] * 2
        assert np.isnan(found.rank).all()
    partly = stats.rank_sets([1, 2, 3], covariance=np.array([[1, NAN, 0], [NAN, 1, 0], [0, 0, 1]]))
    assert partly.reason.tolist() == ["uncertainty_missing", "uncertainty_missing", ""]
    unknown = stats.rank_sets([1, 2, 3], covariance=np.array([[1, NAN, 0], [NAN, NAN, NAN], [0, NAN, 1]]))
    assert unknown.reason.tolist() == ["", "uncertainty_missing", ""]
    assert stats.rank_sets([1, 2], covariance=[[-1, 0], [0, 1]]).reason.tolist() == ["negative_input", ""]


def test_may_be_and_shown_to_be_among_the_first_are_two_things() -> None:
    """Not excluded is no proof."""
    found = stats.rank_sets([9, 5, 4.9, 4.8, 1], [0.1, 1, 1, 1, 0.1])
    assert found.may_be_first(1).tolist() == found.shown_first(1).tolist() == [True, False, False, False, False]
    assert found.may_be_first(2).tolist() == [True, True, True, True, False]
    assert found.shown_first(2).tolist() == [True, False, False, False, False]
    assert found.may_be_last(2).tolist() == [False, True, True, True, True]
    assert found.shown_last(2).tolist() == [False, False, False, False, True]
    assert found.before_middle.tolist() == [True, False, False, False, False]
    assert found.behind_middle.tolist() == [False, False, False, False, True]


def test_quantile_groups_that_a_unit_could_belong_to() -> None:
    """Fifths from the bounds: the middle ones could be in groups 2 to 4."""
    x = [9, 5, 4.9, 4.8, 1]
    found = stats.rank_sets(x, [0.1, 1, 1, 1, 0.1])
    groups = stats.quantile_groups(x, 5, highest_first=True, rank_limits=(found.lower, found.upper))
    assert groups.lower.tolist() == [1, 2, 2, 2, 5]
    assert groups.upper.tolist() == [1, 4, 4, 4, 5]


def test_league_tables_show_17_and_18_as_different() -> None:
    """Pitfall: two neighbours in a table of ranks. Each may have the other's rank, and the set says so."""
    rng = np.random.default_rng(17)
    x = np.sort(rng.normal(size=40))[::-1]
    found = stats.rank_sets(x, 0.4)
    for mine, other in ((16, 17), (17, 16)):
        assert found.rank[mine] == mine + 1
        assert found.lower[mine] <= found.rank[other] <= found.upper[mine]
    with pytest.raises(TypeError):
        stats.rank_sets(x, ties="name")  # type: ignore[call-arg]


def test_ties_are_not_broken_by_name() -> None:
    """Pitfall: equal values get different places, in the order of their names. They have one rank and one set."""
    found = stats.rank_sets([2.0, 5.0, 5.0, 1.0], 0.3)
    assert found.rank.tolist() == [3, 1, 1, 4]
    assert (found.lower[1], found.upper[1]) == (found.lower[2], found.upper[2])
    assert stats.ranks([2.0, 5.0, 5.0, 1.0]).rank.tolist() == [3, 1, 1, 4]


def test_wrong_arguments_say_what_is_right() -> None:
    """Every option by name."""
    for call, words in (
        (lambda: stats.rank_sets([1, 2]), "standard_errors or covariance"),
        (lambda: stats.rank_sets([1, 2], 1, covariance=np.eye(2)), "only one of"),
        (lambda: stats.rank_sets([1, 2], 1, kind="both"), "kind"),  # type: ignore[arg-type]
        (lambda: stats.rank_sets([1, 2], 1, sides="two"), "sides"),  # type: ignore[arg-type]
        (lambda: stats.rank_sets([1, 2], 1, order="best"), "order"),  # type: ignore[arg-type]
        (lambda: stats.rank_sets([1, 2], 1, confidence=95), "confidence"),
        (lambda: stats.rank_sets([1, 2], 1, draws=18), "at least 19"),
        (lambda: stats.rank_sets([1, 2], 1, seed=-1), "seed"),
        (lambda: stats.rank_sets([1, 2], [1, 2, 3]), "standard_errors"),
        (lambda: stats.rank_sets([1, 2], covariance=np.eye(3)), "covariance"),
        (lambda: stats.rank_sets([1, 2], 1).may_be_first(0), "places"),
    ):
        with pytest.raises(ArgumentError, match=words):
            call()
    assert stats.rank_sets([1, 2, 3], [1, 2, 3], draws=19).draws == 19


def test_inputs_are_left_alone() -> None:
    """And results are frozen."""
    x, s = np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.0, 1.0])
    found = stats.paired_rank_sets(x, s, draws=99)
    assert x.tolist() == [3, 1, 2]
    assert s.tolist() == [1, 2, 1]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        found.marginal.lower = x  # type: ignore[misc]
