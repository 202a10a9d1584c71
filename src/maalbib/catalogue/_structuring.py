"""From plain data to definitions: strict, and every fault at once."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, Final

import attrs
from cattrs import Converter
from cattrs.errors import IterableValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from maalbib import texts
from maalbib.catalogue._faults import FieldError
from maalbib.catalogue._header import LANGUAGE
from maalbib.catalogue._shapes import FieldShape, shape_of
from maalbib.errors import DefinitionError
from maalbib.model import Frequency, Period, Text, Unit

__all__ = ["LARGEST", "UnknownUnit", "structured"]


LARGEST: Final = 2**53  # the last whole number that every double and every JSON reader agrees on

Hook = Callable[[Any, Any], Any]


@attrs.frozen
class UnknownUnit:
    """Stands in for the code of a unit that neither the file nor the library knows."""

    suggestion: str | None
    allowed: tuple[str, ...]


def structured(model: type, raw: Any) -> Any:
    """Return the definition that a table of plain data stands for.

    Raises
    ------
    Exception
        A tree of errors from cattrs; :func:`maalbib.catalogue._faults.walk` turns it into faults with paths.
    """
    return _hook_of(model)(raw, model)


@cache
def _converter() -> Converter:
    """Return a converter of our own: the global one is shared with the host program."""
    return Converter(detailed_validation=True)


@cache
def _hook_of(model: type) -> Hook:
    overrides = {name: override(struct_hook=_field_hook(shape)) for name, shape in shape_of(model).items()}
    if "extras" in attrs.fields_dict(model):
        overrides["extras"] = override(struct_hook=_as_is)
    build: Hook = make_dict_structure_fn(model, _converter(), **overrides)  # type: ignore[arg-type]

    def structure(value: Any, kind: Any) -> Any:
        if type(value) is not dict:
            raise FieldError("type", expected="a table")
        return build(value, kind)

    return structure


def _field_hook(shape: FieldShape) -> Hook:
    """Return what reads a field: its type first, then its own rule, so that all faults of an entry come at once."""
    read = _choice_hook(shape) if shape.choice is not None else _hook_for(shape.kind)
    rule = shape.rule

    def structure(value: Any, kind: Any) -> Any:
        found = read(value, kind)
        fault = None if rule is None else rule.fault(found)
        if fault is not None:
            raise FieldError(fault[0], **fault[1])
        return found

    if shape.many:
        return _each(structure)
    return _or_none(structure) if shape.optional else structure


def _as_is(value: Any, _: Any) -> Any:
    return value


def _or_none(read: Hook) -> Hook:
    return lambda value, kind: None if value is None else read(value, kind)


def _each(read: Hook) -> Hook:
    def structure(value: Any, kind: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise FieldError("type", expected="an array")
        found: list[Any] = []
        errors: list[Exception] = []
        for index, item in enumerate(value):
            try:
                found.append(read(item, kind))
            except Exception as error:  # noqa: BLE001 - every element is tried; the errors go on as a group
                error.add_note(_note(index))
                errors.append(error)
        if errors:
            raise _together(errors)
        return tuple(found)

    return structure


def _together(errors: list[Exception]) -> Exception:
    return IterableValidationError("elements", errors, tuple)  # pyright: ignore[reportCallIssue]


def _note(step: int | str) -> IterableValidationNote:
    """Return what says at which element a fault was found."""
    return IterableValidationNote("element", step, object)


def _hook_for(kind: type) -> Hook:
    """Return the hook of a type; the type itself is compared, never its base classes."""
    if kind in _EXACT:
        return _EXACT[kind]
    model: Any = kind
    return _words(model) if issubclass(kind, Enum) else _hook_of(model)


def _exact(kind: type, expected: str) -> Hook:
    def structure(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise FieldError("type", expected=expected)
        return value

    return structure


def _number(value: Any, _: Any) -> float:
    if type(value) is not int and type(value) is not float:
        raise FieldError("type", expected="a number")
    if not math.isfinite(value):
        raise FieldError("number.not_finite")
    if type(value) is int and abs(value) > LARGEST:
        raise FieldError("number.range", low=-LARGEST, high=LARGEST)
    return value


def _date(value: Any, _: Any) -> dt.date:
    if type(value) is dt.date:
        return value
    if type(value) is str and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise FieldError("date.format")


def _text(value: Any, _: Any) -> Text:
    if type(value) is not dict:
        raise FieldError("type", expected="a table of languages")
    if not value:
        raise FieldError("text.none")
    errors: list[Exception] = []
    for tag, words in value.items():
        fault = _text_fault(tag, words)
        if fault is not None:
            fault.add_note(_note(tag))
            errors.append(fault)
    if errors:
        raise _together(errors)
    return Text(**value)


def _text_fault(tag: str, words: Any) -> FieldError | None:
    if not re.fullmatch(LANGUAGE, tag):
        return FieldError("text.language")
    if type(words) is not str:
        return FieldError("type", expected="text")
    return None if words.strip() else FieldError("text.empty")


def _period(value: Any, _: Any) -> Period:
    if type(value) is not str:
        raise FieldError("type", expected="text")
    try:
        return Period.parse(value)
    except DefinitionError as error:
        details = {name: detail for name, detail in error.details.items() if name not in {"model", "field"}}
        raise FieldError(error.code, **details) from None


def _unit(value: Any, _: Any) -> Unit:
    if isinstance(value, Unit):
        return value
    if isinstance(value, UnknownUnit):
        code = "unit.unknown" if value.suggestion is None else "unit.did_you_mean"
        raise FieldError(code, suggestion=value.suggestion, allowed=list(value.allowed))
    raise FieldError("type", expected="the code of a unit")


def _words(kind: type[Enum]) -> Hook:
    members = {member.value: member for member in kind}

    def structure(value: Any, _: Any) -> Enum:
        if type(value) is not str:
            raise FieldError("type", expected="text")
        if value in members:
            return members[value]
        suggestion = texts.closest(value, members)
        code = "enum.unknown" if suggestion is None else "enum.did_you_mean"
        raise FieldError(code, allowed=list(members), suggestion=suggestion)

    return structure


def _choice_hook(shape: FieldShape) -> Hook:
    choice = shape.choice
    read = _words(shape.kind)

    def structure(value: Any, kind: Any) -> Any:
        aliases = {} if choice is None else choice.aliases
        return read(aliases.get(value, value) if type(value) is str else value, kind)

    return structure


_EXACT: Final[dict[type, Hook]] = {
    str: _exact(str, "text"),
    bool: _exact(bool, "true or false"),
    int: _exact(int, "a whole number"),
    float: _number,
    dt.date: _date,
    Text: _text,
    Period: _period,
    Unit: _unit,
    Frequency: _words(Frequency),
}
