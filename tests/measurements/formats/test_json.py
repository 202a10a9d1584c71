"""JSON with the guards that the standard parser lacks."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.measurements.formats import _json_arrays
from maalbib.measurements.formats._json import load_json
from maalbib.measurements.formats._plain_numbers import JSON_NUMBERS, read_plain
from maalbib.problems import ProblemBlock

CANARY = "kanariefugl"
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
DOCUMENTS = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def refusal(data: bytes, limits: Limits = DEFAULT_LIMITS, **options: Any) -> ProblemBlock:
    """Why a text is refused."""
    with pytest.raises(RefusedError) as caught:
        load_json(data, limits, **options)
    return caught.value.block


def encodable(document: object) -> bool:
    """Whether every text of a document can be written in UTF-8."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@given(DOCUMENTS, st.booleans(), st.booleans())
def test_what_python_writes_is_read_back(document: object, ascii_only: bool, mark: bool) -> None:  # noqa: FBT001
    """Every document, with escapes and without, with a byte order mark and without."""
    if not encodable(document):
        assert refusal(json.dumps(document).encode()).code == "text.not_unicode"
        return
    data = (b"\xef\xbb\xbf" if mark else b"") + json.dumps(document, ensure_ascii=ascii_only).encode()
    assert load_json(data, DEFAULT_LIMITS) == document


@given(st.binary() | st.text(alphabet='[]{}",:0123456789.eE+-\\u dDtrufalsNI\n').map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No other exception comes out, and what is read means what the standard parser says."""
    try:
        found = load_json(data, Limits(depth=3))
    except RefusedError as error:
        caught = error
    else:
        assert found == json.loads(data)
        return
    assert caught.__cause__ is None
    assert caught.__context__ is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"\xef\xbb\xbf \n", "file.empty"),
        (b"[1,]", "json.syntax"),
        (b"{'a': 1}", "json.syntax"),
        (b"[1] [2]", "json.syntax"),
        (b"[01]", "json.syntax"),
        (b"[NaN]", "json.not_finite"),
        (b"[Infinity]", "json.not_finite"),
        (b"[-Infinity]", "json.not_finite"),
        (b"[1e400]", "json.not_finite"),
        (b"[-1E+0400]", "json.not_finite"),
        (b"[1" + b"0" * 400 + b"]", "json.not_finite"),
        (b"[1" + b"0" * 5000 + b"]", "json.not_finite"),
        (b"[1" + b"0" * 400 + b".5]", "json.not_finite"),
        (b'{"a": 1, "a": 2}', "json.duplicate_key"),
        (b'{"a": 1, "\\u0061": 2}', "json.duplicate_key"),
        (b'{"b": [{"a": 1, "a": 1}]}', "json.duplicate_key"),
        (b'["\\ud800"]', "text.not_unicode"),
        (b'{"\\uDC00": 1}', "text.not_unicode"),
        (b'["\\udc00\\ud800"]', "text.not_unicode"),
        ("[1]".encode("utf-16"), "encoding.differs"),
        ('["æ"]'.encode("latin-1"), "encoding.invalid"),
    ],
)
def test_what_is_not_strict_json_is_refused(data: bytes, code: str) -> None:
    """Each fault has its code."""
    assert refusal(data).code == code


@pytest.mark.parametrize("data", [b"[1e308]", b"[1e-400]", b'["1e400"]', b'["NaN"]', b"[1e0002]", b'["\\\\ud800"]'])
def test_what_only_looks_like_a_fault_is_read(data: bytes) -> None:
    """Large numbers within the range, numbers in texts, and a backslash before a u."""
    assert load_json(data, DEFAULT_LIMITS) == json.loads(data)


def test_a_fault_of_syntax_names_its_line() -> None:
    """The line where the parser stopped, and its own words."""
    block = refusal(b'{"a": 1,\n"b": x}')
    assert (block.line, block.details) == (2, {"reason": "Expecting value"})
    assert refusal('["ø",\n"'.encode("latin-1")).line == 1
    assert refusal('["",\n"ø"]'.encode("latin-1")).line == 2


def test_depth_is_counted_outside_texts() -> None:
    """Exactly the limit is read; one more is not; brackets in texts are letters."""
    deep = b"[" * 100 + b"]" * 100
    assert load_json(deep, DEFAULT_LIMITS) == json.loads(deep)
    assert refusal(b"[" + deep + b"]").code == "json.too_deep"
    assert refusal(b'{"a":' * 101 + b"1" + b"}" * 101).details == {"most": 100}
    text = b'["' + b"[" * 1_000 + b'\\"' + b"{" * 1_000 + b'\\\\", []]'
    assert load_json(text, Limits(depth=2)) == json.loads(text)


@given(DOCUMENTS)
def test_depth_is_that_of_the_document(document: object) -> None:
    """The limit holds exactly, as a slow count of the parsed document says."""

    def depth(value: object) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    if encodable(document) and depth(document) > 0:
        data = json.dumps(document).encode()
        assert load_json(data, Limits(depth=depth(document))) == document
        if depth(document) > 1:
            assert refusal(data, Limits(depth=depth(document) - 1)).code == "json.too_deep"


def test_a_million_empty_arrays_are_refused_before_they_are_made() -> None:
    """What a parsed file would take is held against the limit of decoded bytes."""
    data = b"[" + b"[]," * 1_000_000 + b"0]"
    assert refusal(data, Limits(decoded_bytes=64 * 1024**2)).details["limit"] == "decoded_bytes"


def test_no_message_holds_what_the_file_holds() -> None:
    """Not the reason of a fault, nor a duplicate name, nor the text around it."""
    for text in (
        f'{{"{CANARY}": {CANARY}}}',
        f'{{"{CANARY}": 1, "{CANARY}": 2}}',
        f'["{CANARY}',
        f'["\\{CANARY}"]',
        f'["{CANARY}\\ud800"]',
    ):
        for problem in refusal(text.encode()).problems():
            assert CANARY not in problem.message_da + problem.message_en + problem.place + str(problem.to_dict())


def test_a_file_that_is_not_there_is_a_refusal(tmp_path: Path) -> None:
    """As in every reader."""
    with pytest.raises(RefusedError, match=r"file\.not_found"):
        load_json(tmp_path / "no.json", DEFAULT_LIMITS)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**30), 10**30)))
@example([-0.0, 5e-324, 1.7976931348623157e308, 0.1, 2**53 + 1])
def test_plain_numbers_are_the_nearest_floats(numbers: list[float]) -> None:
    """The fast parser of numbers gives what Python's own gives, bit for bit, save for the sign of zero."""
    if numbers:
        found = read_plain(json.dumps(numbers).encode()[1:-1], JSON_NUMBERS)
        assert found is not None
        assert found.tolist() == [float(number) for number in numbers]
        assert not any(number == 0 and math.copysign(1, number) < 0 for number in found.tolist())


@given(st.text(alphabet="0123456789.eE+-, \nnulIaNf[]{}\"'"))
def test_plain_numbers_are_those_of_json(text: str) -> None:
    """A run is read exactly where the standard parser reads it as an array of finite numbers and nulls."""
    found = read_plain(text.encode(), JSON_NUMBERS)
    expected = slow_numbers(text)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        np.testing.assert_array_equal(found, np.array(expected, dtype=np.float64))


def slow_numbers(text: str) -> list[float | None] | None:
    """The numbers of a run by the standard parser, None where anything else stands there or nothing at all."""
    try:
        cells = json.loads(f"[{text}]")
    except json.JSONDecodeError:
        return None
    fits = all(cell is None or (type(cell) in {int, float} and math.isfinite(cell)) for cell in cells)
    return cells if cells and fits else None


def test_long_arrays_of_a_name_come_as_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only under that name, only of numbers, and never out of a text."""
    monkeypatch.setattr(_json_arrays, "_LONG_ARRAY", 3)

    @given(DOCUMENTS, st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=4))
    def inner(document: object, numbers: list[float | None]) -> None:
        whole = {"value": numbers, "other": numbers, "text": '"value": [1, 2, 3, 4]', "more": [document]}
        if encodable(document):
            found = load_json(json.dumps(whole).encode(), DEFAULT_LIMITS, arrays="value")
            assert isinstance(found, dict)
            np.testing.assert_array_equal(found.pop("value"), np.array(numbers, dtype=np.float64))
            assert json.dumps(found) == json.dumps({name: whole[name] for name in whole if name != "value"})

    inner()


@pytest.mark.parametrize("rest", ['"a": Infinity', '"a": [NaN]', '"value": [1]', '"a": 1e999', "x", '"a": -[1]'])
def test_long_arrays_hide_no_fault(rest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is refused is refused with the same words where its long arrays are read apart."""
    monkeypatch.setattr(_json_arrays, "_LONG_ARRAY", 3)
    data = f'{{"value": [1, 2, 3],\n{rest}}}'.encode()
    one, other = refusal(data), refusal(data, arrays="value")
    assert (one.code, one.line, one.details) == (other.code, other.line, other.details)
