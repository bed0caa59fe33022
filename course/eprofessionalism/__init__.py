"""A case-based course for physicians on professional conduct in social media: what is taught and how it is played.

The four names below are all that a notebook of the course calls; each shows one block of the page. They are imported on
first use, so that tools which only score or read journals do not pay for widgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eprofessionalism.widgets import finish, progress, question, scene

__all__ = ["finish", "progress", "question", "scene"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from eprofessionalism import widgets

    return getattr(widgets, name)
