"""Write a work as a text, in the built-in style of references."""

import re
from collections.abc import Iterable, Mapping

from pipeline.model.dates import InformationDate
from pipeline.model.locale_format import add_eastern_name, format_plain_date
from pipeline.model.markdown import escape_markdown
from pipeline.model.references import AuthorName, Reference

_SENTENCE_END = re.compile(r"[.!?。！？؟…][*\"]*$")


def write_reference(work: Reference, strings: Mapping[str, str], language: str) -> str:
    """Write a work in a language, with the strings of that language.

    Authors. *Title*. Place: Publisher, date.
    Authors. "Title". *Journal* 103(6): 1–9, date.
    """
    comma, title = strings["comma"], escape_markdown(work.title or "")
    quoted = '"{}"'.format(title.replace('"', "'"))
    pages = _escape(re.sub("-+", "–", work.page or ""))
    imprint = _join_parts(_imprint_of(work, strings, language), comma)
    if work.container_title and _is_article(work):
        about = [quoted]
        container = _join_parts([_journal_text(work), pages], strings["colon"])
        source = [_join_parts([container, imprint], comma)]
    elif work.container_title:
        about = [quoted]
        within = strings["in_work"].replace("{title}", f"*{_escape(work.container_title)}*")
        parts = [within, *_edition_parts(work, strings), pages]
        source = [_join_parts(parts, comma), imprint]
    else:
        about = [f"*{title}*", *_edition_parts(work, strings), pages]
        source = [imprint]
    accessed = ""
    if day := work.accessed:
        date = _date_text(InformationDate(day.year, day.month, day.day), language)
        accessed = strings["accessed"].replace("{date}", date)
    authors = strings["semicolon"].join(_invert_name(name, strings) for name in work.author)
    sentences = filter(None, (authors, _join_parts(about, comma), *source, accessed))
    stop = strings["full_stop"]
    return strings["word_space"].join(_end_sentence(text, stop) for text in sentences)


def _journal_text(work: Reference) -> str:
    issue = f"({_escape(work.issue)})" if work.issue else ""
    titled = f"*{_escape(work.container_title)}*"
    return _join_parts([titled, f"{_escape(work.volume)}{issue}"], " ")


def _is_article(work: Reference) -> bool:
    return work.type.startswith("article") or bool(work.volume or work.issue)


def _imprint_of(
    work: Reference, strings: Mapping[str, str], language: str
) -> Iterable[str]:
    publisher = _escape(work.publisher)
    if publisher in (_escape(name.family) for name in work.author):
        publisher = ""  # an organization that publishes its own work
    yield _number_text(work.number, strings["work_number"])
    yield _join_parts([_escape(work.publisher_place), publisher], strings["colon"])
    yield _date_text(work.issued, language) if work.issued else ""


def _edition_parts(work: Reference, strings: Mapping[str, str]) -> Iterable[str]:
    yield _number_text(work.edition, strings["edition"])
    if work.editor:
        names = strings["semicolon"].join(map(_full_name, work.editor))
        yield strings["edited_by"].replace("{names}", names)


def _number_text(number: str | None, pattern: str) -> str:
    """Put words around a number in digits; another one, such as GB.276/14/1, needs none."""
    text = _escape(number)
    return pattern.replace("{number}", text) if text.isdigit() else text


def _invert_name(name: AuthorName, strings: Mapping[str, str]) -> str:
    """The family name first: "Stiglitz, Joseph E."."""
    parts = [name.undivided] if name.undivided else [name.family, name.given]
    return strings["comma"].join(map(_escape, parts))


def _full_name(name: AuthorName) -> str:
    return _escape(name.undivided or f"{name.given} {name.family}")


def _date_text(day: InformationDate, language: str) -> str:
    return add_eastern_name(format_plain_date(day, language), language, day.first_day)


def _escape(text: str | None) -> str:
    return escape_markdown(text or "")


def _join_parts(parts: Iterable[str], separator: str) -> str:
    return separator.join(filter(None, parts))


def _end_sentence(sentence: str, stop: str) -> str:
    return sentence if _SENTENCE_END.search(sentence) else sentence + stop
