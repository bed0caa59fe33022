"""A question as a hand-out prints it, and which questions to begin a discussion with: where the group and key part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from eprofessionalism import standards
from eprofessionalism.authoring.facilitator import best_options
from eprofessionalism.authoring.model import AnyItem, CaseFile, in_full
from eprofessionalism_graders.cohort.sharing.choices import Option, Shown

SOURCES = 56
"""Letters that the sources of a question may have together; the first stands there whatever its length."""

TO_BEGIN = 2
"""So many questions are named to begin with: half an hour is enough for no more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is printed.

    Args:
        shown: what may be said of it.
        context: what somebody has to know who has not the story at hand.
        stands_for: by option, what a bare label stands for.
        source: where it is written why the right answer is right.
    """

    shown: Shown
    context: str = ""
    stands_for: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def text(self, option: Option) -> str:
        """An option with what its label stands for."""
        return in_full(option.text, self.stands_for.get(option.id))

    @property
    def small(self) -> tuple[str, ...]:
        """What is printed below the question, before its options."""
        return tuple(filter(None, (self.context, self.shown.hint)))


def asked(questions: Sequence[Shown], source: CaseFile | None) -> list[Asked]:
    """The questions of a case with what the case file has for the hand-out."""
    items = {item.item: item for item in source.items} if source else {}
    return [_asked(question, items.get(question.id)) for question in questions]


def _asked(question: Shown, item: AnyItem | None) -> Asked:
    if item is None:
        return Asked(question)
    stands_for = {option.id: option.handout for option in item.options if option.handout}
    return Asked(question, item.handout or "", stands_for, _sources(item))


def _sources(item: AnyItem) -> str:
    """The first source behind the best answer, and further ones as far as the line goes."""
    cites = [cite for option in best_options(item)[:1] for cite in option.cites]
    said = list(accumulate(dict.fromkeys(map(standards.label, cites)), lambda before, label: f"{before}; {label}"))
    return next((line for line in reversed(said) if len(line) <= SOURCES), said[0] if said else "")


# ---- Where to begin --------------------------------------------------------------------------------------------------


def first(questions: Sequence[Shown]) -> list[Shown]:
    """The questions in which the group as a whole most clearly said something else than the key, as far as is shown."""
    apart = sorted(filter(_apart, questions), key=lambda question: (-_apart(question), question.number))
    return sorted(apart[:TO_BEGIN], key=lambda question: question.number)


def _apart(question: Shown) -> float:
    """The part of the options of which the group as a whole said something else than the key."""
    return sum(_is_apart(question, option) for option in question.options) / len(question.options)


def _is_apart(question: Shown, option: Option) -> bool:
    if not question.is_open:
        return False
    match question.type:
        case "rating":
            return option.said != option.key
        case "ranking":
            return option.most and option.place > 1
        case _ if not question.has_shares:
            return option.most != option.best
        case _:
            return _is_out_of_order(question, option)


def _is_out_of_order(question: Shown, option: Option) -> bool:
    """Whether a wrong option was chosen by more people than a right one, and this is either of them.

    Shares are of all learners, and it is not known how many answered: so none of them alone says what the group chose.
    """
    others = [one.percent for one in question.options if one.best != option.best and one.percent is not None]
    if option.percent is None or not others:
        return False
    return option.percent < max(others) if option.best else option.percent > min(others)
