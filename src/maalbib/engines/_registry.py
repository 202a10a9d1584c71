"""The kernels that come with the package."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from maalbib.engines._kernel import Kernel
from maalbib.engines._slope import SLOPE
from maalbib.engines._verbs import COMPARISON, TRACKING, TRENDS

__all__ = ["KERNELS"]

KERNELS: Final[Mapping[str, Kernel]] = MappingProxyType(
    {kernel.name: kernel for kernel in (COMPARISON, SLOPE, TRACKING, TRENDS)}
)
