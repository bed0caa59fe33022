"""The JupyterLab extension is shipped as files: they fit together, and what is installed is what the sources hold."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "course" / "eprofessionalism"
SOURCE = PACKAGE / "labextension"
INSTALLED = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "eprofessionalism-page"


def described() -> dict:
    return json.loads((SOURCE / "package.json").read_text())


def test_it_has_the_version_of_the_package():
    assert described()["version"] == version("eprofessionalism")


def test_what_jupyterlab_loads_is_there():
    build = described()["jupyterlab"]["_build"]
    script = (SOURCE / build["load"]).read_text()
    assert f'"{build["extension"]}"' in script
    assert f'const NAME = "{described()["name"]}"' in script


@pytest.mark.skipif(not INSTALLED.exists(), reason="the course is not installed in this environment")
def test_the_installed_copy_is_fresh():
    files = {str(path.relative_to(SOURCE)): path for path in SOURCE.rglob("*") if path.is_file()}
    files["static/course.css"] = PACKAGE / "static" / "course.css"
    stale = [name for name, path in files.items() if (INSTALLED / name).read_bytes() != path.read_bytes()]
    assert stale == [], "install the course again (pip install -e . ./graders): these were changed after the last time"
