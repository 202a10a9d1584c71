"""The keywords of a px file: where the data begin, which code page the texts are in, and what each keyword says."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from maalbib.measurements._bytes import decode, is_utf8
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._cube import LANGUAGE_UNKNOWN
from maalbib.problems import ProblemBlock

__all__ = ["Keywords", "PxFile", "joined", "opened", "syntax"]

_WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # those of UTF-32 begin with them, or with NUL
_DATA: Final = re.compile(rb"(?<![A-Z0-9_-])DATA[ \t\r\n]*=")
_CODE_PAGE: Final = re.compile(rb'CODEPAGE[ \t\r\n]*=[ \t\r\n]*"([^"]*)"')
_LONGEST_PAGE_NAME: Final = 32
_PAGES: Final = ("ascii", "cp", "iso8859", "koi8", "mac", "utf-8")
_WINDOWS: Final = "cp1252"
_LATIN: Final = "iso8859-1"
_ONLY_IN_WINDOWS: Final = re.compile(rb"[\x80-\x9f]")
_BYTES_PER_TEXT: Final = 60
_END: Final = " \t\r\n\x1a\0"  # editors of old end a file with Ctrl-Z

_VALUE: Final = r'(?:[^";]++|"[^"]*+")*+'
_STATEMENT: Final = re.compile(
    r'\s*([A-Z][A-Z0-9_-]*)\s*(?:\[([^\[\]";=]*)\]\s*)?(?:\(((?:[^")]++|"[^"]*+")*+)\)\s*)?=' + f"({_VALUE});"
)
_TEXT: Final = re.compile(r'\s*("[^"]*"(?:\s*"[^"]*")*)\s*(,|\Z)')
_PART: Final = re.compile(r'"([^"]*)"')
_ONCE: Final = frozenset(
    {"CODES", "CONTVARIABLE", "DECIMALS", "HEADING", "KEYS", "LANGUAGE", "STUB", "TIMEVAL", "VALUES", "VARIABLECODE"}
)


@attrs.frozen(kw_only=True)
class _Statement:
    value: str
    line: int


@attrs.frozen(kw_only=True)
class Keywords:
    """What the keywords of a file say, by keyword, language and what stands in brackets.

    Attributes
    ----------
    entries
        The statements; the language is None where none stands.
    language
        Language of the texts without one.
    """

    entries: Mapping[tuple[str, str | None, tuple[str, ...]], _Statement]
    language: str

    def value(self, word: str, *subjects: str, lang: str | None = None) -> str | None:
        """Return what stands behind the equals sign, as it is written; None where the keyword is absent."""
        found = self.entries.get((word, lang, subjects))
        if found is None and lang is None:
            found = self.entries.get((word, self.language, subjects))
        return None if found is None else found.value

    def texts(self, word: str, *subjects: str, lang: str | None = None) -> tuple[str, ...] | None:
        """Return a list of texts; None where the keyword is absent.

        Raises
        ------
        RefusedError
            With ``px.syntax`` if it holds anything else.
        """
        value = self.value(word, *subjects, lang=lang)
        if value is None:
            return None
        found = _list(value)
        if found is None:
            entry = self.entries.get((word, lang, subjects)) or self.entries[word, self.language, subjects]
            raise syntax(entry.line)
        return found

    def text(self, word: str, *subjects: str, lang: str | None = None) -> str | None:
        """Return one text, also one without quotation marks; None where there is nothing."""
        value = self.value(word, *subjects, lang=lang)
        return None if value is None else (joined(value).strip() or None)

    def subjects(self, word: str) -> Iterator[str]:
        """Yield what a keyword is said of, where that is one thing, in the file's own language."""
        for name, lang, about in self.entries:
            if name == word and len(about) == 1 and lang in {None, self.language}:
                yield about[0]


@attrs.frozen(kw_only=True)
class PxFile:
    """A file cut in two.

    Attributes
    ----------
    keywords
        What stands before the data.
    data
        All bytes of the file.
    start
        Where the data begin.
    encoding
        Encoding of the texts.
    blocks
        What was noticed so far.
    """

    keywords: Keywords
    data: bytes = attrs.field(repr=False)
    start: int
    encoding: str
    blocks: tuple[ProblemBlock, ...] = ()


def syntax(line: int) -> RefusedError:
    """Return the refusal of a text that is not px."""
    return RefusedError(ProblemBlock(code="px.syntax", line=line))


def joined(value: str) -> str:
    """Return texts beside each other as one: lines are short, so that long texts go on in the next."""
    return "".join(_PART.findall(value)) if '"' in value else value


def opened(data: bytes, limits: Limits) -> PxFile:
    """Read the keywords of a file."""
    if not data or data.isspace():
        raise RefusedError(ProblemBlock(code="file.empty"))
    if data.startswith(_WIDE_MARKS):
        data = decode(data, limits=limits).data
    data = data.removeprefix(codecs.BOM_UTF8)
    at, start = _data_in(data)
    breach = limits.breach("decoded_bytes", _BYTES_PER_TEXT * data.count(b'"', 0, at) // 2)
    if breach is not None:
        raise RefusedError(breach)
    encoding, blocks = _encoding(data[:at])
    keywords = _keywords(_decoded(data[:at], encoding))
    return PxFile(keywords=keywords, data=data, start=start, encoding=encoding, blocks=blocks)


def _data_in(data: bytes) -> tuple[int, int]:
    """Return where the keyword DATA stands outside quotation marks, and where what it says begins."""
    marks, at = 0, 0
    for found in _DATA.finditer(data):
        marks += data.count(b'"', at, found.start())
        at = found.start()
        if marks % 2 == 0:
            return found.span()
    if b"\0" in data:
        raise RefusedError(ProblemBlock(code="encoding.nul"))
    raise RefusedError(ProblemBlock(code="px.keyword_missing", details={"keyword": "DATA"}))


def _encoding(head: bytes) -> tuple[str, tuple[ProblemBlock, ...]]:
    """Return the encoding of the texts: UTF-8 where it can be, for a declared code page is often another one."""
    found = _CODE_PAGE.search(head)
    declared = None if found is None else _page(found[1])
    if head.isascii():
        return "utf-8", ()
    if is_utf8(head):
        return "utf-8", () if declared == "utf-8" or found is None else (_other_page("utf-8"),)
    if found is None:
        return _WINDOWS, (ProblemBlock(code="encoding.fallback", level="warning"),)
    if declared is None:
        raise RefusedError(ProblemBlock(code="px.codepage_unknown"))
    if declared == _LATIN and _ONLY_IN_WINDOWS.search(head):
        return _WINDOWS, (_other_page(_WINDOWS),)
    return declared, ()


def _other_page(found: str) -> ProblemBlock:
    return ProblemBlock(code="px.codepage", level="warning", details={"found": found})


def _page(name: bytes) -> str | None:
    """Return Python's name of a code page, None for one that is not of single bytes."""
    try:
        found = codecs.lookup(name[:_LONGEST_PAGE_NAME].decode("ascii")).name
    except (LookupError, ValueError):
        return None
    return found if found.startswith(_PAGES) else None


def _decoded(head: bytes, encoding: str) -> str:
    try:
        return head.decode(encoding)
    except UnicodeDecodeError as fault:
        line = head.count(b"\n", 0, fault.start) + 1
    raise RefusedError(ProblemBlock(code="encoding.invalid", line=line, details={"encoding": encoding}))


def _keywords(text: str) -> Keywords:
    entries: dict[tuple[str, str | None, tuple[str, ...]], _Statement] = {}
    at, line = 0, 1
    text = text.rstrip(_END)
    while at < len(text):
        found = _STATEMENT.match(text, at)
        if found is None:
            raise syntax(line + _blank_lines(text, at))
        here = line + text.count("\n", at, found.start(1))
        subjects = () if found[3] is None else _list(found[3])
        if subjects is None:
            raise syntax(here)
        key = (found[1], found[2], subjects)
        entry = _Statement(value=found[4], line=here)
        if found[1] in _ONCE and entries.setdefault(key, entry).value != entry.value:
            raise RefusedError(ProblemBlock(code="px.keyword_duplicate", line=here, details={"keyword": found[1]}))
        entries.setdefault(key, entry)
        line += text.count("\n", at, found.end())
        at = found.end()
    language = entries.get(("LANGUAGE", None, ()))
    name = "" if language is None else joined(language.value).strip()
    return Keywords(entries=entries, language=name or LANGUAGE_UNKNOWN)


def _blank_lines(text: str, at: int) -> int:
    rest = text[at:]
    return rest[: len(rest) - len(rest.lstrip())].count("\n")


def _list(value: str) -> tuple[str, ...] | None:
    """Return texts between commas; None where anything else stands there."""
    found: list[str] = []
    at, sign = 0, ","
    while sign == ",":
        match = _TEXT.match(value, at)
        if match is None:
            return None
        found.append(joined(match[1]))
        at, sign = match.end(), match[2]
    return tuple(found)
