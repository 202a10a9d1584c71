"""Docstrings of the public names: a short positive list of what each must have.

The strict part holds for the names of ``maalbib`` and ``maalbib.stats``; the rooms offer more to those who build on them.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from enum import Enum
from typing import TYPE_CHECKING

import pytest

import maalbib

if TYPE_CHECKING:
    from collections.abc import Callable

ROOMS = [f"maalbib.{found.name}" for found in pkgutil.iter_modules(maalbib.__path__) if found.name[0] != "_"]
SECTION = re.compile(r"^([A-Z][a-z]+(?: [A-Z][a-z]+)?)\n-{3,}$", re.MULTILINE)


def public(*modules: str) -> dict[str, object]:
    """Every public class and function of some modules, under the name that people import."""
    found = {}
    for module_name in modules:
        module = importlib.import_module(module_name)
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, type) or inspect.isroutine(value):
                found[f"{module_name}.{name}"] = value
    return found


PUBLIC = public(*ROOMS)
FACE = public("maalbib", "maalbib.stats")
CLASSES = {name: value for name, value in PUBLIC.items() if isinstance(value, type)}
FUNCTIONS = {name: value for name, value in PUBLIC.items() if not isinstance(value, type)}
FACE_CLASSES = {name: value for name, value in FACE.items() if isinstance(value, type)}
FACE_FUNCTIONS = {name: value for name, value in FACE.items() if not isinstance(value, type)}
MEMBERS = {
    f"{name}.{member}": value
    for name, kind in CLASSES.items()
    for member, value in vars(kind).items()
    if not member.startswith("_")
    and (inspect.isroutine(value) or isinstance(value, property | classmethod | staticmethod))
}


def sections(value: object) -> dict[str, str]:
    """The parts of a docstring by their headings; the part before the first is under ``""``."""
    parts = SECTION.split(inspect.cleandoc(value.__doc__ or ""))
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def described(text: str) -> list[str]:
    """The names that a section of parameters or attributes describes, in order."""
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "\t"))]
    return [name.strip().lstrip("*") for line in lines for name in line.split(" : ")[0].split(",")]


def parameters(function: Callable[..., object]) -> list[str]:
    """The names of the parameters that a caller may give."""
    return [name for name in inspect.signature(function).parameters if name not in {"self", "cls"}]


def fields(kind: type) -> list[str]:
    """What the constructor of a class takes; nothing for errors and fixed vocabularies."""
    if issubclass(kind, Exception | Enum) or not inspect.isfunction(kind.__init__):
        return []
    return parameters(kind.__init__)


def told(kind: type) -> set[str]:
    """What a class and those it inherits from describe."""
    parts = [sections(base) for base in kind.__mro__ if base.__module__.startswith("maalbib")]
    texts = [part.get(heading, "") for part in parts for heading in ("Parameters", "Attributes")]
    return {name for text in texts for name in described(text)}


def summary_of(value: object) -> str:
    """The first line."""
    return (sections(value)[""].splitlines() or [""])[0]


@pytest.mark.parametrize("name", [*PUBLIC, *MEMBERS])
def test_summary_is_one_sentence(name: str) -> None:
    """The first line is a sentence of its own."""
    value = PUBLIC.get(name) or MEMBERS[name]
    value = getattr(value, "__func__", value)
    text = sections(value)[""]
    assert re.match(r"[A-Z0-9`*\"(].*[.:?]$", summary_of(value)), text
    assert text.splitlines()[1:2] in ([], [""]), "the summary is one line"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_parameters_are_those_of_the_function_in_order(name: str) -> None:
    """Where parameters are listed, all are, in order, and types are left to annotations."""
    text = sections(FUNCTIONS[name]).get("Parameters")
    assert text is None or described(text) == parameters(FUNCTIONS[name])
    assert not re.search(r"^\w[\w, ]* : ", text or "", re.MULTILINE), "no types in the docstring"


@pytest.mark.parametrize("name", FACE_FUNCTIONS)
def test_parameters_are_listed(name: str) -> None:
    """Each function of the public face lists its parameters."""
    assert "Parameters" in sections(FACE_FUNCTIONS[name]) or not parameters(FACE_FUNCTIONS[name])


@pytest.mark.parametrize("name", FACE_CLASSES)
def test_fields_are_described(name: str) -> None:
    """Each field of a class is described under Parameters or Attributes, there or where it is inherited from."""
    assert set(fields(FACE_CLASSES[name])) - told(FACE_CLASSES[name]) == set()


@pytest.mark.parametrize("name", FACE_FUNCTIONS)
def test_what_returns_is_described(name: str) -> None:
    """Each function says what it returns, with unit and shape."""
    assert sections(FACE_FUNCTIONS[name]).get("Returns", "").strip()


@pytest.mark.parametrize("name", FACE)
def test_there_is_an_example_that_runs(name: str) -> None:
    """Each class and function has a doctest; errors and vocabularies are shown where they are used."""
    value = FACE[name]
    if isinstance(value, type) and issubclass(value, Exception | Enum):
        return
    assert ">>> " in sections(value).get("Examples", "")


@pytest.mark.parametrize("name", PUBLIC)
def test_references_are_numbered_and_cited(name: str) -> None:
    """Each reference is cited in the text, and each citation has its reference."""
    parts = sections(PUBLIC[name])
    listed = re.findall(r"^\.\. \[(\d+)\] ", parts.pop("References", ""), re.MULTILINE)
    cited = set(re.findall(r"\[(\d+)\]_", "\n".join(parts.values())))
    assert listed == [str(number) for number in range(1, len(listed) + 1)]
    assert cited == set(listed)


@pytest.mark.parametrize("name", [*FUNCTIONS, *MEMBERS])
def test_every_annotation_is_there(name: str) -> None:
    """Parameters and result of public functions and methods are annotated."""
    value = FUNCTIONS.get(name) or MEMBERS[name]
    function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    if not inspect.isfunction(function):
        return
    signature = inspect.signature(function)
    bare = [name for name in parameters(function) if signature.parameters[name].annotation is inspect.Parameter.empty]
    assert bare == []
    assert signature.return_annotation is not inspect.Signature.empty
