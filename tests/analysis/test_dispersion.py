"""Spread between units: real tables, laws against the plain definition, breaks, secrecy, movements, and sentences."""

from __future__ import annotations

import pickle
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import maalbib as mb
from maalbib import stats, texts
from maalbib.analysis._marks import COLOURS, MARKS
from maalbib.errors import ArgumentError, UnknownCodeError

SHARE = mb.Indicator(
    id="S",
    name=mb.Text(da="Andelen", en="The share"),
    unit="percent",
    direction="lower",
    decimals=1,
    dimensions=["track"],
)
SCORE = mb.Indicator(id="I", name=mb.Text(da="Tallet", en="The figure"), unit="score", direction="higher")
CATALOGUE = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[SHARE, SCORE])
CAUSAL = ("skyldes", "på grund af", "effekt", "takket", "due to", "caused", "effect", "thanks to")


def broken(indicator: mb.Indicator, period: str) -> mb.Catalogue:
    """A catalogue whose indicator has a break."""
    fields = {"id": indicator.id, "name": indicator.name, "unit": indicator.unit, "direction": indicator.direction}
    defined = mb.Indicator(**fields, breaks=[mb.Break(period=period, kind="method")])  # type: ignore[arg-type]
    return mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[defined])


def scores(rows: Iterable[tuple[str, int, float | None]], catalogue: mb.Catalogue = CATALOGUE, **columns: Any) -> Any:
    """Scores of institutions by year."""
    frame = pd.DataFrame(list(rows), columns=["institution", "period", "value"])
    frame = frame.assign(
        indicator="I", period=frame["period"].astype(str), value=frame["value"].astype(float), **columns
    )
    return mb.Measurements.from_pandas(frame, catalogue=catalogue)


def shares(counts: np.ndarray[Any, Any], sizes: Any, names: Iterable[str] | None = None, start: int = 2015) -> Any:
    """Shares in per cent with what they are counted from, a row per unit, a column per year."""
    sizes = np.broadcast_to(sizes, counts.shape)
    units = [f"u{place:03}" for place in range(len(counts))] if names is None else list(names)
    rows = [
        {
            "indicator": "S",
            "institution": unit,
            "period": str(start + year),
            "value": 100 * counts[row, year] / sizes[row, year],
            "numerator": float(counts[row, year]),
            "denominator": float(sizes[row, year]),
        }
        for row, unit in enumerate(units)
        for year in range(counts.shape[1])
    ]
    return mb.Measurements.from_pandas(pd.DataFrame(rows), catalogue=CATALOGUE)


def drawn(
    seed: int, spread: Iterable[float], *, units: int = 60, size: int = 400, keep: float = 1.0
) -> np.ndarray[Any, Any]:
    """Counts of units whose shares lie around 0.5 with a standard deviation for each year."""
    rng = np.random.default_rng(seed)
    true = rng.standard_normal(units)
    columns = [0.5 + each * (keep * true + np.sqrt(1 - keep**2) * rng.standard_normal(units)) for each in spread]
    return rng.binomial(size, np.clip(np.stack(columns, axis=1), 0.01, 0.99))


@pytest.fixture(scope="module")
def denmark(shared: Path) -> mb.Measurements:
    """Young people with an interrupted education in 98 municipalities and in the country, 2024."""
    rows = pd.read_csv(shared / "data/danish/dst_statusu6_2024_98_municipalities.csv", dtype={"code": str})
    frame = pd.DataFrame({"indicator": "S", "institution": rows["code"], "period": "2024"})
    frame = frame.assign(numerator=rows["interrupted"].astype(float), denominator=rows["total"].astype(float))
    frame["value"] = 100 * frame["numerator"] / frame["denominator"]
    return mb.Measurements.from_pandas(
        frame, catalogue=CATALOGUE, register=mb.Register.denmark(), schemes={"institution": "municipality3"}
    )


@pytest.fixture(scope="module")
def tracks(shared: Path) -> mb.Measurements:
    """The same 2017-2024 for four cities and three tracks, as far as the table goes."""
    rows = pd.read_csv(shared / "data/danish/dst_statusu6_2017_2024_half.csv", dtype=str)
    rows["persons"] = rows["persons"].astype(float)
    wide = rows.pivot_table(
        index=["code", "education_group", "year"], columns="status", values="persons"
    ).reset_index()
    frame = pd.DataFrame({"indicator": "S", "institution": wide["code"], "period": wide["year"]})
    frame = frame.assign(
        track=wide["education_group"].str[:3], numerator=wide["interrupted"], denominator=wide["total"]
    )
    frame["value"] = 100 * frame["numerator"] / frame["denominator"]
    return mb.Measurements.from_pandas(
        frame,
        catalogue=CATALOGUE,
        register=mb.Register.denmark(),
        schemes={"institution": "municipality3"},
        breakdowns=["track"],
    )


@pytest.fixture(scope="module")
def elections(shared: Path) -> mb.Measurements:
    """Turnout at the school elections by municipality."""
    rows = pd.read_csv(shared / "data/danish/school_elections_2015_2026_half.csv", dtype=str).dropna(
        subset=["electorate"]
    )
    rows = rows.astype({"electorate": float, "not_voted": float})
    rows = rows.groupby(["municipality_code3", "year"])[["electorate", "not_voted"]].sum().reset_index()
    frame = pd.DataFrame({"indicator": "S", "institution": rows["municipality_code3"], "period": rows["year"]})
    frame = frame.assign(numerator=rows["electorate"] - rows["not_voted"], denominator=rows["electorate"])
    frame["value"] = 100 * frame["numerator"] / frame["denominator"]
    return mb.Measurements.from_pandas(
        frame, catalogue=CATALOGUE, register=mb.Register.denmark(), schemes={"institution": "municipality3"}
    )


def test_interrupted_education_in_98_municipalities(denmark: mb.Measurements) -> None:
    """The country is no unit among its municipalities, and both estimators say what their kernels say."""
    row = mb.dispersion(denmark, method="dersimonian_laird")[0]
    assert (row.n, row.with_errors, row.method) == (98, 98, "dersimonian_laird")
    assert row.tau == pytest.approx(1.672, abs=0.02)
    assert row.mean == pytest.approx(7.833, abs=5e-4)
    fitted = mb.dispersion(denmark)[0]
    assert fitted.method == "beta_binomial"
    assert fitted.tau_lower < fitted.tau < row.sd < fitted.tau_upper
    assert fitted.tau_over_mean == pytest.approx(fitted.tau / fitted.mean)
    assert (fitted.state, fitted.reason) == ("not_judged", "too_few_periods")
    period = mb.dispersion(denmark).by_period()[0]
    assert (period.state, period.reason, period.n_left_out) == ("differ", "beyond_noise", 0)


def test_eight_years_of_four_cities(tracks: mb.Measurements) -> None:
    """One breakdown has all four cities throughout; each breakdown is judged for itself."""
    found = mb.dispersion(tracks, min_units=4)
    row = found.row(breakdown="track=H30")
    assert (row.n, row.periods, row.first_period, row.last_period) == (4, 8, "2017", "2024")
    assert row.state == "no_detectable_change"
    assert row.p_value > 0.05
    assert {each.reason for each in found} == {"too_few_units", "spread_not_significant"}
    assert len(found.where(breakdown="track=H30").by_period()) == 8


def test_school_elections(elections: mb.Measurements) -> None:
    """Municipalities that take part in all four elections; the others are counted, and who came and went is named."""
    found = mb.dispersion(elections)
    row = found[0]
    assert (row.n, row.periods, row.first_period, row.last_period) == (76, 4, "2015", "2021")
    assert row.n + row.n_left_out == 95
    assert "units_left_out" in row.flags
    assert row.entered
    assert not set(row.entered) & set(row.left)
    for period in found.by_period():
        assert period.tau_lower < period.tau < period.tau_upper
        assert period.tau < period.sd
        assert period.noise_free_sd < period.sd
    everybody = mb.dispersion(elections, units="all")[0]
    assert everybody.n > row.n
    assert "units_left_out" not in everybody.flags


def test_figures_agree_with_the_plain_definition() -> None:
    """Deciles, spread, noise-free spread, tau and the slope, each by its own formula."""
    counts = drawn(1, (0.1, 0.08, 0.07, 0.05))
    ms, size = shares(counts, 400), 400
    found = mb.dispersion(ms)
    row, p = found[0], counts / size
    variances = p.var(axis=0, ddof=1) - (p * (1 - p) / (size - 1)).mean(axis=0)
    for place, period in enumerate(found.by_period()):
        assert period.noise_free_sd == pytest.approx(100 * np.sqrt(variances[place]))
        assert (period.p10, period.p90) == pytest.approx(tuple(100 * np.quantile(p[:, place], (0.1, 0.9))))
        fit = stats.beta_binomial(counts[:, place], size)
        assert (period.tau, period.tau_lower, period.tau_upper) == pytest.approx(
            (100 * fit.tau, 100 * fit.tau_lower, 100 * fit.tau_upper)
        )
        target = stats.dispersion(p[:, place], standard_errors=np.sqrt(p * (1 - p) / (size - 1))[:, place])
        assert period.noise_free_sd == pytest.approx(100 * target.noise_free_sd.item()), "as targets have it"
    assert (row.state, row.reason) == ("converging", "found")
    assert row.slope == pytest.approx(100 * (0.05 - 0.1) / 3, rel=0.25)
    assert row.slope_lower < row.slope < row.slope_upper < 0


def test_growing_apart_is_told_from_growing_smaller() -> None:
    """Units that shrink spread more by chance; without chance nothing has happened, and nothing is found."""
    rng = np.random.default_rng(3)
    true = 0.5 + 0.04 * rng.standard_normal(80)
    sizes = np.array([1600, 800, 400, 200, 100, 50])
    counts = np.stack([rng.binomial(size, true) for size in sizes], axis=1)
    row = mb.dispersion(shares(counts, sizes))[0]
    assert row.sd > 1.5 * row.sd_first, "the raw spread grows"
    assert row.state == "no_detectable_change"
    counts = np.stack([rng.binomial(400, 0.5 + grow * (true - 0.5)) for grow in (1, 1.5, 2, 2.5, 3, 3.5)], axis=1)
    assert mb.dispersion(shares(counts, 400))[0].state == "diverging"


def test_same_units_whoever_else_comes_and_goes() -> None:
    """Units that are not there throughout change nothing by default, and are named."""
    counts = drawn(4, (0.08, 0.08, 0.08), units=12)
    alone = mb.dispersion(shares(counts, 400))[0]
    frame = shares(counts, 400).to_pandas()
    extra = frame[frame["institution"].isin(["u000", "u001"])].assign(value=99.0, numerator=396.0)
    extra["institution"] = extra["institution"].map({"u000": "late", "u001": "gone"})
    extra = extra[
        ((extra["institution"] == "late") & (extra["period"] != "2015"))
        | ((extra["institution"] == "gone") & (extra["period"] != "2017"))
    ]
    both = mb.dispersion(mb.Measurements.from_pandas(pd.concat([frame, extra]), catalogue=CATALOGUE))[0]
    assert (both.entered, both.left, both.n_left_out) == (("late",), ("gone",), 2)
    assert (both.tau, both.sd, both.p_value) == (alone.tau, alone.sd, alone.p_value)
    everybody = mb.dispersion(
        mb.Measurements.from_pandas(pd.concat([frame, extra]), catalogue=CATALOGUE), units="all"
    )
    assert everybody[0].sd > both.sd


def test_a_break_stops_the_comparison() -> None:
    """Only periods since the break are judged, and with fewer than three nothing is."""
    rows = [(f"u{unit}", 2015 + year, float(unit * (9 - year))) for unit in range(8) for year in range(8)]
    whole = mb.dispersion(scores(rows))[0]
    assert (whole.state, whole.periods, whole.breaks) == ("converging", 8, ())
    since = mb.dispersion(scores(rows, broken(SCORE, "2018")))[0]
    assert (since.first_period, since.periods, since.breaks) == ("2018", 5, ("2018",))
    assert "spread_since_break" in since.flags
    late = mb.dispersion(scores(rows, broken(SCORE, "2021")))[0]
    assert (late.state, late.reason, late.periods) == ("not_judged", "too_few_since_break", 2)
    crossed = mb.dispersion(scores(rows, broken(SCORE, "2021")), across_breaks=True)[0]
    assert (crossed.state, crossed.periods) == ("converging", 8)
    assert [row.stretch for row in mb.dispersion(scores(rows, broken(SCORE, "2021"))).by_period()] == [0] * 6 + [
        1
    ] * 2


def test_without_errors_the_order_decides_and_it_is_said() -> None:
    """Mann and Kendall's test of the plain standard deviations, with a flag; with too few periods none could show anything."""
    rows = [(f"u{unit}", 2015 + year, float(unit * (9 - year))) for unit in range(8) for year in range(6)]
    row = mb.dispersion(scores(rows))[0]
    assert (row.measure, row.method, row.tau, row.with_errors) == ("sd", "sd", None, 0)
    assert "noise_not_removed" in row.flags
    assert row.p_value == pytest.approx(2 / 720)
    few = mb.dispersion(scores([each for each in rows if each[1] < 2018]))[0]
    assert (few.state, few.reason) == ("not_judged", "order_out_of_reach")
    assert mb.dispersion(scores(rows)).by_period()[0].reason == "noise_unknown"


def test_limits_of_values_are_used() -> None:
    """Values with limits: their errors are taken out by the estimator that is named."""
    rng = np.random.default_rng(5)
    true = rng.normal(50, 3, 30)
    rows = [
        (f"u{unit:02}", 2015 + year, float(true[unit] + rng.normal(0, 2))) for unit in range(30) for year in range(4)
    ]
    values = np.array([value for _, _, value in rows])
    ms = scores(rows, lower=values - 1.96 * 2, upper=values + 1.96 * 2)
    for method in ("dersimonian_laird", "paule_mandel", "reml"):
        row = mb.dispersion(ms, method=method)[0]  # type: ignore[arg-type]
        last = np.array([value for _, year, value in rows if year == 2018])
        wanted = stats.between_variance(last, np.full(30, (1.96 * 2 / 1.959963984540054) ** 2), method=method)  # type: ignore[arg-type]
        assert (row.method, row.with_errors) == (method, 30)
        assert row.tau == pytest.approx(wanted.tau.item(), rel=1e-6)


def test_what_cannot_be_judged_says_why() -> None:
    """Too few units, nobody throughout, other surveys, no values."""
    few = mb.dispersion(scores([("a", year, 1.0 * year) for year in range(2015, 2020)] + [("b", 2015, 2.0)]))[0]
    assert (few.state, few.reason) == ("not_judged", "too_few_units")
    turns = [(f"u{unit}", 2015 + year, float(unit)) for year in range(4) for unit in range(10) if (unit + year) % 3]
    assert mb.dispersion(scores(turns))[0].reason == "no_common_units"
    rows = [(f"u{unit}", 2015 + year, float(unit)) for unit in range(8) for year in range(4)]
    sources = ["old" if year < 2017 else "new" for _, year, _ in rows]
    assert mb.dispersion(scores(rows, source=sources))[0].reason == "different_sources"
    assert "mixed_sources" in mb.dispersion(scores(rows, source=sources), across_sources=True)[0].flags
    gone = mb.dispersion(scores([("a", 2015, None), ("b", 2015, None)], status=["O", "O"]))
    assert [row.reason for row in gone] == ["no_data"]
    assert gone[0].explain("en") == "The figure: There are no data."


def secret(size: int, **options: Any) -> mb.Dispersions:
    """Ten units, one of them with three people, far out."""
    counts, sizes = drawn(6, (0.05, 0.05, 0.05), units=10), np.full((10, 3), 400)
    counts[0], sizes[0] = (3 if size else 0), 3
    return mb.dispersion(shares(counts, sizes), **options)


def test_hidden_values_do_not_leak() -> None:
    """A unit of three people leaves no trace in any figure, list or table, whatever its value."""
    one, other = secret(1), secret(0)
    assert one.to_arrow().equals(other.to_arrow())
    assert one.by_period() == other.by_period()
    assert one.movements(share=0.3) == other.movements(share=0.3)
    assert one.explain("da") == other.explain("da")
    row = one[0]
    assert (row.n, row.hidden, row.entered, row.left) == (9, None, (), ())
    assert "hidden_units_left_out" in row.flags
    listed = {unit for each in one.movements(share=0.3) for unit in each.units}
    assert "u000" not in listed
    assert len(listed) == 9


def test_kept_hidden_values_hide_the_row() -> None:
    """Whoever keeps them computes with them, and shows nothing of it; movements leave them out all the same."""
    kept = secret(1, hidden="keep")
    assert (kept[0].n, kept[0].hidden) == (10, "small_n")
    shown = kept.public()
    for name in ("tau", "sd", "mean", "p10", "slope", "p_value", "tau_upper", "tau_over_mean"):
        assert getattr(kept[0], name) is not None
        assert getattr(shown[0], name) is None
    with pytest.raises(ArgumentError):
        shown.by_period()
    assert kept.by_period().public()[0].tau is None
    assert "%" not in kept.explain("da")
    assert all("u000" not in row.units for row in kept.movements(share=0.3))


def test_confidential_values_take_no_part() -> None:
    """Values marked confidential are left out unless kept; kept, even the verdict is withheld."""
    rows = [(f"u{unit}", 2015 + year, float(unit * (9 - year))) for unit in range(8) for year in range(8)]
    ms = scores(rows, conf="C")
    assert mb.dispersion(ms)[0].reason == "no_data"
    kept = mb.dispersion(ms, hidden="keep")
    assert kept[0].state == "converging"
    assert kept.public()[0].state == "not_judged"
    assert "converging" not in repr(kept)


def test_units_that_only_chance_moves_stay_as_chance_says() -> None:
    """Where nothing moves but noise, the counts lie within the simulated range; the mean of the lowest rises by itself."""
    outside = 0
    for seed in range(12):
        moved = mb.dispersion(shares(drawn(seed, (0.04, 0.04), units=80, size=150), 150)).movements(
            draws=500, seed=seed
        )
        stay = moved.row(from_group="lowest", to_group="lowest")
        outside += stay.state != "as_chance"
        assert sum(row.n for row in moved) == 80
        assert sum(row.expected for row in moved) == pytest.approx(80)
    assert outside <= 3  # more would be seen in two of a thousand such tests
    risen = mb.dispersion(shares(drawn(1, (0.04, 0.04), units=80, size=30), 30)).movements()
    lowest = [row for row in risen if row.from_group == "lowest" and row.n]
    first, last = (sum(row.n * getattr(row, name) for row in lowest) for name in ("mean_first", "mean_last"))
    assert last > first, "regression to the mean"


def test_units_that_are_shuffled_move_more_than_chance() -> None:
    """New values every year: hardly anybody stays, which noise alone would not make."""
    moved = mb.dispersion(shares(drawn(2, (0.1, 0.1), units=80, keep=0.0), 400)).movements()
    assert moved.row(from_group="lowest", to_group="lowest").state == "fewer_than_chance"
    assert moved.row(from_group="lowest", to_group="highest").state == "more_than_chance"
    text = moved.row(from_group="lowest", to_group="lowest").explain("da")
    assert "regression mod gennemsnittet" in text


def test_movements_are_the_same_for_the_same_seed() -> None:
    """Random numbers come from the seed alone; without errors there is a table and no expectation."""
    found = mb.dispersion(shares(drawn(2, (0.1, 0.1), units=20), 400))
    assert found.movements(seed=3) == found.movements(seed=3)
    assert found.movements(seed=3) != found.movements(seed=4)
    bare = mb.dispersion(scores([(f"u{unit}", year, float(unit)) for unit in range(8) for year in (2015, 2016)]))
    rows = bare.movements()
    assert {row.state for row in rows} == {"not_judged"}
    assert rows.row(from_group="lowest", to_group="lowest").units == ("u0", "u1")
    for share in (0.0, 0.5, 1.0):
        with pytest.raises(ArgumentError):
            found.movements(share=share)


def test_peers_and_breakdowns_choose_the_units(denmark: mb.Measurements, tracks: mb.Measurements) -> None:
    """A group, codes, or the categories of a breakdown within each institution."""
    codes = [code for code in denmark.institutions if code.startswith("07")]
    row = mb.dispersion(denmark, peers=codes)[0]
    assert (row.n, row.peer_group) == (len(codes), "listed")
    within = mb.dispersion(tracks, over="track", min_units=2)
    assert {each.institution for each in within} >= {"0461", "0751"}
    assert all("track" not in each.breakdown for each in within)
    with pytest.raises(ArgumentError):
        mb.dispersion(denmark, peers=mb.SameRegion(id="r", name=mb.Text(da="Region"), purpose=["S"]))  # type: ignore[arg-type]
    for wrong in ({"peers": "nowhere"}, {"peers": ["0101", "9999"]}):
        with pytest.raises(UnknownCodeError):
            mb.dispersion(denmark, **wrong)  # type: ignore[arg-type]


def test_periods_are_those_asked_for(elections: mb.Measurements) -> None:
    """Two of four elections: their units, and nothing said of a development."""
    found = mb.dispersion(elections, periods=["2015", "2017"])
    assert [row.period for row in found.by_period()] == ["2015", "2017"]
    assert (found[0].reason, found[0].n >= 76) == ("too_few_periods", True)


def test_results_come_back_whole(elections: mb.Measurements) -> None:
    """Arrow, JSON and pickle; what is behind the rows goes with pickles and selections only."""
    found = mb.dispersion(elections)
    for result in (found, found.by_period(), found.movements()):
        kind: Any = type(result)
        assert kind.from_arrow(result.to_arrow()) == result
        assert kind.from_json(result.to_json()) == result
        assert pickle.loads(pickle.dumps(result)) == result
        assert result.plot_data("en")["value"].notna().any()
    assert pickle.loads(pickle.dumps(found)).by_period() == found.by_period()
    assert found.where(indicator="S").by_period() == found.by_period()
    with pytest.raises(ArgumentError):
        mb.Dispersions.from_json(found.to_json()).movements()


def test_inputs_and_options_are_checked(elections: mb.Measurements) -> None:
    """A wrong word or number is refused before anything is computed."""
    for wrong in (
        {"method": "guess"},
        {"units": "some"},
        {"hidden": "show"},
        {"min_units": 1},
        {"alpha": 0},
        {"confidence": 1.5},
        {"over": "nothing"},
    ):
        with pytest.raises(ArgumentError):
            mb.dispersion(elections, **wrong)  # type: ignore[arg-type]


def test_periods_are_text_and_an_empty_choice_is_none() -> None:
    """A year as a number, no period and no indicator are refused by the name of the argument, not answered with no rows."""
    ms = scores([(f"u{unit}", year, float(unit)) for unit in range(8) for year in (2015, 2016)])
    for wrong in (2015, [2015, 2016], []):
        with pytest.raises(ArgumentError, match="periods must be a period as text"):
            mb.dispersion(ms, periods=wrong)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError) as caught:
        mb.dispersion(ms, [])
    assert caught.value.code == "peers.nothing_compared"


def test_a_movement_within_chance_is_not_said_to_be_expected() -> None:
    """One of two stayed where 1.9 are expected lies within the range; the sentence tells the range, and no more."""
    moved = mb.dispersion(shares(drawn(7, (0.1, 0.1), units=20, keep=0.9), 400)).movements()
    within = [row for row in moved if row.state == "as_chance"]
    assert within
    for row in within:
        assert f"within the {row.lower:.0f}-{row.upper:.0f} that chance alone" in row.explain("en")
        assert f"inden for de {row.lower:.0f}-{row.upper:.0f}, som tilfældigheder alene" in row.explain("da")


def test_sentences_name_no_cause_and_are_whole(elections: mb.Measurements, tracks: mb.Measurements) -> None:
    """Every row in both languages, without a word that claims a cause, and with nothing left to fill in."""
    for ms in (elections, tracks):
        found = mb.dispersion(ms, min_units=2)
        for result in (found, found.by_period(), found.movements()):
            for lang in ("da", "en"):
                text = result.explain(lang)
                assert "{" not in text
                assert not [word for word in CAUSAL if word in text.lower()]
                assert result.shown(lang).to_text()


def test_every_state_and_reason_has_words_and_a_mark() -> None:
    """The file of texts holds what the verb can say, and each state is told by mark and colour."""
    file = Path(mb.__file__).parent / "texts" / "spread.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    for code in table:
        group, _, word = code.partition(".")
        if group == "state":
            assert word in MARKS
            assert word in COLOURS
    for entry in table.values():
        text = " ".join(entry.values()).lower()
        assert not [word for word in CAUSAL if word in text]
    assert texts.phrase("state", "converging", "da") == "mindre forskelle"


def test_three_units_are_counted_and_not_left_out() -> None:
    """Too few to say anything of is no reason to say that they lack figures."""
    score = mb.Indicator(id="T", name=mb.Text(da="Trivsel"), unit="score", direction="higher", aggregation="mean")
    rows = [
        {"indicator": "T", "institution": code, "period": str(year), "value": 3 + 0.1 * place}
        for place, code in enumerate(["0461", "0751", "0851"])
        for year in range(2019, 2025)
    ]
    catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[score])
    row = mb.dispersion(mb.Measurements.from_pandas(pd.DataFrame(rows), catalogue=catalogue), "T")[0]
    assert (row.state, row.reason, row.n, row.n_left_out, row.flags) == ("not_judged", "too_few_units", 3, 0, ())


def test_spreads_that_never_change_show_no_change() -> None:
    """Equal values in every period have no order to find, which is not the same as too few periods."""
    score = mb.Indicator(id="T", name=mb.Text(da="Trivsel"), unit="score", direction="higher", aggregation="mean")
    rows = [
        {"indicator": "T", "institution": f"S{place}", "period": str(year), "value": 3.0 + place}
        for place in range(8)
        for year in range(2019, 2025)
    ]
    catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[score])
    row = mb.dispersion(mb.Measurements.from_pandas(pd.DataFrame(rows), catalogue=catalogue), "T")[0]
    assert row.state == "no_detectable_change"
