"""Series that are no one series: codes used again, marked breaks, values that are no exact figures."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import maalbib as mb

DENMARK = mb.Register.denmark()
YEARS = range(2000, 2016)
RISING = {year: float(year - 2000) for year in YEARS}
# Flat on either side, and far apart: by the code alone a clear rise.
JUMP = {year: (1.0 + year % 2 if year < 2007 else 9.0 + year % 2) for year in YEARS}
VALUES = {year: float(year - 2000) for year in range(2000, 2012)}


def series(
    code: str, values: dict[int, float], *, register: mb.Register | None = DENMARK, **indicator: Any
) -> mb.Measurements:
    """Measurements of one institution and the catalogue they belong to."""
    columns = indicator.pop("columns", {})
    targets = indicator.pop("targets", ())
    fields: dict[str, Any] = {"unit": "score", "direction": "higher", **indicator}
    defined = mb.Indicator(id="I", name=mb.Text(da="Tal", en="Figure"), **fields)
    catalogue = mb.Catalogue(id="X", agency="KL", version="1.0.0", indicators=[defined], targets=targets)
    frame = pd.DataFrame(
        {
            "indicator": "I",
            "institution": code,
            "period": [str(year) for year in values],
            "value": pd.Series(list(values.values()), dtype="float64"),
            **columns,
        }
    )
    return mb.Measurements.from_pandas(frame, catalogue=catalogue, register=register)


class TestReusedCodes:
    """Horsens 0615 before and after 2007 is two units with one code."""

    def test_a_trend_does_not_cross_the_date(self) -> None:
        """What looks like a rise over the reform is none within either unit."""
        row = mb.detect_trends(series("0615", JUMP))[0]
        assert (row.state, row.breaks) == ("no_detectable_change", ("2007",))
        assert {"break", "code_reused"} <= set(row.flags)
        assert mb.detect_trends(series("0615", JUMP, register=None))[0].state == "improving"
        assert mb.detect_trends(series("0101", JUMP))[0].state == "improving"

    def test_ignoring_breaks_does_not_join_two_units(self) -> None:
        """A break may be crossed on request; two units under one code are not a series with a break."""
        row = mb.detect_trends(series("0615", JUMP), breaks="ignore")[0]
        assert row.state == "no_detectable_change"
        assert "crosses_break" not in row.flags
        assert {"break", "code_reused"} <= set(row.flags)

    def test_the_reason_is_said_in_words(self) -> None:
        """In both languages."""
        row = mb.detect_trends(series("0615", RISING))[0]
        assert "Koden står for en anden enhed end før" in row.explain("da")
        assert "The code stands for another unit than before" in row.explain("en")

    def test_too_few_years_since_the_reform(self) -> None:
        """It is the break that leaves too few, also where breaks are to be ignored."""
        values = {year: RISING[year] for year in range(2005, 2010)}
        for breaks in ("blocks", "ignore"):
            row = mb.detect_trends(series("0615", values), breaks=breaks)[0]
            assert (row.state, row.reason) == ("not_judged", "break_leaves_too_few")

    def test_a_target_is_judged_by_the_unit_of_the_latest_value(self) -> None:
        """A baseline from the old unit is no baseline, whatever is asked for."""
        base = mb.Baseline(period="2005")
        change = mb.ChangeAbsolute(id="T", indicator="I", delta=2, due="2020", baseline=base)
        ms = series("0615", RISING, targets=[change])
        for across in (False, True):
            row = mb.track(ms, as_of="2016-01-31", across_breaks=across)[0]
            assert (row.state, row.reason) == ("not_measurable", "break_since_baseline")
            assert "code_reused" in row.flags
            assert "crosses_break" not in row.flags

    def test_a_standing_target_uses_the_new_unit_only(self) -> None:
        """The movement is that of the values since the reform."""
        ms = series("0615", JUMP, targets=[mb.AtLeast(id="T", indicator="I", value=20)])
        old = mb.track(
            series("0615", JUMP, targets=[mb.AtLeast(id="T", indicator="I", value=20)], register=None),
            as_of="2016-01-31",
            trend_window=16,
        )[0]
        new = mb.track(ms, as_of="2016-01-31", trend_window=16)[0]
        assert (old.n, new.n) == (16, 9)
        assert new.flags == ("break", "code_reused")

    def test_carried_to_one_division_there_is_no_break(self) -> None:
        """After ``on_territory`` the code is one unit in every year."""
        ms = series("0615", JUMP, unit="count", aggregation="sum")
        carried = ms.on_territory("2007-01-01", "area")
        row = mb.detect_trends(carried)[0]
        assert "code_reused" not in row.flags
        assert row.n == 9  # the years before lack the other parts


class TestMarkedBreaks:
    """A row with status B, and the declared break that it belongs to."""

    def marked(self, comparable: str, *, year: int = 2006, before: float | None = None, **factor: Any) -> mb.Trends:
        """A series whose value of 2006 is marked, with a declared break in that year."""
        columns: dict[str, Any] = {"status": ["B" if each == year else "A" for each in VALUES]}
        if before is not None:
            columns["pre_break"] = [before if each == year else None for each in VALUES]
        declared = mb.Break(period="2006", kind="method", comparable=comparable, **factor)
        return mb.detect_trends(series("0101", VALUES, breaks=[declared], columns=columns))

    def test_a_mark_at_a_break_with_a_factor_is_that_break(self) -> None:
        """Older values are linked and compared; the mark says no more than the declaration."""
        row = self.marked("with_factor", link_factor=1.1)[0]
        assert ("linked" in row.flags, "break" in row.flags, row.breaks) == (True, False, ())

    def test_a_mark_at_a_comparable_break_does_not_cut(self) -> None:
        """Somebody has said that the values may be compared."""
        row = self.marked("yes")[0]
        assert (row.state, row.breaks, row.flags) == ("improving", (), ())

    def test_a_mark_elsewhere_cuts(self) -> None:
        """It is another break, which nobody has declared."""
        assert self.marked("yes", year=2008)[0].breaks == ("2008",)
        assert self.marked("no")[0].breaks == ("2006",)

    def test_factor_and_overlap_that_do_not_agree(self) -> None:
        """The value by both methods gives another factor than the one declared."""
        assert "overlap_disagrees" not in self.marked("with_factor", link_factor=1.5, before=4.0)[0].flags
        assert "overlap_disagrees" in self.marked("with_factor", link_factor=1.5, before=5.0)[0].flags
        assert (
            "overlap_disagrees" not in self.marked("with_factor", link_factor=1.5, before=4.02)[0].flags
        )  # rounding


class TestQualifiers:
    """Values that are no exact figures."""

    def last(self, qualifier: str, *targets: Any, value: float = 11.0, **options: Any) -> mb.Measurements:
        """A series whose newest value has a qualifier."""
        words = ["exact"] * (len(VALUES) - 1) + [qualifier]
        return series("0101", {**VALUES, 2011: value}, columns={"qualifier": words}, targets=targets, **options)

    def test_an_approximate_value_is_told(self) -> None:
        """It is used, and every verdict that rests on it says so."""
        row = mb.detect_trends(self.last("approx"))[0]
        assert (row.state, row.flags) == ("improving", ("approximate",))
        target = mb.AtLeast(id="T", indicator="I", value=10)
        assert "approximate" in mb.track(self.last("approx", target), as_of="2012-01-31")[0].flags
        assert "omtrentligt" in row.explain("da")

    @pytest.mark.parametrize("qualifier", ["at_least", "at_most"])
    def test_a_bound_is_no_newest_value(self, qualifier: str) -> None:
        """A bound is taken for no figure: the verdict is the one that every value beyond it leads to."""
        row = mb.detect_trends(self.last(qualifier))[0]
        assert (row.state, row.n, row.last_period, row.withheld) == ("improving", 11, "2010", 1)
        assert "values_withheld" in row.flags
        row = mb.detect_trends(self.last(qualifier), withheld="gaps")[0]
        assert (row.state, row.reason) == ("not_judged", "one_sided")

    def test_an_older_bound_is_set_aside(self) -> None:
        """Where bounds are taken as gaps the rest is judged."""
        words = ["at_most"] + ["exact"] * (len(VALUES) - 1)
        row = mb.detect_trends(series("0101", VALUES, columns={"qualifier": words}), withheld="gaps")[0]
        assert (row.n, row.flags) == (11, ("values_set_aside",))

    @pytest.mark.parametrize(
        ("qualifier", "target", "verdict"),
        [
            ("at_least", mb.AtLeast(id="T", indicator="I", value=10), ("met", "standing")),
            ("at_least", mb.AtLeast(id="T", indicator="I", value=12), ("not_measurable", "one_sided")),
            ("at_most", mb.AtLeast(id="T", indicator="I", value=12), ("not_met", "standing_trend_unknown")),
            ("at_most", mb.AtLeast(id="T", indicator="I", value=10), ("not_measurable", "one_sided")),
            ("at_most", mb.AtMost(id="T", indicator="I", value=12), ("met", "standing")),
            ("at_least", mb.AtMost(id="T", indicator="I", value=10), ("not_met", "standing_trend_unknown")),
            ("at_least", mb.AtLeast(id="T", indicator="I", value=10, due="2011"), ("met", "at_due")),
            ("at_most", mb.AtLeast(id="T", indicator="I", value=12, due="2011"), ("not_met", "due_passed")),
            ("at_least", mb.AtLeast(id="T", indicator="I", value=12, due="2011"), ("not_measurable", "one_sided")),
            ("at_least", mb.AtLeast(id="T", indicator="I", value=10, due="2020"), ("met", "reached_early")),
            ("at_most", mb.AtLeast(id="T", indicator="I", value=12, due="2020"), ("not_measurable", "one_sided")),
            ("at_least", mb.WithinBand(id="T", indicator="I", low=5, high=20), ("not_measurable", "one_sided")),
            ("at_least", mb.WithinBand(id="T", indicator="I", low=5, high=10), ("not_met", "standing_trend_unknown")),
            (
                "at_least",
                mb.ImproveEachPeriod(id="T", indicator="I", direction="higher"),
                ("not_measurable", "one_sided"),
            ),
        ],
    )
    def test_a_bound_settles_what_it_settles(self, qualifier: str, target: Any, verdict: tuple[str, str]) -> None:
        """At least 11 is at least 10; whether it is at least 12 nobody knows."""
        row = mb.track(self.last(qualifier, target, direction="target"), as_of="2012-01-31")[0]
        assert (row.state, row.reason) == verdict
        assert ("bound_settles" in row.flags) == (verdict[0] != "not_measurable")

    def test_a_due_value_that_is_exact_is_judged_though_a_later_one_is_a_bound(self) -> None:
        """What happened at the deadline is known."""
        target = mb.AtLeast(id="T", indicator="I", value=8, due="2009")
        row = mb.track(self.last("at_most", target), as_of="2012-01-31")[0]
        assert (row.state, row.reason, row.latest) == ("met", "at_due", 9.0)

    def test_a_bound_is_not_compared_and_in_nobodys_mean(self) -> None:
        """The peers are compared among themselves."""
        frame = pd.DataFrame(
            {
                "indicator": "I",
                "institution": ["0101", "0147", "0151"],
                "period": "2020",
                "value": [10.0, 20.0, 90.0],
                "lower": [9.0, 19.0, 89.0],
                "upper": [11.0, 21.0, 91.0],
                "qualifier": ["exact", "approx", "at_least"],
            }
        )
        found = mb.compare_peers(mb.Measurements.from_pandas(frame), period="2020", mean="unweighted")
        rows = {row.institution: row for row in found}
        assert (rows["0151"].state, rows["0151"].reason) == ("not_compared", "one_sided")
        assert (rows["0101"].peer_value, rows["0101"].peers) == (20.0, 1)
        assert "approximate" in rows["0147"].flags
        assert "approximate" not in rows["0101"].flags
