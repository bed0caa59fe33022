"""`eprof demo`, once with its defaults: every step is real, and its numbers are checked by another computation."""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from eprofessionalism_graders import demo
from eprofessionalism_graders.cohort import cli, report
from eprofessionalism_graders.cohort.results import read_results
from eprofessionalism_graders.cohort.tables import parse_answer
from eprofessionalism_graders.offering import Offering
from eprofessionalism_graders.synthetic import DUE, cohort

ROOT = Path(__file__).parents[2]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What the command printed, and the offering that it made."""
    folder = tmp_path_factory.mktemp("demo") / "demo-offering"
    result = CliRunner().invoke(cli.demo, [str(folder)])
    assert result.exit_code == 0, result.output
    report = folder / "report"
    tables = {path.stem: rows(path) for path in report.glob("*.csv")}
    return SimpleNamespace(folder=folder, output=result.output, offering=Offering.open(folder), **tables)


def commits(shown, learner: str, assignment: str) -> dict[str, list[dict]]:
    """The answers in a submitted journal by item, read without our reader."""
    path = shown.folder / "submitted" / learner / assignment / "responses.jsonl"
    found: dict[str, list[dict]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] == "commit":
            found.setdefault(entry["item"], []).append(entry)
    return found


def test_the_demo_tells_each_step_and_what_to_open_next(shown):
    steps = [
        "Released 15 assignments",
        "Played:",
        "Collected",
        "Grading",
        "Graded",
        "Marked 30 reflections",
        "Laid beside it",
        "Wrote the report",
    ]
    places = [shown.output.index(step) for step in steps]
    assert places == sorted(places)
    tail = shown.output[places[-1] :]
    assert str(shown.folder / "report" / "index.html") in tail
    assert "jupyter lab" in tail
    assert "Everybody in this offering is invented" in tail


def test_everything_says_that_the_cohort_is_invented(shown):
    assert "invented" in shown.offering.settings.title
    for page in ("index.html", "share/index.html"):
        assert shown.offering.settings.title in (shown.folder / "report" / page).read_text(encoding="utf-8")


def test_the_answers_are_those_of_the_published_sample(shown):
    """When this fails the cases have changed: copy report/responses.csv of a new demo to datasets/sample-cohort.csv."""
    made = (shown.folder / "report" / "responses.csv").read_bytes()
    assert made == (ROOT / "datasets" / "sample-cohort.csv").read_bytes()


def test_every_score_is_what_the_rules_give_for_the_submitted_answer(shown, judge):
    checked = 0
    for assignment in shown.offering.assignments:
        keys = judge.keys(shown.folder, assignment)
        for row in shown.responses:
            item = keys.get(row["item"])
            if row["assignment"] == assignment and item.type != "reflection":
                worth = judge.worth(item, parse_answer(item.type, row["answer"]))
                assert float(row["points"]) == pytest.approx(float(worth), abs=1e-5), row
                checked += 1
    assert checked > 2000


def test_the_answer_that_counts_is_the_first_in_practice_and_the_last_in_the_assessment(shown):
    changed = {True: 0, False: 0}
    for row in shown.responses:
        if row["type"] == "reflection":
            continue
        given = commits(shown, row["learner"], row["assignment"])[row["item"]]
        test = row["sitting"] != "practice"
        counts = given[-1] if test else given[0]
        assert parse_answer(row["type"], row["answer"]) == counts["answer"]
        assert row["at"] == counts["at"]
        assert int(row["given"]) == len(given)
        changed[test] += len(given) > 1
    assert min(changed.values()) > 3


def test_who_never_handed_in_is_on_the_list_and_nowhere_zero(shown):
    gone = {one.person.id for one in cohort(demo.LEARNERS, demo.SEED) if one.plan == "nothing"}
    assert len(gone) == 2
    for row in shown.learners:
        if row["learner"] in gone:
            assert row["status"] == "missing"
            assert {value for name, value in row.items() if name.endswith("_percent") or name == "passed"} == {""}
    assert gone.isdisjoint(row["learner"] for row in shown.responses)
    assert len(shown.learners) == demo.LEARNERS


def test_the_late_are_late_in_the_gradebook_and_in_the_tables(shown):
    late = {one.person.id for one in cohort(demo.LEARNERS, demo.SEED) if one.plan == "late"}
    assert {row["learner"] for row in shown.learners if int(row["late"])} == late
    assert {row["learner"] for row in shown.responses if row["late"] == "True"} == late
    for row in shown.responses:
        assert row["learner"] in late or datetime.fromisoformat(row["at"]) < DUE
    with shown.offering.gradebook() as gradebook:
        one = gradebook.find_submission("01-friend-requests", min(late))
        assert one.total_seconds_late > 0


def test_percentages_and_verdicts_follow_from_the_points(shown):
    worth = {row["item"]: float(row["max_points"]) for row in shown.items}
    form = {row["item"]: row["assignment"] for row in shown.items}
    verdicts = set()
    for row in shown.learners:
        percents = {}
        for sitting in ("pre", "post", "retake"):
            mine = [r for r in shown.responses if (r["learner"], r["sitting"]) == (row["learner"], sitting)]
            if mine:
                most = sum(points for item, points in worth.items() if form[item] == mine[0]["assignment"])
                percents[sitting] = 100 * sum(float(r["points"]) for r in mine) / most
                assert float(row[f"{sitting}_percent"]) == pytest.approx(percents[sitting], abs=1e-3)
            else:
                assert row[f"{sitting}_percent"] == ""
        best = max((percent for name, percent in percents.items() if name != "pre"), default=None)
        assert row["passed"] == ("" if best is None else str(best >= 70))
        verdicts.add(row["passed"])
    assert verdicts == {"True", "False", ""}


def test_half_of_each_group_begins_with_either_form_and_ends_with_the_other(shown):
    given = {row["id"]: row for row in rows(shown.folder / "forms.csv")}
    for group in {row["group"] for row in given.values()}:
        first = [row["pre"] for row in given.values() if row["group"] == group]
        assert abs(first.count("A") - first.count("B")) <= 1
    form = {"90-form-a": "A", "91-form-b": "B", "92-form-c": "C"}
    for row in shown.responses:
        if row["sitting"] in ("pre", "post"):
            assert form[row["assignment"]] == given[row["learner"]][row["sitting"]]
        elif row["sitting"] == "retake":
            assert form[row["assignment"]] == "C"
    assert {row["sitting"] for row in shown.responses} == {"practice", "pre", "post", "retake"}


def test_a_form_that_nobody_was_asked_to_take_is_not_applicable_and_never_zero(shown):
    retook = [row for row in shown.learners if row["retake_status"] != "not applicable"]
    assert 0 < len(retook) < len(shown.learners) / 2
    for row in shown.learners:
        assert (row["retake_percent"] == "") == (row not in retook)
        assert row in retook or row["92-form-c_status"] == "not applicable"


def test_what_an_instructor_may_lay_beside_an_offering_is_there_and_read(shown):
    results = read_results(shown.offering)
    assert set(results.earlier["offering"]) == {demo.EARLIER_YEAR}
    assert results.earlier["learner"].nunique() > demo.LEARNERS / 2
    assert set(results.earlier["learner"]).isdisjoint(row["learner"] for row in shown.learners)
    assert results.earlier.loc[results.earlier["type"] == "reflection", "answer"].isna().all()
    assert set(results.judges) == {"90-form-a", "91-form-b"}
    assert set(results.borderline["learner"]) <= {row["learner"] for row in shown.learners}


def test_the_report_has_every_statistic_also_of_a_small_cohort(shown):
    parts = {part.id for part in report.sections(read_results(shown.offering))}
    assert parts >= {"learning", "mastery", "items", "scale", "calibration", "judging", "years", "groups", "branches"}


def test_time_on_an_item_is_what_the_submitted_journal_says(shown):
    checked = 0
    for row in shown.responses:
        path = shown.folder / "submitted" / row["learner"] / row["assignment"] / "responses.jsonl"
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        mine = [line for line in lines if line["item"] == row["item"]]
        answer = next(place for place, line in enumerate(mine) if line["at"] == row["at"] and "answer" in line)
        opened = [line["at"] for line in mine[:answer] if line["kind"] in ("shown", "reset")][-1]
        seconds = (datetime.fromisoformat(row["at"]) - datetime.fromisoformat(opened)).total_seconds()
        assert row["seconds"] == "" if seconds > 1800 else float(row["seconds"]) == pytest.approx(seconds)
        checked += row["seconds"] != ""
    assert checked > 0.95 * len(shown.responses)


def test_the_survey_is_nowhere_beside_a_learner(shown):
    assert not [row for row in shown.responses if row["assignment"] == "99-evaluation"]
    assert not [name for name in shown.learners[0] if name.startswith("99-")]


def test_a_few_reflections_are_marked_and_the_others_wait(shown):
    texts = [row for row in shown.responses if row["type"] == "reflection"]
    marked = [row for row in texts if row["points"]]
    assert len(marked) == 30
    assert sum(int(row["to_mark"]) for row in shown.learners) == len(texts) - len(marked)
    row = marked[0]
    with shown.offering.gradebook() as gradebook:
        comment = gradebook.find_comment(row["item"], row["assignment"], row["assignment"], row["learner"])
        assert comment.manual_comment == demo.COMMENT
    page = shown.folder / "feedback" / row["learner"] / row["assignment"] / f"{row['assignment']}.html"
    assert demo.COMMENT in page.read_text(encoding="utf-8")


def test_the_report_counts_what_the_tables_hold(shown):
    text = (shown.folder / "report" / "index.html").read_text(encoding="utf-8")
    done = sum(row["status"] == "complete" for row in shown.learners)
    passed = sum(row["passed"] == "True" for row in shown.learners)
    results = sum(row["passed"] != "" for row in shown.learners)
    assert f"{done} of 24 learners have finished, and {passed} of {results} passed the test after it" in text


def test_every_name_is_in_the_page_with_names_and_in_no_other(shown):
    named = (shown.folder / "report" / "people.html").read_text(encoding="utf-8")
    page = (shown.folder / "report" / "index.html").read_text(encoding="utf-8")
    for row in shown.learners:
        name = f"{row['first_name']} {row['last_name']}"
        assert name in named
        assert name not in page


def test_the_shared_page_names_nobody(shown):
    text = (shown.folder / "report" / "share" / "index.html").read_text(encoding="utf-8")
    for row in shown.learners:
        for telling in (row["learner"], row["email"], f"{row['first_name']} {row['last_name']}"):
            assert not re.search(rf"\b{re.escape(telling)}\b", text)


def test_the_demo_refuses_a_folder_in_use(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    result = CliRunner().invoke(cli.demo, [str(tmp_path)])
    assert result.exit_code == 1
    assert "a new or empty folder" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_one_learner_is_cohort_enough(tmp_path):
    result = CliRunner().invoke(cli.demo, [str(tmp_path / "one"), "--learners", "1", "--seed", "9"])
    assert result.exit_code == 0, result.output
    (row,) = rows(tmp_path / "one" / "report" / "learners.csv")
    assert row["status"] == "complete"
