"""Checks of plain arguments, for callers without a type checker."""

from __future__ import annotations

from datetime import date, datetime

from maalbib.errors import ArgumentError


def require_text(value: object, argument: str = "text") -> None:
    """Raise ArgumentError unless the value is a text."""
    if not isinstance(value, str):
        raise ArgumentError("argument.type", argument=argument, expected="str")


def require_date(value: object, argument: str) -> None:
    """Raise ArgumentError unless the value is a date; a timestamp is not one."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ArgumentError("argument.type", argument=argument, expected="datetime.date")
