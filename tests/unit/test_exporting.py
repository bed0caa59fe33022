"""What is exported is read back by programs that are not ours, and says what it says to the importer it is for."""

from __future__ import annotations

import base64
import csv
import io
import json
import shutil
from dataclasses import replace
from xml.etree import ElementTree

import defusedxml.ElementTree
import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from eprofessionalism.library import built_cases
from eprofessionalism_graders import cells
from eprofessionalism_graders.cohort.tables import read_tables
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.exporting import canvas, cli, files, moodle, moodle_xml
from eprofessionalism_graders.exporting.grades import BEST, Grades, grades
from eprofessionalism_graders.roster import Learner

ANA = Learner("ana-1", "Ortega", "Ana", "ana@example.org", "PGY-1")
BEN = Learner("ben.2", "=HYPERLINK(1)", 'Ben "B", Jr.', "", "")
TITLES = ["Table nine", "What the driver did not know, later", "Test after the course"]
FOUND = {("ana-1", TITLES[0]): 200 / 3, ("ana-1", TITLES[2]): 0.0, ("ben.2", TITLES[1]): 69.9999996}
GRADES = Grades([ANA, BEN], TITLES, FOUND)

NAMES = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)
PEOPLE = st.lists(
    st.builds(Learner, st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True), NAMES, NAMES, st.just(""), NAMES),
    max_size=5,
    unique_by=lambda one: one.id,
)


def by_duckdb(text: str, path) -> list[tuple]:
    path.write_text(text, encoding="utf-8", newline="")
    return duckdb.sql(f"from read_csv('{path}', header=false, all_varchar=true, delim=',', quote='\"')").fetchall()


# ---- Canvas ----------------------------------------------------------------------------------------------------------


def test_canvas_gets_its_columns_the_points_and_one_row_a_learner(tmp_path):
    header, points, ana, ben = by_duckdb(canvas.text(GRADES), tmp_path / "canvas.csv")
    assert header == ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", *TITLES)
    assert points == ("    Points Possible", None, None, None, None, "100", "100", "100")
    assert ana == ("Ortega, Ana", None, "ana-1", "ana@example.org", "PGY-1", "66.666667", None, "0")
    assert ben[0] == '\'=HYPERLINK(1), Ben "B", Jr.'
    assert ben[1:] == (None, "ben.2", "ben.2", None, None, "70", None)


def test_missing_is_empty_and_a_zero_is_a_zero():
    frame = pd.read_csv(io.StringIO(canvas.text(GRADES)), skiprows=[1])
    assert frame["Table nine"].isna().tolist() == [False, True]
    assert frame["Test after the course"].tolist()[0] == 0.0


@given(PEOPLE)
def test_names_of_any_kind_keep_to_their_cells(people):
    text = canvas.text(Grades([one for one in people if canvas.POINTS not in one.last_name], TITLES, {}))
    assert len(text.splitlines()) == len(people) + 2, "Canvas looks at single lines to tell commas from semicolons"
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(row) for row in rows} == {5 + len(TITLES)}
    assert [row[2] for row in rows[2:]] == [one.id for one in people]
    assert all(cells.neutral(cells.original(cell)) == cell for row in rows[2:] for cell in row)


@pytest.mark.parametrize(
    ("learner", "said"),
    [
        (Learner("1.2.3"), "Canvas would read '12.3'"),
        (Learner("12."), "Canvas would read '12'"),
        (Learner("@ana", email="a@example.org"), "would run it as a formula"),
        (Learner("ana", email="=1+1"), "would run it as a formula"),
        (Learner("ana", "Points Possible"), "takes such a row for the points"),
    ],
)
def test_who_would_not_be_found_again_is_refused_by_name(learner, said):
    with pytest.raises(UserError, match=f"learner {learner.id}: ") as refused:
        canvas.text(Grades([ANA, learner], TITLES, {}))
    assert said in refused.value.message
    assert all("roster.csv" in line for line in refused.value.message.splitlines())


@pytest.mark.parametrize(
    ("field", "read"),
    [("007", "007"), ("1.5", "1.5"), ("1.234.567", "1234.567"), ("1,5", "1.5"), ("r2.d2", "r2.d2"), ("-5%", "-5%")],
)
def test_numbers_as_canvas_reads_them(field, read):
    assert canvas.as_read(field) == read


@pytest.mark.parametrize("title", ["Final Grade of ward B", "Override Status", "Ethics (12)"])
def test_a_title_that_canvas_takes_for_something_else_is_refused(title):
    with pytest.raises(UserError, match="expected a title that Canvas reads as it is"):
        canvas.text(Grades([ANA], [title], {}))


@pytest.mark.parametrize("system", [canvas, moodle])
def test_two_columns_of_one_title_are_refused(system):
    with pytest.raises(UserError, match="Table nine"):
        system.text(Grades([ANA], ["Table nine", "Table nine"], {}))


# ---- Moodle ----------------------------------------------------------------------------------------------------------


def test_moodle_gets_a_sign_for_no_grade_and_rows_of_one_length(tmp_path):
    header, ana, ben = by_duckdb(moodle.text(GRADES), tmp_path / "moodle.csv")
    assert header == ("ID number", "Email address", "First name", "Last name", *TITLES)
    assert ana == ("ana-1", "ana@example.org", "Ana", "Ortega", "66.666667", "-", "0")
    assert ben == ("ben.2", None, 'Ben "B", Jr.', "'=HYPERLINK(1)", "-", "70", "-")


def test_moodle_refuses_an_id_that_a_spreadsheet_would_run():
    with pytest.raises(UserError, match="learner -x: expected an id"):
        moodle.text(Grades([Learner("-x")], TITLES, {}))


def test_users_are_mapped_by_mail_only_where_everybody_has_one_of_their_own():
    carl = Learner("carl", email="ANA@example.org")
    dora = Learner("dora", email="dora@example.org")
    assert moodle.users_by(Grades([ANA, dora], [], {})) == "Email address"
    assert moodle.users_by(Grades([ANA, BEN], [], {})) == "ID number"
    assert moodle.users_by(Grades([ANA, carl], [], {})) == "ID number"
    assert moodle.told(Grades([ANA, dora], [], {})) == "Email address"
    assert moodle.told(Grades([ANA, BEN], [], {})).startswith("ID number, as not everybody has an e-mail")


# ---- Moodle XML ------------------------------------------------------------------------------------------------------

VALID = {
    0,
    5,
    10,
    11.11111,
    12.5,
    14.28571,
    16.66667,
    20,
    25,
    30,
    33.33333,
    40,
    50,
    60,
    66.66667,
    70,
    75,
    80,
    83.33333,
    90,
    100,
}
"""The fractions that Moodle takes, in percent, by its documentation of the format; each may be negative."""


@pytest.fixture(scope="module")
def bank(made_offering):
    from eprofessionalism_graders.offering import Offering

    offering = Offering.open(made_offering)
    banks = [offering.bank(name) for name in offering.assignments]
    cases = [moodle_xml.Case(one, offering.release(one.case)) for one in banks if moodle_xml.is_practice(one)]
    return cases, defusedxml.ElementTree.fromstring(moodle_xml.document(cases))


def practice(cases):
    return {
        item.id: item for case in cases for item in case.bank.items.values() if not item.assessment and not item.survey
    }


def test_every_practice_question_is_in_it_once_and_no_question_of_the_test(bank):
    cases, quiz = bank
    items = practice(cases)
    assert [one.text for one in quiz.iter("idnumber")] == list(items)
    text = ElementTree.tostring(quiz, encoding="unicode")
    tests = [json.loads((folder / "items.json").read_text()) for folder in built_cases().values()]
    stems = {item["stem"] for one in tests for item in one["items"] if item.get("assessment")}
    assert stems
    assert not [stem for stem in stems if ElementTree.tostring(_text(stem), encoding="unicode")[3:-4] in text]


def _text(words: str) -> ElementTree.Element:
    element = ElementTree.Element("t")
    element.text = words
    return element


def test_every_question_is_of_a_type_and_shape_that_moodle_reads(bank):
    cases, quiz = bank
    items = practice(cases)
    for question in quiz:
        kind, number = question.get("type"), question.findtext("idnumber")
        assert kind in {"category", "description", "multichoice", "matching", "ordering", "essay"}
        if kind == "category":
            assert question.findtext("category/text").startswith("$course$/top/")
            continue
        assert 0 < len(question.findtext("name/text")) <= 255
        assert question.findtext("questiontext/text")
        assert (kind == "description") == (number is None)
        if number:
            assert float(question.findtext("defaultgrade")) == items[number].points


def test_what_one_choice_earns_and_what_several_earn_together(bank):
    cases, quiz = bank
    items = practice(cases)
    for question in quiz.findall("question[@type='multichoice']"):
        item = items[question.findtext("idnumber")]
        shares = [float(answer.get("fraction")) for answer in question.findall("answer")]
        assert len(shares) == len(item.options)
        assert {abs(share) for share in shares} <= VALID
        if question.findtext("single") == "true":
            assert shares == pytest.approx([float(100 * item.key[name]) for name in item.option_ids], abs=1e-4)
        else:
            assert sum(share for share in shares if share > 0) == pytest.approx(100, abs=1e-3)
            assert sum(shares) == pytest.approx(0, abs=1e-3)


def test_levels_and_places_are_those_of_the_key(bank):
    from eprofessionalism.answers import LEVELS

    cases, quiz = bank
    items = practice(cases)
    for question in quiz.findall("question[@type='matching']"):
        item = items[question.findtext("idnumber")]
        given = [pair.findtext("answer/text") for pair in question.findall("subquestion") if pair.findtext("text")]
        assert given == [LEVELS[int(item.key[name])].capitalize() for name in item.option_ids]
        assert {pair.findtext("answer/text") for pair in question.findall("subquestion")} == {
            word.capitalize() for word in LEVELS.values()
        }
    for question in quiz.findall("question[@type='ordering']"):
        item = items[question.findtext("idnumber")]
        places = [float(answer.get("fraction")) for answer in question.findall("answer")]
        assert places == sorted(float(place) for place in item.key.values())


def test_the_story_stands_before_its_questions_with_its_pictures(bank):
    cases, quiz = bank
    kinds = [question.get("type") for question in quiz]
    assert kinds.count("category") == len(cases)
    assert kinds.index("description") < kinds.index("multichoice")
    pictures = {name.name for case in cases for name in (case.folder / "art").glob("*")}
    carried = {file.get("name"): file.text for file in quiz.iter("file")}
    assert carried
    assert carried.keys() <= pictures
    assert all(base64.b64decode(content).lstrip().startswith((b"<?xml", b"<svg")) for content in carried.values())
    assert "art/" not in "".join(one.text for one in quiz.iter("text") if one.text and "<img" in one.text)


def test_the_feedback_of_every_option_goes_with_it_and_not_before_it(bank):
    cases, quiz = bank
    items = practice(cases)
    for question in quiz.findall("question[@type='multichoice']"):
        item = items[question.findtext("idnumber")]
        told = [answer.findtext("feedback/text") for answer in question.findall("answer")]
        assert all(told)
        if item.feedback:
            assert all(
                note.cites[0].split("’")[0][:12] in " ".join(told) for note in item.feedback.values() if note.cites
            )
    for question in quiz.findall("question[@type='matching']"):
        item, shown = items[question.findtext("idnumber")], question.findall("subquestion/text")
        assert all(note.text[:40] not in (one.text or "") for note in item.feedback.values() for one in shown)


# ---- The command -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", files.NAMES)
def test_every_format_is_written_for_its_owner_alone_and_told(offering, kind):
    done = CliRunner().invoke(cli.export, [str(offering.root), "--to", kind])
    assert done.exit_code == 0, done.output
    path = offering.root / "export" / files.NAMES[kind]
    assert str(path) in done.output
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_refusal_writes_nothing_and_leaves_an_earlier_file(offering):
    runner, arguments = CliRunner(), [str(offering.root), "--to", "canvas"]
    assert runner.invoke(cli.export, arguments).exit_code == 0
    path = offering.root / "export" / "canvas.csv"
    before = path.read_bytes()
    roster = offering.root / "roster.csv"
    roster.write_text(roster.read_text(encoding="utf-8") + "1.2.3,Late,Larry,,\n", encoding="utf-8")
    refused = runner.invoke(cli.export, arguments)
    assert refused.exit_code == 1
    assert "learner 1.2.3" in refused.output
    assert path.read_bytes() == before


def test_another_place_may_be_named_and_its_folder_keeps_its_rights(offering, tmp_path):
    target = tmp_path / "shared"
    target.mkdir(mode=0o755)
    written = files.export(offering, "csv", target / "all.csv")
    assert written.path == target / "all.csv"
    assert target.stat().st_mode & 0o777 == 0o755
    assert len(pd.read_csv(written.path)) == len(offering.roster())


def test_what_is_missing_stays_missing_in_every_format(offering):
    """Nobody has handed anything in: no grade anywhere, and no zero."""
    tables = read_tables(offering)
    banks = {name: offering.bank(name) for name in offering.assignments if name not in offering.surveys}
    found = grades(offering.roster(), tables, banks)
    assert found.percents == {}
    assert "Test after the course" in found.titles
    assert len(set(found.titles)) == len(found.titles)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("{offering}/roster.csv", "a file outside the offering, or in export/, found one in it; name another place"),
        ("{offering}/new.csv", "a file outside the offering, or in export/, found one in it; name another place"),
        ("{offering}/export/../roster.csv", "a file outside the offering, or in export/, found one in it"),
        ("{here}/mine.csv", "a new file, found one that is there; name another, or add --force"),
        ("{here}", "a file, found a folder; add a file name, such as {here}/learners.csv"),
        ("", "a file, found a folder; add a file name, such as learners.csv"),
        ("{here}/none/x.csv", "a file in a folder that is there, found no such folder; make the folder first"),
        ("{here}/new/", "a name that ends in .csv, found new; name it new.csv"),
        ("{here}/grades.xlsx", "a name that ends in .csv, found grades.xlsx; name it grades.csv"),
    ],
)
def test_a_place_where_nothing_may_be_written_is_refused(offering, tmp_path, output, said):
    here = tmp_path / "here"
    here.mkdir()
    (here / "mine.csv").write_text("mine")
    (offering.root / "export").mkdir(exist_ok=True)
    roster = (offering.root / "roster.csv").read_bytes()
    named = output.format(offering=offering.root, here=here)
    done = CliRunner().invoke(cli.export, [str(offering.root), "--to", "csv", "--output", named])
    assert done.exit_code == 1
    assert f": expected {said.format(here=here)}" in done.output
    assert len(done.output.splitlines()) == 1
    assert [path.name for path in here.iterdir()] == ["mine.csv"]
    assert (here / "mine.csv").read_text() == "mine"
    assert (offering.root / "roster.csv").read_bytes() == roster
    assert not (offering.root / "new.csv").exists()


def test_a_file_is_replaced_where_that_is_wanted(offering, tmp_path):
    (tmp_path / "mine.CSV").write_text("mine")
    arguments = [str(offering.root), "--to", "csv", "--output", str(tmp_path / "mine.CSV"), "--force"]
    assert CliRunner().invoke(cli.export, arguments).exit_code == 0
    assert len(pd.read_csv(tmp_path / "mine.CSV")) == len(offering.roster())
    (offering.root / "export").mkdir(exist_ok=True)
    kept = files.export(offering, "csv", offering.root / "export" / "other.csv")
    assert kept.path.is_file()


def test_where_nothing_can_be_written_the_name_that_was_given_is_told(offering, tmp_path, monkeypatch):
    def refusing(path, content):
        raise PermissionError(13, "Permission denied", str(path.with_name(".part~1~x")))

    monkeypatch.setattr(files, "put", refusing)
    with pytest.raises(UserError) as refused:
        files.export(offering, "csv", tmp_path / "x.csv")
    assert refused.value.message.startswith(f"{tmp_path / 'x.csv'}: expected")


def test_who_passed_at_the_second_attempt_has_a_grade_that_says_so(offering):
    tables, first = read_tables(offering), offering.roster()[:4]
    learners = tables.learners.set_index("learner")
    found = {"post_percent": [60, 80, None, None], "retake_percent": [75, None, 50, None]}
    for column, values in found.items():
        learners.loc[[one.id for one in first], column] = pd.array(values, dtype="Float64")
    banks = {name: offering.bank(name) for name in offering.assignments if name not in offering.surveys}
    made = grades(offering.roster(), replace(tables, learners=learners.reset_index()), banks)
    assert made.titles[-3:] == ["Test after the course", "Second attempt", BEST]
    assert [made.shown(one.id, BEST, "-") for one in first] == ["75", "80", "50", "-"]


@pytest.mark.parametrize("kind", ["canvas", "moodle"])
def test_the_column_that_decides_is_named_with_its_pass_mark(offering, kind):
    told = " ".join(files.export(offering, kind).notes)
    assert f"Whoever has 70 or more in “{BEST}” has passed." in told


def test_learners_own_words_are_not_in_the_parquet_file(offering):
    from eprofessionalism_graders.cohort.tables import RESPONSES

    row = dict.fromkeys(RESPONSES) | {"learner": "ana", "item": "x", "type": "reflection", "answer": "I told them."}
    choice = row | {"type": "sba", "answer": "b"}
    frame = pd.DataFrame([row, choice], columns=pd.Index(RESPONSES)).astype(RESPONSES)
    assert files.without_texts(frame)["answer"].tolist() == [pd.NA, "b"]
    shutil.rmtree(offering.root / "export", ignore_errors=True)
    files.export(offering, "parquet")
    read = duckdb.sql(f"from '{offering.root}/export/answers.parquet'").df()
    assert list(read.columns)[:3] == ["offering", "learner", "group"]
