"""The data model of a session: a meeting at which briefs are handed out.

Each name is the key in `content/sessions/331.yaml`. `editions/sessions.py` finds the
edition of each handout, and whether it exists in the language.

The name of the file identifies a session: it is its number, or the file has a key `name`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from pipeline.model.dates import InformationDate
from pipeline.model.fields import Day, Localized, Strict, Text, read_information_date
from pipeline.model.paper import HALF_SIZES
from pipeline.model.schema import Contact

# The type of the input, for JSON Schema.
_TypedDate = int | Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
_InformationDateField = Annotated[
    InformationDate,
    PlainValidator(read_information_date, json_schema_input_type=_TypedDate),
]
# A line with zero copies would have no effect; 100,000 or more is a typing error.
Copies = Annotated[int, Field(ge=1, le=99_999)]


class Dates(Strict):
    """The first and the last day of a session."""

    start: Day
    end: Day


class Handout(Strict):
    """One brief that is handed out, and the number of copies in each language.

    Without `edition`, the edition that is current on the first day of the session.
    """

    brief: Text
    copies: Annotated[dict[str, Copies], Field(min_length=1)]
    edition: _InformationDateField | None = None


class Paper(Strict):
    """The paper of the copies, in grams per square metre, and their binding.

    Without `size` it is that of the series. Each size has a profile: `office` is a whole
    sheet, `a5` is half of it.
    """

    size: Literal["A4", "A5", "Letter", "half-letter", "half"] = "A4"
    grams: Annotated[int, Field(ge=40, le=400)] | None = None
    duplex: bool = True
    finish: Literal["staple", "saddle-stitch", "none"] = "staple"

    @property
    def is_half(self) -> bool:
        """Whether the copies have half the size of the sheets of the series."""
        return self.size in HALF_SIZES


class Printing(Strict):
    """The instructions for a print shop besides the paper, and the packs to be printed."""

    ink: Literal["colour", "black"] = "colour"
    deliver_by: Day | None = None
    deliver_to: Localized | None = None
    contact: Contact | None = None
    packs: dict[str, Copies] = {}


class SessionFacts(Strict):
    """The content of a session's file.

    `name` is printed instead of the number, and then `body` may be missing: "3rd Meeting of
    the Council".
    """

    name: Localized | None = None
    body: Localized | None = None
    dates: Dates
    place: Localized
    handouts: tuple[Handout, ...] = ()
    paper: Paper = Paper()
    printing: Printing = Printing()
    missing_language: Literal["stop", "default"] = "stop"

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(code for h in self.handouts for code in h.copies)


@dataclass(frozen=True)
class Session:
    """A session; `slug` is the name of its file."""

    slug: str
    facts: SessionFacts

    @property
    def file(self) -> str:
        """The path of its file, as in messages."""
        return f"content/sessions/{self.slug}.yaml"

    @property
    def sort_key(self) -> tuple[date, str]:
        """The key by which sessions are sorted."""
        return self.facts.dates.start, self.slug
