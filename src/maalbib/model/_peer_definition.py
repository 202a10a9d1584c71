"""Who is compared with whom, and why those: what every kind of definition has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import CODES, TEXT, Entity
from maalbib.model._fields import Between, Each, IsA, Matches, as_tuple, optional
from maalbib.model._indicator import as_period
from maalbib.model._period import Period
from maalbib.model._target import Scope
from maalbib.model._text import Text

__all__ = ["PeerDefinition", "PeerExclusion"]


@attrs.frozen(kw_only=True)
class PeerExclusion:
    """An institution that takes no part, with the reason.

    Attributes
    ----------
    institution
        Its code.
    reason
        Why, in words.

    Examples
    --------
    >>> from maalbib import PeerExclusion, Text
    >>> PeerExclusion(institution="0411", reason=Text(da="ligger uden for kommunerne")).institution
    '0411'
    """

    institution: str = attrs.field(validator=Matches())
    reason: Text = attrs.field(validator=IsA((Text,), "a Text"))


@attrs.frozen(kw_only=True)
class PeerDefinition(Entity):
    """Base of every kind of definition: a rule that gives each unit its peers.

    A definition belongs to a purpose and a time: who is alike depends on what is compared, and when. The lists it gives are
    directed: B may be a peer of A without A being one of B.

    Attributes
    ----------
    id, name, description
        Code, what people call it, and more about it.
    purpose
        Ids of the indicators that the peers are compared on. None of them is a variable of the distance.
    area
        Service area that the peers are for, an open vocabulary.
    scope
        Who takes part, as units and as peers; None takes everyone of the same level that there is anything about.
    vintage
        The period that the definition describes: that of the context data and of the division into units. The same sets serve
        every year.
    source
        Where the definition comes from, in words.
    min_peers
        Fewest peers that a unit can be compared with; a unit with fewer has none, with the reason ``too_few``.
    exclusions
        Institutions that take no part, neither as units nor as peers, each with the reason.

    Examples
    --------
    >>> from maalbib import NeighbouringPeers, Text
    >>> from maalbib.model import PeerDefinition
    >>> neighbours = NeighbouringPeers(id="naboer", name=Text(da="Nabokommuner", en="Neighbours"))
    >>> isinstance(neighbours, PeerDefinition), neighbours.kind
    (True, 'contiguous')
    """

    KIND: ClassVar[str] = ""

    purpose: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)
    area: str | None = attrs.field(default=None, validator=optional(TEXT))
    scope: Scope | None = attrs.field(default=None, validator=optional(IsA((Scope,), "a Scope")))
    vintage: Period | None = attrs.field(
        default=None, converter=as_period, validator=optional(IsA((Period,), "a period"))
    )
    source: str | None = attrs.field(default=None, validator=optional(TEXT))
    min_peers: int = attrs.field(default=1, validator=Between(low=1, whole=True))
    exclusions: tuple[PeerExclusion, ...] = attrs.field(
        default=(), converter=as_tuple, validator=Each(IsA((PeerExclusion,), "a PeerExclusion"))
    )

    @property
    def kind(self) -> str:
        """The tag of its kind in files and results."""
        return self.KIND

    @property
    def indicators(self) -> tuple[str, ...]:
        """Ids of the indicators in the distance, each once; none where the kind measures no distance."""
        return ()

    @property
    def excluded(self) -> dict[str, Text]:
        """The institutions that take no part, with the reasons."""
        return {each.institution: each.reason for each in self.exclusions}

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if len(self.excluded) != len(self.exclusions):
            yield self._error("peers.excluded_twice", "exclusions")
