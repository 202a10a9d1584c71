"""The room's public names, and what every result has in common."""

from __future__ import annotations

import ast
import doctest
import inspect
import os
import pickle
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import attrs
import numpy as np
import pytest

from maalbib import stats, texts
from maalbib.stats._arrays import ArrayResult
from maalbib.stats.rates._estimate import _STATUS, Estimate

SOURCE = Path(stats.__file__).parents[2]

KINDS = [
    name
    for name in stats.__all__
    if isinstance(getattr(stats, name), type) and issubclass(getattr(stats, name), ArrayResult)
]
PUBLISHED = "maalbib.stats.published."  # these say it in the words of each method
LABELS = re.compile(r"``([a-z]+(?:_[a-z]+)+)``")  # codes of several words, as docstrings print them


@cache
def made(name: str) -> list[ArrayResult]:
    """Every result of this kind that the examples in its own docstring make, by running them."""
    kind = getattr(stats, name)
    names = dict(vars(sys.modules[kind.__module__]))
    found: list[ArrayResult] = []
    for example in doctest.DocTestParser().get_examples(kind.__doc__):
        tree = ast.parse(example.source)
        exec(compile(tree, name, "exec"), names)  # noqa: S102 - our own docstrings, as doctest runs them
        for node in ast.walk(tree):
            if isinstance(node, ast.Call | ast.Attribute):
                try:
                    value = eval(compile(ast.Expression(node), name, "eval"), names)  # noqa: S307 - as above
                except NameError:  # of a comprehension
                    continue
                found += [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, kind)]
    return found


def documented(name: str) -> set[str]:
    """The codes that a kind of result names where it explains its reasons."""
    kind = getattr(stats, name)
    fields = {field.name for field in attrs.fields(kind)}
    explained = re.findall(r"^\w*reason\w*(?:, \w+)*\n((?: {4}.*\n?)+)", inspect.getdoc(kind) or "", re.MULTILINE)
    return {code for text in explained for code in LABELS.findall(text)} - fields


def has_words(code: str) -> bool:
    """Whether a reason is explained in both languages, by itself or as part of a state."""
    return any(f"{group}.{code}" in texts.codes() for group in ("reason", "not_measurable"))


def fresh(code: str) -> str:
    """Run code in a new interpreter and return what it printed."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True, encoding="utf-8")
    return done.stdout.strip()


def test_names_are_sorted_and_have_a_home() -> None:
    """The list is sorted, and each name is imported from the module that is looked up."""
    assert stats.__all__ == sorted(set(stats.__all__))
    assert sorted(stats._HOME) == stats.__all__
    assert dir(stats) == stats.__all__
    for name in stats.__all__:
        assert getattr(stats, name).__module__ == stats._HOME[name]


def test_type_checkers_see_the_same_names() -> None:
    """Each name stands once among the imports for checkers, from the same module."""
    seen = Path(stats.__file__).read_text(encoding="utf-8").splitlines()
    for name, home in stats._HOME.items():
        assert f"    from {home} import {name} as {name}" in seen


def test_star_import() -> None:
    """All names arrive, also by star."""
    assert (
        fresh("from maalbib.stats import *; print(callable(wilson_interval), Interval.__name__)") == "True Interval"
    )


def test_only_what_is_used_is_imported() -> None:
    """Naming the room loads no NumPy; one kernel loads no other, and SciPy only when it runs."""
    assert fresh("import sys, maalbib.stats; print('numpy' in sys.modules)") == "False"
    loaded = "import sys; from maalbib.stats import wilson_interval; print(*sorted(sys.modules))"
    modules = fresh(loaded).split()
    assert "maalbib.stats._intervals" in modules
    assert not {"maalbib.stats._gap", "maalbib.stats._projection", "scipy", "pandas"} & set(modules)


def test_unknown_name() -> None:
    """A misspelt name is an attribute error, as in any module."""
    with pytest.raises(AttributeError, match="has no attribute 'wilson'"):
        stats.wilson  # type: ignore[attr-defined]  # noqa: B018


def test_threads_agree_at_first_access() -> None:
    """Many threads that ask first get the same object."""
    code = (
        "from concurrent.futures import ThreadPoolExecutor as Pool; import maalbib.stats as s;"
        "found = list(Pool(32).map(lambda _: s.wilson_interval, range(64))); print(len(set(found)))"
    )
    assert fresh(code) == "1"


@pytest.mark.parametrize("name", KINDS)
def test_results_are_frozen_and_pickle(name: str) -> None:
    """Each kind shows itself in its docstring, survives a process pool, equals its copy and cannot be changed."""
    results = made(name)
    assert results, "no example makes one"
    other = stats.wilson_interval(1, 2) if name == "RankSets" else stats.rank_sets([1, 2], 0.5)
    for result in results:
        assert pickle.loads(pickle.dumps(result)) == result
        assert result != other
        with pytest.raises(AttributeError):
            setattr(result, attrs.fields(type(result))[0].name, "")
        with pytest.raises(TypeError):
            hash(result)


def test_results_without_a_number_equal_their_copies() -> None:
    """NaN is equal to NaN in the same place of the same kind, and to no number."""
    one, other = stats.wilson_interval([1, 2], [3, 0]), stats.rank_sets([1, 2, np.nan], 0.5)
    assert pickle.loads(pickle.dumps(one)) == one == stats.wilson_interval([1, 2], [3, 0])
    assert pickle.loads(pickle.dumps(other)) == other
    assert one != stats.wilson_interval([1, 2], [3, 4])


def test_results_differ_by_any_number() -> None:
    """One limit more or less makes another result."""
    one = stats.wilson_interval([1, 2], [3, 4])
    assert one != stats.wilson_interval([1, 2], [3, 5])
    assert one != stats.wilson_interval([1], [3])
    assert one != stats.wilson_interval([1, 2], [3, 4], confidence=0.9)


@pytest.mark.parametrize("name", [name for name in KINDS if not stats._HOME[name].startswith(PUBLISHED)])
def test_reasons_have_words(name: str) -> None:
    """Every code that a docstring promises, or an example shows, is explained in both languages."""
    shown = {
        code
        for result in made(name)
        for field in attrs.fields(type(result))
        if "reason" in field.name
        for code in np.asarray(getattr(result, field.name), dtype=object).ravel().tolist()
    }
    assert not [code for code in sorted(documented(name) | shown - {""}) if not has_words(code)]


def test_documented_reasons_of_estimates_have_a_status() -> None:
    """Asking for the status of an estimate never fails for want of a word."""
    estimates = [name for name in KINDS if issubclass(getattr(stats, name), Estimate)]
    assert {"Interval", "MeanInterval", "StandardisedRate", "DesignEstimate"} <= set(estimates)
    assert not {code for name in estimates for code in documented(name) if "_" in code} - set(_STATUS)
