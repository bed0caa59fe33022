"""A folder of built cases served in JupyterLab, with one of them open as a page to read and answer."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar
from urllib.parse import quote

import click

USUAL_PORT = 8888
STOPPING = 15  # seconds a server gets to stop by itself
LAST_WORDS = 2000  # characters of its log that are shown when it fails
PULSE = 0.25  # seconds between two turns of what is done while the server runs

SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
}
"""What JupyterLab does for a learner unless they have said otherwise: no news, and light or dark as their system is."""

Command = TypeVar("Command", bound=Callable[..., Any])


def options(command: Command) -> Command:
    """The options of every command that serves pages: `--no-browser` and `--port`."""
    port = click.option(
        "--port", type=click.IntRange(1, 65535), help="The port to serve on; by default one that is free."
    )
    return click.option("--no-browser", is_flag=True, help="Only say where the page is.")(port(command))


def need_jupyterlab() -> None:
    """Make sure that there is something to read pages in.

    Raises:
        click.ClickException: JupyterLab is not installed.
    """
    if find_spec("jupyterlab") is None:
        raise click.ClickException("the course is read in JupyterLab, and it is not installed; pip install jupyterlab")


def serve(
    folder: Path,
    name: str,
    port: int | None,
    *,
    browser: bool,
    memory: Path | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Serve a folder until Ctrl-C, with one case open.

    Args:
        folder: what is served.
        name: the case, which is `name/name.ipynb` in it.
        port: the port to serve on; one that is free where none is given.
        browser: whether to open the page in the browser.
        memory: where JupyterLab remembers what it did; by default where it does so for everything else.
        meanwhile: done again and again while the server runs.

    Raises:
        click.ClickException: the server ended by itself; the message ends with the last that it said.
    """
    port = port or _free_port()
    page = f"/doc/tree/{quote(name)}/{quote(name)}.ipynb"
    token = secrets.token_urlsafe(16)
    click.echo(f"It opens in your browser. Should it not, go to http://127.0.0.1:{port}{page}?token={token}")
    with tempfile.TemporaryDirectory() as scratch:
        environment = _environment(Path(scratch), token) | _remembering(memory)
        log = Path(scratch) / "jupyterlab.log"
        command = _server(folder, page, port, browser=browser)
        if memory:
            memory.mkdir(parents=True, exist_ok=True)
            command += ["--NotebookNotary.db_file=:memory:", f"--NotebookNotary.secret_file={memory / 'secret'}"]
        with log.open("wb") as said, _interruptible():
            process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
            stopped = _wait(process, meanwhile)
        if not stopped and process.returncode:
            tail = log.read_text(encoding="utf-8", errors="replace")[-LAST_WORDS:]
            raise click.ClickException(f"JupyterLab stopped by itself (status {process.returncode}):\n{tail}")


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


def _remembering(memory: Path | None) -> dict[str, str]:
    """What makes JupyterLab and its sessions keep their histories in a folder of their own."""
    names = ("JUPYTERLAB_WORKSPACES_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    return {name: str(memory / name.lower()) for name in names} if memory else {}


def _wait(process: subprocess.Popen[bytes], meanwhile: Callable[[], None] | None) -> bool:
    """Wait for the server. True when it was asked to stop."""
    try:
        if meanwhile is None:
            process.wait()
            return False
        while not _has_ended(process):
            meanwhile()
    except KeyboardInterrupt:
        _stop(process)
        return True
    except BaseException:
        _stop(process)
        raise
    return False


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(PULSE)
    except subprocess.TimeoutExpired:
        return False
    return True


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
