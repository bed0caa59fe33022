"""What a model asks for at a place: the class there with its fields, the choices, the limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from eprofessionalism.authoring.model import BLOCKS
from eprofessionalism.authoring.places import Location


class Asked(NamedTuple):
    """A type, and what else is asked of its value."""

    kind: Any
    metadata: tuple[Any, ...] = ()

    @property
    def fields(self) -> Mapping[str, FieldInfo]:
        """The fields of the class by the name they have in a file; none where no class is asked for."""
        if not (isinstance(self.kind, type) and issubclass(self.kind, BaseModel)):
            return {}
        return {field.alias or name: field for name, field in self.kind.model_fields.items()}

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values to choose from."""
        return get_args(self.kind) if get_origin(self.kind) is Literal else ()

    @property
    def length(self) -> int | None:
        """How many entries a list of fixed length has."""
        parts = get_args(self.kind) if get_origin(self.kind) is tuple else ()
        return len(parts) if parts and parts[-1] is not Ellipsis else None

    def limit(self, name: str) -> Any:
        """A limit such as `ge` or `max_length`; None where there is none."""
        return next((getattr(entry, name) for entry in self.metadata if getattr(entry, name, None) is not None), None)


def asked_at(model: type[BaseModel], location: Location) -> Asked:
    """What a model asks for at a location; `Asked(None)` where it knows no such field."""
    asked = Asked(model)
    for step in location:
        asked = _plain(_step(asked, step))
    return asked


def _step(asked: Asked, step: str | int) -> Asked:
    if isinstance(step, str) and step in BLOCKS:
        return Asked(BLOCKS[step])
    if step in asked.fields:
        field = asked.fields[str(step)]
        return Asked(field.annotation, tuple(field.metadata))
    parts = get_args(asked.kind)
    if get_origin(asked.kind) is dict:
        return Asked(parts[1])
    if get_origin(asked.kind) is tuple and isinstance(step, int):
        return Asked(parts[0] if asked.length is None else parts[min(step, asked.length - 1)])
    return Asked(None)


def _plain(asked: Asked) -> Asked:
    """Without `Annotated` and `| None`, whose metadata is kept."""
    kind, metadata = asked.kind, list(asked.metadata)
    while True:
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            metadata += _flat(more)
        elif get_origin(kind) in (Union, UnionType) and type(None) in get_args(kind):
            kind = next(part for part in get_args(kind) if part is not type(None))
        else:
            return Asked(kind, tuple(metadata))


def _flat(metadata: Iterable[Any]) -> Iterable[Any]:
    for entry in metadata:
        yield from entry.metadata if isinstance(entry, FieldInfo) else (entry,)
