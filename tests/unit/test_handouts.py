"""What is handed on of a cohort's course: the shared page, and the page for the discussion of each case."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from eprofessionalism.authoring.loader import load_cases
from eprofessionalism_graders import synthetic
from eprofessionalism_graders.cohort import sharing
from eprofessionalism_graders.cohort.analysis import learning as analysis
from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP, Mean
from eprofessionalism_graders.cohort.sharing import choices, handouts, outcome, wording
from eprofessionalism_graders.cohort.sharing.outcome import Learning
from eprofessionalism_graders.cohort.sharing.shared import share
from eprofessionalism_graders.cohort.summary import summarize
from eprofessionalism_graders.cohort.tables import Tables

CASES = Path(__file__).parents[2] / "course" / "eprofessionalism" / "cases"


@pytest.fixture(scope="module")
def handed_on(invent, tmp_path_factory):
    """By size of an invented cohort, all that is written for handing on."""

    @cache
    def written(size: int, smallest: int = SMALLEST_GROUP) -> dict[str, str]:
        folder = tmp_path_factory.mktemp("report")
        files = sharing.files(invent(size).results, [], folder, smallest)
        return {name: text for name, text in files.items() if name.startswith("share/")}

    return written


@pytest.fixture(scope="module")
def seen(handed_on, taken_apart):
    """The same, taken apart."""
    return cache(lambda size: {name: taken_apart(text) for name, text in handed_on(size).items()})


@pytest.fixture(scope="module")
def stories():
    return {slug: case for slug, case in load_cases(CASES).items() if case.is_story}


# ---- Everything that is handed on ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 8, 24, 90])
def test_it_names_nobody_and_quotes_nobody(invent, seen, size):
    for page in seen(size).values():
        for person in invent(size).roster:
            for telling in (person.id, person.email, f"{person.first_name} {person.last_name}"):
                assert not re.search(rf"\b{re.escape(telling)}\b", page.text)
        for text in synthetic.REFLECTIONS:
            assert text[:40] not in page.source


@pytest.mark.parametrize("size", [24, 90])
def test_it_shows_no_question_and_no_key_of_the_test(seen, course, size):
    text = " ".join(page.text for page in seen(size).values())
    for bank in course[0].values():
        for item in bank.items.values():
            if item.assessment:
                assert item.stem not in text
                assert not any(option.text in text for option in item.options if len(option.text.split()) > 3)


@pytest.mark.parametrize("size", [8, 24, 90])
def test_every_page_is_well_formed_and_needs_nothing_else(seen, size):
    for name, page in seen(size).items():
        assert page.open == [], name
        assert not {tag for tag, _ in page.elements} & {"script", "link", "iframe", "object", "img", "base", "form"}
        assert not re.search(r"url\((?!.?data:)|@import|//[a-z]+\.[a-z]+/(?<!www.w3.org/)", page.source)
        for href in page.values("href"):
            assert href.startswith("#") or f"share/{href}" in seen(size), href


# ---- The shared page -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 5, 7])
def test_a_cohort_under_eight_is_told_nothing(seen, size):
    page = seen(size)["share/index.html"]
    assert "This group is too small for its results to be shared" in page.text
    assert "Chosen most" not in page.text
    assert not re.search(r"\d+%", page.text.replace("Pass mark 70%", ""))


def test_a_group_of_eight_is_told_what_it_chose_as_a_whole_and_no_number(invent, seen):
    page = seen(8)["share/index.html"]
    assert "The group is under way with the course" in page.text
    assert page.text.count("Chosen most") > 10
    assert not re.search(r"\d+ of 8|\bgroup of 8", page.text)
    assert not re.search(r"\d+%", page.text.replace("Pass mark 70%", ""))
    assert "svg" not in [tag for tag, attrs in page.elements if attrs.get("viewbox", "") != "0 0 28 28"]


def test_a_large_cohort_is_told_what_was_learned_what_is_weak_and_what_was_chosen(seen):
    page = seen(90)["share/index.html"]
    for heading in ("Before and after", "How the test after the course went", "How sure they were", "By group"):
        assert heading in page.text
    assert "About as many points after the course as before it" in page.text
    assert re.search(r"about \d+% of all 90 passed the test after the course at the first attempt", page.text)
    assert not re.search(r"guideline", page.text)
    assert len(re.findall(r"\d+%", page.text)) > 40


def test_shares_are_true_and_of_large_groups(invent):
    made = invent(90)
    shown, total = 0, made.summary.overall.total
    for case in share(made.results, SMALLEST_GROUP).cases:
        asked = {question.number: question for question in made.summary.questions[case.slug]}
        for question in case.questions:
            for option, truth in zip(question.options, asked[question.number].options, strict=True):
                if option.percent is not None:
                    shown += 1
                    assert SMALLEST_GROUP <= truth.counts[0] <= total - SMALLEST_GROUP
                    assert abs(option.percent - 100 * truth.counts[0] / total) <= 2.5
    assert shown > 20


def test_what_is_said_to_be_chosen_most_was(invent):
    made = invent(24)
    said = 0
    for case in share(made.results, SMALLEST_GROUP).cases:
        asked = {question.number: question for question in made.summary.questions[case.slug]}
        for question in case.questions:
            counts = [option.counts for option in asked[question.number].options]
            most = [place for place, option in enumerate(question.options) if option.most]
            said += len(most)
            firsts = [row[0] for row in counts]
            if question.type in ("sba", "branch", "ranking") and most:
                assert firsts[most[0]] == max(firsts)
            if question.type == "choose" and most:
                assert len(most) == 3
                assert min(firsts[place] for place in most) >= max(
                    count for place, count in enumerate(firsts) if place not in most
                )
            if question.type == "mrq" and not question.has_shares and question.is_open:
                assert most == [
                    place for place, count in enumerate(firsts) if 2 * count > asked[question.number].answers
                ]
    assert said > 30


def test_nothing_is_shown_of_a_case_that_fewer_than_half_have_answered(invent, course):
    made = invent(24)
    few = set(made.tables.learners["learner"][:11])
    case, responses = "01-friend-requests", made.tables.responses
    kept = responses[(responses["assignment"] != case) | responses["learner"].isin(few)]
    summary = summarize(Tables(kept, made.tables.learners, made.tables.items), *course, 70)
    shown = {one.slug: one.is_open for one in choices.cases(summary, SMALLEST_GROUP)}
    assert not shown[case]
    assert shown["02-patient-stories"]


def test_a_form_that_nearly_everybody_had_first_says_nothing_of_learning(invent):
    made = invent(90)
    assert outcome.learning(made.results, SMALLEST_GROUP)
    learners = made.tables.learners.assign(pre_form="A")
    tables = Tables(made.tables.responses, learners, made.tables.items)
    assert outcome.learning(replace(made.results, tables=tables), SMALLEST_GROUP) is None


def test_the_gain_is_that_of_the_directors_report(invent):
    made = invent(90)
    learners = made.tables.learners.set_index("learner")
    pairs = analysis.paired(learners["pre_percent"], learners["post_percent"], learners["pre_form"]).pairs()
    found = outcome.learning(made.results, SMALLEST_GROUP)
    assert found == Learning(gain=5 * round(float(analysis.gain(pairs)) / 5))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Learning(Mean(66), Mean(73)), "66% of the points before the course, 73% after it."),
        (Learning(gain=5), "About 5 points more (of 100) after the course than before it."),
        (Learning(gain=-10), "About 10 points fewer (of 100) after the course than before it."),
        (Learning(gain=25), "At least 25 points more (of 100) after the course than before it."),
        (Learning(gain=0), "About as many points after the course as before it: a difference of less than 3 points,"),
    ],
)
def test_what_changed_is_said_in_whole_percents_or_as_a_rounded_difference(invent, found, said):
    shared = share(invent(24).results, SMALLEST_GROUP)
    assert wording.learned(replace(shared, test=replace(shared.test, learning=found))).startswith(said)


@pytest.mark.parametrize(
    ("finished", "passed", "said"),
    [
        (
            "At least 176 of 240 learners have finished the course",
            "About 50% of all 240 passed",
            "; about 50% of all 240 passed. “At least 176” is a bound: the exact number is withheld.",
        ),
        (
            "At least 42 of 60 learners have finished the course",
            "At most 30 of 60 learners passed",
            ". “At least 42” and “At most 30” are bounds: the exact numbers are withheld.",
        ),
        ("The group is under way with the course", "", "course."),
    ],
)
def test_the_headline_says_which_number_is_a_bound(invent, finished, passed, said):
    shared = share(invent(24).results, SMALLEST_GROUP)
    made = replace(shared, finished=finished, test=replace(shared.test, passed=passed, distribution=None))
    assert wording.headline(made).replace("</b>", "").endswith(said)


def test_the_smallest_group_can_be_set(handed_on):
    assert "10%" not in handed_on(8)["share/index.html"]
    assert "Before and after" in handed_on(12, 5)["share/index.html"]
    assert "fewer than 5 people" in handed_on(12, 5)["share/index.html"]


# ---- The page for the discussion of a case ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 8, 24, 90])
def test_every_case_has_its_page_whatever_may_be_shown(seen, stories, size):
    assert {Path(name).stem for name in seen(size) if "handouts" in name} == set(stories)


def test_a_page_has_every_question_that_has_a_right_answer_and_what_is_right(seen, stories, course):
    for slug, case in stories.items():
        page = seen(24)[f"share/handouts/{slug}.html"]
        assert case.content.title in page.text
        assert " ".join(case.content.lede.split()) in page.text
        for item in course[0][slug].items.values():
            assert (" ".join(item.stem.split()) in page.text) == (not item.is_text), item.id
            if item.type in ("sba", "branch", "mrq", "choose"):
                best = [option.text.strip("“”") for option in item.options if item.key[option.id] == 1]
                assert all(text in page.text for text in best)


def test_a_page_asks_one_to_three_of_the_facilitators_questions_and_not_what_to_listen_for(seen, stories):
    for slug, case in stories.items():
        page = seen(24)[f"share/handouts/{slug}.html"]
        asked = [question for question in case.content.facilitator.questions if question.ask in page.text]
        assert 1 <= len(asked) <= 3
        assert not any(question.listen_for in page.text for question in case.content.facilitator.questions)
        assert case.content.facilitator.dissent.text[:60] not in page.text


def test_the_pages_say_of_the_group_what_the_shared_page_says_and_nothing_more(invent, seen):
    for case in share(invent(90).results, SMALLEST_GROUP).cases:
        name = f"share/{handouts.path(case.slug)}"
        if name in seen(90):
            shares = [o.percent for q in case.questions for o in q.options if o.percent is not None]
            page = re.search(r"<ol(.*)</ol>", seen(90)[name].source, re.DOTALL)[1]
            assert sorted(map(int, re.findall(r"(\d+)%</span>", page))) == sorted(shares)


def test_without_the_share_of_the_right_option_there_is_no_share(invent):
    hidden = 0
    for size in (24, 45, 90):
        for case in share(invent(size).results, SMALLEST_GROUP).cases:
            for question in case.questions:
                if question.has_shares:
                    assert all(option.percent is not None for option in question.options if option.best)
                    hidden += any(option.percent is None for option in question.options)
    assert hidden


def test_it_is_said_how_many_did_not_answer_where_all_other_shares_are_shown(invent):
    made, said = invent(90), 0
    total = made.summary.overall.total
    for case in share(made.results, SMALLEST_GROUP).cases:
        asked = {question.number: question for question in made.summary.questions[case.slug]}
        for question in case.questions:
            if question.without is not None:
                said += 1
                left = total - sum(option.counts[0] for option in asked[question.number].options)
                assert left >= SMALLEST_GROUP
                assert abs(question.without - 100 * left / total) <= 2.5
    assert said


def asked(without: int | None, *percents: int | None, most: bool = False) -> choices.Shown:
    options = tuple(choices.Option("It", "", False, percent, most) for percent in percents)
    return choices.Shown(1, "sba", "What?", options, True, without)


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        (
            [asked(10, 60, 30)],
            "✓ is what the key says. Bars are percent of all learners, rounded to 5. About 10% did not answer.",
        ),
        ([asked(10, 60, 30), asked(15, 60, 25)], "About 10 to 15% did not answer."),
        ([asked(None, 60, None, None)], "rounded to 5. “Not shown” may be few or many."),
        ([asked(None, None, None, most=True)], "✓ is what the key says. “Chosen most” does not say by how many."),
        ([], "Too few have answered for the group’s choices to be shown: ask for hands."),
    ],
)
def test_the_legend_explains_what_stands_on_the_page_and_no_more(questions, said):
    case = choices.Case("01-one", "One", "", tuple(questions))
    assert handouts.content(case, None)["legend"].endswith(said)


def test_a_group_of_which_nothing_may_be_shown_is_asked_instead(seen):
    page = seen(1)["share/handouts/01-friend-requests.html"]
    assert "Too few have answered for the group’s choices to be shown: ask for hands." in page.text
    assert "Chosen most" not in page.text
    assert "%" not in page.text


def test_a_case_without_a_source_has_a_page_without_questions_for_the_discussion(invent):
    pages = handouts.written(share(invent(24).results, SMALLEST_GROUP), [], "Autumn")
    assert "handouts/01-friend-requests.html" in pages
    assert not any("To talk about" in text for text in pages.values())


def test_an_institutions_own_source_comes_first(invent, tmp_path):
    own = tmp_path / "01-friend-requests"
    own.mkdir()
    text = (CASES / "01-friend-requests" / "case.yaml").read_text(encoding="utf-8")
    ask = re.search(r"ask: (.+)", text)[1]
    (own / "case.yaml").write_text(text.replace(ask, "What would our own house say?"), encoding="utf-8")
    pages = handouts.written(share(invent(24).results, SMALLEST_GROUP), [tmp_path, CASES], "Autumn")
    assert "What would our own house say?" in pages["handouts/01-friend-requests.html"]


def test_text_on_a_page_is_text(invent):
    shared = share(invent(24).results, SMALLEST_GROUP)
    pages = handouts.written(shared, [], "<script>alert(1)</script>")
    assert all("<script>" not in text for text in pages.values())


def test_pages_of_before_that_are_not_written_now_are_named(tmp_path):
    folder = tmp_path / "share" / "handouts"
    folder.mkdir(parents=True)
    for name in ("01-one.html", "02-two.html"):
        (folder / name).write_text("", encoding="utf-8")
    now = {"share/index.html": "", "share/handouts/01-one.html": ""}
    assert sharing.outdated(tmp_path, now) == {folder / "02-two.html"}
    assert sharing.outdated(tmp_path, {}) == set()
