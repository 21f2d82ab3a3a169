"""Read a file of works that a reference manager wrote: BibTeX or CSL-JSON.

Such a file often holds a whole library: the values of an entry are checked if a brief cites
it. LaTeX is read as text; no command in it is carried out, and no file is opened.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.content.schema_errors import PATTERN_HINTS
from pipeline.content.yaml_source import read_text
from pipeline.model.normalization import without_accents
from pipeline.model.references import WORK_TYPES, Reference
from pipeline.problems import PipelineError, Place, Problem, Rule

if TYPE_CHECKING:
    from bibtexparser.model import Entry

# The types of BibTeX that are called differently in CSL.
_TYPES = {
    **{"article": "article-journal", "manual": "report", "techreport": "report"},
    **dict.fromkeys(("inbook", "incollection"), "chapter"),
    **dict.fromkeys(("conference", "inproceedings"), "paper-conference"),
    **dict.fromkeys(("mastersthesis", "phdthesis"), "thesis"),
    **dict.fromkeys(("electronic", "online", "www"), "webpage"),
}
# The fields of BibTeX and BibLaTeX, by those of a reference; the first one counts.
_FIELDS = {
    "title": ("title",),
    "container_title": ("journal", "journaltitle", "booktitle", "maintitle"),
    "edition": ("edition",),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "page": ("pages",),
    "publisher": ("publisher", "institution", "school", "organization", "howpublished"),
    "publisher_place": ("address", "location"),
}
# The fields of other values.
_OTHER_FIELDS = {"issued": ("date", "year"), "accessed": ("urldate",)}
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
# The names of BibLaTeX that are not the English ones of CLDR.
_BIBLATEX = {
    **dict.fromkeys(("american", "british", "canadian", "australian", "newzealand"), "en"),
    **dict.fromkeys(("usenglish", "ukenglish"), "en"),
    **dict.fromkeys(("ngerman", "austrian", "naustrian"), "de"),
    **dict.fromkeys(("swissgerman", "nswissgerman"), "de"),
    **dict.fromkeys(("francais", "acadian", "canadien"), "fr"),
    **{"brazil": "pt-BR", "brazilian": "pt-BR", "portuges": "pt", "mexican": "es"},
    **{"norsk": "nb", "nynorsk": "nn", "magyar": "hu", "slovene": "sl", "farsi": "fa"},
    **{"bahasai": "id", "bahasam": "ms", "serbianc": "sr-Cyrl", "polutonikogreek": "el"},
    **{"lowersorbian": "dsb", "uppersorbian": "hsb"},
}
_TAG = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|span)(?: [^<>]*)?>")
_NOT_BIBTEX = "this entry is not BibTeX: a bracket, comma or quotation mark is wrong"
_HINT = "correct it in the program that wrote the file, and save the file again"

# The values of a reference, before they are checked.
Values = Mapping[str, Any]
_PRINTED_FIELDS = frozenset(key for keys in _FIELDS.values() for key in keys)
# The name of a @string macro, the separator of names, and a text in braces: one name.
_MACRO = re.compile(r"[A-Za-z][\w.:-]*")
_NAME_SEPARATOR = re.compile(r"\sand\s", re.IGNORECASE)
_BRACES = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Work:
    """An entry of a file, and how its values and the places of its fields are read."""

    place: Place
    read: Callable[[], Values]
    places: Callable[[], Mapping[str, Place]] = dict
    fields: Mapping[str, str] = field(default_factory=dict)
    unquoted: frozenset[str] = frozenset()

    def place_of(self, name: str) -> Place:
        """The place of a value of the reference, if it is known, else that of the entry."""
        keys = _FIELDS.get(name) or _OTHER_FIELDS.get(name) or (name,)
        places = self.places()
        return next((places[key] for key in keys if key in places), self.place)

    def doubtful_values(self) -> Iterator[Problem]:
        """Report BibTeX values that probably have another meaning than the author intended.

        `fields` are the typed fields, `unquoted` the names of those without braces.
        """
        for key, value in self.fields.items():
            message = hint = ""
            if key in self.unquoted & _PRINTED_FIELDS and _MACRO.fullmatch(value):
                message = f'there is no @string "{value}", so this word is printed'
                hint = f"define it in the file, or use braces: {key} = {{…}}"
            elif key in ("author", "editor"):
                names = _NAME_SEPARATOR.split(_BRACES.sub("", value))
                whole = (name for name in names if name.count(",") > 2)
                if name := next(whole, ""):
                    message = f'"{name.strip()}" is read as one name'
                    hint = 'put "and" between two names: Öztürk, Ayşe and İnan, Can'
            if message:
                place = self.places().get(key, self.place)
                yield Problem(Rule.BIBLIOGRAPHY_VALUE, place, message, hint)

    def reference(self, id: str) -> Reference:
        """Check the entry. Raises PipelineError with all its problems."""
        try:
            values = self.read()
            if values.get("title"):
                return Reference.model_validate({**values, "id": id})
            problems = [_entry_problem(self.place, f'"{id}" has no title')]
        except ValidationError as error:
            problems = [_value_problem(self, id, detail) for detail in error.errors()]
        except Exception:  # the decoders of LaTeX and names raise anything for odd values
            message = f'"{id}" has a value that cannot be read'
            problems = [_entry_problem(self.place, message)]
        raise PipelineError(*problems)


@lru_cache(maxsize=4)  # the texts in several languages name the same files
def read_bibliography(file: str, data: bytes) -> Mapping[str, Work]:
    """Read the entries of a file, by the ids that cite them. Raises PipelineError."""
    readers = {".bib": _read_bibtex, ".json": _read_csl_json}
    extension = PurePosixPath(file).suffix.lower()
    if extension not in readers:
        message = f'references cannot be read from a file "{extension}"'
        hint = "export them as BibTeX (.bib) or CSL-JSON (.json)"
        raise PipelineError(Problem(Rule.BIBLIOGRAPHY, Place(file), message, hint))
    works: dict[str, Work] = {}
    problems: list[Problem] = []
    for key, work in readers[extension](file, read_text(file, data)):
        id = citation_id(key)
        if isinstance(work, Problem):
            problems.append(work)
        elif id in works:
            message = f'two entries have the key "{key}", or one like it'
            problems.append(_entry_problem(work.place, message))
        elif id:
            works[id] = work
    if problems:
        raise PipelineError(*problems)
    return works


def citation_id(key: str) -> str:
    """The id of an entry: its key without accents, other signs as "-"; "ref-7" for "7"."""
    id = re.sub(r"[^A-Za-z0-9_-]+", "-", without_accents(key)).strip("-")
    return id if not id or id[0].isalpha() else f"ref-{id}"


def _entry_problem(place: Place, message: str) -> Problem:
    return Problem(Rule.BIBLIOGRAPHY, place, message, _HINT)


def _value_problem(work: Work, id: str, error: ErrorDetails) -> Problem:
    name = next(map(str, error["loc"]))
    place = work.place_of(name)
    message = f'"{error["input"]}" is not a valid value for "{name}" of "{id}"'
    hint = PATTERN_HINTS.get(name) if "pattern" in error["type"] else error["msg"]
    return Problem(Rule.BIBLIOGRAPHY, place, message, f"{hint or ''}; {_HINT}")


def _read_bibtex(file: str, text: str) -> Iterator[tuple[str, Work | Problem]]:
    from bibtexparser.entrypoint import parse_string  # few briefs have such a file
    from bibtexparser.model import (
        DuplicateBlockKeyBlock,
        DuplicateFieldKeyBlock,
        Entry,
        ParsingFailedBlock,
    )

    # It logs only the blocks that are reported below.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL + 1)
    lines = text.split("\n")
    for block in parse_string(text).blocks:
        row = block.start_line or 0
        place = Place(file, row + 1, lines[row].find("@") + 1 or 1)
        # `read_bibliography` reports a second entry with the same key.
        entry: object = block
        if isinstance(block, DuplicateBlockKeyBlock):
            entry = block.ignore_error_block
        if isinstance(block, DuplicateFieldKeyBlock):
            names = " and ".join(f'"{key}"' for key in sorted(block.duplicate_keys))
            yield "", _entry_problem(place, f"the entry has {names} twice")
        elif isinstance(entry, Entry):
            fields = {item.key.lower(): str(item.value) for item in entry.fields}
            read = partial(_from_bibtex, entry.entry_type, fields)
            places = partial(_field_places, file, lines, entry)
            marks = entry.parser_metadata.get("removed_enclosing", {})
            resolved = entry.parser_metadata.get("ResolveStringReferences", ())
            bare = {k.lower() for k, mark in marks.items() if mark == "no-enclosing"}
            unquoted = frozenset(bare.difference(map(str.lower, resolved)))
            yield entry.key, Work(place, read, places, fields, unquoted)
        elif isinstance(block, ParsingFailedBlock):
            yield "", _entry_problem(place, _NOT_BIBTEX)


def _field_places(file: str, lines: list[str], entry: "Entry") -> dict[str, Place]:
    places = {}
    for item in entry.fields:
        row = item.start_line or 0
        match = re.search(rf"\b{re.escape(item.key)}\s*=", lines[row])
        places[item.key.lower()] = Place(file, row + 1, match.start() + 1 if match else 1)
    return places


def _from_bibtex(kind: str, fields: Mapping[str, str]) -> Values:
    from bibtexparser.middlewares.names import (
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )
    from pylatexenc.latex2text import LatexNodes2Text

    decode = LatexNodes2Text(math_mode="text", keep_comments=True).latex_to_text

    def plain(text: str) -> str:
        return " ".join(decode(text).split())

    def names(text: str) -> Iterator[dict[str, str]]:
        for name in split_multiple_persons_names(text):
            parts = parse_single_name_into_parts(name, strict=False)
            last, first = (*parts.von, *parts.last), (*parts.first, *parts.jr)
            both = {"family": plain(" ".join(last)), "given": plain(" ".join(first))}
            yield {key: part for key, part in both.items() if part}

    values: dict[str, Any] = {"type": _known_type(_TYPES.get(kind.lower(), kind.lower()))}
    for name, keys in _FIELDS.items():
        if typed := next((fields[key] for key in keys if fields.get(key)), ""):
            values[name] = plain(typed)
    if "container_title" not in values and "issue" in values:
        values["number"] = values.pop("issue")  # the number of a report
    for name in ("author", "editor"):
        if fields.get(name):
            values[name] = list(names(fields[name]))
    for name in ("doi", "url"):
        typed = fields.get(name, "")
        values[name] = re.sub(r"\\url\{(.*)\}|\\([_%&#~])", r"\1\2", typed)
    if date := fields.get("date") or fields.get("year"):
        month = fields.get("month", "").strip().lower()
        number = _MONTHS.index(month[:3]) + 1 if month[:3] in _MONTHS else 0
        is_year = re.fullmatch(r"[0-9]{4}", date) and number
        values["issued"] = f"{date}-{number:02}" if is_year else date
    values["accessed"] = fields.get("urldate")
    values["language"] = _language_code(
        plain(fields.get("langid") or fields.get("language") or "")
    )
    return {name: value for name, value in values.items() if value}


def _read_csl_json(file: str, text: str) -> Iterator[tuple[str, Work | Problem]]:
    place, items = Place(file), None
    try:
        items = json.loads(text)
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
    except (ValueError, RecursionError):  # a number of 5,000 digits; 1,000 brackets
        pass
    if not isinstance(items, list) or not all(isinstance(work, dict) for work in items):
        yield "", _entry_problem(place, "the file is not a list of works in CSL-JSON")
        return
    row = offset = 0
    for item in items:
        key = str(item.get("citation-key") or item.get("id") or "")
        key_offset = max(text.find(json.dumps(key, ensure_ascii=False), offset), offset)
        row, offset = row + text.count("\n", offset, key_offset), key_offset
        place = Place(file, row + 1, offset - text.rfind("\n", 0, offset))
        yield key, Work(place, partial(_from_csl, item))


def _from_csl(item: Mapping[str, Any]) -> Values:
    values: dict[str, Any] = {"type": _known_type(item.get("type"))}
    for key, value in item.items():
        name = key.lower().replace("-", "_")
        if name in ("author", "editor"):
            values[name] = [_csl_name(author) for author in value]
        elif name in ("issued", "accessed"):
            values[name] = _csl_date(value)
        elif name == "language":
            values[name] = _language_code(str(value))
        elif name in Reference.model_fields and name not in ("id", "type", "text", "file"):
            values[name] = " ".join(_TAG.sub("", str(value)).split())
    return {name: value for name, value in values.items() if value}


def _csl_name(name: Mapping[str, Any]) -> dict[str, str]:
    keys = {
        "family": ("literal", "non-dropping-particle", "family"),
        "given": ("given", "dropping-particle", "suffix"),
    }
    both = {to: [str(name[key]) for key in keys[to] if name.get(key)] for to in keys}
    return {to: " ".join(parts) for to, parts in both.items() if parts}


def _csl_date(date: Mapping[str, Any]) -> str:
    parts = (date.get("date-parts") or [[]])[0]
    year, *others = (str(part) for part in parts) if parts else ("",)
    typed = str(date.get("raw") or date.get("literal") or "")
    return "-".join([year, *(part.zfill(2) for part in others)]) if year else typed


def _known_type(kind: object) -> str:
    return str(kind) if kind in WORK_TYPES else "document"


def _language_code(name: str) -> str:
    """Find the code of a language by its name or code; "" if it is not known."""
    from babel import localedata
    from babel.core import get_global

    typed = " ".join(name.split()).replace("_", "-")
    listed_code = _BIBLATEX.get(typed.lower()) or _codes_by_name().get(typed.lower())
    if listed_code:
        return listed_code
    language, *others = typed.split("-")
    language = language.lower()
    # A code of three letters, such as "deu", becomes that of two letters if there is one.
    language = get_global("language_aliases").get(language, language).replace("_", "-")
    code = "-".join([language, *others])
    return code if language != "root" and localedata.exists(code.replace("-", "_")) else ""


@cache
def _codes_by_name() -> dict[str, str]:
    from babel import Locale

    names = Locale("en").languages.items()
    return {name.lower(): code.replace("_", "-") for code, name in names}
