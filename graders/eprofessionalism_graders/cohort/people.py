"""`report/people.html`: who may need a talk and why, and every learner's results; for the instructor's eyes.

No other page of the report names anybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from eprofessionalism_graders.cohort import forms_apart, standing, words
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import TESTS, Summary, full_name
from eprofessionalism_graders.cohort.tables import COMPLETE, MISSING, PARTLY
from eprofessionalism_graders.forms import other
from eprofessionalism_graders.incidents import Incident

FILE = "people.html"

OFTEN = 2
"""Very sure and wrong on patient privacy so many times, or once in the test after the course: worth a talk. Once in a
case is what cases are for, and its feedback has answered it."""

FAILED, PRIVACY, FOUND, OPEN = "failed", "privacy", "found", "open"
"""Why somebody is listed, the gravest first: not passed; very sure and wrong on patient privacy; something found in
what was handed in; nothing but that the learner has not finished."""

Reasons = Iterator[tuple[str, str]]
"""Ids of learners, each with a reason."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A learner and why one may want to talk with him or her: the gravest reason first, which is of the kind `kind`.

    `passed` is None while there is no result.
    """

    name: str
    group: str
    reasons: tuple[str, ...]
    kind: str
    passed: bool | None = None

    @property
    def reminder(self) -> bool:
        """Whether nothing is the matter but that the learner has not finished."""
        return self.kind == OPEN


@dataclass(frozen=True, slots=True)
class Block:
    """Learners who are listed for the same reason: what it is, the rule, and who."""

    kind: str
    title: str
    rule: str
    talks: tuple[Talk, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list of learners.

    Args:
        name: as one writes it.
        group: of the roster, or empty.
        finished: how many cases.
        open: the cases that were answered in part, and how far.
        practice: percent of the points of the cases, or None.
        tests: for each sitting of the test, whether it was answered in part only, and its percent.
        passed: None while there is no result.
        late: how many assignments were handed in late.
    """

    name: str
    group: str
    finished: int
    open: tuple[str, ...]
    practice: float | None
    tests: tuple[tuple[bool, float | None], ...]
    passed: bool | None
    late: int


# ---- Who may need a talk ---------------------------------------------------------------------------------------------


def talks(
    results: Results, surely_wrong: pd.DataFrame, noted: Iterable[Incident] = (), due: datetime | None = None
) -> tuple[Talk, ...]:
    """The learners with a reason, by the gravest: who has not passed, the lowest result first; then the others.

    Those to remind come last, and of them first who has only the last test to take; else the order is the roster's.

    Args:
        results: of the cohort.
        surely_wrong: answers that were very sure and wrong, with `learner`, `item`, `sitting` and `about_privacy`.
        noted: what was found in submissions.
        due: before then nobody is late, and having handed in nothing or a part is no reason.
    """
    reasons: dict[str, list[tuple[str, str]]] = defaultdict(list)
    is_due = due is None or datetime.now(due.tzinfo) >= due
    grounds = (
        (FAILED, _failed(results)),
        (FAILED, forms_apart.reasons(forms_apart.forms_apart(results))),
        (PRIVACY, _privacy(surely_wrong, results)),
        (FOUND, _incidents(noted, results)),
        (OPEN, _unfinished(results) if is_due and results.summary.begun else iter(())),
    )
    for kind, found in grounds:
        for learner, why in found:
            reasons[learner].append((kind, why))
    people = results.tables.learners.set_index("learner", drop=False)
    order = sorted(reasons, key=_order(results, reasons))
    return tuple(_talk(people.loc[learner].to_dict(), reasons[learner]) for learner in order)


def _order(results: Results, reasons: Mapping[str, Sequence[tuple[str, str]]]) -> Any:
    """How learners with reasons are put in order."""
    places = {learner: place for place, learner in enumerate(results.tables.learners["learner"])}
    failed, nearly = _best(results), set(standing.last_test_alone(results))
    kinds = (FAILED, PRIVACY, FOUND, OPEN)

    def key(learner: str) -> tuple[Any, ...]:
        kind = reasons[learner][0][0]
        return kinds.index(kind), failed.get(learner, 0.0), kind == OPEN and learner not in nearly, places[learner]

    return key


def _talk(row: Mapping[Any, Any], reasons: Sequence[tuple[str, str]]) -> Talk:
    name, group = words.isolated(full_name(row)), _given(row["group"], "")
    return Talk(name, group, tuple(why for _, why in reasons), reasons[0][0], _given(row["passed"]))


def _privacy(surely_wrong: pd.DataFrame, results: Results) -> Reasons:
    stems = {name: item.stem for bank in results.banks.values() for name, item in bank.items.items()}
    private = surely_wrong[surely_wrong["about_privacy"]]
    for learner, rows in private.groupby("learner", sort=False, observed=True):
        if len(rows) >= OFTEN or (rows["sitting"] == "post").any():
            yield str(learner), words.surely_wrong_on_privacy([stems[item] for item in rows["item"]])


def _best(results: Results) -> dict[str, float]:
    """The better result of each learner who has not passed, in percent."""
    rows = standing.failed(results).set_index("learner")[["post_percent", "retake_percent"]]
    best = rows.astype("float64").max(axis=1)
    return {str(learner): float(value) for learner, value in best.items()}


def _failed(results: Results) -> Reasons:
    best, errors = _best(results), standing.errors(results)
    has_forms = any(bank.is_test and bank.form for bank in results.banks.values())
    waiting = set(standing.no_second_attempt(results))
    for row in standing.failed(results).to_dict("records"):
        has_retaken, value = pd.notna(row["retake_percent"]), best[row["learner"]]
        is_first = pd.notna(row["post_percent"]) and row["post_percent"] == value
        error = errors.get(other(row["pre_form"]) if has_forms else "") if is_first else None
        text = words.not_passed(value, results.pass_mark, again=has_retaken, error=error)
        yield row["learner"], f"{text} No second attempt yet." if row["learner"] in waiting else text


def _unfinished(results: Results) -> Reasons:
    for row in results.tables.learners.to_dict("records"):
        if row["status"] == MISSING:
            yield row["learner"], "Handed in nothing."
        elif row["status"] == PARTLY:
            yield row["learner"], words.still_open(*standing.still_open(row, results.summary))


def _incidents(noted: Iterable[Incident], results: Results) -> Reasons:
    counts = Counter(one.learner for one in noted)
    for learner in results.tables.learners["learner"]:
        if counts[learner]:
            yield (
                learner,
                f"{words.capital(words.counted(counts[learner], 'thing'))} found in what was handed in; see below.",
            )


# ---- By reason -------------------------------------------------------------------------------------------------------


def blocks(talks: Sequence[Talk], results: Results) -> list[Block]:
    """The learners by their gravest reason, each list with the rule by which somebody stands in it."""
    found = []
    for kind in (FAILED, PRIVACY, FOUND, OPEN):
        listed = tuple(one for one in talks if one.kind == kind)
        if listed:
            title, rule = _said(kind, listed, results)
            found.append(Block(kind, f"{title} ({len(listed)})", rule, listed))
    return found


def _said(kind: str, listed: Sequence[Talk], results: Results) -> tuple[str, str]:
    """The title and the rule of a list."""
    match kind:
        case "failed":
            where = "in the test after the course and in the second attempt, if there was one"
            return "Not passed", f"Below {results.pass_mark:g}% {where}. The lowest comes first."
        case "privacy":
            rule = f"{words.capital(words.number(OFTEN))} such answers or more, or one in the test after the course."
            if any(bank.form for bank in results.banks.values()):
                rule += " The forms of the test ask different questions: who took another might not stand here."
            passed = "Passed" if all(one.passed for one in listed) else "Others who have not failed"
            return f"{passed}, but very sure and wrong on patient privacy", rule
        case "found":
            return "Something was found in what they handed in", "That is mostly an accident. What it was stands below."
        case _:
            return "Just not finished", "First come those who have only the test after the course to take."


# ---- Every learner ---------------------------------------------------------------------------------------------------


def people(results: Results) -> tuple[Person, ...]:
    """The list of learners, in the order of the roster."""
    responses = results.tables.responses
    answered = Counter(zip(responses["learner"], responses["assignment"], strict=True))
    return tuple(_person(row, results.summary, answered) for row in results.tables.learners.to_dict("records"))


def _person(row: Mapping[Any, Any], summary: Summary, answered: Mapping[tuple[str, str], int]) -> Person:
    cases = [case.assignment for case in summary.cases if not case.assessment]
    return Person(
        name=words.isolated(full_name(row)),
        group=_given(row["group"], ""),
        finished=sum(row[f"{name}_status"] == COMPLETE for name in cases),
        open=tuple(_part(row, name, summary, answered) for name in cases if row[f"{name}_status"] == PARTLY),
        practice=_given(row["practice_percent"]),
        tests=tuple((row[f"{test}_status"] == PARTLY, _given(row[f"{test}_percent"])) for test in TESTS),
        passed=_given(row["passed"]),
        late=row["late"],
    )


def _part(row: Mapping[Any, Any], name: str, summary: Summary, answered: Mapping[tuple[str, str], int]) -> str:
    """How much of a case was answered where it is a part."""
    title = next(case.title for case in summary.cases if case.assignment == name)
    return f"{title}: {answered.get((row['learner'], name), 0)} of {len(summary.questions[name])}"


def _given(value: Any, otherwise: Any = None) -> Any:
    return otherwise if pd.isna(value) else value
