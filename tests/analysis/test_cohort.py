"""A cohort against the rest: both means by hand, the two questions, who takes part, what is hidden, and every refusal."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

import maalbib
import maalbib as mb
from maalbib import stats

SNAPSHOT = Path(__file__).parent / "snapshots" / "cohorts.txt"
TEXTS = Path(maalbib.__file__).parent / "texts" / "cohort.toml"
Z = scipy_stats.norm.ppf(0.975)
FIGURES = (
    *("value", "lower", "upper", "rest_value", "rest_lower", "rest_upper", "gap", "gap_lower", "gap_upper"),
    *("tau", "chance_lower", "chance_upper", "permutation_share", "permutation_groups"),
)
CAUSES = (
    "virker",
    "effekt",
    "skyldes",
    "på grund af",
    "fører til",
    "works",
    "effect",
    "because",
    "due to",
    "leads to",
)


def catalogue(
    *, direction: str = "higher", unit: str = "score", aggregation: str | None = "mean", **more: Any
) -> mb.Catalogue:
    """One indicator."""
    indicator = mb.Indicator(
        id="I", name=mb.Text(da="Tallet"), unit=unit, direction=direction, aggregation=aggregation, **more
    )
    return mb.Catalogue(id="C", agency="KL", version="1.0.0", indicators=[indicator])


def scores(values: Mapping[str, float | None], error: float = 1.0, **options: Any) -> mb.Measurements:
    """Scores with symmetric intervals of the level of 95 per cent."""
    frame = pd.DataFrame({"institution": list(values), "value": list(values.values())}).astype({"value": float})
    frame = frame.assign(
        indicator="I", period="2024", lower=frame["value"] - Z * error, upper=frame["value"] + Z * error
    )
    extras = {name: options.pop(name) for name in ("n", "source", "status") if name in options}
    known = options.pop("catalogue", None) or catalogue(**options)
    return mb.Measurements.from_pandas(frame.assign(**extras), catalogue=known)


def shares(counts: Mapping[str, tuple[int, int]], **options: Any) -> mb.Measurements:
    """Percentages of whole counts."""
    rows = [(code, 100 * part / whole, part, whole) for code, (part, whole) in counts.items()]
    frame = pd.DataFrame(rows, columns=["institution", "value", "numerator", "denominator"])
    known = catalogue(unit="percent", aggregation="ratio_of_sums", **options)
    return mb.Measurements.from_pandas(frame.assign(indicator="I", period="2024"), catalogue=known)


def one(ms: mb.Measurements, cohort: Any, **options: Any) -> Any:
    """The only row."""
    asked: dict[str, Any] = {"period": "2024", **options}
    [row] = mb.compare_cohort(ms, cohort, **asked)
    return row


def verdict(row: Any) -> str:
    """State and reason as one code."""
    return f"{row.state}.{row.reason}"


SIX = {"S0": 71.0, "S1": 74.0, "S2": 60.0, "S3": 62.0, "S4": 61.0, "S5": 63.0}


def test_unweighted_means_and_their_difference_by_hand() -> None:
    """Independent errors: the variance of each mean is that of its units over their number."""
    row = one(scores(SIX), ["S0", "S1"])
    assert (row.value, row.rest_value, row.gap) == (72.5, 61.5, 11.0)
    assert (row.members, row.others, row.members_without, row.others_without) == (2, 4, 0, 0)
    for name, centre, error in (("", 72.5, math.sqrt(1 / 2)), ("rest_", 61.5, math.sqrt(1 / 4))):
        assert_allclose(getattr(row, f"{name}lower"), centre - Z * error, rtol=1e-12)
        assert_allclose(getattr(row, f"{name}upper"), centre + Z * error, rtol=1e-12)
    error = math.sqrt(1 / 2 + 1 / 4)
    assert_allclose((row.gap_lower, row.gap_upper), (11 - Z * error, 11 + Z * error), rtol=1e-12)
    assert (verdict(row), row.mean_kind, row.method) == ("better.differs", "unweighted", "difference_of_means")


def test_pooled_shares_by_hand() -> None:
    """Sums of numerators over sums of denominators, and the interval of a mean of shares."""
    counts = {"S0": (36, 50), "S1": (152, 200), "S2": (30, 50), "S3": (62, 100), "S4": (29, 50)}
    row = one(shares(counts), ["S0", "S1"])
    assert_allclose(row.value, 100 * (36 + 152) / 250, rtol=1e-12)
    assert_allclose(row.rest_value, 100 * (30 + 62 + 29) / 200, rtol=1e-12)

    def reach(codes: tuple[str, ...]) -> tuple[float, float]:
        found = stats.mean_share(*np.transpose([counts[code] for code in codes]))
        return 100 * (found.value - found.lower).item(), 100 * (found.upper - found.value).item()

    (low, high), (rest_low, rest_high) = reach(("S0", "S1")), reach(("S2", "S3", "S4"))
    assert_allclose((row.lower, row.upper), (row.value - low, row.value + high), rtol=1e-9)
    assert_allclose(row.gap_lower, row.gap - math.hypot(low, rest_high), rtol=1e-9)
    assert_allclose(row.gap_upper, row.gap + math.hypot(high, rest_low), rtol=1e-9)
    assert row.mean_kind == "pooled"


def test_pooled_means_are_not_touched_by_the_rounding_of_published_values() -> None:
    """The numerators are exact where the values are printed with one decimal."""
    counts = {"S0": (1, 3), "S1": (2, 3), "S2": (1, 6), "S3": (1, 7)}
    rows = [(code, round(100 * part / whole, 0), part, whole) for code, (part, whole) in counts.items()]
    frame = pd.DataFrame(rows, columns=["institution", "value", "numerator", "denominator"])
    known = catalogue(unit="percent", aggregation="ratio_of_sums", min_show=0)
    ms = mb.Measurements.from_pandas(frame.assign(indicator="I", period="2024"), catalogue=known)
    row = one(ms, ["S0", "S1"])
    assert_allclose((row.value, row.rest_value), (50.0, 100 * 2 / 13), rtol=1e-12)


@pytest.mark.parametrize(
    ("mean", "value", "rest"),
    [
        ("weighted", (71 * 10 + 74 * 30) / 40, (60 * 10 + 62 * 20 + 61 * 30 + 63 * 40) / 100),
        ("unweighted", 72.5, 61.5),
    ],
)
def test_the_named_kind_of_mean(mean: str, value: float, rest: float) -> None:
    """The same kind for both sides."""
    row = one(scores(SIX, n=[10, 30, 10, 20, 30, 40]), ["S0", "S1"], mean=mean)
    assert_allclose((row.value, row.rest_value), (value, rest), rtol=1e-12)
    assert row.mean_kind == mean


def test_the_rest_has_no_member() -> None:
    """Whoever is listed as both is a member; the rest and the cohort swapped turn the sign."""
    ms = scores(SIX)
    row = one(ms, ["S0", "S1"], rest=list(SIX))
    assert (row.members, row.others) == (2, 4)
    assert row == one(ms, ["S0", "S1"])
    turned = one(ms, ["S2", "S3", "S4", "S5"])
    assert_allclose((turned.gap, turned.gap_lower, turned.gap_upper), (-row.gap, -row.gap_upper, -row.gap_lower))
    assert turned.state == "worse"
    assert_allclose(turned.permutation_share, row.permutation_share)


def test_one_member_is_that_member_against_the_mean_of_the_others() -> None:
    """The same figures as in a comparison with peers."""
    ms = scores(SIX)
    row = one(ms, ["S0"])
    peer: Any = mb.compare_peers(ms, period="2024").row(institution="S0")
    assert_allclose(
        (row.value, row.rest_value, row.gap, row.gap_lower, row.gap_upper),
        (peer.value, peer.peer_value, peer.gap, peer.gap_lower, peer.gap_upper),
        rtol=1e-12,
    )


@pytest.mark.parametrize(
    ("direction", "states"),
    [("higher", ("better", "worse")), ("lower", ("worse", "better")), ("context", ("higher", "lower"))],
)
def test_the_direction_decides_the_word(direction: str, states: tuple[str, str]) -> None:
    """Better or worse; higher or lower where neither is."""
    ms = scores(SIX, direction=direction)
    assert (one(ms, ["S0", "S1"]).state, one(ms, ["S2", "S3"]).state) == states


def test_a_group_a_definition_its_id_and_codes_are_the_same_cohort() -> None:
    """And a definition leaves out whom it excludes, from both sides."""
    known = catalogue()
    group = mb.PeerGroup(id="g", name=mb.Text(da="Gruppen"), members=("S0", "S1"))
    cohort = mb.CohortPeers(id="c", name=mb.Text(da="Partnerskabet"), members=("S0", "S1"))
    known = mb.Catalogue(
        id="C",
        agency="KL",
        version="1.0.0",
        indicators=known.indicators.values(),
        groups=[group],
        peer_definitions=[cohort],
    )
    ms = scores(SIX, catalogue=known)
    gaps = {one(ms, asked).gap for asked in (group, cohort, "g", "c", ["S0", "S1"])}
    assert gaps == {11.0}
    assert "Partnerskabet" in one(ms, "c").explain("da")
    assert one(ms, "c").cohort == "c"
    without = mb.CohortPeers(
        id="c",
        name=mb.Text(da="x"),
        members=("S0", "S1"),
        exclusions=[mb.PeerExclusion(institution=code, reason=mb.Text(da="x")) for code in ("S1", "S5")],
    )
    row = one(ms, without)
    assert (row.members, row.others, row.value, row.rest_value) == (1, 3, 71.0, 61.0)


def test_everybody_else_is_of_the_same_level() -> None:
    """The country is no part of the rest of its municipalities; several levels need a rest of their own."""
    register = mb.Register.denmark()
    values = {"0101": 60.0, "0147": 62.0, "0151": 55.0, "0153": 57.0, "1084": 90.0, "DK": 99.0}
    ms = scores(values)
    row = one(ms, ["0101", "0147"], register=register)
    assert (row.members, row.others, row.rest_value) == (2, 2, 56.0)
    with pytest.raises(mb.ArgumentError) as caught:
        one(ms, ["0101", "1084"], register=register)
    assert caught.value.code == "cohort.several_levels"
    given = one(ms, ["0101", "1084"], rest=["0151", "0153"], register=register)
    assert (given.members, given.others) == (2, 2)
    with pytest.raises(mb.errors.MaalError) as wrong:
        one(ms, ["0101", "9999"], register=register)
    assert wrong.value.code.startswith("peer_sets.unknown")


def test_two_questions_have_two_answers() -> None:
    """Units that really differ: two means differ beyond noise, and random groups of the same size would too."""
    rng = np.random.default_rng(4)
    values = {f"S{place:02d}": float(value) for place, value in enumerate(50 + 10 * rng.normal(size=30))}
    ordered = sorted(values, key=values.__getitem__)
    middle = ordered[4::5]
    row = one(scores(values, error=0.2), middle)
    assert row.state in {"better", "worse"}
    assert row.among_groups == "usual"
    assert row.permutation_share > 0.2
    assert "Så stor en forskel er ikke usædvanlig mellem tilfældige grupper" in row.explain("da")
    top = one(scores(values, error=0.2), ordered[-5:])
    assert (top.state, top.among_groups) == ("better", "unusually_high")
    assert top.permutation_share < 0.01
    low = one(scores(values, error=0.2), ordered[:5])
    assert (low.state, low.among_groups) == ("worse", "unusually_low")


def test_the_interval_that_allows_for_units_by_hand() -> None:
    """The variance between units is added for every unit, by t with two degrees of freedom less than units."""
    row = one(scores(SIX), ["S0", "S1"])
    tau = stats.between_variance(list(SIX.values()), np.ones(6), interval="none").tau.item()
    spread = 1 / 2 + 1 / 4
    reach = math.sqrt(Z**2 * spread + (scipy_stats.t.ppf(0.975, 4) * tau) ** 2 * spread)
    assert_allclose(row.tau, tau, rtol=1e-12)
    assert_allclose((row.chance_lower, row.chance_upper), (11 - reach, 11 + reach), rtol=1e-9)


def test_the_share_of_groups_by_lot_is_counted() -> None:
    """Fifteen pairs of six, each held against the other four."""
    row = one(scores(SIX), ["S0", "S1"])
    gaps = []
    for pair in combinations(SIX, 2):
        rest = [value for code, value in SIX.items() if code not in pair]
        gaps.append(abs(np.mean([SIX[code] for code in pair]) - np.mean(rest)))
    assert_allclose(row.permutation_share, np.mean(np.array(gaps) >= 11.0 - 1e-9), rtol=1e-12)
    assert (row.permutation_groups, row.permutation_method, row.permutation_least) == (15, "exact", 1 / 15)


def test_the_share_decides_nothing() -> None:
    """Two against two: one in three at best, and the means differ all the same."""
    row = one(scores({"S0": 70.0, "S1": 71.0, "S2": 50.0, "S3": 51.0}), ["S0", "S1"])
    assert row.permutation_least == row.permutation_share == pytest.approx(1 / 3)
    assert row.state == "better"


def test_groups_are_drawn_from_the_seed() -> None:
    """Where they are too many to go through; the same seed gives the same row."""
    rng = np.random.default_rng(5)
    ms = scores({f"S{place:02d}": float(value) for place, value in enumerate(rng.normal(50, 3, 40))})
    cohort = [f"S{place:02d}" for place in range(12)]
    row = one(ms, cohort)
    assert (row.permutation_method, row.permutation_groups) == ("permutation", 10_000)
    assert row == one(ms, cohort, seed=0)
    other = one(ms, cohort, seed=1, draws=999)
    assert other.permutation_groups == 1_000
    assert row.permutation_share == pytest.approx(other.permutation_share, abs=0.05)
    assert (row.gap, row.gap_lower) == (other.gap, other.gap_lower)


def test_relevance_is_that_of_the_whole_interval() -> None:
    """Beyond the margin, within it, or not settled."""
    ms = scores(SIX)
    found = [one(ms, ["S0", "S1"], min_difference=margin).relevance for margin in (5, 20, 11)]
    assert found == ["relevant", "within_margin", "margin_not_settled"]
    assert one(ms, ["S0", "S1"]).relevance is None


def test_members_without_a_value_are_counted_and_told() -> None:
    """Also those who have no row at all."""
    row = one(scores({**SIX, "S1": None}), ["S0", "S1", "S9"])
    assert (row.members, row.members_without, row.others) == (1, 2, 4)
    assert "members_without_value" in row.flags
    assert "uden en værdi, der kan indgå: 2." in row.explain("da")


@pytest.mark.parametrize(
    ("code", "ms", "cohort", "options"),
    [
        ("no_member_value", scores({**SIX, "S0": None}), ["S0"], {}),
        ("no_member_value", scores(SIX), ["S0", "S1"], {"period": "2020"}),
        ("no_other_value", scores({"S0": 1.0, "S1": None}), ["S0"], {}),
        ("members_withheld", scores({**SIX, "S0": None}, status=["Q", *[None] * 5]), ["S0"], {}),
        ("sources_differ", scores(SIX, source=["a", "a", *"bbbb"]), ["S0", "S1"], {}),
        ("no_denominator", scores(SIX, n=[None, None, 10, 20, 30, 40]), ["S0", "S1"], {"mean": "weighted"}),
        ("small_n", scores(SIX, n=[10, 10, 50, 50, 50, 50]), ["S0", "S1"], {"min_verdict": 21}),
        ("one_hidden_value", scores(SIX, n=[3, 10, 50, 50, 50, 50]), ["S0"], {}),
        ("uncertainty_missing", scores(SIX, error=math.nan), ["S0", "S1"], {}),
    ],
)
def test_every_refusal_has_its_reason(
    code: str, ms: mb.Measurements, cohort: list[str], options: dict[str, Any]
) -> None:
    """No figure beside a refusal, except where only the uncertainty is missing."""
    row = one(ms, cohort, **options)
    assert verdict(row) == f"not_compared.{code}"
    if code == "uncertainty_missing":
        assert (row.gap, row.gap_lower, row.among_groups) == (11.0, None, None)
    else:
        assert [getattr(row, name) for name in (*FIGURES, "among_groups", "permutation_method")] == [None] * 16
    for lang in ("da", "en"):
        assert row.explain(lang)


def test_the_texts_are_those_of_the_verdicts() -> None:
    """Each verdict in the file is reached by a test here, each state with words of its own."""
    codes = {code for code in tomllib.loads(TEXTS.read_text(encoding="utf-8")) if code.startswith("not_compared.")}
    reached = ("no_member_value", "no_other_value", "members_withheld", "sources_differ", "one_hidden_value")
    assert codes == {f"not_compared.{reason}" for reason in reached}


def test_sentences_name_no_cause() -> None:
    """They differ, and nothing is said about why."""
    ms = scores(SIX)
    rows = [one(ms, cohort) for cohort in (["S0", "S1"], ["S2", "S3"], ["S0", "S2"])]
    rows += [one(scores(SIX, direction="context"), cohort) for cohort in (["S0", "S1"], ["S2", "S3"])]
    rows.append(one(scores(SIX, error=9.0), ["S0", "S2"]))
    assert {row.state for row in rows} == {"better", "worse", "higher", "lower", "no_detectable_difference"}
    for row in rows:
        for lang, said in (("da", "Det siger intet om hvorfor."), ("en", "This says nothing about why.")):
            text = row.explain(lang)
            assert text.endswith(said)
            assert not any(word in text.lower() for word in CAUSES)
    assert "adskiller sig fra de øvrige" in rows[0].explain("da")
    assert "ikke påvist" in rows[-1].explain("da")


def test_values_of_several_sources_can_be_asked_for() -> None:
    """And the row says so."""
    row = one(scores(SIX, source=["a", "a", *"bbbb"]), ["S0", "S1"], across_sources=True)
    assert (row.state, "mixed_sources" in row.flags) == ("better", True)


def test_a_single_hidden_value_is_in_no_mean() -> None:
    """Else it could be worked out from the others; two of them hide each other."""
    n = [3, 10, 50, 50, 50, 50]
    row = one(scores(SIX, n=n), ["S0", "S1"])
    assert (row.members, row.value, "hidden_left_out" in row.flags) == (1, 74.0, True)
    both = one(scores(SIX, n=[3, 4, 50, 50, 50, 50]), ["S0", "S1"])
    assert (both.members, both.value, both.hidden) == (2, 72.5, None)
    rest = one(scores(SIX, n=[10, 10, 3, 50, 50, 50]), ["S0", "S1"])
    assert (rest.others, rest.rest_value) == (3, 62.0)


def test_a_mean_of_too_few_people_is_hidden() -> None:
    """The figures stay in the table and are not shown, nor what is read off them."""
    row = one(scores(SIX, n=[2, 2, 50, 50, 50, 50]), ["S0", "S1"], min_difference=1)
    assert (row.hidden, row.value) == ("small_n", 72.5)
    shown = row.public()
    assert [getattr(shown, name) for name in (*FIGURES, "among_groups", "relevance")] == [None] * 16
    assert "72" not in row.explain("da")
    assert "72" not in row.explain("en")


def test_a_row_for_each_breakdown_and_period() -> None:
    """Each is judged alone: the same as asked for by itself."""
    rng = np.random.default_rng(6)
    rows = [
        (f"S{place}", period, sex, float(value))
        for period in ("2023", "2024")
        for sex in ("F", "M")
        for place, value in enumerate(rng.normal(50, 5, 6))
    ]
    frame = pd.DataFrame(rows, columns=["institution", "period", "sex", "value"]).assign(indicator="I")
    frame = frame.assign(lower=frame["value"] - 1, upper=frame["value"] + 1)
    ms = mb.Measurements.from_pandas(frame, breakdowns=["sex"], catalogue=catalogue())
    found = mb.compare_cohort(ms, ["S0", "S1"], period=["2023", "2024"])
    assert [(row.period, row.breakdown) for row in found] == [
        (period, f"sex={sex}") for period in ("2023", "2024") for sex in ("F", "M")
    ]
    women = mb.Measurements.from_pandas(frame[frame["sex"] == "F"], breakdowns=["sex"], catalogue=catalogue())
    alone = mb.compare_cohort(women, ["S0", "S1"], period="2024")
    beside = found.row(period="2024", breakdown="sex=F")
    assert alone[0] == attrs.evolve(beside, q_value=alone[0].q_value, family_size=1)


@given(st.integers(0, 10**6), st.integers(3, 12), st.sampled_from(["pooled", "weighted", "unweighted"]))
@settings(max_examples=20)
def test_laws(seed: int, n: int, mean: str) -> None:
    """Order does not matter; the limits hold the means apart as they should; equal denominators make all kinds one."""
    rng = np.random.default_rng(seed)
    size = rng.integers(10, 80, n)
    part = rng.binomial(size, 0.6)
    counts = {f"S{place:02d}": (int(a), int(b)) for place, (a, b) in enumerate(zip(part, size, strict=True))}
    cohort = [code for code in counts if rng.random() < 0.4] or ["S00"]
    cohort = cohort[: n - 1]
    row = one(shares(counts), cohort, mean=mean)
    turned = one(shares(dict(reversed(list(counts.items())))), cohort[::-1], mean=mean)
    assert_allclose([getattr(turned, name) for name in FIGURES[:9]], [getattr(row, name) for name in FIGURES[:9]])
    assert row.gap_lower <= row.gap <= row.gap_upper
    assert_allclose(row.gap, row.value - row.rest_value, atol=1e-9)
    assert row.chance_lower <= row.gap_lower + 1e-9
    assert row.gap_upper <= row.chance_upper + 1e-9
    assert 0 < row.permutation_least <= row.permutation_share <= 1
    equal = {code: (a, 80) for code, (a, _) in counts.items()}
    assert_allclose(
        one(shares(equal), cohort, mean=mean).gap, one(shares(equal), cohort, mean="unweighted").gap, atol=1e-9
    )


def test_false_findings_are_as_many_as_said() -> None:
    """Cohorts by lot among units that are alike: about 5 per cent differ, and fewer are unusual where units differ."""
    rng = np.random.default_rng(7)
    alike = apart = unusual = 0
    runs = 120
    for _ in range(runs):
        noise = rng.normal(0, 1, 20)
        cohort = [f"S{place:02d}" for place in range(5)]
        names = [f"S{place:02d}" for place in range(20)]
        alike += (
            one(scores(dict(zip(names, noise.tolist(), strict=True))), cohort, draws=1).state
            != "no_detectable_difference"
        )
        real = one(scores(dict(zip(names, (noise + rng.normal(0, 2, 20)).tolist(), strict=True))), cohort, draws=1)
        apart += real.state != "no_detectable_difference"
        unusual += real.among_groups != "usual"
    assert alike / runs < 0.11
    assert apart / runs > 0.25
    assert unusual / runs < 0.11


@pytest.mark.parametrize(
    ("cohort", "options", "code"),
    [
        (["S0"], {"mean": "median"}, "argument.choice"),
        (["S0"], {"confidence": 1}, "argument.range"),
        (["S0"], {"min_difference": -1}, "argument.at_least"),
        (["S0"], {"draws": 0}, "argument.whole_number"),
        (list(SIX), {}, "cohort.nobody_else"),
        ([], {}, "cohort.nobody_in"),
        (["S0"], {"rest": ["S0"]}, "cohort.nobody_in_rest"),
        (["U0"], {}, "cohort.nobody_measured"),
        ("nothing", {}, "peer_sets.unknown"),
        (mb.AllPeers(id="a", name=mb.Text(da="x")), {}, "cohort.not_listed"),
        (["S0"], {"indicators": "J"}, "peer_sets.unknown"),
    ],
)
def test_wrong_calls_are_named(cohort: Any, options: dict[str, Any], code: str) -> None:
    """Each with its own code."""
    with pytest.raises(mb.errors.MaalError) as caught:
        one(scores(SIX), cohort, **options)
    assert caught.value.code.startswith(code)
    with pytest.raises(mb.ArgumentError) as kind:
        one(scores(SIX, aggregation=None), ["S0"])
    assert kind.value.code == "mean.kind_needed"


def test_the_columns() -> None:
    """They only grow."""
    lines = [f"{field.name}: {field.type}{'' if field.nullable else ' not null'}" for field in mb.schemas.COHORTS]
    assert lines == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_the_whole_result_is_shown_and_read_back() -> None:
    """As text, as plot data, and as JSON."""
    found = mb.compare_cohort(scores(SIX), ["S0", "S1"], period="2024")
    assert "de øvrige" in str(found.shown("da").heads)
    assert found.plot_data()["value"].tolist() == [11.0]
    assert mb.CohortComparison.from_json(found.to_json()) == found


@pytest.mark.parametrize("others", range(2, 25))
def test_means_that_are_the_same_do_not_differ(others: int) -> None:
    """Figures known exactly: what sums of decimals leave is no difference."""
    figures = {"M0": 0.1, "M1": 0.3} | {f"S{place}": 0.2 for place in range(others)}
    row = one(scores(figures, error=0.0), ["M0", "M1"])
    assert (row.gap, row.gap_lower, row.gap_upper) == (0, 0, 0)
    assert (verdict(row), row.p_value) == ("no_detectable_difference.not_shown_to_differ", 1)


def test_very_small_and_very_large_figures_keep_their_intervals() -> None:
    """Squares of errors may leave the range of doubles; the intervals do not."""
    plain = one(scores(SIX), ["S0", "S1"])
    for size in (1e-200, 1e200):
        frame = scores(SIX).to_pandas()[["indicator", "institution", "period", "value", "lower", "upper"]]
        for column in ("value", "lower", "upper"):
            frame[column] *= size
        row = one(mb.Measurements.from_pandas(frame, catalogue=catalogue()), ["S0", "S1"])
        for name in ("value", "lower", "upper", "rest_lower", "gap", "gap_lower", "gap_upper"):
            assert_allclose(getattr(row, name), getattr(plain, name) * size, rtol=1e-12)
        assert_allclose(row.p_value, plain.p_value, rtol=1e-9)


def test_many_comparisons_are_looked_at_together() -> None:
    """Each p is that of the interval, each q that of Benjamini and Hochberg over the call; nothing of it decides the state."""
    rng = np.random.default_rng(11)
    rows = [
        (f"S{place}", str(year), float(value))
        for year in range(2005, 2025)
        for place, value in enumerate(rng.normal(50, 1, 8))
    ]
    frame = pd.DataFrame(rows, columns=["institution", "period", "value"]).assign(indicator="I")
    frame = frame.assign(lower=frame["value"] - Z, upper=frame["value"] + Z)
    ms = mb.Measurements.from_pandas(frame, catalogue=catalogue())
    years = [str(year) for year in range(2005, 2025)]
    found = mb.compare_cohort(ms, ["S0", "S1", "S2"], period=years)
    p_value = np.array([row.p_value for row in found])
    wanted = [2 * scipy_stats.norm.sf(abs(row.gap) / math.sqrt(1 / 3 + 1 / 5)) for row in found]
    assert_allclose(p_value, wanted, rtol=1e-9)
    assert_allclose([row.q_value for row in found], scipy_stats.false_discovery_control(p_value), rtol=1e-12)
    assert {row.family_size for row in found} == {20}
    differ = np.array([row.state != "no_detectable_difference" for row in found])
    assert (differ == (p_value <= 0.05)).all()
    assert found.expected_false() == pytest.approx(1.0)
    kept = sum(row.q_value <= 0.05 for row in found)
    assert found.summary("en") == (
        f"Comparisons that show a difference: {differ.sum()} of 20; chance alone would give about 1.0. "
        f"Left when allowing for their being looked at together: {kept}."
    )
    assert "tilfældet alene ville give omkring 1,0" in found.summary("da")
    said = found[0].explain("da").replace("\u00a0", " ")
    assert "Det er én af 20 sammenligninger; tilfældet alene ville vise en forskel i omkring 1,0 af dem (q" in said
    alone = mb.compare_cohort(ms, ["S0", "S1", "S2"], period="2005")
    assert (alone[0].family_size, alone[0].q_value) == (1, alone[0].p_value)
    assert "sammenligninger" not in alone[0].explain("da")
    assert json.loads(found[0].params)["family"] == "all"


def test_a_run_of_which_nothing_can_be_judged() -> None:
    """Says so, and counts nothing as expected by chance."""
    found = mb.compare_cohort(scores(SIX), ["S0"], period=["2019", "2020"])
    assert (found.expected_false(), [row.q_value for row in found]) == (0, [None, None])
    assert found.summary("da") == "Ingen af de 2 rækker kunne vurderes; hver række siger hvorfor."


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ({"cohort": None}, "argument.ids"),
        ({"cohort": [3]}, "argument.ids"),
        ({"rest": 3}, "argument.ids"),
        ({"period": []}, "argument.periods"),
        ({"period": 2024}, "argument.periods"),
        ({"indicators": []}, "peers.nothing_compared"),
        ({"indicators": 3}, "argument.ids"),
    ],
)
def test_arguments_of_the_wrong_kind_are_named(call: dict[str, Any], code: str) -> None:
    """In words: neither an error from inside nor a table without rows."""
    asked: dict[str, Any] = {"cohort": ["S0"], "period": "2024"} | call
    with pytest.raises(mb.errors.ArgumentError) as caught:
        mb.compare_cohort(scores(SIX), asked.pop("cohort"), **asked)
    assert caught.value.code == code


def test_one_unit_is_not_called_units() -> None:
    """Singular and plural, in both languages."""
    said = one(scores(SIX), ["S1"])
    assert "Gruppen (1 enhed) adskiller sig" in said.explain("da")
    assert "The cohort (1 unit) differs" in said.explain("en")
    assert "(2 enheder)" in one(scores(SIX), ["S0", "S1"]).explain("da")
