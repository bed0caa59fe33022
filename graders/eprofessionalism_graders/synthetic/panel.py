"""A standard-setting panel that is invented: how its judges rate a test, and whom they hold to be borderline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from statistics import fmean

from eprofessionalism.items import Item, ItemBank, Key
from eprofessionalism.scoring import score
from eprofessionalism_graders.cells import written
from eprofessionalism_graders.cohort.judges import BORDERLINE, HEAD
from eprofessionalism_graders.synthetic.model import choose_answer
from eprofessionalism_graders.synthetic.people import Synthetic, dice

JUDGES = 8
BORDERLINE_ABILITY = 0.2
"""The ability of somebody who just deserves to pass, as the panel sees it."""

SEVERITY = 5.0
"""Spread of the judges' own mildness, in points of 100: the same for all of a judge's ratings."""

ERROR = 11.0
"""Spread of a judge's rating of one question around that, in points of 100."""

MOVED = 0.5
"""How far a judge moves towards the panel's mean between the rounds; nobody has to."""

STEP = 5
TRIES = 200
"""So many answers of a borderline learner tell what one earns on average."""

SEEN = 0.35
"""Spread of the error with which a supervisor sees a learner's ability."""

NEAR = 0.25
"""Whoever is seen that close to the borderline is called borderline."""

SUPERVISORS = 3


def ratings(bank: ItemBank, keys: Mapping[str, Key], seed: int) -> str:
    """`judges/ASSIGNMENT.csv`: two rounds of ratings of every question, around what a borderline learner earns of it.

    Args:
        bank: the questions of the test, all scored by rule.
        keys: what scores them.
        seed: the same seed gives the same ratings.
    """
    items = list(bank.items.values())
    first = [_first_round(item, keys[item.id], str(seed), bank.case) for item in items]
    second = [_second_round(row, item, str(seed)) for item, row in zip(items, first, strict=True)]
    rows = [
        [str(place), f"{item.points:g}", str(number), *map(str, row)]
        for number, round_ in enumerate((first, second), start=1)
        for place, (item, row) in enumerate(zip(items, round_, strict=True), start=1)
    ]
    return written([[*HEAD, *(f"judge_{judge}" for judge in range(1, JUDGES + 1))], *rows])


def expected(item: Item, key: Key, ability: float, seed: str) -> float:
    """What somebody of this ability earns of a question on average, in points of 100."""
    chance = dice(seed, item.id, "borderline")
    return 100 * fmean(float(score(item, key, choose_answer(item, key, ability, seed, chance))) for _ in range(TRIES))


def _first_round(item: Item, key: Key, seed: str, test: str) -> list[int]:
    middle = expected(item, key, BORDERLINE_ABILITY, seed)
    return [
        _rounded(
            middle + dice(seed, test, "judge", judge).gauss(0, SEVERITY) + _slip(seed, item, judge).gauss(0, ERROR)
        )
        for judge in range(JUDGES)
    ]


def _second_round(first: Sequence[int], item: Item, seed: str) -> list[int]:
    middle = fmean(first)
    return [
        _rounded(rating + MOVED * (middle - rating) + _slip(seed, item, judge, "again").gauss(0, ERROR / 4))
        for judge, rating in enumerate(first)
    ]


def _slip(seed: str, item: Item, *what: object) -> Random:
    return dice(seed, item.id, "rating", *what)


def _rounded(rating: float) -> int:
    """A rating as judges give it: in steps of five, and never quite 0 or 100."""
    return min(max(STEP * round(rating / STEP), STEP), 100 - STEP)


def borderline(people: Iterable[Synthetic], last: int, seed: int) -> str:
    """`borderline.csv`: the learners whom their supervisor holds to be borderline when the course ends.

    Args:
        people: the cohort; who never came to the test is seen by nobody.
        last: the number of the test after the course, among the parts of it.
        seed: the same seed gives the same list.
    """
    seen = [one for one in people if one.plan in ("whole", "late")]
    rows = [
        (one.person.id, f"supervisor {1 + number % SUPERVISORS}")
        for number, one in enumerate(seen)
        if abs(one.able(last) + one.chance(seed, "seen").gauss(0, SEEN) - BORDERLINE_ABILITY) < NEAR
    ]
    return written([BORDERLINE, *rows])
