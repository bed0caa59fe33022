"""A mistake of form in an author's words: what pydantic refuses, told by a table, with no word of pydantic's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from eprofessionalism.authoring import blockwords
from eprofessionalism.authoring import model as forms
from eprofessionalism.authoring.fields import asked_at
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.phrases import each, either, found, near
from eprofessionalism.authoring.places import name_of, place_of
from eprofessionalism.authoring.refusal import GUIDE, Refusal, Words
from eprofessionalism.authoring.yamlsource import YamlSource


def explain(error: ValidationError, model: type[BaseModel], source: YamlSource) -> Iterator[Finding]:
    """A finding for each mistake that pydantic reports, on its line."""
    entries = error.errors(include_url=False)
    for entry in entries:
        if not _follows(entry, entries):
            yield _finding(_refusal(entry, model), source)


def _follows(entry: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a list is too short only because entries of it were refused: those findings say all."""
    loc = entry["loc"]
    deeper = any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in entries)
    return bool(entry["type"] == "too_short" and deeper)


def _refusal(entry: Mapping[str, Any], model: type[BaseModel]) -> Refusal:
    location = tuple(step for step in entry["loc"] if step != "[key]")
    asked, around = asked_at(model, location), asked_at(model, location[:-1])
    said = str(entry["msg"]).removeprefix("Value error, ")
    refusal = Refusal(entry["type"], location, entry["input"], asked, around, _pattern(entry), said)
    if entry["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return blockwords.as_mistake(refusal)
    if entry["type"] == "missing" and around.length is not None:  # an entry of a list of fixed length
        return replace(refusal, kind="too_short", location=location[:-1], asked=around)
    return refusal


def _pattern(entry: Mapping[str, Any]) -> str:
    return str(entry.get("ctx", {}).get("pattern", ""))


def _finding(refusal: Refusal, source: YamlSource) -> Finding:
    place = place_of(source.data, refusal.location)
    missing = refusal.field if refusal.kind in ("missing", "no_choice") else ""
    words = _TABLE.get(refusal.kind, _other)(refusal)
    return Finding(source.file, source.line(place), name_of(source.data, place, missing), *words)


# ---- Fields ----------------------------------------------------------------------------------------------------------

_SCORES = ("credit", "right", "level", "place")
_HABITS = {
    **dict.fromkeys(("correct", "answer", "score", "value", "points", *_SCORES), _SCORES),
    "question": ("stem",),
    "explanation": ("feedback",),
    "rationale": ("feedback",),
    "author": ("name",),
    "user": ("name",),
}
"""What authors write who know other formats, and what it is called here."""


def _unknown_field(refusal: Refusal) -> Words:
    field, fields = str(refusal.location[-1]), refusal.around.fields
    usual = [name for name in _HABITS.get(field, ()) if name in fields]
    close = f"did you mean “{usual[0]}”" if usual else near(field, fields)
    return Words("a known field", f"“{field}”", close or f"take it out; the fields here are {', '.join(fields)}")


def _missing(refusal: Refusal) -> Words:
    return Words(f"a field “{refusal.field}”", "none", f"add “{refusal.field}:”")


def _fields(refusal: Refusal) -> Words:
    needed = [name for name, field in refusal.asked.fields.items() if field.is_required()]
    remedy = "write them indented on lines of their own"
    return Words(f"the fields {each(needed)}", found(refusal.value), remedy)


# ---- Values ----------------------------------------------------------------------------------------------------------


def _slug(text: str) -> str:
    """An id near what was written."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "np-1-answer"


_PATTERNS: dict[str, tuple[str, Callable[[str], str]]] = {
    forms.SLUG: ("two digits, a hyphen and lower-case words", lambda text: f"04-{_slug(text)}"),
    forms.ID: ("lower-case letters, digits and hyphens", _slug),
    forms.OPTION_ID: ("one lower-case letter", lambda text: _slug(text)[:1]),
    forms.CITE: ("the id of a clause or fact", lambda _: "mms-6.iii” or “fact-8.9"),
    forms.DRAWING: (
        "the path of a drawing",
        lambda text: f"art/{_slug(text.removeprefix('art/').rpartition('.')[0] or text)}.svg",
    ),
}


def _form(refusal: Refusal) -> Words:
    expected, example = _PATTERNS[refusal.pattern]
    return Words(expected, found(refusal.value), f"write it like “{example(str(refusal.value))}”")


def _text(refusal: Refusal) -> Words:
    value = refusal.value
    simple = isinstance(value, (bool, int, float))
    written = str(value).lower() if isinstance(value, bool) else value
    remedy = f'put it in quotes: "{written}"' if simple else "write text; where it holds a colon or bracket, in quotes"
    return Words("text", found(value), remedy)


def _too_short(_: Refusal) -> Words:
    return Words("text", "nothing", "write it, or take the field out")


def _too_long(refusal: Refusal) -> Words:
    most = refusal.asked.limit("max_length")
    return Words(f"at most {most} characters", f"{len(refusal.value)}: {found(refusal.value)}", "shorten it")


def _entries(refusal: Refusal) -> Words:
    asked = refusal.asked
    least, most = (
        (asked.length, asked.length) if asked.length else (asked.limit("min_length"), asked.limit("max_length"))
    )
    expected = f"{_range(least, most)} {'entry' if (least, most) == (1, None) else 'entries'}"
    return Words(expected, str(len(refusal.value)), "add or remove entries")


def _range(least: Any, most: Any) -> str:
    if least is not None and most is not None:
        return str(least) if least == most else f"{least} to {most}"
    return f"at least {least}" if most is None else f"at most {most}"


def _list(refusal: Refusal) -> Words:
    return Words("a list", found(refusal.value), "begin each entry with “- ”, or write [one, two]")


def _texts(refusal: Refusal) -> Words:
    expected = "one text for each option, by its letter"
    return Words(expected, found(refusal.value), "write “a: …”, “b: …” on lines of their own")


def _whole(refusal: Refusal) -> Words:
    bounds = _range(refusal.asked.limit("ge"), refusal.asked.limit("le"))
    return Words(f"a whole number, {bounds}", found(refusal.value), "write digits, without quotes")


def _number(refusal: Refusal) -> Words:
    above, most = refusal.asked.limit("gt"), refusal.asked.limit("le")
    return Words(f"a number above {above}, at most {most}", found(refusal.value), "write digits, without quotes")


def _limits(refusal: Refusal) -> Words:
    return _whole(refusal) if refusal.asked.kind is int else _number(refusal)


def _yes_no(refusal: Refusal) -> Words:
    return Words("true or false", found(refusal.value), "write true or false, without quotes")


def _choice(refusal: Refusal) -> Words:
    choices = [str(choice) for choice in refusal.asked.choices]
    close = near(str(refusal.value), choices) if isinstance(refusal.value, str) else ""
    return Words(either(choices), found(refusal.value), close or "write one of these")


def _ours(refusal: Refusal) -> Words:
    return Words(refusal.said, found(refusal.value), "correct the value")


def _other(refusal: Refusal) -> Words:
    return Words("a value that fits this field", found(refusal.value), f"look the field up in {GUIDE}")


_TABLE: dict[str, Callable[[Refusal], Words]] = {
    **blockwords.TABLE,
    "missing": _missing,
    "extra_forbidden": _unknown_field,
    "model_type": _fields,
    "model_attributes_type": _fields,
    "string_pattern_mismatch": _form,
    "string_type": _text,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "too_short": _entries,
    "too_long": _entries,
    "tuple_type": _list,
    "dict_type": _texts,
    "int_type": _whole,
    "float_type": _number,
    **dict.fromkeys(("greater_than", "greater_than_equal", "less_than_equal"), _limits),
    **dict.fromkeys(("bool_type", "bool_parsing"), _yes_no),
    "literal_error": _choice,
    "value_error": _ours,
}
