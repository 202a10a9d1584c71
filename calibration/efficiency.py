"""How often the interval of an efficiency score holds the truth, where the frontier is known."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from _simulated import SERIES, Floats, percent, table, write

from maalbib import stats

SEED: Final = 20_110_301
SAMPLES: Final = max(2, SERIES // 400)
REPLICATIONS: Final = 200
KINDS: Final = ((1, 25), (1, 50), (1, 100), (2, 50), (2, 100))
CONFIDENCE: Final = 0.95


class Covered(NamedTuple):
    """What came out over some samples: shares of scores held, and how far scores are from the truth on the mean."""

    behind: float
    on: float
    on_share: float
    score_error: float
    corrected_error: float


def units(rng: np.random.Generator, inputs: int, count: int) -> tuple[Floats, Floats, Floats]:
    """Return inputs and outputs of units behind a known frontier, and their true scores.

    What can be made of inputs x is the product of their roots to the power 1/2 in all; inefficiency is exponential.
    """
    best = rng.uniform(1, 9, size=(count, inputs))
    made = np.prod(best ** (0.5 / inputs), axis=1, keepdims=True)
    truth = np.exp(-rng.exponential(0.3, size=count))
    return best / truth[:, None], made, truth


def cover(rng: np.random.Generator, inputs: int, count: int, samples: int, replications: int) -> Covered:
    """Ask about some samples."""
    held, on, error, left = [], [], [], []
    for sample in range(samples):
        x, y, truth = units(rng, inputs, count)
        found = stats.bootstrap_efficiency(x, y, replications=replications, confidence=CONFIDENCE, seed=sample)
        held.append((found.lower <= truth) & (truth <= found.upper))
        on.append(found.score > 1 - 1e-6)
        error.append(found.score - truth)
        left.append(found.corrected - truth)
    inside, frontier = np.concatenate(held), np.concatenate(on)
    return Covered(
        behind=float(inside[~frontier].mean()),
        on=float(inside[frontier].mean()),
        on_share=float(frontier.mean()),
        score_error=float(np.concatenate(error).mean()),
        corrected_error=float(np.concatenate(left).mean()),
    )


def main() -> None:
    """Write the table."""
    rng = np.random.default_rng(SEED)
    rows = []
    for inputs, count in KINDS:
        found = cover(rng, inputs, count, SAMPLES, REPLICATIONS)
        rows.append(
            [
                f"{inputs} and 1",
                count,
                percent(found.on_share),
                percent(found.behind),
                percent(found.on),
                f"{found.score_error:+.3f}",
                f"{found.corrected_error:+.3f}",
            ]
        )
    head = [
        "inputs and outputs",
        "units",
        "on the frontier of the data",
        "held, behind it",
        "held, on it",
        "score less truth",
        "corrected less truth",
    ]
    write("efficiency-bootstrap", table(head, rows))


if __name__ == "__main__":
    main()
