"""Who finished what: the heading in each case, and that lateness is a sentence and a column."""

from __future__ import annotations

import pytest

from eprofessionalism_graders.cohort.document import Figure
from eprofessionalism_graders.cohort.sections.finishing import section, title
from eprofessionalism_graders.cohort.summary import TESTS, Completion

TEST = TESTS["post"]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([("A", 9, 0, 1), (TEST, 7, 0, 3)], "Three have not taken the test after the course"),
        ([("A", 9, 0, 1), (TEST, 7, 1, 2)], "Three have not finished the test after the course"),
        ([("A", 9, 1, 0), (TEST, 10, 0, 0)], "One has not finished “A”"),
        ([("A", 4, 0, 6), ("B", 4, 0, 6), (TEST, 7, 0, 3)], "“A” and “B” were finished by fewest"),
        (
            [("A", 9, 0, 1), ("B", 4, 0, 6), (TEST, 4, 0, 6)],
            "“B” and the test after the course were finished by fewest",
        ),
        ([("A", 1, 0, 9), ("B", 1, 0, 9), ("C", 1, 0, 9), (TEST, 2, 0, 8)], "Who finished what"),
        ([("A", 1, 0, 9), (TEST, 1, 0, 9)], "Every part was finished by as many"),
        ([("A", 10, 0, 0), (TEST, 10, 0, 0)], "Everybody finished every part"),
        ([("A", 90, 10, 0), (TEST, 1, 0, 1)], "One has not taken the test after the course"),
    ],
)
def test_the_heading_is_how_many_have_not_finished_the_part_that_fewest_did(parts, said):
    assert title([Completion(*part, late=0) for part in parts]) == said


def test_who_was_late_is_a_sentence_and_a_column_and_no_table_of_its_own(scripted):
    found = section(scripted(6, lambda *_: 1.0).results)
    assert found.tables == ()
    assert "Nobody was late." in found.lead
    (figure,) = (block for block in found.blocks if isinstance(block, Figure))
    assert figure.plot.columns[-2:] == ("Of these late", "Asked")
    assert figure.plot.rows[0][1:] == ("6", "0", "0", "0", "6")
