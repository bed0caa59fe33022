"""What the report says of the test's precision: only what the numbers bear out, and why where there are none."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism_graders.cohort.analysis.scale import scale_statistics
from eprofessionalism_graders.cohort.document import Note, Table
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.scale import section
from eprofessionalism_graders.cohort.standing import errors, told
from eprofessionalism_graders.cohort.summary import Assessment
from eprofessionalism_graders.cohort.tables import RESPONSES, Tables

OPTIONS = tuple(Option(letter, letter) for letter in "ab")


def bank(form: str, items: int, points: float = 1.0, assessment: bool = True) -> ItemBank:
    case = f"90-form-{form.lower()}" if form else "01-case"
    asked = [Item(f"{case}-{one}", "sba", "Which?", points, OPTIONS, assessment=assessment) for one in range(items)]
    return ItemBank(case, case, 10, "digest", {item.id: item for item in asked}, {}, form=form)


def scores(learners: int, items: int, slope: float, seed: int = 1) -> np.ndarray:
    """Right or wrong, of learners about as able as the questions are hard."""
    random = np.random.default_rng(seed)
    chance = 1 / (1 + np.exp(-slope * (random.normal(size=(learners, 1)) + np.linspace(-1, 2, items))))
    return (random.random((learners, items)) < chance).astype(float)


def results(*taken, sitting="post", pass_mark=70) -> Results:
    """Of (bank, scores) pairs."""
    rows = [
        {"learner": f"{one.case}-{learner}", "assignment": one.case, "item": item.id, "answer": "a"}
        | {"sitting": sitting, "points": mark * item.points, "score": mark, "max_points": item.points}
        for one, matrix in taken
        for learner, marks in enumerate(matrix)
        for item, mark in zip(one.items.values(), marks, strict=True)
    ]
    responses = pd.DataFrame(rows, columns=pd.Index(RESPONSES)).astype(RESPONSES)
    tables = Tables(responses, pd.DataFrame(), pd.DataFrame())
    return Results("course", tables, {one.case: one for one, _ in taken}, {}, pass_mark, SimpleNamespace())


def shown(found) -> dict[str, Table]:
    return {block.name: block for block in found.blocks if isinstance(block, Table)}


@pytest.mark.parametrize(
    ("slope", "items", "learners", "said"),
    [
        (3, 20, 200, "precise enough to pass or fail at the end of a course"),
        (1.4, 20, 400, "precise enough for a pass mark of your own, not to rank learners"),
        (0.5, 20, 400, "too rough to judge single learners"),
        (1, 20, 40, "The test can hardly tell 70% from"),
    ],
)
def test_the_title_says_no_more_than_the_whole_interval(slope, items, learners, said):
    found = section(results((bank("A", items), scores(learners, items, slope))))
    assert said in found.title
    row = shown(found)["scale-90-form-a"].frame.set_index("statistic").loc["alpha"]
    least = {"end of a course": (0.8, 1), "of your own": (0.7, 0.8), "too rough": (-1, 0.7)}
    for words, (low, high) in least.items():
        if words in found.title:
            assert low <= row["low" if "rough" not in words else "high"] < high


def test_the_least_reliable_form_decides():
    good, rough = (bank("A", 20), scores(200, 20, 3)), (bank("B", 20), scores(400, 20, 0.5))
    assert "too rough" in section(results(good, rough)).title


def test_who_is_near_the_pass_mark_is_counted_in_percent_of_the_points():
    matrix = scores(100, 10, 2)
    found = section(results((bank("A", 10, points=2.0), matrix), pass_mark=65))
    table = shown(found)["scale-90-form-a"].frame.set_index("statistic")["value"]
    assert table["sem_percent"] == pytest.approx(table["sem"] * 100 / 20)
    error = round(table["sem_percent"])
    near = int((abs(100 * matrix.mean(axis=1) - 65) <= error).sum())
    assert 0 < near < 100
    assert f"{near} of 100 learners who took form A came within the test’s error" in found.answer
    assert "pass mark of 65%" in found.answer
    assert Note(found.answer) in found.blocks


def test_who_is_counted_as_near_is_within_the_whole_points_that_are_told():
    for seed in range(12):  # a result between the error and the same in whole points is there in some
        matrix = scores(60, 20, 1, seed)
        found = section(results((bank("A", 20), matrix), pass_mark=65))
        exact = shown(found)["scale-90-form-a"].frame.set_index("statistic")["value"]["sem_percent"]
        away = abs(100 * matrix.mean(axis=1) - 65)
        near = int((away <= told(exact) + 1e-9).sum())
        assert found.answer.startswith(
            f"{near} of 60 learners who took form A came within the test’s error ({told(exact)}"
        )


def second(learners: int = 60, summary=None, judges=None, form: str = "C") -> Results:
    """Form A after the course and form C as a second attempt of as many."""
    first = results((bank("A", 20), scores(60, 20, 2)))
    again = results((bank(form, 20), scores(learners, 20, 1, 4)), sitting="retake")
    responses = pd.concat([first.tables.responses, again.tables.responses], ignore_index=True)
    assessment = SimpleNamespace(assessment=summary)
    tables = Tables(responses, pd.DataFrame(), pd.DataFrame())
    return Results("course", tables, {**first.banks, **again.banks}, {}, 70, assessment, judges=judges or {})


def test_a_second_attempt_has_its_own_error_and_changes_nothing_of_the_first():
    alone, found = section(results((bank("A", 20), scores(60, 20, 2)))), section(second(60, Assessment((), 20, 70, 17)))
    assert (found.title, found.lead, found.answer) == (alone.title, alone.lead, alone.answer)
    value = shown(found)["scale-90-form-c"].frame.set_index("statistic")["value"]
    (note,) = (one.text for one in found.blocks if isinstance(one, Note) and one.text.startswith("Form C"))
    assert (
        f"Its error is {round(value['sem_percent'])} percentage points. Its reliability ({value['alpha']:.2f}) " in note
    )
    assert note.startswith("Form C is the second attempt of 60 who had failed before.")
    assert note.endswith("It has no panel’s mark and was not compared with the other forms; 17 passes rest on it.")


def test_what_is_not_known_of_a_second_attempt_is_not_said():
    (few,) = (one.text for one in section(second(12)).blocks if isinstance(one, Note) and one.text.startswith("Form C"))
    assert "How precise it is can be said from 30 learners on." in few
    assert "error is" not in few
    assert few.endswith("other forms.")
    rated = section(second(60, Assessment((), 1, 70, 1), {"90-form-c": pd.DataFrame()}))
    (note,) = (one.text for one in rated.blocks if isinstance(one, Note) and one.text.startswith("Form C"))
    assert note.endswith("It was not compared with the other forms; one pass rests on it.")


def test_the_errors_by_form_are_those_that_are_told_of_a_second_attempt_too():
    found = second(60)
    tables = shown(section(found))
    assert errors(found) == {
        form: round(tables[f"scale-90-form-{form.lower()}"].frame.set_index("statistic")["value"]["sem_percent"])
        for form in "AC"
    }
    assert "C" not in errors(second(29))
    assert [told(error) for error in (0.2, 5.48, 5.53)] == [1, 5, 6]


def test_a_single_result_near_the_mark_is_not_to_decide_unless_the_test_is_precise():
    warned = section(results((bank("A", 20), scores(40, 20, 1))))
    error = round(shown(warned)["scale-90-form-a"].frame.set_index("statistic")["value"]["sem_percent"])
    near = int(warned.answer.split()[0])
    assert (
        warned.title
        == f"The test can hardly tell 70% from {70 - error}% or {70 + error}%: {near} of 40 were that close"
    )
    assert warned.answer.endswith(f" Do not let a single result within {error} points of the mark decide.")
    assert "Do not let" not in section(results((bank("A", 20), scores(200, 20, 3)))).answer


def test_at_a_mark_of_everything_there_is_nothing_above_it():
    found = section(results((bank("A", 20), scores(40, 20, 1)), pass_mark=100))
    assert found.title.startswith("The test can hardly tell 100% from ")
    assert " or " not in found.title
    assert found.title.endswith(": 1 of 40 was that close")


def test_precision_at_the_pass_mark_is_at_least_alpha():
    found = section(results((bank("A", 20), scores(120, 20, 2))))
    value = shown(found)["scale-90-form-a"].frame.set_index("statistic")["value"]
    assert value["alpha"] <= value["livingston"] < 1
    assert value["omega"] > 0.5
    assert {"scale-bands-90-form-a", "scale-totals-90-form-a"} <= set(shown(found))


def test_from_too_few_there_is_a_note_and_nothing_is_concluded():
    found = section(results((bank("A", 20), scores(12, 20, 2))))
    assert found.title == "Too few have taken the test to say how precise it is"
    assert not found.answer
    assert any(
        "form A was taken by 12 learners; how" in block.text for block in found.blocks if isinstance(block, Note)
    )
    frame = shown(found)["scale-90-form-a"].frame.set_index("statistic")
    assert frame["note"]["alpha"].startswith("from 12 learners: rough, see the interval")
    assert frame["high"]["alpha"] - frame["low"]["alpha"] > 0.2
    assert list(shown(found)) == ["scale-90-form-a"]


def test_questions_that_run_against_each_other_warn_of_keys():
    matrix = scores(200, 2, 3)
    matrix[:, 1] = 1 - matrix[:, 0]
    matrix[:30] = 1
    found = section(results((bank("A", 2), matrix)))
    assert found.title == "The questions of the test do not go together: look for a wrong key"
    assert any(block.caution for block in found.blocks if isinstance(block, Note))


def test_an_alpha_below_zero_that_may_be_chance_accuses_no_key():
    matrix = next(
        made
        for seed in range(200)
        for made in [np.random.default_rng(seed).integers(0, 2, (40, 6)).astype(float)]
        if (row := scale_statistics(made).loc["alpha"])["value"] < 0 <= row["high"]
    )
    found = section(results((bank("A", 6), matrix)))
    assert (
        found.title == "How precise the test is cannot be said: its questions hardly go together, which may be chance"
    )
    assert "30 learners" not in found.lead
    (note,) = (block for block in found.blocks if isinstance(block, Note))
    assert "that may be chance" in note.text
    assert not note.caution


def test_reliability_is_given_without_the_questions_in_doubt_too():
    matrix, form = scores(90, 12, 2), bank("A", 12, points=2.0)
    plain = shown(section(results((form, matrix))))["scale-90-form-a"].frame.set_index("statistic")
    assert "alpha_sound" not in plain.index
    matrix[:, 3] = 1 - matrix[:, 4]  # the better, the worse: a wrong key
    rows = shown(section(results((form, matrix))))["scale-90-form-a"].frame.set_index("statistic")
    kept = scale_statistics(2 * np.delete(matrix, 3, axis=1))
    ends = ["value", "low", "high"]
    assert rows.loc["alpha_sound", ends].tolist() == pytest.approx(kept.loc["alpha", ends].tolist())
    assert rows.loc["sem_sound", ends].tolist() == pytest.approx((kept.loc["sem", ends] * 100 / 22).tolist())
    assert rows["value"]["alpha_sound"] > rows["value"]["alpha"]
    assert rows["note"]["alpha_sound"] == "without question 4 of form A"


def test_the_bands_end_with_the_error_of_all_by_the_same_halves_and_say_what_alpha_gives():
    matrix = scores(120, 20, 2)
    found = shown(section(results((bank("A", 20), matrix))))
    bands = found["scale-bands-90-form-a"]
    apart = matrix[:, ::2].sum(axis=1) - matrix[:, 1::2].sum(axis=1)
    last = bands.frame.iloc[-1]
    assert (last["n"], last["sem"]) == (120, pytest.approx(apart.std(ddof=1)))
    assert bands.frame["n"].iloc[:-1].sum() == 120
    sem = found["scale-90-form-a"].frame.set_index("statistic")["value"]["sem"]
    assert bands.caption.endswith(f"the last row is all results, whose error by alpha is {sem:.1f} points")


def test_what_takes_more_learners_is_said_once_and_not_in_seven_rows():
    found = section(results((bank("A", 20), scores(6, 20, 2)), (bank("B", 20), scores(9, 20, 2, 3))))
    frame = shown(found)["scale-90-form-a"].frame
    assert list(frame["statistic"]) == ["mean", "sd", "min", "max", "skew"]
    assert (frame["note"] == "").all()
    caption = shown(found)["scale-90-form-a"].caption
    assert caption.endswith("; reliability and error: needs 10 learners who answered everything; there are 6")
    (note,) = (block.text for block in found.blocks if isinstance(block, Note))
    assert note == (
        "After the course, form A was taken by six learners and form B was taken by nine learners; how precise a form "
        "is can be said from 30 on."
    )


def test_livingstons_index_is_not_called_one_of_decisions():
    rows = shown(section(results((bank("A", 20), scores(120, 20, 2)))))["scale-90-form-a"].frame.set_index("statistic")
    assert rows["what"]["livingston"] == "Reliability about the pass mark, not of decisions (Livingston’s K²)"


def test_without_a_test_after_the_course_there_is_no_section():
    assert section(results()) is None
    assert section(results((bank("A", 20), scores(200, 20, 2)), sitting="pre")) is None
    practice = bank("", 20, assessment=False)
    assert section(results((practice, scores(200, 20, 2)), sitting="practice")) is None


def test_every_row_has_a_name_and_every_cell_is_shown():
    for learners in (12, 200):
        for table in shown(section(results((bank("A", 20), scores(learners, 20, 2))))).values():
            rows = list(table.rows())
            assert rows
            assert all(row[0] and "nan" not in "".join(row) for row in rows)
