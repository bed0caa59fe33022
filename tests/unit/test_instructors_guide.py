"""The instructor's guide: links lead somewhere, figures are computed, facts have the labels that it gives them."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from statistics import mean, stdev

import pytest

from eprofessionalism import standards
from eprofessionalism.authoring.model import Facilitator
from eprofessionalism_graders.cohort import evaluation

GUIDE = Path(__file__).parents[2] / "docs" / "instructors"
PAGES = sorted(GUIDE.glob("*.md"))


def text(name: str) -> str:
    return (GUIDE / name).read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings as they are formed on the web."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(page):
    for target in re.findall(r"\]\(<?([^)>]+)>?\)", page.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{page.name} -> {target}"
        assert not anchor or anchor in anchors(file), f"{page.name} -> {target}"


def test_the_first_screen_routes_by_setting():
    first = text("README.md").split("# The tools")[0]
    assert len(first.split()) < 300
    for page in ("medical-school.md", "residency.md", "self-paced.md", "cases/README.md"):
        assert f"]({page})" in first


@pytest.mark.parametrize("name", ["medical-school.md", "residency.md", "self-paced.md"])
def test_each_setting_has_all_that_a_director_acts_on(name):
    page = text(name)
    titles = re.findall(r"^## (.+)$", page, re.MULTILINE)
    for wanted in ("What to prepare", "What to tell", "On the day", "How to close"):
        assert any(title.startswith(wanted) for title in titles), wanted
    assert re.search(r"^> ", page, re.MULTILINE), "text to copy"
    assert len(page.split()) < 800


@pytest.mark.parametrize("name", ["medical-school.md", "self-paced.md"])
def test_the_pass_mark_is_told_beforehand(name):
    told = " ".join(re.findall(r"^> (.+)$", text(name), re.MULTILINE))
    assert "70 % of the points" in told


# ---- The pass mark ---------------------------------------------------------------------------------------------------


def ratings(name: str, turn: str) -> tuple[list[float], list[list[float]]]:
    """The points of the questions and the ratings by judge."""
    with (GUIDE / name).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["round"] == turn]
    judges = [column for column in rows[0] if column.startswith("judge_")]
    return [float(row["points"]) for row in rows], [[float(row[judge]) for row in rows] for judge in judges]


def cuts(points: list[float], judges: list[list[float]]) -> list[float]:
    return [sum(p * r for p, r in zip(points, judge, strict=True)) / sum(points) for judge in judges]


@pytest.mark.parametrize(("turn", "row"), [("1", "First round"), ("2", "Second round")])
def test_the_worked_example_of_the_panel_is_computed_as_its_page_says(turn, row):
    points, judges = ratings("angoff-example.csv", turn)
    found = cuts(points, judges)
    line = next(line for line in text("pass-mark.md").splitlines() if line.startswith(f"| {row} |"))
    shown = [float(number) for number in re.findall(r"\d+\.\d", line)]
    spread = stdev(found)
    assert shown == [round(mean(found), 1), round(spread, 1), round(spread / len(found) ** 0.5, 1)]
    assert f"{len(points)} questions ({sum(points):.0f} points)" in text("pass-mark.md")


def test_the_questions_to_discuss_are_those_that_the_judges_rated_furthest_apart():
    _, judges = ratings("angoff-example.csv", "1")
    apart = [max(given) - min(given) for given in zip(*judges, strict=True)]
    said = re.search(
        r"Questions ([\d, ]+) and (\d+), whose first ratings lay (\d+) to (\d+) apart", text("pass-mark.md")
    )
    assert said
    questions, last, least, most = said.groups()
    named = [int(number) for number in (*questions.split(", "), last)]
    assert named == [number for number, width in enumerate(apart, start=1) if width >= int(least)]
    assert {min(apart[number - 1] for number in named), max(apart)} == {int(least), int(most)}


def test_the_template_is_the_example_without_its_numbers():
    with (GUIDE / "angoff-template.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["question"], row["round"]) for row in rows] == [(str(q), r) for r in "12" for q in range(1, 21)]
    assert list(rows[0]) == ["question", "points", "round", *(f"judge_{number}" for number in range(1, 11))]
    assert {value for row in rows for name, value in row.items() if name.startswith(("judge", "points"))} == {""}


def test_every_source_of_the_panel_page_is_referred_to():
    page = text("pass-mark.md")
    notes = set(re.findall(r"^\[\^(\d)\]:", page, re.MULTILINE))
    assert notes == set(re.findall(r"(?<!^)\[\^(\d)\]", page))


# ---- CME -------------------------------------------------------------------------------------------------------------


def test_every_fact_of_the_cme_page_has_the_label_that_the_page_gives_it():
    found = re.findall(r"fact (13\.\d)[,)](?: (primary|secondary))?", text("cme.md"))
    assert len(found) >= 7
    for number, label in found:
        fact = standards.facts()[f"fact-{number}"]
        assert label, f"fact {number} without its label"
        assert fact.verified == label


def test_the_cme_page_says_that_no_credit_is_awarded():
    assert "awards no credit" in text("cme.md").split("\n")[2]


# ---- The survey ------------------------------------------------------------------------------------------------------


def test_the_guide_says_who_could_read_the_answers_and_from_how_many_on_they_are_shown():
    section = text("README.md").split("## The evaluation survey")[1].split("\n## ")[0]
    for place in ("submitted/", "autograded/", "handed-in/", "exchange", "backups"):
        assert place in section
    words = {5: "five"}
    assert f"before {words[evaluation.FEWEST]} have answered" in section


def test_a_facilitators_block_has_what_the_pages_promise():
    assert set(Facilitator.model_fields) == {"purpose", "live", "questions", "pitfalls", "dissent"}
