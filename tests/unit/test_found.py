"""What was found in submissions, as the instructor's report tells it; `test_report.py` has the rest of that page."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import BeautifulSoup

from eprofessionalism_graders import cells, incidents
from eprofessionalism_graders.cohort import found, words
from eprofessionalism_graders.cohort.report import write_report
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.roster import Learner

CASE = "01-friend-requests"
TITLES = {CASE: "Table nine", "02-patient-stories": "What the driver did not know"}
ROSTER = [Learner("ana", "Reyes", "Ana"), Learner("bea"), *(Learner(f"l{n}", f"Last{n}", "Dr") for n in range(20))]
ASIDE = ("the notebook is not JSON", "set aside; graded from the record of answers")


def told(*listed: Incident) -> found.Found:
    made = found.told(listed, ROSTER, TITLES)
    assert made is not None
    return made


def test_nothing_found_is_nothing_told():
    assert found.told([], ROSTER, TITLES) is None
    assert found.files([], ROSTER) == {}


def test_a_finding_says_what_whose_and_what_was_done():
    (one,) = told(Incident("ana", CASE, *ASIDE)).findings
    assert one.found == "The notebook is not JSON."
    assert one.done == "Set aside; graded from the record of answers."
    assert one.whose == "Ana Reyes (ana, “Table nine”)"


def test_who_has_no_name_or_is_on_no_roster_is_called_by_the_id():
    (one,) = told(Incident("bea", CASE, *ASIDE), Incident("gone", "99-old", *ASIDE)).findings
    assert one.whose == "bea (“Table nine”) and gone (“99-old”)"


def test_the_same_thing_in_many_submissions_is_told_once_and_counted():
    one, other = told(
        Incident("ana", CASE, "a link", "not followed"),
        *(Incident(learner.id, CASE, *ASIDE) for learner in ROSTER[2:]),
    ).findings
    assert one.found == "The notebook is not JSON."
    assert one.whose.endswith(f"and {20 - words.NAMED + 1} more (see incidents.csv)")
    assert other.found == "A link."


@pytest.mark.parametrize("kinds", [1, found.SHOWN, found.SHOWN + 1, 40])
def test_of_many_different_things_the_first_stand_on_the_page_and_the_others_behind_a_fold(kinds):
    made = told(*(Incident("ana", CASE, f"thing {n:02d}", "passed over") for n in range(kinds)))
    assert [one.found for one in made.first + made.others] == [f"Thing {n:02d}." for n in range(kinds)]
    assert len(made.first) == min(kinds, found.SHOWN)


@pytest.mark.parametrize(
    ("listed", "where"),
    [
        ([("ana", CASE)], "in one submission of one learner"),
        ([("ana", CASE), ("ana", "02-patient-stories"), ("bea", CASE)], "in three submissions of two learners"),
        ([("", "")], "in one file or folder that is no submission"),
        ([("gone", CASE), ("ana", "")], "in two files or folders that are no submission"),
        (
            [("ana", CASE), ("", "")],
            "in one submission of one learner and in one file or folder that is no submission",
        ),
    ],
)
def test_where_something_was_found_is_said_in_numbers(listed, where):
    assert told(*(Incident(*whose, f"thing {n}", "left") for n, whose in enumerate(listed))).where == where


def test_what_a_learner_calls_a_file_stays_in_one_line_and_short():
    (one,) = told(Incident("ana", CASE, "a file called \u202e\n\x1b[31m" + "x" * 5000, "set aside")).findings
    assert one.found.isprintable()
    assert len(one.found) < found.LONGEST + 5
    assert one.found.startswith("A file called \N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize("name", ["\u202eliam", "\u2067x", "\u2069\u202e"])
def test_a_name_that_turns_the_direction_of_writing_does_so_for_itself_alone(name):
    shown = words.isolated(name)
    assert (shown[0], shown[-1]) == ("\u2068", "\u2069")
    assert not set(shown[1:-1]) & set("\u2066\u2067\u2068\u2069")
    assert words.isolated("Ana Reyes") == "Ana Reyes"


def test_the_table_has_every_incident_to_the_letter_and_neutral():
    listed = [Incident("ana", CASE, "=cmd|'/C calc'!A0", "set\naside"), Incident("", "", "-1", "left")]
    (text,) = found.files(listed, ROSTER).values()
    rows = list(cells.read(text))
    assert [Incident(row["learner"], row["assignment"], row["found"], row["done"]) for row in rows] == listed
    assert [(row["first_name"], row["last_name"]) for row in rows] == [("Ana", "Reyes"), ("", "")]
    raw = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["found"] for row in raw] == ["'=cmd|'/C calc'!A0", "'-1"]


# ---- In the report ---------------------------------------------------------------------------------------------------

PAGES = ("people.html", "index.html", "share/index.html")


@pytest.fixture
def report(offering):
    """Write the report; gives the page with names, the two without, and the folder."""

    def written():
        folder = write_report(offering).parent
        pages = [(folder / name).read_text(encoding="utf-8") for name in PAGES]
        return (*(BeautifulSoup(page, "html.parser") for page in pages), folder)

    return written


def test_the_page_with_names_tells_it_and_the_others_do_not(offering, report):
    incidents.note_submission(offering.root, "learner-03", CASE, [Incident("learner-03", CASE, *ASIDE)])
    named, own, share, folder = report()
    section = named.select_one("section[aria-labelledby=found]")
    assert "in one submission of one learner" in section.text
    assert "First3 Last3 (learner-03, “Table nine”)" in section.text
    assert named.select_one("a[href='incidents.csv']")
    note = own.select_one("a[href='people.html#found']").find_parent("p").text
    assert note.startswith("Mind: Something was not as it should be in what was handed in.")
    assert "learner-03" not in own.text
    assert "not JSON" not in own.text
    assert (folder / found.FILE).is_file()
    for telling in ("learner-03", "not JSON", "not as it should be", "incidents", "What was found"):
        assert telling not in share.text
    assert not list((folder / "share").rglob("*.csv"))


def test_what_is_mended_leaves_the_report(offering, report):
    incidents.note_submission(offering.root, "learner-03", CASE, [Incident("learner-03", CASE, *ASIDE)])
    report()
    incidents.note_submission(offering.root, "learner-03", CASE, [])
    named, own, _, folder = report()
    assert named.select_one("#found") is None
    assert "incidents" not in str(named) + str(own)
    assert not (folder / found.FILE).exists()
