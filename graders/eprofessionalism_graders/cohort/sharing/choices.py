"""What the group chose in the questions of the cases: shares where they tell on nobody, else what it chose most.

Nothing else that is shared is made of these answers but how often they were right by how sure the learner was, over all
cases together: no mean can be reckoned back to an option.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from eprofessionalism.answers import levels_of
from eprofessionalism.items import Item
from eprofessionalism.scoring import CHOOSE
from eprofessionalism_graders.cohort import privacy
from eprofessionalism_graders.cohort.summary import CaseResult, Chosen, Question, Summary

PARTED = ("sba", "branch")
"""Questions in which a learner is with one option alone, so that the options' shares add up."""

MOST = {
    "sba": "Chosen most often",
    "branch": "Chosen most often",
    "mrq": "By over half",
    "choose": "Among the top three",
    "ranking": "Most often put first",
    "rating": "most often",
}
"""What is said of the option that the group as a whole chose, or of what it said of one, by type of question."""

MEANINGS = {
    "Most often": "no other answer was given by more",
    "Among the top three": "at most two others were chosen by more",
    "By over half": "of those who answered",
}
"""What these words say, and no more: they begin, or hold, those of `MOST`."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option as it may be shown.

    Args:
        text: what it says.
        key: what the key says of it, in a word or two; empty where it says nothing.
        best: whether it is right, or the best.
        percent: the rounded share of all learners who chose it; None where that is hidden.
        most: whether it is what the group as a whole chose; not said beside shares.
        said: what the group as a whole said of it where each option gets an answer, such as a level.
        place: where the key puts it, from 1, in a question that asks for an order.
        id: its letter.
        part: what the key gives for it where that is neither all of the credit nor none, such as `1/2`.
    """

    text: str
    key: str
    best: bool
    percent: int | None = None
    most: bool = False
    said: str = ""
    place: int = 0
    id: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question of a case.

    Args:
        number: its place in the case.
        type: of the question.
        stem: what is asked.
        options: in the order of print.
        is_open: whether anything is shown of what was chosen.
        without: the rounded share of all learners who did not answer, where it is what the shares of all options leave;
            else None.
        id: of the item.
        hint: what the learners could read beside the question, such as what each level of a rating stands for.
    """

    number: int
    type: str
    stem: str
    options: tuple[Option, ...]
    is_open: bool
    without: int | None = None
    id: str = ""
    hint: str = ""

    @property
    def how(self) -> str:
        """What is said of an option that the group as a whole chose."""
        return MOST[self.type]

    @property
    def in_order(self) -> tuple[Option, ...]:
        """The options, those of a ranking in the order of the key."""
        return tuple(sorted(self.options, key=lambda option: option.place))

    @property
    def has_shares(self) -> bool:
        """Whether shares are shown, or else what most chose."""
        return any(option.percent is not None for option in self.options)

    @property
    def words(self) -> tuple[str, ...]:
        """Which of the words whose meaning is to be explained are said of its options."""
        if any(option.said for option in self.options):
            return ("Most often",)
        if self.has_shares or not any(option.most for option in self.options):
            return ()
        return (self.how if self.how in MEANINGS else "Most often",)


@dataclass(frozen=True, slots=True)
class Case:
    """A case of the course with its questions, those in the learners' own words left out."""

    slug: str
    title: str
    subject: str
    questions: tuple[Shown, ...]

    @property
    def is_open(self) -> bool:
        """Whether anything is shown of what was chosen in it."""
        return any(question.is_open for question in self.questions)

    @property
    def unanswered(self) -> str:
        """How many did not answer, where it may be said."""
        return unanswered(self.questions)


def unanswered(questions: Iterable[Shown]) -> str:
    """How many did not answer, over the questions where it is what the shares of all options leave."""
    without = [question.without for question in questions if question.without is not None]
    if not without:
        return ""
    least, most = min(without), max(without)
    return f"About {least}% did not answer." if least == most else f"About {least} to {most}% did not answer."


def cases(summary: Summary, smallest: int) -> tuple[Case, ...]:
    """Every case, orientation included, whatever may be shown of it; no test and no survey.

    Nothing is shown of a case before enough of the cohort have answered each of its questions: which questions these
    are would tell where single learners left off.
    """
    return tuple(_case(case, summary, smallest) for case in summary.cases if not case.assessment)


def _case(case: CaseResult, summary: Summary, smallest: int) -> Case:
    total = summary.overall.total
    asked = [question for question in summary.questions[case.assignment] if _is_choice(question.item)]
    is_open = bool(asked) and privacy.may_choose(min(question.answers for question in asked), total)
    shown = tuple(_shown(question, total, smallest, is_open=is_open) for question in asked)
    return Case(case.assignment, case.title, case.subject, shown)


def _is_choice(item: Item) -> bool:
    return bool(item.options) and not item.assessment and not item.survey


def _shown(question: Question, total: int, smallest: int, *, is_open: bool) -> Shown:
    percents = _percents(question, total, smallest) if is_open else [None] * len(question.options)
    shares = any(percent is not None for percent in percents)
    said = _said(question) if is_open and not shares else [(False, "")] * len(question.options)
    options = tuple(
        _option(question.item, option, percent, *words)
        for option, percent, words in zip(question.options, percents, said, strict=True)
    )
    without = _without(question, percents, total)
    item = question.item
    return Shown(question.number, item.type, item.stem, options, is_open, without, item.id, item.hint)


def _without(question: Question, percents: Sequence[int | None], total: int) -> int | None:
    """The share of those who did not answer, where all others are shown and so it is large as well."""
    if question.item.type not in PARTED or None in percents:
        return None
    return privacy.share_of(total - sum(option.counts[0] for option in question.options), total)


def _percents(question: Question, total: int, smallest: int) -> list[int | None]:
    """The share of all learners that chose each option, where there are enough for shares.

    None at all without that of a right option: the shares of the others alone lead astray.
    """
    counts = [option.counts[0] for option in question.options]
    if total < smallest or question.item.type not in (*PARTED, "mrq"):
        # Not `choose`: its counts add up to three times those who answered, and so tell how many did not.
        return [None] * len(counts)
    best = [place for place, option in enumerate(question.options) if option.best]
    if question.item.type == "mrq":
        shown = [privacy.shown_choice(count, question.answers, total, smallest) for count in counts]
    else:
        shown = privacy.shown_options(counts, total, smallest, best[0] if best else None)
    if any(shown[place] is None for place in best):
        return [None] * len(counts)
    return [None if count is None else privacy.share_of(count, total) for count in shown]


def _said(question: Question) -> Iterator[tuple[bool, str]]:
    """For each option whether the group as a whole chose it, and what it said of it."""
    item, counts = question.item, [option.counts for option in question.options]
    if item.type == "rating":
        words = list(levels_of(item).values())
        yield from ((False, words[privacy.most(row)]) for row in counts)
        return
    first = [row[0] for row in counts]  # of a ranking, how often an option was put first
    yield from ((most, "") for most in is_most(item.type, first, question.answers))


def is_most(kind: str, counts: Sequence[int], answers: int) -> list[bool]:
    """For each option of a question of this type whether the group as a whole chose it.

    Args:
        kind: the type of question, as in `MOST`.
        counts: how many chose each option, or put it first.
        answers: how many have answered.
    """
    if kind == "mrq":
        return [2 * count > answers for count in counts]
    order = sorted(range(len(counts)), key=lambda place: (-counts[place], place))
    chosen = order[: CHOOSE if kind == "choose" else 1]
    return [place in chosen for place in range(len(counts))]


def _option(item: Item, option: Chosen, percent: int | None, most: bool, said: str) -> Option:
    """An option with what the key says of it, in a reader's words."""
    place = int(option.key.removeprefix("place ")) if item.type == "ranking" and option.key else 0
    if item.type == "rating" and option.key:
        key = levels_of(item)[int(option.key.removeprefix("level "))]
    else:
        key = option.key if place else "right" if option.best else ""
    worth = item.key.get(option.id, Fraction())
    part = str(worth) if worth.denominator > 1 else ""
    return Option(option.text, key, option.best, percent, most, said, place, option.id, part)
