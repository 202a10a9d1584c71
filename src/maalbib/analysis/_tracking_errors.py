"""How sure each value is: its standard error, where the measurements say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from maalbib.analysis._arrays import Floats
    from maalbib.measurements import Panel

__all__ = ["standard_errors"]

_LIMITS: Final = 1.959963984540054  # a measurement's own limits are taken to be those of 95 %


def standard_errors(panel: Panel) -> Floats | None:
    """Return (m, k) half the width of each value's limits in standard errors, NaN without limits; None where none has any."""
    if panel.lower is None or panel.upper is None:
        return None
    errors = (panel.upper - panel.lower) / (2 * _LIMITS)
    return errors if np.isfinite(errors).any() else None
