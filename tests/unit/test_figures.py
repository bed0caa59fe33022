"""Charts of published figures: strict in what they read, honest in what they draw, the same bytes each time."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eprofessionalism.authoring import figures
from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.authoring.loader import load_cases
from eprofessionalism.authoring.model import Figure

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "datasets" / figures.PUBLISHED_FILE
GOOD = "a-1,prevalence,Post,60,percent,47,78,schools,2009,A study,fact-8.1,primary,"


@pytest.fixture(scope="module")
def published():
    return figures.load_published(TABLE)


def figure(rows, labels=None) -> Figure:
    labels = labels or tuple(f"Label of {row}" for row in rows)
    return Figure(
        figure="x", claim="A claim", chart="bars", rows=tuple(rows), labels=tuple(labels), alt="All of it", note="Note"
    )


def table(tmp_path, *lines) -> Path:
    path = tmp_path / figures.PUBLISHED_FILE
    path.write_text("\n".join([",".join(figures.COLUMNS), *lines]) + "\n", encoding="utf-8")
    return path


def test_a_sound_table_is_read_with_its_types(tmp_path):
    row = figures.load_published(table(tmp_path, GOOD))["a-1"]
    assert (row.printed, row.numerator, row.denominator, row.year) == ("60%", 47, 78, 2009)


def test_values_are_printed_as_the_study_printed_them(published):
    assert published["ahmed-2020-named"].printed == "2.0%"
    assert published["igbinadolor-2022-penalty"].printed == "$50,000"


@pytest.mark.parametrize(
    ("change", "where", "found"),
    [
        (("60,percent", "sixty,percent"), "a-1 / value", "'sixty'"),
        (("60,percent", "160,percent"), "a-1 / value", "'160'"),
        (("60,percent", "-6,percent"), "a-1 / value", "'-6'"),
        (("percent,47", "per cent,47"), "a-1 / unit", "'per cent'"),
        (("47,78", "78,47"), "a-1 / numerator", "78"),
        (("47,78", "47.5,78"), "a-1 / numerator", "'47.5'"),
        (("2009", "09"), "a-1 / year", "'09'"),
        (("fact-8.1", "fact-99.99"), "a-1 / fact", "'fact-99.99'"),
        (("primary", "checked"), "a-1 / verified", "'checked'"),
        (("prevalence", "Prevalence"), "a-1 / topic", "'Prevalence'"),
        (("A study", " "), "a-1 / source", "nothing"),
        (("a-1", "A 1"), "A 1 / id", "'A 1'"),
        (("primary,", "primary,note, with a comma"), "a-1 / row", "14"),
    ],
)
def test_each_mistake_in_a_row_is_one_finding_with_its_line(tmp_path, change, where, found):
    path = table(tmp_path, GOOD.replace("a-1", "b-1"), GOOD.replace(*change))
    with pytest.raises(FindingsError) as error:
        figures.load_published(path)
    (finding,) = error.value.findings
    assert (finding.line, finding.where, finding.found) == (3, where, found)


def test_a_second_row_of_the_same_id_is_refused(tmp_path):
    with pytest.raises(FindingsError, match=r":3: a-1 / id: expected a new id"):
        figures.load_published(table(tmp_path, GOOD, GOOD))


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(FindingsError) as error:
        figures.load_published(
            table(tmp_path, GOOD.replace("60,", "x,"), GOOD.replace("a-1", "b-1").replace("2009", "x"))
        )
    assert [finding.where for finding in error.value.findings] == ["a-1 / value", "b-1 / year"]


@pytest.mark.parametrize("content", ["", "id,value\na,1\n"])
def test_other_columns_are_refused_with_the_expected_ones(tmp_path, content):
    path = tmp_path / figures.PUBLISHED_FILE
    path.write_text(content)
    with pytest.raises(FindingsError, match="expected id, topic, measure"):
        figures.load_published(path)


def test_a_missing_table_is_a_finding(tmp_path):
    with pytest.raises(FindingsError, match="No such file"):
        figures.load_published(tmp_path / "none.csv")


def bars(svg: bytes) -> list[float]:
    """The lengths of the bars in the accent colour."""
    return [
        float(right) - float(left)
        for left, right in re.findall(rb'd="M (\S+) \S+ \nL (\S+) \S+ \n[^"]*"[^>]*#0e5a58', svg)
    ]


def test_bars_are_as_long_as_their_values(published):
    names = ["quantiamd-2011-request", "quantiamd-2011-declined", "ahmed-2020-named"]
    lengths = bars(figures.draw(figure(names), published))
    values = [float(published[name].value) for name in names]
    assert len(lengths) == 3
    assert [length / lengths[0] for length in lengths] == pytest.approx(
        [value / values[0] for value in values], rel=1e-3
    )


def test_labels_and_values_stand_in_the_picture_as_text(published):
    svg = figures.draw(figure(["chretien-2009-incidents"], ["Schools with <any> report & more"]), published)
    texts = ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314
    assert texts == ["Schools with <any> report & more", "60%"]


def test_a_long_label_is_broken_and_a_dollar_sign_is_no_formula(published):
    label = "A label of $many$ words that goes on and on until it no longer fits into one line of a phone"
    svg = figures.draw(figure(["chretien-2009-incidents"], [label]), published)
    texts = ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314
    assert len(texts) > 2
    assert " ".join(texts[:-1]) == label


def test_a_figure_is_the_same_bytes_in_another_process(published):
    script = (
        "import sys; from pathlib import Path; from eprofessionalism.authoring import figures as f\n"
        "from eprofessionalism.authoring.model import Figure\n"
        "row = 'chretien-2009-incidents'\n"
        "x = Figure(figure='x', claim='c', chart='bars', rows=(row,), labels=('L',), alt='a', note='n')\n"
        f"sys.stdout.buffer.write(f.draw(x, f.load_published(Path({str(TABLE)!r}))))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True, env={"PYTHONHASHSEED": seed, "PATH": ""}
        ).stdout
        for seed in ("1", "2")
    ]
    here = figures.draw(figure(["chretien-2009-incidents"], ["L"]), published)
    assert runs == [here, here]


def test_a_figure_names_no_date_no_maker_and_nothing_outside_itself(published):
    svg = figures.draw(figure(["chretien-2009-incidents"]), published).decode()
    assert not re.search(r"metadata|matplotlib|\b20[2-9][0-9]-", svg)
    assert set(re.findall(r"https?://[^\"]+", svg)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.mark.parametrize(
    ("rows", "labels", "message"),
    [
        (["no-such-row"], None, "found no such row"),
        (["elite-2019-settlement"], None, "found a value in usd"),
        (["chretien-2009-incidents"], ["one", "two"], "expected 1 labels, found 2"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(published, rows, labels, message):
    with pytest.raises(ValueError, match=message):
        figures.draw(figure(rows, labels), published)


def test_the_source_line_names_each_study_once_with_its_denominators(published):
    rows = [
        published[name]
        for name in ("chretien-2009-incidents", "quantiamd-2011-personal", "quantiamd-2011-professional")
    ]
    assert figures.source_line(rows) == (
        "Source: Chretien 2009, JAMA 302:1309-15: 47 of 78 US medical schools that answered. "
        "QuantiaMD survey 2011: 4,033 clinicians who use the QuantiaMD online network."
    )


def test_the_source_line_says_where_no_number_is_published(published):
    assert "(number not published)" in figures.source_line([published["quantiamd-2011-declined"]])


def test_every_figure_of_the_course_can_be_drawn(published):
    cases = load_cases(ROOT / "course" / "eprofessionalism" / "cases")
    blocks = [block for case in cases.values() for block in case.content.story if isinstance(block, Figure)]
    assert len(blocks) >= 3
    for block in blocks:
        assert figures.draw(block, published).startswith(b"<svg")
