"""What hangs on questions whose key is in doubt: who passes without them, counted, and named only by id."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism_graders.cohort import keys_in_doubt as module
from eprofessionalism_graders.cohort.doubt import Doubted
from eprofessionalism_graders.cohort.keys_in_doubt import Counts, keys_in_doubt, reasons
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.tables import Tables, passed

ON_A, ON_B, ON_C = (
    Doubted(f"{form}-1", f"90-form-{form}", f"question 1 of form {form.upper()}") for form in ("a", "b", "c")
)

NOW = [  # learner, the form begun with, percent after the course and at the second attempt
    ("up", "A", 69.0, None),
    ("down", "B", 70.0, None),
    ("empty", "A", None, None),
    ("again", "A", 60.0, 68.0),
    ("still", "B", 50.0, 60.0),
    ("fine", "B", 90.0, None),
    ("rescued", "A", 65.0, 80.0),
]
THEN = {"up": (70.0 - 1e-9, None), "down": (69.9, None), "again": (61.0, 72.0), "rescued": (75.0, 80.0)}


def bank(form: str) -> ItemBank:
    item = Item(f"{form}-1", "sba", "Which?", 1, (Option("a", "a"), Option("b", "b")), assessment=True)
    return ItemBank(f"90-form-{form}", "Form", 10, "digest", {item.id: item}, {}, module="form", form=form.upper())


def frame(rows) -> pd.DataFrame:
    names = ["learner", "pre_form", "post_percent", "retake_percent"]
    found = pd.DataFrame(rows, columns=names).astype(dict(zip(names, ["string"] * 2 + ["Float64"] * 2, strict=True)))
    pairs = ([None if pd.isna(value) else value for value in row[2:]] for row in rows)
    return found.assign(passed=pd.array([passed(*pair, 70) for pair in pairs], dtype="boolean"))


@pytest.fixture
def found(monkeypatch):
    """What hangs on three questions, where results are `THEN` without them."""

    def make(*questions: Doubted):
        banks = {one.case: one for one in map(bank, "abc")}
        results = Results("made", Tables(pd.DataFrame(), frame(NOW), pd.DataFrame()), banks, {}, 70, SimpleNamespace())
        then = [(name, first, *THEN.get(name, percents)) for name, first, *percents in NOW]
        monkeypatch.setattr(module, "doubted", lambda _: questions)
        monkeypatch.setattr(module, "without", lambda _, items: frame(then) if len(items) == len(questions) else None)
        return keys_in_doubt(results)

    return make


def test_without_doubt_there_is_nothing(found):
    assert found() is None
    assert list(reasons(None)) == []


def test_who_passes_is_counted_now_and_without_the_questions(found):
    made = found(ON_A, ON_B, ON_C)
    assert made.now == Counts(at_once=2, passed=3)
    assert made.then == Counts(at_once=3, passed=4)
    assert (made.failed, made.would_fail) == (3, 1)


def test_who_would_pass_is_named_with_the_questions_of_the_forms_that_were_taken(found):
    made = found(ON_A, ON_B, ON_C)
    assert made.would_pass == (("up", (ON_B,)), ("again", (ON_B, ON_C)))
    assert list(reasons(made)) == [
        ("up", "Would pass without question 1 of form B, whose key is in doubt."),
        ("again", "Would pass without question 1 of form B and question 1 of form C, whose keys are in doubt."),
    ]
