"""Ways to answer a question without having read the case: what somebody does who is wise to tests, or in a hurry.

A strategy sees an item as it is printed and never its key. It gives the answers between which it cannot choose, all
equally likely, so that ties are no luck of the order.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple, TypeAlias

from eprofessionalism.answers import LEVELS, Answer
from eprofessionalism.authoring.cues import likeness
from eprofessionalism.authoring.keyed import BEST, SETS
from eprofessionalism.authoring.model import AnyItem, PlainOption
from eprofessionalism.authoring.vocabulary import content_words
from eprofessionalism.scoring import CHOOSE

Appeal: TypeAlias = Callable[[AnyItem], Sequence[float]]
"""How much each option attracts, in printed order."""


class Strategy(NamedTuple):
    """A way to answer items of some types; `answers` is empty for an item that it cannot answer."""

    name: str
    types: tuple[str, ...]
    answers: Callable[[AnyItem], list[Answer]]


def size(item: AnyItem) -> int:
    """How many options a player marks who has not read the case.

    One of a single best answer, three where the item says three. Where it does not say how many are right, half of
    them, rounded down: then chance is one half whatever the key is.
    """
    match item.type:
        case "choose":
            return CHOOSE
        case "mrq":
            return len(item.options) // 2
        case _:
            return 1


def as_answer(item: AnyItem, chosen: Sequence[PlainOption]) -> Answer:
    """These options as an answer to this item."""
    ids = [option.id for option in chosen]
    return ids[0] if item.type in BEST else ids


# ---- By appeal -------------------------------------------------------------------------------------------------------


def _most(appeal: Appeal) -> Callable[[AnyItem], list[Answer]]:
    """Mark what attracts most; of options that attract alike at the edge, each choice is as likely as another."""

    def answers(item: AnyItem) -> list[Answer]:
        options = list(zip(appeal(item), item.options, strict=True))
        number = size(item)
        edge = sorted((value for value, _ in options), reverse=True)[number - 1]
        sure = [option for value, option in options if value > edge]
        tied = [option for value, option in options if value == edge]
        return [as_answer(item, [*sure, *some]) for some in combinations(tied, number - len(sure))]

    return answers


def _length(item: AnyItem) -> list[float]:
    return [len(option.text) for option in item.options]


def _shortness(item: AnyItem) -> list[float]:
    return [-length for length in _length(item)]


def _middling(item: AnyItem) -> list[float]:
    """Whether an option is neither the longest nor the shortest: authors who hide the longest key overdo it."""
    lengths = _length(item)
    return [float(min(lengths) < length < max(lengths)) for length in lengths]


_HEDGE = re.compile(
    r"\b(may|might|can|could|would|should|perhaps|probably|possibly|likely|some|sometimes|often|usually|generally|most"
    r"|rather|about|if|unless|until|whether|depends?|consider|as far as|at least|for now|so that|before|first)\b",
    re.IGNORECASE,
)


def _hedging(item: AnyItem) -> list[float]:
    """How many words of caution or condition an option has."""
    return [len(_HEDGE.findall(option.text)) for option in item.options]


def _stem_words(item: AnyItem) -> list[float]:
    stem = content_words(item.stem)
    return [len(stem & content_words(option.text)) for option in item.options]


def _alike(item: AnyItem) -> list[float]:
    return [float(count) for count in likeness(item.options)]


# ---- By place --------------------------------------------------------------------------------------------------------


def _letter(letter: str) -> Callable[[AnyItem], list[Answer]]:
    """Mark this letter, and of several the ones that follow it, from the last on to the first."""

    def answers(item: AnyItem) -> list[Answer]:
        ids = [option.id for option in item.options]
        if letter not in ids:
            return []
        start, number = ids.index(letter), size(item)
        turned = [*item.options[start:], *item.options[:start]]
        return [as_answer(item, turned[:number])]

    return answers


def _everything(item: AnyItem) -> list[Answer]:
    return [[option.id for option in item.options]]


def _level(level: int) -> Callable[[AnyItem], list[Answer]]:
    return lambda item: [dict.fromkeys((option.id for option in item.options), level)]


def _reversed(item: AnyItem) -> list[Answer]:
    return [[option.id for option in reversed(item.options)]]


def _strategies() -> Iterator[Strategy]:
    for name, appeal in (
        ("the longest", _length),
        ("the shortest", _shortness),
        ("neither longest nor shortest", _middling),
        ("the most hedged", _hedging),
        ("most words of the stem", _stem_words),
        ("most like the others", _alike),
    ):
        yield Strategy(name, BEST + SETS, _most(appeal))
    for letter in string.ascii_lowercase[:8]:
        yield Strategy(f"letter {letter}", BEST + SETS, _letter(letter))
    yield Strategy("all of them", SETS, _everything)
    for level, meaning in LEVELS.items():
        yield Strategy(f"{level} throughout ({meaning})", ("rating",), _level(level))
    yield Strategy(PRINTED, ("ranking",), _everything)
    yield Strategy("the printed order reversed", ("ranking",), _reversed)


PRINTED = "the order as printed"
STRATEGIES: tuple[Strategy, ...] = tuple(_strategies())
"""All of them, in the order of the table."""
