"""The blocks around the items: how far one has come, a scene that follows from a decision, and the end of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from eprofessionalism.items import Passage
from eprofessionalism.widgets import _words
from eprofessionalism.widgets._base import Block, Message, view
from eprofessionalism.widgets._plain import UnknownBlockError
from eprofessionalism.widgets._prose import prose
from eprofessionalism.widgets._recap import next_part, parts, recap

if TYPE_CHECKING:
    from eprofessionalism.widgets._page import Page


class Panel(Block):
    """A block that follows what has been answered: `drawn` holds all that its view draws."""

    drawn = traitlets.Dict().tag(sync=True)

    def __init__(self, page: Page) -> None:
        self._page = page
        super().__init__()

    def refresh(self) -> None:
        """Bring the panel in line with what stands on disk."""
        self.drawn = self.draw()

    def draw(self) -> dict[str, Any]:
        """What the view draws now."""
        raise NotImplementedError


class Progress(Panel):
    """How many questions are answered, what is left, and the way to the next open one."""

    _esm = view("progress.js")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._greeting: dict[str, str] = {}
        self._greeted = 0

    def greet(self) -> None:
        """Welcome whoever opens the page again, until something more is answered."""
        now = self._page.player.progress()
        number = self._page.number(now.next_item)
        stopped = f"You stopped at question {number}." if number else "Every question is answered."
        text = f"Your answers up to {{at}} are here. {self._page.end.welcome if now.done else stopped}"
        self._greeting = {"at": now.last_at, "text": text} if now.last_at else {}
        self._greeted = now.answered
        self.refresh()

    def draw(self) -> dict[str, Any]:
        """Count, minutes, bar, a welcome to whoever comes back, the way on: through the story, or to the open item."""
        now = self._page.player.progress()
        number = self._page.number(now.next_item)
        onward = {"item": now.next_item, "text": f"Go to question {number}"} if number else {}
        return {
            "answered": now.answered,
            "total": now.total,
            "count": f"{now.answered} of {now.total} answered",
            "left": _left(now.answered, now.total, now.minutes_left, done=now.done),
            "next": onward if now.last_at else {"item": "", "text": "Begin"},
            "back": self._greeting if now.answered == self._greeted else {},
            "case": self._page.folder.name,
            "parts": parts(self._page.folder) if now.done else [],
        }


def _left(answered: int, total: int, minutes: int, *, done: bool) -> str:
    if done:
        return "finished"
    if answered == total:
        return "all questions answered"
    return f"about {minutes} {'minute' if minutes == 1 else 'minutes'} left"


class Scene(Panel):
    """The passage of the story that follows from what was decided first."""

    _esm = view("scene.js")

    def __init__(self, page: Page, scene_id: str) -> None:
        try:
            self._passage: Passage = page.player.bank.passages[scene_id]
        except KeyError:
            raise UnknownBlockError(scene_id) from None
        super().__init__(page)

    def draw(self) -> dict[str, Any]:
        """The passage, or the request to decide first: until then nothing says what kind of scene there will be."""
        passage = self._passage
        path = self._page.player.first_answer(passage.after)
        text = passage.texts.get(path) if isinstance(path, str) else None
        if text is not None:
            return {"when": passage.when, "title": passage.title, "text": prose(text)}
        number = self._page.number(passage.after)
        return {
            "item": passage.after,
            "ask": "The story goes on once you have decided.",
            "link": f"Decide in question {number} first",
        }


class Finish(Panel):
    """The end of the page: what is still open, the button that ends it, and then how it went and where to go on."""

    _esm = view("finish.js")

    def draw(self) -> dict[str, Any]:
        """What is open before the end; the recap and the parts of the course after it."""
        now = self._page.player.progress()
        end = self._page.end
        if now.done:
            course = parts(self._page.folder)
            return {
                "case": self._page.folder.name,
                "title": end.title,
                "text": end.text,
                "recap": recap(self._page),
                "parts": course,
                "next": next_part(course),
            }
        still = self._page.player.open_items()
        return {
            "title": _words.heading(len(still)),
            "text": _words.before_the_end(len(still), now.total, end),
            "open": [self._page.link(item) for item in still],
            "button": end.button,
        }

    def receive(self, kind: str, message: Message) -> Message:
        """Act on `done`."""
        if kind != "done":
            return super().receive(kind, message)
        self._page.player.finish()
        self._page.changed()
        return {}
