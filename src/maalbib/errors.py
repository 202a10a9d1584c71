"""One family of errors: each has a code, details that JSON can carry, and Danish and English text.

They are split by who has to act. :class:`ArgumentError` and :class:`DefinitionError`: whoever wrote the call
or the definition. :class:`CatalogueError` and :class:`DataError`: whoever supplied the file; they carry every
problem that was found, not the first. :class:`MissingExtraError`: whoever installed the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maalbib import texts
from maalbib.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

__all__ = [
    "ArgumentError",
    "CatalogueError",
    "DataError",
    "DefinitionError",
    "MaalError",
    "MissingExtraError",
    "PeriodError",
    "ProblemsError",
    "UnknownCodeError",
]


class MaalError(Exception):
    """Base of every error that maalbib raises on purpose.

    Parameters
    ----------
    code
        Machine-readable name, stable between versions; its wording stands in ``maalbib.texts``.
    **details
        What the sentence names: text, numbers, booleans, or lists of them.

    Examples
    --------
    >>> error = ArgumentError("argument.range", argument="alpha", low=0, high=1)
    >>> str(error)
    'alpha must lie between 0 and 1.'
    >>> error.text("da")
    'alpha skal ligge mellem 0 og 1.'
    >>> error.to_dict()["code"]
    'argument.range'
    """

    def __init__(self, code: str, /, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def text(self, lang: str = "en") -> str:
        """Return the message and, where there is one, the advice, in ``"da"`` or ``"en"``."""
        parts = (texts.sentence(self.code, lang, **self.details), texts.hint(self.code, lang, **self.details))
        return " ".join(part for part in parts if part)

    def to_dict(self) -> dict[str, Any]:
        """Return code, both texts and details as plain data."""
        return {
            "code": self.code,
            "message_da": self.text("da"),
            "message_en": self.text("en"),
            "details": dict(self.details),
        }

    def __str__(self) -> str:
        """Return the English text; KeyError would show a repr."""
        return self.text("en")

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with details and notes, so that a process pool does not hide the cause."""
        return _rebuild, (type(self), self.args, self.details), self.__dict__


def _rebuild(kind: type[MaalError], args: tuple[Any, ...], details: dict[str, Any]) -> MaalError:
    return kind(*args, **details)


class ArgumentError(MaalError, ValueError):
    """A call was given an argument that no data could make right."""

    @classmethod
    def choice(cls, argument: str, allowed: Iterable[str]) -> ArgumentError:
        """Make the error for a word that is not one of the allowed ones."""
        return cls("argument.choice", argument=argument, allowed=list(allowed))


class DefinitionError(MaalError, ValueError):
    """A goal, indicator, target or other definition is illegal.

    ``details`` always names the ``model`` and the ``field``. Where several rules are broken at once, ``others``
    holds the rest.
    """

    others: Sequence[DefinitionError] = ()

    @classmethod
    def combined(cls, errors: Sequence[DefinitionError]) -> DefinitionError:
        """Return the first error with the others attached."""
        first = errors[0]
        first.others = tuple(errors[1:])
        return first

    def __str__(self) -> str:
        """Return every broken rule, a line each."""
        return "\n".join(error.text("en") for error in (self, *self.others))


class PeriodError(DefinitionError):
    """A text is not a period, or a period operation has no single answer."""


class UnknownCodeError(MaalError, KeyError):
    """A look-up by code found nothing; ``details`` may hold a ``suggestion``."""

    @classmethod
    def of(cls, column: str, code: str, known: Iterable[str]) -> UnknownCodeError:
        """Make the error for an unknown code, with the nearest known one where there is one."""
        suggestion = texts.closest(code, known)
        if suggestion is None:
            return cls("code.unknown_no_suggestion", column=column)
        return cls("code.unknown", column=column, suggestion=suggestion)


class ProblemsError(MaalError, ValueError):
    """Base of the errors that carry every problem found in a file or table."""

    def __init__(self, problems: Problems, /) -> None:
        super().__init__("problems.found", count=len(problems))
        self.args = (problems,)
        self.problems = problems

    def __str__(self) -> str:
        """Return a summary that stays short however many problems there are."""
        return self.problems.summary("en")

    def text(self, lang: str = "en") -> str:
        """Return the summary of the problems in ``"da"`` or ``"en"``."""
        return self.problems.summary(lang)

    def to_dict(self) -> dict[str, Any]:
        """Return the problems as plain data; at most twenty per code."""
        return {"code": self.code, "details": dict(self.details), "problems": self.problems.to_dicts(most=20)}

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with the problems and notes."""
        return type(self), (self.problems,), self.__dict__


class CatalogueError(ProblemsError):
    """A catalogue could not be loaded; ``problems`` names file, line and path of each fault."""


class DataError(ProblemsError):
    """Measurements could not be read or are not valid; ``problems`` names each row and column."""


class MissingExtraError(MaalError, ImportError):
    """A feature needs an optional package; the text holds the install line."""
