"""Makes the kernels of these tests importable, also in processes that are started from here."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
