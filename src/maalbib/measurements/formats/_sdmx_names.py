"""What the concepts of SDMX are called here, and which ids a file may give its components and structures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

__all__ = [
    "ATTRIBUTES",
    "COMPONENT",
    "FREQUENCY",
    "KEYED",
    "LANGUAGE_UNKNOWN",
    "NUMBERS",
    "REPORTING_START",
    "STRUCTURE_ID",
    "VALUE",
    "WRITTEN",
    "concept",
    "roles_of",
]

LANGUAGE_UNKNOWN: Final = "und"  # the format does not say in which language its labels are
FREQUENCY: Final = "FREQ"
REPORTING_START: Final = "REPORTING_YEAR_START_DAY"
VALUE: Final = "OBS_VALUE"

WRITTEN: Final[Mapping[str, str]] = {
    "indicator": "INDICATOR",
    "institution": "INSTITUTION",
    "vintage": "VINTAGE",
    "revision": "REVISION",
    "period": "TIME_PERIOD",
    "value": VALUE,
    "status": "OBS_STATUS",
    "conf": "CONF_STATUS",
    "qualifier": "QUALIFIER",
    "numerator": "NUMERATOR",
    "denominator": "DENOMINATOR",
    "n": "N",
    "lower": "LOWER_BOUND",
    "upper": "UPPER_BOUND",
    "pre_break": "OBS_PRE_BREAK",
    "source": "DATA_SOURCE",
    "comment": "COMMENT_OBS",
    "action": "RECORD_ACTION",
}
"""The concept of each column of measurements, in the order of a file. Those without one in SDMX have a name of ours."""

# Concepts that only one of the columns can be; the first one that a file has takes the role.
_READ: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: (written,) for name, written in WRITTEN.items()},
    "institution": ("INSTITUTION", "REF_AREA"),
    "comment": ("COMMENT_OBS", "OBS_COM"),
    "pre_break": ("OBS_PRE_BREAK", "PRE_BREAK_VALUE"),
}
_ROLE: Final = {word: role for role, words in _READ.items() for word in words}

KEYED: Final = frozenset({"vintage", "revision"})
"""Columns that tell rows of one observation apart without being dimensions of it."""

NUMBERS: Final = frozenset({"value", "numerator", "denominator", "n", "lower", "upper", "pre_break", "revision"})

# Concepts of the cross-domain list that describe an observation and never identify it.
ATTRIBUTES: Final = frozenset(
    {
        *(word for word, role in _ROLE.items() if role not in {"indicator", "institution", "period", *KEYED}),
        *(
            "BASE_PER",
            "COLLECTION",
            "COMMENT_DSET",
            "COMMENT_TS",
            "DECIMALS",
            "LAST_UPDATE",
            "OBS_FLAG",
            "TIME_FORMAT",
        ),
        *("TITLE", "TITLE_COMPL", "UNIT_MULT", "UPDATED", REPORTING_START),
    }
)

COMPONENT: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
STRUCTURE_ID: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z][A-Za-z0-9_-]*)*:[A-Za-z0-9_@$-]+(?:\([0-9A-Za-z.+*~-]+\))?"
)


def concept(name: str) -> str:
    """Return a component's id as the list of concepts writes it; Eurostat has some in small letters and with spaces."""
    return "_".join(name.upper().split())


def roles_of(names: Iterable[str]) -> dict[str, str]:
    """Return which column of measurements each of a file's components is, as far as its id says.

    Examples
    --------
    >>> roles_of(["REF_AREA", "TIME_PERIOD", "OBS_VALUE", "SEX"])
    {'institution': 'REF_AREA', 'period': 'TIME_PERIOD', 'value': 'OBS_VALUE'}
    """
    by_concept: dict[str, str] = {}
    for name in names:
        by_concept.setdefault(concept(name), name)
    found = {
        role: next((by_concept[word] for word in words if word in by_concept), None) for role, words in _READ.items()
    }
    return {role: name for role, name in found.items() if name is not None}
