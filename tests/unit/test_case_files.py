"""Case files: each mistake gives one clear line where it stands, and all mistakes come at once."""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from eprofessionalism import standards
from eprofessionalism.authoring import schema
from eprofessionalism.authoring.build import Checkout
from eprofessionalism.authoring.checks import check_cases, check_items
from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.authoring.keyed import practice
from eprofessionalism.authoring.loader import load_case, load_cases, read_bank
from eprofessionalism.authoring.new import lay_down
from eprofessionalism.authoring.notebook import build_case
from eprofessionalism.authoring.yamlsource import read_yaml

CASE = """\
schema: 1
case: 01-ferry
title: The ferry
subject: Messages
minutes: 12
lede: A short way over, and a long message.
you: You are a physician on an island.
objectives: [Answer kindly., Answer safely.]
story:
  - scene: pier
    when: Monday, 7:00 am · The pier
    title: Fog
    text: You wait.
  - item: fy-1-first
    type: branch
    stem: What do you do?
    teaches: [mms-5]
    options:
      - {id: a, text: Wait., credit: 1, feedback: It is fog., cites: [mms-5], then: {when: Later, text: It lifts.}}
      - {id: b, text: Swim., credit: 0, feedback: It is cold., cites: [mms-5], then: {when: Later, text: It was cold.}}
  - scene: later
    when: Monday, 9:00 am · The boat
    title: Sun
    after: fy-1-first
    texts:
      a: You are dry.
      b: You are wet.
  - item: fy-2-rule
    type: sba
    stem: Which is first?
    teaches: [mms-6.iii]
    options:
      - {id: a, text: One., credit: 1, feedback: Yes., cites: [mms-6.iii]}
      - {id: b, text: Two., credit: 1/2, feedback: Nearly., cites: [fact-8.9]}
      - {id: c, text: Three., credit: 0, feedback: No., cites: [mms-6]}
closing:
  about: It was about fog.
  this_week:
    - {title: One., text: Do one.}
    - {title: Two., text: Do two.}
    - {title: Three., text: Do three.}
  reading:
    - {cite: fact-8.9, note: Who was asked.}
"""


@pytest.fixture
def case(tmp_path):
    """Writes a case, changed by (old, new) pairs, and returns the findings on it as lines."""

    def findings(*changes, text=CASE, slug="01-ferry", course=False):
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        folder = tmp_path / slug
        folder.mkdir(exist_ok=True)
        (folder / "case.yaml").write_text(text)
        try:
            loaded = load_case(folder, tmp_path)
        except FindingsError as error:
            return [str(finding) for finding in error.findings]
        return [str(finding) for finding in check_cases({loaded.slug: loaded}, [], course=course)]

    return findings


def test_a_sound_case_has_no_findings(case):
    assert case() == []


def test_a_misspelt_field_names_its_line_and_the_right_word(case):
    assert case(("minutes: 12", "minuts: 12")) == [
        "01-ferry/case.yaml:1: minutes: expected a field “minutes”, found none; add “minutes:”",
        "01-ferry/case.yaml:5: minuts: expected a known field, found “minuts”; did you mean “minutes”",
    ]
    assert case(("feedback: Nearly.", "feedbak: Nearly.")) == [
        "01-ferry/case.yaml:34: fy-2-rule / b / feedbak: expected a known field, found “feedbak”; "
        "did you mean “feedback”"
    ]


def test_an_unknown_clause_is_one_line(case):
    assert case(("cites: [mms-6]}", "cites: [mms-99]}")) == [
        "01-ferry/case.yaml:35: mms-99: expected the id of a clause, its part, or a fact, found “mms-99”; "
        "look it up in standards/clauses.yaml and standards/facts.yaml"
    ]


def test_an_unknown_part_of_a_clause_is_one_line(case):
    (line,) = case(("teaches: [mms-6.iii]", "teaches: [mms-5.iii]"))
    assert line.startswith("01-ferry/case.yaml:31: mms-5.iii: expected the id of a clause")


def test_two_right_options_are_one_line(case):
    assert case(("credit: 1/2", "credit: 1")) == [
        "01-ferry/case.yaml:32: fy-2-rule: expected exactly one option with credit 1, found 2 (a, b); "
        "leave 1 on the best option; give near misses 1/2 or 1/3"
    ]


def test_a_duplicate_item_id_is_one_line(case):
    (line,) = case(("fy-2-rule", "fy-1-first"))
    assert line.startswith(
        "01-ferry/case.yaml:28: fy-1-first: expected an item id used once in the course, found it again"
    )
    assert "first at 01-ferry/case.yaml:14" in line


def test_a_duplicate_item_id_in_another_case_is_found(tmp_path):
    for slug in ("01-ferry", "02-ferry"):
        (tmp_path / slug).mkdir()
        (tmp_path / slug / "case.yaml").write_text(CASE.replace("01-ferry", slug))
    lines = [str(finding) for finding in check_cases(load_cases(tmp_path, tmp_path), [])]
    assert len(lines) == 2
    assert all(line.startswith("02-ferry/case.yaml:") for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("id: b, text: Two.", "id: a, text: Two.", 34, "an option id used once"),
        ("scene: later", "scene: pier", 21, "a block id used once in the case"),
        ("case: 01-ferry", "case: 01-fery", 2, "“01-ferry”, as the folder"),
        ("feedback: Yes., ", "", 33, "feedback for every option"),
        ("credit: 0, feedback: No.", "feedback: No.", 35, "“credit”"),
        (", cites: [mms-6]}", "}", 35, "a clause or fact behind the feedback"),
        ("after: fy-1-first", "after: fy-2-rule", 24, "a branch item earlier in the story"),
        ("      b: You are wet.\n", "", 25, "one text for each option of fy-1-first (a, b)"),
        ("    text: You wait.\n", "", 10, "either “text”, or “after” with “texts”"),
        ("    - {title: Three., text: Do three.}\n", "", 38, "three things to do this week"),
        ("teaches: [mms-5]", "teaches: [fact-8.9]", 17, "clauses in “teaches”"),
        ("type: branch\n", "type: branch\n    certainty: true\n", 16, "certainty on sba or mrq only"),
        ("type: sba\n", "type: sba\n    assessment: true\n", 34, "an option with id and text only"),
        ("credit: 1/2", "credit: 2", 34, "a number from 0 to 1, such as 1, 0 or 1/3"),
    ],
)
def test_each_mistake_is_found_on_its_line(case, old, new, line, expected):
    lines = case((old, new))
    assert any(
        text.startswith(f"01-ferry/case.yaml:{line}:") and f"expected {expected}, found" in text for text in lines
    ), lines


def test_all_mistakes_come_at_once(case):
    assert len(case(("minutes: 12", "minutes: twelve"), ("type: sba", "type: essay"), ("subject: Messages\n", ""))) == 3


def test_broken_yaml_names_its_line(case):
    (line,) = case(("    title: Fog", "   title: Fog"))
    assert line.startswith("01-ferry/case.yaml:12: file: expected lines that belong together in one column, found")


def test_a_field_given_twice_is_found(case):
    (line,) = case(("lede: A short", "title: Again\nlede: A short"))
    assert line.startswith("01-ferry/case.yaml:6: title: expected each field once, found it again (first on line 3)")


@pytest.mark.parametrize("value", ["9:15", "yes", "2026-11-22", "0x10", "1e3"])
def test_times_and_dates_stay_text(case, value):
    assert case(("subject: Messages", f"subject: {value}")) == []


def test_an_empty_file_names_what_belongs_in_it(case):
    (line,) = case(text="")
    assert line.startswith("01-ferry/case.yaml:1: file: expected the fields schema, case, title, subject, minutes,")


@pytest.mark.parametrize("data", [b"a: 1\n\xff\xfe", "a: 1\nb: é".encode("latin-1"), "a: é".encode("utf-16")])
def test_another_encoding_is_one_line(tmp_path, data):
    (tmp_path / "case.yaml").write_bytes(data)
    with pytest.raises(FindingsError, match=r"case\.yaml:[12]: file: expected text in UTF-8, found another encoding"):
        load_case(tmp_path)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path):
    with pytest.raises(FindingsError, match="expected a file that can be read, found no such file or directory"):
        load_case(tmp_path)


@pytest.mark.parametrize(
    ("stem", "found"),
    [
        ("Note: what now?", "a second one"),
        ("@anna asks", "“@” at its beginning"),
        ("`x` asks", "“`” at its beginning"),
        ("%x", "“%” at its beginning"),
        ("*Now* what?", "“*” or “&” at its beginning"),
        ("& so?", "“*” or “&” at its beginning"),
        ("&co asks", "“&” before it"),
        ("&a [*a]", "“&” before it"),
        ("!What now?", "“!” before it"),
        ("!x!y z", "“!” at its beginning"),
        ("[Sic] what?", "more text, or a quote or bracket too many"),
        ('"Yes" she says', "more text, or a quote or bracket too many"),
        ('"Yes', "none; close the quotes"),
        (", and?", "more text, or a quote or bracket too many"),
        ("{{name}} asks", "more text, or a quote or bracket too many"),
        ("[Sic what?", "a bracket that is not closed"),
        ('"\\q"', "“\\q”"),
        ("? what", "“?” at its beginning"),
        ("{a: :b}", "a bracket that is not closed, or a colon"),
        ("[- a]", "a bracket that is not closed, or a colon"),
        ("> what?", "text after it"),
        ("- what?", "“- ” after other text"),
        ("{name}", "words after a comma or in brackets"),
        ("{Wait, then go.}", "words after a comma or in brackets"),
        ("What do you do in room #4?", "that “#4?” is read as a comment"),
        ("#nightfloat", "that “#nightfloat” is read as a comment"),
        ("x\x0by", "the invisible character U+000B"),
        ("[" * 3000, "hundreds"),
    ],
)
def test_text_that_yaml_reads_otherwise_is_one_plain_line(case, stem, found):
    lines = case(("What do you do?", stem))
    assert f"found {found}" in lines[0]
    line = int(lines[0].split(":")[1])
    assert line in ((1,) if found == "hundreds" else (16, 17, 33))
    assert not [line for line in lines if re.search(FOREIGN, line)]


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("title: The ferry", "title:The ferry", 3, "a field with a colon and a space, such as “title: Fog”"),
        ("    stem: Which", "\tstem: Which", 30, "spaces before a line"),
        ("  - item: fy-2-rule", "  item: fy-2-rule", 28, "a list whose entries all begin with “- ”"),
        ("closing:", "---\nclosing:", 36, "one case in a file"),
        ("closing:", "%closing:", 36, "one case in a file"),
        (
            "options:\n      - {id: a, text: One.",
            "options:\n      - {id: a, text: 'One.",
            33,
            "a quote at the end of the text",
        ),
        ("  - item: fy-2-rule", "    item: fy-2-rule", 28, "“- ” before each block"),
    ],
)
def test_lines_that_yaml_cannot_join_are_one_line(case, old, new, line, expected):
    found = case((old, new))
    assert found[0].startswith(f"01-ferry/case.yaml:{line}: ")
    assert f"expected {expected}, found" in found[0]


FOREIGN = (
    r"[Ii]nput should|[Ss]tring should|instance of|pattern|tuple|valid |Extra inputs|Field required|dictionary|token|"
    r"block (?:end|mapping|sequence)|scalar|mapping values|None|Traceback|\bdict\b|Value error"
)
"""Words of the libraries, which no author should meet."""

BRANCH_OPTIONS = CASE[CASE.index("      - {id: a, text: Wait.") : CASE.index("  - scene: later")]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("schema: 1", "schema: 2", 1, "schema: expected 1, found the number 2"),
        ("schema: 1", "schema: one", 1, "schema: expected 1, found “one”"),
        ("title: The ferry", "title: 911", 3, 'title: expected text, found the number 911; put it in quotes: "911"'),
        ("title: The ferry", "title: true", 3, 'title: expected text, found true; put it in quotes: "true"'),
        ("title: The ferry", "title:", 3, "title: expected a value, found nothing; write it, or take the field out"),
        ("title: The ferry", 'title: " "', 3, "title: expected text, found nothing"),
        ("title: The ferry", "title: [a]", 3, "title: expected text, found a list; write text"),
        ("title: The ferry", "title: {a: b}", 3, "title: expected text, found fields (a); write text"),
        (
            "minutes: 12",
            "minutes: twelve",
            5,
            "minutes: expected a whole number, 3 to 60, found “twelve”; write digits",
        ),
        ("minutes: 12", "minutes: 12.5", 5, "minutes: expected a whole number, 3 to 60, found the number 12.5"),
        ("minutes: 12", "minutes: 61", 5, "minutes: expected a whole number, 3 to 60, found the number 61"),
        ("minutes: 12", "minutes: 2", 5, "minutes: expected a whole number, 3 to 60, found the number 2"),
        ("minutes: 12", "minutes: true", 5, "minutes: expected a whole number, 3 to 60, found true"),
        ("minutes: 12", "minutes: 08", 5, "minutes: expected a whole number, 3 to 60, found “08”"),
        ("case: 01-ferry", "case: Ferry", 2, "case: expected two digits, a hyphen and lower-case words, found “Ferry”"),
        (
            "scene: pier",
            "scene: The Pier!",
            10,
            "expected lower-case letters, digits and hyphens, found “The Pier!”; write it like “the-pier”",
        ),
        ("scene: pier", f"scene: {'p' * 41}", 10, "expected at most 40 characters, found 41: “ppp"),
        ("id: b, text: Two.", "id: B, text: Two.", 34, "expected one lower-case letter, found “B”; write it like “b”"),
        (
            "cites: [mms-6]}",
            "cites: [MMS 6]}",
            35,
            "fy-2-rule / c / cites, entry 1: expected the id of a clause or fact, found “MMS 6”",
        ),
        ("      b: You are wet", "      B: You are wet", 27, "later / B: expected one lower-case letter, found “B”"),
        (
            "    texts:\n      a: You are dry.\n      b: You are wet.",
            "    texts: x",
            25,
            "expected one text for each option, by its letter, found “x”",
        ),
        (
            "objectives: [Answer kindly., Answer safely.]",
            "objectives: [One.]",
            8,
            "objectives: expected 2 to 6 entries, found 1",
        ),
        (
            "objectives: [Answer kindly., Answer safely.]",
            "objectives: One.",
            8,
            "objectives: expected a list, found “One.”",
        ),
        ("teaches: [mms-5]", "teaches: []", 17, "teaches: expected at least 1 entry, found 0"),
        (
            "type: sba\n",
            "type: sba\n    points: 0\n",
            30,
            "points: expected a number above 0, at most 100, found the number 0",
        ),
        (
            "type: sba\n",
            "type: sba\n    points: two\n",
            30,
            "points: expected a number above 0, at most 100, found “two”",
        ),
        ("type: sba\n", "type: sba\n    certainty: yes\n", 30, "certainty: expected true or false, found “yes”"),
        (
            "type: sba\n",
            "type: sba\n    after: Think.\n",
            30,
            "after: expected the fields title and text, found “Think.”; write them indented",
        ),
        ("credit: 1/2", 'credit: "0.5"', 34, "credit: expected a number from 0 to 1, such as 1, 0 or 1/3, found “0.5”"),
        ("credit: 1/2", "credit: 3/2", 34, "credit: expected a number from 0 to 1, such as 1, 0 or 1/3, found “3/2”"),
        (
            "type: sba",
            "type: essay",
            29,
            "fy-2-rule / type: expected sba, mrq, choose, rating, ranking, branch or reflection, found “essay”",
        ),
        ("type: sba", "type: SBA", 29, "did you mean “sba”"),
        ("type: sba", "type: [sba]", 29, "branch or reflection, found a list"),
        (
            "    type: sba\n",
            "",
            28,
            "fy-2-rule / type: expected a field “type”, found none; add “type: sba”, or another: mrq,",
        ),
        (
            "- scene: pier",
            "- Scene: pier",
            10,
            "block 1: expected a block that begins with scene, artifact, figure or item, found “Scene”; did you mean"
            " “scene”",
        ),
        ("- scene: pier", "- chapter: pier", 10, "found “chapter”; see the blocks in docs/authors/README.md"),
        (
            "  - scene: pier",
            "  - pier\n  - scene: pier",
            10,
            "block 1: expected a block that begins with scene, artifact, figure or item, found “pier”",
        ),
        ("  - scene: pier", "  -\n  - scene: pier", 10, "block 1: expected a value, found nothing"),
        (
            "    text: You wait.\n  - item: fy-1-first",
            "    text: You wait.\n    item: fy-1-first",
            14,
            "fy-1-first / item: expected “- ” before each block, found “scene” and “item” in one block; write"
            " “- ” before “item:”",
        ),
        ("credit: 1/2", "correct: 1/2", 34, "found “correct”; did you mean “credit”"),
        ("credit: 1/2", "right: true", 34, "found “right”; did you mean “credit”"),
        ("stem: Which is first?", "question: Which is first?", 30, "found “question”; did you mean “stem”"),
        ("feedback: Nearly.", "explanation: Nearly.", 34, "found “explanation”; did you mean “feedback”"),
        (
            "title: One.",
            "colour: One.",
            39,
            "this_week, entry 1 / colour: expected a known field, found “colour”; take it out; the fields here are"
            " title, text",
        ),
        ("type: sba\n", "type: sba\n    claim: x\n", 30, "the fields here are item, stem, hint, handout, points,"),
    ],
)
def test_a_value_of_the_wrong_form_is_told_in_an_authors_words(case, old, new, line, said):
    lines = case((old, new))
    assert any(text.startswith(f"01-ferry/case.yaml:{line}: ") and said in text for text in lines), lines
    assert not [text for text in lines if re.search(FOREIGN, text)]


def test_a_forgotten_dash_is_the_only_finding(case):
    assert len(case(("    text: You wait.\n  - item: fy-1-first", "    text: You wait.\n    item: fy-1-first"))) == 1


GUIDE = Checkout().root / "docs" / "authors" / "README.md"


def guided(folder: Path) -> tuple[str, str]:
    """The text of a new short case, and of the same case after all that the guide tells an author to change in it."""
    before = (folder / "case.yaml").read_text()
    steps = "".join(re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL))
    top, story, closing = re.split("^(?=story:|closing:)", steps, flags=re.MULTILINE)
    after = re.sub("^title:.*?(?=^# ---)", lambda _: "minutes: 4\n" + top, before, flags=re.DOTALL | re.MULTILINE)
    after = re.sub("^story:.*?(?=^# ---)", lambda _: story, after, flags=re.DOTALL | re.MULTILINE)
    return before, re.sub("^closing:.*?(?=^  # Exactly)", lambda _: closing, after, flags=re.DOTALL | re.MULTILINE)


def test_the_case_that_the_authors_guide_leads_to_is_whole_and_well_written(tmp_path):
    text = GUIDE.read_text()
    name = re.search("eprof new ([a-z0-9-]+) --short", text)[1]
    folder = lay_down(name, tmp_path, whole=False, schema=None)
    (folder / "case.yaml").write_text(guided(folder)[1])
    (folder / "art" / "tent.svg").unlink()
    jsonschema.validate(read_yaml(folder / "case.yaml").data, json.loads(schema.schema_text()))
    cases = load_cases(tmp_path)
    assert check_cases(cases, []) == []
    assert list(check_items(practice(cases.values()))) == []
    assert len(cases[name].content.items) == 2
    assert f"{name}.ipynb" in build_case(cases[name], lambda _: (b"", ""))


def test_a_first_case_by_the_authors_guide_takes_a_quarter_of_an_hour(tmp_path):
    before, after = guided(lay_down("20-night-ferry", tmp_path, whole=False, schema=None))
    typed = [line[2:] for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line.startswith("+ ")]
    words = sum(len(re.sub(r"^ *(- )?([a-z]+: )?", "", line).split()) for line in typed)
    minutes = [int(found) for found in re.findall(r"^\*\*\d\. .*?\((\d+) minutes?\b", GUIDE.read_text(), re.MULTILINE)]
    assert words <= 280
    assert len(minutes) == 8
    assert sum(minutes) <= 15


def test_the_authors_guide_names_every_field():
    text, published = GUIDE.read_text(), json.loads(schema.SCHEMA_FILE.read_text())
    definitions = published.pop("$defs")
    fields = {name for part in [published, *definitions.values()] for name in part.get("properties", {})}
    assert {name for name in fields if not re.search(rf"`{name}\b", text)} == set()


ARTIFACT = """\
  - artifact: app
    kind: post
    label: A post
    caption: Invented.
    name: Ann
    face: A
    text: Fog.
    picture: {file: art/fog.svg, alt: Fog.}
"""
STORY = "story:\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "    kind: post\n",
            "    kind: reviews\n",
            11,
            "app / kind: expected request, thread, post, profile, review, mail or form, found “reviews”;"
            " did you mean “review”",
        ),
        (
            "    kind: post\n",
            "",
            10,
            "app / kind: expected a field “kind”, found none; add “kind: request”, or another: thread, post,",
        ),
        ("    face: A\n", '    face: A\n    bar: ["2:05"]\n', 16, "app / bar: expected 2 entries, found 1"),
        ("    face: A\n", "    face: A\n    bar: []\n", 16, "app / bar: expected 2 entries, found 0"),
        ("    face: A\n", "    face: A\n    bar: [a, b, c]\n", 16, "app / bar: expected 2 entries, found 3"),
        ("    face: A\n", "    face: A\n    bar: left\n", 16, "app / bar: expected a list, found “left”"),
        ("    face: A\n", "    face: ABC\n", 15, "app / face: expected at most 2 characters, found 3: “ABC”"),
        ("    name: Ann\n", "    author: Ann\n", 14, "found “author”; did you mean “name”"),
        (
            "{file: art/fog.svg, alt: Fog.}",
            "art/fog.svg",
            17,
            "app / picture: expected the fields file and alt, found “art/fog.svg”",
        ),
        ("art/fog.svg", "Fog.png", 17, "expected the path of a drawing, found “Fog.png”; write it like “art/fog.svg”"),
        (
            "    text: Fog.\n",
            "    text: Fog.\n    comments: [Nice.]\n",
            17,
            "app / comments, entry 1: expected the fields name, face and text, found “Nice.”",
        ),
    ],
)
def test_a_mistake_in_an_artifact_is_told_in_an_authors_words(case, old, new, line, said):
    lines = case((STORY, STORY + ARTIFACT.replace(old, new)))
    assert any(text.startswith(f"01-ferry/case.yaml:{line}: ") and said in text for text in lines), lines
    assert not [text for text in lines if re.search(FOREIGN, text)]


@pytest.mark.parametrize(
    ("drawing", "found"),
    [
        (None, "no art/fog.svg"),
        ("", "a file that is no XML"),
        ("<svg/>", "“<svg>” without SVG’s namespace"),
        ('<p xmlns="http://www.w3.org/1999/xhtml"/>', "other XML"),
        ("{svg}<script/></svg>", "“<script>”"),
        ('{svg}<g onclick="x"/></svg>', "“onclick” in “<g>”"),
        ('{svg}<image href="https://example.org/x.png"/></svg>', "“href” in “<image>”"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_found(case, tmp_path, drawing, found):
    (tmp_path / "01-ferry" / "art").mkdir(parents=True)
    if drawing is not None:
        text = drawing.replace("{svg}", '<svg xmlns="http://www.w3.org/2000/svg">')
        (tmp_path / "01-ferry" / "art" / "fog.svg").write_text(text)
    (line,) = case((STORY, STORY + ARTIFACT))
    assert line.startswith("01-ferry/case.yaml:17: app: expected a drawing")
    assert f"found {found};" in line


def test_a_sound_picture_is_no_finding_and_a_figure_of_its_name_is(case, tmp_path):
    (tmp_path / "01-ferry" / "art").mkdir(parents=True)
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><defs><g id="a"/></defs><use href="#a"/></svg>'
    (tmp_path / "01-ferry" / "art" / "fog.svg").write_text(drawing)
    assert case((STORY, STORY + ARTIFACT)) == []
    figure = "  - {figure: fog, claim: One., chart: bars, rows: [x], labels: [X], alt: A bar., note: One.}\n"
    lines = case((STORY, STORY + ARTIFACT + figure))
    assert any("app: expected a name of its own, found art/fog.svg" in line for line in lines)


@pytest.mark.parametrize("name", ["closing", "header", "progress", "finish", "fy-3-text-page", "fy-3-text-text"])
def test_the_names_of_the_pages_own_parts_are_taken(case, name):
    reflection = "  - {item: fy-3-text, type: reflection, stem: Why., teaches: [mms-5], words: [80, 150]}\nclosing:"
    lines = case(("scene: later", f"scene: {name}"), ("closing:\n", reflection + "\n"))
    assert [line.split("; ")[0] for line in lines] == [
        f"01-ferry/case.yaml:21: {name}: expected a block id of its own, found “{name}”, which a part of every page has"
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("You wait.", "You <b>wait</b>.", 13, "pier / text: expected text without HTML, found “<b>”"),
        ("title: Fog", "title: </p>", 12, "pier / title: expected text without HTML, found “</p>”"),
        ("You wait.", 'You say "wait".', 13, "pier / text: expected typographic quotes, found “"),
        ("You wait.", "You don't.", 13, "expected a typographic apostrophe, found “don't”"),
        (
            "Which is first?",
            "Which is **first**?",
            30,
            "expected text without Markdown in this field, found “**first**?”",
        ),
        (
            "text: Two.",
            "text: One.",
            34,
            "fy-2-rule / b: expected options that differ, found it again (first on line 33)",
        ),
        (
            "id: c, text: Three.",
            "id: d, text: Three.",
            32,
            "fy-2-rule: expected options a, b, c in this order, found a, b, d",
        ),
        ("    text: You wait.\n", "    text: You wait.\n    after: fy-1-first\n", 14, "found “text” with “after”"),
        ("    texts:\n", "    text: You wait.\n    texts:\n", 25, "found “text” and “texts”; take “text” out"),
        (
            "    after: fy-1-first\n    texts:\n",
            "    text: Dry.\n    texts:\n",
            25,
            "found “text” and “texts”; keep one",
        ),
        ("    after: fy-1-first\n", "", 24, "found “texts” without “after”"),
        ("    texts:\n      a: You are dry.\n      b: You are wet.\n", "", 24, "found “after” without “texts”"),
        ("    text: You wait.\n", "", 10, "pier: expected either “text”, or “after” with “texts”, found neither"),
        ("after: fy-1-first", "after: fy-2-rule", 24, "found “fy-2-rule”, an item of type sba; name fy-1-first"),
        ("after: fy-1-first", "after: fy-9", 24, "found “fy-9”; name fy-1-first"),
        (
            "scene: later",
            "scene: fy-1-first",
            21,
            "expected a block id used once in the case, found it again (first on line 14)",
        ),
        ("type: sba\n", "type: sba\n    assessment: true\n", 34, "keys/01-ferry.yaml, or take out “assessment: true”"),
    ],
)
def test_what_reads_badly_is_found(case, old, new, line, said):
    lines = case((old, new))
    assert any(text.startswith(f"01-ferry/case.yaml:{line}: ") and said in text for text in lines), lines


def test_markdown_is_welcome_where_it_is_shown_as_such(case):
    assert case(("You wait.", "You **wait**."), ("It lifts.", "It **lifts**."), ("about fog", "about **fog**")) == []


def test_a_branch_item_after_its_scene_is_named_as_such(case):
    text = CASE.replace("    text: You wait.\n", "    after: fy-1-first\n    texts: {a: Dry., b: Wet.}\n")
    (line,) = case(text=text)
    assert "found “fy-1-first”, which comes later; put the branch item before this scene" in line


def test_a_story_without_items_is_found(case):
    text = CASE[: CASE.index("  - item: fy-1-first")] + CASE[CASE.index("closing:") :]
    assert [line.split("; ")[0] for line in case(text=text)] == [
        "01-ferry/case.yaml:9: story: expected at least one item, found none"
    ]


@pytest.mark.parametrize("words", ["[150, 80]", "[80, 80]"])
def test_a_reversed_number_of_words_is_found(case, words):
    reflection = f"  - {{item: fy-3-text, type: reflection, stem: Why., teaches: [mms-5], words: {words}}}\nclosing:\n"
    (line,) = case(("closing:\n", reflection))
    assert "fy-3-text: expected the smaller number first" in line


@pytest.mark.parametrize("words", ["[-80, 150]", "[0, 150]"])
def test_words_begin_at_one(case, words):
    reflection = f"  - {{item: fy-3-text, type: reflection, stem: Why., teaches: [mms-5], words: {words}}}\nclosing:\n"
    (line,) = case(("closing:\n", reflection))
    assert "fy-3-text / words, entry 1: expected a whole number, 1 to 1000" in line


def test_the_pattern_binds_the_cases_of_the_course_alone(case):
    assert case() == []
    assert [line.split(": ", 1)[1].split("; ")[0] for line in case(("minutes: 12", "minutes: 20"), course=True)] == [
        "facilitator: expected a field “facilitator” for whoever leads a group, found none",
        "minutes: expected 10 to 15 minutes, found 20",
        "story: expected at least 1 ranking or choose items, found 0",
        "story: expected at least 1 rating items, found 0",
        "story: expected at least 2 items with certainty, found 0",
        "story: expected at least 3 sba or mrq items, found 1",
        "story: expected at least 4 artifacts, found 0",
        "story: expected at least 5 scenes, found 2",
        "story: expected exactly 1 reflections, found 0",
    ]


def test_branches_that_tell_the_same_are_found(case):
    lines = case(("You are wet.", "You are dry."), course=True)
    assert any("25: later: expected another text for each option, found the same one twice" in line for line in lines)


def judged(kind, field, values):
    """A practice item with these levels or places, as it stands in a case."""
    options = "".join(
        f"      - {{id: {letter}, text: Do {letter}., {field}: {value}, feedback: So., cites: [mms-5]}}\n"
        for letter, value in zip("abcdefgh", values, strict=False)
    )
    head = f"  - item: fy-4-{kind}\n    type: {kind}\n    stem: How good?\n    teaches: [mms-5]\n    options:\n"
    return head + options + "closing:\n"


@pytest.mark.parametrize(
    ("kind", "field", "values", "said"),
    [
        ("rating", "level", "112233", "expected responses of all levels, 1 to 4, found 1, 2, 3"),
        (
            "rating",
            "level",
            "111234",
            "expected at most 45% of the points for one level throughout, found 58% for 1 throughout",
        ),
        ("ranking", "place", "12345", "expected 10 to 14 of 20 points for the printed order, found 20"),
        ("ranking", "place", "54321", "expected 10 to 14 of 20 points for the printed order, found 8"),
    ],
)
def test_a_set_that_a_blind_strategy_answers_is_found(case, kind, field, values, said):
    change = ("closing:\n", judged(kind, field, values))
    assert case(change) == []
    assert any(said in line for line in case(change, course=True))


@pytest.mark.parametrize("level", ["5", "0", "true", "1.0", "high"])
def test_a_level_is_a_whole_number_on_the_scale(case, level):
    lines = case(("closing:\n", judged("rating", "level", [level, *"12344"])))
    assert any("fy-4-rating / a / level: expected a whole number, 1 to 4, found" in line for line in lines)


@pytest.mark.parametrize(("kind", "field", "values"), [("rating", "level", "112344"), ("ranking", "place", "31524")])
def test_a_balanced_set_is_no_finding(case, kind, field, values):
    lines = case(("closing:\n", judged(kind, field, values)), course=True)
    assert not [line for line in lines if f"fy-4-{kind}" in line]


def test_a_folder_without_its_case_file_is_found(tmp_path):
    (tmp_path / "02-fog").mkdir()
    (tmp_path / "02-fog" / "case.yml").write_text(CASE)
    with pytest.raises(FindingsError, match=r"02-fog:1: 02-fog: expected a file case\.yaml, found case\.yml; name"):
        load_cases(tmp_path, tmp_path)


def test_cases_are_checked_beside_one_whose_form_is_wrong(tmp_path):
    for slug, text in (("01-ferry", CASE.replace("minutes", "minuts")), ("02-ferry", CASE)):
        (tmp_path / slug).mkdir()
        (tmp_path / slug / "case.yaml").write_text(text)
    cases, findings = read_bank(tmp_path, tmp_path)
    assert list(cases) == ["02-ferry"]
    assert {finding.file for finding in findings} == {"01-ferry/case.yaml"}
    assert [finding.where for finding in check_cases(cases, [])] == ["case"]


def test_a_copied_case_that_keeps_its_old_name_hides_no_other(tmp_path):
    for slug in ("00-copy", "01-ferry"):
        (tmp_path / slug).mkdir()
        (tmp_path / slug / "case.yaml").write_text(CASE)
    assert list(load_cases(tmp_path)) == ["00-copy", "01-ferry"]


def test_the_published_schema_is_that_of_the_model():
    assert schema.SCHEMA_FILE.read_text() == schema.schema_text()


@pytest.mark.parametrize("path", sorted(Checkout().bank.glob("*/case.yaml")), ids=lambda path: path.parent.name)
def test_every_case_fits_the_published_schema(path: Path):
    published = json.loads(schema.SCHEMA_FILE.read_text())
    jsonschema.validate(read_yaml(path).data, published)


def test_the_published_schema_refuses_unknown_fields():
    published = json.loads(schema.SCHEMA_FILE.read_text())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(CASE) | {"colour": "red"}, published)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("credit: 1/2", "credit: 3/2"),
        ("credit: 1/2", 'credit: "0.5"'),
        ("credit: 1/2", "credit: true"),
        ("schema: 1", "schema: 2"),
        ("minutes: 12", "minutes: true"),
        ("lede: A short way over, and a long message.", "lede:"),
        ("stem: What", "hint:\n    stem: What"),
        ("teaches: [mms-5]", "teaches: []"),
        ("teaches: [mms-5]", "teaches: [mms-99]"),
        ("teaches: [mms-5]", "teaches: [fact-8.9]"),
        ("cites: [mms-6]}", "cites: [mms-99]}"),
        ("type: sba", "type: essay"),
        ("    type: sba\n", ""),
        ("- scene: pier", "- Scene: pier"),
        ("    text: You wait.\n  - item: fy-1-first", "    item: fy-1-first"),
        ("id: c, text", "id: c, colour: red, text"),
    ],
)
def test_editor_and_check_refuse_the_same(case, tmp_path, old, new):
    assert case((old, new))
    (tmp_path / "x.yaml").write_text(CASE.replace(old, new, 1))
    with pytest.raises((jsonschema.ValidationError, FindingsError)):
        jsonschema.validate(read_yaml(tmp_path / "x.yaml").data, json.loads(schema.SCHEMA_FILE.read_text()))


@pytest.mark.parametrize("credit", ["0", "0.5", "1/2", "2/3", "8/9"])
def test_editor_and_check_take_the_same_credits(case, tmp_path, credit):
    assert case(("credit: 1/2", f"credit: {credit}")) == []
    (tmp_path / "x.yaml").write_text(CASE.replace("credit: 1/2", f"credit: {credit}"))
    jsonschema.validate(read_yaml(tmp_path / "x.yaml").data, json.loads(schema.SCHEMA_FILE.read_text()))


def test_an_editor_is_told_what_every_field_and_every_clause_is():
    published = json.loads(schema.SCHEMA_FILE.read_text())
    definitions = published.pop("$defs")
    for part in [published, *definitions.values()]:
        assert all("description" in field for field in part.get("properties", {}).values())
    clauses = definitions["Clause"]
    told = dict(zip(clauses["enum"], clauses["enumDescriptions"], strict=True))
    assert told["mms-6.iii"].startswith(standards.label("mms-6.iii"))
    assert "null" not in schema.SCHEMA_FILE.read_text()
