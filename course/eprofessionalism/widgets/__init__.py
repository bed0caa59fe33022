"""The page of a case: the four functions that a notebook calls, each showing one block.

All that a learner does goes through `eprofessionalism.player.Player`; the scripts in `static/` only draw and send.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from eprofessionalism.widgets._items import BLOCK_OF, ItemBlock
from eprofessionalism.widgets._page import current_page
from eprofessionalism.widgets._plain import NotGradedHere, plainly

if TYPE_CHECKING:
    from eprofessionalism.widgets._panels import Finish, Progress, Scene

__all__ = ["NotGradedHere", "finish", "progress", "question", "scene"]


@plainly
def question(item_id: str) -> ItemBlock:
    """Show one item.

    Args:
        item_id: the id of the item in the case.

    Raises:
        NotGradedHere: nbgrader runs the page itself; it gets one sentence and no score.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        raise NotGradedHere(
            "This question is scored from the learner's saved answers by eprof grade; running the page gives no score."
        )
    page = current_page()
    item = page.item(item_id)
    return page.block(f"item:{item_id}", lambda: BLOCK_OF[item.type](page, item))


@plainly
def scene(scene_id: str) -> Scene:
    """Show the passage of the story that follows from a decision.

    Args:
        scene_id: the id of the scene in the case.
    """
    from eprofessionalism.widgets._panels import Scene

    page = current_page()
    return page.block(f"scene:{scene_id}", lambda: Scene(page, scene_id))


@plainly
def progress() -> Progress:
    """Show how far this case has been played."""
    from eprofessionalism.widgets._panels import Progress

    page = current_page()
    panel = page.block("progress", lambda: Progress(page))
    panel.greet()
    return panel


@plainly
def finish() -> Finish:
    """Show what is still open, and the way to finish the case."""
    from eprofessionalism.widgets._panels import Finish

    page = current_page()
    return page.block("finish", lambda: Finish(page))
