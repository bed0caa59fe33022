"""What we change in nbgrader's own pages: names are shown as text, and no page asks anything of another machine.

nbgrader writes a learner's name into Formgrader's page of a submission as it stands, markup and all; and that page and
every feedback page ask a server elsewhere for MathJax, which tells it who reads what, and when. Here are templates that
come before nbgrader's, of the same name, and none of its text. An offering's `nbgrader_config.py` names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any


def basedirs() -> list[str]:
    """For `HTMLExporter.extra_template_basedirs`: where templates are looked for first, ours before nbgrader's."""
    return [str(Path(__file__).parent), str(_formgrader() / "templates")]


def paths() -> list[str]:
    """For `HTMLExporter.extra_template_paths`: by it our templates reach those of nbgrader that they stand before."""
    return [str(_formgrader())]


def are_plain(exporter: Mapping[str, Any]) -> bool:
    """Whether a configuration of nbconvert's `HTMLExporter` adds nothing to our templates."""
    ours = {"extra_template_basedirs": basedirs(), "extra_template_paths": paths()}
    return all(ours.get(name) == value for name, value in exporter.items())


def _formgrader() -> Path:
    return Path(str(files("nbgrader"))) / "server_extensions" / "formgrader"
