"""What somebody else's code looks like. Type-checked by mypy and pyright, never run."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

import maalbib as mb
from maalbib import stats
from maalbib.errors import DataError, MaalError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd


def read(path: str) -> mb.Measurements:
    """Read a file and tell every problem to whoever supplied it."""
    catalogue = mb.Catalogue.load("sammenhaengsreform-2018")
    register = mb.Register.denmark()
    try:
        return mb.Measurements.read(path, locale="da", catalogue=catalogue, register=register)
    except DataError as error:
        for problem in error.problems:
            assert_type(problem.code, str)
            assert_type(problem.row, int | None)
            assert_type(problem.message_da, str)
        raise


def from_a_frame(frame: pd.DataFrame, catalogue: mb.Catalogue) -> mb.Measurements:
    """Name the columns of a frame that uses other words."""
    columns = {"institution": "Kommune", "value": "Andel"}
    return mb.Measurements.from_pandas(frame, columns=columns, locale="da", catalogue=catalogue, on_problem="collect")


def define() -> tuple[mb.Goal, mb.Indicator, mb.AtLeast]:
    """Write definitions as objects."""
    goal = mb.Goal(id="readers", name=mb.Text(da="Flere gode læsere", en="More good readers"), kind="national")
    indicator = mb.Indicator(
        id="good_readers",
        name=mb.Text(da="Andel gode læsere", en="Share of good readers"),
        unit="PT",
        direction="higher",
        kind="result",
    )
    target = mb.AtLeast(id="readers-80", goal="readers", indicator="good_readers", value=80)
    return goal, indicator, target


def on_track(measurements: mb.Measurements, catalogue: mb.Catalogue) -> list[str]:
    """Explain what is not on track."""
    tracking = mb.track(measurements, catalogue, as_of="2026-06-30")
    assert_type(tracking, mb.Tracking)
    assert_type(len(tracking), int)
    assert_type(tracking.to_pandas(), "pd.DataFrame")
    return [row.explain("da") for row in tracking if row.state in {"off_track", "moving_away"}]


def better(measurements: mb.Measurements, catalogue: mb.Catalogue) -> dict[str, float | None]:
    """Collect the slopes of what changed by more than chance."""
    trends = mb.detect_trends(measurements, catalogue=catalogue, alpha=0.05)
    assert_type(trends, mb.Trends)
    return {row.institution: row.slope for row in trends if row.state == "improving"}


def among_peers(measurements: mb.Measurements, peers: mb.PeerGroup, catalogue: mb.Catalogue) -> mb.Comparison:
    """Compare one period with a peer group."""
    return mb.compare_peers(measurements, peers, period="2025", catalogue=catalogue)


def follows_spending(measurements: mb.Measurements) -> mb.Association:
    """Ask whether results follow spending."""
    return mb.associate(measurements, "satisfaction_mean", "gross_expenditure")


def with_arrays(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Use the numbers without any goal or table."""
    test = stats.mann_kendall(values)
    slope = stats.theil_sen(values, confidence=0.9)
    interval = stats.wilson_interval([81], [100])
    return test.p_value + slope.slope + interval.lower


def reply(error: MaalError) -> dict[str, object]:
    """Return an error from a service as plain data."""
    return error.to_dict()
