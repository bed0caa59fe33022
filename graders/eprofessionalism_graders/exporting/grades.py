"""The grades of an offering as an LMS wants them: one column a case or test, in percent, empty where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from eprofessionalism.items import ItemBank
from eprofessionalism_graders.cohort.summary import TESTS
from eprofessionalism_graders.cohort.tables import Tables
from eprofessionalism_graders.roster import Learner

MOST = 100
"""Every column is in percent: Moodle takes no grade above 100 unless it is set to."""

BEST = "Test after the course, best attempt"
"""The column that pass or fail rests on: the better of the test after the course and the second attempt."""

_BEST = "best_percent"


@dataclass(frozen=True, slots=True)
class Grades:
    """One row a learner of the roster, one column a title; `percents` has no entry where there is no grade."""

    learners: Sequence[Learner]
    titles: Sequence[str]
    percents: Mapping[tuple[str, str], float]

    def shown(self, learner: str, title: str, missing: str) -> str:
        """A grade with up to six decimals, so that none is rounded over the pass mark; or what stands for none."""
        percent = self.percents.get((learner, title))
        return missing if percent is None else f"{percent:.6f}".rstrip("0").rstrip(".")

    def row(self, learner: str, missing: str) -> list[str]:
        """All grades of a learner, in the order of the titles."""
        return [self.shown(learner, title, missing) for title in self.titles]


def grades(roster: Sequence[Learner], tables: Tables, banks: Mapping[str, ItemBank]) -> Grades:
    """The grades: each case by its title, and the tests by what they were for the learner, whichever form that was.

    The last column is the one that decides who has passed.

    Args:
        roster: the learners, in the order of the rows.
        tables: what they have reached.
        banks: the questions by assignment, surveys left out.
    """
    columns = {f"{name}_percent": bank.title for name, bank in banks.items() if not bank.is_test}
    if any(bank.is_test for bank in banks.values()):
        columns |= {f"{sitting}_percent": title for sitting, title in TESTS.items() if _has(tables, sitting)}
        columns |= {_BEST: BEST}
    frame = tables.learners.set_index("learner")
    frame[_BEST] = frame[["post_percent", "retake_percent"]].max(axis="columns")
    found = {
        (str(learner), title): float(percent)
        for column, title in columns.items()
        for learner, percent in frame[column].items()
        if not pd.isna(percent)
    }
    return Grades(roster, list(columns.values()), found)


def _has(tables: Tables, sitting: str) -> bool:
    """Whether a test has a column: the one that counts always, the others once there is a grade."""
    return sitting == "post" or bool(tables.learners[f"{sitting}_percent"].notna().any())


def repeated(values: Sequence[str]) -> list[str]:
    """What stands more than once among some texts, each named once."""
    return sorted({value for value in values if values.count(value) > 1})
