"""How fast grading is: beside stock nbgrader, beside the least it could be, and for a whole cohort.

    python benchmarks/grading [PART ...] [--small] [--learners N] [--assignment NAME]

Every figure is of this run, so that a busy machine slows both sides of a ratio. The whole takes about half an hour,
`--small` a few minutes. Ends with 1 when a bound was missed. Figures, bounds and a machine: docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import io
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import cohort
import floor
import worst
from courses import Base, answers, journal_text, scores
from measure import Report, marginal, run, watch
from nbgrader.apps import NbGraderAPI
from stock import StockCourse

from eprofessionalism import journal
from eprofessionalism.journal import Record
from eprofessionalism_graders import grading
from eprofessionalism_graders.intake import JOURNAL_LIMIT
from eprofessionalism_graders.offering import Offering, nbgrader_at_work
from eprofessionalism_graders.scores import results

ASSIGNMENTS = ["01-friend-requests", "02-patient-stories", "03-sponsored-content", "90-form-a"]
STOCK_BOUND, FLOOR_BOUND, SCORING_BOUND = 1 / 100, 3, 50_000


@dataclass(frozen=True)
class Sizes:
    """How many submissions are graded, by a few and by many, to learn what one more costs; and how much else there is.

    `journal` is the size of the longest journals, in bytes.
    """

    stock: tuple[int, int]
    ours: tuple[int, int]
    rounds: int
    learners: int
    journal: int


LARGE = Sizes(stock=(4, 16), ours=(100, 500), rounds=5, learners=1000, journal=JOURNAL_LIMIT)
SMALL = Sizes(stock=(1, 4), ours=(20, 120), rounds=3, learners=60, journal=JOURNAL_LIMIT // 16)


class Benchmark:
    """What the parts have in common."""

    def __init__(self, scratch: Path, sizes: Sizes, assignment: str, report: Report) -> None:
        self.scratch, self.sizes, self.assignment, self.report = scratch, sizes, assignment, report

    @cached_property
    def base(self) -> Base:
        """The offering that all others are copies of."""
        return Base.make(self.scratch)

    def course(self, learners: int, name: str = "course") -> Offering:
        """An offering in which so many learners have handed in the one assignment."""
        return self.base.course(self.scratch / name, learners, [self.assignment])

    def timed(self, learners: int) -> float:
        """Seconds for grading so many submissions on one process."""
        course = self.course(learners)
        with watch() as found:
            summary = grading.grade(course, self.assignment, processes=1, feedback=False)
        if summary.graded != learners:
            sys.exit(f"graded {summary.graded} of {learners}: {summary.failed[:1]}")
        return found.seconds

    def ours(self) -> float:
        """Seconds that grading one more submission takes."""
        return statistics.median(marginal(self.timed, *self.sizes.ours) for _ in range(self.sizes.rounds))

    def warm_up(self) -> None:
        """What is done once in a process is in no figure."""
        self.timed(3)


def beside_stock(benchmark: Benchmark) -> None:
    """The same answers graded by nbgrader as it comes."""
    report, sizes = benchmark.report, benchmark.sizes
    few, many = sizes.stock
    course = benchmark.course(many, "compared")
    bank, keys = course.bank(benchmark.assignment), course.key(benchmark.assignment)

    def timed(learners: int) -> float:
        stock = StockCourse(benchmark.scratch / f"stock-{learners}", bank, keys)
        for learner in course.roster()[:learners]:
            stock.hand_in(learner.id, answers(bank, keys, learner.id))
        with watch() as found:
            stock.grade()
        return found.seconds

    with nbgrader_at_work():
        timed(1 if few > 1 else 2)
        theirs = marginal(timed, few, many)
    benchmark.warm_up()
    ours = benchmark.ours()
    grading.grade(course, processes=1, feedback=False)
    report.say("stock nbgrader, one more submission", f"{theirs * 1000:.1f} ms")
    report.say("ours, one more submission", f"{ours * 1000:.2f} ms")
    report.bound("ours / stock", ours / theirs, STOCK_BOUND)
    report.holds("every score is the same", _agree(course, f"sqlite:///{benchmark.scratch}/stock-{many}/gradebook.db"))


def _agree(course: Offering, stock_url: str) -> bool:
    """Whether both gradebooks have the same cells of the same learners, with the same scores."""
    (name,) = {path.name for path in (course.root / "submitted").glob("*/*")}
    ours, theirs = scores(course.db_url, name), scores(stock_url, name)
    return ours.keys() == theirs.keys() and all(_is_same(ours[cell], theirs[cell]) for cell in ours)


def _is_same(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, abs_tol=1e-9)


def beside_floor(benchmark: Benchmark) -> None:
    """The least that could be done for a submission."""
    report, many = benchmark.report, benchmark.sizes.ours[1]
    empty = benchmark.course(many, "empty").root / "gradebook.db"
    ratios = []
    benchmark.warm_up()
    for _ in range(benchmark.sizes.rounds):
        ours = marginal(benchmark.timed, *benchmark.sizes.ours)
        graded = floor.read_back(Offering.open(benchmark.scratch / "course"), benchmark.assignment)
        least = floor.again(graded, empty, benchmark.scratch / "floor") / len(graded)
        ratios.append((ours / least, ours, least))
    ratio, ours, least = sorted(ratios)[len(ratios) // 2]
    report.say("the least, one submission", f"{least * 1000:.2f} ms")
    report.say("ours, one more submission", f"{ours * 1000:.2f} ms")
    report.bound("ours / the least", ratio, FLOOR_BOUND)


def feedback(benchmark: Benchmark) -> None:
    """Feedback pages for what is graded already, by us and by nbgrader's own command."""
    few, many = (max(2, size // 5) for size in benchmark.sizes.ours)

    def graded(learners: int) -> Offering:
        course = benchmark.course(learners)
        grading.grade(course, processes=1, feedback=False)
        return course

    def ours(learners: int) -> float:
        course = graded(learners)
        with watch() as found:
            grading.grade(course, processes=1)
        return found.seconds

    def theirs(learners: int) -> float:
        course = graded(learners)
        with nbgrader_at_work(), watch() as found:
            NbGraderAPI(config=course.config()).generate_feedback(benchmark.assignment, "*")
        return found.seconds

    own, stock = ((timed(2), marginal(timed, few, many))[1] for timed in (ours, theirs))
    benchmark.report.say("a feedback page by nbgrader", f"{stock * 1000:.1f} ms")
    benchmark.report.say("a feedback page by us", f"{own * 1000:.2f} ms")


def whole_cohort(benchmark: Benchmark) -> None:
    """The real command on a cohort."""
    cohort.measure(benchmark.base, benchmark.scratch, benchmark.sizes.learners, ASSIGNMENTS, benchmark.report)


def scoring(benchmark: Benchmark) -> None:
    """From a journal's bytes, and from its records, to scores, without reading or writing a file."""
    course = Offering.open(benchmark.base.root)
    work = []
    for name in ASSIGNMENTS:
        bank, keys = course.bank(name), course.key(name)
        texts = (journal_text(bank, answers(bank, keys, str(number))) for number in range(50))
        work += [(bank, keys, text, _records(text)) for text in texts]
    count = sum(len(bank.items) for bank, *_ in work)
    read = _rate(count, lambda: [results(bank, keys, _records(text)) for bank, keys, text, _ in work])
    alone = _rate(count, lambda: [results(bank, keys, records) for bank, keys, _, records in work])
    benchmark.report.say("reading journals and scoring, answers a second", f"{read:,.0f}")
    benchmark.report.bound("scoring alone, answers a second", alone, SCORING_BOUND, at_least=True)


def _records(text: bytes) -> list[Record]:
    return [entry for entry in journal.read(io.BytesIO(text)) if isinstance(entry, Record)]


def _rate(count: int, work: Callable[[], object]) -> float:
    """How many a second; the median of a second's worth of rounds."""
    times, end = [], time.perf_counter() + 1
    while time.perf_counter() < end:
        with watch() as found:
            work()
        times.append(found.seconds)
    return count / statistics.median(times)


def longest_journals(benchmark: Benchmark) -> None:
    """Journals of the greatest size, each filled with one thing."""
    program = str(Path(worst.__file__))
    for kind in worst.KINDS:
        found = run([sys.executable, program, kind, str(benchmark.sizes.journal)])
        benchmark.report.say(kind, f"{found.said.strip()}; {found.peak:.0f} MB")


PARTS = {
    "journal": longest_journals,
    "stock": beside_stock,
    "floor": beside_floor,
    "feedback": feedback,
    "scoring": scoring,
    "cohort": whole_cohort,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all where none is named")
    parser.add_argument("--small", action="store_true", help="few submissions, for a first look")
    parser.add_argument("--learners", type=int, help="of the cohort")
    parser.add_argument("--assignment", default=ASSIGNMENTS[0], help="graded in all parts but the cohort")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    sizes = SMALL if given.small else LARGE
    sizes = replace(sizes, learners=given.learners or sizes.learners)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="eprof-benchmark-") as scratch:
        benchmark = Benchmark(Path(scratch), sizes, given.assignment, report)
        for name in given.parts or PARTS:
            print(f"{name}:", flush=True)
            PARTS[name](benchmark)
    print("missed: " + "; ".join(report.missed) if report.missed else "every bound is met")
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
