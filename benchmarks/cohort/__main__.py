"""How fast a test is analysed: beside pingouin's alpha alone, R's psych where it is installed, and DuckDB's counting.

    python benchmarks/cohort [PART ...] [--learners N] [--items N] [--rounds N]

Every figure is of this run, so that a busy machine slows both sides of a ratio. The whole takes a few minutes. Ends
with 1 when a bound was missed. Figures, bounds and a machine: docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import matrix  # first: it says where the next ones are
import parquet
from measure import Report


@dataclass(frozen=True)
class Sizes:
    """How large the test is, and how often each thing is timed."""

    learners: int
    items: int
    rounds: int


PARTS = {
    "matrix": matrix.beside_pingouin,
    "partial": matrix.partial,
    "psych": matrix.beside_psych,
    "parquet": parquet.beside_counting,
    "dask": parquet.on_a_cluster,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all where none is named")
    parser.add_argument("--learners", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    sizes, report = Sizes(given.learners, given.items, given.rounds), Report()
    with tempfile.TemporaryDirectory(prefix="eprof-benchmark-") as scratch:
        for name in given.parts or PARTS:
            print(f"{name}: {sizes.learners:,} learners x {sizes.items} items", flush=True)
            PARTS[name](Path(scratch), sizes, report)
    print("missed: " + "; ".join(report.missed) if report.missed else "every bound is met")
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
