"""Errors: text in both languages, plain data, and whole after pickling, copying and a process pool."""

from __future__ import annotations

import copy
import json
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import errors
from maalbib.errors import (
    ArgumentError,
    CatalogueError,
    DataError,
    DefinitionError,
    MaalError,
    MissingExtraError,
    PeriodError,
    ProblemsError,
    UnknownCodeError,
)
from maalbib.problems import ProblemBlock, Problems

PROBLEMS = Problems(
    [
        ProblemBlock(code="file.empty", file="målinger.csv", line=3),
        ProblemBlock(code="code.unknown", column="institution", rows=[2, 5], details={"suggestion": "0101"}),
    ]
)
EXAMPLES: list[MaalError] = [
    MaalError("file.empty"),
    ArgumentError("argument.range", argument="alpha", low=0, high=1.5),
    ArgumentError.choice("returns", ["crs", "vrs"]),
    DefinitionError("argument.type", argument="value", expected="a number", model="AtLeast", field="value"),
    PeriodError("file.empty", model="Period", field="text"),
    UnknownCodeError.of("institution", "0102", ["0101", "0751"]),
    UnknownCodeError.of("institution", "zzzzzz", ["0101"]),
    MissingExtraError("extra.missing", feature="plot", package="matplotlib", extra="plot"),
    ProblemsError(PROBLEMS),
    CatalogueError(PROBLEMS),
    DataError(PROBLEMS),
]
each = pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: f"{type(error).__name__}-{error.code}")


def same(one: MaalError, other: BaseException) -> bool:
    """Same kind, code, details and texts."""
    return (
        type(one) is type(other)
        and (one.code, one.details, one.args) == (other.code, other.details, other.args)
        and (str(one), one.text("da"), one.to_dict()) == (str(other), other.text("da"), other.to_dict())
    )


def test_every_error_has_an_example_here() -> None:
    """A new error is tried in all these ways."""
    assert {type(error).__name__ for error in EXAMPLES} == set(errors.__all__)


@each
def test_text_in_both_languages(error: MaalError) -> None:
    """Two texts, the English one is what is printed, and no placeholder is left."""
    danish, english = error.text("da"), error.text("en")
    assert danish != english
    assert str(error) == english
    assert "{" not in danish + english


@each
def test_plain_data_goes_through_json(error: MaalError) -> None:
    """A service can return an error as it is."""
    data = error.to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["code"] == error.code


@each
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(error: MaalError, protocol: int) -> None:
    """An error survives every pickle protocol."""
    assert same(error, pickle.loads(pickle.dumps(error, protocol)))


@each
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_copy(error: MaalError, duplicate: object) -> None:
    """A copy says the same, and notes come along."""
    noted = copy.copy(error)
    noted.add_note("while reading")
    twin = duplicate(noted)
    assert same(error, twin)
    assert twin.__notes__ == ["while reading"]
    assert not hasattr(error, "__notes__")


@each
def test_in_a_group(error: MaalError) -> None:
    """An exception group keeps its errors when pickled and split."""
    group = ExceptionGroup("two", [error, TypeError("other")])
    again = pickle.loads(pickle.dumps(group))
    ours, rest = again.split(MaalError)
    assert same(error, ours.exceptions[0])
    assert [type(left) for left in rest.exceptions] == [TypeError]


def test_process_pool_keeps_the_cause() -> None:
    """An error that is raised in another process arrives whole."""
    code = "from maalbib.errors import UnknownCodeError\nraise UnknownCodeError.of('institution', '0102', ['0101'])"
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        future = pool.submit(exec, code)
        error = future.exception(timeout=60)
    assert same(UnknownCodeError.of("institution", "0102", ["0101"]), error)


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (ArgumentError, ValueError),
        (DefinitionError, ValueError),
        (PeriodError, DefinitionError),
        (UnknownCodeError, KeyError),
        (ProblemsError, ValueError),
        (CatalogueError, ProblemsError),
        (DataError, ProblemsError),
        (MissingExtraError, ImportError),
    ],
)
def test_also_caught_as_the_builtin(kind: type[MaalError], builtin: type[Exception]) -> None:
    """Whoever catches the builtin error catches ours."""
    assert issubclass(kind, builtin)
    assert issubclass(kind, MaalError)


def test_several_broken_rules_are_told_at_once() -> None:
    """A definition that breaks two rules names both, also after pickling."""
    both = DefinitionError.combined([copy.copy(EXAMPLES[3]), PeriodError("file.empty", model="Period", field="text")])
    again = pickle.loads(pickle.dumps(both))
    assert str(again) == str(both)
    assert len(str(both).splitlines()) == 2
    assert [type(other) for other in again.others] == [PeriodError]


def test_no_raw_code_in_the_text_of_an_unknown_code() -> None:
    """A mistyped code may be a person's number; it is not repeated."""
    error = UnknownCodeError.of("institution", "0102030405", ["0101"])
    assert "0102030405" not in str(error) + error.text("da") + json.dumps(error.to_dict())


def test_details_may_bear_any_name_but_cannot_replace_the_code() -> None:
    """Details named ``code`` or ``lang`` do not collide with the parameters."""
    error = MaalError("file.empty", code="x", lang="da")
    assert error.code == "file.empty"
    assert error.text("da") == "Filen er tom."


plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text()


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), plain | st.lists(plain), max_size=4))
def test_details_survive_pickling(details: dict[str, object]) -> None:
    """Whatever plain details an error is given, they arrive."""
    error = DefinitionError("file.empty", **details)
    again = pickle.loads(pickle.dumps(error))
    assert again.details == details
    assert same(error, again)
