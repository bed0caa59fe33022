"""An offering: made from a roster, opened anywhere, and refused in plain lines."""

import json
import shutil
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from eprofessionalism.items import dump_items, load_items
from eprofessionalism.library import built_cases
from eprofessionalism_graders import cli, misset, starting
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.offering import Offering, Settings

FIRST, TEST = "01-friend-requests", "90-form-a"


def test_an_offering_holds_what_it_was_made_with(offering):
    assert offering.assignments == list(built_cases())
    assert {FIRST, TEST} <= set(offering.assignments)
    assert [learner.id for learner in offering.roster()][:2] == ["learner-00", "learner-01"]
    assert offering.settings.due == datetime(2026, 12, 1, 17, tzinfo=UTC)
    assert (offering.settings.title, offering.settings.pass_mark, offering.settings.open_key) == ("Autumn", 70, False)


def test_names_and_due_dates_are_in_the_gradebook(offering):
    with offering.gradebook() as gradebook:
        student = gradebook.find_student("learner-03")
        assert (student.first_name, student.last_name, student.email) == ("First3", "Last3", None)
        assert len(gradebook.students) == 10
        for name in offering.assignments:
            assert gradebook.find_assignment(name).duedate == datetime(2026, 12, 1, 17)


def test_every_item_has_a_key_except_reflections_and_opinions(offering):
    for name in offering.assignments:
        keyed = {item.id for item in offering.bank(name).items.values() if not (item.is_text or item.survey)}
        assert offering.key(name).keys() == keyed


def test_no_assessment_key_is_released(offering):
    """Neither the values nor the rationales: not in the items, and not in the notebook."""
    for step in ("source", "release"):
        folder = offering.root / step / TEST
        text = "".join(path.read_text() for path in folder.rglob("*") if path.is_file())
        for key in offering.assessment(TEST).values():
            assert not [rationale for rationale in key.rationale.values() if rationale in text]
        for item in json.loads((folder / "items.json").read_text())["items"]:
            assert not {"key", "feedback", "then", "after"} & item.keys()


def test_a_release_with_a_key_or_a_journal_is_found(offering):
    folder = offering.root / "source" / TEST
    (folder / "responses.jsonl").write_text("")
    content = json.loads((folder / "items.json").read_text())
    content["items"][0]["key"] = {"a": "1"}
    (folder / "items.json").write_text(json.dumps(content))
    found = {(finding.where, finding.found) for finding in starting._leaks(offering)}
    assert found == {(TEST, "a journal"), (content["items"][0]["id"], "some")}


def test_the_configuration_names_no_place(offering, made_offering):
    text = (offering.root / "nbgrader_config.py").read_text() + (offering.root / "offering.toml").read_text()
    assert str(made_offering) not in text
    assert offering.config().CourseDirectory.root == str(offering.root)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_the_configuration_is_for_its_owner_alone(offering):
    """The address of a database may hold a password."""
    assert stat.S_IMODE((offering.root / "nbgrader_config.py").stat().st_mode) == 0o600


def test_where_there_is_no_offering_it_is_said_plainly(tmp_path):
    with pytest.raises(UserError, match=r"expected an offering, found no offering\.toml; make one with `eprof init"):
        Offering.open(tmp_path)


NAMES = "format, made_with, title, due, pass_mark, open_key, keys"
PERCENT = "0, or a number above 1 and up to 100"
IN_PERCENT = "write it in percent, with a point and without a percent sign, such as 72.5"


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("pass_mark = 70", "pass_mark = 170", 7, f"pass_mark: expected {PERCENT}, found 170; {IN_PERCENT}"),
        ("pass_mark = 70", "pass_mark = 0.72", 7, f"pass_mark: expected {PERCENT}, found 0.72; {IN_PERCENT}"),
        ("pass_mark = 70", "pass_mark = 1", 7, f"pass_mark: expected {PERCENT}, found 1; {IN_PERCENT}"),
        ("pass_mark = 70", "pass_mark = nan", 7, f"pass_mark: expected {PERCENT}, found nan; {IN_PERCENT}"),
        ("pass_mark = 70", 'pass_mark = "72%"', 7, f'pass_mark: expected {PERCENT}, found "72%"; {IN_PERCENT}'),
        ("pass_mark = 70", "pass_mark = 72%", 7, f"pass_mark: expected {PERCENT}, found 72%; {IN_PERCENT}"),
        ("pass_mark = 70", "pass_mark = 72,5", 7, f"pass_mark: expected {PERCENT}, found 72,5; {IN_PERCENT}"),
        ("pass_mark = 70", "pass_mark =", 7, f"pass_mark: expected {PERCENT}, found nothing; {IN_PERCENT}"),
        (
            "pass_mark = 70",
            "pass_mark = 70\npass_mark = 60",
            8,
            "pass_mark: expected each setting once, found a second",
        ),
        (
            "pass_mark = 70",
            "passmark = 70",
            7,
            f"passmark: expected one of {NAMES}, found a setting that there is not; write pass_mark",
        ),
        ("pass_mark = 70", "zebra = 70", 7, f"zebra: expected one of {NAMES}, found a setting that there is not; take"),
        ('title = "Autumn"', "title = Autumn", 4, "title: expected a text in quotation marks, found Autumn; write it"),
        ('title = "Autumn"', "", 1, "title: expected a text in quotation marks, found nothing; write it as in title ="),
        ("format = 1", "format = 0", 2, "format: expected a whole number from 1 on, found 0; write what `eprof init`"),
        ("format = 1", "format 1", 2, "settings: expected a name, a sign of equality and a value, found 'format 1'"),
        ("open_key = false", "open_key = no", 10, "open_key: expected true or false, found no; write one of them"),
    ],
)
def test_a_mistake_in_the_settings_is_named_with_its_line_and_what_to_do(offering, before, after, line, message):
    path = offering.root / "offering.toml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    with pytest.raises(UserError) as refused:
        Offering.open(offering.root)
    assert refused.value.message.startswith(f"{path}:{line}: {message}")
    assert len(refused.value.message.splitlines()) == 1


def test_every_setting_is_known_to_the_words_about_mistakes():
    assert list(misset.EXPECTED) == list(Settings.model_fields)


def test_all_mistakes_of_the_settings_are_named_at_once(offering):
    path = offering.root / "offering.toml"
    path.write_text(path.read_text().replace("= 70", "= 700").replace("open_key = false", "open_key = 5"))
    with pytest.raises(UserError) as refused:
        Offering.open(offering.root)
    lines = refused.value.message.splitlines()
    assert sorted(line.removeprefix(f"{path}:").partition(": expected")[0] for line in lines) == [
        "10: open_key",
        "7: pass_mark",
    ]


def test_settings_that_an_editor_saved_in_its_own_way(offering):
    path = offering.root / "offering.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Autumn", "Été"), encoding="utf-8-sig")
    assert Offering.open(offering.root).settings.title == "Été"
    path.write_bytes(text.replace("Autumn", "Été").encode("cp1252"))
    with pytest.raises(UserError, match="expected UTF-8, found letters that are not; save it as UTF-8"):
        Offering.open(offering.root)


def test_settings_are_read_back_as_written(tmp_path):
    settings = Settings(
        made_with="0.1.0",
        title='“Ünïcode” with "quotes", \\ and a\ttab',
        due=datetime(2027, 3, 1, 22, 59, 59, tzinfo=UTC),
        pass_mark=66.5,
        open_key=True,
        keys=tmp_path / "it's here",
    )
    (tmp_path / "offering.toml").write_text(settings.to_toml(), encoding="utf-8")
    assert Offering.open(tmp_path).settings == settings


def test_a_day_is_due_at_its_end_and_a_time_keeps_its_zone():
    local_end = datetime(2027, 3, 1, 23, 59, 59).astimezone(UTC)
    assert starting.parse_due("2027-03-01") == local_end
    assert starting.parse_due("2027-03-01 17:00+02:00") == datetime(2027, 3, 1, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="Invalid isoformat"):
        starting.parse_due("next Tuesday")


# ---- What init refuses -----------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path):
    """Run `eprof init` on a sound roster; gives its result and the folder."""

    def init(*options: str, roster: str = "id\na\n"):
        (tmp_path / "roster.csv").write_text(roster)
        folder = tmp_path / "new"
        arguments = [str(folder), "--roster", str(tmp_path / "roster.csv"), *options]
        return CliRunner().invoke(cli.init, arguments), folder

    return init


@pytest.mark.parametrize("mark", ["0.72", "1", "72,5", "72%", "nan", "101", "-5"])
def test_a_pass_mark_that_is_not_in_percent_is_refused(run, mark):
    result, folder = run("--pass-mark", mark)
    assert result.exit_code == 2
    assert f"expected {PERCENT}, such as 72.5, found {mark}" in " ".join(result.output.split())
    assert not folder.exists()


def test_a_folder_in_use_is_refused(run, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "thesis.txt").write_text("mine")
    result, folder = run()
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{folder}:1: offering: expected a new or empty folder, found one that is in use")
    assert len(result.stderr.splitlines()) == 1
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_a_roster_with_mistakes_is_refused_before_anything_is_written(run):
    result, folder = run(roster="id\n../a\nb\nB\n")
    assert result.exit_code == 1
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["id", "id"]
    assert not folder.exists()


def test_an_impossible_date_or_mark_is_refused(run):
    result, _ = run("--due", "soon")
    assert "expected a date such as 2027-03-01" in result.stderr
    result, _ = run("--pass-mark", "101")
    assert result.exit_code == 2


def test_missing_or_mistaken_keys_are_refused_before_anything_is_written(run, tmp_path):
    keys = tmp_path / "keys"
    result, folder = run("--keys", str(keys))
    assert result.exit_code == 1
    assert "keys: expected a readable folder, found No such file or directory" in result.stderr
    keys.mkdir(mode=0o700)
    (keys / f"{TEST}.yaml").write_text("schema: 1\ncase: 90-form-a\nitems: []\n")
    result, folder = run("--keys", str(keys))
    assert f"{keys / TEST}.yaml:3: items: expected" in result.stderr
    assert not folder.exists()


def test_when_nbgrader_fails_it_is_said_and_nothing_half_made_stays(run, monkeypatch):
    from nbgrader.apps import NbGraderAPI

    monkeypatch.setattr(NbGraderAPI, "generate_assignment", lambda *_: {"success": False, "log": "no space left"})
    result, folder = run()
    assert result.exit_code == 1
    assert result.stderr == "00-orientation: nbgrader could not generate this assignment:\nno space left\n"
    assert not folder.exists()


@pytest.fixture
def private(tmp_path) -> Path:
    """A private folder with a case of the institution's own, whose one item is keyed there."""
    from eprofessionalism.authoring.build import Checkout

    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    case = shutil.copytree(Checkout().bank / TEST, keys / "cases" / "70-own")
    text = (case / "case.yaml").read_text().replace(f"case: {TEST}", "case: 70-own").replace("fa-", "own-")
    text = text.replace("form: A\n", "")  # a test of its own is everybody's post-test
    (case / "case.yaml").write_text(text)
    ours = (Path(starting.__file__).parent / "keys" / f"{TEST}.yaml").read_text()
    (keys / "70-own.yaml").write_text(ours.replace(f"case: {TEST}", "case: 70-own").replace("fa-", "own-"))
    return keys


def test_an_institutions_own_case_and_keys_join_the_offering(run, private):
    result, folder = run("--keys", str(private), "--db-url", f"sqlite:///{private / 'elsewhere.db'}")
    assert result.exit_code == 0, result.output
    offering = Offering.open(folder)
    assert "70-own" in offering.assignments
    assert offering.key("70-own").keys() == offering.bank("70-own").items.keys()
    assert (private / "elsewhere.db").is_file()
    assert not (folder / "gradebook.db").exists()
    assert "rationale" not in (folder / "release" / "70-own" / "items.json").read_text()


def test_a_private_key_takes_the_place_of_ours(offering):
    keys = offering.root.parent / "keys"
    keys.mkdir(mode=0o700)
    item, entry = next(
        (name, key) for name, key in offering.key(TEST).items() if offering.bank(TEST).items[name].type == "sba"
    )
    options = "".join(
        f"      - {{id: {name}, credit: {1 if name == list(entry)[-1] else 0}, rationale: Ours.}}\n" for name in entry
    )
    text = (
        f"schema: 1\ncase: {TEST}\nitems:\n  - item: {item}\n    type: sba\n    cites: [mms-5]\n    options:\n{options}"
    )
    (keys / f"{TEST}.yaml").write_text(text)
    path = offering.root / "offering.toml"
    path.write_text(path.read_text() + f"keys = '{keys}'\n")
    changed = Offering.open(offering.root)
    assert changed.key(TEST)[item] == {name: int(name == list(entry)[-1]) for name in entry}
    assert set(changed.assessment(TEST)[item].rationale.values()) == {"Ours."}
    others = offering.key(TEST).keys() - {item}
    assert {name: changed.key(TEST)[name] for name in others} == {name: offering.key(TEST)[name] for name in others}


def test_items_survive_the_way_through_the_release(offering):
    source = load_items(offering.root / "source" / FIRST)
    assert dump_items(load_items(offering.release(FIRST))) == dump_items(source)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_the_offering_is_closed_to_other_users(made_offering, run, tmp_path):
    assert stat.S_IMODE(made_offering.stat().st_mode) == 0o700
    (tmp_path / "new").mkdir(mode=0o755)
    result, folder = run()
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_journal_that_cannot_be_read_is_none(offering, closed_file):
    folder = offering.submitted("learner-00", FIRST)
    folder.mkdir(parents=True)
    (folder / "responses.jsonl").write_text("{}")
    assert offering.journal("learner-00", FIRST) == folder / "responses.jsonl"
    closed_file(folder / "responses.jsonl")
    assert offering.journal("learner-00", FIRST) is None
