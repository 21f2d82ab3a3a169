"""Turn the Markdown of a text field into safe HTML.

No raw HTML ever comes out: every character of content is escaped, and
links are `https:`, `mailto:`, `tel:` or `#id`. A footnote is written at its call (`float:
footnote` takes it to the foot of the page).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from pipeline.html.text.bidi import isolate_opposite_runs
from pipeline.html.text.inline_tree import (
    ADDRESS,
    SetText,
    read_phrases,
    set_words,
    write_phrases,
)
from pipeline.html.text.ordinals import raise_ordinals
from pipeline.html.text.runts import prevent_runt
from pipeline.html.text.urls import address_html
from pipeline.model.languages import direction
from pipeline.model.markdown import SCHEMES, markdown_parser, notes_start, parse_markdown

_NO_BREAK = "\u00a0"
# A point cannot stand in an id, so no other part can have the anchor of a reference.
REFERENCE_ANCHOR = "reference."


@dataclass(frozen=True)
class TextStyle:
    """What a text needs to know of its brief to be set.

    `cite` gives the mark and the description of a reference. `set_text` says what a
    language prints in the place of each character: its spaces, quotation marks, digits.
    `separator` stands between two citations. With `bind_last` no paragraph ends with a
    short word alone in its line; cells of a table are too narrow for that.
    """

    cite: Callable[[str], tuple[str, str]] = lambda id: (id, "")
    set_text: SetText = lambda text, language: text
    language: str = "en"
    separator: str = ", "
    bind_last: bool = False


def prose_html(text: str, setting: TextStyle) -> str:
    """Set a text of any number of paragraphs."""
    return _render(text, setting)


def line_html(text: str, setting: TextStyle) -> str:
    """Set a text of one paragraph, without the paragraph's own tags."""
    html = _render(text, setting).strip()
    return html.removeprefix("<p>").removesuffix("</p>")


def _footnotes(tokens: Sequence[Token]) -> dict[int, list[Token]]:
    """Collect the paragraphs of each footnote by its number."""
    notes: dict[int, list[Token]] = {}
    current: list[Token] = []
    for token in tokens:
        if token.type == "footnote_open":
            current = notes[token.meta["id"]] = []
        elif token.type == "inline" and notes and token.level > 1:
            current.append(token)
        elif token.type == "footnote_block_close":
            break
    return notes


@dataclass
class _Env:
    """What the renderer carries from call to call."""

    setting: TextStyle
    notes: dict[int, list[Token]] = field(default_factory=dict)


def _render(text: str, setting: TextStyle) -> str:
    tokens = parse_markdown(text)
    for token, before in zip(tokens, [None, *tokens], strict=False):
        if token.type == "inline":
            in_cell = before is not None and before.type in ("th_open", "td_open")
            fitting = replace(setting, bind_last=setting.bind_last and not in_cell)
            token.children = _set_paragraph(token.children or [], fitting)
    start = notes_start(tokens)
    env = {"brief": _Env(setting, _footnotes(tokens[start:]))}
    return str(_renderer().render(tokens[:start], markdown_parser().options, env))


@cache
def _renderer() -> "_Renderer":
    return _Renderer()


def _set_paragraph(tokens: Sequence[Token], setting: TextStyle) -> list[Token]:
    phrases = read_phrases(tokens)
    set_words(phrases, setting.language, setting.set_text)
    if setting.bind_last:
        prevent_runt(phrases, setting.language)
    phrases = raise_ordinals(phrases, setting.language)
    return list(write_phrases(isolate_opposite_runs(phrases, setting.language)))


# A range of years or numbers, as it is set.
_RANGE = re.compile(r"(?<![\w–.,-])\d[\d.,]*%?–\d[\d.,]*(?<![.,])%?(?![\w–])")


def _words_html(text: str, language: str) -> str:
    """Escape words, and say where the addresses in them may break, and ranges may not."""
    at, parts = 0, []
    for match in ADDRESS.finditer(text):
        if not match[0].startswith("+"):  # a telephone number breaks at its spaces
            parts += [_ranges_html(text[at : match.start()], language)]
            parts += [address_html(match[0])]
            at = match.end()
    return "".join([*parts, _ranges_html(text[at:], language)])


def _ranges_html(text: str, language: str) -> str:
    """Keep ranges in one line; not in Arabic, where a box of its own turns their order."""
    said = escape(text, quote=False)
    if direction(language) == "rtl":
        return said
    return _RANGE.sub(r'<span class="range">\g<0></span>', said)


def _is_citation(tokens: Sequence[Token], idx: int) -> bool:
    """A citation [1] never begins a line: the space before it does not break."""
    return 0 <= idx < len(tokens) and tokens[idx].type == "citation"


class _Renderer(RendererHTML):
    """markdown-it's HTML, with the few marks that only briefs have."""

    def text(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        said = _words_html(tokens[idx].content, env["brief"].setting.language)
        if said.endswith(" ") and _is_citation(tokens, idx + 1):
            # Between two citations a line may end.
            apart = _is_citation(tokens, idx - 1) and not re.search(r"\w", said)
            return said if apart else said[:-1] + _NO_BREAK
        return said

    def softbreak(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        binds = _is_citation(tokens, idx + 1) and not _is_citation(tokens, idx - 1)
        return _NO_BREAK if binds else "\n"

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return escape(tokens[idx].content)

    html_block = html_inline

    def span_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        language = escape(str(tokens[idx].attrGet("lang") or ""))
        return f'<span lang="{language}" dir="{direction(language)}">'

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        href = str(tokens[idx].attrGet("href") or "")
        # A brief with another address is refused; should one slip through, it is no link.
        if not href.startswith((*SCHEMES, "#")):
            return "<span>"
        return f'<a href="{escape(href)}">'

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        opened = next(t for t in reversed(tokens[:idx]) if t.type == "link_open")
        href = str(opened.attrGet("href") or "")
        return "</a>" if href.startswith((*SCHEMES, "#")) else "</span>"

    def th_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return '<th scope="col">'

    def citation(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        marks = []
        for id in tokens[idx].meta["ids"]:
            mark, _ = env["brief"].setting.cite(id)
            target = f"#{REFERENCE_ANCHOR}{escape(id)}"
            marks.append(f'<a class="citation" href="{target}">{escape(mark)}</a>')
        separator = escape(env["brief"].setting.separator)
        return f'<span class="citations">[{separator.join(marks)}]</span>'

    def footnote_ref(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        paragraphs = env["brief"].notes.get(tokens[idx].meta["id"], [])
        # WeasyPrint does not collapse line breaks in what floats to the foot of the page.
        inner = " ".join(
            self.renderInline(p.children or (), options, env).replace("\n", " ")
            for p in paragraphs
        )
        return f'<span class="footnote">{inner}</span>'
