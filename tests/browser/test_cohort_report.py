"""The report in a real browser: read at a glance, on a screen and on a phone, by everybody, in both schemes."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from eprofessionalism_graders.cohort import report, sharing, sheets
from eprofessionalism_graders.cohort.page import render
from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async tags => {
  const found = await axe.run({runOnly: {type: "tag", values: tags}});
  const where = one => one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | ");
  return found.violations.map(one => `${one.id}: ${where(one)}`);
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN = "document.querySelectorAll('details').forEach(one => (one.open = true))"
HANDOUT = "share/handouts/05-reviews-and-arguments.html"
SIZES = {"screen": (1280, 800), "phone": (390, 844)}


@pytest.fixture(scope="module")
def axe() -> str:
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python, which brings axe-core, is not installed")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(invented, opinions_of, tmp_path_factory):
    """The pages of the report of 24 invented learners, with their tables, and what is handed on of it."""
    folder = tmp_path_factory.mktemp("report")
    whole = report.compose(invented.results, (opinions_of(30),), invented.talks)
    own = render("own.html", report.own_content(whole, invented.results))
    files = {"index.html": own, "without-survey.html": invented.own.source, "people.html": invented.people.source}
    files |= sharing.files(invented.results, [], folder, SMALLEST_GROUP)
    for name, text in (files | sheets.files(whole.sections)).items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def opened(browser, folder):
    """Open a page at a size and in a scheme."""
    pages = []

    def go(name: str, size: str = "screen", scheme: str = "light"):
        width, height = SIZES[size]
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        pages.append(page)
        page.goto((folder / name).as_uri())
        return page

    yield go
    for one in pages:
        one.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["index.html", "people.html", "share/index.html", HANDOUT])
def test_axe_has_no_objection_and_nothing_goes_sideways(opened, axe, name, size, scheme):
    page = opened(name, size, scheme)
    assert page.evaluate(SIDEWAYS) <= 0
    # The page allows no script, not even this one: it is put in past the page's own policy.
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    page.reload()
    page.evaluate(OPEN)
    page.evaluate(axe)
    assert page.evaluate(RUN, TAGS) == []
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize(("name", "count"), [("index.html", 6), ("without-survey.html", 5)])
def test_the_answers_stand_on_the_first_screen(opened, name, count):
    page = opened(name)
    answers = page.locator(".ep-first .ep-reply")
    assert answers.count() == count
    for place in range(count):
        box = answers.nth(place).bounding_box()
        assert box["y"] + box["height"] <= SIZES["screen"][1]


def test_on_a_phone_why_somebody_is_listed_is_there_in_full(opened):
    page = opened("people.html", "phone")
    reasons = page.locator(".ep-talks__why")
    assert reasons.count() > 3
    for place in range(reasons.count()):
        box = reasons.nth(place).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= SIZES["phone"][0]
        assert box["width"] > 0.8 * SIZES["phone"][0]


def test_on_a_phone_the_answers_come_before_all_else(opened):
    page = opened("index.html", "phone")
    last = page.locator(".ep-first .ep-reply").last.bounding_box()
    assert last["y"] + last["height"] <= 1.75 * SIZES["phone"][1]
    for other in (".ep-panel", ".ep-finding"):
        assert page.locator(other).first.bounding_box()["y"] >= last["y"] + last["height"]


def test_each_picture_is_shown_once_in_the_width_that_fits(opened):
    for size, shown, hidden in (("screen", "wide", "narrow"), ("phone", "narrow", "wide")):
        page = opened("index.html", size)
        page.evaluate(OPEN)
        drawings = page.locator(f".ep-finding .ep-figure__{shown} svg")
        assert drawings.count() >= 5
        for place in range(drawings.count()):
            assert drawings.nth(place).is_visible()
            box = drawings.nth(place).bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= SIZES[size][0]
        assert not page.locator(f".ep-finding .ep-figure__{hidden} svg").first.is_visible()


def test_no_words_in_a_picture_leave_it_or_run_into_each_other(opened):
    """Words of the smaller letters of a phone and of a wide screen keep to their drawing."""
    for size in SIZES:
        page = opened("index.html", size)
        page.evaluate(OPEN)
        outside = page.evaluate(
            """() => [...document.querySelectorAll(".ep-finding svg")].flatMap(svg => {
                const frame = svg.getBoundingClientRect();
                return [...svg.querySelectorAll("text")].filter(words => {
                  const box = words.getBoundingClientRect();
                  return frame.width && (box.left < frame.left - 6 || box.right > frame.right + 6);
                }).map(words => words.textContent);
              })"""
        )
        assert outside == []


def test_every_link_leads_to_something_that_is_there(opened, folder):
    page = opened("index.html")
    links = page.evaluate("[...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href'))")
    tables = [link for link in links if link.startswith("tables/")]
    assert len(tables) > 10
    assert all((folder / link).is_file() for link in tables)
    for link in links:
        if link.startswith("#"):
            assert page.locator(f"[id='{link[1:]}']").count() == 1


def test_on_paper_the_answers_stand_on_the_first_page_and_folds_are_left_out(opened):
    page = opened("index.html")
    page.emulate_media(media="print")
    assert not page.locator("details summary").first.is_visible()
    assert not page.locator(".ep-skip").is_visible()
    assert page.locator(".ep-finding h2").first.is_visible()
    import io

    import pypdf

    paper = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    first = paper.pages[0].extract_text()
    for question in ("Who finished?", "Did they learn?", "Which clause is weak?", "Who may need a talk?"):
        assert question in first
