"""What chance can do: a rough rule for sentences on differences, which is no test, and the interval of a share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
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


def wilson(count: float, total: float, reach: float = 1.959964) -> tuple[float, float]:
    """The score interval of a proportion, within [0, 1]. Source: Wilson 1927, J Am Stat Assoc 22:209-212.

    Args:
        count: how many of `total`; neither need be whole, where `total` is an effective size.
        total: above 0.
        reach: in standard errors, of 95 % unless said otherwise.
    """
    share, spread = count / total, reach * reach / total
    middle = (share + spread / 2) / (1 + spread)
    half = reach * sqrt(max(share * (1 - share), 0.0) / total + spread / total / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
