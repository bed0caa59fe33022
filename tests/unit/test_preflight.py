"""What keeps an offering from being graded, each as one finding with its remedy."""

import json
import sys

import pytest

from eprofessionalism_graders import preflight
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.offering import Offering

TEST = "90-form-a"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits: there nothing is found")


def reopened(offering) -> Offering:
    return Offering.open(offering.root)


def lines(offering) -> list[str]:
    return [f"{one.where}: expected {one.expected}, found {one.found}" for one in preflight.check(reopened(offering))]


@pytest.fixture
def keys(offering):
    """A private folder, named in the settings: empty, and closed to others."""
    folder = offering.root.parent / "keys"
    folder.mkdir(mode=0o700)
    path = offering.root / "offering.toml"
    path.write_text(path.read_text() + f"keys = '{folder}'\n")
    return folder


def test_a_sound_offering_is_fit(offering):
    assert preflight.check(offering) == []
    assert preflight.fit_offering(offering.root).root == offering.root


def test_every_finding_says_what_to_do(offering):
    (offering.root / "nbgrader_config.py").write_text("c = get_config()\n")
    for finding in preflight.check(reopened(offering)):
        assert finding.remedy
        assert finding.file == str(offering.root / "nbgrader_config.py")


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ("hook.before_autograde", "hook.prepare", "Autograde.pre_convert_hook"),
        (
            "eprofessionalism_graders.preprocessor.ScoreJournal",
            "nbgrader.preprocessors.Execute",
            "Autograde.autograde_preprocessors",
        ),
        ("sanitize_preprocessors = []", "sanitize_preprocessors = ['x']", "Autograde.sanitize_preprocessors"),
        ('".handed-in*",', "", "CourseDirectory.ignore"),
        ("c.CourseDirectory.ignore = [", "c.CourseDirectory.ignore.extend([])\nunused = [", "CourseDirectory.ignore"),
        (
            "c.CourseDirectory.ignore",
            "c.CourseDirectory.submitted_directory = 'elsewhere'\nc.CourseDirectory.ignore",
            "CourseDirectory.submitted_directory",
        ),
    ],
)
def test_a_configuration_that_is_wired_otherwise_is_found(offering, before, after, where):
    path = offering.root / "nbgrader_config.py"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))
    assert [line.split(": ")[0] for line in lines(offering)] == [where]


def test_a_configuration_that_cannot_be_read_is_found(offering):
    (offering.root / "nbgrader_config.py").write_text("c = get_config(\n")
    (line,) = lines(offering)
    assert "SyntaxError" in line


def test_a_private_folder_that_is_gone_is_found(offering, keys):
    keys.rmdir()
    assert lines(offering) == ["keys: expected a readable folder, found No such file or directory"]


@posix
@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701, 0o770])
def test_a_private_folder_open_to_others_is_found(offering, keys, mode):
    keys.chmod(mode)
    (line,) = lines(offering)
    assert line == f"keys: expected a folder that its owner alone can open, found permissions {mode:o}"


@posix
def test_a_link_in_place_of_private_keys_is_found(offering, keys):
    real = keys.rename(keys.with_name("real"))
    keys.symlink_to(real)
    assert lines(offering) == ["keys: expected no link, found a link"]


def test_a_private_key_file_with_mistakes_is_found(offering, keys):
    (keys / f"{TEST}.yaml").write_text("schema: 1\ncase: 90-form-a\nitem: []\n")
    found = lines(offering)
    assert "items: expected a field “items”, found none" in found


def test_private_keys_that_fit_nothing_are_found(offering, keys):
    option = "{id: a, credit: 1, rationale: R}, {id: b, credit: 0, rationale: R}, {id: c, credit: 0, rationale: R}"
    item = f"items:\n  - {{item: as-77, type: sba, cites: [mms-5], options: [{option}]}}\n"
    (keys / f"{TEST}.yaml").write_text(f"schema: 1\ncase: {TEST}\n{item}")
    (keys / "55-gone.yaml").write_text(f"schema: 1\ncase: 55-gone\n{item}")
    assert sorted(lines(offering)) == [
        "55-gone: expected keys of a case of the offering, found no case 55-gone in the offering",
        "as-77: expected an item of this name in the case, found none",
    ]


def test_an_assessment_item_without_key_is_found(offering):
    path = offering.root / "source" / TEST / "items.json"
    path.write_text(path.read_text().replace(first := next(iter(offering.bank(TEST).items)), "as-88-new"))
    found = lines(offering)
    assert "as-88-new: expected a key for this assessment item, found none" in found
    assert f"{first}: expected no such question, found one" in found


def test_a_release_that_does_not_fit_the_items_is_found(offering):
    path = offering.release(TEST) / f"{TEST}.ipynb"
    content = json.loads(path.read_text())
    graded = [cell for cell in content["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
    worth = graded[0]["metadata"]["nbgrader"]["points"]
    graded[0]["metadata"]["nbgrader"]["points"] = 100
    content["cells"].remove(graded[1])
    path.write_text(json.dumps(content))
    ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in graded]
    assert sorted(lines(offering)) == sorted(
        [f"{ids[0]}: expected {worth:g} points, found 100", f"{ids[1]}: expected a question, found none"]
    )
    path.unlink()
    (line,) = lines(offering)
    assert line.startswith(f"{TEST}: expected the released notebook, found FileNotFoundError")


def test_distributions_of_two_versions_are_found(offering, monkeypatch):
    installed = {"eprofessionalism": "9.0.0", "eprofessionalism-graders": "0.1.0"}
    monkeypatch.setattr(preflight, "version", installed.__getitem__)
    assert lines(offering) == ["versions: expected eprofessionalism 0.1.0, as eprofessionalism-graders, found 9.0.0"]


def test_what_was_fit_is_checked_again_once_a_file_has_changed(offering, keys):
    fit = preflight.fit_offering(offering.root)
    assert preflight.fit_offering(offering.root) is fit
    if sys.platform != "win32":
        keys.chmod(0o755)
        with pytest.raises(UserError, match="chmod 700"):
            preflight.fit_offering(offering.root)
        keys.chmod(0o700)
    (keys / f"{TEST}.yaml").write_text("nonsense")
    with pytest.raises(UserError, match=f"{TEST}.yaml:1"):
        preflight.fit_offering(offering.root)


def test_a_list_of_forms_that_cannot_be_read_keeps_everything_from_being_graded(offering):
    (offering.root / "forms.csv").write_text("id,pre,post\nlearner-00,A,A\n")
    assert lines(offering) == ["pre, post: expected A and B, or B and A, found A, A"]
    with pytest.raises(UserError, match="A and B, or B and A"):
        preflight.fit_offering(offering.root)


def test_a_change_of_the_roster_or_of_the_forms_is_seen_at_once(offering):
    before = preflight.fit_offering(offering.root)
    assert preflight.fit_offering(offering.root) is before
    forms = offering.root / "forms.csv"
    learner = before.roster()[0].id
    other = {"A": "B", "B": "A"}[before.first_forms[learner]]
    line = next(line for line in forms.read_text().splitlines() if line.startswith(f'"{learner}",'))
    swapped = ",".join([*line.split(",")[:-2], f'"{other}"', f'"{before.first_forms[learner]}"'])
    forms.write_text(forms.read_text().replace(line, swapped))
    after = preflight.fit_offering(offering.root)
    assert after is not before
    assert after.first_forms[learner] == other
