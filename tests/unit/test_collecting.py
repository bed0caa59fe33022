"""What is taken from folders as learners have them, and what never is."""

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from eprofessionalism_graders import cli, collecting, intake
from eprofessionalism_graders.errors import UserError

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
    assert result.stdout == "collected 1, unchanged 0, older than what is here 0\n"
    assert result.stderr.startswith(f"{learners.root / 'stranger'}: refused: no learner of this id is on the roster")
    assert not (offering.root / "submitted" / "stranger").exists()


def test_folders_that_are_no_assignment_are_left_alone(offering, learners):
    (learners.root / "learner-00" / "holiday pictures").mkdir(parents=True)
    (learners.root / ".cache").mkdir()
    (learners.root / "readme.txt").write_text("x")
    assert fates(offering, learners) == {}


def test_a_folder_without_answers_is_no_submission(offering, learners):
    """Nobody who never began is counted as a zero."""
    (learners.answer("learner-00") / "responses.jsonl").unlink()
    (outcome,) = collecting.collect(offering, learners.root)
    assert (outcome.fate, outcome.why) == ("refused", "not there; nothing to collect")
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
    assert [outcome.why.split(";")[0] for outcome in outcomes] == [
        "a link, not a file",
        "not a regular file",
        "not a regular file",
        "",
        "a link, not a folder",
        "a link, not a folder",
    ]
    assert sorted(path.name for path in (offering.root / "submitted").iterdir()) == ["learner-04"]


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
    assert outcomes[0].why == "cannot be read: Permission denied; open it to yourself"
    closed = learners.root
    with pytest.raises(UserError, match="expected a folder that can be read"):
        collecting.collect(offering, learners.root)


def test_a_journal_that_cannot_be_read_is_one_refusal(offering, learners, closed_file):
    closed_file(learners.answer("learner-00") / "responses.jsonl")
    learners.answer("learner-01")
    outcomes = collecting.collect(offering, learners.root)
    assert [(one.fate, one.why) for one in outcomes] == [
        ("refused", "cannot be read: Permission denied; nothing to collect"),
        ("collected", ""),
    ]


@pytest.mark.parametrize("second", [400_000_000_000, 10**30, -(10**12)])
def test_a_time_in_no_calendar_is_one_refusal(offering, learners, monkeypatch, second):
    journal = learners.answer("learner-00") / "responses.jsonl"
    learners.answer("learner-01")
    lstat = type(journal).lstat

    def of_another_time(path):
        found = lstat(path)
        return os.stat_result([*found[:8], second, found[9]]) if path == journal else found

    monkeypatch.setattr(type(journal), "lstat", of_another_time)
    outcomes = collecting.collect(offering, learners.root)
    assert [(one.fate, one.why) for one in outcomes] == [
        ("refused", "the time of its last change is in no calendar; save the file again"),
        ("collected", ""),
    ]


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
