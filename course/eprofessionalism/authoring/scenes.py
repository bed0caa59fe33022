"""Scenes: each has one text, or one for each option of a branch item that comes before it."""

from __future__ import annotations

from collections.abc import Iterator, Set

from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import AnyItem, BranchItem, Scene
from eprofessionalism.authoring.phrases import either
from eprofessionalism.authoring.yamlsource import Place

_FORMS = ({"text"}, {"after", "texts"})
_MIXED = {
    (): ("neither", "", "write “text: …”"),
    ("text", "texts"): ("“text” and “texts”", "texts", "keep one of the two"),
    ("after", "text"): ("“text” with “after”", "after", "take “after” out, or write “texts” for “text”"),
    ("after", "text", "texts"): ("“text” and “texts”", "text", "take “text” out"),
    ("texts",): ("“texts” without “after”", "texts", "add “after:” with the id of the branch item"),
    ("after",): ("“after” without “texts”", "after", "add “texts:” with one text for each option"),
}
"""What to say when these fields were given: what was found, at which field, and the remedy."""


def scenes(case: Case) -> Iterator[Finding]:
    """Every scene has one of the two forms, and what it comes after is there."""
    for place, block in case.blocks():
        if not isinstance(block, Scene):
            continue
        given = {name for name in ("text", "after", "texts") if getattr(block, name) is not None}
        if given not in _FORMS:
            found, field, remedy = _MIXED[tuple(sorted(given))]
            expected, spot = "either “text”, or “after” with “texts”", (*place, field) if field else place
            yield case.finding(spot, block.scene, expected, found, remedy)
        elif block.after and block.texts:
            yield from _branched(case, place, block.scene, block.after, block.texts.keys())


def _branched(case: Case, place: Place, scene: str, after: str, letters: Set[str]) -> Iterator[Finding]:
    items = {item.item: (spot, item) for spot, item in reversed([*case.items()])}  # of two with one id, the first
    earlier = [item.item for spot, item in case.items() if isinstance(item, BranchItem) and spot < place]
    if after not in earlier:
        remedy = f"name {either(earlier)}" if earlier else "put the branch item before this scene"
        found = f"“{after}”{_but(items[after][1])}" if after in items else f"“{after}”"
        yield case.finding((*place, "after"), scene, "a branch item earlier in the story", found, remedy)
        return
    wanted = [option.id for option in items[after][1].options]
    if letters != set(wanted):
        expected = f"one text for each option of {after} ({', '.join(sorted(wanted))})"
        found = ", ".join(sorted(letters))
        yield case.finding((*place, "texts"), scene, expected, found, "add or remove texts")


def _but(item: AnyItem) -> str:
    """Why an item that is there cannot be the one that a scene comes after."""
    return f", an item of type {item.type}" if not isinstance(item, BranchItem) else ", which comes later"
