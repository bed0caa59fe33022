"""How the parts of a section stand on the page: what is folded, and that no numbers stand there twice."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest

from eprofessionalism_graders.cohort import page
from eprofessionalism_graders.cohort.document import LONG, MANY, Column, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures.base import canvas, plot

PLOT = plot(lambda width: canvas(width, 30)[0], "What is seen", ("A", "B"), [("a", "1")])
TABLE = Table("numbers", "All numbers", pd.DataFrame({"a": [1]}), (Column("a", "A", ".0f"),))
SAME = "The same as a table"


def shown(*blocks) -> str:
    content = {"title": "T", "about": "", "sections": [Section("odd", "What was found", "How.", blocks)]}
    return page.render("answers.html", content | {"merged": [], "files": {}})


def test_a_picture_has_its_numbers_once_in_a_table_of_its_name_or_in_its_own():
    assert SAME in shown(Figure("seen", "Read", PLOT))
    assert SAME in shown(Figure("seen", "Read", PLOT), TABLE)
    both = shown(Figure("numbers", "Read", PLOT), TABLE)
    assert SAME not in both
    assert both.count("tables/numbers.csv</a>") == 1


@pytest.mark.parametrize("folded", [True, False])
def test_a_folded_picture_stands_behind_its_caption(folded):
    text = shown(Figure("seen", "Read & see", PLOT, folded=folded))
    assert ("<summary>Read &amp; see</summary>" in text) is folded
    assert ("<figcaption" in text) is not folded
    assert text.count('aria-label="What is seen"') == 1


def test_a_table_of_many_columns_takes_the_whole_width_and_the_order_stays():
    many = pd.DataFrame({f"c{n}": [n] for n in range(MANY + 1)})
    wide = Table("wide", "Wide", many, tuple(Column(name, name, ".0f") for name in many))
    text = shown(Note("First."), TABLE, wide, Note("Last."))
    assert text.count('<div class="ep-finding__shown') == 3
    assert text.count("ep-finding__shown is-wide") == 1
    order = [
        "First.",
        "All numbers",
        "ep-finding__shown is-wide",
        "<summary>Wide",
        '<div class="ep-finding__shown">',
        "Last.",
    ]
    places = [text.rindex(words) for words in order]
    assert places == sorted(places)
    assert "shown is-wide" not in shown(replace(wide, columns=wide.columns[:MANY]))


def test_a_column_of_numbers_of_words_and_of_texts_are_told_apart():
    frame = pd.DataFrame(
        {"n": [1.0, None], "word": ["yes", "no"], "text": ["No more than a few words", "a" * (LONG + 1)]}
    )
    columns = (Column("n", "N", ".1f"), Column("word", "Word"), Column("text", "Text"))
    table = Table("t", "T", frame, columns)
    assert table.kinds == ("num", "", "text")
    assert replace(table, frame=frame.iloc[:1]).kinds == ("num", "", "")
    assert replace(table, frame=frame.iloc[:0]).kinds == ("num", "", "")
    text = shown(table)
    assert text.count('class="is-text"') == 3
    assert text.count('<th scope="row" class="is-num">') == 2


def test_a_question_whose_key_is_in_doubt_says_so_where_its_key_stands(invented):
    summary = invented.results.summary
    (question, *_), *_ = (asked for name, asked in summary.questions.items() if "form" in name)
    texts = [
        page.render("questions.html", {"summary": summary, "doubted": found}) for found in ((), (question.item.id,))
    ]
    plain, marked = (re.findall(r"(?s)<article.*?</article>", text) for text in texts)
    changed = [after for before, after in zip(plain, marked, strict=True) if before != after]
    assert len(changed) == 1
    assert "Check the key:" in changed[0]
    assert question.item.stem[:12] in unescape(changed[0])
    assert not any("Check the key" in text for text in plain)


def test_a_note_with_a_title_stands_behind_it_escaped():
    text = shown(Note("Said <here>.", title="Why & how"))
    assert "<summary>Why &amp; how</summary>" in text
    assert "Said &lt;here&gt;." in text
    assert "<summary>" not in shown(Note("Said.")).split("What was found", 2)[2]
