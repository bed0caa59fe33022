"""How the parts of a section stand on the page: what is folded, and that no numbers stand there twice."""

from __future__ import annotations

import pandas as pd
import pytest

from eprofessionalism_graders.cohort import page
from eprofessionalism_graders.cohort.document import Column, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures.base import canvas, plot

PLOT = plot(lambda width: canvas(width, 30)[0], "What is seen", ("A", "B"), [("a", "1")])
TABLE = Table("numbers", "All numbers", pd.DataFrame({"a": [1]}), (Column("a", "A", ".0f"),))
SAME = "The same as a table"


def shown(*blocks) -> str:
    content = {"title": "T", "about": "", "sections": [Section("odd", "What was found", "How.", blocks)], "files": {}}
    return page.render("answers.html", content)


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


def test_a_note_with_a_title_stands_behind_it_escaped():
    text = shown(Note("Said <here>.", title="Why & how"))
    assert "<summary>Why &amp; how</summary>" in text
    assert "Said &lt;here&gt;." in text
    assert "<summary>" not in shown(Note("Said.")).split("What was found", 2)[2]
