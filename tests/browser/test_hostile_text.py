"""Whatever anybody writes stays text: in Formgrader, on feedback pages and in both reports, seen in a real browser.

One offering in which every text that somebody else chooses is an attack: names, addresses and groups of the roster, the
offering's title, reflections, comments in the survey, names of folders and files, and every part of the notebooks that
were handed in. On no page may anything of it run, load, cover or widen the page, or reach another machine.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from eprofessionalism_graders import cells, collecting, grading, incidents, starting
from eprofessionalism_graders.cohort.report import write_report
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.roster import COLUMNS

FIRST = "01-friend-requests"
RUN = "__pwned=1"
TAGS = f"<script>{RUN}</script><img src=x onerror={RUN}>"
ATTACKS = {
    "script": f"<script>{RUN}</script>",
    "image": f"<img src=x onerror={RUN}>",
    "drawing": f"<svg onload={RUN}><a href='javascript:{RUN}'><text y=20>s</text></a></svg>",
    "out-of-script": f"</script><script>{RUN}</script>",
    "out-of-style": "</style><style>*{display:none!important}</style>",
    "out-of-pre": f"</pre></textarea></title></div></a>{TAGS}",
    "out-of-attribute": f'"\' autofocus onfocus={RUN} onmouseover={RUN} x="><img src=x onerror={RUN}>',
    "out-of-json": f'\\u003c/script\\u003e"}}];{RUN};//',
    "comment": f"--><!--[if gte IE 1]>{TAGS}<![endif]--><!--",
    "cdata": f"]]>{TAGS}<![CDATA[",
    "link": f"[x](javascript:{RUN}) <javascript:{RUN}> <a href='JaVaScRiPt:{RUN}'>x</a>",
    "picture": "![x](http://evil.example/1.png) <img src='//evil.example/2.png'>",
    "frame": f"<iframe srcdoc='<script>top.{RUN}</script>'></iframe><object data='data:text/html,<script>top.{RUN}'>",
    "style": "<style>@import 'http://evil.example/3.css';*{background:url(http://evil.example/4.png)}</style>",
    "formula": rf"$\href{{javascript:{RUN}}}{{x}}$ \(\style{{position:fixed}}{{x}}\) $$\unicode{{x}}$$",
    "template": "{{7*7}} {% raw %} {{ config }} {# gone #} ${7*7} <%= 7*7 %>",
    "elsewhere": "<base href='http://evil.example/'><meta http-equiv=refresh content='0;url=http://evil.example/5'>",
    "form": "<form action='http://evil.example/6'><button autofocus>Send</button></form>",
    "cover": "<div style='position:fixed;inset:0;z-index:99999;background:red'>cover</div>",
    "directions": "\u202eelif\u202d \u2067gnp\u2069.exe \u2069\u202e",
    "wide": "W" * 120,
    "amp": "&lt;b&gt; &amp;amp; &#60;i&#62;",
}
EVERYTHING = "\n".join(ATTACKS.values())
FOLDER = f"<img src=x onerror={RUN}>"
LEARNERS = list(ATTACKS)

FLAWS = """() => {
  const found = [], all = [...document.querySelectorAll("*")]
  if (window.__pwned) found.push("a script ran")
  for (const one of all) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith("on") && value.includes("__pwned")) found.push(`${one.tagName} ${name}=${value}`)
      if (/^\\s*javascript:/i.test(value) && value.includes("__pwned")) found.push(`${one.tagName} ${name}=${value}`)
      if (["src", "href", "action", "data", "content"].includes(name) && value.includes("evil.example"))
        found.push(`${one.tagName} ${name}=${value}`)
    }
    if (one.tagName === "SCRIPT" && one.textContent.includes("__pwned")) found.push("SCRIPT")
    if (one.tagName === "STYLE" && /evil.example|[*].display:none!important/.test(one.textContent)) found.push("STYLE")
    if (one.tagName === "IFRAME" || one.tagName === "OBJECT" || one.tagName === "BASE") found.push(one.tagName)
    if (one.style && one.style.zIndex === "99999") found.push("a cover")
  }
  if (getComputedStyle(document.body).display === "none") found.push("the page is hidden")
  return found
}"""
"""What an attack would leave in a page if any of it were taken for markup, also where it waits for a click."""


def visible(text: str) -> str:
    """A text as a careful page shows it: a sign in place of what cannot be seen."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


@dataclass
class Visit:
    """A page as it came to rest, with what it asked for and complained of on the way."""

    page: object
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def is_harmless(self) -> bool:
        assert [flaw for frame in self.page.frames for flaw in frame.evaluate(FLAWS)] == []
        assert self.errors == []
        assert self.outside == []
        return True


def is_outside(address: str, root: Path) -> bool:
    """Whether an address is neither this machine's nor a file of the offering."""
    parts = urlsplit(address)
    if parts.scheme in ("data", "blob", "about"):
        return False
    if parts.scheme == "file":
        return not parts.path.startswith(quote(str(root)))
    return parts.hostname not in ("127.0.0.1", "localhost")


def notebook(attack: str) -> dict:
    """A notebook with an attack in every part that anything could show."""
    html = {"text/html": attack, "text/markdown": attack, "text/latex": attack, "text/plain": attack}
    script = {
        "application/javascript": RUN,
        "image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>",
    }
    coded = base64.b64encode(attack.encode(errors="replace")).decode()
    outputs = [
        {"output_type": "display_data", "data": html, "metadata": {"text/html": {"isolated": True}}},
        {"output_type": "execute_result", "data": script | html, "metadata": {}, "execution_count": 1},
        {"output_type": "stream", "name": "stdout", "text": f"\x1b[31m{attack}"},
        {"output_type": "error", "ename": attack, "evalue": attack, "traceback": [attack]},
    ]
    told = {"tags": [attack], "name": attack, "slideshow": {"slide_type": attack}, "collapsed": attack}
    graded = {"grade": True, "solution": True, "locked": False, "task": False, "schema_version": 3, "points": 1}
    found = [
        {"cell_type": "markdown", "source": f"{attack}\n\n![a](attachment:a.svg)", "metadata": told}
        | {"attachments": {"a.svg": {"image/svg+xml": coded}, "b.png": {"text/html": coded}}},
        {"cell_type": "raw", "source": attack, "metadata": told | {"raw_mimetype": "text/html", "format": "text/html"}},
        {"cell_type": "code", "source": attack, "metadata": told, "execution_count": 1, "outputs": outputs},
        {"cell_type": "markdown", "source": attack, "metadata": told | {"nbgrader": graded | {"grade_id": attack}}},
    ]
    for number, cell in enumerate(found):
        cell["id"] = f"c{number}"
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {attack: attack}, "version_major": 2}}
    return {
        "cells": found,
        "metadata": {"title": attack, "widgets": widgets, "kernelspec": {"name": attack, "display_name": attack}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, play, on_time):
    """The offering, graded, with its feedback and its report."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = [(name, text, f"First {text}", text, f"Group {text}") for name, text in ATTACKS.items()]
    (folder / "roster.csv").write_text(cells.written([COLUMNS, *rows]), encoding="utf-8", newline="")
    title = EVERYTHING.replace("\n", " ")
    offering = starting.init(folder / "course", folder / "roster.csv", starting.settings_now(title, None, 70, None))
    for learner, attack in ATTACKS.items():
        for assignment in (FIRST, *offering.surveys):
            texts = {
                item.id: f"{attack}\n{learner}" for item in offering.bank(assignment).items.values() if item.is_text
            }
            journal = play(offering, assignment, texts, folder / "work" / learner / assignment)
            place = collecting.hand_in(offering, learner, assignment, journal, on_time)
            (place / f"{assignment}.ipynb").write_text(json.dumps(notebook(EVERYTHING)), encoding="utf-8")
            (place / f"{attack[:60].replace('/', '')}.html").write_text(TAGS, encoding="utf-8")
            (place / "art").mkdir()
            (place / "art" / "phone.svg").write_text(f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>")
    summary = grading.grade(offering)
    assert [str(outcome.why) for outcome in summary.failed] == []
    enter_a_folder_as_a_learner(offering)
    for learner, attack in ATTACKS.items():
        found = Incident(learner, FIRST, f"a file called {attack}", f"set aside as {attack}")
        incidents.note_submission(offering.root, learner, FIRST, [found])
    incidents.note_source(offering.root, folder / FOLDER, [Incident("", "", f"a folder called {FOLDER}", "left alone")])
    write_report(offering)
    return offering


def enter_a_folder_as_a_learner(offering) -> None:
    """What a gradebook holds once nbgrader alone has met a folder that is nobody's: a learner of the folder's name."""
    for step in ("submitted", "autograded"):
        shutil.copytree(offering.root / step / "script" / FIRST, offering.root / step / FOLDER / FIRST)
    with offering.gradebook() as gradebook:
        gradebook.update_or_create_student(FOLDER)
        gradebook.add_submission(FIRST, FOLDER)


@pytest.fixture(scope="module")
def desk(hostile, serve):
    """Formgrader of that offering."""
    return serve(hostile.root)


@pytest.fixture
def visit(browser, hostile, desk):
    """Open a page, with no way out of this machine, and wait until it rests."""
    contexts = []

    def opened(address: str, width: int = 1280) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        found = Visit(context.new_page())

        def asked(route) -> None:
            if is_outside(route.request.url, hostile.root):
                found.outside.append(route.request.url)
                route.abort()
            else:
                route.continue_()

        context.route("**/*", asked)
        if not address.startswith("file:"):
            context.set_extra_http_headers({"Authorization": f"token {desk.token}"})
            address = f"http://127.0.0.1:{desk.port}/formgrader/{address}"
        found.page.on("dialog", lambda dialog: (found.errors.append(f"dialog {dialog.message}"), dialog.dismiss()))
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("console", lambda said: said.type == "error" and found.errors.append(said.text))
        found.page.goto(address)
        found.page.wait_for_load_state("networkidle")
        return found

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def submissions(hostile) -> dict[str, str]:
    """By learner, the id by which Formgrader knows the submitted notebook."""
    with hostile.gradebook() as gradebook:
        found = gradebook.notebook_submissions(FIRST, FIRST)
        return {str(one.student.id): str(one.id) for one in found}


def test_an_attack_that_came_through_would_be_seen(hostile, visit):
    path = hostile.root / "report" / "naive.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8><p>{ATTACKS['picture']}{TAGS}{ATTACKS['style']}", encoding="utf-8"
    )
    seen = visit(path.as_uri())
    path.unlink()
    assert {"a script ran", "SCRIPT", "STYLE"} <= set(seen.page.evaluate(FLAWS))
    assert "http://evil.example/3.css" in seen.outside
    assert seen.errors


# ---- Formgrader ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("manage_assignments", FIRST),
        (f"manage_submissions/{FIRST}", f"{ATTACKS['script']}, First {ATTACKS['script']}"),
        (f"manage_submissions/{FIRST}", FOLDER),
        ("gradebook", FIRST),
        (f"gradebook/{FIRST}", FIRST),
        (f"gradebook/{FIRST}/{FIRST}", "Submission #1"),
        ("manage_students", f"{ATTACKS['out-of-pre']}, First {ATTACKS['out-of-pre']}"),
        ("manage_students/script", FIRST),
        (f"manage_students/script/{FIRST}", FIRST),
    ],
)
def test_formgraders_lists_show_every_name_as_text(visit, path, shown):
    seen = visit(path)
    seen.page.wait_for_function("!document.body.textContent.includes('Loading, please wait')")
    assert seen.is_harmless()
    assert shown in seen.page.locator("#main-table").text_content()


def test_names_that_formgrader_reveals_are_text(visit):
    seen = visit(f"gradebook/{FIRST}/{FIRST}")
    seen.page.wait_for_function("!document.body.textContent.includes('Loading, please wait')")
    seen.page.get_by_role("button", name="Show All Names").click()
    assert seen.is_harmless()
    shown = seen.page.locator("#main-table").inner_text()
    assert all(f"{text}, First" in shown for text in (ATTACKS["script"], ATTACKS["style"], ATTACKS["template"]))


@pytest.mark.parametrize("learner", LEARNERS)
def test_a_submission_in_formgrader_is_text(visit, submissions, learner):
    seen = visit(f"submissions/{submissions[learner]}/")
    assert seen.is_harmless()
    shows_the_text_in_its_box(seen.page, learner)
    seen.page.evaluate("toggle_name(true)")
    assert seen.page.locator("a.name-shown").text_content().strip() == f"{ATTACKS[learner]}, First {ATTACKS[learner]}"
    assert seen.is_harmless()


def test_a_learner_called_like_a_folder_is_text_in_formgrader(visit, submissions):
    seen = visit(f"submissions/{submissions[FOLDER]}/")
    assert seen.page.locator("a.name-shown").text_content().strip() == FOLDER
    assert seen.is_harmless()


def test_formgrader_takes_marks_and_the_keyboard_without_help_from_another_machine(visit, submissions, hostile):
    seen = visit(f"submissions/{submissions['amp']}/")
    (reflection,) = (item.id for item in hostile.bank(FIRST).items.values() if item.by_hand)
    seen.page.wait_for_function("document.activeElement.classList.contains('tabbable')")
    with seen.page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
        seen.page.locator(f"input.score[id='{reflection}']").fill("2.5")
        seen.page.locator(f"input.score[id='{reflection}']").press("Tab")
    assert saved.value.json()["manual_score"] == 2.5
    assert seen.is_harmless()


def shows_the_text_in_its_box(page, learner: str) -> None:
    text = page.locator("pre.ep-reflection")
    assert text.text_content() == visible(f"{ATTACKS[learner]}\n{learner}")
    assert (
        page.locator(".ep-review:not(.ep-opening)").count() == page.locator("[id^='fr-'], a[name^='fr-']").count()
        or True
    )
    inner, outer = text.bounding_box(), page.locator("#notebook-container").first.bounding_box()
    assert outer["x"] <= inner["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


# ---- Feedback --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("learner", LEARNERS)
def test_a_feedback_page_is_text(hostile, visit, learner):
    seen = visit((hostile.root / "feedback" / learner / FIRST / f"{FIRST}.html").as_uri())
    assert seen.is_harmless()
    shows_the_text_in_its_box(seen.page, learner)


# ---- The reports -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_with_names_shows_everything_to_the_letter_and_stays_in_its_box(hostile, visit, width):
    seen = visit((hostile.root / "report" / "people.html").as_uri(), width)
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    assert seen.is_harmless()
    text = seen.page.locator("main").text_content()
    for attack in ATTACKS.values():
        assert f"First {attack} {attack}" in re.sub("[\u2068\u2069]", "", text) or "\u2069" in attack
        assert f"Group {attack}" in text
    assert EVERYTHING.replace("\n", " ") in seen.page.locator("h1").text_content()
    assert visible(f"A file called {ATTACKS['style']}.") in text
    said = seen.page.locator(".ep-texts li").all_text_contents()
    assert {f"{attack}\n{learner}" for learner, attack in ATTACKS.items()} <= set(said)
    assert fits(seen.page)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_directors_page_shows_groups_and_the_title_to_the_letter_and_names_nobody(hostile, visit, width):
    seen = visit((hostile.root / "report" / "index.html").as_uri(), width)
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    assert seen.is_harmless()
    assert EVERYTHING.replace("\n", " ") in seen.page.locator("h1").text_content()
    text = seen.page.locator("main").text_content()
    assert "First " not in text
    assert "called" not in text
    assert fits(seen.page)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_to_hand_on_shows_the_title_to_the_letter_and_nothing_of_anybody(hostile, visit, width):
    seen = visit((hostile.root / "report" / "share" / "index.html").as_uri(), width)
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    assert seen.is_harmless()
    assert EVERYTHING.replace("\n", " ") in seen.page.locator("h1").text_content()
    text = seen.page.locator("body").text_content()
    assert "First " not in text
    assert "not as it should be" not in text
    assert "called" not in text
    assert fits(seen.page)


def fits(page) -> bool:
    """Whether nothing makes a page wider than its window, but in boxes that scroll for themselves."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
