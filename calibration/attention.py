"""How many flags a list of attention raises where there is nothing to find, by itself and when all is looked at together."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import pyarrow as pa
from _simulated import SERIES, Floats, percent, table, write

import maalbib as mb

BOARDS: Final = max(20, SERIES // 100)
UNITS: Final = (10, 30, 98)
PERIODS: Final = 8
SEED: Final = 20_240_101
DRAWS: Final = 500
ALPHA: Final = 0.05
CHECKS: Final = ("level_against_peers", "trend", "gap", "rank_set", "unusual_among_peers")
HALF: Final = 1.959963984540054  # of an interval of 95 %, in standard errors
SPREADS: Final = {"nobody differs": 0.0, "units differ as much as chance spreads them": 1.0}
_FIRST_YEAR: Final = 2010


@attrs.frozen
class Flags:
    """What boards of one kind showed.

    Attributes
    ----------
    found
        (boards, checks) findings of each check by itself.
    expected, sd
        What the list says chance gives on a board, and the standard deviation it tells.
    flagged
        (boards,) findings that stand when all checks of a board are looked at together.
    """

    found: Floats
    expected: float
    sd: float
    flagged: Floats


def boards(spread: float, units: int, number: int) -> mb.Measurements:
    """Return so many boards, an indicator each, of units that do not move."""
    rng = np.random.default_rng([SEED, units, round(10 * spread)])
    shape = (number, units, PERIODS)
    values = spread * rng.normal(size=(number, units, 1)) + rng.normal(size=shape)
    which, who, when = (part.ravel() for part in np.indices(shape))
    frame = {
        "indicator": [f"b{place:04}" for place in which.tolist()],
        "institution": [f"u{place:04}" for place in who.tolist()],
        "period": [str(_FIRST_YEAR + place) for place in when.tolist()],
        "value": values.ravel(),
        "lower": values.ravel() - HALF,
        "upper": values.ravel() + HALF,
    }
    name = mb.Text(da="Tallet", en="The figure")
    defined = [
        mb.Indicator(id=f"b{place:04}", name=name, unit="score", direction="higher", freq="year", aggregation="mean")
        for place in range(number)
    ]
    catalogue = mb.Catalogue(id="calibration", name=name, indicators=defined)
    return mb.Measurements.from_arrow(pa.table(frame), catalogue=catalogue)


def flags(spread: float, units: int, number: int) -> Flags:
    """Make the list of each board by itself, and count."""
    found = mb.attention_list(
        boards(spread, units, number),
        period=str(_FIRST_YEAR + PERIODS - 1),
        checks=CHECKS,
        alpha=ALPHA,
        family="indicator",
        draws=DRAWS,
    )
    reasons = found.reasons(every=True).to_pandas()
    alone = reasons[reasons["unadjusted_state"] != "nothing_found"]
    kept = reasons[reasons["state"] != "nothing_found"]
    names = sorted(reasons["indicator"].unique())
    counts = (
        alone.groupby(["indicator", "rule"])
        .size()
        .unstack(fill_value=0)
        .reindex(index=names, columns=CHECKS, fill_value=0)
    )
    by_chance = found.by_chance()
    return Flags(
        found=counts.to_numpy(dtype=np.float64),
        expected=by_chance.total / number,
        sd=by_chance.total_sd / float(np.sqrt(number)),
        flagged=kept.groupby("indicator").size().reindex(names, fill_value=0).to_numpy(dtype=np.float64),
    )


def main() -> None:
    """Write the table; stop where more is found than promised."""
    rows = []
    for name, spread in SPREADS.items():
        for units in UNITS:
            number = BOARDS if units < UNITS[-1] else max(10, BOARDS // 2)
            got = flags(spread, units, number)
            total = got.found.sum(axis=1)
            each = [f"{value:.2f}" for value in got.found.mean(axis=0)]
            if spread == 0:
                error = 4 * total.std() / np.sqrt(number)
                if total.mean() > got.expected + error:
                    message = f"too many flags: {name}, {units} units, {total.mean()} against {got.expected}"
                    raise AssertionError(message)
                whole = [f"{total.mean():.1f}", f"{got.expected:.1f}", f"{total.std():.1f}", f"{got.sd:.1f}"]
                rows.append([name, units, *each, *whole, percent(float((got.flagged > 0).mean()))])
            else:
                rows.append([name, units, "-", *each[1:3], "-", each[4], "-", "-", "-", "-", "-"])
    checks = ["level", "trend", "gap", "rank set", "unusual"]
    head = ["truth", "units", *checks, "all", "told", "sd of all", "told", "boards with any left"]
    write("attention-false-flags", table(head, rows))


if __name__ == "__main__":
    main()
