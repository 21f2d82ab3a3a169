"""What a session may say: a meeting at which briefs are handed out.

The names are those of `content/sessions/331.yaml`, one for one. Which edition is handed
out, and whether it has the language, is found by `pipeline/editions/sessions.py`.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator
from pydantic_core import PydanticCustomError

from pipeline.model.dates import InformationDate
from pipeline.model.schema import Day, Localized, Text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _read_information_date(value: Any) -> InformationDate:
    if isinstance(value, InformationDate):
        return value
    try:
        return InformationDate.parse(value if isinstance(value, str) else "")
    except ValueError as error:
        raise PydanticCustomError("wrong_value", "{why}", {"why": str(error)}) from None


# A zero is a line to be deleted; more are a slip of the keyboard.
Copies = Annotated[int, Field(ge=1, le=99_999)]


class Dates(_Strict):
    """The first and the last day of a session."""

    start: Day
    end: Day


class Handout(_Strict):
    """One brief that is handed out: which edition, and how many copies in each language.

    Without `edition` it is the one that is current on the first day of the session.
    """

    brief: Text
    copies: Annotated[dict[str, Copies], Field(min_length=1)]
    edition: Annotated[InformationDate, PlainValidator(_read_information_date)] | None = (
        None
    )


class Paper(_Strict):
    """What the copies are printed on, and how they are bound; `grams` a square metre.

    The sizes are those that briefs can be set for: `office` is A4, `a5` is A5.
    """

    size: Literal["A4", "A5"] = "A4"
    grams: Annotated[int, Field(ge=40, le=400)] | None = None
    duplex: bool = True
    finish: Literal["staple", "saddle-stitch", "none"] = "staple"


class SessionFacts(_Strict):
    """What the file of a session says."""

    body: Localized
    dates: Dates
    place: Localized
    handouts: tuple[Handout, ...] = ()
    paper: Paper = Paper()
    missing_language: Literal["stop", "default"] = "stop"


@dataclass(frozen=True)
class Session:
    """A session, by the number that is the name of its file."""

    number: int
    facts: SessionFacts

    @property
    def name(self) -> str:
        """Its file, as messages name it."""
        return f"content/sessions/{self.number}.yaml"

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which anything is handed out."""
        return frozenset(code for h in self.facts.handouts for code in h.copies)
