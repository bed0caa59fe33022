"""What an answer is, and which one counts."""

from __future__ import annotations

import pytest

from eprofessionalism.answers import counted, is_sound
from eprofessionalism.items import Item, Option
from eprofessionalism.journal import Record

OPTIONS = tuple(Option(letter, letter.upper()) for letter in "abcde")


def item(kind, **fields):
    return Item(f"i-{kind}", kind, "Stem?", 1, () if kind == "reflection" else OPTIONS, **fields)


SOUND = {
    "sba": ["a", "e"],
    "branch": ["b"],
    "mrq": [["a"], ["b", "a"], []],
    "choose": [["a", "b", "c"], ["a", "b", "c", "d"]],
    "ranking": [list("abcde"), list("edcba")],
    "rating": [{"a": 1, "b": 4}, dict.fromkeys("abcde", 2), {}],
    "reflection": ["", "some text"],
}
UNSOUND = {
    "sba": ["f", "", None, ["a"], 1, {"a": 1}, True],
    "branch": ["z", []],
    "mrq": ["a", ["a", "a"], ["f"], [1], {"a": 1}, [["a"]]],
    "choose": [["a", "a", "b"], None],
    "ranking": [list("abcd"), list("abcdd"), list("abcdef"), "abcde"],
    "rating": [{"a": 0}, {"a": 5}, {"a": True}, {"a": 1.0}, {"f": 1}, ["a"], {"a": "1"}],
    "reflection": [None, 3, ["text"]],
}


@pytest.mark.parametrize(("kind", "answer"), [(kind, answer) for kind, answers in SOUND.items() for answer in answers])
def test_sound_answers(kind, answer):
    assert is_sound(item(kind), answer)


@pytest.mark.parametrize(
    ("kind", "answer"), [(kind, answer) for kind, answers in UNSOUND.items() for answer in answers]
)
def test_unsound_answers(kind, answer):
    assert not is_sound(item(kind), answer)


def records(*steps):
    return [Record(kind, name, answer, line=number) for number, (kind, name, answer) in enumerate(steps, start=1)]


PRACTICE = item("sba")
TEST = Item("i-test", "sba", "Stem?", 1, OPTIONS, assessment=True)
REFLECTION = item("reflection")
ITEMS = {entry.id: entry for entry in (PRACTICE, TEST, REFLECTION)}


def answer_of(name, *steps):
    found = counted(ITEMS, records(*[(kind, name, answer) for kind, answer in steps])).get(name)
    return found.answer if found else None


def test_the_first_commit_counts_on_a_practice_item():
    assert answer_of("i-sba", ("commit", "a"), ("commit", "b")) == "a"


def test_the_last_commit_counts_on_an_assessment_item():
    assert answer_of("i-test", ("commit", "a"), ("commit", "b")) == "b"


def test_file_order_decides_and_not_the_clock():
    late_first = [Record("commit", "i-sba", "b", at="2030"), Record("commit", "i-sba", "a", at="2020")]
    assert counted(ITEMS, late_first)["i-sba"].answer == "b"


def test_a_reset_changes_no_score():
    assert answer_of("i-sba", ("commit", "a"), ("reset", None), ("commit", "b")) == "a"
    assert answer_of("i-test", ("commit", "a"), ("reset", None)) == "a"


def test_an_unsound_commit_is_passed_over_wherever_it_stands():
    assert answer_of("i-sba", ("commit", "z"), ("commit", "b")) == "b"
    assert answer_of("i-test", ("commit", "b"), ("commit", ["a"])) == "b"


def test_text_typed_and_never_given_counts_as_given():
    assert answer_of("i-reflection", ("draft", "one"), ("draft", "two")) == "two"


def test_text_given_counts_before_a_later_draft_and_the_last_text_given_counts():
    assert answer_of("i-reflection", ("commit", "one"), ("draft", "two")) == "one"
    assert answer_of("i-reflection", ("commit", "one"), ("commit", "two")) == "two"


def test_a_draft_of_a_choice_is_no_answer():
    assert answer_of("i-sba", ("draft", "a")) is None


def test_unknown_items_are_passed_over():
    assert counted(ITEMS, records(("commit", "other-case", "a"))) == {}
