"""A survey asks for opinions: nothing in it is right or wrong, and nobody is graded. Other modules ask for answers."""

from __future__ import annotations

from collections.abc import Iterator

from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import AnyItem, RatingItem
from eprofessionalism.authoring.yamlsource import Place

TYPES = ("rating", "sba", "mrq", "reflection")
"""What a survey may ask: how far one agrees, one choice, several, a text."""

_OF_ITEM = {"teaches", "certainty", "assessment", "after", "points", "topic", "level", "waive"}
_OF_OPTION = {"credit", "right", "level", "place", "feedback", "cites", "then"}


def is_survey(case: Case) -> bool:
    """Whether a module is a survey."""
    return case.content.module == "survey"


def survey(case: Case) -> Iterator[Finding]:
    """A survey has no key, no feedback and no points; an item of any other module is about a clause."""
    for place, item in case.items():
        yield from _opinion(case, place, item) if is_survey(case) else _question(case, place, item)


def _question(case: Case, place: Place, item: AnyItem) -> Iterator[Finding]:
    if not item.teaches:
        expected = "a field “teaches” with the clauses that it is about"
        yield case.finding(place, item.item, expected, "none", "add “teaches: [mms-…]”")
    if isinstance(item, RatingItem) and item.scale:
        expected = "the levels of the course, from very ineffective to very effective"
        yield case.finding((*place, "scale"), item.item, expected, "“scale”", "take it out; only a survey has its own")


def _opinion(case: Case, place: Place, item: AnyItem) -> Iterator[Finding]:
    if item.type not in TYPES:
        expected = f"a question for an opinion: {', '.join(TYPES)}"
        yield case.finding((*place, "type"), item.item, expected, item.type, "use another type")
    if isinstance(item, RatingItem) and not item.scale:
        expected = "“scale”, the words of the four levels"
        yield case.finding(place, item.item, expected, "none", "add “scale: [Disagree, …, Agree]”")
    for field in sorted(item.model_fields_set & _OF_ITEM):
        remedy = "take it out: a survey is not graded"
        yield case.finding((*place, field), item.item, "no such field in a survey", f"“{field}”", remedy)
    for index, option in enumerate(item.options):
        for field in sorted(option.model_fields_set & _OF_OPTION):
            where, spot = f"{item.item} / {option.id}", (*place, "options", index, field)
            remedy = "take it out: no opinion is right or wrong"
            yield case.finding(spot, where, "an option with id and text only", f"“{field}”", remedy)
