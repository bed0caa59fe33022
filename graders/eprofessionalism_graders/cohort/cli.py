"""The commands about results: `eprof report` and `eprof demo`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option(
    "--smallest-group",
    type=click.IntRange(5),
    default=SMALLEST_GROUP,
    show_default=True,
    help="Groups smaller than this are hidden in report/share.",
)
def report(folder: Path, smallest_group: int) -> None:
    """Write the cohort report of the offering in DIR: DIR/report for you, DIR/report/share to hand on."""
    from eprofessionalism_graders.cohort.report import write_report
    from eprofessionalism_graders.offering import Offering

    path = write_report(Offering.open(folder), smallest_group, warn=lambda note: click.echo(note, err=True))
    click.echo(f"For you alone, with names: {path}")
    click.echo(f"To hand on, without them:  {path.parent / 'share' / 'index.html'}")


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
