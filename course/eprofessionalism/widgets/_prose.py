"""The little Markdown that the story uses, read into pieces that a view can draw without parsing any markup."""

from __future__ import annotations

import re
from typing import Any

_MARK = re.compile(r"\*\*(?P<strong>.+?)\*\*|\*(?P<em>.+?)\*")
_BULLET = re.compile(r"[-*] +")


def prose(text: str) -> list[dict[str, Any]]:
    """Paragraphs and lists of a text, as `{"p": pieces}` and `{"ul": [pieces, ...]}`.

    A piece is `[style, text]` with style `""`, `"em"` or `"strong"`. Blank lines part the blocks.
    """
    return [_block(block) for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]


def _block(block: str) -> dict[str, Any]:
    lines = [line.strip() for line in block.splitlines()]
    if all(_BULLET.match(line) for line in lines):
        return {"ul": [_pieces(_BULLET.sub("", line, count=1)) for line in lines]}
    return {"p": _pieces(" ".join(lines))}


def _pieces(text: str) -> list[list[str]]:
    pieces, end = [], 0
    for mark in _MARK.finditer(text):
        pieces.append(["", text[end : mark.start()]])
        pieces.append(["strong", mark["strong"]] if mark["strong"] else ["em", mark["em"]])
        end = mark.end()
    pieces.append(["", text[end:]])
    return [piece for piece in pieces if piece[1]]
