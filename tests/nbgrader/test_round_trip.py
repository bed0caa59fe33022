"""From a learner's answers to the gradebook, through real nbgrader."""

import json
import os
import shutil
from datetime import UTC, datetime

import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.utils import notebook_hash

from eprofessionalism_graders import autograding, collecting, feedback, grading, intake
from eprofessionalism_graders.offering import Offering, nbgrader_at_work

FIRST = "01-friend-requests"
SWEEP = 8
RIGHT, EMPTY = "learner-08", "learner-09"


def scored(offering) -> list[str]:
    """The assignments that have a score; a survey has none."""
    return [name for name in offering.assignments if name not in offering.surveys]


@pytest.fixture(scope="module")
def graded(made_offering, database, tmp_path_factory, play, judge, on_time):
    """An offering in which ten learners are graded, and what each of them answered."""
    folder = tmp_path_factory.mktemp("graded")
    with database.copies() as copied:
        yield sweep(copied(made_offering, folder / "course"), folder, play, judge, on_time)


def sweep(offering, folder, play, judge, on_time):
    """Eight learners give each option in turn, one is right throughout, one answered nothing; all graded at once."""
    given = {}
    for assignment in scored(offering):
        items = judge.keys(offering.root, assignment)
        for number in range(SWEEP):
            answers = {name: judge.other(item, number) for name, item in items.items()}
            given[f"learner-{number:02d}", assignment] = answers
        given[RIGHT, assignment] = {name: judge.best(item) for name, item in items.items()}
        given[EMPTY, assignment] = {}
    for (learner, assignment), answers in given.items():
        journal = play(offering, assignment, answers, folder / "work" / learner / assignment) if answers else None
        collecting.hand_in(offering, learner, assignment, journal, on_time)
    summary = grading.grade(offering, feedback=False)
    assert (summary.graded, summary.failed) == (len(given), [])
    return offering, given


def test_each_answer_earns_its_stated_score(graded, judge, scores_of):
    """Every item of every learner, by a computation of the test's own."""
    offering, given = graded
    seen = set()
    for (learner, assignment), answers in given.items():
        items = judge.keys(offering.root, assignment)
        scores = scores_of(offering, learner, assignment)
        assert scores.keys() == items.keys()
        for name, answer in answers.items():
            if items[name].type == "reflection":
                assert scores[name].auto is None
                assert scores[name].wanted
            else:
                worth = float(judge.worth(items[name], answer))
                assert scores[name].auto == pytest.approx(worth), (learner, name, answer)
                seen.add((name, json.dumps(answer)))
    options = {
        (name, json.dumps(option))
        for assignment in scored(offering)
        for name, item in judge.keys(offering.root, assignment).items()
        if item.type in ("sba", "branch")
        for option in item.ids
    }
    assert options <= seen


def test_all_right_earns_the_maximum(graded, scores_of, judge):
    offering, _ = graded
    for assignment in scored(offering):
        for name, score in scores_of(offering, RIGHT, assignment).items():
            item = judge.keys(offering.root, assignment)[name]
            assert score.auto == (None if item.type == "reflection" else item.points)


def test_an_empty_submission_earns_nothing_and_asks_for_no_mark(graded, scores_of):
    offering, _ = graded
    for assignment in scored(offering):
        scores = scores_of(offering, EMPTY, assignment)
        assert {(score.auto, score.wanted) for score in scores.values()} == {(0.0, False)}


def grade_cells(offering, learner, assignment=FIRST):
    path = offering.root / "autograded" / learner / assignment / f"{assignment}.ipynb"
    cells = json.loads(path.read_text())["cells"]
    return [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]


def test_every_grade_cell_shows_a_review_and_one_number(graded):
    offering, _ = graded
    for learner in (RIGHT, EMPTY):
        for cell in grade_cells(offering, learner):
            if cell["cell_type"] == "code":
                (output,) = cell["outputs"]
                assert output["output_type"] == "execute_result"
                assert float("".join(output["data"]["text/plain"])) >= 0
                assert ("Not answered" in "".join(output["data"]["text/html"])) == (learner == EMPTY)


def test_the_key_of_an_assessment_item_stays_closed(graded, judge):
    """A review gives the rationale of a right answer, and of nothing else."""
    offering, given = graded
    for learner in ("learner-00", "learner-01", "learner-02", "learner-03", RIGHT):
        path = offering.root / "autograded" / learner / "90-form-a" / "90-form-a.ipynb"
        text = json.dumps(json.loads(path.read_text()), ensure_ascii=False)
        for item in offering.bank("90-form-a").items.values():
            if item.type == "sba":
                notes = offering.assessment("90-form-a")[item.id]
                chosen = given[learner, "90-form-a"][item.id]
                best = offering.key("90-form-a")[item.id][chosen] == 1
                for option in item.option_ids:
                    assert (notes.rationale[option] in text) == (best and option == chosen)


def test_the_key_shows_once_the_instructor_opens_it(graded, copied, tmp_path):
    offering = copied(graded[0].root, tmp_path / "course")
    settings = offering.root / "offering.toml"
    settings.write_text(settings.read_text().replace("open_key = false", "open_key = true"))
    grading.grade(Offering.open(offering.root), "90-form-a", feedback=False)
    path = offering.root / "autograded" / "learner-00" / "90-form-a" / "90-form-a.ipynb"
    text = json.dumps(json.loads(path.read_text()), ensure_ascii=False)
    for item in offering.bank("90-form-a").items.values():
        if item.type == "sba":
            best = next(option for option, value in offering.key("90-form-a")[item.id].items() if value == 1)
            assert offering.assessment("90-form-a")[item.id].rationale[best] in text


def test_nbgrader_autograde_by_hand_gives_the_same_scores(graded, copied, nbgrader, scores_of, tmp_path):
    ours, _ = graded
    copy = copied(ours.root, tmp_path / "course")
    done = nbgrader(copy, "autograde", FIRST, "--force")
    assert done.returncode == 0, done.stderr
    for learner in [f"learner-{number:02d}" for number in range(10)]:
        assert scores_of(copy, learner) == scores_of(ours, learner)
    assert "passed over" not in done.stderr


def test_only_what_is_new_or_changed_is_graded(graded, copied, submit, tmp_path):
    offering = copied(graded[0].root, tmp_path / "course")
    assert grading.grade(offering, feedback=False).graded == 0
    submit(offering, "learner-00")
    outcomes = grading.grade(offering, feedback=False).outcomes
    assert [one.submission for one in outcomes if one.graded] == [grading.Submission("learner-00", FIRST)]
    assert grading.grade(offering, FIRST, force=True, feedback=False).graded == 10


def test_a_late_submission_is_recorded_as_late_and_costs_nothing(offering, submit, judge):
    submit(offering, "learner-00", at=datetime(2026, 12, 1, 18, tzinfo=UTC))
    grading.grade(offering, feedback=False)
    items = judge.keys(offering.root, FIRST).values()
    with offering.gradebook() as gradebook:
        submission = gradebook.find_submission(FIRST, "learner-00")
        assert submission.total_seconds_late == 3600
        assert submission.late_submission_penalty == 0
        assert submission.score == sum(item.points for item in items if item.type != "reflection")


def test_one_failure_does_not_stop_the_others(offering, on_time, monkeypatch):
    for learner in ("learner-00", "learner-01", "learner-02"):
        collecting.hand_in(offering, learner, FIRST, None, on_time)
    shutil.rmtree(offering.submitted("learner-01", FIRST))
    offering.submitted("learner-01", FIRST).mkdir()
    autograde = NbGraderAPI.autograde

    def fails_once(api, assignment, learner, **options):
        if learner == "learner-01":
            return {"success": False, "error": "sqlite3.OperationalError: disk full"}
        return autograde(api, assignment, learner, **options)

    monkeypatch.setattr(NbGraderAPI, "autograde", fails_once)
    monkeypatch.setattr(autograding, "is_plain", lambda _: False)  # as where an institution has settings of its own
    summary = grading.grade(offering)
    assert [(one.submission.learner, one.why) for one in summary.failed] == [("learner-01", "disk full")]
    assert summary.graded == 2


@pytest.mark.parametrize(("step", "where"), [("grade", autograding.Autograder), ("write", feedback.FeedbackWriter)])
def test_a_file_that_another_command_is_replacing_is_looked_for_again(offering, submit, monkeypatch, step, where):
    submit(offering, "learner-00")
    whole, tries = getattr(where, step), []

    def gone_at_first(self, *arguments):
        tries.append(1)
        if len(tries) == 1:
            raise FileNotFoundError("replaced just now")
        return whole(self, *arguments)

    monkeypatch.setattr(where, step, gone_at_first)
    summary = grading.grade(offering)
    assert (summary.graded, summary.failed, len(tries)) == (1, [], 2)


def test_what_nobody_has_foreseen_does_not_stop_the_others_either(offering, submit, monkeypatch):
    for learner in ("learner-00", "learner-01", "learner-02"):
        submit(offering, learner, {})
    autograde = grading.Grader._autograde

    def fails_once(grader, one):
        if one.learner == "learner-01":
            raise KeyError("what now")
        autograde(grader, one)

    monkeypatch.setattr(grading.Grader, "_autograde", fails_once)
    summary = grading.grade(offering, feedback=False)
    assert summary.graded == 2
    log = offering.root / ".eprof" / "errors.log"
    assert [(one.submission.learner, one.why) for one in summary.failed] == [
        ("learner-01", f"KeyError('what now'); more in {log}")
    ]
    assert f"learner-01, {FIRST}\nTraceback" in log.read_text()


def test_feedback_goes_back_through_nbgraders_exchange(offering, submit, tmp_path):
    """Nbgrader names the page by a secret that it wrote into the submission."""
    secret = "0123456789abcdef" * 8
    folder = submit(offering, "learner-00")
    (folder / "submission_secret.txt").write_text(secret)
    assert grading.grade(offering).failed == []
    config = offering.config()
    config.Exchange.root = str(tmp_path / "exchange")
    (tmp_path / "exchange").mkdir()
    with nbgrader_at_work():
        done = NbGraderAPI(config=config).release_feedback(FIRST)
    assert done["success"], done
    (page,) = (tmp_path / "exchange").rglob("*.html")
    assert page.stem == notebook_hash(secret=secret, notebook_id=FIRST)


def test_a_submission_without_a_time_has_that_of_its_journal(offering, submit):
    """A time made up of anything else would make late work look punctual."""
    folder = submit(offering, "learner-00")
    late = datetime(2026, 12, 1, 19, tzinfo=UTC)
    (folder / "timestamp.txt").unlink()
    os.utime(folder / "responses.jsonl", (late.timestamp(), late.timestamp()))
    grading.grade(offering, feedback=False)
    assert intake.handed_in_at(folder) == late
    with offering.gradebook() as gradebook:
        assert gradebook.find_submission(FIRST, "learner-00").total_seconds_late == 2 * 3600
    assert grading.grade(offering, feedback=False).unchanged == 1


def test_under_nbgraders_own_execution_a_question_earns_nothing_and_says_why(offering, submit, nbgrader, scores_of):
    """A wrong configuration ends in 0 and never in full marks."""
    submit(offering, "learner-00")
    config = offering.root / "nbgrader_config.py"
    kept = [line for line in config.read_text().splitlines() if "get_config()" in line or "db_url" in line]
    config.write_text("\n".join(kept))
    done = nbgrader(offering, "autograde", FIRST)
    assert done.returncode == 0, done.stderr
    assert {score.auto for score in scores_of(offering, "learner-00").values()} == {0.0}
    for cell in grade_cells(offering, "learner-00"):
        if cell["cell_type"] == "code":
            (error,) = [output for output in cell["outputs"] if output["output_type"] == "error"]
            assert "scored from the learner's saved answers by eprof grade" in error["evalue"]
