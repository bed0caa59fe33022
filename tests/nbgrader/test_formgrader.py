"""`jupyter lab` in the offering: Formgrader regrades through its own endpoint, and marks given there stay."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from eprofessionalism_graders import grading

FIRST = "01-friend-requests"
LEARNER = "learner-00"
TOKEN = "formgrader-test"  # noqa: S105 - of a server that lives as long as the test
TEXT = "<script>alert('ran')</script> I would have\ncalled **her** first."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def formgrader(offering, tmp_path):
    """JupyterLab, started in the offering as an instructor does; calls its addresses and gives what they answer."""
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "JUPYTER_CONFIG_DIR": str(tmp_path / "settings")}
    log = (tmp_path / "jupyter.log").open("w")
    server = subprocess.Popen(command, cwd=offering.root, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def call(address: str, method: str = "GET", body: dict | None = None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {TOKEN}"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/formgrader/{address}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            text = answer.read().decode()
        return json.loads(text) if address.startswith("api/") else text

    try:
        until = time.monotonic() + 60
        while True:
            try:
                assert call("api/status") == {"status": True}
                break
            except urllib.error.URLError:
                assert server.poll() is None, (tmp_path / "jupyter.log").read_text()
                assert time.monotonic() < until, "JupyterLab did not start within a minute"
                time.sleep(0.3)
        yield call
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


@pytest.fixture
def desk(offering, formgrader):
    """What an instructor does in Formgrader with one submission."""
    submission = f"api/submission/{FIRST}/{LEARNER}"

    def notebook():
        return formgrader(f"api/submitted_notebooks/{FIRST}/{FIRST}")[0]["id"]

    def one(kind: str, item: str):
        return next(entry for entry in formgrader(f"api/{kind}?submission_id={notebook()}") if entry["name"] == item)

    return SimpleNamespace(
        regrade=lambda: formgrader(f"{submission}/autograde", "POST"),
        feedback=lambda: formgrader(f"api/assignment/{FIRST}/{LEARNER}/generate_feedback", "POST"),
        page=lambda: formgrader(f"submissions/{notebook()}/?index=0"),
        grade=lambda item: one("grades", item),
        mark=lambda item, points: formgrader(f"api/grade/{one('grades', item)['id']}", "PUT", {"manual_score": points}),
        comment=lambda item, text: formgrader(
            f"api/comment/{one('comments', item)['id']}", "PUT", {"manual_comment": text}
        ),
    )


def test_an_instructors_way_through_formgrader(offering, submit, desk, judge, scores_of):
    items = judge.keys(offering.root, FIRST)
    reflection = next(name for name, item in items.items() if item.type == "reflection")
    answers = {name: judge.other(item, 1) for name, item in items.items()} | {reflection: TEXT}
    submit(offering, LEARNER, answers)
    grading.grade(offering)
    before = scores_of(offering, LEARNER)

    assert desk.regrade()["success"]
    assert scores_of(offering, LEARNER) == before, "regraded through its own endpoint, a submission has the same scores"

    page = BeautifulSoup(desk.page(), "html.parser")
    assert page.select_one("pre.ep-reflection").text == TEXT
    assert not [script for script in page.find_all("script") if "alert('ran')" in script.text]
    assert len(page.select(".ep-review:not(.ep-opening)")) == len(items)

    desk.mark(reflection, 3)
    desk.comment(reflection, "You saw <her> before the rule.")
    assert desk.regrade()["success"]
    assert desk.grade(reflection)["manual_score"] == 3, "a mark survives another grading"
    assert not desk.grade(reflection)["needs_manual_grade"]

    assert desk.feedback()["success"]
    page = BeautifulSoup((offering.root / "feedback" / LEARNER / FIRST / f"{FIRST}.html").read_text(), "html.parser")
    assert len(page.select(".ep-review:not(.ep-opening)")) == len(items), "the learner's page shows each review"
    assert page.select_one("pre.ep-reflection").text == TEXT
    assert "Score: 3.0 / 4.0" in page.text
    assert "You saw" in page.text
    assert "before the rule" in page.text

    submit(offering, LEARNER, answers | {reflection: "Another text."})
    assert desk.regrade()["success"]
    assert desk.grade(reflection)["needs_manual_grade"], "a changed text is flagged"
    assert desk.grade(reflection)["manual_score"] == 3

    config = offering.root / "offering.toml"
    config.write_text(config.read_text().replace("format = 1", "format = 2"))
    refused = desk.regrade()
    assert not refused["success"]
    assert "not graded" in refused["log"], "what keeps eprof grade from grading keeps Formgrader from it too"
