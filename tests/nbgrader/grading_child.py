"""Grades an offering each time it is told to, in a process of its own that is there to be killed.

Usage: python grading_child.py DIR SHARE_FROM

What takes long, importing nbgrader, is done once. For “grade” on its input it forks; the new process reports its id,
grades, and reports what it did. For “wait” it waits for that process, whose id is nobody else's until then, and reports
its exit status. Each report is one JSON object a line. From SHARE_FROM submissions on, several processes grade.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

from eprofessionalism_graders import grading
from eprofessionalism_graders.offering import Offering


def report(**fields: object) -> None:
    """One line in one write, so that a kill leaves all of it or nothing."""
    os.write(sys.stdout.fileno(), json.dumps(fields).encode() + b"\n")


def grade(root: Path) -> None:
    """Grade once, from opening the offering on."""
    report(pid=os.getpid())
    summary = grading.grade(Offering.open(root))
    failed = {f"{one.submission.learner}, {one.submission.assignment}": one.why for one in summary.failed}
    report(graded=summary.graded, unchanged=summary.unchanged, failed=failed)


def main(root: Path) -> None:
    """Do what each line on the input says."""
    report(ready=True)
    for word in sys.stdin:
        if word.strip() == "wait":
            report(status=os.waitstatus_to_exitcode(os.wait()[1]))
        elif os.fork() == 0:
            run(root)


def run(root: Path) -> None:
    """Grade, and end."""
    try:
        grade(root)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    grading.WORTH_A_SECOND_PROCESS = int(sys.argv[2])
    main(Path(sys.argv[1]))
