"""What a learner may hand in instead of answers: nothing of it runs, is followed, or changes a score."""

import json
import os
import sys
from types import SimpleNamespace

import pytest

from eprofessionalism_graders import grading, hook, intake

FIRST = "01-friend-requests"
LEARNER = "learner-00"

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are made otherwise on Windows")


@pytest.fixture
def submission(offering, submit, judge):
    """One learner's submission with all answers right."""
    folder = submit(offering, LEARNER)
    items = judge.keys(offering.root, FIRST)
    return SimpleNamespace(
        offering=offering,
        folder=folder,
        notebook=folder / f"{FIRST}.ipynb",
        journal=folder / "responses.jsonl",
        full={name: None if item.type == "reflection" else item.points for name, item in items.items()},
    )


def autos(scores) -> dict:
    return {name: score.auto for name, score in scores.items()}


def graded_cells(cells):
    return [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]


def rewrite(submission, change) -> None:
    content = json.loads(submission.notebook.read_text())
    change(content["cells"])
    submission.notebook.write_text(json.dumps(content))


def add_cell(cells, victim):
    source = f"open({str(victim)!r}, 'w').write('run')"
    plain = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    cells.insert(0, plain | {"id": "evil"})
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["source"] = source
    cells.append(plain | {"id": "evil-2"})


def drop_first(cells):
    cells.remove(graded_cells(cells)[0])


def duplicate_first(cells):
    cells.append(json.loads(json.dumps(graded_cells(cells)[0])) | {"id": "twin"})


def alter(cells):
    for cell in graded_cells(cells):
        cell["source"] = "100"
        cell["outputs"] = [
            {"output_type": "execute_result", "data": {"text/plain": "100"}, "metadata": {}, "execution_count": 1}
        ]
        cell["execution_count"] = 1


def flip_flags(cells):
    for cell in graded_cells(cells):
        cell["metadata"]["nbgrader"] |= {"grade": False, "solution": True, "points": 1000}


def drop_everything(cells):
    cells.clear()


@pytest.mark.parametrize("change", [drop_first, duplicate_first, alter, flip_flags, drop_everything])
def test_a_changed_notebook_changes_no_score(submission, scores_of, change):
    rewrite(submission, change)
    summary = grading.grade(submission.offering)
    assert (summary.graded, summary.failed) == (1, [])
    assert autos(scores_of(submission.offering, LEARNER)) == submission.full


@pytest.mark.parametrize("by_hand", [False, True])
def test_code_in_a_submission_never_runs(submission, scores_of, nbgrader, tmp_path, by_hand):
    victim = tmp_path / "written-by-learner"
    rewrite(submission, lambda cells: add_cell(cells, victim))
    if by_hand:
        assert nbgrader(submission.offering, "autograde", FIRST).returncode == 0
    else:
        grading.grade(submission.offering)
    assert not victim.exists()
    assert autos(scores_of(submission.offering, LEARNER)) == submission.full
    graded = submission.offering.root / "autograded" / LEARNER / FIRST / f"{FIRST}.ipynb"
    assert "written-by-learner" not in graded.read_text()


def not_json(notebook):
    notebook.write_text("{ not a notebook")


def a_folder(notebook):
    notebook.unlink()
    notebook.mkdir()
    (notebook / "inside").write_text("x")


def a_pipe(notebook):
    notebook.unlink()
    os.mkfifo(notebook)


def a_link(notebook):
    notebook.unlink()
    notebook.symlink_to("/etc/passwd")


def a_dangling_link(notebook):
    notebook.unlink()
    notebook.symlink_to("nowhere")


def another_name(notebook):
    notebook.rename(notebook.with_name("renamed.ipynb"))


@posix
@pytest.mark.parametrize("by_hand", [False, True])
def test_whatever_lies_in_place_of_the_notebook_the_answers_are_graded(
    submission, submit, scores_of, nbgrader, by_hand
):
    offering = submission.offering
    makers = dict(enumerate((not_json, a_folder, a_pipe, a_link, a_dangling_link, another_name), start=1))
    for number, make in makers.items():
        make(submit(offering, f"learner-0{number}") / f"{FIRST}.ipynb")
    if by_hand:
        done = nbgrader(offering, "autograde", FIRST)
        assert done.returncode == 0, done.stderr
    else:
        assert grading.grade(offering).failed == []
    for number in makers:
        assert autos(scores_of(offering, f"learner-0{number}")) == submission.full


def test_a_submission_without_any_notebook_is_graded(submission, scores_of):
    submission.notebook.unlink()
    assert grading.grade(submission.offering).failed == []
    assert autos(scores_of(submission.offering, LEARNER)) == submission.full


def test_the_learners_own_notebook_is_kept_aside(submission):
    rewrite(submission, alter)
    handed_in = submission.notebook.read_bytes()
    grading.grade(submission.offering)
    assert (submission.folder / ".handed-in" / f"{FIRST}.ipynb").read_bytes() == handed_in
    grading.grade(submission.offering, force=True)
    assert (submission.folder / ".handed-in" / f"{FIRST}.ipynb").read_bytes() == handed_in


@posix
@pytest.mark.parametrize("by_hand", [False, True])
def test_links_out_of_a_submission_are_not_followed(submission, nbgrader, tmp_path, by_hand):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.txt").write_text("the right answer is b")
    (submission.folder / "data").symlink_to(secret)
    (submission.folder / "key.txt").symlink_to(secret / "key.txt")
    (submission.folder / ".handed-in").symlink_to(secret)
    if by_hand:
        assert nbgrader(submission.offering, "autograde", FIRST).returncode == 0
    else:
        assert grading.grade(submission.offering).failed == []
    graded = submission.offering.root / "autograded" / LEARNER / FIRST
    copied = {path.relative_to(graded).as_posix() for path in graded.rglob("*") if path.is_file()}
    released = submission.offering.release(FIRST)
    ours = {path.relative_to(released).as_posix() for path in released.rglob("*") if path.is_file()}
    assert copied == ours | {"responses.jsonl", "timestamp.txt"}
    assert sorted(path.name for path in secret.iterdir()) == ["key.txt"]


@posix
@pytest.mark.parametrize("make", [a_pipe, a_folder, a_link, a_dangling_link])
def test_what_is_no_file_is_not_read_as_a_journal(submission, scores_of, make):
    """Not even the journal of another learner, by a link: the answers are nobody's, and the review says why."""
    make(submission.journal)
    assert grading.grade(submission.offering).failed == []
    assert set(autos(scores_of(submission.offering, LEARNER)).values()) == {0.0}
    page = (submission.offering.root / "autograded" / LEARNER / FIRST / f"{FIRST}.ipynb").read_text()
    assert "No record of answers could be read" in page


def test_a_journal_beyond_all_bounds_is_set_aside(submission, scores_of, monkeypatch):
    monkeypatch.setattr(intake, "JOURNAL_LIMIT", submission.journal.stat().st_size - 1)
    grading.grade(submission.offering, force=True)
    assert set(autos(scores_of(submission.offering, LEARNER)).values()) == {0.0}


def test_foreign_lines_in_a_journal_are_passed_over(submission, scores_of):
    lines = submission.journal.read_bytes()
    foreign = b'\x00\xff garbage\n{"v": 1}\n[]\n{"v":1,"kind":"commit","item":"fr-1-request","answer":{"a":NaN}}\n'
    torn = b'{"v": 1, "kind": "commit", "item": "fr-1-re'
    submission.journal.write_bytes(foreign + lines + torn)
    assert grading.grade(submission.offering).failed == []
    assert autos(scores_of(submission.offering, LEARNER)) == submission.full


def test_a_forged_time_or_stamp_is_no_use(submission, scores_of):
    (submission.folder / "timestamp.txt").write_text("whenever I like")
    (submission.folder / "stamp.json").write_text('{"learner": "learner-00"}')
    assert grading.grade(submission.offering).failed == []
    assert autos(scores_of(submission.offering, LEARNER)) == submission.full
    assert (submission.folder / ".handed-in" / "timestamp.txt").exists()


# ---- When grading is not wired as it must be -------------------------------------------------------------------------


def without_hook(text):
    return text.replace("c.Autograde.pre_convert_hook", "c.Autograde.unused")


def with_broken_hook(text):
    return text.replace("hook.before_autograde", "hook.SET_ASIDE")


def with_hook_that_fails(text):
    return text.replace("eprofessionalism_graders.hook.before_autograde", "os.path.join")


@pytest.mark.parametrize("change", [without_hook, with_broken_hook, with_hook_that_fails])
def test_without_the_hook_nothing_is_graded(submission, nbgrader, change):
    offering = submission.offering
    config = offering.root / "nbgrader_config.py"
    config.write_text(change(config.read_text()))
    done = nbgrader(offering, "autograde", FIRST)
    assert done.returncode != 0
    if change is not with_broken_hook:  # there nbgrader itself cannot start
        assert "not graded: the hook did not run" in done.stderr
    assert not list((offering.root / "autograded").rglob("*.ipynb"))
    with pytest.raises(grading.UserError, match=r"nbgrader_config\.py:1: Autograde\.pre_convert_hook: expected"):
        grading.grade(offering)


def test_unfit_for_grading_is_said_by_nbgrader_by_hand_too(submission, nbgrader):
    offering = submission.offering
    settings = offering.root / "offering.toml"
    settings.write_text(settings.read_text() + 'keys = "/nowhere/at/all"\n')
    done = nbgrader(offering, "autograde", FIRST)
    assert done.returncode != 0
    assert "not graded: /nowhere/at/all:1: keys: expected a readable folder" in done.stderr
    assert not list((offering.root / "autograded").rglob("*.ipynb"))


def test_the_hooks_word_holds_for_one_grading(submission):
    """A stamp that was taken cannot be taken again, nor by another submission."""
    hook.before_autograde(assignment=FIRST, student="*", notebooks=[str(submission.notebook)])
    with pytest.raises(hook.NotPreparedError):
        hook.take_stamp(FIRST, "learner-01")
    hook.before_autograde(assignment=FIRST, student="*", notebooks=[str(submission.notebook)])
    assert hook.take_stamp(FIRST, LEARNER).journal == submission.journal
    with pytest.raises(hook.NotPreparedError):
        hook.take_stamp(FIRST, LEARNER)


def test_a_notebook_swapped_after_the_hook_is_refused(submission):
    hook.before_autograde(assignment=FIRST, student="*", notebooks=[str(submission.notebook)])
    rewrite(submission, alter)
    with pytest.raises(hook.NotPreparedError, match="is not the released notebook"):
        hook.take_stamp(FIRST, LEARNER)


def test_a_question_that_cannot_be_scored_is_refused_and_not_given_full_marks(submission, monkeypatch):
    from eprofessionalism_graders import preprocessor

    scored = preprocessor.results
    monkeypatch.setattr(preprocessor, "results", lambda *given: dict(list(scored(*given).items())[1:]))
    (failed,) = grading.grade(submission.offering).failed
    assert failed.why == "fr-1-request: not graded: no such question in items.json; make the release again"
