"""The table of counts: the same from a matrix and from answers, and exactly the sum of its parts."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from eprofessionalism_graders.cohort.analysis import coding
from eprofessionalism_graders.cohort.analysis.coding import MICRO, coded
from eprofessionalism_graders.cohort.analysis.counts import CELLS, Counts
from eprofessionalism_graders.cohort.analysis.covariance import covariance

THIRDS = st.sampled_from([0.0, 1 / 3, 0.5, 2 / 3, 1.0, 2.0, -1.0])
RIGHT_OR_WRONG = st.sampled_from([0.0, 1.0])


tried = settings(max_examples=40, deadline=None)


def matrices(elements=THIRDS, missing=True, least=0):
    """Learners x items."""
    some = st.one_of(elements, st.just(np.nan)) if missing else elements
    shape = st.tuples(st.integers(least, 12), st.integers(1, 11))
    return shape.flatmap(lambda size: arrays.arrays(np.float64, size, elements=some))


def long(scores: np.ndarray) -> pd.DataFrame:
    """One row an answer that was given, in an order of its own."""
    learners, items = np.nonzero(~np.isnan(scores))
    answers = pd.DataFrame({"learner": learners, "item": items.astype(str), "score": scores[learners, items]})
    answers["option"] = [f"{round(score * MICRO) / MICRO:.6f}".rstrip("0").rstrip(".") for score in answers["score"]]
    return answers.sample(frac=1, random_state=1)


def test_counts_of_a_small_matrix_are_as_counted_by_hand():
    counts = Counts.from_matrix(pd.DataFrame({"a": [1, 1, 0, np.nan], "b": [0.5, 0, 0, 1]}))
    assert list(counts.cells) == list(CELLS)
    assert counts.cells.astype({"item": "str"}).fillna({"total": -1}).values.tolist() == [
        ["a", "0", 0, 0, 1],
        ["a", "1", MICRO, MICRO, 1],
        ["a", "1", MICRO, 1_500_000, 1],
        ["b", "0", 0, 0, 1],
        ["b", "0", 0, MICRO, 1],
        ["b", "0.5", 500_000, 1_500_000, 1],
        ["b", "1", MICRO, -1, 1],
    ]
    assert (counts.learners, counts.complete) == (4, 3)
    assert counts.totals.to_numpy().tolist() == [[0, 1], [MICRO, 1], [1_500_000, 1]]


@tried
@given(matrices(), st.integers(0, 12))
def test_parts_add_up_to_the_whole_in_either_order(scores, cut):
    first, second = Counts.from_matrix(scores[:cut]), Counts.from_matrix(scores[cut:])
    assert first + second == second + first == Counts.from_matrix(scores)


@tried
@given(matrices(missing=False))
def test_every_learner_alone_adds_up_to_the_whole(scores):
    alone = [Counts.from_matrix(scores[row : row + 1]) for row in range(len(scores))]
    assert sum(alone, start=Counts.from_matrix(scores[:0])) == Counts.from_matrix(scores)


@tried
@given(matrices(), st.randoms())
def test_the_order_of_the_learners_makes_no_difference(scores, random):
    order = list(range(len(scores)))
    random.shuffle(order)
    assert Counts.from_matrix(scores[order]) == Counts.from_matrix(scores)


@tried
@given(matrices(least=1))
def test_a_matrix_and_its_answers_one_by_one_give_the_same_table(scores):
    scores = scores[~np.isnan(scores).all(axis=1)]
    items = [str(number) for number in range(scores.shape[1])]
    assert Counts.from_answers(long(scores), items) == Counts.from_matrix(scores)


@tried
@given(st.one_of(matrices(), matrices(RIGHT_OR_WRONG, missing=False)))
def test_every_answer_is_counted_once_and_every_total_is_whole_micro_points(scores):
    counts = Counts.from_matrix(scores)
    answered = ~np.isnan(scores)
    found = counts.cells.groupby("item", observed=False)["n"].sum()
    assert found.tolist() == answered.sum(axis=0).tolist()
    totals = np.rint(scores[answered.all(axis=1)] * MICRO).astype(np.int64).sum(axis=1)
    assert np.repeat(counts.totals["total"], counts.totals["n"]).tolist() == sorted(totals)
    assert counts.learners == len(scores)


@tried
@given(matrices(), st.sampled_from(["C", "F"]))
def test_few_values_are_coded_as_many_are(scores, order):
    items, matrix = tuple(map(str, range(scores.shape[1]))), np.array(scores, order=order)
    quick, general = coding._few_levels(items, matrix), coding._any_levels(items, matrix)
    assert quick.complete.tolist() == general.complete.tolist()
    assert quick.totals.tolist() == general.totals.tolist()
    for found in (quick, general):
        known = found.codes < len(found.levels)
        np.testing.assert_array_equal(known.T, ~np.isnan(scores))
        assert found.levels[found.codes[known]].tolist() == coding.micro(scores.T[known]).tolist()


@pytest.mark.parametrize("late", [2.0, -1.0, 0.5, np.nan, 1 / 3 + 1e-9])
def test_a_value_that_comes_late_is_found(late):
    scores = np.zeros((50_000, 4))
    scores[::2] = 1 / 3
    scores[-3, 1] = late
    counts = Counts.from_matrix(scores)
    assert counts == Counts.from_matrix(scores[::-1]) == Counts.from_coded(coding._any_levels(counts.items, scores))
    kinds = {"0", "0.333333"} | (set() if np.isnan(late) else {f"{round(late * MICRO) / MICRO:g}"})
    assert set(counts.cells["option"]) == kinds
    assert counts.complete == 50_000 - np.isnan(late)


@tried
@given(matrices(least=2), st.sampled_from(["C", "F"]))
def test_covariances_are_those_of_complete_learners(scores, order):
    whole = pd.DataFrame(scores).dropna()
    found = covariance(coded(np.array(scores, order=order)))
    assert found.shape == (scores.shape[1],) * 2
    if len(whole) < 2:
        assert np.isnan(found).all()
    else:
        np.testing.assert_allclose(found, whole.cov(), atol=2e-6)


@pytest.mark.parametrize("missing", [False, True])
def test_covariances_of_right_or_wrong_items_are_exact_beyond_one_machine_word(missing):
    scores = np.random.default_rng(5).integers(0, 2, (1003, 7)).astype(float)
    if missing:
        scores[::13, 2] = np.nan
    np.testing.assert_allclose(covariance(coded(scores)), pd.DataFrame(scores).dropna().cov(), rtol=1e-12)


def test_many_kinds_of_scores_are_counted_like_few():
    """Scores so fine that nearly every answer and total is a cell of its own."""
    scores = np.random.default_rng(7).random((3000, 5)).round(6)
    scores[::50, 1] = np.nan
    counts = Counts.from_matrix(scores)
    assert coding._few_levels(counts.items, scores) is None
    assert counts == Counts.from_answers(long(scores), counts.items)
    assert counts == Counts.from_matrix(scores[:1234]) + Counts.from_matrix(scores[1234:])


def test_frames_of_any_numbers_and_layout_give_the_same_table():
    scores = np.random.default_rng(3).integers(0, 2, (300, 9))
    expected = Counts.from_matrix(scores)
    rightly_missing = pd.DataFrame(scores).astype("Int64")
    for other in (scores.astype(bool), scores.astype(np.float32), np.asfortranarray(scores), rightly_missing):
        assert Counts.from_matrix(other) == expected
    rightly_missing.iloc[4, 4] = pd.NA
    assert Counts.from_matrix(rightly_missing).complete == 299


def test_a_table_counted_elsewhere_is_taken_with_alike_rows_added():
    table = pd.DataFrame(
        {
            "item": ["b", "a", "a", "b"],
            "option": ["x", "y", "y", None],
            "score": [MICRO, 0, 0, 0],
            "total": [MICRO, MICRO, MICRO, None],
            "n": [5, 2, 3, 1],
        }
    )
    counts = Counts.from_table(table, ["a", "b"], 6)
    assert counts.cells["n"].tolist() == [5, 5, 1]
    assert counts.cells["item"].tolist() == ["a", "b", "b"]
    assert counts.complete == 5
    assert counts == Counts.from_table(table.iloc[::-1], ("a", "b"), 6)
    assert pickle.loads(pickle.dumps(counts)) == counts  # as it travels between machines  # noqa: S301


def test_who_lacks_a_score_has_no_total():
    answers = pd.DataFrame(
        {"learner": list("aabb"), "item": list("xyxy"), "option": list("pqpq"), "score": [1, 2, 1, np.nan]}
    )
    counts = Counts.from_answers(answers)
    assert counts.cells["total"].isna().tolist() == [False, True, False]
    assert (counts.learners, counts.complete) == (2, 1)


def test_what_cannot_be_counted_is_refused_by_name():
    with pytest.raises(ValueError, match="found twice: a"):
        Counts.from_matrix(pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"]))
    with pytest.raises(ValueError, match="learners x items, found ndarray of dimension 1"):
        Counts.from_matrix(np.zeros(3))
    with pytest.raises(ValueError, match="learners x items, found dict of dimension 0"):
        Counts.from_matrix({"a": [1, 0]})
    with pytest.raises(ValueError, match="found in only one: 1"):
        Counts.from_matrix(np.zeros((2, 1))) + Counts.from_matrix(np.zeros((2, 2)))
    twice = pd.DataFrame({"learner": ["a"] * 2, "item": ["x"] * 2, "option": ["p"] * 2, "score": [1, 1]})
    with pytest.raises(ValueError, match="one answer of a to x, found two"):
        Counts.from_answers(twice)
    with pytest.raises(ValueError, match="found x"):
        Counts.from_answers(twice[:1], ["y"])


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        (pd.DataFrame({"id": ["s0", "s1"], "a": [1, 0]}), "a number in column “id”, row “0”, found “s0”"),
        (pd.DataFrame({"a": [1, "x"]}, index=["ana", "bea"]), "a number in column “a”, row “bea”, found “x”"),
        (pd.DataFrame({"a": [1.0], "at": pd.to_datetime(["2026-03-01"])}), "column “at”, row “0”, found “2026-03-01"),
        ([[1, 0], [1, "s0"]], "a number in column “1”, row “1”, found “s0”"),
        (np.array([[1, 0], [1, np.inf]]), "points up to 1e\\+11 in column “1”, row “1”, found “inf”"),
        (pd.DataFrame({"a": [1, 0], "b": [1, -2e11]}), "points up to 1e\\+11 in column “b”, row “1”"),
    ],
)
def test_a_cell_that_is_no_score_is_named_by_its_column_and_row(scores, says):
    with pytest.raises(ValueError, match=says):
        Counts.from_matrix(scores)
