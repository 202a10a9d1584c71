"""Every independent figure of surveys, at the tolerance that was promised for it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.catalogue import Catalogue
from maalbib.model import ReadingRule, Text

POINTS = ["c1", "c2", "c3", "c4", "c5"]
BANDS = ("2.0", "3.0", "4.0", "5.0")
WORDS = {"1.0-2.0": 1, "2.1-3.0": 2, "3.1-4.0": 3, "4.1-5.0": 4}
SHARES = ("logit", "asin", "beta", "mean")


def table(oracles: Path, name: str, **options: object) -> pd.DataFrame:
    return pd.read_csv(oracles / "statistics" / f"{name}.csv", **options)  # type: ignore[call-overload]


@pytest.fixture
def likert(oracles: Path) -> pd.DataFrame:
    """32 distributions: one answer, all equal, a census, populations that are not known."""
    found = table(oracles, "own/survey_likert")
    assert len(found) == 32
    return found


def test_means_of_a_scale(likert: pd.DataFrame) -> None:
    """Mean, standard deviation, error, and the limits of the beta distribution."""
    found = stats.scale_mean(likert[POINTS])
    assert_array_equal(found.n, likert["n_scale"])
    for ours, theirs in (
        ("value", "mean"),
        ("sd", "sd"),
        ("se", "se"),
        ("smoothed", "smoothed_mean"),
        ("lower", "beta_lower"),
        ("upper", "beta_upper"),
    ):
        assert_allclose(getattr(found, ours), likert[theirs], rtol=1e-8, atol=1e-8, err_msg=theirs)
    assert set(found.reason) == {""}


@pytest.mark.parametrize("suffix", ["", "_fpc"])
def test_student_limits_of_a_scale(likert: pd.DataFrame, suffix: str) -> None:
    """Cut at the ends of the scale; where all answers are equal the oracle has no width and we have no interval."""
    rows = likert[likert["population"].notna()] if suffix else likert
    options = {"population": rows["population"], "purpose": "these_users"} if suffix else {}
    found = stats.scale_mean(rows[POINTS], method="t", **options)  # type: ignore[arg-type]
    census = (rows["n_scale"] == rows["population"]).to_numpy() & bool(suffix)
    spread = (rows["sd"] > 0).to_numpy() | census
    assert spread.sum() > 20
    for ours, theirs in (("lower", "t_lower"), ("upper", "t_upper")):
        expected = rows[theirs + suffix].clip(1, 5)[spread]
        assert_allclose(getattr(found, ours)[spread], expected, rtol=1e-8, err_msg=theirs)
        assert np.isnan(getattr(found, ours)[~spread]).all()
    assert set(found.reason[~spread]) == {"constant_values", "single_value"}
    if suffix:
        assert_allclose(found.factor, rows["fpc_factor"], rtol=1e-8)


def test_boxes(likert: pd.DataFrame) -> None:
    """Best answers, worst answers, the one less the other, Wilson's limits, with the don't-knows and without."""
    one, two = (stats.top_box(likert[POINTS], boxes=boxes) for boxes in (1, 2))
    assert_allclose(one.value, likert["top1"], rtol=1e-8)
    for ours, theirs in (
        ("value", "top2"),
        ("bottom", "bottom2"),
        ("net", "net"),
        ("lower", "top2_lower"),
        ("upper", "top2_upper"),
    ):
        assert_allclose(getattr(two, ours), likert[theirs], rtol=1e-8, atol=1e-8, err_msg=theirs)
    every = stats.top_box(likert[POINTS], dont_know=likert["dont_know"], policy="in_denominator")
    assert_allclose(every.value, likert["top2_incl_dont_know"], rtol=1e-8)
    assert_array_equal(every.n, likert["n_answered"])


def test_boxes_of_a_finite_population(likert: pd.DataFrame) -> None:
    """The effective number of answers, infinite for a census, and the limits it gives."""
    rows = likert[likert["population"].notna()]
    found = stats.top_box(rows[POINTS], population=rows["population"], purpose="these_users")
    for ours, theirs in (("n_eff", "n_eff_fpc"), ("lower", "top2_lower_fpc"), ("upper", "top2_upper_fpc")):
        assert_allclose(getattr(found, ours), rows[theirs], rtol=1e-8, atol=1e-8, err_msg=theirs)
    assert np.isinf(found.n_eff).sum() >= 1


def test_response_rates(likert: pd.DataFrame) -> None:
    """A form with don't know is an answer; more answers than people are refused where the oracle divides them."""
    found = stats.answer_distribution(likert[POINTS], dont_know=likert["dont_know"], invited=likert["population"])
    impossible = (likert["response_rate"] > 1).to_numpy()
    assert impossible.sum() == 1
    assert_allclose(found.response_rate[~impossible], likert["response_rate"][~impossible], rtol=1e-8)
    assert found.reason[impossible].tolist() == ["answers_exceed_population"]
    assert_array_equal(found.answered[~impossible], likert["n_answered"][~impossible])


def test_half_answered(oracles: Path) -> None:
    """27 persons: who counts, the score exactly, its rounding and its band."""
    rows = table(oracles, "own/survey_half_answered", dtype=str, keep_default_na=False)
    assert len(rows) == 27
    for row in rows.itertuples():
        given = [float(item) if item.isdigit() else np.nan for item in row.items.split()]
        turned = np.isin(np.arange(1, len(given) + 1), [int(place) for place in row.reversed_items.split()])
        found = stats.person_scores(given, reverse_scored=turned, bands=BANDS)
        assert found.answered == int(row.n_answered), row.case_id
        assert bool(found.counted) == (row.counted == "true"), row.case_id
        if found.counted:
            assert found.score.item() == pytest.approx(float(row.score), rel=1e-12), row.case_id
            assert f"{found.rounded.item():.1f}" == row.score_rounded_half_up, row.case_id
            assert found.rounded.item() == float(row.score_rounded_half_up), row.case_id
            assert found.band.item() == WORDS[row.band], row.case_id
        else:
            assert np.isnan(found.score), row.case_id


def test_bounds_of_nonresponse(oracles: Path) -> None:
    """Ten cases on three scales, to 1e-12."""
    rows = table(oracles, "own/survey_nonresponse_bounds")
    assert len(rows) == 10
    for row in rows.itertuples():
        found = stats.nonresponse_bounds(
            row.value,
            row.answered,
            row.invited,
            low=row.scale_min,
            high=row.scale_max,
            largest_difference=row.max_bias,
        )
        assert_allclose(
            [found.worst, found.best, found.lower, found.upper],
            [row.worst_lower, row.worst_upper, row.bias_lower, row.bias_upper],
            rtol=1e-12,
            err_msg=row.case_id,
        )


def test_verdicts_by_a_reading_rule(oracles: Path) -> None:
    """15 pairs, seven of them just on the threshold: the verdict of the rule, and the interval beside it."""
    rows = table(oracles, "own/survey_reading_rule_verdicts", dtype=str)
    assert len(rows) == 15
    for row in rows.itertuples():
        decimals = len(row.mean_a.split(".")[1])
        one, other = (
            stats.mean_interval_from(float(mean), float(sd), float(n))
            for mean, sd, n in ((row.mean_a, row.sd_a, row.n_a), (row.mean_b, row.sd_b, row.n_b))
        )
        found = stats.read_difference(one, other, min_difference=float(row.min_difference), decimals=decimals)
        assert found.by_rule.item() == row.published_rule, row.case_id
        assert found.by_interval.item() == row.computed, row.case_id
        assert found.printed_difference.item() == float(row.difference), row.case_id
        assert found.df.item() == pytest.approx(float(row.welch_df), rel=1e-8)
        limits = [float(row.welch_lower), float(row.welch_upper)]
        assert_allclose([found.lower.item(), found.upper.item()], limits, rtol=1e-8)
        rule = ReadingRule(
            id="rule", name=Text(da="Regel"), min_difference=float(row.min_difference), decimals=decimals
        )
        assert rule.differs(float(row.mean_a), float(row.mean_b)) == (row.published_rule == "different"), row.case_id


def test_needed_answers_for_a_reliability(oracles: Path) -> None:
    """24 pairs, without rounding noise."""
    rows = table(oracles, "own/survey_reliability")
    assert len(rows) == 24
    found = stats.answers_for_reliability(rows["icc"], rows["target_reliability"])
    assert_array_equal(found.needed, rows["n_needed"])
    assert_allclose(found.exact, rows["n_exact"], rtol=1e-14)
    at_needed = stats.unit_reliability(rows["icc"], found.needed)
    assert_allclose(at_needed.value, rows["reliability_at_n_needed"], rtol=1e-12)
    assert_allclose(stats.unit_reliability(rows["icc"], 10).value, rows["reliability_at_10"], rtol=1e-12)


def test_needed_answers_for_a_difference(oracles: Path) -> None:
    """22 cases, and what twenty answers can detect."""
    rows = table(oracles, "own/survey_sample_size")
    assert len(rows) == 22
    for (alpha, power), part in rows.groupby(["alpha", "power"]):
        found = stats.answers_for_difference(part["difference"], part["sd"], alpha=alpha, power=power)
        assert_allclose(found.exact, part["n_per_unit_exact"], rtol=1e-9)
        assert_array_equal(found.needed, part["n_per_unit"])
        twenty = stats.detectable_difference(20, part["sd"], alpha=alpha, power=power)
        assert_allclose(twenty.value, part["detectable_at_n_20"], rtol=1e-9)


def test_intraclass_correlations(oracles: Path) -> None:
    """Twelve sets, balanced and not, two of them with a negative estimate."""
    answers, wanted = table(oracles, "own/survey_icc_input"), table(oracles, "own/survey_icc_expected")
    assert len(wanted) == 12
    for row in wanted.itertuples():
        rows = answers[answers["case_id"] == row.case_id]
        found = stats.intraclass_correlation(rows["answer"], rows["unit"])
        assert (found.units.item(), found.n.item()) == (row.units, row.answers)
        for ours, theirs in (
            (found.between, row.ms_between),
            (found.within, row.ms_within),
            (found.n0, row.n0),
            (found.icc, row.icc),
            (found.f_value, row.f_value),
            (found.p_value, row.p_value),
        ):
            assert_allclose(ours, theirs, rtol=1e-8, err_msg=row.case_id)
    assert (wanted["icc"] < 0).sum() == 2


def design_of(rows: pd.DataFrame, *, finite: bool) -> stats.SurveyDesign:
    """The design of a data set, with its populations or without."""
    by_cluster, by_stratum = rows["cluster"].notna().all(), rows["stratum"].notna().all()
    population = rows["clusters_total" if by_cluster else "stratum_size"]
    return stats.survey_design(
        rows["weight"],
        strata=rows["stratum"] if by_stratum else None,
        clusters=rows["cluster"] if by_cluster else None,
        population=population if finite else None,
    )


@pytest.mark.parametrize("finite", [True, False])
@pytest.mark.parametrize("case", ["srs_a", "stratified_a", "cluster_a"])
def test_designs(oracles: Path, case: str, finite: bool) -> None:  # noqa: FBT001
    """Means, shares by four methods, subgroups, and weights fitted to one and to two sets of groups."""
    people, known, wanted = (
        table(oracles, name).set_index("case_id").loc[case]
        for name in ("own/survey_design_respondents", "own/survey_design_population", "own/survey_design_expected")
    )
    wanted = wanted[wanted["design"] == ("fpc" if finite else "nofpc")].set_index("statistic")
    assert len(wanted) == 9
    sizes = {name: rows.set_index("level")["population"].to_dict() for name, rows in known.groupby("variable")}
    design = design_of(people, finite=finite)
    answers, satisfied = people["answer"].to_numpy(float), (people["answer"] >= 4).to_numpy(float)
    sex, age = people["sex"].to_numpy(), people["age"].to_numpy()
    margins = [(sex, sizes["sex"]), (age, sizes["age"])]
    raked = stats.rake(design, margins, residuals="unweighted")
    found = {
        "mean": stats.design_mean(answers, design),
        "mean_sex_k": stats.design_mean(answers, design, within=sex == "k"),
        "mean_sex_m": stats.design_mean(answers, design, within=sex == "m"),
        "mean_poststrat_sex": stats.design_mean(answers, stats.post_stratify(design, sex, sizes["sex"])),
        "mean_raked_sex_age": stats.design_mean(answers, raked),
        **{f"top2_{method}": stats.design_share(satisfied, design, method=method) for method in SHARES},  # type: ignore[arg-type]
    }
    for name, ours in found.items():
        row = wanted.loc[name]
        assert_allclose([ours.value, ours.se], row[["estimate", "se"]].astype(float), rtol=1e-7, err_msg=name)
        assert ours.df.item() == row["df"], name
        if name != "mean_raked_sex_age":  # the oracle has no limits there
            assert_allclose([ours.lower, ours.upper], row[["lower", "upper"]].astype(float), rtol=1e-7, err_msg=name)
    assert len(found) == 9
    weighted = stats.design_mean(answers, stats.rake(design, margins))
    assert weighted.value == found["mean_raked_sex_age"].value
    assert_allclose(weighted.se, found["mean_raked_sex_age"].se, rtol=0.01)


@pytest.mark.parametrize("finite", [True, False])
@pytest.mark.parametrize("kind", ["srs", "strat"])
def test_published_design(oracles: Path, kind: str, finite: bool) -> None:  # noqa: FBT001
    """A published sample of schools: mean, total, share by four methods, and the effect of the design."""
    inputs = {"srs": "published/survey_apisrs_input", "strat": "published/survey_apistrat_input"}
    people = table(oracles, inputs[kind])
    wanted = table(oracles, "published/survey_api_expected").set_index(["case_id", "stat"])
    design = stats.survey_design(
        people["pw"],
        strata=people["stype"] if kind == "strat" else None,
        population=people["fpc"] if finite else None,
    )
    yes = (people["sch.wide"] == "Yes").to_numpy(float)
    found = {
        "mean_api00": stats.design_mean(people["api00"], design),
        "total_enroll": stats.design_total(people["enroll"], design),
        **{f"prop_schwide_{method}": stats.design_share(yes, design, method=method) for method in SHARES},  # type: ignore[arg-type]
    }
    for name, ours in found.items():
        row = wanted.loc[(f"{kind}_{'fpc' if finite else 'nofpc'}", name)]
        figures = [ours.value.item(), ours.se.item(), ours.lower.item(), ours.upper.item()]
        assert_allclose(figures, row[["est", "se", "lower", "upper"]].astype(float), rtol=1e-7, err_msg=name)
        assert ours.df.item() == row["df"]
        if name.startswith("prop"):
            assert_allclose(ours.deff, row["deff"], rtol=1e-7, err_msg=name)


def test_reading_rules_are_those_that_were_published(oracles: Path) -> None:
    """The rules of the shipped catalogue, and the defaults of the half rule and its bands."""
    rules = json.loads((oracles / "statistics/own/reading_rules_dk.json").read_text(encoding="utf-8"))["rules"]
    assert len(rules) == 12
    published = sorted(
        (Fraction(rule["min_difference"]), rule.get("valid_for_n"))
        for rule in rules
        if rule["kind"] == "min_difference"
    )
    shipped = Catalogue.load("folkeskolen").reading_rules.values()
    assert sorted((Fraction(str(rule.min_difference)), rule.valid_for_n) for rule in shipped) == published
    assert all(rule.strict for rule in shipped)
    by_id = {rule["id"]: rule for rule in rules}
    half, bands = by_id["pupil_wellbeing_half_answered"], by_id["pupil_wellbeing_bands"]
    assert [end for _, end in bands["bands"]] == list(BANDS)
    one = stats.person_scores([5, 5, np.nan, np.nan], least_share=half["min_share"], inclusive=half["inclusive"])
    assert one == stats.person_scores([5, 5, np.nan, np.nan])
    assert one.counted.item()
    for low, high in bands["bands"]:
        found = [stats.person_scores([round(float(end) * 10)], low=0, high=50, decimals=1) for end in (low, high)]
        assert [one.rounded.item() for one in found] == [10 * float(low), 10 * float(high)]
    policies = {rule["policy"] for rule in rules if rule["kind"] == "dont_know"}
    assert {stats.top_box([1, 1], boxes=1, dont_know=1, policy=policy).n.item() for policy in policies} == {2.0, 3.0}
    assert [point for point, _ in by_id["btu_scale"]["points"]] == [1, 2, 3, 4, 5]
