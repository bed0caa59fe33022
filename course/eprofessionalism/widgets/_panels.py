"""The blocks around the items: how far one has come, a scene that follows from a decision, and the end of the case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from eprofessionalism.items import ITEMS_FILE, Passage
from eprofessionalism.widgets._base import Block, Message, view
from eprofessionalism.widgets._plain import UnknownBlockError, logger
from eprofessionalism.widgets._prose import prose

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
        self._greeting = {"at": now.last_at, "text": _back(number, done=now.done)} if now.last_at else {}
        self._greeted = now.answered
        self.refresh()

    def draw(self) -> dict[str, Any]:
        """Count, minutes, bar, and a welcome to whoever comes back."""
        now = self._page.player.progress()
        number = self._page.number(now.next_item)
        return {
            "answered": now.answered,
            "total": now.total,
            "count": f"{now.answered} of {now.total} answered",
            "left": _left(now.answered, now.total, now.minutes_left, done=now.done),
            "next": {"item": now.next_item, "text": _next(number, now.answered)} if number else {},
            "back": self._greeting if now.answered == self._greeted else {},
        }


def _left(answered: int, total: int, minutes: int, *, done: bool) -> str:
    if done:
        return "finished"
    if answered == total:
        return "all questions answered"
    return f"about {minutes} {'minute' if minutes == 1 else 'minutes'} left"


def _next(number: int, answered: int) -> str:
    return f"Go to question {number}" if answered else f"Begin with question {number}"


def _back(number: int, *, done: bool) -> str:
    if done:
        return "Your answers up to {at} are here. You have finished this case."
    stopped = f" You stopped at question {number}." if number else " Every question is answered."
    return "Your answers up to {at} are here." + stopped


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
        """The passage, or the request to decide first."""
        passage = self._passage
        path = self._page.player.first_answer(passage.after)
        text = passage.texts.get(path) if isinstance(path, str) else None
        if text is not None:
            return {"when": passage.when, "title": passage.title, "text": prose(text)}
        number = self._page.number(passage.after)
        return {
            "when": passage.when,
            "item": passage.after,
            "ask": "What comes next depends on you.",
            "link": f"Decide in question {number} first",
        }


class Finish(Panel):
    """The end of the case: what is still open, the button that ends it, and the next case."""

    _esm = view("finish.js")

    def draw(self) -> dict[str, Any]:
        """What is open, whether it is finished, and what comes next."""
        now = self._page.player.progress()
        still = [
            {"item": item, "text": f"Question {self._page.number(item)}"} for item in self._page.player.open_items()
        ]
        return {
            "case": self._page.folder.name,
            "title": _heading(len(still), done=now.done),
            "text": _ending(len(still), now.total, done=now.done),
            "open": still,
            "done": now.done,
            "button": "" if now.done else "Finish this case",
            "next": next_case(self._page.folder),
            "said": "This case is finished.",
        }

    def receive(self, kind: str, message: Message) -> Message:
        """Act on `done`."""
        if kind != "done":
            return super().receive(kind, message)
        self._page.player.finish()
        self._page.changed()
        return {"status": self.drawn["said"]}


def _heading(still: int, *, done: bool) -> str:
    if done:
        return "You have finished this case"
    if still:
        return "One question is still open" if still == 1 else f"{still} questions are still open"
    return "Every question is answered"


def _ending(still: int, total: int, *, done: bool) -> str:
    if done:
        return "Your answers are kept in this folder. You can come back to any page and read the reasons again."
    if still:
        return "You can finish now and leave them out, or go back to them first."
    return f"All {total} answers are saved. Finish the case when you have read to the end."


def next_case(folder: Path) -> dict[str, str]:
    """The case that follows by number in a folder beside this one: its name and what to call it, or nothing."""
    number = _number(folder)
    later = [
        path for path in folder.parent.glob("[0-9][0-9]-*") if _number(path) > number and _notebook(path).is_file()
    ]
    if number < 0 or not later:
        return {}
    found = min(later, key=_number)
    return {"case": found.name, "text": _invitation(found)}


def _number(folder: Path) -> int:
    head = folder.name.partition("-")[0]
    return int(head) if head.isdecimal() else -1


def _notebook(folder: Path) -> Path:
    return folder / f"{folder.name}.ipynb"


def _invitation(folder: Path) -> str:
    try:
        bank = json.loads((folder / ITEMS_FILE).read_text(encoding="utf-8"))
        return f"Next: {bank['title']}, {bank['minutes']} minutes"
    except (OSError, ValueError, KeyError, TypeError):
        logger.exception("%s", folder)
        return "On to the next case"
