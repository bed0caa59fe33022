"""Terms are explained: those of the field at the foot of the page, by the glossary; others where they first stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from eprofessionalism import standards
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.learnertext import Read, learner_text
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import BaseArtifact
from eprofessionalism.authoring.places import leaves, name_of
from eprofessionalism.authoring.vocabulary import outside_quotes
from eprofessionalism.standards.terms import Term, glossary

GLOSSARY = "standards/terms.yaml"
_ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]*[A-Z][A-Z0-9]*(?=s?\b)")


class Explained(NamedTuple):
    """A term as the page explains it."""

    term: str
    text: str


def used(case: Case) -> list[Explained]:
    """The terms of the field on the pages of a module, in the order of the alphabet, each with its explanation.

    A test says no more than what letters stand for: what a law means may be what it asks.
    """
    texts = [read.text for read in learner_text(case)]
    shown = glossary().used_in([*texts, *_labels(case)])
    if any(item.assessment for item in case.content.items):
        return [Explained(term.term, f"{term.full}.") for term in shown if term.full]
    return [Explained(term.term, _explanation(term)) for term in shown]


def _explanation(term: Term) -> str:
    return f"{term.full}: {term.means}" if term.full else f"{term.means[0].upper()}{term.means[1:]}"


def _labels(case: Case) -> Iterator[str]:
    """What is printed under feedback and boxes: the cites in words."""
    for place, value in leaves(case.source.data):
        if place[0] == "story" and "cites" in place and standards.is_known(value):
            yield standards.label(value)


def terms(case: Case) -> Iterator[Finding]:
    """Every abbreviation is known to clinicians, in the glossary, or explained where it first stands."""
    seen: set[str] = set()
    for read in learner_text(case):
        yield from _avoided(case, read)
        if _is_shown_thing(case, read):
            continue
        for match in _ABBREVIATION.finditer(outside_quotes(read.text)):
            name = match[0]
            if name not in seen and not _is_explained(name, read.text):
                remedy = f"write it out, “in words ({name})”; or add it to {GLOSSARY}"
                yield _finding(case, read, "an abbreviation explained at its first use", f"“{name}”", remedy)
            seen.add(name)


def _avoided(case: Case, read: Read) -> Iterator[Finding]:
    for word, instead in glossary().avoid.items():
        if re.search(rf"\b{word}s?\b", read.text, 0 if word.isupper() else re.IGNORECASE):
            yield _finding(case, read, "words that a clinician reads", f"“{word}”", f"write {instead}")


def _is_shown_thing(case: Case, read: Read) -> bool:
    """Whether a text stands in a thing as it looks online: people write there as people do, in capitals too."""
    place = read.place
    return place[0] == "story" and isinstance(case.content.story[int(place[1])], BaseArtifact)


def _is_explained(name: str, text: str) -> bool:
    words = glossary()
    listed = name in words.known or any(term.pattern.fullmatch(name) for term in words.terms)
    return listed or bool(re.search(rf"\w \({name}\)|\b{name} \(\w", text))


def _finding(case: Case, read: Read, expected: str, found: str, remedy: str) -> Finding:
    return case.finding(read.place, name_of(case.source.data, read.place), expected, found, remedy)
