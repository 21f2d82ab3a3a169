"""Turn checked values back into YAML, without the author's comments.

What is attached to a PDF is this export, not the raw file: comments may be private. The
export is content again: read as a language file or an edition file it gives equal values.
From the same values come the words that the code in the imprint stands for.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel

from pipeline.model.schema import (
    ANY_LANGUAGE,
    Cell,
    Column,
    Data,
    DataRow,
    Duration,
    Edition,
    Figure,
    LanguageVersion,
    parts_in,
)


def export_yaml(value: BaseModel) -> bytes:
    """Write a language version or the facts of an edition as its file would say it."""
    text = yaml.dump(
        _plain(value),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=88,
        default_flow_style=False,
    )
    return str(text).encode()


class _Dumper(yaml.CSafeDumper):
    """Writes an open cell as nothing at all: "null" would be read as a word."""


_Dumper.add_representer(
    type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "")
)


def export_charts(
    version: LanguageVersion, data: Mapping[str, tuple[DataRow, ...]]
) -> Iterator[tuple[Figure, Sequence[DataRow]]]:
    """Give each chart with its rows, wherever they were written."""
    for _, part in parts_in(version):
        if isinstance(part, Figure):
            yield part, data[part.data.file] if part.data.file else part.data.rows


def export_csv(rows: Sequence[DataRow]) -> bytes:
    """Write rows as CSV (RFC 4180): a first line of names, an open cell for a gap."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


# Facts that are on no page: what they say may change without a change of the brief.
_NOT_PRINTED = frozenset({"review_after", "subjects"})


def export_words(edition: Edition, language: str) -> bytes:
    """Write what an edition says in a language, the same as long as its words are.

    The facts that are printed, the language version, and the rows of its charts: neither
    comments, nor the order of keys, nor where lines break, nor what another language says.
    A picture counts by its name. Codes on paper are made from this, so its form must stay.
    """
    version = edition.versions[language]
    facts = _plain(edition.facts, language)
    kept = {name: value for name, value in facts.items() if name not in _NOT_PRINTED}
    charts = [
        [list(r.items()) for r in rows] for _, rows in export_charts(version, edition.data)
    ]
    shape = _without_breaks([kept, _plain(version), charts])
    return json.dumps(shape, ensure_ascii=False, sort_keys=True).encode()


def _without_breaks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_breaks(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_breaks(item) for item in value]
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFC", value).split())
    return value


def _plain(value: Any, language: str = "") -> Any:
    """Turn a value into what its file would say; in one `language`, if given."""
    if isinstance(value, Data):
        return value.file or [dict(row) for row in value.rows]
    if isinstance(value, Cell | Column):
        return _cell(value)
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        kept = {name: getattr(value, name) for name in fields}
        changed = {n: v for n, v in kept.items() if v != fields[n].default}
        return {
            n: dict(v) if n == "names" else _plain(v, language) for n, v in changed.items()
        }
    if isinstance(value, Duration):
        return f"{value.count} {value.unit}"
    if isinstance(value, dict):
        plain = {key: _plain(item) for key, item in value.items()}
        return plain.get(language, plain.get(ANY_LANGUAGE, plain))
    if isinstance(value, tuple):
        return [_plain(item, language) for item in value]
    return None if value is None else str(value)


def _cell(value: Cell | Column) -> Any:
    """A cell that is text alone is written as text alone."""
    fields = type(value).model_fields
    kept = {name: getattr(value, name) for name in fields}
    changed = {n: str(v) for n, v in kept.items() if v != fields[n].default}
    text = changed.get("text", changed.get("heading", ""))
    return text if len(changed) <= 1 and set(changed) <= {"text", "heading"} else changed
