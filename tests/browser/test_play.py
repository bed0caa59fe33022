"""A learner plays a case: by mouse, by keyboard alone, over a restart, in two tabs."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CASE = "01-friend-requests"

FOCUS = """() => {
  const node = document.activeElement, form = node.closest("[data-item]");
  return {item: form?.dataset.item ?? "", tag: node.localName, type: node.type ?? "", checked: !!node.checked,
    certain: !!node.closest(".ep-certain"), text: (node.getAttribute("aria-label") ?? node.textContent).trim(),
    off: node.getAttribute("aria-disabled") === "true", save: node.classList.contains("ep-save"), ours: !!node.closest(".ep"),
    visible: node.closest(".ep") ? getComputedStyle(node.closest(".ep-opt, .ep-level") ?? node).outlineStyle !== "none" : true};
}"""


def test_a_learner_plays_a_case_by_mouse(open_case):
    learner = open_case(CASE)
    for item in learner.items:
        learner.answer(item)
        assert "aved" in learner.form(item).inner_text() or "Handed in" in learner.form(item).inner_text()
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
            if focus["ours"]:
                assert focus["visible"], f"no ring on {focus}"
            if focus["text"] == "Finish this case":
                self.page.keyboard.press("Enter")
                self.page.get_by_role("heading", name="You have finished this case").wait_for()
                return
            if focus["item"] in self.types:
                self.act(self.types[focus["item"]], focus)
        pytest.fail(f"Tab never reached the end of the case; the last focus was {focus}")

    def act(self, item: dict, focus: dict) -> None:
        done = self.learner.state(item) in ("saved", "kept")
        if done:
            return
        if focus["save"]:
            self.page.keyboard.press("Enter")
            self.learner.wait_saved(item)
        elif focus["type"] == "radio" and not focus["checked"]:
            self.page.keyboard.press("Space")
        elif focus["type"] == "checkbox" and self.wants(item):
            self.page.keyboard.press("Space")
        elif focus["text"].startswith("Move down") and not focus["off"] and item["id"] not in self.marked:
            self.marked[item["id"]] = 1
            self.page.keyboard.press("Enter")
            assert self.page.evaluate(FOCUS)["text"] == focus["text"]
        elif focus["tag"] == "textarea":
            self.page.keyboard.type("ab A message of mine, typed with the letters that are commands elsewhere: a, b, dd.")

    def wants(self, item: dict) -> bool:
        self.marked[item["id"]] = self.marked.get(item["id"], 0) + 1
        return self.marked[item["id"]] <= (3 if item["type"] == "choose" else 1)
