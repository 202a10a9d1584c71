"""How often the interval of a spread holds the truth, and how often a spread that stands still is said to move."""

from __future__ import annotations

import numpy as np
import pandas as pd
from _simulated import Floats, error_of, percent, table, write

import maalbib as mb
from maalbib import stats

GROUPS = 500
COUNTED = 400
PANELS = 300
LIMIT = 1.96
UNITS = (10, 30, 98)


def held(lower: Floats, upper: Floats, truth: float) -> str:
    """Return the share of intervals that hold the truth, with two standard errors."""
    inside = float(((lower <= truth) & (truth <= upper)).mean())
    return f"{percent(inside)} (± {percent(error_of(inside, len(lower)))})"


def normal(rng: np.random.Generator, units: int, tau: float) -> list[str]:
    """Return how often both intervals hold for values with errors from 0.5 to 2."""
    s = np.geomspace(0.5, 2.0, units)
    y = tau * rng.standard_normal((GROUPS, units)) + s * rng.standard_normal((GROUPS, units))
    found = (stats.between_variance(y, s**2, interval=kind) for kind in ("profile_likelihood", "q_profile"))
    return [held(one.tau_lower, one.tau_upper, tau) for one in found]


def shares(rng: np.random.Generator, units: int, tau: float) -> str:
    """Return how often the interval holds for shares around 0.8 of 20 to 400 people."""
    n = np.geomspace(20, 400, units).astype(int)
    size = 0.8 * 0.2 / tau**2 - 1 if tau else np.inf
    p = rng.beta(0.8 * size, 0.2 * size, (COUNTED, units)) if tau else np.full((COUNTED, units), 0.8)
    found = stats.beta_binomial(rng.binomial(n, p), n)
    return held(found.tau_lower, found.tau_upper, tau)


def moved(rng: np.random.Generator, years: int, last: float, wobble: float) -> float:
    """Return how often the spread of 40 units is said to move; the last one is so many times the first."""
    true, s = rng.standard_normal((PANELS, 40)), np.geomspace(1, 7, 40)
    grown, states = np.linspace(1, last, years), []
    for panel in true:
        own = panel[:, None] * grown + wobble * rng.standard_normal((40, years))
        y = 50 + 6 * own + s[:, None] * rng.standard_normal(own.shape)
        who, when = (part.ravel() for part in np.indices(y.shape))
        frame = pd.DataFrame({"indicator": "S", "institution": [f"u{x:02}" for x in who], "period": 2000 + when})
        frame = frame.assign(period=frame["period"].astype(str), value=y.ravel())
        reach = LIMIT * s[who]
        frame = frame.assign(lower=frame["value"] - reach, upper=frame["value"] + reach)
        states.append(mb.dispersion(mb.Measurements.from_pandas(frame, catalogue=CATALOGUE))[0].state)
    return sum(state in {"converging", "diverging"} for state in states) / len(states)


CATALOGUE = mb.Catalogue(
    id="calibration",
    name=mb.Text(da="Prøve", en="Trial"),
    indicators=[mb.Indicator(id="S", name=mb.Text(da="Andel", en="Share"), unit="score", direction="higher")],
)


def main() -> None:
    """Write the tables."""
    rng = np.random.default_rng(20)
    rows = [
        [units, f"{tau:g}", *normal(rng, units, tau), shares(rng, units, 0.05 * tau)]
        for units in UNITS
        for tau in (0, 0.5, 1, 2)
    ]
    head = ["units", "spread, in middle errors", "profile likelihood", "Q-profile", "shares (beta-binomial)"]
    text = table(head, rows)
    cases = [
        (f"{wobble:g}", f"{last:g}", years, percent(moved(rng, years, last, wobble)))
        for wobble in (0.0, 0.3)
        for last in (1, 0.7)
        for years in (4, 8)
    ]
    text += "\n" + table(["own movement of units", "last spread over first", "years", "said to move"], cases)
    write("shrinkage-and-spread", text)


if __name__ == "__main__":
    main()
