"""Roll-ups of states: the shared cases, a slow twin, laws, and the mistakes of other systems."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import errors, stats

if TYPE_CHECKING:
    from pathlib import Path

RANKED = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met")
POLICIES = (
    *("counts", "worst", "weighted_median", "share_threshold"),
    *("all_or_nothing", "mean_attainment", "mean_score", "pilote"),
)
NONE = float("nan")


def cases(oracles: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((oracles / "tracking" / "own_rollup.json").read_text(encoding="utf-8"))[
        "cases"
    ]
    return found


def rolled(case: dict[str, Any]) -> stats.RolledUpStates:
    """The one group of a case."""
    items = case["items"]
    figure = "ta" if case["policy"] == "pilote" else "attainment"
    return stats.roll_up_states(
        [RANKED.index(item["state"]) if item.get("state") in RANKED else NONE for item in items],
        [0] * len(items),
        size=1,
        weights=[item["weight"] for item in items],
        applicable=np.array([item["applicable"] for item in items], dtype=bool),
        figures=[item[figure] for item in items],
        policy=case["policy"],
        **case["params"],
    )


def near(found: float, expected: float | None) -> bool:
    return math.isnan(found) if expected is None else abs(found - expected) <= 1e-12


def test_every_shared_case_is_reproduced(oracles: Path) -> None:
    """State, value, weights, distribution, coverage and what was left out agree to 1e-12."""
    tried = 0
    for case in cases(oracles):
        if case["policy"] == "statcan_tree":
            continue
        tried += 1
        expected, found, items = case["expected"], rolled(case), case["items"]
        assert near(found.value[0], expected["value"]), case
        if "state" not in expected:
            continue
        judged = not found.reason[0]
        state = RANKED[int(found.rank[0])] if np.isfinite(found.rank[0]) else None if judged else "not_measurable"
        assert state == expected["state"], case
        assert expected["reason"].endswith(found.reason[0] or case["policy"])
        assert (found.n_applicable[0], found.n_measurable[0]) == (expected["n_applicable"], expected["n_measurable"])
        assert near(found.coverage_weight[0], expected["coverage_weight"])
        assert near(found.coverage_count[0], expected["coverage_count"])
        weights = {item["id"]: w for item, w in zip(items, found.weight, strict=True) if not math.isnan(w)}
        assert weights == pytest.approx(expected["weights"], abs=1e-12)
        shares = {word: share for word, share in zip(RANKED, found.distribution[0], strict=True) if share > 0}
        assert shares == pytest.approx(expected["distribution"], abs=1e-12)
        left = [[item["id"], why] for item, why in zip(items, found.left_out, strict=True) if why]
        assert left == expected["left_out"]
    assert tried == 30


def test_every_shared_tree_of_scores_is_reproduced(oracles: Path) -> None:
    """Groups are averaged before what they belong to, both by the tree of scores and by groups of groups."""
    found = [case for case in cases(oracles) if case["policy"] == "statcan_tree"]
    assert len(found) == 3
    for case in found:
        assert near(float(stats.score_tree(case["items"])), case["expected"]["value"])
        assert near(mean_of(case["items"]), case["expected"]["value"])


def mean_of(tree: list[Any]) -> float:
    """The mean score of a tree, group by group from the bottom."""
    scores = [mean_of(item) if isinstance(item, list) else NONE if item is None else item for item in tree]
    groups = [0] * len(scores)
    nothing = [NONE] * len(scores)
    return float(stats.roll_up_states(nothing, groups, figures=scores, policy="mean_score", min_coverage=0).value[0])


# A slow twin: one group, item by item.


def slow(
    items: list[tuple[float, float, bool, float]], policy: str, least: float, threshold: float
) -> dict[str, Any]:
    """Sum up (rank, weight, applicable, figure) as the definitions read."""
    by_figure = policy in {"mean_attainment", "mean_score", "pilote"}
    applying = [item for item in items if item[2] and item[1] > 0]
    known = [item for item in applying if not math.isnan(item[3] if by_figure else item[0])]
    whole, held = sum(item[1] for item in applying), sum(item[1] for item in known)
    if not applying:
        return {"reason": "rollup_empty"}
    every = policy in {"pilote", "all_or_nothing"}
    enough = len(known) == len(applying) if every else held / whole >= least - 1e-12
    failed = policy == "all_or_nothing" and any(item[0] == 0 for item in known)
    if not known or not (enough or failed):
        return {"reason": "rollup_coverage"}
    share = [(item[0], item[1] / held, item[3]) for item in known]
    ranks = [rank for rank, _, _ in share]
    good = sum(part for rank, part, _ in share if rank >= 4)
    found: dict[str, Any] = {"reason": "", "rank": NONE, "value": NONE}
    if policy == "worst":
        found["rank"] = min(ranks)
    elif policy == "weighted_median":
        found["rank"] = min(r for r in ranks if sum(p for rank, p, _ in share if rank <= r) >= 0.5 - 1e-12)
    elif policy == "share_threshold":
        found["rank"] = 5 if min(ranks) == 5 else 4 if good >= threshold - 1e-12 else 3
        found["value"] = good
    elif policy == "all_or_nothing":
        found["rank"] = min(ranks)
        found["value"] = sum(part for rank, part, _ in share if rank == 5)
    elif policy == "mean_attainment":
        found["value"] = sum(part * min(1, max(0, figure)) for _, part, figure in share)
    elif policy == "mean_score":
        found["value"] = sum(part * figure for _, part, figure in share)
    elif policy == "pilote":
        found["value"] = min(100, max(0, sum(part * figure for _, part, figure in share)))
    return found


ITEM = st.tuples(
    st.sampled_from([*map(float, range(6)), NONE]),
    st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.0, 7.25]),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([-0.5, 0.0, 0.25, 0.9, 1.0, 3.0, NONE]),
)
ITEMS = st.lists(ITEM, max_size=8)
LEAST = st.sampled_from([0.0, 0.4, 0.5, 0.75, 1.0])
THRESHOLD = st.sampled_from([0.0, 0.3, 0.5, 0.75, 1.0])


def fast(
    groups: list[list[tuple[float, float, bool, float]]], policy: Any, least: Any = 0.75, threshold: float = 0.5
) -> stats.RolledUpStates:
    items = [item for group in groups for item in group]
    columns = list(zip(*items, strict=True)) or [(), (), (), ()]
    return stats.roll_up_states(
        np.array(columns[0], dtype=float),
        np.repeat(np.arange(len(groups)), [len(group) for group in groups]),
        size=len(groups),
        weights=np.array(columns[1], dtype=float),
        applicable=np.array(columns[2], dtype=bool),
        figures=np.array(columns[3], dtype=float),
        policy=policy,
        min_coverage=least,
        threshold=threshold,
    )


@given(
    groups=st.lists(st.tuples(ITEMS, st.sampled_from(POLICIES), LEAST), min_size=1, max_size=5), threshold=THRESHOLD
)
def test_many_groups_at_once_equal_the_slow_twin_of_each(groups: list[Any], threshold: float) -> None:
    """Every group has the answer of the definitions, whatever else is summed up beside it."""
    found = fast([items for items, _, _ in groups], [p for _, p, _ in groups], [c for _, _, c in groups], threshold)
    for place, (items, policy, least) in enumerate(groups):
        expected = slow(items, policy, least, threshold)
        assert found.reason[place] == expected["reason"]
        for name in ("rank", "value"):
            number, wanted = getattr(found, name)[place], expected.get(name, NONE)
            assert math.isnan(number) if math.isnan(wanted) else number == pytest.approx(wanted, abs=1e-12)


def answers(found: stats.RolledUpStates) -> list[Any]:
    """What a group says: state, value, distribution and coverage, rounded to what sums in another order keep."""
    numbers = [found.rank, found.value, *found.distribution.T, found.coverage_weight, found.coverage_count]
    return [found.reason.tolist(), np.nan_to_num(np.round(np.stack(numbers), 10), nan=-9.0).tolist()]


@given(items=ITEMS, extra=ITEM, policy=st.sampled_from(POLICIES), least=LEAST)
def test_an_item_that_does_not_apply_changes_nothing(items: list[Any], extra: Any, policy: str, least: float) -> None:
    """It is listed and counted as left out, and nothing else."""
    before = fast([items], policy, least)
    after = fast([[*items, (extra[0], extra[1], False, extra[3])]], policy, least)
    assert answers(after) == answers(before)
    assert after.left_out[-1] == "not_applicable"


@given(
    items=ITEMS, factor=st.sampled_from([1e-6, 0.3, 2.0, 100.0, 1e9]), policy=st.sampled_from(POLICIES), least=LEAST
)
def test_scaling_all_weights_changes_nothing(items: list[Any], factor: float, policy: str, least: float) -> None:
    """Weights are relative."""
    scaled = [(rank, factor * weight, applies, figure) for rank, weight, applies, figure in items]
    assert answers(fast([scaled], policy, least)) == answers(fast([items], policy, least))


@given(data=st.data(), items=ITEMS, policy=st.sampled_from(POLICIES), least=LEAST)
def test_the_order_of_items_changes_nothing(data: Any, items: list[Any], policy: str, least: float) -> None:
    """A roll-up is of a set."""
    assert answers(fast([data.draw(st.permutations(items))], policy, least)) == answers(fast([items], policy, least))


@given(data=st.data(), items=st.lists(ITEM, min_size=1, max_size=8), policy=st.sampled_from(POLICIES), least=LEAST)
def test_improving_an_item_never_lowers_the_result(data: Any, items: list[Any], policy: str, least: float) -> None:
    """At unchanged coverage a better state or figure of one item makes no group worse."""
    place = data.draw(st.integers(0, len(items) - 1))
    rank, weight, applies, figure = items[place]
    better = list(items)
    better[place] = (min(5.0, rank + 1), weight, applies, figure + 0.3)
    before, after = fast([items], policy, least), fast([better], policy, least)
    if before.reason[0]:
        return
    if after.reason[0]:  # all or nothing was settled by what is no longer missed; it is open again, not worse
        assert policy == "all_or_nothing"
        return
    assert not after.rank[0] < before.rank[0]
    assert not after.value[0] < before.value[0] - 1e-12


@given(items=ITEMS)
def test_items_that_are_mixtures_of_one_state_equal_items_with_that_state(items: list[Any]) -> None:
    """A state and all of the share in it are the same thing."""
    shares = np.full((len(items), 6), np.nan)
    for row, item in zip(shares, items, strict=True):
        if not math.isnan(item[0]):
            row[:] = np.arange(6) == item[0]
    plain = stats.roll_up_states([item[0] for item in items], [0] * len(items), size=1, min_coverage=0)
    assert stats.roll_up_states(shares, [0] * len(items), size=1, min_coverage=0) == plain


def test_a_mixture_counts_with_its_shares() -> None:
    """Half of a group and a whole item: the worst state is any that is there, and no item stands for the mixture."""
    shares = [[0.5, 0, 0, 0, 0, 0.5], [0, 0, 0, 0, 0, 1.0]]
    found = stats.roll_up_states(shares, [0, 0], policy="worst")
    assert found.rank.tolist() == [0.0]
    assert found.distribution.tolist() == [[0.25, 0, 0, 0, 0, 0.75]]
    assert found.counts.tolist() == [[0, 0, 0, 0, 0, 1]]


def test_pitfall_missing_series_dropped_silently() -> None:
    """One missing item of two lowers the coverage below what is asked for; it does not leave a mean of one."""
    found = stats.roll_up_states([5, NONE], [0, 0], policy="worst")
    assert (found.reason[0], found.coverage_count[0], found.left_out[1]) == ("rollup_coverage", 0.5, "not_measurable")
    assert np.isnan(found.rank[0])


def test_pitfall_one_missing_indicator_blanks_the_goal() -> None:
    """With enough of the weight known, a missing item does not take the answer away, unless all of it is asked for."""
    ranks, groups = [5, 4, 3, 5, NONE], [0] * 5
    assert stats.roll_up_states(ranks, groups, policy="worst").rank.tolist() == [3.0]
    whole = stats.roll_up_states(ranks, groups, policy="worst", min_coverage=1)
    assert whole.reason.tolist() == ["rollup_coverage"]
    asked = stats.roll_up_states(ranks, groups, policy="pilote", figures=[90.0, 80, 70, 100, NONE])
    assert asked.reason.tolist() == ["rollup_coverage"]


def test_pitfall_statuses_averaged_as_numbers_are_refused() -> None:
    """There is no mean of states, and a mean of figures needs figures."""
    with pytest.raises(errors.ArgumentError) as caught:
        stats.roll_up_states([5, 0], [0, 0], policy="mean")
    assert caught.value.code == "argument.choice"
    with pytest.raises(errors.ArgumentError) as caught:
        stats.roll_up_states([5, 0], [0, 0], policy="mean_attainment")
    assert caught.value.code == "roll_up.figures_needed"


def test_a_missed_item_settles_all_or_nothing_however_little_is_known() -> None:
    """What is missed cannot be made good by what is not known; what is met can be spoilt by it."""
    found = stats.roll_up_states([0, NONE, NONE, 5, NONE], [0, 0, 0, 1, 1], policy="all_or_nothing", min_coverage=0)
    assert found.reason.tolist() == ["", "rollup_coverage"]
    assert found.rank[0] == 0.0


def test_a_share_on_the_threshold_counts_in_spite_of_rounding() -> None:
    """Three tenths of ten weights of a tenth are at least 0.3."""
    ranks = [4.0] * 3 + [0.0] * 7
    found = stats.roll_up_states(ranks, [0] * 10, weights=[0.1] * 10, policy="share_threshold", threshold=0.3)
    assert found.rank.tolist() == [4.0]
    half = stats.roll_up_states([5.0] * 3 + [NONE] * 7, [0] * 10, weights=[0.1] * 10, min_coverage=0.3)
    assert half.reason.tolist() == [""]


def test_the_arguments_are_not_changed() -> None:
    """What the caller handed in stays as it was."""
    given_ = [np.array([5.0, NONE]), np.array([0, 1]), np.array([1.0, 2.0]), np.array([True, False])]
    kept = [array.copy() for array in given_]
    stats.roll_up_states(given_[0], given_[1], weights=given_[2], applicable=given_[3])
    assert all(
        np.array_equal(one, other, equal_nan=one.dtype.kind == "f") for one, other in zip(given_, kept, strict=True)
    )


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("roll_up.groups", {"groups": [0, -1]}),
        ("roll_up.groups", {"groups": [0, 2], "size": 2}),
        ("roll_up.groups", {"groups": [0, 0.5]}),
        ("roll_up.groups", {"groups": [0, NONE]}),
        ("argument.shape", {"groups": [[0, 1]]}),
        ("argument.shape", {"groups": [0]}),
        ("roll_up.ranks", {"ranks": [0, 6]}),
        ("roll_up.ranks", {"ranks": [0, 1.5]}),
        ("roll_up.shares", {"ranks": [[0.5, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]]}),
        ("roll_up.shares", {"ranks": [[-1, 2, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]]}),
        ("roll_up.weights", {"weights": [1, -1]}),
        ("roll_up.weights", {"weights": [1, NONE]}),
        ("roll_up.weights", {"weights": [1, math.inf]}),
        ("argument.shape", {"weights": [1]}),
        ("argument.shape", {"figures": [1]}),
        ("roll_up.flags", {"applicable": [True]}),
        ("roll_up.flags", {"applicable": [1, 0]}),
        ("argument.choice", {"policy": "best"}),
        ("argument.shape", {"policy": ["counts", "worst"]}),
        ("argument.range", {"min_coverage": 1.5}),
        ("argument.range", {"threshold": -0.1}),
        ("argument.range", {"on_course": 6}),
        ("argument.whole_number", {"levels": 1}),
        ("argument.numbers", {"ranks": ["met", "met"]}),
    ],
)
def test_wrong_arguments_are_refused(code: str, arguments: dict[str, Any]) -> None:
    """Each with its own code and words."""
    with pytest.raises(errors.ArgumentError) as caught:
        stats.roll_up_states(**({"ranks": [0, 1], "groups": [0, 0]} | arguments))
    assert caught.value.code == code
    assert str(caught.value)


def test_nothing_at_all_is_a_result() -> None:
    """No items and no groups, and groups without items."""
    assert stats.roll_up_states([], []).rank.shape == (0,)
    assert stats.roll_up_states([], [], size=2).reason.tolist() == ["rollup_empty", "rollup_empty"]
