"""A survey: items without key, feedback or points; words of its own on the page; nothing of it joined to a person."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from random import Random
from types import SimpleNamespace

import pytest

from eprofessionalism import answers, journal, scoring
from eprofessionalism.authoring.checks import check_cases
from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.authoring.loader import load_case
from eprofessionalism.authoring.notebook import build_case, item_bank
from eprofessionalism.items import Item, ItemBank, Option, dump_items, parse_items
from eprofessionalism.player import Player
from eprofessionalism.widgets import _words
from eprofessionalism.widgets._reveal import reveal
from eprofessionalism_graders import opinions, review, scores
from eprofessionalism_graders.cohort import evaluation, privacy
from eprofessionalism_graders.cohort.document import Note
from eprofessionalism_graders.cohort.evaluation import Line
from eprofessionalism_graders.cohort.sections import evaluating
from eprofessionalism_graders.cohort.sharing import opinions as handed_on

SURVEY = """\
schema: 1
case: 98-asked
title: What you made of it
subject: The evaluation
minutes: 4
module: survey
lede: Four questions.
you: Yourself.
objectives: [Tell us., Decide.]
story:
  - item: as-1-agree
    type: rating
    stem: How far do you agree?
    scale: [Not at all, A little, Mostly, Fully]
    options:
      - {id: a, text: One.}
      - {id: b, text: Two.}
      - {id: c, text: Three.}
      - {id: d, text: Four.}
      - {id: e, text: Five.}
      - {id: f, text: Six.}
  - item: as-2-one
    type: sba
    stem: Was it long?
    options:
      - {id: a, text: Short}
      - {id: b, text: Right}
      - {id: c, text: Long}
  - item: as-3-some
    type: mrq
    stem: What helped?
    options:
      - {id: a, text: Stories}
      - {id: b, text: Reasons}
      - {id: c, text: Talk}
      - {id: d, text: Nothing}
  - {item: as-4-text, type: reflection, stem: What would you change., words: [5, 60]}
closing:
  about: Thank you.
"""


@pytest.fixture
def survey(tmp_path):
    """Loads the survey, changed by (old, new) pairs."""

    def loaded(*changes):
        text = SURVEY
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        folder = tmp_path / "98-asked"
        folder.mkdir(exist_ok=True)
        (folder / "case.yaml").write_text(text, encoding="utf-8")
        return load_case(folder, tmp_path)

    return loaded


@pytest.fixture
def bank(survey) -> ItemBank:
    return item_bank(survey())


# ---- The file and what is built of it --------------------------------------------------------------------------------


def test_a_sound_survey_has_no_findings(survey):
    case = survey()
    assert check_cases({case.slug: case}, [], course=True) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        ("    stem: Was", "    teaches: [mms-5]\n    stem: Was", 24, "as-2-one: expected no such field in a survey"),
        ("    stem: Was", "    points: 2\n    stem: Was", 24, "as-2-one: expected no such field in a survey"),
        ("    stem: Was", "    certainty: true\n    stem: Was", 24, "as-2-one: expected no such field in a survey"),
        ("    stem: Was", "    assessment: true\n    stem: Was", 24, "as-2-one: expected no such field in a survey"),
        ("text: Short}", "text: Short, credit: 1}", 26, "as-2-one / a: expected an option with id and text only"),
        ("text: Short}", "text: Short, feedback: Yes.}", 26, "as-2-one / a: expected an option with id and text only"),
        ("text: Talk}", "text: Talk, right: true}", 35, "as-3-some / c: expected an option with id and text only"),
        ("    scale: [Not at all, A little, Mostly, Fully]\n", "", 11, "as-1-agree: expected “scale”, the words of"),
    ],
)
def test_a_survey_has_no_key_and_no_feedback(survey, old, new, line, found):
    case = survey((old, new))
    findings = [str(finding) for finding in check_cases({case.slug: case}, [])]
    assert any(one.startswith(f"98-asked/case.yaml:{line}: {found}") for one in findings), findings


def test_a_decision_is_no_opinion(survey):
    options = SURVEY[SURVEY.index("      - {id: a, text: Short}") : SURVEY.index("  - item: as-3-some")]
    branch = "".join(
        f"      - {{id: {letter}, text: {letter}., then: {{when: Now, text: {letter}.}}}}\n" for letter in "ab"
    )
    case = survey(("type: sba", "type: branch"), (options, branch))
    lines = [str(finding) for finding in check_cases({case.slug: case}, [])]
    assert any("expected a question for an opinion: rating, sba, mrq, reflection, found branch" in one for one in lines)


def test_only_a_survey_has_a_scale_of_its_own_and_items_without_clauses(survey):
    case = survey(("module: survey\n", ""))
    lines = [str(finding) for finding in check_cases({case.slug: case}, [])]
    assert any("as-1-agree: expected the levels of the course" in one for one in lines)
    assert sum("expected a field “teaches”" in one for one in lines) == 4


def test_a_scale_has_four_words(survey):
    with pytest.raises(FindingsError, match="scale"):
        survey(("Mostly, Fully", "Fully"))


def test_no_cell_of_a_survey_carries_points(survey):
    notebook = json.loads(build_case(survey(), lambda _: (b"", ""))["98-asked.ipynb"])
    cells = [cell["metadata"]["nbgrader"] for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    assert [cell["grade_id"] for cell in cells] == ["as-1-agree", "as-2-one", "as-3-some", "as-4-text"]
    assert all(cell["locked"] and not (cell["grade"] or cell["solution"] or "points" in cell) for cell in cells)
    assert not [cell for cell in notebook["cells"] if cell["metadata"]["eprofessionalism"]["block"] == "text"]


def test_items_json_holds_the_scale_and_no_points_and_reads_back(bank):
    data = dump_items(bank)
    assert bank.is_survey
    assert data["items"][0]["scale"] == ["Not at all", "A little", "Mostly", "Fully"]
    assert not [item for item in data["items"] if {"points", "key", "feedback", "teaches"} & item.keys()]
    assert parse_items(json.loads(json.dumps(data))) == bank


# ---- The page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def player(survey, tmp_path):
    folder = tmp_path / "played"
    folder.mkdir()
    for name, data in build_case(survey(), lambda _: (b"", "")).items():
        (folder / name).write_bytes(data)
    return Player(folder)


def test_the_last_answer_counts_and_nothing_is_revealed(player):
    player.commit("as-2-one", "a")
    player.commit("as-2-one", "c")
    player.commit("as-4-text", "Less.")
    found = answers.counted(player.bank.items, journal.records(player.path))
    assert found["as-2-one"].answer == "c"
    for item in player.bank.items.values():
        assert reveal(item, "c" if item.id == "as-2-one" else "Less.") == {}


def test_the_page_shows_the_surveys_own_levels_and_words(player, monkeypatch):
    from eprofessionalism.widgets._items import BLOCK_OF
    from eprofessionalism.widgets._page import Page

    page = Page(player.path.parent)
    drawn = {item.id: BLOCK_OF[item.type](page, item).item for item in player.bank.items.values()}
    assert drawn["as-1-agree"]["levels"] == ["Not at all", "A little", "Mostly", "Fully"]
    assert drawn["as-1-agree"]["kind"] == "how far do you agree?"
    assert "wrong" not in drawn["as-3-some"]["hint"]
    assert "marks" not in drawn["as-4-text"]["hint"]
    assert page.end is _words.SURVEY_END


def test_a_statement_may_be_left_out_and_an_empty_answer_may_not(bank):
    rating = bank.items["as-1-agree"]
    assert _words.missing(rating, {"a": 1}, None) == ""
    assert _words.missing(rating, {}, None)
    assert _words.missing(bank.items["as-4-text"], " ", None)


def test_other_ratings_keep_the_levels_of_the_course():
    item = Item("x", "rating", "?", 2.0, (Option("a", "A"),))
    assert answers.levels_of(item) == answers.LEVELS


# ---- Grading ---------------------------------------------------------------------------------------------------------


def test_nothing_in_a_survey_has_a_score(bank, player):
    player.commit("as-1-agree", {"a": 4})
    player.commit("as-3-some", ["a"])
    found = scores.results(bank, {}, journal.records(player.path))
    assert {result.share for result in found.values()} == {None}
    assert not any(item.by_hand for item in bank.items.values())


def test_no_answer_stands_in_a_page_that_has_a_name(bank, player):
    player.commit("as-4-text", "Canary.")
    found = scores.results(bank, {}, journal.records(player.path))
    opening = review.opening("T", found.values(), "practice", 70)
    assert "not graded" in opening
    assert "Canary" not in opening
    assert "%" not in re.sub("<style>.*?</style>", "", opening, flags=re.DOTALL)


def test_a_rule_for_scoring_a_survey_is_never_asked_for(bank, player, monkeypatch):
    monkeypatch.setattr(scoring, "score", lambda *_: pytest.fail("a survey was scored"))
    player.commit("as-2-one", "a")
    scores.results(bank, {}, journal.records(player.path))


# ---- The report ------------------------------------------------------------------------------------------------------


def said(bank, answers_of, cohort=30):
    return evaluation.count("98-asked", bank, answers_of, cohort)


def many(count):
    """So many learners with one answer to everything, each with a text of its own."""
    return [
        {"as-1-agree": {"a": 4, "b": 1}, "as-2-one": "b", "as-3-some": ["a", "c"], "as-4-text": f"Text {chr(97 + n)}."}
        for n in range(count)
    ]


def rows(evaluations):
    return list(csv.DictReader(io.StringIO(evaluation.files(evaluations)[evaluation.FILE])))


def test_counts_are_over_those_who_answered(bank):
    found = said(bank, [*many(5), {}, {"as-2-one": "a"}])
    assert (found.learners, found.cohort) == (6, 30)
    rating, one, some, text = found.questions
    assert rating.learners == 5
    assert rating.lines[0].counts == {"Not at all": 0, "A little": 0, "Mostly": 0, "Fully": 5}
    assert rating.lines[2].answers == 0
    assert one.lines[0].counts == {"Short": 1, "Right": 5, "Long": 0}
    assert some.lines[0].counts == {"Stories": 5, "Reasons": 0, "Talk": 5, "Nothing": 0}
    assert text.learners == 5


def test_nothing_is_shown_of_fewer_than_five(bank):
    found = said(bank, many(4))
    assert found.learners == 4
    assert found.questions == ()
    assert rows([found]) == []
    assert said(bank, many(5)).questions


def test_texts_stand_in_an_order_that_says_nothing_of_the_learners(bank):
    forward, backward = said(bank, many(9)), said(bank, many(9)[::-1])
    assert forward.questions == backward.questions
    assert list(forward.questions[3].texts) == sorted(forward.questions[3].texts)
    assert len(forward.questions[3].texts) == 9


def test_the_file_is_the_same_whoever_gave_which_answers_together(bank):
    """Swapping one question's answers between learners changes no byte: so nothing in the file joins them."""
    people = many(8)
    people[0] |= {"as-2-one": "a", "as-3-some": ["d"]}
    people[1] |= {"as-2-one": "c", "as-1-agree": {"a": 1}}
    swapped = [dict(one) for one in people]
    for question, shift in (("as-1-agree", 3), ("as-2-one", 1), ("as-3-some", 5), ("as-4-text", 2)):
        for number, one in enumerate(swapped):
            one[question] = people[(number + shift) % len(people)][question]
    assert swapped != people
    assert evaluation.files([said(bank, people)]) == evaluation.files([said(bank, swapped)])


def test_the_file_has_a_row_for_each_answer_and_nothing_of_a_learner(bank):
    found = rows([said(bank, [*many(5), {"as-4-text": "=1+1"}])])
    assert list(found[0]) == list(evaluation.COLUMNS)
    assert {"learner", "group", "at"}.isdisjoint(evaluation.COLUMNS)
    assert [row["count"] for row in found if row["about"] == "One."] == ["0", "0", "0", "5"]
    assert "'=1+1" in {row["answer"] for row in found}


def test_without_a_survey_there_is_no_file():
    assert evaluation.files([]) == {}
    assert handed_on.share([], privacy.SMALLEST_GROUP) == ()


def lines_of(surveys):
    """By text, each line that is handed on: shares, or what was chosen most, by option."""
    return {
        line.stem: {option.text: option.percent if line.has_shares else option.most for option in line.options}
        for survey in surveys
        for asked in survey.questions
        for line in asked.lines
    }


def test_of_a_statement_the_halves_of_the_scale_are_handed_on_as_shares_of_all(bank):
    levels = [1] * 5 + [2] * 7 + [3] * 30 + [4] * 18  # the lower half has twelve, the upper 48
    people = [{"as-1-agree": {"a": level}} for level in levels]
    (survey,) = handed_on.share([said(bank, people, cohort=100)], privacy.SMALLEST_GROUP)
    assert survey.unanswered == "About 40% did not answer."
    assert survey.questions[0].sides == ("Fully or mostly", "Not at all or a little")
    assert lines_of([survey]) == {"One.": {"Fully or mostly": 50, "Not at all or a little": 10}}
    (survey,) = handed_on.share([said(bank, people[3:], cohort=100)], privacy.SMALLEST_GROUP)
    assert lines_of([survey]) == {"One.": {"Fully or mostly": True, "Not at all or a little": False}}
    assert survey.unanswered == ""


def test_the_page_to_hand_on_hides_groups_of_one_to_ten_and_every_text(bank):
    people = [*many(12), *({"as-2-one": "a", "as-4-text": "Canary"} for _ in range(14)), *({"as-2-one": "c"},) * 6]
    shared = handed_on.share([said(bank, people, cohort=38)], privacy.SMALLEST_GROUP)
    assert lines_of(shared)["Was it long?"] == {"Short": True, "Right": False, "Long": False}  # six hide all shares
    assert "Canary" not in str(shared)
    small = handed_on.share([said(bank, people[:20], cohort=7)], privacy.SMALLEST_GROUP)
    assert small == ()


@pytest.mark.parametrize("seed", range(20))
def test_no_shared_line_lets_a_small_group_be_worked_out(bank, seed):
    dice, cohort, shown = Random(seed), 90, 0
    people = [
        {name: value for name, item in bank.items.items() if (value := opinions.opinion(item, 0, dice))}
        for _ in range(dice.randrange(50, cohort))
    ]
    one = said(bank, people, cohort)
    counts = {line.text: list(line.counts.values()) for question in one.questions for line in question.lines}
    for text, line in lines_of(handed_on.share([one], privacy.SMALLEST_GROUP)).items():
        found = counts[text] if len(line) != 2 else [sum(counts[text][2:]), sum(counts[text][:2])]
        pairs = [pair for pair in zip(found, line.values(), strict=True) if not isinstance(pair[1], bool) and pair[1]]
        shown += len(pairs)
        assert all(privacy.SMALLEST_GROUP <= count <= cohort - privacy.SMALLEST_GROUP for count, _ in pairs)
        assert all(abs(percent - 100 * count / cohort) <= 2.5 for count, percent in pairs)
    assert shown


def test_the_directors_report_has_the_counts_and_no_text(bank):
    part = evaluating.section(said(bank, [*many(5), {"as-4-text": "Canary"}]))
    assert part.title.endswith(": 6 of 30 learners answered")
    shown = " ".join(cell for table in part.tables for row in table.rows() for cell in row)
    assert "Canary" not in shown + str(part)
    assert {table.caption.split(" (")[0] for table in part.tables} >= {"Was it long?"}
    few = evaluating.section(said(bank, many(2)))
    assert few.tables == ()
    assert "Nothing is shown before 5 have answered" in few.blocks[0].text


COURSE = {"as-1-agree": "ev-1-course", "as-2-one": "ev-4-length", "as-3-some": "ev-7-barriers"}
"""Questions of this survey, and those of the course's own that the report looks for."""


@pytest.fixture
def own(survey):
    """Counts answers to a survey that asks what the course's own does; the fourth objection is called differently."""
    bank = item_bank(survey(*((f"item: {old}", f"item: {new}") for old, new in COURSE.items())))

    def section(people):
        given = [{COURSE.get(item, item): answer for item, answer in one.items()} for one in people]
        return evaluating.section(said(bank, given, cohort=40))

    return section


def test_what_was_thought_of_the_course_has_the_number_who_said_it(own):
    people = [*({"as-1-agree": {"e": 4 - n % 4}} for n in range(21)), *({"as-2-one": "c"},) * 5, {"as-2-one": "a"}]
    part = own(people)
    assert part.title == "11 of 21 (52%) found the time well spent"
    against, few = (block.text for block in part.blocks if isinstance(block, Note))
    assert against == "Was it long? Of 6, 5 “Long”."
    assert few.startswith("Fewer than five answered, so nothing is shown: “")
    assert own(people[:8]).title == "4 of 8 found the time well spent"


def test_each_statement_says_how_many_rated_it(own):
    part = own([{"as-1-agree": {"a": 4}}] * 7 + [{"as-1-agree": {"b": 1, "a": 2}}] * 2)
    table = part.tables[0]
    assert [list(row)[-1] for row in table.rows()] == ["9", "–", "–", "–", "–", "–"]
    assert [column.title for column in table.columns][-1] == "Answers"
    assert "(nine learners, some of whom left out a row; a dash: fewer than five did)" in table.caption


def test_of_a_question_or_a_statement_that_fewer_than_five_answered_nothing_is_kept(bank):
    def found(answers):
        both = [{"as-1-agree": {"a": 4, "b": 1}, "as-2-one": "c", "as-4-text": "Canary"}] * answers
        return said(bank, [*both, *({"as-1-agree": {"a": 4}},) * (6 - answers)])

    few, enough = found(4), found(5)
    rating, one, _, text = few.questions
    assert [line.answers for line in rating.lines[:2]] == [6, 0]
    assert (one.learners, one.lines[0].answers, text.learners, text.texts) == (0, 0, 0, ())
    assert {(row["item"], row["about"]) for row in rows([few])} == {("as-1-agree", "One.")}
    assert "Canary" not in str(few)
    assert [question.learners for question in enough.questions] == [6, 5, 0, 5]
    assert enough.questions[0].lines[1].answers == 5
    assert {row["item"] for row in rows([enough])} == {"as-1-agree", "as-2-one", "as-4-text"}


@pytest.mark.parametrize(("learners", "bars"), [(19, []), (20, [("a.", "20")])])
def test_no_bar_shows_what_fewer_than_twenty_said(opinions_of, learners, bars):
    whole = opinions_of(40)
    question = whole.questions[0]
    counts = dict.fromkeys(question.lines[0].counts, 0)
    *_, most = counts
    lines = tuple(
        Line(f"{one}.", counts | {most: count}) for one, count in zip("abcdef", (learners, 19, 0, 0, 0, 0), strict=True)
    )
    part = evaluating.section(replace(whole, questions=(replace(question, lines=lines),)))
    assert [(row[0], row[-2]) for figure in part.figures for row in figure.plot.rows] == bars
    assert len(part.tables) == 1


# ---- Invented learners -----------------------------------------------------------------------------------------------


def test_every_invented_opinion_fits_its_question(bank):
    dice = Random(7)
    for item in bank.items.values():
        for _ in range(50):
            answer = opinions.opinion(item, 0, dice)
            assert answer is None or answers.is_sound(item, answer)


def test_invented_learners_leave_some_of_it_out(player):
    person = SimpleNamespace(dice=lambda *what: Random(str(what)))
    for _ in range(2):
        for item in player.bank.items.values():
            opinions.give(player.commit, item, person.dice)
    assert player.progress().answered >= 1
