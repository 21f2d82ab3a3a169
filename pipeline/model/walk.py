"""Walk the parts and the Markdown texts of a value, with the path of each."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel

from pipeline.model.fields import FieldPath, Line, Prose

_T = TypeVar("_T")


def parts_in(
    value: Any, kind: type[_T], path: FieldPath = ()
) -> Iterator[tuple[FieldPath, _T]]:
    """Yield every model or mapping of a type inside a model, the outermost first."""
    if isinstance(value, kind):
        yield path, value
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, BaseModel):
        items = ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, tuple):
        items = enumerate(value)
    elif isinstance(value, dict):
        items = value.items()
    for step, item in items:
        if isinstance(item, BaseModel | tuple | dict):
            yield from parts_in(item, kind, (*path, step))


def texts_in(
    kind: Any, value: Any, path: FieldPath = ()
) -> Iterator[tuple[FieldPath, Line | Prose]]:
    """Yield every Markdown text in plain values, by the field types of the model `kind`.

    Plain values are the input, so that texts are checked even in a part that the model
    rejects.
    """
    if isinstance(kind, type) and issubclass(kind, (Line, Prose)):
        if isinstance(value, str):
            yield path, kind(value.strip())
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = kind.model_fields.keys()
        if isinstance(value, str):
            # The short form of a cell or a heading; not the name of a file or of a person.
            if {"text", "heading"} & fields and "file" not in fields:
                yield path, Line(value.strip())
        elif isinstance(value, dict):
            for name, field in kind.model_fields.items():
                if (part := value.get(name)) is not None:
                    yield from texts_in(field.annotation, part, (*path, name))
    elif get_origin(kind) is dict and isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(get_args(kind)[1], item, (*path, key))
    elif get_origin(kind) is dict and isinstance(value, str):
        yield from texts_in(get_args(kind)[1], value, path)  # one text for all languages
    elif get_origin(kind) is tuple and isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_in(get_args(kind)[0], item, (*path, index))
    # Such as an optional text, whose type is the first argument; not a list that was typed
    # in place of a mapping.
    elif not isinstance(value, list) or get_origin(kind) is not dict:
        for argument in get_args(kind)[:1]:
            yield from texts_in(argument, value, path)
