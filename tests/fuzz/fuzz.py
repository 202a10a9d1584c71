"""Look for bytes that a reader cannot stand: ``python tests/fuzz/fuzz.py TARGET --seconds 60``.

Starts from the stored corpus, which it does not change. What breaks a target is written to ``fuzz-finds/``; mended, it
belongs in the corpus.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
with atheris.instrument_imports(include=["maalbib", "json"]):
    import targets

    import maalbib.measurements  # noqa: F401 - watched from the start

GRAMMARS = ("numbers", "periods")
TABLES = ("sdmx_csv", "sdmx_json", "jsonstat", "px", "kolada")  # their readers are fuzzed alone as well


def main() -> None:
    """Fuzz one target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=sorted(targets.TARGETS))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--finds", type=Path, default=Path("fuzz-finds"))
    given = parser.parse_args()
    given.finds.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as learnt:
        options = [
            f"-max_total_time={given.seconds}",
            f"-artifact_prefix={given.finds}/{given.target}-",
            f"-max_len={256 if given.target in GRAMMARS else 4096}",
            "-timeout=10",
            "-rss_limit_mb=2048",
            "-print_final_stats=1",
            "-verbosity=0",
            f"-dict={HERE / 'words.dict'}",
        ]
        folders = [learnt, str(HERE / "corpus" / given.target)]
        with atheris.instrument_imports(include=["maalbib"]):
            for file in sorted((HERE / "corpus" / given.target).iterdir()):
                targets.TARGETS[given.target](file.read_bytes())  # loads what is loaded late
        targets.EVERY = 256 if given.target in GRAMMARS else 16 if given.target in TABLES else 1
        atheris.Setup([sys.argv[0], *options, *folders], targets.TARGETS[given.target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
