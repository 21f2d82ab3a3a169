"""Merge the declarations of an element once for all elements that the same rules match.

Repeated: WeasyPrint 70.0 merges the declarations of each element, rule by rule, and those
of six pseudo-elements of each: 940 styles for a brief, which prints a dozen of these.

Instead: the merged declarations are kept for each list of rules, with the style sheets, and
the style of a pseudo-element is made when it is asked for.

Same bytes: which declaration counts depends on nothing but the rules and their order. An
element with a `style`, `id` or `lang` merges its declarations as before. Anchors, which a
document collects also from styles that are never asked for, are collected at once.

As a pull request: the inner loop of `StyleFor.__init__`, and the first lines of `__call__`.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from math import inf
from typing import Any, NamedTuple

from weasyprint import css
from weasyprint.css import StyleFor, declaration_precedence, find_style_attributes
from weasyprint.css.validation import preprocess_declarations

from pipeline.pdf.weasyprint_patches.attributes import patched
from pipeline.pdf.weasyprint_patches.memo import memo_of

_LIMIT = 4_000  # lists of rules, of 8 kB each


class Cascade(dict[str, Any]):
    """The declarations of rules for an element or a pseudo-element; immutable."""


# One object, because kept styles are found by the identities of cascades.
_EMPTY_CASCADE = Cascade()


class _MatchedRule(NamedTuple):
    """A matching rule: its position in the cascade, and its declarations."""

    stylesheet: Any
    pseudo_type: str | None
    origin: str
    layer: float | None
    specificity: tuple[int, ...]
    own_specificity: tuple[int, ...]
    declarations: Any


class _Match(NamedTuple):
    """The declarations of a list of rules by pseudo-element, None for the element.

    WeasyPrint gives one style to the elements that have equal `shared` rules. References
    to the `stylesheets` are held, because their identities are keys.
    """

    cascades: dict[str | None, Cascade]
    shared: tuple[Any, ...]
    stylesheets: Any


def _merge(rules: Iterable[_MatchedRule]) -> dict[str | None, Cascade]:
    cascades: dict[str | None, Cascade] = {}
    for rule in rules:
        cascade = cascades.setdefault(rule.pseudo_type, Cascade())
        _declare(cascade, rule)
    return cascades


def _declare(cascade: dict[str, Any], rule: _MatchedRule) -> None:
    for name, values, importance in rule.declarations:
        precedence = declaration_precedence(rule.origin, importance)
        weight = (precedence, rule.layer, rule.specificity)
        old_weight = cascade.get(name, (None, None))[1]
        if old_weight is None or old_weight <= weight:
            cascade[name] = values, weight


class _StyleFor(StyleFor):  # type: ignore[misc]  # WeasyPrint has no types
    """The styles of a document, those of pseudo-elements when they are first used."""

    def __init__(
        self, html: Any, sheets: Any, hints: Any, fonts: Any, collector: Any
    ) -> None:
        self._cascaded_styles: dict[Any, Any] = {}
        self._computed_styles: dict[Any, Any] = {}
        self.initial_page_sizes = {"box": None, "area": None}
        self._sheets, self.font_config = sheets, fonts
        self._root, self._base_url = html.etree_element, html.base_url
        # By element: what was merged for its pseudo-elements.
        self._pseudo: dict[Any, dict[str | None, Cascade]] = {}
        self._matches = matches = memo_of(fonts, "cascades", _LIMIT)
        self._identities = tuple([id(sheet) for sheet, _, _ in sheets])
        own, keys = _own_declarations(html, hints)
        shared_styles: dict[Any, Any] = {}
        for wrapper in html.wrapper_element.iter_subtree():
            element = wrapper.etree_element
            matched_rules = [sheet.matcher.match(wrapper) for sheet, _, _ in sheets]
            orders = tuple([tuple([rule[1] for rule in rules]) for rules in matched_rules])
            match_key = (self._identities, orders)
            match = matches.get(match_key)
            if match is None:
                match = matches[match_key] = _match_rules(sheets, matched_rules)
            parent = wrapper.parent.etree_element if wrapper.parent else None
            inherited = id(self._computed_styles[parent, None]) if wrapper.parent else None
            key = (inherited, keys.get(element), match.shared)
            if key in shared_styles:
                self._computed_styles[element, None] = shared_styles[key]
            else:
                cascade = match.cascades.get(None, _EMPTY_CASCADE)
                if element in own:
                    cascade = own[element]
                    for rule in _matched_rules(sheets, matched_rules):
                        if rule.pseudo_type is None:
                            _declare(cascade, rule)
                self._compute(element, None, parent, cascade, collector)
                shared_styles[key] = self._computed_styles[element, None]
            self._pseudo[element] = match.cascades
        for element, cascades in self._pseudo.items():
            for pseudo_type, cascade in cascades.items():
                if pseudo_type and "anchor" in cascade:
                    self._compute(element, pseudo_type, element, cascade, collector)

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        if pseudo_type and (element, pseudo_type) not in self._computed_styles:
            cascade = self._pseudo.get(element, {}).get(pseudo_type)
            if cascade is not None:
                self._compute(element, pseudo_type, element, cascade, None)
        return super().__call__(element, pseudo_type)

    def add_page_declarations(self, page_type: Any) -> None:
        rules = []
        for sheet, origin, sheet_specificity in self._sheets:
            for _, selectors, declarations in sheet.page_rules:
                for own_specificity, pseudo_type, selector in selectors:
                    if self._page_type_match(selector, page_type):
                        specificity = sheet_specificity or own_specificity
                        origin_key = (sheet, pseudo_type, origin, None, specificity, ())
                        rules.append(_MatchedRule(*origin_key, declarations))
        ids = tuple([(id(r.declarations), r.pseudo_type, *r.specificity) for r in rules])
        match = self._matches.get((self._identities, ids))
        if match is None:
            match = _Match(_merge(rules), (), self._sheets)
            self._matches[self._identities, ids] = match
        for pseudo_type, cascade in match.cascades.items():
            self._cascaded_styles[page_type, pseudo_type] = cascade

    def _compute(
        self, element: Any, pseudo_type: Any, parent: Any, cascade: Any, collector: Any
    ) -> None:
        self._cascaded_styles[element, pseudo_type] = cascade
        self.set_computed_styles(
            element, parent, self._root, pseudo_type, self._base_url, collector
        )
        del self._cascaded_styles[element, pseudo_type]


def _own_declarations(html: Any, hints: Any) -> tuple[Any, Any]:
    """Merge what attributes of elements declare; give the declarations as keys, too."""
    own: dict[Any, dict[str, Any]] = {}
    keys = {}
    for specificity, element, declarations, base_url in find_style_attributes(
        html.etree_element, hints, html.base_url
    ):
        keys[element] = tuple(declarations)
        checked = preprocess_declarations(base_url, declarations)
        origin_key = (None, None, "author", inf, specificity, specificity)
        _declare(own.setdefault(element, {}), _MatchedRule(*origin_key, checked))
    return own, keys


def _match_rules(stylesheets: Any, matched_rules: Any) -> _Match:
    rules = [*_matched_rules(stylesheets, matched_rules)]
    shared = [(r.stylesheet, r.own_specificity, id(r.declarations), r.layer) for r in rules]
    return _Match(_merge(rules), tuple(shared), stylesheets)


def _matched_rules(stylesheets: Any, matched_rules: Any) -> Iterator[_MatchedRule]:
    """Yield the rules that were found, in the order in which they are merged."""
    for (stylesheet, origin, sheet_specificity), rules in zip(
        stylesheets, matched_rules, strict=True
    ):
        for own_specificity, _, pseudo_type, (declarations, layer) in rules:
            layer_order = inf if layer is None else stylesheet.layers.index(layer)
            specificity = sheet_specificity or own_specificity
            origin_key = (stylesheet, pseudo_type, origin, layer_order)
            yield _MatchedRule(*origin_key, specificity, own_specificity, declarations)


def keep_cascades() -> AbstractContextManager[None]:
    """Let WeasyPrint merge the declarations of the same rules once."""
    return patched(css, StyleFor=_StyleFor)
