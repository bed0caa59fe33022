"""What a backup is made of: a zip file with the offering's files, its gradebook, and a list that vouches for each.

Names in the archive are percent-encoded where they hold bytes that not every program reads, so names of any bytes
survive, and an ordinary unzip shows the others as they are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal
from urllib.parse import quote_from_bytes, unquote_to_bytes

from pydantic import BaseModel, ConfigDict, Field

from eprofessionalism_graders.offering import GRADEBOOK_FILE, Stamp

KIND: Final = "backup of an offering of eprofessionalism"
LAYOUT = 1
MANIFEST = "manifest.json"
MANIFEST_LIMIT = 512 * 1024 * 1024  # bytes, enough for two million files
TREE = "offering"
PATH_LIMIT = 2000  # bytes; systems end at about 4,000, and where a backup is restored may be a longer name
CHUNK = 1024 * 1024

_READABLE = "/ !#$&'()+,;=@[]{}^`~"


class Content(BaseModel):
    """A part of the archive: where in it, and what it must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    member: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class File(Content):
    """A file of the offering. `path` is encoded; `mtime` counts nanoseconds since 1970."""

    path: str
    mtime: int
    mode: int = Field(ge=0, le=0o777)


class Folder(BaseModel):
    """A folder of the offering."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    path: str
    mode: int = Field(ge=0, le=0o777)


class LeftOut(BaseModel):
    """Something that lies in the offering and not in the backup."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    path: str
    why: str

    def __str__(self) -> str:
        """One line, whatever a learner has called things."""
        return f"{self.path}: {self.why}"


class Head(Stamp):
    """What a backup of any layout says of itself, so that a newer one can be told from a foreign file."""

    kind: Literal["backup of an offering of eprofessionalism"] = KIND
    layout: int = Field(default=LAYOUT, ge=1)


class Manifest(Head):
    """Everything in a backup. `revision` is that of nbgrader's database, `database` the system that it was on.

    `unsettled` are files that were still being changed when the backup ended.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    at: datetime = Field(strict=False)
    nbgrader: str
    revision: str
    database: str
    gradebook: Content
    folders: list[Folder]
    files: list[File]
    left_out: list[LeftOut]
    unsettled: list[str]


def encode(path: str) -> str:
    """A path of the offering as it stands in the archive."""
    return quote_from_bytes(os.fsencode(path), safe=_READABLE)


def decode(path: str) -> str:
    """A path of the archive as it is on this system.

    Raises:
        ValueError: it is not encoded as we do it, or leads out of the offering or to its gradebook; says why.
    """
    decoded = os.fsdecode(unquote_to_bytes(path))
    for why in _objections(decoded):
        raise ValueError(why)
    if encode(decoded) != path:
        raise ValueError("not written as a backup writes it")
    return decoded


def _objections(path: str) -> Iterator[str]:
    parts = path.split("/")
    if "\0" in path or not all(parts) or {".", ".."} & set(parts):
        yield "leads out of the folder"
    if os.name == "nt" and re.search(r'[\\:*?"<>|\x00-\x1f]|[. ](/|$)', path):
        yield "a name that Windows does not have"
    if parts[0].casefold() in _GRADEBOOK_FILES:
        yield "the gradebook, which has a place of its own"
    if len(os.fsencode(path)) > PATH_LIMIT:
        yield "too long"


def gradebook_files(name: str) -> tuple[str, ...]:
    """An SQLite file and what SQLite lays beside it."""
    return tuple(f"{name}{ending}" for ending in ("", "-journal", "-wal", "-shm"))


_GRADEBOOK_FILES = gradebook_files(GRADEBOOK_FILE)
