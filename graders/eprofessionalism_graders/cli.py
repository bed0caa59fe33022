"""The instructor's commands of `eprof`. What they need is imported when they run, so that `eprof --help` is quick."""

from __future__ import annotations

from datetime import datetime
from math import nan
from pathlib import Path
from typing import Any

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class DueDate(click.ParamType):  # type: ignore[type-arg] # generic only in newer versions of click
    """A day, or a day and a time."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the date, or say how one is written."""
        from eprofessionalism_graders.starting import parse_due

        try:
            return parse_due(value)
        except ValueError:
            self.fail(f"expected a date such as 2027-03-01 or “2027-03-01 17:00”, found {value!r}", param, ctx)


class PassMark(click.ParamType):  # type: ignore[type-arg] # generic only in newer versions of click
    """A pass mark in percent."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number, or say what it has to be."""
        from eprofessionalism_graders.misset import PERCENT, is_percent

        try:
            mark = float(value)
        except ValueError:
            mark = nan
        if not is_percent(mark):
            self.fail(f"expected {PERCENT}, such as 72.5, found {value}", param, ctx)
        return mark


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option(
    "--roster", type=_FILE, required=True, metavar="CSV", help="The learners: id,last_name,first_name,email,group."
)
@click.option(
    "--title", default="Professional conduct in social media", show_default=True, help="What the report is headed."
)
@click.option("--due", type=DueDate(), help="A day (its end) or a time, local unless it names a zone.")
@click.option(
    "--pass-mark",
    type=PassMark(),
    default=70,
    show_default=True,
    help="Percent of the assessment points.",
)
@click.option("--keys", type=_FOLDER, help="A private folder with keys, and cases, of your own.")
@click.option("--db-url", metavar="URL", help="A database for the gradebook instead of a file in DIR.")
def init(
    folder: Path,
    *,
    roster: Path,
    title: str,
    due: datetime | None,
    pass_mark: float,
    keys: Path | None,
    db_url: str | None,
) -> None:
    """Create an offering in DIR: one run of the course for the learners of a roster."""
    from eprofessionalism_graders import starting

    settings = starting.settings_now(title, due, pass_mark, keys)
    offering = starting.init(folder, roster, settings, db_url, tell=click.echo)
    click.echo(f"{folder} is ready: {len(offering.assignments)} assignments for {len(offering.roster())} learners.")
    click.echo(f"{folder / 'forms.csv'} says which form of the test each of them takes before the course.")
    click.echo(
        f"Give learners the folders in {folder / 'release'}. Then: eprof collect {folder} SOURCE, eprof grade {folder}."
    )


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--student", default="", metavar="ID", help="Whose all of it is, by the id on the roster.")
def collect(folder: Path, source: Path, student: str) -> None:
    """Take what learners hand in from SOURCE into the offering in DIR.

    SOURCE is a folder with LEARNER/ASSIGNMENT folders or journals named by learners’ ids, nbgrader’s exchange, a
    download of Canvas or Moodle as a folder or zip, or one learner’s journal or zip.

    Exits with 1 when something was refused or has no learner; all the rest is collected.
    """
    from eprofessionalism_graders import collecting, incidents
    from eprofessionalism_graders.errors import UserError
    from eprofessionalism_graders.offering import Offering

    outcomes = collecting.collect(Offering.open(folder), source, student)
    for line in collecting.summary(outcomes):
        click.echo(line)
    for line in incidents.told(collecting.strange(outcomes)):
        click.echo(line, err=True)
    refused = collecting.refusals(outcomes)
    if refused:
        raise UserError("\n".join(refused))


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.argument("assignment", required=False)
@click.option("--force", is_flag=True, help="Also grade again what has not changed.")
@click.option("--feedback/--no-feedback", default=True, show_default=True, help="Write the learners’ feedback pages.")
def grade(folder: Path, assignment: str | None, force: bool, feedback: bool) -> None:
    """Grade what is new or changed in the offering in DIR, through nbgrader.

    Exits with 1 when a submission could not be graded; all the others are.
    """
    from eprofessionalism_graders import grading, incidents, preflight
    from eprofessionalism_graders.errors import UserError

    offering = preflight.fit_offering(folder)
    for note in preflight.notes(offering):
        click.echo(note, err=True)
    count = len(grading.submissions(offering, assignment))
    with click.progressbar(length=count, label="Grading", hidden=not count) as bar:
        summary = grading.grade(offering, assignment, force=force, feedback=feedback, advance=bar.update)
    click.echo(f"graded {summary.graded}, unchanged {summary.unchanged}, not graded {len(summary.failed)}")
    for line in incidents.told(summary.incidents):
        click.echo(line, err=True)
    if summary.failed:
        lines = (f"{one.submission.learner}, {one.submission.assignment}: {one.why}" for one in summary.failed)
        raise UserError("\n".join(lines))
