"""Invented learners: the same at every run, different from one another, and able in different degrees."""

from __future__ import annotations

import json
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from random import Random
from statistics import correlation, mean

import pytest

from eprofessionalism import journal, scoring
from eprofessionalism.answers import counted, is_sound
from eprofessionalism.authoring.loader import load_cases
from eprofessionalism.authoring.notebook import item_bank
from eprofessionalism.items import ITEMS_FILE, Item, Option, dump_items
from eprofessionalism_graders import synthetic
from eprofessionalism_graders.cohort import tables
from eprofessionalism_graders.cohort.judges import read_borderline, read_judges
from eprofessionalism_graders.cohort.results import points_matrix
from eprofessionalism_graders.keys import SHIPPED, assessment_keys, load_folder
from eprofessionalism_graders.roster import is_id
from eprofessionalism_graders.synthetic import earlier, model, panel

CASES = Path(__file__).parents[2] / "course" / "eprofessionalism" / "cases"
SIZE = 60


@pytest.fixture(scope="module")
def banks():
    return {name: item_bank(case) for name, case in load_cases(CASES).items()}


@pytest.fixture(scope="module")
def keys(banks):
    shipped = load_folder(SHIPPED)
    found = {}
    for name, bank in banks.items():
        files = [shipped[name]] if name in shipped else []
        found[name] = {item.id: item.key for item in bank.items.values() if item.key}
        found[name] |= {item: entry.key for item, entry in assessment_keys(bank, files).items()}
    return found


@pytest.fixture(scope="module")
def play(banks, keys):
    """Play the case of a number: its bank, the learner's journal, and when it was left."""

    def one(learner, number, scratch):
        bank = list(banks.values())[number]
        here = scratch / learner.person.id / bank.case
        here.mkdir(parents=True)
        (here / ITEMS_FILE).write_text(json.dumps(dump_items(bank)), encoding="utf-8")
        left = synthetic.play(learner, here, number, len(banks), keys[bank.case])
        return bank, here / journal.JOURNAL_FILE, left

    return one


@pytest.fixture(scope="module")
def played(play, banks, tmp_path_factory):
    """Everybody of a cohort with the first case and a form of the test: learner, bank, journal, time of leaving."""
    scratch = tmp_path_factory.mktemp("cohort")
    return [
        (learner, *play(learner, number, scratch))
        for learner in synthetic.cohort(SIZE, 7)
        for module, sitting in (("case", "practice"), ("form", "post"))
        if synthetic.sits(learner, number := first(banks, module), len(banks), sitting)
    ]


def first(banks, module):
    """The number of the first part of a kind."""
    return next(number for number, bank in enumerate(banks.values()) if bank.module == module)


def shares(bank, path, keys):
    """The score of each answer that counts, with the certainty that went with it."""
    answers = counted(bank.items, journal.records(path))
    return [
        (scoring.score(bank.items[name], keys[bank.case][name], record.answer), record.certainty)
        for name, record in answers.items()
        if not bank.items[name].is_text
    ]


def test_the_same_seed_gives_the_same_cohort_and_another_seed_another():
    assert synthetic.cohort(24, 5) == synthetic.cohort(24, 5)
    assert synthetic.cohort(24, 5) != synthetic.cohort(24, 6)


def test_the_same_learner_gives_the_same_answers_apart_from_the_session(play, banks, tmp_path):
    learner = synthetic.cohort(1, 5)[0]
    runs = []
    for run in ("a", "b"):
        _, path, _ = play(learner, first(banks, "case"), tmp_path / run)
        runs.append([(r.kind, r.item, r.answer, r.certainty, r.at) for r in journal.records(path)])
    assert runs[0] == runs[1]
    assert len(runs[0]) > 15


@pytest.mark.parametrize("size", [1, 2, 24, 200])
def test_a_cohort_of_any_size_has_sound_ids_and_different_names(size):
    people = [learner.person for learner in synthetic.cohort(size, 1)]
    assert len(people) == size
    assert all(is_id(person.id) for person in people)
    assert len({person.id.casefold() for person in people}) == size
    assert len({(person.first_name, person.last_name) for person in people}) == size
    assert all(person.email.endswith("@example.org") for person in people)


def test_a_cohort_of_twenty_four_has_late_partly_and_missing_learners():
    plans = [learner.plan for learner in synthetic.cohort(24, 2026)]
    assert {plan: plans.count(plan) for plan in plans} == {
        "whole": 15,
        "late": 3,
        "partly": 2,
        "no test": 2,
        "nothing": 2,
    }


def test_a_single_learner_does_the_whole():
    assert synthetic.cohort(1, 2026)[0].plan == "whole"


def test_every_line_of_a_synthetic_journal_is_sound(played):
    for _, bank, path, _ in played:
        with path.open("rb") as file:
            for entry in journal.read(file):
                assert isinstance(entry, journal.Record)
                assert entry.kind != "commit" or is_sound(bank.items[entry.item], entry.answer)
                assert entry.case == bank.digest


def test_time_only_goes_forward_and_the_late_are_late(played):
    for learner, _, path, left in played:
        times = [record.at for record in journal.records(path)]
        assert times == sorted(times)
        assert datetime.fromisoformat(times[-1]) <= left
        assert (left > synthetic.DUE) is (learner.plan == "late")


def test_the_able_score_higher(played, keys):
    pairs = [
        (learner.ability, mean(share for share, _ in shares(bank, path, keys))) for learner, bank, path, _ in played
    ]
    assert correlation(*zip(*pairs, strict=True)) > 0.5


def test_who_is_surer_is_more_often_right(played, keys):
    right = {1: [], 2: [], 3: []}
    for _, bank, path, _ in played:
        for share, certainty in shares(bank, path, keys):
            if certainty:
                right[certainty].append(share == 1)
    assert mean(right[1]) + 0.1 < mean(right[3])


def test_answers_are_cleared_changed_and_left_as_drafts_as_learners_do(played):
    kinds = [record.kind for _, _, path, _ in played for record in journal.records(path)]
    assert {"shown", "draft", "commit", "reset", "done"} == set(kinds)
    drafts_only = []
    for _, bank, path, _ in played:
        answers = counted(bank.items, journal.records(path))
        drafts_only += [record for record in answers.values() if record.kind == "draft"]
    assert drafts_only


def test_nobody_writes_the_same_reflection_twice(play, banks, tmp_path):
    for learner in synthetic.cohort(6, 2026):
        texts = []
        for number in range(len(banks)):
            bank, path, _ = play(learner, number, tmp_path)
            if bank.is_survey:
                continue
            answers = counted(bank.items, journal.records(path))
            texts += [record.answer for name, record in answers.items() if bank.items[name].is_text]
        assert len(texts) == len(set(texts)) > 1


def test_whoever_leaves_off_has_not_finished_and_goes_no_further(play, banks, tmp_path):
    learner = next(one for one in synthetic.cohort(24, 2026) if one.plan == "partly")
    last = synthetic.last_part(learner, len(banks))
    assert synthetic.sits(learner, last, len(banks), "practice")
    assert not any(synthetic.sits(learner, number, len(banks), "practice") for number in range(last + 1, len(banks)))
    bank, path, _ = play(learner, last, tmp_path)
    records = list(journal.records(path))
    assert "done" not in {record.kind for record in records}
    assert 0 < len(counted(bank.items, records)) < len(bank.items)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("sba", {"a": 0, "b": 1, "c": Fraction(1, 3), "d": 0}),
        ("branch", {"a": 1, "b": 0}),
        ("mrq", {"a": 1, "b": 0, "c": 1, "d": 0}),
        ("choose", dict(zip("abcdefgh", (1, 0, 1, 0, 0, 1, 0, 0), strict=True))),
        ("rating", {"a": 4, "b": 1, "c": 3, "d": 2, "e": 1, "f": 4}),
        ("ranking", dict(zip("abcde", (2, 1, 5, 3, 4), strict=True))),
    ],
)
def test_whoever_knows_all_is_right_and_whoever_knows_nothing_is_not(kind, key):
    item = Item("x", kind, "Stem?", 1, tuple(Option(letter, letter) for letter in key))
    key = {option: Fraction(value) for option, value in key.items()}
    dice = [Random(f"{kind}/{number}") for number in range(60)]
    able = mean(scoring.score(item, key, synthetic.choose_answer(item, key, 30, "s", one)) for one in dice)
    lost = mean(scoring.score(item, key, synthetic.choose_answer(item, key, -30, "s", one)) for one in dice)
    assert able > 0.97
    assert lost < able - 0.1


@pytest.mark.parametrize("kind", ["mrq", "choose"])
def test_nobody_does_worse_than_a_coin_at_every_option(kind):
    key = {letter: Fraction(letter in "ace") for letter in "abcdefgh"}
    item = Item("x", kind, "Stem?", 1, tuple(Option(letter, letter) for letter in key))
    answers = [synthetic.choose_answer(item, key, -30, "s", Random(f"{kind}/{number}")) for number in range(800)]
    for option in key:
        share = mean(option in answer for answer in answers)
        assert share == pytest.approx(3 / 8 if kind == "choose" else 1 / 2, abs=0.06)


# ---- What is laid beside an offering ---------------------------------------------------------------------------------


def test_answers_without_a_file_are_those_of_the_file(play, banks, keys, tmp_path):
    for learner in synthetic.cohort(8, 5):
        bank, path, _ = play(learner, first(banks, "case"), tmp_path)
        imagined = synthetic.imagine(learner, bank, first(banks, "case"), len(banks), keys[bank.case])
        assert [(r.kind, r.item, r.answer, r.certainty, r.at, r.line) for r in imagined] == [
            (r.kind, r.item, r.answer, r.certainty, r.at, r.line) for r in journal.records(path)
        ]


def test_another_letter_gives_other_learners_and_a_shift_makes_them_abler():
    here, there = synthetic.cohort(24, 5), synthetic.cohort(24, 5, "e", 1.0)
    assert {one.person.id for one in here}.isdisjoint(one.person.id for one in there)
    assert [one.plan for one in here] != [one.plan for one in there]
    plain = synthetic.cohort(24, 5, "e")
    assert [one.ability for one in there] == pytest.approx([one.ability + 1.0 for one in plain])


@pytest.fixture(scope="module")
def before(banks, keys):
    """The answers of an earlier cohort of 240."""
    asked = {name: bank for name, bank in banks.items() if not bank.is_survey}
    return earlier.earlier_answers(asked, keys, 240, 2026)


def percents(answers, sitting):
    rows = answers[answers["sitting"] == sitting].groupby("learner")[["points", "max_points"]].sum()
    return 100 * rows["points"] / rows["max_points"]


def test_the_earlier_cohort_has_the_columns_of_this_one_and_no_name(before):
    assert before.dtypes.astype(str).to_dict() == tables.RESPONSES
    assert set(before["learner"].str[0]) == {earlier.LETTER}
    assert set(before["sitting"]) == {"practice", "pre", "post"}
    assert not before["late"].any()


def test_the_earlier_cohort_learned_and_its_forms_differ_a_little(before):
    gained = (percents(before, "post") - percents(before, "pre")).dropna()
    assert len(gained) > 150
    assert 4 < gained.mean() < 15
    assert 0.3 < gained.mean() / gained.std() < 1.5
    by_form = before[before["sitting"] == "post"].groupby("assignment")[["points", "max_points"]].sum()
    forms = 100 * by_form["points"] / by_form["max_points"]
    assert len(forms) == 2
    assert 0 < abs(forms.iloc[0] - forms.iloc[1]) < 10


def test_time_on_an_item_is_that_of_somebody_who_thinks_and_sometimes_missing(before):
    seconds = before["seconds"].astype(float)
    assert 30 < seconds.median() < 120
    assert 0.002 < seconds.isna().mean() < 0.05
    by_type = seconds.groupby(before["type"]).median()
    assert by_type["branch"] < by_type["mrq"] < by_type["rating"]


@pytest.mark.parametrize("name", model.AMBIGUOUS)
def test_two_questions_of_the_test_are_answered_worse_by_the_abler_and_the_others_are_not(name, before, banks):
    bank = next(bank for bank in banks.values() if name in bank.items)
    points = points_matrix(before, bank, "post")
    rest = {item: points[item].corr(points.drop(columns=item).sum(axis=1)) for item in points}
    assert rest.pop(name) < 0.05
    assert mean(rest.values()) > 0.25


@pytest.mark.parametrize("form", ["90-form-a", "91-form-b"])
def test_a_panel_rates_every_question_around_what_a_borderline_learner_earns(form, banks, keys, tmp_path):
    (tmp_path / f"{form}.csv").write_text(panel.ratings(banks[form], keys[form], 2026), encoding="utf-8")
    rated = read_judges(tmp_path, banks)[form]
    judges = [name for name in rated if name.startswith("judge_")]
    assert (len(judges), len(rated)) == (panel.JUDGES, 2 * len(banks[form].items))
    cuts = {
        number: (rows[judges].mul(rows["points"], axis=0).sum() / rows["points"].sum())
        for number, rows in rated.groupby("round")
    }
    assert set(cuts) == {1, 2}
    items = list(banks[form].items.values())
    earned = [
        item.points * panel.expected(item, keys[form][item.id], panel.BORDERLINE_ABILITY, "2026") for item in items
    ]
    assert cuts[1].mean() == pytest.approx(sum(earned) / sum(item.points for item in items), abs=6)
    assert cuts[2].std() < cuts[1].std()
    assert rated[judges].stack().between(5, 95).all()


def test_the_borderline_are_few_near_the_line_and_on_the_roster(tmp_path):
    people = synthetic.cohort(240, 2026)
    (tmp_path / "borderline.csv").write_text(panel.borderline(people, 12, 2026), encoding="utf-8")
    ability = {one.person.id: one.able(12) for one in people}
    found = read_borderline(tmp_path / "borderline.csv", ability)
    assert 10 < len(found) < 80
    assert mean(ability[name] for name in found["learner"]) == pytest.approx(panel.BORDERLINE_ABILITY, abs=0.3)
    assert found["judge"].nunique() == panel.SUPERVISORS
