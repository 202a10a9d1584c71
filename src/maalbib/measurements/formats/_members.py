"""Named members of JSON tables, each of the type that the format asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from maalbib.measurements._limits import RefusedError
from maalbib.problems import ProblemBlock

__all__ = ["Members", "text"]


@attrs.frozen
class Members:
    """How the members of one format are asked for; what is amiss refuses the file.

    Attributes
    ----------
    model
        Name of the format.
    """

    model: str

    def wrong_type(self, path: str, expected: str, rows: Sequence[int] = ()) -> RefusedError:
        """Return the refusal of a member of another type than the format asks for."""
        details = {"model": self.model, "field": path, "expected": expected}
        return RefusedError(ProblemBlock(code="type", path=path, rows=rows, details=details))

    def missing(self, path: str, rows: Sequence[int] = ()) -> RefusedError:
        """Return the refusal of a file without a member."""
        details = {"model": self.model, "field": path}
        return RefusedError(ProblemBlock(code="field.missing", path=path, rows=rows, details=details))

    def member(self, owner: Mapping[str, Any], name: str, path: str = "") -> Any:
        """Return a member that must be there."""
        if name not in owner:
            raise self.missing(f"{path}.{name}" if path else name)
        return owner[name]

    def table(self, value: object, path: str) -> Mapping[str, Any]:
        """Return a value that must be a table."""
        if not isinstance(value, dict):
            raise self.wrong_type(path, "a table")
        return value

    def array(self, value: object, path: str) -> list[Any]:
        """Return a value that must be an array."""
        if not isinstance(value, list):
            raise self.wrong_type(path, "an array")
        return value


def text(value: object) -> str | None:
    """Return a value if it is a text with something in it."""
    return value if isinstance(value, str) and value.strip() else None
