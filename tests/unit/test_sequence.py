"""The order in which a learner takes the parts of the course."""

from __future__ import annotations

import json

import pytest

from eprofessionalism.items import Item, ItemBank, Option, dump_items
from eprofessionalism.player import Player
from eprofessionalism.sequence import in_sequence, is_optional

PARTS = {
    "00-orientation": ("orientation", ""),
    "01-one": ("case", ""),
    "02-two": ("case", ""),
    "90-form-a": ("form", "A"),
    "91-form-b": ("form", "B"),
    "92-form-c": ("form", "C"),
    "99-evaluation": ("survey", ""),
}


@pytest.fixture
def course(tmp_path):
    """A player for each part of a course, in the order of the folders."""
    players = {}
    for name, (module, form) in PARTS.items():
        item = Item(f"{name}-q", "sba", "Stem?", 1.0, (Option("a", "A"), Option("b", "B")), assessment=bool(form))
        bank = ItemBank(name, name, 10, "d", {item.id: item}, {}, module=module, form=form)
        (tmp_path / name).mkdir()
        (tmp_path / name / "items.json").write_text(json.dumps(dump_items(bank)), encoding="utf-8")
        players[name] = Player(tmp_path / name)
    return players


def names(course):
    return [player.bank.case for player in in_sequence(course.values())]


def test_a_learner_begins_with_form_a_unless_another_was_begun(course):
    assert names(course) == [
        "00-orientation",
        "90-form-a",
        "01-one",
        "02-two",
        "91-form-b",
        "99-evaluation",
        "92-form-c",
    ]


def test_the_form_that_was_begun_first_is_the_one_before_the_cases(course):
    course["91-form-b"].commit("91-form-b-q", "a")
    assert names(course)[1] == "91-form-b"
    later = Player(course["90-form-a"].path.parent, now=lambda: "2999-01-01T00:00:00.000Z")
    later.commit("90-form-a-q", "a")
    assert names(course)[1:5] == ["91-form-b", "01-one", "02-two", "90-form-a"]


def test_only_the_form_for_a_second_attempt_is_optional(course):
    assert [name for name, player in course.items() if is_optional(player.bank)] == ["92-form-c"]
