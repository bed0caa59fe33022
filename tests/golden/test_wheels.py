"""The two wheels hold exactly their own package, and the learner's holds no assessment key."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
KEYS = sorted((ROOT / "graders" / "eprofessionalism_graders" / "keys").glob("*.yaml"))


def build(project: Path, folder: Path) -> zipfile.ZipFile:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel)


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    with build(ROOT, tmp_path_factory.mktemp("learner")) as wheel:
        yield wheel


@pytest.fixture(scope="module")
def instructor(tmp_path_factory):
    with build(ROOT / "graders", tmp_path_factory.mktemp("instructor")) as wheel:
        yield wheel


def tracked(folder: str) -> set[str]:
    """The files of a folder that belong to the project, as git knows them or would take them."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "--", folder]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return {name for name in names if (ROOT / name).is_file()}


def packaged(wheel: zipfile.ZipFile) -> set[str]:
    return {name for name in wheel.namelist() if ".dist-info/" not in name}


def test_the_learners_wheel_is_its_package_the_notebooks_and_the_page_extension(learner):
    package = {name.removeprefix("course/") for name in tracked("course/eprofessionalism")}
    cases = tracked("notebooks") - tracked("notebooks/instructor")  # which is for instructors alone
    notebooks = {f"eprofessionalism/{name}" for name in cases}
    extension = {name for name in packaged(learner) if ".data/data/share/jupyter/labextensions/" in name}
    assert packaged(learner) - extension == package | notebooks
    assert {name.rpartition("labextensions/")[2] for name in extension} == {
        f"eprofessionalism-page/{name.removeprefix('course/eprofessionalism/labextension/')}"
        for name in tracked("course/eprofessionalism/labextension")
    } | {"eprofessionalism-page/static/course.css"}


def test_the_instructors_wheel_is_its_own_package(instructor):
    assert packaged(instructor) == {
        name.removeprefix("graders/") for name in tracked("graders/eprofessionalism_graders")
    }


def test_the_keys_stand_in_the_instructors_wheel(instructor):
    assert {f"eprofessionalism_graders/keys/{path.name}" for path in KEYS} <= set(instructor.namelist())


def secrets() -> set[str]:
    """Every rationale of every assessment key: text that stands in a key and nowhere else."""
    found = set()
    for path in KEYS:
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["items"]:
            found |= {" ".join(option["rationale"].split()) for option in item["options"]}
    return found


def test_no_rationale_of_an_assessment_key_is_in_the_learners_wheel(learner):
    text = " ".join(learner.read(name).decode("utf-8", errors="replace") for name in learner.namelist())
    text = re.sub(r"\s+", " ", text)
    canaries = secrets()
    assert len(canaries) >= 24  # six items with four options each
    assert [canary for canary in canaries if canary in text] == []


def test_the_learners_package_never_imports_the_instructors():
    pattern = re.compile(r"^\s*(?:import|from)\s+eprofessionalism_graders", re.MULTILINE)
    sources = [ROOT / name for name in tracked("course") if name.endswith(".py")]
    assert sources
    assert [path.name for path in sources if pattern.search(path.read_text(encoding="utf-8"))] == []
