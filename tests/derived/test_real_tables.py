"""Official tables, and the facts that are known of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from maalbib import Measurements, Register
from maalbib.derived import share, threshold_share, total

Make = Callable[..., Measurements]


@pytest.fixture(scope="module")
def elections(shared: Path) -> pd.DataFrame:
    """Votes of the school elections by school; a school is known by its name and municipality."""
    frame = pd.read_csv(shared / "data/danish/school_elections_2015_2026_half.csv", dtype=str)
    numbers = ["valid", "blank", "invalid", "not_voted", "electorate"]
    frame[numbers] = frame[numbers].astype("float64")
    frame["school"] = "0" + frame["municipality_code3"] + " " + frame["school"]
    return frame


def of_schools(frame: pd.DataFrame) -> Measurements:
    """Electorate and votes; a figure that was not collected says so."""
    votes = frame.assign(votes=frame["electorate"] - frame["not_voted"], election=frame["date"])
    long = votes.melt(
        id_vars=["school", "election"],
        value_vars=["votes", "electorate", "valid"],
        var_name="indicator",
        value_name="value",
    )
    long["status"] = long["value"].isna().map({True: "L", False: "A"})
    names = {"institution": "school", "period": "election"}
    return Measurements.from_pandas(long, columns=names, locale="iso")


def test_turnout_pooled_and_unweighted(elections: pd.DataFrame) -> None:
    """0.8315 over all votes, 0.8431 over the schools; not collected from 2024 on, which is never zero."""
    ms = of_schools(elections)
    turnout = share(ms, numerator="votes", denominator="electorate", per=1, indicator="turnout")
    there = [row for row in turnout if row.value is not None]
    assert len(there) == 1_314
    pooled = sum(row.numerator or 0.0 for row in there) / sum(row.denominator or 0.0 for row in there)
    assert round(pooled, 4) == 0.8315
    assert round(sum(row.value or 0.0 for row in there) / len(there), 4) == 0.8431
    later = [row for row in turnout if row.period.start.year >= 2024]
    assert later
    assert {(row.value, row.status) for row in later} == {(None, "L")}


def test_turnout_put_together_by_country_is_the_pooled_one(elections: pd.DataFrame) -> None:
    """Through the columns of the share; the year that has no electorate has no turnout."""
    ms = of_schools(elections[elections["date"].str[:4].astype(int) < 2024])
    turnout = share(ms, numerator="votes", denominator="electorate", per=1, indicator="turnout")
    frame = turnout.to_pandas().assign(
        school=turnout.to_pandas()["institution"].astype(str), institution="DK", indicator="turnout"
    )
    # Schools as categories of the country, so that the sum of a breakdown is the sum of the schools.
    one = frame[frame["period"] == frame["period"].iloc[0]]
    again = Measurements.from_pandas(one, breakdowns=["school"])
    whole = total(again, "turnout", over="school", how="ratio", per=1, indicator="pooled")[0]
    assert whole.value == pytest.approx(one["numerator"].sum() / one["denominator"].sum())


def test_interrupted_education_in_the_98_municipalities(shared: Path) -> None:
    """Pooled 7.670 per cent, the country as published 6.961: it holds 60,888 persons more."""
    frame = pd.read_csv(shared / "data/danish/dst_statusu6_2024_98_municipalities.csv", dtype=str)
    long = frame.melt(id_vars=["code"], value_vars=["total", "interrupted"], var_name="indicator", value_name="value")
    long = long.assign(period="2024")
    denmark = Register.denmark()
    ms = Measurements.from_pandas(
        long,
        columns={"institution": "code"},
        locale="iso",
        register=denmark,
        schemes={"institution": "municipality3"},
    )
    found = share(ms, numerator="interrupted", denominator="total", indicator="interrupted_share")
    rows = {row.institution: row for row in found}
    own = [row for code, row in rows.items() if code != "DK"]
    assert len(own) == 98
    pooled = 100 * sum(row.numerator or 0.0 for row in own) / sum(row.denominator or 0.0 for row in own)
    assert round(pooled, 3) == 7.670
    assert round(sum(row.value or 0.0 for row in own) / 98, 3) == 7.833
    assert round(rows["DK"].value or 0.0, 3) == 6.961
    assert (rows["DK"].denominator or 0.0) - sum(row.denominator or 0.0 for row in own) == 60_888
    above = threshold_share(
        found.select(institution=[row.institution for row in own]),
        "interrupted_share",
        threshold=7.67,
        side="above",
        by="country",
        indicator="above",
    )
    (row,) = above
    assert (row.institution, row.n) == ("DK", 98)
    assert row.numerator == sum((each.value or 0.0) > 7.67 for each in own)


def test_interrupted_share_by_year(shared: Path) -> None:
    """Each status as a share of the total of its place, education and year."""
    frame = pd.read_csv(shared / "data/danish/dst_statusu6_2017_2024_half.csv", dtype=str)
    frame = frame.assign(status_of=frame["status"].replace({"total": "_T"}), indicator="persons").drop(
        columns="status"
    )
    frame = frame.assign(education=frame["education_group"].str.split().str[0])
    ms = Measurements.from_pandas(
        frame,
        columns={"institution": "code", "period": "year", "value": "persons"},
        breakdowns=["education", "status_of"],
        locale="iso",
    )
    found = share(ms, numerator="persons", denominator="persons", of_total="status_of", indicator="share")
    table = frame.assign(persons=frame["persons"].astype(float)).pivot_table(
        index=["code", "education", "year"], columns="status_of", values="persons"
    )
    assert len(found) == len(table) == 80
    for row in found:
        cells = table.loc[(row.institution, row.breakdown["education"], str(row.period))]
        assert row.value == pytest.approx(100 * cells["interrupted"] / cells["_T"])


def test_sexes_make_the_country(shared: Path) -> None:
    """The sums by sex equal the total of the country; parents' education does not reach it, and that is told."""
    frame = pd.read_csv(shared / "data/danish/dst_statusu_2024_national_breakdowns.csv", dtype=str)
    totals = frame[frame["status"] == "total"].astype({"persons": "float64"})
    for breakdown, reaches in (("sex", True), ("parents_education", False)):
        own = totals[totals["breakdown"] == breakdown]
        if own.empty:
            own = totals[~totals["breakdown"].isin(["sex", "origin"])]
        rows = pd.DataFrame(
            {
                "indicator": "young",
                "institution": "DK",
                "period": "2024",
                "by": own["category"],
                "value": own["persons"],
            }
        )
        whole = pd.DataFrame(
            [{"indicator": "young", "institution": "DK", "period": "2024", "by": "_T", "value": 601_166.0}]
        )
        ms = Measurements.from_pandas(
            pd.concat([rows, whole]).assign(by=lambda table: table["by"].str.replace(r"[\s;=]+", "_", regex=True)),
            breakdowns=["by"],
        )
        found = total(ms, "young", over="by", how="sum", indicator="young_total")
        assert found[0].value == (601_166 if reaches else 386_842)
        assert ("derived.total_differs" in [problem.code for problem in found.problems]) is not reaches
