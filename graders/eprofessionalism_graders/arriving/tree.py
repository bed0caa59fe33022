"""What arrives as one tree of folders and files, on disk or in archives. Nothing in it is followed or written to."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Literal, TypeAlias, cast

from eprofessionalism_graders import intake

Kind: TypeAlias = Literal["folder", "file", "other"]
MOST_ENTRIES = 50_000  # of one learner, and of one archive
MOST_IN_FOLDER = 200_000  # an exchange keeps every attempt of everybody
DEEPEST = 16  # folders in one another
PIECE = 1 << 16  # bytes
_IN_MEMORY = 8 << 20  # bytes

PLAIN_FILE = "ask for it again as a plain file"
LINK = "put the folder itself there"
_JUNK = frozenset({"__macosx", "desktop.ini", "thumbs.db", "$recycle.bin"})


class Refused(Exception):  # noqa: N818 - no error of the program: a thing that is not taken
    """Something is not taken: why, and what the instructor can do about it, each in a few words."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy


class Budget:
    """What one learner's things may cost to look through: so many names, archives, and bytes unpacked."""

    def __init__(self, entries: int = MOST_ENTRIES, archives: int = 40, unpacked: int = 256 << 20) -> None:
        self._left = {"names": entries, "archives": archives, "bytes": unpacked}

    def spend(self, what: Literal["names", "archives", "bytes"], count: int) -> None:
        """Take from what is left.

        Raises:
            Refused: there is not so much left.
        """
        self._left[what] -= count
        if self._left[what] < 0:
            raise Refused(f"unpacks to more {what} than any learner has", "ask for the journal alone")


class Node(ABC):
    """A folder or a file that arrived, or something `other`, which nobody opens: `objection` says what it is.

    `place` is where it lies, for messages alone: the names of archives are part of it.
    """

    def __init__(self, place: Path, name: str, kind: Kind, objection: Refused | None = None) -> None:
        self.place = place
        self.name = name
        self.kind: Kind = "other" if objection else kind
        self.objection = objection or Refused("not a regular file", PLAIN_FILE)

    @property
    @abstractmethod
    def changed(self) -> datetime | None:
        """When it was last changed, as far as anybody knows."""

    @property
    def owner(self) -> int | None:
        """The number of the system's user who owns it; None where it has none."""
        return None

    @abstractmethod
    def children(self) -> list[Node]:
        """What is in a folder, by name.

        Raises:
            Refused: it cannot be read.
        """

    @abstractmethod
    def pieces(self, limit: int) -> Iterator[bytes]:
        """The content of a file, piece by piece.

        Args:
            limit: the most bytes that anybody wants to have.

        Raises:
            Refused: it cannot be read, or is larger.
        """

    def content(self, limit: int) -> bytes:
        """The content of a small file; raises like `pieces`."""
        return b"".join(self.pieces(limit))

    def save(self, file: IO[bytes], limit: int) -> None:
        """Write the content of a file to another one, of a name of ours; raises like `pieces`."""
        for piece in self.pieces(limit):
            file.write(piece)

    @contextmanager
    def seekable(self, limit: int) -> Iterator[IO[bytes]]:
        """The file, to be read in any order; raises like `pieces`."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
            self.save(cast("IO[bytes]", copy), limit)
            yield cast("IO[bytes]", copy)


class OnDisk(Node):
    """A file or folder of the source as the instructor named it; `parts` are the names from there to it."""

    def __init__(self, root: Path, parts: Sequence[str], found: os.stat_result) -> None:
        self._root, self._parts, self._found = root, tuple(parts), found
        path = root.joinpath(*parts)
        kind: Kind = "folder" if stat.S_ISDIR(found.st_mode) else "file"
        super().__init__(path, path.name, kind, _objection(path, found))

    @property
    def changed(self) -> datetime | None:
        """When the file was last changed; None where its time is in no calendar."""
        try:
            return intake.changed_at(self.place)
        except OSError:
            return None

    @property
    def owner(self) -> int | None:
        """The number of its owner; None where the platform has no such numbers."""
        return self._found.st_uid if hasattr(os, "getuid") else None

    def children(self) -> list[Node]:
        """What is in the folder, by name; raises like `Node.children`."""
        try:
            names = sorted(entry.name for entry in self.place.iterdir())
            if len(names) > MOST_IN_FOLDER:
                raise Refused(f"a folder of more than {MOST_IN_FOLDER:,} files", "ask for the journals alone")
            return [child for name in names if (child := self._child(name))]
        except OSError as error:
            raise _unreadable(error) from error

    def _child(self, name: str) -> OnDisk | None:
        try:
            return OnDisk(self._root, (*self._parts, name), (self.place / name).lstat())
        except FileNotFoundError:  # taken away meanwhile: an exchange is in use
            return None

    def pieces(self, limit: int) -> Iterator[bytes]:
        """The content, through real folders only, also if somebody puts a link there meanwhile; see `Node.pieces`."""
        with self._open(limit) as file:
            while piece := _read(file):
                limit -= len(piece)
                if limit < 0:
                    raise Refused("larger than any journal", "ask for it again")
                yield piece

    @contextmanager
    def seekable(self, limit: int) -> Iterator[IO[bytes]]:
        """The file itself, however large: what is read of it is bounded by who reads."""
        with self._open(max(limit, self._found.st_size)) as file:
            yield file

    def _open(self, limit: int) -> IO[bytes]:
        why = intake.objection(self.place, limit)
        if why:
            raise Refused(why, "nothing to collect")
        try:
            return intake.open_beneath(self._root, self._parts)
        except OSError as error:
            raise _unreadable(error) from error


def check_depth(depth: int) -> None:
    """See that folders are not in one another without end.

    Raises:
        Refused: there are too many.
    """
    if depth > DEEPEST:
        raise Refused(f"more than {DEEPEST} folders in one another", "ask for the journals alone")


def on_disk(source: Path) -> OnDisk:
    """The source itself: what the instructor names is taken as named, also where it is a link.

    Raises:
        OSError: there is none.
    """
    path = source.resolve()
    if path.is_dir():
        return OnDisk(path, (), path.stat())
    return OnDisk(path.parent, (path.name,), path.lstat())


def is_junk(name: str) -> bool:
    """Whether systems leave files or folders of this name anywhere, or hide them: never an answer."""
    return name.startswith(".") or name.casefold() in _JUNK


def _objection(path: Path, found: os.stat_result) -> Refused | None:
    if any("\ud800" <= char <= "\udfff" for char in path.name):
        return Refused("a name that is not UTF-8", "rename it")
    if stat.S_ISLNK(found.st_mode):
        is_file = path.suffix.casefold() in (".jsonl", ".zip", ".txt")
        return Refused(*(("a link, not a file", PLAIN_FILE) if is_file else ("a link, not a folder", LINK)))
    if not (stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)):
        return Refused("not a regular file", PLAIN_FILE)
    return None


def _read(file: IO[bytes]) -> bytes:
    try:
        return file.read(PIECE)
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> Refused:
    remedy = "ask for the journal alone" if error.errno == errno.ENAMETOOLONG else "open it to yourself"
    return Refused(f"cannot be read: {error.strerror or error}", remedy)
