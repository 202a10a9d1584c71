"""The columns that other systems can rely on: measurements in, results out.

Columns are added, never renamed or removed, within a major version.
"""

from maalbib.measurements import MEASUREMENTS

__all__ = ["MEASUREMENTS"]
