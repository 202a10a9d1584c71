"""Laws that hold for Denmark on every day and for any register, and the promises to threads and importers."""

from __future__ import annotations

import datetime as dt
import pickle
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from maalbib import Institution, Membership, Register, Text
from maalbib.errors import DefinitionError
from maalbib.register._days import covers, overlap

DENMARK = Register.denmark()
FIRST = dt.date(2007, 1, 1)

UNITS = [(FIRST, 98), (dt.date(2006, 1, 1), 270), (dt.date(2003, 1, 1), 271), (dt.date.min, 275)]

days = st.dates(dt.date(1970, 1, 1), dt.date(2060, 12, 31)) | st.sampled_from(
    [
        dt.date(2002, 12, 31),
        dt.date(2003, 1, 1),
        dt.date(2005, 12, 31),
        dt.date(2006, 1, 1),
        dt.date(2006, 12, 31),
        FIRST,
        dt.date(2026, 12, 31),
        dt.date(2027, 1, 1),
    ]
)
open_days = st.none() | days
spans = st.tuples(open_days, open_days).filter(lambda span: None in span or span[0] < span[1])


@given(days)
def test_every_municipality_has_one_place_on_every_day(day: dt.date) -> None:
    """The regions part the 98 on every day from 2007; before, the counties and the two cities part them all."""
    kind = "region" if day >= FIRST else "county"
    above = [entry.id for entry in DENMARK.select(kind, on=day)]
    held = [child.id for code in above for child in DENMARK.children(code, kind="municipality", on=day)]
    alive = [entry.id for entry in DENMARK.select("municipality", on=day)]
    cities = [] if day >= FIRST else ["0101", "0147"]
    assert sorted([*held, *cities]) == alive
    assert len(alive) == next(
        count for start, count in UNITS if day >= start
    )  # the first that has begun, from the latest on
    assert [entry.id for entry in DENMARK.descendants("DK", kind="municipality", on=day)] == alive
    assert [entry.id for entry in DENMARK.on(day) if entry.kind.value == "municipality"] == alive


@given(days)
def test_children_are_the_inverse_of_parents(day: dt.date) -> None:
    """Whoever is a child has that parent, and the other way round."""
    view = DENMARK.on(day)
    below = {(child.id, entry.id) for entry in view for child in DENMARK.children(entry.id, on=day)}
    above = {(entry.id, parent.id) for entry in view if (parent := DENMARK.parent(entry.id, day))}
    assert below == above
    assert view.select() == DENMARK.select(on=day)


@given(spans, spans, days)
def test_overlap_is_what_both_cover(
    one: tuple[dt.date, dt.date], other: tuple[dt.date, dt.date], day: dt.date
) -> None:
    """A day lies in the overlap exactly when it lies in both spans."""
    shared = overlap(one, other)
    assert (shared is not None and covers(shared, day)) == (covers(one, day) and covers(other, day))
    assert overlap(other, one) == shared


@st.composite
def parts(draw: st.DrawFn) -> tuple[list[Institution], list[Membership]]:
    """Draw institutions and memberships that may contradict each other."""
    codes = st.sampled_from("ABCDE")
    lives = st.lists(st.tuples(codes, spans), max_size=8)
    institutions = [
        Institution(id=code, name=Text(da=code), kind="school", valid_from=start, valid_to=end)
        for code, (start, end) in draw(lives)
    ]
    links = draw(st.lists(st.tuples(codes, codes, spans), max_size=6))
    memberships = [
        Membership(institution=child, parent=parent, valid_from=start, valid_to=end)
        for child, parent, (start, end) in links
        if child != parent
    ]
    return institutions, memberships


def is_sound(institutions: list[Institution], memberships: list[Membership]) -> bool:
    """Judge the parts day by day, on every day on which something begins, and on the first of all."""
    starts = {entry.valid_from for entry in [*institutions, *memberships] if entry.valid_from}
    ends = {entry.valid_to for entry in [*institutions, *memberships] if entry.valid_to}
    held: set[int] = set()
    for day in sorted({dt.date.min, *starts, *ends}):
        alive: dict[str, Institution] = {}
        for entry in (entry for entry in institutions if entry.valid_on(day)):
            if alive.setdefault(entry.id, entry) != entry:
                return False
        above: dict[str, str] = {}
        for number, link in enumerate(memberships):
            if link.valid_on(day) and {link.institution, link.parent} <= set(alive):
                held.add(number)
                if above.setdefault(link.institution, link.parent) != link.parent:
                    return False
        if any(is_above_itself(code, above) for code in above):
            return False
    return len(held) == len(memberships)


def is_above_itself(code: str, above: dict[str, str]) -> bool:
    """Walk upwards at most as many steps as there are."""
    at: str | None = code
    for _ in above:
        at = above.get(at) if at else None
        if at == code:
            return True
    return False


@given(parts())
def test_what_is_refused_is_what_a_walk_through_the_days_refuses(
    drawn: tuple[list[Institution], list[Membership]],
) -> None:
    """The check of whole spans agrees with the slow one day by day."""
    institutions, memberships = drawn
    try:
        Register(institutions, memberships=memberships)
    except DefinitionError:
        accepted = False
    else:
        accepted = True
    assert accepted == is_sound(institutions, memberships)


@given(parts(), st.randoms(use_true_random=False))
def test_the_order_of_the_parts_does_not_matter(
    drawn: tuple[list[Institution], list[Membership]], rnd: random.Random
) -> None:
    """Equal parts make equal registers, which pickle and merge into themselves."""
    institutions, memberships = drawn
    if not is_sound(institutions, memberships):
        return
    register = Register(institutions, memberships=memberships)
    rnd.shuffle(institutions)
    rnd.shuffle(memberships)
    other = Register(institutions, memberships=memberships)
    assert register == other
    assert hash(register) == hash(other)
    assert pickle.loads(pickle.dumps(register)) == register
    assert register + other == register
    for code in register.codes:
        lives = register.identities(code)
        assert all(
            overlap((a.valid_from, a.valid_to), (b.valid_from, b.valid_to)) is None for a, b in pairwise(lives)
        )


@given(parts(), days)
def test_parents_and_children_agree_in_any_register(
    drawn: tuple[list[Institution], list[Membership]], day: dt.date
) -> None:
    """The inverse law for any register, against the memberships themselves."""
    institutions, memberships = drawn
    if not is_sound(institutions, memberships):
        return
    register = Register(institutions, memberships=memberships)
    alive = {entry.id for entry in register.select(on=day)}
    plain = {(link.institution, link.parent) for link in memberships if link.valid_on(day)}
    expected = {(child, parent) for child, parent in plain if {child, parent} <= alive}
    assert {(c, p.id) for c in alive if (p := register.parent(c, day))} == expected
    assert {(c.id, p) for p in alive for c in register.children(p, on=day)} == expected
    assert register.on(day).codes == alive


def test_many_threads_get_the_same_answers() -> None:
    """Nothing is built on first use, so that threads cannot meet half of it."""
    codes = sorted(DENMARK.codes)

    def ask(_: int) -> tuple[object, ...]:
        mine = Register.denmark()
        parents = [mine.parent(code, "2026-12-31") for code in codes if mine.get(code, "2026-12-31")]
        return mine, parents, mine.convert_codes(["101", "860"], "municipality3")

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(64)))
    assert all(answer == answers[0] for answer in answers)


def test_the_register_loads_no_numerical_library() -> None:
    """A service that only looks codes up pays for neither NumPy nor pandas."""
    code = (
        "import sys; from maalbib import Register; d = Register.denmark(); d.parent('0751', '2018-01-01')\n"
        "Register.from_records([{'id': 'A', 'name': 'A', 'kind': 'school', 'parent': '0751'}], extends=d)\n"
        "print(sorted({'numpy', 'pandas', 'pyarrow', 'scipy'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.stdout.strip() == "[]", run.stderr
