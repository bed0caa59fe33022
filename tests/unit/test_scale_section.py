"""What the report says of the test's precision: only what the numbers bear out, and why where there are none."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism_graders.cohort.document import Note, Table
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.scale import section
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
        (1, 20, 40, "The test cannot tell 70% from"),
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
    near = int((abs(100 * matrix.mean(axis=1) - 65) <= table["sem_percent"]).sum())
    assert 0 < near < 100
    assert f"{near} of 100 learners who took form A came within the test’s error" in found.answer
    assert "pass mark of 65%" in found.answer
    assert Note(found.answer) in found.blocks


def test_a_single_result_near_the_mark_is_not_to_decide_unless_the_test_is_precise():
    warned = section(results((bank("A", 20), scores(40, 20, 1))))
    error = round(shown(warned)["scale-90-form-a"].frame.set_index("statistic")["value"]["sem_percent"])
    near = int(warned.answer.split()[0])
    assert warned.title == f"The test cannot tell 70% from {70 - error}% or {70 + error}%: {near} of 40 were that close"
    assert warned.answer.endswith(f" Do not let a single result within {error} points of the mark decide.")
    assert "Do not let" not in section(results((bank("A", 20), scores(200, 20, 3)))).answer


def test_at_a_mark_of_everything_there_is_nothing_above_it():
    found = section(results((bank("A", 20), scores(40, 20, 1)), pass_mark=100))
    assert found.title.startswith("The test cannot tell 100% from ")
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
    assert any("taken by 12 learners" in block.text for block in found.blocks if isinstance(block, Note))
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
