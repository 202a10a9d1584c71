"""Published rules for how large a difference must be before it is read as one."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import attrs

from maalbib.model._fields import Between, IsA, Matches, optional
from maalbib.model._frozen import FrozenDict
from maalbib.model._text import Text

__all__ = ["ReadingRule"]


@attrs.frozen(kw_only=True)
class ReadingRule:
    """A survey's own rule: a difference counts only when it is larger than ``min_difference``.

    The rule is applied to values rounded to ``decimals``, as published: in binary floats 4.2 - 4.1 is larger than 0.1 and
    4.3 - 4.2 is smaller, which no reader means.

    Attributes
    ----------
    id, name
        Code, and what people call it.
    min_difference
        The difference that does not count yet.
    strict
        Whether a difference equal to ``min_difference`` still does not count.
    decimals
        Decimals of the published values.
    valid_for_n
        Number of answers that the rule was made for; None where not stated.
    source
        Where it is published.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Examples
    --------
    >>> from maalbib.model import ReadingRule, Text
    >>> rule = ReadingRule(id="units", name=Text(da="Enheder"), min_difference=0.6)
    >>> rule.differs(4.1, 4.6), rule.differs(4.1, 4.8)
    (False, True)
    >>> ReadingRule(id="towns", name=Text(da="Kommuner"), min_difference=0.1).differs(4.1, 4.2)
    False
    """

    id: str = attrs.field(validator=Matches())
    name: Text = attrs.field(validator=IsA((Text,), "a Text"))
    min_difference: float = attrs.field(validator=Between(low=0))
    strict: bool = attrs.field(default=True, validator=IsA((bool,), "true or false"))
    decimals: int = attrs.field(default=1, validator=Between(0, 9, whole=True))
    valid_for_n: int | None = attrs.field(default=None, validator=optional(Between(low=1, whole=True)))
    source: str | None = attrs.field(default=None, validator=optional(IsA((str,), "text")))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)

    def differs(self, one: float, other: float) -> bool:
        """Return whether two published values differ by the rule."""
        difference = abs(self._published(one) - self._published(other))
        limit = Decimal(repr(self.min_difference))
        return difference > limit if self.strict else difference >= limit

    def _published(self, value: float) -> Decimal:
        """Return the value as printed: halves are rounded away from zero, as everywhere in the library."""
        return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)
