"""The terms of the field with an explanation, the abbreviations that need none, and words no learner should meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Term:
    """A term and its explanation. `full` is what an abbreviation stands for, or empty."""

    term: str
    means: str
    full: str = ""
    also: tuple[str, ...] = ()

    @property
    def pattern(self) -> re.Pattern[str]:
        """What finds the term in a text: an abbreviation in capitals only, other terms however they are written."""
        forms = "|".join(map(re.escape, (self.term, *self.also)))
        return re.compile(rf"\b(?:{forms})\b", 0 if self.term.isupper() else re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Glossary:
    """All that `terms.yaml` says: `avoid` has for each word what to write instead."""

    known: frozenset[str]
    avoid: Mapping[str, str]
    terms: tuple[Term, ...]

    def used_in(self, texts: Iterable[str]) -> list[Term]:
        """The terms that stand in some of the texts, in the order of the alphabet."""
        together = "\n".join(texts)
        return [term for term in self.terms if term.pattern.search(together)]


@cache
def glossary() -> Glossary:
    """The glossary of the course."""
    data = yaml.safe_load(files(__package__).joinpath("terms.yaml").read_text(encoding="utf-8"))
    terms = [Term(**entry | {"also": tuple(entry.get("also", ()))}) for entry in data["terms"]]
    ordered = tuple(sorted(terms, key=lambda term: term.term.lower()))
    return Glossary(frozenset(data["known"]), data["avoid"], ordered)
