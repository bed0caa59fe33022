"""A page for the discussion of a case: what the group chose, what the key says, what to ask, and room for notes.

It fits on one printed page, A4 or letter. It is made of what the shared page says and of the case file, and of nothing
else of the cohort.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from eprofessionalism.authoring.build import GUIDES
from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.authoring.loader import CASE_FILE, load_case
from eprofessionalism.authoring.model import CaseFile, Facilitator
from eprofessionalism_graders.cohort import page, privacy
from eprofessionalism_graders.cohort.sharing import fitting, printed
from eprofessionalism_graders.cohort.sharing.choices import MEANINGS, Case, Shown
from eprofessionalism_graders.cohort.sharing.printed import Asked
from eprofessionalism_graders.cohort.sharing.shared import Shared

FOLDER = "handouts"
TO_DISCUSS = 3
"""So many of the facilitator's questions stand on a page; fewer where the case has much to show."""

ASK = (
    "Ask what a sensible colleague might choose, and why; not who chose what. We speak of the people in the case. No"
    " patients of ours. The most senior speaks last."
)
"""How to lead the discussion so that nobody has to confess anything."""

SIGNS = {"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾"}
"""How a part of the credit is printed; others as they are written."""


def written(shared: Shared, places: Sequence[Path], title: str) -> dict[str, str]:
    """The page of each case of the course, by its path below the folder that is handed on.

    Args:
        shared: what may be handed on.
        places: folders that hold case files by slug, to look for what the case file says, in this order; a case that is
            in none of them has no questions for the discussion.
        title: of the offering.
    """
    sources = {case.slug: source for case in shared.cases if (source := _source(case.slug, places))}
    pages = {}
    for case in shared.cases:
        source = sources.get(case.slug)
        if case.questions and (source is None or source.module == "case"):
            pages[path(case.slug)] = page.render("handout.html", content(case, source, title))
    return pages


def path(slug: str) -> str:
    """Where the page of a case lies below the folder that is handed on."""
    return f"{FOLDER}/{slug}.html"


def anchor(number: int) -> str:
    """Where a question stands on the page."""
    return f"question-{number}"


def prints(text: str, number: int) -> bool:
    """Whether a page has room for a question."""
    return f'id="{anchor(number)}"' in text


def shipped() -> Path:
    """The case files of the course as installed."""
    return Path(str(files("eprofessionalism"))) / "cases"


def _source(slug: str, places: Iterable[Path]) -> CaseFile | None:
    return next(filter(None, (_read(place / slug) for place in places)), None)


@cache
def _read(folder: Path) -> CaseFile | None:
    """A case file; None where there is none, or none that can be read: the page goes without it."""
    if not (folder / CASE_FILE).is_file():
        return None
    try:
        return load_case(folder).content
    except FindingsError:
        return None


def content(case: Case, source: CaseFile | None, title: str = "") -> dict[str, Any]:
    """What the page of a case says; `title` is of the offering."""
    guide = source.facilitator if source else None
    first = printed.first(case.questions)
    said = {
        "title": title,
        "case": case,
        "about": f"{source.lede} {source.you}" if source else "",
        "note": source.content_note if source else "",
        "ask": ASK,
        "begin": _begin(first, case, guide),
        "legend": " ".join(_legend(case)),
        "signs": SIGNS,
        "anchor": anchor,
        "differ": guide.dissent.title if guide else "",
        "guide": f"{GUIDES}/{case.slug}.md" if guide else "",
    }
    every = list(_less_and_less(printed.asked(case.questions, source), {question.id for question in first}, guide))
    return said | next((less for less in every if fitting.fits(said | less)), every[-1])


def _begin(first: Sequence[Shown], case: Case, guide: Facilitator | None) -> str:
    """What to begin with, as half an hour is too short for all; without a group to go by, where learners go wrong."""
    if first:
        return (
            f"Begin with {' and '.join(str(question.number) for question in first)}: there the group and the key part."
        )
    usual = guide.pitfalls[0].item if guide else ""
    return next((f"Begin with {one.number}: there many go wrong." for one in case.questions if one.id == usual), "")


def _less_and_less(
    asked: Sequence[Asked], first: Collection[str], guide: Facilitator | None
) -> Iterator[dict[str, Any]]:
    """What may stand on the page of the questions and of those for the discussion, ever less of it.

    Those for the discussion give way, down to one; then the sources, which stand on the facilitator's page too; then
    questions of the case do, the last ones first, but neither those to begin with nor, while there are others, those at
    which learners usually go wrong. Of the questions for the discussion those come first that lead on from what to
    begin with.
    """
    usual = {pitfall.item for pitfall in guide.pitfalls} if guide else set()
    talk = sorted(guide.questions, key=lambda question: question.item not in first) if guide else []
    order = sorted(asked, key=lambda one: (one.shown.id not in first, one.shown.id not in usual))
    points = [[question.ask for question in talk[:size]] for size in range(min(TO_DISCUSS, len(talk)), 0, -1)] or [[]]
    for count in range(max(len(order), 1), 0, -1):
        kept = [one for one in asked if one in order[:count]]
        without = _without([one for one in asked if one not in kept])
        for shorter in (kept, [replace(one, source="") for one in kept]):
            yield from ({"asked": shorter, "discuss": discuss, "without": without} for discuss in points)


def _without(left: Sequence[Asked]) -> str:
    numbers = " and ".join(str(one.shown.number) for one in left)
    return f"Without question{'s' * (len(left) > 1)} {numbers}, for want of room." if left else ""


# ---- How to read it --------------------------------------------------------------------------------------------------


def _legend(case: Case) -> Iterator[str]:
    """How to read what is shown, as far as it is."""
    yield "✓ right answer."
    if any(option.said and option.said == option.key for question in case.questions for option in question.options):
        yield "✓ before a rating: most often given, and right."
    parts = sorted({o.part for question in case.questions for o in question.options} - {""}, key=Fraction, reverse=True)
    if parts:
        yield f"{', '.join(SIGNS.get(part, part) for part in parts)}: part of the credit."
    yield from _shares(case)
    for said in dict.fromkeys(said for question in case.questions for said in question.words):
        yield f"“{said}”: {MEANINGS[said]}."
    if not case.is_open:
        yield "Too few have answered to show what was chosen."


def _shares(case: Case) -> Iterator[str]:
    shares = [question for question in case.questions if question.has_shares]
    if shares:
        yield f"Percent: of all learners, rounded to {privacy.STEP}."
    if case.unanswered:
        yield case.unanswered
    if any(option.percent is None for question in shares for option in question.options):
        yield "–: not shown, may be few or many."


def links(pages: Mapping[str, str]) -> dict[str, str]:
    """The pages by slug, for the page that leads to them."""
    return {Path(name).stem: name for name in pages}
