"""What the fields of a case mean together: one rule a function, each finding on the line it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from eprofessionalism import standards
from eprofessionalism.authoring import (
    blueprint,
    facilitator,
    flaws,
    names,
    pattern,
    pictures,
    readability,
    scenes,
    survey,
    terms,
    wording,
)
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.keyed import Keyed, practice
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import AnyItem, BranchItem, ReflectionItem
from eprofessionalism.authoring.places import leaves
from eprofessionalism.authoring.yamlsource import Place


def check_cases(cases: Mapping[str, Case], figure_rows: Iterable[str], *, course: bool = False) -> list[Finding]:
    """Every finding on every case, sorted by place.

    Args:
        cases: the bank by slug.
        figure_rows: the ids in the table of published figures.
        course: whether this is the course's own bank, whose cases follow its pattern; an institution's need not.
    """
    rows = set(figure_rows)
    findings = [*_item_ids(cases)]
    for case in cases.values():
        for rule in _RULES + (_COURSE_RULES if course else ()):
            findings += rule(case)
        findings += pictures.figures(case, rows)
    if course:
        findings += blueprint.parallel(cases)
        findings += check_items(practice(cases.values()))
    return sorted(findings)


def check_items(items: Iterable[Keyed]) -> Iterator[Finding]:
    """Every finding on how items are written, whether their keys stand in the case or with the graders."""
    for item in items:
        for rule in _ITEM_RULES:
            yield from rule(item)


def option_problems(item_type: str, values: Mapping[str, Fraction]) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the values that score an item, as (expected, found, remedy).

    The same rule serves practice items in the case and assessment items in the key file.

    Args:
        item_type: the item's type.
        values: per option id its credit, right (1 or 0), level or place.
    """
    best = [option for option, value in values.items() if value == 1]
    match item_type:
        case "sba" | "branch" if len(best) != 1:
            found = f"{len(best)} ({', '.join(best)})" if best else "none"
            yield "exactly one option with credit 1", found, "leave 1 on the best option; give near misses 1/2 or 1/3"
        case "mrq" if len(best) in (0, len(values)):
            yield (
                "some options right and some wrong",
                f"{len(best)} of {len(values)} right",
                "change at least one option",
            )
        case "choose" if len(best) != 3:
            yield "exactly three right options", str(len(best)), "mark three options right"
        case "ranking" if sorted(values.values()) != [1, 2, 3, 4, 5]:
            yield "places 1 to 5, each once", ", ".join(map(str, values.values())), "give each option its own place"


def _item_ids(cases: Mapping[str, Case]) -> Iterator[Finding]:
    """An item id is unique in the whole course, for it names the grade."""
    seen: dict[str, str] = {}
    for case in cases.values():
        for place, item in case.items():
            here = f"{case.source.file}:{case.source.line(place)}"
            if item.item in seen:
                found = f"it again (first at {seen[item.item]})"
                yield case.finding(
                    place, item.item, "an item id used once in the course", found, "give one of the two a new id"
                )
            seen.setdefault(item.item, here)


def _practice(case: Case) -> Iterator[Finding]:
    """Each option of a practice item says what it is worth, why, and where that is written."""
    for place, item in case.items():
        if item.assessment or survey.is_survey(case):
            continue
        yield from _explained(case, place, item)
        values = {option.id: option.value for option in item.options if option.value is not None}
        if item.options and len(values) == len(item.options):
            for problem in option_problems(item.type, values):
                yield case.finding((*place, "options"), item.item, *problem)


def _explained(case: Case, place: Place, item: AnyItem) -> Iterator[Finding]:
    for index, option in enumerate(item.options):
        spot, where = (*place, "options", index), f"{item.item} / {option.id}"
        if option.value is None:
            yield case.finding(spot, where, f"“{_score_field(item)}”", "none", "say what this option is worth")
        if not option.feedback:
            remedy = "answer whoever chose this, in one to three sentences"
            yield case.finding(spot, where, "feedback for every option", "none", remedy)
        if not option.cites:
            expected, remedy = "a clause or fact behind the feedback", "add “cites: [mms-…]”"
            yield case.finding(spot, where, expected, "none", remedy)


def _score_field(item: AnyItem) -> str:
    """The one field that scores an option of this item."""
    fields = type(item.options[0]).model_fields
    return next(name for name in ("credit", "right", "level", "place") if name in fields)


def _assessment(case: Case) -> Iterator[Finding]:
    """An assessment item gives nothing away: all that scores or explains it stands with the graders."""
    for place, item in case.items():
        if not item.assessment:
            continue
        if isinstance(item, (BranchItem, ReflectionItem)):
            yield case.finding(
                place, item.item, "an assessment item that is scored by its key", item.type, "use another type"
            )
        if item.after:
            yield case.finding(
                (*place, "after"), item.item, "no box after the answer", "“after”", "move it to the key file"
            )
        for index, option in enumerate(item.options):
            given = sorted(option.model_fields_set - {"id", "text"})
            if given:
                spot, where = (*place, "options", index), f"{item.item} / {option.id}"
                yield case.finding(spot, where, "an option with id and text only", ", ".join(given), _to_keys(case))


def _to_keys(case: Case) -> str:
    """Where what scores an assessment item belongs; or it is no assessment item."""
    return f"move it to graders/eprofessionalism_graders/keys/{case.slug}.yaml, or take out “assessment: true”"


def _certainty(case: Case) -> Iterator[Finding]:
    """Certainty needs an answer that is right or wrong."""
    for place, item in case.items():
        if item.certainty and item.type not in ("sba", "mrq"):
            yield case.finding(
                (*place, "certainty"), item.item, "certainty on sba or mrq only", item.type, "take it out"
            )


def _cites(case: Case) -> Iterator[Finding]:
    """Whatever is cited exists; a fact that was never read anywhere is not taught."""
    for place, cite in _all_cites(case):
        if not standards.is_known(cite):
            remedy = "look it up in standards/clauses.yaml and standards/facts.yaml"
            yield case.finding(place, cite, "the id of a clause, its part, or a fact", f"“{cite}”", remedy)
        elif cite.startswith("fact-") and standards.facts()[cite].verified == "memory":
            yield case.finding(
                place, cite, "a fact read in a source", "one from memory", "verify it first, or leave it out"
            )
    for place, item in case.items():
        for index, cite in enumerate(item.teaches):
            if cite.startswith("fact-"):
                spot = (*place, "teaches", index)
                yield case.finding(
                    spot, item.item, "clauses in “teaches”", f"“{cite}”", "put facts into “cites” of the feedback"
                )


def _all_cites(case: Case) -> Iterator[tuple[Place, str]]:
    """Every cite in the file with its place: found by field name, wherever it stands."""
    for place, value in leaves(case.source.data):
        if place[-1] == "cite" or (len(place) > 1 and place[-2] in ("cites", "teaches")):
            yield place, value


def _story(case: Case) -> Iterator[Finding]:
    """A story asks something; a reflection asks for a sensible number of words."""
    if not case.content.items:
        yield case.finding(("story",), "story", "at least one item", "none", "add a question")
    for place, item in case.items():
        if isinstance(item, ReflectionItem) and item.words[0] >= item.words[1]:
            found = f"{item.words[0]}, {item.words[1]}"
            yield case.finding((*place, "words"), item.item, "the smaller number first", found, "write [80, 150]")


def _closing(case: Case) -> Iterator[Finding]:
    """A case closes with three things to do and something to read; a test need not."""
    if not case.is_story:
        return
    closing = case.content.closing
    if len(closing.this_week) != 3:
        found = str(len(closing.this_week))
        yield case.finding(
            ("closing", "this_week"), "closing", "three things to do this week", found, "make them three"
        )
    if not closing.reading:
        yield case.finding(("closing", "reading"), "closing", "further reading", "none", "name three to six works")
    for index, work in enumerate(closing.reading):
        if not standards.is_work(work.cite):
            expected, spot = "the id of a fact or of a pointer, whose entry is printed", ("closing", "reading", index)
            yield case.finding(spot, "closing", expected, f"“{work.cite}”", "cite the work")


_RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    names.names,
    names.options,
    wording.wording,
    scenes.scenes,
    pictures.pictures,
    survey.survey,
    blueprint.fields,
    facilitator.sound,
    _practice,
    _assessment,
    _certainty,
    _cites,
    _story,
    _closing,
)
_COURSE_RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    pattern.pattern,
    facilitator.there,
    flaws.waivers,
    terms.terms,
    readability.readability,
)
_ITEM_RULES: tuple[Callable[[Keyed], Iterator[Finding]], ...] = (flaws.flaws, pattern.judgement)
