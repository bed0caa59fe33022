"""The questions of one case as a learner's folder holds them.

`items.json` lies beside each notebook. It is written by the builder, read with the standard library alone, and holds
the key and the feedback of practice items only: an assessment item's key never leaves the instructor's side.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeAlias

ItemType: TypeAlias = Literal["sba", "mrq", "rating", "ranking", "choose", "branch", "reflection"]

Module: TypeAlias = Literal["case", "orientation", "form", "survey"]

Key: TypeAlias = Mapping[str, Fraction]
"""What scores an item: per option its credit (`sba`, `branch`), 1 or 0 for right (`mrq`, `choose`), its level 1 to 4
(`rating`) or its place from 1 (`ranking`)."""

ITEMS_FILE = "items.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose, rate or place."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A passage shown after an answer: feedback, a consequence of the story, a box; `cites` are labels in words."""

    text: str
    cites: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `key`, `feedback`, `then` and `after` are empty on an assessment item.

    An item of a survey (`survey`) has none of these either, and no points: it asks for an opinion, and `scale` has the
    words of its levels.
    """

    id: str
    type: ItemType
    stem: str
    points: float
    options: tuple[Option, ...] = ()
    hint: str = ""
    certainty: bool = False
    assessment: bool = False
    words: tuple[int, int] | None = None
    teaches: tuple[str, ...] = ()
    key: Key = field(default_factory=dict)
    feedback: Mapping[str, Note] = field(default_factory=dict)
    then: Mapping[str, Note] = field(default_factory=dict)
    after: Note | None = None
    survey: bool = False
    scale: tuple[str, ...] = ()

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids of the options in printed order."""
        return tuple(option.id for option in self.options)

    @property
    def is_text(self) -> bool:
        """Whether the answer is the learner's own text."""
        return self.type == "reflection"

    @property
    def by_hand(self) -> bool:
        """Whether a person marks the answer."""
        return self.is_text and not self.survey

    @property
    def last_counts(self) -> bool:
        """Whether the last answer counts: so it is where nothing is revealed before grading."""
        return self.assessment or self.is_text or self.survey


@dataclass(frozen=True, slots=True)
class Passage:
    """A scene whose text depends on what was decided in the branch item `after`: one text for each of its options."""

    id: str
    when: str
    title: str
    after: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ItemBank:
    """All items of one part of the course, in the order of the page. `digest` identifies exactly this version.

    `module` is what it is for: a case, the orientation, a form of the test (`form` is its letter) or a survey.
    """

    case: str
    title: str
    minutes: int
    digest: str
    items: Mapping[str, Item]
    passages: Mapping[str, Passage]
    subject: str = ""
    module: Module = "case"
    form: str = ""

    @property
    def is_test(self) -> bool:
        """Whether it asks anything that is assessed."""
        return any(item.assessment for item in self.items.values())

    @property
    def is_survey(self) -> bool:
        """Whether it asks for opinions alone: nothing in it is right, wrong or graded."""
        return self.module == "survey"


class ItemBankError(ValueError):
    """`items.json` is missing or is not one of ours; the message says where and what to do."""


def load_items(folder: Path) -> ItemBank:
    """Read the item bank beside a notebook.

    Args:
        folder: the folder that holds `items.json`.

    Raises:
        ItemBankError: the file is missing, is not JSON, or does not have the expected form.
    """
    path = folder / ITEMS_FILE
    remedy = "lay the course out again with `eprof learn`; answers already given are kept"
    try:
        return parse_items(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ItemBankError(f"{path}: expected the questions of this case, found no file; {remedy}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ItemBankError(f"{path}: expected the questions of this case, found {error!r}; {remedy}") from error


def parse_items(data: Mapping[str, Any]) -> ItemBank:
    """Build an item bank from the decoded `items.json`; `dump_items` is its inverse."""
    if data["v"] != FORMAT:
        raise ItemBankError(f"expected items.json of format {FORMAT}, found {data['v']!r}")
    items = {entry["id"]: _parse_item(entry) for entry in data["items"]}
    passages = {entry["id"]: Passage(**entry) for entry in data["passages"]}
    head = {name: data[name] for name in ("case", "title", "minutes", "digest")}
    more = {name: data[name] for name in ("subject", "module", "form") if name in data}
    return ItemBank(**head, **more, items=items, passages=passages)


def _parse_item(entry: Mapping[str, Any]) -> Item:
    words = entry.get("words")
    after = entry.get("after")
    return Item(
        id=entry["id"],
        type=entry["type"],
        stem=entry["stem"],
        points=entry.get("points", 0.0),
        options=tuple(Option(option["id"], option["text"]) for option in entry.get("options", ())),
        hint=entry.get("hint", ""),
        certainty=entry.get("certainty", False),
        assessment=entry.get("assessment", False),
        words=(words[0], words[1]) if words else None,
        teaches=tuple(entry.get("teaches", ())),
        key={option: Fraction(value) for option, value in entry.get("key", {}).items()},
        feedback=_parse_notes(entry.get("feedback", {})),
        then=_parse_notes(entry.get("then", {})),
        after=_parse_note(after) if after else None,
        survey=entry.get("survey", False),
        scale=tuple(entry.get("scale", ())),
    )


def _parse_note(entry: Mapping[str, Any]) -> Note:
    return Note(entry["text"], tuple(entry.get("cites", ())), entry.get("title", ""))


def _parse_notes(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Note]:
    return {option: _parse_note(entry) for option, entry in entries.items()}


def dump_items(bank: ItemBank) -> dict[str, Any]:
    """The decoded `items.json` of a bank. Empty fields are left out, so that an assessment item has no `key` at all."""
    return {
        "v": FORMAT,
        "case": bank.case,
        "title": bank.title,
        "minutes": bank.minutes,
        "digest": bank.digest,
        "subject": bank.subject,
        "module": bank.module,
        "form": bank.form,
        "items": [_dump_item(item) for item in bank.items.values()],
        "passages": [
            {"id": p.id, "when": p.when, "title": p.title, "after": p.after, "texts": dict(p.texts)}
            for p in bank.passages.values()
        ],
    }


def _dump_item(item: Item) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": item.id,
        "type": item.type,
        "stem": item.stem,
        "points": item.points,
        "options": [{"id": option.id, "text": option.text} for option in item.options],
        "hint": item.hint,
        "certainty": item.certainty,
        "assessment": item.assessment,
        "words": list(item.words) if item.words else None,
        "teaches": list(item.teaches),
        "key": {option: str(value) for option, value in item.key.items()},
        "feedback": {option: dump_note(note) for option, note in item.feedback.items()},
        "then": {option: dump_note(note) for option, note in item.then.items()},
        "after": dump_note(item.after) if item.after else None,
        "survey": item.survey,
        "scale": list(item.scale),
    }
    return {name: value for name, value in entry.items() if value}


def dump_note(note: Note) -> dict[str, Any]:
    """A note as JSON, for `items.json` and for the page."""
    entry = {"text": note.text, "cites": list(note.cites), "title": note.title}
    return {name: value for name, value in entry.items() if value}
