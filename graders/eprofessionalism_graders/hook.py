"""What happens to a submission before it is graded: the learner's notebook is set aside and the released one laid down.

nbgrader calls `before_autograde` (`Autograde.pre_convert_hook`) and swallows whatever it raises. So the hook leaves a
stamp, in memory, where no learner's file can forge it; the scorer refuses to run without it.
"""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism_graders import intake, preflight
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.offering import Offering

SET_ASIDE = ".handed-in"


class NotPreparedError(UserError):
    """A submission that must not be graded; the message says why."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The hook's word that a submission is safe to grade: only the released notebook and a sound journal lie there.

    `objection` says why something that was handed in as the journal could not be taken.
    """

    offering: Offering
    assignment: str
    learner: str
    folder: Path
    journal: Path | None
    objection: str = ""


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
        UserError: the submission is not safe to grade, or the offering not fit to grade with.
    """
    _desk.stamp, _desk.refusal = None, ""
    try:
        folder = Path(notebooks[0]).parent
        prepare(Offering.open(folder.parents[2]), folder)  # even if we refuse, nothing is copied
        offering = preflight.fit_offering(folder.parents[2])
        _desk.stamp = prepare(offering, folder)
        notebooks[:] = [str(folder / path.name) for path in _released(offering, folder.name)]
    except Exception as error:
        _desk.refusal = getattr(error, "message", "") or repr(error)
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
    for path in _released(stamp.offering, assignment):
        if not _same_file(stamp.folder / path.name, path):
            raise NotPreparedError(
                f"{learner}, {assignment}: not graded: {path.name} is not the released notebook; grade again"
            )
    return stamp


def prepare(offering: Offering, folder: Path) -> Stamp:
    """Leave in a submission only the released notebook, a sound journal and the time; set all else aside in it.

    Args:
        offering: the offering.
        folder: `submitted/<learner>/<assignment>` in it.

    Raises:
        NotPreparedError: the submission is a link, or there is no released notebook.
    """
    learner, assignment = folder.parent.name, folder.name
    released = _released(offering, assignment)
    if not released:
        remedy = f"run nbgrader generate_assignment {assignment}"
        raise NotPreparedError(f"{offering.release(assignment)}: expected the released notebook, found none; {remedy}")
    if not (intake.is_folder(folder) and intake.is_folder(folder.parent)):
        raise NotPreparedError(f"{folder}: expected a folder, found a link or a file; put a real folder there")
    journal = folder / JOURNAL_FILE
    originals = {path.name: path for path in released}
    for entry in list(folder.iterdir()):
        if not _may_stay(entry, originals):
            _set_aside(entry)
    for path in released:
        _lay_down(path, folder / path.name)
    if os.path.lexists(journal):
        return Stamp(offering, assignment, learner, folder, journal)
    refused = folder / SET_ASIDE / JOURNAL_FILE
    objection = intake.objection(refused, intake.JOURNAL_LIMIT) if os.path.lexists(refused) else ""
    return Stamp(offering, assignment, learner, folder, None, objection)


def _released(offering: Offering, assignment: str) -> list[Path]:
    return sorted(offering.release(assignment).glob("*.ipynb"))


def _may_stay(entry: Path, released: dict[str, Path]) -> bool:
    if entry.name == SET_ASIDE:
        return intake.is_folder(entry)
    if entry.name == JOURNAL_FILE:
        return not intake.objection(entry, intake.JOURNAL_LIMIT)
    if entry.name == intake.TIMESTAMP_FILE:
        return intake.handed_in_at(entry.parent) is not None
    return entry.name in released and _same_file(entry, released[entry.name])


def _same_file(path: Path, original: Path) -> bool:
    content = original.read_bytes()
    return not intake.objection(path, len(content)) and path.read_bytes() == content


def _set_aside(entry: Path) -> None:
    """Move whatever it is, without opening or following it, to where nbgrader does not look."""
    store = entry.with_name(SET_ASIDE)
    if not intake.is_folder(store):
        if os.path.lexists(store):
            store.rename(_free(entry.with_name(f"{SET_ASIDE}-was")))
        store.mkdir()
    if entry.name == SET_ASIDE:
        return
    if stat.S_ISDIR(entry.lstat().st_mode):
        entry.chmod(0o700)  # a folder that is closed to its owner cannot be moved
    entry.rename(_free(store / entry.name))


def _free(path: Path) -> Path:
    """This path, or the first of its numbered fellows that is not taken."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.name}.{number}")
    return free


def _lay_down(original: Path, place: Path) -> None:
    if not os.path.lexists(place):
        shutil.copyfile(original, place)
