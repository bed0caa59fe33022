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


def reveal(item: Item, answer: Answer | None) -> Json:
    """Feedback by option (`options`), the consequence (`then`) and the box (`after`); empty where none may be shown."""
    if item.assessment or item.is_text or answer is None or not item.key:
        return {}
    shown: Json = {"options": {option: _option(item, option, answer) for option in item.option_ids}}
    if item.type == "branch":
        shown = {"then": _consequence(item, cast("str", answer))}
    if item.after:
        shown["after"] = {"title": item.after.title, "text": item.after.text, "cites": _cites(item.after)}
    return shown


def _option(item: Item, option: str, answer: Answer) -> Json:
    note = item.feedback.get(option, Note(""))
    return {"text": note.text, "cites": _cites(note)} | _verdict(item, option, answer)


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
    shown = {"when": then.title, "text": prose(then.text), "why": why.text, "cites": _cites(why)}
    return shown | _credit(item.key[path])


def _cites(note: Note) -> str:
    return "; ".join(dict.fromkeys(note.cites))  # two parts of one clause may read alike
