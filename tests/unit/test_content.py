"""What every case of the course must hold, beyond the rules of form."""

from __future__ import annotations

import re
import shutil
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from eprofessionalism import standards
from eprofessionalism.authoring import commands
from eprofessionalism.authoring.build import Checkout, load_checked
from eprofessionalism.authoring.checks import check_cases
from eprofessionalism.authoring.coverage import coverage, table
from eprofessionalism.authoring.figures import load_published
from eprofessionalism.cli import main

CASES = load_checked(Checkout())
STORIES = [case for case in CASES.values() if case.is_story]


def test_the_course_has_cases_that_follow_its_pattern():
    assert [case.slug[:2] for case in STORIES] == [f"{number:02}" for number in range(1, 11)]
    assert check_cases(CASES, load_published(Checkout().published), course=True) == []


def test_the_key_is_seldom_the_longest_option():
    longest = total = 0
    for case in CASES.values():
        for item in case.content.items:
            if item.type in ("sba", "branch") and not item.assessment:
                total += 1
                longest += max(item.options, key=lambda option: len(option.text)).credit == 1
    assert longest <= total / 3


def test_every_cite_has_a_label_in_words():
    for cite in [*standards.clauses(), *standards.facts()]:
        assert standards.is_known(cite)
        assert standards.label(cite)
    assert standards.label("mms-6.iii") == "Massachusetts, guideline 6 (iii), 2015"
    assert standards.paraphrase("mms-6.iii").startswith("Turn them down")
    assert not standards.is_known("mms-5.i")
    assert not standards.is_known("fact-99.1")


def test_coverage_ends_with_its_count():
    rows = coverage(CASES)
    assert len(rows) == 161
    assert table(rows).splitlines()[-1] == "taught 161 of 161, assessed 115 of 115"
    assert {row.clause.id for row in rows if row.clause.role == "duty" and not row.is_assessed} == set()


def test_no_strategy_that_never_reads_a_case_beats_chance():
    result = CliRunner().invoke(commands.check, ["--blind"])
    assert result.exit_code == 0, result.output


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of what authors work in, which the commands take for theirs."""
    real = Checkout()
    copy = SimpleNamespace(root=tmp_path, bank=tmp_path / "cases", notebooks=tmp_path / "notebooks")
    copy.published = real.published
    shutil.copytree(real.bank, copy.bank)
    shutil.copytree(real.notebooks, copy.notebooks)
    monkeypatch.setattr(commands, "Checkout", lambda: copy)
    return copy


def test_check_names_the_cases_it_read(checkout):
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 0, result.output
    items = sum(len(case.content.items) for case in CASES.values())
    assert result.output == f"{len(CASES)} cases ({', '.join(CASES)}) with {items} items: no findings\n"


def test_check_says_when_a_mistake_of_form_hides_the_rest(checkout):
    slug = STORIES[0].slug
    path = checkout.bank / slug / "case.yaml"
    path.write_text(path.read_text().replace("\nlede:", "\nleed:", 1))
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    assert f"The form of {slug} comes first" in result.output
    assert "did you mean “lede”" in result.output
    assert "2 findings" in result.output


def test_build_says_what_it_removed_and_leaves_no_empty_folder(checkout):
    CliRunner().invoke(main, ["build"])
    stray = checkout.notebooks / "99-gone" / "art" / "x.svg"
    stray.parent.mkdir(parents=True)
    stray.write_text("<svg/>")
    result = CliRunner().invoke(main, ["build"])
    assert result.exit_code == 0, result.output
    assert "removed notebooks/99-gone/art/x.svg\n" in result.output
    assert re.search(r"^notebooks/: \d+ files, 1 changed$", result.output, re.MULTILINE)
    assert not (checkout.notebooks / "99-gone").exists()


def test_check_and_build_pass_as_commands():
    runner = CliRunner()
    for arguments in (["check"], ["check", "--coverage"], ["build", "--check"]):
        result = runner.invoke(main, arguments)
        assert result.exit_code == 0, result.output
