"""Markup and scripts in what a learner writes: it is shown as text where it is shown at all."""

from __future__ import annotations

import json
from typing import Any

from . import MARKUP, Submission, commit, entry, graded, named

EVIL = f'<script>window.x="{MARKUP}"</script>'
_ATTACKS = {
    "script": EVIL,
    "closing_tags": f"</pre></div></body></html>{EVIL}<pre>",
    "event_handlers": f'<img src=x onerror="{MARKUP}()"><svg/onload={MARKUP}()><body onload="{MARKUP}()">',
    "frames": f'<iframe srcdoc="&lt;script&gt;{MARKUP}&lt;/script&gt;"></iframe><object data="{MARKUP}.swf"></object>',
    "links": f'[a](javascript:{MARKUP}()) <a href="javascript:{MARKUP}()">b</a> ![c]({MARKUP}.svg) <{MARKUP}:x>',
    "styles": f"<style>@import '{MARKUP}.css';</style><link rel=stylesheet href={MARKUP}.css><base href={MARKUP}>",
    "templates": f"{{{{ {MARKUP} }}}} {{% raw %}}{EVIL}{{% endraw %}} ${{{MARKUP}}} <%= {MARKUP} %>",
    "markdown": f'```\n{EVIL}\n```\n    {EVIL}\n> {EVIL}\n| a |\n|---|\n| {EVIL} |\n\n[x]: <{MARKUP}> "{EVIL}"',
    "comments": f"<!-- {EVIL} --><![CDATA[{EVIL}]]>--!>{EVIL}",
    "entities": f"&lt;script&gt;{MARKUP}&lt;/script&gt; &#60;script&#62; \\u003cscript\\u003e",
    "math": f"$$\\href{{javascript:{MARKUP}()}}{{x}}$$ \\(\\unicode{{x3c}}script\\) $\\style{{{MARKUP}}}{{x}}$",
    "nbgrader_marks": f"### BEGIN SOLUTION\n{EVIL}\n### END SOLUTION\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS",
    "control_signs": f"\x00\x08\x1b[2J\u202e{EVIL}\ufffe\ud800",
}


def _in_reflection(kind: str) -> None:
    def spoil(submission: Submission) -> None:
        lines = [json.loads(line) for line in submission.lines()]
        for line in lines:
            if line["item"] == submission.reflection:
                line["answer"] = _ATTACKS[kind]
        submission.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))

    doc = f"The reflection is full of {kind.replace('_', ' ')}."
    entry("", marked_up=True)(named(spoil, f"reflection_with_{kind}", doc))


for _kind in _ATTACKS:
    _in_reflection(_kind)


@entry("", marked_up=True)
def in_a_draft(submission: Submission) -> None:
    """Text that was typed and never given holds a script."""
    lines = [json.loads(line) for line in submission.lines()]
    for line in lines:
        if line["item"] == submission.reflection:
            line |= {"kind": "draft", "answer": EVIL}
    submission.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))


@entry("", marked_up=True)
def a_long_reflection(submission: Submission) -> None:
    """The reflection is as long as a line can be, and all markup."""
    lines = [json.loads(line) for line in submission.lines()]
    for line in lines:
        if line["item"] == submission.reflection:
            line["answer"] = EVIL * 15_000
    submission.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))


@entry("changed")
def in_markdown_cells(submission: Submission) -> None:
    """The notebook's own text was replaced by scripts."""

    def change(cells: list[dict[str, Any]]) -> None:
        for cell in cells:
            if cell["cell_type"] == "markdown":
                cell["source"] = EVIL + _ATTACKS["event_handlers"]

    submission.rewrite(change)


@entry("added")
def in_raw_cells(submission: Submission) -> None:
    """Raw cells, which pages show unchanged, hold scripts."""
    raw = {"cell_type": "raw", "source": EVIL, "metadata": {"format": "text/html", "raw_mimetype": "text/html"}}
    submission.rewrite(lambda cells: cells.insert(0, raw | {"id": "raw-one"}))


@entry("changed")
def in_attachments(submission: Submission) -> None:
    """Markdown cells carry pictures that are pages."""

    def change(cells: list[dict[str, Any]]) -> None:
        for cell in cells:
            if cell["cell_type"] == "markdown":
                cell["attachments"] = {f'x"onerror="{MARKUP}.svg': {"image/svg+xml": EVIL, "text/html": EVIL}}

    submission.rewrite(change)


@entry("")
def in_outputs(submission: Submission) -> None:
    """The cells show HTML, SVG, JavaScript, Markdown, streams and errors with scripts: what a cell shows is dropped."""

    def change(cells: list[dict[str, Any]]) -> None:
        kinds = ("text/html", "image/svg+xml", "application/javascript", "text/markdown", "text/latex", "text/plain")
        rich = {"output_type": "display_data", "data": dict.fromkeys(kinds, EVIL), "metadata": {MARKUP: EVIL}}
        stream = {"output_type": "stream", "name": "stderr", "text": EVIL}
        error = {"output_type": "error", "ename": EVIL, "evalue": EVIL, "traceback": [f"\x1b[31m{EVIL}"]}
        for cell in graded(cells):
            if cell["cell_type"] == "code":
                cell["outputs"] = [rich, stream, error]

    submission.rewrite(change)


@entry("")
def in_metadata(submission: Submission) -> None:
    """Settings of the notebook and of its cells, which pages may show, hold scripts."""
    content = submission.content()
    content["metadata"] |= {"title": EVIL, "authors": [{"name": EVIL}], "widgets": {MARKUP: EVIL}, "celltoolbar": EVIL}
    content["metadata"]["language_info"] = {"name": EVIL, "pygments_lexer": EVIL, "mimetype": EVIL}
    for cell in content["cells"]:
        cell["metadata"] |= {"tags": [EVIL], "slideshow": {"slide_type": EVIL}, "name": EVIL}
    submission.notebook.write_text(json.dumps(content))


@entry("changed")
def in_questions_names(submission: Submission) -> None:
    """Questions are called scripts."""

    def change(cells: list[dict[str, Any]]) -> None:
        for cell in graded(cells):
            cell["metadata"]["nbgrader"]["grade_id"] = EVIL

    submission.rewrite(change)


@entry("not in this assignment")
def in_every_part_of_the_journal(submission: Submission) -> None:
    """Items, kinds, sittings, times and digests of foreign lines are scripts."""
    submission.around(
        commit(EVIL, EVIL, session=EVIL, at=EVIL, case=EVIL),
        commit("fr-1-request", EVIL, session=EVIL, at=EVIL, case=EVIL, certainty=EVIL),
        commit("fr-1-request", {EVIL: EVIL}, kind=EVIL, v=EVIL),
        f"{EVIL} is no line".encode(),
    )


@entry("beside the answers")
def in_files(submission: Submission) -> None:
    """Pages with scripts lie beside the answers, as feedback would."""
    for name in ("01-friend-requests.html", "index.html", "custom.css", "custom.js", "nbextension.js"):
        (submission.folder / name).write_text(EVIL)
    (submission.folder / "art").mkdir(exist_ok=True)
    (submission.folder / "art" / "more.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{EVIL}</svg>')
