"""Run every benchmark beside this file, or those named on the command line.

A benchmark is a module with ``main()`` that does the same work in two ways and prints the ratio. Times differ between
machines; ratios of one run can be compared.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

HERE = Path(__file__).resolve().parent
PACKAGES = ("attrs", "cattrs", "numpy", "pandas", "pyarrow", "scipy")


def benchmarks() -> list[str]:
    """Return the names of all benchmarks."""
    return sorted(file.stem for file in HERE.glob("*.py") if file.name != "run.py" and not file.name.startswith("_"))


def print_machine() -> None:
    """Print what the figures below were measured on."""
    processor, flags = _processor()
    wide = ", ".join(flag for flag in ("avx2", "avx512f", "neon") if flag in flags) or "no wide vectors known"
    print(f"{platform.platform()}, {processor}, {os.cpu_count()} cores, {wide}")
    print(
        f"Arrow computes with {pa.runtime_info().simd_level} on {pa.cpu_count()} threads; load {os.getloadavg()[0]:.1f}"
    )
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    print(f"Python {platform.python_version()}, {packages}")


def _processor() -> tuple[str, set[str]]:
    information = Path("/proc/cpuinfo")
    if not information.exists():
        return platform.processor() or platform.machine(), set()
    pairs = [line.partition(":") for line in information.read_text(encoding="utf-8").splitlines()]
    facts = {name.strip(): value.strip() for name, _, value in pairs}
    return facts.get("model name", platform.machine()), set(facts.get("flags", facts.get("Features", "")).split())


def run(name: str) -> None:
    """Run one benchmark and print how long it took and the peak memory of the process so far."""
    print(f"\n== {name}")
    specification = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    if specification is None or specification.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    start = time.perf_counter()
    module.main()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"-- {name}: {time.perf_counter() - start:.1f} s, peak {peak:,.0f} MiB")


def main(wanted: list[str]) -> int:
    """Run the benchmarks; return the exit code."""
    known = benchmarks()
    unknown = set(wanted) - set(known)
    if unknown:
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
        return 2
    print_machine()
    for name in wanted or known:
        run(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
