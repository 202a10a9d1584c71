"""The words of figures in prose, Danish and English, as data."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple, TypeVar

from maalbib.model._qualifier import Qualifier

T = TypeVar("T")


class Leaning(NamedTuple):
    """What a word says about the figure beside it."""

    qualifier: Qualifier
    excluded: bool = False  # the bound itself is not meant
    near: bool = False  # and the truth is close to it


class Vocabulary(NamedTuple):
    """The words of one language, all in lower case."""

    before: dict[str, Leaning]
    after: dict[str, Leaning]
    scales: dict[str, int]  # powers of ten
    units: dict[str, str]
    unit_scales: dict[str, int]  # powers of ten within the word for a unit
    per_year: frozenset[str]
    numbers: dict[str, int]
    article: str  # a number word only where a scale follows: a million
    parts: dict[str, Fraction]  # a third: 1/3
    every: dict[str, int]  # every tenth: 10
    out_of: str  # pattern between the two numbers of "9 out of 10"
    ranges: tuple[str, ...]  # patterns with the groups low and high


ABOUT: Final = Leaning(Qualifier.APPROXIMATE)
_OVER: Final = Leaning(Qualifier.LOWER_BOUND, excluded=True)
_FROM: Final = Leaning(Qualifier.LOWER_BOUND)
_JUST_OVER: Final = Leaning(Qualifier.LOWER_BOUND, near=True)
_UNDER: Final = Leaning(Qualifier.UPPER_BOUND, excluded=True)
_UP_TO: Final = Leaning(Qualifier.UPPER_BOUND)
_JUST_UNDER: Final = Leaning(Qualifier.UPPER_BOUND, near=True)

_SIGNS: Final = {
    "~": ABOUT, "≈": ABOUT, ">": _OVER, ">=": _FROM, "≥": _FROM, "<": _UNDER, "<=": _UP_TO, "≤": _UP_TO,
}  # fmt: skip


def _each(meaning: T, words: str) -> dict[str, T]:
    return dict.fromkeys(words.split("|"), meaning)


def _danish_numbers() -> dict[str, int]:
    small = [
        "nul",
        "en",
        "to",
        "tre",
        "fire",
        "fem",
        "seks",
        "syv",
        "otte",
        "ni",
        "ti",
        "elleve",
        "tolv",
        "tretten",
        "fjorten",
        "femten",
        "seksten",
        "sytten",
        "atten",
        "nitten",
    ]
    tens = ["tyve", "tredive", "fyrre", "halvtreds", "tres", "halvfjerds", "firs", "halvfems"]
    found = {word: number for number, word in enumerate(small)} | {"et": 1, "én": 1, "ét": 1}
    for place, ten in enumerate(tens, 2):
        found |= {ten: place * 10} | {f"{small[unit]}og{ten}": place * 10 + unit for unit in range(1, 10)}
    return found


def _english_numbers() -> dict[str, int]:
    small = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    found = {word: number for number, word in enumerate(small)} | {"a": 1}
    for place, ten in enumerate(tens, 2):
        found |= {ten: place * 10} | {f"{ten}-{small[unit]}": place * 10 + unit for unit in range(1, 10)}
    return found


_DANISH_NUMBERS: Final = _danish_numbers()
_ENGLISH_NUMBERS: Final = _english_numbers()
_COUNTS: Final = ("a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_DANISH_ORDINALS: Final = dict(
    zip(["tredje", "fjerde", "femte", "sjette", "syvende", "ottende", "niende", "tiende"], range(3, 11), strict=True)
)
_ENGLISH_ORDINALS: Final = dict(
    zip(["third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], range(3, 11), strict=True)
)


def _danish_parts() -> dict[str, Fraction]:
    counts = ["en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni"]
    found = {"halvdelen": Fraction(1, 2), "det halve": Fraction(1, 2), "en halv": Fraction(1, 2)}
    for ordinal, below in (_DANISH_ORDINALS | {"kvarte": 4}).items():
        stem = "kvart" if ordinal == "kvarte" else ordinal + "del"
        found |= {f"{counts[0]} {stem}": Fraction(1, below)}
        found |= {f"{word} {stem}e": Fraction(above, below) for above, word in enumerate(counts[1 : below - 1], 2)}
    return found


def _english_parts() -> dict[str, Fraction]:
    found = {"half": Fraction(1, 2), "one half": Fraction(1, 2), "a half": Fraction(1, 2)}
    for ordinal, below in (_ENGLISH_ORDINALS | {"quarter": 4}).items():
        found |= {f"{word} {ordinal}": Fraction(1, below) for word in _COUNTS[:2]}
        found |= {f"{word} {ordinal}s": Fraction(above, below) for above, word in enumerate(_COUNTS[2:below], 2)}
    return found


_THOUSANDS: Final = "tkr.|tkr|t.kr.|t.kr|t. kr.|t. kr"  # never "t." alone: that is hours

DANISH: Final = Vocabulary(
    before=_SIGNS
    | _each(ABOUT, "ca.|ca|cirka|omkring|omtrent|rundt regnet|i omegnen af|tæt på")
    | _each(_OVER, "mere end|flere end|over")
    | _each(_FROM, "mindst|minimum|min.|ikke under|ikke færre end|ikke mindre end")
    | _each(_JUST_OVER, "godt|godt og vel|lidt over|lige over|lidt mere end|lidt flere end")
    | _each(_UNDER, "mindre end|færre end|under")
    | _each(_UP_TO, "højst|højest|maksimalt|maks.|maksimum|op til|ikke over|ikke mere end|ikke flere end")
    | _each(_JUST_UNDER, "næsten|knap|knapt|lidt under|lige under|op mod|op imod|lidt mindre end|lidt færre end"),
    after={"+": _FROM}
    | _each(
        _FROM,
        "og derover|eller derover|og opefter|og mere|eller mere|og flere|eller flere",
    )
    | _each(_UP_TO, "og derunder|eller derunder|og mindre|eller mindre|eller færre|og færre"),
    scales=_each(2, "hundrede")
    | _each(3, "tusind|tusinde")
    | _each(6, "mio.|mio|million|millioner")
    | _each(9, "mia.|mia|milliard|milliarder")
    | _each(12, "bio.|billion|billioner"),
    units=_each("DKK", "kr.|kr|kroner|dkk")
    | _each("DKK", _THOUSANDS)
    | _each("EUR", "eur|euro|€")
    | _each("percent", "%|pct.|pct|procent")
    | _each("percentage_points", "procentpoint|procent point|pct.point|pct. point|pct.-point|%-point"),
    unit_scales=_each(3, _THOUSANDS),
    per_year=frozenset({"årligt", "om året", "pr. år", "per år", "hvert år"}),
    numbers=_DANISH_NUMBERS,
    article="",
    parts=_danish_parts(),
    every={f"hver {word}": below for word, below in _DANISH_ORDINALS.items()}
    | {f"hvert {word}": below for word, below in _DANISH_ORDINALS.items()}
    | {"hver anden": 2, "hvert andet": 2, "hver tyvende": 20, "hver hundrede": 100},
    out_of=" ud af ",
    ranges=(
        r"mellem (?P<low>\S+) og (?P<high>\S+)",
        r"fra (?P<low>\S+) til (?P<high>\S+)",
        r"(?P<low>\S+) til (?P<high>\S+)",
    ),
)
ENGLISH: Final = Vocabulary(
    before=_SIGNS
    | _each(ABOUT, "about|approximately|approx.|around|roughly|circa|ca.|close to")
    | _each(_OVER, "more than|over|above")
    | _each(_FROM, "at least|minimum|no less than|no fewer than")
    | _each(_JUST_OVER, "just over|slightly more than|a little over|slightly over")
    | _each(_UNDER, "less than|fewer than|under|below")
    | _each(_UP_TO, "at most|maximum|up to|no more than")
    | _each(_JUST_UNDER, "almost|nearly|just under|slightly less than|slightly under|a little under"),
    after={"+": _FROM}
    | _each(_FROM, "or more|and more|or over|and over|or above|and above")
    | _each(_UP_TO, "or less|or fewer|or under|and under|or below|and below"),
    scales={"hundred": 2, "thousand": 3, "million": 6, "m": 6, "billion": 9, "bn": 9, "trillion": 12},
    units=_each("DKK", "kr.|kr|kroner|danish kroner|dkk")
    | _each("EUR", "eur|euro|euros|€")
    | _each("percent", "%|per cent|percent|pct.")
    | _each("percentage_points", "percentage point|percentage points|pp"),
    unit_scales={},
    per_year=frozenset({"a year", "per year", "annually", "yearly", "each year", "every year"}),
    numbers=_ENGLISH_NUMBERS,
    article="a",
    parts=_english_parts(),
    every={f"every {word}": below for word, below in _ENGLISH_ORDINALS.items()}
    | {f"one in {word}": _ENGLISH_NUMBERS[word] for word in (*_COUNTS[2:], "ten", "twenty")}
    | {"every other": 2, "every second": 2},
    out_of=" (?:out of|in) ",
    ranges=(
        r"between (?P<low>\S+) and (?P<high>\S+)",
        r"from (?P<low>\S+) to (?P<high>\S+)",
        r"(?P<low>\S+) to (?P<high>\S+)",
    ),
)
ISO: Final = Vocabulary(
    before=_SIGNS,
    after={"+": _FROM},
    scales={},
    units={"dkk": "DKK", "eur": "EUR", "%": "percent"},
    unit_scales={},
    per_year=frozenset(),
    numbers={},
    article="",
    parts={},
    every={},
    out_of="",
    ranges=(),
)
