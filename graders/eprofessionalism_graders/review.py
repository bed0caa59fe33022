"""What a reader sees of one answer, in Formgrader and on the learner's feedback page.

HTML is built as a tree and written by its serializer, so that every text is escaped; no markup is ever joined to text.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from eprofessionalism.answers import CERTAINTY, LEVELS
from eprofessionalism.items import Item, Key, Note, Option
from eprofessionalism_graders.forms import Sitting
from eprofessionalism_graders.keys import AssessmentKey
from eprofessionalism_graders.scores import Result, points

_CLOSED = "Reasons are given for what was answered rightly. The others come when your instructor opens the key."
_STYLE = """
/* nbgrader's own words for a page of code, and the calls that showed the questions, say nothing to a reader */
.input_area, .prompt, #toc { display: none; }
.nbgrader-label { display: none; }
.panel-primary { border: 0; box-shadow: none; margin: 2em 0 0; }
.panel-primary > .panel-heading { background: none; color: #4b5860; border: 0; padding: 0.4em 0; }
.panel-primary > .panel-heading { border-top: 2px solid #0e5a58; }
.ep-review { font: 15px/1.5 -apple-system, "Segoe UI", Roboto, sans-serif; color: #1e2a31; max-width: 60em; }
.ep-review p { margin: 0 0 0.6em; }
.ep-review .ep-stem { font-weight: 600; }
.ep-review .ep-verdict { display: inline-block; padding: 0.15em 0.7em; border: 1px solid; border-radius: 1em; }
.ep-review .ep-full { color: #1b6539; background: #e8f3ea; }
.ep-review .ep-part { color: #745000; background: #faf1dc; }
.ep-review .ep-none { color: #95303f; background: #fbebea; }
.ep-review table { border-collapse: collapse; width: 100%; margin: 0.4em 0; }
.ep-review th, .ep-review td { text-align: left; vertical-align: top; padding: 0.4em 0.7em; }
.ep-review tr { border-top: 1px solid #e2dacb; }
.ep-review .ep-cites { color: #4b5860; font-size: 13px; }
"""
_NO_SCORE = ".panel-heading { display: none; }"  # where nbgrader would write “Score: 0.0 / 0.0”


def review(
    result: Result, key: Key, assessment: AssessmentKey | None, *, open_key: bool = False, missing: str = ""
) -> str:
    """One scored answer: the question, the answer that counts, what it earned, and why.

    The key of a practice item is shown, for learners have had it. That of an assessment item stays closed unless the
    instructor opens it; until then reasons are given only of what the learner answered rightly.

    Args:
        result: the answer and its share of the points.
        key: what scored it.
        assessment: the notes on an assessment item; None for a practice item.
        open_key: whether the key of an assessment item may be shown.
        missing: why there is no journal, where there is none.
    """
    page = _page(result.item)
    _verdict(page, result)
    if result.record is None:
        why = (
            f"No record of answers could be read from what was handed in: {missing}."
            if missing
            else "No answer was given."
        )
        _paragraph(page, why)
    else:
        certainty = CERTAINTY.get(result.record.certainty or 0)
        if certainty:
            _paragraph(page, f"How sure: {certainty}.")
        view = _View(result, key, _notes(result.item, assessment), assessment is None or open_key)
        _table(page, view)
        if not view.shows_key:
            _paragraph(page, _CLOSED)
        if assessment:
            _cites(page, assessment.cites)
    return _written(page)


def opening(title: str, scored: Collection[Result], sitting: Sitting, pass_mark: float) -> str:
    """What stands above the questions of a graded page: the case, and how the test came out.

    Args:
        title: the title of the case.
        scored: all its items.
        sitting: what this is for the learner; nothing hangs on a pre-test.
        pass_mark: percent of the test's points that a pass needs.
    """
    page = Element("div", {"class": "ep-review ep-opening"})
    SubElement(page, "style").text = _STYLE
    SubElement(page, "h1").text = title
    if any(result.item.survey for result in scored):
        SubElement(page, "style").text = _NO_SCORE
        _paragraph(page, "A survey: it is not graded, and its answers stand in no page that has a name.")
    tests = [result for result in scored if result.item.assessment]
    if tests:
        worth = sum(result.item.points for result in tests)
        earned = sum(points(result.share or 0.0, result.item.points) for result in tests)
        percent = 100 * earned / worth
        _paragraph(page, f"{percent:.1f}% of the points{_outcome(percent, sitting, pass_mark)}.", "ep-stem")
    if any(result.item.by_hand for result in scored):
        _paragraph(page, "A written answer is read by a person. Until then it shows 0 points, and counts for nothing.")
    return _written(page)


def _outcome(percent: float, sitting: Sitting, pass_mark: float) -> str:
    if sitting == "pre":
        return ", before the course. Nothing hangs on this test: it shows where you began"
    return f"; {pass_mark:g}% is needed: {'passed' if round(percent, 6) >= pass_mark else 'not passed'}"


def task(result: Result) -> str:
    """What a reflection asked for, above the text that is marked by hand."""
    page = _page(result.item)
    written = len(result.text.split())
    words = result.item.words
    asked = f", {words[0]} to {words[1]} asked for" if words else ""
    _paragraph(page, f"{written} words written{asked}." if written else "No text was given.")
    return _written(page)


def safe_markdown(text: str) -> str:
    """A learner's text as the source of a Markdown cell: shown to the letter, with its line breaks, and never run.

    Everything that is a sign to HTML, Markdown or a formula is written as a character reference, inside a block that
    Markdown and formula scripts leave alone.
    """
    plain = "".join(char if char.isprintable() else _blank(char) for char in text.replace("\r\n", "\n"))
    safe = "".join(char if char.isalnum() or char in " \n.,;:!?’“”–—'" else f"&#{ord(char)};" for char in plain)
    style = "white-space: pre-wrap; font-family: inherit; font-size: inherit; background: none; border: 0; padding: 0"
    return f'<pre class="ep-reflection tex2jax_ignore mathjax_ignore" style="{html.escape(style)}">{safe}</pre>'


def _blank(char: str) -> str:
    """A line break or a tab stays; other control characters and halves of surrogates become a replacement sign."""
    return char if char in "\n\t" else " " if char.isspace() else "\N{REPLACEMENT CHARACTER}"


# ---- The parts of a review -------------------------------------------------------------------------------------------


def _page(item: Item) -> Element:
    page = Element("div", {"class": "ep-review"})
    SubElement(page, "style").text = _STYLE
    _paragraph(page, item.stem, "ep-stem")
    return page


def _paragraph(parent: Element, text: str, name: str = "") -> Element:
    element = SubElement(parent, "p", {"class": name} if name else {})
    element.text = text
    return element


def _verdict(page: Element, result: Result) -> None:
    share = result.share or 0.0
    if result.record is None:
        name, words = "ep-none", "○ Not answered"
    elif share >= 1:
        name, words = "ep-full", "✓ Full credit"
    elif share > 0:
        name, words = "ep-part", "◐ Part of the credit"
    else:
        name, words = "ep-none", "✗ No credit"
    worth = result.item.points
    of = f"{points(share, worth):.3g} of {worth:g} {'point' if worth == 1 else 'points'}"
    SubElement(SubElement(page, "p"), "span", {"class": f"ep-verdict {name}"}).text = f"{words} · {of}"


def _notes(item: Item, assessment: AssessmentKey | None) -> Mapping[str, Note]:
    if assessment is None:
        return item.feedback
    return {option: Note(text) for option, text in assessment.rationale.items()}


def _cites(parent: Element, cites: tuple[str, ...]) -> None:
    if cites:
        _paragraph(parent, " · ".join(cites), "ep-cites")


def _table(page: Element, view: _View) -> None:
    table = SubElement(page, "table")
    head = SubElement(SubElement(table, "thead"), "tr")
    titles = ["Option", "Answer", *(["Best answer"] if view.shows_key else []), "Why"]
    for title in titles:
        SubElement(head, "th", {"scope": "col"}).text = title
    body = SubElement(table, "tbody")
    for option in view.options():
        row = SubElement(body, "tr")
        SubElement(row, "td").text = option.text
        SubElement(row, "td").text = view.given(option.id)
        if view.shows_key:
            SubElement(row, "td").text = view.right(option.id)
        _why(SubElement(row, "td"), view.note(option.id))


def _why(cell: Element, note: Note | None) -> None:
    if note:
        _paragraph(cell, note.text)
        _cites(cell, note.cites)


class _View:
    """How answer and key of an item read, option by option."""

    def __init__(self, result: Result, key: Key, notes: Mapping[str, Note], shows_key: bool) -> None:
        self.item, self.answer, self.key, self.notes, self.shows_key = result.item, result.answer, key, notes, shows_key
        self.earned = bool(result.share)

    def options(self) -> Iterator[Option]:
        """The options to show: of one best answer the chosen and the best, of a ranking all as they were put."""
        if self.item.type in ("sba", "branch"):
            best = [option for option, credit in self.key.items() if credit == 1 and self.shows_key]
            yield from (option for option in self.item.options if option.id == self.answer or option.id in best)
        elif isinstance(self.answer, list) and self.item.type == "ranking":
            yield from sorted(self.item.options, key=lambda option: self.answer.index(option.id))  # type: ignore[union-attr]
        else:
            yield from self.item.options

    def given(self, option: str) -> str:
        """What the learner said of an option."""
        match self.answer:
            case str(chosen):
                return "chosen" if chosen == option else ""
            case dict(levels):
                return LEVELS.get(levels.get(option, 0), "not rated")
            case list(order) if self.item.type == "ranking":
                return f"place {order.index(option) + 1}"
            case list(chosen):
                return "chosen" if option in chosen else "left out"
            case _:
                return ""

    def right(self, option: str) -> str:
        """What the key says of an option."""
        value = self.key[option]
        match self.item.type:
            case "rating":
                return LEVELS[int(value)]
            case "ranking":
                return f"place {int(value)}"
            case "mrq" | "choose":
                return "chosen" if value else "left out"
            case _:
                return "best answer" if value == 1 else f"worth {value}" if value else ""

    def note(self, option: str) -> Note | None:
        """Why, where it may be told: with the key closed only of what the learner answered rightly."""
        return self.notes.get(option) if self.shows_key or self._rightly(option) else None

    def _rightly(self, option: str) -> bool:
        """Whether an option was rated or placed as in the key, or rightly chosen; not by choosing them all."""
        if self.item.type in ("rating", "ranking"):
            return self.given(option) == self.right(option)
        return self.earned and self.given(option) == "chosen" and self.key[option] == 1


def _written(page: Element) -> str:
    return tostring(page, encoding="unicode", method="html")
