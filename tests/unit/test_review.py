"""What a reader sees of an answer: readable, escaped, and no more of the key than may be seen."""

from fractions import Fraction
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprofessionalism import scoring
from eprofessionalism.items import Item, Note, Option
from eprofessionalism.journal import Record
from eprofessionalism_graders.keys import AssessmentKey
from eprofessionalism_graders.review import opening, review, safe_markdown, task
from eprofessionalism_graders.scores import Result, points, results

OPTIONS = tuple(Option(name, f"Option {name.upper()} & <co>") for name in "abcde")


def item(kind="sba", **more) -> Item:
    feedback = {option.id: Note(f"Why {option.id}.", (f"Clause {option.id}",)) for option in OPTIONS}
    return Item("x", kind, "What <b>now</b>?", 2, OPTIONS, feedback={} if more.get("assessment") else feedback, **more)


def result(item, answer, share, certainty=None) -> Result:
    record = None if answer is None else Record("commit", item.id, answer, certainty)
    return Result(item, record, share)


class Reader(HTMLParser):
    """Collects a page's text, its table as rows, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.rows, self.tags, self.style, self.cell = "", [], [], False, False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.style = tag == "style"
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.cell = True

    def handle_endtag(self, tag):
        self.style = False
        self.cell = self.cell and tag not in ("td", "th")

    def handle_data(self, data):
        if self.style:
            return
        self.text += data
        if self.cell:
            self.rows[-1][-1] += data


SBA = {"a": Fraction(0), "b": Fraction(1), "c": Fraction(1, 3), "d": Fraction(0), "e": Fraction(0)}
RATIONALE = AssessmentKey(SBA, {name: f"Reason {name}." for name in SBA}, ("MMS, guideline 5, 2015",))


def test_a_practice_answer_is_shown_beside_the_best_with_its_feedback():
    page = Reader(review(result(item(), "c", 1 / 3, 3), SBA, None))
    assert "What <b>now</b>?" in page.text
    assert "◐ Part of the credit · 0.667 of 2 points" in page.text
    assert "How sure: very sure." in page.text
    assert page.rows == [
        ["Option", "Answer", "Best answer", "Why"],
        ["Option B & <co>", "", "best answer", "Why b.Clause b"],
        ["Option C & <co>", "chosen", "worth 1/3", "Why c.Clause c"],
    ]


def test_nothing_in_a_text_becomes_markup():
    page = review(result(item(), "a", 0.0), SBA, None)
    assert "What &lt;b&gt;now&lt;/b&gt;?" in page
    assert set(Reader(page).tags) <= {"div", "style", "p", "span", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize(
    ("answer", "share", "verdict"),
    [
        ("b", 1.0, "✓ Full credit · 2 of 2 points"),
        ("a", 0.0, "✗ No credit · 0 of 2 points"),
        (None, 0.0, "○ Not answered · 0 of 2 points"),
    ],
)
def test_the_verdict_has_a_sign_a_word_and_a_number(answer, share, verdict):
    assert verdict in Reader(review(result(item(), answer, share), SBA, None)).text


def test_an_unanswered_question_says_so_and_shows_no_key():
    page = Reader(review(result(item(), None, 0.0), SBA, None))
    assert "No answer was given." in page.text
    assert page.rows == []
    assert "could be read from what was handed in: a link, not a file." in review(
        result(item(), None, 0.0), SBA, None, missing="a link, not a file"
    )


CLOSED = "Reasons are given for what was answered rightly. The others come when your instructor opens the key."


@pytest.mark.parametrize(("answer", "share", "why"), [("a", 0.0, ""), ("c", 1 / 3, ""), ("b", 1.0, "Reason b.")])
def test_a_closed_key_gives_the_reason_of_the_best_answer_alone(answer, share, why):
    page = Reader(review(result(item(assessment=True), answer, share), SBA, RATIONALE))
    assert page.rows == [["Option", "Answer", "Why"], [f"Option {answer.upper()} & <co>", "chosen", why]]
    assert "MMS, guideline 5, 2015" in page.text
    assert CLOSED in page.text
    assert page.text.count("Reason ") == bool(why)


def test_only_a_closed_key_promises_more_reasons():
    assert CLOSED not in Reader(review(result(item(), "a", 0.0), SBA, None)).text
    assert CLOSED not in Reader(review(result(item(assessment=True), "a", 0.0), SBA, RATIONALE, open_key=True)).text


def test_an_opened_key_shows_the_best_answer_too():
    page = Reader(review(result(item(assessment=True), "a", 0.0), SBA, RATIONALE, open_key=True))
    assert ["Option B & <co>", "", "best answer", "Reason b."] in page.rows


def test_each_type_reads_as_it_was_answered():
    right = {name: Fraction(name in "ab") for name in "abcde"}
    rows = Reader(review(result(item("mrq"), ["a", "c"], 0.6), right, None)).rows[1:]
    assert [row[1:3] for row in rows] == [
        ["chosen", "chosen"],
        ["left out", "chosen"],
        ["chosen", "left out"],
        ["left out", "left out"],
        ["left out", "left out"],
    ]
    levels = {name: Fraction(level) for name, level in zip("abcde", (1, 2, 3, 4, 4), strict=True)}
    rows = Reader(review(result(item("rating"), {"a": 4, "b": 2}, 0.2), levels, None)).rows[1:]
    assert [row[1:3] for row in rows[:3]] == [
        ["very effective", "very ineffective"],
        ["ineffective", "ineffective"],
        ["not rated", "effective"],
    ]
    places = {name: Fraction(place) for place, name in enumerate("abcde", start=1)}
    rows = Reader(review(result(item("ranking"), list("badce"), 0.8), places, None)).rows[1:]
    assert [(row[0][7], row[1], row[2]) for row in rows] == [
        ("B", "place 1", "place 2"),
        ("A", "place 2", "place 1"),
        ("D", "place 3", "place 4"),
        ("C", "place 4", "place 3"),
        ("E", "place 5", "place 5"),
    ]


RIGHT = {name: Fraction(name in "ab") for name in "abcde"}
PLACES = {name: Fraction(place) for place, name in enumerate("abcde", start=1)}
LEVEL = {name: Fraction(level) for name, level in zip("abcde", (1, 2, 3, 4, 4), strict=True)}


@pytest.mark.parametrize(
    ("kind", "key", "answer", "told"),
    [
        ("mrq", RIGHT, ["a", "c"], "a"),
        ("mrq", RIGHT, ["c", "d"], ""),
        ("mrq", RIGHT, list("abcde"), ""),
        ("mrq", RIGHT, [], ""),
        ("choose", RIGHT, ["a", "b", "d"], "ab"),
        ("choose", RIGHT, ["a", "b", "d", "e"], ""),
        ("rating", LEVEL, dict.fromkeys("abcde", 4), "de"),
        ("rating", LEVEL, {"a": 2, "b": 2}, "b"),
        ("ranking", PLACES, list("abdec"), "ab"),
        ("ranking", PLACES, list("edcba"), "c"),
    ],
)
def test_a_closed_key_gives_reasons_only_for_what_was_answered_rightly(kind, key, answer, told):
    notes = AssessmentKey(key, {name: f"Reason {name}." for name in key}, ())
    question = item(kind, assessment=True)
    given = result(question, answer, scoring.score(question, key, answer))
    text = Reader(review(given, key, notes)).text
    assert "".join(name for name in "abcde" if f"Reason {name}." in text) == told
    assert text.count("Reason ") == len(told)
    text = Reader(review(given, key, notes, open_key=True)).text
    assert text.count("Reason ") == len(key)


def test_a_reflections_task_says_what_was_asked_and_written():
    question = Item("x", "reflection", "What would you do?", 4, words=(80, 150))
    assert "6 words written, 80 to 150 asked for." in task(result(question, "I would have called her first.", None))
    assert "No text was given." in task(result(question, None, 0.0))


@given(st.text())
def test_a_learners_text_is_shown_to_the_letter_and_holds_no_sign_of_markup(text):
    page = safe_markdown(text)
    inside = page.partition(">")[2].removesuffix("</pre>")
    assert not set(inside) & set('<>"$\\*_`[]{}')
    assert page.encode()
    assert _letters(Reader(page).text) == _letters(text)


def _letters(text: str) -> str:
    """What of a text has to be kept: all that can be printed, but for spaces and the sign that stands for the rest."""
    return "".join(char for char in text if char.isprintable() and char not in " \N{REPLACEMENT CHARACTER}")


def test_line_breaks_are_kept_and_what_cannot_be_shown_is_replaced():
    text = "one\r\ntwo\n\n\tthree \ud800 \x00 \x1b[31m"
    assert Reader(safe_markdown(text)).text == "one\ntwo\n\n\tthree \ufffd \ufffd \ufffd[31m"


@pytest.mark.parametrize("share", [float("nan"), float("inf"), -1.0, 0.0, 0.5, 1.0, 7.0])
def test_points_are_finite_and_in_range(share):
    assert 0 <= points(share, 2) <= 2


def test_results_follow_the_page_and_count_what_counts():
    from eprofessionalism.items import ItemBank

    practice, test = item(), Item("y", "sba", "?", 1, OPTIONS, assessment=True)
    text = Item("z", "reflection", "?", 4)
    bank = ItemBank("c", "", 5, "", {"x": practice, "y": test, "z": text}, {})
    records = [Record("commit", name, answer) for name, answer in [("x", "b"), ("x", "a"), ("y", "b"), ("y", "c")]]
    records += [Record("draft", "z", " ")]
    found = results(bank, {"x": SBA, "y": SBA}, records)
    assert [(one.item.id, one.answer, one.share) for one in found.values()] == [
        ("x", "b", 1.0),
        ("y", "c", pytest.approx(1 / 3)),
        ("z", " ", 0.0),
    ]


def test_the_opening_says_how_the_assessment_came_out():
    scored = [result(item(assessment=True), "a", 1.0), result(item(assessment=True), "b", 0.0)]
    assert "50.0% of the points; 70% is needed: not passed." in opening("Form B", scored, "post", 70)
    assert "50.0% of the points; 50% is needed: passed." in opening("Form B", scored, "retake", 50)


def test_the_opening_of_a_pre_test_says_that_nothing_hangs_on_it():
    page = opening("Form A", [result(item(assessment=True), "a", 1.0)], "pre", 70)
    assert "100.0% of the points, before the course." in page
    assert "passed" not in page


def test_the_opening_of_a_case_speaks_of_no_pass_and_escapes_its_title():
    page = opening("<b>Ferry</b>", [result(Item("x-1", "reflection", "What now?", 4), None, 0.0)], "practice", 70)
    assert "needed" not in page
    assert "counts for nothing" in page
    assert "&lt;b&gt;Ferry" in page
