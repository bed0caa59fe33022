"""What an offering hands out, as a whole tree: the built cases, and nothing of the keys."""

from __future__ import annotations

import json
import re
import stat
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import eprofessionalism_graders
from eprofessionalism.library import built_cases
from eprofessionalism_graders.offering import Settings
from eprofessionalism_graders.starting import init

CANARY = "canary-4711-this-rationale-may-appear-nowhere"
SHIPPED = Path(eprofessionalism_graders.__file__).parent / "keys" / "90-form-a.yaml"

pytestmark = pytest.mark.nbgrader


@pytest.fixture(scope="module")
def offering(tmp_path_factory):
    """An offering whose private key folder has a canary in every rationale."""
    folder = tmp_path_factory.mktemp("golden")
    keys = folder / "keys"
    keys.mkdir()
    data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for item in data["items"]:
        for option in item["options"]:
            option["rationale"] = CANARY
    (keys / SHIPPED.name).write_text(yaml.safe_dump(data), encoding="utf-8")
    (keys / SHIPPED.name).chmod(stat.S_IRUSR | stat.S_IWUSR)
    keys.chmod(stat.S_IRWXU)
    roster = folder / "roster.csv"
    roster.write_text("id\nana\n")
    return init(folder / "offering", roster, Settings(title="Golden", keys=keys, made_with=version("eprofessionalism")))


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_release_is_the_built_case_and_nothing_else(offering):
    for slug, folder in built_cases().items():
        assert {f"{slug}.ipynb", "items.json"} <= files(folder)
        assert files(offering.root / "release" / slug) == files(folder)
    assert {path.name for path in (offering.root / "release").iterdir()} == set(built_cases())


def test_no_canary_key_is_in_what_is_handed_out(offering):
    assert {notes.rationale["a"] for notes in offering.assessment("90-form-a").values()} == {CANARY}
    for folder in ("release", "source"):
        for path in (offering.root / folder).rglob("*"):
            assert path.is_dir() or CANARY not in path.read_text(encoding="utf-8")


def test_the_release_differs_from_the_source_only_as_nbgrader_changes_it(offering):
    for slug in built_cases():
        source = json.loads((offering.root / "source" / slug / f"{slug}.ipynb").read_text(encoding="utf-8"))
        release = json.loads((offering.root / "release" / slug / f"{slug}.ipynb").read_text(encoding="utf-8"))
        assert [cell["id"] for cell in release["cells"]] == [cell["id"] for cell in source["cells"]]
        for before, after in zip(source["cells"], release["cells"], strict=True):
            if before["metadata"]["eprofessionalism"]["block"] != "text":
                assert "".join(after["source"]) == "".join(before["source"])
        bank = offering.root / "release" / slug / "items.json"
        assert bank.read_bytes() == (built_cases()[slug] / "items.json").read_bytes()


def test_a_test_notebook_says_nothing_about_credit(offering):
    text = (offering.root / "release" / "90-form-a" / "items.json").read_text(encoding="utf-8")
    assert not re.search(r'"(?:key|feedback|credit|right|level|place|rationale)"', text)
