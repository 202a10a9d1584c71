"""How many published assessments each published method reproduces: case by case, from files beside the checkout."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
from _simulated import table, write

from maalbib import stats

CASES: Final = Path(__file__).resolve().parents[2] / "shared" / "oracles" / "tracking"
WAYS: Final = {
    "1": "higher",
    "-1": "lower",
    "up": "higher",
    "down": "lower",
    "increase": "higher",
    "decrease": "lower",
}
Rows = list[dict[str, Any]]


@attrs.frozen(kw_only=True)
class Proof:
    """What came out for one method and file: which cases there are, and which did not come out as published."""

    method: str
    file: str
    cases: int
    missed: tuple[str, ...]
    tolerance: str
    known: str = "none"

    @property
    def reproduced(self) -> int:
        """How many came out as published."""
        return self.cases - len(self.missed)


def csv_rows(folder: Path, name: str) -> Rows:
    """Return the rows of a CSV file."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def loaded(folder: Path, name: str) -> Any:
    """Return what a JSON file holds."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def column(rows: Rows, key: str) -> np.ndarray:
    """Return a column as numbers, NaN where it is empty."""
    return np.array([math.nan if row.get(key) in {"", None} else float(row[key]) for row in rows])


def ways(rows: Rows) -> list[str]:
    """Return the better way of each row in our words."""
    return [WAYS.get(str(row["direction"]), "context") for row in rows]


def same(found: Any, expected: Any, tolerance: float = 1e-9) -> np.ndarray:
    """Return where numbers agree relative to their size."""
    return np.isclose(found, expected, rtol=tolerance, atol=1e-15, equal_nan=True)


def missed(rows: Rows, hit: Any) -> tuple[str, ...]:
    """Return the ids of the cases that did not come out."""
    return tuple(row["case_id"] for row, fine in zip(rows, np.atleast_1d(hit), strict=True) if not fine)


def words(found: Any, rows: Rows, key: str) -> np.ndarray:
    """Return where words agree; null is the empty word."""
    return np.array([word == (row[key] or "") for word, row in zip(found.tolist(), rows, strict=True)])


def growth_of(kernel: Callable[..., Any], rows: Rows) -> Any:
    """Judge rows by Statistics Canada or EUSTAT."""
    times = {name: column(rows, name) for name in ("base_year", "current_year", "target_year")}
    return kernel(
        column(rows, "base_value"),
        times["base_year"],
        column(rows, "current_value"),
        times["current_year"],
        direction=ways(rows),
        target=column(rows, "target"),
        target_time=times["target_year"],
        limit=column(rows, "limit"),
    )


def scored(found: Any, rows: Rows, value: str, tolerance: float = 1e-9) -> np.ndarray:
    """Return where value, score and status agree."""
    fine = same(found.value, column(rows, value), tolerance) & same(found.score, column(rows, "score"), tolerance)
    return fine & words(found.status, rows, "status")


def statcan(folder: Path) -> Iterator[Proof]:
    """Series, whole ways from configuration to status, and indicators."""
    rows = csv_rows(folder, "statcan_series.csv")
    gone = missed(rows, scored(growth_of(stats.statcan_progress, rows), rows, "progress_value"))
    yield Proof(
        method="statcan/1", file="statcan_series.csv", cases=len(rows), missed=gone, tolerance="1e-9 relative"
    )
    whole = loaded(folder, "statcan_end_to_end.json")["cases"]
    gone = missed(whole, [end_to_end(case) for case in whole])
    yield Proof(
        method="statcan/1", file="statcan_end_to_end.json", cases=len(whole), missed=gone, tolerance="1e-9 relative"
    )
    rows = csv_rows(folder, "statcan_rollup.csv")
    gone = missed(rows, [rolled_up(row) for row in rows])
    known = "one indicator of nested groups, which the figures do not tell: " + ", ".join(gone)
    yield Proof(
        method="statcan/1",
        file="statcan_rollup.csv",
        cases=len(rows),
        missed=gone,
        tolerance="1e-9 relative",
        known=known,
    )


def end_to_end(case: dict[str, Any]) -> bool:
    """Judge a raw series by its published configuration."""
    profile = stats.profile("statcan/1")
    config = case["config"]
    years, values = zip(*case["data"], strict=True) if case["data"] else ((), ())
    start = config.get("base_year", profile.parameters["base_time"])
    picked = stats.published_base(values, years, profile=profile, base_time=start)
    way = {"positive": "higher", "negative": "lower"}.get(config.get("direction"), profile.parameters["direction"])
    found = stats.statcan_progress(
        picked.base,
        picked.base_time,
        picked.current,
        picked.current_time,
        direction=way,
        target=config.get("target", math.nan),
        target_time=config.get("target_year", profile.parameters["target_time"]),
        limit=config.get("limit", math.nan),
        profile=profile,
    )
    asked = case["expected"]
    fine = scored(stacked(found), [asked], "progress_value")[0]
    expected = column([asked], "base_value"), column([asked], "current_value")
    # The published base of zero is the small number that stands for it.
    base = np.where(picked.base == 0, profile.parameters["zero_replacement"], picked.base)
    return bool(fine and same(base, expected[0])[0] and same(picked.current, expected[1])[0])


def stacked(found: Any) -> Any:
    """Return a result of one element as one of a row."""
    fields = {field.name: getattr(found, field.name) for field in attrs.fields(type(found))}
    return type(found)(
        **{name: value if isinstance(value, str) else value.reshape(1) for name, value in fields.items()}
    )


def rolled_up(row: dict[str, Any]) -> bool:
    """Average the published scores of series, and name the class; the file does not tell how nested ones belong together."""
    scores, states = json.loads(row["series_scores"]), json.loads(row["series_statuses"])
    mean = stats.score_tree(scores)
    return bool(same(mean, column([row], "score"))[0]) and class_of(mean, states) == row["progress_status"]


def class_of(mean: Any, states: list[str]) -> str:
    """Name the class of an indicator."""
    scored_ones = [state for state in states if state != "not_available"]
    achieved = all(state == "target_achieved" for state in scored_ones)
    return str(stats.score_class(mean, all_achieved=achieved).item())


def eustat(folder: Path) -> Iterator[Proof]:
    """Series of the Basque statistics office."""
    rows = csv_rows(folder, "eustat_series.csv")
    gone = missed(rows, scored(growth_of(stats.eustat_progress, rows), rows, "progress_value", 2e-9))
    yield Proof(method="eustat/1", file="eustat_series.csv", cases=len(rows), missed=gone, tolerance="2e-9 relative")


def destatis(folder: Path) -> Iterator[Proof]:
    """Weather symbols of the German strategy."""
    data = loaded(folder, "destatis_weather.json")
    rows = data["cases"]
    symbols = np.array([symbol(row, data["series"][row["series"]]["values"]) for row in rows], dtype=object)
    gone = missed(rows, words(symbols, rows, "published_symbol"))
    yield Proof(
        method="destatis/1",
        file="destatis_weather.json",
        cases=len(rows),
        missed=gone,
        tolerance="exact",
        known="later revisions of the data, or special targets: " + ", ".join(gone),
    )


def symbol(row: dict[str, Any], series: dict[str, float | None]) -> str:
    """Return the symbol of one case."""
    timed = math.nan if row["target_year"] is None else row["target_year"]
    target = math.nan if row["target"] is None else row["target"]
    found = stats.destatis_weather(
        list(series.values()),
        [int(year) for year in series],
        kind={"direction": "direction_only"}.get(row["kind"], row["kind"]),
        target=target,
        target_time=timed,
        direction=WAYS[row["direction"]],
        as_of=row["as_of"],
    )
    return found.symbol.item()


def pilote(folder: Path) -> Iterator[Proof]:
    """Percentages of the public site."""
    rows = csv_rows(folder, "barometre_attainment.csv")
    found = stats.pilote_attainment(
        column(rows, "initial_value"),
        column(rows, "latest_value"),
        column(rows, "target"),
        rising=[row["trend_inferred"] != "BAISSE" for row in rows],
        equal_is_null=True,
    )
    gone = missed(rows, same(found.site, column(rows, "published_percentage"), 0))
    yield Proof(method="pilote/1", file="barometre_attainment.csv", cases=len(rows), missed=gone, tolerance="exact")


def nhs(folder: Path) -> Iterator[Proof]:
    """Assurance from limits."""
    rows = loaded(folder, "nhs_assurance.json")["cases"]
    gone = missed(rows, words(assured(rows), rows, "expected"))
    yield Proof(method="nhs_assurance/1", file="nhs_assurance.json", cases=len(rows), missed=gone, tolerance="exact")


def assured(rows: Rows) -> Any:
    """Return the verdict by the limits of the last segment."""
    last = [row["segments"][-1] for row in rows]
    return stats.nhs_assurance(
        column(last, "lpl"), column(last, "upl"), column(rows, "target"), direction=ways(rows)
    ).verdict


def who(folder: Path) -> Iterator[Proof]:
    """Target paths."""
    rows = loaded(folder, "who_paths.json")["cases"]
    gone = missed(rows, [published_path(row) for row in rows])
    yield Proof(method="who_path/1", file="who_paths.json", cases=len(rows), missed=gone, tolerance="1e-9")


def published_path(row: dict[str, Any]) -> bool:
    """Draw a path by the rule that the name of the case tells."""
    name, target = row["name"], row.get("target", math.nan)
    rules = {"aroc to": "rate_to_target", "aroc": "last_rate", "percent": "percent_change"}
    rule: Any = next((rule for start, rule in rules.items() if name.startswith(start)), "linear")
    percent = float(name.split()[1]) if rule == "percent_change" else math.nan
    years = [int(year) for year in row["series"]]
    found = stats.who_path(
        list(row["series"].values()),
        years,
        base_time=row["baseline_year"],
        rule=rule,
        target=target,
        target_time=row.get("target_year", 2025),
        percent=percent,
        cap=1.5 if "capped" in name else math.inf,
        keep_better="expected" in row,
        direction="higher",
    )
    asked = row.get("expected", {"2025": row.get("expected_2025")})
    return all(math.isclose(found.path[years.index(int(year))], value, rel_tol=1e-9) for year, value in asked.items())


def operately(folder: Path) -> Iterator[Proof]:
    """Compare a plain share of the way; where start and target are equal there is none to go."""
    rows = loaded(folder, "operately_attainment.json")["cases"]
    found = stats.pilote_attainment(
        column(rows, "start"),
        column(rows, "value"),
        column(rows, "target"),
        rising=column(rows, "target") >= column(rows, "start"),
        equal_is_null=True,
    )
    gone = missed(rows, same(found.unrounded, column(rows, "expected_percent")))
    known = "start and target equal: they say 0 %, we give no number and the reason"
    yield Proof(
        method="share of the way",
        file="operately_attainment.json",
        cases=len(rows),
        missed=gone,
        tolerance="1e-9 relative",
        known=known,
    )


def own(folder: Path) -> Iterator[Proof]:
    """Cases of our own making, method by method."""
    everything = loaded(folder, "own_profiles.json")["cases"]
    for method, judge in OWN.items():
        rows = [case for case in everything if case["profile"] == method]
        flat = [{"case_id": case["case_id"], **case["input"]} for case in rows]
        asked = [case["expected"] for case in rows]
        gone = missed(flat, judge(flat, asked))
        yield Proof(
            method=f"{method}/1", file="own_profiles.json", cases=len(rows), missed=gone, tolerance="1e-9 relative"
        )


def own_growth(kernel: Callable[..., Any]) -> Callable[[Rows, Rows], Any]:
    """Compare value, score and status."""
    return lambda flat, asked: scored(growth_of(kernel, flat), asked, "value")


def own_weather(flat: Rows, asked: Rows) -> Any:
    """Compare symbols."""
    return words(np.array([symbol(row, row["series"]) for row in flat], dtype=object), asked, "symbol")


def own_chart(flat: Rows, asked: Rows) -> Any:
    """Compare score, value, and what they rest on."""
    found, near = (chart_of(flat, percent_scale=percent) for percent in (False, True))
    percent = np.array([bool(row["percent_scale"]) for row in flat])
    score, value = (np.where(percent, getattr(near, key), getattr(found, key)) for key in ("score", "value"))
    why = np.where(percent, near.why, found.why)
    why = np.where(why == "", found.reason, why)
    fine = same(score, column(asked, "score")) & same(value, column(asked, "value"))
    return fine & words(why, asked, "why")


def chart_of(flat: Rows, *, percent_scale: bool) -> Any:
    """Score rows by the Progress Chart."""
    times = {name: column(flat, name) for name in ("base_year", "current_year", "target_year")}
    return stats.un_progress(
        column(flat, "base_value"),
        times["base_year"],
        column(flat, "current_value"),
        times["current_year"],
        direction=ways(flat),
        target=column(flat, "target"),
        target_time=times["target_year"],
        percent_scale=percent_scale,
    )


def own_objective(flat: Rows, asked: Rows) -> Any:
    """Compare status and percentage."""
    found = stats.healthy_people_progress(
        column(flat, "baseline"),
        column(flat, "latest"),
        column(flat, "target"),
        direction=ways(flat),
        se_baseline=column(flat, "se_baseline"),
        se_latest=column(flat, "se_latest"),
    )
    fine = same(found.percent_targeted_change, column(asked, "percent_targeted_change"))
    return fine & words(found.status, asked, "status")


def own_attainment(flat: Rows, asked: Rows) -> Any:
    """Compare percentages with and without bounds."""
    found = stats.pilote_attainment(
        column(flat, "initial"),
        column(flat, "actual"),
        column(flat, "target"),
        rising=[row["trend"] != "BAISSE" for row in flat],
    )
    return same(found.unbounded, column(asked, "unbounded")) & same(found.bounded, column(asked, "bounded"))


def own_path(flat: Rows, asked: Rows) -> Any:
    """Compare every year of a path."""
    return np.array([one_path(row, expected["path"]) for row, expected in zip(flat, asked, strict=True)])


def one_path(row: dict[str, Any], expected: dict[str, float]) -> bool:
    """Draw the path of one case."""
    years = [int(year) for year in expected]
    seen = {int(year): value for year, value in (row.get("observed") or {}).items()} | {
        row["base_year"]: row["base_value"]
    }
    cap = row.get("cap")
    found = stats.who_path(
        [seen.get(year) for year in years],
        years,
        base_time=row["base_year"],
        rule=row["path"],
        target=row.get("target", math.nan),
        target_time=row["target_year"],
        rate=row.get("rate", math.nan),
        cap=math.inf if cap is None else cap,
        keep_better=bool(row.get("keep_better")),
        direction=WAYS.get(row.get("direction", "up")),
        limits=(row["lower_limit"], row["upper_limit"]),
    )
    return bool(same(found.path, list(expected.values())).all())


OWN: Final[dict[str, Callable[[Rows, Rows], Any]]] = {
    "statcan": own_growth(stats.statcan_progress),
    "eustat": own_growth(stats.eustat_progress),
    "destatis": own_weather,
    "un_progress_chart": own_chart,
    "healthy_people": own_objective,
    "pilote": own_attainment,
    "who_path": own_path,
    "nhs_assurance": lambda flat, asked: words(assured(flat), asked, "assurance"),
}
PROOFS: Final = (statcan, eustat, destatis, pilote, nhs, who, operately, own)


def proofs(folder: Path) -> list[Proof]:
    """Return what came out for every method and file."""
    return [proof for prove in PROOFS for proof in prove(folder)]


def as_table(found: list[Proof]) -> str:
    """Write it as a table."""
    head = ["method", "figures of", "cases", "reproduced", "tolerance", "known differences"]
    return table(
        head,
        [
            [each.method, source(each), str(each.cases), str(each.reproduced), each.tolerance, each.known]
            for each in found
        ],
    )


def source(proof: Proof) -> str:
    """Name whose figures they are."""
    return {
        "statcan_series.csv": "Statistics Canada, series",
        "statcan_end_to_end.json": "Statistics Canada, from configuration to status",
        "statcan_rollup.csv": "Statistics Canada, indicators",
        "eustat_series.csv": "EUSTAT, series",
        "destatis_weather.json": "Destatis, symbols",
        "barometre_attainment.csv": "Baromètre des résultats, percentages (45 of them none)",
        "nhs_assurance.json": "NHSRplotthedots, its own tests",
        "who_paths.json": "WHO billionaiRe, its own tests",
        "operately_attainment.json": "Operately, its own tests",
        "own_profiles.json": "cases of our own, from the rules as written",
    }[proof.file]


def main() -> None:
    """Write the table, where the figures are beside the checkout."""
    if not CASES.is_dir():
        print("the published figures are not beside this checkout; the table stays as it is")
        return
    write("published-assessments", as_table(proofs(CASES)))


if __name__ == "__main__":
    main()
