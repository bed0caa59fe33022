"""A case in memory, for tests of what is read out of cases: blocks in, a `Case` or an item with its key out."""

from __future__ import annotations

import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eprofessionalism.authoring.keyed import Keyed, practice
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import CaseFile
from eprofessionalism.authoring.yamlsource import YamlSource

SCORED_BY = {"sba": "credit", "branch": "credit", "mrq": "right", "choose": "right", "rating": "level"}


def _case(*story: dict[str, Any], **fields: Any) -> Case:
    data = {
        "schema": 1,
        "case": "01-ferry",
        "title": "The ferry",
        "subject": "Messages",
        "minutes": 12,
        "lede": "A short way over.",
        "you": "You are a physician.",
        "objectives": ["Answer kindly.", "Answer safely."],
        "story": list(story),
        "closing": {"about": "It was about fog.", "reading": [{"cite": "fact-8.9", "note": "Who was asked."}]},
    } | fields
    return Case(CaseFile.model_validate(data), YamlSource("case.yaml", data, {}), Path("01-ferry"))


def _block(kind: str, stem: str, options: list[tuple[str, Any]], **fields: Any) -> dict[str, Any]:
    scored = SCORED_BY.get(kind, "place")
    written = [
        {"id": letter, "text": text, scored: value, "feedback": "Because of the fog.", "cites": ["mms-5"]}
        | ({"then": {"when": "Later", "text": "It lifts."}} if kind == "branch" else {})
        for letter, (text, value) in zip(string.ascii_lowercase, options, strict=False)
    ]
    return {"item": "fy-1-first", "type": kind, "stem": stem, "teaches": ["mms-5"], "options": written} | fields


@pytest.fixture(scope="session")
def case_of() -> Callable[..., Case]:
    """A case with these blocks as its story, and these fields in place of its own."""
    return _case


@pytest.fixture(scope="session")
def block_of() -> Callable[..., dict[str, Any]]:
    """An item as it stands in a file: type, stem, and options as (text, what scores it)."""
    return _block


@pytest.fixture(scope="session")
def item_of() -> Callable[..., Keyed]:
    """The same item with its key."""

    def item(kind: str, stem: str, options: list[tuple[str, Any]], **fields: Any) -> Keyed:
        (keyed,) = practice([_case(_block(kind, stem, options, **fields))])
        return keyed

    return item
