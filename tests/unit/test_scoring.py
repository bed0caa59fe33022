"""The scoring rules against worked examples and by their properties."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprofessionalism import scoring
from eprofessionalism.items import Item, Option

LETTERS = "abcdefgh"
RANKING_KEY = {letter: Fraction(place) for place, letter in enumerate("abcde", start=1)}
CHOOSE_KEY = {letter: Fraction(letter in "bdg") for letter in LETTERS}


def keys(values, size):
    """Keys of `size` options with values drawn from `values`."""
    return st.lists(values, min_size=size, max_size=size).map(lambda drawn: dict(zip(LETTERS, drawn, strict=False)))


def test_credit_is_that_of_the_option_chosen():
    key = {"a": Fraction(0), "b": Fraction(1), "c": Fraction(1, 3)}
    assert [scoring.credit(key, option) for option in "abc"] == [0.0, 1.0, pytest.approx(1 / 3)]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("ab", 1.0), ("a", 4 / 5), ("abc", 4 / 5), ("c", 2 / 5), ("cde", 0.0), ("", 0.0), ("abcde", 0.0)],
)
def test_multiple_response_counts_selections_and_omissions_alike(chosen, expected):
    key = {letter: Fraction(letter in "ab") for letter in "abcde"}
    assert scoring.mrq(key, list(chosen)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("chosen", "points"), [("bdg", 12), ("bda", 8), ("bac", 4), ("ace", 0), ("bd", 8), ("bdga", 0)]
)
def test_choose_gives_four_points_of_twelve_for_each_right_choice(chosen, points):
    assert scoring.choose(CHOOSE_KEY, list(chosen)) == pytest.approx(points / 12)


@pytest.mark.parametrize(
    ("right", "given_level", "expected"),
    [
        (1, 1, 1),
        (1, 2, 0.5),
        (1, 3, 0),
        (1, 4, 0),
        (2, 1, 0.5),
        (2, 3, 0),
        (3, 2, 0),
        (3, 4, 0.5),
        (4, 3, 0.5),
        (4, 1, 0),
    ],
)
def test_rating_gives_half_for_one_step_on_the_same_side_of_the_middle(right, given_level, expected):
    assert scoring.rating({"a": Fraction(right)}, {"a": given_level}) == expected


def test_a_response_left_unrated_earns_nothing():
    assert scoring.rating({"a": Fraction(1), "b": Fraction(4)}, {"a": 1}) == 0.5


@pytest.mark.parametrize(("order", "points"), [("abcde", 20), ("bacde", 18), ("edcba", 8), ("eabcd", 12)])
def test_ranking_loses_a_point_of_twenty_for_each_place_out(order, points):
    assert scoring.ranking(RANKING_KEY, list(order)) == pytest.approx(points / 20)


def test_ranking_has_a_floor_of_forty_and_a_chance_of_sixty_percent():
    scores = [scoring.ranking(RANKING_KEY, order) for order in permutations("abcde")]
    assert min(scores) == pytest.approx(0.4)
    assert sum(scores) / len(scores) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("certainty", "right", "mark"),
    [(1, True, 1), (2, True, 2), (3, True, 3), (1, False, 0), (2, False, -2), (3, False, -6)],
)
def test_certainty_marks(certainty, right, mark):
    assert scoring.certainty_mark(certainty, right) == mark


@pytest.mark.parametrize(("confidence", "best"), [(0.5, 1), (0.66, 1), (0.68, 2), (0.79, 2), (0.81, 3), (1.0, 3)])
def test_certainty_marks_reward_honesty(confidence, best):
    """The expected mark is highest below 67 % for “not sure”, up to 80 % for “fairly”, above for “very sure”."""

    def expected_mark(level):
        right, wrong = scoring.CERTAINTY_MARKS[level]
        return confidence * right + (1 - confidence) * wrong

    assert max((1, 2, 3), key=expected_mark) == best


@given(keys(st.sampled_from([Fraction(0), Fraction(1)]), 6), st.sets(st.sampled_from("abcdef")))
def test_multiple_response_is_in_range_and_grows_with_each_mended_choice(key, chosen):
    score = scoring.mrq(key, chosen)
    assert 0 <= score <= 1
    for option in key:
        mended = chosen | {option} if key[option] else chosen - {option}
        if len(mended) not in (0, len(key)) and len(chosen) not in (0, len(key)):
            assert scoring.mrq(key, mended) >= score


@given(st.sets(st.sampled_from(LETTERS), max_size=8))
def test_choose_is_in_range_and_never_rewards_a_fourth_choice(chosen):
    score = scoring.choose(CHOOSE_KEY, chosen)
    assert 0 <= score <= 1
    assert len(chosen) <= 3 or score == 0


@given(keys(st.integers(1, 4).map(Fraction), 6), keys(st.integers(1, 4), 6))
def test_rating_is_in_range_and_grows_when_a_level_moves_to_the_key(key, levels):
    score = scoring.rating(key, levels)
    assert 0 <= score <= 1
    for option in key:
        assert scoring.rating(key, levels | {option: int(key[option])}) >= score


@given(st.permutations("abcde"))
def test_ranking_stays_between_its_floor_and_one(order):
    assert 0.4 <= scoring.ranking(RANKING_KEY, order) <= 1


def test_a_reflection_has_no_rule():
    item = Item("x-1", "reflection", "What would you do?", 4)
    with pytest.raises(ValueError, match="x-1: a reflection is marked by hand"):
        scoring.score(item, {}, "text")


def test_score_uses_the_rule_of_the_type():
    options = tuple(Option(letter, letter) for letter in "abcde")
    item = Item("x-2", "ranking", "Order?", 2, options)
    assert scoring.score(item, RANKING_KEY, list("edcba")) == pytest.approx(0.4)
