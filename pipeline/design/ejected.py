"""Mark copies of bundled files in a project, and report those of an older version."""

import re
from collections.abc import Iterator
from hashlib import sha256

from pipeline.problems import Place, Problem, Rule
from pipeline.project import BUNDLED, Project

# Start and end of a one-line comment; that of Jinja removes the line break after it.
_COMMENTS = {".html": ("{#-", "-#}"), ".css": ("/*", "*/"), ".yaml": ("#", "")}
_MARK = re.compile(rb"\W*Copied by briefs eject\. Bundled file: sha256:([0-9a-f]{12})\W")
# The mark is in the first line; no more bytes are read.
_MAX_MARK_LENGTH = 200


def bundled_files() -> tuple[str, ...]:
    """List the bundled files that a project may copy: templates, styles, strings."""
    folders = (BUNDLED / "templates", BUNDLED / "styles")
    files = (file for folder in folders for file in folder.rglob("*"))
    named = (file.relative_to(BUNDLED) for file in files if file.suffix in _COMMENTS)
    # The files of a new project are copied by `briefs init`.
    return tuple(sorted(n.as_posix() for n in named if n.parts[1] != "new"))


def marked_copy(name: str) -> bytes:
    """Return the content of a bundled file below a line that marks its version."""
    data = (BUNDLED / name).read_bytes()
    start, end = _COMMENTS[f".{name.rpartition('.')[2]}"]
    line = f"{start} Copied by briefs eject. Bundled file: sha256:{_digest(data)} {end}"
    return line.rstrip().encode() + b"\n" + data


def check_copies(project: Project) -> Iterator[Problem]:
    """Report copies whose bundled file has changed since they were made."""
    folders = (*project.template_folders[:1], *project.style_folders[:1])
    if project.root == BUNDLED or not any(folder.exists() for folder in folders):
        return
    for name in bundled_files():
        file = project.root / name
        if not file.is_file():
            continue
        with file.open("rb") as stream:
            mark = _MARK.match(stream.readline(_MAX_MARK_LENGTH))
        digest = _digest((BUNDLED / name).read_bytes())
        if mark and mark[1].decode() != digest:
            message = "the bundled file has changed since this copy was made"
            hint = f"compare them: briefs eject {name} --print | diff {name} - ; "
            hint += f"then write sha256:{digest} into the first line"
            yield Problem(Rule.OUTDATED_COPY, Place(name, 1, 1), message, hint)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:12]
