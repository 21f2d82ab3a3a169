"""Editions as values, and their blocks, to be compared."""

from typing import Any

from pipeline.model.dates import InformationDate
from pipeline.model.schema import DataRow, Edition, EditionFacts, LanguageVersion

LONG = "Trade agreements have multiplied about fivefold in the last two decades"
OTHER = "Nobody was trained when the new orders came from markets far away"


def edition(
    dated: str = "2017",
    facts: dict[str, Any] | None = None,
    data: dict[str, tuple[DataRow, ...]] | None = None,
    **version: Any,
) -> Edition:
    sections = [{"heading": "H", "blocks": [{"text": LONG}]}]
    read = LanguageVersion.model_validate({"title": "T", "sections": sections, **version})
    read_facts = EditionFacts.model_validate(facts or {})
    date = InformationDate.parse(dated)
    return Edition("brief", date, read_facts, ("en",), {"en": read}, data or {}, {})


def blocks(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"heading": "H", "blocks": list(parts)}]}


def table(*rows: list[Any], columns: tuple[str, ...] = ("Year", "What")) -> dict[str, Any]:
    return {"table": {"title": "A table of texts", "columns": columns, "rows": rows}}


def figure(*rows: dict[str, str], **keys: Any) -> dict[str, Any]:
    return {
        "figure": {
            **{"title": "Seats of governments", "subtitle": "Number", "chart": "bar"},
            **{"data": list(rows), "label": "who", "value": "seats", "alt": "Bars."},
            **{"source": "ILO", **keys},
        }
    }
