"""Results as people see them: the columns worth showing, written out, as text and as an HTML table.

The prompt, the notebook, the command line and the report all show the same cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from maalbib import texts
from maalbib.analysis import (
    _back_test_wording,
    _composite_wording,
    _role_model_wording,
    _roll_up_wording,
    _standing_wording,
    _wording,
)
from maalbib.analysis._grid import Grid
from maalbib.analysis._progress_wording import asked, label_of, measure
from maalbib.analysis._published_wording import method_name

if TYPE_CHECKING:
    from maalbib.analysis._result import Result

__all__ = ["COLOURS", "MARKS", "grid"]

# A mark for each state, so that colour is never alone.
MARKS: Final = {
    "met": "●",
    "on_track": "▲",
    "off_track": "■",
    "not_met": "✕",
    "moving_away": "▼",
    "unchanged": "◆",
    "improving": "▲",
    "declining": "▼",
    "rising": "↑",
    "falling": "↓",
    "unusual": "◇",
    "proposed": "◇",
    "tested": "●",
    "no_signal": "◆",
    "no_detectable_change": "◆",
    "better": "▲",
    "worse": "▼",
    "higher": "↑",
    "lower": "↓",
    "no_detectable_difference": "◆",
    "positive": "↗",
    "negative": "↘",
    "no_clear_association": "◆",
    "efficient": "●",
    "weakly_efficient": "◑",
    "inefficient": "◆",
    "no_single_state": "≡",
    "converging": "↘",
    "diverging": "↗",
    "differ": "◇",
    "more_than_chance": "↑",
    "fewer_than_chance": "↓",
    "as_chance": "◆",
    "peer": "●",
    "most_alike": "●",
    "most_apart": "◇",
    "between": "◆",
    "gone": "✕",
    "no_peers": "○",
    "not_known": "○",
    "ranked": "●",
    "tried": "●",
    "not_tried": "○",
    "not_ranked": "○",
    "needs_a_look": "▼",
    "worth_learning_from": "★",
    "both": "◧",
    "nothing_found": "◆",
    "exemplar": "★",
    "candidate": "☆",
    "fell_back": "◇",
    "not_selected": "◆",
    "better_cheaper": "▲",
    "better_dearer": "△",
    "worse_cheaper": "▽",
    "worse_dearer": "▼",
    "undecided": "◆",
    "service_level_unknown": "○",
    "role_model": "●",
    "not_role_model": "◇",
    "no_role_model": "○",
    "not_measurable": "○",
    "not_judged": "○",
    "not_compared": "○",
}
_NEUTRAL: Final = "#969696"
# Colours that keep their distance under every common form of colour-blindness, always beside a mark and a word. Where no
# direction is better they do not take sides.
COLOURS: Final = dict.fromkeys(MARKS, _NEUTRAL) | {
    "met": "#08519c",
    "on_track": "#6baed6",
    "off_track": "#E69F00",
    "not_met": "#993404",
    "moving_away": "#4d004b",
    "unchanged": "#f2d9a6",
    "improving": "#08519c",
    "declining": "#993404",
    "unusual": "#E69F00",
    "proposed": "#E69F00",
    "better": "#08519c",
    **dict.fromkeys(("better_cheaper", "role_model"), "#08519c"),
    **dict.fromkeys(("better_dearer", "worse_cheaper"), "#6baed6"),
    "worse_dearer": "#993404",
    "worse": "#993404",
    "needs_a_look": "#993404",
    "worth_learning_from": "#08519c",
    "exemplar": "#08519c",
    "candidate": "#6baed6",
    "fell_back": "#E69F00",
    "both": "#E69F00",
    **dict.fromkeys(("rising", "falling", "higher", "lower", "positive", "negative", "efficient"), "#6baed6"),
    **dict.fromkeys(("converging", "diverging", "differ", "more_than_chance", "fewer_than_chance"), "#6baed6"),
}

Cell = Callable[[Any, str], str]


def _if_judged(cell: Cell) -> Cell:
    """Leave a number out where it would be read as a finding that there is not."""
    return lambda row, lang: texts.MISSING if row.state == row.UNJUDGED else cell(row, lang)


def _value(field: str) -> Cell:
    return lambda row, lang: label_of(row).value(getattr(row, field), lang)


def _change(field: str) -> Cell:
    return lambda row, lang: label_of(row).change(getattr(row, field), lang)


def _of(indicator: str, field: str, *, change: bool = False) -> Cell:
    """Write a figure of the indicator that another column names."""

    def cell(row: Any, lang: str) -> str:
        label = row.labels.indicator(getattr(row, indicator))
        return str((label.change if change else label.value)(getattr(row, field), lang))

    return cell


def _interval(field: str, indicator: str = "indicator") -> Cell:
    """Write both limits of a difference in one cell; the unit stands beside the difference."""

    def cell(row: Any, lang: str) -> str:
        lower, upper = (getattr(row, f"{field}_{side}") for side in ("lower", "upper"))
        if lower is None and upper is None:
            return texts.MISSING
        write = row.labels.indicator(getattr(row, indicator)).bare_change
        return texts.sentence("cell.interval", lang, lower=write(lower, lang), upper=write(upper, lang))

    return cell


def _pace(field: str) -> Cell:
    return lambda row, lang: label_of(row).pace(getattr(row, field), lang)


def _plain(field: str, decimals: int | None = None) -> Cell:
    def cell(row: Any, lang: str) -> str:
        value = getattr(row, field)
        if value is None:
            return texts.MISSING
        if isinstance(value, float):
            return texts.number(value, lang, decimals)
        return _wording.whole(value, lang) if type(value) is int else str(value)

    return cell


def _p(field: str) -> Cell:
    return lambda row, lang: texts.p_value(getattr(row, field), lang)


def _name(field: str) -> Cell:
    return lambda row, lang: row.labels.name(getattr(row, field), lang)


def _maybe_name(field: str) -> Cell:
    def cell(row: Any, lang: str) -> str:
        code = getattr(row, field)
        return texts.MISSING if code is None else str(row.labels.name(code, lang))

    return cell


def _thing(field: str) -> Cell:
    def cell(row: Any, lang: str) -> str:
        code = getattr(row, field)
        return texts.MISSING if code is None else str(row.labels.thing(code, lang))

    return cell


def _variable_value(field: str) -> Cell:
    return lambda row, lang: str(row.labels.indicator(row.variable).value(getattr(row, field), lang))


def _if_named(field: str) -> Cell:
    return lambda row, lang: (
        texts.MISSING if getattr(row, field) is None else row.labels.name(getattr(row, field), lang)
    )


def _names(field: str) -> Cell:
    """Write the names of several codes, the row's own left out."""

    def cell(row: Any, lang: str) -> str:
        return ", ".join(row.labels.name(code, lang) for code in getattr(row, field) or () if code != row.institution)

    return cell


def _indicator(field: str) -> Cell:
    return lambda row, lang: row.labels.indicator(getattr(row, field)).name.get(lang)


def _target(row: Any, lang: str) -> str:
    """Name the target; without a name of its own by its indicator."""
    return str(row.labels.name(row.target, lang, row.labels.thing(row.indicator or row.target, lang)))


def _method(row: Any, lang: str) -> str:
    return method_name(row.method, lang)


def _part(row: Any, lang: str) -> str:
    return _wording.breakdown_text(row.breakdown, row.labels, lang)


def _phrase(group: str, field: str) -> Cell:
    def cell(row: Any, lang: str) -> str:
        value = getattr(row, field)
        return texts.MISSING if value is None else texts.phrase(group, value, lang)

    return cell


def _phrases(group: str, field: str) -> Cell:
    return lambda row, lang: ", ".join(texts.phrase(group, word, lang) for word in getattr(row, field))


def _percent(field: str) -> Cell:
    return lambda row, lang: _wording.percent(getattr(row, field), lang)


def _whole_percent(field: str) -> Cell:
    return lambda row, lang: _back_test_wording.whole_percent(getattr(row, field), lang)


def _wording_of_call(row: Any, lang: str) -> str:
    return _back_test_wording.call_text(row, lang)


def _state(row: Any, lang: str) -> str:
    return f"{MARKS[row.state]} {texts.phrase('state', row.state, lang)}"


# For each result the columns shown: header, cell, whether it is a number.
_COLUMNS: Final[dict[str, tuple[tuple[str, Cell, bool], ...]]] = {
    "tracking": (
        ("indicator", measure, False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("latest_period", _plain("latest_period"), False),
        ("latest", _value("latest"), True),
        ("target_value", asked, True),
        ("distance", _change("gap"), True),
        ("required_pace", _pace("required_pace"), True),
        ("method", _method, False),
        ("state", _state, False),
    ),
    "goal_board": (
        ("target", _target, False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("latest_period", _plain("latest_period"), False),
        ("latest", _value("latest"), True),
        ("expected_now", _value("expected_now"), True),
        ("target_value", asked, True),
        ("distance", _change("gap"), True),
        ("required_pace", _pace("required_pace"), True),
        ("method", _method, False),
        ("override", _phrase("state", "override_state"), False),
        ("explanation", _phrase("explanation", "explanation"), False),
        ("state", _state, False),
    ),
    "tracking_history": (
        ("as_of", _plain("as_of"), False),
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("latest_period", _plain("latest_period"), False),
        ("latest", _value("latest"), True),
        ("target_value", _value("target_value"), True),
        ("due", _plain("due"), False),
        ("state", _state, False),
    ),
    "tracking_changes": (
        ("as_of", _plain("as_of"), False),
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("from_value", _value("from_value"), True),
        ("latest", _value("value"), True),
        ("from_state", _phrase("state", "from_state"), False),
        ("causes", _phrases("input", "causes"), False),
        ("state", _state, False),
    ),
    "back_test": (
        ("method", _plain("method"), False),
        ("call", _wording_of_call, False),
        ("lead", _plain("lead"), True),
        ("came_true", _plain("came_true"), True),
        ("n", _plain("n"), True),
        ("share", _whole_percent("share"), True),
        ("lower", _whole_percent("lower"), True),
        ("upper", _whole_percent("upper"), True),
        ("pairs", _plain("pairs"), True),
        ("mean_probability", _whole_percent("mean_probability"), True),
        ("brier", _plain("brier", 3), True),
        ("state", _state, False),
    ),
    "back_test_calls": (
        ("as_of", _plain("as_of"), False),
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("method", _plain("method"), False),
        ("due", _plain("due"), False),
        ("lead", _plain("lead"), True),
        ("probability", _whole_percent("probability"), True),
        ("outcome", _phrase("outcome", "outcome"), False),
        ("state", _state, False),
    ),
    "trends": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("first_period", _plain("first_period"), False),
        ("last_period", _plain("last_period"), False),
        ("n", _plain("n"), True),
        ("slope", _if_judged(_pace("slope")), True),
        ("p_value", _if_judged(_p("p_value")), True),
        ("state", _state, False),
    ),
    "control_charts": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("latest_period", _plain("latest_period"), False),
        ("latest", _if_judged(_value("latest")), True),
        ("centre", _if_judged(_value("centre")), True),
        ("lower", _if_judged(_value("lower")), True),
        ("upper", _if_judged(_value("upper")), True),
        ("target_value", _if_judged(_value("target_value")), True),
        ("assurance", _phrase("assurance", "assurance"), False),
        ("state", _state, False),
    ),
    "chart_points": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("period", _plain("period"), False),
        ("value", _value("value"), True),
        ("centre", _value("centre"), True),
        ("lower", _value("lower"), True),
        ("upper", _value("upper"), True),
        ("state", _state, False),
    ),
    "rebase_proposals": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("period", _plain("period"), False),
        ("shift", _change("shift"), True),
        ("lower", _change("shift_lower"), True),
        ("upper", _change("shift_upper"), True),
        ("before", _plain("before"), True),
        ("after", _plain("after"), True),
        ("state", _state, False),
    ),
    "gap_changes": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("period", lambda row, _: f"{row.from_period}\u2013{row.period}", False),
        ("gap_before", _change("gap_before"), True),
        ("gap", _change("gap"), True),
        ("gap_change", _change("gap_change"), True),
        ("change_interval", _interval("gap_change"), True),
        ("own_change", _change("own_change"), True),
        ("peers_change", _change("peers_change"), True),
        ("composition", _change("composition"), True),
        ("state", _state, False),
    ),
    "cohorts": (
        ("indicator", _indicator("indicator"), False),
        ("cohort", _name("cohort"), False),
        ("breakdown", _part, False),
        ("period", _plain("period"), False),
        ("cohort_members", _plain("members"), True),
        ("value", _value("value"), True),
        ("others_counted", _plain("others"), True),
        ("rest_value", _value("rest_value"), True),
        ("gap", _change("gap"), True),
        ("gap_interval", _interval("gap"), True),
        ("q_value", _p("q_value"), True),
        ("permutation_share", _percent("permutation_share"), True),
        ("state", _state, False),
    ),
    "comparison": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("period", _plain("period"), False),
        ("value", _value("value"), True),
        ("peer_value", _value("peer_value"), True),
        ("gap", _change("gap"), True),
        ("gap_interval", _interval("gap"), True),
        ("adjusted_gap", _change("adjusted_gap"), True),
        ("rank_set", _standing_wording.rank_set, True),
        ("state", _state, False),
    ),
    "attention_list": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("period", _plain("period"), False),
        ("value", _value("value"), True),
        ("reasons", _phrases("attention", "reasons"), False),
        ("strengths", _phrases("attention", "strengths"), False),
        ("lost", _phrases("attention", "lost"), False),
        ("obstacles", _phrases("attention", "obstacles"), False),
        ("state", _state, False),
    ),
    "attention_reasons": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("period", _plain("period"), False),
        ("rule", _phrase("attention_rule", "rule"), False),
        ("reason", _phrase("attention", "reason"), False),
        ("p_value", _p("p_value"), True),
        ("q_value", _p("q_value"), True),
        ("state", _state, False),
    ),
    "exemplars": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("grade", _phrase("exemplar_grade", "grade"), False),
        ("periods_shown", _plain("shown"), True),
        ("ahead", _change("lead"), True),
        ("shrunk_lead", _change("shrunk_lead"), True),
        ("held_later", _plain("confirm_held"), True),
        ("confirm_lead", _change("confirm_lead"), True),
        ("state", _state, False),
    ),
    "peer_sets": (
        ("definition", _name("definition"), False),
        ("vintage", _plain("vintage"), False),
        ("unit", _name("unit"), False),
        ("position", _plain("position"), True),
        ("peer", _maybe_name("peer"), False),
        ("peer_distance", _plain("distance", 2), True),
        ("known_share", _whole_percent("coverage"), True),
        ("largest_variable", _thing("largest_variable"), False),
        ("smallest_variable", _thing("smallest_variable"), False),
        ("state", _state, False),
    ),
    "peer_parts": (
        ("unit", _name("unit"), False),
        ("peer", _name("peer"), False),
        ("variable", _thing("variable"), False),
        ("unit_value", _variable_value("unit_value"), True),
        ("peer_value_of", _variable_value("peer_value"), True),
        ("share", _whole_percent("share"), True),
        ("state", _state, False),
    ),
    "frontier": (
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("period", _plain("period"), False),
        ("frontier_score", _plain("score", 3), True),
        ("lower", _plain("lower", 3), True),
        ("upper", _plain("upper", 3), True),
        ("held_against", _names("held_against"), False),
        ("dominated_by", _if_named("dominated_by"), False),
        ("state", _state, False),
    ),
    "composite": (
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("period", _plain("period"), False),
        ("composite_score", _plain("score", 3), True),
        ("place_range", _composite_wording.place_range, True),
        ("chance_set", _composite_wording.chance_set, True),
        ("least_covered", _whole_percent("coverage"), True),
        ("state", _state, False),
    ),
    "composite_plans": (
        ("composite_part", _phrase("composite_part", "part"), False),
        ("composite_choice", _composite_wording.choice_text, False),
        ("runs", _plain("runs"), True),
        ("first_changes", _whole_percent("first_changes"), True),
        ("places_moved", _plain("moved", 1), True),
        ("most_moved", _plain("largest", 0), True),
        ("state", _state, False),
    ),
    "association": (
        ("x", lambda row, lang: row.labels.thing(row.x, lang), False),
        ("y", lambda row, lang: row.labels.thing(row.y, lang), False),
        ("n", _plain("n"), True),
        ("spearman", _plain("spearman", 3), True),
        ("spearman_p", _p("spearman_p"), True),
        ("kendall", _plain("kendall", 3), True),
        ("kendall_p", _p("kendall_p"), True),
        ("partial", _plain("partial", 3), True),
        ("partial_p", _p("partial_p"), True),
        ("state", _state, False),
    ),
    "dispersions": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("first_period", _plain("first_period"), False),
        ("last_period", _plain("last_period"), False),
        ("n", _plain("n"), True),
        ("sd", _change("sd"), True),
        ("tau_first", _change("tau_first"), True),
        ("tau", _change("tau"), True),
        ("tau_lower", _change("tau_lower"), True),
        ("tau_upper", _change("tau_upper"), True),
        ("slope", _if_judged(_pace("slope")), True),
        ("p_value", _if_judged(_p("p_value")), True),
        ("state", _state, False),
    ),
    "dispersion_periods": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("period", _plain("period"), False),
        ("n", _plain("n"), True),
        ("p10", _value("p10"), True),
        ("p90", _value("p90"), True),
        ("sd", _change("sd"), True),
        ("tau", _change("tau"), True),
        ("tau_lower", _change("tau_lower"), True),
        ("tau_upper", _change("tau_upper"), True),
        ("state", _state, False),
    ),
    "movements": (
        ("indicator", _indicator("indicator"), False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("first_period", _plain("first_period"), False),
        ("last_period", _plain("last_period"), False),
        ("from_group", _phrase("spread_group", "from_group"), False),
        ("to_group", _phrase("spread_group", "to_group"), False),
        ("units", _plain("n"), True),
        ("expected", _plain("expected", 1), True),
        ("lower", _plain("lower", 0), True),
        ("upper", _plain("upper", 0), True),
        ("state", _state, False),
    ),
    "results_and_resources": (
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("period", _plain("period"), False),
        ("supplier_kind", _maybe_name("supplier_kind"), False),
        ("result_value", _of("result", "result_value"), True),
        ("result_gap", _of("result", "result_gap", change=True), True),
        ("resource_value", _of("resource", "resource_value"), True),
        ("resource_per_need", _of("resource", "resource_per_need"), True),
        ("resource_gap", _of("resource", "resource_gap", change=True), True),
        ("frontier_score", _plain("score", 2), True),
        ("dominance", _phrase("dominance_word", "dominance"), False),
        ("state", _state, False),
    ),
    "role_models": (
        ("unit", _name("unit"), False),
        ("candidate", _maybe_name("candidate"), False),
        ("period", _plain("period"), False),
        ("result_value", _of("result", "result_value"), True),
        ("gap", _of("result", "gap", change=True), True),
        ("gap_interval", _interval("gap", "result"), True),
        ("resource_gaps", _role_model_wording.resource_gaps, True),
        ("peer_distance", _plain("distance", 2), True),
        ("rank_set", _standing_wording.rank_set, True),
        ("held_in", _role_model_wording.held, True),
        ("state", _state, False),
    ),
    "roll_up": (
        ("group", _roll_up_wording.indented, False),
        ("target", _roll_up_wording.target, False),
        ("institution", _name("institution"), False),
        ("breakdown", _part, False),
        ("on_course", _roll_up_wording.on_course, True),
        ("value", _roll_up_wording.value, True),
        ("measurable", _plain("n_measurable"), True),
        ("coverage", _percent("coverage_weight"), True),
        ("state", _state, False),
    ),
}


def _tells(head: str, cells: Sequence[str]) -> bool:
    """Return whether a column is worth showing: one that tells rows apart where it does, others where anything is in them."""
    if head == "method":
        return len(set(cells)) > 1
    return any(cell not in {"", texts.MISSING} for cell in cells)


def grid(result: Result[Any], lang: str, *, most: int | None = None, internal: bool = False) -> Grid:
    """Return the cells of a result's rows, at most ``most`` of them; columns that are empty throughout are left out."""
    shown = result if most is None else result[: max(0, most)]
    rows = list(shown if internal else shown.public())
    columns = [(head, [cell(row, lang) for row in rows], right) for head, cell, right in _COLUMNS[result.NAME]]
    kept = [column for column in columns if _tells(column[0], column[1])] or columns
    return Grid(
        caption=f"{texts.phrase('result', result.NAME, lang)} ({len(result)})",
        heads=tuple(texts.phrase("column", head, lang) for head, _, _ in kept),
        numeric=tuple(right for _, _, right in kept),
        rows=tuple(zip(*(cells for _, cells, _ in kept), strict=True)),
        states=tuple(row.state for row in rows),
        more=len(result) - len(rows),
        lang=lang,
    )
