"""What measurements are broken down by: grade, sex, expenditure class."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import Entity
from maalbib.model._fields import Each, IsA, Matches, as_tuple
from maalbib.model._text import Text

__all__ = ["Category", "Dimension"]


@attrs.frozen(kw_only=True)
class Category:
    """One code of a dimension and what people call it.

    Examples
    --------
    >>> from maalbib.model import Category, Text
    >>> Category(id="4", name=Text(da="4. klasse")).id
    '4'
    """

    id: str = attrs.field(validator=Matches())
    name: Text = attrs.field(validator=IsA((Text,), "a Text"))


@attrs.frozen(kw_only=True)
class Dimension(Entity):
    """A column by which values are broken down; ``_T`` is always the total.

    Attributes
    ----------
    categories
        The codes, in their own order where they have one.
    ordered
        Whether the order means something, as in classes of expenditure; only then can ranks be made of it.

    Examples
    --------
    >>> from maalbib.model import Category, Dimension, Text
    >>> grades = [Category(id=code, name=Text(da=f"{code}. klasse")) for code in ("2", "4")]
    >>> Dimension(id="grade", name=Text(da="klassetrin"), categories=grades, ordered=True).codes
    ('2', '4')
    """

    categories: tuple[Category, ...] = attrs.field(
        default=(), converter=as_tuple, validator=Each(IsA((Category,), "a Category"))
    )
    ordered: bool = attrs.field(default=False, validator=IsA((bool,), "true or false"))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in order."""
        return tuple(category.id for category in self.categories)

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if len(set(self.codes)) != len(self.codes):
            yield self._error("dimension.twice", "categories")
