"""What a list of attention is about, and the verbs that it asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import attrs

from maalbib.analysis._attention_checks import gap_findings, peer_findings, trend_findings, unusual_findings
from maalbib.analysis._attention_findings import Board, Findings
from maalbib.analysis._attention_options import Options
from maalbib.analysis._attention_ranks import rank_findings
from maalbib.analysis._attention_targets import target_findings
from maalbib.analysis._context import Setting, as_day, as_period, chosen
from maalbib.analysis._gap_changes import compare_gaps
from maalbib.analysis._peer_arguments import compared_of
from maalbib.analysis._peer_options import Options as PeerOptions
from maalbib.analysis._peer_request import Asked, asked_for
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._peers import compare_peers
from maalbib.analysis._track import track
from maalbib.analysis._trends import detect_trends
from maalbib.errors import ArgumentError
from maalbib.measurements import Measurements
from maalbib.model import Period

if TYPE_CHECKING:
    from maalbib.analysis._comparison import Comparison
    from maalbib.catalogue import Catalogue
    from maalbib.register import Register

__all__ = ["Request"]

_YEAR = dt.timedelta(days=365)  # back from the first day of a period it ends up in that of a year before


@attrs.frozen(kw_only=True)
class Request:
    """What is looked at, when, and among whom."""

    setting: Setting
    past: Measurements
    when: Period
    since: Period
    asked: Asked
    wanted: list[str]

    @classmethod
    def of(
        cls,
        measurements: Measurements,
        catalogue: Catalogue | None,
        register: Register | None,
        period: str | Period,
        since: str | Period | None,
        peers: Any,
        indicators: str | Iterable[str] | None,
        as_of: str | dt.date | None,
    ) -> Request:
        """Read the arguments."""
        setting, when = Setting.of(measurements, catalogue, register), as_period(period)
        if as_of is not None:
            setting = Setting.of(
                setting.measurements.as_of(as_day("as_of", as_of)), setting.catalogue, setting.register
            )
        before = _a_year_before(when) if since is None else as_period(since, "since")
        if before.freq is not when.freq or not before < when:
            raise ArgumentError("attention.since_order", period=str(when))
        return cls(
            setting=setting,
            past=_until(setting.measurements, when),
            when=when,
            since=before,
            asked=asked_for(peers, setting, INSTITUTION, (before, when)),
            wanted=compared_of(setting, indicators),
        )

    @property
    def _peers(self) -> Any:
        """Return whom to compare with, found once for all verbs."""
        return self.asked.group if self.asked.redrawn is None else self.asked.redrawn

    @property
    def _named(self) -> list[str] | None:
        """Return the indicators by name; None where there are none, which is no empty choice of somebody's."""
        return self.wanted or None

    @property
    def _scene(self) -> dict[str, Any]:
        return {"catalogue": self.setting.catalogue, "register": self.setting.register}

    def comparison(self, options: Options) -> Comparison:
        """Compare every unit with its peers in the period."""
        return compare_peers(
            self.setting.measurements,
            self._peers,
            period=self.when,
            indicators=self._named,
            mean=options.mean,
            confidence=options.confidence,
            min_verdict=options.min_verdict,
            **self._scene,
        )

    def findings(
        self, board: Board, options: Options, targets: str | Iterable[str] | None, as_of: str | dt.date | None
    ) -> list[Findings]:
        """Make every check that was asked for."""
        makers: dict[str, Callable[[], list[Findings]]] = {
            "level_against_peers": lambda: [peer_findings(board, options.alpha)],
            "level_against_target": lambda: self._targets(board, options, targets, as_of),
            "trend": lambda: self._trends(board, options),
            "gap": lambda: self._gaps(board, options),
            "rank_set": lambda: self._ranks(board, options),
            "unusual_among_peers": lambda: [unusual_findings(board, options.alpha)],
        }
        return [found for check in options.checks for found in makers[check]()]

    def _targets(
        self, board: Board, options: Options, targets: str | Iterable[str] | None, as_of: str | dt.date | None
    ) -> list[Findings]:
        known = {} if self.setting.catalogue is None else self.setting.catalogue.targets
        wanted = [target.id for target in chosen("target", known, targets) if target.indicator in self.wanted]
        if not wanted:
            return []
        if as_of is None:
            raise ArgumentError("attention.as_of_needed")
        tracking = track(self.past, as_of=as_of, targets=wanted, min_verdict=options.min_verdict, **self._scene)
        return [target_findings(board, tracking, self.when, options.alpha)]

    def _trends(self, board: Board, options: Options) -> list[Findings]:
        measured = [code for code in self.wanted if code in self.past.indicators]
        trends = detect_trends(
            self.past, indicators=measured, alpha=options.alpha, min_verdict=options.min_verdict, **self._scene
        )
        return [trend_findings(board, trends, self.when)]

    def _gaps(self, board: Board, options: Options) -> list[Findings]:
        gaps = compare_gaps(
            self.setting.measurements,
            self._peers,
            periods=(self.since, self.when),
            indicators=self._named,
            mean=options.mean,
            confidence=options.confidence,
            min_verdict=options.min_verdict,
            **self._scene,
        )
        return [gap_findings(board, gaps, options.alpha)]

    def _ranks(self, board: Board, options: Options) -> list[Findings]:
        how = PeerOptions(
            mean=options.mean,
            include_self=False,
            confidence=options.confidence,
            over=INSTITUTION,
            min_difference=None,
            min_verdict=options.min_verdict,
            rule=None,
            across_sources=False,
            ranks=True,
            seed=options.seed,
            draws=options.draws,
        )
        return rank_findings(board, self.setting, self.wanted, self.when, self.asked, how)


def _a_year_before(when: Period) -> Period:
    return Period.of(when.start - _YEAR, when.freq)


def _until(measurements: Measurements, when: Period) -> Measurements:
    """Return the values of periods that begin no later than the one looked at."""
    import pyarrow.compute as pc

    used: Any = pc.unique(measurements.to_arrow()["period"])
    return measurements.select(period=[text for text in used.to_pylist() if as_period(text).start <= when.start])
