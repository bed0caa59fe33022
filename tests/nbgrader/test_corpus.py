"""Every hostile and broken submission of the corpus, by each of the three ways in which submissions are graded.

A way grades all of them at once, among honest ones: `eprof collect` and `eprof grade`, `nbgrader autograde`, and
Formgrader's own endpoint. Then each of them is looked at by itself.
"""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup, Comment
from nbgrader.api import MissingEntry

from eprofessionalism.player import Player
from eprofessionalism_graders import incidents, intake, starting
from eprofessionalism_graders.offering import Offering

from .corpus import CASE, ENTRIES, FORM, MARKUP, OUTSIDE, WAYS, Entry, Submission
from .corpus.folders import write_outside

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and permissions are others on Windows"),
]

CONTROLS = ("aaa-honest", "m-honest", "zzz-honest")
LARGEST = 100_000_000  # bytes; what is longer was made by the corpus, and is all holes
CLEAR = "\x1b[2J"  # what clears a terminal


@dataclass
class Run:
    """One way with all the submissions that it can take, after grading.

    `said` is all that a terminal or a server's log shows of it; `pages` has by learner what a browser gets to see.
    """

    way: str
    offering: Offering
    outside: Path
    ran: Path
    submissions: dict[str, Submission] = field(default_factory=dict, repr=False)
    given: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    said: list[str] = field(default_factory=list, repr=False)
    pages: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def graded(self, learner: str, assignment: str) -> Path:
        return self.offering.root / "autograded" / learner / assignment

    @cached_property
    def listed(self) -> list[incidents.Incident]:
        """The list of incidents; first asked for when everything has been graded."""
        return incidents.load(self.offering.root)

    def incidents(self, learner: str, assignment: str) -> list[incidents.Incident]:
        return [one for one in self.listed if one.learner == learner and one.assignment in (assignment, "")]


# ---- What is handed in -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def cohort(database, made_offering, tmp_path_factory) -> Iterator[Path]:
    """An offering whose learners are those of the corpus, and a few honest ones."""
    with database.copies() as copy:
        offering = copy(made_offering, tmp_path_factory.mktemp("corpus") / "course")
        ids = sorted([*CONTROLS, *(entry.learner for entry in ENTRIES)])
        (offering.root / "roster.csv").write_text("id\n" + "\n".join(ids) + "\n", encoding="utf-8")
        starting.enter_roster(Offering.open(offering.root))
        database.keep(offering.root)
        yield offering.root


@pytest.fixture(scope="session")
def honest(cohort, judge, tmp_path_factory) -> dict[str, Path]:
    """An honest learner's folder of each assignment: as it was released, with all answers right."""
    folders = {}
    for assignment in (CASE, FORM):
        folder = tmp_path_factory.mktemp("honest") / assignment
        shutil.copytree(cohort / "release" / assignment, folder)
        player = Player(folder)
        for name, item in judge.keys(cohort, assignment).items():
            player.commit(name, judge.best(item))
        intake.write_timestamp(folder, datetime.now(UTC))
        folders[assignment] = folder
    return folders


def hand_in(run: Run, place: Path, honest: dict[str, Path], judge) -> None:
    """Lay every submission that the way can take out in `place`, which holds the learners' folders."""
    for learner in CONTROLS:
        for assignment, folder in honest.items():
            shutil.copytree(folder, place / learner / assignment)
    write_outside(run.outside, run.offering.release(CASE))
    run.ran.mkdir()
    for entry in ENTRIES:
        if run.way not in entry.beyond:
            items = judge.keys(run.offering.root, entry.assignment)
            submission = Submission(
                folder=Path(shutil.copytree(honest[entry.assignment], place / entry.learner / entry.assignment)),
                items=items,
                right={name: judge.best(item) for name, item in items.items()},
                outside=run.outside,
                fellow=place / CONTROLS[0] / entry.assignment,
                ran=run.ran,
                other_release=run.offering.release("02-patient-stories"),
            )
            run.submissions[entry.learner] = submission
            run.given[entry.learner] = entry.spoil(submission) or {}
    for path in run.outside.rglob("*"):  # a disk notes when a file is read for the first time after it was changed
        os.utime(path, (0, path.stat().st_mtime))


# ---- The three ways --------------------------------------------------------------------------------------------------


def eprof(run: Run, *arguments: str | Path, cwd: Path) -> None:
    """A command of ours, as an instructor gives it."""
    program = Path(sys.executable).with_name("eprof")
    done = subprocess.run([program, *arguments], cwd=cwd, capture_output=True, check=False, timeout=900)
    run.said += [done.stdout.decode(), done.stderr.decode()]
    assert done.returncode in (0, 1), run.said[-1]
    assert "Traceback" not in run.said[-1]


def by_eprof(run: Run, honest, judge, **_others) -> None:
    """All of it by our own commands, given by somebody who stands in folders full of code."""
    root, source = run.offering.root, run.offering.root.with_name("downloads")
    hand_in(run, source, honest, judge)
    eprof(run, "collect", root, source, cwd=source / "code.modules-named-like-others" / CASE)
    eprof(run, "grade", root, cwd=source / "code.pythons-own-hooks" / CASE)
    eprof(run, "grade", root, cwd=source / "code.jupyters-settings" / CASE)
    assert "graded 0, " in run.said[-2], "what has not changed is not graded again"
    eprof(run, "report", root, cwd=source / "code.settings-of-programs" / CASE)


def by_nbgrader(run: Run, honest, judge, nbgrader, **_others) -> None:
    """nbgrader's own command, on what its own collecting would leave."""
    hand_in(run, run.offering.root / "submitted", honest, judge)
    for assignment in (CASE, FORM):
        run.said.append(nbgrader(run.offering, "autograde", assignment).stderr)
    for pattern in ("text.*", "*-honest"):
        done = nbgrader(run.offering, "generate_feedback", CASE, "--student", pattern)
        assert done.returncode == 0, done.stderr


def by_formgrader(run: Run, honest, judge, serving, **_others) -> None:
    """The endpoints behind Formgrader's buttons."""
    hand_in(run, run.offering.root / "submitted", honest, judge)
    folder = run.offering.root.with_name("server")
    folder.mkdir()
    with serving(run.offering, folder) as call:
        todo = [(learner, name) for learner in CONTROLS for name in (CASE, FORM)]
        todo += [(learner, one.assignment) for learner, one in run.submissions.items()]
        todo += [(stranger, CASE) for one in run.submissions.values() for stranger in one.strangers]
        for learner, name in sorted(todo):
            run.said.append(json.dumps(call(f"api/submission/{name}/{quote(learner)}/autograde", "POST")))
        listed = {one["student"] for name in (CASE, FORM) for one in call(f"api/submissions/{name}")}
        assert listed >= run.submissions.keys(), "what was graded is on Formgrader's list"
        notebooks = {one["student"]: one["id"] for one in call(f"api/submitted_notebooks/{CASE}/{CASE}")}
        for learner, name in todo:
            if learner.startswith("text.") or learner in CONTROLS:
                assert call(f"api/assignment/{name}/{learner}/generate_feedback", "POST")["success"]
                run.pages[learner] = [call(f"submissions/{notebooks[learner]}/?index=0")]
    run.said.append((folder / "jupyter.log").read_text(errors="replace"))


_WAYS = {"eprof": by_eprof, "nbgrader": by_nbgrader, "formgrader": by_formgrader}


@pytest.fixture(scope="session", params=WAYS)
def run(request, database, cohort, tmp_path_factory) -> Iterator[Run]:
    """One way, with everything graded."""
    folder = tmp_path_factory.mktemp(request.param)
    tools = {name: request.getfixturevalue(name) for name in ("honest", "judge", "nbgrader", "serving")}
    with database.copies() as copy:
        run = Run(request.param, copy(cohort, folder / "course"), folder / "outside", folder / "ran")
        _WAYS[run.way](run, **tools)
        yield run


def each(kind: str = "") -> pytest.MarkDecorator:
    """Run a test for each entry, or for those of one kind."""
    entries = [entry for entry in ENTRIES if kind in ("", entry.kind)]
    return pytest.mark.parametrize("entry", entries, ids=[entry.learner for entry in entries])


@pytest.fixture
def submission(run, entry) -> Submission:
    """What became of an entry's submission, where the way can take it."""
    if run.way in entry.beyond:
        pytest.skip(entry.beyond[run.way])
    return run.submissions[entry.learner]


# ---- Each of them ----------------------------------------------------------------------------------------------------


def wanted(judge, entry: Entry, submission: Submission, given: dict[str, Any]) -> dict[str, float | None]:
    """The score of each item, computed without the code under test; None where a person has to mark."""
    scores = {}
    for name, item in submission.items.items():
        answer = given.get(name, submission.right[name] if entry.outcome == "full" else None)
        by_hand = item.type == "reflection" and answer is not None
        scores[name] = None if by_hand else 0.0 if answer is None else pytest.approx(float(judge.worth(item, answer)))
    return scores


@each()
def test_it_is_graded_with_the_right_score(run, entry, submission, judge, scores_of):
    if entry.outcome == "ungraded":
        with suppress(MissingEntry):  # not even handed in
            assert {one.auto for one in scores_of(run.offering, entry.learner, entry.assignment).values()} <= {None}
        assert not run.graded(entry.learner, entry.assignment).exists()
        return
    found = {name: one.auto for name, one in scores_of(run.offering, entry.learner, entry.assignment).items()}
    for name, score in found.items():
        assert score is None or (math.isfinite(score) and 0 <= score <= submission.items[name].points)
    assert found == wanted(judge, entry, submission, run.given[entry.learner])


@each()
def test_what_was_found_is_on_the_list(run, entry, submission):
    found = run.incidents(entry.learner, entry.assignment)
    if entry.incident:
        assert entry.incident in " ".join(one.found for one in found)
    else:
        assert found == []
    for one in found:
        assert one.found
        assert one.done
        assert str(one).isprintable()


@each()
def test_nothing_of_it_is_copied_but_the_answers(run, entry, submission):
    graded, released = run.graded(entry.learner, entry.assignment), run.offering.release(entry.assignment)
    kept = {"responses.jsonl", "timestamp.txt"} | {f"{entry.assignment}.ipynb"}
    for path in graded.rglob("*"):
        name = path.relative_to(graded).as_posix()
        assert not path.is_symlink()
        if path.is_file() and name not in kept:
            assert path.read_bytes() == (released / name).read_bytes()


def clean(page: str) -> str:
    """The text of a page, in which `MARKUP` stands nowhere but in the text."""
    soup = BeautifulSoup(page, "html.parser")
    for tag in soup.find_all(True):
        assert MARKUP not in json.dumps([tag.name, tag.attrs])
        assert tag.name not in ("script", "style") or MARKUP not in tag.text
    assert not [text for text in soup.find_all(string=lambda text: isinstance(text, Comment)) if MARKUP in text]
    return soup.get_text()


@each(kind="text")
def test_markup_is_text_or_nothing(run, entry, submission):
    notebook = json.loads((run.graded(entry.learner, CASE) / f"{CASE}.ipynb").read_text())
    pages = [(run.offering.root / "feedback" / entry.learner / CASE / f"{CASE}.html").read_text()]
    pages += run.pages.get(entry.learner, [])
    pages += [
        cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]) for cell in notebook["cells"]
    ]
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    pages += ["".join(output["data"].get("text/html", "")) for output in outputs]
    texts = [clean(page) for page in pages]
    if entry.marked_up:
        assert [text for text in texts if MARKUP in text], "a reader sees what the learner wrote"
    else:
        assert MARKUP not in "".join([json.dumps(notebook), *pages])


# ---- All of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("learner", CONTROLS)
@pytest.mark.parametrize("assignment", [CASE, FORM])
def test_honest_learners_are_untouched(run, honest, judge, scores_of, learner, assignment):
    items = judge.keys(run.offering.root, assignment)
    full = {name: None if item.type == "reflection" else float(item.points) for name, item in items.items()}
    assert {name: one.auto for name, one in scores_of(run.offering, learner, assignment).items()} == full
    assert run.incidents(learner, assignment) == []
    submitted, sent = run.offering.submitted(learner, assignment), honest[assignment]
    names = ("responses.jsonl", "timestamp.txt", f"{assignment}.ipynb")
    assert [(submitted / name).read_bytes() for name in names] == [(sent / name).read_bytes() for name in names]
    assert (run.graded(learner, assignment) / f"{assignment}.ipynb").is_file()


def test_nobody_beside_the_roster_is_graded(run):
    with run.offering.gradebook() as gradebook:
        known = {student.id for student in gradebook.students}
        graded = {one.student_id for one in gradebook.assignment_submissions(CASE) if one.score}
    strangers = [name for one in run.submissions.values() for name in one.strangers]
    assert strangers
    for name in strangers:
        assert name not in known or name not in graded
        assert not list((run.offering.root / "autograded" / name).rglob("*.ipynb"))
        assert [one for one in run.listed if name in (one.learner, *one.found.split("“"))]


def test_no_code_of_a_learner_has_run(run):
    assert list(run.ran.iterdir()) == []


def test_nothing_outside_was_read_changed_or_shown(run):
    hard = run.outside / "hard"
    for path in run.outside.rglob("*"):
        if stat.S_ISREG(path.lstat().st_mode) and hard not in path.parents:
            assert path.stat().st_atime == 0, f"{path} has been read"
            assert OUTSIDE in path.read_text() or path.suffix == ".ipynb"
    known = {path.stat().st_ino for path in run.outside.rglob("*")}
    told, theirs = OUTSIDE.encode(), f"folders.journal-is-a-hard-link/{CASE}/responses.jsonl"
    for folder, _, names in os.walk(run.offering.root):
        for path in (Path(folder, name) for name in names):
            found = path.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_size < LARGEST and found.st_ino not in known:
                assert told not in path.read_bytes() or path.as_posix().endswith(theirs), path
    assert OUTSIDE not in "".join(run.said)


def test_a_terminal_obeys_nothing_that_a_learner_wrote(run):
    assert CLEAR not in "".join(run.said)


def test_an_instructor_sees_every_incident_in_the_private_report_and_in_no_other(run):
    if run.way != "eprof":
        eprof(run, "report", run.offering.root, cwd=run.offering.root)
    report = run.offering.root / "report"
    page = BeautifulSoup((report / "people.html").read_text(), "html.parser").get_text(" ", strip=True)
    shared = "".join(path.read_text() for path in [report / "index.html", *(report / "share").rglob("*.html")])
    assert shared
    found = run.listed
    assert len(found) > len(ENTRIES) / 2
    with (report / "incidents.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = {(row["learner"].lstrip("'"), row["assignment"]) for row in csv.DictReader(file)}
    assert rows == {(one.learner, one.assignment) for one in found}
    for one in found:
        assert not one.learner or one.found not in shared
        assert not one.learner or one.learner not in shared
    assert "1,000,000 lines" in page
    assert OUTSIDE not in page + shared
