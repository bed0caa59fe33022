"""From folders as learners have them to submissions: only what grading reads is taken; nothing is followed or run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism_graders import intake
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.offering import Offering

Fate: TypeAlias = Literal["collected", "unchanged", "older", "refused"]
_INCOMING = ".incoming~"  # no learner can be called so


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing in the source folder. `why` says it where it was refused."""

    path: Path
    fate: Fate
    why: str = ""

    def __str__(self) -> str:
        """One line."""
        return f"{self.path}: {self.fate}" + (f": {self.why}" if self.why else "")


def hand_in(offering: Offering, learner: str, assignment: str, journal: Path | None, at: datetime) -> Path:
    """Make a submission: the released notebook, the journal, and the time. An earlier attempt is replaced.

    Args:
        offering: the offering.
        learner: an id of the roster.
        assignment: one of the offering's assignments.
        journal: the learner's journal, or None where nothing was answered.
        at: when it was handed in.

    Returns:
        The folder of the submission.

    Raises:
        UserError: the journal is not a regular file of sound size, or it cannot be written.
    """
    folder = offering.submitted(learner, assignment)
    incoming = folder.parent.parent / f"{_INCOMING}{learner}~{assignment}"
    try:
        content = intake.read_regular(journal, intake.JOURNAL_LIMIT) if journal else None
        shutil.rmtree(incoming, ignore_errors=True)
        incoming.mkdir(parents=True)
        for notebook in offering.release(assignment).glob("*.ipynb"):
            shutil.copyfile(notebook, incoming / notebook.name)
        if content is not None:
            (incoming / JOURNAL_FILE).write_bytes(content)
        intake.write_timestamp(incoming, at)
        _put(incoming, folder)
    except OSError as error:
        raise UserError(f"{learner}, {assignment}: could not be handed in: {error}") from error
    return folder


def _put(incoming: Path, folder: Path) -> None:
    """Put a whole submission in its place; a link there is taken away, never followed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if intake.is_folder(folder):
        shutil.rmtree(folder)
    elif os.path.lexists(folder):
        folder.unlink()
    incoming.rename(folder)


def collect(offering: Offering, source: Path) -> list[Outcome]:
    """Take what lies in `source/<learner id>/<assignment>/`; of two attempts the newer one stays.

    An attempt's time is that of its `timestamp.txt`, as nbgrader leaves it, or else of the last change to the journal.

    Raises:
        UserError: the source is no folder, or the roster is not sound.
    """
    if not source.is_dir():
        raise UserError(f"{source}: expected a folder that holds one folder for each learner, found none; name another")
    ids = {learner.id.casefold(): learner.id for learner in offering.roster()}
    return [outcome for folder in _folders(source) for outcome in _collect_learner(offering, ids, folder)]


def _folders(source: Path) -> list[Path]:
    """What could be a learner's or a case's folder: anything but hidden and plain files."""
    return sorted(
        path for path in source.iterdir() if not path.name.startswith(".") and (path.is_symlink() or path.is_dir())
    )


def _collect_learner(offering: Offering, ids: dict[str, str], folder: Path) -> Iterator[Outcome]:
    learner = ids.get(folder.name.casefold())
    if learner is None:
        yield Outcome(
            folder, "refused", "no learner of this id is on the roster; rename the folder, or add the learner"
        )
    elif not intake.is_folder(folder):
        yield Outcome(folder, "refused", "a link, not a folder; put the folder itself there")
    else:
        for path in _folders(folder):
            if path.name in offering.assignments:
                yield _collect_attempt(offering, learner, path)


def _collect_attempt(offering: Offering, learner: str, folder: Path) -> Outcome:
    journal = folder / JOURNAL_FILE
    if not intake.is_folder(folder):
        return Outcome(folder, "refused", "a link, not a folder; put the folder itself there")
    objection = intake.objection(journal, intake.JOURNAL_LIMIT)
    if objection:
        return Outcome(journal, "refused", f"{objection}; nothing to collect")
    at = intake.handed_in_at(folder) or datetime.fromtimestamp(journal.lstat().st_mtime, UTC)
    before = offering.submitted(learner, folder.name)
    present, known_at = offering.journal(learner, folder.name), intake.handed_in_at(before)
    try:
        if present and present.read_bytes() == intake.read_regular(journal, intake.JOURNAL_LIMIT):
            return Outcome(folder, "unchanged")
        if known_at and at < known_at:
            return Outcome(folder, "older", f"the attempt of {known_at:%Y-%m-%d %H:%M} UTC stays")
        hand_in(offering, learner, folder.name, journal, at)
    except (OSError, UserError) as error:
        return Outcome(folder, "refused", str(getattr(error, "message", error)))
    return Outcome(folder, "collected")
