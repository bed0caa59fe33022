"""Where in a file something stands: its place for the line, and its name for the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from eprofessionalism.authoring.model import FIRST_WORDS
from eprofessionalism.authoring.yamlsource import Place

Location: TypeAlias = tuple[str | int, ...]
"""Pydantic's way to a value: a place, and between its steps the tags of unions and of keys."""

_NAMES = ("item", *(word for word in FIRST_WORDS if word != "item"), "id")


def place_of(data: Any, location: Location) -> Place:
    """The place in the file of a location, or the innermost place around it that exists."""
    place: list[str | int] = []
    for step in location:
        if _holds(data, step):
            data = data[step]
            place.append(step)
    return tuple(place)


def _holds(data: Any, step: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(step, int) and step < len(data)
    return isinstance(data, dict) and step in data


def name_of(data: Any, place: Place, field: str = "") -> str:
    """What to call a place: the items, options or list entries around it, and the field.

    Args:
        data: the content of the file.
        place: as `place_of` found it.
        field: a field that is missing there.
    """
    names: list[str] = []
    before: str | int = ""
    for step in place:
        data = data[step]
        if isinstance(step, int):
            names.append(_entry(data, before, step))
        before = step
    last = field or before
    if isinstance(last, str) and last:
        names.append(last)
    return " / ".join(names) or "file"


def _entry(entry: Any, field: str | int, index: int) -> str:
    """An entry of a list by its own name, or else by its number."""
    if isinstance(entry, dict):
        named = [str(entry[name]) for name in _NAMES if isinstance(entry.get(name), str)]
        if named:
            return named[0]
    if field == "story":
        return f"block {index + 1}"
    return f"{field}, entry {index + 1}" if isinstance(field, str) and field else f"entry {index + 1}"


def leaves(data: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value that is no list and no table, with its place, in the order of the file."""
    if not isinstance(data, (dict, list)):
        yield place, data
        return
    for step, child in data.items() if isinstance(data, dict) else enumerate(data):
        yield from leaves(child, (*place, step))
