"""Write and read PO, the format of gettext, by Babel.

A code is a tag in the text: <g1>words</g1>, <x2/>. One that a translation adds is named by
its kind: <italic>, <bold>, <sub>, <sup>, <lang-fr>.
"""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from pipeline.content.inline_codes import CodeEnd, InlineCode
from pipeline.exchange.unit import (
    RawPiece,
    ReturnedFile,
    ReturnedUnit,
    Tag,
    TranslationSubject,
    Unit,
    UnitState,
    file_error,
    number_codes,
    write_texts,
)
from pipeline.problems import Place, Problem, Rule

_NAME = r"g[0-9]+|x[0-9]+|italic|bold|sub|sup|lang-[A-Za-z]+(?:-[A-Za-z0-9]+)*"
_TAG = re.compile(rf"<(/?)({_NAME})(/?)>")
_LIKE_TAG = re.compile(rf"<(?=/?(?:{_NAME})/?>)")
_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: {name}\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"X-Briefs-Texts: {count}\\n"
"""


def write_po_text(subject: TranslationSubject, units: Sequence[Unit]) -> str:
    """Write the text of a file. A new unit has no translation; an outdated one is fuzzy."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for unit in units:
        original, translation = write_texts(unit, _escape, _tags_of)
        message = catalog.add(
            original,
            "" if unit.state is UnitState.NEW else translation,
            locations=[(unit.place.file.rpartition("/")[2], unit.place.line)],
            flags=["fuzzy"] if unit.state is UnitState.OUTDATED else [],
            auto_comments=[*unit.notes, *_shown_codes(unit)],
            context=unit.id,
        )
        # Babel takes "5 % of" for a format of Python.
        message.flags -= {"python-format", "python-brace-format"}
    written = BytesIO()
    write_po(written, catalog, omit_header=True)
    header = _HEADER.format(**vars(subject), count=len(units))
    return f"{header}\n{written.getvalue().decode()}"


def _shown_codes(unit: Unit) -> Iterator[str]:
    for name, code in number_codes(unit.original, unit.original):
        if isinstance(code, InlineCode):
            tag, _ = _tags_of(name, code)
            yield f"{tag} is {code.start.strip()}{code.end and '…'}{code.end}"


def _tags_of(name: str, code: InlineCode) -> tuple[str, str]:
    if not code.end and not name.startswith("t"):
        return f"<x{name}/>", ""
    tag = code.kind if name.startswith("t") else f"g{name}"
    return f"<{tag}>", f"</{tag}>"


def _escape(text: str) -> str:
    return _LIKE_TAG.sub("&lt;", re.sub("&(?=(?:amp|lt);)", "&amp;", text))


_COUNT = re.compile(rb'"X-Briefs-Texts: ([0-9]{1,6})\\n"')
_BREAK_AFTER = (" ", "-")
_CUT_HINT = "the file may be cut off: ask the translator to send it again"
_CONTEXT = re.compile(rb'^msgctxt[ \t]+((?:"[^\r\n]*"\s*)+)', re.MULTILINE)


def _require_utf8(file: str, data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = "the file is not in UTF-8"
        hint = "ask the translator to send it again, in UTF-8"
        if error.reason == "unexpected end of data":
            message = "the file is cut off in the middle of a character"
            hint = "ask the translator to send it again"
        raise file_error(file, line, message, hint) from None


def _require_unique_ids(file: str, data: bytes) -> None:
    """Refuse a text whose id is there twice: Babel would silently drop one."""
    seen = set[bytes]()
    for match in _CONTEXT.finditer(data):
        id = b"".join(re.findall(rb'"([^\r\n]*)"', match[1]))
        if id in seen:
            line = data[: match.start()].count(b"\n") + 1
            message = f'the text "{id.decode()}" is there twice'
            raise file_error(file, line, message, "keep one of the two")
        seen.add(id)


def read_po_file(file: str, data: bytes) -> ReturnedFile:
    """Read a file. Raises PipelineError if it is not PO, or was not exported by Briefs."""
    hint = "export the file again, and ask for the translation in a copy of it"
    _require_utf8(file, data)
    _require_unique_ids(file, data)
    try:
        catalog = read_po(BytesIO(data), charset="utf-8", abort_invalid=True)
    except PoFileError as error:
        reason = str(error).rpartition(" on ")[0].lower()
        message = f"the file is not PO: {reason}"
        raise file_error(file, error.lineno + 1, message, hint) from None
    except (ValueError, LookupError) as error:
        raise file_error(file, 0, f"the file is not PO: {error}", hint) from None
    language, name = catalog.locale_identifier, f"{catalog.project} {catalog.version}"
    if not language or not name.endswith(".yaml"):
        message = "the header of the file does not name the brief and its languages"
        raise file_error(file, 1, message, hint)
    original_language = name.rpartition("/")[2].removesuffix(".yaml")
    subject = TranslationSubject(
        name.strip(), original_language, language.replace("_", "-")
    )
    messages = [message for message in catalog if message.id]
    units = (
        ReturnedUnit(
            message.context or "",
            tuple(_read_pieces(str(message.id))),
            tuple(_read_pieces(str(message.string))),
            bool(message.string) and not message.fuzzy,
            message.lineno or 0,
        )
        for message in messages
    )
    return ReturnedFile(subject, tuple(units), tuple(_find_cutoff(file, data, messages)))


def _find_cutoff(file: str, data: bytes, messages: Sequence[Message]) -> Iterator[Problem]:
    """Report a file that was cut off at the end of a line: it is still PO.

    It has fewer texts than were sent, or the last text ends at a possible line break.
    """
    sent = _COUNT.search(data)
    if sent and len(messages) < int(sent[1]):
        message = f"the file has {len(messages)} of the {int(sent[1])} texts that were sent"
        yield Problem(Rule.RETURNED_PART, Place(file, 1, 1), message, _CUT_HINT)
    for last in messages[-1:]:
        texts = str(last.string), str(last.id)
        if texts[0].endswith(_BREAK_AFTER) and not texts[1].endswith(_BREAK_AFTER):
            message = "the last text ends in a space or hyphen, unlike the original"
            yield Problem(
                Rule.RETURNED_PART, Place(file, last.lineno or 0, 1), message, _CUT_HINT
            )


def _read_pieces(text: str) -> Iterator[RawPiece]:
    end = 0
    for match in _TAG.finditer(text):
        yield _unescape_text(text[end : match.start()])
        end = match.end()
        is_end, name, is_alone = match.groups()
        is_number = name[1:].isdigit()
        if is_end:
            yield CodeEnd.CLOSE
        elif is_number:
            yield Tag(name[1:], is_pair=not is_alone and name[0] == "g")
        else:
            yield Tag("", name, is_pair=True)
    yield _unescape_text(text[end:])


def _unescape_text(text: str) -> str:
    return text.replace("&lt;", "<").replace("&amp;", "&")
