"""Whether a difference is more than chance: a rough rule for sentences, not a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from eprofessionalism.authoring.spread import FEWEST, standard_error

STANDARD_ERRORS = 2


def is_clear(differences: Sequence[float]) -> bool:
    """Whether the mean of paired differences lies more than two standard errors above zero; of too few, never."""
    if len(differences) < FEWEST:
        return False
    return fmean(differences) > STANDARD_ERRORS * standard_error(differences) + 1e-9


def is_clearly_lower(low: Mapping[str, float], high: Mapping[str, float]) -> bool:
    """Whether values are clearly lower than others, over the learners who have both."""
    return is_clear([high[learner] - low[learner] for learner in sorted(low.keys() & high.keys())])
