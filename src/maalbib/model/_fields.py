"""Rules for single fields, written once: the classes check them, and JSON Schema is made from them.

A rule is a validator for ``attrs.field`` that also knows its JSON Schema. It never puts the value into the message.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Final, Protocol, TypeVar

import attrs

from maalbib import texts
from maalbib.errors import DefinitionError

__all__ = [
    "CODE",
    "Between",
    "Choice",
    "Each",
    "IsA",
    "Matches",
    "Rule",
    "as_date",
    "as_tuple",
    "optional",
    "rule_of",
]

# SDMX identifiers: letters, digits and _ @ $ -, in parts joined by dots.
CODE: Final = r"[A-Za-z0-9_@$-]+(?:\.[A-Za-z0-9_@$-]+)*"

E = TypeVar("E", bound=Enum)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


class Rule:
    """A field's constraint; called by attrs with the instance, the attribute and the value."""

    def schema(self) -> dict[str, Any]:
        """Return the constraint as JSON Schema keywords."""
        return {}

    def __call__(self, instance: object, attribute: _Named, value: Any) -> None:
        """Raise DefinitionError when the value breaks the rule."""
        fault = self.fault(value)
        if fault is not None:
            code, details = fault
            model = type(instance).__name__
            raise DefinitionError(code, model=model, field=attribute.name, **details)

    def fault(self, value: Any) -> tuple[str, dict[str, Any]] | None:
        """Return code and details of what is wrong, None when nothing is."""
        raise NotImplementedError


@attrs.frozen
class IsA(Rule):
    """The value has one of these types; a bool is not an int here."""

    types: tuple[type, ...]
    expected: str

    def fault(self, value: Any) -> tuple[str, dict[str, Any]] | None:
        """See :class:`Rule`."""
        fits = isinstance(value, self.types) and (not isinstance(value, bool) or bool in self.types)
        return None if fits else ("type", {"expected": self.expected})


@attrs.frozen
class Matches(Rule):
    """The value is text that matches a pattern from end to end."""

    pattern: str = CODE

    def schema(self) -> dict[str, Any]:
        """See :class:`Rule`."""
        return {"pattern": f"^(?:{self.pattern})$"}

    def fault(self, value: Any) -> tuple[str, dict[str, Any]] | None:
        """See :class:`Rule`."""
        if not isinstance(value, str):
            return "type", {"expected": "text"}
        return None if re.fullmatch(self.pattern, value) else ("code.format", {})


@attrs.frozen
class Between(Rule):
    """The value is a finite number within bounds, both included; ``whole`` asks for an int."""

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False

    def schema(self) -> dict[str, Any]:
        """See :class:`Rule`."""
        bounds = {"minimum": self.low, "maximum": self.high}
        return {key: bound for key, bound in bounds.items() if math.isfinite(bound)}

    def fault(self, value: Any) -> tuple[str, dict[str, Any]] | None:
        """See :class:`Rule`."""
        kinds = (int,) if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            return "type", {"expected": "a whole number" if self.whole else "a number"}
        if not math.isfinite(value):
            return "number.not_finite", {}
        if self.low <= value <= self.high:
            return None
        return "number.range", {"low": self.low, "high": self.high}


@attrs.frozen
class Each(Rule):
    """Every element of a tuple obeys a rule."""

    rule: Rule

    def fault(self, value: Any) -> tuple[str, dict[str, Any]] | None:
        """See :class:`Rule`."""
        if not isinstance(value, tuple):
            return "type", {"expected": "a tuple"}
        return next((fault for fault in map(self.rule.fault, value) if fault), None)


@attrs.frozen
class Optional(Rule):
    """None, or a value that obeys a rule."""

    rule: Rule

    def schema(self) -> dict[str, Any]:
        """See :class:`Rule`."""
        return self.rule.schema()

    def fault(self, value: Any) -> tuple[str, dict[str, Any]] | None:
        """See :class:`Rule`."""
        return None if value is None else self.rule.fault(value)


def optional(rule: Rule) -> Rule:
    """Return the rule that also lets None through."""
    return Optional(rule)


def rule_of(field: attrs.Attribute[Any]) -> Rule | None:
    """Return the rule of an attrs field, None where it has none."""
    return field.validator if isinstance(field.validator, Rule) else None


@attrs.frozen
class Choice:
    """Converter from a word to a member of an enumeration; other spellings are aliases.

    ``None`` passes through, so that the same converter serves optional fields.
    """

    kind: type[Enum]
    field: str
    aliases: Mapping[str, str] = attrs.field(factory=dict, hash=False)

    def __call__(self, word: Any) -> Any:
        """Return the member, or raise DefinitionError that lists the words."""
        if word is None or isinstance(word, self.kind):
            return word
        members = {member.value: member for member in self.kind}
        if isinstance(word, str):
            spelled = self.aliases.get(word, word)
            if spelled in members:
                return members[spelled]
        raise self.error(word, members)

    def error(self, word: Any, members: Iterable[str]) -> DefinitionError:
        """Return the error for a word that is none of the members."""
        model, _, name = self.field.partition(".")
        allowed = list(members)
        suggestion = texts.closest(word, allowed) if isinstance(word, str) else None
        code = "enum.unknown" if suggestion is None else "enum.did_you_mean"
        return DefinitionError(code, model=model, field=name, allowed=allowed, suggestion=suggestion)


def as_date(field: str) -> Callable[[Any], Any]:
    """Return a converter to a date: a date, a text ``YYYY-MM-DD``, or None."""

    def convert(value: Any) -> dt.date | None:
        if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
            return value
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        model, _, name = field.partition(".")
        raise DefinitionError("date.format", model=model, field=name) from None

    return convert


def as_tuple(value: Any) -> Any:
    """Turn a list into a tuple; leave everything else, so that the rule names the fault."""
    return tuple(value) if isinstance(value, list) else value
