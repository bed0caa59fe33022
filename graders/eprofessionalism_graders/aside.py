"""What was set aside from a submission, and what there is to say about it.

It is read off what lies in the submission's `.handed-in`, so that grading again says the same again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from eprofessionalism.items import ITEMS_FILE
from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism_graders import intake, notebooks
from eprofessionalism_graders.incidents import Incident

SET_ASIDE = ".handed-in"
FROM_RECORD = "set aside; graded from the record of answers"
_HARMLESS_FOLDERS = frozenset({".ipynb_checkpoints", "__pycache__", "feedback", "__MACOSX"})
_HARMLESS_FILES = frozenset({".DS_Store", "desktop.ini", "Thumbs.db"})
_NAMED = 3
_LONGEST_NAME = 60  # characters of a learner's file name that are told


def found(folder: Path, release: Path, released: Mapping[str, bytes]) -> Iterator[Incident]:
    """What was wrong with a submission that has been sorted.

    Args:
        folder: the submission, in a folder that is called as the learner.
        release: the released folder of its assignment.
        released: the released notebooks by file name.
    """
    there = {entry.name: entry for entry in _entries(folder / SET_ASIDE)}
    entries = [(base if (base := _handed_in_as(name)) in there else name, entry) for name, entry in there.items()]
    said = _Said(FROM_RECORD, "set aside; the time of the record of answers counts", "set aside; not opened")
    yield from _look_over((folder.parent.name, folder.name), entries, release, released, said)


def found_at_source(
    whose: tuple[str, str], folder: Path, release: Path, released: Mapping[str, bytes]
) -> Iterator[Incident]:
    """What was wrong with a folder of which only the record of answers is taken.

    Args:
        whose: the learner and the assignment.
        folder: a real folder as a learner has it.
        release: the released folder of the assignment.
        released: the released notebooks by file name.
    """
    sound = {intake.TIMESTAMP_FILE: intake.handed_in_at(folder), intake.SECRET_FILE: intake.secret(folder)}
    entries = [(entry.name, entry) for entry in _entries(folder) if not sound.get(entry.name)]
    if released and not any(name in released for name, _ in entries):
        yield Incident(*whose, "the notebook is missing", "not needed: only the record of answers counts")
    said = _Said(
        "not used: only the record of answers counts",
        "not taken; the time of the record of answers counts",
        "not taken; not opened",
    )
    yield from _look_over(whose, entries, release, released, said)


@dataclass(frozen=True, slots=True)
class _Said:
    """What was done about a notebook, a file of nbgrader's, and things that do not belong there."""

    notebook: str
    time: str
    strange: str


def _look_over(
    whose: tuple[str, str],
    entries: Sequence[tuple[str, Path]],
    release: Path,
    released: Mapping[str, bytes],
    said: _Said,
) -> Iterator[Incident]:
    """Look at each entry as what it was called when it came; a name that was taken has got a number since."""
    told: dict[str, None] = {}
    for name, entry in entries:
        if name in released:
            if why := _notebook(entry, released[name]):
                yield Incident(*whose, why, said.notebook)
        elif name == JOURNAL_FILE:
            continue  # who reads it says so: where it is missing matters most
        elif name in (intake.TIMESTAMP_FILE, intake.SECRET_FILE):
            yield Incident(*whose, f"{name} cannot be used", said.time)
        elif not _is_harmless(entry, release / name):
            told[_told(name, entry)] = None
    strange = list(told)
    if strange:
        more = f" and {len(strange) - _NAMED} more" if len(strange) > _NAMED else ""
        yield Incident(*whose, f"beside the answers: {', '.join(strange[:_NAMED])}{more}", said.strange)


def _entries(folder: Path) -> list[Path]:
    with suppress(OSError):
        if intake.is_folder(folder):
            return sorted(folder.iterdir())
    return []


def _handed_in_as(name: str) -> str:
    """The name before a number was put behind it because the place was taken; empty where there is none."""
    base, _, number = name.rpartition(".")
    return base if number.isdigit() else ""


def _notebook(entry: Path, released: bytes) -> str:
    limit = notebooks.NOTEBOOK_LIMIT
    try:
        return notebooks.objection(intake.read_regular(entry, limit), released)
    except OSError:
        return f"in place of the notebook: {intake.objection(entry, limit) or 'what cannot be read'}"


def _is_harmless(entry: Path, released: Path) -> bool:
    """Whether it is what everybody's folder holds: a file or folder as released, or of a program's own.

    `released` is where the release would have it, by the name by which it came.
    """
    if intake.is_folder(entry):
        return released.name in _HARMLESS_FOLDERS or _is_as_released(entry, released)
    if not stat.S_ISREG(entry.lstat().st_mode):
        return False
    return released.name in _HARMLESS_FILES or _is_same(entry, released)


def _is_as_released(folder: Path, released: Path) -> bool:
    with suppress(OSError):
        return intake.is_folder(released) and all(
            _is_same(path, released / path.name) or path.name in _HARMLESS_FILES | _HARMLESS_FOLDERS
            for path in folder.iterdir()
        )
    return False


def _is_same(path: Path, released: Path) -> bool:
    try:
        content = released.read_bytes()
        return intake.read_regular(path, len(content)) == content
    except OSError:
        return False


def _told(name: str, entry: Path) -> str:
    """A name as it can be told, and what it is where it is no file."""
    mode = entry.lstat().st_mode
    kind = " (a link)" if stat.S_ISLNK(mode) else " (a folder)" if stat.S_ISDIR(mode) else ""
    if not kind and not stat.S_ISREG(mode):
        kind = " (not a regular file)"
    if name == ITEMS_FILE:
        kind += " (not as released)"
    shown = os.fsencode(name).decode(errors="replace")
    return f"“{shown[:_LONGEST_NAME]}{'…' if len(shown) > _LONGEST_NAME else ''}”{kind}"
