"""The director's page: what stands in it, what must not, and that it is whole without anything else."""

from __future__ import annotations

import json
import re
import shutil
import stat
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from eprofessionalism import journal
from eprofessionalism.items import ITEMS_FILE
from eprofessionalism_graders import cells
from eprofessionalism_graders.cohort import cli, figures, page, report, sheets, words
from eprofessionalism_graders.cohort.chance import wilson
from eprofessionalism_graders.cohort.document import Column, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures.base import plot
from eprofessionalism_graders.cohort.handins import Handin
from eprofessionalism_graders.cohort.sections import cases
from eprofessionalism_graders.cohort.summary import (
    CaseResult,
)
from eprofessionalism_graders.cohort.topics import topics
from eprofessionalism_graders.roster import Learner


@pytest.fixture(scope="module")
def cohort(invented):
    return invented


@pytest.fixture(scope="module")
def nobody(make_cohort):
    return make_cohort([Learner("ana", "Reyes", "Ana", "", "day"), Learner("bea")])


# ---- The numbers -----------------------------------------------------------------------------------------------------


def test_cases_are_compared_over_those_who_finished_them(cohort):
    learners = cohort.tables.learners.set_index("learner")
    left_out = 0
    for case in cohort.summary.cases:
        done = learners[learners[f"{case.assignment}_status"] == "complete"][f"{case.assignment}_percent"].dropna()
        assert case.by_learner == pytest.approx(done.to_dict())
        assert case.mean == pytest.approx(done.mean())
        left_out += 0 if case.assessment else case.partly
        for name in learners[learners[f"{case.assignment}_status"] == "partly"].index if not case.assessment else ():
            rows = cohort.tables.responses[cohort.tables.responses["learner"] == name]
            count = (rows["assignment"] == case.assignment).sum()
            total = len(cohort.summary.questions[case.assignment])
            assert f"in part: {case.title}: {count} of {total}" in cohort.people.text
        if cohort.results.banks[case.assignment].module == "orientation":
            left_out -= case.partly
    assert left_out > 0
    assert f"{words.number(left_out)} unfinished hand-in" in cohort.own.text


def after_teaching(cohort):
    """All answers but those of the test before the course."""
    return cohort.tables.responses[cohort.tables.responses["sitting"] != "pre"]


def finished(title, percents, assessment=False) -> CaseResult:
    by_learner = {f"l{number}": float(percent) for number, percent in enumerate(percents)}
    return CaseResult(title, title, assessment, tuple(by_learner.values()), 0, by_learner)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ([50, 40, 60, 45, 55], [70, 62, 79, 66, 74], "Lowest so far, before feedback: “A” (50%)"),
        ([50, 40, 60, 45, 55] * 4, [70, 62, 79, 66, 74] * 4, "Before feedback, “A” (50%) was the hardest case"),
        ([50, 40, 60, 45, 55], [52, 20, 90, 30, 70], "Before feedback, the cases were about equally hard"),
        ([50, 50, 50, 50], [90, 90, 90, 90], "Before feedback, the cases were about equally hard"),
        ([50, 50, 50, 50, 50], [50, 50, 50, 50, 50], "Before feedback, the cases were about equally hard"),
        ([50, 40], [], "How the cases went"),
        ([50, 40, 60, 45, 55], [49, 41, 60, 45, 55], "Lowest so far, before feedback: “A” (50%) and “B” (50%)"),
        (
            [50, 40, 60, 45, 55] * 4,
            [49, 41, 60, 45, 55] * 4,
            "Before feedback, “A” (50%) and “B” (50%) were the hardest cases",
        ),
    ],
)
def test_a_hardest_case_is_named_only_when_it_is_clear_of_chance(first, second, said):
    test = finished("Test", [1, 2, 3, 4, 5], assessment=True)
    easy = [finished("C", [90, 92, 91, 94, 90] * (len(first) // 5))] if "and" in said else []
    assert cases.title([*easy, finished("B", second), finished("A", first), test]) == said


def test_beside_the_hardest_case_stands_what_was_earned_on_its_topic_in_the_test(scripted):
    """In the test everybody has half of the questions on the topic right, and all others."""
    hard = "05-reviews-and-arguments"
    banks = scripted(8, lambda *_: 1.0, lambda *_: None).results.banks
    subject = banks[hard].subject
    asked = {name: [item for item in bank.items if topics(banks)[item] == subject] for name, bank in banks.items()}
    wrong = {*asked["90-form-a"][::2], *asked["91-form-b"][::2]}
    found = scripted(8, lambda learner, item: float(item.id not in wrong), lambda *_: None).results
    rows = found.tables.responses
    mine = rows[(rows["sitting"] == "post") & rows["item"].isin({*asked["90-form-a"], *asked["91-form-b"]})]
    percent = 100 * mine["points"].sum() / mine["max_points"].sum()
    assert 0 < percent < 100
    done = (finished(hard, [50, 40, 60, 45, 55] * 4), finished("06-how-you-look", [70, 62, 79, 66, 74] * 4))
    told = cases.section(replace(found, summary=replace(found.summary, cases=done))).title
    assert told == f"Before feedback, “{hard}” (50%) was the hardest case; its topic is at {percent:.0f}% in the test"
    other = replace(found.tables, responses=rows[~rows["item"].isin({*asked["90-form-a"], *asked["91-form-b"]})])
    untested = replace(found, tables=other, summary=replace(found.summary, cases=done))
    assert cases.section(untested).title == f"Before feedback, “{hard}” (50%) was the hardest case"


@pytest.mark.parametrize(("size", "said"), [(59, "One dot is one learner"), (60, "The bar is the middle half")])
def test_of_many_learners_the_spread_is_shown_and_not_each(size, said):
    found = [finished("A", range(size)), finished("B", [50.0] * 5)]
    assert said in cases.reading(found)
    drawn_ = figures.by_case(found)
    assert drawn_.narrow.count("fill: var(--ep-accent)") == (2 if size == 60 else size + 5)
    (row, _) = drawn_.rows
    assert row[2:] == tuple(f"{value:.0f}" for value in [(size - 1) / 2, *np.percentile(range(size), [5, 25, 75, 95])])


def test_very_sure_and_wrong_counts_only_answers_below_half_of_the_points(cohort):
    rows = after_teaching(cohort)
    fewer = 0
    for questions in cohort.summary.questions.values():
        for question in questions:
            mine = rows[(rows["item"] == question.item.id) & (rows["certainty"] == 3).fillna(False)]
            assert question.sure_and_wrong == int((mine["score"] < 0.5).sum())
            fewer += question.sure_and_wrong < int((mine["score"] < 1).sum())
    assert fewer > 0


def test_every_question_shows_what_was_chosen_and_the_key(cohort, whole_course):
    banks, keys = whole_course
    for name, questions in cohort.summary.questions.items():
        assert [question.item.id for question in questions] == list(banks[name].items)
        for question in questions:
            best = [option.id for option in question.options if option.best]
            right = [option for option, value in keys[name].get(question.item.id, {}).items() if value == 1]
            assert question.item.type in ("rating", "ranking") or best == right
            if question.item.type in ("sba", "branch"):
                assert sum(option.counts[0] for option in question.options) == question.answers


def test_the_interval_of_a_share_is_wilsons():
    # Newcombe 1998, Stat Med 17:857-872, table I: 15 of 148 gives 0.0624 to 0.1605.
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20)[0] == 0
    assert wilson(20, 20)[1] == 1


# ---- The first screen ------------------------------------------------------------------------------------------------


def answers(made):
    return {answer.question: answer for answer in made.report.answers}


def test_the_answers_come_first(cohort):
    done, learners = int((cohort.tables.learners["status"] == "complete").sum()), cohort.tables.learners
    results, passed = learners["post_percent"].dropna(), int(learners["passed"].sum())
    said = answers(cohort)
    assert list(said) == [
        "Who finished?",
        "Did they learn?",
        "Which clause is weak?",
        "Which questions may be broken?",
        "Who may need a talk?",
    ]
    assert said["Who finished?"].first == (
        f"{done} of 24 learners have finished, and {passed} of {len(results)} passed the test after it."
    )
    parts = {part.id: part for part in cohort.report.sections}
    for question, part, place in (
        ("Did they learn?", "learning", "learning"),
        ("Which clause is weak?", "mastery", "table-mastery-clauses"),
    ):
        assert said[question].text == parts[part].answer
        assert said[question].link == f"#{place}"
        assert place in cohort.own.values("id")
    assert said["Who may need a talk?"].link == "people.html"
    first = cohort.own.text[: cohort.own.text.index("What you could do next")]
    positions = [first.index(question) for question in said]
    assert positions == sorted(positions)


def test_with_a_survey_a_sixth_answer_says_what_was_thought(cohort, opinions_of):
    whole = report.compose(cohort.results, (opinions_of(30),))
    found = next(answer for answer in whole.answers if answer.question == "What did they think of it?")
    assert re.match(r"\d+ of \d+( \(\d+%\))? found the time well spent; \d+ of \d+ ticked “I am not", found.first)
    assert found.link == "#evaluation-99-evaluation"
    assert found.link[1:] == whole.sections[-1].id
    few = report.compose(cohort.results, (opinions_of(3),))
    (said,) = (answer for answer in few.answers if answer.question == "What did they think of it?")
    assert said.text == "What you made of it: 3 of 40 learners answered."


def test_an_answer_is_cut_after_its_first_sentence():
    long = report.Answer("?", "Eight learners, e.g. one. Names stand in a page of their own. More.")
    assert (long.first, long.rest) == ("Eight learners, e.g. one.", "Names stand in a page of their own. More.")
    counts = report.Answer("?", "42 have not passed (e.g. 3). None of 5 did. 62 others have not finished.")
    assert counts.first == "42 have not passed (e.g. 3)."
    assert report.Answer("?", "Some failed. 62 others did not.").rest == "62 others did not."
    short = report.Answer("?", "Nobody.")
    assert (short.first, short.rest) == ("Nobody.", "")


@pytest.mark.parametrize(
    ("both", "said"),
    [
        (0, "Nobody has taken the test both before and after the course."),
        (1, "Too few to say: one learner took both tests."),
        (5, "Too few to say: five learners took both tests."),
    ],
)
def test_of_too_few_with_both_tests_it_is_said_how_many_they_are(scripted, both, said):
    results = scripted(6, lambda learner, item: 0.6).results
    gain = replace(results.summary.gain, learners=both) if both else None
    made = report.compose(replace(results, summary=replace(results.summary, gain=gain)))
    (answer,) = (one for one in made.answers if one.question == "Did they learn?")
    assert answer.text == said


def test_the_bar_is_the_whole_cohort(cohort):
    assert sum(part.count for part in cohort.report.progress) == 24


@pytest.mark.parametrize(("size", "warned"), [(10, True), (11, False)])
def test_of_fewer_than_eleven_it_is_said_that_they_can_be_recognised(make_cohort, size, warned):
    made = make_cohort([Learner(f"l{place}") for place in range(size)])
    assert bool(made.report.caution) == warned
    assert ("do not send it on" in made.own.text) == warned


def test_nobody_having_handed_in_gives_a_plain_page(nobody):
    assert "None of the two learners has handed anything in yet." in nobody.own.text
    assert "0%" not in nobody.own.text.replace("70%", "")
    assert list(answers(nobody)) == ["Who finished?", "Who may need a talk?"]


@pytest.mark.parametrize("size", [1, 2])
def test_a_handful_of_learners_give_notes_and_no_conclusions(invent, size):
    made = invent(size)
    assert f"{size} of {size} learners ha" in made.own.text
    assert all(isinstance(block, Note | Table | Figure) for part in made.report.sections for block in part.blocks)
    assert "nan" not in made.own.text.lower().split()


def test_submissions_without_a_score_are_said_and_left_out(whole_course, invent, make_cohort):
    handins = {("d001", name): Handin({}, {}, late=False, marks=None) for name in whole_course[0]}
    waiting = make_cohort(invent(24).roster[:2], handins)
    assert waiting.summary.ungraded == len(whole_course[0])
    assert "Grade what is waiting." in waiting.own.text
    assert f"{words.number(len(whole_course[0])).capitalize()} submissions are not graded yet." in waiting.own.text


# ---- The page as a page ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 24])
def test_the_page_names_no_learner(invent, size):
    made = invent(size)
    for person in made.roster:
        for telling in (person.id, person.email, f"{person.first_name} {person.last_name}"):
            assert not re.search(rf"\b{re.escape(telling)}\b", made.own.source)


def test_no_table_or_figure_of_the_report_names_a_learner(cohort):
    files = sheets.files(cohort.report.sections)
    assert len(files) > 10
    for person in cohort.roster:
        for name, text in files.items():
            assert not re.search(rf"\b{person.id}\b|{re.escape(person.email)}", text), name


@pytest.mark.parametrize("which", ["own", "people"])
@pytest.mark.parametrize("size", [1, 24])
def test_a_page_is_well_formed_and_needs_nothing_else(invent, which, size):
    made = getattr(invent(size), which)
    assert made.open == []
    tags = {tag for tag, _ in made.elements}
    assert not tags & {"script", "link", "iframe", "object", "embed", "img", "base", "form"}
    assert not re.search(r"url\((?!.?data:)|@import|//[a-z]+\.[a-z]+/(?<!www.w3.org/)", made.source)
    beside = {
        "index.html",
        "people.html",
        "report.pdf",
        "share/index.html",
        "responses.csv",
        "learners.csv",
        "items.csv",
        "evaluation.csv",
        "incidents.csv",
    }
    files = beside | sheets.files(invent(size).report.sections).keys()
    anchors = {f"#{name}" for name in made.values("id")} | {"people.html#found"}
    assert set(made.values("href")) <= files | anchors
    assert "default-src 'none'" in made.values("content")[1]


def test_the_files_that_were_written_are_listed_and_those_with_names_are_said_to_have_them(cohort):
    text = report.own_content(cohort.report, cohort.results, (), ["learners.csv", "items.csv", "tables/x.csv"])["files"]
    assert list(text) == ["learners.csv", "items.csv"]
    columns = {"learners.csv": cohort.tables.learners, "items.csv": cohort.tables.items}
    columns |= {"responses.csv": cohort.tables.responses}
    for name, frame in columns.items():
        said = report.FILES[name]
        assert ("names and e-mail addresses" in said) == ("email" in frame)
        assert ("no learners" in said) == ("learner" not in frame)
        assert ("for your eyes alone" in said) == ("learner" in frame)


@pytest.mark.parametrize("which", ["own", "people"])
def test_ids_are_unique_and_every_section_has_the_name_it_points_to(cohort, which):
    made = getattr(cohort, which)
    assert len(made.values("id")) == len(set(made.values("id")))
    assert set(made.values("aria-labelledby")) <= set(made.values("id"))


def test_every_figure_has_words_for_it_and_the_same_as_a_table_and_as_a_file(cohort):
    made = cohort.own
    figures = [figure for part in cohort.report.sections for figure in part.figures]
    drawn = [n for n, (_, attrs) in enumerate(made.elements) if attrs.get("role") == "img"]
    assert len(drawn) == len(figures) > 5
    for start, figure in zip(drawn, figures, strict=True):
        assert made.elements[start][1]["aria-label"] == figure.plot.alt
        assert len(figure.plot.alt) > 40
        after = [tag for tag, _ in made.elements[start:]]
        assert after.index("table") < next((n for n, tag in enumerate(after) if tag == "section"), len(after))
        assert f'href="tables/{figure.name}.csv"' in made.source
    for tag, attrs in made.elements:
        if tag == "svg":
            assert attrs["aria-hidden"] == "true"


def test_figures_take_the_pages_colours_and_bring_no_style_of_their_own(cohort):
    drawings = "".join(re.findall(r'<div class="ep-figure__(?:narrow|wide)">(.*?)</div>', cohort.own.source, re.DOTALL))
    assert "var(--ep-accent)" in drawings
    assert not re.search(r"#[0-9a-f]{6}|<style|<defs| id=", drawings)


def test_what_learners_and_authors_write_is_shown_as_text(make_cohort):
    evil = "<script>alert(1)</script>\"'&"
    roster = [Learner("x1", f"{evil}", "Eve", "", f"{evil}-group"), Learner("x2", "B", "A", "", "other")]
    made = make_cohort(roster)
    assert "script" not in {tag for tag, _ in made.people.elements}
    assert evil in made.people.text
    assert "Autumn <2026>" in made.own.text


# ---- Parts, whatever they are written as -----------------------------------------------------------------------------


def drawn(width):
    from eprofessionalism_graders.cohort.figures.base import canvas, text

    drawing, axes = canvas(width, 40)
    text(axes, 0, 20, "<b>&$5")
    return drawing


def part(*blocks, **more) -> Section:
    return Section("odd", "Odd & <b>", "How <i>.", blocks, **more)


NUMBERS = pd.DataFrame({"who": ["=1+1", "<b>b"], "value": [1.234, -5.0], "other": [None, "x"]})
COLUMNS = (Column("who", "Who"), Column("value", "Value", "+.1f"), Column("other", "Other"))


def test_a_part_shows_its_blocks_in_order_and_escapes_them(cohort, taken_apart):
    blocks = (
        Note("Mind <this>.", caution=True),
        Figure("odd-figure", "Read & see", plot(drawn, "What is <seen>", ("A", "B"), [("<a>", "1")])),
        Table("odd-table", "All of <it>", NUMBERS, COLUMNS, folded=False),
        Table("folded-table", "More", NUMBERS, COLUMNS),
    )
    whole = replace(cohort.report, sections=(part(*blocks), part(folded=True), replace(part(*blocks[:1], folded=True))))
    whole = replace(whole, sections=tuple(replace(one, id=f"odd-{n}") for n, one in enumerate(whole.sections)))
    made = taken_apart(page.render("own.html", report.own_content(whole, cohort.results)))
    shown = made.text[made.text.index("How <i>.") :]
    order = ["Mind <this>.", "Read & see", "<b>&$5", "<a>", "All of <it>", "=1+1", "+1.2", "−5.0", "More"]
    assert [shown.index(words_) for words_ in order] == sorted(shown.index(words_) for words_ in order)
    assert "–" in shown
    assert made.open == []


def test_files_hold_all_columns_and_no_formula():
    files = sheets.files([part(Table("numbers", "", NUMBERS, COLUMNS[:1]), Figure("seen", "", FIGURE))])
    assert list(files) == ["tables/seen.csv", "tables/numbers.csv"]
    rows = list(cells.read(files["tables/numbers.csv"]))
    assert [row["who"] for row in rows] == ["=1+1", "<b>b"]
    assert files["tables/numbers.csv"].splitlines()[1] == '"\'=1+1",1.234,""'
    assert list(cells.read(files["tables/seen.csv"])) == [{"A": "@x", "B": "1"}]
    assert '"\'@x"' in files["tables/seen.csv"]


FIGURE = plot(drawn, "Seen", ("A", "B"), [("@x", "1")])


def test_a_figure_may_have_the_name_of_the_table_that_holds_its_numbers():
    files = sheets.files([part(Figure("both", "", FIGURE), Table("both", "", NUMBERS, COLUMNS))])
    assert files.keys() == {"tables/both.csv"}
    assert "other" in files["tables/both.csv"]


def test_two_tables_of_one_name_are_a_mistake():
    with pytest.raises(ValueError, match="both: expected one table or figure of this name, found two"):
        sheets.files([part(Table("both", "", NUMBERS, COLUMNS)), part(Table("both", "", NUMBERS, COLUMNS))])


# ---- Written ---------------------------------------------------------------------------------------------------------


def test_the_report_of_a_new_offering_is_written_for_its_owner_alone(offering):
    result = CliRunner().invoke(cli.report, [str(offering.root)])
    assert result.exit_code == 0, result.output
    folder = offering.root / "report"
    assert str(folder / "index.html") in result.output
    names = {str(path.relative_to(folder)) for path in folder.iterdir() if path.is_file() and path.name[0] != "."}
    tables_ = {"evaluation.csv", "items.csv", "learners.csv", "responses.csv"}
    assert names == {"index.html", "people.html", "report.pdf", *tables_}
    assert (folder / "share" / "index.html").is_file()
    if sys.platform != "win32":
        assert all(
            stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
            for path in [folder, *folder.rglob("*")]
        )


def test_a_second_report_replaces_the_first_whole(offering):
    report.write_report(offering)
    page_path = offering.root / "report" / "index.html"
    page_path.write_text("old", encoding="utf-8")
    page_path.chmod(0o644)
    outdated = page_path.parent / "tables" / "outdated.csv"
    outdated.parent.mkdir(exist_ok=True)
    outdated.write_text("old", encoding="utf-8")
    assert report.write_report(offering) == page_path
    assert not outdated.exists()
    assert "None of the ten learners" in page_path.read_text(encoding="utf-8")
    assert sys.platform == "win32" or stat.S_IMODE(page_path.stat().st_mode) == 0o600


def test_the_smallest_group_is_kept_and_a_changed_one_leaves_the_page_as_it_is(offering):
    """Two pages of the same answers for groups of two sizes tell more than either."""
    shared, kept = offering.root / "report" / "share", offering.root / "report" / ".shared.json"

    def run(*options: str) -> str:
        done = CliRunner().invoke(cli.report, [str(offering.root), *options])
        assert done.exit_code == 0, done.output
        return done.output

    assert "stays as it was" not in run("--smallest-group", "20")
    assert json.loads(kept.read_text())["smallest"] == 20
    page_path = shared / "index.html"
    first = page_path.read_text(encoding="utf-8")
    assert "stays as it was" not in run()
    assert json.loads(kept.read_text())["smallest"] == 20
    assert page_path.read_text(encoding="utf-8") == first

    page_path.write_text("handed on", encoding="utf-8")
    told = run("--smallest-group", "11")
    assert "for groups of 20 and more" in told
    assert "delete report/share and run eprof report --smallest-group 11 again" in told
    assert page_path.read_text(encoding="utf-8") == "handed on"
    assert json.loads(kept.read_text())["smallest"] == 20

    shutil.rmtree(shared)
    run()
    assert json.loads(kept.read_text())["smallest"] == 20, "the number outlives the page"
    shutil.rmtree(shared)
    run("--smallest-group", "11")
    assert json.loads(kept.read_text())["smallest"] == 11
    assert page_path.is_file()


def test_what_is_no_offering_gets_one_line(tmp_path):
    result = CliRunner().invoke(cli.report, [str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "expected an offering" in result.output


def test_broken_questions_get_one_line(offering):
    path = offering.root / "source" / offering.assignments[0] / ITEMS_FILE
    path.write_text(json.dumps({"v": 99}))
    result = CliRunner().invoke(cli.report, [str(offering.root)])
    assert result.exit_code == 1
    assert str(path) in result.output
    assert "Traceback" not in result.output


def hand_in(offering, learner, lines) -> Path:
    """Put a journal where collecting would, with one answer on the first question of the first case for each line."""
    assignment = offering.assignments[0]
    item = next(iter(offering.bank(assignment).items.values()))
    folder = offering.submitted(learner, assignment)
    folder.mkdir(parents=True)
    path = folder / journal.JOURNAL_FILE
    for at in lines:
        journal.append(path, "commit", item.id, item.option_ids[0], now=lambda at=at: at)
    return path


def test_half_a_surrogate_pair_in_an_answer_does_not_stop_the_report(whole_course, make_cohort):
    name, item = next((n, i) for n, bank in whole_course[0].items() for i in bank.items.values() if i.is_text)
    record = journal.Record("commit", item.id, "half \ud800 pair", None, "2026-10-01T08:00:00Z")
    odd = make_cohort(
        [Learner("ana")], {("ana", name): Handin({item.id: record}, {item.id: 1}, late=False, marks=None)}
    )
    assert "half ? pair" in odd.tables.files()["responses.csv"]
    assert "1 of 1" not in odd.own.text


def cannot_be_opened(monkeypatch, path, error):
    before = Path.open

    def refuse(self, *args, **more):
        if self == path:
            raise error
        return before(self, *args, **more)

    monkeypatch.setattr(Path, "open", refuse)


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "No such file"), OSError(5, "I/O error")]
)
def test_a_journal_that_cannot_be_read_is_left_out_and_said(offering, monkeypatch, error, taken_apart):
    hand_in(offering, "learner-03", ["2026-11-20T09:00:00.000Z"])
    lost = hand_in(offering, "learner-04", ["2026-11-20T09:00:00.000Z"])
    cannot_be_opened(monkeypatch, lost, error)
    result = CliRunner().invoke(cli.report, [str(offering.root)])
    assert result.exit_code == 0, result.output
    where = f"submitted/learner-04/{offering.assignments[0]}/{journal.JOURNAL_FILE}"
    assert result.stderr.startswith(f"{where}: expected a journal that can be read, found {error.strerror}; ")
    assert result.stderr.count("\n") == 1
    own, named = ((offering.root / "report" / name).read_text("utf-8") for name in ("index.html", "people.html"))
    assert f"Not read: {where}" in taken_apart(named).text
    assert "One submission has an answer file that could not be read, and is left out." in taken_apart(own).text
    assert "learner-04" not in own
    assert "learner-04" not in (offering.root / "report" / "share" / "index.html").read_text(encoding="utf-8")
    responses = (offering.root / "report" / "responses.csv").read_text(encoding="utf-8")
    assert "learner-03" in responses
    assert "learner-04" not in responses


def test_a_journal_that_is_no_file_is_left_out_and_said(offering):
    folder = hand_in(offering, "learner-04", ["2026-11-20T09:00:00.000Z"]).parent
    (folder / journal.JOURNAL_FILE).unlink()
    (folder / journal.JOURNAL_FILE).mkdir()
    result = CliRunner().invoke(cli.report, [str(offering.root)])
    assert result.exit_code == 0, result.output
    assert "found not a regular file" in result.stderr


@pytest.mark.parametrize(
    "odd", ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59-23:59", "zzz", "2101-01-01", "2026-13-40T00:00:00Z", ""]
)
def test_an_absurd_time_does_not_falsify_the_last_answer(offering, odd, taken_apart):
    hand_in(offering, "learner-03", ["2025-11-20T09:00:00.000Z"])
    hand_in(offering, "learner-04", [odd])
    made = taken_apart(report.write_report(offering).read_text(encoding="utf-8"))
    assert "Answers up to 20 November 2025." in made.text


def test_only_absurd_times_are_no_time(offering, taken_apart):
    hand_in(offering, "learner-04", ["9999-12-31T23:59:59.999Z"])
    assert "Answers up to" not in taken_apart(report.write_report(offering).read_text(encoding="utf-8")).text
