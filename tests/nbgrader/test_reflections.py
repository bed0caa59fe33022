"""A learner's own text: shown to the letter, marked by hand, and marked anew only when it has changed."""

import json

import pytest
from bs4 import BeautifulSoup

from eprofessionalism_graders import grading

FIRST = "01-friend-requests"
LEARNER = "learner-00"
HOSTILE = """<script>alert("ran")</script> <img src=x onerror=alert(1)> [click](javascript:alert(1))
</pre></div><b>bold</b> **strong** `code` <!-- {{ x }} {% y %} -->

    indented $\\href{javascript:alert(1)}{x}$ \\(y\\) \\begin{align} z \\end{align}
$$ a $$ &lt;i&gt; “quoted” — naïve 漢字 🩺 \ud800 \x07 end"""


@pytest.fixture
def reflection(offering, judge):
    """The id of the reflection in the first case."""
    return next(name for name, item in judge.keys(offering.root, FIRST).items() if item.type == "reflection")


def mark(offering, reflection, points):
    """Give a mark as Formgrader does."""
    with offering.gradebook() as gradebook:
        grade = gradebook.find_grade(reflection, FIRST, FIRST, LEARNER)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()


def test_a_text_asks_for_a_mark_and_none_does_not(offering, submit, scores_of, reflection):
    submit(offering, LEARNER, {reflection: "A text."})
    submit(offering, "learner-01", {reflection: "  \n "})
    submit(offering, "learner-02", {})
    grading.grade(offering, feedback=False)
    assert scores_of(offering, LEARNER)[reflection] == (None, None, True)
    assert scores_of(offering, "learner-01")[reflection] == (0.0, None, False)
    assert scores_of(offering, "learner-02")[reflection] == (0.0, None, False)


def test_the_last_text_is_what_the_grader_reads(offering, play, submit, reflection, on_time, tmp_path):
    from eprofessionalism.player import Player
    from eprofessionalism_graders import collecting

    journal = play(offering, FIRST, {reflection: "The first."}, tmp_path / "work")
    Player(tmp_path / "work").commit(reflection, "The last,\nin two lines.")
    collecting.hand_in(offering, LEARNER, FIRST, journal, on_time)
    grading.grade(offering, feedback=False)
    cells = json.loads((offering.root / "autograded" / LEARNER / FIRST / f"{FIRST}.ipynb").read_text())["cells"]
    (cell,) = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == reflection]
    assert BeautifulSoup("".join(cell["source"]), "html.parser").text == "The last,\nin two lines."


def test_a_mark_survives_another_grading_and_stays_settled(offering, submit, scores_of, reflection):
    submit(offering, LEARNER)
    grading.grade(offering, feedback=False)
    mark(offering, reflection, 3)
    for _ in range(2):
        assert grading.grade(offering, force=True, feedback=False).graded == 1
        assert scores_of(offering, LEARNER)[reflection] == (None, 3, False)


def test_a_changed_text_keeps_its_mark_and_asks_for_another(offering, submit, scores_of, reflection):
    submit(offering, LEARNER, {reflection: "Before."})
    grading.grade(offering, feedback=False)
    mark(offering, reflection, 3)
    submit(offering, LEARNER, {reflection: "After."})
    grading.grade(offering, feedback=False)
    assert scores_of(offering, LEARNER)[reflection] == (None, 3, True)
    grading.grade(offering, force=True, feedback=False)
    assert scores_of(offering, LEARNER)[reflection].wanted, "asked for until somebody has looked"
    mark(offering, reflection, 2)
    grading.grade(offering, force=True, feedback=False)
    assert scores_of(offering, LEARNER)[reflection] == (None, 2, False)


def test_a_text_that_was_taken_back_asks_for_another_look(offering, submit, scores_of, reflection):
    submit(offering, LEARNER, {reflection: "Before."})
    grading.grade(offering, feedback=False)
    mark(offering, reflection, 3)
    submit(offering, LEARNER, {})
    grading.grade(offering, feedback=False)
    assert scores_of(offering, LEARNER)[reflection] == (0.0, 3, True)


def test_a_score_that_an_instructor_overrides_stays_while_the_answer_does(offering, submit, scores_of, judge):
    submit(offering, LEARNER)
    grading.grade(offering, feedback=False)
    question = next(name for name, item in judge.keys(offering.root, FIRST).items() if item.type == "sba")
    mark(offering, question, 0.5)
    grading.grade(offering, force=True, feedback=False)
    assert scores_of(offering, LEARNER)[question] == (1.0, 0.5, False)


def test_markup_script_and_formulas_in_a_text_stay_text(offering, play, reflection, on_time, tmp_path):
    """On the feedback page, which is made by nbconvert as Formgrader's page is."""
    from eprofessionalism.items import ITEMS_FILE
    from eprofessionalism_graders import collecting

    folder = tmp_path / "work"
    play(offering, FIRST, {}, folder)
    line = {
        "v": 1,
        "kind": "commit",
        "item": reflection,
        "answer": HOSTILE,
        "certainty": None,
        "at": "",
        "session": "",
        "case": "",
    }
    (folder / "responses.jsonl").write_text(json.dumps(line) + "\n")
    collecting.hand_in(offering, LEARNER, FIRST, folder / "responses.jsonl", on_time)
    assert grading.grade(offering).failed == []
    page = BeautifulSoup((offering.root / "feedback" / LEARNER / FIRST / f"{FIRST}.html").read_text(), "html.parser")
    (text,) = page.select("pre.ep-reflection")
    assert text.text == HOSTILE.replace("\ud800", "\N{REPLACEMENT CHARACTER}").replace(
        "\x07", "\N{REPLACEMENT CHARACTER}"
    )
    assert text.find_all(True) == []
    assert not [script for script in page.find_all("script") if "ran" in script.text]
    assert not page.select("[onerror]")
    assert ITEMS_FILE not in text.text
