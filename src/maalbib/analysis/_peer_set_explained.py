"""What sets of peers can say of themselves."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from maalbib import texts
from maalbib.analysis._columns import cells
from maalbib.analysis._context import of_type
from maalbib.analysis._labels import Labels
from maalbib.analysis._language import as_language
from maalbib.analysis._peer_outcome import refuse_among
from maalbib.analysis._peer_set_parts import PeerParts, part_columns
from maalbib.analysis._peer_set_reading import Reading
from maalbib.analysis._peer_set_report import (
    PeerChanges,
    PeerOverlap,
    PeerReport,
    changes_between,
    overlap_of,
    report_on,
)
from maalbib.analysis._peer_set_wording import several
from maalbib.analysis._unknown_codes import code_of, unknown
from maalbib.analysis._wording import inside
from maalbib.errors import ArgumentError
from maalbib.model import NearestPeers

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue

__all__ = ["Explained"]

_NAMED = 15  # peers in a sentence


class Explained(Reading):
    """The questions that sets of peers answer about themselves."""

    __slots__ = ()

    def explain(self, lang: str = "da", *, internal: bool = False, unit: str | None = None) -> str:
        """Return every row's sentences, a line each; or, for one ``unit``, who its peers are and what makes them alike and unlike.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        internal
            Whether figures that may not be shown count all the same.
        unit
            One unit. Of a long list the first are named, and how many there are more; :meth:`of` has them all.
        """
        as_language(lang)
        if unit is None:
            return super().explain(lang, internal=internal)
        self._of(unit)
        shown = self if internal else self.public()
        rows = list(shown.where(unit=unit))
        peers = [row.labels.name(row.peer, lang) for row in rows if row.peer and row.state == "peer"]
        gone = [row.labels.name(row.peer, lang) for row in rows if row.peer and row.state == "gone"]
        name = self._labels.name(unit, lang)
        if not peers:
            return "\n".join(row.explain(lang, internal=internal) for row in rows)
        fields = {"unit": name, "count": str(len(peers)), "peers": several(peers, lang, _NAMED)}
        said = [texts.sentence("peer_set.who", lang, **fields)]
        if len(peers) > _NAMED:
            said.append(texts.sentence("peer_set.all", lang, code=unit))
        if gone:
            said.append(texts.sentence("peer_set.gone", lang, peers=several(gone, lang, _NAMED)))
        likeness = self._likeness(unit, lang, internal=internal)
        return " ".join([*said, *([likeness] if likeness else [])])

    def _likeness(self, unit: str, lang: str, *, internal: bool) -> str:
        """Say in what the peers of a unit are most and least like it, all taken together."""
        if self._question is None or not self.variables or len(self.vintages) > 1:
            return ""
        parts = self.parts(unit)
        total: dict[str, float] = {}
        for row in parts if internal else parts.public():
            if row.part is not None:
                total[row.variable] = total.get(row.variable, 0.0) + row.part
        if len(total) < 2:  # noqa: PLR2004 - of one nothing stands out
            return ""
        order = sorted(total, key=lambda code: (total[code], code))
        things = {
            name: inside(self._labels.thing(code, lang))
            for name, code in (("smallest", order[0]), ("largest", order[-1]))
        }
        return texts.sentence("peer_set.likeness", lang, unit=self._labels.name(unit, lang), **things)

    def parts(self, unit: str, peer: str | None = None) -> PeerParts:
        """Return what each variable adds to the distance between a unit and its peers.

        Parameters
        ----------
        unit
            Whose peers.
        peer
            One unit, a peer or not; all the unit's peers where None.

        Returns
        -------
        PeerParts
            A row for each peer and variable. The parts of a pair add up to the square of a Euclidean or Mahalanobis distance, and to
            the distance of the others.

        Raises
        ------
        UnknownCodeError
            If the unit or the peer takes no part.
        ArgumentError
            If no distance is measured, there are sets for several periods, or the sets do not hold what they were made from.
        """
        question = self._asked()
        if not isinstance(question.definition, NearestPeers):
            raise ArgumentError("peer_sets.no_distance", definition=question.definition.id)
        rows = self._of(unit)
        counted = [
            (other, distance)
            for other, distance, state, was in zip(
                *(cells(rows, name) for name in ("peer", "distance", "state", "instead_of")), strict=True
            )
            if state == "peer" and was is None
        ]
        if peer is not None:
            if code_of("peer", peer) not in question.scene.place:
                raise unknown(peer, "a unit that takes part", question.scene.place)
            counted = [(peer, dict(counted).get(peer))]
        (conditions,) = question.conditions
        columns, size = part_columns(
            question, conditions, unit, [other for other, _ in counted], [distance for _, distance in counted]
        )
        return PeerParts.of_columns(columns, size, self._labels)

    def changes(self, other: Reading | None = None) -> PeerChanges:
        """Return the units whose peers differ from those of other sets, and who replaces whom.

        Parameters
        ----------
        other
            The sets before; of sets from :meth:`without`, those with the variable where None.

        Raises
        ------
        ArgumentError
            If there is nothing to hold the sets against, or there are sets for several periods.
        """
        left_out = None
        _require_sets(other)
        if other is None:
            if self._origin is None:
                raise ArgumentError("peer_sets.no_origin")
            other, left_out = self._origin
        labels = Labels.merged((self._labels, other.labels))
        found = changes_between(other.public().lists(), self.public().lists())
        return PeerChanges(
            changes=found, without=left_out, definition=self._table["definition"][0].as_py(), labels=labels
        )

    def report(self) -> PeerReport:
        """Return the shape of the sets: mutual share, hubs, who is never chosen, who has no peers.

        Raises ArgumentError where there are sets for several periods, see :meth:`at`.
        """
        codes = self.everybody
        outcomes = dict(zip(cells(self._table, "unit"), cells(self._table, "outcome"), strict=True))
        return report_on(codes, self.edges(codes), outcomes, self._labels)

    def overlap(self, other: Reading) -> PeerOverlap:
        """Return how many peers these sets and others have in common, over the units that both have peers for.

        Raises ArgumentError where either has sets for several periods, see :meth:`at`.
        """
        _require_sets(other, optional=False)
        codes = sorted({*self.everybody, *other.everybody})
        return overlap_of(codes, self.edges(codes), other.edges(codes))

    def drift(self) -> tuple[tuple[str, str, PeerOverlap], ...]:
        """Return for sets that are made anew how far those of each period agree with those of the one before."""
        periods = [each for each in self.vintages if each is not None]
        return tuple((before, after, self.at(before).overlap(self.at(after))) for before, after in pairwise(periods))

    def refuse_outcome(self, indicator: str, catalogue: Catalogue | None = None) -> None:
        """Refuse to compare on an indicator that the peers were chosen by.

        Parameters
        ----------
        indicator
            Id of what is to be compared.
        catalogue
            What is known of indicators: one that counts the same as a variable, or is a part or a sum of it, is refused as well. The
            catalogue of the sets where None.

        Raises
        ------
        ArgumentError
            If the indicator is a variable, or shares what it counts with one.
        """
        if catalogue is None and self._question is not None:
            catalogue = self._question.scene.catalogue
        of_type("indicator", indicator, str)
        refuse_among("peers", indicator, self.variables, catalogue)


def _require_sets(other: object, *, optional: bool = True) -> None:
    if not isinstance(other, Reading) and not (optional and other is None):
        raise ArgumentError("argument.type", argument="other", expected="PeerSets")
