"""How often rank sets hold the true ranks, for whole tables and for one unit picked in advance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs
import numpy as np
from _simulated import SERIES, Floats, percent, table, write

from maalbib import stats

TABLES: Final = SERIES // 10
AT_ONCE: Final = 50  # tables that share their draws
DRAWS: Final = 1_999
SEED: Final = 20_240_101
CONFIDENCE: Final = 0.95
UNITS: Final = (5, 12)

World = Callable[[int], tuple[Floats, Floats]]
"""True values and standard errors of so many units."""


def equal(units: int) -> tuple[Floats, Floats]:
    """Nobody differs, all are equally sure: the hardest case of all."""
    return np.zeros(units), np.ones(units)


def equal_unsure(units: int) -> tuple[Floats, Floats]:
    """Nobody differs, some are five times as sure as others."""
    return np.zeros(units), np.array([0.4 + 1.6 * unit / (units - 1) for unit in range(units)])


def two_levels(units: int) -> tuple[Floats, Floats]:
    """Half are far better: what is shown of them leaves room for the rest."""
    return np.array([0.0 if unit < units // 2 else 8.0 for unit in range(units)]), np.ones(units)


def steps(units: int) -> tuple[Floats, Floats]:
    """Each is a little better than the one before."""
    return np.array([1.5 * unit for unit in range(units)]), np.array(
        [1.5 - unit / (units - 1) for unit in range(units)]
    )


WORLDS: Final[dict[str, World]] = {
    "all equal, equally sure": equal,
    "all equal, some surer": equal_unsure,
    "two levels": two_levels,
    "steps": steps,
}


@attrs.frozen
class Coverage:
    """Shares of tables: in which all sets hold, by one step and step by step; and of units whose own set holds, the same."""

    single: float
    stepped: float
    marginal_single: float
    marginal_stepped: float
    worst: float
    """The unit whose own set holds least often, step by step."""

    def keeps(self, tables: int) -> bool:
        """Return whether every share reaches the confidence, but for the error of so few tables."""
        error = float(np.sqrt(CONFIDENCE * (1 - CONFIDENCE) / tables))
        shares = (self.single, self.stepped, self.marginal_single, self.marginal_stepped)
        return min(shares) >= CONFIDENCE - 3 * error and self.worst >= CONFIDENCE - 4 * error


def cover(world: World, units: int, tables: int) -> Coverage:
    """Draw tables from a world, and count the sets that hold every rank of the true tie."""
    rng = np.random.default_rng([SEED, units])
    truth, errors = world(units)
    first = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    last = units - (truth[None, :] < truth[:, None]).sum(axis=1)
    held: dict[tuple[str, bool], list[np.ndarray]] = {}
    for seed in range(-(-tables // AT_ONCE)):
        values = truth + errors * rng.normal(size=(AT_ONCE, units))
        for step_down in (False, True):
            found = stats.paired_rank_sets(values, errors, step_down=step_down, draws=DRAWS, seed=seed)
            for kind, sets in (("simultaneous", found.simultaneous), ("marginal", found.marginal)):
                inside = (sets.lower <= first) & (sets.upper >= last)
                held.setdefault((kind, step_down), []).append(inside)
    each = {key: np.concatenate(parts) for key, parts in held.items()}
    return Coverage(
        single=float(each["simultaneous", False].all(axis=1).mean()),
        stepped=float(each["simultaneous", True].all(axis=1).mean()),
        marginal_single=float(each["marginal", False].mean()),
        marginal_stepped=float(each["marginal", True].mean()),
        worst=float(each["marginal", True].mean(axis=0).min()),
    )


def main() -> None:
    """Write the table; stop where sets hold less often than they promise."""
    rows = []
    for name, world in WORLDS.items():
        for units in UNITS:
            found = cover(world, units, TABLES)
            if not found.keeps(TABLES):
                message = f"rank sets hold too seldom: {name}, {units} units, {found}"
                raise AssertionError(message)
            rows.append([name, units, *(percent(share) for share in attrs.astuple(found))])
    head = [
        "truth",
        "units",
        "whole table, one step",
        "step-down",
        "one unit, one step",
        "step-down",
        "the worst unit",
    ]
    write("rank-set-coverage", table(head, rows))


if __name__ == "__main__":
    main()
