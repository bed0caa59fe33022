"""The command `eprof export`."""

from __future__ import annotations

from pathlib import Path

import click

FORMATS = ("canvas", "moodle", "moodle-xml", "csv", "parquet")
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--to", "kind", type=click.Choice(FORMATS), required=True, help="What is to read it.")
@click.option("--output", type=_PATH, metavar="FILE", help="Where to write it, if not in DIR/export.")
@click.option("--force", is_flag=True, help="Replace FILE where it is there.")
def export(folder: Path, kind: str, output: Path | None, force: bool) -> None:
    """Write the grades, answers or practice questions of the offering in DIR for another system.

    canvas and moodle: grades for the gradebook of an LMS, in percent. csv: one row a learner with everything that is
    known. parquet: one row an answer, for statistics and for eprof report of later years. moodle-xml: the practice
    questions with their feedback, for a question bank.
    """
    from eprofessionalism_graders.exporting import files
    from eprofessionalism_graders.offering import Offering

    written = files.export(Offering.open(folder), kind, output, force=force)
    click.echo(f"Wrote {written.path}")
    for note in written.notes:
        click.echo(f"  {note}")
