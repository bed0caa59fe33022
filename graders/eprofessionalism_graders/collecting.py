"""From folders as learners have them to submissions: only what grading reads is taken; nothing is followed or run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism_graders import intake
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.offering import Offering

Fate: TypeAlias = Literal["collected", "unchanged", "older", "refused"]
_INCOMING, _OUTGOING = ".incoming~", ".outgoing~"  # no learner or case can be called so


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing in the source folder. `why` says it where it was refused."""

    path: Path
    fate: Fate
    why: str = ""

    def __str__(self) -> str:
        """One line."""
        return f"{self.path}: {self.fate}" + (f": {self.why}" if self.why else "")


def hand_in(
    offering: Offering, learner: str, assignment: str, journal: Path | None, at: datetime, secret: str = ""
) -> Path:
    """Make a submission: the released notebook, the journal, and the time. An earlier attempt is replaced.

    Args:
        offering: the offering.
        learner: an id of the roster.
        assignment: one of the offering's assignments.
        journal: the learner's journal, or None where nothing was answered.
        at: when it was handed in.
        secret: what nbgrader's exchange gives the feedback back by, where it came from there.

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
        if secret:
            (incoming / intake.SECRET_FILE).write_text(secret, encoding="ascii")
        intake.write_timestamp(incoming, at)
        _put(incoming, folder)
    except OSError as error:
        raise UserError(f"{learner}, {assignment}: could not be handed in: {error}") from error
    return folder


def _put(incoming: Path, folder: Path) -> None:
    """Put a whole submission in its place; a link there is taken away, never followed.

    What was there is renamed before it is removed: a folder that resists removal is in nobody's way.
    """
    if os.path.lexists(folder.parent) and not intake.is_folder(folder.parent):
        folder.parent.unlink()
    folder.parent.mkdir(parents=True, exist_ok=True)
    old = intake.free_path(folder.with_name(f"{_OUTGOING}{folder.name}"))
    if os.path.lexists(folder):
        folder.rename(old)
    incoming.rename(folder)
    with suppress(OSError, RecursionError):
        shutil.rmtree(old) if intake.is_folder(old) else old.unlink(missing_ok=True)


def collect(offering: Offering, source: Path) -> list[Outcome]:
    """Take what lies in `source/<learner id>/<assignment>/`; of two attempts the newer one stays.

    An attempt's time is that of its `timestamp.txt`, as nbgrader leaves it, or else of the last change to the journal.

    Raises:
        UserError: the source is no folder, or the roster is not sound.
    """
    if not source.is_dir():
        raise UserError(f"{source}: expected a folder that holds one folder for each learner, found none; name another")
    ids = {learner.id.casefold(): learner.id for learner in offering.roster()}
    try:
        folders = _folders(source)
    except OSError as error:
        raise UserError(f"{source}: expected a folder that can be read, found {error}; open it to yourself") from error
    return [outcome for folder in folders for outcome in _collect_learner(offering, ids, folder)]


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
        try:
            attempts = _folders(folder)
        except OSError as error:
            yield Outcome(folder, "refused", f"cannot be read: {error.strerror}; open it to yourself")
            return
        for path in attempts:
            if path.name in offering.assignments:
                yield _collect_attempt(offering, learner, path)


def _collect_attempt(offering: Offering, learner: str, folder: Path) -> Outcome:
    journal = folder / JOURNAL_FILE
    if not intake.is_folder(folder):
        return Outcome(folder, "refused", "a link, not a folder; put the folder itself there")
    objection = intake.objection(journal, intake.JOURNAL_LIMIT)
    if objection:
        return Outcome(journal, "refused", f"{objection}; nothing to collect")
    at = intake.handed_in_at(folder) or intake.changed_at(journal)
    if at is None:
        return Outcome(journal, "refused", "the time of its last change is in no calendar; save the file again")
    before = offering.submitted(learner, folder.name)
    known_at = intake.handed_in_at(before) if intake.is_submission(before) else None
    secret = intake.secret(folder)
    try:
        if _is_known(offering, learner, folder, secret):
            return Outcome(folder, "unchanged")
        if known_at and at <= known_at:  # two contents of one time: none is the newer
            return Outcome(folder, "older", f"the attempt of {known_at:%Y-%m-%d %H:%M} UTC stays")
        hand_in(offering, learner, folder.name, journal, at, secret)
    except (OSError, UserError) as error:
        return Outcome(folder, "refused", str(getattr(error, "message", error)))
    return Outcome(folder, "collected")


def _is_known(offering: Offering, learner: str, folder: Path, secret: str) -> bool:
    """Whether the submission here holds these answers already; a further submission of them has a secret of its own."""
    present = offering.journal(learner, folder.name)
    if present is None or secret not in ("", intake.secret(present.parent)):
        return False
    return present.read_bytes() == intake.read_regular(folder / JOURNAL_FILE, intake.JOURNAL_LIMIT)
