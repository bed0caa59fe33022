"""How hard a text is to read, by the Flesch-Kincaid grade level; learners are asked for grade 12 at most."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.learnertext import PARTS, Read, learner_text
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.syllables import syllables

HARDEST = 12.0
"""The highest grade: what somebody reads without trouble who has finished a US secondary school."""

FEWEST_WORDS = 100
"""Of a shorter text the formula says nothing: it was made on samples of about a hundred words."""

LABEL = 4
"""Texts of so few words are labels, names and counts, and no sentences."""

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_ABBREVIATED = re.compile(r"\b(Dr|Mr|Mrs|Ms|Prof|St|vs|No|[A-Z]|[ap]\.m|e\.g|i\.e|U\.S)\.(?=\s)")
_END = re.compile(r"[.!?…]+[”’)]*(?:\s+|$)|\n+")


@dataclass(frozen=True, slots=True)
class Counted:
    """The three numbers of the formula. Numbers in digits are not counted as words: spelled out, few are read so."""

    sentences: int
    words: int
    syllables: int

    @property
    def grade(self) -> float:
        """The Flesch-Kincaid grade level, in years of US school: 0.39 w/s + 11.8 y/w - 15.59.

        Source: Kincaid JP, Fishburne RP, Rogers RL, Chissom BS. Derivation of new readability formulas. Naval Technical
        Training Command, Research Branch Report 8-75, 1975.
        """
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


def count(texts: Iterable[str]) -> Counted:
    """Sentences, words and syllables of several texts together; each text ends a sentence."""
    sentences = [sentence for text in texts for sentence in split(text)]
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    return Counted(len(sentences), len(words), sum(syllables(part) for word in words for part in word.split("-")))


def split(text: str) -> list[str]:
    """The sentences of a text that have a word in them; a line break ends one, the point after `Dr` does not."""
    plain = _ABBREVIATED.sub(r"\1", text.replace("*", ""))
    return [sentence for sentence in _END.split(plain) if _WORD.search(sentence)]


def prose(case: Case) -> Mapping[str, list[Read]]:
    """The running text of each part of a module."""
    found: dict[str, list[Read]] = {part: [] for part in PARTS}
    for read in learner_text(case):
        if len(_WORD.findall(read.text)) > LABEL:
            found[read.part].append(read)
    return found


def grades(case: Case) -> dict[str, float | None]:
    """The grade level of each part of a module; None of too little text."""
    counted = {part: count(read.text for read in texts) for part, texts in prose(case).items()}
    return {part: one.grade if one.words >= FEWEST_WORDS else None for part, one in counted.items()}


def readability(case: Case) -> Iterator[Finding]:
    """No part of a module is harder to read than it may be; the finding stands at the hardest text of the part."""
    texts = prose(case)
    for part, grade in grades(case).items():
        if grade is not None and grade > HARDEST:
            worst = max(texts[part], key=lambda read: count([read.text]).grade)
            expected, found = f"grade {HARDEST:.0f} at most (Flesch-Kincaid)", f"{grade:.1f}, hardest here"
            yield case.finding(worst.place, part, expected, found, "shorten sentences and words, here first")


def table(cases: Iterable[Case]) -> str:
    """The grade level of each part of each module."""
    head = f"{'reading grade':<28}{''.join(f'{part:>22}' for part in PARTS)}"
    return "\n".join([head, *map(_row, cases)])


def _row(case: Case) -> str:
    cells = ("too little text" if grade is None else f"{grade:.1f}" for grade in grades(case).values())
    return f"  {case.slug:<26}{''.join(f'{cell:>22}' for cell in cells)}"
