"""Assessment keys: every mistake one clear line, and a private folder that replaces item by item."""

import shutil
from fractions import Fraction

import pytest

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.authoring.loader import load_cases
from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism_graders import keys

SBA = """
  - item: x-1
    type: sba
    cites: [mms-6.iii]
    options:
      - {id: a, credit: 1, rationale: Because.}
      - {id: b, credit: 1/3, rationale: Nearly.}
      - {id: c, credit: 0, rationale: No.}
"""
MRQ = """
  - item: x-2
    type: mrq
    cites: [mms-5]
    options:
      - {id: a, right: true, rationale: Yes.}
      - {id: b, right: false, rationale: No.}
      - {id: c, right: true, rationale: Yes.}
"""


def item(name, kind="sba", options="abc", assessment=True) -> Item:
    return Item(name, kind, "?", 1, tuple(Option(one, one) for one in options), assessment=assessment)


@pytest.fixture
def load(tmp_path):
    """Load key items from text, in a file of their own."""

    def loaded(items: str, name: str = "70-own"):
        path = tmp_path / f"{name}.yaml"
        path.write_text(f"schema: 1\ncase: 70-own\nitems:{items}")
        return keys.load_key_file(path)

    return loaded


def mistakes(load, text) -> list[str]:
    with pytest.raises(FindingsError) as caught:
        load(text)
    return [f"{one.line}: {one.where}: expected {one.expected}, found {one.found}" for one in caught.value.findings]


def test_a_key_scores_and_explains_each_option(load):
    bank = ItemBank("70-own", "", 5, "", {"x-1": item("x-1"), "x-2": item("x-2", "mrq")}, {})
    loaded = keys.assessment_keys(bank, [load(SBA + MRQ)])
    assert loaded["x-1"].key == {"a": 1, "b": Fraction(1, 3), "c": 0}
    assert loaded["x-1"].rationale == {"a": "Because.", "b": "Nearly.", "c": "No."}
    assert loaded["x-1"].cites == ("Massachusetts, guideline 6 (iii), 2015",)
    assert loaded["x-2"].key == {"a": 1, "b": 0, "c": 1}


def test_of_two_files_the_later_one_counts_item_by_item(load):
    bank = ItemBank("70-own", "", 5, "", {"x-1": item("x-1"), "x-2": item("x-2", "mrq")}, {})
    ours, theirs = load(SBA + MRQ), load(SBA.replace("credit: 1,", "credit: 0,").replace("credit: 1/3", "credit: 1"))
    loaded = keys.assessment_keys(bank, [ours, theirs])
    assert loaded["x-1"].key == {"a": 0, "b": 1, "c": 0}
    assert loaded["x-2"].key == {"a": 1, "b": 0, "c": 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SBA.replace("1/3", "1"), ["7: x-1: expected exactly one option with credit 1, found 2 (a, b)"]),
        (SBA.replace("credit: 1,", "credit: 0,"), ["7: x-1: expected exactly one option with credit 1, found none"]),
        (SBA.replace("credit: 1/3", "right: true"), ["9: x-1 / b: expected “credit”, as sba is scored, found right"]),
        (MRQ.replace("right: false, ", ""), ["9: x-2 / b: expected “right”, as mrq is scored, found none"]),
        (SBA.replace("id: b", "id: a"), ["7: x-1: expected each option once, found one of them again"]),
        (SBA + SBA, ["12: x-1: expected one key for an item, found a second"]),
        (
            SBA.replace("mms-6.iii", "mms-66"),
            ["6: x-1: expected the id of a clause, its part, or a fact, found “mms-66”"],
        ),
    ],
)
def test_a_mistake_in_a_key_file_is_one_line(load, text, found):
    assert mistakes(load, text) == found


def test_an_unknown_type_is_found_where_it_stands(load):
    (line,) = mistakes(load, SBA.replace("type: sba", "type: essay"))
    assert line.startswith("5: x-1 / type: expected sba, mrq, choose, rating or ranking, found “essay”")


def test_a_misspelt_field_is_named_with_a_suggestion(load):
    with pytest.raises(FindingsError, match=r"70-own\.yaml:10: x-1 / c / rational: .*did you mean “rationale”"):
        load(SBA.replace("rationale: No.", "rational: No."))


def test_all_mistakes_of_a_folder_are_found_at_once(load, tmp_path):
    (tmp_path / "71-other.yaml").write_text("schema: 2\n")
    with pytest.raises(FindingsError):
        load(SBA.replace("1/3", "1"))
    with pytest.raises(FindingsError) as caught:
        keys.load_folder(tmp_path)
    assert {finding.file for finding in caught.value.findings} == {str(path) for path in tmp_path.glob("*.yaml")}


def test_a_file_named_otherwise_than_its_case_is_refused(load):
    with pytest.raises(FindingsError, match=r"80-else\.yaml:2: case: expected “80-else”, as the file, found “70-own”"):
        load(SBA, "80-else")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ({}, "4: x-1: expected an item of this name in the case, found none"),
        ({"x-1": item("x-1", assessment=False)}, "4: x-1: expected an assessment item, found a practice item"),
        ({"x-1": item("x-1", "mrq")}, "5: x-1: expected type mrq, as in the case, found sba"),
        ({"x-1": item("x-1", options="ab")}, "10: x-1 / c: expected options a, b, found “c”"),
        ({"x-1": item("x-1", options="abcd")}, "7: x-1 / d: expected a key for every option, found none"),
    ],
)
def test_a_key_that_does_not_fit_its_item_is_one_line(load, items, expected):
    (found,) = keys.match_findings(load(SBA), items)
    assert f"{found.line}: {found.where}: expected {found.expected}, found {found.found}" == expected


@pytest.fixture
def shipped_cases():
    from eprofessionalism.authoring.build import Checkout

    checkout = Checkout()
    return load_cases(checkout.bank, checkout.root)


def test_the_shipped_keys_fit_the_shipped_cases(shipped_cases):
    assert keys.findings(shipped_cases) == []


def test_a_key_without_item_and_an_item_without_key_are_found(shipped_cases, tmp_path, monkeypatch):
    shutil.copytree(keys.SHIPPED, tmp_path, dirs_exist_ok=True)
    text = (keys.SHIPPED / "90-form-a.yaml").read_text()
    first = next(one.item for one in shipped_cases["90-form-a"].content.items)
    (tmp_path / "90-form-a.yaml").write_text(text.replace(first, "as-99-nowhere"))
    (tmp_path / "98-nothing.yaml").write_text(f"schema: 1\ncase: 98-nothing\nitems:{SBA}")
    monkeypatch.setattr(keys, "SHIPPED", tmp_path)
    found = [(one.where, one.expected) for one in keys.findings(shipped_cases)]
    assert sorted(found) == sorted(
        [
            (first, "a key for this assessment item"),
            ("as-99-nowhere", "an item of this name in the case"),
            ("98-nothing", "a case of this name"),
        ]
    )
