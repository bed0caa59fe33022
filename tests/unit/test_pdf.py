"""The report on paper, read back by a library that did not write it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pypdf
import pytest

from eprofessionalism_graders.cohort import pdf
from eprofessionalism_graders.cohort.document import Answer, Column, Figure, Note, Report, Section, Share, Table
from eprofessionalism_graders.cohort.figures.base import area, bar, canvas, dot, line, plot, text
from eprofessionalism_graders.cohort.paper import MOST_ROWS, SIDE
from eprofessionalism_graders.cohort.words import Step

DATE = datetime(2026, 10, 23, 4, 42, 5, tzinfo=UTC)
ODD = "Łódź, Nguyễn & <b>Ωμέγα</b> Жук $5 “quoted” − 50 %"


def drawn(width):
    drawing, axes = canvas(width, 120)
    text(axes, 0, 30, "words in a picture, $5 & <b>")
    text(axes, width, 30, "42%", align="right")
    line(axes, 0, 60, width, 60, "#4b5860", dashed=True)
    bar(axes, 10, 70, 100, 12, "#0e5a58")
    dot(axes, 60, 100, filled=False)
    area(axes, [(200, 70), (260, 70), (230, 110)], "#e4f0ed")
    return drawing


FIGURE = Figure("seen", "How to read it.", plot(drawn, f"A picture of {ODD}", ("Who", "Value"), [("first row", "12")]))
FRAME = pd.DataFrame({"who": [ODD, "b"], "value": [1.25, None]})
SHOWN = (Column("who", "Who is it"), Column("value", "Value", ".1f"))
PARTS = (
    Section("one", "Most of them learned", "How it was reckoned.", (FIGURE, Note("Few took it.", caution=True))),
    Section("two", f"Of {ODD}", "Why.", (Table("open", "An open table", FRAME, SHOWN, folded=False),)),
    Section("three", "Behind a fold", "Why not.", (Table("folded", "A folded table", FRAME, SHOWN),), folded=True),
)
REPORT = Report(
    title=f"Autumn\n{ODD}",
    about="Due 19 October 2026.",
    answers=(Answer("Who finished?", "18 of 24 have. Six have not."), Answer("Did they learn?", "Yes.")),
    progress=(Share(18, "finished"), Share(4, "in part"), Share(2, "nothing yet")),
    notes=("Something is missing.",),
    sections=PARTS,
)
STEPS = (
    Step("check the key of one question.", "It decides who passes.", "share/x.html", "A page"),
    Step(f"Write to {ODD}.", "They wait."),
)


def read(report=REPORT, date=DATE, steps=STEPS) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.written(report, date, steps)), strict=True)


def said(reader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture(scope="module")
def paper():
    return read()


@pytest.fixture(scope="module")
def invented_paper(invented):
    return read(invented.report)


def titles(reader, entries=None, level=0):
    for entry in reader.outline if entries is None else entries:
        if isinstance(entry, list):
            yield from titles(reader, entry, level + 1)
        else:
            yield level, entry.title, reader.get_destination_page_number(entry)


def test_everything_stands_in_it_in_order(paper):
    order = [
        "For the course director; may contain answers of the test", "No learner is named here", "Autumn Łódź",
        "Due 19 October 2026.", "Who finished?", "18 of 24 have.", "18 finished", "Six have not.", "Did they learn?",
        "Something is missing.", "What you could do next", "1. Check the key of one question. It decides who passes.",
        "2. Write to Łódź", "They wait.", "How it was reckoned.", "How to read it.", "words in a picture, $5 & <b>",
        "Mind: Few took it.", "An open table", "Who is it", "1.2", "Why not.",
    ]  # fmt: skip
    text, place = said(paper), 0
    for words in order:
        assert words in text[place:], words
        place = text.index(words, place)


def test_what_has_to_be_known_before_stands_before_the_title():
    text = said(read(replace(REPORT, caution="Of so few: do not send it on.")))
    assert text.index("do not send it on") < text.index("Autumn Łódź")


def test_what_is_folded_on_the_page_is_left_out():
    folded = (
        Table("t", "A folded table", FRAME, SHOWN),
        replace(FIGURE, folded=True),
        Note("Behind it.", title="More"),
    )
    text = said(read(replace(REPORT, sections=(Section("s", "Only folds", "Why.", folded),))))
    assert "Why." in text
    assert not any(words in text for words in ("A folded table", "words in a picture", "Behind it.", "first row"))


def test_letters_beyond_ascii_are_read_back(paper):
    assert ODD.replace("<b>", "").split(" &")[0] in said(paper)
    for word in ("Łódź", "Nguyễn", "Ωμέγα", "Жук", "“quoted”", "−"):
        assert word in said(paper)


def test_it_says_its_title_language_and_date(paper):
    assert paper.metadata.title == f"Cohort report: Autumn {ODD}"
    assert paper.trailer["/Root"]["/Lang"] == "en"
    assert paper.metadata.creation_date == DATE
    assert paper.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]


def test_an_outline_leads_to_every_part(paper):
    found = list(titles(paper))
    assert [title for level, title, _ in found if level == 0] == [
        REPORT.title.replace("\n", " "),
        *(part.title for part in PARTS),
    ]
    assert not any(level for level, _, _ in found)
    pages = [page for _, _, page in found]
    assert pages == sorted(pages)
    for _, title, page in found[1:]:
        assert title.split()[0] in paper.pages[page].extract_text()


def test_pages_are_numbered_and_are_a4(invented_paper):
    for number, page in enumerate(invented_paper.pages, start=1):
        assert re.search(rf"Autumn <2026>\s*{number}(?!\d)", page.extract_text())
        assert sorted(round(float(side)) for side in page.mediabox) == [0, 0, 595, 842]


def letters(page):
    """Each piece of text with where it begins and how tall its letters are, in points."""
    found = []

    def visit(words, cm, tm, _font, size):
        if words.strip():
            scale = abs(cm[3] * tm[3])
            found.append((words.strip(), cm[0] * tm[4] + cm[2] * tm[5] + cm[4], size * scale))

    page.extract_text(visitor_text=visit)
    return found


def test_a_picture_is_as_wide_as_the_text_and_its_letters_are_of_eight_points(paper):
    (page,) = (page for page in paper.pages if "words in a picture" in page.extract_text())
    found = {words: (place, size) for words, place, size in letters(page)}
    left, size = next(value for words, value in found.items() if words.startswith("words in a picture"))
    right, same = found["42%"]
    assert 8 <= size <= 9
    assert same == pytest.approx(size)
    margin = SIDE * 72 / 25.4
    assert left == pytest.approx(margin, abs=1)
    assert right + 2.4 * size == pytest.approx(595 - margin, abs=6)  # the words' own width, nearly


def test_no_letter_is_smaller_than_eight_points(invented_paper):
    sizes = [(size, words) for page in invented_paper.pages for words, _, size in letters(page)]
    assert len(sizes) > 100
    assert min(sizes)[0] >= 7.99, min(sizes)


def test_what_to_do_next_stands_on_the_first_page_after_six_answers():
    long = "Of the 178 who took both tests 119 passed at once and 17 at the second attempt. " * 3
    six = tuple(Answer(f"Question {number}?", long[:160]) for number in range(6))
    steps = tuple(Step(f"Do thing {number}.", long) for number in range(6))
    first = read(replace(REPORT, title="A cohort", answers=six), steps=steps).pages[0].extract_text()
    assert all(f"Question {number}?" in first and f"Do thing {number}." in first for number in range(6))
    assert "What you could do next" not in said(read(steps=()))


def test_answers_stand_beside_each_other_and_none_on_another():
    many = tuple(Answer(f"Question {number}?", "So much is said. " * 60) for number in range(5))
    pages = read(replace(REPORT, answers=many, progress=REPORT.progress)).pages
    places = {words: place for page in pages for words, place, _ in letters(page) if words.startswith("Question ")}
    lefts, rights = {places[f"Question {n}?"] for n in (0, 2, 4)}, {places[f"Question {n}?"] for n in (1, 3)}
    assert max(lefts) - min(lefts) < 1
    assert min(rights) > 595 / 2
    assert said(read(replace(REPORT, answers=many))).count("So much is said.") == 300


def test_a_paragraph_is_not_cut_by_the_end_of_a_page():
    words = " ".join(f"word{number}" for number in range(60))
    notes = tuple(Note(f"Begin {words} finish.") for _ in range(30))
    pages = read(replace(REPORT, sections=(Section("s", "Notes", "Why.", notes),))).pages
    for page in pages:
        text = page.extract_text()
        assert text.count("Begin") == text.count("finish.")
    assert said(read(replace(REPORT, sections=(Section("s", "Notes", "Why.", notes),)))).count("finish.") == 30


def test_a_picture_is_a_drawing_with_words_for_it(paper):
    assert not any(page.images for page in paper.pages)
    marked = paper.trailer["/Root"]
    assert marked["/MarkInfo"]["/Marked"]
    assert [figure["/Alt"] for figure in figures(marked["/StructTreeRoot"])] == [FIGURE.plot.alt]


def figures(node):
    node = node.get_object()
    if node.get("/S") == "/Figure":
        yield node
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        if hasattr(kid.get_object(), "get"):
            yield from figures(kid)


def test_every_font_is_inside(invented_paper):
    fonts = {}
    for page in invented_paper.pages:
        fonts |= {
            str(font.get_object()["/BaseFont"]): font.get_object() for font in page["/Resources"]["/Font"].values()
        }
    assert len(fonts) >= 3
    for font in fonts.values():
        assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"]


def test_the_same_report_gives_the_same_bytes():
    assert pdf.written(REPORT, DATE) == pdf.written(REPORT, DATE)
    assert pdf.written(REPORT) == pdf.written(REPORT)
    assert pypdf.PdfReader(io.BytesIO(pdf.written(REPORT))).metadata.creation_date == pdf.NO_DATE


def test_the_report_of_a_cohort_holds_every_finding_and_no_learner(invented, invented_paper):
    text = said(invented_paper)
    for part in invented.report.sections:
        assert " ".join(part.title.split()[:4]) in text
    for answer in invented.report.answers:
        assert answer.first.split(" (")[0][:60] in text
    for person in invented.roster:
        assert not re.search(rf"\b({person.id}|{person.first_name} {person.last_name})\b", text)
    alts = {alt["/Alt"] for alt in figures(invented_paper.trailer["/Root"]["/StructTreeRoot"])}
    shown = {figure.plot.alt for part in invented.report.sections for figure in part.figures if not figure.folded}
    assert alts == shown
    assert len(invented_paper.pages) < 16


def test_a_table_of_many_rows_is_cut_and_says_so():
    frame = pd.DataFrame({"who": [f"row {n}" for n in range(100)], "value": range(100)})
    long = Section("long", "Long", "", (Table("many", "Many rows", frame, SHOWN, folded=False),))
    text = said(read(replace(REPORT, sections=(long,))))
    assert f"row {MOST_ROWS - 1}" in text
    assert f"row {MOST_ROWS}" not in text
    assert f"{100 - MOST_ROWS} more rows stand in the page’s own table" in text


def test_a_tall_picture_stands_on_one_page_with_its_heading():
    def tall(width):
        drawing, axes = canvas(width, 4000)
        text(axes, 0, 20, "the top")
        text(axes, 0, 3990, "the end")
        return drawing

    part = Section("tall", "Tall", "Why.", (Figure("tall", "", plot(tall, "Tall", ("A",), [("x",)])),))
    (page,) = (page for page in read(replace(REPORT, sections=(part,))).pages if "the top" in page.extract_text())
    assert "the end" in page.extract_text()
    assert "Why." in page.extract_text()


def test_a_report_of_nothing_is_one_page():
    nothing = replace(REPORT, sections=(), notes=(), progress=(Share(0, "a"), Share(0, "b"), Share(0, "c")))
    assert len(read(nothing, steps=()).pages) == 1


HOSTILE = {
    "long": "x" * 3000,
    "beyond": "医学 עברית العربية 👩‍⚕️",
    "control": "a\x00b\x07c\u202ed\x85e",
    "markup": "<img src=x onerror=alert(1)> **b** __u__ --s--",
    "lines": "one\n\ntwo\r\nthree\tfour",
}


@pytest.mark.parametrize("odd", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_title_a_group_or_a_question_is_called_the_report_is_written(odd, caplog, capsys):
    frame = pd.DataFrame({"who": [odd, ""], "value": [1, 2]})
    many = pd.DataFrame({f"c{n}": ["a longer text than that", "b"] for n in range(24)})
    shown = tuple(Column(name, f"Column {odd[:40]}") for name in many)

    def drawing(width):
        canvas_, axes = canvas(width, 60)
        text(axes, 0, 20, odd)
        return canvas_

    blocks = (
        Figure("f", odd, plot(drawing, odd, ("A", odd), [(odd, odd)])),
        Table("t", odd, frame, (Column("who", odd), Column("value", "Value", ".0f"))),
        Table("u", odd, frame, (Column("who", odd), Column("value", "Value", ".0f")), folded=False),
        Table("m", odd, many, shown),
        Note(odd),
    )
    report = replace(REPORT, title=odd, sections=(Section("s", odd, odd, blocks),), answers=(Answer(odd, odd),) * 3)
    assert "Autumn" not in said(read(report, steps=(Step(odd, odd),)))
    assert capsys.readouterr() == ("", "")
    assert not caplog.records
