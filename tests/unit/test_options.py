"""Who chose which option: against pandas, scipy and numpy on real data, and by hand on small made tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.datasets import fair

from eprofessionalism_graders.cohort.analysis.coding import MICRO
from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.analysis.options import (
    CURVES,
    LEVELS,
    OPTIONS,
    PLACES,
    TIMES,
    held_effective,
    item_times,
    level_statistics,
    option_curves,
    option_statistics,
    parts_for,
    place_statistics,
)

LETTERS = "abcd"


def counted(answers: dict[str, list[str | None]], scores: dict[str, list[float]]) -> pd.DataFrame:
    """The cells of a table of counts: by item, what each learner answered and earned."""
    rows = [
        {"learner": learner, "item": item, "option": option, "score": score}
        for item in answers
        for learner, (option, score) in enumerate(zip(answers[item], scores[item], strict=True))
    ]
    return Counts.from_answers(pd.DataFrame(rows)).cells


def micro(**points: float) -> dict[str, int]:
    return {item: round(worth * MICRO) for item, worth in points.items()}


@pytest.fixture(scope="module")
def survey():
    """Fair's survey of 6,366 women: their occupation as a question with six options, and four rated questions."""
    data = fair.load_pandas().data
    rated = ["rate_marriage", "religious", "educ", "yrs_married"]
    answers = {"occupation": [f"{value:.0f}" for value in data["occupation"]]} | {
        name: [f"{value:g}" for value in data[name]] for name in rated
    }
    scores = {"occupation": [0.0] * len(data)} | {name: list(data[name]) for name in rated}
    most = {"occupation": 1.0} | {name: float(data[name].max()) for name in rated}
    return data, rated, counted(answers, scores), micro(**most), sum(most.values()) - 1.0


def test_shares_means_and_correlations_are_those_of_pandas_and_scipy_on_real_data(survey):
    data, rated, cells, most, rest_most = survey
    found = option_statistics(cells, most, {"occupation": list("123456")}).set_index("option")
    rest = data[rated].sum(axis=1)
    shares = pd.crosstab(data["occupation"], "all", normalize="columns")["all"]
    for option in range(1, 7):
        chose = data["occupation"] == option
        row = found.loc[str(option)]
        assert row["n"] == chose.sum()
        assert row["share"] == pytest.approx(100 * shares[option])
        assert row["mean_rest"] == pytest.approx(100 * rest[chose].mean() / rest_most)
        assert row["point_biserial"] == pytest.approx(stats.pointbiserialr(chose, rest).statistic, abs=1e-12)


def test_curves_are_those_of_pandas_on_real_data(survey):
    data, rated, cells, most, rest_most = survey
    found = option_curves(cells, most, {"occupation": list("123456")}, 5)
    rest = data[rated].sum(axis=1)
    middle = rest.round(6).rank(method="average") - 0.5  # learners below, and half of those alike
    group = 1 + np.floor(5 * middle / len(rest)).astype(int)
    table = pd.crosstab(group, data["occupation"])
    for row in found.itertuples():
        assert row.n == table.loc[row.group, float(row.option)]
        assert row.takers == table.loc[row.group].sum()
        assert row.share == pytest.approx(100 * row.n / row.takers)
        own = rest[group == row.group]
        assert (row.low, row.high) == pytest.approx((100 * own.min() / rest_most, 100 * own.max() / rest_most))
    assert set(found["group"]) == {1, 2, 3, 4, 5}


def test_right_and_wrong_as_options_give_the_corrected_item_total_correlation():
    scores = pingouin.read_dataset("cronbach_wide_missing").dropna()
    cells = Counts.from_matrix(scores).cells
    found = option_statistics(cells, micro(**dict.fromkeys(map(str, scores.columns), 1.0)))
    right = found[found["option"] == "1"].set_index("item")["point_biserial"]
    for item in scores.columns:
        rest = scores.drop(columns=item).sum(axis=1)
        if scores[item].nunique() > 1:
            assert right[item] == pytest.approx(stats.pearsonr(scores[item], rest).statistic)


def test_groups_keep_the_same_scores_together_and_go_by_the_middle_of_these():
    # Rest scores 0 0 0 0 1 1 2 3 3 of nine learners: middles 2, 5, 6.5 and 8 of 9, so thirds 1, 2, 3 and 3.
    rest = [0, 0, 0, 0, 1, 1, 2, 3, 3]
    chose = list("aabbabbbb")
    cells = counted({"x": chose, "y": [str(r) for r in rest]}, {"x": [0.0] * 9, "y": [float(r) for r in rest]})
    found = option_curves(cells, micro(x=1, y=3), {"x": ["a", "b", "c"]})
    assert list(found) == list(CURVES)
    shown = [(r.group, r.takers, r.option, r.n) for r in found.itertuples()]
    assert shown == [
        (1, 4, "a", 2), (1, 4, "b", 2), (1, 4, "c", 0),
        (2, 2, "a", 1), (2, 2, "b", 1), (2, 2, "c", 0),
        (3, 3, "a", 0), (3, 3, "b", 3), (3, 3, "c", 0),
    ]  # fmt: skip
    assert found["low"].tolist() == pytest.approx([0] * 3 + [100 / 3] * 3 + [200 / 3] * 3)


def test_when_all_are_alike_they_are_one_group_in_the_middle():
    cells = counted({"x": list("aabb"), "y": ["1"] * 4}, {"x": [0.0] * 4, "y": [1.0] * 4})
    found = option_curves(cells, micro(x=1, y=1), {"x": ["a", "b"]})
    assert found["group"].tolist() == [2, 2]
    assert option_statistics(cells, micro(x=1, y=1), {"x": ["a", "b"]})["point_biserial"].isna().all()


def test_an_option_that_nobody_chose_has_a_row_and_no_mean():
    cells = counted({"x": list("aab"), "y": ["0", "1", "1"]}, {"x": [0.0] * 3, "y": [0.0, 1.0, 1.0]})
    found = option_statistics(cells, micro(x=1, y=1), {"x": ["a", "b", "c"]}).set_index("option")
    assert list(found.reset_index()[list(OPTIONS)]) == list(OPTIONS)
    assert found.loc["c", "n"] == 0
    assert found.loc["c", "share"] == 0
    assert np.isnan(found.loc["c", "mean_rest"])
    assert np.isnan(found.loc["c", "point_biserial"])
    assert found["share"].sum() == pytest.approx(100)


def test_an_option_that_all_chose_correlates_with_nothing():
    cells = counted({"x": list("aaa"), "y": ["0", "1", "1"]}, {"x": [1.0] * 3, "y": [0.0, 1.0, 1.0]})
    found = option_statistics(cells, micro(x=1, y=1), {"x": ["a", "b"]})
    assert found["point_biserial"].isna().all()


def test_no_answer_is_left_out_and_an_empty_one_is_a_taker():
    cells = counted(
        {"x": ["a b", "", None, "b"], "y": ["1", "0", "1", "1"]},
        {"x": [1.0, 0.0, 0.0, 0.5], "y": [1.0, 0.0, 1.0, 1.0]},
    )
    found = option_statistics(cells, micro(x=1, y=1), {"x": ["a", "b"]}).set_index("option")
    assert found["n"].to_dict() == {"a": 1, "b": 2}
    assert found["share"].to_dict() == pytest.approx({"a": 100 / 3, "b": 200 / 3})
    assert found.loc["b", "point_biserial"] == pytest.approx(1.0)


def test_who_lacks_a_total_counts_for_shares_alone():
    rows = [("a", 0, 1), ("b", 1, 2), ("b", 1, None)]
    cells = pd.DataFrame(
        {
            "item": "x",
            "option": [option for option, _, _ in rows],
            "score": [score * MICRO for _, score, _ in rows],
            "total": pd.array([None if total is None else total * MICRO for *_, total in rows], dtype="Int64"),
            "n": [3, 2, 5],
        }
    )
    found = option_statistics(cells, micro(x=1, y=2)).set_index("option")
    assert found["share"].to_dict() == pytest.approx({"a": 30, "b": 70})
    assert found["mean_rest"].to_dict() == pytest.approx({"a": 50, "b": 50})
    assert option_curves(cells, micro(x=1, y=2))["takers"].unique().tolist() == [5]


def test_several_choices_go_with_the_rest_as_scipy_says():
    rng = np.random.default_rng(4)
    rest = rng.integers(0, 7, 80).astype(float)
    chosen = {option: rng.random(80) < (0.2 + rest / 10) for option in LETTERS}
    answers = [" ".join(option for option in LETTERS if chosen[option][row]) for row in range(80)]
    cells = counted({"x": answers, "y": [f"{r:g}" for r in rest]}, {"x": [0.25] * 80, "y": list(rest)})
    found = option_statistics(cells, micro(x=1, y=6), {"x": list(LETTERS)}).set_index("option")
    for option in LETTERS:
        assert found.loc[option, "n"] == chosen[option].sum()
        expected = stats.pointbiserialr(chosen[option], rest).statistic
        assert found.loc[option, "point_biserial"] == pytest.approx(expected)


def test_levels_are_counted_response_by_response():
    answers = ["a=4 b=1", "a=4 b=2", "a=3", "b=1"]
    cells = counted({"x": answers, "y": ["1", "1", "0", "0"]}, {"x": [1.0, 0.5, 0.5, 0.5], "y": [1.0, 1.0, 0.0, 0.0]})
    found = level_statistics(cells[cells["item"] == "x"], micro(x=1, y=1))
    assert list(found) == list(LEVELS)
    rows = {(r.option, r.level): (r.n, r.share, r.mean_rest) for r in found.itertuples()}
    assert rows == {("a", 3): (1, 25, 0), ("a", 4): (2, 50, 100), ("b", 1): (2, 50, 50), ("b", 2): (1, 25, 100)}


def test_ratings_as_choices_are_the_responses_held_effective():
    cells = counted({"x": ["a=4 b=1 c=3", "a=2 b=2", None]}, {"x": [1.0, 0.5, 0.0]})
    assert sorted(held_effective(cells, 3)["option"].fillna("none")) == ["", "a c", "none"]


def test_places_are_means_and_go_with_the_rest_as_scipy_says():
    rng = np.random.default_rng(5)
    rest = rng.integers(0, 5, 40).astype(float)
    orders = [list(rng.permutation(list("abc"))) for _ in range(40)]
    cells = counted({"x": [" ".join(o) for o in orders], "y": [f"{r:g}" for r in rest]}, {"x": [0.5] * 40, "y": rest})
    found = place_statistics(cells[cells["item"] == "x"], micro(x=1, y=4))
    assert list(found) == list(PLACES)
    for row in found.itertuples():
        places = np.array([order.index(row.option) + 1 for order in orders])
        assert row.mean_place == pytest.approx(places.mean())
        assert row.first == pytest.approx(100 * (places == 1).mean())
        assert row.place_rest == pytest.approx(stats.pearsonr(places, rest).statistic)


def test_a_million_times_as_many_learners_change_no_share_mean_or_correlation(survey):
    *_, cells, most, _ = survey
    many = cells.assign(n=cells["n"] * 1_000_000)
    names = ["share", "mean_rest", "point_biserial"]
    few, more = (option_statistics(table, most, {"occupation": list("123456")})[names] for table in (cells, many))
    pd.testing.assert_frame_equal(few, more)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(LETTERS), st.integers(0, 4)), min_size=2, max_size=40),
    st.data(),
)
def test_parts_of_a_cohort_give_the_same_as_the_whole(rows, data):
    answers = pd.DataFrame(
        [
            {"learner": number, "item": item, "option": option, "score": score}
            for number, (choice, other) in enumerate(rows)
            for item, option, score in (("x", choice, float(choice == "a")), ("y", str(other), float(other)))
        ]
    )
    cut = data.draw(st.integers(1, len(rows) - 1))
    parts = [answers[answers["learner"] < cut], answers[answers["learner"] >= cut]]
    first, second = (Counts.from_answers(part, ["x", "y"]) for part in parts)
    whole = Counts.from_answers(answers, ["x", "y"]).cells
    most, options = micro(x=1, y=4), {"x": list(LETTERS)}
    for made in (option_statistics, option_curves):
        pd.testing.assert_frame_equal(made((first + second).cells, most, options), made(whole, most, options))
    found = option_statistics(whole, most, options)
    assert found["n"].sum() == len(rows)
    assert found["point_biserial"].dropna().between(-1 - 1e-9, 1 + 1e-9).all()
    assert option_curves(whole, most, options)["n"].sum() == len(rows)


def test_many_takers_have_fifths_and_few_have_thirds():
    assert [parts_for(12), parts_for(149), parts_for(150), parts_for(1_000_000)] == [3, 3, 5, 5]


def test_times_are_numpys_quartiles_of_what_is_known():
    seconds = [12.0, 40.0, 33.0, 900.0, None, 20.0]
    responses = pd.DataFrame({"item": ["x"] * 6 + ["y"], "seconds": pd.array([*seconds, None], dtype="Float64")})
    (row,) = item_times(responses).to_dict("records")
    known = [second for second in seconds if second is not None]
    assert list(row) == list(TIMES)
    assert row["item"] == "x"
    assert row["timed"] == 5
    assert [row["quarter"], row["median"], row["three_quarters"]] == pytest.approx(np.percentile(known, [25, 50, 75]))


def test_without_times_there_are_no_rows():
    assert item_times(pd.DataFrame({"item": ["x"]})).empty
    assert item_times(pd.DataFrame({"item": ["x"], "seconds": pd.array([None], dtype="Float64")})).empty
