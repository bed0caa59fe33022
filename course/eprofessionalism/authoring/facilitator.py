"""The facilitator's page of a case: a session plan that an attending can read in ten minutes, built from the case file.

The first screen holds what somebody needs who reads no further; then come the plan of the session and the questions for
the group, and last the case itself for looking things up. Pages are Markdown, and every text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from eprofessionalism import standards
from eprofessionalism.answers import LEVELS
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import AnyItem, Facilitator, PlainOption, ReflectionItem, Step

CITES_SHOWN = 2
"""So many of a question's clauses are named; the page of the case names all of them."""

KINDS = {
    "sba": "choose one",
    "mrq": "choose all that apply",
    "choose": "choose three",
    "rating": "rate each response",
    "ranking": "put in order",
    "branch": "decide; the story follows",
    "reflection": "in their own words",
}

_MINUTES = re.compile(r"(\d+) min(?:utes?|\.)?\s*[:,·–-]?\s*(\S.*)", re.DOTALL)


# ---- Checks ----------------------------------------------------------------------------------------------------------


def there(case: Case) -> Iterator[Finding]:
    """Every case of the course has a facilitator's page."""
    if case.is_story and case.content.facilitator is None:
        expected, remedy = "a field “facilitator” for whoever leads a group", "say how to discuss the case with a group"
        yield case.finding((), "facilitator", expected, "none", remedy)


def sound(case: Case) -> Iterator[Finding]:
    """A facilitator's page speaks of this case, says where its dissent is written, and times the session."""
    guide = case.content.facilitator
    if guide is None:
        return
    known = [item.item for item in case.content.items]
    named = [("pitfalls", index, pitfall.item) for index, pitfall in enumerate(guide.pitfalls)]
    named += [("questions", index, question.item) for index, question in enumerate(guide.questions) if question.item]
    for field, index, item in named:
        if item not in known:
            spot, expected = ("facilitator", field, index, "item"), f"an item of this case: {', '.join(known)}"
            remedy = "name the item at which they go wrong" if field == "pitfalls" else "name the item it leads on from"
            yield case.finding(spot, field, expected, f"“{item}”", remedy)
    if not guide.dissent.cites:
        remedy = "cite the clause or the work that takes the other view"
        yield case.finding(("facilitator", "dissent"), "dissent", "a source in “cites”", "none", remedy)
    for index, step in enumerate(guide.live):
        if not _MINUTES.match(step.title):
            spot, expected = ("facilitator", "live", index, "title"), "the minutes first, such as “10 min: The message”"
            yield case.finding(spot, "live", expected, f"“{step.title}”", "begin with how long this part takes")


# ---- Pages -----------------------------------------------------------------------------------------------------------


class Part(NamedTuple):
    """One part of the session."""

    minutes: int
    title: str
    text: str


class Reason(NamedTuple):
    """Why an option is right, as whoever chose it was told, and where that is written."""

    option: str
    text: str
    source: str


class Entry(NamedTuple):
    """One question of the case: what is asked, what is best (as label and text) and why, and what it rests on.

    `box` is what learners are shown afterwards, where it sets one standard beside another.
    """

    number: int
    kind: str
    stem: str
    best: tuple[tuple[str, str], ...]
    why: tuple[Reason, ...]
    clauses: str
    box: tuple[str, str, str] | None


def pages(cases: Mapping[str, Case]) -> dict[str, bytes]:
    """The page of every case that has one, by file name, and `README.md`, which lists them."""
    with_page = {slug: case for slug, case in cases.items() if case.is_story and case.content.facilitator}
    built = {f"{slug}.md": page(case) for slug, case in with_page.items()}
    entries = [(slug, case.content, minutes(case.content.facilitator)) for slug, case in with_page.items()]
    return {name: text.encode() for name, text in (built | {"README.md": _render("index.md", cases=entries)}).items()}


def page(case: Case) -> str:
    """The facilitator's page of one case.

    Raises:
        ValueError: the case has no facilitator block.
    """
    guide = case.content.facilitator
    if guide is None:
        raise ValueError(f"{case.slug}: expected a facilitator block, found none; eprof check says what belongs there")
    numbers = {item.item: number for number, item in enumerate(case.content.items, start=1)}
    return _render(
        "facilitator.md",
        case=case.content,
        guide=guide,
        numbers=numbers,
        minutes=minutes(guide),
        parts=[_part(step) for step in guide.live],
        dissent_cites=_labels(guide.dissent.cites),
        entries=[_entry(number, item) for number, item in enumerate(case.content.items, start=1)],
        works=[(*standards.work(work.cite), work.note) for work in case.content.closing.reading],
    )


def minutes(guide: Facilitator | None) -> int:
    """How long the session takes."""
    return sum(_part(step).minutes for step in guide.live) if guide else 0


def _part(step: Step) -> Part:
    found = _MINUTES.match(step.title)
    title = found[2] if found else step.title
    return Part(int(found[1]) if found else 0, f"{title[:1].upper()}{title[1:]}", step.text)


def _entry(number: int, item: AnyItem) -> Entry:
    return Entry(number, KINDS[item.type], item.stem, tuple(_best(item)), tuple(_why(item)), _clauses(item), _box(item))


def _best(item: AnyItem) -> Iterator[tuple[str, str]]:
    """What to say when somebody asks for the answer; of ratings the two ends, which carry the discussion."""
    worth = {option.in_full: option.value for option in item.options if option.value is not None}
    match item.type:
        case "rating":
            for level in (max(LEVELS), min(LEVELS)):
                yield LEVELS[level].capitalize(), " / ".join(text for text, value in worth.items() if value == level)
        case "ranking":
            order = sorted(worth, key=lambda text: worth[text])
            yield "Suggested order", " ".join(f"({place}) {text}" for place, text in enumerate(order, start=1))
        case "reflection" if isinstance(item, ReflectionItem):
            yield "Length", f"{item.words[0]} to {item.words[1]} words; read by a person, no right answer"
        case _:
            yield "Best", " / ".join(text for text, value in worth.items() if value == 1)


def best_options(item: AnyItem) -> list[PlainOption]:
    """The options that the key puts highest: the right ones, those rated best, the one that comes first."""
    worth = {option.id: option.value for option in item.options if option.value is not None}
    top = (min if item.type == "ranking" else max)(worth.values(), default=None)
    return [option for option in item.options if worth.get(option.id) == top and top is not None]


def _why(item: AnyItem) -> Iterator[Reason]:
    for option in best_options(item):
        if option.feedback and option.cites:
            yield Reason(option.text, option.feedback, standards.label(option.cites[0]))


def _clauses(item: AnyItem) -> str:
    labels = list(dict.fromkeys(map(standards.label, item.teaches)))
    more = len(labels) - CITES_SHOWN
    return "; ".join(labels[:CITES_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _box(item: AnyItem) -> tuple[str, str, str] | None:
    """The box after an item where it rests on two published standards or more, and so shows where they differ."""
    if item.after is None:
        return None
    known = [standards.clauses().get(standards.split(cite)[0]) for cite in item.after.cites]
    if len({clause.source for clause in known if clause}) < 2:
        return None
    return item.after.title, item.after.text, _labels(item.after.cites)


def _labels(cites: tuple[str, ...]) -> str:
    return "; ".join(dict.fromkeys(map(standards.label, cites)))


# ---- Markdown --------------------------------------------------------------------------------------------------------


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("eprofessionalism.authoring"),
        autoescape=False,  # noqa: S701 - not HTML: `finalize` escapes every value for Markdown
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_escaped,
    )
    environment.filters["stop"] = stop
    return environment


def _render(template: str, **content: Any) -> str:
    text = _environment().get_template(template).render(**content)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _escaped(value: object) -> str:
    """Every value that a template prints goes through here."""
    return markdown(str(value))


def stop(text: str) -> str:
    """A phrase as a sentence: with a full stop, unless it ends as one already."""
    return text if text.rstrip("”’)").endswith((".", "?", "!")) else f"{text}."


_SIGNS = str.maketrans({char: f"\\{char}" for char in "\\`*_[]|~$"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_OPENING = re.compile(r"\A(?=#|[-+=](?:\s|\Z|-|=))|(?<=\A\d)(?=[.)])|(?<=\A\d\d)(?=[.)])")


def markdown(text: str) -> str:
    """A text as one line of Markdown that shows it to the letter: no sign of it is taken for markup."""
    return _OPENING.sub(r"\\", " ".join(text.split()).translate(_SIGNS))
