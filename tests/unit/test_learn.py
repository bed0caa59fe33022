"""Laying the course out in a learner's folder loses nothing of theirs."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from eprofessionalism import learn
from eprofessionalism.player import Player


@pytest.fixture
def cases(tmp_path):
    found = {}
    for slug in ("01-one", "02-two"):
        case = tmp_path / "built" / slug
        (case / "art").mkdir(parents=True)
        (case / "art" / "x.svg").write_text("<svg/>")
        (case / f"{slug}.ipynb").write_text(json.dumps({"cells": [{"source": ["one ", slug], "outputs": []}]}))
        item = {"id": "x-1", "type": "sba", "stem": "?", "points": 1, "options": [{"id": "a", "text": "A"}]}
        (case / "items.json").write_text(
            json.dumps(
                {"v": 1, "case": slug, "title": slug, "minutes": 5, "digest": "d", "items": [item], "passages": []}
            )
        )
        found[slug] = case
    return found


def tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_the_built_cases_and_nothing_else(cases, tmp_path):
    assert learn.lay_out(tmp_path / "mine", cases) == []
    assert tree(tmp_path / "mine") == tree(tmp_path / "built")


def test_answers_are_never_touched(cases, tmp_path):
    mine = tmp_path / "mine"
    (cases["01-one"] / "responses.jsonl").write_text("a stray journal of a builder\n")
    learn.lay_out(mine, cases)
    assert not (mine / "01-one" / "responses.jsonl").exists()
    (mine / "01-one" / "responses.jsonl").write_text("my answers\n")
    learn.lay_out(mine, cases)
    assert (mine / "01-one" / "responses.jsonl").read_text() == "my answers\n"


def test_a_page_that_was_only_run_is_replaced_and_one_with_notes_is_set_aside(cases, tmp_path):
    mine = tmp_path / "mine"
    learn.lay_out(mine, cases)
    run, noted = mine / "01-one" / "01-one.ipynb", mine / "02-two" / "02-two.ipynb"
    run.write_text(json.dumps({"cells": [{"source": "one 01-one", "outputs": ["run"]}]}))
    noted.write_text(json.dumps({"cells": [{"source": "my own notes", "outputs": []}]}))
    kept = learn.lay_out(mine, cases)
    assert [path.name for path in kept] == ["02-two.before-update-1.ipynb"]
    assert "my own notes" in kept[0].read_text()
    assert run.read_bytes() == (cases["01-one"] / "01-one.ipynb").read_bytes()
    assert noted.read_bytes() == (cases["02-two"] / "02-two.ipynb").read_bytes()
    assert learn.lay_out(mine, cases) == []


def test_a_page_that_was_kept_is_named_whoever_changed_it(cases, tmp_path, monkeypatch):
    monkeypatch.setattr(learn, "built_cases", lambda: cases)
    monkeypatch.setattr(learn, "serve", lambda *_, **__: None)
    mine = tmp_path / "mine"
    learn.lay_out(mine, cases)
    (cases["01-one"] / "01-one.ipynb").write_text(json.dumps({"cells": [{"source": "rebuilt", "outputs": []}]}))
    result = CliRunner().invoke(learn.command, [str(mine)])
    kept = mine / "01-one" / "01-one.before-update-1.ipynb"
    assert result.output == f"An earlier version of this page was kept as {kept}\n"
    assert kept.is_file()


def test_new_questions_take_the_place_of_old_ones(cases, tmp_path):
    mine = tmp_path / "mine"
    learn.lay_out(mine, cases)
    (mine / "01-one" / "items.json").write_text("{}")
    learn.lay_out(mine, cases)
    assert (mine / "01-one" / "items.json").read_bytes() == (cases["01-one"] / "items.json").read_bytes()


def test_the_first_unfinished_case_is_opened(cases, tmp_path):
    mine, slugs = tmp_path / "mine", list(cases)
    learn.lay_out(mine, cases)
    assert learn.first_unfinished(mine, slugs) == "01-one"
    Player(mine / "01-one").finish()
    assert learn.first_unfinished(mine, slugs) == "02-two"
    Player(mine / "02-two").finish()
    assert learn.first_unfinished(mine, slugs) == "01-one"


def test_a_folder_that_cannot_be_made_is_one_line(cases, tmp_path, monkeypatch):
    monkeypatch.setattr(learn, "built_cases", lambda: cases)
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(learn.command, [str(tmp_path / "file" / "mine"), "--no-browser"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a POSIX signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_course_is_served_until_it_is_stopped(tmp_path, number):
    command = [sys.executable, "-m", "eprofessionalism", "learn", str(tmp_path / "mine"), "--no-browser"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    assert process.stdout is not None
    process.stdout.readline()
    address = re.search(r"http://\S+", process.stdout.readline())
    assert address is not None
    page = wait_for(address[0])
    process.send_signal(number)
    said = process.communicate(timeout=30)[0]
    assert "jupyter-config-data" in page
    assert said.strip() == "Stopped. Your answers are kept; the same command brings you back to where you were."
    assert process.returncode == 0


def wait_for(address: str) -> str:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own page
                return answer.read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
