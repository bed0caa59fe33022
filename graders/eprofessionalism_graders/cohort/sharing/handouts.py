"""A page for the discussion of a case: what the group chose, what the key says, what to ask, and room for notes.

It fits on one printed page, A4 or letter. It is made of what the shared page says, and of nothing else of the cohort.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import ceil
from pathlib import Path
from typing import Any

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.authoring.loader import CASE_FILE, load_case
from eprofessionalism.authoring.model import CaseFile
from eprofessionalism_graders.cohort import page, privacy
from eprofessionalism_graders.cohort.sharing.choices import CHOSEN_MOST, Case, Shown
from eprofessionalism_graders.cohort.sharing.shared import Shared

FOLDER = "handouts"
TO_DISCUSS = 3
"""So many of the facilitator's questions stand on a page; fewer where the case has much to show."""

LINES = 55
"""What fits on a printed page of the smaller height in either of its columns, in lines; the rest is for notes."""

LETTERS, BESIDE = 48, 34
"""How many letters a line of a column has, and how many beside a bar or a word."""


def written(shared: Shared, places: Sequence[Path], title: str) -> dict[str, str]:
    """The page of each case of the course, by its path below the folder that is handed on.

    Args:
        shared: what may be handed on.
        places: folders that hold case files by slug, to look for the facilitator's questions, in this order; a case
            that is in none of them has no questions for the discussion.
        title: of the offering.
    """
    sources = {case.slug: source for case in shared.cases if (source := _source(case.slug, places))}
    pages = {}
    for case in shared.cases:
        source = sources.get(case.slug)
        if case.questions and (source is None or source.module == "case"):
            pages[path(case.slug)] = page.render("handout.html", content(case, source) | {"title": title})
    return pages


def path(slug: str) -> str:
    """Where the page of a case lies below the folder that is handed on."""
    return f"{FOLDER}/{slug}.html"


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


def content(case: Case, source: CaseFile | None) -> dict[str, Any]:
    """What the page of a case says."""
    facilitator = source.facilitator if source else None
    questions = [question.ask for question in facilitator.questions] if facilitator else []
    return {
        "case": case,
        "about": source.lede if source else "",
        "legend": " ".join(_legend(case)),
        "discuss": _fitting(questions, _lines(case.questions)),
    }


def _lines(questions: Sequence[Shown]) -> int:
    """About how many printed lines the higher of the two columns takes; no question is broken between them."""
    high = [_high(question) for question in questions]
    return ceil(min((max(sum(high[:place]), sum(high[place:])) for place in range(len(high) + 1)), default=0))


def _high(question: Shown) -> float:
    """About how many lines a question takes, with the space around it and its options."""
    lines = sum(ceil(len(option.text) / BESIDE) + 0.1 for option in question.options)
    return lines + ceil(len(question.stem) / LETTERS) + 0.6


def _fitting(questions: Sequence[str], lines: int) -> list[str]:
    """The first questions for the discussion, one at least, as many as the page has room for."""
    return list(questions[: max(1, min(TO_DISCUSS, (LINES - lines) // 2))])


def _legend(case: Case) -> Iterator[str]:
    """How to read what is shown, as far as it is."""
    yield "✓ is what the key says."
    shares = [question for question in case.questions if question.has_shares]
    if shares:
        yield f"Bars are percent of all learners, rounded to {privacy.STEP}."
    without = [question.without for question in shares if question.without is not None]
    if without:
        least, most = min(without), max(without)
        yield f"About {least}% did not answer." if least == most else f"About {least} to {most}% did not answer."
    if any(option.percent is None for question in shares for option in question.options):
        yield "“Not shown” may be few or many."
    if any(question.how == CHOSEN_MOST and any(o.most for o in question.options) for question in case.questions):
        yield f"“{CHOSEN_MOST}” does not say by how many."
    if not case.is_open:
        yield "Too few have answered for the group’s choices to be shown: ask for hands."


def links(pages: Mapping[str, str]) -> dict[str, str]:
    """The pages by slug, for the page that leads to them."""
    return {Path(name).stem: name for name in pages}
