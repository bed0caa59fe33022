"""Results of a cohort: tidy tables, the instructor's own report, and the one to hand on.

For a test of your own, from a frame or matrix of points, learners x items, NaN where an answer is missing:

    from eprofessionalism_graders.cohort import item_statistics, scale_statistics

What their columns and rows are, say `ITEM_STATISTICS` and `SCALE_STATISTICS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eprofessionalism_graders.cohort.analysis.items import ITEM_STATISTICS, item_statistics
    from eprofessionalism_graders.cohort.analysis.scale import SCALE_STATISTICS, scale_statistics

__all__ = ["ITEM_STATISTICS", "SCALE_STATISTICS", "item_statistics", "scale_statistics"]

_PUBLIC = {
    "ITEM_STATISTICS": "analysis.items",
    "SCALE_STATISTICS": "analysis.scale",
    "item_statistics": "analysis.items",
    "scale_statistics": "analysis.scale",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is asked for: the commands of this package start without statistics."""
    if name in _PUBLIC:
        return getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
