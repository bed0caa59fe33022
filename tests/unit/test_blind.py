"""Playing the bank blind: chance is exact, ties are no luck, and a bank that gives itself away is found out."""

from __future__ import annotations

from itertools import product
from statistics import fmean, stdev

import pytest
from click.testing import CliRunner

from eprofessionalism.answers import LEVELS, is_sound
from eprofessionalism.authoring import balance, blind, spread
from eprofessionalism.authoring.build import Checkout
from eprofessionalism.authoring.chance import chance
from eprofessionalism.authoring.keyed import assessment, practice
from eprofessionalism.authoring.loader import read_bank
from eprofessionalism.authoring.strategies import STRATEGIES
from eprofessionalism.cli import main
from eprofessionalism.items import Item, Option

BY_NAME = {strategy.name: strategy for strategy in STRATEGIES}
LEVEL = {level: f"{level} throughout ({meaning})" for level, meaning in LEVELS.items()}
SBA = [("Wait there", 0), ("Call the harbor now", 1), ("Swim", "1/3"), ("Walk over it", 0)]
MRQ = [("Wait", True), ("Swim", False), ("Call", True), ("Walk", False), ("Sing", False), ("Sit", False)]
CHOOSE = [(f"Thing {letter}", letter in "bdh") for letter in "abcdefgh"]
RATING = [(f"Thing {n}", level) for n, level in enumerate((1, 2, 3, 4, 4, 1))]
RANKING = [(f"Thing {n}", place) for n, place in enumerate((3, 5, 1, 4, 2))]


@pytest.fixture(scope="module")
def bank():
    cases = read_bank(Checkout().bank, Checkout().root)[0]
    return [*practice(cases.values()), *assessment(cases)]


def answers(name, item):
    return BY_NAME[name].answers(item.item)


# ---- Chance ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "answer", "expected"),
    [
        ("sba", SBA, "a", (1 + 1 / 3) / 4),
        ("mrq", MRQ, ["a"], (2 / 6 + 4 * 5 / 6) / 6),
        ("mrq", MRQ, ["a", "b", "c"], 0.5),
        ("mrq", MRQ, list("abcdef"), 0),
        ("choose", CHOOSE, ["a", "b", "c"], 3 / 8),
        ("choose", CHOOSE, list("abcdefgh"), 0),
        ("ranking", RANKING, list("abcde"), 0.6),
        ("rating", RATING, dict.fromkeys("abcdef", 1), 0.375),
    ],
)
def test_chance_is_what_a_random_answer_of_that_size_earns(item_of, kind, options, answer, expected):
    assert chance(item_of(kind, "?", options), answer) == pytest.approx(expected)


def test_the_short_cut_for_ratings_is_the_mean_over_all_of_them(item_of):
    item = item_of("rating", "?", RATING)
    every = [dict(zip("abcdef", levels, strict=True)) for levels in product(LEVELS, repeat=6)]
    assert chance(item, every[0]) == pytest.approx(fmean(map(item.score, every)))


# ---- Strategies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("the longest", ["b"]),
        ("the shortest", ["c"]),
        ("neither longest nor shortest", ["a", "d"]),
        ("letter d", ["d"]),
        ("letter e", []),
        ("most words of the stem", ["b"]),
    ],
)
def test_a_strategy_answers_by_what_is_printed(item_of, name, expected):
    assert answers(name, item_of("sba", "Whom at the harbor?", SBA)) == expected


def test_the_most_hedged_and_the_most_alike_are_told_by_their_words(item_of):
    options = [("Post it in the evening", 0), ("Perhaps ask, if you can", 1), ("Post it in the morning", 0)]
    item = item_of("sba", "What?", options)
    assert answers("the most hedged", item) == ["b"]
    assert answers("most like the others", item) == ["a", "c"]


def test_several_are_marked_where_several_are_asked_for(item_of):
    assert answers("letter g", item_of("choose", "?", CHOOSE)) == [["g", "h", "a"]]
    assert answers("the shortest", item_of("mrq", "?", MRQ))[0][0] == "f"
    assert all(len(answer) == 3 for answer in answers("the longest", item_of("mrq", "?", MRQ)))
    assert answers("all of them", item_of("mrq", "?", MRQ)) == [list("abcdef")]


def test_a_tie_is_every_choice_alike(item_of):
    item = item_of("sba", "?", [("Wait", 1), ("Swim", 0), ("Call", 0)])
    assert answers("the longest", item) == ["a", "b", "c"]
    (result,) = [one for one in blind.play([item]) if (one.group, one.strategy) == ("sba", "the longest")]
    assert result.difference == pytest.approx(0)


def test_every_answer_of_every_strategy_fits_its_item(bank):
    for item in bank:
        options = tuple(Option(option.id, option.text) for option in item.options)
        asked = Item(item.item.item, item.item.type, item.item.stem, 1, options)
        for strategy in STRATEGIES:
            if item.item.type in strategy.types:
                assert all(is_sound(asked, answer) for answer in strategy.answers(item.item))


def test_selecting_everything_earns_nothing(bank):
    for result in blind.play(bank):
        if result.strategy == "all of them":
            assert (result.score, result.chance) == (0, 0)


# ---- Bounds ----------------------------------------------------------------------------------------------------------


def lines(items) -> list[str]:
    return [str(finding) for finding in blind.findings(blind.play(items))]


def test_a_bank_whose_right_options_are_the_longest_is_found_out(item_of):
    (*_, line) = [line for line in lines([item_of("sba", "?", SBA)] * 6) if "the longest" in line]
    assert line.startswith(
        "case.yaml:1: sba, mrq and choose / the longest: expected at most 5% above chance for whoever never read the "
        "case, found 100.0% for “the longest” in 6 items, chance 33.3%; change options or keys, most of all in fy-1"
    )


def test_the_bound_is_on_the_bank_and_not_on_a_letter_of_a_few_items(item_of):
    few = [item_of("choose", "?", CHOOSE)] * 2
    assert any("letter h" in line for line in lines(few))
    assert not any("letter h" in line for line in lines([*few, *[item_of("sba", "?", SBA)] * 40]))


def test_branches_are_played_and_not_bounded(item_of):
    items = [item_of("branch", "?", SBA)] * 6
    assert any(result.group == "branch" and result.difference > 0.05 for result in blind.play(items))
    assert lines(items) == []


def test_a_level_that_pays_throughout_is_found_out(item_of):
    lenient = [(f"Thing {n}", level) for n, level in enumerate((1, 2, 3, 4, 4, 4))]
    (line,) = lines([item_of("rating", "?", lenient)] * 3)
    assert f"rating / {LEVEL[4]}: expected at most 45% for one level throughout, found 58.3%" in line
    assert lines([item_of("rating", "?", RATING)] * 3) == []


@pytest.mark.parametrize(("places", "is_bad"), [((1, 2, 3, 4, 5), 1), ((5, 4, 3, 2, 1), 1), ((2, 4, 1, 5, 3), 0)])
def test_a_printed_order_that_helps_or_misleads_is_found_out(item_of, places, is_bad):
    options = [(f"Thing {place}", place) for place in places]
    assert len(lines([item_of("ranking", "?", options)] * 5)) == is_bad


def test_an_order_that_varies_about_chance_is_within_its_interval(item_of):
    high, low = (1, 2, 4, 3, 5), (3, 5, 1, 4, 2)
    options = [[(f"Thing {place}", place) for place in places] for places in (high, high, low, low, low)]
    items = [item_of("ranking", "?", some) for some in options]
    (result,) = [one for one in blind.play(items) if one.strategy == "the order as printed"]
    assert result.difference == pytest.approx(0.06)
    assert result.interval.low <= 0 <= result.interval.high
    assert lines(items) == []


# ---- Intervals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("degrees", "table"), [(4, 2.776), (5, 2.571), (9, 2.262), (19, 2.093), (30, 2.042), (120, 1.980)]
)
def test_quantiles_of_t_are_those_of_the_tables(degrees, table):
    assert spread.t_quantile(0.975, degrees) == pytest.approx(table, abs=0.001)


def test_an_interval_is_t_standard_errors_wide_and_too_few_have_none():
    differences = [0.0, 0.1, 0.2, 0.3, 0.4]
    low, high = spread.interval(differences)
    assert (low + high) / 2 == pytest.approx(0.2)
    assert (high - low) / 2 == pytest.approx(2.776 * stdev(differences) / 5**0.5, abs=0.0005)
    assert spread.interval(differences[:4]) is None


# ---- Balance ---------------------------------------------------------------------------------------------------------


def balance_lines(items) -> list[str]:
    return [str(finding) for finding in balance.findings(items)]


def at(letter):
    return [(text, int(number == "abcd".index(letter))) for number, (text, _) in enumerate(SBA)]


def test_letters_are_counted_and_leaning_is_found(item_of):
    even = [item_of("sba", "?", at(letter)) for letter in "abcd" * 5]
    assert balance.letters(even).chi_square == 0
    assert balance_lines(even) == []
    leaning = even + [item_of("branch", "?", at("b"))] * 12
    assert balance.letters(leaning).found == {"a": 5, "b": 17, "c": 5, "d": 5}
    (line,) = balance_lines(leaning)
    assert "the bank / letters: expected each letter right about 8 times in 32 items, found a 5, b 17, c 5, d 5" in line


def test_few_items_are_no_measure_of_letters(item_of):
    assert balance_lines([item_of("sba", "?", at("b"))] * 19) == []


def test_levels_are_counted_and_leaning_is_found(item_of):
    assert balance_lines([item_of("rating", "?", RATING)] * 4) == []
    lenient = [(f"Thing {n}", level) for n, level in enumerate((2, 2, 3, 4, 4, 4))]
    found = balance_lines([item_of("rating", "?", lenient)] * 4)
    assert balance.levels([item_of("rating", "?", lenient)]) == {2: 2, 3: 1, 4: 3}
    assert len(found) == 2
    assert "0% of 24; write more responses that are very ineffective" in found[0]
    assert "50% of 24; change some responses that are very effective" in found[1]


def test_short_words_for_wrong_options_are_found(item_of, case_of, block_of):
    block = block_of("sba", "?", SBA)
    block["options"] = [
        option | {"feedback": "Because of the fog, and the boat too." if option["credit"] == 1 else "No, fog."}
        for option in block["options"]
    ]
    (item,) = practice([case_of(block)])
    assert balance.said([item]) == balance.Said((8,), (2, 2, 2))
    (line,) = [line for line in balance_lines([item] * 20) if "feedback" in line]
    assert "expected means within 25% of each other, found 8 words of right options, 2 of wrong ones; say more" in line


# ---- The command -----------------------------------------------------------------------------------------------------


def test_the_command_prints_every_strategy_and_the_balance(bank):
    output = CliRunner().invoke(main, ["check", "--blind"]).output
    assert all(strategy.name in output for strategy in STRATEGIES)
    assert f"balance{' ' * 5}" in output
    assert "reading grade" in output
    assert "Only practice items" not in output
    pooled = sum(item.item.type in blind.POOLED for item in bank)
    assert f"sba, mrq and choose ({pooled} items)" in output


def test_the_command_says_when_only_practice_was_played(monkeypatch):
    monkeypatch.setattr("eprofessionalism.authoring.keyed.entry_points", lambda group: [])
    assert "Only practice items were played" in CliRunner().invoke(main, ["check", "--blind"]).output


def test_an_empty_bank_has_empty_tables():
    assert blind.table(blind.play([])) == ""
    assert balance_lines([]) == []
    assert "the bank" in balance.table([])
