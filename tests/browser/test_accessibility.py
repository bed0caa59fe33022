"""axe-core has no objection to what we draw: before and after answering, in light and dark, wide and narrow."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async tags => {
  const found = await axe.run({include: [".ep-reader .ep"]}, {runOnly: {type: "tag", values: tags}});
  const where = one => one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | ");
  return found.violations.map(one => `${one.id}: ${where(one)}`);
}"""
SIDEWAYS = """() => {
  const page = document.querySelector(".jp-WindowedPanel-outer");
  return page.scrollWidth - page.clientWidth;
}"""
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


@pytest.fixture(scope="session")
def axe() -> str:
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python, which brings axe-core, is not installed")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page, axe: str) -> list[str]:
    page.evaluate(axe)
    return page.evaluate(RUN, TAGS)


@pytest.mark.parametrize("scheme", THEMES)
def test_axe_has_no_objection(open_case, axe, scheme):
    learner = open_case("02-patient-stories", scheme=scheme)
    page = learner.page
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", THEMES[scheme])
    page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=str(scheme == "light").lower())
    assert violations(page, axe) == []
    for item in learner.items:
        learner.answer(item)
    assert violations(page, axe) == []
    page.get_by_role("button", name="Finish this case").click()
    page.locator(".ep-end .ep-parts").wait_for()
    page.evaluate("document.querySelectorAll('.ep-cites details').forEach(fold => (fold.open = true))")
    assert violations(page, axe) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert violations(page, axe) == []
    assert page.evaluate(SIDEWAYS) <= 0
