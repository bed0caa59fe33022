"""What is wrong with a question, in words: a sentence for each flag, with the numbers it rests on."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from string import ascii_uppercase

from eprofessionalism.items import Item
from eprofessionalism_graders.cohort.analysis.flags import CHECK, REWRITE, Flag
from eprofessionalism_graders.cohort.words import capital, number

LONGEST_STEM, LONGEST_OPTION = 90, 60
"""Characters of a question, and of an option, in a sentence or a table."""


def short(text: str, longest: int = LONGEST_STEM) -> str:
    """The beginning of a text, whole words of it."""
    return textwrap.shorten(text, longest, placeholder=" …")


def letter(item: Item, option: str) -> str:
    """An option by its place: A is the first."""
    return ascii_uppercase[item.option_ids.index(option)]


def named(item: Item, option: str) -> str:
    """An option by its letter and the beginning of its text; by its letter alone where that is all there is of it."""
    text = next(one.text for one in item.options if one.id == option)
    place, beginning = letter(item, option), short(text, LONGEST_OPTION).strip("“”")
    return place if beginning.upper() == place else f"{place} (“{beginning}”)"


def why(item: Item, flag: Flag) -> str:
    """What was found, in a sentence."""
    return _SENTENCES[flag.kind](item, flag)


def advice(item: Item, flags: Sequence[Flag]) -> str:
    """What to do about a question with these flags, in a sentence; empty where it is only to look at."""
    severities = {flag.severity for flag in flags}
    if CHECK in severities:
        return f"Check the key{'' if item.assessment else '; if it is right, this is something to talk about'}."
    return "Rewrite it, or leave it out next time." if REWRITE in severities else ""


def signed(value: float) -> str:
    """A correlation with its sign."""
    return f"{value:+.2f}".replace("-", "−")


def duration(seconds: float) -> str:
    """A time as one says it: `40 s`, `3 min 20 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


# ---- One sentence a kind ---------------------------------------------------------------------------------------------


def _key(item: Item, flag: Flag) -> str:
    option, key = flag.options
    chosen, takers, right = (int(flag.numbers[name]) for name in ("chosen", "takers", "key"))
    kept = f"{_only(right)} {named(item, key)}, which the key has as best"
    if not flag.numbers["best_third"]:
        again = f"those who chose {letter(item, option)} did no worse on the other questions"
        return f"{chosen} of {takers} chose {named(item, option)}, and {kept}; {again}."
    if 2 * chosen > takers:
        return f"Most of the best third ({chosen} of {takers}) chose {named(item, option)}, and {kept}."
    return f"Of the best third, {chosen} of {takers} chose {named(item, option)}, and {kept}."


def _only(count: int) -> str:
    return "nobody" if count == 0 else f"only {number(count)}"


def _option(item: Item, flag: Flag) -> str:
    takers, against = int(flag.numbers["takers"]), int(flag.numbers["against"])
    option, is_right = named(item, flag.options[0]), bool(flag.numbers["right"])
    if item.type == "rating":
        held, keyed = ("ineffective", "effective") if is_right else ("effective", "ineffective")
        return f"Of the best third, {against} of {takers} hold {option} {held}, which the key has as {keyed}."
    did, keyed = ("left out", "right") if is_right else ("chose", "wrong")
    return f"Of the best third, {against} of {takers} {did} {option}, which the key has as {keyed}."


def _negative(_: Item, flag: Flag) -> str:
    return f"Those who did better on the other questions did worse here ({_related(flag)})."


def _related(flag: Flag) -> str:
    correlation, low, high = (signed(flag.numbers[name]) for name in ("correlation", "low", "high"))
    return f"correlation {correlation}, 95% interval {low} to {high}"


def _guessing(_: Item, flag: Flag) -> str:
    misleads = ": something misleads, although those who did better on the other questions did better here"
    return f"{_below(flag)}{misleads * bool(flag.numbers['better'])}."


def _hard(item: Item, flag: Flag) -> str:
    better = ", and those who did better on the other questions did better here: it is hard" * item.assessment
    return f"{_below(flag)}{better}."


def _below(flag: Flag) -> str:
    facility, guess = flag.numbers["facility"], flag.numbers["guess"]
    return f"They earned {facility:.0f}% of the points, less than guessing earns ({guess:.0f}%)"


def _rival(item: Item, flag: Flag) -> str:
    chosen, correlation = int(flag.numbers["chosen"]), signed(flag.numbers["correlation"])
    return (
        f"The {chosen} who chose {named(item, flag.options[0])} did better on the other questions than those who did "
        f"not (correlation {correlation}): it may be right as well."
    )


def _weak(_: Item, flag: Flag) -> str:
    efficiency = f"{flag.numbers['efficiency']:.0f}%".replace("-", "−")
    return f"It hardly tells who knows from who does not (discriminative efficiency {efficiency})."


def _loose(_: Item, flag: Flag) -> str:
    return f"Whether learners knew the rest made little or no difference here ({_related(flag)})."


def _easy(_: Item, flag: Flag) -> str:
    before = f", and {flag.numbers['before']:.0f}% before the course" if "before" in flag.numbers else ""
    return f"Almost everybody is right ({flag.numbers['facility']:.0f}%{before}): it tells little."


def _unused(item: Item, flag: Flag) -> str:
    who = "hardly anybody" if flag.numbers["most"] else "nobody"
    options = " or ".join(named(item, option) for option in flag.options)
    return f"{capital(who)} chose {options}: {'they distract' if len(flag.options) > 1 else 'it distracts'} nobody."


def _slow(_: Item, flag: Flag) -> str:
    median, other = duration(flag.numbers["median"]), duration(flag.numbers["next"])
    return f"Answered slower than any other question of its kind: half took {median} or longer; the next one, {other}."


_SENTENCES = {
    "key": _key,
    "option": _option,
    "negative": _negative,
    "guessing": _guessing,
    "rival": _rival,
    "weak": _weak,
    "loose": _loose,
    "hard": _hard,
    "easy": _easy,
    "unused": _unused,
    "slow": _slow,
}
