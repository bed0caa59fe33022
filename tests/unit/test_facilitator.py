"""The facilitator's page: what a case must have for it, and what an attending finds on it."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from eprofessionalism.authoring import build, facilitator, notebook
from eprofessionalism.authoring.checks import check_cases
from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.authoring.learnertext import learner_text
from eprofessionalism.authoring.loader import load_case

CASE = """\
schema: 1
case: 61-ferry
title: The last ferry
subject: A question in a group
minutes: 12
lede: Nine hours to the next boat.
you: You are the island’s only doctor
objectives: [Answer kindly., Answer safely.]
story:
  - item: fe-1-mole
    type: branch
    stem: What do you write?
    teaches: [mms-5]
    options:
      - {id: a, text: Tomorrow at nine., credit: 1, feedback: Good., cites: [mms-5], then: {when: Later, text: Nine.}}
      - {id: b, text: It looks fine., credit: 0, feedback: Is it., cites: [mms-5], then: {when: Later, text: Ten.}}
  - item: fe-2-who
    type: mrq
    stem: Who reads along?
    teaches: [mms-5, mms-6.iii, amai-2, mms-4.ii]
    options:
      - {id: a, text: Members, right: true, feedback: Yes., cites: [amai-2]}
      - {id: b, text: Their friends, right: true, feedback: Yes., cites: [amai-2]}
      - {id: c, text: Nobody, right: false, feedback: No., cites: [amai-2]}
      - {id: d, text: Only Teo, right: false, feedback: No., cites: [amai-2]}
    after:
      title: Where the standards differ
      text: Two of them do.
      cites: [mms-6.iii, fpm-bound-2]
  - item: fe-3-rate
    type: rating
    stem: How good is each?
    teaches: [mms-5]
    after: {title: It has happened, text: Once., cites: [fact-8.9]}
    options:
      - {id: a, text: Call him., level: 4, feedback: Yes., cites: [mms-5]}
      - {id: b, text: Meet him., level: 4, feedback: Yes., cites: [mms-5]}
      - {id: c, text: Nod., level: 3, feedback: So., cites: [mms-5]}
      - {id: d, text: Wait., level: 2, feedback: So., cites: [mms-5]}
      - {id: e, text: Guess., level: 1, feedback: No., cites: [mms-5]}
      - {id: f, text: Laugh., level: 1, feedback: No., cites: [mms-5]}
  - item: fe-4-order
    type: ranking
    stem: In which order?
    teaches: [mms-5]
    options:
      - {id: a, text: Third., place: 3, feedback: So., cites: [mms-5]}
      - {id: b, text: First., place: 1, feedback: So., cites: [mms-5]}
      - {id: c, text: Fifth., place: 5, feedback: So., cites: [mms-5]}
      - {id: d, text: Second., place: 2, feedback: So., cites: [mms-5]}
      - {id: e, text: Fourth., place: 4, feedback: So., cites: [mms-5]}
  - {item: fe-5-text, type: reflection, stem: And you., teaches: [mms-5], words: [80, 150]}
closing:
  about: It was about fog.
  this_week:
    - {title: Look at one group., text: Leave it.}
    - {title: Two., text: Do two.}
    - {title: Three., text: Do three.}
  reading:
    - {cite: fact-8.9, note: Who was asked.}
"""
GUIDE = """\
facilitator:
  purpose: To say in public what is fit for everybody.
  live:
    - {title: "5 min: Read the message", text: Aloud.}
    - {title: "15 minutes: Decide", text: By show of hands.}
    - {title: "10 min · Close", text: One sentence each.}
  questions:
    - {ask: "What would you write?", listen_for: A time and a place.}
    - {ask: "Who else reads it?", listen_for: Everybody.}
    - {ask: "What if he is worried?", listen_for: That he may be.}
    - {ask: "What does your group expect?", listen_for: Answers.}
  pitfalls:
    - {item: fe-2-who, text: They count the members only.}
    - {item: fe-3-rate, text: They find laughing harmless.}
  dissent:
    title: An answer is kinder than a rule
    text: On an island nobody else is there.
    cites: [fpm-bound-2]
"""


@pytest.fixture
def case(tmp_path):
    """Loads the case, changed by (old, new) pairs."""

    def loaded(*changes, guide=GUIDE):
        text = CASE + guide
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        folder = tmp_path / "61-ferry"
        folder.mkdir(exist_ok=True)
        (folder / "case.yaml").write_text(text, encoding="utf-8")
        return load_case(folder, tmp_path)

    return loaded


def findings(case, *, course=False):
    return [str(finding) for finding in check_cases({case.slug: case}, [], course=course)]


def test_a_sound_facilitator_block_has_no_findings(case):
    assert findings(case()) == []


def test_a_case_of_the_course_needs_a_facilitators_page_and_an_institutions_own_does_not(case):
    bare = case(guide="")
    assert findings(bare) == []
    assert "61-ferry/case.yaml:1: facilitator: expected a field “facilitator”" in "\n".join(findings(bare, course=True))
    assert "facilitator:" not in "\n".join(findings(case(), course=True))


def test_an_orientation_needs_no_facilitators_page(case):
    page = case(("minutes: 12", "minutes: 12\nmodule: orientation"), guide="")
    assert not [line for line in findings(page, course=True) if "facilitator" in line]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "item: fe-2-who, text: They",
            "item: fe-9-none, text: They",
            "61-ferry/case.yaml:73: pitfalls: expected an item",
        ),
        (
            'What would you write?",',
            'What would you write?", item: fe-9-none,',
            "61-ferry/case.yaml:68: questions: expected an item of this case",
        ),
        (
            "\n    cites: [fpm-bound-2]\n",
            "\n",
            "61-ferry/case.yaml:75: dissent: expected a source in “cites”, found none",
        ),
        (
            "5 min: Read",
            "Read",
            "61-ferry/case.yaml:64: live: expected the minutes first, such as “10 min: The message”",
        ),
        ("cites: [fpm-bound-2]\n", "cites: [fpm-bound-99]\n", "expected the id of a clause, its part, or a fact"),
    ],
)
def test_a_mistake_in_the_block_is_one_line(case, old, new, found):
    start = CASE.index("closing:")
    text = CASE + GUIDE
    place = text.rindex(old)
    assert place > start
    (line,) = findings(case((text[place - 30 : place] + old, text[place - 30 : place] + new)))
    assert found in line


def test_the_first_screen_has_what_a_tired_facilitator_needs(case):
    first = facilitator.page(case()).split("## The session")[0]
    assert len(first.split()) < 250
    for said in (
        "To say in public what is fit for everybody.",
        "You are the island’s only doctor. Nine hours to the next boat.",
        "| Ask | What would you write? |",
        "| Expect (question 2) | They count the members only. |",
        "| Grant the other side | An answer is kinder than a rule. More below. |",
        "| Send them off with | Look at one group. Leave it. |",
        "30 minutes with a group, 12 alone",
    ):
        assert said in first


def test_the_session_is_a_table_of_minutes(case):
    page = facilitator.page(case())
    assert "| 5 | **Read the message** | Aloud. |\n| 15 | **Decide** | By show of hands. |" in page
    assert facilitator.minutes(case().content.facilitator) == 30


def test_every_question_stands_with_its_best_answer_and_its_clauses(case):
    page = facilitator.page(case())
    assert "1. What do you write? *(decide; the story follows)*\n   **Best:** Tomorrow at nine.\n" in page
    assert "**Best:** Members / Their friends.\n" in page
    assert "**Very effective:** Call him. / Meet him.\n   **Very ineffective:** Guess. / Laugh.\n" in page
    assert "**Suggested order:** (1) First. (2) Second. (3) Third. (4) Fourth. (5) Fifth.\n" in page
    assert "80 to 150 words" in page
    assert "\nIt is for: Answer kindly. Answer safely.\n" in page
    assert re.search(r"\*Massachusetts, guideline 5[^*]*; and 2 more\.\*", page)


def test_the_reason_for_each_right_answer_stands_there_with_its_source(case):
    page = facilitator.page(case())
    assert "   **Best:** Tomorrow at nine.\n   **Why:** Good. *(Massachusetts, guideline 5, 2015)*\n" in page
    assert "   - *Members.* Yes. *(AMA Insurance, opening, 2011)*\n   - *Their friends.* Yes. *(AMA" in page
    assert "   - *Call him.* Yes. *(Massachusetts, guideline 5, 2015)*\n   - *Meet him.* Yes." in page
    assert "   **Why:** So. *(Massachusetts, guideline 5, 2015)*\n" in page  # what comes first in the order
    assert not re.search(r"Is it\.|\bNo\. \*", page)


def test_a_bare_label_stands_with_what_it_stands_for(case):
    page = facilitator.page(case(("text: Members,", "text: Members, handout: “all 212 of them”,")))
    assert "**Best:** Members: “all 212 of them” / Their friends.\n" in page


def test_what_is_for_the_hand_out_reaches_no_learner(case):
    said = (
        ("text: Members,", "text: Members, handout: “all 212 of them”,"),
        ("stem: Who reads along?", "stem: Who reads along?\n    handout: A group of 212."),
    )
    plain = notebook.build_case(case(), lambda figure: (b"", ""))
    assert notebook.build_case(case(*said), lambda figure: (b"", "")) == plain
    assert not any("212" in read.text for read in learner_text(case(*said)))


def test_a_box_that_sets_two_standards_side_by_side_is_shown_and_no_other(case):
    page = facilitator.page(case())
    assert "- *Question 2.* **Where the standards differ.** Two of them do. *(Massachusetts" in page
    assert "It has happened" not in page


def test_no_text_of_a_case_is_taken_for_markup(case):
    nasty = "1. *a* _b_ `c` <b>d</b> [e](f) | g & $h$ \\\\ # i"
    page = facilitator.page(case(("They count the members only.", f"'{nasty}'"), ("Everybody.", f"'{nasty}'")))
    html = MarkdownIt("commonmark").enable("table").render(page)
    shown = "*a* _b_ `c` &lt;b&gt;d&lt;/b&gt; [e](f) | g &amp; $h$ \\\\ # i"
    assert html.count(shown) == 3  # the pitfall twice, what to listen for once
    assert "<b>" not in html


@pytest.mark.parametrize("text", ["# a", "- a", "+ a", "1. a", "12) a", "= a", "-", "--- a", "> a"])
def test_a_text_that_begins_like_a_block_begins_none(text):
    html = MarkdownIt("commonmark").render(facilitator.markdown(text))
    assert html == f"<p>{text.replace('>', '&gt;')}</p>\n"


def test_pages_are_listed_and_only_cases_have_one(case):
    loaded = case()
    pages = facilitator.pages({"61-ferry": loaded, "99-none": case(("minutes: 12", "minutes: 12\nmodule: survey"))})
    assert set(pages) == {"61-ferry.md", "README.md"}
    assert "| [The last ferry](61-ferry.md) | A question in a group | 30 min | 12 min |" in pages["README.md"].decode()


def test_the_pages_in_the_checkout_are_those_of_the_cases():
    checkout = build.Checkout()
    try:
        cases = build.load_checked(checkout)
    except FindingsError as error:
        pytest.fail(f"the cases have findings: {error}")
    assert build.compare(facilitator.pages(cases), checkout.root / build.GUIDES, build.GUIDES) == []


def test_leading_a_session_takes_two_printed_pages_and_looking_things_up_two_or_three_more():
    for name, page in facilitator.pages(build.load_checked(build.Checkout())).items():
        session, _, case = page.decode().partition("## The case at a glance")
        assert len(session.split()) < 1200, name
        assert len(case.split()) < 1700, name
