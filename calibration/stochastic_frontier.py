"""How well a stochastic frontier tells inefficiency from noise, where the truth is known."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from _simulated import SERIES, Floats, percent, table, write

from maalbib import stats

SEED: Final = 19_770_701
SAMPLES: Final = max(2, SERIES // 40)
RATIOS: Final = (0.0, 1.0, 2.0)
UNITS: Final = (50, 100, 200, 1000)
NOISE: Final = 0.1
ALPHA: Final = 0.05


class Told(NamedTuple):
    """What came out over some samples, as shares of them; the last two over the samples with efficiencies."""

    wrong_skew: float
    no_inefficiency: float
    no_noise: float
    rejected: float
    order: float
    held: float


def units(rng: np.random.Generator, ratio: float, count: int) -> tuple[Floats, Floats, Floats]:
    """Return what units make, two inputs, and the true efficiency: normal noise, half-normal inefficiency."""
    inputs = np.exp(rng.normal(size=(count, 2)))
    truth = np.exp(-np.abs(rng.normal(0, ratio * NOISE, size=count)))
    made = np.prod(inputs**0.5, axis=1) * truth * np.exp(rng.normal(0, NOISE, size=count))
    return made, inputs, truth


def tell(rng: np.random.Generator, ratio: float, count: int, samples: int) -> Told:
    """Ask about some samples."""
    skewed, codes, rejected, order, held = [], [], [], [], []
    for _ in range(samples):
        made, inputs, truth = units(rng, ratio, count)
        found = stats.stochastic_frontier(made, inputs)
        skewed.append(found.skewness > 0)
        codes.append(found.fit_reason)
        if not found.fit_reason:
            held.append(((found.lower <= truth) & (truth <= found.upper)).mean())
            if ratio:
                order.append(stats.spearman(found.efficiency, truth).coefficient)
        rejected.append(found.p_value < ALPHA)  # NaN, where nothing is noise, is no finding
    return Told(
        wrong_skew=float(np.mean(skewed)),
        no_inefficiency=codes.count("no_inefficiency_found") / samples,
        no_noise=codes.count("no_noise_found") / samples,
        rejected=float(np.mean(rejected)),
        order=float(np.mean(order)) if order else float("nan"),
        held=float(np.mean(held)) if held else float("nan"),
    )


def main() -> None:
    """Write the table."""
    rng = np.random.default_rng(SEED)
    rows = []
    for ratio in RATIOS:
        for count in UNITS:
            found = tell(rng, ratio, count, SAMPLES)
            rows.append(
                [
                    f"{ratio:g}",
                    count,
                    percent(found.wrong_skew),
                    percent(found.no_inefficiency),
                    percent(found.no_noise),
                    percent(found.rejected),
                    f"{found.order:.2f}" if ratio else "",
                    percent(found.held) if ratio else "",
                ]
            )
    head = [
        "sigma_u / sigma_v",
        "units",
        "skewed the wrong way",
        "no inefficiency found",
        "no noise found",
        "p below 5 %",
        "rank correlation with the truth",
        "held",
    ]
    write("stochastic-frontier", table(head, rows))


if __name__ == "__main__":
    main()
