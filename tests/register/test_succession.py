"""Succession algebra: the oracle, a slow twin, the laws of carrying figures, and the real reform of another country."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter, defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import Institution, InstitutionChange, Register, Succession, Text
from maalbib.errors import ArgumentError
from maalbib.model import InstitutionName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

DAYS = [dt.date(2000 + 5 * i, 1, 1) for i in range(5)]
# A division is a number of units; what becomes of each is a mapping from the units after it to whole numbers.
Step = list[dict[int, int]]


def code_of(division: int, unit: int) -> str:
    """A code that no other division uses."""
    return f"{'ABCDE'[division]}{unit}"


def built(steps: Sequence[Step], name: Callable[[int, int], str] = code_of, basis: str = "manual") -> Register:
    """A register of divisions that follow each other; every unit of every division is another one."""
    sizes = [len(step) for step in steps] + [1 + max((unit for way in steps[-1] for unit in way), default=0)]
    units = [
        {"id": name(i, unit), "name": f"{i}-{unit}", "valid_from": start, "valid_to": end}
        for i, size in enumerate(sizes)
        for unit in range(size)
        for start, end in [(DAYS[i - 1] if i else None, DAYS[i] if i < len(steps) else None)]
    ]
    changes = [
        {
            "date": DAYS[i],
            "from": name(i, unit),
            "to": name(i + 1, target),
            **({f"weight.{basis}": part / sum(way.values())} if len(way) > 1 else {}),
        }
        for i, step in enumerate(steps)
        for unit, way in enumerate(step)
        for target, part in way.items()
    ]
    return Register.from_records(units, kind="municipality", changes=changes)


def day_in(division: int) -> dt.date:
    """A day in the middle of a division."""
    return DAYS[division] - dt.timedelta(days=100)


@st.composite
def reforms(draw: st.DrawFn, most: int = 3) -> list[Step]:
    """One to three reforms of a few units, with splits, mergers and receivers of nothing."""
    steps: list[Step] = []
    size = draw(st.integers(1, 5))
    for _ in range(draw(st.integers(1, most))):
        after = draw(st.integers(1, 5))
        ways = st.dictionaries(st.integers(0, after - 1), st.integers(0, 9), min_size=1, max_size=3)
        steps.append(draw(st.lists(ways.filter(lambda way: sum(way.values()) > 0), min_size=size, max_size=size)))
        size = 1 + max(unit for way in steps[-1] for unit in way)
    return steps


def by_hand(steps: Sequence[Step]) -> list[dict[int, Fraction]]:
    """What became of each unit of the first division in the last: exact fractions, receivers of nothing included."""
    found = [{unit: Fraction(1)} for unit in range(len(steps[0]))]
    for step in steps:
        after = []
        for way in found:
            shares: dict[int, Fraction] = defaultdict(Fraction)
            for unit, share in way.items():
                for target, part in step[unit].items():
                    shares[target] += share * Fraction(part, sum(step[unit].values()))
            after.append(dict(shares))
        found = after
    return found


def whole_way(steps: Sequence[Step], **options: Any) -> Succession:
    """The succession over all the reforms."""
    options = {"basis": "manual", **options}
    return built(steps).succession(day_in(0), day_in(len(steps)), **options)


def listed(found: Succession) -> Iterator[tuple[int, int, float, bool]]:
    """The edges one by one."""
    columns = (found.source, found.target, found.weight, found.exact)
    return zip(*(column.tolist() for column in columns), strict=True)


@given(reforms())
def test_weights_are_those_of_the_slow_twin(steps: list[Step]) -> None:
    """Edge by edge against fractions followed by hand; exact just where a unit has one receiver."""
    found, expected = whole_way(steps), by_hand(steps)
    last = len(steps)
    edges = {(found.sources[i], found.targets[j]): (share, sure) for i, j, share, sure in listed(found)}
    assert edges.keys() == {
        (code_of(0, unit), code_of(last, target)) for unit, way in enumerate(expected) for target in way
    }
    for unit, way in enumerate(expected):
        for target, share in way.items():
            weight, sure = edges[code_of(0, unit), code_of(last, target)]
            assert weight == pytest.approx(float(share), abs=1e-12)
            assert sure == (len(way) == 1)


figures = st.integers(0, 10**9).map(float)


@given(reforms(), st.data())
def test_counts_are_conserved_on_every_path_and_stay_within_their_bounds(
    steps: list[Step], data: st.DataObject
) -> None:
    """For any weights the total stays the same; what is exact is exact to the last bit."""
    found = whole_way(steps)
    counts = np.array(data.draw(st.lists(figures, min_size=len(steps[0]), max_size=len(steps[0]))))
    carried = found.apply(counts)
    reached = np.isin(np.arange(len(found.targets)), found.target)
    assert np.isnan(carried.values).tolist() == (~reached).tolist()
    assert np.nansum(carried.values) == pytest.approx(counts.sum(), rel=1e-12)
    assert carried.unplaced == 0
    room = 1e-9 * (1 + counts.sum())
    assert (carried.lower[reached] <= carried.values[reached] + room).all()
    assert (carried.upper[reached] >= carried.values[reached] - room).all()
    sure = reached & ~found.estimated
    assert (carried.values[sure] == carried.lower[sure]).all()
    assert (carried.values[sure] == carried.upper[sure]).all()
    assert (carried.allocated[sure] == 0).all()
    assert ((carried.allocated[reached] >= 0) & (carried.allocated[reached] <= 1)).all()


@given(reforms(), st.data())
def test_any_other_weights_stay_within_the_bounds(steps: list[Step], data: st.DataObject) -> None:
    """The bounds hold whatever the true weights were."""
    others = [
        [
            dict(zip(way, data.draw(st.lists(st.integers(1, 9), min_size=len(way), max_size=len(way))), strict=True))
            for way in step
        ]
        for step in steps
    ]
    counts = np.array(data.draw(st.lists(figures, min_size=len(steps[0]), max_size=len(steps[0]))))
    bounds, truth = whole_way(steps).apply(counts), whole_way(others).apply(counts)
    room = 1e-9 * (1 + counts.sum())
    reached = ~np.isnan(truth.values)
    assert (bounds.lower[reached] <= truth.values[reached] + room).all()
    assert (bounds.upper[reached] >= truth.values[reached] - room).all()


@given(reforms())
def test_composing_steps_equals_one_step(steps: list[Step]) -> None:
    """Day by day or all at once: the same edges, the same weights, the same exactness."""
    register = built(steps)
    parts = [register.succession(day_in(i), day_in(i + 1), basis="manual") for i in range(len(steps))]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.then(part)
    one = register.succession(day_in(0), day_in(len(steps)), basis="manual")
    assert attrs.evolve(joined, weight=one.weight) == one
    assert joined.weight == pytest.approx(one.weight, abs=1e-12)


@given(reforms(), st.randoms(use_true_random=False))
def test_codes_that_are_used_again_are_never_confused(steps: list[Step], rnd: Any) -> None:
    """With the same few codes in every division the result is that of codes that are all different."""
    sizes = [len(step) for step in steps] + [1 + max(unit for way in steps[-1] for unit in way)]
    names = [rnd.sample([f"{n:04}" for n in range(6)], size) for size in sizes]
    again, apart = built(steps, lambda i, unit: names[i][unit]), built(steps)
    ask = {"start": day_in(0), "end": day_in(len(steps)), "basis": "manual"}
    one, other = again.succession(**ask), apart.succession(**ask)
    places = [{names[i][unit]: code_of(i, unit) for unit in range(sizes[i])} for i in (0, len(steps))]
    edges = {
        (places[0][one.sources[i]], places[1][one.targets[j]]): (share, sure) for i, j, share, sure in listed(one)
    }
    expected = {(other.sources[i], other.targets[j]): (share, sure) for i, j, share, sure in listed(other)}
    assert edges.keys() == expected.keys()
    for ends, (share, sure) in expected.items():
        assert edges[ends] == (pytest.approx(share, abs=1e-12), sure)
    for code, days in again.reused().items():
        assert len(again.identities(code)) == len(days) + 1


@given(reforms(most=2), st.data())
def test_the_way_back_by_sizes_restores_the_sizes(steps: list[Step], data: st.DataObject) -> None:
    """There and back with the same figures as sizes; a unit with one predecessor goes back whole."""
    register = built(steps)
    ends = day_in(0), day_in(len(steps))
    there = register.succession(*ends, basis="manual")
    counts = data.draw(st.lists(st.integers(1, 10**6), min_size=len(steps[0]), max_size=len(steps[0])))
    sizes = dict(zip(there.sources, map(float, counts), strict=True))
    reached = there.apply(counts).values
    inflow = np.bincount(there.target, there.weight * np.array(counts)[there.source], len(there.targets))
    if ((inflow == 0) & (np.bincount(there.target, minlength=len(inflow)) > 1)).any():
        return  # nothing came, from several: there is nothing to go by
    back = register.succession(*ends[::-1], basis="manual", sizes=sizes)
    assert back.apply(np.nan_to_num(reached)).values == pytest.approx(counts, rel=1e-9)
    sole = np.bincount(back.source, minlength=len(back.sources)) == 1
    assert back.exact.tolist() == sole[back.source].tolist()


def test_splitting_and_merging_back_restores_without_any_weights() -> None:
    """Who gets what in between does not matter, so no basis is needed and the result is exact."""
    found = built([[{0: 3, 1: 7}, {2: 1}], [{0: 1}, {0: 1}, {1: 1}]]).succession(day_in(0), day_in(2))
    assert found.exact.all()
    assert found.weight.tolist() == [1.0, 1.0]
    assert found.apply([5.0, 8.0]).values.tolist() == [5.0, 8.0]
    assert found.apply([5.0, 8.0]) == attrs.evolve(found, basis="area").apply([5.0, 8.0])


def test_every_case_of_the_oracle(oracles: Path) -> None:
    """Composed weights, carried numerators and denominators, and shares computed after, to 1e-12."""
    text = (oracles / "interchange" / "own" / "succession.json").read_text(encoding="utf-8")
    cases = json.loads(text)["cases"]
    assert len(cases) == 12
    for case in cases:
        found = from_oracle(case).succession(day_in(0), day_in(2), basis="manual")
        edges = {
            (found.sources[i], found.targets[j]): share
            for i, j, share in zip(found.source, found.target, found.weight, strict=True)
        }
        composed = {(source, target): float(Fraction(share)) for source, target, share in case["composed"]}
        assert edges == pytest.approx(composed, rel=1e-12), case["case_id"]
        carried = {}
        for figure in ("numerator", "denominator"):
            values = [float(Fraction(case[figure][code])) for code in found.sources]
            carried[figure] = found.apply(values).values
            assert by_code(found, carried[figure]) == pytest.approx(numbers(case[f"{figure}_at_end"]), rel=1e-12)
        shares = carried["numerator"] / carried["denominator"]
        assert by_code(found, shares) == pytest.approx(numbers(case["share_at_end"]), rel=1e-12)


def by_code(found: Succession, values: np.ndarray) -> dict[str, float]:
    """The figures that are there, by the code of their target."""
    return {code: float(value) for code, value in zip(found.targets, values, strict=True) if not np.isnan(value)}


def numbers(written: dict[str, str]) -> dict[str, float]:
    """Fractions as numbers."""
    return {code: float(Fraction(text)) for code, text in written.items()}


def from_oracle(case: dict[str, Any]) -> Register:
    """The two reforms of a case as a register."""
    listed = [case["reform1"], case["reform2"]]
    lives = {"A": (None, DAYS[0]), "B": (DAYS[0], DAYS[1]), "C": (DAYS[1], None)}
    codes = sorted({code for edges in listed for source, target, _ in edges for code in (source, target)})
    units = [
        {"id": code, "name": code, "valid_from": lives[code[0]][0], "valid_to": lives[code[0]][1]} for code in codes
    ]
    changes = [
        {"date": DAYS[i], "from": source, "to": target, "weight": {"manual": float(Fraction(share))}}
        for i, edges in enumerate(listed)
        for source, target, share in edges
    ]
    return Register.from_records(units, kind="municipality", changes=changes)


def test_norway_2020_is_carried_by_the_same_model(oracles: Path) -> None:
    """Latin-1, no-break spaces inside the cells, a split, and a code with another content on each side."""
    path = oracles / "interchange" / "real" / "succession" / "norway_2019_to_2020_half.csv"
    with path.open(encoding="latin-1", newline="") as file:
        rows = [
            [cell.replace("\xa0", " ").split(" - ", 1) for cell in (row["kommuner_2019"], row["kommuner_2020"])]
            for row in csv.DictReader(file, delimiter=";")
        ]
    assert len(rows) == 160
    day = "2020-01-01"
    before, after = dict(row[0] for row in rows), dict(row[1] for row in rows)
    units = [{"id": code, "name": name, "valid_to": day} for code, name in before.items()]
    units += [{"id": code, "name": name, "valid_from": day} for code, name in after.items()]
    links = [{"date": day, "from": old[0], "to": new[0]} for old, new in rows]
    norway = Register.from_records(units, kind="municipality", changes=links)
    kinds = Counter(change.kind.value for change in norway.changes)
    assert kinds["merge"] == 16
    assert kinds["split"] == 1
    assert [change.from_ids for change in norway.changes if change.kind == "split"] == [("5012",)]
    assert [entry.text() for entry in norway.identities("1826")] == [before["1826"], after["1826"]]
    assert before["1826"] != after["1826"]
    assert list(norway.reused()) == ["1826"]
    assert len(norway.check()) == 0
    with pytest.raises(ArgumentError) as caught:
        norway.succession("2019-12-31", day)
    assert caught.value.code == "succession.no_weights"
    assert caught.value.details["units"] == ["5012"]
    more = [
        {"date": day, "from": "5012", "to": new[0], "weight.population": share}
        for share, new in zip((0.25, 0.75), (new for old, new in rows if old[0] == "5012"), strict=True)
    ]
    found = Register.from_records([], changes=more, extends=norway).succession("2019-12-31", day, basis="population")
    assert (len(found.sources), len(found.targets), len(found.weight)) == (159, 138, 160)
    assert int((~found.exact).sum()) == 2


def unit(code: str, **fields: Any) -> Institution:
    """A municipality."""
    return Institution(id=code, name=Text(da=code), kind="municipality", **fields)


def test_renaming_changes_no_figure() -> None:
    """A rename in the list of changes, and a dated name, leave every weight alone."""
    day = "2005-01-01"
    plain = Register([unit("A"), unit("B")])
    named = Register(
        [unit("A", names=(InstitutionName(text=Text(da="Før"), valid_to=day),)), unit("B")],
        changes=[InstitutionChange(date=day, kind="rename", from_ids=("A",), to_ids=("A",))],
    )
    one, other = (register.succession("2000-01-01", "2010-01-01") for register in (plain, named))
    assert one == other
    assert one.exact.all()


def test_giving_away_a_part_lives_on() -> None:
    """A keeps its identity, and loses a tenth to B."""
    change = InstitutionChange(
        date="2005-01-01",
        kind="transfer_part",
        from_ids=("A",),
        to_ids=("A", "B"),
        weights={"population": {"A": 0.9, "B": 0.1}},
    )
    register = Register([unit("A"), unit("B")], changes=[change])
    assert len(register.check()) == 0
    found = register.succession("2000-01-01", "2010-01-01", basis="population")
    assert found.apply([100.0, 50.0]).values.tolist() == [90.0, 60.0]
    assert found.exact.tolist() == [False, False, True]


def test_who_is_abolished_leads_nowhere_and_is_told() -> None:
    """The figure is not lost silently: it is in what is unplaced; who is new has no figure, which is not zero."""
    day = "2005-01-01"
    register = Register(
        [unit("A"), unit("B", valid_to=day), unit("C", valid_from=day)],
        changes=[
            InstitutionChange(date=day, kind="abolish", from_ids=("B",)),
            InstitutionChange(date=day, kind="create", to_ids=("C",)),
        ],
    )
    assert len(register.check()) == 0
    found = register.succession("2000-01-01", "2010-01-01")
    assert found.unplaced == ("B",)
    carried = found.apply([1.0, 2.0])
    assert carried.values[0].item() == 1.0
    assert np.isnan(carried.values[1])
    assert carried.unplaced == 2.0


def test_a_part_that_is_lost_makes_the_rest_inexact() -> None:
    """A goes half to B, which is abolished: what reaches C is not the whole of A."""
    first, second = "2005-01-01", "2007-01-01"
    register = Register(
        [unit("A", valid_to=first), unit("B", valid_from=first, valid_to=second), unit("C", valid_from=first)],
        changes=[
            InstitutionChange(
                date=first, kind="split", from_ids=("A",), to_ids=("B", "C"), weights={"area": {"B": 0.5, "C": 0.5}}
            ),
            InstitutionChange(date=second, kind="abolish", from_ids=("B",)),
        ],
    )
    one = register.succession("2000-01-01", "2010-01-01", basis="area")
    two = register.succession("2000-01-01", "2006-01-01", basis="area").then(
        register.succession("2006-01-01", "2010-01-01")
    )
    assert one == two
    assert (one.weight.tolist(), one.exact.tolist()) == ([0.5], [False])
    with pytest.raises(ArgumentError, match="Choose a basis"):
        register.succession("2000-01-01", "2010-01-01")


def test_missing_figures_stay_missing_and_reach_nobody_through_a_weight_of_nothing() -> None:
    """NaN makes missing what needs it: not the receiver that the rule gives nothing, and not the others."""
    register = Register.from_records(
        [
            {"id": "A", "name": "A", "valid_to": DAYS[0]},
            *({"id": code, "name": code, "valid_from": DAYS[0]} for code in "BC"),
            {"id": "D", "name": "D"},
        ],
        kind="municipality",
        changes=[
            {"date": DAYS[0], "from": "A", "to": code, "weight.register_rule": share}
            for code, share in (("B", 1), ("C", 0))
        ],
    )
    found = register.succession(day_in(0), day_in(1), basis="register_rule")
    assert found.targets == ("B", "C", "D")
    carried = found.apply([[np.nan, 4.0], [1.0, 2.0]])
    assert carried.values.tolist()[1:] == [[0.0, 0.0], [1.0, 2.0]]
    assert np.isnan(carried.values[0, 0])
    assert carried.values[0, 1] == 4.0
    assert np.isnan(carried.upper[1, 0])
    assert carried.upper[1, 1] == 4.0


@pytest.mark.parametrize("shape", [(2,), (2, 0), (2, 3), (2, 3, 4)])
def test_any_further_axes_are_carried_alike(shape: tuple[int, ...]) -> None:
    """One call for a table of many indicators gives what a call for each would."""
    found = built([[{0: 1, 1: 3}, {1: 1}]]).succession(day_in(0), day_in(1), basis="manual")
    values = np.arange(np.prod(shape), dtype=float).reshape(shape) - 2
    carried = found.apply(values)
    expected = np.einsum("ts,s...->t...", found.matrix().toarray(), values)
    assert carried.values == pytest.approx(expected)
    assert carried.unplaced.shape == shape[1:]
    assert {part.shape for part in (carried.values, carried.lower, carried.upper, carried.allocated)} == {
        values.shape
    }


def test_wrong_arguments_are_refused() -> None:
    """Values of another length, text for numbers, paths that do not join, negative sizes, a kind that is none."""
    register = built([[{0: 1, 1: 3}, {1: 1}]])
    found = register.succession(day_in(0), day_in(1), basis="manual")
    for values in ([1.0], 5.0, ["1", "2"]):
        with pytest.raises(ArgumentError):
            found.apply(values)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="do not join"):
        found.then(found)
    other = attrs.evolve(
        register.succession(day_in(1), day_in(0), basis="manual", sizes={"A0": 1, "A1": 1}), basis="area"
    )
    with pytest.raises(ArgumentError, match="different bases"):
        found.then(other)
    with pytest.raises(ArgumentError, match="negative"):
        register.succession(day_in(1), day_in(0), basis="manual", sizes={"A0": -1.0, "A1": 1.0})
    for kind in ("kommune", None):
        with pytest.raises(ArgumentError):
            register.succession(day_in(0), day_in(1), kind=kind)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="region"):
        register.succession(day_in(0), day_in(1), kind="region")
