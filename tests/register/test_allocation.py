"""Institutions that serve several municipalities, and the three rules for totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import Institution, Membership, Register, Text
from maalbib.errors import ArgumentError, DataError, DefinitionError
from maalbib.model import ServedShare

DENMARK = Register.denmark()
DAY = "2020-01-01"
SCHOOLS = [
    {
        "id": "S1",
        "name": "Specialskolen",
        "parent": "0101",
        "operated_by": "0147",
        "serves.0101": 0.5,
        "serves.0147": 0.3,
        "serves.0751": 0.2,
        "serves_by": "users",
    },
    {"id": "S2", "name": "Byskolen", "parent": "0101"},
    {"id": "S3", "name": "Statsskolen"},
    {"id": "S4", "name": "Lukket skole", "parent": "0751", "valid_to": DAY},
]
REGISTER = Register.from_records(SCHOOLS, kind="school", extends=DENMARK)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("location", {"0101": 110.0, "0147": 0.0, "0751": 0.0}),
        ("shares", {"0101": 60.0, "0147": 30.0, "0751": 20.0}),
        ("responsible", {"0101": 10.0, "0147": 100.0, "0751": 0.0}),
    ],
)
def test_three_rules_and_one_country_total(rule: str, expected: dict[str, float]) -> None:
    """The rule is part of the result; who has no municipality is told and not spread over the others."""
    found = REGISTER.allocation("school", "municipality", on=DAY, rule=rule)
    assert (found.sources, found.basis, found.unplaced) == (("S1", "S2", "S3"), rule, ("S3",))
    carried = found.apply([100.0, 10.0, 7.0])
    values = dict(zip(found.targets, np.nan_to_num(carried.values).tolist(), strict=True))
    assert {code: values[code] for code in expected} == pytest.approx(expected)
    assert np.nansum(carried.values) + carried.unplaced == pytest.approx(117.0)
    assert found.exact.all() == (rule != "shares")


def test_rules_lead_to_the_regions_too() -> None:
    """By way of the municipalities that are served."""
    found = REGISTER.allocation("school", "region", on=DAY, rule="shares")
    values = dict(zip(found.targets, found.apply([100.0, 10.0, 7.0]).values.tolist(), strict=True))
    assert (values["1084"], values["1082"]) == pytest.approx((90.0, 20.0))
    assert np.isnan(values["1081"])  # no school there is not zero pupils


shares = st.dictionaries(st.sampled_from(["0101", "0147", "0751", "0851"]), st.integers(1, 9), min_size=1)


@given(st.lists(shares, min_size=1, max_size=6), st.data())
def test_all_rules_give_the_same_country(served: list[dict[str, int]], data: st.DataObject) -> None:
    """For any shares and any figures."""
    schools, links = [], []
    for i, own in enumerate(served):
        parts = tuple(ServedShare(unit=code, share=part / sum(own.values())) for code, part in own.items())
        schools.append(Institution(id=f"S{i}", name=Text(da="S"), kind="school", serves=parts))
        links.append(Membership(institution=f"S{i}", parent=next(iter(own))))
    register = DENMARK + Register([*schools, *DENMARK.institutions], memberships=links)
    counts = data.draw(st.lists(st.integers(0, 10**6), min_size=len(served), max_size=len(served)))
    for rule in ("location", "shares", "responsible"):
        found = register.allocation("school", "municipality", on=DAY, rule=rule)
        assert np.nansum(found.apply(counts).values) == pytest.approx(sum(counts))


def test_shares_may_end() -> None:
    """A contract until 2019; since then the school is its seat's alone."""
    parts = tuple(ServedShare(unit=code, share=0.5, by="contract", valid_to=DAY) for code in ("0101", "0147"))
    school = Institution(id="S", name=Text(da="S"), kind="school", serves=parts)
    register = DENMARK + Register(
        [school, *DENMARK.institutions], memberships=[Membership(institution="S", parent="0101")]
    )
    found = [register.allocation("school", "municipality", on=day, rule="shares") for day in ("2019-12-31", DAY)]
    assert [part.weight.tolist() for part in found] == [[0.5, 0.5], [1.0]]


def test_lists_of_shares_are_checked() -> None:
    """Whom nobody knows, shares that are none, and sums that are not 1."""
    with pytest.raises(DataError) as caught:
        Register.from_records(
            [
                {"id": "S1", "name": "S", "kind": "school", "serves.0101": 1.5},
                {"id": "S2", "name": "S", "kind": "school", "serves.0101": 0.5},
                {"id": "S3", "name": "S", "kind": "school", "serves.0999": 1.0},
                {"id": "S4", "name": "S", "kind": "school", "serves.0101": 1.0, "serves_by": "skøn"},
            ],
            extends=DENMARK,
        )
    found = [(problem.code, problem.column, problem.row) for problem in caught.value.problems]
    assert found == [
        ("number.range", "serves.0101", 0),
        ("serves.shares", "serves", 1),
        ("enum.unknown", "serves_by", 3),
        ("code.unknown", "serves", 2),
    ]
    with pytest.raises(DefinitionError):
        Register([Institution(id="S", name=Text(da="S"), kind="school", serves=(ServedShare(unit="X", share=1),))])


def test_rules_and_kinds_are_words() -> None:
    """Anything else is refused."""
    for words in (
        ("school", "municipality", "fordelt"),
        ("skole", "municipality", "location"),
        ("school", "by", "shares"),
    ):
        with pytest.raises(ArgumentError):
            REGISTER.allocation(words[0], words[1], on=DAY, rule=words[2])
