"""Phrases that findings have in common."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def found(value: object, longest: int = 60) -> str:
    """A value as a reader sees it: text in quotes, anything else by its name."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value}"
        case str():
            return f"“{value if len(value) <= longest else value[:longest] + ' …'}”" if value.strip() else "nothing"
        case dict():
            return f"fields ({', '.join(map(str, list(value)[:5]))})"
        case _:
            return "a list"


def either(words: Iterable[str]) -> str:
    """`a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def each(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def near(word: str, known: Iterable[str]) -> str:
    """The remedy where one of the known words is close; empty where none is."""
    close = difflib.get_close_matches(word.lower(), [name for name in known if name != word], n=1, cutoff=0.6)
    return f"did you mean “{close[0]}”" if close else ""
