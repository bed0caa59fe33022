"""Suspicious items: each rule on made data, how often sound items are flagged, and how often a wrong key is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from eprofessionalism_graders.cohort.analysis.coding import MICRO
from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.analysis.evidence import Asked, Evidence
from eprofessionalism_graders.cohort.analysis.flags import LOOK, RULES, SEVERITIES, correlation_interval, find
from eprofessionalism_graders.cohort.analysis.items import item_statistics_of
from eprofessionalism_graders.cohort.analysis.options import TIMES

BEST = {"a": 1.0, "b": 0.0, "c": 0.0, "d": 0.0}
FORM = 20


class Items:
    """Made items: what each learner answered, with the key."""

    def __init__(self, learners: int) -> None:
        self.learners = learners
        self.asked: dict[str, Asked] = {}
        self.rows: list[pd.DataFrame] = []

    def add(
        self,
        name: str,
        answers: Sequence[str],
        scores: Sequence[float],
        key: Mapping[str, float],
        kind: str = "sba",
        guess: float = 25.0,
        *,
        assessed: bool = True,
    ) -> None:
        self.asked[name] = Asked(kind, tuple(key), key, guess, assessed)
        rows = {"learner": range(self.learners), "item": name, "option": list(answers), "score": list(scores)}
        self.rows.append(pd.DataFrame(rows))

    def best(self, name: str, answers: Sequence[str], key: Mapping[str, float] | None = None, **more) -> None:
        """One best answer."""
        key = BEST if key is None else key
        self.add(name, answers, [key[answer] for answer in answers], key, **more)

    def evidence(self, **more) -> Evidence:
        counts = Counts.from_answers(pd.concat(self.rows), list(self.asked))
        maximum = dict.fromkeys(self.asked, MICRO)
        return Evidence(self.asked, counts.cells, maximum, item_statistics_of(counts, 1.0), **more)

    def found(self, name: str, **more) -> dict[str, object]:
        return {flag.kind: flag for flag in find(self.evidence(**more)) if flag.item == name}


def ladder(learners: int, items: int = 11) -> Items:
    """Items that put learners in order without an error: item k is answered rightly by all but the first k parts."""
    made = Items(learners)
    for number in range(items):
        cut = (number + 1) * learners // (items + 1)
        made.best(f"l{number}", ["bcd"[row % 3] if row < cut else "a" for row in range(learners)])
    return made


# ---- Sound items, and a wrong key ------------------------------------------------------------------------------------


def logistic(x):
    return 1 / (1 + np.exp(-x))


def form(rng: np.random.Generator, learners: int, wrong_key: bool = False) -> Evidence:
    """A form of twenty: eleven with one best answer by a two-parameter logistic model, nine with six judgements each.

    Facilities lie about between 0.35 and 0.95; wrong options draw differently. Of the first item another option may be
    keyed than the one that the able know.
    """
    made, ability = Items(learners), rng.normal(size=learners)
    for number in range(FORM):
        if number < 11:
            slope, place = rng.lognormal(0, 0.3), float(np.clip(rng.normal(-0.5, 0.8), -2.5, 0.5))
            place = -0.5 if wrong_key and number == 0 else place
            knows = rng.random(learners) < 0.05 + 0.95 * logistic(slope * (ability - place))
            lures = rng.choice(list("bcd"), learners, p=rng.dirichlet([4, 4, 4]))
            key = {"a": 0.0, "b": 1.0, "c": 0.0, "d": 0.0} if wrong_key and number == 0 else BEST
            made.best(f"q{number}", np.where(knows, "a", lures), key)
        else:
            right = dict(zip("abcdef", rng.permutation([1.0, 1, 1, 0, 0, 0]), strict=True))
            places = np.minimum(rng.normal(-1, 0.7, 6), 0)
            agrees = rng.random((learners, 6)) < logistic(rng.lognormal(0, 0.3, 6) * (ability[:, None] - places))
            chosen = agrees == np.array([value == 1 for value in right.values()])
            answers = [" ".join(np.array(list(right))[row]) for row in chosen]
            scores = np.where(chosen.all(axis=1) | ~chosen.any(axis=1), 0, agrees.mean(axis=1))
            made.add(f"q{number}", answers, scores, right, "mrq", 50.0)
    return made.evidence()


@pytest.mark.parametrize("learners", [12, 30, 120])
def test_hardly_any_sound_item_is_flagged(learners):
    rng = np.random.default_rng(learners)
    forms = [form(rng, learners) for _ in range(25)]
    found = [flag for one in forms for flag in find(one)]
    assert sum(flag.severity != LOOK for flag in found) <= 2  # of 500 items
    assert sum(flag.kind == "loose" for flag in found) <= 4
    if learners == 30:  # what Moodle's limit alone would name: about one in 20
        low = sum(int((one.statistics["discriminative_efficiency"] < 15).sum()) for one in forms)
        assert low == pytest.approx(500 / 20, abs=3 * np.sqrt(500 * 0.05 * 0.95))


@pytest.mark.parametrize(("learners", "share"), [(12, 0.38), (24, 0.82), (60, 0.98)])
def test_a_wrong_key_of_middling_difficulty_is_found_as_often_as_the_report_says(learners, share):
    """Shares of 300 to 350 forms made with other dice; the report says four of ten, four of five, nearly all."""
    rng = np.random.default_rng(learners)
    forms, found = 30, 0
    for _ in range(forms):
        keys = [flag for flag in find(form(rng, learners, wrong_key=True)) if flag.severity == SEVERITIES[0]]
        found += any(flag.item == "q0" for flag in keys)
        for flag in keys:
            if flag.kind == "key":
                assert flag.item == "q0"
                assert flag.options == ("a", "b")
    assert found / forms == pytest.approx(share, abs=3 * np.sqrt(share * (1 - share) / forms))


# ---- Rule by rule ----------------------------------------------------------------------------------------------------


def test_the_best_third_against_the_key_is_the_first_thing_to_check():
    made = ladder(30)
    made.best("x", ["a"] * 10 + ["c"] * 10 + ["b"] * 9 + ["a"])
    flag = made.found("x")["key"]
    assert flag.severity == "check the key"
    assert flag.options == ("b", "a")
    assert flag.numbers == {"takers": 10, "chosen": 9, "key": 1, "best_third": 1}
    assert stats.binomtest(9, 10, 0.5, alternative="greater").pvalue <= 0.05


def test_a_few_of_the_best_third_against_the_key_may_be_chance():
    made = ladder(30)
    made.best("x", ["a"] * 10 + ["c"] * 10 + ["b"] * 7 + ["a"] * 3)
    assert stats.binomtest(7, 10, 0.5, alternative="greater").pvalue > 0.05
    assert "key" not in made.found("x")


def test_what_all_choose_instead_of_the_key_is_flagged_where_they_are_no_weaker():
    made = ladder(12)
    made.best("x", ["a", *"bbbbbbbbbb", "c"])
    flag = made.found("x")["key"]
    assert (flag.options, flag.numbers) == (("b", "a"), {"takers": 12, "chosen": 10, "key": 1, "best_third": 0})
    # The same, chosen by those who are weaker: a hard question, and the best of all knows.
    other = ladder(12)
    other.best("x", ["c", *"bbbbbbbbbb", "a"])
    assert "key" not in other.found("x")


def test_below_ten_learners_nothing_is_said_of_a_key():
    made = ladder(9)
    made.best("x", ["b"] * 9)
    assert made.found("x") == {}


def test_what_the_best_third_leave_out_or_choose_against_the_key_is_flagged():
    right = {"a": 1.0, "b": 1.0, "c": 0.0, "d": 0.0}
    made = ladder(30)
    made.add("x", ["a b"] * 20 + ["b d"] * 10, [1.0] * 20 + [0.5] * 10, right, "mrq", 50.0)
    found = [flag for flag in find(made.evidence()) if flag.item == "x" and flag.kind == "option"]
    assert {(flag.options, flag.numbers["right"], flag.numbers["against"]) for flag in found} == {
        (("a",), 1.0, 10.0),
        (("d",), 0.0, 10.0),
    }


def test_an_option_that_is_hard_for_all_but_better_judged_by_the_better_is_no_fault():
    right = {"a": 1.0, "b": 1.0, "c": 0.0, "d": 0.0}
    made = ladder(90)
    answers = ["a b d"] * 60 + ["a b d" if row % 6 else "a b" for row in range(30)]
    made.add("x", answers, [0.75 if "d" in answer else 1.0 for answer in answers], right, "mrq", 50.0)
    assert "option" not in made.found("x")


def test_a_rated_response_on_the_wrong_side_is_flagged():
    made = ladder(30)
    made.add("x", ["a=4 b=1"] * 10 + ["a=1 b=1"] * 20, [1.0] * 10 + [0.5] * 20, {"a": 4.0, "b": 2.0}, "rating", 37.5)
    (flag,) = [flag for flag in find(made.evidence()) if flag.item == "x" and flag.kind == "option"]
    assert (flag.options, flag.numbers) == (("a",), {"takers": 10, "against": 10, "right": 1.0})


def test_of_choose_a_right_option_is_flagged_only_when_chosen_less_than_by_guessing():
    key = {option: float(option in "abc") for option in "abcdefgh"}
    made = ladder(60)
    some = ["b c d" if row % 2 else "a b c" for row in range(60)]
    made.add("some", some, [1.0 if "a" in answer else 2 / 3 for answer in some], key, "choose", 37.5)
    made.add("none", ["b c d"] * 60, [2 / 3] * 60, key, "choose", 37.5)
    assert "option" not in made.found("some")
    options = {flag.options for flag in find(made.evidence()) if flag.item == "none" and flag.kind == "option"}
    assert options == {("a",), ("d",)}


def test_doing_worse_the_better_one_is_must_not_hang_on_chance_or_on_a_few():
    made = ladder(30)
    made.best("x", ["a"] * 15 + ["b", "c", "d"] * 5)
    flag = made.found("x")["negative"]
    assert flag.numbers["high"] < 0
    assert flag.severity == "check the key"
    few = ladder(30)
    few.best("x", ["a"] * 26 + ["b"] * 4)
    correlation = few.evidence().row("x")["item_rest"]
    assert correlation_interval(correlation, 30)[1] < 0
    assert "negative" not in few.found("x")
    small = ladder(19)
    small.best("x", ["a"] * 10 + ["b"] * 9)
    assert "negative" not in small.found("x")


def test_a_wrong_option_of_the_better_ones_may_be_right_as_well():
    made = ladder(60)
    made.best("x", ["c", "d"] * 10 + ["a"] * 20 + ["b", "a"] * 10)
    flag = made.found("x")["rival"]
    assert (flag.options, flag.severity) == (("b",), "rewrite")
    near = ladder(60)
    near.best("x", ["c", "d"] * 10 + ["a"] * 20 + ["b", "a"] * 10, {"a": 1.0, "b": 1 / 3, "c": 0.0, "d": 0.0})
    assert "rival" not in near.found("x")


def test_an_item_that_goes_with_nothing_is_weak_where_enough_learners_say_so():
    made = ladder(400)
    made.best("x", ["a" if row % 4 < 2 else "bcd"[row % 3] for row in range(400)])
    assert set(made.found("x")) == {"weak"}
    fewer = ladder(40)
    fewer.best("x", ["a" if row % 4 < 2 else "bcd"[row % 3] for row in range(40)])
    assert fewer.found("x") == {}


def test_an_item_that_may_go_with_nothing_is_only_to_be_looked_at():
    """Of 120 learners without any relation the 95 % interval ends below 0.2, and the 99 % one above it."""
    made = ladder(120)
    made.best("x", ["a" if row % 4 < 2 else "bcd"[row % 3] for row in range(120)])
    flag = made.found("x")["loose"]
    assert flag.severity == LOOK
    assert flag.numbers["high"] < 0.2 < correlation_interval(flag.numbers["correlation"], 120, 2.575829)[1]
    few = ladder(28)
    few.best("x", ["a", "b"] * 9 + ["b", "a"] * 5)
    row = few.evidence().row("x")
    assert row["discriminative_efficiency"] < 15
    assert few.found("x") == {}


def test_worse_than_guessing_is_a_fault_unless_the_better_do_better_or_it_is_a_case():
    answers = ["a" if row % 20 == 0 else "bcd"[row % 3] for row in range(100)]
    made = ladder(100)
    made.best("x", answers)
    assert made.found("x")["guessing"].severity == "rewrite"
    case = ladder(100)
    case.best("x", answers, assessed=False)
    assert case.found("x")["hard"].severity == LOOK
    sound = ladder(100)
    sound.best("x", ["a" if row >= 90 else "bcd"[row % 3] for row in range(100)])
    assert set(sound.found("x")) == {"hard"}


@pytest.mark.parametrize(("right", "kind"), [(4, "guessing"), (10, "hard")])
def test_less_than_half_of_what_guessing_earns_is_a_fault_whoever_does_better(right, kind):
    answers = ["a" if row >= 100 - right else "bcd"[row % 3] for row in range(100)]
    made = ladder(100)
    made.best("x", answers)
    flag = made.found("x")[kind]
    assert flag.numbers == {"facility": right, "guess": 25, "better": 1}
    assert bool(made.evidence().row("x")["facility_high"] < 12.5) is (kind == "guessing")
    case = ladder(100)
    case.best("x", answers, assessed=False)
    assert case.found("x")["hard"].severity == LOOK


def test_several_answers_of_which_nearly_all_tick_the_wrong_ones_are_a_fault_though_the_best_do_a_little_better():
    right = {option: float(option in "bcdf") for option in "abcdef"}
    made = ladder(48)
    answers = ["a e"] * 30 + ["a e b"] * 10 + ["e b c"] * 6 + ["b c d f"] * 2
    made.add("x", answers, [0.0] * 30 + [1 / 6] * 10 + [3 / 6] * 6 + [1.0] * 2, right, "mrq", 500 / 9)
    assert set(made.found("x")) == {"guessing"}
    flag = made.found("x")["guessing"]
    assert (flag.severity, flag.numbers["better"]) == ("rewrite", 1)


@pytest.mark.parametrize("learners", [24, 47, 120])
def test_a_hard_item_that_only_the_best_know_is_hardly_ever_taken_for_one_that_misleads(learners):
    rng, draws, hard = np.random.default_rng(learners), 30, [f"x{number}" for number in range(8)]
    found = []
    for _ in range(draws):
        made = ladder(learners)
        for name in hard:  # of the best quarter most know it, the others guess among four
            knows = (np.arange(learners) >= 0.75 * learners) & (rng.random(learners) < 0.7)
            made.best(name, np.where(knows | (rng.random(learners) < 0.25), "a", rng.choice(list("bcd"), learners)))
        found += [flag for flag in find(made.evidence()) if flag.item in hard and flag.severity != LOOK]
    assert len(found) <= 0.004 * draws * len(hard)  # as of all sound items


def test_an_item_that_all_get_right_is_easy_unless_the_course_taught_it():
    made = ladder(120)
    made.best("x", ["b"] * 3 + ["a"] * 117)
    assert made.found("x", before={"x": 95.0})["easy"].numbers == pytest.approx({"facility": 97.5, "before": 95.0})
    assert "easy" in made.found("x")
    assert "easy" not in made.found("x", before={"x": 60.0})
    few = ladder(20)
    few.best("x", ["a"] * 20)
    assert "easy" not in few.found("x")
    case = ladder(120)
    case.best("x", ["b"] * 3 + ["a"] * 117, assessed=False)
    assert "easy" not in case.found("x")


def test_an_option_that_nobody_chose_is_named_only_where_enough_could_have():
    made = ladder(80)
    made.best("x", ["bc"[row % 2] if row < 40 else "a" for row in range(80)])
    flag = made.found("x")["unused"]
    assert (flag.options, flag.severity, flag.numbers) == (("d",), LOOK, {"most": 0})
    few = ladder(40)
    few.best("x", ["bc"[row % 2] if row < 20 else "a" for row in range(40)])
    assert "unused" not in few.found("x")


def times(**medians: float) -> pd.DataFrame:
    rows = [(item, 40, median, median, median) for item, median in medians.items()]
    return pd.DataFrame(rows, columns=list(TIMES))


def test_slow_is_twice_as_slow_as_any_other_of_its_kind():
    made = ladder(40)
    made.add("r", ["a=1"] * 40, [1.0] * 40, {"a": 1.0}, "rating", 37.5)
    slow = made.found("l1", times=times(l0=40, l1=90, l2=42, l3=45, r=200))
    assert slow["slow"].numbers == {"median": 90, "next": 45}
    assert "slow" not in made.found("l1", times=times(l0=40, l1=90, l2=42, l3=46, r=200))
    assert "slow" not in made.found("r", times=times(l0=40, l1=90, l2=42, l3=45, r=200))


def test_where_the_rest_is_short_only_what_needs_no_rest_is_flagged():
    made = Items(200)
    made.best("x", ["b"] * 190 + ["a"] * 10)
    made.best("y", ["a"] * 100 + ["c"] * 100)
    assert set(made.found("x")) == {"guessing", "unused"}


def test_without_a_key_nothing_is_said_of_options():
    made = ladder(30)
    made.add("x", ["b"] * 30, [0.0] * 30, {}, guess=0.0)
    made.asked["x"] = Asked("sba", tuple("abcd"), {})
    assert made.found("x") == {}


def test_flags_come_the_gravest_first():
    kinds = list(RULES)
    assert [SEVERITIES.index(RULES[kind].severity) for kind in kinds] == sorted(
        SEVERITIES.index(RULES[kind].severity) for kind in kinds
    )
    made = ladder(60)
    made.best("x", ["b"] * 59 + ["a"])
    made.best("y", ["a"] * 30 + ["b"] * 30)
    found = [kinds.index(flag.kind) for flag in find(made.evidence())]
    assert len(found) > 2
    assert found == sorted(found)


# ---- The interval ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "n"), [(1, 8), (2, 30), (3, 500)])
def test_the_interval_of_a_correlation_is_scipys(seed, n):
    x, noise = np.random.default_rng(seed).normal(size=(2, n))
    found = stats.pearsonr(x, x + 2 * noise)
    assert correlation_interval(found.statistic, n) == pytest.approx(tuple(found.confidence_interval(0.95)), abs=1e-6)


def test_no_correlation_has_no_interval():
    assert correlation_interval(nan, 50) == (-1.0, 1.0)
    assert correlation_interval(1.0, 50) == (-1.0, 1.0)
    assert correlation_interval(0.5, 3) == (-1.0, 1.0)


# ---- Incomplete learners ---------------------------------------------------------------------------------------------


def half_done(complete: int) -> Evidence:
    """An item that runs against the rest among those who answered everything; 60 more answered it and nothing else."""
    rng = np.random.default_rng(4)
    ability = rng.normal(size=complete)
    matrix = (ability[:, None] + rng.normal(size=(complete, 12)) > 0).astype(float)
    matrix[:, 0] = ability + 2.2 * rng.normal(size=complete) < 0
    alone = np.full((60, 12), nan)
    alone[:, 0] = np.arange(60) % 2
    scores = pd.DataFrame(np.vstack([matrix, alone]), columns=[f"i{place}" for place in range(12)])
    counts = Counts.from_matrix(scores)
    asked = {item: Asked("ranking", (), {}, 0.0) for item in counts.items}
    return Evidence(asked, counts.cells, dict.fromkeys(counts.items, MICRO), item_statistics_of(counts, 1))


def test_a_relation_rests_on_those_who_answered_everything_and_on_nobody_else():
    evidence = half_done(24)
    row = evidence.row("i0")
    assert (row["n"], row["n_complete"], evidence.apart["i0"] <= 12) == (84, 24, True)
    assert correlation_interval(row["item_rest"], 84)[1] < 0 < correlation_interval(row["item_rest"], 24)[1]
    assert "negative" not in {flag.kind for flag in find(evidence) if flag.item == "i0"}
    (found,) = (flag for flag in find(half_done(200)) if flag.item == "i0" and flag.kind == "negative")
    assert found.n == 200
