"""The technical flaws of item writing that a program can see: each a rule with an id, a remedy and a waiver.

After the National Board of Medical Examiners, *NBME Item-Writing Guide* (2020), chapter on technical item flaws: some
help whoever is wise to tests (`cues.py`), others trouble everybody (`phrasing.py`). An item that has one on purpose
says so: `waive: {rule-id: reason}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from eprofessionalism.authoring import cues, phrasing
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.keyed import Keyed
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.phrases import near

RULES: Mapping[str, Callable[[Keyed], Iterator[cues.Flaw]]] = {
    "longest-option": cues.longest_option,
    "grammatical-cue": cues.grammatical_cue,
    "odd-form": cues.odd_form,
    "absolute-term": cues.absolute_term,
    "stem-word": cues.stem_word,
    "convergence": cues.convergence,
    "all-or-none": phrasing.all_or_none,
    "negative-stem": phrasing.negative_stem,
    "vague-frequency": phrasing.vague_frequency,
    "number-order": phrasing.number_order,
}


def flaws(item: Keyed) -> Iterator[Finding]:
    """What is wrong with how an item is written, but for what it waives; and waivers that it does not need."""
    for name, rule in RULES.items():
        found = list(rule(item))
        if name not in item.item.waive:
            for flaw in found:
                remedy = f"{flaw.remedy} (or waive {name} with the reason)"
                yield item.finding(flaw.option, flaw.expected, flaw.found, remedy)
        elif not found:
            yield _waiver(item.case, (*item.place, "waive", name), item.item.item, f"“{name}”, which finds nothing")


def waivers(case: Case) -> Iterator[Finding]:
    """A waiver names a rule that there is, on an item that rules read."""
    for place, item in case.items():
        for name in item.waive:
            spot = (*place, "waive", name)
            if name not in RULES:
                remedy = near(name, RULES) or f"the rules are {', '.join(RULES)}"
                yield case.finding(spot, item.item, "the id of a rule of item writing", f"“{name}”", remedy)
            elif not item.options or case.content.module == "survey":
                yield _waiver(case, spot, item.item, f"“{name}” on an item without a key")


def _waiver(case: Case, spot: tuple[str | int, ...], where: str, found: str) -> Finding:
    return case.finding(spot, where, "a waiver that is needed", found, "take the waiver out")
