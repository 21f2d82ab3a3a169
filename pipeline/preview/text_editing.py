"""Find the text of the content that was clicked in the preview, and replace it.

A request has the number of a structure entry, or of a text that was clicked before. It
never has the name of a file; this module finds the file.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from pipeline.content.read_file import read_bytes
from pipeline.content.replace_text import replace_text
from pipeline.content.source_map import SourceMap
from pipeline.model.fields import FieldPath
from pipeline.preview.state import RenderedPages
from pipeline.problems import Place
from pipeline.project import Project
from pipeline.state.atomic_write import atomic_write

# The number of words that are searched for: enough to identify a paragraph, and so few that
# none of them is hyphenated.
_SEARCHED_WORDS = 4
_CONFLICT = (
    "The file was changed since the text was shown. Nothing was written: copy your text, "
    "close this box, and click the paragraph again."
)
_REFUSED = (
    "This text cannot be written here without changing another text of the file. Nothing "
    "was written: open the file in your editor."
)


@dataclass(frozen=True)
class EditableText:
    """A text of the content, its file and path; `digest` is the hash of the shown file.

    The paragraph that was clicked begins at `offset` of the text.
    """

    file: str
    digest: str
    path: FieldPath
    text: str
    offset: int = 0


def locate_text(
    project: Project, rendered: RenderedPages, number: int
) -> tuple[Place, EditableText | None]:
    """Return the place of a structure entry, and its text if it can be edited.

    Raises PipelineError if its file cannot be read.
    """
    entry, source_map = rendered.structure_entries[number], SourceMap(project)
    match = source_map.find_text(rendered.source, entry.text, entry.path)
    if match is None:
        return source_map.find(rendered.source, "", entry.path), None
    file = match.place.file
    digest = sha256(read_bytes(project, project.root / file)).hexdigest()
    text = match.text.strip("\n")
    offset = _find_beginning(text, entry.text)
    return match.place, EditableText(file, digest, match.path, text, offset)


def _find_beginning(text: str, printed: str) -> int:
    """Return the offset of the first printed words in a text; 0 if they are not found."""
    words = [re.escape(word) for word in re.findall(r"\w+", printed)[:_SEARCHED_WORDS]]
    match = re.search(r"\W+".join(words), text) if words else None
    return match.start() if match else 0


def edit_text(project: Project, old: EditableText, text: str) -> str:
    """Replace a text of the content; return "", or the reason for a refusal.

    It is refused if the file has changed since the old text was shown. Raises PipelineError
    if the file cannot be read or written.
    """
    path = project.root / old.file
    data = read_bytes(project, path)
    if sha256(data).hexdigest() != old.digest:
        return _CONFLICT
    if (edited := replace_text(old.file, data, old.path, text)) is None:
        return _REFUSED
    if read_bytes(project, path) != data:
        return _CONFLICT
    atomic_write(path, edited, old.file, mode=path.stat().st_mode & 0o777)
    return ""
