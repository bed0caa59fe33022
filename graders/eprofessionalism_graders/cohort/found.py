"""What was found in submissions, as the instructor's page tells it: like with like, and whose it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eprofessionalism_graders import cells
from eprofessionalism_graders.cohort import words
from eprofessionalism_graders.incidents import Incident, one_line
from eprofessionalism_graders.roster import Learner

FILE = "incidents.csv"
COLUMNS = ("learner", "last_name", "first_name", "assignment", "found", "done")
"""Columns of `incidents.csv`: one row for each thing that was found. `datasets/README.md` describes them."""

SHOWN = 5
"""So many different things are told at once; the others behind a fold."""

LONGEST = 240
"""Characters of a sentence on the page: a file's name may be longer than a screen, and stands whole in the table."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, what was done about it, and in whose submissions."""

    found: str
    done: str
    whose: str


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found: `where`, in words, and the findings, the most frequent first."""

    where: str
    findings: tuple[Finding, ...]

    @property
    def first(self) -> tuple[Finding, ...]:
        """What stands on the page at once."""
        return self.findings[:SHOWN]

    @property
    def others(self) -> tuple[Finding, ...]:
        """What stands behind a fold."""
        return self.findings[SHOWN:]


def told(incidents: Iterable[Incident], roster: Iterable[Learner], titles: Mapping[str, str]) -> Found | None:
    """What the page tells; None where nothing was found.

    Args:
        incidents: what stands in the list.
        roster: the learners; somebody who is no longer on it is called by the id.
        titles: of the assignments, by name.
    """
    people = {learner.id: learner for learner in roster}
    groups: dict[tuple[str, str], list[Incident]] = defaultdict(list)
    for one in incidents:
        groups[one.found, one.done].append(one)
    if not groups:
        return None
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    findings = tuple(_finding(*what, ones, people, titles) for what, ones in ordered)
    return Found(_where([one for ones in groups.values() for one in ones], people), findings)


def _where(incidents: Sequence[Incident], people: Mapping[str, Learner]) -> str:
    submissions = {(one.learner, one.assignment) for one in incidents if one.learner in people and one.assignment}
    others = [one for one in incidents if (one.learner, one.assignment) not in submissions]
    return words.in_submissions(len(submissions), len({learner for learner, _ in submissions}), len(others))


def _finding(
    found: str, done: str, ones: Sequence[Incident], people: Mapping[str, Learner], titles: Mapping[str, str]
) -> Finding:
    whose = [_whose(one, people, titles) for one in ones if one.learner]
    return Finding(
        found=_sentence(found),
        done=_sentence(done),
        whose=words.listed(whose, "see incidents.csv") if whose else "",
    )


def _whose(one: Incident, people: Mapping[str, Learner], titles: Mapping[str, str]) -> str:
    """Name, id and case, as far as there are any."""
    learner = people.get(one.learner, Learner(one.learner))
    name = words.isolated(f"{learner.first_name} {learner.last_name}".strip())
    who, *rest = filter(None, (name, one_line(learner.id)))
    title = titles.get(one.assignment, one_line(one.assignment))
    rest += [f"“{title}”"] if title else []
    return f"{who} ({', '.join(rest)})" if rest else who


def _sentence(clause: str) -> str:
    text = one_line(clause)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    return f"{words.capital(text)}."


def files(incidents: Iterable[Incident], roster: Iterable[Learner]) -> dict[str, str]:
    """The content of `incidents.csv`; no file where nothing was found."""
    people = {learner.id: learner for learner in roster}
    rows = [_row(one, people.get(one.learner, Learner(one.learner))) for one in incidents]
    return {FILE: cells.written([COLUMNS, *rows])} if rows else {}


def _row(one: Incident, learner: Learner) -> tuple[str, ...]:
    return (learner.id, learner.last_name, learner.first_name, one.assignment, one.found, one.done)
