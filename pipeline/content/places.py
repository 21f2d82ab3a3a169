"""Find where the content says what stands on a page.

A language file, the words and, where a template knows it, the path of their part, such as
"sections.1.blocks.0.figure". Paths before a colon name another file: "edition:contact".
"""

from pipeline.content.source import read_yaml
from pipeline.errors import Place
from pipeline.project import Project


def find_words(project: Project, source: str, words: str, path: str = "") -> Place:
    """Find words in the files of a document, of which `source` is that of its language.

    With a `path` they are in that part, or the place is where the part begins. Words that
    are nowhere are laid at the language file.
    """
    files = {
        "": source,
        "edition": f"{source.rpartition('/')[0]}/edition.yaml",
        "series": "content/series.yaml",
    }
    if path:
        file, _, keys = path.rpartition(":")
        return _find_in_part(project, files.get(file, source), keys, words)
    found = (_find_in_file(project, file, words) for file in files.values() if words)
    return next(filter(None, found), Place(source))


def _find_in_file(project: Project, file: str, words: str) -> Place | None:
    lines = _read(project, file).decode("utf-8-sig", "replace").splitlines()
    for number, line in enumerate(lines, 1):
        if words in line and not line.lstrip().startswith("#"):
            return Place(file, number, line.index(words) + 1)
    return None


def _find_in_part(project: Project, file: str, keys: str, words: str) -> Place:
    source, _ = read_yaml(file, _read(project, file))
    if source is None:
        return Place(file)
    path = tuple(int(key) if key.isdigit() else key for key in keys.split("."))
    return source.find(path, words) if words else source.key_place(path)


def _read(project: Project, file: str) -> bytes:
    path = project.root / file
    return path.read_bytes() if path.is_file() else b""
