"""One learner at one case: what is shown is what is on disk."""

from __future__ import annotations

import json

import pytest

from eprofessionalism.items import Item, ItemBank, ItemBankError, Option, dump_items, load_items
from eprofessionalism.player import Player, UnsoundAnswerError, View

OPTIONS = tuple(Option(letter, letter.upper()) for letter in "abc")


@pytest.fixture
def folder(tmp_path):
    items = [
        Item("x-1", "sba", "First?", 1, OPTIONS, certainty=True),
        Item("x-2", "mrq", "Second?", 1, OPTIONS),
        Item("x-3", "reflection", "Third?", 4, words=(80, 150)),
    ]
    bank = ItemBank("01-x", "A case", 12, "digest", {item.id: item for item in items}, {})
    (tmp_path / "items.json").write_text(json.dumps(dump_items(bank)))
    return tmp_path


def test_the_item_bank_survives_the_round_trip(folder):
    bank = load_items(folder)
    assert dump_items(bank) == json.loads((folder / "items.json").read_text())
    assert bank.items["x-3"].words == (80, 150)


@pytest.mark.parametrize("content", [None, "", "[]", '{"v": 2}', '{"v": 1}', "\x00"])
def test_a_missing_or_broken_item_bank_is_one_plain_error(folder, content):
    (folder / "items.json").unlink()
    if content is not None:
        (folder / "items.json").write_text(content)
    with pytest.raises(ItemBankError, match=r"items\.json.*eprof learn|format 1"):
        load_items(folder)


def test_a_committed_answer_is_shown_after_a_restart(folder):
    Player(folder, now=lambda: "2026-11-22T10:00:00.000Z").commit("x-1", "b", 3)
    assert Player(folder).view("x-1") == View("saved", "b", 3, "2026-11-22T10:00:00.000Z")


def test_two_players_of_one_folder_agree(folder):
    one, two = Player(folder), Player(folder)
    one.commit("x-2", ["a"])
    assert two.view("x-2").answer == ["a"]
    two.reset("x-2")
    assert one.view("x-2") == View()


def test_an_unsound_answer_is_refused_and_nothing_is_written(folder):
    player = Player(folder)
    with pytest.raises(UnsoundAnswerError, match="x-1: expected an answer that fits a sba"):
        player.commit("x-1", ["a"])
    assert not player.path.exists()


def test_a_draft_survives_and_a_commit_replaces_it(folder):
    player = Player(folder)
    player.draft("x-3", "half a sen")
    assert Player(folder).view("x-3").state == "draft"
    player.commit("x-3", "half a sentence")
    assert Player(folder).view("x-3").state == "saved"


def test_progress_counts_what_was_ever_answered_and_names_the_next(folder):
    player = Player(folder)
    assert (player.progress().answered, player.progress().minutes_left, player.progress().next_item) == (0, 12, "x-1")
    player.commit("x-1", "a", 1)
    player.reset("x-1")
    progress = player.progress()
    assert (progress.answered, progress.total, progress.minutes_left, progress.next_item) == (1, 3, 8, "x-2")
    assert not progress.done
    player.finish()
    assert player.progress().done


def test_foreign_lines_in_the_journal_are_no_hindrance(folder):
    player = Player(folder)
    player.path.write_bytes(b'\xff\n{"v": 1, "kind": "commit", "item": "x-1", "answer": "zzz"}\n')
    player.commit("x-1", "c", 2)
    assert Player(folder).view("x-1").answer == "c"
