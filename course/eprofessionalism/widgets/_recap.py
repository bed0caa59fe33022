"""What the end of a case gives back: how the practice questions went, by first answers, and the parts of the course."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eprofessionalism.items import Item, ItemBankError
from eprofessionalism.player import Player, View
from eprofessionalism.sequence import in_sequence, is_optional
from eprofessionalism.widgets import _words
from eprofessionalism.widgets._plain import logger
from eprofessionalism.widgets._reveal import Json, is_right

if TYPE_CHECKING:
    from eprofessionalism.widgets._page import Page


def recap(page: Page) -> Json:
    """How many practice questions were answered as suggested, which to look at again, and how sure one was.

    Where there is no practice question, as in the test: what was left open.
    """
    still = [page.link(item_id) for item_id in page.player.open_items()]
    firsts = [(item, page.player.first(item.id)) for item in page.player.bank.items.values() if not item.last_counts]
    if not firsts:
        return {"text": _words.heading(len(still)), "again": still} if still else {}
    again = [item.id for item, first in firsts if not is_right(item, first.answer)]
    return {
        "text": _words.recap(len(firsts) - len(again), len(firsts)),
        "again": [page.link(item_id) for item_id in again],
        "sure": _words.calibration(_by_certainty(firsts)),
    }


def _by_certainty(firsts: Sequence[tuple[Item, View]]) -> dict[int, tuple[int, int]]:
    counts: dict[int, tuple[int, int]] = {}
    for item, first in firsts:
        if item.certainty and first.certainty is not None:
            right, of = counts.get(first.certainty, (0, 0))
            counts[first.certainty] = (right + is_right(item, first.answer), of + 1)
    return counts


def parts(folder: Path) -> list[Json]:
    """The parts of the course, which lie in numbered folders side by side, each with its state; none if alone.

    A part that cannot be read is left out: its own page says what is wrong with it.
    """
    beside = [path for path in sorted(folder.parent.glob("[0-9][0-9]-*")) if (path / f"{path.name}.ipynb").is_file()]
    found = in_sequence(player for path in beside if (player := _player(path)))
    return [_part(player, here=player.path.parent == folder) for player in found] if len(found) > 1 else []


def _player(folder: Path) -> Player | None:
    try:
        player = Player(folder)
        player.progress()
    except (ItemBankError, OSError):
        logger.exception("%s", folder)
        return None
    return player


def _part(player: Player, *, here: bool) -> Json:
    bank, now = player.bank, player.progress()
    return {
        "case": player.path.parent.name,
        "title": bank.title,
        "subject": bank.subject,
        "state": _words.part_state(now.answered, now.total, bank.minutes, done=now.done),
        "invitation": f"Next: {bank.title}, {bank.minutes} minutes",
        "done": now.done,
        "optional": is_optional(bank),
        "here": here,
    }


def next_part(course: Sequence[Json]) -> Json:
    """The first part of the course that is not finished, wherever one is; nothing when all others are."""
    return next((part for part in course if not (part["done"] or part["here"] or part["optional"])), {})
