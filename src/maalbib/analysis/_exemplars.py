"""Who does it well, stably: selected in some periods, put to proof in others, beside what chance alone would give."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import attrs

from maalbib.analysis._context import Setting, as_least, as_period, probability_argument
from maalbib.analysis._exemplar_columns import exemplar_columns
from maalbib.analysis._exemplar_proof import Rules
from maalbib.analysis._exemplar_rows import ExemplarRow
from maalbib.analysis._exemplar_values import placed
from maalbib.analysis._exemplar_wording import overview
from maalbib.analysis._labels import Labels, labels_of
from maalbib.analysis._language import as_language
from maalbib.analysis._peer_arguments import chosen_among, periods_of, refuse_outcome, wanted_of
from maalbib.analysis._peer_options import Options
from maalbib.analysis._peer_request import Asked, one_group
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._result import Result
from maalbib.errors import ArgumentError
from maalbib.model import PeerGroup
from maalbib.stats._arrays import whole_number

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import Indicator, Period
    from maalbib.register import Register

__all__ = ["Exemplars", "best_practice"]


class Exemplars(Result[ExemplarRow]):
    """Who was among the best and whether that held; rows are :class:`ExemplarRow`.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("reading")
    >>> mb.best_practice(ms, n=1, select="2014/15", catalogue=mb.Catalogue.load("folkeskolen")).counts()
    {'not_judged': 4}
    """

    ROW = ExemplarRow
    NAME = "exemplars"

    def summary(self, lang: str = "da") -> str:
        """Return what the table shows as a whole, a line for each group of units: how many held, and how many were to be expected.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        """
        as_language(lang)
        groups: dict[int, list[ExemplarRow]] = {}
        for row in self:
            groups.setdefault(row.number, []).append(row)
        return "\n".join(overview(rows, lang) for rows in groups.values())


def best_practice(
    measurements: Measurements,
    indicators: str | Iterable[str] | None = None,
    *,
    n: int,
    select: str | Period | Iterable[str | Period],
    confirm: str | Period | Iterable[str | Period] = (),
    min_periods: int | None = None,
    min_confirm: int | None = None,
    peers: PeerGroup | str | Iterable[str] | None = None,
    catalogue: Catalogue | None = None,
    conditions: str | Iterable[str] = (),
    conditions_period: str | Period | None = None,
    confidence: float = 0.95,
    min_verdict: int | None = None,
    seed: int = 0,
    draws: int = 10_000,
    simulations: int = 2_000,
    register: Register | None = None,
) -> Exemplars:
    """Find those who are stably among the best, and put them to proof in other periods than they were selected by.

    Parameters
    ----------
    measurements
        The values.
    indicators
        Ids; all but the conditions where None.
    n
        How many make up the best, at least 1.
    select
        The periods that units are selected by, each a Period or its text.
    confirm
        The periods that show whether it held, all after those of selection. Without them nobody is put to proof.
    min_periods
        In how many periods of selection a unit must be among the best; in all of them where None.
    min_confirm
        In how many periods of proof; in all of them where None.
    peers
        The units: a :class:`PeerGroup`, the id of one in the catalogue or the register, or codes. None takes everybody of the same
        level: municipalities with municipalities, never with the country.
    catalogue
        Says which way is better; the one attached to the measurements where None.
    conditions, conditions_period
        Ids of indicators to allow for, and their period, as in :func:`compare_peers`: units are then placed by how much better they
        are than expected.
    confidence
        Of the rank sets and the range of how many hold, between 0 and 1.
    min_verdict
        Fewest people behind a value that may be judged; None judges all.
    seed, draws
        For the random errors that rank sets are drawn from, and how many.
    simulations
        How many times the proof is simulated, at least 100.
    register
        For groups, levels and names; the one attached to the measurements where None.

    Returns
    -------
    Exemplars
        A row for each unit and breakdown, also for those that were not selected.

    Raises
    ------
    ArgumentError
        If an option is out of range, a period serves both selection and proof or one of proof lies before one of selection, the
        periods are of different lengths, ``peers`` gives each unit peers of its own, or what is compared is among the conditions.
    UnknownCodeError
        If an indicator, a group or a member of it is not known.

    Notes
    -----
    *Shown*: the set of places, which holds for all units at once [1]_, lies wholly among the best n. *Likely*: it reaches them, and
    the value with noise removed [2]_ is among the best n. To hold is to have such a value again in other periods.

    The best of a noisy table are there in part by chance and fall back by themselves: regression to the mean. What of their lead was
    to be expected later is the shrunk one. ``expected_held`` draws true levels as the periods of selection tell them, and
    ``chance_held`` draws them anew for the periods of proof; both add the noise of those periods. Where fewer hold than expected true
    levels have moved, in some way or other.

    Units whose figures may not be shown take no part. Periods are only compared within themselves, so that a break between
    them moves nobody; where there is one the rows are flagged ``break_between``. Cost: rank sets of p units, draws times p squared
    for each period of selection, and simulations times p for each of proof.

    References
    ----------
    .. [1] Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Inference for ranks with applications to mobility
       across neighbourhoods and academic achievement across countries. Review of Economic Studies 91, 476-518.
    .. [2] Efron, B. and Morris, C. (1975). Data analysis using Stein's estimator and its generalizations. JASA 70, 311-319.

    Examples
    --------
    >>> import maalbib as mb
    >>> import pandas as pd
    >>> own = mb.Indicator(id="s", name=mb.Text(da="Fravær", en="Absence"), unit="days", direction="lower")
    >>> levels = {"0101": 6.0, "0147": 8.0, "0151": 8.1, "0153": 8.2, "0155": 9.0}
    >>> rows = [(who, str(2020 + year), level + 0.05 * year) for who, level in levels.items() for year in range(4)]
    >>> frame = pd.DataFrame(rows, columns=["institution", "period", "value"]).assign(indicator="s")
    >>> ms = mb.Measurements.from_pandas(
    ...     frame.assign(lower=frame["value"] - 0.4, upper=frame["value"] + 0.4),
    ...     catalogue=mb.Catalogue(id="E", agency="KL", version="1.0.0", indicators=[own]),
    ... )
    >>> found = mb.best_practice(ms, n=1, select=["2020", "2021"], confirm=["2022", "2023"])
    >>> row = found.row(institution="0101")
    >>> row.state, row.reason, row.held, round(row.expected_held, 1), round(row.chance_held, 1)
    ('exemplar', 'shown_and_held', 1, 1.0, 0.2)
    """
    setting = Setting.of(measurements, catalogue, register)
    early, late = periods_of(select, "select"), periods_of(confirm, "confirm")
    _require_apart(early, late)
    allowed_for = chosen_among(setting, "conditions", conditions)
    wanted = wanted_of(setting, indicators, {*allowed_for}, None)
    rules = Rules(
        best=whole_number("n", n, low=1),
        min_periods=_least("min_periods", min_periods, len(early)),
        min_confirm=_least("min_confirm", min_confirm, len(late)),
        confidence=probability_argument("confidence", confidence),
        seed=whole_number("seed", seed, low=0),
        draws=whole_number("draws", draws, low=100),
        simulations=whole_number("simulations", simulations, low=100),
    )
    options = Options(
        mean="unweighted",
        include_self=False,
        confidence=rules.confidence,
        over=INSTITUTION,
        min_difference=None,
        min_verdict=as_least("min_verdict", min_verdict),
        rule=None,
        across_sources=False,
        conditions=allowed_for,
        conditions_period=None if conditions_period is None else as_period(conditions_period, "conditions_period"),
    )
    asked = one_group(peers, setting, INSTITUTION)
    refuse_outcome(setting, wanted, asked, options)
    labels = _labels(setting, wanted, asked)
    parts = [
        Exemplars.of_columns(columns | {"number": number}, len(columns["institution"]), labels)
        for number, columns in enumerate(_groups(setting, wanted, (early, late), asked, options, rules))
    ]
    return Exemplars.concat(parts, labels)


def _require_apart(early: list[Period], late: list[Period]) -> None:
    if not early:
        raise ArgumentError("exemplars.no_period")
    every = (*early, *late)
    wrong = every if len({period.freq for period in every}) > 1 else tuple(sorted(set(early) & set(late)))
    if wrong:
        raise ArgumentError("exemplars.periods", both=[str(period) for period in wrong])
    before = sorted(period for period in late if period < max(early))
    if before:
        raise ArgumentError("exemplars.backwards", before=[str(period) for period in before], last=str(max(early)))


def _least(argument: str, value: int | None, most: int) -> int:
    if value is None:
        return most
    found = whole_number(argument, value, low=1)
    if found > most:
        raise ArgumentError("argument.range", argument=argument, low=1, high=most)
    return found


def _groups(
    setting: Setting,
    wanted: list[str],
    periods: tuple[list[Period], list[Period]],
    asked: Asked,
    options: Options,
    rules: Rules,
) -> Iterator[dict[str, Any]]:
    early, late = periods
    group = asked.group if isinstance(asked.group, PeerGroup) else None
    params = json.dumps(json.loads(options.to_json()) | attrs.asdict(rules), sort_keys=True)
    for code, panels in setting.panels(wanted):
        indicator = setting.indicator(code)
        for panel in [panel for panel in panels if panel.freq is early[0].freq] or panels[:1]:
            for units in placed(panel, indicator, [*early, *late], group, setting, options):
                yield exemplar_columns(units.beyond(rules.best), len(early), rules) | {
                    "indicator": code,
                    "peer_group": asked.id,
                    "best": rules.best,
                    "select": [[str(period) for period in early]] * len(units.institutions),
                    "confirm": [[str(period) for period in late]] * len(units.institutions),
                    "flags": [_flags(indicator, early, late)] * len(units.institutions),
                    "method": "rank_sets",
                    "params": params,
                    "level": rules.confidence,
                }


def _flags(indicator: Indicator | None, early: list[Period], late: list[Period]) -> list[str]:
    """Tell of a break between the first and the last period looked at."""
    breaks = () if indicator is None else indicator.breaks
    every = [*early, *late]
    first, last = min(period.start for period in every), max(period.start for period in every)
    return ["break_between"] if any(first < each.period.start <= last for each in breaks) else []


def _labels(setting: Setting, wanted: list[str], asked: Asked) -> Labels:
    codes = setting.measurements.institutions
    found = labels_of(setting.catalogue, setting.register, indicators=wanted, institutions=codes)
    return attrs.evolve(found, names={**found.names, asked.id: asked.name})
