"""One case folder being played in this session: its player, and the one block that every view of an item shares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from eprofessionalism.items import ITEMS_FILE, Item
from eprofessionalism.player import Player
from eprofessionalism.widgets._base import Block
from eprofessionalism.widgets._plain import UnknownBlockError
from eprofessionalism.widgets._words import CASE_END, SURVEY_END, TEST_END, Ending

B = TypeVar("B", bound=Block)

_pages: dict[Path, tuple[int, Page]] = {}


def current_page() -> Page:
    """The page of the folder that the notebook lies in, which is where its session runs.

    It is made anew when its questions have changed on disk, as they do while an author previews a case.
    """
    folder = Path.cwd()
    file = folder / ITEMS_FILE
    version = file.stat().st_mtime_ns if file.exists() else 0
    if folder not in _pages or _pages[folder][0] != version:
        _pages[folder] = version, Page(folder)
    return _pages[folder][1]


class Page:
    """A folder's player and its blocks. Two tabs of one notebook get the same blocks, and so show the same answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.player = Player(folder)
        self._blocks: dict[str, Block] = {}
        self._shown: set[str] = set()

    def item(self, item_id: str) -> Item:
        """The item of this id.

        Raises:
            UnknownBlockError: the case has no such item.
        """
        try:
            return self.player.bank.items[item_id]
        except KeyError:
            raise UnknownBlockError(item_id) from None

    def number(self, item_id: str) -> int:
        """The place of an item on the page, from 1; 0 where there is none."""
        return list(self.player.bank.items).index(item_id) + 1 if item_id in self.player.bank.items else 0

    def link(self, item_id: str) -> dict[str, str]:
        """An item as a view offers the way to it."""
        return {"item": item_id, "text": f"Question {self.number(item_id)}"}

    @property
    def end(self) -> Ending:
        """What the end of the page says. A test is a page on which nothing is revealed."""
        if self.player.bank.is_survey:
            return SURVEY_END
        items = self.player.bank.items.values()
        is_test = any(item.assessment for item in items) and all(item.last_counts for item in items)
        return TEST_END if is_test else CASE_END

    def explains(self, item: Item) -> bool:
        """Whether an item is the first of the page to ask for certainty, and so says what for."""
        return item is next((one for one in self.player.bank.items.values() if one.certainty), None)

    def block(self, name: str, make: Callable[[], B]) -> B:
        """The block of this name: made once, brought up to date whenever it is asked for again."""
        if name not in self._blocks:
            self._blocks[name] = make()
        block = self._blocks[name]
        block.refresh()
        return block  # a name belongs to one kind of block

    def changed(self) -> None:
        """Bring every block up to date after something was written."""
        for block in self._blocks.values():
            block.refresh()

    def note_shown(self, item_id: str) -> None:
        """Write once a sitting that an item came into view."""
        if item_id not in self._shown:
            self.player.shown(item_id)
            self._shown.add(item_id)
