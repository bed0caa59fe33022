"""Questions whose key is in doubt: which they are, and what tests and topics come to without them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism.journal import Record
from eprofessionalism_graders.cohort.doubt import doubted, left_out, sound, without
from eprofessionalism_graders.cohort.handins import Handin, Mark
from eprofessionalism_graders.cohort.results import Results, points_matrix
from eprofessionalism_graders.cohort.sections.known import known, units
from eprofessionalism_graders.cohort.summary import summarize
from eprofessionalism_graders.cohort.tables import Course, build_tables
from eprofessionalism_graders.roster import Learner

OPTIONS = tuple(Option(letter, letter) for letter in "abcd")
KEY = dict(zip("abcd", map(Fraction, (1, 0, 0, 0)), strict=True))
WRONG = dict(zip("abcd", map(Fraction, (0, 1, 0, 0)), strict=True))


def bank(case: str, form: str = "", size: int = 3) -> ItemBank:
    """So many questions, the first worth two points and about a clause, the others one, and a text of four."""
    items = [
        Item(
            f"{case}-{one}",
            "sba",
            "Which?",
            1.0 + (one == 0),
            OPTIONS,
            assessment=bool(form),
            teaches=("ama-2.3.2-d" if one == 0 else "mms-5",),
        )
        for one in range(size)
    ]
    items.append(Item(f"{case}-text", "reflection", "And you?", 4.0))
    module = "form" if form else "case"
    return ItemBank(case, case, 10, "digest", {item.id: item for item in items}, {}, module=module, form=form)


BANKS = {one.case: one for one in (bank("01-case"), bank("90-a", "A"), bank("91-b", "B"), bank("92-c", "C"))}


PEOPLE = ("ana", "bea", "cem", "dov")  # ana and cem begin with form A, the others with form B


def handin(own: ItemBank, points) -> Handin:
    """The points of each question that is scored by rule, in turn; None where it is left unanswered."""
    given_points = dict(zip((item.id for item in own.items.values() if not item.is_text), points or (), strict=True))
    answers = {name: Record("commit", name, "a") for name, each in given_points.items() if each is not None}
    marks = {name: Mark(each or 0.0) for name, each in given_points.items()} | {f"{own.case}-text": Mark(None)}
    return Handin(answers, dict.fromkeys(answers, 1), late=False, marks=marks)


def ungraded(own: ItemBank) -> Handin:
    names = [item.id for item in own.items.values() if not item.is_text]
    return Handin(
        {name: Record("commit", name, "a") for name in names}, dict.fromkeys(names, 1), late=False, marks=None
    )


def results(handed, left_out=()) -> Results:
    """Of a course that never asked some questions; `handed` has the points by learner and assignment, "?" ungraded."""
    banks, handins = {}, {}
    for name, own in BANKS.items():
        banks[name] = replace(own, items={one: item for one, item in own.items.items() if one not in left_out})
    for (learner, name), points in handed.items():
        kept = [each for place, each in enumerate(points) if f"{name}-{place}" not in left_out]
        handins[learner, name] = ungraded(banks[name]) if points == "?" else handin(banks[name], kept)
    first = {name: "AB"[place % 2] for place, name in enumerate(PEOPLE)}
    keys = {name: {} for name in banks}
    tables = build_tables(Course([Learner(name) for name in PEOPLE], banks, first, 70), keys, handins)
    return Results("Made", tables, banks, keys, 70, SimpleNamespace())


# ---- What tests come to without some questions -----------------------------------------------------------------------


def test_without_a_question_the_others_make_the_percentage_and_decide():
    found = without(
        results({("ana", "91-b"): [0, 1, 1], ("bea", "90-a"): [2, 1, 0], ("bea", "92-c"): [2, 0, None]}),
        ["91-b-0", "90-a-0"],
    ).set_index("learner")
    assert list(found.index) == list(PEOPLE)
    assert found["post_percent"].dropna().to_dict() == {"ana": 100, "bea": 50}
    assert found["retake_percent"].dropna().to_dict() == {"bea": 50}
    assert found["passed"].dropna().to_dict() == {"ana": True, "bea": False}


PART = (
    st.none() | st.just("?") | st.tuples(*(st.none() | st.sampled_from([0.0, 0.5, most]) for most in (2.0, 1.0, 1.0)))
)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries({(name, case): PART for name in PEOPLE for case in BANKS}),
    st.sets(st.sampled_from([f"{case}-{one}" for case in BANKS for one in range(3)])),
)
def test_it_is_as_if_the_questions_had_never_been_asked(parts, left_out):
    handed = {where: points for where, points in parts.items() if points is not None}
    found, expected = without(results(handed), left_out), results(handed, left_out).tables.learners
    for name in ("post_percent", "retake_percent"):
        assert found[name].isna().tolist() == expected[name].isna().tolist()
        assert found[name].fillna(0).tolist() == pytest.approx(expected[name].fillna(0).tolist(), abs=1e-9)
    assert found["passed"].tolist() == expected["passed"].tolist()


# ---- Which questions, and what is known without them -----------------------------------------------------------------


def taken(sittings=("90-a", "91-b", "92-c", "01-case"), learners: int = 60) -> Results:
    """Twelve questions in each part of a course; of the second of each part B is keyed, and the able know A."""
    banks = {case: bank(case, BANKS[case].form, 12) for case in BANKS}
    keys = {case: {item: WRONG if item.endswith("-1") else KEY for item in own.items} for case, own in banks.items()}
    rng, handins = np.random.default_rng(5), {}
    roster = [Learner(f"d{place}") for place in range(learners)]
    first = {learner.id: "AB"[place % 2] for place, learner in enumerate(roster)}
    for learner, case in ((learner, case) for learner in roster for case in sittings):
        ability, answers, marks = rng.normal(), {}, {}
        for place, item in enumerate(banks[case].items.values()):
            if not item.is_text:
                knows = rng.random() < 1 / (1 + np.exp(-2 * ability - 1 + place / 10))
                answers[item.id] = Record("commit", item.id, "a" if knows else str(rng.choice(list("bcd"))))
                marks[item.id] = Mark(float(keys[case][item.id][answers[item.id].answer]) * item.points)
        handins[learner.id, case] = Handin(answers, dict.fromkeys(answers, 1), late=False, marks=marks)
    tables = build_tables(Course(roster, banks, first, 70), keys, handins)
    return Results("Made", tables, banks, keys, 70, summarize(tables, banks, keys, 70))


def test_wrong_keys_of_tests_are_in_doubt_those_of_a_second_attempt_too_and_no_case_is():
    assert [(one.item, one.assignment, one.name) for one in doubted(taken())] == [
        ("90-a-1", "90-a", "question 2 of form A"),
        ("91-b-1", "91-b", "question 2 of form B"),
        ("92-c-1", "92-c", "question 2 of form C"),
    ]
    assert doubted(taken(("01-case",))) == ()


def test_what_is_known_of_something_is_reckoned_without_them_and_grades_stay():
    results = taken()
    kept = sound(results)
    dropped = {"90-a-1", "91-b-1", "92-c-1"}
    assert set(results.tables.responses["item"]) - set(kept.tables.responses["item"]) == dropped
    assert {item for name in BANKS for item in set(results.banks[name].items) - set(kept.banks[name].items)} == dropped
    assert kept.tables.learners is results.tables.learners
    (before,), (after,) = (
        known(each, [pair for pair in units(each)["clause"] if pair[1] == "mms-5"]).frame.to_dict("records")
        for each in (results, kept)
    )
    rows = results.tables.responses[results.tables.responses["sitting"] == "post"]
    rows = rows[~rows["item"].str.endswith("-0") & ~rows["item"].isin(dropped)]
    assert after["percent"] == pytest.approx(100 * rows["points"].sum() / rows["max_points"].sum())
    assert after["percent"] > before["percent"] + 2
    assert (before["questions"], after["questions"]) == (22, 20)
    points = points_matrix(kept.tables.responses, kept.banks["90-a"], "post")
    assert "90-a-1" not in points


def test_a_sentence_names_those_that_are_left_out_and_none_of_a_second_attempt():
    assert left_out(taken()) == ("Left out: question 2 of form A and question 2 of form B, whose keys are in doubt.")
    assert left_out(taken(("90-a", "92-c"))) == "Left out: question 2 of form A, whose key is in doubt."
    assert left_out(taken(("01-case",))) == ""


def test_where_nothing_is_in_doubt_the_results_are_the_same():
    results = taken(("01-case",))
    assert sound(results) is results
