"""The slow definitions beside these tests can be imported by their names."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # for slow_surveys
