"""`report/share/`: the page to hand on, and a page for the discussion of each case. Neither tells on anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from eprofessionalism_graders.cohort import evaluation, page
from eprofessionalism_graders.cohort.evaluation import Evaluation
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sharing import handouts, holding, wording
from eprofessionalism_graders.cohort.sharing.shared import share

FOLDER = "share"
HELD = (
    "report/share stays as it was written before: in some part of the course only a few learners have anything new"
    " since, and two pages could be subtracted from each other. If nobody was given it, delete report/share and run"
    " eprof report again"
)


def files(
    results: Results,
    evaluations: Sequence[Evaluation],
    report: Path,
    smallest: int,
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
        smallest: the size a group must have to be shown.
        due: when the course is to be finished.
        own_cases: the institution's own case files by slug, for their facilitators' questions.
        warn: is told when the pages of before stand.
    """
    now = holding.basis(results, evaluations)
    before = _before(report)
    if before and holding.is_too_close(before, now, smallest):
        warn(HELD)
        return {}
    shared = share(results, smallest)
    places = [own_cases] if own_cases else []
    pages = handouts.written(shared, [*places, handouts.shipped()], results.title)
    head = {"title": results.title, "due": due, "pass_mark": results.pass_mark, "handouts": handouts.links(pages)}
    said = {"evaluations": evaluation.share(evaluations, smallest)}
    index = page.render("share.html", head | wording.content(shared) | said)
    return {
        holding.FILE: now.to_json(),
        **{f"{FOLDER}/{name}": text for name, text in {"index.html": index, **pages}.items()},
    }


def _before(report: Path) -> holding.Basis | None:
    """What the shared page that lies there was made from; None where there is none, or nothing is known of it."""
    if not (report / FOLDER / "index.html").is_file():
        return None
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
