"""Whether the bank leans to one side: letters of right options, levels of ratings, length of what is said afterwards.

The bounds are on the bank, where leaning can be learned; the lines by case show where it comes from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeAlias

from eprofessionalism.answers import LEVELS
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.keyed import BEST, SETS, Keyed

BANK = "the bank"
LETTERS = "abcd"
CHI_SQUARE = 7.815
"""The letters of a bank may lie no further from an even spread than chance carries 19 banks in 20: the 95 % point of
chi-square with three degrees of freedom, for four letters (Pearson 1900; any table)."""

LEVEL_SHARE = (0.15, 0.35)
"""Of all responses in the bank, what part may have one level: a quarter, give or take ten points. With more of one, to
call everything that would pay."""

FEWEST_RESPONSES = 20
LONGER = 1.25
"""How much longer, in words on average, what is said of right options may be than what is said of wrong ones, or the
other way round: whoever chose wrong is owed a reason as full as whoever chose right."""

FEWEST_TEXTS = 20
Items: TypeAlias = Sequence[Keyed]


# ---- Letters ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spread:
    """How often each letter is right in items with one best answer of four, and how often by an even draw."""

    found: Mapping[str, int]
    items: int

    @property
    def expected(self) -> float:
        """How often each letter would be right."""
        return self.items / len(LETTERS)

    @property
    def chi_square(self) -> float:
        """The sum of (found - expected)² / expected over the letters; 0 where there are no items."""
        if not self.items:
            return 0.0
        return sum((self.found[letter] - self.expected) ** 2 / self.expected for letter in LETTERS)


def letters(items: Iterable[Keyed]) -> Spread:
    """The letters of right options, over the items with one best answer and four options."""
    best = [item for item in items if item.item.type in BEST and len(item.options) == len(LETTERS) and item.right]
    found = Counter(item.right[0].id for item in best)
    return Spread({letter: found[letter] for letter in LETTERS}, len(best))


def _letter_findings(items: Items) -> Iterator[Finding]:
    spread = letters(items)
    if spread.expected < 5 or spread.chi_square <= CHI_SQUARE:  # Cochran's rule: with fewer, chi-square is no measure
        return
    most = max(LETTERS, key=lambda letter: spread.found[letter])
    first = next(item for item in items if item.item.type in BEST and [one.id for one in item.right] == [most])
    found = ", ".join(f"{letter} {count}" for letter, count in spread.found.items())
    expected = f"each letter right about {spread.expected:.0f} times in {spread.items} items"
    yield _finding(first, "letters", expected, found, f"change the order of options in items where {most} is right")


# ---- Levels ----------------------------------------------------------------------------------------------------------


def levels(items: Iterable[Keyed]) -> Counter[int]:
    """How often each level is the right one, over the responses of all ratings."""
    return Counter(int(value) for item in items if item.item.type == "rating" for value in item.key.values())


def _level_findings(items: Items) -> Iterator[Finding]:
    counts = levels(items)
    total = counts.total()
    if total < FEWEST_RESPONSES:
        return
    low, high = LEVEL_SHARE
    first = next(item for item in items if item.item.type == "rating")
    for level, meaning in LEVELS.items():
        share = counts[level] / total
        if not low <= share <= high:
            remedy = f"{'write more' if share < low else 'change some'} responses that are {meaning}"
            expected, found = f"{low:.0%} to {high:.0%} of the responses {meaning}", f"{share:.0%} of {total}"
            yield _finding(first, "levels", expected, found, remedy)


# ---- What is said of options -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """How many words are said of right options and of wrong ones, a number for each option."""

    right: tuple[int, ...]
    wrong: tuple[int, ...]

    @property
    def ratio(self) -> float | None:
        """The mean of right over the mean of wrong ones; None where one of them is missing."""
        if not self.right or not any(self.wrong):
            return None
        return fmean(self.right) / fmean(self.wrong)


def said(items: Iterable[Keyed]) -> Said:
    """Feedback and rationales, over the items in which options are right or wrong; a near miss counts as wrong."""
    graded = [item for item in items if item.item.type in BEST + SETS]
    return Said(
        tuple(len(item.why[option.id].split()) for item in graded for option in item.right),
        tuple(len(item.why[option.id].split()) for item in graded for option in item.wrong),
    )


def _said_findings(items: Items) -> Iterator[Finding]:
    lengths = said(items)
    ratio = lengths.ratio
    if ratio is None or len(lengths.right) < FEWEST_TEXTS or 1 / LONGER <= ratio <= LONGER:
        return
    first = next(item for item in items if item.item.type in BEST + SETS)
    found = f"{fmean(lengths.right):.0f} words of right options, {fmean(lengths.wrong):.0f} of wrong ones"
    remedy = f"say more of {'wrong' if ratio > 1 else 'right'} options, or less of the others"
    yield _finding(first, "feedback", f"means within {LONGER - 1:.0%} of each other", found, remedy)


# ---- Findings and table ----------------------------------------------------------------------------------------------

_BOUNDS: tuple[Callable[[Items], Iterator[Finding]], ...] = (_letter_findings, _level_findings, _said_findings)


def findings(items: Items) -> Iterator[Finding]:
    """Where the bank leans too far; each finding stands at the first item that it is about."""
    for bound in _BOUNDS:
        yield from bound(items)


def _finding(item: Keyed, what: str, expected: str, found: str, remedy: str) -> Finding:
    return item.case.finding(item.place, f"{BANK} / {what}", expected, found, remedy)


def table(items: Items) -> str:
    """Letters, levels and lengths, a line for each case and one for the bank."""
    slugs = list(dict.fromkeys(item.case.slug for item in items))
    groups = [(slug, [item for item in items if item.case.slug == slug]) for slug in slugs]
    head = f"{'balance':<28}{'right letter':^16}  {'level of responses':^20}  {'words said of':^15}"
    names = f"{'':<28}{''.join(f'{letter:>4}' for letter in LETTERS)}  {''.join(f'{level:>5}' for level in LEVELS)}"
    return "\n".join(
        [
            head,
            f"{names}  {'right':>7}{'wrong':>8}",
            *(_row(*group) for group in groups),
            _row(BANK, items),
            _note(items),
        ]
    )


def _row(name: str, items: Items) -> str:
    spread, counts, lengths = letters(items), levels(items), said(items)
    right = "".join(f"{spread.found[letter]:>4}" for letter in LETTERS)
    rated = "".join(f"{counts[level]:>5}" for level in LEVELS)
    return f"  {name:<26}{right}  {rated}  {_mean(lengths.right):>7}{_mean(lengths.wrong):>8}"


def _mean(lengths: Sequence[int]) -> str:
    return f"{fmean(lengths):.1f}" if lengths else "-"


def _note(items: Items) -> str:
    spread = letters(items)
    low, high = LEVEL_SHARE
    return (
        f"  letters of items with four options: {spread.expected:.1f} each would be even, chi-square "
        f"{spread.chi_square:.1f}, bound {CHI_SQUARE:.1f}\n"
        f"  levels: bound {low:.0%} to {high:.0%} each; words: means within {LONGER - 1:.0%} of each other"
    )
