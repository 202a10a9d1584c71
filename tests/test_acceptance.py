"""What the source documents and Danish practice ask for, each from a file or a text to the answer."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pandas as pd
import pytest

import maalbib as mb
from maalbib import stats
from maalbib.model import classify, implied_base

CATALOGUE = mb.Catalogue.load("danmark")
SUMS = ("user_satisfied_share", "user_very_satisfied_share", "user_satisfied_or_very_share")
# Tabel 1 of Kvalitetsreform (18 August 2006): satisfied, very satisfied, both together, per cent.
TABEL_1 = {
    "hospital": ("60,7", "29,6", "90,3"),
    "school": ("52,1", "29,1", "81,2"),
    "daycare": ("44,3", "44,0", "88,3"),
    "home_care": ("54,6", "23,1", "77,7"),
}


def tabel_1(folder: Path, changes: Mapping[tuple[str, int], str] | None = None) -> mb.Measurements:
    """Write Tabel 1 as Danes do, some figures changed, and read it; every problem is collected."""
    changed = changes or {}
    lines = ["indicator;institution;period;area;value"]
    lines += [
        f"{SUMS[column]};DK;2005;{area};{changed.get((area, column), figure)}"
        for area, figures in TABEL_1.items()
        for column, figure in enumerate(figures)
    ]
    file = folder / "tabel1.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return mb.Measurements.read(file, locale="da", catalogue=CATALOGUE, breakdowns=["area"], on_problem="collect")


def practice(shared: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a file of published figures; skips where it is missing."""
    file = shared / "data" / "practice" / name
    if not file.is_file():
        pytest.skip("the folder shared/data/practice is not beside this checkout")
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def simple(
    rows: Sequence[Mapping[str, Any]], *, targets: Sequence[mb.Target] = (), rules: Sequence[mb.ReadingRule] = ()
) -> tuple[mb.Measurements, mb.Catalogue]:
    """Return measurements of one indicator ``I`` for which higher is better."""
    breakdowns = [name for name in rows[0] if name not in {"institution", "period", "value"}]
    indicator = mb.Indicator(
        id="I", name=mb.Text(da="Tallet"), unit="score", direction="higher", aggregation="mean", dimensions=breakdowns
    )
    catalogue = mb.Catalogue(
        id="P", agency="KL", version="1.0.0", indicators=[indicator], targets=targets, reading_rules=rules
    )
    frame = pd.DataFrame(rows).assign(indicator="I")
    return mb.Measurements.from_pandas(frame, catalogue=catalogue, breakdowns=breakdowns), catalogue


def test_t1_tabel_1_reads_and_its_sums_hold(tmp_path: Path) -> None:
    """T1: all four sums hold, although 60.7 + 29.6 is not 90.3 in binary floats."""
    ms = tabel_1(tmp_path)
    assert len(ms) == 12
    assert len(ms.problems) == 0
    assert 60.7 + 29.6 != 90.3
    assert ms.select(indicator=SUMS[2], breakdown={"area": "hospital"})[0].value == 90.3


@pytest.mark.parametrize("area", TABEL_1)
@pytest.mark.parametrize("column", range(3))
def test_t1_a_changed_digit_is_reported(area: str, column: int, tmp_path: Path) -> None:
    """T1: a digit that is wrong by eight is an error with the row of the sum, the column and the parts."""
    figure = TABEL_1[area][column]
    ms = tabel_1(tmp_path, {(area, column): f"{(int(figure[0]) + 8) % 10 or 1}{figure[1:]}"})
    found = [problem for problem in ms.problems if problem.code == "sum.mismatch"]
    assert found
    rows = {problem.row for problem in found}
    assert rows == {2 + 3 * list(TABEL_1).index(area) + 2}
    assert {(problem.column, problem.level) for problem in found} == {("value", "error")}


def test_t1_the_last_digit_may_be_rounding(tmp_path: Path) -> None:
    """T1: one in the last decimal can be rounding: a warning with the same place, and nothing is left out."""
    ms = tabel_1(tmp_path, {("hospital", 2): "90,4"})
    assert {(p.code, p.level, p.row, p.column) for p in ms.problems} == {("sum.mismatch", "warning", 4, "value")}
    assert len(ms) == 12


@pytest.mark.parametrize(
    ("measure", "spearman", "p_value"),
    [("user_satisfaction_mean", 0.39466, 0.46667), ("user_positive_share", -0.31887, 0.54444)],
)
def test_t2_no_clear_association(measure: str, spearman: float, p_value: float) -> None:
    """T2: six classes, exact p, opposite signs, no clear association, and nothing said about causes."""
    row = mb.associate(
        mb.Measurements.example("expenditure-2006"), "expenditure_class", measure, catalogue=CATALOGUE
    )[0]
    assert (row.n, row.p_exact, row.state) == (6, True, "no_clear_association")
    assert row.spearman == pytest.approx(spearman, abs=1e-5)
    assert row.spearman_p == pytest.approx(p_value, abs=1e-5)
    assert "6 par" in row.explain("da")
    assert "årsag" in row.explain("da")
    assert "nothing is said about causes" in row.explain("en")


def test_t3_bounds_of_the_day_care_mean() -> None:
    """T3: 44.3 % satisfied and 44.0 % very satisfied bound the mean by 4.089 and 4.323, and Tabel 2 is inside."""
    bounds = stats.scale_mean_bounds(0.440, 0.443)
    means = (
        mb.Measurements.example("expenditure-2006").select(indicator="user_satisfaction_mean").to_pandas()["value"]
    )
    assert float(bounds.lower) == pytest.approx(4.089)
    assert float(bounds.upper) == pytest.approx(4.323)
    assert (means.min(), means.max()) == (4.23, 4.31)
    assert means.between(4.089, 4.323).all()


def test_t3_hospital_has_no_bounds_on_the_other_surveys_scale() -> None:
    """T3: the hospital's shares are of another survey, so its mean on the scale of 1 to 5 is not bounded, with a reason."""
    tabel = mb.Measurements.example("satisfaction-2006").to_pandas()
    wide = tabel.pivot_table(
        index=["area", "source"], columns="indicator", values="value", observed=True
    ).reset_index()
    bounds = stats.scale_mean_bounds(
        wide["user_very_satisfied_share"] / 100,
        wide["user_satisfied_share"] / 100,
        on_scale=wide["source"].astype(str) == "det-mener-brugerne-2005",
    )
    found = {area: (low, why) for area, low, why in zip(wide["area"], bounds.lower, bounds.reason, strict=True)}
    assert found["hospital"][1] == "different_scale"
    assert math.isnan(found["hospital"][0])
    assert {area: round(low, 3) for area, (low, why) in found.items() if not why} == {
        "daycare": 4.089,
        "home_care": 3.562,
        "school": 3.727,
    }


def test_t4_hospital_and_school_are_not_compared() -> None:
    """T4: the sources differ, so there is a reason in both languages and no verdict."""
    found = mb.compare_peers(
        mb.Measurements.example("satisfaction-2006"),
        ["hospital", "school"],
        period="2005",
        over="area",
        mean="unweighted",
        catalogue=CATALOGUE,
    )
    assert {(row.state, row.reason, row.gap) for row in found} == {("not_compared", "different_sources", None)}
    assert all("en anden undersøgelse" in row.explain("da") for row in found)
    assert all("another survey" in row.explain("en") for row in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5.800", {"value": 5800, "qualifier": "exact"}),
        ("950.000", {"value": 950_000, "qualifier": "exact"}),
        ("60,7", {"value": 60.7, "qualifier": "exact"}),
        ("ca. 22 mia. kr.", {"value": 22e9, "unit": "DKK", "qualifier": "approx"}),
        ("mere end 6 mia. kr.", {"lower": 6e9, "upper": None, "unit": "DKK", "qualifier": "at_least"}),
        ("50-59.999", {"value": None, "lower": 50_000, "upper": 59_999}),
        ("næsten hver tiende", {"upper": 10, "unit": "percent", "qualifier": "at_most"}),
        ("en tredjedel", {"value": Fraction(1, 3), "qualifier": "approx"}),
        ("<49.999", {"lower": None, "upper": 49_999, "upper_excluded": True}),
        ("90.000+", {"lower": 90_000, "upper": None}),
    ],
)
def test_t5_written_figures(text: str, expected: dict[str, Any]) -> None:
    """T5: Danish figures with their qualifier, and never a point read as a decimal sign."""
    read = mb.Quantity.parse(text, locale="da")
    assert {name: getattr(read, name) for name in expected} == expected


@pytest.mark.parametrize(("text", "day"), [("04-04-2017", (2017, 4, 4)), ("18. august 2006", (2006, 8, 18))])
def test_t5_written_dates(text: str, day: tuple[int, int, int]) -> None:
    """T5: dates as Danes write them."""
    when = mb.Quantity.parse(text, locale="da").when
    assert when is not None
    assert when.day == dt.date(*day)


def test_t5_a_fuzzy_date_is_an_interval() -> None:
    """T5: the middle of 2009 is no single day, and lies in 2009."""
    read = mb.Quantity.parse("medio 2009", locale="da")
    assert read.when is not None
    assert read.qualifier == "fuzzy"
    assert dt.date(2009, 1, 1) <= read.when.start < read.when.end <= dt.date(2009, 12, 31)


def test_t5_a_figure_in_no_class_is_reported() -> None:
    """T5: 49.999 is in neither the first class nor the second."""
    classes = [mb.Quantity.parse(text, locale="da") for text in ("<49.999", "50-59.999", "90.000+")]
    found = [classify(number, classes) for number in (49_998, 49_999, 50_000, 90_000)]
    assert [each.index for each in found] == [0, None, 1, 2]
    assert "nogen af klasserne" in found[1].text("da")


def test_t6_the_catalogues_are_whole() -> None:
    """T6: as many problems, goals, tracks, challenges, themes, points, initiatives and indicators as the documents have."""
    counted: Counter[str] = Counter()
    for name in ("sammenhaengsreform-2018", "sammenhaengsreform-2017", "kvalitetsreform-2006", "bilag-1"):
        counted.update(f"{name[-4:]} {goal.kind.value}" for goal in mb.Catalogue.load(name).goals.values())
    counted = Counter({kind: count for kind, count in counted.items() if not kind.endswith("programme")})
    assert counted == {
        "2018 problem": 3,
        "2018 national": 4,
        "2018 track": 6,
        "2018 challenge": 25,
        "2017 track": 4,
        "2006 theme": 6,
        "2006 point": 33,
        "ag-1 initiative": 12,
    }
    reform = mb.Catalogue.load("sammenhaengsreform-2018")
    assert (len(reform.documents), len(reform.indicators)) == (5, 76)


def test_t7_goals_without_links_are_reported() -> None:
    """T7: without the proposed links none of the four national goals has an indicator."""
    bare = attrs.evolve(mb.Catalogue.load("sammenhaengsreform-2018"), links=())
    found = [problem for problem in bare.check() if problem.code == "goal.not_measurable"]
    assert [problem.details["id"] for problem in found] == ["NG1", "NG2", "NG3", "NG4"]
    assert all(problem.message_da != problem.message_en for problem in found)


def test_t8_inventory_of_the_indicators() -> None:
    """T8: 31 of 76 tell of results or experience; directions; eight indicators on no goal are no error."""
    reform = mb.Catalogue.load("sammenhaengsreform-2018")
    assert reform.result_share() == Fraction(31, 76)
    directions = Counter(indicator.direction.value for indicator in reform.indicators.values())
    assert directions == {"higher": 39, "lower": 26, "target": 2, "context": 9}
    loose = [problem for problem in CATALOGUE.check() if problem.code == "indicator.no_goal"]
    assert len(loose) == 8
    assert {problem.level for problem in loose} == {"info"}


def test_t9_98_municipalities_and_5_regions() -> None:
    """T9: in 2018, and Christiansø is not one of the 98."""
    denmark = mb.Register.denmark()
    municipalities = {entry.id for entry in denmark.select("municipality", on="2018-06-30")}
    assert (len(municipalities), len(denmark.select("region", on="2018-06-30"))) == (98, 5)
    assert "0411" in denmark
    assert "0411" not in municipalities


def test_t10_the_two_figures_need_a_base_of_400_billion() -> None:
    """T10: half a per cent is 2 mia. kr. a year of 400 mia. kr., and of neither 300 nor 600."""
    share, amount = (mb.Quantity.parse(text, locale="da") for text in ("0,5 pct.", "2 mia. kr. årligt"))
    base = implied_base(share, amount)
    assert base.value == 400_000_000_000
    assert [base.covers(number) for number in (400e9, 260e9, 600e9)] == [True, False, False]


def test_t11_about_80_per_cent_agrees() -> None:
    """T11: 82.4, the mean of Tabel 1, is about 80 per cent, and is not exactly 80."""
    mean = (88.3 + 81.2 + 77.7) / 3
    assert mb.Quantity.parse("omkring 80 pct.", locale="da").agrees_with(mean)
    assert not mb.Quantity.parse("80 pct.", locale="da").agrees_with(mean)


# S, p and slope of the five years before covid; S and p of all seven (published shares, every order counted).
READING = {
    "2": (-4, 0.4000, 0.0, -3, 0.7524),
    "4": (-10, 0.01667, -1.5833, -10, 0.1778),
    "6": (-10, 0.01667, -1.7083, -12, 0.0944),
    "8": (-2, 0.8000, 0.0, -11, 0.1143),
}


def reading(shared: Path, *, years: int) -> mb.Measurements:
    """Return the published shares of the first so many school years, from the file."""
    rows = pd.DataFrame(practice(shared, "national_tests_good_reading.csv"))
    periods = sorted(set(rows["school_year"]))[:years]
    frame = rows[rows["school_year"].isin(periods)].reset_index(drop=True)
    frame = frame.assign(
        period=[f"{text[:5]}{text[7:]}" for text in frame["school_year"]],
        value=[float(text) for text in frame["good_share_pct"]],
    )
    return mb.Measurements.from_pandas(
        frame[["grade", "period", "value"]],
        constants={"indicator": "good_reading_share", "institution": "DK"},
        catalogue=mb.Catalogue.load("folkeskolen"),
        breakdowns=["grade"],
    )


@pytest.mark.parametrize("grade", READING)
def test_reading_before_the_break_and_over_it(grade: str, shared: Path) -> None:
    """Practice: five years, and all seven where the break is ignored by name; a break decides the answer."""
    catalogue = mb.Catalogue.load("folkeskolen")
    s, p_value, slope, s_all, p_all = READING[grade]
    early = mb.detect_trends(reading(shared, years=5), catalogue=catalogue).row(breakdown=f"grade={grade}")
    assert (early.n, early.s) == (5, s)
    assert early.p_value == pytest.approx(p_value, abs=5e-5)
    assert early.slope == pytest.approx(slope, abs=5e-5)
    whole = mb.detect_trends(reading(shared, years=7), catalogue=catalogue, breaks="ignore")
    row = whole.row(breakdown=f"grade={grade}")
    assert (row.n, row.s) == (7, s_all)
    assert row.p_value == pytest.approx(p_all, abs=5e-5)


def test_reading_after_the_break_is_too_little(shared: Path) -> None:
    """Practice: the two years after the break are too few, and that is never called no trend."""
    catalogue = mb.Catalogue.load("folkeskolen")
    found = mb.detect_trends(reading(shared, years=7), catalogue=catalogue, breaks="last_segment")
    assert {(row.state, row.n) for row in found} == {("not_judged", 2)}
    assert {row.reason for row in found} <= {"too_few_points", "break_leaves_too_few"}
    assert "no change" not in found.explain("en")


def test_reading_target_of_80(shared: Path) -> None:
    """Practice: not met in any grade in 2020/21; the gaps are 1, 9, 9 and 5 points."""
    catalogue = mb.Catalogue.load("folkeskolen")
    rows = mb.track(reading(shared, years=7), catalogue, as_of="2021-12-31", targets="FS-READ-80")
    assert {row.state for row in rows} == {"not_met"}
    assert {row.breakdown[-1]: row.gap for row in rows} == {"2": 1, "4": 9, "6": 9, "8": 5}
    assert {row.latest_period for row in rows} == {"2020/21"}


HEALTH = {
    "points_total": ("points_measurable", "not_measurable"),
    "points_measurable": ("positive", "unchanged", "negative"),
}


def health(rows: Sequence[Mapping[str, str]], unit: str) -> mb.Measurements:
    """Return the status counts as measurements whose sums are declared in a catalogue; problems are collected."""
    names = ("points_total", "points_measurable", "positive", "unchanged", "negative", "not_measurable")
    indicators = [
        mb.Indicator(
            id=name,
            name=mb.Text(da=name),
            unit=unit,
            direction="context",
            measure="count" if unit == "count" else "share",
            composed_of=HEALTH.get(name, ()),
        )
        for name in names
    ]
    catalogue = mb.Catalogue(id="SUND", agency="ISM", version="1.0.0", indicators=indicators)
    cells = [(row["report_year"], name, row[name]) for row in rows for name in names if row[name]]
    frame = pd.DataFrame(
        {"indicator": [c[1] for c in cells], "period": [c[0] for c in cells], "value": [float(c[2]) for c in cells]}
    )
    return mb.Measurements.from_pandas(
        frame, constants={"institution": "DK"}, catalogue=catalogue, on_problem="collect"
    )


def test_health_goals_add_up(shared: Path) -> None:
    """Practice: 16 + 14 + 5 = 35 and 35 + 3 = 38; 13 + 7 + 8 = 28 and 28 + 12 = 40; a year not whole is not accused."""
    rows = [row for row in practice(shared, "national_health_goals_status.csv") if row["unit"] == "count"]
    ms = health(rows, "count")
    assert len(ms.problems) == 0
    assert ms.select(indicator="points_total").to_pandas()["value"].tolist() == [38, 40]
    wrong = [row | {"positive": "17"} if row["report_year"] == "2019" else row for row in rows]
    found = [problem for problem in health(wrong, "count").problems if problem.code == "sum.mismatch"]
    assert {(problem.column, problem.level) for problem in found} == {("value", "error")}


def test_health_goals_in_per_cent_add_up_to_100(shared: Path) -> None:
    """Practice: 28 + 18 + 54 = 100 per cent, of a year that gives no counts."""
    rows = [row for row in practice(shared, "national_health_goals_status.csv") if row["unit"] == "percent"]
    full = [row | {"points_measurable": "100"} for row in rows]
    ms = health(full, "percent")
    assert (len(ms), len(ms.problems)) == (4, 0)


UNITS = "daycare2022-unit"  # 0.6 between units
TOWNS = "daycare2022-municipality"  # 0.1 between municipalities


@pytest.mark.parametrize(
    ("rule", "one", "other", "state"),
    [
        (UNITS, 4.1, 4.6, "no_detectable_difference"),
        (UNITS, 4.1, 4.7, "no_detectable_difference"),
        (UNITS, 4.1, 4.8, "worse"),
        (TOWNS, 4.1, 4.2, "no_detectable_difference"),
        (TOWNS, 4.2, 4.1, "no_detectable_difference"),
        (TOWNS, 4.3, 4.2, "no_detectable_difference"),
        (TOWNS, 4.2, 4.3, "no_detectable_difference"),
        (TOWNS, 4.4, 4.2, "better"),
    ],
)
def test_reading_rules(rule: str, one: float, other: float, state: str) -> None:
    """Practice: the rules of the surveys, strict, on the published decimals and not on binary differences."""
    rules = [mb.Catalogue.load("folkeskolen").reading_rules[rule]]
    rows = [
        {"institution": code, "period": "2022", "value": value} for code, value in (("0101", one), ("0147", other))
    ]
    ms, catalogue = simple(rows, rules=rules)
    assert 4.2 - 4.1 > 0.1 > 4.3 - 4.2
    for asked in (rule, rules[0]):
        row = mb.compare_peers(ms, period="2022", catalogue=catalogue, reading_rule=asked).row(institution="0101")
        assert (row.state, row.reason) == (state, "by_reading_rule")


def test_four_measures_of_one_target_stay_four(shared: Path) -> None:
    """Practice: 80 per cent digital: 77 is not met, 87, 84 and 87 are, and there is no mean of them."""
    published = practice(shared, "digital_selfservice_target.csv")
    rows = [
        {
            "institution": "DK",
            "period": row["period"].replace("H", "-S"),
            "value": float(row["value_pct"]),
            "measure": str(place),
        }
        for place, row in enumerate(published)
    ]
    assert {row["target_pct"] for row in published} == {"80"}
    ms, catalogue = simple(rows, targets=[mb.AtLeast(id="T", indicator="I", value=80)])
    tracking = mb.track(ms, catalogue, as_of="2017-06-30")
    assert {row.breakdown: (row.state, row.latest) for row in tracking} == {
        "measure=0": ("not_met", 77),
        "measure=1": ("met", 87),
        "measure=2": ("met", 84),
        "measure=3": ("met", 87),
    }
    assert len(tracking) == 4


@pytest.mark.parametrize(
    ("n", "p_value", "state"), [(3, 2 / 6, "not_judged"), (4, 2 / 24, "not_judged"), (5, 2 / 120, "declining")]
)
def test_smallest_exact_p(n: int, p_value: float, state: str) -> None:
    """Practice: strictly falling points; with fewer than five nothing can be shown at 0.05, and that is said."""
    values = [9.0, 7.0, 6.0, 4.0, 1.0][:n]
    kernel = stats.mann_kendall(values)
    assert float(kernel.p_value) == pytest.approx(p_value, abs=1e-12)
    assert float(kernel.p_min) == pytest.approx(p_value, abs=1e-12)
    rows = [{"institution": "0101", "period": str(2018 + i), "value": value} for i, value in enumerate(values)]
    ms, catalogue = simple(rows)
    row = mb.detect_trends(ms, catalogue=catalogue)[0]
    assert row.state == state
    if state == "not_judged":
        assert row.reason == "too_few_points"
        assert row.p_min == pytest.approx(p_value, abs=1e-12)
