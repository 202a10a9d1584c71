"""A set of definitions that belong together."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import attrs

from maalbib.catalogue import _tables as tables
from maalbib.catalogue._header import Header
from maalbib.catalogue._index import Index
from maalbib.errors import ArgumentError, CatalogueError
from maalbib.model import (
    Dimension,
    Document,
    FollowUp,
    FrozenDict,
    Goal,
    GoalKind,
    Indicator,
    IndicatorKind,
    IndicatorLink,
    Institution,
    Membership,
    Override,
    PeerDefinition,
    PeerGroup,
    ReadingRule,
    Source,
    Target,
    Text,
    Unit,
    builtin_units,
)
from maalbib.problems import Problems

if TYPE_CHECKING:
    from maalbib.catalogue._diff import CatalogueDiff
    from maalbib.catalogue._sources import Source as CatalogueSource

__all__ = ["Catalogue"]

Unknown = Literal["error", "keep"]


@attrs.frozen(kw_only=True, repr=False)
class Catalogue(Header):
    """Goals, indicators, targets and what belongs to them.

    Made from files with :meth:`load`, or from objects. Every table is an :class:`Index`: read-only, in the order of the
    file, with an error for an unknown code that names the nearest one. Catalogues are compared by their content.

    A target that was revised keeps its id: each version stands in ``targets`` with the day it was decided.
    ``targets[id]`` is the newest one, ``targets.versions(id)`` all of them.

    Attributes
    ----------
    id, name, agency
        Code of the catalogue, its title, and who answers for it.
    version
        Version of the content, ``major.minor.patch``: a patch changes texts, a minor adds, a major changes or removes a
        definition. See :meth:`diff`.
    languages
        Languages that its texts are meant to be in.
    schema_version
        Version of the form of the file.
    goals, indicators, targets, dimensions, institutions, groups, peer_definitions, reading_rules, documents, sources, units
        The tables, by code. ``groups`` are listed once for all; ``peer_definitions`` give each unit its own peers. ``units`` holds the catalogue's own units; the built-in ones need no entry.
    links, memberships
        Which indicator shows something about which goal, and which institution belongs to which.
    overrides, follow_ups
        States that people have set beside the computed ones, and what they have noted on states.
    extras
        Tables and fields of a newer version that this one does not know; written back unchanged.
    problems
        Warnings from loading. Not part of the content.

    Raises
    ------
    CatalogueError
        If entries contradict each other: an unknown reference, an id that stands twice, a cycle of goals, a target
        against the direction of its indicator. All of them are named.

    Examples
    --------
    >>> from maalbib import Catalogue
    >>> catalogue = Catalogue.load("sammenhaengsreform-2018")
    >>> catalogue.goals["NG2"].text("da")
    'Mere frihed og tid til velfærd.'
    >>> [indicator.id for indicator in catalogue.indicators_of("NG4")][:2]
    ['sickness_absence_rate', 'employee_satisfaction_mean']
    """

    goals: Index[Goal] = attrs.field(factory=Index[Goal], converter=tables.goals)
    indicators: Index[Indicator] = attrs.field(factory=Index[Indicator], converter=tables.indicators)
    targets: Index[Target] = attrs.field(factory=Index[Target], converter=tables.targets)
    links: tuple[IndicatorLink, ...] = attrs.field(default=(), converter=tables.links)
    overrides: tuple[Override, ...] = attrs.field(default=(), converter=tables.overrides)
    follow_ups: tuple[FollowUp, ...] = attrs.field(default=(), converter=tables.follow_ups)
    dimensions: Index[Dimension] = attrs.field(factory=Index[Dimension], converter=tables.dimensions)
    institutions: Index[Institution] = attrs.field(factory=Index[Institution], converter=tables.institutions)
    memberships: tuple[Membership, ...] = attrs.field(default=(), converter=tables.memberships)
    groups: Index[PeerGroup] = attrs.field(factory=Index[PeerGroup], converter=tables.groups)
    peer_definitions: Index[PeerDefinition] = attrs.field(
        factory=Index[PeerDefinition], converter=tables.peer_definitions
    )
    reading_rules: Index[ReadingRule] = attrs.field(factory=Index[ReadingRule], converter=tables.reading_rules)
    documents: Index[Document] = attrs.field(factory=Index[Document], converter=tables.documents)
    sources: Index[Source] = attrs.field(factory=Index[Source], converter=tables.sources)
    units: Index[Unit] = attrs.field(factory=Index[Unit], converter=tables.units)
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)
    problems: Problems = attrs.field(factory=Problems, eq=False)

    def __attrs_post_init__(self) -> None:
        problems = self._broken()
        if problems:
            raise CatalogueError(problems)
        used = {unit.id: unit for unit in (indicator.unit for indicator in self.indicators.values())}
        new = [unit for code, unit in used.items() if code not in self.units and code not in builtin_units()]
        if new:  # so that a written catalogue holds every unit it speaks of
            object.__setattr__(self, "units", tables.units((*self.units.entries, *new)))

    def _broken(self) -> Problems:
        from maalbib.catalogue._reporting import problem_of
        from maalbib.catalogue._rules import broken_rules
        from maalbib.catalogue._view import known_of, tables_of

        return Problems(problem_of(each) for each in broken_rules(tables_of(self), known_of(self)))

    @staticmethod
    def load(source: CatalogueSource | Sequence[CatalogueSource], *, unknown: Unknown = "error") -> Catalogue:
        """Read a catalogue.

        Parameters
        ----------
        source
            A shipped name (see :meth:`shipped`), a ``.toml`` or ``.json`` file, a folder of such files, plain data, or a list
            of these. Several files are read as one: an id stands in one of them, the header in one of them. Of a list,
            the last one with a header gives it: ``["danmark", "own.toml"]`` adds own targets to shipped indicators.
        unknown
            What is done with a field that this version does not know: ``"error"``, or ``"keep"`` it with a warning.
            Fields in a file of a newer minor version are always kept.

        Raises
        ------
        CatalogueError
            If anything is wrong; every fault is named with file, line and path.
        UnknownCodeError
            If the source is the name of neither a shipped catalogue nor a file.
        ArgumentError
            If the source is nothing that could be a catalogue.
        """
        from maalbib.catalogue._sources import SHIPPED, read_sources

        _choice("unknown", unknown, ("error", "keep"))
        if isinstance(source, str) and source in SHIPPED:
            return _shipped(source)
        return _made(read_sources(source), unknown)

    @staticmethod
    def from_text(
        text: str | bytes,
        format: Literal["toml", "json"],  # noqa: A002 - the word that callers expect
        *,
        name: str | None = None,
        unknown: Unknown = "error",
    ) -> Catalogue:
        """Read a catalogue from a text, for services that have no file.

        Parameters
        ----------
        text
            The content; bytes are read as UTF-8.
        format
            ``"toml"`` or ``"json"``.
        name
            What problems call the file.
        unknown
            As for :meth:`load`.

        Raises
        ------
        CatalogueError
            If anything is wrong; every fault is named with line and path.
        """
        from maalbib.catalogue._parsing import parsed

        _choice("format", format, ("toml", "json"))
        _choice("unknown", unknown, ("error", "keep"))
        return _made([parsed(text, format, name)], unknown)

    @staticmethod
    def shipped() -> dict[str, Text]:
        """Return the names of the catalogues that come with the library, with their titles."""
        from maalbib.catalogue._sources import titles

        return {name: Text(**title) for name, title in titles()}

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of a catalogue file, made from the rules of the classes.

        It accepts what :meth:`load` accepts, save for rules across fields and entries, which JSON Schema cannot say.
        """
        from maalbib.catalogue._json_schema import catalogue_schema

        return catalogue_schema()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data in the form of a file; what equals its default is left out."""
        from maalbib.catalogue._writing import plain_catalogue

        return plain_catalogue(self)

    def to_json(self) -> str:
        """Return the catalogue as JSON, the form that is meant for storing."""
        from maalbib.catalogue._writing import json_text

        return json_text(self)

    def to_toml(self) -> str:
        """Return the catalogue as TOML, the form that is meant for people."""
        from maalbib.catalogue._toml import toml_text

        return toml_text(self)

    def dump(self, path: str | os.PathLike[str]) -> None:
        """Write the catalogue to a ``.json`` or ``.toml`` file; reading it again gives an equal catalogue.

        Parameters
        ----------
        path
            The file; its ending says the form.

        Raises
        ------
        ArgumentError
            If the ending is another one.
        """
        from maalbib.catalogue._writing import write

        write(self, path)

    def digest(self) -> str:
        """Return a SHA-256 of the content, the same whatever the order of the entries."""
        from maalbib.catalogue._writing import digest

        return digest(self)

    def diff(self, newer: Catalogue) -> CatalogueDiff:
        """Return what a ``newer`` version adds, removes and changes, and which version number that calls for."""
        from maalbib.catalogue._diff import compare

        return compare(self, newer)

    def check(
        self,
        *,
        measurable: Iterable[GoalKind | str] = (GoalKind.NATIONAL,),
        as_of: dt.date | str | None = None,
        skip: Iterable[str] = (),
    ) -> Problems:
        """Return findings that are no errors: goals nobody measures, indicators on no goal, goals that overlap.

        Parameters
        ----------
        measurable
            Kinds of goals that ought to have an indicator and an owner.
        as_of
            The day on which goals are looked at as expired; None leaves that rule out.
        skip
            Codes of rules to leave out.

        Raises
        ------
        ArgumentError
            If a kind of goal or a rule is not known.
        """
        from maalbib.catalogue._checks import findings

        return findings(self, measurable=measurable, as_of=as_of, skip=skip)

    def indicators_of(self, goal: str) -> tuple[Indicator, ...]:
        """Return the indicators that are linked to a ``goal`` or that its targets speak of, each once.

        Raises
        ------
        UnknownCodeError
            If there is no such goal.
        """
        code = self.goals[goal].id
        linked = [link.indicator for link in self.links if link.goal == code]
        aimed = [target.indicator for target in self.targets.values() if target.goal == code and target.indicator]
        return tuple(self.indicators[indicator] for indicator in dict.fromkeys((*linked, *aimed)))

    def children(self, goal: str) -> tuple[Goal, ...]:
        """Return the goals right under a ``goal``, by their order and then as in the file.

        Raises
        ------
        UnknownCodeError
            If there is no such goal.
        """
        code = self.goals[goal].id
        below = [each for each in self.goals.values() if each.parent == code]
        return tuple(sorted(below, key=lambda each: (each.order is None, each.order or 0)))

    def result_share(self) -> Fraction | None:
        """Return the share of the indicators that measure results or experience; None where no indicator has a kind.

        Examples
        --------
        >>> from maalbib import Catalogue
        >>> Catalogue.load("sammenhaengsreform-2018").result_share()
        Fraction(31, 76)
        """
        kinds = [each.kind for each in self.indicators.values() if each.kind is not None]
        wanted = {IndicatorKind.RESULT, IndicatorKind.EXPERIENCE}
        return Fraction(sum(kind in wanted for kind in kinds), len(kinds)) if kinds else None

    def __repr__(self) -> str:
        """Return id, version and the size of each table."""
        from maalbib.catalogue._shapes import TABLES

        sizes = {table: len(getattr(self, table)) for table in TABLES}
        counts = ", ".join(f"{size} {table}" for table, size in sizes.items() if size)
        return f"<Catalogue {self.id} {self.version}: {counts or 'empty'}>"


def _made(raws: Sequence[Any], unknown: Unknown) -> Catalogue:
    from maalbib.catalogue._loading import load_files

    fields, problems = load_files(raws, keep=unknown == "keep")
    return Catalogue(**fields, problems=problems)


def _shipped(name: str) -> Catalogue:
    from maalbib.catalogue._shipped import shipped_catalogue

    return shipped_catalogue(name)


def _choice(argument: str, word: object, allowed: Sequence[str]) -> None:
    if word not in allowed:
        raise ArgumentError.choice(argument, allowed)
