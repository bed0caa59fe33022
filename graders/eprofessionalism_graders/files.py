"""Files that are there whole or not at all, and that nobody but their owner reads."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STATE = ".eprof"
"""The folder in an offering where we keep what nobody else needs: records of grading, incidents, locks."""

_LONGEST_NAME = 200  # bytes; file systems have 255, and a number must still fit
_TEMPORARY = re.compile(r"\.(?:incoming|outgoing|part)~(\d+)~")


def temporary(path: Path, what: str) -> Path:
    """The name beside a path that this process uses for what comes or goes there; `sweep` knows it by that."""
    return path.with_name(f".{what}~{os.getpid()}~{path.name}")


def sweep(folder: Path) -> None:
    """Take away what processes that were killed have left behind in a folder and in all below it.

    What another process is at work with stays.
    """
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            found = _TEMPORARY.match(name)
            if found and not _is_at_work(int(found[1])):
                clear(Path(place, name))


def _is_at_work(pid: int) -> bool:
    """Whether there is a process of this id; where that cannot be asked, there may be."""
    if os.name == "nt":  # there, to ask is to end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def put(path: Path, content: str | bytes, desk: Path | None = None) -> None:
    """Put a file in place whole, also when this process is killed meanwhile: what was there before stays until then.

    Args:
        path: where it belongs.
        content: what is in it.
        desk: a folder on the same disk to write it in first, where it must not lie beside its place.

    A learner may have written half of a surrogate pair, which no encoding has: it becomes a question mark.

    Raises:
        OSError: it cannot be written; what was there before is as it was.
    """
    data = content.encode(errors="replace") if isinstance(content, str) else content
    place, prefix = desk or path.parent, temporary(path, "part").name
    try:
        descriptor, name = tempfile.mkstemp(prefix=prefix, dir=place)  # for its owner alone
    except FileNotFoundError:
        place.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=prefix, dir=place)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def free_path(path: Path) -> Path:
    """This path, or the first of its numbered fellows that is not taken."""
    number, free = 1, path
    name = os.fsencode(path.name)[:_LONGEST_NAME].decode(errors="ignore")
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{name}.{number}")
    return free


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill, which takes the place of another when it is filled, and is gone when it could not be.

    Raises:
        OSError: it cannot be made, or put in its place; see `put_folder`.
    """
    incoming = temporary(folder, "incoming")
    clear(incoming)
    incoming.mkdir(parents=True)
    try:
        yield incoming
        put_folder(incoming, folder)
    except BaseException:
        clear(incoming)
        raise


def put_folder(incoming: Path, folder: Path) -> None:
    """Put a whole folder in the place of another, or of whatever is there; a link there is taken away, never followed.

    Raises:
        OSError: it cannot be put there; what was there before is there again, or lies beside it.
    """
    if not folder.parent.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
    old = free_path(temporary(folder, "outgoing"))  # what was there may resist being taken away
    if os.path.lexists(folder):
        folder.rename(old)
    try:
        incoming.rename(folder)
    except OSError:
        if os.path.lexists(old) and not os.path.lexists(folder):
            old.rename(folder)
        raise
    clear(old)


def clear(path: Path) -> None:
    """Take away a file, a link or a folder; one that resists stays."""
    with suppress(OSError, RecursionError):
        if stat.S_ISDIR(path.lstat().st_mode):
            shutil.rmtree(path)
        else:
            path.unlink()
