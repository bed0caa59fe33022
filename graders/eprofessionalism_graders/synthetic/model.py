"""How an invented learner answers a question of any type, from ability and the question's difficulty."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp
from random import Random

from eprofessionalism.answers import LEVELS, Answer
from eprofessionalism.items import Item, Key
from eprofessionalism.scoring import CHOOSE
from eprofessionalism_graders.synthetic.people import dice as dice_of

DIFFICULTY = (0.0, 0.9)

AMBIGUOUS = ("fa-03-1-one-sentence", "fb-04-2-small-sips")
"""Two questions of the test that this cohort reads as if they were ambiguous: the abler somebody is, the more one wrong
answer draws; whom it does not draw finds them easy. It is a weakness of the invented learners and not of the questions,
and is here so that a report has something to find."""

LURED = 0.9
"""How often the ablest follow that wrong answer."""

PLAIN = -1.0
"""How hard these questions are for the others."""

COIN = 0.5
"""How often somebody who knows nothing of an option judges it rightly: nobody does worse than a coin at all options."""


def choose_answer(item: Item, key: Key, ability: float, seed: str, dice: Random) -> Answer:
    """What somebody of this ability answers to an item that has a rule."""
    edge = ability - difficulty(seed, item)
    match item.type:
        case "sba" | "branch":
            if item.id in AMBIGUOUS and dice.random() < LURED * knows(2 * ability):
                return _strongest_lure(item, key, seed)
            return _pick(item, key, edge, seed, dice)
        case "mrq":
            sees = max(COIN, knows(edge + 0.8))
            chosen = [option for option in key if (dice.random() < sees) == bool(key[option])]
            return chosen or [dice.choice(list(key))]
        case "choose":
            lure = {option: 1.5 * max(0, 1 + edge) * float(key[option]) + dice.gauss(0, 1) for option in key}
            return _by(lure)[:CHOOSE]
        case "rating":
            return {option: _rate(int(key[option]), edge, dice) for option in key}
        case "ranking":
            return _by({option: -float(key[option]) + dice.gauss(0, 1.6 * (1 - knows(edge)) + 0.2) for option in key})
        case "reflection":
            raise ValueError(f"{item.id}: a reflection is written, not chosen")


def difficulty(seed: str, item: Item) -> float:
    """How hard a question is, on the scale of ability."""
    if item.id in AMBIGUOUS:
        return PLAIN
    return dice_of(seed, item.id, "difficulty").gauss(*DIFFICULTY)


def knows(edge: float) -> float:
    """The probability of knowing, by how far ability is above difficulty."""
    return 1 / (1 + exp(-edge))


def certainty(edge: float, dice: Random) -> int:
    """1 to 3. Who knows little also knows little about that: below even chances, felt certainty falls more slowly."""
    known = knows(edge)
    felt = (known if known > 0.5 else 0.25 + known / 2) + dice.gauss(0, 0.17)
    return 1 if felt < 0.5 else 2 if felt < 0.75 else 3


def _pick(item: Item, key: Key, edge: float, seed: str, dice: Random) -> str:
    best = _best(key)
    if dice.random() < knows(edge):
        return best
    lures = _lures(item, key, seed)
    return dice.choices(list(lures), list(lures.values()))[0]


def _strongest_lure(item: Item, key: Key, seed: str) -> str:
    """Of the answers that earn least, the one that draws most."""
    lures, least = _lures(item, key, seed), min(key.values())
    return max((option for option in key if key[option] == least), key=lambda option: lures[option])


def _lures(item: Item, key: Key, seed: str) -> dict[str, float]:
    """How much each option draws those who do not know: by its partial credit, and by chance."""
    near = {option: 1.2 * float(key[option]) * (key[option] != 1) for option in key}
    return {option: exp(near[option] + dice_of(seed, item.id, option).gauss(0, 0.8)) for option in key}


def _best(key: Key) -> str:
    return next(option for option in key if key[option] == 1)


def _rate(right: int, edge: float, dice: Random) -> int:
    """The key's level, or a step or two beside it."""
    level = round(right + dice.gauss(0, 1.4 * (1 - knows(edge)) + 0.15))
    return min(max(level, min(LEVELS)), max(LEVELS))


def _by(lure: Mapping[str, float]) -> list[str]:
    return sorted(lure, key=lambda option: -lure[option])
