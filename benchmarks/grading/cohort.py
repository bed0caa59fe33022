"""A whole cohort through the real command: how long, on how many processors, in how much memory, and after a kill."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from courses import Base, scores
from measure import Report, run, start

from eprofessionalism.items import ItemBank
from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism_graders.offering import Offering

CHANGED = 10
ONE_PROCESS = """
import pathlib, sys
from eprofessionalism_graders import grading
from eprofessionalism_graders.offering import Offering
done = grading.grade(Offering.open(pathlib.Path(sys.argv[1])), processes=1)
print(f"graded {done.graded}, unchanged {done.unchanged}, not graded {len(done.failed)}")
"""


def measure(base: Base, scratch: Path, learners: int, assignments: Sequence[str], report: Report) -> None:
    """Grade cohorts of a fifth of the size and of the whole."""
    eprof = [sys.executable, "-m", "eprofessionalism", "grade"]
    total = learners * len(assignments)
    few = base.course(scratch / "few", learners // 5, assignments)
    small = run([*eprof, str(few.root)])
    report.say(f"eprof grade, {total // 5:,} submissions", str(small))

    course = base.course(scratch / "cohort", learners, assignments)
    whole = run([*eprof, str(course.root)])
    report.say(f"eprof grade, {total:,} submissions", str(whole))
    report.holds("all were graded", _counts(whole.said) == (total, 0, 0))
    report.bound("memory of five times as many submissions, ratio", whole.peak / small.peak, 1.3)
    report.say("again, nothing changed", str(run([*eprof, str(course.root)])))
    _change(course, assignments[0], course.bank(assignments[0]))
    some = run([*eprof, str(course.root)])
    report.say(f"again, {CHANGED} changed", str(some))
    report.holds("these and no others were graded again", _counts(some.said) == (CHANGED, total - CHANGED, 0))

    alone = base.course(scratch / "alone", learners, assignments)
    report.say("the same on one process", str(run([sys.executable, "-c", ONE_PROCESS, str(alone.root)])))

    stopped = base.course(scratch / "stopped", learners, assignments)
    done = _kill_halfway([*eprof, str(stopped.root)], stopped, total)
    rest = run([*eprof, str(stopped.root)])
    report.say(f"killed after {done:,}, then again", str(rest))
    graded, unchanged, failed = _counts(rest.said)
    report.holds("only what was left was graded", failed == 0 and graded + unchanged == total and unchanged >= done)
    same = all(scores(alone.db_url, name) == scores(stopped.db_url, name) for name in assignments)
    report.holds("every score is as without the kill", same)


def _counts(said: str) -> tuple[int, ...]:
    """Graded, unchanged and not graded, as the command says."""
    found = re.search(r"graded (\d+), unchanged (\d+), not graded (\d+)", said)
    return tuple(map(int, found.groups())) if found else ()


def _change(offering: Offering, assignment: str, bank: ItemBank) -> None:
    """A few learners look at a question once more, which changes their journals and no score."""
    item = next(iter(bank.items))
    line = f'{{"v": 1, "kind": "shown", "item": "{item}", "at": "2026-09-01T12:00:00.000Z", "case": "{bank.digest}"}}\n'
    for learner in offering.roster()[:CHANGED]:
        with (offering.submitted(learner.id, assignment) / JOURNAL_FILE).open("a", encoding="utf-8") as file:
            file.write(line)


def _kill_halfway(command: list[str], offering: Offering, total: int) -> int:
    """Kill the command and its workers when half is done; how many submissions had been graded."""
    process = start(command)
    while _graded(offering) < total // 2 and process.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return _graded(offering)


def _graded(offering: Offering) -> int:
    return sum(1 for _ in (offering.root / ".eprof" / "graded").glob("*/*.json"))
