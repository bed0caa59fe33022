"""What each question is about: its topic, and whether patient privacy is in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from eprofessionalism import standards
from eprofessionalism.authoring.blueprint import blueprint
from eprofessionalism.items import Item, ItemBank, load_items
from eprofessionalism.library import built_cases
from eprofessionalism_graders.cohort.topics import PRIVACY_TOPIC, is_about_privacy, topics


@pytest.fixture(scope="module")
def banks():
    return {slug: load_items(folder) for slug, folder in built_cases().items() if not slug.startswith("99")}


def test_every_question_of_the_course_has_a_topic(banks):
    found = topics(banks)
    assert set(found) == {item for bank in banks.values() for item in bank.items}
    assert all(found.values())


def test_a_question_of_a_case_has_the_subject_of_its_case(banks):
    case = banks["02-patient-stories"]
    assert {topics(banks)[item] for item in case.items} == {case.subject}


def test_the_questions_of_each_form_are_spread_over_the_topics_as_the_blueprint_says(banks):
    found = topics(banks)
    wanted = Counter(banks[cell.topic].subject for cell in blueprint())
    for form in (bank for bank in banks.values() if bank.module == "form"):
        assert Counter(found[item] for item in form.items) == wanted


def test_a_form_without_the_cases_beside_it_has_the_topics_all_the_same(banks):
    alone = {"90-form-a": banks["90-form-a"]}
    assert topics(alone) == {item: topics(banks)[item] for item in banks["90-form-a"].items}


def test_a_case_that_an_institution_put_in_place_of_ours_names_the_topic_of_the_test_too(banks):
    own = banks | {"02-patient-stories": replace(banks["02-patient-stories"], subject="Our own rule")}
    assert Counter(topics(own)[item] for item in own["90-form-a"].items)["Our own rule"] == 2


@pytest.mark.parametrize("module", ["case", "form"])
def test_an_institutions_own_test_has_its_own_subject_or_else_its_title(module):
    question = Item("own-1", "sba", "Which?", 1.0, assessment=True)
    bank = ItemBank("95-own", "Ours", 10, "digest", {"own-1": question}, {}, "Our ward", module)
    assert topics({"95-own": bank}) == {"own-1": "Our ward"}
    assert topics({"95-own": replace(bank, subject="")}) == {"own-1": "Ours"}


def test_every_clause_that_is_filed_under_patient_privacy_is_about_it():
    filed = [clause.id for clause in standards.clauses().values() if clause.topic == PRIVACY_TOPIC]
    assert len(filed) > 10
    assert all(is_about_privacy([clause]) for clause in filed)


@pytest.mark.parametrize(
    ("cite", "about"),
    [
        ("mms-2.i", True),
        ("amai-4", True),  # filed under platforms: nothing about a specific patient
        ("miec-16.i", True),  # filed under reviews: either part of it would breach HIPAA
        ("miec-16.ii", True),
        ("miec-12", True),  # filed under policies: they state confidentiality
        ("mms-4", False),  # the learner's own privacy settings
        ("mms-5", False),  # boundaries
        ("mms-3", False),  # “recognise” is no word of privacy
        ("fact-8.9", False),
    ],
)
def test_a_clause_filed_elsewhere_is_about_privacy_where_its_words_are(cite, about):
    assert is_about_privacy([cite]) is about
    assert is_about_privacy(["mms-8", cite]) is about
