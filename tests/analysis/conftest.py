"""Small measurements and catalogues made on the spot."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from maalbib import Catalogue, Indicator, Measurements, Target, Text

sys.path.append(str(Path(__file__).parent))  # for trend_cases

Make = Callable[..., tuple[Measurements, Catalogue]]


@pytest.fixture(scope="session")
def made() -> Make:
    """Return a function that makes measurements of indicator ``I`` from ``{institution: [(period, value, extras)]}``."""

    def make(
        series: Mapping[str, Sequence[tuple[Any, ...]]],
        *,
        targets: Sequence[Target] = (),
        direction: str = "higher",
        unit: str = "score",
        breakdown: str | None = None,
        **indicator: Any,
    ) -> tuple[Measurements, Catalogue]:
        defined = Indicator(
            id="I", name=Text(da="Tallet", en="The figure"), unit=unit, direction=direction, **indicator
        )
        catalogue = Catalogue(id="PROEVE", agency="KL", version="1.0.0", indicators=[defined], targets=targets)
        rows = [
            {"indicator": "I", "institution": who, "period": str(point[0]), "value": point[1]} | dict(*point[2:3])
            for who, points in series.items()
            for point in points
        ]
        frame = pd.DataFrame(rows, columns=None if rows else ["indicator", "institution", "period", "value"])
        frame = frame.astype({"value": "float64"})
        return (
            Measurements.from_pandas(
                frame, catalogue=catalogue, breakdowns=None if breakdown is None else [breakdown]
            ),
            catalogue,
        )

    return make
