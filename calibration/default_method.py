"""How many cases the default method and its companions reproduce, one by one, from files beside the checkout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import attrs
from _figure_cases import (
    dispersion_differences,
    growth_differences,
    line_differences,
    robust_differences,
    roll_up_differences,
    share_differences,
    walk_differences,
)
from _simulated import table, write
from _tracking_cases import Case, Differences, asof_differences, cases, endpoint_differences, state_differences
from published import CASES


@attrs.frozen(kw_only=True)
class Question:
    """What is asked of the cases of a file, or of those of them in which a field has a value."""

    what: str
    of: str
    file: str
    differences: Callable[[Case], Differences]
    tolerance: str
    only: tuple[str, str] | None = None
    known: str = ""

    def asked(self, folder: Path) -> list[Case]:
        """Return the cases."""
        found = cases(folder, self.file)
        return found if self.only is None else [each for each in found if each[self.only[0]] == self.only[1]]


@attrs.frozen(kw_only=True)
class Answer:
    """How the cases came out: where each differs, which is nowhere for one that is reproduced."""

    question: Question
    differences: dict[str, Differences]

    @property
    def missed(self) -> tuple[str, ...]:
        """Which cases are not reproduced."""
        return tuple(case for case, gone in self.differences.items() if gone)

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of the table; a difference that is not known is called that."""
        asked, gone = self.question, self.missed
        known = f"{asked.known or 'not explained'}: {', '.join(gone)}" if gone else "none"
        cases, reproduced = len(self.differences), len(self.differences) - len(gone)
        return asked.what, asked.of, str(cases), str(reproduced), asked.tolerance, known


LINES: Final = "own_projection.json"
OF_RULES: Final = "cases of our own, from the rules as written"
OF_R: Final = "cases of our own, computed with R"
QUESTIONS: Final = (
    Question(
        what="`linear`: state, reason, flags, figures",
        of=OF_RULES,
        file="own_states.json",
        differences=state_differences,
        tolerance="words exact; 1e-9 of the largest value",
    ),
    Question(
        what="`as_of`: figures, target version, state, reason, flags known on a day",
        of=OF_RULES,
        file="own_asof.json",
        differences=asof_differences,
        tolerance="exact",
        known="a withdrawal is a version there; here the row names the version that it ended",
    ),
    Question(
        what="`sensitivity`: states with one value left out",
        of=OF_RULES,
        file="own_endpoint.json",
        differences=endpoint_differences,
        tolerance="exact",
    ),
    Question(
        what="`linear_projection`, `hit_probability`, `arrival_time`",
        of=OF_R,
        file=LINES,
        differences=line_differences,
        tolerance="1e-8 relative",
    ),
    Question(
        what="`robust_projection`: slope",
        of=OF_RULES,
        file=LINES,
        differences=robust_differences,
        tolerance="1e-8 relative",
    ),
    Question(
        what="`random_walk_projection`",
        of=OF_RULES,
        file=LINES,
        differences=walk_differences,
        tolerance="1e-8 relative",
    ),
    Question(
        what="`cagr`: growth, or why it is refused",
        of=OF_RULES,
        file="own_profiles.json",
        differences=growth_differences,
        tolerance="1e-9 relative",
        only=("profile", "cagr"),
    ),
    Question(
        what="`within_limit`: share and its interval",
        of=OF_R,
        file="own_derived.json",
        differences=share_differences,
        tolerance="1e-9 relative",
        only=("statistic", "share_within_limit"),
    ),
    Question(
        what="`dispersion`",
        of=OF_R,
        file="own_derived.json",
        differences=dispersion_differences,
        tolerance="1e-9",
        only=("statistic", "dispersion"),
    ),
    Question(
        what="`roll_up_states`, `score_tree`: state, value, weights, coverage, what was left out",
        of=OF_RULES,
        file="own_rollup.json",
        differences=roll_up_differences,
        tolerance="words exact; 1e-12",
    ),
)


def answers(folder: Path) -> list[Answer]:
    """Ask every case of every file."""
    return [
        Answer(question=asked, differences={each["case_id"]: asked.differences(each) for each in asked.asked(folder)})
        for asked in QUESTIONS
    ]


def as_table(found: list[Answer]) -> str:
    """Write it as a table."""
    head = ["what", "figures of", "cases", "reproduced", "tolerance", "known differences"]
    return table(head, [each.cells for each in found])


def main() -> None:
    """Write the table, where the cases are beside the checkout."""
    if not CASES.is_dir():
        print("the cases are not beside this checkout; the table stays as it is")
        return
    write("default-method", as_table(answers(CASES)))


if __name__ == "__main__":
    main()
