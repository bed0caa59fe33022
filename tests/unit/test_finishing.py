"""Who finished what: the heading in each case, who is asked for a second attempt, and who was late."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from eprofessionalism_graders.cohort import words
from eprofessionalism_graders.cohort.document import Figure
from eprofessionalism_graders.cohort.sections.finishing import late, section, title
from eprofessionalism_graders.cohort.summary import TESTS, Completion, summarize

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
    assert title([Completion(*part) for part in parts]) == said


def test_whoever_has_failed_is_asked_for_a_second_attempt_where_there_is_one(scripted):
    """Five of ten fail; two of them have taken the second attempt, and one of these has passed by it."""
    results = scripted(10, lambda learner, _: learner % 2).results
    learners = results.tables.learners
    again = learners["learner"].isin(["d000", "d002"])
    learners = learners.assign(
        retake_status=learners["retake_status"].mask(again, "complete"),
        passed=learners["passed"].mask(learners["learner"] == "d000", True),
    )
    tables = replace(results.tables, learners=learners)
    for banks, asked in (
        (results.banks, (2, 0, 3)),
        ({name: bank for name, bank in results.banks.items() if bank.form != "C"}, (2, 0, 0)),
    ):
        second = summarize(tables, banks, results.keys, 70).by_case[-1]
        assert second == Completion(TESTS["retake"], *asked)


def test_the_heading_is_not_about_second_attempts(invented):
    parts = (Completion("A", 9, 1, 0), Completion(TEST, 8, 0, 2), Completion(TESTS["retake"], 0, 0, 2))
    found = section(replace(invented.results, summary=replace(invented.summary, by_case=parts)))
    assert found.title == "Two have not taken the test after the course"
    assert found.figures[0].plot.rows[-1] == (TESTS["retake"], "0", "0", "2", "2")


def test_who_was_late_is_a_sentence_and_no_table_of_its_own(scripted):
    found = section(scripted(6, lambda *_: 1.0).results)
    assert found.tables == ()
    assert "Nobody was late." in found.lead
    (figure,) = (block for block in found.blocks if isinstance(block, Figure))
    assert figure.plot.columns[-1] == "Asked"
    assert figure.plot.rows[0][1:] == ("6", "0", "0", "6")


def test_who_was_late_with_everything_is_told_from_who_was_with_a_part(scripted):
    results = scripted(6, lambda *_: 1.0).results
    handed = sum(bank.form != "C" for bank in results.banks.values())
    late_parts = [0, 1, handed - 1, handed, handed, 0]
    learners = results.tables.learners.assign(late=pd.array(late_parts, dtype="Int64"))
    assert late(replace(results, tables=replace(results.tables, learners=learners))) == (4, 2)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 0), "Nobody was late."),
        ((29, 29), "29 learners were late with all that they handed in."),
        ((29, 12), "29 learners were late with something, 12 of them with all that they handed in."),
        ((1, 0), "One learner was late with something."),
    ],
)
def test_lateness_is_said_in_a_sentence(counts, said):
    assert words.lateness(*counts) == said


@pytest.mark.parametrize(("alone", "said"), [(19, "Of the 43 in part, 19 lack only the last test."), (0, "")])
def test_of_those_in_part_it_is_said_who_lacks_only_the_last_test(alone, said):
    overall = SimpleNamespace(complete=178, partly=43, missing=19, total=240)
    summary = SimpleNamespace(overall=overall, assessment=None, begun=True, ungraded=0)
    assert words.finished(summary, alone) == f"178 of 240 learners have finished. {said}".strip()
