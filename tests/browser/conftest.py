"""A JupyterLab with the course in it, a Chromium, and a learner who reads and answers as people do."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
PACKAGE = ROOT / "course" / "eprofessionalism"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OPTIONS_CHOSEN = {"sba": [1], "branch": [1], "mrq": [0], "choose": [0, 2, 4]}
REQUIRED = os.environ.get("EPROF_REQUIRE_BROWSER") == "1"
PATIENCE = int(os.environ.get("EPROF_PATIENCE", "60000"))  # ms; a slow machine starts a session in ten seconds


def lack(what: str) -> None:
    """Skip with a reason, or fail where browser tests are required."""
    if REQUIRED:
        pytest.fail(f"{what}, and EPROF_REQUIRE_BROWSER=1 asks for it")
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser():
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        lack("playwright is not installed")
    found = os.environ.get("EPROF_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        except Error as error:
            lack(f"no Chromium to start ({str(error).splitlines()[0]})")
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    """A JupyterLab on an empty folder, with our extension as it stands in the sources."""
    home = tmp_path_factory.mktemp("jupyter")
    server = Server(home)
    server.start()
    yield server
    server.stop()


class Server:
    """A JupyterLab on a folder; it keeps its own settings and logs in `home`."""

    def __init__(self, home: Path, root: Path | None = None) -> None:
        self.root = root or home / "root"
        self.root.mkdir(exist_ok=True)
        self.home = home
        self.token = secrets.token_hex(8)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def extension(self) -> Path:
        folder = self.home / "labextensions"
        shutil.copytree(PACKAGE / "labextension", folder / "eprofessionalism-page")
        shutil.copy(PACKAGE / "static" / "course.css", folder / "eprofessionalism-page" / "static")
        return folder

    def start(self) -> None:
        names = ("CONFIG_DIR", "RUNTIME_DIR", "DATA_DIR")
        environment = os.environ | {f"JUPYTER_{name}": str(self.home / name) for name in names}
        environment |= {
            "JUPYTERLAB_SETTINGS_DIR": str(self.home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.home / "spaces"),
        }
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        options = [
            "--no-browser",
            "--allow-root",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            f"--IdentityProvider.token={self.token}",
            f"--LabApp.extra_labextensions_path={self.extension()}",
            "--LabApp.expose_app_in_browser=True",
        ]
        self.log = (self.home / "log").open("w")
        command = [sys.executable, "-m", "jupyterlab", *options]
        self.process = subprocess.Popen(command, cwd=self.root, env=environment, stdout=self.log, stderr=self.log)
        self.wait()

    def wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                self.ask("status")
            except OSError:
                time.sleep(0.2)
            else:
                return
        pytest.fail(f"JupyterLab did not start:\n{(self.home / 'log').read_text()[-2000:]}")

    def address(self, course: Path, slug: str) -> str:
        """A case as `eprof learn` opens it."""
        return f"http://127.0.0.1:{self.port}/doc/tree/{course.name}/{slug}/{slug}.ipynb?token={self.token}"

    def ask(self, what: str, method: str = "GET"):
        address = f"http://127.0.0.1:{self.port}/api/{what}?token={self.token}"
        with urllib.request.urlopen(urllib.request.Request(address, method=method), timeout=10) as answer:
            return json.loads(answer.read() or "null")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    """Start a JupyterLab in a folder of one's own, as an instructor does in an offering; gives the server."""
    servers = []

    def started(root: Path) -> Server:
        servers.append(Server(tmp_path_factory.mktemp("jupyter"), root))
        servers[-1].start()
        return servers[-1]

    yield started
    for server in servers:
        server.stop()


@pytest.fixture
def course(jupyter, request):
    """A fresh copy of the course for one test; its sessions end with the test."""
    name = request.node.name.replace("[", "-").replace("]", "")
    folder = jupyter.root / name
    shutil.copytree(NOTEBOOKS, folder)
    yield folder
    for session in jupyter.ask("sessions"):
        if session["path"].startswith(name):
            jupyter.ask(f"sessions/{session['id']}", "DELETE")


@pytest.fixture
def open_case(jupyter, browser, course):
    """Open a case as a learner, in the window that shows one document."""
    contexts = []

    def visit(slug: str, *, scheme: str = "light", width: int = 1280, context=None):
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            contexts.append(context)
        page = context.new_page()
        page.goto(jupyter.address(course, slug))
        return Learner(page, course / slug, context).arrive()

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def new_learner():
    return lambda page, folder: Learner(page, folder, page.context)


class Learner:
    """Somebody at a page: knows the questions from `items.json` and touches nothing but the page."""

    def __init__(self, page, folder: Path, context) -> None:
        self.page, self.folder, self.context = page, folder, context
        page.set_default_timeout(PATIENCE)
        self.items = json.loads((folder / "items.json").read_text())["items"]

    def arrive(self) -> Learner:
        self.page.wait_for_selector(".ep-end", state="attached")
        self.page.wait_for_function("!document.querySelector('.ep-notice .ep-say')")
        return self

    def restart(self) -> None:
        """Restart the session by the menu's own command, and wait until the page is alive again."""
        self.page.evaluate("document.querySelectorAll('.ep-item').forEach(form => (form.dataset.old = 1))")
        self.page.evaluate("void jupyterapp.commands.execute('kernelmenu:restart')")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.wait_for_function("!document.querySelector('[data-old]') && document.querySelector('.ep-item')")
        self.arrive()

    def form(self, item: dict):
        return self.page.locator(f"[data-item='{item['id']}'] form")

    def state(self, item: dict) -> str:
        return self.form(item).get_attribute("data-state")

    def journal(self) -> list[dict]:
        path = self.folder / "responses.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def commits(self) -> dict:
        return {entry["item"]: entry["answer"] for entry in self.journal() if entry["kind"] == "commit"}

    def answer(self, item: dict) -> None:
        """Answer with the mouse and wait until it is saved."""
        self.choose(item)
        self.save(item)

    def choose(self, item: dict) -> None:
        form = self.form(item)
        for place in OPTIONS_CHOSEN.get(item["type"], ()):
            form.locator(".ep-opt label").nth(place).click()
        if item["type"] == "rating":
            for row in form.locator(".ep-rate__row").all():
                row.locator("label").nth(2).click()
        elif item["type"] == "ranking":
            form.locator(".ep-rank li").first.get_by_role("button", name="Move down").click()
        elif item["type"] == "reflection":
            form.locator("textarea").fill("A message reached me in the wrong place, and I answered it there.")
        if item.get("certainty"):
            form.get_by_text("Fairly sure").click()

    def save(self, item: dict) -> None:
        self.form(item).locator(".ep-save").click()
        self.wait_saved(item)

    def wait_saved(self, item: dict) -> None:
        self.page.wait_for_selector(f"[data-item='{item['id']}'] form:is([data-state=saved], [data-state=kept])")

    def shown(self) -> dict:
        """The answers as the page shows them."""
        return {item["id"]: self._shown(item) for item in self.items}

    def _shown(self, item: dict):
        form = self.form(item)
        checked = "all => all.filter(one => one.checked).map(one => one.value)"
        match item["type"]:
            case "sba" | "branch":
                return next(iter(form.locator(".ep-opt input").evaluate_all(checked)), None)
            case "mrq" | "choose":
                return form.locator(".ep-opt input").evaluate_all(checked)
            case "rating":
                rows = [row.locator("input").evaluate_all(checked) for row in form.locator(".ep-rate__row").all()]
                return {
                    option["id"]: int(level[0]) for option, level in zip(item["options"], rows, strict=True) if level
                }
            case "ranking":
                return form.locator(".ep-rank li").evaluate_all("all => all.map(one => one.dataset.id)")
            case "reflection":
                return form.locator("textarea").input_value()
