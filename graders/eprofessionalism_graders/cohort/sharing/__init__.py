"""`report/share/`: the page to hand on, and a page for the discussion of each case. Neither tells on anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from eprofessionalism_graders.cohort import page
from eprofessionalism_graders.cohort.evaluation import Evaluation
from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sharing import handouts, holding, opinions, wording
from eprofessionalism_graders.cohort.sharing.shared import share

FOLDER = "share"
HELD = (
    "report/share stays as it was written before: in some part of the course only a few learners have anything new"
    " since, and two pages could be subtracted from each other. If nobody was given it, delete report/share and run"
    " eprof report again"
)
RESIZED = (
    "report/share stays as it was written before, for groups of {before} and more: two pages for groups of different"
    " sizes could be subtracted from each other. If nobody was given it, delete report/share and run"
    " eprof report --smallest-group {now} again"
)


def files(
    results: Results,
    evaluations: Sequence[Evaluation],
    report: Path,
    smallest: int | None = None,
    *,
    due: datetime | None = None,
    own_cases: Path | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> dict[str, str]:
    """What is to be written for handing on, by path below `report`; nothing where the pages of before must stand.

    Args:
        results: of the cohort.
        evaluations: what it said of the course.
        report: the folder of the report, with what was shared before.
        smallest: the size a group must have to be shown; without it, as the last time.
        due: when the course is to be finished.
        own_cases: the institution's own case files by slug, for their facilitators' questions.
        warn: is told when the pages of before stand.
    """
    before = _before(report)
    smallest = smallest or (before.smallest if before else SMALLEST_GROUP)
    now = holding.basis(results, evaluations, smallest)
    why = _held(before, now) if before and (report / FOLDER / "index.html").is_file() else ""
    if why:
        warn(why)
        return {}
    shared = share(results, smallest, due)
    places = [own_cases] if own_cases else []
    pages = handouts.written(shared, [*places, handouts.shipped()], results.title)
    head = {"title": results.title, "due": due, "pass_mark": results.pass_mark, "handouts": handouts.links(pages)}
    index = page.render("share.html", head | wording.content(shared, opinions.share(evaluations, smallest)))
    return {
        holding.FILE: now.to_json(),
        **{f"{FOLDER}/{name}": text for name, text in {"index.html": index, **pages}.items()},
    }


def _held(before: holding.Basis, now: holding.Basis) -> str:
    """Why a page must stand as it is; empty where it need not."""
    if before.smallest != now.smallest:
        return RESIZED.format(before=before.smallest, now=now.smallest)
    return HELD if holding.is_too_close(before, now, now.smallest) else ""


def _before(report: Path) -> holding.Basis | None:
    """What the shared page was made from last, also where it lies there no more; None where nothing is known of it."""
    try:
        return holding.read((report / holding.FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def outdated(report: Path, written: Mapping[str, object] | Iterable[str]) -> set[Path]:
    """What lies there from before and is not among the pages written now; nothing where those of before stand."""
    names = set(written)
    if f"{FOLDER}/index.html" not in names:
        return set()
    return set((report / FOLDER).rglob("*.html")) - {report / name for name in names}
