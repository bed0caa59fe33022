"""Names: of a case, its blocks and its options. Each is used once, and none is a name of the page's own parts."""

from __future__ import annotations

import string
from collections.abc import Iterator

from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import FIRST_WORDS, AnyItem, BaseItem, ReflectionItem, Strict
from eprofessionalism.authoring.yamlsource import Place

PAGE_PARTS = ("header", "progress", "closing", "finish")


def block_id(block: Strict) -> str:
    """The id that follows a block's first word."""
    return str(next(getattr(block, word) for word in FIRST_WORDS if hasattr(block, word)))


def page_name(item: str) -> str:
    """What the part of a page is called in which a reflection is written."""
    return f"{item}-page"


def text_name(item: str) -> str:
    """What the hidden part of a page is called from which a reflection is graded."""
    return f"{item}-text"


def names(case: Case) -> Iterator[Finding]:
    """The folder is named as the case; every block has an id of its own."""
    if case.folder.name != case.slug:
        expected = f"“{case.folder.name}”, as the folder"
        yield case.finding(("case",), "case", expected, f"“{case.slug}”", "use one name for both")
    first: dict[str, tuple[Place, Strict]] = {}
    reserved = _reserved(case)
    for place, block in case.blocks():
        name = block_id(block)
        if name in reserved:
            expected, found = "a block id of its own", f"“{name}”, which a part of every page has"
            yield case.finding(place, name, expected, found, "give this block another id")
        before, other = first.setdefault(name, (place, block))
        items = isinstance(block, BaseItem) and isinstance(other, BaseItem)  # those are compared in the whole course
        if before != place and not items:
            found = f"it again (first on line {case.source.line(before)})"
            yield case.finding(place, name, "a block id used once in the case", found, "give this block another id")


def _reserved(case: Case) -> set[str]:
    reflections = [item.item for _, item in case.items() if isinstance(item, ReflectionItem)]
    return {*PAGE_PARTS, *map(page_name, reflections), *map(text_name, reflections)}


def options(case: Case) -> Iterator[Finding]:
    """The options of an item are a, b, c and so on, and no two say the same."""
    for place, item in case.items():
        again = [*_again(case, place, item, "id"), *_again(case, place, item, "text")]
        yield from again
        given = [option.id for option in item.options]
        wanted = list(string.ascii_lowercase[: len(given)])
        if given != wanted and not again:
            expected, found = f"options {', '.join(wanted)} in this order", ", ".join(given)
            yield case.finding((*place, "options"), item.item, expected, found, "letter them anew, also in its key")


_ONCE = {
    "id": ("an option id used once", "use the next letter"),
    "text": ("options that differ", "reword one of the two"),
}


def _again(case: Case, place: Place, item: AnyItem, field: str) -> Iterator[Finding]:
    expected, remedy = _ONCE[field]
    first: dict[str, int] = {}
    for index, option in enumerate(item.options):
        before = first.setdefault(getattr(option, field), index)
        if before != index:
            found = f"it again (first on line {case.source.line((*place, 'options', before))})"
            yield case.finding((*place, "options", index), f"{item.item} / {option.id}", expected, found, remedy)
