"""`eprof preview`: one case as a learner will see it, built again at each save, with the findings of `check` beside it.

The case is built into a folder of its own and served as `eprof learn` serves the course. The page is told of each build
through `preview.json` beside it: our JupyterLab extension looks there, shows the findings, and renews the page.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import click

from eprofessionalism import serving
from eprofessionalism.authoring.bench import Bench, NoCaseError
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import CASE_FILE, Case
from eprofessionalism.authoring.notebook import PYTHON, build_case

NEWS_FILE = "preview.json"
_NOTHING_YET = """<div class="ep"><div class="ep-block ep-head">
<h1 class="ep-title">Nothing to show yet</h1>
<p class="ep-lede">The case cannot be built yet. Mend what the box names, save, and the page appears here.</p>
</div></div>"""

State: TypeAlias = Mapping[Path, tuple[int, int]]
"""The files a case is built from, each with its time and size."""


@click.command(name="preview")
@click.argument("case")
@serving.options
def command(case: str, *, no_browser: bool, port: int | None) -> None:
    """Show CASE as a learner will see it, built again at each save, with what eprof check says beside it.

    CASE is the name of a case of the course, the folder of any case, or its case.yaml. Answers given in a preview are
    gone when it ends.
    """
    serving.need_jupyterlab()
    try:
        bench = Bench(case)
    except NoCaseError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Looking at {bench.folder}, and again at each save. To stop, press Ctrl-C here.")
    with tempfile.TemporaryDirectory(prefix="eprof-preview-", ignore_cleanup_errors=True) as scratch:
        pages, name = Path(scratch) / "pages", bench.folder.name
        preview = Preview(bench, pages / name, click.echo)
        preview.build()
        memory = Path(scratch) / "memory"
        serving.serve(pages, name, port, browser=not no_browser, memory=memory, meanwhile=preview.look)
    click.echo("\nStopped. The case is as you saved it; nothing else was kept.")


class Preview:
    """A case built into a folder, again whenever its files have changed.

    Args:
        bench: the case.
        page: the folder to build into; its name is the notebook's. Whatever else lies there, as the answers given in
            this preview do, is left alone.
        tell: is given each line for the terminal.
    """

    def __init__(self, bench: Bench, page: Path, tell: Callable[[str], None]) -> None:
        self.bench, self.page, self.tell = bench, page, tell
        self._notebook = f"{page.name}.ipynb"
        self._seen = self._shown = self._state()
        self._files: Mapping[str, bytes] = {}
        self._looks = self._pages = 0

    def look(self) -> None:
        """Build again if the files have changed, once they are at rest: an editor may write a file in steps."""
        state = self._state()
        if state == self._seen and state != self._shown:
            self._shown = state
            self.build()
        self._seen = state

    def build(self) -> None:
        """Build the case as it is now, and say what is wrong with it. A page that cannot be built stays as it was."""
        case, findings = self.bench.look()
        files = self._built(case, findings)
        if files and files != self._files:
            self._files, self._pages = files, self._pages + 1
            self._write(files)
        elif not self._files:
            self._write({self._notebook: _blank(self.page.name)})
        self._looks += 1
        news = {"looks": self._looks, "page": self._pages, "built": bool(files)}
        _replace(self.page / NEWS_FILE, _json(news | {"findings": [*map(asdict, findings)]}))
        for line in _lines(findings, built=bool(files), page=self._pages):
            self.tell(line)

    def _built(self, case: Case | None, findings: list[Finding]) -> dict[str, bytes]:
        """The files of the page; none where what is wrong with the case leaves nothing to build."""
        if case is None:
            return {}
        try:
            files = build_case(case, self.bench.draw)
        except (LookupError, OSError, ValueError):
            if not findings:
                raise
            return {}
        return files | {self._notebook: files.pop(f"{case.slug}.ipynb")}

    def _write(self, files: Mapping[str, bytes]) -> None:
        """Write the files of a page; its number in the notebook says whether the browser shows the last one."""
        notebook = json.loads(files[self._notebook])
        notebook["metadata"]["eprofessionalism"]["preview"] = self._pages
        for name, data in {**files, self._notebook: _json(notebook)}.items():
            _replace(self.page / name, data)

    def _state(self) -> State:
        files = [self.bench.folder / CASE_FILE, *self.bench.folder.glob("art/*")]
        return {file: found for file in files if (found := _stamp(file))}


def _stamp(file: Path) -> tuple[int, int] | None:
    """When a file was written, and its size; nothing where it is not there, as for a moment while it is saved."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _lines(findings: list[Finding], *, built: bool, page: int) -> list[str]:
    count = f"{len(findings) or 'no'} finding{'' if len(findings) == 1 else 's'}"
    rest = "" if built else "; the page stays as it was" if page else "; there is no page yet"
    return [*map(str, findings), f"{datetime.now().astimezone():%H:%M:%S} {count}{rest}"]


def _replace(path: Path, data: bytes) -> None:
    """Whole, so that nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _blank(title: str) -> bytes:
    """A notebook whose page says that there is nothing to show yet."""
    cell = {
        "cell_type": "markdown",
        "id": "nothing-yet",
        "metadata": {"eprofessionalism": {"block": "header"}},
        "source": _NOTHING_YET,
    }
    metadata = {"eprofessionalism": {"case": title, "run": True}, **PYTHON, "title": title}
    return _json({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()
