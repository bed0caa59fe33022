"""Case files: each mistake gives one clear line where it stands, and all mistakes come at once."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from eprofessionalism.authoring import schema
from eprofessionalism.authoring.build import Checkout
from eprofessionalism.authoring.checks import check_cases
from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.authoring.loader import load_case, load_cases
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

    def findings(*changes, text=CASE, slug="01-ferry"):
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
        return [str(finding) for finding in check_cases({loaded.slug: loaded}, [])]

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
        ("credit: 0, feedback: No.", "feedback: No.", 35, "credit, right, level or place"),
        (", cites: [mms-6]}", "}", 35, "a clause or fact behind the feedback"),
        ("after: fy-1-first", "after: fy-2-rule", 24, "a branch item earlier in the story"),
        ("      b: You are wet.\n", "", 25, "one text for each option of fy-1-first (a, b)"),
        ("    text: You wait.\n", "", 10, "either “text”, or “after” with “texts”"),
        ("    - {title: Three., text: Do three.}\n", "", 38, "three things to do this week"),
        ("teaches: [mms-5]", "teaches: [fact-8.9]", 17, "clauses in “teaches”"),
        ("type: branch\n", "type: branch\n    certainty: true\n", 16, "certainty on sba or mrq only"),
        ("type: sba\n", "type: sba\n    assessment: true\n", 34, "an option with id and text only"),
        ("credit: 1/2", "credit: 2", 34, "a number from 0 to 1, such as 1, 0 or 1/3"),
        (
            "type: sba",
            "type: essay",
            28,
            "a block that begins with scene, artifact, figure or item, of a known kind or type",
        ),
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
    assert line.startswith("01-ferry/case.yaml:12: file: expected valid YAML, found")


def test_a_field_given_twice_is_found(case):
    (line,) = case(("lede: A short", "title: Again\nlede: A short"))
    assert line.startswith("01-ferry/case.yaml:6: title: expected each field once, found it again (first on line 3)")


@pytest.mark.parametrize("value", ["9:15", "yes", "2026-11-22", "0x10", "1e3"])
def test_times_and_dates_stay_text(case, value):
    assert case(("subject: Messages", f"subject: {value}")) == []


def test_an_empty_or_binary_file_is_one_line(case, tmp_path):
    assert len(case(text="")) == 1
    (tmp_path / "01-ferry" / "case.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FindingsError, match="expected a readable text file"):
        load_case(tmp_path / "01-ferry")


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
