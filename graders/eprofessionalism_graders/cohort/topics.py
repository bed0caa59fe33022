"""What each question is about: its topic in the course, and whether patient privacy is in it.

A question of a case has the subject of the case as its topic. A question of a test form has the subject of the case
that the blueprint of the test names for it; `items.json` does not carry that, so the form's own case file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from eprofessionalism import standards
from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.authoring.loader import CASE_FILE, load_case
from eprofessionalism.authoring.model import CaseFile
from eprofessionalism.items import ItemBank

PRIVACY_TOPIC = "patient-privacy"
"""What `clauses.yaml` files the clauses on patient privacy under."""

PRIVACY_WORDS = re.compile(r"\bconfidentiality\b|\bHIPAA\b|\bspecific patients?\b", re.IGNORECASE)
"""What a clause filed elsewhere says where patient privacy is in it, such as one on answers to reviews."""


def topics(banks: Mapping[str, ItemBank]) -> dict[str, str]:
    """The topic of every question by its id: the subject of its case, or of the case that the blueprint names for it.

    A question that no case file of this course knows, as in an institution's own test, has the subject of its page.

    Args:
        banks: the questions by assignment.
    """
    found: dict[str, str] = {}
    for bank in banks.values():
        placed = _blueprint_topics(bank.case) if bank.module == "form" else {}
        for item in bank.items:
            found[item] = _named(placed[item], banks) if item in placed else _subject(bank)
    return found


def is_about_privacy(cites: Iterable[str]) -> bool:
    """Whether a question with these clauses is about patient privacy.

    It is where one of them is filed under patient privacy in `clauses.yaml`, or names in its words confidentiality,
    HIPAA or a specific patient. A part of a compound clause counts as the whole.
    """
    return any(map(_clause_is_about_privacy, cites))


def _clause_is_about_privacy(cite: str) -> bool:
    clause = standards.clauses().get(standards.split(cite)[0])
    if clause is None:
        return False
    return clause.topic == PRIVACY_TOPIC or bool(PRIVACY_WORDS.search(clause.paraphrase))


def _subject(bank: ItemBank) -> str:
    return bank.subject or bank.title


def _named(case: str, banks: Mapping[str, ItemBank]) -> str:
    """The subject of a case: as the offering has it, else as the course has."""
    if case in banks:
        return _subject(banks[case])
    shipped = _shipped(case)
    return shipped.subject if shipped else case


@cache
def _blueprint_topics(form: str) -> Mapping[str, str]:
    """The case that each question of one of our forms is on, by the question's id."""
    case = _shipped(form)
    return {item.item: item.topic for item in case.items if item.topic} if case else {}


@cache
def _shipped(slug: str) -> CaseFile | None:
    """A case file of the course as installed; None where there is none of this name."""
    folder = Path(str(files("eprofessionalism"))) / "cases" / slug
    if not (folder / CASE_FILE).is_file():
        return None
    try:
        return load_case(folder).content
    except FindingsError:  # one that is being written has no topic to give
        return None
