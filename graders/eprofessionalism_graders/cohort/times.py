"""Times as a journal says them: any text at all, for a journal is the learner's own file."""

from __future__ import annotations

from datetime import UTC, datetime

LONGEST = 1800.0
"""Seconds. Whoever had a question before them for longer than half an hour has left the page open."""


def moment(time: str) -> datetime | None:
    """The time that a text says, in UTC where it names no zone; None where it says none."""
    try:
        found = datetime.fromisoformat(time)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def seconds_between(first: str, last: str, longest: float = LONGEST) -> float | None:
    """Seconds from one time to another.

    None where either is no time, the second comes before the first (a clock that was set back), or they lie further
    apart than `longest`.
    """
    began, ended = moment(first), moment(last)
    if began is None or ended is None:
        return None
    seconds = (ended - began).total_seconds()
    return seconds if 0 <= seconds <= longest else None
