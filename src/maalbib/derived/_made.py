"""Rows of a new series: how the marks of their parts are joined, and how they become measurements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.derived._breaks import break_marks
from maalbib.derived._rows import Bools, Floats, Ints, Marks, Rows
from maalbib.errors import DataError
from maalbib.measurements import Measurements
from maalbib.measurements._carried import (
    NO_ROW,
    carried_conf,
    carried_qualifier,
    carried_status,
    is_missing_status,
    joint_conf,
    joint_qualifier,
    joint_status,
)
from maalbib.measurements._codes import Codes
from maalbib.measurements._columns import Columns, Finding, Ledger, Origin
from maalbib.measurements._derivation import Derivation
from maalbib.measurements._schema import CONF_CODES, DEFAULTS, QUALIFIERS, STATUS_CODES
from maalbib.measurements._territories import division_days
from maalbib.measurements._validate import check, table_of
from maalbib.model import FrozenDict, Period

if TYPE_CHECKING:
    from maalbib.derived._definition import NewSeries
    from maalbib.register import Register

__all__ = [
    "BROKEN",
    "CANNOT_EXIST",
    "FREE",
    "MISSING",
    "NORMAL",
    "PROVISIONAL",
    "Made",
    "carried",
    "finished",
    "joint",
    "same_or_none",
    "torn_or_joint",
]

NORMAL: Final = np.uint8(STATUS_CODES.index("A"))
BROKEN: Final = np.uint8(STATUS_CODES.index("B"))
MISSING: Final = np.uint8(STATUS_CODES.index("O"))
CANNOT_EXIST: Final = np.uint8(STATUS_CODES.index("M"))
PROVISIONAL: Final = np.uint8(STATUS_CODES.index("P"))
FREE: Final = np.uint8(CONF_CODES.index("F"))
_CONFIDENTIAL: Final = np.uint8(CONF_CODES.index("C"))
_EXACT: Final = np.uint8(QUALIFIERS.index("exact"))


@attrs.define(eq=False, kw_only=True)
class Made:
    """The rows of a new series before they are checked.

    Attributes
    ----------
    codes
        ``institution``, ``period`` and the breakdowns.
    breakdowns
        Names of the breakdown columns.
    periods
        The periods that the codes of ``period`` number.
    status
        What the parts say, breaks left out.
    broken
        Where a part of this very period is the first after a break.
    numbers
        ``value`` and what else there is.
    findings
        Why values are missing, and what else a reader should know.
    """

    codes: Mapping[str, Codes]
    breakdowns: tuple[str, ...]
    periods: tuple[Period, ...]
    status: Marks
    broken: Bools
    conf: Marks | None = None
    qualifier: Marks | None = None
    source: Codes | None = None
    numbers: dict[str, Floats] = attrs.field(factory=dict)
    findings: list[Finding] = attrs.field(factory=list)

    def __len__(self) -> int:
        return len(self.status)

    def withhold(self, rows: Bools, code: str, status: np.uint8 = MISSING, **details: object) -> None:
        """Say why some rows have no value; those whose parts are missing keep the reason that these have."""
        rows = rows & ~is_missing_status(self.status)
        self.status = np.where(rows, status, self.status)
        self.tell(rows, code, **details)

    def tell(self, rows: Bools, code: str, **details: object) -> None:
        """Add a warning about some rows."""
        found = np.flatnonzero(rows)
        self.findings.append(Finding(code=code, column="value", rows=found, level="warning", details=details))

    def settle(self) -> None:
        """Empty the values of rows that are missing; parts whose qualifiers contradict each other make none."""
        if self.qualifier is not None:
            torn = (self.qualifier == NO_ROW) & ~is_missing_status(self.status)
            self.withhold(torn, "derived.qualifiers")
            self.qualifier = np.where(self.qualifier == NO_ROW, _EXACT, self.qualifier)
        gone = is_missing_status(self.status)
        for name in ("value", "lower", "upper"):
            if name in self.numbers:
                self.numbers[name] = np.where(gone, np.nan, self.numbers[name])
        lost = np.isnan(self.numbers["value"]) & ~gone
        self.withhold(lost, "derived.not_finite")


def joint(codes: Mapping[str, Codes], legs: Sequence[Rows], *, lowering: Sequence[Rows] = ()) -> Made:
    """Return rows whose value is made of one row of each leg.

    Parameters
    ----------
    codes
        Institution, period and breakdowns of the new rows.
    legs
        Those that raise the value.
    lowering
        Those that lower it.
    """
    every = [*legs, *lowering]
    status = joint_status(*(_unbroken(leg.status) for leg in every))
    broken = np.logical_or.reduce([leg.status == BROKEN for leg in every])
    conf = [leg.conf for leg in every if leg.conf is not None]
    raising = [leg.qualifier for leg in legs if leg.qualifier is not None]
    falling = [leg.qualifier for leg in lowering if leg.qualifier is not None]
    made = Made(
        codes=codes,
        breakdowns=legs[0].breakdowns,
        periods=legs[0].periods,
        status=status,
        broken=broken,
        conf=joint_conf(*conf) if conf else None,
        qualifier=joint_qualifier(*raising, lowering=falling) if raising or falling else None,
        source=_one_source([leg.source for leg in every]),
    )
    vintage = [leg.numbers["vintage"] for leg in every if "vintage" in leg.numbers]
    if vintage:
        made.numbers["vintage"] = np.fmax.reduce(vintage)
    return made


def carried(codes: Mapping[str, Codes], rows: Rows, group: Ints, *, breakdowns: tuple[str, ...]) -> Made:
    """Return rows whose value is made of all rows of a group.

    Parameters
    ----------
    codes
        Institution, period and breakdowns of the new rows.
    rows
        The parts.
    group
        The new row that each part belongs to.
    breakdowns
        Names of the breakdown columns of the new rows.
    """
    size = len(codes["institution"].codes)
    status = carried_status(_unbroken(rows.status), group, size)
    broken = np.zeros(size, dtype=bool)
    broken[group[rows.status == BROKEN]] = True
    made = Made(
        codes=codes,
        breakdowns=breakdowns,
        periods=rows.periods,
        status=np.where(status == NO_ROW, MISSING, status),
        broken=broken,
        conf=None if rows.conf is None else carried_conf(rows.conf, group, size),
        qualifier=None if rows.qualifier is None else carried_qualifier(rows.qualifier, group, size),
        source=None if rows.source is None else _source_of(rows.source, group, size),
    )
    if "vintage" in rows.numbers:
        newest = np.full(size, np.nan)
        np.fmax.at(newest, group, rows.numbers["vintage"])
        made.numbers["vintage"] = newest
    return made


def _unbroken(status: Marks) -> Marks:
    return np.where(status == BROKEN, NORMAL, status)


def _one_source(sources: Iterable[Codes | None]) -> Codes | None:
    """Return the source that all parts share; parts from several have none."""
    found: Codes | None = None
    for source in sources:
        if source is None:
            return None
        # The legs are rows of one table, so that their codes number the same texts.
        found = source if found is None else Codes(same_or_none(found.codes, source.codes), found.texts)
    return found


def torn_or_joint(one: Marks, other: Marks) -> Marks:
    """Return the joint qualifier of values that are added one after the other; what is torn once stays so."""
    return np.where((one == NO_ROW) | (other == NO_ROW), np.uint8(NO_ROW), joint_qualifier(one, other))


def same_or_none(one: Any, other: Any) -> Any:
    """Return the code where both agree, -1 elsewhere."""
    return np.where(one == other, one, np.int32(-1))


def _source_of(source: Codes, group: Ints, size: int) -> Codes:
    low = np.full(size, len(source.texts), dtype=np.int32)
    high = np.full(size, -1, dtype=np.int32)
    np.minimum.at(low, group, source.codes)
    np.maximum.at(high, group, source.codes)
    return Codes(np.where(low == high, high, np.int32(-1)), source.texts)


def finished(
    measurements: Measurements,
    made: Made,
    new: NewSeries,
    *,
    method: str,
    inputs: Sequence[str],
    params: Mapping[str, Any],
    window: int | None = None,
    register: Register | None = None,
) -> Measurements:
    """Check the rows of a new series as any others are checked, and return them with their derivation.

    Raises
    ------
    DataError
        If they break a rule, such as a share above 100 per cent.
    """
    made.settle()
    made.status = np.where(break_marks(made, new.breaks), BROKEN, made.status)
    _inherit_secrecy(made, new.least_shown)
    derivation = Derivation(
        indicator=new.id,
        method=method,
        inputs=tuple(inputs),
        params=FrozenDict(params),
        window=max((measurements.window(each) for each in inputs), default=1) if window is None else window,
    )
    derivations = (*measurements.derivations, derivation)
    columns = _columns(made, new.id)
    columns.divisions = division_days(derivations, [new.id])
    ledger = Ledger(Origin(range(len(made))), {})
    ledger.note(made.findings)
    check(columns, ledger, new.checked_by, register)
    problems = ledger.problems
    if len(problems.errors):
        raise DataError(problems)
    kept = ledger.kept
    table, origin = table_of(columns, kept), Origin(range(int(np.count_nonzero(kept))))
    return Measurements._made(table, made.breakdowns, new.catalogue, register, problems, origin, derivations)  # noqa: SLF001 - the rows are checked


def _inherit_secrecy(made: Made, least: int | None) -> None:
    """Make rows of fewer people than the inputs may show confidential, where no definition of the new series says so."""
    if least is None or "n" not in made.numbers:
        return
    few = made.numbers["n"] < least
    if few.any():
        conf = np.full(len(made), FREE, dtype=np.uint8) if made.conf is None else made.conf
        made.conf = np.where(few, _CONFIDENTIAL, conf)


def _columns(made: Made, indicator: str) -> Columns:
    """Return the rows as columns; those that hold nothing but their default are left out."""
    codes = {"indicator": Codes.constant(indicator, len(made)), **{name: made.codes[name] for name in made.codes}}
    marks = (
        ("status", made.status, STATUS_CODES),
        ("conf", made.conf, CONF_CODES),
        ("qualifier", made.qualifier, QUALIFIERS),
    )
    for name, held, words in marks:
        if held is not None and (held != words.index(DEFAULTS[name])).any():
            codes[name] = Codes(np.where(held == NO_ROW, np.int32(-1), held.astype(np.int32)), tuple(words))
    if made.source is not None and (made.source.codes >= 0).any():
        codes["source"] = made.source
    numbers = {name: values for name, values in made.numbers.items() if name == "value" or not np.isnan(values).all()}
    return Columns(length=len(made), names={}, breakdowns=made.breakdowns, codes=codes, numbers=numbers)
