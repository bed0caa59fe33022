"""Whatever goes wrong in our own code is one plain sentence in the page; the details go to `logging` alone."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from eprofessionalism.items import ItemBankError

logger = logging.getLogger("eprofessionalism")
logger.addHandler(logging.NullHandler())  # or Python would print what we log into the learner's page

_ALERT = '<path d="M12 3 22 20.5H2z"/><path d="M12 10v4.5m0 3h.01"/>'

P = ParamSpec("P")
T = TypeVar("T")


class NotGradedHere(RuntimeError):  # noqa: N818 - its name is the first thing a director reads in the notebook's output
    """A question was run by nbgrader's own execution, which cannot score it."""


class UnknownBlockError(LookupError):
    """A page asks for a question or scene that its `items.json` does not have."""


class Sorry:
    """One plain sentence in place of a block that cannot be shown."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        """The sentence as the page's own kind of message, built by escaping."""
        from html import escape

        icon = f'<svg class="ep-icon" viewBox="0 0 24 24" aria-hidden="true">{_ALERT}</svg>'
        words = f"<p><strong>This part cannot be shown</strong>{escape(self.sentence)}</p>"
        message = f'<div class="ep-say ep-say--bad" role="alert" data-once>{icon}{words}</div>'
        return f'<div class="ep"><div class="ep-block">{message}</div></div>'


def sentence(error: Exception) -> str:
    """What a learner reads about an error."""
    if isinstance(error, ItemBankError):
        return (
            "The questions of this case could not be read: lay the course out again with “eprof learn”, "
            "or ask your course director; answers already given are kept."
        )
    if isinstance(error, UnknownBlockError):
        missing = error.args[0]
        return f"This page asks for a part that the case does not have ({missing}); please tell your course director."
    return "Something went wrong on our side; answers that were saved are safe. Please load the page again."


def plainly(show: Callable[P, T]) -> Callable[P, T | Sorry]:
    """Make a function that shows a block never raise, but for the one sentence meant for nbgrader."""

    @functools.wraps(show)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T | Sorry:
        try:
            return show(*args, **kwargs)
        except NotGradedHere:
            raise
        except Exception as error:
            logger.exception("%s%r", show.__name__, args)
            return Sorry(sentence(error))

    return guarded
