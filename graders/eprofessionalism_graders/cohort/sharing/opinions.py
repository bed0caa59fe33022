"""What was said of the course, as it may be handed on: shares where they can be shown, else what was chosen most.

Of a statement that was rated the two halves of the scale are shown, no finer: “agree or rather agree”, and the other
half. A line has all of its shares or none: one alone, with the largest hidden, would tell another story.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from eprofessionalism_graders.cohort import privacy
from eprofessionalism_graders.cohort.evaluation import Evaluation, Line, Said
from eprofessionalism_graders.cohort.sharing.choices import Option, Shown, is_most, unanswered


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a survey and what may be shown of it.

    Args:
        stem: what is asked.
        sides: the halves of the scale on which its statements were rated, the upper one first; empty where it is one
            question with options.
        lines: of its statements, or the question itself; those of which nothing may be shown are left out.
    """

    stem: str
    sides: tuple[str, ...]
    lines: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What may be shown of a survey; questions of which nothing may be shown are left out."""

    title: str
    questions: tuple[Asked, ...]

    @property
    def has_shares(self) -> bool:
        """Whether any share is shown, and not what most chose alone."""
        return any(line.has_shares for question in self.questions for line in question.lines)

    @property
    def unanswered(self) -> str:
        """How many did not answer, where it may be said."""
        return unanswered(line for question in self.questions for line in question.lines)


def share(evaluations: Iterable[Evaluation], smallest: int) -> tuple[Survey, ...]:
    """What may be handed on of each survey: no text, and nothing of small groups."""
    found = (Survey(one.title, tuple(_questions(one, smallest))) for one in evaluations)
    return tuple(survey for survey in found if survey.questions)


def _questions(one: Evaluation, smallest: int) -> Iterator[Asked]:
    for said in one.questions:
        shown = tuple(_shown(said, line, one.cohort, smallest) for line in said.lines)
        sides = tuple(_sides(said.lines[0])) if said.item.type == "rating" else ()
        if lines := tuple(line for line in shown if line.is_open):
            yield Asked(said.item.stem, sides, lines)


def _sides(line: Line) -> Mapping[str, int]:
    """How many chose the upper half of the scale and the lower, by what these say, the stronger word first."""
    words = list(line.counts)
    halves = (words[: len(words) // 2 - 1 : -1], words[: len(words) // 2])
    return {_either(half): sum(line.counts[word] for word in half) for half in halves}


def _either(words: list[str]) -> str:
    first, *others = words
    return " or ".join([first, *(word[:1].lower() + word[1:] for word in others)])


def _shown(said: Said, line: Line, cohort: int, smallest: int) -> Shown:
    kind = "mrq" if said.item.type == "mrq" else "sba"  # of two sides, too, one alone is chosen
    given = _sides(line) if said.item.type == "rating" else line.counts
    counts = list(given.values())
    answers = said.learners if kind == "mrq" else sum(counts)
    percents = _percents(kind, counts, answers, cohort, smallest)
    shares = any(percent is not None for percent in percents)
    most = (
        is_most(kind, counts, answers) if not shares and privacy.may_choose(answers, cohort) else [False] * len(counts)
    )
    options = tuple(
        Option(text, "", False, percent, chosen) for text, percent, chosen in zip(given, percents, most, strict=True)
    )
    without = privacy.share_of(cohort - answers, cohort) if shares and kind == "sba" else None
    return Shown(said.number, kind, line.text, options, shares or any(most), without)


def _percents(kind: str, counts: list[int], answers: int, cohort: int, smallest: int) -> list[int | None]:
    """The share of all learners that chose each option; where one alone can be chosen, of all options or of none."""
    if kind == "mrq":
        shown = [privacy.shown_choice(count, answers, cohort, smallest) for count in counts]
    else:
        shown = privacy.shown_options(counts, cohort, smallest)
        shown = [None] * len(counts) if None in shown else shown
    return [None if count is None else privacy.share_of(count, cohort) for count in shown]
