"""Sources: what makes a fact and a figure checkable is there, and no stale statement is left untaught unnoticed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from click.testing import CliRunner

from eprofessionalism import standards
from eprofessionalism.authoring import sources
from eprofessionalism.authoring.build import Checkout
from eprofessionalism.authoring.figures import load_published
from eprofessionalism.authoring.yamlsource import YamlSource
from eprofessionalism.cli import main

ROWS = load_published(Checkout().published)
FACT = {"id": "fact-1.1", "citation": "A work. 2020.", "year": 2020, "link": "https://a.example", "read_at": None}


def facts(**fields):
    return [str(one) for one in sources.bibliography(YamlSource("facts.yaml", [FACT | fields], {(0, "year"): 7}))]


def test_the_bibliography_and_the_figures_of_the_course_are_sound():
    assert sources.bibliography() == []
    assert list(sources.published(ROWS)) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"citation": ""}, "a work that can be looked up"),
        ({"year": None}, "the year that the statement stands for"),
        ({"link": None}, "where to read it"),
    ],
)
def test_a_fact_without_what_makes_it_checkable_is_found(fields, expected):
    (line,) = facts(**fields)
    assert f"fact-1.1: expected {expected}, found nothing" in line
    assert ("facts.yaml:7:" in line) == ("year" in fields)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"year": None, "undated": "the page bears no date"},
        {"link": None, "unlinked": "no address was kept"},
        {"link": None, "read_at": "news reports"},
    ],
)
def test_a_fact_may_say_why_not(fields):
    assert facts(**fields) == []


def row(**fields):
    given = {"value": Decimal(60), "numerator": 47, "denominator": 78, "unit": "percent", "note": ""} | fields
    return {"x": replace(ROWS["chretien-2009-incidents"], id="x", **given)}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, None),
        ({"value": Decimal("60.3")}, None),
        ({"value": Decimal(61)}, "60.26, and no note"),
        ({"value": Decimal(61), "note": "Printed so."}, None),
        ({"numerator": None, "denominator": None}, "none, and no note"),
        ({"numerator": None, "denominator": None, "note": "The release gives none."}, None),
        ({"numerator": None, "denominator": None, "unit": "usd"}, None),
    ],
)
def test_a_percentage_keeps_its_denominator_and_agrees_with_its_counts(fields, found):
    assert [finding.found for finding in sources.published(row(**fields))] == ([found] if found else [])


def figure(**fields):
    return {
        "figure": "bars",
        "claim": "Most had one",
        "chart": "bars",
        "rows": ["tao-2017-any", "quantiamd-2011-personal"],
        "labels": ["One", "Two"],
        "alt": "Two bars.",
        "note": "Of 634 doctors, and of 4,033.",
    } | fields


def test_a_figure_says_of_how_many_it_speaks(case_of):
    assert list(sources.figures(case_of(figure()), ROWS)) == []
    (finding,) = sources.figures(case_of(figure(note="Of 634 doctors.")), ROWS)
    assert (finding.where, finding.expected) == ("bars", "the denominator 4033")
    assert list(sources.figures(case_of(figure(note="Of 634.", labels=["One", "Two (of 4,033)"])), ROWS)) == []


def test_a_stale_statement_is_taught_where_learners_read_it(case_of, block_of):
    assert len(sources.stale()) == 24
    assert len(sources.untaught([case_of(figure())])) == 24
    reading = {"about": "Fog.", "reading": [{"cite": "fact-12.3", "note": "New name."}]}
    block = block_of("sba", "?", [("Wait", 1), ("Swim", 0), ("Call", 0)])
    block["after"] = {"title": "Today", "text": "It closed.", "cites": ["fact-12.1"]}
    case = case_of(block, closing=reading)
    case.source.data["facilitator"] = {"dissent": {"cites": ["fact-12.24"]}}
    assert set(sources.stale()) - set(sources.untaught([case])) == {"fact-12.1", "fact-12.3"}
    assert sources.stale_line([case]).startswith(
        "out-of-date statements taught 2 of 24; not yet: fact-12.2, fact-12.4,"
    )


def test_each_untaught_statement_is_a_finding_on_its_line(case_of):
    found = sources.stale_findings([case_of(figure())])
    assert [finding.where for finding in found] == sources.stale()
    lines = sources.FACTS_FILE.read_text(encoding="utf-8").splitlines()
    assert all(lines[finding.line - 1] == f"- id: {finding.where}" for finding in found)


def test_when_all_are_taught_nothing_is_said(case_of):
    works = [{"cite": fact, "note": "Put right."} for fact in standards.facts() if fact.startswith("fact-12.")]
    case = case_of(figure(), closing={"about": "Fog.", "reading": works})
    assert sources.stale_findings([case]) == []
    assert sources.stale_line([case]) == "out-of-date statements taught 24 of 24"


def test_coverage_names_them_before_its_last_line():
    lines = CliRunner().invoke(main, ["check", "--coverage"]).stdout.splitlines()
    last = next(number for number, line in enumerate(lines) if line.startswith("taught "))
    assert lines[last - 1].startswith("out-of-date statements taught ")
