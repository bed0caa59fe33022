"""Every page of the course, played from start to end with the best answers and with the worst.

Where `EPROF_PAGES` names a folder, the page as it stands after the last answer is written there, as a picture and as
text, for whoever wants to read it as a learner would.
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
MODULES = sorted(path.parent.name for path in NOTEBOOKS.glob("*/items.json"))
TALL = 16_000  # px: the whole page at once, for the notebook scrolls inside the window


@pytest.mark.parametrize("how", ["best", "worst"])
@pytest.mark.parametrize("slug", MODULES)
def test_a_module_is_played_from_start_to_end(open_case, slug, how):
    learner = open_case(slug)
    for item in learner.items:
        answer = CHOOSERS[how](item)
        give(learner, item, answer)
        assert learner.commits()[item["id"]] == answer
    assert learner.commits() == learner.shown()
    assert learner.page.locator(".ep-scene .ep-say").count() == 0, "a scene still waits for a decision"
    assert learner.page.locator("mjx-container").count() == 0, "two prices were taken for a formula"
    button = learner.page.locator(".ep-end").get_by_role("button").first
    end = learner.page.get_by_role("button", name=button.inner_text(), exact=True)
    end.click()
    end.wait_for(state="detached")  # the page says that it is finished only when the journal does
    assert learner.journal()[-1]["kind"] == "done"
    keep(learner.page, f"{slug}-{how}")


def best(item: dict):
    """What the key has; where it is with the graders, anything."""
    key = {option: Fraction(value) for option, value in item.get("key", {}).items()}
    names = [option["id"] for option in item.get("options", ())]
    match item["type"]:
        case "sba" | "branch":
            return max(names, key=lambda name: key.get(name, 0))
        case "mrq":
            return [name for name in names if key.get(name, name == names[0])]
        case "choose":
            return sorted(sorted(names, key=lambda name: -key.get(name, 0))[:3])
        case "rating":
            return {name: int(key.get(name, 2)) for name in names}
        case "ranking":
            return sorted(names, key=lambda name: key.get(name, 0))
    return "I thought of somebody whom I could not turn down, and of what I would say to her on Monday."


def worst(item: dict):
    """As far from the key as can be."""
    key = {option: Fraction(value) for option, value in item.get("key", {}).items()}
    names = [option["id"] for option in item.get("options", ())]
    match item["type"]:
        case "sba" | "branch":
            return min(names, key=lambda name: key.get(name, 0))
        case "mrq":
            return [name for name in names if not key.get(name, name != names[0])]
        case "choose":
            return sorted(sorted(names, key=lambda name: key.get(name, 0))[:3])
        case "rating":
            return {name: 4 if key.get(name, 2) <= 2 else 1 for name in names}
        case "ranking":
            return sorted(names, key=lambda name: -key.get(name, 0))
    return "No."


CHOOSERS = {"best": best, "worst": worst}


def give(learner, item: dict, answer) -> None:
    """Answer with the mouse."""
    form = learner.form(item)
    match item["type"]:
        case "sba" | "branch" | "mrq" | "choose":
            for name in [answer] if isinstance(answer, str) else answer:
                form.locator(f".ep-opt:has(input[value='{name}']) label").click()
        case "rating":
            for row, level in zip(form.locator(".ep-rate__row").all(), answer.values(), strict=True):
                row.locator("label").nth(level - 1).click()
        case "ranking":
            order(form, answer)
        case "reflection":
            form.locator("textarea").fill(answer)
    if item.get("certainty"):
        form.get_by_text("Very sure").click()
    learner.save(item)


def order(form, wanted: list[str]) -> None:
    """Move each response up to its place, the first one first."""
    for place, name in enumerate(wanted):
        ids = form.locator(".ep-rank li").evaluate_all("all => all.map(one => one.dataset.id)")
        for _ in range(ids.index(name) - place):
            form.locator(f".ep-rank li[data-id='{name}']").get_by_role("button", name="Move up").click()


def keep(page, name: str) -> None:
    """Write the page into the folder that `EPROF_PAGES` names."""
    folder = os.environ.get("EPROF_PAGES")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    text = page.evaluate("[...document.querySelectorAll('.jp-Cell')].map(cell => cell.innerText).join('\\n\\n')")
    (Path(folder) / f"{name}.txt").write_text(text, encoding="utf-8")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": TALL})
        page.wait_for_timeout(500)
        page.screenshot(path=Path(folder) / f"{name}-{width}.png")
