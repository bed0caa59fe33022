"""The text that learners read: no HTML, typographic quotes, and Markdown only where it is shown as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.places import leaves, name_of
from eprofessionalism.authoring.yamlsource import Place


class _Rule(NamedTuple):
    """What no text may hold; `plain` says that Markdown's own fields may."""

    pattern: re.Pattern[str]
    expected: str
    remedy: str
    plain: bool = False


_RULES = (
    _Rule(re.compile(r"</?[A-Za-z][^>\s]*>?"), "text without HTML", "write it in words; tags are shown as they stand"),
    _Rule(re.compile(r'\S*"\S*'), "typographic quotes", "write “ and ”"),
    _Rule(re.compile(r"\w+'\w+"), "a typographic apostrophe", "write ’"),
    _Rule(re.compile(r"\*\*\S*"), "text without Markdown in this field", "take the asterisks out", plain=True),
)


def wording(case: Case) -> Iterator[Finding]:
    """Every text of the file."""
    for place, text in leaves(case.source.data):
        if not isinstance(text, str):
            continue
        for rule in _RULES:
            match = rule.pattern.search(text)
            if match and not (rule.plain and _is_markdown(place)):
                where = name_of(case.source.data, place)
                yield case.finding(place, where, rule.expected, f"“{match[0]}”", rule.remedy)


def _is_markdown(place: Place) -> bool:
    """Whether a field is shown as Markdown: a scene, what follows a decision, and what the case was about."""
    match place:
        case ("closing", "about") | ("story", _, "text") | ("story", _, "texts", _):
            return True
        case (*_, "then", "text"):
            return True
        case _:
            return False
