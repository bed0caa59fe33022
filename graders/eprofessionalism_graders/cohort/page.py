"""The pages, each one file that needs nothing else: the template engine escapes every text that is put in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from eprofessionalism.answers import LEVELS
from eprofessionalism_graders.cohort import sheets, words


def render(template: str, content: Mapping[str, Any]) -> str:
    """A page from its template (`own.html`, `people.html` or `share.html`) and what it says."""
    return _environment().get_template(template).render(style=_style(), **content).rstrip() + "\n"


@cache
def _environment() -> Environment:
    loader = PackageLoader("eprofessionalism_graders.cohort")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "capital": words.capital,
        "counted": words.counted,
        "day": words.day,
        "percent": words.percent,
    }
    environment.globals |= {
        "TYPES": words.TYPES,
        "LEVELS": [word.capitalize() for word in LEVELS.values()],
        "PLACE": sheets.place,
        "ANCHOR": sheets.anchor,
    }
    return environment


@cache
def _style() -> Markup:
    """The course's style sheet and the report's own."""
    course = files("eprofessionalism").joinpath("static", "course.css").read_text(encoding="utf-8")
    own = files("eprofessionalism_graders.cohort").joinpath("report.css").read_text(encoding="utf-8")
    return Markup(course + own)  # noqa: S704 - our own files
