"""Which clauses are taught and which duties are assessed, each part of a compound clause by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eprofessionalism import standards
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import AnyItem
from eprofessionalism.standards import Clause


@dataclass(frozen=True, slots=True)
class Coverage:
    """Per clause: where its parts are taught and assessed. A simple clause is one part with an empty name."""

    clause: Clause
    taught: Mapping[str, tuple[str, ...]]
    assessed: Mapping[str, tuple[str, ...]]

    @property
    def is_taught(self) -> bool:
        """Whether every part is taught somewhere."""
        return all(self.taught.values())

    @property
    def is_assessed(self) -> bool:
        """Whether every part is assessed somewhere."""
        return all(self.assessed.values())


def coverage(cases: Mapping[str, Case]) -> list[Coverage]:
    """The coverage of every clause, in the order of the standards.

    A clause is taught by a practice item that is about it or whose feedback cites it, and assessed by an assessment
    item that is about it. One that only points to something to read is taught where it is named for reading, too.
    """
    taught: dict[str, list[str]] = {}
    assessed: dict[str, list[str]] = {}
    for case in cases.values():
        for item in case.content.items:
            target, cites = (assessed, item.teaches) if item.assessment else (taught, _cited(item))
            for cite in cites:
                target.setdefault(cite, []).append(case.slug)
        for work in case.content.closing.reading:
            taught.setdefault(work.cite, []).append(case.slug)
    return [
        Coverage(clause, _parts(clause, taught), _parts(clause, assessed)) for clause in standards.clauses().values()
    ]


def _cited(item: AnyItem) -> Iterable[str]:
    yield from item.teaches
    for option in item.options:
        yield from option.cites
    if item.after:
        yield from item.after.cites


def _parts(clause: Clause, places: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Where each part is dealt with: by its own cite, or by one of the whole clause."""
    whole = places.get(clause.id, [])
    return {
        part: tuple(dict.fromkeys(whole + (places.get(f"{clause.id}.{part}", []) if part else [])))
        for part in clause.parts or ("",)
    }


def table(rows: list[Coverage]) -> str:
    """The coverage as text; the last line reads `taught T of N, assessed A of M`, M being the duties."""
    lines = []
    for row in rows:
        for part, cases in row.taught.items():
            name = f"{row.clause.id}.{part}" if part else row.clause.id
            assessed = ", ".join(row.assessed[part]) or "-"
            lines.append(f"{name:<20} {row.clause.role:<8} taught: {', '.join(cases) or '-':<60} assessed: {assessed}")
    duties = [row for row in rows if row.clause.role == "duty"]
    taught, assessed_duties = sum(row.is_taught for row in rows), sum(row.is_assessed for row in duties)
    return "\n".join([*lines, f"taught {taught} of {len(rows)}, assessed {assessed_duties} of {len(duties)}"])
