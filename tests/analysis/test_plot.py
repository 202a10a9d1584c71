"""Plots: the numbers behind them are always there, drawing needs matplotlib and shows nothing by itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest

import maalbib as mb
from maalbib.analysis import COLOURS, MARKS, Result

COLUMNS = [
    *("label", "value", "lower", "upper", "reference", "region_low", "region_high"),
    *("state", "state_text", "marker", "colour"),
]
PROGRESS = ("met", "on_track", "unchanged", "off_track", "not_met", "moving_away", "not_measurable")
# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
BLINDNESS = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


@pytest.fixture(scope="module")
def results() -> dict[str, Result[Any]]:
    """Return a result of each kind."""
    catalogue = mb.Catalogue.load("danmark")
    reading = mb.Measurements.example("reading")
    satisfaction = mb.Measurements.example("satisfaction-2006")
    expenditure = mb.Measurements.example("expenditure-2006")
    return {
        "tracking": mb.track(reading, catalogue, as_of="2021-12-31"),
        "trends": mb.detect_trends(reading, catalogue=catalogue),
        "comparison": mb.compare_peers(
            satisfaction, period="2005", over="area", mean="unweighted", catalogue=catalogue
        ),
        "association": mb.associate(expenditure, "expenditure_class", "user_positive_share", catalogue=catalogue),
    }


@pytest.fixture
def pyplot() -> Iterator[Any]:
    """Return pyplot on a canvas without a screen, and close what was drawn."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    yield plt
    plt.close("all")


@pytest.mark.parametrize("kind", ["tracking", "trends", "comparison", "association"])
@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_numbers_are_always_there(kind: str, lang: str, results: dict[str, Result[Any]]) -> None:
    """One row for each row, the same columns for every kind, texts in the language."""
    result = results[kind]
    data = result.plot_data(lang)
    assert list(data.columns) == COLUMNS
    assert len(data) == len(result)
    assert data["state"].tolist() == [row.state for row in result]
    assert data["label"].tolist() == [row.about(lang) for row in result]
    assert set(data["colour"]) <= set(COLOURS.values())
    value = {"tracking": "latest", "trends": "slope", "comparison": "gap", "association": "spearman"}[kind]
    assert data["value"].tolist() == pytest.approx(
        [np.nan if getattr(row, value) is None else getattr(row, value) for row in result], nan_ok=True
    )


def test_a_band_is_a_region_and_a_limit_a_reference(made: Any) -> None:
    """What a value is held against is a line, or two edges."""
    targets = [mb.WithinBand(id="A", indicator="I", low=1, high=3), mb.AtLeast(id="B", indicator="I", value=2)]
    measurements, catalogue = made({"0101": [(2020, 2.5)]}, targets=targets, direction="target")
    data = mb.track(measurements, catalogue, as_of="2021-01-01").plot_data()
    assert data[["reference", "region_low", "region_high"]].values.tolist() == [
        [pytest.approx(np.nan, nan_ok=True), 1, 3],
        [2, pytest.approx(np.nan, nan_ok=True), pytest.approx(np.nan, nan_ok=True)],
    ]


@pytest.mark.usefixtures("pyplot")
@pytest.mark.parametrize("kind", ["tracking", "trends", "comparison", "association"])
def test_drawing(kind: str, results: dict[str, Result[Any]]) -> None:
    """Axes with a word for each row; the picture can be made."""
    axes = results[kind].plot(lang="en")
    labels = [text.get_text() for text in axes.get_yticklabels()]
    data = results[kind].plot_data("en")
    assert labels == [f"{label}: {state}" for label, state in zip(data["label"], data["state_text"], strict=True)]
    axes.figure.canvas.draw()


def test_drawing_on_given_axes_makes_no_other(results: dict[str, Result[Any]], pyplot: Any) -> None:
    """A service passes its own axes and gets them back; pyplot knows of no figure."""
    from matplotlib.figure import Figure

    given = Figure().add_subplot()
    assert results["trends"].plot(ax=given) is given
    assert pyplot.get_fignums() == []


def test_nothing_is_shown(results: dict[str, Result[Any]], pyplot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller decides when."""

    def shown(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(pyplot, "show", shown)
    results["trends"].plot()


@pytest.mark.usefixtures("pyplot")
def test_many_rows_are_cut_and_told(results: dict[str, Result[Any]]) -> None:
    """The first ones are drawn, with a line for the rest; nothing at all can be drawn too."""
    many = mb.Trends.concat([results["trends"]] * 30)
    axes = many.plot(most=10, lang="en")
    assert len(axes.get_yticklabels()) == 10
    assert axes.get_title(loc="left").splitlines()[1:] == ["... rows not shown: 110"]
    assert len(mb.Trends.concat([]).plot().get_yticklabels()) == 0


def test_without_matplotlib_the_error_says_what_to_install(
    results: dict[str, Result[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the numbers are there all the same."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(mb.errors.MissingExtraError, match=r"maalbib\[plot\]") as caught:
        results["trends"].plot()
    assert isinstance(caught.value, ImportError)
    assert len(results["trends"].plot_data()) == 4


def lab(colour: str, seen_by: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a colour as somebody sees it, in CIELAB."""
    srgb = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(BLINDNESS[seen_by] @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ linear / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("seen_by", BLINDNESS)
def test_colours_of_progress_keep_their_distance(seen_by: str) -> None:
    """No two of the seven are nearer than 20 in CIELAB, whoever looks."""
    for one, other in combinations(PROGRESS, 2):
        distance = np.linalg.norm(lab(COLOURS[one], seen_by) - lab(COLOURS[other], seen_by))
        assert distance >= 20, (one, other)


def test_every_state_has_a_mark_and_a_colour() -> None:
    """And no two states of one question share a mark and a colour."""
    assert set(MARKS) == set(COLOURS)
    assert len({MARKS[state] for state in PROGRESS}) == 7
