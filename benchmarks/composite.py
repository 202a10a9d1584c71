"""Time the range of places of a composite over its whole plan, against a plain loop over the plans in pandas.

Both draw the same weights, fewer than the default plan does, and try the same scales, means and indicators left out; both must come to
the same range. Extremes pulled in and everything at once are ours alone: the loop does not try them.
"""

from __future__ import annotations

import os

import numpy as np
import numpy.typing as npt
import pandas as pd
from _measurements import seconds

from maalbib import stats

Floats = npt.NDArray[np.float64]

UNITS = int(os.environ.get("BENCH_UNITS", "20000"))
INDICATORS = 10
DRAWS = 1_000
SAMPLE = 200
FEW = 98
LEAST_SAME = 0.999
SPREAD = 0.25


def drawn(units: int) -> pd.DataFrame:
    """Draw indicators that go together a little, as the figures of schools do."""
    rng = np.random.default_rng(7)
    values = rng.normal(size=(units, INDICATORS)) + rng.normal(size=(units, 1))
    return pd.DataFrame(values, columns=[f"i{place}" for place in range(INDICATORS)])


def weights(draws: int) -> Floats:
    """Draw weights around equal ones, as the plan of the same seed does."""
    generator = np.random.default_rng(np.random.SeedSequence(0).spawn(2)[0])
    return np.asarray(generator.dirichlet(np.full(INDICATORS, (1 / SPREAD**2 - 1) / INDICATORS), size=draws))


def on_scale(frame: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Return the indicators on one of three scales."""
    if scale == "min_max":
        return (frame - frame.min()) / (frame.max() - frame.min())
    return (frame - frame.mean()) / frame.std() if scale == "z" else frame.rank(method="min")


def place(score: pd.Series) -> Floats:
    """Return places, 1 for the highest."""
    return np.asarray(score.rank(method="min", ascending=False), dtype=np.float64)


def loop(frame: pd.DataFrame, draws: int) -> tuple[Floats, Floats]:
    """Return lower and upper end of the range, a plan after the other."""
    scaled = on_scale(frame, "min_max")
    by_weights = np.array([place((scaled * own).sum(axis=1)) for own in weights(draws)])
    tail = 0.05
    ends = [
        np.quantile(by_weights, tail, axis=0, method="lower"),
        np.quantile(by_weights, 1 - tail, axis=0, method="higher"),
    ]
    alone = [place(scaled.mean(axis=1)), *(place(on_scale(frame, scale).mean(axis=1)) for scale in ("z", "rank"))]
    alone.append(place(np.exp(np.log(0.01 + 0.99 * scaled).mean(axis=1))))
    alone.extend(place(scaled.drop(columns=[name]).mean(axis=1)) for name in frame)
    return np.min([ends[0], *alone], axis=0), np.max([ends[1], *alone], axis=0)


def ours(frame: pd.DataFrame, draws: int, *, together: bool = False) -> stats.CompositeRange:
    """Return the composite under the same plan."""
    plan = stats.SensitivityPlan(draws=draws, weight_spread=SPREAD, treatment=together, together=together)
    return stats.composite_range(frame.to_numpy(), plan=plan)


def compare(units: int) -> None:
    """Check that both agree, then print seconds and the ratio."""
    frame = drawn(units)
    found, (lower, upper) = ours(frame, SAMPLE), loop(frame, SAMPLE)
    # Places of scores that differ in their last digits only may change.
    same = float(((found.lower == lower) & (found.upper == upper)).mean())
    if same < LEAST_SAME:
        message = f"the two ranges agree for {same:.2%} of the units only"
        raise AssertionError(message)
    fast, slow, whole = seconds(
        lambda: ours(frame, SAMPLE),
        lambda: loop(frame, SAMPLE),
        lambda: ours(frame, DRAWS, together=True),
    )
    print(f"{units:,} units, {INDICATORS} indicators; both ranges are the same for {same:.2%} of the units")
    print(f"    {SAMPLE} draws of weights, scales, means, each left out {fast:>9.3f} s")
    print(f"    a loop over the plans                             {slow:>9.3f} s   ratio {slow / fast:>5.1f}")
    print(f"    the whole default plan, {DRAWS:,} draws twice         {whole:>9.3f} s")


def main() -> None:
    """As many units as there are municipalities, and many more."""
    for units in dict.fromkeys((FEW, UNITS)):
        compare(units)


if __name__ == "__main__":
    main()
