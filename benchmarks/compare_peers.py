"""Time comparisons of 20,000 units with the mean of their peers, against a loop over units in pandas.

The loop gives each unit the pooled mean of its peers, the gap and Newcombe's interval of it, nothing else; ours also judges, places,
shrinks, adjusts for how many are compared, and minds what may not be shown. The loop takes a sample of the units and is scaled up.
Choosing the nearest peers is timed apart: the loop is given them.
"""

from __future__ import annotations

import os
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from _measurements import seconds
from numpy.testing import assert_allclose

import maalbib as mb
from maalbib import stats

UNITS = int(os.environ.get("BENCH_UNITS", "20000"))
RANKED = 98
INDICATORS = 5
CONDITIONS = 3
K = 15
SAMPLE = 100
NAME = mb.Text(da="x")


def catalogue() -> mb.Catalogue:
    """Return shares and conditions."""
    shares = [
        mb.Indicator(id=f"share_{i}", name=NAME, unit="percent", direction="higher", aggregation="ratio_of_sums")
        for i in range(INDICATORS)
    ]
    conditions = [
        mb.Indicator(id=f"condition_{i}", name=NAME, unit="score", direction="context") for i in range(CONDITIONS)
    ]
    return mb.Catalogue(id="bench", name=NAME, indicators=[*shares, *conditions])


def drawn(units: int) -> tuple[mb.Measurements, dict[str, pd.DataFrame]]:
    """Draw values for units without a pattern; the shares by unit beside them."""
    rng = np.random.default_rng(20061218)
    codes = [f"S{number:05}" for number in range(units)]
    shares, conditions = {}, []
    for i in range(INDICATORS):
        people = rng.integers(40, 2000, units)
        shares[f"share_{i}"] = pd.DataFrame(
            {"numerator": rng.binomial(people, 0.1).astype(float), "denominator": people.astype(float)}, index=codes
        )
    for i in range(CONDITIONS):
        column = {"indicator": f"condition_{i}", "institution": codes, "value": rng.normal(size=units)}
        conditions.append(pd.DataFrame(column))
    parts = [
        own.assign(indicator=code, institution=codes, value=100 * own["numerator"] / own["denominator"])
        for code, own in shares.items()
    ]
    frame = pd.concat([*parts, *conditions], ignore_index=True).assign(period="2024")
    return mb.Measurements.from_pandas(frame, catalogue=catalogue()), shares


def loop(own: pd.DataFrame, lists: dict[str, list[str]] | None, units: list[str]) -> pd.DataFrame:
    """Return mean, gap and limits of some units, in per cent, one at a time."""
    wilson = stats.wilson_interval(own["numerator"].to_numpy(), own["denominator"].to_numpy())
    own = own.assign(value=own["numerator"] / own["denominator"], lower=wilson.lower, upper=wilson.upper)

    def compared(unit: pd.Series) -> pd.Series:
        others = own.drop(index=unit.name) if lists is None else own.loc[lists[str(unit.name)]]
        weight = others["denominator"] / others["denominator"].sum()
        mean = others["numerator"].sum() / others["denominator"].sum()
        down = np.sqrt(((weight * (others["value"] - others["lower"])) ** 2).sum())
        up = np.sqrt(((weight * (others["upper"] - others["value"])) ** 2).sum())
        gap = unit["value"] - mean
        lower = gap - np.hypot(unit["value"] - unit["lower"], up)
        upper = gap + np.hypot(unit["upper"] - unit["value"], down)
        return pd.Series({"peer_value": mean, "gap": gap, "gap_lower": lower, "gap_upper": upper})

    return 100 * own.loc[units].apply(compared, axis=1)


def check(found: mb.Comparison, plain: pd.DataFrame) -> None:
    """Stop where the two differ."""
    ours = found.to_pandas().set_index("institution").loc[plain.index, list(plain.columns)]
    assert_allclose(ours.to_numpy(dtype=float), plain.to_numpy(), rtol=1e-9, atol=1e-9)


def main() -> None:
    """Check that both ways agree, then print seconds and ratios."""
    ms, shares = drawn(UNITS)
    units = list(next(iter(shares.values())).index)[:: max(1, UNITS // SAMPLE)][:SAMPLE]
    near = mb.NearestPeers(
        id="near",
        name=NAME,
        variables=[mb.PeerVariable(indicator=f"condition_{i}") for i in range(CONDITIONS)],
        k=K,
        vintage="2024",
    )
    sets = mb.peer_sets(near, ms)
    lists = {unit: list(peers) for unit, peers in sets.lists().items()}
    print(f"{UNITS:,} units, {INDICATORS} indicators; the loop over {len(units)} units, scaled up")
    ways: tuple[tuple[str, Any, dict[str, list[str]] | None], ...] = (
        ("all others", mb.AllPeers(id="all", name=NAME), None),
        (f"{K} nearest", sets, lists),
    )
    for name, peers, held in ways:

        def ours(peers: Any = peers) -> mb.Comparison:
            return mb.compare_peers(ms, peers, period="2024", indicators=list(shares))

        def plainly(held: dict[str, list[str]] | None = held) -> list[pd.DataFrame]:
            return [loop(own, held, units) for own in shares.values()]

        found = ours()
        for code, plain in zip(shares, plainly(), strict=True):
            check(found.where(indicator=code), plain)
        fast, slow = seconds(ours, plainly)
        slow *= UNITS / len(units)
        print(f"{name:<12}{fast:>8.2f} s    loop {slow:>8.1f} s   ratio {slow / fast:>8,.0f}")
    (made,) = seconds(lambda: mb.peer_sets(near, ms), rounds=1)
    print(f"choosing the {K} nearest takes {made:.2f} s besides")
    tell_ranks(near, list(shares))


def tell_ranks(near: mb.NearestPeers, shares: list[str]) -> None:
    """Print what ranks cost: they grow with the square of how many are ranked, and with how often."""
    few, _ = drawn(min(RANKED, UNITS))
    ways: tuple[tuple[str, Any], ...] = (("in one group", None), (f"each among {K} of its own", near))
    for name, peers in ways:

        def ours(ranks: bool, peers: Any = peers) -> mb.Comparison:  # noqa: FBT001 - called below only
            return mb.compare_peers(few, peers, period="2024", indicators=shares, ranks=ranks)

        without, ranked = seconds(partial(ours, False), partial(ours, True), rounds=1)
        print(f"{min(RANKED, UNITS)} units {name}: {without:.2f} s, with ranks {ranked:.2f} s")


if __name__ == "__main__":
    main()
