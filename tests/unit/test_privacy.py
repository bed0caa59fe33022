"""What is shared tells on nobody: neither by what it shows nor by what follows from it."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprofessionalism_graders.cohort import privacy

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


@pytest.mark.parametrize("total", range(1, 60))
def test_a_count_in_words_never_singles_out_fewer_than_the_smallest_group(total):
    said = defaultdict(list)
    for count in range(total + 1):
        said[privacy.bounded(count, total)].append(count)
    for words, counts in said.items():
        if words is None:
            assert len(counts) == total + 1  # silence means nothing: for this total it is kept whatever the count
        elif words[0] == "exactly":
            assert counts == [words[1]]
            assert privacy.SMALLEST_GROUP <= words[1] <= total - privacy.SMALLEST_GROUP
        else:
            assert len(counts) >= privacy.SMALLEST_GROUP
            assert words[1] in (privacy.SMALLEST_GROUP - 1, total - privacy.SMALLEST_GROUP + 1)


@pytest.mark.parametrize(
    ("count", "words"), [(18, ("at least", 14)), (24, ("at least", 14)), (12, ("exactly", 12)), (3, ("at most", 10))]
)
def test_counts_of_a_cohort_of_twenty_four_in_words(count, words):
    assert privacy.bounded(count, 24) == words


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


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12))
def test_merged_bins_are_each_large_enough_and_leave_nobody_out(counts):
    bins = privacy.merged_bins(counts)
    if sum(counts) < privacy.SMALLEST_GROUP:
        assert bins == []
        return
    assert [first for first, _, _ in bins] == [0, *(last for _, last, _ in bins[:-1])]
    assert bins[-1][1] == len(counts)
    for first, last, held in bins:
        assert held == sum(counts[first:last]) >= privacy.SMALLEST_GROUP


def test_one_small_group_takes_the_next_one_with_it():
    assert privacy.shown_groups([14, 10, 30]) == [False, False, True]
    assert privacy.shown_groups([14, 10]) == [False, False]
