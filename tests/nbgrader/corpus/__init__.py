"""Hostile and broken submissions: each a function that takes an honest one, with all answers right, and spoils it.

`entry` enters a function in `ENTRIES` and declares what must come of it. A function may give back the answers that
count after it, by item; for all the others the declared outcome holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

CASE = "01-friend-requests"
FORM = "90-form-a"
WAYS = ("eprof", "nbgrader", "formgrader")

OUTSIDE = "canary-of-a-file-outside"  # stands in files that a submission only points to
MARKUP = "canary-of-markup"  # stands in what must not reach a page, or reach it only as text
NO_NOTEBOOK = "nbgrader passes a folder without any notebook over before any hook; the documentation says so"
NO_SUCH_ID = "nbgrader itself puts this name into a pattern; only collecting by hand could bring it there"


@dataclass(frozen=True)
class Entry:
    """One way to spoil a submission, and what must come of it.

    `outcome` is "full" or "zero" for every item, or "ungraded" where nobody may be given a score. `incident` is a word
    of what must stand in the list of incidents; empty where nothing may stand there. `beyond` has the ways that cannot
    take such a submission, each with the reason.
    """

    spoil: Callable[[Submission], dict[str, Any] | None]
    outcome: str
    incident: str
    assignment: str
    beyond: dict[str, str]
    marked_up: bool

    @property
    def kind(self) -> str:
        return self.spoil.__module__.rpartition(".")[2]

    @property
    def learner(self) -> str:
        """The learner who hands this in."""
        return f"{self.kind}.{self.spoil.__name__.replace('_', '-')}"


@dataclass
class Submission:
    """One learner's folder of one assignment, with all answers right, and what lies around it.

    `outside` is a folder of files that are none of the learner's business; `fellow` is an honest learner's folder of
    the same assignment. `ran` is where code leaves a file if it runs. `strangers` are the names of other learners'
    folders that were made and that belong to nobody.
    """

    folder: Path
    items: dict[str, SimpleNamespace]
    right: dict[str, Any]
    outside: Path
    fellow: Path
    ran: Path
    other_release: Path
    strangers: list[str] = field(default_factory=list)

    @property
    def assignment(self) -> str:
        return self.folder.name

    @property
    def notebook(self) -> Path:
        return self.folder / f"{self.assignment}.ipynb"

    @property
    def journal(self) -> Path:
        return self.folder / "responses.jsonl"

    @property
    def reflection(self) -> str:
        """The item that is answered in the learner's own words."""
        return next(name for name, item in self.items.items() if item.type == "reflection")

    def content(self) -> dict[str, Any]:
        """The notebook."""
        return json.loads(self.notebook.read_text())

    def rewrite(self, change: Callable[[list[dict[str, Any]]], None]) -> None:
        """Let something be done to the cells of the notebook."""
        content = self.content()
        change(content["cells"])
        self.notebook.write_text(json.dumps(content))

    def lines(self) -> list[bytes]:
        """The lines of the journal, each with its end."""
        return self.journal.read_bytes().splitlines(keepends=True)

    def around(self, *lines: bytes) -> None:
        """Put lines before and after the sound ones: so they would count whether the first or the last answer does."""
        added = b"".join(line + b"\n" for line in lines)
        self.journal.write_bytes(added + self.journal.read_bytes() + added)

    def code(self, name: str) -> str:
        """Python that leaves a file if it ever runs."""
        return f"open({str(self.ran / f'{self.folder.parent.name} {name}')!r}, 'w').close()\n"


ENTRIES: list[Entry] = []


def entry(
    incident: str,
    outcome: str = "full",
    *,
    assignment: str = CASE,
    beyond: dict[str, str] | None = None,
    marked_up: bool = False,
) -> Callable[[Callable], Callable]:
    """Enter a function in the corpus.

    Args:
        incident: a word of what must be told of it; empty where all is as it should be.
        outcome: "full", "zero" or "ungraded".
        assignment: whose submission it spoils.
        beyond: the ways that cannot take it, with the reason.
        marked_up: whether the learner's own words, with `MARKUP` in them, are shown to a reader.
    """

    def enter(spoil: Callable) -> Callable:
        ENTRIES.append(Entry(spoil, outcome, incident, assignment, beyond or {}, marked_up))
        return spoil

    return enter


def named(spoil: Callable, name: str, doc: str) -> Callable:
    """One of several functions that are made alike, under a name of its own."""
    spoil.__name__, spoil.__doc__ = name, doc
    return spoil


def commit(item: object, answer: object, /, **more: object) -> bytes:
    """A line of a journal as the course writes it, whatever the answer is."""
    line = {"v": 1, "kind": "commit", "item": item, "answer": answer, "certainty": None}
    return json.dumps(line | {"at": "2026-01-05T09:00:00.000Z", "session": "s"} | more).encode()


def graded(cells: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The cells that carry points."""
    return (cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade"))


for _kind in ("notebooks", "journals", "folders", "text", "code"):
    import_module(f"{__name__}.{_kind}")
