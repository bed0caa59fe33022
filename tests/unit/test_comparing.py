"""Groups and years beside each other, from answers whose every number is known."""

from __future__ import annotations

import re
from dataclasses import replace
from math import isnan

import numpy as np
import pandas as pd
import pingouin
import pytest
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism.journal import Record
from eprofessionalism_graders.cohort.analysis import comparing
from eprofessionalism_graders.cohort.analysis.dif import adjusted
from eprofessionalism_graders.cohort.analysis.intervals import Estimate
from eprofessionalism_graders.cohort.document import Figure, Note, Table
from eprofessionalism_graders.cohort.doubt import doubted
from eprofessionalism_graders.cohort.handins import Handin, Mark
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections import differing, groups, years
from eprofessionalism_graders.cohort.sections.compared import apart
from eprofessionalism_graders.cohort.summary import summarize
from eprofessionalism_graders.cohort.tables import Course, build_tables
from eprofessionalism_graders.roster import Learner

COLUMNS = ["offering", "learner", "assignment", "item", "type", "sitting", "points", "max_points"]


def answers(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def row(learner, item, points, most=1.0, *, offering="now", sitting="post", kind="sba"):
    return (offering, learner, "9-a", item, kind, sitting, points, most)


def results_of(frame):
    return comparing.percents(comparing.scores(frame)).set_index("learner")["percent"].to_dict()


# ---- Scores ----------------------------------------------------------------------------------------------------------


def test_a_question_left_open_is_zero_for_whoever_handed_the_test_in():
    found = results_of(answers(row("ana", "q1", 1.0), row("ana", "q2", 3.0, 3.0), row("bea", "q1", 1.0)))
    assert found == {"ana": 100, "bea": 25}


def test_a_question_that_was_answered_before_the_course_alone_is_in_the_test_all_the_same():
    found = results_of(answers(row("ana", "q1", 1.0), row("bea", "q2", 0.0, sitting="pre")))
    assert found == {"ana": 50}


def test_practice_reflections_and_what_is_not_graded_stay_out():
    found = results_of(
        answers(
            row("ana", "q1", 1.0),
            row("ana", "p1", 0.0, sitting="practice"),
            row("ana", "r1", 0.0, kind="reflection"),
            row("bea", "q1", None),
            row("cem", "q1", 1.0, sitting="retake"),
        )
    )
    assert found == {"ana": 100}


def test_questions_of_another_offering_are_no_part_of_the_test():
    found = results_of(answers(row("ana", "q1", 1.0), row("old", "q2", 1.0, offering="then")))
    assert found == {"ana": 100, "old": 100}


# ---- Groups and years ------------------------------------------------------------------------------------------------


def test_means_and_shares_have_the_intervals_of_statsmodels():
    penguins = pingouin.read_dataset("penguins").dropna(subset=["bill_length_mm"])
    found = comparing.described(penguins.rename(columns={"bill_length_mm": "percent"}), "species", 45).set_index("name")
    gentoo = penguins.loc[penguins["species"] == "Gentoo", "bill_length_mm"]
    assert tuple(found.loc["Gentoo", ["low", "high"]]) == pytest.approx(DescrStatsW(gentoo).tconfint_mean())
    passed = int((gentoo >= 45).sum())
    told = 100 * np.array(proportion_confint(passed, len(gentoo), method="wilson"))
    assert tuple(found.loc["Gentoo", ["share_low", "share_high"]]) == pytest.approx(tuple(told))


def test_a_result_at_the_mark_is_a_pass_whatever_the_last_digit_says():
    found = comparing.described(pd.DataFrame({"percent": [70 - 1e-9, 69.99], "name": "x"}), "name", 70)
    assert found["passed"].tolist() == [1]


def test_a_difference_of_one_form_is_welchs():
    penguins = pingouin.read_dataset("penguins").dropna(subset=["bill_length_mm"]).assign(test="9-a")
    sides = [penguins[penguins["species"] == kind] for kind in ("Adelie", "Gentoo")]
    found = comparing.compared(*(side.rename(columns={"bill_length_mm": "percent"}) for side in sides))
    told = CompareMeans(*(DescrStatsW(side["bill_length_mm"]) for side in sides)).tconfint_diff(usevar="unequal")
    assert (found.low, found.high) == pytest.approx(told)


def test_an_easier_form_is_no_difference_between_groups():
    """One group took the easy form more often; within each form both are alike."""
    easy, hard = [80.0, 82, 84, 86], [60.0, 62, 64, 66]
    here = pd.DataFrame({"test": ["a"] * 12 + ["b"] * 4, "percent": easy * 3 + hard})
    there = pd.DataFrame({"test": ["a"] * 4 + ["b"] * 12, "percent": easy + hard * 3})
    assert comparing.compared(here, there).value == pytest.approx(0)
    assert here["percent"].mean() - there["percent"].mean() == pytest.approx(10)


def test_intervals_of_many_groups_hold_all_together():
    """As statsmodels has it at a level that is split among three species, on real penguins."""
    penguins = pingouin.read_dataset("penguins").dropna(subset=["bill_length_mm"]).assign(test="9-a")
    frame = penguins.rename(columns={"bill_length_mm": "percent"})
    found = comparing.against_others(frame, "species", 10).set_index("name").loc["Gentoo"]
    sides = [frame.loc[chosen, "percent"] for chosen in (frame["species"] == "Gentoo", frame["species"] != "Gentoo")]
    told = CompareMeans(*map(DescrStatsW, sides)).tconfint_diff(alpha=0.05 / 3, usevar="unequal")
    assert (found["low"], found["high"]) == pytest.approx(told)


def test_of_twenty_groups_one_that_is_lower_by_chance_is_not_named():
    """By itself the last group's interval would be below zero."""
    usual, last = [4, 5, 6, 7, 8] * 2, [4, 4, 5, 5, 6, 6, 4, 5, 6, 5]
    many = {f"g{number:02d}": usual for number in range(19)} | {"last": last}
    alone = groups.section(results({"all others": usual * 19, "last": last}))
    assert alone.title.startswith("last scored 10 points lower than the others (")
    assert groups.section(results(many)).title == "No clear difference between groups"


def test_too_few_are_not_compared():
    few = pd.DataFrame({"test": "a", "percent": [50.0] * 4})
    many = pd.DataFrame({"test": "a", "percent": np.linspace(40, 60, 20)})
    assert isnan(comparing.compared(few, many).value)


def test_who_has_no_group_belongs_to_the_others():
    frame = pd.DataFrame({"test": "a", "percent": np.linspace(40, 63, 24)})
    frame["group"] = pd.Series(["day"] * 8 + ["night"] * 8 + [None] * 8, dtype="string")
    found = comparing.against_others(frame, "group", 10).set_index("name")
    assert found["others"].tolist() == [16, 16]


def test_only_questions_that_both_years_asked_are_compared():
    years = answers(
        *(row(f"n{n}", item, float(n % 2)) for n in range(8) for item in ("q1", "new")),
        *(row(f"t{n}", item, 1.0, offering="then") for n in range(8) for item in ("q1", "gone")),
    )
    found = comparing.against_earlier(comparing.scores(years), "now", ["then"]).iloc[0]
    assert found["questions"] == 1
    assert (found["mean"], found["others_mean"], found["difference"]) == (50, 100, -50)


def test_years_without_a_question_in_common_are_not_compared():
    years = answers(
        *(row(f"n{n}", "q1", 1.0) for n in range(8)), *(row(f"t{n}", "q2", 1.0, offering="then") for n in range(8))
    )
    found = comparing.against_earlier(comparing.scores(years), "now", ["then"]).iloc[0]
    assert found["questions"] == 0
    assert isnan(found["difference"])


def test_a_topic_has_one_percentage_a_learner():
    frame = answers(
        *(row(f"n{n}", item, float(n < 4), 2.0 if item == "q2" else 1.0) for n in range(8) for item in ("q1", "q2"))
    )
    scores = comparing.scores(frame).assign(topic="fog")
    found = comparing.facilities(scores, "topic").iloc[0]
    assert found["learners"] == 8
    percents = np.repeat([200 / 3, 0], 4)
    assert found["facility"] == pytest.approx(percents.mean())
    assert (found["low"], found["high"]) == pytest.approx(DescrStatsW(percents).tconfint_mean())


def test_what_became_easier_is_told_for_each_question():
    draw = np.random.default_rng(1)
    frame = answers(
        *(row(f"n{n}", "q1", float(draw.random() < 0.9)) for n in range(60)),
        *(row(f"t{n}", "q1", float(draw.random() < 0.3), offering="then") for n in range(60)),
    )
    found = comparing.facility_changes(comparing.scores(frame), "now", "then").iloc[0]
    assert found["low"] > 0
    assert found["difference"] == pytest.approx(found["now"] - found["then"])


# ---- The part of the report ------------------------------------------------------------------------------------------


def ten_questions() -> ItemBank:
    options = (Option("a", "A"), Option("b", "B"))
    items = {f"q{n}": Item(f"q{n}", "sba", f"Stem {n}?", 1.0, options, assessment=True) for n in range(10)}
    return ItemBank("90-test", "The test", 10, "d", items, {}, subject="Fog")


BANKS = {"90-test": ten_questions()}


def handin(right: int) -> Handin:
    given = {name: Record("commit", name, "a", None, "2026-10-01T08:00:00Z") for name in BANKS["90-test"].items}
    return Handin(given, dict.fromkeys(given, 1), False, {name: Mark(float(n < right)) for n, name in enumerate(given)})


def results(groups: dict[str, list[int]], earlier: pd.DataFrame | None = None) -> Results:
    """Learners of groups, with how many of ten questions each had right."""
    roster, handed = [], {}
    for group, rights in groups.items():
        for right in rights:
            learner = Learner(f"l{len(roster):03d}", "Last", "First", "", group)
            roster.append(learner)
            handed[learner.id, "90-test"] = handin(right)
    keys = {"90-test": {}}
    tables = build_tables(Course(roster, BANKS, {}, 70), keys, handed)
    found = Results("Autumn", tables, BANKS, keys, 70, summarize(tables, BANKS, keys, 70))
    return found if earlier is None else replace(found, earlier=earlier)


def before(name: str, rights: list[int], at: str) -> pd.DataFrame:
    made = results({"x": rights}).tables.responses
    return made.assign(offering=name, at=at)


def blocks(found, kind):
    return [block for block in found.blocks if isinstance(block, kind)]


def test_one_group_and_no_earlier_year_make_no_part_of_the_report():
    for alone in ("", "day"):
        found = results({alone: [5] * 20})
        assert groups.section(found) is None
        assert years.section(found) is None


def test_a_group_that_did_less_well_is_named():
    found = groups.section(results({"day": [8, 9, 10] * 8, "night": [4, 5, 6] * 8}))
    described = [DescrStatsW(np.array(rights * 8) * 10.0) for rights in ([4, 5, 6], [8, 9, 10])]
    low, high = CompareMeans(*described[::-1]).tconfint_diff(usevar="unequal")
    assert found.title == f"night scored 40 points lower than the others ({low:.0f} to {high:.0f})"
    passed = "None of 24 (0%) in night and 24 of 24 (100%) in day passed at the first attempt."
    assert found.lead.startswith(f"{passed} A group is called lower or higher ")
    assert found.answer == f"{found.title}. {passed}"
    assert [figure.name for figure in found.figures] == ["groups"]


def test_of_several_lower_groups_each_is_named_with_its_mean():
    found = groups.section(results({"a": [4, 5, 6] * 8, "b": [3, 4, 5] * 8, "c": [8, 9, 10] * 8, "d": [9, 10] * 12}))
    lower, higher = found.title.split("; ")
    assert lower == "a (50%) and b (40%) scored lower than the others"
    assert higher == "c (90%) and d (95%) scored higher than the others"


def test_an_end_of_a_clear_difference_is_never_said_to_be_nothing():
    assert apart(Estimate(-3.767, -7.49, -0.04), "the others") == "4 points lower than the others (just over 0 to 7)"
    assert apart(Estimate(1.2, 0.6, 1.8), "in 2025") == "1 point higher than in 2025 (1 to 2)"


def test_groups_that_chance_could_have_made_are_not_named():
    found = groups.section(results({"day": [4, 6, 8] * 4, "night": [5, 6, 8] * 4}))
    assert found.title == "No clear difference between groups"


def test_very_small_groups_are_not_compared():
    found = groups.section(results({"day": [8, 9], "night": [2, 3]}))
    assert found.title == "Too few results to compare groups"
    assert found.lead == "Two groups have fewer than five results each and are not shown."
    assert (found.blocks, found.answer) == ((), "")


def test_a_group_of_four_has_no_row_and_is_among_the_others():
    found = groups.section(results({"day": [8, 9, 10] * 4, "night": [6, 7, 8] * 4, "few": [1, 1, 1, 1]}))
    shown = {name for table in found.tables for name in table.frame["name"]}
    assert shown == {"day", "night"}
    assert [name for name, *_ in found.figures[0].plot.rows] == ["day", "night"]
    assert "One group has fewer than five results and is not shown." in found.lead
    against = next(table.frame for table in found.tables if table.name == "groups-compared").set_index("name")
    assert against.loc["day", "others_mean"] == pytest.approx((70 * 12 + 10 * 4) / 16)
    assert "few" not in found.title + found.answer


def test_intervals_that_hold_together_are_headed_so():
    def heads(count):
        found = groups.section(results({f"g{number}": [4, 5, 6] * 4 for number in range(count)}))
        return [column.title for table in found.tables if table.name == "groups-compared" for column in table.columns]

    assert heads(2)[-2:] == ["95% from", "to"]
    assert heads(3)[-2:] == ["95% together, from", "to"]


@pytest.mark.parametrize(("learners", "told"), [(19, False), (20, True)])
def test_of_fewer_than_twenty_in_a_group_the_number_who_passed_stands_without_a_percentage(learners, told):
    found = groups.section(results({"day": [8] * learners, "night": [4] * 20}))
    frame = next(table.frame for table in found.tables if table.name == "groups").set_index("name")
    assert list(frame["passed"]) == [learners, 0]
    assert frame.loc["day", ["share", "share_low", "share_high"]].notna().all() == told
    assert frame.loc["night", "share"] == 0


def test_years_stand_in_the_order_of_their_dates_and_the_latest_is_compared_first():
    earlier = pd.concat(
        [
            before("Z 2024", [3, 4, 5] * 6, "2024-10-01T08:00:00Z"),
            before("A 2025", [5, 6, 7] * 6, "2025-10-01T08:00:00Z"),
        ]
    )
    found = years.section(results({"": [7, 8, 9] * 6}, earlier))
    assert found.title.startswith("Scored 20 points higher than in A 2025 (1")
    assert found.lead == "80% after 60% in A 2025, on ten questions that both asked."
    assert found.answer == f"{found.title}. {found.lead}"
    (figure,) = blocks(found, Figure)
    assert [name for name, *_ in figure.plot.rows] == ["Z 2024", "A 2025", "This offering"]
    assert any(note.caution and "questions have become known" in note.text for note in blocks(found, Note))
    questions = next(table for table in blocks(found, Table) if table.name == "years-questions")
    assert list(questions.frame["unit"]) == list(BANKS["90-test"].items)


def test_lower_than_before_is_told_without_signs():
    found = years.section(results({"": [3, 4, 5] * 6}, before("2025", [5, 6, 7] * 6, "2025-10-01T08:00:00Z")))
    assert re.fullmatch(r"Scored 20 points lower than in 2025 \(1\d to 2\d\)", found.title)


def test_an_earlier_offering_of_other_questions_is_said_to_be_not_comparable():
    earlier = before("2025", [5, 6, 7] * 6, "2025-10-01T08:00:00Z")
    earlier["item"] = "old-" + earlier["item"]
    found = years.section(results({"": [7, 8, 9] * 6}, earlier))
    assert found.title == "Too few results to compare years"
    assert found.lead == ""


def test_years_that_chance_could_have_made_are_not_called_different():
    found = years.section(results({"": [4, 6, 8] * 6}, before("2025", [5, 6, 8] * 6, "2025-10-01T08:00:00Z")))
    assert found.title == "No clear difference from 2025"


def test_a_question_whose_key_is_in_doubt_is_no_part_of_how_a_topic_changed():
    """Those who did best on the others have the first question wrong, and everybody else has it right."""
    here = results({"": [2, 3, 4] * 12 + [9, 10] * 12})
    flipped = here.tables.responses
    is_first = flipped["item"] == "q0"
    flipped.loc[is_first, "points"] = np.where(flipped.loc[is_first, "learner"] < "l036", 1.0, 0.0)
    assert [one.item for one in doubted(here)] == ["q0"]
    earlier = before("2025", [5, 6, 7] * 12, "2025-10-01T08:00:00Z")
    found = years.section(replace(here, earlier=earlier))
    (topic,) = (table for table in blocks(found, Table) if table.name == "years-topics")
    others = flipped[~is_first].groupby("learner", observed=True)["points"].sum() / 9
    assert topic.frame["now"].tolist() == pytest.approx([100 * others.mean()])
    assert topic.caption.endswith("Left out: question 1 of “The test”, whose key is in doubt")
    assert len(next(table for table in blocks(found, Table) if table.name == "years-questions").frame) == 10


def test_too_few_of_each_group_for_single_questions_are_told_so():
    found = groups.section(results({"day": [8, 9, 10] * 8, "night": [4, 5, 6] * 8}))
    assert any("50 learners or more" in note.text for note in blocks(found, Note))


def test_with_enough_of_each_group_every_question_has_a_class():
    draw = np.random.default_rng(2)
    found = groups.section(results({name: list(draw.integers(2, 10, 60)) for name in ("day", "night")}))
    table = next(table for table in blocks(found, Table) if table.name == "questions-by-group")
    assert set(table.frame["item"]) == set(BANKS["90-test"].items)


def test_questions_are_compared_between_every_two_groups_and_those_left_out_are_named():
    draw = np.random.default_rng(2)
    sizes = {"day": 60, "evening": 55, "night": 70, "weekend": 49}
    part = groups.section(results({name: list(draw.integers(2, 10, size)) for name, size in sizes.items()}))
    table = next(table for table in blocks(part, Table) if table.name == "questions-by-group")
    assert set(table.frame["groups"]) == {"day less night", "evening less night", "evening less day"}
    assert len(table.frame) == 3 * 10
    assert any("Not compared, with too few results: weekend. " in note.text for note in blocks(part, Note))
    told = adjusted(table.frame["p"])
    assert table.frame["adjusted_p"].tolist() == pytest.approx(told.tolist(), nan_ok=True)
    for one in table.frame.dropna(subset=["difference_low"]).itertuples():
        assert one.difference_low <= one.difference <= one.difference_high
    assert {"difference_low", "difference_high", "adjusted_p"} <= {column.name for column in table.columns}


def test_a_question_is_called_suspicious_and_how_many_would_be_by_chance_is_said():
    """Ten comparisons: two raise a suspicion one by one; with all ten taken together one is left."""
    frame = pd.DataFrame({"class": ["C", "B"] + ["A"] * 8, "p": [0.001, 0.02] + [0.5] * 8})
    assert differing.finding(frame.assign(adjusted_p=adjusted(frame["p"]))) == (
        "Of ten comparisons of a question between two groups, two raise a suspicion, each by itself; by chance alone "
        "it would be up to one. Taken together (adjusted p below 0.05), one stands out."
    )
    none = differing.finding(frame.assign(adjusted_p=1.0, **{"class": "A"}))
    assert ", none raises a suspicion by itself; " in none
    assert none.endswith("none stands out.")


def test_years_of_few_are_one_sentence():
    found = years.section(results({"": [8, 9, 10] * 3}, before("2025", [5, 6, 7] * 6, "2025-10-01T08:00:00Z")))
    assert (found.title, found.lead) == ("Too few results to compare years", "It takes ten results of each.")
    assert found.blocks == ()
    enough = results({"": [8, 9, 10, 10, 9] * 2}, before("2025", [5, 6, 7, 7, 6] * 2, "2025-10-01T08:00:00Z"))
    assert years.section(enough).title.startswith("Scored 30 points higher than in 2025")


def test_an_earlier_offering_of_four_is_not_shown():
    earlier = [
        before(name, rights, "2025-10-01T08:00:00Z") for name, rights in (("few", [5] * 4), ("many", [5, 6] * 9))
    ]
    found = years.section(results({"": [8, 9, 10] * 6}, pd.concat(earlier)))
    assert [name for name, *_ in found.figures[0].plot.rows] == ["many", "This offering"]
    assert years.section(results({"": [8, 9, 10] * 6}, earlier[0])) is None


def test_of_the_questions_of_two_years_it_is_said_how_many_would_differ_by_chance():
    """Then half had any of the ten right; now the first five are right for all, and the others for half again."""
    then = before("2025", [0] * 10 + [10] * 10, "2025-10-01T08:00:00Z")
    found = years.section(results({"": [5] * 10 + [10] * 10}, then))
    captions = {table.name: table.caption for table in found.tables}
    assert captions["years-questions"].endswith(
        "Of ten intervals five leave out 0; by chance alone fewer than one would"
    )
    assert "by chance" not in captions["years-compared"] + captions["years-topics"]
