"""The commands that keep an offering: `eprof backup`, `eprof restore` and `eprof upgrade`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(path_type=Path)
_NAMED = 20


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace FILE where it is there.")
def backup(folder: Path, file: Path, force: bool) -> None:
    """Write the whole offering in DIR into FILE, a zip file; also while somebody is grading.

    FILE holds names, answers and marks: keep it as closed as the offering.
    """
    from eprofessionalism_graders.keeping import backup as making

    made = making.backup(folder, file, force=force)
    click.echo(f"{made.file}: {len(made.manifest.files)} files and the gradebook, {made.file.stat().st_size:,} bytes.")
    click.echo(f"{making.REPORT}/ is not in it: eprof report writes it again.")
    if made.keys:
        click.echo(f"The private keys in {made.keys} are not in it: keep a copy of them yourself.")
    _name("left out", [str(one) for one in made.odd])
    _name("still being changed; make another backup when nobody is grading", made.manifest.unsettled)


def _name(what: str, found: Sequence[str]) -> None:
    """Name what an instructor should look at, on standard error."""
    for one in found[:_NAMED]:
        click.echo(f"{one}: {what}", err=True)
    if len(found) > _NAMED:
        click.echo(f"and {len(found) - _NAMED} more; manifest.json in the backup names them all", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option("--db-url", metavar="URL", help="An empty database for the gradebook instead of a file in DIR.")
@click.option("--keys", type=_FOLDER, help="Where your private keys are now.")
@click.option("--large", is_flag=True, help="Unpack a backup of your own that grows beyond all measure.")
def restore(file: Path, folder: Path, db_url: str | None, keys: Path | None, large: bool) -> None:
    """Make the offering of the backup FILE in DIR, a new or empty folder."""
    from eprofessionalism_graders import offering
    from eprofessionalism_graders.keeping import restore as making

    manifest = making.restore(file, folder, making.Wishes(db_url, keys, large), tell=click.echo)
    click.echo(f"{folder} is as it was on {manifest.at:%Y-%m-%d at %H:%M} UTC. Open to its owner alone.")
    if manifest.format < offering.FORMAT:
        click.echo(f"Its format is an older one: run eprof upgrade {folder} before you go on.")


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
def upgrade(folder: Path) -> None:
    """Bring the offering in DIR to this version. A backup is made first, beside DIR."""
    from eprofessionalism_graders.keeping import upgrade as making

    if making.upgrade(folder, tell=click.echo) is None:
        click.echo(f"{folder}: nothing to do; it is of this version’s format.")
    else:
        click.echo(f"{folder} is of this version’s format now.")
