"""Which form of the test is whose: balanced, the same at every run, and nobody's changes when somebody joins."""

from __future__ import annotations

import csv
import io
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism_graders import forms
from eprofessionalism_graders.cohort.handins import Handin, Mark
from eprofessionalism_graders.cohort.tables import Course, build_tables
from eprofessionalism_graders.roster import Learner

ROSTERS = st.lists(
    st.builds(Learner, id=st.text("abcdef0123456789", min_size=1, max_size=6), group=st.sampled_from(["", "x", "y"])),
    min_size=1,
    max_size=60,
    unique_by=lambda learner: learner.id,
)


@given(ROSTERS)
def test_every_group_and_the_cohort_are_balanced(roster):
    given_forms = forms.assign(roster, {})
    groups = {learner.group for learner in roster}
    for name in groups:
        counts = Counter(given_forms[learner.id] for learner in roster if learner.group == name)
        assert abs(counts["A"] - counts["B"]) <= 1
    counts = Counter(given_forms.values())
    assert abs(counts["A"] - counts["B"]) <= len(groups)
    assert given_forms.keys() == {learner.id for learner in roster}


@given(ROSTERS, st.randoms())
def test_the_order_of_the_roster_does_not_matter(roster, dice):
    shuffled = list(roster)
    dice.shuffle(shuffled)
    assert forms.assign(shuffled, {}) == forms.assign(roster, {})


@given(ROSTERS, st.integers(0, 60))
def test_who_joins_later_changes_nobodys_form(roster, count):
    before = forms.assign(roster[:count], {})
    after = forms.assign(roster, before)
    assert {name: after[name] for name in before} == before
    assert after.keys() == {learner.id for learner in roster}


def test_who_begins_with_which_form_does_not_follow_the_alphabet():
    roster = [Learner(f"l{number:03d}") for number in range(100)]
    given_forms = forms.assign(roster, {})
    first_half = [given_forms[learner.id] for learner in roster[:50]]
    assert 15 <= first_half.count("A") <= 35
    assert first_half not in (["A", "B"] * 25, ["B", "A"] * 25)


@given(roster=ROSTERS)
def test_the_file_is_read_back(roster, tmp_path_factory):
    given_forms = forms.assign(roster, {})
    path = tmp_path_factory.mktemp("forms") / forms.FORMS_FILE
    path.write_text(forms.forms_text(roster, given_forms), encoding="utf-8")
    assert forms.read_forms(path) == given_forms


def test_the_file_names_both_forms_of_each_learner_beside_what_the_roster_says():
    text = forms.forms_text([Learner("ana", "Reyes", "Ana", "ana@example.org", "day")], {"ana": "B"})
    assert list(csv.DictReader(io.StringIO(text))) == [
        {"id": "ana", "last_name": "Reyes", "first_name": "Ana", "email": "ana@example.org", "group": "day"}
        | {"pre": "B", "post": "A"}
    ]


def test_no_file_gives_nobody_a_form_yet(tmp_path):
    assert forms.read_forms(tmp_path / forms.FORMS_FILE) == {}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("id,pre,post\nana,A,A\n", 2, "expected A and B, or B and A, found A, A"),
        ("id,pre,post\nana,A,B\nbea,C,B\n", 3, "found C, B"),
        ("id,pre,post\n,A,B\n", 2, "expected a learner’s id, found none"),
        ("id,pre\nana,A\n", 2, "found A, "),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path, text, line, said):
    path = tmp_path / forms.FORMS_FILE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        forms.read_forms(path)
    (finding,) = caught.value.findings
    assert finding.line == line
    assert said in str(finding)


# ---- What a form is for a learner ------------------------------------------------------------------------------------


def bank(name, form, *, assessment=True):
    item = Item(f"{name}-q", "sba", "Stem?", 1.0, (Option("a", "A"), Option("b", "B")), assessment=assessment)
    module = "form" if form else "case"
    return ItemBank(name, name.title(), 10, "d", {item.id: item}, {}, module=module, form=form)


BANKS = {
    "01-one": bank("01-one", "", assessment=False),
    "90-form-a": bank("90-form-a", "A"),
    "91-form-b": bank("91-form-b", "B"),
    "92-form-c": bank("92-form-c", "C"),
}
KEYS = {name: {f"{name}-q": {"a": Fraction(1), "b": Fraction(0)}} for name in BANKS}


def table(first, results):
    handins = {("ana", name): Handin({}, {}, False, {f"{name}-q": Mark(points)}) for name, points in results.items()}
    return build_tables(Course([Learner("ana")], BANKS, {"ana": first}, 70), KEYS, handins)


@pytest.mark.parametrize(("first", "pre", "post"), [("A", 100, 0), ("B", 0, 100)])
def test_the_same_marks_are_before_or_after_by_the_form_that_was_given(first, pre, post):
    row = table(first, {"90-form-a": 1.0, "91-form-b": 0.0}).learners.iloc[0]
    assert (row["pre_form"], row["pre_percent"], row["post_percent"]) == (first, pre, post)
    assert bool(row["passed"]) is (post == 100)


def test_a_form_that_was_not_asked_is_not_applicable_and_never_zero():
    row = table("A", {"01-one": 1.0, "90-form-a": 1.0, "91-form-b": 1.0}).learners.iloc[0]
    assert row["92-form-c_status"] == row["retake_status"] == "not applicable"
    assert str(row["92-form-c_percent"]) == str(row["retake_percent"]) == "<NA>"


def test_a_pre_test_alone_passes_nobody():
    row = table("A", {"90-form-a": 1.0}).learners.iloc[0]
    assert str(row["passed"]) == "<NA>"
    assert row["status"] == "missing"


def test_a_second_attempt_can_pass_and_cannot_take_a_pass_away():
    assert bool(table("A", {"91-form-b": 0.0, "92-form-c": 1.0}).learners.iloc[0]["passed"])
    assert bool(table("A", {"91-form-b": 1.0, "92-form-c": 0.0}).learners.iloc[0]["passed"])


def test_a_test_without_a_letter_is_everybodys_post_test():
    own = bank("70-own", "")
    assert forms.sitting(own, "A") == forms.sitting(own, "B") == "post"
