"""How much of a verdict hangs on one value, against independent cases and published series."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import maalbib as mb
from maalbib import stats


def test_leaving_one_value_out_gives_the_independent_states(
    oracles: Path, calibration: Any, subtests: pytest.Subtests
) -> None:
    """The state without each value, the largest jump and the flag are those worked out independently."""
    tracking = calibration("_tracking_cases")
    cases = tracking.cases(oracles / "tracking", "own_endpoint.json")
    assert len(cases) == 12
    for case in cases:
        with subtests.test(case["case_id"], note=case["note"]):
            assert tracking.endpoint_differences(case) == {}
            row, variants = tracking.endpoint_row(case), case["expected"].get("variants", {})
            deciding = [when for when, state in variants.items() if state not in {row.state, "not_measurable"}]
            assert row.sensitive_to == (max(deciding) if deciding else None)
            off = tracking.endpoint_row(case, sensitivity=False)
            assert (off.state, off.without_last, off.max_jump) == (row.state, None, None)


def test_the_default_hangs_on_the_last_value_less_often_than_first_and_last_growth(oracles: Path, made: Any) -> None:
    """Of 119 published series, dropping the last value moves 25 published verdicts and 9 of ours."""
    cases = json.loads((oracles / "tracking/statcan_end_to_end.json").read_text(encoding="utf-8"))["cases"]
    kept: list[Pair] = []
    for case in cases:
        data = [(int(year), value) for year, value in case["data"]]
        pair = Pair(case["config"], case["expected"]["base_year"], (data, data[:-1]))
        if len(data) >= 4 and pair.start is not None and "not_available" not in pair.published:
            kept.append(pair)
    states = [_states(kept, place, made) for place in (0, 1)]
    assert "not_measurable" not in {*states[0], *states[1]}
    theirs = sum(pair.published[0] != pair.published[1] for pair in kept)
    ours = sum(whole != shortened for whole, shortened in zip(*states, strict=True))
    assert (len(kept), theirs, ours) == (119, 25, 9)


class Pair:
    """A published series, with and without its last value, and its published verdicts."""

    def __init__(
        self, config: dict[str, Any], start: float | None, data: tuple[list[tuple[int, float]], ...]
    ) -> None:
        self.config, self.start, self.data = config, start, data
        self.published = [_published(each, config) for each in data]


def _better(config: dict[str, Any]) -> str:
    return "higher" if config.get("direction") == "positive" else "lower"


def _published(data: list[tuple[int, float]], config: dict[str, Any]) -> str:
    years, values = [float(year) for year, _ in data], [value for _, value in data]
    base = stats.published_base(values, years, profile="statcan", base_time=config.get("base_year", 2015))
    found = stats.statcan_progress(
        base.base,
        base.base_time,
        base.current,
        base.current_time,
        direction=_better(config),
        target=config.get("target", math.nan),
        target_time=config.get("target_year", 2030) if "target" in config else math.nan,
        limit=config.get("limit", math.nan),
    )
    return str(found.status)


def _states(pairs: list[Pair], place: int, made: Any) -> list[str]:
    """Return the default's state of every series, each bound by a target of its own, the year after its last value."""
    series = {f"S{at:03}": pair.data[place] for at, pair in enumerate(pairs)}
    targets = [_own_target(who, pair) for who, pair in zip(series, pairs, strict=True)]
    measurements, catalogue = made(series, targets=targets, direction="target")
    found: dict[str, str] = {}
    for last in sorted({data[-1][0] for data in series.values()}):
        asked = [who for who, data in series.items() if data[-1][0] == last]
        rows = mb.track(measurements, catalogue, as_of=f"{last + 1}-06-30", targets=asked)
        found |= {row.target: row.state for row in rows}
    return [found[who] for who in series]


def _own_target(who: str, pair: Pair) -> mb.Target:
    scope = mb.Scope(institutions=(who,))
    common: dict[str, Any] = {"id": who, "indicator": "I", "scope": scope}
    common["baseline"] = mb.Baseline(period=str(int(pair.start or 0)))
    if "target" not in pair.config:
        return mb.DirectionOnly(**common, direction=_better(pair.config))
    kind = mb.AtLeast if _better(pair.config) == "higher" else mb.AtMost
    return kind(**common, value=pair.config["target"], due=str(int(pair.config.get("target_year", 2030))))
