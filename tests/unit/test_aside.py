"""What there is to say of a notebook and of things that lie beside the answers."""

import json
import os
import sys
from pathlib import Path

import pytest

from eprofessionalism.items import ItemBank
from eprofessionalism_graders import aside, notebooks
from eprofessionalism_graders.evidence import Reading
from eprofessionalism_graders.incidents import Incident, load, note_source, note_submission, told

CASE = "01-case"


def cell(number: int, **changes) -> dict:
    plain = {
        "id": f"c{number}",
        "cell_type": "code",
        "source": ["question('a')\n", "x"],
        "metadata": {"nbgrader": {"grade": True}},
    }
    return plain | {"outputs": [], "execution_count": None} | changes


def notebook(*cells, **changes) -> dict:
    settings = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3"}}}
    return settings | {"cells": list(cells)} | changes


def written(content: dict) -> bytes:
    return json.dumps(content).encode()


RELEASED = written(notebook(cell(1), cell(2), cell(3)))


def test_a_notebook_that_was_played_and_saved_is_as_it_was():
    shown = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    played = [cell(n, outputs=shown, execution_count=n, source="question('a')\nx") for n in (1, 2, 3)]
    played[0]["metadata"] = played[0]["metadata"] | {"collapsed": True, "scrolled": False}
    settings = {"kernelspec": {"name": "course"}, "widgets": {"state": {}}, "language_info": {}}
    assert notebooks.objection(written(notebook(*played, metadata=settings)), RELEASED) == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (notebook(cell(1), cell(3)), "1 part missing"),
        (notebook(), "3 parts missing"),
        (notebook(cell(1), cell(2), cell(3), cell(2)), "1 part there twice"),
        (notebook(cell(1), cell(2, source="100"), cell(3)), "1 part changed"),
        (notebook(cell(1), cell(2, cell_type="raw"), cell(3)), "1 part changed"),
        (notebook(cell(1), cell(2), cell(3, metadata={"nbgrader": {"grade": False}})), "1 part changed"),
        (notebook(cell(1, attachments={"a.png": {"image/png": ""}}), cell(2), cell(3)), "1 part changed"),
        (notebook(cell(1), cell(2), cell(3), cell(4), cell(5)), "2 parts added"),
        (notebook(cell(2), cell(1), cell(3)), "parts in another order"),
        (notebook(cell(1), cell(2), cell(3), nbformat=3), "another format"),
        (notebook(cell(1), cell(2), cell(3), metadata={}), "its settings are missing"),
    ],
)
def test_what_was_changed_is_told(changed, said):
    assert notebooks.objection(written(changed), RELEASED) == f"the notebook was changed: {said}"


@pytest.mark.parametrize(
    "content",
    [
        b"{ not",
        b"\xff\xfe",
        b"[]",
        b"3",
        b'{"cells": 3, "metadata": {}}',
        b'{"cells": [3], "metadata": {}}',
        b'{"cells": NaN}',
        b"[" * 100_000,
        b'{"cells": [], "metadata": []}',
        b"null",
    ],
)
def test_what_is_no_notebook_is_told(content):
    assert notebooks.objection(content, RELEASED) == "the notebook is not one that can be read"


def test_an_empty_and_an_endless_notebook_are_told():
    assert notebooks.objection(b" \n", RELEASED) == "the notebook is empty"
    assert "more than 8,388,608 bytes" in notebooks.objection(b"x" * (notebooks.NOTEBOOK_LIMIT + 1), RELEASED)


@pytest.fixture
def folder(tmp_path) -> Path:
    release = tmp_path / "release" / CASE
    (release / "art").mkdir(parents=True)
    (release / "art" / "a.svg").write_text("<svg/>")
    (release / "items.json").write_text("{}")
    store = tmp_path / "submitted" / "ana" / CASE / aside.SET_ASIDE
    store.mkdir(parents=True)
    return store


def said(store: Path) -> list[Incident]:
    released = {f"{CASE}.ipynb": RELEASED}
    return list(aside.found(store.parent, store.parents[3] / "release" / CASE, released))


def test_of_what_everybody_has_nothing_is_said(folder):
    for name in (".ipynb_checkpoints", "feedback", "art"):
        (folder / name).mkdir()
    (folder / "art" / "a.svg").write_text("<svg/>")
    (folder / "items.json").write_text("{}")
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / f"{CASE}.ipynb").write_bytes(RELEASED)
    assert said(folder) == []


def test_what_does_not_belong_there_is_named_once(folder):
    for name in ("a.py", "b.py", "c.py", "d.py", "a.py.2"):
        (folder / name).write_text("x")
    assert said(folder) == [
        Incident("ana", CASE, "beside the answers: “a.py”, “b.py”, “c.py” and 1 more", "set aside; not opened")
    ]


def test_what_only_has_a_usual_name_is_named(folder):
    (folder / "items.json").write_text('{"key": "b"}')
    (folder / "art").mkdir()
    (folder / "art" / "a.svg").write_text("<svg onload='x'/>")
    (found,) = said(folder)
    assert found.found == "beside the answers: “art” (a folder), “items.json” (not as released)"


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are made otherwise on Windows")
def test_links_and_pipes_are_told_for_what_they_are_and_not_opened(folder, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    (folder / ".ipynb_checkpoints").symlink_to(tmp_path)
    (folder / f"{CASE}.ipynb").symlink_to(secret)
    os.mkfifo(folder / "pipe")
    assert [one.found for one in said(folder)] == [
        "in place of the notebook: a link, not a file",
        "beside the answers: “.ipynb_checkpoints” (a link), “pipe” (not a regular file)",
    ]


def test_a_list_is_of_what_stands_now_and_in_one_line_each(tmp_path):
    first, second = Incident("ana", CASE, "a\nb\x1b[31m", "done"), Incident("ben", CASE, "x", "y")
    note_submission(tmp_path, "ana", CASE, [first])
    note_submission(tmp_path, "ben", CASE, [second])
    note_source(tmp_path, tmp_path / "in", [Incident("", "", "z", "not taken")])
    assert load(tmp_path) == [Incident("", "", "z", "not taken"), first, second]
    assert str(first) == f"ana, {CASE}: a�b�[31m; done"
    note_submission(tmp_path, "ana", CASE, [])
    assert first not in load(tmp_path)


def test_of_many_a_terminal_shows_the_first():
    found = [Incident(f"l{number:02d}", CASE, "x", "y") for number in range(30)]
    lines = told(found)
    assert len(lines) == 22
    assert lines[0] == "30 things to look at in what was handed in; most are accidents, and all will be in the report:"
    assert lines[-1] == "  and 10 more"
    assert told([]) == []


def test_names_that_are_taken_hide_nothing(folder, tmp_path):
    """A learner may have made a `.handed-in` of their own, with things in it that are as they should be."""
    (folder / f"{CASE}.ipynb").write_bytes(RELEASED)
    (folder / f"{CASE}.ipynb.2").write_bytes(written(notebook()))
    (folder / "items.json").write_text("{}")
    (folder / "items.json.7").write_text('{"key": "b"}')
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "items.json.8").symlink_to(tmp_path)
    assert [one.found for one in said(folder)] == [
        "the notebook was changed: 3 parts missing",
        "beside the answers: “items.json” (not as released), “items.json” (a link) (not as released)",
    ]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "x"])
def test_no_time_in_a_record_stops_the_reading(tmp_path, at):
    path = tmp_path / "responses.jsonl"
    line = {"v": 1, "kind": "shown", "item": "a", "at": at}
    path.write_text("".join(json.dumps(line | {"at": when}) + "\n" for when in (at, "2026-11-20T09:00:00Z", at)))
    bank = ItemBank("c", "t", 1, "d", {}, {})
    reading = Reading(path, bank)
    assert len(list(reading.records())) == 3
    assert all(found and done for found, done in reading.found())
