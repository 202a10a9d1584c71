"""Who needs a look, and who can be learnt from: every reason by itself, and how much of it chance alone would find."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa

from maalbib import stats
from maalbib.analysis._attention_findings import Board, Findings, numbers
from maalbib.analysis._attention_options import CHECKS, AttentionFamily, Check, Options
from maalbib.analysis._attention_request import Request
from maalbib.analysis._attention_rows import WITHHELD, AttentionReason, AttentionRow
from maalbib.analysis._attention_verdicts import concluded
from maalbib.analysis._attention_wording import overview
from maalbib.analysis._columns import cells
from maalbib.analysis._labels import NO_LABELS, Labels
from maalbib.analysis._language import as_language
from maalbib.analysis._peer_options import Adjust, MeanKind
from maalbib.analysis._result import Result
from maalbib.analysis._spread_options import Hidden
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.analysis._peer_sets import PeerSets
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import PeerDefinition, PeerGroup, Period
    from maalbib.register import Register

__all__ = ["AttentionList", "AttentionReasons", "attention_list"]

_FOUND = ("needs_a_look", "worth_learning_from")


class AttentionReasons(Result[AttentionReason]):
    """What each check says of each row of a list; rows are :class:`AttentionReason`. Made by :meth:`AttentionList.reasons`.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("reading")
    >>> found = mb.attention_list(
    ...     ms, mb.Catalogue.load("folkeskolen"), period="2020/21", mean="unweighted", checks="trend"
    ... )
    >>> found.reasons(every=True).counts()
    {'needs_a_look': 2, 'not_judged': 2}
    """

    ROW = AttentionReason
    NAME = "attention_reasons"

    def _withheld(self) -> dict[str, Any]:
        return super()._withheld() | WITHHELD[self.NAME]


class AttentionList(Result[AttentionRow]):
    """What needs a look and what is worth learning from; rows are :class:`AttentionRow`.

    What each check found, with its figures, is had from :meth:`reasons`. Tables and JSON of the list hold the list alone.

    Parameters
    ----------
    table
        The rows, with the columns of :meth:`schema`.
    labels
        Names, units and decimals for the sentences.
    checks
        What each check says; None where the rows come from a table or JSON.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("reading")
    >>> mb.attention_list(
    ...     ms, mb.Catalogue.load("folkeskolen"), period="2020/21", mean="unweighted", checks="trend"
    ... ).counts()
    {'needs_a_look': 2, 'not_judged': 2}
    """

    ROW = AttentionRow
    NAME = "attention_list"
    __slots__ = ("_checks",)

    def __init__(self, table: pa.Table, labels: Labels = NO_LABELS, checks: AttentionReasons | None = None) -> None:
        super().__init__(table, labels)
        self._checks = checks

    def _like(self, table: pa.Table) -> Self:
        return type(self)(table, self._labels, self._checks)

    def public(self) -> Self:
        """Return the list as it may be shown, see :meth:`Result.public`; a withheld verdict takes its reasons with it."""
        checks = None if self._checks is None else self._checks.public()
        return type(self)(super().public()._table, self._labels, checks)  # noqa: SLF001 - of this class

    def _withheld(self) -> dict[str, Any]:
        return super()._withheld() | WITHHELD[self.NAME]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._table, self._labels, self._checks)

    def reasons(self, *, every: bool = False) -> AttentionReasons:
        """Return what the checks found about these rows, each with its figures.

        Parameters
        ----------
        every
            Whether checks that found nothing, or could not be made, are there too. Otherwise those that found something, by
            themselves or when all are looked at together.

        Raises
        ------
        ArgumentError
            If the rows were read from a table or JSON, which hold no checks.
        """
        if self._checks is None:
            raise ArgumentError("attention.not_kept")
        wanted = set(_keys(self._table))
        table = self._checks.to_arrow().replace_schema_metadata(None)
        kept = [key in wanted for key in _keys(table)]
        if not every:
            kept = [
                row and state in _FOUND for row, state in zip(kept, cells(table, "unadjusted_state"), strict=True)
            ]
        return AttentionReasons(table.filter(pa.array(kept, type=pa.bool_())).combine_chunks(), self._labels)

    def expected_false(self) -> float:
        """Return how many findings there would be, at most, if there were nothing to find, each check taken by itself.

        The sum of the column ``chance`` over the tests that were made. Findings both ways count: what needs a look and what is
        worth learning from.

        Examples
        --------
        >>> import maalbib as mb
        >>> ms = mb.Measurements.example("reading")
        >>> found = mb.attention_list(
        ...     ms, mb.Catalogue.load("folkeskolen"), period="2020/21", mean="unweighted", checks="trend"
        ... )
        >>> round(found.expected_false(), 3)
        0.1
        """
        return self.by_chance().total

    def by_chance(self) -> stats.BoardByChance:
        """Return how many findings chance alone would make, for each check in turn and in all.

        The checks are those that were made, in the order of the rules. Their findings are taken as independent of each other;
        those about one unit are not, so that the number varies more than ``sd`` says, and its mean is the same.

        Examples
        --------
        >>> import maalbib as mb
        >>> ms = mb.Measurements.example("reading")
        >>> found = mb.attention_list(
        ...     ms, mb.Catalogue.load("folkeskolen"), period="2020/21", mean="unweighted", checks="trend"
        ... )
        >>> found.by_chance().expected.round(3).tolist()
        [0.1]
        """
        table = self.reasons(every=True).to_arrow()
        chance, rule = numbers(table, "chance"), np.array(cells(table, "rule"), dtype=object)
        groups = [chance[(rule == check) & np.isfinite(chance)] for check in CHECKS]
        made = [group for group in groups if len(group)]
        return stats.board_by_chance([len(group) for group in made], [float(group.mean()) for group in made])

    def summary(self, lang: str = "da") -> str:
        """Return what the list shows as a whole: rows of each state, what was found, and what chance alone would find.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.

        Raises
        ------
        ArgumentError
            If the rows were read from a table or JSON, which hold no checks.
        """
        as_language(lang)
        shown = self.public()
        return overview(shown.counts(), shown.reasons(every=True), shown.by_chance(), lang)


def _keys(table: pa.Table) -> Iterator[tuple[str, ...]]:
    names = ("indicator", "institution", "breakdown", "period")
    return zip(*(cells(table, name) for name in names), strict=True)


def attention_list(
    measurements: Measurements,
    catalogue: Catalogue | None = None,
    *,
    period: str | Period,
    peers: PeerGroup | PeerDefinition | PeerSets | str | Iterable[str] | None = None,
    as_of: str | dt.date | None = None,
    targets: str | Iterable[str] | None = None,
    indicators: str | Iterable[str] | None = None,
    checks: Check | Iterable[Check] = CHECKS,
    since: str | Period | None = None,
    mean: MeanKind | None = None,
    alpha: float = 0.05,
    correct: bool = True,
    family: AttentionFamily = "all",
    adjust: Adjust = "benjamini_hochberg",
    hidden: Hidden = "leave_out",
    min_verdict: int | None = None,
    seed: int = 0,
    draws: int = 10_000,
    register: Register | None = None,
) -> AttentionList:
    """List what needs a look and what is worth learning from, with every reason, and never a score.

    Parameters
    ----------
    measurements
        The values.
    catalogue
        Indicators and targets; the one attached to the measurements where None.
    period
        The period looked at, a Period or its text. Later values are left out.
    peers
        As in :func:`compare_peers`; everybody of the same level where None.
    as_of
        The day whose knowledge is used, a date or ``"2026-06-30"``; all that is known where None. Needed where there are targets to
        check, see :func:`track`.
    targets
        Ids of the targets to check; all those of the indicators where None.
    indicators
        Ids to look at, all where None.
    checks
        Which checks to make, some of: ``"level_against_peers"`` (is the value worse than the mean of its peers),
        ``"level_against_target"`` (worse than the target, or than the agreed way to it while it is open), ``"trend"`` (is it
        worsening), ``"gap"`` (is it falling behind its peers), ``"rank_set"`` (does it lie in the worst quarter, whatever chance does
        to the order), and ``"unusual_among_peers"`` (is it unusually bad among units that differ anyway). Each finds the opposite too.
    since
        The period that a change of the gap is counted from; a year before where None.
    mean
        Kind of the peers' mean, as in :func:`compare_peers`.
    alpha
        Level of each check, and what the adjusted p are held against, between 0 and 1.
    correct
        Whether the adjusted p decides beside the check itself. What is lost by it stands in ``lost``.
    family
        Which checks are looked at together: those of the whole run, ``"all"``; of one kind, ``"check"``; of an ``"indicator"``; or of
        an ``"institution"``.
    adjust
        What is held at ``alpha``: the expected share of false findings, ``"benjamini_hochberg"``, or ``"benjamini_yekutieli"`` whatever
        the dependence; the probability of any, ``"holm"``, ``"hochberg"`` or ``"bonferroni"``.
    hidden
        What becomes of checks that rest on figures which may not be shown. ``"leave_out"``: they are not made, so that nothing can
        be read off the list. ``"keep"``: they are made, for internal use; what is shown withholds all that rests on them.
    min_verdict
        Fewest people behind a value that may be judged; None judges all.
    seed, draws
        For the random errors that rank sets are drawn from, and how many, at least 100.
    register
        For groups, levels and names; the one attached to the measurements where None.

    Returns
    -------
    AttentionList
        A row for each unit, indicator and breakdown, also where nothing could be checked.

    Raises
    ------
    ArgumentError
        If an option is out of range, there are targets to check and no ``as_of``, ``since`` is not before the period, or for the
        reasons of :func:`compare_peers`.
    UnknownCodeError
        If an indicator, a target, a group or a definition is not known.

    Notes
    -----
    Comparisons are those of :func:`compare_peers`, trends of :func:`detect_trends`, targets of :func:`track`, changes of gaps of
    :func:`compare_gaps`. A target that the interval of the value reaches is neither missed nor met beyond chance. Without
    uncertainty a missed target is a reason all the same, flagged ``not_tested``; a met one is none to praise.

    ``rank_set`` asks for a set of places, for all ranked units at once, wholly within a quarter. Its p is that of the unit being
    behind, or ahead of, three quarters of the others, by partial conjunction [1]_, whatever their dependence.

    All p of a run are adjusted together [2]_; with the default the expected share of false ones among what is found is at
    most ``alpha``. Checks about one unit move together, which that method tolerates where they move the same way.
    Indicators without a better direction are not judged against peers, only against targets.

    The list says where to look, and nothing of why. Cost: that of the verbs behind the checks; ranks take most of it, draws times
    the square of the units for each indicator.

    References
    ----------
    .. [1] Benjamini, Y. and Heller, R. (2008). Screening for partial conjunction hypotheses. Biometrics 64, 1215-1222.
    .. [2] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300.

    Examples
    --------
    >>> import maalbib as mb
    >>> import pandas as pd
    >>> own = mb.Indicator(
    ...     id="s", name=mb.Text(da="Fravær", en="Absence"), unit="days", direction="lower", aggregation="mean"
    ... )
    >>> values = {"0101": 9.6, "0147": 8.1, "0151": 8.0, "0153": 8.2, "0155": 8.1}
    >>> frame = pd.DataFrame({"institution": list(values), "value": list(values.values())}).assign(
    ...     indicator="s", period="2024"
    ... )
    >>> ms = mb.Measurements.from_pandas(
    ...     frame.assign(lower=frame["value"] - 0.3, upper=frame["value"] + 0.3),
    ...     catalogue=mb.Catalogue(id="E", agency="KL", version="1.0.0", indicators=[own]),
    ... )
    >>> found = mb.attention_list(ms, period="2024")
    >>> row = found.row(institution="0101")
    >>> row.state, row.reasons, row.lost
    ('needs_a_look', ('level_worse_than_peers', 'rank_set_in_worst_quarter'), ('unusual_among_peers',))
    """
    request = Request.of(measurements, catalogue, register, period, since, peers, indicators, as_of)
    options = Options.of(
        checks=checks,
        alpha=alpha,
        correct=correct,
        family=family,
        adjust=adjust,
        hidden=hidden,
        mean=mean,
        min_verdict=min_verdict,
        since=str(request.since),
        as_of=None if as_of is None else str(as_of),
        seed=seed,
        draws=draws,
    )
    comparison = request.comparison(options)
    board = Board(
        table=comparison.to_arrow(), definitions={code: request.setting.indicator(code) for code in request.wanted}
    )
    parts: list[Findings] = request.findings(board, options, targets, as_of)
    found = concluded(board, parts, options)
    columns, rows = found.reason_columns()
    reasons = AttentionReasons.of_columns(columns, rows, comparison.labels)
    made = AttentionList.of_columns(found.row_columns(), len(board), comparison.labels)
    return AttentionList(made._table, comparison.labels, reasons)  # noqa: SLF001 - of this class
