"""From a journal to scores: which answer counts for each item, and what it is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from eprofessionalism import scoring
from eprofessionalism.answers import Answer, counted
from eprofessionalism.items import Item, ItemBank, Key
from eprofessionalism.journal import Record


@dataclass(frozen=True, slots=True)
class Result:
    """One item of one learner.

    `share` is the part of the points earned, 0 to 1; None where a person has to mark, and where nobody does (a survey).
    """

    item: Item
    record: Record | None
    share: float | None

    @property
    def answer(self) -> Answer | None:
        """The answer that counts, or None where there is none."""
        return None if self.record is None else cast("Answer", self.record.answer)

    @property
    def text(self) -> str:
        """A reflection's text without the space around it; empty where nothing was written."""
        return self.answer.strip() if self.item.is_text and isinstance(self.answer, str) else ""


def results(bank: ItemBank, keys: Mapping[str, Key], records: Iterable[Record]) -> dict[str, Result]:
    """Every item of a case with what a learner earned for it, in the order of the page.

    Args:
        bank: the items of the case.
        keys: what scores each item that is not marked by hand.
        records: the learner's journal.

    Raises:
        KeyError: an answered item has no key.
    """
    answers = counted(bank.items, records)
    return {item.id: _result(item, keys, answers.get(item.id)) for item in bank.items.values()}


def _result(item: Item, keys: Mapping[str, Key], record: Record | None) -> Result:
    if item.survey:
        return Result(item, record, None)
    if record is None:
        return Result(item, None, 0.0)
    if item.is_text:
        return Result(item, record, None if record.answer.strip() else 0.0)
    return Result(item, record, scoring.score(item, keys[item.id], record.answer))


def points(share: float, worth: float) -> float:
    """The points that a share earns: finite and from 0 to `worth`, for nbgrader gives full marks to anything else."""
    earned = share * worth
    return min(max(earned, 0.0), worth) if math.isfinite(earned) else 0.0
