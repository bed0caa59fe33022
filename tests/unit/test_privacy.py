"""What is shared tells on nobody: neither by what it shows nor by what follows from it."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cache
from itertools import accumulate, combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism.journal import Record
from eprofessionalism_graders.cohort import privacy, shared
from eprofessionalism_graders.cohort.summary import (
    Assessment,
    CaseResult,
    Chosen,
    Completion,
    Question,
    Summary,
    summarize,
)
from eprofessionalism_graders.cohort.tables import Course, Handin, Mark, build_tables
from eprofessionalism_graders.roster import Learner

COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=8)


def vectors(total: int, cells: int):
    """Every way to spread `total` learners over `cells`."""
    return (counts for counts in product(range(total + 1), repeat=cells) if sum(counts) == total)


def test_the_default_hides_groups_of_one_to_ten():
    assert privacy.shown_counts([10, 11, 40, 12]) == [None, None, 40, 12]
    assert privacy.shown_counts([11, 11]) == [11, 11]


@given(COUNTS)
def test_what_is_shown_is_true_and_large_enough(counts):
    for count, shown in zip(counts, privacy.shown_counts(counts), strict=True):
        assert shown is None or shown == count >= privacy.SMALLEST_GROUP


@given(COUNTS)
def test_what_is_hidden_is_never_a_single_count_nor_a_small_rest(counts):
    hidden = [count for count, shown in zip(counts, privacy.shown_counts(counts), strict=True) if shown is None]
    rest_is_all = len(hidden) == len(counts)
    assert not hidden or rest_is_all or (len(hidden) >= 2 and sum(hidden) >= privacy.SMALLEST_GROUP)


@pytest.mark.parametrize(("total", "cells"), [(7, 2), (9, 3), (10, 4), (14, 2), (14, 3)])
def test_no_hidden_count_follows_from_the_total_and_the_rule(total, cells):
    """A reader who knows the total and this very rule still has two or more candidates for each hidden count."""
    could_be = defaultdict(list)
    for counts in vectors(total, cells):
        could_be[tuple(privacy.shown_counts(counts, smallest=4))].append(counts)
    for shown, candidates in could_be.items():
        for place, count in enumerate(shown):
            assert count is not None or len({candidate[place] for candidate in candidates}) >= 2


@pytest.mark.parametrize("total", range(1, 100))
def test_a_count_in_words_is_true_and_stands_for_as_many_counts_as_the_smallest_group(total):
    said = defaultdict(list)
    for count in range(total + 1):
        said[privacy.bounded(count, total)].append(count)
    assert (None in said) == (total < 21)
    for words, counts in said.items():
        assert words is None or len(counts) >= privacy.SMALLEST_GROUP
        assert words is None or words[1] == (min(counts) if words[0] == "at least" else max(counts))


@pytest.mark.parametrize(
    ("count", "total", "words"),
    [
        (18, 24, ("at least", 14)),
        (24, 24, ("at least", 14)),
        (13, 24, ("at most", 13)),
        (3, 24, ("at most", 13)),
        (50, 60, ("at least", 50)),
        (49, 60, ("at least", 39)),
        (16, 60, ("at most", 16)),
    ],
)
def test_counts_in_words(count, total, words):
    assert privacy.bounded(count, total) == words


@given(st.floats(0, 100))
def test_shared_percentages_come_in_steps_and_never_say_all_or_nobody(percent):
    shown = privacy.rounded(percent)
    assert shown % privacy.STEP == 0
    assert privacy.STEP <= shown <= 100 - privacy.STEP
    assert abs(shown - percent) <= privacy.STEP


def test_a_mean_needs_enough_learners_and_enough_questions():
    assert privacy.shown_mean(71.4, learners=11, questions=3) == 70
    assert privacy.shown_mean(71.4, learners=10, questions=9) is None
    assert privacy.shown_mean(71.4, learners=99, questions=2) is None


def test_a_share_needs_enough_learners_on_both_sides():
    assert privacy.shown_share(13, 24) == 55
    assert privacy.shown_share(14, 24) is None
    assert privacy.shown_share(24, 24) is None


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.integers(0, 12))
def test_merged_bins_are_each_large_enough_and_leave_nobody_out(counts, cut):
    bins = privacy.merged_bins(counts, cut)
    if sum(counts) < privacy.SMALLEST_GROUP:
        assert bins == []
        return
    assert [first for first, _, _ in bins] == [0, *(last for _, last, _ in bins[:-1])]
    assert bins[-1][1] == len(counts)
    for first, last, held in bins:
        assert held == sum(counts[first:last]) >= privacy.SMALLEST_GROUP
    if min(sum(counts[:cut]), sum(counts[cut:])) >= privacy.SMALLEST_GROUP:
        assert cut in {first for first, _, _ in bins}


def test_one_small_group_takes_the_next_one_with_it():
    assert privacy.shown_groups([14, 10, 30]) == [False, False, True]
    assert privacy.shown_groups([14, 10]) == [False, False]


# ---- The reader who computes -----------------------------------------------------------------------------------------
#
# A world is everything that could be so: how many have no result, how many have each score, how many have finished. A
# reader knows the page, the size of the cohort and our rules, and thinks through every world that gives this page.


def spread(total: int, cells: int):
    """Every way to spread `total` learners over `cells`."""
    for cuts in combinations(range(total + cells - 1), cells - 1):
        edges = (-1, *cuts, total + cells - 1)
        yield tuple(high - low - 1 for low, high in pairwise(edges))


def assessed(world, scores, smallest) -> str:
    """All that the page says about the assessment, in a world of (without a result, learners with each score)."""
    percents = [float(score) for score, count in zip(scores, world[1:], strict=True) for _ in range(count)]
    test = Assessment(tuple(percents), sum(percent >= 70 for percent in percents), 70)
    summary = Summary(Completion("", 0, sum(world), 0, 0), (), test, (), (), (), {}, (), 0, 0)
    return repr(shared.share(summary, {}, 70, smallest))


@cache
def pages(total: int, scores: tuple[int, ...], smallest: int):
    """The worlds behind each page on the assessment, and the counts behind each sentence on who has finished."""
    tests, finished = defaultdict(list), defaultdict(list)
    for world in spread(total, len(scores) + 1):
        tests[assessed(world, scores, smallest)].append(world)
    for done in range(total + 1):
        finished[shared.finished(Completion("", done, total - done, 0, 0), smallest)].append(done)
    return tests, finished


def groups(world, done, scores):
    """Every group that a reader might want to know the size of, by name."""
    total, without = sum(world), world[0]
    passed = sum(count for score, count in zip(scores, world[1:], strict=True) if score >= 70)
    sums = [0, *accumulate(world)]
    parts = ((a, b) for a, b in combinations(range(len(sums)), 2) if b - a < len(world))
    found = {("cells", a, b): sums[b] - sums[a] for a, b in parts}
    return found | {
        "finished": done,
        "not finished": total - done,
        "failed": total - without - passed,
        "not passed": total - passed,
        "finished, not passed": abs(done - passed),
        "with a result, not finished": abs(total - without - done),
    }


def computed(tests, finished, scores, *, nested):
    """What follows from a page: groups that have one size in all its worlds.

    `nested`: the reader also takes it that whoever passed has finished, and whoever has finished has a result.
    """
    sizes = defaultdict(set)
    for world, done in product(tests, finished):
        passed = sum(count for score, count in zip(scores, world[1:], strict=True) if score >= 70)
        if not nested or passed <= done <= sum(world[1:]):
            for name, size in groups(world, done, scores).items():
                sizes[name].add(size)
            if all(len(found) > 1 for found in sizes.values()):
                return {}
    return {name: found.pop() for name, found in sizes.items() if len(found) == 1}


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("total", range(1, 61))
def test_no_group_of_one_to_ten_can_be_computed_from_any_page(total, nested):
    scores = (50, 80)
    tests, finished = pages(total, scores, privacy.SMALLEST_GROUP)
    for behind, done in product(tests.values(), finished.values()):
        found = computed(behind, done, scores, nested=nested)
        assert not [name for name, size in found.items() if 1 <= size < privacy.SMALLEST_GROUP], (
            behind[0],
            done,
            found,
        )


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("total", [3, 5, 7, 8, 9, 10, 12])
def test_nor_any_small_group_from_any_page_where_the_smallest_shown_is_four(total, nested):
    scores = (40, 60, 75, 95)
    tests, finished = pages(total, scores, 4)
    for behind, done in product(tests.values(), finished.values()):
        found = computed(behind, done, scores, nested=nested)
        assert not [name for name, size in found.items() if 1 <= size < 4], (behind[0], done, found)


@pytest.mark.parametrize("total", range(1, privacy.SMALLEST_GROUP))
def test_a_cohort_smaller_than_the_smallest_group_is_told_nothing_of_itself(total):
    assert len(pages(total, (50, 80), privacy.SMALLEST_GROUP)[0]) == 1
    assert len(pages(total, (50, 80), privacy.SMALLEST_GROUP)[1]) == 1


def question(kind: str, counts, answers: int) -> Question:
    options = tuple(Option(name, f"Option {name}") for name in "abcd"[: len(counts)])
    chosen = tuple(Chosen(o.id, o.text, (count,), "", best=False) for o, count in zip(options, counts, strict=True))
    return Question(1, Item("q", kind, "What?", 1.0, options), answers, None, 0, chosen)


def shown_question(kind: str, counts, answers: int, total: int, smallest: int) -> str:
    """All that the page says about one question."""
    asked = question(kind, counts, answers)
    cases = (CaseResult("01-one", "One", assessment=False, percents=()),)
    summary = Summary(Completion("", 0, total, 0, 0), (), None, cases, (), (), {"01-one": (asked,)}, (), 0, 0)
    return repr(
        shared.share(summary, {"01-one": ItemBank("01-one", "One", 10, "", {"q": asked.item}, {})}, 70, smallest)
    )


@pytest.mark.parametrize(("total", "smallest"), [(9, 4), (12, 4), (23, 11), (34, 11)])
def test_what_was_chosen_tells_of_no_small_group_nor_of_the_few_who_did_not_answer(total, smallest):
    behind = defaultdict(list)
    for *counts, none in spread(total, 4):
        behind[shown_question("sba", counts, total - none, total, smallest)].append((*counts, none))
    # Of three options at least two must be shown, and what is hidden must be as large as they.
    assert (len(behind) > 1) == (total >= 3 * smallest)
    for worlds in behind.values():
        for place in range(4):
            sizes = {world[place] for world in worlds}
            assert len(sizes) > 1 or not 1 <= sizes.pop() < smallest


@pytest.mark.parametrize("total", [9, 12])
def test_where_everybody_chooses_three_no_small_group_follows_from_the_sum(total):
    behind = defaultdict(list)
    for *left_out, none in spread(total, 5):  # of four options, each learner leaves out one
        answers = total - none
        counts = [answers - count for count in left_out]
        behind[shown_question("choose", counts, answers, total, 4)].append((*counts, *left_out, none))
    for worlds in behind.values():
        for sizes in map(set, zip(*worlds, strict=True)):
            assert len(sizes) > 1 or not 1 <= sizes.pop() < 4


def test_certainty_is_shared_only_where_enough_people_were_right_and_enough_were_wrong():
    def of(wrong_people: int) -> tuple[tuple[str, int], ...]:
        """A cohort of 24 that answers a dozen questions, very sure; so many of them always wrong."""
        roster = [Learner(f"l{number:02d}") for number in range(24)]
        options = (Option("a", "A"), Option("b", "B"))
        items = {f"q{n:02d}": Item(f"q{n:02d}", "sba", "What?", 1.0, options, certainty=True) for n in range(12)}
        banks = {"01-one": ItemBank("01-one", "One", 10, "", items, {})}
        keys = {"01-one": {name: {"a": Fraction(1), "b": Fraction(0)} for name in items}}
        handins = {}
        for number, learner in enumerate(roster):
            answer = "b" if number < wrong_people else "a"
            answers = {name: Record("commit", name, answer, 3) for name in items}
            marks = {name: Mark(float(answer == "a")) for name in items}
            handins[learner.id, "01-one"] = Handin(answers, dict.fromkeys(items, 1), late=False, marks=marks)
        tables = build_tables(Course(roster, banks, {}, 70), keys, handins)
        return shared.share(summarize(tables, banks, keys, 70), banks, 70, privacy.SMALLEST_GROUP).sureness

    assert of(1) == of(10) == of(14) == of(23) == ()
    assert of(11) == (("Very sure", 55),)
