"""Tidy tables of a cohort: one row an answer, one a learner, one an item.

Scores are nbgrader's own (what the rules gave, or what somebody gave by hand in their place); answers come from the
journals that were handed in. Nothing is ever counted as zero because it is missing: a learner of the roster who handed
nothing in has empty cells.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import pandas as pd

from eprofessionalism.answers import LEVELS, Answer
from eprofessionalism.items import Item, ItemBank, Key
from eprofessionalism_graders import cells, forms
from eprofessionalism_graders.cohort.handins import Handed, Handin, read_handins
from eprofessionalism_graders.forms import Sitting
from eprofessionalism_graders.offering import Offering
from eprofessionalism_graders.roster import Learner

RESPONSES = {
    "learner": "string",
    "group": "string",
    "assignment": "string",
    "item": "string",
    "type": "string",
    "sitting": "string",
    "answer": "string",
    "certainty": "Int64",
    "given": "Int64",
    "at": "string",
    "seconds": "Float64",
    "late": "boolean",
    "score": "Float64",
    "points": "Float64",
    "max_points": "Float64",
}
"""Columns of `responses` and their types: one row for each answer that counts. `datasets/README.md` describes them."""

LEARNERS = {
    "learner": "string",
    "last_name": "string",
    "first_name": "string",
    "email": "string",
    "group": "string",
    "status": "string",
    "late": "Int64",
    "practice_percent": "Float64",
    "pre_form": "string",
    "pre_status": "string",
    "pre_percent": "Float64",
    "post_status": "string",
    "post_percent": "Float64",
    "retake_status": "string",
    "retake_percent": "Float64",
    "passed": "boolean",
    "to_mark": "Int64",
}
"""Columns of `learners` and their types: one row for each learner of the roster, then two for each assignment."""

ITEMS = {
    "assignment": "string",
    "item": "string",
    "type": "string",
    "assessment": "boolean",
    "stem": "string",
    "teaches": "string",
    "max_points": "Float64",
    "answers": "Int64",
    "facility": "Float64",
    "chosen": "string",
    "key": "string",
    "sure_below_full": "Int64",
    "pre_answers": "Int64",
    "pre_facility": "Float64",
}
"""Columns of `items` and their types: one row for each item of the offering.

All but the last two columns leave the pre-test out, which asks before anything was taught.
"""

FILES = {
    "responses.csv": "one row for each answer that counts",
    "learners.csv": "one row for each learner of the roster",
    "items.csv": "one row for each question",
}
"""The files of the three tables, and what a row of each is."""

LONGEST_CELL = 32_767
"""Characters that a spreadsheet's cell holds; Python's csv reader takes four times as many."""

CUT = " [... cut here; the whole text is in the learner’s responses.jsonl]"
MISSING, PARTLY, COMPLETE = "missing", "partly", "complete"
NOT_ASKED = "not applicable"
"""The status of a part that a learner was not asked to take, such as the form for a second attempt."""

SURE = 3
SITTINGS: tuple[Sitting, ...] = get_args(Sitting)


@dataclass(frozen=True, slots=True)
class Tables:
    """The three tables of one offering. `notes` say what could not be read and is not in them."""

    responses: pd.DataFrame
    learners: pd.DataFrame
    items: pd.DataFrame
    notes: tuple[str, ...] = ()

    def files(self) -> dict[str, str]:
        """The content of `responses.csv`, `learners.csv` and `items.csv`, safe to open in a spreadsheet."""
        frames = (self.responses, self.learners, self.items)
        return {name: csv_text(frame) for name, frame in zip(FILES, frames, strict=True)}


def read_tables(offering: Offering) -> Tables:
    """Read an offering's results as they stand now in its gradebook and in what was handed in."""
    banks = {name: offering.bank(name) for name in offering.assignments if name not in offering.surveys}
    keys = {assignment: offering.key(assignment) for assignment in banks}
    roster = offering.roster()
    handins, notes = read_handins(offering, roster, banks)
    course = Course(roster, banks, offering.first_forms, offering.settings.pass_mark)
    return replace(build_tables(course, keys, handins), notes=tuple(notes))


@dataclass(frozen=True, slots=True)
class Course:
    """What was asked of whom.

    Args:
        roster: the learners, in the order of the rows.
        banks: the items of each assignment, in the order of the course.
        first: by learner, the form of the test that is their pre-test.
        pass_mark: in percent of the points of the post-test.
    """

    roster: Sequence[Learner]
    banks: Mapping[str, ItemBank]
    first: Mapping[str, str]
    pass_mark: float

    def sitting(self, learner: str, assignment: str) -> Sitting:
        """What an assignment is for a learner."""
        return forms.sitting(self.banks[assignment], self.first.get(learner, ""))


def build_tables(course: Course, keys: Mapping[str, Mapping[str, Key]], handins: Mapping[Handed, Handin]) -> Tables:
    """The three tables.

    Args:
        course: what was asked of whom.
        keys: what scores each item, by assignment and item.
        handins: what was handed in, by learner and assignment; who handed in nothing has no entry.
    """
    responses = _responses(course, handins)
    return Tables(responses, _learners(course, handins), _items(course.banks, keys, responses))


# ---- One row an answer -----------------------------------------------------------------------------------------------


def _responses(course: Course, handins: Mapping[Handed, Handin]) -> pd.DataFrame:
    rows = [
        _response(learner, assignment, item, handins[learner.id, assignment], sitting)
        for learner in course.roster
        for assignment, bank in course.banks.items()
        if (learner.id, assignment) in handins
        for sitting in [course.sitting(learner.id, assignment)]  # once a submission, not once an answer
        for item in bank.items.values()
        if item.id in handins[learner.id, assignment].answers
    ]
    return _frame(rows, RESPONSES)


def _response(learner: Learner, assignment: str, item: Item, handin: Handin, sitting: Sitting) -> dict[str, Any]:
    record = handin.answers[item.id]
    points = _points(item, handin)
    return {
        "learner": learner.id,
        "group": learner.group or None,
        "assignment": assignment,
        "item": item.id,
        "type": item.type,
        "sitting": sitting if item.assessment else "practice",
        # Half of a surrogate pair is no letter, and can be neither kept nor written.
        "answer": answer_text(record.answer).encode(errors="replace").decode(),
        "certainty": record.certainty,
        "given": handin.given[item.id],
        "at": record.at,
        "seconds": handin.seconds.get(item.id),
        "late": handin.late,
        "score": None if points is None else points / item.points,
        "points": points,
        "max_points": item.points,
    }


def _points(item: Item, handin: Handin) -> float | None:
    """The points of an item in a submission; None while it is not graded."""
    mark = (handin.marks or {}).get(item.id)
    return mark.points if mark else None


def answer_text(answer: Answer) -> str:
    """An answer in one cell: `b`; `a c d` (in order for a ranking); `a=4 b=2`; or the learner's own words."""
    if isinstance(answer, dict):
        return " ".join(f"{option}={level}" for option, level in sorted(answer.items()))
    return " ".join(answer) if isinstance(answer, list) else answer


def parse_answer(item_type: str, text: str) -> Answer:
    """The answer that `answer_text` wrote."""
    if item_type == "rating":
        return {option: int(level) for option, level in (pair.split("=") for pair in text.split())}
    return text.split() if item_type in ("mrq", "choose", "ranking") else text


# ---- One row a learner -----------------------------------------------------------------------------------------------


def _learners(course: Course, handins: Mapping[Handed, Handin]) -> pd.DataFrame:
    columns = dict(LEARNERS)
    for assignment in course.banks:
        columns |= {f"{assignment}_status": "string", f"{assignment}_percent": "Float64"}
    return _frame([_learner(learner, course, handins) for learner in course.roster], columns)


def _learner(learner: Learner, course: Course, handins: Mapping[Handed, Handin]) -> dict[str, Any]:
    banks = course.banks
    own = {assignment: handins.get((learner.id, assignment)) for assignment in banks}
    sittings = {assignment: course.sitting(learner.id, assignment) for assignment in banks}
    status = {name: _status(banks[name], handin, sittings[name]) for name, handin in own.items()}
    percent = {kind: _percent(_scored(banks, own, sittings, kind)) for kind in SITTINGS}
    tests: dict[str, Any] = {}
    for kind in SITTINGS[1:]:
        tests[f"{kind}_status"] = _overall(status[name] for name in banks if sittings[name] == kind)
        tests[f"{kind}_percent"] = percent[kind]
    row: dict[str, Any] = {
        "learner": learner.id,
        "last_name": learner.last_name,
        "first_name": learner.first_name,
        "email": learner.email,
        "group": learner.group or None,
        "status": _overall(status[name] for name in banks if sittings[name] in ("practice", "post")),
        "late": sum(handin.late for handin in own.values() if handin),
        "practice_percent": percent["practice"],
        "pre_form": next((banks[name].form for name in banks if sittings[name] == "pre"), None),
        "passed": passed(percent["post"], percent["retake"], course.pass_mark),
        "to_mark": sum(_to_mark(banks[assignment], handin) for assignment, handin in own.items()),
    }
    row |= tests
    for assignment, handin in own.items():
        row[f"{assignment}_status"] = status[assignment]
        row[f"{assignment}_percent"] = _percent([(item, handin) for item in banks[assignment].items.values()])
    return row


def _status(bank: ItemBank, handin: Handin | None, sitting: Sitting) -> str:
    if handin is None:
        return NOT_ASKED if sitting == "retake" else MISSING
    return COMPLETE if len(handin.answers) == len(bank.items) else PARTLY


def _overall(statuses: Iterable[str]) -> str:
    """All complete, all missing, or something in between; of nothing at all, that nothing was asked."""
    found = set(statuses)
    if not found:
        return NOT_ASKED
    return found.pop() if len(found) == 1 else PARTLY


def passed(post: float | None, retake: float | None, pass_mark: float) -> bool | None:
    """Whether the post-test, or the same test taken once more, reached the mark; None while there is no result."""
    results = [round(percent, 6) for percent in (post, retake) if percent is not None]
    return max(results) >= pass_mark if results else None


def _scored(
    banks: Mapping[str, ItemBank],
    own: Mapping[str, Handin | None],
    sittings: Mapping[str, Sitting],
    sitting: Sitting,
) -> list[tuple[Item, Handin | None]]:
    """The items of one sitting with what was handed in; practice leaves out the cases that were not."""
    practice = sitting == "practice"
    return [
        (item, own[name])
        for name, bank in banks.items()
        for item in bank.items.values()
        if ((own[name] is not None and not item.assessment) if practice else _asked(item, sittings[name], sitting))
    ]


def _asked(item: Item, here: Sitting, sitting: Sitting) -> bool:
    """Whether a test asks an item in this sitting; practice items beside it are no part of the test."""
    return item.assessment and here == sitting


def _percent(pairs: Iterable[tuple[Item, Handin | None]]) -> float | None:
    """Points of 100 over the items scored by rule; an unanswered item of a submission has 0.

    None when there is no such item, or a part was not handed in or not graded.
    """
    earned, most = 0.0, 0.0
    for item, handin in pairs:
        if item.is_text:
            continue
        points = _points(item, handin) if handin else None
        if points is None:
            return None
        earned, most = earned + points, most + item.points
    return 100 * earned / most if most else None


def _to_mark(bank: ItemBank, handin: Handin | None) -> int:
    """How many of the learner's own texts wait for somebody's mark."""
    if handin is None:
        return 0
    texts = [item for item in bank.items.values() if item.is_text and item.id in handin.answers]
    return sum(_points(item, handin) is None for item in texts)


# ---- One row an item -------------------------------------------------------------------------------------------------


def _items(
    banks: Mapping[str, ItemBank], keys: Mapping[str, Mapping[str, Key]], responses: pd.DataFrame
) -> pd.DataFrame:
    answers = dict(iter(responses.groupby("item", observed=True)))
    none = responses.iloc[:0]
    rows = [
        _item(assignment, item, keys[assignment].get(item.id, {}), answers.get(item.id, none))
        for assignment, bank in banks.items()
        for item in bank.items.values()
    ]
    return _frame(rows, ITEMS)


def _item(assignment: str, item: Item, key: Key, answers: pd.DataFrame) -> dict[str, Any]:
    before = answers["sitting"] == "pre"
    first, answers = answers.loc[before, "score"].dropna(), answers[~before]
    scores = answers["score"].dropna()
    sure = answers[(answers["certainty"] == SURE).fillna(False)]
    return {
        "assignment": assignment,
        "item": item.id,
        "type": item.type,
        "assessment": item.assessment,
        "stem": item.stem,
        "teaches": " ".join(item.teaches),
        "max_points": item.points,
        "answers": len(answers),
        "facility": _mean_percent(scores),
        "chosen": chosen_text(item, answers["answer"]),
        "key": " ".join(f"{option}={value}" for option, value in key.items()),
        "sure_below_full": int((sure["score"].dropna() < 1).sum()),
        "pre_answers": int(before.sum()),
        "pre_facility": _mean_percent(first),
    }


def _mean_percent(scores: pd.Series[float]) -> float | None:
    return 100 * float(scores.mean()) if len(scores) else None


def chosen_counts(item: Item, answers: Iterable[str]) -> dict[str, list[int]]:
    """How often each option was chosen; for a rating, at each level; for a ranking, at each place."""
    width = {"rating": len(LEVELS), "ranking": len(item.options)}.get(item.type, 1)
    counts = {option: [0] * width for option in item.option_ids}
    for text in () if item.is_text else answers:
        for option, column in _choices(item, parse_answer(item.type, text)):
            counts[option][column] += 1
    return counts


def _choices(item: Item, answer: Answer) -> Iterator[tuple[str, int]]:
    if isinstance(answer, dict):
        yield from ((option, level - 1) for option, level in answer.items())
    elif isinstance(answer, list):
        yield from ((option, place if item.type == "ranking" else 0) for place, option in enumerate(answer))
    else:
        yield answer, 0


def chosen_text(item: Item, answers: Iterable[str]) -> str:
    """Counts in one cell: `a=14 b=3`; a rating's and a ranking's counts are parted by strokes: `a=0/3/10/8`."""
    counts = chosen_counts(item, answers)
    return " ".join(f"{option}={'/'.join(map(str, row))}" for option, row in counts.items())


# ---- Frames and files ------------------------------------------------------------------------------------------------


def _frame(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=pd.Index(columns), dtype=object)
    return frame.astype(dict(columns))


def csv_text(frame: pd.DataFrame) -> str:
    """A table as CSV, numbers to six digits, text cells quoted and neutral for spreadsheets."""
    safe = frame.rename(columns=cells.neutral)
    for column, dtype in safe.dtypes.items():
        if dtype == "string":
            safe[column] = safe[column].map(_cell, na_action="ignore")
    text: str = safe.round(6).to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return text


def _cell(text: str) -> str:
    """A neutral cell; what none holds is cut, with a note."""
    cell = cells.neutral(text)
    return cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - len(CUT)] + CUT
