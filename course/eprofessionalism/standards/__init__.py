"""The clauses of published standards and the facts of the bibliography: what a case may cite, and how it is printed.

A cite is a clause id (`mms-6`), a part of a compound clause (`mms-6.iii`) or a fact (`fact-8.9`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_PART = re.compile(r"\((i{1,3}|iv|v)\)")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML was built so: ten times faster
_BODIES = {
    "ama-2.3.2-now": "AMA 2.3.2 today",
    "ama-2.3.2": "AMA 2.3.2 of 2016",
    "mmsres": "Massachusetts Medical Society, resources",
    "mms": "Massachusetts",
    "fsmb": "Licensing boards (FSMB)",
    "miec": "Insurer MIEC",
    "fpm": "Family Practice Management",
    "amai": "AMA Insurance",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One duty or recommendation of a published standard. `parts` are the numerals of a compound clause, e.g. i, ii."""

    id: str
    source: str
    clause: str
    year: int
    paraphrase: str
    topic: str
    role: str
    parts: tuple[str, ...]

    @property
    def body(self) -> str:
        """Who says it, and in which text where one body has two."""
        return next(name for prefix, name in _BODIES.items() if self.id.startswith(prefix))

    def label(self, part: str = "") -> str:
        """The clause, or one part of it, in a few words: who says it, where, and when."""
        place = self.clause.removeprefix("Norm: ")
        where = f"{self.body}, {place[:1].lower()}{place[1:]}" + (f" ({part})" if part else "")
        if self.id.startswith("ama-"):  # the body's name says which text of the Opinion is meant
            return where
        about = "about " if self.id.startswith("miec") else ""
        return f"{where}, {about}{self.year}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One checked fact with its bibliography entry. `verified` says how far it was read in the original."""

    id: str
    short: str
    statement: str
    citation: str
    year: int | None
    link: str | None
    verified: str


def _read(name: str) -> list[dict[str, Any]]:
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = yaml.load(text, Loader=_LOADER)  # noqa: S506 # a safe loader
    return entries


@cache
def clauses() -> Mapping[str, Clause]:
    """Every clause by id, in the order of the file."""
    return {entry["id"]: _clause(entry) for entry in _read("clauses.yaml")}


def _clause(entry: Mapping[str, Any]) -> Clause:
    names = ("id", "source", "clause", "year", "paraphrase", "topic", "role")
    return Clause(**{name: entry[name] for name in names}, parts=tuple(_PART.findall(entry["paraphrase"])))


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact by id, in the order of the file."""
    names = ("id", "short", "statement", "citation", "year", "link", "verified")
    return {entry["id"]: Fact(**{name: entry[name] for name in names}) for entry in _read("facts.yaml")}


def split(cite: str) -> tuple[str, str]:
    """A cite as clause id and part (`mms-6.iii` gives `mms-6` and `iii`; no part is an empty one)."""
    head, _, tail = cite.rpartition(".")
    return (head, tail) if head and re.fullmatch(r"i{1,3}|iv|v", tail) else (cite, "")


def is_known(cite: str) -> bool:
    """Whether a cite names a fact, a clause, or a part that the clause has."""
    clause_id, part = split(cite)
    clause = clauses().get(clause_id)
    return cite in facts() if clause is None else not part or part in clause.parts


def label(cite: str) -> str:
    """A cite in words, as it is printed under a feedback.

    Raises:
        KeyError: no such clause or fact.
    """
    clause_id, part = split(cite)
    if clause_id in clauses():
        return clauses()[clause_id].label(part)
    return facts()[cite].short


def is_work(cite: str) -> bool:
    """Whether a cite names something to read: a fact with its bibliography entry, or a clause that points elsewhere."""
    return cite in facts() or (cite in clauses() and clauses()[cite].role == "pointer")


def work(cite: str) -> tuple[str, str | None]:
    """The entry of something to read, and its link where it has one.

    Raises:
        KeyError: the cite names nothing to read.
    """
    if cite in facts():
        return facts()[cite].citation, facts()[cite].link
    pointer = clauses()[cite]
    place = pointer.clause[:1].lower() + pointer.clause[1:]
    return f"{pointer.source}, {place} (named there; not read by us).", None


def paraphrase(cite: str) -> str:
    """What a clause, or its part, says in our words.

    Raises:
        KeyError: no such clause.
    """
    clause_id, part = split(cite)
    text = clauses()[clause_id].paraphrase
    if not part:
        return text
    pieces = _PART.split(text)
    said = pieces[pieces.index(part) + 1].strip(" ;:,.")
    return f"{said[:1].upper()}{said[1:]}."
