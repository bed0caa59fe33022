"""Programs killed at random moments, and two at once: no answer is lost, and a further run completes the grading.

What is drawn at random is drawn from a seed; the moments are the clock's. `EPROF_KILLS_ANSWERING` and
`EPROF_KILLS_GRADING` say how often to kill (20 and 8 if unset; CONTRIBUTING has the long command).
"""

from __future__ import annotations

import builtins
import hashlib
import io
import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy import func, select

from eprofessionalism import journal
from eprofessionalism.answers import counted
from eprofessionalism.items import load_items
from eprofessionalism.library import built_cases
from eprofessionalism.player import Player
from eprofessionalism_graders import collecting, grading, hook, incidents
from eprofessionalism_graders.offering import Offering, nbgrader_at_work

CASE, FORM = "01-friend-requests", "90-form-a"
KILLS_ANSWERING = int(os.environ.get("EPROF_KILLS_ANSWERING", "20"))
KILLS_GRADING = int(os.environ.get("EPROF_KILLS_GRADING", "8"))
KILLS_COMMAND = max(1, KILLS_GRADING // 10)  # of the whole command, which first imports for some seconds
ROUNDS_MEANWHILE = 2
COMMANDS_BESIDE = 2
HELPERS = Path(__file__).parent
PATIENCE = 300  # seconds that a slow, busy machine is given for what takes a few

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="SIGKILL and fork are POSIX")


@contextmanager
def running(log: Path, *command: str | Path) -> Iterator[subprocess.Popen]:
    """A Python program of ours, killed at the end if it still runs."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with (
        log.open("ab") as errors,
        subprocess.Popen(
            [sys.executable, *command], stderr=errors, env=os.environ | {"PATH": path}, **pipes
        ) as program,
    ):
        try:
            yield program
        finally:
            program.kill()


def told(program: subprocess.Popen, log: Path) -> dict:
    """The next thing that a program reports."""
    line = program.stdout.readline()
    assert line.endswith(b"\n"), f"ended with {program.wait()} before its report: {log.read_text()}"
    return json.loads(line)


# ---- Answering -------------------------------------------------------------------------------------------------------


@dataclass
class Tabs:
    """Two tabs of a browser that answer into the same journals, and all that was acknowledged in them."""

    folders: list[Path]
    log: Path
    draw: random.Random
    acknowledged: list[dict] = field(default_factory=list)
    kills: int = 0
    halves: int = 0

    def kill_two(self) -> None:
        """Open both on the same journals, let them work for a moment, and kill one after the other."""
        command = HELPERS / "answering_child.py"
        with ExitStack() as opened:
            tabs = [
                opened.enter_context(running(self.log, command, str(self.draw.random()), *self.folders))
                for _ in range(2)
            ]
            for tab in tabs:
                assert told(tab, self.log) == {"ready": True}
            for tab in tabs:
                for _ in range(self.draw.randint(0, 3)):  # the moment right after “saved” is among those of the kills
                    self.acknowledged.append(told(tab, self.log))
                time.sleep(self.draw.uniform(0, 0.04))
                tab.kill()
                self.acknowledged += map(json.loads, tab.stdout.read().splitlines())
                assert tab.wait() == -signal.SIGKILL, self.log.read_text()
                self.kills += 1

    def tear(self) -> None:
        """Leave half a line, as a machine without power does: a kill seldom comes in the middle of a write."""
        path = self.draw.choice(self.folders) / journal.JOURNAL_FILE
        content = path.read_bytes()
        if content.endswith(b"\n"):
            line = content.splitlines()[-1][:5000]
            path.write_bytes(content + line[: self.draw.randint(1, len(line) - 1)])
            self.halves += 1


@pytest.fixture
def tabs(tmp_path) -> Tabs:
    folders = [Path(shutil.copytree(built_cases()[name], tmp_path / name)) for name in (CASE, FORM)]
    return Tabs(folders, tmp_path / "tabs.log", random.Random("answering"))


def lines_of(path: Path) -> tuple[list[dict], list[bytes]]:
    """The lines of a journal that are whole, and all others, without our reader."""
    whole, torn = [], []
    for line in filter(None, path.read_bytes().split(b"\n")):
        try:
            whole.append(json.loads(line))
        except ValueError:
            torn.append(line)
    return whole, torn


def name_of(line: dict) -> tuple[str, str]:
    """What tells one answer from every other: who gave it, and when."""
    return line["session"], line["at"]


def last_counts(folder: Path) -> set[str]:
    """The items of which the last answer counts, by the rule in DESIGN: where nothing is revealed before grading."""
    entries = json.loads((folder / "items.json").read_text())["items"]
    return {entry["id"] for entry in entries if entry.get("assessment") or entry["type"] == "reflection"}


def check_acknowledged(folder: Path, acknowledged: list[dict], lines: list[dict]) -> dict[str, tuple[str, str]]:
    """Each answer that was called saved is there, and nothing older or newer counts in its place.

    Gives by item the answer that counts.
    """
    last = last_counts(folder)
    places = {name_of(line): place for place, line in enumerate(lines)}
    assert len(places) == len(lines), "no answer is there twice"
    counting: dict[str, tuple[str, str]] = {}
    for line in lines:
        if line["item"] in last or line["item"] not in counting:
            counting[line["item"]] = name_of(line)
    for one in acknowledged:
        place = places[name_of(one)]
        digest = hashlib.sha256(json.dumps(lines[place]["answer"], sort_keys=True).encode()).hexdigest()
        assert (lines[place]["kind"], lines[place]["item"], digest) == ("commit", one["item"], one["answer"])
        counted_place = places[counting[one["item"]]]
        assert counted_place >= place if one["item"] in last else counted_place <= place
    return counting


def test_no_acknowledged_answer_is_lost_by_a_kill(tabs):
    while tabs.kills < KILLS_ANSWERING:
        tabs.kill_two()
        if tabs.draw.random() < 0.3:
            tabs.tear()

    assert len(tabs.acknowledged) > tabs.kills / 2
    halves = 0
    for folder in tabs.folders:
        path = folder / journal.JOURNAL_FILE
        lines, torn = lines_of(path)
        acknowledged = [one for one in tabs.acknowledged if one["case"] == folder.name]
        counting = check_acknowledged(folder, acknowledged, lines)

        records = list(journal.records(path))
        assert [(one.session, one.at) for one in records] == [name_of(line) for line in lines]
        found = counted(load_items(folder).items, records)
        assert {item: (one.session, one.at) for item, one in found.items()} == counting
        player = Player(folder)
        assert all(
            player.view(line["item"]).at == line["at"] for line in {line["item"]: line for line in lines}.values()
        )

        for line in torn:
            assert line.startswith(b'{"v": 1, "kind": "commit", "item": "'[: len(line)])
            assert b'"v": 1' not in line[6:], "half a line has swallowed no other"
        halves += len(torn)
    assert tabs.halves <= halves <= tabs.halves + tabs.kills
    sys.stdout.write(
        f"{tabs.kills} kills, {len(tabs.acknowledged)} answers acknowledged, {halves - tabs.halves} torn\n"
    )


# ---- Grading ---------------------------------------------------------------------------------------------------------

STRAYS = (".part-", ".incoming", ".outgoing", ".stand-in", ".handed-in")


@dataclass
class Cohort:
    """An offering, what its learners have handed in, and what must come of it by the test's own computation.

    `without_notebook` is the share of submissions from which the notebook is missing, so that grading lays it down.
    """

    offering: Offering
    judge: SimpleNamespace
    folder: Path
    draw: random.Random
    at: datetime
    assignments: tuple[str, ...] = (CASE, FORM)
    without_notebook: float = 0.0
    answers: dict[tuple[str, str], dict] = field(default_factory=dict)
    marked: dict[str, float] = field(default_factory=dict)
    basis: dict[str, str] = field(default_factory=dict)
    changed_since: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.items = {name: self.judge.keys(self.offering.root, name) for name in self.assignments}
        self.learners = [one.id for one in self.offering.roster()]
        self.places = [(learner, name) for learner in self.learners for name in self.assignments]
        (self.text_item,) = [name for name, item in self.items[CASE].items() if item.type == "reflection"]

    def hand_in(self, learner: str, assignment: str) -> None:
        """Other answers than before, and now and then the same text among them."""
        number = self.draw.randrange(1, 40)
        answers = {name: self.judge.other(item, number) for name, item in self.items[assignment].items()}
        if assignment == CASE:
            answers[self.text_item] = f"Text number {self.draw.randrange(3)}."
            if self.basis.get(learner, answers[self.text_item]) != answers[self.text_item]:
                self.changed_since.add(learner)
        self.at += timedelta(seconds=1)
        path = self.folder / "journal.jsonl"
        entries = [
            {"v": 1, "kind": "commit", "item": item, "answer": answer, "certainty": None, "at": self.at.isoformat()}
            for item, answer in answers.items()
        ]
        path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
        self.answers[learner, assignment] = answers
        folder = collecting.hand_in(self.offering, learner, assignment, path, self.at)
        if self.draw.random() < self.without_notebook:
            (folder / f"{assignment}.ipynb").unlink()

    def hand_in_all(self) -> None:
        """All of them."""
        for place in self.places:
            self.hand_in(*place)

    def hand_in_some(self) -> None:
        """Most of them, so that there is work."""
        for place in self.draw.sample(self.places, self.draw.randint(len(self.places) // 2, len(self.places))):
            self.hand_in(*place)

    def mark_some(self) -> None:
        """Mark and comment reflections by hand, as Formgrader does."""
        with self.offering.gradebook() as gradebook:
            graded = [learner for learner, assignment in self.answers if assignment == CASE]
            for learner in self.draw.sample(graded, len(graded) // 2):
                grade = gradebook.find_grade(self.text_item, CASE, CASE, learner)
                points = self.draw.randint(1, 8) / 2
                grade.manual_score, grade.needs_manual_grade = points, False
                gradebook.find_comment(self.text_item, CASE, CASE, learner).manual_comment = f"{points} for you"
                self.marked[learner], self.basis[learner] = points, self.answers[learner, CASE][self.text_item]
                self.changed_since.discard(learner)
            gradebook.db.commit()

    def check(self) -> None:
        """Everything is graded, once, as it should be, and nothing else lies about."""
        with self.offering.gradebook() as gradebook:
            totals = {place: self.check_scores(gradebook, *place) for place in self.answers}
            self.check_rows(gradebook)
        for (learner, assignment), total in totals.items():
            self.check_files(learner, assignment, total)
        assert incidents.load(self.offering.root) == [], "nobody is blamed for what a kill has left"
        assert not [path.name for path in self.offering.root.glob("gradebook.db?*")]
        for path in (self.offering.root / ".eprof").rglob("*.json"):
            json.loads(path.read_text(encoding="utf-8"))

    def strays(self) -> list[str]:
        """What no run that comes to its end leaves behind."""
        found = (path for path in self.offering.root.rglob("*") if path.name.startswith(STRAYS))
        return [path.relative_to(self.offering.root).as_posix() for path in found]

    def check_scores(self, gradebook, learner: str, assignment: str) -> float:
        """The scores of one submission; gives their sum."""
        answers = self.answers[learner, assignment]
        (notebook,) = gradebook.find_submission(assignment, learner).notebooks
        grades = {grade.name: grade for grade in notebook.grades}
        assert grades.keys() == self.items[assignment].keys()
        total = 0.0
        for name, item in self.items[assignment].items():
            grade = grades[name]
            if item.type == "reflection":
                assert (grade.auto_score, grade.manual_score) == (None, self.marked.get(learner))
                if learner not in self.marked or answers[name] != self.basis[learner]:
                    assert grade.needs_manual_grade, f"{learner}: a text that nobody has marked asks for a mark"
                elif learner not in self.changed_since:
                    assert not grade.needs_manual_grade, f"{learner}: a mark that still rests on its text is settled"
                total += self.marked.get(learner, 0)
                continue
            worth = float(self.judge.worth(item, answers[name]))
            assert grade.auto_score == pytest.approx(worth), f"{learner}, {name}"
            assert (grade.manual_score, grade.needs_manual_grade) == (None, False)
            total += worth
        assert notebook.score == pytest.approx(total)
        comments = [comment.manual_comment for comment in notebook.comments]
        assert comments.count(f"{self.marked.get(learner)} for you") == (assignment == CASE and learner in self.marked)
        return total

    def check_rows(self, gradebook) -> None:
        """One row for each submission, notebook, grade cell and comment."""
        for kind, columns in (
            (SubmittedAssignment, (SubmittedAssignment.assignment_id, SubmittedAssignment.student_id)),
            (SubmittedNotebook, (SubmittedNotebook.assignment_id, SubmittedNotebook.notebook_id)),
            (Grade, (Grade.cell_id, Grade.notebook_id)),
            (Comment, (Comment.cell_id, Comment.notebook_id)),
        ):
            twice = gradebook.db.execute(select(*columns).group_by(*columns).having(func.count() > 1)).all()
            assert twice == [], kind.__name__
        count = select(func.count()).select_from
        assert gradebook.db.execute(count(SubmittedAssignment)).scalar_one() == len(self.answers)
        wanted = sum(len(self.items[assignment]) for _, assignment in self.answers)
        assert gradebook.db.execute(count(Grade)).scalar_one() == wanted

    def check_files(self, learner: str, assignment: str, total: float) -> None:
        """What was handed in is still there, the graded page can be read, and the feedback shows the score."""
        root = self.offering.root
        journal_here = self.offering.submitted(learner, assignment) / journal.JOURNAL_FILE
        entries = map(json.loads, journal_here.read_text(encoding="utf-8").splitlines())
        assert {entry["item"]: entry["answer"] for entry in entries} == self.answers[learner, assignment]
        page = json.loads((root / "autograded" / learner / assignment / f"{assignment}.ipynb").read_text())
        assert len(page["cells"]) >= len(self.items[assignment])
        shown = (root / "feedback" / learner / assignment / f"{assignment}.html").read_text()
        score = re.search(rf"{assignment} \(Score: ([0-9.]+) / ([0-9.]+)\)", shown)
        assert float(score[1]) == pytest.approx(total, abs=0.006), f"{learner}, {assignment}"


@pytest.fixture
def cohort(offering, judge, tmp_path, on_time) -> Cohort:
    return Cohort(offering, judge, tmp_path, random.Random("grading"), on_time - timedelta(days=10))


@dataclass
class Graders:
    """Graders in processes of their own, started by one that has imported everything."""

    program: subprocess.Popen
    log: Path
    span: float = 0.0

    def begin(self) -> int:
        """Start one; gives its process id, which is its own until `end`."""
        self.say("grade")
        return told(self.program, self.log)["pid"]

    def say(self, word: str) -> None:
        self.program.stdin.write(f"{word}\n".encode())
        self.program.stdin.flush()

    def end(self) -> tuple[int, list[dict]]:
        """Wait for its end: the exit status, and what it reported."""
        self.say("wait")
        reports = []
        while "status" not in (report := told(self.program, self.log)):
            reports.append(report)
        return report["status"], reports

    def grade(self) -> dict:
        """One whole run; gives its summary."""
        start = time.monotonic()
        self.begin()
        status, reports = self.end()
        assert status == 0, self.log.read_text()
        (summary,) = reports
        assert summary["failed"] == {}
        if summary["graded"]:
            self.span = time.monotonic() - start
        return summary

    def kill(self, after: float) -> bool:
        """Start one and kill it; whether it had not ended before."""
        pid = self.begin()
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        status, _ = self.end()
        assert status in (0, -signal.SIGKILL), self.log.read_text()
        return status != 0


@contextmanager
def graders(offering: Offering, log: Path, share_from: int = 1000) -> Iterator[Graders]:
    """Graders of an offering, each of which shares the work with others from so many submissions on."""
    with running(log, HELPERS / "grading_child.py", offering.root, str(share_from)) as program:
        assert told(program, log) == {"ready": True}
        yield Graders(program, log)


def test_a_second_run_completes_the_grading_that_a_kill_has_stopped(cohort, tmp_path):
    cohort.without_notebook = 0.3
    cohort.hand_in_some()
    kills = rounds = 0
    with graders(cohort.offering, tmp_path / "graders.log") as grader:
        grader.grade()
        cohort.mark_some()
        while kills < KILLS_GRADING:
            cohort.hand_in_some()
            kills += grader.kill(cohort.draw.uniform(0, grader.span))
            rounds += 1
            assert rounds <= 10 * KILLS_GRADING, "most kills should come before the end"
            if cohort.draw.random() < 0.5:  # else the next kill comes upon this one
                grader.grade()
                cohort.check()
                cohort.mark_some()
        grader.grade()
        assert grader.grade()["graded"] == 0, "what is graded stays graded"
    cohort.check()
    assert cohort.strays() == []
    sys.stdout.write(f"{kills} kills in {rounds} rounds of about {grader.span:.2f} s\n")


def command(offering: Offering, *options: str) -> list[str | Path]:
    """`eprof grade` as an instructor runs it."""
    return ["-m", "eprofessionalism", "grade", offering.root, *options]


def traces(offering: Offering) -> set[tuple[str, int]]:
    """What tells that a grader has begun to write; what vanishes meanwhile is passed over."""
    found = set()
    for step in (".eprof", "autograded", "feedback"):
        for place, _, names in os.walk(offering.root / step):
            for path in (os.path.join(place, name) for name in ("", *names)):  # noqa: PTH118 - as walk gives it
                with suppress(OSError):
                    found.add((path, os.stat(path).st_mtime_ns))  # noqa: PTH116
    return found


def kill_command(offering: Offering, log: Path, after: float) -> bool:
    """Run the command and kill it some time after it has begun to write; whether it had not ended before."""
    before = traces(offering)
    with running(log, *command(offering)) as program:
        until = time.monotonic() + PATIENCE
        while program.poll() is None and traces(offering) == before:
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.005)
        time.sleep(after)
        program.kill()
    assert program.returncode in (0, -signal.SIGKILL), log.read_text()
    return program.returncode != 0


def last_run(cohort: Cohort, log: Path) -> None:
    """One more grader, when all others have ended: then everything is as it should be."""
    with running(log, *command(cohort.offering)) as program:
        said = program.stdout.read().decode()
    assert program.returncode == 0, log.read_text()
    assert "not graded 0" in said
    cohort.check()
    assert cohort.strays() == []


@pytest.mark.one_database
def test_the_command_completes_what_a_killed_command_has_begun(cohort, tmp_path):
    log, kills = tmp_path / "command.log", 0
    for _ in range(KILLS_COMMAND):
        cohort.hand_in_all()
        kills += kill_command(cohort.offering, log, cohort.draw.uniform(0, 0.5))
    assert kills, "a command that has just begun has not ended"
    last_run(cohort, log)


# ---- Several processes -----------------------------------------------------------------------------------------------


def descendants(pid: int) -> set[int]:
    """The processes that a process has started, and theirs."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True).stdout
    parents = {int(child): int(parent) for child, parent in map(str.split, table.splitlines())}
    found: set[int] = set()
    while more := {child for child, parent in parents.items() if parent in found | {pid}} - found:
        found |= more
    return found


def left_running(pids: set[int]) -> set[int]:
    """Those that do not end by themselves within a minute; they are ended then."""
    until = time.monotonic() + 60
    while left := {pid for pid in pids if is_running(pid)}:
        if time.monotonic() > until:
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            return left
        time.sleep(0.1)
    return set()


def is_running(pid: int) -> bool:
    """Whether a process has not ended: one that only waits to be fetched has."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


@pytest.mark.one_database
def test_the_helpers_of_a_killed_grader_end_too_and_a_second_run_completes_their_work(cohort, tmp_path):
    cohort.hand_in_all()
    log = tmp_path / "graders.log"
    with graders(cohort.offering, log, share_from=2) as grader:
        pid = grader.begin()
        until = time.monotonic() + PATIENCE
        while not any((cohort.offering.root / "autograded").rglob("*.ipynb")):
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.02)
        helpers = descendants(pid)
        assert len(helpers) > 1, "expected several processes to share the work"
        os.kill(pid, signal.SIGKILL)
        assert grader.end()[0] == -signal.SIGKILL
        assert left_running(helpers) == set(), "they wait for ever for somebody who will not come back"
        grader.grade()
    cohort.check()


# ---- Two at once -----------------------------------------------------------------------------------------------------


class Formgrader(threading.Thread):
    """An instructor who has Formgrader grade one submission after the other, round and round until told to stop."""

    def __init__(self, call: Callable, places: list[tuple[str, str]]) -> None:
        super().__init__()
        self.call, self.places, self.stop = call, places, threading.Event()
        self.answers: list[dict] = []
        self.wrong: list[BaseException] = []

    def run(self) -> None:
        try:
            for learner, assignment in itertools.cycle(self.places):
                if self.stop.is_set():
                    return
                self.answers.append(self.call(f"api/submission/{assignment}/{learner}/autograde", "POST"))
        except BaseException as error:
            self.wrong.append(error)


def test_two_commands_at_once_grade_each_submission_rightly(cohort, tmp_path):
    log = tmp_path / "commands.log"
    cohort.hand_in_all()
    for _ in range(2):  # the first time, and again
        one, other = command(cohort.offering, "--force"), command(cohort.offering)
        with running(log, *one) as forced, running(log, *other) as plain:
            said = [program.stdout.read().decode() for program in (forced, plain)]
        assert [forced.returncode, plain.returncode] == [0, 0], (said, log.read_text())
        cohort.check()
        cohort.mark_some()
        cohort.hand_in_some()
    last_run(cohort, log)


def test_formgrader_and_the_command_at_once_grade_each_submission_rightly(cohort, formgrader, tmp_path):
    cohort.hand_in_all()
    log = tmp_path / "commands.log"
    instructor = Formgrader(formgrader, cohort.places)
    instructor.start()
    said = []
    try:
        for _ in range(COMMANDS_BESIDE):
            with running(log, *command(cohort.offering, "--force")) as program:
                said.append(program.stdout.read().decode())
            assert program.returncode in (0, 1), log.read_text()
    finally:
        instructor.stop.set()
        instructor.join(PATIENCE)
    assert not instructor.is_alive()
    assert instructor.wrong == []
    good = sum(answer["success"] for answer in instructor.answers)
    assert good
    sys.stdout.write(f"{good} of {len(instructor.answers)} graded by Formgrader, beside {said}\n")
    last_run(cohort, log)


@pytest.mark.one_database
def test_what_is_handed_in_while_graders_work_is_graded_in_the_end(cohort, tmp_path):
    cohort.hand_in_all()
    with graders(cohort.offering, tmp_path / "graders.log") as grader:
        grader.grade()
        for _ in range(ROUNDS_MEANWHILE):
            cohort.hand_in_all()
            start = time.monotonic()
            grader.begin()
            for number, place in enumerate(cohort.places):  # in the grader's own order, and about when it is there
                moment = start + grader.span * (number + cohort.draw.random()) / len(cohort.places)
                time.sleep(max(0, moment - time.monotonic()))
                cohort.hand_in(*place)
            assert grader.end()[0] == 0
            grader.grade()
            cohort.check()
    assert cohort.strays() == []


class Reader:
    """Does something just before a file of a folder is opened for the time `number`."""

    def __init__(self, monkeypatch, folder: Path) -> None:
        self.folder, self.number, self.then = str(folder), 0, lambda: None
        for module in (builtins, io, os):
            monkeypatch.setattr(module, "open", self.watched(module.open))

    def before(self, number: int, then: Callable[[], None]) -> None:
        self.number, self.then = number, then

    def watched(self, opened: Callable) -> Callable:
        def opening(path, *rest, **more):
            if str(path).startswith(self.folder):
                self.number -= 1
                if self.number == 0:
                    self.then()
            return opened(path, *rest, **more)

        return opening


def grade_by_command(offering: Offering, _learner: str) -> None:
    grading.grade(offering)


def grade_by_formgrader(offering: Offering, learner: str) -> None:
    with nbgrader_at_work():
        NbGraderAPI(config=offering.config()).autograde(CASE, learner, force=True, create=True)


@pytest.mark.one_database
@pytest.mark.parametrize("grade", [grade_by_command, grade_by_formgrader])
def test_answers_that_replace_others_between_two_looks_at_them_are_graded_in_the_end(cohort, monkeypatch, grade):
    monkeypatch.setattr(hook, "alone", lambda _: nullcontext())  # somebody puts them there who asks nobody
    place = (cohort.learners[0], CASE)
    reader = Reader(monkeypatch, cohort.offering.submitted(*place))
    for number in itertools.count(1):
        cohort.hand_in(*place)
        reader.before(number, lambda: cohort.hand_in(*place))
        grade(cohort.offering, place[0])
        was_replaced = reader.number <= 0
        reader.before(0, lambda: None)
        assert not grading.grade(cohort.offering).failed
        cohort.check()
        if not was_replaced:  # a whole grading has opened fewer files
            break
    assert number > 3, "a grading looks at what it grades more than once"
