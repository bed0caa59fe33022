"""Which form of the test is whose pre-test, and which the post-test: `forms.csv` in the offering.

Half of each group begins with form A and the other half with form B; afterwards each takes the other one. So the two
forms are equally often first, and what they differ in is not mistaken for learning (a counterbalanced design). Form C
is for a second attempt and is nobody's before that.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.items import ItemBank
from eprofessionalism.sequence import BEFORE_AND_AFTER, is_optional
from eprofessionalism_graders import cells
from eprofessionalism_graders.roster import COLUMNS, Learner

FORMS_FILE = "forms.csv"
HEADER = (*COLUMNS, "pre", "post")

Sitting: TypeAlias = Literal["practice", "pre", "post", "retake"]
"""What an assignment is for a learner: a case, the test before the cases or after them, or a second attempt."""

First: TypeAlias = Mapping[str, str]
"""By learner, the form that is their pre-test."""


def assign(roster: Iterable[Learner], given: First) -> dict[str, str]:
    """Give every learner the form to begin with.

    Within a group the order is that of a hash of the ids, which the order of the roster does not change, and each
    learner gets the form that fewer have: of the group, then of the cohort, then A. So the same roster gives the same
    forms, groups are balanced to within one, and who joins later changes nobody's form.

    Args:
        roster: the learners of the cohort.
        given: the forms that were given before; they stay.
    """
    groups: dict[str, list[Learner]] = defaultdict(list)
    for learner in roster:
        groups[learner.group].append(learner)
    forms = {learner.id: given[learner.id] for group in groups.values() for learner in group if learner.id in given}
    for name in sorted(groups):
        for learner in sorted(groups[name], key=lambda learner: _shuffled(learner.id)):
            if learner.id not in forms:
                own = [forms[other.id] for other in groups[name] if other.id in forms]
                forms[learner.id] = _rarer(own, list(forms.values()))
    return forms


def _shuffled(learner: str) -> str:
    return hashlib.sha256(learner.encode()).hexdigest()


def _rarer(own: Sequence[str], everybody: Sequence[str]) -> str:
    return min(BEFORE_AND_AFTER, key=lambda form: (own.count(form), everybody.count(form), form))


def other(form: str) -> str:
    """The form that is the post-test of whoever began with this one."""
    first, second = BEFORE_AND_AFTER
    return second if form == first else first


def sitting(bank: ItemBank, first: str) -> Sitting:
    """What an assignment is for a learner whose pre-test is the form `first`.

    A test without a letter, such as an institution's own, is a post-test for everybody.
    """
    if not bank.is_test:
        return "practice"
    if is_optional(bank):
        return "retake"
    return "pre" if bank.form and bank.form == first else "post"


# ---- forms.csv -------------------------------------------------------------------------------------------------------


def forms_text(roster: Iterable[Learner], forms: First) -> str:
    """The file: a line for each learner, in the order of the roster, ready for a mail merge."""
    rows = ([*(getattr(learner, column) for column in COLUMNS), forms[learner.id]] for learner in roster)
    return cells.written([HEADER, *([*row, other(row[-1])] for row in rows)])


def read_forms(path: Path) -> dict[str, str]:
    """The pre-test form by learner, as the file has it; none where there is no file.

    Raises:
        FindingsError: everything that is wrong with it, each with its line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise FindingsError([_wrong(path, 1, "forms", "a CSV file in UTF-8", str(error))]) from error
    rows = list(cells.read(text))
    findings = [finding for line, row in enumerate(rows, start=2) for finding in _mistakes(path, line, row)]
    if findings:
        raise FindingsError(findings)
    return {_cell(row, "id"): _cell(row, "pre").upper() for row in rows}


def _mistakes(path: Path, line: int, row: Mapping[str, str | None]) -> Iterator[Finding]:
    pair = [_cell(row, column).upper() for column in ("pre", "post")]
    if not _cell(row, "id"):
        yield _wrong(path, line, "id", "a learner’s id", "none")
    elif sorted(pair) != list(BEFORE_AND_AFTER):
        yield _wrong(path, line, "pre, post", "A and B, or B and A", ", ".join(pair))


def _cell(row: Mapping[str, str | None], column: str) -> str:
    return (row.get(column) or "").strip()


def _wrong(path: Path, line: int, where: str, expected: str, found: str) -> Finding:
    remedy = "mend the line; or take it out, and the next eprof grade gives this learner a form"
    return Finding(str(path), line, where, expected, found, remedy)
