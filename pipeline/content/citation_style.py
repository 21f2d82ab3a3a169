"""Write works by a citation style in CSL, with citeproc-py (the extra "csl").

The file of a style is data: it is parsed without a document type, so it can neither declare
entities nor name other files, before citeproc-py reads it. Nothing is fetched.
"""

import json
import re
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unicodedata import normalize
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers.expat import ErrorString

from pipeline.content.office_file import NoDoctypeTree
from pipeline.model.locale_format import locale_of
from pipeline.model.markdown import escape_markdown
from pipeline.model.references import AuthorName, Reference
from pipeline.problems import PipelineError, Place, Problem, Rule, install_command

_CSL = "{http://purl.org/net/xbiblio/csl}"
_HINT = "use an independent style of https://www.zotero.org/styles, unchanged"
# Raised letters, as in "2ᵉ éd." of the French locale, which few fonts have.
_SUPERSCRIPT_LETTERS = re.compile("[ʰ-ʸᴬ-ᵪ]+")
# The fields of a reference that are not text variables of CSL.
_NON_TEXT_FIELDS = frozenset({"id", "text", "file", "type", "language", "author", "editor"})


def style_writer(file: str, data: bytes) -> Callable[[Reference, str], str]:
    """Return a function that writes works in a language; it raises PipelineError, too."""
    try:
        import citeproc  # noqa: F401 – the extra "csl" may not be installed
    except ImportError:
        message = "citation styles need a package that is not installed"
        hint = f"install it: {install_command('csl')}; or delete citation_style"
        problem = Problem(Rule.MISSING_PROGRAM, Place(file), message, hint)
        raise PipelineError(problem) from None
    style = _parse_style(file, data)
    style_in = cache(lambda language: _load_style(style, language))

    def write(work: Reference, language: str) -> str:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                text = _write_entry(style_in(language), work)
        except Exception as error:  # of citeproc-py, for 8 of 300 styles (decision 0047)
            message = f"a work cannot be written by this style ({type(error).__name__})"
            raise PipelineError(_style_problem(message, file)) from error
        if not text:
            raise PipelineError(_style_problem("the style gives no text for a work", file))
        return text

    write(Reference(id="a", title="A work"), "en")  # report a style that always fails
    return write


def _style_problem(message: str, file: str, line: int = 0, column: int = 0) -> Problem:
    return Problem(Rule.CITATION_STYLE, Place(file, line, column), message, _HINT)


def _unknown_macros(file: str, root: Element, data: bytes) -> Iterator[Problem]:
    defined = {macro.get("name") for macro in root.iter(f"{_CSL}macro")}
    for name in dict.fromkeys(part.get("macro", "") for part in root.iter()):
        if name and name not in defined:
            used = re.search(rf"macro\s*=\s*[\"']{re.escape(name)}[\"']".encode(), data)
            line = data[: used.start()].count(b"\n") + 1 if used else 0
            message = f'the style has no macro "{name}", which it uses'
            yield _style_problem(message, file, line, min(line, 1))


def _parse_style(file: str, data: bytes) -> bytes:
    """Parse a style; remove entry numbers, for the list of references has its own."""
    parser = ElementTree.XMLParser(target=NoDoctypeTree())  # noqa: S314 – no document type
    try:
        root = ElementTree.fromstring(data, parser)  # noqa: S314 – the same
    except ElementTree.ParseError as error:
        line, column = error.position
        message = f"the file is not XML: {ErrorString(error.code)}"
        raise PipelineError(_style_problem(message, file, line, column + 1)) from None
    except (LookupError, ValueError) as error:
        message = f"the file is not XML, or has what a style does not need: {error}"
        raise PipelineError(_style_problem(message, file)) from None
    bibliography = root.find(f"{_CSL}bibliography")
    if root.tag != f"{_CSL}style" or bibliography is None:
        message = "the file is not a citation style in CSL with a bibliography"
        raise PipelineError(_style_problem(message, file))
    if problems := list(_unknown_macros(file, root, data)):
        raise PipelineError(*problems)
    for parent in root.iter():
        for part in parent.findall(f"{_CSL}text[@variable='citation-number']"):
            parent.remove(part)
    # citeproc-py ignores `initialize="false"`, so the other names get the option instead.
    if initials := root.attrib.pop("initialize-with", ""):
        for name in root.iter(f"{_CSL}name"):
            if name.get("initialize") != "false":
                name.attrib.setdefault("initialize-with", initials)
    return ElementTree.tostring(root)


def _load_style(style: bytes, language: str) -> Any:
    from citeproc import LOCALES_PATH, CitationStylesStyle

    locale = locale_of(language).replace("_", "-")
    if not (Path(LOCALES_PATH) / f"locales-{locale}.xml").is_file():
        locales = json.loads((Path(LOCALES_PATH) / "locales.json").read_text("utf-8"))
        locale = locales["primary-dialects"].get(locale.partition("-")[0], "en-GB")
    return CitationStylesStyle(BytesIO(style), locale, validate=False)


def _write_entry(style: Any, work: Reference) -> str:
    from citeproc import Citation, CitationItem, CitationStylesBibliography
    from citeproc.source.json import CiteProcJSON

    source = CiteProcJSON([_csl_item(work)])
    bibliography = CitationStylesBibliography(style, source, _FORMATTER)
    bibliography.register(Citation([CitationItem("work")]))
    (entry,) = bibliography.bibliography()
    text = escape_markdown(str(entry))
    text = _SUPERSCRIPT_LETTERS.sub(lambda match: f"^{normalize('NFKC', match[0])}^", text)
    for placeholder, mark in _PLACEHOLDERS.items():
        text = text.replace(placeholder, mark)
    if not work.address:
        return text
    words = escape_markdown(work.url or "")
    if work.doi:
        doi = escape_markdown(work.doi)
        words = f"https://doi.org/{doi}" if f"https://doi.org/{doi}" in text else doi
    return text.replace(words, f"[{words}](<{work.address}>)", 1)


def _csl_item(work: Reference) -> dict[str, Any]:
    """A work in CSL-JSON."""
    item: dict[str, Any] = {"id": "work", "type": work.type}
    for key, value in work:
        name = {"doi": "DOI", "url": "URL"}.get(key, key.replace("_", "-"))
        if key in ("author", "editor") and value:
            item[name] = [_csl_name(author) for author in value]
        elif value and key in ("issued", "accessed"):
            item[name] = {"date-parts": [[int(part) for part in str(value).split("-")]]}
        elif value and key not in _NON_TEXT_FIELDS:
            item[name] = value
    if work.doi:
        item.pop("URL", None)  # which mostly leads to the same page
    return item


def _csl_name(name: AuthorName) -> dict[str, str]:
    literal = {"literal": name.undivided}
    return literal if name.undivided else {"family": name.family, "given": str(name.given)}


def _enclose_in(placeholder: str) -> Callable[[object], str]:
    """Return a function that encloses a text, without the spaces at its ends."""

    def enclose(part: object) -> str:
        text = str(part)
        words = text.strip()
        return text.replace(words, f"{placeholder}{words}{placeholder}") if words else text

    return enclose


# A formatter of citeproc-py. Private characters stand for the marks of Markdown until the
# text is escaped; formats that Markdown lacks are ignored.
_PLACEHOLDERS = {"\ue000": "*", "\ue001": "**", "\ue002": "^", "\ue003": "~"}
_ITALIC, _BOLD, _SUPERSCRIPT, _SUBSCRIPT = map(_enclose_in, _PLACEHOLDERS)
_FORMATTER = SimpleNamespace(
    **dict.fromkeys(("preformat", "Light", "Underline", "SmallCaps"), str),
    **dict.fromkeys(("Italic", "Oblique"), _ITALIC),
    Bold=_BOLD,
    Superscript=_SUPERSCRIPT,
    Subscript=_SUBSCRIPT,
)
