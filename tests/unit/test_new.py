"""What `eprof new` lays down passes every check, in whichever bank, and nothing is overwritten."""

from __future__ import annotations

import json
import re
import shlex
import stat
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from eprofessionalism.authoring import new, schema
from eprofessionalism.authoring.build import Checkout, figure_drawer
from eprofessionalism.authoring.checks import check_cases
from eprofessionalism.authoring.commands import bank_findings
from eprofessionalism.authoring.figures import load_published
from eprofessionalism.authoring.loader import load_case, load_cases, read_bank
from eprofessionalism.authoring.notebook import build_case


@pytest.fixture
def bank(tmp_path):
    return tmp_path / "cases"


def course() -> dict:
    return read_bank(Checkout().bank)[0]


def test_a_whole_case_is_one_of_the_course(bank):
    folder = new.lay_down("20-harbor-run", bank, whole=True, schema=None)
    cases = course() | {"20-harbor-run": load_case(folder)}
    rows = load_published(Checkout().published)
    found = [*check_cases(cases, rows, course=True), *bank_findings(Checkout(), cases)]
    assert [str(one) for one in found if str(folder) in one.file] == []
    files = build_case(cases["20-harbor-run"], figure_drawer(Checkout().published))
    assert files.keys() == {"20-harbor-run.ipynb", "items.json", "art/tent.svg"}


def test_a_short_case_is_one_scene_and_two_items(bank):
    folder = new.lay_down("20-harbor-run", bank, whole=False, schema=None)
    case = load_case(folder)
    assert check_cases({case.slug: case}, []) == []
    blocks = [next(iter(block)) for block in yaml.safe_load((folder / "case.yaml").read_text())["story"]]
    assert blocks == ["scene", "artifact", "item", "item"]
    assert [item.type for item in case.content.items] == ["sba", "mrq"]  # as in the authors' guide
    assert case.content.facilitator is None


@pytest.mark.parametrize("whole", [True, False])
def test_the_schema_that_it_names_is_there_and_takes_it(bank, whole):
    folder = new.lay_down("20-harbor-run", bank, whole=whole, schema=None)
    text = (folder / "case.yaml").read_text()
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    path = folder / named[1]
    assert path.resolve() == bank / "case.schema.json"
    assert path.read_text() == schema.schema_text()
    jsonschema.validate(yaml.safe_load(text), json.loads(path.read_text()))


def test_nothing_of_the_template_is_left_in_it(bank):
    for name, whole in (("20-one", True), ("21-two", False)):
        text = (new.lay_down(name, bank, whole=whole, schema=None) / "case.yaml").read_text()
        assert not re.search(r"\{\{|\}\}|#%", text)


def test_two_new_cases_share_no_item_id(bank):
    for name in ("20-harbor-run", "21-harbor-run", "22-hour", "23-friend-requests"):
        new.lay_down(name, bank, whole=False, schema=None)
    cases = load_cases(bank)
    assert [str(one) for one in check_cases(course() | cases, []) if str(bank) in one.file] == []
    prefixes = {name: case.content.items[0].item.split("-")[0] for name, case in cases.items()}
    assert prefixes["20-harbor-run"] == "hr"
    assert len(set(prefixes.values())) == 4
    assert prefixes["23-friend-requests"] != "fr"  # which the course has


def test_a_prefix_is_found_when_all_of_two_letters_are_taken():
    taken = {f"a{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"}
    assert len(new.free_prefix("20-a", taken)) == 3
    assert new.free_prefix("20-a", set()) == "aa"


@pytest.mark.parametrize("name", ["harbor", "20-Harbor", "20_harbor", "20-", "../20-x", "20-" + "x" * 40])
def test_a_bad_name_is_one_line_and_leaves_nothing(bank, name):
    result = CliRunner().invoke(new.command, [name, "--in", str(bank)])
    assert result.exit_code == 1
    assert "expected two digits and words in lower case" in result.output
    assert len(result.output.splitlines()) == 1
    assert not bank.exists()


def test_nothing_is_overwritten(bank):
    (bank / "20-harbor-run").mkdir(parents=True)
    (bank / "20-harbor-run" / "case.yaml").write_text("mine")
    result = CliRunner().invoke(new.command, ["20-harbor-run", "--in", str(bank)])
    assert result.exit_code == 1
    assert "choose another name" in result.output
    assert (bank / "20-harbor-run" / "case.yaml").read_text() == "mine"


@pytest.mark.parametrize(("told", "said"), [(None, "eprof"), ("python3 run.py eprof", "python3 run.py eprof")])
def test_it_says_what_to_do_next(bank, told, said):
    result = CliRunner(env={new.COMMAND: told}).invoke(new.command, ["20-harbor-run", "--in", str(bank)])
    assert result.output.splitlines()[-1].strip() == f"{said} preview {bank / '20-harbor-run'}"


@pytest.mark.parametrize("given", [[], ["80-harbor-run", "--short"], ["--help"]])
def test_its_other_messages_name_the_command_as_one_asked_for_it(given):
    result = CliRunner(env={new.COMMAND: "python3 run.py eprof"}).invoke(new.command, given)
    assert "Usage: python3 run.py eprof new " in result.output
    assert not re.search("(?<!run.py )eprof ", result.output)


@pytest.mark.skipif(sys.platform == "win32", reason="quoted as a POSIX shell reads it")
def test_the_command_that_it_names_can_be_pasted(tmp_path):
    result = CliRunner().invoke(new.command, ["20-harbor-run", "--in", str(tmp_path / "our bank")])
    assert Path(shlex.split(result.output.splitlines()[-1])[-1]) == tmp_path / "our bank" / "20-harbor-run"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX ones")
def test_a_new_bank_is_closed_to_others_and_an_old_one_stays_as_it_is(tmp_path):
    tmp_path.chmod(0o755)
    new.lay_down("20-harbor-run", tmp_path / "our-bank" / "cases", whole=False, schema=None)
    closed = [tmp_path / "our-bank", tmp_path / "our-bank" / "cases"]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in [tmp_path, *closed]] == [0o755, 0o700, 0o700]


def test_a_short_case_is_not_for_the_courses_bank():
    result = CliRunner().invoke(new.command, ["80-harbor-run", "--short"])
    assert result.exit_code == 2
    assert "--in" in result.output
    assert not (Checkout().bank / "80-harbor-run").exists()


def test_in_the_courses_bank_it_names_the_courses_schema(bank):
    courses = bank / "course" / "cases"
    named = bank / "course" / "authoring" / "case.schema.json"
    folder = new.lay_down("20-harbor-run", courses, whole=True, schema=named)
    assert (folder / "case.yaml").read_text().startswith("# yaml-language-server: $schema=../../authoring/case.schema")
    assert not (courses / "case.schema.json").exists()


def test_without_a_checkout_it_asks_where(monkeypatch):
    monkeypatch.setattr(new, "checkout_or_none", lambda: None)
    result = CliRunner().invoke(new.command, ["20-harbor-run"])
    assert result.exit_code == 2
    assert "--in FOLDER" in result.output
