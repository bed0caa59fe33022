"""Code in every place where some program might look for code to run: none of it ever runs."""

from __future__ import annotations

import json
import os
import pickle
from typing import Any

from . import Submission, entry, named

_FILES = {
    "pythons_own_hooks": ("sitecustomize.py", "usercustomize.py", "__init__.py", "__main__.py", "setup.py"),
    "jupyters_settings": (
        "ipython_config.py",
        "jupyter_config.py",
        "jupyter_server_config.py",
        "jupyter_lab_config.py",
        "jupyter_notebook_config.py",
        ".jupyter/jupyter_config.py",
        ".ipython/profile_default/startup/00-first.py",
        ".ipython/profile_default/ipython_config.py",
    ),
    "nbgraders_settings": ("nbgrader_config.py", ".jupyter/nbgrader_config.py"),
    "a_test_runners_hooks": ("conftest.py", "noxfile.py", "tests/conftest.py", "test_all.py"),
    "modules_named_like_ours": (
        "eprofessionalism.py",
        "eprofessionalism_graders/__init__.py",
        "eprofessionalism_graders/hook.py",
        "eprofessionalism/__init__.py",
    ),
    "modules_named_like_others": (
        "json.py",
        "numpy.py",
        "nbformat.py",
        "nbgrader/__init__.py",
        "pandas/__init__.py",
        "os.py",
        "sqlite3.py",
        "matplotlib/__init__.py",
        "encodings/__init__.py",
    ),
    "databases_migrations": ("alembic/env.py", "env.py", "alembic/versions/1_first.py"),
    "checkpoints": (".ipynb_checkpoints/sitecustomize.py", ".ipynb_checkpoints/nbgrader_config.py"),
}


def _with_files(kind: str) -> None:
    def spoil(submission: Submission) -> None:
        for name in _FILES[kind]:
            path = submission.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(submission.code(name.replace("/", "+")))

    incident = "" if kind == "checkpoints" else "beside the answers"
    entry(incident)(named(spoil, kind, f"Files that run by their names: {kind.replace('_', ' ')}."))


for _kind in _FILES:
    _with_files(_kind)


@entry("changed")
def in_cells(submission: Submission) -> None:
    """Every code cell, and more of them, hold code: plain, as a magic, and as a call of the shell."""

    def change(cells: list[dict[str, Any]]) -> None:
        more = [submission.code("in a cell"), f"%%bash\ntouch {submission.ran}/magic", f"!touch {submission.ran}/shell"]
        for number, source in enumerate(more):
            new = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
            cells.insert(0, new | {"id": f"evil-{number}"})
        for cell in cells:
            if cell["cell_type"] == "code" and not cell["id"].startswith("evil"):
                cell["source"] = submission.code("in a question")

    submission.rewrite(change)


@entry("")
def in_metadata(submission: Submission) -> None:
    """Settings of the notebook name programs of the learner's as what to run it with, and as what to write it with."""
    content = submission.content()
    program = ["sh", "-c", f"touch {submission.ran}/kernel"]
    content["metadata"]["kernelspec"] = {"name": "evil", "display_name": "Evil", "language": "python", "argv": program}
    content["metadata"]["nbconvert"] = {"pre_convert_hook": "evil.run", "exporter": "evil.Exporter"}
    content["metadata"]["jupytext"] = {"formats": "ipynb,py", "root_level_metadata_filter": "all"}
    content["metadata"]["papermill"] = {"parameters": {"x": submission.code("papermill")}}
    submission.notebook.write_text(json.dumps(content))


@entry("beside the answers")
def kernelspec(submission: Submission) -> None:
    """The notebook asks for a kernel that lies beside it."""
    spec = {
        "argv": ["sh", "-c", f"touch {submission.ran}/kernelspec"],
        "display_name": "Python 3",
        "language": "python",
    }
    for place in ("kernels/evil", "share/jupyter/kernels/python3", ".local/share/jupyter/kernels/evil"):
        (submission.folder / place).mkdir(parents=True)
        (submission.folder / place / "kernel.json").write_text(json.dumps(spec))
    content = submission.content()
    content["metadata"]["kernelspec"]["name"] = "evil"
    submission.notebook.write_text(json.dumps(content))


@entry("beside the answers")
def path_files(submission: Submission) -> None:
    """Files by which Python finds further modules carry code."""
    line = f"import os; open({str(submission.ran / 'pth')!r}, 'w')\n"
    for place in (".", "site-packages", ".local/lib/python3/site-packages"):
        (submission.folder / place).mkdir(parents=True, exist_ok=True)
        (submission.folder / place / "evil.pth").write_text(line)


class _Evil:
    """Runs a command where it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch '{self.path}'",)


@entry("beside the answers")
def pickles(submission: Submission) -> None:
    """Pickles lie where caches might be read from."""
    data = pickle.dumps(_Evil(f"{submission.ran}/pickle"))
    for name in ("cache.pkl", "answers.pickle", ".cache", "fontlist.json", "items.pkl"):
        (submission.folder / name).write_bytes(data)


@entry("cannot be used", "zero")
def pickled_journal(submission: Submission) -> None:
    """The journal is a pickle."""
    submission.journal.write_bytes(pickle.dumps(_Evil(f"{submission.ran}/pickled-journal")))


@entry("beside the answers")
def settings_of_programs(submission: Submission) -> None:
    """Settings, in formats that are no Python, name code to run."""
    command = f"touch {submission.ran}/settings"
    files = {
        "nbgrader_config.json": '{"Autograde": {"pre_convert_hook": "evil.run"}, "CourseDirectory": {"root": "/"}}',
        "jupyter_config.json": '{"Exporter": {"preprocessors": ["evil.Run"]}}',
        "matplotlibrc": "backend: module://evil\n",
        "alembic.ini": "[alembic]\nscript_location = .\n",
        "pytest.ini": "[pytest]\naddopts = -p evil\n",
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "evil"\nbackend-path = ["."]\n',
        "Makefile": f"all:\n\t{command}\n",
        ".bashrc": command,
        ".profile": command,
        "postBuild": f"#!/bin/sh\n{command}\n",
        "alembic": f"#!/bin/sh\n{command}\n",
        "python3": f"#!/bin/sh\n{command}\n",
        ".env": "PYTHONSTARTUP=evil.py\n",
        "evil.py": submission.code("evil.py"),
    }
    for name, content in files.items():
        path = submission.folder / name
        path.write_text(content)
        path.chmod(0o755)


@entry("cannot be given", "zero")
def answers_that_would_be_code(submission: Submission) -> dict[str, Any]:
    """Every answer is an expression that would run if anything evaluated it; for the reflection it is text."""
    source = f"__import__('os').system('touch {submission.ran}/answer')"
    lines = [json.loads(line) for line in submission.lines()]
    for line in lines:
        line["answer"] = source
    submission.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return {submission.reflection: source}
