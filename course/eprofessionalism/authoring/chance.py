"""What a random answer earns, computed exactly from the rules of scoring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, permutations
from statistics import fmean

from eprofessionalism.answers import LEVELS, Answer
from eprofessionalism.authoring.keyed import Keyed


def chance(item: Keyed, answer: Answer) -> float:
    """What a random answer of the same size as `answer` earns on average, from 0 to 1.

    One option of a single best answer; as many options of a set; any order of a ranking; for each response of a rating
    any level. All such answers are scored, and each is as likely as another.
    """
    ids = [option.id for option in item.options]
    return fmean(item.score(random) for random in alternatives(item.item.type, ids, len(answer)))


def alternatives(item_type: str, options: Sequence[str], size: int) -> Iterable[Answer]:
    """Answers whose mean score is that of a random one; `size` is how many options of a set are chosen."""
    match item_type:
        case "sba" | "branch":
            return options
        case "rating":
            # The score is a mean over responses, so the mean over all ratings is that over the four constant ones.
            return [dict.fromkeys(options, level) for level in LEVELS]
        case "ranking":
            return [list(order) for order in permutations(options)]
        case _:
            return [list(some) for some in combinations(options, size)]
