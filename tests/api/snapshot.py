"""The public names with their signatures, as text files beside this one.

Run as a script it compares; with ``--update`` it writes the files anew. The changelog says why they changed.
"""

from __future__ import annotations

import difflib
import enum
import importlib
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES = ("maalbib", "maalbib.stats")
HERE = Path(__file__).resolve().parent


def described(module_name: str) -> str:
    """Return every public name of a module: parameters, fields, properties and methods."""
    module = importlib.import_module(module_name)
    lines = [line for name in module.__all__ for line in _named(name, getattr(module, name))]
    return "\n".join(lines) + "\n"


def _named(name: str, value: object) -> Iterator[str]:
    if isinstance(value, type):
        bases = ", ".join(base.__name__ for base in value.__bases__ if base is not object)
        yield f"class {name}({bases})"
        yield from (f"    {line}" for line in _members(value))
    elif inspect.ismodule(value):
        yield f"module {name}"
    elif inspect.isroutine(value):
        yield f"def {name}{_signature(value)}"
    else:
        yield f"{name}: {_shown(value)}"


def _members(kind: type) -> Iterator[str]:
    if issubclass(kind, enum.Enum):
        yield from (f"{member.name} = {member.value!r}" for member in kind)
    elif attrs.has(kind):
        yield from (_field(field) for field in attrs.fields(kind))
    if inspect.isfunction(kind.__init__) and not _generated(kind) and not issubclass(kind, Exception | enum.Enum):
        yield f"def __init__{_signature(kind.__init__)}"
    names = {name for base in _own_bases(kind) for name in vars(base) if not name.startswith("_")}
    fields = {field.name for field in attrs.fields(kind)} if attrs.has(kind) else set()
    for name in sorted(names - fields):
        yield from _member(name, inspect.getattr_static(kind, name))


def _generated(kind: type) -> bool:
    """Tell whether attrs wrote the constructor: then the fields say all."""
    return kind.__init__.__code__.co_filename.startswith("<attrs generated")


def _own_bases(kind: type) -> list[type]:
    return [base for base in kind.__mro__ if base.__module__.startswith("maalbib")]


def _field(field: attrs.Attribute[object]) -> str:
    default = "" if field.default is attrs.NOTHING else f" = {_shown(field.default)}"
    positional = "" if field.kw_only else "  # positional"
    outside = "" if field.init else "  # not in the constructor"
    return f"{field.name}: {_annotation(field.type)}{default}{positional}{outside}"


def _member(name: str, member: object) -> Iterator[str]:
    if isinstance(member, property):
        yield f"property {name}: {_annotation(inspect.signature(member.fget).return_annotation)}"
    elif isinstance(member, classmethod | staticmethod):
        yield f"{type(member).__name__} {name}{_signature(member.__func__)}"
    elif inspect.isfunction(member):
        yield f"def {name}{_signature(member)}"
    elif not inspect.ismemberdescriptor(member) and not isinstance(member, enum.Enum):
        yield f"{name} = {_shown(member)}"


def _signature(function: object) -> str:
    signature = inspect.signature(function)
    parameters = [
        parameter.replace(
            annotation=_Text(_annotation(parameter.annotation))
            if parameter.annotation is not parameter.empty
            else parameter.empty,
            default=_Text(_shown(parameter.default)) if parameter.default is not parameter.empty else parameter.empty,
        )
        for parameter in signature.parameters.values()
    ]
    returns = signature.return_annotation
    if returns is not signature.empty:
        returns = _Text(_annotation(returns))
    return str(signature.replace(parameters=parameters, return_annotation=returns))


class _Text(str):
    """Text that stands in a signature without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _annotation(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _shown(value: object) -> str:
    """Return the text of a default; without an address in memory, which differs from run to run."""
    if isinstance(value, attrs.Factory):
        return f"Factory({value.factory.__name__})"
    if isinstance(value, type):
        return value.__name__
    text = repr(value)
    return f"<{type(value).__name__}>" if " at 0x" in text else text


def main(arguments: list[str]) -> int:
    """Compare or update; return the exit code."""
    different = False
    for module in MODULES:
        file, now = HERE / f"{module}.txt", described(module)
        if "--update" in arguments:
            file.write_text(now, encoding="utf-8")
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        lines = difflib.unified_diff(before.splitlines(), now.splitlines(), file.name, "now", lineterm="", n=1)
        for line in lines:
            different = True
            sys.stdout.write(line + "\n")
    return int(different)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
