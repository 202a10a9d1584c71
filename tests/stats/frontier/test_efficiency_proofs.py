"""No score without its proof: what the search does wrong is caught, tried again, and else has no number."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.stats.frontier import _figures, _solved
from maalbib.stats.frontier._answers import UNFINISHED

Floats = npt.NDArray[np.float64]
PROGRAMS = ["crs", "vrs", "nirs", "ndrs"]
ORIENTATIONS = ["input", "output"]


def municipalities(count: int, seed: int = 0, m: int = 3, s: int = 3) -> tuple[Floats, Floats]:
    """Units of very different size, with rounded figures so that there are ties."""
    rng = np.random.default_rng(seed)
    size = np.exp(rng.normal(0, 0.8, (count, 1))) * 1_000
    x, y = size * np.exp(rng.normal(0, 0.3, (count, m))), size**0.95 * np.exp(rng.normal(0, 0.3, (count, s)))
    return x.round(-1) + 10, y.round(-1) + 10


def settled(monkeypatch: pytest.MonkeyPatch, *passes: bool) -> None:
    """Let only these passes of the search end: False the fast one, True the careful one."""
    search = _solved.best_bases

    def some(*given: Any, careful: bool) -> Any:
        found = search(*given, careful=careful)
        if careful in passes:
            return found
        return attrs.evolve(found, state=np.full_like(found.state, UNFINISHED))

    monkeypatch.setattr(_solved, "best_bases", some)


@pytest.mark.parametrize("returns", PROGRAMS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("without", [False, True])
@pytest.mark.parametrize("passes", [(True,), ()], ids=["careful", "other_solver"])
def test_every_way_gives_the_same(
    monkeypatch: pytest.MonkeyPatch,
    returns: Any,
    orientation: Any,
    without: bool,  # noqa: FBT001
    passes: tuple[bool, ...],
) -> None:
    """The careful search and the other solver give the scores and slacks of the fast search, and prove them."""
    x, y = municipalities(25)
    options = {"returns": returns, "orientation": orientation, "exclude_self": without}
    fast = stats.efficiency(x, y, fallback=False, **options)
    settled(monkeypatch, *passes)
    other = stats.efficiency(x, y, fallback=not passes, **options)
    assert fast.certified.all()
    assert other.outcome.tolist() == fast.outcome.tolist()
    assert other.certified.all()
    assert_allclose(other.score, fast.score, rtol=1e-9)
    for name in ("slack_inputs", "slack_outputs"):
        one, two = getattr(fast, name), getattr(other, name)
        means = (x if name == "slack_inputs" else y).mean(axis=0)
        assert_allclose(two / means, one / means, atol=1e-7)


@pytest.mark.parametrize("returns", PROGRAMS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_what_is_not_proved_has_no_number(monkeypatch: pytest.MonkeyPatch, returns: Any, orientation: Any) -> None:
    """A search that ends too early and says that it is done is found out, unit by unit."""
    x, y = municipalities(40)
    right = stats.efficiency(x, y, returns=returns, orientation=orientation)
    search = _solved.best_bases

    def hasty(technology: Any, programs: Any, *, careful: bool) -> Any:
        found = search(technology, programs, careful=careful)
        wrong = np.roll(found.basis, 1, axis=0)  # every unit gets the basis of its neighbour
        return attrs.evolve(found, basis=wrong, score_at=(wrong == technology.columns.shape[1]).argmax(axis=1))

    monkeypatch.setattr(_solved, "best_bases", hasty)
    found = stats.efficiency(x, y, returns=returns, orientation=orientation, fallback=False)
    unproved = found.outcome == "not_certified"
    assert unproved.sum() > 10
    assert np.isnan(found.score[unproved]).all()
    assert not found.certified[unproved].any()
    assert set(found.reason[unproved]) == {"not_certified"}
    assert np.isnan(found.target_inputs[unproved]).all()
    assert (np.diff(found.starts)[unproved] == 0).all()
    assert_allclose(found.score[~unproved], right.score[~unproved], rtol=1e-9)


def test_a_false_infeasible_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """That nobody reaches a unit needs its proof too."""
    x, y = municipalities(30)
    search = _solved.best_bases

    def despairing(*given: Any, careful: bool) -> Any:
        found = search(*given, careful=careful)
        return attrs.evolve(found, state=np.ones_like(found.state), blocked=np.zeros_like(found.blocked))

    monkeypatch.setattr(_solved, "best_bases", despairing)
    found = stats.efficiency(x, y, fallback=False)
    assert set(found.outcome) == {"not_certified"}
    assert stats.efficiency(x, y).certified.all()


def test_slacks_that_are_not_the_largest_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit whose slacks could be larger might pass for efficient; it has no answer instead."""
    rng = np.random.default_rng(0)
    x, y = rng.integers(1, 5, (60, 3)), rng.integers(1, 5, (60, 3))
    right = stats.efficiency(x, y)
    assert (right.outcome == "weakly_efficient").any()

    def idle(_technology: Any, _programs: Any, basis: Any, *_given: Any, careful: bool) -> Any:
        assert careful in {False, True}
        return basis

    monkeypatch.setattr(_solved, "fullest_bases", idle)
    found = stats.efficiency(x, y, fallback=False)
    unproved = found.outcome == "not_certified"
    assert 5 < unproved.sum() < 60
    means = np.concatenate([x.mean(axis=0), y.mean(axis=0)])
    sums = [(np.column_stack([one.slack_inputs, one.slack_outputs]) / means).sum(axis=1) for one in (found, right)]
    assert_allclose(sums[0][~unproved], sums[1][~unproved], atol=1e-9)


def test_a_search_among_some_is_proved_against_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """With many units only those that can be on the frontier are searched; leave out one that is, and the proof fails."""
    x, y = municipalities(500)
    whole = stats.efficiency(x, y, fallback=False)
    assert whole.certified.all()
    core = _figures.core_units

    def forgetful(*given: Any) -> Any:
        return core(*given)[::2]

    monkeypatch.setattr(_figures, "core_units", forgetful)
    mended = stats.efficiency(x, y, fallback=False)
    assert_allclose(mended.score, whole.score, rtol=1e-9)  # by the careful search, which is among all
    settled(monkeypatch, False)
    broken = stats.efficiency(x, y, fallback=False)
    unproved = broken.outcome == "not_certified"
    assert 50 < unproved.sum() < 500
    assert_allclose(broken.score[~unproved], whole.score[~unproved], rtol=1e-9)


@pytest.mark.parametrize("without", [False, True])
@pytest.mark.parametrize("returns", PROGRAMS)
def test_many_units_give_what_a_search_among_all_gives(
    monkeypatch: pytest.MonkeyPatch,
    returns: Any,
    without: bool,  # noqa: FBT001
) -> None:
    """Sorting out the frontier first changes no score, and neither block nor order changes a bit."""
    x, y = municipalities(450, m=2, s=2)
    one = stats.efficiency(x, y, returns=returns, exclude_self=without)
    assert one == stats.efficiency(x, y, returns=returns, exclude_self=without, block=17)
    order = np.random.default_rng(1).permutation(len(x))
    other = stats.efficiency(x[order], y[order], returns=returns, exclude_self=without)
    for name in ("score", "outcome", "slack_inputs", "weight_outputs"):
        assert_array_equal(getattr(one, name)[order], getattr(other, name))
    monkeypatch.setattr(_figures, "core_units", lambda *_given: None)
    among_all = stats.efficiency(x, y, returns=returns, exclude_self=without)
    assert_allclose(one.score, among_all.score, rtol=1e-10)
    assert one.outcome.tolist() == among_all.outcome.tolist()


def test_a_unit_among_others_or_alone_has_the_same_answer() -> None:
    """Held against another set, a unit's answer does not depend on who else is judged."""
    x, y = municipalities(420)
    new_x, new_y = municipalities(5, seed=1)
    together = stats.efficiency(new_x, new_y, reference=(x, y))
    assert np.isfinite(together.score).sum() > 2
    for unit in range(5):
        alone = stats.efficiency(new_x[unit : unit + 1], new_y[unit : unit + 1], reference=(x, y))
        assert_array_equal(alone.score, together.score[unit : unit + 1])
        assert_array_equal(alone.slack_outputs[0], together.slack_outputs[unit])


def test_sizes_many_powers_of_ten_apart() -> None:
    """Columns from 0.1 to 100 million, units from one to a hundred million: proved, or no number."""
    rng = np.random.default_rng(3)
    for spread in (2.0, 8.0):
        size = np.exp(rng.normal(0, spread, (60, 1)))
        x = size * np.exp(rng.normal(0, 0.3, (60, 3))) * 10.0 ** np.array([-1, 3, 8])
        y = size * np.exp(rng.normal(0, 0.3, (60, 2))) * 10.0 ** np.array([8, 0])
        for returns in PROGRAMS:
            found = stats.efficiency(x, y, returns=returns)  # type: ignore[arg-type]
            assert np.isfinite(found.score[found.certified]).all()
            assert np.isnan(found.score[~found.certified]).all()
            assert found.certified.all() or spread > 2
            worst = np.nanmax([found.primal_error, found.dual_error, found.gap], axis=0)
            assert (worst[found.certified] <= 1e-9).all()
