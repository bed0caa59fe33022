"""The journals in what is one learner's: a file, a folder or an archive, with archives and folders in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism_graders import intake
from eprofessionalism_graders.arriving import archives, exchange
from eprofessionalism_graders.arriving.tree import PLAIN_FILE, Budget, Node, Refused, check_depth, is_junk

_JOURNAL = re.compile(r"(?P<stem>.*)\.jsonl(?:\.txt)?", re.IGNORECASE | re.DOTALL)  # some browsers add .txt
_AHEAD = timedelta(days=1)  # clocks differ, and so do time zones
_COPY = re.compile(r"(?:-\d+| ?\(\d+\))$")  # a second upload to Canvas; a second download to a browser's folder


@dataclass(frozen=True, slots=True)
class Whose:
    """What is known of a learner's things from outside of them.

    `assignment` is empty where no name says it. `by_name`: nothing but a name says whose they are. `upload` is
    Canvas's number of the file, and `late` whether Canvas calls it late; `at` is when nbgrader's exchange got it.
    `from_system`: a learning platform had them, which writes no `timestamp.txt`, so that one in them is the learner's
    own. `check_owner`: they must belong to the learner on disk. `changed`: the time of the whole, for parts without.
    """

    learner: str
    assignment: str = ""
    by_name: bool = False
    upload: int | None = None
    late: bool | None = None
    at: datetime | None = None
    from_system: bool = False
    check_owner: bool = False
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A journal that arrived. `stated`: `at` is when it was handed in, as nbgrader wrote; else the time of a file."""

    whose: Whose
    place: Path
    journal: Node
    at: datetime
    stated: bool
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that is not taken, and the remedy; learner and assignment are empty where nobody can tell.

    `in_place`: it lies where the journal would be. So something was handed in, with nothing in it that can be read.
    """

    place: Path
    why: str
    remedy: str
    learner: str = ""
    assignment: str = ""
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Bare:
    """The folder of an assignment without a journal. Nobody may have opened it; or the journal has been lost.

    `notebook` is the one in it, where there is one.
    """

    whose: Whose
    place: Path
    notebook: Node | None
    changed: datetime | None


Found: TypeAlias = Arrival | Rejected | Bare


def stem(name: str) -> str:
    """The name of a journal or an archive without what says that it is one."""
    if found := _JOURNAL.fullmatch(name):
        return found["stem"]
    return name[: -len(archives.SUFFIX)] if name.casefold().endswith(archives.SUFFIX) else name


def is_journal(name: str) -> bool:
    """Whether a file of this name can be a journal."""
    return _JOURNAL.fullmatch(name) is not None


def can_hold_answers(node: Node) -> bool:
    """Whether anything in it can be a journal, or may have been meant as one."""
    return node.kind != "file" or is_journal(node.name) or archives.is_archive(node)


def assignment_in(name: str, assignments: Set[str]) -> str:
    """The assignment that a folder, an archive or a journal is named by, also as a numbered copy; or nothing."""
    for text in (stem(name), _COPY.sub("", stem(name))):
        if text in assignments:
            return text
    return ""


def gather(
    node: Node, one: Whose, assignments: Set[str], budget: Budget, depth: int = 0, nest: int = 0
) -> Iterator[Found]:
    """Every journal of a learner, and all that may have been meant as one.

    What is yielded is to be used before the next one is asked for: archives are closed behind it.

    Args:
        node: what is the learner's.
        one: whose it is.
        assignments: the names of the offering's assignments.
        budget: what looking through it is paid from.
        depth: in how many folders and archives of the learner's it is.
        nest: in how many archives.
    """
    one = replace(one, assignment=assignment_in(node.name, assignments) or one.assignment)
    try:
        _check(node, one, depth)
        if archives.is_archive(node):
            one = replace(one, changed=node.changed or one.changed)
            with archives.opened(node, budget, nest + 1) as archive:
                yield from (Rejected(node.place, bad.why, bad.remedy, one.learner) for bad in archive.problems)
                yield from _in_folder(archive.root, one, assignments, budget, depth, nest + 1)
        elif node.kind == "folder":
            yield from _in_folder(node, one, assignments, budget, depth, nest)
        elif is_journal(node.name):
            yield _arrival(node, [], one)
    except Refused as refused:
        yield Rejected(node.place, refused.why, refused.remedy, one.learner, one.assignment)


def _check(node: Node, one: Whose, depth: int) -> None:
    if node.kind == "other":
        raise node.objection
    check_depth(depth)
    if one.check_owner:
        exchange.check_owner(node, one.learner)


def _in_folder(
    folder: Node, one: Whose, assignments: Set[str], budget: Budget, depth: int, nest: int
) -> Iterator[Found]:
    children = [child for child in folder.children() if not is_junk(child.name)]
    budget.spend("names", len(children))
    has_its_own = any(child.name == JOURNAL_FILE for child in children)
    named = folder.name if folder.name in assignments else one.assignment if one.at and depth == 0 else ""
    if named and not any(is_journal(child.name) or archives.is_archive(child) for child in children):
        notebooks = [child for child in children if child.name == f"{named}.ipynb"]
        yield Bare(one, folder.place, notebooks[0] if notebooks else None, folder.changed)
    for child in children:
        if is_journal(child.name):
            if child.name == JOURNAL_FILE or not has_its_own:
                yield from _journal(child, children, one, assignments)
        elif has_its_own and assignment_in(child.name, assignments) in ("", one.assignment):
            continue  # an older copy, perhaps; what lies in its place counts
        elif can_hold_answers(child) and (child.kind != "other" or _was_meant(child.name, assignments)):
            yield from gather(child, one, assignments, budget, depth + 1, nest)


def _was_meant(name: str, assignments: Set[str]) -> bool:
    """Whether a link or the like has the name of what would have been taken."""
    return name.casefold().endswith(archives.SUFFIX) or bool(assignment_in(name, assignments))


def _journal(node: Node, beside: Sequence[Node], one: Whose, assignments: Set[str]) -> Iterator[Found]:
    one = replace(one, assignment=assignment_in(node.name, assignments) or one.assignment)
    try:
        if node.kind == "folder":
            raise Refused("not a regular file", PLAIN_FILE)
        _check(node, one, 0)
        yield _arrival(node, beside, one)
    except Refused as refused:
        yield Rejected(node.place, refused.why, refused.remedy, one.learner, one.assignment, in_place=True)


def _arrival(journal: Node, beside: Sequence[Node], one: Whose) -> Arrival:
    stamp = b"" if one.from_system else _text(intake.TIMESTAMP_FILE, beside)
    stated = one.at or intake.parse_time(stamp.decode(errors="replace"))
    if stated and stated > datetime.now(UTC) + _AHEAD:  # else nobody could ever hand in a newer one
        stated = None
    at = stated or journal.changed or one.changed or datetime.now(UTC)  # where no time is any, it has come now
    place = journal.place.parent if journal.name == JOURNAL_FILE and beside else journal.place
    return Arrival(one, place, journal, at, bool(stated), intake.parse_secret(_text(intake.SECRET_FILE, beside)))


def _text(name: str, nodes: Sequence[Node]) -> bytes:
    """The content of the small file of this name; nothing where there is none, or none that can be taken."""
    for node in nodes:
        if node.name == name and node.kind == "file":
            try:
                return node.content(intake.TIMESTAMP_LIMIT)
            except Refused:
                return b""
    return b""
