"""`eprof restore`: a backup becomes an offering again, in a new folder. The archive is not trusted.

Nothing of it is run. Every path is looked through before the first byte is written; all of it is unpacked beside the
new folder, checked against its list, and gets its name last.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from eprofessionalism_graders import database, offering
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.keeping import edits, gradebooks
from eprofessionalism_graders.keeping.archive import (
    CHUNK,
    LAYOUT,
    MANIFEST,
    MANIFEST_LIMIT,
    Content,
    Head,
    Manifest,
    decode,
)
from eprofessionalism_graders.offering import (
    CONFIG_FILE,
    GRADEBOOK_FILE,
    is_newer,
    our_version,
    read_content,
    read_stamp,
    user_configuration,
)

DENSEST = 1100
"""No zip file holds more bytes than so many times its own size: deflate ends at 1,032."""

LARGE = 20 * 1024**3
LARGE_RATIO = 100
"""Beyond so many bytes, an archive that grows by more than this ratio is unpacked only when asked for."""

_CONFIGS = ("jupyter_config.py", "jupyter_config.json", "nbgrader_config.json")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a restored offering shall have: another database, another private folder, and any size."""

    db_url: str | None = None
    keys: Path | None = None
    large: bool = False


def restore(file: Path, root: Path, wishes: Wishes, tell: Tell = lambda _: None) -> Manifest:
    """Make the offering of a backup in a new or empty folder. Where anything is wrong, nothing is left behind.

    Args:
        file: what `backup` has written.
        root: the folder.
        wishes: what shall be other than it was.
        tell: is told what the instructor should know.

    Raises:
        UserError: the folder or the database is in use, or the archive is not what a backup is.
    """
    root = root.absolute()
    _check_place(root)
    url = database.parse(wishes.db_url, "--db-url") if wishes.db_url else None
    try:
        with tempfile.TemporaryDirectory(prefix=".eprof-restore-", dir=root.parent) as bench:
            folder = Path(bench) / "offering"
            manifest = _unpack(file, folder, wishes.large)
            _check_content(file, folder, manifest)
            notes = [*_rewire(folder, wishes, manifest)]
            with database.claimed(wishes.db_url, "--db-url", tell) if wishes.db_url else nullcontext():
                if url:
                    gradebooks.fill(folder / GRADEBOOK_FILE, url, "--db-url")
                    (folder / GRADEBOOK_FILE).unlink()
                _put(folder, root)
    except OSError as error:
        raise UserError(f"{root}: could not be restored: {error}") from error
    for note in notes:
        tell(note)
    return manifest


def _check_place(root: Path) -> None:
    expected = f"{root}: expected a new or empty folder"
    if os.path.lexists(root) and (root.is_symlink() or not root.is_dir()):
        raise UserError(f"{expected}, found a link or a file; name another folder")
    if root.is_dir() and any(root.iterdir()):
        raise UserError(f"{expected}, found one that is in use; name another folder")
    if not root.parent.is_dir():
        raise UserError(f"{expected}, found no folder {root.parent} for it; make that first")


def _put(folder: Path, root: Path) -> None:
    with suppress(FileNotFoundError):
        root.rmdir()  # it is empty, or this fails
    folder.rename(root)


# ---- The archive -----------------------------------------------------------------------------------------------------


@contextmanager
def _plainly(file: Path) -> Iterator[None]:
    """Say in one line what is wrong with an archive."""
    try:
        yield
    except _BROKEN as error:
        words = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error) or repr(error)
        remedy = "take another copy of the backup, or an earlier backup"
        raise UserError(f"{file}: expected a backup as `eprof backup` writes it, found: {words}; {remedy}") from error


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """The list of an archive's content.

    Raises:
        UserError: it is a newer version's.
        ValueError: it is none of ours.
    """
    entry = archive.getinfo(MANIFEST)
    if entry.file_size > MANIFEST_LIMIT:
        raise ValueError(f"a list of {entry.file_size:,} bytes")
    with archive.open(entry) as packed:
        data = packed.read(MANIFEST_LIMIT + 1)
    head = Head.model_validate_json(data)
    if head.layout > LAYOUT or head.format > offering.FORMAT or is_newer(head.made_with, our_version()):
        found = f"format {head.format} by version {head.made_with}"
        remedy = f"install version {head.made_with} of both distributions, or a newer one"
        wanted = f"a backup by version {our_version()} or older"
        raise UserError(f"{archive.filename}: expected {wanted}, found {found}; {remedy}")
    return Manifest.model_validate_json(data)


def _unpack(file: Path, folder: Path, large: bool) -> Manifest:
    with _plainly(file), zipfile.ZipFile(file) as archive:
        manifest = read_manifest(archive)
        files = [(entry, decode(entry.path)) for entry in manifest.files]
        contents: list[tuple[Content, str]] = [*files, (manifest.gradebook, GRADEBOOK_FILE)]
        if len({path for _, path in contents}) < len(contents):
            raise ValueError("two files of one name")
        _check_sizes(file, archive, [content for content, _ in contents], folder.parent, large)
        folder.mkdir(mode=0o700)
        for entry in manifest.folders:
            (folder / decode(entry.path)).mkdir(parents=True, exist_ok=True)
        for content, path in contents:
            _unpack_one(archive, content, folder / path)
        _set_marks(folder, manifest)
    return manifest


def _check_sizes(file: Path, archive: zipfile.ZipFile, contents: list[Content], disk: Path, large: bool) -> None:
    """Whether the archive can hold what its list says, and the disk too.

    Raises:
        ValueError: it cannot.
        UserError: it may grow beyond what is usual, or the disk is too small.
    """
    for content in contents:
        entry = archive.getinfo(content.member)
        if entry.file_size != content.size:
            raise ValueError(f"{entry.file_size:,} bytes of {content.member}, where its list says {content.size:,}")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"{content.member}, packed in a way that no backup is")
    total, packed = sum(content.size for content in contents), file.stat().st_size
    if total > DENSEST * packed:
        raise ValueError(f"{total:,} bytes in {packed:,}")
    if total > LARGE and total > LARGE_RATIO * packed and not large:
        found = f"{packed:,} bytes that become {total:,}"
        raise UserError(f"{file}: expected a backup of usual size, found {found}; if it is your own, add --large")
    free = shutil.disk_usage(disk).free
    if total > free:
        raise UserError(f"{disk}: expected room for {total:,} bytes, found {free:,}; free some, or name another folder")


def _unpack_one(archive: zipfile.ZipFile, content: Content, path: Path) -> None:
    """Write one file as its list says, and no byte more.

    Raises:
        ValueError: it is another one.
        OSError: it cannot be written; or it would be in place of another one.
    """
    digest, left = hashlib.sha256(), content.size
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(content.member) as packed, path.open("xb") as out:
        while data := packed.read(min(CHUNK, left + 1)):
            left -= len(data)
            if left < 0:
                break
            digest.update(data)
            out.write(data)
    if left or digest.hexdigest() != content.sha256:
        raise ValueError(f"another content of {content.member} than its list says")


def _set_marks(folder: Path, manifest: Manifest) -> None:
    """Set times and rights as they were; the rights of the owner are always there, and links never were."""
    for file in manifest.files:
        path = folder / decode(file.path)
        path.chmod(file.mode | 0o600)
        with suppress(OSError, OverflowError):  # a disk can hold years that another one cannot
            os.utime(path, ns=(file.mtime, file.mtime))
    for entry in sorted(manifest.folders, key=lambda entry: entry.path, reverse=True):
        (folder / decode(entry.path)).chmod(entry.mode | 0o700)
    (folder / GRADEBOOK_FILE).chmod(0o600)


# ---- The offering ----------------------------------------------------------------------------------------------------


def _check_content(file: Path, folder: Path, manifest: Manifest) -> None:
    """Whether what was unpacked is the offering that its list speaks of."""
    stamp, problem = read_stamp(folder), gradebooks.damage(folder / GRADEBOOK_FILE)
    if not problem and stamp.format != manifest.format:
        problem = f"an offering of format {stamp.format}, where its list says {manifest.format}"
    if not problem and gradebooks.revision(gradebooks.url_of(folder / GRADEBOOK_FILE), str(file)) != manifest.revision:
        problem = f"a gradebook of another revision than {manifest.revision}, as its list says"
    if problem:
        raise UserError(f"{file}: expected a backup as `eprof backup` writes it, found: {problem}; take an earlier one")


def _rewire(folder: Path, wishes: Wishes, manifest: Manifest) -> Iterator[str]:
    """Name the database and the keys in the offering's files; what the instructor should know of it."""
    as_made = edits.is_as_made(folder)
    elsewhere = user_configuration().CourseDirectory.get("db_url") is not None
    edits.set_database(folder, wishes.db_url, spell_out=elsewhere)
    (folder / CONFIG_FILE).chmod(0o600)
    if manifest.database != "sqlite" and not wishes.db_url:
        yield (
            f"The gradebook was on {manifest.database}; it is now the file {GRADEBOOK_FILE} in the offering. For a"
            " database of its own, restore again with --db-url."
        )
    if wishes.keys:
        edits.set_settings(folder, keys=str(wishes.keys.resolve()))
    keys = Path(str(read_content(folder).get("keys", "")))
    if keys.name and not keys.is_dir():
        yield f"The private keys are not in a backup, and {keys} is not here. Put them there before you grade."
    yield from _code_notes(folder, as_made)
    if manifest.unsettled:
        yield f"{len(manifest.unsettled)} files were being changed during the backup: run eprof grade with --force."


def _code_notes(folder: Path, as_made: bool) -> Iterator[str]:
    """Configuration is code that nbgrader runs."""
    found = [CONFIG_FILE] if not as_made else []
    found += [name for name in _CONFIGS if (folder / name).exists()]
    if found:
        names, them = ", ".join(found), "them" if len(found) > 1 else "it"
        yield f"{names}: not as `eprof init` writes {them}. This is code that grading runs: read {them} first."
