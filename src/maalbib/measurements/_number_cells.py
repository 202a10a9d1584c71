"""The cells of a column of numbers: bytes and one regular expression find those that are right, few are read one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from maalbib.measurements._arrow_types import Rows, TextArray
from maalbib.measurements._missing_marks import Mark
from maalbib.measurements._number_bytes import LONGEST, NO_DECIMALS, plain_numbers
from maalbib.model._number_text import NUMBER_DIALECTS, NumberDialect, ParsedNumber, try_number

__all__ = ["NumberCells", "NumberRules", "read_cells"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

_BLANKS: Final = " \t\u00a0\u202f"
_GAPS: Final = " \u00a0\u202f"
_MINUS: Final = "\u2212"
_MOST_DECIMALS: Final = 127  # of an int8
_BELOW: Final = re.compile(rf"(?:<=?|\u2264)[{_GAPS}]*(.+)", re.DOTALL)

_GROUP_SIGN: Final = {"da": ".", "en": ",", "iso": ""}
_DECIMAL_SIGN: Final = {"da": ",", "en": ".", "iso": "."}


def _pattern(dialect: NumberDialect) -> str:
    """Return the grammar for RE2. Exponents of ``iso`` are left to the grammar for single texts."""
    signs = (_GROUP_SIGN[dialect], *_GAPS) if _GROUP_SIGN[dialect] else ()
    groups = "".join(rf"|[1-9][0-9]{{0,2}}(?:{re.escape(sign)}[0-9]{{3}})+" for sign in signs)
    return rf"^[+-]?(?:[0-9]+{groups})(?:\{_DECIMAL_SIGN[dialect]}[0-9]+)?$"


_PATTERN: Final = {dialect: _pattern(dialect) for dialect in NUMBER_DIALECTS}
# A file declared in the wrong dialect is the usual fault, and all its cells are at fault.
_OTHER: Final = {
    "da": (r"^[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)\.[0-9]+$", "number.english_decimal"),
    "en": (r"^[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+),[0-9]+$", "number.danish_decimal"),
}


@attrs.frozen(kw_only=True, eq=False)
class NumberRules:
    """How the cells of a column are written; the fields are the arguments of ``parse_numbers``."""

    dialect: NumberDialect
    marks: Mapping[str, Mark]
    percent: bool = False
    flags: tuple[str, ...] = ()
    censored: Literal["lt"] | None = None


@attrs.frozen(kw_only=True, eq=False)
class NumberCells:
    """What one array of texts holds. Positions count from 0 in it.

    Attributes
    ----------
    values, missing, decimals, bad, marked, flagged, censored, limits
        As in ``NumberColumn``.
    grouped
        Numbers with one thousands sign.
    several
        Numbers with several thousands signs, which show that the dialect is right.
    """

    values: NDArray[np.float64]
    missing: NDArray[np.bool_]
    decimals: NDArray[np.int8]
    bad: Mapping[str, Rows]
    marked: Mapping[str, Rows]
    flagged: Mapping[str, Rows]
    censored: Rows
    limits: NDArray[np.float64]
    grouped: Rows
    several: Rows


def read_cells(text: TextArray, rules: NumberRules) -> NumberCells:
    """Read an array of texts (``string``) without nulls."""
    plain, values, decimals = plain_numbers(text, _DECIMAL_SIGN[rules.dialect])
    numbers = [mark for mark in rules.marks if mark[-1:].isdigit()]
    if numbers:  # a mark may look like a number, and wins
        plain &= ~pc.is_in(text, value_set=pa.array(numbers, type=pa.string())).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(~plain)
    hard = _Hard(rows, pc.utf8_trim(text.take(pa.array(rows)), characters=_BLANKS), rules)
    values[rows], decimals[rows] = hard.values, hard.decimals
    missing = np.zeros(len(text), dtype=np.bool_)
    missing[rows] = hard.missing
    return NumberCells(values=values, missing=missing, decimals=decimals, **hard.found())


@attrs.frozen(kw_only=True)
class _One:
    """What one text is; a plain number has no kind."""

    kind: str = ""
    name: str = ""
    value: float = np.nan
    decimals: int = NO_DECIMALS
    limit: float = np.nan

    @classmethod
    def number(cls, number: ParsedNumber, *, kind: str = "", name: str = "") -> _One:
        """Return a number, on which something may be glued."""
        return cls(kind=kind, name=name, value=number.value, decimals=min(number.decimals, _MOST_DECIMALS))


class _Hard:
    """The cells that are no plain numbers: marks, groups, flags, and what is at fault."""

    def __init__(self, rows: Rows, text: TextArray, rules: NumberRules) -> None:
        self._rows, self._rules = rows, rules
        self._flags = sorted(rules.flags, key=lambda flag: (-len(flag), flag))  # the longest first
        self.values = np.full(len(rows), np.nan)
        self.decimals = np.full(len(rows), NO_DECIMALS, dtype=np.int8)
        self.missing = np.zeros(len(rows), dtype=np.bool_)
        self._limits = np.full(len(rows), np.nan)
        # What each cell is: the name of a mark, flag or fault, by kind.
        self._named: dict[str, dict[str, list[Rows]]] = {"marked": {}, "flagged": {}, "bad": {}}
        self._grouped = self._several = self._censored = np.empty(0, dtype=np.int64)
        if len(rows):
            self._read(text, self._marks(text))

    def found(self) -> dict[str, Any]:
        """Return the positions of everything that is not simply a number."""
        named = {
            kind: {name: self._rows[np.sort(np.concatenate(parts))] for name, parts in sorted(names.items())}
            for kind, names in self._named.items()
        }
        return named | {
            "grouped": self._rows[self._grouped],
            "several": self._rows[self._several],
            "censored": self._rows[self._censored],
            "limits": self._limits[self._censored],
        }

    def _name(self, kind: str, name: str, at: Rows) -> None:
        if len(at):
            self._named[kind].setdefault(name, []).append(at)

    def _marks(self, text: TextArray) -> Rows:
        """Take the marks; return the cells that are left."""
        names = [*self._rules.marks]
        place = pc.fill_null(pc.index_in(text, value_set=pa.array(names, type=pa.string())), -1).to_numpy()
        for number in np.unique(place[place >= 0]).tolist():
            mark, at = self._rules.marks[names[number]], np.flatnonzero(place == number)
            self._name("marked", names[number], at)
            if mark.value is None:
                self.missing[at] = True
            else:
                self.values[at], self.decimals[at] = mark.value, 0
        return np.flatnonzero(place < 0)

    def _read(self, text: TextArray, left: Rows) -> None:
        text = text.take(pa.array(left))
        plain = _without_signs(text, percent=self._rules.percent)
        valid = _matches(plain, _PATTERN[self._rules.dialect], text)
        self._take(plain, valid, left)
        left, text = left[~valid], text.filter(pa.array(~valid))
        if self._rules.dialect in _OTHER:
            pattern, code = _OTHER[self._rules.dialect]
            foreign = _matches(text, pattern, text)
            self._name("bad", code, left[foreign])
            left, text = left[~foreign], text.filter(pa.array(~foreign))
        distinct = text.dictionary_encode()
        read = [self._one(one) for one in distinct.dictionary.to_pylist()]
        places = distinct.indices.to_numpy()
        for kind, name in sorted({(one.kind, one.name) for one in read}):
            at = left[np.array([(one.kind, one.name) == (kind, name) for one in read], dtype=np.bool_)[places]]
            if kind == "censored":
                self._censored = at
            elif kind:
                self._name(kind, name, at)
        self.values[left] = np.array([one.value for one in read], dtype=np.float64)[places]
        self.decimals[left] = np.array([one.decimals for one in read], dtype=np.int8)[places]
        self._limits[left] = np.array([one.limit for one in read], dtype=np.float64)[places]
        self.missing[self._censored] = True

    def _take(self, text: TextArray, valid: NDArray[np.bool_], at: Rows) -> None:
        """Take the texts that fit the grammar."""
        text, at = text.filter(pa.array(valid)), at[valid]
        if not len(at):
            return
        dialect = self._rules.dialect
        sign = _GROUP_SIGN[dialect]
        if sign:
            counts = pc.count_substring(text, sign).to_numpy()
            self._grouped, self._several = at[counts == 1], at[counts > 1]
        for one in (sign, *_GAPS, "+"):
            text = pc.replace_substring(text, one, "") if one else text
        fits, self.values[at], self.decimals[at] = plain_numbers(text, _DECIMAL_SIGN[dialect])
        del fits  # all of them, once the signs are gone

    def _one(self, text: str) -> _One:
        """Read a text by the grammar for single texts."""
        rules = self._rules
        found = try_number(text, rules.dialect, percent=rules.percent)
        if not isinstance(found, str):
            return _One.number(found)
        below = _BELOW.fullmatch(text) if rules.censored else None
        limit = try_number(below[1], rules.dialect, percent=rules.percent) if below else None
        if isinstance(limit, ParsedNumber):
            return _One(kind="censored", limit=limit.value)
        for flag in self._flags:
            number = try_number(text.removesuffix(flag), rules.dialect, percent=rules.percent)
            if text.endswith(flag) and not isinstance(number, str):
                return _One.number(number, kind="flagged", name=flag)
        return _One(kind="bad", name=found)


def _without_signs(text: TextArray, *, percent: bool) -> TextArray:
    """Return the texts with an ASCII minus and, where it is declared, without the percent sign."""
    text = pc.replace_substring(text, _MINUS, "-")
    return pc.replace_substring_regex(text, rf"([0-9])[{_GAPS}]*%$", r"\1") if percent else text


def _matches(text: TextArray, pattern: str, written: TextArray) -> NDArray[np.bool_]:
    """Say which texts fit a pattern and were not written too long."""
    fits = pc.match_substring_regex(text, pattern).to_numpy(zero_copy_only=False)
    short: NDArray[np.bool_] = fits & (pc.utf8_length(written).to_numpy() <= LONGEST)
    return short
