"""Tests of the frontier share the plain definition and the known cases."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # for slow_efficiency
