"""`jupyter lab` in the offering: Formgrader regrades through its own endpoint, and marks given there stay."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from eprofessionalism_graders import grading

FIRST = "01-friend-requests"
LEARNER = "learner-00"
TEXT = "<script>alert('ran')</script> I would have\ncalled **her** first."


@pytest.fixture
def desk(offering, formgrader):
    """What an instructor does in Formgrader with one submission."""
    submission = f"api/submission/{FIRST}/{LEARNER}"

    def notebook():
        return formgrader(f"api/submitted_notebooks/{FIRST}/{FIRST}")[0]["id"]

    def one(kind: str, item: str):
        return next(entry for entry in formgrader(f"api/{kind}?submission_id={notebook()}") if entry["name"] == item)

    return SimpleNamespace(
        regrade=lambda: formgrader(f"{submission}/autograde", "POST"),
        feedback=lambda: formgrader(f"api/assignment/{FIRST}/{LEARNER}/generate_feedback", "POST"),
        page=lambda: formgrader(f"submissions/{notebook()}/?index=0"),
        grade=lambda item: one("grades", item),
        mark=lambda item, points: formgrader(f"api/grade/{one('grades', item)['id']}", "PUT", {"manual_score": points}),
        comment=lambda item, text: formgrader(
            f"api/comment/{one('comments', item)['id']}", "PUT", {"manual_comment": text}
        ),
    )


def test_an_instructors_way_through_formgrader(offering, submit, desk, judge, scores_of):
    items = judge.keys(offering.root, FIRST)
    reflection = next(name for name, item in items.items() if item.type == "reflection")
    answers = {name: judge.other(item, 1) for name, item in items.items()} | {reflection: TEXT}
    submit(offering, LEARNER, answers)
    grading.grade(offering)
    before = scores_of(offering, LEARNER)

    assert desk.regrade()["success"]
    assert scores_of(offering, LEARNER) == before, "regraded through its own endpoint, a submission has the same scores"

    page = BeautifulSoup(desk.page(), "html.parser")
    assert page.select_one("pre.ep-reflection").text == TEXT
    assert not [script for script in page.find_all("script") if "alert('ran')" in script.text]
    assert len(page.select(".ep-review:not(.ep-opening)")) == len(items)

    desk.mark(reflection, 3)
    desk.comment(reflection, "You saw <her> before the rule.")
    assert desk.regrade()["success"]
    assert desk.grade(reflection)["manual_score"] == 3, "a mark survives another grading"
    assert not desk.grade(reflection)["needs_manual_grade"]

    assert desk.feedback()["success"]
    page = BeautifulSoup((offering.root / "feedback" / LEARNER / FIRST / f"{FIRST}.html").read_text(), "html.parser")
    assert len(page.select(".ep-review:not(.ep-opening)")) == len(items), "the learner's page shows each review"
    assert page.select_one("pre.ep-reflection").text == TEXT
    assert "Score: 3.0 / 4.0" in page.text
    assert "You saw" in page.text
    assert "before the rule" in page.text

    submit(offering, LEARNER, answers | {reflection: "Another text."})
    assert desk.regrade()["success"]
    assert desk.grade(reflection)["needs_manual_grade"], "a changed text is flagged"
    assert desk.grade(reflection)["manual_score"] == 3
    desk.mark(reflection, 3)
    assert not scores_of(offering, LEARNER)[reflection].wanted, "the same mark again settles it"

    config = offering.root / "offering.toml"
    config.write_text(config.read_text().replace("format = 1", "format = 2"))
    refused = desk.regrade()
    assert not refused["success"]
    assert "not graded" in refused["error"], "what keeps eprof grade from grading keeps Formgrader from it too"
