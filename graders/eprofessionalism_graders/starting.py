"""`eprof init`: an offering from a roster. Its releases are made by nbgrader itself, and looked through."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nbgrader.api import Student
from nbgrader.apps import NbGraderAPI
from sqlalchemy import select, update

from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.items import ITEMS_FILE, load_items
from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism.library import NoCourseError, built_cases
from eprofessionalism_graders import bank, database, files, forms, preflight
from eprofessionalism_graders.errors import UserError, refuse
from eprofessionalism_graders.keys import load_folder
from eprofessionalism_graders.offering import CONFIG_FILE, SETTINGS_FILE, Offering, Settings, nbgrader_at_work
from eprofessionalism_graders.roster import COLUMN, ROSTER_FILE, read_roster
from eprofessionalism_graders.wiring import config_text

_NAMES = ("first_name", "last_name", "email")


def init(
    root: Path,
    roster: Path,
    settings: Settings,
    db_url: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Offering:
    """Make an offering. Whatever is wrong is said before anything is written.

    Args:
        root: a folder that does not exist yet, or is empty.
        roster: the roster file.
        settings: title, dates and rules.
        db_url: an empty database for the gradebook other than a file in the offering.
        tell: is told what is being done.

    Raises:
        UserError: the folder or the database is in use, the roster or the keys are not sound, or nbgrader fails.
    """
    root = root.absolute()
    _check(root, roster, settings)
    sources = _sources(settings.keys)
    with database.claimed(db_url, "--db-url", tell) if db_url else nullcontext():
        root.mkdir(parents=True, exist_ok=True)
        root.chmod(0o700)  # names, answers and marks are nobody else's
        try:
            _lay_out(root, roster, settings, db_url, sources)
            return _release_all(Offering.open(root), tell)
        except BaseException:
            shutil.rmtree(root, ignore_errors=True)  # it was empty; half an offering would be in another try's way
            raise


def _release_all(offering: Offering, tell: Callable[[str], None]) -> Offering:
    """Fill the gradebook, let nbgrader make each release, and look it all through."""
    enter_roster(offering)
    api = NbGraderAPI(config=offering.config())
    for name in offering.assignments:
        tell(f"releasing {name}")
        _generate(offering, api, name)
    refuse([*preflight.check(offering), *_leaks(offering)])
    return offering


def _check(root: Path, roster: Path, settings: Settings) -> None:
    findings: list[Finding] = []
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        findings.append(
            Finding(str(root), 1, "offering", "a new or empty folder", "one that is in use", "name another folder")
        )
    if set(str(root)) & set("*?["):
        findings.append(Finding(str(root), 1, "offering", "a path without * ? [", "one of them", "name another folder"))
    findings += _mistakes(read_roster, roster)
    if settings.keys:
        findings += [*preflight.privacy_findings(settings.keys), *_mistakes(load_folder, settings.keys)]
    refuse(findings)


def _mistakes(read: Callable[[Path], object], path: Path) -> list[Finding]:
    """What reading something finds wrong with it."""
    try:
        read(path)
    except FindingsError as error:
        return error.findings
    return []


def _sources(keys: Path | None) -> dict[str, bytes]:
    """Every file of `source/` by its path there; the institution's own cases replace ours of the same name."""
    try:
        built = built_cases()
    except NoCourseError as error:
        raise UserError(str(error)) from error
    ours = {
        f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for name, folder in built.items()
        for path in folder.rglob("*")
        if path.is_file() and _is_ours(path.relative_to(folder).as_posix(), name)
    }
    return ours | bank.build_private(keys)


def _is_ours(path: str, assignment: str) -> bool:
    """Whether a built case has this file: its notebook, its questions, or a drawing."""
    return path in (ITEMS_FILE, f"{assignment}.ipynb") or re.fullmatch(r"art/[a-z0-9-]+\.svg", path) is not None


def _lay_out(root: Path, roster: Path, settings: Settings, db_url: str | None, sources: Mapping[str, bytes]) -> None:
    """Write the offering's own files and the sources."""
    shutil.copyfile(roster, root / ROSTER_FILE)
    (root / SETTINGS_FILE).write_text(settings.to_toml(), encoding="utf-8")
    _write_private(root / CONFIG_FILE, config_text(_course_name(root.name), db_url))
    for path, data in sources.items():
        target = root / "source" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    for name in ("release", "submitted"):
        (root / name).mkdir()


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read: the database's address may hold a password."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _course_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:COLUMN] or "course"


def enter_roster(offering: Offering) -> None:
    """Enter the learners and their names into the gradebook, and into `forms.csv` which form of the test comes first.

    Those who are there already keep their marks and their forms.
    """
    path, text = offering.root / forms.FORMS_FILE, forms.forms_text(offering.roster(), offering.first_forms)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        files.put(path, text)
    with offering.gradebook() as gradebook:
        columns = [getattr(Student, name) for name in _NAMES]
        there = {row[0]: tuple(row[1:]) for row in gradebook.db.execute(select(Student.id, *columns))}
        for learner in offering.roster():
            names: dict[str, Any] = {name: getattr(learner, name) or None for name in _NAMES}
            if learner.id not in there:
                gradebook.db.add(Student(id=learner.id, **names))
            elif there[learner.id] != tuple(names.values()):
                gradebook.db.execute(update(Student).where(Student.id == learner.id).values(**names))
        gradebook.db.commit()  # all at once: a large class is entered in a moment


def _generate(offering: Offering, api: NbGraderAPI, name: str) -> None:
    """Let nbgrader make the release of one assignment.

    Raises:
        UserError: it failed; with what it logged.
    """
    due = offering.settings.due
    with offering.gradebook() as gradebook:
        dates: dict[str, Any] = {"duedate": due.astimezone(UTC).replace(tzinfo=None)} if due else {}
        gradebook.update_or_create_assignment(name, **dates)
    with nbgrader_at_work():
        result: Mapping[str, Any] = api.generate_assignment(name)
    if not result["success"]:
        raise UserError(
            f"{name}: nbgrader could not generate this assignment:\n{result.get('log') or result.get('error')}"
        )


def _leaks(offering: Offering) -> Iterator[Finding]:
    """What must not be released: a journal would wipe every learner's answers, a key would give the assessment away."""
    for step in ("source", "release"):
        for path in sorted((offering.root / step).rglob("*")):
            if path.is_file():
                assignment, _, name = path.relative_to(offering.root / step).as_posix().partition("/")
                yield from _leak(path, name, assignment)


def _leak(path: Path, name: str, assignment: str) -> Iterator[Finding]:
    if not _is_ours(name, assignment):
        found = "a journal" if path.name == JOURNAL_FILE else "another file"
        expected = f"only {assignment}.ipynb, {ITEMS_FILE} and drawings in art/"
        yield Finding(str(path), 1, assignment, expected, found, "take the file out, and make the release again")
    elif path.name == ITEMS_FILE:
        for item in load_items(path.parent).items.values():
            if item.assessment and (item.key or item.feedback or item.then or item.after):
                remedy = "build the case again"
                yield Finding(str(path), 1, item.id, "an assessment item without key or feedback", "some", remedy)


def parse_due(text: str) -> datetime:
    """A due date as people write it: a day means its end; a time without a zone is local.

    Raises:
        ValueError: it is no date.
    """
    moment = datetime.fromisoformat(text.strip())
    if len(text.strip()) <= len("2026-12-31"):
        moment = datetime.combine(moment.date(), time(23, 59, 59))
    return moment.astimezone(UTC)


def settings_now(title: str, due: datetime | None, pass_mark: float, keys: Path | None) -> Settings:
    """The settings of a new offering."""
    made_with = version("eprofessionalism-graders")
    return Settings(
        made_with=made_with, title=title, due=due, pass_mark=pass_mark, keys=keys.resolve() if keys else None
    )
