"""`eprof learn`: the course laid out in a folder of the learner's own, and opened as pages to read and answer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import click

from eprofessionalism import serving
from eprofessionalism.items import ItemBankError
from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism.library import NoCourseError, built_cases
from eprofessionalism.player import Player
from eprofessionalism.sequence import in_sequence, is_optional


@click.command(name="learn")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=Path("my-course"))
@serving.options
def command(folder: Path, *, no_browser: bool, port: int | None) -> None:
    """Lay the course out in DIR (default my-course), keep the answers already there, and open it."""
    serving.need_jupyterlab()
    try:
        cases = built_cases()
        kept = lay_out(folder, cases)
    except (NoCourseError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for path in kept:
        click.echo(f"An earlier version of this page was kept as {path}")
    serve(folder.resolve(), first_unfinished(folder, list(cases)), port, browser=not no_browser)


def serve(folder: Path, slug: str, port: int | None, *, browser: bool) -> None:
    """Serve a learner's folder until Ctrl-C, with one case open."""
    click.echo(f"The course is in {folder}, with your answers. To stop, press Ctrl-C here.")
    serving.serve(folder, slug, port, browser=browser)
    click.echo("\nStopped. Your answers are kept; the same command brings you back to where you were.")


# ---- The learner's folder --------------------------------------------------------------------------------------------


def lay_out(folder: Path, cases: Mapping[str, Path]) -> list[Path]:
    """Bring a learner's folder up to date. Answers are never touched; a page changed by hand is set aside first.

    Args:
        folder: the learner's folder; made when missing.
        cases: the built cases by slug.

    Returns:
        The pages that were set aside.
    """
    kept = []
    for slug, case in cases.items():
        for source in sorted(path for path in case.rglob("*") if path.is_file() and path.name != JOURNAL_FILE):
            target = folder / slug / source.relative_to(case)
            if target.is_file() and target.read_bytes() == source.read_bytes():
                continue
            if target.suffix == ".ipynb" and target.is_file() and _text_of(target) != _text_of(source):
                kept.append(_set_aside(target))
            _copy(source, target)
    return kept


def _text_of(notebook: Path) -> list[str] | None:
    """What stands in the cells; outputs and counters of a page that was only run are no change."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError):
        return None


def _set_aside(page: Path) -> Path:
    number = 1
    while (aside := page.with_name(f"{page.stem}.before-update-{number}.ipynb")).exists():
        number += 1
    return page.rename(aside)


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all, so that a full disk leaves the page that was there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)


def first_unfinished(folder: Path, slugs: list[str]) -> str:
    """The slug of the part to go on with: the first that is not finished, in the order of the course.

    It is the first of all when every one is finished, and a part that cannot be read when there is one: its page says
    what is wrong.
    """
    try:
        course = in_sequence(Player(folder / slug) for slug in slugs)
    except ItemBankError:
        return next(slug for slug in slugs if not _can_be_read(folder / slug))
    still = (player for player in course if not (player.progress().done or is_optional(player.bank)))
    return next(still, course[0]).path.parent.name


def _can_be_read(case: Path) -> bool:
    try:
        Player(case)
    except ItemBankError:
        return False
    return True
