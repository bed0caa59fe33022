"""A learner plays a case: by mouse, by keyboard alone, over a restart, in two tabs."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CASE = "01-friend-requests"

FOCUS = """() => {
  const node = document.activeElement;
  const ringed = node.matches("input") ? node.closest(".ep-opt, .ep-level") : node;
  return {
    item: node.closest("[data-item]")?.dataset.item ?? "",
    tag: node.localName,
    type: node.type ?? "",
    checked: !!node.checked,
    text: (node.getAttribute("aria-label") ?? node.textContent).trim(),
    off: node.getAttribute("aria-disabled") === "true",
    save: node.classList.contains("ep-save"),
    ringed: !node.closest(".ep") || getComputedStyle(ringed).outlineStyle !== "none",
  };
}"""


def test_a_learner_plays_a_case_by_mouse(open_case):
    learner = open_case(CASE)
    for item in learner.items:
        learner.answer(item)
        said = "Handed in" if item["type"] == "reflection" else "Saved"
        assert learner.form(item).locator(".ep-state").inner_text().startswith(said)
    total = len(learner.items)
    assert learner.page.get_by_text(f"{total} of {total} answered").is_visible()
    assert learner.commits().keys() == {item["id"] for item in learner.items}
    assert learner.commits() == learner.shown()
    learner.page.get_by_role("button", name="Finish this case").click()
    learner.page.get_by_role("heading", name="You have finished this case").wait_for()
    assert learner.journal()[-1]["kind"] == "done"


def test_a_learner_plays_a_case_by_keyboard_alone(open_case):
    learner = open_case(CASE)
    Keyboard(learner).play()
    assert learner.commits().keys() == {item["id"] for item in learner.items}
    assert learner.commits() == learner.shown()
    assert learner.journal()[-1]["kind"] == "done"


def test_after_a_restart_every_answer_is_back(open_case):
    learner = open_case(CASE)
    for item in learner.items:
        learner.answer(item)
    before = learner.shown()
    learner.restart()
    assert learner.shown() == before == learner.commits()
    assert learner.page.get_by_text("Welcome back").is_visible()
    assert learner.page.locator(".ep-end h2").inner_text() == "Every question is answered"


def test_two_tabs_of_one_case_agree(open_case):
    first = open_case(CASE)
    second = open_case(CASE, context=first.context)
    for learner, other, item in ((first, second, first.items[0]), (second, first, first.items[1])):
        learner.answer(item)
        other.wait_saved(item)
        assert learner.shown()[item["id"]] == other.shown()[item["id"]] == learner.commits()[item["id"]]
    assert first.page.get_by_text(f"2 of {len(first.items)} answered").is_visible()
    assert second.page.get_by_text(f"2 of {len(first.items)} answered").is_visible()


def test_the_way_to_the_next_open_question_takes_the_keyboard_along(open_case):
    learner = open_case(CASE)
    learner.answer(learner.items[0])
    learner.page.get_by_role("button", name="Go to question 2").click()
    assert learner.page.evaluate("document.activeElement.textContent") == "Question 2"


def test_a_scene_waits_for_the_decision_and_then_follows_it_at_once(open_case):
    learner = open_case(CASE)
    ask = learner.page.get_by_text("Decide in question")
    waiting = ask.count()
    assert waiting > 0
    branch = next(item for item in learner.items if item["type"] == "branch")
    learner.answer(branch)
    learner.page.wait_for_function("n => document.querySelectorAll('.ep-scene .ep-say').length < n", arg=waiting)


def test_looking_again_clears_the_page_and_keeps_the_first_answer(open_case):
    learner = open_case(CASE)
    item = next(item for item in learner.items if item["type"] == "sba")
    learner.answer(item)
    assert learner.form(item).locator(".ep-fb").count() == len(item["options"])
    learner.form(item).get_by_role("button", name="Clear and look again").click()
    learner.form(item).get_by_text("Cleared. Your first answer still counts.").wait_for()
    assert learner.form(item).locator(".ep-fb").count() == 0
    assert learner.shown()[item["id"]] is None
    assert learner.page.get_by_text("1 of ").first.is_visible()


def test_a_test_question_gives_no_feedback_and_can_be_changed(open_case):
    learner = open_case("90-form-a")
    item = learner.items[0]
    learner.answer(item)
    form = learner.form(item)
    assert "Results come after grading" in form.inner_text()
    assert form.locator(".ep-fb, .ep-verdict, [data-verdict], [data-key]").count() == 0
    form.locator(".ep-opt label").nth(2).click()
    assert learner.state(item) == "chosen"
    learner.save(item)
    assert learner.commits()[item["id"]] == item["options"][2]["id"]


def test_a_text_that_is_being_written_survives_a_reload(open_case):
    learner = open_case(CASE)
    item = next(item for item in learner.items if item["type"] == "reflection")
    learner.form(item).locator("textarea").fill("Half a thought")
    learner.form(item).get_by_text("Draft kept at").wait_for()
    learner.page.reload()
    learner.arrive()
    assert learner.shown()[item["id"]] == "Half a thought"
    assert learner.state(item) == "draft"


def test_the_page_is_for_reading_and_leaves_the_file_alone(open_case):
    learner = open_case(CASE)
    page, notebook = learner.page, learner.folder / f"{CASE}.ipynb"
    before = notebook.read_bytes()
    for hidden in (
        ".cm-editor",
        ".jp-InputPrompt",
        ".jp-OutputPrompt",
        ".jp-Collapser",
        ".jp-NotebookPanel-toolbar",
        "#jp-menu-panel",
    ):
        assert not any(one.is_visible() for one in page.locator(hidden).all()), hidden
    assert not any(one.is_visible() for one in page.get_by_text("The learner’s text is put here").all())
    page.locator(".ep-prose p").first.dblclick()
    page.keyboard.press("Enter")
    cells = page.locator(".jp-Cell").count()
    for key in ("a", "b", "d", "d", "x", "m", "y"):
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells
    assert not any(one.is_visible() for one in page.locator(".cm-editor").all())
    learner.answer(learner.items[0])
    assert page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty") is False
    assert notebook.read_bytes() == before


def test_without_the_extension_a_question_is_still_dressed_and_saved(jupyter, browser, course, new_learner):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route("**/eprofessionalism-page/**", lambda route: route.abort())
    page = context.new_page()
    page.goto(jupyter.address(course, CASE))
    page.locator(".jp-Notebook").wait_for()
    page.wait_for_function("jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'")
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
    learner = new_learner(page, course / CASE)
    item = learner.items[0]
    learner.form(item).wait_for()
    page.wait_for_function("getComputedStyle(document.documentElement).getPropertyValue('--ep-paper') !== ''")
    assert page.locator("#ep-course-css").count() == 1
    learner.answer(item)
    assert learner.commits() == {item["id"]: learner.shown()[item["id"]]}
    context.close()


TOP = """node => node.getBoundingClientRect().top
  - document.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect().top"""


@pytest.mark.parametrize("width", [1280, 390])
def test_after_saving_the_card_begins_at_the_top_with_its_verdict(open_case, width):
    learner = open_case("02-patient-stories", width=width)
    for item in learner.items:
        if item["type"] == "reflection":
            continue
        learner.answer(item)
        part = "node => !!document.activeElement.closest('{}') && node.contains(document.activeElement)"
        branch = item["type"] == "branch"
        form = learner.form(item)
        learner.page.wait_for_function(part.format(".ep-then" if branch else ".ep-result"), arg=form.element_handle())
        top = form.locator(".ep-then").evaluate(TOP) if branch else form.evaluate(TOP)
        assert 0 <= top <= 60, item["id"]
        assert branch or form.locator(".ep-result").inner_text().strip()


def test_begin_leads_to_the_first_scene_and_later_the_way_leads_to_the_open_question(open_case):
    learner = open_case(CASE)
    page = learner.page
    page.get_by_role("button", name="Begin").click()
    scene = page.locator(".ep-scene").first
    assert 0 <= scene.evaluate(TOP) <= 60
    assert page.evaluate("document.activeElement.innerText") == scene.locator("h2").inner_text()
    for item in learner.items[:3]:
        learner.answer(item)
    page.reload()
    learner.arrive()
    page.get_by_role("button", name="Go to question 4").click()
    page.wait_for_timeout(1500)  # whatever moves the page afterwards has moved it
    assert 0 <= learner.form(learner.items[3]).evaluate(TOP) <= 60


def test_the_tab_has_our_title_and_icon_while_a_page_of_ours_has_the_window(open_case):
    learner = open_case(CASE)
    page = learner.page
    icons = "[...document.querySelectorAll('link.favicon')].map(link => link.href.slice(0, 18))"
    assert page.title() == "Table nine · eprofessionalism"
    assert set(page.evaluate(icons)) == {"data:image/svg+xml"}
    learner.answer(learner.items[0])
    assert page.title() == "Table nine · eprofessionalism"
    page.evaluate("jupyterapp.shell.mode = 'multiple-document'")
    page.wait_for_function("document.title.endsWith('JupyterLab')")
    assert "data:image/svg+xml" not in page.evaluate(icons)


def test_a_finished_case_leads_on_from_its_end_and_from_its_top(open_case):
    learner = open_case(CASE)
    page = learner.page
    page.get_by_role("button", name="Finish this case").click()
    page.get_by_role("heading", name="You have finished this case").wait_for()
    assert page.locator(".ep-end").get_by_role("button", name="Question 1").is_visible()
    parts = len(list(learner.folder.parent.glob("*/items.json")))
    for place in (".ep-progress", ".ep-end"):
        assert page.locator(f"{place} .ep-parts li").count() == parts
        assert page.locator(f"{place} .ep-parts a").count() == parts - 1
    page.locator(".ep-progress .ep-parts a").first.click()
    page.wait_for_url("**/00-orientation/00-orientation.ipynb")


def test_a_chart_is_not_shown_larger_than_it_was_drawn(open_case):
    learner = open_case(CASE)
    widths = learner.page.locator(".ep-chart img").evaluate_all("all => all.map(one => [one.width, one.naturalWidth])")
    assert widths
    assert all(0 < shown <= drawn for shown, drawn in widths)


def test_folded_citations_open_by_keyboard(open_case):
    learner = open_case("03-sponsored-content")
    item = next(item for item in learner.items if item["type"] != "branch" and _most_cites(item) > 2)
    learner.answer(item)
    fold = learner.form(item).locator(".ep-cites details").first
    fold.locator("summary").focus()
    assert not fold.locator("cite").is_visible()
    learner.page.keyboard.press("Enter")
    assert fold.locator("cite").is_visible()
    assert fold.locator("cite").inner_text()


def _most_cites(item) -> int:
    return max((len(note.get("cites", [])) for note in item.get("feedback", {}).values()), default=0)


class Keyboard:
    """Goes through the page with Tab, and answers what it meets."""

    def __init__(self, learner) -> None:
        self.learner, self.page = learner, learner.page
        self.types = {item["id"]: item for item in learner.items}
        self.marked: dict[str, int] = {}

    def play(self) -> None:
        for _ in range(600):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            assert focus["ringed"], f"no ring on {focus}"
            if focus["text"] == "Finish this case":
                self.page.keyboard.press("Enter")
                self.page.get_by_role("heading", name="You have finished this case").wait_for()
                return
            if focus["item"] in self.types:
                self.act(self.types[focus["item"]], focus)
        pytest.fail(f"Tab never reached the end of the case; the last focus was {focus}")

    def act(self, item: dict, focus: dict) -> None:
        if self.learner.state(item) in ("saved", "kept"):
            return
        if focus["save"]:
            self.page.keyboard.press("Enter")
            self.learner.wait_saved(item)
        elif (focus["type"] == "radio" and not focus["checked"]) or (focus["type"] == "checkbox" and self.wants(item)):
            self.page.keyboard.press("Space")
        elif focus["text"].startswith("Move down") and not focus["off"] and item["id"] not in self.marked:
            self.marked[item["id"]] = 1
            self.page.keyboard.press("Enter")
            assert self.page.evaluate(FOCUS)["text"] == focus["text"]
        elif focus["tag"] == "textarea":
            self.page.keyboard.type(
                "ab A message of mine, typed with the letters that are commands elsewhere: a, b, dd."
            )

    def wants(self, item: dict) -> bool:
        self.marked[item["id"]] = self.marked.get(item["id"], 0) + 1
        return self.marked[item["id"]] <= (3 if item["type"] == "choose" else 1)
