"""Real tables of Statistics Denmark and others, read with the register attached, and the facts stated about them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import pytest

import maalbib as mb

EDUCATION: Final = ["total", "completed", "ongoing", "interrupted", "none_registered"]
BALLOTS: Final = ["valid", "blank", "invalid", "not_voted", "electorate"]
TESTS: Final = {"Antal_testede": "tested", "Antal_bekræftede_COVID-19": "confirmed", "Befolkningstal": "population"}


@pytest.fixture(scope="module")
def danish(shared: Path) -> Path:
    """The folder with the tables."""
    return shared / "data/danish"


def numbers(ms: mb.Measurements, key: str = "institution") -> dict[tuple[str, str], float | None]:
    """Return the values by indicator and one more code."""
    return {(row.indicator, str(getattr(row, key))): row.value for row in ms}


def read(file: Path, **options: Any) -> mb.Measurements:
    """Read with Denmark attached; nothing but columns that are not asked for may be remarked upon."""
    ms = mb.Measurements.read(file, register=mb.Register.denmark(), **options)
    assert set(ms.problems.counts()) <= {"column.unknown", "number.maybe_english"}
    return ms


@pytest.fixture(scope="module")
def education(danish: Path) -> mb.Measurements:
    """Young people's education in 2024, whole country and the 98."""
    return read(
        danish / "dst_statusu6_2024_98_municipalities.csv",
        locale="iso",
        columns={"institution": "code"},
        constants={"period": "2024"},
        schemes={"institution": "municipality3"},
        across={"indicator": EDUCATION},
    )


def test_the_country_is_more_than_its_municipalities(education: mb.Measurements) -> None:
    """60,888 persons are placed in no municipality; nothing is repaired."""
    values = numbers(education)
    assert len(education) == 99 * len(EDUCATION)
    parts = sum(value or 0 for (name, code), value in values.items() if name == "total" and code != "DK")
    assert values["total", "DK"] == 601_166
    assert parts == 540_278
    assert values["total", "DK"] - parts == 60_888


def test_four_averages_of_one_table(education: mb.Measurements, danish: Path) -> None:
    """Pooled, unweighted, weighted by population, and as published: four different figures."""
    values = numbers(education)
    codes = sorted({code for _, code in values} - {"DK"})
    whole = {code: values["total", code] or 0 for code in codes}
    left = {code: values["interrupted", code] or 0 for code in codes}
    lines = (danish / "dk_municipalities_98.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    table = [dict(zip(header, line.split(","), strict=True)) for line in lines[1:]]
    people = {row["code4"]: int(row["population_2020"]) for row in table}
    assert sum(people.values()) == 5_822_679
    shares = {code: 100 * left[code] / whole[code] for code in codes}
    assert 100 * sum(left.values()) / sum(whole.values()) == pytest.approx(7.670, abs=5e-4)
    assert sum(shares.values()) / len(codes) == pytest.approx(7.833, abs=5e-4)
    weighted = sum(shares[code] * people[code] for code in codes) / sum(people.values())
    assert weighted == pytest.approx(7.915, abs=5e-4)
    published = 100 * (values["interrupted", "DK"] or 0) / (values["total", "DK"] or 1)
    assert published == pytest.approx(6.961, abs=5e-4)


def test_the_parts_of_the_country_by_sex_origin_and_parents(danish: Path) -> None:
    """Sex and origin add up to the country, the education of the parents does not."""
    ms = read(
        danish / "dst_statusu_2024_national_breakdowns.csv",
        locale="iso",
        columns={"period": "year", "value": "persons", "indicator": "status"},
        constants={"institution": "DK"},
        breakdowns=["breakdown", "category"],
    )
    sums: dict[str, float] = defaultdict(float)
    for row in ms.select(indicator="total"):
        sums[row.breakdown["breakdown"]] += row.value or 0
    assert len(ms) == 55
    assert sorted(sums.values()) == [386_842, 601_166, 601_166]


def test_years_of_one_table(danish: Path) -> None:
    """Eight years, ten series of two figures."""
    ms = read(
        danish / "dst_statusu6_2017_2024_half.csv",
        locale="iso",
        columns={"institution": "code", "period": "year", "value": "persons", "indicator": "status"},
        schemes={"institution": "municipality3"},
        breakdowns=["education_group"],
    )
    assert len(ms) == 160
    assert len({(row.institution, row.breakdown["education_group"]) for row in ms}) == 10
    assert {str(row.period) for row in ms} == {str(year) for year in range(2017, 2025)}


@pytest.fixture(scope="module")
def elections(danish: Path) -> mb.Measurements:
    """School elections: what was not collected in a year is not zero."""
    return read(
        danish / "school_elections_2015_2026_half.csv",
        locale="iso",
        columns={"institution": "municipality_code3", "period": "date"},
        breakdowns=["school"],
        schemes={"institution": "municipality3"},
        across={"indicator": BALLOTS},
        marks={"": "L"},
    )


def test_ballots_add_up_to_the_electorate(elections: mb.Measurements) -> None:
    """In all 1,314 rows that have an electorate."""
    rows: dict[tuple[str, str, str], dict[str, float | None]] = defaultdict(dict)
    for row in elections:
        rows[row.institution, row.breakdown["school"], str(row.period)][row.indicator] = row.value
    whole = [found for found in rows.values() if found["electorate"] is not None]
    assert len(rows) == 1_862
    assert len(whole) == 1_314
    assert all(sum(found[name] or 0 for name in BALLOTS[:-1]) == found["electorate"] for found in whole)
    voted = [sum(found[name] or 0 for name in BALLOTS[:3]) for found in whole]
    invited = [found["electorate"] or 0 for found in whole]
    assert (min(invited), max(invited)) == (5, 570)
    assert sum(v == e for v, e in zip(voted, invited, strict=True)) == 136
    assert sum(voted) / sum(invited) == pytest.approx(0.8315, abs=5e-5)
    assert sum(v / e for v, e in zip(voted, invited, strict=True)) / len(whole) == pytest.approx(0.8431, abs=5e-5)


def test_what_was_not_collected_is_not_zero(elections: mb.Measurements) -> None:
    """From 2024 nobody counted those who did not vote: status L, and no number."""
    late = [row for row in elections.select(indicator=["not_voted", "electorate"]) if str(row.period) >= "2024"]
    assert late
    assert all(row.value is None and row.status == "L" for row in late)


def test_municipalities_without_data(elections: mb.Measurements) -> None:
    """95 of the 98 occur in this half; Samsø is one of those that do not."""
    assert len(elections.institutions) == 95
    assert "0741" not in elections.institutions


def folk1a(danish: Path) -> mb.Measurements:
    """Population by sex and year of age, quarters across, areas of three levels in one column."""
    return read(
        danish / "dst_folk1a_2008_2020_half.csv",
        locale="da",
        columns={"institution": "OMRÅDE", "sex": "KØN", "age": "ALDER"},
        constants={"indicator": "population"},
        breakdowns=["sex", "age"],
        schemes={"institution": "dst_area"},
        across="period",
    )


def test_a_hole_that_no_column_check_finds(danish: Path) -> None:
    """Age 38 is missing in every area and year; the rows that are there are all right."""
    ms = folk1a(danish)
    assert len(ms) == 1_200 * 13
    assert set(map(int, {row.breakdown["age"] for row in ms})) == set(range(101)) - {38}
    assert set(ms.institutions) == {"DK", "1084", "0147", "0400", "0561", "0851"}


def test_a_region_is_never_a_municipality(danish: Path) -> None:
    """084 in a column of municipalities is refused: the scheme decides, never the look of the code."""
    with pytest.raises(mb.DataError) as caught:
        mb.Measurements.read(
            danish / "dst_folk1a_2008_2020_half.csv",
            locale="da",
            register=mb.Register.denmark(),
            columns={"institution": "OMRÅDE", "sex": "KØN", "age": "ALDER"},
            constants={"indicator": "population"},
            breakdowns=["sex", "age"],
            schemes={"institution": "municipality3"},
            across="period",
        )
    assert set(caught.value.problems.counts()) == {"code.not_in_scheme"}


def covid(file: Path) -> mb.Measurements:
    """Tests and confirmed cases; small counts are printed as <10."""
    return read(
        file,
        locale="da",
        columns={"institution": "Kommune_(id)"},
        constants={"period": "2020-11-10"},
        schemes={"institution": "municipality3"},
        across={"indicator": TESTS},
        censored="lt",
    )


def test_padded_numbers_with_thousands(danish: Path) -> None:
    """Spaces, points between thousands, a byte order mark: 167.293 is a hundred and sixty-seven thousand."""
    ms = covid(danish / "ssi_covid_tests_2020_11_raw.csv")
    assert len(ms) == 99 * 3
    assert numbers(ms)["tested", "0101"] == 167_293
    assert "0411" in ms.institutions  # Christiansø, outside the division into municipalities


def test_small_counts_stay_suppressed(danish: Path) -> None:
    """Seven places show <10: suppressed, confidential, below ten, and not a number."""
    ms = covid(danish / "ssi_covid_tests_2020_11_raw.csv")
    hidden = [row for row in ms if row.status == "Q"]
    assert len(hidden) == 7
    for row in hidden:
        assert (row.indicator, row.value, row.conf) == ("confirmed", None, "C")
        assert (row.qualifier, row.upper) == ("at_most", 10.0)


def test_cumulated_figures_never_fall(danish: Path) -> None:
    """Between the two files, fourteen days apart."""
    before = numbers(covid(danish / "ssi_covid_tests_2020_10_raw_half.csv"))
    later = {(row.indicator, row.institution): row for row in covid(danish / "ssi_covid_tests_2020_11_raw.csv")}
    counts = {key: value for key, value in before.items() if value is not None and key[0] != "population"}
    assert (len(before), len(counts)) == (55 * 3, 55 * 2)
    for key, value in counts.items():
        row = later[key]
        most = row.upper if row.value is None else row.value  # a hidden count is below its limit
        assert most is not None
        assert value <= most


def test_burglaries(danish: Path) -> None:
    """54 municipalities in 2009."""
    ms = read(
        danish / "dst_burglaries_2009_half.csv",
        locale="iso",
        columns={"institution": "code3", "period": "year", "value": "burglaries"},
        constants={"indicator": "burglaries"},
        schemes={"institution": "municipality3"},
    )
    assert (len(ms), numbers(ms)["burglaries", "0101"]) == (54, 4_451)


# Files of other public bodies, as they are.


def test_weeks_of_statistics_denmark(oracles: Path) -> None:
    """Semicolons, decimal commas, weeks such as 2020U01."""
    ms = mb.Measurements.read(
        oracles / "interchange/real/dst/METROX1_bulk_head.csv",
        locale="da",
        columns={"period": "TID", "value": "INDHOLD", "season": "SÆSON"},
        constants={"indicator": "metro", "institution": "DK"},
        breakdowns=["season"],
    )
    assert not len(ms.problems)
    assert (str(ms[0].period), ms[0].value, ms[0].breakdown["season"]) == ("2020-W01", 37.7, "Sæsonkorrigeret")


def test_financial_years_and_quarters_in_one_column(oracles: Path) -> None:
    """2001/2002 is one year; 2001 Q4 is read where its pattern is declared, and refused otherwise."""
    folder = oracles / "interchange/real/open_sdg"
    years = mb.Measurements.read(
        folder / "ons_indicator_10-4-2.csv",
        locale="da",
        columns={"period": "Year", "value": "Value", "status_of_retirement": "Retirement status"},
        constants={"indicator": "gini", "institution": "UK"},
        breakdowns=["status_of_retirement"],
        on_problem="collect",
    )
    assert set(years.problems.counts()) >= {"number.english_decimal"}  # an English file read as a Danish one
    options: dict[str, Any] = {
        "locale": "iso",
        "columns": {"period": "Year", "value": "Value", "season": "Seasonally adjusted or not"},
        "constants": {"indicator": "neet", "institution": "UK"},
        "breakdowns": ["season", "Age", "Sex"],
        "on_problem": "collect",
    }
    file = folder / "ons_indicator_8-6-1_sample.csv"
    assert mb.Measurements.read(file, **options).problems.counts()["period.unknown_format"] == 90
    both = mb.Measurements.read(file, period_patterns={r"(\d{4}) Q([1-4])": r"\1-Q\2"}, **options)
    assert "period.unknown_format" not in both.problems.counts()
    freqs = [row.period.freq.value for row in both]
    assert (freqs.count("Q"), freqs.count("A")) == (90, 28)
