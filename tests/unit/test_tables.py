"""The tidy tables, from hand-made submissions whose every number is known."""

from __future__ import annotations

import csv
import io
import tracemalloc
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprofessionalism import journal
from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism.journal import Problem, Record
from eprofessionalism_graders import cells
from eprofessionalism_graders.cohort import tables
from eprofessionalism_graders.cohort.handins import Handin, Mark, read_journal
from eprofessionalism_graders.cohort.tables import Course, build_tables
from eprofessionalism_graders.roster import Learner

ANA, BEA, CEM, DEV = (Learner(name, name.title(), "Dr", "", "day") for name in ("ana", "bea", "cem", "dev"))


def item(name, kind, points=1.0, options="abcd", **more) -> Item:
    listed = () if kind == "reflection" else tuple(Option(letter, f"Option {letter}") for letter in options)
    return Item(name, kind, f"Stem of {name}?", points, listed, **more)


def bank(case, *items) -> ItemBank:
    return ItemBank(case, case.title(), 10, "digest", {one.id: one for one in items}, {})


PRACTICE = bank(
    "01-one",
    item("p-sba", "sba", certainty=True, teaches=("mms-6.iii",)),
    item("p-mrq", "mrq"),
    item("p-rating", "rating", 2.0, "ab"),
    item("p-ranking", "ranking", 2.0, "abc"),
    item("p-text", "reflection", 4.0),
)
TEST = bank("90-test", item("t-sba", "sba", 3.0, assessment=True), item("t-mrq", "mrq", 7.0, assessment=True))
BANKS = {"01-one": PRACTICE, "90-test": TEST}
KEYS = {
    "01-one": {"p-sba": {"a": Fraction(1), "b": Fraction(1, 3), "c": Fraction(0), "d": Fraction(0)}},
    "90-test": {},
}


def handin(answers, points, late=False, given=None) -> Handin:
    records = {
        name: Record("commit", name, answer, certainty, "2026-10-01T08:00:00.000Z")
        for name, (answer, certainty) in answers.items()
    }
    marks = None if points is None else {name: Mark(value) for name, value in points.items()}
    return Handin(records, given or dict.fromkeys(answers, 1), late, marks)


WHOLE = handin(
    {
        "p-sba": ("b", 3),
        "p-mrq": (["a", "c"], None),
        "p-rating": ({"a": 4, "b": 1}, None),
        "p-ranking": (["b", "a", "c"], None),
        "p-text": ("=1+1 is what I wrote", None),
    },
    {"p-sba": 1 / 3, "p-mrq": 0.5, "p-rating": 2.0, "p-ranking": 1.0, "p-text": None},
)
PART = handin({"p-sba": ("a", 3)}, {"p-sba": 1.0, "p-mrq": 0, "p-rating": 0, "p-ranking": 0, "p-text": 0})
PASSED = handin({"t-sba": ("a", None), "t-mrq": (["a"], None)}, {"t-sba": 3.0, "t-mrq": 4.0})
UNGRADED = handin({"t-sba": ("a", None), "t-mrq": (["a"], None)}, None, late=True)
HANDED = {
    ("ana", "01-one"): WHOLE,
    ("ana", "90-test"): PASSED,
    ("bea", "01-one"): PART,
    ("cem", "90-test"): UNGRADED,
}


@pytest.fixture(scope="module")
def made() -> tables.Tables:
    return build_tables(Course([ANA, BEA, CEM, DEV], BANKS, {}, 70), KEYS, HANDED)


def learner(made, name) -> pd.Series:
    return made.learners.set_index("learner").loc[name]


def response(made, name, question) -> pd.Series:
    rows = made.responses
    return rows[(rows["learner"] == name) & (rows["item"] == question)].iloc[0]


def question(made, name) -> pd.Series:
    return made.items.set_index("item").loc[name]


def test_whoever_handed_nothing_in_is_missing_and_never_zero(made):
    dev = learner(made, "dev")
    assert dev["status"] == dev["01-one_status"] == "missing"
    empty = ["practice_percent", "post_percent", "passed", "01-one_percent", "90-test_percent"]
    assert dev[empty].isna().all()
    assert "dev" not in set(made.responses["learner"])


def test_every_learner_of_the_roster_has_one_row_in_its_order(made):
    assert list(made.learners["learner"]) == ["ana", "bea", "cem", "dev"]


def test_an_unanswered_question_has_no_row_and_earns_nothing_in_the_percentage(made):
    assert list(made.responses[made.responses["learner"] == "bea"]["item"]) == ["p-sba"]
    assert learner(made, "bea")["01-one_percent"] == pytest.approx(100 * 1 / 6)
    assert learner(made, "bea")["01-one_status"] == "partly"


def test_reflections_stay_out_of_the_percentage_and_wait_for_their_mark(made):
    assert learner(made, "ana")["01-one_percent"] == pytest.approx(100 * (1 / 3 + 0.5 + 2 + 1) / 6)
    assert learner(made, "ana")["to_mark"] == 1
    assert pd.isna(response(made, "ana", "p-text")["score"])


def test_a_mark_given_by_hand_is_the_score_of_a_reflection():
    marked = handin({"p-text": ("words", None)}, {"p-text": 3.0})
    made = build_tables(Course([ANA], {"01-one": PRACTICE}, {}, 70), {"01-one": {}}, {("ana", "01-one"): marked})
    assert response(made, "ana", "p-text")["score"] == pytest.approx(0.75)
    assert learner(made, "ana")["to_mark"] == 0


def test_reaching_the_pass_mark_exactly_is_passing(made):
    assert learner(made, "ana")["post_percent"] == pytest.approx(70)
    assert bool(learner(made, "ana")["passed"])


def test_just_below_the_pass_mark_is_not_passing():
    below = handin({"t-sba": ("a", None)}, {"t-sba": 3.0, "t-mrq": 3.99})
    made = build_tables(Course([ANA], {"90-test": TEST}, {}, 70), {"90-test": {}}, {("ana", "90-test"): below})
    assert not bool(learner(made, "ana")["passed"])


def test_what_is_not_graded_has_no_score_no_percentage_and_no_verdict(made):
    cem = learner(made, "cem")
    assert cem["90-test_status"] == "complete"
    assert cem[["post_percent", "passed", "90-test_percent"]].isna().all()
    assert response(made, "cem", "t-sba")[["score", "points"]].isna().all()


def test_lateness_stands_with_the_learner_and_with_each_answer(made):
    assert learner(made, "cem")["late"] == 1
    assert learner(made, "ana")["late"] == 0
    assert bool(response(made, "cem", "t-sba")["late"])


def test_practice_counts_only_the_cases_that_were_handed_in(made):
    assert pd.isna(learner(made, "cem")["practice_percent"])
    assert learner(made, "bea")["practice_percent"] == pytest.approx(100 / 6)


def test_a_question_knows_its_facility_its_choices_and_who_was_sure_and_wrong(made):
    sba = question(made, "p-sba")
    assert sba["answers"] == 2
    assert sba["facility"] == pytest.approx(100 * (1 / 3 + 1) / 2)
    assert sba["chosen"] == "a=1 b=1 c=0 d=0"
    assert sba["key"] == "a=1 b=1/3 c=0 d=0"
    assert sba["sure_below_full"] == 1
    assert question(made, "p-mrq")["chosen"] == "a=1 b=0 c=1 d=0"
    assert question(made, "p-rating")["chosen"] == "a=0/0/0/1 b=1/0/0/0"
    assert question(made, "p-ranking")["chosen"] == "a=0/1/0 b=1/0/0 c=0/0/1"


def test_a_question_without_graded_answers_has_no_facility(made):
    assert question(made, "p-text")["answers"] == 1
    assert pd.isna(question(made, "p-text")["facility"])


def test_how_often_an_answer_was_given_is_counted_and_typed_text_was_given_no_time():
    typed = handin(
        {"p-sba": ("a", 1), "p-text": ("words", None)}, {"p-sba": 1, "p-text": None}, given={"p-sba": 3, "p-text": 0}
    )
    made = build_tables(Course([ANA], {"01-one": PRACTICE}, {}, 70), KEYS, {("ana", "01-one"): typed})
    assert list(made.responses["given"]) == [3, 0]


VIEWED = {"a": "2026-10-01T08:00:00.000Z", "b": "2026-10-01T08:01:00.000Z", "c": "2026-10-01T08:03:30.500Z"}


def line(kind, name, at, answer="a") -> Record:
    return Record(kind, name, answer if kind in ("commit", "draft") else None, at=VIEWED.get(at, at))


def seconds(bank, *lines) -> dict[str, float]:
    return dict(read_journal([Problem(1, "no record"), *lines], bank).seconds)


def test_time_on_a_practice_item_ends_with_its_first_answer():
    lines = [line("shown", "p-sba", "a"), line("commit", "p-sba", "b"), line("commit", "p-sba", "c")]
    assert seconds(PRACTICE, *lines) == {"p-sba": 60}


def test_time_on_an_assessed_item_ends_with_its_last_answer():
    lines = [line("shown", "t-sba", "a"), line("commit", "t-sba", "b"), line("commit", "t-sba", "c")]
    assert seconds(TEST, *lines) == {"t-sba": 210.5}


@pytest.mark.parametrize("again", ["shown", "reset"])
def test_time_on_an_item_begins_when_it_came_into_view_last(again):
    lines = [line("shown", "t-sba", "a"), line(again, "t-sba", "b"), line("commit", "t-sba", "c")]
    assert seconds(TEST, *lines) == {"t-sba": 150.5}
    assert seconds(TEST, *lines, line(again, "t-sba", "c")) == {"t-sba": 150.5}


def test_an_unsound_answer_ends_no_time():
    lines = [line("shown", "p-sba", "a"), line("commit", "p-sba", "b", ["no", "option"]), line("commit", "p-sba", "c")]
    assert seconds(PRACTICE, *lines) == {"p-sba": 210.5}


def test_another_question_in_view_begins_no_time():
    lines = [line("shown", "p-mrq", "a"), line("shown", "gone", "a"), line("commit", "p-sba", "c")]
    assert seconds(PRACTICE, *lines) == {}


@pytest.mark.parametrize("at", ["", "yesterday", "2026-13-45T99:99:99Z", "٢٠٢٦", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_or_an_impossible_one_gives_no_time_on_an_item(at):
    for first, last in ((at, "a"), ("a", at)):
        assert seconds(PRACTICE, line("shown", "p-sba", first), line("commit", "p-sba", last)) == {}


def test_a_clock_set_back_and_a_page_left_open_give_no_time_on_an_item():
    assert seconds(PRACTICE, line("shown", "p-sba", "b"), line("commit", "p-sba", "a")) == {}
    longest = [line("shown", "p-sba", "2026-10-01T08:00:00Z"), line("commit", "p-sba", "2026-10-01T10:30:00+02:00")]
    assert seconds(PRACTICE, *longest) == {"p-sba": 1800}
    over = [line("shown", "p-sba", "2026-10-01T08:00:00"), line("commit", "p-sba", "2026-10-01T08:30:00.001Z")]
    assert seconds(PRACTICE, *over) == {}


@given(st.lists(st.tuples(st.sampled_from(["shown", "reset", "commit", "draft", "done"]), st.text() | st.datetimes())))
def test_time_on_an_item_survives_any_journal(entries):
    lines = [line(kind, "t-sba", at if isinstance(at, str) else at.isoformat()) for kind, at in entries]
    found = seconds(TEST, *lines)
    assert all(0 <= one <= 1800 for one in found.values())
    assert found.keys() <= {record.item for record in lines if record.kind == "commit"}


def test_the_table_tells_how_long_an_item_was_before_the_learner():
    lines = [line("shown", "p-sba", "a"), line("commit", "p-sba", "b"), line("commit", "p-mrq", "b", ["a"])]
    read = read_journal(lines, PRACTICE)
    one = Handin(read.answers, read.given, late=False, marks=None, seconds=read.seconds)
    made = build_tables(Course([ANA], {"01-one": PRACTICE}, {}, 70), KEYS, {("ana", "01-one"): one})
    assert response(made, "ana", "p-sba")["seconds"] == 60
    assert pd.isna(response(made, "ana", "p-mrq")["seconds"])


OPTIONS = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(
    st.one_of(
        st.tuples(st.sampled_from(["mrq", "choose", "ranking"]), OPTIONS),
        st.tuples(st.sampled_from(["sba", "branch"]), st.sampled_from("abcd")),
    )
)
def test_chosen_options_come_back_out_of_their_cell(kind_and_answer):
    kind, answer = kind_and_answer
    assert tables.parse_answer(kind, tables.answer_text(answer)) == answer


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 4)))
def test_a_rating_comes_back_out_of_its_cell(answer):
    assert tables.parse_answer("rating", tables.answer_text(answer)) == answer


def test_every_text_cell_is_quoted_and_no_number(made):
    _, first, *_ = made.files()["responses.csv"].splitlines()
    assert first.startswith('"ana","day","01-one","p-sba","sba","practice","b",3,1,"2026')


def test_a_very_long_text_can_be_read_with_pythons_own_limit_and_says_that_it_was_cut():
    for text in ("x" * 200_000, ";=" * 100_000, "x" * tables.LONGEST_CELL, "y" * (tables.LONGEST_CELL + 1)):
        frame = pd.DataFrame({"answer": pd.array([text], dtype="string"), "n": pd.array([1], dtype="Int64")})
        (row,) = csv.DictReader(io.StringIO(tables.csv_text(frame), newline=""))
        assert row["n"] == "1"
        assert len(row["answer"]) <= tables.LONGEST_CELL < csv.field_size_limit()
        assert row["answer"].endswith(tables.CUT) == (len(text) > tables.LONGEST_CELL)


def test_pandas_reads_the_tables_back_as_they_were(made):
    for frame, types in ((made.responses, tables.RESPONSES), (made.items, tables.ITEMS)):
        read = pd.read_csv(io.StringIO(tables.csv_text(frame)), dtype=types)
        text = [name for name, kind in types.items() if kind == "string"]
        was = frame.assign(**{name: frame[name].map(cells.neutral, na_action="ignore") for name in text})
        pd.testing.assert_frame_equal(read, was.replace("", pd.NA), check_exact=False, atol=1e-6)


def test_the_sample_cohort_is_the_same_frame_after_another_writing():
    sample = Path(__file__).parents[2] / "datasets" / "sample-cohort.csv"
    frame = pd.read_csv(sample, dtype=tables.RESPONSES)
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(tables.csv_text(frame)), dtype=tables.RESPONSES), frame)


def test_a_long_journal_is_read_in_one_pass_without_being_held(offering):
    name = offering.assignments[0]
    item = next(iter(offering.bank(name).items.values()))
    folder = offering.submitted("learner-03", name)
    folder.mkdir(parents=True)
    path = folder / journal.JOURNAL_FILE
    journal.append(path, "commit", item.id, item.option_ids[0])
    path.write_bytes(path.read_bytes() * 20_000)
    tables.read_tables(offering)  # what is loaded once is not the journal's
    tracemalloc.start()
    try:
        found = tables.read_tables(offering)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert list(found.responses["given"]) == [20_000]
    assert peak < 5_000_000  # 20,000 records take more


def test_the_learners_words_are_made_harmless_in_the_file(made):
    assert "'=1+1 is what I wrote" in made.files()["responses.csv"]


def test_an_offering_without_any_submission_gives_whole_tables():
    made = build_tables(Course([ANA, DEV], BANKS, {}, 70), KEYS, {})
    assert len(made.responses) == 0
    assert list(made.learners["status"]) == ["missing", "missing"]
    assert set(made.items["answers"]) == {0}
    assert made.items["facility"].isna().all()


def test_the_files_hold_the_documented_columns(made):
    files = {name: next(csv.reader([text.split("\n", 1)[0]])) for name, text in made.files().items()}
    assert files["responses.csv"] == list(tables.RESPONSES)
    assert files["items.csv"] == list(tables.ITEMS)
    assert files["learners.csv"] == [
        *tables.LEARNERS,
        "01-one_status",
        "01-one_percent",
        "90-test_status",
        "90-test_percent",
    ]
