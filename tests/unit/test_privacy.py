"""The rules on what is shared tell on nobody: neither by what they show nor by what follows from it.

Small cases are searched whole: every world that gives the same page. `test_share_adversary.py` does the sums across
pages.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import combinations, combinations_with_replacement, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprofessionalism.items import Item, Option
from eprofessionalism_graders.cohort import evaluation, privacy
from eprofessionalism_graders.cohort.privacy import Mean
from eprofessionalism_graders.cohort.sharing import opinions, shared
from eprofessionalism_graders.cohort.summary import Assessment, Completion

SMALL = privacy.SMALLEST_GROUP
COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=8)


def spread(total: int, cells: int):
    """Every way to spread `total` learners over `cells`."""
    for cuts in combinations(range(total + cells - 1), cells - 1):
        edges = (-1, *cuts, total + cells - 1)
        yield tuple(high - low - 1 for low, high in pairwise(edges))


# ---- Shares ----------------------------------------------------------------------------------------------------------


def test_the_default_hides_groups_of_one_to_ten():
    assert SMALL == 11
    assert privacy.shown_counts([10, 11, 40, 12]) == [None, None, 40, 12]
    assert privacy.shown_counts([11, 11]) == [11, 11]


@given(COUNTS)
def test_what_is_hidden_is_never_a_single_count_nor_a_small_rest(counts):
    shown = privacy.shown_counts(counts)
    hidden = [count for count, visible in zip(counts, shown, strict=True) if visible is None]
    assert all(visible is None or visible == count >= SMALL for count, visible in zip(counts, shown, strict=True))
    assert not hidden or len(hidden) == len(counts) or (len(hidden) >= 2 and sum(hidden) >= SMALL)


@given(COUNTS, st.integers(0, 40))
def test_options_that_are_shown_are_true_and_large_and_what_is_left_of_them_is_large_too(counts, none):
    total = sum(counts) + none
    for count, shown in zip(counts, privacy.shown_options(counts, total), strict=True):
        assert shown is None or (shown == count >= SMALL and total - none - count >= SMALL)


@pytest.mark.parametrize(
    ("counts", "none", "shown"),
    [
        ([20, 15, 25], 12, [20, 15, 25]),  # nothing is small
        ([20, 15, 25], 3, [20, None, None]),  # few did not answer: the last two hide how few
        ([20, 4, 25], 3, [20, None, None]),  # a small option takes the next one along
        ([20, 25, 4], 3, [None, 25, None]),  # ... round the end
        ([30, 5, 4, 6], 1, [30, None, None, None]),  # small ones hide each other
        ([30, 2, 1, 3], 0, [None] * 4),  # ... not where they are few together
        ([24, 0, 0], 0, [None] * 3),  # never that everybody chose one
        ([12, 12], 0, [None] * 2),
    ],
)
def test_which_options_are_shown(counts, none, shown):
    assert privacy.shown_options(counts, sum(counts) + none) == shown


@pytest.mark.parametrize(
    ("counts", "none", "right", "shown"),
    [
        ([20, 4, 25, 30], 3, 2, [20, None, 25, None]),  # the small one takes the next that is not right along
        ([20, 25, 30], 3, 2, [None, None, 30]),  # the last two that are not right
        ([4, 25, 4], 12, 1, [None] * 3),  # nothing else is left to go along
        ([20, 4, 25], 3, 1, [20, None, None]),  # the right one is small itself
    ],
)
def test_the_right_option_is_the_last_to_go_along(counts, none, right, shown):
    assert privacy.shown_options(counts, sum(counts) + none, right=right) == shown


def page_of(counts, total, smallest, right):
    """All that is said of one question: no share without that of the right option, if one is right."""
    if total >= smallest:
        shown = privacy.shown_options(counts, total, smallest, right)
        if any(count is not None for count in shown) and (right is None or shown[right] is not None):
            return tuple(None if count is None else privacy.share_of(count, total) for count in shown)
    return ("most", privacy.most(counts)) if privacy.may_choose(sum(counts), total) else ()


def asked_of(page, options: int, *, knowing: bool):
    """The groups that a reader of a page may want to know the size of, as places in a world."""
    shown = [place for place in range(options) if page and page[0] != "most" and page[place] is not None]
    hidden = [place for place in range(options) if place not in shown]
    groups = [[place] for place in hidden]
    groups += [[place for place in range(options) if place != one] for one in shown]
    groups += [hidden] if shown and hidden else []
    if not knowing:
        groups += [[options], *([*group, options] for group in groups[len(hidden) :])]
    return groups


def told_of(worlds, group, answers: int, smallest: int, free: int = SMALL) -> bool:
    """Whether a page tells on a group: what it may not be, after everything that gives the same page.

    `free` numbers, and no more, are left by the rule itself.
    """
    sizes = {sum(world[place] for place in group) for world in worlds}
    low, high = min(sizes), max(sizes)
    if high == 0 or low == answers:
        return True
    if answers < smallest:  # every part of so few is small: no part is to be known
        return high - low + 1 < min(3, free)
    room = min(privacy.room(smallest), free)
    return (low >= 1 and high < smallest) or (low < smallest and high - low + 1 < room)


def left_by_rule(group, options: int, total: int) -> int:
    """How many numbers the rule leaves a group; of those who did not answer, that enough have answered."""
    return total - privacy.FEWEST_ANSWERS + 1 if group == [options] else SMALL


@pytest.mark.parametrize("right", [None, 0, 1, -1], ids=["no key", "first", "second", "last"])
@pytest.mark.parametrize("knowing", [False, True], ids=["reader", "reader who knows who has answered"])
@pytest.mark.parametrize(
    ("total", "options", "smallest"),
    [
        *((8, 3, 11), (9, 2, 11), (10, 4, 11), (12, 3, 11), (15, 3, 11)),
        *((12, 3, 4), (13, 2, 4), (14, 4, 4), (16, 4, 5), (17, 4, 4), (19, 3, 5), (18, 5, 4)),
        *((24, 3, 11), (27, 4, 11), (34, 4, 11), (40, 3, 11), (50, 3, 11)),
    ],
)
def test_no_small_group_follows_from_what_is_said_of_a_question(total, options, smallest, knowing, right):
    right, behind = right if right is None else right % options, defaultdict(list)
    for *counts, none in spread(total, options + 1):
        page = page_of(counts, total, smallest, right)
        behind[page, none if knowing else None].append((*counts, none))
    for (page, none), worlds in behind.items():
        for group in asked_of(page, options, knowing=knowing) if page else ():
            answers, free = total if none is None else total - none, left_by_rule(group, options, total)
            assert not told_of(worlds, group, answers, smallest, free), (page, none, group)


def several_of(counts, answers, total, smallest):
    """All that is said of a question in which several options may be chosen, and the first one is right."""
    if not privacy.may_choose(answers, total):
        return ()
    if total >= smallest:
        shown = [privacy.shown_choice(count, answers, total, smallest) for count in counts]
        if shown[0] is not None:
            return tuple(None if count is None else privacy.share_of(count, total) for count in shown)
    return tuple("half" if 2 * count > answers else "" for count in counts)


@pytest.mark.parametrize("knowing", [False, True], ids=["reader", "reader who knows who has answered"])
@pytest.mark.parametrize(("total", "smallest"), [(8, 11), (11, 11), (16, 4), (24, 11), (27, 11), (40, 11), (60, 11)])
def test_no_small_group_follows_where_several_may_be_chosen(total, smallest, knowing):
    behind = defaultdict(list)
    for answers in range(total + 1):
        for counts in product(range(answers + 1), repeat=2):
            page = several_of(counts, answers, total, smallest)
            behind[page, answers if knowing else None].append((*counts, answers - counts[0], answers - counts[1]))
    for (page, answers), worlds in behind.items():
        for place in range(4) if page else ():
            assert not told_of(worlds, [place], total if answers is None else answers, smallest), (page, answers, place)


# ---- What was said of the course: every line has all of its shares or none, or says what was chosen most -------------


def opinion_of(kind, counts, answers, total, smallest):
    """All that is said of a question of a survey, in the form of `page_of`."""
    item = Item("s", kind, "What?", 0.0, tuple(Option(str(place), str(place)) for place in range(len(counts))))
    line = evaluation.Line("What?", {option.text: count for option, count in zip(item.options, counts, strict=True)})
    survey = evaluation.Evaluation("99", "Said", total, answers, (evaluation.Said(1, item, answers, (line,), ()),))
    for found in opinions.share([survey], smallest):
        (question,) = found.questions[0].lines
        if question.has_shares:
            return tuple(option.percent for option in question.options)
        return ("most", *(option.most for option in question.options))
    return ()


@pytest.mark.parametrize("knowing", [False, True], ids=["reader", "reader who knows who has answered"])
@pytest.mark.parametrize(
    ("total", "options", "smallest"),
    [(8, 3, 11), (11, 2, 11), (16, 4, 5), (17, 3, 4), (19, 2, 4), (24, 3, 11), (33, 2, 11), (46, 3, 11), (50, 2, 11)],
)
def test_no_small_group_follows_from_what_is_said_of_the_course(total, options, smallest, knowing):
    behind = defaultdict(list)
    for *counts, none in spread(total, options + 1):
        page = opinion_of("sba", counts, total - none, total, smallest)
        assert None not in page
        behind[page, none if knowing else None].append((*counts, none))
    assert total < 33 or any(page and page[0] != "most" for page, _ in behind)
    for (page, none), worlds in behind.items():
        for group in asked_of(page, options, knowing=knowing) if page else ():
            answers, free = total if none is None else total - none, left_by_rule(group, options, total)
            assert not told_of(worlds, group, answers, smallest, free), (page, none, group)


@pytest.mark.parametrize("knowing", [False, True], ids=["reader", "reader who knows who has answered"])
@pytest.mark.parametrize(("total", "smallest"), [(8, 11), (11, 11), (16, 4), (24, 11), (27, 11), (40, 11), (60, 11)])
def test_nor_where_several_may_be_chosen_of_which_none_is_right(total, smallest, knowing):
    behind = defaultdict(list)
    for answers in range(total + 1):
        for counts in combinations_with_replacement(range(answers + 1), 2):
            page = opinion_of("mrq", counts, answers, total, smallest)
            behind[page, answers if knowing else None].append((*counts, answers - counts[0], answers - counts[1]))
    for (page, answers), worlds in behind.items():
        for place in range(4) if page else ():
            assert not told_of(worlds, [place], total if answers is None else answers, smallest), (page, answers, place)


def test_where_several_may_be_chosen_a_share_leaves_a_large_group_on_either_side():
    assert privacy.shown_choice(14, 30, 30) == 14
    assert privacy.shown_choice(20, 30, 30) is None  # ten did not choose it
    assert privacy.shown_choice(13, 23, 40) is None  # ... of those who have answered, who may be known
    assert privacy.shown_choice(14, 26, 27) is None  # what is left would say that nearly all have answered


@given(COUNTS, st.integers(0, 40), st.data())
def test_what_is_hidden_with_a_right_option_is_as_much_and_as_many(counts, none, data):
    right = data.draw(st.integers(0, len(counts) - 1))
    total = sum(counts) + none
    for count, shown in zip(counts, privacy.shown_options(counts, total, right=right), strict=True):
        assert shown is None or (shown == count >= SMALL and total - none - count >= SMALL)


@given(st.floats(0, 100))
def test_shared_percentages_come_in_steps_and_never_say_all_or_nobody(percent):
    shown = privacy.rounded(percent)
    assert shown % privacy.STEP == 0
    assert privacy.STEP <= shown <= 100 - privacy.STEP
    assert abs(shown - percent) <= privacy.STEP


# ---- Words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", range(1, 80))
def test_a_count_in_words_is_true_and_leaves_no_small_group(total):
    for answers in range(total + 1):
        said = defaultdict(list)
        for count in range(answers + 1):
            said[privacy.bounded(count, answers, total)].append(count)
        assert (None in said) == (answers < total // 2 + 1 + SMALL or total < 2 * SMALL)
        for words, counts in said.items():
            if words:
                assert words[1] <= min(counts) if words[0] == "at least" else words[1] >= max(counts)
                assert len(counts) >= SMALL
                assert answers - min(counts) >= SMALL  # those left may be none, but need not be few


@pytest.mark.parametrize(
    ("count", "answers", "total", "words"),
    [
        (18, 24, 24, ("at least", 13)),
        (24, 24, 24, ("at least", 13)),
        (12, 24, 24, ("at most", 12)),
        (18, 22, 24, None),
        (59, 60, 60, ("at least", 42)),
        (59, 59, 60, ("at least", 42)),
        (45, 50, 60, ("at least", 31)),
        (20, 20, 20, None),
    ],
)
def test_counts_in_words(count, answers, total, words):
    assert privacy.bounded(count, answers, total) == words


def test_of_a_tie_the_first_is_said_so_that_a_tie_is_not_told():
    assert privacy.most([4, 4]) == 0
    assert privacy.most([3, 4, 4]) == 1


@pytest.mark.parametrize(
    ("answers", "total", "may"),
    [(7, 7, False), (6, 8, False), (7, 8, True), (8, 8, True), (6, 11, False), (7, 11, True), (29, 60, False)],
)
def test_a_choice_is_the_groups_own_when_half_of_it_and_seven_have_answered(answers, total, may):
    assert privacy.may_choose(answers, total) == may


# ---- Means -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("smallest", [5, 6, 11, 12])
def test_from_what_size_on_a_cohort_may_have_a_mean(smallest):
    sizes = [size for size in range(40) if privacy.shown_mean(50, size, size, 20, smallest)]
    assert sizes == list(range(privacy.smallest_for_numbers(smallest), 40))


def test_a_mean_needs_enough_learners_and_enough_questions():
    assert privacy.shown_mean(71.4, learners=20, total=24, questions=3) == Mean(70)
    assert privacy.shown_mean(71.4, learners=11, total=24, questions=3) is None  # less than half
    assert privacy.shown_mean(71.4, learners=10, total=16, questions=9) is None
    assert privacy.shown_mean(71.4, learners=15, total=15, questions=9) is None  # nearly all: eleven of fifteen
    assert privacy.shown_mean(71.4, learners=99, total=99, questions=2) is None


@pytest.mark.parametrize(
    ("percent", "total", "said"),
    [(100, 24, "85% or more"), (86, 24, "85% or more"), (0, 24, "15% or less"), (100, 200, "95% or more")],
)
def test_the_ends_of_a_mean_are_open(percent, total, said):
    assert str(privacy.shown_mean(percent, total, total, 20)) == said


@given(st.integers(16, 500))
def test_behind_the_highest_mean_some_may_have_lost_a_third_of_the_points(total):
    behind = max(SMALL, (total + 1) // 2)
    lost = (100 - (privacy.highest(total) - 2.5)) * behind / 100
    assert lost * 3 >= privacy.room() - 1 or privacy.highest(total) == 95


def test_a_mean_is_in_whole_percents_where_a_few_are_lost_in_the_rounding_all_the_same():
    assert privacy.step_of(167, 240) == 1
    assert privacy.step_of(166, 240) == privacy.STEP
    assert privacy.step_of(167, 171) == privacy.STEP  # that they are so many would say that nearly all have a result
    assert privacy.step_of(167, 172) == 1
    assert privacy.shown_mean(66.2, 178, 240, 20, step=1) == Mean(66)
    assert str(privacy.shown_mean(97.2, 178, 240, 20, step=1)) == "95% or more"


@given(st.integers(167, 1000), st.floats(10, 90))
def test_behind_a_mean_in_whole_percents_a_few_may_have_lost_a_third_of_the_points(learners, percent):
    """Who is at the middle of the rounding sees no difference between `room` counts of them, from 0 up."""
    lost = 100 / 3 * (privacy.room() - 1) / learners
    middle = round(percent)
    top, bottom = (
        privacy.shown_mean(middle + way * lost / 2.001, learners, 2 * learners, 20, step=1) for way in (1, -1)
    )
    assert top == bottom == Mean(middle)


@pytest.mark.parametrize(
    ("points", "learners", "said"),
    [(7.25, 20, 5), (2.4, 20, 0), (-8.1, 20, -10), (97, 20, 25), (-97, 20, -25), (7.25, 11, None)],
)
def test_a_gain_is_rounded_and_its_ends_are_open(points, learners, said):
    assert privacy.shown_gain(points, learners, 24, 20) == said


def test_a_mean_is_not_shared_where_all_stand_at_the_end_of_their_bins():
    edges = [0.0, 70.0, 100.0]
    assert privacy.is_free([60.0] * 6 + [80.0] * 6, edges)
    assert not privacy.is_free([69.0] * 11 + [100.0] * 11, edges)
    assert not privacy.is_free([70.0] * 11 + [2.0] * 11, edges)


# ---- Distributions and groups ----------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.integers(0, 12))
def test_merged_bins_are_each_large_enough_and_leave_nobody_out(counts, cut):
    bins = privacy.merged_bins(counts, cut)
    if sum(counts) < SMALL:
        assert bins == []
        return
    assert [first for first, _, _ in bins] == [0, *(last for _, last, _ in bins[:-1])]
    assert bins[-1][1] == len(counts)
    for first, last, held in bins:
        assert held == sum(counts[first:last]) >= SMALL
    if min(sum(counts[:cut]), sum(counts[cut:])) >= SMALL:
        assert cut in {first for first, _, _ in bins}


def test_one_small_group_takes_the_next_one_with_it():
    assert privacy.shown_groups([14, 10, 30]) == [False, False, True]
    assert privacy.shown_groups([14, 10]) == [False, False]


# ---- The test: every world behind a page -----------------------------------------------------------------------------


def assessed(world, scores, smallest) -> str:
    """All that is said of the test but means, in a world of (without a result, learners with each score)."""
    percents = [float(score) for score, count in zip(scores, world[1:], strict=True) for _ in range(count)]
    test = Assessment(tuple(percents), sum(percent >= 70 for percent in percents), 70)
    return repr((shared.passed(test, sum(world), smallest), shared.distribution(test, sum(world), smallest)))


@cache
def pages(total: int, scores: tuple[int, ...], smallest: int):
    """The worlds behind each page on the test, and the counts behind each sentence on who has finished."""
    tests, finished = defaultdict(list), defaultdict(list)
    for world in spread(total, len(scores) + 1):
        tests[assessed(world, scores, smallest)].append(world)
    for done in range(total + 1):
        finished[shared.finished(Completion("", done, total - done, 0), smallest)].append(done)
    return tests, finished


def sizes_of(world, done, scores):
    """Every group that a reader might want to know the size of, by name."""
    passed = sum(count for score, count in zip(scores, world[1:], strict=True) if score >= 70)
    results = sum(world[1:])
    return {
        **{f"at {score}": count for score, count in zip(scores, world[1:], strict=True)},
        "without": world[0],
        "passed": passed,
        "failed": results - passed,
        "not passed": sum(world) - passed,
        "finished": done,
        "not finished": sum(world) - done,
        "finished, not passed": abs(done - passed),
    }


@pytest.mark.parametrize("nested", [False, True], ids=["", "whoever passed has finished"])
@pytest.mark.parametrize("total", [*range(1, 31), 38, 45, 60])
def test_no_group_of_one_to_ten_can_be_computed_from_any_page_on_the_test(total, nested):
    scores = (50, 80)
    tests, finished = pages(total, scores, SMALL)
    for behind, done in product(tests.values(), finished.values()):
        found = defaultdict(set)
        for world, count in product(behind, done):
            if not nested or world[2] <= count <= sum(world[1:]):
                for name, size in sizes_of(world, count, scores).items():
                    found[name].add(size)
        known = {name: sizes for name, sizes in found.items() if len(sizes) == 1}
        assert not [name for name, sizes in known.items() if sizes <= set(range(1, SMALL))], (behind[0], done)


@pytest.mark.parametrize("total", [22, 24, 27, 33, 40])
def test_nor_by_a_reader_who_knows_who_has_a_result(total):
    scores = (40, 60, 75)
    behind = defaultdict(list)
    for world in spread(total, len(scores) + 1):
        behind[assessed(world, scores, SMALL), world[0]].append(world)
    for (_, none), worlds in behind.items():
        for name in ("passed", "failed"):
            sizes = {sizes_of(world, 0, scores)[name] for world in worlds}
            few = total - none < SMALL
            small = max(sizes) < SMALL and min(sizes) >= 1
            assert few or (not small and sizes != {0}), (worlds[0], name)


@pytest.mark.parametrize("knowing", [False, True], ids=["reader", "reader who knows who took which test"])
@pytest.mark.parametrize(("total", "smallest"), [(12, 4), (17, 4), (21, 4), (22, 5)])
def test_no_small_group_follows_from_a_share_that_counts_second_attempts(total, smallest, knowing):
    behind, said = defaultdict(list), 0
    for world in spread(total, 5):
        none, left, again, by_second, passed = world
        percents = (50.0,) * (left + again + by_second) + (80.0,) * passed
        test = Assessment(percents, passed + by_second, 70, by_second)
        by_now = shared.passed_by_now(test, again + by_second, total, smallest)
        said += by_now is not None
        page = (by_now, shared.passed(test, total, smallest), shared.distribution(test, total, smallest))
        behind[repr(page), (none, again + by_second) if knowing else None].append(world)
    assert said or total < 21
    for (page, known), worlds in behind.items():
        takers = known[1] if known else total
        if takers >= smallest:  # of fewer, every part is small, and nothing is ever said
            for group, within in (([2], takers), ([3], takers), ([1, 2], total), ([3, 4], total)):
                assert not told_of(worlds, group, within, smallest), (page, known, group)


@pytest.mark.parametrize("total", range(1, SMALL))
def test_a_cohort_smaller_than_the_smallest_group_is_told_nothing_of_its_progress(total):
    said = {shared.finished(Completion("", done, total - done, 0), SMALL) for done in range(total + 1)}
    assert said == {shared.TOO_SMALL if total < privacy.SMALLEST_COHORT else shared.UNDER_WAY}
