"""Time and memory of a million verdicts on targets, beside two loops over the same pairs of target and institution.

All four answers (attainment, pace, projection, assurance) and the state without each value in turn. One loop is what an analyst
writes with pandas groupby.apply and NumPy, the other the plain row-wise definition that the tests hold the fast path to; each does
a sample and is scaled up. The memory is that of a process of its own, above the measurements it has loaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import special

import maalbib as mb

PAIRS: Final = int(os.environ.get("BENCH_PAIRS", "1000000"))
"""How many pairs of target and institution; ``BENCH_PAIRS=20000`` makes it small."""

AIMED_PAIRS: Final = 1_000_000
TARGETS: Final = 100
YEARS: Final = 12
FIRST: Final = 2012
DUE: Final = 2030
AS_OF: Final = "2024-06-30"
SAMPLE: Final = 1_000
NAME: Final = mb.Text(da="x")
RANKS: Final = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met")

DEFINITION: Final = Path(__file__).resolve().parent.parent / "tests" / "analysis"

MEASURE: Final = """
import sys
sys.path.insert(0, {folder!r})
import tracking
tracking.tell_memory({institutions})
"""


def definitions() -> mb.Catalogue:
    """Return 100 indicators, each with a target due in 2030: at least, at most, a band, or a change from the baseline."""
    start = mb.Baseline(period=str(FIRST))
    indicators, targets = [], []
    for place in range(TARGETS):
        code = f"I{place:03}"
        indicators.append(mb.Indicator(id=code, name=NAME, unit="score", direction="target", freq="year"))
        common: dict[str, Any] = {"id": f"T{place:03}", "indicator": code, "due": str(DUE), "baseline": start}
        kinds = (
            lambda kept: mb.AtLeast(**kept, value=75.0),
            lambda kept: mb.AtMost(**kept, value=45.0, no_change=0.5),
            lambda kept: mb.WithinBand(**kept, low=70.0, high=80.0),
            lambda kept: mb.ChangeRelative(**kept, percent=10.0),
        )
        targets.append(kinds[place % len(kinds)](common))
    return mb.Catalogue(id="bench", name=NAME, indicators=indicators, targets=targets)


def values_of(institutions: int) -> np.ndarray:
    """Return values, (targets, institutions, years), with one decimal and no gaps."""
    rng = np.random.default_rng(2018)
    shape = (TARGETS, institutions, 1)
    drift = rng.normal(60, 5, shape) + rng.normal(0.3, 1, shape) * np.arange(YEARS)
    return np.round(drift + rng.normal(0, 2, (TARGETS, institutions, YEARS)), 1)


def measurements_of(catalogue: mb.Catalogue, values: np.ndarray) -> mb.Measurements:
    """Return the values as measurements, codes as dictionaries."""
    targets, institutions, years = values.shape
    series = targets * institutions
    codes = {
        "indicator": (np.repeat(np.arange(targets), institutions * years), [*catalogue.indicators]),
        "institution": (np.tile(np.repeat(np.arange(institutions), years), targets), names(institutions)),
        "period": (np.tile(np.arange(years), series), [str(FIRST + year) for year in range(years)]),
    }
    columns: dict[str, Any] = {
        name: pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(texts))
        for name, (places, texts) in codes.items()
    }
    return mb.Measurements.from_arrow(pa.table({**columns, "value": values.reshape(-1)}), catalogue=catalogue)


def names(institutions: int) -> list[str]:
    """Return the codes of the institutions."""
    return [f"S{place:06}" for place in range(institutions)]


def region_of(target: mb.Target, base: float) -> tuple[float, float]:
    """Return the edges of the region for one baseline value."""
    low, high = target.region(base)
    return float(low), float(high)


def line(t: np.ndarray, y: np.ndarray, due: float) -> tuple[float, float, float]:
    """Return slope, value at the deadline and the standard error of a new value there."""
    dt, dy = t - t.mean(), y - y.mean()
    sxx = (dt**2).sum()
    slope = (dt * dy).sum() / sxx
    ahead = due - t.mean()
    sigma = np.sqrt(((dy - slope * dt) ** 2).sum() / (len(y) - 2))
    return slope, y.mean() + slope * ahead, sigma * np.sqrt(1 + 1 / len(y) + ahead**2 / sxx)


def state_of(target: mb.Target, t: np.ndarray, y: np.ndarray) -> tuple[str, dict[str, float]]:
    """Judge one series as an analyst would, and return state and figures."""
    low, high = region_of(target, y[0])
    noise = 1e-9 * max(np.abs(y).max(), *(abs(edge) for edge in (low, high) if np.isfinite(edge)))
    way = target.way() or (1 if y[-1] < low else -1 if y[-1] > high else 0)
    goal = low if way > 0 or (way == 0 and y[-1] < low) else high
    slope, projected, se = line(t, y, DUE)
    half = special.stdtrit(len(y) - 2, 0.9) * se
    figures = {
        "attainment": (y[-1] - y[0]) / (goal - y[0]) if goal != y[0] else np.nan,
        "pace": slope,
        "required": (goal - y[0]) / (DUE - t[0]),
        "projected": projected,
        "lower": projected - half,
        "upper": projected + half,
        "probability": special.stdtr(len(y) - 2, (high - projected) / se)
        - special.stdtr(len(y) - 2, (low - projected) / se),
    }
    moved, limit = way * slope * (t[-1] - t[0]), target.no_change + noise
    missed = max(low - projected, projected - high)
    if max(low - y[-1], y[-1] - high) <= noise:
        return "met", figures
    if moved < -limit:
        return "moving_away", figures
    if missed <= 0.05 * max(0.0, way * (goal - y[0])) + noise:
        return "on_track", figures
    return ("unchanged" if abs(moved) <= limit else "off_track"), figures


def analyst(series: pd.DataFrame, targets: dict[str, mb.Target]) -> pd.Series:
    """Do what the fast path does for one pair of target and institution."""
    target = targets[series["indicator"].iloc[0]]
    t, y = series["year"].to_numpy(dtype=float), series["value"].to_numpy()
    state, figures = state_of(target, t, y)
    spread = 2.66 * np.abs(np.diff(y)).mean()
    upper, lower = y.mean() + spread, y.mean() - spread
    low, high = region_of(target, y[0])
    figures["assurance"] = float(low < lower) - float(low > upper) + float(high > upper) - float(high < lower)
    without = [state_of(target, np.delete(t, place), np.delete(y, place))[0] for place in range(1, len(y))]
    jump = 0 if state == "met" else max(abs(RANKS.index(each) - RANKS.index(state)) for each in without)
    return pd.Series({"state": state, **figures, "max_jump": jump})


def looped(frame: pd.DataFrame, catalogue: mb.Catalogue) -> list[str]:
    """Judge the pairs of a frame one by one with pandas and NumPy."""
    targets = {target.indicator: target for target in catalogue.targets.values()}
    pairs = frame.groupby(["indicator", "institution"], sort=False)[["indicator", "year", "value"]]
    found = pairs.apply(lambda series: analyst(series, targets))
    return found["state"].tolist()


def defined(values: np.ndarray, catalogue: mb.Catalogue, places: list[tuple[int, int]]) -> list[str]:
    """Judge pairs one by one by the plain definition, every value left out in turn."""
    sys.path.insert(0, str(DEFINITION))
    from slow_tracking import Aim, Point, judge, sensitivity

    day = pd.Timestamp(AS_OF).date()
    periods = [mb.Period.parse(str(FIRST + year)) for year in range(YEARS)]
    targets, found = [*catalogue.targets.values()], []
    for indicator, institution in places:
        target: Any = targets[indicator]
        fields = {
            name: getattr(target, name) for name in ("value", "low", "high", "percent") if hasattr(target, name)
        }
        aim = Aim(kind=target.kind, due=target.due, baseline=periods[0], no_change=target.no_change, **fields)
        row = values[indicator, institution].tolist()
        points = [Point(period=when, value=value) for when, value in zip(periods, row, strict=True)]
        found.append(judge(aim, points, day).state)
        sensitivity(aim, points, day)
    return found


def timed(work: Any) -> tuple[float, float, Any]:
    """Return seconds by the clock, seconds of the processor, and what the work gives."""
    clock, processor = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - clock, time.process_time() - processor, found


def tell_memory(institutions: int) -> None:
    """Print the peak of memory above the loaded measurements, and how much of it the result is."""
    catalogue = definitions()
    ms = measurements_of(catalogue, values_of(institutions))
    mb.track(ms, catalogue, as_of=AS_OF, targets="T000")  # what is loaded on first use is not the work's
    pa.default_memory_pool().release_unused()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    before = _resident("VmRSS")
    tracking = mb.track(ms, catalogue, as_of=AS_OF)
    peak = _resident("VmHWM") - before
    print(len(tracking), peak, tracking.to_arrow().get_total_buffer_size() / 1e6)


def _resident(which: str) -> float:
    """Return a figure of this process's memory in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(each.split()[1]) for each in lines if each.startswith(which)) * 1024 / 1e6


def report_memory(institutions: int) -> None:
    """Print what a process of its own needs above its measurements."""
    if not Path("/proc/self/clear_refs").exists():
        print("memory: this system does not tell a process's peak")
        return
    script = MEASURE.format(folder=str(Path(__file__).resolve().parent), institutions=institutions)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    rows, peak, result = map(float, run.stdout.split())
    print(
        f"memory above the measurements, {rows:,.0f} rows: peak {peak:,.0f} MB, of which the result {result:,.0f} MB"
        f" ({result / rows * 1e6:,.0f} bytes a row), working memory {peak - result:,.0f} MB{_aim(peak - result, 300)}"
    )


def _aim(measured: float, most: float, *, least: bool = False) -> str:
    kept = measured >= most if least else measured <= most
    said = ("kept" if kept else "NOT KEPT") if PAIRS >= AIMED_PAIRS else "too few pairs to say"
    return f"; aim at {'least' if least else 'most'} {most:g}: {said}"


def main() -> None:
    """Print times, ratios and memory beside the aims."""
    pa.set_cpu_count(1)
    catalogue = definitions()
    institutions = max(10, PAIRS // TARGETS)
    values = values_of(institutions)
    ms = measurements_of(catalogue, values)
    mb.track(ms, catalogue, as_of=AS_OF, targets="T000")
    clock, processor, tracking = timed(lambda: mb.track(ms, catalogue, as_of=AS_OF))
    print(
        f"{len(tracking):,} pairs of {YEARS} points: {clock:.1f} s, {processor:.1f} s of processor{_aim(clock, 20)}"
    )
    bare, _, _ = timed(lambda: mb.track(ms, catalogue, as_of=AS_OF, sensitivity=False))
    print(f"without leaving values out: {bare:.1f} s")
    _report_loops(values, catalogue, tracking, clock / len(tracking))
    _report_growth(catalogue, values, clock)
    del tracking
    report_memory(institutions)


def _report_loops(values: np.ndarray, catalogue: mb.Catalogue, tracking: mb.Tracking, ours: float) -> None:
    """Print how many times as long the loops take, from a sample of the pairs."""
    rng = np.random.default_rng(1)
    cells = rng.choice(TARGETS * values.shape[1], size=min(SAMPLE, TARGETS * values.shape[1]), replace=False)
    places = [divmod(int(cell), values.shape[1]) for cell in cells]
    state = tracking.to_arrow()["state"].combine_chunks().to_pylist()
    expected = [state[indicator * values.shape[1] + institution] for indicator, institution in places]
    frame = pd.DataFrame(
        {
            "indicator": np.repeat([f"I{indicator:03}" for indicator, _ in places], YEARS),
            "institution": np.repeat([institution for _, institution in places], YEARS),
            "year": np.tile(FIRST + np.arange(YEARS), len(places)),
            "value": np.concatenate([values[place] for place in places]),
        }
    )
    for what, work in (
        ("pandas groupby.apply with NumPy", lambda: looped(frame, catalogue)),
        ("the plain definition, row by row", lambda: defined(values, catalogue, places)),
    ):
        taken, _, found = timed(work)
        if found != expected:
            raise AssertionError(what)
        ratio = taken / len(places) / ours
        print(
            f"{what}: {taken / len(places) * 1e6:,.0f} us a pair ({len(places):,} pairs, scaled up),"
            f" {ratio:,.0f} times as long{_aim(ratio, 200, least=True)}"
        )


def _report_growth(catalogue: mb.Catalogue, values: np.ndarray, whole: float) -> None:
    """Print what ten times the institutions cost."""
    few = measurements_of(catalogue, values[:, : max(1, values.shape[1] // 10)])
    tenth = min(timed(lambda: mb.track(few, catalogue, as_of=AS_OF))[0] for _ in range(3))
    print(f"a tenth of the institutions: {tenth:.2f} s; ten times as many take {whole / tenth:.1f} times as long")


if __name__ == "__main__":
    main()
