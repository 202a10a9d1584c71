"""What the verbs can decide and what the table of texts can say are the same codes.

Every rule names its code whether or not a row fits it, so a few calls name them all.
"""

from __future__ import annotations

import ast
import inspect
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import maalbib
import maalbib as mb
from maalbib import stats
from maalbib.analysis import _associate
from maalbib.analysis._verdict import Verdicts
from maalbib.model import ReadingRule

TEXTS = Path(maalbib.__file__).parent / "texts"
BASE = mb.Baseline(period="2020")
TARGETS = (
    mb.AtLeast(id="1", indicator="I", value=1),
    mb.AtLeast(id="2", indicator="I", value=1, due="2030"),
    mb.ChangeRelative(id="3", indicator="I", percent=1, due="2030", baseline=BASE),
    mb.ImproveEachPeriod(id="4", indicator="I", direction="higher"),
    mb.DirectionOnly(id="5", indicator="I", direction="higher", baseline=BASE),
    mb.WithinBand(id="6", indicator="I", low=0, high=1, due="2030"),
    mb.AtLeast(id="7", indicator="I", value=1, due="2030", baseline=BASE, path="front_loaded"),
    mb.AtLeast(id="8", indicator="I", value=1, decided_on="2030-01-01"),
    mb.AtLeast(id="9", indicator="I", value=1, withdrawn_on="2020-01-01"),
    mb.AtLeast(id="10", indicator="I", value=1, suspensions=[mb.Suspension(start="2020-01-01")]),
    mb.Milestone(id="11", due="2020-01-01"),
    mb.Milestone(id="12", due="2020-01-01", done_on="2020-06-01"),
    mb.Milestone(id="13", due="2020-01-01", done_on="2020-06-01", late_counts=True),
    mb.Milestone(id="14", due="2030-01-01", done_on="2020-06-01"),
    mb.Milestone(id="15", due="2030-01-01"),
)
BY_HAND = mb.Override(
    target="1",
    institution="0101",
    state="met",
    reason=mb.Text(da="Fordi."),
    decided_by_role="rolle",
    decided_on="2020-01-01",
)
# What only the table of what may be shown says, and wordings of one verdict without its interval, or by another method.
BESIDE = {
    "not_measurable.confidential",
    "not_judged.confidential",
    "not_compared.confidential",
    "no_detectable_change.not_significant_no_interval",
    "not_judged.too_few_points_for_method",
}


def said(*names: str) -> set[str]:
    """Return the codes of files of texts."""
    return {code for name in names for code in tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))}


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Return the codes and flags that rules name while a test runs."""
    found: dict[str, set[str]] = defaultdict(set)
    decide, flag = Verdicts.decide, Verdicts.flag

    def deciding(self: Verdicts, where: Any, code: str) -> None:
        found["codes"].add(code)
        decide(self, where, code)

    def flagging(self: Verdicts, where: Any, name: str) -> None:
        found["flags"].add(f"flag.{name}")
        flag(self, where, name)

    monkeypatch.setattr(Verdicts, "decide", deciding)
    monkeypatch.setattr(Verdicts, "flag", flagging)
    return found


def flags_of(*names: str) -> set[str]:
    """Return the flags that stand in files of texts."""
    return {code for code in said(*names) if code.startswith("flag.")}


def verdicts_of(name: str) -> set[str]:
    """Return the verdicts that stand in a file of texts."""
    return {code for code in said(name) if not code.startswith("flag.")} - BESIDE


def test_tracking(named: dict[str, set[str]], made: Any) -> None:
    """Every kind of target, with and without crossing breaks."""
    points = {"0101": [(2020, 1.0)], "0151": [(2020, 1.0, {"qualifier": "at_most"})]}
    measurements, catalogue = made(points, targets=TARGETS, direction="target")
    for across in (False, True):
        mb.track(
            measurements,
            catalogue,
            as_of="2024-01-01",
            across_breaks=across,
            method=["linear", "robust"],
            overrides=[BY_HAND],
            stale="refused",
        )
    assert named["codes"] == verdicts_of("progress")
    assert flags_of("progress") <= named["flags"] <= flags_of("progress", "analysis")


def test_trends(named: dict[str, set[str]], made: Any) -> None:
    """Each direction, each way with breaks, each method; some rules are looked at only where they concern a series."""
    for direction in ("higher", "lower", "context"):
        breaks = [mb.Break(period="2022", kind="method")]
        points = [(2020 + place, float(place)) for place in range(5)]
        measurements, catalogue = made({"0101": points}, direction=direction, breaks=breaks)
        for how in ("blocks", "last_segment", "ignore"):
            mb.detect_trends(measurements, catalogue=catalogue, breaks=how)
    withheld = {
        "A": [(2020, None, {"status": "Q"})],
        "B": [(2020, None)],
        "C": [(2020, 1.0, {"qualifier": "at_most"})],
    }
    measurements, catalogue = made(withheld)
    for options in ({"min_points": 3}, {"withheld": "gaps"}, {"method": "ar1"}):
        mb.detect_trends(measurements, catalogue=catalogue, **options)
    assert named["codes"] == verdicts_of("trend") | {"not_judged.invalid_value"}
    assert flags_of("trend") <= named["flags"] <= flags_of("trend", "analysis")


def test_charts(named: dict[str, set[str]], made: Any) -> None:
    """Each direction, each kind of chart, each set of rules, and a level that somebody decided."""
    points = [(f"{2020 + place // 12}-{place % 12 + 1:02}", place % 5, {}) for place in range(26)]
    new = mb.Rebase(
        indicator="I", period="2021-02", reason=mb.Text(da="x"), decided_by_role="leder", decided_on="2023-01-01"
    )
    for direction in ("higher", "lower", "context"):
        measurements, catalogue = made({"0101": points}, direction=direction)
        for rules in (None, *(f"{found.id}/{found.version}" for found in stats.rule_sets())):
            mb.control_charts(measurements, catalogue=catalogue, rule_set=rules, rebases=[new])
    shares = [(when, count / 5, {"numerator": float(count), "denominator": 5.0}) for when, count, _ in points]
    measurements, catalogue = made({"0101": shares}, unit="share")
    for kind in ("i", "p", "run"):
        mb.control_charts(measurements, catalogue=catalogue, kind=kind)
    rules = {rule.kind for found in stats.rule_sets() for rule in found.rules}
    pointing = {
        code
        for code in verdicts_of("chart")
        if code.partition(".")[0] in {"improving", "declining", "higher", "lower"}
    }
    assert pointing <= named["codes"]
    unjudged = {code for code in said("chart") if code.startswith("not_judged.")}
    assert unjudged | {"no_signal.within_limits"} <= named["codes"]
    patterns = {code.partition(".")[2] for code in said("chart") if code.startswith(("unusual.", "higher."))}
    assert patterns == rules == {code[6:] for code in said("chart") if code.startswith("point.")} & rules
    assert flags_of("chart") - {"flag.target_at_bound"} <= named["flags"] <= flags_of("chart", "analysis", "trend")


def test_comparison(named: dict[str, set[str]], made: Any) -> None:
    """Each direction, by interval and by rule; held against expected values of every kind."""
    rule = ReadingRule(id="r", name=mb.Text(da="r"), min_difference=1, valid_for_n=10)
    for direction in ("higher", "lower", "context"):
        measurements, catalogue = made({"0101": [(2020, 1.0)]}, direction=direction)
        for options in ({"min_verdict": 5}, {"reading_rule": rule, "across_sources": True}):
            mb.compare_peers(measurements, period="2020", mean="unweighted", catalogue=catalogue, **options)
    known = [
        mb.Indicator(id=code, name=mb.Text(da="x"), unit="score", direction="lower", kind=kind)
        for code, kind in (("I", "resource"), ("J", "result"), ("X", None))
    ]
    rows = [{"indicator": each.id, "institution": "0101", "period": "2020", "value": 1.0} for each in known]
    figures = mb.Measurements.from_pandas(
        pd.DataFrame(rows), catalogue=mb.Catalogue(id="C", agency="A", version="1.0.0", indicators=known)
    )
    for asked in ({"conditions": "X"}, {"expected": {"I": "X"}}, {"need": "X"}, {"ranks": True}):
        mb.compare_peers(figures, period="2020", mean="unweighted", **asked)
    assert named["codes"] == verdicts_of("standing")
    assert flags_of("standing") <= named["flags"] <= flags_of("standing", "analysis")


def test_association() -> None:
    """Its codes stand in its source: what is returned, and the reasons of the kernels that pass through."""
    tree = ast.parse(inspect.getsource(_associate))
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    passed_on = {"constant"}  # too few points is told before; infinite values are refused when measurements are read
    for code in said("association"):
        state, _, reason = code.removeprefix("flag.").partition(".")
        assert state in words, code
        assert not reason or reason in words | passed_on, code
    returned = {"p_out_of_reach", "too_few_pairs", "constant", "different_sources"}
    assert {f"not_judged.{reason}" for reason in returned} <= said("association", "trend")


def test_shared_flags_are_named_by_somebody(named: dict[str, set[str]], made: Any) -> None:
    """No flag in the shared table that no verb can raise."""
    seen = set[str]()
    for part in (test_tracking, test_trends, test_comparison):
        named.clear()
        part(named, made)
        seen |= named["flags"]
    assert flags_of("analysis") <= seen


def test_no_row_is_left_undecided(made: Any) -> None:
    """Whatever is judged gets a state and a reason."""
    points = {
        "0101": [(2020, 1.0)],
        "0147": [(2019, 1.0), (2020, 2.0), (2021, 1.5)],
        "0151": [(2021, None, {"status": "O"})],
    }
    measurements, catalogue = made(points, targets=TARGETS, direction="target")
    for result in (
        mb.track(measurements, catalogue, as_of="2024-01-01"),
        mb.detect_trends(measurements, catalogue=catalogue),
        mb.compare_peers(measurements, period="2020", mean="unweighted", catalogue=catalogue),
    ):
        table = result.to_arrow()
        assert table["state"].null_count == table["reason"].null_count == 0
