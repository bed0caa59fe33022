"""What an answer is, and which of a learner's answers counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from eprofessionalism.items import Item
from eprofessionalism.journal import Record

Answer: TypeAlias = str | list[str] | dict[str, int]
"""By item type: an option id (`sba`, `branch`), a list of option ids (`mrq`, `choose`; in order for `ranking`), a level
per response (`rating`), or text (`reflection`)."""

LEVELS = {1: "very ineffective", 2: "ineffective", 3: "effective", 4: "very effective"}
"""The levels of a `rating`, in words. A survey has its own: see `levels_of`."""

CERTAINTY = {1: "not sure", 2: "fairly sure", 3: "very sure"}
"""How sure a learner can say to be, in words."""


def levels_of(item: Item) -> dict[int, str]:
    """The levels of this `rating` in words, from the lowest."""
    return dict(enumerate(item.scale, start=1)) or LEVELS


def is_sound(item: Item, answer: object) -> bool:
    """Whether `answer` has the form that this item's type asks for and names only options that the item has.

    A sound answer can still be worth nothing: too many options chosen, or some responses left unrated.
    """
    ids = set(item.option_ids)
    match item.type:
        case "sba" | "branch":
            return isinstance(answer, str) and answer in ids
        case "mrq" | "choose":
            return _is_selection(answer, ids)
        case "ranking":
            return _is_selection(answer, ids) and isinstance(answer, list) and len(answer) == len(ids)
        case "rating":
            return isinstance(answer, dict) and answer.keys() <= ids and all(map(_is_level, answer.values()))
        case "reflection":
            return isinstance(answer, str)


def _is_selection(answer: object, ids: set[str]) -> bool:
    """Whether `answer` is a list of known option ids without repetition."""
    if not isinstance(answer, list) or not all(isinstance(option, str) for option in answer):
        return False
    return len(set(answer)) == len(answer) and set(answer) <= ids


def _is_level(value: object) -> bool:
    return type(value) is int and value in LEVELS  # `True` and 1.0 are no levels


def counted(items: Mapping[str, Item], records: Iterable[Record]) -> dict[str, Record]:
    """The answer that counts for each item which has one, in one pass over the journal.

    First and last go by the order of the file, never by the clock. The first commit counts on a practice item, for its
    feedback follows at once; the last one where nothing is revealed before grading (assessment items, reflections).
    Text that was typed and never given counts as given: the last draft of a reflection without a commit.
    """
    commits: dict[str, Record] = {}
    drafts: dict[str, Record] = {}
    for record in records:
        item = items.get(record.item)
        if item and _would_count(item, record, commits) and is_sound(item, record.answer):
            (commits if record.kind == "commit" else drafts)[item.id] = record
    return drafts | commits


def _would_count(item: Item, record: Record, commits: Mapping[str, Record]) -> bool:
    """Whether an answer, if it is sound, would count for what has been read so far: cheaper to ask than soundness."""
    if record.kind == "commit":
        return item.last_counts or item.id not in commits
    return record.kind == "draft" and item.is_text
