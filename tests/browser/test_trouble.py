"""What a learner sees when something goes wrong: one plain sentence, and nothing lost."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.browser

CASE = "01-friend-requests"
JOURNAL = "responses.jsonl"


@pytest.mark.skipif(sys.platform == "win32", reason="holds the journal with a POSIX lock")
def test_saved_appears_only_when_the_answer_is_on_disk(open_case):
    import fcntl

    learner = open_case(CASE)
    item = learner.items[0]
    learner.choose(item)
    with (learner.folder / JOURNAL).open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        learner.form(item).locator(".ep-save").click()
        learner.form(item).get_by_text("Not saved yet; keep this page open").wait_for()
        assert learner.state(item) == "chosen"
        assert learner.commits() == {}
    learner.wait_saved(item)
    assert learner.commits() == {item["id"]: learner.shown()[item["id"]]}
    learner.page.wait_for_timeout(5000)  # repeated while it waited, and written once
    assert [entry["kind"] for entry in learner.journal() if entry["item"] == item["id"]].count("commit") == 1
    assert not learner.form(item).get_by_text("Not saved").is_visible()


def test_an_answer_that_cannot_be_written_stays_and_is_tried_again(open_case):
    learner = open_case(CASE)
    item = learner.items[0]
    journal = learner.folder / JOURNAL
    journal.unlink(missing_ok=True)
    journal.mkdir()
    learner.choose(item)
    chosen = learner.shown()[item["id"]]
    learner.form(item).locator(".ep-save").click()
    learner.form(item).get_by_text("could not be written").wait_for()
    assert learner.shown()[item["id"]] == chosen
    assert "Traceback" not in learner.page.inner_text("body")
    journal.rmdir()
    learner.wait_saved(item)
    assert learner.commits() == {item["id"]: chosen}


def test_what_is_chosen_and_not_saved_outlives_a_restart(open_case):
    learner = open_case(CASE)
    item = learner.items[0]
    learner.choose(item)
    chosen = learner.shown()[item["id"]]
    learner.restart()
    assert learner.shown()[item["id"]] == chosen
    assert learner.state(item) == "chosen"
    learner.save(item)
    assert learner.commits() == {item["id"]: chosen}


def test_missing_questions_are_one_plain_sentence(open_case, course):
    items = course / CASE / "items.json"
    text = items.read_text()
    learner = open_case("02-patient-stories")  # knows how to wait; the page under test has nothing to wait for
    items.unlink()
    address = learner.page.url.replace("02-patient-stories", CASE)
    learner.page.goto(address)
    sentence = learner.page.get_by_text("could not be read")
    sentence.first.wait_for()
    learner.page.wait_for_function("!document.querySelector('.ep-notice .ep-say')")
    assert sum(one.is_visible() for one in sentence.all()) == 1
    body = learner.page.inner_text("body")
    assert "Traceback" not in body
    assert "items.json" not in body
    items.write_text(text)


def test_an_error_of_python_itself_is_one_plain_sentence(open_case, course):
    notebook = course / CASE / f"{CASE}.ipynb"
    broken = "from eprofessionalism import nothing_of_this_name"
    notebook.write_text(notebook.read_text().replace("from eprofessionalism import progress", broken))
    learner = open_case(CASE)
    learner.page.get_by_text("This part cannot be shown").wait_for()
    assert not learner.page.get_by_text("ImportError").first.is_visible()
    learner.answer(learner.items[0])
