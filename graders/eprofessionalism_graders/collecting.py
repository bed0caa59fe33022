"""From whatever arrives to submissions: only what grading reads is taken; nothing is followed or run.

Journals are first copied, each to a name of ours, then the newest of each learner and assignment is handed in. Who is
ended in between, even by the system, has changed nothing or a whole submission: the next run clears up.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Literal, TypeAlias

from eprofessionalism.journal import JOURNAL_FILE, locked
from eprofessionalism_graders import aside, files, hook, incidents, intake
from eprofessionalism_graders.arriving.content import assignment_of
from eprofessionalism_graders.arriving.gathering import Arrival, Bare, Found, Rejected, can_hold_answers
from eprofessionalism_graders.arriving.people import People
from eprofessionalism_graders.arriving.placing import Placing
from eprofessionalism_graders.arriving.tree import PIECE, Node, Refused, on_disk
from eprofessionalism_graders.errors import UserError, unforeseen
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.offering import Offering

Fate: TypeAlias = Literal["collected", "unchanged", "older", "refused"]
_INCOMING = ".incoming~"  # no learner or case can be called so
_LOCK = "collecting.lock"
_OUTGOING = re.compile(r"\.outgoing~\d+~(?P<assignment>.+?)(?:\.\d+)?")
_MOMENT = timedelta(seconds=1)
_LONGEST_PATH = 400  # characters of a place within an archive that are worth reading
_FEW, _MANY = 20, 40  # lines that a reader takes in; and that fit into a terminal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing in the source. `why` says it where it was refused, `remedy` what to do about it.

    `path` is where it lay; the names of archives can be part of it. Learner and assignment are empty where nobody can
    tell. `by_name`: nothing but a name says whose it is. `undated`: nobody knows when it was handed in. `incidents` is
    what was wrong with the folder around a journal that was taken.
    """

    path: Path
    fate: Fate
    why: str = ""
    remedy: str = ""
    learner: str = ""
    assignment: str = ""
    by_name: bool = False
    undated: bool = False
    incidents: tuple[Incident, ...] = ()

    def __str__(self) -> str:
        """One line."""
        told = "; ".join(filter(None, (self.why, self.remedy)))
        return incidents.one_line(f"{self.path}: {self.fate}" + (f": {told}" if told else ""))


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
        with hook.alone(offering.root):
            if os.path.lexists(folder.parent) and not intake.is_folder(folder.parent):
                folder.parent.unlink()  # a link is taken away, never followed
            files.put_folder(incoming, folder)
    except OSError as error:
        raise UserError(f"{learner}, {assignment}: could not be handed in: {error}") from error
    return folder


def collect(offering: Offering, source: Path, student: str = "") -> list[Outcome]:
    """Take what lies in a source: folders, nbgrader's exchange, downloads of Canvas or Moodle, zips, or one journal.

    Of several attempts the newest stays, by the exchange's time, by Canvas's number of the upload, by a `timestamp.txt`
    as nbgrader leaves it, or else by the time of the file. A journal only grows: where no time of handing in is known,
    one that begins with all of another is the newer of the two.

    Args:
        offering: the offering.
        source: a folder, a zip, or a journal.
        student: the learner whose all of it is; told by names where empty.

    Returns:
        What became of each thing, in the order in which it was found. What was refused is also kept as incidents.

    Raises:
        UserError: there is no such source or learner, or the roster is not sound.
    """
    people = People(offering.roster())
    if student and not people.by_id(student):
        raise UserError(
            f"{student}: expected the id of a learner on the roster, found none; add the learner, or mend it"
        )
    root = _source(offering, source)
    placing = Placing(
        people,
        frozenset(offering.assignments),
        lambda: _course(offering),
        offering.root.resolve(),
        lambda bare: _was_used(offering, bare),
    )
    with _desk(offering) as desk:
        taker = _Taker(offering, desk)
        for found in placing.walk(root, student):
            taker.take(found)
        taker.hand_in()
    refused = [_incident(one) for one in taker.outcomes if one.fate == "refused"]
    incidents.note_source(offering.root, source, [*refused, *strange(taker.outcomes)])
    return taker.outcomes


def strange(outcomes: Sequence[Outcome]) -> list[Incident]:
    """What was wrong with folders of which a journal was taken."""
    return [incident for one in outcomes for incident in one.incidents]


def summary(outcomes: Sequence[Outcome]) -> list[str]:
    """What was taken, in lines for a terminal: how much, for whom where they are few, and what to look at."""
    counts = Counter(outcome.fate for outcome in outcomes)
    taken = [one for one in outcomes if one.fate == "collected"]
    lines = [
        f"collected {counts['collected']}, unchanged {counts['unchanged']}, older than what is here {counts['older']}"
    ]
    if len(taken) <= _FEW:
        lines += [f"  {one.learner}: {one.assignment}" for one in sorted(taken, key=_by_learner)]
    else:
        lines.append(f"  of {len({one.learner for one in taken})} learners")
    if named := sorted({(one.learner, one.path.name) for one in taken if one.by_name}):
        lines.append("Found by name alone; see that each is right:")
        lines += incidents.first_lines([f"  {learner}: {name}" for learner, name in named], _MANY)
    if undated := sum(one.undated for one in taken):
        lines.append(f"Dated by their files, for the download does not say when they were handed in: {undated}")
    return list(map(incidents.one_line, lines))


def refusals(outcomes: Sequence[Outcome]) -> list[str]:
    """What was not taken, in lines for a terminal: all of it, or the first of many."""
    return incidents.first_lines([str(one) for one in outcomes if one.fate == "refused"], _MANY)


def _by_learner(one: Outcome) -> tuple[str, str]:
    return one.learner, one.assignment


def _source(offering: Offering, source: Path) -> Node:
    """The source as a tree; raises like `collect`."""
    expected = f"{source}: expected a folder that holds one folder for each learner, a zip, or a journal"
    try:
        root = on_disk(source)
        if root.kind == "folder":
            root.children()
    except (OSError, Refused) as error:
        why = error.why if isinstance(error, Refused) else "none"
        raise UserError(f"{expected}, found {why}; name another, or open it to yourself") from error
    if root.kind == "other" or (root.kind == "file" and not can_hold_answers(root)):
        raise UserError(f"{expected}, found something else; name another")
    if root.place.is_relative_to(offering.root.resolve()):
        remedy = "what is handed in there needs no collecting; name where learners hand in"
        raise UserError(f"{source}: expected a source of its own, found one inside of the offering; {remedy}")
    return root


def _course(offering: Offering) -> str:
    return str(offering.config().CourseDirectory.get("course_id", ""))


def _was_used(offering: Offering, bare: Bare) -> bool:
    """Whether a folder without a journal was handed in on purpose, by the exchange, or worked in.

    That nobody has opened a case is no matter: it is not handed in, and nobody is given a zero for it.
    """
    if bare.whose.at is not None:
        return True
    if bare.notebook is None:
        return False
    released = offering.released(bare.whose.assignment).get(f"{bare.whose.assignment}.ipynb", b"")
    try:
        return bare.notebook.content(len(released)) != released
    except Refused:
        return True


def _incident(one: Outcome) -> Incident:
    path = str(one.path)
    where = path if len(path) <= _LONGEST_PATH else f"…{path[-_LONGEST_PATH:]}"
    return Incident(one.learner, one.assignment, f"{where}: {one.why}", f"not taken: {one.remedy}")


@contextmanager
def _desk(offering: Offering) -> Iterator[Path]:
    """A folder for copies, for one run at a time, in an offering that an earlier run may have left in the middle."""
    state = offering.root / files.STATE
    state.mkdir(exist_ok=True)
    with (state / _LOCK).open("ab") as lock, locked(lock):
        clear_up(offering)
        with tempfile.TemporaryDirectory(prefix=_INCOMING, dir=state) as desk:
            yield Path(desk)


def clear_up(offering: Offering) -> None:
    """Undo what a run of collecting left that was ended in the middle.

    A submission that had been put aside, and whose successor never came, is put back.
    """
    submitted = offering.root / "submitted"
    for path in (*(offering.root / files.STATE).glob(f"{_INCOMING}*"), *submitted.glob(f"{_INCOMING}*")):
        files.clear(path)
    for learner in filter(intake.is_folder, submitted.iterdir() if submitted.is_dir() else ()):
        for old in sorted(learner.glob(".outgoing~*"), key=lambda path: path.lstat().st_ctime, reverse=True):
            found = _OUTGOING.fullmatch(old.name)
            place = learner / (found["assignment"] if found else old.name)
            if place.name in offering.assignments and not os.path.lexists(place):
                old.rename(place)
            else:
                files.clear(old)


@dataclass(slots=True)
class _Attempt:
    """A journal that may be handed in: its copy, and what is known of it. `number` is that of its outcome."""

    number: int
    copy: Path
    arrival: Arrival
    at: datetime

    def is_newer(self, other: _Attempt) -> bool:
        """Whether this is the later one of two attempts of one source."""
        uploads = self.arrival.whose.upload, other.arrival.whose.upload
        if None not in uploads and uploads[0] != uploads[1]:
            return uploads[0] > uploads[1]  # type: ignore[operator] # neither is None
        return _is_newer(self, other.copy, other.at)


def _is_newer(one: _Attempt, present: Path | None, at: datetime | None) -> bool:
    """Whether an attempt is newer than what is there."""
    if present is None or at is None:
        return True
    if not one.arrival.stated or one.at == at:
        if _begins_with(one.copy, present):
            return True
        if _begins_with(present, one.copy):
            return False
    return one.at > at


def _begins_with(whole: Path, part: Path) -> bool:
    """Whether a file begins with all of another one, and goes on."""
    if whole.stat().st_size <= part.stat().st_size:
        return False
    with whole.open("rb") as first, part.open("rb") as second:
        while piece := second.read(PIECE):
            if first.read(len(piece)) != piece:
                return False
    return True


class _Taker:
    """Takes what was found, and hands in the newest of each learner and assignment."""

    def __init__(self, offering: Offering, desk: Path) -> None:
        self._offering, self._desk = offering, desk
        self._numbers = count()
        self._newest: dict[tuple[str, str], _Attempt] = {}
        self._without: dict[tuple[str, str], tuple[int, datetime]] = {}
        self.outcomes: list[Outcome] = []

    def take(self, found: Found) -> None:
        """Copy a journal, or note that something is not taken."""
        match found:
            case Bare():
                self._take_bare(found)
            case Rejected():
                self._reject(found)
            case Arrival():
                self._take_journal(found)

    def _reject(self, found: Rejected) -> None:
        """What lies in place of a journal counts as handed in, without any answer; all else is only told."""
        one, number = (found.learner, found.assignment), len(self.outcomes)
        self.outcomes.append(Outcome(found.place, "refused", found.why, found.remedy, *one))
        if found.in_place and all(one):
            self._look_around(number, found.place.parent)
            if not self._is_here(*one):
                until = f"{found.remedy}; until it comes, this counts as handed in without answers"
                self.outcomes[number] = replace(self.outcomes[number], remedy=until)
            self._without[one] = number, datetime.now(UTC)

    def _take_journal(self, found: Arrival) -> None:
        copy = self._desk / str(next(self._numbers))
        try:
            with copy.open("wb") as file:
                found.journal.save(file, intake.JOURNAL_LIMIT)
            assignment = found.whose.assignment or assignment_of(copy, self._owners)
        except Refused as refused:
            copy.unlink()
            one = found.whose
            why = refused.why, refused.remedy
            self._reject(Rejected(found.journal.place, *why, one.learner, one.assignment, in_place=True))
            return
        self._keep(found, assignment, copy)

    def _keep(self, found: Arrival, assignment: str, copy: Path) -> None:
        one, number = found.whose, len(self.outcomes)
        at, undated = self._time(found, assignment)
        outcome = Outcome(found.place, "older", "", "", one.learner, assignment, one.by_name, undated)
        self.outcomes.append(outcome)
        attempt, key = _Attempt(number, copy, found, at), (one.learner, assignment)
        known = self._newest.get(key)
        older = known if known is None or attempt.is_newer(known) else attempt
        if older is not attempt:
            self._newest[key] = attempt
        if older:
            older.copy.unlink()
            self._tell(older.number, "older", "another attempt in the same source is newer")

    def hand_in(self) -> None:
        """Hand in what is newer than what is here."""
        for one, attempt in sorted(self._newest.items()):
            with self._by_itself(attempt.number, *one):
                self._hand_in(*one, attempt)
        for one, (number, at) in sorted(self._without.items()):
            if not self._is_here(*one) and one not in self._newest:
                with self._by_itself(number, *one):
                    hand_in(self._offering, *one, None, at)

    @contextmanager
    def _by_itself(self, number: int, learner: str, assignment: str) -> Iterator[None]:
        """Whatever goes wrong with one learner's is that one's alone, and must not keep the others out."""
        try:
            yield
        except UserError as error:
            self._tell(number, "refused", error.message, "collect again")
        except Exception as error:
            why = unforeseen(self._offering.root, f"{learner}, {assignment}", error)
            self._tell(number, "refused", why, "collect again")

    def _take_bare(self, found: Bare) -> None:
        """A folder that was worked in and has no journal counts as handed in, without any answer."""
        one, number, words = found.whose, len(self.outcomes), "no record of answers"
        is_here = self._is_here(one.learner, one.assignment)
        fate: Fate = "unchanged" if is_here else "collected"
        self.outcomes.append(Outcome(found.place, fate, words, "", one.learner, one.assignment, one.by_name))
        self._look_around(number, found.place)
        done = "what is here stays" if is_here else f"handed in without answers; ask for {JOURNAL_FILE}"
        incident = Incident(one.learner, one.assignment, words, done)
        self.outcomes[number] = replace(self.outcomes[number], incidents=(*self.outcomes[number].incidents, incident))
        self._without[one.learner, one.assignment] = number, one.at or found.changed or datetime.now(UTC)

    def _hand_in(self, learner: str, assignment: str, attempt: _Attempt) -> None:
        present = self._offering.journal(learner, assignment)
        before = self._offering.submitted(learner, assignment)
        at = intake.handed_in_at(before) if intake.is_submission(before) else None
        secret = attempt.arrival.secret
        if present and secret in ("", intake.secret(before)) and filecmp.cmp(present, attempt.copy, shallow=False):
            self._tell(attempt.number, "unchanged")
            self._look_around(attempt.number)
        elif not _is_newer(attempt, present, at):
            self._tell(attempt.number, "older", f"the attempt of {at:%Y-%m-%d %H:%M} UTC stays")
        else:
            later = max(attempt.at, at + timedelta(microseconds=1)) if at else attempt.at
            hand_in(self._offering, learner, assignment, attempt.copy, later, secret)
            self._tell(attempt.number, "collected")
            self._look_around(attempt.number)

    def _time(self, found: Arrival, assignment: str) -> tuple[datetime, bool]:
        """When a journal was handed in, and whether that is not known.

        Canvas does not say when, but whether it was in time, which the time of the download would belie.
        """
        due = self._due.get(assignment) if found.whose.late is False else None
        if due and found.at > due:
            return due - _MOMENT, False
        return found.at, found.whose.from_system and found.whose.late is None

    def _tell(self, number: int, fate: Fate, why: str = "", remedy: str = "") -> None:
        self.outcomes[number] = replace(self.outcomes[number], fate=fate, why=why, remedy=remedy)

    def _is_here(self, learner: str, assignment: str) -> bool:
        return os.path.lexists(self._offering.submitted(learner, assignment))

    def _look_around(self, number: int, folder: Path | None = None) -> None:
        """See what lies beside a journal on disk; in archives nobody looks for more than journals."""
        one = self.outcomes[number]
        folder = folder or one.path
        if intake.is_folder(folder):
            release, released = self._offering.release(one.assignment), self._offering.released(one.assignment)
            found = aside.found_at_source((one.learner, one.assignment), folder, release, released)
            self.outcomes[number] = replace(one, incidents=tuple(found))

    @cached_property
    def _owners(self) -> Mapping[str, str]:
        """By id of an item, its assignment."""
        return {item: name for name in self._offering.assignments for item in self._offering.bank(name).items}

    @cached_property
    def _due(self) -> Mapping[str, datetime]:
        """By assignment, when it is due, as the gradebook has it."""
        with self._offering.gradebook() as gradebook:
            return {str(one.name): one.duedate.replace(tzinfo=UTC) for one in gradebook.assignments if one.duedate}
