"""What an invented learner says in the survey: mild agreement, few complaints, and now and then no answer at all.

Nothing in it was measured: it shows what the report looks like, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

from eprofessionalism.answers import Answer, levels_of
from eprofessionalism.items import Item

AGREEMENT = (3.1, 0.7)
"""Mean and spread of a rating, around which a learner's own mood shifts it."""

MOOD = 0.4
LEFT_OUT = 0.08
"""How often a statement or a question is left out."""

TICKED = 0.35
"""How often an option is ticked where several can be; the last one says that none applies."""

NONE = 0.1

WEIGHTS: Mapping[str, Sequence[float]] = {
    "ev-3-balance": (0.88, 0.09, 0.03),
    "ev-4-length": (0.1, 0.66, 0.24),
    "ev-6-intent": (0.45, 0.25, 0.22, 0.08),
}
"""How often each option of a choice is taken; in any other survey each as often as the others."""

TEXTS: Mapping[str, Sequence[str]] = {
    "ev-8-change": (
        "More about what to do when the colleague is senior to you.",
        "Shorter cases. I played them on the bus and missed my stop once.",
        "The reviews case should come first; that is what my office asks about.",
        "I would like the answers on one page, to keep.",
        "Nothing much. Perhaps a case from a department that has no press office.",
        "The ranking questions. I never feel sure that there is one order.",
        "A case about an account that the hospital runs.",
    ),
    "ev-9-do": (
        "Look at my own page the way a patient would.",
        "Ask our office what to do with requests, before the next one comes.",
        "Write down two numbers to call at night.",
        "Say it to the person first.",
        "Read the paper before I pass the headline on.",
        "Nothing yet. I have to think about it.",
        "Take my workplace off my private account.",
    ),
}
WROTE = 0.55
"""How often somebody writes something where they may."""

Dice = Callable[..., Random]


def give(commit: Callable[[str, Answer], object], item: Item, dice: Dice) -> None:
    """Answer one question of a survey, or leave it out.

    Args:
        commit: gives an answer to an item.
        item: the question.
        dice: the learner's own dice for whatever is named.
    """
    if dice("survey").random() < LEFT_OUT or dice(item.id, "skips").random() < LEFT_OUT:
        return
    answer = opinion(item, dice("survey", "mood").gauss(0, MOOD), dice(item.id, "opinion"))
    if answer:
        commit(item.id, answer)


def opinion(item: Item, mood: float, dice: Random) -> Answer | None:
    """An answer to a question of a survey; none where there is nothing to say."""
    match item.type:
        case "rating":
            return {option: _level(item, mood, dice) for option in item.option_ids if dice.random() >= LEFT_OUT}
        case "mrq":
            *some, none = item.option_ids
            ticked = [option for option in some if dice.random() < TICKED]
            return ticked if ticked and dice.random() >= NONE else [none]
        case "reflection":
            texts = TEXTS.get(item.id, ())
            return dice.choice(texts) if texts and dice.random() < WROTE else None
        case _:
            return dice.choices(item.option_ids, WEIGHTS.get(item.id))[0]


def _level(item: Item, mood: float, dice: Random) -> int:
    mean, spread = AGREEMENT
    return min(max(round(dice.gauss(mean + mood, spread)), 1), len(levels_of(item)))
