"""What is taken from folders as learners have them, and what never is."""

import os
import random
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from eprofessionalism_graders import cli, collecting, incidents, intake
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.offering import Offering

FIRST, SECOND = "01-friend-requests", "02-patient-stories"
EARLY, LATE = datetime(2026, 11, 1, 9, tzinfo=UTC), datetime(2026, 11, 2, 9, tzinfo=UTC)
posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are made otherwise on Windows")


@pytest.fixture
def learners(offering, play, tmp_path):
    """Folders as learners have them; `play(learner, option)` answers the first question there."""

    def answer(learner: str, option: str = "a", assignment: str = FIRST, at: datetime = EARLY):
        folder = tmp_path / "learners" / learner / assignment
        shutil.rmtree(folder, ignore_errors=True)
        question = next(iter(offering.bank(assignment).items))
        journal = play(offering, assignment, {question: option}, folder)
        os.utime(journal, (at.timestamp(), at.timestamp()))
        return folder

    return SimpleNamespace(root=tmp_path / "learners", answer=answer)


def fates(offering, learners) -> dict[str, str]:
    outcomes = collecting.collect(offering, learners.root)
    return {outcome.path.relative_to(learners.root).as_posix(): outcome.fate for outcome in outcomes}


def test_the_journal_is_taken_with_its_time_and_the_released_notebook(offering, learners):
    folder = learners.answer("learner-00")
    (folder / f"{FIRST}.ipynb").write_text("the learner's own")
    (folder / "diary.txt").write_text("private")
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "collected"}
    taken = offering.submitted("learner-00", FIRST)
    assert sorted(path.name for path in taken.iterdir()) == [f"{FIRST}.ipynb", "responses.jsonl", "timestamp.txt"]
    assert (taken / "responses.jsonl").read_bytes() == (folder / "responses.jsonl").read_bytes()
    assert (taken / f"{FIRST}.ipynb").read_bytes() == (offering.release(FIRST) / f"{FIRST}.ipynb").read_bytes()
    assert intake.handed_in_at(taken) == EARLY


def test_the_time_that_nbgrader_left_goes_before_that_of_the_file(offering, learners):
    folder = learners.answer("learner-00")
    intake.write_timestamp(folder, LATE)
    collecting.collect(offering, learners.root)
    assert intake.handed_in_at(offering.submitted("learner-00", FIRST)) == LATE


def test_an_id_is_found_regardless_of_case(offering, learners):
    learners.answer("Learner-00")
    collecting.collect(offering, learners.root)
    assert offering.journal("learner-00", FIRST) is not None


def test_of_two_attempts_the_newer_one_stays(offering, learners):
    folder = learners.answer("learner-00", "a", at=LATE)
    collecting.collect(offering, learners.root)
    latest = (folder / "responses.jsonl").read_bytes()
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "unchanged"}
    learners.answer("learner-00", "b", at=EARLY)
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "older"}
    learners.answer("learner-00", "b", at=LATE)
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "older"}, "of one time, but not the same"
    assert offering.journal("learner-00", FIRST).read_bytes() == latest
    folder = learners.answer("learner-00", "c", at=datetime(2026, 11, 3, tzinfo=UTC))
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "collected"}
    assert offering.journal("learner-00", FIRST).read_bytes() == (folder / "responses.jsonl").read_bytes()


def test_who_is_not_on_the_roster_is_named(offering, learners):
    learners.answer("stranger")
    learners.answer("learner-01")
    result = CliRunner().invoke(cli.collect, [str(offering.root), str(learners.root)])
    assert result.exit_code == 1
    assert result.stdout == f"collected 1, unchanged 0, older than what is here 0\n  learner-01: {FIRST}\n"
    assert result.stderr == (
        f"{learners.root / 'stranger'}: refused: no learner of this id is on the roster; "
        "add the learner, rename it to an id, or collect it by itself with --student ID\n"
    )
    assert not (offering.root / "submitted" / "stranger").exists()
    (incident,) = incidents.load(offering.root)
    assert (incident.learner, incident.assignment) == ("stranger", "")
    assert str(learners.root / "stranger") in incident.found
    assert incident.done.startswith("not taken: add the learner")
    shutil.rmtree(learners.root / "stranger")
    assert CliRunner().invoke(cli.collect, [str(offering.root), str(learners.root)]).exit_code == 0
    assert incidents.load(offering.root) == [], "what was mended is told no more"


def test_folders_that_are_no_assignment_are_left_alone(offering, learners):
    folder = learners.answer("learner-00")
    for path in ("learner-00/holiday pictures", ".cache", "holiday pictures", "learner-00/.ipynb_checkpoints"):
        (learners.root / path).mkdir(parents=True)
    shutil.copy(folder / "responses.jsonl", learners.root / "learner-00" / ".ipynb_checkpoints" / "old.jsonl")
    for name in ("readme.txt", ".DS_Store", "desktop.ini", "Thumbs.db", f"learner-00/{FIRST}/.DS_Store"):
        (learners.root / name).write_text("x")
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "collected"}


def test_a_folder_without_answers_is_no_submission(offering, learners):
    """Nobody who never began is counted as a zero; a case that was not opened is nothing to tell."""
    for learner in ("learner-00", "learner-01"):
        (learners.answer(learner) / "responses.jsonl").unlink()
    learners.answer("learner-01", assignment=SECOND)
    assert fates(offering, learners) == {"learner-00": "refused", f"learner-01/{SECOND}": "collected"}
    (incident,) = incidents.load(offering.root)
    assert incident.learner == "learner-00"
    assert incident.found.endswith("no answers in it yet")
    assert not offering.submitted("learner-00", FIRST).exists()


@posix
def test_nothing_is_followed_or_waited_for(offering, learners, tmp_path):
    secret = tmp_path / "secret.jsonl"
    secret.write_text("another learner's answers")
    for number, make in enumerate([lambda path: path.symlink_to(secret), os.mkfifo, lambda path: path.mkdir()]):
        journal = learners.answer(f"learner-0{number}") / "responses.jsonl"
        journal.unlink()
        make(journal)
    whole = learners.answer("learner-04")
    (learners.root / "learner-05").mkdir()
    (learners.root / "learner-05" / FIRST).symlink_to(whole)
    (learners.root / "learner-06").symlink_to(learners.root / "learner-04")
    outcomes = collecting.collect(offering, learners.root)
    assert [outcome.why for outcome in outcomes] == [
        "a link, not a file",
        "not a regular file",
        "not a regular file",
        "",
        "a link, not a folder",
        "a link, not a folder",
    ]
    taken = {
        path.name: sorted(one.name for one in (path / FIRST).iterdir())
        for path in (offering.root / "submitted").iterdir()
    }
    nothing = [f"{FIRST}.ipynb", "timestamp.txt"]
    assert taken.pop("learner-04") == [f"{FIRST}.ipynb", "responses.jsonl", "timestamp.txt"]
    assert taken == {f"learner-0{number}": nothing for number in range(3)}, "they did hand something in"


def test_a_journal_beyond_all_bounds_is_refused(offering, learners, monkeypatch):
    learners.answer("learner-00")
    monkeypatch.setattr(intake, "JOURNAL_LIMIT", 10)
    (outcome,) = collecting.collect(offering, learners.root)
    assert "more than 10" in outcome.why


def test_somebody_may_hand_in_without_any_answer(offering):
    folder = collecting.hand_in(offering, "learner-00", FIRST, None, EARLY)
    assert sorted(path.name for path in folder.iterdir()) == [f"{FIRST}.ipynb", "timestamp.txt"]
    assert offering.journal("learner-00", FIRST) is None


def test_a_new_attempt_replaces_the_whole_submission(offering, learners):
    folder = collecting.hand_in(offering, "learner-00", FIRST, learners.answer("learner-00") / "responses.jsonl", EARLY)
    (folder / ".handed-in").mkdir()
    collecting.hand_in(offering, "learner-00", FIRST, None, LATE)
    assert sorted(path.name for path in folder.iterdir()) == [f"{FIRST}.ipynb", "timestamp.txt"]
    assert [path.name for path in (offering.root / "submitted").iterdir()] == ["learner-00"]


def test_a_source_that_is_no_folder_is_refused(offering, tmp_path):
    with pytest.raises(UserError, match="expected a folder that holds one folder for each learner"):
        collecting.collect(offering, tmp_path / "nowhere")


def test_what_the_exchange_gives_feedback_back_by_is_taken_too(offering, learners):
    folder = learners.answer("learner-00")
    secret = folder / "submission_secret.txt"
    for text in ("ab" * 64 + "\n", "ab" * 63, "xy" * 64, "ab" * 1000):
        secret.write_text(text)
        assert intake.secret(folder) == ""
    secret.write_text("ab" * 64)
    collecting.collect(offering, learners.root)
    assert intake.secret(offering.submitted("learner-00", FIRST)) == "ab" * 64
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "unchanged"}
    secret.write_text("cd" * 64)
    intake.write_timestamp(folder, LATE)
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "collected"}, "handed in again: a secret of its own"


# ---- What cannot be taken is one refusal, and all the others are collected -------------------------------------------


def test_a_folder_that_cannot_be_read_is_one_refusal(offering, learners, monkeypatch):
    closed = learners.answer("learner-00").parent
    learners.answer("learner-01")
    listing = type(closed).iterdir

    def iterdir(path):
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(type(closed), "iterdir", iterdir)
    outcomes = collecting.collect(offering, learners.root)
    assert [(one.path, one.fate) for one in outcomes] == [
        (closed, "refused"),
        (learners.root / "learner-01" / FIRST, "collected"),
    ]
    assert (outcomes[0].why, outcomes[0].remedy) == ("cannot be read: Permission denied", "open it to yourself")
    closed = learners.root
    with pytest.raises(UserError, match=r"found cannot be read: Permission denied"):
        collecting.collect(offering, learners.root)


def test_a_journal_that_cannot_be_read_is_one_refusal(offering, learners, closed_file):
    closed_file(learners.answer("learner-00") / "responses.jsonl")
    learners.answer("learner-01")
    outcomes = collecting.collect(offering, learners.root)
    assert [(one.fate, one.why) for one in outcomes] == [
        ("refused", "cannot be read: Permission denied"),
        ("collected", ""),
    ]


@pytest.mark.parametrize("second", [400_000_000_000, 10**30, -(10**12)])
def test_a_time_in_no_calendar_loses_no_answers(offering, learners, monkeypatch, second):
    journal = learners.answer("learner-00") / "responses.jsonl"
    learners.answer("learner-01")
    lstat = type(journal).lstat

    def of_another_time(path):
        found = lstat(path)
        return os.stat_result([*found[:8], second, found[9]]) if path == journal else found

    monkeypatch.setattr(type(journal), "lstat", of_another_time)
    outcomes = collecting.collect(offering, learners.root)
    assert [(one.fate, one.why) for one in outcomes] == [("collected", ""), ("collected", "")]
    came = intake.handed_in_at(offering.submitted("learner-00", FIRST))
    assert abs(datetime.now(UTC) - came) < timedelta(minutes=5), "it has come now, as far as anybody knows"


def test_an_old_folder_that_cannot_be_removed_is_in_nobodys_way(offering, learners):
    """Such as one so deep that removing it exhausts the interpreter."""
    learners.answer("learner-00")
    collecting.collect(offering, learners.root)
    place = offering.submitted("learner-00", FIRST)
    deep = [Path("d", *["d"] * depth) for depth in range(1200)]
    for path in deep:
        (place / path).mkdir()
    folder = learners.answer("learner-00", "b", at=LATE)
    try:
        assert fates(offering, learners) == {f"learner-00/{FIRST}": "collected"}
        assert offering.journal("learner-00", FIRST).read_bytes() == (folder / "responses.jsonl").read_bytes()
        learners.answer("learner-00", "c", at=datetime(2026, 11, 3, tzinfo=UTC))
        assert fates(offering, learners) == {f"learner-00/{FIRST}": "collected"}
    finally:
        for root in [place, *place.parent.glob(".outgoing~*")]:
            for path in filter(os.path.isdir, (root / path for path in reversed(deep))):
                path.rmdir()


@posix
def test_a_link_in_place_of_a_submission_is_taken_away_and_not_followed(offering, learners, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / FIRST).mkdir(parents=True)
    intake.write_timestamp(elsewhere / FIRST, LATE)
    for learner in ("learner-00", "learner-01"):
        learners.answer(learner)
    (offering.root / "submitted" / "learner-00").symlink_to(elsewhere)
    (offering.root / "submitted" / "learner-01").mkdir()
    offering.submitted("learner-01", FIRST).symlink_to(elsewhere / FIRST)
    assert set(fates(offering, learners).values()) == {"collected"}
    assert [path.name for path in (elsewhere / FIRST).iterdir()] == ["timestamp.txt"]
    assert offering.journal("learner-00", FIRST)
    assert offering.journal("learner-01", FIRST)


# ---- A run that was ended in the middle -----------------------------------------------------------------------------


def test_what_a_run_left_that_was_ended_in_the_middle_is_cleared_up(offering, learners):
    learners.answer("learner-00")
    collecting.collect(offering, learners.root)
    place, submitted = offering.submitted("learner-00", FIRST), offering.root / "submitted"
    answers = (place / "responses.jsonl").read_bytes()
    (submitted / f".incoming~learner-00~{FIRST}").mkdir()
    (submitted / f".incoming~learner-00~{FIRST}" / "responses.jsonl").write_text("half")
    (place.parent / f".outgoing~12345~{FIRST}").mkdir()
    (offering.root / ".eprof" / ".incoming~abc").mkdir()
    shutil.rmtree(learners.root / "learner-00")
    learners.answer("learner-01")
    collecting.collect(offering, learners.root)
    assert sorted(path.name for path in submitted.iterdir()) == ["learner-00", "learner-01"]
    assert [path.name for path in place.parent.iterdir()] == [FIRST]
    assert not list((offering.root / ".eprof").glob(".incoming~*"))
    assert (place / "responses.jsonl").read_bytes() == answers


def test_a_submission_whose_successor_never_came_is_put_back(offering, learners):
    """Killed between the two renames of replacing one."""
    learners.answer("learner-00")
    collecting.collect(offering, learners.root)
    place = offering.submitted("learner-00", FIRST)
    answers = (place / "responses.jsonl").read_bytes()
    old = place.with_name(f".outgoing~12345~{FIRST}")
    old.mkdir()
    (old / "responses.jsonl").write_text("a rest that resisted removal")
    place.rename(place.with_name(f".outgoing~12345~{FIRST}.2"))
    collecting.clear_up(offering)
    assert [path.name for path in place.parent.iterdir()] == [FIRST]
    assert (place / "responses.jsonl").read_bytes() == answers


def test_an_error_in_the_middle_leaves_what_was_there(offering, learners, monkeypatch):
    learners.answer("learner-00", at=EARLY)
    collecting.collect(offering, learners.root)
    answers = offering.journal("learner-00", FIRST).read_bytes()
    learners.answer("learner-00", "b", at=LATE)
    learners.answer("learner-01", at=LATE)
    copying, failed = shutil.copyfile, []

    def copyfile(source, target):
        if not failed:
            failed.append(target)
            raise OSError(28, "No space left on device")
        return copying(source, target)

    monkeypatch.setattr(shutil, "copyfile", copyfile)
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "refused", f"learner-01/{FIRST}": "collected"}
    assert offering.journal("learner-00", FIRST).read_bytes() == answers
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "collected", f"learner-01/{FIRST}": "unchanged"}


@posix
def test_a_run_that_is_killed_at_any_moment_loses_nothing(offering, learners):
    """Each submission is the old one or the new one, whole; and the next run completes the work and clears up."""
    people = [f"learner-0{number}" for number in range(8)]
    folders = {learner: learners.answer(learner, at=EARLY) for learner in people}
    collecting.collect(offering, learners.root)
    chances = random.Random(5)
    for number in range(12):
        told = {learner: {offering.journal(learner, FIRST).read_bytes()} for learner in people}
        for learner, folder in folders.items():
            journal = folder / "responses.jsonl"
            with journal.open("ab") as file:
                file.write(b'{"v":1,"kind":"draft","item":"fr-1-request","answer":"%d"}\n' % number)
            told[learner].add(journal.read_bytes())
        process = get_context("fork").Process(target=collecting.collect, args=(offering, learners.root))
        process.start()
        time.sleep(chances.uniform(0, 0.15))
        process.kill()
        process.join()
        collecting.clear_up(offering)
        for learner in people:
            place = offering.submitted(learner, FIRST)
            assert (place / "responses.jsonl").read_bytes() in told[learner]
            assert sorted(path.name for path in place.iterdir()) == [
                f"{FIRST}.ipynb",
                "responses.jsonl",
                "timestamp.txt",
            ]
            assert intake.handed_in_at(place)
    collecting.collect(offering, learners.root)
    for learner, folder in folders.items():
        answers = (folder / "responses.jsonl").read_bytes()
        assert offering.journal(learner, FIRST).read_bytes() == answers
    leftovers = [path for path in offering.root.rglob("*~*") if path.name.startswith((".incoming", ".outgoing"))]
    assert leftovers == []


# ---- Which of two attempts is the newer ------------------------------------------------------------------------------


def test_a_journal_that_goes_on_where_the_other_ends_is_newer_whatever_the_files_say(offering, learners):
    """A file's time is that of a download or a copy; a journal only ever grows."""
    folder = learners.answer("learner-00", at=LATE)
    journal = folder / "responses.jsonl"
    short = journal.read_bytes()
    collecting.collect(offering, learners.root)
    with journal.open("ab") as file:
        file.write(short.splitlines(keepends=True)[-1].replace(b'"commit"', b'"draft"'))
    os.utime(journal, (EARLY.timestamp(), EARLY.timestamp()))
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "collected"}
    assert intake.handed_in_at(offering.submitted("learner-00", FIRST)) > LATE, "graded again"
    journal.write_bytes(short)
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "older"}
    intake.write_timestamp(folder, datetime(2026, 11, 4, tzinfo=UTC))
    assert fates(offering, learners) == {f"learner-00/{FIRST}": "collected"}, "handed in later, as nbgrader says"


def test_many_are_summed_up_and_few_are_told(offering, tmp_path):
    def outcome(number, fate="collected", **more):
        path = tmp_path / f"learner-{number:02d}\x1b[31m"
        return collecting.Outcome(path, fate, learner=f"learner-{number:02d}", assignment=FIRST, **more)

    few = collecting.summary([outcome(1), outcome(2, by_name=True, undated=True), outcome(3, "older")])
    assert few == [
        "collected 2, unchanged 0, older than what is here 1",
        f"  learner-01: {FIRST}",
        f"  learner-02: {FIRST}",
        "Found by name alone; see that each is right:",
        "  learner-02: learner-02\N{REPLACEMENT CHARACTER}[31m",
        "Dated by their files, for the download does not say when they were handed in: 1",
    ]
    many = [outcome(number % 30) for number in range(100)]
    assert collecting.summary(many) == ["collected 100, unchanged 0, older than what is here 0", "  of 30 learners"]
    refused = collecting.refusals([outcome(number, "refused", why="a link") for number in range(100)])
    assert len(refused) == 41
    assert refused[-1] == "  and 60 more"


def test_a_source_within_the_offering_or_of_nobody_is_refused(offering, learners, tmp_path):
    learners.answer("learner-00")
    collecting.collect(offering, learners.root)
    for source in (offering.root, offering.root / "submitted"):
        with pytest.raises(UserError, match="inside of the offering"):
            collecting.collect(offering, source)
    with pytest.raises(UserError, match="expected the id of a learner on the roster"):
        collecting.collect(offering, learners.root, "nobody")
    (tmp_path / "picture.png").write_bytes(b"x")
    with pytest.raises(UserError, match="found something else"):
        collecting.collect(offering, tmp_path / "picture.png")


def test_an_offering_within_the_source_is_never_looked_into(offering, learners):
    learners.answer("learner-00")
    shutil.move(offering.root, learners.root / "learner-01")
    inside = Offering.open(learners.root / "learner-01")
    collecting.collect(inside, learners.root)
    outcomes = collecting.collect(inside, learners.root)
    assert [(one.learner, one.fate) for one in outcomes] == [("learner-00", "unchanged")]
