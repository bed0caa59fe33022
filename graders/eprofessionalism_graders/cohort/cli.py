"""The commands about results: `eprof report` and `eprof demo`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP
from eprofessionalism_graders.errors import UserError

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Count Parquet files on a Dask cluster.")
@click.option(
    "--smallest-group",
    type=click.IntRange(5),
    help=f"Groups smaller than this are hidden in report/share: {SMALLEST_GROUP}, or what was said the last time.",
)
def report(folder: Path, scheduler: str, smallest_group: int | None) -> None:
    """Write the cohort report of the offering in DIR: DIR/report for you, DIR/report/share to hand on.

    DIR may also be a folder of Parquet files: answers of many offerings, as `eprof export --to parquet` writes them.
    """
    from eprofessionalism_graders.cohort.large.schema import parquet_files
    from eprofessionalism_graders.offering import SETTINGS_FILE, Offering

    if not (folder / SETTINGS_FILE).exists():
        if not parquet_files(folder):
            there = f"neither {SETTINGS_FILE} nor such files" if folder.is_dir() else "no such folder"
            told = f"expected an offering, or a folder with files *.parquet directly in it, found {there}"
            raise UserError(f"{folder}: {told}; make an offering with `eprof init {folder} --roster CSV`")
        _report_files(folder, scheduler, smallest_group)
        return
    offering = Offering.open(folder)
    if scheduler:
        found = f"found that {folder} is an offering; leave out --scheduler"
        raise UserError(f"--scheduler {scheduler}: expected a folder of Parquet files, {found}")
    from eprofessionalism_graders.cohort.report import write_report

    path = write_report(offering, smallest_group, warn=lambda note: click.echo(note, err=True))
    click.echo(f"For you:    {path}")
    click.echo(f"With names: {path.parent / 'people.html'}")
    click.echo(f"To hand on: {path.parent / 'share' / 'index.html'}")


def _report_files(folder: Path, scheduler: str, smallest_group: int | None) -> None:
    from eprofessionalism_graders.cohort.large.report import write_report

    if smallest_group is not None:
        remedy = "the report of Parquet files has no page to share: leave out --smallest-group"
        raise UserError(f"--smallest-group: expected an offering, found that {folder} holds Parquet files; {remedy}")
    click.echo(f"For you alone: {write_report(folder, scheduler)}")


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option("--learners", type=click.IntRange(1), default=24, show_default=True, help="How many learners to invent.")
@click.option("--seed", type=int, default=2026, show_default=True, help="The same seed gives the same answers.")
def demo(folder: Path, learners: int, seed: int) -> None:
    """Go the whole way once in DIR with an invented cohort, from release to report."""
    from eprofessionalism_graders import demo as demonstration

    path = demonstration.run(folder, learners, seed, tell=click.echo)
    click.echo("")
    click.echo("Everybody in this offering is invented. What to open next:")
    click.echo(f"  {path}")
    click.echo("      the report, in a browser")
    click.echo(f"  cd {folder} && {_jupyter()} lab")
    click.echo("      Formgrader, in the menu Nbgrader: submissions, marks, reflections that wait")


def _jupyter() -> str:
    """What to type for Jupyter: its name where the environment is activated, else where it lies."""
    if sys.prefix in (sys.base_prefix, os.environ.get("VIRTUAL_ENV"), os.environ.get("CONDA_PREFIX")):
        return "jupyter"
    return str(Path(sys.executable).with_name("jupyter"))
