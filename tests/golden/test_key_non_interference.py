"""The key stays home: with other keys, everything that learners are given is the same, byte for byte.

Two copies of the checkout differ in the keys of the assessment items and in nothing else. Both are built, packed and
released by the real commands, and compared. Two more copies, in which the builder gives the key away, show that the
comparison would tell. All assignments are released: that takes nbgrader a few seconds.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import stat
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import yaml

from eprofessionalism.authoring.checks import check_items
from eprofessionalism.authoring.keyed import Keyed
from eprofessionalism.authoring.loader import load_cases
from eprofessionalism_graders import keys

ROOT = Path(__file__).resolve().parents[2]
KEYS = Path("graders", "eprofessionalism_graders", "keys")
PROBE = Path(__file__).with_name("learner_probe.py")
VALUES = ("credit", "right", "level", "place")
TYPES = {"sba", "mrq", "choose", "rating", "ranking"}
HANDED_OUT = ("built", "wheel", "sdist", "source", "release", "installed", "seen")

pytestmark = pytest.mark.nbgrader

# A builder that gives away the worth of each option: what the leaking copies have in place of ours.
LEAK = '''

_build_all = build_all


def build_all(cases, published):
    """Every built file, with the worth of an assessment item's options among its hints."""
    import json

    import yaml

    files = _build_all(cases, published)
    for path in sorted((Path(__file__).parents[3] / "graders" / "eprofessionalism_graders" / "keys").glob("*.yaml")):
        name = f"{path.stem}/items.json"
        bank = json.loads(files[name])
        for item, key in zip(bank["items"], yaml.safe_load(path.read_text(encoding="utf-8"))["items"], strict=True):
            item["hint"] = str([list(option.values())[1] for option in key["options"]])
        files[name] = json.dumps(bank).encode()
    return files
'''


# ---- Other keys ------------------------------------------------------------------------------------------------------


@cache
def shipped() -> dict[str, Keyed]:
    """The assessment items of the course with their keys."""
    cases = load_cases(ROOT / "course" / "eprofessionalism" / "cases")
    return {one.item.item: one for one in keys.keyed_items(cases)}


def value_field(entry: dict) -> str:
    """The field in which an item's key says what an option is worth."""
    return next(name for name in VALUES if name in entry["options"][0])


def start_values(entry: dict) -> list:
    """What the values are taken from: those of the key, where that makes sense with the other number of right ones."""
    values = [option[value_field(entry)] for option in entry["options"]]
    if entry["type"] == "mrq":
        return [not value for value in values]
    if entry["type"] == "sba":
        return [{"1/3": "1/2", "1/2": "1/3"}.get(value, value) for value in values]
    return values


def is_valid(entry: dict, values: tuple, rationales: list[str]) -> bool:
    """Whether our own rules on keys have nothing against it."""
    ids = [option["id"] for option in entry["options"]]
    key = {
        name: Fraction(str(value) if isinstance(value, str) else value) for name, value in zip(ids, values, strict=True)
    }
    ours, why = shipped()[entry["item"]], dict(zip(ids, rationales, strict=True))
    return not list(check_items([Keyed(ours.case, ours.place, ours.item, key, why)]))


def other_key(entry: dict, number: int, cites: list[str]) -> dict:
    """The same item keyed another way; `number` 1 and 2 give different ones."""
    field = value_field(entry)
    now = tuple(option[field] for option in entry["options"])
    texts = [f"Reason {number} for option {option['id']}, and quite another one." for option in entry["options"]]
    orders = dict.fromkeys(itertools.islice(itertools.permutations(start_values(entry)), 60))
    valid = [values for values in orders if values != now and is_valid(entry, values, texts)]
    assert len(valid) > 1, f"{entry['item']}: expected two other valid keys, found {valid}"
    options = [
        {"id": option["id"], field: value, "rationale": text}
        for option, value, text in zip(entry["options"], valid[number % len(valid)], texts, strict=True)
    ]
    return {"item": entry["item"], "type": entry["type"], "cites": cites, "options": options}


def write_other_keys(folder: Path, number: int) -> None:
    """Replace every key of a folder of key files."""
    for path in folder.glob("*.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        cites = [entry["cites"] for entry in content["items"]]
        moved = cites[1:] + cites[:1]
        content["items"] = [other_key(entry, number, now) for entry, now in zip(content["items"], moved, strict=True)]
        path.write_text(yaml.safe_dump(content), encoding="utf-8")


# ---- What learners are given -----------------------------------------------------------------------------------------


def tree(folder: Path) -> dict[str, tuple]:
    """Everything in a folder by its path: what it is, who may open it, and what is in it; not when it was made."""
    return {
        path.relative_to(folder).as_posix(): (
            stat.filemode(path.lstat().st_mode),
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in folder.rglob("*")
    }


def zipped(path: Path) -> dict[str, tuple]:
    with zipfile.ZipFile(path) as archive:
        return {one.filename: (one.external_attr, archive.read(one)) for one in archive.infolist()}


def tarred(path: Path) -> dict[str, tuple]:
    with tarfile.open(path) as archive:
        return {
            one.name: (one.mode, one.type, one.linkname, file.read() if (file := archive.extractfile(one)) else b"")
            for one in archive
        }


def difference(one: dict[str, object], other: dict[str, object]) -> list[str]:
    """The names that are in one only, or are not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


@dataclass(frozen=True)
class Made:
    """What was made with one set of keys: each part by name of its members."""

    checkout: Path
    parts: dict[str, dict[str, object]]
    wheel: Path
    sdist: Path


@dataclass(frozen=True)
class Workshop:
    """One copy of the checkout, used by an interpreter that finds its packages before the installed ones."""

    checkout: Path

    def run(self, *command: str, cwd: Path | None = None) -> str:
        sources = os.pathsep.join([str(self.checkout / "course"), str(self.checkout / "graders")])
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        more = {"PYTHONPATH": sources, "PYTHONDONTWRITEBYTECODE": "1", "PATH": path, "SOURCE_DATE_EPOCH": "1700000000"}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=cwd or self.checkout,
            env=os.environ | more,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def init(self, place: Path, *options: str) -> dict[str, dict[str, object]]:
        """What `eprof init` lays out and nbgrader releases."""
        roster = place.with_name("roster.csv")
        roster.write_text("id\nana\n", encoding="utf-8")
        self.run("-m", "eprofessionalism", "init", str(place), "--roster", str(roster), *options)
        return {name: tree(place / name) for name in ("source", "release")}

    def make(self, place: Path, only: Collection[str] = ()) -> Made:
        """Build everything; then pack, release and install it, or `only` these pages of it."""
        for built in ("notebooks", "docs/instructors/cases"):
            shutil.rmtree(self.checkout / built)
        self.run("-m", "eprofessionalism", "build")
        parts: dict[str, dict[str, object]] = {"built": tree(self.checkout)}
        for page in (self.checkout / "notebooks").iterdir():
            if only and page.name not in only:
                shutil.rmtree(page)
        packed = place / "packed"
        self.run("-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(packed))
        (wheel,), (sdist,) = packed.glob("*.whl"), packed.glob("*.tar.gz")
        parts |= {"wheel": zipped(wheel), "sdist": tarred(sdist)}
        parts |= self.init(place / "offering")
        parts |= installed(wheel, place.with_name("home"))
        return Made(self.checkout, parts, wheel, sdist)


def installed(wheel: Path, home: Path) -> dict[str, dict[str, object]]:
    """A learner's installation: its own files, and what it imports, opens and shows when it is used.

    It has every library that ours has, and of ours only what the wheel brings. Each takes the
    place of the one before, for pages tell places apart.
    """
    shutil.rmtree(home, ignore_errors=True)
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    scheme = {"base": str(home), "platbase": str(home)}
    site = Path(sysconfig.get_path("purelib", "venv", scheme))
    for libraries in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for entry in Path(libraries).iterdir():
            if "eprofessionalism" not in entry.name and entry.suffix != ".pth" and not (site / entry.name).exists():
                (site / entry.name).symlink_to(entry)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)  # noqa: S202 - built a moment ago from our own files
    (data,) = site.glob("*.data")
    for part in (data / "data").iterdir():
        shutil.copytree(part, home / part.name, dirs_exist_ok=True)
    shutil.rmtree(data)
    python = Path(sysconfig.get_path("scripts", "venv", scheme)) / "python"
    done = subprocess.run(
        [python, "-I", "-B", PROBE, home / "my-course"], capture_output=True, text=True, check=False, cwd=home
    )
    assert done.returncode == 0, done.stderr
    ours = {f"site/{path.name}": tree(path) for path in site.glob("eprofessionalism*")}
    return {
        "installed": ours | {"share": tree(home / "share"), "my-course": tree(home / "my-course")},
        "seen": json.loads(done.stdout.replace(str(home), "HOME")),
    }


# ---- The copies ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with a copy of the checkout as git knows it, which nobody changes while it is compared."""
    folder = tmp_path_factory.mktemp("keys")
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / "copy" / name)
    return folder


def twins(place: Path, name: str, leak: str = "", only: Collection[str] = ()) -> Iterator[Made]:
    """The course with the shipped keys, and with others."""
    for number in (0, 1):
        home = place / f"{name}-{number}"
        shop = Workshop(shutil.copytree(place / "copy", home / "checkout"))
        builder = shop.checkout / "course" / "eprofessionalism" / "authoring" / "build.py"
        builder.write_text(builder.read_text(encoding="utf-8") + leak, encoding="utf-8")
        if number:
            write_other_keys(shop.checkout / KEYS, number)
        yield shop.make(home, only)


@pytest.fixture(scope="module")
def honest(place) -> tuple[Made, ...]:
    return tuple(twins(place, "honest"))


@pytest.fixture(scope="module")
def leaking(place) -> tuple[Made, ...]:
    return tuple(twins(place, "leaking", LEAK, keys.shipped_keys()))


# ---- What must hold --------------------------------------------------------------------------------------------------


def test_every_key_is_replaced_by_another_that_is_valid(honest):
    ours, others = (keys.load_folder(made.checkout / KEYS) for made in honest)
    assert ours.keys() == others.keys() == {"90-form-a", "91-form-b", "92-form-c"}
    pairs = [
        (item, other)
        for case in ours
        for item, other in zip(ours[case].content.items, others[case].content.items, strict=True)
    ]
    assert {item.type for item, _ in pairs} == TYPES
    assert {item.item for item, _ in pairs} == set(shipped()), "each assessment item is among them"
    for item, other in pairs:
        assert [one.id for one in item.options] == [one.id for one in other.options]
        assert [one.value for one in item.options] != [one.value for one in other.options]
        assert not {one.rationale for one in item.options} & {one.rationale for one in other.options}
    Workshop(honest[1].checkout).run("-m", "eprofessionalism", "check")


def test_the_copies_are_what_was_built_and_released(honest):
    made = honest[1]
    where = "import eprofessionalism as a, eprofessionalism_graders as b; print(a.__file__, b.__file__, sep='\\n')"
    for path in Workshop(made.checkout).run("-c", where).splitlines():
        assert Path(path).is_relative_to(made.checkout)
    built = {name for name in made.parts["built"] if name.startswith("notebooks/")}
    assert {f"notebooks/{name}" for name in made.parts["source"]} < built | {"notebooks/"}
    assert {f"{case}/{case}.ipynb" for case in keys.shipped_keys()} < made.parts["release"].keys()
    assert any("90-form-a" in name for name in made.parts["wheel"])
    assert any("90-form-a" in name for name in made.parts["sdist"])


@pytest.mark.parametrize("part", HANDED_OUT)
def test_with_other_keys_learners_are_given_the_same(honest, part):
    ours, others = (made.parts[part] for made in honest)
    secret = {f"{KEYS.as_posix()}/{case}.yaml" for case in keys.shipped_keys()} if part == "built" else set()
    assert len(ours) > 0
    assert set(difference(ours, others)) == secret, "the key files themselves differ, and nothing else does"


def test_the_packed_files_are_the_same_to_the_last_byte(honest):
    ours, others = honest
    assert ours.wheel.read_bytes() == others.wheel.read_bytes()
    assert ours.sdist.read_bytes() == others.sdist.read_bytes()


def test_with_private_keys_the_release_is_the_same(honest, place):
    private = shutil.copytree(place / "copy" / KEYS, place / "private")
    write_other_keys(private, 2)
    private.chmod(stat.S_IRWXU)
    made = Workshop(honest[0].checkout).init(place / "private-offering", "--keys", str(private))
    for part in ("source", "release"):
        assert difference(made[part], honest[0].parts[part]) == []


def test_a_learners_installation_reaches_no_key(honest):
    for made in honest:
        seen = made.parts["seen"]
        assert not seen["graders"]
        assert seen["entry points"] == []
        assert seen["keyed"] is None
        assert "eprofessionalism.authoring.build" in seen["modules"]
        assert set(seen["pages"]) == {name.split("/")[0] for name in made.parts["release"]}
        assert any(path.endswith("90-form-a/items.json") for path in seen["opened"])
        outside = [path for path in seen["opened"] if "eprofessionalism_graders" in path or str(ROOT) in path]
        assert outside == []


@pytest.mark.parametrize("part", HANDED_OUT)
def test_a_key_that_leaks_into_what_is_built_is_found_in_all_that_learners_are_given(leaking, part):
    ours, others = (made.parts[part] for made in leaking)
    found = [name for name in difference(ours, others) if not name.startswith(KEYS.as_posix())]
    assert found
    if part not in ("installed", "seen"):
        assert all(name.endswith(("items.json", "RECORD")) for name in found)
        assert sum(name.endswith("items.json") for name in found) == len(keys.shipped_keys())
