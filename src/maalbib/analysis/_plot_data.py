"""The numbers behind a plot, the same few columns for every kind of result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from maalbib import texts
from maalbib.analysis._marks import COLOURS

if TYPE_CHECKING:
    import pandas as pd

    from maalbib.analysis._result import Result

__all__ = ["plot_data"]

_NOTHING: Final = ""  # values that are held against nothing, so that 0 has no place on the axis
# Column of the value, its limits, what it is held against (a column, the number 0 or nothing), and the edges of a band.
_PARTS: Final[dict[str, tuple[str, str | None, str | None, str | None, str | None, str | None]]] = {
    "tracking": ("latest", None, None, "target_value", "target_low", "target_high"),
    "goal_board": ("latest", None, None, "target_value", "target_low", "target_high"),
    "tracking_history": ("latest", None, None, "target_value", "target_low", "target_high"),
    "tracking_changes": ("value", None, None, "target_value", None, None),
    "back_test": ("share", "lower", "upper", "mean_probability", None, None),
    "back_test_calls": ("probability", None, None, None, None, None),
    "trends": ("slope", "slope_lower", "slope_upper", None, None, None),
    "control_charts": ("latest", None, None, "centre", "lower", "upper"),
    "chart_points": ("value", None, None, "centre", "lower", "upper"),
    "rebase_proposals": ("shift", "shift_lower", "shift_upper", None, None, None),
    "gap_changes": ("gap_change", "gap_change_lower", "gap_change_upper", None, None, None),
    "attention_list": ("value", "lower", "upper", _NOTHING, None, None),
    "attention_reasons": ("value", "lower", "upper", "threshold", None, None),
    "exemplars": ("lead", None, None, "confirm_lead", None, None),
    "cohorts": ("gap", "gap_lower", "gap_upper", None, None, None),
    "comparison": ("gap", "gap_lower", "gap_upper", None, None, None),
    "dispersions": ("tau", "tau_lower", "tau_upper", "tau_first", None, None),
    "dispersion_periods": ("tau", "tau_lower", "tau_upper", None, None, None),
    "movements": ("n", None, None, "expected", "lower", "upper"),
    "frontier": ("score", "lower", "upper", None, None, None),
    "results_and_resources": ("result_gap", "result_gap_lower", "result_gap_upper", None, None, None),
    "role_models": ("gap", "gap_lower", "gap_upper", None, None, None),
    "roll_up": ("share_on_course", None, None, None, None, None),
    "peer_sets": ("distance", None, None, None, None, None),
    "peer_parts": ("share", None, None, None, None, None),
    "composite": ("rank", "range_lower", "range_upper", _NOTHING, None, None),
    "composite_plans": ("first_changes", None, None, None, None, None),
    "association": ("spearman", None, None, None, None, None),
}
# A shape for each state, so that colour is never alone; the names are matplotlib's.
_MARKERS: Final = {
    **dict.fromkeys(("met", "tested"), "o"),
    **dict.fromkeys(("on_track", "improving", "rising", "better", "higher", "positive"), "^"),
    **dict.fromkeys(("moving_away", "declining", "falling", "worse", "lower", "negative"), "v"),
    **dict.fromkeys(
        ("unchanged", "no_detectable_change", "no_detectable_difference", "no_clear_association", "no_signal"), "D"
    ),
    **dict.fromkeys(("unusual", "proposed"), "P"),
    **dict.fromkeys(("diverging", "more_than_chance"), "^"),
    **dict.fromkeys(("converging", "fewer_than_chance"), "v"),
    **dict.fromkeys(("differ", "as_chance"), "D"),
    "no_single_state": "d",
    "needs_a_look": "v",
    "worth_learning_from": "*",
    "both": "P",
    "nothing_found": "D",
    "exemplar": "*",
    "candidate": "^",
    "fell_back": "v",
    "not_selected": "D",
    "efficient": "*",
    "weakly_efficient": "p",
    "inefficient": "h",
    **dict.fromkeys(("peer", "most_alike", "no_peers", "not_known"), "o"),
    **dict.fromkeys(("most_apart", "between"), "D"),
    **dict.fromkeys(("better_cheaper", "role_model"), "^"),
    **dict.fromkeys(("better_dearer", "worse_cheaper", "not_role_model"), "D"),
    "worse_dearer": "v",
    **dict.fromkeys(("undecided", "service_level_unknown", "no_role_model"), "o"),
    **dict.fromkeys(("ranked", "not_ranked", "tried", "not_tried"), "o"),
    "gone": "X",
    "off_track": "s",
    "not_met": "X",
    **dict.fromkeys(("not_measurable", "not_judged", "not_compared"), "o"),
}


def plot_data(result: Result[Any], lang: str) -> pd.DataFrame:
    """Return one row for each row of the result."""
    import pandas as pd

    value, lower, upper, reference, low, high = _PARTS[result.NAME]
    rows = list(result)
    states = [row.state for row in rows]

    def numbers(name: str | None, otherwise: float = float("nan")) -> Any:
        cells = [getattr(row, name) if name else otherwise for row in rows]
        return pd.Series([float("nan") if cell is None else cell for cell in cells], dtype="float64")

    band = numbers(low).notna() & numbers(high).notna()
    return pd.DataFrame(
        {
            "label": [row.about(lang) for row in rows],
            "value": numbers(value),
            "lower": numbers(lower),
            "upper": numbers(upper),
            "reference": numbers(reference, 0.0 if reference is None else float("nan")),
            "region_low": numbers(low).where(band),
            "region_high": numbers(high).where(band),
            "state": states,
            "state_text": [texts.phrase("state", state, lang) for state in states],
            "marker": [_MARKERS[state] for state in states],
            "colour": [COLOURS[state] for state in states],
        }
    )
