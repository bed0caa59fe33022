"""The items as blocks of the page: one class for each way of answering, all logic in the one they share."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import traitlets

from eprofessionalism.answers import CERTAINTY, Answer, levels_of
from eprofessionalism.items import Item, ItemType
from eprofessionalism.widgets import _words
from eprofessionalism.widgets._base import Block, Message, view
from eprofessionalism.widgets._reveal import reveal

if TYPE_CHECKING:
    from eprofessionalism.player import View
    from eprofessionalism.widgets._page import Page


class ItemBlock(Block):
    """One item, drawn from traits: what it asks (`item`), how far it is (`state`), the answer, what may be revealed.

    `state` is `open`, `draft` (typed, not given), `kept` (given, and may still be changed) or `saved` (given; feedback
    stands beside it). Feedback is in `reveal` only after the answer is on disk.
    """

    item = traitlets.Dict().tag(sync=True)
    state = traitlets.Unicode("open").tag(sync=True)
    answered = traitlets.Bool(False).tag(sync=True)
    answer = traitlets.Any(None, allow_none=True).tag(sync=True)
    certainty = traitlets.Int(None, allow_none=True).tag(sync=True)
    at = traitlets.Unicode("").tag(sync=True)
    status = traitlets.Unicode("").tag(sync=True)
    reveal = traitlets.Dict().tag(sync=True)

    def __init__(self, page: Page, item: Item) -> None:
        self._page = page
        self._item = item
        super().__init__(item=self._drawn())

    def _drawn(self) -> dict[str, Any]:
        """What the view needs to draw the question; of a key there is nothing in it."""
        item = self._item
        place = f"{self._page.folder}:{self._page.player.bank.case}:{item.id}"
        return {
            "id": item.id,
            "key": f"{zlib.crc32(place.encode()):08x}",
            "number": self._page.number(item.id),
            "type": item.type,
            "kind": _words.kind(item),
            "stem": item.stem,
            "hint": _words.hint(item),
            "options": [{"id": option.id, "text": option.text} for option in item.options],
            "certainty": [word.capitalize() for word in CERTAINTY.values()] if item.certainty else [],
            "levels": [word.capitalize() for word in levels_of(item).values()] if item.type == "rating" else [],
            "words": _words.words(item, explain=self._page.explains(item)),
        }

    def refresh(self) -> None:
        """Bring the traits in line with what stands on disk."""
        seen = self._page.player.view(self._item.id)
        answered = self._page.player.first_answer(self._item.id) is not None
        if (seen.state, seen.answer, seen.certainty, seen.at, answered) == self._now():
            return
        with self.hold_sync():
            self.answered = answered
            self.answer, self.certainty, self.at = seen.answer, seen.certainty, seen.at
            self.state = self._state(seen)
            self.status = self._status(seen)
            self.reveal = self._revealed(seen)

    def _now(self) -> tuple[Any, ...]:
        state = "saved" if self.state == "kept" else self.state
        return (state, self.answer, self.certainty, self.at, self.answered)

    def _state(self, seen: View) -> str:
        return "kept" if seen.state == "saved" and self._item.last_counts else seen.state

    def _revealed(self, seen: View) -> dict[str, Any]:
        """A text that was handed in keeps what stands beside it while it is being changed."""
        given = self.answered if self._item.is_text else seen.state == "saved"
        return reveal(self._item, seen.answer, seen.certainty) if given else {}

    def _status(self, seen: View) -> str:
        if seen.state == "saved":
            return _words.saved(self._item, before=self.answered)
        return _words.drafted(given=self.answered) if seen.state == "draft" else ""

    def receive(self, kind: str, message: Message) -> Message:
        """Act on `shown`, `draft`, `commit` and `reset`."""
        match kind:
            case "shown":
                self._page.note_shown(self._item.id)
                return {}
            case "draft":
                self._page.player.draft(self._item.id, str(message["answer"]))
                said = ""
            case "commit":
                return self._commit(message.get("answer"), message.get("certainty"))
            case "reset":
                self._page.player.reset(self._item.id)
                said = _words.CLEARED
            case _:
                return super().receive(kind, message)
        self._page.changed()
        return {"status": said or self.status}

    def _commit(self, answer: Answer | None, certainty: int | None) -> Message:
        """Save, and only then reveal."""
        still = _words.missing(self._item, answer, certainty)
        if still or answer is None:
            return {"ok": False, "missing": still}
        before = self._page.player.first_answer(self._item.id) is not None
        self._page.player.commit(self._item.id, answer, certainty if self._item.certainty else None)
        self._page.changed()
        return {"status": _words.saved(self._item, before=before)}


class Choice(ItemBlock):
    """Choose one, some, or three; or decide how the story goes on."""

    _esm = view("choice.js")


class Rating(ItemBlock):
    """Rate each response on four levels."""

    _esm = view("rating.js")


class Ranking(ItemBlock):
    """Put the lines in order with two buttons each."""

    _esm = view("ranking.js")


class Reflection(ItemBlock):
    """Write a text, kept as a draft while it grows."""

    _esm = view("reflection.js")


BLOCK_OF: dict[ItemType, type[ItemBlock]] = {
    "sba": Choice,
    "mrq": Choice,
    "choose": Choice,
    "branch": Choice,
    "rating": Rating,
    "ranking": Ranking,
    "reflection": Reflection,
}
