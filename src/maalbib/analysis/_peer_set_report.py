"""What sets of peers look like as a whole, and how they differ from others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import attrs

from maalbib import stats, texts
from maalbib.analysis._arrays import Ints
from maalbib.analysis._labels import Labels
from maalbib.analysis._language import as_language
from maalbib.analysis._peer_set_wording import several
from maalbib.analysis._wording import counted, inside, percent
from maalbib.texts import number

__all__ = ["PeerChange", "PeerChanges", "PeerOverlap", "PeerReport", "changes_between", "overlap_of", "report_on"]

Sets = Mapping[str, tuple[str, ...]]


@attrs.frozen(kw_only=True)
class PeerReport:
    """The shape of sets of peers.

    Attributes
    ----------
    units, edges
        How many units, and how many peers they have in all.
    mutual_share
        The share of the edges whose peer has the unit as its peer too; None without edges.
    in_degree
        By unit, how many have it as a peer; in-degrees add up to the edges.
    distribution
        How many units are chosen so many times.
    hubs
        The units chosen most often, with the times: those chosen at least twice as often as the mean.
    never_chosen
        Units that are nobody's peer.
    without_peers
        Units without peers, with the outcome of each.
    labels
        Names for the sentences. Not compared.

    Examples
    --------
    >>> import maalbib as mb
    >>> neighbours = mb.NeighbouringPeers(id="naboer", name=mb.Text(da="Nabokommuner"), vintage="2024")
    >>> report = mb.peer_sets(neighbours, register=mb.Register.denmark()).report()
    >>> report.edges, report.mutual_share, len(report.without_peers)
    (374, 1.0, 7)
    """

    units: int
    edges: int
    mutual_share: float | None
    in_degree: Mapping[str, int]
    distribution: Mapping[int, int]
    hubs: tuple[tuple[str, int], ...]
    never_chosen: tuple[str, ...]
    without_peers: Mapping[str, str]
    labels: Labels = attrs.field(eq=False, repr=False)

    @property
    def max_in_degree(self) -> int:
        """The most times that one unit is chosen."""
        return max(self.in_degree.values(), default=0)

    def explain(self, lang: str = "da") -> str:
        """Return the report as sentences, in ``"da"`` or ``"en"``."""
        as_language(lang)
        fields = {
            "units": counted("units", self.units, lang),
            "edges": str(self.edges),
            "mutual": percent(self.mutual_share, lang),
        }
        said = [texts.sentence("peer_report.edges" if self.edges else "peer_report.no_edges", lang, **fields)]
        if self.hubs:
            named = [
                texts.sentence(
                    "peer_report.hub", lang, unit=self.labels.name(code, lang), times=counted("times", times, lang)
                )
                for code, times in self.hubs
            ]
            said.append(texts.sentence("peer_report.hubs", lang, hubs=several(named, lang)))
        for code, units in (
            ("peer_report.never", self.never_chosen),
            ("peer_report.without", tuple(self.without_peers)),
        ):
            if units:
                names = _names(units, self.labels, lang)
                said.append(texts.sentence(code, lang, count=str(len(units)), units=names))
        return " ".join(said)


@attrs.frozen(kw_only=True)
class PeerOverlap:
    """How far two ways of choosing peers agree.

    Attributes
    ----------
    units
        How many units have peers by both.
    common
        The mean number of peers in common.
    jaccard
        The mean of the peers in common over all that either chooses.
    by_unit
        By unit, how many peers are in common.
    """

    units: int
    common: float | None
    jaccard: float | None
    by_unit: Mapping[str, int]

    def explain(self, lang: str = "da") -> str:
        """Return the overlap as a sentence, in ``"da"`` or ``"en"``."""
        as_language(lang)
        if not self.units:
            return texts.sentence("peer_overlap.nothing", lang)
        common = number(self.common, lang, 2)
        return texts.sentence("peer_overlap.found", lang, common=common, jaccard=percent(self.jaccard, lang))


@attrs.frozen(kw_only=True)
class PeerChange:
    """What another choice does to the peers of one unit.

    Attributes
    ----------
    unit
        Whose peers.
    came, went
        Peers that it has by the new sets alone, and by the old ones alone, in the order of the lists.
    """

    unit: str
    came: tuple[str, ...]
    went: tuple[str, ...]


@attrs.frozen(kw_only=True)
class PeerChanges:
    """The units whose peers differ between two sets. A sequence of :class:`PeerChange`.

    Attributes
    ----------
    changes
        In the order of the units; a unit with the same peers is not there.
    without
        The variable that was left out, None where the sets differ in something else.
    definition
        Id of the new sets' definition.
    labels
        Names for the sentences. Not compared.
    """

    changes: tuple[PeerChange, ...]
    without: str | None
    definition: str
    labels: Labels = attrs.field(eq=False, repr=False)

    def __len__(self) -> int:
        return len(self.changes)

    def __iter__(self) -> Iterator[PeerChange]:
        return iter(self.changes)

    def __getitem__(self, index: int) -> PeerChange:
        return self.changes[index]

    def of(self, unit: str) -> PeerChange:
        """Return what changes for a unit, also where that is nothing."""
        return next((each for each in self.changes if each.unit == unit), PeerChange(unit=unit, came=(), went=()))

    def explain(self, lang: str = "da", *, unit: str | None = None) -> str:
        """Return a line for each unit, or for one: without density, Odder replaces Skive for Struer."""
        as_language(lang)
        if self.without is None:
            what = texts.sentence("peer_change.with_other", lang, definition=self.labels.name(self.definition, lang))
        else:
            what = texts.sentence("peer_change.without", lang, variable=inside(self.labels.thing(self.without, lang)))
        shown = self.changes if unit is None else tuple(each for each in self.changes if each.unit == unit)
        if not shown:
            return texts.sentence("peer_change.none", lang, what=what)
        return "\n".join(self._line(each, what, lang) for each in shown)

    def _line(self, change: PeerChange, what: str, lang: str) -> str:
        fields = {
            "what": what,
            "unit": self.labels.name(change.unit, lang),
            "came": _names(change.came, self.labels, lang),
            "went": _names(change.went, self.labels, lang),
        }
        kind = "replaced" if change.came and change.went else "came" if change.came else "went"
        many = max(len(change.came), len(change.went)) > 1
        return texts.sentence(f"peer_change.{kind}_many" if many else f"peer_change.{kind}", lang, **fields)


def _names(codes: tuple[str, ...], labels: Labels, lang: str) -> str:
    return several([labels.name(code, lang) for code in codes], lang)


def report_on(
    codes: Sequence[str], lists: tuple[Ints, Ints], outcomes: Mapping[str, str], labels: Labels
) -> PeerReport:
    """Return the report on the sets of one period.

    Parameters
    ----------
    codes
        Everybody who has a list or is in one.
    lists
        The lists on these codes.
    outcomes
        What came of looking for peers, of those who were asked about.
    labels
        Names for the sentences.
    """
    graph = stats.peer_graph(*lists)
    degree = dict(zip(codes, graph.in_degree.tolist(), strict=True))
    hubs = [code for code, hub in zip(codes, graph.hub.tolist(), strict=True) if hub]
    nobody = [code for code, alone in zip(codes, graph.without_peers.tolist(), strict=True) if alone]
    return PeerReport(
        units=len(outcomes),
        edges=graph.edges,
        mutual_share=graph.mutual_share if graph.edges else None,
        in_degree=degree,
        distribution=dict(sorted(Counter(degree.values()).items())),
        hubs=tuple((code, degree[code]) for code in sorted(hubs, key=lambda each: (-degree[each], each))),
        never_chosen=tuple(code for code, times in degree.items() if not times),
        without_peers={code: outcomes[code] for code in nobody if code in outcomes},
        labels=labels,
    )


def overlap_of(codes: Sequence[str], one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> PeerOverlap:
    """Return how far two sets agree, on the codes that both speak of."""
    found = stats.peer_overlap(one, other)
    units = int(found.both.sum())
    return PeerOverlap(
        units=units,
        common=found.mean_common if units else None,
        jaccard=found.mean_jaccard if units else None,
        by_unit={
            code: common
            for code, common, both in zip(codes, found.common.tolist(), found.both.tolist(), strict=True)
            if both
        },
    )


def changes_between(old: Sets, new: Sets) -> tuple[PeerChange, ...]:
    """Return the units whose peers differ."""
    found = (
        PeerChange(
            unit=unit,
            came=tuple(peer for peer in peers if peer not in old[unit]),
            went=tuple(peer for peer in old[unit] if peer not in peers),
        )
        for unit, peers in new.items()
        if unit in old
    )
    return tuple(each for each in found if each.came or each.went)
