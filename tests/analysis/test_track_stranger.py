"""What a reader who has never seen the library stumbled over: sentences and reasons that said something else than they meant."""

from __future__ import annotations

import attrs
import pandas as pd
import pytest

import maalbib as mb


def text(words: str) -> mb.Text:
    return mb.Text(da=words, en=words)


SHARE = mb.Indicator(id="share", name=text("Andel"), unit="percent", direction="higher", freq="year", decimals=1)
PLAN = mb.Milestone(id="PLAN", name=mb.Text(da="Planen", en="The plan"), due="2024-12-31")


def measured(values: dict[str, float | None], institution: str = "P1") -> mb.Measurements:
    frame = pd.DataFrame(
        [
            {
                "indicator": "share",
                "institution": institution,
                "period": period,
                "value": value,
                "status": "Q" if value is None else "A",
            }
            for period, value in values.items()
        ]
    )
    return mb.Measurements.from_pandas(frame)


def catalogue(*targets: mb.Target) -> mb.Catalogue:
    return mb.Catalogue(id="own", agency="KL", version="1.0.0", indicators=[SHARE], targets=targets)


def plain(said: str) -> str:
    return said.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("done_on", "because"),
    [
        (None, "fordi fristen 31. december 2024 er udløbet."),
        ("2025-01-20", "fordi fristen 31. december 2024 er udløbet og milepælen blev meldt nået."),
    ],
)
def test_the_log_names_a_milestone_and_claims_no_figure(done_on: str | None, because: str) -> None:
    """A milestone without an indicator has a name, a day in words, and no new figure."""
    milestone = attrs.evolve(PLAN, done_on=done_on)
    values, own = measured({"2023": 50.0}), catalogue(milestone)
    before, after = (mb.track(values, own, as_of=day) for day in ("2024-06-30", "2025-06-30"))
    said = mb.tracking_changes(before, after)[0].explain("da")
    assert plain(said) == f"Planen: 30. juni 2025: fra »kan ikke måles« til »ikke opfyldt«, {because}"


def test_a_milestone_that_was_moved_shows_both_days() -> None:
    """What was asked is a day; there is no value that went from none to none."""
    first = attrs.evolve(PLAN, version="1", decided_on="2023-01-01")
    second = attrs.evolve(PLAN, version="2", decided_on="2024-06-01", due="2025-12-31")
    values, own = measured({"2023": 50.0}), catalogue(first, second)
    original, now = (mb.track(values, own, as_of="2025-01-31", basis=basis) for basis in ("original", "in_force"))
    said = plain(mb.tracking_changes(original, now)[0].explain("da"))
    assert said.endswith("fordi målet blev ændret (31. december 2024 → 31. december 2025).")


def test_the_log_tells_two_targets_of_one_indicator_apart() -> None:
    """By the name of the target; one without a name is as before."""
    start = mb.Baseline(period="2020")
    low = mb.AtLeast(id="LOW", name=text("Mindst 60"), indicator="share", value=60, due="2026", baseline=start)
    high = mb.AtLeast(id="HIGH", indicator="share", value=70, due="2026", baseline=start)
    values = measured({"2020": 50.0, "2021": 51.0, "2022": 54.0, "2023": 56.0})
    history = mb.tracking_history(values, catalogue(low, high))
    assert {row.target: row.about("da") for row in history.changes()} == {
        "LOW": "Andel, P1 (Mindst 60)",
        "HIGH": "Andel, P1",
    }


@pytest.mark.parametrize("end", ["", ".", "!"])
def test_a_reason_given_by_hand_ends_before_the_next_sentence(end: str) -> None:
    """Nobody has to know that a full stop was wanted."""
    decided = mb.Override(
        target="LOW",
        institution="P1",
        state="off_track",
        reason=text(f"Huset lukker{end}"),
        decided_by_role="chef",
        decided_on="2024-05-01",
    )
    own = catalogue(mb.AtLeast(id="LOW", indicator="share", value=60))
    row = mb.track(measured({"2023": 61.0}), own, as_of="2024-06-30", overrides=[decided])[0]
    assert f"Huset lukker{end or '.'} Den beregnede" in row.explain("da")


def test_without_any_reference_nothing_is_withheld() -> None:
    """An own figure that was withheld years ago is not why there is nothing to compare with."""
    target = mb.RelativeToReference(id="REL", indicator="share", institution="XX", direction="higher")
    values = measured({"2021": None, "2022": 50.0, "2023": 51.0})
    row = mb.track(values, catalogue(target), as_of="2024-06-30")[0]
    assert (row.state, row.reason, row.flags) == ("not_measurable", "no_reference", ())


def test_a_withheld_reference_is_withheld() -> None:
    """A reference that is there, but may not be told, is another matter."""
    target = mb.RelativeToReference(id="REL", indicator="share", institution="XX", direction="higher")
    frame = pd.concat([measured({"2023": 51.0}).to_pandas(), measured({"2023": None}, "XX").to_pandas()])
    row = mb.track(mb.Measurements.from_pandas(frame), catalogue(target), as_of="2024-06-30")[0]
    assert (row.state, row.reason) == ("not_measurable", "suppressed")


def test_one_call_is_not_said_to_be_several() -> None:
    """The number stands apart from the noun."""
    start = mb.Baseline(period="2020")
    target = mb.AtLeast(id="LOW", indicator="share", value=60, due="2026", baseline=start)
    found = mb.back_test(measured({"2020": 50.0, "2021": 51.0, "2022": 54.0}), catalogue(target))
    row = next(row for row in found if row.call != "all" and row.n == 0 and row.unfinished)
    assert "Ingen vurderinger er afgjort endnu" in row.explain("da")
    assert "Ingen af de 1" not in row.explain("da")


def test_the_board_does_not_call_an_older_figure_the_latest() -> None:
    """A step or a deadline may decide on an earlier figure; the newest stands beside it."""
    start = mb.Baseline(period="2020")
    steps = mb.ImproveEachPeriod(
        id="STEP", indicator="share", direction="higher", min_step=1, policy="every", baseline=start
    )
    closed = mb.AtLeast(id="DUE", indicator="share", value=60, due="2022", baseline=start)
    running = mb.AtLeast(id="OPEN", indicator="share", value=60, due="2026", baseline=start)
    values = measured({"2020": 50.0, "2021": 52.0, "2022": 52.5, "2023": 57.7})
    board = mb.goal_board(values, catalogue(steps, closed, running), as_of="2024-12-31")
    assert {row.target: row.latest_period for row in board} == {"DUE": "2022", "STEP": "2022", "OPEN": "2023"}
    page = plain(board.page("da"))
    assert page.count("afgør; siden er målt 57,7 % (2023)") == 2
    assert plain(board.page("en")).count("decides; measured since: 57.7 % (2023)") == 2
