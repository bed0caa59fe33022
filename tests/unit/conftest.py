"""A case in memory, for tests of what is read out of cases: blocks in, a `Case` or an item with its key out."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from eprofessionalism.authoring.keyed import Keyed, practice
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import CaseFile
from eprofessionalism.authoring.yamlsource import YamlSource

SCORED_BY = {"sba": "credit", "branch": "credit", "mrq": "right", "choose": "right", "rating": "level"}


def _case(*story: dict[str, Any], **fields: Any) -> Case:
    data = {
        "schema": 1,
        "case": "01-ferry",
        "title": "The ferry",
        "subject": "Messages",
        "minutes": 12,
        "lede": "A short way over.",
        "you": "You are a physician.",
        "objectives": ["Answer kindly.", "Answer safely."],
        "story": list(story),
        "closing": {"about": "It was about fog.", "reading": [{"cite": "fact-8.9", "note": "Who was asked."}]},
    } | fields
    return Case(CaseFile.model_validate(data), YamlSource("case.yaml", data, {}), Path("01-ferry"))


def _block(kind: str, stem: str, options: list[tuple[str, Any]], **fields: Any) -> dict[str, Any]:
    scored = SCORED_BY.get(kind, "place")
    written = [
        {"id": letter, "text": text, scored: value, "feedback": "Because of the fog.", "cites": ["mms-5"]}
        | ({"then": {"when": "Later", "text": "It lifts."}} if kind == "branch" else {})
        for letter, (text, value) in zip(string.ascii_lowercase, options, strict=False)
    ]
    return {"item": "fy-1-first", "type": kind, "stem": stem, "teaches": ["mms-5"], "options": written} | fields


@pytest.fixture(scope="session")
def case_of() -> Callable[..., Case]:
    """A case with these blocks as its story, and these fields in place of its own."""
    return _case


@pytest.fixture(scope="session")
def block_of() -> Callable[..., dict[str, Any]]:
    """An item as it stands in a file: type, stem, and options as (text, what scores it)."""
    return _block


@pytest.fixture(scope="session")
def item_of() -> Callable[..., Keyed]:
    """The same item with its key."""

    def item(kind: str, stem: str, options: list[tuple[str, Any]], **fields: Any) -> Keyed:
        (keyed,) = practice([_case(_block(kind, stem, options, **fields))])
        return keyed

    return item


# ---- Cohorts ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def course(whole_course):
    """The items and keys of the course."""
    return whole_course


@pytest.fixture(scope="session")
def scripted(course, make_cohort) -> Callable[..., Any]:
    """A cohort that hands in everything and does as it is told.

    `part(learner, item)` is the part of the points that a learner, by number, earns on an item; `sure(learner, item)`
    how sure he or she was, where the item asks. What `beside` has goes to the results.
    """
    from eprofessionalism.journal import Record
    from eprofessionalism_graders import forms
    from eprofessionalism_graders.cohort.handins import Handin, Mark
    from eprofessionalism_graders.roster import Learner

    def given(item, certainty) -> Record:
        answer = item.options[0].id if item.type in ("sba", "branch") else []
        return Record("commit", item.id, answer, certainty, "2026-10-01T08:00:00Z")

    def handin(bank, place, part, sure) -> Handin:
        asked = [item for item in bank.items.values() if not item.is_text]
        marks = {item.id: Mark(item.points * part(place, item)) for item in asked}
        answers = {item.id: given(item, sure(place, item) if item.certainty else None) for item in asked}
        return Handin(answers, Counter(list(answers)), False, marks)

    def cohort(size: int, part, sure=lambda learner, item: 2, **beside: Any):
        roster = [Learner(f"d{place:03}") for place in range(size)]
        handins = {
            (learner.id, name): handin(bank, place, part, sure)
            for place, learner in enumerate(roster)
            for name, bank in course[0].items()
            if forms.sitting(bank, "AB"[place % 2]) != "retake"
        }
        return make_cohort(roster, handins, **beside)

    return cohort


# ---- Scores of others, for statistics --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def likert() -> pd.DataFrame:
    """A questionnaire, complete (real-statistics.com, in pingouin)."""
    import pingouin  # takes seconds, which other tests need not wait for

    answers = pingouin.read_dataset("cronbach_alpha")
    return answers.pivot(index="Subj", columns="Items", values="Scores")


@pytest.fixture(scope="session")
def gaps() -> pd.DataFrame:
    """Right or wrong, with gaps (real-statistics.com, in pingouin)."""
    import pingouin

    return pingouin.read_dataset("cronbach_wide_missing")


LSAT = [
    [3, 6, 2, 11, 1, 1, 3, 4], [1, 8, 0, 16, 0, 3, 2, 15],
    [10, 29, 14, 81, 3, 28, 15, 80], [16, 56, 21, 173, 11, 61, 28, 298],
]  # fmt: skip


@pytest.fixture(scope="session")
def lsat() -> np.ndarray:
    """The Law School Admission Test, section 6: five items by 1,000 people (Bock RD, Lieberman M. Psychometrika
    1970;35:179-197; the counts stand in an example of BUGS too). `LSAT` is how many gave each pattern of wrong and
    right, from 00000 to 11111."""
    patterns = np.array([[float(bit) for bit in f"{number:05b}"] for number in range(32)])
    return np.repeat(patterns, np.ravel(LSAT), axis=0)
