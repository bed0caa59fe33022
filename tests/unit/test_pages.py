"""nbgrader's own pages with our templates before its own; `tests/browser/test_hostile_text.py` opens them."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from eprofessionalism_graders import pages

EVIL = "<script>alert(1)</script>"
PLACE = {"notebook": "01-one", "score": 1.0, "max_score": 2.0, "late_penalty": 0.0}


@pytest.fixture
def page():
    """A page by one of nbgrader's templates, for a learner with these names."""

    def rendered(template: str, **names: str | None) -> str:
        config = Config({"HTMLExporter": {"extra_template_basedirs": pages.basedirs()}})
        config.HTMLExporter.extra_template_paths = pages.paths()
        if template == "feedback":  # as nbgrader sets its exporter up
            config = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config).config
        exporter = HTMLExporter(template_name=template, config=config)
        resources = {"nbgrader": PLACE, "index": 0, "total": 1, "base_url": "", "notebook_id": "01-one"}
        resources |= {"submission_id": "s", "assignment_id": "01-one", "notebook_path": "p"} | names
        return exporter.from_notebook_node(new_notebook(cells=[new_markdown_cell("Words.")]), resources)[0]

    return rendered


@pytest.mark.parametrize("template", ["feedback", "formgrade"])
def test_no_page_asks_anything_of_another_machine(page, template):
    found = page(template, student="ana", last_name="Reyes", first_name="Ana")
    asked = [
        tag[name]
        for tag in BeautifulSoup(found, "html.parser").find_all(True)
        for name in ("src", "href")
        if tag.get(name)
    ]
    assert not [address for address in asked if re.match(r"(https?:)?//", address)]
    assert "Words." in found


def test_a_feedback_page_lets_the_browser_run_and_fetch_nothing(page):
    found = BeautifulSoup(page("feedback"), "html.parser")
    policy = found.select_one("head meta[http-equiv=Content-Security-Policy]")["content"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert found.find_all("script") == []


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"student": "x", "last_name": EVIL, "first_name": EVIL}, f"{EVIL}, {EVIL}"),
        ({"student": "x", "last_name": "O’Brien & Sons", "first_name": "“Q”"}, "O’Brien & Sons, “Q”"),
        ({"student": "x", "last_name": "&lt;b&gt;", "first_name": "A"}, "&lt;b&gt;, A"),
        ({"student": EVIL, "last_name": None, "first_name": None}, EVIL),
        ({"student": EVIL, "last_name": "Only", "first_name": None}, EVIL),
    ],
)
def test_formgrader_shows_who_it_is_to_the_letter(page, names, shown):
    found = BeautifulSoup(page("formgrade", **names), "html.parser")
    assert found.select_one("a.name-shown").text.strip() == shown
    assert not [script for script in found.find_all("script") if "alert" in script.text]


def test_only_our_own_templates_are_plain():
    ours = {"extra_template_basedirs": pages.basedirs(), "extra_template_paths": pages.paths()}
    assert pages.are_plain({})
    assert pages.are_plain(ours)
    assert not pages.are_plain(ours | {"template_name": "mine"})
    assert not pages.are_plain(ours | {"extra_template_basedirs": ["elsewhere"]})
