"""Of which assignment a journal is, by its own content: the id of an item is of one assignment only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from eprofessionalism.journal import Record, read
from eprofessionalism_graders.arriving.tree import Refused

ENOUGH = 50_000  # lines; an assignment leaves a few hundred
_REMEDY = "put it into a folder named by its assignment"


def assignment_of(journal: Path, owners: Mapping[str, str]) -> str:
    """The assignment whose items a journal has sound lines for.

    Args:
        journal: a file of ours with the content.
        owners: by id of an item, the assignment that it is in.

    Raises:
        Refused: there are none, or of several assignments.
    """
    with journal.open("rb") as file:
        entries = islice(read(file), ENOUGH)
        counts = Counter(owners[one.item] for one in entries if isinstance(one, Record) and one.item in owners)
    if not counts:
        raise Refused("no answer to any question of this course", f"look whether it is a journal at all, or {_REMEDY}")
    if len(counts) > 1:
        told = ", ".join(f"{count} of {name}" for name, count in sorted(counts.items()))
        raise Refused(f"answers to several assignments ({told})", _REMEDY)
    return next(iter(counts))
