"""The calibrations: short runs keep their promises, and the tables of the docs are theirs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
SERIES = 1_000


@pytest.fixture(scope="module")
def trends() -> Iterator[ModuleType]:
    """The calibration of trends, which is no part of the package."""
    if not (ROOT / "calibration").is_dir():
        pytest.skip("the folder calibration is not here")
    sys.path.insert(0, str(ROOT / "calibration"))
    yield importlib.import_module("trends")
    sys.path.remove(str(ROOT / "calibration"))


def page(name: str) -> list[list[str]]:
    """The rows of a table of the docs, without its head."""
    file = ROOT / "docs" / "calibration" / f"{name}.md"
    if not file.is_file():
        pytest.skip("the folder docs is not here")
    return [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in file.read_text(encoding="utf-8").splitlines()[2:]
    ]


@pytest.mark.parametrize("periods", [5, 8, 12])
def test_no_trend_is_found_too_often(trends: ModuleType, periods: int) -> None:
    """With equal values, with gaps, and across a break, the share found keeps to the level."""
    rng = np.random.default_rng(periods)
    for make in trends.KINDS.values():
        found = trends.judge(make(rng, SERIES, periods))
        assert found.found <= trends.ALPHA + trends.error_of(trends.ALPHA, SERIES)
    broken = trends.judge(trends.noise(rng, SERIES, periods), breaks=(periods // 2,))
    assert broken.found <= trends.ALPHA + trends.error_of(trends.ALPHA, SERIES)


@pytest.mark.parametrize("periods", [6, 10])
def test_the_stated_slope_is_found(trends: ModuleType, periods: int) -> None:
    """Four times in five, give or take what so few series tell."""
    values = trends.noise(np.random.default_rng(1), SERIES, periods, slope=trends.DETECTABLE[periods])
    assert trends.judge(values).found == pytest.approx(0.8, abs=0.05)


def test_the_table_of_false_alarms_keeps_the_level() -> None:
    """No share in the docs is above 5 % by more than the error of 20,000 series."""
    shares = [
        float(cell.partition("\N{NO-BREAK SPACE}%")[0]) for row in page("trend-false-alarms") for cell in row[1:]
    ]
    assert len(shares) == 60
    assert max(shares) <= 5.4


def test_the_table_of_power_says_four_in_five() -> None:
    """Each stated slope is the one."""
    found = [float(row[3].removesuffix("\N{NO-BREAK SPACE}%")) for row in page("trend-power")]
    assert len(found) == 10
    assert all(79 <= share <= 81 for share in found)


def test_the_default_says_where_neighbours_are_alike() -> None:
    """Nearly every false find in long series of neighbours that are much alike is flagged, and ``ar1`` finds fewer."""
    rows = {
        (row[0], row[1]): [float(cell.removesuffix("\N{NO-BREAK SPACE}%")) for cell in row[2:]]
        for row in page("trend-autocorrelation")
    }
    found, flagged, ar1 = rows["60", "0.6"]
    assert flagged > 0.95 * found
    assert all(values[2] <= values[0] for values in rows.values())
    assert ar1 < found / 3


@pytest.fixture(scope="module")
def projections() -> Iterator[ModuleType]:
    """The calibration of projections, which is no part of the package."""
    if not (ROOT / "calibration").is_dir():
        pytest.skip("the folder calibration is not here")
    sys.path.insert(0, str(ROOT / "calibration"))
    yield importlib.import_module("projections")
    sys.path.remove(str(ROOT / "calibration"))


def promised(rows: list[list[str]]) -> list[list[str]]:
    """The rows of methods whose assumptions hold."""
    return [row for row in rows if not row[0].startswith("*")]


def shares_of(cell: str) -> list[float]:
    """The percentages of a cell."""
    return [float(part.removesuffix("\N{NO-BREAK SPACE}%")) for part in cell.split(" / ")]


@pytest.mark.parametrize("periods", [6, 12])
def test_intervals_hold_as_often_as_they_say(projections: ModuleType, periods: int) -> None:
    """Within three points and what so few series tell, for every method on what it is for."""
    rng = np.random.default_rng(periods)
    for kind in projections.KINDS:
        found = projections.cover(kind, kind.draw(rng, 3 * SERIES, periods))
        for level, share in zip(projections.LEVELS, found.shares, strict=True):
            if kind.promised:
                assert share == pytest.approx(level, abs=0.03 + projections.error_of(level, 3 * SERIES)), kind.name
        assert 1 < found.width < 20


def test_stated_probabilities_come_true(projections: ModuleType) -> None:
    """In every tenth, within five points and what so few targets tell."""
    rng = np.random.default_rng(9)
    for kind in projections.KINDS[:7]:
        for decile in projections.deciles(kind, kind.draw(rng, 5 * SERIES, 8), rng):
            room = 0.05 + 1.5 * projections.error_of(0.5, decile.targets)
            assert decile.targets > 100
            assert decile.came_true == pytest.approx(decile.stated, abs=room), kind.name


def test_a_calibration_that_breaks_its_promise_stops(projections: ModuleType) -> None:
    """A straight line for a walk would not be written into the tables as promised."""
    walk = next(kind for kind in projections.KINDS if kind.name == "`linear`, a walk")
    found = projections.cover(walk, walk.draw(np.random.default_rng(1), SERIES, 12))
    assert found.worst > projections.INTERVAL_ERROR
    with pytest.raises(AssertionError):
        projections._keep(projections.KINDS[0], found.worst, projections.INTERVAL_ERROR, "interval")


def test_the_table_of_intervals_keeps_three_points() -> None:
    """For six values and more, where the assumptions hold; the rows that break them show it."""
    rows = page("projection-intervals")
    assert len(promised(rows)) == 8
    for row in promised(rows):
        for cell in row[3:7]:
            narrow, wide = shares_of(cell)
            assert abs(narrow - 80) <= 3
            assert abs(wide - 95) <= 3
    walk = next(row for row in rows if row[0] == "*`linear`, a walk*")
    assert shares_of(walk[5])[0] < 60


def test_the_table_of_known_errors_is_never_too_narrow() -> None:
    """From four values on, by more than the error of the simulation; from two where measuring is all."""
    rows = page("projection-known-errors")
    for row in rows:
        for cell in row[3:] if row is not rows[0] else row[1:]:
            narrow, wide = shares_of(cell)
            assert narrow >= 79.4
            assert wide >= 94.7


def test_the_table_of_probabilities_keeps_five_points() -> None:
    """In every tenth, where the assumptions hold."""
    rows = promised(page("projection-probability"))
    assert len(rows) == 8
    for row in rows:
        assert len(row) == 11
        for place, cell in enumerate(row[1:]):
            stated, came_true = map(float, cell.split("\N{RIGHTWARDS ARROW}"))
            assert 10 * place <= stated <= 10 * place + 10
            assert abs(stated - came_true) <= 5


def different(figure: Any) -> Any:
    """Something else of the same sort."""
    if isinstance(figure, bool):
        return not figure
    if isinstance(figure, dict):
        return figure | {"nobody": "met"}
    if isinstance(figure, list):
        return [*figure, "nothing"]
    return f"{figure}s" if isinstance(figure, str) else 1.001 * (figure or 0) + 0.001


@pytest.fixture(scope="module")
def default_method(calibration: Any, oracles: Path) -> ModuleType:
    """The calibration of the default method; skips where its cases are missing."""
    if not (oracles / "tracking").is_dir():
        pytest.skip("the cases of tracking are not here")
    module: ModuleType = calibration("default_method")
    return module


def test_the_table_of_the_default_method_is_what_comes_out(default_method: ModuleType, oracles: Path) -> None:
    """Every case but one withdrawal, which is named by the version that it ended; nobody has written the table by hand."""
    found = default_method.answers(oracles / "tracking")
    assert [len(each.differences) for each in found] == [96, 17, 12, 25, 25, 25, 6, 2, 6, 33]
    assert [case for each in found for case in each.missed] == ["asof-024"]
    assert [row for row in page("default-method") if len(row) != 6] == []
    text = (ROOT / "docs" / "calibration" / "default-method.md").read_text(encoding="utf-8")
    assert text == default_method.as_table(found)


def test_a_figure_that_is_off_is_seen(default_method: ModuleType, oracles: Path) -> None:
    """Whatever a file states about a case is compared by a question, but for R's interval of the slope, which we do not give."""
    stated: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()
    for asked in default_method.QUESTIONS:
        tried: set[str] = set()
        for case in asked.asked(oracles / "tracking"):
            for name, figure in case["expected"].items():
                if name not in tried:
                    tried.add(name)
                    gone = asked.differences(case | {"expected": case["expected"] | {name: different(figure)}})
                    seen |= {(asked.file, name)} if name in gone else set()
        stated |= {(asked.file, name) for name in tried}
    assert stated - seen == {("own_projection.json", f"slope_{end}95") for end in ("lower", "upper")}


def test_every_table_of_the_docs_is_written_by_a_calibration() -> None:
    """No table is left from what is no longer computed."""
    if not (ROOT / "docs" / "calibration").is_dir():
        pytest.skip("the folder docs is not here")
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "calibration").glob("*.py"))
    for file in (ROOT / "docs" / "calibration").glob("*.md"):
        assert f'"{file.stem}"' in sources
        assert f"../calibration/{file.name}" in (ROOT / "docs/concepts/calibration.md").read_text(encoding="utf-8")
