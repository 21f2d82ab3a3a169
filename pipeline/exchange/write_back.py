"""Write translations into the file of a language; other lines stay as they are."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.content.inline_codes import Pieces, words_of
from pipeline.content.segments import (
    SegmentKey,
    highlights,
    paragraph_count,
    translated_texts,
    write_text,
)
from pipeline.content.splice import add_keys, splice_all
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
    keys = {o.original.key: (o.translation or o.original).key for o in pairing.translations}
    texts: dict[FieldPath, str] = {}
    refused: list[FieldPath] = []
    for path, text, is_markdown in translated_texts(original):
        changed = {number: pieces for (at, number), pieces in new.items() if at == path}
        if not changed:
            continue
        here = present.get(path, "")
        pairs = [one for one in pairing.translations if one.original.path == path]
        in_place = all(keys[one.original.key] == one.original.key for one in pairs)
        counts = {paragraph_count(one, is_markdown) for one in (here, text)}
        # Other paragraphs than the original: write the original, then all translations.
        if not in_place or len(counts) > 1:
            here = text
            found = {one.original.number: one.translation for one in pairs}
            changed = {n: t.pieces for n, t in found.items() if t} | changed
            keys |= {one.original.key: one.original.key for one in pairs}
        written = write_text(here, changed, is_markdown=is_markdown, wraps=wraps)
        if written is None:
            refused.append(path)
        else:
            texts[path] = written
    labels = {p: words_of(t) for (p, _), t in new.items() if p[-2:-1] == ("names",)}
    texts |= {path: words for path, words in labels.items() if path in present}
    texts |= {mark: texts[label] for mark, label in highlights(original) if label in texts}
    spliced = splice_all(name, data, texts)
    added = {path: words for path, words in labels.items() if path not in present}
    data, failed = _add_labels(name, spliced.data, added)
    return WrittenFile(data, (*refused, *spliced.refused, *failed), keys)


def _add_labels(
    name: str, data: bytes, labels: Mapping[FieldPath, str]
) -> tuple[bytes, list[FieldPath]]:
    """Add names of labels that come from data; list the charts that cannot hold them."""
    charts: dict[FieldPath, dict[str, str]] = defaultdict(dict)
    for path, words in labels.items():
        charts[path[:-1]][str(path[-1])] = words
    failed = []
    for path, values in charts.items():
        added = add_keys(name, data, path, values, (*path[:-1], "value"))
        failed += [path] if added is None else []
        data = added or data
    return data, failed
