"""What all blocks of the page have in common: a view made of two script files, and messages that are answered.

The browser sends `{"kind": ..., "nonce": ...}` and repeats it until it hears `{"ack": nonce, "ok": ...}`. A message
that comes twice is done once, so that a repeated save is one line in the journal.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import anywidget

from eprofessionalism.widgets import _words
from eprofessionalism.widgets._plain import logger

Message: TypeAlias = dict[str, Any]

_SCRIPTS = Path(__file__).parent / "static"
_STYLESHEET = Path(__file__).parents[1] / "static" / "course.css"
_REMEMBERED = 100  # replies kept in case a message comes again


@cache
def _script(name: str) -> str:
    return (_SCRIPTS / name).read_text(encoding="utf-8")


def view(name: str) -> str:
    """The script of a view, with what all views share put before it."""
    return _script("common.js") + _script(name)


class Block(anywidget.AnyWidget):
    """A block of the page. A subclass names its view in `_esm`, draws itself in `refresh` and acts in `receive`."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._replies: OrderedDict[str, Message] = OrderedDict()
        self.on_msg(self._on_message)

    def refresh(self) -> None:
        """Bring the traits in line with what stands on disk."""

    def receive(self, kind: str, message: Message) -> Message:  # noqa: ARG002 - subclasses read it
        """Act on a message; the reply's further fields."""
        raise LookupError(f"{type(self).__name__}: unknown message {kind!r}")

    def _on_message(self, _widget: object, message: Any, _buffers: object) -> None:
        if not isinstance(message, dict):
            return
        if message.get("kind") == "style":  # there is no extension of ours to link the stylesheet
            self.send({"style": _STYLESHEET.read_text(encoding="utf-8")})
            return
        nonce = str(message.get("nonce", ""))
        if nonce not in self._replies:
            reply = self._reply(message)
            if not reply.get("retry"):
                self._remember(nonce, reply)
            self.send({"ack": nonce, **reply})
        else:
            self.send({"ack": nonce, **self._replies[nonce]})

    def _reply(self, message: Message) -> Message:
        """What became of a message: nothing that goes wrong here may be lost, or be seen as a traceback."""
        try:
            return {"ok": True} | self.receive(str(message.get("kind")), message)
        except OSError:  # `JournalError` among them
            logger.exception("not written")
            return {"ok": False, "retry": True, "problem": _words.NOT_WRITTEN}
        except Exception:
            logger.exception("message failed")
            return {"ok": False, "retry": False, "problem": _words.OUR_MISTAKE}

    def _remember(self, nonce: str, reply: Message) -> None:
        self._replies[nonce] = reply
        if len(self._replies) > _REMEMBERED:
            self._replies.popitem(last=False)
