"""From a case to its notebook and its learner-safe `items.json`: the same bytes at every build."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import nbformat

from eprofessionalism import standards
from eprofessionalism.authoring import render, terms
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import (
    AnyItem,
    BaseItem,
    Box,
    BranchItem,
    Figure,
    Post,
    Profile,
    RatingItem,
    ReflectionItem,
    Scene,
)
from eprofessionalism.authoring.names import page_name, text_name
from eprofessionalism.authoring.pictures import figure_file
from eprofessionalism.items import Item, ItemBank, Note, Option, Passage, dump_items

Cell: TypeAlias = dict[str, Any]
DrawFigure: TypeAlias = Callable[[Figure], tuple[bytes, str]]
"""Draws a figure: the SVG and the line that names its source."""

PYTHON = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""What the metadata of a notebook say of the language of its code."""

_NBGRADER_SCHEMA = 3


def build_case(case: Case, draw: DrawFigure) -> dict[str, bytes]:
    """The files of a built case by path: the notebook, `items.json`, and the pictures that the page shows from `art/`.

    Pictures are files of their own because JupyterLab shows no SVG that is attached to a cell.

    Args:
        case: a case without findings.
        draw: how a figure is drawn.
    """
    figures = {block.figure: draw(block) for block in case.content.story if isinstance(block, Figure)}
    notebook = _notebook(case, {name: source for name, (_, source) in figures.items()})
    _assert_own_ids(notebook)
    nbformat.validate(notebook)
    art = {figure_file(name): svg for name, (svg, _) in figures.items()} | _pictures(case)
    return {f"{case.slug}.ipynb": _json(notebook), "items.json": _json(dump_items(item_bank(case))), **art}


def _assert_own_ids(notebook: Cell) -> None:
    ids = [cell["id"] for cell in notebook["cells"]]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)}: two parts of the page have this name; eprof check says which")


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


# ---- items.json ------------------------------------------------------------------------------------------------------


def item_bank(case: Case) -> ItemBank:
    """What a learner's folder holds of the items: keys and feedback of practice items only."""
    content = case.content
    items = {block.item: _item(block, survey=content.module == "survey") for block in content.items}
    passages = {
        block.scene: Passage(block.scene, block.when, block.title, block.after, block.texts)
        for block in content.story
        if isinstance(block, Scene) and block.after and block.texts
    }
    about = (content.subject, content.module, content.form or "")
    bank = ItemBank(case.slug, content.title, content.minutes, "", items, passages, *about)
    return replace(bank, digest=hashlib.sha256(_json(dump_items(bank))).hexdigest()[:16])


def _item(block: AnyItem, *, survey: bool) -> Item:
    practice = not block.assessment
    return Item(
        id=block.item,
        type=block.type,
        stem=block.stem,
        points=0.0 if survey else block.worth,
        options=tuple(Option(option.id, option.text) for option in block.options),
        hint=block.hint or "",
        certainty=block.certainty,
        assessment=block.assessment,
        words=block.words if isinstance(block, ReflectionItem) else None,
        teaches=block.teaches,
        key={option.id: option.value for option in block.options if option.value is not None},
        feedback={option.id: _note(option.feedback or "", option.cites) for option in block.options}
        if practice and not survey
        else {},
        then=_consequences(block),
        after=_box(block.after) if block.after and practice else None,
        survey=survey,
        scale=(block.scale or ()) if isinstance(block, RatingItem) else (),
    )


def _note(text: str, cites: tuple[str, ...], title: str = "") -> Note:
    return Note(text, tuple(dict.fromkeys(map(standards.label, cites))), title)


def _box(box: Box) -> Note:
    return _note(box.text, box.cites, box.title)


def _consequences(block: AnyItem) -> dict[str, Note]:
    if not isinstance(block, BranchItem):
        return {}
    return {option.id: Note(option.then.text, (), option.then.when) for option in block.options}


# ---- The notebook ----------------------------------------------------------------------------------------------------


def _notebook(case: Case, figure_sources: Mapping[str, str]) -> Cell:
    return {
        "cells": [_with_id(case, cell) for cell in _cells(case, figure_sources)],
        "metadata": {
            "eprofessionalism": {"case": case.slug, "run": True},
            **PYTHON,
            "title": case.content.title,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _with_id(case: Case, cell: Cell) -> Cell:
    """An id made of the case and the block, so that a build changes no id; at most 64 characters as Jupyter asks."""
    name = f"{case.slug}-{cell['id']}"
    return cell | {"id": name if len(name) <= 64 else hashlib.sha256(name.encode()).hexdigest()[:40]}


def _cells(case: Case, figure_sources: Mapping[str, str]) -> Iterator[Cell]:
    content = case.content
    yield _markdown("header", "header", render.header(content))
    yield _call("progress", "progress", "progress")
    for block in content.story:
        if isinstance(block, BaseItem):
            yield from _survey_cells(block) if content.module == "survey" else _item_cells(block)
        elif isinstance(block, Scene):
            yield _scene_cell(block)
        elif isinstance(block, Figure):
            yield _markdown("figure", block.figure, render.figure(block, figure_sources[block.figure]))
        else:
            yield _markdown("artifact", block.artifact, render.artifact(block))
    yield _markdown("closing", "closing", render.closing(content, taught(case), terms.used(case)))
    yield _call("finish", "finish", "finish")


def taught(case: Case) -> list[str]:
    """The clauses that the case's practice items are about, each once, in the order of the page."""
    return list(dict.fromkeys(cite for item in case.content.items if not item.assessment for cite in item.teaches))


def _scene_cell(block: Scene) -> Cell:
    if block.after:
        return _call("scene", block.scene, "scene", block.scene)
    return _markdown("scene", block.scene, render.scene(block))


def _pictures(case: Case) -> dict[str, bytes]:
    """The author's drawings that the story shows."""
    shown = [block.picture for block in case.content.story if isinstance(block, (Post, Profile)) and block.picture]
    return {picture.file: (case.folder / picture.file).read_bytes() for picture in shown}


def _survey_cells(block: AnyItem) -> Iterator[Cell]:
    """An item of a survey carries no points, also where it is answered in words."""
    cell = _call("item", block.item, "question", block.item)
    cell["metadata"]["nbgrader"] = _ungraded(block.item)
    yield cell


def _item_cells(block: AnyItem) -> Iterator[Cell]:
    cell = _call("item", block.item, "question", block.item)
    if not isinstance(block, ReflectionItem):
        cell["metadata"]["nbgrader"] = _graded(block.item, block.worth, solution=False)
        yield cell
        return
    cell["metadata"]["nbgrader"] = _ungraded(page_name(block.item))
    yield cell
    text = _markdown("text", text_name(block.item), "The learner’s text is put here when it is graded.")
    text["metadata"]["nbgrader"] = _graded(block.item, block.worth, solution=True)
    yield text


def _ungraded(grade_id: str) -> dict[str, Any]:
    """Nbgrader's metadata of a locked cell without points."""
    return {
        "grade": False,
        "grade_id": grade_id,
        "locked": True,
        "schema_version": _NBGRADER_SCHEMA,
        "solution": False,
        "task": False,
    }


def _graded(grade_id: str, points: float, *, solution: bool) -> dict[str, Any]:
    """Nbgrader's metadata of a cell that carries points: a locked question, or a reflection's text."""
    return {
        "grade": True,
        "grade_id": grade_id,
        "locked": not solution,
        "points": points,
        "schema_version": _NBGRADER_SCHEMA,
        "solution": solution,
        "task": False,
    }


def _markdown(kind: str, name: str, source: str) -> Cell:
    return {"cell_type": "markdown", "id": name, "metadata": _metadata(kind), "source": _lines(source)}


def _call(kind: str, name: str, function: str, argument: str | None = None) -> Cell:
    """A code cell with one call of ours, which shows one block of the page."""
    quoted = "" if argument is None else json.dumps(argument)
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": _metadata(kind) | {"jupyter": {"source_hidden": True}},
        "outputs": [],
        "source": _lines(f"from eprofessionalism import {function}\n\n{function}({quoted})"),
    }


def _metadata(kind: str) -> dict[str, Any]:
    return {"deletable": False, "editable": False, "eprofessionalism": {"block": kind}}


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)
