"""Compute the values of a style once for all documents that have the same declarations.

Repeated: WeasyPrint 70.0 computes 16,000 values for a brief of three pages, and computes
them again for the next document with the same style sheets.

Instead: a style of a document takes its values from a kept style, which has the same
declared values and the same kept parent, and belongs to no document.

Same bytes: the key of a kept style has all input of its values. WeasyPrint changes some
styles after they were computed, so each document has styles of its own. A changed style,
and styles that inherit the change, compute their values without the kept style. Lengths
that depend on the size of a page, such as `10vw`, are not kept. Nor are the position and
size in the `style` attribute of one element, such as a label of a chart: no other value of
its style depends on them, and a child that inherits them uses no kept style.

As a pull request: `ComputedStyle.__init__` would find its kept style in the
`FontConfiguration`, where WeasyPrint keeps the heights of lines.
"""

from contextlib import AbstractContextManager
from typing import Any

from tinycss2 import serialize
from weasyprint import css
from weasyprint.css import ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED
from weasyprint.css.tokens import Pending

from pipeline.pdf.weasyprint_patches.attributes import patched
from pipeline.pdf.weasyprint_patches.cascades import Cascade
from pipeline.pdf.weasyprint_patches.memo import is_hashable

_LIMIT = 12_000  # styles, of 2 kB each
# Prefixes of properties that a style takes from its parent without inheritance of CSS.
_PROPAGATED = ("__", "text_decoration_", "page")
# Computing these leaves their specified values in the style, which layout reads; the first
# needs the second.
_SPECIFIED = {"display": "float", "float": "position", "position": ""}
_POSITION_PROPERTIES = frozenset({"left", "top", "right", "bottom", "width", "height"})


class _DependsOnPage(BaseException):
    """A value depends on the page of a document. WeasyPrint catches each Exception."""


class _UnknownPageSizes(dict[str, Any]):
    def __missing__(self, key: str) -> Any:
        raise _DependsOnPage


class KeptStyle(ComputedStyle):  # type: ignore[misc]  # WeasyPrint has no types
    """A style of no document; `children` are the kept styles that inherit from it."""

    def __init__(self, style: "DocumentStyle", parent: Any, root: Any) -> None:
        context = (style.base_url, style.font_config, _UnknownPageSizes())
        super().__init__(parent, style.shared, style.pseudo_type, root, *context)
        self.children: dict[Any, KeptStyle] = {}


class DocumentStyle(ComputedStyle):  # type: ignore[misc]
    """A style of one document. Its values come from `kept`, unless that is None.

    `placed` names the properties of position and size that are not taken from `kept`;
    `shared` has the declarations of all others.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.children: list[DocumentStyle] = []
        self.placed, self.shared = frozenset[str](), self.cascaded
        if not isinstance(self.cascaded, Cascade):
            self.placed = _POSITION_PROPERTIES & self.cascaded.keys()
            declared = self.cascaded.items()
            self.shared = {key: value for key, value in declared if key not in self.placed}
        self.kept = _find_kept_style(self)
        if self.kept is not None and self.parent_style is not None:
            self.parent_style.children.append(self)

    def copy(self) -> "DocumentStyle":
        copied: DocumentStyle = super().copy()
        copied.kept = None  # WeasyPrint changes the copy
        return copied

    def __missing__(self, key: str) -> Any:
        if self.kept is not None and key not in self.placed:
            if needed := _SPECIFIED.get(key):
                self[needed]
            try:
                value = self.kept[key]
            except _DependsOnPage:
                self.kept = None
            else:
                if key in _SPECIFIED:
                    self.specified[key] = self.kept.specified[key]
                dict.__setitem__(self, key, value)
                return value
        return super().__missing__(key)

    def __setitem__(self, key: str, value: Any) -> None:
        if self.kept is not None and key not in self.placed and self[key] != value:
            self._stop_using_kept(key)
        dict.__setitem__(self, key, value)

    def _stop_using_kept(self, key: str) -> None:
        """Stop using the kept style: the value of `key` changes in this document."""
        self.kept = None
        for child in self.children:
            if child.kept is not None and child._may_take(key):
                child._stop_using_kept(key)

    def _may_take(self, key: str) -> bool:
        """Whether the value of the parent may decide one of this style."""
        if key in INHERITED or key.startswith(_PROPAGATED):
            return True
        # Only a declaration can, such as `margin-block-end: inherit` or `var(--inherit)`.
        logical = PHYSICAL_FUNCTIONS.get(key, lambda **_: key)
        names = {logical(block="ttb", inline=inline) for inline in ("ltr", "rtl")}
        declared = [self.cascaded[name][0] for name in self.cascaded.keys() & {*names, key}]
        return any(isinstance(value, Pending) or value == "inherit" for value in declared)


class _RootStyles(dict[Any, KeptStyle]):
    """The kept styles of root elements, and the number of all kept styles."""

    number = 0


def _find_kept_style(style: DocumentStyle) -> KeptStyle | None:
    fonts: Any = style.font_config
    parent, root = style.parent_style, style.root_style
    roots: _RootStyles = vars(fonts).setdefault("kept_styles", _RootStyles())
    children: dict[Any, KeptStyle] = roots
    if parent is None:
        if roots.number >= _LIMIT:  # documents hold the styles that they still need
            children = roots = fonts.kept_styles = _RootStyles()
    elif None in (parent.kept, root.kept) or any(map(style._may_take, parent.placed)):
        return None
    else:
        parent, root, children = parent.kept, root.kept, parent.kept.children
    key = style.pseudo_type, style.base_url, *_key_of(style)
    kept = children.get(key)
    if kept is None:
        roots.number += 1
        kept = children[key] = KeptStyle(style, parent, root)
        if style.parent_style is None:  # the first document only creates the kept style
            return None
    return kept


def _key_of(style: DocumentStyle) -> tuple[Any, ...]:
    if isinstance(style.cascaded, Cascade):
        return (id(style.cascaded),)
    declared = [(name, *_text_of(name, value)) for name, value in style.shared.items()]
    if is_hashable(key := tuple(declared)):
        return key
    return tuple((name, _identify(value), repr(weight)) for name, value, weight in declared)


def _text_of(name: str, declared: Any) -> Any:
    """Return the text of a custom property, whose tokens are new for each attribute."""
    tokens, weight = declared
    if name[:2] == "__" and isinstance(tokens, list | tuple):
        return serialize(tokens), weight
    return declared


def _identify(value: Any) -> Any:
    """Return a declared value, or its identity: the kept style holds it, so it stays."""
    return value if is_hashable(value) else ("identity", id(value))


def keep_styles() -> AbstractContextManager[None]:
    """Let documents take the values of their styles from kept ones."""
    return patched(css, ComputedStyle=DocumentStyle)
