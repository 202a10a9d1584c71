"""Panels: dense arrays that say the same as the rows."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.measurements import CONF_CODES, STATUS_CODES, Panel, _panel_cells, panels
from maalbib.measurements._schema import QUALIFIERS

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "indicator": st.sampled_from("ab"),
            "institution": st.sampled_from(["0101", "0147", "10"]),
            "period": st.sampled_from(["2023", "2024", "2022", "2024-Q1", "2023-Q4", "2014/15"]),
            "sex": st.sampled_from(["F", "M", "_T"]),
            "grade": st.sampled_from(["_T", "4", "10"]),
            "value": st.sampled_from([1.0, 2.5, None]),
            "n": st.sampled_from([5, None]),
            "status": st.sampled_from(["P", "B", "Q", None]),
            "conf": st.sampled_from(["F", "C", None]),
            "source": st.sampled_from(["s2", "s1", None]),
        }
    ),
    max_size=25,
    unique_by=lambda row: tuple(row[name] for name in ("indicator", "institution", "period", "sex", "grade")),
)


BARE = pa.table({"indicator": ["x"], "institution": ["0101"], "period": ["2024"], "value": [1.0]})


def measured(rows: list[dict[str, Any]], **options: Any) -> mb.Measurements:
    """Rows as measurements; a suppressed value has no value."""
    clean = [row | ({"value": None} if row["status"] == "Q" else {}) for row in rows]
    kinds = {"value": pa.float64(), "n": pa.int64()}
    names = ("indicator", "institution", "period", "sex", "grade", "value", "n", "status", "conf", "source")
    table = pa.table({name: pa.array([row[name] for row in clean], kinds.get(name, pa.string())) for name in names})
    return mb.Measurements.from_arrow(table, breakdowns=["sex", "grade"], **options)


def slow(ms: mb.Measurements, indicator: str, freq: str) -> dict[tuple[str, str, str], mb.Measurement]:
    """Return the definition: a row for each series and period."""
    rows = [row for row in ms if row.indicator == indicator]
    shown = [name for name in ms.breakdowns if any(row.breakdown[name] != "_T" for row in rows)]
    return {
        (row.institution, ";".join(f"{name}={row.breakdown[name]}" for name in shown), str(row.period)): row
        for row in rows
        if row.period.freq == freq
    }


def number(value: float | None) -> float:
    """NaN for nothing."""
    return math.nan if value is None else float(value)


@given(ROWS, st.randoms(use_true_random=False))
def test_panels_say_what_the_rows_say(rows: list[dict[str, Any]], chance: Any) -> None:
    """Every cell agrees with a dictionary of the rows, and the order of rows does not matter."""
    ms = measured(rows)
    mixed = rows.copy()
    chance.shuffle(mixed)
    found = list(panels(ms))
    assert [(panel.indicator, panel.freq.value) for panel in found] == sorted(
        {(row.indicator, row.period.freq.value) for row in ms},
        key=lambda pair: (pair[0], [*mb.Frequency].index(mb.Frequency(pair[1]))),
    )
    for panel, other in zip(found, panels(measured(mixed)), strict=True):
        expected = slow(ms, panel.indicator, panel.freq.value)
        keys = [
            (institution, breakdown, str(period))
            for institution, breakdown in zip(panel.institutions, panel.breakdowns, strict=True)
            for period in panel.periods
        ]
        assert set(expected) <= set(keys)
        assert len(set(keys)) == len(keys)
        cells = [expected.get(key) for key in keys]
        np.testing.assert_array_equal(panel.values.ravel(), [number(c.value if c else None) for c in cells])
        assert panel.n is not None
        np.testing.assert_array_equal(panel.n.ravel(), [number(c.n if c else None) for c in cells])
        assert panel.status.ravel().tolist() == [STATUS_CODES.index(c.status) if c else 255 for c in cells]
        assert panel.conf is not None
        assert panel.conf.ravel().tolist() == [CONF_CODES.index(c.conf) if c else 255 for c in cells]
        columns = range(len(panel.periods))
        sources = [panel.source_text(series, column) for series in range(len(panel)) for column in columns]
        assert sources == [c.source if c else None for c in cells]
        series = list(zip(panel.institutions, panel.breakdowns, strict=True))
        assert series == sorted(
            series, key=lambda pair: (pair[0], [part.split("=")[1] for part in pair[1].split(";") if part])
        )
        assert list(panel.periods) == sorted(panel.periods)
        assert panel.times.tolist() == [period.position for period in panel.periods]
        assert (panel.institutions, panel.breakdowns) == (other.institutions, other.breakdowns)
        np.testing.assert_array_equal(panel.values, other.values)
        assert panel.source_ids == other.source_ids


@given(ROWS)
def test_where_the_rows_go_does_not_matter(rows: list[dict[str, Any]]) -> None:
    """One block for all indicators, rows sorted by indicator, and one indicator alone give the same panels."""
    ms = measured(rows)
    whole = list(panels(ms))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_panel_cells, "_LEAST_CELLS", -1)
        patch.setattr(_panel_cells, "_CELLS_PER_ROW", -1)
        by_rows = list(panels(ms))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_panel_cells, "_LEAST_CELLS", 2**20)
        block = list(panels(ms))
    alone = [panel for code in ms.indicators for panel in panels(ms, code)]
    for other in (by_rows, block, alone):
        assert len(other) == len(whole)
        for one, two in zip(whole, other, strict=True):
            for field in attrs.fields(Panel):
                left, right = getattr(one, field.name), getattr(two, field.name)
                if isinstance(left, np.ndarray):
                    assert left.dtype == right.dtype
                    np.testing.assert_array_equal(left, right)
                else:
                    assert left == right


class TestPanel:
    """The object itself."""

    @pytest.fixture
    def panel(self) -> Panel:
        """Two series with every kind of status."""
        names = ("institution", "period", "value", "status", "source", "conf")
        rows = [
            ("0147", "2022", 1.0, "A", "s1", "F"),
            ("0147", "2023", 2.0, "B", "s2", "F"),
            ("0147", "2024", None, "Q", "s2", "C"),
            ("0101", "2022", 3.0, "P", None, "F"),
            ("0101", "2024", 4.0, "A", None, "F"),
        ]
        table = pa.table({name: list(cells) for name, cells in zip(names, zip(*rows, strict=True), strict=True)})
        ms = mb.Measurements.from_arrow(table, constants={"indicator": "x"})
        return next(panels(ms, "x"))

    def test_masks(self, panel: Panel) -> None:
        """Suppressed, provisional, breaks, present values and confidential rows."""
        assert panel.institutions == ("0101", "0147")
        assert panel.suppressed.tolist() == [[False] * 3, [False, False, True]]
        assert panel.provisional.tolist() == [[True, False, False], [False] * 3]
        assert panel.marked_break.tolist() == [[False] * 3, [False, True, False]]
        assert panel.present.tolist() == [[True, False, True], [True, True, False]]
        assert panel.confidential.tolist() == [[False] * 3, [False, False, True]]
        assert panel.count.tolist() == [2, 2]
        assert panel.lower is None
        assert repr(panel) == "<Panel x A: 2 series x 3 periods>"

    def test_mixed_sources(self, panel: Panel) -> None:
        """Only values that count are asked for their source; naming none is a source of its own."""
        assert panel.mixed_sources().tolist() == [False, True]
        first = np.where(np.arange(3) == 0, panel.values, np.nan)
        assert panel.mixed_sources(first).tolist() == [False, False]
        assert panel.source_text(0, 0) is None
        assert panel.source_text(1, 1) == "s2"

    def test_rows(self, panel: Panel) -> None:
        """Some series, in the wanted order, with everything that belongs to them."""
        part = panel.rows([1])
        assert part.institutions == ("0147",)
        assert part.values.tolist()[0][:2] == [1.0, 2.0]
        assert part.source_text(0, 0) == "s1"
        assert part.periods == panel.periods
        assert panel.rows(np.array([1, 0])).institutions == ("0147", "0101")
        assert len(panel.rows([])) == 0
        assert panel.rows([]).mixed_sources().tolist() == []
        bare = next(panels(mb.Measurements.from_arrow(BARE)))
        assert bare.source_text(0, 0) is None
        assert bare.mixed_sources().tolist() == [False]
        assert bare.confidential.tolist() == [[False]]

    def test_arrays_cannot_be_changed(self, panel: Panel) -> None:
        """A panel may be shared."""
        with pytest.raises(ValueError, match="read-only"):
            panel.values[0, 0] = 1.0


def test_only_breakdowns_of_the_indicator_are_named() -> None:
    """Other indicators in the same table do not change the name of a series."""
    rows = [
        {"indicator": "a", "sex": "F", "grade": "_T"},
        {"indicator": "b", "sex": "_T", "grade": "4"},
        {"indicator": "c", "sex": "_T", "grade": "_T"},
    ]
    rest = {
        "institution": "0101",
        "period": "2024",
        "value": 1.0,
        "n": None,
        "status": None,
        "conf": None,
        "source": None,
    }
    names = {panel.indicator: panel.breakdowns for panel in panels(measured([row | rest for row in rows]))}
    assert names == {"a": ("sex=F",), "b": ("grade=4",), "c": ("",)}
    indicator = mb.Indicator(id="c", name=mb.Text(da="c"), unit="count", direction="higher", dimensions=("sex",))
    others = [mb.Indicator(id=code, name=mb.Text(da=code), unit="count", direction="higher") for code in "ab"]
    catalogue = mb.Catalogue(id="x", name=mb.Text(da="x"), indicators=[indicator, *others])
    known = measured([row | rest for row in rows], catalogue=catalogue)
    assert next(panels(known, "c")).breakdowns == ("sex=_T",)


def test_vintages() -> None:
    """A panel shows what was known on a day, the newest where no day is given."""
    table = pa.table(
        {
            "indicator": ["x"] * 3,
            "institution": ["0101"] * 3,
            "period": ["2023", "2024", "2024"],
            "value": [1.0, 2.0, 3.0],
            "vintage": [None, dt.date(2025, 2, 1), dt.date(2025, 6, 1)],
        }
    )
    ms = mb.Measurements.from_arrow(table)
    assert [next(panels(ms, as_of=day)).values.tolist() for day in ("2025-01-01", "2025-03-01", None)] == [
        [[1.0]],
        [[1.0, 2.0]],
        [[1.0, 3.0]],
    ]


def test_an_indicator_without_rows() -> None:
    """It has no panel."""
    assert list(panels(mb.Measurements.example("reading"), "x")) == []
    with pytest.raises(mb.errors.ArgumentError):
        panels(mb.Measurements.example("reading"), as_of="i går")


def test_more_series_than_a_map_of_cells() -> None:
    """Many sparse breakdowns are numbered without a map."""
    count = 2_000
    table = pa.table(
        {
            "indicator": ["x"] * count,
            "institution": [f"i{place:04}" for place in range(count)],
            "period": ["2024"] * count,
            "a": [f"a{place % 1999}" for place in range(count)],
            "b": [f"b{place % 1997}" for place in range(count)],
            "value": np.arange(count, dtype=float),
        }
    )
    panel = next(panels(mb.Measurements.from_arrow(table, breakdowns=["a", "b"])))
    assert panel.values[:, 0].tolist() == list(range(count))
    assert panel.breakdowns[1998] == "a=a1998;b=b1"


class TestUnits:
    """A code that stands for another unit than before, and how exact a value is."""

    @staticmethod
    def register(*starts: str) -> mb.Register:
        """Return a register in which 0101 stood for several units, one after the other, and 0147 for one."""
        days = [dt.date.fromisoformat(start) for start in starts]
        units = [
            mb.Institution(id="0101", name=mb.Text(da="x"), kind="municipality", valid_from=start, valid_to=end)
            for start, end in zip(days, [*days[1:], None], strict=True)
        ]
        other = mb.Institution(id="0147", name=mb.Text(da="y"), kind="municipality")
        return mb.Register([*units, other])

    @staticmethod
    def laid_out(register: mb.Register | None, *periods: str) -> Panel:
        """Return the panel of two institutions with a value in each period."""
        codes = [(institution, period) for institution in ("0101", "0147") for period in periods]
        table = pa.table(
            {
                "institution": [institution for institution, _ in codes],
                "period": [period for _, period in codes],
                "value": np.arange(len(codes), dtype=float),
            }
        )
        ms = mb.Measurements.from_arrow(table, constants={"indicator": "x"}, register=register)
        return next(panels(ms))

    @pytest.mark.parametrize(
        ("starts", "periods", "columns"),
        [
            (["1970-01-01", "2007-01-01"], ["2005", "2006", "2007", "2008"], [2]),
            (["1970-01-01", "2007-01-01"], ["2005", "2008"], [1]),
            (["1970-01-01", "2007-01-01"], ["2006/07", "2007/08", "2008/09"], [1]),
            (["1970-01-01", "2003-01-01", "2007-01-01"], ["2002", "2004", "2007"], [1, 2]),
            (["2006-03-01", "2007-01-01"], ["2006", "2007"], [1]),
        ],
    )
    def test_a_code_that_was_used_again(self, starts: list[str], periods: list[str], columns: list[int]) -> None:
        """The unit on the first day of a period counts, or the one that begins in it; the first column is no change."""
        panel = self.laid_out(self.register(*starts), *periods)
        assert panel.changed is not None
        assert [np.flatnonzero(row).tolist() for row in panel.changed] == [columns, []]
        assert panel.rows([1, 0]).changed is not None
        assert not panel.changed.flags.writeable

    def test_nothing_changed(self) -> None:
        """Without a register, and where every code is one unit throughout, there is nothing to say."""
        assert self.laid_out(None, "2006", "2007").changed is None
        assert self.laid_out(self.register("1970-01-01"), "2006", "2007").changed is None
        assert self.laid_out(self.register("1970-01-01", "2007-01-01"), "2007", "2008").changed is None

    def test_qualifiers(self) -> None:
        """At least, at most and about are kept beside the value; no row is 255."""
        table = pa.table(
            {
                "institution": ["0101", "0101", "0147"],
                "period": ["2023", "2024", "2024"],
                "value": [1.0, 2.0, 3.0],
                "qualifier": ["at_most", None, "approx"],
            }
        )
        panel = next(panels(mb.Measurements.from_arrow(table, constants={"indicator": "x"})))
        assert panel.qualifier is not None
        assert panel.qualifier.tolist() == [[QUALIFIERS.index("at_most"), 0], [255, QUALIFIERS.index("approx")]]
        assert next(panels(mb.Measurements.from_arrow(BARE))).qualifier is None
