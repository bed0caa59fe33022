"""What was wrong with things that learners handed in, and what was done about each: the list that an instructor sees.

One file for each submission, and one for each source that was collected from; it holds what stands now. The next
grading or collecting of the same thing writes it anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from eprofessionalism_graders import files

FOLDER = f"{files.STATE}/incidents"
_LINES = 20


@dataclass(frozen=True, slots=True, order=True)
class Incident:
    """One thing that was found: whose and of which assignment (empty where nobody can tell), and what was done."""

    learner: str
    assignment: str
    found: str
    done: str

    def __str__(self) -> str:
        """One line, whatever a learner has called things."""
        whose = ", ".join(filter(None, (self.learner, self.assignment))) or "nobody’s"
        return one_line(f"{whose}: {self.found}; {self.done}")


def note_submission(root: Path, learner: str, assignment: str, found: Sequence[Incident]) -> None:
    """Keep what was found in a submission in place of what was found in it before.

    Args:
        root: the offering.
        learner: whose submission.
        assignment: of which assignment.
        found: what there is to tell; nothing where all was as it should be.
    """
    _note(root, _submission(learner, assignment), found)


def of_submission(root: Path, learner: str, assignment: str) -> list[Incident]:
    """What was found in a submission when it was graded last."""
    return _read(_path(root, _submission(learner, assignment)))


def note_source(root: Path, source: Path, found: Sequence[Incident]) -> None:
    """Keep what was found when a source was collected, in place of what was found there before."""
    _note(root, f"source {source.absolute()}", found)


def load(root: Path) -> list[Incident]:
    """Every incident of an offering that stands now, by learner and assignment."""
    return sorted({one for path in (root / FOLDER).glob("*.json") for one in _read(path)})


def told(found: Sequence[Incident]) -> list[str]:
    """Lines for a terminal: every incident, or the first of many."""
    if not found:
        return []
    lines = first_lines([f"  {one}" for one in sorted(found)], _LINES)
    things = "One thing" if len(found) == 1 else f"{len(found):,} things"
    said = f"{things} to look at in what was handed in; most are accidents, and all will be in the report:"
    return [said, *lines]


def first_lines(lines: list[str], most: int) -> list[str]:
    """All lines, or the first of many and how many more there are."""
    more = [f"  and {len(lines) - most:,} more"] if len(lines) > most else []
    return [*lines[:most], *more]


def _submission(learner: str, assignment: str) -> str:
    return f"submission {learner}/{assignment}"


def _path(root: Path, what: str) -> Path:
    return root / FOLDER / f"{hashlib.sha256(what.encode(errors='backslashreplace')).hexdigest()[:32]}.json"


def _note(root: Path, what: str, found: Iterable[Incident]) -> None:
    path = _path(root, what)
    entries = [asdict(one) for one in found]
    if entries:
        files.put(path, json.dumps(entries, indent=1))
    else:
        path.unlink(missing_ok=True)


def _read(path: Path) -> list[Incident]:
    with suppress(OSError, ValueError, TypeError):
        return [Incident(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    return []


def one_line(text: str) -> str:
    """A text as one line, whatever a learner has put in it: what cannot be printed becomes a replacement sign."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
