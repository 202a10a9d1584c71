"""Who was at the bottom and at the top at both ends, and how much of the moving chance alone would make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._spread_series import Spread, Stretch

__all__ = ["GROUPS", "MovementOptions", "movement_cells"]

GROUPS: Final = ("lowest", "middle", "highest")
_AT_ONCE: Final = 1 << 20


@attrs.frozen(kw_only=True)
class MovementOptions:
    """How many units make up the bottom and the top, and how chance is simulated."""

    share: float
    draws: int
    seed: int

    def params(self) -> str:
        """Return the options as JSON."""
        return json.dumps(attrs.asdict(self), sort_keys=True)


def movement_cells(spread: Spread, options: MovementOptions) -> list[dict[str, Any]]:
    """Return the nine ways between three groups, from the first to the last period of the newest stretch."""
    ends = _ends(spread)
    if ends is None:
        return []
    stretch, first, last, rows = ends
    size = max(1, round(options.share * len(rows.places)))
    before, after = (_groups(rows.values[:, place][None], size)[0] for place in (0, 1))
    counts = _table(before[None], after[None])[0]
    expected = _expected(stretch, rows, (first, last), size, spread.options.confidence, options)
    return [
        _cell(spread, stretch, rows, (first, last), (start, end), before, after, counts, expected, options)
        for start in range(len(GROUPS))
        for end in range(len(GROUPS))
    ]


@attrs.frozen(kw_only=True, eq=False)
class _Rows:
    """Units that take part: their places among the units of the stretch, values and errors at both ends."""

    places: Ints
    values: Floats
    errors: Floats


def _ends(spread: Spread) -> tuple[Stretch, int, int, _Rows] | None:
    """Return the first and last period of the newest stretch in which enough units have a value that may be shown.

    Units whose value may not be shown at some end take no part: their group would tell it.
    """
    stretch = spread.newest
    if stretch is None or len(stretch.rows) < spread.options.min_units:
        return None
    places = np.flatnonzero(np.isfinite(stretch.figures.sd))
    if len(places) < 2:  # noqa: PLR2004 - there are two ends
        return None
    first, last = int(places[0]), int(places[-1])
    part = np.ix_(stretch.rows, stretch.columns[[first, last]])
    values = spread.source.values[part]
    shown = np.isfinite(values).all(axis=1) & ~(spread.source.grades[part] > 0).any(axis=1)
    kept = np.flatnonzero(shown)
    if len(kept) < spread.options.min_units:
        return None
    errors = stretch.figures.value_errors[kept][:, [first, last]]
    return stretch, first, last, _Rows(places=kept, values=values[kept], errors=errors)


def _groups(values: Floats, size: int) -> Ints:
    """Return the group of each unit in each row of values; of equal values the ones that come first count as lower."""
    order = np.argsort(values, axis=1, kind="stable")
    n = values.shape[1]
    found: Ints = np.ones(values.shape, dtype=np.int64)
    np.put_along_axis(found, order[:, : min(size, n // 2)], 0, axis=1)
    np.put_along_axis(found, order[:, n - min(size, n // 2) :], 2, axis=1)
    return found


def _table(before: Ints, after: Ints) -> Ints:
    """Return (rows, 3, 3) how many units went from which group to which."""
    each = before * 3 + after
    found: Ints = np.stack([(each == cell).sum(axis=1) for cell in range(9)], axis=1).reshape(-1, 3, 3)
    return found


def _expected(
    stretch: Stretch, rows: _Rows, ends: tuple[int, int], size: int, confidence: float, options: MovementOptions
) -> Floats | None:
    """Return (3, 3, 3) mean, lower and upper of the table if only noise moved units; None where noise is not known."""
    tau = stretch.figures.tau[list(ends)]
    if not (np.isfinite(tau).all() and np.isfinite(rows.errors).all()):
        return None
    tables = np.concatenate(list(_simulated(tau, rows.errors, size, options)))
    tail = (1 - confidence) / 2
    limits = np.quantile(tables, (tail, 1 - tail), axis=0, method="inverted_cdf")
    return np.stack([tables.mean(axis=0), *limits])


def _simulated(tau: Floats, errors: Floats, size: int, options: MovementOptions) -> Iterator[Ints]:
    rng = np.random.default_rng(options.seed)
    units = len(errors)
    step = max(1, _AT_ONCE // units)
    for start in range(0, options.draws, step):
        draws = min(step, options.draws - start)
        true = rng.standard_normal((draws, units))
        ends = [true * tau[end] + rng.standard_normal((draws, units)) * errors[:, end] for end in (0, 1)]
        yield _table(_groups(ends[0], size), _groups(ends[1], size))


def _cell(
    spread: Spread,
    stretch: Stretch,
    rows: _Rows,
    ends: tuple[int, int],
    cell: tuple[int, int],
    before: Ints,
    after: Ints,
    counts: Ints,
    expected: Floats | None,
    options: MovementOptions,
) -> dict[str, Any]:
    which: Bools = (before == cell[0]) & (after == cell[1])
    n = int(counts[cell])
    wanted = (None, None, None) if expected is None else tuple(float(each[cell]) for each in expected)
    code = "not_judged.noise_unknown"
    if expected is not None:
        below, above = n < expected[1][cell], n > expected[2][cell]
        stayed = "stayed" if cell[0] == cell[1] else "moved"
        code = f"{'fewer_than_chance' if below else 'more_than_chance' if above else 'as_chance'}.{stayed}"
    state, _, reason = code.partition(".")
    means = rows.values[which].mean(axis=0) if n else (None, None)
    return {
        "indicator": spread.source.panel.indicator,
        "institution": spread.institution,
        "breakdown": spread.breakdown,
        "first_period": spread.period(stretch.columns[ends[0]]),
        "last_period": spread.period(stretch.columns[ends[1]]),
        "from_group": GROUPS[cell[0]],
        "to_group": GROUPS[cell[1]],
        "group_size": int((before == cell[0]).sum()),
        "n_units": len(before),
        "n": n,
        "units": list(spread.names_of(stretch.rows[rows.places[which]])),
        "expected": wanted[0],
        "lower": wanted[1],
        "upper": wanted[2],
        "level": spread.options.confidence,
        "mean_first": means[0],
        "mean_last": means[1],
        "state": state,
        "reason": reason,
        "flags": ["hidden_units_left_out"] if _some_hidden(spread) else [],
        "params": options.params(),
    }


def _some_hidden(spread: Spread) -> bool:
    part = np.ix_(spread.everybody, spread.columns)
    return bool((spread.source.grades[part] > 0).any() or spread.source.withheld[part].any())
