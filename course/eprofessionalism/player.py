"""One learner at one case: what has been answered, what may be shown, and the only way in which an answer is given.

A click in the page and a synthetic learner of the demo go through the same methods. What a `Player` says is always what
stands on disk: after each write it reads the journal, so that several tabs, kernels and restarts agree.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from eprofessionalism import journal
from eprofessionalism.answers import Answer, is_sound
from eprofessionalism.items import Item, ItemBank, load_items
from eprofessionalism.journal import JOURNAL_FILE, Record

State: TypeAlias = Literal["open", "draft", "saved"]


@dataclass(frozen=True, slots=True)
class View:
    """What a learner sees of one item now: `saved` answers with the time at which the journal took them."""

    state: State = "open"
    answer: Answer | None = None
    certainty: int | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a case has been played. `next_item` is the first item without an answer, or empty."""

    answered: int
    total: int
    minutes_left: int
    next_item: str
    last_at: str
    done: bool


class UnsoundAnswerError(ValueError):
    """An answer that does not fit its item: a mistake of the page, never of the learner."""


class Player:
    """A case folder being played.

    Args:
        folder: holds `items.json` and, once something has been answered, the journal.
        now: the clock that stamps the lines; a demo sets its own.

    Raises:
        ItemBankError: `items.json` is missing or not ours.
    """

    def __init__(self, folder: Path, now: Callable[[], str] = journal.utc_now) -> None:
        self.bank: ItemBank = load_items(folder)
        self.path = folder / JOURNAL_FILE
        self.session = uuid.uuid4().hex
        self._now = now
        self._size = -1
        self._views: dict[str, View] = {}
        self._first: dict[str, View] = {}
        self._last_at = ""
        self._done = False

    def view(self, item_id: str) -> View:
        """What to show of an item now."""
        self._catch_up()
        return self._views.get(item_id, View())

    def first(self, item_id: str) -> View:
        """The first answer given to an item, as it was saved; no reset takes it away. Open before that."""
        self._catch_up()
        return self._first.get(item_id, View())

    def first_answer(self, item_id: str) -> Answer | None:
        """What was answered first, without when and how surely; none before that."""
        return self.first(item_id).answer

    def open_items(self) -> list[str]:
        """The ids of the items without any answer yet, in the order of the page."""
        self._catch_up()
        return [item for item in self.bank.items if item not in self._first]

    def commit(self, item_id: str, answer: Answer, certainty: int | None = None) -> View:
        """Give an answer. Returns only when it is on disk.

        Raises:
            UnsoundAnswerError: it does not fit the item; nothing was written.
            JournalError: it could not be written.
        """
        item = self.bank.items[item_id]
        if not is_sound(item, answer):
            raise UnsoundAnswerError(f"{item_id}: expected an answer that fits a {item.type}, found {answer!r}")
        self._write("commit", item_id, answer, certainty)
        return self.view(item_id)

    def draft(self, item_id: str, text: str) -> View:
        """Keep text that is being typed, so that it survives although it has not been given yet."""
        self._write("draft", item_id, text)
        return self.view(item_id)

    def reset(self, item_id: str) -> View:
        """Clear what is shown, to look at the question again. No score changes."""
        self._write("reset", item_id)
        return self.view(item_id)

    def shown(self, item_id: str) -> None:
        """Note that an item came into view."""
        self._write("shown", item_id)

    def finish(self) -> None:
        """Note that the case was finished."""
        self._write("done", "")

    def progress(self) -> Progress:
        """How far this case has been played, over all sittings."""
        open_items = self.open_items()
        total = len(self.bank.items)
        minutes = -(-self.bank.minutes * len(open_items) // total) if total else 0
        next_item = open_items[0] if open_items else ""
        return Progress(total - len(open_items), total, minutes, next_item, self._last_at, self._done)

    def _write(
        self, kind: journal.Kind, item_id: str, answer: Answer | None = None, certainty: int | None = None
    ) -> None:
        journal.append(
            self.path,
            kind,
            item_id,
            answer,
            certainty=certainty,
            session=self.session,
            case=self.bank.digest,
            now=self._now,
        )

    def _catch_up(self) -> None:
        """Read the journal again if it has grown, whoever wrote to it."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if size == self._size:
            return
        self._views, self._first, self._done = {}, {}, False
        for record in journal.records(self.path):
            self._replay(record)
        self._size = size

    def _replay(self, record: Record) -> None:
        if record.kind == "done":
            self._done = True
        item = self.bank.items.get(record.item)
        if item is None:
            return
        given = record.kind == "commit" or (record.kind == "draft" and item.is_text)
        if record.kind == "reset":
            self._views.pop(item.id, None)
        elif given and is_sound(item, record.answer):
            self._keep(item, record)

    def _keep(self, item: Item, record: Record) -> None:
        saved = record.kind == "commit"
        self._views[item.id] = View("saved" if saved else "draft", record.answer, record.certainty, record.at)
        self._last_at = record.at
        if saved:
            self._first.setdefault(item.id, self._views[item.id])
