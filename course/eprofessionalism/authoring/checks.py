"""What the fields of a case mean together: one rule a function, each finding on the line it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from eprofessionalism import standards
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import (
    AnyItem,
    BaseItem,
    BranchItem,
    Figure,
    Post,
    Profile,
    ReflectionItem,
    Scene,
)
from eprofessionalism.authoring.yamlsource import Place


def check_cases(cases: Mapping[str, Case], figure_rows: Iterable[str]) -> list[Finding]:
    """Every finding on every case, sorted by place.

    Args:
        cases: the bank by slug.
        figure_rows: the ids in the table of published figures.
    """
    rows = set(figure_rows)
    findings = [*_item_ids(cases)]
    for case in cases.values():
        for rule in _RULES:
            findings += rule(case)
        findings += _figures(case, rows)
    return sorted(findings)


def _at(case: Case, place: Place, where: str, expected: str, found: str, remedy: str) -> Finding:
    return Finding(case.source.file, case.source.line(place), where, expected, found, remedy)


def items_with_place(case: Case) -> Iterator[tuple[Place, AnyItem]]:
    """The items of a case, each with its place in the file."""
    for index, block in enumerate(case.content.story):
        if isinstance(block, BaseItem):
            yield ("story", index), block


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
        for place, item in items_with_place(case):
            here = f"{case.source.file}:{case.source.line(place)}"
            if item.item in seen:
                found = f"it again (first at {seen[item.item]})"
                yield _at(
                    case, place, item.item, "an item id used once in the course", found, "give one of the two a new id"
                )
            seen.setdefault(item.item, here)


def _names(case: Case) -> Iterator[Finding]:
    """The folder is named as the case; block and option ids are unique."""
    if case.folder.name != case.slug:
        yield _at(
            case, ("case",), "case", f"“{case.folder.name}”, as the folder", f"“{case.slug}”", "use one name for both"
        )
    ids = Counter(_block_id(block) for block in case.content.story)
    for index, block in enumerate(case.content.story):
        name = _block_id(block)
        if ids[name] > 1 and not isinstance(block, BaseItem):
            yield _at(
                case,
                ("story", index),
                name,
                "a block id used once in the case",
                "it again",
                "give this block another id",
            )
    for place, item in items_with_place(case):
        options = Counter(option.id for option in item.options)
        for index, option in enumerate(item.options):
            if options[option.id] > 1:
                spot = (*place, "options", index)
                yield _at(
                    case,
                    spot,
                    f"{item.item} / {option.id}",
                    "an option id used once",
                    "it again",
                    "use the next letter",
                )


def _block_id(block: object) -> str:
    for name in ("scene", "figure", "artifact", "item"):
        if hasattr(block, name):
            return str(getattr(block, name))
    raise TypeError(f"not a block: {block!r}")


def _practice(case: Case) -> Iterator[Finding]:
    """Each option of a practice item says what it is worth, why, and where that is written."""
    for place, item in items_with_place(case):
        if item.assessment:
            continue
        yield from _explained(case, place, item)
        values = {option.id: option.value for option in item.options if option.value is not None}
        if item.options and len(values) == len(item.options):
            for problem in option_problems(item.type, values):
                yield _at(case, (*place, "options"), item.item, *problem)


def _explained(case: Case, place: Place, item: AnyItem) -> Iterator[Finding]:
    for index, option in enumerate(item.options):
        spot, where = (*place, "options", index), f"{item.item} / {option.id}"
        if option.value is None:
            yield _at(case, spot, where, "credit, right, level or place", "none", "say what this option is worth")
        if not option.feedback:
            yield _at(
                case,
                spot,
                where,
                "feedback for every option",
                "none",
                "answer whoever chose this, in one to three sentences",
            )
        if not option.cites:
            yield _at(case, spot, where, "a clause or fact behind the feedback", "none", "add “cites: [mms-…]”")


def _assessment(case: Case) -> Iterator[Finding]:
    """An assessment item gives nothing away: all that scores or explains it stands with the graders."""
    for place, item in items_with_place(case):
        if not item.assessment:
            continue
        if isinstance(item, (BranchItem, ReflectionItem)):
            yield _at(
                case, place, item.item, "an assessment item that is scored by its key", item.type, "use another type"
            )
        if item.after:
            yield _at(
                case, (*place, "after"), item.item, "no box after the answer", "“after”", "move it to the key file"
            )
        for index, option in enumerate(item.options):
            given = option.model_fields_set - {"id", "text"}
            if given:
                remedy = f"move it to the key file graders/eprofessionalism_graders/keys/{case.slug}.yaml"
                spot = (*place, "options", index)
                found = ", ".join(sorted(given))
                yield _at(case, spot, f"{item.item} / {option.id}", "an option with id and text only", found, remedy)


def _certainty(case: Case) -> Iterator[Finding]:
    """Certainty needs an answer that is right or wrong."""
    for place, item in items_with_place(case):
        if item.certainty and item.type not in ("sba", "mrq"):
            yield _at(case, (*place, "certainty"), item.item, "certainty on sba or mrq only", item.type, "take it out")


def _scenes(case: Case) -> Iterator[Finding]:
    """A scene has one text, or one for each option of a branch that comes before it."""
    branches: dict[str, set[str]] = {}
    for index, block in enumerate(case.content.story):
        if isinstance(block, BranchItem):
            branches[block.item] = {option.id for option in block.options}
        if isinstance(block, Scene):
            yield from _scene(case, ("story", index), block, branches)


def _scene(case: Case, place: Place, scene: Scene, branches: Mapping[str, set[str]]) -> Iterator[Finding]:
    if (scene.text is None) == (scene.texts is None) or (scene.after is None) != (scene.texts is None):
        expected, remedy = "either “text”, or “after” with “texts”", "keep one of the two forms"
        yield _at(case, place, scene.scene, expected, "both or neither", remedy)
    elif scene.after and scene.texts:
        if scene.after not in branches:
            near = ", ".join(branches) or "none"
            found, remedy = f"“{scene.after}”", f"branch items before this scene: {near}"
            yield _at(case, (*place, "after"), scene.scene, "a branch item earlier in the story", found, remedy)
        elif scene.texts.keys() != branches[scene.after]:
            expected = f"one text for each option of {scene.after} ({', '.join(sorted(branches[scene.after]))})"
            found = ", ".join(sorted(scene.texts))
            yield _at(case, (*place, "texts"), scene.scene, expected, found, "add or remove texts")


def _cites(case: Case) -> Iterator[Finding]:
    """Whatever is cited exists; a fact that was never read anywhere is not taught."""
    for place, cite in _all_cites(case):
        if not standards.is_known(cite):
            remedy = "look it up in standards/clauses.yaml and standards/facts.yaml"
            yield _at(case, place, cite, "the id of a clause, its part, or a fact", f"“{cite}”", remedy)
        elif cite.startswith("fact-") and standards.facts()[cite].verified == "memory":
            yield _at(
                case, place, cite, "a fact read in a source", "one from memory", "verify it first, or leave it out"
            )
    for place, item in items_with_place(case):
        for index, cite in enumerate(item.teaches):
            if cite.startswith("fact-"):
                spot = (*place, "teaches", index)
                yield _at(
                    case, spot, item.item, "clauses in “teaches”", f"“{cite}”", "put facts into “cites” of the feedback"
                )


def _all_cites(case: Case) -> Iterator[tuple[Place, str]]:
    """Every cite in the file with its place: found by field name, wherever it stands."""

    def walk(data: object, place: Place) -> Iterator[tuple[Place, str]]:
        if isinstance(data, dict):
            for name, child in data.items():
                spot = (*place, name)
                if name in ("cites", "teaches") and isinstance(child, list):
                    yield from (((*spot, index), cite) for index, cite in enumerate(child))
                elif name == "cite":
                    yield spot, child
                else:
                    yield from walk(child, spot)
        elif isinstance(data, list):
            for index, child in enumerate(data):
                yield from walk(child, (*place, index))

    return walk(case.source.data, ())


def _pictures(case: Case) -> Iterator[Finding]:
    """A picture that is named is there."""
    for index, block in enumerate(case.content.story):
        if isinstance(block, (Post, Profile)) and block.picture and not (case.folder / block.picture.file).is_file():
            spot = ("story", index, "picture", "file")
            yield _at(
                case,
                spot,
                block.artifact,
                "a drawing beside the case file",
                f"no {block.picture.file}",
                "draw it, or take the picture out",
            )


def _closing(case: Case) -> Iterator[Finding]:
    """A case closes with three things to do and something to read; a test need not."""
    if all(item.assessment for item in case.content.items):
        return
    closing = case.content.closing
    if len(closing.this_week) != 3:
        found = str(len(closing.this_week))
        yield _at(case, ("closing", "this_week"), "closing", "three things to do this week", found, "make them three")
    if not closing.reading:
        yield _at(case, ("closing", "reading"), "closing", "further reading", "none", "name three to six works")
    for index, work in enumerate(closing.reading):
        if not work.cite.startswith("fact-"):
            spot = ("closing", "reading", index)
            yield _at(
                case,
                spot,
                "closing",
                "a fact id, whose bibliography entry is printed",
                f"“{work.cite}”",
                "cite the work",
            )


def _figures(case: Case, rows: set[str]) -> Iterator[Finding]:
    """A figure draws rows that exist, one label each."""
    for index, block in enumerate(case.content.story):
        if not isinstance(block, Figure):
            continue
        for number, row in enumerate(block.rows):
            if row not in rows:
                spot = ("story", index, "rows", number)
                yield _at(
                    case,
                    spot,
                    block.figure,
                    "an id in datasets/published-figures.csv",
                    f"“{row}”",
                    "add the row, or correct the id",
                )
        if len(block.labels) != len(block.rows):
            expected, found = f"{len(block.rows)} labels", str(len(block.labels))
            yield _at(case, ("story", index, "labels"), block.figure, expected, found, "give each row its label")


_RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    _names,
    _practice,
    _assessment,
    _certainty,
    _scenes,
    _cites,
    _pictures,
    _closing,
)
