"""Blocks that show a number, dates, options or a flow, without the data of a chart."""

from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator
from pydantic_core import PydanticCustomError

from pipeline.model.dates import InformationDate
from pipeline.model.fields import NUMBER, Id, Line, Strict, Text, read_information_date


def _read_amount(value: Any) -> str:
    if not NUMBER.fullmatch(str(value)) or str(value).startswith("-"):
        hint = "write digits, with a point for decimals: 61.2"
        raise PydanticCustomError("wrong_value", hint)
    return str(value)


InformationDateField = Annotated[
    InformationDate, PlainValidator(read_information_date, json_schema_input_type=str)
]
# A number that is not negative, as typed.
Amount = Annotated[str, PlainValidator(_read_amount, json_schema_input_type=str)]


class Proportion(Strict):
    """A part of a whole, drawn as a bar or as a field of dots."""

    part: Amount
    alt: Text
    whole: Amount = "100"
    form: Literal["bar", "dots"] = "bar"


class BigFigure(Strict):
    """One number in very large type, and a sentence that says what it counts."""

    figure: Line
    text: Line
    source: Line
    id: Id | None = None
    proportion: Proportion | None = None
    zone: Literal["main", "side"] = "main"
    note: Line | None = None


class TimelinePoint(Strict):
    """What happened at a date."""

    date: InformationDateField
    text: Line


class Timeline(Strict):
    """Dated points on a linear time scale."""

    title: Line
    points: Annotated[tuple[TimelinePoint, ...], Field(min_length=2, max_length=12)]
    source: Line
    id: Id | None = None
    subtitle: Line | None = None
    note: Line | None = None


class Option(Strict):
    """One option: who acts, at what cost, by when."""

    option: Line
    who: Line
    by: Line
    cost: Line | None = None


class Compare(Strict):
    """A table of options."""

    title: Line
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=8)]
    id: Id | None = None
    subtitle: Line | None = None
    note: Line | None = None
    source: Line | None = None

    @property
    def has_costs(self) -> bool:
        """Whether an option has a cost; otherwise the column is left out."""
        return any(option.cost for option in self.options)


class Flow(Strict):
    """Nodes that lead to one result; a ribbon joins each node to it."""

    title: Line
    nodes: Annotated[tuple[Line, ...], Field(min_length=2, max_length=6)]
    result: Line
    source: Line
    id: Id | None = None
    subtitle: Line | None = None
    detail: Line | None = None
    note: Line | None = None
