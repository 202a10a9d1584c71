"""Proposed breaks: found where nobody declared one, never applied, never a cause."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from trend_cases import RISING, points, trend_of, trends_of

from maalbib import Break, stats

STEP = [5.0, 5.2, 4.9, 5.1, 9.0, 9.2, 8.9, 9.1]
ASKED = {"propose_breaks": True}


def test_a_step_is_proposed(made: Any) -> None:
    """The first period of the new level, the size, and the exact p of Pettitt's test."""
    row = trend_of(made, points(STEP), options=ASKED)
    test = stats.pettitt(STEP)
    assert (row.change_period, row.proposed_break) == ("2014", "2014")
    assert (row.change_p, row.change_shift) == (float(test.p_value), float(test.shift))
    assert "proposed_break" in row.flags
    said = row.explain("da").replace("\u00a0", " ")
    assert "Foreslået brud: fra 2014 ligger tallet 4,0 point højere end før (p = 0,029)." in said
    assert "skyldes" not in said


def test_it_is_never_applied(made: Any) -> None:
    """Everything else in the row is what it was, and nothing is looked for unless asked."""
    bare, asked = trend_of(made, points(STEP)), trend_of(made, points(STEP), options=ASKED)
    assert [bare.change_period, bare.change_p, bare.proposed_break] == [None] * 3
    for name in ("state", "reason", "s", "p_value", "slope", "slope_lower", "breaks", "n_blocks"):
        assert getattr(bare, name) == getattr(asked, name)


def test_a_steady_rise_is_no_break(made: Any) -> None:
    """Pettitt's test finds one there too; a line lies closer, so that none is proposed."""
    row = trend_of(made, points(range(10)), options=ASKED)
    assert row.change_p <= 0.05
    assert (row.change_period, row.proposed_break) == ("2015", None)


def test_a_change_at_a_known_break_is_that_break(made: Any) -> None:
    """Declared, or marked in the data, and also a period beside it."""
    for period in ("2013", "2014", "2015"):
        row = trend_of(
            made, points(STEP), options=ASKED | {"breaks": "ignore"}, breaks=[Break(period=period, kind="method")]
        )
        assert (row.change_period, row.proposed_break) == ("2014", None)
    far = trend_of(
        made, points(STEP), options=ASKED | {"breaks": "ignore"}, breaks=[Break(period="2016", kind="method")]
    )
    assert far.proposed_break == "2014"
    marked = points(STEP)
    marked[4] = (2014, 9.0, {"status": "B"})
    assert trend_of(made, marked, options=ASKED | {"breaks": "ignore"}).proposed_break is None


def test_the_longest_unbroken_stretch_is_looked_at(made: Any) -> None:
    """A declared break is not taken for a new one, and does not hide one elsewhere."""
    series = points([*STEP, 30.0, 31.0, 30.5])
    row = trend_of(made, series, options=ASKED, breaks=[Break(period="2018", kind="method")])
    assert (row.change_period, row.proposed_break, row.change_p) == (
        "2014",
        "2014",
        float(stats.pettitt(STEP).p_value),
    )


def test_pettitt_formula_of_print_would_miss_it(made: Any) -> None:
    """Regression: the approximation that is printed everywhere gives 0.139 for these eight values."""
    row = trend_of(made, points(STEP), options=ASKED)
    k, n = 16, 8
    assert 2 * np.exp(-6 * k**2 / (n**3 + n**2)) == pytest.approx(0.139, abs=1e-3)
    assert row.change_p == pytest.approx(0.0286, abs=1e-4)


def test_ruptures_misses_the_step_that_is_proposed_here(made: Any) -> None:
    """Regression: [5, 5, 5, 5, 9, 9, 9, 9], which a grid of five values steps over."""
    assert trend_of(made, points([5.0] * 4 + [9.0] * 4), options=ASKED).proposed_break == "2014"


def test_gaps_keep_their_place(made: Any) -> None:
    """The first period that has a value of the new level."""
    row = trend_of(made, points([5.0, 5.2, 4.9, 5.1, None, None, 9.2, 8.9, 9.1, 9.3]), options=ASKED)
    assert row.change_period == "2016"


def test_seven_values_propose_nothing(made: Any) -> None:
    """They cannot show a change at 5 per cent; nor is anything looked for where nothing is judged, or within seasons."""
    assert trend_of(made, points(STEP[1:]), options=ASKED).proposed_break is None
    assert trend_of(made, points(STEP[:4]), options=ASKED).change_p is None
    quarters = [(f"20{10 + place // 4}-Q{place % 4 + 1}", value) for place, value in enumerate(STEP * 3)]
    assert trend_of(made, quarters, options=ASKED).change_p is None


def test_each_series_has_its_own(made: Any) -> None:
    """One call for all."""
    trends = trends_of(made, {"0101": points(STEP), "0147": points(RISING), "0151": points([2.0] * 8)}, options=ASKED)
    assert [row.proposed_break for row in trends] == ["2014", None, None]
    assert trends.row(institution="0151").change_period is None
