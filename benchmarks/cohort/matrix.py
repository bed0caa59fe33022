"""A matrix of scores in memory: all item and scale statistics beside pingouin's alpha, and what memory they take.

python benchmarks/cohort/matrix.py KIND LEARNERS ITEMS    # MiB of memory above the data, in a process of its own
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "grading"))  # what measures is shared with the other benchmark

import numpy as np
import pandas as pd
import pingouin
from measure import run

from eprofessionalism_graders.cohort import item_statistics, scale_statistics

TIME_BOUND, MEMORY_BOUND = 2, 1024
KINDS = {"binary": "right or wrong", "partial": "partial credit"}


def made(kind: str, learners: int, items: int) -> pd.DataFrame:
    """Scores with one ability behind them, an item a column; partial ones go from 0 to 1 by thirds."""
    random = np.random.default_rng(2026)
    ability, scores = random.normal(size=learners), np.empty((learners, items), order="F")
    for item, difficulty in enumerate(np.linspace(-2, 2, items)):
        chance = 1 / (1 + np.exp(difficulty - ability))
        scores[:, item] = random.random(learners) < chance if kind == "binary" else np.round(3 * chance * 0.9) / 3
    if kind == "partial":
        for item in range(items):
            scores[random.random(learners) < 0.3, item] = 0
    return pd.DataFrame(scores, columns=[f"item {number + 1}" for number in range(items)], copy=False)


def everything(scores: pd.DataFrame) -> None:
    """What an instructor asks for: two calls, each from the matrix."""
    item_statistics(scores)
    scale_statistics(scores)


def beside_pingouin(_: Path, sizes, report) -> None:
    """Items that are right or wrong."""
    _compare("binary", sizes, report, TIME_BOUND)


def partial(_: Path, sizes, report) -> None:
    """Items with partial credit, in thirds."""
    _compare("partial", sizes, report, None)


def _compare(kind: str, sizes, report, bound: float | None) -> None:
    everything(made(kind, 1000, sizes.items))  # what is loaded once in a process is in no figure
    scores = made(kind, sizes.learners, sizes.items)
    rounds = [(_seconds(pingouin.cronbach_alpha, scores), _seconds(everything, scores)) for _ in range(sizes.rounds)]
    theirs, ours = (statistics.median(times) for times in zip(*rounds, strict=True))
    report.say(f"pingouin's alpha, {KINDS[kind]}", f"{theirs:.2f} s")
    report.say("all item and scale statistics", f"{ours:.2f} s")
    ratio = statistics.median(own / other for other, own in rounds)
    if bound is None:
        report.say("ours / pingouin's alpha", f"{ratio:.3g}")
    else:
        report.bound("ours / pingouin's alpha", ratio, bound)
    alpha, _ = pingouin.cronbach_alpha(scores)
    report.holds("the same alpha", bool(abs(alpha - scale_statistics(scores)["value"]["alpha"]) < 1e-6))
    del scores
    report.bound(f"MiB above the data, {KINDS[kind]}", _in_a_child(kind, sizes), MEMORY_BOUND)


def _seconds(work: Callable[[pd.DataFrame], object], scores: pd.DataFrame) -> float:
    start = time.perf_counter()
    work(scores)
    return time.perf_counter() - start


def _in_a_child(kind: str, sizes) -> float:
    """Peak memory above the data, in MiB."""
    return float(run([sys.executable, __file__, kind, str(sizes.learners), str(sizes.items)]).said)


def beside_psych(scratch: Path, sizes, report) -> None:
    """R's psych on the same matrix, once: `alpha` has items and scale in one call."""
    if not _has_psych():
        report.say("R's psych", "not installed (Debian: r-cran-psych)")
        return
    scores = made("binary", sizes.learners, sizes.items)
    file = scratch / "scores.bin"
    scores.to_numpy().T.tofile(file)  # column by column, as R has it
    ours = _seconds(everything, scores)
    size = f"{sizes.learners * sizes.items}), ncol = {sizes.items})"
    script = f"""
    x <- as.data.frame(matrix(readBin("{file}", "double", {size})
    took <- system.time(found <- suppressMessages(suppressWarnings(psych::alpha(x, check.keys = FALSE))))
    drop <- found$alpha.drop$raw_alpha
    cat(took["elapsed"], found$total$raw_alpha, found$item.stats$r.drop, drop, sep = "\\n")
    """
    said = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True).stdout
    theirs, alpha, *rest = (float(number) for number in said.split())
    items = item_statistics(scores)
    expected = [scale_statistics(scores)["value"]["alpha"], *items["item_rest"], *items["alpha_if_dropped"]]
    report.say("R's psych::alpha", f"{theirs:.1f} s")
    report.say("all item and scale statistics", f"{ours:.2f} s")
    report.holds("the same numbers", bool(np.allclose([alpha, *rest], expected, atol=1e-6)))


def _has_psych() -> bool:
    if not shutil.which("Rscript"):
        return False
    return subprocess.run(["Rscript", "-e", "library(psych)"], capture_output=True, check=False).returncode == 0


def main(kind: str, learners: int, items: int) -> None:
    """Print the peak of memory above the data."""
    everything(made(kind, 1000, items))
    scores = made(kind, learners, items)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024  # of ru_maxrss
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    everything(scores)
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / unit)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
