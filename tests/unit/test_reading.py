"""What learners read: counted rightly, within the grade, and with its terms explained."""

from __future__ import annotations

import pytest

from eprofessionalism.authoring import readability, terms
from eprofessionalism.authoring.build import Checkout, figure_drawer
from eprofessionalism.authoring.learnertext import learner_text
from eprofessionalism.authoring.loader import read_bank
from eprofessionalism.authoring.notebook import build_case
from eprofessionalism.authoring.syllables import syllables
from eprofessionalism.standards.terms import glossary

KNOWN = {
    "the": 1, "asked": 1, "names": 1, "phone": 1, "made": 1, "pinned": 1, "watched": 1, "eyes": 1, "through": 1,
    "strength": 1, "else": 1, "while": 1, "social": 2, "table": 2, "little": 2, "posted": 2, "agreed": 2, "watches": 2,
    "places": 2, "safely": 2, "statement": 2, "sometimes": 2, "being": 2, "trying": 2, "didn’t": 2, "rhythm": 2,
    "patient": 2, "before": 2, "something": 2, "creature": 2, "hundred": 2, "settled": 2, "opinion": 3, "video": 3,
    "area": 3, "idea": 3, "media": 3, "easier": 3, "disclosure": 3, "effective": 3, "somebody": 3, "created": 3,
    "audience": 3, "criticism": 4, "january": 4, "situation": 4, "identify": 4, "information": 4, "obligation": 4,
    "usually": 4, "professional": 4, "authorization": 5, "university": 5, "individual": 5, "HIPAA": 2, "FTC": 3,
}  # fmt: skip
"""Syllables as dictionaries give them; short abbreviations are spoken letter by letter."""


@pytest.mark.parametrize(("word", "number"), KNOWN.items())
def test_syllables_are_those_of_the_dictionary(word, number):
    assert syllables(word) == number


@pytest.mark.parametrize(
    ("text", "sentences", "words", "count"),
    [
        ("The cat sat on the mat.", 1, 6, 6),
        ("This sentence, taken as a reading passage unto itself, is being used to prove a point.", 1, 16, 23),
        ("Go. Wait! Why? “Because.” He said", 5, 6, 7),
        ("Dr. Osei left at 9:15 p.m. for St. Anne’s.", 1, 9, 10),
        ("A *list*\n\n- of two\n- more", 3, 5, 5),
        ("A hand-drawn map", 1, 3, 4),
    ],
)
def test_sentences_and_words_are_counted_as_a_reader_would(text, sentences, words, count):
    assert readability.count([text]) == readability.Counted(sentences, words, count)


@pytest.mark.parametrize(
    ("sentences", "words", "count", "grade"),
    [
        (1, 1, 1, -3.4),  # the lowest there is, as published with the formula
        (10, 57, 58, -1.4),  # Green Eggs and Ham: 5.7 words a sentence, 1.02 syllables a word
        (10, 200, 300, 9.91),
    ],
)
def test_the_grade_is_kincaids(sentences, words, count, grade):
    assert readability.Counted(sentences, words, count).grade == pytest.approx(grade, abs=0.05)


PLAIN = "You wait on the pier and the fog lifts. " * 15
HARD = (
    "Institutional representatives characteristically necessitate comprehensive documentation regarding professional "
    "responsibilities, organizational accountability, and confidentiality considerations within teams. "
)


def scene(text, **fields):
    return {"scene": "pier", "when": "Monday", "title": "Fog", "text": text} | fields


def test_hard_text_is_found_where_it_is_hardest(case_of):
    case = case_of(scene(PLAIN), scene(HARD * 8, scene="boat"))
    (line,) = map(str, readability.readability(case))
    assert "scenes and artifacts: expected grade 12 at most (Flesch-Kincaid), found " in line
    (finding,) = readability.readability(case)
    assert finding.line == case.source.line(("story", 1, "text"))
    assert list(readability.readability(case_of(scene(PLAIN)))) == []


def test_too_little_text_has_no_grade(case_of):
    assert readability.grades(case_of(scene(HARD)))["scenes and artifacts"] is None


def test_the_page_is_read_and_what_is_not_on_it_is_not(case_of, block_of):
    block = block_of("branch", "What first?", [("Wait", 1), ("Swim", 0)], hint="Look.")
    box = {"title": "Two views", "text": "They differ.", "cites": ["mms-5"]}
    thread = {"artifact": "chat", "kind": "thread", "label": "A chat", "caption": "Tonight.", "name": "Ed", "face": "E"}
    thread["messages"] = [{"from": "them", "text": "Come over."}]
    facilitator = {"purpose": "Not for learners."}
    case = case_of(scene("Fog."), thread, block | {"after": box})
    case.source.data["facilitator"] = facilitator
    by_part = {}
    for read in learner_text(case):
        by_part.setdefault(read.part, []).append(read.text)
    assert by_part["stems and options"] == ["What first?", "Wait", "Swim", "Look."]
    assert by_part["feedback"] == ["Because of the fog.", "Because of the fog.", "Two views", "They differ."]
    assert {"Fog.", "Come over.", "It lifts."} < set(by_part["scenes and artifacts"])
    texts = {text for part in by_part.values() for text in part}
    assert texts.isdisjoint({"Not for learners.", "mms-5", "fy-1-first", "thread", "E", "them", "01-ferry"})


# ---- Terms -----------------------------------------------------------------------------------------------------------


def unexplained(case) -> list[str]:
    return [finding.found for finding in terms.terms(case)]


def test_an_abbreviation_is_known_listed_or_explained_at_its_first_use(case_of):
    assert unexplained(case_of(scene("The ICU and the FTC are far from here."))) == []
    assert unexplained(case_of(scene("The Ferry Owners’ Group (FOG) is old. FOG has boats."))) == []
    assert unexplained(case_of(scene("FOG (the owners’ group) is old."))) == []
    assert unexplained(case_of(scene("The FOG is old."), scene("Owners (FOG) all.", scene="two"))) == ["“FOG”"]


def test_people_in_a_story_may_shout(case_of):
    post = {"artifact": "p", "kind": "post", "label": "A post", "caption": "It.", "name": "Ed", "face": "E"}
    assert unexplained(case_of(scene("He wrote “GONE” below."), post | {"text": "GONE at last"})) == []


def test_words_of_testing_are_not_for_learners(case_of):
    (line,) = map(str, terms.terms(case_of(scene("The distractors are hard."))))
    assert "found “distractor”; write “option”" in line


def test_the_page_explains_the_terms_it_uses(case_of, block_of):
    block = block_of("sba", "What first?", [("Wait", 1), ("Swim", 0), ("Call", 0)])
    case = case_of(scene("Safe harbor, said the FTC. No ftca here."), block)
    assert [term.term for term in terms.used(case)] == ["FTC", "Safe Harbor"]
    html = build_case(case, figure_drawer(Checkout().published))["01-ferry.ipynb"].decode()
    assert "<summary>2 terms</summary>" in html
    assert "<dd>Federal Trade Commission: the US agency" in html


def test_labels_below_feedback_are_explained_too(case_of, block_of):
    block = block_of("sba", "What first?", [("Wait", 1), ("Swim", 0), ("Call", 0)])
    block["options"] = [option | {"cites": ["fsmb-1"]} for option in block["options"]]
    assert [term.term for term in terms.used(case_of(scene("Fog."), block))] == ["FSMB"]


def test_a_test_says_what_letters_stand_for_and_no_more(case_of):
    item = {
        "item": "t-1",
        "type": "sba",
        "stem": "Under HIPAA’s Safe Harbor?",
        "teaches": ["mms-5"],
        "assessment": True,
    }
    item["options"] = [{"id": letter, "text": f"Thing {letter}"} for letter in "abc"]
    assert terms.used(case_of(item)) == [("HIPAA", "Health Insurance Portability and Accountability Act.")]


def test_the_glossary_is_sound():
    words = glossary()
    names = [term.term for term in words.terms]
    assert len(set(names)) == len(names)
    assert words.known.isdisjoint(names)
    for term in words.terms:
        assert term.means.endswith(".")
        assert term.pattern.search(f"of {term.term},")
        assert all(term.pattern.fullmatch(other) for other in term.also)


def test_no_rule_on_text_stops_at_a_case_of_the_course():
    for case in read_bank(Checkout().bank, Checkout().root)[0].values():
        assert list(terms.terms(case)) is not None
        assert set(readability.grades(case)) == set(readability.PARTS)
        assert case.slug in readability.table([case])
