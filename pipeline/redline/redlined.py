"""A text of two editions: the old version and the new one."""

from collections.abc import Iterator
from html import escape
from typing import Any, TypeGuard

from pydantic import BaseModel

from pipeline.model.fields import Line, Prose


class Redlined(str):
    """A text that differs between two editions.

    Its value as a string is the new text, or the old one if the text was deleted. Filters
    of templates print the words that changed; if a template prints it without a filter,
    both texts are marked as a whole.
    """

    __slots__ = ("new", "old")
    old: str | None
    new: str | None

    def __new__(cls, old: str | None, new: str | None) -> "Redlined":
        """Make one from the old and the new text; None if there is none."""
        text = super().__new__(cls, (old if new is None else new) or "")
        text.old, text.new = old, new
        return text

    def __getnewargs__(self) -> tuple[str | None, str | None]:  # type: ignore[override]  # str has one
        """Return the arguments for a copy: `pickle` sends it to worker processes."""
        return self.old, self.new

    def __html__(self) -> str:
        """Write both texts as HTML, for Jinja2."""
        parts = (("del", self.old), ("ins", self.new))
        return " ".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in parts if text)


def versions_of(text: str) -> tuple[str | None, str | None]:
    """The old and the new version of a text, None for one that there is not.

    Both versions of a text that did not change are the text.
    """
    return (text.old, text.new) if isinstance(text, Redlined) else (text, text)


def is_deleted(text: object) -> TypeGuard[Redlined]:
    """Whether a text is only in the old edition."""
    return isinstance(text, Redlined) and text.new is None


def is_new(text: object) -> TypeGuard[Redlined]:
    """Whether a text is only in the new edition."""
    return isinstance(text, Redlined) and text.old is None


def texts_of(value: Any) -> Iterator[str]:
    """Yield all texts of a part that are Markdown, or that changed, in order."""
    if isinstance(value, Line | Prose | Redlined):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts_of(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)
