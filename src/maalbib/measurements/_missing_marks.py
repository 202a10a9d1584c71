"""The marks that sources write instead of a number. Zero, missing, suppressed and not applicable are four things."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

__all__ = ["EMPTY_ONLY", "MISSING_MARKS", "Mark"]


@attrs.frozen(kw_only=True)
class Mark:
    """What a mark stands for.

    Attributes
    ----------
    value
        The number it means, None where there is none.
    status
        Observation status in SDMX codes: ``A`` normal, ``L`` exists but was not collected, ``M`` cannot exist,
        ``O`` missing, ``Q`` suppressed.
    conf
        Confidentiality in SDMX codes: ``F`` free, ``C`` confidential.
    """

    value: float | None = None
    status: str
    conf: str = "F"


_MISSING: Final = Mark(status="O")
_NIL: Final = Mark(value=0.0, status="A")
_SECRET: Final = Mark(status="Q", conf="C")

EMPTY_ONLY: Final[Mapping[str, Mark]] = MappingProxyType({"": _MISSING})
"""The default: an empty cell is missing, every mark is a fault."""

MISSING_MARKS: Final[Mapping[str, Mapping[str, Mark]]] = MappingProxyType(
    {
        # Statistics Denmark uses .. for too uncertain and for confidential; the stricter reading is kept.
        "dst": MappingProxyType(
            {
                "": _MISSING,
                "-": _NIL,
                "..": _SECRET,
                "...": Mark(status="L"),
                ".": Mark(status="M"),
                "x": _SECRET,
            }
        ),
        # A px file declares its own symbols; only the nil mark has a fixed default.
        "px": MappingProxyType({"-": _NIL}),
        "sdmx": MappingProxyType({"": _MISSING, "NaN": _MISSING}),
    }
)
"""The marks of each source; unlisted marks are faults, never missing values."""
