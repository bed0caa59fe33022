"""Whether a hand-out fits on one printed page: about how high each part of it is.

Heights and widths are in millimeters, for the shorter of the two papers (letter, with its margins), in the sizes that
`report.css` prints; a test measures the pages in a browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from eprofessionalism_graders.cohort.sharing.choices import Option
from eprofessionalism_graders.cohort.sharing.printed import Asked

PAGE = 256.0
"""What a page has between its margins, less what an estimate may be wrong by."""

WIDE, COLUMN = 196.0, 93.6
"""Lines of the page, and of a column less what words leave free at its end."""

TICK, SHARE, GAP, BAR = 4.4, 8.6, 1.6, 0.4
NOTES = 19.5
"""Two lines for notes, with their heading; where a page is fuller than was estimated, one line gives way."""


@dataclass(frozen=True, slots=True)
class Type:
    """A size of print: of an em and of a line, and what is between two paragraphs."""

    em: float
    line: float
    gap: float = 0.0

    def wide(self, text: str) -> float:
        """How wide a text is in one line, in letters such as those of Arial."""
        narrow, broad = sum(map(text.count, NARROW)), sum(map(text.count, BROAD))
        return self.em * (0.28 * narrow + 0.76 * broad + 0.54 * (len(text) - narrow - broad))

    def high(self, text: str, wide: float) -> float:
        """How high a text is that is set in lines of this width."""
        return ceil(self.wide(text) / wide) * self.line + self.gap


NARROW, BROAD = " ijlftrI.,:;’‘“”()!|", "mwABCDEFGHKLMNOPQRSTUVWXY&@%…✓"
STEM, BODY, SMALL, OPTION = Type(3.4, 3.85, 0.2), Type(3.25, 3.9), Type(3.0, 3.51), Type(3.07, 3.5, 0.45)
TITLES, BETWEEN, HEADING = 15.3, 1.2, 6.0
"""The title of the page and of its first part; the space after a question; a heading within a column."""


def fits(said: Mapping[str, Any]) -> bool:
    """Whether all that a page says, as `handout.html` prints it, goes on one sheet, with two lines for notes."""
    read = f"First answers of “{said['title']}”, without names. {said['legend']} {said['without']}"
    paragraphs = (said["about"], said["note"] and f"Say first: {said['note']}", f"{said['ask']} {said['begin']}")
    above = TITLES + SMALL.high(read, WIDE) + sum(BODY.high(text, WIDE) for text in paragraphs if text)
    columns = sum(map(high, said["asked"])) + (talk(said) if said["discuss"] else 0)
    return above + columns / 2 + NOTES <= PAGE


def talk(said: Mapping[str, Any]) -> float:
    """How high the end of the second column is, with what to talk about."""
    points = [*said["discuss"], f"A thoughtful colleague may differ: {said['differ']}"]
    return HEADING + sum(BODY.high(text, COLUMN - TICK) for text in points)


def high(asked: Asked) -> float:
    """How high a question is with its options."""
    stem = STEM.high(f"{asked.shown.number}. {asked.shown.stem} ({asked.source})", COLUMN)
    small = sum(SMALL.high(text, COLUMN) for text in asked.small)
    return stem + small + sum(_row(asked, option) for option in asked.shown.options) + BETWEEN


def _row(asked: Asked, option: Option) -> float:
    """How high an option is beside what the group chose, or what the key says."""
    question, text = asked.shown, asked.text(option)
    if question.has_shares:
        return OPTION.high(text, COLUMN - TICK - SHARE) + BAR
    beside = [question.how] if option.most else []
    if question.type == "rating":
        apart = option.said not in ("", option.key)
        beside = [option.key, f"{question.how}: {option.said}"] if apart else [f"✓ {option.key}"]
    wide = max((OPTION.wide(words) + GAP for words in beside), default=0.0)
    return max(OPTION.high(text, COLUMN - TICK - wide), len(beside) * OPTION.line + OPTION.gap)
