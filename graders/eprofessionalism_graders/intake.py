"""What may be taken from a folder that a learner filled: regular files of bounded size, and no link is followed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from nbgrader.utils import parse_utc

JOURNAL_LIMIT = 128 * 1024 * 1024  # bytes; a long journal has a few hundred thousand
TIMESTAMP_FILE = "timestamp.txt"
TIMESTAMP_LIMIT = 200  # bytes
_TIME = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) ?(?P<zone>[A-Z]{1,5}|[+-]\d\d:?\d\d|)", re.ASCII
)
_YEARS = range(2000, 2100)  # beyond these, reckoning with a time zone may fail
SECRET_FILE = "submission_secret.txt"  # noqa: S105 - by its content nbgrader names the feedback page it gives back
_SECRET = re.compile(rb"[0-9a-f]{128}")
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_CAN_WALK = os.open in os.supports_dir_fd


def is_folder(path: Path) -> bool:
    """Whether there is a real folder, not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def is_submission(folder: Path) -> bool:
    """Whether a submission is a real folder in a learner's real folder."""
    return is_folder(folder.parent) and is_folder(folder)


def objection(path: Path, limit: int) -> str:
    """Why a file may not be taken, in a few words; empty where it may.

    Args:
        path: what is to be taken.
        limit: the largest size in bytes.
    """
    try:
        found = path.lstat()
        if stat.S_ISREG(found.st_mode):
            os.close(os.open(path, os.O_RDONLY | _NO_FOLLOW))
    except FileNotFoundError:
        return "not there"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISLNK(found.st_mode):
        return "a link, not a file"
    if not stat.S_ISREG(found.st_mode):
        return "not a regular file"
    if found.st_size > limit:
        return f"{found.st_size:,} bytes, more than {limit:,}"
    return ""


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; no link is followed, and no pipe is waited for.

    Raises:
        OSError: it is something else, or cannot be read.
    """
    return _regular(os.open(path, os.O_RDONLY | _NO_FOLLOW), path)


def read_regular(path: Path, limit: int) -> bytes:
    """The content of a regular file, checked again once it is open, so that nothing can be put in its place meanwhile.

    Raises:
        OSError: it may not be taken, or cannot be read.
    """
    why = objection(path, limit)
    if why:
        raise OSError(f"{path}: {why}")
    with open_regular(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(f"{path}: more than {limit:,} bytes")
    return data


def open_beneath(root: Path, parts: Sequence[str]) -> BinaryIO:
    """Open a regular file in folders that others may write to.

    Each folder on the way is opened from the one before it, so that none of them can become a link meanwhile.

    Args:
        root: where the way begins; taken as it is.
        parts: the names of the folders, and of the file.

    Raises:
        OSError: it cannot be opened, or there is a link on the way, or no regular file at its end.
    """
    if not _CAN_WALK:
        return open_regular(root.joinpath(*parts))
    folder = os.open(root, os.O_RDONLY | _FOLDER)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | _FOLDER | _NO_FOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        return _regular(os.open(parts[-1], os.O_RDONLY | _NO_FOLLOW, dir_fd=folder), root.joinpath(*parts))
    finally:
        os.close(folder)


def _regular(descriptor: int, path: Path) -> BinaryIO:
    file = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError(f"{path}: not a regular file")
    return file


def parse_time(text: str) -> datetime | None:
    """A time as nbgrader writes it, in UTC; None where it is none, or of no year in which anything is handed in.

    nbgrader reads more than that: a word after the time is the name of a time zone, which is looked for in files.
    """
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    try:
        if found["zone"] in ("", "UTC"):
            moment = datetime.fromisoformat(found["time"]).replace(tzinfo=UTC)
        else:
            moment = parse_utc(text.strip()).replace(tzinfo=UTC)
    except (ValueError, OverflowError, AttributeError):
        return None
    return moment if moment.year in _YEARS else None


def handed_in_at(folder: Path) -> datetime | None:
    """When a submission was handed in, by its `timestamp.txt`; None where there is none that nbgrader could read."""
    try:
        return parse_time(read_regular(folder / TIMESTAMP_FILE, TIMESTAMP_LIMIT).decode())
    except (OSError, ValueError):
        return None


def changed_at(path: Path) -> datetime | None:
    """When a file was last changed; None where its time is none, for a disk can hold years that no calendar has.

    Raises:
        OSError: there is no such file.
    """
    try:
        moment = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year in _YEARS else None


def write_timestamp(folder: Path, at: datetime) -> None:
    """Write `timestamp.txt` as nbgrader reads it, in UTC."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    (folder / TIMESTAMP_FILE).write_text(f"{text} UTC", encoding="utf-8")


def secret(folder: Path) -> str:
    """What nbgrader's exchange wrote into a submission to give its feedback back by; empty where there is none."""
    try:
        return parse_secret(read_regular(folder / SECRET_FILE, TIMESTAMP_LIMIT))
    except OSError:
        return ""


def parse_secret(text: bytes) -> str:
    """The secret that a file holds; empty where it holds none as nbgrader makes them."""
    return text.decode() if _SECRET.fullmatch(text) else ""
