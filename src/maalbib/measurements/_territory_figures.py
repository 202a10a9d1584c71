"""The figures of units put together from their parts, with everything that must be known about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.measurements._carried import (
    NO_ROW,
    carried_conf,
    carried_qualifier,
    carried_status,
    is_missing_status,
    joint_qualifier,
    joint_status,
)
from maalbib.measurements._codes import Codes
from maalbib.measurements._columns import Columns, Finding
from maalbib.measurements._schema import CONF_CODES, DEFAULTS, QUALIFIERS, STATUS_CODES
from maalbib.measurements._territory_groups import Groups, number_in, places_in
from maalbib.measurements._territory_methods import MEAN, RATIO, Methods, disagreeing
from maalbib.measurements._territory_numbers import numbers_of, weighing
from maalbib.measurements._territory_parts import Parts
from maalbib.measurements._territory_wording import comments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.measurements._territory import Wanted

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Marks = NDArray[np.uint8]

__all__ = ["Gathered", "gathered"]

compute: Final[Any] = pc  # its stubs lack what newer versions have

_NORMAL, _ESTIMATED, _MISSING, _PROVISIONAL = (np.uint8(STATUS_CODES.index(code)) for code in "AEOP")
_EXACT, _APPROX = (np.uint8(QUALIFIERS.index(word)) for word in ("exact", "approx"))
_LEFT_OUT: Final = frozenset({"revision", "action"})  # of each key there is one row


@attrs.frozen(eq=False, kw_only=True)
class Gathered:
    """The rows of the new division.

    Attributes
    ----------
    columns
        All rows that there are.
    carried
        Positions of the indicators with rows that were carried.
    allocated
        For each indicator how much of it came by weights, as a share.
    findings
        What could not be carried.
    """

    columns: Columns
    carried: tuple[int, ...]
    allocated: Floats
    findings: list[Finding]


@attrs.define(eq=False, kw_only=True)
class _Figures:
    """What is computed for each figure, (g,)."""

    status: Marks
    conf: Marks
    qualifier: Marks
    numbers: dict[str, Floats]
    allocated: Floats
    moved: Floats
    total: Floats
    refused: Bools
    findings: list[Finding]

    @property
    def missing(self) -> Bools:
        """Which figures have no value."""
        return is_missing_status(self.status)


def gathered(columns: Columns, parts: Parts, methods: Methods, wanted: Wanted) -> Gathered:
    """Put the parts together."""
    groups = Groups.of(columns, parts)
    figures = _figures(columns, groups, methods)
    kept = np.flatnonzero(~figures.refused)
    found = _columns(columns, parts, groups, figures, kept, wanted)
    own = groups.indicator[kept]
    size = len(columns.codes["indicator"].texts)
    moved, total = (np.bincount(own, amount[kept], size) for amount in (figures.moved, figures.total))
    with np.errstate(invalid="ignore", divide="ignore"):
        allocated = np.where(moved == 0, 0.0, moved / total)
    return Gathered(
        columns=found,
        carried=tuple(np.unique(own).tolist()),
        allocated=allocated,
        findings=figures.findings,
    )


def _figures(columns: Columns, groups: Groups, methods: Methods) -> _Figures:
    status, conf, qualifier = _marks(columns, groups)
    method = methods.method[groups.indicator]
    amount = weighing(columns, method, groups)
    moved, total = groups.added(np.abs(amount), groups.open), groups.added(np.abs(amount))
    with np.errstate(invalid="ignore", divide="ignore"):
        allocated = np.where(moved == 0, 0.0, moved / total)
    figures = _Figures(
        status=status,
        conf=conf,
        qualifier=qualifier,
        numbers={},
        allocated=allocated,
        moved=moved,
        total=total,
        refused=np.zeros(len(groups), dtype=bool),
        findings=[],
    )
    figures.findings = list(_refusals(columns, groups, methods, figures))
    gone = figures.missing | figures.refused
    figures.numbers = numbers_of(columns, groups, methods, status, gone)
    return figures


def _marks(columns: Columns, groups: Groups) -> tuple[Marks, Marks, Marks]:
    """Return status, confidentiality and qualifier; what rests on weights is estimated and approximate."""
    real, size = groups.real, len(groups)
    row, group = groups.row[real], groups.group[real]
    status = carried_status(places_in(columns, "status", STATUS_CODES)[row], group, size)
    status = joint_status(status, np.where(groups.lacking > 0, _MISSING, _NORMAL))
    conf = carried_conf(places_in(columns, "conf", CONF_CODES)[row], group, size)
    qualifier = carried_qualifier(places_in(columns, "qualifier", QUALIFIERS)[row], group, size)
    about = joint_qualifier(qualifier, np.where(groups.estimated, _APPROX, _EXACT))
    contradicted = (qualifier == NO_ROW) | (about == NO_ROW)
    status = joint_status(status, np.where(contradicted, _MISSING, _NORMAL))
    status = joint_status(status, np.where(groups.estimated, _ESTIMATED, _NORMAL))
    # What has no value has no bound either.
    return status, conf, np.where(is_missing_status(status), _EXACT, about)


def _refusals(columns: Columns, groups: Groups, methods: Methods, figures: _Figures) -> Iterator[Finding]:
    """Find figures that cannot be put together; what is one row, unchanged, can always be."""
    method = methods.method[groups.indicator]
    several = ~groups.whole
    numerator, denominator = number_in(columns, "numerator"), number_in(columns, "denominator")
    lacks = groups.any(np.isnan(numerator) | np.isnan(denominator))
    no_weight = groups.any(np.isnan(denominator) & np.isnan(number_in(columns, "n")))
    there = several & ~figures.missing
    faults = {
        code: several & (method == number)
        for number in range(int(method.max(initial=0)) + 1)
        if (code := methods.refusal(number)) is not None
    }
    faults["territory.only_share"] = there & (method == RATIO) & lacks
    faults["territory.parts_disagree"] = there & (method == RATIO) & groups.any(disagreeing(columns, methods))
    faults["territory.no_weight"] = there & (method == MEAN) & no_weight
    for code, figures_of in faults.items():
        figures.refused |= figures_of
        yield Finding(code=code, column="value", rows=groups.rows_of(figures_of))


def _columns(
    columns: Columns, parts: Parts, groups: Groups, figures: _Figures, kept: Ints, wanted: Wanted
) -> Columns:
    """Return the rows that stay as they are, then the figures; a figure starts as a copy of one of its rows."""
    rows = np.concatenate([parts.rest, groups.first[kept]])
    new = np.concatenate([np.zeros(len(parts.rest), dtype=bool), ~groups.whole[kept]])
    made = kept[~groups.whole[kept]]
    codes = {name: held.take(rows) for name, held in columns.codes.items() if name not in _LEFT_OUT}
    codes["institution"] = _institution(columns.codes["institution"], parts, groups.target[kept])
    marks = (("status", STATUS_CODES, figures.status), ("conf", CONF_CODES, figures.conf))
    for name, words, held in (*marks, ("qualifier", QUALIFIERS, figures.qualifier)):
        places = places_in(columns, name, words)[rows]
        places[new] = held[made]
        if name in columns.codes or (places != words.index(DEFAULTS[name])).any():
            codes[name] = Codes(places.astype(np.int32), words)
    if "source" in columns.codes:
        codes["source"] = _source(columns.codes["source"], groups, rows, new, made)
    numbers: dict[str, Floats] = {}
    for name in dict.fromkeys((*columns.numbers, *figures.numbers)):
        if name not in _LEFT_OUT:
            numbers[name] = number_in(columns, name)[rows]
            numbers[name][new] = _vintage(columns, groups)[made] if name == "vintage" else figures.numbers[name][made]
    found = Columns(length=len(rows), names={}, breakdowns=columns.breakdowns, codes=codes, numbers=numbers)
    found.comment = _comment(columns, groups, figures, rows, new, wanted, made)
    return found


def _institution(held: Codes, parts: Parts, target: Ints) -> Codes:
    texts = (*held.texts, *parts.targets)
    places = np.concatenate([held.codes[parts.rest], target + len(held.texts)]).astype(np.int32)
    return Codes(places, texts).renamed(texts)


def _vintage(columns: Columns, groups: Groups) -> Floats:
    """Return when the last part of each figure became known."""
    newest = np.full(len(groups), np.nan)
    real = groups.real
    np.fmax.at(newest, groups.group[real], columns.numbers["vintage"][groups.row[real]])
    return newest


def _source(source: Codes, groups: Groups, rows: Ints, new: Bools, made: Ints) -> Codes:
    """Return the source that all parts share; parts of several have none."""
    low = np.full(len(groups), len(source.texts), dtype=np.int32)
    high = np.full(len(groups), -1, dtype=np.int32)
    real = groups.real
    np.minimum.at(low, groups.group[real], source.codes[groups.row[real]])
    np.maximum.at(high, groups.group[real], source.codes[groups.row[real]])
    places = source.codes[rows].copy()
    places[new] = np.where(low == high, high, np.int32(-1))[made]
    return Codes(places, source.texts)


def _comment(
    columns: Columns, groups: Groups, figures: _Figures, rows: Ints, new: Bools, wanted: Wanted, made: Ints
) -> pa.Array[Any] | None:
    provisional = groups.any(places_in(columns, "status", STATUS_CODES) == _PROVISIONAL)
    missing = figures.missing
    said = comments(
        allocated=figures.allocated[made],
        estimated=(groups.estimated & ~missing)[made],
        lacking=groups.lacking[made],
        need=groups.need[made],
        provisional=(provisional & ~missing & (figures.status != _PROVISIONAL))[made],
        basis=wanted.basis,
        lang=wanted.lang,
    )
    if columns.comment is None and said.null_count == len(said):
        return None
    remarks: Any = pa.nulls(columns.length, pa.string()) if columns.comment is None else columns.comment
    before = cast("pa.Array[Any]", remarks.take(pa.array(rows)))
    place = np.zeros(len(rows), dtype=np.int64)
    place[new] = np.arange(len(made))
    if len(made) == 0:
        return before
    own: Any = said
    return cast("pa.Array[Any]", compute.if_else(pa.array(new), own.take(pa.array(place)), before))
