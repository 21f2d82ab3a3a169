"""Mark copies of bundled files in a project, and report those of an older version."""

import re
from collections.abc import Iterator
from hashlib import sha256

from pipeline.problems import Place, Problem, Rule
from pipeline.project import BUNDLED, Project

# How a comment of one line begins and ends; that of Jinja removes the line break behind it.
_COMMENTS = {".html": ("{#-", "-#}"), ".css": ("/*", "*/"), ".yaml": ("#", "")}
_MARK = re.compile(rb"\W*Copied by briefs eject\. Bundled file: sha256:([0-9a-f]{12})\W")
# A mark is in the first line, which is short.
_LONGEST = 200


def bundled_files() -> tuple[str, ...]:
    """Name the bundled files that a project may copy: templates, styles, strings."""
    folders = (BUNDLED / "templates", BUNDLED / "styles")
    files = (file for folder in folders for file in folder.rglob("*"))
    named = (file.relative_to(BUNDLED) for file in files if file.suffix in _COMMENTS)
    # The files of a new project are copied by `briefs init`.
    return tuple(sorted(n.as_posix() for n in named if n.parts[1] != "new"))


def marked_copy(name: str) -> bytes:
    """Give a bundled file with the line that marks its version."""
    data = (BUNDLED / name).read_bytes()
    start, end = _COMMENTS[f".{name.rpartition('.')[2]}"]
    line = f"{start} Copied by briefs eject. Bundled file: sha256:{_hash(data)} {end}"
    return line.rstrip().encode() + b"\n" + data


def check_copies(project: Project) -> Iterator[Problem]:
    """Report copies whose bundled file is another one now."""
    if project.root == BUNDLED:
        return
    for name in bundled_files():
        file = project.root / name
        if not file.is_file():
            continue
        with file.open("rb") as opened:
            mark = _MARK.match(opened.readline(_LONGEST))
        now = _hash((BUNDLED / name).read_bytes())
        if mark and mark[1].decode() != now:
            message = "the bundled file has changed since this copy was made"
            hint = f"compare them: briefs eject {name} --print | diff {name} - ; "
            hint += f"then write sha256:{now} into the first line"
            yield Problem(Rule.OUTDATED_COPY, Place(name, 1, 1), message, hint)


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()[:12]
