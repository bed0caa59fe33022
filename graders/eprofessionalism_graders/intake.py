"""What may be taken from a folder that a learner filled: regular files of bounded size, and no link is followed."""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

JOURNAL_LIMIT = 128 * 1024 * 1024  # bytes; a long journal has a few hundred thousand
TIMESTAMP_FILE = "timestamp.txt"
TIMESTAMP_LIMIT = 200  # bytes
SECRET_FILE = "submission_secret.txt"  # noqa: S105 - by its content nbgrader names the feedback page it gives back
_SECRET = re.compile(rb"[0-9a-f]{128}")
_LONGEST_NAME = 200  # bytes; file systems have 255, and a number must still fit
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def is_folder(path: Path) -> bool:
    """Whether there is a real folder, not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def is_submission(folder: Path) -> bool:
    """Whether a submission is a real folder in a learner's real folder."""
    return is_folder(folder.parent) and is_folder(folder)


def free_path(path: Path) -> Path:
    """This path, or the first of its numbered fellows that is not taken."""
    number, free = 1, path
    name = os.fsencode(path.name)[:_LONGEST_NAME].decode(errors="ignore")
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{name}.{number}")
    return free


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


def read_regular(path: Path, limit: int) -> bytes:
    """The content of a regular file, checked again once it is open, so that nothing can be put in its place meanwhile.

    Raises:
        OSError: it may not be taken, or cannot be read.
    """
    why = objection(path, limit)
    if why:
        raise OSError(f"{path}: {why}")
    with os.fdopen(os.open(path, os.O_RDONLY | _NO_FOLLOW), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{path}: not a regular file")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(f"{path}: more than {limit:,} bytes")
    return data


def handed_in_at(folder: Path) -> datetime | None:
    """When a submission was handed in, by its `timestamp.txt`; None where there is none that nbgrader could read."""
    try:
        text = read_regular(folder / TIMESTAMP_FILE, TIMESTAMP_LIMIT).decode()
        return parse_utc(text.strip()).replace(tzinfo=UTC)
    except (OSError, ValueError, OverflowError, AttributeError):
        return None


def changed_at(path: Path) -> datetime | None:
    """When a file was last changed; None where its time is none, for a disk can hold years that no calendar has.

    Raises:
        OSError: there is no such file.
    """
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except (ValueError, OverflowError):
        return None


def write_timestamp(folder: Path, at: datetime) -> None:
    """Write `timestamp.txt` as nbgrader reads it, in UTC."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    (folder / TIMESTAMP_FILE).write_text(f"{text} UTC", encoding="utf-8")


def secret(folder: Path) -> str:
    """What nbgrader's exchange wrote into a submission to give its feedback back by; empty where there is none."""
    try:
        text = read_regular(folder / SECRET_FILE, TIMESTAMP_LIMIT)
    except OSError:
        return ""
    return text.decode() if _SECRET.fullmatch(text) else ""
