"""Ways through branching cases: counts against a plain count, the flow picture, and what the report says of them."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism.journal import Record
from eprofessionalism_graders.cohort.analysis import branches
from eprofessionalism_graders.cohort.document import Figure, Note, Table
from eprofessionalism_graders.cohort.figures import flow
from eprofessionalism_graders.cohort.figures.flow import Decision, Flow, Way
from eprofessionalism_graders.cohort.handins import Handin, Mark
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections import branches as part
from eprofessionalism_graders.cohort.summary import summarize
from eprofessionalism_graders.cohort.tables import Course, build_tables
from eprofessionalism_graders.roster import Learner

KEY = {"a": Fraction(1), "b": Fraction(1, 2), "c": Fraction(0)}


def answers(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["learner", "item", "answer"]).astype("string")


# ---- Counts ----------------------------------------------------------------------------------------------------------


def test_ways_and_steps_of_a_case_whose_every_number_is_known():
    taken = branches.decided(
        answers(
            ("ana", "two", "y"), ("ana", "one", "a"), ("bea", "one", "b"), ("bea", "two", "x"), ("cem", "one", "a"),
            ("cem", "two", "y"), ("dev", "one", "a"), ("eli", "two", "x"), ("ana", "other", "z"),
        ),
        ["one", "two"],
    )  # fmt: skip
    assert branches.ways(taken).to_dict("list") == {
        "way": ["a y", "b x"],
        "learners": [2, 1],
        "percent": [pytest.approx(200 / 3), pytest.approx(100 / 3)],
    }
    counted = branches.steps(taken, {"one": "abc", "two": "xy"})
    assert counted.to_dict("list") == {
        "decision": ["one"] * 3 + ["two"] * 2,
        "option": ["a", "b", "c", "x", "y"],
        "learners": [3, 1, 0, 2, 2],
        "percent": [75, 25, 0, 50, 50],
    }
    assert list(branches.WAYS) == list(branches.ways(taken))
    assert list(branches.STEPS) == list(counted)


OPTIONS = st.one_of(st.none(), st.sampled_from("abc"))


@settings(deadline=None, max_examples=40)  # frames take their time on a busy machine
@given(st.lists(st.tuples(OPTIONS, OPTIONS, OPTIONS), max_size=30))
def test_ways_are_what_a_plain_count_gives(learners):
    decisions = ["one", "two", "three"]
    rows = [
        (str(number), item, option)
        for number, way in enumerate(learners)
        for item, option in zip(decisions, way, strict=True)
        if option
    ]
    taken = branches.decided(answers(*rows), decisions)
    whole = Counter(" ".join(way) for way in learners if all(way))
    found = branches.ways(taken)
    assert dict(zip(found["way"], found["learners"], strict=True)) == whole
    assert list(found["learners"]) == sorted(found["learners"], reverse=True)
    assert not len(found) or float(found["percent"].sum()) == pytest.approx(100)
    steps = branches.steps(taken, dict.fromkeys(decisions, "abc")).set_index(["decision", "option"])
    for place, decision in enumerate(decisions):
        counts = Counter(way[place] for way in learners)
        assert [steps.loc[(decision, option), "learners"] for option in "abc"] == [counts[one] for one in "abc"]


def test_nobody_makes_no_ways_and_missing_shares():
    taken = branches.decided(answers(), ["one"])
    assert len(branches.ways(taken)) == 0
    counted = branches.steps(taken, {"one": "ab"})
    assert list(counted["learners"]) == [0, 0]
    assert counted["percent"].isna().all()
    assert len(branches.steps(taken, {})) == 0


# ---- The picture -----------------------------------------------------------------------------------------------------


LONG = "Write to her that evening, and ask the night crew what they would want to have said of them there."


def a_flow(counts, decisions=2) -> Flow:
    options = {"a": "Do it at once.", "b": LONG, "c": "Costs $5 & <more>, or $6."}
    return Flow(
        "A $1 & <two>", (Decision(options, frozenset("a")),) * decisions, tuple(Way(*each) for each in counts.items())
    )


TWO = a_flow({("a", "a"): 3, ("a", "c"): 6, ("b", "a"): 1})


def test_the_alternative_text_names_the_most_common_way_and_the_recommended_one():
    assert flow.ways(TWO).alt == (
        "Flow picture: the ways of 10 learners through “A $1 & <two>”. The most common one, taken by 6: "
        "Do it at once → Costs $5 & <more>, or $6. The recommended one was taken by 3."
    )
    assert flow.ways(a_flow({("a", "a"): 3, ("b", "a"): 1})).alt.endswith("It is the recommended one.")


def test_the_table_behind_it_has_every_way_the_most_common_first():
    plot = flow.ways(TWO)
    assert plot.columns == ("Way", "Learners", "Percent", "Recommended")
    assert [row[1:] for row in plot.rows] == [("6", "", "no"), ("3", "", "yes"), ("1", "", "no")]
    assert plot.rows[2][0] == f"{LONG[:-1]} → Do it at once"


def words(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


@pytest.mark.parametrize("width", ["narrow", "wide"])
def test_a_picture_has_its_numbers_and_its_texts_shortened(width):
    said = words(getattr(flow.ways(TWO), width))
    assert {"First decision", "Second decision", "9 ✓", "1", "4 ✓", "6"} <= set(said)
    assert "Do it at once." in " ".join(said)
    assert "All 10" not in said
    assert any(one.endswith("…") for one in said) is (width == "narrow")


def test_of_twenty_and_more_there_are_percentages():
    twenty = a_flow({("a", "a"): 6, ("a", "c"): 12, ("b", "a"): 2})
    plot = flow.ways(twenty)
    assert "taken by 12 (60%): " in plot.alt
    assert plot.alt.endswith("The recommended one was taken by 6 (30%).")
    assert [row[1:3] for row in plot.rows] == [("12", "60"), ("6", "30"), ("2", "10")]
    assert {"18 (90%) ✓", "2 (10%)", "8 (40%) ✓", "12 (60%)"} <= set(words(plot.wide))


def test_a_single_decision_comes_from_everybody():
    said = words(flow.ways(a_flow({("a",): 3, ("b",): 1}, 1)).wide)
    assert {"All 4", "3 ✓", "1"} <= set(said)
    assert "First decision" not in said


def test_many_decisions_stand_in_pairs_one_below_the_other():
    many = a_flow({("a",) * 10: 2, ("b",) * 10: 1}, 10)
    said = words(flow.ways(many).narrow)
    assert said.count("Second decision") == 2  # the end of a pair, and the beginning of the next
    assert {"First decision", "Eighth decision", "Decision 9", "Decision 10"} <= set(said)


@given(st.dictionaries(st.tuples(*[st.sampled_from("abc")] * 2), st.integers(1, 10_000), min_size=1))
def test_bars_are_as_tall_as_there_are_learners_and_none_lies_on_another(counts):
    made = a_flow(counts)
    for number in (0, 1):
        nodes = flow._nodes(made, number, 100)
        assert sum(node.place[1] for node in nodes) == pytest.approx(flow.ALL)
        for upper, lower in pairwise(nodes):
            assert upper.place[0] + upper.slot <= lower.place[0]
        bands = flow._bands(made, number, nodes)
        for node in nodes:
            mine = sorted(bands[way] for way in made.ways if way.options[number] == node.option)
            assert mine[0][0] == pytest.approx(node.place[0])
            assert sum(tall for _, tall in mine) == pytest.approx(node.place[1])
            for (top, tall), (below, _) in pairwise(mine):
                assert top + tall == pytest.approx(below)


# ---- The section -----------------------------------------------------------------------------------------------------


def bank(case, decisions=1) -> ItemBank:
    options = tuple(Option(letter, f"Option {letter}.") for letter in "abc")
    items = [Item(f"{case}-{one}", "branch", f"Decision {one}?", 1.0, options) for one in range(decisions)]
    items.append(Item(f"{case}-text", "reflection", "And you?", 4.0))
    return ItemBank(case, f"Case {case}", 10, "digest", {item.id: item for item in items}, {})


def results(given, decisions=1) -> Results:
    """Results from the options that learners decided for, by case."""
    banks = {case: bank(case, decisions) for case in given}
    keys = {case: {name: KEY for name, item in one.items.items() if not item.is_text} for case, one in banks.items()}
    roster = [Learner(f"l{number}") for number in range(max(map(len, given.values()), default=0))]
    handins = {}
    for case, ways in given.items():
        for learner, way in zip(roster, ways, strict=False):
            records = {
                f"{case}-{one}": Record("commit", f"{case}-{one}", option) for one, option in enumerate(way.split())
            }
            marks = {name: Mark(float(KEY[record.answer])) for name, record in records.items()}
            handins[learner.id, case] = Handin(records, dict.fromkeys(records, 1), late=False, marks=marks)
    tables = build_tables(Course(roster, banks, {}, 70), keys, handins)
    return Results("Invented", tables, banks, keys, 70, summarize(tables, banks, keys, 70))


def blocks(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


def test_a_course_without_decisions_has_no_such_section():
    assert part.section(results({"one": []}, decisions=0)) is None


def test_before_anybody_has_decided_it_says_so():
    assert part.section(results({"one": []})).title == "No decision has been taken yet"


def test_the_title_names_the_decision_at_which_clearly_fewer_than_half_took_the_recommended_option():
    section = part.section(results({"one": ["a"] * 12, "two": ["a"] * 4 + ["b"] * 8 + ["c"] * 0, "three": ["b"] * 12}))
    assert section.title == "Before feedback, none of 12 took the recommended option in “Case three”"
    assert part.section(results({"one": ["a"] * 12})).title == "At every decision most took the recommended option"
    even = part.section(results({"one": ["a", "b"] * 6}))
    assert even.title == "At no decision did clearly fewer than half take the recommended option"
    mixed = part.section(results({"one": ["a"] * 12, "two": ["a", "b"] * 6}))
    assert mixed.title == even.title


def test_a_case_with_two_decisions_is_not_held_against_those_with_one():
    """Half of the learners leave at each of two decisions, so that few take the whole way; at a third case most do."""
    two = ["a a", "a b", "b a", "b b"] * 6
    section = part.section(results({"two": two, "other": ["a b"] * 20 + ["a a"] * 4}, decisions=2))
    fewest = "Before feedback, 4 of 24 (17%) took the recommended option at the second decision of “Case other”"
    assert section.title == fewest
    each = next(table for table in blocks(section, Table) if table.name == "decisions")
    assert list(each.frame) == list(part.DECISIONS)
    assert list(zip(each.frame["case"], each.frame["decision"], each.frame["recommended"], strict=True)) == [
        ("Case other", 2, 4), ("Case two", 1, 12), ("Case two", 2, 12), ("Case other", 1, 24),
    ]  # fmt: skip


def test_a_decision_that_is_clear_is_named_before_a_lower_one_of_few():
    section = part.section(results({"few": ["b"] * 4 + ["a"], "many": ["b"] * 70 + ["a"] * 30}))
    assert section.title == "Before feedback, 30 of 100 (30%) took the recommended option in “Case many”"


def test_of_few_learners_nothing_is_concluded_and_it_says_so():
    section = part.section(results({"one": ["b"] * 4}))
    assert section.title == "Which ways they took through the cases"
    (note,) = blocks(section, Note)
    assert note.text.startswith("Fewer than five learners took every decision of every case")
    decided, overview, _ = (table.frame.iloc[0] for table in blocks(section, Table))
    assert (decided["learners"], decided["recommended"]) == (4, 0)
    assert pd.isna(decided["low"])
    row = overview
    assert row["learners"] == 4
    assert row["recommended"] == 0
    assert pd.isna(row["recommended_percent"])
    assert pd.isna(row["low"])


def test_the_tables_have_every_case_and_every_option():
    section = part.section(results({"one": ["a a", "a b", "b a", "a a", "a a"] * 5 + ["c"], "two": []}, decisions=2))
    _, cases, options = blocks(section, Table)
    assert list(cases.frame) == list(part.CASES)
    one, two = cases.frame.to_dict("records")
    assert (one["learners"], one["left_off"], one["ways"], one["recommended"]) == (25, 1, 3, 15)
    assert one["most_common"] == "Option a → Option a"
    # As statsmodels' proportion_confint(15, 25, method="wilson") has it.
    told = (one["recommended_percent"], one["low"], one["high"])
    assert told == pytest.approx((60, 40.73946, 76.59670), abs=1e-5)
    assert two["learners"] == 0
    assert pd.isna(two["recommended_percent"])
    assert list(options.frame["learners"]) == [20, 5, 1, 20, 5, 0]
    assert list(options.frame["percent"]) == pytest.approx([2000 / 26, 500 / 26, 100 / 26, 80, 20, 0])
    assert list(options.frame["credit"]) == [1, 0.5, 0] * 2
    (figure,) = blocks(section, Figure)
    assert "one learner who left off" in figure.caption


@pytest.mark.parametrize(("learners", "told"), [(19, False), (20, True)])
def test_of_fewer_than_twenty_the_tables_have_counts_and_no_percentages(learners, told):
    for table in blocks(part.section(results({"one": ["a"] * (learners - 1) + ["b"]})), Table):
        percents = table.frame["percent" if table.name == "branch-options" else "recommended_percent"]
        assert percents.notna().all() if told else percents.isna().all()
        assert table.frame["learners"].notna().all()


def test_one_picture_stands_open_that_of_the_heading():
    section = part.section(results({"one": ["a"] * 12, "two": ["b"] * 12, "three": ["a"] * 12}))
    assert not section.folded
    assert [(figure.name, figure.folded) for figure in section.figures] == [
        ("branches-two", False), ("branches-one", True), ("branches-three", True),
    ]  # fmt: skip


def test_without_a_key_nothing_is_called_recommended():
    made = results({"one": ["a"] * 6 + ["b"] * 6})
    bare = Results(made.title, made.tables, made.banks, {"one": {}}, 70, made.summary)
    section = part.section(bare)
    assert section.title == "Which ways they took through the cases"
    assert pd.isna(blocks(section, Table)[0].frame.iloc[0]["recommended"])
    plot = blocks(section, Figure)[0].plot
    assert "✓" not in plot.wide
    assert "recommended" not in plot.alt
    assert {row[-1] for row in plot.rows} == {"not known"}
