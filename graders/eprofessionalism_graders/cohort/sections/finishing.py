"""Who finished what: where in the course learners stop, and how many were late."""

from __future__ import annotations

from collections.abc import Sequence

from eprofessionalism_graders.cohort import words
from eprofessionalism_graders.cohort.document import Figure, Section
from eprofessionalism_graders.cohort.figures import finishing
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import TESTS, Completion
from eprofessionalism_graders.cohort.tables import COMPLETE, PARTLY


def section(results: Results) -> Section | None:
    """How many finished each part of the course; nothing before anybody has begun."""
    summary = results.summary
    if not summary.begun:
        return None
    parts = [part for part in summary.by_case if part.total]
    return Section(
        id="finishing",
        title=title([part for part in parts if part.title != TESTS["retake"]]),  # of which the course can do without
        lead=f"Learners by part of the course, in its order. {words.lateness(*late(results))}",
        blocks=(Figure("finished-by-case", "", finishing.by_part(parts)),),
    )


def late(results: Results) -> tuple[int, int]:
    """How many learners handed in something late, and how many of them all that they handed in."""
    learners = results.tables.learners
    columns = [f"{name}_status" for name in results.banks]
    handed = learners[columns].isin([PARTLY, COMPLETE]).sum(axis=1)
    is_late = learners["late"] > 0
    return int(is_late.sum()), int((is_late & (learners["late"] >= handed)).sum())


def title(parts: Sequence[Completion]) -> str:
    """How many have not finished the part that fewest did; that none stands out where more than two are alike."""
    shares = [part.complete / part.total for part in parts]
    if len(set(shares)) == 1:
        return "Everybody finished every part" if shares[0] == 1 else "Every part was finished by as many"
    fewest = [part for part, share in zip(parts, shares, strict=True) if share == min(shares)]
    if len(fewest) > 2:
        return "Who finished what"
    if len(fewest) == 2:
        return words.capital(f"{_called(fewest[0])} and {_called(fewest[1])} were finished by fewest")
    (part,) = fewest
    left = part.total - part.complete
    done = "taken" if part.title in TESTS.values() and not part.partly else "finished"
    return f"{words.capital(words.number(left))} {'has' if left == 1 else 'have'} not {done} {_called(part)}"


def _called(part: Completion) -> str:
    return f"the {words.phrase(part.title)}" if part.title in TESTS.values() else f"“{part.title}”"
