"""Item writing: each flaw is found where it is, sound items are left alone, and a waiver says why."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eprofessionalism.authoring.build import Checkout
from eprofessionalism.authoring.checks import check_items
from eprofessionalism.authoring.flaws import RULES, flaws, waivers
from eprofessionalism.authoring.keyed import assessment, practice
from eprofessionalism.authoring.loader import read_bank
from eprofessionalism_graders import keys

SOUND = [("Wait on the pier", 0), ("Call the harbor", 1), ("Swim to the boat", 0), ("Walk along it", 0)]


def found(item) -> list[str]:
    """The rules that find something, and on which option."""
    return [(name, flaw.option.id if flaw.option else "stem") for name, rule in RULES.items() for flaw in rule(item)]


def changed(number, text):
    return [*SOUND[:number], (text, SOUND[number][1]), *SOUND[number + 1 :]]


@pytest.mark.parametrize(
    ("rule", "where", "stem", "options"),
    [
        ("longest-option", "b", "What first?", changed(1, "Call the harbor master and tell him")),
        ("grammatical-cue", "b", "The first thing you need is an", changed(1, "boat of the harbor")),
        ("grammatical-cue", "a", "What you need is", changed(0, "Two boats with oars")),
        ("grammatical-cue", "a", "What you need are", changed(0, "A boat with oars")),
        ("odd-form", "b", "What first?", changed(1, "Call the harbor.")),
        ("odd-form", "c", "What first?", changed(2, "Swimming to it all")),
        ("odd-form", "c", "What first?", changed(2, "12 boats, or oars")),
        ("odd-form", "c", "What first?", changed(2, "“Swim to the boat”")),
        ("absolute-term", "a", "What first?", changed(0, "Always wait there")),
        ("absolute-term", "d", "What first?", changed(3, "None, in such fog")),
        ("stem-word", "b", "Whom do you ask about the harbor?", SOUND),
        ("all-or-none", "d", "What first?", changed(3, "All of the above")),
        ("all-or-none", "d", "What first?", changed(3, "None of these")),
        ("all-or-none", "d", "What first?", changed(3, "Both a and b")),
        ("negative-stem", "stem", "You wait. Which of these is not safe?", SOUND),
        ("negative-stem", "stem", "All of these help except which?", SOUND),
        ("negative-stem", "stem", "Which of these can’t be done?", SOUND),
        ("negative-stem", "stem", "Which is least likely?", SOUND),
        ("vague-frequency", "a", "What first?", changed(0, "Often wait there")),
        ("number-order", "a", "How long?", [("2 days", 0), ("1 day", 1), ("4 days", 0)]),
        ("number-order", "a", "How long?", [("1-3 days", 0), ("3-5 days", 1), ("5-7 days", 0)]),
        ("number-order", "a", "How long?", [("2 days", 0), ("1 week", 1), ("One month", 0)]),
        (
            "convergence",
            "a",
            "What first?",
            [
                ("Oars and a lamp in the red boat", 1),
                ("Oars and a horn on some raft", 0),
                ("A rope and a lamp in a canoe", 0),
                ("Nets and a bell in the red dinghy", 0),
            ],
        ),
    ],
)
def test_a_flaw_is_found_on_the_option_that_has_it(item_of, rule, where, stem, options):
    assert (rule, where) in found(item_of("sba", stem, options))


@pytest.mark.parametrize(
    ("stem", "options"),
    [
        ("What first?", SOUND),
        ("What do you need?", changed(0, "A boat, and no oar")),
        ("Which of these is NOT safe?", SOUND),
        ("Which do you send, if he has not answered?", SOUND),
        ("He did not come. What do you do?", SOUND),
        ("“Why not?” he asks. What do you do?", SOUND),
        ("What first?", changed(0, "Call it “never mind”")),
        ("What do they claim?", changed(0, "All but 39 swam over")),
        ("How long?", [("1 day", 0), ("2 days", 1), ("4 days", 0)]),
        ("How long?", [("Seven days", 0), ("Four days", 1), ("One day", 0)]),
        ("How long?", [("1-2 days", 0), ("3-4 days", 1), ("5-6 days", 0)]),
        ("Which line is it?", [("Line 1, the fog", 0), ("Line 2, the oar", 1), ("Line 3, the pier", 0)]),
    ],
)
def test_a_sound_item_has_no_flaw(item_of, stem, options):
    assert found(item_of("sba", stem, options)) == []


def test_right_options_that_are_longer_on_the_whole_are_found(item_of):
    options = [
        ("Wait on the pier for the harbor master", True),
        ("Swim out", False),
        ("Call the harbor and ask for a boat", True),
        ("Walk home", False),
    ]
    assert ("longest-option", "a") in found(item_of("mrq", "What helps?", options))


def test_sweeping_words_count_where_every_wrong_option_has_one(item_of):
    options = [("Tell every sailor", 0), ("Tell the master", 1), ("Tell only the crew", 0), ("Tell no one of it", 0)]
    assert [where for rule, where in found(item_of("sba", "What first?", options)) if rule == "absolute-term"] == [
        "a",
        "c",
        "d",
    ]


def test_what_the_learner_would_say_is_read_and_what_is_quoted_is_not(item_of):
    said = [("“I never swim.”", 0), ("“I wait here.”", 1), ("“I walk over.”", 0)]
    assert found(item_of("sba", "What do you say?", said)) == [("absolute-term", "a")]
    quoted = [("Walter: “I never swim”", 0), ("Ed: “I wait here”", 1), ("Lou: “I walk over”", 0)]
    assert found(item_of("sba", "Who is safe?", quoted)) == []


def test_a_ranking_may_print_its_numbers_in_any_order(item_of):
    options = [(f"{n} days", place) for place, n in enumerate((3, 1, 5, 2, 4), start=1)]
    assert found(item_of("ranking", "Which would you rather?", options)) == []


def test_a_finding_names_line_remedy_and_waiver(item_of):
    (line,) = map(str, flaws(item_of("sba", "What first?", changed(0, "Always wait there"))))
    assert line == (
        "case.yaml:1: fy-1-first / a: expected options without absolute terms, found “Always”; "
        "say it so that a decent, busy doctor might do it (or waive absolute-term with the reason)"
    )


def test_a_waiver_silences_its_rule_and_no_other(item_of):
    options = changed(0, "Always wait, often")
    waived = item_of("sba", "What first?", options, waive={"absolute-term": "It is the sign on the pier."})
    (line,) = map(str, flaws(waived))
    assert "“often”" in line


def test_a_waiver_that_nothing_needs_is_found(item_of):
    (line,) = map(str, flaws(item_of("sba", "What first?", SOUND, waive={"odd-form": "No reason."})))
    assert "expected a waiver that is needed, found “odd-form”, which finds nothing; take the waiver out" in line


def test_a_waiver_of_an_unknown_rule_is_found_with_the_right_word(case_of, block_of):
    (line,) = map(str, waivers(case_of(block_of("sba", "What first?", SOUND, waive={"longest-opton": "So."}))))
    assert "found “longest-opton”; did you mean “longest-option”" in line


def test_a_waiver_on_a_reflection_is_found(case_of):
    reflection = {"item": "fy-9", "type": "reflection", "stem": "Why?", "words": [80, 150], "teaches": ["mms-5"]}
    (line,) = map(str, waivers(case_of(reflection | {"waive": {"odd-form": "So."}})))
    assert "“odd-form” on an item without a key" in line


# ---- The bank --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bank():
    return read_bank(Checkout().bank, Checkout().root)[0]


def test_assessment_items_come_with_their_keys_and_are_read_by_the_same_rules(bank, monkeypatch):
    tests = keys.keyed_items(bank)
    assert tests == assessment(bank)
    assert {item.item.item for item in tests} == {
        item.item for case in bank.values() for item in case.content.items if item.assessment
    }
    before = {str(finding) for finding in keys.findings(bank)}
    assert {str(finding) for finding in check_items(tests)} <= before


def test_without_the_instructors_distribution_only_practice_is_known(bank, monkeypatch):
    monkeypatch.setattr("eprofessionalism.authoring.keyed.entry_points", lambda group: [])
    assert assessment(bank) is None
    assert all(not item.item.assessment for item in practice(bank.values()))


WORDS = st.lists(
    st.sampled_from(["a", "“", "”", "never", "all", "1", "2-3", "of", "the above", "Boat", "é", "…", "?", "ing", "to"])
    | st.text(min_size=1, max_size=8),
    min_size=1,
    max_size=8,
).map(lambda words: " ".join(words).strip() or "x")
VALUES = {
    "sba": st.sampled_from([0, "1/2", 1]),
    "mrq": st.booleans(),
    "rating": st.integers(1, 4),
    "ranking": st.integers(1, 5),
    "choose": st.booleans(),
}
SIZES = {"sba": (3, 5), "mrq": (4, 8), "rating": (6, 8), "ranking": (5, 5), "choose": (8, 8)}


@st.composite
def any_item(draw):
    """Any item that the form of a case file allows, with whatever words and key."""
    kind = draw(st.sampled_from(sorted(VALUES)))
    low, high = SIZES[kind]
    options = draw(st.lists(st.tuples(WORDS, VALUES[kind]), min_size=low, max_size=high))
    return kind, draw(WORDS), options


@given(any_item())
@settings(max_examples=150, deadline=None)
def test_no_item_that_can_be_written_stops_a_rule(item_of, written):
    list(check_items([item_of(*written)]))
