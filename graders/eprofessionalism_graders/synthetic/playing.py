"""The invented learners at work: what they do with a part of the course, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from pathlib import Path
from random import Random
from typing import Any, Protocol

from eprofessionalism.answers import Answer
from eprofessionalism.items import Item, ItemBank, Key
from eprofessionalism.journal import Kind, Record
from eprofessionalism.player import Player
from eprofessionalism.scoring import score as score_answer
from eprofessionalism_graders import opinions
from eprofessionalism_graders.synthetic.model import certainty, choose_answer, difficulty
from eprofessionalism_graders.synthetic.people import DUE, RELEASE, Synthetic, last_part
from eprofessionalism_graders.synthetic.texts import REFLECTIONS

SECOND_LOOK = 0.2
"""How often a wrong practice answer is cleared and given again; only the first counts."""

CHANGED_MIND = 0.1
"""How often an assessment answer is given twice; only the last counts."""

SECONDS = {"branch": 30, "sba": 40, "mrq": 55, "choose": 60, "ranking": 70, "rating": 80}
"""What a question of usual difficulty takes."""

LEFT_OPEN = 0.01
"""How often the page stays open, unattended, before an answer."""


class Hand(Protocol):
    """What a learner can do on a page: a `Player` can, and so can a `Sheet`."""

    def shown(self, item_id: str) -> Any:
        """A question came into view."""

    def draft(self, item_id: str, text: str) -> Any:
        """Text was typed."""

    def commit(self, item_id: str, answer: Answer, certainty: int | None = None) -> Any:
        """An answer was given."""

    def reset(self, item_id: str) -> Any:
        """An answer was cleared, to look at the question again."""

    def finish(self) -> Any:
        """The part was finished."""


class Clock:
    """Time as the journal writes it, which goes on only when told to."""

    def __init__(self, start: datetime) -> None:
        self.time = start

    def __call__(self) -> str:
        """The present time of this clock."""
        return self.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.time += timedelta(seconds=round(seconds, 3))


class Sheet:
    """A journal in memory, for answers of which nothing but the answers is wanted."""

    def __init__(self, clock: Clock) -> None:
        self.records: list[Record] = []
        self._clock = clock

    def shown(self, item_id: str) -> None:
        """A question came into view."""
        self._note("shown", item_id)

    def draft(self, item_id: str, text: str) -> None:
        """Text was typed."""
        self._note("draft", item_id, text)

    def commit(self, item_id: str, answer: Answer, certainty: int | None = None) -> None:
        """An answer was given."""
        self._note("commit", item_id, answer, certainty)

    def reset(self, item_id: str) -> None:
        """An answer was cleared, to look at the question again."""
        self._note("reset", item_id)

    def finish(self) -> None:
        """The part was finished."""
        self._note("done", "")

    def _note(self, kind: Kind, item: str, answer: Answer | None = None, certainty: int | None = None) -> None:
        self.records.append(Record(kind, item, answer, certainty, self._clock(), line=len(self.records) + 1))


def play(learner: Synthetic, folder: Path, number: int, total: int, keys: Mapping[str, Key]) -> datetime:
    """Play one part of the course in a learner's folder, as clicks would; the time at which it was left.

    Args:
        learner: who plays.
        folder: holds the released part; the journal is written there.
        number: which part of the learner's course this is, from 0.
        total: how many there are.
        keys: what scores each item that has a rule, practice and assessment alike.
    """
    clock = Clock(_begins(learner, number, total))
    player = Player(folder, now=clock)
    _Sitting(learner, number, total, player, clock).go(player.bank, keys)
    return clock.time


def imagine(learner: Synthetic, bank: ItemBank, number: int, total: int, keys: Mapping[str, Key]) -> list[Record]:
    """The journal of one part of the course as `play` would write it, without a file.

    Args:
        learner: who plays.
        bank: the questions of the part.
        number: which part of the learner's course this is, from 0.
        total: how many there are.
        keys: what scores each item that has a rule.
    """
    clock = Clock(_begins(learner, number, total))
    sheet = Sheet(clock)
    _Sitting(learner, number, total, sheet, clock).go(bank, keys)
    return sheet.records


def _begins(learner: Synthetic, number: int, total: int) -> datetime:
    """When a part is opened: who is late does all of them in a few days."""
    pace = timedelta() if learner.plan == "late" else (DUE - RELEASE) * 0.6 / total
    return learner.start + number * (pace + timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class _Sitting:
    """One learner at one part of the course: the part of this number, from 0, of so many."""

    learner: Synthetic
    number: int
    total: int
    hand: Hand
    clock: Clock

    def go(self, bank: ItemBank, keys: Mapping[str, Key]) -> None:
        """Go through the questions, and leave off within them if that is what becomes of the learner."""
        items = list(bank.items.values())
        leaves_off = self.learner.plan == "partly" and self.number == last_part(self.learner, self.total)
        for item in items[: max(1, 2 * len(items) // 3)] if leaves_off else items:
            self.clock.wait(self.learner.chance(item.id, "pace").uniform(15, 75))
            self.hand.shown(item.id)
            if item.survey:
                opinions.give(self.hand.commit, item, self.learner.chance)
            elif item.is_text:
                self._write(item)
            else:
                self._answer(item, keys.get(item.id, {}))
        if not leaves_off:
            self.hand.finish()

    def _answer(self, item: Item, key: Key) -> None:
        ability, seed = self.learner.able(self.number), self.learner.seed
        dice, edge = self.learner.chance(item.id, "answer"), ability - difficulty(seed, item)
        answer = choose_answer(item, key, ability, seed, dice)
        sure = certainty(edge, dice) if item.certainty else None
        self.clock.wait(_thinking(item, edge, dice))
        if item.assessment and dice.random() < CHANGED_MIND:
            self.hand.commit(item.id, choose_answer(item, key, ability - 1, seed, dice), sure)
            self.clock.wait(dice.uniform(20, 200))
        self.hand.commit(item.id, answer, sure)
        if not item.assessment and score_answer(item, key, answer) < 1 and dice.random() < SECOND_LOOK:
            self.clock.wait(dice.uniform(30, 90))
            self.hand.reset(item.id)
            self.hand.commit(item.id, choose_answer(item, key, 9.0, seed, dice), sure)

    def _write(self, item: Item) -> None:
        """Type a reflection with a pause in the middle; now and then somebody forgets to give it."""
        dice, text = self.learner.chance(item.id, "text"), self._text()
        self.clock.wait(dice.uniform(60, 200))
        self.hand.draft(item.id, text[: len(text) // 2])
        self.clock.wait(dice.uniform(60, 200))
        self.hand.draft(item.id, text)
        if dice.random() < 0.92:
            self.hand.commit(item.id, text)

    def _text(self) -> str:
        """The reflections come in the learner's own order, one a case: nobody writes the same text twice."""
        return self.learner.chance("texts").sample(REFLECTIONS, len(REFLECTIONS))[self.number % len(REFLECTIONS)]


def _thinking(item: Item, edge: float, dice: Random) -> float:
    """Seconds before an answer: longer where the question is hard for this learner, and now and then very long."""
    seconds = SECONDS[item.type] * exp(dice.gauss(0, 0.4) - 0.15 * edge)
    return seconds + (dice.uniform(2000, 6000) if dice.random() < LEFT_OPEN else 0)
