"""Write a work as a text: the style of references of a series without one of its own."""

import re
from collections.abc import Iterable, Mapping

from pipeline.model.date_format import add_eastern_months, format_plain_date
from pipeline.model.dates import InformationDate
from pipeline.model.markdown import escape_markdown
from pipeline.model.references import AuthorName, Reference

_ENDS = re.compile(r"[.!?。！？؟…][*\"]*$")


def write_reference(work: Reference, words: Mapping[str, str], language: str) -> str:
    """Write a work in a language, with the strings of that language.

    Authors. *Title*. Place: Publisher, date.
    Authors. "Title". *Journal* 103(6): 1–9, date.
    """
    comma, title = words["comma"], escape_markdown(work.title or "")
    quoted = '"{}"'.format(title.replace('"', "'"))
    pages = _plain(re.sub("-+", "–", work.page or ""))
    imprint = _join(_imprint(work, words, language), comma)
    if work.container_title and _is_article(work):
        about = [quoted]
        container = _join([_journal(work), pages], words["colon"])
        source = [_join([container, imprint], comma)]
    elif work.container_title:
        about = [quoted]
        within = words["in_work"].replace("{title}", f"*{_plain(work.container_title)}*")
        source = [_join([within, *_edition(work, words), pages], comma), imprint]
    else:
        about = [f"*{title}*", *_edition(work, words), pages]
        source = [imprint]
    accessed = ""
    if day := work.accessed:
        date = _date(InformationDate(day.year, day.month, day.day), language)
        accessed = words["accessed"].replace("{date}", date)
    authors = words["semicolon"].join(_invert(name, words) for name in work.author)
    sentences = filter(None, (authors, _join(about, comma), *source, accessed))
    return words["word_space"].join(_end(one, words["full_stop"]) for one in sentences)


def _journal(work: Reference) -> str:
    issue = f"({_plain(work.issue)})" if work.issue else ""
    titled = f"*{_plain(work.container_title)}*"
    return _join([titled, f"{_plain(work.volume)}{issue}"], " ")


def _is_article(work: Reference) -> bool:
    return work.type.startswith("article") or bool(work.volume or work.issue)


def _imprint(work: Reference, words: Mapping[str, str], language: str) -> Iterable[str]:
    publisher = _plain(work.publisher)
    if publisher in (_plain(name.family) for name in work.author):
        publisher = ""  # an organization that publishes its own work
    yield _numbered(work.number, words["work_number"])
    yield _join([_plain(work.publisher_place), publisher], words["colon"])
    yield _date(work.issued, language) if work.issued else ""


def _edition(work: Reference, words: Mapping[str, str]) -> Iterable[str]:
    yield _numbered(work.edition, words["edition"])
    if work.editor:
        names = words["semicolon"].join(map(_direct, work.editor))
        yield words["edited_by"].replace("{names}", names)


def _numbered(number: str | None, words: str) -> str:
    """A number in digits needs words; another one, such as GB.276/14/1, has its own."""
    text = _plain(number)
    return words.replace("{number}", text) if text.isdigit() else text


def _invert(name: AuthorName, words: Mapping[str, str]) -> str:
    """The family name first: "Stiglitz, Joseph E."."""
    parts = [name.undivided] if name.undivided else [name.family, name.given]
    return words["comma"].join(map(_plain, parts))


def _direct(name: AuthorName) -> str:
    return _plain(name.undivided or f"{name.given} {name.family}")


def _date(day: InformationDate, language: str) -> str:
    return add_eastern_months(format_plain_date(day, language), language, day.first_day)


def _plain(text: str | None) -> str:
    return escape_markdown(text or "")


def _join(parts: Iterable[str], separator: str) -> str:
    return separator.join(filter(None, parts))


def _end(sentence: str, stop: str) -> str:
    return sentence if _ENDS.search(sentence) else sentence + stop
