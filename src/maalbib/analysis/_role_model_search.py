"""One search for role models: what was asked, and the figures, verdicts and ranks that answer it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.analysis._binding import named_parts
from maalbib.analysis._context import Setting
from maalbib.analysis._peer_expected import Figures
from maalbib.analysis._peer_options import Options
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._role_model_columns import Answer
from maalbib.analysis._role_model_figures import Reading, figures_of
from maalbib.analysis._role_model_peers import Candidates
from maalbib.analysis._role_model_rules import Limits, looked_at, unit_fault
from maalbib.analysis._secrecy import Grades

if TYPE_CHECKING:
    from maalbib.model import Period

__all__ = ["Search", "answered"]

_RANKS: Final = ("rank", "rank_lower", "rank_upper", "ranked", "rank_reason")


@attrs.frozen(kw_only=True, eq=False)
class Search:
    """One call, checked."""

    setting: Setting
    unit: str
    result: str
    resources: tuple[str, ...]
    need: str | None
    periods: tuple[Period, ...]
    breakdown: str
    limits: Limits
    higher: bool
    min_verdict: int | None
    across_breaks: bool
    resource_exact: bool
    ranks: bool
    draws: int
    seed: int
    flags: tuple[str, ...]

    @property
    def options(self) -> Options:
        """What a comparison with the means of the peers would be asked with."""
        return Options(
            mean="unweighted",
            include_self=False,
            confidence=self.limits.confidence,
            over=INSTITUTION,
            min_difference=None,
            min_verdict=self.min_verdict,
            rule=None,
            across_sources=self.limits.across_sources,
        )

    def to_json(self) -> str:
        """Return what is recorded in each row."""
        own = attrs.asdict(self.limits) | {
            name: getattr(self, name)
            for name in ("across_breaks", "draws", "min_verdict", "need", "ranks", "resource_exact", "seed")
        }
        return json.dumps(own | {"periods": [str(when) for when in self.periods]}, sort_keys=True)


def answered(search: Search, candidates: Candidates, panels: dict[str, list[Any]]) -> Answer:
    """Read the figures and judge the candidates."""
    codes = (search.unit, *candidates.codes)
    reading = Reading(
        codes=codes,
        periods=search.periods,
        breakdown=search.breakdown,
        confidence=search.limits.confidence,
        min_verdict=search.min_verdict,
        across_breaks=search.across_breaks,
    )
    result = figures_of(search.setting, panels[search.result], search.result, reading, exact=False)
    resources = [
        figures_of(search.setting, panels[code], code, reading, exact=search.resource_exact)
        for code in search.resources
    ]
    grade: Grades = np.max([each.grade for each in (result, *resources)], axis=0)
    if search.need is not None:
        index, secret = _need(search, codes)
        resources = [each.divided(index) for each in resources]
        grade = np.maximum(grade, secret)
    fault = unit_fault(result, resources, grade) or candidates.fault
    found = None
    if not fault:
        found = looked_at(result, resources, grade, search.limits, higher=search.higher)
    return Answer(
        candidates=candidates,
        result=result,
        resources=resources,
        periods=[str(when) for when in search.periods],
        found=found,
        ranks=_ranks(search, codes) if search.ranks and found is not None else {},
        grade=int(grade[-1, 0]),
        fault=fault,
        broken=np.any([each.apart.any(axis=0) for each in (result, *resources)], axis=0),
        flags=search.flags,
    )


def _need(search: Search, codes: tuple[str, ...]) -> tuple[Any, Grades]:
    """Return the index of need, NaN where there is none, and why it may not be shown; (periods, units) each."""
    figures = Figures(search.setting, (str(search.need),))
    cells_ = [figures.columns(str(search.need), when, codes) for when in search.periods]
    index = np.stack([each[0] for each in cells_])
    return np.where(index > 0, index, np.nan), np.stack([each[3] for each in cells_]).astype(np.int8)


def _ranks(search: Search, codes: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Return the places of the units among each other in the last period, with their sets."""
    from maalbib.analysis._peers import compare_peers

    compared = compare_peers(
        search.setting.measurements,
        codes,
        period=search.periods[-1],
        catalogue=search.setting.catalogue,
        indicators=search.result,
        mean="unweighted",
        confidence=search.limits.confidence,
        min_verdict=search.min_verdict,
        across_sources=search.limits.across_sources,
        ranks=True,
        seed=search.seed,
        draws=search.draws,
    )
    wanted = named_parts(search.breakdown)
    return {
        row.institution: {name: getattr(row, name) for name in _RANKS}
        for row in compared
        if named_parts(row.breakdown) == wanted
    }
