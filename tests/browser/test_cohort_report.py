"""The report in a real browser: read at a glance, on a screen and on a phone, by everybody, in both schemes."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from eprofessionalism_graders.cohort import report, sharing, sheets
from eprofessionalism_graders.cohort.page import render
from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP
from eprofessionalism_graders.cohort.steps import steps

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
    own = render("own.html", report.own_content(whole, invented.results, steps(invented.results), report.FILES))
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


def test_on_a_phone_each_name_stands_with_its_result(opened):
    page = opened("people.html", "phone")
    for part in page.locator(".ep-people :is(th, td:nth-child(2))").all():
        if part.evaluate("one => one.cellIndex < 2"):
            box = part.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= SIZES["phone"][0]


@pytest.mark.parametrize("size", SIZES)
def test_a_link_to_a_table_opens_its_fold(opened, size):
    page = opened("index.html", size)
    link = page.locator(".ep-reply a", has_text="Clause by clause")
    table = page.locator(link.get_attribute("href"))
    assert not table.is_visible()
    link.click()
    assert table.is_visible()
    assert 0 <= table.bounding_box()["y"] < SIZES[size][1] / 2


def test_on_a_phone_the_answers_come_before_all_else(opened):
    page = opened("index.html", "phone")
    last = page.locator(".ep-first .ep-reply").last.bounding_box()
    assert last["y"] + last["height"] <= 1.5 * SIZES["phone"][1]
    for other in (".ep-panel", ".ep-finding"):
        assert page.locator(other).first.bounding_box()["y"] >= last["y"] + last["height"]


def test_tables_have_the_room_that_they_need_on_a_wide_screen(opened):
    page = opened("index.html")
    page.evaluate(OPEN)
    tables = page.locator(".ep-finding .ep-scroll")
    assert tables.count() > 20
    cut = tables.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.ariaLabel)")
    assert cut == []
    widths = [tables.nth(place).bounding_box()["width"] for place in range(tables.count())]
    assert max(widths) > 1.4 * min(widths)  # those of many columns take the page's whole width
    narrow = page.locator(".ep-finding .is-text").evaluate_all("all => Math.min(...all.map(one => one.offsetWidth))")
    assert narrow > 100  # some words to a line


def test_on_a_phone_the_first_column_stays_and_captions_are_read_in_full(opened):
    page = opened("index.html", "phone")
    page.evaluate(OPEN)
    wide = page.locator(".ep-finding .ep-scroll").evaluate_all(
        """all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => {
             one.scrollLeft = one.scrollWidth;
             const box = one.getBoundingClientRect(), [head, caption] = ["tbody th", "caption span"].map(
               name => one.querySelector(name)?.getBoundingClientRect());
             return [head.left - box.left, caption ? caption.right - box.right : 0, one.scrollLeft];
           })"""
    )
    assert len(wide) > 5
    for head, caption, moved in wide:
        assert abs(head) < 1
        assert caption < 1
        assert moved > 0


def test_on_a_phone_what_opens_a_test_is_one_paragraph(opened):
    page = opened("index.html", "phone")
    folds = page.locator("[aria-labelledby=questions] summary", has_text="with the key of the test")
    assert folds.count() == 3
    for place in range(folds.count()):
        assert folds.nth(place).evaluate("one => one.children.length") == 1
        assert folds.nth(place).locator("span").bounding_box()["width"] > 0.7 * SIZES["phone"][0]


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
