"""Flaws that show the right option to whoever is wise to tests and knows nothing of the matter.

Names and definitions follow the NBME Item-Writing Guide (2020); the margins are ours, each with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

from eprofessionalism.authoring.keyed import BEST, Keyed
from eprofessionalism.authoring.model import PlainOption
from eprofessionalism.authoring.vocabulary import content_words, is_quotation, outside_quotes, words


class Flaw(NamedTuple):
    """A flaw, on the option where it shows or, without one, on the stem."""

    option: PlainOption | None
    expected: str
    found: str
    remedy: str


# ---- The right option stands out -------------------------------------------------------------------------------------

LONGER, LONGER_BY = 1.15, 8
"""How much longer than the next the right option may be, as a ratio and in characters: under a sixth, or a short word,
a reader sees options of one length."""

LONGER_SET = 1.25
"""The same for the mean of several right options beside that of the wrong ones, which vary among themselves."""


def longest_option(item: Keyed) -> Iterator[Flaw]:
    """The right option is the longest (NBME: “long correct answer”); of several, they are longer on the whole."""
    right, wrong = _lengths(item.right), _lengths(item.wrong)
    if not right or not wrong:
        return
    one = len(right) == 1
    ours, theirs, ratio = (right[0], max(wrong), LONGER) if one else (fmean(right), fmean(wrong), LONGER_SET)
    if ours >= theirs * ratio and ours >= theirs + LONGER_BY:
        expected = "options of one length" if one else "right and wrong options of one length"
        found = f"{ours:.0f} characters in what is right, {theirs:.0f} in {'the next' if one else 'what is wrong'}"
        yield Flaw(item.right[0], expected, found, "shorten it, or say as much in another option")


def _lengths(options: Sequence[PlainOption]) -> list[int]:
    return [len(option.text) for option in options]


def stem_word(item: Keyed) -> Iterator[Flaw]:
    """A word of the stem comes back in what is right alone (NBME: “word repeats”)."""
    if not item.right:
        return
    shared = content_words(item.item.stem).intersection(*(content_words(option.text) for option in item.right))
    for word in sorted(shared - {word for option in item.wrong for word in content_words(option.text)}):
        found = f"“{_as_written(word, item.item.stem)}” in the stem and in what is right alone"
        yield Flaw(item.right[0], "no word that ties the stem to one option", found, "use another word in one place")


def _as_written(stemmed: str, text: str) -> str:
    return next((word for word in words(text) if stemmed in content_words(word)), stemmed)


SHARED_LEAST, SHARED_TIMES = 3, 2
"""Convergence shows where the right option shares three words or more with the others, twice as many as the next."""


def convergence(item: Keyed) -> Iterator[Flaw]:
    """The right option has most in common with the others (NBME: “convergence”): distractors were varied from it."""
    if item.item.type not in BEST or len(item.right) != 1:
        return
    shared = dict(zip(item.options, likeness(item.options), strict=True))
    ours = shared.pop(item.right[0])
    next_most = max(shared.values(), default=0)
    if ours >= max(SHARED_LEAST, SHARED_TIMES * next_most):
        found = f"{ours} words shared in the right one, at most {next_most} in another"
        remedy = "vary the distractors from one another, not all from the right option"
        yield Flaw(item.right[0], "options that share about as much with one another", found, remedy)


def likeness(options: Sequence[PlainOption]) -> list[int]:
    """How many words each option shares with the others: each word once for each of them, but for the words of all."""
    texts = [content_words(option.text) for option in options]
    counts = Counter(word for text in texts for word in text)
    return [sum(counts[word] - 1 for word in text if counts[word] < len(texts)) for text in texts]


# ---- An option that does not fit -------------------------------------------------------------------------------------

_AN = re.compile(r"[aeiou]", re.IGNORECASE)
_SINGULAR = re.compile(r"\b(is|was|has|does)\W*$")
_PLURAL = re.compile(r"\b(are|were|have|do)\W*$")
_ONE = re.compile(r"(an?|this|that|one|each)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"(two|three|four|five|both|these|those|several|many|few)\b", re.IGNORECASE)


def grammatical_cue(item: Keyed) -> Iterator[Flaw]:
    """An option does not go on where the stem ends: `an` before a consonant, `is` before several (NBME)."""
    stem = item.item.stem.rstrip("… ")
    if re.search(r"[.?!:”]$", stem):
        return
    for option in item.options:
        text = option.text.lstrip("“")
        if any(clash(stem, text) for clash in _CLASHES):
            found = f"“{stem.split()[-1]}” before “{text[:20]}”"
            yield Flaw(option, "options that fit the stem’s grammar", found, "end the stem so that all options fit")


def _article(stem: str, text: str) -> bool:
    article = re.search(r"\b(an?)$", stem)
    return article is not None and bool(_AN.match(text)) != (article[1] == "an")


_CLASHES: tuple[Callable[[str, str], bool], ...] = (
    _article,
    lambda stem, text: bool(_SINGULAR.search(stem) and _SEVERAL.match(text)),
    lambda stem, text: bool(_PLURAL.search(stem) and _ONE.match(text)),
)

_INFINITIVE = re.compile(r"“?to (?!whom|what|which|the\b|an?\b|your|their|his\b|her\b|our)", re.IGNORECASE)
_FORMS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("begun with a quotation mark", lambda text: text.startswith("“")),
    ("a question", lambda text: text.rstrip("”").endswith("?")),
    ("ended by a full stop", lambda text: text.rstrip("”").endswith(".")),
    ("begun with a capital", lambda text: text.lstrip("“")[:1].isupper()),
    ("begun with “to” and a verb", lambda text: bool(_INFINITIVE.match(text))),
    ("begun with a word in -ing", lambda text: bool(re.match(r"“?\w{3,}ing\b", text))),
    ("a number", lambda text: bool(re.match(r"\W?\d", text))),
)
"""What makes the form of an option, as (how to say it, whether a text has it)."""


def odd_form(item: Keyed) -> Iterator[Flaw]:
    """One option has another form than all the others (NBME: “nonparallel options”), so that it is seen at once."""
    if len(item.options) < 3:
        return
    for form, has in _FORMS:
        having = [option for option in item.options if has(option.text)]
        others = [option for option in item.options if option not in having]
        if len(having) == 1 or len(others) == 1:
            odd, found = (having[0], form) if len(having) == 1 else (others[0], f"not {form}")
            yield Flaw(odd, "options of one form", f"one that alone is {found}", "give all options the same form")


# ---- Words that rule an option out -----------------------------------------------------------------------------------

_ABSOLUTE = re.compile(
    r"\b(always|never|completely|totally|entirely|absolutely|impossible|invariably|in every case|at all times"
    r"|under no circumstances|without exception|whatever happens)\b"
    r"|^“?(all|every|none|only)\b(?! (but|\d|two|three|four|five|six|of the above))",
    re.IGNORECASE,
)
_SWEEPING = re.compile(
    r"\b(all|every|none|only|must|no one|nobody|nothing|any|anybody|anyone|anything|everybody|everyone|everything)\b",
    re.IGNORECASE,
)


def absolute_term(item: Keyed) -> Iterator[Flaw]:
    """An option goes too far to be true (NBME: “absolute terms”).

    Words such as `always` count in every option. Words such as `all` and `only`, which have an honest use too, count
    where they begin an option, or where every wrong option has one and no right one does. What is quoted from the story
    does not count, but it does where all options are quotations, which the learner would say.
    """
    spoken = all(is_quotation(option.text) for option in item.options)
    texts = {option.id: option.text if spoken else outside_quotes(option.text) for option in item.options}
    for option in item.options:
        if match := _ABSOLUTE.search(texts[option.id]):
            yield _too_far(option, match[0])
    sweeping = [(option, match[0]) for option in item.wrong if (match := _SWEEPING.search(texts[option.id]))]
    if len(sweeping) == len(item.wrong) > 1 and not any(_SWEEPING.search(texts[option.id]) for option in item.right):
        for option, word in sweeping:
            yield _too_far(option, word)


def _too_far(option: PlainOption, word: str) -> Flaw:
    remedy = "say it so that a decent, busy doctor might do it"
    return Flaw(option, "options without absolute terms", f"“{word}”", remedy)
