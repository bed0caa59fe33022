"""The practice questions as a question bank in Moodle XML, each case a category with its story.

What the elements are called and hold is taken from Moodle’s own importer (question/format/xml/format.php and
question/type/ordering in the Moodle source, read in November 2026). Questions of the test are never in it.

What Moodle cannot score as the course does comes as near as it can (`CHANGED` says how).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from markupsafe import escape

from eprofessionalism.answers import LEVELS
from eprofessionalism.items import Item, ItemBank, Note, Passage

CHANGED = {
    "mrq": "all that apply: a wrong choice takes off what a right one gives; here omissions count as well",
    "choose": "choose three: any number can be ticked in Moodle, and each wrong choice takes some off",
    "rating": "rate each: only the suggested level counts; here one step beside it has half",
    "reflection": "reflections: an essay that a person marks",
}
"""By type of question, in what its score in Moodle differs from the course’s."""

_STORY = ("scene", "artifact", "figure")
_CALL = re.compile(r"\b(?P<name>question|scene)\(\"(?P<id>[^\"]+)\"\)")
_PICTURE = re.compile(r'src="art/(?P<name>[^"/]+)"')
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_NAME = 255  # characters, of a question’s name in Moodle


@dataclass(frozen=True, slots=True)
class Case:
    """One case to export: its questions, and its page as it was released, in `folder`."""

    bank: ItemBank
    folder: Path


def document(cases: list[Case]) -> bytes:
    """The XML file of some cases; an item of the test among them is left out."""
    quiz = ElementTree.Element("quiz")
    for case in cases:
        _category(quiz, case.bank)
        for number, part in enumerate(_parts(case), start=1):
            _add(quiz, case, number, part)
    ElementTree.indent(quiz)
    text: bytes = ElementTree.tostring(quiz, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def is_practice(bank: ItemBank) -> bool:
    """Whether there is anything to export of a part of the course."""
    return any(not item.assessment and not item.survey for item in bank.items.values())


# ---- The page in order -----------------------------------------------------------------------------------------------


def _parts(case: Case) -> Iterator[str | Item | Passage]:
    """What stands on the page, in order: pieces of the story as HTML, questions, and passages that depend on one."""
    passages = {passage.id: passage for passage in case.bank.passages.values()}
    page = json.loads((case.folder / f"{case.bank.case}.ipynb").read_text(encoding="utf-8"))
    for cell in page["cells"]:
        source, block = "".join(cell["source"]), cell["metadata"].get("eprofessionalism", {}).get("block")
        call = _CALL.search(source) if cell["cell_type"] == "code" else None
        if call and call["name"] == "question":
            item = case.bank.items[call["id"]]
            if not item.assessment and not item.survey:
                yield item
        elif call:
            yield passages[call["id"]]
        elif block in _STORY:
            yield source


def _category(quiz: ElementTree.Element, bank: ItemBank) -> None:
    question = ElementTree.SubElement(quiz, "question", type="category")
    title = f"{bank.title} ({bank.subject})" if bank.subject else bank.title
    # a stroke in a category’s name is written twice, for one alone begins a category inside
    _text(question, "category", f"$course$/top/eprofessionalism/{title.replace('/', '//')}")


def _add(quiz: ElementTree.Element, case: Case, number: int, part: str | Item | Passage) -> None:
    name = f"{case.bank.case} {number:02}"
    if isinstance(part, str):
        _description(quiz, case, f"{name} (the story)", part)
    elif isinstance(part, Passage):
        _description(quiz, case, f"{name} (what came of it)", _outcomes(part, case.bank))
    else:
        _question(quiz, f"{name} {part.stem}"[:_LONGEST_NAME], part)


def _outcomes(passage: Passage, bank: ItemBank) -> str:
    """A passage for every decision, for Moodle does not know which one was taken."""
    options = {option.id: option.text for option in bank.items[passage.after].options}
    told = [f"<h4>{escape(options[name])}</h4>{_html(text)}" for name, text in passage.texts.items() if name in options]
    return f"<p><strong>{escape(passage.title)}</strong></p>{''.join(told)}"


# ---- One question ----------------------------------------------------------------------------------------------------


def _question(quiz: ElementTree.Element, name: str, item: Item) -> None:
    kind = {"rating": "matching", "ranking": "ordering", "reflection": "essay"}.get(item.type, "multichoice")
    question = _begin(quiz, kind, name, _html(item.stem), item.id)
    _formatted(question, "generalfeedback", _reasons(item) + _note(item.after))
    _plain(question, "defaultgrade", f"{item.points:g}")
    match kind:
        case "matching":
            _levels(question, item)
        case "ordering":
            _places(question, item)
        case "essay":
            _plain(question, "responseformat", "plain")
        case _:
            _choices(question, item)


def _choices(question: ElementTree.Element, item: Item) -> None:
    single = item.type in ("sba", "branch")
    _plain(question, "single", str(single).lower())
    _plain(question, "shuffleanswers", "true")
    _plain(question, "answernumbering", "abc")
    for option, share in (_one_choice if single else _some_choices)(item).items():
        _answer(question, f"{share:.5f}".rstrip("0").rstrip("."), item, option)


def _one_choice(item: Item) -> dict[str, float]:
    """By option its percent: what it earns in the course."""
    return {option: float(100 * item.key[option]) for option in item.option_ids}


def _some_choices(item: Item) -> dict[str, float]:
    """Right options share 100 percent, wrong ones take as much off together: all ticked is worth nothing."""
    right = [option for option in item.option_ids if item.key[option] > 0]
    wrong = len(item.option_ids) - len(right)
    return {option: 100 / len(right) if option in right else -100 / wrong for option in item.option_ids}


def _levels(question: ElementTree.Element, item: Item) -> None:
    """Responses to match with levels; a level that fits none is there to choose all the same."""
    _plain(question, "shuffleanswers", "true")
    for option in item.options:
        _pair(question, _html(option.text), int(item.key[option.id]))
    for level in sorted(set(LEVELS) - {int(value) for value in item.key.values()}):
        _pair(question, "", level)


def _pair(question: ElementTree.Element, html: str, level: int) -> None:
    pair = ElementTree.SubElement(question, "subquestion", format="html")
    _plain(pair, "text", html)
    _text(pair, "answer", LEVELS[level].capitalize())


def _places(question: ElementTree.Element, item: Item) -> None:
    for element, value in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("gradingtype", "RELATIVE_TO_CORRECT")):
        _plain(question, element, value)
    _plain(question, "showgrading", "SHOW")
    _plain(question, "numberingstyle", "123")
    for option in sorted(item.option_ids, key=lambda name: item.key[name]):
        _answer(question, f"{float(item.key[option]):.7f}", item, option)


def _answer(question: ElementTree.Element, fraction: str, item: Item, option: str) -> None:
    answer = ElementTree.SubElement(question, "answer", fraction=fraction, format="html")
    _plain(answer, "text", _html(next(one.text for one in item.options if one.id == option)))
    _formatted(answer, "feedback", _note(item.feedback.get(option)) + _note(item.then.get(option)))


# ---- Elements --------------------------------------------------------------------------------------------------------


def _description(quiz: ElementTree.Element, case: Case, name: str, html: str) -> None:
    question = _begin(quiz, "description", name, _PICTURE.sub(r'src="@@PLUGINFILE@@/\g<name>"', html), "")
    text = question.find("questiontext")
    for picture in dict.fromkeys(found["name"] for found in _PICTURE.finditer(html)):
        content = base64.b64encode((case.folder / "art" / picture).read_bytes()).decode()
        file = ElementTree.SubElement(text, "file", name=picture, path="/", encoding="base64")  # type: ignore[arg-type]
        file.text = content
    _plain(question, "defaultgrade", "0")


def _begin(quiz: ElementTree.Element, kind: str, name: str, html: str, number: str) -> ElementTree.Element:
    question = ElementTree.SubElement(quiz, "question", type=kind)
    _text(question, "name", name)
    _formatted(question, "questiontext", html)
    if number:
        _plain(question, "idnumber", number)
    return question


def _formatted(parent: ElementTree.Element, name: str, html: str) -> None:
    _plain(ElementTree.SubElement(parent, name, format="html"), "text", html)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    _plain(ElementTree.SubElement(parent, name), "text", text)


def _plain(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def _html(text: str) -> str:
    """The course’s little Markdown as HTML."""
    return str(MarkdownIt("commonmark", {"html": False}).render(text)).strip()


def _note(note: Note | None) -> str:
    """Feedback with its title and where it is written."""
    if note is None:
        return ""
    title = f"<p><strong>{escape(note.title)}</strong></p>" if note.title else ""
    cites = f"<p><small>{escape('; '.join(note.cites))}</small></p>" if note.cites else ""
    return f"{title}{_html(note.text)}{cites}"


def _reasons(item: Item) -> str:
    """The feedback on each response of a rating, which a question to match has no other place for."""
    if item.type != "rating":
        return ""
    told = (
        f"<p><strong>{escape(option.text)}</strong> {LEVELS[int(item.key[option.id])].capitalize()}.</p>"
        f"{_note(item.feedback.get(option.id))}"
        for option in item.options
    )
    return "".join(told)
