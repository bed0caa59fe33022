"""The parallel forms of the test: each asks what the blueprint says, and nothing that another page asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple, get_args

import yaml

from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import AnyItem, Cognitive

FILE = "blueprint.yaml"


class Cell(NamedTuple):
    """One question of the blueprint."""

    topic: str
    type: str
    level: str

    def __str__(self) -> str:
        """The cell as a finding names it."""
        return f"{self.topic}, {self.type}, {self.level}"


@cache
def blueprint() -> tuple[Cell, ...]:
    """The questions of every form, in the order of the file."""
    text = files("eprofessionalism").joinpath("cases", FILE).read_text(encoding="utf-8")
    return tuple(Cell(**cell) for cell in yaml.safe_load(text))


def fields(case: Case) -> Iterator[Finding]:
    """A form is all assessed; what places an item in the blueprint stands in forms alone, and so does their letter."""
    is_form = case.content.module == "form"
    if case.content.form and not is_form:
        yield case.finding(
            ("form",), "form", "no letter outside a form", "“form”", "take it out, or write “module: form”"
        )
    for place, item in case.items():
        if is_form and not item.assessment:
            yield case.finding(place, item.item, "“assessment: true”", "none", "add it, or move the item to a case")
        for name in ("topic", "level"):
            if not is_form and getattr(item, name) is not None:
                yield case.finding(
                    (*place, name), item.item, f"no “{name}”", f"“{name}”", "take it out; only forms have it"
                )


def parallel(cases: Mapping[str, Case]) -> Iterator[Finding]:
    """Every form of the course has the questions of the blueprint, and no question stands twice in the course."""
    forms: dict[str, str] = {}
    for case in cases.values():
        if case.content.module == "form":
            letter = case.content.form or "none"
            if letter == "none" or letter in forms:
                found = f"{letter}, as in {forms[letter]}" if letter in forms else letter
                yield case.finding((), "form", "a letter of its own, A, B or C", found, "give it another")
            forms[letter] = case.slug
            yield from _differences(case)
    yield from _twice(cases.values())


def _differences(case: Case) -> Iterator[Finding]:
    asked, wanted = Counter(map(_cell, case.content.items)), Counter(blueprint())
    for cell in sorted((wanted - asked).elements()):
        yield case.finding(("story",), "story", f"a question for {cell}", "none", f"write it, or change cases/{FILE}")
    for place, item in case.items():
        if asked[_cell(item)] > wanted[_cell(item)]:
            expected = f"{wanted[_cell(item)]} questions for {_cell(item)}"
            yield case.finding(
                place, item.item, expected, str(asked[_cell(item)]), f"take one out, or change cases/{FILE}"
            )


def _cell(item: AnyItem) -> Cell:
    return Cell(item.topic or "", item.type, item.level or "")


def _twice(cases: Iterable[Case]) -> Iterator[Finding]:
    """The same question in two places, whatever its id."""
    seen: dict[tuple[str, frozenset[str]], str] = {}
    for case in cases:
        for place, item in case.items():
            said = (item.stem.casefold(), frozenset(option.text.casefold() for option in item.options))
            first = seen.setdefault(said, item.item)
            if item.options and first != item.item:
                expected = "a question that no other page asks"
                yield case.finding(place, item.item, expected, f"that of {first}", "write another")


def table() -> str:
    """The blueprint with its sums, as text: a line a topic, a column a type."""
    types = list(dict.fromkeys(cell.type for cell in blueprint()))
    topics = list(dict.fromkeys(cell.topic for cell in blueprint()))
    counts = Counter((cell.topic, cell.type) for cell in blueprint())
    lines = [f"{'':<28}" + "".join(f"{name:>9}" for name in types)]
    lines += [f"{topic:<28}" + "".join(f"{counts[topic, name] or '':>9}" for name in types) for topic in topics]
    lines.append(f"{'a form':<28}" + "".join(f"{sum(cell.type == name for cell in blueprint()):>9}" for name in types))
    levels = (f"{level} {sum(cell.level == level for cell in blueprint())}" for level in get_args(Cognitive))
    return "\n".join([*lines, f"{len(blueprint())} questions a form: {', '.join(levels)}"])
