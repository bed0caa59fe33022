"""What an earlier invented cohort answered, straight from the model: no journals on disk, and no gradebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from eprofessionalism.items import ItemBank, Key
from eprofessionalism.journal import Record
from eprofessionalism.sequence import is_optional, place
from eprofessionalism_graders import forms, scores
from eprofessionalism_graders.cohort.handins import Handed, Handin, Mark, read_journal
from eprofessionalism_graders.cohort.tables import Course, build_tables
from eprofessionalism_graders.synthetic.people import Synthetic, cohort, sits
from eprofessionalism_graders.synthetic.playing import imagine

SHIFT = -0.3
"""What the earlier cohort was abler than this one."""

LETTER = "e"


def earlier_answers(
    banks: Mapping[str, ItemBank], keys: Mapping[str, Mapping[str, Key]], size: int, seed: int
) -> pd.DataFrame:
    """What an earlier cohort answered, with the columns of `tables.RESPONSES`.

    Nobody took the test a second time, nobody was late, and reflections are not marked.

    Args:
        banks: the questions by assignment, without surveys.
        keys: what scores each item, by assignment and item.
        size: how many learners were on the roster.
        seed: the same seed gives the same answers, and questions as difficult as in the demonstration itself.
    """
    people = cohort(size, seed, LETTER, SHIFT)
    roster = [one.person for one in people]
    course = Course(roster, banks, forms.assign(roster, {}), pass_mark=0)
    handins = {handed: handin for one in people for handed, handin in _handins(one, course, keys)}
    return build_tables(course, keys, handins).responses


def _handins(
    learner: Synthetic, course: Course, keys: Mapping[str, Mapping[str, Key]]
) -> Iterator[tuple[Handed, Handin]]:
    """What one learner handed in, in the learner's own order."""
    parts = [name for name, bank in course.banks.items() if not is_optional(bank)]
    parts.sort(key=lambda name: place(course.banks[name], course.first[learner.person.id]))
    for number, name in enumerate(parts):
        if sits(learner, number, len(parts), course.sitting(learner.person.id, name)):
            records = imagine(learner, course.banks[name], number, len(parts), keys[name])
            yield (learner.person.id, name), _handin(course.banks[name], keys[name], records)


def _handin(bank: ItemBank, keys: Mapping[str, Key], records: Sequence[Record]) -> Handin:
    read = read_journal(records, bank)
    found = scores.results(bank, keys, records).items()
    marks = {
        name: Mark(None if one.share is None else scores.points(one.share, one.item.points)) for name, one in found
    }
    return Handin(read.answers, read.given, late=False, marks=marks, seconds=read.seconds)
