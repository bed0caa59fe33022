"""`eprof new`: a case to begin from, which is sound and shows by example how one is written."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from itertools import chain, product
from pathlib import Path
from string import ascii_lowercase

import click
from jinja2 import Environment, PackageLoader, StrictUndefined

from eprofessionalism.authoring.bench import checkout_or_none
from eprofessionalism.authoring.loader import CASE_FILE
from eprofessionalism.authoring.model import SLUG
from eprofessionalism.authoring.schema import SCHEMA_FILE, schema_text
from eprofessionalism.items import ITEMS_FILE
from eprofessionalism.library import NoCourseError, built_cases

COMMAND = "EPROF_COMMAND"
"""The environment variable in which `run.py` says how one asks for `eprof`."""

_ITEM = re.compile(r"\bitem:\s*[\"']?([a-z0-9]+)-|\"id\": \"([a-z0-9]+)-")


class BadNameError(ValueError):
    """A case cannot have this name, or already has it; the message says what to do."""


class Context(click.Context):
    """What is said about a wrong use names the command as one asked for it."""

    @property
    def command_path(self) -> str:
        """The command, as it stands in the line that shows its use."""
        asked = os.environ.get(COMMAND)
        return f"{asked} {self.info_name}" if asked else super().command_path


class Command(click.Command):
    """A command with such messages."""

    context_class = Context


@click.command(name="new", cls=Command)
@click.argument("case")
@click.option(
    "--in",
    "bank",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of cases to put it into; by default the course's own, in its source checkout.",
)
@click.option("--short", is_flag=True, help="One scene and two items, for a bank of your own.")
def command(case: str, bank: Path | None, *, short: bool) -> None:
    """Lay down CASE, such as 20-night-ferry: a whole case to look at, to play, and to make your own."""
    checkout = checkout_or_none()
    bank = bank or (checkout.bank if checkout else None)
    if bank is None:
        raise click.UsageError("say where the case is to lie: --in FOLDER")
    course = checkout is not None and bank.resolve() == checkout.bank
    if short and course:
        raise click.UsageError("a case of the course has every part of its pattern: leave out --short, or use --in")
    try:
        folder = lay_down(case, bank, whole=not short, schema=SCHEMA_FILE if course else None)
    except (BadNameError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"A whole case now lies in {folder}. Open {folder / CASE_FILE} in your editor, and look at it with\n")
    click.echo(f"    {os.environ.get(COMMAND, 'eprof')} preview {case if course else _quoted(folder)}")


def _quoted(path: Path) -> str:
    """A path as one types it into a terminal."""
    return subprocess.list2cmdline([str(path)]) if os.name == "nt" else shlex.quote(str(path))


def lay_down(slug: str, bank: Path, *, whole: bool, schema: Path | None) -> Path:
    """Write a new case into a bank.

    Args:
        slug: its name, NN-slug.
        bank: the folder that holds the cases; made when missing, for nobody else to read.
        whole: all parts that a case of the course has, or one scene and two items.
        schema: the JSON Schema to name in the case; without one, a copy is put beside the cases.

    Returns:
        The folder of the case.

    Raises:
        BadNameError: the name is none, or is taken.
    """
    if not re.match(SLUG, slug) or len(slug) > 40:
        expected = "two digits and words in lower case, such as 20-night-ferry, of at most 40 characters"
        raise BadNameError(f"{slug}: expected {expected}; choose another name")
    folder = bank / slug
    if folder.exists():
        raise BadNameError(f"{folder}: expected no such folder yet, found one; choose another name, or move it away")
    prefix = free_prefix(slug, taken_prefixes(bank))
    _make_private(bank)
    (folder / "art").mkdir(parents=True)
    if schema is None:
        schema = bank / SCHEMA_FILE.name
        schema.write_text(schema_text(), encoding="utf-8")
    values = {"slug": slug, "prefix": prefix, "schema": _from(folder, schema), "minutes": 12 if whole else 4}
    for template in _templates().list_templates():
        text = _templates().get_template(template).render(values, whole=whole)
        (folder / template).write_text(text, encoding="utf-8")
    return folder


def _make_private(bank: Path) -> None:
    """Make the folders that are missing on the way to a bank as `eprof init --keys` wants them: closed to others."""
    for missing in reversed([one for one in (bank, *bank.parents) if not one.exists()]):
        missing.mkdir(mode=0o700)


def _templates() -> Environment:
    """The files of a case to begin from; lines that begin with `#%` are for the template engine."""
    loader = PackageLoader("eprofessionalism.authoring", "templates/case")
    return Environment(  # noqa: S701 # YAML and a drawing of ours: nothing to escape
        loader=loader, undefined=StrictUndefined, line_statement_prefix="#%", keep_trailing_newline=True
    )


def _from(folder: Path, file: Path) -> str:
    """The way from a folder to a file, as an editor reads it on any system."""
    return Path(os.path.relpath(file, folder)).as_posix()


def taken_prefixes(bank: Path) -> set[str]:
    """The words that item ids begin with in a bank and in the course: an id is used once in an offering of both."""
    files = chain(bank.glob(f"*/{CASE_FILE}"), _course_items())
    texts = (file.read_text(encoding="utf-8", errors="replace") for file in files)
    return {found[1] or found[2] for text in texts for found in _ITEM.finditer(text)}


def _course_items() -> Iterator[Path]:
    try:
        yield from (folder / ITEMS_FILE for folder in built_cases().values())
    except NoCourseError:
        return


def free_prefix(slug: str, taken: set[str]) -> str:
    """Two letters for the item ids of a case: of its first two words if they are free, else the next that are."""
    words = slug.split("-")[1:]
    first, rest = words[0][0], "".join(words[1:]) + words[0][1:] + ascii_lowercase
    more = (first + "".join(two) for two in product(ascii_lowercase, repeat=2))
    return next(prefix for prefix in chain((first + letter for letter in rest), more) if prefix not in taken)
