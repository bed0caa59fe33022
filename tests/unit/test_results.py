"""What a report is reckoned from: the matrix of points, and all that lies in an offering and beside it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism.journal import Record
from eprofessionalism_graders.beside import BESIDE, BORDERLINE, EARLIER, JUDGES
from eprofessionalism_graders.cohort.handins import Handin, Mark
from eprofessionalism_graders.cohort.large.answers import write_answers
from eprofessionalism_graders.cohort.results import points_matrix, read_results
from eprofessionalism_graders.cohort.tables import RESPONSES, Course, build_tables
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.roster import Learner
from eprofessionalism_graders.synthetic import panel

OPTIONS = tuple(Option(letter, letter) for letter in "abcd")


def bank(case, form="", assessment=True) -> ItemBank:
    items = [Item(f"{case}-{one}", "sba", "Which?", 2.0, OPTIONS, assessment=assessment) for one in range(3)]
    items.append(Item(f"{case}-text", "reflection", "And you?", 4.0))
    module = "form" if form else "case"
    return ItemBank(case, case, 10, "digest", {item.id: item for item in items}, {}, module=module, form=form)


A, B, OWN = bank("90-form-a", "A"), bank("91-form-b", "B"), bank("95-own")
BANKS = {one.case: one for one in (A, B, OWN)}


def handin(case, points, graded=True) -> Handin:
    """An answer to every question that has points, and their marks."""
    records = {f"{case}-{one}": Record("commit", f"{case}-{one}", "a") for one, each in enumerate(points) if each >= 0}
    marks = {f"{case}-{one}": Mark(max(each, 0.0)) for one, each in enumerate(points)} | {f"{case}-text": Mark(None)}
    return Handin(records, dict.fromkeys(records, 1), late=False, marks=marks if graded else None)


def responses(handed, first=None) -> pd.DataFrame:
    roster = [Learner(name) for name in dict.fromkeys(name for name, _ in handed)] or [Learner("ana")]
    handins = {(name, case): one for (name, case), one in handed.items()}
    return build_tables(Course(roster, BANKS, first or {}, 70), {case: {} for case in BANKS}, handins).responses


def test_a_learner_has_a_row_and_a_question_a_column_in_the_order_of_the_page():
    found = points_matrix(
        responses({("bea", A.case): handin(A.case, [2, 1, 0]), ("ana", A.case): handin(A.case, [0, 2, 2])}), A, "post"
    )
    assert found.to_dict("index") == {
        "ana": {"90-form-a-0": 0, "90-form-a-1": 2, "90-form-a-2": 2},
        "bea": {"90-form-a-0": 2, "90-form-a-1": 1, "90-form-a-2": 0},
    }
    assert list(found) == [f"90-form-a-{one}" for one in range(3)]
    assert set(found.dtypes.astype(str)) == {"float64"}


def test_an_unanswered_question_of_what_was_handed_in_earns_nothing():
    found = points_matrix(responses({("ana", A.case): handin(A.case, [-1, 2, -1])}), A, "post")
    assert found.loc["ana"].tolist() == [0, 2, 0]


def test_or_is_missing_where_that_is_asked_for():
    answers = responses({("ana", A.case): handin(A.case, [-1, 2, -1]), ("bea", A.case): handin(A.case, [-1, -1, -1])})
    found = points_matrix(answers, A, "post", unanswered=float("nan"))
    assert list(found.index) == ["ana"]
    assert found.isna().loc["ana"].tolist() == [True, False, True]
    assert found.iloc[0, 1] == 2


def test_what_is_not_graded_has_no_row():
    handed = {("ana", A.case): handin(A.case, [2, 2, 2], graded=False), ("bea", A.case): handin(A.case, [1, 1, 1])}
    assert list(points_matrix(responses(handed), A, "post").index) == ["bea"]


@pytest.mark.parametrize("sitting", ["practice", "pre", "post", "retake"])
def test_nobody_and_nothing_graded_make_an_empty_matrix_with_its_columns(sitting):
    for answers in (
        responses({}),
        responses({("ana", A.case): handin(A.case, [1, 1, 1], graded=False)}),
        pd.DataFrame(columns=pd.Index(RESPONSES)).astype(RESPONSES),
    ):
        found = points_matrix(answers, A, sitting)
        assert found.shape == (0, 3)
        assert set(found.dtypes.astype(str)) == {"float64"}


def test_pre_and_post_are_kept_apart_by_who_took_which_form_first():
    handed = {
        (name, one.case): handin(one.case, [points] * 3) for name, points in (("ana", 1), ("bea", 2)) for one in (A, B)
    }
    answers = responses(handed, {"ana": "A", "bea": "B"})
    sat = {(form.form, sitting): list(points_matrix(answers, form, sitting).index) for form in (A, B) for sitting in
           ("pre", "post")}  # fmt: skip
    assert sat == {("A", "pre"): ["ana"], ("A", "post"): ["bea"], ("B", "pre"): ["bea"], ("B", "post"): ["ana"]}


def test_an_institutions_own_test_is_a_test_after_the_course_for_everybody():
    answers = responses({("ana", OWN.case): handin(OWN.case, [1, 2, 0])}, {"ana": "A"})
    assert points_matrix(answers, OWN, "post").loc["ana"].tolist() == [1, 2, 0]
    assert len(points_matrix(answers, OWN, "pre")) == 0


POINTS = st.sampled_from([-1.0, 0.0, 1.0, 2.0])


@settings(deadline=None, max_examples=30)
@given(st.dictionaries(st.sampled_from(["ana", "bea", "cem", "dev"]), st.tuples(POINTS, POINTS, POINTS)))
def test_the_matrix_holds_the_points_and_nothing_else(earned):
    found = points_matrix(responses({(name, A.case): handin(A.case, one) for name, one in earned.items()}), A, "post")
    answered = {name: [max(one, 0) for one in points] for name, points in earned.items() if max(points) >= 0}
    assert found.T.to_dict("list") == answered


# ---- What lies in an offering and beside it --------------------------------------------------------------------------


def test_an_offering_with_nothing_beside_it_has_results_all_the_same(offering):
    found = read_results(offering)
    assert found.title == offering.settings.title
    assert set(found.banks) == set(offering.assignments) - set(offering.surveys)
    assert len(found.tables.learners) == len(offering.roster())
    assert len(found.earlier) == len(found.borderline) == len(found.judges) == 0
    assert list(found.borderline) == ["learner", "judge"]
    assert {*RESPONSES, "offering"} <= set(found.earlier)


def test_what_lies_beside_an_offering_is_read(offering):
    name = next(name for name in offering.assignments if offering.bank(name).form == "A")
    learner = offering.roster()[0].id
    answers = responses({("old", A.case): handin(A.case, [1, 2, 0])})
    write_answers(answers, offering.root / EARLIER / "2024.parquet", "2024")
    (offering.root / JUDGES).mkdir()
    (offering.root / JUDGES / f"{name}.csv").write_text(panel.ratings(offering.bank(name), offering.key(name), 1))
    (offering.root / BORDERLINE).write_text(f"learner,judge\n{learner},Dr. A\n")
    found = read_results(offering)
    assert set(found.earlier["offering"]) == {"2024"}
    pd.testing.assert_frame_equal(
        found.earlier[["item", "points", "sitting"]], answers[["item", "points", "sitting"]], check_dtype=False
    )
    assert list(found.judges) == [name]
    assert found.borderline.to_dict("list") == {"learner": [learner], "judge": ["Dr. A"]}


@pytest.mark.parametrize(
    ("place", "content", "error"),
    [
        (f"{EARLIER}/2024.parquet", b"no parquet", UserError),
        (f"{JUDGES}/no-test.csv", b"question,points,round,j\n", FindingsError),
        (BORDERLINE, b"learner,judge\nnobody,Dr. A\n", FindingsError),
    ],
)
def test_what_is_wrong_beside_an_offering_is_named(offering, place, content, error):
    (offering.root / place).parent.mkdir(exist_ok=True)
    (offering.root / place).write_bytes(content)
    with pytest.raises(error, match=place.rpartition("/")[2].replace(".", r"\.")):
        read_results(offering)


def test_the_names_of_what_lies_beside_are_those_of_the_documentation():
    assert BESIDE == ("earlier", "judges", "borderline.csv")
