"""What happens to a submission before it is graded: the learner's notebook is set aside and the released one laid down.

nbgrader calls `before_autograde` (`Autograde.pre_convert_hook`) and swallows whatever it raises. So the hook leaves a
stamp, in memory, where no learner's file can forge it; the scorer refuses to run without it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from eprofessionalism.journal import JOURNAL_FILE, locked
from eprofessionalism_graders import aside, files, incidents, intake, preflight
from eprofessionalism_graders.aside import SET_ASIDE
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.offering import Offering, read_released

LOCK_FILE = f"{files.STATE}/hook.lock"
PUT_AWAY = "put-away"  # in the stand-in for a submission that could not be made safe
STAND_INS = f"{files.STATE}/put-away"


class NotPreparedError(UserError):
    """A submission that must not be graded; the message says why, and `found` what is wrong with it, where it is."""

    def __init__(self, message: str, found: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.found, self.remedy = found, remedy


@dataclass(frozen=True, slots=True)
class Stamp:
    """The hook's word that a submission is safe to grade: only the released notebook and a sound journal lie there.

    `objection` says why something that was handed in as the journal could not be taken, `incidents` what
    else was wrong.
    """

    offering: Offering
    assignment: str
    learner: str
    folder: Path
    journal: Path | None
    objection: str = ""
    incidents: tuple[Incident, ...] = ()


@dataclass(slots=True)
class _Desk:
    """The one submission that is being graded in this process: nbgrader takes them one after the other."""

    stamp: Stamp | None = None
    refusal: str = ""


_desk = _Desk()


def before_autograde(*, notebooks: list[str], **_others: Any) -> None:
    """Prepare one submission. nbgrader's names of assignment and student may be patterns, so the path counts.

    Args:
        notebooks: the notebooks that nbgrader found in the submission. They are replaced by the released ones: what a
            learner calls a notebook is not ours to read.

    Raises:
        NotPreparedError: the submission is not safe to grade; nbgrader goes on, and the scorer refuses it.
        SystemExit: the offering is not fit to grade with. nbgrader lets this through, and ends: there may be no scorer
            to refuse anything.
    """
    _desk.stamp, _desk.refusal = None, ""
    folder = Path(notebooks[0]).parent
    try:
        _desk.stamp = prepare(folder)
    except NotPreparedError as error:
        _desk.refusal = error.message
        raise
    except Exception as error:
        why = getattr(error, "message", "") or repr(error)
        raise SystemExit(f"{folder.parent.name}, {folder.name}: not graded: {why}") from error
    finally:
        notebooks[:] = sorted(map(str, folder.glob("*.ipynb")))


def prepare(folder: Path, offering: Offering | None = None) -> Stamp:
    """Make one submission safe to grade, and say so.

    Args:
        folder: `submitted/<learner>/<assignment>` in an offering.
        offering: the offering, where it is known to be fit; it is looked through otherwise.

    Raises:
        UserError: the submission is not safe to grade, or the offering not fit to grade with.
        SystemExit: nothing can be put away; nbgrader lets this through, and ends.
    """
    root, whose = folder.parents[2], (folder.parent.name, folder.name)
    try:
        released = offering.released(folder.name) if offering else _released(folder)
        make_safe(folder, released)  # even if we refuse, for nbgrader goes on and copies what it finds
        offering = offering or preflight.fit_offering(root)
        if folder.parent.name not in offering.learner_ids:
            remedy = "add the learner to roster.csv, or take the folder away"
            message = f"{folder.parent}: expected the folder of a learner on the roster, found “{folder.parent.name}”"
            raise NotPreparedError(f"{message}; {remedy}", "no learner of this id is on the roster", remedy)
        return _stamp(offering, folder, released)
    except NotPreparedError as error:
        if error.found:
            incident = Incident(*whose, error.found, f"not graded; {error.remedy}")
            incidents.note_submission(root, *whose, [incident])
        raise


def take_stamp(assignment: str, learner: str) -> Stamp:
    """The stamp of the submission that is being graded. It is good for one grading.

    Raises:
        NotPreparedError: the hook has not prepared this very submission.
    """
    stamp, _desk.stamp = _desk.stamp, None
    if stamp is None or (stamp.assignment, stamp.learner) != (assignment, learner):
        why = _desk.refusal or "the hook did not run; Autograde.pre_convert_hook in nbgrader_config.py must name it"
        raise NotPreparedError(f"{learner}, {assignment}: not graded: {why}")
    for name, content in _released(stamp.folder).items():
        if not _holds(stamp.folder / name, content):
            raise NotPreparedError(
                f"{learner}, {assignment}: not graded: {name} is not the released notebook; grade again"
            )
    return stamp


def make_safe(folder: Path, released: dict[str, bytes] | None = None) -> None:
    """Leave in a submission only the released notebook, a sound journal and what nbgrader wrote; set all else aside.

    A submission that has no usable time gets that of its journal. One that cannot be made safe is put away as a whole.

    Args:
        folder: `submitted/<learner>/<assignment>` in an offering.
        released: the released notebooks by file name, where they have been read.

    Raises:
        NotPreparedError: the submission was put away, now or earlier, or there is no released notebook.
        SystemExit: nothing can be put away; nbgrader lets this through, and ends.
    """
    with alone(folder.parents[2]):
        _make_safe(folder, _released(folder) if released is None else released)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Move things in `submitted/` as the only one: nobody else sorts or replaces the same thing meanwhile."""
    path = root / LOCK_FILE
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
    with path.open("ab", buffering=0) as file, locked(file):
        yield


def _make_safe(folder: Path, released: dict[str, bytes]) -> None:
    was_put_away = _is_stand_in(folder)
    notebooks = _blank(folder.name) if was_put_away or not released else released
    remedy = f"what was handed in lies beside it, by a name with {SET_ASIDE}; put a real folder in its place"
    try:
        _sort(folder, notebooks)
    except Exception as error:  # whatever it is, it is this submission's and must not keep the others from grading
        _put_away(folder)
        message = f"{folder}: expected a folder that can be made safe to grade, found {error}"
        why = getattr(error, "strerror", "") or repr(error)
        raise NotPreparedError(message, f"in place of the folder: {why}", remedy) from error
    _lay_down(folder, notebooks)
    if was_put_away:
        message = f"{folder}: expected a folder of answers, found one that had to be put away; {remedy}"
        raise NotPreparedError(message, "a link or a file in place of the folder", remedy)
    if not released:
        remedy = f"run nbgrader generate_assignment {folder.name}"
        raise NotPreparedError(f"{_release(folder)}: expected the released notebook, found none; {remedy}")
    _date(folder)


def _stamp(offering: Offering, folder: Path, released: dict[str, bytes]) -> Stamp:
    """Our word for a submission that has been made safe."""
    learner, assignment, journal = folder.parent.name, folder.name, folder / JOURNAL_FILE
    try:
        found = tuple(aside.found(folder, _release(folder), released))
    except Exception as error:  # it is only looked at, and scores nothing
        why = f"what was set aside cannot be looked through: {error!r}"
        found = (Incident(learner, assignment, why, aside.FROM_RECORD),)
    if os.path.lexists(journal):
        return Stamp(offering, assignment, learner, folder, journal, incidents=found)
    refused = folder / SET_ASIDE / JOURNAL_FILE
    objection = intake.objection(refused, intake.JOURNAL_LIMIT) if os.path.lexists(refused) else ""
    return Stamp(offering, assignment, learner, folder, None, objection, found)


def _release(folder: Path) -> Path:
    return folder.parents[2] / "release" / folder.name


def _released(folder: Path) -> dict[str, bytes]:
    """The released notebooks of a submission's assignment that can be read; also where the offering itself cannot."""
    return read_released(_release(folder))


def _blank(assignment: str) -> dict[str, bytes]:
    """Something for nbgrader to hand to the scorer, which then says why it refuses; with nothing it would score 0."""
    return {f"{assignment}.ipynb": b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'}


def _lay_down(folder: Path, notebooks: dict[str, bytes]) -> None:
    for name, content in notebooks.items():
        if not os.path.lexists(folder / name):
            files.put(folder / name, content, desk=folder.parents[2] / files.STATE)


def _sort(folder: Path, notebooks: dict[str, bytes]) -> None:
    if not intake.is_submission(folder):
        raise NotADirectoryError("a link or a file")
    _open_to_owner(folder)
    for entry in list(folder.iterdir()):
        if not _may_stay(entry, notebooks):
            _set_aside(entry)


def _date(folder: Path) -> None:
    """Without a time nbgrader would call no submission late, and would not see that one is newer."""
    journal = folder / JOURNAL_FILE
    if intake.handed_in_at(folder) is None and os.path.lexists(journal) and (at := intake.changed_at(journal)):
        intake.write_timestamp(folder, at)


def _put_away(folder: Path) -> None:
    """Rename what cannot be sorted to where nbgrader does not look, and put a stand-in in its place.

    With nothing there the next grading would no longer know of it.
    """
    place = folder if intake.is_folder(folder.parent) else folder.parent  # the learner's folder may itself be a link
    stand_in = files.free_path(place.with_name(f".stand-in-{place.name}"))
    inner = stand_in / folder.relative_to(place)
    try:
        (inner / SET_ASIDE).mkdir(parents=True)
        token = uuid4().hex
        (inner / SET_ASIDE / PUT_AWAY).write_text(token, encoding="ascii")
        files.put(folder.parents[2] / STAND_INS / token, "")
        _lay_down(inner, _blank(folder.name))
        place.rename(files.free_path(place.with_name(f"{SET_ASIDE}-{place.name}")))
        stand_in.rename(place)
    except OSError as error:
        raise SystemExit(f"{place}: cannot be put away: {error}; take it away before grading") from error


def _is_stand_in(folder: Path) -> bool:
    """Whether we have put this folder here. It bears a number that we keep, for a learner may call a file anything."""
    with suppress(OSError, UnicodeDecodeError):
        if not (intake.is_submission(folder) and intake.is_folder(folder / SET_ASIDE)):
            return False
        token = intake.read_regular(folder / SET_ASIDE / PUT_AWAY, intake.TIMESTAMP_LIMIT).decode("ascii")
        return token.isalnum() and (folder.parents[2] / STAND_INS / token).is_file()
    return False


def _may_stay(entry: Path, notebooks: dict[str, bytes]) -> bool:
    if entry.name == SET_ASIDE:
        return intake.is_folder(entry)
    if entry.name == JOURNAL_FILE:
        return not intake.objection(entry, intake.JOURNAL_LIMIT)
    if entry.name == intake.TIMESTAMP_FILE:
        return intake.handed_in_at(entry.parent) is not None
    if entry.name == intake.SECRET_FILE:
        return bool(intake.secret(entry.parent))
    return entry.name in notebooks and _holds(entry, notebooks[entry.name])


def _holds(path: Path, content: bytes) -> bool:
    return not intake.objection(path, len(content)) and path.read_bytes() == content


def _set_aside(entry: Path) -> None:
    """Move whatever it is, without opening or following it, to where nbgrader does not look."""
    store = entry.with_name(SET_ASIDE)
    if not intake.is_folder(store):
        if os.path.lexists(store):
            store.rename(files.free_path(entry.with_name(f"{SET_ASIDE}-was")))
        store.mkdir()
    if entry.name == SET_ASIDE:
        return
    if stat.S_ISDIR(entry.lstat().st_mode):
        _open_to_owner(entry)
    entry.rename(files.free_path(store / entry.name))


def _open_to_owner(folder: Path) -> None:
    """A folder that is closed to its owner can neither be sorted nor moved."""
    mode = stat.S_IMODE(folder.lstat().st_mode)
    if mode & stat.S_IRWXU != stat.S_IRWXU:
        folder.chmod(mode | stat.S_IRWXU)
