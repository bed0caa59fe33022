"""Which questions are broken: what was found, in words, then the numbers of every question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from eprofessionalism.items import Item
from eprofessionalism_graders.cohort import item_tables
from eprofessionalism_graders.cohort.analysis.flags import LOOK, RULES, SEVERITIES, Flag
from eprofessionalism_graders.cohort.analysis.options import FIFTHS, THIRDS, option_curves, parts_for
from eprofessionalism_graders.cohort.document import Block, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures.options import Curve, curves
from eprofessionalism_graders.cohort.item_words import advice, letter, short, why
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sittings import Sat, sat
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import capital, counted, listed, number, phrase

MOST_PICTURES, MOST_TOLD, MOST_NAMED = 4, 8, 3
"""So many pictures, and so many questions in words, before the table of all; and so many by name in a sentence."""

ENOUGH_TO_FIND = 30
"""Learners below whom the report says how much goes unseen (simulated as in the tests of the rules)."""

HOW_TO_READ = (
    " In a picture, those who did worst on the other questions stand at the left and those who did best at the right: "
    "the line of a sound key rises."
)
GROUPS = {THIRDS: "third", FIFTHS: "fifth"}


@dataclass(frozen=True, slots=True)
class Suspect:
    """A question with what was found about it, the gravest first."""

    sat: Sat
    item: Item
    flags: tuple[Flag, ...]

    @property
    def name(self) -> str:
        """Where it stands."""
        return self.sat.called(self.item.id)

    @property
    def is_doubted(self) -> bool:
        """Whether it is a question of a test whose key is in doubt."""
        return self.item.id in self.sat.doubted

    @property
    def is_broken(self) -> bool:
        """Whether there is more to do than to look."""
        return self.flags[0].severity != LOOK

    @property
    def said(self) -> str:
        """The gravest thing that was found, and what to do; the others stand in the table."""
        return f"{why(self.item, self.flags[0])} {advice(self.item, self.flags)}".strip()


def section(results: Results) -> Section | None:
    """Which questions need a look; None before enough learners have handed anything in."""
    found = list(sat(results))
    if not found:
        return None
    suspects = sorted(
        (Suspect(one, one.items[item], tuple(flags)) for one in found for item, flags in one.flags.items()),
        key=lambda suspect: (SEVERITIES.index(suspect.flags[0].severity), not suspect.sat.bank.is_test),
    )
    broken = [suspect for suspect in suspects if suspect.is_broken]
    title = _title(broken, _fewest(results, found))
    blocks = tuple(_blocks(results, found, suspects, broken))
    lead = _lead(found) + HOW_TO_READ * any(isinstance(block, Figure) for block in blocks)
    return Section("items", title, lead, blocks, _answer(title, broken))


def _title(broken: Sequence[Suspect], fewest: int | None) -> str:
    """Which keys to check, since fails depend on them; else whether anything is to be done, as far as can be told.

    `fewest` is how many took the form that was taken by fewest; None where none was taken by enough.
    """
    keys = [suspect.name for suspect in broken if suspect.is_doubted]
    if len(keys) == 1:
        return f"Check the key of {keys[0]}"
    if keys:
        return f"Check {number(len(keys))} keys: {_names(keys)}"
    if broken:
        names = _names([suspect.name for suspect in broken])
        return capital(f"{counted(len(broken), 'question')} {'needs' if len(broken) == 1 else 'need'} work: {names}")
    if fewest is None:
        few = f"no form of the test was taken by {number(FEWEST_LEARNERS)} learners"
        return f"Too few to say which question is broken: {few}"
    if fewest < ENOUGH_TO_FIND:
        return f"No question looks broken, as far as {counted(fewest, 'result')} can show"
    return "No question looks broken"


def _names(names: Sequence[str]) -> str:
    return listed(names, "") if len(names) <= MOST_NAMED else f"above all {names[0]}"


def _answer(title: str, broken: Sequence[Suspect]) -> str:
    """The title, why the first one is named, and how many questions need less than a new key."""
    if not broken:
        return f"{title}."
    first, others = broken[0], [suspect.name for suspect in broken if not suspect.is_doubted]
    reason = why(first.item, first.flags[0])
    said = f"{title}. {reason if len(broken) == 1 else f'{capital(first.name)}: {phrase(reason)}.'}"
    if not others or not first.is_doubted:
        return said
    return f"{said} {capital(number(len(others)))} more need{'s' * (len(others) == 1)} work: {_names(others)}."


def _lead(found: Sequence[Sat]) -> str:
    asked = sum(len(one.items) for one in found)
    parts = ["of the test as taken after the course"] * any(one.bank.is_test and not one.is_second for one in found)
    parts += [f"of {one.name} as a second attempt" for one in found if one.is_second]
    parts += ["of the cases the first answers"] * any(not one.bank.is_test for one in found)
    return (
        f"{capital(counted(asked, 'question'))} that at least {number(FEWEST_LEARNERS)} learners were asked: "
        f"{', '.join(parts)}. A question is named only where chance is no good explanation."
    )


# ---- What was found --------------------------------------------------------------------------------------------------


def _blocks(
    results: Results, found: Sequence[Sat], suspects: Sequence[Suspect], broken: Sequence[Suspect]
) -> Iterator[Block]:
    drawn = 0
    for suspect in broken[:MOST_TOLD]:
        figure = _pictured(suspect) if drawn < MOST_PICTURES else None
        drawn += figure is not None
        yield figure or Note(_told(suspect))
    if len(broken) > MOST_TOLD:
        yield Note(f"{capital(counted(len(broken) - MOST_TOLD, 'more question'))}: see what was found, below.")
    yield from _unseen(_fewest(results, found))
    yield from _selected(found)
    if suspects:
        yield _all(suspects)
    yield Note(item_tables.MORE)
    if any(not one.is_related for one in found):
        yield Note(item_tables.UNRELATED)
    yield from item_tables.tables(found)


def _told(suspect: Suspect) -> str:
    return f"{capital(suspect.name)}, “{short(suspect.item.stem).strip('“”')}”: {suspect.said}"


def _fewest(results: Results, found: Sequence[Sat]) -> int | None:
    """How many took the form of the test that was taken by fewest after the course; None where none by enough.

    Of an offering without a test, how many took the case that was taken by fewest.
    """
    is_tested = any(bank.is_test for bank in results.banks.values())
    return min((one.learners for one in found if one.bank.is_test == is_tested and not one.is_second), default=None)


def _selected(found: Sequence[Sat]) -> Iterator[Note]:
    """Why less shows of a second attempt."""
    for one in found:
        if one.is_second:
            yield Note(
                f"{capital(one.name)} is the second attempt of {one.learners} who had failed before. Learners so "
                "alike tell less of a question than a whole cohort does: correlations with the rest are lower there, "
                "and faults are harder to see."
            )


def _unseen(few: int | None) -> Iterator[Note]:
    """What can go unseen with few learners."""
    if few is not None and few < ENOUGH_TO_FIND:
        yield Note(
            f"A test or case was taken by {number(few)} learners: from so few, only gross faults show. In a "
            "simulation, a wrong key of a question of middling difficulty was found in about four of ten tests with 12 "
            "learners, in four of five with 24, and in nearly all with 60."
        )


def _all(suspects: Sequence[Suspect]) -> Table:
    rows = [
        {
            "assignment": suspect.sat.bank.case,
            "where": capital(suspect.sat.name),
            "number": suspect.sat.numbers[suspect.item.id],
            "item": suspect.item.id,
            "stem": short(suspect.item.stem),
            "kind": flag.kind,
            "severity": flag.severity,
            "n": flag.n,
            "why": why(suspect.item, flag),
            "rule": RULES[flag.kind].says,
        }
        for suspect in suspects
        for flag in suspect.flags
    ]
    caption = f"All that was found, small things too: {counted(len(suspects), 'question')}"
    return Table("item-flags", caption, pd.DataFrame(rows), item_tables.FLAGS)


# ---- The picture -----------------------------------------------------------------------------------------------------


def _pictured(suspect: Suspect) -> Figure | None:
    """Who chose which option, where one best answer is asked for."""
    item, here = suspect.item, suspect.sat
    key = here.key.get(item.id, {})
    if item.type not in ("sba", "branch") or not key:
        return None
    parts = parts_for(here.learners)
    rows = option_curves(
        here.counts.cells[here.counts.cells["item"] == item.id],
        here.evidence.maximum,
        {item.id: item.option_ids},
        parts,
    )
    accused = {option for flag in suspect.flags for option in flag.options if key[option] != 1}
    groups = rows.drop_duplicates("group")
    lines = [
        Curve(letter(item, str(option)), tuple(own["share"]), key[str(option)] == 1, option in accused)
        for option, own in rows.groupby("option", sort=False)
    ]
    names = [_group(place, parts) for place in groups["group"]]
    plot = curves(lines, names, [int(takers) for takers in groups["takers"]], why(item, suspect.flags[0]))
    return Figure(f"item-{item.id}", _told(suspect), plot)


def _group(place: int, parts: int) -> str:
    if place in (1, parts):
        return f"{'lowest' if place == 1 else 'best'} {GROUPS[parts]}"
    return "middle" if 2 * place == parts + 1 else f"{GROUPS[parts]} {place}"
