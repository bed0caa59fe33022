"""What every case of the course must hold, beyond the rules of form."""

from __future__ import annotations

from collections import Counter

import pytest
from click.testing import CliRunner

from eprofessionalism import standards
from eprofessionalism.authoring.build import Checkout, load_checked
from eprofessionalism.authoring.coverage import coverage, table
from eprofessionalism.authoring.model import BaseArtifact, BranchItem, Scene
from eprofessionalism.cli import main

CASES = load_checked(Checkout())
STORIES = {slug: case.content for slug, case in CASES.items() if slug != "90-assessment"}


@pytest.fixture(params=STORIES.values(), ids=STORIES.keys())
def story(request):
    return request.param


def test_a_story_has_scenes_artifacts_and_the_items_of_the_pattern(story):
    types = Counter(item.type for item in story.items)
    assert sum(isinstance(block, Scene) for block in story.story) >= 5
    assert sum(isinstance(block, BaseArtifact) for block in story.story) >= 4
    assert types["branch"] >= 1
    assert types["rating"] >= 1
    assert types["ranking"] + types["choose"] >= 1
    assert types["sba"] + types["mrq"] >= 3
    assert types["reflection"] == 1
    assert sum(item.certainty for item in story.items) >= 2
    assert 10 <= story.minutes <= 15


def test_the_story_changes_with_what_is_decided(story):
    branches = {item.item for item in story.items if isinstance(item, BranchItem)}
    later = [block for block in story.story if isinstance(block, Scene) and block.after in branches]
    assert later
    assert all(len(set(block.texts.values())) == len(block.texts) for block in later)


def test_a_rating_set_uses_all_levels_and_rewards_no_constant_answer(story):
    for item in story.items:
        if item.type != "rating":
            continue
        levels = [option.level for option in item.options]
        assert set(levels) == {1, 2, 3, 4}
        for constant in (1, 2, 3, 4):
            points = [1 if constant == level else 0.5 if (constant <= 2) == (level <= 2) else 0 for level in levels]
            assert sum(points) / len(levels) <= 0.45


def test_the_printed_order_of_a_ranking_is_no_hint(story):
    for item in story.items:
        if item.type == "ranking":
            points = sum(4 - abs(option.place - printed) for printed, option in enumerate(item.options, start=1))
            assert 10 <= points <= 14


def test_the_key_is_seldom_the_longest_option():
    longest = total = 0
    for case in CASES.values():
        for item in case.content.items:
            if item.type in ("sba", "branch") and not item.assessment:
                total += 1
                longest += max(item.options, key=lambda option: len(option.text)).credit == 1
    assert longest <= total / 3


def test_the_assessment_has_at_least_six_items_and_none_of_practice():
    items = CASES["90-assessment"].content.items
    assert len(items) >= 6
    assert all(item.assessment for item in items)


def test_every_cite_has_a_label_in_words():
    for cite in [*standards.clauses(), *standards.facts()]:
        assert standards.is_known(cite)
        assert standards.label(cite)
    assert standards.label("mms-6.iii") == "MMS, guideline 6, 2015, part iii"
    assert standards.paraphrase("mms-6.iii").startswith("Turn them down")
    assert not standards.is_known("mms-5.i")
    assert not standards.is_known("fact-99.1")


def test_coverage_ends_with_its_count():
    rows = coverage(CASES)
    assert len(rows) == 161
    taught = sum(row.is_taught for row in rows)
    assert 40 <= taught <= 161
    assert table(rows).splitlines()[-1].startswith(f"taught {taught} of 161, assessed ")


def test_check_and_build_pass_as_commands():
    runner = CliRunner()
    for arguments in (["check"], ["check", "--coverage"], ["build", "--check"]):
        result = runner.invoke(main, arguments)
        assert result.exit_code == 0, result.output
