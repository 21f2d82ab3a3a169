"""Turn the Markdown of a text field into safe HTML.

The output never has raw HTML: every character of content is escaped, and links are
`https:`, `mailto:`, `tel:` or `#id`. A footnote is written at its call; `float: footnote`
moves it to the foot of the page.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import takewhile

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType as Env
from markdown_it.utils import OptionsDict as Options

from pipeline.html.text.bidi import isolate_opposite_runs
from pipeline.html.text.chinese import enclose_unbreakable, is_chinese
from pipeline.html.text.citation_notes import GetNoteTokens, cite_in_notes
from pipeline.html.text.inline_tree import (
    ADDRESS,
    Typesetter,
    read_tree,
    typeset_words,
    write_tree,
)
from pipeline.html.text.ordinals import superscript_ordinals
from pipeline.html.text.runts import prevent_runt
from pipeline.html.text.symbols import keep_symbols
from pipeline.html.text.urls import address_html
from pipeline.model.fields import Line
from pipeline.model.markdown import SCHEMES, markdown_parser, notes_start, parse_markdown
from pipeline.model.scripts import direction

_NO_BREAK = "\u00a0"
# An id cannot contain a point, so no other element has the anchor of a reference.
REFERENCE_ANCHOR = "reference."
# A range of years or numbers, as printed.
_RANGE = re.compile(r"(?<![\w–.,-])\d[\d.,]*%?–\d[\d.,]*(?<![.,])%?(?![\w–])")

# The end of a sentence, with another sentence after it.
_SENTENCE_END = re.compile(
    r"[.!?…؟۔]\s*[\"'”’»)\]]*(?=\s+[«“‘(\"'¿¡]?[^\W\da-zа-яß-öø-ÿ])"
    r"|[。！？][”’」』）]*(?=[^”’」』）])"
)

Tokens = Sequence[Token]


@dataclass(frozen=True)
class TextStyle:
    """How to set a text.

    `cite` returns the number that is printed for the id of a reference. `typeset` returns
    what a language prints for each character: its spaces, quotation marks, digits.
    `separator` is printed between two citations. With `avoids_runts` no paragraph has a
    short last line; cells of a table are too narrow for that. `describe_link` returns the
    description of a link by its address and its text; "" if its text is sufficient.
    `note_tokens` returns the tokens of the note that cites a reference; without it a
    citation is a number.
    """

    cite: Callable[[str], str] = str
    typeset: Typesetter = lambda text, language: text
    language: str = "en"
    separator: str = ", "
    avoids_runts: bool = False
    describe_link: Callable[[str, str], str] = lambda href, text: ""
    note_tokens: GetNoteTokens | None = None


def prose_html(text: str, style: TextStyle) -> str:
    """Render a text of any number of paragraphs."""
    tokens = [*parse_markdown(text)]
    if style.note_tokens:
        tokens = [*cite_in_notes(tokens, style.note_tokens)]
    for position, token in enumerate(tokens):
        if token.type == "inline":
            before = tokens[position - 1].type if position else ""
            in_cell = before in ("th_open", "td_open")
            inline_style = replace(style, avoids_runts=style.avoids_runts and not in_cell)
            children = _typeset_paragraph(token.children or [], inline_style)
            tokens[position] = replace(token, children=children)
    start = notes_start(tokens)
    env = {"style": style, "notes": _footnotes(tokens[start:])}
    return str(_RENDERER.render(tokens[:start], markdown_parser().options, env))


def line_html(text: str, style: TextStyle) -> str:
    """Render a text of one paragraph, without `<p>`."""
    html = prose_html(Line(text), style).strip()
    return html.removeprefix("<p>").removesuffix("</p>")


def _footnotes(tokens: Tokens) -> dict[int, list[Token]]:
    """Collect the paragraphs of each footnote by its number."""
    notes: dict[int, list[Token]] = {}
    current: list[Token] = []
    for token in tokens:
        if token.type == "footnote_open":
            current = notes[token.meta["id"]] = []
        elif token.type == "inline":
            current.append(token)
    return notes


def _typeset_paragraph(tokens: Tokens, style: TextStyle) -> list[Token]:
    for token in tokens:
        if token.type == "footnote_ref" and token.children:
            token.children = _typeset_paragraph(token.children, style)
    nodes = read_tree(tokens)
    typeset_words(nodes, style.language, style.typeset)
    if style.avoids_runts:
        prevent_runt(nodes, style.language)
    nodes = list(superscript_ordinals(nodes, style.language))
    written = [*write_tree(isolate_opposite_runs(nodes, style.language))]
    if is_chinese(style.language):
        written = [*enclose_unbreakable(written)]
    return list(_divide_after_notes(written))


def _divide_after_notes(tokens: Tokens) -> Iterator[Token]:
    """Divide the text after the call of a footnote at the end of its sentence.

    A screen reader reads a footnote at the end of the sentence that calls it. So an element
    must end there: WeasyPrint draws the text of an element in one piece.
    """
    is_called, before = False, ""
    for position, token in enumerate(tokens):
        if token.type == "footnote_ref":
            # "A" stands for a next sentence.
            ends = (end.end() for end in _SENTENCE_END.finditer(f"{before} A"))
            is_called = is_called or len(before) not in ends
        elif is_called and token.type == "text" and not token.level:
            text = token.content
            match = _SENTENCE_END.search(text + _next_line(tokens, position))
            if match and match.end() <= len(text):
                is_called = False
                yield replace(token, type="sentence_end", content=text[: match.end()])
                token = replace(token, content=text[match.end() :])
        before = token.content if token.type == "text" else ""
        yield token


def _next_line(tokens: Tokens, position: int) -> str:
    """The text after a typed line end that follows a token."""
    following = tokens[position + 1 : position + 3]
    if not following or following[0].type != "softbreak":
        return ""
    return " " + "".join(token.content for token in following[1:])


def _text_html(text: str, language: str) -> str:
    """Escape a text; addresses may break in it, ranges may not."""
    end, parts = 0, []
    for match in ADDRESS.finditer(text):
        if not match[0].startswith("+"):  # a telephone number breaks at its spaces
            parts += [_ranges_html(text[end : match.start()], language)]
            parts += [address_html(match[0])]
            end = match.end()
    return "".join([*parts, _ranges_html(text[end:], language)])


def _ranges_html(text: str, language: str) -> str:
    """Keep symbols on one line, and ranges except in Arabic, which reverses ranges."""
    is_rtl = direction(language) == "rtl"
    html = keep_symbols(escape(text, quote=False), rtl=is_rtl)
    if is_rtl:
        return html
    return _RANGE.sub(r'<span class="range">\g<0></span>', html)


def _is_citation(tokens: Tokens, idx: int) -> bool:
    return 0 <= idx < len(tokens) and tokens[idx].type == "citation"


def _has_allowed_scheme(link: Token) -> bool:
    """Whether the scheme of a link is allowed; validation reports other schemes."""
    return str(link.attrGet("href") or "").startswith((*SCHEMES, "#"))


def _link_text(tokens: Tokens, idx: int) -> str:
    """The plain text of the link that a token opens."""
    printed = ("text", "code_inline", "softbreak", "hardbreak")
    inside = takewhile(lambda token: token.type != "link_close", tokens[idx + 1 :])
    words = (token for token in inside if token.type in printed)
    return "".join(" " if t.type.endswith("break") else t.content for t in words)


def _label_attribute(style: TextStyle, href: str, text: str) -> str:
    label = style.describe_link(href, text)
    return f' aria-label="{escape(label)}"' if label else ""


class _Renderer(RendererHTML):
    """markdown-it's renderer, extended by citations, footnotes and languages.

    A line never begins with a citation: the space before it is a no-break space. It may
    end between two citations.
    """

    def text(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        html = _text_html(tokens[idx].content, env["style"].language)
        if html.endswith(" ") and _is_citation(tokens, idx + 1):
            between = _is_citation(tokens, idx - 1) and not re.search(r"\w", html)
            return html if between else html[:-1] + _NO_BREAK
        return html

    def softbreak(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        binds = _is_citation(tokens, idx + 1) and not _is_citation(tokens, idx - 1)
        return _NO_BREAK if binds else "\n"

    def html_inline(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        return escape(tokens[idx].content)

    html_block = html_inline

    def span_open(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        language = escape(str(tokens[idx].attrGet("lang") or ""))
        return f'<span lang="{language}" dir="{direction(language)}">'

    def link_open(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        if not _has_allowed_scheme(tokens[idx]):
            return "<span>"
        href = str(tokens[idx].attrGet("href") or "")
        label = _label_attribute(env["style"], href, _link_text(tokens, idx))
        return f'<a href="{escape(href)}"{label}>'

    def link_close(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        opened = next(t for t in reversed(tokens[:idx]) if t.type == "link_open")
        return "</a>" if _has_allowed_scheme(opened) else "</span>"

    def th_open(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        return '<th scope="col">'

    def citation(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        style = env["style"]
        cited = [(style.cite(id), id) for id in tokens[idx].meta["ids"]]
        cited.sort(key=lambda pair: (len(pair[0]), pair[0]))  # in the order of the numbers
        links = (
            f'<a class="citation" href="#{REFERENCE_ANCHOR}{escape(id)}"'
            f"{_label_attribute(style, f'#{REFERENCE_ANCHOR}{id}', number)}>"
            f"{escape(number)}</a>"
            for number, id in cited
        )
        return f'<span class="citations">[{escape(style.separator).join(links)}]</span>'

    def address(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        return address_html(tokens[idx].content)

    def sentence_end(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        return f"<span>{self.text(tokens, idx, options, env)}</span>"

    def footnote_ref(self, tokens: Tokens, idx: int, options: Options, env: Env) -> str:
        note = tokens[idx]
        paragraphs = [note] if note.children else env["notes"].get(note.meta["id"], [])
        # WeasyPrint does not collapse line breaks in a footnote.
        inner = " ".join(
            self.renderInline(p.children or (), options, env).replace("\n", " ")
            for p in paragraphs
        )
        return f'<span class="footnote">{inner}</span>'


_RENDERER = _Renderer()
