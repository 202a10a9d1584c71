"""How does a named cohort compare with the rest: two means, their difference, and what groups drawn by lot would show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib import texts
from maalbib.analysis._cohort_request import Cohort, cohort_of
from maalbib.analysis._cohort_row import CohortStanding
from maalbib.analysis._cohort_rules import cohort_columns, together
from maalbib.analysis._context import Setting, as_flag, as_least, at_least, probability_argument
from maalbib.analysis._labels import labels_of
from maalbib.analysis._language import as_language
from maalbib.analysis._peer_arguments import compared_of, periods_of
from maalbib.analysis._peer_families import found_by_chance
from maalbib.analysis._peer_options import MeanKind, Options, kind_of
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._peer_values import peer_values
from maalbib.analysis._result import Result
from maalbib.analysis._wording import none_judged
from maalbib.errors import ArgumentError
from maalbib.stats._arrays import whole_number

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import CohortPeers, PeerGroup, Period
    from maalbib.register import Register

__all__ = ["CohortComparison", "compare_cohort"]


class CohortComparison(Result[CohortStanding]):
    """How a cohort compares with the rest; rows are :class:`CohortStanding`.

    Examples
    --------
    >>> import maalbib as mb
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"institution": ["S0", "S1", "S2"], "value": [71.0, 60.0, 62.0]})
    >>> ms = mb.Measurements.from_pandas(frame.assign(indicator="s", period="2024"))
    >>> mb.compare_cohort(ms, ["S0"], period="2024", mean="unweighted").counts()
    {'not_compared': 1}
    """

    ROW = CohortStanding
    NAME = "cohorts"

    def expected_false(self) -> float:
        """Return how many differences would be found if the cohort differed from the rest in nothing.

        Examples
        --------
        >>> import maalbib as mb
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"institution": ["S0", "S1", "S2"], "value": [71.0, 60.0, 62.0]})
        >>> frame = frame.assign(indicator="s", period="2024", lower=frame["value"] - 2, upper=frame["value"] + 2)
        >>> ms = mb.Measurements.from_pandas(frame)
        >>> round(mb.compare_cohort(ms, ["S0"], period="2024", mean="unweighted").expected_false(), 2)
        0.05
        """
        return found_by_chance(self._table)

    def summary(self, lang: str = "da") -> str:
        """Return what the table shows as a whole: how many differences were found, and how many chance alone would give.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        """
        as_language(lang)
        table = self._table
        p_value, q_value, level = (table[name].to_numpy() for name in ("p_value", "q_value", "level"))
        judged = np.isfinite(p_value)
        if not judged.any():
            return none_judged(len(self), lang)
        return texts.sentence(
            "cohort.summary",
            lang,
            found=str(int((p_value[judged] <= 1 - level[judged]).sum())),
            judged=str(int(judged.sum())),
            chance=texts.number(self.expected_false(), lang, 1),
            kept=str(int((q_value[judged] <= 1 - level[judged]).sum())),
        )


def compare_cohort(
    measurements: Measurements,
    cohort: CohortPeers | PeerGroup | str | Iterable[str],
    *,
    period: str | Period | Iterable[str | Period],
    rest: PeerGroup | str | Iterable[str] | None = None,
    catalogue: Catalogue | None = None,
    indicators: str | Iterable[str] | None = None,
    mean: MeanKind | None = None,
    confidence: float = 0.95,
    min_difference: float | None = None,
    min_verdict: int | None = None,
    across_sources: bool = False,
    draws: int = 9_999,
    seed: int = 0,
    register: Register | None = None,
) -> CohortComparison:
    """Compare the mean of a named cohort, such as a partnership, with that of the rest.

    Parameters
    ----------
    measurements
        The values.
    cohort
        A :class:`CohortPeers` or :class:`PeerGroup`, the id of one in the catalogue or the register, or codes.
    period
        The period compared, a Period or its text, or several.
    rest
        Whom the cohort is held against: a group, the id of one, or codes. None takes everybody else of the same level who has rows:
        municipalities for municipalities. Members, and those whom the definition excludes, are never in it.
    catalogue
        Says which way is better and how values are averaged; the one attached to the measurements where None.
    indicators
        Ids to compare, all where None.
    mean
        ``"pooled"`` (sum of numerators over sum of denominators), ``"weighted"`` (by denominator, else by number of answers) or
        ``"unweighted"``, the same for both. None takes the kind that the indicator's aggregation asks for.
    confidence
        Level of the intervals, between 0 and 1.
    min_difference
        Smallest difference that matters, in the indicator's unit, at least 0; fills ``relevance``.
    min_verdict
        Fewest people behind each of the two means; None judges all.
    across_sources
        Whether values of different sources may be compared; the rows are flagged ``mixed_sources``.
    draws, seed
        How many groups are drawn by lot, where they are too many to go through, and the seed of the draws.
    register
        For groups, levels and names; the one attached to the measurements where None.

    Returns
    -------
    CohortComparison
        A row for each indicator, breakdown and period.

    Raises
    ------
    ArgumentError
        If an option is out of range, no kind of mean is given and the indicator has no aggregation, nobody is left in the cohort or
        the rest, the cohort holds several levels and no rest is given, or a definition lists no members.
    UnknownCodeError
        If a group, a member or an indicator is not known.
    PeriodError
        If the text of the period is none.

    Notes
    -----
    Two questions, two answers. Do the means differ beyond sampling noise? The interval of each mean is made
    as in :func:`compare_peers`, and the interval of the difference combines the two [1]_. That decides ``state``. Would groups
    of the same size, drawn by lot among all these units, differ as much? For ``among_groups`` the variance between units with noise
    removed [2]_ is added for every unit, by Student's t with two degrees of freedom less than there are units: a large cohort may
    well differ and still be no unusual one. ``permutation_share`` tells the same without a model, and would be the p-value of a test
    only if lots had been drawn.

    A cohort is seldom drawn by lot: who takes part was often ahead, or behind, before. So the sentences say that the two differ,
    and never why.

    A value that may not be shown is left out of a mean in which it is the only one of its kind, from which it could be worked
    out, and the row is flagged ``hidden_left_out``. A mean of too few people in all is hidden.

    With several indicators, breakdowns or periods some differences come from chance alone. ``q_value`` is p adjusted over everything
    compared in the call [3]_, ``family_size`` how much that is, and :meth:`CohortComparison.summary` says how many chance would give.
    None of them decides ``state``.

    Cost: proportional to units times draws, for each indicator, breakdown and period.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
       Statistics in Medicine 27, 1693-1702.
    .. [2] DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7, 177-188.
    .. [3] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical Society B
       57, 289-300.

    Examples
    --------
    >>> import maalbib as mb
    >>> import pandas as pd
    >>> shares = {"S0": 36, "S1": 38, "S2": 30, "S3": 31, "S4": 29, "S5": 33}
    >>> frame = pd.DataFrame({"institution": list(shares), "numerator": list(shares.values()), "denominator": 50})
    >>> share = mb.Indicator(
    ...     id="r", name=mb.Text(da="Læser godt"), unit="percent", direction="higher", aggregation="ratio_of_sums"
    ... )
    >>> ms = mb.Measurements.from_pandas(
    ...     frame.assign(indicator="r", period="2024", value=100 * frame["numerator"] / 50),
    ...     catalogue=mb.Catalogue(id="E", agency="KL", version="1.0.0", indicators=[share]),
    ... )
    >>> row = mb.compare_cohort(ms, ["S0", "S1"], period="2024")[0]
    >>> row.value, row.rest_value, row.gap, row.state
    (74.0, 61.5, 12.5, 'better')
    >>> row.permutation_groups, round(row.permutation_share, 3), row.permutation_method
    (15, 0.067, 'exact')
    """
    setting = Setting.of(measurements, catalogue, register)
    options = Options(
        mean=mean,
        include_self=False,
        confidence=probability_argument("confidence", confidence),
        over=INSTITUTION,
        min_difference=None if min_difference is None else at_least("min_difference", min_difference, 0),
        min_verdict=as_least("min_verdict", min_verdict),
        rule=None,
        across_sources=as_flag("across_sources", across_sources),
        seed=whole_number("seed", seed, low=0),
        draws=whole_number("draws", draws, low=1),
        family="all",
    )
    named, periods = cohort_of(cohort, rest, setting), periods_of(period)
    wanted = compared_of(setting, indicators)
    if not periods:
        raise ArgumentError("argument.periods", argument="period")
    labels = labels_of(setting.catalogue, setting.register, indicators=wanted, institutions=())
    labels = attrs.evolve(labels, names={**labels.names, named.id: named.name})
    found = list(_compared(setting, wanted, periods, named, options))
    parts = [CohortComparison.of_columns(columns, rows, labels) for columns, rows in together(found, options)]
    return CohortComparison.concat(parts, labels)


def _compared(
    setting: Setting, wanted: list[str], periods: list[Period], named: Cohort, options: Options
) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the columns of each indicator and period."""
    everybody = named.everybody
    for code, panels in setting.panels(wanted):
        indicator = setting.indicator(code)
        kind = kind_of(options, indicator, code)
        for when in periods:
            for panel in [panel for panel in panels if panel.freq is when.freq] or panels[:1]:
                values = peer_values(
                    panel, when, INSTITUTION, everybody, options.confidence, indicator, setting.secrecy
                )
                yield cohort_columns(values, code, indicator, when, kind, named, options)
