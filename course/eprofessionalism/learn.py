"""`eprof learn`: the course laid out in a folder of the learner's own, and opened as pages to read and answer."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

import click

from eprofessionalism.items import ItemBankError
from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism.library import NoCourseError, built_cases
from eprofessionalism.player import Player

USUAL_PORT = 8888
STOPPING = 15  # seconds a server gets to stop by itself
LAST_WORDS = 2000  # characters of its log that are shown when it fails

SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
}
"""What JupyterLab does for a learner unless they have said otherwise: no news, and light or dark as their system is."""


@click.command(name="learn")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=Path("my-course"))
@click.option("--no-browser", is_flag=True, help="Only say where the page is.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to serve on; by default one that is free.")
def command(folder: Path, *, no_browser: bool, port: int | None) -> None:
    """Lay the course out in DIR (default my-course), keep the answers already there, and open it."""
    if find_spec("jupyterlab") is None:
        raise click.ClickException("the course is read in JupyterLab, and it is not installed; pip install jupyterlab")
    try:
        cases = built_cases()
        kept = lay_out(folder, cases)
    except (NoCourseError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for path in kept:
        click.echo(f"An earlier version of this page was kept as {path}")
    serve(folder.resolve(), first_unfinished(folder, list(cases)), port or _free_port(), browser=not no_browser)


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
    """The slug of the first case that is not finished; the first of all when every one is."""
    return next((slug for slug in slugs if not _is_finished(folder / slug)), slugs[0])


def _is_finished(case: Path) -> bool:
    try:
        return Player(case).progress().done
    except ItemBankError:
        return False


# ---- The server ------------------------------------------------------------------------------------------------------


def serve(folder: Path, slug: str, port: int, *, browser: bool) -> None:
    """Serve the folder until Ctrl-C, with one case open.

    Raises:
        click.ClickException: the server ended by itself; the message ends with the last that it said.
    """
    page = f"/doc/tree/{quote(slug)}/{quote(slug)}.ipynb"
    token = secrets.token_urlsafe(16)
    click.echo(f"The course is in {folder}, with your answers. To stop, press Ctrl-C here.")
    click.echo(f"It opens in your browser. Should it not, go to http://127.0.0.1:{port}{page}?token={token}")
    with tempfile.TemporaryDirectory() as scratch:
        environment = _environment(Path(scratch), token)
        log = Path(scratch) / "jupyterlab.log"
        with log.open("wb") as said, _interruptible():
            process = subprocess.Popen(
                _server(folder, page, port, browser=browser), env=environment, stdout=said, stderr=said
            )
            stopped = _wait(process)
        if not stopped and process.returncode:
            tail = log.read_text(encoding="utf-8", errors="replace")[-LAST_WORDS:]
            raise click.ClickException(f"JupyterLab stopped by itself (status {process.returncode}):\n{tail}")
    click.echo("\nStopped. Your answers are kept; the same command brings you back to where you were.")


def _server(folder: Path, page: str, port: int, *, browser: bool) -> list[str]:
    options = [
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.answer_yes=True",
        "--ServerApp.terminals_enabled=False",
        f"--LabApp.default_url={page}",
    ]
    if not browser:
        options.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # in a container there may be nobody else
    return [sys.executable, "-m", "jupyterlab", *options]


def _environment(settings: Path, token: str) -> dict[str, str]:
    """The learner's environment, with our settings below their own and a token that no list of processes shows."""
    (settings / "labconfig").mkdir()
    (settings / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    paths = [str(settings), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)), "JUPYTER_TOKEN": token}


def _wait(process: subprocess.Popen[bytes]) -> bool:
    """Wait for the server. True when it was asked to stop."""
    try:
        process.wait()
    except KeyboardInterrupt:
        _stop(process)
        return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C in a terminal has reached the server too; a signal sent to us alone has not."""
    process.terminate()
    try:
        process.wait(STOPPING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a polite request to end (SIGTERM) stop the server as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _free_port() -> int:
    """The usual port where it is free, else any."""
    for port in (USUAL_PORT, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise click.ClickException("no port is free on this machine")
