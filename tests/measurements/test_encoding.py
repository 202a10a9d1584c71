"""From bytes to text: the order of encodings, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.errors import ArgumentError
from maalbib.measurements._bytes import UndecodableError, decode, is_utf8, load_bytes, source_name
from maalbib.measurements._cell_text import check_text
from maalbib.measurements._csv import read_csv
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError

TEXT = "kommune;navn\n0101;Ærø\n"
MARKS = {
    "utf-8": b"\xef\xbb\xbf",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "utf-32-le": b"\xff\xfe\0\0",
    "utf-32-be": b"\0\0\xfe\xff",
}


def codes_of(data: bytes, **options: str) -> list[tuple[str, int | None, int | None]]:
    """Read and return code, row and line of every problem."""
    return [(problem.code, problem.row, problem.line) for problem in read_csv(data, **options)[1]]


@pytest.mark.parametrize("encoding", MARKS)
def test_a_mark_decides(encoding: str) -> None:
    """A byte order mark says how the file is read, and is no part of the first name."""
    table, problems = read_csv(MARKS[encoding] + TEXT.encode(encoding))
    assert (table.encoding, table.bom, list(table.columns)) == (encoding, True, ["kommune", "navn"])
    assert table.columns["navn"].to_pylist() == ["Ærø"]
    assert len(problems) == 0


def test_utf8_comes_before_cp1252() -> None:
    """Bytes that are UTF-8 are read as UTF-8; others as cp1252 with a warning."""
    assert decode(TEXT.encode(), limits=DEFAULT_LIMITS).encoding == "utf-8"
    old = decode(TEXT.encode("cp1252"), limits=DEFAULT_LIMITS)
    assert (old.encoding, old.fallback, old.data.decode()) == ("cp1252", True, TEXT)
    assert codes_of(TEXT.encode("cp1252")) == [("encoding.fallback", None, None)]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ISO-8859-15", "cp865", "mac-roman", "utf-8-sig", "UTF8"])
def test_a_declared_encoding_is_the_only_one_tried(encoding: str) -> None:
    """A declared encoding is used without a warning and named as it was written."""
    table, problems = read_csv(TEXT.encode(encoding), encoding=encoding)
    assert table.columns["navn"].to_pylist() == ["Ærø"]
    assert table.encoding == encoding
    assert len(problems) == 0


def test_a_mark_contradicts_a_declared_encoding() -> None:
    """UTF-8 with a mark that is declared latin-1 is refused, not read with a name that begins with three odd letters."""
    table, problems = read_csv(MARKS["utf-8"] + TEXT.encode(), encoding="latin-1")
    assert (dict(table.columns), problems[0].code, problems[0].level) == ({}, "encoding.differs", "error")
    assert codes_of(MARKS["utf-16-le"] + TEXT.encode("utf-16-le"), encoding="utf-16") == []


@pytest.mark.parametrize("encoding", ["rot13", "base64", "idna", "unicode_escape", "nosuch", "", "utf-8\0"])
def test_what_is_no_encoding_of_files_is_a_wrong_argument(encoding: str) -> None:
    """Codecs of Python that are no encodings of text files are refused as arguments."""
    with pytest.raises(ArgumentError, match="encoding"):
        read_csv(TEXT.encode(), encoding=encoding)


def test_the_first_wrong_byte_is_named_by_row_and_line() -> None:
    """Row and line of the fault differ where a quoted cell above it holds line breaks or Excel's first line stands."""
    assert codes_of(b"a;b\n1;2\n3;\xe6\n", encoding="utf-8") == [("encoding.invalid", 3, None)]
    assert codes_of(b'a;b\n1;"x\ny"\n3;\xe6\n', encoding="utf-8") == [("encoding.invalid", 3, 4)]
    assert codes_of(b"sep=;\na;b\n3;\xe6\n", encoding="utf-8") == [("encoding.invalid", 2, 3)]
    assert codes_of(b"a;\xe6\n", encoding="utf-8") == [("encoding.invalid", 1, None)]
    assert codes_of(b"a;b,c\n\xe6\n", encoding="utf-8") == [("encoding.invalid", 2, None)]


def test_a_broken_byte_in_a_utf8_file_is_blamed_on_utf8() -> None:
    """A file that was UTF-8 up to the fault has one broken byte; the byte that cp1252 lacks may stand earlier."""
    data = "a;b\n1;Ærø Ávila\n2;x\n".encode() + b"3;\x81\n"
    assert codes_of(data) == [("encoding.invalid", 4, None)]
    assert codes_of(b"a;b\n1;x\n" + b"2;\x81\n") == [("encoding.invalid", 3, None)]
    with pytest.raises(UndecodableError):
        decode(data, limits=DEFAULT_LIMITS)


def test_nul_bytes_are_a_cell_or_a_file() -> None:
    """Many NUL bytes mean UTF-16 without a mark; one is a fault of its row."""
    assert codes_of(TEXT.encode("utf-16-le")) == [("encoding.nul", None, None)]
    assert codes_of(TEXT.encode("utf-16-le"), encoding="utf-8") == [("encoding.nul", None, None)]
    assert codes_of(TEXT.encode("utf-16-le"), encoding="utf-16-le") == []
    assert codes_of(b"a;b\n1;\0\n2;x\n") == [("text.control_char", 2, None)]


def test_files_that_cannot_be_read_are_problems(tmp_path: Path) -> None:
    """A missing file, a folder and an impossible name are problems and name no folder."""
    for path, code in (
        (tmp_path / "x.csv", "file.not_found"),
        (tmp_path, "file.unreadable"),
        ("a\0b", "file.unreadable"),
    ):
        table, problems = read_csv(path)
        assert ([problem.code for problem in problems], dict(table.columns)) == ([code], {})
        assert str(tmp_path.parent) not in str(problems) + problems[0].message_da
    assert (source_name(tmp_path / "x.csv"), source_name(b"")) == ("x.csv", None)


def test_a_file_is_read_up_to_the_limit(tmp_path: Path) -> None:
    """One byte more than the limit is refused, for files and for bytes."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 100)
    for source in (path, str(path), b"x" * 100):
        assert load_bytes(source, Limits(read_bytes=100)) == b"x" * 100
        with pytest.raises(RefusedError, match="too_large"):
            load_bytes(source, Limits(read_bytes=99))
    assert codes_of(b"a;b\n\xe6;2\n") == [("encoding.fallback", None, None)]
    assert read_csv(b"a;b\n\xe6;2\n", limits=Limits(decoded_bytes=8))[1][0].details["limit"] == "decoded_bytes"


@pytest.mark.parametrize("value", [0, -1, True, 1.5, "5", None])
def test_limits_are_whole_numbers_above_zero(value: object) -> None:
    """A limit that is no count is a wrong argument."""
    with pytest.raises(ArgumentError, match="rows"):
        Limits(rows=value)  # type: ignore[arg-type]


def test_the_ratio_counts_only_above_its_floor() -> None:
    """A small file may unpack to many times its size; a large one may not."""
    limits = Limits(ratio=10, ratio_from=1_000)
    assert limits.decoding_breach(read=1, decoded=1_000) is None
    breach = limits.decoding_breach(read=100, decoded=1_001)
    assert breach is not None
    assert breach.details == {"limit": "ratio", "most": 10}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Ærø, 5 % – „ja“ “no” 1 234 €", []),
        ("BÃ¸rnehuset", ["encoding.mojibake"]),
        ("Ã†blehaven", ["encoding.mojibake"]),
        ("2018 â€“ 2020", ["encoding.mojibake"]),
        ("tabt: \ufffd", ["encoding.mojibake"]),
        ("SÃO", []),
        ("a\u200bb", ["text.control_char"]),
        ("a\u202eb", ["text.control_char"]),
        ("a\x85b", ["text.control_char"]),
        ("a\tb\r\n", []),
        ("A\u030arhus", ["text.normalised"]),
        ("Ã¸\x07e\u0301", ["text.control_char", "encoding.mojibake", "text.normalised"]),
    ],
)
def test_cells_are_checked(text: str, codes: list[str]) -> None:
    """Control characters, double encoding and composed letters are told apart."""
    assert check_text(text)[1] == codes


@given(st.binary(max_size=60))
def test_utf8_is_judged_as_python_does(data: bytes) -> None:
    """The check without decoding agrees with Python's strict decoder."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert not is_utf8(data)
    else:
        assert is_utf8(data)


LETTERS = st.characters(
    codec="utf-8", exclude_characters="\0"
)  # a leading NUL turns the mark of UTF-16 into that of UTF-32


@given(st.text(alphabet=LETTERS, max_size=30), st.sampled_from(["utf-16-le", "utf-16-be", "utf-8"]))
def test_marked_text_comes_back(text: str, encoding: str) -> None:
    """What was written with a mark is read as the same text."""
    assert decode(MARKS[encoding] + text.encode(encoding), limits=DEFAULT_LIMITS).data.decode() == text
