"""Turn checked values back into YAML and CSV, without the author's comments.

The export is attached to PDFs instead of the source file, because comments may be private.
Loading it gives equal values. The code in the imprint is derived from the same values.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel

from pipeline.model.fields import ANY_LANGUAGE, Duration
from pipeline.model.schema import (
    Cell,
    Column,
    Data,
    DataRow,
    Edition,
    Figure,
    LanguageVersion,
)
from pipeline.model.spreadsheet import protect_formula
from pipeline.model.walk import parts_in


def export_yaml(value: BaseModel) -> bytes:
    """Write a language version, or the facts of an edition, as YAML."""
    text = yaml.dump(
        _plain_value(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=88
    )
    return str(text).encode()


class _Dumper(yaml.CSafeDumper):
    """A dumper that writes None as nothing: "null" would be loaded as text."""


_Dumper.add_representer(
    type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "")
)


def export_charts(
    version: LanguageVersion, data: Mapping[str, tuple[DataRow, ...]]
) -> Iterator[tuple[Figure, Sequence[DataRow]]]:
    """Return each chart with its rows, from the language file or a data file."""
    for _, figure in parts_in(version, Figure):
        file = figure.data.file
        yield figure, data[file] if file else figure.data.rows


def export_csv(rows: Sequence[DataRow]) -> bytes:
    """Write rows as CSV (RFC 4180), with column names in the first line.

    A text that spreadsheet programs would take for a formula gets an apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    columns = list(rows[0])
    head: DataRow = {name: name for name in columns}
    for row in (head, *rows):
        writer.writerow([protect_formula(row.get(name) or "") for name in columns])
    return out.getvalue().encode()


# Facts that are no part of the printed text: the code does not depend on them.
_NOT_PRINTED = frozenset({"review_after", "subjects", "embargo_until", "withdrawn"})


def export_printed_content(edition: Edition, language: str) -> bytes:
    """Write the printed content of an edition in one language, as input of its code.

    Contains the printed facts, the language version and the rows of its charts. Comments,
    the order of keys, line breaks and other languages make no difference; a picture counts
    by its name only, a reference by what was typed. Codes on paper depend on the exact
    form, so it must not change.
    """
    typed = {"references": edition.typed_references[language]}
    version = edition.versions[language].model_copy(update=typed)
    facts = _plain_value(edition.facts, language)
    printed = {name: value for name, value in facts.items() if name not in _NOT_PRINTED}
    charts = [
        [list(r.items()) for r in rows] for _, rows in export_charts(version, edition.data)
    ]
    content = _without_breaks([printed, _plain_value(version), charts])
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def _without_breaks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_breaks(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_breaks(item) for item in value]
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFC", value).split())
    return value


def _plain_value(value: Any, language: str = "") -> Any:
    """Convert a value to plain values of YAML; localized texts to one `language`."""
    if isinstance(value, Data):
        return value.file or [dict(row) for row in value.rows]
    if isinstance(value, Cell | Column):
        return _cell_value(value)
    if isinstance(value, BaseModel):
        changed = _non_default_fields(value)
        return {
            n: dict(v) if n in ("names", "approximate") else _plain_value(v, language)
            for n, v in changed.items()
        }
    if isinstance(value, Duration):
        return f"{value.count} {value.unit}"
    if isinstance(value, dict):
        plain = {key: _plain_value(item) for key, item in value.items()}
        return plain.get(language, plain.get(ANY_LANGUAGE, plain))
    if isinstance(value, tuple):
        return [_plain_value(item, language) for item in value]
    return None if value is None else str(value)


def _non_default_fields(value: BaseModel) -> dict[str, Any]:
    fields = type(value).model_fields
    values = {name: getattr(value, name) for name in fields}
    return {name: item for name, item in values.items() if item != fields[name].default}


def _cell_value(value: Cell | Column) -> Any:
    """Write a cell that has only text as that text."""
    changed = {name: str(item) for name, item in _non_default_fields(value).items()}
    is_text = changed.keys() <= {"text", "heading"}
    return next(iter(changed.values()), "") if is_text else changed
