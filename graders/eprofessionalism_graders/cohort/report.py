"""`report/`: the director's page, the same as PDF, the page with names, the tables; and `report/share/`, to hand on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.items import ItemBankError
from eprofessionalism_graders import incidents
from eprofessionalism_graders.cohort import evaluation, found, page, pdf, people, sharing, sheets, standing, words
from eprofessionalism_graders.cohort.document import Answer, Report, Section
from eprofessionalism_graders.cohort.doubt import doubted
from eprofessionalism_graders.cohort.evaluation import Evaluation
from eprofessionalism_graders.cohort.everybody import everybody
from eprofessionalism_graders.cohort.people import Talk
from eprofessionalism_graders.cohort.results import Results, read_results
from eprofessionalism_graders.cohort.sections import evaluating, sections
from eprofessionalism_graders.cohort.sections.confident import confident_and_wrong
from eprofessionalism_graders.cohort.sheets import anchor
from eprofessionalism_graders.cohort.steps import steps
from eprofessionalism_graders.cohort.times import moment
from eprofessionalism_graders.cohort.words import Step
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.files import put
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.offering import Offering

PDF, SHARED = "report.pdf", f"{sharing.FOLDER}/index.html"
FILES = {
    PDF: "the same to print, without what is folded and without the questions; it may contain answers of the test",
    people.FILE: "learners by name, and what was written of the course; for your eyes alone",
    "learners.csv": "one row for each learner, with names and e-mail addresses; for your eyes alone",
    "responses.csv": "one row for each answer, with learners’ ids; for your eyes alone",
    "items.csv": "one row for each question, with its key; no learners",
    evaluation.FILE: "the survey: counts, and what was written, without learners; for your eyes alone",
    found.FILE: "what was found in submissions, with names; for your eyes alone",
    SHARED: "the page to hand on: nothing of small groups",
}
"""The files beside the page, where there are any of that name, and what they hold."""

QUESTIONS = (
    ("Did they learn?", "learning", "", "Before and after"),
    ("Which clause is weak?", "mastery", "mastery-clauses", "Clause by clause"),
    ("Which questions may be broken?", "items", "item-flags", "What was found"),
)
"""What a director asks, the section that answers it and the table in it with more, and what stands there."""

NO_ANSWER = "Too few have answered to say."


def write_report(offering: Offering, smallest: int | None = None, warn: Callable[[str], None] = lambda _: None) -> Path:
    """Write both reports of an offering as it stands now; the path of the director's page.

    On POSIX nobody but the owner can read what is written.

    Args:
        offering: the offering, graded or not.
        smallest: the size a group must have to appear in the shared page; without it, as the last time.
        warn: is told of every learner whose answers could not be read, and the report goes without them and says so;
            and of what lies beside the offering and is not read.

    Raises:
        UserError: roster, questions or keys of the offering cannot be read, or the report cannot be written.
    """
    try:
        return _write_report(offering, smallest, warn)
    except (FindingsError, ItemBankError, OSError) as error:
        raise UserError(str(error)) from error


def _write_report(offering: Offering, smallest: int | None, warn: Callable[[str], None]) -> Path:
    results, settings = read_results(offering), offering.settings
    said, noted = evaluation.read(offering), incidents.load(offering.root)
    talks = people.talks(results, confident_and_wrong(results), noted, settings.due)
    whole = compose(results, said, talks, noted, settings.due)
    titles = {name: offering.bank(name).title for name in offering.assignments}
    named = people_content(results, talks, said) | {"found": found.told(noted, offering.roster(), titles)}
    folder, own_cases = offering.root / "report", settings.keys / "cases" if settings.keys else None
    shared = sharing.files(results, said, folder, smallest, due=settings.due, own_cases=own_cases, warn=warn)
    next_steps = steps(results, settings.due, shared)
    contents: dict[str, str | bytes] = {
        **results.tables.files(),
        **evaluation.files(said),
        **found.files(noted, offering.roster()),
        **sheets.files(whole.sections),
        people.FILE: page.render("people.html", {"title": whole.title, "report": whole} | named),
        PDF: pdf.written(whole, last(results), next_steps),
        **shared,
    }
    contents["index.html"] = page.render("own.html", own_content(whole, results, next_steps, [*contents, SHARED]))
    for name, content in contents.items():
        _write(folder / name, content)
    _clear(folder, contents)
    for note in (*results.tables.notes, *results.unread):
        warn(note)
    return folder / "index.html"


def _write(path: Path, content: str | bytes) -> None:
    """Put a file in place whole, in a folder and with rights for its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    put(path, content)


def _clear(folder: Path, contents: Iterable[str]) -> None:
    """Take away what an earlier report wrote and this one has nothing for."""
    kept = {folder / name for name in contents}
    mine = [folder / evaluation.FILE, folder / found.FILE, *(folder / sheets.FOLDER).glob("*.csv")]
    for path in (set(mine) - kept) | sharing.outdated(folder, contents):
        path.unlink(missing_ok=True)


# ---- What the report says --------------------------------------------------------------------------------------------


def compose(
    results: Results,
    said: Sequence[Evaluation] = (),
    talks: Sequence[Talk] = (),
    noted: Sequence[Incident] = (),
    due: datetime | None = None,
) -> Report:
    """The report without names, for the page and the PDF.

    Args:
        results: of the cohort.
        said: what it said of the course.
        talks: who may need a talk; only their number is used.
        noted: what was found in submissions; only whether there is anything is used.
        due: when the course is to be finished.
    """
    parts = (*sections(results), *map(evaluating.section, said))
    overall = results.summary.overall
    return Report(
        title=results.title,
        about=words.about(due, results.pass_mark, last(results)),
        answers=tuple(_answers(results, {part.id: part for part in parts}, said, talks)),
        progress=words.progress(overall),
        notes=words.notes(len(results.tables.notes), len(noted)),
        sections=parts,
        caution=words.caution(overall.total),
    )


def _answers(
    results: Results, parts: Mapping[str, Section], said: Sequence[Evaluation], talks: Sequence[Talk]
) -> Iterable[Answer]:
    more = ("#finishing", "Part by part") if "finishing" in parts else ("", "")
    last_alone = len(standing.last_test_alone(results))
    yield Answer("Who finished?", words.finished(results.summary, last_alone), *more)
    gain = results.summary.gain
    for question, name, table, more_there in QUESTIONS if results.summary.begun else ():
        part = parts.get(name)
        there = (_place(part, table), more_there) if part else ("", "")
        otherwise = words.learned(gain.learners if gain else 0) if name == "learning" else NO_ANSWER
        yield Answer(question, part.answer if part and part.answer else otherwise, *there)
    yield from _opinion(said, parts)
    counts = Counter(talk.kind for talk in talks)
    reasons = (counts[kind] for kind in (people.FAILED, people.PRIVACY, people.FOUND, people.OPEN))
    yield Answer("Who may need a talk?", words.talks(*reasons), people.FILE, "Learners by name")


def _place(part: Section, table: str) -> str:
    """Where a table of a part stands on the page; the part, where it has no such table."""
    return f"#{anchor(table) if table in (one.name for one in part.tables) else part.id}"


def _opinion(said: Sequence[Evaluation], parts: Mapping[str, Section]) -> Iterable[Answer]:
    """What was thought of the course, of the first survey that enough have answered; nothing without a survey."""
    asked = [parts[evaluating.anchor(one)] for one in said]
    if asked:
        part = next((one for one in asked if one.answer), asked[0])
        yield Answer("What did they think of it?", part.answer or part.title + ".", f"#{part.id}", "What they said")


def last(results: Results) -> datetime | None:
    """When the last answer was given, as far as journals can be believed."""
    return _last(results.tables.responses["at"].dropna(), datetime.now(UTC))


def _last(times: Iterable[str], now: datetime) -> datetime | None:
    """The last of the times that can be: a journal may say anything about time, and a clock may run ahead."""
    return max((found for found in map(moment, times) if found and found <= now), default=None)


def own_content(
    report: Report, results: Results, next_steps: Sequence[Step] = (), written: Collection[str] = ()
) -> dict[str, Any]:
    """What the director's page says: the report, what to do next, what was chosen in each question, and its files.

    Args:
        report: what it says.
        results: of the cohort.
        next_steps: what to do next.
        written: the files beside the page.
    """
    return {
        "title": report.title,
        "report": report,
        "steps": next_steps,
        "summary": results.summary,
        "doubted": {question.item for question in doubted(results)},
        "files": {name: what for name, what in FILES.items() if name in written},
    }


def people_content(results: Results, talks: Sequence[Talk], said: Sequence[Evaluation]) -> dict[str, Any]:
    """What the page with names says, beside what was found in submissions."""
    written = [
        (question.item.stem, len(question.texts), Counter(question.texts))
        for one in said
        for question in one.questions
        if question.texts
    ]
    listed = people.blocks(talks, results)
    return {
        "talks": [block for block in listed if block.kind != people.OPEN],
        "reminders": [block for block in listed if block.kind == people.OPEN],
        "people": everybody(results),
        "stories": sum(not case.assessment for case in results.summary.cases),
        "pass_mark": results.pass_mark,
        "notes": results.tables.notes,
        "written": written,
    }
