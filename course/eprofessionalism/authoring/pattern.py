"""What makes a case one of this course: its parts, and sets of responses that no blind strategy answers.

An institution's own cases may be shorter or simpler, and are not bound by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from eprofessionalism import scoring
from eprofessionalism.answers import LEVELS
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.keyed import Keyed
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import BaseArtifact, CaseFile, ReflectionItem, Scene

CONSTANT_AT_MOST = 0.45  # of the points, to whoever gives all responses one level
PRINTED_ORDER = range(10, 15)  # points of 20 to whoever leaves a ranking as it is printed: neither a hint nor a trap


class Need(NamedTuple):
    """A part that a case has, from `least` to `most` times."""

    what: str
    count: Callable[[CaseFile], int]
    least: int
    most: int | None = None


def _blocks(kind: type) -> Callable[[CaseFile], int]:
    return lambda case: sum(isinstance(block, kind) for block in case.story)


def _items(*types: str) -> Callable[[CaseFile], int]:
    return lambda case: sum(item.type in types for item in case.items)


NEEDS = (
    Need("scenes", _blocks(Scene), 5),
    Need("artifacts", _blocks(BaseArtifact), 4),
    Need("branch items", _items("branch"), 1),
    Need("scenes with “after”", lambda case: sum(bool(getattr(block, "texts", None)) for block in case.story), 1),
    Need("rating items", _items("rating"), 1),
    Need("ranking or choose items", _items("ranking", "choose"), 1),
    Need("sba or mrq items", _items("sba", "mrq"), 3),
    Need("reflections", _blocks(ReflectionItem), 1, 1),
    Need("items with certainty", lambda case: sum(item.certainty for item in case.items), 2),
)


def pattern(case: Case) -> Iterator[Finding]:
    """A case of this course has every part of the pattern and takes 10 to 15 minutes; a test is free of it."""
    if not case.is_story:
        return
    for need in NEEDS:
        count = need.count(case.content)
        if count < need.least or (need.most is not None and count > need.most):
            bound = "exactly" if need.least == need.most else "at least"
            remedy = f"{'add' if count < need.least else 'take out'} {need.what}"
            yield case.finding(("story",), "story", f"{bound} {need.least} {need.what}", str(count), remedy)
    if not 10 <= case.content.minutes <= 15:
        found = str(case.content.minutes)
        yield case.finding(("minutes",), "minutes", "10 to 15 minutes", found, "shorten or lengthen the case")
    yield from _same_after_all(case)


def _same_after_all(case: Case) -> Iterator[Finding]:
    """A story that branches tells something different on each branch."""
    for place, block in case.blocks():
        if isinstance(block, Scene) and block.texts and len(set(block.texts.values())) < len(block.texts):
            expected, found = "another text for each option", "the same one twice"
            yield case.finding((*place, "texts"), block.scene, expected, found, "tell what this decision changes")


def judgement(item: Keyed) -> Iterator[Finding]:
    """A rating uses all levels and rewards no constant answer; the printed order of a ranking is no hint."""
    match item.item.type:
        case "rating":
            yield from _rating(item)
        case "ranking":
            yield from _ranking(item)


def _rating(item: Keyed) -> Iterator[Finding]:
    if set(item.key.values()) != {1, 2, 3, 4}:
        found = ", ".join(map(str, sorted(set(item.key.values()))))
        yield _of_options(item, "responses of all levels, 1 to 4", found, "add or change responses")
    for constant in LEVELS:
        share = item.score(dict.fromkeys(item.key, constant))
        if share > CONSTANT_AT_MOST:
            expected = f"at most {CONSTANT_AT_MOST:.0%} of the points for one level throughout"
            found = f"{share:.0%} for {constant} throughout"
            yield _of_options(item, expected, found, "balance effective and ineffective responses")


def _ranking(item: Keyed) -> Iterator[Finding]:
    printed = [option.id for option in item.options]
    points = round(item.score(printed) * scoring.RANKING_POINTS * len(printed))
    if points not in PRINTED_ORDER:
        expected = f"{PRINTED_ORDER[0]} to {PRINTED_ORDER[-1]} of 20 points for the printed order"
        yield _of_options(item, expected, str(points), "print the responses in another order")


def _of_options(item: Keyed, expected: str, found: str, remedy: str) -> Finding:
    return item.case.finding((*item.place, "options"), item.item.item, expected, found, remedy)
