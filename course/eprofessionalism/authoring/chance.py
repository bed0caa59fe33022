"""What a random answer earns, computed exactly from the rules of scoring."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, permutations
from statistics import fmean

from eprofessionalism.answers import LEVELS, Answer
from eprofessionalism.authoring.keyed import Keyed


def chance(item: Keyed, answer: Answer) -> float:
    """What a random answer of the same size as `answer` earns on average, from 0 to 1.

    One option of a single best answer; as many options of a set; any order of a ranking; for each response of a rating
    any level. All such answers are scored, and each is as likely as another.
    """
    return fmean(item.score(random) for random in _alternatives(item, answer))


def _alternatives(item: Keyed, answer: Answer) -> Iterable[Answer]:
    ids = [option.id for option in item.options]
    if isinstance(answer, str):
        return ids
    if isinstance(answer, dict):
        # The score is a mean over responses, so the mean over all ratings is that over the four constant ones.
        return [dict.fromkeys(ids, level) for level in LEVELS]
    if item.item.type == "ranking":
        return [list(order) for order in permutations(ids)]
    return [list(some) for some in combinations(ids, len(answer))]
