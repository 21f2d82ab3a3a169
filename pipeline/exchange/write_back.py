"""Write translations into a language file; other lines stay as they are."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.content.inline_codes import Pieces, words_of
from pipeline.content.replace_text import add_keys, replace_texts
from pipeline.content.segments import (
    SegmentKey,
    highlights,
    paragraph_count,
    translated_texts,
    write_text,
)
from pipeline.content.translation_record import Pairing
from pipeline.content.yaml_source import Source
from pipeline.model.fields import FieldPath
from pipeline.model.scripts import script_of


@dataclass(frozen=True)
class WrittenFile:
    """The bytes of a language file, and the paths of the texts that it cannot hold.

    `keys` maps the key of each segment of the original to its key in the file.
    """

    data: bytes
    refused: tuple[FieldPath, ...]
    keys: Mapping[SegmentKey, SegmentKey]


def write_back(
    name: str,
    data: bytes,
    original: Source,
    translation: Source | None,
    pairing: Pairing,
    new: Mapping[SegmentKey, Pieces],
) -> WrittenFile:
    """Write `new` texts into a language file.

    `data` are its bytes, or those of the original if there is no translation yet.
    """
    language = name.rpartition("/")[2].removesuffix(".yaml")
    wraps = script_of(language).has_word_spaces
    present = {path: text for path, text, _ in translated_texts(translation or original)}
    keys = {
        pair.original.key: (pair.translation or pair.original).key
        for pair in pairing.translations
    }
    texts: dict[FieldPath, str] = {}
    refused: list[FieldPath] = []
    for path, text, is_markdown in translated_texts(original):
        changed = {number: pieces for (p, number), pieces in new.items() if p == path}
        if not changed:
            continue
        present_text = present.get(path, "")
        paired = [pair for pair in pairing.translations if pair.original.path == path]
        is_in_place = all(keys[pair.original.key] == pair.original.key for pair in paired)
        counts = {paragraph_count(content, is_markdown) for content in (present_text, text)}
        # Its paragraphs differ in number or order: start from the original.
        if not is_in_place or len(counts) > 1:
            present_text = text
            by_number = {pair.original.number: pair.translation for pair in paired}
            unchanged = {n: s.pieces for n, s in by_number.items() if s}
            changed = unchanged | changed
            keys |= {pair.original.key: pair.original.key for pair in paired}
        written = write_text(present_text, changed, is_markdown=is_markdown, wraps=wraps)
        if written is None:
            refused.append(path)
        else:
            texts[path] = written
    labels = _labels_in(new)
    texts |= {path: text for path, text in labels.items() if path in present}
    texts |= {mark: texts[label] for mark, label in highlights(original) if label in texts}
    added = {path: text for path, text in labels.items() if path not in present}
    edited = replace_texts(name, data, {p: t for p, t in texts.items() if p not in added})
    data, failed = _add_labels(name, edited.data, added)
    return WrittenFile(data, (*refused, *edited.refused, *failed), keys)


def _labels_in(new: Mapping[SegmentKey, Pieces]) -> dict[FieldPath, str]:
    """Return the new texts for chart labels: `names` and `approximate`."""
    return {
        path: words_of(pieces)
        for (path, _), pieces in new.items()
        if path[-2:-1] in (("names",), ("approximate",))
    }


def _add_labels(
    name: str, data: bytes, labels: Mapping[FieldPath, str]
) -> tuple[bytes, list[FieldPath]]:
    """Add texts for the labels of charts; list the paths where that is not possible."""
    charts: dict[FieldPath, dict[str, str]] = defaultdict(dict)
    for path, text in labels.items():
        charts[path[:-1]][str(path[-1])] = text
    failed = []
    for path, values in charts.items():
        added = add_keys(name, data, path, values, (*path[:-1], "value"))
        failed += [path] if added is None else []
        data = added or data
    return data, failed
