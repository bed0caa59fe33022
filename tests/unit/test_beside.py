"""What an instructor lays beside an offering: mistakes are named to be mended, nothing is left out in silence."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism_graders.beside import BORDERLINE, EARLIER, JUDGES, not_read
from eprofessionalism_graders.cohort.cli import report
from eprofessionalism_graders.cohort.earlier import read_earlier
from eprofessionalism_graders.cohort.judges import read_borderline, read_judges, read_panel
from eprofessionalism_graders.cohort.large.answers import write_answers
from eprofessionalism_graders.cohort.results import read_results
from eprofessionalism_graders.cohort.tables import RESPONSES
from eprofessionalism_graders.errors import UserError

FORM = "90-form-a"


def sheet(rating=lambda question, judge: str(40 + question + judge), judges=3) -> str:
    """One round of ratings of 20 questions."""
    head = ["question", "points", "round", *(f"judge_{one}" for one in range(1, judges + 1))]
    rows = [[str(one), "", "1", *(rating(one, judge) for judge in range(1, judges + 1))] for one in range(1, 21)]
    return "".join(",".join(row) + "\n" for row in [head, *rows])


@pytest.fixture(scope="module")
def banks(course):
    return course[0]


@pytest.fixture
def refused(tmp_path, banks):
    """What is said of a file of ratings: line, column, expected, found and remedy of each finding."""

    def say(content: str | bytes) -> list[tuple[int, str, str, str, str]]:
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / f"{FORM}.csv").write_bytes(data)
        with pytest.raises(FindingsError) as error:
            read_judges(tmp_path, banks)
        return [(one.line, one.where, one.expected, one.found, one.remedy) for one in error.value.findings]

    return say


# ---- Ratings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("judge", [1, 2, 3])
def test_a_judge_who_rated_in_parts_of_one_is_refused(refused, judge):
    text = sheet(lambda question, one: f"{question / 20:.2f}" if one == judge else "60")
    assert refused(text) == [
        (2, f"judge_{judge}", "ratings from 0 to 100", "none above 1 in round 1", "write 45, not 0.45")
    ]


def test_ratings_of_which_one_is_above_one_are_taken_as_they_are(tmp_path, banks):
    (tmp_path / f"{FORM}.csv").write_text(sheet(lambda question, _: "1.5" if question == 7 else "0.5"))
    assert read_judges(tmp_path, banks)[FORM]["judge_1"].max() == 1.5


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("70%", "write it without a percent sign"),
        ('"72,5"', "write it with a point"),
        ("120", "a rating is how many of 100 borderline learners would be right; ask this judge"),
        ("-5", "a rating is how many of 100 borderline learners would be right; ask this judge"),
        ("n/a", "write the number alone; who did not rate in this round has an empty column in it"),
    ],
)
def test_the_remedy_fits_the_rating(refused, text, remedy):
    told = refused(sheet(lambda question, judge: text if (question, judge) == (4, 2) else "60"))
    assert told == [(5, "judge_2", "a number from 0 to 100", f"“{text.strip(chr(34))}”", remedy)]


def test_one_mistake_in_every_cell_is_told_once(refused):
    (told,) = refused(sheet(lambda question, _: f"{question}%", judges=16))
    assert told[:2] == (2, "judge_1")
    assert told[3] == "“1%”, and 319 more like it"


def test_a_few_mistakes_are_told_one_by_one(refused):
    assert [line for line, *_ in refused(sheet(lambda question, _: "5%" if question > 15 else "60", judges=1))] == [
        17, 18, 19, 20, 21,
    ]  # fmt: skip


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_table_parted_otherwise_is_told_so_once(refused, mark, name):
    ((line, where, expected, found, remedy),) = refused(sheet().replace(",", mark))
    assert (line, where, expected, found) == (1, "columns", "cells parted by commas", name)
    assert "separated by commas" in remedy


def test_decimal_commas_in_every_row_are_told_once(refused):
    (told,) = refused(sheet(lambda question, _: f"{question},5"))
    assert (told[0], told[3]) == (2, "more, and 19 more like it")


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("points,judge_1,judge_2,judge_3", "no question and no round"),
        ("question,points,judge_1", "no round"),
        ("question,points,round", "no judge"),
    ],
)
def test_the_column_that_is_missing_is_named(refused, head, found):
    expected = "the columns question, points and round, and one more for each judge"
    assert [one[:4] for one in refused(head + "\n1,,1\n")] == [(1, "columns", expected, found)]


def test_columns_may_be_written_large_and_stand_in_any_order(tmp_path, banks):
    lines = [line.split(",") for line in sheet().splitlines()]
    lines[0] = ["Question", "POINTS", "Round", *lines[0][3:]]
    text = "\n".join(",".join(line[3:] + line[:3]) for line in lines)
    (tmp_path / f"{FORM}.csv").write_text(text)
    assert list(read_judges(tmp_path, banks)[FORM]) == ["question", "points", "round", "judge_1", "judge_2", "judge_3"]


def test_a_column_of_words_is_no_judge(refused):
    text = sheet(lambda question, judge: ("", "see question 4", "")[question % 3] if judge == 2 else "60")
    assert refused(text) == [(1, "judge_2", "the ratings of a judge", "not one number", "take this column out")]


def test_a_quotation_mark_that_is_not_closed_is_told_with_its_line(refused):
    lines = sheet().splitlines()
    lines[5] = lines[5].replace("5,", '5,"', 1)
    ((line, where, _, found, _),) = refused("\n".join(lines))
    assert (line, where) == (6, "row")
    assert "quotation mark" in found


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_letters_than_utf_8_are_told_without_the_words_of_a_program(refused, encoding):
    ((_, _, expected, found, _),) = refused(sheet().replace("judge_1", "Jürgen").encode(encoding))
    assert (expected, found) == ("a CSV file in UTF-8", "letters that are not UTF-8")


# ---- Borderline learners ---------------------------------------------------------------------------------------------


def test_an_id_in_large_letters_is_that_of_the_roster(tmp_path):
    path = tmp_path / BORDERLINE
    path.write_text("Learner,Judge\nD001,j\nd001,j\nÉva,j\n", encoding="utf-8")
    assert read_borderline(path, ["d001", "éva"])["learner"].tolist() == ["d001", "éva"]


def test_both_files_of_a_panel_are_refused_at_once(tmp_path, banks):
    (tmp_path / JUDGES).mkdir()
    (tmp_path / JUDGES / f"{FORM}.csv").write_text(sheet(lambda *_: "70%"))
    (tmp_path / BORDERLINE).write_text("learner\n" + "".join(f"x{number}\n" for number in range(40)))
    with pytest.raises(FindingsError) as error:
        read_panel(tmp_path / JUDGES, tmp_path / BORDERLINE, banks, ["ana"])
    told = {Path(one.file).name: one.found for one in error.value.findings}
    assert told == {f"{FORM}.csv": "“70%”, and 59 more like it", BORDERLINE: "“x0”, and 39 more like it"}


# ---- What is not read ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("judges/91-form-b.CSV", "files *.csv"),
        ("judges/90-form-a.xlsx", "files *.csv"),
        ("judges/old/90-form-a.csv", "files *.csv"),
        ("judge/90-form-a.csv", "a folder called judges"),
        ("judges", "a folder called judges"),
        ("Judges/90-form-a.csv", "a folder called judges"),
        ("Borderline.csv", "a file called borderline.csv"),
        ("borderline.xlsx", "a file called borderline.csv"),
        ("90-form-a.csv", "it in the folder judges"),
        ("earlier/2025.csv", "files *.parquet"),
        ("earlier/2025.PARQUET", "files *.parquet"),
        ("earlier.parquet", "a folder called earlier"),
    ],
)
def test_what_is_not_read_is_told_in_a_line(tmp_path, place, expected):
    (tmp_path / place).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / place).write_text("")
    (told,) = not_read(tmp_path, [FORM])
    parts = place.split("/")
    whole = tmp_path / ("/".join(parts[:2]) if parts[0] in ("judges", "earlier") else parts[0])
    assert told == f"{whole}: not read; expected {expected}"


def test_what_is_read_and_what_is_nobodys_business_is_passed_over(tmp_path):
    for place in ("judges/90-form-a.csv", "judges/.DS_Store", "judges/~$a.xlsx", "earlier/2025.parquet", BORDERLINE,
                  "roster.csv", "notes.csv", "source/judge/x"):  # fmt: skip
        (tmp_path / place).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / place).write_text("")
    assert not_read(tmp_path, [FORM]) == []


def test_the_report_tells_what_it_did_not_read(offering):
    root = offering.root
    (root / "judge").mkdir()
    (root / BORDERLINE).write_text("learner,judge\n")
    done = CliRunner().invoke(report, [str(root)])
    assert done.exit_code == 0, done.output
    assert f"{root / 'judge'}: not read; expected a folder called judges" in done.stderr
    assert f"{root / BORDERLINE}: names nobody" in done.stderr


# ---- Earlier offerings -----------------------------------------------------------------------------------------------


def answered(*learners: str, **more) -> pd.DataFrame:
    rows = [
        {"learner": learner, "assignment": FORM, "item": f"q{item}", "type": "sba", "sitting": "post", "answer": "a"}
        | {"at": f"2026-10-0{item}T09:00:00.000Z", "score": 1.0, "points": 2.0, "max_points": 2.0}
        for learner in learners
        for item in range(1, 4)
    ]
    return pd.DataFrame(rows).reindex(columns=list(RESPONSES)).astype(RESPONSES).assign(**more)


@pytest.fixture
def earlier(tmp_path):
    """Lay answers into `earlier/` and read them beside those of `ana`."""

    def lay(**files: tuple[str, pd.DataFrame]):
        for name, (title, frame) in files.items():
            write_answers(frame, tmp_path / f"{name}.parquet", title)
        found, notes = read_earlier(tmp_path, answered("ana"), "This year")
        assert list(found) == ["offering", *RESPONSES]
        return found, [note.removeprefix(str(tmp_path)) for note in notes]

    return lay


def test_an_earlier_year_is_read_without_a_word(earlier):
    found, notes = earlier(a=("Last year", answered("bea", "cem")))
    assert (len(found), notes) == (6, [])


def test_answers_of_this_offering_are_not_compared_with_themselves(earlier):
    for title in ("This year", "Its title before"):
        found, notes = earlier(a=(title, answered("ana")), b=("Last year", answered("bea")))
        assert set(found["offering"]) == {"Last year"}
        (note,) = notes
        assert note == "/a.parquet: not compared; expected answers of an earlier offering, found this offering’s own"


def test_the_same_learner_at_another_time_is_an_earlier_answer(earlier):
    found, notes = earlier(a=("Last year", answered("ana", at="2025-10-01T09:00:00.000Z")))
    assert (len(found), notes) == (3, [])
    found, notes = earlier(a=("Last year", answered("ana", at=None)))
    assert (len(found), notes) == (3, [])


def test_an_earlier_year_of_the_same_title_is_compared_and_told(earlier):
    found, notes = earlier(a=("This year", answered("bea")))
    assert len(found) == 3
    assert notes == [
        "/a.parquet: has the title of this offering, “This year”; another title would tell the years apart"
    ]


def test_two_earlier_years_of_one_title_are_told(earlier):
    found, notes = earlier(a=("Course", answered("bea")), b=("Course", answered("cem")))
    assert len(found) == 6
    assert notes == [": a.parquet and b.parquet have the same title, “Course”, and are taken as one offering"]


@pytest.mark.parametrize(
    "frame", [answered("bea").iloc[:0], answered("bea", sitting="pre"), answered("bea", score=None, points=None)],
    ids=["no rows", "none after the course", "none scored"],
)  # fmt: skip
def test_a_file_with_nothing_to_compare_is_told(earlier, frame):
    _, (note,) = earlier(a=("Last year", frame))
    assert note == "/a.parquet: nothing to compare; expected scored answers after the course (sitting post), found none"


@pytest.mark.parametrize("missing", ["assignment", "sitting", "max_points"])
def test_years_are_not_compared_without_what_tells_tests_apart(tmp_path, missing):
    frame = answered("bea").drop(columns=missing).assign(offering="Last year")
    with duckdb.connect() as connection:
        connection.register("answers", frame)
        connection.execute(f"COPY answers TO '{tmp_path / '2025.parquet'}' (FORMAT parquet)")
    with pytest.raises(UserError, match=r"2025\.parquet: expected the columns assignment, sitting, max_points too"):
        read_earlier(tmp_path, answered("ana"), "This year")


def test_the_notes_on_earlier_years_are_told_by_the_report(offering):
    write_answers(answered("bea").iloc[:0], offering.root / EARLIER / "2025.parquet", "2025")
    (note,) = read_results(offering).unread
    assert "2025.parquet: nothing to compare" in note
