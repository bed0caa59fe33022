"""Zip archives, read with suspicion: by name only what is wanted, in bounded memory and time, and never to disk.

What a zip says of itself is checked against what is there: the size of its directory before that is read, names,
kinds of entries, overlaps, ratios, and the sizes and checksums of what is read. Python's `zipfile` does the unpacking.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from eprofessionalism_graders.arriving.tree import DEEPEST, MOST_ENTRIES, PIECE, PLAIN_FILE, Budget, Node, Refused

SUFFIX = ".zip"
LARGEST_NESTED = 512 << 20  # bytes of an archive within another
LARGEST_DIRECTORY = 12 << 20  # bytes of the list of names
DEEPEST_NEST = 4  # archives in one another, the source itself included
HIGHEST_RATIO = 200  # a journal shrinks to a tenth; nothing but zeros shrinks to a thousandth
RATIO_FROM = 1 << 20  # bytes; below, no ratio does harm
_AGAIN = "compress the folder again, with what the system itself offers"
_READ_HERE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others can ask for gigabytes to unpack
_LOCAL_HEADER = 30  # bytes, without the name
_UTF8, _ENCRYPTED = 0x800, 0x1  # bits of an entry's flags
_UNIX_TIMES = 0x5455  # Info-ZIP's extra field with the time in UTC; the entry's own time is of an unknown zone


class Archive:
    """An archive that is open: its root, and what is wrong with names in it, each kind told once."""

    def __init__(self, root: InArchive, problems: list[Refused]) -> None:
        self.root = root
        self.problems = problems


class InArchive(Node):
    """A file or folder in an archive."""

    def __init__(
        self, place: Path, budget: Budget, zipped: zipfile.ZipFile | None = None, info: zipfile.ZipInfo | None = None
    ) -> None:
        self._budget, self._zipped, self._info = budget, zipped, info
        self._children: dict[str, InArchive] = {}
        super().__init__(place, place.name, "file" if info else "folder", _objection(info) if info else None)

    @property
    def changed(self) -> datetime | None:
        """When the file was last changed, as the archive has it; None where it does not say."""
        return _changed(self._info) if self._info else None

    def children(self) -> list[Node]:
        """What is in the folder, by name."""
        return [self._children[name] for name in sorted(self._children)]

    def pieces(self, limit: int) -> Iterator[bytes]:
        """The content, checked as it is unpacked; see `Node.pieces`."""
        if self._zipped is None or self._info is None:
            raise Refused("not a regular file", PLAIN_FILE)
        if self._info.file_size > limit:
            raise Refused(f"{self._info.file_size:,} bytes, more than {limit:,}", "ask for it again")
        try:
            with self._zipped.open(self._info) as file:
                while piece := file.read(PIECE):
                    self._budget.spend("bytes", len(piece))
                    yield piece
        except Refused:
            raise
        except Exception as error:  # a hostile archive can make `zipfile` fail in any way
            raise Refused(f"broken in the archive: {error}", _AGAIN) from error

    def add(self, parts: list[str], file: InArchive) -> None:
        """Hang a file into the tree of folders."""
        folder = self.folder(parts[:-1])
        twin = folder._children.setdefault(parts[-1], file)
        if twin is not file:
            twin._refuse_twins()

    def folder(self, parts: list[str]) -> InArchive:
        """The folder that these names lead to; made where there is none."""
        folder = self
        for part in parts:
            folder = folder._children.setdefault(part, InArchive(folder.place / part, self._budget))
            if folder.kind == "file":
                folder._refuse_twins()
        return folder

    def _refuse_twins(self) -> None:
        self.kind, self.objection = "other", Refused("the same name twice in one archive", _AGAIN)


def is_archive(node: Node) -> bool:
    """Whether a file is an archive, by its name."""
    return node.kind == "file" and node.name.casefold().endswith(SUFFIX)


@contextmanager
def opened(node: Node, budget: Budget, nest: int) -> Iterator[Archive]:
    """Open an archive for as long as it is looked through.

    Args:
        node: the file.
        budget: what looking through it is paid from.
        nest: how many archives it is in, itself included.

    Raises:
        Refused: it is no zip, is broken, or is more than anybody hands in.
    """
    if nest > DEEPEST_NEST:
        raise Refused(f"more than {DEEPEST_NEST} archives in one another", "unpack the outer ones")
    budget.spend("archives", 1)
    with node.seekable(LARGEST_NESTED) as file, _open(file) as zipped:
        yield _tree(node.place, zipped, budget)


class _Guarded:
    """A file that gives nobody more at once than a zip's list of names may have, whatever its headers ask for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell
        self._size = file.seek(0, 2)

    def read(self, size: int = -1) -> bytes:
        wanted = min(size, self._size) if size >= 0 else self._size - self._file.tell()
        if wanted > LARGEST_DIRECTORY:
            raise Refused(f"a list of names of more than {LARGEST_DIRECTORY >> 20} MB", _AGAIN)
        return self._file.read(wanted)

    def seekable(self) -> bool:
        return True


def _open(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        zipped = zipfile.ZipFile(cast("IO[bytes]", _Guarded(file)))
    except Refused:
        raise
    except UnicodeDecodeError as error:
        raise Refused("an archive with names that are not UTF-8", _AGAIN) from error
    except Exception as error:  # as above
        raise Refused(f"no zip that can be read: {error}", _AGAIN) from error
    _check(zipped)
    return zipped


def _check(zipped: zipfile.ZipFile) -> None:
    """Look at all entries together; raises like `opened`."""
    entries = zipped.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refused(f"{len(entries):,} entries, more than {MOST_ENTRIES:,}", "ask for the journals alone")
    taken = 0
    for info in sorted(entries, key=lambda one: one.header_offset):
        if info.header_offset < taken:
            raise Refused("entries that overlap, as in a zip bomb", _AGAIN)
        taken = info.header_offset + _LOCAL_HEADER + info.compress_size
    if taken > zipped.start_dir:
        raise Refused("entries that overlap, as in a zip bomb", _AGAIN)


def _tree(place: Path, zipped: zipfile.ZipFile, budget: Budget) -> Archive:
    root, bad = InArchive(place, budget), dict[str, list[str]]()
    budget.spend("names", len(zipped.infolist()))
    for info in zipped.infolist():
        try:
            parts = _parts(info)
        except Refused as refused:
            bad.setdefault(refused.why, []).append(info.orig_filename)
            continue
        if info.is_dir():
            root.folder(parts)
        elif parts:
            root.add(parts, InArchive(place.joinpath(*parts), budget, zipped, info))
    return Archive(root, [Refused(_told(why, names), _AGAIN) for why, names in bad.items()])


def _told(why: str, names: list[str]) -> str:
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"{why} (“{names[0][:80]}”{more})"


def _parts(info: zipfile.ZipInfo) -> list[str]:
    """The names on the way to an entry. Apple's archives have UTF-8 without saying so; other code pages are refused.

    Raises:
        Refused: there are names that a folder cannot have, or that lead elsewhere.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode()
        except ValueError as error:
            raise Refused("names that are not UTF-8", _AGAIN) from error
    if "\\" in name or "\0" in name or name.startswith("/") or name[1:2] == ":":
        raise Refused("names that lead out of the archive", _AGAIN)
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise Refused("names that lead out of the archive", _AGAIN)
    if len(parts) > DEEPEST:
        raise Refused(f"more than {DEEPEST} folders in one another", _AGAIN)
    return parts


def _objection(info: zipfile.ZipInfo) -> Refused | None:
    """Why an entry is not to be opened, whatever its name."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return Refused("a link, not a file", PLAIN_FILE)
    if kind not in (0, stat.S_IFREG):
        return Refused("not a regular file", PLAIN_FILE)
    if info.flag_bits & _ENCRYPTED:
        return Refused("encrypted", "ask for it again without a password")
    if info.compress_type not in _READ_HERE:
        return Refused("compressed in a way that is not read here", _AGAIN)
    if info.file_size > RATIO_FROM and info.file_size > HIGHEST_RATIO * info.compress_size:
        return Refused(f"would unpack to more than {HIGHEST_RATIO} times its size, as a zip bomb", PLAIN_FILE)
    return None


def _changed(info: zipfile.ZipInfo) -> datetime | None:
    """When an entry was last changed: the field with the time in UTC first, for the other one is of no known zone."""
    seconds = _unix_time(info.extra)
    try:
        if seconds is not None:
            return datetime.fromtimestamp(seconds, UTC)
        at = datetime(*info.date_time).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if info.date_time[0] > 1980 else None  # the format's first year: nobody has set a time


def _unix_time(extra: bytes) -> int | None:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNIX_TIMES and 5 <= size <= len(extra) - 4 and extra[4] & 1:
            return int(struct.unpack_from("<i", extra, 5)[0])
        extra = extra[4 + size :]
    return None
