"""Blocks of no known kind: no first word, two of them, or a wrong kind or type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from eprofessionalism.authoring import model as forms
from eprofessionalism.authoring.fields import Asked, asked_at
from eprofessionalism.authoring.phrases import each, either, found, near
from eprofessionalism.authoring.refusal import GUIDE, Refusal, Words


def as_mistake(refusal: Refusal) -> Refusal:
    """A block of no known kind, as the mistake that it is: no first word, two of them, or a wrong type."""
    block = refusal.value
    if not isinstance(block, dict):
        return replace(refusal, kind="no_block")
    words = forms.first_words(block)
    if not words:
        return replace(refusal, kind="no_block")
    if len(words) > 1:
        second = sorted(words, key=list(block).index)[1]
        return replace(refusal, kind="two_blocks", location=(*refusal.location, second))
    field = forms.TAGGED[words[0]]
    choices = _choices_of(field)
    kind = "literal_error" if field in block else "no_choice"
    location = (*refusal.location, field)
    return replace(refusal, kind=kind, location=location, value=block.get(field), asked=choices)


def _choices_of(field: str) -> Asked:
    """Every `kind`, or every `type`, there is."""
    classes = [block for block in forms.BLOCKS.values() if field in block.model_fields]
    return Asked(Literal[tuple(value for block in classes for value in asked_at(block, (field,)).choices)])


def _no_block(refusal: Refusal) -> Words:
    expected = f"a block that begins with {either(forms.FIRST_WORDS)}"
    if not isinstance(refusal.value, dict):
        return Words(expected, found(refusal.value), "write “- scene: …” with the other fields below it")
    first = next(iter(refusal.value), "")
    return Words(expected, f"“{first}”", near(first, forms.FIRST_WORDS) or f"see the blocks in {GUIDE}")


def _two_blocks(refusal: Refusal) -> Words:
    words = each([f"“{word}”" for word in forms.first_words(refusal.value)])
    return Words("“- ” before each block", f"{words} in one block", f"write “- ” before “{refusal.field}:”")


def _no_choice(refusal: Refusal) -> Words:
    first, *more = refusal.asked.choices
    remedy = f"add “{refusal.field}: {first}”, or another: {', '.join(more)}"
    return Words(f"a field “{refusal.field}”", "none", remedy)


TABLE: dict[str, Callable[[Refusal], Words]] = {
    "no_block": _no_block,
    "two_blocks": _two_blocks,
    "no_choice": _no_choice,
}
