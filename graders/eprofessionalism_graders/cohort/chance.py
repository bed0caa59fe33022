"""Whether a difference is more than chance: a rough rule for sentences, not a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import fmean, stdev

FEWEST_PAIRS = 5
"""Of fewer learners no difference is called clear: their spread is not known well enough."""

STANDARD_ERRORS = 2


def is_clear(differences: Sequence[float]) -> bool:
    """Whether the mean of paired differences lies more than two standard errors above zero."""
    if len(differences) < FEWEST_PAIRS:
        return False
    error = stdev(differences) / sqrt(len(differences))
    return fmean(differences) > STANDARD_ERRORS * error + 1e-9


def is_clearly_lower(low: Mapping[str, float], high: Mapping[str, float]) -> bool:
    """Whether values are clearly lower than others, over the learners who have both."""
    return is_clear([high[learner] - low[learner] for learner in sorted(low.keys() & high.keys())])
