"""Which components of an SDMX-CSV file identify an observation, since the format does not say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maalbib.measurements.formats._sdmx_actions import Mask
from maalbib.measurements.formats._sdmx_csv_header import Component
from maalbib.measurements.formats._sdmx_names import ATTRIBUTES, FREQUENCY, KEYED, concept
from maalbib.problems import ProblemBlock

__all__ = ["dimensions_in"]

_KEY = ("indicator", "institution", "period")


def dimensions_in(
    components: Sequence[Component],
    roles: Mapping[str, str],
    declared: Sequence[str] | None,
    filled: Mapping[str, Mask],
    deletes: Mask,
) -> tuple[list[str], list[ProblemBlock]]:
    """Return the ids of the dimensions in the order of the file.

    Parameters
    ----------
    components
        The components of the file.
    roles
        Which of them is which column of measurements.
    declared
        What the caller names beside the key; None where the file has to tell.
    filled
        Which cells hold something, by component.
    deletes
        Which rows delete.
    """
    known = {roles[role] for role in _KEY if role in roles}
    taken = {name for role, name in roles.items() if role in KEYED or role == "value"}
    plain = [one for one in components if one.kind == "plain" and one.id not in taken]
    if declared is not None:
        wanted = {*known, *declared, *(one.id for one in plain if concept(one.id) == FREQUENCY)}
        absent = [name for name in dict.fromkeys(declared) if name not in {one.id for one in components}]
        return [one.id for one in plain if one.id in wanted], [
            ProblemBlock(code="column.missing", column=name) for name in absent
        ]
    possible = [one for one in plain if one.id in known or concept(one.id) not in ATTRIBUTES]
    value = next((one.place for one in components if one.id == roles.get("value")), None)
    if value is None:
        return [one.id for one in possible], []
    if all(one.place < value for one in possible if one.id in known):
        return [one.id for one in possible if one.place < value], []
    measured = filled[roles["value"]] & ~deletes
    found = [one.id for one in possible if one.id in known or not (measured & ~filled[one.id]).any()]
    assumed = [name for name in found if name not in known and concept(name) != FREQUENCY]
    if not assumed:
        return found, []
    return found, [ProblemBlock(code="sdmx_csv.dimensions", level="warning", details={"components": assumed})]
