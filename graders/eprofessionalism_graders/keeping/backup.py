"""`eprof backup`: a whole offering in one file, also while somebody is grading.

The files come first and the gradebook last. So whatever a record of grading in the backup says was graded is in its
gradebook too; what was graded in between is graded again after a restore, with the same result.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import URL

from eprofessionalism_graders import intake
from eprofessionalism_graders.beside import BESIDE
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.files import STATE
from eprofessionalism_graders.forms import FORMS_FILE
from eprofessionalism_graders.keeping import gradebooks
from eprofessionalism_graders.keeping.archive import (
    CHUNK,
    MANIFEST,
    MANIFEST_LIMIT,
    TREE,
    Content,
    File,
    Folder,
    LeftOut,
    Manifest,
    encode,
    gradebook_files,
)
from eprofessionalism_graders.keeping.tree import Found, Tree, look
from eprofessionalism_graders.offering import (
    CONFIG_FILE,
    GRADEBOOK_FILE,
    SETTINGS_FILE,
    our_version,
    read_content,
    read_stamp,
)
from eprofessionalism_graders.roster import ROSTER_FILE

REPORT = "report"
_BY_LEARNERS = ("submitted", "autograded", "feedback")
_OURS = (SETTINGS_FILE, CONFIG_FILE, ROSTER_FILE, FORMS_FILE, "source", "release", STATE, *BESIDE, *_BY_LEARNERS)
_GRADEBOOK = "the gradebook; the one in use is in the backup in one piece"
_ROUNDS = 5  # of reading again what was changed while it was read


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made.

    `keys` is the private folder that is not in it, where there is one; `odd` is what is not a file of its own, and is
    only named.
    """

    file: Path
    manifest: Manifest
    keys: str
    odd: list[LeftOut]


def backup(root: Path, file: Path, *, force: bool = False) -> Backup:
    """Write everything of an offering into one file, which is there whole or not at all, for its owner alone.

    Args:
        root: the offering, of this format or an older one.
        file: the archive to write, outside of the offering.
        force: replace a file that is there.

    Raises:
        UserError: there is no offering, the file may not be written, or something of the offering cannot be read.
    """
    root, content, stamp = root.absolute(), read_content(root), read_stamp(root)
    file = _target(root, file, force)
    url, where = gradebooks.place_of(root)
    keys = str(content.get("keys", ""))
    skipped = _skipped(root, url, keys)
    try:
        with tempfile.TemporaryDirectory(prefix=".eprof-backup-", dir=file.parent) as folder:
            part, copy = Path(folder) / "part.zip", Path(folder) / GRADEBOOK_FILE
            part.touch(0o600)
            with part.open("r+b") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
                shelf = _Shelf(archive, root)
                shelf.fill(skipped)
                gradebooks.snapshot(url, where, copy)
                with copy.open("rb") as snapshot:
                    gradebook = shelf.put(GRADEBOOK_FILE, snapshot, copy.stat().st_size)
                manifest = Manifest(
                    format=stamp.format,
                    made_with=our_version(),
                    at=datetime.now(UTC),
                    nbgrader=version("nbgrader"),
                    revision=gradebooks.revision(gradebooks.url_of(copy), where),
                    database=url.get_backend_name(),
                    gradebook=gradebook,
                    **shelf.lists(),
                )
                _write_manifest(archive, manifest)
            _put(part, file, force)
    except (OSError, zipfile.LargeZipFile) as error:
        raise UserError(f"{file}: the backup could not be made: {error}; free space, or name another file") from error
    expected = {encode(path) for path in skipped}
    return Backup(file, manifest, keys, [one for one in manifest.left_out if one.path not in expected])


def _target(root: Path, file: Path, force: bool) -> Path:
    """The file to write, if it may be written.

    Raises:
        UserError: it may not.
    """
    expected = f"{file}: expected a new file for the backup"
    if file.is_symlink():
        raise UserError(f"{expected}, found a link; name the file itself")
    if not file.parent.is_dir():
        raise UserError(f"{expected}, found no folder {file.parent}; make it first")
    place = file.parent.resolve() / file.name
    if place.is_relative_to(root.resolve()):
        raise UserError(f"{expected}, found a place inside of the offering; name one outside of it")
    if os.path.lexists(place) and not (force and place.is_file()):
        found, remedy = ("one", "or add --force") if place.is_file() else ("something else", "")
        raise UserError(f"{expected}, found {found} of this name; name another {remedy}".rstrip())
    return place


def _skipped(root: Path, url: URL, keys: str) -> dict[str, str]:
    """What is not taken from the folder, and why."""
    gradebook = gradebooks.sqlite_file(url)
    kept_apart = dict.fromkeys(gradebook_files(str(root / GRADEBOOK_FILE)), _GRADEBOOK)
    kept_apart |= dict.fromkeys(gradebook_files(str(gradebook)) if gradebook else (), _GRADEBOOK)
    kept_apart |= {keys: "the private keys; keep a copy of them yourself"} if keys else {}
    skipped = {REPORT: "the report; `eprof report` writes it again"}
    for path, why in kept_apart.items():
        with suppress(ValueError):  # it lies outside
            skipped[(root / path).resolve().relative_to(root.resolve()).as_posix()] = why
    return skipped


def _put(part: Path, file: Path, force: bool) -> None:
    """Put the archive in its place; without `force`, not over a file that somebody else has put there meanwhile."""
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    if force:
        part.replace(file)
        return
    try:
        os.link(part, file)
    except FileExistsError:
        raise UserError(f"{file}: expected a new file, found one that is there by now; add --force") from None
    except OSError:  # a disk without links
        part.replace(file)


def _write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    data = manifest.model_dump_json(indent=1).encode()
    if len(data) > MANIFEST_LIMIT:
        found = f"{len(manifest.files):,}"
        raise UserError(f"expected fewer files than fit in one backup, found {found}; clear out submitted/")
    archive.writestr(MANIFEST, data)


@dataclass(slots=True)
class _Shelf:
    """Takes the files of an offering into an archive, until what it has taken is what lies there."""

    archive: zipfile.ZipFile
    root: Path
    seen: dict[str, Found] = field(default_factory=dict)
    taken: dict[str, File] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)
    unsettled: list[str] = field(default_factory=list)

    def fill(self, skipped: Mapping[str, str]) -> None:
        """Take everything; in further rounds only what has changed since it was seen.

        Raises:
            UserError: a part of the offering itself cannot be taken.
            OSError: the archive cannot be written.
        """
        for number in range(_ROUNDS + 1):
            self.tree = look(self.root, skipped)
            self._refuse(skipped)
            self.unsettled = [path for path, found in self.tree.files.items() if self.seen.get(path) != found]
            if not self.unsettled or number == _ROUNDS:
                break
            for path in self.unsettled:
                self._take(path, self.tree.files[path], number)

    def _take(self, path: str, found: Found, number: int) -> None:
        """Take one file as it is now, at most as long as it was when seen; one that has grown changes in that too."""
        self.seen[path] = found
        self.unreadable.pop(path, None)
        name = encode(path)
        try:
            file = intake.open_beneath(self.root, path.split("/"))
        except OSError as error:
            self.taken.pop(path, None)
            self.unreadable[path] = f"cannot be read: {error.strerror or 'not a regular file'}"
            return
        with file:
            content = self.put(f"{TREE}{f'-{number}' if number else ''}/{name}", file, found.size)
        self.taken[path] = File(path=name, mtime=found.mtime, mode=found.mode, **dict(content))

    def put(self, member: str, file: BinaryIO, size: int) -> Content:
        """Put a file into the archive."""
        entry = zipfile.ZipInfo(member)
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        digest, left = hashlib.sha256(), size
        with self.archive.open(entry, "w", force_zip64=size > zipfile.ZIP64_LIMIT // 2) as out:
            while left and (data := file.read(min(CHUNK, left))):
                digest.update(data)
                out.write(data)
                left -= len(data)
        return Content(member=member, size=size - left, sha256=digest.hexdigest())

    def _refuse(self, skipped: Mapping[str, str]) -> None:
        """A link in place of a learner's file is left out; one in place of the offering's own makes no backup.

        What could not be read since it came and went, as a grader's unfinished files do, is neither.
        """
        there, seen = self.tree.files.get, self.seen.get
        stuck = {path: why for path, why in self.unreadable.items() if there(path) == seen(path)}
        for path, why in (self.tree.left_out | stuck).items():
            first, _, rest = path.partition("/")
            if path not in skipped and first in _OURS and not (rest and first in _BY_LEARNERS):
                remedy = "put the file or folder itself there, readable for you"
                raise UserError(f"{self.root / path}: expected a part of the offering, found: {why}; {remedy}")

    def lists(self) -> dict[str, Any]:
        """What the manifest lists of all this."""
        there = self.tree.files.keys()
        left_out = self.tree.left_out | {path: why for path, why in self.unreadable.items() if path in there}
        return {
            "folders": [Folder(path=encode(path), mode=mode) for path, mode in sorted(self.tree.folders.items())],
            "files": [entry for path, entry in sorted(self.taken.items()) if path in there],
            "left_out": [LeftOut(path=encode(path), why=why) for path, why in sorted(left_out.items())],
            "unsettled": [encode(path) for path in sorted(self.unsettled)],
        }
