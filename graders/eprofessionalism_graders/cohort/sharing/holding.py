"""When the page to hand on stays as it is: two of them, a few learners apart, could be subtracted from each other.

What was shared last is remembered as a digest of each learner's results in each part of the course, in a file that is
not handed on. As long as any part has something new of fewer than the smallest group, the page of then stands.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from eprofessionalism_graders.cohort.evaluation import Evaluation
from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP
from eprofessionalism_graders.cohort.results import Results

FILE = ".shared.json"
"""In `report/`, beside the folder that is handed on."""

ROSTER = "roster"
TELLING = ("item", "answer", "certainty", "points")
"""What of an answer can change a shared page; times cannot."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a shared page was made from: by part of the course a digest for each learner, and each survey's counts.

    `smallest` is the size that a group had to have to be shown.
    """

    parts: Mapping[str, Mapping[str, str]]
    surveys: Mapping[str, tuple[int, ...]]
    smallest: int = SMALLEST_GROUP

    def to_json(self) -> str:
        """The content of the file."""
        found = {"smallest": self.smallest, "parts": dict(self.parts), "surveys": dict(self.surveys)}
        return json.dumps(found) + "\n"


def basis(results: Results, evaluations: Iterable[Evaluation], smallest: int = SMALLEST_GROUP) -> Basis:
    """What a page that is made now is made from. The forms of the test are one part in each sitting."""
    learners, responses = results.tables.learners, results.tables.responses
    rows: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for learner, group in zip(learners["learner"], learners["group"].fillna(""), strict=True):
        rows[ROSTER][str(learner)].append(str(group))
    answers = responses[["learner", "assignment", "sitting", *TELLING]].astype("string").fillna("")
    for learner, assignment, sitting, *answer in answers.itertuples(index=False):
        rows[assignment if sitting == "practice" else sitting][learner].append(answer)
    parts = {part: {learner: _digest(own) for learner, own in found.items()} for part, found in rows.items()}
    return Basis(parts, {one.assignment: tuple(_counts(one)) for one in evaluations}, smallest)


def _counts(one: Evaluation) -> Iterable[int]:
    return (count for said in one.questions for line in said.lines for count in line.counts.values())


def _digest(rows: list[Any]) -> str:
    return hashlib.sha256(json.dumps(sorted(rows)).encode()).hexdigest()[:16]


def read(text: str) -> Basis | None:
    """What a file says; None where it is not one of ours."""
    try:
        found: Mapping[str, Any] = json.loads(text)
        surveys = {name: tuple(map(int, counts)) for name, counts in found["surveys"].items()}
        parts = {part: dict(own) for part, own in found["parts"].items()}
        return Basis(parts, surveys, int(found.get("smallest", SMALLEST_GROUP)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def is_too_close(before: Basis, now: Basis, smallest: int) -> bool:
    """Whether some part of the course has anything new of some, but of fewer than the smallest group.

    New is a learner on the roster, an answer, another score. A survey is anonymous: of it is only known how many people
    a change takes at least.
    """
    changes = [
        *_changes(before.parts, now.parts, {}, _changed),
        *_changes(before.surveys, now.surveys, (), _moved),
    ]
    return any(0 < change < smallest for change in changes)


def _changes(before: Mapping[str, Any], now: Mapping[str, Any], nothing: Any, count: Any) -> Iterable[int]:
    return (count(before.get(part, nothing), now.get(part, nothing)) for part in before.keys() | now.keys())


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> int:
    """How many learners have anything new."""
    return sum(before.get(learner) != now.get(learner) for learner in before.keys() | now.keys())


def _moved(before: tuple[int, ...], now: tuple[int, ...]) -> int:
    """By how much the count that changed most has changed."""
    return max((abs(one - other) for one, other in zip_longest(before, now, fillvalue=0)), default=0)
