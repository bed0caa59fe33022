"""Facts and figures keep what makes them checkable: work, year, link and denominator; and no stale statement goes on.

These rules read the bibliography and the table of figures themselves; that a case cites only what is known and was read
somewhere is checked with the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from eprofessionalism import standards
from eprofessionalism.authoring.figures import PUBLISHED_FILE, Published
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import Figure
from eprofessionalism.authoring.places import leaves
from eprofessionalism.authoring.yamlsource import YamlSource, read_yaml

FACTS_FILE = Path(standards.__file__).with_name("facts.yaml")
FACTS_NAME = "course/eprofessionalism/standards/facts.yaml"
STALE = "fact-12."
"""The facts of this section say what is out of date, wrong or contested, and what to teach instead."""


def findings(cases: Mapping[str, Case], rows: Mapping[str, Published]) -> list[Finding]:
    """Everything that is wrong with the sources; last, what is out of date and not yet taught."""
    of_cases = [finding for case in cases.values() for finding in figures(case, rows)]
    return [*bibliography(), *published(rows), *of_cases, *stale_findings(cases.values())]


# ---- The bibliography ------------------------------------------------------------------------------------------------


def bibliography(source: YamlSource | None = None) -> list[Finding]:
    """Every fact has a citation, a year and a link, or says why not (`undated`; `unlinked` or `read_at`)."""
    facts = source or read_yaml(FACTS_FILE, FACTS_NAME)
    return [finding for index, fact in enumerate(facts.data) for finding in _fact(facts, index, fact)]


def _fact(source: YamlSource, index: int, fact: Mapping[str, Any]) -> Iterator[Finding]:
    for field, reasons, expected, remedy in (
        ("citation", (), "a work that can be looked up", "cite the work with its author, title and year"),
        ("year", ("undated",), "the year that the statement stands for", "write it, or say why not in “undated”"),
        ("link", ("unlinked", "read_at"), "where to read it", "give a link, or say why not in “unlinked”"),
    ):
        if not fact.get(field) and not any(fact.get(reason) for reason in reasons):
            yield Finding(source.file, source.line((index, field)), fact["id"], expected, "nothing", remedy)


# ---- Figures ---------------------------------------------------------------------------------------------------------


def published(rows: Mapping[str, Published]) -> Iterator[Finding]:
    """Every percentage has its denominator or a note why not; counts that do not give it are noted."""
    for line, row in enumerate(rows.values(), start=2):
        for expected, found in _of_row(row):
            name = f"datasets/{PUBLISHED_FILE}"
            yield Finding(name, line, row.id, expected, found, "fill the column, or say why not in “note”")


def _of_row(row: Published) -> Iterator[tuple[str, str]]:
    if row.unit != "percent" or row.note:
        return
    if row.denominator is None:
        yield "the number that the percentage is a share of", "none, and no note"
    elif row.numerator is not None:
        exponent = row.value.as_tuple().exponent
        rounding = 0.51 * 10.0 ** int(exponent)
        share = 100 * row.numerator / row.denominator
        if abs(share - float(row.value)) > rounding:
            yield f"{row.value} percent by the counts", f"{share:.2f}, and no note"


def figures(case: Case, rows: Mapping[str, Published]) -> Iterator[Finding]:
    """A figure of a case tells of how many people or things it speaks: every known denominator stands in its words."""
    for place, block in case.blocks():
        if isinstance(block, Figure):
            said = " ".join((block.claim, *block.labels, block.note)).replace(",", "")
            asked = {rows[row].denominator for row in block.rows if row in rows} - {None}
            for number in sorted(str(one) for one in asked if str(one) not in said):
                remedy = "say in “note” or “labels” who was asked, and how many"
                yield case.finding((*place, "note"), block.figure, f"the denominator {number}", "none", remedy)


# ---- What is out of date ---------------------------------------------------------------------------------------------


def stale() -> list[str]:
    """The ids of the statements that are out of date, wrong or contested."""
    return [fact for fact in standards.facts() if fact.startswith(STALE)]


def untaught(cases: Iterable[Case]) -> list[str]:
    """Those of them that no feedback, box or reading of a case cites; what only a facilitator reads does not count."""
    taught = {cite for case in cases for cite in _cites(case)}
    return [fact for fact in stale() if fact not in taught]


def _cites(case: Case) -> Iterator[str]:
    for place, value in leaves(case.source.data):
        if place[0] != "facilitator" and (place[-1] == "cite" or "cites" in place):
            yield str(value)


def stale_line(cases: Iterable[Case]) -> str:
    """How many of the stale statements are taught, and which are not."""
    missing = untaught(cases)
    rest = f"; not yet: {', '.join(missing)}" if missing else ""
    return f"out-of-date statements taught {len(stale()) - len(missing)} of {len(stale())}{rest}"


def stale_findings(cases: Iterable[Case]) -> list[Finding]:
    """A finding for each statement that is out of date and whose correction no case teaches."""
    missing = untaught(cases)
    source = read_yaml(FACTS_FILE, FACTS_NAME) if missing else None
    if source is None:
        return []
    lines = {fact["id"]: source.line((index,)) for index, fact in enumerate(source.data)}
    remedy = "cite it where a feedback, a box or the further reading sets it right"
    return [
        Finding(FACTS_NAME, lines[fact], fact, "a case that teaches what is right today", "none", remedy)
        for fact in missing
    ]
