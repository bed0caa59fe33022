"""What learners had whom somebody holds to be just about good enough, form by form of the test after the course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from eprofessionalism_graders.cohort.analysis import judging
from eprofessionalism_graders.cohort.analysis.judging import Borderline
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.panel import after, verdict
from eprofessionalism_graders.cohort.sittings import called
from eprofessionalism_graders.cohort.words import listed


@dataclass(frozen=True)
class OnForm:
    """The borderline group on one form: forms may be unequally hard, and a mark read off one holds for that one alone.

    Args:
        name: of the form in a sentence; empty of a test without forms, or where all took one.
        taken: results of all who took it after the course, in percent.
        found: what the borderline learners among them had; None for fewer than 5.
    """

    name: str
    taken: pd.Series[float]
    found: Borderline | None

    @property
    def on(self) -> str:
        """`on form A`, or nothing."""
        return f" on {self.name}" if self.name else ""


def on_forms(results: Results) -> list[OnForm]:
    """The borderline group on each form that was taken after the course; nothing where nobody is named."""
    if results.borderline.empty:
        return []
    named = results.borderline["learner"]
    found = [(called(bank), after(results, bank)) for bank in results.banks.values() if bank.is_test]
    parts = [(name, taken) for name, taken in found if len(taken)]
    if len(parts) < 2 or sum(len(taken) for _, taken in parts) != len(after(results)):
        parts = [("", after(results))]
    return [OnForm(name, taken, judging.borderline_group(taken[taken.index.isin(named)])) for name, taken in parts]


def groups(results: Results) -> list[tuple[OnForm, Borderline]]:
    """The forms with enough borderline learners, each with what these had."""
    return [(one, one.found) for one in on_forms(results) if one.found]


# ---- Words -----------------------------------------------------------------------------------------------------------


def title(found: Sequence[tuple[OnForm, Borderline]], mark: float) -> str:
    """What they had, and how it stands to the pass mark."""
    said = [f"{group.median:.0f}%{one.on} ({_verdict(group, mark)})" for one, group in found]
    return f"Borderline learners had {listed(said, 'see the table')}"


def _verdict(group: Borderline, mark: float) -> str:
    return verdict(group.median, (group.low, group.high), mark)


def lead(found: Sequence[tuple[OnForm, Borderline]]) -> str:
    """The medians with their intervals; empty where there are none."""
    if not found:
        return ""
    said = [
        f"{group.median:.0f}%{one.on} ({group.learners} learners, 95% interval {group.low:.0f} to {group.high:.0f})"
        for one, group in found
    ]
    return f"In the test after the course learners named as borderline had a median of {listed(said, 'see the table')}."
