#!/usr/bin/env python3
"""Set the project up and run it, on a machine that has only Python (3.11 to 3.14) and pip.

    python3 run.py eprof demo demo-offering    any eprof command
    python3 run.py test [PYTEST OPTIONS]       all tests
    python3 run.py lint                        format, lint, types, content, and whether notebooks/ is up to date
    python3 run.py check                       lint and test: everything that must hold before a change lands
    python3 run.py tool ruff check .           any other program of .venv
    python3 run.py setup                       only set up, into .venv

Whatever is missing is installed first into .venv, pinned by hash in constraints.txt; nothing outside it is touched.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
PINNED = [ROOT / "constraints.txt", ROOT / "pyproject.toml", ROOT / "graders" / "pyproject.toml"]
SHIPPED = [ROOT / "course" / "eprofessionalism" / "labextension", ROOT / "course" / "eprofessionalism" / "static"]

LINT = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "content": ["eprof", "check"],
    "notebooks": ["eprof", "build", "--check"],
}
PYTEST = ["pytest", "--numprocesses=auto", "--dist=loadfile"]  # a file's tests share what is slow to set up
TESTS = {"tests": PYTEST}


def main(arguments: list[str]) -> int:
    """Do what the arguments ask; returns the exit status."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        print(f"expected Python 3.11 to 3.14, found {sys.version.split()[0]}; run this file with another python3")
        return 1
    command, *rest = arguments or ["--help"]
    if command not in ("eprof", "test", "lint", "check", "tool", "setup"):
        print(__doc__)
        return 0 if command in ("-h", "--help") else 1
    set_up()
    programs = {"eprof": ["eprof", *rest], "test": [*PYTEST, *rest], "tool": rest}
    if programs.get(command):
        return run(programs[command])
    return check({"lint": LINT, "check": LINT | TESTS}.get(command, {}))


def set_up() -> None:
    """Create .venv and install into it what has changed since the last time."""
    stamp = VENV / "eprofessionalism.stamp"
    state = _state()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == state:
        return
    print("Setting up .venv (a few minutes the first time) ...", flush=True)
    if not PYTHON.is_file():
        venv.create(VENV, with_pip=False)  # Debian's Python has no ensurepip; the outer pip serves
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", "constraints.txt"], cwd=ROOT, check=True)
    packages = ["--editable", ".", "--editable", "graders"]
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", *packages], cwd=ROOT, check=True, env=_environment())
    stamp.write_text(state, encoding="utf-8")


def _state() -> str:
    """A digest of what an installation depends on: the pins, and the page extension, which is installed as a copy."""
    shipped = sorted(path for folder in SHIPPED for path in folder.rglob("*") if path.is_file())
    digest = hashlib.sha256(sys.version.encode())
    for path in [*PINNED, *shipped]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _environment() -> dict[str, str]:
    """The environment with our own programs first, as nbgrader calls others by name, and how one asks for `eprof`."""
    path = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", "")])
    return os.environ | {"PATH": path, "EPROF_COMMAND": f"python3 {sys.argv[0]} eprof"}


def run(command: list[str]) -> int:
    """Run one program of .venv: tests and checks in the project's folder, all else in the folder one stands in."""
    folder = ROOT if command in [*LINT.values()] or command[0] == "pytest" else None
    program = [str(SCRIPTS / command[0]), *command[1:]]
    # Ctrl-C reaches the program too, which may have something to put in order: wait for it, whatever it takes
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.Popen(program, env=_environment(), cwd=folder).wait()
    finally:
        signal.signal(signal.SIGINT, before)


def check(checks: dict[str, list[str]]) -> int:
    """Run every check, also after one has failed, and say which failed."""
    failed = []
    for name, command in checks.items():
        print(f"== {name}: {' '.join(command)}", flush=True)
        if run(command):
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
