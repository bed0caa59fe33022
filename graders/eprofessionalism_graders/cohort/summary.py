"""What the tables say: the numbers of the report, computed once for the page and its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from eprofessionalism.items import Item, ItemBank, Key
from eprofessionalism.sequence import is_optional
from eprofessionalism_graders.cohort.chance import is_clearly_lower
from eprofessionalism_graders.cohort.tables import COMPLETE, MISSING, PARTLY, Tables, chosen_counts

TESTS = {"pre": "Test before the course", "post": "Test after the course", "retake": "Second attempt"}
"""What each sitting of the test is called."""

FEWEST_LEARNERS = 5
"""A question or a clause that fewer have answered says more of them than of itself: nothing is concluded from it."""

WRONG = 0.5
"""Below this part of its points an answer is called wrong; from here on it is at least partly right."""


@dataclass(frozen=True, slots=True)
class Completion:
    """How many learners have finished, begun, or handed in nothing."""

    title: str
    complete: int
    partly: int
    missing: int

    @property
    def total(self) -> int:
        """All learners who were asked."""
        return self.complete + self.partly + self.missing


@dataclass(frozen=True, slots=True)
class Assessment:
    """The percentages of those whose post-test is handed in and graded. `pass_mark` is in percent.

    `passed` counts those who reached it in the post-test or, some of them, by a second attempt (`by_retake`).
    """

    percents: tuple[float, ...]
    passed: int
    pass_mark: float
    by_retake: int = 0

    @property
    def reached(self) -> int:
        """Those whose post-test itself is at or above the pass mark."""
        return sum(round(percent, 6) >= self.pass_mark for percent in self.percents)


@dataclass(frozen=True, slots=True)
class Gain:
    """The means of those who took the test before the course and after it, in percent."""

    learners: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case went: one percentage a learner who finished it, over its questions that are scored by rule.

    `partly` counts those who handed in a part and are left out: what they did not answer says nothing of the case.
    """

    assignment: str
    title: str
    assessment: bool
    percents: tuple[float, ...]
    partly: int = 0
    by_learner: Mapping[str, float] = field(default_factory=dict)
    subject: str = ""

    @property
    def mean(self) -> float | None:
        """Their mean, if there are any."""
        return sum(self.percents) / len(self.percents) if self.percents else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """One option of a question: how often it was chosen (at each level, at each place), and what the key says of it."""

    id: str
    text: str
    counts: tuple[int, ...]
    key: str
    best: bool

    @property
    def mean(self) -> float | None:
        """The mean level or place, from 1."""
        total = sum(self.counts)
        return sum(place * count for place, count in enumerate(self.counts, start=1)) / total if total else None


@dataclass(frozen=True, slots=True)
class Question:
    """How a question was answered. `facility` is the mean score in percent of those who answered.

    `sure_and_wrong` counts answers that were very sure and earned less than half of the points.
    """

    number: int
    item: Item
    answers: int
    facility: float | None
    sure_and_wrong: int
    options: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the roster."""

    name: str
    learners: int
    complete: int
    with_result: int
    passed: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that a report says in numbers."""

    overall: Completion
    by_case: tuple[Completion, ...]
    assessment: Assessment | None
    cases: tuple[CaseResult, ...]
    questions: Mapping[str, tuple[Question, ...]]
    groups: tuple[Group, ...]
    to_mark: int
    ungraded: int
    gain: Gain | None = None

    @property
    def begun(self) -> bool:
        """Whether anybody has handed in anything."""
        return self.overall.missing < self.overall.total


def summarize(
    tables: Tables, banks: Mapping[str, ItemBank], keys: Mapping[str, Mapping[str, Key]], pass_mark: float
) -> Summary:
    """Compute all numbers of a report. `pass_mark` is in percent."""
    learners = tables.learners
    responses = tables.responses[tables.responses["sitting"] != "pre"]  # before the course nothing was taught
    return Summary(
        overall=_completion("The course", learners["status"]),
        by_case=(
            *(_completion(bank.title, learners[f"{name}_status"]) for name, bank in banks.items() if not bank.is_test),
            *(_completion(title, _test_status(sitting, banks, learners)) for sitting, title in TESTS.items()),
        ),
        assessment=_assessment(banks, learners, pass_mark),
        gain=_gain(learners),
        cases=tuple(_case(name, bank, learners) for name, bank in banks.items()),
        questions={name: _questions(bank, keys[name], responses) for name, bank in banks.items()},
        groups=_groups(learners),
        to_mark=int(learners["to_mark"].sum()),
        ungraded=sum(_ungraded(name, bank, learners) for name, bank in banks.items()),
    )


def _completion(title: str, status: pd.Series[str]) -> Completion:
    complete, partly, missing = (int((status == name).sum()) for name in (COMPLETE, PARTLY, MISSING))
    return Completion(title, complete, partly, missing)


def _test_status(sitting: str, banks: Mapping[str, ItemBank], learners: pd.DataFrame) -> pd.Series[str]:
    """How far everybody is with a sitting of the test; who has failed is asked for a second attempt if there is one."""
    status = learners[f"{sitting}_status"]
    if sitting != "retake" or not any(is_optional(bank) for bank in banks.values()):
        return status
    failed = ~learners["passed"].fillna(True).astype(bool)
    return status.mask(failed & ~status.isin([PARTLY, COMPLETE]), MISSING)


def _assessment(banks: Mapping[str, ItemBank], learners: pd.DataFrame, pass_mark: float) -> Assessment | None:
    if not any(bank.is_test for bank in banks.values()):
        return None
    percents = learners["post_percent"].dropna()
    by_retake = learners["passed"] & (learners["post_percent"].round(6) < pass_mark)
    return Assessment(tuple(map(float, percents)), int(learners["passed"].sum()), pass_mark, int(by_retake.sum()))


def _gain(learners: pd.DataFrame) -> Gain | None:
    both = learners[["pre_percent", "post_percent"]].dropna()
    return Gain(len(both), float(both["pre_percent"].mean()), float(both["post_percent"].mean())) if len(both) else None


def _case(assignment: str, bank: ItemBank, learners: pd.DataFrame) -> CaseResult:
    status = learners[f"{assignment}_status"]
    finished = learners[status == COMPLETE].set_index("learner")[f"{assignment}_percent"].dropna()
    by_learner = {str(learner): float(percent) for learner, percent in finished.items()}
    partly = int((status == PARTLY).sum())
    percents = tuple(by_learner.values())
    return CaseResult(assignment, bank.title, bank.is_test, percents, partly, by_learner, bank.subject)


def _ungraded(assignment: str, bank: ItemBank, learners: pd.DataFrame) -> int:
    """Submissions that are there and have no score yet, in a case where there is something to score."""
    if all(item.is_text for item in bank.items.values()):
        return 0
    handed = learners[f"{assignment}_status"].isin([PARTLY, COMPLETE])
    return int((handed & learners[f"{assignment}_percent"].isna()).sum())


def _questions(bank: ItemBank, key: Mapping[str, Key], responses: pd.DataFrame) -> tuple[Question, ...]:
    return tuple(
        _question(number, item, key.get(item.id, {}), responses[responses["item"] == item.id])
        for number, item in enumerate(bank.items.values(), start=1)
    )


def _question(number: int, item: Item, key: Key, answers: pd.DataFrame) -> Question:
    scores = answers["score"].dropna()
    counts = chosen_counts(item, answers["answer"])
    options = tuple(
        Chosen(option.id, option.text, tuple(counts[option.id]), *_key_words(item, key, option.id))
        for option in item.options
    )
    sure_and_wrong = int(((answers["certainty"] == 3) & (answers["score"] < WRONG)).fillna(False).sum())
    facility = 100 * float(scores.mean()) if len(scores) else None
    return Question(number, item, len(answers), facility, sure_and_wrong, options)


def _key_words(item: Item, key: Key, option: str) -> tuple[str, bool]:
    """What the key says of an option, and whether it is (one of) the best."""
    value = key.get(option)
    if value is None:
        return "", False
    match item.type:
        case "rating":
            return f"level {value}", False
        case "ranking":
            return f"place {value}", False
        case _:
            words = {0: "", 1: "right"}
            return words.get(int(value), "") if value.denominator == 1 else f"{value} of the credit", value == 1


def _groups(learners: pd.DataFrame) -> tuple[Group, ...]:
    return tuple(_group(str(name), rows) for name, rows in learners.groupby("group", sort=True))


def _group(name: str, rows: pd.DataFrame) -> Group:
    percents = rows["post_percent"].dropna()
    mean = float(percents.mean()) if len(percents) else None
    complete = int((rows["status"] == COMPLETE).sum())
    return Group(name, len(rows), complete, len(percents), int(rows["passed"].sum()), mean)


def full_name(row: Mapping[Any, Any]) -> str:
    """A learner of the roster as one writes the name, or the id where there is none."""
    parts = [str(row[part]) for part in ("first_name", "last_name") if pd.notna(row[part]) and row[part]]
    return " ".join(parts) or str(row["learner"])


def hardest_case(cases: Sequence[CaseResult]) -> CaseResult | None:
    """The case that was clearly hardest, if one was. The assessment is none: there the last answers count."""
    order = by_mean(cases)
    if len(order) < 2:
        return None
    return order[0] if is_clearly_lower(order[0].by_learner, order[1].by_learner) else None


def by_mean(cases: Sequence[CaseResult]) -> list[CaseResult]:
    """The cases that somebody has finished, without the assessment, the lowest mean first."""
    found = [case for case in cases if case.percents and not case.assessment]
    return sorted(found, key=lambda case: (case.mean or 0, case.title))
