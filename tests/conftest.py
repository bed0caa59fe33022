"""What several tiers share: an offering made once by the real `init`, with a fresh copy for each test that asks; and
invented cohorts with their reports.

The offering's gradebook is an SQLite file here; `tests/nbgrader/` runs the same tests on a database server too.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from eprofessionalism_graders.offering import Offering

LEARNERS = 10
DUE = "2026-12-01 17:00Z"


@pytest.fixture(scope="session")
def make_offering(tmp_path_factory) -> Callable[..., Path]:
    """Make an offering with a roster of ten, by default with its gradebook in a file; gives its folder."""
    from eprofessionalism_graders import starting

    def made(db_url: str | None = None) -> Path:
        folder = tmp_path_factory.mktemp("offering")
        roster = folder / "roster.csv"
        lines = [f"learner-{n:02d},Last{n},First{n},,{'day' if n % 2 else 'night'}" for n in range(LEARNERS)]
        roster.write_text("id,last_name,first_name,email,group\n" + "\n".join(lines) + "\n", encoding="utf-8")
        settings = starting.settings_now("Autumn", starting.parse_due(DUE), 70, None)
        return starting.init(folder / "course", roster, settings, db_url).root

    return made


@pytest.fixture(scope="session")
def made_offering(make_offering) -> Path:
    """An offering with a roster of ten and nothing handed in. Copy it (`copied`); do not change it."""
    return make_offering()


@pytest.fixture
def copied() -> Callable[[Path, Path], Offering]:
    """Copy an offering as a whole: it works wherever it lies."""
    from eprofessionalism_graders.offering import Offering

    return lambda root, folder: Offering.open(Path(shutil.copytree(root, folder)))


@pytest.fixture
def offering(made_offering, copied, tmp_path) -> Offering:
    """A fresh copy of the offering."""
    return copied(made_offering, tmp_path / "course")


@pytest.fixture(scope="session")
def play() -> Callable[..., Path]:
    """Answer a case as clicks would, in a folder of its own; gives the journal."""
    from eprofessionalism.player import Player

    def played(offering, assignment: str, answers: dict, folder: Path) -> Path:
        shutil.copytree(offering.release(assignment), folder)
        player = Player(folder, now=lambda: "2026-11-20T09:00:00.000Z")
        for item, answer in answers.items():
            player.commit(item, answer)
        return player.path

    return played


@pytest.fixture
def closed_file(monkeypatch) -> Callable[[Path], None]:
    """Close a file to its reader, also where permission bits stop nobody, and wherever it is moved to."""
    opened, closed = os.open, set()

    def opening(path, *rest, **more):
        if os.path.lexists(path) and os.lstat(path).st_ino in closed:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", opening)
    return lambda path: closed.add(path.stat().st_ino)


@pytest.fixture(scope="session")
def on_time() -> datetime:
    """A moment before the due date."""
    return datetime(2026, 11, 30, 12, tzinfo=UTC)


# ---- Cohorts and their reports ---------------------------------------------------------------------------------------

CASES = Path(__file__).parents[1] / "course" / "eprofessionalism" / "cases"
VOID = {"meta", "link", "br", "hr", "img", "input", "path"}


class Page(HTMLParser):
    """A page taken apart: its elements with attributes, and its text without style sheets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.source = text
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["style"], ["script"]):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, name: str) -> list[str]:
        return [attrs[name] for _, attrs in self.elements if name in attrs]


class Cohort:
    """A cohort of a course, what a report is made from, and its pages; each part is made when it is asked for."""

    TITLE = "Autumn <2026>"

    def __init__(self, course, roster, handins, **beside: Any) -> None:
        from eprofessionalism_graders.cohort.results import Results
        from eprofessionalism_graders.cohort.summary import summarize
        from eprofessionalism_graders.cohort.tables import Course, build_tables

        banks, keys = course
        first = {learner.id: "AB"[place % 2] for place, learner in enumerate(roster)}
        self.roster = roster
        self.tables = build_tables(Course(roster, banks, first, 70), keys, handins)
        self.summary = summarize(self.tables, banks, keys, 70)
        self.results = Results(self.TITLE, self.tables, banks, keys, 70, self.summary, **beside)

    @cached_property
    def talks(self):
        from eprofessionalism_graders.cohort import people
        from eprofessionalism_graders.cohort.sections.confident import confident_and_wrong

        return people.talks(self.results, confident_and_wrong(self.results))

    @cached_property
    def report(self):
        from eprofessionalism_graders.cohort.report import compose

        return compose(self.results, talks=self.talks)

    @cached_property
    def own(self) -> Page:
        from eprofessionalism_graders.cohort import page, report
        from eprofessionalism_graders.cohort.steps import steps

        content = report.own_content(self.report, self.results, steps(self.results), report.FILES)
        return Page(page.render("own.html", content))

    @cached_property
    def people(self) -> Page:
        from eprofessionalism_graders.cohort import page, report

        content = report.people_content(self.results, self.talks, ())
        head = {"title": self.TITLE, "report": self.report, "found": None}
        return Page(page.render("people.html", head | content))


@pytest.fixture(scope="session")
def whole_course():
    """The items and keys of the course."""
    from eprofessionalism.authoring.loader import load_cases
    from eprofessionalism.authoring.notebook import item_bank
    from eprofessionalism_graders.keys import SHIPPED, assessment_keys, load_folder

    shipped = load_folder(SHIPPED)
    banks = {name: item_bank(case) for name, case in load_cases(CASES).items() if case.content.module != "survey"}
    keys = {}
    for name, bank in banks.items():
        keys[name] = {item.id: item.key for item in bank.items.values() if item.key}
        files = [shipped[name]] if name in shipped else []
        keys[name] |= {item: entry.key for item, entry in assessment_keys(bank, files).items()}
    return banks, keys


@pytest.fixture(scope="session")
def invent(whole_course, tmp_path_factory):
    """Cohorts by size, each played once."""
    from eprofessionalism import journal, scoring
    from eprofessionalism.answers import counted
    from eprofessionalism.items import ITEMS_FILE, dump_items
    from eprofessionalism_graders import forms, synthetic
    from eprofessionalism_graders.cohort.handins import Handin, Mark

    banks, keys = whole_course

    def play(size: int):
        people, handins = synthetic.cohort(size, 3), {}
        for place, learner in enumerate(people):
            for number, (name, bank) in enumerate(banks.items()):
                if synthetic.sits(learner, number, len(banks), forms.sitting(bank, "AB"[place % 2])):
                    folder = tmp_path_factory.mktemp("played")
                    (folder / ITEMS_FILE).write_text(json.dumps(dump_items(bank)), encoding="utf-8")
                    left = synthetic.play(learner, folder, number, len(banks), keys[name])
                    handins[learner.person.id, name] = graded(bank, keys[name], folder, left > synthetic.DUE)
        return [learner.person for learner in people], handins

    def graded(bank, key, folder, late):
        records = list(journal.records(folder / journal.JOURNAL_FILE))
        answers = counted(bank.items, records)
        marks = {name: Mark(None if item.is_text and name in answers else 0.0) for name, item in bank.items.items()}
        for name, record in answers.items():
            if not bank.items[name].is_text:
                marks[name] = Mark(bank.items[name].points * scoring.score(bank.items[name], key[name], record.answer))
        return Handin(answers, Counter(r.item for r in records if r.kind == "commit"), late, marks)

    return cache(lambda size: Cohort(whole_course, *play(size)))


@pytest.fixture(scope="session")
def opinions_of():
    """What so many of 40 learners said of the course in its own survey."""
    from random import Random

    from eprofessionalism.authoring.loader import load_cases
    from eprofessionalism.authoring.notebook import item_bank
    from eprofessionalism_graders import opinions
    from eprofessionalism_graders.cohort import evaluation

    bank = item_bank(load_cases(CASES)["99-evaluation"])

    def said(learners: int):
        dice = Random(learners)
        given = [{name: opinions.opinion(item, 0, dice) for name, item in bank.items.items()} for _ in range(learners)]
        answers = [{name: value for name, value in one.items() if value} for one in given]
        return evaluation.count("99-evaluation", bank, answers, 40)

    return said


@pytest.fixture(scope="session")
def invented(invent):
    """A cohort of 24."""
    return invent(24)


@pytest.fixture(scope="session")
def make_cohort(whole_course) -> Callable[..., Cohort]:
    """A cohort of this roster with these hand-ins."""
    return lambda roster, handins=None, **beside: Cohort(whole_course, roster, handins or {}, **beside)


@pytest.fixture(scope="session")
def taken_apart() -> type[Page]:
    """A page's source taken apart."""
    return Page
