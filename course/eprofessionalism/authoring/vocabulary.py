"""The words of a text, as somebody sees them who looks for likenesses and not for sense."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+(?:[’']\w+)*")
_QUOTED = re.compile(r"“[^”]*”")
_ENDINGS = (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))

FUNCTION_WORDS = frozenset(
    _WORD.findall(
        """
    a about above after again all also am an and any are as at be because been before being below between both but by
    can could did do does down each either else ever every few first for from further give go had has have he her here
    hers him his how i if in into is it its just keep let like make may me might more most much must my nor not now of
    off on once one only or other our out over own put same say see shall she should so some such take tell than that
    the their them then there these they this those three through to too two under until up upon us very want was way
    we well were what when where whether which while who whom whose why will with would yes yet you your
        """
    )
)
"""Words that every text has, so that two texts are no more alike for having them."""


def words(text: str) -> list[str]:
    """The words of a text in lower case, without a possessive ending."""
    return [re.sub(r"[’']s?$", "", word) for word in _WORD.findall(text.lower())]


def content_words(text: str) -> set[str]:
    """The words that carry meaning, each without its ending, so that `post` and `posts` are one."""
    return {_stem(word) for word in words(text) if word not in FUNCTION_WORDS and not _is_short(word)}


def _is_short(word: str) -> bool:
    """A letter or two, as contractions leave them; numbers count at any length."""
    return len(word) < 3 and not word.isdigit()


def _stem(word: str) -> str:
    for ending, rest in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + rest
            break
    return word.removesuffix("e") if len(word) > 3 else word


def outside_quotes(text: str) -> str:
    """A text without what somebody in it is quoted as saying."""
    return _QUOTED.sub(" ", text)


def is_quotation(text: str) -> bool:
    """Whether the whole text is one quotation, as where the learner chooses what to say."""
    return _QUOTED.fullmatch(text.strip()) is not None
