"""What was graded last, a small file for each submission: tells what has changed since, and which marks still stand.

It lies outside `submitted/` and `autograded/`, which nbgrader empties when it collects or grades again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eprofessionalism_graders import files
from eprofessionalism_graders.digests import digest
from eprofessionalism_graders.scores import Result

FOLDER = f"{files.STATE}/graded"


@dataclass(frozen=True, slots=True)
class Graded:
    """One grading of one submission.

    `evidence` has for each item a digest of what its score or mark rests on; `fed_back` one of the marks and comments
    that the feedback page shows.
    """

    journal: str = ""
    keys: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)
    fed_back: str = ""


def _path(root: Path, learner: str, assignment: str) -> Path:
    return root / FOLDER / learner / f"{assignment}.json"


def load(root: Path, learner: str, assignment: str) -> Graded:
    """The last grading of a submission; an empty one where there is none or it cannot be read."""
    try:
        return Graded(**json.loads(_path(root, learner, assignment).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Graded()


def save(root: Path, learner: str, assignment: str, graded: Graded) -> None:
    """Keep the grading of a submission."""
    files.put(_path(root, learner, assignment), json.dumps(asdict(graded), sort_keys=True))


def evidence(result: Result) -> str:
    """A digest of an answer and of what it earned by itself."""
    return digest([result.answer, result.share])


def same(before: Mapping[str, str], now: Mapping[str, str]) -> frozenset[str]:
    """The items whose marks rest on what they rested on before."""
    return frozenset(name for name, found in now.items() if before.get(name) == found)
