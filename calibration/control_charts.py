"""How often control charts of stable processes give a signal."""

from __future__ import annotations

from typing import Final

from _simulated import SERIES, percent, table, write

from maalbib import stats

LENGTHS: Final = (12, 24, 36, 60)
PROCESSES: Final = (
    ("independent, normal", "normal", None),
    ("neighbours correlated 0.3", "ar1", 0.3),
    ("neighbours correlated 0.6", "ar1", 0.6),
    ("yearly cycle of 1 sd", "seasonal", 1.0),
    ("counts with mean 2", "poisson", 2.0),
    ("counts with mean 20", "poisson", 20.0),
)


def main() -> None:
    """Write a table of rule sets, and one of processes that break what rules take for granted."""
    known = {f"{found.id}/{found.version}": found for found in stats.rule_sets()}
    write(
        "chart-false-alarms",
        table(
            ["rule set", *(f"{n} points: anywhere, latest" for n in LENGTHS)],
            ([f"`{name}`", *(_rates(found, n, "normal", None) for n in LENGTHS)] for name, found in known.items()),
        ),
    )
    write(
        "chart-processes",
        table(
            ["process", *(f"{n} points: anywhere, latest" for n in LENGTHS)],
            (
                [what, *(_rates(known["nhs_mdc/1"], n, process, parameter) for n in LENGTHS)]
                for what, process, parameter in PROCESSES
            ),
        ),
    )


def _rates(rules: stats.RuleSet, n: int, process: str, parameter: float | None) -> str:
    found = stats.false_alarm_rate(
        rules, n, process=process, parameter=parameter, replications=SERIES, seed=20_180_104
    )
    return f"{percent(found.any_point)}, {percent(found.latest_point)}"


if __name__ == "__main__":
    main()
