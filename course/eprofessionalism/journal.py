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
from itertools import accumulate
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias, get_args

JOURNAL_FILE = "responses.jsonl"
FORMAT = 1
LONGEST_LINE = 1_000_000  # bytes; the longest answer, a reflection, has a few thousand
DEEPEST = 100  # lists and objects in one another; a line of ours has two
_TOO_LONG = f"longer than {LONGEST_LINE:,} bytes"
_LONGEST_LABEL = 200
_BLOCK = 1 << 18  # bytes
_HALF_PAIR = re.compile("[\ud800-\udfff]")

# What tells in one go that lines are no records: `{"v":1,"kind":"done","item":""}` is the shortest that there can be.
_PERHAPS = re.compile(rb"^(?:\xef\xbb\xbf)?([ \t\r]*\{[^\n]{30,})\n", re.MULTILINE)
_SPACE = b" \t\r\v\f"
_SHAPE = bytes(byte if byte == ord("\n") else ord("x") for byte in range(256))

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"')
_STEPS = bytes(1 if byte in b"[{" else 255 for byte in range(256))  # 255 is -1 to who reads signed bytes
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[{]}")

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
    """Lines that were passed over: the number of the first from 1, why, and how many there are before the next record.

    Blank lines among them are not counted.
    """

    line: int
    why: str
    count: int = 1


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
        with path.open("a+b", buffering=0) as file, locked(file):
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
def locked(file: IO[bytes]) -> Iterator[None]:
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
    """Go through the lines in the order of the file, from where it stands.

    Yields a `Record` for each sound line and a `Problem` for each run of others that are passed over for one reason;
    blank lines are nothing. A last line that only lacks its line break counts like any other. Memory stays at a few of
    the longest lines, however long the file or the line.
    """
    why, first, count = "", 0, 0
    for number, lines, found in _findings(file):
        if count and found != why:
            yield Problem(first, why, count)
            count = 0
        if isinstance(found, Record):
            yield found
            continue
        if not count:
            why, first = found, number
        count += lines
    if count:
        yield Problem(first, why, count)


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The file in pieces of whole lines, each line with its break, so that much can be looked at in one go.

    Of a line that is longer than `LONGEST_LINE` enough comes to tell, and no more.
    """
    rest = b""
    while piece := file.read(_BLOCK):
        head, line_break, tail = piece.rpartition(b"\n")
        if line_break:
            yield rest + head + line_break
            rest = tail
        else:
            rest = (rest + tail)[: LONGEST_LINE + 1]
    if rest:
        yield rest + b"\n"


def _findings(file: IO[bytes]) -> Iterator[tuple[int, int, Record | str]]:
    """A record, or why there is none, with the number of the first line it is about and of how many."""
    number = 1
    for block in blocks(file):
        done = 0
        for match in _PERHAPS.finditer(block):
            start, end = match.span()
            if start > done:
                yield from _hopeless(block[done:start], number)
                number += block.count(b"\n", done, start)
            yield number, 1, _parse(match[1], number) if end - start <= LONGEST_LINE + 1 else _TOO_LONG
            number, done = number + 1, end
        yield from _hopeless(block[done:], number)
        number += block.count(b"\n", done)


def _hopeless(lines: bytes, number: int) -> Iterator[tuple[int, int, str]]:
    """Lines that cannot be records, all at once: the first that is not blank, and how many such there are."""
    shape = lines.translate(_SHAPE, _SPACE)
    if count := shape.count(b"x\n"):
        yield number + shape.count(b"\n", 0, shape.find(b"x\n")), count, "no record"


def _parse(line: bytes, number: int) -> Record | str:
    """One line as a record, or why it is none. Unknown keys are ignored; an impossible certainty is dropped.

    Every text of a record can be written as UTF-8: half a surrogate pair becomes a replacement sign.
    """
    escaped = b"\\" in line
    if b'"kind"' not in line and not escaped:  # not worth a parser's time
        return "no record"
    if line.count(b"[") + line.count(b"{") > DEEPEST and _depth(line) > DEEPEST:
        return f"nested more than {DEEPEST} deep"
    try:
        entry = _decode(line.decode())
        if escaped and b"\\ud" in line.lower():  # the only way for half a pair to get through decoding
            entry = _mended(entry)
    except (ValueError, RecursionError) as error:
        return f"not JSON in UTF-8 ({type(error).__name__})"
    return _record(entry, number)


def _depth(line: bytes) -> int:
    """How deep a line's lists and objects are nested, up to where it ceases to be JSON.

    A parser's own limit differs between versions of Python, and with what called it.
    """
    steps = _STRING.sub(b"", line).translate(_STEPS, _NO_BRACKETS)
    return max(accumulate(memoryview(steps).cast("b")), default=0)


def _record(entry: Any, number: int) -> Record | str:
    if not isinstance(entry, dict) or entry.get("v") != FORMAT or type(entry["v"]) is not int:
        return f"not a line of format {FORMAT}"
    kind, item = entry.get("kind"), entry.get("item")
    if kind not in KINDS or not isinstance(item, str):
        return "no known kind, or no item"
    certainty = entry.get("certainty")
    return Record(
        kind=kind,
        item=item,
        answer=entry.get("answer"),
        certainty=certainty if type(certainty) is int and certainty in (1, 2, 3) else None,
        at=_label(entry.get("at")),
        session=_label(entry.get("session")),
        case=_label(entry.get("case")),
        line=number,
    )


def _mended(value: Any) -> Any:
    """The same JSON with every text in it such that it can be written."""
    match value:
        case str():
            return _encodable(value)
        case list():
            return [_mended(part) for part in value]
        case dict():
            return {_encodable(name): _mended(part) for name, part in value.items()}
    return value


def _encodable(text: str) -> str:
    return _HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", text)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _label(value: object) -> str:
    """A time, session or digest; nothing of ours is longer, and a record keeps no more of a line than it needs."""
    return value if isinstance(value, str) and len(value) <= _LONGEST_LABEL else ""


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode  # made once: `json.loads` would, for every line


def records(path: Path) -> Iterator[Record]:
    """The sound lines of a journal; none where there is no file."""
    if path.exists():
        with path.open("rb") as file:
            yield from (entry for entry in read(file) if isinstance(entry, Record))
