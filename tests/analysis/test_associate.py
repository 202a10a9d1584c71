"""Association: pairs, exact p for few of them, and every reason for saying nothing."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats as scipy_stats

import maalbib as mb


def table(rows: list[tuple[Any, ...]], *names: str, **options: Any) -> mb.Measurements:
    """Measurements of 2024 unless the rows have periods."""
    frame = pd.DataFrame(rows, columns=["indicator", "institution", "value", *names])
    if "period" not in names:
        frame = frame.assign(period="2024")
    return mb.Measurements.from_pandas(frame, **options)


def pairs(x: Any, y: Any, **extras: Any) -> mb.Measurements:
    """Two indicators for as many institutions as there are figures."""
    rows = [
        (name, f"S{place:03d}", float(value))
        for name, values in (("X", x), ("Y", y))
        for place, value in enumerate(values)
    ]
    return table(rows, **extras)


def verdict(row: Any) -> str:
    """State and reason as one code."""
    return f"{row.state}.{row.reason}"


@pytest.mark.parametrize("n", [5, 8, 12, 40])
def test_institutions_are_paired_and_agree_with_scipy(n: int) -> None:
    """Coefficients to the last digits, for pairs with and without ties."""
    rng = np.random.default_rng(n)
    x, y = rng.integers(0, 9, n), rng.integers(0, 9, n)
    row = mb.associate(pairs(x, y), "X", "Y")[0]
    assert row.n == n
    assert row.over == "institution"
    assert row.period == "2024"
    assert row.spearman == pytest.approx(scipy_stats.spearmanr(x, y).statistic, abs=1e-12)
    assert row.kendall == pytest.approx(scipy_stats.kendalltau(x, y).statistic, abs=1e-12)
    assert row.p_exact == (n <= 8)
    assert ("approximate_p" in row.flags) == (n > 8)


def test_exact_p_agrees_with_scipy() -> None:
    """All orders of six, Kendall without ties."""
    x, y = [1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5]
    row = mb.associate(pairs(x, y), "X", "Y")[0]
    assert row.kendall_p == pytest.approx(scipy_stats.kendalltau(x, y, method="exact").pvalue, abs=1e-12)


def test_found_and_its_direction() -> None:
    """Positive, negative, and a sentence that claims no cause."""
    x = list(range(8))
    up, down = (mb.associate(pairs(x, y), "X", "Y")[0] for y in (x, x[::-1]))
    assert (verdict(up), up.spearman) == ("positive.found", 1.0)
    assert (verdict(down), down.spearman) == ("negative.found", -1.0)
    assert up.explain("da").endswith("Det siger intet om årsag.")
    assert "nothing about causes" in down.explain("en")


def test_nothing_clear() -> None:
    """Not the same as none."""
    row = mb.associate(pairs([1, 2, 3, 4, 5, 6], [3, 6, 1, 5, 2, 4]), "X", "Y")[0]
    assert verdict(row) == "no_clear_association.not_significant"
    assert "udelukker ikke" in row.explain("da")


def test_four_pairs_cannot_show_anything() -> None:
    """The smallest possible p is 1 in 12; the figures are given with that reason."""
    row = mb.associate(pairs([1, 2, 3, 4], [1, 2, 3, 4]), "X", "Y")[0]
    assert verdict(row) == "not_judged.p_out_of_reach"
    assert (row.spearman, row.p_min) == (1.0, pytest.approx(1 / 12))
    assert "Med 4 par kunne ingen rækkefølge" in row.explain("da")
    assert mb.associate(pairs([1, 2, 3, 4], [1, 2, 3, 4]), "X", "Y", alpha=0.1)[0].state == "positive"


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_pairs(n: int) -> None:
    """None or one: nothing to relate, and no figure."""
    rows = [("X", f"S{place}", 1.0) for place in range(3)] + [("Y", f"S{place}", 1.0) for place in range(n)]
    rows += [("Y", "S9", 2.0)]
    row = mb.associate(table(rows), "X", "Y")[0]
    assert (verdict(row), row.n) == ("not_judged.too_few_pairs", n)
    assert [row.spearman, row.spearman_p, row.kendall, row.kendall_p, row.p_min] == [None] * 5


def test_constant() -> None:
    """What does not vary cannot go along with anything."""
    assert verdict(mb.associate(pairs([1] * 6, range(6)), "X", "Y")[0]) == "not_judged.constant"


def test_values_of_different_surveys() -> None:
    """Refused; or paired with a flag."""
    rows = [(name, f"S{place}", float(place), name) for name in ("X", "Y") for place in range(6)]
    ms = table(rows, "source")
    row = mb.associate(ms, "X", "Y")[0]
    assert (verdict(row), row.spearman) == ("not_judged.different_sources", None)
    asked = mb.associate(ms, "X", "Y", across_sources=True)[0]
    assert (asked.state, "mixed_sources" in asked.flags) == ("positive", True)


def test_the_latest_common_period_is_paired() -> None:
    """Or the one asked for."""
    rows = [
        (name, f"S{place}", float(place), year)
        for name in ("X", "Y")
        for place in range(6)
        for year in ("2022", "2023")
    ]
    rows += [("X", f"S{place}", float(-place), "2024") for place in range(6)]
    ms = table(rows, "period")
    assert mb.associate(ms, "X", "Y")[0].period == "2023"
    assert mb.associate(ms, "X", "Y", period="2022")[0].period == "2022"
    later = mb.associate(ms, "X", "Y", period="2024")[0]
    assert (later.period, later.reason) == ("2024", "too_few_pairs")


def test_the_order_of_institutions_does_not_matter() -> None:
    """Pairs are made by code."""
    ms = pairs([3, 1, 4, 1, 5, 9, 2], [2, 7, 1, 8, 2, 8, 1])
    turned = mb.Measurements.from_arrow(ms.to_arrow().take(list(range(len(ms)))[::-1]))
    assert mb.associate(ms, "X", "Y") == mb.associate(turned, "X", "Y")


def test_the_same_seed_gives_the_same_p() -> None:
    """With 9 to 30 pairs orders are drawn; the seed is in the row."""
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 5, 15), rng.integers(0, 5, 15)
    one, two, other = (mb.associate(pairs(x, y), "X", "Y", seed=seed) for seed in (3, 3, 4))
    assert one == two
    assert other[0].spearman == one[0].spearman
    assert other[0].spearman_p == pytest.approx(one[0].spearman_p, abs=0.02)
    assert json.loads(one[0].params)["seed"] == 3


def test_few_people_are_not_paired() -> None:
    """Values of fewer people than asked for, and withheld ones, are left out and told."""
    rows = [(name, f"S{place}", float(place), 3 if place == 0 else 40) for name in ("X", "Y") for place in range(7)]
    row = mb.associate(table(rows, "n"), "X", "Y", min_verdict=5)[0]
    assert (row.n, row.flags) == (6, ("values_set_aside",))
    assert mb.associate(table(rows, "n"), "X", "Y")[0].n == 7


def catalogue(*, ordered: bool = True) -> mb.Catalogue:
    """Three classes in an order that is not that of the alphabet."""
    names = ["low", "middle", "high", "top", "peak"]
    categories = [{"id": name, "name": mb.Text(da=name)} for name in names]
    from maalbib.model import Category

    dimension = mb.Dimension(
        id="class", name=mb.Text(da="Klasse"), ordered=ordered, categories=[Category(**each) for each in categories]
    )
    y = mb.Indicator(id="Y", name=mb.Text(da="Y"), unit="score", direction="higher", dimensions=["class"])
    return mb.Catalogue(id="C", agency="KL", version="1.0.0", indicators=[y], dimensions=[dimension])


def classes(*, institutions: tuple[str, ...] = ("DK",), total: bool = False) -> mb.Measurements:
    """One figure for each class."""
    names = ["low", "middle", "high", "top", "peak", *(["_T"] if total else [])]
    rows = [("Y", who, float(place), name) for who in institutions for place, name in enumerate(names)]
    return table(rows, "class", breakdowns=["class"])


def test_an_ordered_breakdown_gives_the_ranks() -> None:
    """In the declared order; the total is no class."""
    for total in (False, True):
        row = mb.associate(classes(total=total), "class", "Y", catalogue=catalogue())[0]
        assert (row.over, row.n, row.spearman, row.state) == ("class", 5, 1.0, "positive")
    assert "Klasse / Y, 2024" in row.explain("da")


def test_a_breakdown_without_an_order_has_no_ranks() -> None:
    """The alphabet is no order."""
    for known in (None, catalogue(ordered=False)):
        with pytest.raises(mb.ArgumentError) as caught:
            mb.associate(classes(), "class", "Y", catalogue=known)
        assert caught.value.code == "associate.no_order"


def test_several_values_for_a_unit_are_an_error_and_never_a_choice() -> None:
    """Two institutions with five classes each are not five pairs."""
    with pytest.raises(mb.ArgumentError) as caught:
        mb.associate(classes(institutions=("0101", "0147")), "class", "Y", catalogue=catalogue())
    assert caught.value.code == "associate.several_values"
    rows = [("X", "DK", 1.0, "a"), ("X", "DK", 2.0, "b"), ("Y", "DK", 1.0, "_T")]
    with pytest.raises(mb.ArgumentError) as caught:
        mb.associate(table(rows, "grade", breakdowns=["grade"]), "X", "Y")
    assert caught.value.code == "associate.several_values"


def test_the_total_is_taken_where_there_is_one() -> None:
    """Institutions are paired by their totals, not by one of the parts."""
    rows = [
        (name, f"S{place}", float(place if grade == "_T" else -place), grade)
        for name in ("X", "Y")
        for place in range(6)
        for grade in ("_T", "4")
    ]
    rows = [row for row in rows if not (row[0] == "Y" and row[3] == "4")]
    row = mb.associate(table(rows, "grade", breakdowns=["grade"]), "X", "Y")[0]
    assert (row.n, row.spearman) == (6, 1.0)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ({"x": "Z", "y": "Y"}, "peer_sets.unknown"),
        ({"x": "class", "y": "Y", "over": "institution"}, "associate.two_breakdowns"),
        ({"x": "class", "y": "Y", "over": "grade"}, "argument.choice"),
        ({"x": "Y", "y": "Y", "alpha": 0}, "argument.range"),
        ({"x": "Y", "y": "Y", "min_verdict": -2}, "argument.whole_number"),
    ],
)
def test_wrong_calls_are_named(call: dict[str, Any], code: str) -> None:
    """Each with its own code."""
    with pytest.raises(mb.errors.MaalError) as caught:
        mb.associate(classes(), **call, catalogue=catalogue())
    assert caught.value.code.startswith(code)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"x": "X", "y": "X"}, "X cannot be related to itself."),
        ({"x": "X", "y": "X", "over": "institution"}, "X cannot be related to itself."),
        ({"x": None, "y": "Y"}, "x must be text."),
        ({"x": "X", "y": ["Y"]}, "y must be text."),
        ({"x": "X", "y": "Q"}, "Q is not an indicator or a breakdown of the measurements."),
        ({"x": "X", "y": "Y", "period": 2024}, 'period must be a period as text, for example "2024", or a Period.'),
        (
            {"x": "X", "y": "Y", "given_period": 2024},
            'given_period must be a period as text, for example "2024", or a Period.',
        ),
        ({"x": "X", "y": "Y", "given": 3}, "given must be an id as text, or several of them."),
        ({"x": "X", "y": "Y", "given": [None]}, "given must be an id as text, or several of them."),
        ({"x": "X", "y": "Y", "seed": -1}, "seed must be a whole number of at least 0."),
        ({"x": "X", "y": "Y", "seed": None}, "seed must be a whole number of at least 0."),
    ],
)
def test_wrong_arguments_in_words(call: dict[str, Any], said: str) -> None:
    """The argument is named as the caller wrote it."""
    with pytest.raises(mb.errors.MaalError) as caught:
        mb.associate(pairs(range(6), range(6)), **call)
    assert caught.value.text("en") == said


def test_a_breakdown_is_not_related_to_itself() -> None:
    """Its places would agree with themselves."""
    with pytest.raises(mb.errors.ArgumentError) as caught:
        mb.associate(classes(), "class", "class", catalogue=catalogue())
    assert caught.value.code == "associate.same_thing"


def test_what_counts_the_same_is_refused_where_the_catalogue_knows() -> None:
    """Two shares of one numerator, and a sum with its part, go together whatever the world is like."""
    plain: dict[str, Any] = {"name": mb.Text(da="Tal"), "unit": "score", "direction": "higher"}
    shared = [
        mb.Indicator(id=code, numerator=mb.Text(da="Sager"), denominator=mb.Text(da=of), **plain)
        for code, of in (("X", "Borgere"), ("Y", "Ansatte"))
    ]
    summed = [
        mb.Indicator(id="X", composed_of=["Y", "Z"], **plain),
        *(mb.Indicator(id=code, **plain) for code in ("Y", "Z")),
    ]
    for indicators, code in ((shared, "associate.same_numerator"), (summed, "associate.one_is_part")):
        known = mb.Catalogue(id="C", agency="KL", version="1.0.0", indicators=indicators)
        with pytest.raises(mb.errors.ArgumentError) as caught:
            mb.associate(pairs([1, 2, 3], [3, 2, 1]), "X", "Y", catalogue=known)
        assert caught.value.code == code
        assert "X" in caught.value.text("da")


def test_units_that_are_in_no_pair_are_counted() -> None:
    """Each once: withheld, with only one of the two, without what is allowed for. Who has neither is not known at all."""
    values = {name: {f"S{place}": float(place * place % 11) for place in range(9)} for name in ("X", "Y", "Z")}
    del values["Y"]["S1"], values["Z"]["S2"], values["Z"]["S3"]
    rows = [(name, who, value, "A") for name, own in values.items() for who, value in own.items()]
    rows = [(name, who, value, "F" if (name, who) == ("X", "S4") else status) for name, who, value, status in rows]
    rows = [
        (name, who, None, "Q") if (name, who) == ("X", "S0") else (name, who, value, status)
        for name, who, value, status in rows
    ]
    row = mb.associate(table(rows, "status"), "X", "Y", given="Z")[0]
    assert row.n == 4
    assert (row.left_out, row.left_out_set_aside, row.left_out_one_only, row.left_out_conditions) == (5, 2, 1, 2)
    assert row.flags == ("units_without_conditions", "values_set_aside")
    assert (
        "Enheder, der ikke er med: 2 med en værdi, der er holdt ude, 1 med kun den ene af de to, "
        "2 uden det, der tages højde for."
    ) in row.explain("da")
    assert "2 with a value that was left out, 1 with only one of the two, 2 without" in row.explain("en")
    everybody = mb.associate(pairs(range(6), range(6)), "X", "Y")[0]
    assert everybody.left_out == 0
    assert "ikke er med" not in everybody.explain("da")


def test_forecasts_are_told_to_be_left_out() -> None:
    """As values that are withheld are."""
    rows = [
        (name, f"S{place}", float(place), "F" if place == 5 else "A") for name in ("X", "Y") for place in range(9)
    ]
    row = mb.associate(table(rows, "status"), "X", "Y")[0]
    assert (row.n, row.left_out_set_aside, "values_set_aside" in row.flags) == (8, 1, True)
