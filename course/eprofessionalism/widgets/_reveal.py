"""What a learner may see once a practice answer is on disk: a verdict and the reason for every option.

Pure functions of an item and an answer. An assessment item has no key and no feedback here, so nothing can be shown.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Any, TypeAlias, cast

from eprofessionalism.answers import Answer
from eprofessionalism.items import Item, Note
from eprofessionalism.widgets import _words
from eprofessionalism.widgets._prose import prose

Json: TypeAlias = dict[str, Any]


AT_ONCE = 2  # citations that stand beside a note; the rest is folded away, or it would bury the sentence


def reveal(item: Item, answer: Answer | None, certainty: int | None = None) -> Json:
    """What an answer may bring to light; empty where nothing may be shown.

    Returns:
        The verdict on the whole answer (`result`) and the feedback by option (`options`), or for a decision its
        consequence (`then`); and the box below (`after`), which for a text is a check of one's own.
    """
    if item.assessment or item.survey or answer is None:
        return {}
    if item.is_text:
        return {"after": {"title": _words.CHECK, "points": list(_words.CHECK_POINTS)}}
    if not item.key:
        return {}
    shown: Json = {
        "result": _result(item, answer, certainty),
        "options": {option: _option(item, option, answer) for option in item.option_ids},
    }
    if item.type == "branch":
        shown = {"then": _consequence(item, cast("str", answer))}
    if item.after:
        shown["after"] = {"title": item.after.title} | _note(item.after)
    return shown


def as_suggested(item: Item, answer: Answer) -> tuple[int, int]:
    """How many of an answer's judgements are as the key has them, and of how many: all of them is the full score."""
    key = item.key
    match item.type:
        case "mrq":
            hits = [(option in answer) == bool(right) for option, right in key.items()]
        case "choose":
            hits = [option in answer for option, right in key.items() if right]
        case "rating":
            hits = [cast("dict[str, int]", answer).get(option) == level for option, level in key.items()]
        case "ranking":
            hits = [key[option] == place for place, option in enumerate(answer, start=1)]
        case _:
            hits = [key[cast("str", answer)] == 1]
    return sum(hits), len(hits)


def is_right(item: Item, answer: Answer | None) -> bool:
    """Whether an answer is wholly as suggested; an open question is not."""
    if answer is None:
        return False
    hits, of = as_suggested(item, answer)
    return hits == of


def _result(item: Item, answer: Answer, certainty: int | None) -> Json:
    hits, of = as_suggested(item, answer)
    share = item.key[cast("str", answer)] if item.type == "sba" else Fraction(hits, of)
    verdict = "best" if share == 1 else "part" if share > 0 else "miss"
    sure = _words.sureness(certainty, right=hits == of) if certainty else ""
    return {"verdict": verdict, "word": _words.result(item, verdict, hits, of), "sure": sure}


def _option(item: Item, option: str, answer: Answer) -> Json:
    return _note(item.feedback.get(option, Note(""))) | _verdict(item, option, answer)


def _verdict(item: Item, option: str, answer: Answer) -> Json:
    value = item.key[option]
    match item.type:
        case "mrq" | "choose":
            return _belongs(bool(value), option in cast("Collection[str]", answer))
        case "rating":
            return _level(int(value), cast("dict[str, int]", answer).get(option))
        case "ranking":
            return _place(int(value), cast("list[str]", answer).index(option) + 1)
        case _:
            return _credit(value) | {"mine": "Your choice" if option == answer else ""}


def _credit(value: Fraction) -> Json:
    if value == 1:
        return {"verdict": "best", "word": "Best answer"}
    return {"verdict": "part", "word": "Partly right"} if value > 0 else {"verdict": "miss", "word": "Not this one"}


def _belongs(right: bool, chosen: bool) -> Json:
    verdict = {"verdict": "best", "word": "Belongs"} if right else {"verdict": "miss", "word": "Does not belong"}
    left_out = "You left it out" if right else ""
    return verdict | {"mine": "Your choice" if chosen else left_out}


def _level(right: int, given: int | None) -> Json:
    near = given is not None and (given <= 2) == (right <= 2)
    verdict = "best" if given == right else "part" if near else "miss"
    return {"verdict": verdict, "word": _words.suggested(right, given), "level": right}


def _place(right: int, given: int) -> Json:
    away = abs(right - given)
    word = f"Suggested: place {right}" if away else f"As suggested: place {right}"
    return {"verdict": "best" if away == 0 else "part" if away == 1 else "miss", "word": word, "place": right}


def _consequence(item: Item, path: str) -> Json:
    then = item.then.get(path, Note(""))
    why = item.feedback.get(path, Note(""))
    return {"when": then.title, "story": prose(then.text)} | _note(why) | _credit(item.key[path])


def _note(note: Note) -> Json:
    """A note with the first of its citations (`cites`) and the rest under a word that says how many (`more`)."""
    labels = list(dict.fromkeys(note.cites))  # two parts of one clause may read alike
    shown: Json = {"text": note.text, "cites": "; ".join(labels[:AT_ONCE])}
    rest = labels[AT_ONCE:]
    return shown | ({"more": {"word": f"and {len(rest)} more", "cites": "; ".join(rest)}} if rest else {})
