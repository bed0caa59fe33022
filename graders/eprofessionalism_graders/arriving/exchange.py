"""nbgrader's exchange: `COURSE/inbound/USER+ASSIGNMENT+TIME+RANDOM/`, as `nbgrader submit` makes it.

The names are those of nbgrader 0.9.6, read in 2026: `exchange/default/submit.py` (`init_dest`; the last part is twelve
characters that nobody can guess, and can be switched off by `add_random_string`) and `collect.py` (`_path_to_record`,
which splits from the right; `copy_files`, which warns where the owner on disk is somebody else). Each folder holds
`timestamp.txt` and `submission_secret.txt`, by which the feedback is given back, beside what the learner handed in.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import datetime

from eprofessionalism_graders import intake
from eprofessionalism_graders.arriving.tree import Node, Refused

if sys.platform != "win32":
    import pwd

INBOUND = "inbound"
_RANDOM = re.compile(r"[A-Za-z0-9_-]{12}")
_YEAR = re.compile(r"\d{4}-")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the name of a submission in the exchange says."""

    user: str
    assignment: str
    at: datetime


def read_ticket(name: str) -> Ticket | None:
    """What the name of a folder says; None where it is not one that `nbgrader submit` makes."""
    rest, _, last = name.rpartition("+")
    user, *more = (rest if _RANDOM.fullmatch(last) and rest.count("+") > 1 else name).rsplit("+", 2)
    if len(more) != 2 or not user or not _YEAR.match(more[1]):
        return None
    at = intake.parse_time(more[1])
    return Ticket(user, more[0], at) if at else None


def check_owner(node: Node, learner: str) -> None:
    """See that what a learner handed in belongs to them on disk, where their id is the name of a user of this system.

    Raises:
        Refused: it is another user's.
    """
    expected = user_number(learner)
    if expected is not None and node.owner not in (None, expected):
        raise Refused(
            f"names {learner}, but belongs to {user_name(node.owner)} on this system",
            "find out who put it there; if it is right, collect it by itself with --student ID",
        )


def user_number(name: str) -> int | None:
    """The number of the system's user of this name; None where there is none."""
    if sys.platform == "win32":
        return None
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return None


def user_name(number: int | None) -> str:
    """What the system's user of this number is called."""
    if sys.platform == "win32" or number is None:
        return f"user {number}"
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
