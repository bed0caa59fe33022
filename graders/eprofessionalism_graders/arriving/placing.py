"""Whose each thing is: the way from a source down to what belongs to one learner.

The outermost name that means a learner decides. What is within that learner's folder or archive is theirs, whatever it
is called: they have made it themselves, and could name a folder in it for somebody else. For the same reason nobody
looks for ids within a folder or an archive that names nobody, but for downloads, the exchange, and the source itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism_graders.arriving import archives, exchange
from eprofessionalism_graders.arriving.gathering import (
    Bare,
    Found,
    Rejected,
    Whose,
    assignment_in,
    can_hold_answers,
    gather,
    is_journal,
    stem,
)
from eprofessionalism_graders.arriving.people import People
from eprofessionalism_graders.arriving.systems import Label, read_label, whose
from eprofessionalism_graders.arriving.tree import Budget, Node, Refused, check_depth, is_junk

MOST_OF_ONE = 200  # journals in what one learner hands in at once; there are some fifteen assignments
_STRANGER = "no learner of this id is on the roster"
_ADD = "add the learner, rename it to an id, or collect it by itself with --student ID"
_NAMELESS = "names no learner"
_ALIKE = "another name here differs from it by case alone"
_TWO_OF_A_NAME = "two people in this download have the same name"
_RENAME = "rename it to the learner’s id, or collect it by itself with --student ID"


class Placing:
    """One way through a source.

    Args:
        people: the learners of the roster.
        assignments: the names of the offering's assignments.
        course: gives nbgrader's name of the course, for an exchange that has several.
        apart: a folder that is never looked into: the offering's own.
        was_used: tells of the folder of an assignment without a journal whether somebody has worked in it.
    """

    def __init__(
        self,
        people: People,
        assignments: Set[str],
        course: Callable[[], str],
        apart: Path,
        was_used: Callable[[Bare], bool] = lambda _: True,
    ) -> None:
        self._people, self._assignments, self._course, self._apart = people, assignments, course, apart
        self._was_used = was_used
        self._looked_at: dict[str, Path] = {}
        self._heard_of: set[str] = set()
        self._unplaced: set[str] = set()
        self._budget = Budget(500_000, 2_000, 1 << 50)  # of a whole class; what each learner has is bounded by itself
        self._top = 0
        self._changed: datetime | None = None

    def walk(self, source: Node, student: str = "") -> Iterator[Found]:
        """Everything in a source that is a journal, or that the instructor should look at.

        What is yielded is to be used before the next one is asked for: archives are closed behind it.

        Args:
            source: the source.
            student: the learner whose all of it is; found by names where empty.
        """
        own, self._top = self._people.by_id(student or stem(source.name)), len(source.place.parts)
        if own:
            yield from self._unit(source, replace(self._facts(source.name), learner=own.id))
        elif source.kind == "folder" and not _is_entry(source.name):
            yield from self._level(source, "", 0)
        elif archives.is_archive(source) and not _is_entry(source.name):
            yield from self._inside(
                source, 1, lambda root: self._level(self._peeled(root), self._named(source.name), 1)
            )
        else:
            yield from self._entry(source, "", 0)
        for learner, place in self._looked_at.items():
            if learner not in self._heard_of:
                yield Rejected(
                    place,
                    "no answers in it yet",
                    f"if they did work, ask for {JOURNAL_FILE} or the whole folder",
                    learner,
                )

    def _level(self, folder: Node, assignment: str, nest: int) -> Iterator[Found]:
        """A folder in which each entry is a learner's, or a folder of such."""
        try:
            check_depth(len(folder.place.parts) - self._top)
            children = self._of_this_course(folder.children())
        except Refused as refused:
            yield Rejected(folder.place, refused.why, refused.remedy)
            return
        doubtful = self._doubtful(children)
        for child in children:
            if child.name in doubtful:
                yield Rejected(child.place, doubtful[child.name], _RENAME, stem(child.name))
            elif folder.name == exchange.INBOUND and not exchange.read_ticket(child.name):
                if can_hold_answers(child) and not is_junk(child.name):  # whoever can write there can make a folder
                    yield Rejected(child.place, "not made by nbgrader submit", "find out who put it there")
            elif not is_junk(child.name) and child.place != self._apart:
                yield from self._entry(child, assignment, nest)

    def _is_somebodys(self, name: str) -> bool:
        return bool(_is_entry(name) or self._people.by_id(stem(name)))

    def _doubtful(self, children: list[Node]) -> dict[str, str]:
        """Names that mean a learner, as another name here does: why they are in doubt.

        Another differs by case, and this one is not the very id; or it has the same person's name and another number.
        """
        stems: dict[str, set[str]] = {}
        users: dict[str, set[str]] = {}
        labels = {child.name: label for child in children if (label := read_label(child.name)) and label.user}
        for child in children:
            if own := self._people.by_id(stem(child.name)):
                stems.setdefault(own.id, set()).add(stem(child.name))
        for label in labels.values():
            users.setdefault(label.name, set()).add(label.user)
        unlike = {name for own, names in stems.items() if len(names) > 1 for name in names - {own}}
        alike = {child.name: _ALIKE for child in children if stem(child.name) in unlike}
        return alike | {name: _TWO_OF_A_NAME for name, label in labels.items() if self._is_shared(label, users)}

    def _is_shared(self, label: Label, users: Mapping[str, Set[str]]) -> bool:
        """Whether two people of a download have a name, and nothing but it says who one of them is."""
        return len(users[label.name]) > 1 and not self._people.by_id(label.user)

    def _of_this_course(self, children: list[Node]) -> list[Node]:
        """Without other courses of an exchange."""
        courses = [one for one in children if not self._is_somebodys(one.name) and _inbound(one)]
        if len(courses) < 2:
            return children
        ours = [one for one in courses if one.name == self._course()]
        if not ours:
            names = ", ".join(one.name for one in courses)
            raise Refused(f"several courses ({names}), and none is called {self._course()}", "name the course’s folder")
        return [one for one in children if one in ours or one not in courses]

    def _entry(self, node: Node, assignment: str, nest: int) -> Iterator[Found]:
        """One entry of such a folder."""
        own = self._people.by_id(stem(node.name))
        if node.kind != "file" and (ticket := exchange.read_ticket(node.name)):
            yield from self._ticket(node, ticket)
        elif label := read_label(node.name):
            yield from self._label(node, label, assignment)
        elif own and can_hold_answers(node):
            yield from self._unit(node, Whose(own.id, assignment))
        elif node.kind == "other":
            yield Rejected(node.place, node.objection.why, node.objection.remedy)
        elif node.kind == "folder":
            yield from self._unknown(node, node, assignment, nest)
        elif archives.is_archive(node):
            yield from self._inside(
                node, nest + 1, lambda root: self._unknown(self._peeled(root), node, assignment, nest + 1)
            )
        elif is_journal(node.name):
            yield Rejected(node.place, _NAMELESS, _RENAME)

    def _ticket(self, node: Node, ticket: exchange.Ticket) -> Iterator[Found]:
        """A submission in nbgrader's exchange; one of another assignment matters where it holds answers to ours."""
        learner, is_ours = self._people.by_id(ticket.user), ticket.assignment in self._assignments
        if learner:
            one = replace(self._facts(node.name), learner=learner.id, check_owner=True)
            yield from self._unit(node, one, must_hold=is_ours)
        elif is_ours:
            yield Rejected(node.place, _STRANGER, "add the learner", ticket.user, ticket.assignment)

    def _label(self, node: Node, label: Label, assignment: str) -> Iterator[Found]:
        """A file or folder of a download."""
        try:
            match = whose(label, self._people)
        except Refused as refused:
            person = f"{label.system} {label.name} {label.user}"
            if person not in self._unplaced or label.anonymous:  # told once, however many files
                yield Rejected(node.place, refused.why, refused.remedy, "", assignment)
            self._unplaced.add(person)
            return
        one = self._facts(node.name)
        known = one.assignment or assignment
        yield from self._unit(node, replace(one, learner=match.learner.id, by_name=match.by_name, assignment=known))

    def _unknown(self, folder: Node, named: Node, assignment: str, nest: int) -> Iterator[Found]:
        """A folder that names no learner: of an assignment, of a course, of a download; or a stranger's."""
        name = self._named(named.name)
        if name or named.name == exchange.INBOUND or _is_download(folder):
            yield from self._level(folder, name or assignment, nest)
        elif inbound := _inbound(folder):
            yield from self._level(inbound, "", nest)
        elif named.kind == "file":
            yield Rejected(named.place, _NAMELESS, f"{_RENAME}; if it is a whole class’s, collect it by itself")
        elif _holds_answers(folder, Budget()):
            yield Rejected(named.place, _STRANGER, _ADD, named.name)

    def _named(self, name: str) -> str:
        return assignment_in(name, self._assignments)

    def _facts(self, name: str) -> Whose:
        """What a name of a download or of the exchange says besides whose it is."""
        if label := read_label(name):
            known = self._named(label.original)
            return Whose("", known, upload=label.upload, late=label.late, from_system=True)
        if ticket := exchange.read_ticket(name):
            return Whose("", self._named(ticket.assignment), at=ticket.at)
        return Whose("")

    def _inside(self, node: Node, nest: int, look: Callable[[Node], Iterator[Found]]) -> Iterator[Found]:
        """Look into an archive that is no learner's."""
        try:
            with archives.opened(node, self._budget, nest) as archive:
                self._changed = node.changed or self._changed
                yield from (Rejected(node.place, bad.why, bad.remedy) for bad in archive.problems)
                yield from look(archive.root)
        except Refused as refused:
            yield Rejected(node.place, refused.why, refused.remedy)

    def _peeled(self, root: Node) -> Node:
        """The folder that an archive was made of: what a system compresses has it as an outer folder."""
        names = [child for child in root.children() if not is_junk(child.name)]
        while len(names) == 1 and names[0].kind == "folder" and not self._means_something(names[0].name):
            root = names[0]
            names = [child for child in root.children() if not is_junk(child.name)]
        return root

    def _means_something(self, name: str) -> bool:
        return _is_entry(name) or bool(self._people.by_id(name) or self._named(name)) or name == exchange.INBOUND

    def _unit(self, node: Node, one: Whose, *, must_hold: bool = True) -> Iterator[Found]:
        """All that is one learner's. `must_hold`: it is worth telling that there is nothing in it."""
        if must_hold:
            self._looked_at.setdefault(one.learner, node.place)
        for number, found in enumerate(gather(node, replace(one, changed=self._changed), self._assignments, Budget())):
            if isinstance(found, Bare) and not self._was_used(found):
                continue
            self._heard_of.add(one.learner)
            if number == MOST_OF_ONE:
                yield Rejected(node.place, f"more than {MOST_OF_ONE} journals", "ask for the newest alone", one.learner)
                return
            yield found


def _is_entry(name: str) -> bool:
    """Whether a name is one of a download or of the exchange."""
    return bool(read_label(name) or exchange.read_ticket(name))


def _inbound(folder: Node) -> Node | None:
    """Where a course of the exchange has what is handed in."""
    found = [one for one in _children(folder) if one.name == exchange.INBOUND and one.kind == "folder"]
    return found[0] if found else None


def _is_download(folder: Node) -> bool:
    names = [one.name for one in _children(folder) if not is_junk(one.name)]
    return bool(names) and all(map(_is_entry, names))


def _holds_answers(folder: Node, budget: Budget, depth: int = 0) -> bool:
    """Whether there is anything in a folder that could be a journal; also where that cannot be told."""
    try:
        check_depth(depth)
        children = folder.children()
        budget.spend("names", len(children))
    except Refused:
        return True
    return any(
        _holds_answers(one, budget, depth + 1) if one.kind == "folder" else can_hold_answers(one)
        for one in children
        if not is_junk(one.name)
    )


def _children(folder: Node) -> list[Node]:
    """What is in a folder; nothing where it cannot be read, which who looks into it will tell."""
    try:
        return folder.children() if folder.kind == "folder" else []
    except Refused:
        return []
