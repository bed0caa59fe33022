"""The learner's append-only record of answers: `responses.jsonl` beside the notebook, one JSON object a line.

A line is on disk (fsync) before anybody is told that it is saved. Reading never raises for content: it uses what is
sound and says what it passed over, and where.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias, get_args

JOURNAL_FILE = "responses.jsonl"
FORMAT = 1
LONGEST_LINE = 1_000_000  # bytes; the longest answer, a reflection, has a few thousand
MOST_BAD_LINES = 100_000  # a crash leaves one; a file with so many is not ours, and no reader need sit through it
_HALF_PAIR = re.compile("[\ud800-\udfff]")

Kind: TypeAlias = Literal["shown", "draft", "commit", "reset", "done"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Record:
    """One sound line. `answer` is whatever JSON stood there: whether it fits its item is for `answers.is_sound`."""

    kind: Kind
    item: str
    answer: Any = None
    certainty: int | None = None
    at: str = ""
    session: str = ""
    case: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that was passed over: its number from 1, and why."""

    line: int
    why: str


class JournalError(OSError):
    """The journal could not be written; nothing that was there before is lost."""


def utc_now() -> str:
    """The time as the journal writes it: RFC 3339 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def append(
    path: Path,
    kind: Kind,
    item: str,
    answer: Any = None,
    *,
    certainty: int | None = None,
    session: str = "",
    case: str = "",
    now: Callable[[], str] = utc_now,
) -> None:
    """Write one line and return only when it is on disk.

    Lines of several writers do not mix (the file is locked where the platform can). A torn last line, as a crash leaves
    it, is closed first, so that it cannot swallow the new one.

    Raises:
        JournalError: the line is not on disk; the message names the file and the reason.
    """
    entry = {"v": FORMAT, "kind": kind, "item": item, "answer": answer, "certainty": certainty}
    entry |= {"at": now(), "session": session, "case": case}
    line = _encodable(json.dumps(entry, ensure_ascii=False, allow_nan=False)).encode() + b"\n"
    try:
        is_new = not path.exists()
        with path.open("a+b", buffering=0) as file, _locked(file):
            _write_whole(file, b"\n" + line if _is_torn(file) else line)
            os.fsync(file.fileno())
        if is_new:
            _sync_folder(path.parent)
    except OSError as error:
        raise JournalError(
            f"{path}: expected to write an answer, found {error}; free space or access, save again"
        ) from error


def _is_torn(file: IO[bytes]) -> bool:
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        return False
    file.seek(size - 1)
    return file.read(1) != b"\n"


def _write_whole(file: IO[bytes], data: bytes) -> None:
    """One write is the rule; a short one (a full disk, a signal) is continued or raises."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _sync_folder(folder: Path) -> None:
    """Make the file's own name durable; Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(file: IO[bytes]) -> Iterator[None]:
    """Hold the file alone while writing. In the browser (emscripten) there is one writer and no lock."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    elif sys.platform == "emscripten":
        yield
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file releases the lock


def read(file: IO[bytes]) -> Iterator[Record | Problem]:
    """Go through the lines in the order of the file.

    Yields a `Record` for each sound line and a `Problem` for each other one; blank lines are nothing. A last line that
    only lacks its line break counts like any other. Memory stays at one line, however long the file or the line, and
    reading ends, with a last `Problem`, at a file that has more than `MOST_BAD_LINES` lines without a record.
    """
    number = bad = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        entry = _entry(file, raw, number)
        bad += not isinstance(entry, Record)
        if bad > MOST_BAD_LINES:
            yield Problem(number, f"from here on not read: more than {MOST_BAD_LINES:,} lines have no answer")
            return
        if entry:
            yield entry


def _entry(file: IO[bytes], raw: bytes, number: int) -> Record | Problem | None:
    if len(raw) > LONGEST_LINE:
        _skip_line(file, raw)
        return Problem(number, f"longer than {LONGEST_LINE:,} bytes")
    return parse_line(raw, number) if raw.strip() else None


def _skip_line(file: IO[bytes], raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(LONGEST_LINE)


def parse_line(raw: bytes, number: int = 0) -> Record | Problem:
    """One line as a record, or why it is none. Unknown keys are ignored; an impossible certainty is dropped.

    Every text of a record can be written as UTF-8: half a surrogate pair becomes a replacement sign.
    """
    try:
        entry = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
        if b"\\ud" in raw.lower():  # the only way for half a pair to get through decoding
            entry = json.loads(_encodable(json.dumps(entry, ensure_ascii=False)))
    except (ValueError, RecursionError) as error:
        return Problem(number, f"not JSON in UTF-8 ({type(error).__name__})")
    if not isinstance(entry, dict) or entry.get("v") != FORMAT or type(entry["v"]) is not int:
        return Problem(number, f"not a line of format {FORMAT}")
    kind, item = entry.get("kind"), entry.get("item")
    if kind not in KINDS or not isinstance(item, str):
        return Problem(number, "no known kind, or no item")
    certainty = entry.get("certainty")
    return Record(
        kind=kind,
        item=item,
        answer=entry.get("answer"),
        certainty=certainty if type(certainty) is int and certainty in (1, 2, 3) else None,
        at=_text(entry.get("at")),
        session=_text(entry.get("session")),
        case=_text(entry.get("case")),
        line=number,
    )


def _encodable(text: str) -> str:
    return _HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", text)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def records(path: Path) -> Iterator[Record]:
    """The sound lines of a journal; none where there is no file."""
    if path.exists():
        with path.open("rb") as file:
            yield from (entry for entry in read(file) if isinstance(entry, Record))
