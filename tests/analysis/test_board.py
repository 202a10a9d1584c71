"""The goal board: its order, what people have said beside it, what may be shown, and that it comes back equal from files."""

from __future__ import annotations

import copy
import datetime as dt
import inspect
import io
import json
import pickle
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.analysis._board_notes import note_of, overdue, plain_note
from maalbib.analysis._board_order import RANKED, goal_paths, order

YEARS = ("2019", "2020", "2021", "2022", "2023")
AS_OF = "2024-06-30"
SECRET = (61.25, 62.5, 63.75, 64.125, 77.875)  # figures that are recognised wherever they turn up
NOTE: dict[str, Any] = {
    "target": "T",
    "institution": "A",
    "noted_on": "2024-02-01",
    "state": "off_track",
    "comment": mb.Text(da="Flere nye elever", en="More new pupils"),
    "by_role": "skoleleder",
}


def note(**changes: Any) -> mb.FollowUp:
    """Return a follow-up note."""
    return mb.FollowUp(**NOTE | changes)


def override(**changes: Any) -> mb.Override:
    """Return a state set by hand."""
    given: dict[str, Any] = {
        "target": "T",
        "institution": "A",
        "state": "met",
        "reason": mb.Text(da="Målt anderledes.", en="Measured differently."),
        "decided_by_role": "kvalitetschef",
        "decided_on": "2024-03-01",
    }
    return mb.Override(**given | changes)


def series(*values: float | None, **extras: Any) -> list[tuple[Any, ...]]:
    """Return a value for each year, the last with extras."""
    points = [(year, value) for year, value in zip(YEARS, values, strict=False) if value is not None]
    return [*points[:-1], (*points[-1], extras)] if extras else [*points]


def dated(**changes: Any) -> mb.AtLeast:
    """Return a target with a deadline."""
    plain: dict[str, Any] = {
        "id": "T",
        "indicator": "I",
        "value": 80,
        "due": "2028",
        "baseline": mb.Baseline(period="2019"),
    }
    return mb.AtLeast(**plain | changes)


def goal(code: str, **changes: Any) -> mb.Goal:
    """Return a goal."""
    return mb.Goal(id=code, name=mb.Text(da=f"Mål {code}", en=f"Goal {code}"), kind="municipal", **changes)


def board_of(made: Any, values: dict[str, Any], target: mb.Target | None = None, **options: Any) -> mb.GoalBoard:
    """Return the board of one target."""
    ms, catalogue = made(values, targets=[target or dated()], **options.pop("indicator", {}))
    return mb.goal_board(ms, catalogue, as_of=options.pop("as_of", AS_OF), **options)


class TestOrder:
    """Goal by goal, the worst first."""

    def test_the_tree_of_goals_decides_before_the_state(self, made: Any) -> None:
        """Children stand under their parent, by their order and then as in the file; targets without a goal come last."""
        goals = [goal("Z"), goal("Y", parent="Z", order=2), goal("X", parent="Z", order=1), goal("W")]
        targets = [
            mb.AtLeast(id=f"T{code}", indicator="I", goal=code or None, value=value)
            for code, value in (("", 99), ("W", 99), ("Y", 1), ("X", 1), ("Z", 1))
        ]
        ms, plain = made({"A": series(5.0, 6.0)}, targets=[])
        catalogue = attrs.evolve(plain, goals=goals, targets=targets)
        board = mb.goal_board(ms, catalogue, as_of=AS_OF)
        assert [row.goal for row in board] == ["Z", "X", "Y", "W", None]
        assert [row.goal_path for row in board] == [("Z",), ("Z", "X"), ("Z", "Y"), ("W",), ()]
        assert [part.key for part in board.summary()] == ["Z", "X", "Y", "W", None]

    def test_the_worst_stands_first_and_what_is_not_judged_last(self, made: Any) -> None:
        """Within a goal the rank of the state decides; those without a verdict stand together by reason."""
        values = {
            "A": series(70.0, 72, 74, 76, 78),
            "B": series(70.0, 70.5, 71, 71.5, 72),
            "C": series(70.0, 68, 66, 64, 62),
            "D": series(70.0),
            "E": series(70.0, 75, 80, 82, 84),
            "F": series(None, 70.0),
            "G": series(71.0),
        }
        board = board_of(made, values)
        assert [(row.institution, row.state) for row in board][:4] == [
            ("C", "moving_away"),
            ("B", "off_track"),
            ("A", "on_track"),
            ("E", "met"),
        ]
        assert [row.reason for row in board][4:] == ["no_baseline", "too_few_points", "too_few_points"]
        assert list(board.counts()) == ["moving_away", "off_track", "on_track", "met", "not_measurable"]
        assert board.unjudged() == {"too_few_points": 2, "no_baseline": 1}

    def test_methods_of_one_line_stay_together(self, made: Any) -> None:
        """A line judged by two methods stands where the worse of them stands."""
        values = {"A": series(70.0, 72, 74, 76, 78), "B": series(70.0, 68, 66, 64, 62)}
        board = board_of(made, values, method=["linear", "robust"])
        assert [(row.institution, row.method) for row in board] == [
            (who, method) for who in ("B", "A") for method in ("linear", "robust")
        ]

    def test_by_institution_the_code_decides_first(self, made: Any) -> None:
        """Each institution has its lines in one place."""
        targets = [dated(), mb.AtLeast(id="U", indicator="I", value=1)]
        ms, catalogue = made({"B": series(70.0, 60, 50), "A": series(70.0, 60, 50)}, targets=targets)
        board = mb.goal_board(ms, catalogue, as_of=AS_OF, by="institution")
        assert [(row.institution, row.target) for row in board] == [("A", "T"), ("A", "U"), ("B", "T"), ("B", "U")]
        assert [(part.key, part.rows) for part in board.summary()] == [("A", 2), ("B", 2)]
        assert board.by == "institution"

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["T1", "T2"]),
                st.sampled_from(["A", "B"]),
                st.sampled_from(["", "x=1"]),
                st.sampled_from(["G1", "G2", None]),
                st.sampled_from(RANKED),
                st.sampled_from(["no_data", "gap"]),
            ),
            max_size=30,
        ),
        st.sampled_from(["goal", "institution"]),
    )
    def test_the_order_is_that_of_the_plain_definition(self, lines: list[tuple[Any, ...]], by: Any) -> None:
        """Sorting plain tuples gives the same order."""
        names = ("target", "institution", "breakdown", "goal", "state", "reason")
        table = pa.table({name: pa.array([line[i] for line in lines], pa.string()) for i, name in enumerate(names)})
        goals = ["G2", "G1", None]
        first = {line[:3]: place for place, line in reversed(list(enumerate(lines)))}
        worst = {line[:3]: min(RANKED.index(o[4]) for o in lines if o[:3] == line[:3]) for line in lines}

        def key(place: int) -> tuple[Any, ...]:
            line = lines[place]
            head = lines[first[line[:3]]]
            unjudged = worst[line[:3]] == len(RANKED) - 1
            whose = (line[1],) if by == "institution" else ()
            return (
                *whose,
                goals.index(line[3]),
                worst[line[:3]],
                head[5] if unjudged else "",
                first[line[:3]],
                place,
            )

        paths = goal_paths(None, ["G2", "G1"])
        assert order(table, paths, by).tolist() == sorted(range(len(lines)), key=key)


class TestNotes:
    """What people have noted stands beside the line that it is about."""

    def test_the_newest_note_stands_on_the_line(self, made: Any) -> None:
        """Newest first, the state then beside the state now."""
        older = note(noted_on="2023-05-01", state="met", comment=mb.Text(da="Ældre"))
        newest = note(action=mb.Text(da="Læsevejleder", en="Reading tutor"), due="2024-09-01")
        row = board_of(made, {"A": series(70.0, 68, 66, 64, 62)}, follow_ups=[older, newest])[0]
        assert (row.state, row.noted_state, row.noted_on, row.noted_role) == (
            "moving_away",
            "off_track",
            dt.date(2024, 2, 1),
            "skoleleder",
        )
        assert (row.note_da, row.note_en, row.action_en, row.action_due) == (
            "Flere nye elever",
            "More new pupils",
            "Reading tutor",
            dt.date(2024, 9, 1),
        )
        assert (row.notes_count, row.follow_ups) == (2, (newest, older))

    @pytest.mark.parametrize(
        ("breakdown", "found"),
        [("", ["x=1;sex=_T", "x=2;sex=_T"]), ("x=1", ["x=1;sex=_T"]), ("sex=_T;x=2", ["x=2;sex=_T"]), ("x=3", [])],
    )
    def test_notes_and_overrides_name_a_breakdown_or_all(self, breakdown: str, found: list[str]) -> None:
        """Totals and the order of the parts make no difference."""
        frame = pd.DataFrame(
            [
                {"indicator": "I", "institution": "A", "period": year, "value": 5.0, "x": x, "sex": "_T"}
                for year in YEARS
                for x in ("1", "2")
            ]
        )
        indicator = mb.Indicator(id="I", name=mb.Text(da="Tallet"), unit="score", direction="higher")
        catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[indicator], targets=[dated()])
        ms = mb.Measurements.from_pandas(frame, catalogue=catalogue, breakdowns=["x", "sex"])
        tracking = mb.track(ms, catalogue, as_of=AS_OF)
        names = {row.breakdown.partition(";")[0]: row.breakdown for row in tracking}
        wanted = [names[text.partition(";")[0]] for text in found]
        board = mb.GoalBoard.of(tracking, catalogue, follow_ups=[note(breakdown=breakdown)])
        assert [row.breakdown for row in board if row.notes_count] == wanted
        assert len(board.unmatched) == (not found)
        by_hand = mb.goal_board(ms, catalogue, as_of=AS_OF, overrides=[override(breakdown=breakdown)])
        assert [row.breakdown for row in by_hand if row.override_state] == wanted
        assert len(by_hand.unmatched) == (not found)

    def test_what_is_about_no_line_is_said_newest_first(self, made: Any) -> None:
        """An unknown institution and an unknown target are reported, overrides with them."""
        astray = note(institution="X"), note(target="NOPE", noted_on="2024-04-01")
        decided = override(institution="Y", decided_on="2024-03-01")
        board = board_of(made, {"A": series(5.0, 6.0)}, follow_ups=[*astray, note()], overrides=[decided])
        assert board.unmatched == (astray[1], decided, astray[0])
        assert board[0].notes_count == 1

    def test_what_was_written_later_is_not_known(self, made: Any) -> None:
        """The board of a day knows what was written by that day, and calls the rest neither placed nor astray."""
        later = [note(noted_on="2024-07-01"), note(noted_on="2024-07-01", institution="X")]
        board = board_of(made, {"A": series(5.0, 6.0)}, follow_ups=later)
        assert (board[0].notes_count, board.unmatched) == (0, ())

    def test_targets_not_asked_for_are_not_astray(self, made: Any) -> None:
        """A board of one target says nothing about notes on another, nor of institutions left out."""
        ms, catalogue = made(
            {"A": series(5.0, 6.0), "B": series(5.0, 6.0)},
            targets=[dated(), mb.AtLeast(id="U", indicator="I", value=1)],
        )
        notes = [note(target="U"), note(institution="B")]
        board = mb.goal_board(ms, catalogue, as_of=AS_OF, targets="T", institutions="A", follow_ups=notes)
        assert [(row.target, row.institution) for row in board] == [("T", "A")]
        assert board.unmatched == ()

    def test_notes_of_the_catalogue_and_of_the_call_are_taken_together(self, made: Any) -> None:
        """A note that stands in both counts once."""
        ms, catalogue = made({"A": series(5.0, 6.0)}, targets=[dated()])
        kept = attrs.evolve(catalogue, follow_ups=[note()])
        board = mb.goal_board(ms, kept, as_of=AS_OF, follow_ups=[note(), note(noted_on="2024-01-01")])
        assert board[0].notes_count == 2

    def test_an_action_is_overdue_until_somebody_comes_back_to_it(self) -> None:
        """The day itself is in time, and a note on or after the day is a follow-up of the action."""
        action = {"action": mb.Text(da="Gør noget"), "due": "2024-03-01"}
        promised = note(**action)
        assert overdue([promised], dt.date(2024, 3, 1)) == ()
        assert overdue([promised], dt.date(2024, 3, 2)) == (promised,)
        assert overdue([note(noted_on="2024-03-01"), promised], dt.date(2024, 6, 1)) == ()
        assert overdue([note(noted_on="2024-02-28"), promised], dt.date(2024, 6, 1)) == (promised,)

    def test_overdue_actions_are_counted_on_the_line(self, made: Any) -> None:
        """The column says how many."""
        late = note(action=mb.Text(da="Gør noget"), due="2024-03-01")
        assert board_of(made, {"A": series(5.0, 6.0)}, follow_ups=[late])[0].actions_overdue == 1

    @pytest.mark.parametrize(
        ("noted_on", "found"),
        [(None, "missing"), ("2023-12-31", "missing"), ("2024-01-01", "given"), ("2024-07-01", "missing")],
    )
    def test_an_explanation_answers_the_latest_value(self, made: Any, noted_on: str | None, found: str) -> None:
        """A note from before the latest period ended explains an older value, and one from after the day is not known."""
        notes = [] if noted_on is None else [note(noted_on=noted_on)]
        values = {"A": series(70.0, 68, 66, 64, 62)}
        row = board_of(made, values, dated(essential=True), follow_ups=notes)[0]
        assert (row.needs_explanation, row.explanation) == (True, found)

    def test_no_explanation_is_asked_for_what_goes_well_or_is_not_essential(self, made: Any) -> None:
        """The column is empty, which is neither given nor missing."""
        good = {"A": series(70.0, 74, 78, 80, 85)}
        assert board_of(made, good, dated(essential=True))[0].explanation is None
        assert board_of(made, {"A": series(70.0, 68, 66, 64, 62)})[0].explanation is None

    def test_a_milestone_is_explained_after_its_day(self, made: Any) -> None:
        """Without a latest value the deadline is what the note must come after."""
        target = mb.Milestone(id="T", indicator="", due="2024-01-31", essential=True)
        for noted_on, found in (("2024-01-31", "missing"), ("2024-02-01", "given")):
            board = board_of(made, {"A": series(5.0)}, target, follow_ups=[note(noted_on=noted_on, institution="")])
            assert (board[0].state, board[0].explanation) == ("not_met", found)

    def test_notes_come_back_from_plain_data(self) -> None:
        """Every field is kept, in both languages."""
        promised = note(action=mb.Text(da="A", en="B"), due="2024-09-01")
        said: list[mb.FollowUp | mb.Override] = [promised, note(), override(until="2025-01-01")]
        assert [note_of(json.loads(json.dumps(plain_note(each)))) for each in said] == said


class TestOverride:
    """A state set by hand stands beside the computed one."""

    def test_the_computed_state_stays(self, made: Any) -> None:
        """State, order and counts are the computed ones."""
        board = board_of(made, {"A": series(70.0, 68, 66, 64, 62)}, overrides=[override()])
        row = board[0]
        assert (row.state, row.override_state, row.override_role) == ("moving_away", "met", "kvalitetschef")
        assert board.counts() == {"moving_away": 1}
        assert "kvalitetschef" in row.explain("da")
        assert "Målt anderledes." in row.explain("da")


class TestRecent:
    """The values behind the small picture."""

    def test_the_latest_values_stand_oldest_first(self, made: Any) -> None:
        """As many as asked for; a year without a value is no value."""
        board = board_of(made, {"A": series(70.0, None, 71, 72, 73)}, recent=3)
        assert (board[0].recent, board[0].recent_periods) == ((71.0, 72.0, 73.0), ("2021", "2022", "2023"))
        assert board_of(made, {"A": series(70.0, 71)}, recent=0)[0].recent == ()

    def test_a_break_is_named(self, made: Any) -> None:
        """The first period of the new series is one of the breaks; one before the values shown is not."""
        parted = mb.Break(period="2022", kind="method", comparable="no")
        values = {"A": series(70.0, 71, 72, 60, 61)}
        row = board_of(made, values, indicator={"breaks": [parted]})[0]
        assert row.recent_breaks == ("2022",)
        assert board_of(made, values, indicator={"breaks": [parted]}, recent=2)[0].recent_breaks == ()

    def test_what_may_not_be_shown_is_left_out_of_every_board(self, made: Any) -> None:
        """A value of too few people is in none of the lists, also where the row's own figures are at hand."""
        row = board_of(made, {"A": series(70.0, 71, 72, n=3)})[0]
        assert (row.hidden, row.latest, row.recent) == ("small_n", 72.0, (70.0, 71.0))

    def test_later_periods_are_not_known(self, made: Any) -> None:
        """A period that begins after the day is left out."""
        row = board_of(made, {"A": series(70.0, 71, 72, 73, 74)}, as_of="2021-06-30")[0]
        assert row.recent_periods == ("2019", "2020", "2021")

    def test_a_target_on_a_made_series_shows_that_series(self, made: Any) -> None:
        """The picture and the verdict are about the same values."""
        target = mb.GrowthRate(id="T", indicator="I", percent=5, direction="higher", due="2028")
        row = board_of(made, {"A": series(100.0, 110, 121)}, target)[0]
        assert np.allclose(row.recent, (10.0, 10.0))
        assert row.latest == pytest.approx(row.recent[-1])

    def test_without_measurements_there_are_no_values(self, made: Any) -> None:
        """A tracking that is there already needs its measurements for the pictures."""
        ms, catalogue = made({"A": series(70.0, 71, 72)}, targets=[dated()])
        tracking = mb.track(ms, catalogue, as_of=AS_OF)
        assert mb.GoalBoard.of(tracking, catalogue)[0].recent == ()
        assert mb.GoalBoard.of(tracking, catalogue, measurements=ms)[0].recent == (70.0, 71.0, 72.0)


def secret_board(made: Any, **extras: Any) -> mb.GoalBoard:
    """Return a board whose first line may not be shown, with everything that could give it away."""
    ms, catalogue = made(
        {"A": series(*SECRET, **extras), "B": series(70.0, 71, 72, 73, 74)}, targets=[dated(essential=True)]
    )
    told = note(comment=mb.Text(da="Tallet er 77,875"), action=mb.Text(da="Fra 77,875"), due="2024-03-01")
    by_hand = override(reason=mb.Text(da="Det er 77,875."))
    astray, wrong = attrs.evolve(told, institution="a"), attrs.evolve(by_hand, institution="a")
    return mb.goal_board(ms, catalogue, as_of=AS_OF, follow_ups=[told, astray], overrides=[by_hand, wrong])


class TestPublic:
    """What may be shown."""

    @pytest.mark.parametrize("extras", [{"n": 3}, {"conf": "C"}], ids=["small_n", "confidential"])
    def test_nothing_public_holds_the_figures(self, made: Any, extras: dict[str, Any]) -> None:
        """Pages, sentences, JSON, CSV and Arrow metadata are searched for every way of writing them."""
        board = secret_board(made, **extras)
        assert "77.875" in board.to_json()
        shown = board.public()
        written = [
            board.html(),
            board.page("da"),
            board.page("en"),
            board.explain(),
            repr(board),
            shown.to_json(),
            shown.to_csv().decode(),
            str(shown.to_arrow().schema.metadata),
            str(shown.to_dicts()),
            shown.page(internal=True),
        ]
        forms = {text for value in SECRET for text in (f"{value:g}", f"{value:g}".replace(".", ","))}
        leaks = [(form, text[:80]) for text in written for form in forms if form in text]
        assert leaks == []
        assert (len(shown), len(shown.unmatched)) == (len(board), 2)

    def test_a_small_row_keeps_its_verdict_and_says_that_there_is_a_note(self, made: Any) -> None:
        """The words may hold the figure, so they go; that somebody wrote is no secret."""
        row = secret_board(made, n=3).public().row(institution="A")
        assert (row.state, row.latest, row.recent, row.note_da, row.follow_ups) == ("on_track", None, (), None, ())
        assert (row.notes_count, row.noted_role) == (1, "skoleleder")

    def test_a_confidential_row_tells_nothing(self, made: Any) -> None:
        """No state, then or now, computed or by hand, and no count that would tell it."""
        row = secret_board(made, conf="C").public().row(institution="A")
        assert (row.state, row.reason, row.flags) == ("not_measurable", "confidential", ())
        assert (row.noted_state, row.override_state, row.override_role, row.notes_count) == (None, None, None, 0)
        assert (row.explanation, row.needs_explanation, row.actions_overdue) == (None, False, 0)

    def test_a_note_on_an_open_and_a_hidden_line_stays_with_the_open_one(self) -> None:
        """What is said of all parts at once is not shown at the part that is hidden."""
        frame = pd.DataFrame(
            [
                {
                    "indicator": "I",
                    "institution": "A",
                    "period": year,
                    "value": 5.0,
                    "x": x,
                    "n": 3 if x == "1" else 50,
                }
                for year in YEARS
                for x in ("1", "2")
            ]
        )
        indicator = mb.Indicator(id="I", name=mb.Text(da="Tallet"), unit="score", direction="higher")
        catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=[indicator], targets=[dated()])
        ms = mb.Measurements.from_pandas(frame, catalogue=catalogue, breakdowns=["x"])
        board = mb.goal_board(ms, catalogue, as_of=AS_OF, follow_ups=[note()])
        shown = board.public()
        for each in (shown, mb.GoalBoard.from_json(shown.to_json()), mb.GoalBoard.from_arrow(shown.to_arrow())):
            assert [len(each.row(breakdown=part).follow_ups) for part in ("x=1", "x=2")] == [0, 1]
        assert [len(row.follow_ups) for row in board] == [1, 1]

    def test_rows_and_boards_agree(self, made: Any) -> None:
        """The public row is the row of the public board."""
        for extras in ({"n": 3}, {"conf": "C"}):
            board = secret_board(made, **extras)
            assert [row.public() for row in board] == list(board.public())

    def test_an_open_board_is_its_own_public_board(self, made: Any) -> None:
        """Nothing is hidden where there is nothing to hide."""
        board = board_of(made, {"A": series(70.0, 71)})
        assert board.public() is board

    def test_internal_pages_show_what_is_hidden(self, made: Any) -> None:
        """Those who may see the figures do."""
        assert "77,9" in secret_board(made, n=3).page(internal=True)


def whole(made: Any) -> mb.GoalBoard:
    """Return a board with notes, an override and something astray."""
    values = {"A": series(70.0, 68, 66, 64, 62), "B": series(70.0, None, 74, 76, 78)}
    said = [note(action=mb.Text(da="Gør noget"), due="2024-03-01"), note(institution="X")]
    return board_of(made, values, dated(essential=True), follow_ups=said, overrides=[override(institution="B")])


class TestFiles:
    """What is written comes back equal."""

    def test_json_comes_back(self, made: Any) -> None:
        """Rows, notes, order and what is astray."""
        board = whole(made)
        back = mb.GoalBoard.from_json(board.to_json())
        assert back == board
        assert back.page() == board.page()
        assert (back.unmatched, back.by) == (board.unmatched, board.by)
        assert back.to_json() == board.to_json()

    def test_parquet_comes_back(self, made: Any) -> None:
        """The notes travel in the metadata of the table."""
        board, file = whole(made), io.BytesIO()
        pq.write_table(board.to_arrow(), file)
        back = mb.GoalBoard.from_arrow(pq.read_table(file))
        assert back == board
        assert back.page("en") == board.page("en")

    def test_pickles_and_copies_come_back(self, made: Any) -> None:
        """A board can be sent to another process."""
        board = whole(made)
        for back in (pickle.loads(pickle.dumps(board)), copy.deepcopy(board)):
            assert back == board
            assert back.page() == board.page()

    def test_json_is_what_the_documentation_says(self, made: Any) -> None:
        """Full precision, ISO days, both languages, and None where there is nothing."""
        plain = json.loads(whole(made).to_json())
        assert set(plain) == {"result", "version", "labels", "board", "counts", "summary", "rows"}
        assert (plain["result"], plain["version"]) == ("goal_board", "1")
        first = plain["rows"][0]
        assert set(first) == {*mb.schemas.GOAL_BOARD.names, "follow_ups", "said"}
        assert (first["as_of"], first["action_due"], first["recent"]) == (
            "2024-06-30",
            "2024-03-01",
            [70.0, 68.0, 66.0, 64.0, 62.0],
        )
        assert first["said"]["da"].startswith("Tallet, A: ")
        assert first["said"]["en"].startswith("The figure, A: ")
        assert first["follow_ups"][0]["comment"] == {"da": "Flere nye elever", "en": "More new pupils"}
        assert plain["board"]["unmatched"][0]["institution"] == "X"
        assert plain["counts"] == {"moving_away": 1, "on_track": 1}

    def test_json_of_a_newer_version_is_read(self, made: Any) -> None:
        """What this version does not know is left out."""
        plain = json.loads(whole(made).to_json())
        plain["rows"][0]["mood"] = plain["rows"][0]["follow_ups"][0]["mood"] = plain["mood"] = "good"
        plain["board"]["follow_ups"][0]["mood"] = "good"
        assert mb.GoalBoard.from_json(json.dumps(plain)) == whole(made)

    def test_a_tracking_is_no_board(self, made: Any) -> None:
        """Another kind of result is refused."""
        ms, catalogue = made({"A": series(70.0, 71)}, targets=[dated()])
        with pytest.raises(mb.ArgumentError, match="goal_board"):
            mb.GoalBoard.from_json(mb.track(ms, catalogue, as_of=AS_OF).to_json())

    def test_the_frame_has_typed_columns(self, made: Any) -> None:
        """Lists are tuples, days timestamps, counts whole numbers."""
        frame = whole(made).to_pandas()
        assert list(frame.columns) == mb.schemas.GOAL_BOARD.names
        assert frame["recent"][0] == (70.0, 68.0, 66.0, 64.0, 62.0)
        assert frame["noted_on"].dtype.kind == "M"
        assert frame["notes_count"].dtype == "int64"

    def test_the_schema_holds_all_of_tracking(self) -> None:
        """What reads a tracking reads a board."""
        assert mb.schemas.GOAL_BOARD.names[: len(mb.schemas.TRACKING)] == mb.schemas.TRACKING.names

    def test_csv_opens_in_a_spreadsheet(self, made: Any) -> None:
        """Danish form, lists as texts, and nothing that runs as a formula."""
        said = [note(comment=mb.Text(da="=HYPERLINK(1)"))]
        board = board_of(made, {"A": series(70.5, 68, 66, 64, 62)}, follow_ups=said)
        frame = pd.read_csv(io.BytesIO(board.to_csv("da")), sep=";", decimal=",", encoding="utf-8-sig")
        assert frame["baseline"][0] == 70.5
        assert frame["recent"][0] == "70.5 68.0 66.0 64.0 62.0"
        assert frame["note_da"][0] == "'=HYPERLINK(1)"
        assert frame["said_da"][0] == board[0].explain("da")

    def test_boards_are_put_together_with_their_notes(self, made: Any) -> None:
        """Nothing that somebody wrote is lost on the way."""
        board = whole(made)
        again = mb.GoalBoard.concat([board[:1], board[1:]])
        assert again == board
        assert again.page() == board.page()

    def test_a_part_of_a_board_keeps_the_notes_on_its_lines_only(self, made: Any) -> None:
        """What is sent on about one institution says nothing of another."""
        board = whole(made)
        assert "skoleleder" not in str(json.loads(board.where(institution="B").to_json())["board"]["follow_ups"])
        assert board.where(institution="A")[0].follow_ups == board[0].follow_ups


class TestCall:
    """The call itself."""

    def test_every_option_of_track_passes_through(self, made: Any) -> None:
        """What track takes, the board takes."""
        own = inspect.signature(mb.goal_board).parameters
        taken = {name for name in inspect.signature(mb.track).parameters if name not in own}
        row = board_of(made, {"A": series(70.0, 71, 72, 73, 74)}, level=0.95, slack=0.5)[0]
        assert "slack" in taken
        assert (row.level, json.loads(row.params)["slack"]) == (0.95, 0.5)

    def test_an_unknown_option_is_refused(self, made: Any) -> None:
        """A slip of the pen is an error as in any function."""
        with pytest.raises(TypeError, match="slak"):
            board_of(made, {"A": series(70.0)}, slak=1)

    def test_the_order_must_be_known(self, made: Any) -> None:
        """A wrong word names the right ones."""
        with pytest.raises(mb.ArgumentError, match="institution"):
            board_of(made, {"A": series(70.0)}, by="mood")

    def test_the_inputs_are_unchanged(self, made: Any) -> None:
        """The board takes nothing and adds nothing."""
        ms, catalogue = made({"A": series(70.0, 71)}, targets=[dated()])
        before = ms.to_arrow(), copy.deepcopy(catalogue)
        mb.goal_board(ms, catalogue, as_of=AS_OF, follow_ups=[note()])
        assert (ms.to_arrow(), catalogue) == before

    def test_the_numbers_are_those_of_track(self, made: Any) -> None:
        """A board changes the order of the rows and nothing in them."""
        values = {"B": series(70.0, 68, 66, 64, 62), "A": series(70.0, 72, 74, 76, 78)}
        ms, catalogue = made(values, targets=[dated()])
        board = mb.goal_board(ms, catalogue, as_of=AS_OF).to_arrow().select(mb.schemas.TRACKING.names)
        tracked = mb.track(ms, catalogue, as_of=AS_OF).to_arrow()
        assert board.take([1, 0]).replace_schema_metadata(None).equals(tracked.replace_schema_metadata(None))

    def test_an_empty_board_is_a_board(self, made: Any) -> None:
        """No targets, no rows, and a page that says so."""
        ms, catalogue = made({"A": series(70.0)}, targets=[])
        board = mb.goal_board(ms, catalogue, as_of=AS_OF)
        assert (len(board), board.counts(), board.summary(), board.unjudged()) == (0, {}, (), {})
        assert "Ingen måltal at vise." in board.page()
        assert mb.GoalBoard.from_json(board.to_json()) == board
