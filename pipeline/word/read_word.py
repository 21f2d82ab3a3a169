"""Read a Word file as the values of a language file, in a worker: it may be hostile."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from pipeline.content.office_file import report_damage
from pipeline.content.validate.images import read_picture
from pipeline.word.convert import convert
from pipeline.word.html_to_brief import BriefReader
from pipeline.word.markdown import MarkdownWriter
from pipeline.word.sanitize import sanitize, word_file

# The exceptions that mammoth raises for an inconsistent document.
_MAMMOTH_ERRORS = (AttributeError, LookupError, OverflowError, TypeError, ValueError)
# A larger file has more pictures than a brief; it is refused before it is read.
MAX_BYTES = 100_000_000
_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "SVG": "svg"}


@dataclass(frozen=True)
class WordBrief:
    """The content of a Word file: values of a language file, and pictures by their names.

    `guessed` and `lost` are messages about guesses and omitted parts; `left_out` counts by
    kind what a brief cannot have.
    """

    values: dict[str, Any]
    pictures: Mapping[str, bytes]
    guessed: Sequence[str]
    lost: Sequence[str]
    left_out: Mapping[str, int]


def read_metadata(name: str, content: bytes) -> tuple[str, Mapping[str, str]]:
    """Read the language that a Word file states, and its custom properties.

    Raises PipelineError.
    """
    word = sanitize(name, content)
    return word.language, word.properties


def read_brief(
    name: str,
    content: bytes,
    languages: Sequence[str],
    labels: Mapping[str, str],
    accept: bool = True,
) -> WordBrief:
    """Read a Word file. `languages` are those of the series, the first that of the text.

    Without `accept`, tracked changes count as rejected. Raises PipelineError.
    """
    word = sanitize(name, content, accept=accept)
    with report_damage(word_file(name), *_MAMMOTH_ERRORS):
        elements, notes, images = convert(word)
    writer = MarkdownWriter(languages, notes)
    pictures, names = _name_pictures(images, writer.lost)
    title = word.title or re.sub(r"[-_\s]+", " ", PurePath(name).stem).strip()
    reader = BriefReader(writer, labels, word.charts, names, title)
    values = reader.read(elements)
    return WordBrief(values, pictures, writer.guessed, writer.lost, word.left_out)


def _name_pictures(
    images: Sequence[bytes], lost: list[str]
) -> tuple[dict[str, bytes], list[str]]:
    """Name the pictures that can be printed; the name of another one is empty."""
    pictures: dict[str, bytes] = {}
    names: list[str] = []
    for number, data in enumerate(images, 1):
        picture, _ = read_picture(f"picture-{number}", data)
        if picture is None:
            lost.append(f"picture {number} was left out: save it as PNG or JPEG")
            names.append("")
            continue
        names.append(f"picture-{number}.{_EXTENSIONS[picture.kind]}")
        pictures[names[-1]] = data
    return pictures, names
