"""What lies in an offering: regular files and folders. Links, pipes and the like are named, never opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eprofessionalism_graders.keeping.archive import PATH_LIMIT


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file as it was when it was seen."""

    size: int
    mtime: int
    mode: int
    change: int
    number: int


@dataclass(slots=True)
class Tree:
    """Everything in an offering by its path there, with `/` between the parts."""

    files: dict[str, Found] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def look(root: Path, skipped: Mapping[str, str]) -> Tree:
    """Look through an offering without opening a file or following a link.

    Args:
        root: the offering.
        skipped: what to leave out and why, by its path in the offering.

    Raises:
        OSError: the offering's own folder cannot be read.
    """
    tree, waiting = Tree(), [""]
    while waiting:
        folder = waiting.pop()
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except OSError as error:
            if not folder:
                raise
            del tree.folders[folder]
            if not isinstance(error, FileNotFoundError):  # else it went away meanwhile
                tree.left_out[folder] = f"a folder that cannot be read: {error.strerror}"
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if path in skipped:
                tree.left_out[path] = skipped[path]
            elif _note(tree, path, entry):
                waiting.append(path)
    return tree


def _note(tree: Tree, path: str, entry: os.DirEntry[str]) -> bool:
    """Note one thing; whether it is a folder to look into."""
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError as error:
        if not isinstance(error, FileNotFoundError):
            tree.left_out[path] = f"cannot be read: {error.strerror}"
        return False
    if len(os.fsencode(path)) > PATH_LIMIT:
        tree.left_out[path] = "its path is too long"
    elif stat.S_ISDIR(found.st_mode):
        tree.folders[path] = stat.S_IMODE(found.st_mode) & 0o777
        return True
    elif stat.S_ISREG(found.st_mode):
        mode = stat.S_IMODE(found.st_mode) & 0o777
        tree.files[path] = Found(found.st_size, found.st_mtime_ns, mode, found.st_ctime_ns, found.st_ino)
    else:
        tree.left_out[path] = "a link" if stat.S_ISLNK(found.st_mode) else "not a regular file"
    return False
