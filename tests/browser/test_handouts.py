"""The page for the discussion of a case is one printed page, whatever the group chose, on either paper."""

from __future__ import annotations

import re

import pytest

from eprofessionalism_graders.cohort import sharing
from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP

pytestmark = pytest.mark.browser

LEAST_NOTES = 15
"""Millimetres that are left for notes at least."""


@pytest.fixture(scope="module", params=[1, 8, 24, 90])
def folder(request, invent, tmp_path_factory):
    """The pages for an invented cohort: with nothing to show, with words alone, and with shares."""
    folder = tmp_path_factory.mktemp("report")
    for name, text in sharing.files(invent(request.param).results, [], folder, SMALLEST_GROUP).items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "share" / "handouts"


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_every_page_for_the_discussion_is_one_printed_page(browser, folder, paper):
    page = browser.new_page()
    for path in sorted(folder.glob("*.html")):
        page.goto(path.as_uri())
        assert pages_of(page.pdf(format=paper)) == 1, path.name
    page.add_style_tag(content=".ep-handout { min-block-size: 30cm !important }")
    assert pages_of(page.pdf(format=paper)) == 2  # what is too long would be seen here
    page.close()


@pytest.mark.parametrize(("width", "height"), [(718, 1047), (740, 980)])
def test_there_is_room_for_notes_and_letters_can_be_read(browser, folder, width, height):
    """On what A4 and letter have between their margins."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.emulate_media(media="print")
    for path in sorted(folder.glob("*.html")):
        page.goto(path.as_uri())
        notes = page.locator(".ep-handout__notes").bounding_box()
        assert notes["height"] * 25.4 / 96 >= LEAST_NOTES, path.name
        sizes = page.evaluate(
            "[...document.querySelectorAll('li, p')].map(e => parseFloat(getComputedStyle(e).fontSize))"
        )
        assert min(sizes) * 0.75 >= 8.4, path.name  # points
        assert page.evaluate("document.documentElement.scrollHeight") <= height, path.name
    page.close()


def test_on_a_phone_every_page_keeps_to_its_width(browser, folder):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    for path in sorted(folder.glob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path.name
    page.close()
