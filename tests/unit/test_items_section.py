"""The part of the report on questions: what it says of sound and of broken ones, and the tables behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from statistics import fmean
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from eprofessionalism import scoring
from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism_graders.cohort import sheets
from eprofessionalism_graders.cohort.analysis.flags import RULES, Flag
from eprofessionalism_graders.cohort.analysis.items import RELATIONS
from eprofessionalism_graders.cohort.document import Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures.options import Curve, curves
from eprofessionalism_graders.cohort.item_tables import MORE, UNRELATED
from eprofessionalism_graders.cohort.item_words import advice, duration, short, signed, why
from eprofessionalism_graders.cohort.large.answers import write_answers
from eprofessionalism_graders.cohort.large.report import read
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.items import section
from eprofessionalism_graders.cohort.sittings import STATISTICS, guessed, sat
from eprofessionalism_graders.cohort.tables import RESPONSES, Tables, answer_text

TEXTS = {"a": "Call her tonight", "b": "Write to <her> again", "c": "Wait & see", "d": "Ask a colleague"}
KEY = {"a": Fraction(1), "b": Fraction(0), "c": Fraction(1, 3), "d": Fraction(0)}


def question(name: str, kind: str = "sba", points: float = 1, assessment: bool = True) -> Item:
    options = tuple(Option(letter, text) for letter, text in TEXTS.items())
    return Item(name, kind, f"What now, in {name}?", points, options, assessment=assessment)


def bank(case: str, *items: Item, **more) -> ItemBank:
    return ItemBank(case, f"Title of {case}", 10, "x", {item.id: item for item in items}, {}, **more)


class Made:
    """Results of an invented cohort, answer by answer."""

    def __init__(self, *banks: ItemBank) -> None:
        self.banks = {bank.case: bank for bank in banks}
        self.keys: dict[str, dict[str, Mapping[str, Fraction]]] = {name: {} for name in self.banks}
        self.rows: list[dict[str, object]] = []

    def answer(self, learner: str, item: Item, answer, sitting: str = "post", seconds: float | None = 30.0) -> None:
        (name,) = (name for name, bank in self.banks.items() if item.id in bank.items)
        key = self.keys[name].setdefault(item.id, KEY)
        score = scoring.score(item, key, answer)
        row = {"learner": learner, "assignment": name, "item": item.id, "type": item.type, "sitting": sitting}
        row |= {"answer": answer_text(answer), "given": 1, "late": False, "seconds": seconds}
        row |= {"score": score, "points": score * item.points, "max_points": item.points}
        self.rows.append(row)

    def results(self) -> Results:
        frame = pd.DataFrame(self.rows, columns=pd.Index(RESPONSES), dtype=object).astype(RESPONSES)
        tables = Tables(frame, pd.DataFrame(), pd.DataFrame())
        return Results("Made", tables, self.banks, self.keys, 70, SimpleNamespace())

    def section(self) -> Section | None:
        return section(self.results())


def sound(rng: np.random.Generator, ability: float, place: float) -> str:
    return "a" if rng.random() < 1 / (1 + np.exp(2 * (place - ability))) else str(rng.choice(list("bcd")))


def cohort(learners: int, wrong: int = 0, **more) -> Made:
    """A form of twelve sba questions of which the first few have B instead of A as their key."""
    items = [question(f"q{number}") for number in range(12)]
    made = Made(bank("90-form-a", *items, module="form", form="A"))
    for item in items[:wrong]:
        made.keys["90-form-a"][item.id] = KEY | {"a": Fraction(0), "b": Fraction(1)}
    rng = np.random.default_rng(7)
    for number in range(learners):
        ability = rng.normal()
        for place, item in enumerate(items):
            made.answer(f"l{number}", item, sound(rng, ability, -1.2 + place / 10), **more)
    return made


@pytest.fixture(scope="module")
def broken():
    made = cohort(120, wrong=6)
    return made, made.section()


def table(part: Section, name: str) -> Table:
    (found,) = (block for block in part.tables if block.name == name)
    return found


# ---- What is said ----------------------------------------------------------------------------------------------------


def test_sound_questions_are_called_sound():
    part = cohort(60).section()
    assert part.title == "No question looks broken"
    assert part.answer == "No question looks broken."
    assert part.figures == ()
    assert "In a picture" not in part.lead
    assert [block.text for block in part.blocks if isinstance(block, Note)] == [MORE]


def test_that_few_can_show_little_is_said_with_it():
    assert cohort(12).section().answer == "No question looks broken, as far as 12 results can show."


def test_one_wrong_key_is_said_first_with_both_options_and_shown():
    part = cohort(60, wrong=1).section()
    assert part.title == "Check the key of question 1 of form A"
    assert part.answer.startswith("Check the key of question 1 of form A. Most of the best third (")
    assert "chose A (“Call her tonight”)" in part.answer
    assert "B (“Write to <her> again”), which the key has as best" in part.answer
    figure = part.blocks[0]
    assert isinstance(figure, Figure)
    assert figure.name == "item-q0"
    assert figure.caption.startswith("Question 1 of form A, “What now, in q0?”: Most of the best third")
    assert "Check the key." in figure.caption
    assert "B ✓, %" in figure.plot.columns
    assert part.lead.endswith("the line of a sound key rises.")
    assert table(part, "item-flags").frame["rule"].iloc[0] == RULES["key"].says


def misleading(sitting: str = "post", form: str = "A", wrong: int = 0) -> Made:
    """A form with a question of which nearly all tick the two wrong options, the best a little less."""
    made = cohort(60, wrong, sitting=sitting)
    (whole,) = made.banks.values()
    item = question("qm", "mrq")
    made.banks = {"90-form-a": replace(whole, form=form, items={**whole.items, item.id: item})}
    made.keys["90-form-a"][item.id] = dict(zip("abcd", map(Fraction, (1, 0, 1, 0)), strict=True))
    scores = pd.DataFrame(made.rows).groupby("learner")["points"].sum().sort_values(kind="stable")
    for place, learner in enumerate(scores.index):
        ticked = "bd" if place < 50 else "abc" if place < 58 else "ac"
        made.answer(str(learner), item, list(ticked), sitting)
    return made


def test_keys_are_named_in_the_title_and_what_needs_less_at_the_end_of_the_answer():
    part = misleading(wrong=2).section()
    assert part.title == "Check two keys: question 1 of form A and question 2 of form A"
    assert part.answer.startswith(f"{part.title}. Question 1 of form A: most of the best third (")
    assert part.answer.endswith("which the key has as best. One more needs work: question 13 of form A.")


def test_where_nearly_all_tick_the_wrong_options_the_question_needs_work_though_the_best_do_better():
    part = misleading().section()
    assert part.title == "One question needs work: question 13 of form A"
    assert part.answer.startswith(f"{part.title}. They earned 13% of the points, less than guessing earns (")
    assert "something misleads, although those who did better" in part.answer


def test_a_second_attempt_is_looked_at_like_any_test_and_it_is_said_who_took_it():
    part = misleading("retake", "C").section()
    assert part.title == "One question needs work: question 13 of form C"
    assert "learners were asked: of form C as a second attempt. A" in part.lead
    assert part.lead.startswith("13 questions that at least five learners were asked: ")
    notes = [block.text for block in part.blocks if isinstance(block, Note)]
    assert any(text.startswith("Form C is the second attempt of 60 who had failed before.") for text in notes)
    assert "after the course" not in " ".join(notes)
    shown = next(block for block in part.tables if block.name == "items-90-form-a")
    assert shown.caption == "Form C question by question, second attempts; an unanswered question has 0 points"
    assert (shown.frame["n"] == 60).all()
    assert set(shown.frame["sitting"]) == {"retake"}


def test_nobody_takes_a_second_attempt_for_the_test_after_the_course():
    assert misleading("post", "C").section() is None
    assert misleading("retake", "A").section() is None


def test_at_most_four_questions_are_drawn_and_all_are_told(broken):
    _, part = broken
    assert part.title == "Check six keys: above all question 1 of form A"
    assert part.answer.startswith(f"{part.title}. Question 1 of form A: most of the best third (")
    assert len(part.figures) == 4
    assert [figure.name for figure in part.figures] == ["item-q0", "item-q1", "item-q2", "item-q3"]
    told = [block.text for block in part.blocks if isinstance(block, Note)]
    assert [text.split(",")[0] for text in told[:2]] == ["Question 5 of form A", "Question 6 of form A"]
    flags = table(part, "item-flags").frame
    assert set(flags.loc[flags["severity"] == "check the key", "item"]) == {f"q{number}" for number in range(6)}


def test_with_few_learners_the_report_says_what_can_go_unseen():
    notes = [block.text for block in cohort(12).section().blocks if isinstance(block, Note)]
    assert any(text.startswith("A test or case was taken by 12 learners: from so few") for text in notes)


def test_below_five_learners_there_is_no_such_part():
    assert cohort(4).section() is None
    assert cohort(5).section() is not None


def test_only_answers_after_the_course_count_and_those_before_stand_beside():
    made = cohort(30)
    form = made.banks["90-form-a"]
    for number in range(10):
        for item in form.items.values():
            made.answer(f"p{number}", item, "a" if number < 4 else "b", sitting="pre")
    rows = table(made.section(), "items-90-form-a").frame
    assert (rows["n"] == 30).all()
    assert rows["before"].tolist() == pytest.approx([40.0] * 12)
    assert table(made.section(), "items-90-form-a").caption.endswith("; before the course other learners had it")


# ---- Cases -----------------------------------------------------------------------------------------------------------


def test_where_a_case_has_a_short_rest_nothing_is_said_of_keys():
    items = [question(f"c{number}", assessment=False) for number in range(3)]
    made = Made(bank("00-short", *items))
    for number in range(100):
        for item in items:
            made.answer(f"l{number}", item, "b" if number % 10 else "a", sitting="practice")
    part = made.section()
    assert part.title == "No question looks broken"
    flags = table(part, "item-flags").frame
    assert set(flags["kind"]) <= {"hard", "unused"}
    assert table(part, "items-cases").frame["where"].unique().tolist() == ["Title of 00-short"]


def test_where_all_are_alike_on_the_rest_there_are_no_thirds_and_the_table_stands():
    items = [question(f"c{number}", assessment=False) for number in range(3)]
    made = Made(bank("00-short", *items))
    for number in range(8):
        for item in items:
            made.answer(f"l{number}", item, "a", sitting="practice")
    assert len(list(table(made.section(), "options").rows())) == 3 * len(items[0].options)


COUNTED = ["n", "missing", "n_complete", "unanswered"]


def left_open(sitting: str, learners: int = 10) -> Made:
    """Six questions of which three learners leave the last open."""
    is_test = sitting != "practice"
    items = [question(f"c{number}", assessment=is_test) for number in range(6)]
    made = Made(bank("90-form-a", *items, form="A") if is_test else bank("01-case", *items))
    rng = np.random.default_rng(3)
    for number in range(learners):
        for item in items if number < learners - 3 else items[:-1]:
            made.answer(f"l{number}", item, sound(rng, number / learners, 0), sitting=sitting)
    return made


def test_an_unanswered_question_of_a_case_is_missing_and_not_0():
    made = left_open("practice")
    rows = table(made.section(), "items-cases").frame.set_index("item")
    own = pd.DataFrame(made.rows).groupby("item")["points"].apply(list)
    assert rows.loc["c5", COUNTED].tolist() == [7, 3, 7, 3]
    assert rows.loc["c0", COUNTED].tolist() == [10, 0, 7, 0]
    assert rows.loc["c5", "facility"] == pytest.approx(100 * fmean(map(float, own["c5"])))
    assert (rows["n"] + rows["missing"] == 10).all()
    options = table(made.section(), "options").frame
    assert options.loc[options["item"] == "c5", "n"].sum() == 7
    assert set(options.loc[options["item"] == "c5", "takers"]) == {7}


def test_an_unanswered_question_of_a_test_has_0_points_and_its_table_says_so():
    made = left_open("post")
    shown = table(made.section(), "items-90-form-a")
    rows = shown.frame.set_index("item")
    own = pd.DataFrame(made.rows).groupby("item")["points"].apply(list)
    assert rows.loc["c5", COUNTED].tolist() == [10, 0, 10, 3]
    assert rows.loc["c5", "facility"] == pytest.approx(100 * sum(map(float, own["c5"])) / 10)
    assert "an unanswered question has 0 points" in shown.caption
    assert set(STATISTICS) <= set(rows.columns)


def test_the_report_of_a_folder_of_answers_agrees_on_a_case_with_unanswered_questions(tmp_path):
    made = left_open("practice", learners=40)
    write_answers(made.results().tables.responses, tmp_path / "answers.parquet", "Made")
    (theirs,) = read(tmp_path)
    ours = table(made.section(), "items-cases").frame.set_index("item")
    for name in (*COUNTED[:3], "facility", "facility_low", *RELATIONS):
        assert ours[name].tolist() == pytest.approx(theirs.statistics[name].tolist()), name
    assert ours["item_rest"].notna().all()


# ---- Few -------------------------------------------------------------------------------------------------------------


def test_of_few_learners_counts_are_shown_and_no_relations():
    found = cohort(9).section()
    shown = table(found, "options")
    assert [column.name for column in shown.columns][-2:] == ["n", "takers"]
    assert shown.frame[["mean_rest", "point_biserial", "share_1", "share_2", "share_3"]].isna().all(axis=None)
    assert (shown.frame.groupby("item")["n"].sum() == 9).all()
    questions = table(found, "items-90-form-a")
    assert questions.frame[list(RELATIONS)].isna().all(axis=None)
    assert "item_rest" not in {column.name for column in questions.columns}
    assert UNRELATED in [block.text for block in found.blocks if isinstance(block, Note)]


@pytest.mark.parametrize(("learners", "related", "in_thirds"), [(10, True, False), (14, True, False), (15, True, True)])
def test_relations_are_given_from_10_learners_and_thirds_from_15(learners, related, in_thirds):
    options = table(cohort(learners).section(), "options").frame
    assert options["point_biserial"].notna().any() == related
    assert options["share_3"].notna().any() == in_thirds


def test_percentages_are_shown_from_20_learners_on():
    shown = [[column.name for column in table(cohort(count).section(), "options").columns] for count in (19, 20)]
    assert ["n" in names for names in shown] == [True, False]
    assert ["share" in names for names in shown] == [False, True]


@pytest.mark.parametrize(("items", "related"), [(5, False), (6, True)])
def test_where_the_rest_has_fewer_than_five_questions_nothing_is_related_to_it(items, related):
    made = Made(bank("00-short", *(question(f"c{number}", assessment=False) for number in range(items))))
    rng = np.random.default_rng(5)
    for number in range(40):
        for item in made.banks["00-short"].items.values():
            made.answer(f"l{number}", item, sound(rng, rng.normal(), 0), sitting="practice")
    part = made.section()
    for name, columns in (("items-cases", RELATIONS), ("options", ("point_biserial", "share_3"))):
        assert table(part, name).frame[list(columns)].notna().any(axis=None) == related


def test_where_no_form_was_taken_by_five_it_is_too_few_to_say():
    made = cohort(4)
    items = [question(f"c{number}", assessment=False) for number in range(6)]
    made.banks["01-case"] = bank("01-case", *items)
    made.keys["01-case"] = {}
    for number in range(8):
        for item in items:
            made.answer(f"l{number}", item, "ab"[number % 2], sitting="practice")
    part = made.section()
    assert part.title == "Too few to say which question is broken: no form of the test was taken by five learners"
    assert part.answer == f"{part.title}."
    assert "of the test as taken" not in part.lead


# ---- Tables ----------------------------------------------------------------------------------------------------------


def test_the_tables_hold_every_option_level_and_place(broken):
    kinds = {"mrq": ["a", "c"], "rating": {"a": 4, "b": 1, "c": 2, "d": 3}, "ranking": ["b", "a", "c", "d"]}
    items = [question(f"c-{kind}", kind, 2, assessment=False) for kind in kinds]
    made = Made(bank("01-case", *items))
    made.keys["01-case"] = {
        "c-mrq": dict(zip("abcd", map(Fraction, (1, 0, 1, 0)), strict=True)),
        "c-rating": dict(zip("abcd", map(Fraction, (4, 1, 2, 3)), strict=True)),
        "c-ranking": dict(zip("abcd", map(Fraction, (1, 2, 3, 4)), strict=True)),
    }
    for number in range(8):
        for item in items:
            made.answer(f"l{number}", item, kinds[item.type], sitting="practice", seconds=float(number))
    part = made.section()
    chosen = table(part, "options").frame.set_index("option")["share"]
    assert chosen.to_dict() == {"a": 100, "b": 0, "c": 100, "d": 0}
    levels = table(part, "option-levels").frame.set_index("option")
    assert levels.loc["a", ["share_1", "share_2", "share_3", "share_4"]].tolist() == [0, 0, 0, 100]
    assert table(part, "option-places").frame.set_index("option")["mean_place"].to_dict() == dict(
        zip("bacd", (1, 2, 3, 4), strict=True)
    )
    assert table(part, "items-cases").frame["median"].tolist() == [3.5] * 3


def test_every_table_can_be_shown_and_written(broken):
    _, part = broken
    for block in part.tables:
        assert len(block.columns) <= 8
        rows = list(block.rows())
        assert len(rows) == len(block.frame) > 0
        assert all(len(row) == len(block.columns) for row in rows)
    files = sheets.files([part])
    assert {"tables/item-flags.csv", "tables/options.csv", "tables/items-90-form-a.csv"} <= set(files)
    assert len(files["tables/options.csv"].splitlines()) == 1 + 12 * 4


def test_a_test_of_an_institution_without_practice_items_in_the_total():
    items = [question("own-1"), question("own-2", assessment=False)]
    made = Made(bank("95-own", *items))
    for number in range(6):
        made.answer(f"l{number}", items[0], "a")
        made.answer(f"l{number}", items[1], "b", sitting="practice")
    (one,) = sat(made.results())
    assert list(one.items) == ["own-1"]
    assert one.name == "“Title of 95-own”"


# ---- Guessing, words, picture ----------------------------------------------------------------------------------------


def test_guessing_earns_the_mean_of_all_answers():
    def fractions(*values) -> dict[str, Fraction]:
        return dict(zip("abcdefgh", map(Fraction, values), strict=False))

    def item(kind: str, key: Mapping[str, Fraction]) -> Item:
        return Item("x", kind, "", 1, tuple(Option(option, "") for option in key))

    levels = fractions(4, 1, 2)
    rated = item("rating", levels)
    every = [dict(zip(levels, given, strict=True)) for given in product((1, 2, 3, 4), repeat=3)]
    assert guessed(rated, levels) == pytest.approx(fmean(scoring.score(rated, levels, answer) for answer in every))
    pairs = fractions(1, 0, 1, 0, 0)
    several = item("mrq", pairs)
    two = [scoring.score(several, pairs, list(some)) for some in combinations("abcde", 2)]
    assert guessed(several, pairs) == pytest.approx(fmean(two))
    for kind, key, mean in (
        ("sba", fractions(1, 0, "1/3", 0), 1 / 3),
        ("choose", fractions(1, 1, 1, 0, 0, 0, 0, 0), 3 / 8),
        ("ranking", fractions(1, 2, 3, 4, 5), 12 / 20),
    ):
        assert guessed(item(kind, key), key) == pytest.approx(mean)
    assert guessed(rated, {}) == 0


NUMBERS = {
    "key": {"takers": 8, "chosen": 7, "key": 0, "best_third": 1.0},
    "option": {"takers": 9, "against": 9, "right": 1.0},
    "negative": {"correlation": -0.21, "low": -0.38, "high": -0.03},
    "guessing": {"facility": 8.0, "guess": 33.3, "better": 0},
    "rival": {"chosen": 12, "correlation": 0.31},
    "weak": {"efficiency": -3.2},
    "loose": {"correlation": 0.02, "low": -0.1, "high": 0.14},
    "hard": {"facility": 8.0, "guess": 33.3},
    "easy": {"facility": 97.0, "before": 95.0},
    "unused": {"most": 0},
    "slow": {"median": 200.0, "next": 70.0},
}
SAID = {
    "key": "Most of the best third (7 of 8) chose B (“Write to <her> again”), and nobody A (“Call her tonight”), which "
    "the key has as best.",
    "option": "Of the best third, 9 of 9 left out B (“Write to <her> again”), which the key has as right.",
    "negative": "Those who did better on the other questions did worse here (correlation −0.21, 95% interval −0.38 to "
    "−0.03).",
    "guessing": "They earned 8% of the points, less than guessing earns (33%).",
    "rival": "The 12 who chose B (“Write to <her> again”) did better on the other questions than those who did not "
    "(correlation +0.31): it may be right as well.",
    "weak": "It hardly tells who knows from who does not (discriminative efficiency −3%).",
    "loose": "Whether learners knew the rest made little or no difference here (correlation +0.02, 95% interval −0.10 "
    "to +0.14).",
    "hard": "They earned 8% of the points, less than guessing earns (33%), and those who did better on the other "
    "questions did better here: it is hard.",
    "easy": "Almost everybody is right (97%, and 95% before the course): it tells little.",
    "unused": "Nobody chose B (“Write to <her> again”) or A (“Call her tonight”): they distract nobody.",
    "slow": "Answered slower than any other question of its kind: half took 3 min 20 s or longer; the next one, 1 min "
    "10 s.",
}


@pytest.mark.parametrize("kind", RULES)
def test_every_kind_of_flag_has_its_sentence(kind):
    assert why(question("x"), Flag("x", kind, 24, ("b", "a"), NUMBERS[kind])) == SAID[kind]


def test_other_numbers_make_other_sentences():
    item = question("x")
    key = Flag("x", "key", 12, ("b", "a"), {"takers": 12, "chosen": 9, "key": 1, "best_third": 0.0})
    assert why(item, key) == (
        "9 of 12 chose B (“Write to <her> again”), and only one A (“Call her tonight”), which the key has as best; "
        "those who chose B did no worse on the other questions."
    )
    some = Flag("x", "key", 60, ("b", "a"), {"takers": 20, "chosen": 9, "key": 1, "best_third": 1.0})
    assert why(item, some).startswith("Of the best third, 9 of 20 chose B")
    rated = Flag("x", "option", 30, ("b",), {"takers": 9, "against": 8, "right": 0.0})
    assert why(question("x", "rating"), rated).endswith("hold B (“Write to <her> again”) effective, which the key has "
                                                        "as ineffective.")  # fmt: skip
    assert why(item, rated).endswith("chose B (“Write to <her> again”), which the key has as wrong.")
    far = Flag("x", "guessing", 47, (), {"facility": 9.9, "guess": 55.6, "better": 1})
    assert why(item, far) == (
        "They earned 10% of the points, less than guessing earns (56%): something misleads, although those who did "
        "better on the other questions did better here."
    )
    few = Flag("x", "unused", 200, ("b",), {"most": 2})
    assert why(item, few) == "Hardly anybody chose B (“Write to <her> again”): it distracts nobody."


def test_what_to_do_goes_by_the_gravest_flag_and_a_case_may_want_to_be_talked_about():
    check, rewrite, look = (Flag("x", kind, 30) for kind in ("negative", "weak", "slow"))
    test, case = question("x"), question("x", assessment=False)
    assert advice(test, [look, check]) == "Check the key."
    assert advice(case, [check]) == "Check the key; if it is right, this is something to talk about."
    assert advice(test, [rewrite, look]) == "Rewrite it, or leave it out next time."
    assert advice(test, [look]) == ""


def test_small_words():
    assert (duration(40.4), duration(60), duration(200)) == ("40 s", "1 min 0 s", "3 min 20 s")
    assert (signed(-0.214), signed(0.5)) == ("−0.21", "+0.50")
    assert short("What now, and why, and where, and for whom?", 20) == "What now, and why, …"


def test_the_picture_says_the_finding_and_the_numbers_and_keeps_its_letters_apart():
    lines = [Curve(letter, (10.0, 20.0, 30.0 + place / 10)) for place, letter in enumerate("AB")]
    lines += [Curve("C", (40.0, 30.0, 20.0), is_key=True), Curve("D", (40.0, 30.0, 19.0), is_suspect=True)]
    plot = curves(lines, ("lowest third", "middle", "best third"), (8, 7, 9), "Most chose D.")
    assert plot.alt.startswith("Most chose D. Percent that chose each option")
    assert "best third (9): A 30, B 30, C 20, D 19" in plot.alt
    assert plot.columns == ("On the other questions", "Learners", "A, %", "B, %", "C ✓, %", "D, %")
    assert plot.rows[0] == ("lowest third", "8", "10", "10", "40", "40")
    for width in (300, 580):
        texts = {text.get_text(): text for text in plot.paint(width).axes[0].texts}
        heights = sorted(texts[name].get_position()[1] for name in ("A", "B", "C key", "D"))
        assert min(np.diff(heights)) >= 17
        assert max(heights) <= 200
    assert "C key" in plot.narrow
    assert "<svg" in plot.wide


def test_what_nobody_chose_is_never_drawn_as_a_rival():
    def drawn(share):
        return curves(
            [Curve("A", (0.0, share), is_suspect=True), Curve("B", (100.0, 90.0), is_key=True)], "xy", (5, 5), "x"
        )

    assert "var(--ep-warm)" in drawn(10.0).wide
    assert "var(--ep-warm)" not in drawn(0.0).wide


def test_letters_stay_apart_when_nearly_nobody_chose_anything_but_one():
    lines = [Curve(letter, (share, share)) for letter, share in zip("ABCDE", (0, 0, 1, 2, 97), strict=True)]
    axes = curves(lines, ("lowest third", "best third"), (5, 5), "x").paint(300).axes[0]
    heights = sorted(text.get_position()[1] for text in axes.texts if text.get_text() in "ABCDE")
    assert len(heights) == 5
    assert min(np.diff(heights)) >= 17
