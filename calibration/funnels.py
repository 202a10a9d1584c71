"""How often funnels flag a unit that is like the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs
import numpy as np
from _simulated import SERIES, Floats, percent, table, write

from maalbib import stats

UNITS: Final = 98
LEVELS: Final = (0.95, 0.998)
SEED: Final = 20_180_106

Draw = Callable[[np.random.Generator, int], tuple[Floats, Floats]]


@attrs.frozen(kw_only=True)
class World:
    """Units that differ by chance, or by chance and a spread of their own; none of them is out of the ordinary."""

    name: str
    kind: str
    draw: Draw
    spread: bool
    few: bool = False


def ratios(low: float, high: float, sd: float) -> Draw:
    """Return what draws observed and expected counts, the true ratios spread by ``sd`` around 1."""

    def draw(rng: np.random.Generator, funnels: int) -> tuple[Floats, Floats]:
        expected = rng.uniform(low, high, (funnels, UNITS))
        true = rng.gamma(1 / sd**2, sd**2, expected.shape) if sd else np.ones(expected.shape)
        return rng.poisson(expected * true).astype(np.float64), expected

    return draw


def shares(low: int, high: int, level: float, sd: float) -> Draw:
    """Return what draws counts and people, the true shares spread by ``sd`` around a level."""

    def draw(rng: np.random.Generator, funnels: int) -> tuple[Floats, Floats]:
        people = rng.integers(low, high + 1, (funnels, UNITS))
        true = np.full(people.shape, level)
        if sd:
            total = level * (1 - level) / sd**2 - 1
            true = rng.beta(level * total, (1 - level) * total, people.shape)
        return rng.binomial(people, true).astype(np.float64), people.astype(np.float64)

    return draw


WORLDS: Final = (
    World(name="O/E by chance, 20 to 200 expected", kind="ratio", draw=ratios(20, 200, 0.0), spread=False),
    World(name="O/E by chance, 2 to 10 expected", kind="ratio", draw=ratios(2, 10, 0.0), spread=False, few=True),
    World(name="O/E spread 10 %, 20 to 200 expected", kind="ratio", draw=ratios(20, 200, 0.1), spread=True),
    World(name="O/E spread 30 %, 20 to 200 expected", kind="ratio", draw=ratios(20, 200, 0.3), spread=True),
    World(name="O/E spread 30 %, 2 to 10 expected", kind="ratio", draw=ratios(2, 10, 0.3), spread=True, few=True),
    World(name="80 % by chance, 100 to 2,000 people", kind="share", draw=shares(100, 2000, 0.8, 0.0), spread=False),
    World(
        name="80 % spread 3 points, 100 to 2,000 people", kind="share", draw=shares(100, 2000, 0.8, 0.03), spread=True
    ),
    World(
        name="2 % by chance, 20 to 200 people", kind="share", draw=shares(20, 200, 0.02, 0.0), spread=False, few=True
    ),
    World(
        name="2 % spread 1 point, 100 to 2,000 people", kind="share", draw=shares(100, 2000, 0.02, 0.01), spread=True
    ),
)


WAYS: Final = (
    "chance alone",
    "`sqrt` or `asin`",
    "`log`",
    "exact",
    "`sqrt` or `asin`, consistent",
    "exact, consistent",
)


def ways(world: World) -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    """Yield the funnels that are asked, by name."""
    exact = {"family": "poisson_gamma" if world.kind == "ratio" else "beta_binomial"}
    yield WAYS[0], stats.funnel_limits, {}
    yield WAYS[1], stats.overdispersion, {}
    if world.kind == "ratio":
        yield WAYS[2], stats.overdispersion, {"method": "log"}
    yield WAYS[3], stats.overdispersion, exact
    yield WAYS[4], stats.overdispersion, {"consistent": True}
    yield WAYS[5], stats.overdispersion, {"consistent": True, **exact}


def flagged(world: World, funnels: int, seed: int = SEED) -> dict[str, tuple[float, ...]]:
    """Return by way the shares of judged units outside at each level."""
    counts = world.draw(np.random.default_rng(seed), funnels)
    found = {}
    for name, ask, options in ways(world):
        trims = {} if ask is stats.funnel_limits else {"trims": ()}
        result = ask(*counts, kind=world.kind, levels=LEVELS, **options, **trims)
        judged = result.significance != "not_judged"
        outside = judged & (result.significance != "not_significant")
        found[name] = tuple((outside.sum(axis=(1, 2)) / judged.sum(axis=(1, 2))).tolist())
    return found


def main() -> None:
    """Write the table."""
    rows = []
    for world in WORLDS:
        found = flagged(world, max(1, SERIES // UNITS))
        cells = [", ".join(map(percent, found[way])) if way in found else "" for way in WAYS]
        rows.append([world.name, *cells])
    write("funnel-false-flags", table(["98 units, none out of the ordinary", *WAYS], rows))


if __name__ == "__main__":
    main()
