"""Numbers that Danish systems know institutions by: form and checksum, told by the declared scheme, never by the look."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

from maalbib.errors import ArgumentError
from maalbib.model._fields import CODE
from maalbib.register._denmark import COUNTRY, municipality_codes, region_codes

__all__ = ["IDENTIFIER_SCHEMES", "CheckedIdentifier", "check_identifier", "holds_person_number"]

_Outcome: TypeAlias = tuple[str, None] | tuple[None, str]  # canonical form, or code of the fault

CVR_WEIGHTS: Final = (2, 7, 6, 5, 4, 3, 2, 1)
GLN_WEIGHTS: Final = (1, 3) * 6 + (1,)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")
_PERSON: Final = re.compile(r"(?<![0-9])([0-9]{2})([0-9]{2})[0-9]{2}[- ]?[0-9]{4}(?![0-9])")
DAYS_OF_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # the century is unknown: 29 February may be
_WHOLE_COUNTRY: Final = "000"
_SCRIPT, _LAND = 4, 2  # letters of these parts of a language tag


@attrs.frozen
class CheckedIdentifier:
    """What a check of one identifier found.

    Attributes
    ----------
    canonical
        The form to store and compare, None where the text is no such identifier.
    issue
        Code of what is wrong, None where nothing is: ``missing.empty``, ``code.not_text``, ``code.format``,
        ``code.length``, ``code.checksum``, ``code.unknown`` or ``code.person_number``.
    """

    canonical: str | None
    issue: str | None

    @property
    def ok(self) -> bool:
        """Whether the text is an identifier of the scheme."""
        return self.issue is None


def check_identifier(text: str, scheme: str) -> CheckedIdentifier:
    """Check an identifier by the rules of its scheme.

    Parameters
    ----------
    text
        The identifier. A number is refused: its leading zeros may already be lost.
    scheme
        One of :data:`IDENTIFIER_SCHEMES`.

    Returns
    -------
    CheckedIdentifier
        The canonical form, or the code of what is wrong; never the text itself.

    Raises
    ------
    ArgumentError
        If the scheme is not known.

    Notes
    -----
    cvr
        Company or authority: 8 digits, the first not 0; the sum of the digits times 2 7 6 5 4 3 2 1 is divisible by
        11 [1]_. ``DK`` in front and blanks are dropped.
    p_number
        Production unit: 10 digits. No checksum, since part of the series was issued with other weights [1]_.
    municipality4, municipality3
        Today's municipalities and Christiansø, ``0101`` or ``101``.
    region4, region3
        Regions, ``1081`` or ``081``. In both schemes of three digits ``000`` is the whole country.
    institution6
        School or day care: 6 digits.
    gln
        Location number: 13 digits; their sum with the weights 1 3 1 3 ... is divisible by 10 [2]_.
    sor, shak
        Units of the health service: at least 11 digits; 4, 6 or 7 letters and digits. No official source confirms this.
    sdmx_id
        Letters a-z, digits and ``_ @ $ -``, in parts joined by dots.
    language_tag
        Language, script, region: ``da``, ``en-GB``.
    free_text
        Any text that holds no person number.

    References
    ----------
    .. [1] Erhvervsstyrelsen. CVR-nummer og P-nummer: opbygning og kontrol (the Danish Business Authority).
    .. [2] GS1. General Specifications, section 7.9: check digit calculations.

    Examples
    --------
    >>> check_identifier("DK 17 15 04 13", "cvr").canonical
    '17150413'
    >>> check_identifier("17150414", "cvr").issue
    'code.checksum'
    >>> check_identifier("101", "municipality3").canonical
    '0101'
    """
    if scheme not in IDENTIFIER_SCHEMES:
        raise ArgumentError.choice("scheme", sorted(IDENTIFIER_SCHEMES))
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] - a file may hold a number
        return CheckedIdentifier(None, "code.not_text")
    if not text:
        return CheckedIdentifier(None, "missing.empty")
    return CheckedIdentifier(*_CHECKS[scheme](text))


def holds_person_number(text: str) -> bool:
    """Return whether a text holds what may be a Danish person number (CPR-nummer).

    That is six digits that form a possible date, an optional hyphen or blank, and four digits, standing alone.
    A production unit number may look the same; ask only where none is declared.

    Examples
    --------
    >>> holds_person_number("elev 010199-0000")
    True
    >>> holds_person_number("320199-0000")
    False
    """
    return any(_is_date(int(day), int(month)) for day, month in _PERSON.findall(text))


def _is_date(day: int, month: int) -> bool:
    return 1 <= month <= len(DAYS_OF_MONTH) and 1 <= day <= DAYS_OF_MONTH[month - 1]


def _digits(text: str, *lengths: int) -> _Outcome:
    if not (text.isascii() and text.isdigit()):
        return None, "code.format"
    return (text, None) if len(text) in lengths else (None, "code.length")


def _divisible(text: str, weights: tuple[int, ...], divisor: int) -> _Outcome:
    total = sum(weight * int(digit) for weight, digit in zip(weights, text, strict=True))
    return (None, "code.checksum") if total % divisor else (text, None)


def _cvr(text: str) -> _Outcome:
    bare = text.replace(" ", "").replace("\u00a0", "").removeprefix("DK")
    canonical, fault = _digits(bare, len(CVR_WEIGHTS))
    if canonical is None:
        return None, fault or "code.format"
    return (None, "code.format") if canonical[0] == "0" else _divisible(canonical, CVR_WEIGHTS, 11)


def _gln(text: str) -> _Outcome:
    outcome = _digits(text, len(GLN_WEIGHTS))
    return _divisible(outcome[0], GLN_WEIGHTS, 10) if outcome[0] is not None else outcome


def _p_number(text: str) -> _Outcome:
    return _digits(text, 10)


def _institution6(text: str) -> _Outcome:
    return _digits(text, 6)


def _sor(text: str) -> _Outcome:
    return _digits(text, *range(11, 19))


def _shak(text: str) -> _Outcome:
    if not (text.isascii() and text.isalnum()):
        return None, "code.format"
    return (text, None) if len(text) in {4, 6, 7} else (None, "code.length")


def _among(known: Callable[[], frozenset[str]], prefix: str = "") -> Callable[[str], _Outcome]:
    """Return the check against a list of four-digit codes; ``prefix`` is what the scheme leaves out in front."""

    def check(text: str) -> _Outcome:
        outcome = _digits(text, 4 - len(prefix))
        if outcome[0] is None:
            return outcome
        if prefix and text == _WHOLE_COUNTRY:
            return COUNTRY, None
        return (prefix + text, None) if prefix + text in known() else (None, "code.unknown")

    return check


def _sdmx_id(text: str) -> _Outcome:
    return (text, None) if re.fullmatch(CODE, text) else (None, "code.format")


def _language_tag(text: str) -> _Outcome:
    if not _LANGUAGE.fullmatch(text):
        return None, "code.format"
    language, *parts = text.split("-")
    return "-".join((language.lower(), *map(_cased, parts))), None


def _cased(part: str) -> str:
    if len(part) == _SCRIPT:
        return part.title()
    return part.upper() if len(part) == _LAND else part.lower()


def _free_text(text: str) -> _Outcome:
    return (None, "code.person_number") if holds_person_number(text) else (text, None)


_CHECKS: Final[Mapping[str, Callable[[str], _Outcome]]] = MappingProxyType(
    {
        "cvr": _cvr,
        "p_number": _p_number,
        "municipality4": _among(municipality_codes),
        "municipality3": _among(municipality_codes, "0"),
        "region4": _among(region_codes),
        "region3": _among(region_codes, "1"),
        "institution6": _institution6,
        "gln": _gln,
        "sor": _sor,
        "shak": _shak,
        "sdmx_id": _sdmx_id,
        "language_tag": _language_tag,
        "free_text": _free_text,
    }
)

IDENTIFIER_SCHEMES: Final = frozenset(_CHECKS)
