"""The order in which a learner takes the parts of the course: a form of the test, the cases, another form, the survey.

Forms A and B ask the same by other questions. Which of the two comes first differs between learners, so that a harder
form is not mistaken for learning; a learner's own folder tells it by which was begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eprofessionalism.items import ItemBank
from eprofessionalism.player import Player

BEFORE_AND_AFTER = ("A", "B")
"""The forms of which a learner takes one before the cases and the other after them."""

RETAKE = "C"
"""The form for whoever takes the test once more."""


def is_optional(bank: ItemBank) -> bool:
    """Whether the course is finished without this part: the form for a second attempt."""
    return bank.form == RETAKE


def in_sequence(players: Iterable[Player]) -> list[Player]:
    """The parts of the course in the order in which this learner takes them.

    Args:
        players: one for each part, in the order of the folders.
    """
    parts = list(players)
    first = _taken_first(parts)
    return sorted(parts, key=lambda player: place(player.bank, first))


def _taken_first(parts: Sequence[Player]) -> str:
    """The form that this learner took, or takes, before the cases: the one begun first, or else A."""
    forms = [player for player in parts if player.bank.form in BEFORE_AND_AFTER]
    begun = [(at, player.bank.form) for player in forms if (at := _begun_at(player))]
    return min(begun, default=("", BEFORE_AND_AFTER[0]))[1]


def _begun_at(player: Player) -> str:
    """When the first of its questions was answered; empty before that."""
    return min((at for item in player.bank.items if (at := player.first(item).at)), default="")


def place(bank: ItemBank, first: str) -> int:
    """Where a part stands in the course of a learner who takes the form `first` before the cases."""
    if bank.module == "form":
        return 1 if bank.form == first else 5 if is_optional(bank) else 3
    return {"orientation": 0, "case": 2, "survey": 4}[bank.module]
