"""The forms of the test: each asks what the blueprint says, and nothing that another page asks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from eprofessionalism.authoring import blueprint
from eprofessionalism.authoring.loader import Case, load_cases
from eprofessionalism.authoring.model import RatingItem

CASES = load_cases(Path(__file__).parents[2] / "course" / "eprofessionalism" / "cases")
FORM = next(case for case in CASES.values() if case.content.form == "A")
STORY = next(case for case in CASES.values() if case.is_story)


def changed(case: Case, **fields) -> Case:
    return replace(case, content=case.content.model_copy(update=fields))


def with_item(case: Case, **fields) -> Case:
    """The case with its first item changed."""
    first = case.content.items[0]
    story = tuple(block.model_copy(update=fields) if block is first else block for block in case.content.story)
    return changed(case, story=story)


def said(findings) -> str:
    return "\n".join(map(str, findings))


def test_the_course_has_three_forms_with_the_same_questions_of_the_blueprint():
    forms = [case for case in CASES.values() if case.content.module == "form"]
    assert [case.content.form for case in forms] == ["A", "B", "C"]
    for case in forms:
        cells = Counter((item.topic, item.type, item.level) for item in case.content.items)
        assert cells == Counter(map(tuple, blueprint.blueprint()))


def test_a_form_has_twenty_questions_and_the_bank_ten_sets_of_ratings_or_more():
    assert len(blueprint.blueprint()) == 20
    items = [item for case in CASES.values() if case.content.module == "form" for item in case.content.items]
    assert sum(isinstance(item, RatingItem) for item in items) >= 10


def test_the_course_itself_has_no_finding():
    assert said(blueprint.parallel(CASES)) == ""
    assert all(said(blueprint.fields(case)) == "" for case in CASES.values())


def test_a_missing_question_and_one_too_many_are_both_named():
    other = with_item(FORM, level="understand" if FORM.content.items[0].level != "understand" else "apply")
    text = said(blueprint.parallel({other.slug: other}))
    assert "expected a question for" in text
    assert f"{FORM.content.items[0].item}: expected 0 questions for" in text


def test_two_forms_of_one_letter_are_a_finding():
    twin = replace(FORM, content=FORM.content.model_copy(update={"case": "93-form-d"}))
    assert "found A, as in" in said(blueprint.parallel({FORM.slug: FORM, "93-form-d": twin}))


def test_a_form_of_the_course_has_a_letter():
    assert "found none" in said(blueprint.parallel({FORM.slug: changed(FORM, form=None)}))


def test_a_question_that_stands_twice_is_a_finding_whatever_its_id():
    twin = with_item(FORM, item="fa-99-other")
    text = said(blueprint.parallel({FORM.slug: FORM, "93-form-d": twin}))
    assert "expected a question that no other page asks" in text


@pytest.mark.parametrize("field", ["topic", "level"])
def test_the_place_in_the_blueprint_stands_in_forms_alone(field):
    value = getattr(FORM.content.items[0], field)
    assert f"expected no “{field}”" in said(blueprint.fields(with_item(STORY, **{field: value})))


def test_a_letter_outside_a_form_is_a_finding():
    assert "expected no letter outside a form" in said(blueprint.fields(changed(STORY, form="A")))


def test_a_practice_item_in_a_form_is_a_finding():
    assert "expected “assessment: true”" in said(blueprint.fields(with_item(FORM, assessment=False)))


def test_the_table_counts_the_questions_of_a_form():
    assert "20 questions a form: understand 3, apply 11, evaluate 6" in blueprint.table()
