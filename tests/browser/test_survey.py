"""A learner fills in the survey: its own scale, nothing revealed, and answers that can be changed."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

SURVEY = "99-evaluation"


def test_a_learner_fills_in_the_survey_and_changes_an_answer(open_case):
    learner = open_case(SURVEY)
    rating, choice = learner.items[0], learner.items[2]
    words = learner.form(rating).locator(".ep-rate__head div span").all_inner_texts()
    assert words == rating["scale"]
    for item in learner.items:
        learner.answer(item)
    assert learner.commits().keys() == {item["id"] for item in learner.items}
    assert learner.page.locator(".ep-fb, .ep-verdict, .ep-rate__fb").count() == 0
    first = learner.commits()[choice["id"]]
    learner.form(choice).locator("input").last.check()
    learner.form(choice).locator(".ep-save").click()
    learner.wait_saved(choice)
    assert learner.commits()[choice["id"]] == choice["options"][-1]["id"] != first
    learner.page.get_by_role("button", name="I have finished the survey").click()
    learner.page.get_by_role("heading", name="Thank you").wait_for()
    assert learner.journal()[-1]["kind"] == "done"
