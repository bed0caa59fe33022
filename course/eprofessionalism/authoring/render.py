"""The static blocks of a page as HTML for Markdown cells: one template a kind, escaped by the template engine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from eprofessionalism import standards
from eprofessionalism.authoring.model import AnyArtifact, CaseFile, Figure, Scene


def header(case: CaseFile) -> str:
    """Title, lede, minutes and aims."""
    return _wrap(_macros().header(case, len(case.items)))


def scene(block: Scene) -> str:
    """A scene with one text."""
    return _wrap(_macros().scene(block))


def artifact(block: AnyArtifact) -> str:
    """A thing as it looks online."""
    return _wrap(getattr(_macros(), block.kind)(block))


def figure(block: Figure, source: str) -> str:
    """A chart, drawn into `art/` under the figure's id."""
    return _wrap(_macros().figure(block, source))


def closing(case: CaseFile, cited: list[str], terms: Sequence[tuple[str, str]] = ()) -> str:
    """The last page: what it was about, what to do, the clauses, terms and works.

    Args:
        case: the case.
        cited: the clause ids that the case teaches, in order.
        terms: the terms that the case uses, each with its explanation.
    """
    clauses = [(standards.label(cite), standards.paraphrase(cite)) for cite in cited]
    works = [(*standards.work(work.cite), work.note) for work in case.closing.reading]
    return _wrap(_macros().closing(case, clauses, terms, works))


@cache
def _macros() -> Any:
    loader = PackageLoader("eprofessionalism.authoring")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"prose": _prose, "paragraphs": _paragraphs}
    return environment.get_template("blocks.html").module


def _prose(text: str) -> Markup:
    """Markdown without HTML: markdown-it escapes whatever looks like a tag."""
    return Markup(MarkdownIt("commonmark", {"html": False}).render(text).strip())  # noqa: S704


def _paragraphs(text: str) -> Markup:
    """Plain text: a blank line parts paragraphs, a line break stays one."""
    parts = re.split(r"\n\s*\n", text.strip())
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(map(escape, part.split("\n")))) for part in parts
    )


def _wrap(html: str) -> str:
    """One HTML block for a Markdown cell: a blank line in it would end the block, and two prices would be a formula.

    A price is kept from Markdown by its character code, and from MathJax, which reads the page after that, by the names
    that its versions 3 and 4 have for what they leave alone.
    """
    lines = [line.strip().replace("$", "&#36;") for line in str(html).splitlines() if line.strip()]
    return "\n".join(['<div class="ep tex2jax_ignore mathjax_ignore">', *lines, "</div>"])
