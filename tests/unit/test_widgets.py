"""The blocks of the page without a browser: messages in, traits and replies out."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from fractions import Fraction

import pytest

from eprofessionalism import finish, progress, question, scene
from eprofessionalism.items import Item, ItemBank, Note, Option, Passage, dump_items
from eprofessionalism.player import Player
from eprofessionalism.scoring import score
from eprofessionalism.widgets import NotGradedHere, _page, _plain
from eprofessionalism.widgets._prose import prose
from eprofessionalism.widgets._reveal import is_right

LETTERS = "abcdefgh"


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(letter, f"Option {letter}") for letter in LETTERS[:count])


def notes(count: int) -> dict[str, Note]:
    return {letter: Note(f"Why {letter}", (f"MMS, guideline {letter}",)) for letter in LETTERS[:count]}


def key(*values: str) -> dict[str, Fraction]:
    return {letter: Fraction(value) for letter, value in zip(LETTERS, values, strict=False)}


SBA = Item(
    "sba",
    "sba",
    "Which?",
    1,
    options(4),
    certainty=True,
    key=key("1/2", "1", "0", "0"),
    feedback=notes(4),
    after=Note("Box", ("AMA",), "Where"),
)
MRQ = Item("mrq", "mrq", "Which ones?", 1, options(5), key=key("1", "0", "1", "0", "1"), feedback=notes(5))
CHOOSE = Item(
    "choose",
    "choose",
    "Which three?",
    2,
    options(8),
    key=key("1", "1", "1", "0", "0", "0", "0", "0"),
    feedback=notes(8),
)
RATING = Item(
    "rating", "rating", "How effective?", 2, options(6), key=key("1", "2", "3", "4", "1", "4"), feedback=notes(6)
)
RANKING = Item(
    "ranking", "ranking", "In which order?", 2, options(5), key=key("2", "1", "3", "5", "4"), feedback=notes(5)
)
BRANCH = Item(
    "branch",
    "branch",
    "What now?",
    1,
    options(3),
    key=key("1", "1/2", "0"),
    feedback=notes(3),
    then={letter: Note(f"Then *{letter}*.\n\nAnd on.", (), f"Monday {letter}") for letter in LETTERS[:3]},
)
REFLECTION = Item("reflection", "reflection", "Think of one.", 4, words=(80, 150))
TEST = Item("test", "sba", "Which, in the test?", 1, options(4), assessment=True)
ITEMS = (BRANCH, SBA, MRQ, CHOOSE, RATING, RANKING, REFLECTION, TEST)
RIGHT = {
    "branch": "a",
    "sba": "b",
    "mrq": ["a", "c", "e"],
    "choose": ["a", "b", "c"],
    "rating": dict(zip("abcdef", (1, 2, 3, 4, 1, 4), strict=True)),
    "ranking": ["b", "a", "c", "e", "d"],
    "reflection": "Words.",
    "test": "c",
}
SURE = {"sba": 2}


def write_bank(case, items, title="A sample", passages=()) -> None:
    by_id = ({one.id: one for one in many} for many in (items, passages))
    (case / "items.json").write_text(json.dumps(dump_items(ItemBank("01-sample", title, 12, "d1gest", *by_id))))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    case = tmp_path / "01-sample"
    case.mkdir()
    passage = Passage(
        "next-day",
        "Tuesday",
        "What came of it",
        "branch",
        {"a": "She **nods**.", "b": "He waits.", "c": "Nobody comes."},
    )
    write_bank(case, ITEMS, passages=[passage])
    monkeypatch.chdir(case)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(_page, "_pages", {})
    return case


class Browser:
    """The other end of a block's messages."""

    def __init__(self, block, monkeypatch) -> None:
        self.block, self.heard, self.count = block, [], 0
        monkeypatch.setattr(block, "send", lambda content, buffers=None: self.heard.append(content))

    def says(self, kind: str, nonce: str | None = None, **fields) -> dict:
        self.count += 1
        self.block._handle_custom_msg({"kind": kind, "nonce": nonce or f"n{self.count}", **fields}, [])
        return self.heard[-1]


@pytest.fixture
def browser(monkeypatch):
    return lambda block: Browser(block, monkeypatch)


def lines(folder) -> list[dict]:
    path = folder / "responses.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def restart() -> None:
    _page._pages.clear()


@pytest.mark.parametrize("item_id", RIGHT)
def test_a_saved_answer_is_on_disk_shown_and_back_after_a_restart(folder, browser, item_id):
    block = question(item_id)
    reply = browser(block).says("commit", answer=RIGHT[item_id], certainty=SURE.get(item_id))
    assert reply["ok"]
    assert lines(folder)[-1]["answer"] == RIGHT[item_id]
    assert block.answer == RIGHT[item_id]
    restart()
    again = question(item_id)
    assert again is not block
    assert (again.answer, again.state, again.certainty) == (block.answer, block.state, SURE.get(item_id))


def test_two_views_of_an_item_are_one_block(folder):
    assert question("sba") is question("sba")
    assert progress() is progress()


@pytest.mark.parametrize(
    ("item_id", "answer", "certainty", "sentence"),
    [
        ("branch", None, None, "Choose an answer first, then decide."),
        ("sba", None, None, "Choose an answer first, then save."),
        ("sba", "b", None, "Say how sure you are, then save."),
        ("mrq", [], None, "Choose an answer first, then save."),
        ("choose", ["a", "b"], None, "Choose exactly three: 2 are chosen now."),
        ("choose", ["a", "b", "c", "d"], None, "Choose exactly three: 4 are chosen now."),
        ("rating", {"a": 1}, None, "5 responses are still to be rated."),
        ("rating", dict.fromkeys("abcde", 2), None, "One response is still to be rated."),
        ("reflection", "  \n ", None, "Write a few words first, then hand them in."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(folder, browser, item_id, answer, certainty, sentence):
    reply = browser(question(item_id)).says("commit", answer=answer, certainty=certainty)
    assert reply["ok"] is False
    assert reply["missing"] == sentence
    assert lines(folder) == []
    assert question(item_id).reveal == {}


def test_feedback_comes_with_the_commit_and_stands_in_every_option(folder, browser):
    block = question("sba")
    assert block.reveal == {}
    assert "Why" not in json.dumps(block.item)
    browser(block).says("commit", answer="a", certainty=3)
    shown = block.reveal["options"]
    assert {letter: note["word"] for letter, note in shown.items()} == {
        "a": "Partly right",
        "b": "Best answer",
        "c": "Not this one",
        "d": "Not this one",
    }
    assert {letter: note["mine"] for letter, note in shown.items()} == {"a": "Your choice", "b": "", "c": "", "d": ""}
    assert [note["text"] for note in shown.values()] == ["Why a", "Why b", "Why c", "Why d"]
    assert shown["a"]["cites"] == "MMS, guideline a"
    assert block.reveal["after"] == {"title": "Where", "text": "Box", "cites": "AMA"}
    assert block.state == "saved"


def test_a_multiple_response_says_what_belongs_and_what_was_left_out(folder, browser):
    block = question("mrq")
    browser(block).says("commit", answer=["a", "b"], certainty=None)
    shown = {letter: (note["word"], note["mine"]) for letter, note in block.reveal["options"].items()}
    assert shown == {
        "a": ("Belongs", "Your choice"),
        "b": ("Does not belong", "Your choice"),
        "c": ("Belongs", "You left it out"),
        "d": ("Does not belong", ""),
        "e": ("Belongs", "You left it out"),
    }


def test_a_rating_names_the_suggested_level_beside_ones_own(folder, browser):
    block = question("rating")
    browser(block).says("commit", answer=dict.fromkeys("abcdef", 1))
    shown = {letter: (note["verdict"], note["level"], note["word"]) for letter, note in block.reveal["options"].items()}
    assert shown["a"] == ("best", 1, "As suggested (dashed): very ineffective")
    assert shown["b"] == ("part", 2, "Suggested (dashed): ineffective; you said very ineffective")
    assert shown["c"] == ("miss", 3, "Suggested (dashed): effective; you said very ineffective")


def test_a_ranking_names_the_suggested_place(folder, browser):
    block = question("ranking")
    assert block.answer is None
    browser(block).says("commit", answer=list("abcde"))
    shown = {letter: (note["verdict"], note["word"]) for letter, note in block.reveal["options"].items()}
    assert shown["a"] == ("part", "Suggested: place 2")
    assert shown["c"] == ("best", "As suggested: place 3")


def test_a_branch_shows_the_consequence_of_the_path_taken_and_why(folder, browser):
    block = question("branch")
    browser(block).says("commit", answer="b")
    then = block.reveal["then"]
    assert then["when"] == "Monday b"
    assert then["story"] == [{"p": [["", "Then "], ["em", "b"], ["", "."]]}, {"p": [["", "And on."]]}]
    assert (then["text"], then["word"]) == ("Why b", "Partly right")
    assert block.reveal.keys() == {"then"}


def test_an_assessment_item_reveals_nothing_and_its_last_answer_stands(folder, browser):
    block = question("test")
    page = browser(block)
    assert "Results come after grading" in page.says("commit", answer="a")["status"]
    page.says("commit", answer="d")
    assert (block.state, block.answer, block.reveal) == ("kept", "d", {})
    assert [entry["answer"] for entry in lines(folder)] == ["a", "d"]


def test_looking_again_clears_the_page_and_the_first_answer_still_counts(folder, browser):
    block = question("sba")
    page = browser(block)
    page.says("commit", answer="a", certainty=1)
    assert page.says("reset")["status"] == "Cleared. Your first answer still counts."
    assert (block.state, block.answer, block.reveal, block.answered) == ("open", None, {}, True)
    assert progress().drawn["answered"] == 1
    assert "looking again changes no score" in page.says("commit", answer="b", certainty=3)["status"]
    assert _page.current_page().player.first_answer("sba") == "a"


def test_a_draft_is_kept_and_handing_in_again_replaces_the_text(folder, browser):
    block = question("reflection")
    page = browser(block)
    assert page.says("draft", answer="Half")["status"].startswith("Draft kept at {at}")
    assert (block.state, block.answer) == ("draft", "Half")
    assert progress().drawn["answered"] == 0
    page.says("commit", answer="Half a page")
    assert block.state == "kept"
    assert "still stands" in page.says("draft", answer="Half a page and more")["status"]
    page.says("commit", answer="A page")
    assert (block.state, block.answer) == ("kept", "A page")


def test_a_message_that_comes_twice_is_done_once(folder, browser):
    page = browser(question("test"))
    first = page.says("commit", nonce="same", answer="a")
    second = page.says("commit", nonce="same", answer="a")
    assert first == second
    assert len(lines(folder)) == 1


def test_coming_into_view_is_noted_once_a_sitting(folder, browser):
    page = browser(question("sba"))
    page.says("shown")
    page.says("shown")
    assert [entry["kind"] for entry in lines(folder)] == ["shown"]


def test_a_journal_that_cannot_be_written_is_said_and_the_save_can_be_repeated(folder, browser, capsys):
    page = browser(question("test"))
    (folder / "responses.jsonl").mkdir()
    reply = page.says("commit", nonce="again", answer="a")
    assert (reply["ok"], reply["retry"]) == (False, True)
    assert "could not be written" in reply["problem"]
    (folder / "responses.jsonl").rmdir()
    assert page.says("commit", nonce="again", answer="a")["ok"]
    assert len(lines(folder)) == 1
    assert capsys.readouterr().err == ""


def test_a_mistake_of_ours_is_one_sentence_and_goes_to_the_log(folder, browser, caplog, capsys):
    with caplog.at_level(logging.ERROR, "eprofessionalism"):
        reply = browser(question("sba")).says("commit", answer="no such option", certainty=1)
    assert reply["problem"].startswith("Something went wrong on our side.")
    assert reply["retry"] is False
    assert lines(folder) == []
    assert "expected an answer that fits a sba" in caplog.text
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("show", "words"), [(question, "fr-404"), (scene, "no-scene")])
def test_an_unknown_id_is_one_plain_sentence(folder, show, words):
    said = show(words)
    assert isinstance(said, _plain.Sorry)
    assert words in said.sentence
    assert "Traceback" not in said._repr_html_()


@pytest.mark.parametrize("show", [progress, finish, lambda: question("sba"), lambda: scene("next-day")])
def test_missing_questions_are_one_plain_sentence(folder, show):
    (folder / "items.json").unlink()
    said = show()
    assert "could not be read" in said.sentence
    assert said.sentence in said._repr_html_()


def test_what_is_shown_of_an_error_is_escaped(folder):
    assert "<script>" not in question("<script>")._repr_html_()


@pytest.mark.parametrize("item_id", ["sba", "reflection"])
def test_nbgraders_own_execution_gets_one_plain_sentence(folder, monkeypatch, item_id):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(
        NotGradedHere,
        match=r"scored from the learner's saved answers by eprof grade; running the page gives no score\.$",
    ):
        question(item_id)


def test_progress_counts_and_names_the_next_open_question(folder, browser):
    panel = progress()
    assert panel.drawn["count"] == "0 of 8 answered"
    assert panel.drawn["left"] == "about 12 minutes left"
    assert panel.drawn["next"] == {"item": "", "text": "Begin"}
    assert panel.drawn["back"] == {}
    browser(question("branch")).says("commit", answer="a")
    assert panel.drawn["count"] == "1 of 8 answered"
    assert panel.drawn["next"] == {"item": "sba", "text": "Go to question 2"}


def test_whoever_comes_back_is_welcomed_until_the_next_answer(folder, browser):
    browser(question("branch")).says("commit", answer="a")
    restart()
    panel = progress()
    assert panel.drawn["back"]["text"] == "Your answers up to {at} are here. You stopped at question 2."
    assert panel.drawn["back"]["at"] == lines(folder)[-1]["at"]
    browser(question("test")).says("commit", answer="a")
    assert panel.drawn["back"] == {}


def test_a_scene_asks_to_decide_and_then_follows_the_first_decision(folder, browser):
    block = scene("next-day")
    assert block.drawn == {
        "item": "branch",
        "ask": "The story goes on once you have decided.",
        "link": "Decide in question 1 first",
    }
    page = browser(question("branch"))
    page.says("commit", answer="a")
    assert (block.drawn["when"], block.drawn["title"]) == ("Tuesday", "What came of it")
    assert block.drawn["text"] == [{"p": [["", "She "], ["strong", "nods"], ["", "."]]}]
    page.says("reset")
    page.says("commit", answer="b")
    assert block.drawn["text"] == [{"p": [["", "She "], ["strong", "nods"], ["", "."]]}]


def test_the_end_lists_what_is_open_and_finishes_the_case(folder, browser):
    panel = finish()
    assert panel.drawn["title"] == "8 questions are still open"
    assert panel.drawn["open"][0] == {"item": "branch", "text": "Question 1"}
    for item_id, answer in RIGHT.items():
        browser(question(item_id)).says("commit", answer=answer, certainty=SURE.get(item_id))
    assert panel.drawn["title"] == "Every question is answered"
    assert browser(panel).says("done")["ok"]
    assert panel.drawn["title"] == "You have finished this case"
    assert progress().drawn["left"] == "finished"
    assert lines(folder)[-1]["kind"] == "done"


def test_one_open_question_is_spoken_of_as_one(folder, browser):
    for item_id in list(RIGHT)[:-1]:
        browser(question(item_id)).says("commit", answer=RIGHT[item_id], certainty=SURE.get(item_id))
    assert finish().drawn["title"] == "One question is still open"
    assert finish().drawn["text"] == "You can finish now and leave it out, or go back to it first."


WRONG = RIGHT | {"mrq": ["a", "c"], "choose": ["a", "b", "d"], "rating": dict.fromkeys("abcdef", 1)}
WRONG |= {"sba": "a", "ranking": list("abcde"), "branch": "c"}


@pytest.mark.parametrize(
    ("item_id", "answer", "said"),
    [
        ("sba", "b", ("best", "Best answer")),
        ("sba", "a", ("part", "Partly right; another answer is better")),
        ("sba", "c", ("miss", "Another answer is better")),
        ("mrq", RIGHT["mrq"], ("best", "All 5 as suggested")),
        ("mrq", ["a", "b"], ("part", "2 of 5 as suggested")),
        ("mrq", ["b", "d"], ("miss", "0 of 5 as suggested")),
        ("choose", RIGHT["choose"], ("best", "All 3 as suggested")),
        ("choose", ["a", "b", "d"], ("part", "2 of 3 as suggested")),
        ("rating", RIGHT["rating"], ("best", "All 6 as suggested")),
        ("rating", dict.fromkeys("abcdef", 1), ("part", "2 of 6 as suggested")),
        ("ranking", RIGHT["ranking"], ("best", "All 5 as suggested")),
        ("ranking", list("abcde"), ("part", "1 of 5 as suggested")),
    ],
)
def test_a_saved_answer_has_its_verdict_in_one_line(folder, browser, item_id, answer, said):
    block = question(item_id)
    browser(block).says("commit", answer=answer, certainty=SURE.get(item_id))
    assert (block.reveal["result"]["verdict"], block.reveal["result"]["word"]) == said


@pytest.mark.parametrize("item_id", ["branch", "sba", "mrq", "choose", "rating", "ranking"])
def test_wholly_as_suggested_is_the_full_score_and_nothing_else_is(item_id):
    item = next(item for item in ITEMS if item.id == item_id)
    for answer in (RIGHT[item_id], WRONG[item_id]):
        assert is_right(item, answer) == (score(item, item.key, answer) == 1)
    assert is_right(item, RIGHT[item_id])
    assert not is_right(item, WRONG[item_id])


@pytest.mark.parametrize(
    ("certainty", "answer", "said"),
    [
        (3, "b", "Very sure, and right."),
        (3, "a", "You were very sure; worth a second look."),
        (2, "b", "Fairly sure, and right."),
        (2, "c", "You were fairly sure; worth a second look."),
        (1, "b", "Not sure, and right: you know more than you thought."),
        (1, "d", "You were not sure; the reasons may settle it."),
    ],
)
def test_a_stated_certainty_is_answered(folder, browser, certainty, answer, said):
    block = question("sba")
    browser(block).says("commit", answer=answer, certainty=certainty)
    assert block.reveal["result"]["sure"] == said
    browser(question("mrq")).says("commit", answer=["a"], certainty=certainty)
    assert question("mrq").reveal["result"]["sure"] == ""


def test_what_certainty_is_for_is_said_once_a_page(folder):
    write_bank(folder, [replace(SBA, id="first"), replace(SBA, id="second")])
    assert question("first").item["words"]["sureHint"].startswith("It does not change your score. Once")
    assert question("second").item["words"]["sureHint"] == ""


def test_of_many_citations_two_stand_beside_the_note_and_none_is_lost(folder, browser):
    cited = Note("Why", ("A", "B", "A", "C", "D", "E"))
    write_bank(folder, [replace(SBA, feedback={**notes(4), "a": cited}, after=replace(cited, title="Where"))])
    block = question("sba")
    browser(block).says("commit", answer="a", certainty=1)
    folded = {"text": "Why", "cites": "A; B", "more": {"word": "and 3 more", "cites": "C; D; E"}}
    assert block.reveal["options"]["a"].items() >= folded.items()
    assert block.reveal["after"] == {"title": "Where"} | folded
    assert "more" not in block.reveal["options"]["b"]


def test_a_text_that_was_handed_in_can_be_checked_against_three_points(folder, browser):
    block = question("reflection")
    page = browser(block)
    assert block.item["hint"].endswith("If your program collects the course, whoever marks it reads this.")
    page.says("draft", answer="Half")
    assert block.reveal == {}
    page.says("commit", answer="Half a page")
    assert len(block.reveal["after"]["points"]) == 3
    page.says("draft", answer="Half a page and more")
    assert len(block.reveal["after"]["points"]) == 3


def test_the_end_tells_how_it_went_by_first_answers(folder, browser):
    for item_id, answer in (RIGHT | {"mrq": ["a"], "sba": "a"}).items():
        if item_id != "choose":
            browser(question(item_id)).says("commit", answer=answer, certainty=3 if item_id == "sba" else None)
    browser(question("sba")).says("reset")
    browser(question("sba")).says("commit", answer="b", certainty=1)
    browser(finish()).says("done")
    assert finish().drawn["recap"] == {
        "text": "3 of 6 as suggested, by your first answers. Look again at",
        "again": [
            {"item": "sba", "text": "Question 2"},
            {"item": "mrq", "text": "Question 3"},
            {"item": "choose", "text": "Question 4"},
        ],
        "sure": "How sure you were: very sure, 0 of 1 right.",
    }


def test_nothing_to_look_at_again_is_said_too(folder, browser):
    for item_id, answer in RIGHT.items():
        browser(question(item_id)).says("commit", answer=answer, certainty=SURE.get(item_id))
    browser(finish()).says("done")
    assert finish().drawn["recap"]["text"] == "All 6 as suggested, by your first answers."
    assert finish().drawn["recap"]["again"] == []


def beside(folder, name: str, title: str):
    case = folder.parent / name
    case.mkdir(exist_ok=True)
    (case / f"{name}.ipynb").write_text("{}")
    write_bank(case, ITEMS, title)
    return case


def test_a_finished_case_lists_all_parts_and_leads_to_the_first_that_is_open(folder, browser):
    beside(folder, "01-sample", "A sample")
    Player(beside(folder, "00-before", "Before")).commit("sba", "a", 1)
    Player(beside(folder, "02-done", "Done")).finish()
    beside(folder, "90-test", "The test")
    (beside(folder, "03-broken", "Broken") / "items.json").write_text("{")
    (folder.parent / "04-no-page").mkdir()
    assert progress().drawn["parts"] == []
    browser(finish()).says("done")
    drawn = finish().drawn
    assert [(part["case"], part["state"], part["here"]) for part in drawn["parts"]] == [
        ("00-before", "1 of 8 answered", False),
        ("01-sample", "finished", True),
        ("02-done", "finished", False),
        ("90-test", "not begun, 12 minutes", False),
    ]
    assert drawn["next"]["invitation"] == "Next: Before, 12 minutes"
    assert progress().drawn["parts"] == drawn["parts"]
    Player(folder.parent / "00-before").finish()
    _page.current_page().changed()
    assert finish().drawn["next"]["case"] == "90-test"


def test_a_case_alone_lists_no_parts(folder, browser):
    beside(folder, "01-sample", "A sample")
    browser(finish()).says("done")
    assert (finish().drawn["parts"], finish().drawn["next"]) == ([], {})
    assert "saved with this course" in finish().drawn["text"]


def test_the_end_of_a_test_says_what_may_still_be_changed_and_where_results_come_from(folder, browser):
    write_bank(folder, [replace(TEST, certainty=True), replace(TEST, id="other")])
    assert question("test").item["words"]["sureHint"] == "It does not change your score."
    assert "until the test is collected" in browser(question("test")).says("commit", answer="a", certainty=1)["status"]
    panel = finish()
    assert panel.drawn["button"] == "I have finished the test"
    assert panel.drawn["text"].endswith("You may still change answers until the test is collected.")
    browser(panel).says("done")
    assert panel.drawn["title"] == "You have finished the test"
    assert panel.drawn["text"].endswith("Results come after grading, from whoever runs your course.")
    assert panel.drawn["recap"] == {
        "text": "One question is still open",
        "again": [{"item": "other", "text": "Question 2"}],
    }
    browser(question("other")).says("commit", answer="a", certainty=1)
    assert panel.drawn["recap"] == {}
    assert browser(question("test")).says("commit", answer="b", certainty=1)["ok"]
    assert question("test").reveal == {}


def test_prose_keeps_paragraphs_lists_and_emphasis_and_no_markup():
    assert prose("One *two*\nthree.\n\n- a\n- **b**\n\n<b>not bold</b>") == [
        {"p": [["", "One "], ["em", "two"], ["", " three."]]},
        {"ul": [[["", "a"]], [["strong", "b"]]]},
        {"p": [["", "<b>not bold</b>"]]},
    ]


def test_the_stylesheet_is_sent_to_pages_that_have_no_extension(folder, browser):
    assert "--ep-paper" in browser(question("sba")).says("style")["style"]
