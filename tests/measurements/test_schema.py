"""The columns: their order and types are a contract."""

from __future__ import annotations

from typing import get_type_hints

import pyarrow as pa
import pytest

import maalbib as mb
from maalbib import schemas
from maalbib.measurements import CONF_CODES, MEASUREMENTS, STATUS_CODES, Panel
from maalbib.model import Status

CODE = "dictionary<values=string, indices=int32, ordered=0>"


def test_columns_are_as_promised() -> None:
    """Names, order and types never change within a major version; columns are only added."""
    found = {field.name: str(field.type) for field in MEASUREMENTS}
    assert found == {
        "indicator": CODE,
        "institution": CODE,
        "period": CODE,
        "value": "double",
        "numerator": "double",
        "denominator": "double",
        "n": "int64",
        "lower": "double",
        "upper": "double",
        "pre_break": "double",
        "qualifier": CODE,
        "status": CODE,
        "conf": CODE,
        "vintage": "date32[day]",
        "revision": "int32",
        "source": CODE,
        "comment": "string",
        "action": CODE,
    }
    assert schemas.MEASUREMENTS is MEASUREMENTS


def test_status_codes_are_those_of_the_model() -> None:
    """A panel counts statuses in the order of the vocabulary, and 255 is none of them."""
    assert tuple(Status) == STATUS_CODES
    assert len(STATUS_CODES) < 255
    assert CONF_CODES[0] == "F"


def test_every_column_at_once_has_the_schema() -> None:
    """A table with all columns and a breakdown comes out in canonical order and types."""
    row: dict[str, object] = {"comment": "x", "source": "s", "revision": 1, "vintage": "2025-01-01", "conf": "F"}
    row |= {"status": "B", "qualifier": "exact", "pre_break": 1.0, "upper": 3.0, "lower": 1.0, "n": 7}
    row |= {"denominator": 4.0, "numerator": 2.0, "value": 2.0, "sex": "F", "period": "2024"}
    row |= {"institution": "0101", "indicator": "a", "action": "replace"}
    table = mb.Measurements.from_arrow(pa.Table.from_pylist([row]), breakdowns=["sex"], locale="iso").to_arrow()
    names = MEASUREMENTS.names
    assert table.column_names == [*names[:3], "sex", *names[3:]]
    fields = [table.schema.field(name) for name in names]
    assert [field.type for field in fields] == [field.type for field in MEASUREMENTS]
    assert table.num_rows == 1


@pytest.mark.parametrize("kind", [mb.Measurements, Panel])
def test_annotations_resolve(kind: type) -> None:
    """Tools that read annotations find every name."""
    assert get_type_hints(kind)
