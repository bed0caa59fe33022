"""What a learner may hand in instead of answers: nothing of it runs, is followed, or changes a score."""

import json
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Grade
from nbgrader.apps import NbGraderAPI

from eprofessionalism import journal
from eprofessionalism_graders import grading, hook, intake
from eprofessionalism_graders.offering import nbgrader_at_work

FIRST = "01-friend-requests"
LEARNER = "learner-00"
OUTSIDE = "the right answer is b"

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


def given_scores(offering) -> list[float]:
    """Every score that stands in the gradebook."""
    with offering.gradebook() as gradebook:
        return [one for (one,) in gradebook.db.query(Grade.auto_score) if one is not None]


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


def test_a_journal_that_cannot_be_read_is_none_with_a_word(submission, scores_of, closed_file):
    closed_file(submission.journal)
    assert grading.grade(submission.offering).failed == []
    assert set(autos(scores_of(submission.offering, LEARNER)).values()) == {0.0}
    page = (submission.offering.root / "autograded" / LEARNER / FIRST / f"{FIRST}.ipynb").read_text()
    assert "what was handed in: cannot be read: Permission denied" in page


def test_of_bad_lines_none_is_kept_and_a_few_are_named(submission, scores_of, monkeypatch):
    class Counted(journal.Problem):
        alive = peak = 0

        def __init__(self, *given):
            super().__init__(*given)
            Counted.alive += 1
            Counted.peak = max(Counted.peak, Counted.alive)

        def __del__(self):
            Counted.alive -= 1

    monkeypatch.setattr(journal, "Problem", Counted)
    submission.journal.write_bytes(b"bad\n" * 3000 + submission.journal.read_bytes())
    done = by_nbgrader(submission.offering, LEARNER)
    assert done["success"]
    assert autos(scores_of(submission.offering, LEARNER)) == submission.full
    assert 0 < Counted.peak <= 3
    (named,) = [line for line in done["log"].splitlines() if "cannot be used" in line]
    assert "3,000 lines of the record cannot be used; the first is line 1: " in named


def test_foreign_lines_in_a_journal_are_passed_over(submission, scores_of):
    lines = submission.journal.read_bytes()
    foreign = b'\x00\xff garbage\n{"v": 1}\n[]\n{"v":1,"kind":"commit","item":"fr-1-request","answer":{"a":NaN}}\n'
    torn = b'{"v": 1, "kind": "commit", "item": "fr-1-re'
    submission.journal.write_bytes(foreign + lines + torn)
    assert grading.grade(submission.offering).failed == []
    assert autos(scores_of(submission.offering, LEARNER)) == submission.full


@posix
@pytest.mark.parametrize("make", [not_json, a_pipe, a_folder, a_link])
def test_a_time_that_nbgrader_could_not_read_is_mended(submission, make):
    """Before Formgrader's own list of submissions stumbles over it."""
    make(submission.folder / "timestamp.txt")
    assert grading.grade(submission.offering, feedback=False).failed == []
    assert intake.handed_in_at(submission.folder) == intake.changed_at(submission.journal)
    assert grading.grade(submission.offering, feedback=False).unchanged == 1


def test_a_forged_time_or_stamp_is_no_use(submission, scores_of):
    (submission.folder / "timestamp.txt").write_text("whenever I like")
    (submission.folder / "stamp.json").write_text('{"learner": "learner-00"}')
    assert grading.grade(submission.offering).failed == []
    assert autos(scores_of(submission.offering, LEARNER)) == submission.full
    assert (submission.folder / ".handed-in" / "timestamp.txt").exists()


# ---- When the hook refuses, nbgrader goes on: there must be nothing for it to copy ----------------------------------


def by_nbgrader(offering, learner) -> dict:
    """Autograde as Formgrader does."""
    with nbgrader_at_work():
        return NbGraderAPI(config=offering.config()).autograde(FIRST, learner)


@pytest.fixture
def secret(tmp_path, monkeypatch):
    """A folder outside of the offering that would pass for a submission, and what nbgrader copies from anywhere."""
    folder = tmp_path / "secret"
    (folder / FIRST).mkdir(parents=True)
    for name in ("key.txt", f"{FIRST}.ipynb", "responses.jsonl"):
        (folder / FIRST / name).write_text(OUTSIDE)
    contents, copy = [], shutil.copy

    def copying(source, *rest, **more):
        contents.append(Path(source).read_text())
        return copy(source, *rest, **more)

    monkeypatch.setattr(shutil, "copy", copying)
    return SimpleNamespace(folder=folder, copied=contents)


def link_the_submission(submission, secret):
    shutil.rmtree(submission.folder)
    submission.folder.symlink_to(secret.folder / FIRST)


def link_the_learner(submission, secret):
    shutil.rmtree(submission.folder.parent)
    submission.folder.parent.symlink_to(secret.folder)


@posix
@pytest.mark.parametrize("by_eprof_first", [False, True])
@pytest.mark.parametrize("make", [link_the_submission, link_the_learner])
def test_a_linked_submission_is_a_failure_and_never_followed(
    submission, submit, secret, scores_of, make, by_eprof_first
):
    offering = submission.offering
    make(submission, secret)
    submit(offering, "learner-01")
    assert len(grading.submissions(offering)) == 2
    for eprof in (by_eprof_first, not by_eprof_first, True):
        if eprof:
            summary = grading.grade(offering, feedback=False)
            assert [one.submission.learner for one in summary.failed] == [LEARNER]
        else:
            done = by_nbgrader(offering, LEARNER)
            assert not done["success"]
            assert f"{LEARNER}, {FIRST}: not graded: " in done["log"]
            assert set(autos(scores_of(offering, LEARNER)).values()) == {None}, "nobody is given a zero for it"
    assert autos(scores_of(offering, "learner-01")) == submission.full
    assert secret.copied
    assert OUTSIDE not in secret.copied
    assert not (offering.root / "autograded" / LEARNER / FIRST).exists()
    assert sorted(path.name for path in (secret.folder / FIRST).iterdir()) == [
        f"{FIRST}.ipynb",
        "key.txt",
        "responses.jsonl",
    ]
    submit(offering, LEARNER)
    assert grading.grade(offering, feedback=False).failed == [], "a real folder in its place is graded"
    assert autos(scores_of(offering, LEARNER)) == submission.full


@posix
def test_a_refusal_leaves_no_word_that_notebooks_are_being_run(submission, secret):
    """nbgrader leaves it in the environment, where the next page that this JupyterLab opens would find it."""
    link_the_submission(submission, secret)
    assert not by_nbgrader(submission.offering, LEARNER)["success"]
    assert "NBGRADER_EXECUTION" not in os.environ


@posix
def test_nbgrader_by_hand_follows_no_linked_submission(submission, submit, secret, nbgrader):
    offering = submission.offering
    link_the_submission(submission, secret)
    submit(offering, "learner-01")
    (offering.root / "submitted" / "learner-02").symlink_to(secret.folder)
    done = nbgrader(offering, "autograde", FIRST)
    assert done.returncode != 0
    assert f"Copying {submission.folder}/key.txt" not in done.stderr
    assert "key.txt" not in done.stderr
    graded = sorted(path.parents[1].name for path in (offering.root / "autograded").rglob("*.ipynb"))
    assert graded == ["learner-01"]


@posix
def test_names_as_long_as_they_can_be_are_set_aside(submission, secret, scores_of):
    """Also a second time, when their places are taken."""
    for name in ("k" * 255, "ü" * 127):
        for _ in range(3):
            (submission.folder / name).symlink_to(secret.folder / FIRST / "key.txt")
            done = by_nbgrader(submission.offering, LEARNER)
            assert done["success"], done
    assert len(list((submission.folder / ".handed-in").iterdir())) == 6
    assert OUTSIDE not in secret.copied
    assert autos(scores_of(submission.offering, LEARNER)) == submission.full


def without_settings(offering):
    (offering.root / "offering.toml").write_text("format = 99")


def without_release(offering):
    shutil.rmtree(offering.release(FIRST))


@posix
@pytest.mark.parametrize("spoil", [without_settings, without_release])
def test_in_an_offering_that_is_unfit_nothing_is_followed_either(submission, secret, scores_of, spoil):
    offering, whole = submission.offering, submission.offering.root.with_name("whole")
    shutil.copytree(offering.root, whole)
    (submission.folder / "key.txt").symlink_to(secret.folder / FIRST / "key.txt")
    submission.notebook.unlink()
    submission.notebook.symlink_to(secret.folder / FIRST / f"{FIRST}.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        config = offering.config()
        spoil(offering)
        patch.setattr(type(offering), "config", lambda _: config)
        assert not by_nbgrader(offering, LEARNER)["success"]
    assert OUTSIDE not in secret.copied
    assert given_scores(offering) == []
    for name in ("offering.toml", f"release/{FIRST}/{FIRST}.ipynb"):
        (offering.root / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(whole / name, offering.root / name)
    assert grading.grade(offering, feedback=False).failed == []
    assert autos(scores_of(offering, LEARNER)) == submission.full, "mended, the same answers are graded"


@posix
def test_a_submission_that_cannot_be_sorted_is_put_away_whole(submission, secret, monkeypatch):
    (submission.folder / "key.txt").symlink_to(secret.folder / FIRST / "key.txt")
    rename = Path.rename

    def stuck(path, target):
        if path.name == "key.txt":
            raise PermissionError(1, "Operation not permitted")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", stuck)
    done = by_nbgrader(submission.offering, LEARNER)
    assert not done["success"]
    assert "expected a folder that can be made safe to grade, found [Errno 1] Operation not permitted" in done["log"]
    assert OUTSIDE not in secret.copied
    kept = submission.folder.with_name(f".handed-in-{FIRST}")
    assert (kept / "responses.jsonl").is_file(), "nothing is lost"


@posix
def test_where_nothing_can_be_put_away_nbgrader_ends(submission, secret, monkeypatch):
    link_the_submission(submission, secret)

    def stuck(path, target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "rename", stuck)
    done = by_nbgrader(submission.offering, LEARNER)
    assert not done["success"]
    assert "cannot be put away" in done["error"]
    assert secret.copied == []
    (failed,) = grading.grade(submission.offering).failed
    assert "cannot be put away" in failed.why


# ---- When grading is not wired as it must be -------------------------------------------------------------------------


def without_hook(text):
    return text.replace("c.Autograde.pre_convert_hook", "c.Autograde.unused")


def with_broken_hook(text):
    return text.replace("hook.before_autograde", "hook.SET_ASIDE")


def with_hook_that_fails(text):
    return text.replace("eprofessionalism_graders.hook.before_autograde", "os.path.join")


def with_steps_out_of_order(text):
    score, save = (f"eprofessionalism_graders.preprocessor.{name}" for name in ("ScoreJournal", "SaveGrades"))
    # Nothing shorter in between: the address of the database may have any letter in it.
    return text.replace(score, f"{save}~").replace(f'{save}"', f'{score}"').replace(f"{save}~", save)


def without_scorer(text):
    """The released page says nothing at all, and nbgrader gives full marks for that."""
    save = "nbgrader.preprocessors.SaveAutoGrades"
    return text.replace("eprofessionalism_graders.preprocessor.ScoreJournal", save).replace(
        "eprofessionalism_graders.preprocessor.SaveGrades", save
    )


def nothing_but_the_order(text):
    return with_steps_out_of_order(text).replace("c.Autograde.pre_convert_hook", "c.Autograde.unused")


NO_HOOK, STEPS = "not graded: the hook did not run", "not graded: "


@pytest.mark.parametrize(
    ("change", "said", "setting"),
    [
        (without_hook, NO_HOOK, "pre_convert_hook"),
        (with_broken_hook, "Error", "pre_convert_hook"),  # nbgrader itself cannot start
        (with_hook_that_fails, NO_HOOK, "pre_convert_hook"),
        (with_steps_out_of_order, STEPS, "autograde_preprocessors"),
        (without_scorer, STEPS, "autograde_preprocessors"),
        (nothing_but_the_order, STEPS, "autograde_preprocessors"),
    ],
)
def test_without_the_hook_or_with_steps_out_of_order_nothing_is_graded(submission, nbgrader, change, said, setting):
    offering = submission.offering
    config = offering.root / "nbgrader_config.py"
    config.write_text(change(config.read_text()))
    done = nbgrader(offering, "autograde", FIRST)
    assert done.returncode != 0
    assert said in done.stderr
    assert not list((offering.root / "autograded").rglob("*.ipynb"))
    assert given_scores(offering) == []
    with pytest.raises(grading.UserError, match=rf"nbgrader_config\.py:1: Autograde\.{setting}: expected"):
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
    from eprofessionalism_graders import marking

    scored = marking.results
    monkeypatch.setattr(marking, "results", lambda *given: dict(list(scored(*given).items())[1:]))
    (failed,) = grading.grade(submission.offering).failed
    assert failed.why == "fr-1-request: not graded: no such question in items.json; make the release again"
