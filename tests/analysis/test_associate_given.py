"""Association among units with like conditions: verdicts, sentences, refusals, and who is left out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import maalbib
import maalbib as mb
from maalbib import stats

TEXTS = Path(maalbib.__file__).parent / "texts" / "association_given.toml"
SIZE = [1, 2, 3, 4, 5, 6, 7]
SPENDING = [52, 51, 55, 57, 56, 60, 61]
SATISFACTION = [60, 64, 61, 66, 70, 69, 75]
NEW = (
    "partial",
    "partial_expected",
    "partial_p",
    "partial_p_min",
    "partial_method",
    "partial_kendall",
    "partial_kendall_p",
    "partial_state",
    "partial_reason",
)
CAUSES = ("skyldes", "fører til", "virker", "påvirker", "because", "leads to", "causes it", "due to", "effect")


def table(columns: dict[str, Any], *, period: str = "2024", **extras: Any) -> pd.DataFrame:
    """Return a row for each indicator and institution that has a value."""
    rows = [
        (code, f"S{place:03d}", float(value))
        for code, values in columns.items()
        for place, value in enumerate(values)
        if value is not None
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "institution", "value"])
    return frame.assign(period=period, **extras)


def measured(columns: dict[str, Any], **options: Any) -> mb.Measurements:
    """Return measurements of 2024."""
    return mb.Measurements.from_pandas(table(columns, **options))


def asked(columns: dict[str, Any], given: Any = "Z", **options: Any) -> Any:
    """Relate X and Y given the rest."""
    return mb.associate(measured(columns), "X", "Y", given=given, **options)[0]


def verdict(row: Any) -> str:
    """State and reason as one code."""
    return f"{row.partial_state}.{row.partial_reason}"


def test_without_conditions_the_new_columns_are_empty() -> None:
    """And the row says what it said before."""
    row = mb.associate(measured({"X": SPENDING, "Y": SATISFACTION}), "X", "Y")[0]
    assert (row.given, row.given_period) == ((), None)
    assert [getattr(row, name) for name in NEW] == [None] * len(NEW)
    assert "like" not in row.explain("en")


def test_the_numbers_are_those_of_the_kernels() -> None:
    """The verdict on the two alone stays as it is."""
    columns = {"X": SPENDING, "Y": SATISFACTION, "Z": SIZE}
    row = asked(columns)
    rank = stats.partial_spearman(SPENDING, SATISFACTION, SIZE)
    tau = stats.partial_kendall(SPENDING, SATISFACTION, SIZE)
    assert (row.partial, row.partial_expected, row.partial_p) == (rank.coefficient, rank.expected, rank.p_value)
    assert (row.partial_p_min, row.partial_method) == (rank.p_min, "residual_orders")
    assert (row.partial_kendall, row.partial_kendall_p) == (tau.coefficient, tau.p_value)
    assert (row.given, row.given_period) == (("Z",), "2024")
    assert (row.state, verdict(row)) == ("positive", "no_clear_association.not_significant")
    plain = mb.associate(measured(columns), "X", "Y")[0]
    assert (row.spearman, row.spearman_p, row.kendall_p) == (plain.spearman, plain.spearman_p, plain.kendall_p)


def test_also_among_units_that_are_alike() -> None:
    """The same verdict is told as such, another is not; neither names a cause."""
    rng = np.random.default_rng(1)
    x = np.arange(20.0)
    same = asked({"X": x, "Y": x + rng.normal(size=20), "Z": rng.normal(size=20)})
    assert (same.state, verdict(same)) == ("positive", "positive.found")
    assert "Også blandt enheder med lignende Z følges høje værdier ad" in same.explain("da")
    assert "Also among units with like Z high values go with high values" in same.explain("en")
    z = np.repeat([0.0, 10.0, 20.0, 30.0], 5)
    within = np.tile(np.arange(5.0), 4)
    turned = asked({"X": z + within, "Y": z - within, "Z": z})
    assert (turned.state, verdict(turned), turned.partial_method) == ("positive", "negative.found", "permutation")
    assert "Blandt enheder med lignende Z går høje værdier af det ene" in turned.explain("da")
    assert "Også" not in turned.explain("da")


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("not_judged.p_out_of_reach", {"X": [1, 2, 3, 4], "Y": [2, 1, 4, 3], "Z": [1, 1, 2, 2]}),
        ("not_judged.too_few_points", {"X": [1, 2, 3], "Y": [2, 1, 3], "Z": [1, 3, 2]}),
        ("not_judged.constant_condition", {"X": SPENDING, "Y": SATISFACTION, "Z": [5] * 7}),
        ("not_judged.x_from_conditions", {"X": SIZE, "Y": SATISFACTION, "Z": [10 * size for size in SIZE]}),
        ("not_judged.y_from_conditions", {"X": SPENDING, "Y": SIZE, "Z": [-size for size in SIZE]}),
        ("no_clear_association.not_significant", {"X": SPENDING, "Y": SATISFACTION, "Z": SIZE}),
        ("not_judged.constant", {"X": [1] * 7, "Y": SATISFACTION, "Z": SIZE}),
        ("not_judged.too_few_pairs", {"X": [1], "Y": [1], "Z": [1]}),
    ],
)
def test_every_refusal_has_its_reason(code: str, columns: dict[str, Any]) -> None:
    """No figure beside a refusal, except where only p is out of reach."""
    row = asked(columns)
    assert verdict(row) == code
    shown = code in {"not_judged.p_out_of_reach", "no_clear_association.not_significant"}
    assert (row.partial is not None, row.partial_p is not None) == (shown, shown)
    for lang in ("da", "en"):
        said = row.explain(lang).lower()
        assert not any(word in said for word in CAUSES)


def test_the_texts_are_those_of_the_verdicts() -> None:
    """Each sentence belongs to a verdict that the tests above reach, and the other way round."""
    codes = {code for code in tomllib.loads(TEXTS.read_text(encoding="utf-8")) if code.startswith("given.")}
    reached = {
        "positive.found",
        "negative.found",
        "no_clear_association.not_significant",
        *(f"not_judged.{reason}" for reason in ("p_out_of_reach", "too_few_points", "constant_condition")),
        *(f"not_judged.{side}_from_conditions" for side in "xy"),
    }
    assert codes - {"given.also", "given.among"} == {f"given.{code}" for code in reached}


def test_units_without_a_condition_are_left_out_of_both_answers() -> None:
    """So that the two are about the same units, and the row says so."""
    columns = {"X": [*SPENDING, 99], "Y": [*SATISFACTION, 1], "Z": [*SIZE, None]}
    row = asked(columns)
    whole = asked({"X": SPENDING, "Y": SATISFACTION, "Z": SIZE})
    assert (row.n, row.spearman, row.partial) == (7, whole.spearman, whole.partial)
    assert "units_without_conditions" in row.flags
    assert "units_without_conditions" not in whole.flags
    assert "udeladt" in row.explain("da")


def test_conditions_of_another_period_and_source() -> None:
    """The conditions may be older and come from elsewhere; the pairs may not."""
    now = table({"X": SPENDING, "Y": SATISFACTION}, source="a")
    before = table({"Z": SIZE}, period="2020", source="b")
    ms = mb.Measurements.from_pandas(pd.concat([now, before]))
    row = mb.associate(ms, "X", "Y", given=["Z"], given_period="2020")[0]
    assert (row.period, row.given_period, row.n, row.partial_state) == ("2024", "2020", 7, "no_clear_association")
    lost = mb.associate(ms, "X", "Y", given=["Z"])[0]
    assert (lost.n, lost.reason, verdict(lost)) == (0, "too_few_pairs", "not_judged.too_few_pairs")


def test_several_conditions_count_alike() -> None:
    """In any order."""
    rng = np.random.default_rng(2)
    columns: dict[str, Any] = dict(zip(("X", "Y", "Z", "W"), rng.normal(size=(4, 12)), strict=True))
    one, other = (asked(columns, given=given) for given in (["Z", "W"], ["W", "Z"]))
    assert (one.given, other.given) == (("Z", "W"), ("W", "Z"))
    assert one.partial == pytest.approx(other.partial, abs=1e-12)
    assert one.partial == pytest.approx(
        stats.partial_spearman(columns["X"], columns["Y"], np.stack([columns["Z"], columns["W"]], axis=1)).coefficient
    )


def test_the_seed_reaches_the_partial_orders() -> None:
    """The same seed gives the same row, another nearly the same p."""
    rng = np.random.default_rng(3)
    columns = dict(zip("XYZ", rng.normal(size=(3, 12)), strict=True))
    one, two, other = (asked(columns, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one.partial_p != other.partial_p
    assert one.partial_p == pytest.approx(other.partial_p, abs=0.02)


def test_values_of_few_people_are_left_out_of_the_conditions_too() -> None:
    """A condition that may not be judged is no condition, and the row says so."""
    frame = table({"X": SPENDING, "Y": SATISFACTION, "Z": SIZE}).assign(n=40)
    frame.loc[(frame["indicator"] == "Z") & (frame["institution"] == "S000"), "n"] = 3
    row = mb.associate(mb.Measurements.from_pandas(frame), "X", "Y", given="Z", min_verdict=5)[0]
    assert (row.n, row.flags) == (6, ("units_without_conditions", "values_set_aside"))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("X", "associate.given_is_compared"),
        (["Z", "Y"], "associate.given_is_compared"),
        ("Q", "peer_sets.unknown"),
        (["W", "W"], "associate.given_twice"),
    ],
)
def test_wrong_conditions_are_named(given: Any, code: str) -> None:
    """What is compared cannot be allowed for, nor what is not there, nor one thing twice."""
    with pytest.raises(mb.errors.MaalError) as caught:
        asked({"X": SPENDING, "Y": SATISFACTION, "Z": SIZE}, given=given)
    assert caught.value.code.startswith(code)


def test_the_partial_figures_are_shown_where_there_are_any() -> None:
    """Two more columns at the prompt, only if something was given."""
    columns = {"X": SPENDING, "Y": SATISFACTION, "Z": SIZE}
    with_given = mb.associate(measured(columns), "X", "Y", given="Z")
    assert "partiel Spearman" in str(with_given.shown("da").heads)
    assert "partiel" not in str(mb.associate(measured(columns), "X", "Y").shown("da").heads)
