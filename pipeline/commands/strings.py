"""Write the strings that a language lacks, to be translated: `briefs strings`."""

import re

from pipeline.design.strings import STRINGS, find_strings, own_strings
from pipeline.problems import PipelineError
from pipeline.project import BUNDLED, Project
from pipeline.state.atomic_write import atomic_write

_LINE = re.compile(r"(?P<key>\w+):.*")
_HEADER = """\
# The strings of pages in the language "{language}". To translate one, delete the sign # and
# the space after it, and write the translation. What has this sign is printed in English.
"""


def write_missing_strings(project: Project, language: str) -> tuple[str, int]:
    """Add a comment for each missing string; give the name of the file, and their number.

    Lines that the file has stay as they are. Raises PipelineError for a file with an error.
    """
    name = f"templates/strings/{language}.yaml"
    english = (BUNDLED / "templates/strings/en.yaml").read_text("utf-8")
    try:
        data = find_strings(project, language)
    except PipelineError:  # there is no file
        data, missing = untranslated_strings(language), len(STRINGS)
    else:
        _, wanted = own_strings(project, language)
        typed = data.decode()
        lines = (
            f"# {match[0]}\n"
            for match in map(_LINE.fullmatch, english.splitlines())
            if match and match["key"] in wanted and f"# {match['key']}:" not in typed
        )
        end = "" if typed.endswith("\n") or not typed else "\n"
        added, missing = "".join(lines), len(wanted)
        if not added:
            return name, missing
        data = f"{typed}{end}{added}".encode()
    atomic_write(project.root / name, data, name)
    return name, missing


def untranslated_strings(language: str) -> bytes:
    """Give the strings file of a language that has none: all strings as comments."""
    english = (BUNDLED / "templates/strings/en.yaml").read_text("utf-8")
    lines = (re.sub(_LINE, r"# \g<0>", line) for line in english.splitlines(True))
    return (_HEADER.format(language=language) + "".join(lines)).encode()
