"""The rules that turn an answer into a score: pure functions of a key and a sound answer.

Every score is a fraction of the item's points, from 0 to 1. The rules are the field's own; each docstring gives the
formula and where it comes from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import cast

from eprofessionalism.answers import Answer
from eprofessionalism.items import Item, Key

RANKING_POINTS = 4
CHOOSE = 3
CERTAINTY_MARKS = {1: (1, 0), 2: (2, -2), 3: (3, -6)}


def score(item: Item, key: Key, answer: Answer) -> float:
    """The score of a sound answer (see `answers.is_sound`) by the rule of the item's type, from 0 to 1.

    Raises:
        ValueError: the item is marked by hand and has no rule.
    """
    match item.type:
        case "sba" | "branch":
            return credit(key, cast("str", answer))
        case "mrq":
            return mrq(key, cast("list[str]", answer))
        case "choose":
            return choose(key, cast("list[str]", answer))
        case "rating":
            return rating(key, cast("dict[str, int]", answer))
        case "ranking":
            return ranking(key, cast("list[str]", answer))
        case "reflection":
            raise ValueError(f"{item.id}: a reflection is marked by hand; there is no rule that scores it")


def credit(key: Key, answer: str) -> float:
    """Single best answer and branch: the credit of the option chosen, score = key[answer].

    Exactly one option has credit 1; a near miss may carry less. Source: partial credit by option as in the Moodle
    multiple-choice question type; one best answer as in the NBME item-writing guide.
    """
    return float(key[answer])


def mrq(key: Key, chosen: Collection[str]) -> float:
    """Multiple response: score = (right selections + right omissions) / options; all or none selected earns 0.

    Each option is one judgement, and leaving a wrong one out counts as much as choosing a right one (the multiple
    true-false rule). Selecting everything or nothing is no judgement, hence 0.
    """
    if len(chosen) in (0, len(key)):
        return 0.0
    return sum((option in chosen) == bool(right) for option, right in key.items()) / len(key)


def choose(key: Key, chosen: Collection[str]) -> float:
    """Choose three of eight: score = 4 points for each right choice, of 12; more than three chosen earns 0.

    Source: the multiple-choice format of the UK Foundation Programme situational judgement test.
    """
    if len(chosen) > CHOOSE:
        return 0.0
    return sum(bool(key[option]) for option in chosen) / CHOOSE


def rating(key: Key, levels: Mapping[str, int]) -> float:
    """Rate each response 1 to 4: score = mean over responses of 1, 1/2 or 0.

    1 for the consensus level; 1/2 for one step off on the same side of the middle (1 and 2 are ineffective, 3 and 4
    effective); else 0, also for a response left unrated. Source: the published scoring rule of the AAMC PREview exam.
    """
    half_points = sum(_rating_half_points(int(key[option]), levels.get(option, 0)) for option in key)
    return half_points / (2 * len(key))


def _rating_half_points(right: int, given: int) -> int:
    if given == right:
        return 2
    same_side = given in ((1, 2) if right <= 2 else (3, 4))
    return 1 if same_side else 0


def ranking(key: Key, order: Sequence[str]) -> float:
    """Put five responses in order: score = sum over options of (4 - places out), of 20.

    Each option earns 4 less the distance from its right place. For five options a full reversal still earns 8 of 20 and
    a random order 12 of 20 on average, so a ranking is reported beside chance. Source: the ranking format of the UK
    Foundation Programme situational judgement test.
    """
    points = sum(RANKING_POINTS - abs(int(key[option]) - place) for place, option in enumerate(order, start=1))
    return points / (RANKING_POINTS * len(order))


def certainty_mark(certainty: int, right: bool) -> int:
    """Certainty-based mark: 1, 2 or 3 where right; 0, -2 or -6 where wrong.

    Best chosen at confidences below 67 %, up to 80 % and above. Reported as calibration, never part of a grade.
    Source: Gardner-Medwin, certainty-based marking.
    """
    return CERTAINTY_MARKS[certainty][0 if right else 1]
