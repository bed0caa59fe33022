"""What a learner reads of a module, as its author wrote it: each text with its place and its part of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.places import leaves
from eprofessionalism.authoring.yamlsource import Place

Part: TypeAlias = Literal["scenes and artifacts", "stems and options", "feedback", "opening and closing"]
PARTS: tuple[Part, ...] = ("scenes and artifacts", "stems and options", "feedback", "opening and closing")

_HIDDEN = {"schema", "case", "module", "item", "scene", "artifact", "figure", "type", "kind", "id", "cite", "file"}
_HIDDEN |= {"chart", "face", "topic", "level", "handout"}
_HIDDEN_LISTS = {"cites", "teaches", "rows", "waive"}


class Read(NamedTuple):
    """A text that learners read."""

    place: Place
    part: Part
    text: str


def learner_text(case: Case) -> Iterator[Read]:
    """Every text on the pages of a module, in the order of the file; the facilitator's page is not the learner's."""
    for place, value in leaves(case.source.data):
        if isinstance(value, str) and place and _is_shown(place, value):
            yield Read(place, _part(case, place), value)


def _is_shown(place: Place, value: str) -> bool:
    field = place[-1]
    if place[0] == "facilitator" or field in _HIDDEN or (len(place) > 1 and place[-2] in _HIDDEN_LISTS):
        return False
    return field != "after" and not (field == "from" and value in ("them", "me", "time"))


def _part(case: Case, place: Place) -> Part:
    if place[0] != "story":
        return "opening and closing"
    if "item" not in case.source.data["story"][place[1]] or "then" in place:
        return "scenes and artifacts"
    return "feedback" if "after" in place or place[-1] == "feedback" else "stems and options"
