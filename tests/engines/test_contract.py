"""What every kernel of the registry promises, tried on each."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from engine_cases import bytes_of, catalogue, rows

import maalbib as mb
from maalbib import engines

BOUND = {
    "least_squares_slope": engines.least_squares_slope(),
    "tracking": engines.tracking(catalogue(), as_of="2018-12-31", on_problem="collect"),
    "trends": engines.trends(catalogue(), on_problem="collect"),
    "comparison": engines.comparison(catalogue(), period="2015", on_problem="collect"),
}
EACH = pytest.mark.parametrize("kernel", BOUND.values(), ids=BOUND.keys())


def table_bytes(table: pa.Table) -> bytes:
    """The bytes of a table, however it is cut."""
    return bytes_of(pa.RecordBatchReader.from_batches(table.schema, table.to_batches()))


def retyped(table: pa.Table, kind: pa.DataType) -> pa.Table:
    """The same table with codes of another type."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column: Any = table.column(place)
            table = table.set_column(
                place,
                field.name,
                column.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else column.cast(kind),
            )
    return table


def shuffled(table: pa.Table) -> pa.Table:
    """The same rows in another order."""
    return table.take(np.random.default_rng(7).permutation(table.num_rows))


def in_chunks(table: pa.Table) -> pa.Table:
    """The same rows in chunks whose dictionaries are not alike."""
    parts = [table.slice(start, 37) for start in range(0, table.num_rows, 37)]
    encoded = [retyped(part.combine_chunks(), pa.dictionary(pa.int32(), pa.string())) for part in parts]
    return pa.concat_tables(encoded)


def with_reversed_dictionaries(table: pa.Table) -> pa.Table:
    """The same rows with the texts of every dictionary in another order."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            texts = sorted(set(table.column(place).to_pylist()), reverse=True)
            numbers = [texts.index(text) for text in table.column(place).to_pylist()]
            array = pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), texts)
            table = table.set_column(place, field.name, array)
    return table


SAME = {
    "permuted": shuffled,
    "rechunked": in_chunks,
    "reversed dictionaries": with_reversed_dictionaries,
    "int8": lambda table: retyped(table, pa.dictionary(pa.int8(), pa.string())),
    "int32": lambda table: retyped(table, pa.dictionary(pa.int32(), pa.string())),
    "large_string": lambda table: retyped(table, pa.large_string()),
    "another column": lambda table: table.append_column("fra", pa.array(["x"] * table.num_rows)),
}

ODD = {
    "nothing": rows().slice(0, 0),
    "one row": rows().slice(0, 1),
    "nulls": rows().set_column(3, "value", pa.nulls(rows().num_rows, pa.float64())),
    "NaN": rows().set_column(3, "value", pa.array(np.full(rows().num_rows, np.nan))),
    "infinity": rows().set_column(3, "value", pa.array(np.full(rows().num_rows, np.inf))),
    "constant": rows().set_column(3, "value", pa.array(np.full(rows().num_rows, 7.0))),
    "duplicated period": pa.concat_tables([rows().slice(0, 9), rows(seed=1).slice(0, 9)]),
}


def test_every_kernel_is_tried() -> None:
    """None of the registry is left out here."""
    assert set(BOUND) == set(engines.KERNELS)
    assert all(engines.KERNELS[name].name == name for name in engines.KERNELS)


@EACH
@pytest.mark.parametrize("change", SAME.values(), ids=SAME.keys())
def test_the_same_rows_give_the_same_bytes(kernel: engines.Kernel, change: Any) -> None:
    """Whatever their order, chunks and types."""
    assert table_bytes(kernel(change(rows()))) == table_bytes(kernel(rows()))


@EACH
@pytest.mark.parametrize("table", ODD.values(), ids=ODD.keys())
def test_odd_data_have_a_stated_result(kernel: engines.Kernel, table: pa.Table) -> None:
    """The columns are the same, what cannot be told says why, and no number is NaN or infinite."""
    found = kernel(table)
    assert found.schema.equals(kernel.output_schema(kernel.params))
    for column in found.columns:
        if pa.types.is_floating(column.type):
            assert np.isfinite(np.array([value for value in column.to_pylist() if value is not None], float)).all()
    said = found["status" if "status" in found.column_names else "reason"].to_pylist()
    assert all(said)


@EACH
def test_groups_together_are_groups_apart(kernel: engines.Kernel) -> None:
    """Several groups in one call give what each gives by itself, in the order of their keys."""
    codes = rows()["indicator"].to_pylist()
    parts = [rows().filter(pa.array([code == one for code in codes])) for one in sorted(set(codes))]
    assert pa.concat_tables([kernel(part) for part in parts]).combine_chunks() == kernel(rows()).combine_chunks()


@EACH
def test_the_input_is_not_changed(kernel: engines.Kernel) -> None:
    """Its buffers are read-only and have the same digest afterwards."""
    table = retyped(rows(), pa.dictionary(pa.int32(), pa.string()))
    table = table.set_column(4, "n", pa.array(table["n"].to_numpy()))

    def digest() -> list[str]:
        buffers = [b for column in table.columns for chunk in column.chunks for b in chunk.buffers() if b is not None]
        return [hashlib.sha256(buffer).hexdigest() for buffer in buffers]

    before = digest()
    kernel(table)
    assert digest() == before


@EACH
def test_pickles(kernel: engines.Kernel) -> None:
    """A kernel and its parameters can be sent to another process."""
    again = pickle.loads(pickle.dumps(kernel))
    assert again(rows()) == kernel(rows())


@EACH
def test_declares_what_the_driver_needs(kernel: engines.Kernel) -> None:
    """Group columns are required, the schema is that of the registry, and the cost has a name."""
    assert set(kernel.groups) <= set(kernel.required) <= kernel.columns()
    assert kernel.cost in {"linear", "quadratic"}
    assert 0 <= kernel.tolerance < 1e-6
    assert isinstance(engines.KERNELS[kernel.name].output_schema(kernel.params), pa.Schema)


def test_two_hash_seeds() -> None:
    """No order of a set shows in a result."""
    code = (
        "import sys, hashlib; sys.path.append(sys.argv[1]); import engine_cases as c; from test_contract import BOUND, table_bytes\n"
        "print([hashlib.sha256(table_bytes(k(c.rows()))).hexdigest() for k in BOUND.values()])"
    )
    found = set()
    for seed in ("0", "1"):
        environment = os.environ | {"PYTHONPATH": str(Path(mb.__file__).parents[1]), "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", code, str(Path(__file__).parent)]
        done = subprocess.run(command, env=environment, capture_output=True, check=False, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1
