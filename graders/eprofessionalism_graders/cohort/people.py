"""`report/people.html`: who may need a talk and why; for the instructor's eyes.

No other page of the report names anybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from eprofessionalism_graders.cohort import forms_apart, keys_in_doubt, standing, words
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import full_name
from eprofessionalism_graders.cohort.tables import MISSING, PARTLY
from eprofessionalism_graders.forms import sitting
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
        (FAILED, keys_in_doubt.reasons(keys_in_doubt.keys_in_doubt(results))),
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
    name, group = words.isolated(full_name(row)), given(row["group"], "")
    return Talk(name, group, tuple(why for _, why in reasons), reasons[0][0], given(row["passed"]))


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
    waiting = set(standing.no_second_attempt(results))
    for row in standing.failed(results).to_dict("records"):
        learner, again = row["learner"], pd.notna(row["retake_percent"])
        error = errors.get(_form_of_best(row, results))
        text = words.not_passed(best[learner], results.pass_mark, again=again, error=error)
        yield learner, f"{text} No second attempt yet." if learner in waiting else text


def _form_of_best(row: Mapping[Any, Any], results: Results) -> str:
    """The form on which somebody had the better of two results; empty of a test without forms."""
    post, retake = row["post_percent"], row["retake_percent"]
    kind, first = (
        "retake" if pd.isna(post) or (pd.notna(retake) and retake > post) else "post",
        given(row["pre_form"], ""),
    )
    forms = (bank.form for bank in results.banks.values() if bank.is_test and sitting(bank, first) == kind)
    return next(forms, "")


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
            return "Not passed", f"Below {results.pass_mark:g}% {where}. The lowest comes first.{_unknown(results)}"
        case "privacy":
            rule = f"{words.capital(words.number(OFTEN))} such answers or more, or one in the test after the course."
            if any(bank.form for bank in results.banks.values()):
                rule += " The forms of the test ask different questions: who took another might not stand here."
            passed = "Passed" if all(one.passed for one in listed) else "Others who have not failed"
            return f"{passed}, but very sure and wrong on patient privacy", rule
        case "found":
            return "Something was found in what they handed in", "That is mostly an accident. What it was stands below."
        case _:
            return "Have not finished", "First come those who have only the test after the course to take."


def _unknown(results: Results) -> str:
    """Of which forms of the test the error is not known, where somebody has not passed on one of them."""
    forms = {_form_of_best(row, results) for row in standing.failed(results).to_dict("records")}
    unknown = sorted(forms - standing.errors(results).keys())
    if not unknown:
        return ""
    which = words.listed([f"form {form}" if form else "the test" for form in unknown], "")
    return f" The error of {which} is not known: too few have taken {'it' if len(unknown) == 1 else 'them'}."


def given(value: Any, otherwise: Any = None) -> Any:
    """The value of a cell, or something else where there is none."""
    return otherwise if pd.isna(value) else value
