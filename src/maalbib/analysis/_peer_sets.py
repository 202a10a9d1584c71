"""Who is compared with whom: sets of peers from a definition, which explain themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from maalbib.analysis._context import Setting, as_flag, as_period, of_type
from maalbib.analysis._labels import Labels, labels_of
from maalbib.analysis._peer_set_columns import set_columns
from maalbib.analysis._peer_set_context import common_periods, conditions_of
from maalbib.analysis._peer_set_explained import Explained
from maalbib.analysis._peer_set_question import Question, answered
from maalbib.analysis._peer_set_scene import scene_of
from maalbib.analysis._unknown_codes import unknown
from maalbib.catalogue import Catalogue
from maalbib.errors import ArgumentError
from maalbib.model import NearestPeers, PeerDefinition, Period
from maalbib.register import Register

if TYPE_CHECKING:
    from maalbib.measurements import Measurements

__all__ = ["PeerSets", "peer_sets"]


class PeerSets(Explained):
    """The peers of each unit; rows are :class:`PeerRow`, a unit's peers beside each other in their order. See :func:`peer_sets`.

    Parameters
    ----------
    table, labels
        As in :class:`Result`.
    question, origin
        What the sets were made from, and the sets that a variable was left out of; :func:`peer_sets` gives them.

    Notes
    -----
    Lists are directed: that B is a peer of A does not make A one of B. The same sets serve every year, unless the definition says
    that they are made anew; then there are sets for each period, and :meth:`at` chooses those of one.

    What sets were made from is held beside the rows, for :meth:`parts` and :meth:`without`. Sets that were read from a file, or that
    :meth:`public` took secret figures out of, do not hold it.

    Examples
    --------
    >>> import maalbib as mb
    >>> neighbours = mb.NeighbouringPeers(
    ...     id="naboer", name=mb.Text(da="Nabokommuner", en="Neighbours"), vintage="2024"
    ... )
    >>> sets = mb.peer_sets(neighbours, register=mb.Register.denmark())
    >>> sets.of("0147"), sets.outcome("0400")
    (('0101',), 'no_peer')
    >>> sets.report().without_peers["0400"]
    'no_peer'
    """

    __slots__ = ()

    def without(self, variable: str) -> PeerSets:
        """Return the sets as they were if a variable were left out of the distance.

        Parameters
        ----------
        variable
            Id of an indicator among :attr:`variables`; every variable of that indicator is left out.

        Returns
        -------
        PeerSets
            Made from the same conditions of the same units; their :meth:`changes` say who replaces whom.

        Raises
        ------
        UnknownCodeError
            If it is no variable.
        DefinitionError
            If it is the only one.
        ArgumentError
            If no distance is measured, or the sets do not hold what they were made from.
        """
        question = self._asked()
        if variable not in question.definition.indicators:
            if not question.definition.indicators:
                raise ArgumentError("peer_sets.no_distance", definition=question.definition.id)
            raise unknown(variable, "a variable of this distance", question.definition.indicators)
        return _made(question.without(variable), self._labels, (self, variable))


def peer_sets(
    definition: PeerDefinition | str,
    measurements: Measurements | None = None,
    *,
    units: str | Iterable[str] | None = None,
    period: str | Period | None = None,
    catalogue: Catalogue | None = None,
    register: Register | None = None,
    successors: bool = False,
) -> PeerSets:
    """Give each unit its peers by a definition.

    Parameters
    ----------
    definition
        A definition, or the id of one in the catalogue.
    measurements
        The conditions, for a distance; for the other kinds they say which units there are.
    units
        Whose peers; all who take part where None. Peers are chosen among all, whoever is asked about.
    period
        The period that the peers are used in, a Period or its text: those that do not exist then are reported as ``gone``. Of a
        definition that is made anew for each period, the one wanted; all where None.
    catalogue
        The definitions of indicators, with groups; the one attached to the measurements where None.
    register
        For levels, regions, neighbours, groups and reforms; the one attached to the measurements where None.
    successors
        Whether a peer that is gone is replaced by the one institution that came after it. A peer that was split, and one whose
        successor is the unit itself or a peer already, are replaced by nobody.

    Returns
    -------
    PeerSets
        A row for each peer; one row without a peer, and the reason, for a unit that has none.

    Raises
    ------
    ArgumentError
        If the definition needs measurements, a register or a day that there is not, a variable has no values in its period, or
        nobody can be told to take part.
    UnknownCodeError
        If the definition, a unit, a group or a variable is not known, or the definition names units that the register does not
        know.
    PeriodError
        If the text of the period is none.

    Notes
    -----
    Who takes part: the definition's scope; else those it names; else those that there are measurements of, of a distance those of its
    variables; else the municipalities of the register on the day of the vintage. Who was not there on a single day of the vintage is
    ``gone`` and nobody's peer. Only units of one level are compared, unless somebody listed or classed them. A distance is measured, and its variables scaled, within a level.

    A unit is never its own peer, by its code and not by its place in an order. Equal distances are ordered by code, so that the
    result does not depend on the order of the rows. Values that are withheld, or known as a bound, count as missing.

    A fixed definition uses the conditions of its vintage for every year. One that is ``rolling`` makes sets for each period: a change of
    a benchmark is then partly a change of who is in it.

    The column ``hidden`` says which rows rest on values that may not be shown: :meth:`Result.public` takes their distances, parts and
    positions out, and of confidential ones the peers too.

    Cost: that of :func:`maalbib.stats.nearest` for a distance, else proportional to the number of pairs, of which there can be 16
    million at most.

    Examples
    --------
    >>> import maalbib as mb
    >>> denmark = mb.Register.denmark()
    >>> groups = mb.SameClass(
    ...     id="grupper",
    ...     name=mb.Text(da="Samme kommunegruppe", en="Same municipality group"),
    ...     groups=[f"dst-2018-{number}" for number in range(1, 6)],
    ... )
    >>> sets = mb.peer_sets(groups, register=denmark, units=["0751", "0400"])
    >>> sets.of("0751"), len(sets.of("0400"))
    (('0461', '0851'), 30)
    >>> print(sets.where(unit="0751")[:1].explain("en"))
    Aarhus, Same municipality group: Aarhus is compared with Odense.
    """
    of_type("catalogue", catalogue, Catalogue, optional=True)
    of_type("register", register, Register, optional=True)
    setting = None if measurements is None else Setting.of(measurements, catalogue, register)
    held = catalogue if setting is None else setting.catalogue
    lists = register if setting is None else setting.register
    rule = _definition(definition, held)
    when = None if period is None else as_period(period)
    if isinstance(rule, NearestPeers) and setting is None:
        raise ArgumentError("peer_sets.needs_measurements", definition=rule.id)
    scene = scene_of(
        rule,
        measurements=measurements,
        units=units,
        period=when,
        catalogue=held,
        register=lists,
        successors=successors,
    )
    question = Question(definition=rule, scene=scene, period=when, successors=as_flag("successors", successors))
    if isinstance(rule, NearestPeers) and setting is not None:
        periods = [rule.vintage or when] if rule.vintage or when else common_periods(rule, setting)
        conditions = tuple(conditions_of(rule, scene, setting, each) for each in periods if each is not None)
        question = attrs.evolve(question, conditions=conditions)
    return _made(question, _labels(question))


def _definition(definition: PeerDefinition | str, catalogue: Catalogue | None) -> PeerDefinition:
    if isinstance(definition, PeerDefinition):
        return definition
    known = {} if catalogue is None else catalogue.peer_definitions
    asked: Any = definition  # whatever the annotations say
    if not isinstance(asked, str):
        raise ArgumentError("peer_sets.definition")
    if definition not in known:
        raise unknown(definition, "a peer definition of the catalogue", known)
    return known[definition]


def _labels(question: Question) -> Labels:
    definition, scene = question.definition, question.scene
    found = labels_of(scene.catalogue, scene.register, indicators=definition.indicators, institutions=scene.codes)
    names = {definition.id: definition.name}
    names |= {f"{definition.id}.excluded.{code}": why for code, why in definition.excluded.items()}
    return attrs.evolve(found, names={**found.names, **names})


def _made(question: Question, labels: Labels, origin: tuple[PeerSets, str] | None = None) -> PeerSets:
    parts = [PeerSets.of_columns(*set_columns(question, answer), labels) for answer in answered(question)]
    return PeerSets(PeerSets.concat(parts, labels).to_arrow().replace_schema_metadata(None), labels, question, origin)
