"""The entries of a list of references: a text, fields, or the name of a file of entries.

The fields are variables of CSL, the Citation Style Language, with `_` for its hyphens.
`content/references.py` turns fields and files into texts, so that other modules handle only
texts.
"""

import re
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import BeforeValidator, Field

from pipeline.model.cjk import is_hanzi
from pipeline.model.diagrams import InformationDateField
from pipeline.model.fields import (
    Day,
    Id,
    LanguageCode,
    Line,
    NonEmpty,
    Strict,
    Text,
    WebAddress,
    one_or_more,
    text_as,
)

# The types of CSL that policy briefs cite. CSL styles treat other types like "document".
WORK_TYPES = (
    *("article", "article-journal", "article-magazine", "article-newspaper"),
    *("bill", "book"),
    *("chapter", "dataset", "document", "legislation", "paper-conference", "post-weblog"),
    *("report", "speech", "standard", "thesis", "treaty", "webpage"),
)
_BEFORE_DOI = re.compile(r"\s*(https?://(dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_DOI = r"10\.[0-9]{4,9}(\.[0-9]+)*/\S+"


class AuthorName(Strict):
    """The name of a person; that of an organization is a `family` alone."""

    family: Text
    given: Text | None = None

    @property
    def undivided(self) -> str:
        """A name that is not divided: of an organization, or in Chinese; else ""."""
        name = f"{self.family}{self.given or ''}"
        is_chinese = all(letter == "·" or is_hanzi(letter) for letter in name)
        return name if not self.given or is_chinese else ""


def _read_name(value: Any) -> Any:
    """Read "Stiglitz, Joseph E." as a person, a text without a comma as one name."""
    if not isinstance(value, str):
        return value
    family, _, given = (part.strip() for part in value.partition(","))
    return {"family": family, "given": given} if given else {"family": value}


def _read_doi(value: Any) -> Any:
    """Accept a DOI as it is copied: an address, or after "doi:"."""
    return _BEFORE_DOI.sub("", value, count=1).strip() if isinstance(value, str) else value


_Person = Annotated[
    AuthorName, BeforeValidator(_read_name, json_schema_input_type=Text | AuthorName)
]
Names = Annotated[
    NonEmpty[_Person],
    BeforeValidator(one_or_more, json_schema_input_type=Text | tuple[_Person, ...]),
]
Doi = Annotated[
    str,
    Field(pattern=f"^{_DOI}$"),
    BeforeValidator(_read_doi, json_schema_input_type=Annotated[str, Field(pattern=_DOI)]),
]


class Reference(Strict):
    """One entry, by `text` or by `title` and other fields; or a `file` of entries."""

    id: Id = ""
    text: Line = Line("")
    file: Text | None = None
    type: Literal[WORK_TYPES] = "document"  # type: ignore[valid-type]  # for pydantic
    author: Names = ()
    editor: Names = ()
    title: Text | None = None
    container_title: Text | None = None
    edition: Text | None = None
    volume: Text | None = None
    issue: Text | None = None
    number: Text | None = None
    page: Text | None = None
    publisher: Text | None = None
    publisher_place: Text | None = None
    issued: InformationDateField | None = None
    accessed: Day | None = None
    language: LanguageCode | None = None
    doi: Doi | None = None
    url: WebAddress | None = None

    @property
    def address(self) -> str | None:
        """The address of a work: that of its DOI, which is permanent, or its `url`."""
        doi = quote(self.doi, safe="/:;().,-_") if self.doi else ""
        return f"https://doi.org/{doi}" if doi else self.url


_Item = Annotated[Reference, text_as("file", Text | Reference)]
# A single text is the name of a file.
References = Annotated[
    tuple[_Item, ...],
    BeforeValidator(one_or_more, json_schema_input_type=Text | tuple[_Item, ...]),
]
