"""Flaws that make an item harder to read than its matter is: irrelevant difficulty, in the words of the NBME guide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from eprofessionalism.authoring.cues import Flaw
from eprofessionalism.authoring.keyed import Keyed
from eprofessionalism.authoring.vocabulary import is_quotation, outside_quotes

_SUM = re.compile(
    r"^(all|none|both|neither|any|nobody|no one|nothing|everybody|everyone|everything)(’s)?,?"
    r"( (of|among) (the |these|those|them)(above|two|three|four|five|others)?|( of)? the above|\W*$)"
    r"|\b(all|none|both|neither) of the above\b|^(both )?[a-e] (and|or) [a-e]\b",
    re.IGNORECASE,
)


def all_or_none(item: Keyed) -> Iterator[Flaw]:
    """An option that is about the other options: all, none or two of them (NBME: “none of the above”)."""
    for option in item.options:
        if match := _SUM.search(option.text):
            yield Flaw(option, "an option of its own", f"“{match[0].strip()}”", "name one more thing instead")


_NEGATION = re.compile(r"\b(not|(?<!most to the )least|cannot|\w+n’t|neither|nor|never)\b")
_EXCEPT = re.compile(r"\bexcept\b")
_ASKS = re.compile(r"(which|what|who|whom|whose|where|when|why|how|all|each)\b", re.IGNORECASE)
_QUALIFIED = re.compile(r",| (?:if|when|because|although|while|until|unless)\b")


def negative_stem(item: Keyed) -> Iterator[Flaw]:
    """A question that asks for what is not so, without capitals on the word that turns it round.

    Only the question itself is read, the stem's last sentence, and for most words no further than a comma or a
    condition: what comes behind qualifies. A word in capitals (NOT, EXCEPT) is emphasis; a stem has no other.
    """
    question = re.split(r"(?<=[.!:”]) +", outside_quotes(item.item.stem).strip())[-1]
    if not _ASKS.match(question):
        return
    match = _NEGATION.search(_QUALIFIED.split(question)[0]) or _EXCEPT.search(question)
    if match:
        remedy = f"ask for what is so; or write {match[0].replace('’', '').upper()}"
        yield Flaw(None, "a question without a hidden “not”", f"“{match[0]}”", remedy)


_VAGUE = re.compile(
    r"\b(usually|often|sometimes|frequently|rarely|seldom|occasionally|generally|commonly|typically|normally|mostly"
    r"|infrequently|regularly|hardly ever|as a rule|most of the time|from time to time|now and then|once in a while)\b",
    re.IGNORECASE,
)


def vague_frequency(item: Keyed) -> Iterator[Flaw]:
    """An option that says how often without saying how often (NBME: “vague terms”); readers differ on `often`."""
    spoken = all(is_quotation(option.text) for option in item.options)
    for option in item.options:
        if match := _VAGUE.search(option.text if spoken else outside_quotes(option.text)):
            remedy = "give a number or a condition, or leave it out"
            yield Flaw(option, "options without vague frequency", f"“{match[0]}”", remedy)


# ---- Numbers ---------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SPELLED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number_order(item: Keyed) -> Iterator[Flaw]:
    """Options that are numbers do not rise or fall, are not all in one unit, or overlap (NBME: “numeric data”)."""
    if item.item.type == "ranking":  # there the printed order is mixed on purpose
        return
    ranges = [_numbers(option.text) for option in item.options]
    if not all(ranges):
        return
    if len({_frame(option.text) for option in item.options}) > 1:
        if all(_is_bare(option.text) for option in item.options):
            yield Flaw(item.options[0], "numbers in one unit and one form", "several", "give all of them in one form")
        return
    if not (_rises(ranges) or _rises(ranges[::-1])):
        found = ", ".join("-".join(f"{number:g}" for number in numbers) for numbers in ranges)
        yield Flaw(item.options[0], "numbers that rise or fall without overlap", found, "put them in order")


def _numbers(text: str) -> list[float]:
    digits = [float(number.replace(",", "")) for number in _NUMBER.findall(text)]
    first = re.match(r"\W*(\w+)", text.lower())
    spelled = [float(_SPELLED.index(first[1]))] if first and first[1] in _SPELLED else []
    return digits or spelled


def _frame(text: str) -> str:
    """What is left of a text without its numbers and a plural ending."""
    spelled = "|".join(_SPELLED)
    bare = re.sub(rf"\b({spelled})\b", "#", _NUMBER.sub("#", text.lower()))
    return re.sub(r"(\w)s\b", r"\1", bare)


def _is_bare(text: str) -> bool:
    """Whether a text is a number with its unit and little else."""
    return len(text.split()) <= 4 and bool(re.match(rf"\W*(\d|({'|'.join(_SPELLED)})\b)", text.lower()))


def _rises(ranges: Sequence[Sequence[float]]) -> bool:
    return all(max(low) < min(high) for low, high in pairwise(ranges))
