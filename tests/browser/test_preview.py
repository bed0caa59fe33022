"""An author saves, and sees the page of the case and what is wrong with it without touching the browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from eprofessionalism.authoring import new

pytestmark = pytest.mark.browser

PACKAGE = Path(__file__).parents[2] / "course" / "eprofessionalism"
SLUG = "20-harbor-run"
PATIENCE = int(os.environ.get("EPROF_PATIENCE", "60000"))


class Author:
    """Somebody with `eprof preview` in a terminal, an editor and a browser."""

    def __init__(self, home: Path, browser) -> None:
        self.home, self.browser = home, browser
        self.folder = new.lay_down(SLUG, home / "bank", whole=False, schema=None)
        self.case = self.folder / "case.yaml"
        self.process = None

    def start(self):
        """Start the command, with our extension as it stands in the sources, and open the page it names."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "eprofessionalism", "preview", str(self.folder), "--no-browser"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment(),
        )
        assert self.process.stdout is not None
        self.said = []
        while not (address := re.search(r"http://\S+", (self.said or [""])[-1])):
            self.said.append(self.process.stdout.readline())
            assert self.said[-1], "".join(self.said)
        self.page = self.browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.set_default_timeout(PATIENCE)
        for _ in range(PATIENCE // 500):
            try:
                self.page.goto(address[0])
                break
            except Exception:  # the server is not up yet
                self.page.wait_for_timeout(500)
        return self.page

    def environment(self) -> dict[str, str]:
        extensions = self.home / "labextensions"
        shutil.copytree(PACKAGE / "labextension", extensions / "eprofessionalism-page")
        shutil.copy(PACKAGE / "static" / "course.css", extensions / "eprofessionalism-page" / "static")
        config = self.home / "config"
        config.mkdir()
        settings = {"LabApp": {"extra_labextensions_path": [str(extensions)]}}
        (config / "jupyter_lab_config.json").write_text(json.dumps(settings))
        (self.home / "tmp").mkdir()
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        own = {"JUPYTER_CONFIG_DIR": str(config), "TMPDIR": str(self.home / "tmp"), "PYTHONUNBUFFERED": "1"}
        return os.environ | own | {"PATH": path}

    def save(self, old: str, text: str) -> None:
        before = self.case.read_text()
        assert old in before
        self.case.write_text(before.replace(old, text, 1))

    def item(self, number: int):
        return self.page.locator("form.ep-item").nth(number)

    def stop(self, number: int = signal.SIGTERM) -> str:
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)[0]


@pytest.fixture
def author(tmp_path, browser):
    one = Author(tmp_path, browser)
    yield one
    if one.process and one.process.poll() is None:
        one.stop()


def test_a_saved_change_is_seen_where_one_was_and_answers_stay(author):
    page = author.start()
    page.locator(".ep-found summary", has_text="No findings").wait_for()
    item = author.item(0)
    item.locator(".ep-opt label").nth(2).click()
    item.locator(".ep-save").click()
    page.wait_for_function("document.querySelectorAll('form.ep-item')[0].dataset.state === 'saved'")
    before = item.bounding_box()["y"]
    author.save("Call Wes, and stay", "Ring Wes, and stay")
    page.get_by_text("Ring Wes, and stay").first.wait_for()
    page.wait_for_function("document.querySelectorAll('form.ep-item')[0].dataset.state === 'saved'")
    page.wait_for_timeout(1500)  # the page settles
    assert item.locator(".ep-opt input").nth(2).is_checked()
    assert abs(item.bounding_box()["y"] - before) < 60
    drawing = author.folder / "art" / "tent.svg"
    drawing.write_text(drawing.read_text().replace('viewBox="0 0 640 400"', 'viewBox="0 0 640 640"'))
    page.wait_for_function(
        "document.querySelector('img.ep-photo')?.naturalHeight === document.querySelector('img.ep-photo')?.naturalWidth"
    )


def test_a_mistake_is_seen_and_the_page_stays(author):
    page = author.start()
    page.locator(".ep-found summary", has_text="No findings").wait_for()
    page.wait_for_selector(".ep-end", state="attached")
    author.save("credit: 1/2", "credit: 2")
    page.locator(".ep-found summary", has_text="1 finding").wait_for()
    box = page.locator(".ep-found")
    line = next(number for number, text in enumerate(author.case.read_text().splitlines(), 1) if "credit: 2" in text)
    said = box.inner_text()
    for words in (f"case.yaml:{line}", "a number from 0 to 1", "the number 2", "correct the value", "stays as it was"):
        assert words in said
    assert author.item(0).is_visible()
    author.save("credit: 2", "credit: 1/2")
    page.locator(".ep-found summary", has_text="No findings").wait_for()
    author.save("title: Bib 214", "title: It's 214")  # wrong, and yet it can be shown
    page.get_by_role("heading", name="It's 214").wait_for()
    assert "a typographic apostrophe" in box.inner_text()


def test_a_case_with_mistakes_at_first_appears_once_they_are_mended(author):
    author.save("story:", "stories:")
    page = author.start()
    page.get_by_role("heading", name="Nothing to show yet").wait_for()
    page.locator(".ep-found", has_text="stories").wait_for()
    author.save("stories:", "story:")
    page.get_by_role("heading", name="Bib 214").wait_for()
    page.wait_for_selector("form.ep-item")
    page.wait_for_function("document.title === 'Bib 214 · eprofessionalism'")  # set a moment after the page


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a POSIX signal")
def test_ctrl_c_leaves_nothing_behind(author):
    files = {path: path.read_bytes() for path in author.folder.rglob("*") if path.is_file()}
    page = author.start()
    page.wait_for_selector(".ep-end", state="attached")
    assert list((author.home / "tmp").iterdir())
    said = author.stop(signal.SIGINT)
    assert said.strip().endswith("The case is as you saved it; nothing else was kept.")
    assert author.process.returncode == 0
    assert list((author.home / "tmp").iterdir()) == []
    assert {path: path.read_bytes() for path in author.folder.rglob("*") if path.is_file()} == files
    page.get_by_text("The preview has ended").wait_for()
