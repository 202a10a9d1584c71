"""The units whose conditions are nearest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._fields import Between, Choice, Each, IsA, optional
from maalbib.model._peer_definition import PeerDefinition
from maalbib.model._peer_variable import PeerVariable, as_variables
from maalbib.model._target import Scope
from maalbib.model._words import PeerMetric, PeerScaling

__all__ = ["NearestPeers"]

_OWN_SCALE: Final = frozenset({PeerMetric.GOWER, PeerMetric.MAHALANOBIS})


@attrs.frozen(kw_only=True)
class NearestPeers(PeerDefinition):
    """The k units whose conditions are nearest, in a stated distance over stated variables.

    Attributes
    ----------
    variables
        The conditions, each once; the id of an indicator stands for one of weight 1 without a transform. What is compared is never
        among them: peers chosen on the outcome are alike in the outcome.
    k
        How many peers at most. It never grows where distances are equal: the smaller code comes first.
    metric
        ``euclidean`` (weighted, the default), ``gower``, ``mahalanobis`` or ``need`` (the weights are the coefficients of a
        regression of need on the scaled variables).
    scaling
        For the Euclidean distance and need: ``z`` (the default), ``robust``, ``min_max`` or ``none``. With ``min_max`` one extreme
        unit moves every distance. Gower and Mahalanobis have a scale of their own.
    population
        The units whose spread the variables are scaled by; None takes all that take part.
    caliper
        The largest distance allowed; None allows any.
    min_coverage
        The least share of the weights, 0 to 1, that must be known of both units; a unit that is never known so well of is not
        comparable.
    shrink
        For Mahalanobis: how far the covariances are drawn towards none, 0 to 1.
    vintage
        The period of the context data. Required, unless ``rolling``.
    rolling
        Makes sets for each period from that period's data. A benchmark then moves for two reasons: the peers' values, and who the
        peers are.

    Examples
    --------
    >>> from maalbib import NearestPeers, PeerVariable, Text
    >>> alike = NearestPeers(
    ...     id="skolevilkaar-2024",
    ...     name=Text(da="Kommuner med lignende vilkår", en="Municipalities with similar conditions"),
    ...     purpose=["good_reading_share"],
    ...     variables=[PeerVariable(indicator="population", transform="log"), "tax_base"],
    ...     k=7,
    ...     vintage="2024",
    ... )
    >>> alike.indicators
    ('population', 'tax_base')
    """

    KIND: ClassVar[str] = "nearest"

    variables: tuple[PeerVariable, ...] = attrs.field(
        converter=as_variables, validator=Each(IsA((PeerVariable,), "a PeerVariable"))
    )
    k: int = attrs.field(validator=Between(low=1, whole=True))
    metric: PeerMetric = attrs.field(
        default=PeerMetric.EUCLIDEAN,
        converter=Choice(PeerMetric, "NearestPeers.metric"),
        validator=IsA((PeerMetric,), "a metric"),
    )
    scaling: PeerScaling = attrs.field(
        default=PeerScaling.Z,
        converter=Choice(PeerScaling, "NearestPeers.scaling"),
        validator=IsA((PeerScaling,), "a scaling"),
    )
    population: Scope | None = attrs.field(default=None, validator=optional(IsA((Scope,), "a Scope")))
    caliper: float | None = attrs.field(default=None, validator=optional(Between(low=0)))
    min_coverage: float = attrs.field(default=0.8, validator=Between(low=0, high=1))
    shrink: float = attrs.field(default=0.0, validator=Between(low=0, high=1))
    rolling: bool = attrs.field(default=False, validator=IsA((bool,), "true or false"))

    @property
    def indicators(self) -> tuple[str, ...]:
        """See :attr:`PeerDefinition.indicators`."""
        return tuple(dict.fromkeys(each.indicator for each in self.variables))

    def without(self, indicator: str) -> NearestPeers:
        """Return the definition without the variables of an ``indicator``.

        Raises
        ------
        DefinitionError
            If no variable is left.
        """
        kept = tuple(each for each in self.variables if each.indicator != indicator)
        return attrs.evolve(self, variables=kept)

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if not self.variables:
            yield self._error("peers.no_variables", "variables")
        elif not any(each.weight for each in self.variables):
            yield self._error("peers.no_weight", "variables")
        if len({(each.indicator, each.breakdown) for each in self.variables}) != len(self.variables):
            yield self._error("peers.variable_twice", "variables")
        outcome = next((i for i, each in enumerate(self.variables) if each.indicator in self.purpose), None)
        if outcome is not None:
            yield self._error("peers.outcome_in_distance", f"variables[{outcome}]")
        if self.min_peers > self.k:
            yield self._error("peers.min_above_k", "min_peers")
        yield from self._broken_vintage()
        yield from self._broken_metric()

    def _broken_vintage(self) -> Iterator[DefinitionError]:
        if not self.rolling and self.vintage is None:
            yield self._error("peers.needs_vintage", "vintage")
        if self.rolling and (self.vintage is not None or any(each.period is not None for each in self.variables)):
            yield self._error("peers.rolling_vintage", "rolling")

    def _broken_metric(self) -> Iterator[DefinitionError]:
        """Refuse an option that the distance would pass over in silence."""
        if self.metric in _OWN_SCALE and self.scaling is not PeerScaling.Z:
            yield self._error("peers.own_scale", "scaling")
        if self.metric is not PeerMetric.GOWER and any(each.categorical for each in self.variables):
            yield self._error("peers.categories_gower", "variables")
        if self.metric is PeerMetric.MAHALANOBIS and len({each.weight for each in self.variables}) > 1:
            yield self._error("peers.no_weights", "variables")
        if self.metric is not PeerMetric.MAHALANOBIS and self.shrink != 0:
            yield self._error("peers.shrink_only", "shrink")
