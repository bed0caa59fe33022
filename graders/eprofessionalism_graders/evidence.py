"""A learner's record of answers as grading reads it: the sound lines, and what was wrong with the others."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from eprofessionalism import journal
from eprofessionalism.answers import is_sound
from eprofessionalism.items import ItemBank
from eprofessionalism.journal import Problem, Record

_BOM = b"\xef\xbb\xbf"
_KEYS = (b'"v"', b'"kind"', b'"item"', b'"answer"')
_BACKWARDS = timedelta(minutes=5)  # clocks are set right now and then
_AHEAD = timedelta(days=1)
_LOOKED_THROUGH = 20_000  # lines; a journal has a few hundred, and these signs are no more than a hint
NO_ANSWERS = "nothing was answered, so nothing is earned"
PASSED_OVER = "passed over; all other lines count"
COUNTED = "counted like any other"
_SAID = {
    "foreign": ("{} for questions that are not in this assignment", "line", PASSED_OVER),
    "unsound": ("{} that cannot be given to the question", "answer", PASSED_OVER),
    "version": ("{} from another version of the questions", "line", COUNTED),
    "ahead": ("{} with a time in the future", "line", COUNTED),
    "backwards": ("{} with a time before that of an earlier line", "line", COUNTED),
    "timeless": ("{} without a time", "line", COUNTED),
}


class Reading:
    """One way through a journal. When the records have been taken, `found` says what was passed over, and where."""

    def __init__(self, path: Path, bank: ItemBank) -> None:
        self._path, self._bank = path, bank
        self._first_bad: Problem | None = None
        self._lines = self._bad = 0
        self._counts: Counter[str] = Counter()
        self._last: datetime | None = None
        self._soon = datetime.now(UTC) + _AHEAD

    def records(self) -> Iterator[Record]:
        """The sound lines."""
        with self._path.open("rb") as file:
            for entry in journal.read(file):
                self._lines += 1
                if isinstance(entry, Record):
                    self._counts.update(self._strange(entry))
                    yield entry
                else:
                    self._first_bad = self._first_bad or entry
                    self._bad += entry.count

    def found(self) -> Iterator[tuple[str, str]]:
        """What is not as the course writes it, and what was done about it, each in a few words."""
        if not self._lines:
            yield "the record of answers is empty", NO_ANSWERS
            return
        if self._first_bad:
            where = f"line {self._first_bad.line}: {self._first_bad.why}"
            said = f"{_counted(self._bad, 'line')} of the record cannot be used; the first is {where}"
            yield said, PASSED_OVER
        for what, (words, unit, done) in _SAID.items():
            if self._counts[what]:
                yield words.format(_counted(self._counts[what], unit)), done
        if _was_edited(self._path):
            yield "the record was written by another program", COUNTED

    def _strange(self, record: Record) -> Iterator[str]:
        """What is strange about a sound line."""
        item = self._bank.items.get(record.item)
        if item is None and record.kind != "done":
            yield "foreign"
        elif item and record.kind == "commit" and not is_sound(item, record.answer):
            yield "unsound"
        if record.case not in ("", self._bank.digest):
            yield "version"
        yield from self._strange_time(record.at)

    def _strange_time(self, text: str) -> Iterator[str]:
        try:
            moment = datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            yield "timeless"
            return
        if moment > self._soon:
            yield "ahead"
        if self._last is not None and self._last - moment > _BACKWARDS:
            yield "backwards"
        self._last = moment


def _was_edited(path: Path) -> bool:
    """Whether there are signs of another writer: a byte order mark, Windows line ends, a name twice in one line."""
    with path.open("rb") as file:
        lines = iter(lambda: file.readline(journal.LONGEST_LINE), b"")
        for number, raw in enumerate(islice(lines, _LOOKED_THROUGH)):
            if (number == 0 and raw.startswith(_BOM)) or raw.endswith(b"\r\n"):
                return True
            if any(raw.count(key) > 1 for key in _KEYS) and _has_a_name_twice(raw):
                return True
    return False


def _has_a_name_twice(raw: bytes) -> bool:
    twice = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal twice
        twice = twice or len({name for name, _ in pairs}) < len(pairs)

    with suppress(ValueError, RecursionError):
        json.loads(raw, object_pairs_hook=look)
    return twice


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
