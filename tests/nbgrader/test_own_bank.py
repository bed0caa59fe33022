"""The example of an institution's own bank, run as its page tells it."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from eprofessionalism.authoring.checks import check_cases
from eprofessionalism.authoring.loader import load_cases
from eprofessionalism_graders import collecting, grading
from eprofessionalism_graders.keys import load_folder, shipped_keys
from eprofessionalism_graders.offering import Offering

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "instructors" / "own-bank.md"
EXAMPLE = GUIDE.with_name("example-bank")


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """Where the page's commands were run, letter by letter, by somebody with a checkout and a roster."""
    place = tmp_path_factory.mktemp("institution")
    (place / "docs").symlink_to(ROOT / "docs")
    (place / "roster.csv").write_text("id\nana\n", encoding="utf-8")
    (commands,) = re.findall(r"```bash\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-e", "-c", commands],
        cwd=place,
        env=os.environ | {"HOME": str(place), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return place


@pytest.fixture
def offering(followed):
    return Offering.open(followed / "autumn-2026")


def changed_key():
    """The one key of the example that differs from ours: case, item, option, what it is worth there and here."""
    ((case, own),) = load_folder(EXAMPLE).items()
    (item,) = own.content.items
    (shipped,) = [entry for entry in shipped_keys()[case].content.items if entry.item == item.item]
    ours = {option.id: option.value for option in shipped.options}
    ((option, worth),) = [(one.id, one.value) for one in item.options if one.value != ours[one.id]]
    return case, item.item, option, worth, ours[option]


def test_the_case_of_the_example_has_no_findings():
    cases = load_cases(EXAMPLE / "cases", ROOT)
    assert check_cases(cases, ()) == []
    assert len(cases) == 1


def test_the_page_draws_the_folder_as_it_is():
    drawn = re.findall(r"^    (\S+)  ", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(drawn) == sorted(str(path.relative_to(EXAMPLE)) for path in EXAMPLE.rglob("*.yaml"))


def test_learners_get_the_institutions_case_and_no_key(followed, offering):
    (case,) = (path.name for path in (EXAMPLE / "cases").iterdir())
    assert (offering.release(case) / f"{case}.ipynb").is_file()
    rationales = [
        option["rationale"]
        for option in yaml.safe_load(next(EXAMPLE.glob("*.yaml")).read_text())["items"][0]["options"]
    ]
    for path in (followed / "autumn-2026" / "release").rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [one for one in rationales if one in text]


def test_the_changed_key_scores_as_the_page_says(offering, play, tmp_path):
    case, item, option, here, ours = changed_key()
    assert (here, ours) == (Fraction(1, 2), Fraction(1, 3))
    play(offering, case, {item: option}, tmp_path / "in" / "ana" / case)
    collecting.collect(offering, tmp_path / "in")
    assert not grading.grade(offering).failed
    with offering.gradebook() as gradebook:
        score = gradebook.find_grade(item, case, case, "ana").score
    assert score == pytest.approx(float(here) * offering.bank(case).items[item].points)


def test_a_folder_that_others_can_open_is_refused_as_the_page_says(followed, offering):
    bank = followed / "our-bank"
    bank.chmod(stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP)
    try:
        with pytest.raises(Exception, match="chmod 700"):
            grading.grade(offering)
    finally:
        bank.chmod(stat.S_IRWXU)
