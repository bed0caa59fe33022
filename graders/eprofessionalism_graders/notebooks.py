"""What a learner's own copy of a notebook shows beside the released one. It is looked at, never used."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

NOTEBOOK_LIMIT = 8 * 1024 * 1024  # bytes; a played notebook has a few hundred thousand


class _Cell(NamedTuple):
    """What makes a cell what it is; not what it shows, for that changes when it is played."""

    id: str
    content: str


class _Notebook(NamedTuple):
    settings: Mapping[str, Any]
    cells: Sequence[_Cell]


def objection(content: bytes, released: bytes) -> str:
    """How a notebook differs from the released one, in a few words; empty where it was only played and saved.

    Args:
        content: the learner's copy, or the first bytes of one that is longer than `NOTEBOOK_LIMIT`.
        released: the released notebook.
    """
    if content == released:
        return ""
    if len(content) > NOTEBOOK_LIMIT:
        return f"the notebook has more than {NOTEBOOK_LIMIT:,} bytes"
    if not content.strip():
        return "the notebook is empty"
    try:
        said = _changes(_read(content), _released(released))
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return "the notebook is not one that can be read"
    return f"the notebook was changed: {', '.join(said)}" if said else ""


@lru_cache(maxsize=64)
def _released(content: bytes) -> _Notebook:
    return _read(content)


def _read(content: bytes) -> _Notebook:
    """A notebook as far as it is looked at.

    Raises:
        ValueError, RecursionError, KeyError, TypeError, AttributeError: it is none.
    """
    notebook = json.loads(content, parse_constant=_refuse)
    return _Notebook(notebook, [_cell(cell) for cell in notebook["cells"]])


def _cell(cell: Mapping[str, Any]) -> _Cell:
    source, metadata = cell["source"], cell["metadata"]
    text = source if isinstance(source, str) else "".join(source)
    ours = {name: metadata.get(name) for name in ("nbgrader", "eprofessionalism")}
    pictures = cell.get("attachments") or {}
    return _Cell(str(cell.get("id", "")), json.dumps([cell["cell_type"], text, ours, pictures], sort_keys=True))


def _changes(found: _Notebook, ours: _Notebook) -> list[str]:
    return [*_cell_changes(found.cells, ours.cells), *_setting_changes(found.settings, ours.settings)]


def _cell_changes(found: Sequence[_Cell], ours: Sequence[_Cell]) -> Iterator[str]:
    """What became of the released cells, by their ids."""
    wanted, times = {cell.id: cell for cell in ours}, Counter(cell.id for cell in found)
    known = [cell for cell in found if cell.id in wanted]
    order = list(dict.fromkeys(cell.id for cell in known))
    counts = {
        "missing": sum(not times[name] for name in wanted),
        "there twice": sum(times[name] > 1 for name in wanted),
        "changed": len({cell.id for cell in known if cell != wanted[cell.id]}),
        "added": sum(cell.id not in wanted for cell in found),
    }
    for what, count in counts.items():
        if count:
            yield f"{count} {'part' if count == 1 else 'parts'} {what}"
    if order != [name for name in wanted if name in times]:
        yield "parts in another order"


def _setting_changes(found: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[str]:
    if found.get("nbformat") != ours.get("nbformat"):
        yield "another format"
    if "kernelspec" in ours["metadata"] and not isinstance(found["metadata"].get("kernelspec"), dict):
        yield "its settings are missing"


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
