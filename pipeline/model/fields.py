"""Field types of the models, and how they read the text of a YAML file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainValidator,
)
from pydantic_core import CoreSchema, PydanticCustomError, PydanticUndefined, core_schema

from pipeline.lazy_import import lazy_import
from pipeline.model.dates import InformationDate
from pipeline.model.normalization import has_visible_text

# Pydantic looks for plug-ins by this module, unless that is switched off (cli/process.py).
with lazy_import("importlib.metadata"):
    from pydantic.plugin import _loader  # noqa: F401

_T = TypeVar("_T")
# The key of a text that is the same in every language.
ANY_LANGUAGE = "*"
# Keys and indexes from the root of a file to a value.
FieldPath = tuple[str | int, ...]
# A number in a chart, and a month on its time axis.
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DURATION = re.compile(r"([1-9][0-9]{0,3}) (day|week|month|year)s?")


class Strict(BaseModel):
    """A frozen model that rejects unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Markdown(str):
    min_length: ClassVar[int] = 1

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.str_schema(min_length=cls.min_length, strip_whitespace=True)
        return core_schema.no_info_after_validator_function(cls, text)


class Line(_Markdown):
    """Markdown of one paragraph: emphasis, links, citations."""


class Prose(_Markdown):
    """Markdown of any number of paragraphs, with lists, tables and footnotes."""


class CellLine(Line):
    """A line that may be empty: the cell of a table."""

    min_length: ClassVar[int] = 0


@dataclass(frozen=True)
class Duration:
    """A whole number of days, weeks, months or years, such as "12 months"."""

    count: int
    unit: Literal["days", "weeks", "months", "years"]


def parse_duration(value: Any) -> Duration:
    """Parse "12 months" or "1 month"; reject zero."""
    if isinstance(value, Duration):
        return value
    match = _DURATION.fullmatch(str(value))
    if not match:
        hint = 'write a number and a unit: "12 months" or "2 years"'
        raise PydanticCustomError("wrong_value", hint)
    return Duration(int(match[1]), match[2] + "s")  # type: ignore[arg-type]  # by the regex


def _read_date(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not _DAY.fullmatch(str(value)):
        raise PydanticCustomError("wrong_value", "write a day as 2017-10-26")
    try:
        return date.fromisoformat(value)
    except ValueError:
        hint = "there is no such day: {day}"
        raise PydanticCustomError("wrong_value", hint, {"day": value}) from None


def read_information_date(value: Any) -> InformationDate:
    """Parse a date as typed. Raises PydanticCustomError with the reason."""
    if isinstance(value, InformationDate):
        return value
    try:
        return InformationDate.parse(str(value))
    except ValueError as error:
        raise PydanticCustomError("wrong_value", "{why}", {"why": str(error)}) from None


def one_or_more(value: Any) -> Any:
    """Read a single text as a list of one."""
    return [value] if isinstance(value, str) else value


def _require_visible_text(text: str) -> str:
    """Strip a text; reject one of spaces and invisible characters."""
    if not has_visible_text(text):
        hint = "the text has no visible character; write words, or leave the key out"
        raise PydanticCustomError("wrong_value", hint)
    return text.strip()


def text_as(key: str, input_type: Any = PydanticUndefined) -> BeforeValidator:
    """Read a single text as keys and values, in which it is the value of `key`.

    `input_type` is the type of the input for JSON Schema; without it, any text is valid.
    """
    return BeforeValidator(
        lambda v: {key: v} if isinstance(v, str) else v, json_schema_input_type=input_type
    )


# A text in several languages ({en: …, fr: …}), or one text for all of them.
Localized = Annotated[dict[str, Line], Field(min_length=1), text_as(ANY_LANGUAGE)]
# Types of the input, for JSON Schema.
_TypedDay = Annotated[str, Field(pattern=f"^{_DAY.pattern}$")]
_TypedDuration = Annotated[str, Field(pattern=f"^{_DURATION.pattern}$")]
Day = Annotated[date, PlainValidator(_read_date, json_schema_input_type=_TypedDay)]
TimeSpan = Annotated[
    Duration, PlainValidator(parse_duration, json_schema_input_type=_TypedDuration)
]
Text = Annotated[str, Field(min_length=1), AfterValidator(_require_visible_text)]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
LocalizedText = Annotated[dict[str, Text], Field(min_length=1), text_as(ANY_LANGUAGE)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
NonEmpty = Annotated[tuple[_T, ...], Field(min_length=1)]
# The digits of texts in Arabic, Persian and Urdu.
Digits = Literal["latin", "arabic-indic"]
# How citations are printed: as the number of their reference, or as a footnote.
Citations = Literal["numbers", "notes"]
WebAddress = Annotated[str, Field(pattern=r"^https://[^\s/]+\.[^\s/]+(/\S*)?$")]


def parse_time(text: str) -> Decimal | None:
    """Parse a number or a month as a time in years; None for other text."""
    if month := MONTH.fullmatch(text):
        return int(month[1]) + Decimal(int(month[2]) - 1) / 12
    return Decimal(text) if NUMBER.fullmatch(text) else None


def in_language(text: Mapping[str, _T], language: str, default: str) -> tuple[_T, str]:
    """Return a localized text in a language, and the language that it is in.

    A missing language is replaced by the default language, then by any other.
    """
    if ANY_LANGUAGE in text:
        return text[ANY_LANGUAGE], language
    code = next(code for code in (language, default, *text) if code in text)
    return text[code], code
