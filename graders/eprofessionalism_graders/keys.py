"""Assessment keys: what scores an assessment item, and why. They live on the instructor's side only.

The shipped keys are the default bank. An institution's private folder may hold `NN-slug.yaml` files of the same form,
which replace and extend them item by item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import Field

from eprofessionalism import standards
from eprofessionalism.authoring.checks import check_items, option_problems
from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.authoring.keyed import Keyed
from eprofessionalism.authoring.loader import Case, validate
from eprofessionalism.authoring.model import AnyItem, Cite, Credit, Id, Level, OptionId, Rank, Slug, Strict, Text, YesNo
from eprofessionalism.authoring.notebook import item_bank
from eprofessionalism.authoring.yamlsource import Place, YamlSource, read_yaml
from eprofessionalism.items import Item, ItemBank, Key

SHIPPED = Path(__file__).with_name("keys")
_FIELDS = {"sba": "credit", "mrq": "right", "choose": "right", "rating": "level", "ranking": "place"}

Where: TypeAlias = Callable[[str], tuple[str, int]]
"""The file and line in which an item stands, for findings about items without a key."""


class KeyOption(Strict):
    """What one option is worth, in the one field that its item's type asks for, and why."""

    id: OptionId
    credit: Credit | None = None
    right: YesNo | None = None
    level: Level | None = None
    place: Rank | None = None
    rationale: Text

    @property
    def given(self) -> set[str]:
        """Which of the scoring fields are filled."""
        return self.model_fields_set & set(_FIELDS.values())

    @property
    def value(self) -> Fraction:
        """What scores the option."""
        return next(
            (Fraction(value) for value in (self.credit, self.right, self.level, self.place) if value is not None),
            Fraction(0),
        )


class KeyItem(Strict):
    """The key of one assessment item."""

    item: Id
    type: Literal["sba", "mrq", "choose", "rating", "ranking"]
    cites: tuple[Cite, ...] = Field(min_length=1)
    options: tuple[KeyOption, ...] = Field(min_length=3)


class KeyFile(Strict):
    """The keys of one case."""

    schema_version: Literal[1] = Field(alias="schema")
    case: Slug
    items: tuple[KeyItem, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class LoadedKeys:
    """A key file with the lines to point at."""

    content: KeyFile
    source: YamlSource


@dataclass(frozen=True, slots=True)
class AssessmentKey:
    """What scores one assessment item, why by option, and the standards behind it in words."""

    key: Key
    rationale: Mapping[str, str]
    cites: tuple[str, ...]


def load_key_file(path: Path) -> LoadedKeys:
    """Load one key file.

    Raises:
        FindingsError: every mistake of form, and every option valued in a way that does not fit its item.
    """
    source = read_yaml(path, _name(path))
    loaded = LoadedKeys(validate(KeyFile, source), source)
    findings = list(_form_findings(loaded))
    if findings:
        raise FindingsError(findings)
    return loaded


def _name(path: Path) -> str:
    """What findings call a key file: its path in a checkout, or else in full."""
    checkout = Path(__file__).resolve().parents[2]
    inside = path.is_relative_to(checkout) and (checkout / "pyproject.toml").is_file()
    return str(path.relative_to(checkout)) if inside else str(path)


def load_folder(folder: Path) -> dict[str, LoadedKeys]:
    """Every key file of a folder by case.

    Raises:
        FindingsError: the mistakes of all files together; or the folder cannot be read.
    """
    loaded: dict[str, LoadedKeys] = {}
    findings: list[Finding] = []
    for path in _key_files(folder):
        try:
            loaded[path.stem] = load_key_file(path)
        except FindingsError as error:
            findings += error.findings
    if findings:
        raise FindingsError(findings)
    return loaded


def _key_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".yaml")
    except OSError as error:
        remedy = "name a folder that is there and that you can read in offering.toml"
        raise FindingsError(
            [Finding(str(folder), 1, "keys", "a readable folder", str(error.strerror), remedy)]
        ) from error


@cache
def shipped_keys() -> Mapping[str, LoadedKeys]:
    """The key files that come with this distribution, by case."""
    return load_folder(SHIPPED)


# ---- What is wrong with keys -----------------------------------------------------------------------------------------


def _at(keys: LoadedKeys, place: Place, where: str, expected: str, found: str, remedy: str) -> Finding:
    return Finding(keys.source.file, keys.source.line(place), where, expected, found, remedy)


def _form_findings(keys: LoadedKeys) -> Iterator[Finding]:
    """What is wrong with a key file whatever the items are."""
    stem = Path(keys.source.file).stem
    if keys.content.case != stem:
        yield _at(keys, ("case",), "case", f"“{stem}”, as the file", f"“{keys.content.case}”", "use one name for both")
    seen: set[str] = set()
    for index, item in enumerate(keys.content.items):
        place = ("items", index)
        if item.item in seen:
            yield _at(keys, place, item.item, "one key for an item", "a second", "take one of them out")
        seen.add(item.item)
        yield from _value_findings(keys, place, item)
        for number, cite in enumerate(item.cites):
            if not standards.is_known(cite):
                spot = (*place, "cites", number)
                yield _at(
                    keys,
                    spot,
                    item.item,
                    "the id of a clause, its part, or a fact",
                    f"“{cite}”",
                    "look it up in the standards",
                )


def _value_findings(keys: LoadedKeys, place: Place, item: KeyItem) -> Iterator[Finding]:
    """Each option carries the field of its item's type and no other; together they make a key."""
    expected, sound = _FIELDS[item.type], True
    for index, option in enumerate(item.options):
        if option.given != {expected}:
            found = ", ".join(sorted(option.given)) or "none"
            spot, where = (*place, "options", index), f"{item.item} / {option.id}"
            yield _at(
                keys, spot, where, f"“{expected}”, as {item.type} is scored", found, "give each option that field alone"
            )
            sound = False
    values = {option.id: option.value for option in item.options}
    if len(values) < len(item.options):
        yield _at(keys, (*place, "options"), item.item, "each option once", "one of them again", "take it out")
    elif sound:
        for problem in option_problems(item.type, values):
            yield _at(keys, (*place, "options"), item.item, *problem)


def match_findings(keys: LoadedKeys, items: Mapping[str, Item]) -> Iterator[Finding]:
    """What in a key file does not fit the items of its case: key without item, other type, other options."""
    for index, key in enumerate(keys.content.items):
        place, item = ("items", index), items.get(key.item)
        if item is None:
            yield _at(
                keys,
                place,
                key.item,
                "an item of this name in the case",
                "none",
                "correct the name, or take the key out",
            )
        elif not item.assessment:
            yield _at(
                keys,
                place,
                key.item,
                "an assessment item",
                "a practice item",
                "its key stands in the case; take this one out",
            )
        elif item.type != key.type:
            yield _at(
                keys, (*place, "type"), key.item, f"type {item.type}, as in the case", key.type, "correct the type"
            )
        else:
            yield from _option_findings(keys, place, key, item)


def _option_findings(keys: LoadedKeys, place: Place, key: KeyItem, item: Item) -> Iterator[Finding]:
    keyed = [option.id for option in key.options]
    for index, name in enumerate(keyed):
        if name not in item.option_ids:
            expected, spot = f"options {', '.join(item.option_ids)}", (*place, "options", index)
            yield _at(keys, spot, f"{key.item} / {name}", expected, f"“{name}”", "correct the option’s id")
    for name in item.option_ids:
        if name not in keyed:
            yield _at(
                keys,
                (*place, "options"),
                f"{key.item} / {name}",
                "a key for every option",
                "none",
                "say what it is worth",
            )


def unkeyed_findings(items: Iterable[Item], keyed: Iterable[str], where: Where, remedy: str) -> Iterator[Finding]:
    """Assessment items that nothing scores."""
    have = set(keyed)
    for item in items:
        if item.assessment and item.id not in have:
            yield Finding(*where(item.id), item.id, "a key for this assessment item", "none", remedy)


def findings(cases: Mapping[str, Case]) -> list[Finding]:
    """Every finding on the shipped keys beside the shipped cases: what the graders add to `eprof check`."""
    try:
        shipped = load_folder(SHIPPED)
    except FindingsError as error:
        return error.findings
    found: list[Finding] = []
    for slug, keys in shipped.items():
        if slug in cases:
            found += match_findings(keys, item_bank(cases[slug]).items)
        else:
            found.append(
                _at(keys, ("case",), slug, "a case of this name", "none", "rename the key file, or add the case")
            )
    for slug, case in cases.items():
        keyed = {item.item for item in shipped[slug].content.items} if slug in shipped else set()
        remedy = f"add it to {_name(SHIPPED / slug)}.yaml"
        found += unkeyed_findings(item_bank(case).items.values(), keyed, _lines_of(case), remedy)
    return sorted([*found, *check_items(keyed_items(cases))])


def keyed_items(cases: Mapping[str, Case]) -> list[Keyed]:
    """The assessment items of the shipped cases, each with its shipped key where that fits."""
    try:
        shipped = load_folder(SHIPPED)
    except FindingsError:  # `findings` says what is wrong with them
        return []
    keys = {key.item: key for file in shipped.values() for key in file.content.items}
    return [
        Keyed(case, place, item, _values(keys[item.item]), _rationales(keys[item.item]))
        for case in cases.values()
        for place, item in case.items()
        if item.assessment and item.item in keys and _fits(keys[item.item], item)
    ]


def _fits(key: KeyItem, item: AnyItem) -> bool:
    return key.type == item.type and {one.id for one in key.options} == {one.id for one in item.options}


def _values(key: KeyItem) -> Key:
    return {option.id: option.value for option in key.options}


def _rationales(key: KeyItem) -> dict[str, str]:
    return {option.id: option.rationale for option in key.options}


def _lines_of(case: Case) -> Where:
    places = {item.item: place for place, item in case.items()}
    return lambda item: (case.source.file, case.source.line(places[item]))


# ---- What grades -----------------------------------------------------------------------------------------------------


def assessment_keys(bank: ItemBank, files: Iterable[LoadedKeys]) -> dict[str, AssessmentKey]:
    """The keys of a bank's assessment items; of two files that key the same item, the later one counts.

    Args:
        bank: the items of one case.
        files: key files of that case: the shipped one first, then the private one.
    """
    return {
        item.item: AssessmentKey(
            _values(item),
            _rationales(item),
            tuple(dict.fromkeys(map(standards.label, item.cites))),
        )
        for keys in files
        for item in keys.content.items
        if item.item in bank.items
    }
